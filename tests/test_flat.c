/* The kernels over flat arrays, in every backend: against the same operation on one float or against double, over lengths around the vectors,
 * unaligned, in place, with canaries; an element does not depend on its place. These are private, so this test looks inside. */
#include "test.h"
#include "pool.h"

enum { MOST = 150, PAD = 9, LONG = 70001 };

static const dlcv__kernels_flat *flat;
static dlcv_rng rng;

static float number(void) { return dlcv_rng_uniform(&rng) * 4 - 2; }

static void fill(float *p, int n)
{
    int i;
    for (i = 0; i < n; i++) p[i] = number();
}

static int same(float a, float b) { return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b); }

static float plain(int op, float a, float b)
{
    switch (op) {
    case DLCV__FLAT_ADD: return a + b;
    case DLCV__FLAT_SUB: return a - b;
    case DLCV__FLAT_MUL: return a * b;
    case DLCV__FLAT_DIV: return a / b;
    case DLCV__FLAT_MAXIMUM: return a > b ? a : b;
    default: return a < b ? a : b;
    }
}

/* whatever an elementwise kernel is: y from a, b and two numbers */
static void apply(int which, const float *a, const float *b, float s, float t, float *y, size_t n)
{
    if (which < DLCV__FLATS) flat->binary[which](a, b, y, n);
    else if (which < 2 * DLCV__FLATS) flat->binary_by[which - DLCV__FLATS](a, s, y, n);
    else if (which == 2 * DLCV__FLATS) flat->affine(a, s, t, y, n);
    else if (which == 2 * DLCV__FLATS + 1) flat->clamp(a, -t, t, y, n);
    else if (which == 2 * DLCV__FLATS + 2) flat->clamp_back(a, b, -t, t, y, n);
    else {
        memmove(y, b, n * sizeof(float));
        flat->axpy(s, a, y, n);
    }
}

static int right(int which, float a, float b, float s, float t, float got)
{
    if (which < DLCV__FLATS) return same(got, plain(which, a, b));
    if (which < 2 * DLCV__FLATS) return same(got, plain(which - DLCV__FLATS, a, s));
    if (which == 2 * DLCV__FLATS) return fabs((double)got - ((double)a * (double)s + (double)t)) <= 5e-7;
    if (which == 2 * DLCV__FLATS + 1) return same(got, a > t ? t : a < -t ? -t : a);
    if (which == 2 * DLCV__FLATS + 2) return same(got, a > -t && a < t ? b : 0.0f);
    return fabs((double)got - ((double)a * (double)s + (double)b)) <= 1e-6;
}

static void test_elementwise(void)
{
    float a[MOST + PAD], b[MOST + PAD], y[MOST + 2 * PAD], z[MOST + PAD], one[1];
    int which, n, i, wrong = 0, spoilt = 0, moved = 0, placed = 0;
    for (which = 0; which < 2 * DLCV__FLATS + 4; which++)
        for (n = 0; n <= MOST; n += n < 70 ? 1 : 13) {
            const int from = n % 5;
            const float s = number(), t = 1.0f + dlcv_rng_uniform(&rng);
            fill(a, MOST + PAD);
            fill(b, MOST + PAD);
            for (i = 0; i < MOST + 2 * PAD; i++) y[i] = 77;
            apply(which, a + from, b + 3, s, t, y + PAD, (size_t)n);
            for (i = 0; i < n; i++) {
                wrong += !right(which, a[from + i], b[3 + i], s, t, y[PAD + i]);
                apply(which, a + from + i, b + 3 + i, s, t, one, 1);
                placed += !same(one[0], y[PAD + i]);
            }
            for (i = 0; i < PAD; i++) spoilt += !same(y[i], 77) + !same(y[PAD + n + i], 77);
            if (which == 2 * DLCV__FLATS + 3) continue;
            memcpy(z, a, sizeof z); /* in place */
            apply(which, z + from, b + 3, s, t, z + from, (size_t)n);
            for (i = 0; i < n; i++) moved += !same(z[from + i], y[PAD + i]);
        }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
    CHECK_EQUAL(moved, 0);
    CHECK_EQUAL(placed, 0);
}

/* Around the caches: the same, of whole lines and of parts of them. LONG enough for what flat_copy sends there. */
static void test_far(void)
{
    static float x[LONG], y[LONG], z[LONG];
    const size_t far = ~(~(size_t)0 >> 1);
    int which, n, at, i, wrong = 0, spoilt = 0;
    uint8_t mask[600];
    fill(x, LONG);
    for (i = 0; i < 600; i++) mask[i] = (uint8_t)(i % 3 == 1);
    for (which = 0; which < 2 * DLCV__FLATS + 10; which++)
        for (n = 0; n < 600; n += n < 40 ? 7 : 111)
            for (at = 0; at < 17; at += at ? 5 : 1) {
                const int k = which - 2 * DLCV__FLATS;
                for (i = 0; i < 700; i++) y[i] = z[i] = 77;
                if (k < 3) {
                    apply(which, x, x + 9, 1.5f, 1.0f, y + at, (size_t)n + far);
                    apply(which, x, x + 9, 1.5f, 1.0f, z + at, (size_t)n);
                } else if (k == 3) {
                    flat->copy(x + 1, y + at, (size_t)n * 4 + far);
                    memcpy(z + at, x + 1, (size_t)n * 4);
                } else if (k == 4) {
                    flat->fill(2, y + at, (size_t)n + far);
                    flat->fill(2, z + at, (size_t)n);
                } else if (k == 5) {
                    flat->map(DLCV__MAP_LINE, x, x + 3, x + 5, 0, 0, y + at, (size_t)n + far);
                    flat->map(DLCV__MAP_LINE, x, x + 3, x + 5, 0, 0, z + at, (size_t)n);
                } else if (k == 6) {
                    flat->masked(mask, x, 2, y + at, (size_t)n + far);
                    flat->masked(mask, x, 2, z + at, (size_t)n);
                } else if (k == 7) {
                    flat->norm_back(x, x + 7, x + 1, at % 2 ? x + 5 : NULL, y + at, (size_t)n + far);
                    flat->norm_back(x, x + 7, x + 1, at % 2 ? x + 5 : NULL, z + at, (size_t)n);
                } else if (k == 8) {
                    flat->response(x, 700, 3, 1, 2, x + 9, NULL, y + at, (size_t)n + far);
                    flat->response(x, 700, 3, 1, 2, x + 9, NULL, z + at, (size_t)n);
                } else {
                    flat->lines(x, x + 3, x + 5, at % 2 ? x + 9 : NULL, x + 7, y + at, 700, 1, (size_t)n + far);
                    flat->lines(x, x + 3, x + 5, at % 2 ? x + 9 : NULL, x + 7, z + at, 700, 1, (size_t)n);
                }
                flat->fence();
                for (i = 0; i < 700; i++) {
                    if (i >= at && i < at + n) wrong += !same(y[i], z[i]) || (k == 4 && z[i] != 2);
                    else spoilt += !same(y[i], 77);
                }
            }
    flat->copy((const char *)x + 1, (char *)y + 3, 4 * (size_t)LONG - 16 + far);         /* bytes */
    flat->fence();
    wrong += memcmp((const char *)x + 1, (char *)y + 3, 4 * (size_t)LONG - 16) != 0;
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
}

/* Columns of a matrix: their sums, and rows alike */
static void test_columns(void)
{
    enum { ROWS = 19, PITCH = 90 };
    static float x[ROWS * PITCH], dy[ROWS * PITCH], y[ROWS * PITCH + 1];
    float mean[PITCH], rate[2 * ROWS], sum[PITCH + 1], dot[PITCH + 1];
    int how, rows, n, r, j, wrong = 0, spoilt = 0;
    fill(x, ROWS * PITCH), fill(dy, ROWS * PITCH), fill(mean, PITCH), fill(rate, 2 * ROWS);
    for (how = 0; how < 4; how++)
        for (rows = 0; rows <= ROWS; rows += 1 + 5 * (rows > 2))
            for (n = 1; n < PITCH; n += n < 36 ? 1 : 13) {
                sum[n] = dot[n] = 77;
                flat->columns(how, x, dy, mean, rate, 2, how % 2 ? PITCH : 0, PITCH, (size_t)rows, sum, dot, (size_t)n);
                spoilt += !same(sum[n], 77) || !same(dot[n], 77);
                for (j = 0; j < n; j++) {
                    double s = 0, d = 0;
                    for (r = 0; r < rows; r++) {
                        const double u = (double)x[r * PITCH + j], g = (double)dy[r * PITCH + j], m = (double)mean[how == DLCV__COLUMNS_ROWS ? 2 * r : j];
                        s += how == DLCV__COLUMNS_SUM ? u : how == DLCV__COLUMNS_SPREAD ? (u - m) * (u - m) : g;
                        d += how == DLCV__COLUMNS_SPREAD ? u - m : g * (u - m) * (how == DLCV__COLUMNS_ROWS ? (double)rate[2 * r] : 1);
                    }
                    wrong += !(fabs((double)sum[j] - s) <= 1e-4) || (how != DLCV__COLUMNS_SUM && !(fabs((double)dot[j] - d) <= 1e-4));
                }
            }
    for (how = 0; how < 2; how++)
        for (n = 1; n < PITCH; n += 11) {
            for (j = 0; j <= ROWS * PITCH; j++) y[j] = 77;
            flat->lines(x, mean, rate, how ? dy : NULL, dy + 1, y, PITCH, ROWS, (size_t)(n < 2 * ROWS ? n : 2 * ROWS));
            for (j = 0; j <= ROWS * PITCH; j++) {
                const int k = j % PITCH;
                double want;
                if (j == ROWS * PITCH || k >= n || k >= 2 * ROWS) {
                    spoilt += !same(y[j], 77);
                    continue;
                }
                want = (double)x[j] * (double)mean[k] + (double)rate[k] + (how ? (double)dy[j] * (double)dy[1 + k] : 0);
                wrong += !(fabs((double)y[j] - want) <= 2e-6);
            }
        }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
}

/* Rows of up to 16, the gradient of softmax and of its logarithm */
static void test_rows16(void)
{
    float y[5 * 16], dy[5 * 16], dx[5 * 16 + 1];
    int log, n, r, i, wrong = 0;
    for (log = 0; log < 2; log++)
        for (n = 1; n <= 16; n++) {
            fill(y, 5 * n);
            fill(dy, 5 * n);
            dx[5 * n] = 77;
            flat->rows16(log, y, dy, dx, 5, (size_t)n);
            for (r = 0; r < 5; r++) {
                double sum = 0;
                for (i = r * n; i < r * n + n; i++) sum += log ? (double)dy[i] : (double)dy[i] * (double)y[i];
                for (i = r * n; i < r * n + n; i++) {
                    const double want = log ? (double)dy[i] - exp((double)y[i]) * sum : (double)y[i] * ((double)dy[i] - sum);
                    wrong += !(fabs((double)dx[i] - want) <= 2e-5 * (1 + fabs(sum)));
                }
            }
            wrong += !same(dx[5 * n], 77);
        }
    CHECK_EQUAL(wrong, 0);
}

/* Softmax of short rows, turned: shares, logarithms, sums; a row with a NaN, with infinity, of nothing but -infinity; canaries; whole columns or not */
static void test_few_softmax(void)
{
    float x[DLCV__FEW * 40], t[DLCV__FEW * 40 + 1], e[DLCV__FEW * 40 + 1], all[41];
    int what, n, rows, r, k, wrong = 0;
    for (n = 1; n <= DLCV__FEW; n++)
        for (rows = 1; rows <= 40; rows += rows < 20 ? 1 : 5)
            for (what = 0; what <= DLCV__FEW_LOG; what++) {
                fill(x, rows * n);
                for (k = 0; k < rows * n; k++) x[k] *= rows % 2 ? 1.0f : 1e4f;
                if (rows > 3) {
                    x[(n - 1) * rows + 1] = NAN, x[n / 2 * rows + 2] = INFINITY;
                    for (k = 0; k < n; k++) x[k * rows + 3] = -INFINITY;
                }
                memcpy(t, x, (size_t)(rows * n) * sizeof *x);
                t[rows * n] = e[rows * n] = all[rows] = 77;
                flat->few_softmax(what, t, e, all, (size_t)rows, (size_t)n);
                for (r = 0; r < rows; r++) {
                    double top = -HUGE_VAL, sum = 0;
                    for (k = 0; k < n; k++) top = (double)x[k * rows + r] > top ? (double)x[k * rows + r] : top;
                    for (k = 0; k < n; k++) sum += exp((double)x[k * rows + r] - top);
                    if (rows > 3 && r > 0 && r < 4) {
                        for (k = 0; k < n; k++) wrong += what == DLCV__FEW_LOG ? !(t[k * rows + r] != t[k * rows + r]) : what && !(e[k * rows + r] != e[k * rows + r]);
                        wrong += !(all[r] != all[r]);
                        continue;
                    }
                    wrong += !(fabs((double)all[r] - sum) <= 1e-6 * sum);
                    for (k = 0; k < n; k++) {
                        const double d = (double)x[k * rows + r] - top;
                        wrong += !(fabs((double)t[k * rows + r] - d + (what == DLCV__FEW_LOG ? log(sum) : 0)) <= 1e-6 * (1 + fabs(d)));
                        if (what != DLCV__FEW_LOG) wrong += !(fabs((double)e[k * rows + r] - exp(d) / (what ? sum : 1)) <= 1e-6);
                    }
                }
                wrong += !same(t[rows * n], 77) + !same(e[rows * n], 77) + !same(all[rows], 77);
            }
    CHECK_EQUAL(wrong, 0);
}

/* The denominators and results of local response normalisation, of any number of places and channels, each or both */
static void test_response(void)
{
    float x[7 * MOST], centre[MOST], d[MOST + 1], y[MOST + 1];
    int n, count, what, i, j, wrong = 0;
    fill(x, 7 * MOST);
    fill(centre, MOST);
    for (n = 1; n <= MOST; n += n < 70 ? 1 : 13)
        for (count = 1; count <= 7; count += 2)
            for (what = 1; what <= 3; what++) {
                d[n] = y[n] = 77;
                flat->response(x, MOST, count, 0.25f, 1.5f, centre, what & 1 ? d : NULL, what & 2 ? y : NULL, (size_t)n);
                for (i = 0; i < n; i++) {
                    double sum = 0, want;
                    for (j = 0; j < count; j++) sum += (double)x[j * MOST + i] * (double)x[j * MOST + i];
                    sum = 0.25 * sum + 1.5;
                    want = (double)centre[i] * pow(sum, -0.75);
                    if (what & 1) wrong += !(fabs((double)d[i] - sum) <= 1e-6 * sum);
                    if (what & 2) wrong += !(fabs((double)y[i] - want) <= 1e-6);
                }
                wrong += !same(d[n], 77) + !same(y[n], 77);
            }
    CHECK_EQUAL(wrong, 0);
}

static void test_special(void)
{
    const float nan = NAN, inf = INFINITY;
    float x[5], y[5], dy[5] = { 1, 2, 3, 4, 5 };
    x[0] = nan, x[1] = inf, x[2] = -inf, x[3] = 0, x[4] = 3;
    flat->clamp(x, 0, inf, y, 5);
    CHECK(y[0] != y[0] && y[1] > 1e38f && same(y[2], 0) && same(y[3], 0) && same(y[4], 3));
    flat->clamp_back(x, dy, 0, inf, y, 5); /* no gradient at 0, nor where there is no number */
    CHECK(same(y[0], 0) && same(y[1], 0) && same(y[2], 0) && same(y[3], 0) && same(y[4], 5));
}

static void test_reductions(void)
{
    static float x[LONG];
    int n, i, wrong = 0;
    fill(x, LONG);
    for (n = 0; n <= LONG; n += n < 300 ? 1 : n < 2000 ? 97 : 33999) {
        double sum = 0, size = 0, spread = 0, top = -HUGE_VAL;
        const double mean = 0.25;
        for (i = 0; i < n; i++) {
            const double v = (double)x[i];
            sum += v, size += fabs(v), spread += (v - mean) * (v - mean);
            if (v > top) top = v;
        }
        wrong += !(fabs((double)flat->sum(x, (size_t)n) - sum) <= 1e-5 * size);
        wrong += !(fabs((double)flat->spread(x, (float)mean, (size_t)n) - spread) <= 1e-5 * spread);
        wrong += !((double)flat->top(x, (size_t)n) == top);
    }
    CHECK_EQUAL(wrong, 0);
    for (n = 1; n <= 70; n++)
        for (i = 0; i < n; i++) { /* the largest wherever it stands, among NaNs; zeros of both signs are +0 */
            float few[70];
            int j;
            for (j = 0; j < n; j++) few[j] = j % 3 ? -1.0f : NAN;
            few[i] = 5;
            wrong += !same(flat->top(few, (size_t)n), 5);
            for (j = 0; j < n; j++) few[j] = -0.0f;
            few[i] = 0;
            wrong += !same(flat->top(few, (size_t)n), 0) + !same(flat->top(few, (size_t)i), i ? 0 : -INFINITY);
        }
    CHECK_EQUAL(wrong, 0);
}

static void test_softmax(void)
{
    float x[MOST], y[MOST + 1];
    int n, i, scale, wrong = 0;
    for (n = 1; n <= MOST; n += n < 70 ? 1 : 13)
        for (scale = 1; scale <= 10000; scale *= 100) {
            double sum = 0, top = -HUGE_VAL, log_sum;
            float got;
            for (i = 0; i < n; i++) {
                x[i] = number() * (float)scale;
                if ((double)x[i] > top) top = (double)x[i];
            }
            for (i = 0; i < n; i++) sum += exp((double)x[i] - top);
            log_sum = top + log(sum);
            y[n] = 77;
            got = flat->softmax(x, y, (size_t)n);
            wrong += !(fabs((double)got - log_sum) <= 2e-6 * (1 + fabs(top))) + !same(y[n], 77);
            for (i = 0; i < n; i++) wrong += !(fabs((double)y[i] - exp((double)x[i] - top) / sum) <= 1e-6);
            flat->softmax(x, x, (size_t)n);
            wrong += memcmp(x, y, (size_t)n * sizeof(float)) != 0;
        }
    CHECK_EQUAL(wrong, 0);
    /* the lecture's [3.2 5.1 -1.7]: 0.13, 0.87, 0.00, and the loss of the first class 2.04 */
    x[0] = 3.2f, x[1] = 5.1f, x[2] = -1.7f;
    CHECK_NEAR(flat->softmax(x, y, 3) - x[0], 2.040355, 1e-6);
    CHECK_NEAR(y[0], 0.13, 5e-3);
    CHECK_NEAR(y[1], 0.87, 5e-3);
    CHECK_NEAR(y[2], 0.00, 5e-3);
    x[1] = NAN;
    CHECK(flat->softmax(x, y, 3) != 0 && y[0] != y[0] && y[1] != y[1] && y[2] != y[2]);
}

static void test_pools(void)
{
    static float x[16 * 256], y[80];
    int rows, cols, step, n, j, r, c, wrong = 0, spoilt = 0, other = 0;
    const int pitch = 251;
    fill(x, (int)(sizeof x / sizeof *x));
    for (rows = 1; rows <= 7; rows += rows < 3 ? 1 : 2)
        for (cols = 1; cols <= 7; cols += cols < 3 ? 1 : 2)
            for (step = 1; step <= 4; step++)
                for (n = 1; n <= 61; n += n < 20 ? 1 : 5) {
                    if ((n - 1) * step + cols > pitch) continue;
                    y[n] = 77;
                    other += !test_pool(DLCV__POOL_MAX, rows, cols, step, x + 1, pitch, n, y);
                    for (j = 0; j < n; j++) {
                        float top = -INFINITY;
                        for (r = 0; r < rows; r++)
                            for (c = 0; c < cols; c++) top = x[1 + r * pitch + j * step + c] > top ? x[1 + r * pitch + j * step + c] : top;
                        wrong += !same(y[j], top);
                    }
                    other += !test_pool(DLCV__POOL_AVERAGE, rows, cols, step, x + 1, pitch, n, y);
                    for (j = 0; j < n; j++) {
                        double sum = 0;
                        for (r = 0; r < rows; r++)
                            for (c = 0; c < cols; c++) sum += (double)x[1 + r * pitch + j * step + c];
                        wrong += !(fabs(sum - (double)y[j]) <= 1e-5);
                    }
                    spoilt += !same(y[n], 77);
                }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
    CHECK_EQUAL(other, 0);
}

static void test_pixels(void)
{
    uint8_t p[4 * MOST];
    float y[MOST + 1];
    int n, step, i, wrong = 0;
    for (i = 0; i < 4 * MOST; i++) p[i] = (uint8_t)(i * 167 >> 2);
    for (step = 1; step <= 4; step++)
        for (n = 0; n <= MOST; n++) {
            const uint8_t *from = p;
            const int some = step == 4 && n == MOST ? n - 1 : n;
            y[some] = 77;
            if (step > 1 && some) from = p + 4 * MOST - step * (some - 1) - 1; /* the last byte is the array's last */
            flat->pixels(from, (size_t)step, 1.0f / 255, -0.5f, y, (size_t)some);
            for (i = 0; i < some; i++) wrong += !(fabs((double)y[i] - ((double)from[i * step] * (double)(1.0f / 255) - 0.5)) <= 1e-7);
            wrong += !same(y[some], 77);
        }
    CHECK_EQUAL(wrong, 0);
}

/* One step of an optimiser of one element, in double, as the kernel's comment says. */
static void step_plain(const dlcv__update *u, double g, double *w, double *m, double *s, double *mean)
{
    const double pull = (double)u->l2 * *w + (double)u->l1 * (*w > 0 ? 1 : *w < 0 ? -1 : 0);
    double d = (double)u->scale * g + (u->how & DLCV__UPDATE_APART ? 0 : pull);
    if (u->how & DLCV__UPDATE_APART) *w -= (double)u->shrink * pull;
    if (u->how & DLCV__UPDATE_SQUARES) *s = (double)u->b * *s + (double)u->b1 * d * d;
    if (u->how & DLCV__UPDATE_FIRST) d = *m = (double)u->a * *m + (double)u->a1 * d;
    if (u->how & DLCV__UPDATE_DELTA) {
        d *= sqrt(*m + (double)u->epsilon) / sqrt(*s + (double)u->epsilon);
        *m = (double)u->b * *m + (double)u->b1 * d * d;
    } else if (u->how & DLCV__UPDATE_SQUARES) {
        d /= (double)u->root * sqrt(*s) + (double)u->epsilon;
    }
    if (u->how & DLCV__UPDATE_LAST) {
        const double e = d;
        *m = (double)u->a * *m + d;
        d = u->how & DLCV__UPDATE_AHEAD ? e + (double)u->a * *m : *m;
    }
    *w -= (double)u->lr * d;
    *mean = (double)u->keep * *mean + (double)u->take * *w;
}

static void test_update(void)
{
    static const int hows[] = { 0, DLCV__UPDATE_LAST, DLCV__UPDATE_LAST | DLCV__UPDATE_AHEAD, DLCV__UPDATE_SQUARES, DLCV__UPDATE_SQUARES | DLCV__UPDATE_DELTA,
        DLCV__UPDATE_SQUARES | DLCV__UPDATE_LAST, DLCV__UPDATE_FIRST | DLCV__UPDATE_SQUARES, DLCV__UPDATE_FIRST | DLCV__UPDATE_SQUARES | DLCV__UPDATE_APART };
    dlcv__update u = { 0, 0.5f, 0.2f, 0.1f, 0.05f, 0.25f, 0.9f, 0.1f, 0.75f, 0.25f, 1.5f, 1e-3f, 0.8f, 0.2f };
    float x[5][64 + 1];
    double y[5][64];
    int k, i, j, n, wrong = 0;
    for (k = 0; k < 16; k++) {
        const int m = (hows[k / 2] & (DLCV__UPDATE_FIRST | DLCV__UPDATE_DELTA | DLCV__UPDATE_LAST)) != 0, s = (hows[k / 2] & DLCV__UPDATE_SQUARES) != 0;
        u.how = hows[k / 2];
        u.l2 = k % 2 ? 0.2f : 0.0f;
        u.l1 = k % 2 ? 0.1f : 0.0f;
        for (n = 16; n <= 64; n += 16) {
            for (j = 0; j < 5; j++) fill(x[j], 65);
            x[1][3] = 0;
            for (i = 0; i < 64; i++) x[2][i] = hows[k / 2] & DLCV__UPDATE_DELTA ? fabsf(x[2][i]) : x[2][i], x[3][i] = fabsf(x[3][i]);
            for (j = 0; j < 5; j++) {
                x[j][n] = 77;
                for (i = 0; i < n; i++) y[j][i] = (double)x[j][i];
            }
            flat->update(&u, x[0], x[1], m ? x[2] : NULL, s ? x[3] : NULL, k % 3 ? x[4] : NULL, (size_t)n);
            for (i = 0; i < n; i++) {
                double kept = y[4][i];
                step_plain(&u, y[0][i], &y[1][i], &y[2][i], &y[3][i], k % 3 ? &y[4][i] : &kept);
                for (j = 0; j < 5; j++) wrong += !(fabs((double)x[j][i] - y[j][i]) <= 2e-6 * (1 + fabs(y[j][i])));
            }
            for (j = 0; j < 5; j++) wrong += !same(x[j][n], 77);
        }
    }
    for (i = 0; i < 16; i++) x[0][i] = 0, x[1][i] = 1, x[2][i] = i % 2 ? -1.1e-38f : 1e-44f, x[3][i] = 1e-39f;
    u.how = DLCV__UPDATE_FIRST | DLCV__UPDATE_SQUARES;
    u.l2 = u.l1 = 0;
    flat->update(&u, x[0], x[1], x[2], x[3], NULL, 16);         /* denormals end */
    for (i = 0; i < 16; i++) wrong += x[2][i] != 0 || x[3][i] != 0 || x[1][i] != 1, y[1][i] = 1;
    flat->update(&u, NULL, x[1], NULL, NULL, x[4], 16);         /* the mean alone */
    for (i = 0; i < 16; i++) wrong += !(fabs((double)x[4][i] - (0.8 * y[4][i] + 0.2 * y[1][i])) <= 1e-5) || !(fabs((double)x[1][i] - y[1][i]) <= 1e-5);
    CHECK_EQUAL(wrong, 0);
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "simde", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" };
    int i;
    for (i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        if (dlcv_backend_select(names[i])) continue;
        flat = test_kernels()->f32->flat;
        rng = dlcv_rng_seed(6);
        test_elementwise();
        test_far();
        test_rows16();
        test_few_softmax();
        test_response();
        test_columns();
        test_special();
        test_reductions();
        test_softmax();
        test_pools();
        test_pixels();
        test_update();
    }
    return test_end("flat");
}
