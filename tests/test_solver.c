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
    for (tiny.steps = 1; tiny.steps < 5; tiny.steps++) {
        for (step = 0; step < 5; step++) {
            const float cosine = dlcv_schedule_at(DLCV_SCHEDULE_COSINE, step, &tiny), cycle = dlcv_schedule_at(DLCV_SCHEDULE_ONE_CYCLE, step, &tiny);
            CHECK(cosine > 0 && cosine <= 1 && cycle > 0 && cycle <= 1);
        }
    }
}

int main(void)
{
    test_paths();
    test_schedules();
    return test_end("solver");
}
