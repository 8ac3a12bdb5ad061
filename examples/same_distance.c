/* Pixels are a poor metric: a picture shifted, with boxes over it, and tinted, all three at exactly the same L2
 * distance from the original, though to us one of them is the same picture.
 *
 *     cc -O2 -I.. same_distance.c -o same_distance -lm
 *     ./same_distance [FOLDER for same_distance.ppm [PICTURE.ppm, or the folder of CIFAR-10's .bin files]]
 *
 * Without a picture it takes handwritten digits, which are brightened instead of tinted.
 *
 * test: build -> exactly the same: 3 of 3
 * test if build/cifar-10-batches-bin/test_batch.bin: build build/cifar-10-batches-bin -> exactly the same: 3 of 3 */
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>) /* then PICTURE may be .png or .jpg */
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#ifdef DLCV_DEMO_STB_WRITE /* then also same_distance.png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 3, FREE = 4, ENLARGED = 16 };

static double squared(const uint8_t *a, const uint8_t *b, int n)
{
    return dlcv_distance_u8(DLCV_METRIC_L2SQ, a, b, (size_t)n);
}

/* The four bytes that a change concerns least: they stay as they are, for the remainder. */
static void least_changed(const uint8_t *from, const uint8_t *to, int n, int *place)
{
    int i, k, j;
    for (k = 0; k < FREE; k++) {
        place[k] = -1;
        for (i = 0; i < n; i++) {
            for (j = 0; j < k && place[j] != i; j++) {
            }
            if (j == k && (place[k] < 0 || abs(to[i] - from[i]) <= abs(to[place[k]] - from[place[k]]))) place[k] = i;
        }
    }
}

/* out = what lies `amount` (0 .. 1) of the way from `from` to `to`, the four bytes excepted; its squared distance. */
static double blend(const uint8_t *from, const uint8_t *to, double amount, int n, const int *place, uint8_t *out)
{
    int i;
    for (i = 0; i < n; i++) out[i] = (uint8_t)(from[i] + floor((to[i] - from[i]) * amount + 0.5));
    for (i = 0; i < FREE; i++) out[place[i]] = from[place[i]];
    return squared(from, out, n);
}

/* A changed byte one step further from the original, where there is room and the budget allows: what that adds to the
 * squared distance, (d + 1)^2 - d^2. */
static int step(const uint8_t *from, uint8_t *out, int i, double budget)
{
    const int d = out[i] - from[i], cost = 2 * abs(d) + 1;
    if (d == 0 || cost > budget || out[i] == 0 || out[i] == 255) return 0;
    out[i] = (uint8_t)(out[i] + (d > 0 ? 1 : -1));
    return cost;
}

/* Adds `rest` by the four bytes: every whole number is a sum of four squares (Lagrange). 0 if the numbers are too
 * large. */
static int add_squares(const uint8_t *from, uint8_t *out, const int *place, int rest)
{
    int a, b, c, k;
    for (a = 0; a * a <= rest; a++) {
        for (b = a; a * a + b * b <= rest; b++) {
            for (c = b; a * a + b * b + c * c <= rest; c++) {
                const int left = rest - a * a - b * b - c * c, d = (int)(sqrt((double)left) + 0.5);
                const int by[FREE] = { a, b, c, d };
                if (d * d != left || d > 127) continue;
                for (k = 0; k < FREE; k++)
                    out[place[k]] = (uint8_t)(from[place[k]] + (from[place[k]] < 128 ? by[k] : -by[k]));
                return 1;
            }
        }
    }
    return 0;
}

/* out = `to` moved towards `from` until the squared distance is exactly `target`: all bytes alike, then one by one,
 * then by the four that were left out. 0 if `to` is nearer than that. */
static int scale(const uint8_t *from, const uint8_t *to, double target, int n, uint8_t *out)
{
    double low = 0, high = 1;
    double rest;
    int i, place[FREE];
    least_changed(from, to, n, place);
    if (blend(from, to, 1, n, place, out) < target) return 0;
    for (i = 0; i < 50; i++) {
        const double middle = (low + high) / 2;
        if (blend(from, to, middle, n, place, out) <= target)
            low = middle;
        else
            high = middle;
    }
    rest = target - blend(from, to, low, n, place, out);
    for (i = 0; i < n; i++) rest -= step(from, out, i, rest);
    return rest < 65536 && add_squares(from, out, place, (int)rest);
}

/* To the right, the left border repeated. */
static void shift(const uint8_t *in, int h, int w, int c, int by, uint8_t *out)
{
    int i, j;
    for (j = 0; j < h; j++)
        for (i = 0; i < w; i++) memcpy(out + (j * w + i) * c, in + (j * w + (i < by ? 0 : i - by)) * c, (size_t)c);
}

/* Three boxes, each `part` of the picture wide. */
static void boxes(const uint8_t *in, int h, int w, int c, double part, int value, uint8_t *out)
{
    static const double centre[3][2] = { { 0.3, 0.35 }, { 0.65, 0.35 }, { 0.5, 0.75 } };
    int i, j, k;
    memcpy(out, in, (size_t)(h * w * c));
    for (k = 0; k < 3; k++)
        for (j = 0; j < h; j++)
            for (i = 0; i < w; i++)
                if (fabs((i + 0.5) / w - centre[k][0]) < part / 2 && fabs((j + 0.5) / h - centre[k][1]) < part / 3)
                    memset(out + (j * w + i) * c, value, (size_t)c);
}

/* All the way to one colour. */
static void tint(int pixels, int c, uint8_t *out)
{
    static const uint8_t colour[3] = { 40, 60, 255 };
    int i;
    for (i = 0; i < pixels * c; i++) out[i] = c == 3 ? colour[i % 3] : 255;
}

/* row: the original and its three changes, [4][n] bytes; scratch: n bytes. How many of the three got the distance. */
static int make_row(int h, int w, int c, uint8_t *row, uint8_t *scratch, double *target)
{
    const int n = h * w * c;
    double part;
    int right;
    shift(row, h, w, c, w < 64 ? 1 : w / (c == 1 ? 16 : 32), row + n);
    *target = squared(row, row + n, n);
    for (part = 0.02; part < 0.5; part += 0.02) { /* no larger than it must be */
        boxes(row, h, w, c, part, c == 3 ? 0 : 255, scratch);
        if (squared(row, scratch, n) >= *target) break;
    }
    right = scale(row, scratch, *target, n, row + 2 * n);
    tint(h * w, c, scratch);
    right += scale(row, scratch, *target, n, row + 3 * n);
    return right + 1;
}

/* A letter is 5 x 7 dots: a byte a row, 16 is its leftmost dot. */
static const char letters[] = "0123456789.ABDEFGHILNORSTX";
static const uint8_t shapes[][7] = {
    { 14, 17, 19, 21, 25, 17, 14 }, { 4, 12, 4, 4, 4, 4, 14 },      { 14, 17, 1, 2, 4, 8, 31 },
    { 31, 2, 4, 2, 1, 17, 14 },     { 2, 6, 10, 18, 31, 2, 2 },     { 31, 16, 30, 1, 1, 17, 14 },
    { 6, 8, 16, 30, 17, 17, 14 },   { 31, 1, 2, 4, 8, 8, 8 },       { 14, 17, 17, 14, 17, 17, 14 },
    { 14, 17, 17, 15, 1, 2, 12 },   { 0, 0, 0, 0, 0, 12, 12 },      { 14, 17, 17, 31, 17, 17, 17 },
    { 30, 17, 17, 30, 17, 17, 30 }, { 28, 18, 17, 17, 17, 18, 28 }, { 31, 16, 16, 30, 16, 16, 31 },
    { 31, 16, 16, 30, 16, 16, 16 }, { 14, 17, 16, 23, 17, 17, 15 }, { 17, 17, 17, 31, 17, 17, 17 },
    { 14, 4, 4, 4, 4, 4, 14 },      { 16, 16, 16, 16, 16, 16, 31 }, { 17, 17, 25, 21, 19, 17, 17 },
    { 14, 17, 17, 17, 17, 17, 14 }, { 30, 17, 17, 30, 20, 18, 17 }, { 15, 16, 16, 14, 1, 1, 30 },
    { 31, 4, 4, 4, 4, 4, 4 },       { 17, 17, 10, 4, 10, 17, 17 }
};

/* Writes black text with its upper left corner at (x, y) of a picture, each dot `dot` pixels wide. */
static void write_text(dlcv_tensor *picture, int x, int y, int dot, const char *text)
{
    const int width = picture->shape.dim[1];
    int i, j, row;
    for (; *text; text++, x += 6 * dot) {
        const char *at = strchr(letters, *text);
        if (!at) continue; /* a space */
        for (row = 0; row < 7 * dot; row++)
            for (i = 0; i < 5; i++)
                for (j = 0; j < dot; j++)
                    if (shapes[at - letters][row / dot] >> (4 - i) & 1)
                        memset(dlcv_u8(picture) + ((size_t)(y + row) * (size_t)width + (size_t)(x + i * dot + j)) * 3, 0, 3);
    }
}

/* Text in the middle of `width` pixels from x on. */
static void write_centred(dlcv_tensor *picture, int x, int width, int y, int dot, const char *text)
{
    write_text(picture, x + (width - (6 * (int)strlen(text) - 1) * dot) / 2, y, dot, text);
}

/* Rows of four pictures; below each what was done to it and its distance from the first of its row. */
static dlcv_status compose(const dlcv_tensor *images, int rows, int zoom, dlcv_tensor *out)
{
    const int h = images->shape.dim[1], w = images->shape.dim[2], c = images->shape.dim[3], n = h * w * c;
    const char *const done[4] = { "ORIGINAL", "SHIFTED", "BOXED", c == 1 ? "BRIGHTENED" : "TINTED" };
    const int cell = w * zoom, dot = cell >= 112 ? 2 : 1, line = 10 * dot, below = 2 * line + 6 * dot;
    dlcv_tensor strip = { 0 };
    dlcv_status s = DLCV_OK;
    int row, i;
    for (row = 0; row < rows && !s; row++) {
        const dlcv_tensor four = dlcv_tensor_rows(images, 4 * row, 4 * row + 4);
        int width, height;
        s = dlcv_view_grid(NULL, &four, 4, zoom, NULL, &strip);
        if (s) break;
        height = strip.shape.dim[0];
        width = strip.shape.dim[1];
        if (row == 0) s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape3(rows * (height + below), width, 3), out);
        if (s) break;
        if (row == 0) memset(out->data, 255, dlcv_tensor_count(out));
        memcpy(dlcv_u8(out) + (size_t)row * (size_t)(height + below) * (size_t)width * 3, strip.data, dlcv_tensor_count(&strip));
        for (i = 0; i < 4; i++) {
            const int x = i * (width - cell) / 3, y = row * (height + below) + height + 3 * dot;
            char distance[32];
            snprintf(distance, sizeof distance, "%.3f", sqrt(squared(dlcv_u8(&four), dlcv_u8(&four) + i * n, n)));
            write_centred(out, x, cell, y, dot, done[i]);
            write_centred(out, x, cell, y + line, dot, i ? distance : "0");
        }
    }
    dlcv_tensor_free(&strip);
    return s;
}

static dlcv_status save(const dlcv_tensor *images, int rows, int zoom, const char *folder)
{
    dlcv_tensor picture = { 0 };
    char path[1024];
    dlcv_status s = compose(images, rows, zoom, &picture);
    snprintf(path, sizeof path, "%s/same_distance.ppm", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/same_distance.png", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&picture);
    return s;
}

/* Digits, 8 x 8, larger by linear interpolation: u8 [rows, 128, 128, 1]. */
static dlcv_status enlarge(const int *chosen, int rows, dlcv_tensor *out)
{
    const int side = 8 * ENLARGED;
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(rows, side, side, 1), out);
    int r, i, j;
    for (r = 0; r < rows && !s; r++) {
        const uint8_t *in = dlcv_digits_test_x + chosen[r] * 64;
        for (j = 0; j < side; j++) {
            for (i = 0; i < side; i++) {
                const double x = fmin(fmax((i + 0.5) / ENLARGED - 0.5, 0), 7),
                             y = fmin(fmax((j + 0.5) / ENLARGED - 0.5, 0), 7);
                const int left = x < 7 ? (int)x : 6, top = y < 7 ? (int)y : 6;
                const uint8_t *p = in + top * 8 + left;
                const double upper = p[0] + (x - left) * (p[1] - p[0]), lower = p[8] + (x - left) * (p[9] - p[8]);
                dlcv_u8(out)[(r * side + j) * side + i] = (uint8_t)(upper + (y - top) * (lower - upper) + 0.5);
            }
        }
    }
    return s;
}

/* The originals: a photograph, or some of many small pictures, u8 [rows, h, w, c]. */
static dlcv_status originals(const char *path, dlcv_dataset *set, int *rows)
{
    static const int chosen[ROWS] = { 3, 8, 6 };
    dlcv_status s;
    *rows = ROWS;
    if (!path) return enlarge(chosen, ROWS, &set->x);
    s = dlcv_data_cifar10(NULL, path, NULL, set);
    if (s != DLCV_ERR_NOT_FOUND && s != DLCV_ERR_IO) return s; /* it is there, whole or damaged */
    *rows = 1;
    s = dlcv_image_load(NULL, path, 3, &set->x);
    if (!s) set->x.shape = dlcv_shape4(1, set->x.shape.dim[0], set->x.shape.dim[1], 3);
    return s;
}

int main(int argc, char **argv)
{
    dlcv_dataset set = { 0 };
    dlcv_tensor images = { 0 }, scratch = { 0 };
    int rows, row, h = 0, w = 0, c = 0, right;
    dlcv_status s = originals(argc > 2 ? argv[2] : NULL, &set, &rows);
    if (!s) {
        h = set.x.shape.dim[1];
        w = set.x.shape.dim[2];
        c = set.x.shape.dim[3];
        if (h < 8 || w < 8 || h > 4096 || w > 4096)
            s = dlcv_fail(DLCV_ERR_UNSUPPORTED, "%d x %d pixels: 8 x 8 .. 4096 x 4096", w, h);
    }
    if (!s) s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(4 * rows, h, w, c), &images);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape3(h, w, c), &scratch);
    for (row = 0; row < rows && !s; row++) {
        const int n = h * w * c;
        uint8_t *four = dlcv_u8(&images) + (size_t)row * 4 * (size_t)n;
        double target;
        memcpy(four, dlcv_u8(&set.x) + (size_t)row * (size_t)n, (size_t)n);
        right = make_row(h, w, c, four, dlcv_u8(&scratch), &target);
        printf("squared distances: shifted %.0f, boxed %.0f, %s %.0f; distance %.3f; exactly the same: %d of 3\n",
               squared(four, four + n, n), squared(four, four + 2 * n, n), c == 1 ? "brightened" : "tinted",
               squared(four, four + 3 * n, n), sqrt(target), right);
    }
    if (!s) s = save(&images, rows, w < 64 ? 160 / w : 1, argc > 1 ? argv[1] : ".");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_tensor_free(&images);
    dlcv_tensor_free(&scratch);
    dlcv_data_free(&set);
    return s != DLCV_OK;
}
