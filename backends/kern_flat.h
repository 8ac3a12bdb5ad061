/* ---- kernels: flat arrays ------------------------------------------------------------------------------------------------------------------
 * What runs at the speed of memory: elementwise operations, reductions, softmax, pixels to floats. Arrays have any length and
 * address; y may be a or b itself, but not overlap it otherwise. Tails run the vector code on padded data, so that an element does not depend on
 * its place. */
#if DLCV__STAMP_F32

#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;

/* A result that is larger than caches is stored around them where an instruction does that: its memory need not be read first. From FAR_FLOATS floats
 * on, or where n has DLCV__FAR added; then the caller has to call flat_fence before other threads read it. */
#ifndef DLCV__VSTREAM
#define DLCV__VSTREAM(p, v) DLCV__VSTORE(p, v)
#define DLCV__VFENCE() ((void)0)
#define DLCV__FLAT_NEAR 1
#else
#define DLCV__FLAT_NEAR 0
#endif
#define DLCV__FLAT_FAR(a, b) const int past = DLCV__K(flat_far)(&n, (a), (b), y);
/* y[i] = the vector EXPRESSION, of DLCV__FLAT_GET(an array)s */
#define DLCV__FLAT_EACH(y, ...) \
    for (i = 0; DLCV__RARELY(past) && n - i >= DLCV__VW; i += DLCV__VW) { \
        enum { whole = 1 }; \
        const DLCV__V r = __VA_ARGS__; \
        DLCV__VSTREAM((y) + i, r); \
    } \
    for (; n - i >= DLCV__VW; i += DLCV__VW) { \
        enum { whole = 1 }; \
        const DLCV__V r = __VA_ARGS__; \
        DLCV__VSTORE((y) + i, r); \
    } \
    if (i < n) { \
        enum { whole = 0 }; \
        const DLCV__V r = __VA_ARGS__; \
        DLCV__VSTOREN((y) + i, r, n - i); \
    } \
    if (DLCV__RARELY(past == 2)) DLCV__VFENCE();

/* 0: not far; 1: the caller fences; 2: the kernel does. What is read stays in the caches, and so does what takes its place. */
DLCV__INLINE int DLCV__K(flat_far)(size_t *n, const float *a, const float *b, const float *y)
{
    const int said = *n >= DLCV__FAR, past = said ? 1 : *n >= DLCV__FAR_FLOATS ? 2 : 0;
    if (said) *n -= DLCV__FAR;
    return DLCV__FLAT_NEAR || y == a || y == b || (size_t)y % (4 * DLCV__VW) ? 0 : past;
}

DLCV__KERNEL void DLCV__K(flat_fence)(void)
{
    DLCV__VFENCE();
}

/* bytes, to which DLCV__FAR may be added */
DLCV__KERNEL void DLCV__K(flat_copy)(const void *x, void *y, size_t n)
{
    const unsigned char *p = (const unsigned char *)x;
    unsigned char *q = (unsigned char *)y;
    size_t i, head;
    if (n >= DLCV__FAR) {
        n -= DLCV__FAR;
        head = (0 - (size_t)q) % (4 * DLCV__VW);
        if (!DLCV__FLAT_NEAR && n >= head + 32 * DLCV__VW) {
            memcpy(q, p, head);
            for (i = head; n - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD((const float *)(const void *)(p + i));
                DLCV__VSTREAM((float *)(void *)(q + i), v);
            }
            DLCV__LEAVE();
            p += i, q += i, n -= i;
        }
    }
    if (n) memcpy(q, p, n);
}

DLCV__KERNEL void DLCV__K(flat_fill)(float value, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(value);
    size_t i, all = n >= DLCV__FAR ? n : n / 4;                  /* one stream may stay where two or three cannot */
    const int past = DLCV__K(flat_far)(&all, NULL, NULL, y);
    n = n >= DLCV__FAR ? all : n;
    DLCV__FLAT_EACH(y, v)
    DLCV__LEAVE();
}

/* y[i] = OP(a[i], b[i]), and with one b for all */
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_FAR(a, b) \
    DLCV__FLAT_EACH(y, OP(DLCV__FLAT_GET(a), DLCV__FLAT_GET(b))) \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_FAR(a, a) \
    DLCV__FLAT_EACH(y, OP(DLCV__FLAT_GET(a), v)) \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)

/* y[i] = a x[i] + y[i] */
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    enum { past = 0 };
    DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__FLAT_GET(x), v, DLCV__FLAT_GET(y)))
    DLCV__LEAVE();
}

/* y[i] = scale x[i] + shift: a channel of batch normalisation */
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_FAR(x, x)
    DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__FLAT_GET(x), s, t))
    DLCV__LEAVE();
}

DLCV__INLINE DLCV__V DLCV__K(between)(DLCV__V low, DLCV__V high, DLCV__V x)
{
    return DLCV__VMIN(high, DLCV__VMAX(low, x));
}

DLCV__INLINE DLCV__V DLCV__K(where_between)(DLCV__V low, DLCV__V high, DLCV__V x, DLCV__V y)
{
    const DLCV__V zero = DLCV__VZERO(), above = DLCV__VSELECT(DLCV__VLT(low, x), y, zero);
    return DLCV__VSELECT(DLCV__VLT(x, high), above, zero);
}

/* y[i] = min(high, max(low, x[i])), where a NaN stays one; ReLU is 0, infinity */
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_FAR(x, x)
    DLCV__FLAT_EACH(y, DLCV__K(between)(l, h, DLCV__FLAT_GET(x)))
    DLCV__LEAVE();
}

/* y[i] = dy[i] where low < x[i] < high, else 0: the gradient of flat_clamp, from its input or its output */
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_FAR(x, dy)
    DLCV__FLAT_EACH(y, DLCV__K(where_between)(l, h, DLCV__FLAT_GET(x), DLCV__FLAT_GET(dy)))
    DLCV__LEAVE();
}

/* Reductions: element i goes into lane i mod (FLAT_VECTORS x VW), in strict mode 16 lanes on every machine; the lanes are added by halves. STEP(j) sees
 * the vector v. The elements that a tail lacks are `none`, which must not count. */
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#elif DLCV__VW == 16 /* a line each: more at a time are read more slowly from memory */
#define DLCV__FLAT_REP DLCV__REP4
#define DLCV__FLAT_VECTORS 4
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    if (i < n) { \
        DLCV__ALIGN64 float rest[DLCV__FLAT_VECTORS * DLCV__VW]; \
        DLCV__K(flat_rest)(x + i, n - i, none, rest); \
        x = rest, i = 0; \
        DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) \
    }
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);

/* n floats and as many times `none` as fill FLAT_VECTORS vectors */
DLCV__APART DLCV__REALIGN void DLCV__K(flat_rest)(const float *x, size_t n, float none, float *out)
{
    const DLCV__V nothing = DLCV__VSET(none);
    size_t i;
    for (i = 0; i + DLCV__VW <= n; i += DLCV__VW) {
        const DLCV__V v = DLCV__VLOAD(x + i);
        DLCV__VSTORE(out + i, v);
    }
    if (i < n) {
        const DLCV__V v = DLCV__VLOADN(x + i, n - i);
        DLCV__VSTORE(out + i, v);
        for (; n % DLCV__VW; n++) out[n] = none;
    }
    for (; n < DLCV__FLAT_VECTORS * DLCV__VW; n += DLCV__VW) DLCV__VSTORE(out + n, nothing);
    DLCV__LEAVE();
}

DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}

/* the sum of (x[i] - mean)^2 */
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}

/* Of x = a, dy = b and g = dy, or where line is not NULL dy where line[0] x + line[1] > 0, else 0: out[0] += the sum of g, out[1] += that of g (x - mean) */
#define DLCV__NORM_ZERO(j, x) DLCV__V s##j = DLCV__VZERO(), p##j = DLCV__VZERO();
#define DLCV__NORM_STEP(j) { const DLCV__V t = DLCV__VSUB(x, m); s##j = DLCV__VADD(s##j, y); p##j = DLCV__VFMA(y, t, p##j); }
#define DLCV__NORM_MASKED(j) y = DLCV__VSELECT(DLCV__VLT(zero, DLCV__VFMA(x, scale, shift)), y, zero); DLCV__NORM_STEP(j)
#define DLCV__NORM_SUMS(STEP) \
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) { DLCV__COSINE_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, STEP)

DLCV__KERNEL void DLCV__K(flat_norm_sums)(const float *a, const float *b, float mean, const float *line, size_t n, double *out)
{
    const DLCV__V m = DLCV__VSET(mean), zero = DLCV__VZERO(), scale = DLCV__VSET(line ? line[0] : 0.0f), shift = DLCV__VSET(line ? line[1] : 0.0f);
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__NORM_ZERO, 0)
    if (line) {
        DLCV__NORM_SUMS(DLCV__NORM_MASKED)
    } else {
        DLCV__NORM_SUMS(DLCV__NORM_STEP)
    }
    DLCV__COSINE_FOLD(s)
    DLCV__COSINE_FOLD(p)
    out[0] += (double)DLCV__VSUM(s0);
    out[1] += (double)DLCV__VSUM(p0);
    DLCV__LEAVE();
}

/* dx = q[1] g + (q[2] (x - q[0]) + q[3]), g as above */
DLCV__KERNEL void DLCV__K(flat_norm_back)(const float *x, const float *dy, const float *q, const float *line, float *y, size_t n)
{
    const DLCV__V m = DLCV__VSET(q[0]), k = DLCV__VSET(q[1]), l = DLCV__VSET(q[2]), e = DLCV__VSET(q[3]);
    const DLCV__V zero = DLCV__VZERO(), scale = DLCV__VSET(line ? line[0] : 0.0f), shift = DLCV__VSET(line ? line[1] : 0.0f);
    size_t i;
    DLCV__FLAT_FAR(x, dy)
    if (line) {
        DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__VSELECT(DLCV__VLT(zero, DLCV__VFMA(DLCV__FLAT_GET(x), scale, shift)), DLCV__FLAT_GET(dy), zero), k,
            DLCV__VFMA(DLCV__VSUB(DLCV__FLAT_GET(x), m), l, e)))
    } else {
        DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__FLAT_GET(dy), k, DLCV__VFMA(DLCV__VSUB(DLCV__FLAT_GET(x), m), l, e)))
    }
    DLCV__LEAVE();
}

/* Columns of a matrix [rows, n], `pitch` floats from row to row: sums over the rows in order. SUM: sum = x; SPREAD: sum = (x - mean)^2,
 * dot = x - mean; DOTS: sum = dy, dot = dy (x - mean), one mean a column; ROWS: sum = dy, dot = dy (x - mean) rate, one mean and rate a row, `next` from one to the next. */
#define DLCV__COLUMN_GET(p, j) (whole ? DLCV__VLOAD((p) + (j) * DLCV__VW) : DLCV__VLOADN((p), n - i))
#define DLCV__COLUMN_ZERO(j, x) DLCV__V s##j = DLCV__VZERO(), d##j = s##j, m##j = s##j; \
    if (how == DLCV__COLUMNS_SPREAD || how == DLCV__COLUMNS_DOTS) m##j = DLCV__COLUMN_GET(mean + i, j);
#define DLCV__COLUMN_STEP(j, x) { \
    DLCV__V t = DLCV__COLUMN_GET(p, j); \
    if (ahead && j * DLCV__VW % 16 == 0) { \
        DLCV__PREFETCH2(p + ahead + j * DLCV__VW); \
        if (how >= DLCV__COLUMNS_DOTS) DLCV__PREFETCH2(q + ahead + j * DLCV__VW); \
    } \
    if (how == DLCV__COLUMNS_SUM) { \
        s##j = DLCV__VADD(s##j, t); \
    } else if (how == DLCV__COLUMNS_SPREAD) { \
        t = DLCV__VSUB(t, m##j); \
        s##j = DLCV__VFMA(t, t, s##j); \
        d##j = DLCV__VADD(d##j, t); \
    } else { \
        const DLCV__V g = DLCV__COLUMN_GET(q, j); \
        s##j = DLCV__VADD(s##j, g); \
        t = how == DLCV__COLUMNS_DOTS ? DLCV__VSUB(t, m##j) : DLCV__VMUL(DLCV__VSUB(t, m), k); \
        d##j = DLCV__VFMA(t, g, d##j); \
    } }
#define DLCV__COLUMN_PUT(j, x) { \
    if (whole) DLCV__VSTORE(sum + i + j * DLCV__VW, s##j); \
    else DLCV__VSTOREN(sum + i, s##j, n - i); \
    if (how != DLCV__COLUMNS_SUM && whole) DLCV__VSTORE(dot + i + j * DLCV__VW, d##j); \
    else if (how != DLCV__COLUMNS_SUM) DLCV__VSTOREN(dot + i, d##j, n - i); }
#define DLCV__COLUMN_WALK(REP) { \
    const float *p = x + i, *q = dy + i; \
    size_t r; \
    REP(DLCV__COLUMN_ZERO, 0) \
    for (r = 0; r < rows; r++, p += pitch, q += pitch) { \
        const DLCV__V m = DLCV__VSET(how == DLCV__COLUMNS_ROWS ? mean[r * next] : 0.0f), k = DLCV__VSET(how == DLCV__COLUMNS_ROWS ? rate[r * next] : 0.0f); \
        (void)m; \
        (void)k; \
        REP(DLCV__COLUMN_STEP, 0) \
    } \
    REP(DLCV__COLUMN_PUT, 0) }

DLCV__INLINE void DLCV__K(columns_of)(int how, const float *x, const float *dy, const float *mean, const float *rate, size_t next, size_t ahead, size_t pitch, size_t rows,
    float *sum, float *dot, size_t n)
{
    size_t i = 0;
    for (; n - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        enum { whole = 1 };
        DLCV__COLUMN_WALK(DLCV__REP4)
    }
    for (; i < n; i += DLCV__VW) {
        DLCV__FLAT_WHOLE
        DLCV__COLUMN_WALK(DLCV__REP1)
    }
}

DLCV__KERNEL void DLCV__K(flat_columns)(int how, const float *x, const float *dy, const float *mean, const float *rate, size_t next, size_t ahead, size_t pitch, size_t rows,
    float *sum, float *dot, size_t n)
{
    if (how == DLCV__COLUMNS_SUM) DLCV__K(columns_of)(DLCV__COLUMNS_SUM, x, x, x, x, next, ahead, pitch, rows, sum, sum, n);
    else if (how == DLCV__COLUMNS_SPREAD) DLCV__K(columns_of)(DLCV__COLUMNS_SPREAD, x, x, mean, x, next, ahead, pitch, rows, sum, dot, n);
    else if (how == DLCV__COLUMNS_DOTS) DLCV__K(columns_of)(DLCV__COLUMNS_DOTS, x, dy, mean, x, next, ahead, pitch, rows, sum, dot, n);
    else DLCV__K(columns_of)(DLCV__COLUMNS_ROWS, x, dy, mean, rate, next, ahead, pitch, rows, sum, dot, n);
    DLCV__LEAVE();
}

/* Rows alike: y = a x + b, or, dy not NULL, s dy + (a x + b), a, b and s [n]. FAR may be added to n. */
DLCV__KERNEL void DLCV__K(flat_lines)(const float *x, const float *a, const float *b, const float *dy, const float *s, float *to, size_t pitch, size_t rows, size_t n)
{
    const size_t all = n;
    size_t i;
    for (; rows > 0; rows--, x += pitch, to += pitch) {
        float *y = to;
        n = all;
        {
            DLCV__FLAT_FAR(x, dy)
            if (dy) {
                DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__FLAT_GET(dy), DLCV__FLAT_GET(s), DLCV__VFMA(DLCV__FLAT_GET(x), DLCV__FLAT_GET(a), DLCV__FLAT_GET(b))))
                dy += pitch;
            } else {
                DLCV__FLAT_EACH(y, DLCV__VFMA(DLCV__FLAT_GET(x), DLCV__FLAT_GET(a), DLCV__FLAT_GET(b)))
            }
        }
    }
    DLCV__LEAVE();
}

/* The largest; NaNs do not count (a comparison with one fails), of nothing it is -infinity. +0 where zeros of both signs are. */
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u); /* -infinity */
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}

/* y = e^(x - top) / sum of them, n > 0; returns top + log sum, so that the cross-entropy of class c is that less x[c]. Where x has a NaN or
 * positive infinity, or nothing but negative infinities, y is NaN. */
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}

/* Functions of one, two or three arrays, u = a[i], v = b[i], w = c[i], and two numbers p and q; which arrays a function reads DLCV__FLAT_MAPn says, the
 * others are any address. First whole vectors; then the rest, padded, by the same text. y may be any of a, b, c. */
#define DLCV__FLAT_TO(r) if (DLCV__RARELY(past)) DLCV__VSTREAM(to + i, r); else DLCV__VSTORE(to + i, r);
#define DLCV__FLAT_OVER(NAME, ...) case NAME: for (i = 0; i < m; i += DLCV__VW) { __VA_ARGS__ } break;
#define DLCV__FLAT_MAP1(NAME, ...) DLCV__FLAT_OVER(NAME, const DLCV__V u = DLCV__VLOAD(a + i), r = __VA_ARGS__; DLCV__FLAT_TO(r))
#define DLCV__FLAT_MAP2(NAME, ...) DLCV__FLAT_OVER(NAME, const DLCV__V u = DLCV__VLOAD(a + i), v = DLCV__VLOAD(b + i), r = __VA_ARGS__; DLCV__FLAT_TO(r))
#define DLCV__FLAT_MAP3(NAME, ...) DLCV__FLAT_OVER(NAME, const DLCV__V u = DLCV__VLOAD(a + i), v = DLCV__VLOAD(b + i), w = DLCV__VLOAD(c + i), r = __VA_ARGS__; \
    DLCV__FLAT_TO(r))

/* 1 / (1 + e^-x), where e^-x may become infinite and the result then 0 */
DLCV__INLINE DLCV__V DLCV__K(sigmoid)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f);
    return DLCV__VDIV(one, DLCV__VADD(DLCV__K(exp)(DLCV__VMUL(x, DLCV__VSET(-1.0f))), one));
}

/* P(x), the normal distribution */
DLCV__INLINE DLCV__V DLCV__K(normal_below)(DLCV__V x)
{
    const DLCV__V half = DLCV__VSET(0.5f);
    return DLCV__VFMA(DLCV__K(erf)(DLCV__VMUL(x, DLCV__VSET(0.70710678118654752f))), half, half);
}

/* P + x p, p = e^(-x^2 / 2) / sqrt(2 pi) */
DLCV__INLINE DLCV__V DLCV__K(gelu_slope)(DLCV__V x)
{
    const DLCV__V e = DLCV__K(exp)(DLCV__VMUL(DLCV__VMUL(x, x), DLCV__VSET(-0.5f)));
    return DLCV__VADD(DLCV__VMUL(DLCV__VMUL(e, DLCV__VSET(0.39894228040143268f)), x), DLCV__K(normal_below)(x));
}

/* s (1 + x (1 - s)), s = sigmoid(x) */
DLCV__INLINE DLCV__V DLCV__K(silu_slope)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), s = DLCV__K(sigmoid)(x);
    return DLCV__VMUL(DLCV__VADD(DLCV__VMUL(DLCV__VFMA(s, DLCV__VSET(-1.0f), one), x), one), s);
}

/* log(1 + e^x), x <= 0: with e = e^x and s = e / (2 + e) <= 1/3 it is 2 atanh s = 2 s + s^3 p(s^2), p within 2^-31 of that */
DLCV__INLINE DLCV__V DLCV__K(log1_exp)(DLCV__V x)
{
    const DLCV__V e = DLCV__K(exp)(x), s = DLCV__VDIV(e, DLCV__VADD(e, DLCV__VSET(2.0f))), z = DLCV__VMUL(s, s);
    DLCV__V p = DLCV__VFMA(z, DLCV__VSET(0.232243292f), DLCV__VSET(0.217065758f));
    p = DLCV__VFMA(z, p, DLCV__VSET(0.28592358f));
    p = DLCV__VFMA(z, p, DLCV__VSET(0.399997063f));
    p = DLCV__VFMA(z, p, DLCV__VSET(0.666666673f));
    return DLCV__VFMA(DLCV__VMUL(s, z), p, DLCV__VADD(s, s));
}

/* x^(-3/4), x > 0. Not strict: from a guess g by the exponent, g^3 (1 - e)^(-3/4), e = 1 - x g^4 within 1/8: a polynomial, to 7e-8, instead of roots. */
DLCV__INLINE DLCV__V DLCV__K(power34)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f);
#ifdef DLCV_STRICT
    return DLCV__VDIV(one, DLCV__VSQRT(DLCV__VMUL(x, DLCV__VSQRT(x))));
#else
    const DLCV__V in = DLCV__VMIN(DLCV__VSET(FLT_MAX), DLCV__VMAX(DLCV__VSET(FLT_MIN), x));
    const DLCV__V g = DLCV__VASF(DLCV__VISUB(DLCV__VISET(0x4f582000), DLCV__VISHR(DLCV__VASI(in), 2))), g2 = DLCV__VMUL(g, g);
    const DLCV__V e = DLCV__VFMA(DLCV__VMUL(in, g2), DLCV__VMUL(g2, DLCV__VSET(-1.0f)), one), e2 = DLCV__VMUL(e, e);
    const DLCV__V low = DLCV__VFMA(DLCV__VSET(0.7499999f), e, one), middle = DLCV__VFMA(DLCV__VSET(0.6015457f), e, DLCV__VSET(0.65618116f));
    const DLCV__V high = DLCV__VFMA(DLCV__VSET(0.5443347f), e, DLCV__VSET(0.5759289f));
    return DLCV__VMUL(DLCV__VMUL(g2, g), DLCV__VFMA(DLCV__VFMA(high, e2, middle), e2, low));
#endif
}

/* |x - y| and a Huber function of it: x^2 / 2 beta below beta, then x - beta / 2 */
DLCV__INLINE DLCV__V DLCV__K(huber)(DLCV__V size, DLCV__V beta)
{
    const DLCV__V half = DLCV__VSET(0.5f);
    return DLCV__VSELECT(DLCV__VLT(size, beta), DLCV__VDIV(DLCV__VMUL(DLCV__VMUL(size, size), half), beta), DLCV__VSUB(size, DLCV__VMUL(half, beta)));
}

DLCV__KERNEL void DLCV__K(flat_map)(int which, const float *a, const float *b, const float *c, float s, float t, float *y, size_t n)
{
    const DLCV__V p = DLCV__VSET(s), q = DLCV__VSET(t), zero = DLCV__VZERO(), one = DLCV__VSET(1.0f), less = DLCV__VSET(-1.0f);
    DLCV__ALIGN64 float rest[4 * DLCV__VW];
    int past = DLCV__K(flat_far)(&n, a, b, y) && y != c ? 1 : 0;
    const size_t whole = n / DLCV__VW * DLCV__VW;
    size_t i, m = whole;
    float *to = y;
    if (!m) goto tail;
again:
    switch (which) {
    DLCV__FLAT_MAP1(DLCV__MAP_SQRT, DLCV__VSQRT(u))
    DLCV__FLAT_MAP1(DLCV__MAP_ABS, DLCV__VABS(u))
    DLCV__FLAT_MAP1(DLCV__MAP_RECIPROCAL, DLCV__VDIV(one, u))
    DLCV__FLAT_MAP1(DLCV__MAP_STEP, DLCV__VSELECT(DLCV__VLT(zero, u), one, zero))
    DLCV__FLAT_MAP1(DLCV__MAP_SIGMOID, DLCV__K(sigmoid)(u))
    DLCV__FLAT_MAP1(DLCV__MAP_SLOPED, DLCV__VSELECT(DLCV__VLT(zero, u), u, DLCV__VMUL(u, p)))
    DLCV__FLAT_MAP1(DLCV__MAP_ELU, DLCV__VSELECT(DLCV__VLT(zero, u), DLCV__VMUL(u, q), DLCV__VMUL(DLCV__VSUB(DLCV__K(exp)(u), one), p)))
    DLCV__FLAT_MAP1(DLCV__MAP_GELU, DLCV__VMUL(u, DLCV__K(normal_below)(u)))
    DLCV__FLAT_MAP1(DLCV__MAP_SILU, DLCV__VMUL(u, DLCV__K(sigmoid)(u)))
    DLCV__FLAT_MAP1(DLCV__MAP_HARD_SIGMOID, DLCV__VMIN(one, DLCV__VMAX(zero, DLCV__VFMA(u, p, q))))
    DLCV__FLAT_MAP1(DLCV__MAP_HARD_SWISH, DLCV__VMUL(u, DLCV__VMIN(one, DLCV__VMAX(zero, DLCV__VFMA(u, p, q)))))
    DLCV__FLAT_MAP1(DLCV__MAP_SOFTPLUS, DLCV__VADD(DLCV__VMAX(zero, u), DLCV__K(log1_exp)(DLCV__VMIN(u, DLCV__VMUL(u, less)))))
    DLCV__FLAT_MAP1(DLCV__MAP_POWER34, DLCV__K(power34)(u))
    DLCV__FLAT_MAP1(DLCV__MAP_LESS_BOTH, DLCV__VSUB(DLCV__VSUB(u, p), q))
    DLCV__FLAT_MAP2(DLCV__MAP_SQRT_BACK, DLCV__VMUL(DLCV__VDIV(v, u), DLCV__VSET(0.5f)))
    DLCV__FLAT_MAP2(DLCV__MAP_SQUARE_BACK, DLCV__VMUL(DLCV__VMUL(v, u), DLCV__VSET(2.0f)))
    DLCV__FLAT_MAP2(DLCV__MAP_ABS_BACK, DLCV__VSELECT(DLCV__VLT(zero, u), v, DLCV__VSELECT(DLCV__VLT(u, zero), DLCV__VMUL(v, less), zero)))
    DLCV__FLAT_MAP2(DLCV__MAP_RECIPROCAL_BACK, DLCV__VMUL(DLCV__VMUL(DLCV__VMUL(v, u), u), less))
    DLCV__FLAT_MAP2(DLCV__MAP_SIGMOID_BACK, DLCV__VMUL(v, DLCV__VMUL(DLCV__VFMA(u, less, one), u)))
    DLCV__FLAT_MAP2(DLCV__MAP_TANH_BACK, DLCV__VMUL(v, DLCV__VFMA(DLCV__VMUL(u, u), less, one)))
    DLCV__FLAT_MAP2(DLCV__MAP_SLOPED_BACK, DLCV__VSELECT(DLCV__VLT(zero, u), v, DLCV__VMUL(v, p)))
    DLCV__FLAT_MAP2(DLCV__MAP_ELU_BACK, DLCV__VMUL(v, DLCV__VSELECT(DLCV__VLT(zero, u), q, DLCV__VADD(u, p))))
    DLCV__FLAT_MAP2(DLCV__MAP_GELU_BACK, DLCV__VMUL(v, DLCV__K(gelu_slope)(u)))
    DLCV__FLAT_MAP2(DLCV__MAP_SILU_BACK, DLCV__VMUL(v, DLCV__K(silu_slope)(u)))
    DLCV__FLAT_MAP2(DLCV__MAP_HARD_SIGMOID_BACK, DLCV__VMUL(DLCV__VSELECT(DLCV__VLT(zero, u), DLCV__VSELECT(DLCV__VLT(u, one), v, zero), zero), p))
    DLCV__FLAT_MAP2(DLCV__MAP_HARD_SWISH_BACK, DLCV__VSELECT(DLCV__VLT(u, q),
        DLCV__VSELECT(DLCV__VLT(DLCV__VMUL(q, less), u), DLCV__VMUL(DLCV__VFMA(u, p, DLCV__VSET(0.5f)), v), zero), v))
    DLCV__FLAT_MAP2(DLCV__MAP_SOFTPLUS_BACK, DLCV__VMUL(v, DLCV__VFMA(DLCV__K(exp)(DLCV__VMUL(u, less)), less, one)))
    DLCV__FLAT_MAP2(DLCV__MAP_SLOPED_BY, DLCV__VSELECT(DLCV__VLT(zero, u), u, DLCV__VMUL(u, v)))
    DLCV__FLAT_MAP3(DLCV__MAP_SLOPED_BY_BACK, DLCV__VSELECT(DLCV__VLT(zero, u), w, DLCV__VMUL(w, v)))
    DLCV__FLAT_MAP3(DLCV__MAP_WHERE_LESS, DLCV__VSELECT(DLCV__VLT(u, v), w, zero))
    DLCV__FLAT_MAP3(DLCV__MAP_WHERE_NOT, DLCV__VSELECT(DLCV__VLT(u, v), zero, w))
    DLCV__FLAT_MAP2(DLCV__MAP_SCALED_ADD, DLCV__VFMA(u, p, v))
    DLCV__FLAT_MAP3(DLCV__MAP_LINE, DLCV__VFMA(u, v, w))
    DLCV__FLAT_MAP3(DLCV__MAP_NORMED, DLCV__VADD(DLCV__VMUL(DLCV__VFMA(u, p, q), v), w))
    DLCV__FLAT_MAP2(DLCV__MAP_SQUARED, DLCV__VMUL(DLCV__VMUL(DLCV__VSUB(u, v), DLCV__VSUB(u, v)), p))
    DLCV__FLAT_MAP2(DLCV__MAP_ABSOLUTE, DLCV__VABS(DLCV__VSUB(u, v)))
    DLCV__FLAT_MAP2(DLCV__MAP_SMOOTH, DLCV__K(huber)(DLCV__VABS(DLCV__VSUB(u, v)), p))
    DLCV__FLAT_MAP2(DLCV__MAP_LOGISTIC, DLCV__VADD(DLCV__VSUB(DLCV__VMAX(zero, u), DLCV__VMUL(u, v)), DLCV__K(log1_exp)(DLCV__VMIN(u, DLCV__VMUL(u, less)))))
    DLCV__FLAT_MAP2(DLCV__MAP_PERCEPTRON, DLCV__VMUL(DLCV__VSUB(DLCV__VSELECT(DLCV__VLT(zero, u), one, zero), v), u))
    DLCV__FLAT_MAP2(DLCV__MAP_DIFFERENCE, DLCV__VMUL(DLCV__VSUB(u, v), p))
    DLCV__FLAT_MAP2(DLCV__MAP_SMOOTH_BACK, DLCV__VMUL(DLCV__VMIN(one, DLCV__VMAX(less, DLCV__VDIV(DLCV__VSUB(u, v), q))), p))
    DLCV__FLAT_MAP2(DLCV__MAP_ABSOLUTE_BACK, DLCV__VMUL(DLCV__VSELECT(DLCV__VLT(v, u), one, DLCV__VSELECT(DLCV__VLT(u, v), less, DLCV__VSUB(u, v))), p))
    DLCV__FLAT_MAP2(DLCV__MAP_LOGISTIC_BACK, DLCV__VMUL(DLCV__VSUB(DLCV__K(sigmoid)(u), v), p))
    DLCV__FLAT_MAP3(DLCV__MAP_DIV_BACK, DLCV__VMUL(DLCV__VMUL(DLCV__VDIV(DLCV__VDIV(w, v), v), u), less))
    DLCV__FLAT_MAP2(DLCV__MAP_SOFTMAX_BACK, DLCV__VMUL(DLCV__VSUB(v, p), u))
    DLCV__FLAT_MAP2(DLCV__MAP_LOG_SOFTMAX_BACK, DLCV__VSUB(v, DLCV__VMUL(DLCV__K(exp)(u), p)))
    DLCV__FLAT_MAP3(DLCV__MAP_SOFTMAX_BACK_BY, DLCV__VMUL(DLCV__VSUB(v, w), u))
    DLCV__FLAT_MAP3(DLCV__MAP_LOG_SOFTMAX_BACK_BY, DLCV__VSUB(v, DLCV__VMUL(DLCV__K(exp)(u), w)))
    DLCV__FLAT_MAP2(DLCV__MAP_GREATER, DLCV__VSELECT(DLCV__VILT(DLCV__VISET(0x7f800000), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET(0x7fffffff))), u,
        DLCV__VSELECT(DLCV__VLT(v, u), u, v)))
    DLCV__FLAT_MAP2(DLCV__MAP_PERCEPTRON_BACK, DLCV__VMUL(DLCV__VSUB(DLCV__VSELECT(DLCV__VLT(zero, u), one, zero), v), p))
    default: break;
    }
    if (past && n >= DLCV__FAR_FLOATS) DLCV__VFENCE();
tail:
    if (to == y && whole < n) {
        const DLCV__V u = DLCV__VLOADN(a + whole, n - whole), v = DLCV__VLOADN(b + whole, n - whole), w = DLCV__VLOADN(c + whole, n - whole);
        DLCV__VSTORE(rest, u);
        DLCV__VSTORE(rest + DLCV__VW, v);
        DLCV__VSTORE(rest + 2 * DLCV__VW, w);
        a = rest, b = rest + DLCV__VW, c = rest + 2 * DLCV__VW, to = rest + 3 * DLCV__VW;
        m = DLCV__VW, past = 0;
        goto again;
    }
    if (whole < n) {
        const DLCV__V u = DLCV__VLOAD(rest + 3 * DLCV__VW);
        DLCV__VSTOREN(y + whole, u, n - whole);
    }
    DLCV__LEAVE();
}

/* Local response normalisation of one channel: d = k + alpha times the sum over the `count` rows of x, `step` apart, of x^2; y = centre d^(-3/4). d, y: or NULL */
#define DLCV__RESPONSE_GET(p, j) (whole ? DLCV__VLOAD((p) + (j) * DLCV__VW) : DLCV__VLOADN((p), n - i))
#define DLCV__RESPONSE_PUT(p, j, v) { \
    if (whole) DLCV__VSTORE((p) + i + (j) * DLCV__VW, v); \
    else DLCV__VSTOREN((p) + i, v, n - i); }
#define DLCV__RESPONSE_ZERO(j, x) DLCV__V s##j = DLCV__VZERO();
#define DLCV__RESPONSE_STEP(j, x) { const DLCV__V u = DLCV__RESPONSE_GET(p, j); s##j = DLCV__VFMA(u, u, s##j); }
#define DLCV__RESPONSE_END(j, x) { \
    s##j = DLCV__VFMA(s##j, a, b); \
    if (d) DLCV__RESPONSE_PUT(d, j, s##j) \
    if (y) { \
        const DLCV__V u = DLCV__RESPONSE_GET(centre + i, j), v = DLCV__VMUL(DLCV__K(power34)(s##j), u); \
        if (DLCV__RARELY(past) && whole) DLCV__VSTREAM(y + i + j * DLCV__VW, v); \
        else DLCV__RESPONSE_PUT(y, j, v) \
    } }
#define DLCV__RESPONSE_OF(REP) { \
    const float *p = x + i; \
    int row; \
    REP(DLCV__RESPONSE_ZERO, 0) \
    for (row = 0; row < count; row++, p += step) { REP(DLCV__RESPONSE_STEP, 0) } \
    REP(DLCV__RESPONSE_END, 0) }
DLCV__KERNEL void DLCV__K(flat_response)(const float *x, size_t step, int count, float alpha, float k, const float *centre, float *d, float *y, size_t n)
{
    const DLCV__V a = DLCV__VSET(alpha), b = DLCV__VSET(k);
    size_t i = 0;
    const int past = y ? DLCV__K(flat_far)(&n, x, x, y) : 0;
    for (; n - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        enum { whole = 1 };
        DLCV__RESPONSE_OF(DLCV__REP4)
    }
    for (; i < n; i += DLCV__VW) {
        DLCV__FLAT_WHOLE
        DLCV__RESPONSE_OF(DLCV__REP1)
    }
    DLCV__LEAVE();
}

/* Resampling a line by 2: y[2 m + p] = the sum over t < count[p] of weight[p][t] x[m + first[p] + t], m < n */
DLCV__KERNEL void DLCV__K(flat_double)(const dlcv__twice *d, const float *x, float *y, size_t n)
{
    size_t i;
    int t;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const float *p = x + d->first[0], *q = x + d->first[1];
        DLCV__V u = DLCV__FLAT_GET(p), v = DLCV__FLAT_GET(q), a = DLCV__VMUL(u, DLCV__VSET(d->weight[0][0])), b = DLCV__VMUL(v, DLCV__VSET(d->weight[1][0]));
        for (t = 1; t < d->count[0]; t++) {
            p++;
            u = DLCV__FLAT_GET(p);
            a = DLCV__VFMA(u, DLCV__VSET(d->weight[0][t]), a);
        }
        for (t = 1; t < d->count[1]; t++) {
            q++;
            v = DLCV__FLAT_GET(q);
            b = DLCV__VFMA(v, DLCV__VSET(d->weight[1][t]), b);
        }
        u = DLCV__VZIPLO(a, b);
        v = DLCV__VZIPHI(a, b);
        if (whole || 2 * (n - i) >= DLCV__VW) DLCV__VSTORE(y + 2 * i, u);
        else if (DLCV__VW > 1) DLCV__VSTOREN(y + 2 * i, u, 2 * (n - i));
        if (whole) DLCV__VSTORE(y + 2 * i + DLCV__VW, v);
        else if (DLCV__VW > 1 && 2 * (n - i) > DLCV__VW) DLCV__VSTOREN(y + 2 * i + DLCV__VW, v, 2 * (n - i) - DLCV__VW);
    }
    DLCV__LEAVE();
}

/* and back: dx[m] = the sum over k < gives, in this order, of give[k] dy[2 m + from[k]] */
DLCV__KERNEL void DLCV__K(flat_halve)(const dlcv__twice *d, const float *dy, float *dx, size_t n)
{
    size_t i;
    int k;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const ptrdiff_t left = 2 * (ptrdiff_t)(n - i) - 1;
        DLCV__V sum = DLCV__VZERO();
        for (k = 0; k < d->gives; k++) {
            const float *p = dy + 2 * (ptrdiff_t)i + d->from[k];
            const DLCV__V u = DLCV__FLAT_SOME(p, left), v = DLCV__FLAT_SOME(p + DLCV__VW, left - DLCV__VW);
            sum = DLCV__VFMA(DLCV__VEVEN(u, v), DLCV__VSET(d->give[k]), sum);
            (void)v;        /* which a single lane does not see */
        }
        DLCV__FLAT_PUT(dx, sum)
    }
    DLCV__LEAVE();
}

/* y[i] = mask[i] ? scale x[i] : 0 */
DLCV__KERNEL void DLCV__K(flat_masked)(const uint8_t *mask, const float *x, float scale, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), zero = DLCV__VZERO();
    uint8_t some[DLCV__VW];
    size_t i;
    (void)DLCV__K(flat_far)(&n, x, x, y);
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        if (!whole) {
            memset(some, 0, sizeof some);
            memcpy(some, mask + i, n - i);
        }
        DLCV__FLAT_PUT(y, DLCV__VSELECT(DLCV__VILT(DLCV__VISET(0), DLCV__VWIDEN(whole ? mask + i : some)), DLCV__VMUL(u, s), zero))
    }
    DLCV__LEAVE();
}

/* Rows of n <= 16 floats. Sums are the tree of 16 lanes. */
#if DLCV__VW == 16
#define DLCV__ROW_REP DLCV__REP1
#define DLCV__ROW_FOLD DLCV__FOLD1
#elif DLCV__VW == 8
#define DLCV__ROW_REP DLCV__REP2
#define DLCV__ROW_FOLD DLCV__FOLD2
#elif DLCV__VW == 4
#define DLCV__ROW_REP DLCV__REP4
#define DLCV__ROW_FOLD DLCV__FOLD4
#else
#define DLCV__ROW_REP DLCV__REP16
#define DLCV__ROW_FOLD DLCV__FOLD16
#endif
/* The gradient of softmax, or its logarithm: dx = y (dy - sum of dy y), dx = dy - e^y (sum of dy) */
#define DLCV__ROW_SUM(j, x) DLCV__V acc##j = DLCV__FLAT_SOME(dy + j * DLCV__VW, left - j * DLCV__VW); \
    if (!log) acc##j = DLCV__VMUL(acc##j, DLCV__FLAT_SOME(y + j * DLCV__VW, left - j * DLCV__VW));
DLCV__KERNEL void DLCV__K(flat_rows16)(int log, const float *y, const float *dy, float *dx, size_t rows, size_t n)
{
    const ptrdiff_t left = (ptrdiff_t)n;
    size_t i, all = rows * n;
    const int past = DLCV__K(flat_far)(&all, y, dy, dx) && n % DLCV__VW == 0;
    for (; rows > 0; rows--, y += n, dy += n, dx += n) {
        DLCV__V s;
        DLCV__ROW_REP(DLCV__ROW_SUM, 0)
        DLCV__ROW_FOLD(acc)
        s = DLCV__VSET(DLCV__VSUM(acc0));
        DLCV__FLAT_LOOP {
            DLCV__FLAT_WHOLE
            const DLCV__V u = DLCV__FLAT_GET(y), v = DLCV__FLAT_GET(dy), r = log ? DLCV__VSUB(v, DLCV__VMUL(DLCV__K(exp)(u), s)) : DLCV__VMUL(DLCV__VSUB(v, s), u);
            if (past) DLCV__VSTREAM(dx + i, r);
            else DLCV__FLAT_PUT(dx, r)
        }
    }
    if (past) DLCV__VFENCE();
    DLCV__LEAVE();
}

/* The softmax of rows of n <= FEW floats, turned: t [n, rows] becomes t - the top of its row, e = e^t and sum [rows] that over the row, the tree of 16
 * lanes; FEW_SHARES: then e = e / sum; FEW_LOG: t = t - log sum. Where a row has a NaN or positive infinity, or nothing but negative infinities, they are NaNs. */
#define DLCV__FEW_GET(p) (whole ? DLCV__VLOAD((p) + k * rows + i) : DLCV__VLOADN((p) + k * rows + i, rows - i))
#define DLCV__FEW_PUT(p, v) { \
    if (whole) DLCV__VSTORE((p) + k * rows + i, v); \
    else DLCV__VSTOREN((p) + k * rows + i, v, rows - i); }
DLCV__KERNEL void DLCV__K(flat_few_softmax)(int what, float *t, float *e, float *sum, size_t rows, size_t n)
{
    DLCV__ALIGN64 float lanes[DLCV__FEW * DLCV__VW];
    size_t i, k, half;
    for (i = 0; i < rows; i += DLCV__VW) {
        const int whole = rows - i >= DLCV__VW;
        DLCV__V top, u, v;
        k = 0;
        top = DLCV__FEW_GET(t);
        for (k = 1; k < n; k++) {
            u = DLCV__FEW_GET(t);
            top = DLCV__VMAX(u, top);
        }
        for (k = 0; k < n; k++) {
            u = DLCV__FEW_GET(t);
            u = DLCV__VSUB(u, top);
            DLCV__FEW_PUT(t, u)
            u = DLCV__K(exp)(u);
            DLCV__VSTORE(lanes + k * DLCV__VW, u);
            if (what != DLCV__FEW_LOG) DLCV__FEW_PUT(e, u)
        }
        for (half = DLCV__FEW / 2; half > 0; half /= 2) {
            for (k = half; k < 2 * half && k < n; k++) {
                u = DLCV__VLOAD(lanes + (k - half) * DLCV__VW);
                v = DLCV__VLOAD(lanes + k * DLCV__VW);
                u = DLCV__VADD(u, v);
                DLCV__VSTORE(lanes + (k - half) * DLCV__VW, u);
            }
        }
        v = DLCV__VLOAD(lanes);
        k = 0;
        DLCV__FEW_PUT(sum, v)
        if (what == DLCV__FEW_LOG) v = DLCV__K(log)(v);
        for (k = 0; k < n && what; k++) {
            if (what == DLCV__FEW_LOG) {
                u = DLCV__FEW_GET(t);
                u = DLCV__VSUB(u, v);
                DLCV__FEW_PUT(t, u)
            } else {
                u = DLCV__FEW_GET(e);
                u = DLCV__VDIV(u, v);
                DLCV__FEW_PUT(e, u)
            }
        }
    }
    DLCV__LEAVE();
}

/* Where x[i] is greater than best[i], or a NaN: best[i] = x[i], at[i] = number */
DLCV__KERNEL void DLCV__K(flat_keep_greater)(const float *x, float number, float *best, float *at, size_t n)
{
    const DLCV__V k = DLCV__VSET(number);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(best), w = DLCV__FLAT_GET(at);
        const DLCV__VM more = DLCV__VLT(v, u), nan = DLCV__VILT(DLCV__VISET(0x7f800000), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET(0x7fffffff)));
        DLCV__FLAT_PUT(best, DLCV__VSELECT(nan, u, DLCV__VSELECT(more, u, v)))
        DLCV__FLAT_PUT(at, DLCV__VSELECT(nan, k, DLCV__VSELECT(more, k, w)))
    }
    DLCV__LEAVE();
}

/* y[i] = scale p[i * step] + shift: one channel of pixels */
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) { /* a pixel more: 3 VW bytes may be read */
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}

/* One step on n weights w, n a multiple of 16, from their gradients g:
 *   pull = l2 w + l1 sign w;  APART: w -= shrink pull, else g = scale g + pull;  d = g
 *   FIRST    m = a m + a1 d, d = m
 *   SQUARES  s = b s + b1 g^2, and d = d / (root sqrt(s) + epsilon);  DELTA: d = g sqrt(m + epsilon) / sqrt(s + epsilon), m = b m + b1 d^2
 *   LAST     e = d, m = a m + d, d = m;  AHEAD: d = e + a m
 *   w -= lr d
 * and then mean = keep mean + take w, if mean is not NULL; g NULL: that alone. m and s are NULL where nothing of the above speaks of them. What
 * would be kept as a denormal, where a gradient has been 0 for long, is kept as 0: it would stay one for ever, and be slow. */
DLCV__KERNEL void DLCV__K(flat_update)(const dlcv__update *u, const float *g, float *w, float *m, float *s, float *mean, size_t n)
{
    const DLCV__V zero = DLCV__VZERO(), scale = DLCV__VSET(u->scale), l2 = DLCV__VSET(u->l2), l1 = DLCV__VSET(u->l1), root = DLCV__VSET(u->root);
    const DLCV__V lr = DLCV__VSET(-u->lr), shrink = DLCV__VSET(-u->shrink), a = DLCV__VSET(u->a), a1 = DLCV__VSET(u->a1);
    const DLCV__V b = DLCV__VSET(u->b), b1 = DLCV__VSET(u->b1), epsilon = DLCV__VSET(u->epsilon), minus = DLCV__VSET(-u->l1);
    const DLCV__V keep = DLCV__VSET(u->keep), take = DLCV__VSET(u->take), normal = DLCV__VSET(FLT_MIN);
    const int how = u->how, pulled = u->l2 != 0 || u->l1 != 0;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        DLCV__V x = DLCV__VLOAD(w + i), d, p = zero, q = zero, t;
        if (g) {
            d = DLCV__VLOAD(g + i);
            d = DLCV__VMUL(d, scale);
            if (pulled) {
                t = DLCV__VSELECT(DLCV__VLT(x, zero), minus, zero);
                t = DLCV__VFMA(x, l2, DLCV__VSELECT(DLCV__VLT(zero, x), l1, t));
                if (how & DLCV__UPDATE_APART) x = DLCV__VFMA(t, shrink, x);
                else d = DLCV__VADD(d, t);
            }
            if (m) p = DLCV__VLOAD(m + i);
            if (s) {
                q = DLCV__VLOAD(s + i);
                q = DLCV__VFMA(DLCV__VMUL(d, d), b1, DLCV__VMUL(q, b));
                q = DLCV__VSELECT(DLCV__VLT(q, normal), zero, q);
                DLCV__VSTORE(s + i, q);
            }
            if (how & DLCV__UPDATE_FIRST) d = p = DLCV__VFMA(d, a1, DLCV__VMUL(p, a));
            if (how & DLCV__UPDATE_DELTA) {
                d = DLCV__VMUL(d, DLCV__VDIV(DLCV__VSQRT(DLCV__VADD(p, epsilon)), DLCV__VSQRT(DLCV__VADD(q, epsilon))));
                p = DLCV__VFMA(DLCV__VMUL(d, d), b1, DLCV__VMUL(p, b));
            } else if (how & DLCV__UPDATE_SQUARES) {
                d = DLCV__VDIV(d, DLCV__VFMA(DLCV__VSQRT(q), root, epsilon));
            }
            if (how & DLCV__UPDATE_LAST) {
                p = DLCV__VFMA(p, a, d);
                d = how & DLCV__UPDATE_AHEAD ? DLCV__VFMA(p, a, d) : p;
            }
            if (m) {
                p = DLCV__VSELECT(DLCV__VLT(DLCV__VABS(p), normal), zero, p);
                DLCV__VSTORE(m + i, p);
            }
            x = DLCV__VFMA(d, lr, x);
            DLCV__VSTORE(w + i, x);
        }
        if (mean) {
            t = DLCV__VLOAD(mean + i);
            t = DLCV__VFMA(x, take, DLCV__VMUL(t, keep));
            DLCV__VSTORE(mean + i, t);
        }
    }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
