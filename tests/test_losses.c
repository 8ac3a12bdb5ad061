/* Losses and regularisers: the numbers of the lectures, extremes, and what is refused with which words. */
#include "test.h"

/* The loss of n rows of scores, and its gradient (may be NULL). */
static double loss_of(dlcv_loss_kind kind, const dlcv_loss_opts *opts, const float *scores, const int32_t *labels, int n, int classes, float *gradient)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_keep(dlcv_input(g, "scores", DLCV_F32, dlcv_shape2(-1, classes))), y = dlcv_input(g, "labels", DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(x, y, kind, opts);
    dlcv_tensor ts = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(n, classes)), tl = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
    double value;
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
    value = (double)dlcv_item(loss);
    CHECK_OK(dlcv_backward(loss));
    if (gradient && dlcv_gradient(x)) memcpy(gradient, dlcv_gradient(x)->data, (size_t)(n * classes) * sizeof *gradient);
    dlcv_graph_free(g);
    return value;
}

static double one(dlcv_loss_kind kind, float a, float b, float c, int label)
{
    float s[3];
    const int32_t y = label;
    s[0] = a;
    s[1] = b;
    s[2] = c;
    return loss_of(kind, NULL, s, &y, 1, 3, NULL);
}

/* cat, car, frog */
static const float lecture[9] = { 3.2f, 5.1f, -1.7f, 1.3f, 4.9f, 2.0f, 2.2f, 2.5f, -3.1f };
static const int32_t lecture_labels[3] = { 0, 1, 2 };

static void check_lecture(dlcv_loss_kind kind, double cat, double car, double frog, double mean, double tolerance)
{
    const double want[3] = { cat, car, frog };
    int i;
    for (i = 0; i < 3; i++) CHECK_NEAR(loss_of(kind, NULL, lecture + 3 * i, lecture_labels + i, 1, 3, NULL), want[i], tolerance);
    CHECK_NEAR(loss_of(kind, NULL, lecture, lecture_labels, 3, 3, NULL), mean, tolerance);
}

static void test_hinge(void)
{
    static const float zeros[10] = { 0 }, huge[3] = { 1e6f, 0, 0 };
    dlcv_loss_opts opts = { 0, 0, 0, DLCV_AVERAGE_ELEMENTS };
    float twice[9], by_samples[9], by_elements[9];
    int i;
    check_lecture(DLCV_LOSS_HINGE, 2.9, 0, 12.9, 15.8 / 3, 2e-6);
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, lecture, lecture_labels, 3, 3, NULL), 5.27, 0.005);
    /* Q1: the car's score a bit lower */
    CHECK_NEAR(one(DLCV_LOSS_HINGE, 1.3f, 4.9f - 1.9f, 2.0f, 1), 0, 1e-6);
    CHECK_NEAR(one(DLCV_LOSS_HINGE, 1.3f, 4.9f - 2.0f, 2.0f, 1), 0.1, 1e-6);
    /* Q2: least 0, no greatest */
    CHECK_EQUAL(one(DLCV_LOSS_HINGE, 1.3f, 4.9f, 2.0f, 1), 0);
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, huge, lecture_labels + 1, 1, 3, NULL), 1e6 + 2, 1);
    /* Q3: all scores 0: C - 1 */
    CHECK_EQUAL(loss_of(DLCV_LOSS_HINGE, NULL, zeros, lecture_labels, 1, 3, NULL), 2);
    CHECK_EQUAL(loss_of(DLCV_LOSS_HINGE, NULL, zeros, lecture_labels, 1, 10, NULL), 9);
    /* Q4: with j = y each is 1 more: 3.9, 1, 13.9, mean 6.267 */
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, lecture, lecture_labels, 3, 3, NULL) + 1, 6.267, 0.0005);
    /* Q5: the mean over C - 1 is 2.633, over C 1.756: the same gradient but for a factor */
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, lecture, lecture_labels, 3, 3, by_samples) / 2, 2.633, 0.0005);
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, &opts, lecture, lecture_labels, 3, 3, by_elements), 1.756, 0.0005);
    for (i = 0; i < 9; i++) CHECK_NEAR(by_elements[i] * 3, by_samples[i], 1e-6);
    opts.average = DLCV_AVERAGE_NONE;
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, &opts, lecture, lecture_labels, 3, 3, NULL), 15.8, 2e-6);
    /* 2W: 4.8, 0, 23.8, where W has no loss 2W has none; the second's margins are -6.2 and -4.8: 7.3 more than the score's lead is 0.1 and 1.5 */
    for (i = 0; i < 9; i++) twice[i] = 2 * lecture[i];
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, twice, lecture_labels, 1, 3, NULL), 4.8, 2e-6);
    CHECK_EQUAL(loss_of(DLCV_LOSS_HINGE, NULL, twice + 3, lecture_labels + 1, 1, 3, NULL), 0);
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, twice + 6, lecture_labels + 2, 1, 3, NULL), 23.8, 4e-6);
    opts.margin = 7.3f;
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, &opts, twice + 3, lecture_labels + 1, 1, 3, NULL), (7.3 - 1 - 6.2) + (7.3 - 1 - 4.8), 2e-6);
    /* Q6, and the demo's other forms */
    check_lecture(DLCV_LOSS_SQUARED_HINGE, 8.41, 0, 83.25, 30.553, 0.0005);
    check_lecture(DLCV_LOSS_HINGE_ONE_VS_ALL, 6.1, 5.3, 10.8, 22.2 / 3, 4e-6);
    check_lecture(DLCV_LOSS_HINGE_STRUCTURED, 2.9, 0, 6.6, 9.5 / 3, 2e-6);
}

static void test_softmax(void)
{
    static const float third[3] = { 1, -2, 0 }, far_scores[6] = { 1e4f, -1e4f, 0, -1e4f, 1e4f, 1e4f };
    static const int32_t zero[2] = { 0, 0 }, other[2] = { 1, 0 };
    static const double slope[3] = { -0.87002, 0.86905, 0.00097 }, apart[3] = { 0.349, 3.349, 1.349 }, p[3] = { 0.13, 0.87, 0.00 }, q[3] = { 0.705, 0.035, 0.259 };
    static const double e[3] = { 24.53, 164.02, 0.18 };
    float d[9], small[10];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(1, 3)), soft = dlcv_softmax(x, 1), powers = dlcv_keep(dlcv_exp(x));
    dlcv_node sum = dlcv_keep(dlcv_reduce(powers, DLCV_REDUCE_SUM, -1));
    dlcv_tensor t = dlcv_tensor_view(lecture, DLCV_F32, dlcv_shape2(1, 3)), u = dlcv_tensor_view(third, DLCV_F32, dlcv_shape2(1, 3));
    int i;
    check_lecture(DLCV_LOSS_SOFTMAX, 2.0404, 0.0791, 6.1565, 2.7587, 0.00006);
    CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, lecture, lecture_labels, 1, 3, d), 2.040355, 0.000001);
    for (i = 0; i < 3; i++) CHECK_NEAR(d[i], slope[i], 0.000006);
    for (i = 0; i < 3; i++) CHECK_NEAR(one(DLCV_LOSS_SOFTMAX, 1, -2, 0, i), apart[i], 0.0005);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(soft, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) CHECK_NEAR(dlcv_f32(dlcv_value(soft))[i], p[i], 0.005);
    for (i = 0; i < 3; i++) CHECK_NEAR(dlcv_f32(dlcv_value(powers))[i], e[i], 0.005);
    CHECK_NEAR(dlcv_item(sum), 188.74, 0.005);
    CHECK_OK(dlcv_bind(x, &u));
    CHECK_OK(dlcv_forward(soft, DLCV_MODE_INFER));
    for (i = 0; i < 3; i++) CHECK_NEAR(dlcv_f32(dlcv_value(soft))[i], q[i], 0.0005);
    dlcv_graph_free(g);
    /* scores about 0: ln C, the natural logarithm */
    for (i = 0; i < 10; i++) small[i] = 1e-6f * (float)i;
    CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, small, zero, 1, 3, NULL), 1.0986, 0.00005);
    CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, small, zero, 1, 10, NULL), 2.3026, 0.00005);
    /* finite at +-1e4 */
    CHECK_EQUAL(loss_of(DLCV_LOSS_SOFTMAX, NULL, far_scores, zero, 1, 3, d), 0);
    CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, far_scores, other, 2, 3, d), (20000 + 20000 + log(2)) / 2, 0.001);
    for (i = 0; i < 6; i++) CHECK(d[i] >= -1 && d[i] <= 1);
}

/* points about a margin, y = 0: losses as they are, with the right score 0.5 lower, 0.5 higher */
static void test_jiggling(void)
{
    static const float points[3][3] = { { 10, -2, 3 }, { 10, 9, 9 }, { 10, -100, -100 } }, moves[3] = { 0, -0.5f, 0.5f };
    static const double hinge[3][3] = { { 0, 0, 0 }, { 0, 1.0, 0 }, { 0, 0, 0 } };
    static const double entropy[3][3] = { { 0.000918, 0.551445, 0 }, { 0.001512, 0.794377, 0 }, { 0.000557, 0.368981, 0 } };
    int m, i;
    for (m = 0; m < 3; m++) {
        for (i = 0; i < 3; i++) {
            const float right = points[i][0] + moves[m];
            CHECK_EQUAL(one(DLCV_LOSS_HINGE, right, points[i][1], points[i][2], 0), hinge[m][i]);
            CHECK_NEAR(one(DLCV_LOSS_SOFTMAX, right, points[i][1], points[i][2], 0), entropy[m][i], i == 2 ? 0 : 0.00000051);
        }
    }
}

/* the ten-class table; ranks of the right classes 4, 1, 9 */
static void test_table(void)
{
    static const char *const paths[] = { "tests/golden/scores_10x3.txt", "golden/scores_10x3.txt" };
    static const int32_t labels[3] = { 3, 1, 6 };
    static const double hinge[3] = { 10.58, 0.27, 71.91 }, entropy[3] = { 5.1698, 0.5775, 11.2945 };
    static const int ranks[3] = { 4, 1, 9 };
    float s[30];
    char line[128], name[32];
    FILE *f = fopen(paths[0], "r");
    int i, k, row = 0, top1 = 0, top5 = 0;
    if (!f) f = fopen(paths[1], "r");
    if (!f) {
        test_skip("tests/golden/scores_10x3.txt is not here");
        return;
    }
    while (row < 10 && fgets(line, sizeof line, f)) {
        if (line[0] != '#' && sscanf(line, "%31s %f %f %f", name, &s[row], &s[10 + row], &s[20 + row]) == 4) row++;
    }
    fclose(f);
    CHECK_EQUAL(row, 10);
    for (i = 0; i < 3; i++) {
        int rank = 1;
        CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, s + 10 * i, labels + i, 1, 10, NULL), hinge[i], 0.00002);
        CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, s + 10 * i, labels + i, 1, 10, NULL), entropy[i], 0.00005);
        for (k = 0; k < 10; k++) rank += s[10 * i + k] > s[10 * i + labels[i]];
        CHECK_EQUAL(rank, ranks[i]);
        top1 += rank > 1;
        top5 += rank > 5;
    }
    CHECK_EQUAL(top1, 2);
    CHECK_EQUAL(top5, 1);
    CHECK_NEAR(loss_of(DLCV_LOSS_HINGE, NULL, s, labels, 3, 10, NULL), 27.587, 0.0005);
    CHECK_NEAR(loss_of(DLCV_LOSS_SOFTMAX, NULL, s, labels, 3, 10, NULL), 5.6806, 0.00005);
}

/* Losses of numbers against numbers. */
static double pair_of(dlcv_loss_kind kind, const dlcv_loss_opts *opts, const float *x, const float *y, int n, float *dx)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node a = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape1(n))), b = dlcv_input(g, "y", DLCV_F32, dlcv_shape1(n)), loss = dlcv_loss(a, b, kind, opts);
    dlcv_tensor ta = dlcv_tensor_view(x, DLCV_F32, dlcv_shape1(n)), tb = dlcv_tensor_view(y, DLCV_F32, dlcv_shape1(n));
    double value;
    CHECK_OK(dlcv_bind(a, &ta));
    CHECK_OK(dlcv_bind(b, &tb));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
    value = (double)dlcv_item(loss);
    CHECK_OK(dlcv_backward(loss));
    if (dx && dlcv_gradient(a)) memcpy(dx, dlcv_gradient(a)->data, (size_t)n * sizeof *dx);
    dlcv_graph_free(g);
    return value;
}

static void test_pairs(void)
{
    static const float x[2] = { 3, -1 }, y[2] = { 1, 2 }, z[2] = { 1, 1 }, bits[2] = { 1, 0 }, far_z[4] = { 1e4f, -1e4f, 1e4f, -1e4f }, far_y[4] = { 1, 0, 0, 1 };
    static const float d[3] = { 0.5f, 2, -3 }, none[3] = { 0 };
    dlcv_loss_opts sum = { 0, 0, 0, DLCV_AVERAGE_NONE };
    float dx[4];
    /* (x - y)^2, gradient 2 (x - y); half of both */
    CHECK_EQUAL(pair_of(DLCV_LOSS_SQUARED, &sum, x, y, 2, dx), 13);
    CHECK_EQUAL(dx[0], 4);
    CHECK_EQUAL(dx[1], -6);
    CHECK_EQUAL(pair_of(DLCV_LOSS_HALF_SQUARED, &sum, x, y, 2, dx), 6.5);
    CHECK_EQUAL(dx[0], 2);
    CHECK_EQUAL(dx[1], -3);
    CHECK_EQUAL(pair_of(DLCV_LOSS_SQUARED, NULL, x, y, 2, dx), 6.5);
    CHECK_EQUAL(dx[1], -3);
    /* |d|, and d^2 / 2 near 0, |d| - 1/2 beyond 1 */
    CHECK_EQUAL(pair_of(DLCV_LOSS_ABSOLUTE, &sum, d, none, 3, dx), 5.5);
    CHECK_EQUAL(dx[2], -1);
    CHECK_EQUAL(pair_of(DLCV_LOSS_SMOOTH_L1, &sum, d, none, 3, dx), 0.125 + 1.5 + 2.5);
    CHECK_EQUAL(dx[0], 0.5);
    CHECK_EQUAL(dx[1], 1);
    CHECK_EQUAL(pair_of(DLCV_LOSS_ABSOLUTE, &sum, none, none, 3, dx), 0);
    CHECK_EQUAL(dx[0], 0);
    /* z = 1: 0.3133 for y = 1, 1.3133 for y = 0; h - y; z = 0 is h = 0.5, which is class 1 */
    CHECK_NEAR(pair_of(DLCV_LOSS_LOGISTIC, &sum, z, bits, 1, dx), 0.3133, 0.00005);
    CHECK_NEAR(dx[0], 1 / (1 + exp(-1.0)) - 1, 1e-6);
    CHECK_NEAR(pair_of(DLCV_LOSS_LOGISTIC, &sum, z, bits + 1, 1, dx), 1.3133, 0.00005);
    CHECK_NEAR(dx[0], 1 / (1 + exp(-1.0)), 1e-6);
    CHECK_NEAR(pair_of(DLCV_LOSS_LOGISTIC, &sum, none, bits, 1, dx), log(2), 1e-6);
    CHECK(1 + dx[0] >= 0.5f);
    CHECK_EQUAL(pair_of(DLCV_LOSS_LOGISTIC, &sum, far_z, far_y, 4, dx), 20000);
    CHECK_EQUAL(dx[0], 0);
    CHECK_EQUAL(dx[3], -1);
}

/* dJ/dh = (h - y) / (h (1 - h)) of -y log h - (1 - y) log(1 - h), from primitive nodes */
static void test_logistic_by_hand(void)
{
    int y;
    for (y = 0; y < 2; y++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node h = dlcv_parameter(g, "h", dlcv_shape1(1), DLCV_INIT_CONSTANT, 0.7f);
        dlcv_node loss = dlcv_affine(dlcv_log(y ? h : dlcv_affine(h, -1, 1)), -1, 0);
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
        CHECK_OK(dlcv_backward(loss));
        CHECK_NEAR(dlcv_f32(dlcv_gradient(h))[0], (0.7 - y) / (0.7 * 0.3), 1e-5);
        dlcv_graph_free(g);
    }
}

/* Rosenblatt's rule: w += (y - h) x, one point at a time, h = 0 at exactly 0. Returns the passes until no point is wrong, 0: never in 100. */
static int perceptron(const float *labels)
{
    static const float points[4][2] = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 2)), y = dlcv_input(g, "y", DLCV_F32, dlcv_shape1(-1)), s = dlcv_linear(x, 1);
    dlcv_node out = dlcv_keep(dlcv_step(s)), loss = dlcv_loss(s, y, DLCV_LOSS_PERCEPTRON, NULL);
    int pass, i, p, done = 0;
    CHECK_OK(dlcv_initialize(dlcv_parameter_at(g, 0), DLCV_INIT_CONSTANT, 0));
    for (pass = 1; pass <= 100 && !done; pass++) {
        int wrong = 0;
        for (i = 0; i < 4; i++) {
            dlcv_tensor tx = dlcv_tensor_view(points[i], DLCV_F32, dlcv_shape2(1, 2)), ty = dlcv_tensor_view(labels + i, DLCV_F32, dlcv_shape1(1));
            dlcv_bind(x, &tx);
            dlcv_bind(y, &ty);
            if (dlcv_forward(loss, DLCV_MODE_TRAIN)) return -1;
            wrong += dlcv_f32(dlcv_value(out))[0] != labels[i];
            if (pass == 1 && i == 0) CHECK_EQUAL(dlcv_f32(dlcv_value(out))[0], 0);
            dlcv_backward(loss);
            for (p = 0; p < 2; p++) dlcv_axpy(-1, dlcv_gradient(dlcv_parameter_at(g, p)), dlcv_value(dlcv_parameter_at(g, p)));
        }
        if (!wrong) done = pass;
    }
    dlcv_graph_free(g);
    return done;
}

static void test_perceptron(void)
{
    static const float both[4] = { 0, 0, 0, 1 }, either[4] = { 0, 1, 1, 1 }, differ[4] = { 0, 1, 1, 0 };
    CHECK(perceptron(both) > 1);
    CHECK(perceptron(either) > 1);
    CHECK_EQUAL(perceptron(differ), 0);
}

static double penalty_of(const float *w, float l2, float l1, float *dw)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node p = dlcv_parameter(g, "w", dlcv_shape1(4), DLCV_INIT_CONSTANT, 0), y;
    dlcv_penalty_opts opts = { 0, 0, 0 };
    double value;
    opts.l2 = l2;
    opts.l1 = l1;
    y = dlcv_penalty(g, "w", &opts);
    memcpy(dlcv_value(p)->data, w, 4 * sizeof *w);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    value = (double)dlcv_item(y);
    CHECK_OK(dlcv_backward(y));
    memcpy(dw, dlcv_gradient(p)->data, 4 * sizeof *dw);
    dlcv_graph_free(g);
    return value;
}

/* w = [1 0 0 0] and [.25 .25 .25 .25] */
static void test_penalties(void)
{
    static const float a[4] = { 1, 0, 0, 0 }, b[4] = { 0.25f, 0.25f, 0.25f, 0.25f }, minus[4] = { -2, 0, 3, 0 };
    float d[4];
    dlcv_penalty_opts opts = { 1, 0, 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 3);
    dlcv_node y = dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3)), 2), weights, all;
    CHECK_EQUAL(penalty_of(a, 1, 0, d), 1);
    CHECK_EQUAL(d[0], 2);
    CHECK_EQUAL(penalty_of(b, 1, 0, d), 0.25);
    CHECK_EQUAL(d[3], 0.5);
    CHECK_EQUAL(penalty_of(a, 0, 1, d), 1);
    CHECK_EQUAL(penalty_of(b, 0, 1, d), 1);
    CHECK_EQUAL(penalty_of(a, 0.5f, 1, d), 1.5);
    CHECK_EQUAL(penalty_of(b, 0.5f, 1, d), 1.125);
    CHECK_EQUAL(penalty_of(minus, 0.5f, 1, d), 11.5);
    CHECK_EQUAL(d[0], -3);
    CHECK_EQUAL(d[1], 0);
    CHECK_EQUAL(d[2], 4);
    /* biases are left out, unless they are asked for */
    CHECK_OK(dlcv_initialize(dlcv_find(g, "linear1.weight"), DLCV_INIT_CONSTANT, 2));
    CHECK_OK(dlcv_initialize(dlcv_find(g, "linear1.bias"), DLCV_INIT_CONSTANT, 10));
    weights = dlcv_penalty(g, "", &opts);
    opts.biases = 1;
    all = dlcv_penalty(g, "linear", &opts);
    CHECK_OK(dlcv_forward(weights, DLCV_MODE_INFER));
    CHECK_EQUAL(dlcv_item(weights), 24);
    CHECK_OK(dlcv_forward(all, DLCV_MODE_INFER));
    CHECK_EQUAL(dlcv_item(all), 224);
    /* rows longer than the limit are made as long as that, biases stay */
    dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")))[0] = 0.5f;
    dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")))[1] = 0.25f;
    dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")))[2] = 0.5f;
    CHECK_OK(dlcv_limit_norms(g, "", 1.5f));
    CHECK_EQUAL(dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")))[1], 0.25);
    CHECK_NEAR(dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")))[3], 1.5 / sqrt(3), 1e-6);
    CHECK_EQUAL(dlcv_f32(dlcv_value(dlcv_find(g, "linear1.bias")))[0], 10);
    CHECK_FAILS(dlcv_limit_norms(g, "conv", 1), DLCV_ERR_ARGUMENT, "limit_norms: no weights whose name begins with \"conv\"");
    CHECK_FAILS(dlcv_limit_norms(g, "", 0), DLCV_ERR_ARGUMENT, "limit_norms: the limit is 0, a positive number is wanted");
    CHECK(y.id > 0);
    dlcv_graph_free(g);
}

/* Where the gradient of the mean squared loss + lambda w^2 is 0: (X'X + lambda N I) w = X'y, here of two features, by Cramer's rule */
static void test_ridge(void)
{
    static const float xs[8] = { 1, 2, -1, 0.5f, 3, -2, 0.25f, 1 }, ys[4] = { 1, -1, 2, 0.5f };
    const double lambda = 0.25;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(4, 2)), y = dlcv_input(g, "y", DLCV_F32, dlcv_shape2(4, 1));
    dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(2, 1), DLCV_INIT_CONSTANT, 0), loss;
    dlcv_tensor tx = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(4, 2)), ty = dlcv_tensor_view(ys, DLCV_F32, dlcv_shape2(4, 1));
    dlcv_penalty_opts opts = { 0.25f, 0, 0 };
    double a = lambda * 4, b = 0, c = lambda * 4, u = 0, v = 0;
    int i;
    for (i = 0; i < 4; i++) {
        const double p = (double)xs[2 * i], q = (double)xs[2 * i + 1];
        a += p * p;
        b += p * q;
        c += q * q;
        u += p * (double)ys[i];
        v += q * (double)ys[i];
    }
    loss = dlcv_add(dlcv_loss(dlcv_matmul(x, w), y, DLCV_LOSS_SQUARED, NULL), dlcv_penalty(g, "w", &opts));
    CHECK_OK(dlcv_bind(x, &tx));
    CHECK_OK(dlcv_bind(y, &ty));
    dlcv_f32(dlcv_value(w))[0] = (float)((u * c - v * b) / (a * c - b * b));
    dlcv_f32(dlcv_value(w))[1] = (float)((a * v - b * u) / (a * c - b * b));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward(loss));
    CHECK_NEAR(dlcv_f32(dlcv_gradient(w))[0], 0, 1e-6);
    CHECK_NEAR(dlcv_f32(dlcv_gradient(w))[1], 0, 1e-6);
    dlcv_graph_free(g);
}

#define WRONG(CALL, STATUS, TEXT) \
    do { \
        dlcv_graph *g = dlcv_graph_new(NULL, 1); \
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3)), y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1)); \
        dlcv_node z = dlcv_input(g, "z", DLCV_F32, dlcv_shape2(-1, 4)); \
        dlcv_loss_opts o = { 0, 0, 0, DLCV_AVERAGE_SAMPLES }; \
        (void)x; \
        (void)y; \
        (void)z; \
        (void)o; \
        CALL; \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        dlcv_graph_free(g); \
    } while (0)

static void test_wrong(void)
{
    static const int32_t bad = 3;
    static const float s[3] = { 0 };
    dlcv_graph *graph = dlcv_graph_new(NULL, 1);
    dlcv_node a = dlcv_input(graph, "x", DLCV_F32, dlcv_shape2(-1, 3)), b = dlcv_input(graph, "y", DLCV_I32, dlcv_shape1(-1)), h = dlcv_loss(a, b, DLCV_LOSS_HINGE, NULL);
    dlcv_node soft = dlcv_loss(a, b, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_tensor ts = dlcv_tensor_view(s, DLCV_F32, dlcv_shape2(1, 3)), tl = dlcv_tensor_view(&bad, DLCV_I32, dlcv_shape1(1));
    CHECK_OK(dlcv_bind(a, &ts));
    CHECK_OK(dlcv_bind(b, &tl));
    CHECK_FAILS(dlcv_forward(h, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "loss \"hinge1\": target 0 is 3, there are 3 classes");
    CHECK_FAILS(dlcv_forward(soft, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": target 0 is 3, there are 3 classes");
    dlcv_graph_free(graph);
    WRONG(dlcv_loss(x, z, DLCV_LOSS_HINGE, NULL), DLCV_ERR_ARGUMENT, "loss \"hinge1\": target is f32 [-1, 4], labels are i32");
    WRONG(dlcv_loss(dlcv_flatten(y), y, DLCV_LOSS_HINGE, NULL), DLCV_ERR_ARGUMENT, "loss \"hinge1\": input 0 is i32 [-1, 1], f32 is wanted");
    WRONG(o.smoothing = 0.5f; dlcv_loss(x, y, DLCV_LOSS_SQUARED, &o), DLCV_ERR_ARGUMENT, "loss: smoothing is 0.5: squared has none, SOFTMAX has");
    WRONG(o.margin = 2; dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, &o), DLCV_ERR_ARGUMENT, "loss: margin is 2: cross_entropy has none, the hinge losses have");
    WRONG(o.beta = 2; dlcv_loss(x, y, DLCV_LOSS_ABSOLUTE, &o), DLCV_ERR_ARGUMENT, "loss: beta is 2: absolute has none, SMOOTH_L1 has");
    WRONG(o.margin = -1; dlcv_loss(x, y, DLCV_LOSS_HINGE, &o), DLCV_ERR_ARGUMENT, "loss \"hinge1\": margin is -1, at least 0 is wanted");
    WRONG(o.average = (dlcv_average)3; dlcv_loss(x, y, DLCV_LOSS_HINGE, &o), DLCV_ERR_ARGUMENT, "loss \"hinge1\": there is no average 3");
    WRONG(o.average = (dlcv_average)3; dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, &o), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": there is no average 3");
    WRONG(dlcv_loss(x, z, DLCV_LOSS_SQUARED, NULL), DLCV_ERR_SHAPE, "loss \"squared1\": scores are [-1, 3], target is [-1, 4]: one a score is wanted");
    WRONG(dlcv_loss(x, y, DLCV_LOSS_SQUARED, NULL), DLCV_ERR_ARGUMENT, "loss \"squared1\": target is i32 [-1], f32 is wanted");
    WRONG(dlcv_loss(x, y, DLCV_LOSS_LOGISTIC, NULL), DLCV_ERR_SHAPE, "loss \"logistic1\": scores are [-1, 3], target is [-1]: one a score is wanted");
    WRONG(o.beta = -2; dlcv_loss(x, x, DLCV_LOSS_SMOOTH_L1, &o), DLCV_ERR_ARGUMENT, "loss \"smooth_l1_1\": beta is -2, a positive number is wanted");
    WRONG(dlcv_loss(x, y, (dlcv_loss_kind)15, NULL), DLCV_ERR_ARGUMENT, "loss: there is no loss 15");
    WRONG(dlcv_penalty(g, "", NULL), DLCV_ERR_ARGUMENT, "penalty: no weights whose name begins with \"\"");
    WRONG(dlcv_penalty(g, NULL, NULL), DLCV_ERR_ARGUMENT, "penalty: the prefix is NULL");
}

int main(void)
{
    test_hinge();
    test_softmax();
    test_jiggling();
    test_table();
    test_pairs();
    test_logistic_by_hand();
    test_perceptron();
    test_penalties();
    test_ridge();
    test_wrong();
    return test_end("losses");
}
