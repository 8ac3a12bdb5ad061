/* Cases of test_ops.c: shapes, activations, losses, penalties. */

static dlcv_node case_transpose(dlcv_graph *g)
{
    dlcv_node x = case_value(g, dlcv_shape4(2, 3, 5, 6), -1, 1);
    dlcv_node a = dlcv_transpose(x, dlcv_shape4(0, 2, 3, 1)), b = dlcv_transpose(dlcv_square(x), dlcv_shape4(2, 0, 3, 1));
    return dlcv_add(dlcv_transpose(a, dlcv_shape4(1, 0, 2, 3)), dlcv_add(b, dlcv_transpose(x, dlcv_shape4(-2, 0, -1, 1))));
}

static dlcv_node case_transpose_rows(dlcv_graph *g) { return dlcv_transpose(case_value(g, dlcv_shape3(4, 3, 5), -1, 1), dlcv_shape3(1, 0, 2)); }
static dlcv_node case_transpose_turn(dlcv_graph *g) { return dlcv_transpose(case_value(g, dlcv_shape3(4, 3, 5), -1, 1), dlcv_shape3(2, 1, 0)); }

/* one part twice */
static dlcv_node case_concat(dlcv_graph *g)
{
    dlcv_node part[3];
    part[0] = case_value(g, dlcv_shape3(2, 1, 4), -1, 1);
    part[1] = dlcv_square(case_value(g, dlcv_shape3(2, 3, 4), -1, 1));
    part[2] = part[0];
    return dlcv_square(dlcv_concat(part, 3, 1));
}

static dlcv_node case_concat_rows(dlcv_graph *g)
{
    dlcv_node part[2];
    part[0] = case_value(g, dlcv_shape2(2, 4), -1, 1);
    part[1] = case_value(g, dlcv_shape2(3, 4), -1, 1);
    return dlcv_square(dlcv_concat(part, 2, -2));
}

static dlcv_node case_slice(dlcv_graph *g)
{
    dlcv_node x = case_value(g, dlcv_shape3(3, 5, 4), -1, 1);
    return dlcv_mul(dlcv_slice(dlcv_slice(x, 1, 1, 4), 0, -2, 0), dlcv_slice(dlcv_slice(x, 1, -4, -1), 0, 0, 2));
}

static dlcv_node case_pad(dlcv_graph *g, dlcv_border border)
{
    return dlcv_square(dlcv_pad2d(case_value(g, dlcv_shape4(2, 2, 3, 4), -1, 1), 2, 3, 1, 0, border));
}

static dlcv_node case_pad_zero(dlcv_graph *g) { return case_pad(g, DLCV_BORDER_ZERO); }
static dlcv_node case_pad_reflect(dlcv_graph *g) { return case_pad(g, DLCV_BORDER_REFLECT); }
static dlcv_node case_pad_replicate(dlcv_graph *g) { return case_pad(g, DLCV_BORDER_REPLICATE); }
static dlcv_node case_pad_circular(dlcv_graph *g) { return case_pad(g, DLCV_BORDER_CIRCULAR); }

static dlcv_node case_gather(dlcv_graph *g)
{
    dlcv_node x = case_value(g, dlcv_shape3(2, 5, 3), -1, 1);
    return dlcv_mul(dlcv_gather(x, case_labels(g, dlcv_shape2(3, 4), 5), 1), dlcv_gather(dlcv_square(x), case_labels(g, dlcv_shape2(3, 4), 4), 1));
}

static dlcv_node case_embedding(dlcv_graph *g) { return dlcv_square(dlcv_embedding(case_labels(g, dlcv_shape2(3, 4), 5), 6, 3)); }

static dlcv_node case_resize(dlcv_graph *g, float scale, dlcv_interpolation how)
{
    return dlcv_square(dlcv_resize2d(case_value(g, dlcv_shape4(2, 2, 4, 5), -1, 1), scale, how));
}

static dlcv_node case_resize_up(dlcv_graph *g) { return case_resize(g, 2, DLCV_INTERPOLATION_BILINEAR); }
static dlcv_node case_resize_down(dlcv_graph *g) { return case_resize(g, 0.7f, DLCV_INTERPOLATION_BILINEAR); }
static dlcv_node case_resize_bicubic(dlcv_graph *g) { return case_resize(g, 1.5f, DLCV_INTERPOLATION_BICUBIC); }
static dlcv_node case_resize_smooth(dlcv_graph *g) { return case_resize(g, 0.5f, DLCV_INTERPOLATION_SMOOTH); }
static dlcv_node case_resize_area(dlcv_graph *g) { return case_resize(g, 0.6f, DLCV_INTERPOLATION_AREA); }
static dlcv_node case_resize_nearest(dlcv_graph *g) { return case_resize(g, 2.5f, DLCV_INTERPOLATION_NEAREST); }

/* numbers on both sides of the kink, 0.05 and more away from it */
#define CASE_KINK(NAME, CALL) \
    static dlcv_node case_##NAME(dlcv_graph *g) { dlcv_node x = case_apart(g, dlcv_shape2(5, 12), 0.15f, -4.45f); return CALL; }
CASE_KINK(step, dlcv_mul(dlcv_step(x), x))
CASE_KINK(clip, dlcv_clip(x, -2, 3))
CASE_KINK(leaky_relu, dlcv_leaky_relu(x, 0))
CASE_KINK(leaky_relu_slope, dlcv_leaky_relu(x, -0.5f))
CASE_KINK(elu, dlcv_elu(x, 0))
CASE_KINK(elu_alpha, dlcv_elu(x, 1.5f))
CASE_KINK(selu, dlcv_selu(x))
CASE_KINK(gelu, dlcv_gelu(x))
CASE_KINK(silu, dlcv_silu(x))
CASE_KINK(softplus, dlcv_softplus(x))

/* kinks at -3 and 3, too: steps of 0.4 from -4.6 */
static dlcv_node case_hard_sigmoid(dlcv_graph *g) { return dlcv_hard_sigmoid(case_apart(g, dlcv_shape2(4, 6), 0.4f, -4.8f)); }
static dlcv_node case_hard_swish(dlcv_graph *g) { return dlcv_hard_swish(case_apart(g, dlcv_shape2(4, 6), 0.4f, -4.8f)); }

static dlcv_node case_prelu(dlcv_graph *g) { return dlcv_prelu(case_apart(g, dlcv_shape4(2, 3, 2, 3), 0.15f, -2.78f)); }
static dlcv_node case_prelu_units(dlcv_graph *g) { return dlcv_prelu(case_apart(g, dlcv_shape2(5, 3), 0.15f, -1.03f)); }

/* numbers 0.15 apart: h stays below that over 2 */
static dlcv_node case_maxout(dlcv_graph *g) { return dlcv_maxout(case_apart(g, dlcv_shape4(2, 6, 2, 3), 0.15f, -1.8f), 3); }
static dlcv_node case_maxout_units(dlcv_graph *g) { return dlcv_maxout(case_apart(g, dlcv_shape2(5, 6), 0.15f, -1.0f), 2); }

#define CASE_SOFT(NAME) \
    static dlcv_node case_##NAME##_rows(dlcv_graph *g) { return dlcv_##NAME(case_value(g, dlcv_shape3(2, 3, 7), -2, 2), -1); } \
    static dlcv_node case_##NAME##_columns(dlcv_graph *g) { return dlcv_##NAME(case_value(g, dlcv_shape4(2, 4, 2, 3), -2, 2), 1); }
CASE_SOFT(softmax)
CASE_SOFT(log_softmax)

static dlcv_node case_labelled(dlcv_graph *g, dlcv_loss_kind kind, float margin, dlcv_average average)
{
    dlcv_loss_opts opts = { 0, 0, 0, DLCV_AVERAGE_SAMPLES };
    opts.margin = margin;
    opts.average = average;
    return dlcv_loss(case_apart(g, dlcv_shape4(2, 5, 2, 1), 0.17f, -1.1f), case_labels(g, dlcv_shape3(2, 2, 1), 5), kind, &opts);
}

static dlcv_node case_hinge(dlcv_graph *g) { return case_labelled(g, DLCV_LOSS_HINGE, 0.6f, DLCV_AVERAGE_SAMPLES); }
static dlcv_node case_hinge_squared(dlcv_graph *g) { return case_labelled(g, DLCV_LOSS_SQUARED_HINGE, 0.6f, DLCV_AVERAGE_ELEMENTS); }
static dlcv_node case_hinge_all(dlcv_graph *g) { return case_labelled(g, DLCV_LOSS_HINGE_ONE_VS_ALL, 0.53f, DLCV_AVERAGE_SAMPLES); }
static dlcv_node case_hinge_structured(dlcv_graph *g) { return case_labelled(g, DLCV_LOSS_HINGE_STRUCTURED, 0.6f, DLCV_AVERAGE_NONE); }
static dlcv_node case_cross_entropy_sum(dlcv_graph *g) { return case_labelled(g, DLCV_LOSS_SOFTMAX, 0, DLCV_AVERAGE_NONE); }

static dlcv_node case_distance(dlcv_graph *g, dlcv_loss_kind kind, dlcv_average average)
{
    dlcv_loss_opts opts = { 0, 0, 0, DLCV_AVERAGE_SAMPLES };
    if (kind == DLCV_LOSS_SMOOTH_L1) opts.beta = 0.4f;
    opts.average = average;
    return dlcv_loss(case_apart(g, dlcv_shape2(4, 3), 0.23f, -1.0f), case_value(g, dlcv_shape2(4, 3), 0.02f, 0.06f), kind, &opts);
}

static dlcv_node case_squared(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_SQUARED, DLCV_AVERAGE_ELEMENTS); }
static dlcv_node case_half(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_HALF_SQUARED, DLCV_AVERAGE_NONE); }
static dlcv_node case_absolute(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_ABSOLUTE, DLCV_AVERAGE_SAMPLES); }
static dlcv_node case_smooth(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_SMOOTH_L1, DLCV_AVERAGE_SAMPLES); }
static dlcv_node case_logistic(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_LOGISTIC, DLCV_AVERAGE_SAMPLES); }
static dlcv_node case_perceptron(dlcv_graph *g) { return case_distance(g, DLCV_LOSS_PERCEPTRON, DLCV_AVERAGE_SAMPLES); }

static dlcv_node case_logistic_labels(dlcv_graph *g)
{
    return dlcv_loss(case_value(g, dlcv_shape2(4, 1), -2, 2), case_labels(g, dlcv_shape1(4), 2), DLCV_LOSS_LOGISTIC, NULL);
}

static dlcv_node case_penalty(dlcv_graph *g)
{
    dlcv_penalty_opts opts = { 0.5f, 0.25f, 0 };
    dlcv_node y = dlcv_linear(case_apart(g, dlcv_shape2(3, 4), 0.2f, -1.1f), 2);
    return dlcv_add(dlcv_penalty(g, "p", &opts), dlcv_reduce(y, DLCV_REDUCE_MEAN, DLCV_ALL));
}

/* other biases than 0; no node where there is no memory for them */
static dlcv_node case_biased(dlcv_graph *g, dlcv_node y, const char *first, const char *second)
{
    if (y.id && (dlcv_initialize(dlcv_find(g, first), DLCV_INIT_UNIFORM, 0.5f) || dlcv_initialize(dlcv_find(g, second), DLCV_INIT_UNIFORM, 0.5f))) y.id = 0;
    return y;
}

/* several steps; one; the last state alone */
#define CASE_RNN(NAME, CALL) \
    static dlcv_node case_##NAME(dlcv_graph *g) { return case_biased(g, CALL, #NAME "1.bias_ih", #NAME "1.bias_hh"); } \
    static dlcv_node case_##NAME##_one(dlcv_graph *g) { return dlcv_##NAME(case_value(g, dlcv_shape3(1, 2, 3), -1, 1), 2); } \
    static dlcv_node case_##NAME##_last(dlcv_graph *g) { return dlcv_slice(dlcv_##NAME(case_value(g, dlcv_shape3(3, 2, 2), -1, 1), 3), 0, -1, 0); }
CASE_RNN(lstm, dlcv_lstm(case_value(g, dlcv_shape3(4, 2, 3), -1, 1), 5))
CASE_RNN(gru, dlcv_gru(case_value(g, dlcv_shape3(4, 2, 3), -1, 1), 5))

/* everything in, everything out */
static dlcv_node case_states(dlcv_graph *g, int lstm, int reverse, int steps)
{
    const dlcv_node x = case_value(g, dlcv_shape3(steps, 2, 3), -1, 1);
    dlcv_node sum;
    dlcv_recurrent_opts o;
    dlcv_recurrent r;
    memset(&o, 0, sizeof o);
    o.reverse = reverse;
    if (steps != 2) o.state = case_value(g, dlcv_shape2(2, 4), -1, 1);
    if (lstm) o.cell = case_value(g, dlcv_shape2(2, 4), -1, 1);
    r = lstm ? dlcv_lstm_states(x, 4, &o) : dlcv_gru_states(x, 4, &o);
    sum = dlcv_mul(dlcv_square(r.states), r.last_state);
    return lstm ? dlcv_add(dlcv_mul(sum, r.cells), r.last_cell) : sum;
}

static dlcv_node case_lstm_states(dlcv_graph *g) { return case_states(g, 1, 0, 3); }
static dlcv_node case_lstm_reverse(dlcv_graph *g) { return case_states(g, 1, 1, 2); }
static dlcv_node case_lstm_first(dlcv_graph *g) { return case_states(g, 1, 0, 1); }
static dlcv_node case_gru_states(dlcv_graph *g) { return case_states(g, 0, 0, 3); }
static dlcv_node case_gru_reverse(dlcv_graph *g) { return case_states(g, 0, 1, 4); }
static dlcv_node case_gru_first(dlcv_graph *g) { return case_states(g, 0, 1, 1); }

#define CASES_VALUES \
    { "lstm", case_lstm_states, 0 }, { "lstm", case_lstm_reverse, 0 }, { "lstm", case_lstm_first, 0 }, \
    { "gru", case_gru_states, 0 }, { "gru", case_gru_reverse, 0 }, { "gru", case_gru_first, 0 }, \
    { "lstm", case_lstm, 0 }, { "lstm", case_lstm_one, 0 }, { "lstm", case_lstm_last, 0 }, \
    { "gru", case_gru, 0 }, { "gru", case_gru_one, 0 }, { "gru", case_gru_last, 0 }, \
    { "transpose", case_transpose, 0 }, { "transpose", case_transpose_rows, 0 }, { "transpose", case_transpose_turn, 0 }, { "concat", case_concat, 0 }, \
    { "concat", case_concat_rows, 0 }, { "slice", case_slice, 0 }, { "pad2d", case_pad_zero, 0 }, { "pad2d", case_pad_reflect, 0 }, \
    { "pad2d", case_pad_replicate, 0 }, { "pad2d", case_pad_circular, 0 }, { "gather", case_gather, 0 }, { "embedding", case_embedding, 0 }, \
    { "resize2d", case_resize_up, 0 }, { "resize2d", case_resize_down, 0 }, { "resize2d", case_resize_bicubic, 0 }, { "resize2d", case_resize_smooth, 0 }, { "resize2d", case_resize_area, 0 }, { "resize2d", case_resize_nearest, 0 }, { "step", case_step, 0.01 }, \
    { "clip", case_clip, 0.005 }, { "leaky_relu", case_leaky_relu, 0.005 }, { "leaky_relu", case_leaky_relu_slope, 0.005 }, { "elu", case_elu, 0.01 }, { "elu", case_elu_alpha, 0.005 }, \
    { "selu", case_selu, 0.005 }, { "gelu", case_gelu, 0 }, { "silu", case_silu, 0 }, { "softplus", case_softplus, 0 }, \
    { "hard_sigmoid", case_hard_sigmoid, 0.01 }, { "hard_swish", case_hard_swish, 0.01 }, { "prelu", case_prelu, 0.01 }, { "prelu", case_prelu_units, 0.01 }, \
    { "maxout", case_maxout, 0.01 }, { "maxout", case_maxout_units, 0.01 }, { "softmax", case_softmax_rows, 0 }, { "softmax", case_softmax_columns, 0 }, \
    { "log_softmax", case_log_softmax_rows, 0 }, { "log_softmax", case_log_softmax_columns, 0 }, { "hinge", case_hinge, 0.004 }, \
    { "hinge", case_hinge_squared, 0.01 }, { "hinge", case_hinge_all, 0 }, { "hinge", case_hinge_structured, 0.004 }, \
    { "cross_entropy", case_cross_entropy_sum, 0 }, { "distance", case_squared, 0 }, { "distance", case_half, 0 }, { "distance", case_absolute, 0.02 }, \
    { "distance", case_smooth, 0.01 }, { "distance", case_logistic, 0 }, { "distance", case_perceptron, 0.02 }, { "distance", case_logistic_labels, 0 }, \
    { "penalty", case_penalty, 0.05 },
