/* Matrix products: ours, the peers (OpenBLAS, BLIS and oneDNN where their libraries are found at run time, Eigen where it was found when
 * this was built), the limit.
 * bench_gemm [--only TEXT] [--backend NAME] [--threads N] [--rounds N] [--no-peers] [--verbose] [--json FILE]
 * The last line is the geometric mean of the ratios to the best peer. */
#define _GNU_SOURCE
#define DLCV_IMPLEMENTATION
#define DLCV_POOL
#ifdef DLCV_SPINE
#include "../../src/dlcv.h"
#else
#include "dlcv.h"
#endif
#include <dlfcn.h>
#include <math.h>
#include <sys/mman.h>
#include "bursts.h"
#include "bench.h"
#include "threads.h"
#include "peers/sgemm.h"

typedef struct shape {
    int m, n, k, trans_a, trans_b;
} shape;

/* Squares; convolutions of networks (pixels are columns); heads of networks and batches; matrix times vector. */
static const shape shapes[] = {
    { 32, 32, 32, 0, 0 }, { 64, 64, 64, 0, 0 }, { 128, 128, 128, 0, 0 }, { 256, 256, 256, 0, 0 }, { 512, 512, 512, 0, 0 },
    { 1024, 1024, 1024, 0, 0 }, { 2048, 2048, 2048, 0, 0 }, { 64, 3136, 64, 0, 0 }, { 256, 3136, 64, 0, 0 }, { 128, 784, 512, 0, 0 },
    { 512, 784, 128, 0, 0 }, { 1024, 196, 256, 0, 0 }, { 2048, 49, 512, 0, 0 }, { 64, 12544, 147, 0, 0 }, { 10, 128, 3072, 0, 0 },
    { 128, 10, 3072, 0, 0 }, { 6, 784, 25, 0, 0 }, { 16, 100, 150, 0, 0 }, { 4096, 1, 9216, 0, 0 }, { 1000, 1, 2048, 0, 0 }
};
/* Not among the twenty: what training and fully connected layers ask for. */
static const shape more[] = {
    { 128, 1000, 512, 0, 1 }, { 64, 576, 3136, 0, 1 }, { 576, 3136, 64, 1, 0 }, { 100, 784, 64, 1, 0 }, { 64, 100, 784, 0, 1 }, { 256, 256, 256, 1, 1 },
    { 512, 512, 512, 0, 1 }, { 512, 512, 512, 1, 0 }, { 1, 1000, 2048, 0, 1 }, { 1, 4096, 9216, 0, 0 }, { 8, 4096, 4096, 0, 1 }, { 37, 53, 71, 0, 0 }
};

static dlcv_env env;
static dlcv_arena arena;

static void run_ours(void *context, size_t repeat)
{
    const peer_product *g = (const peer_product *)context;
    for (; repeat; repeat--)
        if (dlcv_sgemm(&env, g->trans_a, g->trans_b, g->m, g->n, g->k, 1, g->a, g->lda, g->b, g->ldb, 0, g->c, g->ldc)) {
            fprintf(stderr, "%s\n", dlcv_error());
            exit(1);
        }
}

typedef struct runner {
    peer_sgemm function;
    const peer_product *product;
    int starts; /* so many threads in each call, which may go where the caller may */
} runner;

static void run_peer(void *context, size_t repeat)
{
    const runner *r = (const runner *)context;
    if (r->starts) bench_cores(0, r->starts);
    for (; repeat; repeat--) r->function(r->product);
    if (r->starts) bench_cores(0, 1);
}

/* The libraries have names in common: each is loaded by itself. */
typedef void (*cblas_sgemm_function)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                                     int ldb, float beta, float *c, int ldc);
typedef int (*dnnl_sgemm_function)(char trans_a, char trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t lda, const float *b,
                                   int64_t ldb, float beta, float *c, int64_t ldc);
static cblas_sgemm_function openblas_sgemm, blis_sgemm;
static dnnl_sgemm_function onednn_sgemm;

static void by_cblas(cblas_sgemm_function f, const peer_product *g)
{
    f(101, g->trans_a ? 112 : 111, g->trans_b ? 112 : 111, g->m, g->n, g->k, 1, g->a, g->lda, g->b, g->ldb, 0, g->c, g->ldc);
}

static void peer_openblas(const peer_product *g) { by_cblas(openblas_sgemm, g); }
static void peer_blis(const peer_product *g) { by_cblas(blis_sgemm, g); }
static void peer_onednn(const peer_product *g)
{
    onednn_sgemm(g->trans_a ? 'T' : 'N', g->trans_b ? 'T' : 'N', g->m, g->n, g->k, 1, g->a, g->lda, g->b, g->ldb, 0, g->c, g->ldc);
}

static void *symbol(const char *const *libraries, const char *name, void **library)
{
    *library = NULL;
    for (; *libraries && !*library; libraries++) *library = dlopen(*libraries, RTLD_NOW | RTLD_LOCAL);
    return *library ? dlsym(*library, name) : NULL;
}

static void find_peers(int threads)
{
    static const char *const openblas[] = { "libopenblas.so.0", "libopenblas.so", NULL };
    static const char *const blis[] = { "libblis.so.4", "libblis.so", NULL };
    static const char *const onednn[] = { "libdnnl.so.3", "libdnnl.so.2", "libdnnl.so", NULL };
    void *library;
    *(void **)&openblas_sgemm = symbol(openblas, "cblas_sgemm", &library);
    if (openblas_sgemm) {
        char *(*core)(void);
        void (*set)(int);
        *(void **)&core = dlsym(library, "openblas_get_corename");
        *(void **)&set = dlsym(library, "openblas_set_num_threads");
        if (set) set(threads);
        printf("OpenBLAS core: %s\n", core ? core() : "?");
    }
    *(void **)&blis_sgemm = symbol(blis, "cblas_sgemm", &library);
    if (blis_sgemm) {
        int (*id)(void);
        const char *(*name)(int);
        *(void **)&id = dlsym(library, "bli_arch_query_id");
        *(void **)&name = dlsym(library, "bli_arch_string");
        printf("BLIS configuration: %s\n", id && name ? name(id()) : "?");
    }
    *(void **)&onednn_sgemm = symbol(onednn, "dnnl_sgemm", &library);
}

/* The peers are told, before they are loaded, how many threads and which instructions. */
static void tell_peers(const char *backend, int threads)
{
    char text[16];
    snprintf(text, sizeof text, "%d", threads);
    setenv("OMP_NUM_THREADS", text, 1);
    bench_bind_peers(threads);
    setenv("BLIS_NUM_THREADS", text, 1);
    setenv("OPENBLAS_NUM_THREADS", text, 1);
    if (strcmp(backend, "avx2") == 0) {
        setenv("OPENBLAS_CORETYPE", "Haswell", 0);
        setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 0);
        setenv("DNNL_MAX_CPU_ISA", "AVX2", 0);
    }
}

static double geometric;
static int compared, behind;

static void compare(const shape *s, const float *ours, const float *theirs, const char *name)
{
    size_t i, n = (size_t)s->m * (size_t)s->n;
    for (i = 0; i < n; i++)
        if (!(fabsf(ours[i] - theirs[i]) <= 1e-5f * (float)s->k)) {
            printf("  ! %s differs: %g, we %g\n", name, (double)theirs[i], (double)ours[i]);
            return;
        }
}

/* The same memory for every shape, in huge pages where the system has them: else the shapes that come after a large one, in pages that it left,
 * would be measured under other conditions. */
static float *numbers(int region, size_t n)
{
    static float *regions[5];
    const size_t bytes = region < 2 ? (size_t)160 << 20 : (size_t)40 << 20, huge = (size_t)2 << 20;
    uint32_t x = (uint32_t)region;
    size_t i;
    if (!regions[region]) {
        unsigned char *p = (unsigned char *)mmap(NULL, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == (unsigned char *)MAP_FAILED) exit(1);
        p += huge - (uintptr_t)p % huge;
        madvise(p, bytes, MADV_HUGEPAGE);
        regions[region] = (float *)(void *)p;
    }
    if (n > bytes / 4) exit(1);
    for (i = 0; i < n; i++) x = x * 1664525u + 1013904223u, regions[region][i] = (float)(x >> 8) / 8388608.0f - 1;
    return regions[region];
}

static void measure(const shape *s, int threads, int rounds, int peers, int verbose, FILE *json)
{
    const char *const names[] = { "openblas", "blis", "onednn", "eigen 256", "eigen 512" };
    peer_sgemm functions[5] = { openblas_sgemm ? peer_openblas : NULL, blis_sgemm ? peer_blis : NULL, onednn_sgemm ? peer_onednn : NULL, NULL, NULL };
    const size_t mk = (size_t)s->m * (size_t)s->k, kn = (size_t)s->k * (size_t)s->n, mn = (size_t)s->m * (size_t)s->n;
    const double flops = 2.0 * (double)mn * s->k;
    float *a = numbers(0, mk), *b = numbers(1, kn), *c = numbers(2, mn), *d = numbers(3, mn);
    peer_product ours, theirs;
    runner runners[5];
    const bench_row *mine, *best;
    bench x;
    char text[96];
    int i;
#ifdef PEER_EIGEN
    functions[3] = peer_eigen_v256;
    if (bench_isa(dlcv_backend()) >= BURST_AVX512) functions[4] = peer_eigen_v512;
#endif
    ours.m = s->m, ours.n = s->n, ours.k = s->k, ours.trans_a = s->trans_a, ours.trans_b = s->trans_b;
    ours.lda = s->trans_a ? s->m : s->k, ours.ldb = s->trans_b ? s->k : s->n, ours.ldc = s->n;
    ours.a = a, ours.b = b, ours.c = c;
    theirs = ours;
    theirs.c = d; /* while results are compared; then the same C, as cold or warm for all */
    snprintf(text, sizeof text, "sgemm %d x %d x %d%s", s->m, s->n, s->k, s->trans_a ? (s->trans_b ? " TT" : " TN") : s->trans_b ? " NT" : "");
    bench_begin(&x, "bench_gemm", text, threads, dlcv_backend(), "us", 1e6, json);
    x.rounds = rounds;
    x.milliseconds = 2;
    x.paired = 1; /* who comes first after the bursts finds what the machine's other guests left of the third cache: all take turns at it */
    bench_limit(&x, "f32_dot", bench_isa(dlcv_backend()), flops / 2);
    /* No burst that reads the third cache: it would leave ours, which comes next, a cold one, and the peers ours. */
    if (4.0 * (double)(mk + kn) > 64e6) bench_limit(&x, "read_dram", bench_isa(dlcv_backend()), 4.0 * (double)(mk + kn));
    bench_add(&x, BENCH_OURS, "dlcv", run_ours, &ours);
    for (i = 0; i < 5 && peers; i++) {
        runners[i].function = functions[i];
        runners[i].product = &theirs;
        runners[i].starts = i == 1 && threads > 1 ? threads : 0;
        if (functions[i]) {
            bench_add(&x, BENCH_PEER, names[i], run_peer, &runners[i]);
            memset(d, 255, mn * 4);
            run_ours(&ours, 1);
            functions[i](&theirs);
            compare(s, c, d, names[i]);
        } else if (i < 4) {
            bench_missing(&x, names[i]);
        }
    }
    theirs.c = c;
    bench_run(&x);
    mine = bench_best(&x, BENCH_OURS, NULL);
    best = bench_best(&x, BENCH_PEER, NULL);
    snprintf(x.extra, sizeof x.extra, ",\"gflops\":%.4g,\"peer_gflops\":%.4g", 1e-9 * flops / mine->median, best ? 1e-9 * flops / best->median : 0);
    if (verbose) bench_report(&x, 1);
    else {
        const bench_row *limit = bench_bound(&x);
        printf("%-30s %8.2f GFLOP/s", text, 1e-9 * flops / mine->median);
        if (limit) printf(" %5.1f %% of %-9s", 100 * limit->median / mine->median, limit->kind);
        if (best) printf("  x %.3f of %-9s:", bench_ratio(&x, best, mine), best->name);
        for (i = 0; i < x.rows && best; i++)
            if (x.row[i].role == BENCH_PEER) printf(" %s %.1f", x.row[i].name, 1e-9 * flops / x.row[i].median);
        printf("\n");
        if (json) bench_write(&x, mine, best, limit);
    }
    fflush(stdout);
    if (best) {
        geometric += log(bench_ratio(&x, best, mine));
        behind += bench_ratio(&x, best, mine) < 0.9;
        compared++;
    }
}

int main(int argc, char **argv)
{
    const char *only = "", *backend = NULL, *path = "build/bench/bench_gemm.json";
    int i, threads = 1, rounds = 15, peers = 1, verbose = 0, all = 0;
    FILE *json;
    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = argv[++i];
        else if (strcmp(argv[i], "--backend") == 0 && i + 1 < argc) backend = argv[++i];
        else if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) threads = atoi(argv[++i]);
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) path = argv[++i];
        else if (strcmp(argv[i], "--no-peers") == 0) peers = 0;
        else if (strcmp(argv[i], "--verbose") == 0) verbose = 1;
        else if (strcmp(argv[i], "--all") == 0) all = 1;
        else {
            fprintf(stderr, "usage: bench_gemm [--only TEXT] [--all] [--backend NAME] [--threads N] [--rounds N] [--no-peers] [--verbose] [--json FILE]\n");
            return 2;
        }
    }
    threads = threads < 1 ? 1 : threads;
    if (!getenv("BENCH_ENVIRONMENT")) tell_peers(backend ? backend : "", threads);
    bench_environment(argv);
    if ((backend && dlcv_backend_select(backend)) || (threads > 1 && dlcv_pool_new(NULL, threads, &env.threads))) {
        fprintf(stderr, "%s\n", dlcv_error());
        return 1;
    }
    /* The peers keep what they work in from call to call; so does a program that gives dlcv an arena. */
    env.memory = dlcv_arena_memory(&arena, numbers(4, 0), (size_t)40 << 20);
    json = bench_json(path);
    if (peers) find_peers(threads);
    if (threads > 1) printf("fork and join: %.2f us at the least\n", 1e6 * bench_settle(&env.threads));
    for (i = 0; i < (int)(sizeof shapes / sizeof *shapes + (all ? sizeof more / sizeof *more : 0)); i++) {
        const shape *s = i < 20 ? &shapes[i] : &more[i - 20];
        char text[64];
        snprintf(text, sizeof text, "%dx%dx%d%s", s->m, s->n, s->k, s->trans_a || s->trans_b ? "t" : "");
        if (strstr(text, only)) measure(s, threads, rounds, peers, verbose, json);
    }
    if (compared)
        printf("geometric mean of %d ratios to the best peer: %.3f; below 0.90: %d\n", compared, exp(geometric / compared), behind);
    dlcv_pool_free(&env.threads);
    fclose(json);
    return 0;
}
