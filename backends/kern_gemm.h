/* ---- kernels: tiles of matrix products ---------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* A body makes R rows of N vectors: c[r, j] = (load ? c[r, j] : +0) + sum over p < k of a[r * a_row + p * a_step] * b[p * b_step + j], one ascending
 * chain an element, whichever body has it. Rows of A are reached from one pointer for each four. */
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK /* of the last vector only its columns are read and written */
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(w->cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (w->cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, bp + j * DLCV__VW);
#define DLCV__G_PACK1(r, j) DLCV__VSTORE(pack + j * DLCV__VW, b##j);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(to + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(to + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(to + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) to += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(DLCV__G_A##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) to += c_row;
#define DLCV__G_ASK1(r, j) DLCV__PREFETCH(at + j * DLCV__VW);
#define DLCV__G_A0 a0
#define DLCV__G_A1 (a0 + a_row)
#define DLCV__G_A2 (a0 + 2 * a_row)
#define DLCV__G_A3 (a0 + a_row3)
#define DLCV__G_A4 a4
#define DLCV__G_A5 (a4 + a_row)
#define DLCV__G_A6 (a4 + 2 * a_row)
#define DLCV__G_A7 (a4 + a_row3)

#ifdef DLCV__VFMATO
/* The largest tiles four products at a time, so that there is little to count: 85 instructions for 48 multiply-adds with AVX2, one by one 108. That shows
 * where two threads share a core's front end. A's steps are constants, B's rows are reached from every fourth one. */
#define DLCV__G_LOAD4(r, j) const DLCV__V b##j = DLCV__G_IN(j, bp + (Q < 3 ? Q * b_step : b_step3) + j * DLCV__VW);
#define DLCV__G_STEP41(r, j) DLCV__VFMATO(acc##r##_##j, x, b##j)
#define DLCV__G_STEP4(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(DLCV__G_A##r + Q * SIZE)); COLS(DLCV__G_STEP41, r) }
#define DLCV__G_QUARTER(R, N, number) { \
    enum { Q = number }; \
    DLCV__COL##N(DLCV__G_LOAD4, 0) \
    DLCV__REP##R(DLCV__G_STEP4, DLCV__COL##N) \
    DLCV__HIDE(a_row); \
    DLCV__HIDE(a_row3); \
    DLCV__HIDE(b_step); \
    DLCV__HIDE(b_step3); \
    DLCV__REREAD(); \
}
#define DLCV__G_FOURS(R, N, size) { \
    enum { SIZE = size }; \
    for (fours = p >> 2, p &= 3; fours; fours--) { \
        if (DLCV__RARELY(asks)) { \
            for (q = 0; q < 4; q++, ahead += ahead_step) DLCV__PREFETCH2(ahead); \
        } \
        DLCV__HIDE(a0); \
        DLCV__HIDE(a4); \
        DLCV__HIDE(bp); \
        DLCV__G_QUARTER(R, N, 0) \
        DLCV__G_QUARTER(R, N, 1) \
        DLCV__G_QUARTER(R, N, 2) \
        DLCV__G_QUARTER(R, N, 3) \
        a0 += 4 * SIZE, a4 += 4 * SIZE, bp += b_next; \
    } \
}
#define DLCV__G_UNROLLED(R, N) \
    if (R > 4 && R + 1 >= DLCV__GMR && N == DLCV__GNV && !pack) { \
        size_t b_step3 = 3 * b_step, b_next = 4 * b_step, fours, q; \
        DLCV__HIDE(b_next); \
        if (a_step == 1) DLCV__G_FOURS(R, N, 1) \
        else if (a_step == DLCV__GMR) DLCV__G_FOURS(R, N, DLCV__GMR) \
    }
#else
#define DLCV__G_UNROLLED(R, N) (void)asks;
#endif

#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(dlcv__gemm_walk *w) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    for (;;) { \
        const size_t a_step = w->a_step; \
        const float *a0 = w->a, *a4 = a0 + 4 * w->a_row, *bp = w->b, *ahead = a0 + 64 * a_step; \
        size_t a_row = w->a_row, b_step = w->b_step, a_row3 = 3 * a_row, ahead_step = a_step, c_row = w->c_row, p; \
        int asks; \
        float *pack = w->pack, *to; \
        DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
        if (w->load) { \
            const float *in = w->c; \
            DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
        } \
        asks = w->lines != 0; \
        if (w->lines) ahead = w->ahead, ahead_step = w->ahead_step, w->ahead += w->ahead_next, w->lines--; \
        if (w->touch && w->tiles > 1) { \
            const float *at = w->c + w->c_next; \
            for (p = R; p; p--, at += c_row) { DLCV__COL##N(DLCV__G_ASK1, 0) } \
        } \
        DLCV__HIDE(a_row3); \
        p = w->k; \
        DLCV__G_UNROLLED(R, N) \
        for (; p; p--) { \
            DLCV__HIDE(a0); \
            if (R > 4) DLCV__HIDE(a4); \
            DLCV__PREFETCH2(ahead); \
            ahead += ahead_step; \
            DLCV__COL##N(DLCV__G_LOAD1, 0) \
            if (DLCV__RARELY(pack != NULL)) { \
                DLCV__COL##N(DLCV__G_PACK1, 0) \
                pack += N * DLCV__VW; \
            } \
            DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
            a0 += a_step; \
            if (R > 4) a4 += a_step; \
            bp += b_step; \
        } \
        DLCV__REREAD(); \
        to = w->c, c_row = w->c_row; \
        DLCV__HIDE(c_row); \
        DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
        (void)a_row3; \
        (void)a4; \
        if (!--w->tiles) break; \
        w->a += w->a_next, w->b += w->b_next, w->c += w->c_next; \
        if (w->pack) w->b = w->pack, w->b_step = N * DLCV__VW, w->pack = NULL; \
    } \
    DLCV__LEAVE(); \
}

#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) DLCV__K(gemm_##R##_1)
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2)
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3)
#endif

DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif

static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR * DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};

/* c[i, j] = the sums t[i, j] (t_row floats a row, whole vectors), after bias, residual and clamp, in that order; a NaN stays one */
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}

/* See dlcv__kernels_f32. A tile that has an epilogue, or whose columns are no whole vectors where there are no masks, is made in t. */
DLCV__INLINE void DLCV__K(gemm_one)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load)
{
    dlcv__gemm_walk w;
    w.k = k, w.a = a, w.a_row = a_row, w.a_step = a_step, w.b = b, w.b_step = b_step, w.c = c, w.c_row = c_row;
    w.cols = cols, w.load = load, w.tiles = 1, w.lines = 0, w.pack = NULL, w.touch = 0;
    DLCV__K(gemm_bodies)[(unsigned)(rows - 1) * DLCV__GNV + (unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](&w);
}

DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_one)(k, a, a_row, a_step, b, b_step, t, DLCV__GNR, rows, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}

DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0)) DLCV__K(gemm_one)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load);
    else DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}

/* out[r, 0 .. cols) = in[r, 0 .. cols); writes whole vectors, the missing elements 0, in ascending order: a width that is no whole number of
 * vectors takes a vector more behind the last row. */
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}

/* One row of A past few rows of B, as long as they are. */
#define DLCV__W_ROW(r, none) const float *b##r = b + (size_t)r * b_step; const float x##r = scale * dlcv__load_f32(a + (size_t)r * a_step);
#define DLCV__W_STEP(r, none) v = DLCV__VFMA(DLCV__VSET(x##r), DLCV__VLOAD(b##r + j), v);
#define DLCV__W_STEPN(r, none) v = DLCV__VFMA(DLCV__VSET(x##r), DLCV__VLOADN(b##r + j, n - j), v);
#define DLCV__GEMM_WIDE(R) \
DLCV__INLINE void DLCV__K(gemm_wide_##R)(const float *a, size_t a_step, float scale, const float *b, size_t b_step, float *c, size_t n, int load) \
{ \
    size_t j; \
    DLCV__REP##R(DLCV__W_ROW, 0) \
    for (j = 0; n - j >= DLCV__VW; j += DLCV__VW) { \
        DLCV__V v = DLCV__VZERO(); \
        if (load) v = DLCV__VLOAD(c + j); \
        DLCV__REP##R(DLCV__W_STEP, 0) \
        DLCV__VSTORE(c + j, v); \
    } \
    if (j < n) { \
        DLCV__V v = DLCV__VZERO(); \
        if (load) v = DLCV__VLOADN(c + j, n - j); \
        DLCV__REP##R(DLCV__W_STEPN, 0) \
        DLCV__VSTOREN(c + j, v, n - j); \
    } \
}
DLCV__GEMM_WIDE(1)
DLCV__GEMM_WIDE(8)

/* See dlcv__kernels_f32. */
DLCV__KERNEL void DLCV__K(gemm_wide)(size_t k, const float *a, size_t a_step, float scale, const float *b, size_t b_step, float *c, size_t n, int load)
{
    for (; k >= 8; k -= 8, a += 8 * a_step, b += 8 * b_step, load = 1) DLCV__K(gemm_wide_8)(a, a_step, scale, b, b_step, c, n, load);
    for (; k; k--, a += a_step, b += b_step, load = 1) DLCV__K(gemm_wide_1)(a, a_step, scale, b, b_step, c, n, load);
    DLCV__LEAVE();
}

/* Inner products of R rows of a and N rows of b: element p goes to lane p mod VW, the lanes are added by halves. Missing rows of a repeat the last. */
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * WIDE + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)

#define DLCV__GEMM_DOTS(NAME, ROWS, COLS, WIDTH) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    enum { WIDE = WIDTH }; \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}

#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
#if DLCV__VW >= 16
#define DLCV__H_ALONE 4
#else
#define DLCV__H_ALONE 8
#endif
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__CAT(DLCV__REP, DLCV__H_ALONE), DLCV__COL1, 1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2, DLCV__HNR)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3, DLCV__HNR)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4, DLCV__HNR)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5, DLCV__HNR)
#endif

/* sum[r * HNR + s] = the inner product of row r < rows <= HMR of a and row s < cols of b; of one row of b sum[r], of any number of rows in whole eights */
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1:
        for (; rows > 0; rows -= DLCV__H_ALONE, a += DLCV__H_ALONE * a_row, sum += DLCV__H_ALONE) DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum);
        break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}

#undef DLCV__H_ALONE
#endif /* DLCV__STAMP_F32 */
