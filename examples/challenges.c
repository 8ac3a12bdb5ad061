/* What makes recognition hard: three classifiers learn the digits as they are, and then see them from another viewpoint, in other light, bent, behind
 * a box and before clutter, each in four strengths; and what they make of the two ways in which people write each digit.
 *
 *     cc -O2 -I.. challenges.c -o challenges -lm
 *     ./challenges [FOLDER for challenges_viewpoint.ppm, ..._illumination, _deformation, _occlusion, _clutter, _subclass]
 *
 * Frames say what the convolutional network answers: green right, red wrong.
 *
 * test: build -> the strongest is worse for all three: 5 of 5 */
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

enum { ALL = DLCV_DIGITS_TRAIN + DLCV_DIGITS_TEST, PIXELS = 64, BATCH = 50, STRENGTHS = 5, KINDS = 5, SHOWN = 12, JUDGES = 3 };

static const char *const kinds[KINDS] = { "viewpoint", "illumination", "deformation", "occlusion", "clutter" };
static const char *const judges[JUDGES] = { "nearest neighbour", "linear", "convolutional" };

static dlcv_dataset train, test;
static dlcv_knn *knn;
static dlcv_node image, scores[JUDGES];         /* 1 and 2 */

/* ---- perturbations: `strength` 0 .. 4 */

/* Between four pixels; black outside */
static float between(const uint8_t *p, float x, float y)
{
    const int x0 = (int)floorf(x), y0 = (int)floorf(y);
    float sum = 0;
    int i, j;
    for (j = y0; j <= y0 + 1; j++) {
        for (i = x0; i <= x0 + 1; i++) {
            if (i >= 0 && i < 8 && j >= 0 && j < 8) sum += (float)p[8 * j + i] * (1 - fabsf(x - (float)i)) * (1 - fabsf(y - (float)j));
        }
    }
    return sum;
}

static uint8_t byte_of(float v) { return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5f); }
static float draw(dlcv_rng *rng, float low, float high) { return low + (high - low) * dlcv_rng_uniform(rng); }

/* An affine map around the middle: turned, sheared, stretched. */
static void viewpoint(const uint8_t *in, float strength, dlcv_rng *rng, uint8_t *out)
{
    const float a = 0.2f * strength * (dlcv_rng_below(rng, 2) ? 1.0f : -1.0f), shear = 0.1f * strength * draw(rng, -1, 1);
    const float size = 1 + 0.08f * strength * draw(rng, -1, 1);
    int x, y;
    for (y = 0; y < 8; y++) {
        for (x = 0; x < 8; x++) {
            const float u = ((float)x - 3.5f) / size, v = ((float)y - 3.5f) / size;
            out[8 * y + x] = byte_of(between(in, cosf(a) * u - sinf(a) * v + shear * v + 3.5f, sinf(a) * u + cosf(a) * v + 3.5f));
        }
    }
}

/* Gain and gamma, and light that falls on all of it */
static void illumination(const uint8_t *in, float strength, dlcv_rng *rng, uint8_t *out)
{
    const float gain = 1 - 0.14f * strength, gamma = powf(2, 0.35f * strength * draw(rng, -1, 1)), more = 22 * strength * draw(rng, 0, 1);
    int i;
    for (i = 0; i < PIXELS; i++) out[i] = byte_of(255 * gain * powf((float)in[i] / 255, gamma) + more);
}

/* Each pixel comes from another place, drawn on a 3 x 3 grid and smooth between. */
static void deformation(const uint8_t *in, float strength, dlcv_rng *rng, uint8_t *out)
{
    float dx[9], dy[9];
    int i, x, y;
    for (i = 0; i < 9; i++) {
        dx[i] = 0.4f * strength * dlcv_rng_normal(rng);
        dy[i] = 0.4f * strength * dlcv_rng_normal(rng);
    }
    for (y = 0; y < 8; y++) {
        for (x = 0; x < 8; x++) {
            const float u = (float)(x % 4) / 4, v = (float)(y % 4) / 4;
            const int at = y / 4 * 3 + x / 4;
            const float a = (1 - u) * (1 - v), b = u * (1 - v), c = (1 - u) * v, d = u * v;
            out[8 * y + x] = byte_of(between(in, (float)x + a * dx[at] + b * dx[at + 1] + c * dx[at + 3] + d * dx[at + 4],
                                             (float)y + a * dy[at] + b * dy[at + 1] + c * dy[at + 3] + d * dy[at + 4]));
        }
    }
}

/* A grey box */
static void occlusion(const uint8_t *in, float strength, dlcv_rng *rng, uint8_t *out)
{
    const int side = (int)strength + 1, left = dlcv_rng_below(rng, 9 - side), top = dlcv_rng_below(rng, 9 - side);
    int x, y;
    memcpy(out, in, PIXELS);
    for (y = top; y < top + side && strength > 0; y++)
        for (x = left; x < left + side; x++) out[8 * y + x] = 128;
}

/* Another digit, moved, fainter, behind */
static void clutter(const uint8_t *in, float strength, dlcv_rng *rng, uint8_t *out)
{
    const uint8_t *other = dlcv_u8(&train.x) + PIXELS * dlcv_rng_below(rng, train.x.shape.dim[0]);
    const int dx = dlcv_rng_below(rng, 2) ? 3 : -3, dy = dlcv_rng_below(rng, 5) - 2;
    int x, y;
    for (y = 0; y < 8; y++) {
        for (x = 0; x < 8; x++) {
            const float behind = 0.2f * strength * between(other, (float)(x + dx), (float)(y + dy));
            out[8 * y + x] = byte_of(behind > (float)in[8 * y + x] ? behind : (float)in[8 * y + x]);
        }
    }
}

static void (*const perturb[KINDS])(const uint8_t *, float, dlcv_rng *, uint8_t *) = { viewpoint, illumination, deformation, occlusion, clutter };

/* ---- classifiers */

static dlcv_status deal(void)
{
    static uint8_t pixels[ALL * PIXELS];
    static int32_t labels[ALL];
    dlcv_dataset all;
    memset(&all, 0, sizeof all);
    memcpy(pixels, dlcv_digits_train_x, sizeof dlcv_digits_train_x);
    memcpy(pixels + sizeof dlcv_digits_train_x, dlcv_digits_test_x, sizeof dlcv_digits_test_x);
    memcpy(labels, dlcv_digits_train_y, sizeof dlcv_digits_train_y);
    memcpy(labels + DLCV_DIGITS_TRAIN, dlcv_digits_test_y, sizeof dlcv_digits_test_y);
    all.x = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(ALL, 8, 8, 1));
    all.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(ALL));
    return dlcv_data_split(NULL, &all, 6, 0, 1, &train, &test);
}

/* [n, 8, 8, 1] -> f32 [n, 1, 8, 8], 0 .. 1 */
static dlcv_status to_floats(const dlcv_tensor *x, dlcv_tensor *out)
{
    const dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(x->shape.dim[0], 1, 8, 8), out);
    size_t i;
    for (i = 0; !s && i < dlcv_tensor_count(x); i++) dlcv_f32(out)[i] = (float)dlcv_u8(x)[i] / 255;
    return s;
}

static dlcv_status learn(dlcv_node y, const dlcv_tensor *x, const char *label_name, int epochs)
{
    dlcv_node label = dlcv_input(y.graph, label_name, DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(y, label, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_optimizer adam;
    dlcv_tensor some_x = { 0 }, some_y = { 0 };
    dlcv_rng rng = dlcv_rng_seed(7);
    const int n = x->shape.dim[0];
    int order[ALL], i, epoch;
    dlcv_status s = DLCV_OK;
    memset(&adam, 0, sizeof adam);
    adam.lr = 0.003f;
    for (i = 0; i < n; i++) order[i] = i;
    for (epoch = 0; epoch < epochs && !s; epoch++) {
        dlcv_rng_shuffle(&rng, order, n);
        for (i = 0; i + BATCH <= n && !s; i += BATCH) {
            s = dlcv_tensor_take(NULL, x, order + i, BATCH, &some_x);
            if (!s) s = dlcv_tensor_take(NULL, &train.y, order + i, BATCH, &some_y);
            if (!s) s = dlcv_bind(image, &some_x);
            if (!s) s = dlcv_bind(label, &some_y);
            if (!s) s = dlcv_forward(loss, DLCV_MODE_TRAIN);
            if (!s) s = dlcv_backward(loss);
            if (!s) s = dlcv_update(y.graph, &adam);
        }
    }
    dlcv_tensor_free(&some_x);
    dlcv_tensor_free(&some_y);
    return s;
}

static dlcv_node conv(dlcv_node x, int filters)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = 1;
    return dlcv_relu(dlcv_conv2d(x, filters, 3, &o));
}

static dlcv_status train_all(dlcv_graph *g)
{
    dlcv_tensor x = { 0 };
    dlcv_node y;
    dlcv_status s = dlcv_knn_new(NULL, &train, NULL, &knn);
    image = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 8, 8));
    scores[1] = dlcv_linear(dlcv_flatten(image), 10);
    y = dlcv_pool2d(conv(conv(image, 8), 16), DLCV_POOL_MAX, 2, NULL);
    y = dlcv_pool2d(conv(y, 32), DLCV_POOL_MAX, 2, NULL);
    scores[2] = dlcv_linear(dlcv_relu(dlcv_linear(dlcv_flatten(y), 64)), 10);
    if (!s) s = to_floats(&train.x, &x);
    if (!s) s = learn(scores[1], &x, "label 1", 20);
    if (!s) s = learn(scores[2], &x, "label 2", 10);
    dlcv_tensor_free(&x);
    return s;
}

/* What the judge calls each picture of x: label [n] */
static dlcv_status ask(int judge, const dlcv_tensor *x, int32_t *label)
{
    const int n = x->shape.dim[0];
    dlcv_tensor floats = { 0 }, labels = dlcv_tensor_view(label, DLCV_I32, dlcv_shape1(n));
    dlcv_status s;
    int i, k;
    if (judge == 0) return dlcv_knn_predict(knn, x, 1, &labels);
    s = to_floats(x, &floats);
    if (!s) s = dlcv_bind(image, &floats);
    if (!s) s = dlcv_forward(scores[judge], DLCV_MODE_INFER);
    for (i = 0; i < n && !s; i++) {
        const float *y = dlcv_f32(dlcv_value(scores[judge])) + 10 * i;
        for (label[i] = 0, k = 1; k < 10; k++) label[i] = y[k] > y[label[i]] ? k : label[i];
    }
    dlcv_tensor_free(&floats);
    return s;
}

/* ---- tables and pictures */

static dlcv_status save(const char *folder, const char *name, const dlcv_tensor *pictures, int columns, const uint32_t *frames)
{
    dlcv_tensor grid = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, pictures, columns, 6, frames, &grid);
    snprintf(path, sizeof path, "%s/challenges_%s.ppm", folder, name);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/challenges_%s.png", folder, name);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#endif
    dlcv_tensor_free(&grid);
    return s;
}

/* One perturbation in all strengths: lines of the table, a row of the picture for each. */
static dlcv_status challenge(int kind, const char *folder, int *worse)
{
    static uint8_t shown[STRENGTHS * SHOWN * PIXELS];
    static uint32_t frames[STRENGTHS * SHOWN];
    static int32_t label[ALL];
    const int n = test.x.shape.dim[0];
    int strength, i, judge, right[STRENGTHS][JUDGES] = { { 0 } };
    dlcv_tensor x = { 0 }, pictures = dlcv_tensor_view(shown, DLCV_U8, dlcv_shape4(STRENGTHS * SHOWN, 8, 8, 1));
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_U8, test.x.shape, &x);
    for (strength = 0; strength < STRENGTHS && !s; strength++) {
        dlcv_rng rng = dlcv_rng_seed((uint64_t)(kind + 1));         /* the same for all strengths: only more of it */
        for (i = 0; i < n; i++) {
            perturb[kind](dlcv_u8(&test.x) + PIXELS * i, (float)strength, &rng, dlcv_u8(&x) + PIXELS * i);
            rng.state[1] = (uint64_t)(i + 1) * 64;
        }
        for (judge = 0; judge < JUDGES && !s; judge++) {
            s = ask(judge, &x, label);
            for (i = 0; i < n && !s; i++) right[strength][judge] += label[i] == dlcv_i32(&test.y)[i];
        }
        for (i = 0; i < SHOWN; i++) frames[SHOWN * strength + i] = label[i] == dlcv_i32(&test.y)[i] ? 0x2ca02cu : 0xd62728u;
        memcpy(shown + SHOWN * PIXELS * strength, x.data, SHOWN * PIXELS);
    }
    *worse = 1;
    for (judge = 0; judge < JUDGES && !s; judge++) {
        printf("%-14s %-18s", judge ? "" : kinds[kind], judges[judge]);
        for (strength = 0; strength < STRENGTHS; strength++) printf(" %6.1f", 100.0 * right[strength][judge] / n);
        printf("\n");
        *worse &= right[STRENGTHS - 1][judge] < right[0][judge];
    }
    if (!s) s = save(folder, kinds[kind], &pictures, SHOWN, frames);
    dlcv_tensor_free(&x);
    return s;
}

/* Two means of the pictures of one class, centre [2][64]; at first of those that are heavier on the left, and on the right. */
static void two_ways(int class_, double centre[2][PIXELS])
{
    const uint8_t *x = dlcv_u8(&train.x);
    int round, i, k, c;
    for (round = 0; round < 12; round++) {
        double sum[2][PIXELS] = { { 0 } };
        int count[2] = { 0, 0 };
        for (i = 0; i < train.x.shape.dim[0]; i++) {
            double d[2] = { 0, 0 };
            if (dlcv_i32(&train.y)[i] != class_) continue;
            for (k = 0; k < PIXELS; k++) {
                if (round == 0) d[k % 8 > 3] += x[PIXELS * i + k];
                else for (c = 0; c < 2; c++) d[c] += (x[PIXELS * i + k] - centre[c][k]) * (x[PIXELS * i + k] - centre[c][k]);
            }
            c = d[1] < d[0];
            count[c]++;
            for (k = 0; k < PIXELS; k++) sum[c][k] += x[PIXELS * i + k];
        }
        for (c = 0; c < 2; c++)
            for (k = 0; k < PIXELS && count[c]; k++) centre[c][k] = sum[c][k] / count[c];
    }
}

/* Within a class things look different: accuracy on each of two ways to write a digit. */
static dlcv_status subclasses(const char *folder)
{
    static uint8_t shown[20 * PIXELS];
    static int32_t label[JUDGES][ALL];
    static double centre[10][2][PIXELS];
    int right[JUDGES][10][2] = { { { 0 } } }, count[10][2] = { { 0 } }, judge, c, w, i, k;
    dlcv_tensor pictures = dlcv_tensor_view(shown, DLCV_U8, dlcv_shape4(20, 8, 8, 1));
    dlcv_status s = DLCV_OK;
    for (judge = 0; judge < JUDGES && !s; judge++) s = ask(judge, &test.x, label[judge]);
    for (c = 0; c < 10; c++) {
        two_ways(c, centre[c]);
        for (k = 0; k < PIXELS; k++)
            for (w = 0; w < 2; w++) shown[PIXELS * (10 * w + c) + k] = byte_of((float)centre[c][w][k]);
    }
    for (i = 0; i < test.x.shape.dim[0]; i++) {
        const uint8_t *x = dlcv_u8(&test.x) + PIXELS * i;
        double d[2] = { 0, 0 };
        c = dlcv_i32(&test.y)[i];
        for (k = 0; k < PIXELS; k++)
            for (w = 0; w < 2; w++) d[w] += (x[k] - centre[c][w][k]) * (x[k] - centre[c][w][k]);
        w = d[1] < d[0];
        count[c][w]++;
        for (judge = 0; judge < JUDGES; judge++) right[judge][c][w] += label[judge][i] == c;
    }
    printf("\nsubclass, two for each digit: right of how many\n%-18s", "");
    for (c = 0; c < 10; c++) printf("      %d     ", c);
    for (judge = 0; judge < JUDGES && !s; judge++) {
        printf("\n%-18s", judges[judge]);
        for (c = 0; c < 10; c++) printf(" %2d/%-2d %2d/%-2d", right[judge][c][0], count[c][0], right[judge][c][1], count[c][1]);
    }
    printf("\n\n");
    return s ? s : save(folder, "subclass", &pictures, 10, NULL);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    int kind, worse, all = 0;
    dlcv_status s = deal();
    if (!s) s = train_all(g);
    if (!s) printf("%% right                  strength:   none      1      2      3      4\n");
    for (kind = 0; kind < KINDS && !s; kind++) {
        s = challenge(kind, folder, &worse);
        all += !s && worse;
    }
    if (!s) s = subclasses(folder);
    if (!s) printf("the strongest is worse for all three: %d of %d\n", all, KINDS);
    else fprintf(stderr, "%s\n", dlcv_error());
    dlcv_knn_free(knn);
    dlcv_graph_free(g);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    return s != DLCV_OK;
}
