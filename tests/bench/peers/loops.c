/* Plain loops as one would write them, left to gcc -O3 -march=native -ffast-math. Compiled twice: LOOPS(name) is
 * name_v256 or name_v512. The searches take four queries at a time against blocks of rows, so that a row serves four
 * and L2 the block. */
#include <math.h>
#include <stdlib.h>
#include "peers.h"

double LOOPS(peer_loop_l2sq_f32)(const void *av, const void *bv, size_t n)
{
    const float *a = (const float *)av, *b = (const float *)bv;
    float s = 0;
    size_t i;
    for (i = 0; i < n; i++) s += (a[i] - b[i]) * (a[i] - b[i]);
    return (double)s;
}

double LOOPS(peer_loop_dot_f32)(const void *av, const void *bv, size_t n)
{
    const float *a = (const float *)av, *b = (const float *)bv;
    float s = 0;
    size_t i;
    for (i = 0; i < n; i++) s += a[i] * b[i];
    return (double)s;
}

double LOOPS(peer_loop_l1_f32)(const void *av, const void *bv, size_t n)
{
    const float *a = (const float *)av, *b = (const float *)bv;
    float s = 0;
    size_t i;
    for (i = 0; i < n; i++) s += fabsf(a[i] - b[i]);
    return (double)s;
}

double LOOPS(peer_loop_cosine_f32)(const void *av, const void *bv, size_t n)
{
    const float *a = (const float *)av, *b = (const float *)bv;
    float ab = 0, aa = 0, bb = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        ab += a[i] * b[i];
        aa += a[i] * a[i];
        bb += b[i] * b[i];
    }
    return (double)(ab / sqrtf(aa * bb));
}

double LOOPS(peer_loop_l1_u8)(const void *av, const void *bv, size_t n)
{
    const uint8_t *a = (const uint8_t *)av, *b = (const uint8_t *)bv;
    int s = 0;
    size_t i;
    for (i = 0; i < n; i++) s += abs(a[i] - b[i]);
    return (double)s;
}

double LOOPS(peer_loop_l2sq_u8)(const void *av, const void *bv, size_t n)
{
    const uint8_t *a = (const uint8_t *)av, *b = (const uint8_t *)bv;
    int s = 0;
    size_t i;
    for (i = 0; i < n; i++) s += (a[i] - b[i]) * (a[i] - b[i]);
    return (double)s;
}

/* out[0..4) = the distances of four queries to one row */
#define FOUR(name, type, sum, term)                                                         \
    static void name(const type *q, const type *b, int d, double *out)                      \
    {                                                                                       \
        const type *a0 = q, *a1 = q + d, *a2 = q + 2 * (size_t)d, *a3 = q + 3 * (size_t)d;  \
        sum s0 = 0, s1 = 0, s2 = 0, s3 = 0;                                                 \
        int i;                                                                              \
        for (i = 0; i < d; i++) {                                                           \
            s0 += term(a0[i], b[i]);                                                        \
            s1 += term(a1[i], b[i]);                                                        \
            s2 += term(a2[i], b[i]);                                                        \
            s3 += term(a3[i], b[i]);                                                        \
        }                                                                                   \
        out[0] = (double)s0, out[1] = (double)s1, out[2] = (double)s2, out[3] = (double)s3; \
    }
#define TERM_L1(a, b)  abs((a) - (b))
#define TERM_L2(a, b)  (((a) - (b)) * ((a) - (b)))
#define TERM_L1F(a, b) fabsf((a) - (b))
#define TERM_DOT(a, b) (-(a) * (b))
FOUR(four_l1_u8, uint8_t, int, TERM_L1)
FOUR(four_l2_u8, uint8_t, int, TERM_L2)
FOUR(four_l1_f32, float, float, TERM_L1F)
FOUR(four_l2_f32, float, float, TERM_L2)
FOUR(four_dot_f32, float, float, TERM_DOT)

static void four(const peer_search *s, const void *queries, int q, const void *row, double *out)
{
    const uint8_t *qb = (const uint8_t *)queries + (size_t)q * (size_t)s->d, *rb = (const uint8_t *)row;
    const float *qf = (const float *)queries + (size_t)q * (size_t)s->d, *rf = (const float *)row;
    if (s->is_u8) {
        (s->metric == PEER_L1 ? four_l1_u8 : four_l2_u8)(qb, rb, s->d, out);
    } else {
        (s->metric == PEER_L1 ? four_l1_f32 : s->metric == PEER_L2 ? four_l2_f32 : four_dot_f32)(qf, rf, s->d, out);
    }
}

/* q is a multiple of four */
int LOOPS(peer_blocked)(peer_search *s, const void *queries, int q, int *indices)
{
    size_t bytes = (size_t)s->d * (s->is_u8 ? 1 : sizeof(float));
    int rows = (int)((512u << 10) / bytes), block, i, count = q * s->k;
    double *values = (double *)malloc((size_t)count * sizeof(double));
    if (!values || (s->is_u8 && s->metric == PEER_DOT)) {
        free(values);
        return 0;
    }
    for (i = 0; i < count; i++) values[i] = 1e300;
    for (block = 0; block < s->n; block += rows) {
        int first, end = block + rows < s->n ? block + rows : s->n;
#pragma omp parallel for num_threads(s->threads) schedule(static)
        for (first = 0; first < q; first += 4) {
            int j, c;
            double out[4];
            for (j = block; j < end; j++) {
                four(s, queries, first, (const char *)s->train + (size_t)j * bytes, out);
                for (c = 0; c < 4; c++) {
                    peer_insert(out[c], j, s->k, values + (first + c) * s->k, indices + (first + c) * s->k);
                }
            }
        }
    }
    free(values);
    return 1;
}
