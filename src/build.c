/* ---- graphs: builders ------------------------------------------------------------------------------------------------------------------- */

DLCV__FN dlcv_node dlcv__build1(dlcv_node x, int op, const void *attr)
{
    return dlcv__build(&x, 1, op, attr);
}

DLCV__FN dlcv_node dlcv__build2(dlcv_node a, dlcv_node b, int op, const void *attr)
{
    dlcv_node in[2];
    in[0] = a;
    in[1] = b;
    if (!a.graph && b.graph) in[0].graph = b.graph;         /* {0} and a node: an error of the node's graph */
    return dlcv__build(in, 2, op, attr);
}

DLCV_API dlcv_node dlcv_add(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_add, NULL); }
DLCV_API dlcv_node dlcv_sub(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_sub, NULL); }
DLCV_API dlcv_node dlcv_mul(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_mul, NULL); }
DLCV_API dlcv_node dlcv_div(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_div, NULL); }
DLCV_API dlcv_node dlcv_max(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_max, NULL); }
DLCV_API dlcv_node dlcv_min(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_min, NULL); }
DLCV_API dlcv_node dlcv_matmul(dlcv_node a, dlcv_node b) { return dlcv__build2(a, b, DLCV__OP_matmul, NULL); }
DLCV_API dlcv_node dlcv_exp(dlcv_node x) { return dlcv__build1(x, DLCV__OP_exp, NULL); }
DLCV_API dlcv_node dlcv_log(dlcv_node x) { return dlcv__build1(x, DLCV__OP_log, NULL); }
DLCV_API dlcv_node dlcv_sqrt(dlcv_node x) { return dlcv__build1(x, DLCV__OP_sqrt, NULL); }
DLCV_API dlcv_node dlcv_abs(dlcv_node x) { return dlcv__build1(x, DLCV__OP_abs, NULL); }
DLCV_API dlcv_node dlcv_square(dlcv_node x) { return dlcv__build1(x, DLCV__OP_square, NULL); }
DLCV_API dlcv_node dlcv_reciprocal(dlcv_node x) { return dlcv__build1(x, DLCV__OP_reciprocal, NULL); }
DLCV_API dlcv_node dlcv_relu(dlcv_node x) { return dlcv__build1(x, DLCV__OP_relu, NULL); }
DLCV_API dlcv_node dlcv_sigmoid(dlcv_node x) { return dlcv__build1(x, DLCV__OP_sigmoid, NULL); }
DLCV_API dlcv_node dlcv_tanh(dlcv_node x) { return dlcv__build1(x, DLCV__OP_tanh, NULL); }

DLCV_API dlcv_node dlcv_affine(dlcv_node x, float scale, float shift)
{
    dlcv__affine a;
    a.scale = scale;
    a.shift = shift;
    return dlcv__build1(x, DLCV__OP_affine, &a);
}

DLCV_API dlcv_node dlcv_clip(dlcv_node x, float low, float high)
{
    dlcv__clip_range a;
    a.low = low;
    a.high = high;
    if (x.graph && !x.graph->status && !(low <= high)) {
        return dlcv__graph_failed(x.graph, dlcv_fail(DLCV_ERR_ARGUMENT, "clip: from %g to %g", (double)low, (double)high));
    }
    return dlcv__build1(x, DLCV__OP_clip, &a);
}

DLCV_API dlcv_node dlcv_reduce(dlcv_node x, dlcv_reduction how, int axis)
{
    dlcv__reduce a;
    a.how = (int)how;
    a.axis = axis;
    return dlcv__build1(x, DLCV__OP_reduce, &a);
}

DLCV_API dlcv_node dlcv_reduce_axes(dlcv_node x, dlcv_reduction how, dlcv_shape axes)
{
    int i;
    for (i = 0; i < axes.ndim && i < DLCV_MAX_DIMS; i++) x = dlcv_reduce(x, how, axes.dim[i]);
    return x;
}

DLCV_API dlcv_node dlcv_reshape(dlcv_node x, dlcv_shape shape)
{
    dlcv__reshape a;
    a.shape = shape;
    return dlcv__build1(x, DLCV__OP_reshape, &a);
}

DLCV_API dlcv_node dlcv_flatten(dlcv_node x)
{
    return dlcv_reshape(x, dlcv_shape2(0, -1));
}

DLCV_API dlcv_node dlcv_linear(dlcv_node x, int units)
{
    char text[112];
    dlcv__layer l;
    dlcv_node in[3];
    dlcv_shape s;
    if (!dlcv__layer_begin(&l, x, DLCV__OP_linear)) return dlcv__node_none(x);
    s = dlcv_node_shape(x);
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim != 2 || s.dim[1] < 0) return dlcv__layer_fail(&l, DLCV_ERR_SHAPE, "input is %s, [n, d] is wanted (flatten it first)", text);
    if (units < 1) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d units, at least 1 is wanted", units);
    in[0] = x;
    in[1] = dlcv__layer_parameter(&l, "weight", dlcv_shape2(units, s.dim[1]), DLCV_INIT_HE_NORMAL, 0, 0);
    in[2] = dlcv__layer_parameter(&l, "bias", dlcv_shape1(units), DLCV_INIT_CONSTANT, 0, DLCV__PARAMETER_NO_DECAY);
    return dlcv__layer_end(&l, in, 3, NULL);
}

DLCV_API dlcv_node dlcv_custom(const dlcv_op *op, const dlcv_node *inputs, int count)
{
    char name[DLCV__NAME_BYTES];
    dlcv_graph *g = inputs && count > 0 ? inputs[0].graph : NULL;
    if (!g || g->status) return inputs && count > 0 ? dlcv__node_none(inputs[0]) : dlcv__node_of(g, 0);
    if (!op || !op->forward || !op->name || !*op->name || strlen(op->name) > 200) {
        return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "custom: %s", !op ? "op is NULL" : !op->forward ? "op has no forward"
                                               : "op wants a name of 1 to 200 bytes"));
    }
    dlcv__name_next(g, op->name, DLCV__OP_custom, name);
    return dlcv__build_named(inputs, count, DLCV__OP_custom, &op, name);
}
