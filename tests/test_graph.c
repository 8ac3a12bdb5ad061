/* Graphs: the gates of the lectures with their numbers, what is computed and kept, what is refused and with which words. */
#include "test.h"

static dlcv_node scalar(dlcv_graph *g, const char *name, float value)
{
    return dlcv_parameter(g, name, dlcv_shape1(1), DLCV_INIT_CONSTANT, value);
}

static float gradient_of(dlcv_node x)
{
    const dlcv_tensor *t = dlcv_gradient(x);
    return t ? dlcv_f32(t)[0] : -999.0f;
}

static void upstream(dlcv_node y, float value)
{
    dlcv_tensor t = dlcv_tensor_view(&value, DLCV_F32, dlcv_shape1(1));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward_from(y, &t));
}

/* f = (x + y) z at (-2, 5, -4) */
static void test_gates(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = scalar(g, "x", -2), y = scalar(g, "y", 5), z = scalar(g, "z", -4);
    dlcv_node q = dlcv_keep(dlcv_add(x, y)), f = dlcv_mul(q, z);
    CHECK_OK(dlcv_forward(f, DLCV_MODE_GRADIENT));
    CHECK_EQUAL(dlcv_item(f), -12);
    CHECK_EQUAL(dlcv_item(q), 3);
    CHECK_OK(dlcv_backward(f));
    CHECK_EQUAL(gradient_of(x), -4);
    CHECK_EQUAL(gradient_of(y), -4);
    CHECK_EQUAL(gradient_of(z), 3);
    CHECK_EQUAL(gradient_of(q), -4);
    dlcv_graph_free(g);
}

/* add 3 + 4, upstream 2 -> 2 2; copy 7, upstream 4 and 2 -> 6; multiply 2 * 3, upstream 5 -> 15 10; max(4, 5), upstream 9 -> 0 9 */
static void test_patterns(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node a = scalar(g, "a", 3), b = scalar(g, "b", 4), c = scalar(g, "c", 7), d = scalar(g, "d", 2), e = scalar(g, "e", 3);
    dlcv_node m = scalar(g, "m", 4), n = scalar(g, "n", 5), y;
    y = dlcv_add(a, b);
    upstream(y, 2);
    CHECK_EQUAL(dlcv_item(y), 7);
    CHECK_EQUAL(gradient_of(a), 2);
    CHECK_EQUAL(gradient_of(b), 2);
    CHECK_EQUAL(gradient_of(m), 0);
    y = dlcv_add(dlcv_affine(c, 2, 0), c);      /* two ways from c: with upstream 2 they carry 4 and 2 */
    upstream(y, 2);
    CHECK_EQUAL(gradient_of(c), 6);
    y = dlcv_mul(d, e);
    upstream(y, 5);
    CHECK_EQUAL(dlcv_item(y), 6);
    CHECK_EQUAL(gradient_of(d), 15);
    CHECK_EQUAL(gradient_of(e), 10);
    y = dlcv_max(m, n);
    upstream(y, 9);
    CHECK_EQUAL(dlcv_item(y), 5);
    CHECK_EQUAL(gradient_of(m), 0);
    CHECK_EQUAL(gradient_of(n), 9);
    dlcv_graph_free(g);
}

/* The sigmoid neuron w = [2 -3 -3], x = [-1 -2], as gates and as one node: forward 1.00 -1.00 0.37 1.37 0.73, backward 1.00 -0.53 -0.53 -0.20 0.20 */
static void test_neuron(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w0 = scalar(g, "w0", 2), w1 = scalar(g, "w1", -3), w2 = scalar(g, "w2", -3), x0 = scalar(g, "x0", -1), x1 = scalar(g, "x1", -2);
    dlcv_node s = dlcv_keep(dlcv_add(dlcv_add(dlcv_mul(w0, x0), dlcv_mul(w1, x1)), w2));
    dlcv_node minus = dlcv_keep(dlcv_affine(s, -1, 0)), e = dlcv_keep(dlcv_exp(minus)), sum = dlcv_keep(dlcv_affine(e, 1, 1));
    dlcv_node y[2];
    int i;
    y[0] = dlcv_reciprocal(sum);
    y[1] = dlcv_sigmoid(s);
    for (i = 0; i < 2; i++) {
        CHECK_OK(dlcv_forward(y[i], DLCV_MODE_GRADIENT));
        CHECK_NEAR(dlcv_item(y[i]), 0.73, 0.005);
        CHECK_OK(dlcv_backward(y[i]));
        CHECK_NEAR(gradient_of(w0), -0.20, 0.005);
        CHECK_NEAR(gradient_of(w1), -0.39, 0.005);
        CHECK_NEAR(gradient_of(w2), 0.20, 0.005);
        CHECK_NEAR(gradient_of(x0), 0.39, 0.005);
        CHECK_NEAR(gradient_of(x1), -0.59, 0.005);
        CHECK_NEAR(gradient_of(s), 0.1966, 0.00005);         /* sigma' = sigma (1 - sigma) */
        if (i) continue;
        CHECK_NEAR(dlcv_item(s), 1, 0.005);
        CHECK_NEAR(dlcv_item(minus), -1, 0.005);
        CHECK_NEAR(dlcv_item(e), 0.37, 0.005);
        CHECK_NEAR(dlcv_item(sum), 1.37, 0.005);
        CHECK_NEAR(gradient_of(sum), -0.53, 0.005);
        CHECK_NEAR(gradient_of(e), -0.53, 0.005);
        CHECK_NEAR(gradient_of(minus), -0.20, 0.005);
    }
    dlcv_graph_free(g);
}

static void set(dlcv_node x, const float *values)
{
    const dlcv_tensor *t = dlcv_value(x);
    if (t) memcpy(t->data, values, dlcv_tensor_count(t) * sizeof(float));
}

static void check_tensor(const dlcv_tensor *t, const float *want, size_t n)
{
    size_t i;
    CHECK(t && dlcv_tensor_count(t) == n);
    for (i = 0; t && i < n; i++) CHECK_EQUAL(dlcv_f32(t)[i], want[i]);
}

/* L = |relu(X W1) W2|^2 */
static void test_vector(void)
{
    static const float xs[] = { 1, -2, 0, 3 }, w1s[] = { 1, -1, 2, 2, 1, 0 }, w2s[] = { 1, -1, 2 };
    static const float ys[] = { 4, 3 }, d1[] = { 0, 0, 16, 18, -18, -32 }, d2[] = { 36, 18, 16 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 2));
    dlcv_node w1 = dlcv_parameter(g, "w1", dlcv_shape2(2, 3), DLCV_INIT_CONSTANT, 0), w2 = dlcv_parameter(g, "w2", dlcv_shape2(3, 1), DLCV_INIT_CONSTANT, 0);
    dlcv_node y = dlcv_keep(dlcv_matmul(dlcv_relu(dlcv_matmul(x, w1)), w2)), loss = dlcv_reduce(dlcv_square(y), DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(2, 2));
    double worst;
    set(w1, w1s);
    set(w2, w2s);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    CHECK_EQUAL(dlcv_item(loss), 25);
    check_tensor(dlcv_value(y), ys, 2);
    CHECK_OK(dlcv_backward(loss));
    check_tensor(dlcv_gradient(w1), d1, 6);
    check_tensor(dlcv_gradient(w2), d2, 3);
    CHECK(dlcv_gradient(x) == NULL);
    CHECK_OK(dlcv_freeze(g, "w1", 1));          /* one of relu's arguments is 0: differences see both of its slopes */
    CHECK_OK(dlcv_check_gradients(loss, 1e-4, &worst));
    CHECK(worst > 0);
    check_tensor(dlcv_value(w2), w2s, 3);
    CHECK(dlcv_gradient(w1) == NULL);
    dlcv_graph_free(g);
}

/* x = 3, w1 = 2, b1 = 1, w2 = -4, b2 = 5 -> -23 = -8 x + 1 */
static void test_collapse(void)
{
    static const float three = 3, two = 2, four = -4, one = 1, five = 5;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 1))), y = dlcv_linear(dlcv_linear(x, 1), 1);
    dlcv_tensor t = dlcv_tensor_view(&three, DLCV_F32, dlcv_shape2(1, 1));
    set(dlcv_find(g, "linear1.weight"), &two);
    set(dlcv_find(g, "linear1.bias"), &one);
    set(dlcv_find(g, "linear2.weight"), &four);
    set(dlcv_find(g, "linear2.bias"), &five);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK_EQUAL(dlcv_item(y), -23);
    CHECK_OK(dlcv_backward(y));
    CHECK_EQUAL(gradient_of(x), -8);
    dlcv_graph_free(g);
}

/* the lectures' scores: losses 2.0404, 0.0791, 6.1565, mean 2.7587; the gradient of the first -0.87002 0.86905 0.00097 */
static void test_softmax(void)
{
    static const float s[] = { 3.2f, 5.1f, -1.7f, 1.3f, 4.9f, 2.0f, 2.2f, 2.5f, -3.1f };
    static const double losses[] = { 2.0404, 0.0791, 6.1565 }, slope[] = { -0.87002, 0.86905, 0.00097 };
    static const int32_t labels[] = { 0, 1, 2 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "scores", DLCV_F32, dlcv_shape2(-1, 3))), y = dlcv_input(g, "labels", DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_tensor ts = dlcv_tensor_view(s, DLCV_F32, dlcv_shape2(3, 3)), tl = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(3)), one, label;
    int i;
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_INFER));
    CHECK_NEAR(dlcv_item(loss), 2.7587, 0.00005);
    for (i = 0; i < 3; i++) {
        one = dlcv_tensor_rows(&ts, i, i + 1);
        label = dlcv_tensor_rows(&tl, i, i + 1);
        CHECK_OK(dlcv_bind(x, &one));
        CHECK_OK(dlcv_bind(y, &label));
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
        CHECK_NEAR(dlcv_item(loss), losses[i], 0.00006);
        CHECK_OK(dlcv_backward(loss));
        if (i == 0) {
            int k;
            for (k = 0; k < 3; k++) CHECK_NEAR(dlcv_f32(dlcv_gradient(x))[k], slope[k], 0.000006);
        }
    }
    dlcv_graph_free(g);
}

/* 3072 x 100 + 100 x 10 weights = 308,200, with biases 308,310; the fully connected layer of 1,600,000,000, only counted */
static void test_counts(void)
{
    const int huge = sizeof(size_t) > 4 ? 40000 : 20000;    /* 6.4 GB have no size in 32 bits */
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_linear(dlcv_relu(dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3072)), 100)), 10);
    size_t weights = 0, biases = 0;
    int i, k;
    for (i = 0; i < dlcv_parameter_count(g); i++) {
        const dlcv_shape s = dlcv_node_shape(dlcv_parameter_at(g, i));
        size_t n = 1;
        for (k = 0; k < s.ndim; k++) n *= (size_t)s.dim[k];
        if (s.ndim == 1) biases += n;
        else weights += n;
    }
    CHECK_EQUAL(weights, 308200);
    CHECK_EQUAL(weights + biases, 308310);
    CHECK_TEXT(dlcv_node_name(x), "linear2");
    CHECK_TEXT(dlcv_node_name(dlcv_parameter_at(g, 3)), "linear2.bias");
    dlcv_name(x, "scores");
    CHECK_TEXT(dlcv_node_name(dlcv_parameter_at(g, 3)), "scores.bias");
    CHECK_TEXT(dlcv_node_name(dlcv_parameter_at(g, 0)), "linear1.weight");
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, huge)), huge);
    CHECK_OK(dlcv_graph_status(g));
    CHECK_EQUAL(dlcv_node_shape(dlcv_find(g, "linear1.weight")).dim[0], huge);
    dlcv_graph_free(g);
}

static void test_order(void)
{
    static const float xs[12] = { 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 6)), y = dlcv_linear(x, 1), loss = dlcv_reduce(y, DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(2, 6)), bad = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(2, 5));
    CHECK_FAILS(dlcv_forward(loss, DLCV_MODE_TRAIN), DLCV_ERR_STATE, "forward: input \"x\" is not bound");
    CHECK_FAILS(dlcv_bind(x, &bad), DLCV_ERR_SHAPE, "bind: input \"x\" is f32 [-1, 6], not f32 [2, 5]");
    CHECK_FAILS(dlcv_bind(y, &t), DLCV_ERR_ARGUMENT, "bind: \"linear1\" is no input");
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_FAILS(dlcv_backward(loss), DLCV_ERR_STATE, "backward: \"reduce1\": forward comes first, and again after keep, freeze, reset or an error");
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_INFER));
    CHECK_FAILS(dlcv_backward(loss), DLCV_ERR_STATE, "backward: \"reduce1\": the last forward was in mode INFER");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_FAILS(dlcv_backward(loss), DLCV_ERR_STATE, "backward: \"reduce1\": the last forward was of another node");
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_SHAPE, "backward: \"linear1\" is [2, 1], a scalar is wanted");
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(loss));
    CHECK_FAILS(dlcv_backward(loss), DLCV_ERR_STATE, "backward: \"reduce1\": once after each forward, it has used up the values");
    CHECK(dlcv_value(y) == NULL);
    CHECK(dlcv_gradient(y) == NULL);
    dlcv_graph_free(g);
    dlcv_graph_free(NULL);
}

/* ---- an op of the user's own, with the words of its failures */

static dlcv_status wave_forward(const dlcv_call *c, void *user)
{
    size_t i;
    if (*(const int *)user == 4) return DLCV_ERR_NUMERIC;
    for (i = 0; i < dlcv_tensor_count(c->out); i++) dlcv_f32(c->out)[i] = (float)sin((double)dlcv_f32(c->in[0])[i]);
    return DLCV_OK;
}

static dlcv_status wave_backward(const dlcv_call *c, void *user)
{
    size_t i;
    (void)user;
    for (i = 0; i < dlcv_tensor_count(c->out) && c->in_gradient[0]; i++) {
        dlcv_f32(c->in_gradient[0])[i] += dlcv_f32(c->out_gradient)[i] * (float)cos((double)dlcv_f32(c->in[0])[i]);
    }
    return DLCV_OK;
}

static void test_custom(void)
{
    int what = 0;
    dlcv_op op = { "Wave", NULL, NULL, wave_forward, wave_backward }, bad = { "Wave", NULL, NULL, wave_forward, NULL };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(8, 3), DLCV_INIT_NORMAL, 1.0f), y, z;
    op.user = bad.user = &what;
    y = dlcv_custom(&op, &w, 1);
    CHECK_TEXT(dlcv_node_name(y), "Wave1");
    CHECK_TEXT(dlcv_node_op(y), "custom");
    CHECK_OK(dlcv_check_gradients(dlcv_reduce(y, DLCV_REDUCE_MEAN, DLCV_ALL), 1e-4, NULL));
    z = dlcv_reduce(dlcv_custom(&bad, &w, 1), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_TRAIN));
    CHECK_FAILS(dlcv_backward(z), DLCV_ERR_UNSUPPORTED, "backward: custom \"Wave2\" has no gradient");
    what = 4;
    CHECK_FAILS(dlcv_forward(y, DLCV_MODE_INFER), DLCV_ERR_NUMERIC, "custom \"Wave1\": forward returned DLCV_ERR_NUMERIC");
    CHECK_OK(dlcv_graph_status(g));
    dlcv_graph_free(g);
}

/* ---- the whole Jacobian: y = x W has W, transposed, for each row */
static void test_jacobian(void)
{
    static const float xs[] = { 1, 2 }, ws[] = { 1, 2, 3, 4, 5, 6 };
    static const float want[] = { 1, 4, 2, 5, 3, 6 }, by_w[] = { 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 2 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(1, 2)), w = dlcv_parameter(g, "w", dlcv_shape2(2, 3), DLCV_INIT_CONSTANT, 0);
    dlcv_node y = dlcv_matmul(x, w);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(1, 2)), out = { 0 };
    set(w, ws);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_FAILS(dlcv_jacobian(y, x, &out), DLCV_ERR_ARGUMENT, "jacobian: \"x\" gets no gradient: it wants a parameter that is not frozen, or dlcv_keep");
    dlcv_keep(x);
    CHECK_OK(dlcv_jacobian(y, x, &out));
    CHECK(out.shape.ndim == 2 && out.shape.dim[0] == 3 && out.shape.dim[1] == 2);
    check_tensor(&out, want, 6);
    CHECK_OK(dlcv_jacobian(y, w, &out));
    check_tensor(&out, by_w, 18);
    CHECK_FAILS(dlcv_jacobian(dlcv_tanh(y), y, &out), DLCV_ERR_ARGUMENT,
        "jacobian: \"matmul1\" gets no gradient: it wants a parameter that is not frozen, or dlcv_keep");
    dlcv_tensor_free(&out);
    dlcv_graph_free(g);
}

/* ---- L(W) = 1.25347 + g . (W - W0): the differences of the lecture, one-sided with h = 0.0001, are g */
static void test_differences(void)
{
    static const float at[] = { 0.34f, -1.11f, 0.78f, 0.12f, 0.55f, 2.81f, -3.1f, -1.5f, 0.33f };
    static const float slope[] = { -2.5f, 0.6f, 0, 0.2f, 0.7f, -0.5f, 1.1f, 1.3f, -2.1f };
    static const dlcv_difference methods[] = { DLCV_DIFFERENCE_ONE_SIDED, DLCV_DIFFERENCE_CENTRED, DLCV_DIFFERENCE_FOUR_POINT };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "W", dlcv_shape1(9), DLCV_INIT_CONSTANT, 0);
    dlcv_tensor t = dlcv_tensor_view(at, DLCV_F32, dlcv_shape1(9)), s = dlcv_tensor_view(slope, DLCV_F32, dlcv_shape1(9));
    dlcv_node loss = dlcv_affine(dlcv_reduce(dlcv_mul(dlcv_sub(w, dlcv_constant(g, &t)), dlcv_constant(g, &s)), DLCV_REDUCE_SUM, DLCV_ALL), 1, 1.25347f);
    dlcv_check_opts o = { DLCV_DIFFERENCE_FOUR_POINT, 0, DLCV_MODE_INFER, 0, 0, 0 };
    dlcv_check r;
    int i;
    set(w, at);
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
    CHECK_NEAR(dlcv_item(loss), 1.25347, 1e-7);
    CHECK_OK(dlcv_backward(loss));
    check_tensor(dlcv_gradient(w), slope, 9);
    for (i = 0; i < 3; i++) {
        o.method = methods[i];
        CHECK_OK(dlcv_gradient_check(loss, &o, &r));
        CHECK(r.tried == 9 && r.worst < (i ? 1e-5 : 5e-3));     /* floats of 1.25 lie 1.2e-7 apart, the step is 1e-4 */
        check_tensor(dlcv_value(w), at, 9);
    }
    o.method = (dlcv_difference)3;
    CHECK_FAILS(dlcv_gradient_check(loss, &o, &r), DLCV_ERR_ARGUMENT, "gradient_check: there is no difference 3");
    CHECK_FAILS(dlcv_gradient_check(loss, NULL, NULL), DLCV_ERR_ARGUMENT, "gradient_check: out is NULL");
    CHECK_OK(dlcv_freeze(g, "", 1));
    CHECK_FAILS(dlcv_check_gradients(loss, 1, NULL), DLCV_ERR_ARGUMENT, "gradient_check: \"affine1\": there is no parameter and no kept input");
    dlcv_graph_free(g);
}

/* a gradient that is wrong is found, and said where */
static dlcv_status wrong_backward(const dlcv_call *c, void *user)
{
    const dlcv_status s = wave_backward(c, user);
    dlcv_f32(c->in_gradient[0])[2] += 1.0f;
    if (*(const int *)user == 1) dlcv_f32(c->in_gradient[0])[1] = NAN;
    return s;
}

static void test_finds(void)
{
    int what = 0;
    dlcv_op op = { "Wrong", NULL, NULL, wave_forward, wrong_backward };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape1(5), DLCV_INIT_CONSTANT, 0), y;
    double worst;
    op.user = &what;
    y = dlcv_reduce(dlcv_custom(&op, &w, 1), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_FAILS(dlcv_check_gradients(y, 1e-4, &worst), DLCV_ERR_NUMERIC,
        "check_gradients: \"w\"[2]: 1 by differences, 2 by backpropagation, 0.5 of the largest apart");
    CHECK_NEAR(worst, 0.5, 1e-5);
    what = 1;                           /* a NaN at 1 is worse than what is wrong at 2 */
    CHECK(dlcv_check_gradients(y, 1e-4, &worst) == DLCV_ERR_NUMERIC && strstr(dlcv_error(), "check_gradients: \"w\"[1]: 1 by differences, ") != NULL);
    CHECK(worst != worst);
    dlcv_graph_free(g);
}

/* ---- the tripwire */
static void test_tripwire(void)
{
    static const float xs[] = { 1, 4, -1, 0 }, zeros[] = { 1, 0 }, fine[] = { 1, 4, 1, 9 };
    float wild[4] = { 1, 2, 3, 4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape1(-1))), y = dlcv_reduce(dlcv_sqrt(x), DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape1(4)), z = dlcv_tensor_view(zeros, DLCV_F32, dlcv_shape1(2));
    dlcv_tensor f = dlcv_tensor_view(fine, DLCV_F32, dlcv_shape1(4)), w = dlcv_tensor_view(wild, DLCV_F32, dlcv_shape1(4));
    wild[2] = (float)HUGE_VAL;
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_graph_tripwire(g, 1));
    dlcv_forward(y, DLCV_MODE_TRAIN);
    CHECK(strstr(dlcv_error(), "forward: sqrt \"sqrt1\": element 2 of [4] is ") != NULL && strstr(dlcv_error(), "nan") != NULL);
    CHECK_OK(dlcv_bind(x, &z));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_NUMERIC, "backward: sqrt \"sqrt1\", gradient of \"x\": element 1 of [2] is inf");
    CHECK_OK(dlcv_bind(x, &w));
    CHECK_FAILS(dlcv_forward(y, DLCV_MODE_TRAIN), DLCV_ERR_NUMERIC, "forward: \"x\": element 2 of [4] is inf");
    CHECK_OK(dlcv_bind(x, &f));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(y));
    CHECK_OK(dlcv_bind(x, &w));
    CHECK_OK(dlcv_graph_tripwire(g, 0));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    dlcv_graph_free(g);
}

/* ---- no allocation after the first step of each shape and mode; training, evaluation and another batch take turns */
static void test_allocations(void)
{
    static float xs[8 * 3 * 8 * 8];
    static const int32_t labels[8] = { 1, 2, 0, 1, 2, 0, 1, 2 };
    test_heap h;
    const dlcv_env env = test_env(&h);
    dlcv_graph *g = dlcv_graph_new(&env, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 3, 8, 8)), y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1));
    dlcv_node scores = dlcv_linear(dlcv_flatten(dlcv_pool2d(dlcv_relu(dlcv_conv2d(x, 4, 3, NULL)), DLCV_POOL_MAX, 2, NULL)), 3);
    dlcv_node loss = dlcv_loss(scores, y, DLCV_LOSS_SOFTMAX, NULL);
    long calls = 0;
    float first[3] = { 0, 0, 0 };
    int step, i;
    for (i = 0; i < (int)(sizeof xs / sizeof *xs); i++) xs[i] = (float)(i * 37 % 101) / 50.0f - 1.0f;
    for (step = 0; step < 6; step++) {
        for (i = 0; i < 3; i++) {
            const int n = i == 1 ? 5 : 8;
            const dlcv_tensor tx = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape4(n, 3, 8, 8)), ty = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
            CHECK_OK(dlcv_bind(x, &tx));
            CHECK_OK(dlcv_bind(y, &ty));
            CHECK_OK(dlcv_forward(i == 2 ? scores : loss, i == 2 ? DLCV_MODE_INFER : DLCV_MODE_TRAIN));
            if (i < 2) CHECK_OK(dlcv_backward(loss));
            if (!step) first[i] = dlcv_f32(dlcv_value(i == 2 ? scores : loss))[0];
            else CHECK_EQUAL(dlcv_f32(dlcv_value(i == 2 ? scores : loss))[0], first[i]);
        }
        if (!step) calls = h.calls;
    }
    CHECK_EQUAL(h.calls, calls);
    dlcv_graph_free(g);
    CHECK(!h.blocks && !h.wrong);
}

/* ---- malloc fails at every n, and the graph goes on: with the numbers it would have had; late: a second parameter, so that the arenas grow again */
static void test_memory_again(int late)
{
    dlcv_graph *sure = dlcv_graph_new(NULL, 1);
    dlcv_node a = dlcv_parameter(sure, "w", dlcv_shape1(4), DLCV_INIT_NORMAL, 1);
    const float first = dlcv_f32(dlcv_value(a))[0];
    dlcv_status s = DLCV_ERR_MEMORY;
    int n;
    for (n = 1; n < 50 && s; n++) {
        test_heap h;
        const dlcv_env env = test_env(&h);
        dlcv_graph *g = dlcv_graph_new(&env, 1);
        dlcv_node w = dlcv_parameter(g, "w", dlcv_shape1(4), DLCV_INIT_NORMAL, 1), y = dlcv_reduce(dlcv_square(w), DLCV_REDUCE_SUM, DLCV_ALL), v;
        if (late) CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
        v = dlcv_find(g, "w");
        if (late) v = dlcv_parameter(g, "v", dlcv_shape1(40), DLCV_INIT_NORMAL, 1);
        y = dlcv_add(y, dlcv_reduce(v, DLCV_REDUCE_SUM, DLCV_ALL));
        h.fail_at = h.calls + n;
        s = dlcv_forward(y, DLCV_MODE_GRADIENT);
        CHECK(!s || s == DLCV_ERR_MEMORY);
        h.fail_at = 0;
        CHECK(dlcv_value(w) && dlcv_f32(dlcv_value(w))[0] == first);
        CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
        CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
        CHECK_OK(dlcv_backward(y));
        CHECK_EQUAL(gradient_of(w), 2 * first + (late ? 0 : 1));
        if (late) CHECK(gradient_of(v) == 1 && dlcv_f32(dlcv_value(v))[39] != 0);
        dlcv_graph_free(g);
        CHECK(!h.blocks && !h.wrong);
    }
    CHECK(n > 3 && !s && first != 0);
    dlcv_graph_free(sure);
}

/* ---- what was computed is void after keep, freeze, reset and a backward that failed */
static dlcv_status backward_fails(const dlcv_call *c, void *user)
{
    (void)c;
    (void)user;
    return DLCV_ERR_NUMERIC;
}

static void test_void(void)
{
    static const char *const says = "backward: \"reduce1\": forward comes first, and again after keep, freeze, reset or an error";
    int what = 0;
    dlcv_op op = { "Wave", NULL, NULL, wave_forward, backward_fails };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape1(4), DLCV_INIT_CONSTANT, 3), a = dlcv_square(w), y = dlcv_reduce(dlcv_tanh(a), DLCV_REDUCE_SUM, DLCV_ALL), z;
    op.user = &what;
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    dlcv_keep(a);
    CHECK(dlcv_value(a) == NULL && dlcv_value(y) == NULL);
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_STATE, says);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(y));
    dlcv_keep(a);                       /* it is already */
    CHECK(dlcv_value(a) && dlcv_f32(dlcv_value(a))[0] == 9 && dlcv_gradient(a) && dlcv_gradient(w));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_freeze(g, "w", 1));
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_STATE, says);
    CHECK_OK(dlcv_freeze(g, "w", 0));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_graph_reset(g, 2));
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_STATE, says);
    z = dlcv_reduce(dlcv_custom(&op, &w, 1), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_TRAIN));
    CHECK_FAILS(dlcv_backward(z), DLCV_ERR_NUMERIC, "custom \"Wave1\": backward returned DLCV_ERR_NUMERIC");
    CHECK(dlcv_gradient(w) == NULL && dlcv_value(z) == NULL);
    dlcv_graph_free(g);
}

/* ---- frozen running statistics stay, and move again when they are not */
static void test_frozen_norm(void)
{
    static const float xs[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    const dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(4, 2));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 2)), y = dlcv_batch_norm(x, NULL);
    const float *mean = dlcv_f32(dlcv_value(dlcv_find(g, "batch_norm1.mean"))), *variance = dlcv_f32(dlcv_value(dlcv_find(g, "batch_norm1.variance")));
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_freeze(g, "batch_norm1.mean", 1));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK(mean[0] == 0 && mean[1] == 0 && variance[0] != 1 && variance[1] != 1);
    CHECK_NEAR(dlcv_f32(dlcv_value(y))[0], -3 / sqrt(5.00001), 1e-5);       /* of the batch nevertheless */
    CHECK_OK(dlcv_freeze(g, "batch_norm1", 1));
    CHECK_OK(dlcv_graph_reset(g, 1));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK(mean[0] == 0 && mean[1] == 0 && variance[0] == 1 && variance[1] == 1);
    CHECK_OK(dlcv_freeze(g, "batch_norm1", 0));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    CHECK_NEAR(mean[0], 0.4, 1e-6);
    dlcv_graph_free(g);
}

/* ---- empty: pictures keep their shape, planes without places are no division by 0 */
static void test_empty(void)
{
    const dlcv_tensor none = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape4(0, 1, 8, 8)), flat = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape4(2, 3, 0, 4));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 1, 8, 8)), y = dlcv_flatten(x), z;
    dlcv_node e = dlcv_input(g, "e", DLCV_F32, dlcv_shape4(0, 1, 8, 8)), p = dlcv_input(g, "p", DLCV_F32, dlcv_shape4(2, 3, 0, 4));
    z = dlcv_local_response_norm(p, 5, 1e-4f, 0.75f, 2);
    CHECK_OK(dlcv_bind(x, &none));
    CHECK_OK(dlcv_bind(p, &flat));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK(dlcv_value(y)->shape.ndim == 2 && dlcv_value(y)->shape.dim[0] == 0 && dlcv_value(y)->shape.dim[1] == 64);
    CHECK(dlcv_node_shape(dlcv_flatten(e)).dim[0] == 0 && dlcv_node_shape(dlcv_flatten(e)).dim[1] == 64);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_INFER));
    CHECK_OK(dlcv_graph_status(g));
    dlcv_graph_free(g);
}

/* ---- sizes, counts and receptive fields */

static int summary_has(dlcv_node output, const char *line)
{
    static char table[8192];
    char squeezed[8192];
    size_t i, n = 0;
    CHECK_OK(dlcv_graph_summary(output, NULL, table, sizeof table));
    for (i = 0; table[i]; i++) {
        if (table[i] != ' ' || (n && squeezed[n - 1] != ' ')) squeezed[n++] = table[i];
    }
    squeezed[n] = 0;
    if (!strstr(squeezed, line)) printf("%s", table);
    return strstr(squeezed, line) != NULL;
}

static dlcv_node conv(dlcv_node x, int filters, int kernel, int stride, int pad)
{
    dlcv_conv2d_opts o = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DLCV_BORDER_ZERO };
    o.pad = pad;
    o.stride = stride;
    return dlcv_conv2d(x, filters, kernel, &o);
}

static dlcv_node pool(dlcv_node x, dlcv_pooling how)
{
    return dlcv_pool2d(x, how, 2, NULL);
}

static void check_parameters(dlcv_node output, size_t want)
{
    dlcv_summary total;
    CHECK_OK(dlcv_graph_summary(output, &total, NULL, 0));
    CHECK_EQUAL(total.parameters, want);
}

static void test_networks(void)
{
    test_heap h;
    const dlcv_env env = test_env(&h);
    dlcv_graph *g = dlcv_graph_new(&env, 1);
    dlcv_node x = dlcv_input(g, "lenet", DLCV_F32, dlcv_shape4(-1, 1, 32, 32));
    dlcv_conv2d_opts same = { DLCV_SAME, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DLCV_BORDER_ZERO };
    dlcv_summary total;
    char small[12];
    /* LeNet-5, modern: 61,706 */
    x = pool(dlcv_tanh(dlcv_conv2d(x, 6, 5, NULL)), DLCV_POOL_AVERAGE);
    x = pool(dlcv_tanh(dlcv_conv2d(x, 16, 5, NULL)), DLCV_POOL_AVERAGE);
    x = dlcv_linear(dlcv_tanh(dlcv_linear(dlcv_tanh(dlcv_linear(dlcv_flatten(x), 120)), 84)), 10);
    check_parameters(x, 61706);
    CHECK(summary_has(x, "conv2d1 conv2d [1, 6, 28, 28] 156 239,904 18,816 5 1 0\n"));     /* 4704 sums of 25 products, and biases */
    CHECK(summary_has(x, "pool2d2 pool2d [1, 16, 5, 5] 0 1,600 1,600 16 4 0\n"));
    CHECK(summary_has(x, "linear3 linear [1, 10] 850 1,690 40 \n"));
    /* the tutorial's net: 62,006, its first layer the lecture's 456 */
    x = dlcv_input(g, "tutorial", DLCV_F32, dlcv_shape4(-1, 3, 32, 32));
    x = pool(dlcv_relu(dlcv_conv2d(x, 6, 5, NULL)), DLCV_POOL_MAX);
    check_parameters(x, 456);
    x = pool(dlcv_relu(dlcv_conv2d(x, 16, 5, NULL)), DLCV_POOL_MAX);
    x = dlcv_linear(dlcv_relu(dlcv_linear(dlcv_relu(dlcv_linear(dlcv_flatten(x), 120)), 84)), 10);
    check_parameters(x, 62006);
    /* ConvNetJS: 1,216 + 8,020 + 10,020 + 3,210 = 22,466; receptive fields 5 6 14 16 32 36 */
    x = dlcv_input(g, "convnetjs", DLCV_F32, dlcv_shape4(-1, 3, 32, 32));
    x = pool(dlcv_relu(dlcv_conv2d(x, 16, 5, &same)), DLCV_POOL_MAX);
    check_parameters(x, 1216);
    x = pool(dlcv_relu(dlcv_conv2d(x, 20, 5, &same)), DLCV_POOL_MAX);
    x = pool(dlcv_relu(dlcv_conv2d(x, 20, 5, &same)), DLCV_POOL_MAX);
    CHECK(summary_has(x, "conv2d5 conv2d [1, 16, 32, 32] 1,216 2,473,984 65,536 5 1 -2\n"));
    CHECK(summary_has(x, " 0 16,384 16,384 6 2 -2\n"));
    CHECK(summary_has(x, " 20,480 14 2 -6\n"));
    CHECK(summary_has(x, " 5,120 5,120 16 4 -6\n"));
    CHECK(summary_has(x, " 5,120 32 4 -14\n"));
    CHECK(summary_has(x, " 1,280 1,280 36 8 -14\n"));
    check_parameters(dlcv_linear(dlcv_flatten(x), 10), 22466);
    /* two 3x3: 5, three: 7; pooling P on a convolution K: P + K - 1 */
    x = conv(conv(dlcv_input(g, "seven", DLCV_F32, dlcv_shape4(-1, 1, 9, 9)), 1, 3, 1, 0), 1, 3, 1, 0);
    CHECK(summary_has(x, " 5 1 0\n"));
    CHECK(summary_has(conv(x, 1, 3, 1, 0), " 7 1 0\n"));
    /* the fully connected layer of 1,600,000,000 weights, counted; 30,730 = 10 x 3073 */
    if (sizeof(size_t) > 4) check_parameters(dlcv_linear(dlcv_input(g, "million", DLCV_F32, dlcv_shape2(-1, 40000)), 40000), 1600040000u);
    check_parameters(dlcv_linear(dlcv_input(g, "cifar", DLCV_F32, dlcv_shape2(-1, 3072)), 10), 30730);
    check_parameters(dlcv_linear(dlcv_input(g, "features", DLCV_F32, dlcv_shape2(-1, 4800)), 10), 48010);
    CHECK(h.peak < 400000);
    CHECK_OK(dlcv_graph_summary(x, &total, small, sizeof small));
    CHECK_TEXT(small, "name       ");
    CHECK_OK(dlcv_graph_summary(x, &total, small, 0));
    CHECK(total.activation_bytes == (49 + 25) * 4 && total.flops == 49 * 19 + 25 * 19);
    dlcv_graph_free(g);
}

/* sizes of the lectures */
static void test_sizes(void)
{
    static const int same[] = { 3, 5, 7 };
    dlcv_conv2d_opts exact = { 0, 3, 0, 0, 0, 0, 0, 0, 1, 0, 0, DLCV_BORDER_ZERO };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 3, 32, 32)), y = x, seven = dlcv_input(g, "seven", DLCV_F32, dlcv_shape4(1, 1, 7, 7));
    int i;
    CHECK_EQUAL(dlcv_node_shape(dlcv_conv2d(x, 6, 5, NULL)).dim[3], 28);
    CHECK_EQUAL(dlcv_node_shape(conv(x, 10, 5, 1, 2)).dim[1], 10);
    CHECK_EQUAL(dlcv_node_shape(conv(x, 10, 5, 1, 2)).dim[2], 32);
    check_parameters(dlcv_conv2d(x, 6, 5, NULL), 456);
    check_parameters(dlcv_conv2d(x, 10, 5, NULL), 760);
    check_parameters(dlcv_conv2d(x, 1, 5, NULL), 76);
    for (i = 0; i < 3; i++) CHECK_EQUAL(dlcv_node_shape(conv(x, 1, same[i], 1, (same[i] - 1) / 2)).dim[2], 32);
    for (i = 28; i > 0; i -= 4) {           /* 32 28 24 20 16 12 8 4 */
        y = conv(y, 1, 5, 1, 0);
        CHECK_EQUAL(dlcv_node_shape(y).dim[2], i);
    }
    CHECK_EQUAL(dlcv_node_shape(conv(seven, 1, 3, 1, 0)).dim[2], 5);
    CHECK_EQUAL(dlcv_node_shape(conv(seven, 1, 3, 2, 0)).dim[2], 3);
    CHECK_EQUAL(dlcv_node_shape(conv(seven, 1, 3, 3, 0)).dim[2], 2);
    CHECK_EQUAL(dlcv_node_shape(conv(seven, 1, 3, 1, 1)).dim[2], 7);
    CHECK_EQUAL(dlcv_node_shape(conv(dlcv_input(g, "five", DLCV_F32, dlcv_shape4(1, 1, 5, 5)), 1, 3, 2, 1)).dim[2], 3);
    CHECK_EQUAL(dlcv_node_shape(conv(dlcv_input(g, "alex", DLCV_F32, dlcv_shape4(1, 3, 227, 227)), 96, 11, 4, 0)).dim[2], 55);
    CHECK_OK(dlcv_graph_status(g));
    dlcv_conv2d(seven, 1, 3, &exact);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_SHAPE,
        "conv2d \"conv2d23\": height 7 with padding 0 by kernel 3 at stride 3 makes 2.33, and an exact fit is wanted");
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    exact.stride = 4;
    dlcv_conv2d(dlcv_input(g, "alex", DLCV_F32, dlcv_shape4(1, 3, 224, 224)), 96, 11, &exact);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_SHAPE,
        "conv2d \"conv2d1\": height 224 with padding 0 by kernel 11 at stride 4 makes 54.25, and an exact fit is wanted");
    dlcv_graph_free(g);
}

/* max 6 8 3 4, average 3.25 5.25 2 2 */
static void test_pooling(void)
{
    static const float xs[] = { 1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4 }, most[] = { 6, 8, 3, 4 }, mean[] = { 3.25f, 5.25f, 2, 2 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape4(1, 1, 4, 4));
    dlcv_node x = dlcv_constant(g, &t), y = pool(x, DLCV_POOL_MAX), z = pool(x, DLCV_POOL_AVERAGE);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    check_tensor(dlcv_value(y), most, 4);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_INFER));
    check_tensor(dlcv_value(z), mean, 4);
    dlcv_graph_free(g);
}

int main(void)
{
    test_gates();
    test_patterns();
    test_neuron();
    test_vector();
    test_collapse();
    test_softmax();
    test_counts();
    test_order();
    test_custom();
    test_jacobian();
    test_differences();
    test_finds();
    test_tripwire();
    test_allocations();
    test_memory_again(0);
    test_memory_again(1);
    test_void();
    test_frozen_norm();
    test_empty();
    test_networks();
    test_sizes();
    test_pooling();
    return test_end("graph");
}
