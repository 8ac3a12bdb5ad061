/* Training that stops and goes on: the same bits, whatever the threads and pieces; checkpoints that are others', or none; malloc failing at every n. */
#include "test.h"
#include "files.h"
#include "training.h"

/* The sum over a process that is alone */
static dlcv_status alone(float *gradients, size_t count, void *user)
{
    (void)gradients;
    (void)count;
    (void)user;
    return DLCV_OK;
}

#define ANOTHER "; set it back, or name another file (dlcv_weights_load goes on from the weights of this one)"

/* Takes one step and saves (says NULL: the first of a test), loads (says ""), or is refused because of what it says. */
static void one_run(const char *path, dlcv_node x, const dlcv_dataset *d, const dlcv_fit_opts *o, const char *says)
{
    dlcv_trainer *t = NULL;
    char text[1200];
    CHECK_OK(dlcv_trainer_new(x, d, o, &t));
    if (!says) {
        CHECK_OK(dlcv_trainer_step(t, 0, NULL));
        CHECK_OK(dlcv_trainer_save(t, path));
    } else if (!*says) {
        CHECK_OK(dlcv_trainer_load(t, path));
    } else {
        sprintf(text, "%.900s: a checkpoint of %s" ANOTHER, path, says);
        CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
    }
    dlcv_trainer_free(t);
}

/* A run under other options is another run; what is the default does not matter, nor epochs, validation and patience. */
static void test_options(const char *path)
{
    static const struct {
        size_t at;
        float value;
        const char *says;
    } all[] = {
        { offsetof(dlcv_fit_opts, optimizer.lr), 0.02f, "optimizer.lr 0.01, not 0.02" }, { offsetof(dlcv_fit_opts, optimizer.lr), 0.010000001f, "optimizer.lr 0.00999999978, not 0.0100000007" },
        { offsetof(dlcv_fit_opts, optimizer.lr), 0, "optimizer.lr 0.01, not 0.001" },
        { offsetof(dlcv_fit_opts, optimizer.momentum), 0.8f, "optimizer.momentum 0.9, not 0.8" }, { offsetof(dlcv_fit_opts, optimizer.momentum), 0.9f, "" },
        { offsetof(dlcv_fit_opts, optimizer.momentum), -1, "optimizer.momentum 0.9, not 0" },
        { offsetof(dlcv_fit_opts, optimizer.beta2), 0.99f, "optimizer.beta2 0.999, not 0.99" }, { offsetof(dlcv_fit_opts, optimizer.beta2), 0.999f, "" },
        { offsetof(dlcv_fit_opts, optimizer.epsilon), 1e-7f, "optimizer.epsilon 1e-08, not 1e-07" }, { offsetof(dlcv_fit_opts, optimizer.l2), 0, "optimizer.l2 0.0001, not 0" },
        { offsetof(dlcv_fit_opts, optimizer.l1), 1, "optimizer.l1 0, not 1" }, { offsetof(dlcv_fit_opts, optimizer.max_norm), 2, "optimizer.max_norm 0, not 2" },
        { offsetof(dlcv_fit_opts, optimizer.clip_norm), 3, "optimizer.clip_norm 0, not 3" }, { offsetof(dlcv_fit_opts, optimizer.average), 0.5f, "optimizer.average 0.9, not 0.5" },
        { offsetof(dlcv_fit_opts, smoothing), 0.2f, "smoothing 0.1, not 0.2" }, { offsetof(dlcv_fit_opts, warm_up), 0.5f, "warm_up 0.25, not 0.5" },
        { offsetof(dlcv_fit_opts, step_epochs), 2, "step_epochs 1, not 2" }, { offsetof(dlcv_fit_opts, step_factor), 0.5f, "step_factor 0.1, not 0.5" },
        { offsetof(dlcv_fit_opts, step_factor), 0.1f, "" }, { offsetof(dlcv_fit_opts, augment.rotate), 20, "augment.rotate 10, not 20" },
        { offsetof(dlcv_fit_opts, augment.scale), 0.2f, "augment.scale 0.1, not 0.2" }, { offsetof(dlcv_fit_opts, augment.color), 0.2f, "augment.color 0.1, not 0.2" },
        { offsetof(dlcv_fit_opts, augment.mixup), 0, "augment.mixup 0.2, not 0" }, { offsetof(dlcv_fit_opts, augment.fill), 0.5f, "augment.fill 0, not 0.5" },
        { offsetof(dlcv_fit_opts, augment.fill), -0.0f, "" }
    };
    static const struct {
        size_t at;
        int value;
        const char *says;
    } whole[] = { { offsetof(dlcv_fit_opts, augment.flip), 1, "augment.flip 0, not 1" }, { offsetof(dlcv_fit_opts, augment.shift), 2, "augment.shift 1, not 2" },
                  { offsetof(dlcv_fit_opts, augment.cutout), 3, "augment.cutout 2, not 3" }, { offsetof(dlcv_fit_opts, epochs), 5, "" },
                  { offsetof(dlcv_fit_opts, patience), 1, "" } };
    const dlcv_dataset d = digits(1, 100);
    const int numbers = (int)(sizeof all / sizeof *all), ints = (int)(sizeof whole / sizeof *whole);
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node x = network(g);
    int i;
    for (i = -1; i < numbers + ints; i++) {
        dlcv_fit_opts o = everything();
        o.schedule = DLCV_SCHEDULE_STEP, o.step_epochs = 1;
        if (i >= 0 && i < numbers) memcpy((char *)&o + all[i].at, &all[i].value, sizeof(float));
        if (i >= numbers) memcpy((char *)&o + whole[i - numbers].at, &whole[i - numbers].value, sizeof(int));
        if (o.patience) o.validation = &d;
        one_run(path, x, &d, &o, i < 0 ? NULL : i < numbers ? all[i].says : whole[i - numbers].says);
    }
    dlcv_graph_free(g);
    remove(path);
}

static dlcv_status custom_forward(const dlcv_call *c, void *user)
{
    (void)user;
    memcpy(c->out->data, c->in[0]->data, dlcv_tensor_count(c->out) * sizeof(float));
    return DLCV_OK;
}

static dlcv_status custom_backward(const dlcv_call *c, void *user)
{
    size_t i;
    (void)user;
    for (i = 0; i < dlcv_tensor_count(c->out); i++) dlcv_f32(c->in_gradient[0])[i] += dlcv_f32(c->out_gradient)[i];
    return DLCV_OK;
}

enum { THE_SAME, A_NODE_MORE, SAID_OTHERWISE, A_NODE_BEFORE, A_WORD, AN_ATTRIBUTE, AN_ORDER, A_CONSTANT, AN_EDGE, AN_OP, A_CUSTOM_OP, A_LAYER_BEFORE, A_MEAN, INVERTED, FROZEN, WIDER, DIFFERENCES };

/* A network that is different in one thing. */
static dlcv_node different(dlcv_graph *g, int how)
{
    static const dlcv_op ops[2] = { { "As", NULL, NULL, custom_forward, custom_backward }, { "Is", NULL, NULL, custom_forward, custom_backward } };
    const float factor = how == A_CONSTANT ? 0.75f : 0.5f;
    const dlcv_tensor constant = dlcv_tensor_view(&factor, DLCV_F32, dlcv_shape1(1));
    dlcv_conv2d_opts o;
    dlcv_preprocess p;
    dlcv_node x, y;
    memset(&p, 0, sizeof p);
    memset(&o, 0, sizeof o);
    p.height = p.width = 8, p.channels = 1, p.mean[0] = how == A_MEAN ? 0.4f : 0.3f, p.invert = how == INVERTED;
    o.pad = 1;
    if (how == SAID_OTHERWISE) p.stddev[0] = 1, p.scale = 1 / 255.0f, p.mean[1] = 3, p.bgr = 1;       /* of one channel */
    x = dlcv_image_input(g, "image", &p);
    if (how == A_NODE_BEFORE) (void)dlcv_tanh(x);                               /* on which nothing depends, but the dropout's random numbers */
    y = dlcv_conv2d(x, 1, 3, &o);
    x = dlcv_add(how == AN_EDGE ? x : y, dlcv_conv2d(y, 1, 3, &o));
    x = dlcv_transpose(x, how == AN_ORDER ? dlcv_shape4(0, 1, 3, 2) : dlcv_shape4(0, 1, 2, 3));
    x = dlcv_mul(x, dlcv_constant(g, &constant));
    x = dlcv_custom(&ops[how == A_CUSTOM_OP], &x, 1);
    x = how == AN_OP ? dlcv_sigmoid(x) : dlcv_relu(x);
    x = dlcv_pool2d(x, how == A_WORD ? DLCV_POOL_AVERAGE : DLCV_POOL_MAX, 2, NULL);
    x = dlcv_dropout(dlcv_flatten(x), how == AN_ATTRIBUTE ? 0.3f : 0.2f);
    if (how == A_NODE_MORE) (void)dlcv_tanh(x);                                 /* on which nothing depends */
    y = dlcv_linear(x, how == WIDER ? 11 : 10);
    x = dlcv_linear(x, 10);
    if (how != A_LAYER_BEFORE) x = y;               /* else what is learnt is "linear2", and nothing depends on "linear1" of the same shape */
    CHECK_OK(dlcv_freeze(g, "conv2d2", how == FROZEN));
    return x;
}

/* The weights after three steps of one, or of what goes on after the first. */
static uint64_t three_steps(const char *path, const dlcv_dataset *d, int how, int load)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node x = different(g, how);
    dlcv_trainer *t = NULL;
    uint64_t h;
    int i;
    CHECK_OK(dlcv_trainer_new(x, d, NULL, &t));
    if (load) CHECK_OK(dlcv_trainer_load(t, path));
    for (i = load; i < 3; i++) CHECK_OK(dlcv_trainer_step(t, 0, NULL));
    dlcv_trainer_free(t);
    h = hash_of(g);
    dlcv_graph_free(g);
    return h;
}

/* So is one of another network, though all parameters have the same names and shapes. */
static void test_networks(const char *path)
{
    const dlcv_dataset d = digits(1, 40);
    char text[1200];
    int i;
    for (i = -1; i < DIFFERENCES; i++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        const dlcv_node x = different(g, i < 0 ? 0 : i);
        if (i == WIDER) {
            dlcv_trainer *t = NULL;
            CHECK_OK(dlcv_trainer_new(x, &d, NULL, &t));
            sprintf(text, "%.900s: \"linear1.weight\" is F32 [10, 16], not F32 [11, 16]" ANOTHER, path);
            CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
            dlcv_trainer_free(t);
        } else {
            one_run(path, x, &d, NULL, i < 0 ? NULL : i < A_NODE_BEFORE ? ""
                : i < A_MEAN ? "a network of other ops, attributes of ops (stride, dropout, ...) or connections"
                : i < FROZEN ? "a network of other preprocessing of pictures (mean, scale, invert, ...)" : "a network of other frozen parameters");
        }
        dlcv_graph_free(g);
        if (i >= 0 && i < A_NODE_BEFORE) CHECK(three_steps(path, &d, i, 1) == three_steps(path, &d, THE_SAME, 0));
    }
    remove(path);
}

/* After a step that failed, the first of an epoch, too, a trainer is saved and loaded as it was before. */
static void test_failed_step(const char *path)
{
    const dlcv_dataset d = digits(1, 40);
    int wild, k;
    for (wild = 1; wild < 5; wild++) {              /* epochs of two steps */
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        const dlcv_node scores = network(g);
        dlcv_trainer *t = NULL, *u = NULL;
        dlcv_progress before, after;
        dlcv_tensor *bias;
        uint64_t weights;
        float kept;
        dlcv_fit_opts o;
        memset(&o, 0, sizeof o);
        o.batch = 20, o.epochs = 3;
        CHECK_OK(dlcv_trainer_new(scores, &d, &o, &t));
        for (k = 0; k < wild; k++) CHECK_OK(dlcv_trainer_step(t, 0, &before));
        weights = hash_of(g);
        bias = dlcv_value(dlcv_find(g, "linear1.bias"));
        kept = dlcv_f32(bias)[0];
        dlcv_f32(bias)[0] = (float)HUGE_VAL;
        CHECK(dlcv_trainer_step(t, 0, NULL) == DLCV_ERR_NUMERIC);
        dlcv_f32(dlcv_value(dlcv_find(g, "linear1.bias")))[0] = kept;
        CHECK(hash_of(g) == weights);
        CHECK_OK(dlcv_trainer_save(t, path));
        dlcv_trainer_free(t);
        CHECK_OK(dlcv_trainer_new(scores, &d, &o, &u));
        CHECK_OK(dlcv_trainer_load(u, path));
        CHECK_OK(dlcv_trainer_step(u, 0, &after));
        CHECK(after.step == wild + 1 && after.loss > 0 && after.loss < 10);
        dlcv_trainer_free(u);
        dlcv_graph_free(g);
    }
    remove(path);
}

/* A disk that is away for a moment: a checkpoint that is there and cannot be read is not begun anew, whatever became of *bytes. */
static dlcv_status away(const char *path, void *buffer, size_t *bytes, void *user)
{
    (void)user;
    if (!buffer) *bytes = 0;
    return dlcv_fail(DLCV_ERR_IO, "%s: the disk is away", path);
}

static void test_away(void)
{
    const dlcv_dataset d = digits(1, 40);
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_fit_opts o;
    uint64_t weights = 0;
    int i;
    memset(&o, 0, sizeof o);
    o.epochs = 1, o.batch = 20, o.checkpoint = "c";
    test_disk_use(&env, &disk);
    for (i = 0; i < 3; i++) {                       /* written; not read; read again: the run is over */
        uint64_t now;
        dlcv_graph *g;
        dlcv_node x;
        size_t bytes = 0;
        void *before = NULL;
        env.files.read = i == 1 ? away : test_disk_read;
        g = dlcv_graph_new(&env, 1);
        x = network(g);
        if (i == 1) {
            bytes = disk.file[0].bytes;
            before = malloc(bytes);
            memcpy(before, disk.file[0].data, bytes);
            CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_IO, "c: the disk is away (this way to files: of one that is not there it says DLCV_ERR_NOT_FOUND)");
            CHECK(disk.file[0].bytes == bytes && !memcmp(before, disk.file[0].data, bytes));
            free(before);
        } else {
            CHECK_OK(dlcv_fit(x, &d, &o));
            now = hash_of(g);
            CHECK(!i || now == weights);
            weights = now;
        }
        dlcv_graph_free(g);
    }
    CHECK(disk.count == 1 && disk.file[0].bytes > 1000);
    test_disk_free(&disk);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* Any number of threads, any number of pieces, saved and loaded at any step: the same bits. Nothing is allocated after the first step but by files. */
static void test_same(const char *path)
{
    static const int widths[] = { 1, 2, 3, 7 };
    const dlcv_dataset d = digits(1, 260), v = digits(0, 101);
    dlcv_fit_opts o = everything();
    uint64_t want = 0;
    int i;
    dlcv_progress p;
    o.validation = &v;
    for (i = 0; i < 4 + 3; i++) {
        test_heap heap;
        dlcv_env env = test_env(&heap);
        dlcv_graph *g;
        dlcv_trainer *t = NULL;
        dlcv_node x;
        memset(&p, 0, sizeof p);
        if (i < 4 && i) test_new_pool(widths[i], &env.threads);
        g = dlcv_graph_new(&env, 5);
        x = network(g);
        if (i < 4) {
            long calls;
            CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
            CHECK_OK(dlcv_trainer_step(t, 0, &p));
            CHECK(p.step == 1 && !p.done && p.steps == 11 && p.epoch == 1 && p.epochs == 2);
            calls = heap.calls;
            while (!p.done) CHECK_OK(dlcv_trainer_step(t, i ? 1e9 : 0, &p));
            CHECK_EQUAL(heap.calls, calls);
            CHECK(p.step == 11 && p.validation_loss > 0 && p.validation_loss < 3 && p.validation_accuracy > 0 && p.loss > 0 && p.loss < 3 && p.accuracy > 0);
            CHECK_OK(dlcv_trainer_step(t, 1, &p));
            CHECK(p.done && p.step == 11);
        } else {
            int k;                          /* a new process at steps 1, 5, 6 (where the epoch ends) */
            CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
            for (k = 0; k < (i == 4 ? 1 : i); k++) CHECK_OK(dlcv_trainer_step(t, 0, &p));
            CHECK_OK(dlcv_trainer_save(t, path));
            dlcv_trainer_free(t);
            dlcv_graph_free(g);
            g = dlcv_graph_new(&env, 99);
            x = network(g);
            CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
            CHECK_OK(dlcv_trainer_load(t, path));
            CHECK_OK(dlcv_trainer_step(t, 1e9, &p));
            CHECK(p.done && p.step == 11);
        }
        dlcv_trainer_free(t);
        if (!i) want = hash_of(g);
        CHECK(hash_of(g) == want);
        CHECK_OK(dlcv_swap_average(g));
        if (!i) CHECK(hash_of(g) != want);
        CHECK(dlcv_graph_status(g) == DLCV_OK);
        dlcv_graph_free(g);
        if (i < 4 && i) dlcv_pool_free(&env.threads);
        CHECK(heap.blocks == 0 && heap.wrong == 0);
    }
    remove(path);
}

/* Checkpoints of something else are refused, by the first difference. */
static void test_checkpoints(const char *path)
{
    const dlcv_dataset d = digits(1, 100), e = digits(1, 99);
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = network(g);
    dlcv_trainer *t = NULL;
    char text[1200];
    int i;
    static const char *const what[] = { "samples 100, not 99", "batch 10, not 11", "seed 0, not 7", "method ADAM, not SGD", "parts 1, not 2", "loss SOFTMAX, not HINGE",
                                        "schedule CONSTANT, not COSINE" };
    for (i = -1; i < 7; i++) {
        dlcv_fit_opts o;
        memset(&o, 0, sizeof o);
        o.batch = i == 1 ? 11 : 10;
        o.seed = i == 2 ? 7 : 0;
        o.optimizer.method = i == 3 ? DLCV_METHOD_SGD : DLCV_METHOD_ADAM;
        o.parts = i == 4 ? 2 : 1;
        o.optimizer.all_reduce = alone;
        o.loss = i == 5 ? DLCV_LOSS_HINGE : DLCV_LOSS_SOFTMAX;
        o.schedule = i == 6 ? DLCV_SCHEDULE_COSINE : DLCV_SCHEDULE_CONSTANT;
        CHECK_OK(dlcv_trainer_new(x, i == 0 ? &e : &d, &o, &t));
        if (i < 0) {
            CHECK_OK(dlcv_trainer_step(t, 0, NULL));
            CHECK_OK(dlcv_trainer_save(t, path));
            {                   /* a layer more */
                dlcv_graph *h = dlcv_graph_new(NULL, 1);
                const dlcv_node y = dlcv_linear(dlcv_relu(network(h)), 10);
                dlcv_trainer *u = NULL;
                CHECK_OK(dlcv_trainer_new(y, &d, &o, &u));
                CHECK(dlcv_trainer_load(u, path) == DLCV_ERR_FORMAT && strstr(dlcv_error(), ": a checkpoint of a network of other parameters than these ") != NULL);
                CHECK(strstr(dlcv_error(), ", it has no \"linear2.weight\"; ") != NULL);
                CHECK_OK(dlcv_trainer_save(u, path));
                CHECK(dlcv_trainer_load(t, path) == DLCV_ERR_FORMAT);
                sprintf(text, "these %d, it has %d; ", dlcv_parameter_count(g), dlcv_parameter_count(h));
                CHECK(strstr(dlcv_error(), text) != NULL);
                CHECK_OK(dlcv_trainer_save(t, path));
                dlcv_trainer_free(u);
                dlcv_graph_free(h);
            }
        } else {
            sprintf(text, "%.900s: a checkpoint of %s" ANOTHER, path, what[i]);
            CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
        }
        if (i == 6) {
            CHECK_OK(dlcv_weights_save(g, path));
            sprintf(text, "%.900s: no checkpoint, it has weights alone (there is no \"dlcv.cursor\"): dlcv_weights_load reads them", path);
            CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
        }
        dlcv_trainer_free(t);
    }
    remove(path);
    dlcv_graph_free(g);
}

/* Where the numbers of a tensor begin in a safetensors file. */
static size_t numbers_of(const unsigned char *file, const char *name)
{
    const char *at = strstr((const char *)file + 8, name);
    at = at ? strstr(at, "data_offsets\":[") : NULL;
    CHECK(at != NULL);
    return 8 + (size_t)file[0] + 256 * (size_t)file[1] + (at ? (size_t)atoi(at + 15) : 0);
}

static void write_number(unsigned char *to, int64_t number)
{
    int k;
    for (k = 0; k < 8; k++) to[k] = (unsigned char)((uint64_t)number >> 8 * k);
}

static void write_whole(const char *path, const unsigned char *file, size_t bytes)
{
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(file, 1, bytes, f) == bytes);
    if (f) fclose(f);
}

/* The text `from` of the header becomes `to`; how many bytes the file has then. */
static size_t change_header(unsigned char *file, size_t bytes, const char *from, const char *to)
{
    char *at = strstr((char *)file + 8, from);
    const size_t place = at ? (size_t)(at - (char *)file) : 0, old = strlen(from), now = strlen(to), header = file[0] + 256 * (size_t)file[1] + now - old;
    CHECK(at != NULL);
    if (!at) return bytes;
    memmove(file + place + now, file + place + old, bytes - place - old);
    memcpy(file + place, to, now);
    file[0] = (unsigned char)(header & 255);
    file[1] = (unsigned char)(header >> 8);
    return bytes + now - old;
}

/* A checkpoint of another version, or one whose weights were made shorter meanwhile. */
static void test_converted(const char *path)
{
    const dlcv_dataset d = digits(1, 60);
    static unsigned char file[1 << 16], other[1 << 16];
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g);
    dlcv_trainer *t = NULL;
    char text[1200], from[200], to[300];
    size_t bytes, n;
    long begin;
    FILE *f;
    CHECK_OK(dlcv_trainer_new(x, &d, NULL, &t));
    CHECK_OK(dlcv_trainer_step(t, 0, NULL));
    CHECK_OK(dlcv_trainer_save(t, path));
    f = fopen(path, "rb");
    bytes = f ? fread(file, 1, sizeof file - 512, f) : 0;
    if (f) fclose(f);
    memcpy(other, file, bytes);
    n = change_header(other, bytes, "dlcv.options", "dlcv.older");
    write_whole(path, other, n);
    sprintf(text, "%.900s: there is no \"dlcv.options\", it is of another version of dlcv.h" ANOTHER, path);
    CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
    begin = (long)(numbers_of(file, "\"linear1.bias\"") - 8 - file[0] - 256 * (size_t)file[1]);
    sprintf(from, "\"linear1.bias\":{\"dtype\":\"F32\",\"shape\":[10],\"data_offsets\":[%ld,%ld]}", begin, begin + 40);
    sprintf(to, "\"linear1.bias\":{\"dtype\":\"BF16\",\"shape\":[10],\"data_offsets\":[%ld,%ld]},\"rest\":{\"dtype\":\"U8\",\"shape\":[20],\"data_offsets\":[%ld,%ld]}",
            begin, begin + 20, begin + 20, begin + 40);
    memcpy(other, file, bytes);
    n = change_header(other, bytes, from, to);
    write_whole(path, other, n);
    sprintf(text, "%.900s: \"linear1.bias\" is BF16, a checkpoint has F32: it was converted", path);
    CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
    CHECK_OK(dlcv_weights_load(g, path));
    write_whole(path, file, bytes);
    CHECK_OK(dlcv_trainer_load(t, path));
    remove(path);
    dlcv_trainer_free(t);
    dlcv_graph_free(g);
}

/* Counts that are no counts in a file. */
static void test_counts(const char *path)
{
    const dlcv_dataset d = digits(1, 60);
    static const struct { int number; int64_t value; const char *says; } cursor[] = {
        { 5, 11, "a checkpoint of loss 11, not 0" ANOTHER }, { 7, -1, "a checkpoint whose step is -1" }, { 8, 2, "a checkpoint whose pending is 2" }, { 8, -1, "a checkpoint whose pending is -1" },
        { 9, -1, "a checkpoint whose bad epochs is -1" }, { 9, 4, "a checkpoint whose bad epochs is 4" }, { 9, 2147483647, "a checkpoint whose bad epochs is 2147483647" },
        { 12, 0x7ff0000000000000, "a checkpoint whose loss sum is inf" }, { 13, 0x7ff0000000000000, "a checkpoint whose right samples is inf" },
        { 13, 0x7ff8000000000000, NULL }, { 13, -0x4010000000000000, "a checkpoint whose right samples is -1" },     /* NaN: targets without right and wrong */
        { 8, 1, "a checkpoint whose epoch is over at step 3, which ends none" }, { 13, 0x4070000000000000, "a checkpoint of 256 right samples of 48 at step 3" },
        { 14, 0, " right samples of 0 at step 3" },
        { 14, 0x7ff8000000000000, "a checkpoint whose seen samples is nan" }, { 14, -0x4010000000000000, "a checkpoint whose seen samples is -1" },
        { 16, 0x7e37e43c8800759c, "a checkpoint whose validation loss is 1e+300" }, { 15, 0x7ff0000000000000, NULL } };   /* infinity: none yet */
    static const signed char bad[2] = { -1, 4 };
    static unsigned char file[1 << 16];
    dlcv_fit_opts o;
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g);
    dlcv_trainer *t = NULL;
    char text[1200];
    size_t bytes, begin;
    int i;
    FILE *f;
    memset(&o, 0, sizeof o);
    o.batch = 16;
    CHECK_OK(dlcv_trainer_new(x, &d, &o, &t));
    for (i = 0; i < 3; i++) CHECK_OK(dlcv_trainer_step(t, 0, NULL));
    CHECK_OK(dlcv_trainer_save(t, path));
    f = fopen(path, "rb");
    bytes = f ? fread(file, 1, sizeof file - 1, f) : 0;
    if (f) fclose(f);
    CHECK(bytes > 1000 && bytes < sizeof file - 1);
    begin = numbers_of(file, "dlcv.updates");
    for (i = 0; i < 2; i++) {
        write_number(file + begin, bad[i]);
        write_whole(path, file, bytes);
        sprintf(text, "%.900s: %d updates of parameter 0 in 3 steps", path, bad[i]);
        CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
    }
    write_number(file + begin, 3);
    begin = numbers_of(file, "dlcv.cursor");
    for (i = 0; i < (int)(sizeof cursor / sizeof *cursor); i++) {
        unsigned char *at = file + begin + 8 * cursor[i].number, kept[8];
        memcpy(kept, at, 8);
        write_number(at, cursor[i].value);
        write_whole(path, file, bytes);
        memcpy(at, kept, 8);
        if (!cursor[i].says) {
            CHECK_OK(dlcv_trainer_load(t, path));
            continue;
        }
        if (cursor[i].says[0] == ' ') {             /* how many is the backend's business */
            CHECK(dlcv_trainer_load(t, path) == DLCV_ERR_FORMAT && strstr(dlcv_error(), cursor[i].says));
            continue;
        }
        sprintf(text, "%.900s: %s", path, cursor[i].says);
        CHECK_FAILS(dlcv_trainer_load(t, path), DLCV_ERR_FORMAT, text);
    }
    CHECK_OK(dlcv_trainer_step(t, 0, NULL));
    remove(path);
    dlcv_trainer_free(t);
    dlcv_graph_free(g);
}

/* Fewer epochs than the checkpoint has are refused: its weights are not those of so few. */
static void test_fewer_epochs(const char *path)
{
    const dlcv_dataset d = digits(1, 60);
    dlcv_fit_opts o;
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g);
    char text[1200];
    memset(&o, 0, sizeof o);
    o.epochs = 3, o.batch = 20, o.checkpoint = path;
    remove(path);
    CHECK_OK(dlcv_fit(x, &d, &o));
    CHECK_OK(dlcv_fit(x, &d, &o));                          /* all done */
    o.epochs = 2;
    sprintf(text, "%.900s: a checkpoint of 3 epochs (9 steps), epochs is 2 (6 steps)" ANOTHER, path);
    CHECK_FAILS(dlcv_fit(x, &d, &o), DLCV_ERR_FORMAT, text);
    o.epochs = 4;
    CHECK_OK(dlcv_fit(x, &d, &o));
    remove(path);
    dlcv_graph_free(g);
}

/* Memory that fails at any place: an error that says so, nothing lost, and the same run afterwards. */
static void test_memory(const char *path)
{
    const dlcv_dataset d = digits(1, 30), v = digits(0, 17);
    dlcv_fit_opts o = everything();
    uint64_t want = 0;
    long n;
    int left = 1;
    o.epochs = 1, o.batch = 10, o.validation = &v, o.checkpoint = path;
    for (n = 0; left && n < 400; n++) {
        test_heap heap;
        dlcv_env env = test_env(&heap);
        dlcv_graph *g;
        dlcv_tensor out = { 0 };
        dlcv_node x;
        dlcv_status s;
        remove(path);
        heap.fail_at = n;
        g = dlcv_graph_new(&env, 5);
        x = network(g);
        s = g ? dlcv_fit(x, &d, &o) : DLCV_ERR_MEMORY;
        if (!s) s = dlcv_fit(x, &d, &o);                    /* reads it */
        if (!s) s = dlcv_predict(x, &v.x, &out);
        CHECK(s == DLCV_OK || s == DLCV_ERR_MEMORY);
        if (n == 0) want = hash_of(g);
        left = n == 0 || heap.calls >= n;
        if (s && g && dlcv_graph_status(g) == DLCV_OK) {
            remove(path);
            CHECK_OK(dlcv_graph_reset(g, 5));
            CHECK_OK(dlcv_fit(x, &d, &o));
            CHECK(hash_of(g) == want);
        }
        dlcv_tensor_free(&out);
        dlcv_graph_free(g);
        CHECK(heap.blocks == 0 && heap.wrong == 0);
    }
    CHECK(!left && n > 20);
    remove(path);
}

/* For test_resume.py: trains with a checkpoint that is written after each of many short epochs; prints a hash of the weights. */
static int run(const char *path)
{
    const dlcv_dataset d = digits(1, 90), v = digits(0, 30);
    dlcv_fit_opts o = everything();
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node x = network(g);
    dlcv_status s;
    o.epochs = 80, o.batch = 20, o.validation = &v, o.checkpoint = path;
    s = dlcv_fit(x, &d, &o);
    if (s) printf("%s\n", dlcv_error());
    else printf("%08lx%08lx\n", (unsigned long)(hash_of(g) >> 32), (unsigned long)(hash_of(g) & 0xffffffffu));
    dlcv_graph_free(g);
    return s != DLCV_OK;
}

int main(int argc, char **argv)
{
    char path[1024];
    if (argc > 2 && !strcmp(argv[1], "run")) return run(argv[2]);
    sprintf(path, "%.900s.safetensors", argv[0]);
    test_same(path);
    test_checkpoints(path);
    test_counts(path);
    test_converted(path);
    test_failed_step(path);
    test_away();
    test_options(path);
    test_networks(path);
    test_fewer_epochs(path);
    test_memory(path);
    return test_end("checkpoint");
}
