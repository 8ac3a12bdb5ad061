/* L-BFGS: valleys, a badly conditioned bowl, ridge regression's closed form, logistic regression, and where it has to give up. */
#include "test.h"

typedef struct valley {
    dlcv_graph *g;
    dlcv_node x, y, loss;
} valley;

/* (1 - x)^2 + 100 (y - x^2)^2, Rosenbrock 1960, from (-1.2, 1) */
static valley new_valley(const dlcv_env *env)
{
    valley v;
    dlcv_node far;
    v.g = dlcv_graph_new(env, 1);
    v.x = dlcv_parameter(v.g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, -1.2f);
    v.y = dlcv_parameter(v.g, "y", dlcv_shape1(1), DLCV_INIT_CONSTANT, 1);
    far = dlcv_affine(dlcv_square(dlcv_sub(v.y, dlcv_square(v.x))), 100, 0);
    v.loss = dlcv_reduce(dlcv_add(dlcv_square(dlcv_affine(v.x, -1, 1)), far), DLCV_REDUCE_SUM, DLCV_ALL);
    return v;
}

static float value(dlcv_node x) { return dlcv_f32(dlcv_value(x))[0]; }

static void test_valley(void)
{
    valley v = new_valley(NULL);
    dlcv_progress p;
    CHECK_OK(dlcv_lbfgs(v.loss, NULL, &p));
    CHECK_NEAR(value(v.x), 1, 1e-4);
    CHECK_NEAR(value(v.y), 1, 2e-4);
    CHECK(p.loss < 1e-8f);
    CHECK(p.step > 10 && p.step < 60);
    CHECK_EQUAL(p.steps, 100);
    dlcv_graph_free(v.g);
}

/* sum over i < 40 of 1.2^i (w_i - i)^2 / 2: slopes 1 : 1,200; the memory makes it */
static void test_bowl(void)
{
    float curve[40], target[40];
    const dlcv_tensor c = dlcv_tensor_view(curve, DLCV_F32, dlcv_shape1(40)), t = dlcv_tensor_view(target, DLCV_F32, dlcv_shape1(40));
    dlcv_lbfgs_opts o;
    dlcv_progress p[2];
    int i, k;
    memset(&o, 0, sizeof o);
    for (i = 0; i < 40; i++) curve[i] = i ? curve[i - 1] * 1.2f : 0.5f, target[i] = (float)i;
    for (k = 0; k < 2; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node w = dlcv_parameter(g, "w", dlcv_shape1(40), DLCV_INIT_CONSTANT, 0), d = dlcv_square(dlcv_sub(w, dlcv_constant(g, &t)));
        const dlcv_node loss = dlcv_reduce(dlcv_mul(d, dlcv_constant(g, &c)), DLCV_REDUCE_SUM, DLCV_ALL);
        double worst = 0;
        o.memory = k ? 1 : 10;
        o.iterations = 400;
        o.tolerance = 1e-3;
        CHECK_OK(dlcv_lbfgs(loss, &o, &p[k]));
        CHECK_EQUAL(p[k].done, 1);
        for (i = 0; i < 40; i++) worst = fmax(worst, fabs((double)dlcv_f32(dlcv_value(w))[i] - i));
        CHECK(worst < 2e-3);
        dlcv_graph_free(g);
    }
    CHECK(p[0].step < p[1].step);
}

/* Mean squared error + lambda |w|^2 is least at (X'X + lambda N I)^-1 X'y: worked out by hand. X = [1 0; 1 1; 1 2; 1 3], y = [1 3 5 8], lambda 1/4:
 * X'X + I = [5 6; 6 15], X'y = [17 37], determinant 39: w = [(255 - 222) / 39, (185 - 102) / 39]. */
static void test_ridge(void)
{
    const float x[8] = { 1, 0, 1, 1, 1, 2, 1, 3 }, y[4] = { 1, 3, 5, 8 };
    const dlcv_tensor xs = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(4, 2)), ys = dlcv_tensor_view(y, DLCV_F32, dlcv_shape2(4, 1));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(2, 1), DLCV_INIT_NORMAL, 1);
    dlcv_penalty_opts penalty;
    dlcv_node loss = dlcv_loss(dlcv_matmul(dlcv_constant(g, &xs), w), dlcv_constant(g, &ys), DLCV_LOSS_SQUARED, NULL);
    dlcv_optimizer o;
    dlcv_progress p;
    int i;
    memset(&penalty, 0, sizeof penalty);
    memset(&o, 0, sizeof o);
    penalty.l2 = 0.25f;
    CHECK_OK(dlcv_lbfgs(dlcv_add(loss, dlcv_penalty(g, "w", &penalty)), NULL, &p));
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[0], 33.0 / 39, 1e-5);
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[1], 83.0 / 39, 1e-5);
    CHECK_OK(dlcv_graph_reset(g, 2));           /* the same by gradient descent, the penalty in the optimiser */
    o.method = DLCV_METHOD_SGD;
    o.lr = 0.1f;
    o.l2 = 0.25f;
    for (i = 0; i < 200; i++) {
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        CHECK_OK(dlcv_backward(loss));
        CHECK_OK(dlcv_update(g, &o));
    }
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[0], 33.0 / 39, 1e-5);
    CHECK_NEAR(dlcv_f32(dlcv_value(w))[1], 83.0 / 39, 1e-5);
    dlcv_graph_free(g);
}

static int stop_at_3(const dlcv_progress *p, void *user)
{
    *(int *)user += p->step;
    return p->step == 3;
}

static void test_ends(void)
{
    valley v = new_valley(NULL);
    dlcv_lbfgs_opts o;
    dlcv_progress p;
    int sum = 0;
    memset(&o, 0, sizeof o);
    o.on_step = stop_at_3;
    o.user = &sum;
    CHECK_OK(dlcv_lbfgs(v.loss, &o, &p));
    CHECK_EQUAL(p.step, 3);
    CHECK_EQUAL(p.done, 0);
    CHECK_EQUAL(sum, 6);
    CHECK_OK(dlcv_forward(v.loss, DLCV_MODE_INFER));
    CHECK_EQUAL(p.loss, dlcv_item(v.loss));
    o.on_step = NULL;
    o.iterations = 1;
    CHECK_OK(dlcv_lbfgs(v.loss, &o, NULL));
    o.memory = 101;
    CHECK_FAILS(dlcv_lbfgs(v.loss, &o, NULL), DLCV_ERR_ARGUMENT, "lbfgs: a memory of 101 steps, 100 are the most");
    o.memory = -1;
    CHECK_FAILS(dlcv_lbfgs(v.loss, &o, NULL), DLCV_ERR_ARGUMENT, "lbfgs: iterations is 1, memory -1, tolerance good, must be 0 (default) or more");
    o.memory = 0, o.iterations = -5, o.tolerance = HUGE_VAL - HUGE_VAL;
    CHECK_FAILS(dlcv_lbfgs(v.loss, &o, NULL), DLCV_ERR_ARGUMENT, "lbfgs: iterations is -5, memory 0, tolerance not a number, must be 0 (default) or more");
    o.iterations = 0, o.tolerance = -1;
    CHECK_FAILS(dlcv_lbfgs(v.loss, &o, NULL), DLCV_ERR_ARGUMENT, "lbfgs: iterations is 0, memory 0, tolerance negative, must be 0 (default) or more");
    CHECK_FAILS(dlcv_lbfgs(dlcv_parameter(v.g, "two", dlcv_shape1(2), DLCV_INIT_CONSTANT, 0), NULL, NULL), DLCV_ERR_SHAPE, "backward: \"two\" is [2], a scalar is wanted");
    CHECK_OK(dlcv_freeze(v.g, "", 1));
    CHECK_FAILS(dlcv_lbfgs(v.loss, NULL, NULL), DLCV_ERR_ARGUMENT, "lbfgs: no parameter learns");
    CHECK_OK(dlcv_freeze(v.g, "y", 0));         /* the valley's bottom above x */
    CHECK_OK(dlcv_lbfgs(v.loss, NULL, &p));
    CHECK_NEAR(value(v.y), value(v.x) * value(v.x), 1e-5);
    dlcv_f32(dlcv_value(v.y))[0] = 1e30f;
    CHECK_FAILS(dlcv_lbfgs(v.loss, NULL, NULL), DLCV_ERR_NUMERIC, "lbfgs: the loss is inf where it begins");
    dlcv_graph_free(v.g);
    {                                           /* log x - x has no least point where it is going: it ends, finite */
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        const dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, 0.5f);
        const dlcv_node loss = dlcv_reduce(dlcv_log(x), DLCV_REDUCE_SUM, DLCV_ALL);
        CHECK_OK(dlcv_lbfgs(loss, NULL, &p));
        CHECK_EQUAL(p.done, 0);
        CHECK(value(x) > 0 && value(x) < 0.5f && p.loss < -1);
        dlcv_graph_free(g);
    }
}

/* (x - 3)^4 / 4 of which one look is wrong: backward's sign after some calls, or forward fails */
typedef struct liar {
    int calls, turn_at, fail_at;
} liar;

static dlcv_status lie_forward(const dlcv_call *call, void *user)
{
    liar *l = (liar *)user;
    const double d = (double)dlcv_f32(call->in[0])[0] - 3;
    if (++l->calls == l->fail_at) return dlcv_fail(DLCV_ERR_IO, "no more");
    dlcv_f32(call->out)[0] = (float)(d * d * d * d / 4);
    return DLCV_OK;
}

static dlcv_status lie_backward(const dlcv_call *call, void *user)
{
    const liar *l = (const liar *)user;
    const double d = (double)dlcv_f32(call->in[0])[0] - 3;
    dlcv_f32(call->in_gradient[0])[0] += (l->turn_at && l->calls >= l->turn_at ? -1.0f : 1.0f) * dlcv_f32(call->out_gradient)[0] * (float)(d * d * d);
    return DLCV_OK;
}

/* Where no step goes down it forgets what it knew, tries once more and ends; where forward fails the last place stays. */
static void test_lies(void)
{
    int n;
    for (n = 1; n < 24; n++) {
        liar l;
        dlcv_op op;
        dlcv_progress p;
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        const dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, 0);
        dlcv_node loss;
        memset(&l, 0, sizeof l);
        memset(&op, 0, sizeof op);
        op.name = "Lie", op.user = &l, op.forward = lie_forward, op.backward = lie_backward;
        loss = dlcv_custom(&op, &x, 1);
        if (n % 2) l.turn_at = n / 2 + 1;
        else l.fail_at = n / 2;
        if (l.fail_at) CHECK_FAILS(dlcv_lbfgs(loss, NULL, NULL), DLCV_ERR_IO, "no more");
        else CHECK_OK(dlcv_lbfgs(loss, NULL, &p));
        if (!l.fail_at) CHECK(p.done ? fabs((double)value(x) - 3) < 0.022 : p.step < 12);
        CHECK(value(x) >= 0 && value(x) < 6);   /* nowhere higher than where it began */
        dlcv_graph_free(g);
    }
}

/* |x| + 4 |y| has no slope at its least point: it goes down and does not claim to be there */
static void test_kink(void)
{
    static const float start[2] = { 3, 1.7f }, scale[2] = { 1, 4 };
    const dlcv_tensor s = dlcv_tensor_view(scale, DLCV_F32, dlcv_shape1(2));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(2), DLCV_INIT_CONSTANT, 0);
    const dlcv_node loss = dlcv_reduce(dlcv_mul(dlcv_abs(x), dlcv_constant(g, &s)), DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_progress p;
    memcpy(dlcv_f32(dlcv_value(x)), start, sizeof start);
    CHECK_OK(dlcv_lbfgs(loss, NULL, &p));
    CHECK(p.loss < 3 && p.done == 0);
    dlcv_graph_free(g);
}

static void test_memory(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n;
    int done = 0;
    for (n = 1; !done && n < 100; n++) {
        valley v;
        dlcv_status status;
        memset(&heap, 0, sizeof heap);
        v = new_valley(&env);
        heap.fail_at = heap.calls + n;
        status = dlcv_lbfgs(v.loss, NULL, NULL);
        done = heap.calls < heap.fail_at;
        CHECK(status == (done ? DLCV_OK : DLCV_ERR_MEMORY));
        heap.fail_at = 0;
        if (!done) CHECK_OK(dlcv_lbfgs(v.loss, NULL, NULL));
        CHECK_NEAR(value(v.x), 1, 1e-4);
        dlcv_graph_free(v.g);
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(n > 4 && n < 20);
}

int main(void)
{
    test_valley();
    test_bowl();
    test_ridge();
    test_ends();
    test_lies();
    test_kink();
    test_memory();
    return test_end("solver_lbfgs");
}
