/* Products with bias, residual and clamp (what layers use): the same bits as dlcv_sgemm and the three steps after it, whichever way the
 * product is computed, and on several threads. */
#define TEST_OWN
#include "test.h"

enum { ROOM = 70000 };
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
    return test_end("gemm_epilogue");
}
