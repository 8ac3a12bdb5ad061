/* The lectures' numbers that belong to no single op: the bias trick, penalties of weights with one score, bumps, the two-layer network in numpy, receptive
 * fields of AlexNet and VGG-16. (Gates, Jacobians and counts: test_graph.c; activations, initialisers, step size: test_golden_graph.c; losses and
 * penalties: test_losses.c; sizes, pooling, shifts: test_layers.c.) */
#include "test.h"
#include "golden/two_layer.h"

/* 0 .. 65535, as in two_layer.py */
static uint32_t noise(uint32_t kind, size_t i)
{
    uint32_t h = (uint32_t)i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    return h >> 16;
}

static void set(dlcv_node x, const float *values)
{
    const dlcv_tensor *t = dlcv_value(x);
    CHECK(t != NULL);
    if (t) memcpy(t->data, values, dlcv_tensor_count(t) * sizeof(float));
}

/* [W b] times [x 1] is W x + b: of the pixels 56 231 24 2, and of CIFAR-10, 10 x 3073 */
static void test_bias_trick(void)
{
    static const float pixels[5] = { 56, 231, 24, 2, 1 }, bias[3] = { 1.1f, 3.2f, -1.2f };
    static const float weights[12] = { 0.2f, -0.5f, 0.1f, 2, 1.5f, 1.3f, 2.1f, 0, 0, 0.25f, 0.2f, -0.3f };
    static const float both[15] = { 0.2f, -0.5f, 0.1f, 2, 1.1f, 1.5f, 1.3f, 2.1f, 0, 3.2f, 0, 0.25f, 0.2f, -0.3f, -1.2f };
    static const double want[3] = { -96.8, 437.9, 60.75 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape2(1, 5));
    dlcv_node x = dlcv_constant(g, &t), apart = dlcv_keep(dlcv_linear(dlcv_slice(x, 1, 0, 4), 3)), w = dlcv_parameter(g, "w", dlcv_shape2(3, 5), DLCV_INIT_CONSTANT, 0);
    dlcv_node trick = dlcv_matmul(x, dlcv_transpose(w, dlcv_shape2(1, 0)));
    dlcv_summary total;
    int i;
    set(dlcv_find(g, "linear1.weight"), weights);
    set(dlcv_find(g, "linear1.bias"), bias);
    set(w, both);
    CHECK_OK(dlcv_forward(trick, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) {
        CHECK_NEAR(dlcv_f32(dlcv_value(trick))[i], want[i], 1e-4);
        CHECK_NEAR(dlcv_f32(dlcv_value(apart))[i], want[i], 1e-4);
    }
    CHECK_OK(dlcv_graph_summary(dlcv_linear(dlcv_input(g, "cifar", DLCV_F32, dlcv_shape2(-1, 3072)), 10), &total, NULL, 0));
    CHECK_EQUAL(total.parameters, 10 * 3073);
    dlcv_graph_free(g);
}

/* w = [1 0 0 0] and [.25 .25 .25 .25] have one score on x = [1 1 1 1]; which of them a penalty prefers: L2 1 and 0.25, L1 1 and 1, elastic net with
 * b = 0.5 1.5 and 1.125 */
static void test_preference(void)
{
    static const float ones[4] = { 1, 1, 1, 1 }, w[2][4] = { { 1, 0, 0, 0 }, { 0.25f, 0.25f, 0.25f, 0.25f } }, strengths[3][2] = { { 1, 0 }, { 0, 1 }, { 0.5f, 1 } };
    static const double want[2][3] = { { 1, 1, 1.5 }, { 0.25, 1, 1.125 } };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_tensor t = dlcv_tensor_view(ones, DLCV_F32, dlcv_shape2(1, 4));
    dlcv_node p = dlcv_parameter(g, "w", dlcv_shape2(4, 1), DLCV_INIT_CONSTANT, 0), score = dlcv_matmul(dlcv_constant(g, &t), p), y;
    int i, k;
    for (i = 0; i < 2; i++) {
        set(p, w[i]);
        CHECK_OK(dlcv_forward(score, DLCV_MODE_INFER));
        CHECK_EQUAL(dlcv_item(score), 1);
        for (k = 0; k < 3; k++) {
            dlcv_penalty_opts o = { 0, 0, 0 };
            o.l2 = strengths[k][0];
            o.l1 = strengths[k][1];
            y = dlcv_penalty(g, "w", &o);
            CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
            CHECK_EQUAL(dlcv_item(y), want[i][k]);
        }
    }
    dlcv_graph_free(g);
}

/* Nielsen's bumps (chapter 4): two steep sigmoids make one, `bumps` of them any function, here sin on [0, 3], the better the more there are. The greatest
 * error away from the edges of bumps. */
static double bumpy(int bumps)
{
    enum { POINTS = 200 };
    const double width = 3.0 / bumps;
    float xs[POINTS];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 1)), h = dlcv_sigmoid(dlcv_linear(x, 2 * bumps)), y = dlcv_linear(h, 1);
    float *steep = dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight"))), *edge = dlcv_f32(dlcv_value(dlcv_find(g, "linear1.bias")));
    float *height = dlcv_f32(dlcv_value(dlcv_find(g, "linear2.weight")));
    dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(POINTS, 1));
    double worst = 0;
    int i;
    for (i = 0; i < 2 * bumps; i++) {           /* up at i / 2, down at i / 2 + 1 */
        steep[i] = 4000;
        edge[i] = (float)(-4000 * width * (i / 2 + i % 2));
        height[i] = (float)((i % 2 ? -1 : 1) * sin(width * (i / 2 + 0.5)));
    }
    for (i = 0; i < POINTS; i++) xs[i] = (float)(3 * (i + 0.5) / POINTS);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < POINTS && dlcv_value(y); i++) {
        const double at = (double)xs[i] / width, error = fabs((double)dlcv_f32(dlcv_value(y))[i] - sin((double)xs[i]));
        if (fabs(at - floor(at + 0.5)) * width > 0.004 && error > worst) worst = error;
    }
    dlcv_graph_free(g);
    return worst;
}

static void test_bumps(void)
{
    int bumps;
    for (bumps = 5; bumps <= 40; bumps *= 2) {
        const double worst = bumpy(bumps);
        CHECK(worst <= 1.01 * 3 / bumps / 2 && worst > 0.5 * 3 / bumps / 2);    /* sin is no steeper than 1, at 0 as steep */
    }
}

/* Sixty-four samples, 1000 - 100 - 10, sigmoid, squared error, 1e-4: the losses of the numpy original */
static void test_two_layer(void)
{
    enum { N = 64, D = 1000, H = 100, C = 10 };
    const int steps = TEST_SMALL ? 4 : 30;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node p[4], h, loss;
    const dlcv_shape shapes[4] = { dlcv_shape2(N, D), dlcv_shape2(N, C), dlcv_shape2(D, H), dlcv_shape2(H, C) };
    static const char *const names[4] = { "x", "y", "w1", "w2" };
    int i, k, t;
    for (k = 0; k < 4; k++) {
        const dlcv_tensor *v;
        p[k] = dlcv_parameter(g, names[k], shapes[k], DLCV_INIT_CONSTANT, 0);
        v = dlcv_value(p[k]);
        for (i = 0; i < (int)dlcv_tensor_count(v); i++) dlcv_f32(v)[i] = (float)((noise((uint32_t)k + 1, (size_t)i) / 65536.0 - 0.5) * 3.46875);
    }
    CHECK_OK(dlcv_freeze(g, "x", 1));
    CHECK_OK(dlcv_freeze(g, "y", 1));
    h = dlcv_sigmoid(dlcv_matmul(p[0], p[2]));
    loss = dlcv_reduce(dlcv_square(dlcv_sub(dlcv_matmul(h, p[3]), p[1])), DLCV_REDUCE_SUM, DLCV_ALL);
    for (t = 0; t < steps; t++) {
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        CHECK_NEAR(dlcv_item(loss), two_layer[t], 2e-5 * two_layer[t]);
        CHECK_OK(dlcv_backward(loss));
        for (k = 2; k < 4; k++) CHECK_OK(dlcv_axpy(-1e-4f, dlcv_gradient(p[k]), dlcv_value(p[k])));
    }
    dlcv_graph_free(g);
}

static dlcv_node conv(dlcv_node x, int kernel, int stride, int pad)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    return dlcv_conv2d(x, 8, kernel, &o);
}

static dlcv_node pool(dlcv_node x, int kernel, int stride)
{
    dlcv_pool2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    return dlcv_pool2d(x, DLCV_POOL_MAX, kernel, &o);
}

/* The receptive field, the first number of the last three in the line before the total */
static int field_of(dlcv_node y)
{
    static char table[16384];
    const char *at;
    int field = 0;
    CHECK_OK(dlcv_graph_summary(y, NULL, table, sizeof table));
    at = strstr(table, "\ntotal");
    CHECK(at != NULL);
    for (; at && at > table && at[-1] != '\n'; at--) {}
    while (at && *at && *at != '\n') {          /* past the bytes: three numbers before the end of the line */
        int size, step, first, length = 0;
        if (*at == ' ' && sscanf(at, "%d %d %d%n", &size, &step, &first, &length) == 3 && at[length] == '\n') {
            field = size;
            break;
        }
        at++;
    }
    return field;
}

/* pooling P on a convolution K at stride 1 sees P + K - 1; AlexNet's pool5 195, VGG-16's 212 */
static void test_fields(void)
{
    static const int blocks[5] = { 2, 2, 3, 3, 3 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node picture = dlcv_input(g, "picture", DLCV_F32, dlcv_shape4(-1, 3, 227, 227)), x;
    int i, k;
    for (k = 1; k <= 7; k += 2) {
        for (i = 2; i < 5; i++) CHECK_EQUAL(field_of(pool(conv(picture, k, 1, 0), i, i)), i + k - 1);
    }
    x = pool(conv(pool(conv(picture, 11, 4, 0), 3, 2), 5, 1, 2), 3, 2);
    x = pool(conv(conv(conv(x, 3, 1, 1), 3, 1, 1), 3, 1, 1), 3, 2);
    CHECK_EQUAL(dlcv_node_shape(x).dim[2], 6);
    CHECK_EQUAL(field_of(x), 195);
    x = dlcv_input(g, "vgg", DLCV_F32, dlcv_shape4(-1, 3, 224, 224));
    for (i = 0; i < 5; i++) {
        for (k = 0; k < blocks[i]; k++) x = dlcv_relu(conv(x, 3, 1, 1));
        x = pool(x, 2, 2);
    }
    CHECK_EQUAL(dlcv_node_shape(x).dim[2], 7);
    CHECK_EQUAL(field_of(x), 212);
    dlcv_graph_free(g);
}

int main(void)
{
    test_bias_trick();
    test_preference();
    test_bumps();
    test_two_layer();
    test_fields();
    return test_end("lectures");
}
