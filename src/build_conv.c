/* ---- graphs: builders of convolutions and pooling -------------------------------------------------------------------------------------- */

/* The op's numbers from the user's; 0: complained */
DLCV__FN int dlcv__conv2d_attr(dlcv__layer *l, int kernel, const dlcv_conv2d_opts *o, dlcv__conv2d *a, int *kernel_w)
{
    memset(a, 0, sizeof *a);
    *kernel_w = o->kernel_w ? o->kernel_w : kernel;
    a->stride_h = o->stride ? o->stride : 1;
    a->stride_w = o->stride_w ? o->stride_w : a->stride_h;
    a->dilation_h = o->dilation ? o->dilation : 1;
    a->dilation_w = o->dilation_w ? o->dilation_w : a->dilation_h;
    a->groups = o->groups ? o->groups : 1;
    a->same = o->pad == DLCV_SAME;
    if (!a->same) a->pad_top = a->pad_left = a->pad_bottom = a->pad_right = o->pad;
    a->exact_fit = o->exact_fit != 0;
    a->output_pad_h = a->output_pad_w = o->output_pad;
    if (kernel < 1 || *kernel_w < 1) dlcv__layer_fail(l, DLCV_ERR_ARGUMENT, "a kernel of %d x %d", kernel, *kernel_w);
    else if (a->stride_h < 1 || a->stride_w < 1) dlcv__layer_fail(l, DLCV_ERR_ARGUMENT, "stride %d x %d", a->stride_h, a->stride_w);
    else if (a->dilation_h < 1 || a->dilation_w < 1) dlcv__layer_fail(l, DLCV_ERR_ARGUMENT, "dilation %d x %d", a->dilation_h, a->dilation_w);
    else if (a->groups < 1) dlcv__layer_fail(l, DLCV_ERR_ARGUMENT, "%d groups", a->groups);
    else if (a->pad_top < 0) dlcv__layer_fail(l, DLCV_ERR_ARGUMENT, "padding %d", a->pad_top);
    else return 1;
    return 0;
}

/* The numbers of weights of a locally connected layer; 0: complained */
DLCV__FN int dlcv__unshared_weights(dlcv__layer *l, const dlcv_shape *x, int filters, int kernel, int kernel_w, const dlcv__conv2d *a, dlcv_shape *weights)
{
    char text[240];
    dlcv_conv_shape s;
    dlcv_tensor value, weight;
    const dlcv_tensor *in[2];
    dlcv__call c;
    size_t picture, map[2] = { 0, 0 };
    dlcv_status status = DLCV_OK;
    int i;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->dim[2] < 0 || x->dim[3] < 0) {
        dlcv__layer_fail(l, DLCV_ERR_SHAPE, "input is %s: weights that are not shared want its height and width", text);
        return 0;
    }
    memset(weights, 0, sizeof *weights);
    *weights = dlcv_shape4(filters, x->dim[1] / a->groups, kernel, kernel_w);
    memset(&c, 0, sizeof c);
    value = dlcv_tensor_view(NULL, DLCV_F32, *x);
    weight = dlcv_tensor_view(NULL, DLCV_F32, *weights);
    in[0] = &value;
    in[1] = &weight;
    c.in = in;
    c.attr = a;
    dlcv__conv2d_shape(&c, 0, &s);
    for (i = 0; i < 2 && !status; i++) status = dlcv__conv_axis(&s, !i, &picture, &map[i]);
    if (status) {
        dlcv__complaint(text, sizeof text);
        dlcv__layer_fail(l, status, "%s", text);
    }
    weights->ndim = 6;
    weights->dim[4] = (int)map[0];
    weights->dim[5] = (int)map[1];
    return !status;
}

/* Other borders than zeros are a node of their own; the convolution then pads nothing. */
DLCV__FN dlcv_node dlcv__conv2d_border(dlcv__layer *l, dlcv_node x, int kernel, int kernel_w, dlcv_border border, dlcv__conv2d *a)
{
    const dlcv_shape s = dlcv_node_shape(x);
    char text[112];
    if (border == DLCV_BORDER_ZERO) return x;
    if (l->op == (int)DLCV__OP_conv2d_transpose) return dlcv__layer_fail(l, DLCV_ERR_UNSUPPORTED, "border %d: its padding cuts off, it is no border", (int)border);
    dlcv__shape_text(s, text, sizeof text);
    if (a->same && (s.dim[2] < 1 || s.dim[3] < 1)) {
        return dlcv__layer_fail(l, DLCV_ERR_SHAPE, "input is %s: DLCV_SAME with border %d wants its height and width", text, (int)border);
    }
    if (a->same) {
        dlcv__same_pad(s.dim[2], kernel, a->stride_h, a->dilation_h, &a->pad_top, &a->pad_bottom);
        dlcv__same_pad(s.dim[3], kernel_w, a->stride_w, a->dilation_w, &a->pad_left, &a->pad_right);
    }
    a->same = 0;
    x = dlcv_pad2d(x, a->pad_top, a->pad_left, a->pad_bottom, a->pad_right, border);
    a->pad_top = a->pad_left = a->pad_bottom = a->pad_right = 0;
    return x;
}

DLCV__FN dlcv_node dlcv__conv2d_build(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts, int op)
{
    const int transposed = op == (int)DLCV__OP_conv2d_transpose, unshared = op == (int)DLCV__OP_conv2d_unshared;
    dlcv_shape s = dlcv_node_shape(x);
    char text[112];
    dlcv_conv2d_opts o;
    dlcv__conv2d a;
    dlcv__layer l;
    dlcv_shape weights, biases = dlcv_shape1(filters);
    dlcv_node in[3];
    int kernel_w;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    if (!dlcv__layer_begin(&l, x, op)) return dlcv__node_none(x);
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim != 4 || s.dim[1] < 1) return dlcv__layer_fail(&l, DLCV_ERR_SHAPE, "input is %s, [n, c, h, w] is wanted", text);
    if (filters < 1) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d filters, at least 1 is wanted", filters);
    if (!dlcv__conv2d_attr(&l, kernel, &o, &a, &kernel_w)) return dlcv__node_none(x);
    if (transposed && o.unshared) return dlcv__layer_fail(&l, DLCV_ERR_UNSUPPORTED, "unshared weights are conv2d's");
    if (transposed && a.exact_fit) return dlcv__layer_fail(&l, DLCV_ERR_UNSUPPORTED, "exact_fit has no meaning here, every size fits");
    if (transposed && a.same) return dlcv__layer_fail(&l, DLCV_ERR_UNSUPPORTED, "DLCV_SAME has no meaning here, say the padding");
    if (s.dim[1] % a.groups || filters % a.groups) {
        return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d groups do not divide %d channels and %d filters", a.groups, s.dim[1], filters);
    }
    x = dlcv__conv2d_border(&l, x, kernel, kernel_w, o.border, &a);
    if (!x.id) return x;
    s = dlcv_node_shape(x);
    weights = transposed ? dlcv_shape4(s.dim[1], filters / a.groups, kernel, kernel_w) : dlcv_shape4(filters, s.dim[1] / a.groups, kernel, kernel_w);
    if (unshared) {
        if (!dlcv__unshared_weights(&l, &s, filters, kernel, kernel_w, &a, &weights)) return dlcv__node_none(x);
        biases = dlcv_shape3(filters, weights.dim[4], weights.dim[5]);
    }
    in[0] = x;
    in[1] = dlcv__layer_parameter(&l, "weight", weights, unshared ? DLCV_INIT_NORMAL : DLCV_INIT_HE_NORMAL,      /* what one output sums */
                                  unshared ? (float)sqrt(2.0 / ((double)weights.dim[1] * kernel * kernel_w)) : 0.0f, 0);
    in[2] = x;
    if (!o.no_bias) in[2] = dlcv__layer_parameter(&l, "bias", biases, DLCV_INIT_CONSTANT, 0, DLCV__PARAMETER_NO_DECAY);
    return dlcv__layer_end(&l, in, o.no_bias ? 2 : 3, &a);
}

DLCV_API dlcv_node dlcv_conv2d(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts)
{
    return dlcv__conv2d_build(x, filters, kernel, opts, opts && opts->unshared ? (int)DLCV__OP_conv2d_unshared : (int)DLCV__OP_conv2d);
}

DLCV_API dlcv_node dlcv_conv2d_transpose(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts)
{
    return dlcv__conv2d_build(x, filters, kernel, opts, DLCV__OP_conv2d_transpose);
}

DLCV_API dlcv_node dlcv_pool2d(dlcv_node x, dlcv_pooling how, int kernel, const dlcv_pool2d_opts *opts)
{
    dlcv__pool2d a;
    memset(&a, 0, sizeof a);
    a.how = (int)how;
    a.kernel_h = a.kernel_w = kernel;
    a.stride_h = a.stride_w = opts && opts->stride ? opts->stride : kernel;
    a.pad_top = a.pad_left = a.pad_bottom = a.pad_right = opts ? opts->pad : 0;
    a.ceil_mode = opts && opts->ceil_mode;
    a.count_include_pad = opts && opts->count_include_pad;
    return dlcv__build1(x, DLCV__OP_pool2d, &a);
}

/* as a reduction: [n, c, places...] is [n, c / channels, channels, all places] */
DLCV_API dlcv_node dlcv_pool_channels(dlcv_node x, dlcv_pooling how, int channels)
{
    const dlcv_reduction as = how == DLCV_POOL_MAX ? DLCV_REDUCE_MAX : how == DLCV_POOL_AVERAGE ? DLCV_REDUCE_MEAN : DLCV_REDUCE_NORM;
    dlcv_shape s = dlcv_node_shape(x);
    char text[112];
    int i, unknown = 0;
    dlcv_status status;
    if (!x.graph || x.graph->status) return dlcv__node_none(x);
    status = dlcv__node_check("pool_channels", x);
    dlcv__shape_text(s, text, sizeof text);
    for (i = 1; i < s.ndim; i++) unknown |= s.dim[i] < 1;
    if (!status && ((int)how < (int)DLCV_POOL_MAX || (int)how > (int)DLCV_POOL_L2)) {
        status = dlcv_fail(DLCV_ERR_ARGUMENT, "pool_channels: there is no pooling %d", (int)how);
    }
    if (!status && (s.ndim < 2 || unknown)) status = dlcv_fail(DLCV_ERR_SHAPE, "pool_channels: input is %s, [n, channels, ...] is wanted", text);
    if (!status && (channels < 1 || s.dim[1] % channels)) {
        status = dlcv_fail(DLCV_ERR_ARGUMENT, "pool_channels: input is %s, windows of %d do not divide %d channels", text, channels, s.dim[1]);
    }
    if (status) return dlcv__graph_failed(x.graph, status);
    x = dlcv_reduce(dlcv_reshape(x, dlcv_shape4(0, s.dim[1] / channels, channels, -1)), as, 2);
    s.dim[0] = 0;
    s.dim[1] /= channels;
    if (s.ndim == 2) return dlcv_reshape(x, dlcv_shape2(0, s.dim[1]));
    return dlcv_reshape(x, s);
}
