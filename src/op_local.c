/* ---- op: locally connected layers, convolutions whose weights are not shared ------------------------------------------------------------------------
 * y[n, f, i, j] = sum of weight[f, c, p, q, i, j] x[n, c, i stride + p dilation - pad, j stride + q dilation - pad] over channels c of the group and
 * taps p, q, plus bias[f, i, j]. weight is [filters, channels / groups, kh, kw, oh, ow], so that rows of weights meet rows of x and of y. Sums run
 * over channels, kernel rows, kernel columns, in this order. */
#define DLCV__LOCAL_ROW 512         /* columns at a time */

typedef struct dlcv__local {
    dlcv_conv_shape s;
    size_t cg, fg, oh, ow;          /* channels and filters a group; the map */
} dlcv__local;

DLCV__FN dlcv_status dlcv__conv2d_unshared_infer(dlcv__call *c)
{
    const dlcv__conv2d *a = (const dlcv__conv2d *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape, *w = &c->in[1]->shape;
    char text[112], weights[112];
    dlcv_status status = DLCV_OK;
    dlcv_conv_shape s;
    size_t picture, map[2];
    int i;
    for (i = 0; i < c->inputs && !status; i++) status = dlcv__op_want_f32(c, i);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    dlcv__shape_text(*w, weights, sizeof weights);
    if (x->ndim != 4 || x->dim[1] < 1 || x->dim[2] < 0 || x->dim[3] < 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, c, h, w] is wanted", text);
    if (w->ndim != 6) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights are %s, [filters, channels, kernel, kernel, height, width] is wanted", weights);
    dlcv__conv2d_shape(c, 0, &s);
    if (!s.batch) s.batch = 1;
    if (dlcv__conv_numbers(&s)) return dlcv__op_fail_as(c, DLCV_ERR_ARGUMENT);
    if (w->dim[1] != s.channels / s.groups) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input has %d channel%s, weights expect %lld", s.channels, s.channels == 1 ? "" : "s", (long long)w->dim[1] * s.groups);
    }
    for (i = 0; i < 2 && !status; i++) {
        status = dlcv__conv_axis(&s, !i, &picture, &map[i]);
        if (status) return dlcv__op_fail_as(c, status);
    }
    if (a->exact_fit) {
        status = dlcv__conv2d_fit(c, "height", s.height, s.pad_top + s.pad_bottom, s.kernel_h, s.dilation_h, s.stride_h);
        if (!status) status = dlcv__conv2d_fit(c, "width", s.width, s.pad_left + s.pad_right, s.kernel_w, s.dilation_w, s.stride_w);
        if (status) return status;
    }
    if ((size_t)w->dim[4] != map[0] || (size_t)w->dim[5] != map[1]) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights are %s, the output has %zu x %zu places", weights, map[0], map[1]);
    }
    if (c->inputs > 2) {
        const dlcv_shape *b = &c->in[2]->shape;
        dlcv__shape_text(*b, text, sizeof text);
        if (b->ndim != 3 || b->dim[0] != w->dim[0] || b->dim[1] != w->dim[4] || b->dim[2] != w->dim[5]) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "bias is %s, weights are %s", text, weights);
        }
    }
    c->out->shape = dlcv_shape4(x->dim[0], w->dim[0], w->dim[4], w->dim[5]);
    return DLCV_OK;
}

DLCV__FN void dlcv__local_of(const dlcv__call *c, dlcv__local *l)
{
    dlcv__conv2d_shape(c, 0, &l->s);
    l->cg = (size_t)(l->s.channels / l->s.groups);
    l->fg = (size_t)(l->s.filters / l->s.groups);
    l->oh = (size_t)c->in[1]->shape.dim[4];
    l->ow = (size_t)c->in[1]->shape.dim[5];
}

/* Column j of the map meets column j * stride + from of x: those j < ow for which that lies inside, [j0, j1). */
DLCV__FN void dlcv__local_columns(const dlcv__local *l, size_t q, long long *from, size_t *j0, size_t *j1)
{
    const long long stride = l->s.stride_w, width = l->s.width;
    *from = (long long)q * l->s.dilation_w - l->s.pad_left;
    *j0 = *from < 0 ? (size_t)((-*from + stride - 1) / stride) : 0;
    *j1 = *from >= width ? 0 : (size_t)((width - 1 - *from) / stride) + 1;
    if (*j1 > l->ow) *j1 = l->ow;
}

/* Row of x under row i of the map and row p of the kernel, -1: outside */
DLCV__FN long long dlcv__local_row(const dlcv__local *l, size_t i, size_t p)
{
    const long long row = (long long)i * l->s.stride_h + (long long)p * l->s.dilation_h - l->s.pad_top;
    return row < 0 || row >= l->s.height ? -1 : row;
}

/* n columns of x, one every stride, side by side: x itself or t */
DLCV__FN const float *dlcv__local_gather(const float *x, size_t stride, float *t, size_t n)
{
    size_t j;
    if (stride == 1) return x;
    for (j = 0; j < n; j++) t[j] = x[j * stride];
    return t;
}

/* Where a tap meets a piece of a row: floats of weights, x and y */
typedef struct dlcv__local_at {
    size_t w, x, y, n;
} dlcv__local_at;

typedef void (*dlcv__local_step)(const dlcv__call *c, const dlcv__local *l, const dlcv__local_at *at);

/* step for all pieces of sample n, filter f, row i of the map, channel k of the group */
DLCV__FN void dlcv__local_taps(const dlcv__call *c, const dlcv__local *l, size_t n, size_t f, size_t i, size_t k, dlcv__local_step step)
{
    const size_t kh = (size_t)l->s.kernel_h, kw = (size_t)l->s.kernel_w, channel = f / l->fg * l->cg + k;
    size_t p, q, j, j0, j1;
    long long from;
    for (p = 0; p < kh; p++) {
        const long long row = dlcv__local_row(l, i, p);
        for (q = 0; q < kw && row >= 0; q++) {
            dlcv__local_columns(l, q, &from, &j0, &j1);
            for (j = j0; j < j1; j += DLCV__LOCAL_ROW) {
                dlcv__local_at at;
                at.n = j1 - j < DLCV__LOCAL_ROW ? j1 - j : DLCV__LOCAL_ROW;
                at.w = ((((f * l->cg + k) * kh + p) * kw + q) * l->oh + i) * l->ow + j;
                at.y = ((n * (size_t)l->s.filters + f) * l->oh + i) * l->ow + j;
                at.x = ((n * (size_t)l->s.channels + channel) * (size_t)l->s.height + (size_t)row) * (size_t)l->s.width
                     + (size_t)((long long)j * l->s.stride_w + from);
                step(c, l, &at);
            }
        }
    }
}

DLCV__FN void dlcv__local_forward_step(const dlcv__call *c, const dlcv__local *l, const dlcv__local_at *at)
{
    float t[DLCV__LOCAL_ROW], *y = (float *)c->out->data + at->y;
    const float *x = dlcv__local_gather((const float *)c->in[0]->data + at->x, (size_t)l->s.stride_w, t, at->n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, (const float *)c->in[1]->data + at->w, t, at->n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y, t, y, at->n);
}

/* Units are rows of filters, f * oh + i: their weights serve all samples. */
DLCV__FN void dlcv__local_forward_rows(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__local *l = (const dlcv__local *)context;
    const size_t batch = (size_t)c->in[0]->shape.dim[0];
    size_t n, k;
    for (; begin < end; begin++) {
        for (n = 0; n < batch; n++) memset((float *)c->out->data + (n * (size_t)l->s.filters * l->oh + begin) * l->ow, 0, l->ow * sizeof(float));
        for (k = 0; k < l->cg; k++) {
            for (n = 0; n < batch; n++) dlcv__local_taps(c, l, n, begin / l->oh, begin % l->oh, k, dlcv__local_forward_step);
        }
        for (n = 0; n < batch && c->inputs > 2; n++) {
            float *y = (float *)c->out->data + (n * (size_t)l->s.filters * l->oh + begin) * l->ow;
            DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y, (const float *)c->in[2]->data + begin * l->ow, y, l->ow);
        }
    }
}

DLCV__FN size_t dlcv__local_cost(const dlcv__local *l)
{
    return l->cg * (size_t)l->s.kernel_h * (size_t)l->s.kernel_w * l->ow + 64;
}

DLCV__FN dlcv_status dlcv__conv2d_unshared_forward(dlcv__call *c)
{
    dlcv__local l;
    dlcv__local_of(c, &l);
    dlcv__flat_run(c, (size_t)l.s.filters * l.oh, dlcv__local_cost(&l), dlcv__local_forward_rows, &l);
    return DLCV_OK;
}

DLCV__FN void dlcv__local_dw_step(const dlcv__call *c, const dlcv__local *l, const dlcv__local_at *at)
{
    float t[DLCV__LOCAL_ROW], *dw = (float *)c->in_gradient[1]->data + at->w;
    const float *x = dlcv__local_gather((const float *)c->in[0]->data + at->x, (size_t)l->s.stride_w, t, at->n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, (const float *)c->out_gradient->data + at->y, t, at->n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dw, t, dw, at->n);
}

DLCV__FN void dlcv__local_dw_rows(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__local *l = (const dlcv__local *)context;
    const size_t batch = (size_t)c->in[0]->shape.dim[0];
    size_t n, k;
    for (; begin < end; begin++) {
        for (n = 0; n < batch; n++) {
            for (k = 0; k < l->cg; k++) dlcv__local_taps(c, l, n, begin / l->oh, begin % l->oh, k, dlcv__local_dw_step);
        }
    }
}

DLCV__FN void dlcv__local_dx_step(const dlcv__call *c, const dlcv__local *l, const dlcv__local_at *at)
{
    float t[DLCV__LOCAL_ROW], *dx = (float *)c->in_gradient[0]->data + at->x;
    const size_t stride = (size_t)l->s.stride_w;
    size_t j;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL]((const float *)c->out_gradient->data + at->y, (const float *)c->in[1]->data + at->w, t, at->n);
    if (stride == 1) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dx, t, dx, at->n);
    for (j = 0; j < at->n && stride != 1; j++) dx[j * stride] += t[j];
}

/* Units are planes of x, n * channels + k. */
DLCV__FN void dlcv__local_dx_planes(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__local *l = (const dlcv__local *)context;
    const size_t plane = (size_t)l->s.height * (size_t)l->s.width;
    size_t f, i;
    for (; begin < end; begin++) {
        const size_t n = begin / (size_t)l->s.channels, channel = begin % (size_t)l->s.channels, group = channel / l->cg;
        memset((float *)c->in_gradient[0]->data + begin * plane, 0, plane * sizeof(float));
        for (f = group * l->fg; f < (group + 1) * l->fg; f++) {
            for (i = 0; i < l->oh; i++) dlcv__local_taps(c, l, n, f, i, channel % l->cg, dlcv__local_dx_step);
        }
    }
}

DLCV__FN dlcv_status dlcv__conv2d_unshared_backward(dlcv__call *c)
{
    const size_t batch = (size_t)c->in[0]->shape.dim[0];
    dlcv__local l;
    size_t n;
    int i;
    dlcv__local_of(c, &l);
    for (i = 1; i < c->inputs; i++) {
        if (c->in_gradient[i]) memset(c->in_gradient[i]->data, 0, dlcv_tensor_count(c->in_gradient[i]) * sizeof(float));
    }
    if (c->in_gradient[0]) dlcv__flat_run(c, batch * (size_t)l.s.channels, dlcv__local_cost(&l) / l.cg * l.oh, dlcv__local_dx_planes, &l);
    if (c->in_gradient[1]) dlcv__flat_run(c, (size_t)l.s.filters * l.oh, dlcv__local_cost(&l), dlcv__local_dw_rows, &l);
    if (c->inputs > 2 && c->in_gradient[2]) {
        float *db = (float *)c->in_gradient[2]->data;
        const size_t count = dlcv_tensor_count(c->in_gradient[2]);
        for (n = 0; n < batch; n++) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](db, (const float *)c->out_gradient->data + n * count, db, count);
    }
    return DLCV_OK;
}

static const dlcv__op dlcv__op_conv2d_unshared = { "conv2d_unshared", 2, 3, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__conv2d), DLCV__FIELDS(dlcv__conv2d_fields),
    dlcv__conv2d_unshared_infer, NULL, dlcv__conv2d_unshared_forward, dlcv__conv2d_unshared_backward, NULL, dlcv__conv2d_flops };
#undef DLCV__LOCAL_ROW
