/* ---- ops: convolution. x [n, c, h, w], weight [filters, c / groups, kh, kw] (transposed: [c, filters / groups, kh, kw]), bias [filters] or none ---------- */

typedef struct dlcv__conv2d {
    int stride_h, stride_w, dilation_h, dilation_w, groups;
    int pad_top, pad_left, pad_bottom, pad_right;
    int same;                       /* paddings as make the output ceil(input / stride); an odd one more at the bottom and to the right */
    int exact_fit;                  /* the stride has to reach the last window */
    int output_pad_h, output_pad_w; /* transposed alone */
} dlcv__conv2d;

#define DLCV__CONV2D_FIELD(name, otherwise) { #name, DLCV__FIELD_INT, offsetof(dlcv__conv2d, name), otherwise }
static const dlcv__field dlcv__conv2d_fields[] = {
    DLCV__CONV2D_FIELD(stride_h, 1), DLCV__CONV2D_FIELD(stride_w, 1), DLCV__CONV2D_FIELD(dilation_h, 1), DLCV__CONV2D_FIELD(dilation_w, 1),
    DLCV__CONV2D_FIELD(groups, 1), DLCV__CONV2D_FIELD(pad_top, 0), DLCV__CONV2D_FIELD(pad_left, 0), DLCV__CONV2D_FIELD(pad_bottom, 0),
    DLCV__CONV2D_FIELD(pad_right, 0), DLCV__CONV2D_FIELD(same, 0), DLCV__CONV2D_FIELD(exact_fit, 0), DLCV__CONV2D_FIELD(output_pad_h, 0),
    DLCV__CONV2D_FIELD(output_pad_w, 0) };
#undef DLCV__CONV2D_FIELD

/* The padding of one side for SAME, `before` the smaller. */
DLCV__FN void dlcv__same_pad(int in, int kernel, int stride, int dilation, int *before, int *after)
{
    const long long out = ((long long)in + stride - 1) / stride, all = (out - 1) * stride + (long long)dilation * (kernel - 1) + 1 - in;
    const long long pad = all < 0 ? 0 : all > INT_MAX / 4 ? INT_MAX / 4 : all;
    *before = (int)(pad / 2);
    *after = (int)(pad - pad / 2);
}

/* The convolution of shapes of which sizes that are not known are 1. */
DLCV__FN void dlcv__conv2d_shape(const dlcv__call *c, int transposed, dlcv_conv_shape *s)
{
    const dlcv__conv2d *a = (const dlcv__conv2d *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape, *w = &c->in[1]->shape;
    memset(s, 0, sizeof *s);
    s->batch = x->dim[0] < 0 ? 1 : x->dim[0];
    s->channels = x->dim[1];
    s->height = x->dim[2];
    s->width = x->dim[3];
    s->groups = a->groups;
    s->filters = transposed ? w->dim[1] * a->groups : w->dim[0];
    s->kernel_h = w->dim[2];
    s->kernel_w = w->dim[3];
    s->stride_h = a->stride_h;
    s->stride_w = a->stride_w;
    s->dilation_h = a->dilation_h;
    s->dilation_w = a->dilation_w;
    s->pad_top = a->pad_top;
    s->pad_left = a->pad_left;
    s->pad_bottom = a->pad_bottom;
    s->pad_right = a->pad_right;
    s->transposed = transposed;
    s->output_pad_h = a->output_pad_h;
    s->output_pad_w = a->output_pad_w;
    if (a->same && !transposed && s->height > 0) dlcv__same_pad(s->height, s->kernel_h, a->stride_h, a->dilation_h, &s->pad_top, &s->pad_bottom);
    if (a->same && !transposed && s->width > 0) dlcv__same_pad(s->width, s->kernel_w, a->stride_w, a->dilation_w, &s->pad_left, &s->pad_right);
}

/* What the layer below complained about, as this node's complaint. */
DLCV__FN dlcv_status dlcv__op_fail_as(const dlcv__call *c, dlcv_status status)
{
    char text[400];
    dlcv__complaint(text, sizeof text);
    return dlcv__op_fail(c, status, "%s", text);
}

/* "7 with padding 0, kernel 3 and stride 3: 2.33 windows, not a whole number" */
DLCV__FN dlcv_status dlcv__conv2d_fit(const dlcv__call *c, const char *axis, int in, int pad, int kernel, int dilation, int stride)
{
    const long long rest = (long long)in + pad - ((long long)dilation * (kernel - 1) + 1);
    if (rest % stride == 0) return DLCV_OK;
    return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s %d with padding %d by kernel %d at stride %d makes %.2f, and an exact fit is wanted", axis, in, pad, kernel,
                         stride, (double)rest / (double)stride + 1);
}

DLCV__FN dlcv_status dlcv__conv2d_check(const dlcv__call *c, int transposed)
{
    const dlcv_shape *x = &c->in[0]->shape, *w = &c->in[1]->shape;
    const int groups = ((const dlcv__conv2d *)c->attr)->groups;
    char text[112];
    dlcv_status status = DLCV_OK;
    int i, channels;
    for (i = 0; i < c->inputs && !status; i++) status = dlcv__op_want_f32(c, i);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim != 4) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, c, h, w] is wanted", text);
    dlcv__shape_text(*w, text, sizeof text);
    if (w->ndim != 4) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights are %s, [filters, channels, height, width] is wanted", text);
    channels = transposed ? w->dim[0] : w->dim[1] <= INT_MAX / (groups < 1 ? 1 : groups) ? w->dim[1] * groups : 0;
    if (x->dim[1] != channels) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input has %d channel%s, weights expect %d", x->dim[1], x->dim[1] == 1 ? "" : "s", channels);
    }
    i = transposed ? w->dim[1] * groups : w->dim[0];
    if (c->inputs > 2 && (c->in[2]->shape.ndim != 1 || c->in[2]->shape.dim[0] != i)) {
        dlcv__shape_text(c->in[2]->shape, text, sizeof text);
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "bias is %s, there are %d filters", text, i);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__conv2d_infer_as(dlcv__call *c, int transposed)
{
    const dlcv__conv2d *a = (const dlcv__conv2d *)c->attr;
    dlcv_status status = dlcv__conv2d_check(c, transposed);
    dlcv_conv_shape s, known;
    size_t picture, map;
    int axis;
    if (status) return status;
    dlcv__conv2d_shape(c, transposed, &s);
    known = s;
    if (!known.batch) known.batch = 1;
    if (known.height < 0) known.height = 1;
    if (known.width < 0) known.width = 1;
    if (dlcv__conv_numbers(&known)) return dlcv__op_fail_as(c, DLCV_ERR_ARGUMENT);
    c->out->shape = dlcv_shape4(c->in[0]->shape.dim[0], s.filters, -1, -1);
    for (axis = 0; axis < 2; axis++) {
        if ((axis ? s.width : s.height) < 0) continue;
        status = dlcv__conv_axis(&s, !axis, &picture, &map);
        if (status) return dlcv__op_fail_as(c, status);
        c->out->shape.dim[2 + axis] = (int)(transposed ? picture : map);
        if (a->exact_fit && !transposed) {
            status = axis ? dlcv__conv2d_fit(c, "width", s.width, s.pad_left + s.pad_right, s.kernel_w, s.dilation_w, s.stride_w)
                          : dlcv__conv2d_fit(c, "height", s.height, s.pad_top + s.pad_bottom, s.kernel_h, s.dilation_h, s.stride_h);
            if (status) return status;
        }
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__conv2d_plan_as(dlcv__call *c, int transposed)
{
    dlcv_conv_shape s;
    dlcv_conv_info info;
    dlcv_conv *conv = NULL;
    dlcv_status status;
    if (!c->in[0]->shape.dim[0]) return DLCV_OK;            /* an empty batch */
    dlcv__conv2d_shape(c, transposed, &s);
    status = dlcv_conv_new(c->env, &s, NULL, NULL, &conv);
    if (status) return dlcv__op_fail_as(c, status);
    dlcv_conv_describe(conv, &info);
    c->state = conv;
    c->scratch_bytes = info.workspace_bytes;
    c->backward_scratch_bytes = info.backward_bytes;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__conv2d_forward(dlcv__call *c)
{
    dlcv_conv *conv = (dlcv_conv *)c->state;
    dlcv_conv_epilogue e;
    dlcv_status status;
    if (!conv) return DLCV_OK;
    memset(&e, 0, sizeof e);
    e.activation = (dlcv_activation)c->activation;
    if (c->inputs > 2) e.bias = (const float *)c->in[2]->data;
    status = dlcv__conv_weights_of(conv, (const float *)c->in[1]->data, c->weights);
    if (!status) status = dlcv_conv_forward(conv, (const float *)c->in[0]->data, &e, (float *)c->out->data, c->scratch);
    return status;
}

DLCV__FN dlcv_status dlcv__conv2d_backward(dlcv__call *c)
{
    const dlcv_conv *conv = (const dlcv_conv *)c->state;
    const float *dy = (const float *)c->out_gradient->data;
    dlcv_status status = DLCV_OK;
    int i;
    for (i = 0; i < c->inputs && !conv; i++) {
        if (c->in_gradient[i]) memset(c->in_gradient[i]->data, 0, dlcv_tensor_count(c->in_gradient[i]) * sizeof(float));
    }
    if (!conv) return DLCV_OK;
    if (c->in_gradient[0]) status = dlcv__conv_to_picture(conv, (const float *)c->in[1]->data, dy, (float *)c->in_gradient[0]->data, c->adds, c->scratch);
    if (c->in_gradient[1] && !status) {
        status = dlcv_conv_backward_weights(conv, (const float *)c->in[0]->data, dy, (float *)c->in_gradient[1]->data, 0, c->scratch);
    }
    if (c->inputs > 2 && c->in_gradient[2] && !status) status = dlcv_conv_backward_bias(conv, dy, (float *)c->in_gradient[2]->data, 0);
    return status;
}

DLCV__FN void dlcv__conv2d_release(void *state)
{
    dlcv_conv_free((dlcv_conv *)state);
}

/* a product and a sum for each tap and channel; of each output, transposed of each input */
DLCV__FN double dlcv__conv2d_flops(const dlcv__call *c)
{
    const dlcv_shape *w = &c->in[1]->shape;
    const double bias = c->inputs > 2 ? dlcv__count_of(c->out) : 0;
    return 2 * dlcv__count_of(c->out) * (double)w->dim[1] * (double)w->dim[2] * (double)w->dim[3] + bias;
}

DLCV__FN double dlcv__conv2d_transpose_flops(const dlcv__call *c)
{
    const dlcv_shape *w = &c->in[1]->shape;
    const double bias = c->inputs > 2 ? dlcv__count_of(c->out) : 0;
    return 2 * dlcv__count_of(c->in[0]) * (double)w->dim[1] * (double)w->dim[2] * (double)w->dim[3] + bias;
}

DLCV__FN dlcv_status dlcv__conv2d_infer(dlcv__call *c) { return dlcv__conv2d_infer_as(c, 0); }
DLCV__FN dlcv_status dlcv__conv2d_plan(dlcv__call *c) { return dlcv__conv2d_plan_as(c, 0); }
DLCV__FN dlcv_status dlcv__conv2d_transpose_infer(dlcv__call *c) { return dlcv__conv2d_infer_as(c, 1); }
DLCV__FN dlcv_status dlcv__conv2d_transpose_plan(dlcv__call *c) { return dlcv__conv2d_plan_as(c, 1); }

static const dlcv__op dlcv__op_conv2d = { "conv2d", 2, 3, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__conv2d), DLCV__FIELDS(dlcv__conv2d_fields),
    dlcv__conv2d_infer, dlcv__conv2d_plan, dlcv__conv2d_forward, dlcv__conv2d_backward, dlcv__conv2d_release, dlcv__conv2d_flops };

static const dlcv__op dlcv__op_conv2d_transpose = { "conv2d_transpose", 2, 3, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__conv2d),
    DLCV__FIELDS(dlcv__conv2d_fields), dlcv__conv2d_transpose_infer, dlcv__conv2d_transpose_plan, dlcv__conv2d_forward, dlcv__conv2d_backward,
    dlcv__conv2d_release, dlcv__conv2d_transpose_flops };
