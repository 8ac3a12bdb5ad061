/* What nearest neighbours cost: nothing to train, whatever the number of images, since they are borrowed; to predict,
 * a time that grows as the number of images does.
 *
 *     cc -O2 -I.. cost.c -o cost -lm
 *     ./cost [FOLDER for cost.svg]
 *
 * Fails if the exponent is not within 0.5 .. 1.5.
 *
 * test: build -> expected is N^1 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIZES = 8, SMALLEST = 1024, PIXELS = 256, QUERIES = 16, TRAININGS = 10000 };

/* An allocator that counts. */
static void *allocate(size_t bytes, size_t alignment, void *user)
{
    unsigned char *raw = (unsigned char *)malloc(bytes + alignment), *block;
    if (!raw) return NULL;
    block = raw + alignment -
            (size_t)((uintptr_t)raw % alignment); /* 1 .. alignment further on, which the byte before says */
    block[-1] = (unsigned char)(block - raw);
    *(size_t *)user += bytes;
    return block;
}

static void release(void *block, size_t bytes, void *user)
{
    (void)bytes;
    (void)user;
    free((unsigned char *)block - ((unsigned char *)block)[-1]);
}

/* Processor time: other programs do not count. */
static double now(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Seconds to make a classifier, and to predict the label of one image with it. */
static dlcv_status measure(const dlcv_env *env, const dlcv_dataset *train, const dlcv_tensor *queries, float *training,
                           float *prediction)
{
    dlcv_tensor labels = { 0 };
    dlcv_knn *knn = NULL;
    dlcv_status s = DLCV_OK;
    double begin = now(), end;
    int i, n;
    for (i = 0; i < TRAININGS && !s; i++) {
        dlcv_knn_free(knn);
        s = dlcv_knn_new(env, train, NULL, &knn);
    }
    *training = (float)((now() - begin) / TRAININGS);
    *prediction = 0;
    for (i = 0; i < 4 && !s; i++) { /* the best of four, each of at least 10 ms; the first warms up */
        for (begin = end = now(), n = 0; end - begin < 0.01 && !s; end = now(), n += QUERIES)
            s = dlcv_knn_predict(knn, queries, 1, &labels);
        if (i < 2 || (float)((end - begin) / n) < *prediction) *prediction = (float)((end - begin) / n);
    }
    dlcv_knn_free(knn);
    dlcv_tensor_free(&labels);
    return s;
}

/* The slope of the straight line through (log x, log y) by least squares; line[i] = its value at x[i]. */
static double fit(const float *x, const float *y, int n, float *line)
{
    double mx = 0, my = 0, xy = 0, xx = 0;
    int i;
    for (i = 0; i < n; i++) {
        mx += log((double)x[i]) / n;
        my += log((double)y[i]) / n;
    }
    for (i = 0; i < n; i++) {
        xy += (log((double)x[i]) - mx) * (log((double)y[i]) - my);
        xx += (log((double)x[i]) - mx) * (log((double)x[i]) - mx);
    }
    for (i = 0; i < n; i++) line[i] = (float)exp(my + xy / xx * (log((double)x[i]) - mx));
    return xy / xx;
}

static dlcv_status draw(const float *x, const float *training, const float *prediction, const float *line,
                        const char *folder)
{
    dlcv_series series[3];
    dlcv_plot_opts texts;
    char path[1024];
    dlcv_status s;
    memset(series, 0, sizeof series);
    memset(&texts, 0, sizeof texts);
    texts.title = "The cost of nearest neighbours";
    texts.x_label = "training images of 256 pixels (log scale)";
    texts.y_label = "seconds (log scale)";
    texts.log_x = texts.log_y = 1;
    series[0].name = "straight line through the predictions";
    series[0].y = line;
    series[1].name = "prediction of one image";
    series[1].y = prediction;
    series[2].name = "training";
    series[2].y = training;
    series[0].x = series[1].x = series[2].x = x;
    series[0].count = series[1].count = series[2].count = SIZES;
    series[1].dots = series[2].dots = 1;
    snprintf(path, sizeof path, "%s/cost.svg", folder);
    s = dlcv_view_plot(NULL, series, 3, &texts, path);
    if (!s) printf("wrote %s\n", path);
    return s;
}

/* Fills the three for the first 1024, 2048, .. images; an error if training takes more memory the more there are. */
static dlcv_status measure_all(const dlcv_dataset *all, float *x, float *training, float *prediction, size_t *first)
{
    const dlcv_tensor queries = dlcv_tensor_rows(&all->x, 0, QUERIES);
    dlcv_status s = DLCV_OK;
    dlcv_progress p;
    dlcv_env env;
    size_t bytes = 0;
    int i;
    memset(&env, 0, sizeof env);
    env.memory.allocate = allocate;
    env.memory.release = release;
    env.memory.user = &bytes;
    memset(&p, 0, sizeof p);
    p.loss = p.accuracy = p.validation_loss = p.validation_accuracy = (float)NAN;
    p.steps = SIZES;
    for (i = 0; i < SIZES && !s; i++) {
        dlcv_knn *knn = NULL;
        dlcv_dataset train = *all;
        train.x = dlcv_tensor_rows(&all->x, 0, SMALLEST << i); /* views */
        train.y = dlcv_tensor_rows(&all->y, 0, SMALLEST << i);
        bytes = 0;
        s = dlcv_knn_new(&env, &train, NULL, &knn);
        if (i == 0) *first = bytes;
        if (!s && bytes != *first)
            s = dlcv_fail(DLCV_ERR_STATE, "training takes %zu bytes for %d images, %zu for %d", bytes, SMALLEST << i,
                          *first, SMALLEST);
        dlcv_knn_free(knn);
        if (!s) s = measure(NULL, &train, &queries, &training[i], &prediction[i]);
        x[i] = (float)(SMALLEST << i);
        p.step = i + 1;
        p.seconds = now();
        p.done = p.step == SIZES;
        if (!s) dlcv_progress_bar(&p, NULL);
    }
    return s;
}

int main(int argc, char **argv)
{
    const int most = SMALLEST << (SIZES - 1);
    float x[SIZES], training[SIZES], prediction[SIZES], line[SIZES];
    dlcv_dataset all = { 0 };
    dlcv_rng rng = dlcv_rng_seed(1);
    double slope = 0;
    size_t first = 0;
    dlcv_status s;
    int i, attempt;

    s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape2(most, PIXELS), &all.x);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(most), &all.y);
    for (i = 0; i < most * (PIXELS / 4) && !s; i++) {
        const uint32_t word = dlcv_rng_next(&rng);
        memcpy(dlcv_u8(&all.x) + 4 * i, &word, 4);
    }
    all.classes = 1;
    for (attempt = 0; attempt < 3 && !s && !(slope > 0.5 && slope < 1.5); attempt++) { /* a busy machine may disturb one */
        s = measure_all(&all, x, training, prediction, &first);
        if (!s) slope = fit(x, prediction, SIZES, line);
    }
    for (i = 0; i < SIZES && !s; i++)
        printf("%6.0f images   training %5.0f ns   prediction %7.1f us\n", (double)x[i], 1e9 * (double)training[i],
               1e6 * (double)prediction[i]);
    if (!s) printf("training: %.0f bytes allocated for any number of images\n", (double)first);
    if (!s) printf("prediction grows as N^%.2f, expected is N^1\n", slope);
    if (!s) s = draw(x, training, prediction, line, argc > 1 ? argv[1] : ".");
    if (!s && !(slope > 0.5 && slope < 1.5)) s = dlcv_fail(DLCV_ERR_NUMERIC, "that is no straight line, three times over");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&all);
    return s != DLCV_OK;
}
