/* ---- graphs: builders of shapes, activations, losses, penalties ---------------------------------------------------------------------------------------- */

DLCV_API dlcv_node dlcv_transpose(dlcv_node x, dlcv_shape order)
{
    dlcv__transpose a;
    a.order = order;
    return dlcv__build1(x, DLCV__OP_transpose, &a);
}

DLCV_API dlcv_node dlcv_concat(const dlcv_node *parts, int count, int axis)
{
    dlcv__concat a;
    a.axis = axis;
    if (!parts || count < 1) return dlcv__node_of(NULL, 0);
    return dlcv__build(parts, count, DLCV__OP_concat, &a);
}

DLCV_API dlcv_node dlcv_slice(dlcv_node x, int axis, int begin, int end)
{
    dlcv__slice a;
    a.axis = axis;
    a.begin = begin;
    a.end = end;
    return dlcv__build1(x, DLCV__OP_slice, &a);
}

DLCV_API dlcv_node dlcv_gather(dlcv_node x, dlcv_node indices, int axis)
{
    dlcv__gather_attr a;
    a.axis = axis;
    return dlcv__build2(x, indices, DLCV__OP_gather, &a);
}

DLCV_API dlcv_node dlcv_pad2d(dlcv_node x, int top, int left, int bottom, int right, dlcv_border border)
{
    dlcv__pad2d a;
    a.top = top;
    a.left = left;
    a.bottom = bottom;
    a.right = right;
    a.border = (int)border;
    return dlcv__build1(x, DLCV__OP_pad2d, &a);
}

DLCV_API dlcv_node dlcv_resize2d(dlcv_node x, float scale, dlcv_interpolation how)
{
    dlcv__resize2d a;
    a.scale = scale;
    a.how = (int)how;
    return dlcv__build1(x, DLCV__OP_resize2d, &a);
}

DLCV_API dlcv_node dlcv_step(dlcv_node x) { return dlcv__build1(x, DLCV__OP_step, NULL); }
DLCV_API dlcv_node dlcv_selu(dlcv_node x) { return dlcv__build1(x, DLCV__OP_selu, NULL); }
DLCV_API dlcv_node dlcv_gelu(dlcv_node x) { return dlcv__build1(x, DLCV__OP_gelu, NULL); }
DLCV_API dlcv_node dlcv_silu(dlcv_node x) { return dlcv__build1(x, DLCV__OP_silu, NULL); }
DLCV_API dlcv_node dlcv_hard_sigmoid(dlcv_node x) { return dlcv__build1(x, DLCV__OP_hard_sigmoid, NULL); }
DLCV_API dlcv_node dlcv_hard_swish(dlcv_node x) { return dlcv__build1(x, DLCV__OP_hard_swish, NULL); }
DLCV_API dlcv_node dlcv_softplus(dlcv_node x) { return dlcv__build1(x, DLCV__OP_softplus, NULL); }

DLCV_API dlcv_node dlcv_leaky_relu(dlcv_node x, float slope)
{
    dlcv__leaky_relu a;
    a.slope = slope == 0 ? 0.1f : slope;
    return dlcv__build1(x, DLCV__OP_leaky_relu, &a);
}

DLCV_API dlcv_node dlcv_elu(dlcv_node x, float alpha)
{
    dlcv__elu a;
    a.alpha = alpha == 0 ? 1.0f : alpha;
    if (!(a.alpha > 0) && x.graph && !x.graph->status) {
        return dlcv__graph_failed(x.graph, dlcv_fail(DLCV_ERR_ARGUMENT, "elu: alpha is %g, a positive number is wanted", (double)alpha));
    }
    return dlcv__build1(x, DLCV__OP_elu, &a);
}

DLCV_API dlcv_node dlcv_prelu(dlcv_node x)
{
    dlcv_shape s;
    char text[112];
    dlcv__layer l;
    dlcv_node in[2];
    if (!dlcv__layer_begin(&l, x, DLCV__OP_prelu)) return dlcv__node_none(x);
    s = dlcv_node_shape(x);
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim < 2 || s.dim[1] < 0) return dlcv__layer_fail(&l, DLCV_ERR_SHAPE, "input is %s, [n, channels, ...] is wanted", text);
    in[0] = x;
    in[1] = dlcv__layer_parameter(&l, "weight", dlcv_shape1(s.dim[1]), DLCV_INIT_CONSTANT, 0.25f, DLCV__PARAMETER_NO_DECAY);
    return dlcv__layer_end(&l, in, 2, NULL);
}

DLCV_API dlcv_node dlcv_maxout(dlcv_node x, int pieces)
{
    dlcv__maxout a;
    a.pieces = pieces;
    return dlcv__build1(x, DLCV__OP_maxout, &a);
}

DLCV_API dlcv_node dlcv_softmax(dlcv_node x, int axis)
{
    dlcv__softmax a;
    a.axis = axis;
    return dlcv__build1(x, DLCV__OP_softmax, &a);
}

DLCV_API dlcv_node dlcv_log_softmax(dlcv_node x, int axis)
{
    dlcv__softmax a;
    a.axis = axis;
    return dlcv__build1(x, DLCV__OP_log_softmax, &a);
}

DLCV_API dlcv_node dlcv_embedding(dlcv_node ids, int vocabulary, int units)
{
    dlcv__layer l;
    dlcv_node in[2];
    if (!dlcv__layer_begin(&l, ids, DLCV__OP_embedding)) return dlcv__node_none(ids);
    if (vocabulary < 1 || units < 1) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d words, %d units, at least 1 is wanted", vocabulary, units);
    in[0] = ids;
    in[1] = dlcv__layer_parameter(&l, "weight", dlcv_shape2(vocabulary, units), DLCV_INIT_NORMAL, 1.0f, 0);
    return dlcv__layer_end(&l, in, 2, NULL);
}

/* ---- losses */

DLCV_API dlcv_node dlcv_loss(dlcv_node scores, dlcv_node target, dlcv_loss_kind kind, const dlcv_loss_opts *opts)
{
    static const int hinges[] = { DLCV__HINGE_ALL, DLCV__HINGE_SQUARED, DLCV__HINGE_ONE_VS_ALL, DLCV__HINGE_STRUCTURED };
    static const int distances[] = { DLCV__DISTANCE_LOGISTIC, DLCV__DISTANCE_PERCEPTRON, DLCV__DISTANCE_SQUARED, DLCV__DISTANCE_HALF, DLCV__DISTANCE_ABSOLUTE,
                                     DLCV__DISTANCE_SMOOTH };
    static const char *const names[] = { "cross_entropy", "hinge", "squared_hinge", "hinge_one_vs_all", "hinge_structured", "logistic", "perceptron", "squared",
                                         "half_squared", "absolute", "smooth_l1_" };
    const int op = kind == DLCV_LOSS_SOFTMAX ? (int)DLCV__OP_cross_entropy : kind <= DLCV_LOSS_HINGE_STRUCTURED ? (int)DLCV__OP_hinge : (int)DLCV__OP_distance;
    char name[DLCV__NAME_BYTES];
    dlcv_graph *g = scores.graph ? scores.graph : target.graph;
    dlcv_node in[2];
    dlcv_loss_opts o;
    dlcv__cross_entropy soft;
    dlcv__distance_attr distance;
    dlcv__hinge hinge;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    soft.average = hinge.average = distance.average = (int)o.average;
    soft.smoothing = o.smoothing;
    hinge.kind = distance.kind = 0;
    hinge.margin = o.margin == 0 ? 1.0f : o.margin;
    distance.beta = o.beta == 0 ? 1.0f : o.beta;
    if (!g || g->status) return dlcv__node_none(scores);
    if ((int)kind < (int)DLCV_LOSS_SOFTMAX || (int)kind > (int)DLCV_LOSS_SMOOTH_L1) {
        return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "loss: there is no loss %d", (int)kind));
    }
    if (o.smoothing != 0 && op != (int)DLCV__OP_cross_entropy) {
        return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "loss: smoothing is %g: %s has none, SOFTMAX has", (double)o.smoothing, names[(int)kind]));
    }
    if (o.margin != 0 && op != (int)DLCV__OP_hinge) {
        return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "loss: margin is %g: %s has none, the hinge losses have", (double)o.margin, names[(int)kind]));
    }
    if (o.beta != 0 && kind != DLCV_LOSS_SMOOTH_L1) {
        return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "loss: beta is %g: %s has none, SMOOTH_L1 has", (double)o.beta, names[(int)kind]));
    }
    if (op == (int)DLCV__OP_hinge) hinge.kind = hinges[(int)kind - (int)DLCV_LOSS_HINGE];
    if (op == (int)DLCV__OP_distance) distance.kind = distances[(int)kind - (int)DLCV_LOSS_LOGISTIC];
    in[0] = scores;
    in[0].graph = g;
    in[1] = target;
    dlcv__name_next(g, names[(int)kind], op, name);
    return dlcv__build_named(in, 2, op, op == (int)DLCV__OP_hinge ? (const void *)&hinge : op == (int)DLCV__OP_distance ? (const void *)&distance : (const void *)&soft, name);
}

/* ---- penalties */

/* Is this a parameter that prefix and biases mean? */
DLCV__FN int dlcv__penalized(const dlcv__node *n, const char *prefix, int biases)
{
    if (n->kind != DLCV__KIND_PARAMETER || (n->flags & DLCV__PARAMETER_STATE) || !dlcv__begins(n->name, prefix)) return 0;
    return biases || !(n->flags & DLCV__PARAMETER_NO_DECAY);
}

DLCV_API dlcv_node dlcv_penalty(dlcv_graph *g, const char *prefix, const dlcv_penalty_opts *opts)
{
    dlcv__penalty a;
    dlcv_node *in, y;
    int id, count = 0;
    size_t bytes;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    if (!prefix) return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "penalty: the prefix is NULL"));
    a.l2 = opts ? opts->l2 : 0.0f;
    a.l1 = opts ? opts->l1 : 0.0f;
    for (id = 1; id <= g->nodes; id++) count += dlcv__penalized(dlcv__node_at(g, id), prefix, opts && opts->biases);
    if (!count) return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "penalty: no weights whose name begins with \"%.200s\"", prefix));
    bytes = (size_t)count * sizeof *in;
    in = (dlcv_node *)dlcv__alloc(&g->env, bytes);
    if (!in) return dlcv__graph_failed(g, DLCV_ERR_MEMORY);
    for (id = 1, count = 0; id <= g->nodes; id++) {
        if (dlcv__penalized(dlcv__node_at(g, id), prefix, opts && opts->biases)) in[count++] = dlcv__node_of(g, id);
    }
    y = dlcv__build(in, count, DLCV__OP_penalty, &a);
    dlcv__release(&g->env, in, bytes);
    return y;
}

/* The same where the sum of squares is no float; infinities and NaNs have no length and stay. */
DLCV__FN void dlcv__limit_long(float *w, size_t n, float limit)
{
    double sum = 0;
    size_t i;
    for (i = 0; i < n; i++) sum += (double)w[i] * (double)w[i];         /* at most 2^256 each */
    if (!(sum > (double)limit * (double)limit) || sum > DBL_MAX) return;
    for (i = 0; i < n; i++) w[i] = (float)((double)w[i] * ((double)limit / sqrt(sum)));
}

/* Rows are units: w[i, ...]. */
DLCV__FN void dlcv__limit_rows(const dlcv_graph *g, const dlcv__node *n, float limit)
{
    const size_t rows = n->declared.shape.ndim > 1 ? (size_t)n->declared.shape.dim[0] : 1;
    size_t r;
    for (r = 0; r < rows && n->floats; r++) {
        float *w = (float *)n->value.data + r * (n->floats / rows);
        const float norm = sqrtf(g->kernels->f32->flat->spread(w, 0.0f, n->floats / rows));
        if (!dlcv__finite(norm)) dlcv__limit_long(w, n->floats / rows, limit);
        else if (norm > limit) g->kernels->f32->flat->binary_by[DLCV__FLAT_MUL](w, limit / norm, w, n->floats / rows);
    }
}

DLCV_API dlcv_status dlcv_limit_norms(dlcv_graph *g, const char *prefix, float limit)
{
    dlcv_status status = dlcv_graph_status(g);
    int id, found = 0;
    dlcv__fp fp;
    if (!status && !prefix) status = dlcv_fail(DLCV_ERR_ARGUMENT, "limit_norms: the prefix is NULL");
    if (!status && (!(limit > 0) || !dlcv__finite(limit))) status = dlcv_fail(DLCV_ERR_ARGUMENT, "limit_norms: the limit is %g, a positive number is wanted", (double)limit);
    if (!status) status = dlcv__parameters_ready(g, 0);
    if (status) return status;
    g->written++;
    fp = dlcv__fp_enter();
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (!dlcv__penalized(n, prefix, 0)) continue;
        found++;
        dlcv__limit_rows(g, n, limit);
    }
    dlcv__fp_leave(fp);
    return found ? DLCV_OK : dlcv_fail(DLCV_ERR_ARGUMENT, "limit_norms: no weights whose name begins with \"%.200s\"", prefix);
}

/* ---- recurrent layers */

/* x, four parameters, and what stands before the first step, if it is said; all states, or with cells both in one */
DLCV__FN dlcv_node dlcv__build_rnn(dlcv_node x, int units, int op, const dlcv_recurrent_opts *opts, int cells)
{
    static const char *const roles[] = { "weight_ih", "weight_hh", "bias_ih", "bias_hh" };
    const int gates = op == (int)DLCV__OP_lstm ? 4 : 3;
    char text[112];
    dlcv_shape s;
    dlcv__layer l;
    dlcv__rnn_attr a;
    dlcv_node in[7];
    float width;
    int i;
    if (!dlcv__layer_begin(&l, x, op)) return dlcv__node_none(x);
    s = dlcv_node_shape(x);
    dlcv__shape_text(s, text, sizeof text);
    if (s.ndim != 3 || s.dim[2] < 0) return dlcv__layer_fail(&l, DLCV_ERR_SHAPE, "input is %s, [steps, n, d] is wanted", text);
    if (units < 1) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d units, at least 1 is wanted", units);
    if (units > INT_MAX / 4) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "%d units, %d are the most", units, INT_MAX / 4);
    if (opts && opts->cell.graph && gates == 3) return dlcv__layer_fail(&l, DLCV_ERR_ARGUMENT, "there are no cells before the first step");
    a.reverse = opts && opts->reverse;
    a.cells = cells;
    width = (float)(1.0 / sqrt((double)units));
    in[0] = x;
    for (i = 0; i < 4; i++) {
        const dlcv_shape shape = i > 1 ? dlcv_shape1(gates * units) : dlcv_shape2(gates * units, i ? units : s.dim[2]);
        in[i + 1] = dlcv__layer_parameter(&l, roles[i], shape, i > 1 ? DLCV_INIT_CONSTANT : DLCV_INIT_UNIFORM, i > 1 ? 0.0f : width,
                                          i > 1 ? (int)DLCV__PARAMETER_NO_DECAY : 0);
    }
    i = 5;
    if (opts && (opts->state.graph || opts->cell.graph)) in[i++] = opts->state.graph ? opts->state : dlcv_affine(opts->cell, 0, 0);
    if (opts && opts->cell.graph) in[i++] = opts->cell;
    return dlcv__layer_end(&l, in, i, &a);
}

DLCV_API dlcv_node dlcv_lstm(dlcv_node x, int units) { return dlcv__build_rnn(x, units, DLCV__OP_lstm, NULL, 0); }
DLCV_API dlcv_node dlcv_gru(dlcv_node x, int units) { return dlcv__build_rnn(x, units, DLCV__OP_gru, NULL, 0); }

/* x[index], without its first dimension */
DLCV__FN dlcv_node dlcv__build_pick(dlcv_node x, int32_t index)
{
    dlcv_shape scalar;
    dlcv_tensor at;
    memset(&scalar, 0, sizeof scalar);
    at = dlcv_tensor_view(&index, DLCV_I32, scalar);
    return dlcv_gather(x, dlcv_constant(x.graph, &at), 0);
}

/* Of [steps, n, units] the one that was computed last, [n, units] */
DLCV__FN dlcv_node dlcv__rnn_last(dlcv_node states, const dlcv_recurrent_opts *opts)
{
    return dlcv__build_pick(opts && opts->reverse ? states : dlcv_slice(states, 0, -1, 0), 0);
}

DLCV_API dlcv_recurrent dlcv_lstm_states(dlcv_node x, int units, const dlcv_recurrent_opts *opts)
{
    const dlcv_node both = dlcv__build_rnn(x, units, DLCV__OP_lstm, opts, 1);
    dlcv_recurrent r;
    r.states = dlcv__build_pick(both, 0);
    r.cells = dlcv__build_pick(both, 1);
    r.last_state = dlcv__rnn_last(r.states, opts);
    r.last_cell = dlcv__rnn_last(r.cells, opts);
    return r;
}

DLCV_API dlcv_recurrent dlcv_gru_states(dlcv_node x, int units, const dlcv_recurrent_opts *opts)
{
    dlcv_recurrent r;
    r.states = dlcv__build_rnn(x, units, DLCV__OP_gru, opts, 0);
    r.cells = r.last_cell = dlcv__node_of(NULL, 0);
    r.last_state = dlcv__rnn_last(r.states, opts);
    return r;
}
