/* OpenBLAS: sdot for one pair; for a search |a|^2 - 2 a.b + |b|^2 by sgemm over blocks of rows, then the k smallest. */
#include <math.h>
#include <stdlib.h>
#include "peers.h"

extern float cblas_sdot(int n, const float *x, int incx, const float *y, int incy);
extern void cblas_sgemm(int order, int transa, int transb, int m, int n, int k, float alpha, const float *a, int lda,
                        const float *b, int ldb, float beta, float *c, int ldc);
extern char *openblas_get_corename(void);
extern void openblas_set_num_threads(int threads);
enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112, BLOCK = 2048 };

double peer_openblas_dot_f32(const void *a, const void *b, size_t n)
{
    return (double)cblas_sdot((int)n, (const float *)a, 1, (const float *)b, 1);
}

const char *peer_openblas_core(void)
{
    openblas_set_num_threads(1);
    return openblas_get_corename();
}

/* norms of the rows, made at the first search and kept (as an index would) */
static float *norms(peer_search *s)
{
    float *out = (float *)s->index;
    if (!out && (out = (float *)malloc((size_t)s->n * sizeof(float))) != NULL) {
        int j;
        for (j = 0; j < s->n; j++) {
            const float *row = (const float *)s->train + (size_t)j * (size_t)s->d;
            out[j] = cblas_sdot(s->d, row, 1, row, 1);
        }
        s->index = out;
    }
    return out;
}

int peer_openblas(peer_search *s, const void *queries, int q, int *indices)
{
    int block, c, i, count = q * s->k;
    double *values = (double *)malloc((size_t)count * sizeof(double));
    float *dots = (float *)malloc((size_t)q * BLOCK * sizeof(float));
    const float *norm = s->is_u8 || s->metric == PEER_L1 ? NULL : norms(s);
    if (norm && values && dots) {
        openblas_set_num_threads(s->threads);
        for (i = 0; i < count; i++) values[i] = 1e300;
        for (block = 0; block < s->n; block += BLOCK) {
            int j, rows = s->n - block < BLOCK ? s->n - block : BLOCK;
            cblas_sgemm(ROW_MAJOR, NO_TRANS, TRANS, q, rows, s->d, 1.0f, (const float *)queries, s->d,
                        (const float *)s->train + (size_t)block * (size_t)s->d, s->d, 0.0f, dots, BLOCK);
            for (c = 0; c < q; c++) {
                for (j = 0; j < rows; j++) {
                    float dot = dots[(size_t)c * BLOCK + (size_t)j];
                    peer_insert((double)(s->metric == PEER_L2 ? norm[block + j] - 2 * dot : -dot), block + j, s->k,
                                values + c * s->k, indices + c * s->k);
                }
            }
        }
    }
    i = norm && values && dots;
    free(values);
    free(dots);
    return i;
}

void peer_openblas_sgemm(int m, int n, int k, const float *a, const float *b, float *c)
{
    cblas_sgemm(ROW_MAJOR, NO_TRANS, NO_TRANS, m, n, k, 1.0f, a, k, b, n, 0.0f, c, n);
}
