/* ---- kernels: direct convolution ------------------------------------------------------------------------------------------------------------ */
#if DLCV__STAMP_F32

/* What is no whole vector: bias, residual (of `lanes` floats), if not NULL, and clamp, in that order; a NaN stays one */
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = DLCV__VLOADN(residual, lanes);
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

/* A tile: R filters by GNV vectors of pixels, each sum one ascending chain over channels and, within a channel, taps. Where there are fewer
 * vectors the missing ones are the first one again, computed and stored. */
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
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_NEXT1(r, j) x##j += plane;
#ifdef DLCV__VMASK /* all vectors alike */
#define DLCV__C_MASK const DLCV__VMASK_TYPE mask = DLCV__VMASK(lanes);
#define DLCV__C_IN(p) DLCV__VLOADM((p), mask)
#define DLCV__C_SEND(p, v) DLCV__VSTOREM((p), (v), mask)
#define DLCV__C_APART 0
#else
#define DLCV__C_MASK
#define DLCV__C_IN(p) DLCV__VLOAD(p)
#define DLCV__C_SEND(p, v) DLCV__VSTORE((p), (v))
#define DLCV__C_APART (lanes < DLCV__VW)
#endif
#define DLCV__C_PUT1(r, j) DLCV__C_SEND(y##j + (size_t)r * y_row, acc##r##_##j);
#define DLCV__C_TO1(r, j) float *const y##j = y + at_y[j < vectors ? j : 0];
#define DLCV__C_ADD1(r, j) acc##r##_##j = DLCV__VADD(acc##r##_##j, a);
#define DLCV__C_MORE1(r, j) { const DLCV__V more = DLCV__C_IN(e->residual + (y##j - y) + (size_t)r * y_row); acc##r##_##j = DLCV__VADD(acc##r##_##j, more); }
#define DLCV__C_CLAMP1(r, j) acc##r##_##j = DLCV__VMIN(high, DLCV__VMAX(low, acc##r##_##j));
#define DLCV__C_SPILL1(r, j) DLCV__VSTORE(sums + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_ASK1(r, j) DLCV__PREFETCH(y##j + (size_t)r * y_row);
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_ASK(r, z) DLCV__C_COLS(DLCV__C_ASK1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(w[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_ADD(r, z) { const DLCV__V a = DLCV__VSET(dlcv__load_f32(e->bias + r)); DLCV__C_COLS(DLCV__C_ADD1, r) }
#define DLCV__C_MORE(r, z) DLCV__C_COLS(DLCV__C_MORE1, r)
#define DLCV__C_CLAMP(r, z) DLCV__C_COLS(DLCV__C_CLAMP1, r)
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_SPILL(r, z) DLCV__C_COLS(DLCV__C_SPILL1, r)

/* What is no whole vector: `rows` filters' sums, GNV vectors each */
DLCV__APART DLCV__REALIGN void DLCV__K(direct_few)(const float *sums, float *y, size_t y_row, const size_t *at_y, int rows, int vectors, size_t lanes,
    const dlcv__epilogue *e)
{
    int r, j;
    for (r = 0; r < rows; r++, sums += DLCV__GNV * DLCV__VW)
        for (j = 0; j < vectors; j++) {
            const size_t to = (size_t)r * y_row + at_y[j];
            DLCV__V v = DLCV__VLOAD(sums + j * DLCV__VW);
            if (e) v = DLCV__K(direct_finish)(v, e->bias ? e->bias + r : NULL, e->residual ? e->residual + to : NULL, lanes, e);
            DLCV__VSTOREN(y + to, v, lanes);
        }
    DLCV__LEAVE();
}

#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(const dlcv__direct_taps *t, const float *weights, const float *x, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    const size_t n = t->count, plane = t->plane, step = t->all * R; \
    DLCV__C_MASK \
    size_t c = t->channels; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__C_COLS(DLCV__C_TO1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    if (c * n >= 48) { DLCV__REP##R(DLCV__C_ASK, 0) } /* lines that the stores will want */ \
    do { \
        const dlcv__direct_tap *p = t->tap, *const end = p + n; \
        for (; p < end; p++) { \
            const size_t at = p->at; \
            const float *w = weights + p->number * R; \
            DLCV__C_COLS(DLCV__C_LOAD1, 0) \
            DLCV__REP##R(DLCV__C_STEP, 0) \
        } \
        DLCV__C_COLS(DLCV__C_NEXT1, 0) \
        weights += step; \
    } while (--c); \
    if (DLCV__C_APART) { \
        DLCV__ALIGN64 float sums[R * DLCV__GNV * DLCV__VW]; \
        DLCV__REP##R(DLCV__C_SPILL, 0) \
        DLCV__K(direct_few)(sums, y, y_row, at_y, R, vectors, lanes, e); \
        DLCV__LEAVE(); \
        return; \
    } \
    if (e) { \
        const DLCV__V low = DLCV__VSET(e->low), high = DLCV__VSET(e->high); \
        if (e->bias) { DLCV__REP##R(DLCV__C_ADD, 0) } \
        if (e->residual) { DLCV__REP##R(DLCV__C_MORE, 0) } \
        DLCV__REP##R(DLCV__C_CLAMP, 0) \
    } \
    DLCV__REP##R(DLCV__C_PUT, 0) \
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
#define DLCV__C_BIAS(r, z) acc##r = DLCV__VADD(acc##r, bias);
#define DLCV__C_LOAD(r, z) { const DLCV__V more = DLCV__C_IN(residual + (size_t)r * down); acc##r = DLCV__VADD(acc##r, more); }
#define DLCV__C_LIMIT(r, z) acc##r = DLCV__VMIN(high, DLCV__VMAX(low, acc##r));
#define DLCV__C_OUT(r, z) DLCV__C_SEND(to + (size_t)r * down, acc##r);
#define DLCV__C_SUMS(r, z) DLCV__VSTORE(sums + r * DLCV__VW, acc##r);
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);

DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t x_step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t step = rows < 4 ? 0 : x_step, down = rows < 4 ? 0 : y_row;     /* fewer than four rows: each four times */
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy, r;
    DLCV__C_MASK
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows; oy += rows < 4 ? 1 : 4) {
            const float *q0, *q1, *q2, *residual;
            float *to;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            to = y + oy * y_row + ox;
            residual = e && e->residual ? e->residual + (to - y) : NULL;
            q0 = x + oy * x_step + off[0] + ox, q1 = x + oy * x_step + off[1] + ox, q2 = x + oy * x_step + off[2] + ox;
            DLCV__REP4(DLCV__C_NINE, 0)
            if (DLCV__C_APART) {
                DLCV__ALIGN64 float sums[4 * DLCV__VW];
                DLCV__REP4(DLCV__C_SUMS, 0)
                for (r = 0; r < 4; r++) {
                    DLCV__V v = DLCV__VLOAD(sums + r * DLCV__VW);
                    if (e) v = DLCV__K(direct_finish)(v, e->bias, residual ? residual + r * down : NULL, cols, e);
                    DLCV__VSTOREN(to + r * down, v, cols);
                }
                continue;
            }
            if (e) {
                const DLCV__V low = DLCV__VSET(e->low), high = DLCV__VSET(e->high);
                if (e->bias) {
                    const DLCV__V bias = DLCV__VSET(dlcv__load_f32(e->bias));
                    DLCV__REP4(DLCV__C_BIAS, 0)
                }
                if (residual) { DLCV__REP4(DLCV__C_LOAD, 0) }
                DLCV__REP4(DLCV__C_LIMIT, 0)
            }
            DLCV__REP4(DLCV__C_OUT, 0)
        }
    }
    DLCV__LEAVE();
}

/* Rows of n > 0 floats to a stride's phases: of each out[p * pitch + i] = x[i * stride + p] for those i that exist. At stride 1 what follows may
 * become zero as far as out + pitch. */
DLCV__INLINE void DLCV__K(deal1)(const float *x, size_t n, float *out, size_t pitch)
{
    size_t i;
    if (n >= DLCV__VW) {
        const DLCV__V last = DLCV__VLOAD(x + n - DLCV__VW);
        for (i = 0; n - i > DLCV__VW; i += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(x + i);
            DLCV__VSTORE(out + i, v);
        }
        DLCV__VSTORE(out + n - DLCV__VW, last);
    } else {
        const DLCV__V v = DLCV__VLOADN(x, n);
        if (pitch >= DLCV__VW) DLCV__VSTORE(out, v);
        else DLCV__VSTOREN(out, v, n);
    }
}

/* as far as whole vectors go, the last of which end where the row does; returns how many of each phase are done */
DLCV__INLINE size_t DLCV__K(deal2)(const float *x, size_t n, float *out, size_t pitch)
{
    const size_t last = n < 2 * DLCV__VW ? 0 : (n - 2 * DLCV__VW) / 2;
    size_t i = 0;
    if (n < 2 * DLCV__VW) {
        const DLCV__V a = n < DLCV__VW ? DLCV__VLOADN(x, n) : DLCV__VLOAD(x), b = n > DLCV__VW ? DLCV__VLOADN(x + DLCV__VW, n - DLCV__VW) : DLCV__VZERO();
        const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
        DLCV__K(direct_put)(out, u, (n + 1) / 2);
        DLCV__K(direct_put)(out + pitch, v, n / 2);
        return n;
    }
    for (;; i = i + DLCV__VW < last ? i + DLCV__VW : last) {
        const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
        const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
        DLCV__VSTORE(out + i, u);
        DLCV__VSTORE(out + pitch + i, v);
        if (i == last) return i + DLCV__VW;
    }
}

DLCV__INLINE size_t DLCV__K(deal4)(const float *x, size_t n, float *out, size_t pitch)
{
    const size_t last = n < 4 * DLCV__VW ? 0 : (n - 4 * DLCV__VW) / 4;
    size_t i = 0;
    if (n < 4 * DLCV__VW) return 0;
    for (;; i = i + DLCV__VW < last ? i + DLCV__VW : last) {
        const float *q = x + 4 * i;
        const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
        const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
        const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
        DLCV__VSTORE(out + i, s);
        DLCV__VSTORE(out + pitch + i, t);
        DLCV__VSTORE(out + 2 * pitch + i, u);
        DLCV__VSTORE(out + 3 * pitch + i, v);
        if (i == last) return i + DLCV__VW;
    }
}

DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t x_row, size_t rows, size_t n, size_t stride, float *out, size_t out_row, size_t pitch)
{
    size_t i, p;
    for (; rows; rows--, x += x_row, out += out_row) {
        if (stride == 1) {
            DLCV__K(deal1)(x, n, out, pitch);
            continue;
        }
        i = stride == 2 ? DLCV__K(deal2)(x, n, out, pitch) : stride == 4 ? DLCV__K(deal4)(x, n, out, pitch) : 0;
        for (; i * stride < n; i++)
            for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    }
    DLCV__LEAVE();
}

/* Rows of n floats to whole vectors, `step` floats apart, the last of a row filled up with zeros */
DLCV__KERNEL void DLCV__K(spread)(const float *x, size_t rows, size_t n, float *out, size_t step)
{
    size_t i;
    for (; rows; rows--, x += n) {
        for (i = 0; n - i >= DLCV__VW; i += DLCV__VW, out += step) {
            const DLCV__V v = DLCV__VLOAD(x + i);
            DLCV__VSTORE(out, v);
        }
        if (i < n) {
            const DLCV__V v = DLCV__VLOADN(x + i, n - i);
            DLCV__VSTORE(out, v);
            out += step;
        }
    }
    DLCV__LEAVE();
}

/* Gradients of weights: for R filters and `vectors` <= NNV taps the lanes' sums acc[r * acc_row + j * VW], += over i < n of
 * map[(i * R + r) * VW] * x[taps[j] + at_x[i]]: one chain a lane. */
#if DLCV__GMR >= 8
#define DLCV__NMR 4
#define DLCV__NNV 6
#elif DLCV__GMR >= 6
#define DLCV__NMR 3
#define DLCV__NNV 3
#else
#define DLCV__NMR 2
#define DLCV__NNV 4
#endif
#define DLCV__N_COLS DLCV__CAT(DLCV__COL, DLCV__NNV)
#define DLCV__N_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__N_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__N_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__N_FETCH(r, z) DLCV__N_COLS(DLCV__N_FETCH1, r)
#define DLCV__N_STEP(r, z) { DLCV__V a = DLCV__VLOADA(map + r * DLCV__VW); DLCV__VKEEP(a) DLCV__N_COLS(DLCV__C_STEP1, r) }
#define DLCV__N_KEEP(r, z) DLCV__N_COLS(DLCV__N_KEEP1, r)

#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, const float *x, const size_t *taps, const size_t *at_x, float *acc, size_t acc_row, \
    int vectors) \
{ \
    DLCV__N_COLS(DLCV__N_TAP1, 0) \
    DLCV__REP##R(DLCV__N_FETCH, 0) \
    for (; n; n--, map += R * DLCV__VW) { \
        const size_t at = *at_x++; \
        DLCV__N_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__N_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__N_KEEP, 0) \
    DLCV__LEAVE(); \
}

DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
#if DLCV__NMR >= 3
DLCV__GRADIENT_BODY(3)
#endif
#if DLCV__NMR >= 4
DLCV__GRADIENT_BODY(4)
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

static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__NMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2)
#if DLCV__NMR >= 3
    , DLCV__K(gradient_3)
#endif
#if DLCV__NMR >= 4
    , DLCV__K(gradient_4)
#endif
};

#endif /* DLCV__STAMP_F32 */
