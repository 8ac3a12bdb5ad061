/* The kernels over flat arrays beside memcpy, which moves as many bytes: what runs at the speed of memory takes no longer.
 * bench_flat [--rounds N] [--only TEXT] [--json FILE] */
#define _GNU_SOURCE
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "bursts.h"
#include "bench.h"

enum { LARGE = 1 << 24 };

static const dlcv__kernels_flat *flat;
static float *a, *b, *c;
static volatile float sink;

typedef struct work {
    size_t n, bytes;
} work;

#define WORK(name, ...)                                                                \
    static void name(void *context, size_t repeat)                                     \
    {                                                                                  \
        const size_t n = ((const work *)context)->n;                                   \
        for (; repeat > 0; repeat--) {                                                 \
            __VA_ARGS__;                                                               \
            __asm__ volatile("" : : : "memory");                                       \
        }                                                                              \
    }
WORK(run_add, flat->binary[DLCV__FLAT_ADD](a, b, c, n))
WORK(run_axpy, flat->axpy(1e-9f, a, b, n))
WORK(run_relu, flat->clamp(a, 0, __builtin_inff(), c, n))
WORK(run_relu_back, flat->clamp_back(a, b, 0, __builtin_inff(), c, n))
WORK(run_affine, flat->affine(a, 1.25f, -0.5f, c, n))
WORK(run_sum, sink = flat->sum(a, n))
WORK(run_spread, sink = flat->spread(a, 0.5f, n))
WORK(run_top, sink = flat->top(a, n))
WORK(run_softmax, size_t i; for (i = 0; i + 1000 <= n; i += 1000) sink = flat->softmax(a + i, c + i, 1000))

/* planes of 112 x 112 pooled 3 x 3 by 2, and of 28 x 28 pooled 2 x 2 by 2 */
static void pool(const float *x, size_t pitch, int kernel, int n, float *y)
{
    dlcv__windows p;
    memset(&p, 0, sizeof p);
    p.cols = kernel;
    p.step = 2;
    p.n = n;
    p.width = 2 * n - 2 + kernel;
    p.alone = 1;
    p.pitch = pitch;
    p.x_line = 2 * pitch;
    p.y_line = (size_t)n;
    p.room = (size_t)n + 49;
    flat->pool(&p, x, kernel, 0, 1, n, y, NULL);
}

WORK(run_pool3, size_t i; for (i = 0; i + 112 * 112 <= n; i += 112 * 112) pool(a + i, 112, 3, 55, c + i / 4))
WORK(run_pool2, size_t i; for (i = 0; i + 28 * 28 <= n; i += 28 * 28) pool(a + i, 28, 2, 14, c + i / 4))
WORK(run_pixels, size_t k; for (k = 0; k < 3; k++) flat->pixels((const uint8_t *)b + k, 3, 1 / 255.0f, -0.5f, c + k * (n / 3), n / 3))

static void run_memcpy(void *context, size_t repeat)
{
    const size_t bytes = ((const work *)context)->bytes;
    for (; repeat > 0; repeat--) {
        memcpy(c, a, bytes / 2);
        __asm__ volatile("" : : : "memory");
    }
}

typedef struct task {
    const char *name;
    bench_function run;
    double bytes; /* read and written, for an element */
} task;

static const task tasks[] = { { "add", run_add, 12 }, { "axpy", run_axpy, 12 }, { "relu", run_relu, 8 }, { "relu backward", run_relu_back, 12 },
                              { "affine", run_affine, 8 }, { "sum", run_sum, 4 }, { "spread", run_spread, 4 }, { "top", run_top, 4 },
                              { "softmax of 1000", run_softmax, 8 }, { "max pool 3x3 by 2", run_pool3, 5 }, { "max pool 2x2 by 2", run_pool2, 5 },
                              { "pixels to planes", run_pixels, 5 } };

int main(int argc, char **argv)
{
    static const size_t sizes[] = { 12544, 401408, LARGE };
    static const char *const places[] = { "50 KB", "1.6 MB", "64 MB" };
    const char *only = "", *path = "build/bench/bench_flat.json";
    int i, s, rounds = 15;
    FILE *json;
    for (i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--rounds") == 0) rounds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--only") == 0) only = argv[i + 1];
        else if (strcmp(argv[i], "--json") == 0) path = argv[i + 1];
    }
    (void)bench_isa, (void)bench_limit, (void)bench_missing, (void)bench_environment;
    json = bench_json(path);
    flat = dlcv__kernels()->f32->flat;
    a = (float *)aligned_alloc(64, LARGE * sizeof(float));
    b = (float *)aligned_alloc(64, LARGE * sizeof(float));
    c = (float *)aligned_alloc(64, LARGE * sizeof(float));
    if (!a || !b || !c) return 1;
    for (i = 0; i < LARGE; i++) a[i] = (float)(i % 1013) / 500 - 1, b[i] = (float)(i % 997) / 500 - 1, c[i] = 0;
    for (i = 0; i < (int)(sizeof tasks / sizeof *tasks); i++)
        for (s = 0; s < 3; s++) {
            bench run;
            work w;
            char shape[96];
            snprintf(shape, sizeof shape, "%s, arrays of %s", tasks[i].name, places[s]);
            if (!strstr(shape, only)) continue;
            w.n = sizes[s];
            w.bytes = (size_t)((double)w.n * tasks[i].bytes);
            if (w.bytes / 2 > LARGE * sizeof(float)) w.bytes = 2 * LARGE * sizeof(float);
            bench_begin(&run, "bench_flat", shape, 1, dlcv_backend(), "us", 1e6, json);
            run.rounds = s == 2 ? (rounds + 2) / 3 : rounds;
            bench_add(&run, BENCH_OURS, "dlcv", tasks[i].run, &w);
            bench_add(&run, BENCH_PEER, "memcpy of as many bytes", run_memcpy, &w)->scale = (double)w.n * tasks[i].bytes / (double)w.bytes;
            bench_run(&run);
            bench_report(&run, 0);
        }
    fclose(json);
    return 0;
}
