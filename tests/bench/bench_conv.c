/* Convolutions of real networks: ours, oneDNN (and OpenBLAS where a convolution is a product of matrices), the limit.
 * bench_conv [--only TEXT] [--algorithm gemm|direct|winograd2|winograd4] [--choice] [--no-own] [--no-peers] [--backend NAME]
 *            [--threads N] [--rounds N] [--verbose] [--json FILE]
 * --only: shapes whose name contains TEXT; --choice: instead of peers every algorithm of ours, and where AUTO chose wrong;
 * --no-own: not the peers in a layout of their own, which are for information; --threads: the built-in pool, beside one thread; beside as many
 * independent convolutions of one thread each, a thread each; and beside what several threads bring oneDNN.
 * Peers that count take NCHW and return NCHW. The limit is the fused multiply-adds of the plain sum, so that Winograd may pass it. */
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
#include <math.h>
#include "bursts.h"
#include "bench.h"
#include "threads.h"
#include "peers/peers.h"

typedef struct shape {
    const char *group, *name;
    peer_conv_operation operation;
    int batch, channels, size, filters, kernel, stride, pad, groups;
} shape;

#define FWD PEER_CONV_FORWARD
/* the table of goals.md; pads are those of the networks: VGG, ResNet, AlexNet, MobileNet, ConvNetJS, LeNet */
static const shape shapes[] = {
    { "3x3", "3x3 64@224", FWD, 1, 64, 224, 64, 3, 1, 1, 1 },
    { "3x3", "3x3 128@112", FWD, 1, 128, 112, 128, 3, 1, 1, 1 },
    { "3x3", "3x3 256@56", FWD, 1, 256, 56, 256, 3, 1, 1, 1 },
    { "3x3", "3x3 512@28", FWD, 1, 512, 28, 512, 3, 1, 1, 1 },
    { "3x3", "3x3 512@14", FWD, 1, 512, 14, 512, 3, 1, 1, 1 },
    { "3x3", "3x3 64@56", FWD, 1, 64, 56, 64, 3, 1, 1, 1 },
    { "3x3", "3x3 128@28", FWD, 1, 128, 28, 128, 3, 1, 1, 1 },
    { "3x3", "3x3 256@14", FWD, 1, 256, 14, 256, 3, 1, 1, 1 },
    { "3x3", "3x3 512@7", FWD, 1, 512, 7, 512, 3, 1, 1, 1 },
    { "first", "7x7 s2 3->64@224", FWD, 1, 3, 224, 64, 7, 2, 3, 1 },
    { "first", "11x11 s4 3->96@227", FWD, 1, 3, 227, 96, 11, 4, 0, 1 },
    { "first", "5x5 g2 96->256@27", FWD, 1, 96, 27, 256, 5, 1, 2, 2 },
    { "1x1", "1x1 64->256@56", FWD, 1, 64, 56, 256, 1, 1, 0, 1 },
    { "1x1", "1x1 512->128@28", FWD, 1, 512, 28, 128, 1, 1, 0, 1 },
    { "1x1", "1x1 s2 256->512@56", FWD, 1, 256, 56, 512, 1, 2, 0, 1 },
    { "depthwise", "depthwise 3x3 32@112", FWD, 1, 32, 112, 32, 3, 1, 1, 32 },
    { "depthwise", "depthwise 3x3 s2 144@56", FWD, 1, 144, 56, 144, 3, 2, 1, 144 },
    { "depthwise", "depthwise 3x3 512@14", FWD, 1, 512, 14, 512, 3, 1, 1, 512 },
    { "batch 64", "batch 64 5x5 3->16@32", FWD, 64, 3, 32, 16, 5, 1, 2, 1 },
    { "batch 64", "batch 64 5x5 16->20@16", FWD, 64, 16, 16, 20, 5, 1, 2, 1 },
    { "batch 64", "batch 64 5x5 1->6@28", FWD, 64, 1, 28, 6, 5, 1, 2, 1 },
    { "batch 64", "batch 64 5x5 6->16@14", FWD, 64, 6, 14, 16, 5, 1, 0, 1 },
    { "data", "data batch 8 3x3 64@56", PEER_CONV_DATA, 8, 64, 56, 64, 3, 1, 1, 1 },
    { "data", "data batch 8 3x3 256@14", PEER_CONV_DATA, 8, 256, 14, 256, 3, 1, 1, 1 },
    { "data", "data batch 64 5x5 3->16@32", PEER_CONV_DATA, 64, 3, 32, 16, 5, 1, 2, 1 },
    { "data", "data batch 64 5x5 6->16@14", PEER_CONV_DATA, 64, 6, 14, 16, 5, 1, 0, 1 },
    { "weights", "weights batch 8 3x3 64@56", PEER_CONV_WEIGHTS, 8, 64, 56, 64, 3, 1, 1, 1 },
    { "weights", "weights batch 8 3x3 256@14", PEER_CONV_WEIGHTS, 8, 256, 14, 256, 3, 1, 1, 1 },
    { "weights", "weights batch 64 5x5 3->16@32", PEER_CONV_WEIGHTS, 64, 3, 32, 16, 5, 1, 2, 1 },
    { "weights", "weights batch 64 5x5 6->16@14", PEER_CONV_WEIGHTS, 64, 6, 14, 16, 5, 1, 0, 1 },
};
enum { SHAPES = sizeof shapes / sizeof shapes[0], ALGORITHMS = 4 };

static const char *const algorithm_names[ALGORITHMS + 1] = { "auto", "gemm", "direct", "winograd2", "winograd4" };
static const dlcv_conv_algorithm algorithms[ALGORITHMS + 1] = { DLCV_CONV_AUTO, DLCV_CONV_GEMM, DLCV_CONV_DIRECT, DLCV_CONV_WINOGRAD2,
                                                                DLCV_CONV_WINOGRAD4 };

static const char *only = "", *backend;
static int rounds = 11, verbose, with_peers = 1, with_own = 1, forced, threads = 1;
static dlcv_env pool;
static FILE *json;
static bench b;

/* Stands before the pool: the CPU time of the caller outside of its tasks, and in each loop that of the longest task, or of all tasks over the threads where
 * that is more: what the busiest thread needs, wherever the system lets threads run. */
typedef struct crew {
    dlcv_threads below;
    dlcv_task task;
    void *context;
    double seconds[64], inside, busiest;
    long loops;
} crew;
static crew clocked;

/* Of several threads, seconds a call, the last `rounds` of them those of the rounds: the busiest thread's CPU time, and the wall's */
enum { TRACKED = BENCH_ROUNDS + 64 };
typedef struct track {
    double busy[TRACKED], wall[TRACKED];
    int count;
} track;

static void track_add(track *t, double busy, double wall)
{
    t->busy[t->count % TRACKED] = busy;
    t->wall[t->count++ % TRACKED] = wall;
}

static void crew_task(int index, void *context)
{
    crew *c = (crew *)context;
    const double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
    c->task(index, c->context);
    c->seconds[index % 64] += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void crew_for(int count, dlcv_task task, void *context, void *user)
{
    crew *c = (crew *)user;
    const double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
    double most = 0, sum = 0;
    int i;
    memset(c->seconds, 0, sizeof c->seconds);
    c->task = task, c->context = context;
    c->below.parallel_for(count, crew_task, c, c->below.user);
    for (i = 0; i < 64; i++) {
        sum += c->seconds[i];
        most = c->seconds[i] > most ? c->seconds[i] : most;
    }
    c->busiest += most > sum / c->below.width ? most : sum / c->below.width;
    c->inside += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
    c->loops++;
}

/* operands of one shape, shared by all; each contestant writes what the operation writes, checked against ours */
typedef struct work {
    const shape *s;
    int out;
    size_t nx, nw, ny;
    float *x, *weights, *y, *result;
    dlcv_conv *conv;
    void *workspace;
} work;

static float *noise(size_t count, float scale)
{
    float *p = (float *)aligned_alloc(64, (count * sizeof(float) + 127) / 64 * 64);
    uint32_t state = (uint32_t)count * 2654435761u + 1;
    size_t i;
    if (!p) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    for (i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        p[i] = scale * ((float)(state >> 8) / 8388608.0f - 1);
    }
    return p;
}

static void work_new(work *w, const shape *s)
{
    memset(w, 0, sizeof(*w));
    w->s = s;
    w->out = (s->size + 2 * s->pad - s->kernel) / s->stride + 1;
    w->nx = (size_t)s->batch * (size_t)s->channels * (size_t)s->size * (size_t)s->size;
    w->ny = (size_t)s->batch * (size_t)s->filters * (size_t)w->out * (size_t)w->out;
    w->nw = (size_t)s->filters * (size_t)(s->channels / s->groups) * (size_t)s->kernel * (size_t)s->kernel;
    w->x = noise(w->nx, 1);
    w->weights = noise(w->nw, 0.1f);
    w->y = noise(w->ny, 1);
}

static void work_free(work *w)
{
    free(w->x);
    free(w->weights);
    free(w->y);
}

static double work_flops(const work *w)
{
    const shape *s = w->s;
    return 2.0 * (double)w->ny * (s->channels / s->groups) * s->kernel * s->kernel;
}

static size_t work_result(const work *w)
{
    return w->s->operation == FWD ? w->ny : w->s->operation == PEER_CONV_DATA ? w->nx : w->nw;
}

static track mine_tracked, copies_tracked;

static void ours(void *context, size_t repeat)
{
    work *w = (work *)context;
    for (; repeat > 0; repeat--) {
        dlcv_status status = w->s->operation == FWD ? dlcv_conv_forward(w->conv, w->x, NULL, w->result, w->workspace)
            : w->s->operation == PEER_CONV_DATA    ? dlcv_conv_backward_data(w->conv, w->weights, w->y, w->result, w->workspace)
                                                   : dlcv_conv_backward_weights(w->conv, w->x, w->y, w->result, 0, w->workspace);
        if (status) {
            fprintf(stderr, "%s\n", dlcv_error());
            exit(1);
        }
    }
}

static void ours_crew(void *context, size_t repeat)
{
    const double start = bench_seconds(CLOCK_THREAD_CPUTIME_ID), wall = bench_seconds(CLOCK_MONOTONIC);
    const double busiest = clocked.busiest - clocked.inside;
    double busy;
    ours(context, repeat);
    busy = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start + clocked.busiest - clocked.inside - busiest;
    track_add(&mine_tracked, busy / (double)repeat, (bench_seconds(CLOCK_MONOTONIC) - wall) / (double)repeat);
}

/* What the machine allows: each thread has a convolution of its own */
typedef struct copies {
    work work[64];
    size_t repeat;
    double seconds[64];
    bench_meeting meeting;
} copies;

static void copies_task(int index, void *context)
{
    copies *c = (copies *)context;
    double start;
    bench_meet(index, &c->meeting);
    start = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
    ours(&c->work[index], c->repeat);
    c->seconds[index] = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void copies_run(void *context, size_t repeat)
{
    copies *c = (copies *)context;
    const double start = bench_seconds(CLOCK_MONOTONIC);
    double most = 0;
    int i;
    c->repeat = repeat, c->meeting.width = threads, c->meeting.begun = 0;
    clocked.below.parallel_for(threads, copies_task, c, clocked.below.user);
    for (i = 0; i < threads; i++) most = c->seconds[i] > most ? c->seconds[i] : most;
    track_add(&copies_tracked, most / (double)repeat, (bench_seconds(CLOCK_MONOTONIC) - start) / (double)repeat);
}

/* One thread's time over the busiest thread's, median of the rounds in which the system let the threads run side by side (*beside of them), or of all */
static double speedup(const bench_row *alone, const track *t, int *beside)
{
    double ratios[2][BENCH_ROUNDS], low, high;
    int i, n = 0;
    for (i = 0; i < rounds; i++) {
        const int at = (t->count - rounds + i) % TRACKED;
        ratios[0][i] = alone->value[i] / t->busy[at];
        if (t->wall[at] < 1.5 * t->busy[at]) ratios[1][n++] = ratios[0][i];
    }
    *beside = n;
    return n > 2 ? bench_median(ratios[1], n, &low, &high) : bench_median(ratios[0], rounds, &low, &high);
}

/* A copy of *from with a plan of its own; 0 where the algorithm does not apply. env: NULL for one thread */
static int work_plan(work *w, const work *from, const dlcv_env *env, dlcv_conv_algorithm algorithm, dlcv_conv_info *info)
{
    const shape *s = from->s;
    dlcv_conv_shape c;
    dlcv_conv_opts o;
    memset(&c, 0, sizeof(c));
    memset(&o, 0, sizeof(o));
    c.batch = s->batch, c.channels = s->channels, c.height = c.width = s->size, c.filters = s->filters;
    c.kernel_h = c.kernel_w = s->kernel, c.stride_h = c.stride_w = s->stride, c.groups = s->groups;
    c.pad_top = c.pad_left = c.pad_bottom = c.pad_right = s->pad;
    o.algorithm = algorithm;
    *w = *from;
    if (dlcv_conv_new(env, &c, from->weights, &o, &w->conv)) {
        return 0;
    }
    dlcv_conv_describe(w->conv, info);
    w->result = noise(work_result(w), 1);
    w->workspace = noise((s->operation == FWD ? info->workspace_bytes : info->backward_bytes) / sizeof(float) + 16, 1);
    return 1;
}

static void plan_free(work *w)
{
    dlcv_conv_free(w->conv);
    free(w->result);
    free(w->workspace);
}

/* greatest difference over greatest value `of` */
static double differ(const float *a, const float *of, size_t n)
{
    double worst = 0, most = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        const double e = fabs((double)a[i] - (double)of[i]), v = fabs((double)of[i]);
        worst = e > worst || e != e ? e : worst;
        most = v > most ? v : most;
    }
    return worst / most;
}

#if defined(PEER_ONEDNN) || defined(PEER_OPENBLAS)
typedef struct rival {
    const char *name;
    peer_conv p;
    float *result;
    int checked; /* 0: its result stays in its own layout */
    track tracked;
    bench_row *row;
} rival;

static void rival_new(rival *r, const char *name, const work *w, peer_layout layout, int winograd)
{
    const shape *s = w->s;
    memset(r, 0, sizeof(*r));
    r->p.threads = 1;
    r->name = name;
    r->result = noise(work_result(w), 1);
    r->checked = layout != PEER_LAYOUT_OWN;
    r->p.operation = s->operation, r->p.layout = layout, r->p.winograd = winograd;
    r->p.batch = s->batch, r->p.channels = s->channels, r->p.size = s->size, r->p.filters = s->filters, r->p.kernel = s->kernel;
    r->p.stride = s->stride, r->p.pad = s->pad, r->p.groups = s->groups;
    r->p.x = s->operation == PEER_CONV_DATA ? r->result : w->x;
    r->p.weights = s->operation == PEER_CONV_WEIGHTS ? r->result : w->weights;
    r->p.y = s->operation == FWD ? r->result : w->y;
}
#endif

#ifdef PEER_ONEDNN
static void run_onednn(void *context, size_t repeat)
{
    rival *r = (rival *)context;
    const double wall = bench_seconds(CLOCK_MONOTONIC), cpu = bench_seconds(CLOCK_THREAD_CPUTIME_ID), all = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const size_t calls = repeat;
    double mine, others;
    for (; repeat > 0; repeat--) {
        peer_onednn_conv_run(&r->p);
    }
    if (r->p.threads == 1) return;
    mine = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu, others = (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - all - mine) / (r->p.threads - 1);
    track_add(&r->tracked, (mine > others ? mine : others) / (double)calls, (bench_seconds(CLOCK_MONOTONIC) - wall) / (double)calls);
}

/* The best of its ways with several threads: *name, or NULL, and what they bring it. */
static double run_onednn_crew(const work *w, const char **name)
{
    static const struct { const char *name; peer_layout layout; int winograd; } ways[] = {
        { "onednn", PEER_LAYOUT_REORDER, 0 }, { "onednn winograd", PEER_LAYOUT_REORDER, 1 }, { "onednn nchw", PEER_LAYOUT_NCHW, 0 } };
    static rival rivals[6];
    double ratio, best = 1e300, gain = 0;
    int i, k, made = 0, beside;
    bench_begin(&b, "bench_conv", w->s->name, 1, dlcv_backend(), "us", 1e6, NULL);
    b.rounds = rounds;
    for (i = 0; i < 6; i++) {
        rival *r = &rivals[made];
        rival_new(r, ways[i / 2].name, w, ways[i / 2].layout, ways[i / 2].winograd);
        r->p.threads = made % 2 ? threads : 1;
        if (!peer_onednn_conv_make(&r->p)) {
            free(r->result);
            i++;                    /* nor with several threads */
            continue;
        }
        r->row = bench_add(&b, BENCH_NOTE, r->name, run_onednn, r);
        made++;
    }
    bench_run(&b);
    *name = NULL;
    for (k = 0; k < made; k += 2) {
        ratio = speedup(rivals[k].row, &rivals[k + 1].tracked, &beside);
        if (rivals[k].row->median / ratio < best) best = rivals[k].row->median / ratio, gain = ratio, *name = rivals[k].name;
    }
    for (k = 0; k < made; k++) {
        peer_onednn_conv_free(&rivals[k].p);
        free(rivals[k].result);
    }
    return gain;
}
#endif

#ifdef PEER_OPENBLAS
/* 1x1, stride 1: y[n] = weights x[n] */
static void run_openblas(void *context, size_t repeat)
{
    const peer_conv *p = &((rival *)context)->p;
    const size_t pixels = (size_t)p->size * (size_t)p->size;
    for (; repeat > 0; repeat--) {
        int n;
        for (n = 0; n < p->batch; n++) {
            peer_openblas_sgemm(p->filters, (int)pixels, p->channels, p->weights, p->x + (size_t)n * (size_t)p->channels * pixels,
                                p->y + (size_t)n * (size_t)p->filters * pixels);
        }
    }
}
#endif

static double sum_log[16], log_all;
static int counts[16], count_all;
static const char *groups[16];

static void tally(const char *group, double ratio)
{
    int i = 0;
    while (groups[i] && strcmp(groups[i], group) != 0) {
        i++;
    }
    groups[i] = group;
    sum_log[i] += log(ratio);
    counts[i]++;
    log_all += log(ratio);
    count_all++;
}

static void means(void)
{
    int i;
    if (!count_all) {
        return;
    }
    printf("geometric mean of best peer (NCHW in and out) / ours:");
    for (i = 0; i < 16 && groups[i]; i++) {
        printf(" %s %.3f,", groups[i], exp(sum_log[i] / counts[i]));
    }
    printf(" all %d: %.3f\n", count_all, exp(log_all / count_all));
}

static void compare(const shape *s)
{
    work w, mine, single;
    dlcv_conv_info info, single_info;
    const bench_row *best;
    bench_row *note[2] = { NULL, NULL }, *alone = NULL;
    static copies each;
    const char *peer = NULL;
    double gain = 0;
    size_t used = 0;
    int i, peers = 0;
#if defined(PEER_ONEDNN) || defined(PEER_OPENBLAS)
    rival rivals[6];
    static const struct { const char *name; peer_layout layout; int winograd; } ways[] = {
        { "onednn", PEER_LAYOUT_REORDER, 0 }, { "onednn winograd", PEER_LAYOUT_REORDER, 1 }, { "onednn nchw", PEER_LAYOUT_NCHW, 0 },
        { "onednn, own layout", PEER_LAYOUT_OWN, 0 }, { "onednn winograd, own layout", PEER_LAYOUT_OWN, 1 } };
#endif
    work_new(&w, s);
#ifdef PEER_ONEDNN
    if (with_peers && threads > 1) gain = run_onednn_crew(&w, &peer);
#endif
    if (!work_plan(&mine, &w, threads > 1 ? &pool : NULL, algorithms[forced], &info)) {
        printf("%s: %s\n", s->name, dlcv_error());
        work_free(&w);
        return;
    }
    bench_begin(&b, "bench_conv", s->name, threads, dlcv_backend(), "us", 1e6, json);
    b.rounds = rounds;
    bench_limit(&b, "f32_dot", bench_isa(dlcv_backend()), 0.5 * work_flops(&w));
    bench_add(&b, BENCH_OURS, info.name, threads > 1 ? ours_crew : ours, &mine);
    if (threads > 1 && work_plan(&single, &w, NULL, algorithms[forced], &single_info)) {
        alone = bench_add(&b, BENCH_NOTE, "one thread", ours, &single);
        alone->threads = 1;
        for (i = 0; i < threads; i++) {
            work own;
            work_new(&own, s);
            work_plan(&each.work[i], &own, NULL, algorithms[forced], &single_info);
        }
        bench_add(&b, BENCH_NOTE, "copies", copies_run, &each);
    }
#ifdef PEER_ONEDNN
    for (i = 0; with_peers && threads == 1 && i < (with_own ? 5 : 3); i++) {
        rival_new(&rivals[peers], ways[i].name, &w, ways[i].layout, ways[i].winograd);
        if (peer_onednn_conv_make(&rivals[peers].p)) {
            bench_row *r = bench_add(&b, i < 3 ? BENCH_PEER : BENCH_NOTE, ways[i].name, run_onednn, &rivals[peers]);
            if (i >= 3) {
                note[i - 3] = r;
            }
            peers++;
        } else {
            free(rivals[peers].result);
        }
    }
#else
    bench_missing(&b, "onednn");
#endif
    (void)bench_missing;
#ifdef PEER_OPENBLAS
    if (with_peers && threads == 1 && s->kernel == 1 && s->stride == 1 && s->operation == FWD) {
        rival_new(&rivals[peers], "openblas", &w, PEER_LAYOUT_NCHW, 0);
        bench_add(&b, BENCH_PEER, "openblas", run_openblas, &rivals[peers]);
        peers++;
    }
#endif
    bench_run(&b);
    used = (size_t)snprintf(b.extra, sizeof(b.extra), ",\"algorithm\":\"%s\",\"gflops\":%.4g,\"prepared_bytes\":%zu,\"workspace_bytes\":%zu",
                            info.name, work_flops(&w) / bench_best(&b, BENCH_OURS, NULL)->median * 1e-9,
                            info.prepared_bytes, s->operation == FWD ? info.workspace_bytes : info.backward_bytes);
    if (alone) {
        const bench_row *all = bench_best(&b, BENCH_OURS, NULL);
        int beside, copies_beside;
        const double faster = speedup(alone, &mine_tracked, &beside), most = threads * speedup(alone, &copies_tracked, &copies_beside);
        const int same = !memcmp(single.result, mine.result, work_result(&w) * sizeof(float));
        used += (size_t)snprintf(b.extra + used, sizeof(b.extra) - used,
            ",\"one_thread\":%.6g,\"speedup_wall\":%.4g,\"speedup_cpu\":%.4g,\"speedup_copies\":%.4g,\"rounds_side_by_side\":%d,"
            "\"copies_side_by_side\":%d,\"same_bits\":%s,\"speedup_peer\":", alone->median * 1e6, alone->median / all->median, faster, most, beside,
            copies_beside, same ? "true" : "false");
        used += (size_t)snprintf(b.extra + used, sizeof(b.extra) - used, peer ? "{\"%s\":%.4g}" : "null", peer, gain);
        printf("%-30s %5.0f MFLOP %9.1f us  %5.2f x  copies %5.2f x (%3.0f %%)  ", s->name, 1e-6 * work_flops(&w), 1e6 * alone->median, faster, most, 100 * faster / most);
        if (peer) printf("%s %5.2f x", peer, gain);
        printf("  wall %5.2f x, %d and %d of %d rounds side by side%s\n", alone->median / all->median, beside, copies_beside, rounds, same ? "" : ", OTHER BITS");
        for (i = 0; i < threads; i++) {
            work_free(&each.work[i]);
            plan_free(&each.work[i]);
        }
        plan_free(&single);
    }
    for (i = 0; i < 2; i++) {
        if (note[i]) {
            used += (size_t)snprintf(b.extra + used, sizeof(b.extra) - used, ",\"%s\":%.6g", note[i]->name, note[i]->median * 1e6);
        }
    }
    if (!alone || verbose) bench_report(&b, verbose);
    else if (json) bench_write(&b, bench_best(&b, BENCH_OURS, NULL), NULL, bench_bound(&b));
    best = bench_best(&b, BENCH_PEER, NULL);
    if (best) {
        tally(s->group, best->median / bench_best(&b, BENCH_OURS, NULL)->median);
    }
#if defined(PEER_ONEDNN) || defined(PEER_OPENBLAS)
    for (i = 0; i < peers; i++) {
        const double d = rivals[i].checked ? differ(rivals[i].result, mine.result, work_result(&w)) : 0;
        if (!(d < 1e-4)) {
            printf("  ! %s differs by %.3g of the greatest value\n", rivals[i].name, d);
        }
#ifdef PEER_ONEDNN
        if (rivals[i].p.state) {
            peer_onednn_conv_free(&rivals[i].p);
        }
#endif
        free(rivals[i].result);
    }
#endif
    plan_free(&mine);
    work_free(&w);
}

/* Every algorithm that applies: the best, and what AUTO took. */
static int choice(const shape *s)
{
    work w, plan[ALGORITHMS + 1];
    dlcv_conv_info info[ALGORITHMS + 1];
    const bench_row *rows[ALGORITHMS + 1], *taken;
    int i, best = -1, wrong, made[ALGORITHMS + 1];
    work_new(&w, s);
    bench_begin(&b, "bench_conv choice", s->name, 1, dlcv_backend(), "us", 1e6, NULL);
    b.rounds = rounds;
    for (i = 0; i <= ALGORITHMS; i++) {
        rows[i] = NULL;
        made[i] = work_plan(&plan[i], &w, NULL, algorithms[i], &info[i]);
        if (made[i]) {
            rows[i] = bench_add(&b, BENCH_OURS, algorithm_names[i], ours, &plan[i]);
        }
    }
    bench_run(&b);
    taken = rows[0];
    for (i = 1; i <= ALGORITHMS; i++) {
        if (rows[i] && (best < 0 || rows[i]->median < rows[best]->median)) {
            best = i;
        }
    }
    for (i = 1; i <= ALGORITHMS && s->operation == FWD; i++) { /* what AUTO took, twice: the better time counts */
        if (rows[i] && algorithms[i] == info[0].algorithm && rows[i]->median < rows[0]->median) {
            taken = rows[i];
        }
    }
    wrong = best >= 0 && taken->median > 1.05 * rows[best]->median;
    printf("%-30s auto = %-12s %10.1f us;", s->name, info[0].name, rows[0]->median * 1e6);
    for (i = 1; i <= ALGORITHMS; i++) {
        if (rows[i]) {
            printf(" %s %.1f (%.1e)", algorithm_names[i], rows[i]->median * 1e6, differ(plan[i].result, plan[1].result, work_result(&w)));
        }
    }
    printf("%s%s\n", wrong ? "  WRONG, better: " : "", wrong ? algorithm_names[best] : "");
    fprintf(json, "{\"bench\":\"bench_conv choice\",\"shape\":\"%s\",\"threads\":1,\"backend\":\"%s\",\"auto\":{\"name\":\"%s\",\"value\":%.6g}",
            s->name, dlcv_backend(), info[0].name, rows[0]->median * 1e6);
    for (i = 1; i <= ALGORITHMS; i++) {
        if (rows[i]) {
            fprintf(json, ",\"%s\":%.6g", algorithm_names[i], rows[i]->median * 1e6);
        }
    }
    fprintf(json, ",\"wrong\":%s}\n", wrong ? "true" : "false");
    fflush(stdout);
    for (i = 0; i <= ALGORITHMS; i++) {
        if (made[i]) {
            plan_free(&plan[i]);
        }
    }
    work_free(&w);
    return wrong;
}

static int usage(void)
{
    fprintf(stderr, "usage: bench_conv [--only TEXT] [--algorithm gemm|direct|winograd2|winograd4] [--choice] [--no-own] [--no-peers]\n"
                    "                  [--backend NAME] [--threads N] [--rounds N] [--verbose] [--json FILE]\n");
    return 2;
}

int main(int argc, char **argv)
{
    const char *path = "build/bench/bench_conv.json";
    int i, k, choose = 0, wrong = 0, tried = 0;
    for (i = 1; i < argc; i++) {
        const int more = i + 1 < argc;
        if (strcmp(argv[i], "--choice") == 0) {
            choose = 1;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            verbose = 1;
        } else if (strcmp(argv[i], "--no-own") == 0) {
            with_own = 0;
        } else if (strcmp(argv[i], "--no-peers") == 0) {
            with_peers = 0;
        } else if (strcmp(argv[i], "--only") == 0 && more) {
            only = argv[++i];
        } else if (strcmp(argv[i], "--backend") == 0 && more) {
            backend = argv[++i];
        } else if (strcmp(argv[i], "--threads") == 0 && more) {
            threads = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--rounds") == 0 && more) {
            rounds = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--json") == 0 && more) {
            path = argv[++i];
        } else if (strcmp(argv[i], "--algorithm") == 0 && more) {
            for (forced = 0, k = 1, i++; k <= ALGORITHMS; k++) {
                forced = strcmp(argv[i], algorithm_names[k]) == 0 ? k : forced;
            }
            if (!forced) {
                return usage();
            }
        } else {
            return usage();
        }
    }
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    bench_bind_peers(threads);
    bench_environment(argv);
    if (backend && dlcv_backend_select(backend)) {
        fprintf(stderr, "%s\n", dlcv_error());
        return 2;
    }
    if (threads > 1 && dlcv_pool_new(NULL, threads, &pool.threads)) {
        fprintf(stderr, "%s\n", dlcv_error());
        return 2;
    }
    if (threads > 1) {
        const double least = bench_settle(&pool.threads);
        printf("fork and join: %.2f us at the least\nspeed-up: one thread's CPU time over the busiest thread's; of copies: as many independent ones, a thread each, all that "
               "the machine allows\n", 1e6 * least);
        clocked.below = pool.threads;
        pool.threads.parallel_for = crew_for, pool.threads.user = &clocked;
    }
    json = bench_json(path);
#ifdef PEER_OPENBLAS
    printf("OpenBLAS core: %s\n", peer_openblas_core());
#endif
    for (i = 0; i < SHAPES; i++) {
        if (strstr(shapes[i].name, only)) {
            tried++;
            if (choose) {
                wrong += choice(&shapes[i]);
            } else {
                compare(&shapes[i]);
            }
        }
    }
    if (choose) {
        printf("%d of %d chosen wrong (more than 5 %% slower than the best)\n", wrong, tried);
    }
    means();
    if (threads > 1) dlcv_pool_free(&clocked.below);
    fclose(json);
    return 0;
}
