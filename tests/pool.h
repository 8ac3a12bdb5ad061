/* The pooling kernel on one line of n windows of rows x cols, `step` apart, over rows of x that are `pitch` floats long; an average is over rows x cols. n is at most
 * TEST_POOL_MOST. It runs where nothing but the windows may be read, and among NaNs that may (there small windows go another way),
 * and both of maxima once more with their places: all the same bits, else the result is 0. Wants test_kernels(). */
#ifndef DLCV_TEST_POOL_H
#define DLCV_TEST_POOL_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_POOL_MOST = 320, TEST_POOL_ROOM = 64 };

static int test_pool(int how, int rows, int cols, int step, const float *x, int pitch, int n, float *y)
{
    const size_t floats = (size_t)(rows - 1) * (size_t)pitch + (size_t)((n - 1) * step + cols), all = floats + 2 * TEST_POOL_ROOM + (size_t)(4 * TEST_POOL_ROOM);
    const dlcv__kernels_flat *k = test_kernels()->f32->flat;
    float ones[TEST_POOL_MOST], *among = (float *)malloc(all * sizeof *among), *again = (float *)malloc((size_t)n * sizeof *again);
    uint8_t *at = (uint8_t *)malloc((size_t)n), *at_again = (uint8_t *)malloc((size_t)n);
    dlcv__windows p;
    size_t i;
    int same = 1, turn = 0;
    if (!among || !again || !at || !at_again) {
        fprintf(stderr, "test_pool: no memory\n");
        exit(1);
    }
    for (i = 0; i < TEST_POOL_MOST; i++) ones[i] = 1;
    memset(among, 0xff, all * sizeof *among);
    memcpy(among + TEST_POOL_ROOM, x, floats * sizeof *x);
    memset(&p, 0, sizeof p);
    p.how = how;
    p.cols = cols;
    p.step = step;
    p.n = n;
    p.width = (n - 1) * step + cols;
    p.pitch = (size_t)pitch;
    p.x_line = p.pitch * (size_t)step;
    p.room = (size_t)(n + cols / step) + 3 * test_kernels()->f32->lanes;
    p.count = ones;
    k->pool(&p, x, rows, 0, 1, 1, y, NULL);
    for (turn = 0; turn < 4; turn++) {
        p.how = turn & 2 ? (int)DLCV__POOL_AT : how;
        if (turn & 2 && (how != (int)DLCV__POOL_MAX || rows * cols > 256)) break;
        p.lead = turn & 1 ? 0 : TEST_POOL_ROOM;
        p.tail = turn & 1 ? 0 : all - TEST_POOL_ROOM;
        k->pool(&p, turn & 1 ? x : among + TEST_POOL_ROOM, rows, 0, 1, 1, again, turn & 1 ? at_again : at);
        same &= !memcmp(y, again, (size_t)n * sizeof *y);
        if (turn == 3) same &= !memcmp(at, at_again, (size_t)n);
    }
    for (i = 0; turn == 4 && i < (size_t)n; i++) same &= !memcmp(&x[at[i] / cols * pitch + (int)i * step + at[i] % cols], &y[i], sizeof *y);
    free(among);
    free(again);
    free(at);
    free(at_again);
    if (!same) fprintf(stderr, "test_pool: how %d, %d x %d windows, step %d, pitch %d, %d of them: other bits in another place\n", how, rows, cols, step, pitch, n);
    return same;
}
#endif
