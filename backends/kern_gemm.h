/* ---- kernels: tiles of matrix products ---------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* A body makes R rows of N vectors: c[r, j] = (load ? c[r, j] : +0) + sum over p < k of a[r * a_row + p * a_step] * b[p * b_step + j], one ascending
 * chain an element, whichever body has it. Rows of A are reached from one pointer for each four. */
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__VLOAD(c + (size_t)r * c_row + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + (size_t)r * c_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r)
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r)
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;

#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int load) \
{ \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) } \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step); \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) \
    (void)a_row; (void)c_row; \
    DLCV__LEAVE(); \
}

#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
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

static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};

/* c[i, j] = the sums t[i, j], after bias, residual and clamp, in that order; a NaN stays one */
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += DLCV__GNR, c += c_row)
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

/* See dlcv__kernels_f32. A tile whose columns are no whole vectors, or that has an epilogue, is made in t. */
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    const dlcv__gemm_body body = DLCV__K(gemm_bodies)[rows - 1][vectors - 1];
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    if (!e && cols == vectors * DLCV__VW) {
        body(k, a, a_row, a_step, b, b_step, c, c_row, load);
        return;
    }
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    body(k, a, a_row, a_step, b, b_step, t, DLCV__GNR, load);
    DLCV__K(gemm_finish)(t, c, c_row, rows, cols, e);
}

#endif /* DLCV__STAMP_F32 */
