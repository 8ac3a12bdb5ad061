/* Grids and random search: complete, reproducible, as spread as promised. */
#include "test.h"
#include "golden/search.h"

enum { DRAWS = (int)(sizeof golden_low / sizeof golden_low[0]) };

static dlcv_range range(float low, float high, int steps, int log)
{
    dlcv_range r;
    r.low = low;
    r.high = high;
    r.steps = steps;
    r.log = log;
    return r;
}

static float from_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

static uint32_t to_bits(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return bits;
}

/* The same bits as a computation with fractions and 60 digits. */
static void test_golden(void)
{
    const int grids = (int)(sizeof golden_grid / sizeof golden_grid[0]);
    const int randoms = (int)(sizeof golden_random / sizeof golden_random[0]);
    dlcv_range r[DRAWS];
    float v[DRAWS];
    int i, j, wrong = 0;
    for (i = 0; i < grids; i++) {
        r[0] = range(from_bits(golden_grid[i].low), from_bits(golden_grid[i].high), golden_grid[i].steps,
                     golden_grid[i].log);
        CHECK_EQUAL(dlcv_search_point(r, 1, golden_grid[i].trial, 5, v), 1);
        wrong += to_bits(v[0]) != golden_grid[i].want;
    }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(grids, 94);
    for (i = 0; i < DRAWS; i++) r[i] = range(golden_low[i], golden_high[i], 0, golden_log[i]);
    for (i = 0; i < randoms; i++) {
        CHECK_EQUAL(dlcv_search_point(r, DRAWS, golden_random[i].trial, golden_random[i].seed, v), 1);
        for (j = 0; j < DRAWS; j++) wrong += to_bits(v[j]) != golden_random[i].want[j];
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(randoms == 18 && DRAWS == 6);
}

/* 3 x 1 x 4 points, two random numbers beside them: every one once, the last range fastest. */
static void test_grid(void)
{
    dlcv_range r[5];
    float v[5], first[12], again[5];
    int trial;
    r[0] = range(0, 1, 3, 0);
    r[1] = range(2, 3, 0, 0);
    r[2] = range(7, 9, 1, 0);
    r[3] = range(1, 1000, 4, 1);
    r[4] = range(1, 10, 0, 1);
    for (trial = 0; dlcv_search_point(r, 5, trial, 11, v); trial++) {
        static const float hundreds[4] = { 1, 10, 100, 1000 };
        if (trial >= 12) break;
        CHECK_EQUAL(v[0], (float)(trial / 4) * 0.5f);
        CHECK_EQUAL(v[2], 7);
        CHECK_EQUAL(v[3], hundreds[trial % 4]);
        CHECK(v[1] >= 2 && v[1] <= 3 && v[4] >= 1 && v[4] <= 10);
        first[trial] = v[1];
        CHECK(trial == 0 || v[1] != first[trial - 1]);
    }
    CHECK_EQUAL(trial, 12);
    CHECK_EQUAL(dlcv_search_point(r, 5, 2147483647, 11, v), 0);
    while (trial-- > 0) { /* backwards: each is a function of its number alone */
        CHECK(dlcv_search_point(r, 5, trial, 11, v) && v[1] == first[trial]);
        CHECK(dlcv_search_point(r, 4, trial, 11, again) && again[1] == v[1]); /* and of no later range */
    }
    CHECK(dlcv_search_point(r, 5, 0, 12, again) && again[1] != v[1] && again[0] == v[0] && again[3] == v[3]);
    r[0] = r[3] = range(0, 1, 2147483647, 0); /* more points than an int counts */
    CHECK(dlcv_search_point(r, 4, 2147483647, 1, v) && v[0] == (float)(1.0 / 2147483646.0) && v[3] == 0);
    CHECK(dlcv_search_point(r, 4, 2147483646, 1, v) && v[0] == 0 && v[3] == 1);
}

/* Ends are exact, values ascend and stay between them, whatever the range. */
static void test_ranges(void)
{
    dlcv_rng rng = dlcv_rng_seed(3);
    int n, i, wrong = 0, points = 0;
    float v = 0, before = 0;
    dlcv_range r;
    for (n = 0; n < 2000; n++) {
        float a = from_bits(dlcv_rng_next(&rng)), b = from_bits(dlcv_rng_next(&rng));
        const int log = n % 2, steps = 2 + dlcv_rng_below(&rng, 20);
        if (log) a = (float)fabs((double)a);
        if (log) b = (float)fabs((double)b);
        if (!(a - a == 0) || !(b - b == 0) || (log && !(a > 0 && b > 0))) continue;
        r = a < b ? range(a, b, steps, log) : range(b, a, steps, log);
        for (i = 0; i < steps; i++, before = v) {
            wrong += !dlcv_search_point(&r, 1, i, 0, &v) || v < r.low || v > r.high || (i && v < before);
            points++;
        }
        wrong += v != r.high || !dlcv_search_point(&r, 1, 0, 0, &v) || v != r.low;
        r.steps = 0;
        wrong += !dlcv_search_point(&r, 1, n, 0, &v) || !(v >= r.low && v <= r.high);
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(points > 10000);
    r = range(from_bits(1), from_bits(0x7f000000), 277, 1); /* every power of two that a float can be */
    for (i = 0; i < 277; i++) wrong += !dlcv_search_point(&r, 1, i, 0, &v) || v != (float)ldexp(1.0, i - 149);
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(dlcv_search_point(&r, 1, 277, 0, &v), 0);
    r = range(-0.0f, 0.0f, 3, 0);
    CHECK(dlcv_search_point(&r, 1, 1, 0, &v) && v == 0);
}

/* Mean, variance and ten equal parts of n uniform numbers in [0, 1): each within 5 standard deviations. */
/* Between 0 and the smallest float there is nothing: the nearer of the two, at whatever number of steps. */
static void test_smallest(void)
{
    const float least = from_bits(1);
    dlcv_range r = range(0, least, 1000, 0);
    float v;
    int i, wrong = 0;
    for (i = 0; i < 1000; i++) {
        wrong += dlcv_search_point(&r, 1, i, 1, &v) != 1;
        wrong += to_bits(v) != (i < 500 ? 0u : 1u);
    }
    CHECK_EQUAL(wrong, 0);
}

static void check_uniform(const float *u, int n)
{
    double sum = 0, squares = 0;
    int part[10] = { 0 }, i;
    for (i = 0; i < n; i++) {
        sum += (double)u[i];
        squares += (double)u[i] * (double)u[i];
        part[(int)(u[i] * 10.0f) % 10]++;
    }
    CHECK_NEAR(sum / n, 0.5, 5 * sqrt(1 / 12.0 / n));
    CHECK_NEAR(squares / n, 1 / 3.0, 5 * sqrt(4 / 45.0 / n));
    for (i = 0; i < 10; i++) CHECK_NEAR(part[i], n / 10, 5 * sqrt(0.09 * n));
}

static void test_random(void)
{
    enum { N = 20000 };
    static float u[3][N];
    dlcv_range r[6];
    dlcv_rng rng = dlcv_rng_seed(1);
    double together = 0;
    float v[6];
    int trial, j, same = 0, wrong = 0;
    r[0] = range(10, 30, 0, 0);
    r[1] = range(1e-6f, 1e-1f, 0, 1);
    r[2] = r[3] = r[4] = r[0];
    r[5] = range(0, 1, 0, 0); /* in the second Philox block of a trial */
    for (trial = 0; trial < N; trial++) {
        wrong += dlcv_search_point(r, 6, trial, 1, v) != 1;
        u[0][trial] = (v[0] - 10.0f) / 20.0f;
        u[1][trial] = (float)(log10((double)v[1]) + 6.0) / 5.0f;
        u[2][trial] = v[5];
        for (j = 0; j < 3; j++) wrong += u[j][trial] < 0 || u[j][trial] > 1;
        same += v[5] == dlcv_rng_uniform(&rng); /* a generator of the same seed is another */
        together += ((double)u[0][trial] - 0.5) * ((double)u[1][trial] - 0.5);
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(same < 5);
    for (j = 0; j < 3; j++) check_uniform(u[j], N);
    CHECK_NEAR(together / N, 0, 5 / 12.0 / sqrt((double)N)); /* no dimension knows of another */
}

#define BAD(r, count, trial, v, text)                             \
    do {                                                          \
        dlcv_fail(DLCV_OK, "before");                             \
        CHECK_EQUAL(dlcv_search_point(r, count, trial, 1, v), 0); \
        CHECK_TEXT(dlcv_error(), text);                           \
    } while (0)

static void test_errors(void)
{
    dlcv_range r[2];
    float v[2];
    r[0] = r[1] = range(1, 2, 3, 0);
    BAD(NULL, 2, 0, v, "search_point: ranges is NULL");
    BAD(r, 2, 0, NULL, "search_point: values is NULL");
    BAD(r, 0, 0, v, "search_point: count is 0, must be at least 1");
    BAD(r, 2, -1, v, "search_point: trial is -1, must be at least 0");
    r[1].steps = -3;
    BAD(r, 2, 0, v, "search_point: range 1 has -3 steps, must be at least 0");
    r[1] = range(2, 1, 0, 0);
    BAD(r, 2, 0, v, "search_point: range 1 is 2 .. 1, must be finite and not descend");
    r[1] = range(2, (float)INFINITY, 0, 0);
    BAD(r, 2, 0, v, "search_point: range 1 is 2 .. inf, must be finite and not descend");
    r[1] = range(from_bits(0x7fc00000), 1, 3, 0);
    BAD(r, 2, 0, v, "search_point: range 1 is nan .. 1, must be finite and not descend");
    r[1] = range(0, 1, 3, 1);
    BAD(r, 2, 0, v, "search_point: range 1 is 0 .. 1, on a logarithmic scale it must be above 0");
    r[1] = range(-1, 1, 0, 1);
    BAD(r, 2, 0, v, "search_point: range 1 is -1 .. 1, on a logarithmic scale it must be above 0");
    r[1] = r[0];
    BAD(r, 2, 9, v, "before"); /* the end is no error */
}

int main(void)
{
    test_golden();
    test_grid();
    test_ranges();
    test_smallest();
    test_random();
    test_errors();
    return test_end("test_search");
}
