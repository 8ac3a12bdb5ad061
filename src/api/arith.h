/* ---- arithmetic: matrix products --------------------------------------------------------------------------------- */

/* C = alpha op(A) op(B) + beta C of row-major float matrices: op(A) [m, k], op(B) [k, n], C [m, n]; op(X) is X, or its
 * transpose where trans_x is not 0, and then A is [k, m], B [n, k] in memory. lda, ldb, ldc: floats from one row in
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
