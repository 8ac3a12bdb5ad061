/* Linear classifiers: the perceptron and what it cannot, logistic regression, three SVMs and softmax on digits, W and b of the data as they are. */
#include "test.h"
#include "../examples/digits.h"

static dlcv_dataset points(const float *x, const int32_t *y, int n, int d)
{
    dlcv_dataset set;
    memset(&set, 0, sizeof set);
    set.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(n, d));
    set.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(n));
    return set;
}

static dlcv_dataset digits(int test)
{
    const int n = test ? DLCV_DIGITS_TEST : DLCV_DIGITS_TRAIN;
    dlcv_dataset set;
    memset(&set, 0, sizeof set);
    set.x = dlcv_tensor_view(test ? dlcv_digits_test_x : dlcv_digits_train_x, DLCV_U8, dlcv_shape4(n, 8, 8, 1));
    set.y = dlcv_tensor_view(test ? dlcv_digits_test_y : dlcv_digits_train_y, DLCV_I32, dlcv_shape1(n));
    set.classes = 10;
    return set;
}

static dlcv_linear_opts of_loss(dlcv_loss_kind loss)
{
    dlcv_linear_opts o;
    memset(&o, 0, sizeof o);
    o.loss = loss;
    return o;
}

static float accuracy(const dlcv_linear_classifier *c, const dlcv_dataset *set)
{
    dlcv_tensor labels;
    float right = 0;
    memset(&labels, 0, sizeof labels);
    CHECK_OK(dlcv_linear_classifier_predict(c, &set->x, &labels));
    CHECK_OK(dlcv_accuracy(&labels, &set->y, 1, &right));
    dlcv_tensor_free(&labels);
    return right;
}

/* Exactly 0 gives 0; separable points end without a mistake, exclusive or never does and the passes are counted. */
static void test_perceptron(void)
{
    static const float corners[8] = { 0, 0, 0, 1, 1, 0, 1, 1 };
    static const int32_t or_[4] = { 0, 1, 1, 1 }, and_[4] = { 0, 0, 0, 1 }, xor_[4] = { 0, 1, 1, 0 }, none[4] = { 0, 0, 0, 0 };
    dlcv_linear_opts o = of_loss(DLCV_LOSS_PERCEPTRON);
    const int32_t *const easy[2] = { or_, and_ };
    dlcv_linear_classifier *c = NULL;
    dlcv_dataset set = points(corners, none, 4, 2);
    int i;
    CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
    CHECK_EQUAL(dlcv_linear_classifier_progress(c)->epoch, 1);          /* w = 0: every score is exactly 0, every answer 0, nothing to learn */
    CHECK_EQUAL(dlcv_f32(dlcv_linear_classifier_weights(c))[0], 0);
    CHECK_EQUAL(dlcv_f32(dlcv_linear_classifier_bias(c))[0], 0);
    CHECK_EQUAL(accuracy(c, &set), 1);
    dlcv_linear_classifier_free(c);
    for (i = 0; i < 2; i++) {
        const float *w, *b;
        set = points(corners, easy[i], 4, 2);
        CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
        CHECK_EQUAL(dlcv_linear_classifier_progress(c)->accuracy, 1);
        CHECK(dlcv_linear_classifier_progress(c)->epoch < 20);
        CHECK_EQUAL(accuracy(c, &set), 1);
        w = dlcv_f32(dlcv_linear_classifier_weights(c)), b = dlcv_f32(dlcv_linear_classifier_bias(c));
        CHECK(w[0] == floorf(w[0]) && w[1] == floorf(w[1]) && b[0] == floorf(b[0]));    /* sums of whole samples */
        dlcv_linear_classifier_free(c);
    }
    set = points(corners, xor_, 4, 2);
    o.epochs = 1000;
    CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
    CHECK_EQUAL(dlcv_linear_classifier_progress(c)->epoch, 1000);
    CHECK(dlcv_linear_classifier_progress(c)->accuracy < 1);
    CHECK(accuracy(c, &set) <= 0.75f);
    dlcv_linear_classifier_free(c);
}

/* Two samples at one place with both labels: the gradient is 0 at once, z = 0 and h = 0.5 say class 1. */
static void test_logistic(void)
{
    static const float same[2] = { 0, 0 }, line[6] = { 1000, 1001, 1002, 1005, 1006, 1007 };
    static const int32_t both[2] = { 0, 1 }, sides[6] = { 0, 0, 0, 1, 1, 1 };
    dlcv_linear_opts o = of_loss(DLCV_LOSS_LOGISTIC);
    dlcv_linear_classifier *c = NULL;
    dlcv_dataset set = points(same, both, 2, 1);
    dlcv_tensor out;
    float slope, zero;
    memset(&out, 0, sizeof out);
    CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
    CHECK_OK(dlcv_linear_classifier_scores(c, &set.x, &out));
    CHECK(out.shape.ndim == 2 && out.shape.dim[1] == 1 && dlcv_f32(&out)[0] == 0);
    dlcv_tensor_free(&out);
    CHECK_OK(dlcv_linear_classifier_predict(c, &set.x, &out));
    CHECK(dlcv_i32(&out)[0] == 1 && dlcv_i32(&out)[1] == 1);
    dlcv_tensor_free(&out);
    CHECK_NEAR(dlcv_linear_classifier_progress(c)->loss, log(2), 1e-6);
    dlcv_linear_classifier_free(c);
    set = points(line, sides, 6, 1);            /* far from 0: it learns on what is left without the mean */
    o.epochs = 300;
    o.optimizer.lr = 0.05f;
    CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
    CHECK_EQUAL(accuracy(c, &set), 1);
    slope = dlcv_f32(dlcv_linear_classifier_weights(c))[0];
    zero = -dlcv_f32(dlcv_linear_classifier_bias(c))[0] / slope;
    CHECK(slope > 0);
    CHECK_NEAR(zero, 1003.5, 0.1);              /* in the middle, as the data are symmetric */
    dlcv_linear_classifier_free(c);
}

static int three_epochs(const dlcv_progress *p, void *user)
{
    ((float *)user)[p->epoch - 1] = p->loss;
    return p->epoch == 3;
}

/* Of 297 test digits; five kinds of loss, one machinery. */
static void test_digits(void)
{
    static const dlcv_loss_kind kinds[5] = { DLCV_LOSS_SOFTMAX, DLCV_LOSS_HINGE, DLCV_LOSS_SQUARED_HINGE, DLCV_LOSS_HINGE_ONE_VS_ALL, DLCV_LOSS_HINGE_STRUCTURED };
    const dlcv_dataset train = digits(0), test = digits(1);
    int k;
    for (k = 0; k < 5; k++) {
        dlcv_linear_opts o = of_loss(kinds[k]);
        dlcv_linear_classifier *c = NULL;
        o.epochs = 60;
        CHECK_OK(dlcv_linear_classifier_new(NULL, &train, &o, &c));
        CHECK(dlcv_linear_classifier_progress(c)->accuracy > 0.94f);
        CHECK(accuracy(c, &test) > 0.86f);
        dlcv_linear_classifier_free(c);
    }
}

/* Scores are W x + b of the bytes as they are, W laid out as pictures; on_step ends it; the penalty shortens W; lists are the labels' scores. */
static void test_scores(void)
{
    const dlcv_dataset train = digits(0), test = digits(1);
    dlcv_linear_opts o = of_loss(DLCV_LOSS_SOFTMAX);
    dlcv_linear_classifier *c = NULL, *tight = NULL;
    dlcv_tensor scores, labels, picture;
    const float *w, *b;
    double worst = 0, length = 0, shorter = 0;
    float losses[3], top;
    int i, j, k, wrong = 0;
    memset(&scores, 0, sizeof scores);
    memset(&labels, 0, sizeof labels);
    memset(&picture, 0, sizeof picture);
    o.on_step = three_epochs;
    o.user = losses;
    CHECK_OK(dlcv_linear_classifier_new(NULL, &train, &o, &c));
    CHECK_EQUAL(dlcv_linear_classifier_progress(c)->epoch, 3);
    CHECK(losses[0] > losses[1] && losses[1] > losses[2]);
    o.optimizer.l2 = 0.1f;
    CHECK_OK(dlcv_linear_classifier_new(NULL, &train, &o, &tight));
    CHECK_OK(dlcv_linear_classifier_scores(c, &test.x, &scores));
    CHECK_OK(dlcv_linear_classifier_predict(c, &test.x, &labels));
    CHECK_OK(dlcv_view_grid(NULL, dlcv_linear_classifier_weights(c), 5, 2, NULL, &picture));
    w = dlcv_f32(dlcv_linear_classifier_weights(c)), b = dlcv_f32(dlcv_linear_classifier_bias(c));
    CHECK_EQUAL(dlcv_linear_classifier_weights(c)->shape.ndim, 4);
    for (i = 0; i < DLCV_DIGITS_TEST; i++) {
        int best = 0;
        for (j = 0; j < 10; j++) {
            const float got = dlcv_f32(&scores)[10 * i + j];
            double want = (double)b[j];
            for (k = 0; k < 64; k++) want += (double)w[64 * j + k] * dlcv_digits_test_x[64 * i + k];
            worst = fmax(worst, fabs(want - (double)got));
            best = got > dlcv_f32(&scores)[10 * i + best] ? j : best;
        }
        wrong += dlcv_i32(&labels)[i] != best;
    }
    CHECK(worst < 1e-4);
    CHECK_EQUAL(wrong, 0);
    CHECK_OK(dlcv_accuracy(&scores, &test.y, 1, &top));
    CHECK_EQUAL(top, accuracy(c, &test));
    for (k = 0; k < 640; k++) {
        length += (double)w[k] * (double)w[k];
        shorter += pow((double)dlcv_f32(dlcv_linear_classifier_weights(tight))[k], 2);
    }
    CHECK(shorter < 0.8 * length);
    dlcv_linear_classifier_free(c), dlcv_linear_classifier_free(tight);
    dlcv_tensor_free(&scores), dlcv_tensor_free(&labels), dlcv_tensor_free(&picture);
}

/* Colour pixels [h, w, c] make templates [c, h, w]; threads and where the rows stand change nothing. */
static void test_layout(void)
{
    static const int widths[] = { 1, 2, 3 };
    uint8_t x[40 * 12 + 1];
    int32_t y[40];
    float want[25];
    dlcv_dataset set;
    int i, k;
    uint32_t state = 5;
    for (i = 0; i < 480; i++) x[i + 1] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
    for (i = 0; i < 40; i++) y[i] = i & 1, x[12 * i + 1 + 5] = (uint8_t)(y[i] ? 250 : 5);          /* row 0, column 1, blue */
    memset(&set, 0, sizeof set);
    set.x = dlcv_tensor_view(x + 1, DLCV_U8, dlcv_shape4(40, 2, 2, 3));
    set.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(40));
    for (k = 0; k < 3; k++) {
        dlcv_env env;
        dlcv_linear_classifier *c = NULL;
        const dlcv_tensor *w;
        memset(&env, 0, sizeof env);
        if (k) test_new_pool(widths[k], &env.threads);
        CHECK_OK(dlcv_linear_classifier_new(&env, &set, NULL, &c));
        w = dlcv_linear_classifier_weights(c);
        CHECK(w->shape.ndim == 4 && w->shape.dim[0] == 2 && w->shape.dim[1] == 3 && w->shape.dim[2] == 2 && w->shape.dim[3] == 2);
        if (!k) memcpy(want, w->data, 24 * sizeof *want);
        CHECK(!memcmp(want, w->data, 24 * sizeof *want));
        for (i = 0; i < 12; i++) CHECK(i == 9 || want[12 + i] < want[12 + 9]);     /* channel 2, row 0, column 1 */
        dlcv_linear_classifier_free(c);
        dlcv_pool_free(&env.threads);
    }
    {                                           /* bytes that are no pixels, floats that are: W is as a sample is */
        const float f[8] = { 1, 2, 3, 4, 5, 6, 7, 9 };
        dlcv_linear_classifier *c = NULL;
        set.x = dlcv_tensor_view(x + 1, DLCV_U8, dlcv_shape2(40, 12));
        CHECK_OK(dlcv_linear_classifier_new(NULL, &set, NULL, &c));
        CHECK(dlcv_linear_classifier_weights(c)->shape.ndim == 2 && accuracy(c, &set) > 0.5f);
        dlcv_linear_classifier_free(c);
        set.x = dlcv_tensor_view(f, DLCV_F32, dlcv_shape4(2, 1, 2, 2));
        set.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(2));
        CHECK_OK(dlcv_linear_classifier_new(NULL, &set, NULL, &c));
        CHECK(dlcv_linear_classifier_weights(c)->shape.ndim == 4 && dlcv_linear_classifier_weights(c)->shape.dim[3] == 2);
        dlcv_linear_classifier_free(c);
    }
}

static void test_errors(void)
{
    static const float x[6] = { 1, 2, 3, 4, 5, 6 };
    static const int32_t y[3] = { 0, 1, 2 }, bad[3] = { 0, -1, 2 };
    dlcv_dataset set = points(x, y, 3, 2), odd;
    dlcv_linear_opts o = of_loss(DLCV_LOSS_SOFTMAX);
    dlcv_linear_classifier *c = NULL;
    dlcv_tensor out, one = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(2, 3));
    int wrong = 99;
    memset(&out, 0, sizeof out);
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, NULL, NULL), DLCV_ERR_ARGUMENT, "linear_classifier_new: out is NULL");
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, NULL, NULL, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: train is NULL");
    odd = points(x, bad, 3, 2);
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, NULL, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: train->y[1] is -1, must be 0 .. 2147483646");
    odd = points(x, y, 2, 3);
    odd.y = set.y;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, NULL, &c), DLCV_ERR_SHAPE, "linear_classifier_new: train->y is i32 [3], must be i32 [2]");
    odd = set;
    odd.x = set.y;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, NULL, &c), DLCV_ERR_SHAPE,
        "linear_classifier_new: train->x is i32 [3], must be f32 or u8 [n, ...], not empty");
    odd = set;
    odd.classes = -1;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, NULL, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: train->classes is -1, must be 0 (unknown) or more");
    o.loss = DLCV_LOSS_SQUARED;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: loss 7 is not one of labels (SOFTMAX to PERCEPTRON)");
    o.loss = DLCV_LOSS_LOGISTIC;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: LOGISTIC parts two classes, there are 3");
    o.loss = DLCV_LOSS_PERCEPTRON;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: PERCEPTRON parts two classes, there are 3");
    o = of_loss(DLCV_LOSS_HINGE);
    o.epochs = -1;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: epochs is -1, batch 0, must be 0 (default) or more");
    o.epochs = 0;
    o.batch = -1;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: epochs is 0, batch -1, must be 0 (default) or more");
    o.batch = 0;
    o.epochs = 1;
    o.loss = DLCV_LOSS_HINGE;
    odd = set;
    odd.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape1(3));
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, &o, &c), DLCV_ERR_SHAPE,
        "linear_classifier_new: train->x is f32 [3], must be f32 or u8 [n, ...], not empty");
    odd.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(3, 0));
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, &o, &c), DLCV_ERR_SHAPE,
        "linear_classifier_new: train->x is f32 [3, 0], must be f32 or u8 [n, ...], not empty");
    if (sizeof(size_t) > 4) {
        odd.x = dlcv_tensor_view(x, DLCV_U8, dlcv_shape3(1, 65536, 65536));
        odd.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(1));
        CHECK_FAILS(dlcv_linear_classifier_new(NULL, &odd, &o, &c), DLCV_ERR_SHAPE, "linear_classifier_new: a sample has more numbers than an int counts");
    }
    o.schedule = (dlcv_schedule)wrong;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: schedule 99 is not CONSTANT, COSINE or ONE_CYCLE");
    o.schedule = DLCV_SCHEDULE_STEP;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: schedule 2 is not CONSTANT, COSINE or ONE_CYCLE");
    o.schedule = DLCV_SCHEDULE_CONSTANT;
    o.optimizer.lr = -1;
    CHECK_FAILS(dlcv_linear_classifier_new(NULL, &set, &o, &c), DLCV_ERR_ARGUMENT, "linear_classifier_new: optimizer.lr is -1, not 0 or positive");
    CHECK(c == NULL);
    CHECK_OK(dlcv_linear_classifier_new(NULL, &set, NULL, &c));
    CHECK_FAILS(dlcv_linear_classifier_predict(c, &one, &out), DLCV_ERR_SHAPE, "linear_classifier_predict: x is f32 [2, 3], learnt was from f32 [-1, 2]");
    CHECK_FAILS(dlcv_linear_classifier_scores(c, &set.y, &out), DLCV_ERR_SHAPE, "linear_classifier_scores: x is i32 [3], learnt was from f32 [-1, 2]");
    CHECK_FAILS(dlcv_linear_classifier_predict(c, &set.x, NULL), DLCV_ERR_ARGUMENT, "linear_classifier_predict: labels is NULL");
    CHECK_FAILS(dlcv_linear_classifier_scores(c, &set.x, NULL), DLCV_ERR_ARGUMENT, "linear_classifier_scores: scores is NULL");
    CHECK_FAILS(dlcv_linear_classifier_scores(NULL, &set.x, &out), DLCV_ERR_ARGUMENT, "linear_classifier_scores: the classifier is NULL");
    one = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(0, 2));
    CHECK_OK(dlcv_linear_classifier_predict(c, &one, &out));
    CHECK_EQUAL(out.shape.dim[0], 0);
    CHECK(!dlcv_linear_classifier_weights(NULL) && !dlcv_linear_classifier_bias(NULL) && !dlcv_linear_classifier_progress(NULL));
    dlcv_linear_classifier_free(c);
    dlcv_linear_classifier_free(NULL);
    dlcv_tensor_free(&out);
}

static void test_memory(void)
{
    static const float x[6] = { 1, 2, 3, 4, 5, 6 };
    static const int32_t y[3] = { 0, 1, 1 };
    const dlcv_dataset set = points(x, y, 3, 2);
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n;
    int done = 0;
    for (n = 1; !done && n < 200; n++) {
        dlcv_linear_classifier *c = NULL;
        dlcv_tensor out;
        dlcv_status status;
        memset(&heap, 0, sizeof heap);
        memset(&out, 0, sizeof out);
        heap.fail_at = n;
        status = dlcv_linear_classifier_new(&env, &set, NULL, &c);
        CHECK((c != NULL) == (status == DLCV_OK));
        if (!status) status = dlcv_linear_classifier_predict(c, &set.x, &out);
        done = heap.calls < n;
        CHECK(status == (done ? DLCV_OK : DLCV_ERR_MEMORY));
        dlcv_linear_classifier_free(c);
        dlcv_tensor_free(&out);
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(n > 10 && n < 100);
}

/* What is not finite is no classifier; the mean is what one asked for. */
static void test_finite(void)
{
    static const dlcv_loss_kind kinds[] = { DLCV_LOSS_SOFTMAX, DLCV_LOSS_HINGE, DLCV_LOSS_LOGISTIC, DLCV_LOSS_PERCEPTRON };
    static const int32_t y[4] = { 0, 1, 1, 0 };
    float x[8] = { 1, 2, -3, 4, -5, 6, 7, 8 }, w[2];
    dlcv_dataset set = points(x, y, 4, 2);
    dlcv_linear_classifier *c = NULL;
    dlcv_linear_opts o = of_loss(DLCV_LOSS_SOFTMAX);
    int i;
    o.epochs = 20, o.optimizer.lr = 0.1f;
    for (i = 0; i < 2; i++, o.optimizer.average = 1) {
        CHECK_OK(dlcv_linear_classifier_new(NULL, &set, &o, &c));
        w[i] = c ? dlcv_f32(dlcv_linear_classifier_weights(c))[0] : 0;
        dlcv_linear_classifier_free(c);
    }
    CHECK(fabs((double)w[1]) < 0.8 * fabs((double)w[0]));      /* from 0 outwards: the mean is behind */
    o.optimizer.average = 0, o.optimizer.lr = 1e30f, o.optimizer.l2 = 1, o.optimizer.method = DLCV_METHOD_SGD;
    CHECK(dlcv_linear_classifier_new(NULL, &set, &o, &c) == DLCV_ERR_NUMERIC && c == NULL);
    x[5] = (float)(HUGE_VAL - HUGE_VAL);
    for (i = 0; i < 4; i++) {
        o = of_loss(kinds[i]);
        CHECK(dlcv_linear_classifier_new(NULL, &set, &o, &c) == DLCV_ERR_NUMERIC && c == NULL);
    }
    CHECK(strstr(dlcv_error(), " is not finite: are the data?") != NULL);
}

int main(void)
{
    test_perceptron();
    test_logistic();
    test_digits();
    test_scores();
    test_layout();
    test_errors();
    test_finite();
    test_memory();
    return test_end("linear");
}
