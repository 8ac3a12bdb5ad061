/* ---- kernels: direct convolution ------------------------------------------------------------------------------------------------------------ */
#if DLCV__STAMP_F32

/* bias (a vector of the filter's or NULL), residual (lanes' address or NULL), clamp: in that order; a NaN stays one */
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}

DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}

/* A tile: R filters by GNV vectors of pixels. Each sum is one ascending chain over the k taps: tap p of vector j is at x_j + taps[p]. */
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)

#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}

DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif

/* Depthwise, 3x3: rows x cols pixels of one channel. Tap (i, j) of pixel (oy, ox) is at x + oy * step + i * row + off[j] + ox. Every pixel's sum is
 * the chain of its nine taps. The last vector of a row ends where the row ends, and so do the last four rows: what they have in common with those
 * before is computed twice, with the same bits. */
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);

DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}

/* n floats of a row to a stride's phases: out[p * pitch + i] = x[i * stride + p] for those i that exist */
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}

/* Gradients of weights: for R filters and GNV taps the lanes' sums acc[r * acc_row + j * VW], += over i < n of map[r * map_row + i * VW] *
 * x[taps[j] + at_x[i]]: one chain a lane. */
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)

#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}

DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif

/* out[i] = (add ? out[i] : 0) + the sum of the lanes of acc + i * VW */
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}

static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};

static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};

#endif /* DLCV__STAMP_F32 */
