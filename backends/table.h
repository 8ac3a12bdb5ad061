/* ---- the tables of kernels: what a backend fills in, and all that the layers above know of it ------------------------------------------------ */
/* One kernel table a slot. The float part comes first; a partial stamp replaces the byte part. */
typedef void (*dlcv__tile_f32)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b);
typedef void (*dlcv__tile_u8)(int groups, const void *a, const void *b, int32_t *c, size_t ldc);

/* What follows a product's sums (RULE: bias, residual, activation in that order, on the accumulators of the last block of k). */
typedef struct dlcv__epilogue {
    const float *bias;              /* [rows] or NULL */
    const float *residual;          /* rows at residual_row floats, or NULL */
    size_t residual_row;
    float low, high;                /* clamp; -infinity, +infinity: none; a NaN stays one */
} dlcv__epilogue;

/* Tiles that stand side by side, of a block of Winograd's convolution. */
typedef struct dlcv__winograd_span {
    size_t tile, count;             /* the first one's place in the block; how many */
    size_t lo, hi;                  /* columns lo .. hi - 1 of what they see lie in the picture */
    size_t top, x, y;               /* row of the padded picture; of x at column lo, row 0; of y: offsets without channel and filter */
    size_t rows, cols;              /* of outputs */
} dlcv__winograd_span;

/* One of Winograd's matrices times lines of vectors (kern_winograd.h) */
typedef void (*dlcv__winograd_lines)(const float *in, ptrdiff_t in_step, float *out, size_t out_step, size_t n, size_t count, size_t in_next, size_t out_next);

/* Direct convolution (kern_conv.h): the taps of a tile, out of `all` of each channel; channels are `plane` floats apart */
typedef struct dlcv__direct_tap {
    size_t at, number;              /* floats from the output's place; which of all, for its weights */
} dlcv__direct_tap;

typedef struct dlcv__direct_taps {
    size_t channels, plane, all, count;
    const dlcv__direct_tap *tap;
} dlcv__direct_taps;

/* a tile of a number of filters, fixed by its place in the table, and at most `direct_vectors` vectors */
typedef void (*dlcv__direct_body)(const dlcv__direct_taps *t, const float *weights, const float *x, const size_t *at_x, float *y, size_t y_row,
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e);
typedef void (*dlcv__gradient_body)(size_t n, const float *map, const float *x, const size_t *taps, const size_t *at_x, float *acc, size_t acc_row,
    int vectors);

/* Tiles that a body makes one after the other, so that the next one's loads and multiply-adds begin while the last one's results are stored:
 * c[r * c_row + j] = (load ? c : +0) + sum over p < k, ascending, of a[r * a_row + p * a_step] * b[p * b_step + j], j < cols; a, b and c move on by
 * a_next, b_next and c_next floats from one tile to the next, and stay at the last one. All of it lies here, for it to be fetched where it is needed:
 * registers are for the tile. */
typedef struct dlcv__gemm_walk {
    size_t k, a_row, a_step, b_step, c_row, tiles, a_next, b_next, c_next;
    const float *a, *b;
    float *c;
    const float *ahead;             /* the first `lines` tiles ask, a step, for ahead[0], ahead[ahead_step], ..., moved on by ahead_next; others for a */
    size_t ahead_step, ahead_next, lines;
    float *pack;                    /* if not NULL, the first tile leaves b's rows there, [k, vectors], the missing columns 0, for the others */
    int cols, load, touch;          /* touch: the next tile's place in c is asked for */
} dlcv__gemm_walk;

typedef void (*dlcv__gemm_body)(dlcv__gemm_walk *w);

/* Rows of a convolution's matrix: what there is to gather (src/conv_gemm.c). The source is [images, groups * channels, src_h, src_w]; tap (i, j) of
 * ny x nx moves a pixel's place by y0 + i dy, x0 + j dx. */
typedef struct dlcv__gather {
    const float *src;
    size_t images, groups, channels;
    ptrdiff_t src_h, src_w, y0, dy, x0, dx, sy, sx;
    size_t ny, nx, lanes;           /* lanes: floats of a gathered row */
    float zero;                     /* what padding is */
} dlcv__gather;

/* Pixels that lie side by side: `len` columns from `col`, at row y, column x of the source by the first tap, which is place `at` in the image's
 * first channel (perhaps outside). y far below 0: zeros. */
typedef struct dlcv__segment {
    size_t image, pixel;            /* pixel: the first one's place in the grid of pixels */
    ptrdiff_t y, x, at;
    int col, len;
} dlcv__segment;

enum { DLCV__TILE_L1, DLCV__TILE_L2SQ, DLCV__TILE_DOT, DLCV__TILE_L1_MAX, DLCV__TILE_L2SQ_DOT, DLCV__TILES };

/* Flat arrays of n floats: kern_flat.h has the formulas. */
enum { DLCV__FLAT_ADD, DLCV__FLAT_SUB, DLCV__FLAT_MUL, DLCV__FLAT_DIV, DLCV__FLAT_MAXIMUM, DLCV__FLAT_MINIMUM, DLCV__FLATS };

/* One step of an optimiser (kern_flat.h has the formulas) */
enum { DLCV__UPDATE_FIRST = 1, DLCV__UPDATE_SQUARES = 2, DLCV__UPDATE_DELTA = 4, DLCV__UPDATE_LAST = 8, DLCV__UPDATE_AHEAD = 16, DLCV__UPDATE_APART = 32 };

typedef struct dlcv__update {
    int how;                        /* DLCV__UPDATE_... */
    float scale, l2, l1;            /* of the gradient; pull l2 w + l1 sign w */
    float lr, shrink;               /* w -= lr d; APART: w -= shrink pull */
    float a, a1, b, b1;             /* m = a m + a1 d; s = b s + b1 d^2 */
    float root, epsilon;            /* d / (root sqrt(s) + epsilon) */
    float keep, take;               /* mean = keep mean + take w */
} dlcv__update;

/* Functions of flat_map, of x; BACK: the gradient from x (or y, whatever the op keeps) and dy. */
enum {
    DLCV__MAP_SQRT, DLCV__MAP_ABS, DLCV__MAP_RECIPROCAL, DLCV__MAP_STEP, DLCV__MAP_SIGMOID, DLCV__MAP_SLOPED, DLCV__MAP_ELU,
    DLCV__MAP_GELU, DLCV__MAP_SILU, DLCV__MAP_HARD_SIGMOID, DLCV__MAP_HARD_SWISH, DLCV__MAP_SOFTPLUS, DLCV__MAP_POWER34, DLCV__MAP_LESS_BOTH,
    DLCV__MAP_SQRT_BACK, DLCV__MAP_SQUARE_BACK, DLCV__MAP_ABS_BACK, DLCV__MAP_RECIPROCAL_BACK, DLCV__MAP_SIGMOID_BACK, DLCV__MAP_TANH_BACK,
    DLCV__MAP_SLOPED_BACK, DLCV__MAP_ELU_BACK, DLCV__MAP_GELU_BACK, DLCV__MAP_SILU_BACK, DLCV__MAP_HARD_SIGMOID_BACK,
    DLCV__MAP_HARD_SWISH_BACK, DLCV__MAP_SOFTPLUS_BACK, DLCV__MAP_SLOPED_BY, DLCV__MAP_SLOPED_BY_BACK, DLCV__MAP_WHERE_LESS,
    DLCV__MAP_WHERE_NOT, DLCV__MAP_SCALED_ADD, DLCV__MAP_LINE, DLCV__MAP_NORMED,
    DLCV__MAP_SQUARED, DLCV__MAP_ABSOLUTE, DLCV__MAP_SMOOTH, DLCV__MAP_LOGISTIC, DLCV__MAP_PERCEPTRON,
    DLCV__MAP_DIFFERENCE, DLCV__MAP_SMOOTH_BACK, DLCV__MAP_ABSOLUTE_BACK, DLCV__MAP_LOGISTIC_BACK, DLCV__MAP_PERCEPTRON_BACK,
    DLCV__MAP_DIV_BACK, DLCV__MAP_SOFTMAX_BACK, DLCV__MAP_LOG_SOFTMAX_BACK, DLCV__MAP_SOFTMAX_BACK_BY, DLCV__MAP_LOG_SOFTMAX_BACK_BY,
    DLCV__MAP_GREATER
};

/* Rows of at most FEW floats: what of their softmax is wanted */
enum { DLCV__FEW = 16, DLCV__FEW_SHARES = 1, DLCV__FEW_LOG = 2 };

/* Sums of columns (kern_flat.h) */
enum { DLCV__COLUMNS_SUM, DLCV__COLUMNS_SPREAD, DLCV__COLUMNS_DOTS, DLCV__COLUMNS_ROWS };

/* Floats of a vector, of any backend's at most */
enum { DLCV__MOST_LANES = 16 };

/* Windows of pooling in lines, as kern_pool.h says; AT: the maximum, and where it is */
enum { DLCV__POOL_MAX, DLCV__POOL_AT, DLCV__POOL_AVERAGE, DLCV__POOL_L2, DLCV__POOL_FLOATS = 896, DLCV__POOL_FEW = 112, DLCV__POOL_BAND = 512, DLCV__POOL_FAR = 1 << 18 };

typedef struct dlcv__windows {
    int how, cols, step;            /* forward: step * room <= POOL_FLOATS */
    int before, width, n, alone;    /* alone: the lines of y stand side by side, and what is behind the end of one, but the last, may be overwritten */
    size_t room, pitch, x_line, y_line;     /* room >= n + cols / step + 3 vectors; x_line a multiple of pitch */
    size_t lead, tail;              /* so many floats before x and from it on may be read; backward tail: of dy and taps */
    const float *count;             /* of an average, whole vectors */
    /* backward: room >= windows of a line, + a vector; at least 1 + rows / y_step lines of them fit into POOL_FLOATS */
    int lo, hi, rows, y_step, above, height, lines, top, bottom;        /* top .. bottom - 1: the rows that an average counts */
} dlcv__windows;

#define DLCV__FAR (~(~(size_t)0 >> 1))      /* added to n: y is not in the caches, nor shall it be */
#define DLCV__FAR_FLOATS ((size_t)1 << 21)                          /* so many are far by themselves */
/* Resampling by 2 (kern_flat.h): the taps of even and odd numbers; back, what numbers 2 m + from[k] give to m */
enum { DLCV__TWICE_TAPS = 4 };

typedef struct dlcv__twice {
    int first[2], count[2], gives, from[2 * DLCV__TWICE_TAPS];
    float weight[2][DLCV__TWICE_TAPS], give[2 * DLCV__TWICE_TAPS];
} dlcv__twice;

typedef struct dlcv__kernels_flat {
    void (*binary[DLCV__FLATS])(const float *a, const float *b, float *y, size_t n);
    void (*binary_by[DLCV__FLATS])(const float *a, float b, float *y, size_t n);
    void (*axpy)(float a, const float *x, float *y, size_t n);
    void (*affine)(const float *x, float scale, float shift, float *y, size_t n);
    void (*clamp)(const float *x, float low, float high, float *y, size_t n);
    void (*clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n);
    float (*sum)(const float *x, size_t n);
    float (*spread)(const float *x, float mean, size_t n);
    float (*top)(const float *x, size_t n);
    float (*softmax)(const float *x, float *y, size_t n);
    void (*pool)(const dlcv__windows *p, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at);
    void (*pool_back)(const dlcv__windows *p, const float *dy, const void *saved, const float *x, float *dx);
    void (*pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n);
    void (*update)(const dlcv__update *u, const float *g, float *w, float *m, float *s, float *mean, size_t n);     /* n a multiple of 16 */
    void (*map)(int which, const float *a, const float *b, const float *c, float p, float q, float *y, size_t n);
    void (*keep_greater)(const float *x, float number, float *best, float *at, size_t n);
    void (*masked)(const uint8_t *mask, const float *x, float scale, float *y, size_t n);
    void (*norm_sums)(const float *x, const float *dy, float mean, const float *line, size_t n, double *out);
    void (*norm_back)(const float *x, const float *dy, const float *q, const float *line, float *dx, size_t n);
    void (*columns)(int how, const float *x, const float *dy, const float *mean, const float *rate, size_t next, size_t ahead, size_t pitch, size_t rows,
        float *sum, float *dot, size_t n);
    void (*lines)(const float *x, const float *a, const float *b, const float *dy, const float *s, float *y, size_t pitch, size_t rows, size_t n);
    void (*response)(const float *x, size_t step, int count, float alpha, float k, const float *centre, float *d, float *y, size_t n);
    void (*twice)(const dlcv__twice *d, const float *x, float *y, size_t n);
    void (*halve)(const dlcv__twice *d, const float *dy, float *dx, size_t n);
    void (*fence)(void);
    void (*copy)(const void *x, void *y, size_t bytes);
    void (*fill)(float value, float *y, size_t n);
    void (*rows16)(int log, const float *y, const float *dy, float *dx, size_t rows, size_t n);
    void (*few_softmax)(int what, float *t, float *e, float *sum, size_t rows, size_t n);
} dlcv__kernels_flat;

typedef struct dlcv__kernels_f32 {
    float (*l1)(const float *a, const float *b, size_t n);
    float (*l2sq)(const float *a, const float *b, size_t n);
    float (*dot)(const float *a, const float *b, size_t n);
    float (*cosine)(const float *a, const float *b, size_t n);
    dlcv__tile_f32 tile[DLCV__TILES], row[DLCV__TILES], squares;                    /* mr queries, one query; of the data rows alone */
    float (*chain_l1)(const float *a, const float *b, size_t n);                    /* one pair to the bits of a tile */
    float (*chain_l2sq)(const float *a, const float *b, size_t n);
    void (*sums)(const float *p, size_t n, float out[3]);                           /* of p, of |p|, of p^2 */
    int (*small_integers)(const float *p, size_t n, float *sum);                    /* all integers up to 2^15? their sum */
    int (*to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2]);            /* all bytes? out, their sum, their squares' */
    void (*add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n);  /* c += a + b + times t */
    size_t (*below_f32)(const float *p, size_t begin, size_t end, float limit);     /* the first index with p[i] < limit, or end */
    size_t (*above_f32)(const float *p, size_t begin, size_t end, float limit);     /* p[i] > limit */
    size_t (*below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit);
    void (*cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift);
    void (*cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift);
    void (*affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n);    /* c = a + b + times c, times -2 .. 2 */
    void (*transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip);
    void (*log_f32)(const float *x, float *y, size_t n);
    void (*exp_f32)(const float *x, float *y, size_t n);
    void (*tanh_f32)(const float *x, float *y, size_t n);
    void (*erf_f32)(const float *x, float *y, size_t n);
    void (*sin_turns_f32)(const float *x, float *y, size_t n);
    void (*cos_turns_f32)(const float *x, float *y, size_t n);
    void (*normal_f32)(const float *u1, const float *u2, float *y, size_t n);
    int mr, nr;                                                                     /* of a float tile */
    /* A tile of a matrix product, at most gemm_rows x gemm_cols (whole vectors): for 0 < rows, 0 < cols
     *   c[i * c_row + j] = (load ? c : +0) + sum over p < k, ascending, of a[i * a_row + p * a_step] * b[p * b_step + j], then the epilogue if any;
     * one chain of fused multiply-adds an element (strict: multiply, add), whatever the tile's size. Of b the columns up to the next whole vector are read
     * (pad to gemm_cols), of a and c nothing outside the tile. */
    unsigned gemm_rows, gemm_cols, gemm_vectors, lane_bits;                         /* cols = vectors << lane_bits */
    void (*gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row, int rows, int cols,
        int load, const dlcv__epilogue *e);
    /* bodies[(rows - 1) * vectors + v - 1]: the same without an epilogue, of v vectors, the last one whole if not masked; for each tile of the walk. */
    const dlcv__gemm_body *gemm_bodies;
    void (*gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e);
    void (*copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols);
    /* sum[r * dots_cols + s] = the inner product of row r < rows of a and row s < cols of b, both of k floats; lanes along k;
     * of one row of b sum[r], for any number of rows; sum is written in whole eights */
    unsigned dots_rows, dots_cols, gemm_masked;                                     /* masked: of b only the tile's columns are read */
    void (*gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum);
    /* c[j] = (load ? c[j] : +0) + sum over p < k, ascending, of (scale * a[p * a_step]) * b[p * b_step + j], one chain an element */
    void (*gemm_wide)(size_t k, const float *a, size_t a_step, float scale, const float *b, size_t b_step, float *c, size_t n, int load);
    size_t gemm_kc, gemm_ac;                                                        /* k of a block; floats of A that the second cache shall hold */
    /* out[k - k0][lanes] = rows k0 .. k1 - 1, (channel, i, j) ascending, of one group, for the segments' pixels; zeros outside the source */
    void (*gather)(const dlcv__gather *g, const dlcv__segment *segments, int count, size_t group, size_t k0, size_t k1, float *out);
    unsigned lanes;                                                                 /* floats of a vector */
#ifndef DLCV_STRICT
    void (*winograd_in2)(const float *const *rows, size_t lo, size_t hi, size_t count, size_t ahead, float *r, size_t r_row, float *v, size_t v_step, size_t room);
    void (*winograd_in4)(const float *const *rows, size_t lo, size_t hi, size_t count, size_t ahead, float *r, size_t r_row, float *v, size_t v_step, size_t room);
    void (*winograd_columns2)(const float *const *rows, size_t count, size_t ahead, float *r, size_t r_row);
    void (*winograd_columns4)(const float *const *rows, size_t count, size_t ahead, float *r, size_t r_row);
    void (*winograd_tiles2)(const float *r, size_t r_row, size_t tiles, const float *first, const float *last, float *v, size_t v_step);
    void (*winograd_tiles4)(const float *r, size_t r_row, size_t tiles, const float *first, const float *last, float *v, size_t v_step);
    dlcv__winograd_lines winograd_lines2, winograd_lines4, winograd_weights2, winograd_weights4, winograd_map2, winograd_map4, winograd_taps2, winograd_taps4;
    void (*winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row);
    void (*winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row);
    void (*winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y, size_t y_row,
        size_t ahead, const dlcv__epilogue *e);
#endif
    /* Direct convolution. direct[r - 1]: y[f * y_row + at_y[j] + l] = the chain over channels c and taps p of
     * weights[(c * all + tap[p].number) * r + f] * x[at_x[j] + c * plane + tap[p].at + l], then the epilogue, for f < r <= direct_rows,
     * j < vectors <= direct_vectors, l < n <= lanes; whole vectors are read. The rest as kern_conv.h says. */
    unsigned direct_rows, direct_vectors, gradient_rows, gradient_taps;
    const dlcv__direct_body *direct;
    const dlcv__gradient_body *gradient;
    void (*depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows, size_t cols,
        const dlcv__epilogue *e);
    void (*deal)(const float *x, size_t x_row, size_t rows, size_t n, size_t stride, float *out, size_t out_row, size_t pitch);
    void (*spread)(const float *x, size_t rows, size_t n, float *out, size_t step);
    void (*sum_lanes)(const float *acc, float *out, size_t n, int add);
    const dlcv__kernels_flat *flat;
} dlcv__kernels_f32;

typedef struct dlcv__kernels_u8 {
    double (*pair_l1)(const uint8_t *a, const uint8_t *b, size_t n);
    double (*pair_l2sq)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*l1)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*l2sq)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*dot)(const uint8_t *a, const uint8_t *b, size_t n);
    dlcv__tile_u8 sad_tile, sad_row, dot_tile, dot_row;
    int sad_mr, sad_nr, sad_group, sad_max, sad_steps;
    int dot_mr, dot_nr, dot_group, dot_wide, dot_flip;
    int narrow;
} dlcv__kernels_u8;

typedef struct dlcv__table {
    const char *name;
    const dlcv__kernels_f32 *f32;
    const dlcv__kernels_u8 *u8;
} dlcv__table;
