/* One pair of vectors, resident in L1: ours, the peers, the limit.
 * bench_pair [--all] [--verbose] [--rounds N] [--only TEXT] [--json FILE]
 * --all: also d = 64, 100, 1000 (for information); --verbose: every burst. */
#define _GNU_SOURCE
#define DLCV_IMPLEMENTATION
#ifdef DLCV_SPINE
#include "../../src/dlcv.h"
#else
#include "dlcv.h"
#endif
#include "bursts.h"
#include "bench.h"
#include "peers/peers.h"

enum { MAX_D = 3072 };

typedef struct pair {
    peer_pair function;
    const void *a, *b;
    size_t n;
    double result;
} pair;

/* One indirect call a pair, for everyone; the barrier keeps the calls from being merged. */
static void run_pair(void *context, size_t repeat)
{
    pair *p = (pair *)context;
    for (; repeat > 0; repeat--) {
        p->result = p->function(p->a, p->b, p->n);
        __asm__ volatile("" : : "g"(p) : "memory");
    }
}

#define OURS_F32(name, metric)                                                           \
    static double name(const void *a, const void *b, size_t n)                           \
    {                                                                                    \
        return (double)dlcv_distance_f32(metric, (const float *)a, (const float *)b, n); \
    }
#define OURS_U8(name, metric)                                                       \
    static double name(const void *a, const void *b, size_t n)                      \
    {                                                                               \
        return dlcv_distance_u8(metric, (const uint8_t *)a, (const uint8_t *)b, n); \
    }
OURS_F32(ours_l2sq_f32, DLCV_METRIC_L2SQ)
OURS_F32(ours_dot_f32, DLCV_METRIC_DOT)
OURS_F32(ours_l1_f32, DLCV_METRIC_L1)
OURS_F32(ours_cosine_f32, DLCV_METRIC_COSINE)
OURS_U8(ours_l1_u8, DLCV_METRIC_L1)
OURS_U8(ours_l2sq_u8, DLCV_METRIC_L2SQ)

#ifdef PEER_LOOPS
#define LOOP(f) f##_v256, f##_v512
#else
#define LOOP(f) NULL, NULL
#endif
#ifdef PEER_SIMSIMD
#define SIMSIMD(f) f
#else
#define SIMSIMD(f) NULL
#endif
#ifdef PEER_OPENBLAS
#define OPENBLAS(f) f
#else
#define OPENBLAS(f) NULL
#endif
#ifdef PEER_FAISS
#define FAISS(f) f
#else
#define FAISS(f) NULL
#endif

enum { LOOP256, LOOP512, IN_SIMSIMD, IN_OPENBLAS, IN_FAISS, PEERS };
static const char *const peer_names[PEERS] = { "gcc -O3 -ffast-math 256", "gcc -O3 -ffast-math 512", "simsimd",
                                               "openblas", "faiss" };

/* has[i]: the peer has such a function (then NULL means: not found here); operations: of `kind`, for an element */
typedef struct task {
    const char *name, *kind;
    int is_u8;
    double operations, bytes;
    peer_pair ours;
    int has[PEERS];
    peer_pair peer[PEERS];
} task;

/* clang-format off */
static const task tasks[] = {
    { "f32 L2sq", "f32_l2", 0, 1, 8, ours_l2sq_f32, { 1, 1, 1, 0, 1 },
        { LOOP(peer_loop_l2sq_f32), SIMSIMD(peer_simsimd_l2sq_f32), NULL, FAISS(peer_faiss_l2sq_f32) } },
    { "f32 dot", "f32_dot", 0, 1, 8, ours_dot_f32, { 1, 1, 1, 1, 1 },
        { LOOP(peer_loop_dot_f32), SIMSIMD(peer_simsimd_dot_f32), OPENBLAS(peer_openblas_dot_f32),
          FAISS(peer_faiss_dot_f32) } },
    { "f32 L1", "f32_l1", 0, 1, 8, ours_l1_f32, { 1, 1, 0, 0, 1 },
        { LOOP(peer_loop_l1_f32), NULL, NULL, FAISS(peer_faiss_l1_f32) } },
    { "f32 cosine", "f32_dot", 0, 3, 8, ours_cosine_f32, { 1, 1, 1, 0, 0 },
        { LOOP(peer_loop_cosine_f32), SIMSIMD(peer_simsimd_cosine_f32), NULL, NULL } },
    { "u8 L1", "u8_l1", 1, 1, 2, ours_l1_u8, { 1, 1, 0, 0, 0 },
        { LOOP(peer_loop_l1_u8), NULL, NULL, NULL } },
    { "u8 L2sq", "u8_l2", 1, 1, 2, ours_l2sq_u8, { 1, 1, 1, 0, 0 },
        { LOOP(peer_loop_l2sq_u8), SIMSIMD(peer_simsimd_l2sq_u8), NULL, NULL } }
};
/* clang-format on */

static BENCH_ALIGN float floats[2][MAX_D];
static BENCH_ALIGN uint8_t bytes[2][MAX_D];

static void fill(void)
{
    uint32_t x = 12345;
    int i, side;
    for (side = 0; side < 2; side++) {
        for (i = 0; i < MAX_D; i++) {
            x = x * 1664525u + 1013904223u;
            bytes[side][i] = (uint8_t)(x >> 24);
            floats[side][i] = (float)(x >> 8) / 16777216.0f - 0.5f;
        }
    }
}

static void check(const pair *ours, const pair *peer, const char *shape, const char *name)
{
    double error = ours->result - peer->result, scale = ours->result < 0 ? -ours->result : ours->result;
    if (strcmp(name, "simsimd") == 0 && strstr(shape, "cosine")) {
        error = 1 - ours->result - peer->result; /* theirs is the distance */
    }
    if (!(error < 1e-3 * scale + 1e-2 && -error < 1e-3 * scale + 1e-2)) {
        printf("  ! %s: we say %.9g, %s says %.9g\n", shape, ours->result, name, peer->result);
    }
}

static void measure(const task *t, int d, int rounds, int verbose, FILE *json)
{
    bench b;
    pair pairs[PEERS + 1];
    char shape[64];
    int i;
    snprintf(shape, sizeof(shape), "one pair %s d=%d", t->name, d);
    bench_begin(&b, "bench_pair", shape, 1, dlcv_backend(), "ns", 1e9, json);
    b.rounds = rounds;
    for (i = 0; i <= PEERS; i++) {
        pairs[i].a = t->is_u8 ? (const void *)bytes[0] : (const void *)floats[0];
        pairs[i].b = t->is_u8 ? (const void *)bytes[1] : (const void *)floats[1];
        pairs[i].n = (size_t)d;
        pairs[i].result = 0;
        pairs[i].function = i < PEERS ? t->peer[i] : t->ours;
    }
    bench_limit(&b, t->kind, bench_isa(dlcv_backend()), t->operations * d);
    bench_limit(&b, "read_l1", bench_isa(dlcv_backend()), t->bytes * d);
    bench_add(&b, BENCH_OURS, "dlcv", run_pair, &pairs[PEERS]);
    for (i = 0; i < PEERS; i++) {
        if (t->peer[i]) {
            bench_add(&b, BENCH_PEER, peer_names[i], run_pair, &pairs[i]);
        } else if (t->has[i]) {
            bench_missing(&b, peer_names[i]);
        }
    }
    bench_run(&b);
    bench_report(&b, verbose);
    for (i = 0; i < PEERS; i++) {
        if (t->peer[i]) {
            check(&pairs[PEERS], &pairs[i], shape, peer_names[i]);
        }
    }
}

int main(int argc, char **argv)
{
    static const int sizes[] = { 3072, 784, 64, 100, 1000 };
    int i, t, rounds = 31, verbose = 0, count = 2;
    const char *only = "", *path = "build/bench/bench_pair.json";
    FILE *json;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--all") == 0) {
            count = 5;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            verbose = 1;
        } else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
            rounds = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            path = argv[++i];
        } else {
            fprintf(stderr, "usage: bench_pair [--all] [--verbose] [--rounds N] [--only TEXT] [--json FILE]\n");
            return 2;
        }
    }
    bench_environment(argv);
    rounds = rounds < 1 ? 1 : rounds > BENCH_ROUNDS ? BENCH_ROUNDS : rounds;
    json = bench_json(path);
    fill();
#ifdef PEER_OPENBLAS
    printf("OpenBLAS core: %s\n", peer_openblas_core());
#endif
    for (i = 0; i < count; i++) {
        for (t = 0; t < (int)(sizeof(tasks) / sizeof(tasks[0])); t++) {
            if (strstr(tasks[t].name, only)) {
                measure(&tasks[t], sizes[i], rounds, verbose, json);
            }
        }
    }
    fclose(json);
    return 0;
}
