/* ---- kernels: flat arrays ------------------------------------------------------------------------------------------------------------------
 * What runs at the speed of memory: elementwise operations, reductions, softmax, rows of pooling, pixels to floats. Arrays have any length and
 * address; y may be a or b itself, but not overlap it otherwise. Tails run the vector code on padded data, so that an element does not depend on
 * its place. */
#if DLCV__STAMP_F32

#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
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
#define DLCV__FLAT_FAR(a, b) const int far = DLCV__K(flat_far)(&n, (a), (b), y);
/* y[i] = the vector EXPRESSION, of DLCV__FLAT_GET(an array)s */
#define DLCV__FLAT_EACH(y, ...) \
    for (i = 0; DLCV__RARELY(far) && n - i >= DLCV__VW; i += DLCV__VW) { \
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
    if (DLCV__RARELY(far == 2)) DLCV__VFENCE();

/* 0: not far; 1: the caller fences; 2: the kernel does. What is read stays in the caches, and so does what takes its place. */
DLCV__INLINE int DLCV__K(flat_far)(size_t *n, const float *a, const float *b, const float *y)
{
    const int said = *n >= DLCV__FAR, far = said ? 1 : *n >= DLCV__FAR_FLOATS ? 2 : 0;
    if (said) *n -= DLCV__FAR;
    return DLCV__FLAT_NEAR || y == a || y == b || (size_t)y % (4 * DLCV__VW) ? 0 : far;
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
    size_t i;
    DLCV__FLAT_FAR(NULL, NULL)
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
    enum { far = 0 };
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
#define DLCV__FLAT_TO(r) if (DLCV__RARELY(far)) DLCV__VSTREAM(to + i, r); else DLCV__VSTORE(to + i, r);
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
    int far = DLCV__K(flat_far)(&n, a, b, y) && y != c ? 1 : 0;
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
    DLCV__FLAT_MAP1(DLCV__MAP_POWER34, DLCV__VDIV(one, DLCV__VSQRT(DLCV__VMUL(u, DLCV__VSQRT(u)))))
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
    DLCV__FLAT_MAP3(DLCV__MAP_SPREAD_BY, DLCV__VFMA(DLCV__VSUB(u, v), DLCV__VSUB(u, v), w))
    DLCV__FLAT_MAP3(DLCV__MAP_NORMED_SUM, DLCV__VFMA(DLCV__VMUL(DLCV__VSUB(u, p), q), v, w))
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
    if (far && n >= DLCV__FAR_FLOATS) DLCV__VFENCE();
tail:
    if (to == y && whole < n) {
        const DLCV__V u = DLCV__VLOADN(a + whole, n - whole), v = DLCV__VLOADN(b + whole, n - whole), w = DLCV__VLOADN(c + whole, n - whole);
        DLCV__VSTORE(rest, u);
        DLCV__VSTORE(rest + DLCV__VW, v);
        DLCV__VSTORE(rest + 2 * DLCV__VW, w);
        a = rest, b = rest + DLCV__VW, c = rest + 2 * DLCV__VW, to = rest + 3 * DLCV__VW;
        m = DLCV__VW, far = 0;
        goto again;
    }
    if (whole < n) {
        const DLCV__V u = DLCV__VLOAD(rest + 3 * DLCV__VW);
        DLCV__VSTOREN(y + whole, u, n - whole);
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

/* The gradient of softmax, or its logarithm, of rows of n <= 16: dx = y (dy - sum of dy y), dx = dy - e^y (sum of dy). Sums are the tree of 16 lanes. */
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
#define DLCV__ROW_SUM(j, x) DLCV__V acc##j = DLCV__FLAT_SOME(dy + j * DLCV__VW, left - j * DLCV__VW); \
    if (!log) acc##j = DLCV__VMUL(acc##j, DLCV__FLAT_SOME(y + j * DLCV__VW, left - j * DLCV__VW));
DLCV__KERNEL void DLCV__K(flat_rows16)(int log, const float *y, const float *dy, float *dx, size_t rows, size_t n)
{
    const ptrdiff_t left = (ptrdiff_t)n;
    size_t i;
    for (; rows > 0; rows--, y += n, dy += n, dx += n) {
        DLCV__V s;
        DLCV__ROW_REP(DLCV__ROW_SUM, 0)
        DLCV__ROW_FOLD(acc)
        s = DLCV__VSET(DLCV__VSUM(acc0));
        DLCV__FLAT_LOOP {
            DLCV__FLAT_WHOLE
            const DLCV__V u = DLCV__FLAT_GET(y), v = DLCV__FLAT_GET(dy);
            DLCV__FLAT_PUT(dx, log ? DLCV__VSUB(v, DLCV__VMUL(DLCV__K(exp)(u), s)) : DLCV__VMUL(DLCV__VSUB(v, s), u))
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

/* Lines of pooling: y[j] = the maximum, or the sum over `count`, over r < rows and c < cols of x[r * pitch + j * step + c] for j < n, first down each
 * column, then from left to right; the next line is x_line, y_line further. The windows lie in x. Steps of 1 and 2 are vector code: columns of several
 * lines first, then windows of these. Of all lines but the last ones more is read, and written, than there is of them: what the next ones write anew. */
#define DLCV__FLAT_TAKE(u, v) (most ? DLCV__VMAX((u), (v)) : DLCV__VADD((u), (v)))
enum { DLCV__K(POOL_FLOATS) = 1024, DLCV__K(POOL_WINDOWS) = 256, DLCV__K(POOL_COLUMNS) = DLCV__POOL_HALO - 16 };

DLCV__INLINE void DLCV__K(pool_down)(const float *x, size_t pitch, int rows, ptrdiff_t n, int most, float *to)
{
    ptrdiff_t q;
    int r;
    for (q = 0; q < n; q += DLCV__VW) {
        DLCV__V u = DLCV__FLAT_SOME(x + q, n - q);
        for (r = 1; r < rows; r++) {
            const DLCV__V v = DLCV__FLAT_SOME(x + (size_t)r * pitch + q, n - q);
            u = DLCV__FLAT_TAKE(v, u);
        }
        DLCV__VSTORE(to + q, u);
    }
}

DLCV__INLINE void DLCV__K(pool_across)(const float *v, int cols, int step, int most, float count, float *y, size_t n, int free)
{
    const DLCV__V by = DLCV__VSET(count);
    size_t j;
    int c;
    for (j = 0; j < n; j += DLCV__VW, v += step * DLCV__VW) {
        DLCV__V all = DLCV__VLOAD(v), u;
        if (step == 1) {
            for (c = 1; c < cols; c++) u = DLCV__VLOAD(v + c), all = DLCV__FLAT_TAKE(u, all);
        } else {
            DLCV__V w = DLCV__VLOAD(v + DLCV__VW);
            u = all;
            all = DLCV__VEVEN(u, w);
            w = DLCV__VODD(u, w);
            if (cols > 1) all = DLCV__FLAT_TAKE(w, all);
            for (c = 2; c < cols; c += 2) {
                const DLCV__V a = DLCV__VLOAD(v + c), b = DLCV__VLOAD(v + c + DLCV__VW);
                u = DLCV__VEVEN(a, b);
                all = DLCV__FLAT_TAKE(u, all);
                w = DLCV__VODD(a, b);
                if (c + 1 < cols) all = DLCV__FLAT_TAKE(w, all);
            }
        }
        if (!most) all = DLCV__VDIV(all, by);
        if (free || n - j >= DLCV__VW) DLCV__VSTORE(y + j, all);
        else DLCV__VSTOREN(y + j, all, n - j);
    }
}

DLCV__INLINE void DLCV__K(pool_lines)(const float *x, size_t pitch, int rows, int cols, int step, float count, float *y, size_t n, int lines, size_t x_line, size_t y_line, int alone, int most)
{
    DLCV__ALIGN64 float v[DLCV__K(POOL_FLOATS)];
    const size_t width = (n - 1) * (size_t)step + (size_t)cols, padded = (width + DLCV__VW - 1) / DLCV__VW * DLCV__VW;
    const size_t room = (n + DLCV__VW - 1) / DLCV__VW * DLCV__VW * (size_t)step + ((size_t)cols + DLCV__VW - 1) / DLCV__VW * DLCV__VW + DLCV__VW;
    const int most_lines = (int)(DLCV__K(POOL_FLOATS) / room);
    int i, some;
    size_t j;
    for (i = 0; i < most_lines && i < lines; i++) {
        for (j = padded; j < room; j++) v[(size_t)i * room + j] = 0;
    }
    for (; lines > 0; lines -= some, x += (size_t)some * x_line, y += (size_t)some * y_line) {
        some = lines < most_lines ? lines : most_lines;
        for (i = 0; i < some; i++) {
            const size_t behind = (size_t)(lines - 1 - i) * x_line;
            const ptrdiff_t m = (ptrdiff_t)(behind >= DLCV__VW ? padded : width);
            if (rows == 3) DLCV__K(pool_down)(x + (size_t)i * x_line, pitch, 3, m, most, v + (size_t)i * room);
            else if (rows == 2) DLCV__K(pool_down)(x + (size_t)i * x_line, pitch, 2, m, most, v + (size_t)i * room);
            else DLCV__K(pool_down)(x + (size_t)i * x_line, pitch, rows, m, most, v + (size_t)i * room);
        }
        for (i = 0; i < some; i++) {
            const int free = alone && (size_t)(lines - 1 - i) * y_line >= DLCV__VW;
            if (cols == 3 && step == 1) DLCV__K(pool_across)(v + (size_t)i * room, 3, 1, most, count, y + (size_t)i * y_line, n, free);
            else if (cols == 3) DLCV__K(pool_across)(v + (size_t)i * room, 3, 2, most, count, y + (size_t)i * y_line, n, free);
            else if (cols == 2 && step == 2) DLCV__K(pool_across)(v + (size_t)i * room, 2, 2, most, count, y + (size_t)i * y_line, n, free);
            else DLCV__K(pool_across)(v + (size_t)i * room, cols, step, most, count, y + (size_t)i * y_line, n, free);
        }
    }
}

#define DLCV__FLAT_POOL(NAME, MOST) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float count, float *y, size_t n, int lines, size_t x_line, size_t y_line) \
{ \
    enum { most = MOST }; \
    const int alone = n <= (size_t)DLCV__K(POOL_WINDOWS);         /* nothing of the next lines is written yet */ \
    size_t j, m; \
    int r, c; \
    for (; step <= 2 && cols <= DLCV__K(POOL_COLUMNS) && n; x += m * (size_t)step, y += m, n -= m) { \
        m = n < DLCV__K(POOL_WINDOWS) ? n : (size_t)DLCV__K(POOL_WINDOWS); \
        DLCV__K(pool_lines)(x, pitch, rows, cols, step, count, y, m, lines, x_line, y_line, alone, MOST); \
    } \
    for (; n && lines > 0; lines--, x += x_line, y += y_line) { \
        for (j = 0; j < n; j++) { \
            DLCV__V all = DLCV__VZERO(); \
            for (c = 0; c < cols; c++) { \
                DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
                for (r = 1; r < rows; r++) u = DLCV__FLAT_TAKE(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
                all = c ? DLCV__FLAT_TAKE(u, all) : u; \
            } \
            if (!most) all = DLCV__VDIV(all, DLCV__VSET(count)); \
            DLCV__VSTOREN(y + j, all, 1); \
        } \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, 1)
DLCV__FLAT_POOL(flat_pool_sum, 0)

/* The gradient of pooling by steps of 1 and 2, first part: of n windows of a line, which lie in x, d[j] = what dy comes to: dy itself for a maximum, whose
 * tap at[j] is r cols + c, the first of several; dy / count of an average; dy over the root of the sum of squares, 0 where that is 0. d and at have room
 * for whole vectors. */
DLCV__INLINE DLCV__V DLCV__K(pool_tap)(const float *p, int step, ptrdiff_t left)
{
    const DLCV__V a = DLCV__FLAT_SOME(p, left);
    if (step == 1) return a;
    return DLCV__VEVEN(a, DLCV__FLAT_SOME(p + DLCV__VW, left - DLCV__VW));
}

DLCV__INLINE void DLCV__K(pool_seek)(int how, const float *x, size_t pitch, int rows, int cols, int step, const float *dy, float *d, float *at, size_t n)
{
    size_t j;
    int r, c;
    for (j = 0; j < n; j += DLCV__VW) {
        const float *p = x + j * (size_t)step;
        const ptrdiff_t left = (ptrdiff_t)(n - j - 1) * step + cols;
        const DLCV__V g = DLCV__FLAT_SOME(dy + j, (ptrdiff_t)(n - j));
        DLCV__V best = DLCV__VZERO(), tap = best;
        if (how == DLCV__POOL_BACK_MAX) best = DLCV__K(pool_tap)(p, step, left);
        for (r = 0; r < rows; r++, p += pitch) {
            for (c = how == DLCV__POOL_BACK_MAX && r == 0; c < cols; c++) {
                const DLCV__V u = DLCV__K(pool_tap)(p + c, step, left - c);
                if (how == DLCV__POOL_BACK_MAX) {
                    const DLCV__VM more = DLCV__VLT(best, u);
                    best = DLCV__VSELECT(more, u, best);
                    tap = DLCV__VSELECT(more, DLCV__VSET((float)(r * cols + c)), tap);
                } else {
                    best = DLCV__VADD(best, DLCV__VMUL(u, u));
                }
            }
        }
        if (how == DLCV__POOL_BACK_MAX) DLCV__VSTORE(at + j, tap);
        best = how == DLCV__POOL_BACK_MAX ? g : DLCV__VSELECT(DLCV__VLT(DLCV__VZERO(), best), DLCV__VDIV(g, DLCV__VSQRT(best)), DLCV__VZERO());
        DLCV__VSTORE(d + j, best);
    }
}

DLCV__KERNEL void DLCV__K(flat_pool_find)(int how, const float *x, size_t pitch, int rows, int cols, int step, float count, const float *dy, float *d, float *at, size_t n)
{
    size_t i;
    if (how == DLCV__POOL_BACK_AVERAGE) {
        const DLCV__V by = DLCV__VSET(count);
        for (i = 0; i < n; i += DLCV__VW) {
            const DLCV__V u = DLCV__VDIV(DLCV__FLAT_SOME(dy + i, (ptrdiff_t)(n - i)), by);
            DLCV__VSTORE(d + i, u);
        }
    } else if (how == DLCV__POOL_BACK_L2) {
        DLCV__K(pool_seek)(DLCV__POOL_BACK_L2, x, pitch, rows, cols, step, dy, d, at, n);
    } else if (rows == 3 && cols == 3) {
        DLCV__K(pool_seek)(DLCV__POOL_BACK_MAX, x, pitch, 3, 3, step, dy, d, at, n);
    } else if (rows == 2 && cols == 2 && step == 2) {
        DLCV__K(pool_seek)(DLCV__POOL_BACK_MAX, x, pitch, 2, 2, 2, dy, d, at, n);
    } else {
        DLCV__K(pool_seek)(DLCV__POOL_BACK_MAX, x, pitch, rows, cols, step, dy, d, at, n);
    }
    DLCV__LEAVE();
}

/* Second part: adds to columns q0 .. q1 - 1 of `rows` rows of dx what windows give them, from left to right. Column q is tap c of window (q - first - c) / step;
 * d is 0 for POOL_HALO windows before the first and after the last one. x is read for L2 alone. */
#define DLCV__FLAT_SHARE(g, tap, pixel) (how == DLCV__POOL_BACK_AVERAGE ? (g) : how == DLCV__POOL_BACK_L2 ? DLCV__VMUL((g), (pixel)) \
    : DLCV__VSELECT(DLCV__VLT((tap), DLCV__VSET((float)(r * cols + c) - 0.5f)), zero, DLCV__VSELECT(DLCV__VLT((tap), DLCV__VSET((float)(r * cols + c) + 0.5f)), (g), zero)))

DLCV__INLINE void DLCV__K(pool_give)(int how, const float *d, const float *at, int rows, int cols, int step, ptrdiff_t first, const float *x, float *dx, size_t pitch,
    ptrdiff_t q0, ptrdiff_t q1)
{
    const DLCV__V zero = DLCV__VZERO();
    const ptrdiff_t odd = step == 2 ? (q0 - first) & 1 : 0;
    ptrdiff_t q;
    int r, c;
    d -= 2 * DLCV__POOL_HALO / step;                            /* so that what is halved is not negative */
    at -= 2 * DLCV__POOL_HALO / step;
    for (r = 0; r < rows; r++, x += pitch, dx += pitch) {
        for (q = q0; q < q1; q += step * DLCV__VW) {
            const ptrdiff_t left = q1 - q;
            DLCV__V a = DLCV__FLAT_SOME(dx + q, left), b = zero, u = zero, v = zero, t;
            if (how == DLCV__POOL_BACK_L2) u = DLCV__FLAT_SOME(x + q, left);
            if (step == 2) {
                const DLCV__V more = DLCV__FLAT_SOME(dx + q + DLCV__VW, left - DLCV__VW);
                b = DLCV__VODD(a, more);
                a = DLCV__VEVEN(a, more);
                if (how == DLCV__POOL_BACK_L2) {
                    const DLCV__V pixels = DLCV__FLAT_SOME(x + q + DLCV__VW, left - DLCV__VW);
                    v = DLCV__VODD(u, pixels);
                    u = DLCV__VEVEN(u, pixels);
                }
            }
            for (c = cols - 1; c >= 0; c--) {
                const int other = step == 2 && ((c ^ (int)odd) & 1);            /* of the columns q + 1, q + 3, .. */
                const size_t j = (size_t)(q + other - first - c + 2 * DLCV__POOL_HALO) >> (step == 2);
                DLCV__V g = DLCV__VLOAD(d + j);
                t = how == DLCV__POOL_BACK_MAX ? DLCV__VLOAD(at + j) : zero;
                g = DLCV__FLAT_SHARE(g, t, other ? v : u);
                if (other) b = DLCV__VADD(b, g);
                else a = DLCV__VADD(a, g);
            }
            t = a;
            if (step == 2) a = DLCV__VZIPLO(t, b), b = DLCV__VZIPHI(t, b);
            if (left >= DLCV__VW) DLCV__VSTORE(dx + q, a);
            else DLCV__VSTOREN(dx + q, a, (size_t)left);
            if (step == 1 || left <= DLCV__VW) continue;
            if (left >= 2 * DLCV__VW) DLCV__VSTORE(dx + q + DLCV__VW, b);
            else DLCV__VSTOREN(dx + q + DLCV__VW, b, (size_t)left - DLCV__VW);
        }
    }
}

DLCV__KERNEL void DLCV__K(flat_pool_give)(int how, const float *d, const float *at, int rows, int cols, int step, ptrdiff_t first, const float *x, float *dx, size_t pitch,
    ptrdiff_t q0, ptrdiff_t q1)
{
    if (how == DLCV__POOL_BACK_L2) DLCV__K(pool_give)(DLCV__POOL_BACK_L2, d, at, rows, cols, step, first, x, dx, pitch, q0, q1);
    else if (how == DLCV__POOL_BACK_AVERAGE) DLCV__K(pool_give)(DLCV__POOL_BACK_AVERAGE, d, at, rows, cols, step, first, x, dx, pitch, q0, q1);
    else if (cols == 3 && step == 2) DLCV__K(pool_give)(DLCV__POOL_BACK_MAX, d, at, rows, 3, 2, first, x, dx, pitch, q0, q1);
    else if (cols == 2 && step == 2) DLCV__K(pool_give)(DLCV__POOL_BACK_MAX, d, at, rows, 2, 2, first, x, dx, pitch, q0, q1);
    else DLCV__K(pool_give)(DLCV__POOL_BACK_MAX, d, at, rows, cols, step, first, x, dx, pitch, q0, q1);
    DLCV__LEAVE();
}

/* The gradient of the maximum over windows of 2 x 2 side by side: dx [2 lines, pitch], columns 0 .. 2 n - 1; of the others some become 0. The first of several
 * largest gets all. Behind all lines but the last more is read and set to 0 than there is of them: what the next ones write anew. */
DLCV__KERNEL void DLCV__K(flat_pool_back2)(const float *x, size_t pitch, const float *dy, float *dx, size_t n, int lines)
{
    const DLCV__V zero = DLCV__VZERO();
    int r;
    for (; lines > 0; lines--, x += 2 * pitch, dx += 2 * pitch, dy += n) {
        const int free = n <= DLCV__VW && (size_t)(lines - 1) * 2 * pitch >= 2 * DLCV__VW;      /* row 0 is written before row 1 */
        size_t j;
        for (j = 0; j < n; j += DLCV__VW) {
            const ptrdiff_t left = free ? 2 * DLCV__VW : 2 * (ptrdiff_t)(n - j);
            const float *p = x + 2 * j;
            const DLCV__V a = DLCV__FLAT_SOME(p, left), b = DLCV__FLAT_SOME(p + DLCV__VW, left - DLCV__VW);
            const DLCV__V e = DLCV__FLAT_SOME(p + pitch, left), f = DLCV__FLAT_SOME(p + pitch + DLCV__VW, left - DLCV__VW);
            const DLCV__V x0 = DLCV__VEVEN(a, b), x1 = DLCV__VODD(a, b), x2 = DLCV__VEVEN(e, f), x3 = DLCV__VODD(e, f);
            const DLCV__VM m1 = DLCV__VLT(x0, x1);
            const DLCV__V best1 = DLCV__VSELECT(m1, x1, x0);
            const DLCV__VM m2 = DLCV__VLT(best1, x2);
            const DLCV__V best2 = DLCV__VSELECT(m2, x2, best1);
            const DLCV__VM m3 = DLCV__VLT(best2, x3);
            const DLCV__V g = DLCV__VADD(DLCV__FLAT_SOME(dy + j, (ptrdiff_t)(n - j)), zero), g3 = DLCV__VSELECT(m3, g, zero), t3 = DLCV__VSELECT(m3, zero, g);
            const DLCV__V g2 = DLCV__VSELECT(m2, t3, zero), t2 = DLCV__VSELECT(m2, zero, t3), g1 = DLCV__VSELECT(m1, t2, zero), g0 = DLCV__VSELECT(m1, zero, t2);
            for (r = 0; r < 2; r++) {
                float *to = dx + 2 * j + (r ? pitch : 0);
                const DLCV__V even = r ? g2 : g0, odd = r ? g3 : g1, low = DLCV__VZIPLO(even, odd), high = DLCV__VZIPHI(even, odd);
                if (left >= DLCV__VW) DLCV__VSTORE(to, low);
                else DLCV__VSTOREN(to, low, (size_t)left);
                if (left >= 2 * DLCV__VW) DLCV__VSTORE(to + DLCV__VW, high);
                else if (left > DLCV__VW) DLCV__VSTOREN(to + DLCV__VW, high, (size_t)left - DLCV__VW);
            }
        }
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

static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pool_find), DLCV__K(flat_pool_give), DLCV__K(flat_pool_back2),
    DLCV__K(flat_pixels), DLCV__K(flat_update), DLCV__K(flat_map), DLCV__K(flat_keep_greater), DLCV__K(flat_masked),
    DLCV__K(flat_fence), DLCV__K(flat_copy), DLCV__K(flat_fill), DLCV__K(flat_rows16)
};

#endif /* DLCV__STAMP_F32 */
