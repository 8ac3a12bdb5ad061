/* Distances of every backend against double precision and exact integers, over awkward sizes and addresses. */
#include "test.h"

static const dlcv_metric metrics[] = { DLCV_METRIC_L2, DLCV_METRIC_L2SQ, DLCV_METRIC_L1, DLCV_METRIC_COSINE, DLCV_METRIC_DOT };
enum { METRICS = 5 };

/* ---- the reference, one pair, in double ---- */

static double reference(dlcv_metric metric, const double *a, const double *b, size_t n, double *terms)
{
    double l1 = 0, l2 = 0, ab = 0, aa = 0, bb = 0, magnitude = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        l1 += fabs(a[i] - b[i]);
        l2 += (a[i] - b[i]) * (a[i] - b[i]);
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
        magnitude += fabs(a[i] * b[i]);
    }
    /* what rounding errors are relative to: the sum of the magnitudes of the terms */
    *terms = metric == DLCV_METRIC_DOT ? magnitude : metric == DLCV_METRIC_L1 ? l1 : metric == DLCV_METRIC_L2SQ ? l2
        : metric == DLCV_METRIC_L2 ? sqrt(l2) : 1.0;
    switch (metric) {
    case DLCV_METRIC_L1: return l1;
    case DLCV_METRIC_L2SQ: return l2;
    case DLCV_METRIC_L2: return sqrt(l2);
    case DLCV_METRIC_DOT: return ab;
    default: return aa > 0 && bb > 0 ? ab / (sqrt(aa) * sqrt(bb)) : 0.0;
    }
}

static double bound_f32(size_t n) { return ((double)n / 16 + 12) * ldexp(1, -24); }

static uint32_t state = 1;
static uint32_t noise(void) { state = state * 1664525u + 1013904223u; return state >> 8; }

/* ---- one pair ---- */

static void pair_sizes(void)
{
    static float fa[1200], fb[1200];
    static uint8_t ua[1200], ub[1200];
    static double da[1200], db[1200];
    size_t n, i;
    int m, shift;
    long wrong = 0, checks = 0;
    for (n = 0; n <= 1100; n = n < (TEST_SMALL ? 70 : 150) ? n + 1 : n + (TEST_SMALL ? 97 : 61))
        for (shift = 0; shift < 4; shift++) {
            float *pa = fa + shift, *pb = fb + (shift * 7) % 5;
            uint8_t *qa = ua + shift * 3, *qb = ub + shift;
            for (i = 0; i < n; i++) {
                pa[i] = (float)noise() / 4e6f - 2.0f;
                pb[i] = (float)noise() / 4e6f - 2.0f;
            }
            for (m = 0; m < METRICS; m++) {
                double terms, want;
                for (i = 0; i < n; i++) { da[i] = (double)pa[i]; db[i] = (double)pb[i]; }
                want = reference(metrics[m], da, db, n, &terms);
                checks++;
                if (!(fabs((double)dlcv_distance_f32(metrics[m], pa, pb, n) - want) <= bound_f32(n) * terms)) wrong++;
            }
            for (i = 0; i < n; i++) { qa[i] = (uint8_t)noise(); qb[i] = (uint8_t)noise(); da[i] = qa[i]; db[i] = qb[i]; }
            for (m = 0; m < METRICS; m++) {
                double terms, want = reference(metrics[m], da, db, n, &terms), got = dlcv_distance_u8(metrics[m], qa, qb, n);
                checks++;
                if (metrics[m] == DLCV_METRIC_COSINE ? fabs(got - want) > 1e-14 : got != want) wrong++;
            }
        }
    CHECK_EQUAL(wrong, 0);
    CHECK(checks > (TEST_SMALL ? 3000 : 6000));
}

/* the largest differences around every length at which an accumulator of some backend is full */
static void pair_full(void)
{
    static uint8_t a[1 << 16], b[1 << 16];
    size_t n;
    long wrong = 0;
    memset(a, 255, sizeof a);
    for (n = 1; n <= sizeof a; n += TEST_SMALL ? (n < 300 ? 1 : n / 16 * 15 + 1) : n < 9000 ? 1 : 61) {
        wrong += dlcv_distance_u8(DLCV_METRIC_L1, a, b, n) != 255.0 * (double)n;
        wrong += dlcv_distance_u8(DLCV_METRIC_L2SQ, a, b, n) != 65025.0 * (double)n;
        wrong += dlcv_distance_u8(DLCV_METRIC_DOT, a, a, n) != 65025.0 * (double)n;
    }
    CHECK_EQUAL(wrong, 0);
}

/* the largest differences, beyond what 32-bit accumulators hold */
static void pair_extremes(void)
{
    const size_t n = TEST_SMALL ? 70003 : 5000003;
    uint8_t *a = (uint8_t *)malloc(n), *b = (uint8_t *)malloc(n);
    if (!a || !b) { test_skip("no 10 MB"); free(a); free(b); return; }
    memset(a, 255, n);
    memset(b, 0, n);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_L1, a, b, n), 255.0 * (double)n);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_L2SQ, b, a, n), 65025.0 * (double)n);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_DOT, a, a, n), 65025.0 * (double)n);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_COSINE, a, b, n), 0);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_COSINE, a, a, n), 1);
    free(a);
    free(b);
}

static void pair_specials(void)
{
    float zero[3] = { 0, 0, 0 }, one[3] = { 1, 0, 0 }, odd[3] = { 1, 0, 0 };
    uint32_t nan_bits = 0x7fc00000u;
    CHECK_EQUAL(dlcv_distance_f32(DLCV_METRIC_COSINE, zero, one, 3), 0);
    CHECK_EQUAL(dlcv_distance_f32(DLCV_METRIC_L2, NULL, NULL, 0), 0);
    CHECK_EQUAL(dlcv_distance_u8(DLCV_METRIC_L1, NULL, NULL, 0), 0);
    memcpy(&odd[1], &nan_bits, 4);
    CHECK(isnan(dlcv_distance_f32(DLCV_METRIC_L1, odd, one, 3)));
    CHECK(isnan(dlcv_distance_f32(DLCV_METRIC_L2, one, odd, 3)));
    CHECK(isnan(dlcv_distance_f32((dlcv_metric)77, one, one, 3)));
    CHECK(isnan(dlcv_distance_u8((dlcv_metric)-1, (const uint8_t *)"a", (const uint8_t *)"b", 1)));
}

/* the lecture's pair, word for word */
static void golden(void)
{
    static const uint8_t a[16] = { 56, 32, 10, 18, 90, 23, 128, 133, 24, 26, 178, 200, 2, 0, 255, 220 };
    static const uint8_t b[16] = { 10, 20, 24, 17, 8, 10, 89, 100, 12, 16, 178, 170, 4, 32, 233, 112 };
    float fa[16], fb[16];
    dlcv_tensor ta, tb, out;
    int i, m, wrapped = 0;
    const double want[METRICS] = { 162.111, 26280, 456, 0.955350, 177839 };
    for (i = 0; i < 16; i++) { fa[i] = a[i]; fb[i] = b[i]; wrapped += (uint8_t)(a[i] - b[i]); }
    CHECK_EQUAL(wrapped, 1128); /* what the course's numpy line computes on uint8; ours does not */
    for (m = 0; m < METRICS; m++) {
        const double tolerance = m == 0 ? 5e-4 : m == 3 ? 5e-7 : 0;
        CHECK_NEAR(dlcv_distance_u8(metrics[m], a, b, 16), want[m], tolerance);
        CHECK_NEAR(dlcv_distance_f32(metrics[m], fa, fb, 16), want[m], m == 3 ? 1e-6 : tolerance);
        memset(&out, 0, sizeof out);
        ta = dlcv_tensor_view(a, DLCV_U8, dlcv_shape3(1, 4, 4));
        tb = dlcv_tensor_view(b, DLCV_U8, dlcv_shape3(1, 4, 4));
        CHECK_OK(dlcv_pairwise(NULL, metrics[m], &ta, &tb, &out));
        CHECK_NEAR(dlcv_f32(&out)[0], want[m], m == 3 ? 1e-6 : tolerance);
        ta = dlcv_tensor_view(fa, DLCV_F32, dlcv_shape2(1, 16));
        tb = dlcv_tensor_view(fb, DLCV_F32, dlcv_shape2(1, 16));
        CHECK_OK(dlcv_pairwise(NULL, metrics[m], &ta, &tb, &out));
        CHECK_NEAR(dlcv_f32(&out)[0], want[m], m == 3 ? 1e-6 : tolerance);
        dlcv_tensor_free(&out);
    }
}

/* ---- all pairs ---- */

/* na x nb vectors of d elements at odd addresses, the result between canaries */
static void pairwise_case(int bytes, dlcv_metric metric, int na, int nb, int d, int kind, const dlcv_env *env)
{
    const size_t size = bytes ? 1 : 4, ca = (size_t)na * (size_t)d, cb = (size_t)nb * (size_t)d, cells = (size_t)na * (size_t)nb;
    unsigned char *a = (unsigned char *)malloc(ca * size + 8), *b = (unsigned char *)malloc(cb * size + 8);
    unsigned char *result = (unsigned char *)malloc(cells * 4 + 40), *out = result + 19;
    double *da = (double *)malloc(ca * 8 + 8), *db = (double *)malloc(cb * 8 + 8);
    dlcv_tensor ta, tb, to;
    size_t i, j;
    long wrong = 0;
    int t;
    for (t = 0; t < 2; t++) {
        unsigned char *p = (t ? b : a) + 3;
        double *q = t ? db : da;
        for (i = 0; i < (t ? cb : ca); i++) {
            if (bytes) {
                p[i] = (unsigned char)(kind ? (noise() & 1) * 255 : noise());
                q[i] = p[i];
            } else { /* kind 0: any numbers; 1: small integers; 2: integers but for some; 3: bytes; 4: bytes in the first elements */
                float v = kind == 0 || (kind == 2 && noise() % 1000 == 0) || (kind == 4 && i % (size_t)d > 140) ? (float)noise() / 4e6f - 2.0f
                    : kind > 2 ? (float)(noise() % 256) : (float)(noise() % 512) - 256;
                memcpy(p + i * 4, &v, 4);
                q[i] = (double)v;
            }
        }
    }
    memset(result, 0xa5, cells * 4 + 40);
    ta = dlcv_tensor_view(a + 3, bytes ? DLCV_U8 : DLCV_F32, dlcv_shape2(na, d));
    tb = dlcv_tensor_view(b + 3, bytes ? DLCV_U8 : DLCV_F32, dlcv_shape2(nb, d));
    to = dlcv_tensor_view(out, DLCV_F32, dlcv_shape2(na, nb));
    CHECK_OK(dlcv_pairwise(env, metric, &ta, &tb, &to));
    for (i = 0; i < (size_t)na; i++)
        for (j = 0; j < (size_t)nb; j++) {
            double terms, want = reference(metric, da + i * (size_t)d, db + j * (size_t)d, (size_t)d, &terms);
            float got;
            memcpy(&got, out + (i * (size_t)nb + j) * 4, 4);
            if (bytes && metric != DLCV_METRIC_COSINE ? got != (float)want
                : (kind == 1 || kind == 3) && (metric == DLCV_METRIC_L1 || metric == DLCV_METRIC_L2SQ) && want < 16777216.0 ? (double)got != want
                : !(fabs((double)got - want) <= bound_f32((size_t)d < 128 ? 128 * 16 : 3000) * terms)) wrong++;
        }
    for (i = 0; i < 19; i++) if (result[i] != 0xa5 || out[cells * 4 + i] != 0xa5) wrong++;
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    %s metric %d, %d x %d x %d, kind %d, backend %s\n", bytes ? "u8" : "f32", (int)metric, na, nb, d, kind, dlcv_backend());
    free(a); free(b); free(da); free(db); free(result);
}

static void pairwise_cases(void)
{
    static const int sizes[][3] = { { 1, 1, 1 }, { 1, 100, 3 }, { 2, 97, 65 }, { 3, 50, 130 }, { 7, 25, 515 }, { 9, 49, 4 }, { 33, 17, 127 },
        { 8, 48, 128 }, { 16, 24, 512 }, { 19, 530, 64 }, { 530, 19, 33 }, { 5, 3, 1537 }, { 64, 64, 784 }, { 12, 70, 257 } };
    size_t i;
    int m, kind;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (m = 0; m < METRICS; m++)
            for (kind = 0; kind < 5; kind++) {
                if (TEST_SMALL && (sizes[i][0] > 50 || (kind + m + (int)i) % 3)) continue;
                if (sizes[i][0] * sizes[i][1] * sizes[i][2] > 300000 && (kind + m + (int)i) % 2 && !getenv("DLCV_TEST_FULL")) continue;
                if (kind < 2) pairwise_case(1, metrics[m], sizes[i][0], sizes[i][1], sizes[i][2], kind, NULL);
                pairwise_case(0, metrics[m], sizes[i][0], sizes[i][1], sizes[i][2], kind, NULL);
            }
    /* rows so long that 32-bit sums overflow: few and many queries */
    for (m = 0; m < METRICS; m++) {
        pairwise_case(1, metrics[m], 1, 3, 70001, 1, NULL);
        pairwise_case(1, metrics[m], 9, 5, 70001, 1, NULL);
    }
}

/* An element of the result does not depend on what else is computed: alone, in a tile, in a tail, with other neighbours. */
static void position(void)
{
    enum { NA = 37, NB = 101, D = 300 };
    static float a[NA * D], b[NB * D];
    dlcv_tensor ta = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(NA, D)), tb = dlcv_tensor_view(b, DLCV_F32, dlcv_shape2(NB, D));
    dlcv_tensor all, part;
    size_t i;
    int m, q, r, wrong = 0;
    memset(&all, 0, sizeof all);
    memset(&part, 0, sizeof part);
    for (i = 0; i < NA * D; i++) a[i] = (float)noise() / 1e6f;
    for (i = 0; i < NB * D; i++) b[i] = (float)noise() / 1e6f;
    for (m = 0; m < METRICS; m++) {
        CHECK_OK(dlcv_pairwise(NULL, metrics[m], &ta, &tb, &all));
        for (q = 0; q < NA; q += 5)
            for (r = 0; r < NB; r += 13) {
                dlcv_tensor x = dlcv_tensor_rows(&ta, q, q + 1 + q % 3), y = dlcv_tensor_rows(&tb, r, r + 1 + r % 7);
                int i2, j2;
                CHECK_OK(dlcv_pairwise(NULL, metrics[m], &x, &y, &part));
                for (i2 = 0; i2 < x.shape.dim[0]; i2++)
                    for (j2 = 0; j2 < y.shape.dim[0]; j2++)
                        if (memcmp(dlcv_f32(&part) + i2 * y.shape.dim[0] + j2, dlcv_f32(&all) + (q + i2) * NB + r + j2, 4)) wrong++;
            }
    }
    CHECK_EQUAL(wrong, 0);
    dlcv_tensor_free(&all);
    dlcv_tensor_free(&part);
}

/* Whole numbers take short cuts to the same bits: every row beside one that allows the short cut and beside one that does not. */
static void short_cuts(void)
{
    enum { NA = 13, NB = 70, D = 300 };
    static float a[NA * D], b[NB * D];
    dlcv_tensor ta = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(NA, D)), tb = dlcv_tensor_view(b, DLCV_F32, dlcv_shape2(NB, D)), with, without;
    static const float spoilers[] = { 0.5f, -3.0f, 256.0f, 40000.0f, 1e30f };
    size_t i, s;
    int m, q, range, wrong = 0;
    memset(&with, 0, sizeof with);
    memset(&without, 0, sizeof without);
    for (range = 256; range <= 30000; range += 29744) {
        for (i = 0; i < NA * D; i++) a[i] = (float)(int)(noise() % (uint32_t)range);
        for (i = 0; i < NB * D; i++) b[i] = (float)(int)(noise() % (uint32_t)range);
        for (m = 0; m < METRICS; m++) {
            if (range > 256 && metrics[m] != DLCV_METRIC_L1) continue;  /* only sums below 2^24 are promised */
            for (s = 0; s < sizeof spoilers / sizeof spoilers[0]; s++) {
                if (TEST_SMALL && s % 3) continue;
                CHECK_OK(dlcv_pairwise(NULL, metrics[m], &ta, &tb, &with));
                b[(NB - 1) * D + 150] = spoilers[s];
                CHECK_OK(dlcv_pairwise(NULL, metrics[m], &ta, &tb, &without));
                b[(NB - 1) * D + 150] = 7;
                for (q = 0; q < NA; q++)
                    if (memcmp(dlcv_f32(&with) + q * NB, dlcv_f32(&without) + q * NB, (NB - 1) * 4)) wrong++;
            }
        }
    }
    CHECK_EQUAL(wrong, 0);
    dlcv_tensor_free(&with);
    dlcv_tensor_free(&without);
}

#if SIZE_MAX == 0xffffffffu
static void never(int count, dlcv_task task, void *context, void *user) { (void)count, (void)task, (void)context, (void)user; }

/* More threads than there is memory for */
static void crowd(void)
{
    dlcv_tensor many = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(160000, 0)), one = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(1, 0)), out;
    dlcv_env env;
    memset(&env, 0, sizeof env);
    memset(&out, 0, sizeof out);
    env.threads.parallel_for = never;
    env.threads.width = 10000;
    CHECK_FAILS(dlcv_pairwise(&env, DLCV_METRIC_L1, &many, &one, &out), DLCV_ERR_MEMORY, "pairwise: the blocks of 10000 threads overflow size_t");
    dlcv_tensor_free(&out);
}
#endif

static void errors(void)
{
    static float a[6], other[6];
    static uint8_t u[6];
    dlcv_tensor x = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(2, 3)), y = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(3, 2));
    dlcv_tensor z = dlcv_tensor_view(u, DLCV_U8, dlcv_shape2(2, 3)), none, out;
    memset(&out, 0, sizeof out);
    none = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(0, 3));
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &y, &out), DLCV_ERR_SHAPE,
        "pairwise: vectors of a [2, 3] have 3 elements, those of b [3, 2] 2");
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &z, &out), DLCV_ERR_ARGUMENT,
        "pairwise: a is f32 [2, 3] and b u8 [2, 3], both must be f32 or both u8");
    CHECK_FAILS(dlcv_pairwise(NULL, (dlcv_metric)9, &x, &x, &out), DLCV_ERR_ARGUMENT, "pairwise: metric is 9, must be DLCV_METRIC_L2 (0) .. DLCV_METRIC_DOT (4)");
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, NULL, &x, &out), DLCV_ERR_ARGUMENT, "pairwise: a is NULL");
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, NULL, &out), DLCV_ERR_ARGUMENT, "pairwise: b is NULL");
#ifndef __cplusplus /* where an enum holds 0 .. 7 */
    CHECK_FAILS(dlcv_pairwise(NULL, (dlcv_metric)-1, &x, &x, &out), DLCV_ERR_ARGUMENT,
        "pairwise: metric is -1, must be DLCV_METRIC_L2 (0) .. DLCV_METRIC_DOT (4)");
#endif
    y.dtype = z.dtype = DLCV_I8;
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &y, &z, &out), DLCV_ERR_ARGUMENT,
        "pairwise: a is i8 [3, 2] and b i8 [2, 3], both must be f32 or both u8");
    y = dlcv_tensor_view(a, DLCV_F32, dlcv_shape4(0, 2147483647, 2147483647, 2147483647));
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &y, &x, &out), DLCV_ERR_SHAPE,
        "pairwise: a vector of [0, 2147483647, 2147483647, 2147483647] has too many elements");
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &y, &out), DLCV_ERR_SHAPE,
        "pairwise: a vector of [0, 2147483647, 2147483647, 2147483647] has too many elements");
    y = dlcv_tensor_view(a, DLCV_F32, dlcv_shape1(2));
    y.shape.ndim = 0;
    z = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(2, 1));
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &y, &z, &out), DLCV_ERR_SHAPE,
        "pairwise: vectors of a [] have 1 elements, those of b [2, 1] 1");
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &z, &y, &out), DLCV_ERR_SHAPE,
        "pairwise: vectors of a [2, 1] have 1 elements, those of b [] 1");
    y.shape.ndim = 1;
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &y, &x, &out), DLCV_ERR_SHAPE,
        "pairwise: vectors of a [2] have 1 elements, those of b [2, 3] 3");
    none.data = NULL; /* nothing needs no address */
    CHECK_OK(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &none, &out));
    CHECK(out.shape.dim[0] == 2 && out.shape.dim[1] == 0);
    CHECK_OK(dlcv_pairwise(NULL, DLCV_METRIC_L1, &none, &x, &out));
    none.data = a;
    CHECK_OK(dlcv_pairwise(NULL, DLCV_METRIC_L1, &none, &x, &out));
    CHECK(out.shape.dim[0] == 0 && out.shape.dim[1] == 2);
    dlcv_tensor_free(&out);
#if SIZE_MAX == 0xffffffffu
    crowd();
#endif
    out = dlcv_tensor_view(other, DLCV_F32, dlcv_shape2(2, 3));
    CHECK(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &x, &out) == DLCV_ERR_SHAPE);
    out = dlcv_tensor_view(a + 1, DLCV_F32, dlcv_shape2(2, 2));
    CHECK_FAILS(dlcv_pairwise(NULL, DLCV_METRIC_L1, &x, &x, &out), DLCV_ERR_ARGUMENT, "pairwise: out lies in an input");
}

/* malloc failing at every n: an error, and nothing lost */
static void memory(void)
{
    static float a[20 * 40];
    dlcv_tensor x = dlcv_tensor_view(a, DLCV_F32, dlcv_shape2(20, 40)), out;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n, ends = 0;
    for (n = 1; n < 10 && !ends; n++) {
        dlcv_status s;
        memset(&out, 0, sizeof out);
        heap.calls = 0;
        heap.fail_at = n;
        s = dlcv_pairwise(&env, DLCV_METRIC_L2, &x, &x, &out);
        CHECK(s == DLCV_OK || s == DLCV_ERR_MEMORY);
        ends = s == DLCV_OK;
        dlcv_tensor_free(&out);
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(n > 2);
}

static void self_test(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    CHECK(dlcv_self_test(NULL) > 0);
    heap.fail_at = 1;
    CHECK_EQUAL(dlcv_self_test(&env), 0);
    heap.fail_at = 0;
    CHECK(dlcv_self_test(&env) > 0);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* Cosines where the product of the squares leaves a float's range. */
static void far_from_one(void)
{
    static const float large[2] = { 3e9f, 4e9f }, small[2] = { 3e-9f, 4e-9f }, axis[2] = { 0, 2e9f };
    CHECK_NEAR(dlcv_distance_f32(DLCV_METRIC_COSINE, large, axis, 2), 0.8, 1e-6);
    CHECK_NEAR(dlcv_distance_f32(DLCV_METRIC_COSINE, large, large, 2), 1, 1e-6);
    CHECK_NEAR(dlcv_distance_f32(DLCV_METRIC_COSINE, small, small, 2), 1, 1e-6);
    CHECK_NEAR(dlcv_distance_f32(DLCV_METRIC_COSINE, small, axis, 2), 0.8, 1e-6);
}

static void all(void)
{
    far_from_one();
    golden();
    pair_sizes();
    pair_full();
    pair_extremes();
    pair_specials();
    pairwise_cases();
    position();
    short_cuts();
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm", "simde" };
    size_t i;
    int ran = 0;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dlcv_backend_select(names[i])) continue;
        CHECK_TEXT(dlcv_backend(), names[i]);
        ran++;
        all();
    }
    CHECK(ran > 0);
    CHECK(dlcv_backend_select("abacus") == DLCV_ERR_UNSUPPORTED);
    CHECK(strstr(dlcv_error(), "\"abacus\" is not one of ") != NULL);
    CHECK_OK(dlcv_backend_select(NULL));
    errors();
    memory();
    self_test();
    return test_end("distance");
}
