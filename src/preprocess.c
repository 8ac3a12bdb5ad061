/* ---- pixels to numbers: resizing, cutting out, normalising ------------------------------------------------------------------------------ */

typedef struct dlcv__frames {
    const dlcv__kernels_flat *k;
    const uint8_t *pixels;
    size_t count, h, w, c;      /* u8 [count, h, w, c] */
    int out_c;
    dlcv__taps y, x;
    int from[4];                /* channel of the picture for each of the result; -1: grey of three; -2: 255 */
    float scale[4], shift[4];
    unsigned char *memory;      /* tables, then `floats` for each task */
    size_t tables, floats, share;
    void *out;                  /* u8 [count, y.out, x.out, c] or f32 [count, out_c, y.out, x.out] */
    int numbers;                /* f32 */
} dlcv__frames;

DLCV__FN dlcv_status dlcv__frames_of(const char *who, const dlcv_tensor *images, dlcv__frames *p)
{
    char text[112];
    const dlcv_status status = dlcv__check(who, "the picture", images);
    int first;
    if (status) return status;
    first = images->shape.ndim - 3;
    memset(p, 0, sizeof *p);
    if (images->dtype == DLCV_U8 && (first == 0 || first == 1)) {
        const int *dim = images->shape.dim + first;
        p->pixels = (const uint8_t *)images->data;
        p->count = first ? (size_t)images->shape.dim[0] : 1;
        p->h = (size_t)dim[0];
        p->w = (size_t)dim[1];
        p->c = (size_t)dim[2];
        if (p->h && p->w && (p->c == 1 || p->c == 3 || p->c == 4)) return DLCV_OK;
    }
    dlcv__shape_text(images->shape, text, sizeof text);
    return dlcv_fail(DLCV_ERR_SHAPE, "%s: the picture is %s %s, must be u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4", who, dlcv__dtype_name(images->dtype), text);
}

/* Row i of picture n: f32 [c][x.out] at the end of the task's memory */
DLCV__FN float *dlcv__frames_row(const dlcv__frames *p, size_t n, size_t i, float *work)
{
    const size_t row = p->w * p->c, out = (size_t)p->x.out;
    const float *w = p->y.weight + i * (size_t)p->y.taps;
    const uint8_t *from = p->pixels + (n * p->h + (size_t)p->y.first[i]) * row;
    float *sum = work, *one = work + row, *line = work + 2 * row;
    size_t c;
    int t;
    p->k->pixels(from, 1, w[0], 0.0f, sum, row);
    for (t = 1; t < p->y.count[i]; t++) {
        p->k->pixels(from + (size_t)t * row, 1, w[t], 0.0f, one, row);
        p->k->binary[DLCV__FLAT_ADD](sum, one, sum, row);
    }
    for (c = 0; c < p->c; c++) dlcv__taps_across(&p->x, sum + c, p->c, line + c * out);
    p->k->clamp(line, 0.0f, 255.0f, line, p->c * out);
    return line;
}

/* Rows of all pictures, one after the other */
DLCV__FN void dlcv__frames_task(int index, void *context)
{
    const dlcv__frames *p = (const dlcv__frames *)context;
    const size_t out = (size_t)p->x.out, out_h = (size_t)p->y.out, rows = p->count * out_h;
    float *work = (float *)(void *)(p->memory + p->tables) + (size_t)index * p->floats;
    size_t r = (size_t)index * p->share, end = rows - r < p->share ? rows : r + p->share, j, c;
    const dlcv__fp fp = dlcv__fp_enter();
    for (; r < end; r++) {
        float *line = dlcv__frames_row(p, r / out_h, r % out_h, work);
        uint8_t *bytes = (uint8_t *)p->out + r * out * p->c;
        float *to = (float *)p->out + (r / out_h * (size_t)p->out_c * out_h + r % out_h) * out;
        for (c = 0; c < p->c && !p->numbers; c++) {
            for (j = 0; j < out; j++) bytes[j * p->c + c] = (uint8_t)(line[c * out + j] + 0.5f);
        }
        for (c = 0; c < (size_t)p->out_c; c++, to += out_h * out) {
            const float *from = line + (p->from[c] < 0 ? 0 : (size_t)p->from[c]) * out;
            if (p->from[c] == -1) {
                for (j = 0; j < out; j++) to[j] = (77.0f * from[j] + 150.0f * from[out + j] + 29.0f * from[2 * out + j]) * (1.0f / 256);
                from = to;
            }
            p->k->affine(from, p->from[c] == -2 ? 0.0f : p->scale[c], p->from[c] == -2 ? 255.0f * p->scale[c] + p->shift[c] : p->shift[c], to, out);
        }
    }
    dlcv__fp_leave(fp);
}

/* Neither another size nor another number of colours: straight from pixels to planes. */
DLCV__FN int dlcv__frames_plain(const dlcv__frames *p)
{
    int c;
    for (c = 0; c < p->out_c; c++) {
        if (p->from[c] == -1) return 0;
    }
    return p->numbers && p->y.whole == p->y.in && p->y.out == p->y.in && p->x.whole == p->x.in && p->x.out == p->x.in;
}

DLCV__FN void dlcv__frames_planes(const dlcv__frames *p)
{
    const size_t plane = p->h * p->w;
    float *to = (float *)p->out;
    size_t n, c;
    for (n = 0; n < p->count; n++) {
        for (c = 0; c < (size_t)p->out_c; c++, to += plane) {
            const float scale = p->from[c] < 0 ? 0.0f : p->scale[c], shift = p->from[c] < 0 ? 255.0f * p->scale[c] + p->shift[c] : p->shift[c];
            p->k->pixels(p->pixels + n * plane * p->c + (p->from[c] < 0 ? 0 : (size_t)p->from[c]), p->c, scale, shift, to, plane);
        }
    }
}

/* Pictures of y.out x x.out from whole ones of y.whole x x.whole, y and x.at being where they begin; out is allocated. */
DLCV__FN dlcv_status dlcv__frames_run(const dlcv_env *env, const char *who, dlcv__frames *p)
{
    const size_t rows = p->count * (size_t)p->y.out;
    const size_t y = dlcv__taps_of_size(&p->y, p->y.how, (int)p->h, p->y.whole, p->y.at, p->y.out);
    const size_t x = dlcv__taps_of_size(&p->x, p->x.how, (int)p->w, p->x.whole, p->x.at, p->x.out);
    size_t tasks = (size_t)dlcv__width(env), row, all;
    dlcv__fp fp;
    p->k = dlcv__kernels()->f32->flat;
    if (!rows) return DLCV_OK;
    fp = dlcv__fp_enter();
    if (dlcv__frames_plain(p)) {
        dlcv__frames_planes(p);
        dlcv__fp_leave(fp);
        return DLCV_OK;
    }
    dlcv__fp_leave(fp);
    if (tasks > rows) tasks = rows;
    p->share = (rows + tasks - 1) / tasks;
    tasks = (rows + p->share - 1) / p->share;
    /* two rows of the picture, one of the result with all colours, for each task */
    if (!dlcv__add(2 * p->w, (size_t)p->x.out, &row) || !dlcv__mul(row, p->c, &p->floats) || !dlcv__mul(p->floats, sizeof(float) * tasks, &row)
        || !dlcv__add(y, x, &p->tables) || !dlcv__add(p->tables, row, &all)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: pictures of %zu x %zu pixels are more bytes than a size_t can count", who, p->h, p->w);
    }
    p->memory = (unsigned char *)dlcv__alloc(env, all);
    if (!p->memory) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", who, dlcv_error());
    fp = dlcv__fp_enter();
    dlcv__taps_fill(&p->y, p->memory);
    dlcv__taps_fill(&p->x, p->memory + y);
    dlcv__fp_leave(fp);
    dlcv__parallel(env, (int)tasks, dlcv__frames_task, p);
    dlcv__release(env, p->memory, all);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__interpolation_check(const char *who, int how)
{
    if (how >= (int)DLCV_INTERPOLATION_SMOOTH && how <= (int)DLCV_INTERPOLATION_AREA) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: there is no interpolation %d", who, how);
}

DLCV__FN dlcv_status dlcv__frames_out(const dlcv_env *env, const char *who, dlcv_dtype dtype, dlcv_shape shape, const dlcv_tensor *images, dlcv_tensor *out)
{
    if (out && dlcv__overlap(images, out)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: out and the pictures overlap", who);
    return dlcv__out(env, who, dtype, shape, out);
}

DLCV_API dlcv_status dlcv_image_resize(const dlcv_env *env, const dlcv_tensor *image, int height, int width, dlcv_interpolation how, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__frames p;
    dlcv_shape shape;
    dlcv_status status = dlcv__frames_of("image_resize", image, &p);
    if (!status) status = dlcv__interpolation_check("image_resize", (int)how);
    if (!status && (height < 1 || width < 1)) status = dlcv_fail(DLCV_ERR_SHAPE, "image_resize: height %d and width %d, both must be at least 1", height, width);
    if (status) return status;
    shape = image->shape;
    shape.dim[shape.ndim - 3] = height;
    shape.dim[shape.ndim - 2] = width;
    p.y.how = p.x.how = (int)how;
    p.y.whole = p.y.out = height;
    p.x.whole = p.x.out = width;
    status = dlcv__frames_out(&e, "image_resize", DLCV_U8, shape, image, out);
    if (status) return status;
    p.out = out->data;
    return dlcv__frames_run(&e, "image_resize", &p);
}

/* ---- preprocessing */

DLCV__FN dlcv_status dlcv__preprocess_check(const char *who, const dlcv_preprocess *p)
{
    int i;
    if (!p) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the preprocessing is NULL", who);
    if (p->height < 0 || p->width < 0 || p->resize_short < 0) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: height %d, width %d, shorter side %d: 0 (as it is) or more", who, p->height, p->width, p->resize_short);
    }
    if (p->channels != 0 && p->channels != 1 && p->channels != 3 && p->channels != 4) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %d channels, must be 1, 3 (or 0) or 4", who, p->channels);
    }
    if (!dlcv__finite(p->scale)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: scale is %g", who, (double)p->scale);
    for (i = 0; i < 4; i++) {
        if (dlcv__finite(p->mean[i]) && dlcv__finite(p->stddev[i]) && (p->stddev[i] == 0 || fabs((double)p->stddev[i]) >= 1e-30)) continue;
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: mean %g and stddev %g of channel %d", who, (double)p->mean[i], (double)p->stddev[i], i);
    }
    return dlcv__interpolation_check(who, (int)p->how);
}

DLCV__FN int dlcv__preprocess_channels(const dlcv_preprocess *p)
{
    return p->channels ? p->channels : 3;
}

/* value = scale pixel + shift, of channel c of the network's */
DLCV__FN void dlcv__preprocess_line(const dlcv_preprocess *p, int c, double *scale, double *shift)
{
    const double by = p->scale == 0 ? 1.0 / 255 : (double)p->scale, stddev = p->stddev[c] == 0 ? 1.0 : (double)p->stddev[c];
    const int invert = p->invert && c < 3;
    *scale = (invert ? -by : by) / stddev;
    *shift = ((invert ? 255 * by : 0.0) - (double)p->mean[c]) / stddev;
}

/* Which channel of RGB or RGBA is the network's c */
DLCV__FN int dlcv__preprocess_source(const dlcv_preprocess *p, int c)
{
    return p->bgr && c < 3 && dlcv__preprocess_channels(p) > 1 ? 2 - c : c;
}

/* One axis of a picture whose shorter side is `least`: want 0 = all there is */
DLCV__FN dlcv_status dlcv__preprocess_axis(const dlcv_preprocess *p, const char *who, const char *what, int in, int least, int want, dlcv__taps *a)
{
    const int64_t whole = p->resize_short ? (int64_t)in * p->resize_short / least : want ? want : in;
    const int64_t rest = whole - (want ? want : whole);
    if (whole > INT_MAX) return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s %d times %d / %d is more than %d", who, what, in, p->resize_short, least, INT_MAX);
    if (rest < 0) return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is %d after resizing, %d is to be cut out", who, what, (int)whole, want);
    a->how = (int)p->how;
    a->whole = (int)whole;
    a->at = (int)(rest / 2 + (rest % 4 == 3));         /* torchvision rounds halves to even */
    a->out = (int)(whole - rest);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__preprocess_run(const dlcv_env *env, const char *who, const dlcv_preprocess *p, const dlcv_tensor *images, dlcv_tensor *out)
{
    dlcv__frames r;
    double scale, shift;
    int c, least;
    dlcv_status status = dlcv__preprocess_check(who, p);
    if (!status) status = dlcv__frames_of(who, images, &r);
    if (status) return status;
    least = (int)(r.h < r.w ? r.h : r.w);
    status = dlcv__preprocess_axis(p, who, "the height", (int)r.h, least, p->height, &r.y);
    if (!status) status = dlcv__preprocess_axis(p, who, "the width", (int)r.w, least, p->width, &r.x);
    if (status) return status;
    r.numbers = 1;
    r.out_c = dlcv__preprocess_channels(p);
    for (c = 0; c < r.out_c; c++) {
        const int from = dlcv__preprocess_source(p, c);
        r.from[c] = r.out_c == 1 && r.c > 1 ? -1 : from == 3 && r.c < 4 ? -2 : r.c == 1 ? 0 : from;
        dlcv__preprocess_line(p, c, &scale, &shift);
        r.scale[c] = (float)scale;
        r.shift[c] = (float)shift;
    }
    status = dlcv__frames_out(env, who, DLCV_F32, dlcv_shape4((int)r.count, r.out_c, r.y.out, r.x.out), images, out);
    if (status) return status;
    r.out = out->data;
    return dlcv__frames_run(env, who, &r);
}

DLCV_API dlcv_status dlcv_preprocess_run(const dlcv_env *env, const dlcv_preprocess *p, const dlcv_tensor *images, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    return dlcv__preprocess_run(&e, "preprocess_run", p, images, out);
}

/* Sums of whole numbers: exact. */
DLCV_API dlcv_status dlcv_preprocess_measure(const dlcv_tensor *images, dlcv_preprocess *out)
{
    dlcv__frames p;
    size_t c, i, n;
    const dlcv_status status = dlcv__frames_of("preprocess_measure", images, &p);
    dlcv__fp fp;
    if (status) return status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "preprocess_measure: out is NULL");
    if (!p.count) return dlcv_fail(DLCV_ERR_SHAPE, "preprocess_measure: there are no pictures");
    memset(out, 0, sizeof *out);
    out->height = (int)p.h;
    out->width = (int)p.w;
    out->channels = (int)p.c;
    n = p.count * p.h * p.w;
    fp = dlcv__fp_enter();
    for (c = 0; c < p.c; c++) {
        uint64_t sum = 0, squares = 0;
        double mean, variance;
        for (i = 0; i < n; i++) {
            const uint64_t v = p.pixels[i * p.c + c];
            sum += v;
            squares += v * v;
        }
        mean = (double)sum / (double)n;
        variance = (double)squares / (double)n - mean * mean;
        out->mean[c] = (float)(mean / 255);
        out->stddev[c] = variance > 0 ? (float)(sqrt(variance) / 255) : 0.0f;
    }
    dlcv__fp_leave(fp);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_preprocess_undo(const dlcv_env *env, const dlcv_preprocess *p, const dlcv_tensor *x, dlcv_tensor *images)
{
    const char *who = "preprocess_undo";
    dlcv_status status = dlcv__preprocess_check(who, p);
    char text[112];
    size_t n, c, i, plane, channels;
    const float *from;
    dlcv__fp fp;
    if (!status) status = dlcv__check(who, "x", x);
    if (status) return status;
    channels = (size_t)dlcv__preprocess_channels(p);
    if (x->dtype != DLCV_F32 || x->shape.ndim != 4 || (size_t)x->shape.dim[1] != channels) {
        dlcv__shape_text(x->shape, text, sizeof text);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: x is %s %s, must be f32 [n, %d, h, w]", who, dlcv__dtype_name(x->dtype), text, (int)channels);
    }
    status = dlcv__frames_out(env, who, DLCV_U8, dlcv_shape4(x->shape.dim[0], x->shape.dim[2], x->shape.dim[3], (int)channels), x, images);
    if (status) return status;
    plane = (size_t)x->shape.dim[2] * (size_t)x->shape.dim[3];
    from = (const float *)x->data;
    fp = dlcv__fp_enter();
    for (n = 0; n < (size_t)x->shape.dim[0]; n++) {
        for (c = 0; c < channels; c++, from += plane) {
            uint8_t *to = (uint8_t *)images->data + n * plane * channels + (size_t)dlcv__preprocess_source(p, (int)c);
            double scale, shift;
            dlcv__preprocess_line(p, (int)c, &scale, &shift);
            for (i = 0; i < plane; i++) {
                const double v = ((double)from[i] - shift) / scale + 0.5;
                to[i * channels] = (uint8_t)(v > 0 ? v < 255.5 ? (int)v : 255 : 0);
            }
        }
    }
    dlcv__fp_leave(fp);
    return DLCV_OK;
}
