/* ---- convolution: shapes, and what an algorithm is ----------------------------------------------------------------------- */

/* A picture [n, c, h, w] and a map [n, f, oh, ow] between which weights [f, c / groups, kh, kw] stand: map pixel (oy, ox) sees picture pixels
 * (oy sh + i dh - pt, ox sw + j dw - pl), i < kh, j < kw. A convolution reads the picture and writes the map; a transposed one and the
 * gradient with respect to x go the other way; the gradient with respect to the weights reads both. */
typedef struct dlcv__conv_geom {
    size_t n, c, h, w, f, oh, ow, kh, kw, sh, sw, dh, dw, pt, pl, groups;
    size_t cg, fg;                  /* c / groups, f / groups */
    size_t taps, k;                 /* kh kw, cg kh kw: the length of a forward sum */
    size_t plane, pixels;           /* h w, oh ow */
    size_t x_count, y_count, w_count;   /* elements of picture, map, weights: as bytes they fit twice into size_t */
} dlcv__conv_geom;

/* The caller's epilogue with nothing left to decide: no clamp is -inf, +inf. */
typedef struct dlcv__conv_tail {
    const float *bias, *residual;   /* [f], [n, f, oh, ow], or NULL */
    float low, high;
} dlcv__conv_tail;

/* One call, as an algorithm gets it; x and y are what is read and written, whichever way that goes. Results may not depend on how many threads env has. */
typedef struct dlcv__conv_run {
    const dlcv_env *env;
    const dlcv__kernels_f32 *kernels;
    const dlcv__conv_geom *g;
    const float *weights;           /* the caller's, or NULL where the algorithm borrows none */
    const void *prepared;           /* what `prepare` wrote, aligned to 64 */
    const float *x;
    float *y;
    dlcv__conv_tail tail;
    void *workspace;                /* aligned to 64 */
    const float *map;               /* of the gradient with respect to weights alone: x is the picture, y is dw, */
    int add;                        /* to which it is added */
} dlcv__conv_run;

/* A row of the table in conv.c. The unit of costs is one multiply-add of a full vector's worth (a vector instruction costs `lanes`), of one
 * thread, of machines as a whole and not of this one. Bytes are those of
 * prepared weights and of the workspace of a call with `width` threads; `bytes` returns 0 where they overflow. */
typedef struct dlcv__conv_algo {
    dlcv_conv_algorithm id;
    const char *name;
    int transposed;                 /* goes from the map to the picture */
    int borrows;                    /* uses the caller's weights in every call */
    int (*applies)(const dlcv__conv_geom *g);
    double (*cost)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k);
    int (*bytes)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace);
    void (*prepare)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared);    /* NULL: nothing to do */
    void (*run)(const dlcv__conv_run *run);
} dlcv__conv_algo;

/* A row of the tables of the backward pass, gradients with respect to the picture (r->weights are the caller's, r->x is the map, r->y the
 * picture) and to the weights. */
typedef struct dlcv__conv_back_algo {
    const char *name;
    int winograd;                   /* 2 or 4: not in strict mode, nor where the caller forbids it */
    int (*applies)(const dlcv__conv_geom *g);
    double (*cost)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k);
    int (*bytes)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace);
    void (*run)(const dlcv__conv_run *run);
} dlcv__conv_back_algo;

/* count * size more bytes at *bytes, rounded up to 64 */
DLCV__FN int dlcv__conv_need(size_t *bytes, size_t count, size_t size)
{
    size_t more;
    return dlcv__mul(count, size, &more) && dlcv__add(more, 63, &more) && dlcv__add(*bytes, more & ~(size_t)63, bytes);
}

/* Part `index` of `parts` of 0 .. count - 1: sizes differ by one at most, and none depends on anything else. */
DLCV__INLINE size_t dlcv__conv_part(size_t count, int index, int parts)
{
    const size_t each = count / (size_t)parts, more = count % (size_t)parts, i = (size_t)index;
    return i * each + (i < more ? i : more);
}

DLCV__FN size_t dlcv__or_one(int x)
{
    return x ? (size_t)x : 1;
}

DLCV__FN dlcv_status dlcv__conv_numbers(const dlcv_conv_shape *s)
{
    const struct { const char *name; int value, least; } all[] = {
        { "batch", s->batch, 1 }, { "channels", s->channels, 1 }, { "height", s->height, 1 }, { "width", s->width, 1 },
        { "filters", s->filters, 1 }, { "kernel_h", s->kernel_h, 1 }, { "kernel_w", s->kernel_w, 1 }, { "stride_h", s->stride_h, 0 },
        { "stride_w", s->stride_w, 0 }, { "dilation_h", s->dilation_h, 0 }, { "dilation_w", s->dilation_w, 0 }, { "groups", s->groups, 0 },
        { "pad_top", s->pad_top, 0 }, { "pad_left", s->pad_left, 0 }, { "pad_bottom", s->pad_bottom, 0 }, { "pad_right", s->pad_right, 0 },
        { "output_pad_h", s->output_pad_h, 0 }, { "output_pad_w", s->output_pad_w, 0 } };
    const int groups = s->groups ? s->groups : 1;
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].value < all[i].least)
            return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: %s is %d, at least %d is wanted", all[i].name, all[i].value, all[i].least);
    if (s->channels % groups || s->filters % groups)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: %d groups do not divide %d channels and %d filters", groups, s->channels, s->filters);
    if (!s->transposed && (s->output_pad_h || s->output_pad_w))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: output_pad %d x %d without transposed", s->output_pad_h, s->output_pad_w);
    return DLCV_OK;
}

/* Along one axis: the picture's extent and the map's, of which one is given. No sum reaches 2^63. */
DLCV__FN dlcv_status dlcv__conv_axis(const dlcv_conv_shape *s, int vertical, size_t *picture, size_t *map)
{
    const char *axis = vertical ? "height" : "width";
    const long long in = vertical ? s->height : s->width, kernel = vertical ? s->kernel_h : s->kernel_w;
    const long long pad = (long long)(vertical ? s->pad_top : s->pad_left) + (vertical ? s->pad_bottom : s->pad_right);
    const long long stride = (long long)dlcv__or_one(vertical ? s->stride_h : s->stride_w);
    const long long dilation = (long long)dlcv__or_one(vertical ? s->dilation_h : s->dilation_w);
    const long long more = vertical ? s->output_pad_h : s->output_pad_w, window = dilation * (kernel - 1) + 1;
    long long out;
    if (!s->transposed) {
        if (in + pad < window)
            return dlcv_fail(DLCV_ERR_SHAPE, "conv_new: a window of %lld (kernel %lld, dilation %lld) does not fit into %s %lld with padding %lld",
                window, kernel, dilation, axis, in, pad);
        out = (in + pad - window) / stride + 1;
    } else {
        if (more >= stride && more >= dilation)
            return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: output_pad %lld in %s is neither below the stride %lld nor the dilation %lld", more,
                axis, stride, dilation);
        out = (in - 1) * stride + window + more - pad;
        if (out < 1)
            return dlcv_fail(DLCV_ERR_SHAPE, "conv_new: transposed, %s %lld with padding %lld becomes %lld", axis, in, pad, out);
    }
    if ((s->transposed ? out : in) + pad > INT_MAX)     /* the window is no larger */
        return dlcv_fail(DLCV_ERR_SHAPE, "conv_new: %s %lld with padding %lld, window %lld: more than an int holds", axis,
            s->transposed ? out : in, pad, window);
    *picture = (size_t)(s->transposed ? out : in);
    *map = (size_t)(s->transposed ? in : out);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__conv_geometry(const dlcv_conv_shape *s, dlcv__conv_geom *g)
{
    dlcv_status status = dlcv__conv_numbers(s);
    size_t twice;
    memset(g, 0, sizeof *g);
    if (!status) status = dlcv__conv_axis(s, 1, &g->h, &g->oh);
    if (!status) status = dlcv__conv_axis(s, 0, &g->w, &g->ow);
    if (status) return status;
    g->n = (size_t)s->batch;
    g->c = (size_t)(s->transposed ? s->filters : s->channels);
    g->f = (size_t)(s->transposed ? s->channels : s->filters);
    g->kh = (size_t)s->kernel_h, g->kw = (size_t)s->kernel_w;
    g->sh = dlcv__or_one(s->stride_h), g->sw = dlcv__or_one(s->stride_w);
    g->dh = dlcv__or_one(s->dilation_h), g->dw = dlcv__or_one(s->dilation_w);
    if (g->oh == 1 && g->sh > 2) g->sh = 2;     /* what nothing depends on is small; but not 1, which is Winograd's: sums of a lone output of a */
    if (g->ow == 1 && g->sw > 2) g->sw = 2;     /* tile may be small beside what cancels there */
    if (g->kh == 1) g->dh = 1;
    if (g->kw == 1) g->dw = 1;
    g->pt = (size_t)s->pad_top, g->pl = (size_t)s->pad_left;
    g->groups = dlcv__or_one(s->groups);
    g->cg = g->c / g->groups, g->fg = g->f / g->groups;
    if (!dlcv__mul(g->kh, g->kw, &g->taps) || !dlcv__mul(g->cg, g->taps, &g->k) || !dlcv__mul(g->f, g->k, &g->w_count)
        || !dlcv__mul(g->h, g->w, &g->plane) || !dlcv__mul(g->plane, g->c, &g->x_count) || !dlcv__mul(g->x_count, g->n, &g->x_count)
        || !dlcv__mul(g->oh, g->ow, &g->pixels) || !dlcv__mul(g->pixels, g->f, &g->y_count) || !dlcv__mul(g->y_count, g->n, &g->y_count)
        || !dlcv__mul(g->w_count, 8, &twice) || !dlcv__mul(g->x_count, 8, &twice) || !dlcv__mul(g->y_count, 8, &twice))
        return dlcv_fail(DLCV_ERR_MEMORY, "conv_new: %d x %d x %zu x %zu by %d x %d kernels of %d filters: more bytes than size_t counts", s->batch,
            s->channels, s->transposed ? g->oh : g->h, s->transposed ? g->ow : g->w, s->kernel_h, s->kernel_w, s->filters);
    return DLCV_OK;
}

/* y after its sum, as the tile's epilogue does it */
DLCV__INLINE float dlcv__conv_finish(const dlcv__conv_tail *t, float sum, size_t filter, size_t at)
{
    if (t->bias) sum += dlcv__load_f32(t->bias + filter);
    if (t->residual) sum += dlcv__load_f32(t->residual + at);
    if (t->low > sum) sum = t->low;
    if (t->high < sum) sum = t->high;
    return sum;
}
