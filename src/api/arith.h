/* ---- arithmetic: matrix products --------------------------------------------------------------------------------- */

/* C = alpha op(A) op(B) + beta C of row-major float matrices: op(A) [m, k], op(B) [k, n], C [m, n]; op(X) is X, or its
 * transpose where trans_x is 1 instead of 0 (cblas's constants are refused), and then A is [k, m], B [n, k] in memory. lda, ldb, ldc: floats from one row in
 * memory to the next, at least its length. beta 0: C is not read, whatever it holds (as in cblas_sgemm; NaN and
 * infinity in A and B are never skipped, but with alpha 0 or k 0 neither is read). C must not overlap A or B.
 *
 * An element is beta C, then the products alpha a[i, p] b[p, j] in ascending p, each a fused multiply-add where the
 * backend has it: |error| <= (k + 2) 2^-24 sum |products|. Shapes with a side of a few elements sum in another order,
 * which the shape alone decides. It is the same for every number of threads. DLCV_STRICT: always in ascending p, the
 * same bits on every machine.
 *
 * 2 m n k operations; work memory from env, at most about 2 MiB a thread, none for small matrices. */
DLCV_API dlcv_status dlcv_sgemm(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                                int ldb, float beta, float *c, int ldc);

/* `count` products of one kind: number i has A at a + i a_next, B at b + i b_next, C at c + i c_next, in floats. a_next or b_next 0: all share
 * it; results must not overlap. The same bits as dlcv_sgemm one after the other; whole products are dealt to threads where there are enough. */
DLCV_API dlcv_status dlcv_sgemm_batch(const dlcv_env *env, int count, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda,
                                      size_t a_next, const float *b, int ldb, size_t b_next, float beta, float *c, int ldc, size_t c_next);

/* For an operand that many products share, such as the weights of a layer: alpha op(B) [k, n] is packed once, then C = op(A) alpha op(B) + beta C for
 * any m. packed: dlcv_sgemm_packed_bytes(n, k) bytes of yours (0: too large) at a multiple of 64, of use in this process and with this n and k alone; B is not needed
 * afterwards. Every element is one chain in ascending p (see dlcv_sgemm), also where dlcv_sgemm would sum otherwise. */
DLCV_API size_t dlcv_sgemm_packed_bytes(int n, int k);
DLCV_API dlcv_status dlcv_sgemm_pack(int trans_b, int n, int k, float alpha, const float *b, int ldb, void *packed);
DLCV_API dlcv_status dlcv_sgemm_packed(const dlcv_env *env, int trans_a, int m, int n, int k, const float *a, int lda, const void *packed, float beta,
                                       float *c, int ldc);

/* ---- arithmetic: convolution ------------------------------------------------------------------------------------------- */

/* A 2-D convolution (the correlation that networks call so). Sums run over c / groups channels and the kernel's taps:
 *   x [n, c, h, w] * weights [filters, c / groups, kh, kw] -> y [n, filters, oh, ow],
 *   oh = floor((h + pad_top + pad_bottom - dilation_h (kh - 1) - 1) / stride_h) + 1, ow likewise.
 * transposed: the adjoint of that, which enlarges pictures:
 *   x [n, c, h, w] * weights [c, filters / groups, kh, kw] -> y [n, filters, oh, ow],
 *   oh = (h - 1) stride_h - pad_top - pad_bottom + dilation_h (kh - 1) + 1 + output_pad_h, ow likewise.
 * Floats, row-major, at any address that floats may have. Every dimension is at least 1; stride, dilation and groups of 0 mean 1;
 * padding is zeros; groups divide channels and filters; output_pad is less than the stride or the dilation. */
typedef struct dlcv_conv_shape {
    int batch, channels, height, width, filters, kernel_h, kernel_w;
    int stride_h, stride_w, dilation_h, dilation_w, groups;
    int pad_top, pad_left, pad_bottom, pad_right;
    int transposed, output_pad_h, output_pad_w;
} dlcv_conv_shape;

/* How the forward pass computes. Each sum is one chain in ascending (channel, kernel row, kernel column), whatever the
 * algorithm, the number of threads and the position in the picture, but for WINOGRAD, which takes other sums:
 *   GEMM       a matrix product whose operand is gathered from the picture; does everything
 *   DIRECT     without a matrix: depthwise, first layers, few channels
 *   WINOGRAD2  F(2x2, 3x3): 3x3 kernels, stride 1, no dilation; about 1e-6 of max |y| from the exact sums
 *   WINOGRAD4  F(4x4, 3x3): fewer multiplications; below 1e-5 of max |y|
 * and both gradients have the same bounds, of max |dx| and of max |dw|.
 * With DLCV_STRICT no Winograd, and all algorithms give the same bits on every machine, if the weights are finite (a weight that is
 * not makes NaN or nothing of zero padding, as the algorithm has it). */
typedef enum dlcv_conv_algorithm {
    DLCV_CONV_AUTO, DLCV_CONV_GEMM, DLCV_CONV_DIRECT, DLCV_CONV_WINOGRAD2, DLCV_CONV_WINOGRAD4
} dlcv_conv_algorithm;

typedef struct dlcv_conv_opts {
    dlcv_conv_algorithm algorithm;  /* DLCV_CONV_AUTO: the quickest by the cost model that `memory` allows. Another one serves the backward
                                     * passes, too, where it can */
    int no_winograd;                /* AUTO stays with exact chains */
    size_t memory;                  /* most bytes of prepared weights and workspace of the forward pass together, 0 = as many as speed
                                     * wants; fewer threads run where that keeps to it. The backward pass is not limited
                                     * (info.backward_bytes), but takes no Winograd that wants more even for one thread */
} dlcv_conv_opts;

/* What a plan is and needs. Bytes are exact: the plan allocates its own small struct and prepared_bytes when it is made; a call with
 * workspace NULL allocates workspace_bytes (backward_bytes), any other call nothing. */
typedef struct dlcv_conv_info {
    dlcv_shape output;              /* [n, filters, oh, ow] */
    dlcv_conv_algorithm algorithm;  /* of the forward pass, never AUTO */
    const char *name;               /* its name in a word or two, static text */
    size_t prepared_bytes;          /* weights as the algorithm wants them */
    size_t workspace_bytes;         /* of one forward call, with the plan's number of threads */
    size_t backward_bytes;          /* of one backward_data or backward_weights call */
    int borrowed;                   /* 1: the weights are used where you keep them */
    double flops;                   /* of the forward pass by the definition: 2 for each product, padding included */
} dlcv_conv_info;

/* What happens to y before it is stored, in this order: y += bias[filter]; y += residual; activation. {0} is nothing. RELU is max(0, y),
 * CLAMP min(max(y, low), high), low <= high; NaN stays NaN. */
typedef enum dlcv_activation { DLCV_ACTIVATION_NONE, DLCV_ACTIVATION_RELU, DLCV_ACTIVATION_CLAMP } dlcv_activation;

typedef struct dlcv_conv_epilogue {
    const float *bias;              /* [filters] or NULL */
    const float *residual;          /* [n, filters, oh, ow] or NULL; must not overlap y */
    dlcv_activation activation;
    float low, high;                /* of CLAMP */
} dlcv_conv_epilogue;

/* A plan: the shape, the algorithm, prepared weights. Remembers env and the backend. const afterwards but for dlcv_conv_weights: may be
 * shared by threads, each with its own workspace (or with a thread-safe env.memory). */
typedef struct dlcv_conv dlcv_conv;

/* Checks the shape, chooses the algorithm and prepares the weights. weights NULL: they come later, by dlcv_conv_weights. Weights stay
 * yours; they are copied in prepared form, or borrowed where info.borrowed says so. DLCV_ERR_ARGUMENT: a number out of range, an
 * algorithm that does not do this shape; DLCV_ERR_SHAPE: the kernel does not fit; DLCV_ERR_MEMORY: no memory, more than
 * opts->memory even for the smallest algorithm, or sizes beyond size_t. *out is NULL then. */
DLCV_API dlcv_status dlcv_conv_new(const dlcv_env *env, const dlcv_conv_shape *shape, const float *weights, const dlcv_conv_opts *opts,
                                   dlcv_conv **out);

/* Prepares (packs, transforms) other weights, after every step of training; O(weights). Allocates nothing. */
DLCV_API dlcv_status dlcv_conv_weights(dlcv_conv *conv, const float *weights);

DLCV_API void dlcv_conv_describe(const dlcv_conv *conv, dlcv_conv_info *out);

/* y = x * weights, then the epilogue (NULL: none). workspace: info.workspace_bytes, aligned to 64, or NULL: taken from env.memory for
 * the call. Neither x, the residual nor bias may overlap y. DLCV_ERR_STATE where no weights were given yet. */
DLCV_API dlcv_status dlcv_conv_forward(const dlcv_conv *conv, const float *x, const dlcv_conv_epilogue *epilogue, float *y, void *workspace);

/* The gradients of a loss with respect to x, weights and bias, from dy [n, filters, oh, ow], its gradient with respect to y before the
 * epilogue: after a RELU that is the gradient where y > 0, else 0. backward_data overwrites dx [n, c, h, w]; it takes the weights as they are in the model. The others overwrite dw (shaped
 * as weights) and db [filters], or with add != 0 add to what is there. workspace: info.backward_bytes, as above. Sums over samples and
 * pixels run in blocks that the shape alone decides, equal for any number of threads. No operand may overlap the result. */
DLCV_API dlcv_status dlcv_conv_backward_data(const dlcv_conv *conv, const float *weights, const float *dy, float *dx, void *workspace);
DLCV_API dlcv_status dlcv_conv_backward_weights(const dlcv_conv *conv, const float *x, const float *dy, float *dw, int add, void *workspace);
DLCV_API dlcv_status dlcv_conv_backward_bias(const dlcv_conv *conv, const float *dy, float *db, int add);

/* Takes NULL. */
DLCV_API void dlcv_conv_free(dlcv_conv *conv);
