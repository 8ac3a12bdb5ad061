/* Every op that moves through memory, forward and backward, beside PyTorch (a process of its own, peer_torch.py), oneDNN and memcpy.
 * bench_ops [--rounds N] [--only TEXT] [--size large|small] [--part 0|1|2] [--no-peers] [--json FILE] */
#define _GNU_SOURCE
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "bursts.h"
#include "bench.h"
#include "peers/peers.h"
#include "torch.h"

#ifndef PEER_ONEDNN
int peer_onednn_op_make(peer_op *p) { return p->n < 0; }
void peer_onednn_op_run(peer_op *p, size_t repeat) { p->n -= repeat == 0; }
void peer_onednn_op_free(peer_op *p) { p->n = 0; }
#endif

/* x is [n, c, h, h], rows [n * h, c * h] */
typedef struct size {
    const char *name;
    int n, c, h;
} size;

static const size sizes[] = { { "large", 16, 64, 64 }, { "small", 2, 64, 28 } };
static size s;

/* ---- our side: a graph of one op */
static dlcv_tensor held[8];
static int holds;
static uint32_t chance = 1;

static float draw(void)
{
    chance = chance * 1664525u + 1013904223u;
    return (float)(chance >> 8) / 8388608.0f - 1.0f;
}

static dlcv_node input(dlcv_graph *g, dlcv_dtype dtype, dlcv_shape shape, float shift, int top)
{
    char name[8];
    dlcv_node x;
    dlcv_tensor *t = &held[holds];
    size_t i;
    snprintf(name, sizeof name, "x%d", holds++);
    x = dlcv_input(g, name, dtype, shape);
    if (dlcv_tensor_new(NULL, dtype, shape, t)) return x;
    for (i = 0; i < dlcv_tensor_count(t); i++) {
        if (dtype == DLCV_F32) ((float *)t->data)[i] = draw() + shift;
        else ((int32_t *)t->data)[i] = (int)((chance = chance * 1664525u + 1013904223u) >> 8) % top;
    }
    dlcv_bind(x, t);
    return dtype == DLCV_F32 ? dlcv_keep(x) : x;
}

static dlcv_node planes(dlcv_graph *g) { return input(g, DLCV_F32, dlcv_shape4(s.n, s.c, s.h, s.h), 0, 0); }
static dlcv_node positive(dlcv_graph *g) { return input(g, DLCV_F32, dlcv_shape4(s.n, s.c, s.h, s.h), 1.5f, 0); }
static dlcv_node matrix(dlcv_graph *g, int columns) { return input(g, DLCV_F32, dlcv_shape2(s.n * s.c * s.h * s.h / columns, columns), 0, 0); }
static dlcv_node labels(dlcv_graph *g, int columns) { return input(g, DLCV_I32, dlcv_shape1(s.n * s.c * s.h * s.h / columns), 0, columns); }
static dlcv_node channels(dlcv_graph *g) { return input(g, DLCV_F32, dlcv_shape4(1, s.c, 1, 1), 1.5f, 0); }
static dlcv_node number(dlcv_graph *g) { return input(g, DLCV_F32, dlcv_shape1(1), 1.5f, 0); }

static dlcv_node pool(dlcv_graph *g, dlcv_pooling how, int kernel, int stride, int pad)
{
    dlcv_pool2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    return dlcv_pool2d(planes(g), how, kernel, &o);
}

static dlcv_node loss(dlcv_node x, dlcv_node y, dlcv_loss_kind kind)
{
    dlcv_loss_opts o;
    memset(&o, 0, sizeof o);
    if (kind >= DLCV_LOSS_LOGISTIC) o.average = DLCV_AVERAGE_ELEMENTS;
    return dlcv_loss(x, y, kind, &o);
}

#define ONE(NAME, BUILD) static dlcv_node make_##NAME(dlcv_graph *g) { return BUILD; }
#define TWO(NAME, A, B, BUILD) static dlcv_node make_##NAME(dlcv_graph *g) { const dlcv_node a = A, b = B; return BUILD; }
TWO(add, planes(g), planes(g), dlcv_add(a, b))
TWO(sub, planes(g), planes(g), dlcv_sub(a, b))
TWO(mul, planes(g), planes(g), dlcv_mul(a, b))
TWO(div, planes(g), positive(g), dlcv_div(a, b))
TWO(max, planes(g), planes(g), dlcv_max(a, b))
TWO(min, planes(g), planes(g), dlcv_min(a, b))
TWO(add_channel, planes(g), channels(g), dlcv_add(a, b))
TWO(mul_channel, planes(g), channels(g), dlcv_mul(a, b))
TWO(add_row, matrix(g, 1024), input(g, DLCV_F32, dlcv_shape1(1024), 0, 0), dlcv_add(a, b))
TWO(mul_column, matrix(g, 1024), input(g, DLCV_F32, dlcv_shape2(s.n * s.c * s.h * s.h / 1024, 1), 0, 0), dlcv_mul(a, b))
TWO(mul_number, planes(g), number(g), dlcv_mul(a, b))
ONE(affine, dlcv_affine(planes(g), 1.5f, 0.5f))
ONE(square, dlcv_square(planes(g)))
ONE(sqrt, dlcv_sqrt(positive(g)))
ONE(exp, dlcv_exp(planes(g)))
ONE(log, dlcv_log(positive(g)))
ONE(abs, dlcv_abs(planes(g)))
ONE(reciprocal, dlcv_reciprocal(positive(g)))
ONE(relu, dlcv_relu(planes(g)))
ONE(sigmoid, dlcv_sigmoid(planes(g)))
ONE(tanh, dlcv_tanh(planes(g)))
ONE(step, dlcv_step(planes(g)))
ONE(leaky_relu, dlcv_leaky_relu(planes(g), 0.1f))
ONE(elu, dlcv_elu(planes(g), 1))
ONE(selu, dlcv_selu(planes(g)))
ONE(gelu, dlcv_gelu(planes(g)))
ONE(silu, dlcv_silu(planes(g)))
ONE(hard_sigmoid, dlcv_hard_sigmoid(planes(g)))
ONE(hard_swish, dlcv_hard_swish(planes(g)))
ONE(clip, dlcv_clip(planes(g), -0.5f, 0.5f))
ONE(softplus, dlcv_softplus(planes(g)))
ONE(prelu, dlcv_prelu(planes(g)))
ONE(maxout, dlcv_maxout(planes(g), 2))
ONE(softmax_1024, dlcv_softmax(matrix(g, 1024), -1))
ONE(softmax_16, dlcv_softmax(matrix(g, 16), -1))
ONE(softmax_channels, dlcv_softmax(planes(g), 1))
ONE(log_softmax_1024, dlcv_log_softmax(matrix(g, 1024), -1))
ONE(log_softmax_16, dlcv_log_softmax(matrix(g, 16), -1))
ONE(log_softmax_channels, dlcv_log_softmax(planes(g), 1))
ONE(batch_norm, dlcv_batch_norm(planes(g), NULL))
ONE(batch_norm_row, dlcv_batch_norm(matrix(g, 256), NULL))
ONE(group_norm, dlcv_group_norm(planes(g), 8, NULL))
ONE(instance_norm, dlcv_group_norm(planes(g), s.c, NULL))
ONE(layer_norm, dlcv_group_norm(matrix(g, 1024), 1, NULL))
ONE(local_response_norm, dlcv_local_response_norm(planes(g), 5, 1e-4f, 0.75f, 2))
ONE(dropout, dlcv_dropout(planes(g), 0.5f))
ONE(drop_path, dlcv_drop_path(planes(g), 0.5f))
ONE(pool_max2, pool(g, DLCV_POOL_MAX, 2, 2, 0))
ONE(pool_max3, pool(g, DLCV_POOL_MAX, 3, 2, 1))
ONE(pool_max3_1, pool(g, DLCV_POOL_MAX, 3, 1, 1))
ONE(pool_average2, pool(g, DLCV_POOL_AVERAGE, 2, 2, 0))
ONE(pool_average3, pool(g, DLCV_POOL_AVERAGE, 3, 2, 1))
ONE(pool_average3_1, pool(g, DLCV_POOL_AVERAGE, 3, 1, 1))
ONE(pool_l2, pool(g, DLCV_POOL_L2, 2, 2, 0))
ONE(pool_global, pool(g, DLCV_POOL_AVERAGE, 0, 0, 0))
ONE(pool_global_max, pool(g, DLCV_POOL_MAX, 0, 0, 0))
ONE(reduce_all, dlcv_reduce(planes(g), DLCV_REDUCE_SUM, DLCV_ALL))
ONE(reduce_row, dlcv_reduce(matrix(g, 1024), DLCV_REDUCE_MEAN, 1))
ONE(reduce_column, dlcv_reduce(matrix(g, 1024), DLCV_REDUCE_SUM, 0))
ONE(reduce_max, dlcv_reduce(matrix(g, 1024), DLCV_REDUCE_MAX, 1))
ONE(reduce_norm, dlcv_reduce(matrix(g, 1024), DLCV_REDUCE_NORM, 1))
TWO(cross_entropy_1024, matrix(g, 1024), labels(g, 1024), loss(a, b, DLCV_LOSS_SOFTMAX))
TWO(cross_entropy_16, matrix(g, 16), labels(g, 16), loss(a, b, DLCV_LOSS_SOFTMAX))
TWO(hinge, matrix(g, 16), labels(g, 16), loss(a, b, DLCV_LOSS_HINGE))
TWO(hinge_1024, matrix(g, 1024), labels(g, 1024), loss(a, b, DLCV_LOSS_HINGE))
TWO(squared, planes(g), planes(g), loss(a, b, DLCV_LOSS_SQUARED))
TWO(absolute, planes(g), planes(g), loss(a, b, DLCV_LOSS_ABSOLUTE))
TWO(smooth_l1, planes(g), planes(g), loss(a, b, DLCV_LOSS_SMOOTH_L1))
TWO(logistic, planes(g), planes(g), loss(a, b, DLCV_LOSS_LOGISTIC))
TWO(concat, planes(g), planes(g), (holds = 2, a.id && b.id ? dlcv_concat((dlcv_node[2]){ a, b }, 2, 1) : a))
ONE(transpose, dlcv_transpose(matrix(g, 1024), dlcv_shape2(1, 0)))
ONE(transpose_last, dlcv_transpose(planes(g), dlcv_shape4(0, 2, 3, 1)))
ONE(slice, dlcv_slice(planes(g), 1, 8, 56))
ONE(pad_zero, dlcv_pad2d(planes(g), 1, 1, 1, 1, DLCV_BORDER_ZERO))
ONE(pad_reflect, dlcv_pad2d(planes(g), 1, 1, 1, 1, DLCV_BORDER_REFLECT))
TWO(gather, matrix(g, 256), input(g, DLCV_I32, dlcv_shape1(s.n * s.c * s.h * s.h / 256), 0, s.n * s.c * s.h * s.h / 256), dlcv_gather(a, b, 0))
ONE(resize_nearest, dlcv_resize2d(planes(g), 2, DLCV_INTERPOLATION_NEAREST))
ONE(resize_bilinear, dlcv_resize2d(planes(g), 2, DLCV_INTERPOLATION_BILINEAR))

static dlcv_node make_penalty(dlcv_graph *g)
{
    dlcv_penalty_opts o;
    memset(&o, 0, sizeof o);
    o.l2 = 0.5f;
    dlcv_parameter(g, "w", dlcv_shape4(s.n, s.c, s.h, s.h), DLCV_INIT_NORMAL, 1);
    return dlcv_penalty(g, "", &o);
}

static dlcv_node make_embedding(dlcv_graph *g)
{
    return dlcv_embedding(input(g, DLCV_I32, dlcv_shape1(s.n * s.c * s.h * s.h / 256), 0, 1000), 1000, 256);
}

#define X "x = R(N, C, H, H)"
#define XX "a = R(N, C, H, H); b = R(N, C, H, H)"
#define POSITIVE "x = P(N, C, H, H)"
#define ROWS(n) "x = R(N * C * H * H // " #n ", " #n ")"
#define LABELS(n) ROWS(n) "; y = I(" #n ", N * C * H * H // " #n ")"

typedef struct task {
    const char *name, *op;
    dlcv_node (*make)(dlcv_graph *g);
    const char *inputs, *wanted, *expression;   /* of PyTorch */
    double forward, backward;                   /* floats that have to be read or written, for an element of x; backward 0: not measured */
    int onednn;                                 /* an algorithm of peers/onednn_ops.cpp */
    float alpha, beta;
} task;

#define UNARY(NAME, INPUTS, EXPRESSION, ...) { #NAME, #NAME, make_##NAME, INPUTS, "x", EXPRESSION, 2, 3, __VA_ARGS__ }
#define BINARY(NAME, EXPRESSION, BACK, PEER) { #NAME, #NAME, make_##NAME, XX, "a b", EXPRESSION, 3, BACK, PEER, 0, 0 }
static const task tasks[] = {
    BINARY(add, "a + b", 3, PEER_OP_ADD), BINARY(sub, "a - b", 3, PEER_OP_SUB), BINARY(mul, "a * b", 5, PEER_OP_MUL),
    { "div", "div", make_div, "a = R(N, C, H, H); b = P(N, C, H, H)", "a b", "a / b", 3, 5, PEER_OP_DIV, 0, 0 },
    BINARY(max, "torch.maximum(a, b)", 5, PEER_OP_MAX), BINARY(min, "torch.minimum(a, b)", 5, PEER_OP_MIN),
    { "add a channel's", "add", make_add_channel, X "; b = R(1, C, 1, 1)", "x b", "x + b", 2, 2, PEER_OP_NONE, 0, 0 },
    { "mul by a channel's", "mul", make_mul_channel, X "; b = R(1, C, 1, 1)", "x b", "x * b", 2, 3, PEER_OP_NONE, 0, 0 },
    { "add a row", "add", make_add_row, ROWS(1024) "; b = R(1024)", "x b", "x + b", 2, 2, PEER_OP_NONE, 0, 0 },
    { "mul by a column", "mul", make_mul_column, ROWS(1024) "; b = R(N * C * H * H // 1024, 1)", "x b", "x * b", 2, 3, PEER_OP_NONE, 0, 0 },
    { "mul by one number", "mul", make_mul_number, X "; b = R(1)", "x b", "x * b", 2, 3, PEER_OP_NONE, 0, 0 },
    { "affine", "affine", make_affine, X, "x", "x * 1.5", 2, 2, PEER_OP_LINEAR, 1.5f, 0.5f },
    UNARY(square, X, "torch.square(x)", PEER_OP_SQUARE, 0, 0), UNARY(sqrt, POSITIVE, "torch.sqrt(x)", PEER_OP_SQRT, 0, 0),
    UNARY(exp, X, "torch.exp(x)", PEER_OP_EXP, 0, 0), UNARY(log, POSITIVE, "torch.log(x)", PEER_OP_LOG, 0, 0),
    UNARY(abs, X, "torch.abs(x)", PEER_OP_ABS, 0, 0), UNARY(reciprocal, POSITIVE, "torch.reciprocal(x)", PEER_OP_NONE, 0, 0),
    UNARY(relu, X, "F.relu(x)", PEER_OP_RELU, 0, 0), UNARY(sigmoid, X, "torch.sigmoid(x)", PEER_OP_SIGMOID, 0, 0),
    UNARY(tanh, X, "torch.tanh(x)", PEER_OP_TANH, 0, 0),
    { "step", "step", make_step, X "; zero = torch.zeros(1)", "x", "torch.heaviside(x, zero)", 2, 0, PEER_OP_NONE, 0, 0 },
    UNARY(leaky_relu, X, "F.leaky_relu(x, 0.1)", PEER_OP_RELU, 0.1f, 0), UNARY(elu, X, "F.elu(x)", PEER_OP_ELU, 1, 0),
    UNARY(selu, X, "F.selu(x)", PEER_OP_NONE, 0, 0), UNARY(gelu, X, "F.gelu(x)", PEER_OP_GELU, 0, 0),
    UNARY(silu, X, "F.silu(x)", PEER_OP_SWISH, 1, 0), UNARY(hard_sigmoid, X, "F.hardsigmoid(x)", PEER_OP_NONE, 0, 0),
    UNARY(hard_swish, X, "F.hardswish(x)", PEER_OP_HARDSWISH, 0, 0), UNARY(softplus, X, "F.softplus(x)", PEER_OP_SOFTPLUS, 0, 0),
    UNARY(clip, X, "torch.clamp(x, -0.5, 0.5)", PEER_OP_NONE, 0, 0),
    { "prelu", "prelu", make_prelu, X "; w = P(C)", "x w", "F.prelu(x, w)", 2, 3, PEER_OP_NONE, 0, 0 },
    { "maxout of 2", "maxout", make_maxout, X, "x", "x.view(N, C // 2, 2, H, H).amax(2)", 1.5, 2.5, PEER_OP_NONE, 0, 0 },
    { "softmax of 1024", "softmax", make_softmax_1024, ROWS(1024), "x", "F.softmax(x, 1)", 2, 3, PEER_OP_SOFTMAX, 1024, 0 },
    { "softmax of 16", "softmax", make_softmax_16, ROWS(16), "x", "F.softmax(x, 1)", 2, 3, PEER_OP_SOFTMAX, 16, 0 },
    { "softmax of channels", "softmax", make_softmax_channels, X, "x", "F.softmax(x, 1)", 2, 3, PEER_OP_NONE, 0, 0 },
    { "log_softmax of 1024", "log_softmax", make_log_softmax_1024, ROWS(1024), "x", "F.log_softmax(x, 1)", 2, 3, PEER_OP_LOG_SOFTMAX, 1024, 0 },
    { "log_softmax of 16", "log_softmax", make_log_softmax_16, ROWS(16), "x", "F.log_softmax(x, 1)", 2, 3, PEER_OP_LOG_SOFTMAX, 16, 0 },
    { "log_softmax of channels", "log_softmax", make_log_softmax_channels, X, "x", "F.log_softmax(x, 1)", 2, 3, PEER_OP_NONE, 0, 0 },
    { "batch_norm", "batch_norm", make_batch_norm, X "; m = R(C); v = P(C); w = P(C); b = R(C)", "x w b", "F.batch_norm(x, m, v, w, b, True)", 3, 5, PEER_OP_BATCH_NORM, 0, 0 },
    { "batch_norm of rows", "batch_norm", make_batch_norm_row, ROWS(256) "; m = R(256); v = P(256); w = P(256); b = R(256)", "x w b",
        "F.batch_norm(x, m, v, w, b, True)", 3, 5, PEER_OP_NONE, 0, 0 },
    { "group_norm by 8", "group_norm", make_group_norm, X "; w = P(C); b = R(C)", "x w b", "F.group_norm(x, 8, w, b)", 3, 5, PEER_OP_NONE, 0, 0 },
    { "instance norm", "group_norm", make_instance_norm, X "; w = P(C); b = R(C)", "x w b", "F.instance_norm(x, weight=w, bias=b)", 3, 5, PEER_OP_NONE, 0, 0 },
    { "layer norm of 1024", "group_norm", make_layer_norm, ROWS(1024) "; w = P(1024); b = R(1024)", "x w b", "F.layer_norm(x, (1024,), w, b)", 2, 3, PEER_OP_LAYER_NORM, 1024, 0 },
    { "local_response_norm", "local_response_norm", make_local_response_norm, X, "x", "F.local_response_norm(x, 5, 5e-4, 0.75, 2)", 2, 4, PEER_OP_LRN, 0, 0 },
    { "dropout", "dropout", make_dropout, X, "x", "F.dropout(x, 0.5, True)", 2, 2, PEER_OP_NONE, 0, 0 },
    { "drop_path", "drop_path", make_drop_path, X, "x", "x * (torch.rand(N, 1, 1, 1) < 0.5) * 2.0", 2, 2, PEER_OP_NONE, 0, 0 },
    { "max pool 2x2", "pool2d", make_pool_max2, X, "x", "F.max_pool2d(x, 2)", 1.25, 2.25, PEER_OP_POOL_MAX, 2, 2 },
    { "max pool 3x3 by 2", "pool2d", make_pool_max3, X, "x", "F.max_pool2d(x, 3, 2, 1)", 1.25, 2.25, PEER_OP_POOL_MAX, 3, 2 },
    { "max pool 3x3 by 1", "pool2d", make_pool_max3_1, X, "x", "F.max_pool2d(x, 3, 1, 1)", 2, 3, PEER_OP_POOL_MAX, 3, 1 },
    { "average pool 2x2", "pool2d", make_pool_average2, X, "x", "F.avg_pool2d(x, 2)", 1.25, 1.25, PEER_OP_POOL_AVERAGE, 2, 2 },
    { "average pool 3x3 by 2", "pool2d", make_pool_average3, X, "x", "F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)", 1.25, 1.25, PEER_OP_POOL_AVERAGE, 3, 2 },
    { "average pool 3x3 by 1", "pool2d", make_pool_average3_1, X, "x", "F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)", 2, 2, PEER_OP_POOL_AVERAGE, 3, 1 },
    { "L2 pool 2x2", "pool2d", make_pool_l2, X, "x", "F.lp_pool2d(x, 2, 2)", 1.25, 2.25, PEER_OP_NONE, 0, 0 },
    { "global average pool", "pool2d", make_pool_global, X, "x", "F.adaptive_avg_pool2d(x, 1)", 1, 1, PEER_OP_NONE, 0, 0 },
    { "global max pool", "pool2d", make_pool_global_max, X, "x", "F.adaptive_max_pool2d(x, 1)", 1, 2, PEER_OP_NONE, 0, 0 },
    { "reduce: sum of all", "reduce", make_reduce_all, X, "x", "x.sum()", 1, 1, PEER_OP_NONE, 0, 0 },
    { "reduce: mean of rows", "reduce", make_reduce_row, ROWS(1024), "x", "x.mean(1)", 1, 1, PEER_OP_NONE, 0, 0 },
    { "reduce: sum of columns", "reduce", make_reduce_column, ROWS(1024), "x", "x.sum(0)", 1, 1, PEER_OP_NONE, 0, 0 },
    { "reduce: max of rows", "reduce", make_reduce_max, ROWS(1024), "x", "x.max(1)[0]", 1, 2, PEER_OP_NONE, 0, 0 },
    { "reduce: norm of rows", "reduce", make_reduce_norm, ROWS(1024), "x", "x.norm(2, 1)", 1, 2, PEER_OP_NONE, 0, 0 },
    { "cross_entropy of 1024", "cross_entropy", make_cross_entropy_1024, LABELS(1024), "x", "F.cross_entropy(x, y)", 2, 2, PEER_OP_NONE, 0, 0 },
    { "cross_entropy of 16", "cross_entropy", make_cross_entropy_16, LABELS(16), "x", "F.cross_entropy(x, y)", 2, 2, PEER_OP_NONE, 0, 0 },
    { "hinge of 16", "hinge", make_hinge, LABELS(16), "x", "F.multi_margin_loss(x, y)", 1, 2, PEER_OP_NONE, 0, 0 },
    { "hinge of 1024", "hinge", make_hinge_1024, LABELS(1024), "x", "F.multi_margin_loss(x, y)", 1, 2, PEER_OP_NONE, 0, 0 },
    { "loss: squared", "distance", make_squared, XX, "a b", "F.mse_loss(a, b)", 2, 4, PEER_OP_NONE, 0, 0 },
    { "loss: absolute", "distance", make_absolute, XX, "a b", "F.l1_loss(a, b)", 2, 4, PEER_OP_NONE, 0, 0 },
    { "loss: smooth L1", "distance", make_smooth_l1, XX, "a b", "F.smooth_l1_loss(a, b)", 2, 4, PEER_OP_NONE, 0, 0 },
    { "loss: logistic", "distance", make_logistic, XX, "a b", "F.binary_cross_entropy_with_logits(a, b)", 2, 4, PEER_OP_NONE, 0, 0 },
    { "penalty, l2", "penalty", make_penalty, X, "x", "0.5 * (x * x).sum()", 1, 2, PEER_OP_NONE, 0, 0 },
    { "concat of channels", "concat", make_concat, XX, "a b", "torch.cat((a, b), 1)", 4, 4, PEER_OP_NONE, 0, 0 },
    { "transpose", "transpose", make_transpose, ROWS(1024), "x", "x.t().contiguous()", 2, 2, PEER_OP_NONE, 0, 0 },
    { "transpose, channels last", "transpose", make_transpose_last, X, "x", "x.permute(0, 2, 3, 1).contiguous()", 2, 2, PEER_OP_NONE, 0, 0 },
    { "slice of channels", "slice", make_slice, X, "x", "x[:, 8:56].contiguous()", 1.5, 1.75, PEER_OP_NONE, 0, 0 },
    { "pad2d, zeros", "pad2d", make_pad_zero, X, "x", "F.pad(x, (1, 1, 1, 1))", 2, 2, PEER_OP_NONE, 0, 0 },
    { "pad2d, reflected", "pad2d", make_pad_reflect, X, "x", "F.pad(x, (1, 1, 1, 1), 'reflect')", 2, 2, PEER_OP_NONE, 0, 0 },
    { "gather of rows", "gather", make_gather, ROWS(256) "; y = I(N * C * H * H // 256, N * C * H * H // 256)", "x", "torch.index_select(x, 0, y)", 2, 3, PEER_OP_NONE, 0, 0 },
    { "embedding", "embedding", make_embedding, "x = R(1000, 256); y = I(1000, N * C * H * H // 256)", "x", "F.embedding(y, x)", 1, 1, PEER_OP_NONE, 0, 0 },
    { "resize2d by 2, nearest", "resize2d", make_resize_nearest, X, "x", "F.interpolate(x, size=(2 * H, 2 * H))", 5, 5, PEER_OP_NONE, 0, 0 },
    { "resize2d by 2, bilinear", "resize2d", make_resize_bilinear, X, "x", "F.interpolate(x, size=(2 * H, 2 * H), mode='bilinear')", 5, 5, PEER_OP_NONE, 0, 0 } };

/* ops whose time is not memory's */
static const char *const others[] = { "matmul", "linear", "reshape", "conv2d", "conv2d_transpose", "custom", "conv2d_unshared", "lstm", "gru" };

static void run_ours(void *context, size_t repeat)
{
    dlcv_graph *g = (dlcv_graph *)context;
    dlcv__call c;
    for (; repeat > 0; repeat--) {
        dlcv__call_step(g, 0, &c);
        if (c.scratch_bytes) c.scratch = g->workspace + g->plan->step[0].scratch_at;
        c.op->forward(&c);
    }
}

static void run_ours_back(void *context, size_t repeat)
{
    for (; repeat > 0; repeat--) dlcv__backward_step((dlcv_graph *)context, 0);
}

/* ---- PyTorch */
static torch peer_torch;

static int torch_case(const task *t)
{
    fprintf(peer_torch.to, "case N, C, H = %d, %d, %d | %s | %s | %s\n", s.n, s.c, s.h, t->inputs, t->wanted, t->expression);
    return torch_takes(&peer_torch, t->name);
}

static double torch_run(void *context, size_t repeat)
{
    char line[64];
    fprintf(peer_torch.to, "%s %zu\n", (const char *)context, repeat);
    return torch_answer(&peer_torch, line, sizeof line) ? atof(line) : 0;
}

static void torch_warm(void *context, size_t repeat)
{
    torch_run(context, repeat);
}

/* ---- memcpy of as many bytes, and oneDNN */
static void *copy_from, *copy_to;

static void run_memcpy(void *context, size_t repeat)
{
    for (; repeat > 0; repeat--) {
        memcpy(copy_to, copy_from, *(const size_t *)context);
        __asm__ volatile("" : : : "memory");
    }
}

static const burst copying = { "copy", "memcpy of as many bytes", 0, 0, 1, NULL };

static void run_onednn(void *context, size_t repeat)
{
    peer_onednn_op_run((peer_op *)context, repeat);
}

static void measure(const task *t, int back, dlcv_graph *g, int by_torch, FILE *json, int rounds, double milliseconds, double *ratio)
{
    char shape[96];
    const double floats = (double)(s.n * s.c * s.h * s.h) * (back ? t->backward : t->forward);
    size_t bytes = (size_t)(floats * 4 / 2), most = (size_t)sizes[0].n * 64 * 64 * 64 * 4 * 3;
    const bench_row *ours, *peer;
    bench_row *copy;
    peer_op op;
    bench b;
    int i, onednn = 0;
    snprintf(shape, sizeof shape, "%s, %s, %s", t->name, back ? "backward" : "forward", s.name);
    bench_begin(&b, "bench_ops", shape, 1, dlcv_backend(), "us", 1e6, json);
    b.rounds = rounds;
    b.milliseconds = milliseconds;
    b.paired = 1;
    if (bytes > most) bytes = most;
    bench_add(&b, BENCH_OURS, "dlcv", back ? run_ours_back : run_ours, g);
    if (by_torch) bench_add(&b, BENCH_PEER, peer_torch.name, torch_warm, (void *)(back ? "b" : "f"))->remote = torch_run;
    memset(&op, 0, sizeof op);
    op.kind = t->onednn;
    op.back = back;
    op.alpha = t->alpha;
    op.beta = t->beta;
    op.n = s.n;
    op.c = s.c;
    op.h = s.h;
    if (t->onednn != PEER_OP_NONE && by_torch) onednn = peer_onednn_op_make(&op);
    if (onednn) bench_add(&b, BENCH_PEER, "onednn", run_onednn, &op);
    copy = bench_add(&b, BENCH_LIMIT, copying.name, run_memcpy, &bytes);
    copy->kind = copying.kind;
    copy->limit = &copying;
    copy->scale = floats * 2 / (double)bytes;
    bench_run(&b);
    ours = bench_best(&b, BENCH_OURS, NULL);
    peer = bench_best(&b, BENCH_PEER, NULL);
    *ratio = peer ? bench_ratio(&b, peer, ours) : 0;
    printf("%-26s %-8s %-5s %9.1f %6.1f %5.0f %%", t->name, back ? "backward" : "forward", s.name, ours->median * 1e6, floats * 4e-9 / ours->median,
           100 * bench_ratio(&b, copy, ours));
    for (i = 0; i < b.rows; i++) {
        if (b.row[i].role == BENCH_PEER) printf("  %s %.1f", b.row[i].name, b.row[i].median * 1e6);
    }
    if (peer) printf("  => %.2f%s", *ratio, *ratio < 1 ? " BEHIND" : "");
    printf("\n");
    fflush(stdout);
    bench_write(&b, ours, peer, copy);
    if (onednn) peer_onednn_op_free(&op);
}

/* Each op of the table is measured, or among the others. */
static int all_there(void)
{
    const char *name;
    int i, k, ok = 1;
    for (i = 0; (name = dlcv_op_name(i)) != NULL; i++) {
        int found = 0;
        for (k = 0; k < (int)(sizeof tasks / sizeof *tasks); k++) found |= !strcmp(name, tasks[k].op);
        for (k = 0; k < (int)(sizeof others / sizeof *others); k++) found |= !strcmp(name, others[k]);
        if (!found) fprintf(stderr, "bench_ops: op %s has no task\n", name);
        ok &= found;
    }
    return ok;
}

static void one(const task *t, int peers, FILE *json, int rounds, double *logs, int *count, int *behind)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const int by_torch = peers && torch_case(t);
    const double milliseconds = s.n == sizes[0].n ? 4 : 1;
    dlcv_node y;
    dlcv_tensor up;
    double ratio;
    int i;
    memset(&up, 0, sizeof up);
    holds = 0;
    y = t->make(g);
    if (dlcv_forward(y, DLCV_MODE_TRAIN) || dlcv_tensor_new(NULL, DLCV_F32, dlcv_value(y)->shape, &up)) {
        fprintf(stderr, "bench_ops: %s: %s\n", t->name, dlcv_error());
        exit(1);
    }
    for (i = 0; (size_t)i < dlcv_tensor_count(&up); i++) ((float *)up.data)[i] = draw();
    for (i = 0; i < 1 + (t->backward > 0); i++) {
        if (i && dlcv_backward_from(y, &up)) {
            fprintf(stderr, "bench_ops: %s: %s\n", t->name, dlcv_error());
            exit(1);
        }
        measure(t, i, g, by_torch, json, rounds, milliseconds, &ratio);
        if (ratio <= 0) continue;
        *logs += log(ratio);
        ++*count;
        *behind += ratio < 1;
    }
    dlcv_graph_free(g);
    dlcv_tensor_free(&up);
    for (i = 0; i < holds; i++) dlcv_tensor_free(&held[i]);
}

int main(int argc, char **argv)
{
    const char *only = "", *which = "", *path = "build/bench/bench_ops.json";
    int i, k, rounds = 7, peers = 1, part = -1, count = 0, behind = 0;
    double logs = 0;
    FILE *json;
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--no-peers")) peers = 0;
        else if (i + 1 < argc && !strcmp(argv[i], "--rounds")) rounds = atoi(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--part")) part = atoi(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--only")) only = argv[++i];
        else if (i + 1 < argc && !strcmp(argv[i], "--size")) which = argv[++i];
        else if (i + 1 < argc && !strcmp(argv[i], "--json")) path = argv[++i];
        else return puts("bench_ops [--rounds N] [--only TEXT] [--size large|small] [--part 0|1|2] [--no-peers] [--json FILE]") < 0;
    }
    (void)bench_isa, (void)bench_limit, (void)bench_missing, (void)bench_report;
    setenv("OMP_NUM_THREADS", "1", 1);
    bench_environment(argv);
    if (!all_there()) return 1;
    if (peers && !torch_start(&peer_torch, "tests/bench/peer_torch.py", 1)) {
        printf("  peer     PyTorch (python3-torch)                        not found\n");
        peers = 0;
    }
    json = bench_json(path);
    copy_from = calloc(1, (size_t)3 << 24);
    copy_to = calloc(1, (size_t)3 << 24);
    if (!copy_from || !copy_to) return 1;
    memset(copy_from, 1, (size_t)3 << 24);
    memset(copy_to, 1, (size_t)3 << 24);
    printf("%-26s %-8s %-5s %9s %6s %7s  peers, us\n", "op, 1 thread", dlcv_backend(), "", "us", "GB/s", "memcpy");
    for (k = 0; k < 2; k++) {
        for (i = 0; i < (int)(sizeof tasks / sizeof *tasks); i++) {
            s = sizes[k];
            if (part >= 0 && i % 3 != part) continue;
            if (strstr(s.name, which) && strstr(tasks[i].name, only)) one(&tasks[i], peers, json, rounds, &logs, &count, &behind);
        }
    }
    if (count) printf("%d measurements, geometric mean %.2f x as fast as the best peer, behind in %d\n", count, exp(logs / count), behind);
    fclose(json);
    return 0;
}
