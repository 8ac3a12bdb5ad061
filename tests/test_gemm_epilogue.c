/* The forms of products that layers use. With bias, residual and clamp: the same bits as dlcv_sgemm and the three steps after it, whichever way the
 * product is computed, and on several threads. With an operand packed once: the chain over k that the contract describes, for any number of rows.
 * Batches: the bits of one product after the other. */
#define TEST_OWN
#include "test.h"

enum { ROOM = 70000 };
static const char *const backends[] = { "scalar", "sse2", "simde", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" };
static float a[ROOM], b[ROOM], plain[ROOM], fused[ROOM], residual[ROOM], bias[ROOM];

static void serial(int count, dlcv_task task, void *context, void *user)
{
    (void)user;
    while (count--) task(count, context);
}

static float rounded(float x)
{
    volatile float r = x;
    return r;
}

/* [m, k] x [k, n], A or B stored the other way round */
static void check(int m, int n, int k, int trans_a, int trans_b, int width, int what)
{
    const int ldc = trans_a ? n : n + 3, lda = trans_a ? m : k, ldb = trans_b ? k : n;
    dlcv_env env;
    dlcv__epilogue e;
    dlcv__gemm g;
    int i, j, wrong = 0;
    env = dlcv__env(NULL);
    env.threads.parallel_for = serial;
    env.threads.width = width;
    e.bias = what & 1 ? bias : NULL;
    e.residual = what & 2 ? residual : NULL;
    e.residual_row = (size_t)n + 5;
    e.low = what & 4 ? 0.0f : -INFINITY;
    e.high = what & 4 ? 2.0f : INFINITY;
    memset(&g, 0, sizeof g);
    g.f = dlcv__kernels()->f32;
    g.m = (size_t)m, g.n = (size_t)n, g.k = (size_t)k;
    g.a = a, g.a_row = trans_a ? 1 : (size_t)lda, g.a_step = trans_a ? (size_t)lda : 1;
    g.b = b, g.b_step = trans_b ? 1 : (size_t)ldb, g.b_col = trans_b ? (size_t)ldb : 1;
    g.c = fused, g.c_row = (size_t)ldc, g.c_col = 1;
    g.scale_a = g.scale_b = 1;
    g.e = &e;
    for (i = 0; i < m * ldc; i++) plain[i] = fused[i] = -7;
    CHECK_OK(dlcv_sgemm(NULL, trans_a, trans_b, m, n, k, 1, a, lda, b, ldb, 0, plain, ldc));
    CHECK_OK(dlcv__gemm_do(&env, &g, 0, "test"));
    for (i = 0; i < m; i++)
        for (j = 0; j < n; j++) {
            float v = plain[i * ldc + j];
            if (e.bias) v = rounded(v + bias[i]);
            if (e.residual) v = rounded(v + residual[i * (n + 5) + j]);
            if (v < e.low) v = e.low;
            if (v > e.high) v = e.high;
            plain[i * ldc + j] = v;
        }
    wrong = memcmp(plain, fused, sizeof(float) * (size_t)(m * ldc)) != 0;
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    %s: %d x %d x %d, trans %d %d, %d threads, %d\n", dlcv_backend(), m, n, k, trans_a, trans_b, width, what);
}

static void describe(dlcv__gemm *g, int m, int n, int k, int trans_a, int trans_b, int ldc)
{
    const size_t lda = (size_t)(trans_a ? m : k), ldb = (size_t)(trans_b ? k : n);
    memset(g, 0, sizeof *g);
    g->f = dlcv__kernels()->f32;
    g->m = (size_t)m, g->n = (size_t)n, g->k = (size_t)k;
    g->a = a, g->a_row = trans_a ? 1 : lda, g->a_step = trans_a ? lda : 1;
    g->b = b, g->b_step = trans_b ? 1 : ldb, g->b_col = trans_b ? ldb : 1;
    g->c = fused, g->c_row = (size_t)ldc, g->c_col = 1;
    g->scale_a = g->scale_b = 1;
}

/* (1 + 2^-12)^2 - (1 + 2^-11): is a multiply-add one rounding? */
static int is_fused(void)
{
    const float x[2] = { 1.0f, 1.0f + 1.0f / 4096 };
    float y[128], c[1];
    size_t i, nr = test_kernels()->f32->gemm_cols;
    for (i = 0; i < 128; i++) y[i] = i < nr ? -(1.0f + 1.0f / 2048) : 1.0f + 1.0f / 4096;
    test_kernels()->f32->gemm_tile(2, x, 2, 1, y, nr, c, 1, 1, 1, 0, NULL);
    return c[0] != 0;
}

/* an operand packed once: one ascending chain an element, what lies around untouched, nothing read of b but what was packed */
static void check_packed(int m, int n, int k, int trans_a, int trans_b, int width, int load)
{
    const int ldc = n + 3, one = is_fused();
    const size_t floats = dlcv__gemm_packed_floats(dlcv__kernels()->f32, (size_t)n, (size_t)k);
    float *room = (float *)malloc((floats + 16) * sizeof(float)), *packed = room + (0 - (uintptr_t)room) % 64 / 4;
    dlcv_env env = dlcv__env(NULL);
    dlcv__gemm g;
    int i, j, p, wrong = 0;
    env.threads.parallel_for = serial;
    env.threads.width = width;
    CHECK(room != NULL && floats >= (size_t)n * (size_t)k);
    describe(&g, m, n, k, trans_a, trans_b, ldc);
    dlcv__gemm_prepack(&g, packed);
    g.b = NULL;
    g.packed = packed;
    g.packed_n = dlcv__up(g.n, g.f->lanes);
    g.load = load;
    for (i = 0; i < m * ldc; i++) plain[i] = fused[i] = residual[i];
    CHECK_OK(dlcv__gemm_do(&env, &g, 1, "test"));
    for (i = 0; i < m; i++)
        for (j = 0; j < n; j++) {
            float c = load ? residual[i * ldc + j] : 0.0f;
            for (p = 0; p < k; p++) {
                const float x = a[trans_a ? p * m + i : i * k + p], y = b[trans_b ? j * k + p : p * n + j];
                c = one ? fmaf(x, y, c) : rounded(rounded(x * y) + c);
            }
            plain[i * ldc + j] = c;
        }
    wrong = memcmp(plain, fused, sizeof(float) * (size_t)(m * ldc)) != 0;
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    packed, %s: %d x %d x %d, trans %d %d, %d threads, %d\n", dlcv_backend(), m, n, k, trans_a, trans_b, width, load);
    free(room);
}

/* count products, an operand in common or not: as if one after the other */
static void check_batch(int count, int m, int n, int k, int trans_b, int shared, int width, float beta)
{
    const int ldc = n + 3;
    dlcv_env env = dlcv__env(NULL);
    dlcv__gemm_batch batch;
    dlcv__gemm g;
    int i, wrong = 0;
    env.threads.parallel_for = serial;
    env.threads.width = width;
    describe(&g, m, n, k, 0, trans_b, ldc);
    g.load = beta != 0;
    memset(&batch, 0, sizeof batch);
    batch.count = (size_t)count;
    batch.a = shared == 1 ? 0 : (size_t)(m * k + 5);
    batch.b = shared == 2 ? 0 : (size_t)(k * n + 1);
    batch.c = (size_t)(m * ldc + 2);
    batch.beta = beta;
    for (i = 0; i < count * (m * ldc + 2); i++) plain[i] = fused[i] = residual[i];
    for (i = 0; i < count; i++)
        CHECK_OK(dlcv_sgemm(NULL, 0, trans_b, m, n, k, 1, a + (size_t)i * batch.a, k, b + (size_t)i * batch.b, trans_b ? k : n, beta,
            plain + (size_t)i * batch.c, ldc));
    CHECK_OK(dlcv__gemm_do_batch(&env, &g, &batch, "test"));
    wrong = memcmp(plain, fused, sizeof(float) * (size_t)(count * (m * ldc + 2))) != 0;
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    batch, %s: %d times %d x %d x %d, trans %d, %d threads, %d, %g\n", dlcv_backend(), count, m, n, k, trans_b, width, shared, (double)beta);
}

/* the n-th allocation of a batch fails: an error, nothing computed, nothing lost */
static void check_memory(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv__gemm_batch batch;
    dlcv__gemm g;
    dlcv_status status = DLCV_ERR_MEMORY;
    long n;
    env.threads.parallel_for = serial;
    env.threads.width = 3;
    describe(&g, 60, 70, 90, 0, 1, 70);
    memset(&batch, 0, sizeof batch);
    batch.count = 3, batch.b = 70 * 90, batch.c = 60 * 70;
    for (n = 1; status && n < 5; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        fused[0] = -7;
        status = dlcv__gemm_do_batch(&env, &g, &batch, "test");
        CHECK(status == DLCV_OK || (status == DLCV_ERR_MEMORY && fused[0] == -7 && strstr(dlcv_error(), "out of memory: ")));
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(status == DLCV_OK && n == 3);
    CHECK_EQUAL(dlcv__gemm_packed_floats(dlcv__kernels()->f32, SIZE_MAX, 1), 0);
    CHECK_EQUAL(dlcv__gemm_packed_floats(dlcv__kernels()->f32, SIZE_MAX / 8, 3), 0);
}

static void check_forms(void)
{
    static const int packed[][3] = { { 1, 1, 1 }, { 1, 53, 400 }, { 3, 97, 130 }, { 20, 33, 40 }, { 65, 50, 71 }, { 130, 17, 300 }, { 33, 100, 500 } };
    static const int batches[][4] = { { 1, 20, 33, 40 }, { 2, 50, 50, 60 }, { 5, 9, 100, 30 }, { 7, 40, 3, 130 }, { 6, 1, 60, 70 }, { 3, 70, 1, 140 }, { 4, 70, 80, 20 } };
    int i, s;
    for (s = 0; s < (int)(sizeof packed / sizeof *packed); s++)
        for (i = 0; i < (TEST_SMALL ? 2 : 8); i++) check_packed(packed[s][0], packed[s][1], packed[s][2], i & 1, i >> 1 & 1, 1 + i % 3, i >> 2);
    for (s = 0; s < (int)(sizeof batches / sizeof *batches); s++)
        for (i = 0; i < (TEST_SMALL ? 3 : 12); i++)
            check_batch(batches[s][0], batches[s][1], batches[s][2], batches[s][3], i & 1, i / 2 % 3, 1 + i % 3, i > 5 ? -0.75f : 0.0f);
    check_memory();
}

int main(void)
{
    /* unpacked; packed; swapped; k along the lanes, either way; one column, one row; several blocks of k; three tasks */
    static const int shapes[][3] = { { 20, 33, 40 }, { 60, 97, 90 }, { 130, 17, 300 }, { 90, 5, 130 }, { 5, 90, 130 }, { 70, 1, 140 }, { 1, 70, 140 }, { 1, 1, 9 }, { 40, 35, 900 },
        { 260, 50, 250 }, { 40, 260, 260 } };
    dlcv_rng rng = dlcv_rng_seed(11);
    int i, s;
    for (i = 0; i < ROOM; i++) {
        a[i] = dlcv_rng_uniform(&rng) - 0.5f, b[i] = dlcv_rng_uniform(&rng) - 0.5f;
        residual[i] = dlcv_rng_uniform(&rng) - 0.5f, bias[i] = dlcv_rng_uniform(&rng);
    }
    for (s = 0; s < (int)(sizeof shapes / sizeof *shapes); s++)
        for (i = 0; i < (TEST_SMALL || shapes[s][0] * shapes[s][1] > 9000 ? 8 : 32); i++) {
            check(shapes[s][0], shapes[s][1], shapes[s][2], i & 1, i >> 1 & 1, 1, i % 8);
            check(shapes[s][0], shapes[s][1], shapes[s][2], i & 1, i >> 1 & 1, 3, (i / 4 + i) % 8);
        }
    for (i = 0; i < (int)(sizeof backends / sizeof *backends); i++)
        if (!dlcv_backend_select(backends[i])) check_forms();
    return test_end("gemm_epilogue");
}
