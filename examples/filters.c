/* Convolution without a network: a 3 x 3 box filter over the 10 x 10 picture of the lectures, then one layer of a network, timed: what the
 * plan chose, the memory it takes, how fast it is.
 *
 *     cc -O2 -march=native -I.. filters.c -o filters -lm
 *
 * test: -> 0 20 40 60 60 60 40 20
 * test: -> 64 -> 64 channels, 56 x 56, kernel 3 x 3 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failed(const char *what)
{
    fprintf(stderr, "filters: %s: %s\n", what, dlcv_error());
    return 1;
}

/* zeros, a square of 90 with a hole, and one more point */
static int box_filter(void)
{
    float picture[10][10], box[9], smooth[8][8];
    dlcv_conv_shape shape = { 0 };
    dlcv_conv *conv = NULL;
    int y, x;
    for (y = 0; y < 10; y++)
        for (x = 0; x < 10; x++) picture[y][x] = y >= 2 && y <= 6 && x >= 3 && x <= 7 && !(y == 5 && x == 4) ? 90.0f : 0.0f;
    picture[8][2] = 90;
    for (x = 0; x < 9; x++) box[x] = 1.0f / 9;
    shape.batch = shape.channels = shape.filters = 1;
    shape.height = shape.width = 10;
    shape.kernel_h = shape.kernel_w = 3;        /* no padding: 8 x 8 places where the kernel fits */
    if (dlcv_conv_new(NULL, &shape, box, NULL, &conv) || dlcv_conv_forward(conv, &picture[0][0], NULL, &smooth[0][0], NULL))
        return failed("box filter");
    dlcv_conv_free(conv);
    for (y = 0; y < 8; y++) {
        for (x = 0; x < 8; x++) printf("%s%.0f", x ? " " : "", (double)smooth[y][x] + 0.0);
        printf("\n");
    }
    return 0;
}

/* y = relu(x * w + bias): a layer of ResNet */
static int layer(void)
{
    enum { CHANNELS = 64, SIZE = 56, ROUNDS = 20 };
    const size_t n = (size_t)CHANNELS * SIZE * SIZE;
    dlcv_conv_shape shape = { 0 };
    dlcv_conv_epilogue epilogue = { 0 };
    dlcv_conv_info info;
    dlcv_conv *conv = NULL;
    dlcv_rng rng = dlcv_rng_seed(1);
    float *x = (float *)malloc(n * sizeof(float)), *y = (float *)malloc(n * sizeof(float));
    float *w = (float *)malloc(CHANNELS * CHANNELS * 9 * sizeof(float)), bias[CHANNELS] = { 0 };
    double seconds = 1e9;
    size_t i;
    int round;
    if (!x || !y || !w) return 1;
    for (i = 0; i < n; i++) x[i] = dlcv_rng_normal(&rng);
    for (i = 0; i < CHANNELS * CHANNELS * 9; i++) w[i] = 0.06f * dlcv_rng_normal(&rng);
    shape.batch = 1;
    shape.channels = shape.filters = CHANNELS;
    shape.height = shape.width = SIZE;
    shape.kernel_h = shape.kernel_w = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    epilogue.bias = bias;
    epilogue.activation = DLCV_ACTIVATION_RELU;
    if (dlcv_conv_new(NULL, &shape, w, NULL, &conv)) return failed("layer");
    dlcv_conv_describe(conv, &info);
    for (round = 0; round < ROUNDS; round++) {
        const clock_t begin = clock();
        if (dlcv_conv_forward(conv, x, &epilogue, y, NULL)) return failed("layer");
        if ((double)(clock() - begin) / CLOCKS_PER_SEC < seconds) seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    }
    printf("%d -> %d channels, %d x %d, kernel 3 x 3: %s, %.1f MFLOP in %.2f ms = %.0f GFLOP/s on %s, %.1f MB of prepared weights and %.1f of workspace\n",
        CHANNELS, CHANNELS, SIZE, SIZE, info.name, info.flops * 1e-6, seconds * 1e3, info.flops * 1e-9 / (seconds > 0 ? seconds : 1e-6), dlcv_backend(),
        (double)info.prepared_bytes * 1e-6, (double)info.workspace_bytes * 1e-6);
    dlcv_conv_free(conv);
    free(x);
    free(y);
    free(w);
    return 0;
}

int main(void)
{
    return box_filter() || layer();
}
