/* Trains a small convolutional network on the 1,500 embedded training digits with a progress bar, saves it, loads it into another graph, asks that once for
 * the 297 test digits, and draws them: row by row what it takes for a 0, a 1, ..., a red frame around what is none.
 *
 *     cc -O2 -I.. demo.c -o demo -lm
 *     ./demo [FOLDER for digits.safetensors, predictions.ppm and curve.svg] [SEED]
 *
 * test: build 1 -> of 297 right, more than the 281 of the nearest neighbour */
#ifdef DLCV_DEMO_STB_WRITE /* then also predictions.png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAIN = DLCV_DIGITS_TRAIN, TEST = DLCV_DIGITS_TEST, PIXELS = 64, COLUMNS = 36, EPOCHS = 10 };

/* What the callback remembers for the curve. */
typedef struct history {
    float loss[EPOCHS], error[EPOCHS];
    int epochs;
} history;

static int on_step(const dlcv_progress *p, void *user)
{
    history *h = (history *)user;
    if (p->epoch_end && h->epochs < EPOCHS) {
        h->loss[h->epochs] = p->loss;
        h->error[h->epochs++] = 100 - 100 * p->accuracy;
    }
    return dlcv_progress_bar(p, NULL);
}

static dlcv_node network(dlcv_graph *g)
{
    dlcv_preprocess pixels;
    dlcv_conv2d_opts same;
    dlcv_node x;
    int filters;
    memset(&pixels, 0, sizeof pixels);
    memset(&same, 0, sizeof same);
    pixels.height = pixels.width = 8;
    pixels.channels = 1;
    same.pad = DLCV_SAME;
    x = dlcv_image_input(g, "image", &pixels);
    for (filters = 16; filters <= 64; filters *= 2) {
        x = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(x, filters, 3, &same), NULL));
        if (filters > 16) x = dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL);
    }
    return dlcv_linear(dlcv_dropout(dlcv_flatten(x), 0.3f), DLCV_DIGITS_CLASSES);
}

static dlcv_status draw(const dlcv_tensor *confusing, const dlcv_tensor *truth, const char *folder)
{
    static uint8_t pixels[10 * COLUMNS][PIXELS];
    static uint32_t frames[10 * COLUMNS];
    const dlcv_tensor images = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(10 * COLUMNS, 8, 8));
    dlcv_tensor picture = { 0 };
    char path[1024];
    int row, wrong, i, at;
    dlcv_status s;
    memset(pixels, 255, sizeof pixels);
    for (row = 0; row < 10; row++) {
        for (at = row * COLUMNS, wrong = 1; wrong >= 0; wrong--) {
            for (i = 0; i < TEST; i++) {
                if (dlcv_i32(confusing)[i] != row || (dlcv_i32(truth)[i] != row) != wrong || at == (row + 1) * COLUMNS) continue;
                frames[at] = wrong ? 0xe00000 : 0x00a000;
                memcpy(pixels[at++], dlcv_digits_test_x + i * PIXELS, PIXELS);
            }
        }
    }
    s = dlcv_view_grid(NULL, &images, COLUMNS, 4, frames, &picture);
    snprintf(path, sizeof path, "%s/predictions.ppm", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/predictions.png", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&picture);
    return s;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    const uint64_t seed = argc > 2 ? (uint64_t)atol(argv[2]) : 1;
    dlcv_dataset train;
    dlcv_graph *g = dlcv_graph_new(NULL, seed), *loaded = dlcv_graph_new(NULL, 0);
    dlcv_node scores = network(g), answer = network(loaded);
    const dlcv_tensor test_x = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape4(TEST, 8, 8, 1));
    const dlcv_tensor truth = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(TEST));
    dlcv_tensor out = { 0 }, labels = { 0 };
    dlcv_fit_opts o;
    dlcv_plot_opts plot;
    dlcv_series lines[2];
    history h;
    char path[1024];
    int i, k, right = 0;
    dlcv_status s;
    memset(&train, 0, sizeof train);
    memset(&o, 0, sizeof o);
    memset(&h, 0, sizeof h);
    memset(&plot, 0, sizeof plot);
    memset(lines, 0, sizeof lines);
    train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(TRAIN, 8, 8, 1));
    train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    train.classes = DLCV_DIGITS_CLASSES;
    o.epochs = EPOCHS;
    o.batch = 50;
    o.seed = seed;
    o.optimizer.method = DLCV_METHOD_ADAMW;
    o.optimizer.lr = 0.01f;
    o.optimizer.l2 = 0.02f;
    o.schedule = DLCV_SCHEDULE_ONE_CYCLE;
    o.augment.rotate = 10;                  /* degrees */
    o.augment.scale = 0.1f;
    o.on_step = on_step;
    o.user = &h;
    s = dlcv_fit(scores, &train, &o);
    snprintf(path, sizeof path, "%s/digits.safetensors", folder);
    if (!s) s = dlcv_weights_save(g, path);
    if (!s) printf("wrote %s\n", path);
    if (!s) s = dlcv_weights_load(loaded, path);
    if (!s) s = dlcv_predict(answer, &test_x, &out);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(TEST), &labels);
    for (i = 0; i < TEST && !s; i++) {
        const float *p = dlcv_f32(&out) + i * 10;
        for (k = 1; k < 10; k++) {
            if (p[k] > p[dlcv_i32(&labels)[i]]) dlcv_i32(&labels)[i] = k;
        }
        right += dlcv_i32(&labels)[i] == dlcv_digits_test_y[i];
    }
    if (!s) printf("%d of %d right, %s than the 281 of the nearest neighbour\n", right, TEST, right > 281 ? "more" : "NOT more");
    if (!s) s = draw(&labels, &truth, folder);
    lines[0].name = "loss", lines[0].y = h.loss, lines[0].count = h.epochs;
    lines[1].name = "wrong, %", lines[1].y = h.error, lines[1].count = h.epochs;
    plot.title = "Training on 1,500 digits, turned and zoomed at random", plot.x_label = "epoch", plot.y_label = "loss, per cent wrong (log scale)", plot.log_y = 1;
    snprintf(path, sizeof path, "%s/curve.svg", folder);
    if (!s) s = dlcv_view_plot(NULL, lines, 2, &plot, path);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    else printf("wrote %s\n", path);
    dlcv_tensor_free(&out);
    dlcv_tensor_free(&labels);
    dlcv_graph_free(g);
    dlcv_graph_free(loaded);
    return s != DLCV_OK;
}
