/* The pooling kernel on one line of n windows of rows x cols, `step` apart, over rows of x that are `pitch` floats long; an average is over rows x cols. n is at most
 * TEST_POOL_MOST. Wants test_kernels(). */
#ifndef DLCV_TEST_POOL_H
#define DLCV_TEST_POOL_H
enum { TEST_POOL_MOST = 320 };

static void test_pool(int how, int rows, int cols, int step, const float *x, int pitch, int n, float *y)
{
    dlcv__windows p;
    float ones[TEST_POOL_MOST];
    int i;
    for (i = 0; i < TEST_POOL_MOST; i++) ones[i] = 1;
    memset(&p, 0, sizeof p);
    p.how = how;
    p.cols = cols;
    p.step = step;
    p.n = n;
    p.width = (n - 1) * step + cols;
    p.pitch = (size_t)pitch;
    p.room = (size_t)(n + cols / step) + 3 * test_kernels()->f32->lanes;
    p.count = ones;
    test_kernels()->f32->flat->pool(&p, x, rows, 0, 1, 1, y, NULL);
}
#endif
