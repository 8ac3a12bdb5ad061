/* Random numbers: published answers, those of tests/golden/philox.py, and whether they look random. */
#include "test.h"
#include "golden/philox.h"

static void test_generator(void)
{
    static const uint32_t zeros[4] = { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u };
    static const uint32_t ones[4] = { 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu };
    static const uint32_t pi[4] = { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u };
    uint32_t out[4];
    test_philox(0, 0, 0, out);
    CHECK(!memcmp(out, zeros, sizeof out));
    test_philox(~(uint64_t)0, ~(uint64_t)0, ~(uint64_t)0, out);
    CHECK(!memcmp(out, ones, sizeof out));
    test_philox(((uint64_t)0x299f31d0u << 32) | 0xa4093822u, ((uint64_t)0x03707344u << 32) | 0x13198a2eu,
                 ((uint64_t)0x85a308d3u << 32) | 0x243f6a88u, out);
    CHECK(!memcmp(out, pi, sizeof out));
}

static dlcv_rng golden_rng(int i)
{
    dlcv_rng rng = dlcv_rng_seed(golden_generators[i][0]);
    rng.state[1] += golden_generators[i][1];
    return rng;
}

static void test_golden(void)
{
    dlcv_rng words, uniforms, normals;
    int i, k, right = 1, items[GOLDEN_SHUFFLE];
    for (i = 0; i < GOLDEN_GENERATORS; i++) {
        words = uniforms = normals = golden_rng(i);
        for (k = 0; k < GOLDEN_WORDS; k++) {
            right &= dlcv_rng_next(&words) == golden_words[i][k];
            right &= (double)dlcv_rng_uniform(&uniforms) == golden_uniforms[i][k];
            CHECK_NEAR(dlcv_rng_normal(&normals), golden_normals[i][k], 1e-6);
        }
        CHECK(right);
        CHECK(words.state[1] == golden_generators[i][1] + 16 && normals.state[1] == golden_generators[i][1] + 32);
    }
    for (i = 0; i < GOLDEN_BOUNDS; i++) {
        words = dlcv_rng_seed(42);
        for (k = 1, right = 1; k <= 16; k++) right &= dlcv_rng_below(&words, golden_below[i][0]) == golden_below[i][k];
        CHECK(right && words.state[1] == (uint64_t)golden_below[i][17]);
    }
    for (i = 0; i < 5; i++) {
        words = dlcv_rng_seed((uint64_t)i);
        for (k = 0; k < GOLDEN_SHUFFLE; k++) items[k] = k;
        dlcv_rng_shuffle(&words, items, GOLDEN_SHUFFLE);
        CHECK(!memcmp(items, golden_shuffles[i], sizeof items));
    }
}

static void test_edges(void)
{
    dlcv_rng rng = dlcv_rng_seed(5);
    int item = 77;
    CHECK(rng.state[0] == 5 && rng.state[1] == 0);
    CHECK_EQUAL(dlcv_rng_below(&rng, 1), 0);
    CHECK_EQUAL(dlcv_rng_below(&rng, 0), 0);
    CHECK_EQUAL(dlcv_rng_below(&rng, -2147483647 - 1), 0);
    CHECK(rng.state[1] == 3);                       /* one word each, whatever the bound */
    dlcv_rng_shuffle(&rng, &item, 1);
    dlcv_rng_shuffle(&rng, NULL, 0);
    dlcv_rng_shuffle(&rng, NULL, -5);
    CHECK(item == 77 && rng.state[1] == 3);
    rng.state[1] = ~(uint64_t)0;                    /* after 2^64 words it begins again */
    dlcv_rng_next(&rng);
    CHECK(rng.state[1] == 0);
}

/* sum (seen - expected)^2 / expected */
static double chi_square(const long *seen, int bins, double expected)
{
    double sum = 0;
    int i;
    for (i = 0; i < bins; i++) sum += ((double)seen[i] - expected) * ((double)seen[i] - expected) / expected;
    return sum;
}

/* within 5 standard deviations of what the distribution with bins - 1 degrees of freedom has on average */
#define CHECK_CHI_SQUARE(seen, bins, expected) \
    CHECK_NEAR(chi_square(seen, bins, expected), (bins) - 1, 5 * sqrt(2.0 * ((bins) - 1)))

static void test_uniforms(void)
{
    const int N = 400000;
    static long bins[256], low[256], pairs[256];
    dlcv_rng rng = dlcv_rng_seed(1);
    double sum = 0, squares = 0, lag = 0, before = 0.5;
    int i, inside = 1;
    for (i = 0; i < N; i++) {
        float u = dlcv_rng_uniform(&rng);
        int n = (int)(u * 16777216.0f);
        inside &= u >= 0 && u < 1 && (float)n == u * 16777216.0f;
        sum += (double)u;
        squares += (double)u * (double)u;
        lag += ((double)u - 0.5) * (before - 0.5);
        bins[n >> 16]++;
        low[n & 255]++;
        pairs[(n >> 20) * 16 + (int)(before * 16)]++;
        before = (double)u;
    }
    CHECK(inside);
    CHECK_NEAR(sum / N, 0.5, 5 * sqrt(1.0 / 12 / N));
    CHECK_NEAR(squares / N, 1.0 / 3, 5 * sqrt(4.0 / 45 / N));
    CHECK_NEAR(lag / N, 0, 5 * sqrt(1.0 / 144 / N));
    CHECK_CHI_SQUARE(bins, 256, N / 256.0);
    CHECK_CHI_SQUARE(low, 256, N / 256.0);
    CHECK_CHI_SQUARE(pairs, 256, N / 256.0);
}

static void test_normals(void)
{
    const int N = 200000;
    static long bins[64];
    dlcv_rng rng = dlcv_rng_seed(2);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
    int i, inside = 1;
    for (i = 0; i < N; i++) {
        double x = (double)dlcv_rng_normal(&rng);
        int bin = (int)(64 * 0.5 * erfc(-x / sqrt(2.0)));       /* 64 bins of equal probability */
        inside &= fabs(x) < 5.9;
        bins[bin < 63 ? bin : 63]++;
        m1 += x;
        m2 += x * x;
        m3 += x * x * x;
        m4 += x * x * x * x;
    }
    CHECK(inside);
    CHECK_NEAR(m1 / N, 0, 5 * sqrt(1.0 / N));
    CHECK_NEAR(m2 / N, 1, 5 * sqrt(2.0 / N));
    CHECK_NEAR(m3 / N, 0, 5 * sqrt(15.0 / N));
    CHECK_NEAR(m4 / N, 3, 5 * sqrt(96.0 / N));
    CHECK_CHI_SQUARE(bins, 64, N / 64.0);
}

static void test_below(void)
{
    const int N = 300000;
    static long bins[1000], thirds[3];
    dlcv_rng rng = dlcv_rng_seed(3);
    int i, inside = 1;
    for (i = 0; i < N; i++) {
        int n = dlcv_rng_below(&rng, 1000);
        inside &= n >= 0 && n < 1000;
        if (inside) bins[n]++;
    }
    CHECK_CHI_SQUARE(bins, 1000, N / 1000.0);
    for (i = 0; i < N; i++) {    /* 2^32 mod this is 2^30: thirds of 3 : 3 : 2 if nothing is rejected */
        int n = dlcv_rng_below(&rng, 1610612736);
        inside &= n >= 0 && n < 1610612736;
        if (inside) thirds[n % 3]++;
    }
    CHECK(inside);
    CHECK_CHI_SQUARE(thirds, 3, N / 3.0);
    CHECK_NEAR((double)(rng.state[1] - 300000) / N, 4.0 / 3, 0.01);  /* words a number */
}

static void test_shuffles(void)
{
    enum { ITEMS = 9 };
    const int N = 48000;
    static long orders[24], places[ITEMS * ITEMS];
    dlcv_rng rng = dlcv_rng_seed(4);
    int i, k, items[ITEMS], whole = 1;
    for (i = 0; i < N; i++) {
        for (k = 0; k < 4; k++) items[k] = k;
        dlcv_rng_shuffle(&rng, items, 4);
        /* the number of the permutation, from its inversions */
        orders[6 * items[0] + 2 * (items[1] - (items[0] < items[1])) + (items[2] > items[3])]++;
    }
    CHECK_CHI_SQUARE(orders, 24, N / 24.0);
    for (i = 0; i < N; i++) {
        int seen = 0;
        for (k = 0; k < ITEMS; k++) items[k] = k;
        dlcv_rng_shuffle(&rng, items, ITEMS);
        for (k = 0; k < ITEMS; k++) {
            seen |= 1 << items[k];
            places[ITEMS * k + items[k]]++;
        }
        whole &= seen == (1 << ITEMS) - 1;
    }
    CHECK(whole);
    /* 9/8 of a chi square with 64 degrees of freedom: 72 on average, standard deviation 12.7 */
    CHECK_NEAR(chi_square(places, ITEMS * ITEMS, (double)N / (int)ITEMS), 72, 60);
}

int main(void)
{
    test_generator();
    test_golden();
    test_edges();
    test_uniforms();
    test_normals();
    test_below();
    test_shuffles();
    return test_end("random");
}
