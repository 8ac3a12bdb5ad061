/* ---- graphs: builders of normalisation and of what training drops ---------------------------------------------------------------------------------------------- */

/* weight 1 and bias 0, one a channel */
DLCV__FN int dlcv__norm_affine(dlcv__layer *l, dlcv_node *in, int count, int channels, const dlcv_norm_opts *opts)
{
    if (opts && opts->no_affine) return count;
    in[count] = dlcv__layer_parameter(l, "weight", dlcv_shape1(channels), DLCV_INIT_CONSTANT, 1, DLCV__PARAMETER_NO_DECAY);
    in[count + 1] = dlcv__layer_parameter(l, "bias", dlcv_shape1(channels), DLCV_INIT_CONSTANT, 0, DLCV__PARAMETER_NO_DECAY);
    return count + 2;
}

/* The channels of x, 0: complained */
DLCV__FN int dlcv__norm_begin(dlcv__layer *l, dlcv_node x, int op, int groups, const dlcv_norm_opts *opts, dlcv__norm *a)
{
    const dlcv_shape s = dlcv_node_shape(x);
    char text[112];
    memset(a, 0, sizeof *a);
    a->epsilon = opts && opts->epsilon != 0 ? opts->epsilon : 1e-5f;
    a->momentum = opts && opts->momentum != 0 ? opts->momentum : 0.1f;
    a->groups = groups;
    if (!dlcv__layer_begin(l, x, op)) return 0;
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim >= 2 && s.dim[1] > 0) return s.dim[1];
    dlcv__layer_fail(l, DLCV_ERR_SHAPE, "input is %s, [n, channels, ...] is wanted", text);
    return 0;
}

DLCV_API dlcv_node dlcv_batch_norm(dlcv_node x, const dlcv_norm_opts *opts)
{
    dlcv__layer l;
    dlcv__norm a;
    dlcv_node in[5];
    const int channels = dlcv__norm_begin(&l, x, DLCV__OP_batch_norm, 1, opts, &a);
    if (!channels) return dlcv__node_none(x);
    in[0] = x;
    in[1] = dlcv__layer_parameter(&l, "mean", dlcv_shape1(channels), DLCV_INIT_CONSTANT, 0, DLCV__PARAMETER_STATE);
    in[2] = dlcv__layer_parameter(&l, "variance", dlcv_shape1(channels), DLCV_INIT_CONSTANT, 1, DLCV__PARAMETER_STATE);
    return dlcv__layer_end(&l, in, dlcv__norm_affine(&l, in, 3, channels, opts), &a);
}

DLCV_API dlcv_node dlcv_group_norm(dlcv_node x, int groups, const dlcv_norm_opts *opts)
{
    dlcv__layer l;
    dlcv__norm a;
    dlcv_node in[3];
    const int channels = dlcv__norm_begin(&l, x, DLCV__OP_group_norm, groups, opts, &a);
    if (!channels) return dlcv__node_none(x);
    in[0] = x;
    return dlcv__layer_end(&l, in, dlcv__norm_affine(&l, in, 1, channels, opts), &a);
}

DLCV_API dlcv_node dlcv_local_response_norm(dlcv_node x, int size, float alpha, float beta, float k)
{
    dlcv__lrn a;
    a.size = size;
    a.alpha = alpha;
    a.beta = beta;
    a.k = k;
    return dlcv__build1(x, DLCV__OP_local_response_norm, &a);
}

DLCV_API dlcv_node dlcv_dropout(dlcv_node x, float rate)
{
    dlcv__dropout a;
    a.rate = rate;
    return dlcv__build1(x, DLCV__OP_dropout, &a);
}

DLCV_API dlcv_node dlcv_drop_path(dlcv_node x, float rate)
{
    dlcv__dropout a;
    a.rate = rate;
    return dlcv__build1(x, DLCV__OP_drop_path, &a);
}
