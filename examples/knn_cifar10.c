/* Nearest neighbours on CIFAR-10: every test image against all 50,000 training images, exactly, pixel by pixel. DIR has
 * the six .bin files of the binary version (https://www.cs.toronto.edu/~kriz/cifar.html).
 *
 *     cc -O2 -I.. knn_cifar10.c -o knn_cifar10 -lm -pthread
 *     ./knn_cifar10 DIR [--metric l1|l2|cosine] [--k K] [--float] [--wrap] [--threads N] [--limit QUERIES] [--picture FILE]
 *
 * --float computes in float instead of bytes; --wrap computes what the course's numpy program does with bytes, where differences wrap around (no library
 * needed, and a quarter right); --picture writes one test image of each class beside its ten nearest
 * training images, green if they are of its class and red if not.
 *
 * test if build/cifar-10-batches-bin/test_batch.bin: build/cifar-10-batches-bin --limit 200 -> L1 k=1 correct 81 of 200
 * test if build/cifar-10-batches-bin/test_batch.bin: build/cifar-10-batches-bin --wrap --limit 20 -> wrapped L1 k=1 correct */
#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#endif
#ifdef DLCV_DEMO_STB_WRITE /* then FILE may be a .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_POOL
#define DLCV_DISPATCH /* the fastest code for this machine, whatever the compiler flags */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 1000, NEIGHBOURS = 10, CLASSES = 10, PIXELS = 32 * 32 * 3 };

typedef struct options {
    const char *dir, *metric_name, *picture;
    dlcv_metric metric;
    int k, floats, wrap, threads, limit;
} options;

static double now(void)
{
#ifdef _WIN32
    return (double)clock() / CLOCKS_PER_SEC; /* wall time there */
#else
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
#endif
}

/* A whole number 1 .. most, or 0. */
static int number(const char *text, int most)
{
    char *end;
    long value = strtol(text, &end, 10);
    return *text && !*end && value >= 1 && value <= most ? (int)value : 0;
}

/* 0, or prints what is wrong with the arguments. */
static int parse(int argc, char **argv, options *o)
{
    int i;
    for (i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        int ok = 1;
        if (name[0] != '-' && !o->dir) {
            o->dir = name;
            continue;
        }
        if (strcmp(name, "--float") == 0 || strcmp(name, "--wrap") == 0) {
            *(name[2] == 'f' ? &o->floats : &o->wrap) = 1;
            continue;
        }
        i++;
        if (strcmp(name, "--metric") == 0) {
            ok = strcmp(value, "l1") == 0 || strcmp(value, "l2") == 0 || strcmp(value, "cosine") == 0;
            o->metric = value[0] == 'c'            ? DLCV_METRIC_COSINE
                        : strcmp(value, "l2") == 0 ? DLCV_METRIC_L2
                                                   : DLCV_METRIC_L1;
            o->metric_name = value[0] == 'c' ? "cosine" : strcmp(value, "l2") == 0 ? "L2" : "L1";
        } else if (strcmp(name, "--k") == 0) {
            ok = o->k = number(value, 50000);
        } else if (strcmp(name, "--threads") == 0) {
            ok = o->threads = number(value, 1024);
        } else if (strcmp(name, "--limit") == 0) {
            ok = o->limit = number(value, 10000);
        } else if (strcmp(name, "--picture") == 0) {
            ok = *value != 0;
            o->picture = value;
        } else {
            fprintf(stderr, "knn_cifar10: what is %s?\n", name);
            return 1;
        }
        if (!ok) {
            fprintf(stderr, "knn_cifar10: %s cannot be \"%s\"\n", name, value);
            return 1;
        }
    }
    if (!o->dir)
        fprintf(stderr, "usage: knn_cifar10 DIR [--metric l1|l2|cosine] [--k 1 .. 50000] [--float] [--wrap] "
                        "[--threads 1 .. 1024] [--limit 1 .. 10000] [--picture FILE]\n");
    return !o->dir;
}

/* out = t as floats 0 .. 255 */
static dlcv_status to_float(const dlcv_tensor *t, dlcv_tensor *out)
{
    size_t i, count = dlcv_tensor_count(t);
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, t->shape, out);
    for (i = 0; i < count && !s; i++) dlcv_f32(out)[i] = (float)dlcv_u8(t)[i];
    return s;
}

/* Predicts the queries chunk by chunk and counts how many it gets right. */
static dlcv_status classify(const dlcv_knn *knn, const dlcv_tensor *x, const dlcv_tensor *y, int k, int *correct,
                            double *seconds)
{
    const int n = x->shape.dim[0];
    const double start = now();
    dlcv_tensor predicted = { 0 };
    dlcv_progress p;
    dlcv_status s = DLCV_OK;
    float accuracy;
    int done;
    memset(&p, 0, sizeof p);
    p.loss = p.accuracy = p.validation_loss = p.validation_accuracy = (float)NAN;
    p.steps = n;
    dlcv_progress_bar(&p, NULL);
    for (*correct = 0, done = 0; done < n && !s; done += CHUNK) {
        dlcv_tensor queries = dlcv_tensor_rows(x, done, done + CHUNK), truth = dlcv_tensor_rows(y, done, done + CHUNK);
        s = dlcv_knn_predict(knn, &queries, k, &predicted);
        if (!s) s = dlcv_accuracy(&predicted, &truth, 1, &accuracy);
        if (s) break;
        p.step += truth.shape.dim[0];
        *correct += (int)(accuracy * (float)truth.shape.dim[0] + 0.5f);
        p.accuracy = (float)*correct / (float)p.step;
        p.seconds = *seconds = now() - start;
        p.samples_per_second = p.step / (p.seconds > 0 ? p.seconds : 1);
        p.done = p.step == n;
        dlcv_progress_bar(&p, NULL);
    }
    dlcv_tensor_free(&predicted);
    return s;
}

/* numpy.sum(numpy.abs(a - b)) of uint8: the difference is taken modulo 256, and that is its own absolute value. */
static int classify_wrapped(const dlcv_dataset *train, const dlcv_tensor *x, const dlcv_tensor *y)
{
    int q, i, j, right = 0;
    for (q = 0; q < x->shape.dim[0]; q++) {
        const uint8_t *b = dlcv_u8(x) + (size_t)q * PIXELS;
        uint32_t least = 0xffffffffu;
        int at = 0;
        for (i = 0; i < train->x.shape.dim[0]; i++) {
            const uint8_t *a = dlcv_u8(&train->x) + (size_t)i * PIXELS;
            uint32_t sum = 0;
            for (j = 0; j < PIXELS; j++) sum += (uint8_t)(a[j] - b[j]);
            if (sum < least) least = sum, at = i;
        }
        right += dlcv_i32(&train->y)[at] == dlcv_i32(y)[q];
    }
    return right;
}

/* The first test image of every class and its nearest training images; `queries`: the test images, bytes or floats. */
static dlcv_status draw(const dlcv_knn *knn, const dlcv_dataset *train, const dlcv_dataset *test,
                        const dlcv_tensor *queries, const char *path)
{
    static uint8_t pixels[CLASSES * (1 + NEIGHBOURS)][PIXELS];
    static uint32_t frames[CLASSES * (1 + NEIGHBOURS)];
    dlcv_tensor images = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(CLASSES * (1 + NEIGHBOURS), 32, 32, 3));
    dlcv_tensor nearest = { 0 }, picture = { 0 };
    dlcv_status s = DLCV_OK;
    int label, i, j, at = 0;
    for (label = 0; label < CLASSES && !s; label++) {
        dlcv_tensor one;
        for (i = 0; i < test->y.shape.dim[0] - 1 && dlcv_i32(&test->y)[i] != label;) i++;
        one = dlcv_tensor_rows(queries, i, i + 1);
        s = dlcv_knn_search(knn, &one, NEIGHBOURS, &nearest, NULL);
        memcpy(pixels[at++], dlcv_u8(&test->x) + (size_t)i * PIXELS, PIXELS);
        for (j = 0; j < NEIGHBOURS && !s; j++) {
            const int neighbour = dlcv_i32(&nearest)[j];
            frames[at] = dlcv_i32(&train->y)[neighbour] == label ? 0x00a000 : 0xe00000;
            memcpy(pixels[at++], dlcv_u8(&train->x) + (size_t)neighbour * PIXELS, PIXELS);
        }
    }
    if (!s) s = dlcv_view_grid(NULL, &images, 1 + NEIGHBOURS, 2, frames, &picture);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    dlcv_tensor_free(&nearest);
    dlcv_tensor_free(&picture);
    return s;
}

int main(int argc, char **argv)
{
    dlcv_dataset train = { 0 }, test = { 0 }, base = { 0 }; /* base: what is searched */
    dlcv_tensor queries = { 0 }, some;
    dlcv_knn *knn = NULL;
    dlcv_knn_opts opts;
    dlcv_env env;
    double seconds = 0;
    int correct = 0;
    dlcv_status s = DLCV_OK;
    options o = { NULL, "L1", NULL, DLCV_METRIC_L1, 1, 0, 0, 1, 10000 };
    if (parse(argc, argv, &o)) return 2;
    memset(&env, 0, sizeof env);
    memset(&opts, 0, sizeof opts);
    opts.metric = o.metric;
    if (o.threads > 1) s = dlcv_pool_new(NULL, o.threads, &env.threads);
    if (!s) s = dlcv_data_cifar10(&env, o.dir, &train, &test);
    if (o.wrap && !s) {
        some = dlcv_tensor_rows(&test.x, 0, o.limit);
        printf("wrapped L1 k=1 correct %d of %d\n", classify_wrapped(&train, &some, &test.y), some.shape.dim[0]);
        dlcv_data_free(&train);
        dlcv_data_free(&test);
        return 0;
    }
    base = train;
    queries = test.x;
    base.x.owned = base.y.owned = queries.owned = 0; /* views: train and test own the data */
    if (o.floats && !s) {
        memset(&base.x, 0, sizeof base.x);
        memset(&queries, 0, sizeof queries);
        s = to_float(&train.x, &base.x);
        if (!s) s = to_float(&test.x, &queries);
    }
    if (!s) s = dlcv_knn_new(&env, &base, &opts, &knn);
    if (!s) {
        some = dlcv_tensor_rows(&queries, 0, o.limit);
        test.y.shape.dim[0] = some.shape.dim[0];
        printf("%d test images against %d, %s, backend %s, %d thread%s\n", some.shape.dim[0], train.x.shape.dim[0],
               o.floats ? "float" : "bytes", dlcv_backend(), o.threads, o.threads > 1 ? "s" : "");
        fflush(stdout);
        s = classify(knn, &some, &test.y, o.k, &correct, &seconds);
    }
    if (!s && o.picture) s = draw(knn, &train, &test, &queries, o.picture);
    if (!s) printf("%s k=%d correct %d of %d, %.1f s\n", o.metric_name, o.k, correct, test.y.shape.dim[0], seconds);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_knn_free(knn);
    dlcv_tensor_free(&queries);
    dlcv_tensor_free(&base.x);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    dlcv_pool_free(&env.threads);
    return s != DLCV_OK;
}
