/* Layers: the lectures' examples, PyTorch's numbers in double precision (forward and backward within 1e-5 of the greatest), what changes in training,
 * and the sentence of each mistake. */
#include "test.h"
#include "golden/layers_torch.h"

/* 0 .. 65535, as in golden/layers_torch.py */
static uint32_t noise(uint32_t kind, uint32_t i)
{
    uint32_t h = i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    return h >> 16;
}

enum { NOISE_X = 1, NOISE_W, NOISE_B, NOISE_DY, NOISE_SIGN, NOISE_AT, NOISE_MEAN, NOISE_VARIANCE };

static void fill(const dlcv_tensor *t, int kind, float add)
{
    size_t i;
    CHECK(t != NULL);
    for (i = 0; t && i < dlcv_tensor_count(t); i++) dlcv_f32(t)[i] = (float)noise((uint32_t)kind, (uint32_t)i) / 65536.0f - 0.5f + add;
}

static char what[160];

/* want: greatest, sum of signed elements, eight elements */
static void check_numbers(const dlcv_tensor *t, const float *want, const char *name)
{
    const double most = (double)want[0], tolerance = 1e-5 * most;
    double sum = 0, greatest = 0;
    size_t i, n = dlcv_tensor_count(t);
    int k, ok;
    if (most == 0) return;
    for (i = 0; i < n; i++) {
        const double v = (double)dlcv_f32(t)[i];
        sum += noise(NOISE_SIGN, (uint32_t)i) >> 15 ? -v : v;
        if (fabs(v) > greatest) greatest = fabs(v);
    }
    ok = n > 0 && fabs(greatest - most) <= tolerance && fabs(sum - (double)want[1]) <= tolerance * sqrt((double)n);
    for (k = 0; k < 8 && n; k++) ok = ok && fabs((double)dlcv_f32(t)[noise(NOISE_AT, (uint32_t)k) % n] - (double)want[2 + k]) <= tolerance;
    CHECK(ok);
    if (!ok) printf("    %s: %s: %zu elements, greatest %.9g, want %.9g; sum %.9g, want %.9g\n", what, name, n, greatest, most, sum, (double)want[1]);
}

static dlcv_node golden_norm(dlcv_node x, const int *p)
{
    char name[64];
    dlcv_node y = p[0] == 2 ? dlcv_group_norm(x, p[1], NULL) : dlcv_batch_norm(x, NULL);
    sprintf(name, "%.40s.mean", dlcv_node_name(y));
    if (p[0] == 2) return y;
    fill(dlcv_value(dlcv_find(x.graph, name)), NOISE_MEAN, 0);
    sprintf(name, "%.40s.variance", dlcv_node_name(y));
    fill(dlcv_value(dlcv_find(x.graph, name)), NOISE_VARIANCE, 1);
    return y;
}

static dlcv_node golden_conv(dlcv_node x, const int *p)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = p[2];
    o.dilation = p[3];
    o.groups = p[4];
    o.pad = p[5];
    o.unshared = p[7] == 2;
    o.output_pad = p[8];
    o.border = (dlcv_border)p[6];
    return p[7] == 1 ? dlcv_conv2d_transpose(x, p[0], p[1], &o) : dlcv_conv2d(x, p[0], p[1], &o);
}

static dlcv_node golden_pool(dlcv_node x, const int *p)
{
    dlcv_pool2d_opts o;
    o.stride = p[2];
    o.pad = p[3];
    o.ceil_mode = p[4];
    o.count_include_pad = p[5];
    return dlcv_pool2d(x, (dlcv_pooling)p[0], p[1], &o);
}

static dlcv_node golden_build(int op, dlcv_node x, const int *p)
{
    switch (op) {
    case GOLDEN_NORM: return golden_norm(x, p);
    case GOLDEN_POOL: return golden_pool(x, p);
    case GOLDEN_CHANNELS: return dlcv_pool_channels(x, (dlcv_pooling)p[0], p[1]);
    case GOLDEN_CONV: return golden_conv(x, p);
    default: return dlcv_local_response_norm(x, p[0], 0.3f, 0.75f, 2.0f);
    }
}

/* The gradient of a node's parameter, or NULL */
static dlcv_node part(dlcv_node y, const char *role)
{
    char name[96];
    int i;
    dlcv_node none = { NULL, 0 };
    sprintf(name, "%.60s.%.20s", dlcv_node_name(y), role);
    for (i = 0; i < dlcv_parameter_count(y.graph); i++) {
        if (!strcmp(dlcv_node_name(dlcv_parameter_at(y.graph, i)), name)) return dlcv_parameter_at(y.graph, i);
    }
    return none;
}

static void test_golden(void)
{
    int k;
    for (k = 0; k < (int)(sizeof golden_layers / sizeof golden_layers[0]); k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_shape shape;
        dlcv_node x, y, w, b;
        dlcv_tensor dy;
        memset(&shape, 0, sizeof shape);
        memset(&dy, 0, sizeof dy);
        while (shape.ndim < 4 && golden_layers[k].shape[shape.ndim]) shape.dim[shape.ndim] = golden_layers[k].shape[shape.ndim], shape.ndim++;
        sprintf(what, "case %d, op %d", k, golden_layers[k].op);
        x = dlcv_parameter(g, "x", shape, DLCV_INIT_CONSTANT, 0);
        y = golden_build(golden_layers[k].op, x, golden_layers[k].p);
        w = part(y, "weight");
        b = part(y, "bias");
        fill(dlcv_value(x), NOISE_X, 0);
        if (w.id) fill(dlcv_value(w), NOISE_W, 0);
        if (b.id) fill(dlcv_value(b), NOISE_B, 0);
        CHECK_OK(dlcv_forward(y, golden_layers[k].op == GOLDEN_NORM && golden_layers[k].p[0] == 1 ? DLCV_MODE_GRADIENT : DLCV_MODE_TRAIN));
        if (dlcv_value(y)) {
            check_numbers(dlcv_value(y), golden_layers[k].y, "y");
            CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_value(y)->shape, &dy));
            fill(&dy, NOISE_DY, 0);
            CHECK_OK(dlcv_backward_from(y, &dy));
            check_numbers(dlcv_gradient(x), golden_layers[k].dx, "dx");
            check_numbers(dlcv_gradient(w), golden_layers[k].dw, "dw");
            check_numbers(dlcv_gradient(b), golden_layers[k].db, "db");
        }
        dlcv_tensor_free(&dy);
        dlcv_graph_free(g);
    }
}

static dlcv_node constant(dlcv_graph *g, const float *values, dlcv_shape shape)
{
    const dlcv_tensor t = dlcv_tensor_view(values, DLCV_F32, shape);
    return dlcv_constant(g, &t);
}

/* 1 2 3 4 has mean 2.5 and variance 1.25, 5/3 when divided by n - 1: in one step a tenth of the way, used from then on */
static void test_running(void)
{
    static const float xs[] = { 1, 2, 3, 4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node y = dlcv_batch_norm(constant(g, xs, dlcv_shape2(4, 1)), NULL);
    dlcv_node mean = dlcv_find(g, "batch_norm1.mean"), variance = dlcv_find(g, "batch_norm1.variance");
    int i;
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 4; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], (double)xs[i] / sqrt(1 + 1e-5), 1e-6);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    for (i = 0; i < 4; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], ((double)xs[i] - 2.5) / sqrt(1.25 + 1e-5), 1e-6);
    CHECK_NEAR(dlcv_item(mean), 0.25, 1e-7);
    CHECK_NEAR(dlcv_item(variance), 0.9 + 0.1 * 5 / 3, 1e-6);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK_NEAR(dlcv_item(mean), 0.25, 1e-7);
    for (i = 0; i < 4; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], ((double)xs[i] - 0.25) / sqrt(0.9 + 0.5 / 3 + 1e-5), 2e-6);
    CHECK_OK(dlcv_backward_from(y, dlcv_value(y)));
    CHECK(dlcv_gradient(mean) == NULL);
    CHECK(dlcv_gradient(variance) == NULL);
    CHECK(dlcv_gradient(dlcv_find(g, "batch_norm1.weight")) != NULL);
    CHECK_EQUAL(dlcv_parameter_count(g), 4);
    dlcv_graph_free(g);
}

/* Columns of numbers far from 0, more rows and columns than a block; the first rows are elsewhere: mean and variance as in double */
static void test_moments(void)
{
    enum { ROWS = 101, COLUMNS = 261 };
    static float xs[ROWS * COLUMNS];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_rng rng = dlcv_rng_seed(3);
    dlcv_node y, mean, variance;
    int i, k, wrong = 0;
    for (i = 0; i < ROWS * COLUMNS; i++) xs[i] = dlcv_rng_uniform(&rng) + (i < 40 * COLUMNS ? 1000.0f : 1003.0f);
    y = dlcv_batch_norm(constant(g, xs, dlcv_shape2(ROWS, COLUMNS)), NULL);
    mean = dlcv_find(g, "batch_norm1.mean"), variance = dlcv_find(g, "batch_norm1.variance");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    for (k = 0; k < COLUMNS; k++) {
        double m = 0, s = 0;
        for (i = 0; i < ROWS; i++) m += (double)xs[i * COLUMNS + k] / ROWS;
        for (i = 0; i < ROWS; i++) s += ((double)xs[i * COLUMNS + k] - m) * ((double)xs[i * COLUMNS + k] - m);
        wrong += !(fabs((double)dlcv_f32(dlcv_value(mean))[k] - 0.1 * m) <= 1e-4);
        wrong += !(fabs((double)dlcv_f32(dlcv_value(variance))[k] - (0.9 + 0.1 * s / (ROWS - 1))) <= 1e-6);
        for (i = 0; i < ROWS; i++) {
            wrong += !(fabs((double)dlcv_f32(dlcv_value(y))[i * COLUMNS + k] - ((double)xs[i * COLUMNS + k] - m) / sqrt(s / ROWS + 1e-5)) <= 5e-4);
        }
    }
    CHECK_EQUAL(wrong, 0);
    dlcv_graph_free(g);
}

/* AlexNet's numbers by hand: 100 in each of 6 channels: the windows hold 3, 4, 5, 5, 4, 3 */
static void test_alexnet(void)
{
    static const float xs[] = { 100, 100, 100, 100, 100, 100 };
    static const int windows[] = { 3, 4, 5, 5, 4, 3 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node y = dlcv_local_response_norm(constant(g, xs, dlcv_shape4(1, 6, 1, 1)), 5, 1e-4f, 0.75f, 2);
    int i;
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 6; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], 100 / pow(2 + windows[i], 0.75), 1e-4);
    dlcv_graph_free(g);
}

/* ---- convolutions and pooling: the lectures' sizes and counts, without allocating anything */

static double size_of(dlcv_node x)
{
    const dlcv_shape s = dlcv_node_shape(x);
    double n = 1;
    int i;
    for (i = 0; i < s.ndim; i++) n *= s.dim[i];
    return n;
}

/* Weights, biases and the output [c, h, w] of one layer on a picture [channels, size, size]; weights 0: it does not fit */
static void check_conv(int channels, int size, int filters, int kernel, int stride, int pad, double weights, double biases, int out)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_conv2d_opts o;
    dlcv_node y;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    y = dlcv_conv2d(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, channels, size, size)), filters, kernel, &o);
    CHECK_OK(dlcv_graph_status(g));
    CHECK_EQUAL(size_of(part(y, "weight")), weights);
    CHECK_EQUAL(size_of(part(y, "bias")), biases);
    CHECK_EQUAL(dlcv_node_shape(y).dim[1], filters);
    CHECK_EQUAL(dlcv_node_shape(y).dim[2], out);
    CHECK_EQUAL(dlcv_node_shape(y).dim[3], out);
    dlcv_graph_free(g);
}

static void test_sizes(void)
{
    static const int sizes[] = { 32, 28, 24, 20, 16, 12, 8, 4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 3, 32, 32));
    int i;
    check_conv(3, 32, 1, 5, 1, 0, 75, 1, 28);               /* 76 numbers a filter, 6 filters 456 */
    check_conv(3, 32, 6, 5, 1, 0, 450, 6, 28);
    check_conv(3, 32, 10, 5, 1, 2, 750, 10, 32);            /* 760 */
    check_conv(1, 7, 1, 3, 1, 0, 9, 1, 5);
    check_conv(1, 7, 1, 3, 2, 0, 9, 1, 3);
    check_conv(1, 7, 1, 3, 3, 0, 9, 1, 2);
    check_conv(1, 7, 1, 3, 1, 1, 9, 1, 7);
    for (i = 3; i <= 7; i += 2) check_conv(3, 32, 2, i, 1, (i - 1) / 2, 6.0 * i * i, 2, 32);
    check_conv(1, 5, 1, 3, 2, 1, 9, 1, 3);
    check_conv(3, 227, 96, 11, 4, 0, 34848, 96, 55);
    check_conv(3, 224, 96, 11, 4, 0, 34848, 96, 54);
    check_conv(1, 200, 100, 10, 1, 0, 10000, 100, 191);     /* 100 shared filters */
    for (i = 1; i < 8; i++) {
        x = dlcv_conv2d(x, 6, 5, NULL);
        CHECK_EQUAL(dlcv_node_shape(x).dim[2], sizes[i]);
    }
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    if (sizeof(size_t) > 4) {       /* counted, not allocated; 6.4 GB have no size in 32 bits */
        x = dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 40000)), 40000);
        CHECK_EQUAL(size_of(part(x, "weight")), 1600000000.0);
    }
    dlcv_graph_free(g);
}

/* 200 x 200, filters of 10 x 10: 191 x 191 units with 3,648,100 weights; DLCV_SAME, which is 4 before and 5 after, 40,000 with 4,000,000 */
static void test_local(void)
{
    static const int pads[] = { 0, DLCV_SAME };
    static const double weights[] = { 3648100, 4000000 }, units[] = { 36481, 40000 };
    int i;
    for (i = 0; i < 2; i++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_conv2d_opts o;
        dlcv_node y;
        memset(&o, 0, sizeof o);
        o.unshared = 1;
        o.no_bias = 1;
        o.pad = pads[i];
        y = dlcv_conv2d(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(1, 1, 200, 200)), 1, 10, &o);
        CHECK_OK(dlcv_graph_status(g));
        CHECK_EQUAL(size_of(part(y, "weight")), weights[i]);
        CHECK_EQUAL(size_of(y), units[i]);
        CHECK_EQUAL(dlcv_parameter_count(g), 1);
        dlcv_graph_free(g);
    }
}

/* [1 1 2 4; 5 6 7 8; 3 2 1 0; 1 2 3 4] by 2 x 2: max 6 8 3 4, average 3.25 5.25 2 2, L2 7.937 11.533 4.243 5.099 */
static void test_pooling(void)
{
    static const float xs[] = { 1, 1, 2, 4, 5, 6, 7, 8, 3, 2, 1, 0, 1, 2, 3, 4 };
    static const double want[3][4] = { { 6, 8, 3, 4 }, { 3.25, 5.25, 2, 2 }, { 7.937254, 11.532563, 4.242641, 5.099020 } };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = constant(g, xs, dlcv_shape4(1, 1, 4, 4));
    int i, k;
    for (k = 0; k < 3; k++) {
        dlcv_node y = dlcv_pool2d(x, (dlcv_pooling)k, 2, NULL);
        CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
        for (i = 0; i < 4; i++) CHECK_NEAR(dlcv_f32(dlcv_value(y))[i], want[k][i], k == 2 ? 1e-6 * want[k][i] : 0);
    }
    dlcv_graph_free(g);
}

/* A border of its own with DLCV_SAME, and what is seen through it: rows 0 to 2 of a 3 x 3 kernel at the corner are the reflected 1 0 1 */
static void test_border(void)
{
    float xs[25], sum = 0;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_conv2d_opts o;
    dlcv_node y;
    int i, k;
    memset(&o, 0, sizeof o);
    o.pad = DLCV_SAME;
    o.no_bias = 1;
    o.border = DLCV_BORDER_REFLECT;
    for (i = 0; i < 25; i++) xs[i] = (float)(i * i);
    y = dlcv_conv2d(constant(g, xs, dlcv_shape4(1, 1, 5, 5)), 1, 3, &o);
    CHECK_EQUAL(dlcv_node_shape(y).dim[2], 5);
    CHECK_TEXT(dlcv_node_op(dlcv_node_input(y, 0)), "pad2d");
    CHECK_TEXT(dlcv_node_name(y), "conv2d1");
    CHECK_OK(dlcv_initialize(part(y, "weight"), DLCV_INIT_CONSTANT, 1));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = -1; i < 2; i++) {
        for (k = -1; k < 2; k++) sum += xs[abs(i) * 5 + abs(k)];
    }
    CHECK_EQUAL(dlcv_f32(dlcv_value(y))[0], sum);
    dlcv_graph_free(g);
}

/* The "eye detector": a bright point moves within a window and the maximum stays, across its border and it moves. The convolution moves with its picture,
 * away from the border: by any shift at stride 1, by even ones at stride 2. */
static void test_shifts(void)
{
    float picture[16 * 16], same[3][64];
    dlcv_graph *g = dlcv_graph_new(NULL, 3);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(1, 1, 16, 16)), pooled = dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL), y[2];
    dlcv_tensor t = dlcv_tensor_view(picture, DLCV_F32, dlcv_shape4(1, 1, 16, 16));
    dlcv_conv2d_opts o;
    int i, k, s;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    y[0] = dlcv_conv2d(x, 2, 3, &o);
    o.stride = 2;
    y[1] = dlcv_conv2d(x, 2, 3, &o);
    CHECK_OK(dlcv_bind(x, &t));
    for (k = 0; k < 3; k++) {           /* at columns 4, 5 and 6 */
        memset(picture, 0, sizeof picture);
        picture[6 * 16 + 4 + k] = 1;
        CHECK_OK(dlcv_forward(pooled, DLCV_MODE_INFER));
        memcpy(same[k], dlcv_f32(dlcv_value(pooled)), sizeof same[k]);
    }
    CHECK(!memcmp(same[0], same[1], sizeof same[0]));
    CHECK(memcmp(same[0], same[2], sizeof same[0]) != 0);
    CHECK_EQUAL(same[2][3 * 8 + 3], 1);
    for (s = 1; s <= 2; s++) {
        float before[2 * 16 * 16];
        for (k = 1; k <= 2; k++) {      /* shift by k */
            const int width = 16 / s;
            int wrong = 0, c, r;
            memset(picture, 0, sizeof picture);
            for (i = 0; i < 36; i++) picture[(5 + i / 6) * 16 + 4 + i % 6] = (float)noise(NOISE_X, (uint32_t)i) / 65536.0f;
            CHECK_OK(dlcv_forward(y[s - 1], DLCV_MODE_INFER));
            memcpy(before, dlcv_f32(dlcv_value(y[s - 1])), dlcv_tensor_count(dlcv_value(y[s - 1])) * sizeof(float));
            memmove(picture + k, picture, sizeof(float) * (size_t)(256 - k));
            CHECK_OK(dlcv_forward(y[s - 1], DLCV_MODE_INFER));
            for (c = 0; c < 2; c++) {
                for (r = 0; r < width * width; r++) {
                    const int column = r % width, at = c * width * width + r;
                    if (column >= k / s && column > 0) wrong += dlcv_f32(dlcv_value(y[s - 1]))[at] != before[at - k / s];
                }
            }
            CHECK((wrong == 0) == (k % s == 0));
        }
    }
    dlcv_graph_free(g);
}

/* A fully connected layer is a convolution whose kernel is as large as the picture. */
static void test_full(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 3);
    dlcv_node x = dlcv_parameter(g, "x", dlcv_shape4(3, 4, 5, 5), DLCV_INIT_NORMAL, 1), y = dlcv_conv2d(x, 10, 5, NULL), z = dlcv_linear(dlcv_flatten(x), 10);
    int i;
    CHECK_EQUAL(dlcv_node_shape(y).dim[2], 1);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_INFER));
    memcpy(dlcv_f32(dlcv_value(part(z, "weight"))), dlcv_f32(dlcv_value(part(y, "weight"))), 1000 * sizeof(float));
    dlcv_keep(y);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_INFER));
    for (i = 0; i < 30; i++) CHECK_NEAR(dlcv_f32(dlcv_value(z))[i], dlcv_f32(dlcv_value(y))[i], 1e-5);
    dlcv_graph_free(g);
}

/* In training a part `rate` is 0 and the rest 1 / (1 - rate); each forward drops others; outside of training nothing happens. samples: whole rows */
static void check_dropout(int samples)
{
    enum { ROWS = 4096, COLUMNS = 5 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_parameter(g, "x", dlcv_shape2(ROWS, COLUMNS), DLCV_INIT_CONSTANT, 3), y = samples ? dlcv_drop_path(x, 0.25f) : dlcv_dropout(x, 0.25f);
    static float first[ROWS * COLUMNS];
    int i, zeros = 0, wrong = 0, rows = 0, same = 0;
    const float *v;
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    v = dlcv_f32(dlcv_value(y));
    for (i = 0; i < ROWS * COLUMNS; i++) wrong += v[i] != 3.0f;
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    v = dlcv_f32(dlcv_value(y));
    for (i = 0; i < ROWS * COLUMNS; i++) {
        zeros += v[i] == 0;
        wrong += v[i] != 0 && v[i] != 4.0f;
        rows += v[i] != v[i / COLUMNS * COLUMNS];
        first[i] = v[i];
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(samples ? rows == 0 : rows > ROWS);
    CHECK_NEAR((double)zeros / (ROWS * COLUMNS), 0.25, samples ? 0.03 : 0.013);      /* 4.4 standard deviations */
    CHECK_OK(dlcv_backward_from(y, dlcv_value(x)));
    for (i = 0; i < ROWS * COLUMNS; i++) wrong += dlcv_f32(dlcv_gradient(x))[i] != first[i];
    CHECK_EQUAL(wrong, 0);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    v = dlcv_f32(dlcv_value(y));
    for (i = 0; i < ROWS * COLUMNS; i++) same += v[i] == first[i];
    CHECK_NEAR((double)same / (ROWS * COLUMNS), 0.625, samples ? 0.035 : 0.015);    /* 0.25^2 + 0.75^2 */
    dlcv_graph_free(g);
}

/* Each program is wrong once. x [n, 6], p [2, 4, 7, 7] */
#define WRONG(CODE, STATUS, TEXT) \
    do { \
        dlcv_graph *g = dlcv_graph_new(NULL, 1); \
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 6)), p = dlcv_parameter(g, "p", dlcv_shape4(2, 4, 7, 7), DLCV_INIT_NORMAL, 1.0f); \
        dlcv_node s = dlcv_input(g, "s", DLCV_F32, dlcv_shape1(-1)); \
        (void)x; \
        (void)p; \
        (void)s; \
        CODE; \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        dlcv_graph_free(g); \
    } while (0)

static void test_wrong_norms(void)
{
    dlcv_norm_opts o = { -1, 0, 0 }, m = { 0, 2, 0 };
    WRONG(dlcv_batch_norm(s, NULL), DLCV_ERR_SHAPE, "batch_norm \"batch_norm1\": input is [-1], [n, channels, ...] is wanted");
    WRONG(dlcv_batch_norm(x, &o), DLCV_ERR_ARGUMENT, "batch_norm \"batch_norm1\": epsilon is -1");
    WRONG(dlcv_batch_norm(x, &m), DLCV_ERR_ARGUMENT, "batch_norm \"batch_norm1\": momentum is 2, not in 0 .. 1");
    WRONG(dlcv_group_norm(p, 3, NULL), DLCV_ERR_ARGUMENT, "group_norm \"group_norm1\": 3 groups do not divide 4 channels");
    WRONG(dlcv_group_norm(p, 0, NULL), DLCV_ERR_ARGUMENT, "group_norm \"group_norm1\": 0 groups do not divide 4 channels");
    WRONG(dlcv_local_response_norm(s, 5, 1, 1, 1), DLCV_ERR_SHAPE, "local_response_norm \"local_response_norm1\": input is [-1], [n, channels, ...] is wanted");
    WRONG(dlcv_local_response_norm(p, 0, 1, 1, 1), DLCV_ERR_ARGUMENT, "local_response_norm \"local_response_norm1\": size is 0, at least 1 channel is wanted");
    WRONG(dlcv_local_response_norm(p, 5, 1, 1, 0), DLCV_ERR_ARGUMENT,
          "local_response_norm \"local_response_norm1\": alpha 1, beta 1, k 0: the denominator might not be positive");
    WRONG(dlcv_dropout(x, 1), DLCV_ERR_ARGUMENT, "dropout \"dropout1\": rate is 1, from 0 to less than 1 is wanted");
    WRONG(dlcv_drop_path(x, -0.5f), DLCV_ERR_ARGUMENT, "drop_path \"drop_path1\": rate is -0.5, from 0 to less than 1 is wanted");
    WRONG(dlcv_drop_path(dlcv_reduce(x, DLCV_REDUCE_SUM, DLCV_ALL), 0.5f), DLCV_ERR_SHAPE, "drop_path \"drop_path1\": input is a scalar, [n, ...] is wanted");
}

static dlcv_node wrong_conv(dlcv_node x, int kernel, int stride, int pad, int exact_fit, int groups, int unshared)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    o.exact_fit = exact_fit;
    o.groups = groups;
    o.unshared = unshared;
    return dlcv_conv2d(x, 6, kernel, &o);
}

static dlcv_node wrong_pool(dlcv_node x, int how, int kernel, int stride, int pad)
{
    dlcv_pool2d_opts o = { 0, 0, 0, 0 };
    o.stride = stride;
    o.pad = pad;
    return dlcv_pool2d(x, (dlcv_pooling)how, kernel, &o);
}

static dlcv_node wrong_border(dlcv_node x, int border, int pad, int transposed)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = pad;
    o.border = (dlcv_border)border;
    return transposed ? dlcv_conv2d_transpose(x, 6, 3, &o) : dlcv_conv2d(x, 6, 3, &o);
}

static dlcv_node wrong_transpose(dlcv_node x, int exact_fit, int unshared)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.exact_fit = exact_fit;
    o.unshared = unshared;
    return dlcv_conv2d_transpose(x, 6, 3, &o);
}

/* DLCV_SAME of 7 by 1 at stride 4 is 2, which reach the fifth; an open height and a window of 70,000 x 70,000 */
static dlcv_node wrong_same(dlcv_node x, int border)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = DLCV_SAME;
    o.stride = 4;
    o.exact_fit = 1;
    o.border = (dlcv_border)border;
    return dlcv_conv2d(x, 6, 1, &o);
}

static dlcv_node wrong_window(dlcv_node x)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.dilation = 70000;
    return dlcv_conv2d(x, 1, 70000, &o);
}

static void test_wrong_convs(void)
{
    WRONG(wrong_transpose(p, 0, 1), DLCV_ERR_UNSUPPORTED, "conv2d_transpose \"conv2d_transpose1\": unshared weights are conv2d's");
    WRONG(wrong_transpose(p, 1, 0), DLCV_ERR_UNSUPPORTED, "conv2d_transpose \"conv2d_transpose1\": exact_fit has no meaning here, every size fits");
    WRONG(wrong_same(p, (int)DLCV_BORDER_ZERO), DLCV_ERR_SHAPE,
          "conv2d \"conv2d1\": height 7 with padding 0 by kernel 1 at stride 4 makes 2.50, and an exact fit is wanted");
    WRONG(wrong_same(p, (int)DLCV_BORDER_REFLECT), DLCV_ERR_SHAPE,
          "conv2d \"conv2d1\": height 7 with padding 0 by kernel 1 at stride 4 makes 2.50, and an exact fit is wanted");
    if (sizeof(size_t) > 4)     /* where it is smaller, the weights have no size */
        WRONG(wrong_window(dlcv_transpose(dlcv_input(g, "high", DLCV_F32, dlcv_shape4(-1, 4, 1, 5)), dlcv_shape4(2, 1, 0, 3))), DLCV_ERR_SHAPE,
          "conv2d \"conv2d1\": a window of 4899930001 (kernel 70000, dilation 70000) does not fit into width 5 with padding 0");
    WRONG(wrong_border(p, (int)DLCV_BORDER_REFLECT, 7, 0), DLCV_ERR_SHAPE, "pad2d \"pad2d1\": 7 rows reflected, there are 7: 6 are the most");
    WRONG(wrong_border(p, (int)DLCV_BORDER_CIRCULAR, 8, 0), DLCV_ERR_SHAPE, "pad2d \"pad2d1\": 8 rows around, there are 7");
    WRONG(wrong_border(p, (int)DLCV_BORDER_VALID, 1, 0), DLCV_ERR_ARGUMENT, "pad2d \"pad2d1\": border 4 does not pad");
    WRONG(wrong_border(p, (int)DLCV_BORDER_REFLECT, 1, 1), DLCV_ERR_UNSUPPORTED,
          "conv2d_transpose \"conv2d_transpose1\": border 1: its padding cuts off, it is no border");
    WRONG(wrong_conv(p, 3, 3, 0, 1, 0, 0), DLCV_ERR_SHAPE,
          "conv2d \"conv2d1\": height 7 with padding 0 by kernel 3 at stride 3 makes 2.33, and an exact fit is wanted");
    WRONG(wrong_conv(dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 224, 224)), 11, 4, 0, 1, 0, 0), DLCV_ERR_SHAPE,
          "conv2d \"conv2d1\": height 224 with padding 0 by kernel 11 at stride 4 makes 54.25, and an exact fit is wanted");
    WRONG(wrong_conv(p, 3, 3, 0, 1, 0, 1), DLCV_ERR_SHAPE,
          "conv2d \"conv2d_unshared1\": height 7 with padding 0 by kernel 3 at stride 3 makes 2.33, and an exact fit is wanted");
    WRONG(wrong_conv(x, 3, 1, 0, 0, 0, 0), DLCV_ERR_SHAPE, "conv2d \"conv2d1\": input is [-1, 6], [n, c, h, w] is wanted");
    WRONG(wrong_conv(p, 9, 1, 0, 0, 0, 0), DLCV_ERR_SHAPE, "conv2d \"conv2d1\": a window of 9 (kernel 9, dilation 1) does not fit into height 7 with padding 0");
    WRONG(wrong_conv(p, 9, 1, 0, 0, 0, 1), DLCV_ERR_SHAPE,
          "conv2d \"conv2d_unshared1\": a window of 9 (kernel 9, dilation 1) does not fit into height 7 with padding 0");
    WRONG(wrong_conv(p, 3, 1, 0, 0, 3, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": 3 groups do not divide 4 channels and 6 filters");
    WRONG(wrong_conv(p, 3, 1, -2, 0, 0, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d_unshared1\": padding -2");
    WRONG(wrong_conv(dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 0, 5)), 3, 1, 0, 0, 0, 1), DLCV_ERR_SHAPE,
          "conv2d \"conv2d_unshared1\": a window of 3 (kernel 3, dilation 1) does not fit into height 0 with padding 0");
    WRONG(wrong_pool(p, 7, 2, 2, 0), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": there is no pooling 7");
    WRONG(wrong_pool(x, 0, 2, 2, 0), DLCV_ERR_SHAPE, "pool2d \"pool2d1\": input is [-1, 6], [n, c, h, w] is wanted");
    WRONG(wrong_pool(p, 0, 2, 2, 2), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": padding 2 and 2, kernel 2: a window might see nothing but padding");
    WRONG(wrong_pool(p, 0, 8, 2, 0), DLCV_ERR_SHAPE, "pool2d \"pool2d1\": a window of 8 does not fit into height 7 with padding 0");
    WRONG(wrong_pool(p, 0, 2, -1, 0), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": kernel 2, stride -1");
    WRONG(dlcv_pool_channels(p, DLCV_POOL_MAX, 3), DLCV_ERR_ARGUMENT, "pool_channels: input is [2, 4, 7, 7], windows of 3 do not divide 4 channels");
    WRONG(dlcv_pool_channels(s, DLCV_POOL_MAX, 1), DLCV_ERR_SHAPE, "pool_channels: input is [-1], [n, channels, ...] is wanted");
    WRONG(dlcv_pool_channels(p, (dlcv_pooling)3, 2), DLCV_ERR_ARGUMENT, "pool_channels: there is no pooling 3");
}

/* One value a channel has no variance; an empty batch is nothing */
static void test_few(void)
{
    static const float one[4] = { 1, 2, 3, 4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 4)), y = dlcv_batch_norm(x, NULL);
    dlcv_node z = dlcv_dropout(dlcv_drop_path(dlcv_local_response_norm(dlcv_group_norm(y, 2, NULL), 3, 1, 1, 1), 0.5f), 0.5f);
    dlcv_tensor t = dlcv_tensor_view(one, DLCV_F32, dlcv_shape2(1, 4)), none = dlcv_tensor_view(one, DLCV_F32, dlcv_shape2(0, 4));
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_FAILS(dlcv_forward(y, DLCV_MODE_TRAIN), DLCV_ERR_SHAPE, "batch_norm \"batch_norm1\": input is [1, 4], 1 value a channel: training wants 2 or more");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK_OK(dlcv_bind(x, &none));
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward_from(z, &none));
    CHECK_EQUAL(dlcv_f32(dlcv_gradient(dlcv_find(g, "batch_norm1.weight")))[3], 0);
    dlcv_graph_free(g);
}

/* A deconvolution at stride 1 is a convolution seen from behind; at stride 2 places differ. What sees all of a picture has no field, nor what follows it. */
static void test_fields(void)
{
    static const char *const want[7] = { "3 1 -1\n", "  -\n", "  -\n", "  -\n", "3 1 -1\n", "  -\n", "3 1 -1\n" };
    static char table[8192];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 2, 5, 5)), y[7];
    dlcv_conv2d_opts o;
    size_t length;
    int i;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    y[0] = dlcv_conv2d_transpose(x, 2, 3, &o);
    o.stride = 2;
    y[1] = dlcv_conv2d_transpose(x, 2, 3, &o);
    y[2] = dlcv_softmax(y[0], 3);
    y[3] = dlcv_add(y[0], y[2]);
    y[4] = dlcv_softmax(y[0], 1);
    y[5] = dlcv_transpose(y[0], dlcv_shape4(0, 1, 3, 2));
    y[6] = dlcv_slice(y[0], 0, 0, 5);           /* more than a batch of 1 has */
    for (i = 0; i < 7; i++) {
        char *end;
        CHECK_OK(dlcv_graph_summary(y[i], NULL, table, sizeof table));
        end = strstr(table, "\ntotal");
        CHECK(end != NULL);
        if (!end) continue;
        end[1] = 0;
        length = strlen(want[i]);
        CHECK_TEXT(end + 1 - length, want[i]);
    }
    dlcv_graph_free(g);
}

/* A residual block whose ReLUs are part of the ops before them (alone != 0: each by itself, and the shortcut has a node of its own), over h x w places */
static dlcv_graph *block(int h, int w, int alone, dlcv_mode mode, const dlcv_tensor *data, const dlcv_graph *weights)
{
    static const char *const names[] = { "conv2d1.weight", "conv2d2.weight", "batch_norm1.weight", "batch_norm1.bias", "batch_norm2.weight", "batch_norm2.bias" };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 16, h, w))), y = alone ? dlcv_affine(x, 1, 0) : x;
    dlcv_conv2d_opts o;
    int i;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    o.no_bias = 1;
    y = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(y, 16, 3, &o), NULL));
    y = dlcv_relu(dlcv_add(dlcv_batch_norm(dlcv_conv2d(y, 16, 3, &o), NULL), x));
    y = dlcv_reduce(dlcv_square(y), DLCV_REDUCE_SUM, DLCV_ALL);
    for (i = 0; i < 6; i++) {
        dlcv_tensor *t = dlcv_value(dlcv_find(g, names[i]));
        if (!weights) fill(t, i < 2 ? NOISE_W : NOISE_B, i % 2 == 0 && i > 1 ? 1.0f : 0.0f);
        else memcpy(t->data, dlcv_value(dlcv_find((dlcv_graph *)(uintptr_t)weights, names[i]))->data, dlcv_tensor_count(t) * sizeof(float));
    }
    CHECK_OK(dlcv_graph_tripwire(g, alone));
    CHECK_OK(dlcv_bind(x, data));
    CHECK_OK(dlcv_forward(y, mode));
    CHECK_OK(dlcv_backward(y));
    return g;
}

static void test_together(void)
{
    static const int sizes[][3] = { { 3, 1, 1 }, { 5, 3, 3 }, { 2, 8, 8 }, { 3, 12, 16 }, { 2, 33, 5 }, { 2, 64, 65 } };
    static const char *const names[] = { "x", "conv2d1.weight", "conv2d2.weight", "batch_norm1.weight", "batch_norm1.bias", "batch_norm2.weight", "batch_norm2.bias" };
    size_t j;
    int i, k, m;
    for (i = 0; i < 6; i++) {
        for (m = 0; m < 2; m++) {
            const dlcv_mode mode = m ? DLCV_MODE_TRAIN : DLCV_MODE_GRADIENT;
            dlcv_tensor x;
            dlcv_graph *a, *b;
            memset(&x, 0, sizeof x);
            CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(sizes[i][0], 16, sizes[i][1], sizes[i][2]), &x));
            fill(&x, NOISE_X, 0);
            a = block(sizes[i][1], sizes[i][2], 0, mode, &x, NULL);
            b = block(sizes[i][1], sizes[i][2], 1, mode, &x, a);
            for (k = 0; k < 7; k++) {
                const dlcv_tensor *u = dlcv_gradient(dlcv_find(a, names[k])), *v = dlcv_gradient(dlcv_find(b, names[k]));
                CHECK(u && v);
                if (!u || !v) continue;
                CHECK(!memcmp(u->data, v->data, dlcv_tensor_count(u) * sizeof(float)));
                for (j = 0; j < dlcv_tensor_count(u) && dlcv_f32(u)[j] == 0; j++) {}
                CHECK(j < dlcv_tensor_count(u));
            }
            dlcv_graph_free(a);
            dlcv_graph_free(b);
            dlcv_tensor_free(&x);
        }
    }
}

static dlcv_node prepared_net(dlcv_graph *g)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    return dlcv_conv2d(dlcv_conv2d(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 16, 12, 12)), 16, 3, &o), 16, 1, NULL);
}

/* y(x), forward in mode INFER, is that of a new graph with these weights. */
static void check_prepared(dlcv_node y, const dlcv_tensor *x, const char *after)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 2);
    const dlcv_node z = prepared_net(g);
    size_t bytes = 0;
    void *file;
    CHECK_OK(dlcv_weights_save_memory(y.graph, NULL, &bytes));
    file = malloc(bytes);
    CHECK_OK(dlcv_weights_save_memory(y.graph, file, &bytes));
    CHECK_OK(dlcv_weights_load_memory(g, file, bytes));
    CHECK_OK(dlcv_bind(dlcv_find(g, "x"), x));
    CHECK_OK(dlcv_forward(z, DLCV_MODE_INFER));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    if (memcmp(dlcv_f32(dlcv_value(y)), dlcv_f32(dlcv_value(z)), dlcv_tensor_count(dlcv_value(y)) * sizeof(float))) {
        printf("  after %s: old weights\n", after);
        CHECK(0);
    }
    free(file);
    dlcv_graph_free(g);
}

/* Prepared weights of convolutions are kept from forward to forward, and no longer than the weights. */
static void test_prepared(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node y = prepared_net(g);
    dlcv_node w, loss;
    dlcv_optimizer o;
    dlcv_tensor x, *v;
    size_t bytes = 0;
    void *file;
    memset(&x, 0, sizeof x);
    memset(&o, 0, sizeof o);
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(2, 16, 12, 12), &x));
    fill(&x, NOISE_X, 0);
    CHECK_OK(dlcv_bind(dlcv_find(g, "x"), &x));
    check_prepared(y, &x, "the first forward");
    CHECK_OK(dlcv_weights_save_memory(g, NULL, &bytes));
    file = malloc(bytes);
    CHECK_OK(dlcv_weights_save_memory(g, file, &bytes));
    w = dlcv_find(g, "conv2d1.weight");
    CHECK_OK(dlcv_initialize(w, DLCV_INIT_CONSTANT, 0.5f));
    check_prepared(y, &x, "initialize");
    CHECK_OK(dlcv_weights_load_memory(g, file, bytes));
    check_prepared(y, &x, "weights_load");
    CHECK_OK(dlcv_limit_norms(g, "", 0.1f));
    check_prepared(y, &x, "limit_norms");
    loss = dlcv_reduce(dlcv_square(y), DLCV_REDUCE_MEAN, DLCV_ALL);
    o.average = 0.5f;
    o.lr = 0.1f;
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(loss));
    CHECK_OK(dlcv_update(g, &o));
    check_prepared(y, &x, "update");
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(loss));
    CHECK_OK(dlcv_update(g, &o));
    CHECK_OK(dlcv_swap_average(g));
    check_prepared(y, &x, "swap_average");
    CHECK_OK(dlcv_swap_average(g));
    CHECK_OK(dlcv_lbfgs(loss, NULL, NULL));
    check_prepared(y, &x, "lbfgs");
    CHECK_OK(dlcv_graph_reset(g, 7));
    check_prepared(y, &x, "graph_reset");
    v = dlcv_value(w);
    check_prepared(y, &x, "a look");
    dlcv_f32(v)[3] += 1;
    check_prepared(y, &x, "writing");
    dlcv_f32(v)[3] += 1;
    check_prepared(y, &x, "writing again by the same pointer");
    free(file);
    dlcv_graph_free(g);
    dlcv_tensor_free(&x);
}

int main(void)
{
    test_prepared();
    test_together();
    test_golden();
    test_running();
    test_moments();
    test_alexnet();
    check_dropout(0);
    check_dropout(1);
    test_sizes();
    test_local();
    test_pooling();
    test_border();
    test_shifts();
    test_full();
    test_wrong_norms();
    test_wrong_convs();
    test_few();
    test_fields();
    return test_end("layers");
}
