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
    dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 40000)), 40000);
    CHECK_OK(dlcv_graph_status(g));
    CHECK_EQUAL(dlcv_node_shape(dlcv_find(g, "linear1.weight")).dim[0], 40000);
    dlcv_graph_free(g);
}

/* Each program is wrong once; the graph says what its first error is. */
#define WRONG(CODE, STATUS, TEXT) \
    do { \
        dlcv_graph *g = dlcv_graph_new(NULL, 1); \
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 6)), p = dlcv_parameter(g, "p", dlcv_shape2(4, 5), DLCV_INIT_NORMAL, 1.0f); \
        dlcv_node y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1)); \
        (void)x; \
        (void)p; \
        (void)y; \
        CODE; \
        dlcv_add(x, p); /* what comes later changes nothing */ \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        CHECK_FAILS(dlcv_forward(x, DLCV_MODE_INFER), STATUS, TEXT); \
        dlcv_graph_free(g); \
    } while (0)

static void test_wrong(void)
{
    dlcv_node none = { NULL, 0 };
    WRONG(dlcv_add(x, p), DLCV_ERR_SHAPE, "add \"add1\": [-1, 6] and [4, 5] do not broadcast");
    WRONG(dlcv_add(x, y), DLCV_ERR_ARGUMENT, "add \"add1\": input 1 is i32 [-1], f32 is wanted");
    WRONG(dlcv_matmul(x, p), DLCV_ERR_SHAPE, "matmul \"matmul1\": [-1, 6] times [4, 5]: rows of 6 values meet columns of 4");
    WRONG(dlcv_reshape(dlcv_parameter(g, "maps", dlcv_shape4(2, 6, 24, 24), DLCV_INIT_NORMAL, 1), dlcv_shape2(0, 1000)), DLCV_ERR_SHAPE,
          "reshape \"reshape1\": [2, 6, 24, 24] holds 6912 values, [0, 1000] 2000");
    WRONG(dlcv_reshape(dlcv_input(g, "maps", DLCV_F32, dlcv_shape4(-1, 6, 24, 24)), dlcv_shape2(0, 1000)), DLCV_ERR_SHAPE,
          "reshape \"reshape1\": [-1, 6, 24, 24] holds 3456 values a sample, [0, 1000] 1000");
    WRONG(dlcv_reduce(x, DLCV_REDUCE_SUM, 2), DLCV_ERR_ARGUMENT, "reduce \"reduce1\": [-1, 6] has no axis 2");
    WRONG(dlcv_loss(p, p, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_ARGUMENT, "cross_entropy \"cross_entropy1\": target is f32 [4, 5], labels are i32");
    WRONG(dlcv_find(g, "q"), DLCV_ERR_ARGUMENT, "find: no node is called \"q\"");
    WRONG(dlcv_parameter(g, "p", dlcv_shape1(1), DLCV_INIT_NORMAL, 1), DLCV_ERR_ARGUMENT, "parameter: a node is called \"p\" already");
    WRONG(dlcv_add(x, none), DLCV_ERR_ARGUMENT, "add: the node has no graph: it is {0}, or graph_new returned NULL");
    WRONG(dlcv_linear(dlcv_relu(y), 10), DLCV_ERR_ARGUMENT, "relu \"relu1\": input 0 is i32 [-1], f32 is wanted");
    CHECK_FAILS(dlcv_forward(none, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "forward: the node has no graph: it is {0}, or graph_new returned NULL");
    CHECK(dlcv_relu(none).id == 0);
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
    CHECK_FAILS(dlcv_backward(loss), DLCV_ERR_STATE, "backward: \"reduce1\": forward comes first");
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

int main(void)
{
    test_gates();
    test_patterns();
    test_neuron();
    test_vector();
    test_collapse();
    test_softmax();
    test_counts();
    test_wrong();
    test_order();
    return test_end("graph");
}
