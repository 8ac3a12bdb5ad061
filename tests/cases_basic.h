/* Cases of test_ops.c: arithmetic, products, reductions, reshape, cross-entropy. */

static dlcv_node case_same(dlcv_graph *g, dlcv_node (*op)(dlcv_node, dlcv_node), float low, float high)
{
    return op(case_value(g, dlcv_shape3(2, 3, 5), low, high), case_value(g, dlcv_shape3(2, 3, 5), low, high));
}

/* numbers, rows, columns, both sides repeated, a scalar, one value twice */
static dlcv_node case_broadcast(dlcv_graph *g, dlcv_node (*op)(dlcv_node, dlcv_node), float low, float high)
{
    dlcv_node a = case_value(g, dlcv_shape3(2, 3, 5), low, high), row = case_value(g, dlcv_shape1(5), low, high);
    dlcv_node column = case_value(g, dlcv_shape2(3, 1), low, high), scalar = case_value(g, dlcv_shape1(1), low, high);
    dlcv_node left = op(op(row, column), case_value(g, dlcv_shape3(2, 1, 1), low, high));
    return dlcv_add(dlcv_add(op(a, row), dlcv_affine(op(column, a), 0.5f, 0)), dlcv_add(op(scalar, dlcv_affine(a, 1.0f, 0.75f)), left));
}

#define CASE_BINARY(NAME, LOW, HIGH) \
    static dlcv_node case_##NAME(dlcv_graph *g) { return case_same(g, dlcv_##NAME, LOW, HIGH); } \
    static dlcv_node case_##NAME##_broadcast(dlcv_graph *g) { return case_broadcast(g, dlcv_##NAME, LOW, HIGH); }
CASE_BINARY(add, -2, 2)
CASE_BINARY(sub, -2, 2)
CASE_BINARY(mul, -2, 2)
CASE_BINARY(div, 1, 2)

/* the larger of numbers at least 0.1 apart */
static dlcv_node case_max(dlcv_graph *g)
{
    return dlcv_max(case_apart(g, dlcv_shape2(3, 4), 0.2f, -1.0f), case_apart(g, dlcv_shape2(3, 4), 0.2f, -0.9f));
}

static dlcv_node case_min(dlcv_graph *g)
{
    return dlcv_min(case_apart(g, dlcv_shape2(3, 4), 0.2f, -1.0f), case_apart(g, dlcv_shape1(4), 0.2f, -0.3f));
}

#define CASE_UNARY(NAME, LOW, HIGH) \
    static dlcv_node case_##NAME(dlcv_graph *g) { return dlcv_##NAME(case_value(g, dlcv_shape2(3, 7), LOW, HIGH)); }
CASE_UNARY(square, -2, 2)
CASE_UNARY(sqrt, 1, 3)
CASE_UNARY(exp, -1, 1)
CASE_UNARY(log, 1, 3)
CASE_UNARY(reciprocal, 1, 2)
CASE_UNARY(sigmoid, -3, 3)
CASE_UNARY(tanh, -2, 2)

static dlcv_node case_affine(dlcv_graph *g) { return dlcv_affine(case_value(g, dlcv_shape1(700), -2, 2), 1.5f, -0.25f); }
static dlcv_node case_abs(dlcv_graph *g) { return dlcv_abs(case_apart(g, dlcv_shape2(4, 5), 0.1f, -0.95f)); }
static dlcv_node case_relu(dlcv_graph *g) { return dlcv_relu(case_apart(g, dlcv_shape2(4, 5), 0.1f, -0.95f)); }

static dlcv_node case_matmul(dlcv_graph *g) { return dlcv_matmul(case_value(g, dlcv_shape2(3, 5), -1, 1), case_value(g, dlcv_shape2(5, 4), -1, 1)); }

/* one matrix for all; all for one; both repeated; batches and rows that differ */
static dlcv_node case_matmul_batch(dlcv_graph *g)
{
    dlcv_node a = dlcv_matmul(case_value(g, dlcv_shape3(2, 3, 4), -1, 1), case_value(g, dlcv_shape2(4, 5), -1, 1));
    dlcv_node b = dlcv_matmul(case_value(g, dlcv_shape2(3, 2), -1, 1), case_value(g, dlcv_shape3(2, 2, 5), -1, 1));
    dlcv_node c = dlcv_matmul(case_value(g, dlcv_shape4(3, 1, 3, 2), -1, 1), case_value(g, dlcv_shape4(1, 2, 2, 5), -1, 1));
    return dlcv_add(c, dlcv_add(a, b));
}

static dlcv_node case_linear(dlcv_graph *g) { return dlcv_linear(case_value(g, dlcv_shape2(4, 6), -1, 1), 3); }

static dlcv_node case_reduce_axes(dlcv_graph *g)
{
    const dlcv_node x = case_apart(g, dlcv_shape4(2, 3, 2, 4), 0.1f, -2.45f);
    const dlcv_node mean = dlcv_reduce_axes(x, DLCV_REDUCE_MEAN, dlcv_shape2(2, -1)), most = dlcv_reduce_axes(x, DLCV_REDUCE_MAX, dlcv_shape2(0, 3));
    return dlcv_mul(dlcv_add(mean, dlcv_reduce_axes(x, DLCV_REDUCE_NORM, dlcv_shape2(2, 3))), most);
}

static dlcv_node case_reduce(dlcv_graph *g, dlcv_reduction how, int axis)
{
    return dlcv_reduce(case_apart(g, dlcv_shape3(2, 3, 5), 0.2f, -2.9f), how, axis);
}

#define CASE_REDUCE(NAME, HOW) \
    static dlcv_node case_##NAME##_all(dlcv_graph *g) { return case_reduce(g, HOW, DLCV_ALL); } \
    static dlcv_node case_##NAME##_rows(dlcv_graph *g) { return case_reduce(g, HOW, -1); } \
    static dlcv_node case_##NAME##_columns(dlcv_graph *g) { return case_reduce(g, HOW, 1); }
CASE_REDUCE(sum, DLCV_REDUCE_SUM)
CASE_REDUCE(mean, DLCV_REDUCE_MEAN)
CASE_REDUCE(most, DLCV_REDUCE_MAX)
CASE_REDUCE(least, DLCV_REDUCE_MIN)
CASE_REDUCE(norm, DLCV_REDUCE_NORM)

static dlcv_node case_reshape(dlcv_graph *g)
{
    dlcv_node x = case_value(g, dlcv_shape3(2, 3, 4), -1, 1);
    return dlcv_add(dlcv_flatten(dlcv_square(x)), dlcv_reshape(x, dlcv_shape2(-1, 12)));
}

static dlcv_node case_cross_entropy(dlcv_graph *g)
{
    return dlcv_loss(case_value(g, dlcv_shape2(4, 5), -2, 2), case_labels(g, dlcv_shape1(4), 5), DLCV_LOSS_SOFTMAX, NULL);
}

static dlcv_node case_cross_entropy_places(dlcv_graph *g)
{
    dlcv_loss_opts opts = { 0.1f, 0, 0, DLCV_AVERAGE_SAMPLES };
    return dlcv_loss(case_value(g, dlcv_shape4(2, 5, 2, 3), -2, 2), case_labels(g, dlcv_shape3(2, 2, 3), 5), DLCV_LOSS_SOFTMAX, &opts);
}

#define CASES_BASIC \
    { "add", case_add, 0 }, { "add", case_add_broadcast, 0 }, { "sub", case_sub, 0 }, { "sub", case_sub_broadcast, 0 }, \
    { "mul", case_mul, 0 }, { "mul", case_mul_broadcast, 0 }, { "div", case_div, 0 }, { "div", case_div_broadcast, 0 }, \
    { "max", case_max, 0 }, { "min", case_min, 0 }, { "affine", case_affine, 0 }, { "square", case_square, 0 }, { "sqrt", case_sqrt, 0 }, \
    { "exp", case_exp, 0 }, { "log", case_log, 0 }, { "abs", case_abs, 0 }, { "reciprocal", case_reciprocal, 0 }, { "relu", case_relu, 0 }, \
    { "sigmoid", case_sigmoid, 0 }, { "tanh", case_tanh, 0 }, { "matmul", case_matmul, 0 }, { "matmul", case_matmul_batch, 0 }, \
    { "linear", case_linear, 0 }, { "reduce", case_reduce_axes, 0.01 }, \
    { "reduce", case_sum_all, 0 }, { "reduce", case_sum_rows, 0 }, { "reduce", case_sum_columns, 0 }, \
    { "reduce", case_mean_all, 0 }, { "reduce", case_mean_rows, 0 }, { "reduce", case_mean_columns, 0 }, \
    { "reduce", case_most_all, 0 }, { "reduce", case_most_rows, 0 }, { "reduce", case_most_columns, 0 }, \
    { "reduce", case_least_all, 0 }, { "reduce", case_least_rows, 0 }, { "reduce", case_least_columns, 0 }, \
    { "reduce", case_norm_all, 0 }, { "reduce", case_norm_rows, 0 }, { "reduce", case_norm_columns, 0 }, \
    { "reshape", case_reshape, 0 }, { "cross_entropy", case_cross_entropy, 0 }, { "cross_entropy", case_cross_entropy_places, 0 },
