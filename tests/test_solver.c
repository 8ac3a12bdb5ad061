/* Optimisers and schedules against PyTorch, what they leave alone, what they refuse. */
#include "test.h"
#include "golden/optimisers_torch.h"

/* Weights [1, 2] and a bias of a layer whose product nobody wants, and the loss that the script describes; l1 counts in the weights alone. */
typedef struct hill {
    dlcv_graph *g;
    dlcv_node w, b, loss;
} hill;

static hill new_hill(const dlcv_env *env)
{
    static const float curve[3] = { 1, 4, 0.5f }, target[3] = { -0.5f, 1, 2 }, start[3] = { 1, -2, 0.5f };
    const dlcv_tensor c = dlcv_tensor_view(curve, DLCV_F32, dlcv_shape1(3)), t = dlcv_tensor_view(target, DLCV_F32, dlcv_shape1(3));
    hill h;
    dlcv_node parts[2], p, square, product;
    h.g = dlcv_graph_new(env, 1);
    dlcv_linear(dlcv_input(h.g, "x", DLCV_F32, dlcv_shape2(1, 2)), 1);
    h.w = dlcv_find(h.g, "linear1.weight");
    h.b = dlcv_find(h.g, "linear1.bias");
    parts[0] = dlcv_reshape(h.w, dlcv_shape1(2));
    parts[1] = h.b;
    p = dlcv_concat(parts, 2, 0);
    square = dlcv_square(dlcv_sub(p, dlcv_constant(h.g, &t)));
    square = dlcv_affine(dlcv_reduce(dlcv_mul(square, dlcv_constant(h.g, &c)), DLCV_REDUCE_SUM, DLCV_ALL), 0.5f, 0);
    product = dlcv_mul(dlcv_slice(p, 0, 0, 1), dlcv_slice(p, 0, 1, 2));
    product = dlcv_mul(product, dlcv_slice(p, 0, 2, 3));
    h.loss = dlcv_add(square, dlcv_affine(dlcv_reduce(product, DLCV_REDUCE_SUM, DLCV_ALL), 0.1f, 0));
    if (dlcv_value(h.w) && dlcv_value(h.b)) {
        memcpy(dlcv_f32(dlcv_value(h.w)), start, 2 * sizeof *start);
        memcpy(dlcv_f32(dlcv_value(h.b)), start + 2, sizeof *start);
    }
    return h;
}

static dlcv_status step_of(const hill *h, const dlcv_optimizer *o)
{
    dlcv_status status = dlcv_forward(h->loss, DLCV_MODE_TRAIN);
    if (!status) status = dlcv_backward(h->loss);
    return status ? status : dlcv_update(h->g, o);
}

/* method, lr, momentum, beta2, epsilon, l2, l1, max_norm, clip_norm, average; as in PATHS of the script */
static const dlcv_optimizer optimisers[] = {
    { DLCV_METHOD_SGD, 0.1f, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_SGD, 0.05f, 0.9f, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_NESTEROV, 0.05f, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAGRAD, 0.2f, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADADELTA, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_RMSPROP, 0.02f, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_RMSPROP, 0.02f, 0.9f, 0.99f, 1e-6f, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAM, 0.1f, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAM, 0.1f, -1, 0.99f, 1e-3f, 0, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAMW, 0.1f, 0, 0, 0, 0.15f, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_SGD, 0.1f, 0.5f, 0, 0, 0.15f, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_SGD, 0.1f, 0, 0, 0, 0, 0.4f, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAM, 0.1f, 0, 0, 0, 0.15f, 0, 0, 0, 0, NULL, NULL },
    { DLCV_METHOD_ADAGRAD, 0.2f, 0, 0, 0, 0, 0, 0, 0.7f, 0, NULL, NULL },
    { DLCV_METHOD_SGD, 0.1f, 0, 0, 0, 0, 0, 0, 0, 1, NULL, NULL },
    { DLCV_METHOD_SGD, 0.1f, 0, 0, 0, 0, 0, 0, 0, 0.8f, NULL, NULL }
};
enum { OPTIMISERS = sizeof optimisers / sizeof *optimisers };

/* Within 1e-5 of the largest that there is, at each of the twenty steps */
static void test_paths(void)
{
    int k, step, i;
    for (k = 0; k < OPTIMISERS; k++) {
        hill h = new_hill(NULL);
        double largest = 0, worst = 0;
        for (step = 0; step < 20; step++) {
            CHECK_OK(step_of(&h, &optimisers[k]));
            if (optimisers[k].average > 0) CHECK_OK(dlcv_swap_average(h.g));
            for (i = 0; i < 3; i++) {
                const double want = golden_paths[k][3 * step + i];
                const double got = (double)(i < 2 ? dlcv_f32(dlcv_value(h.w))[i] : dlcv_f32(dlcv_value(h.b))[0]);
                if (fabs(want) > largest) largest = fabs(want);
                if (!(fabs(got - want) <= worst)) worst = fabs(got - want);
            }
            if (optimisers[k].average > 0) CHECK_OK(dlcv_swap_average(h.g));
        }
        CHECK_NEAR(worst / largest, 0, 1e-5);
        if (!(worst / largest <= 1e-5)) printf("    path %d\n", k);
        dlcv_graph_free(h.g);
    }
}

static void test_schedules(void)
{
    static const struct { dlcv_schedule kind; dlcv_schedule_opts opts; } rates[] = {
        { DLCV_SCHEDULE_COSINE, { 40, 0, 0, 0 } }, { DLCV_SCHEDULE_COSINE, { 40, 5, 0, 0 } }, { DLCV_SCHEDULE_STEP, { 40, 0, 7, 0.3f } },
        { DLCV_SCHEDULE_ONE_CYCLE, { 41, 0, 0, 0 } }, { DLCV_SCHEDULE_ONE_CYCLE, { 41, 5, 0, 0 } }
    };
    const dlcv_schedule_opts *o = &rates[0].opts;
    dlcv_schedule_opts tiny;
    int k, step;
    for (k = 0; k < 5; k++) {
        for (step = 0; step < 40; step++) CHECK_NEAR(dlcv_schedule_at(rates[k].kind, step, &rates[k].opts), golden_rates[k][step], 1e-6);
    }
    CHECK_NEAR(dlcv_schedule_at(DLCV_SCHEDULE_ONE_CYCLE, 40, &rates[3].opts), 4e-6, 1e-12);
    CHECK_EQUAL(dlcv_schedule_at(DLCV_SCHEDULE_COSINE, 1000, o), dlcv_schedule_at(DLCV_SCHEDULE_COSINE, 39, o));
    CHECK(dlcv_schedule_at(DLCV_SCHEDULE_COSINE, 39, o) > 0.0015f);
    CHECK_EQUAL(dlcv_schedule_at(DLCV_SCHEDULE_COSINE, -3, o), 1);
    CHECK_EQUAL(dlcv_schedule_at(DLCV_SCHEDULE_COSINE, 5, NULL), 1);
    CHECK_EQUAL(dlcv_schedule_at(DLCV_SCHEDULE_CONSTANT, 2, &rates[1].opts), 0.6f);
    CHECK_EQUAL(dlcv_schedule_at(DLCV_SCHEDULE_CONSTANT, 20, &rates[1].opts), 1);
    memset(&tiny, 0, sizeof tiny);
    for (k = 0; k < 4; k++) CHECK_EQUAL(dlcv_schedule_at((dlcv_schedule)k, 7, &tiny), 1);
    tiny.every = 2;
    CHECK_NEAR(dlcv_schedule_at(DLCV_SCHEDULE_STEP, 4, &tiny), 0.01, 1e-9);
    tiny.steps = 1000;
    CHECK(dlcv_schedule_at(DLCV_SCHEDULE_STEP, 999, &tiny) > 0);               /* 0.1^499 */
    tiny.every = 1e-30;
    CHECK(dlcv_schedule_at(DLCV_SCHEDULE_STEP, 999, &tiny) > 0);
    tiny.every = 2, tiny.steps = 2e9;
    CHECK(dlcv_schedule_at(DLCV_SCHEDULE_COSINE, 1999999999, &tiny) > 0);
    for (tiny.steps = 1; tiny.steps < 5; tiny.steps++) {
        for (step = 0; step < 5; step++) {
            const float cosine = dlcv_schedule_at(DLCV_SCHEDULE_COSINE, step, &tiny), cycle = dlcv_schedule_at(DLCV_SCHEDULE_ONE_CYCLE, step, &tiny);
            CHECK(cosine > 0 && cosine <= 1 && cycle > 0 && cycle <= 1);
        }
    }
}

/* The same numbers are drawn with width 1 and with each initialiser's: the ratio is its width. */
static void test_widths(void)
{
    static const dlcv_init hows[5] = { DLCV_INIT_HE_NORMAL, DLCV_INIT_HE_UNIFORM, DLCV_INIT_GLOROT_NORMAL, DLCV_INIT_GLOROT_UNIFORM, DLCV_INIT_GLOROT_UNIFORM };
    const dlcv_shape shapes[4] = { dlcv_shape2(300, 200), dlcv_shape2(6, 5), dlcv_shape4(16, 3, 5, 5), dlcv_shape2(1, 7) };
    int i, k, j;
    for (i = 0; i < 4; i++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 9);
        const dlcv_node w = dlcv_parameter(g, "w", shapes[i], DLCV_INIT_CONSTANT, 0);
        for (k = 0; k < 5; k++) {
            float one[7];
            CHECK_OK(dlcv_initialize(w, k == 0 || k == 2 ? DLCV_INIT_NORMAL : DLCV_INIT_UNIFORM, 1));
            memcpy(one, dlcv_f32(dlcv_value(w)), sizeof one);
            CHECK_OK(dlcv_initialize(w, hows[k], k == 4 ? 0.5f : 0.0f));
            for (j = 0; j < 7; j++) CHECK_NEAR(dlcv_f32(dlcv_value(w))[j] / one[j], golden_widths[i][k], 1e-6 * golden_widths[i][k]);
        }
        dlcv_graph_free(g);
    }
}

/* L = x^2 / 2 from x = 1, ten steps: 0.9^10, 0, 0.9^10 and 1.1^10 */
static void test_step_sizes(void)
{
    static const double rates[4] = { 0.1, 1, 1.9, 2.1 }, ends[4] = { 0.348678, 0, 0.348678, 2.593742 };
    int k, step;
    for (k = 0; k < 4; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        const dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, 1), loss = dlcv_affine(dlcv_square(x), 0.5f, 0);
        dlcv_optimizer o = optimisers[0];
        o.lr = (float)rates[k];
        for (step = 0; step < 10; step++) {
            CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
            CHECK_OK(dlcv_backward(loss));
            CHECK_OK(dlcv_update(g, &o));
        }
        CHECK_NEAR(dlcv_f32(dlcv_value(x))[0], ends[k], 1e-5 * (ends[k] > 0 ? ends[k] : 1));
        dlcv_graph_free(g);
    }
}

/* ---- what is left alone, and that threads change nothing */

enum { WIDE = 70001 };

/* A long parameter, a frozen one, batch normalisation with its scales and running statistics. */
static dlcv_node new_net(const dlcv_env *env)
{
    static const float pixels[12] = { 1, 2, 3, 4, 5, 6, -1, -2, 0, 2, 1, 1 };
    const dlcv_tensor x = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape2(4, 3));
    dlcv_graph *g = dlcv_graph_new(env, 3);
    dlcv_node in = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3)), wide = dlcv_parameter(g, "wide", dlcv_shape1(WIDE), DLCV_INIT_NORMAL, 1);
    dlcv_node h = dlcv_linear(dlcv_batch_norm(dlcv_linear(in, 5), NULL), 2);
    dlcv_node loss = dlcv_add(dlcv_reduce(dlcv_square(h), DLCV_REDUCE_MEAN, DLCV_ALL), dlcv_reduce(dlcv_square(wide), DLCV_REDUCE_MEAN, DLCV_ALL));
    dlcv_bind(in, &x);
    return loss;
}

static dlcv_status steps_of(dlcv_node loss, const dlcv_optimizer *o, int count)
{
    dlcv_status status = DLCV_OK;
    for (; count > 0 && !status; count--) {
        status = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!status) status = dlcv_backward(loss);
        if (!status) status = dlcv_update(loss.graph, o);
    }
    return status;
}

static uint64_t hash_of(dlcv_graph *g)
{
    uint64_t hash = 14695981039346656037u;
    int i;
    for (i = 0; i < dlcv_parameter_count(g); i++) {
        const dlcv_tensor *t = dlcv_value(dlcv_parameter_at(g, i));
        size_t k;
        for (k = 0; t && k < 4 * dlcv_tensor_count(t); k++) hash = (hash ^ ((const unsigned char *)t->data)[k]) * 1099511628211u;
    }
    return hash;
}

static const dlcv_optimizer everything = { DLCV_METHOD_ADAMW, 0.01f, 0, 0, 0, 0.1f, 0.01f, 1.5f, 0.5f, 0.9f, NULL, NULL };

static void test_threads(void)
{
    static const int widths[] = { 1, 2, 3, 7 };
    uint64_t want[2] = { 0, 0 };
    int i, k;
    for (i = 0; i < 4; i++) {
        dlcv_env env;
        memset(&env, 0, sizeof env);
        if (i) test_new_pool(widths[i], &env.threads);
        for (k = 0; k < 2; k++) {
            const dlcv_node loss = new_net(&env);
            uint64_t got;
            CHECK_OK(steps_of(loss, k ? &everything : &optimisers[0], 3));
            got = hash_of(loss.graph);
            if (!i) want[k] = got;
            CHECK(got == want[k]);
            CHECK_OK(dlcv_freeze(loss.graph, "", 0));           /* voids gradients */
            dlcv_graph_free(loss.graph);
        }
        dlcv_pool_free(&env.threads);
    }
    CHECK(want[0] != want[1]);
}

static void test_frozen(void)
{
    const dlcv_node loss = new_net(NULL);
    dlcv_graph *g = loss.graph;
    const char *const still[] = { "linear1.weight", "linear1.bias", "batch_norm1.mean" };
    float before[3][16], bias;
    int i;
    CHECK_OK(dlcv_freeze(g, "linear1", 1));
    CHECK_OK(dlcv_freeze(g, "batch_norm1.mean", 1));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    for (i = 0; i < 3; i++) memcpy(before[i], dlcv_f32(dlcv_value(dlcv_find(g, still[i]))), 4 * dlcv_tensor_count(dlcv_value(dlcv_find(g, still[i]))));
    bias = dlcv_f32(dlcv_value(dlcv_find(g, "linear2.bias")))[0];
    CHECK_OK(steps_of(loss, &everything, 5));
    for (i = 0; i < 3; i++) {
        const dlcv_tensor *t = dlcv_value(dlcv_find(g, still[i]));
        CHECK(!memcmp(before[i], t->data, 4 * dlcv_tensor_count(t)));
    }
    CHECK(dlcv_f32(dlcv_value(dlcv_find(g, "linear2.bias")))[0] != bias);
    /* thawed: its first steps are corrected as first steps: lr long, whatever the others have behind them */
    CHECK_OK(dlcv_freeze(g, "linear1", 0));
    {
        const dlcv_optimizer adam = { DLCV_METHOD_ADAM, 0.01f, 0, 0, 1e-12f, 0, 0, 0, 0, 0, NULL, NULL };
        const dlcv_node w = dlcv_find(g, "linear1.weight");
        float from[15];
        memcpy(from, dlcv_f32(dlcv_value(w)), sizeof from);
        CHECK_OK(dlcv_graph_reset(g, 3));
        CHECK_OK(dlcv_freeze(g, "linear1", 1));
        CHECK_OK(steps_of(loss, &adam, 50));
        CHECK_OK(dlcv_freeze(g, "linear1", 0));
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        memcpy(from, dlcv_f32(dlcv_value(w)), sizeof from);
        CHECK_OK(dlcv_backward(loss));
        CHECK_OK(dlcv_update(g, &adam));
        for (i = 0; i < 15; i++) {
            const float gradient = dlcv_f32(dlcv_gradient(w))[i];
            if (fabsf(gradient) > 1e-6f) CHECK_NEAR(from[i] - dlcv_f32(dlcv_value(w))[i], gradient > 0 ? 0.01 : -0.01, 1e-6);
        }
    }
    dlcv_graph_free(g);
}

/* Penalties pull at weights alone; max_norm cuts rows of weights. */
static void test_penalties(void)
{
    const dlcv_optimizer pull = { DLCV_METHOD_SGD, 0.5f, 0, 0, 0, 0.25f, 0, 0, 0, 0, NULL, NULL };
    const dlcv_optimizer cut = { DLCV_METHOD_SGD, 1e-9f, 0, 0, 0, 0, 0, 0.5f, 0, 1, NULL, NULL };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(1, 2)), y = dlcv_linear(x, 2);
    const dlcv_node loss = dlcv_affine(dlcv_reduce(y, DLCV_REDUCE_SUM, DLCV_ALL), 0, 0);
    const float zeros[2] = { 0, 0 }, start[4] = { 3, -4, 0.1f, 0.2f };
    const dlcv_tensor in = dlcv_tensor_view(zeros, DLCV_F32, dlcv_shape2(1, 2));
    float *w, *b;
    CHECK_OK(dlcv_bind(x, &in));
    CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
    w = dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight")));
    b = dlcv_f32(dlcv_value(dlcv_find(g, "linear1.bias")));
    memcpy(w, start, sizeof start);
    b[0] = 7;
    CHECK_OK(steps_of(loss, &pull, 1));         /* w -= 0.5 * 2 * 0.25 w */
    CHECK_EQUAL(w[0], 2.25f);
    CHECK_EQUAL(w[1], -3);
    CHECK_EQUAL(b[0], 7);
    CHECK_OK(steps_of(loss, &cut, 1));
    CHECK_NEAR(w[0], 0.3, 1e-6);
    CHECK_NEAR(w[1], -0.4, 1e-6);
    CHECK_NEAR(w[2], 0.075, 1e-7);
    CHECK_EQUAL(b[0], 7);
    CHECK_OK(dlcv_swap_average(g));             /* the mean, wanted since the second step: of what was there and of what max_norm left */
    CHECK_NEAR(w[0], (2.25 + 0.3) / 2, 1e-6);
    CHECK_FAILS(dlcv_update(g, &cut), DLCV_ERR_STATE, "update: the weights are their mean now: swap_average once more");
    CHECK_OK(dlcv_swap_average(g));
    CHECK_OK(dlcv_update(g, &cut));
    CHECK_OK(steps_of(loss, &pull, 1));         /* a step that keeps none: what was kept is no mean of these weights */
    CHECK_FAILS(dlcv_swap_average(g), DLCV_ERR_STATE, "swap_average: there is no mean: update with dlcv_optimizer.average > 0 keeps it");
    CHECK_OK(steps_of(loss, &cut, 1));          /* and begins anew where the weights are: 0.75 * 0.3 */
    CHECK_OK(dlcv_swap_average(g));
    CHECK_NEAR(w[0], 0.225, 1e-6);
    dlcv_graph_free(g);
}

/* Two machines with the same batch: doubled and halved again. The zeros between are all that else is there. */
static float most_reduced;

static dlcv_status reduce(float *gradients, size_t count, void *user)
{
    size_t i, *seen = (size_t *)user;
    *seen = count;
    for (i = 0; i < count; i++) gradients[i] *= 2;
    for (most_reduced = 0, i = 0; i < count; i++) most_reduced = fabsf(gradients[i]) > most_reduced ? fabsf(gradients[i]) : most_reduced;
    return DLCV_OK;
}

static dlcv_status no_network(float *gradients, size_t count, void *user)
{
    (void)gradients;
    (void)count;
    (void)user;
    return dlcv_fail(DLCV_ERR_IO, "rank 1 does not answer");
}

static void test_all_reduce(void)
{
    hill h = new_hill(NULL), twice = new_hill(NULL);
    dlcv_optimizer o = optimisers[0];
    size_t seen = 0;
    float before;
    CHECK_OK(step_of(&h, &o));
    o.lr /= 2;
    o.all_reduce = reduce;
    o.user = &seen;
    CHECK_OK(step_of(&twice, &o));
    CHECK_EQUAL(seen, 32);                      /* two slots of 64 bytes */
    CHECK(hash_of(h.g) == hash_of(twice.g));
    {                                           /* frozen parameters and running statistics add nothing */
        const dlcv_node loss = new_net(NULL);
        const dlcv_optimizer twofold = { DLCV_METHOD_SGD, 0.01f, 0, 0, 0, 0, 0, 0, 1000, 0, reduce, &seen };
        CHECK_OK(steps_of(loss, &twofold, 1));
        CHECK_OK(dlcv_freeze(loss.graph, "linear1", 1));
        CHECK_OK(steps_of(loss, &twofold, 200));           /* and do not double each time: 2^200 is no float */
        CHECK(most_reduced < 1000);
        CHECK(dlcv_gradient(dlcv_find(loss.graph, "linear1.weight")) == NULL);
        CHECK_OK(dlcv_freeze(loss.graph, "linear1", 0));
        CHECK_OK(steps_of(loss, &twofold, 1));
        dlcv_graph_free(loss.graph);
    }
    o.all_reduce = no_network;
    before = dlcv_f32(dlcv_value(h.w))[0];
    CHECK_FAILS(step_of(&h, &o), DLCV_ERR_IO, "rank 1 does not answer");
    CHECK_EQUAL(dlcv_f32(dlcv_value(h.w))[0], before);
    dlcv_graph_free(h.g);
    dlcv_graph_free(twice.g);
}

/* Another method, dlcv_graph_reset: as if nothing had been. */
static void test_anew(void)
{
    const dlcv_node a = new_net(NULL), b = new_net(NULL);
    int i;
    CHECK_OK(steps_of(a, &optimisers[7], 3));
    CHECK_OK(dlcv_graph_reset(a.graph, 3));
    CHECK_OK(steps_of(b, NULL, 0));
    for (i = 0; i < 2; i++) {                   /* running statistics are the batch's again */
        CHECK_OK(steps_of(i ? b : a, &optimisers[7], 2));
    }
    CHECK(hash_of(a.graph) == hash_of(b.graph));
    CHECK_OK(steps_of(a, &optimisers[1], 1));
    {                                           /* Adam's moments are 0 again: its first step is lr long */
        const dlcv_node wide = dlcv_find(a.graph, "wide");
        float before;
        CHECK_OK(steps_of(a, &optimisers[1], 1));
        CHECK_OK(dlcv_forward(a, DLCV_MODE_TRAIN));
        before = dlcv_f32(dlcv_value(wide))[5];
        CHECK_OK(dlcv_backward(a));
        CHECK_OK(dlcv_update(a.graph, &optimisers[7]));
        CHECK_NEAR(fabs((double)before - (double)dlcv_f32(dlcv_value(wide))[5]), 0.1, 5e-3);
    }
    dlcv_graph_free(a.graph);
    dlcv_graph_free(b.graph);
}

/* A layer that comes later: the others' moments stay. */
static void test_growing(void)
{
    hill h = new_hill(NULL);
    dlcv_node more, loss;
    float w;
    CHECK_OK(step_of(&h, &optimisers[1]));
    CHECK_OK(step_of(&h, &optimisers[1]));
    w = dlcv_f32(dlcv_value(h.w))[0];
    more = dlcv_parameter(h.g, "more", dlcv_shape1(100), DLCV_INIT_CONSTANT, 1);
    CHECK_FAILS(dlcv_update(h.g, &optimisers[1]), DLCV_ERR_STATE,
        "update: there are no gradients: backward comes first, and again after forward, keep, freeze or a new parameter");
    loss = dlcv_add(h.loss, dlcv_reduce(dlcv_square(more), DLCV_REDUCE_SUM, DLCV_ALL));
    CHECK_OK(steps_of(loss, &optimisers[1], 1));
    CHECK_NEAR(dlcv_f32(dlcv_value(h.w))[0], golden_paths[1][6], 2e-5);
    CHECK_NEAR(dlcv_f32(dlcv_value(more))[99], 0.9, 1e-6);
    CHECK(dlcv_f32(dlcv_value(h.w))[0] != w);
    dlcv_graph_free(h.g);
}

static void test_errors(void)
{
    static const struct { dlcv_optimizer o; const char *text; } wrong[] = {
        { { (dlcv_method)7, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: there is no method 7" },
        { { DLCV_METHOD_ADAM, -1, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: lr is -1, not 0 or positive" },
        { { DLCV_METHOD_ADAM, FLT_MAX * 2, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: lr is inf, not 0 or positive" },
        { { DLCV_METHOD_ADAM, 1, 0, -1, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: beta2 is -1, not in 0 .. 1" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, 0, 0, 0, 0, -1, NULL, NULL }, "update: average is -1, not in 0 .. 1" },
        { { DLCV_METHOD_SGD, 1, 0.5f, 0.9f, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: beta2 is set, which SGD does not have" },
        { { DLCV_METHOD_NESTEROV, 1, 0, 0, 1e-8f, 0, 0, 0, 0, 0, NULL, NULL }, "update: epsilon is set, which NESTEROV does not have" },
        { { DLCV_METHOD_ADAGRAD, 1, 0.5f, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: momentum is set, which ADAGRAD does not have" },
        { { DLCV_METHOD_ADAGRAD, 1, 0, 0.5f, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: beta2 is set, which ADAGRAD does not have" },
        { { DLCV_METHOD_ADADELTA, 1, 0.5f, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: momentum is set, which ADADELTA does not have" },
        { { DLCV_METHOD_ADAM, 1, 1, 0, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: momentum is 1, not below 1" },
        { { DLCV_METHOD_ADAM, 1, 0, 1, 0, 0, 0, 0, 0, 0, NULL, NULL }, "update: beta2 is 1, not in 0 .. 1" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 1e-35f, 0, 0, 0, 0, 0, NULL, NULL }, "update: epsilon is 1e-35, not 0 or at least 1e-30" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, -2, 0, 0, 0, 0, NULL, NULL }, "update: l2 is -2, not 0 or positive" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, 0, -2, 0, 0, 0, NULL, NULL }, "update: l1 is -2, not 0 or positive" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, 0, 0, -2, 0, 0, NULL, NULL }, "update: max_norm is -2, not 0 or positive" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, 0, 0, 0, -2, 0, NULL, NULL }, "update: clip_norm is -2, not 0 or positive" },
        { { DLCV_METHOD_ADAM, 1, 0, 0, 0, 0, 0, 0, 0, 1.5f, NULL, NULL }, "update: average is 1.5, not in 0 .. 1" }
    };
    static const char none[] = "update: there are no gradients: backward comes first, and again after forward, keep, freeze or a new parameter";
    hill h = new_hill(NULL);
    dlcv_optimizer clip = optimisers[13];
    int i;
    CHECK_FAILS(dlcv_update(NULL, NULL), DLCV_ERR_MEMORY, "graph_status: there is no graph (graph_new found no memory, or nobody called it)");
    CHECK_FAILS(dlcv_swap_average(NULL), DLCV_ERR_MEMORY, "graph_status: there is no graph (graph_new found no memory, or nobody called it)");
    CHECK_FAILS(dlcv_update(h.g, NULL), DLCV_ERR_STATE, none);
    CHECK_OK(dlcv_forward(h.loss, DLCV_MODE_TRAIN));
    CHECK_FAILS(dlcv_update(h.g, NULL), DLCV_ERR_STATE, none);
    CHECK_OK(dlcv_backward(h.loss));
    for (i = 0; i < (int)(sizeof wrong / sizeof *wrong); i++) CHECK_FAILS(dlcv_update(h.g, &wrong[i].o), DLCV_ERR_ARGUMENT, wrong[i].text);
    CHECK_FAILS(dlcv_swap_average(h.g), DLCV_ERR_STATE, "swap_average: there is no mean: update with dlcv_optimizer.average > 0 keeps it");
    CHECK_OK(dlcv_update(h.g, NULL));
    CHECK_NEAR(dlcv_f32(dlcv_value(h.w))[0], 1 - 0.001, 1e-6);          /* Adam's first step */
    /* a gradient whose squares are no floats is cut all the same; one that is none is refused and nothing moves */
    dlcv_f32(dlcv_value(h.w))[0] = 1e30f;
    dlcv_f32(dlcv_value(h.w))[1] = 0;
    CHECK_OK(dlcv_forward(h.loss, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_backward(h.loss));
    clip.method = DLCV_METHOD_SGD;
    clip.lr = 1e30f;
    clip.clip_norm = 0.5f;
    CHECK_OK(dlcv_update(h.g, &clip));
    CHECK_NEAR(dlcv_f32(dlcv_value(h.w))[0] / 1e30f, 0.5, 0.01);
    dlcv_f32(dlcv_gradient(h.w))[1] = sqrtf(-1.0f);
    CHECK(dlcv_update(h.g, &clip) == DLCV_ERR_NUMERIC);
    CHECK(!strncmp(dlcv_error(), "update: the gradient's length is ", 33));
    CHECK_NEAR(dlcv_f32(dlcv_value(h.w))[0] / 1e30f, 0.5, 0.01);
    dlcv_graph_free(h.g);
}

/* The n-th allocation fails: the step that could not be has changed nothing and can be tried again; afterwards no step allocates. */
static void test_memory(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_status status = DLCV_ERR_MEMORY;
    uint64_t want = 0;
    long n, calls;
    int done = 0;
    for (n = 1; !done && n < 100; n++) {
        dlcv_node loss;
        uint64_t before;
        memset(&heap, 0, sizeof heap);
        loss = new_net(&env);
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        CHECK_OK(dlcv_backward(loss));
        before = hash_of(loss.graph);
        heap.calls = 0;
        heap.fail_at = n;
        status = dlcv_update(loss.graph, &everything);
        done = heap.calls < n;
        heap.fail_at = 0;
        if (!done) {
            CHECK(status == DLCV_ERR_MEMORY && hash_of(loss.graph) == before);
            CHECK_OK(dlcv_update(loss.graph, &everything));
        }
        if (n == 1) want = hash_of(loss.graph);
        CHECK(hash_of(loss.graph) == want);
        calls = heap.calls;
        CHECK_OK(steps_of(loss, &everything, 2));
        CHECK_EQUAL(heap.calls, calls);
        dlcv_graph_free(loss.graph);
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK_EQUAL(n, 5);                          /* m, s and the mean, and once all well */
}

int main(void)
{
    test_threads();
    test_frozen();
    test_penalties();
    test_all_reduce();
    test_anew();
    test_growing();
    test_errors();
    test_memory();
    test_paths();
    test_schedules();
    test_widths();
    test_step_sizes();
    return test_end("solver");
}
