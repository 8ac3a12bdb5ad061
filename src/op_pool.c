/* ---- op: pooling over windows of pictures -------------------------------------------------------------------------------------------------------------
 * Each plane of [n, c, h, w] by itself. Windows begin at multiples of the stride from -pad on; with ceil_mode one more stands where it begins inside the
 * picture or the padding before it (as in torch). What lies outside does not count; the average divides by what lies inside, with count_include_pad by what
 * lies inside the padded picture. L2 is the root of the sum of squares (LpPool of ONNX). Of equal largest values the first gets the gradient:
 * forward leaves its number in the window, if that fits into a byte. */
typedef struct dlcv__pool2d {
    int how;                        /* dlcv_pooling */
    int kernel_h, kernel_w;         /* 0: all of it */
    int stride_h, stride_w, pad_top, pad_left, pad_bottom, pad_right, ceil_mode, count_include_pad;
} dlcv__pool2d;

#define DLCV__POOL2D_FIELD(name) { #name, DLCV__FIELD_INT, offsetof(dlcv__pool2d, name), 0 }
static const dlcv__field dlcv__pool2d_fields[] = {
    DLCV__POOL2D_FIELD(how), DLCV__POOL2D_FIELD(kernel_h), DLCV__POOL2D_FIELD(kernel_w), DLCV__POOL2D_FIELD(stride_h), DLCV__POOL2D_FIELD(stride_w),
    DLCV__POOL2D_FIELD(pad_top), DLCV__POOL2D_FIELD(pad_left), DLCV__POOL2D_FIELD(pad_bottom), DLCV__POOL2D_FIELD(pad_right),
    DLCV__POOL2D_FIELD(ceil_mode), DLCV__POOL2D_FIELD(count_include_pad) };
#undef DLCV__POOL2D_FIELD

/* One axis: how many windows; -1: none fits */
DLCV__FN int dlcv__pool_extent(int in, int kernel, int stride, int before, int after, int ceil_mode)
{
    const long long rest = (long long)in + before + after - kernel;
    long long out;
    if (rest < 0) return -1;
    out = (rest + (ceil_mode ? stride - 1 : 0)) / stride + 1;
    if (ceil_mode && (out - 1) * stride >= (long long)in + before) out--;
    return (int)out;
}

DLCV__FN dlcv_status dlcv__pool2d_infer(dlcv__call *c)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape;
    dlcv_status status = dlcv__infer_same(c);
    char text[112];
    int axis;
    if (status) return status;
    if (a->how < (int)DLCV_POOL_MAX || a->how > (int)DLCV_POOL_L2) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "there is no pooling %d", a->how);
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim != 4) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, c, h, w] is wanted", text);
    for (axis = 0; axis < 2; axis++) {
        const int kernel = axis ? a->kernel_w : a->kernel_h, stride = axis ? a->stride_w : a->stride_h, in = x->dim[2 + axis];
        const int before = axis ? a->pad_left : a->pad_top, after = axis ? a->pad_right : a->pad_bottom;
        if (kernel < 0 || (kernel && stride < 1)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "kernel %d, stride %d", kernel, stride);
        if (before < 0 || after < 0 || (kernel && (before >= kernel || after >= kernel)) || (!kernel && (before || after))) {
            return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "padding %d and %d, kernel %d: a window might see nothing but padding", before, after, kernel);
        }
        c->out->shape.dim[2 + axis] = !kernel ? 1 : in < 0 ? -1 : dlcv__pool_extent(in, kernel, stride, before, after, a->ceil_mode);
        if (in == 0 || (kernel && in > 0 && c->out->shape.dim[2 + axis] < 1)) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "a window of %d does not fit into %s %d with padding %d", kernel, axis ? "width" : "height", in, before + after);
        }
    }
    return DLCV_OK;
}

/* The part of window i along an axis that lies inside, and what the average counts. 16 bytes: where a function returns 12, tcc 0.9.27 writes 16. */
typedef struct dlcv__pool_span {
    int begin, end;
    int64_t count;
} dlcv__pool_span;

DLCV__FN dlcv__pool_span dlcv__pool_window(int i, int in, int kernel, int stride, int before, int after, int count_pad)
{
    dlcv__pool_span s;
    const long long from = kernel ? (long long)i * stride - before : 0, to = kernel ? from + kernel : in;
    s.begin = from < 0 ? 0 : (int)from;
    s.end = to > in ? in : (int)to;
    s.count = count_pad ? (int64_t)((to > (long long)in + after ? (long long)in + after : to) - from) : s.end - s.begin;
    return s;
}

/* The sizes of a call; rows i0 .. i1 - 1 of windows have all their rows, none of which is padding. */
typedef struct dlcv__pool_run {
    int how, h, w, oh, ow, kernel_h, kernel_w, stride_h, step, pad_top, pad_left, i0, i1;
    size_t plane, map;              /* floats of x, of y */
} dlcv__pool_run;

DLCV__FN dlcv__pool_span dlcv__pool_row(const dlcv__call *c, int i)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    return dlcv__pool_window(i, c->in[0]->shape.dim[2], a->kernel_h, a->stride_h, a->pad_top, a->pad_bottom, a->count_include_pad);
}

DLCV__FN dlcv__pool_span dlcv__pool_column(const dlcv__call *c, int j)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    return dlcv__pool_window(j, c->in[0]->shape.dim[3], a->kernel_w, a->stride_w, a->pad_left, a->pad_right, a->count_include_pad);
}

DLCV__FN void dlcv__pool_of(const dlcv__call *c, dlcv__pool_run *r)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    dlcv__pool_span s;
    r->how = a->how;
    r->h = c->in[0]->shape.dim[2];
    r->w = c->in[0]->shape.dim[3];
    r->oh = c->out->shape.dim[2];
    r->ow = c->out->shape.dim[3];
    r->kernel_h = a->kernel_h ? a->kernel_h : r->h;
    r->kernel_w = a->kernel_w ? a->kernel_w : r->w;
    r->stride_h = a->kernel_h ? a->stride_h : r->h;
    r->step = a->kernel_w ? a->stride_w : 1;
    r->pad_top = a->pad_top;
    r->pad_left = a->pad_left;
    r->plane = (size_t)r->h * (size_t)r->w;
    r->map = (size_t)r->oh * (size_t)r->ow;
    for (r->i0 = 0; r->i0 < r->oh; r->i0++) {
        s = dlcv__pool_row(c, r->i0);
        if (s.end - s.begin == r->kernel_h) break;
    }
    for (r->i1 = r->oh; r->i1 > r->i0; r->i1--) {
        s = dlcv__pool_row(c, r->i1 - 1);
        if (s.end - s.begin == r->kernel_h) break;
    }
}

/* Windows that are too wide or too far apart for the kernels: of window (i, j) of x the result and the maximum's tap, or, dx not NULL, what dy comes to. As the
 * kernels do it. */
DLCV__FN float dlcv__pool_one(const dlcv__call *c, const dlcv__pool_run *r, const float *x, int i, int j, float dy, float *dx, int *tap)
{
    const dlcv__pool_span rows = dlcv__pool_row(c, i), cols = dlcv__pool_column(c, j);
    const int most = r->how == (int)DLCV_POOL_MAX, l2 = r->how == (int)DLCV_POOL_L2;
    size_t best = (size_t)rows.begin * (size_t)r->w + (size_t)cols.begin, at;
    float all = 0;
    int row, col;
    for (col = cols.begin; col < cols.end; col++) {
        float u = 0;
        for (row = rows.begin; row < rows.end; row++) {
            at = (size_t)row * (size_t)r->w + (size_t)col;
            u += l2 ? x[at] * x[at] : x[at];
            if (most && (x[at] > x[best] || (x[at] >= x[best] && at < best))) best = at;
        }
        all = col == cols.begin ? u : u + all;
    }
    all = most ? x[best] : l2 ? sqrtf(all) : all / (float)(rows.count * cols.count);
    *tap = ((int)(best / (size_t)r->w) + r->pad_top - i * r->stride_h) * r->kernel_w + (int)(best % (size_t)r->w) + r->pad_left - j * r->step;
    if (!dx) return all;
    dy = l2 ? (all > 0 ? dy / all : 0.0f) : most ? dy : dy / (float)(rows.count * cols.count);
    if (most) dx[best] += dy;
    for (row = rows.begin; row < rows.end && !most; row++) {
        for (col = cols.begin; col < cols.end; col++) {
            at = (size_t)row * (size_t)r->w + (size_t)col;
            dx[at] += l2 ? dy * x[at] : dy;
        }
    }
    return all;
}

DLCV__FN void dlcv__pool_plain(const dlcv__call *c, const dlcv__pool_run *r, size_t begin, size_t end)
{
    int i, j, tap;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * r->plane, *dy = c->out_gradient ? (const float *)c->out_gradient->data + begin * r->map : NULL;
        float *dx = dy ? (float *)c->in_gradient[0]->data + begin * r->plane : NULL, *y = (float *)c->out->data + begin * r->map;
        if (dx) memset(dx, 0, r->plane * sizeof *dx);
        for (i = 0; i < r->oh; i++) {
            for (j = 0; j < r->ow; j++) {
                const size_t k = (size_t)i * (size_t)r->ow + (size_t)j;
                const float all = dlcv__pool_one(c, r, x, i, j, dy ? dy[k] : 0.0f, dx, &tap);
                if (dx) continue;
                y[k] = all;
                if (c->saved && r->how == (int)DLCV_POOL_MAX) ((uint8_t *)c->saved)[begin * r->map + k] = (uint8_t)tap;
            }
        }
    }
}

/* All of planes begin .. end - 1: the kernels' reductions */
DLCV__FN void dlcv__pool_whole(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    static const int how[] = { DLCV_REDUCE_MAX, DLCV_REDUCE_MEAN, DLCV_REDUCE_NORM };
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * r->plane, all = dlcv__reduce_row(c, how[r->how], x, r->plane);
        ((float *)c->out->data)[begin] = all;
        if (c->saved) ((size_t *)c->saved)[begin] = dlcv__first_of(c, x, r->plane, all);
    }
}

DLCV__FN void dlcv__pool_back_whole(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * r->plane, dy = ((const float *)c->out_gradient->data)[begin];
        float *dx = (float *)c->in_gradient[0]->data + begin * r->plane;
        if (r->how == (int)DLCV_POOL_MAX) {
            memset(dx, 0, r->plane * sizeof *dx);
            dx[((const size_t *)c->saved)[begin]] = dy;
        } else if (r->how == (int)DLCV_POOL_L2) {
            const float root = dlcv__reduce_row(c, DLCV_REDUCE_NORM, x, r->plane);
            DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, root > 0 ? dy / root : 0.0f, dx, r->plane);
        } else {
            dlcv__fill_f32(dx, dy / (float)r->plane, r->plane);
        }
    }
}

enum { DLCV__POOL_WINDOWS = 256 };

/* What the kernels are told in any case */
DLCV__FN void dlcv__pool_begin(const dlcv__call *c, const dlcv__pool_run *r, dlcv__windows *p)
{
    memset(p, 0, sizeof *p);
    p->how = r->how == (int)DLCV_POOL_L2 ? DLCV__POOL_L2 : r->how == (int)DLCV_POOL_AVERAGE ? DLCV__POOL_AVERAGE : c->saved ? DLCV__POOL_AT : DLCV__POOL_MAX;
    p->cols = r->kernel_w;
    p->step = r->step;
    p->pitch = (size_t)r->w;
    p->x_line = (size_t)r->stride_h * (size_t)r->w;
    p->y_line = (size_t)r->ow;
}

/* Columns j .. of windows: p->n of them, which see p->width columns from the returned one on */
DLCV__FN int dlcv__pool_strip(const dlcv__call *c, const dlcv__pool_run *r, int j, int most, dlcv__windows *p, float *count)
{
    const ptrdiff_t from = (ptrdiff_t)j * r->step - r->pad_left, to = (ptrdiff_t)r->ow - j < most ? r->ow : (ptrdiff_t)j + most;
    const ptrdiff_t end = (to - 1) * r->step - r->pad_left + r->kernel_w;
    const int first = from < 0 ? 0 : (int)from;
    int k;
    p->n = (int)(to - j);
    p->before = (int)(first - from);
    p->width = (int)((end < r->w ? end : r->w) - first);
    p->alone = p->n == r->ow;
    p->room = (size_t)(p->n + r->kernel_w / r->step) + 3 * c->kernels->f32->lanes;
    p->count = count;
    for (k = 0; k < DLCV__POOL_WINDOWS && p->how == DLCV__POOL_AVERAGE; k++) count[k] = k < p->n ? (float)dlcv__pool_column(c, j + k).count : 1.0f;
    return first;
}

/* Whether windows go through kernels or one by one, in an order of sums of its own, is no backend's business (RULE 5): hence DLCV__MOST_LANES, of all. */
DLCV__FN void dlcv__pool_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    int most = DLCV__POOL_FLOATS / r->step - r->kernel_w / r->step - 3 * DLCV__MOST_LANES, i, j, lines;
    float count[DLCV__POOL_WINDOWS], *roots = r->how == (int)DLCV_POOL_L2 ? (float *)c->saved : NULL;
    dlcv__windows p;
    size_t k;
    if (most > DLCV__POOL_FEW) most = DLCV__POOL_FEW;
    dlcv__pool_begin(c, r, &p);
    if (most < 1) dlcv__pool_plain(c, r, begin, end);
    for (j = 0; j < r->ow && most > 0; j += p.n) {
        const size_t first = (size_t)dlcv__pool_strip(c, r, j, most, &p, count);
        for (k = begin; k < end; k++) {
            const float *x = (const float *)c->in[0]->data + k * r->plane + first;
            for (i = 0; i < r->oh; i += lines) {
                const dlcv__pool_span rows = dlcv__pool_row(c, i);
                const size_t at = k * r->map + (size_t)i * (size_t)r->ow + (size_t)j;
                const size_t up = (size_t)rows.begin * (size_t)r->w;
                lines = i >= r->i0 && i < r->i1 ? r->i1 - i : 1;
                p.lead = k * r->plane + first + up;
                p.tail = dlcv_tensor_count(c->in[0]) - p.lead;
                c->kernels->f32->flat->pool(&p, x + up, rows.end - rows.begin, (rows.begin + r->pad_top - i * r->stride_h) * r->kernel_w,
                                            (float)rows.count, lines, (float *)c->out->data + at, p.how == DLCV__POOL_AT ? (uint8_t *)c->saved + at : NULL);
            }
        }
    }
    for (k = begin * r->map; k < end * r->map && roots; k++) {
        const float root = ((const float *)c->out->data)[k];
        roots[k] = root > 0 ? root : dlcv__float_of(0x7f800000u);              /* the gradient is dy / infinity */
    }
}

DLCV__FN dlcv_status dlcv__pool2d_plan(dlcv__call *c)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const size_t planes = dlcv__extent(&c->out->shape, 0, 2), windows = dlcv__extent(&c->out->shape, 0, 4);
    const size_t taps = (size_t)(a->kernel_h ? a->kernel_h : c->in[0]->shape.dim[2]) * (size_t)(a->kernel_w ? a->kernel_w : c->in[0]->shape.dim[3]);
    if (!a->kernel_h && !a->kernel_w) c->saved_bytes = a->how == (int)DLCV_POOL_MAX ? planes * sizeof(size_t) : 0;
    else if (a->how == (int)DLCV_POOL_L2) c->saved_bytes = windows * sizeof(float);
    else if (a->how == (int)DLCV_POOL_MAX && taps <= 256) c->saved_bytes = windows;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pool2d_run(const dlcv__call *c, dlcv__flat_body whole, dlcv__flat_body parts)
{
    const size_t planes = dlcv__extent(&c->out->shape, 0, 2);
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    dlcv__pool_run r;
    dlcv__pool_of(c, &r);
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, planes, dlcv_tensor_count(c->in[0]) / planes, !a->kernel_h && !a->kernel_w ? whole : parts, &r);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pool2d_forward(dlcv__call *c)
{
    return dlcv__pool2d_run(c, dlcv__pool_whole, dlcv__pool_planes);
}

/* Columns of dx from q on, p->width of them: which windows see them; the first one's column in the map */
DLCV__FN int dlcv__pool_back_strip(const dlcv__call *c, const dlcv__pool_run *r, int q, dlcv__windows *p, float *count)
{
    const ptrdiff_t at = (ptrdiff_t)q + r->pad_left, from = at - (r->kernel_w - 1), first = from < 0 ? -((-from + r->step - 1) / r->step) : from / r->step;
    const ptrdiff_t end = (at + p->width - 1) / r->step + 1;
    const int j = first < 0 ? 0 : (int)first;
    int k;
    p->before = (int)(at - first * r->step);
    p->lo = (int)(j - first);
    p->hi = (int)((end < r->ow ? end : r->ow) - first);
    if (p->hi < p->lo) p->hi = p->lo;
    p->room = (size_t)(end - first) + c->kernels->f32->lanes;
    p->count = count;
    for (k = 0; k < DLCV__POOL_WINDOWS && p->how == DLCV__POOL_AVERAGE; k++) count[k] = k < p->hi - p->lo ? (float)dlcv__pool_column(c, j + k).count : 1.0f;
    return j;
}

/* Sums in dx run over windows row by row, from left to right. */
DLCV__FN void dlcv__pool_back_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    const int lines = r->kernel_h / r->stride_h + 2, room = DLCV__POOL_FLOATS / lines;
    const int most = ((room < DLCV__POOL_WINDOWS ? room : DLCV__POOL_WINDOWS) - DLCV__MOST_LANES - 2) * (r->step < 64 ? r->step : 64) - r->kernel_w;
    float count[DLCV__POOL_WINDOWS];
    dlcv__windows p;
    size_t k;
    int q;
    dlcv__pool_begin(c, r, &p);
    if (most < 16 || !a->kernel_w || p.how == DLCV__POOL_MAX) {
        dlcv__pool_plain(c, r, begin, end);
        return;
    }
    p.rows = r->kernel_h;
    p.y_step = r->stride_h;
    p.above = r->pad_top;
    p.height = r->h;
    p.lines = r->oh;
    p.top = a->count_include_pad ? -r->pad_top : 0;
    p.bottom = a->count_include_pad ? r->h + a->pad_bottom : r->h;
    for (q = 0; q < r->w; q += p.width) {
        size_t j;
        p.width = r->w - q < most ? r->w - q : most;
        j = (size_t)dlcv__pool_back_strip(c, r, q, &p, count);
        for (k = begin; k < end; k++) {
            const size_t at = k * r->map + j, to = k * r->plane + (size_t)q;
            const void *saved = p.how == DLCV__POOL_AT ? (const void *)((const uint8_t *)c->saved + at) : p.how == DLCV__POOL_L2 ? (const void *)((const float *)c->saved + at) : NULL;
            p.tail = dlcv_tensor_count(c->out) - at;
            c->kernels->f32->flat->pool_back(&p, (const float *)c->out_gradient->data + at, saved, (const float *)c->in[0]->data + to, (float *)c->in_gradient[0]->data + to);
        }
    }
}

DLCV__FN dlcv_status dlcv__pool2d_backward(dlcv__call *c)
{
    return dlcv__pool2d_run(c, dlcv__pool_back_whole, dlcv__pool_back_planes);
}

DLCV__FN double dlcv__pool2d_flops(const dlcv__call *c)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    if (!a->kernel_h) return dlcv__count_of(c->in[0]);
    return dlcv__count_of(c->out) * (double)a->kernel_h * (double)(a->kernel_w ? a->kernel_w : c->in[0]->shape.dim[3]);
}

static const dlcv__op dlcv__op_pool2d = { "pool2d", 1, 1, 0, DLCV__READS_IN0, sizeof(dlcv__pool2d), DLCV__FIELDS(dlcv__pool2d_fields), dlcv__pool2d_infer, dlcv__pool2d_plan,
    dlcv__pool2d_forward, dlcv__pool2d_backward, NULL, dlcv__pool2d_flops };

