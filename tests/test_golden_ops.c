/* Ops, forward and backward, against PyTorch in double: within 1e-5 of the greatest absolute value of each result. */
#include "test.h"
#include "golden/ops_torch.h"

enum { DY = 1, SIGN = 2, AT = 3, PARAMETER = 10 };

/* 0 .. 65535, as in ops_torch.py */
static uint32_t noise(uint32_t kind, size_t i)
{
    uint32_t h = (uint32_t)i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    return h >> 16;
}

static dlcv_node parameter(dlcv_graph *g, dlcv_shape shape)
{
    char name[32];
    sprintf(name, "p%d", dlcv_node_count(g));
    return dlcv_parameter(g, name, shape, DLCV_INIT_CONSTANT, 0);
}

static dlcv_node labels(dlcv_graph *g, dlcv_shape shape, int classes)
{
    int32_t label[64] = { 0 };
    dlcv_tensor t = dlcv_tensor_view(label, DLCV_I32, shape);
    int i;
    for (i = 0; i < 64; i++) label[i] = (i * 7 + 3) % classes;
    return dlcv_constant(g, &t);
}

static dlcv_node loss(dlcv_graph *g, dlcv_shape scores, dlcv_node target, dlcv_loss_kind kind, float margin, dlcv_average average)
{
    dlcv_loss_opts opts = { 0, 0, 0, DLCV_AVERAGE_SAMPLES };
    dlcv_node x = parameter(g, scores);
    opts.margin = margin;
    if (kind == DLCV_LOSS_SMOOTH_L1) opts.beta = 0.75f;
    opts.average = average;
    return dlcv_loss(x, target.id ? target : parameter(g, scores), kind, &opts);
}

static dlcv_node pad(dlcv_graph *g, dlcv_border border) { return dlcv_pad2d(parameter(g, dlcv_shape4(2, 3, 5, 7)), 2, 3, 4, 1, border); }
/* all states, the last one and the last c, one behind the other */
static dlcv_node recurrent(dlcv_graph *g, int lstm, int reverse)
{
    const dlcv_node x = parameter(g, dlcv_shape3(6, 3, 4));
    dlcv_node part[3];
    dlcv_recurrent_opts o;
    dlcv_recurrent r;
    memset(&o, 0, sizeof o);
    o.reverse = reverse;
    o.state = parameter(g, dlcv_shape2(3, 5));
    if (lstm) o.cell = parameter(g, dlcv_shape2(3, 5));
    r = lstm ? dlcv_lstm_states(x, 5, &o) : dlcv_gru_states(x, 5, &o);
    part[0] = r.states;
    part[1] = dlcv_reshape(r.last_state, dlcv_shape3(1, 3, 5));
    if (lstm) part[2] = dlcv_reshape(r.last_cell, dlcv_shape3(1, 3, 5));
    return dlcv_concat(part, lstm ? 3 : 2, 0);
}

static dlcv_node resize(dlcv_graph *g, float scale, dlcv_interpolation how) { return dlcv_resize2d(parameter(g, dlcv_shape4(2, 3, 5, 7)), scale, how); }

static dlcv_node two_parts(dlcv_graph *g)
{
    dlcv_node part[2];
    part[0] = parameter(g, dlcv_shape3(2, 3, 4));
    part[1] = parameter(g, dlcv_shape3(2, 5, 4));
    return dlcv_concat(part, 2, 1);
}

static dlcv_node smooth_sum(dlcv_graph *g)
{
    dlcv_loss_opts opts = { 0.1f, 0, 0, DLCV_AVERAGE_NONE };
    return dlcv_loss(parameter(g, dlcv_shape4(2, 5, 3, 2)), labels(g, dlcv_shape3(2, 3, 2), 5), DLCV_LOSS_SOFTMAX, &opts);
}

static dlcv_node two(dlcv_graph *g, dlcv_node (*op)(dlcv_node, dlcv_node), dlcv_shape a, dlcv_shape b)
{
    dlcv_node x = parameter(g, a);
    return op(x, parameter(g, b));
}

static dlcv_node none(void)
{
    dlcv_node x = { NULL, 0 };
    return x;
}

static dlcv_node build(dlcv_graph *g, const char *name)
{
#define CASE(NAME, CALL) if (!strcmp(name, NAME)) return CALL;
#define LINE(NAME, OP) CASE(NAME, OP(parameter(g, dlcv_shape2(3, 41))))
    CASE("transpose", dlcv_transpose(parameter(g, dlcv_shape4(2, 3, 5, 7)), dlcv_shape4(2, 0, 3, 1)))
    CASE("concat", two_parts(g))
    CASE("slice", dlcv_slice(parameter(g, dlcv_shape3(4, 9, 5)), 1, 2, -1))
    CASE("pad_zero", pad(g, DLCV_BORDER_ZERO))
    CASE("pad_reflect", pad(g, DLCV_BORDER_REFLECT))
    CASE("pad_replicate", pad(g, DLCV_BORDER_REPLICATE))
    CASE("pad_circular", pad(g, DLCV_BORDER_CIRCULAR))
    CASE("gather", dlcv_gather(parameter(g, dlcv_shape3(3, 5, 4)), labels(g, dlcv_shape2(6, 2), 5), 1))
    CASE("embedding", dlcv_embedding(labels(g, dlcv_shape2(3, 4), 6), 6, 5))
    CASE("resize_up", resize(g, 2, DLCV_INTERPOLATION_BILINEAR))
    CASE("resize_down", resize(g, 0.7f, DLCV_INTERPOLATION_BILINEAR))
    CASE("resize_nearest", resize(g, 2.5f, DLCV_INTERPOLATION_NEAREST))
    CASE("resize_bicubic", resize(g, 2.5f, DLCV_INTERPOLATION_BICUBIC))
    CASE("resize_bicubic_down", resize(g, 0.7f, DLCV_INTERPOLATION_BICUBIC))
    CASE("resize_smooth", resize(g, 0.5f, DLCV_INTERPOLATION_SMOOTH))
    CASE("resize_area", dlcv_resize2d(parameter(g, dlcv_shape4(2, 3, 6, 9)), 0.34f, DLCV_INTERPOLATION_AREA))
    CASE("reduce_axes", dlcv_reduce_axes(parameter(g, dlcv_shape4(2, 3, 5, 7)), DLCV_REDUCE_NORM, dlcv_shape2(1, -1)))
    LINE("relu", dlcv_relu)
    LINE("sigmoid", dlcv_sigmoid)
    LINE("tanh", dlcv_tanh)
    CASE("leaky_relu", dlcv_leaky_relu(parameter(g, dlcv_shape2(3, 41)), 0))
    CASE("elu", dlcv_elu(parameter(g, dlcv_shape2(3, 41)), 1.5f))
    LINE("selu", dlcv_selu)
    LINE("gelu", dlcv_gelu)
    LINE("silu", dlcv_silu)
    LINE("hard_sigmoid", dlcv_hard_sigmoid)
    LINE("hard_swish", dlcv_hard_swish)
    LINE("softplus", dlcv_softplus)
    CASE("prelu", dlcv_prelu(parameter(g, dlcv_shape3(2, 3, 5))))
    CASE("maxout", dlcv_maxout(parameter(g, dlcv_shape3(2, 12, 5)), 3))
    CASE("softmax_rows", dlcv_softmax(parameter(g, dlcv_shape2(5, 19)), 1))
    CASE("softmax_columns", dlcv_softmax(parameter(g, dlcv_shape4(2, 7, 3, 5)), 1))
    CASE("log_softmax_rows", dlcv_log_softmax(parameter(g, dlcv_shape2(5, 19)), -1))
    CASE("log_softmax_columns", dlcv_log_softmax(parameter(g, dlcv_shape4(2, 7, 3, 5)), -3))
    CASE("log_softmax_far", dlcv_log_softmax(parameter(g, dlcv_shape2(5, 19)), 1))
    CASE("cross_entropy", loss(g, dlcv_shape2(6, 10), labels(g, dlcv_shape1(6), 10), DLCV_LOSS_SOFTMAX, 0, DLCV_AVERAGE_SAMPLES))
    CASE("cross_entropy_far", loss(g, dlcv_shape2(6, 10), labels(g, dlcv_shape1(6), 10), DLCV_LOSS_SOFTMAX, 0, DLCV_AVERAGE_SAMPLES))
    CASE("cross_entropy_sum", smooth_sum(g))
    CASE("hinge", loss(g, dlcv_shape2(6, 10), labels(g, dlcv_shape1(6), 10), DLCV_LOSS_HINGE, 0, DLCV_AVERAGE_ELEMENTS))
    CASE("squared_hinge", loss(g, dlcv_shape2(6, 10), labels(g, dlcv_shape1(6), 10), DLCV_LOSS_SQUARED_HINGE, 0.5f, DLCV_AVERAGE_ELEMENTS))
    CASE("squared", loss(g, dlcv_shape2(4, 5), none(), DLCV_LOSS_SQUARED, 0, DLCV_AVERAGE_ELEMENTS))
    CASE("squared_sum", loss(g, dlcv_shape2(4, 5), none(), DLCV_LOSS_SQUARED, 0, DLCV_AVERAGE_NONE))
    CASE("absolute", loss(g, dlcv_shape2(4, 5), none(), DLCV_LOSS_ABSOLUTE, 0, DLCV_AVERAGE_ELEMENTS))
    CASE("smooth_l1", loss(g, dlcv_shape2(4, 5), none(), DLCV_LOSS_SMOOTH_L1, 0, DLCV_AVERAGE_ELEMENTS))
    CASE("logistic", loss(g, dlcv_shape2(4, 5), none(), DLCV_LOSS_LOGISTIC, 0, DLCV_AVERAGE_ELEMENTS))
    CASE("linear", dlcv_linear(parameter(g, dlcv_shape2(5, 7)), 4))
    CASE("matmul", two(g, dlcv_matmul, dlcv_shape3(3, 5, 7), dlcv_shape2(7, 4)))
    CASE("lstm", dlcv_lstm(parameter(g, dlcv_shape3(6, 3, 4)), 5))
    CASE("gru", dlcv_gru(parameter(g, dlcv_shape3(6, 3, 4)), 5))
    CASE("lstm_states", recurrent(g, 1, 0))
    CASE("lstm_reverse", recurrent(g, 1, 1))
    CASE("gru_states", recurrent(g, 0, 0))
    CASE("gru_reverse", recurrent(g, 0, 1))
    return none();
#undef CASE
#undef LINE
}

static void compare(const char *name, int result, const dlcv_tensor *t, const double *want)
{
    const size_t n = dlcv_tensor_count(t);
    const float *v = n ? dlcv_f32(t) : NULL;
    double sum = 0, worst = 0;
    size_t i;
    for (i = 0; i < n; i++) sum += noise(SIGN, i) >> 15 ? -(double)v[i] : (double)v[i];
    worst = fabs(sum - want[1]) / sqrt((double)(n ? n : 1));
    for (i = 0; i < 4 && n; i++) {
        const double error = fabs((double)v[noise(AT, i) % n] - want[2 + i]);
        if (!(error <= worst)) worst = error;
    }
    CHECK(n > 0 && worst <= 1e-5 * want[0]);
    if (!(worst <= 1e-5 * want[0])) printf("    %s, result %d: %.3g of the greatest apart\n", name, result, worst / want[0]);
}

static void check(int c)
{
    static float upstream[4096];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node y = build(g, ops_torch[c].name);
    dlcv_tensor up;
    size_t i;
    int p;
    CHECK_OK(dlcv_graph_status(g));
    CHECK(dlcv_parameter_count(g) + 1 == ops_torch[c].results);
    for (p = 0; p < dlcv_parameter_count(g); p++) {
        dlcv_tensor *t = dlcv_value(dlcv_parameter_at(g, p));
        for (i = 0; i < dlcv_tensor_count(t); i++) {
            dlcv_f32(t)[i] = (float)((noise((uint32_t)(PARAMETER + p), i) / 65536.0 - 0.5) * ops_torch[c].scale + ops_torch[c].shift);
        }
    }
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    if (dlcv_value(y)) {
        compare(ops_torch[c].name, 0, dlcv_value(y), ops_torch[c].result[0]);
        for (i = 0; i < 4096; i++) upstream[i] = (float)(noise(DY, i) / 65536.0 - 0.5);
        up = dlcv_tensor_view(upstream, DLCV_F32, dlcv_value(y)->shape);
        CHECK_OK(dlcv_backward_from(y, &up));
        for (p = 0; p + 1 < ops_torch[c].results; p++) compare(ops_torch[c].name, p + 1, dlcv_gradient(dlcv_parameter_at(g, p)), ops_torch[c].result[p + 1]);
    }
    dlcv_graph_free(g);
}

int main(void)
{
    int c;
    for (c = 0; c < (int)(sizeof ops_torch / sizeof *ops_torch); c++) check(c);
    return test_end("golden_ops");
}
