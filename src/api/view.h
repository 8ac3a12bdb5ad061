/* ---- views: pictures for people
 * ------------------------------------------------------------------------------------------ */

/* Lays n pictures out on a grid: u8 [n, h, w, 1|3] (or [n, h, w]: grey), or f32 [n, 1|3, h, w], each then stretched so
 * that its smallest value is black and its largest white. `columns` a row (0 = about square), every pixel `zoom` (0 =
 * 1) pixels wide and high; `frames`: NULL, or 0xRRGGBB for each picture, drawn around it max(1, zoom / 2) pixels wide,
 * 0 = none. out: u8 [H, W, 3], white between the pictures. */
DLCV_API dlcv_status dlcv_view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom, const uint32_t *frames, dlcv_tensor *out);

/* A map of n pictures (as view_grid takes them): each with its middle where xy (f32 [n, 2], finite) says, x to the right,
 * y upwards, both in one unit, later ones over earlier ones, on white. As large as lets all of them be inside, the middle of
 * the places in the middle of the map: the outermost touch its border. out: u8 [size, size, 3], size 1 .. 16384, not
 * smaller than a picture. A place that is not finite: DLCV_ERR_NUMERIC. */
DLCV_API dlcv_status dlcv_view_map(const dlcv_env *env, const dlcv_tensor *images, const dlcv_tensor *xy, int size, dlcv_tensor *out);

/* Labels for n points of the plane, points f32 [n, 2] -> labels i32 [n], a view that it fills: `return
 * dlcv_knn_predict((const dlcv_knn *)user, points, 3, labels);`. A label of -1 says "tied", "none". */
typedef dlcv_status (*dlcv_classifier)(const dlcv_tensor *points, dlcv_tensor *labels, void *user);

/* Decision regions: what `classifier` says all over the square around points->x (f32 [n, 2], n > 0, finite), in a light
 * form of each label's colour, white for -1 (pixels alone, no axes and no texts), and on it the points as discs in the full colour of points->y (i32 [n], or
 * {0}: grey ones). out: u8 [size, size, 3], size 1 .. 16384, x to the right, y upwards. Labels are below
 * points->classes, where that is not 0; ten colours, then again from the first: blue, orange, green, red, violet, teal,
 * pink, brown, olive, grey. The square has the centre of the points' bounding box and 9/8 of its longer side (2 where
 * that is 0). The classifier is called for several rows at once, in all for the (size + 1)^2 corners of the pixels,
 * each pixel is the mean of its corners; what it returns other than DLCV_OK ends the call. Memory: 4 (size + 1)^2 bytes
 * and 128 KiB or a row of points. A point that is not finite: DLCV_ERR_NUMERIC; a label out of range, from points or
 * classifier: DLCV_ERR_ARGUMENT. */
DLCV_API dlcv_status dlcv_view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier, void *user, int size, dlcv_tensor *out);

/* What one colour shows in a plot. Points with a NaN or an infinity are left out, and so is what is not positive on a
 * logarithmic axis; a line has a gap there. */
typedef struct dlcv_series {
    const char *name;           /* in the legend; NULL or "": not there, and drawn in the colour of the series before */
    const float *x, *y;         /* [count] each; x NULL: 1, 2, 3, ... */
    const float *error;         /* NULL, or [count]: a bar from y - |error| to y + |error|; NaN or infinite: none */
    int count;
    int dots;                   /* 0: a line from point to point; 1: a dot for each */
} dlcv_series;

/* What stands around a plot. {0}: no texts, straight axes. */
typedef struct dlcv_plot_opts {
    const char *title;          /* one line, above; NULL or "": none */
    const char *x_label, *y_label;
    int log_x, log_y;           /* 1: a logarithmic axis */
} dlcv_plot_opts;

/* Writes `count` series as an SVG picture, 720 pixels wide, the first at the bottom of the pile. opts: NULL is {0}.
 * Axes span what is drawn and have ticks at 1, 2 or 5 times a power of ten. Texts are UTF-8 (other bytes become
 * U+FFFD), numbers have a decimal point whatever the locale; the same input gives the same file everywhere. A text has
 * at most 100,000 bytes; what is too long for 720 pixels runs out of the picture. The file is made in memory, once, and
 * written by env->files. A name that ends as another picture's does (.png) is DLCV_ERR_UNSUPPORTED. */
DLCV_API dlcv_status dlcv_view_plot(const dlcv_env *env, const dlcv_series *series, int count, const dlcv_plot_opts *opts, const char *svg_path);

/* How far a long call has come. */
typedef struct dlcv_progress {
    int epoch, epochs;          /* of a training run; 0 elsewhere */
    int step, steps;            /* done, of how many in the whole run */
    int done;
    float loss, accuracy;       /* NaN: not known */
    float validation_loss, validation_accuracy;
    float lr;
    double seconds;             /* 0: not known; since the start, by the wall clock where there is one */
    double samples_per_second;
    int restored;               /* so many of the steps done were so before this call or trainer began: a checkpoint's */
    int epoch_end;              /* 1: this step ends an epoch: loss and accuracy are the epoch's, those of validation are new */
} dlcv_progress;

/* Draws p as one line of at most 79 columns that is overwritten by the next call: a bar of ten cells, the time left, the
 * numbers that are known (not NaN, no time of 0 seconds), each of a fixed width, the rarest left out where all are too
 * many; ends it with a newline when p->done. On what is no terminal, a file or a pipe, only the ends of epochs and of
 * the whole are written, a line each (where it cannot be known, as on a terminal). file: a FILE *, NULL = stderr. Returns
 * 0 ("go on"), so that it can serve as a callback. Nothing with DLCV_NO_STDIO. */
DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file);
