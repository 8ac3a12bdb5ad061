/* ---- views: pictures for people ---------------------------------------------------------------------------------- */

/* n pictures of h x w, given as bytes with c channels after one another or as floats with c planes. */
typedef struct dlcv__pictures {
    const void *data;
    int n, h, w, c, floats;
} dlcv__pictures;

/* The smallest and the largest finite value of `count` floats; 0 and 0 if there is none. */
DLCV__FN void dlcv__range(const void *values, size_t first, size_t count, float *low, float *high)
{
    size_t i;
    int any = 0;
    *low = *high = 0;
    for (i = first; i < first + count; i++) {
        const float v = dlcv__f32_at(values, i);
        if (!(fabs((double)v) <= (double)FLT_MAX)) continue;
        if (!any || v < *low) *low = v;
        if (!any || v > *high) *high = v;
        any = 1;
    }
}

/* low .. high to 0 .. 255; in double, where high - low cannot overflow. NaN is black. */
DLCV__FN unsigned char dlcv__stretch(float value, float low, float high)
{
    if (!(value > low)) return 0;
    if (value >= high) return 255;
    return (unsigned char)(((double)value - (double)low) / ((double)high - (double)low) * 255.0 + 0.5);
}

/* Pixels [x, x + w) x [y, y + h) of a picture `width` wide become `rgb`. */
DLCV__FN void dlcv__fill(unsigned char *out, int width, int x, int y, int w, int h, const unsigned char *rgb)
{
    int i, j;
    for (j = y; j < y + h; j++) {
        unsigned char *p = out + ((size_t)j * (size_t)width + (size_t)x) * 3;
        for (i = 0; i < w; i++, p += 3) {
            p[0] = rgb[0];
            p[1] = rgb[1];
            p[2] = rgb[2];
        }
    }
}

/* Picture `index` at (x, y) of `out`, which is `width` wide. */
DLCV__FN void dlcv__draw(const dlcv__pictures *p, int index, int zoom, unsigned char *out, int width, int x, int y)
{
    const size_t plane = (size_t)p->h * (size_t)p->w, first = (size_t)index * plane * (size_t)p->c;
    float low = 0, high = 0;
    int i, j, c;
    if (p->floats) dlcv__range(p->data, first, plane * (size_t)p->c, &low, &high);
    for (j = 0; j < p->h; j++) {
        for (i = 0; i < p->w; i++) {
            const size_t at = (size_t)j * (size_t)p->w + (size_t)i;
            unsigned char rgb[3];
            for (c = 0; c < 3; c++) {
                const size_t k = p->c == 3 ? (size_t)c : 0;
                rgb[c] = p->floats ? dlcv__stretch(dlcv__f32_at(p->data, first + k * plane + at), low, high)
                                   : ((const unsigned char *)p->data)[first + at * (size_t)p->c + k];
            }
            dlcv__fill(out, width, x + i * zoom, y + j * zoom, zoom, zoom, rgb);
        }
    }
}

DLCV__FN dlcv_status dlcv__pictures_of(const dlcv_tensor *images, dlcv__pictures *p)
{
    char shape[128];
    int ok;
    dlcv_status s = dlcv__check("view_grid", "images", images);
    if (s) return s;
    p->data = images->data;
    p->floats = images->dtype == DLCV_F32;
    ok = p->floats ? images->shape.ndim == 4
                   : images->dtype == DLCV_U8 && (images->shape.ndim == 3 || images->shape.ndim == 4);
    if (ok) {
        const int *dim = images->shape.dim;
        p->n = dim[0];
        p->h = dim[p->floats ? 2 : 1];
        p->w = dim[p->floats ? 3 : 2];
        p->c = images->shape.ndim == 3 ? 1 : dim[p->floats ? 1 : 3];
        ok = p->n > 0 && p->h > 0 && p->w > 0 && (p->c == 1 || p->c == 3);
    }
    if (ok) return DLCV_OK;
    dlcv__shape_text(images->shape, shape, sizeof shape);
    return dlcv_fail(
        DLCV_ERR_SHAPE,
        "view_grid: images is %s %s, must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, w], not empty",
        dlcv__dtype_name(images->dtype), shape);
}

/* A cell of `pixels` pixels, each `zoom` wide, between two borders, and the side that `cells` of them have with `gap`
 * between; 0 if that is more than an int holds. */
DLCV__FN int dlcv__grid_side(int cells, int pixels, int zoom, int border, int gap, int *cell)
{
    size_t side;
    if (!dlcv__mul((size_t)pixels, (size_t)zoom, &side) || side > INT_MAX) return 0;
    side += 2 * (size_t)border; /* both below 2^31 */
    if (side > INT_MAX) return 0;
    *cell = (int)side;
    side += (size_t)gap;
    if (!dlcv__mul(side, (size_t)cells, &side) || side - (size_t)gap > INT_MAX) return 0;
    return (int)(side - (size_t)gap);
}

/* Pictures row by row. With frames a cell is a picture and its frame, without the picture alone; between cells there
 * are as many white pixels as a frame is wide. */
DLCV_API dlcv_status dlcv_view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom,
                                    const uint32_t *frames, dlcv_tensor *out)
{
    dlcv__pictures p;
    int line, border, width, height, cell_w = 0, cell_h = 0, i;
    dlcv_status s = dlcv__pictures_of(images, &p);
    if (s) return s;
    if (columns < 0 || zoom < 0) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_grid: columns is %d, zoom %d: neither may be negative", columns,
                         zoom);
    }
    if (out == images) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_grid: out is images itself");
    if (zoom == 0) zoom = 1;
    if (columns == 0) columns = (int)ceil(sqrt((double)p.n));
    if (columns > p.n) columns = p.n;
    line = zoom > 1 ? zoom / 2 : 1;
    border = frames ? line : 0;
    width = dlcv__grid_side(columns, p.w, zoom, border, line, &cell_w);
    height = dlcv__grid_side((p.n - 1) / columns + 1, p.h, zoom, border, line, &cell_h);
    if (!width || !height) {
        return dlcv_fail(
            DLCV_ERR_MEMORY,
            "view_grid: %d pictures of %d x %d, %d in a row, zoom %d, are more than %d pixels wide or high", p.n, p.w,
            p.h, columns, zoom, INT_MAX);
    }
    s = dlcv__out(env, "view_grid", DLCV_U8, dlcv_shape3(height, width, 3), out);
    if (s) return s;
    memset(out->data, 255, (size_t)height * (size_t)width * 3);
    for (i = 0; i < p.n; i++) {
        const int x = (int)((size_t)(i % columns) * ((size_t)cell_w + (size_t)line));
        const int y = (int)((size_t)(i / columns) * ((size_t)cell_h + (size_t)line));
        if (frames) {
            const unsigned char rgb[3] = { (unsigned char)(frames[i] >> 16 & 255),
                                           (unsigned char)(frames[i] >> 8 & 255), (unsigned char)(frames[i] & 255) };
            if (frames[i]) dlcv__fill((unsigned char *)out->data, width, x, y, cell_w, cell_h, rgb);
        }
        dlcv__draw(&p, i, zoom, (unsigned char *)out->data, width, x + border, y + border);
    }
    return DLCV_OK;
}

/* ---- progress ---- */

#ifdef DLCV_NO_STDIO
DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    (void)p;
    (void)file;
    return 0;
}
#else
#define DLCV__COLUMNS 79

/* A line that is being written: a piece that does not fit is left out. */
typedef struct dlcv__line {
    char text[DLCV__COLUMNS + 1];
    int length, room;
} dlcv__line;

DLCV__FN void dlcv__line_add(dlcv__line *line, const char *text)
{
    const size_t bytes = strlen(text);
    if (bytes > (size_t)(line->room - line->length)) return;
    memcpy(line->text + line->length, text, bytes + 1);
    line->length += (int)bytes;
}

/* ", loss 0.25"; nothing for NaN. */
DLCV__FN void dlcv__line_value(dlcv__line *line, const char *name, double value, const char *unit)
{
    char text[64];
    if (value != value) return;
    dlcv__format(text, sizeof text, ", %s%.4g%s", name, value, unit);
    dlcv__line_add(line, text);
}

/* ", 9.5 s", ", 3 min 20 s left"; nothing for a time that is none. */
DLCV__FN void dlcv__line_time(dlcv__line *line, double seconds, const char *after)
{
    char text[64];
    const int whole = seconds >= 0 && seconds < 1e9 ? (int)(seconds + 0.5) : -1;
    if (whole < 0) return;
    if (seconds < 59.95)
        dlcv__format(text, sizeof text, ", %.1f s%s", seconds, after);
    else if (whole < 3600)
        dlcv__format(text, sizeof text, ", %d min %d s%s", whole / 60, whole % 60, after);
    else
        dlcv__format(text, sizeof text, ", %d h %d min%s", whole / 3600, whole / 60 % 60, after);
    dlcv__line_add(line, text);
}

/* What stands right of the bar. */
DLCV__FN void dlcv__line_numbers(dlcv__line *line, const dlcv_progress *p)
{
    char text[64];
    dlcv__format(text, sizeof text, p->steps > 0 ? " %d/%d" : " %d", p->step, p->steps);
    dlcv__line_add(line, text);
    if (p->done)
        dlcv__line_time(line, p->seconds, "");
    else if (p->step > 0 && p->step <= p->steps)
        dlcv__line_time(line, p->seconds / p->step * (p->steps - p->step), " left");
    dlcv__line_value(line, "loss ", (double)p->loss, "");
    dlcv__line_value(line, "accuracy ", 100 * (double)p->accuracy, " %");
    dlcv__line_value(line, "validation ", (double)p->validation_loss, "");
    dlcv__line_value(line, "", 100 * (double)p->validation_accuracy, " %");
    if (p->samples_per_second > 0) dlcv__line_value(line, "", p->samples_per_second, "/s");
}

DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    dlcv__line line, numbers;
    char text[64];
    int bar, full, i;
    if (!p) return 0;
    memset(&line, 0, sizeof line);
    memset(&numbers, 0, sizeof numbers);
    line.room = DLCV__COLUMNS;
    if (p->epochs > 0) {
        dlcv__format(text, sizeof text, "epoch %d/%d", p->epoch, p->epochs);
        dlcv__line_add(&line, text);
    }
    numbers.room = DLCV__COLUMNS - line.length;
    dlcv__line_numbers(&numbers, p);
    bar = DLCV__COLUMNS - line.length - numbers.length - 3; /* what is left for it between the brackets */
    if (bar > 30) bar = 30;
    if (p->steps > 0 && bar >= 5) {
        const double part = (double)p->step / p->steps;
        full = (int)(bar * (part < 0 ? 0 : part > 1 ? 1 : part));
        dlcv__line_add(&line, line.length ? " [" : "[");
        for (i = 0; i < bar; i++) dlcv__line_add(&line, i < full ? "#" : ".");
        dlcv__line_add(&line, "]");
    }
    dlcv__line_add(&line, numbers.text);
    while (line.length < DLCV__COLUMNS) dlcv__line_add(&line, " "); /* over what the call before has left */
    fprintf(file ? (FILE *)file : stderr, "\r%s%s", line.text, p->done ? "\n" : "");
    fflush(file ? (FILE *)file : stderr);
    return 0;
}
#undef DLCV__COLUMNS
#endif
