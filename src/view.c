/* ---- views: pictures for people ---------------------------------------------------------------------------------- */

/* n pictures of h x w, given as bytes with c channels after one another or as floats with c planes. */
typedef struct dlcv__pictures {
    const void *data;
    int n, h, w, c, floats;
} dlcv__pictures;

/* The smallest integer that is not less; from 2^52 on all numbers are integers. */
DLCV__FN double dlcv__ceil(double x)
{
    double whole;
    if (!(fabs(x) < 4503599627370496.0)) return x;
    whole = (double)(int64_t)x;
    return whole < x ? whole + 1 : whole;
}

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
    s = dlcv__among("view_grid", "out", out, images, NULL);
    if (s) return s;
    if (zoom == 0) zoom = 1;
    if (columns == 0) columns = (int)dlcv__ceil(sqrt((double)p.n));
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

/* ---- decision regions ---- */

/* Colours that most eyes tell apart, for classes and for the series of plots. */
static const uint32_t dlcv__palette[10] = { 0x1f6fb4, 0xe8801a, 0x2e9e5b, 0xc8373d, 0x7b55b8,
                                            0x17a0ad, 0xd65f9f, 0x8a5a3c, 0xa3a51f, 0x6f7680 };

/* Corners that are classified at once: 16384, or one row of them. */
#define DLCV__CORNERS 16384

/* The square that a picture of regions shows. */
typedef struct dlcv__plane {
    double x, y, side; /* its centre, its side */
    int size;          /* in pixels */
} dlcv__plane;

/* `percent` of a label's colour, the rest white; a label of -1 is white. */
DLCV__FN void dlcv__tint(int32_t label, unsigned percent, unsigned char *rgb)
{
    const uint32_t colour = label < 0 ? 0xffffffu : dlcv__palette[label % 10];
    int c;
    for (c = 0; c < 3; c++) {
        const unsigned ink = 255 - (colour >> (16 - 8 * c) & 255);
        rgb[c] = (unsigned char)(255 - (ink * percent + 50) / 100);
    }
}

DLCV__FN dlcv_status dlcv__plane_set(const dlcv_dataset *points, dlcv__plane *plane)
{
    double low[2] = { 0, 0 }, high[2] = { 0, 0 };
    const int n = points->x.shape.dim[0];
    int i, axis;
    for (i = 0; i < n; i++) {
        const float at[2] = { dlcv__f32_at(points->x.data, 2 * (size_t)i),
                              dlcv__f32_at(points->x.data, 2 * (size_t)i + 1) };
        for (axis = 0; axis < 2; axis++) {
            const double v = (double)at[axis];
            if (!(fabs(v) <= (double)FLT_MAX)) {
                return dlcv_fail(DLCV_ERR_NUMERIC, "view_regions: point %d is (%g, %g)", i, (double)at[0],
                                 (double)at[1]);
            }
            if (i == 0 || v < low[axis]) low[axis] = v;
            if (i == 0 || v > high[axis]) high[axis] = v;
        }
    }
    plane->x = (low[0] + high[0]) / 2;
    plane->y = (low[1] + high[1]) / 2;
    plane->side = high[0] - low[0] > high[1] - low[1] ? high[0] - low[0] : high[1] - low[1];
    plane->side = plane->side > 0 ? plane->side * 1.125 : 2;
    return DLCV_OK;
}

/* The coordinate of pixel corner i of 0 .. size: exactly symmetric about the centre, and a float. */
DLCV__FN float dlcv__plane_corner(const dlcv__plane *plane, double centre, int i)
{
    const double v = centre + (double)(2 * i - plane->size) / (2.0 * plane->size) * plane->side;
    return (float)(v > (double)FLT_MAX ? (double)FLT_MAX : v < -(double)FLT_MAX ? -(double)FLT_MAX : v);
}

/* The labels of the corners in rows first .. first + rows - 1, row 0 on top. `xy` has room for these corners. */
DLCV__FN dlcv_status dlcv__plane_classify(const dlcv__plane *plane, dlcv_classifier classifier, void *user, int classes,
                                          int first, int rows, float *xy, int32_t *labels)
{
    const int width = plane->size + 1;
    const dlcv_tensor points = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape2(rows * width, 2));
    dlcv_tensor out = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(rows * width));
    const unsigned before = dlcv__last.failures;
    dlcv_status s;
    int i;
    for (i = 0; i < rows * width; i++) {
        xy[2 * i] = dlcv__plane_corner(plane, plane->x, i % width);
        xy[2 * i + 1] = dlcv__plane_corner(plane, plane->y, plane->size - (first + i / width));
        labels[i] = -1;
    }
    s = classifier(&points, &out, user);
    if (s && dlcv__last.failures == before) {
        return dlcv_fail(s, "view_regions: the classifier failed with %s", dlcv_status_name(s));
    }
    if (s) return s;
    if (out.data != (void *)labels || out.owned || out.dtype != DLCV_I32 || out.shape.ndim != 1 ||
        out.shape.dim[0] != rows * width) {
        return dlcv_fail(DLCV_ERR_STATE,
                         "view_regions: the classifier replaced the view of its labels, it must fill it");
    }
    for (i = 0; i < rows * width; i++) {
        if (labels[i] < -1 || labels[i] >= classes) {
            return dlcv_fail(DLCV_ERR_ARGUMENT,
                             "view_regions: the classifier gave (%g, %g) the label %ld, must be -1 .. %d",
                             (double)xy[2 * i], (double)xy[2 * i + 1], (long)labels[i], classes - 1);
        }
    }
    return DLCV_OK;
}

/* Each pixel is the mean of its corners. */
DLCV__FN void dlcv__plane_paint(const dlcv__plane *plane, const int32_t *labels, unsigned char *out)
{
    const size_t width = (size_t)plane->size + 1;
    unsigned char rgb[4][3];
    int i, j, k;
    for (j = 0; j < plane->size; j++) {
        for (i = 0; i < plane->size; i++, out += 3) {
            const int32_t *corner = labels + (size_t)j * width + (size_t)i;
            for (k = 0; k < 4; k++) dlcv__tint(corner[(size_t)(k / 2) * width + (size_t)(k % 2)], 36, rgb[k]);
            for (k = 0; k < 3; k++) out[k] = (unsigned char)((rgb[0][k] + rgb[1][k] + rgb[2][k] + rgb[3][k] + 2) / 4);
        }
    }
}

/* A disc with its centre at (x, y), counted in pixels from the upper left corner; its rim is smooth over one pixel. */
DLCV__FN void dlcv__disc(unsigned char *out, int size, double x, double y, double radius, const unsigned char *rgb)
{
    const double reach = radius + 1;
    const int left = x > reach ? (int)(x - reach) : 0, right = x + reach < size ? (int)(x + reach) : size - 1;
    const int top = y > reach ? (int)(y - reach) : 0, bottom = y + reach < size ? (int)(y + reach) : size - 1;
    int i, j, k;
    for (j = top; j <= bottom; j++) {
        for (i = left; i <= right; i++) {
            unsigned char *p = out + ((size_t)j * (size_t)size + (size_t)i) * 3;
            const double dx = i + 0.5 - x, dy = j + 0.5 - y, inside = radius + 0.5 - sqrt(dx * dx + dy * dy);
            const double share = inside < 0 ? 0 : inside > 1 ? 1 : inside;
            for (k = 0; k < 3; k++) p[k] = (unsigned char)(p[k] + (rgb[k] - (double)p[k]) * share + 0.5);
        }
    }
}

/* The points: discs in a dark rim. */
DLCV__FN void dlcv__plane_points(const dlcv__plane *plane, const dlcv_dataset *points, unsigned char *out)
{
    const double radius = plane->size > 216 ? plane->size / 72.0 : 3, rim = radius / 5;
    const int n = points->x.shape.dim[0];
    unsigned char full[3], dark[3];
    int i, k;
    for (i = 0; i < n; i++) {
        const double x = (double)dlcv__f32_at(points->x.data, 2 * (size_t)i);
        const double y = (double)dlcv__f32_at(points->x.data, 2 * (size_t)i + 1);
        const double px = ((x - plane->x) / plane->side + 0.5) * plane->size;
        const double py = (0.5 - (y - plane->y) / plane->side) * plane->size;
        dlcv__tint(points->y.data ? dlcv__i32_at(points->y.data, (size_t)i) : 9, 100, full);
        for (k = 0; k < 3; k++) dark[k] = (unsigned char)(full[k] * 2 / 5);
        dlcv__disc(out, plane->size, px, py, radius, dark);
        dlcv__disc(out, plane->size, px, py, radius - rim, full);
    }
}

DLCV__FN dlcv_status dlcv__regions_check(const dlcv_dataset *points, dlcv_classifier classifier, int size,
                                         const dlcv_tensor *out)
{
    char shape[128];
    dlcv_status s;
    if (!points) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: points is NULL");
    if (!classifier) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: classifier is NULL");
    if (size < 1 || size > 16384) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: size is %d, must be 1 .. 16384", size);
    }
    s = dlcv__check("view_regions", "points->x", &points->x);
    if (s) return s;
    if (points->x.dtype != DLCV_F32 || points->x.shape.ndim != 2 || points->x.shape.dim[0] < 1 ||
        points->x.shape.dim[1] != 2) {
        dlcv__shape_text(points->x.shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "view_regions: points->x is %s %s, must be f32 [n, 2], not empty",
                         dlcv__dtype_name(points->x.dtype), shape);
    }
    if (points->classes < 0) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: points has %d classes", points->classes);
    }
    if (points->y.data) {
        s = dlcv__labels_check("view_regions", "points->y", &points->y, points->x.shape.dim[0],
                               points->classes ? points->classes : INT_MAX);
        if (s) return s;
    }
    return dlcv__among("view_regions", "out", out, &points->x, points->y.data ? &points->y : NULL);
}

DLCV_API dlcv_status dlcv_view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier,
                                       void *user, int size, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = dlcv__regions_check(points, classifier, size, out);
    dlcv__plane plane;
    int32_t *labels;
    size_t corners, bytes;
    int rows, row, classes;
    if (s) return s;
    plane.size = size;
    s = dlcv__plane_set(points, &plane);
    if (!s) s = dlcv__out(env, "view_regions", DLCV_U8, dlcv_shape3(size, size, 3), out);
    if (s) return s;
    rows = DLCV__CORNERS / (size + 1) > 0 ? DLCV__CORNERS / (size + 1) : 1;
    if (rows > size + 1) rows = size + 1;
    corners = ((size_t)size + 1) * ((size_t)size + 1);           /* below 2^29 */
    bytes = 4 * corners + 8 * (size_t)rows * ((size_t)size + 1); /* labels, then the points of some rows */
    labels = (int32_t *)dlcv__alloc(&e, bytes);
    if (!labels) return DLCV_ERR_MEMORY;
    classes = points->classes ? points->classes : INT_MAX;
    for (row = 0; row <= size && !s; row += rows) {
        if (rows > size + 1 - row) rows = size + 1 - row;
        s = dlcv__plane_classify(&plane, classifier, user, classes, row, rows, (float *)(void *)(labels + corners),
                                 labels + (size_t)row * ((size_t)size + 1));
    }
    if (!s) {
        dlcv__plane_paint(&plane, labels, (unsigned char *)out->data);
        dlcv__plane_points(&plane, points, (unsigned char *)out->data);
    }
    dlcv__release(&e, labels, bytes);
    return s;
}
#undef DLCV__CORNERS

/* ---- plots ---- */

#define DLCV__PLOT_WIDTH  720
#define DLCV__PLOT_HEIGHT 330 /* of the field between the axes */
#define DLCV__MAJORS      16
#define DLCV__MINORS      96

/* Where the ticks of an axis are, in pixels. */
typedef struct dlcv__ticks {
    int majors, minors, powers; /* powers: the texts are exponents of ten */
    double major[DLCV__MAJORS], minor[DLCV__MINORS];
    char text[DLCV__MAJORS][24];
} dlcv__ticks;

typedef struct dlcv__axis {
    const char *label;
    int bytes; /* of the label */
    int log;
    double least, most; /* of what is drawn */
    double low, high;   /* what the ends stand for, its log10 where log */
    double from, to;    /* pixels of the ends */
    dlcv__ticks ticks;
} dlcv__axis;

/* The file: texts are written twice, first only for their length. */
typedef struct dlcv__svg {
    dlcv__text text;
    int wrapped; /* more bytes than size_t counts */
    const char *title;
    int title_bytes, legend; /* legend: its rows */
    int count;
    const dlcv_series *series;
    dlcv__axis x, y;
} dlcv__svg;

#if defined(__MINGW32__) && !defined(__clang__)
__attribute__((__format__(__gnu_printf__, 2, 3)))
#elif defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 2, 3)))
#endif
DLCV__FN void
dlcv__svg_add(dlcv__svg *f, const char *format, ...)
{
    const size_t room = f->text.length < f->text.bytes ? f->text.bytes - f->text.length : 0, before = f->text.length;
    va_list list;
    va_start(list, format);
    f->text.length += (size_t)dlcv__vformat(room ? f->text.out + f->text.length : NULL, room, format, list);
    va_end(list);
    if (f->text.length < before) f->wrapped = 1;
}

/* The bytes of the UTF-8 character that `s` begins with, if XML 1.0 allows it, else 0. `s` ends with a zero byte. */
DLCV__FN int dlcv__utf8(const unsigned char *s)
{
    const int n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    int i;
    if (n == 1) return s[0] >= 0x20 || s[0] == '\t';
    for (i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
    }
    if (n == 3 && s[0] == 0xe0 && s[1] < 0xa0) return 0;                 /* could be shorter */
    if (n == 3 && s[0] == 0xed && s[1] > 0x9f) return 0;                 /* a surrogate */
    if (n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] > 0xbd) return 0; /* FFFE, FFFF */
    if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))) return 0;
    return n;
}

/* `bytes` bytes, with a 0 behind them, as XML text. */
DLCV__FN void dlcv__svg_text(dlcv__svg *f, const char *s, int bytes)
{
    int i, n;
    for (i = 0; i < bytes; i += n ? n : 1) {
        const char c = s[i];
        n = dlcv__utf8((const unsigned char *)s + i);
        if (c == '&' || c == '<' || c == '>' || c == '"')
            dlcv__svg_add(f, "%s", c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
        else if (n)
            dlcv__svg_add(f, "%.*s", n, s + i);
        else
            dlcv__svg_add(f, "\357\277\275");
    }
}

/* Characters of a text, whose width in pixels nobody knows. */
DLCV__FN int dlcv__characters(const char *s, int bytes)
{
    int i, n = 0;
    for (i = 0; i < bytes; i++) n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* 10^e, exact for |e| <= 22. */
DLCV__FN double dlcv__ten(int e)
{
    double power = 1;
    int i;
    for (i = e < 0 ? -e : e; i > 0; i--) power *= 10;
    return e < 0 ? 1 / power : power;
}

/* The e with 10^e <= v < 10^(e + 1), v > 0 a number of the size of a float's. */
DLCV__FN int dlcv__decade(double v)
{
    int e = 0;
    while (v < dlcv__ten(e)) e--;
    while (v >= dlcv__ten(e + 1)) e++;
    return e;
}

/* log10(v), v > 0, in double without libm: v = 10^e m, ln m = 8 artanh(s), s = (r - 1) / (r + 1) < 0.281 with r =
 * m^(1/4); the series is cut where its terms fall below s^27 / 27 < 5e-17. */
DLCV__FN double dlcv__log10(double v)
{
    const int e = dlcv__decade(v);
    const double r = sqrt(sqrt(v / dlcv__ten(e))), s = (r - 1) / (r + 1), s2 = s * s;
    double sum = 0;
    int i;
    for (i = 25; i > 0; i -= 2) sum = sum * s2 + 1.0 / i;
    return e + 8 * s * sum * 0.43429448190325182765;
}

/* A step of 1, 2 or 5 times a power of ten, not below `rough`; *exponent: of that power. */
DLCV__FN double dlcv__nice_step(double rough, int *exponent)
{
    const int e = dlcv__decade(rough);
    const double power = dlcv__ten(e), m = rough / power;
    *exponent = m > 5 ? e + 1 : e;
    return m > 5 ? dlcv__ten(e + 1) : (m > 2 ? 5 : m > 1 ? 2 : 1) * power;
}

/* The pixel of a value. */
DLCV__FN double dlcv__axis_at(const dlcv__axis *axis, double value)
{
    const double v = axis->log ? dlcv__log10(value) : value;
    return axis->from + (v - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

/* Whether a value has a place on the axis. */
DLCV__FN int dlcv__axis_takes(const dlcv__axis *axis, double value)
{
    return fabs(value) <= (double)FLT_MAX && (!axis->log || value > 0);
}

/* Point i of a series, if it can be drawn. */
DLCV__FN int dlcv__plot_point(const dlcv__svg *f, const dlcv_series *s, int i, double *x, double *y)
{
    *x = s->x ? (double)s->x[i] : i + 1.0;
    *y = (double)s->y[i];
    return dlcv__axis_takes(&f->x, *x) && dlcv__axis_takes(&f->y, *y);
}

/* The ends of the error bar of a point that can be drawn, if it has one; on a logarithmic axis a bar may end at the
 * axis. */
DLCV__FN int dlcv__plot_bar(const dlcv__svg *f, const dlcv_series *s, int i, double *low, double *high)
{
    const double y = (double)s->y[i], e = s->error ? fabs((double)s->error[i]) : 0;
    if (!s->error || !(e <= (double)FLT_MAX)) return 0;
    *low = y - e;
    *high = y + e;
    if (f->y.log && *low <= 0) *low = f->y.least < y ? f->y.least : y;
    return 1;
}

DLCV__FN void dlcv__axis_widen(dlcv__axis *axis, double value, int *any)
{
    if (!*any || value < axis->least) axis->least = value;
    if (!*any || value > axis->most) axis->most = value;
    *any = 1;
}

/* least and most of both axes: points first, since bars that go below zero end at the least point. */
DLCV__FN void dlcv__plot_range(dlcv__svg *f)
{
    double x, y, low, high;
    int any_x = 0, any_y = 0, pass, i, j;
    f->x.least = f->x.log ? 1 : 0; /* if there is no point */
    f->y.least = f->y.log ? 1 : 0;
    f->x.most = f->y.most = 1;
    for (pass = 0; pass < 2; pass++) {
        for (j = 0; j < f->count; j++) {
            for (i = 0; i < f->series[j].count; i++) {
                if (!dlcv__plot_point(f, &f->series[j], i, &x, &y)) continue;
                if (pass == 0) {
                    dlcv__axis_widen(&f->x, x, &any_x);
                    dlcv__axis_widen(&f->y, y, &any_y);
                } else if (dlcv__plot_bar(f, &f->series[j], i, &low, &high)) {
                    dlcv__axis_widen(&f->y, low, &any_y);
                    dlcv__axis_widen(&f->y, high, &any_y);
                }
            }
        }
    }
}

/* The ends of an axis: 4 % beyond what is drawn. What lies closer together than ticks can say counts as one value. */
DLCV__FN void dlcv__axis_ends(dlcv__axis *axis)
{
    const double size = fabs(axis->least) > fabs(axis->most) ? fabs(axis->least) : fabs(axis->most);
    double room;
    axis->low = axis->log ? dlcv__log10(axis->least) : axis->least;
    axis->high = axis->log ? dlcv__log10(axis->most) : axis->most;
    room = (axis->high - axis->low) * 0.04;
    if (axis->most - axis->least <= 1e-9 * size) room = axis->log ? 0.55 : size > 0 ? size / 10 : 1;
    axis->low -= room;
    axis->high += room;
}

DLCV__FN void dlcv__tick_add(dlcv__axis *axis, double value, int decimals)
{
    dlcv__ticks *t = &axis->ticks;
    char *text = t->text[t->majors];
    if (t->majors == DLCV__MAJORS) return;
    t->major[t->majors++] = dlcv__axis_at(axis, value);
    if (t->powers)
        dlcv__format(text, 24, "%d", dlcv__decade(value));
    else if (decimals < 0)
        dlcv__format(text, 24, "%.*g", -decimals, value);
    else
        dlcv__format(text, 24, "%.*f", decimals, value);
}

/* Ticks at the multiples of a step in begin .. end. */
DLCV__FN void dlcv__ticks_linear(dlcv__axis *axis, double begin, double end, int wanted)
{
    int e, decimals;
    const double step = dlcv__nice_step((end - begin) / wanted, &e);
    const double most = fabs(begin) > fabs(end) ? fabs(begin) : fabs(end);
    double k = dlcv__ceil(begin / step);
    decimals = e < 0 ? -e : 0;
    if (most >= 1e7 || e < -5) decimals = -(dlcv__decade(most) - e + 1); /* digits in all, with an exponent */
    for (; k * step <= end && axis->ticks.majors < DLCV__MAJORS; k++)
        dlcv__tick_add(axis, k == 0 ? 0 : k * step, decimals);
}

/* Ticks of a logarithmic axis: powers of ten, or 1, 2 and 5 times these, and lines between them. */
DLCV__FN void dlcv__ticks_log(dlcv__axis *axis)
{
    const int begin = -(int)dlcv__ceil(-axis->low), end = (int)dlcv__ceil(axis->high), fine = axis->high - axis->low < 2.5;
    const int stride = 1 + (end - begin) / 13;
    int e, m;
    axis->ticks.powers = !fine && (begin < -4 || end > 5);
    for (e = begin; e <= end; e++) {
        for (m = 1; m < 10; m++) {
            const double value = m * dlcv__ten(e), at = dlcv__log10(value);
            if (at < axis->low - 1e-9 || at > axis->high + 1e-9) continue;
            if ((m == 1 && (e - begin) % stride == 0) || (fine && (m == 2 || m == 5)))
                dlcv__tick_add(axis, value, -6);
            else if (stride == 1 && axis->ticks.minors < DLCV__MINORS)
                axis->ticks.minor[axis->ticks.minors++] = dlcv__axis_at(axis, value);
        }
    }
}

DLCV__FN void dlcv__axis_ticks(dlcv__axis *axis, int wanted)
{
    if (!axis->log)
        dlcv__ticks_linear(axis, axis->low, axis->high, wanted);
    else if (axis->high - axis->low >= 1)
        dlcv__ticks_log(axis);
    else
        dlcv__ticks_linear(axis, axis->least, axis->most, wanted);
}

/* A text, "" if there is none. */
DLCV__FN const char *dlcv__plot_text(const char *text, int *bytes)
{
    *bytes = text ? (int)strlen(text) : 0;
    return text ? text : "";
}

/* A mark, the name, and 20 pixels. */
DLCV__FN double dlcv__legend_width(const dlcv_series *s)
{
    return (s->dots ? 36 : 52) + 5.9 * dlcv__characters(s->name, (int)strlen(s->name));
}

/* The place of the next entry of the legend, in *x and *row. */
DLCV__FN void dlcv__legend_next(const dlcv__svg *f, const dlcv_series *s, double *x, int *row)
{
    if (*row == 0 || *x + dlcv__legend_width(s) > DLCV__PLOT_WIDTH) {
        *x = f->x.from;
        (*row)++;
    }
}

/* Where everything is: the axes from what is drawn, the margins from the texts. */
DLCV__FN void dlcv__plot_layout(dlcv__svg *f)
{
    int widest = 0, i, row = 0;
    double x = 0, top;
    dlcv__plot_range(f);
    dlcv__axis_ends(&f->x);
    dlcv__axis_ends(&f->y);
    f->y.from = 1;
    dlcv__axis_ticks(&f->y, 6); /* for the width of the texts */
    for (i = 0; i < f->y.ticks.majors; i++) {
        const int n = f->y.ticks.powers ? 4 : (int)strlen(f->y.ticks.text[i]);
        if (n > widest) widest = n;
    }
    f->x.from = 22 + 6.8 * widest + (f->y.bytes ? 22 : 0);
    f->x.to = DLCV__PLOT_WIDTH - 24;
    dlcv__axis_ticks(&f->x, 8);
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        x += dlcv__legend_width(s);
    }
    f->legend = row;
    top = 20 + (f->title_bytes ? 26 : 0) + 22 * row;
    f->y.to = top;
    f->y.from = top + DLCV__PLOT_HEIGHT;
    memset(&f->y.ticks, 0, sizeof f->y.ticks);
    dlcv__axis_ticks(&f->y, 6);
}

/* The colour of series `index`, asked for in ascending order; *colour begins as 0. */
DLCV__FN unsigned long dlcv__series_colour(const dlcv__svg *f, int index, int *colour)
{
    const char *name = f->series[index].name;
    if (index && name && *name) *colour = (*colour + 1) % 10;
    return (unsigned long)dlcv__palette[*colour];
}

DLCV__FN void dlcv__svg_legend(dlcv__svg *f)
{
    double x = 0;
    int i, row = 0, next = 0;
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        double y;
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        y = 5 + (f->title_bytes ? 26 : 0) + 22 * row;
        if (s->dots)
            dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\" fill=\"#%06lx\"/>\n", x + 5, y - 4, colour);
        else
            dlcv__svg_add(f, "<path d=\"M%.2f %.2fh24\" stroke=\"#%06lx\" stroke-width=\"2.5\"/>\n", x, y - 4, colour);
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", x + (s->dots ? 15 : 31), y);
        dlcv__svg_text(f, s->name, (int)strlen(s->name));
        dlcv__svg_add(f, "</text>\n");
        x += dlcv__legend_width(s);
    }
}

/* Lines across the field at the ticks of both axes. */
DLCV__FN void dlcv__svg_grid(dlcv__svg *f)
{
    const dlcv__ticks *x = &f->x.ticks, *y = &f->y.ticks;
    const double width = f->x.to - f->x.from, height = f->y.from - f->y.to;
    int i;
    if (x->minors || y->minors) {
        dlcv__svg_add(f, "<path stroke=\"#f0f1f3\" d=\"");
        for (i = 0; i < x->minors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->minor[i], f->y.to, height);
        for (i = 0; i < y->minors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->minor[i], width);
        dlcv__svg_add(f, "\"/>\n");
    }
    dlcv__svg_add(f, "<path stroke=\"#dcdfe4\" d=\"");
    for (i = 0; i < x->majors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->major[i], f->y.to, height);
    for (i = 0; i < y->majors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->major[i], width);
    dlcv__svg_add(f, "\"/>\n<path stroke=\"#8a929c\" fill=\"none\" d=\"M%.2f %.2fV%.2fH%.2f\"/>\n", f->x.from, f->y.to,
                  f->y.from, f->x.to);
}

DLCV__FN void dlcv__svg_tick_text(dlcv__svg *f, const dlcv__ticks *t, int i)
{
    if (t->powers)
        dlcv__svg_add(f, "10<tspan dy=\"-5\" font-size=\"9\">%s</tspan></text>\n", t->text[i]);
    else
        dlcv__svg_add(f, "%s</text>\n", t->text[i]);
}

/* The texts beside the axes. */
DLCV__FN void dlcv__svg_labels(dlcv__svg *f)
{
    const double middle_x = (f->x.from + f->x.to) / 2, middle_y = (f->y.from + f->y.to) / 2;
    int i;
    dlcv__svg_add(f, "<g text-anchor=\"middle\">\n");
    for (i = 0; i < f->x.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.ticks.major[i], f->y.from + 19);
        dlcv__svg_tick_text(f, &f->x.ticks, i);
    }
    if (f->x.bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"13\">", middle_x, f->y.from + 43);
        dlcv__svg_text(f, f->x.label, f->x.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    if (f->y.bytes) {
        dlcv__svg_add(f, "<text x=\"20\" y=\"%.2f\" font-size=\"13\" transform=\"rotate(-90 20 %.2f)\">", middle_y,
                      middle_y);
        dlcv__svg_text(f, f->y.label, f->y.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_add(f, "</g>\n<g text-anchor=\"end\">\n");
    for (i = 0; i < f->y.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.from - 8, f->y.ticks.major[i] + 4);
        dlcv__svg_tick_text(f, &f->y.ticks, i);
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_bars(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, low, high;
    int i, any = 0;
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y) || !dlcv__plot_bar(f, s, i, &low, &high)) continue;
        if (!any++) dlcv__svg_add(f, "<path stroke=\"#%06lx\" stroke-width=\"1.5\" d=\"", colour);
        x = dlcv__axis_at(&f->x, x);
        low = dlcv__axis_at(&f->y, low);
        high = dlcv__axis_at(&f->y, high);
        dlcv__svg_add(f, "M%.2f %.2fh10m-5 0V%.2fm-5 0h10", x - 5, low, high);
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

/* A line from point to point; a point between two gaps is a short one. */
DLCV__FN void dlcv__svg_line(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, next_x, next_y;
    int i, drawn = 0, any = 0;
    for (i = 0; i < s->count; i++) {
        const int before = drawn;
        drawn = dlcv__plot_point(f, s, i, &x, &y);
        if (!drawn) continue;
        if (!any++) {
            dlcv__svg_add(f,
                          "<path fill=\"none\" stroke=\"#%06lx\" stroke-width=\"2.5\" stroke-linejoin=\"round\" "
                          "stroke-linecap=\"round\" d=\"",
                          colour);
        }
        dlcv__svg_add(f, "%s%.2f %.2f", before ? "L" : "M", dlcv__axis_at(&f->x, x), dlcv__axis_at(&f->y, y));
        if (!before && (i + 1 == s->count || !dlcv__plot_point(f, s, i + 1, &next_x, &next_y)))
            dlcv__svg_add(f, "h0.01");
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

DLCV__FN void dlcv__svg_dots(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y;
    int i;
    dlcv__svg_add(f, "<g fill=\"#%06lx\" fill-opacity=\"0.75\">\n", colour);
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y)) continue;
        dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\"/>\n", dlcv__axis_at(&f->x, x),
                      dlcv__axis_at(&f->y, y));
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_write(dlcv__svg *f)
{
    const int height = (int)f->y.from + 32 + (f->x.bytes ? 24 : 0);
    int i, next = 0;
    f->text.length = 0;
    dlcv__svg_add(f,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                  "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#3a4048\">\n",
                  DLCV__PLOT_WIDTH, height, DLCV__PLOT_WIDTH, height);
    dlcv__svg_add(f, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", DLCV__PLOT_WIDTH, height);
    if (f->title_bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1b1f24\">",
                      f->x.from);
        dlcv__svg_text(f, f->title, f->title_bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_legend(f);
    dlcv__svg_grid(f);
    dlcv__svg_labels(f);
    for (i = 0; i < f->count; i++) {
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        dlcv__svg_bars(f, &f->series[i], colour);
        if (f->series[i].dots)
            dlcv__svg_dots(f, &f->series[i], colour);
        else
            dlcv__svg_line(f, &f->series[i], colour);
    }
    dlcv__svg_add(f, "</svg>\n");
}

DLCV__FN size_t dlcv__longer(size_t most, const char *text)
{
    const size_t bytes = text ? strlen(text) : 0;
    return bytes > most ? bytes : most;
}

DLCV__FN dlcv_status dlcv__plot_check(const dlcv_series *series, int count, const dlcv_plot_opts *o, const char *svg_path)
{
    size_t most = dlcv__longer(dlcv__longer(dlcv__longer(0, o->title), o->x_label), o->y_label);
    int i;
    if (count < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: count is %d", count);
    if (count && !series) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series is NULL, count %d", count);
    if (!svg_path) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: svg_path is NULL");
    for (i = 0; i < count; i++) {
        const dlcv_series *s = &series[i];
        if (s->count < 0 || (s->count && !s->y)) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series %d has %d points and y %s", i, s->count,
                             s->y ? "given" : "NULL");
        }
        most = dlcv__longer(most, s->name);
    }
    if (most > 100000) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: a text of %zu bytes, 100000 are enough", most);
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_view_plot(const dlcv_env *env, const dlcv_series *series, int count,
                                    const dlcv_plot_opts *opts, const char *svg_path)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_plot_opts o;
    dlcv_status s;
    dlcv__svg f;
    size_t bytes;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    s = dlcv__plot_check(series, count, &o, svg_path);
    if (s) return s;
    memset(&f, 0, sizeof f);
    f.series = series;
    f.count = count;
    f.title = dlcv__plot_text(o.title, &f.title_bytes);
    f.x.label = dlcv__plot_text(o.x_label, &f.x.bytes);
    f.y.label = dlcv__plot_text(o.y_label, &f.y.bytes);
    f.x.log = o.log_x != 0;
    f.y.log = o.log_y != 0;
    dlcv__plot_layout(&f);
    dlcv__svg_write(&f); /* counts */
    if (f.wrapped || !dlcv__add(f.text.length, 1, &bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the picture has more bytes than size_t counts", svg_path);
    }
    f.text.out = (char *)dlcv__alloc(&e, bytes);
    if (!f.text.out) return DLCV_ERR_MEMORY;
    f.text.bytes = bytes;
    dlcv__svg_write(&f);
    s = dlcv__file_write(&e, svg_path, f.text.out, bytes - 1);
    dlcv__release(&e, f.text.out, bytes);
    return s;
}
#undef DLCV__PLOT_WIDTH
#undef DLCV__PLOT_HEIGHT
#undef DLCV__MAJORS
#undef DLCV__MINORS

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
