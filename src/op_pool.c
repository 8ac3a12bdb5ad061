/* ---- op: pooling over windows of pictures -------------------------------------------------------------------------------------------------------------
 * Each plane of [n, c, h, w] by itself. Windows begin at multiples of the stride from -pad on; with ceil_mode one more stands where it begins inside the
 * picture or the padding before it (as in torch). What lies outside does not count; the average divides by what lies inside, with count_include_pad by what
 * lies inside the padded picture. L2 is the root of the sum of squares (LpPool of ONNX). Of equal largest values the first gets the gradient. */
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

/* The part of window i along an axis that lies inside, and what the average counts. */
typedef struct dlcv__pool_span {
    int begin, end, count;
} dlcv__pool_span;

DLCV__FN dlcv__pool_span dlcv__pool_window(int i, int in, int kernel, int stride, int before, int after, int count_pad)
{
    dlcv__pool_span s;
    const long long from = kernel ? (long long)i * stride - before : 0, to = kernel ? from + kernel : in;
    s.begin = from < 0 ? 0 : (int)from;
    s.end = to > in ? in : (int)to;
    s.count = count_pad ? (int)((to > (long long)in + after ? (long long)in + after : to) - from) : s.end - s.begin;
    return s;
}

/* Windows of output row i between columns j0 and j1, all of which lie inside from left to right: by the kernels. */
DLCV__FN void dlcv__pool_inside(const dlcv__call *c, const float *x, float *y, dlcv__pool_span rows, int j0, int j1)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const int width = c->in[0]->shape.dim[3], kernel = a->kernel_w ? a->kernel_w : width, step = a->kernel_w ? a->stride_w : 1;
    const float *from = x + (size_t)rows.begin * (size_t)width + (ptrdiff_t)j0 * step - a->pad_left;
    if (j1 <= j0) return;
    if (a->how == (int)DLCV_POOL_MAX) {
        flat->pool_max(from, (size_t)width, rows.end - rows.begin, kernel, step, y + j0, (size_t)(j1 - j0));
    } else {
        flat->pool_sum(from, (size_t)width, rows.end - rows.begin, kernel, step, y + j0, (size_t)(j1 - j0));
        if (a->how == (int)DLCV_POOL_AVERAGE) flat->binary_by[DLCV__FLAT_DIV](y + j0, (float)(rows.count * kernel), y + j0, (size_t)(j1 - j0));
    }
}

/* A window at the border: the same order of values, down each column and from left to right. */
DLCV__FN float dlcv__pool_border(const dlcv__call *c, const float *x, dlcv__pool_span rows, dlcv__pool_span cols)
{
    const int how = ((const dlcv__pool2d *)c->attr)->how, most = how == (int)DLCV_POOL_MAX;
    const size_t width = (size_t)c->in[0]->shape.dim[3];
    float all = 0;
    int i, j;
    for (j = cols.begin; j < cols.end; j++) {
        float u = x[(size_t)rows.begin * width + (size_t)j];
        for (i = rows.begin + 1; i < rows.end; i++) {
            const float v = x[(size_t)i * width + (size_t)j];
            u = most ? (v > u ? v : u) : v + u;
        }
        all = j == cols.begin ? u : most ? (u > all ? u : all) : u + all;
    }
    return how == (int)DLCV_POOL_AVERAGE ? all / (float)(rows.count * cols.count) : all;
}

/* All of planes begin .. end - 1, but for the maximum: the kernels' sums */
DLCV__FN void dlcv__pool_whole(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const size_t plane = (size_t)c->in[0]->shape.dim[2] * (size_t)c->in[0]->shape.dim[3];
    (void)context;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * plane;
        float *y = (float *)c->out->data + begin;
        if (((const dlcv__pool2d *)c->attr)->how == (int)DLCV_POOL_L2) *y = sqrtf(c->kernels->f32->flat->spread(x, 0.0f, plane));
        else *y = c->kernels->f32->flat->sum(x, plane) / (float)plane;
    }
}

DLCV__FN void dlcv__pool_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const int h = c->in[0]->shape.dim[2], w = c->in[0]->shape.dim[3], oh = c->out->shape.dim[2], ow = c->out->shape.dim[3];
    int i, j;
    (void)context;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * (size_t)h * (size_t)w;
        if (a->how == (int)DLCV_POOL_L2) {              /* the same of the squares */
            float *squares = (float *)c->scratch + begin * (size_t)h * (size_t)w;
            c->kernels->f32->flat->binary[DLCV__FLAT_MUL](x, x, squares, (size_t)h * (size_t)w);
            x = squares;
        }
        for (i = 0; i < oh; i++) {
            float *y = (float *)c->out->data + (begin * (size_t)oh + (size_t)i) * (size_t)ow;
            const dlcv__pool_span rows = dlcv__pool_window(i, h, a->kernel_h, a->stride_h, a->pad_top, a->pad_bottom, a->count_include_pad);
            int j0 = 0, j1 = 0;
            for (j = 0; j < ow; j++) {
                const dlcv__pool_span cols = dlcv__pool_window(j, w, a->kernel_w, a->stride_w, a->pad_left, a->pad_right, a->count_include_pad);
                const int inside = cols.end - cols.begin == (a->kernel_w ? a->kernel_w : w);
                if (inside && j1 == 0) j0 = j;
                if (inside) j1 = j + 1;
                else y[j] = dlcv__pool_border(c, x, rows, cols);
            }
            dlcv__pool_inside(c, x, y, rows, j0, j1);
            for (j = 0; j < ow && a->how == (int)DLCV_POOL_L2; j++) y[j] = sqrtf(y[j]);
        }
    }
}

DLCV__FN dlcv_status dlcv__pool2d_plan(dlcv__call *c)
{
    if (((const dlcv__pool2d *)c->attr)->how == (int)DLCV_POOL_L2) c->scratch_bytes = dlcv__extent(&c->in[0]->shape, 0, 4) * sizeof(float);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pool2d_forward(dlcv__call *c)
{
    const size_t planes = dlcv__extent(&c->out->shape, 0, 2);
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const int whole = !a->kernel_h && !a->kernel_w && a->how != (int)DLCV_POOL_MAX;
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, planes, dlcv_tensor_count(c->in[0]) / planes, whole ? dlcv__pool_whole : dlcv__pool_planes, NULL);
    return DLCV_OK;
}

/* dx += dy x / y, nothing where y is 0 */
DLCV__FN void dlcv__pool_back_l2(const dlcv__call *c, const float *x, float *dx, float dy, dlcv__pool_span rows, dlcv__pool_span cols)
{
    const size_t width = (size_t)c->in[0]->shape.dim[3];
    float sum = 0;
    int i, j;
    for (i = rows.begin; i < rows.end; i++) {
        for (j = cols.begin; j < cols.end; j++) sum += x[(size_t)i * width + (size_t)j] * x[(size_t)i * width + (size_t)j];
    }
    dy = sum > 0 ? dy / sqrtf(sum) : 0.0f;
    for (i = rows.begin; i < rows.end; i++) {
        for (j = cols.begin; j < cols.end; j++) dx[(size_t)i * width + (size_t)j] += dy * x[(size_t)i * width + (size_t)j];
    }
}

/* dx of one window from its dy */
DLCV__FN void dlcv__pool_back_window(const dlcv__call *c, const float *x, float *dx, float dy, dlcv__pool_span rows, dlcv__pool_span cols)
{
    const int most = ((const dlcv__pool2d *)c->attr)->how == (int)DLCV_POOL_MAX;
    const size_t width = (size_t)c->in[0]->shape.dim[3];
    size_t at = (size_t)rows.begin * width + (size_t)cols.begin, k;
    float best = most ? x[at] : 0;
    int i, j;
    if (!most) dy /= (float)(rows.count * cols.count);
    for (i = rows.begin; i < rows.end && most; i++) {           /* without a branch, which nobody could foretell */
        for (j = cols.begin, k = (size_t)i * width + (size_t)j; j < cols.end; j++, k++) {
            const float v = x[k];
            at = v > best ? k : at;
            best = v > best ? v : best;
        }
    }
    for (i = rows.begin; i < rows.end && !most; i++) {
        for (j = cols.begin; j < cols.end; j++) dx[(size_t)i * width + (size_t)j] += dy;
    }
    if (most) dx[at] += dy;
}

DLCV__FN void dlcv__pool_back_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const int h = c->in[0]->shape.dim[2], w = c->in[0]->shape.dim[3], oh = c->out->shape.dim[2], ow = c->out->shape.dim[3];
    int i, j;
    (void)context;
    for (; begin < end; begin++) {
        const float *x = c->in[0]->data ? (const float *)c->in[0]->data + begin * (size_t)h * (size_t)w : NULL;
        float *dx = (float *)c->in_gradient[0]->data + begin * (size_t)h * (size_t)w;
        memset(dx, 0, (size_t)h * (size_t)w * sizeof *dx);
        for (i = 0; i < oh; i++) {
            const dlcv__pool_span rows = dlcv__pool_window(i, h, a->kernel_h, a->stride_h, a->pad_top, a->pad_bottom, a->count_include_pad);
            const float *dy = (const float *)c->out_gradient->data + (begin * (size_t)oh + (size_t)i) * (size_t)ow;
            for (j = 0; j < ow; j++) {
                const dlcv__pool_span cols = dlcv__pool_window(j, w, a->kernel_w, a->stride_w, a->pad_left, a->pad_right, a->count_include_pad);
                if (a->how == (int)DLCV_POOL_L2) dlcv__pool_back_l2(c, x, dx, dy[j], rows, cols);
                else dlcv__pool_back_window(c, x, dx, dy[j], rows, cols);
            }
        }
    }
}

DLCV__FN dlcv_status dlcv__pool2d_backward(dlcv__call *c)
{
    const size_t planes = dlcv__extent(&c->out->shape, 0, 2);
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, planes, dlcv_tensor_count(c->in[0]) / planes, dlcv__pool_back_planes, NULL);
    return DLCV_OK;
}

DLCV__FN double dlcv__pool2d_flops(const dlcv__call *c)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    if (!a->kernel_h) return dlcv__count_of(c->in[0]);
    return dlcv__count_of(c->out) * (double)a->kernel_h * (double)(a->kernel_w ? a->kernel_w : c->in[0]->shape.dim[3]);
}

static const dlcv__op dlcv__op_pool2d = { "pool2d", 1, 1, 0, DLCV__READS_IN0, sizeof(dlcv__pool2d), DLCV__FIELDS(dlcv__pool2d_fields), dlcv__pool2d_infer, dlcv__pool2d_plan,
    dlcv__pool2d_forward, dlcv__pool2d_backward, NULL, dlcv__pool2d_flops };
