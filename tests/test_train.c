/* The training loop on the embedded digits: callbacks, losses, validation, time, what it refuses. Minibatches are test_batch.c's, checkpoints test_checkpoint.c's. */
#include "test.h"
#include "training.h"

typedef struct seen_steps {
    int calls, ends, stop_at, last_done;
    float loss[64], validation[64];
} seen_steps;

static int on_step(const dlcv_progress *p, void *user)
{
    seen_steps *s = (seen_steps *)user;
    s->calls++;
    s->last_done = p->done;
    if (p->epoch_end && s->ends < 64) {
        s->loss[s->ends] = p->loss;
        s->validation[s->ends++] = p->validation_loss;
    }
    return s->calls == s->stop_at;
}

/* dlcv_fit: callbacks, an end by on_step and by patience, the checkpoint it goes on from; predict; the graph as before. */
static void test_fit(const char *path)
{
    const dlcv_dataset d = digits(1, 500), v = digits(0, 120);
    dlcv_fit_opts o;
    seen_steps seen;
    dlcv_graph *g = dlcv_graph_new(NULL, 5), *h = dlcv_graph_new(NULL, 6);
    dlcv_node x = network(g), again = network(h);
    dlcv_tensor scores = { 0 }, rows;
    const int nodes = dlcv_node_count(g);
    float right = 0;
    int i;
    memset(&o, 0, sizeof o);
    memset(&seen, 0, sizeof seen);
    o.epochs = 6, o.batch = 50, o.optimizer.lr = 0.02f, o.validation = &v, o.on_step = on_step, o.user = &seen;
    CHECK_OK(dlcv_fit(x, &d, &o));
    CHECK(seen.calls == 60 && seen.ends == 6 && seen.last_done == 1 && seen.loss[5] < 0.5f * seen.loss[0] && seen.validation[5] < seen.validation[0]);
    CHECK(dlcv_node_count(g) == nodes && dlcv_value(dlcv_find(g, "image")) == NULL);
    CHECK_OK(dlcv_predict(x, &v.x, &scores));
    CHECK_OK(dlcv_accuracy(&scores, &v.y, 1, &right));
    CHECK(right > 0.78f);
    rows = dlcv_tensor_rows(&v.x, 70, 71);
    {
        dlcv_tensor one = { 0 };
        CHECK_OK(dlcv_predict(x, &rows, &one));                            /* a sample does not depend on its company */
        for (i = 0; i < 10; i++) CHECK_NEAR(dlcv_f32(&one)[i], dlcv_f32(&scores)[700 + i], 1e-5);
        dlcv_tensor_free(&one);
    }
    /* stopped by on_step at step 13, and taken up by another graph: the same as at once */
    remove(path);
    o.checkpoint = path;
    memset(&seen, 0, sizeof seen);
    seen.stop_at = 13;
    CHECK_OK(dlcv_graph_reset(g, 5));
    CHECK_OK(dlcv_fit(x, &d, &o));
    CHECK(seen.calls == 13);
    CHECK_OK(dlcv_fit(again, &d, &o));
    CHECK(seen.calls == 60 && seen.last_done == 1);
    CHECK_OK(dlcv_weights_load(g, path));
    CHECK(hash_of(g) == hash_of(h));
    CHECK_OK(dlcv_predict(again, &v.x, &scores));
    {
        dlcv_tensor other = { 0 };
        o.checkpoint = NULL;
        CHECK_OK(dlcv_graph_reset(g, 5));
        CHECK_OK(dlcv_fit(x, &d, &o));
        CHECK(hash_of(g) == hash_of(h));
        CHECK_OK(dlcv_predict(x, &v.x, &other));
        CHECK(memcmp(other.data, scores.data, dlcv_tensor_count(&other) * 4) == 0);
        dlcv_tensor_free(&other);
    }
    o.checkpoint = path;
    CHECK_OK(dlcv_fit(again, &d, &o));                                         /* finished: nothing to do */
    o.checkpoint = NULL;
    /* no better validation: patience */
    memset(&seen, 0, sizeof seen);
    o.optimizer.lr = 1e-20f, o.epochs = 50, o.patience = 2;
    CHECK_OK(dlcv_fit(again, &d, &o));
    CHECK(seen.ends >= 3 && seen.ends < 20 && seen.last_done == 1);
    for (i = 0; i < 2; i++) CHECK(!(seen.validation[seen.ends - 1 - i] < seen.validation[seen.ends - 3]));
    remove(path);
    dlcv_tensor_free(&scores);
    dlcv_graph_free(g);
    dlcv_graph_free(h);
}

/* The loop by hand gives the same weights: what dlcv_fit does, in the words of the other functions. */
static void test_by_hand(void)
{
    const dlcv_dataset d = digits(1, 200);
    dlcv_graph *g = dlcv_graph_new(NULL, 5), *h = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g), scores = network(h), y = dlcv_input(h, "y", DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(scores, y, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_tensor bytes = { 0 }, labels = { 0 };
    dlcv_schedule_opts so = { 16, 2, 0, 0 };
    dlcv_fit_opts o;
    int64_t step;
    size_t i;
    memset(&o, 0, sizeof o);
    o.epochs = 3, o.batch = 40, o.seed = 9, o.augment.shift = 1, o.schedule = DLCV_SCHEDULE_ONE_CYCLE, o.warm_up = 0.4f;
    o.optimizer.method = DLCV_METHOD_NESTEROV, o.optimizer.lr = 0.05f;
    so.steps = 15;
    CHECK_OK(dlcv_fit(x, &d, &o));
    for (step = 0; step < 15; step++) {
        dlcv_optimizer op = o.optimizer;
        CHECK_OK(dlcv_data_batch(NULL, &d, step, 40, 9, &o.augment, &bytes, &labels));
        CHECK_OK(dlcv_bind(dlcv_find(h, "image"), &bytes));
        CHECK_OK(dlcv_bind(y, &labels));
        CHECK_OK(dlcv_forward(loss, DLCV_MODE_TRAIN));
        CHECK_OK(dlcv_backward(loss));
        op.lr = 0.05f * dlcv_schedule_at(o.schedule, step, &so);
        CHECK_OK(dlcv_update(h, &op));
    }
    for (i = 0; i < (size_t)dlcv_parameter_count(g); i++) {
        const dlcv_tensor *a = dlcv_value(dlcv_parameter_at(g, (int)i)), *b = dlcv_value(dlcv_parameter_at(h, (int)i));
        size_t k;
        double worst = 0;
        for (k = 0; k < dlcv_tensor_count(a); k++) worst = fmax(worst, fabs((double)dlcv_f32(a)[k] - (double)dlcv_f32(b)[k]));
        CHECK_NEAR(worst, 0, 1e-5);         /* the product lr * factor is rounded once more here */
    }
    dlcv_tensor_free(&bytes), dlcv_tensor_free(&labels);
    dlcv_graph_free(g);
    dlcv_graph_free(h);
}

/* Colours: pixels [h, w, c] become planes; a label for two classes; targets that are floats. */
static void test_kinds(void)
{
    static uint8_t rgb[4 * 2 * 3 * 3];
    static float out[4 * 18], target[4] = { 1, 2, 3, 4 };
    static const int32_t label[4] = { 0, 1, 1, 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node image = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 2, 3)), x = dlcv_flatten(image), score = dlcv_linear(x, 1);
    dlcv_dataset d;
    dlcv_fit_opts o;
    seen_steps seen;
    dlcv_tensor t = dlcv_tensor_view(out, DLCV_F32, dlcv_shape2(4, 18));
    int i, c, p;
    memset(&d, 0, sizeof d);
    memset(&o, 0, sizeof o);
    memset(&seen, 0, sizeof seen);
    for (i = 0; i < 72; i++) rgb[i] = (uint8_t)(i * 3);
    d.x = dlcv_tensor_view(rgb, DLCV_U8, dlcv_shape4(4, 2, 3, 3));
    CHECK_OK(dlcv_predict(x, &d.x, &t));
    for (i = 0; i < 4; i++) for (c = 0; c < 3; c++) for (p = 0; p < 6; p++) CHECK(out[i * 18 + c * 6 + p] == (float)rgb[i * 18 + p * 3 + c] / 255);
    d.y = dlcv_tensor_view(label, DLCV_I32, dlcv_shape1(4));
    o.epochs = 200, o.batch = 3, o.loss = DLCV_LOSS_LOGISTIC, o.optimizer.lr = 0.1f, o.on_step = on_step, o.user = &seen;
    o.optimizer.clip_norm = 1;
    CHECK_OK(dlcv_fit(score, &d, &o));
    CHECK(seen.calls == 267 && seen.ends == 64);
    d.y = dlcv_tensor_view(target, DLCV_F32, dlcv_shape1(4));
    o.loss = DLCV_LOSS_SQUARED, o.epochs = 500, o.batch = 8;                   /* more than there are: all */
    memset(&seen, 0, sizeof seen);
    CHECK_OK(dlcv_fit(score, &d, &o));
    CHECK(seen.calls == 500 && seen.loss[63] < seen.loss[0]);
    dlcv_graph_free(g);
}

static void test_errors(void)
{
    static float floats[20 * 63];
    dlcv_dataset d = digits(1, 20), small = digits(0, 20);
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = network(g), two = dlcv_add(x, dlcv_input(g, "more", DLCV_F32, dlcv_shape1(10))), flat;
    dlcv_trainer *t = NULL;
    dlcv_fit_opts o;
    dlcv_node none;
    dlcv_tensor out = { 0 };
    const int nodes = dlcv_node_count(g);
    memset(&o, 0, sizeof o);
    memset(&none, 0, sizeof none);
    CHECK(dlcv_fit(none, &d, NULL) == DLCV_ERR_ARGUMENT);
    CHECK_FAILS(dlcv_fit(x, NULL, NULL), DLCV_ERR_ARGUMENT, "fit: the data are NULL");
    {
        static const unsigned char bytes[20] = { 0 };
        dlcv_dataset odd = d;
        odd.y = dlcv_tensor_view(bytes, DLCV_U8, d.y.shape);
        CHECK_FAILS(dlcv_fit(x, &odd, NULL), DLCV_ERR_ARGUMENT,
                    "fit: train->y is u8 [20], must be i32: a class for each sample; from numpy save y.astype('i4'); numbers to come near to want another loss, such as SQUARED");
        CHECK_OK(dlcv_graph_status(g));
    }
    CHECK_FAILS(dlcv_trainer_new(x, &d, NULL, NULL), DLCV_ERR_ARGUMENT, "trainer_new: out is NULL");
    CHECK_FAILS(dlcv_fit(two, &d, NULL), DLCV_ERR_ARGUMENT, "fit: \"add1\" depends on 2 inputs, one is wanted");
    o.epochs = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: epochs is -1");
    o.epochs = 0, o.batch = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: batch is -1");
    o.batch = 0, o.patience = 1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: patience wants validation");
    o.patience = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: patience is -1");
    o.patience = 0, o.part = 2, o.parts = 2;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: part is 2 of 2");
    o.part = o.parts = 0, o.schedule = (dlcv_schedule)9;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: there is no schedule 9");
    o.schedule = DLCV_SCHEDULE_STEP, o.warm_up = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: warm_up is -1");
    o.warm_up = 0;                                  /* nothing is accepted and ignored */
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: the schedule STEP and step_epochs want each other; schedule is STEP, step_epochs 0, step_factor 0");
    o.schedule = DLCV_SCHEDULE_CONSTANT, o.step_epochs = 2;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: the schedule STEP and step_epochs want each other; schedule is CONSTANT, step_epochs 2, step_factor 0");
    o.step_epochs = 0, o.step_factor = 0.5f;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: the schedule STEP and step_epochs want each other; schedule is CONSTANT, step_epochs 0, step_factor 0.5");
    o.step_factor = 0, o.parts = 2;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: 2 parts want optimizer.all_reduce: without it each would train alone");
    o.parts = 0, o.epochs = 3, o.warm_up = 3.5f;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: warm_up is 3.5 of 3 epochs");
    o.warm_up = 0, o.augment.fill = 9;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: augment.fill is 9, and no shift, cutout, rotate or scale that would show it");
    o.augment.flip = 1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: augment.fill is 9, and no shift, cutout, rotate or scale that would show it");
    o.augment.flip = 0, o.augment.fill = 0;
    small = d;
    small.x.shape = dlcv_shape2(d.x.shape.dim[0], 64);
    CHECK_FAILS(dlcv_fit(x, &small, &o), DLCV_ERR_SHAPE, "fit: x is u8 [20, 64], input \"image\" takes pictures, u8 [n, h, w, c] or [n, h, w]");
    o.loss = DLCV_LOSS_HINGE, o.smoothing = 0.1f;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "loss: smoothing is 0.1: hinge has none, SOFTMAX has");
    o.loss = DLCV_LOSS_SOFTMAX, o.smoothing = 0;
    o.warm_up = 0, o.epochs = INT_MAX, o.batch = 1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: 2147483647 epochs are 42949672940 steps, 2147483647 are the most");
    o.epochs = 1, o.optimizer.lr = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: optimizer.lr is -1, not 0 or positive");
    o.optimizer.lr = 0, o.smoothing = 2;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": smoothing is 2, not in 0 .. 1");
    CHECK_OK(dlcv_graph_status(g));                     /* the graph is as it was */
    CHECK_EQUAL(dlcv_node_count(g), nodes);
    o.smoothing = 0;
    o.validation = &small;
    small.x.shape = dlcv_shape4(20, 4, 8, 1);
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_SHAPE, "fit: validation is u8 [20, 4, 8, 1], the training set u8 [20, 8, 8, 1], or their targets differ");
    o.validation = NULL;
    d.x = dlcv_tensor_view(floats, DLCV_F32, dlcv_shape2(20, 63));
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_SHAPE, "fit: x is f32 [20, 63], input \"image\" f32 [-1, 1, 8, 8]: samples of another size");
    CHECK_FAILS(dlcv_predict(x, &d.x, &out), DLCV_ERR_SHAPE, "predict: x is f32 [20, 63], input \"image\" f32 [-1, 1, 8, 8]: samples of another size");
    d = digits(1, 20);
    CHECK_FAILS(dlcv_predict(x, &d.x, NULL), DLCV_ERR_ARGUMENT, "predict: out is NULL");
    flat = dlcv_reduce(x, DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_FAILS(dlcv_predict(flat, &d.x, &out), DLCV_ERR_SHAPE, "predict: \"reduce1\" has no value for each sample");
    o.optimizer.method = DLCV_METHOD_SGD, o.optimizer.lr = 1e30f, o.epochs = 50;
    CHECK(dlcv_fit(x, &d, &o) == DLCV_ERR_NUMERIC && strstr(dlcv_error(), "fit: the loss of step ") == dlcv_error());
    CHECK_FAILS(dlcv_trainer_step(NULL, 1, NULL), DLCV_ERR_ARGUMENT, "trainer_step: the trainer is NULL");
    CHECK_FAILS(dlcv_trainer_save(NULL, "x"), DLCV_ERR_ARGUMENT, "trainer_save: the trainer is NULL");
    CHECK_OK(dlcv_graph_reset(g, 1));
    o.optimizer.lr = 0;
    CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
    CHECK_FAILS(dlcv_trainer_load(t, NULL), DLCV_ERR_ARGUMENT, "trainer_load: the path is NULL");
    (void)dlcv_relu(x);
    CHECK(dlcv_trainer_step(t, 1, NULL) == DLCV_ERR_STATE && strstr(dlcv_error(), "trainer_step: the graph has ") == dlcv_error());
    dlcv_trainer_free(t);
    dlcv_trainer_free(NULL);
    dlcv_graph_free(g);
}

/* ---- what a run may not do, and says in time */

typedef struct told {
    dlcv_graph *swap;           /* swapped at the first step, where the run ends */
    int calls, epochs[16], done, restored;
    float lr[16];
} told;

static int tell(const dlcv_progress *p, void *user)
{
    told *s = (told *)user;
    if (s->calls < 16) s->epochs[s->calls] = p->epoch_end ? -p->epoch : p->epoch, s->lr[s->calls] = p->lr;
    s->calls++;
    s->done = p->done;
    s->restored = p->restored;
    return s->swap && dlcv_swap_average(s->swap) == DLCV_OK;
}

/* The rate of each step and the epoch it belongs to, where 40 does not divide 100: the ends are steps 3, 5 and 8. */
static void test_told(const char *path)
{
    static const int epochs[8] = { 1, 1, -1, 2, -2, 3, 3, -3 };
    const dlcv_dataset d = digits(1, 100);
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g);
    dlcv_fit_opts o;
    told s;
    int i;
    memset(&o, 0, sizeof o);
    memset(&s, 0, sizeof s);
    o.epochs = 3, o.batch = 40, o.schedule = DLCV_SCHEDULE_STEP, o.step_epochs = 1, o.on_step = tell, o.user = &s, o.checkpoint = path;
    remove(path);
    CHECK_OK(dlcv_fit(x, &d, &o));
    CHECK(s.calls == 8 && s.done && s.restored == 0);
    for (i = 0; i < 8; i++) {
        CHECK_EQUAL(s.epochs[i], epochs[i]);
        CHECK_NEAR(s.lr[i], i < 3 ? 1e-3 : i < 5 ? 1e-4 : 1e-5, 1e-9);         /* steps 0, 2.5, 5, 7.5 */
    }
    memset(&s, 0, sizeof s);
    CHECK_OK(dlcv_fit(x, &d, &o));                                             /* over: told once */
    CHECK(s.calls == 1 && s.done && s.restored == 8);
    o.epochs = 4;
    memset(&s, 0, sizeof s);
    CHECK_OK(dlcv_fit(x, &d, &o));                                             /* one epoch more */
    CHECK(s.calls == 2 && s.done && s.restored == 8);
    remove(path);
    o.checkpoint = "no/such/folder";
    memset(&s, 0, sizeof s);
    CHECK(dlcv_fit(x, &d, &o) == DLCV_ERR_IO && s.calls == 0);                 /* before the first step */
    dlcv_graph_free(g);
}

/* A loss that is not finite, or a step that fails, leaves weights and running statistics as they were. */
static void test_unharmed(void)
{
    static float x[40 * 4];
    static int32_t y[40];
    dlcv_dataset d, v;
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node scores = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 4));
    dlcv_fit_opts o;
    dlcv_trainer *t = NULL;
    dlcv_progress p;
    uint64_t h;
    int i;
    scores = dlcv_linear(dlcv_relu(dlcv_batch_norm(dlcv_linear(scores, 6), NULL)), 2);
    memset(&o, 0, sizeof o);
    memset(&d, 0, sizeof d);
    for (i = 0; i < 160; i++) x[i] = (float)(i * 37 % 101) / 50 - 1;
    for (i = 0; i < 40; i++) y[i] = x[4 * i] > 0;
    d.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(40, 4));
    d.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(40));
    v = d;
    o.batch = 20, o.epochs = 3;
    CHECK_OK(dlcv_trainer_new(scores, &d, &o, &t));
    CHECK_OK(dlcv_trainer_step(t, 0, &p));
    h = hash_of(g);
    x[4] = (float)(HUGE_VAL - HUGE_VAL);
    for (i = 0; i < 3; i++) {                       /* the second step has sample 1, or the third, or none again */
        const dlcv_status s = dlcv_trainer_step(t, 0, &p);
        if (s) break;
        h = hash_of(g);
    }
    CHECK(i < 3 && strstr(dlcv_error(), " is not a number: a smaller lr") != NULL && hash_of(g) == h);
    dlcv_trainer_free(t);
    x[4] = 0;
    y[33] = 2;                                      /* labels are looked at first, all */
    CHECK_FAILS(dlcv_fit(scores, &d, &o), DLCV_ERR_ARGUMENT, "fit: train->y[33] is 2, the scores have 2 classes (0 .. 1)");
    y[33] = 0;
    d.classes = 3;
    CHECK_FAILS(dlcv_fit(scores, &d, &o), DLCV_ERR_ARGUMENT, "fit: train->classes is 3, the scores have 2 classes");
    d = v;
    d.x = dlcv_tensor_rows(&v.x, 0, 20), d.y = dlcv_tensor_rows(&v.y, 0, 20);
    y[25] = -1;
    o.validation = &v;
    CHECK_FAILS(dlcv_fit(scores, &d, &o), DLCV_ERR_ARGUMENT, "fit: validation->y[25] is -1, the scores have 2 classes (0 .. 1)");
    y[25] = 1;
    x[150] = (float)(HUGE_VAL - HUGE_VAL);                            /* of the validation set alone: NaN is no better than none */
    o.patience = 1, o.epochs = 30;
    CHECK_OK(dlcv_trainer_new(scores, &d, &o, &t));
    CHECK_OK(dlcv_trainer_step(t, 1e9, &p));
    CHECK(p.done && p.step == 1 && p.validation_loss != p.validation_loss);
    dlcv_trainer_free(t);
    o.parts = 2;
    CHECK_FAILS(dlcv_fit(scores, &d, &o), DLCV_ERR_ARGUMENT, "fit: patience with 2 parts: running statistics are each process's own, and so would be the end");
    dlcv_graph_free(g);
}

/* One trainer at a time; the mean is of this run; files want the weights; what does not learn. */
static void test_states(const char *path)
{
    const dlcv_dataset d = digits(1, 60);
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g), soft;
    dlcv_trainer *t = NULL, *u = NULL;
    dlcv_fit_opts o;
    told s;
    uint64_t h;
    memset(&o, 0, sizeof o);
    memset(&s, 0, sizeof s);
    o.epochs = 2, o.batch = 20, o.optimizer.average = 0.9f;
    CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
    CHECK_FAILS(dlcv_trainer_new(x, &d, &o, &u), DLCV_ERR_STATE, "fit: the graph has a trainer already: trainer_free comes first");
    CHECK(u == NULL);
    CHECK_OK(dlcv_trainer_step(t, 0, NULL));
    CHECK_OK(dlcv_swap_average(g));
    CHECK_FAILS(dlcv_trainer_save(t, path), DLCV_ERR_STATE, "trainer_save: the weights are their mean now: swap_average once more");
    CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_STATE, "trainer_load: the weights are their mean now: swap_average once more");
    CHECK_OK(dlcv_swap_average(g));
    (void)dlcv_name(dlcv_relu(x), "late");
    dlcv_trainer_free(t);                           /* nodes stay behind, nothing is bound to them */
    CHECK(dlcv_value(dlcv_find(g, "fit.target1")) == NULL && dlcv_graph_status(g) == DLCV_OK);
    remove(path);
    o.checkpoint = path, o.on_step = tell, o.user = &s, s.swap = g;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_STATE, "trainer_save: the weights are their mean now: swap_average once more");
    remove(path);
    o.on_step = NULL, o.optimizer.average = 0, o.optimizer.method = DLCV_METHOD_SGD;
    CHECK_OK(dlcv_fit(x, &d, &o));
    h = hash_of(g);
    CHECK_FAILS(dlcv_swap_average(g), DLCV_ERR_STATE, "swap_average: there is no mean: update with dlcv_optimizer.average > 0 keeps it");
    CHECK(hash_of(g) == h);
    o.checkpoint = NULL, o.optimizer.method = DLCV_METHOD_ADAM;
    CHECK_OK(dlcv_fit(x, &d, &o));                  /* another stage, then the file of the one before */
    o.checkpoint = path, o.optimizer.method = DLCV_METHOD_SGD;
    CHECK_OK(dlcv_fit(x, &d, &o));
    CHECK(hash_of(g) == h);
    remove(path);
    o.checkpoint = NULL, o.augment.flip = -1;
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_ARGUMENT, "fit: augment.flip is -1, not 0 or 1");
    o.augment.flip = 0;
    CHECK_OK(dlcv_freeze(g, "", 1));
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_STATE, "fit: all parameters that \"linear1\" depends on are frozen: nothing would learn");
    CHECK_OK(dlcv_freeze(g, "", 0));
    soft = dlcv_softmax(x, 1);
    CHECK_FAILS(dlcv_fit(soft, &d, &o), DLCV_ERR_ARGUMENT, "fit: \"softmax1\" is a softmax, which the loss SOFTMAX has in itself: it wants the scores before");
    dlcv_graph_free(g);
}

static int last_loss(const dlcv_progress *p, void *user)
{
    *(float *)user = p->loss;
    return 0;
}

/* Pictures of another shape, though as many numbers. */
static void test_pictures(void)
{
    static const uint8_t bytes[20 * 192] = { 0 };
    static const float floats[20 * 192] = { 0 };
    static const int32_t labels[24] = { 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_flatten(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 3, 8, 8)));
    dlcv_tensor out = { 0 }, t = dlcv_tensor_view(bytes, DLCV_U8, dlcv_shape4(20, 6, 8, 4));
    dlcv_preprocess p;
    dlcv_dataset d, v;
    dlcv_fit_opts o;
    memset(&p, 0, sizeof p);
    memset(&d, 0, sizeof d);
    memset(&o, 0, sizeof o);
    CHECK_FAILS(dlcv_predict(x, &t, &out), DLCV_ERR_SHAPE, "predict: x is u8 [20, 6, 8, 4], input \"x\" f32 [-1, 3, 8, 8]: samples of another shape");
    t = dlcv_tensor_view(floats, DLCV_F32, dlcv_shape4(20, 8, 8, 3));
    CHECK_FAILS(dlcv_predict(x, &t, &out), DLCV_ERR_SHAPE, "predict: x is f32 [20, 8, 8, 3], input \"x\" f32 [-1, 3, 8, 8]: samples of another shape");
    t.shape = dlcv_shape2(20, 192);
    CHECK_OK(dlcv_predict(x, &t, &out));
    t = dlcv_tensor_view(bytes, DLCV_U8, dlcv_shape3(8, 8, 3));
    CHECK_OK(dlcv_predict(x, &t, &out));                    /* one picture */
    CHECK(out.shape.dim[0] == 1 && out.shape.dim[1] == 192);
    t.shape = dlcv_shape3(3, 8, 8);
    CHECK_FAILS(dlcv_predict(x, &t, &out), DLCV_ERR_SHAPE, "predict: x is u8 [3, 8, 8], input \"x\" f32 [-1, 3, 8, 8]: samples of another size");
    d.x = dlcv_tensor_view(bytes, DLCV_U8, dlcv_shape4(20, 8, 8, 3));
    d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(20));
    v = d;
    v.x.shape = dlcv_shape4(20, 3, 32, 2);
    o.validation = &v;
    CHECK_FAILS(dlcv_fit(dlcv_linear(x, 2), &d, &o), DLCV_ERR_SHAPE,
                "fit: validation is u8 [20, 3, 32, 2], the training set u8 [20, 8, 8, 3], or their targets differ");
    p.height = p.width = 24;
    x = dlcv_flatten(dlcv_image_input(g, "image", &p));
    t.shape = dlcv_shape4(1, 24, 24, 3);
    CHECK_OK(dlcv_predict(x, &t, &out));
    CHECK(out.shape.dim[0] == 1 && out.shape.dim[1] == 1728);
    dlcv_tensor_free(&out);
    dlcv_graph_free(g);
}

/* What bind, predict and fit take of pictures is the same: one of three dimensions, many grey ones of three. */
static void test_one_picture(void)
{
    static const int shapes[4][5] = { { 3, 9, 7, 3, 1 }, { 4, 1, 9, 7, 3 }, { 3, 4, 9, 7, 4 }, { 3, 21, 9, 1, 1 } };        /* dimensions, samples */
    static uint8_t bytes[3 * 9 * 21];
    static const int32_t labels[4] = { 1, 0, 1, 0 };
    dlcv_preprocess p;
    dlcv_fit_opts o;
    float first[4] = { 0 };
    size_t i;
    memset(&p, 0, sizeof p);
    memset(&o, 0, sizeof o);
    p.height = p.width = 8;
    o.epochs = 1;
    for (i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(37 * i % 251);
    for (i = 0; i < 4; i++) {
        const int *s = shapes[i], n = i == 1 ? 1 : s[4];
        dlcv_graph *g = dlcv_graph_new(NULL, 3);
        dlcv_node image, x;
        dlcv_tensor t = dlcv_tensor_view(bytes, DLCV_U8, s[0] == 3 ? dlcv_shape3(s[1], s[2], s[3]) : dlcv_shape4(s[1], s[2], s[3], s[4])), out = { 0 };
        dlcv_dataset d;
        memset(&d, 0, sizeof d);
        d.x = t;
        d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
        p.channels = i < 2 ? 3 : 1;
        o.validation = &d;
        image = dlcv_image_input(g, "image", &p);
        x = dlcv_linear(dlcv_flatten(image), 2);
        CHECK_OK(dlcv_predict(x, &t, &out));
        CHECK(out.shape.ndim == 2 && out.shape.dim[0] == n);
        CHECK_OK(dlcv_bind(image, &t));
        CHECK_OK(dlcv_forward(x, DLCV_MODE_INFER));
        CHECK(dlcv_value(x)->shape.dim[0] == n && !memcmp(dlcv_value(x)->data, out.data, (size_t)n * 8));
        first[i] = dlcv_f32(&out)[0];
        CHECK_OK(dlcv_fit(x, &d, &o));
        d.y.shape.dim[0] = n + 1;
        d.y.data = bytes;                                   /* not looked at */
        CHECK_EQUAL(dlcv_fit(x, &d, NULL), DLCV_ERR_SHAPE);
        dlcv_tensor_free(&out);
        dlcv_graph_free(g);
    }
    CHECK(first[0] == first[1] && first[0] != 0);           /* [h, w, c] is [1, h, w, c] */
}

/* A log_softmax before the loss SOFTMAX, which has one in itself: the softmax of both is the same. */
static void test_log_softmax(void)
{
    float loss[2] = { 0 };
    int i;
    for (i = 0; i < 2; i++) {
        const dlcv_dataset d = digits(1, 60);
        dlcv_graph *g = dlcv_graph_new(NULL, 5);
        dlcv_node x = network(g);
        dlcv_fit_opts o;
        memset(&o, 0, sizeof o);
        o.epochs = 2, o.on_step = last_loss, o.user = &loss[i];
        CHECK_OK(dlcv_fit(i ? dlcv_log_softmax(x, 1) : x, &d, &o));
        dlcv_graph_free(g);
    }
    CHECK(loss[0] > 0 && fabsf(loss[0] - loss[1]) <= 1e-4f * loss[0]);
}

int main(int argc, char **argv)
{
    char path[1024];
    (void)argc;
    sprintf(path, "%.900s.safetensors", argv[0]);
    test_fit(path);
    test_by_hand();
    test_kinds();
    test_errors();
    test_told(path);
    test_unharmed();
    test_states(path);
    test_pictures();
    test_one_picture();
    test_log_softmax();
    return test_end("train");
}
