/* The library's own functions of a float against double precision, over every exponent, in every backend: within the bounds that
 * kern_math.h states, and the same bits everywhere. These are private, so this test looks inside. */
#include "test.h"

enum { BLOCK = 4096 };

static uint32_t state = 3;
static uint32_t noise(void) { state = state * 1664525u + 1013904223u; return state ^ state >> 15; }

/* the distance of got from the exact value, in units in the last place of a float there */
static double ulps(float got, double want)
{
    int e;
    double unit;
    if (want != want) return got != got ? 0 : 1e30;
    if (fabs(want) > 3.4028234663852886e38) return (double)got == want ? 0 : 1e30;
    frexp(want, &e);
    unit = ldexp(1, (want == 0 || e < -125 ? -125 : e) - 24);
    return fabs((double)got - want) / unit;
}

static double exact_log(double x) { return log(x); }

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

static float inputs[BLOCK], outputs[BLOCK];

/* block b of 256: all floats with these top 8 bits, that is all signs and half of an exponent, sampled; ends and special values */
static void fill(int b)
{
    int i;
    for (i = 0; i < BLOCK; i++) {
        uint32_t bits = (uint32_t)b << 24 | (noise() & 0x00ffffffu);
        if (i < 8) bits = (uint32_t)b << 24 | (uint32_t)i;
        else if (i < 16) bits = (uint32_t)b << 24 | (0x00ffffffu - (uint32_t)(i - 8));
        memcpy(&inputs[i], &bits, 4);
    }
}

/* 32-bit NEON takes denormals for zeros */
static int flushes(void)
{
#if defined(__arm__) && !defined(DLCV_STRICT)
    return !strncmp(dlcv_backend(), "neon", 4);
#else
    return 0;
#endif
}

static void check(const char *name, void (*f)(const float *, float *, size_t), double (*exact)(double), double bound, const float *grid, int points,
    uint64_t *hash)
{
    double worst = 0;
    float at = 0;
    int b, i, wrong = 0;
    for (b = -1; b < 256; b++) {
        const float *x = b < 0 ? grid : inputs;
        const int n = b < 0 ? points : BLOCK - b % 3; /* lengths that leave a tail */
        if (b >= 0) fill(b);
        outputs[n - 1] = 77;
        f(x, outputs, (size_t)n - 1);
        wrong += outputs[n - 1] != 77; /* nothing beyond the end is written */
        for (i = 0; i < n - 1; i++) {
            double u;
            if (flushes() && fabsf(x[i]) < 1.17549435e-38f) continue;
            u = ulps(outputs[i], exact((double)x[i]));
            uint32_t w;
            if (u > worst) {
                worst = u;
                at = x[i];
            }
            memcpy(&w, &outputs[i], 4);
            *hash = (*hash ^ ((w & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : w)) * 1099511628211u;
        }
    }
    CHECK(worst <= bound);
    CHECK_EQUAL(wrong, 0);
    printf("%-10s %-10s within %.3f ULP, at %.9g (bound %.1f)\n", dlcv_backend(), name, worst, (double)at, bound);
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "avx2", "avx512", "neon", "wasm", "simde" };
    static float grid[3 * BLOCK / 4];
    uint64_t hash[3] = { 0, 0, 0 }, first[3] = { 0, 0, 0 };
    size_t i;
    int ran = 0, j;
    /* where things change: around 1, around every eighth of a turn */
    for (j = 0; j < BLOCK / 4; j++) {
        grid[3 * j] = 1.0f + (float)(j - BLOCK / 8) * 5.9604645e-8f;
        grid[3 * j + 1] = (float)(j - BLOCK / 8) * 0.125f;
        grid[3 * j + 2] = nextafterf(grid[3 * j + 1], j % 2 ? 1e30f : -1e30f);
    }
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        const dlcv__kernels_f32 *k;
        if (dlcv_backend_select(names[i])) continue;
        k = dlcv__kernels()->f32;
        state = 3;
        hash[0] = hash[1] = hash[2] = 1469598103934665603u;
        check("log", k->log_f32, exact_log, 2.0, grid, 3 * BLOCK / 4, &hash[0]);
        check("sin turns", k->sin_turns_f32, exact_sin, 2.0, grid, 3 * BLOCK / 4, &hash[1]);
        check("cos turns", k->cos_turns_f32, exact_cos, 2.0, grid, 3 * BLOCK / 4, &hash[2]);
        for (j = 0; j < 3; j++) {
            if (!ran) first[j] = hash[j];
            CHECK(hash[j] == first[j] || flushes());
        }
        ran++;
    }
    if (!ran) { /* avx512vnni or neondot alone: the float kernels are those of its base */
        const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
        check("log", k->log_f32, exact_log, 2.0, grid, 3 * BLOCK / 4, &hash[0]);
        check("sin turns", k->sin_turns_f32, exact_sin, 2.0, grid, 3 * BLOCK / 4, &hash[1]);
        check("cos turns", k->cos_turns_f32, exact_cos, 2.0, grid, 3 * BLOCK / 4, &hash[2]);
    }
    return test_end("math");
}
