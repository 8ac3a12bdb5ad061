/* One pair of vectors, resident in L1: ours, the peers, the limit.
 * bench_pair [--all] [--verbose] [--rounds N] [--only TEXT] [--json FILE]
 * --all: also d = 64, 100, 1000 (for information); --verbose: every burst.
 *
 * A pair takes some thirty to four hundred clock cycles, so that a branch more that is not foreseen shows; and whether
 * it is depends on where the system puts the program. So the rounds are shared among PROCESSES, each put elsewhere. */
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
#include <sys/wait.h>

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

/* every shape that is measured, and the pairs of its contestants */
typedef struct shape {
    const task *t;
    bench b;
    pair pairs[PEERS + 1];
} shape;

enum { SIZES = 5, SHAPES = SIZES * sizeof(tasks) / sizeof(tasks[0]), PROCESSES = 5 };
static shape shapes[SHAPES];

static void prepare(shape *s, const task *t, int d, FILE *json)
{
    char name[64];
    int i;
    snprintf(name, sizeof(name), "one pair %s d=%d", t->name, d);
    s->t = t;
    bench_begin(&s->b, "bench_pair", name, 1, dlcv_backend(), "ns", 1e9, json);
    s->b.paired = 1;
    s->b.milliseconds = 0.2;
    for (i = 0; i <= PEERS; i++) {
        s->pairs[i].a = t->is_u8 ? (const void *)bytes[0] : (const void *)floats[0];
        s->pairs[i].b = t->is_u8 ? (const void *)bytes[1] : (const void *)floats[1];
        s->pairs[i].n = (size_t)d;
        s->pairs[i].function = i < PEERS ? t->peer[i] : t->ours;
    }
    bench_limit(&s->b, t->kind, bench_isa(dlcv_backend()), t->operations * d);
    bench_limit(&s->b, "read_l1", bench_isa(dlcv_backend()), t->bytes * d);
    bench_add(&s->b, BENCH_OURS, "dlcv", run_pair, &s->pairs[PEERS]);
    for (i = 0; i < PEERS; i++) {
        if (t->peer[i]) {
            bench_add(&s->b, BENCH_PEER, peer_names[i], run_pair, &s->pairs[i]);
        } else if (t->has[i]) {
            bench_missing(&s->b, peer_names[i]);
        }
    }
}

/* One process: measures the shapes and writes the rows' values. */
static void measure(const char *path, int count, int rounds)
{
    FILE *f = fopen(path, "wb");
    int i, row, wrong = !f;
    for (i = 0; i < count && f; i++) {
        shape *s = &shapes[i];
        s->b.rounds = rounds;
        bench_run(&s->b);
        for (row = 0; row < s->b.rows; row++) {
            wrong |= fwrite(s->b.row[row].value, sizeof(double), (size_t)rounds, f) != (size_t)rounds;
        }
        for (row = 0; row < PEERS; row++) {
            if (s->t->peer[row]) {
                check(&s->pairs[PEERS], &s->pairs[row], s->b.shape, peer_names[row]);
            }
        }
    }
    if (wrong || fclose(f)) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
}

/* What a process has measured becomes the next rounds. */
static void collect(const char *path, int count, int rounds)
{
    FILE *f = fopen(path, "rb");
    int i, row, wrong = !f;
    for (i = 0; i < count && f; i++) {
        bench *b = &shapes[i].b;
        for (row = 0; row < b->rows; row++) {
            wrong |= fread(b->row[row].value + b->rounds, sizeof(double), (size_t)rounds, f) != (size_t)rounds;
        }
        b->rounds += rounds;
    }
    if (wrong || fclose(f)) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
}

static void run_process(char **argv, const char *path, int number)
{
    char *args[32];
    int i, status;
    pid_t child;
    for (i = 0; argv[i] && i < 29; i++) {
        args[i] = argv[i];
    }
    args[i++] = (char *)(uintptr_t)"--process";
    args[i++] = (char *)(uintptr_t)path;
    args[i] = NULL;
    if (isatty(2)) {
        fprintf(stderr, "\rprocess %d of %d ", number + 1, (int)PROCESSES);
    }
    child = fork();
    if (child == 0) {
        execv("/proc/self/exe", args);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status) {
        fprintf(stderr, "process %d failed\n", number);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    static const int sizes[SIZES] = { 3072, 784, 64, 100, 1000 };
    int i, rounds = 205, verbose = 0, use = 2, count = 0;
    size_t t;
    const char *only = "", *path = "build/bench/bench_pair.json", *process = NULL;
    char raw[512];
    FILE *json = NULL;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--all") == 0) {
            use = SIZES;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            verbose = 1;
        } else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
            rounds = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
            path = argv[++i];
        } else if (strcmp(argv[i], "--process") == 0 && i + 1 < argc) {
            process = argv[++i];
        } else {
            fprintf(stderr, "usage: bench_pair [--all] [--verbose] [--rounds N] [--only TEXT] [--json FILE]\n");
            return 2;
        }
    }
    bench_environment(argv);
    rounds = (rounds < 1 ? 1 : rounds > BENCH_ROUNDS ? BENCH_ROUNDS : rounds) / PROCESSES;
    rounds = rounds < 1 ? 1 : rounds;
    json = process ? NULL : bench_json(path);
    fill();
#ifdef PEER_OPENBLAS
    if (!process) {
        printf("OpenBLAS core: %s\n", peer_openblas_core());
        fflush(stdout);
    }
#endif
    for (i = 0; i < use; i++) {
        for (t = 0; t < sizeof(tasks) / sizeof(tasks[0]); t++) {
            if (strstr(tasks[t].name, only)) {
                prepare(&shapes[count++], &tasks[t], sizes[i], json);
            }
        }
    }
    if (process) {
        measure(process, count, rounds);
        return 0;
    }
    snprintf(raw, sizeof(raw), "%s.raw", path);
    for (i = 0; i < count; i++) {
        shapes[i].b.rounds = 0;
    }
    for (i = 0; i < PROCESSES; i++) {
        run_process(argv, raw, i);
        collect(raw, count, rounds);
    }
    remove(raw);
    if (isatty(2)) {
        fprintf(stderr, "\r%20s\r", "");
    }
    for (i = 0; i < count; i++) {
        bench_medians(&shapes[i].b);
        bench_report(&shapes[i].b, verbose);
    }
    fclose(json);
    return 0;
}
