/* k nearest neighbours on all of CIFAR-10: 10,000 queries x 50,000 rows x 3,072, k = 7. Chunk by chunk: the limit's
 * bursts, we, the bursts again, the peers (each on a few queries of the same chunk). Compiled with DLCV_DISPATCH and
 * for any machine, so that --backend times each backend as it would be elsewhere. bench_knn --help lists the options. */
#define _GNU_SOURCE
#define DLCV_IMPLEMENTATION
#ifndef DLCV_DISPATCH
#define DLCV_DISPATCH
#endif
#define DLCV_POOL
#ifdef DLCV_SPINE
#include "../../src/dlcv.h"
#else
#include "dlcv.h"
#endif
#include "bursts.h"
#include "bench.h"
#include "peers/peers.h"

enum { MAX_WIDTH = 64 };

typedef struct options {
    const char *data, *only, *backend, *json;
    int queries, chunk, full, threads, k, peers, sklearn, verbose;
} options;

/* One line of the table. Pixels as bytes, as floats 0 .. 255, or as floats / 255 minus the mean image. */
enum { BYTES, INTEGERS, CENTRED };
typedef struct task {
    const char *name;
    int values;
    dlcv_metric metric;
    peer_metric peer;
    const char *limit; /* kind of burst */
    double goal;       /* of goals.md, times the limit */
    const char *note;  /* a second limit, for information */
    const char *sklearn;
    double peer_seconds[5]; /* per query, roughly: sets how many queries each peer gets */
} task;

/* clang-format off */
static const task tasks[] = {
    { "u8 L1", BYTES, DLCV_METRIC_L1, PEER_L1, "u8_l1", 1.31, NULL, NULL, { 0.005, 0.005, 0, 0, 0 } },
    { "u8 L2", BYTES, DLCV_METRIC_L2, PEER_L2, "u8_dot", 1.41, NULL, NULL, { 0.01, 0.01, 0.004, 0, 0 } },
    { "f32 L1 of integer values", INTEGERS, DLCV_METRIC_L1, PEER_L1, "f32_l1_max", 1.35, "f32_l1", NULL,
        { 0.02, 0.02, 0, 0, 0.14 } },
    { "f32 L1", CENTRED, DLCV_METRIC_L1, PEER_L1, "f32_l1", 1.24, "f32_l1_max", "manhattan",
        { 0.02, 0.02, 0, 0, 0.14 } },
    { "f32 L2", CENTRED, DLCV_METRIC_L2, PEER_L2, "f32_dot", 0, "f32_l2", "euclidean",
        { 0.02, 0.02, 0.015, 0.004, 0.004 } },
    { "f32 dot", CENTRED, DLCV_METRIC_DOT, PEER_DOT, "f32_dot", 0, NULL, NULL,
        { 0.02, 0.02, 0.015, 0.004, 0.004 } },
    { "f32 cosine", CENTRED, DLCV_METRIC_COSINE, PEER_DOT, "f32_dot", 0, NULL, "cosine", { 0, 0, 0, 0, 0 } }
};
/* clang-format on */

enum { PEERS = 5 };
static const char *const peer_names[PEERS] = { "gcc -O3 blocked 256", "gcc -O3 blocked 512", "simsimd, blocked",
                                               "openblas sgemm + top k", "faiss IndexFlat" };
static const peer_searcher peer_functions[PEERS] = {
#ifdef PEER_LOOPS
    peer_blocked_v256, peer_blocked_v512,
#else
    NULL, NULL,
#endif
#ifdef PEER_SIMSIMD
    peer_simsimd,
#else
    NULL,
#endif
#ifdef PEER_OPENBLAS
    peer_openblas,
#else
    NULL,
#endif
#ifdef PEER_FAISS
    peer_faiss
#else
    NULL
#endif
};

static void die(const char *what)
{
    fprintf(stderr, "bench_knn: %s: %s\n", what, dlcv_error());
    exit(1);
}

/* ---- threads: the pool's, with the CPU time of every thread beside it */

typedef struct clocked {
    dlcv_threads pool;
    double seconds[MAX_WIDTH]; /* CPU time inside tasks, one slot a thread */
    int slots;
    dlcv_task task;
    void *context;
} clocked;

static __thread int thread_slot;

static void clocked_task(int index, void *context)
{
    clocked *c = (clocked *)context;
    double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
    if (!thread_slot) {
        thread_slot = __atomic_add_fetch(&c->slots, 1, __ATOMIC_RELAXED);
    }
    c->task(index, c->context);
    c->seconds[thread_slot % MAX_WIDTH] += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void clocked_for(int count, dlcv_task run, void *context, void *user)
{
    clocked *c = (clocked *)user;
    c->task = run;
    c->context = context;
    c->pool.parallel_for(count, clocked_task, c, c->pool.user);
}

/* ---- data */

typedef struct data {
    dlcv_dataset train, test; /* u8 */
    float *floats[2];         /* train, test; as `values` says */
    int values, d, synthetic;
} data;

static void make_synthetic(dlcv_dataset *set, int n, uint32_t seed)
{
    uint8_t *x;
    size_t i, count;
    if (dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(n, 32, 32, 3), &set->x) != DLCV_OK) {
        die("synthetic data");
    }
    x = dlcv_u8(&set->x);
    count = dlcv_tensor_count(&set->x);
    for (i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        x[i] = (uint8_t)(seed >> 24);
    }
}

static void load(data *d, const char *folder)
{
    memset(d, 0, sizeof(*d));
    if (dlcv_data_cifar10(NULL, folder, &d->train, &d->test) != DLCV_OK) {
        printf("%s: synthetic data of the same shape instead (make cifar10 unpacks the real)\n", dlcv_error());
        make_synthetic(&d->train, 50000, 1);
        make_synthetic(&d->test, 10000, 2);
        d->synthetic = 1;
    }
    d->d = (int)(dlcv_tensor_count(&d->train.x) / (size_t)d->train.x.shape.dim[0]);
    d->values = BYTES;
}

static float *to_floats(const dlcv_tensor *x, const double *mean, int d, int values)
{
    size_t i, j, rows = (size_t)x->shape.dim[0], width = (size_t)d;
    const uint8_t *in = dlcv_u8(x);
    float *out = (float *)aligned_alloc(64, rows * width * sizeof(float));
    if (!out) {
        die("no memory for floats");
    }
    for (i = 0; i < rows; i++) {
        for (j = 0; j < width; j++) {
            double v = in[i * width + j];
            out[i * width + j] = (float)(values == CENTRED ? (v - mean[j]) / 255.0 : v);
        }
    }
    return out;
}

static void use_values(data *d, int values)
{
    int n = d->train.x.shape.dim[0], i, j;
    double *mean;
    if (values == d->values || values == BYTES) {
        return;
    }
    mean = (double *)calloc((size_t)d->d, sizeof(double));
    if (!mean) {
        die("no memory for the mean");
    }
    for (i = 0; i < n; i++) {
        for (j = 0; j < d->d; j++) {
            mean[j] += (double)dlcv_u8(&d->train.x)[(size_t)i * (size_t)d->d + (size_t)j] / n;
        }
    }
    free(d->floats[0]);
    free(d->floats[1]);
    d->floats[0] = to_floats(&d->train.x, mean, d->d, values);
    d->floats[1] = to_floats(&d->test.x, mean, d->d, values);
    d->values = values;
    free(mean);
}

/* ---- contestants */

typedef struct ours {
    dlcv_knn *knn;
    dlcv_tensor queries; /* all */
    int chunk, k, next;
    int32_t *indices; /* of all queries */
} ours;

static void run_ours(void *context, size_t repeat)
{
    ours *o = (ours *)context;
    dlcv_tensor chunk = dlcv_tensor_rows(&o->queries, o->next, o->next + o->chunk), indices = { 0 }, distances = { 0 };
    (void)repeat;
    if (dlcv_knn_search(o->knn, &chunk, o->k, &indices, &distances) != DLCV_OK) {
        die("dlcv_knn_search");
    }
    memcpy(o->indices + (size_t)o->next * (size_t)o->k, dlcv_i32(&indices),
           dlcv_tensor_count(&indices) * sizeof(int32_t));
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    o->next += o->chunk;
}

typedef struct peer {
    peer_search search;
    peer_searcher function;
    const char *queries;
    size_t stride; /* bytes of a row */
    int slice, step, next;
    int *indices; /* as ours: of all queries, those of the slices filled */
} peer;

static void run_peer(void *context, size_t repeat)
{
    peer *p = (peer *)context;
    (void)repeat;
    if (!p->function(&p->search, p->queries + (size_t)p->next * p->stride, p->slice,
                     p->indices + p->next * p->search.k)) {
        die("a peer gave up");
    }
    p->next += p->step;
}

/* The share of neighbours in the slices that both found. */
static double same(const ours *o, const peer *p)
{
    int i, j, first, c, both = 0, all = 0;
    for (first = 0; first < p->next; first += p->step) {
        for (i = first * o->k; i < (first + p->slice) * o->k; i += o->k) {
            for (j = 0; j < o->k; j++, all++) {
                for (c = 0; c < o->k && o->indices[i + c] != p->indices[i + j]; c++) {
                }
                both += c < o->k;
            }
        }
    }
    return all ? (double)both / all : 0;
}

/* scikit-learn in a process of its own: its value is not interleaved with ours. */
static double run_sklearn(const options *opt, const data *d, const task *t)
{
    char command[512], line[256];
    double seconds = 0;
    FILE *f;
    snprintf(command, sizeof(command),
             "OMP_NUM_THREADS=%d OPENBLAS_NUM_THREADS=%d PYTHON_THREADS=%d %s tests/bench/peer_sklearn.py '%s' %s %d "
             "%d 2>&1",
             opt->threads, opt->threads, opt->threads,
             access("/usr/bin/python3", X_OK) == 0 ? "/usr/bin/python3" : "python3", d->synthetic ? "-" : opt->data,
             t->sklearn, opt->k, t->metric == DLCV_METRIC_L1 ? 8 : 256);
    f = popen(command, "r");
    while (f && fgets(line, (int)sizeof(line), f)) {
        sscanf(line, "seconds_per_10000 %lf", &seconds);
    }
    if (f) {
        pclose(f);
    }
    return seconds;
}

/* ---- one line of the table */

static void *checked(void *block)
{
    if (!block) {
        die("no memory");
    }
    return block;
}

static void open_ours(ours *o, const dlcv_env *env, const options *opt, const data *d, const task *t)
{
    dlcv_dataset train = d->train;
    dlcv_knn_opts opts = { 0 };
    dlcv_status status;
    opts.metric = t->metric;
    memset(o, 0, sizeof(*o));
    o->queries = d->test.x;
    if (t->values != BYTES) {
        train.x = dlcv_tensor_view(d->floats[0], DLCV_F32, dlcv_shape2(d->train.x.shape.dim[0], d->d));
        o->queries = dlcv_tensor_view(d->floats[1], DLCV_F32, dlcv_shape2(d->test.x.shape.dim[0], d->d));
    }
    o->chunk = opt->chunk;
    o->k = opt->k;
    o->indices = (int32_t *)checked(calloc((size_t)opt->queries * (size_t)opt->k, sizeof(int32_t)));
    status = dlcv_knn_new(env, &train, &opts, &o->knn);
    if (status != DLCV_OK) {
        die("dlcv_knn_new");
    }
}

static void close_ours(ours *o)
{
    dlcv_knn_free(o->knn);
    free(o->indices);
}

/* Gives each peer as many queries a chunk as take about as long as we do, a multiple of four, at least four. */
static void open_peer(peer *p, int i, const options *opt, const data *d, const task *t)
{
    double seconds = t->peer_seconds[i] / opt->threads;
    memset(p, 0, sizeof(*p));
    p->function = peer_functions[i];
    p->search.metric = t->peer;
    p->search.is_u8 = t->values == BYTES;
    p->search.d = d->d;
    p->search.k = opt->k;
    p->search.threads = opt->threads;
    p->search.n = d->train.x.shape.dim[0];
    p->search.train = p->search.is_u8 ? (const void *)dlcv_u8(&d->train.x) : (const void *)d->floats[0];
    p->queries = p->search.is_u8 ? (const char *)dlcv_u8(&d->test.x) : (const char *)d->floats[1];
    p->stride = (size_t)d->d * (p->search.is_u8 ? 1 : sizeof(float));
    p->slice = (int)(1.0 / seconds) / 4 * 4;
    p->slice = p->slice < 4 ? 4 : p->slice > opt->chunk ? opt->chunk : p->slice;
    p->step = opt->chunk;
    p->indices = (int *)checked(calloc((size_t)opt->queries * (size_t)opt->k, sizeof(int)));
#ifdef PEER_FAISS
    if (p->function == peer_faiss && !p->function(&p->search, NULL, 0, NULL)) {
        die("faiss gave up");
    }
#endif
}

static void close_peer(peer *p)
{
#ifdef PEER_FAISS
    if (p->function == peer_faiss) {
        peer_faiss_free(&p->search);
    }
#endif
    free(p->search.index);
    free(p->indices);
}

static double larger(const clocked *c)
{
    double most = 0;
    int i;
    for (i = 0; i < MAX_WIDTH; i++) {
        most = c->seconds[i] > most ? c->seconds[i] : most;
    }
    return most;
}

static double total(const bench_row *r, int rounds)
{
    double sum = 0;
    int i;
    for (i = 0; i < rounds; i++) {
        sum += r->value[i] / r->scale;
    }
    return sum;
}

/* The peers that have this metric: rows in the bench, used[i] = 1 where one is there. */
static void add_peers(bench *b, peer *peers, int *used, const options *opt, const data *d, const task *t)
{
    int i;
    for (i = 0; i < PEERS; i++) {
        bench_row *r;
        used[i] = opt->peers && t->peer_seconds[i] > 0 && peer_functions[i];
        if (used[i]) {
            open_peer(&peers[i], i, opt, d, t);
            r = bench_add(b, BENCH_PEER, peer_names[i], run_peer, &peers[i]);
            r->repeat = 1;
            r->scale = 10000.0 / peers[i].slice;
        } else if (opt->peers && t->peer_seconds[i] > 0) {
            bench_missing(b, peer_names[i]);
        }
    }
}

static bench_row *add_ours(bench *b, int role, const char *name, ours *o)
{
    bench_row *r = bench_add(b, role, name, run_ours, o);
    r->repeat = 1;
    r->scale = 10000.0 / o->chunk;
    return r;
}

static void add_sklearn(bench *b, const options *opt, const data *d, const task *t)
{
    if (opt->peers && opt->sklearn && t->sklearn) {
        bench_row *r = bench_add(b, BENCH_MISSING, "scikit-learn (own process)", NULL, NULL);
        r->median = run_sklearn(opt, d, t);
        if (r->median > 0) {
            r->role = BENCH_PEER;
            r->min = r->max = r->median_cpu = r->median;
        }
    }
}

/* Another limit, for information: measured after the rounds. */
static void print_note(const task *t, int threads, double work)
{
    bench b;
    const bench_row *best;
    bench_begin(&b, "", "", threads, "", "s", 1.0, NULL);
    b.rounds = 5;
    b.milliseconds = 20;
    bench_limit(&b, t->note, bench_isa(dlcv_backend()), work);
    bench_run(&b);
    best = bench_best(&b, BENCH_LIMIT, t->note);
    if (best) {
        printf("  for comparison: %s, %d bit would be %.2f s\n", best->name, best->limit->bits, best->median);
    }
}

static void measure(const options *opt, data *d, const task *t, dlcv_env *env, clocked *threads, FILE *json)
{
    bench b;
    ours many, one;
    peer peers[PEERS];
    const bench_row *row, *single = NULL;
    char shape[96];
    int i, used[PEERS], rounds = opt->queries / opt->chunk;
    double work = 10000.0 * d->train.x.shape.dim[0] * d->d, raw, speedup_wall = 0, speedup_cpu = 0;

    use_values(d, t->values);
    snprintf(shape, sizeof(shape), "%s, 10000 x %d x %d, k=%d", t->name, d->train.x.shape.dim[0], d->d, opt->k);
    bench_begin(&b, "bench_knn", shape, opt->threads, dlcv_backend(), "s", 1.0, json);
    b.rounds = rounds;
    b.milliseconds = 20;
    /* the goals are those of one thread and the best backend */
    b.goal = opt->backend || opt->threads > 1 ? 0 : t->goal;
    bench_limit(&b, t->limit, bench_isa(dlcv_backend()), work);
    open_ours(&many, env, opt, d, t);
    row = add_ours(&b, BENCH_OURS, "dlcv", &many);
    if (opt->threads > 1) {
        bench_row *r;
        open_ours(&one, NULL, opt, d, t);
        r = add_ours(&b, BENCH_NOTE, "dlcv, one thread", &one);
        r->threads = 1;
        single = r;
        memset(threads->seconds, 0, sizeof(threads->seconds));
    }
    add_peers(&b, peers, used, opt, d, t);
    bench_run(&b);
    add_sklearn(&b, opt, d, t);

    raw = total(row, rounds);
    i = snprintf(b.extra, sizeof(b.extra), ",\"queries\":%d,\"seconds_raw\":%.6g,\"data\":\"%s\"", opt->queries, raw,
                 d->synthetic ? "synthetic" : "cifar10");
    if (single) {
        speedup_wall = single->median / row->median;
        speedup_cpu = total(single, rounds) / larger(threads);
        snprintf(b.extra + i, sizeof(b.extra) - (size_t)i,
                 ",\"one_thread\":%.6g,\"speedup_wall\":%.4f,\"speedup_cpu\":%.4f", single->median, speedup_wall,
                 speedup_cpu);
    }
    bench_report(&b, opt->verbose);
    printf("  raw: %.3f s for %d queries in %d chunks; median and range are of the chunks, times %g\n", raw,
           opt->queries, rounds, row->scale);
    if (t->note) {
        print_note(t, opt->threads, work);
    }
    if (single) {
        printf("  %d threads: %.2f x by the wall, %.2f x by CPU time (one thread's over the busiest thread's)\n",
               opt->threads, speedup_wall, speedup_cpu);
        close_ours(&one);
    }
    for (i = 0; i < PEERS; i++) {
        if (used[i]) {
            printf("  %s: %d queries, %.2f %% of its neighbours are ours\n", peer_names[i], peers[i].slice * rounds,
                   100 * same(&many, &peers[i]));
            close_peer(&peers[i]);
        }
    }
    close_ours(&many);
}

static void usage(void)
{
    printf("bench_knn [options]\n"
           "  --data DIR      CIFAR-10's binary batches (build/cifar-10-batches-bin)\n"
           "  --queries N     how many of the 10,000 (1024), in chunks of --chunk N (512)\n"
           "  --full          all 10,000, in chunks of 500\n"
           "  --threads N     with the built-in pool (1)\n"
           "  --backend NAME  scalar, sse2, avx2, avx512, avx512vnni, neon, neondot (the best)\n"
           "  --only TEXT     the lines whose name contains TEXT, e.g. \"u8\", \"f32 L1\"\n"
           "  --k K           neighbours (7)\n"
           "  --no-peers      --no-sklearn   --verbose (every burst)   --json FILE (build/bench/bench_knn.json)\n");
}

/* An option with a value: 1 if there is one of this name. */
static int set_value(options *opt, const char *name, const char *value)
{
    const char *names[] = { "--data", "--only", "--backend", "--json", "--queries", "--chunk", "--threads", "--k" };
    const char **texts[] = { &opt->data, &opt->only, &opt->backend, &opt->json };
    int *numbers[] = { &opt->queries, &opt->chunk, &opt->threads, &opt->k };
    int i;
    for (i = 0; i < 8 && strcmp(name, names[i]) != 0; i++) {
    }
    if (i < 4) {
        *texts[i] = value;
    } else if (i < 8) {
        *numbers[i - 4] = atoi(value);
    }
    return i < 8;
}

static int parse(options *opt, int argc, char **argv)
{
    int i;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--full") == 0) {
            opt->full = 1;
        } else if (strcmp(argv[i], "--no-peers") == 0) {
            opt->peers = 0;
        } else if (strcmp(argv[i], "--no-sklearn") == 0) {
            opt->sklearn = 0;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            opt->verbose = 1;
        } else if (i + 1 == argc || !set_value(opt, argv[i], argv[i + 1])) {
            return 0;
        } else {
            i++;
        }
    }
    if (opt->full) {
        opt->queries = 10000;
        opt->chunk = 500;
    }
    opt->chunk = opt->chunk > opt->queries ? opt->queries : opt->chunk;
    if (opt->chunk < 4 || opt->queries / opt->chunk > BENCH_ROUNDS || opt->queries > 10000 || opt->threads < 1 ||
        opt->threads > MAX_WIDTH || opt->k < 1) {
        fprintf(stderr, "bench_knn: 4 to 10,000 queries in at most %d chunks of at least 4, 1 to %d threads\n",
                (int)BENCH_ROUNDS, (int)MAX_WIDTH);
        return 0;
    }
    opt->queries -= opt->queries % opt->chunk;
    return 1;
}

int main(int argc, char **argv)
{
    static options opt = {
        "build/cifar-10-batches-bin", "", NULL, "build/bench/bench_knn.json", 1024, 512, 0, 1, 7, 1, 1, 0
    };
    static clocked threads;
    static data d;
    dlcv_env env;
    size_t i;
    FILE *json;
    memset(&env, 0, sizeof(env));
    if (!parse(&opt, argc, argv)) {
        usage();
        return 2;
    }
    bench_environment(argv);
#if defined(__AVX__)
    printf("compiled with AVX: the sse2 backend is not the one of an old machine (peers.mk gives -march=x86-64)\n");
#endif
    if (opt.backend && dlcv_backend_select(opt.backend) != DLCV_OK) {
        die(opt.backend);
    }
    if (opt.threads > 1) {
        if (dlcv_pool_new(NULL, opt.threads, &threads.pool) != DLCV_OK) {
            die("dlcv_pool_new");
        }
        env.threads.parallel_for = clocked_for;
        env.threads.width = opt.threads;
        env.threads.user = &threads;
    }
    json = bench_json(opt.json);
#ifdef PEER_OPENBLAS
    printf("OpenBLAS core: %s\n", peer_openblas_core());
#endif
    load(&d, opt.data);
    for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
        if (strstr(tasks[i].name, opt.only)) {
            measure(&opt, &d, &tasks[i], &env, &threads, json);
        }
    }
    dlcv_pool_free(&threads.pool);
    dlcv_data_free(&d.train);
    dlcv_data_free(&d.test);
    free(d.floats[0]);
    free(d.floats[1]);
    fclose(json);
    return 0;
}
