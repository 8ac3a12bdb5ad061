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

DLCV__FN dlcv_node dlcv__conv2d_build(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts, int op)
{
    const int transposed = op == (int)DLCV__OP_conv2d_transpose;
    const dlcv_shape s = dlcv_node_shape(x);
    char text[112];
    dlcv_conv2d_opts o;
    dlcv__conv2d a;
    dlcv__layer l;
    dlcv_shape weights;
    dlcv_node in[3];
    int kernel_w;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    if (!dlcv__layer_begin(&l, x, op)) return dlcv__node_of(x.graph, 0);
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim != 4 || s.dim[1] < 1) return dlcv__layer_fail(&l, DLCV_ERR_SHAPE, "input is %s, [n, c, h, w] is wanted", text);
    if (filters < 1) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d filters, at least 1 is wanted", filters);
    if (!dlcv__conv2d_attr(&l, kernel, &o, &a, &kernel_w)) return dlcv__node_of(x.graph, 0);
    if (transposed && a.same) return dlcv__layer_fail(&l, DLCV_ERR_UNSUPPORTED, "DLCV_SAME has no meaning here, say the padding");
    if (s.dim[1] % a.groups || filters % a.groups) {
        return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d groups do not divide %d channels and %d filters", a.groups, s.dim[1], filters);
    }
    weights = transposed ? dlcv_shape4(s.dim[1], filters / a.groups, kernel, kernel_w) : dlcv_shape4(filters, s.dim[1] / a.groups, kernel, kernel_w);
    in[0] = x;
    in[1] = dlcv__layer_parameter(&l, "weight", weights, DLCV_INIT_HE_NORMAL, 0, 0);
    in[2] = x;
    if (!o.no_bias) in[2] = dlcv__layer_parameter(&l, "bias", dlcv_shape1(filters), DLCV_INIT_CONSTANT, 0, DLCV__PARAMETER_NO_DECAY);
    return dlcv__layer_end(&l, in, o.no_bias ? 2 : 3, &a);
}

DLCV_API dlcv_node dlcv_conv2d(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts)
{
    return dlcv__conv2d_build(x, filters, kernel, opts, DLCV__OP_conv2d);
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
