/* ---- views: pictures for people ---------------------------------------------------------------------------------- */

/* n pictures of h x w, given as bytes with c channels after one another or as floats with c planes. */
typedef struct dlcv__pictures {
    const void *data;
    int n, h, w, c, floats;
} dlcv__pictures;

/* The smallest integer that is not less than x; |x| < 2^63. */
DLCV__FN double dlcv__ceil(double x)
{
    const double whole = (double)(int64_t)x;
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

DLCV__FN dlcv_status dlcv__pictures_of(const char *who, const dlcv_tensor *images, dlcv__pictures *p)
{
    char shape[128];
    int ok;
    dlcv_status s = dlcv__check(who, "images", images);
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
        "%s: images is %s %s, must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, w], not empty", who,
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
DLCV__FN dlcv_status dlcv__view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom,
                                    const uint32_t *frames, dlcv_tensor *out)
{
    dlcv__pictures p;
    int line, border, width, height, cell_w = 0, cell_h = 0, i;
    dlcv_status s = dlcv__pictures_of("view_grid", images, &p);
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

DLCV_API dlcv_status dlcv_view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom, const uint32_t *frames,
                                    dlcv_tensor *out)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const dlcv_status s = dlcv__view_grid(env, images, columns, zoom, frames, out);
    dlcv__fp_leave(fp);
    return s;
}

/* ---- places in the plane ---- */

/* What a square picture shows of the plane. */
typedef struct dlcv__plane {
    double x, y, side; /* its centre, its side */
    int size;          /* in pixels */
} dlcv__plane;

/* The centre of the bounding box of n points f32 [n, 2], and its longer side. */
DLCV__FN dlcv_status dlcv__plane_set(const char *who, const void *points, int n, dlcv__plane *plane)
{
    double low[2] = { 0, 0 }, high[2] = { 0, 0 };
    int i, axis;
    for (i = 0; i < n; i++) {
        const float at[2] = { dlcv__f32_at(points, 2 * (size_t)i), dlcv__f32_at(points, 2 * (size_t)i + 1) };
        for (axis = 0; axis < 2; axis++) {
            const double v = (double)at[axis];
            if (!(fabs(v) <= (double)FLT_MAX)) {
                return dlcv_fail(DLCV_ERR_NUMERIC, "%s: point %d is (%g, %g)", who, i, (double)at[0], (double)at[1]);
            }
            if (i == 0 || v < low[axis]) low[axis] = v;
            if (i == 0 || v > high[axis]) high[axis] = v;
        }
    }
    plane->x = (low[0] + high[0]) / 2;
    plane->y = (low[1] + high[1]) / 2;
    plane->side = high[0] - low[0] > high[1] - low[1] ? high[0] - low[0] : high[1] - low[1];
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__map_check(const dlcv__pictures *p, const dlcv_tensor *images, const dlcv_tensor *xy,
                                     int size, const dlcv_tensor *out)
{
    char shape[128];
    dlcv_status s = dlcv__check("view_map", "xy", xy);
    if (s) return s;
    if (xy->dtype != DLCV_F32 || xy->shape.ndim != 2 || xy->shape.dim[0] != p->n || xy->shape.dim[1] != 2) {
        dlcv__shape_text(xy->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "view_map: xy is %s %s, must be f32 [%d, 2], a place for each image",
                         dlcv__dtype_name(xy->dtype), shape, p->n);
    }
    if (size < 1 || size > 16384) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_map: size is %d, must be 1 .. 16384", size);
    }
    if (p->h > size || p->w > size) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_map: images of %d x %d do not fit into %d x %d", p->h, p->w, size,
                         size);
    }
    return dlcv__among("view_map", "out", out, images, xy);
}

/* The first of `length` pixels whose middle is `at` (-1/2 .. 1/2) of `span` beside that of `size` pixels, where span +
 * length <= size: 0 .. size - length, since what rounds `at` is far below the half pixel in hand. */
DLCV__FN int dlcv__map_start(double at, int span, int size, int length)
{
    return (int)((size - length) / 2.0 + at * span + 0.5);
}

DLCV__FN dlcv_status dlcv__view_map(const dlcv_env *env, const dlcv_tensor *images, const dlcv_tensor *xy, int size,
                                   dlcv_tensor *out)
{
    dlcv__pictures p;
    dlcv__plane plane;
    int i, span;
    dlcv_status s = dlcv__pictures_of("view_map", images, &p);
    if (!s) s = dlcv__map_check(&p, images, xy, size, out);
    plane.size = size;
    if (!s) s = dlcv__plane_set("view_map", xy->data, p.n, &plane);
    if (!s) s = dlcv__out(env, "view_map", DLCV_U8, dlcv_shape3(size, size, 3), out);
    if (s) return s;
    if (!(plane.side > 0)) plane.side = 1; /* all at one place, which is the middle */
    span = size - (p.h > p.w ? p.h : p.w);
    memset(out->data, 255, (size_t)size * (size_t)size * 3);
    for (i = 0; i < p.n; i++) {
        const double x = ((double)dlcv__f32_at(xy->data, 2 * (size_t)i) - plane.x) / plane.side;
        const double y = ((double)dlcv__f32_at(xy->data, 2 * (size_t)i + 1) - plane.y) / plane.side;
        dlcv__draw(&p, i, 1, (unsigned char *)out->data, size, dlcv__map_start(x, span, size, p.w),
                   dlcv__map_start(-y, span, size, p.h));
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_view_map(const dlcv_env *env, const dlcv_tensor *images, const dlcv_tensor *xy, int size,
                                   dlcv_tensor *out)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const dlcv_status s = dlcv__view_map(env, images, xy, size, out);
    dlcv__fp_leave(fp);
    return s;
}

/* ---- decision regions ---- */

/* Colours that most eyes tell apart, for classes and for the series of plots. */
static const uint32_t dlcv__palette[10] = { 0x1f6fb4, 0xe8801a, 0x2e9e5b, 0xc8373d, 0x7b55b8,
                                            0x17a0ad, 0xd65f9f, 0x8a5a3c, 0xa3a51f, 0x6f7680 };

/* Corners that are classified at once: 16384, or one row of them. */
#define DLCV__CORNERS 16384

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

DLCV__FN dlcv_status dlcv__view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier,
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
    s = dlcv__plane_set("view_regions", points->x.data, points->x.shape.dim[0], &plane);
    if (!s) s = dlcv__out(env, "view_regions", DLCV_U8, dlcv_shape3(size, size, 3), out);
    if (s) return s;
    plane.side = plane.side > 0 ? plane.side * 1.125 : 2;
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

DLCV_API dlcv_status dlcv_view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier, void *user,
                                       int size, dlcv_tensor *out)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const dlcv_status s = dlcv__view_regions(env, points, classifier, user, size, out);
    dlcv__fp_leave(fp);
    return s;
}
#undef DLCV__CORNERS
