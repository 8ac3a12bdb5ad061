/* bench.h: measures us, the peers and the physical limit side by side in one process. Include after bursts.h.
 *
 * A bench is a list of contestants that do the same work. bench_run goes round by round: the limits' bursts, we, the
 * bursts again, the peers; each for about `milliseconds`, so that what the machine does to one it does to all. One
 * thread is timed by its CPU clock (a guest's wall clock is not to be trusted), several by the wall, with the CPU time
 * of the process beside it. Values are seconds per call; medians over the rounds count.
 *
 * With `paired` set we and the peers take turns at going first, and ratios are medians of the rounds' ratios: what the
 * machine does to a round it does to both. Short slices, many rounds. */
#ifndef BENCH_H
#define BENCH_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BENCH_OURS, BENCH_PEER, BENCH_LIMIT, BENCH_NOTE, BENCH_MISSING };
enum { BENCH_ROWS = 48, BENCH_ROUNDS = 256 };

typedef void (*bench_function)(void *context, size_t repeat);

typedef struct bench_row {
    const char *name, *kind; /* kind: of a limit; the limit is the slowest kind, each counts with its best burst */
    int role, threads;
    bench_function run;
    void *context;
    double (*remote)(void *context, size_t repeat); /* of a peer in another process: the seconds that it says it took */
    const burst *limit;
    double scale;  /* value = seconds / repeat * scale */
    size_t repeat; /* 0: found by calibration */
    double value[BENCH_ROUNDS], cpu[BENCH_ROUNDS];
    double median, min, max, median_cpu;
} bench_row;

typedef struct bench {
    const char *program, *backend, *unit;
    char shape[96], extra[1024];
    int threads, rounds, rows, paired;
    double milliseconds, per_second, goal; /* unit = seconds * per_second; goal: times the limit, 0 = none */
    FILE *json;
    bench_row row[BENCH_ROWS];
} bench;

#define BENCH_ALIGN __attribute__((aligned(64)))

/* The peers' libraries read these when they are loaded: set them and start again. OpenBLAS 0.3.21 does not know every
 * CPU with AVX-512; OpenMP's threads shall not spin while others are measured. */
static void bench_environment(char **argv)
{
    if (!getenv("BENCH_ENVIRONMENT")) {
        setenv("BENCH_ENVIRONMENT", "1", 1);
        setenv("OMP_WAIT_POLICY", "passive", 0);
        /* Pages of 2 MB for everybody's memory: with small ones luck decides which lines collide in the caches. No page faults in anybody's time. */
        setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 0);
        setenv("MALLOC_MMAP_THRESHOLD_", "4000000000", 0);
        setenv("MALLOC_TRIM_THRESHOLD_", "16000000000", 0);
        if (burst_isa() >= BURST_AVX512) {
            setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
        }
        execv("/proc/self/exe", argv);
    }
}

static double bench_seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static FILE *bench_json(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
    return f;
}

/* json may be NULL. */
static void bench_begin(bench *b, const char *program, const char *shape, int threads, const char *backend,
                        const char *unit, double per_second, FILE *json)
{
    memset(b, 0, sizeof(*b));
    b->program = program;
    b->backend = backend;
    b->unit = unit;
    b->per_second = per_second;
    b->threads = threads;
    b->rounds = 31;
    b->milliseconds = 1.0;
    b->json = json;
    snprintf(b->shape, sizeof(b->shape), "%s", shape);
}

static bench_row *bench_add(bench *b, int role, const char *name, bench_function run, void *context)
{
    bench_row *r = &b->row[b->rows];
    if (b->rows == BENCH_ROWS) {
        fprintf(stderr, "bench.h: more than %d rows\n", (int)BENCH_ROWS);
        exit(1);
    }
    b->rows++;
    r->name = name;
    r->role = role;
    r->threads = b->threads;
    r->run = run;
    r->context = context;
    r->scale = 1.0;
    return r;
}

static void bench_missing(bench *b, const char *name)
{
    bench_add(b, BENCH_MISSING, name, NULL, NULL);
}

static void bench_burst(void *context, size_t repeat)
{
    ((const burst *)context)->run(repeat);
}

/* The time that `work` units take at best: every burst of `kind` that a backend of this level may use. */
static void bench_limit(bench *b, const char *kind, int isa, double work)
{
    int i, n;
    const burst *list = burst_list(&n);
    for (i = 0; i < n; i++) {
        if (strcmp(list[i].kind, kind) == 0 && list[i].isa <= isa && list[i].isa <= burst_isa()) {
            bench_row *r = bench_add(b, BENCH_LIMIT, list[i].name, bench_burst, (void *)(uintptr_t)&list[i]);
            r->kind = kind;
            r->limit = &list[i];
            r->threads = 1;
            r->scale = work / list[i].work / (double)b->threads;
        }
    }
}

/* Which bursts bound a backend. */
static int bench_isa(const char *backend)
{
    return strcmp(backend, "avx512vnni") == 0 ? BURST_VNNI
           : strcmp(backend, "avx512") == 0   ? BURST_AVX512
           : strcmp(backend, "avx2") == 0     ? BURST_AVX2
                                              : BURST_SSE2;
}

static double bench_time(const bench_row *r, size_t repeat, double *cpu)
{
    clockid_t clock = r->threads > 1 ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
    double c, t;
    if (r->remote) {
        return *cpu = r->remote(r->context, repeat);
    }
    c = bench_seconds(CLOCK_PROCESS_CPUTIME_ID), t = bench_seconds(clock);
    r->run(r->context, repeat);
    t = bench_seconds(clock) - t;
    *cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - c;
    return t;
}

static void bench_calibrate(bench_row *r, double seconds)
{
    double cpu, t;
    r->repeat = 1;
    bench_time(r, 1, &cpu);
    while ((t = bench_time(r, r->repeat, &cpu)) < seconds / 4 && r->repeat < ((size_t)1 << 40)) {
        r->repeat *= t < seconds / 64 ? 8 : 2;
    }
    r->repeat = (size_t)((double)r->repeat * seconds / t) + 1;
}

static void bench_measure_row(bench_row *r, int round, double weight)
{
    double cpu, t = bench_time(r, r->repeat, &cpu), scale = weight * r->scale / (double)r->repeat;
    r->value[round] += t * scale;
    r->cpu[round] += cpu * scale;
}

static void bench_measure(bench *b, int role, int round, double weight)
{
    int i;
    for (i = 0; i < b->rows; i++) {
        if (b->row[i].role == role && b->row[i].run) {
            bench_measure_row(&b->row[i], round, weight);
        }
    }
}

/* We and the peers, another one first in each round; none measures what its predecessor left in the caches. */
static void bench_measure_turns(bench *b, int round)
{
    int i;
    for (i = 0; i < b->rows; i++) {
        bench_row *r = &b->row[(i + round) % b->rows];
        if ((r->role == BENCH_OURS || r->role == BENCH_PEER) && r->run) {
            r->run(r->context, r->repeat / 16 + 1);
            bench_measure_row(r, round, 1.0);
        }
    }
}

static int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double bench_median(const double *values, int count, double *min, double *max)
{
    double sorted[BENCH_ROUNDS];
    memcpy(sorted, values, (size_t)count * sizeof(double));
    qsort(sorted, (size_t)count, sizeof(double), bench_compare);
    *min = sorted[0];
    *max = sorted[count - 1];
    return count % 2 ? sorted[count / 2] : 0.5 * (sorted[count / 2 - 1] + sorted[count / 2]);
}

static void bench_medians(bench *b)
{
    int i;
    for (i = 0; i < b->rows; i++) {
        bench_row *r = &b->row[i];
        if (r->run) {
            double low, high;
            r->median = bench_median(r->value, b->rounds, &r->min, &r->max);
            r->median_cpu = bench_median(r->cpu, b->rounds, &low, &high);
        }
    }
}

/* How many times as long as `ours` does `r` take? */
static double bench_ratio(const bench *b, const bench_row *r, const bench_row *ours)
{
    double ratios[BENCH_ROUNDS], low, high;
    int i;
    for (i = 0; i < b->rounds && b->paired; i++) {
        ratios[i] = r->value[i] / ours->value[i];
    }
    return b->paired ? bench_median(ratios, b->rounds, &low, &high) : r->median / ours->median;
}

static void bench_run(bench *b)
{
    int i, round, bar = isatty(2) && b->milliseconds > 15;
    if (b->rounds < 1 || b->rounds > BENCH_ROUNDS) {
        fprintf(stderr, "%d rounds: 1 to %d can be measured\n", b->rounds, BENCH_ROUNDS);
        exit(2);
    }
    for (i = 0; i < b->rows; i++) {
        if (b->row[i].run && !b->row[i].repeat) {
            bench_calibrate(&b->row[i], b->milliseconds * 1e-3);
        }
    }
    for (round = 0; round < b->rounds; round++) {
        if (bar) {
            fprintf(stderr, "\r%s: round %d of %d ", b->shape, round + 1, b->rounds);
        }
        bench_measure(b, BENCH_LIMIT, round, 0.5);
        if (b->paired) {
            bench_measure_turns(b, round);
            bench_measure(b, BENCH_LIMIT, round, 0.5);
            continue;
        }
        bench_measure(b, BENCH_OURS, round, 1.0);
        bench_measure(b, BENCH_LIMIT, round, 0.5);
        bench_measure(b, BENCH_NOTE, round, 1.0);
        bench_measure(b, BENCH_PEER, round, 1.0);
    }
    if (bar) {
        fprintf(stderr, "\r%70s\r", "");
    }
    bench_medians(b);
}

/* The best of a kind by its median; NULL if there is none. */
static const bench_row *bench_best(const bench *b, int role, const char *kind)
{
    const bench_row *best = NULL;
    int i;
    for (i = 0; i < b->rows; i++) {
        const bench_row *r = &b->row[i];
        if (r->role == role && r->median > 0 && (!kind || strcmp(r->kind, kind) == 0) &&
            (!best || r->median < best->median)) {
            best = r;
        }
    }
    return best;
}

/* The limit: of the kinds of work that have to be done, the one that takes longest, done in the best way. */
static const bench_row *bench_bound(const bench *b)
{
    const bench_row *bound = NULL;
    int i;
    for (i = 0; i < b->rows; i++) {
        if (b->row[i].role == BENCH_LIMIT) {
            const bench_row *best = bench_best(b, BENCH_LIMIT, b->row[i].kind);
            bound = !bound || best->median > bound->median ? best : bound;
        }
    }
    return bound;
}

static void bench_write(const bench *b, const bench_row *ours, const bench_row *peer, const bench_row *limit)
{
    FILE *f = b->json;
    const char *comma = "";
    double s = b->per_second;
    int i;
    fprintf(f, "{\"bench\":\"%s\",\"shape\":\"%s\",\"threads\":%d,\"backend\":\"%s\",\"rounds\":%d,", b->program,
            b->shape, b->threads, b->backend, b->rounds);
    fprintf(f, "\"ours\":{\"value\":%.6g,\"unit\":\"%s\"},\"min\":%.6g,\"max\":%.6g,\"peers\":{", ours->median * s,
            b->unit, ours->min * s, ours->max * s);
    for (i = 0; i < b->rows; i++) {
        if (b->row[i].role == BENCH_PEER) {
            fprintf(f, "%s\"%s\":%.6g", comma, b->row[i].name, b->row[i].median * s);
        } else if (b->row[i].role == BENCH_MISSING) {
            fprintf(f, "%s\"%s\":null", comma, b->row[i].name);
        } else {
            continue;
        }
        comma = ",";
    }
    fprintf(f, "},\"best_peer\":");
    if (peer) {
        fprintf(f, "\"%s\",\"ratio_best_peer\":%.4f,\"ratio_of_minima\":%.4f,", peer->name, bench_ratio(b, peer, ours),
                peer->min / ours->min);
    } else {
        fprintf(f, "null,\"ratio_best_peer\":null,");
    }
    if (limit) {
        fprintf(f, "\"limit\":{\"name\":\"%s %d bit\",\"value\":%.6g},\"pct_peak\":%.1f,\"ratio_limit\":%.4f",
                limit->name, limit->limit->bits, limit->median * s, 100 * bench_ratio(b, limit, ours),
                1 / bench_ratio(b, limit, ours));
    } else {
        fprintf(f, "\"limit\":null,\"pct_peak\":null,\"ratio_limit\":null");
    }
    if (b->goal > 0) {
        fprintf(f, ",\"goal_ratio_limit\":%.2f", b->goal);
    }
    if (b->threads > 1) {
        fprintf(f, ",\"process_cpu\":%.6g", ours->median_cpu * s);
    }
    fprintf(f, "%s}\n", b->extra);
    fflush(f);
}

static void bench_line(const bench *b, const bench_row *r, const bench_row *ours, const char *name, const char *what)
{
    double s = b->per_second;
    printf("  %-8s %-46s %10.4g %s (%.4g - %.4g)  x %.3f", what, name, r->median * s, b->unit, r->min * s, r->max * s,
           bench_ratio(b, r, ours));
    if (r->threads > 1) {
        printf("  CPU of the process %.4g", r->median_cpu * s);
    }
    printf("\n");
}

/* verbose: every burst, not only the best of its kind. */
static void bench_report(const bench *b, int verbose)
{
    const bench_row *ours = bench_best(b, BENCH_OURS, NULL), *peer = bench_best(b, BENCH_PEER, NULL),
                    *limit = bench_bound(b);
    int i;
    printf("%s, %d thread%s, %s\n", b->shape, b->threads, b->threads > 1 ? "s" : "", b->backend);
    for (i = 0; i < b->rows; i++) {
        const bench_row *r = &b->row[i];
        char name[96];
        if (r->role == BENCH_LIMIT) {
            if (verbose || r == bench_best(b, BENCH_LIMIT, r->kind)) {
                snprintf(name, sizeof(name), "%s, %d bit", r->name, r->limit->bits);
                bench_line(b, r, ours, name, r == limit ? "LIMIT" : "limit");
            }
        } else if (r->role == BENCH_MISSING) {
            printf("  %-8s %-46s not found\n", "peer", r->name);
        } else {
            bench_line(b, r, ours, r->name,
                       r->role == BENCH_OURS   ? "OURS"
                       : r == peer             ? "PEER"
                       : r->role == BENCH_PEER ? "peer"
                                               : "note");
        }
    }
    printf("  =>");
    if (limit) {
        printf(" %.1f %% of the limit, %.3f x its time", 100 * bench_ratio(b, limit, ours),
               1 / bench_ratio(b, limit, ours));
        if (b->goal > 0) {
            printf(" (goal %.2f: %s)", b->goal, ours->median <= b->goal * limit->median ? "reached" : "missed");
        }
    }
    if (peer) {
        double ratio = bench_ratio(b, peer, ours);
        printf("%s %.*f x as fast as %s (%s)", limit ? ";" : "", b->paired ? 3 : 2, ratio, peer->name, ratio >= 1 ? "ahead" : "BEHIND");
        if (b->paired && limit) {
            printf(", which reaches %.1f %%", 100 * bench_ratio(b, limit, peer));
        }
    }
    printf("\n");
    fflush(stdout);
    if (b->json) {
        bench_write(b, ours, peer, limit);
    }
}

#endif /* BENCH_H */
