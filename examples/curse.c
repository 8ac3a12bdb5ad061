/* The curse of dimensionality. To cover a space with 4 points along each axis takes 4^d points; and of random points
 * in many dimensions the nearest is hardly nearer than the farthest. Images are not random points.
 *
 *     cc -O2 -I.. curse.c -o curse -lm
 *     ./curse [FOLDER for curse.svg]
 *
 * test: build -> 3072   10^1849.5    0.94 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIMS = 13, POINTS = 1000, QUERIES = 20 };

/* The distance to the nearest point over that to the farthest, mean over the queries. */
static dlcv_status ratio(const dlcv_tensor *points, const dlcv_tensor *queries, float *out)
{
    dlcv_tensor d = { 0 };
    dlcv_status s = dlcv_pairwise(NULL, DLCV_METRIC_L2, queries, points, &d);
    int i, j;
    for (i = 0, *out = 0; i < QUERIES && !s; i++) {
        const float *row = dlcv_f32(&d) + i * POINTS;
        float nearest = row[0], farthest = row[0];
        for (j = 1; j < POINTS; j++) {
            if (row[j] < nearest) nearest = row[j];
            if (row[j] > farthest) farthest = row[j];
        }
        *out += nearest / farthest / QUERIES;
    }
    dlcv_tensor_free(&d);
    return s;
}

int main(int argc, char **argv)
{
    static const int dims[DIMS] = { 1, 2, 3, 5, 10, 20, 30, 64, 128, 256, 512, 1024, 3072 };
    static float numbers[(POINTS + QUERIES) * 3072];
    const dlcv_tensor train = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape2(POINTS, 64));
    const dlcv_tensor test = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape2(QUERIES, 64));
    float x[DIMS], random[DIMS], digits_x = 64, digits = 0;
    dlcv_rng rng = dlcv_rng_seed(1);
    dlcv_series series[2];
    dlcv_plot_opts texts;
    char path[1024];
    dlcv_status s = DLCV_OK;
    int i, j;

    printf("   d      points at 4 per axis   nearest / farthest of %d\n", POINTS);
    for (i = 0; i < DIMS && !s; i++) {
        const int d = dims[i];
        dlcv_tensor all = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape2(POINTS + QUERIES, d)), points, queries;
        for (j = 0; j < (POINTS + QUERIES) * d; j++) numbers[j] = dlcv_rng_uniform(&rng);
        points = dlcv_tensor_rows(&all, 0, POINTS);
        queries = dlcv_tensor_rows(&all, POINTS, POINTS + QUERIES);
        s = ratio(&points, &queries, &random[i]);
        x[i] = (float)d;
        if (d <= 10)
            printf("%4d   %10.0f   %.2f\n", d, pow(4, d), (double)random[i]);
        else
            printf("%4d   10^%-7.1f   %.2f\n", d, d * log10(4), (double)random[i]);
    }
    if (!s) s = ratio(&train, &test, &digits);
    if (!s) printf("digits of 64 pixels: %.2f\n", (double)digits);

    memset(series, 0, sizeof series);
    memset(&texts, 0, sizeof texts);
    texts.title = "The nearest of 1,000 points, as a part of the farthest";
    texts.x_label = "dimensions (log scale)";
    texts.y_label = "nearest distance / farthest distance";
    texts.log_x = 1;
    series[0].name = "uniform random points";
    series[0].x = x;
    series[0].y = random;
    series[0].count = DIMS;
    series[1].name = "images of digits, 64 pixels";
    series[1].x = &digits_x;
    series[1].y = &digits;
    series[1].count = series[1].dots = 1;
    snprintf(path, sizeof path, "%s/curse.svg", argc > 1 ? argv[1] : ".");
    if (!s) s = dlcv_view_plot(NULL, series, 2, &texts, path);
    if (!s) printf("wrote %s\n", path);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
