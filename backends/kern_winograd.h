/* ---- kernels: the transforms of Winograd's convolutions ------------------------------------------------------------------------------------
 * F(m x m, 3 x 3), m = 2 or 4 (Lavin and Gray 2015, arXiv 1509.09308): Y = A^T [(G g G^T) * (B^T d B)] A for tiles of m x m outputs, which see
 * (m + 2) x (m + 2) inputs each. Lanes run over tiles that stand side by side. The points are 0, 1, -1 and infinity for m = 2, and 0, +-a, +-b and
 * infinity for m = 4 with a = 5/8, b = 3/2: of the pairs whose constants are all exact floats the one with the smallest error, a quarter of that
 * of the paper's 1 and 2. With e = x4 - b^2 x2, o = x3 - b^2 x1 the rows of B^T for +-a are e +- a o; those for +-b have a and b the
 * other way round; the row for 0 is x (x^2 - a^2)(x^2 - b^2) without its x, the one for infinity with it. */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)

#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)

/* B^T x, from x0 .. x5 to z0 .. z5 */
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);

/* a vector whose first lane is the float after w's first one; w = p[m VW] .. */
#if DLCV__VW == 1
#define DLCV__W_SECOND(w, p, m) DLCV__VLOAD((p) + m + 1)
#else
#define DLCV__W_SECOND(w, p, m) DLCV__VODD(w, w)
#endif

/* x0 .. x5 of VW tiles from the 4 VW + 2 columns at p; x0 .. x3 of 2 VW + 2 */
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w = DLCV__VLOAD((p) + 4 * DLCV__VW); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w), x5 = DLCV__VNEXT(x1, DLCV__W_SECOND(w, p, 4));
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w = DLCV__VLOAD((p) + 2 * DLCV__VW); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w), x3 = DLCV__VNEXT(x1, DLCV__W_SECOND(w, p, 2));

#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + (i - lo));
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADAT(rows[k] + (from - lo), from - i, to - from);
#define DLCV__W_ZERO(k, x) x##k = DLCV__VZERO();
#define DLCV__W_AHEAD(k, x) DLCV__PREFETCH(rows[k] + ahead + (from - lo));
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);

/* One channel of `count` tiles side by side. rows[k] is row k of the tiles at column lo; columns 0 .. lo - 1 and from hi on are zeros. First the columns
 * (B^T d) into r, then the lines: v[(k (m + 2) + j) * v_step + t], t < count. Of the last vector whole lanes are written up to `room` tiles.
 * r: m + 2 rows of r_row >= m count + m VW + VW floats. `ahead` floats further on are the same tiles of the next channel, or 0. */
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t count, size_t ahead, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    size_t i, k, t; \
    for (i = 0; i < M * count + 2; i += DLCV__VW) { \
        const size_t from = i < lo ? lo : i, to = i + DLCV__VW < hi ? i + DLCV__VW : hi; \
        DLCV__V NAMES; \
        if (to >= from + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else if (to > from) { \
            REP(DLCV__W_FETCHN, x) \
        } else { \
            REP(DLCV__W_ZERO, x) \
        } \
        if (ahead && to > from) { REP(DLCV__W_AHEAD, x) } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        const float *line = r + k * r_row; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}

#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
/* The same where rows of tiles are short: `count` columns of one without the paddings, which are zeros, to r, and the next one's behind them; then the
 * lines of all `tiles` together. first[t] and last[t] are 0 where tile t is the first and the last of its row, else 1. There is a vector before
 * and one behind what a line of r holds. */
#define DLCV__WINOGRAD_COLUMNS(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_columns##M)(const float *const *rows, size_t count, size_t ahead, float *r, size_t r_row) \
{ \
    const size_t lo = 0; \
    size_t i; \
    for (i = 0; i < count; i += DLCV__VW) { \
        const size_t from = i, to = i + DLCV__VW < count ? i + DLCV__VW : count; \
        DLCV__V NAMES; \
        if (to == i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        if (ahead) { REP(DLCV__W_AHEAD, x) } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    DLCV__LEAVE(); \
}
DLCV__WINOGRAD_COLUMNS(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_COLUMNS(2, DLCV__REP4, DLCV__W_NAMES2)

DLCV__KERNEL void DLCV__K(winograd_tiles4)(const float *r, size_t r_row, size_t tiles, const float *first, const float *last, float *v, size_t v_step)
{
    const DLCV__V zero = DLCV__VZERO();
    size_t k, t;
    for (k = 0; k < 6; k++)
        for (t = 0; t < tiles; t += DLCV__VW) {
            const float *p = r + k * r_row + 4 * t;
            float *q = v + 6 * k * v_step + t;
            const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD(p + DLCV__VW), v2 = DLCV__VLOAD(p + 2 * DLCV__VW), v3 = DLCV__VLOAD(p + 3 * DLCV__VW);
            const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3);
            const DLCV__V x1 = DLCV__VEVEN(x02, y02), x2 = DLCV__VEVEN(x13, y13), x3 = DLCV__VODD(x02, y02), x4 = DLCV__VODD(x13, y13);
            const DLCV__V u0 = DLCV__VLOAD(p - 4), u1 = DLCV__VLOAD(p - 4 + DLCV__VW), u2 = DLCV__VLOAD(p - 4 + 2 * DLCV__VW), u3 = DLCV__VLOAD(p - 4 + 3 * DLCV__VW);
            const DLCV__V u13 = DLCV__VODD(u0, u1), w13 = DLCV__VODD(u2, u3), w = DLCV__VLOAD(p + 4 * DLCV__VW);
            const DLCV__V a = DLCV__VLOAD(first + t), b = DLCV__VLOAD(last + t);
            const DLCV__V x0 = DLCV__VSELECT(DLCV__VLT(zero, a), DLCV__VODD(u13, w13), zero), x5 = DLCV__VSELECT(DLCV__VLT(zero, b), DLCV__VNEXT(x1, w), zero);
            DLCV__W_IN4()
            DLCV__REP6(DLCV__W_PUT, 0)
            (void)u0, (void)u2, (void)u13;      /* of which a single lane sees none */
        }
    DLCV__LEAVE();
}

DLCV__KERNEL void DLCV__K(winograd_tiles2)(const float *r, size_t r_row, size_t tiles, const float *first, const float *last, float *v, size_t v_step)
{
    const DLCV__V zero = DLCV__VZERO();
    size_t k, t;
    for (k = 0; k < 4; k++)
        for (t = 0; t < tiles; t += DLCV__VW) {
            const float *p = r + k * r_row + 2 * t;
            float *q = v + 4 * k * v_step + t;
            const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD(p + DLCV__VW), w = DLCV__VLOAD(p + 2 * DLCV__VW);
            const DLCV__V u0 = DLCV__VLOAD(p - 2), u1 = DLCV__VLOAD(p - 2 + DLCV__VW);
            const DLCV__V a = DLCV__VLOAD(first + t), b = DLCV__VLOAD(last + t), x1 = DLCV__VEVEN(v0, v1), x2 = DLCV__VODD(v0, v1);
            const DLCV__V x0 = DLCV__VSELECT(DLCV__VLT(zero, a), DLCV__VODD(u0, u1), zero), x3 = DLCV__VSELECT(DLCV__VLT(zero, b), DLCV__VNEXT(x1, w), zero);
            DLCV__W_IN2()
            DLCV__REP4(DLCV__W_PUT, 0)
            (void)u0;
        }
    DLCV__LEAVE();
}

DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)

/* The same and more with lanes over channels (or kernels, or filters), where nothing is to be shuffled: a matrix of a few rows times vectors that are in_step
 * apart, out[i * out_next + k * out_step + q] = row k of it times in[i * in_next + j * in_step + q], q < n in whole vectors, i < count.
 * In place where each step is the same. Twice, that is B^T d B, and so on.
 *   lines: B^T, of pictures. map: A, of 4 or 2 outputs' gradients. taps: G^T, from products to the gradient of 3 taps.
 *   weights: G. Its row for a point p is 1, p, p^2, all exact, times 1 / the product of p - q over the other finite points q. */
#define DLCV__W_KZ ((float)(1.0 / (0.625 * 0.625 * 1.5 * 1.5)))
#define DLCV__W_KA ((float)(1.0 / (2 * 0.625 * 0.625 * (0.625 * 0.625 - 1.5 * 1.5))))
#define DLCV__W_KB ((float)(1.0 / (2 * 1.5 * 1.5 * (1.5 * 1.5 - 0.625 * 0.625))))
#define DLCV__W_G4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(DLCV__W_A2), x2, x0), eb = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), x2, x0); \
    const DLCV__V z0 = DLCV__VMUL(DLCV__VSET(DLCV__W_KZ), x0), z5 = x2; \
    const DLCV__V z1 = DLCV__VMUL(DLCV__VSET(DLCV__W_KA), DLCV__VFMA(DLCV__VSET(DLCV__W_A), x1, ea)); \
    const DLCV__V z2 = DLCV__VMUL(DLCV__VSET(DLCV__W_KA), DLCV__VFMA(DLCV__VSET(-DLCV__W_A), x1, ea)); \
    const DLCV__V z3 = DLCV__VMUL(DLCV__VSET(DLCV__W_KB), DLCV__VFMA(DLCV__VSET(DLCV__W_B), x1, eb)); \
    const DLCV__V z4 = DLCV__VMUL(DLCV__VSET(DLCV__W_KB), DLCV__VFMA(DLCV__VSET(-DLCV__W_B), x1, eb));
#define DLCV__W_G2() \
    const DLCV__V half = DLCV__VSET(0.5f), e = DLCV__VADD(x0, x2), z0 = x0, z3 = x2; \
    const DLCV__V z1 = DLCV__VMUL(half, DLCV__VADD(e, x1)), z2 = DLCV__VMUL(half, DLCV__VSUB(e, x1));
#define DLCV__W_MAP4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(DLCV__W_A2), x2, x0), oa = DLCV__VFMA(DLCV__VSET(DLCV__W_A2), x3, x1); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), x2, x0), ob = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), x3, x1); \
    const DLCV__V z0 = x0, z5 = x3; \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb);
#define DLCV__W_MAP2() \
    const DLCV__V z0 = x0, z1 = DLCV__VADD(x0, x1), z2 = DLCV__VSUB(x0, x1), z3 = DLCV__VSUB(DLCV__VZERO(), x1);
#define DLCV__W_TAPS4() \
    const DLCV__V s = DLCV__VMUL(DLCV__VSET(DLCV__W_KA), DLCV__VADD(x1, x2)), d = DLCV__VMUL(DLCV__VSET(DLCV__W_KA), DLCV__VSUB(x1, x2)); \
    const DLCV__V u = DLCV__VMUL(DLCV__VSET(DLCV__W_KB), DLCV__VADD(x3, x4)), e = DLCV__VMUL(DLCV__VSET(DLCV__W_KB), DLCV__VSUB(x3, x4)); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_KZ), x0, DLCV__VADD(s, u)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), d, DLCV__VMUL(DLCV__VSET(DLCV__W_B), e)); \
    const DLCV__V z2 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2), s, DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, x5));
#define DLCV__W_TAPS2() \
    const DLCV__V half = DLCV__VSET(0.5f), s = DLCV__VMUL(half, DLCV__VADD(x1, x2)); \
    const DLCV__V z0 = DLCV__VADD(x0, s), z1 = DLCV__VMUL(half, DLCV__VSUB(x1, x2)), z2 = DLCV__VADD(s, x3);
#define DLCV__W_TAKE(k, x) const DLCV__V x##k = DLCV__VLOAD(in + k * in_step + (ptrdiff_t)q);
#define DLCV__W_GIVE(k, x) DLCV__VSTORE(out + k * out_step + q, z##k);

#define DLCV__WINOGRAD_LINES(NAME, TAKE, GIVE, MATRIX) \
DLCV__KERNEL void DLCV__K(NAME)(const float *in, ptrdiff_t in_step, float *out, size_t out_step, size_t n, size_t count, size_t in_next, size_t out_next) \
{ \
    size_t q; \
    for (; count; count--, in += in_next, out += out_next) \
        for (q = 0; q < n; q += DLCV__VW) { \
            TAKE(DLCV__W_TAKE, x) \
            MATRIX() \
            GIVE(DLCV__W_GIVE, x) \
        } \
    DLCV__LEAVE(); \
}
DLCV__WINOGRAD_LINES(winograd_lines2, DLCV__REP4, DLCV__REP4, DLCV__W_IN2)
DLCV__WINOGRAD_LINES(winograd_lines4, DLCV__REP6, DLCV__REP6, DLCV__W_IN4)
DLCV__WINOGRAD_LINES(winograd_weights2, DLCV__REP3, DLCV__REP4, DLCV__W_G2)
DLCV__WINOGRAD_LINES(winograd_weights4, DLCV__REP3, DLCV__REP6, DLCV__W_G4)
DLCV__WINOGRAD_LINES(winograd_map2, DLCV__REP2, DLCV__REP4, DLCV__W_MAP2)
DLCV__WINOGRAD_LINES(winograd_map4, DLCV__REP4, DLCV__REP6, DLCV__W_MAP4)
DLCV__WINOGRAD_LINES(winograd_taps2, DLCV__REP4, DLCV__REP3, DLCV__W_TAPS2)
DLCV__WINOGRAD_LINES(winograd_taps4, DLCV__REP6, DLCV__REP3, DLCV__W_TAPS4)

/* Line k of products times A: p0 .. p3, p0 and p1 */
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }

/* A^T of the lines, column c: the pair of lines p, q belongs to +-a, then to +-b */
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
/* row k of the outputs, four columns of VW tiles each, one after the other */
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }

/* One filter's products m[(k (m + 2) + j) * m_step + t], t < tiles, to rows of outputs: out[i * out_row + m t + j]. Whole vectors of tiles. */
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}

DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}

/* y[i] = p[i] + bias + residual[i], clamped, i < n: what gemm_finish does */
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}

/* One filter's rows of outputs to the picture, after bias (one number), residual (at the offsets of y) and clamp. `ahead` floats further on
 * is where the next filter's go, or 0. */
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, size_t ahead, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            if (ahead)
                for (j = 0; j < n; j += 16) DLCV__PREFETCH(q + ahead + j);
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}

#endif
