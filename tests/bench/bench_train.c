/* Whole training steps by the public trainer beside PyTorch (a process of its own, peer_torch_train.py): a minibatch of pixels drawn and made floats,
 * forward, backward, update. Random pixels and labels. And races: LeNet-5 on Fashion-MNIST until it is right about so many of the test set.
 * bench_train [--rounds N] [--only TEXT] [--threads 1|2] [--backend NAME] [--no-peers] [--fashion FOLDER] [--seeds N] [--json FILE] */
#define _GNU_SOURCE
#define DLCV_POOL
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "bursts.h"
#include "bench.h"
#include "torch.h"

enum { SAMPLES = 4096 };
#define GOAL_PEAK 178e9 /* FLOP/s of one core where the goals were set */

typedef struct task {
    const char *name, *net; /* of the zoo; NULL: 784-100-10 */
    int channels, height, batch;
    dlcv_method method;
    float lr, l2;
    double goal[2];         /* samples a second with one and two threads */
    double milliseconds;
} task;

static const task tasks[] = {
    { "MLP 784-100-10, batch 64", NULL, 1, 28, 64, DLCV_METHOD_SGD, 0.01f, 0, { 250e3, 380e3 }, 40 },
    { "LeNet-5 28 x 28, batch 64", "lenet5", 1, 28, 64, DLCV_METHOD_SGD, 0.01f, 0, { 28e3, 50e3 }, 60 },
    { "ConvNetJS CIFAR-10, batch 4", "convnetjs", 3, 32, 4, DLCV_METHOD_ADADELTA, 1, 5e-5f, { 4e3, 0 }, 60 },
    { "ConvNetJS CIFAR-10, batch 64", "convnetjs", 3, 32, 64, DLCV_METHOD_ADADELTA, 1, 5e-5f, { 5e3, 7.5e3 }, 60 },
    { "ResNet-20, batch 32", "resnet20", 3, 32, 32, DLCV_METHOD_NESTEROV, 0.1f, 5e-5f, { 450, 850 }, 100 },
    { "ResNet-20, batch 128", "resnet20", 3, 32, 128, DLCV_METHOD_NESTEROV, 0.1f, 5e-5f, { 450, 850 }, 100 } };

/* ---- PyTorch: one process a number of threads */
static int torch_case(torch *t, const task *k)
{
    static const char *const methods[] = { "adam", "sgd", "nesterov", "adagrad", "adadelta", "rmsprop", "adamw" };
    fprintf(t->to, "case %s %d %d %d %d %s %g %g\n", k->net ? k->net : "mlp", k->channels, k->height, k->batch, (int)SAMPLES, methods[k->method],
            (double)k->lr, 2 * (double)k->l2);
    return torch_takes(t, k->name);
}

static double torch_run(void *context, size_t repeat)
{
    torch *t = (torch *)context;
    char line[64], *end = line;
    double seconds;
    fprintf(t->to, "run %zu\n", repeat);
    if (!torch_answer(t, line, sizeof line)) return 0;
    seconds = strtod(line, &end);
    t->cpu = strtod(end, NULL) / (double)repeat;
    return seconds;
}

static void torch_warm(void *context, size_t repeat)
{
    torch_run(context, repeat);
}

/* ---- our side */
static void fail(const char *what)
{
    fprintf(stderr, "bench_train: %s: %s\n", what, dlcv_error());
    exit(1);
}

static void run_ours(void *context, size_t repeat)
{
    for (; repeat > 0; repeat--) {
        if (dlcv_trainer_step((dlcv_trainer *)context, 0, NULL)) fail("step");
    }
}

static dlcv_node net(dlcv_graph *g, const task *k)
{
    if (k->net) return dlcv_zoo(dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, k->channels, k->height, k->height)), k->net, 10);
    return dlcv_linear(dlcv_relu(dlcv_linear(dlcv_input(g, "image", DLCV_F32, dlcv_shape2(-1, k->channels * k->height * k->height)), 100)), 10);
}

static void data(const task *k, dlcv_dataset *d)
{
    uint32_t chance = 1;
    size_t i;
    memset(d, 0, sizeof *d);
    if (dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(SAMPLES, k->height, k->height, k->channels), &d->x)) fail("data");
    if (dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(SAMPLES), &d->y)) fail("data");
    for (i = 0; i < dlcv_tensor_count(&d->x); i++) dlcv_u8(&d->x)[i] = (uint8_t)((chance = chance * 1664525u + 1013904223u) >> 24);
    for (i = 0; i < SAMPLES; i++) dlcv_i32(&d->y)[i] = (int)((chance = chance * 1664525u + 1013904223u) >> 8) % 10;
}

/* Multiply-adds of a step by the definition: forward, and twice that in backward but for the gradient of the pixels. */
static double multiply_adds(dlcv_graph *g, int steps)
{
    double sum = 0, first = 0;
    int s;
    for (s = 0; s < steps; s++) {
        dlcv__call c;
        const dlcv__step *t = &g->plan->step[s];
        dlcv__call_step(g, s, &c);
        if (!c.op->flops || (strcmp(c.op->name, "conv2d") && strcmp(c.op->name, "linear"))) continue;
        sum += c.op->flops(&c) / 2;
        if (first <= 0 && t->active) first = c.op->flops(&c) / 2;
    }
    return 3 * sum - first;
}

/* A row: samples a second. */
static void measure(const task *k, const dlcv_env *env, torch *t, int threads, int rounds, FILE *json)
{
    dlcv_fit_opts o;
    dlcv_dataset d;
    dlcv_graph *g = dlcv_graph_new(env, 1);
    dlcv_trainer *trainer = NULL;
    const bench_row *ours, *peer, *limit;
    const double goal = k->goal[threads > 1], samples = (double)k->batch;
    double work, of_peak = 0;
    bench b;
    int i, pair = t && torch_case(t, k);
    bench_begin(&b, "bench_train", k->name, threads, dlcv_backend(), "us/sample", 1e6 / samples, json);
    b.rounds = rounds;
    b.milliseconds = threads > 1 ? 400 : k->milliseconds; /* the system takes a while to give threads that slept a core each */
    b.paired = 1;
    data(k, &d);
    memset(&o, 0, sizeof o);
    o.epochs = 10000;
    o.batch = k->batch;
    o.optimizer.method = k->method;
    o.optimizer.lr = k->lr;
    o.optimizer.l2 = k->l2;
    if (k->method == DLCV_METHOD_SGD) o.optimizer.momentum = 0.9f;
    if (dlcv_trainer_new(net(g, k), &d, &o, &trainer)) fail(k->name);
    run_ours(trainer, 1);
    bench_add(&b, BENCH_OURS, "dlcv", run_ours, trainer);
    if (pair) bench_add(&b, BENCH_PEER, t->name, torch_warm, t)->remote = torch_run;
    work = multiply_adds(g, g->plan->steps);
    bench_limit(&b, "f32_dot", bench_isa(dlcv_backend()), work);
    for (i = 0; i < b.rows; i++) {
        if (b.row[i].role == BENCH_LIMIT) bench_calibrate(&b.row[i], 0.02);
    }
    if (goal > 0) of_peak = 100 * goal / samples * 2 * work / GOAL_PEAK / threads;
    bench_run(&b);
    ours = bench_best(&b, BENCH_OURS, NULL);
    peer = bench_best(&b, BENCH_PEER, NULL);
    limit = bench_bound(&b);
    snprintf(b.extra, sizeof b.extra, ",\"samples_per_second\":%.6g,\"goal\":%.6g,\"goal_pct_peak\":%.1f", samples / ours->median, goal, of_peak);
    printf("%-30s %d %10.0f", k->name, threads, samples / ours->median);
    if (threads > 1) printf(" (CPU %.0f)", samples / ours->median_cpu);
    if (limit) printf(" %4.0f %%", 100 * bench_ratio(&b, limit, ours));
    if (peer) {
        printf("  %s %.0f", peer->name, samples / peer->median);
        if (threads > 1) printf(" (CPU %.0f)", samples / t->cpu);
        printf("  => %.2f x", bench_ratio(&b, peer, ours));
        snprintf(b.extra + strlen(b.extra), sizeof b.extra - strlen(b.extra), ",\"peer_samples_per_second\":%.6g", samples / peer->median);
    }
    if (goal > 0 && limit) {
        printf("  goal %.0f, %.0f %% of its peak: %s", goal, of_peak, 100 * bench_ratio(&b, limit, ours) >= of_peak || samples / ours->median >= goal ? "reached" : "missed");
    }
    printf("\n");
    fflush(stdout);
    bench_write(&b, ours, peer, limit);
    dlcv_trainer_free(trainer);
    dlcv_graph_free(g);
    dlcv_data_free(&d);
}

/* ---- races */
typedef struct race {
    const char *name;
    float target, lr, l2;                  /* AdamW, one cycle */
    int epochs, batch, every;              /* the test set is asked after each `every` steps; the clock stands still meanwhile */
    double goal;                           /* seconds with two threads */
} race;

static const race races[] = {
    { "Fashion-MNIST to 85 %", 0.85f, 0.01f, 0.005f, 1, 64, 32, 1.5 },
    { "Fashion-MNIST to 90 %", 0.90f, 0.006f, 0.005f, 4, 64, 94, 6 } };

enum { SEEDS = 15 };

typedef struct finish {
    double seconds, cpu; /* of training until the target was reached, at the end where it was not */
    float epochs, right;
} finish;

static float race_right(dlcv_node scores, const dlcv_dataset *test)
{
    dlcv_tensor out;
    float right = 0;
    memset(&out, 0, sizeof out);
    if (dlcv_predict(scores, &test->x, &out) || dlcv_accuracy(&out, &test->y, 1, &right)) fail("test set");
    dlcv_tensor_free(&out);
    return right;
}

static finish race_ours(const race *k, const dlcv_env *env, const dlcv_dataset *train, const dlcv_dataset *test, int seed)
{
    dlcv_graph *g = dlcv_graph_new(env, (uint64_t)seed);
    dlcv_preprocess p;
    dlcv_fit_opts o;
    dlcv_progress progress;
    dlcv_trainer *t = NULL;
    dlcv_node scores;
    finish f;
    int i;
    memset(&f, 0, sizeof f);
    memset(&p, 0, sizeof p);
    memset(&o, 0, sizeof o);
    memset(&progress, 0, sizeof progress);
    if (dlcv_preprocess_measure(&train->x, &p)) fail(k->name);
    p.height = p.width = 28;
    scores = dlcv_zoo(dlcv_image_input(g, "image", &p), "lenet5", 10);
    o.epochs = k->epochs, o.batch = k->batch, o.seed = (uint64_t)seed;
    o.optimizer.method = DLCV_METHOD_ADAMW, o.optimizer.lr = k->lr, o.optimizer.l2 = k->l2, o.schedule = DLCV_SCHEDULE_ONE_CYCLE;
    if (dlcv_trainer_new(scores, train, &o, &t)) fail(k->name);
    while (!progress.done && f.right < k->target) {
        const double wall = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
        for (i = 0; i < k->every && !progress.done; i++) {
            if (dlcv_trainer_step(t, 0, &progress)) fail(k->name);
        }
        f.seconds += bench_seconds(CLOCK_MONOTONIC) - wall;
        f.cpu += bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        f.epochs += (float)(i * k->batch) / (float)train->x.shape.dim[0];
        f.right = race_right(scores, test);
    }
    dlcv_trainer_free(t);
    dlcv_graph_free(g);
    return f;
}

static finish race_torch(const race *k, torch *t, int seed)
{
    char line[200], *end = line;
    finish f;
    memset(&f, 0, sizeof f);
    fprintf(t->to, "race %d %d %d %g %g %g %d\n", k->epochs, k->batch, k->every, (double)k->lr, 2 * (double)k->l2, (double)k->target, seed);
    if (!torch_answer(t, line, sizeof line)) return f;
    f.seconds = strtod(line, &end), f.cpu = strtod(end, &end), f.epochs = strtof(end, &end), f.right = strtof(end, NULL);
    return f;
}

/* The seeds' median; one that did not arrive took for ever. */
static double race_median(const race *k, const finish *f, int seeds, double *cpu, int *arrived)
{
    double seconds[SEEDS], cpus[SEEDS], low, high;
    int i;
    for (i = *arrived = 0; i < seeds; i++) {
        const int there = f[i].right >= k->target;
        seconds[i] = there ? f[i].seconds : 1e9;
        cpus[i] = there ? f[i].cpu : 1e9;
        *arrived += there;
    }
    *cpu = bench_median(cpus, seeds, &low, &high);
    return bench_median(seconds, seeds, &low, &high);
}

static void race_line(const char *name, const race *k, const finish *f, int seeds, double *seconds, double *cpu)
{
    int i, arrived;
    *seconds = race_median(k, f, seeds, cpu, &arrived);
    printf("  %-14s %7.2f s (CPU %.2f), %d of %d seeds arrived:", name, *seconds, *cpu, arrived, seeds);
    for (i = 0; i < seeds; i++) printf(" %.2f s after %.2f epochs%s", f[i].seconds, (double)f[i].epochs, f[i].right < k->target ? " (not there)" : i + 1 < seeds ? "," : "\n");
}

static void run_race(const race *k, const dlcv_env *env, torch *t, int threads, int seeds, const dlcv_dataset *train, const dlcv_dataset *test, FILE *json)
{
    finish ours[SEEDS], peer[SEEDS];
    double seconds, cpu, peers = 0, peers_cpu = 0;
    int i;
    for (i = 0; i < seeds; i++) {
        ours[i] = race_ours(k, env, train, test, i + 1);
        if (t) peer[i] = race_torch(k, t, i + 1);
    }
    printf("%s, %d thread%s\n", k->name, threads, threads > 1 ? "s" : "");
    race_line("dlcv", k, ours, seeds, &seconds, &cpu);
    if (t) race_line(t->name, k, peer, seeds, &peers, &peers_cpu);
    printf("  =>");
    if (t) printf(" %.2f x as fast;", peers / seconds);
    printf(" goal with two threads %.1f s: %s\n", k->goal, seconds <= k->goal ? "reached" : "missed");
    fprintf(json, "{\"bench\":\"bench_train\",\"shape\":\"%s\",\"threads\":%d,\"backend\":\"%s\",\"rounds\":%d,\"ours\":{\"value\":%.4g,\"unit\":\"s\"},"
                  "\"process_cpu\":%.4g,\"peers\":{", k->name, threads, dlcv_backend(), seeds, seconds, cpu);
    if (t) fprintf(json, "\"%s\":%.4g},\"ratio_best_peer\":%.4g", t->name, peers, peers / seconds);
    else fprintf(json, "},\"ratio_best_peer\":null");
    fprintf(json, ",\"goal\":%g}\n", k->goal);
    fflush(stdout);
    fflush(json);
}

static dlcv_status read_pair(const char *folder, const char *which, dlcv_dataset *out)
{
    char images[1024], labels[1024];
    snprintf(images, sizeof images, "%s/%s-images-idx3-ubyte", folder, which);
    snprintf(labels, sizeof labels, "%s/%s-labels-idx1-ubyte", folder, which);
    return dlcv_data_idx(NULL, images, labels, out);
}

static void run_races(const char *only, const char *folder, const dlcv_env *env, torch *t, int threads, int seeds, FILE *json)
{
    dlcv_dataset train, test;
    char line[1200];
    int i;
    for (i = 0; i < (int)(sizeof races / sizeof *races) && !strstr(races[i].name, only); i++) {}
    if (i == (int)(sizeof races / sizeof *races)) return;
    memset(&train, 0, sizeof train);
    memset(&test, 0, sizeof test);
    if (read_pair(folder, "train", &train) || read_pair(folder, "t10k", &test)) {
        printf("Fashion-MNIST: not run, %s (`make reproduce ONLY=fashion` unpacks it)\n", dlcv_error());
    } else {
        if (t) {
            fprintf(t->to, "fashion %s\n", folder);
            if (!torch_answer(t, line, sizeof line) || strncmp(line, "ok", 2)) t = NULL;
        }
        for (; i < (int)(sizeof races / sizeof *races); i++) {
            if (strstr(races[i].name, only)) run_race(&races[i], env, t, threads, seeds, &train, &test, json);
        }
    }
    dlcv_data_free(&train);
    dlcv_data_free(&test);
}

int main(int argc, char **argv)
{
    const char *only = "", *path = "build/bench/bench_train.json", *fashion = "build/fashion-mnist";
    int i, rounds = 7, peers = 1, threads = 0, seeds = 5, width;
    FILE *json;
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--no-peers")) peers = 0;
        else if (i + 1 < argc && !strcmp(argv[i], "--rounds")) rounds = atoi(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--threads")) threads = atoi(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--only")) only = argv[++i];
        else if (i + 1 < argc && !strcmp(argv[i], "--backend")) dlcv_backend_select(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--fashion")) fashion = argv[++i];
        else if (i + 1 < argc && !strcmp(argv[i], "--seeds")) seeds = atoi(argv[++i]);
        else if (i + 1 < argc && !strcmp(argv[i], "--json")) path = argv[++i];
        else return puts("bench_train [--rounds N] [--only TEXT] [--threads 1|2] [--backend NAME] [--no-peers] [--fashion FOLDER] [--seeds N] [--json FILE]") < 0;
    }
    if (seeds < 1 || seeds > SEEDS) return fprintf(stderr, "bench_train: 1 to %d seeds\n", (int)SEEDS) > 0;
    (void)bench_missing, (void)bench_report;
    bench_environment(argv);
    json = bench_json(path);
    printf("%-30s threads, samples/s, of FMA peak, %s\n", "a step of training", dlcv_backend());
    for (width = 1; width <= 2; width++) {
        dlcv_env env;
        torch t;
        int there;
        if (threads && width != threads) continue;
        memset(&env, 0, sizeof env);
        memset(&t, 0, sizeof t);
        if (width > 1 && dlcv_pool_new(NULL, width, &env.threads)) fail("threads");
        there = peers && torch_start(&t, "tests/bench/peer_torch_train.py", width);
        if (peers && !there) printf("  peer     PyTorch (python3-torch)                        not found\n");
        for (i = 0; i < (int)(sizeof tasks / sizeof *tasks); i++) {
            if (strstr(tasks[i].name, only)) measure(&tasks[i], &env, there ? &t : NULL, width, rounds, json);
        }
        run_races(only, fashion, &env, there ? &t : NULL, width, seeds, json);
        if (there) {
            fclose(t.to);
            fclose(t.from);
        }
        dlcv_pool_free(&env.threads);
    }
    fclose(json);
    return 0;
}
