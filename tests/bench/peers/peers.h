/* The peers: what the benchmarks compare with. peers.mk compiles those that are installed, and says so with PEER_x. */
#ifndef PEERS_H
#define PEERS_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* one pair of vectors of n floats (f32) or bytes (u8) */
typedef double (*peer_pair)(const void *a, const void *b, size_t n);

/* plain loops, gcc -O3 -march=native -ffast-math, vectors of 256 (v256) and 512 (v512) bits */
double peer_loop_l2sq_f32_v256(const void *a, const void *b, size_t n);
double peer_loop_dot_f32_v256(const void *a, const void *b, size_t n);
double peer_loop_l1_f32_v256(const void *a, const void *b, size_t n);
double peer_loop_cosine_f32_v256(const void *a, const void *b, size_t n);
double peer_loop_l1_u8_v256(const void *a, const void *b, size_t n);
double peer_loop_l2sq_u8_v256(const void *a, const void *b, size_t n);
double peer_loop_l2sq_f32_v512(const void *a, const void *b, size_t n);
double peer_loop_dot_f32_v512(const void *a, const void *b, size_t n);
double peer_loop_l1_f32_v512(const void *a, const void *b, size_t n);
double peer_loop_cosine_f32_v512(const void *a, const void *b, size_t n);
double peer_loop_l1_u8_v512(const void *a, const void *b, size_t n);
double peer_loop_l2sq_u8_v512(const void *a, const void *b, size_t n);

double peer_simsimd_l2sq_f32(const void *a, const void *b, size_t n);
double peer_simsimd_dot_f32(const void *a, const void *b, size_t n);
double peer_simsimd_cosine_f32(const void *a, const void *b, size_t n);
double peer_simsimd_l2sq_u8(const void *a, const void *b, size_t n);

double peer_openblas_dot_f32(const void *a, const void *b, size_t n);

double peer_faiss_l2sq_f32(const void *a, const void *b, size_t n);
double peer_faiss_dot_f32(const void *a, const void *b, size_t n);
double peer_faiss_l1_f32(const void *a, const void *b, size_t n);

/* The k nearest of n rows of d for each of q queries: indices [q, k], nearest first. A metric that a peer does not have
 * returns 0. COSINE and DOT: as if by DOT of normalised vectors. */
typedef enum peer_metric { PEER_L1, PEER_L2, PEER_DOT } peer_metric;
typedef struct peer_search {
    peer_metric metric;
    int is_u8, d, k, threads;
    int n;
    const void *train;
    void *index; /* the peer's own */
} peer_search;
typedef int (*peer_searcher)(peer_search *s, const void *queries, int q, int *indices);

/* queries in fours against blocks of rows that fit L2, at gcc -O3 -march=native -ffast-math */
int peer_blocked_v256(peer_search *s, const void *queries, int q, int *indices);
int peer_blocked_v512(peer_search *s, const void *queries, int q, int *indices);
/* the same blocks with a pair function of SimSIMD's */
int peer_simsimd(peer_search *s, const void *queries, int q, int *indices);
/* sgemm, norms, top k */
int peer_openblas(peer_search *s, const void *queries, int q, int *indices);
const char *peer_openblas_core(void);
/* IndexFlat */
int peer_faiss(peer_search *s, const void *queries, int q, int *indices);
void peer_faiss_free(peer_search *s);

/* A convolution of square pictures and kernels: x [batch, channels, size, size], weights [filters, channels / groups, kernel,
 * kernel], y [batch, filters, o, o], o = (size + 2 pad - kernel) / stride + 1. FORWARD reads x and weights and writes y, DATA reads y
 * and weights and writes x, WEIGHTS reads x and y and writes weights. */
typedef enum peer_conv_operation { PEER_CONV_FORWARD, PEER_CONV_DATA, PEER_CONV_WEIGHTS } peer_conv_operation;
/* REORDER: the peer's own layout inside, NCHW outside; OWN: its own layout on both sides, so that nothing arrives in x, y or
 * weights; NCHW: throughout */
typedef enum peer_layout { PEER_LAYOUT_REORDER, PEER_LAYOUT_OWN, PEER_LAYOUT_NCHW } peer_layout;
typedef struct peer_conv {
    peer_conv_operation operation;
    peer_layout layout;
    int winograd, batch, channels, size, filters, kernel, stride, pad, groups, threads;
    float *x, *weights, *y;
    void *state; /* the peer's own */
} peer_conv;
int peer_onednn_conv_make(peer_conv *p);
void peer_onednn_conv_run(peer_conv *p);
void peer_onednn_conv_free(peer_conv *p);
/* An op on x [n, c, h, h] in NCHW, forward or backward; eltwise: alpha and beta as in oneDNN; pools: alpha is the kernel, beta the stride, padding 1 for 3;
 * softmax and layer norm: rows of alpha. */
typedef enum peer_op_kind {
    PEER_OP_NONE, PEER_OP_ADD, PEER_OP_SUB, PEER_OP_MUL, PEER_OP_DIV, PEER_OP_MAX, PEER_OP_MIN, PEER_OP_LINEAR, PEER_OP_SQUARE, PEER_OP_SQRT, PEER_OP_EXP,
    PEER_OP_LOG, PEER_OP_ABS, PEER_OP_RELU, PEER_OP_SIGMOID, PEER_OP_TANH, PEER_OP_ELU, PEER_OP_GELU, PEER_OP_SWISH, PEER_OP_HARDSWISH, PEER_OP_SOFTPLUS,
    PEER_OP_SOFTMAX, PEER_OP_LOG_SOFTMAX, PEER_OP_BATCH_NORM, PEER_OP_LAYER_NORM, PEER_OP_LRN, PEER_OP_POOL_MAX, PEER_OP_POOL_AVERAGE
} peer_op_kind;
typedef struct peer_op {
    int kind, back, n, c, h;
    float alpha, beta;
    void *state;
} peer_op;
int peer_onednn_op_make(peer_op *p);
void peer_onednn_op_run(peer_op *p, size_t repeat);
void peer_onednn_op_free(peer_op *p);

/* c[m, n] = a[m, k] b[k, n], row-major */
void peer_openblas_sgemm(int m, int n, int k, const float *a, const float *b, float *c);

/* Keeps the k smallest (value, index) pairs in values[k], indices[k], the lower index first among equals; rows come in
 * order. */
static inline void peer_insert(double value, int index, int k, double *values, int *indices)
{
    int i = k - 1;
    if (!(value < values[i])) {
        return;
    }
    for (; i > 0 && value < values[i - 1]; i--) {
        values[i] = values[i - 1];
        indices[i] = indices[i - 1];
    }
    values[i] = value;
    indices[i] = index;
}

#ifdef __cplusplus
}
#endif
#endif /* PEERS_H */
