/* What do layers do? A small convolutional network learns the digits. Then a linear classifier is trained on what each of its layers makes of them:
 * the further in, the more of the digits a linear classifier gets right. The layers of a network that has learnt nothing do not help it.
 *
 *     cc -O2 -I.. linear_probe.c -o linear_probe -lm
 *     ./linear_probe [FOLDER for linear_probe.svg]
 *
 * test: build -> rises: yes */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ALL = DLCV_DIGITS_TRAIN + DLCV_DIGITS_TEST, BATCH = 50, LAYERS = 8 };

static const char *const names[LAYERS] = { "pixels", "convolution 1", "convolution 2", "pooling 1", "convolution 3", "pooling 2", "hidden", "scores" };

static dlcv_dataset train, test;

/* All digits, dealt 5 to 1, as floats 0 .. 1 */
static dlcv_status deal(void)
{
    static float pixels[ALL * 64];
    static int32_t labels[ALL];
    dlcv_dataset all;
    int i;
    memset(&all, 0, sizeof all);
    for (i = 0; i < ALL * 64; i++) {
        const int n = i - DLCV_DIGITS_TRAIN * 64;
        pixels[i] = (float)(n < 0 ? dlcv_digits_train_x[i] : dlcv_digits_test_x[n]) / 255;
    }
    for (i = 0; i < ALL; i++) labels[i] = i < DLCV_DIGITS_TRAIN ? dlcv_digits_train_y[i] : dlcv_digits_test_y[i - DLCV_DIGITS_TRAIN];
    all.x = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape4(ALL, 1, 8, 8));
    all.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(ALL));
    return dlcv_data_split(NULL, &all, 6, 0, 1, &train, &test);
}

static dlcv_node conv(dlcv_node x, int filters)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    return dlcv_relu(dlcv_conv2d(x, filters, 3, &o));
}

/* Minibatches of x, and Adam's steps, which become shorter. */
static dlcv_status learn(dlcv_node in, dlcv_node scores, const dlcv_tensor *x, int epochs, float rate)
{
    dlcv_node label = dlcv_input(in.graph, "label", DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(scores, label, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_optimizer adam;
    dlcv_schedule_opts schedule;
    dlcv_tensor some_x = { 0 }, some_y = { 0 };
    dlcv_rng rng = dlcv_rng_seed(7);
    const int n = x->shape.dim[0];
    int order[ALL], i, epoch, step = 0;
    dlcv_status s = DLCV_OK;
    memset(&adam, 0, sizeof adam);
    memset(&schedule, 0, sizeof schedule);
    schedule.steps = epochs * (n / BATCH);
    for (i = 0; i < n; i++) order[i] = i;
    for (epoch = 0; epoch < epochs && !s; epoch++) {
        dlcv_rng_shuffle(&rng, order, n);
        for (i = 0; i + BATCH <= n && !s; i += BATCH) {
            adam.lr = rate * dlcv_schedule_at(DLCV_SCHEDULE_COSINE, step++, &schedule);
            s = dlcv_tensor_take(NULL, x, order + i, BATCH, &some_x);
            if (!s) s = dlcv_tensor_take(NULL, &train.y, order + i, BATCH, &some_y);
            if (!s) s = dlcv_bind(in, &some_x);
            if (!s) s = dlcv_bind(label, &some_y);
            if (!s) s = dlcv_forward(loss, DLCV_MODE_TRAIN);
            if (!s) s = dlcv_backward(loss);
            if (!s) s = dlcv_update(in.graph, &adam);
        }
    }
    dlcv_tensor_free(&some_x);
    dlcv_tensor_free(&some_y);
    return s;
}

/* What the node makes of all pictures: a copy, [n, numbers]. */
static dlcv_status activations(dlcv_node in, dlcv_node x, const dlcv_tensor *pictures, dlcv_tensor *out)
{
    const int n = pictures->shape.dim[0];
    dlcv_status s = dlcv_bind(in, pictures);
    if (!s) s = dlcv_forward(x, DLCV_MODE_INFER);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(n, (int)(dlcv_tensor_count(dlcv_value(x)) / (size_t)n)), out);
    if (!s) memcpy(out->data, dlcv_value(x)->data, dlcv_tensor_count(out) * sizeof(float));
    return s;
}

/* Each column of a, and the same of b, to mean 0 and standard deviation 1 in a. */
static void standardise(dlcv_tensor *a, dlcv_tensor *b)
{
    enum { MOST = 1024 };
    static double mean[MOST], deviation[MOST];
    const int n = a->shape.dim[0], d = a->shape.dim[1] < MOST ? a->shape.dim[1] : MOST;
    dlcv_tensor *both[2];
    int i, k, t;
    for (k = 0; k < d; k++) mean[k] = deviation[k] = 0;
    for (i = 0; i < n; i++)
        for (k = 0; k < d; k++) mean[k] += (double)dlcv_f32(a)[i * d + k] / n;
    for (i = 0; i < n; i++)
        for (k = 0; k < d; k++) deviation[k] += ((double)dlcv_f32(a)[i * d + k] - mean[k]) * ((double)dlcv_f32(a)[i * d + k] - mean[k]) / n;
    for (k = 0; k < d; k++) deviation[k] = 1 / sqrt(deviation[k] + 1e-6);
    both[0] = a;
    both[1] = b;
    for (t = 0; t < 2; t++)
        for (i = 0; i < both[t]->shape.dim[0]; i++)
            for (k = 0; k < d; k++) dlcv_f32(both[t])[i * d + k] = (float)(((double)dlcv_f32(both[t])[i * d + k] - mean[k]) * deviation[k]);
}

/* The accuracy of a linear classifier on one layer. */
static dlcv_status probe(dlcv_node in, dlcv_node layer, int *numbers, float *right)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 3);
    dlcv_tensor a = { 0 }, b = { 0 };
    dlcv_node features, scores;
    dlcv_status s = activations(in, layer, &train.x, &a);
    if (!s) s = activations(in, layer, &test.x, &b);
    if (!s) standardise(&a, &b);
    *numbers = s ? 1 : a.shape.dim[1];
    features = dlcv_input(g, "features", DLCV_F32, dlcv_shape2(-1, *numbers));
    scores = dlcv_linear(features, 10);
    if (!s) s = learn(features, scores, &a, *numbers > 256 ? 4 : 40, 0.01f);
    if (!s) s = dlcv_bind(features, &b);
    if (!s) s = dlcv_forward(scores, DLCV_MODE_INFER);
    if (!s) s = dlcv_accuracy(dlcv_value(scores), &test.y, 1, right);
    dlcv_tensor_free(&a);
    dlcv_tensor_free(&b);
    dlcv_graph_free(g);
    return s;
}

/* Accuracies on all layers, of a network that is trained or not. */
static dlcv_status network(int epochs, int *numbers, float *right)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node layer[LAYERS];
    dlcv_status s;
    int i;
    layer[0] = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 8, 8));
    layer[1] = conv(layer[0], 8);
    layer[2] = conv(layer[1], 16);
    layer[3] = dlcv_pool2d(layer[2], DLCV_POOL_MAX, 2, NULL);
    layer[4] = conv(layer[3], 32);
    layer[5] = dlcv_pool2d(layer[4], DLCV_POOL_MAX, 2, NULL);
    layer[6] = dlcv_relu(dlcv_linear(dlcv_flatten(layer[5]), 64));
    layer[7] = dlcv_linear(layer[6], 10);
    s = learn(layer[0], layer[7], &train.x, epochs, 0.004f);
    for (i = 0; i < LAYERS && !s; i++) s = probe(layer[0], layer[i], &numbers[i], &right[i]);
    dlcv_graph_free(g);
    return s;
}

static dlcv_status draw(const char *folder, const float *trained, const float *untrained)
{
    dlcv_series series[2];
    dlcv_plot_opts o;
    char path[1024];
    memset(series, 0, sizeof series);
    memset(&o, 0, sizeof o);
    o.title = "A linear classifier on each layer of a network";
    o.x_label = "layer: pixels, conv, conv, pool, conv, pool, hidden units, scores";
    o.y_label = "right, of 299 test digits";
    series[0].name = "the network has learnt";
    series[0].y = trained;
    series[1].name = "it has not";
    series[1].y = untrained;
    series[0].count = series[1].count = LAYERS;
    snprintf(path, sizeof path, "%s/linear_probe.svg", folder);
    return dlcv_view_plot(NULL, series, 2, &o, path);
}

int main(int argc, char **argv)
{
    float trained[LAYERS], untrained[LAYERS];
    int numbers[LAYERS], i;
    dlcv_status s = deal();
    if (!s) s = network(0, numbers, untrained);
    if (!s) s = network(10, numbers, trained);
    if (!s) printf("a linear classifier on    numbers  network has learnt  has not\n");
    for (i = 0; i < LAYERS && !s; i++) {
        printf("%-24s %8d %18.1f %% %6.1f %%\n", names[i], numbers[i], 100 * (double)trained[i], 100 * (double)untrained[i]);
    }
    if (!s) printf("rises: %s\n", trained[7] > trained[0] + 0.015f && untrained[7] < untrained[0] ? "yes" : "no");
    if (!s) s = draw(argc > 1 ? argv[1] : ".", trained, untrained);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    return s != DLCV_OK;
}
