/* No C library, no operating system but two calls: dlcv.h on a static block of memory. Build for x86-64 Linux with
 *   gcc -std=c99 -O2 -ffreestanding -fno-stack-protector -nostdlib -static -Itests/freestanding/include -I. */
#define DLCV_IMPLEMENTATION
#define DLCV_NO_STDIO
#define DLCV_NO_MALLOC
#define DLCV_NO_TIME
#define DLCV_NO_THREADS
#include "dlcv.h"
#include "libc.h"

static int passed, failed;

/* calls of the kernel: 1 writes, 60 ends */
static long system_call(long number, long a, const void *b, size_t c)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}

static void say(const char *text) { system_call(1, 1, text, strlen(text)); }

static void check(int ok, const char *what)
{
    passed += ok != 0;
    failed += !ok;
    if (!ok) { say("FAILED "); say(what); say(": "); say(dlcv_error()); say("\n"); }
}
#define CHECK(condition) check((condition), #condition)

enum { Q = 23, N = 211, D = 77, K = 7 };
static unsigned char block[1 << 21];
static float fq[Q * D], fn[N * D];
static uint8_t uq[Q * D], un[N * D];
static int32_t classes[N];

/* How often a row of `indices` is not what looking at every row of the data finds: ascending distance, then index. */
static int wrong(const int32_t *indices, int bytes)
{
    int q, n, k, bad = 0;
    for (q = 0; q < Q; q++) {
        double last = -1;
        int last_row = -1;
        for (k = 0; k < K; k++) {
            double best = 1e300;
            int row = -1;
            for (n = 0; n < N; n++) {
                const double d = bytes ? dlcv_distance_u8(DLCV_METRIC_L1, uq + q * D, un + n * D, D)
                    : (double)dlcv_distance_f32(DLCV_METRIC_L1, fq + q * D, fn + n * D, D);
                if ((d > last || (d == last && n > last_row)) && d < best) { best = d; row = n; }
            }
            bad += indices[q * K + k] != row;
            last = best;
            last_row = row;
        }
    }
    return bad;
}

static void search(const dlcv_env *env, int bytes)
{
    dlcv_tensor queries = dlcv_tensor_view(bytes ? (void *)uq : (void *)fq, bytes ? DLCV_U8 : DLCV_F32, dlcv_shape2(Q, D));
    dlcv_tensor indices, labels;
    dlcv_dataset train;
    dlcv_knn_opts options;
    dlcv_knn *knn = NULL;
    memset(&train, 0, sizeof train);
    memset(&options, 0, sizeof options);
    memset(&indices, 0, sizeof indices);
    memset(&labels, 0, sizeof labels);
    train.x = dlcv_tensor_view(bytes ? (void *)un : (void *)fn, bytes ? DLCV_U8 : DLCV_F32, dlcv_shape2(N, D));
    train.y = dlcv_tensor_view(classes, DLCV_I32, dlcv_shape1(N));
    options.metric = DLCV_METRIC_L1;
    options.workspace = 1 << 18;
    CHECK(dlcv_tensor_new(env, DLCV_I32, dlcv_shape2(Q, K), &indices) == DLCV_OK);
    CHECK(dlcv_tensor_new(env, DLCV_I32, dlcv_shape1(Q), &labels) == DLCV_OK);
    CHECK(dlcv_knn_new(env, &train, &options, &knn) == DLCV_OK);
    CHECK(dlcv_knn_search(knn, &queries, K, &indices, NULL) == DLCV_OK);
    CHECK(wrong(dlcv_i32(&indices), bytes) == 0);
    CHECK(dlcv_knn_predict(knn, &queries, 1, &labels) == DLCV_OK);
    CHECK(dlcv_i32(&labels)[Q - 1] == classes[dlcv_i32(&indices)[(Q - 1) * K]]);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&labels);
    dlcv_tensor_free(&indices);
}

static int run(void)
{
    dlcv_rng rng = dlcv_rng_seed(3);
    dlcv_arena arena;
    dlcv_env env;
    dlcv_tensor t;
    dlcv_threads threads;
    char text[64];
    int i;
    memset(&env, 0, sizeof env);
    memset(&t, 0, sizeof t);
    for (i = 0; i < Q * D; i++) { fq[i] = dlcv_rng_normal(&rng); uq[i] = (uint8_t)dlcv_rng_below(&rng, 4); }
    for (i = 0; i < N * D; i++) { fn[i] = dlcv_rng_normal(&rng); un[i] = (uint8_t)dlcv_rng_below(&rng, 4); }
    for (i = 0; i < N; i++) classes[i] = i % 5;
    env.memory = dlcv_arena_memory(&arena, block, sizeof block);
    search(&env, 0);
    search(&env, 1);
    CHECK(arena.used == 0 && arena.peak > 1000);
    CHECK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape1(10), &t) == DLCV_ERR_MEMORY);
    CHECK(strchr(dlcv_error(), 'D') && !memcmp(strchr(dlcv_error(), 'D'), "DLCV_NO_MALLOC: ", 16));
    CHECK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(10000000), &t) == DLCV_ERR_MEMORY);
    CHECK(dlcv_image_load(&env, "a.ppm", 3, &t) == DLCV_ERR_UNSUPPORTED);
    CHECK(dlcv_pool_new(&env, 2, &threads) == DLCV_ERR_UNSUPPORTED);
    CHECK(dlcv_self_test(&env) == 0);
    say("backend ");
    say(dlcv_backend());
    dlcv__format(text, sizeof text, "\nfreestanding: %d passed, %d failed, 0 skipped\n", passed, failed);
    say(text);
    return failed != 0;
}

void start(void);
void start(void) { system_call(60, run(), NULL, 0); }
/* the stack as the ABI wants it before a call */
__asm__(".globl _start\n_start:\n\tandq $-16, %rsp\n\tcall start\n");
