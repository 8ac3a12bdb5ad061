/* ---- kernels: functions of a float --------------------------------------------------------------------------------------------------------
 * Bounds against the exact value, in units in the last place of the result, and the greatest error over all 2^32 floats, with products
 * and sums rounded each and with fused multiply-adds. The bounds hold for denormal results, too; a NaN gives a NaN.
 *
 *                             bound   greatest error    |
 *   log         ln x           1      0.96              | 0: -inf, below 0: NaN, inf: inf; rises
 *   exp         e^x            1      0.94    0.91      | above 88.72284: inf, below -103.97208: 0; rises
 *   tanh        tanh x         1.5    1.43    1.45      | odd, rises; |x| up to 2^-12: x, from 9.02 on: +-1
 *   erf         erf x          1.5    1.50    1.14      | odd; from 3.96875 on: +-1
 *   sin_turns   sin(2 pi x)    2.5    2.14              | odd; all finite x (from 2^23 on each is a whole number of turns), inf: NaN
 *   cos_turns   cos(2 pi x)    2      1.95              | even; the same
 *
 * tests/test_math.c holds them to it, in every backend over every exponent (with DLCV_TEST_FULL=1 over all floats). The polynomials of
 * exp, tanh and erf are those of tests/golden/minimax.py; the error given with them is the greatest relative one of the function that
 * is made of it, in exact arithmetic.
 *
 * log, sin and cos are single IEEE operations in a fixed order, never fused: the same bits in every backend and every mode, which is
 * what makes random normals equal everywhere. exp, tanh and erf use VFMA: the same bits everywhere with DLCV_STRICT, else the same in
 * all backends that fuse and in all that do not. A number's result never depends on its place in an array: the last vector is padded,
 * and a single number is an array of one.
 *
 * Where denormals are flushed (32-bit NEON without DLCV_STRICT; a caller's FTZ and DAZ) a denormal argument is a 0, a denormal result
 * is 0, and erf x of |x| < 2^-123 is wrong by up to 2^-126. */
#if DLCV__STAMP_F32

/* ln x. x = m 2^e with m in [sqrt(1/2), sqrt 2): ln x = e ln 2 + 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.1716,
 * and atanh(s) = s + s^3/3 + s^5/5 + ..., cut where the next term is below 2^-30 of s. m - 1 is exact, and f - s f with f = m - 1 is
 * 2 s, so that the leading term carries no rounding of its own. ln 2 in two parts: the first has 8 zero bits at its end, so that
 * e times it is exact. */
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    /* move sqrt(1/2) to an exponent's beginning, take the exponent off, move back */
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128)); /* the sign is in bit 8, not above */
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    /* ln m = 2 s + s p = f - s f + s p */
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    /* 0: -inf; below 0: NaN; inf and NaN: themselves */
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}

#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif

/* e^x = 2^n (1 + u), 1 + u = e^r in [3/4, 3/2], so that |u| <= 1/2 and its rounding is a quarter of the sum's; u = r + r^2 q(r) within
 * 2^-28.3 (1 + u). Returns u; the low bits of *bits are n + 254. |x| <= 128: adding 1.5 2^23 rounds x / ln 2, moved by the middle of r,
 * to an integer and leaves it in the low bits (read as an integer: -ffast-math would take a subtraction back). ln 2 in two parts as
 * above: x - n (first part) is exact. */
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}

/* e^x. 2^n in two factors of about its root, so that the first product and the sum are a normal number, and only the last product
 * overflows or becomes a denormal. Beyond the clamps the result is what it is there: infinity, and 0 since e^-104 < 2^-150. */
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits); /* a NaN stays */
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}

/* y >= 0 with the sign of x */
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}

/* tanh t = t + t^3 p(t^2) below 0.5625, within 2^-29.2; above 1 - 2 / (1 + e^(2 t)), where the fraction is below 1/2 */
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}

/* erf t = t + t p(t^2) below 1.0625, within 2^-27.9; above 1 - q(t - 2.515625), within 2^-27.2, up to where q < 2^-25 and the sum is 1 */
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}

/* What sine and cosine of a turn share. |u| = whole turns + q / 4 + y / (2 pi) with |y| <= pi / 4, all but the last product exact;
 * from 2^24 on every float is a whole number of turns. Then the two series, cut where the next term is below 2^-28. */
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter)); /* of sine: 0 sin y, 1 cos y, 2 -sin y, 3 -cos y */
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t)); /* infinities and NaNs have no angle: NaN */
}

/* x with the sign bits of `sign` turned */
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign))); /* exclusive or */
}

DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}

DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}

/* Box and Muller (1958), the cosine half */
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}

/* over arrays of any length and address; the last vector is padded */
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}

DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)

DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
