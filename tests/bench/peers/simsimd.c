/* SimSIMD, header only, the best kernel that -march=native allows (get_peers.sh fetches it). */
#define SIMSIMD_NATIVE_F16  0
#define SIMSIMD_NATIVE_BF16 0
#include <simsimd/simsimd.h>
#include <math.h>
#include <stdlib.h>
#include "peers.h"

double peer_simsimd_l2sq_f32(const void *a, const void *b, size_t n)
{
    simsimd_distance_t out;
    simsimd_l2sq_f32((const simsimd_f32_t *)a, (const simsimd_f32_t *)b, n, &out);
    return out;
}

double peer_simsimd_dot_f32(const void *a, const void *b, size_t n)
{
    simsimd_distance_t out;
    simsimd_dot_f32((const simsimd_f32_t *)a, (const simsimd_f32_t *)b, n, &out);
    return out;
}

double peer_simsimd_cosine_f32(const void *a, const void *b, size_t n)
{
    simsimd_distance_t out;
    simsimd_cos_f32((const simsimd_f32_t *)a, (const simsimd_f32_t *)b, n, &out);
    return out;
}

double peer_simsimd_l2sq_u8(const void *a, const void *b, size_t n)
{
    simsimd_distance_t out;
    simsimd_l2sq_u8((const simsimd_u8_t *)a, (const simsimd_u8_t *)b, n, &out);
    return out;
}

static double negative_dot(const void *a, const void *b, size_t n)
{
    return -peer_simsimd_dot_f32(a, b, n);
}

int peer_simsimd(peer_search *s, const void *queries, int q, int *indices)
{
    size_t bytes = (size_t)s->d * (s->is_u8 ? 1 : sizeof(float));
    int rows = (int)((512u << 10) / bytes), block, i, count = q * s->k;
    peer_pair pair = s->metric == PEER_L2 ? (s->is_u8 ? peer_simsimd_l2sq_u8 : peer_simsimd_l2sq_f32) : negative_dot;
    double *values = (double *)malloc((size_t)count * sizeof(double));
    if (!values || s->metric == PEER_L1 || (s->is_u8 && s->metric == PEER_DOT)) {
        free(values);
        return 0;
    }
    for (i = 0; i < count; i++) values[i] = 1e300;
    for (block = 0; block < s->n; block += rows) {
        int c, end = block + rows < s->n ? block + rows : s->n;
#pragma omp parallel for num_threads(s->threads) schedule(static)
        for (c = 0; c < q; c++) {
            int j;
            for (j = block; j < end; j++) {
                double value = pair((const char *)queries + (size_t)c * bytes,
                                    (const char *)s->train + (size_t)j * bytes, (size_t)s->d);
                peer_insert(value, j, s->k, values + c * s->k, indices + c * s->k);
            }
        }
    }
    free(values);
    return 1;
}
