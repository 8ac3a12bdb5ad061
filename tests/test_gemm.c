/* Matrix products against double: tiles first. */
#include "test.h"

static const char *const backends[] = { "scalar", "sse2", "simde", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" };

static float unit(dlcv_rng *rng)
{
    return dlcv_rng_uniform(rng) * 2 - 1;
}

static void fill(dlcv_rng *rng, float *p, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) p[i] = unit(rng);
}

enum { TILE_K = 37, TILE_MOST = 64 };

/* one tile of every size: sums, epilogues, canaries */
static void test_tile(dlcv_rng *rng)
{
    const dlcv__kernels_f32 *f = test_kernels()->f32;
    const int mr = (int)f->gemm_rows, nr = (int)f->gemm_cols, c_row = nr + 3;
    static float a[TILE_MOST * TILE_K], b[TILE_K * TILE_MOST], was[TILE_MOST * (TILE_MOST + 3)], c[TILE_MOST * (TILE_MOST + 3)];
    static float bias[TILE_MOST], residual[TILE_MOST * TILE_MOST];
    int rows, cols, i, j, p, load, way, wrong = 0, spoilt = 0;
    CHECK(mr <= TILE_MOST && nr <= TILE_MOST);
    fill(rng, a, sizeof a / sizeof *a);
    fill(rng, b, sizeof b / sizeof *b);
    fill(rng, was, sizeof was / sizeof *was);
    fill(rng, bias, sizeof bias / sizeof *bias);
    fill(rng, residual, sizeof residual / sizeof *residual);
    for (rows = 1; rows <= mr; rows++)
        for (cols = 1; cols <= nr; cols++)
            for (way = 0; way < 8; way++) {
                const int k = way & 4 ? TILE_K : rows % 3;
                const size_t a_row = way & 2 ? TILE_K : 1, a_step = way & 2 ? 1 : (size_t)mr;
                dlcv__epilogue e;
                load = way & 1;
                e.bias = cols % 2 ? bias : NULL;
                e.residual = cols % 3 ? residual : NULL;
                e.residual_row = TILE_MOST;
                e.low = cols % 5 ? -0.5f : -INFINITY;
                e.high = cols % 5 ? 1.5f : INFINITY;
                memcpy(c, was, sizeof c);
                f->gemm_tile((size_t)k, a, a_row, a_step, b, (size_t)nr, c + 1, (size_t)c_row, rows, cols, load, cols % 4 ? &e : NULL);
                for (i = 0; i < rows; i++)
                    for (j = 0; j < cols; j++) {
                        double sum = load ? (double)was[1 + i * c_row + j] : 0;
                        for (p = 0; p < k; p++) sum += (double)a[(size_t)i * a_row + (size_t)p * a_step] * (double)b[p * nr + j];
                        if (cols % 4) {
                            if (e.bias) sum += (double)bias[i];
                            if (e.residual) sum += (double)residual[i * TILE_MOST + j];
                            if (sum < (double)e.low) sum = (double)e.low;
                            if (sum > (double)e.high) sum = (double)e.high;
                        }
                        if (!(fabs(sum - (double)c[1 + i * c_row + j]) < 1e-5)) wrong++;
                        c[1 + i * c_row + j] = was[1 + i * c_row + j];
                    }
                if (memcmp(c, was, sizeof c)) spoilt++;
            }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(spoilt, 0);
}

int main(void)
{
    dlcv_rng rng = dlcv_rng_seed(4);
    int i;
    for (i = 0; i < (int)(sizeof backends / sizeof *backends); i++) {
        if (dlcv_backend_select(backends[i])) continue;
        printf("%s\n", backends[i]);
        test_tile(&rng);
    }
    return test_end("gemm");
}
