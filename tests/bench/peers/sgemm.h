/* Matrix products of the peers, row-major, op(A) [m, k] op(B) [k, n] with alpha 1 and beta 0. */
#ifndef PEERS_SGEMM_H
#define PEERS_SGEMM_H
#ifdef __cplusplus
extern "C" {
#endif

typedef struct peer_product {
    int trans_a, trans_b, m, n, k, lda, ldb, ldc;
    const float *a, *b;
    float *c;
} peer_product;
typedef void (*peer_sgemm)(const peer_product *g);

/* Eigen, compiled for AVX2 (v256) and for this machine (v512) */
void peer_eigen_v256(const peer_product *g);
void peer_eigen_v512(const peer_product *g);

#ifdef __cplusplus
}
#endif
#endif /* PEERS_SGEMM_H */
