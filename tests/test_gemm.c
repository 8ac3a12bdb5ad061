/* Matrix products: tiles and dlcv_sgemm, against double, against the chain that the contract describes, and against themselves
 * on several threads. */
#include "test.h"

static const char *const backends[] = { "scalar", "sse2", "simde", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" };

static float unit(dlcv_rng *rng)
{
    return dlcv_rng_uniform(rng) * 2 - 1;
}

static void fill(dlcv_rng *rng, float *p, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) p[i] = unit(rng);
}

enum { TILE_K = 37, TILE_MOST = 64 };

/* one tile of every size: sums, epilogues, canaries */
static void test_tile(dlcv_rng *rng)
{
    const dlcv__kernels_f32 *f = test_kernels()->f32;
    const int mr = (int)f->gemm_rows, nr = (int)f->gemm_cols, c_row = nr + 3;
    static float a[TILE_MOST * TILE_K], b[TILE_K * TILE_MOST], was[TILE_MOST * (TILE_MOST + 3)], c[TILE_MOST * (TILE_MOST + 3)];
    static float bias[TILE_MOST], residual[TILE_MOST * TILE_MOST];
    int rows, cols, i, j, p, load, way, wrong = 0, spoilt = 0;
    CHECK(mr <= TILE_MOST && nr <= TILE_MOST);
    fill(rng, a, sizeof a / sizeof *a);
    fill(rng, b, sizeof b / sizeof *b);
    fill(rng, was, sizeof was / sizeof *was);
    fill(rng, bias, sizeof bias / sizeof *bias);
    fill(rng, residual, sizeof residual / sizeof *residual);
    for (rows = 1; rows <= mr; rows++)
        for (cols = 1; cols <= nr; cols++)
            for (way = 0; way < 8; way++) {
                const int k = way & 4 ? TILE_K : rows % 3;
                const size_t a_row = way & 2 ? TILE_K : 1, a_step = way & 2 ? 1 : (size_t)mr;
                dlcv__epilogue e;
                load = way & 1;
                e.bias = cols % 2 ? bias : NULL;
                e.residual = cols % 3 ? residual : NULL;
                e.residual_row = TILE_MOST;
                e.low = cols % 5 ? -0.5f : -INFINITY;
                e.high = cols % 5 ? 1.5f : INFINITY;
                memcpy(c, was, sizeof c);
                f->gemm_tile((size_t)k, a, a_row, a_step, b, (size_t)nr, c + 1, (size_t)c_row, rows, cols, load, cols % 4 ? &e : NULL);
                for (i = 0; i < rows; i++)
                    for (j = 0; j < cols; j++) {
                        double sum = load ? (double)was[1 + i * c_row + j] : 0;
                        for (p = 0; p < k; p++) sum += (double)a[(size_t)i * a_row + (size_t)p * a_step] * (double)b[p * nr + j];
                        if (cols % 4) {
                            if (e.bias) sum += (double)bias[i];
                            if (e.residual) sum += (double)residual[i * TILE_MOST + j];
                            if (sum < (double)e.low) sum = (double)e.low;
                            if (sum > (double)e.high) sum = (double)e.high;
                        }
                        if (!(fabs(sum - (double)c[1 + i * c_row + j]) < 1e-5)) wrong++;
                        c[1 + i * c_row + j] = was[1 + i * c_row + j];
                    }
                if (memcmp(c, was, sizeof c)) spoilt++;
            }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
}

/* ---- dlcv_sgemm */

enum { LARGEST = 700, ROOM = 400000 };
static float room_a[ROOM], room_b[ROOM], room_c[ROOM], room_was[ROOM], room_again[ROOM];

typedef struct product {
    int trans_a, trans_b, m, n, k, lda, ldb, ldc;
    float alpha, beta;
} product;

static float at_a(const product *g, int i, int p)
{
    return g->trans_a ? room_a[(size_t)p * (size_t)g->lda + (size_t)i] : room_a[(size_t)i * (size_t)g->lda + (size_t)p];
}

static float at_b(const product *g, int p, int j)
{
    return g->trans_b ? room_b[(size_t)j * (size_t)g->ldb + (size_t)p] : room_b[(size_t)p * (size_t)g->ldb + (size_t)j];
}

static dlcv_status run(const dlcv_env *env, const product *g, float *c)
{
    return dlcv_sgemm(env, g->trans_a, g->trans_b, g->m, g->n, g->k, g->alpha, room_a, g->lda, room_b, g->ldb, g->beta, c, g->ldc);
}

/* Has this backend a fused multiply-add? (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 or 0. */
static int fused(void)
{
    const float x[2] = { 1.0f, 1.0f + 1.0f / 4096 };
    float y[2 * TILE_MOST], c[1];
    int i;
    for (i = 0; i < 2 * TILE_MOST; i++) y[i] = i < (int)test_kernels()->f32->gemm_cols ? -(1.0f + 1.0f / 2048) : 1.0f + 1.0f / 4096;
    test_kernels()->f32->gemm_tile(2, x, 2, 1, y, test_kernels()->f32->gemm_cols, c, 1, 1, 1, 0, NULL);
    return c[0] != 0;
}

/* float operations as a float register does them */
static float rounded(float x)
{
    volatile float r = x;
    return r;
}

/* element (i, j) as the contract says it: one chain in ascending p */
static float chain(const product *g, int is_fused, int i, int j)
{
    float c = g->beta == 0 ? 0.0f : rounded(g->beta * room_was[(size_t)i * (size_t)g->ldc + (size_t)j]);
    int p;
    for (p = 0; p < g->k; p++) {
        const float x = rounded(g->alpha * at_a(g, i, p)), y = at_b(g, p, j);
        c = is_fused ? fmaf(x, y, c) : rounded(rounded(x * y) + c);
    }
    return c;
}

/* Is the order of summation that of one chain? */
static int is_chain(const product *g)
{
#ifdef DLCV_STRICT
    (void)g;
    return 1;
#else
    const int vw = (int)test_kernels()->f32->lanes;
    if (g->m == 1 && !g->trans_b && g->n >= vw) return 1; /* B's rows are streamed */
    return !((g->m < vw || g->n < vw) && g->k >= 4 * vw);
#endif
}

static void serial(int count, dlcv_task task, void *context, void *user)
{
    int i;
    (void)user;
    for (i = count - 1; i >= 0; i--) task(i, context);
}

/* sums against double and against the chain, what lies between rows, threads */
static void check_product(dlcv_rng *rng, const product *g, int exact)
{
    const size_t c_size = (size_t)g->m * (size_t)g->ldc;
    const int is_fused = fused(), chains = exact && is_chain(g);
    int i, j, p, width, wrong = 0, broken = 0, spoilt = 0;
    dlcv_env env;
    memset(&env, 0, sizeof env);
    fill(rng, room_a, (size_t)(g->trans_a ? g->k : g->m) * (size_t)g->lda);
    fill(rng, room_b, (size_t)(g->trans_b ? g->n : g->k) * (size_t)g->ldb);
    fill(rng, room_was, c_size + 1);
    if (g->beta == 0)
        for (i = 0; i < g->m; i++)
            for (j = 0; j < g->n; j++) room_was[(size_t)i * (size_t)g->ldc + (size_t)j] = NAN;
    memcpy(room_c, room_was, (c_size + 1) * sizeof(float));
    CHECK_OK(run(NULL, g, room_c));
    for (width = 2; width <= 7; width += width == 3 ? 4 : 1) {
        env.threads.parallel_for = serial;
        env.threads.width = width;
        memcpy(room_again, room_was, (c_size + 1) * sizeof(float));
        CHECK_OK(run(&env, g, room_again));
        if (memcmp(room_c, room_again, (c_size + 1) * sizeof(float))) broken++;
    }
    for (i = 0; i < g->m; i++)
        for (j = 0; j < g->n; j++) {
            const size_t at = (size_t)i * (size_t)g->ldc + (size_t)j;
            double sum = g->beta == 0 ? 0 : (double)g->beta * (double)room_was[at], size = fabs(sum);
            for (p = 0; p < g->k; p++) {
                const double x = (double)g->alpha * (double)at_a(g, i, p) * (double)at_b(g, p, j);
                sum += x;
                size += fabs(x);
            }
            if (!(fabs(sum - (double)room_c[at]) <= (g->k + 3) * size / 16777216)) wrong++;
            if (chains) {
                const float want = chain(g, is_fused, i, j);
                if (memcmp(&want, &room_c[at], sizeof want)) broken++;
            }
            room_c[at] = room_was[at];
        }
    if (memcmp(room_c, room_was, (c_size + 1) * sizeof(float))) spoilt++;
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(broken, 0);
    CHECK_EQUAL(spoilt, 0);
    if (wrong || broken || spoilt)
        printf("    %s: %d x %d x %d, trans %d %d, ld %d %d %d, alpha %g, beta %g\n", dlcv_backend(), g->m, g->n, g->k, g->trans_a, g->trans_b, g->lda, g->ldb,
            g->ldc, (double)g->alpha, (double)g->beta);
}

static product draw(dlcv_rng *rng, int m, int n, int k)
{
    static const float factors[] = { 1.0f, 0.0f, 1.0f, -0.75f };
    product g;
    g.trans_a = dlcv_rng_below(rng, 2);
    g.trans_b = dlcv_rng_below(rng, 2);
    g.m = m, g.n = n, g.k = k;
    g.lda = (g.trans_a ? m : k) + dlcv_rng_below(rng, 2) * dlcv_rng_below(rng, 7);
    g.ldb = (g.trans_b ? k : n) + dlcv_rng_below(rng, 2) * dlcv_rng_below(rng, 7);
    g.ldc = n + dlcv_rng_below(rng, 2) * dlcv_rng_below(rng, 7);
    g.alpha = factors[dlcv_rng_below(rng, 3) ? 0 : 3];
    g.beta = factors[dlcv_rng_below(rng, 4)];
    return g;
}

static void test_products(dlcv_rng *rng)
{
    static const int sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 31, 33, 47, 48, 49, 50, 63, 64, 65, 95, 97 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    const int full = getenv("DLCV_TEST_FULL") != NULL, count = TEST_SMALL ? 60 : full ? 20000 : 250;
    int i, t;
    for (i = 0; i < count; i++) {
        const product g = draw(rng, sizes[dlcv_rng_below(rng, SIZES)], sizes[dlcv_rng_below(rng, SIZES)], sizes[dlcv_rng_below(rng, SIZES)]);
        check_product(rng, &g, 1);
    }
    for (t = 0; t < 4; t++) { /* several blocks of each kind, few rows and few columns beside many */
        static const int blocks[][3] = { { 130, 49, 70 }, { 130, 52, 70 }, { 13, 509, 300 }, { 60, 70, 600 }, { 5, 70, 1030 }, { 70, 3, 1030 }, { 200, 21, 270 }, { 1, 300, 520 }, { 300, 1, 520 },
            { 300, 49, 600 }, { 600, 97, 300 } };     /* the last column apart, in blocks of rows */
        for (i = 0; i < (TEST_SMALL ? 4 : 11); i++) {
            product g = draw(rng, blocks[i][0], blocks[i][1], blocks[i][2]);
            g.trans_a = t & 1, g.trans_b = t >> 1;
            g.lda = (g.trans_a ? g.m : g.k) + 1;
            g.ldb = (g.trans_b ? g.k : g.n) + 2;
            check_product(rng, &g, 1);
        }
    }
    if (!TEST_SMALL) {              /* of seven tasks by columns one has the last column alone */
        product g = draw(rng, 8 * (int)test_kernels()->f32->gemm_rows, 97, 1200);
        check_product(rng, &g, 1);
    }
}

/* What is not finite goes where it belongs and nowhere else. */
static void test_not_finite(dlcv_rng *rng)
{
    static const int shapes[][3] = { { 20, 40, 70 }, { 3, 40, 70 }, { 40, 2, 70 }, { 1, 1, 70 } };
    const float zero = 0;
    int s, i, j, wrong = 0;
    for (s = 0; s < 4; s++) {
        product g = draw(rng, shapes[s][0], shapes[s][1], shapes[s][2]);
        const int row = g.m / 2, col = g.n - 1;
        g.alpha = 1, g.beta = 1;
        fill(rng, room_a, (size_t)(g.trans_a ? g.k : g.m) * (size_t)g.lda);
        fill(rng, room_b, (size_t)(g.trans_b ? g.n : g.k) * (size_t)g.ldb);
        fill(rng, room_c, (size_t)g.m * (size_t)g.ldc);
        room_a[g.trans_a ? 5 * g.lda + row : row * g.lda + 5] = NAN;
        room_b[g.trans_b ? col * g.ldb + 7 : 7 * g.ldb + col] = INFINITY;
        CHECK_OK(run(NULL, &g, room_c));
        for (i = 0; i < g.m; i++)
            for (j = 0; j < g.n; j++) {
                const float c = room_c[i * g.ldc + j], sign = at_a(&g, i, 7);
                if (i == row ? c == c : j == col ? c != (sign < 0 ? -INFINITY : INFINITY) : !(fabsf(c) < 1e6f)) wrong++;
            }
        g.k = 0; /* C = beta C, a and b not looked at */
        g.beta = 0;
        CHECK_OK(dlcv_sgemm(NULL, g.trans_a, g.trans_b, g.m, g.n, 0, 1, NULL, LARGEST, NULL, LARGEST, 0, room_c, g.ldc));
        for (i = 0; i < g.m; i++)
            for (j = 0; j < g.n; j++) wrong += memcmp(&room_c[i * g.ldc + j], &zero, sizeof zero) != 0;
    }
    CHECK_EQUAL(wrong, 0);
}

/* alpha 0 and nothing to do */
static void test_empty(dlcv_rng *rng)
{
    float c[6] = { 1, 2, 3, 4, 5, 6 };
    (void)rng;
    room_a[0] = room_b[0] = NAN;
    CHECK_OK(dlcv_sgemm(NULL, 0, 0, 2, 2, 1, 0, room_a, 1, room_b, 2, 2, c, 3));
    CHECK(c[0] == 2 && c[1] == 4 && c[2] == 3 && c[3] == 8 && c[4] == 10 && c[5] == 6);
    CHECK_OK(dlcv_sgemm(NULL, 0, 0, 0, 2, 1, 1, NULL, 1, room_b, 2, 0, NULL, 2));
    CHECK_OK(dlcv_sgemm(NULL, 0, 0, 2, 0, 1, 1, room_a, 1, NULL, 1, 0, NULL, 1));
}

static void test_errors(void)
{
    float x[16] = { 0 };
    CHECK_FAILS(dlcv_sgemm(NULL, 111, 0, 1, 1, 1, 1, x, 1, x, 1, 0, x, 1), DLCV_ERR_ARGUMENT,
        "sgemm: trans_a and trans_b are 111 and 0, must be 0 (as it is) or 1 (transposed), not cblas's constants");
    CHECK_FAILS(dlcv_sgemm(NULL, 1, 112, 1, 1, 1, 1, x, 1, x, 1, 0, x, 1), DLCV_ERR_ARGUMENT,
        "sgemm: trans_a and trans_b are 1 and 112, must be 0 (as it is) or 1 (transposed), not cblas's constants");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, -1, 2, 3, 1, x, 3, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: m, n, k are -1, 2, 3, none may be negative");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, -2, 3, 1, x, 3, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: m, n, k are 2, -2, 3, none may be negative");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, -3, 1, x, 3, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: m, n, k are 2, 2, -3, none may be negative");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, x, 2, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: lda is 2, rows of a have 3 elements");
    CHECK_FAILS(dlcv_sgemm(NULL, 1, 0, 2, 2, 3, 1, x, 1, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: lda is 1, rows of a have 2 elements");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, x, 3, x, 1, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: ldb is 1, rows of b have 2 elements");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 1, 2, 2, 3, 1, x, 3, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: ldb is 2, rows of b have 3 elements");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, x, 3, x, 2, 0, x, 1), DLCV_ERR_ARGUMENT, "sgemm: ldc is 1, rows of c have 2 elements");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, NULL, 3, x, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: a is NULL");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, x, 3, NULL, 2, 0, x, 2), DLCV_ERR_ARGUMENT, "sgemm: b is NULL");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2, 2, 3, 1, x, 3, x, 2, 0, NULL, 2), DLCV_ERR_ARGUMENT, "sgemm: c is NULL");
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 0, 0, 0, 1, NULL, 0, NULL, 1, 0, NULL, 1), DLCV_ERR_ARGUMENT, "sgemm: lda is 0, rows of a have 0 elements");
#if SIZE_MAX <= 0xffffffffu
    CHECK_FAILS(dlcv_sgemm(NULL, 0, 0, 2000000000, 1, 2, 1, x, 2, x, 1, 0, x, 1), DLCV_ERR_ARGUMENT,
        "sgemm: a, 2000000000 rows at 2 floats, is larger than memory can be");
#endif
}

/* the n-th allocation fails: an error, C as it was, nothing lost */
static void test_memory(dlcv_rng *rng)
{
    product g = draw(rng, 60, 70, 90);
    const size_t bytes = (size_t)g.m * (size_t)g.ldc * sizeof(float);
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_status status = DLCV_ERR_MEMORY;
    long n;
    env.threads.parallel_for = serial;
    env.threads.width = 3;
    g.beta = 0.5f;
    g.alpha = -0.75f; /* an operand has to be copied */
    fill(rng, room_a, ROOM);
    fill(rng, room_b, ROOM);
    fill(rng, room_was, ROOM);
    for (n = 1; status && n < 10; n++) {
        memcpy(room_c, room_was, bytes);
        heap.calls = 0;
        heap.fail_at = n;
        status = run(&env, &g, room_c);
        CHECK(status == DLCV_OK || (status == DLCV_ERR_MEMORY && strstr(dlcv_error(), "out of memory: ") && !memcmp(room_c, room_was, bytes)));
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(status == DLCV_OK && n > 2);
    CHECK(heap.peak <= 3u << 21);
}

/* Batches have the bits of one product after the other; an operand packed once gives what the definition says, and nothing else is written. */
static void test_forms(dlcv_rng *rng)
{
    int round;
    for (round = 0; round < 12; round++) {
        const int m = 1 + (int)dlcv_rng_below(rng, 40), n = 1 + (int)dlcv_rng_below(rng, 60), k = 1 + (int)dlcv_rng_below(rng, 90);
        const int trans_a = round & 1, trans_b = round >> 1 & 1, lda = (trans_a ? m : k) + 2, ldb = (trans_b ? k : n) + 1, ldc = n + 3, count = 1 + round % 4;
        const size_t a_next = round % 3 ? (size_t)((trans_a ? k : m) * lda) : 0, b_next = round % 5 ? (size_t)((trans_b ? n : k) * ldb) : 0;
        const size_t c_next = (size_t)(m * ldc), bytes = dlcv_sgemm_packed_bytes(n, k);
        const float beta = (float)(round % 3) / 2;
        float *block = (float *)malloc(bytes + 64), *packed = block ? block + (0 - (uintptr_t)block) % 64 / 4 : NULL;
        dlcv_env env;
        int i, j, p, wrong = 0;
        memset(&env, 0, sizeof env);
        env.threads.parallel_for = serial;
        env.threads.width = 1 + round % 3;
        CHECK(packed && bytes >= (size_t)n * (size_t)k * sizeof(float));
        if (!packed) return;
        fill(rng, room_a, ROOM);
        fill(rng, room_b, ROOM);
        fill(rng, room_was, ROOM);
        memcpy(room_c, room_was, (size_t)count * c_next * sizeof(float));
        CHECK_OK(dlcv_sgemm_batch(&env, count, trans_a, trans_b, m, n, k, -1.5f, room_a, lda, a_next, room_b, ldb, b_next, beta, room_c, ldc, c_next));
        for (i = 0; i < count; i++)
            CHECK_OK(dlcv_sgemm(NULL, trans_a, trans_b, m, n, k, -1.5f, room_a + (size_t)i * a_next, lda, room_b + (size_t)i * b_next, ldb, beta,
                room_was + (size_t)i * c_next, ldc));
        CHECK(!memcmp(room_c, room_was, (size_t)count * c_next * sizeof(float)));

        memcpy(room_c, room_was, c_next * sizeof(float));
        CHECK_OK(dlcv_sgemm_pack(trans_b, n, k, 0.5f, room_b, ldb, packed));
        CHECK_OK(dlcv_sgemm_packed(&env, trans_a, m, n, k, room_a, lda, packed, beta, room_c, ldc));
        for (i = 0; i < m; i++)
            for (j = 0; j < ldc; j++) {
                const float was = room_was[i * ldc + j], got = room_c[i * ldc + j];
                double sum = (double)beta * (double)was, size = fabs(sum);
                for (p = 0; p < k && j < n; p++) {
                    const double t = 0.5 * (double)room_a[trans_a ? p * lda + i : i * lda + p] * (double)room_b[trans_b ? j * ldb + p : p * ldb + j];
                    sum += t, size += fabs(t);
                }
                wrong += j < n ? !(fabs((double)got - sum) <= (k + 3) * 6e-8 * size) : got != was;
            }
        CHECK_EQUAL(wrong, 0);
        free(block);
    }
}

static void test_form_errors(void)
{
    static const float x[16] = { 0 };
    float c[32] = { 0 }, *const odd = c + ((uintptr_t)c % 64 ? 0 : 1);
    char text[128];
    CHECK_FAILS(dlcv_sgemm_batch(NULL, -2, 0, 0, 1, 1, 1, 1, x, 1, 0, x, 1, 0, 0, c, 1, 1), DLCV_ERR_ARGUMENT, "sgemm_batch: count is -2");
    CHECK_FAILS(dlcv_sgemm_batch(NULL, 2, 0, 0, 2, 2, 2, 1, x, 2, 0, x, 2, 0, 0, c, 3, 4), DLCV_ERR_ARGUMENT,
        "sgemm_batch: c_next is 4, a result of 2 x 2 at 3 floats a row takes 5");
    snprintf(text, sizeof text, "sgemm_batch: a, 2 matrices at %s floats, is larger than memory can be",
        sizeof(size_t) == 8 ? "6148914691236517205" : "1431655765");
    CHECK_FAILS(dlcv_sgemm_batch(NULL, 2, 0, 0, 2, 2, 2, 1, x, 2, SIZE_MAX / 3, x, 2, 0, 0, c, 3, 5), DLCV_ERR_ARGUMENT, text);
    CHECK_FAILS(dlcv_sgemm_batch(NULL, 1, 0, 2, 2, 2, 2, 1, x, 2, 0, x, 2, 0, 0, c, 3, 5), DLCV_ERR_ARGUMENT, 
        "sgemm_batch: trans_a and trans_b are 0 and 2, must be 0 (as it is) or 1 (transposed), not cblas's constants");
    CHECK_OK(dlcv_sgemm_batch(NULL, 0, 0, 0, 2, 2, 2, 1, NULL, 2, 0, NULL, 2, 0, 0, NULL, 2, 0));
    CHECK_EQUAL(dlcv_sgemm_packed_bytes(-1, 4), 0);
    CHECK_FAILS(dlcv_sgemm_pack(0, 2, 2, 1, x, 2, NULL), DLCV_ERR_ARGUMENT, "sgemm_pack: packed is NULL");
    CHECK_FAILS(dlcv_sgemm_pack(0, 2, 2, 1, x, 1, c), DLCV_ERR_ARGUMENT, "sgemm_pack: ldb is 1, rows of b have 2 elements");
    CHECK_FAILS(dlcv_sgemm_packed(NULL, 0, 2, 2, 2, x, 2, odd, 0, c, 2), DLCV_ERR_ARGUMENT, "sgemm_packed: packed is not at a multiple of 64 bytes");
    c[0] = 3;
    CHECK_OK(dlcv_sgemm_batch(NULL, 2, 0, 0, 1, 1, 0, 1, NULL, 1, 0, NULL, 1, 0, 2, c, 1, 8));
    CHECK_EQUAL(c[0], 6);
}

int main(void)
{
    dlcv_rng rng = dlcv_rng_seed(4);
    int i;
    test_errors();
    for (i = 0; i < (int)(sizeof backends / sizeof *backends); i++) {
        if (dlcv_backend_select(backends[i])) continue;
        test_tile(&rng);
        test_products(&rng);
        test_not_finite(&rng);
        test_empty(&rng);
        test_memory(&rng);
        test_forms(&rng);
    }
    test_form_errors();
    return test_end("gemm");
}
