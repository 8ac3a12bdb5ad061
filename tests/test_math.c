/* The library's own functions of a float against double precision, over every exponent, in every backend: within the bounds that the
 * table in kern_math.h states, the same bits everywhere that it promises them, one number alone as within an array. A few thousand
 * mantissas of every exponent, with DLCV_TEST_FULL=1 every float that there is. These are private, so this test looks inside. */
#include "test.h"
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

enum { BLOCK = 4096, MOST = 8, LOG = 0, EXP, TANH, ERF, SIN, COS, FUNCTIONS };

static uint32_t state = 3;
static uint32_t noise(void) { state = state * 1664525u + 1013904223u; return state ^ state >> 15; }

static uint32_t bits_of(float x) { uint32_t w; memcpy(&w, &x, 4); return w; }
static float float_of(uint32_t w) { float x; memcpy(&x, &w, 4); return x; }
static int is_nan(float x) { return (bits_of(x) & 0x7fffffffu) > 0x7f800000u; }

/* the distance of got from the exact value, in units in the last place of a float there; infinity counts as 2^128 */
static double ulps(float got, double want)
{
    const double huge = 340282366920938463463374607431768211456.0;
    double scale, value = (double)got;
    uint64_t w, e;
    if (want != want) return is_nan(got) ? 0 : 1e30;
    if (is_nan(got)) return 1e30;
    if (fabs(want) >= huge) return fabs(value) >= huge && (value > 0) == (want > 0) ? 0 : 1e30;
    if (fabs(value) >= huge) value = value > 0 ? huge : -huge;
    memcpy(&w, &want, 8);
    e = w >> 52 & 2047;
    if (e < 1023 - 126) e = 1023 - 126;
    w = (2 * 1023 + 23 - e) << 52;
    memcpy(&scale, &w, 8);      /* 2^(23 - exponent) */
    return fabs(value - want) * scale;
}

/* an angle of u turns, reduced exactly first */
static double exact_sin(double u)
{
    double r;
    if (!(fabs(u) <= 3.5e38)) return u - u;
    r = u - floor(u + 0.5);
    /* sin is odd about half a turn, which no double of pi hits */
    return sin(6.283185307179586476925 * (r > 0.25 ? 0.5 - r : r < -0.25 ? -0.5 - r : r));
}

static double exact_cos(double u)
{
    double r;
    if (!(fabs(u) <= 3.5e38)) return u - u;
    r = fabs(u - floor(u + 0.5));
    /* near the zeros of the cosine, a double product with 2 pi would not do: cos(2 pi r) = sin(2 pi (1/4 - r)), 1/4 - r exact */
    return sin(6.283185307179586476925 * (0.25 - r));
}

typedef void (*kernel)(const float *, float *, size_t);

typedef struct function {
    const char *name;
    double (*exact)(double);
    double bound;               /* in ULP: the table of kern_math.h */
    int parity;                 /* -1: f(-x) = -f(x); 1: f(-x) = f(x); 0: neither */
    int rises, fuses;
} function;

static const function functions[FUNCTIONS] = {
    { "log", log, 1.0, 0, 1, 0 }, { "exp", exp, 1.0, 0, 1, 1 }, { "tanh", tanh, 1.5, -1, 1, 1 }, { "erf", erf, 1.5, -1, 0, 1 },
    { "sin turns", exact_sin, 2.5, -1, 0, 0 }, { "cos turns", exact_cos, 2.0, 1, 0, 0 },
};

static kernel kernel_of(const dlcv__kernels_f32 *k, int f)
{
    const kernel kernels[FUNCTIONS] = { k->log_f32, k->exp_f32, k->tanh_f32, k->erf_f32, k->sin_turns_f32, k->cos_turns_f32 };
    return kernels[f];
}

/* A backend and what was found in it. kind: backends of one kind give the same bits also where the kernels ask for fused
 * multiply-adds (0 nobody fuses, 1 the hardware does, 2 not known); flushes: it takes denormals for zeros, as 32-bit NEON always does
 * and x86 when it is told to. */
typedef struct backend {
    const char *name;
    const dlcv__kernels_f32 *kernels;
    int kind, flushes, told;
    double worst;
    float at, before;
    int differs, falls, alone, symmetry, beyond;
} backend;

static backend backends[MOST];
static int count, full;

static void find_backends(void)
{
    static const char *const names[] = { "scalar", "sse2", "avx2", "avx512", "neon", "wasm", "simde" };
    size_t i;
    for (i = 0; i <= sizeof names / sizeof names[0]; i++) {
        backend *b = &backends[count];
        if (i < sizeof names / sizeof names[0] ? dlcv_backend_select(names[i]) != DLCV_OK : count > 0) continue;
        b->name = dlcv_backend();           /* at the end: a partial stamp alone has the float kernels of its base */
        b->kernels = test_kernels()->f32;
        b->kind = !strncmp(b->name, "avx", 3) || !strncmp(b->name, "neon", 4) ? 1
            : !strcmp(b->name, "scalar") || !strcmp(b->name, "sse2") ? 0 : 2;
#if defined(DLCV_STRICT)
        b->kind = 0;
#elif defined(__arm__)
        b->flushes = b->kind;
        b->kind = b->flushes ? 2 : b->kind;
#endif
        count++;
    }
#ifdef __SSE2__
    backends[count] = backends[count - 1];
    backends[count].flushes = backends[count].told = 1;
    backends[count].kind = 2;
    count++;
#endif
}

static void run(const backend *b, int f, const float *in, float *out, size_t n)
{
    const kernel k = kernel_of(b->kernels, f);
#ifdef __SSE2__
    if (b->told) _mm_setcsr(0x9fc0);        /* FTZ and DAZ */
    k(in, out, n);
    _mm_setcsr(0x1f80);
#else
    k(in, out, n);
#endif
}

static float x[BLOCK], mirrored[BLOCK], first[3][BLOCK], y[BLOCK + 1];
static double exact[BLOCK];

static int differ(const float *a, const float *b, size_t n)
{
    size_t i;
    if (!memcmp(a, b, n * sizeof(float))) return 0;
    for (i = 0; i < n; i++)
        if (bits_of(a[i]) != bits_of(b[i]) && !(is_nan(a[i]) && is_nan(b[i]))) return 1;
    return 0;
}

/* the error and the order of the n results in y */
static void measure(backend *b, int f, int n)
{
    const int falling = bits_of(x[0]) >> 31 != 0;
    int i;
    for (i = 0; i < n; i++) {
        const double u = ulps(y[i], exact[i]);
        if (u > b->worst && !(b->flushes && (fabsf(x[i]) < 1.17549435e-38f || fabs((double)y[i] - exact[i]) < 1.1754944e-38))) {
            b->worst = u;
            b->at = x[i];
        }
    }
    for (i = 0; i < n && functions[f].rises; i++) {
        b->falls += falling ? y[i] > b->before : y[i] < b->before;
        b->before = y[i];
    }
}

/* some of them alone, some at another place of a vector, and those of the other sign */
static void check_places(backend *b, int f, int n)
{
    const uint32_t flip = functions[f].parity < 0 ? 0x80000000u : 0;
    static float again[BLOCK];
    int i, m;
    for (i = (int)(noise() % 16u); i < n; i += 16) {
        float one;
        run(b, f, x + i, &one, 1);
        b->alone += differ(&one, y + i, 1);
    }
    i = (int)(noise() % (uint32_t)n), m = i + 50 < n ? 50 : n - i;
    run(b, f, x + i, again, (size_t)m);
    b->alone += differ(again, y + i, (size_t)m);
    if (!functions[f].parity) return;
    for (i = 0; i < n; i++) mirrored[i] = float_of(bits_of(x[i]) ^ 0x80000000u);
    run(b, f, mirrored, again, (size_t)n);
    for (i = 0; i < n; i++) again[i] = float_of(bits_of(again[i]) ^ flip);
    b->symmetry += differ(again, y, (size_t)n);
}

/* the first n of x, ascending by size and of one sign, in every backend */
static void check_all(int f, int n)
{
    backend *has[3] = { NULL, NULL, NULL };     /* of each kind: whose results `first` are */
    int i;
    for (i = 0; i < n; i++) exact[i] = functions[f].exact((double)x[i]);
    for (i = 0; i < count; i++) {
        backend *b = &backends[i];
        const int kind = b->flushes || functions[f].fuses ? b->kind : 0;
        y[n] = 77;
        run(b, f, x, y, (size_t)n);
        b->beyond += bits_of(y[n]) != bits_of(77.0f);
        check_places(b, f, n);
        if (has[kind] && !differ(y, first[kind], (size_t)n)) {
            b->worst = has[kind]->worst, b->at = has[kind]->at, b->before = has[kind]->before;
            continue;
        }
        measure(b, f, n);
        b->differs += has[kind] != NULL;
        if (has[kind] || b->flushes) continue;
        memcpy(first[kind], y, (size_t)n * sizeof(float));
        has[kind] = b;
    }
}

static void begin_run(float before)
{
    int b;
    for (b = 0; b < count; b++) backends[b].before = before;
}

/* every sign (but where symmetry shows the negative ones) and exponent: both ends of the mantissas and one of every 2048 */
static void scan(int f)
{
    uint32_t sign, e, part, i;
    for (sign = 0; sign < (functions[f].parity ? 1u : 2u); sign++) {
        begin_run(sign ? INFINITY : -INFINITY);
        for (e = 0; e < 256; e++)
            for (part = 0; part < (full ? 2048u : 1u); part++) {
                for (i = 0; i < BLOCK; i++) {
                    const uint32_t mantissa = full ? part * BLOCK + i
                        : i < 8 ? i : i >= BLOCK - 8 ? 0x00800000u - (BLOCK - i) : i * 2048 + noise() % 2048;
                    x[i] = float_of(sign << 31 | e << 23 | mantissa);
                }
                check_all(f, BLOCK - (int)(e % 3));         /* tails */
            }
    }
}

/* all floats around where a polynomial, an exponent or a result's kind changes */
static void scan_seams(int f)
{
    static const float seams[] = { 1.0f, 0.70710678f, 1.41421356f, 0.5625f, 1.0625f, 3.96875f, 9.0109f, 10.0f, 0.40546511f, 0.28768207f,
        1.0986123f, 43.26f, 43.95f, 87.33654f, 88.722839f, 89.0f, 103.97208f, 104.0f, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f,
        8388608.0f, 16777216.0f };
    size_t s;
    uint32_t sign, i;
    for (s = 0; s < sizeof seams / sizeof seams[0]; s++)
        for (sign = 0; sign < (functions[f].parity ? 1u : 2u); sign++) {
            begin_run(sign ? INFINITY : -INFINITY);
            for (i = 0; i < BLOCK; i++) x[i] = float_of((sign << 31 | bits_of(seams[s])) + i - BLOCK / 2);
            check_all(f, BLOCK);
        }
}

/* eighths of a turn and their neighbours, ascending */
static void scan_turns(int f)
{
    int i;
    for (i = 0; i < BLOCK - 1; i++) {
        const float u = (float)(i / 3) * 0.125f;
        x[i] = i % 3 == 0 ? nextafterf(u, 0) : i % 3 == 1 ? u : nextafterf(u, 1e30f);
    }
    begin_run(-INFINITY);
    check_all(f, BLOCK - 1);
}

static void check_value(const backend *b, int f, float in, float want)
{
    float out;
    run(b, f, &in, &out, 1);
    if (!is_nan(want)) CHECK(bits_of(out) == bits_of(want));
    CHECK(is_nan(out) == is_nan(want));
    if (differ(&out, &want, 1)) printf("    %s %s(%.9g) is %.9g, not %.9g\n", b->name, functions[f].name, (double)in, (double)out, (double)want);
}

static void check_special(const backend *b)
{
    const float infinity = float_of(0x7f800000u), nan = float_of(0x7fc00000u), tiny = float_of(1), most = 3.40282347e38f;
    const float small = b->flushes ? 0.0f : tiny;
    int f;
    for (f = 0; f < FUNCTIONS; f++) {
        check_value(b, f, nan, nan);
        check_value(b, f, float_of(0xffc00001u), nan);
        check_value(b, f, 0.0f, f == LOG ? -infinity : f == EXP || f == COS ? 1.0f : 0.0f);
        check_value(b, f, -0.0f, f == LOG ? -infinity : f == EXP || f == COS ? 1.0f : -0.0f);
        check_value(b, f, infinity, f == LOG || f == EXP ? infinity : f == SIN || f == COS ? nan : 1.0f);
        check_value(b, f, -infinity, f == EXP ? 0.0f : f == TANH || f == ERF ? -1.0f : nan);
    }
    check_value(b, LOG, 1.0f, 0.0f);
    check_value(b, LOG, -1.0f, nan);
    check_value(b, EXP, most, infinity);
    check_value(b, EXP, 88.7228394f, infinity);         /* the least that overflows */
    check_value(b, EXP, -103.9f, small);
    check_value(b, EXP, -103.972092f, 0.0f);            /* below ln 2^-150 */
    check_value(b, EXP, -most, 0.0f);
    check_value(b, EXP, tiny, 1.0f);
    check_value(b, EXP, -87.33655f, b->flushes ? 0.0f : 1.17549071e-38f);
    check_value(b, TANH, tiny, small);
    check_value(b, TANH, 2.44140625e-4f, 2.44140625e-4f);      /* 2^-12 */
    check_value(b, TANH, -1e-20f, -1e-20f);
    check_value(b, TANH, 9.02f, 1.0f);
    check_value(b, TANH, -most, -1.0f);
    check_value(b, ERF, tiny, small);
    check_value(b, ERF, 1e-20f, 1.12837913e-20f);
    check_value(b, ERF, 3.96875f, 1.0f);
    check_value(b, ERF, -most, -1.0f);
    check_value(b, SIN, 16777216.0f, 0.0f);
    check_value(b, COS, -most, 1.0f);
    check_value(b, COS, 0.5f, -1.0f);
    check_value(b, SIN, -0.25f, -1.0f);
}

int main(void)
{
    const char *asked = getenv("DLCV_TEST_FULL");
    int f, b;
    full = asked && *asked && strcmp(asked, "0");
    find_backends();
    for (b = 0; b < count; b++) check_special(&backends[b]);
    for (f = 0; f < FUNCTIONS; f++) {
        for (b = 0; b < count; b++) backends[b].worst = 0;
        scan_seams(f);
        scan_turns(f);
        scan(f);
        for (b = 0; b < count; b++) {
            backend *k = &backends[b];
            CHECK(k->worst <= functions[f].bound);
            CHECK_EQUAL(k->differs, 0);     /* from another backend */
            CHECK_EQUAL(k->alone, 0);       /* from the same number at another place */
            CHECK_EQUAL(k->falls, 0);
            CHECK_EQUAL(k->symmetry, 0);
            CHECK_EQUAL(k->beyond, 0);      /* nothing beyond the end is written */
            printf("%-10s%-4s %-10s within %.3f ULP, at %.9g (bound %.1f)\n", k->name, k->told ? " FTZ" : "", functions[f].name, k->worst,
                (double)k->at, functions[f].bound);
            k->differs = k->alone = k->falls = k->symmetry = k->beyond = 0;
        }
        fflush(stdout);
    }
    return test_end("math");
}
