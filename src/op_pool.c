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

/* The sizes of a call; columns j0 .. j1 - 1 of windows, and rows i0 .. i1 - 1, lie inside. */
typedef struct dlcv__pool_run {
    int how, h, w, oh, ow, kernel_h, kernel_w, step, j0, j1, i0, i1;
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
    r->step = a->kernel_w ? a->stride_w : 1;
    for (r->j0 = 0; r->j0 < r->ow; r->j0++) {
        s = dlcv__pool_column(c, r->j0);
        if (s.end - s.begin == r->kernel_w) break;
    }
    for (r->j1 = r->ow; r->j1 > r->j0; r->j1--) {
        s = dlcv__pool_column(c, r->j1 - 1);
        if (s.end - s.begin == r->kernel_w) break;
    }
    for (r->i0 = 0; r->i0 < r->oh; r->i0++) {
        s = dlcv__pool_row(c, r->i0);
        if (s.end - s.begin == r->kernel_h) break;
    }
    for (r->i1 = r->oh; r->i1 > r->i0; r->i1--) {
        s = dlcv__pool_row(c, r->i1 - 1);
        if (s.end - s.begin == r->kernel_h) break;
    }
}

/* Windows of `lines` output rows from i on, between columns j0 and j1, by the kernels */
DLCV__FN void dlcv__pool_inside(const dlcv__call *c, const dlcv__pool_run *r, const float *x, float *y, int i, int lines)
{
    const dlcv__pool2d *a = (const dlcv__pool2d *)c->attr;
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const dlcv__pool_span rows = dlcv__pool_row(c, i);
    const size_t pitch = (size_t)r->w, n = (size_t)(r->j1 - r->j0), line = (size_t)(a->kernel_h ? a->stride_h : 1) * pitch;
    if (r->j1 <= r->j0 || lines < 1) return;
    x += (ptrdiff_t)rows.begin * r->w + (ptrdiff_t)r->j0 * r->step - a->pad_left;
    y += (size_t)i * (size_t)r->ow + (size_t)r->j0;
    if (r->how == (int)DLCV_POOL_MAX) flat->pool_max(x, pitch, rows.end - rows.begin, r->kernel_w, r->step, 1, y, n, lines, line, (size_t)r->ow);
    else flat->pool_sum(x, pitch, rows.end - rows.begin, r->kernel_w, r->step, r->how == (int)DLCV_POOL_L2 ? 1.0f : (float)(rows.count * r->kernel_w), y, n, lines, line, (size_t)r->ow);
}

/* A window at the border, rows x cols from x on: the same order of values, down each column and from left to right. */
DLCV__INLINE float dlcv__pool_border(const float *x, size_t pitch, int rows, int cols, int most, float count)
{
    float all = 0;
    int i, j;
    for (j = 0; j < cols; j++) {
        const float *p = x + j;
        float u = *p;
        for (i = 1; i < rows; i++) {
            p += pitch;
            u = most ? (*p > u ? *p : u) : *p + u;
        }
        all = !j ? u : most ? (u > all ? u : all) : u + all;
    }
    return most ? all : all / count;
}

/* Column j of windows, at the border */
DLCV__FN void dlcv__pool_border_column(const dlcv__call *c, const dlcv__pool_run *r, const float *x, float *y, int j)
{
    const dlcv__pool_span cols = dlcv__pool_column(c, j);
    const int most = r->how == (int)DLCV_POOL_MAX, l2 = r->how == (int)DLCV_POOL_L2;
    const int stride = ((const dlcv__pool2d *)c->attr)->stride_h;
    dlcv__pool_span rows = { 0, 0, 0 };
    int i;
    for (i = 0; i < r->oh; i++) {
        if (i <= r->i0 || i >= r->i1) rows = dlcv__pool_row(c, i);
        else rows.begin += stride, rows.end += stride;
        y[(size_t)i * (size_t)r->ow + (size_t)j] = dlcv__pool_border(x + (size_t)rows.begin * (size_t)r->w + (size_t)cols.begin, (size_t)r->w, rows.end - rows.begin,
                                                                     cols.end - cols.begin, most, l2 ? 1.0f : (float)(rows.count * cols.count));
    }
}

/* All of planes begin .. end - 1: the kernels' reductions */
DLCV__FN void dlcv__pool_whole(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    static const int how[] = { DLCV_REDUCE_MAX, DLCV_REDUCE_MEAN, DLCV_REDUCE_NORM };
    const size_t plane = (size_t)c->in[0]->shape.dim[2] * (size_t)c->in[0]->shape.dim[3];
    (void)context;
    for (; begin < end; begin++) {
        ((float *)c->out->data)[begin] = dlcv__reduce_row(c, how[((const dlcv__pool2d *)c->attr)->how], (const float *)c->in[0]->data + begin * plane, plane);
    }
}

/* Rows of windows i, .., of one plane, all columns */
DLCV__FN void dlcv__pool_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    int i, j;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * (size_t)r->h * (size_t)r->w;
        float *out = (float *)c->out->data + begin * (size_t)r->oh * (size_t)r->ow;
        if (r->how == (int)DLCV_POOL_L2) {              /* the same of the squares */
            float *squares = (float *)c->scratch + begin * (size_t)r->h * (size_t)r->w;
            c->kernels->f32->flat->binary[DLCV__FLAT_MUL](x, x, squares, (size_t)r->h * (size_t)r->w);
            x = squares;
        }
        dlcv__pool_inside(c, r, x, out, r->i0, r->i1 - r->i0);
        for (i = 0; i < r->oh; i = i + 1 == r->i0 ? r->i1 : i + 1) {
            if (i < r->i0 || i >= r->i1) dlcv__pool_inside(c, r, x, out, i, 1);
            else i = r->i1 - 1;
        }
        for (j = 0; j < r->j0; j++) dlcv__pool_border_column(c, r, x, out, j);
        for (j = r->j1; j < r->ow; j++) dlcv__pool_border_column(c, r, x, out, j);
        if (r->how == (int)DLCV_POOL_L2) dlcv__map1(c, DLCV__MAP_SQRT, out, 0, 0, out, (size_t)r->oh * (size_t)r->ow);
    }
}

DLCV__FN dlcv_status dlcv__pool2d_plan(dlcv__call *c)
{
    if (((const dlcv__pool2d *)c->attr)->how == (int)DLCV_POOL_L2) c->scratch_bytes = dlcv__extent(&c->in[0]->shape, 0, 4) * sizeof(float);
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

/* dx of one window of rows x cols from x on, from its dy: as the kernel */
DLCV__INLINE void dlcv__pool_back_window(const float *x, float *dx, size_t pitch, int rows, int cols, int how, float count, float dy)
{
    size_t at = 0, k;
    float best = how == (int)DLCV_POOL_MAX ? *x : 0;
    int i, j;
    if (how == (int)DLCV_POOL_AVERAGE) dy /= count;
    for (i = 0; i < rows && how != (int)DLCV_POOL_AVERAGE; i++) {
        for (j = 0, k = (size_t)i * pitch; j < cols; j++, k++) {
            const float v = x[k];
            if (how == (int)DLCV_POOL_L2) {
                best += v * v;
                continue;
            }
            at = v > best ? k : at;                             /* without a branch, which nobody could foretell */
            best = v > best ? v : best;
        }
    }
    if (how == (int)DLCV_POOL_MAX) {
        dx[at] += dy;
        return;
    }
    if (how == (int)DLCV_POOL_L2) dy = best > 0 ? dy / sqrtf(best) : 0.0f;
    for (i = 0; i < rows; i++, x += pitch, dx += pitch) {
        for (j = 0; j < cols; j++) dx[j] += how == (int)DLCV_POOL_L2 ? dy * x[j] : dy;
    }
}

/* Columns begin .. end - 1 of a row of windows */
DLCV__FN void dlcv__pool_back_some(const dlcv__call *c, const dlcv__pool_run *r, const float *x, float *dx, const float *dy, dlcv__pool_span rows, int begin, int end)
{
    const size_t row = (size_t)rows.begin * (size_t)r->w;
    for (; begin < end; begin++) {
        const dlcv__pool_span cols = dlcv__pool_column(c, begin);
        const size_t at = row + (size_t)cols.begin;
        const float count = (float)(rows.count * cols.count);
        if (r->how == (int)DLCV_POOL_MAX) dlcv__pool_back_window(x + at, dx + at, (size_t)r->w, rows.end - rows.begin, cols.end - cols.begin, DLCV_POOL_MAX, 1, dy[begin]);
        else dlcv__pool_back_window(x ? x + at : NULL, dx + at, (size_t)r->w, rows.end - rows.begin, cols.end - cols.begin, r->how, count, dy[begin]);
    }
}

/* A window at the border: the kernel's d and at; its taps are counted as if it had all columns, the first of which is `from`. No branches that depend on
 * the values, which nobody could foretell. */
DLCV__FN float dlcv__pool_find_border(const dlcv__pool_run *r, const float *x, dlcv__pool_span rows, dlcv__pool_span cols, int from, float dy, float *at)
{
    const int h = rows.end - rows.begin, w = cols.end - cols.begin, most = r->how == (int)DLCV_POOL_MAX, few = h * w <= 31;
    const float *first = x + (size_t)rows.begin * (size_t)r->w + (size_t)cols.begin, *p = first;
    float best = most ? *first : 0.0f;
    int i, j, tap = 0;
    uint32_t bits = 0, bit = 1;
    if (r->how == (int)DLCV_POOL_AVERAGE) return dy / (float)(rows.count * cols.count);
    for (i = 0; i < h; i++, p += r->w) {
        for (j = 0; j < w; j++) {
            if (!most) best += p[j] * p[j];
            else best = p[j] > best ? p[j] : best;
        }
    }
    if (!most) return best > 0 ? dy / sqrtf(best) : 0.0f;
    for (i = 0, p = first; i < h && few; i++, p += r->w) {
        for (j = 0; j < w; j++, bit <<= 1) bits |= (0u - (uint32_t)(p[j] == best)) & bit;
    }
    for (i = 0; i < h * w && !few && !bits; i++) {
        if (first[(size_t)(i / w) * (size_t)r->w + (size_t)(i % w)] == best) bits = 1, tap = i;
    }
    if (few && bits) tap = (int)(dlcv__bits_of((float)(bits & (0u - bits))) >> 23) - 127;         /* the lowest */
    *at = (float)(tap / w * r->kernel_w + tap % w + cols.begin - from);
    return dy;
}

/* Row i of windows, by the kernels, as many at a time as there is room for in d and at */
enum { DLCV__POOL_WINDOWS = 256, DLCV__POOL_ROOM = DLCV__POOL_WINDOWS + 2 * DLCV__POOL_HALO };

DLCV__FN void dlcv__pool_back_row(const dlcv__call *c, const dlcv__pool_run *r, const float *x, const float *dy, float *dx, int i, float *d, float *at)
{
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const int pad = ((const dlcv__pool2d *)c->attr)->pad_left;
    const dlcv__pool_span rows = dlcv__pool_row(c, i);
    const size_t top = (size_t)rows.begin * (size_t)r->w;
    int begin, end, j;
    for (begin = 0; begin < r->ow; begin = end) {
        const long long first = (long long)begin * r->step - pad;
        long long last;
        int j0, j1;
        end = r->ow - begin < DLCV__POOL_WINDOWS ? r->ow : begin + DLCV__POOL_WINDOWS;
        last = (long long)(end - 1) * r->step - pad + r->kernel_w;
        j0 = r->j0 > begin ? (r->j0 < end ? r->j0 : end) : begin;
        j1 = r->j1 < end ? r->j1 : end;
        if (j1 < j0) j1 = j0;
        if (j1 > j0) {
            flat->pool_find(r->how, x + top + (size_t)((long long)j0 * r->step - pad), (size_t)r->w, rows.end - rows.begin, r->kernel_w, r->step,
                            (float)(rows.count * r->kernel_w), dy + j0, d + DLCV__POOL_HALO + j0 - begin, at + DLCV__POOL_HALO + j0 - begin, (size_t)(j1 - j0));
        }
        for (j = j0 > begin ? begin : j1; j < end; j = j + 1 == j0 ? j1 : j + 1) {
            d[DLCV__POOL_HALO + j - begin] = dlcv__pool_find_border(r, x, rows, dlcv__pool_column(c, j), j * r->step - pad, dy[j], at + DLCV__POOL_HALO + j - begin);
        }
        memset(d + DLCV__POOL_HALO + end - begin, 0, DLCV__POOL_HALO * sizeof *d);
        flat->pool_give(r->how, d + DLCV__POOL_HALO, at + DLCV__POOL_HALO, rows.end - rows.begin, r->kernel_w, r->step, (ptrdiff_t)first, x + top, dx + top, (size_t)r->w,
                        first > 0 ? (ptrdiff_t)first : 0, last < r->w ? (ptrdiff_t)last : r->w);
    }
}

/* Sums in dx run over windows row by row, from left to right. */
DLCV__FN void dlcv__pool_back_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    const size_t plane = (size_t)r->h * (size_t)r->w;
    const int kernels = r->step <= 2 && r->kernel_w <= DLCV__POOL_HALO - 16, stride = ((const dlcv__pool2d *)c->attr)->stride_h;
    const int pairs = r->how == (int)DLCV_POOL_MAX && r->kernel_h == 2 && r->kernel_w == 2 && stride == 2 && r->step == 2 && r->i0 + r->j0 == 0 && r->i1 == r->oh && r->j1 == r->ow;
    float d[DLCV__POOL_ROOM], at[DLCV__POOL_ROOM];
    int i;
    memset(d, 0, sizeof d);
    memset(at, 0, sizeof at);
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * plane, *dy = (const float *)c->out_gradient->data + begin * (size_t)r->oh * (size_t)r->ow;
        float *dx = (float *)c->in_gradient[0]->data + begin * plane;
        if (!pairs || 2 * r->ow != r->w || 2 * r->oh != r->h) memset(dx, 0, plane * sizeof *dx);
        if (pairs) c->kernels->f32->flat->pool_back2(x, (size_t)r->w, dy, dx, (size_t)r->ow, r->oh);
        for (i = 0; i < r->oh && !pairs; i++, dy += r->ow) {
            if (kernels) dlcv__pool_back_row(c, r, x, dy, dx, i, d, at);
            else dlcv__pool_back_some(c, r, x, dx, dy, dlcv__pool_row(c, i), 0, r->ow);
        }
    }
}

DLCV__FN void dlcv__pool_back_whole(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pool_run *r = (const dlcv__pool_run *)context;
    const size_t plane = (size_t)r->h * (size_t)r->w;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * plane, dy = ((const float *)c->out_gradient->data)[begin];
        float *dx = (float *)c->in_gradient[0]->data + begin * plane;
        if (r->how == (int)DLCV_POOL_L2) {
            const float root = dlcv__reduce_row(c, DLCV_REDUCE_NORM, x, plane);
            DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, root > 0 ? dy / root : 0.0f, dx, plane);
        } else {
            dlcv__fill_f32(dx, r->how == (int)DLCV_POOL_MAX ? 0.0f : dy / (float)plane, plane);
        }
        if (r->how == (int)DLCV_POOL_MAX) dx[dlcv__first_of(c, x, plane, dlcv__reduce_row(c, DLCV_REDUCE_MAX, x, plane))] = dy;
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
