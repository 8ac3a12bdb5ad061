/* Gates, activations, initialisers and shapes: the numbers of the lectures, and what is refused with which words. */
#include "test.h"

static dlcv_node scalar(dlcv_graph *g, const char *name, float value)
{
    return dlcv_parameter(g, name, dlcv_shape1(1), DLCV_INIT_CONSTANT, value);
}

static double slope(dlcv_node y, dlcv_node x)
{
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward(y));
    return dlcv_gradient(x) ? (double)dlcv_f32(dlcv_gradient(x))[0] : -999;
}

/* e^x -> e^x; a x -> a; 1/x -> -1/x^2; c + x -> 1; sigmoid -> s (1 - s) = 0.1966 at 1 */
static void test_gates(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = scalar(g, "x", 1), z = scalar(g, "z", 1.37f), w = scalar(g, "w", -1);
    CHECK_NEAR(slope(dlcv_exp(w), w), 0.37, 0.005);
    CHECK_EQUAL(slope(dlcv_affine(w, -1, 0), w), -1);
    CHECK_NEAR(slope(dlcv_reciprocal(z), z), -0.53, 0.005);
    CHECK_EQUAL(slope(dlcv_affine(z, 1, 1), z), 1);
    CHECK_NEAR(slope(dlcv_sigmoid(x), x), 0.1966, 0.00005);
    dlcv_graph_free(g);
}

static float value_of(dlcv_node y)
{
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    return dlcv_item(y);
}

/* 0 at exactly 0; slope 0.1 as taught; the values at -2 and 3 by hand */
static void test_activations(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node zero = scalar(g, "zero", 0), minus = scalar(g, "minus", -2), three = scalar(g, "three", 3), far_off = scalar(g, "far", 100);
    CHECK_EQUAL(value_of(dlcv_step(zero)), 0);
    CHECK_EQUAL(value_of(dlcv_step(three)), 1);
    CHECK_EQUAL(value_of(dlcv_step(minus)), 0);
    CHECK_EQUAL(slope(dlcv_step(three), three), 0);
    CHECK_NEAR(value_of(dlcv_leaky_relu(minus, 0)), -0.2, 1e-7);
    CHECK_EQUAL(value_of(dlcv_leaky_relu(minus, 0.25f)), -0.5);
    CHECK_EQUAL(value_of(dlcv_leaky_relu(three, 0)), 3);
    CHECK_NEAR(slope(dlcv_leaky_relu(minus, 0), minus), 0.1, 1e-8);
    CHECK_NEAR(value_of(dlcv_elu(minus, 0)), exp(-2) - 1, 1e-6);
    CHECK_NEAR(value_of(dlcv_selu(minus)), 1.0507009873554805 * 1.6732632423543772 * (exp(-2) - 1), 1e-6);
    CHECK_NEAR(value_of(dlcv_selu(three)), 3.1521, 1e-4);
    CHECK_NEAR(value_of(dlcv_gelu(minus)), -0.0455003, 1e-6);
    CHECK_NEAR(value_of(dlcv_silu(three)), 3 / (1 + exp(-3.0)), 1e-6);
    CHECK_EQUAL(value_of(dlcv_hard_sigmoid(three)), 1);
    CHECK_NEAR(value_of(dlcv_hard_swish(minus)), -2 / 6.0, 1e-6);
    CHECK_NEAR(value_of(dlcv_softplus(zero)), log(2), 1e-6);
    CHECK_EQUAL(value_of(dlcv_softplus(far_off)), 100);
    dlcv_graph_free(g);
}

static void set(dlcv_node x, const float *values)
{
    const dlcv_tensor *t = dlcv_value(x);
    CHECK(t != NULL);
    if (t) memcpy(t->data, values, dlcv_tensor_count(t) * sizeof(float));
}

/* Wx = -97.9 434.7 61.95, Wx + b = -96.8 437.9 60.75 */
static void test_templates(void)
{
    static const float pixels[4] = { 56, 231, 24, 2 }, bias[3] = { 1.1f, 3.2f, -1.2f };
    static const float weights[12] = { 0.2f, -0.5f, 0.1f, 2, 1.5f, 1.3f, 2.1f, 0, 0, 0.25f, 0.2f, -0.3f };
    static const double with[3] = { -96.8, 437.9, 60.75 }, without[3] = { -97.9, 434.7, 61.95 };
    static const float zeros[3] = { 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 4)), y = dlcv_linear(x, 3);
    dlcv_tensor t = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape2(1, 4));
    int i;
    set(dlcv_find(g, "linear1.weight"), weights);
    set(dlcv_find(g, "linear1.bias"), bias);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], with[i], 1e-4);
    set(dlcv_find(g, "linear1.bias"), zeros);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], without[i], 1e-4);
    dlcv_graph_free(g);
}

/* The 3-4-4-1 sigmoid net of the forward-pass slide: three lines, 41 parameters; the same by hand. */
static void test_three_lines(void)
{
    static const float xs[3] = { 0.5f, -1, 2 };
    dlcv_graph *g = dlcv_graph_new(NULL, 7);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3));
    dlcv_node h1 = dlcv_sigmoid(dlcv_linear(x, 4));
    dlcv_node h2 = dlcv_sigmoid(dlcv_linear(h1, 4));
    dlcv_node out = dlcv_linear(h2, 1);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(1, 3));
    double layer[2][4];
    size_t count = 0;
    int p, i, j, k;
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(out, DLCV_MODE_INFER));
    for (p = 0; p < dlcv_parameter_count(g); p++) count += dlcv_tensor_count(dlcv_value(dlcv_parameter_at(g, p)));
    CHECK_EQUAL(count, 41);
    for (i = 0; i < 3; i++) layer[0][i] = (double)xs[i];
    for (k = 0; k < 3; k++) {
        const int from = k ? 4 : 3, to = k < 2 ? 4 : 1;
        const float *w = dlcv_f32(dlcv_value(dlcv_parameter_at(g, 2 * k))), *b = dlcv_f32(dlcv_value(dlcv_parameter_at(g, 2 * k + 1)));
        for (i = 0; i < to; i++) {
            double s = (double)b[i];
            for (j = 0; j < from; j++) s += (double)w[i * from + j] * layer[k % 2][j];
            layer[(k + 1) % 2][i] = k < 2 ? 1 / (1 + exp(-s)) : s;
        }
    }
    CHECK_NEAR(dlcv_item(out), layer[1][0], 1e-6);
    dlcv_graph_free(g);
}

/* L = x^2 / 2 from 1, ten steps */
static void test_step_size(void)
{
    static const float lr[4] = { 0.1f, 1, 1.9f, 2.1f };
    static const double want[4] = { 0.348678, 0, 0.348678, 2.593742 };
    int i, step;
    for (i = 0; i < 4; i++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node x = scalar(g, "x", 1), loss = dlcv_affine(dlcv_square(x), 0.5f, 0);
        for (step = 0; step < 10; step++) {
            CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
            CHECK_OK(dlcv_backward(loss));
            CHECK_OK(dlcv_axpy(-lr[i], dlcv_gradient(x), dlcv_value(x)));
        }
        CHECK_NEAR(dlcv_f32(dlcv_value(x))[0], want[i], 5e-6);
        dlcv_graph_free(g);
    }
}

/* Weights [300, 200]: fan_in 200, fan_out 300. Variance of 60,000 numbers within 3 %, mean within 4 of its deviations. */
static void test_initialisers(void)
{
    static const struct {
        dlcv_init how;
        float scale;
        double variance, bound;             /* bound 0: normal */
    } t[] = {
        { DLCV_INIT_HE_NORMAL, 0, 2.0 / 200, 0 }, { DLCV_INIT_HE_UNIFORM, 0, 2.0 / 200, 6.0 / 200 }, { DLCV_INIT_GLOROT_NORMAL, 0, 2.0 / 500, 0 },
        { DLCV_INIT_GLOROT_UNIFORM, 0, 2.0 / 500, 6.0 / 500 }, { DLCV_INIT_NORMAL, 0.5f, 0.25, 0 }, { DLCV_INIT_UNIFORM, 3, 3, 9 },
        { DLCV_INIT_HE_NORMAL, 0.5f, 0.5 / 200, 0 }
    };
    dlcv_graph *g = dlcv_graph_new(NULL, 11);
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(300, 200), DLCV_INIT_CONSTANT, 1.5f);
    const float *v = dlcv_f32(dlcv_value(w));
    size_t i;
    int k;
    CHECK(v[0] == 1.5f && v[59999] == 1.5f);
    for (k = 0; k < (int)(sizeof t / sizeof *t); k++) {
        double sum = 0, squares = 0, most = 0;
        CHECK_OK(dlcv_initialize(w, t[k].how, t[k].scale));
        for (i = 0; i < 60000; i++) {
            sum += (double)v[i];
            squares += (double)v[i] * (double)v[i];
            if (fabs((double)v[i]) > most) most = fabs((double)v[i]);
        }
        CHECK_NEAR(squares / 60000, t[k].variance, 0.03 * t[k].variance);
        CHECK_NEAR(sum / 60000, 0, 4 * sqrt(t[k].variance / 60000));
        if (t[k].bound > 0) CHECK(most * most <= t[k].bound * 1.000001 && most * most > 0.99 * t[k].bound);
        else CHECK(most * most > 9 * t[k].variance);
    }
    CHECK_OK(dlcv_initialize(w, DLCV_INIT_CONSTANT, 0));
    CHECK_EQUAL(v[77], 0);
    dlcv_graph_free(g);
}

/* any dtype moves */
static void test_integers(void)
{
    static const int32_t ids[6] = { 1, 2, 3, 4, 5, 6 }, turned[6] = { 1, 4, 2, 5, 3, 6 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(ids, DLCV_I32, dlcv_shape2(2, 3));
    dlcv_node x = dlcv_constant(g, &t), part[2], y;
    part[0] = dlcv_transpose(x, dlcv_shape2(1, 0));
    part[1] = dlcv_slice(part[0], 0, -1, 0);
    y = dlcv_concat(part, 2, 0);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK(dlcv_value(y)->dtype == DLCV_I32 && dlcv_value(y)->shape.dim[0] == 4);
    CHECK(!memcmp(dlcv_value(y)->data, turned, sizeof turned) && !memcmp((const int32_t *)dlcv_value(y)->data + 6, turned + 4, 2 * sizeof *turned));
    dlcv_graph_free(g);
}

static const dlcv_recurrent_opts *states(dlcv_node x)
{
    static dlcv_recurrent_opts o;
    memset(&o, 0, sizeof o);
    o.cell = x;
    return &o;
}

#define WRONG(CALL, STATUS, TEXT) \
    do { \
        dlcv_graph *g = dlcv_graph_new(NULL, 1); \
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 6, 4, 5)), y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1)), two[2]; \
        two[0] = x; \
        two[1] = y; \
        CALL; \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        dlcv_graph_free(g); \
        (void)two; \
    } while (0)

static void test_wrong(void)
{
    WRONG(dlcv_transpose(x, dlcv_shape2(1, 0)), DLCV_ERR_SHAPE, "transpose \"transpose1\": [-1, 6, 4, 5] has 4 dimensions, the order 2");
    WRONG(dlcv_transpose(x, dlcv_shape4(0, 1, 2, 2)), DLCV_ERR_ARGUMENT, "transpose \"transpose1\": [0, 1, 2, 2] is no order of 4 dimensions");
    WRONG(dlcv_concat(two, 2, 1), DLCV_ERR_ARGUMENT, "concat \"concat1\": input 0 is f32, input 1 is i32");
    WRONG(two[1] = dlcv_flatten(x); dlcv_concat(two, 2, 1), DLCV_ERR_SHAPE,
          "concat \"concat1\": input 0 is [-1, 6, 4, 5], input 1 is [-1, 120]: only axis 1 may differ");
    WRONG(dlcv_concat(two, 1, 4), DLCV_ERR_ARGUMENT, "concat \"concat1\": [-1, 6, 4, 5] has no axis 4");
    WRONG(dlcv_slice(x, 1, 2, 7), DLCV_ERR_SHAPE, "slice \"slice1\": 2 to 7 is no part of axis 1 of [-1, 6, 4, 5]");
    WRONG(dlcv_slice(x, 0, -INT_MAX - 1, 0), DLCV_ERR_SHAPE, "slice \"slice1\": -2147483648 to 0 is no part of axis 0 of [-1, 6, 4, 5]");
    WRONG(dlcv_slice(x, -5, 0, 1), DLCV_ERR_ARGUMENT, "slice \"slice1\": [-1, 6, 4, 5] has no axis -5");
    WRONG(dlcv_pad2d(x, 4, 0, 0, 0, DLCV_BORDER_REFLECT), DLCV_ERR_SHAPE, "pad2d \"pad2d1\": 4 rows reflected, there are 4: 3 are the most");
    WRONG(dlcv_pad2d(x, 0, 6, 0, 0, DLCV_BORDER_CIRCULAR), DLCV_ERR_SHAPE, "pad2d \"pad2d1\": 6 columns around, there are 5");
    WRONG(dlcv_pad2d(x, 0, 0, 0, -1, DLCV_BORDER_ZERO), DLCV_ERR_ARGUMENT, "pad2d \"pad2d1\": 0 and -1 columns: what takes away is slice");
    WRONG(dlcv_pad2d(x, 1, 1, 1, 1, DLCV_BORDER_VALID), DLCV_ERR_ARGUMENT, "pad2d \"pad2d1\": border 4 does not pad");
    WRONG(dlcv_gather(x, x, 1), DLCV_ERR_ARGUMENT, "gather \"gather1\": indices are f32 [-1, 6, 4, 5], i32 is wanted");
    WRONG(dlcv_gather(x, y, 9), DLCV_ERR_ARGUMENT, "gather \"gather1\": [-1, 6, 4, 5] has no axis 9");
    WRONG(dlcv_embedding(x, 10, 4), DLCV_ERR_ARGUMENT, "embedding \"embedding1\": indices are f32 [-1, 6, 4, 5], i32 is wanted");
    WRONG(dlcv_embedding(y, 0, 4), DLCV_ERR_ARGUMENT, "embedding \"embedding1\": 0 words, 4 units, at least 1 is wanted");
    WRONG(dlcv_resize2d(x, 0, DLCV_INTERPOLATION_NEAREST), DLCV_ERR_ARGUMENT, "resize2d \"resize2d1\": scale is 0");
    WRONG(dlcv_resize2d(x, 0.125f, DLCV_INTERPOLATION_NEAREST), DLCV_ERR_SHAPE, "resize2d \"resize2d1\": [-1, 6, 4, 5] times 0.125: nothing is left, or too much");
    WRONG(dlcv_resize2d(x, 2, (dlcv_interpolation)5), DLCV_ERR_ARGUMENT, "resize2d \"resize2d1\": there is no interpolation 5");
    WRONG(dlcv_elu(x, -1), DLCV_ERR_ARGUMENT, "elu: alpha is -1, a positive number is wanted");
    WRONG(dlcv_maxout(x, 4), DLCV_ERR_SHAPE, "maxout \"maxout1\": 6 channels do not divide into pieces of 4");
    WRONG(dlcv_maxout(x, 0), DLCV_ERR_ARGUMENT, "maxout \"maxout1\": 0 pieces, at least 1 is wanted");
    WRONG(dlcv_prelu(y), DLCV_ERR_SHAPE, "prelu \"prelu1\": input is [-1], [n, channels, ...] is wanted");
    WRONG(dlcv_softmax(x, 4), DLCV_ERR_ARGUMENT, "softmax \"softmax1\": [-1, 6, 4, 5] has no axis 4");
    WRONG(dlcv_softmax(y, 0), DLCV_ERR_ARGUMENT, "softmax \"softmax1\": input 0 is i32 [-1], f32 is wanted");
    WRONG(dlcv_lstm(x, 5), DLCV_ERR_SHAPE, "lstm \"lstm1\": input is [-1, 6, 4, 5], [steps, n, d] is wanted");
    WRONG(dlcv_gru_states(dlcv_reshape(x, dlcv_shape3(0, 6, 20)), 2, states(x)), DLCV_ERR_ARGUMENT, "gru \"gru1\": there are no cells before the first step");
    WRONG(dlcv_lstm_states(dlcv_reshape(x, dlcv_shape3(0, 6, 20)), 2, states(x)), DLCV_ERR_SHAPE,
        "lstm \"lstm1\": input is [-1, 6, 20], what stands before the first step is [-1, 6, 4, 5]: [n, 2] is wanted");
    WRONG(dlcv_gru(dlcv_reshape(x, dlcv_shape3(0, 6, 20)), 0), DLCV_ERR_ARGUMENT, "gru \"gru1\": 0 units, at least 1 is wanted");
}

/* A gradient of infinity arrives as one and leaves no NaN on the other side of 0; at x = infinity a finite one arrives by the upper branch, at
 * -infinity hard_swish's is 0. */
static void test_infinite(void)
{
    static const float wild[5] = { 2, 7, 0, -0.5f, -9 };
    float xs[5], up[5];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(1, 5))), y[5];
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(1, 5)), u = dlcv_tensor_view(up, DLCV_F32, dlcv_shape2(1, 5));
    int k, i;
    y[0] = dlcv_leaky_relu(x, 0.1f);
    y[1] = dlcv_elu(x, 1);
    y[2] = dlcv_selu(x);
    y[3] = dlcv_prelu(x);
    y[4] = dlcv_hard_swish(x);
    memcpy(xs, wild, sizeof xs);
    CHECK_OK(dlcv_bind(x, &t));
    for (k = 0; k < 5; k++) {
        for (i = 0; i < 5; i++) up[i] = (float)HUGE_VAL;
        CHECK_OK(dlcv_forward(y[k], DLCV_MODE_GRADIENT));
        CHECK_OK(dlcv_backward_from(y[k], &u));
        for (i = 0; i < (k == 4 ? 3 : 4); i++) CHECK(dlcv_f32(dlcv_gradient(x))[i] > FLT_MAX);
        if (k == 4) CHECK_EQUAL(dlcv_f32(dlcv_gradient(x))[4], 0);
        if (k != 3) continue;
        CHECK_EQUAL(dlcv_f32(dlcv_gradient(dlcv_find(g, "prelu1.weight")))[1], 0);         /* 7 is not negative */
        CHECK(dlcv_f32(dlcv_gradient(dlcv_find(g, "prelu1.weight")))[4] < -FLT_MAX);
    }
    xs[0] = (float)HUGE_VAL;
    xs[4] = -(float)HUGE_VAL;
    for (i = 0; i < 5; i++) up[i] = 3;
    for (k = 0; k < 5; k++) {
        CHECK_OK(dlcv_forward(y[k], DLCV_MODE_GRADIENT));
        CHECK_OK(dlcv_backward_from(y[k], &u));
        CHECK_EQUAL(dlcv_f32(dlcv_gradient(x))[0], k == 2 ? 3 * 1.0507009873554805f : 3);
        if (k == 4) CHECK_EQUAL(dlcv_f32(dlcv_gradient(x))[4], 0);
    }
    dlcv_graph_free(g);
}

/* What has no part in a value does not count: the neighbours of the nearest, and those of a picture that keeps its size. */
static void test_infinite_pixels(void)
{
    float xs[4] = { 1, 0, 3, 4 };
    int k, i;
    xs[1] = (float)HUGE_VAL;
    for (k = 0; k < 2; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(2, 2));
        dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(2, 2)));
        dlcv_node y = dlcv_resize2d(x, k ? 1.0f : 2.0f, k ? DLCV_INTERPOLATION_BILINEAR : DLCV_INTERPOLATION_NEAREST);
        const int wide = k ? 2 : 4;
        CHECK_OK(dlcv_bind(x, &t));
        CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
        for (i = 0; i < wide * wide; i++) CHECK_EQUAL(dlcv_f32(dlcv_value(y))[i], xs[i / wide * 2 / wide * 2 + i % wide * 2 / wide]);
        CHECK_OK(dlcv_backward_from(y, dlcv_value(y)));
        for (i = 0; i < 4; i++) CHECK_EQUAL(dlcv_f32(dlcv_gradient(x))[i], (k ? 1 : 4) * xs[i]);
        dlcv_graph_free(g);
    }
}

/* 1e20 squared is no float: the row becomes 3 long and keeps its direction; a shorter one, and one without a length, stay */
static void test_long_rows(void)
{
    float rows[6] = { 3e20f, -4e20f, 1, 2, 5, 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(3, 2), DLCV_INIT_CONSTANT, 0);
    rows[5] = (float)HUGE_VAL;
    set(w, rows);
    CHECK_OK(dlcv_limit_norms(g, "", 1e22f));
    CHECK_EQUAL(dlcv_f32(dlcv_value(w))[1], -4e20f);
    CHECK_OK(dlcv_limit_norms(g, "", 3));
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[0], 1.8, 1e-6);
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[1], -2.4, 1e-6);
    CHECK(!memcmp((const float *)dlcv_value(w)->data + 2, rows + 2, 4 * sizeof *rows));
    dlcv_graph_free(g);
}

/* no allocation after the first step of each mode, in products of steps, too; nothing in is nothing out, with gradients of 0 */
static void test_recurrent(void)
{
    static float xs[5 * 40 * 70];
    int k, i;
    for (k = 0; k < 6; k++) {
        const int rows = k / 2 == 1 ? 0 : 40;
        test_heap h;
        const dlcv_env env = test_env(&h);
        dlcv_graph *g = dlcv_graph_new(&env, 1);
        dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape3(5, rows, 70)), none = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape3(0, rows, 70));
        dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape3(-1, rows, 70))), y, loss;
        dlcv_recurrent_opts o;
        long calls = 0;
        memset(&o, 0, sizeof o);
        if (k > 3) o.state = dlcv_parameter(g, "first", dlcv_shape2(rows, 50), DLCV_INIT_CONSTANT, 0);
        if (k > 3) y = k % 2 ? dlcv_gru_states(x, 50, &o).states : dlcv_lstm_states(x, 50, &o).cells;
        else y = k % 2 ? dlcv_gru(x, 50) : dlcv_lstm(x, 50);
        loss = dlcv_reduce(y, DLCV_REDUCE_SUM, DLCV_ALL);
        CHECK_OK(dlcv_bind(x, &t));
        for (i = 0; i < 3; i++) {
            CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
            CHECK_OK(dlcv_backward(loss));
            CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
            if (!i) calls = h.calls;
        }
        CHECK_EQUAL(h.calls, calls);
        if (rows) CHECK_OK(dlcv_bind(x, &none));
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        CHECK_OK(dlcv_backward(loss));
        CHECK_EQUAL(dlcv_item(loss), 0);
        CHECK_EQUAL(dlcv_f32(dlcv_gradient(dlcv_find(g, k % 2 ? "gru1.weight_hh" : "lstm1.weight_hh")))[77], 0);
        dlcv_graph_free(g);
        CHECK(!h.blocks && !h.wrong);
    }
}

/* borders around no columns */
static void test_no_columns(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(2, 0));
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(2, 0)), y = dlcv_pad2d(x, 1, 1, 1, 1, DLCV_BORDER_ZERO);
    int i;
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK_EQUAL(dlcv_tensor_count(dlcv_value(y)), 8);
    for (i = 0; i < 8; i++) CHECK_EQUAL(dlcv_f32(dlcv_value(y))[i], 0);
    dlcv_graph_free(g);
}

/* an index that is not there, said when it is seen */
static void test_index(void)
{
    static const int32_t bad[2] = { 1, 4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(bad, DLCV_I32, dlcv_shape1(2));
    dlcv_node y = dlcv_embedding(dlcv_constant(g, &t), 4, 2), z = dlcv_gather(dlcv_find(g, "embedding1.weight"), dlcv_constant(g, &t), 0);
    CHECK_FAILS(dlcv_forward(y, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "embedding \"embedding1\": index 1 is 4, there are 4");
    CHECK_FAILS(dlcv_forward(z, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "gather \"gather1\": index 1 is 4, there are 4");
    dlcv_graph_free(g);
}

/* Two linear layers without an activation between are one: w2 (w1 x + b1) + b2 = w2 w1 x + (w2 b1 + b2). w1 = 2, b1 = 1, w2 = -4, b2 = 5: -8x + 1, which is
 * -23 at 3. And 5 - 7 - 3 against the 5 - 3 that it folds to. */
static void test_collapse(void)
{
    static const float two = 2, one = 1, minus_four = -4, five = 5;
    static const float values[3] = { 3, 0, -1 }, seven[7] = { 0.5f, -1, 2, 0.25f, -0.75f, 1, 3 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1), *h = dlcv_graph_new(NULL, 2);
    dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 1))), y = dlcv_linear(dlcv_linear(x, 1), 1);
    dlcv_node in = dlcv_keep(dlcv_input(h, "x", DLCV_F32, dlcv_shape2(-1, 5))), deep, flat;
    dlcv_tensor t = dlcv_tensor_view(values, DLCV_F32, dlcv_shape2(3, 1)), slope, many;
    float numbers[10], jacobian[3][5], zero[5] = { 0 };
    int i, k;
    set(dlcv_find(g, "linear1.weight"), &two);
    set(dlcv_find(g, "linear1.bias"), &one);
    set(dlcv_find(g, "linear2.weight"), &minus_four);
    set(dlcv_find(g, "linear2.bias"), &five);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) CHECK_EQUAL(dlcv_f32(dlcv_value(y))[i], -8 * values[i] + 1);
    CHECK_EQUAL(dlcv_f32(dlcv_value(y))[0], -23);
    deep = dlcv_linear(dlcv_linear(in, 7), 3);
    flat = dlcv_linear(in, 3);
    set(dlcv_find(h, "linear1.bias"), seven);
    t = dlcv_tensor_view(zero, DLCV_F32, dlcv_shape2(1, 5));         /* at 0 the bias, and the slopes that it has everywhere */
    slope = dlcv_tensor_view(jacobian, DLCV_F32, dlcv_shape2(3, 5));
    CHECK_OK(dlcv_bind(in, &t));
    CHECK_OK(dlcv_jacobian(deep, in, &slope));
    CHECK_OK(dlcv_forward(deep, DLCV_MODE_INFER));
    set(dlcv_find(h, "linear3.bias"), dlcv_f32(dlcv_value(deep)));
    set(dlcv_find(h, "linear3.weight"), &jacobian[0][0]);
    for (i = 0; i < 10; i++) numbers[i] = (float)(i * i % 7) - 3;
    many = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape2(2, 5));
    CHECK_OK(dlcv_bind(in, &many));
    dlcv_keep(deep);
    CHECK_OK(dlcv_forward(flat, DLCV_MODE_INFER));
    for (k = 0; k < 6; k++) CHECK_NEAR(dlcv_f32(dlcv_value(flat))[k], dlcv_f32(dlcv_value(deep))[k], 1e-5);
    CHECK(fabsf(dlcv_f32(dlcv_value(flat))[0] - dlcv_f32(dlcv_value(flat))[1]) > 0.01f);
    dlcv_graph_free(g);
    dlcv_graph_free(h);
}

/* Between -2 and 3, and the gradient at both ends and beyond */
static void test_clip(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = scalar(g, "x", -2.5f), y = scalar(g, "y", 1), z = scalar(g, "z", 3);
    CHECK_EQUAL(value_of(dlcv_clip(x, -2, 3)), -2);
    CHECK_EQUAL(value_of(dlcv_clip(y, -2, 3)), 1);
    CHECK_EQUAL(slope(dlcv_clip(x, -2, 3), x), 0);
    CHECK_EQUAL(slope(dlcv_clip(y, -2, 3), y), 1);
    CHECK_EQUAL(slope(dlcv_clip(z, -2, 3), z), 0);
    CHECK(dlcv_clip(x, 1, 0.5f).id == 0);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "clip: from 1 to 0.5");
    dlcv_graph_free(g);
}

int main(void)
{
    test_gates();
    test_collapse();
    test_clip();
    test_activations();
    test_templates();
    test_three_lines();
    test_step_size();
    test_initialisers();
    test_integers();
    test_wrong();
    test_index();
    test_infinite();
    test_infinite_pixels();
    test_long_rows();
    test_recurrent();
    test_no_columns();
    return test_end("golden_graph");
}
