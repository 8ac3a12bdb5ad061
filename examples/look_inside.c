/* What a network has learnt, as pictures: a linear classifier's template of each class, a convolutional network's first filters, what they answer to five
 * digits, what the second layer answers, and how much each pixel matters to the answer.
 *
 *     cc -O2 -I.. look_inside.c -o look_inside -lm
 *     ./look_inside [FOLDER for inside_templates.ppm, inside_filters.ppm, inside_maps.ppm, inside_maps2.ppm, inside_saliency.ppm]
 *
 * test: build -> along the gradient the score of the right class rises: 10 of 10 */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TRAIN = DLCV_DIGITS_TRAIN, TEST = DLCV_DIGITS_TEST, PIXELS = 64, BATCH = 50, FILTERS = 16, SECOND = 16 };

static dlcv_graph *g;
static dlcv_node image, label, linear_scores, conv1, conv2, scores;
static float train_x[TRAIN * PIXELS], test_x[TEST * PIXELS];

static dlcv_node conv(dlcv_node x, int filters, int kernel)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = DLCV_SAME;
    return dlcv_relu(dlcv_conv2d(x, filters, kernel, &o));
}

static dlcv_status learn(dlcv_node y, float l2, int epochs)
{
    dlcv_node loss = dlcv_loss(y, label, DLCV_LOSS_SOFTMAX, NULL);
    const dlcv_tensor x = dlcv_tensor_view(train_x, DLCV_F32, dlcv_shape4(TRAIN, 1, 8, 8));
    const dlcv_tensor t = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    dlcv_optimizer o;
    dlcv_tensor some_x = { 0 }, some_y = { 0 };
    dlcv_rng rng = dlcv_rng_seed(7);
    int order[TRAIN], i, epoch;
    dlcv_status s = DLCV_OK;
    memset(&o, 0, sizeof o);
    o.lr = 0.003f;
    o.method = DLCV_METHOD_ADAMW;       /* weights that are not needed fade: clearer pictures */
    o.l2 = l2;
    for (i = 0; i < TRAIN; i++) order[i] = i;
    for (epoch = 0; epoch < epochs && !s; epoch++) {
        dlcv_rng_shuffle(&rng, order, TRAIN);
        for (i = 0; i < TRAIN && !s; i += BATCH) {
            s = dlcv_tensor_take(NULL, &x, order + i, BATCH, &some_x);
            if (!s) s = dlcv_tensor_take(NULL, &t, order + i, BATCH, &some_y);
            if (!s) s = dlcv_bind(image, &some_x);
            if (!s) s = dlcv_bind(label, &some_y);
            if (!s) s = dlcv_forward(loss, DLCV_MODE_TRAIN);
            if (!s) s = dlcv_backward(loss);
            if (!s) s = dlcv_update(g, &o);
        }
    }
    dlcv_tensor_free(&some_x);
    dlcv_tensor_free(&some_y);
    return s;
}

static dlcv_status accuracy(dlcv_node y, const char *what)
{
    const dlcv_tensor x = dlcv_tensor_view(test_x, DLCV_F32, dlcv_shape4(TEST, 1, 8, 8));
    const dlcv_tensor t = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(TEST));
    float right = 0;
    dlcv_status s = dlcv_bind(image, &x);
    if (!s) s = dlcv_forward(y, DLCV_MODE_INFER);
    if (!s) s = dlcv_accuracy(dlcv_value(y), &t, 1, &right);
    if (!s) printf("%s: %.1f %% of %d test digits right\n", what, 100 * (double)right, TEST);
    return s;
}

/* f32 [n, 1, h, w], each stretched from black to white */
static dlcv_status save(const char *folder, const char *name, const float *pixels, int n, int side, int columns, int zoom)
{
    const dlcv_tensor pictures = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape4(n, 1, side, side));
    dlcv_tensor grid = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, &pictures, columns, zoom, NULL, &grid);
    snprintf(path, sizeof path, "%s/inside_%s.ppm", folder, name);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/inside_%s.png", folder, name);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#endif
    dlcv_tensor_free(&grid);
    return s;
}

/* Rows of a digit and a layer's maps of it. maps: [n, count, side, side] */
static dlcv_status save_maps(const char *folder, const char *name, const float *maps, const float *digits, int n, int count, int side)
{
    static float all[10 * (SECOND + 1) * PIXELS];
    int i, y, x;
    for (i = 0; i < n; i++) {
        float *row = all + (size_t)(i * (count + 1) * side * side);
        for (y = 0; y < side; y++)
            for (x = 0; x < side; x++) row[side * y + x] = digits[PIXELS * i + 8 * (y * 8 / side) + x * 8 / side];
        memcpy(row + side * side, maps + (size_t)(i * count * side * side), (size_t)(count * side * side) * sizeof(float));
    }
    return save(folder, name, all, n * (count + 1), side, count + 1, 32 / side);
}

/* The gradient of each digit's own score with respect to its pixels; does a step along it raise the score? */
static dlcv_status saliency(const char *folder, const float *digits, int *rises)
{
    static float pictures[20 * PIXELS], moved[10 * PIXELS];
    const dlcv_tensor x = dlcv_tensor_view(digits, DLCV_F32, dlcv_shape4(10, 1, 8, 8));
    const dlcv_tensor there = dlcv_tensor_view(moved, DLCV_F32, dlcv_shape4(10, 1, 8, 8));
    float upstream[100] = { 0 }, before[10];
    const dlcv_tensor one = dlcv_tensor_view(upstream, DLCV_F32, dlcv_shape2(10, 10));
    dlcv_status s = dlcv_bind(image, &x);
    int i;
    for (i = 0; i < 10; i++) upstream[11 * i] = 1;          /* the i-th picture shows an i */
    if (!s) s = dlcv_forward(scores, DLCV_MODE_GRADIENT);
    for (i = 0; i < 10 && !s; i++) before[i] = dlcv_f32(dlcv_value(scores))[11 * i];
    if (!s) s = dlcv_backward_from(scores, &one);
    for (i = 0; i < 10 * PIXELS && !s; i++) {
        const float slope = dlcv_f32(dlcv_gradient(image))[i];
        pictures[i] = digits[i];
        pictures[10 * PIXELS + i] = fabsf(slope);
        moved[i] = digits[i] + 0.01f * slope;
    }
    if (!s) s = dlcv_bind(image, &there);
    if (!s) s = dlcv_forward(scores, DLCV_MODE_GRADIENT);
    for (*rises = i = 0; i < 10 && !s; i++) *rises += dlcv_f32(dlcv_value(scores))[11 * i] > before[i];
    return s ? s : save(folder, "saliency", pictures, 20, 8, 10, 6);
}

/* The first test digit of each class */
static void choose(float *digits)
{
    int c, i;
    for (c = 0; c < 10; c++) {
        for (i = 0; dlcv_digits_test_y[i] != c;) i++;
        memcpy(digits + PIXELS * c, test_x + PIXELS * i, PIXELS * sizeof(float));
    }
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    static float digits[10 * PIXELS];
    const dlcv_tensor five = dlcv_tensor_view(digits, DLCV_F32, dlcv_shape4(5, 1, 8, 8));
    dlcv_status s;
    int i, rises = 0;
    for (i = 0; i < TRAIN * PIXELS; i++) train_x[i] = (float)dlcv_digits_train_x[i] / 255;
    for (i = 0; i < TEST * PIXELS; i++) test_x[i] = (float)dlcv_digits_test_x[i] / 255;
    choose(digits);
    g = dlcv_graph_new(NULL, 1);
    image = dlcv_keep(dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 8, 8)));
    label = dlcv_input(g, "label", DLCV_I32, dlcv_shape1(-1));
    linear_scores = dlcv_linear(dlcv_flatten(image), 10);
    conv1 = conv(image, FILTERS, 5);
    conv2 = conv(dlcv_pool2d(conv1, DLCV_POOL_MAX, 2, NULL), SECOND, 3);
    scores = dlcv_linear(dlcv_flatten(dlcv_pool2d(conv2, DLCV_POOL_MAX, 2, NULL)), 10);
    s = learn(linear_scores, 0.3f, 30);
    if (!s) s = accuracy(linear_scores, "a linear classifier");
    if (!s) s = save(folder, "templates", dlcv_f32(dlcv_value(dlcv_find(g, "linear1.weight"))), 10, 8, 10, 6);
    if (!s) s = learn(scores, 0.3f, 20);
    if (!s) s = accuracy(scores, "a convolutional network");
    if (!s) s = save(folder, "filters", dlcv_f32(dlcv_value(dlcv_find(g, "conv2d1.weight"))), FILTERS, 5, 8, 10);
    if (!s) s = dlcv_bind(image, &five);
    if (!s) s = dlcv_forward(conv1, DLCV_MODE_INFER);
    if (!s) s = save_maps(folder, "maps", dlcv_f32(dlcv_value(conv1)), digits, 5, FILTERS, 8);
    if (!s) s = dlcv_forward(conv2, DLCV_MODE_INFER);
    if (!s) s = save_maps(folder, "maps2", dlcv_f32(dlcv_value(conv2)), digits, 5, SECOND, 4);
    if (!s) s = saliency(folder, digits, &rises);
    if (!s) printf("along the gradient the score of the right class rises: %d of 10\n", rises);
    else fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(g);
    return s != DLCV_OK;
}
