/* A map of handwritten digits: each stands where its first two principal components put it, the two directions in which the 64 pixels
 * of the training digits differ most. What is near looks alike; what two numbers cannot tell apart lies on one another.
 *
 *     cc -O2 -I.. map.c -o map -lm
 *     ./map [FOLDER for map.ppm]
 *
 * test: build -> the nearest neighbour by 64 pixels: 281 of 297 right, by the 2 numbers of the map: 156 */
#ifdef DLCV_DEMO_STB_WRITE /* then also map.png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PIXELS = 64, TRAIN = DLCV_DIGITS_TRAIN, TEST = DLCV_DIGITS_TEST, ZOOM = 3, SIDE = 8 * ZOOM, SIZE = 800 };

/* The directions of the first two principal components of x, u8 [n, 64], their variances, and the variance of all 64 together: the
 * covariance matrix applied again and again to two vectors, which are kept at right angles. */
static void principal(const uint8_t *x, int n, double mean[PIXELS], double axes[2][PIXELS], double variance[2], double *all)
{
    static double covariance[PIXELS][PIXELS];
    int i, j, k, a, round;
    memset(covariance, 0, sizeof covariance);
    for (j = 0; j < PIXELS; j++) {
        for (mean[j] = 0, i = 0; i < n; i++) mean[j] += x[i * PIXELS + j];
        mean[j] /= n;
    }
    for (i = 0; i < n; i++)
        for (j = 0; j < PIXELS; j++)
            for (k = 0; k < PIXELS; k++) covariance[j][k] += (x[i * PIXELS + j] - mean[j]) * (x[i * PIXELS + k] - mean[k]) / n;
    for (*all = 0, j = 0; j < PIXELS; j++) *all += covariance[j][j];
    for (a = 0; a < 2; a++) {
        for (j = 0; j < PIXELS; j++) axes[a][j] = j % 8 - 3.5 + 2 * a * (j / 8);
        for (round = 0; round < 300; round++) {
            double next[PIXELS], along = 0, length = 0;
            for (j = 0; j < PIXELS; j++)
                for (next[j] = 0, k = 0; k < PIXELS; k++) next[j] += covariance[j][k] * axes[a][k];
            for (j = 0; j < PIXELS && a; j++) along += next[j] * axes[0][j];
            for (j = 0; j < PIXELS; j++) next[j] -= a ? along * axes[0][j] : 0;
            for (j = 0; j < PIXELS; j++) length += next[j] * next[j];
            variance[a] = sqrt(length);
            for (j = 0; j < PIXELS; j++) axes[a][j] = next[j] / variance[a];
        }
    }
}

/* xy: f32 [n, 2] */
static void project(const uint8_t *x, int n, const double mean[PIXELS], double axes[2][PIXELS], float *xy)
{
    int i, j, a;
    for (i = 0; i < n; i++) {
        for (a = 0; a < 2; a++) {
            double sum = 0;
            for (j = 0; j < PIXELS; j++) sum += axes[a][j] * (x[i * PIXELS + j] - mean[j]);
            xy[2 * i + a] = (float)sum;
        }
    }
}

/* Each digit larger and in the colour of its class, on white: u8 [n, SIDE, SIDE, 3]. */
static void paint(const uint8_t *x, const int32_t *y, int n, uint8_t *out)
{
    static const uint8_t colours[10][3] = { { 31, 111, 180 }, { 232, 128, 26 },  { 46, 158, 91 },  { 200, 55, 61 },  { 123, 85, 184 },
                                            { 23, 160, 173 }, { 214, 95, 159 },  { 138, 90, 60 },  { 163, 165, 31 }, { 60, 60, 60 } };
    int i, row, column, c;
    for (i = 0; i < n; i++)
        for (row = 0; row < SIDE; row++)
            for (column = 0; column < SIDE; column++)
                for (c = 0; c < 3; c++) {
                    const int ink = x[i * PIXELS + row / ZOOM * 8 + column / ZOOM];
                    *out++ = (uint8_t)(255 - ink * (255 - colours[y[i]][c]) / 255);
                }
}

static dlcv_status save(const dlcv_tensor *picture, const char *folder)
{
    char path[1024];
    dlcv_status s;
    snprintf(path, sizeof path, "%s/map.ppm", folder);
    s = dlcv_image_save(NULL, picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/map.png", folder);
    if (!s) s = dlcv_image_save(NULL, picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    return s;
}

/* How many of the test digits are what their nearest training digit is. */
static dlcv_status count(const dlcv_tensor *train_x, const dlcv_tensor *test_x, int *right)
{
    const dlcv_tensor truth = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(TEST));
    dlcv_dataset train = { 0 };
    dlcv_tensor labels = { 0 };
    dlcv_knn *knn = NULL;
    float accuracy = 0;
    dlcv_status s;
    train.x = *train_x;
    train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    s = dlcv_knn_new(NULL, &train, NULL, &knn);
    if (!s) s = dlcv_knn_predict(knn, test_x, 1, &labels);
    if (!s) s = dlcv_accuracy(&labels, &truth, 1, &accuracy);
    *right = (int)(accuracy * TEST + 0.5f);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&labels);
    return s;
}

int main(int argc, char **argv)
{
    static double mean[PIXELS], axes[2][PIXELS];
    static float train_xy[2 * TRAIN], test_xy[2 * TEST];
    static uint8_t painted[TEST * SIDE * SIDE * 3];
    const dlcv_tensor train = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape2(TRAIN, PIXELS)),
                      test = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape2(TEST, PIXELS)),
                      train_2 = dlcv_tensor_view(train_xy, DLCV_F32, dlcv_shape2(TRAIN, 2)),
                      test_2 = dlcv_tensor_view(test_xy, DLCV_F32, dlcv_shape2(TEST, 2)),
                      images = dlcv_tensor_view(painted, DLCV_U8, dlcv_shape4(TEST, SIDE, SIDE, 3));
    dlcv_tensor map = { 0 };
    double variance[2], all;
    int by_pixels = 0, by_map = 0;
    dlcv_status s;
    principal(dlcv_digits_train_x, TRAIN, mean, axes, variance, &all);
    project(dlcv_digits_train_x, TRAIN, mean, axes, train_xy);
    project(dlcv_digits_test_x, TEST, mean, axes, test_xy);
    paint(dlcv_digits_test_x, dlcv_digits_test_y, TEST, painted);
    printf("two directions of 64 have %.0f %% and %.0f %% of the variance\n", 100 * variance[0] / all, 100 * variance[1] / all);
    s = count(&train, &test, &by_pixels);
    if (!s) s = count(&train_2, &test_2, &by_map);
    if (!s) printf("the nearest neighbour by 64 pixels: %d of %d right, by the 2 numbers of the map: %d\n", by_pixels, TEST, by_map);
    if (!s) s = dlcv_view_map(NULL, &images, &test_2, SIZE, &map);
    if (!s) s = save(&map, argc > 1 ? argv[1] : ".");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_tensor_free(&map);
    return s != DLCV_OK;
}
