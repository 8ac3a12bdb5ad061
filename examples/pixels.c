/* A picture is numbers: height x width x 3 of them, each 0 .. 255. Packs a frame as a camera delivers it (BGRA, rows further apart
 * than they are long), counts and sums its numbers, writes it as a picture and as a numpy array and reads both back.
 *
 *     cc -O2 -I.. pixels.c -o pixels -lm
 *     ./pixels [FOLDER for pixels.ppm and pixels.npy]
 *
 * test: build -> 600 x 800 x 3 = 1440000 numbers
 * test: build -> read back from pixels.ppm and pixels.npy: the same numbers */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <string.h>

enum { HEIGHT = 600, WIDTH = 800, PITCH = WIDTH * 4 + 64 };

/* What a camera might see: red grows to the right, green downwards, blue is a checkerboard. */
static void capture(uint8_t *frame)
{
    int y, x;
    for (y = 0; y < HEIGHT; y++) {
        for (x = 0; x < WIDTH; x++) {
            uint8_t *p = frame + y * PITCH + x * 4;
            p[0] = (uint8_t)((x / 50 + y / 50) % 2 * 200);
            p[1] = (uint8_t)(y * 255 / (HEIGHT - 1));
            p[2] = (uint8_t)(x * 255 / (WIDTH - 1));
            p[3] = 255;
        }
    }
}

static void print(const dlcv_tensor *image)
{
    const uint8_t *p = dlcv_u8(image);
    const size_t n = dlcv_tensor_count(image);
    double sum = 0;
    int least = 255, most = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        if (p[i] < least) least = p[i];
        if (p[i] > most) most = p[i];
        sum += p[i];
    }
    printf("%d x %d x %d = %.0f numbers, %d .. %d, their sum %.0f\n", image->shape.dim[0], image->shape.dim[1],
           image->shape.dim[2], (double)n, least, most, sum);
    printf("the pixel of row 0, column %d: red %d, green %d, blue %d\n", WIDTH - 1, p[3 * WIDTH - 3], p[3 * WIDTH - 2],
           p[3 * WIDTH - 1]);
}

static dlcv_status same(const dlcv_tensor *a, const dlcv_tensor *b, const char *path)
{
    if (a->dtype == b->dtype && a->shape.ndim == b->shape.ndim &&
        !memcmp(a->shape.dim, b->shape.dim, sizeof a->shape.dim[0] * (size_t)a->shape.ndim) &&
        !memcmp(a->data, b->data, dlcv_tensor_count(a)))
        return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: does not come back as it was written", path);
}

int main(int argc, char **argv)
{
    static uint8_t frame[HEIGHT * PITCH];
    const char *folder = argc > 1 ? argv[1] : ".";
    dlcv_tensor image = { 0 }, back = { 0 };
    char ppm[1024], npy[1024];
    dlcv_status s;
    snprintf(ppm, sizeof ppm, "%s/pixels.ppm", folder);
    snprintf(npy, sizeof npy, "%s/pixels.npy", folder);
    capture(frame);
    s = dlcv_image_pack(NULL, frame, DLCV_PIXELS_BGRA, HEIGHT, WIDTH, PITCH, &image);
    if (!s) print(&image);
    if (!s) s = dlcv_image_save(NULL, &image, ppm);
    if (!s) s = dlcv_image_load(NULL, ppm, 3, &back);
    if (!s) s = same(&image, &back, ppm);
    if (!s) s = dlcv_tensor_save(NULL, &image, npy); /* numpy.load("pixels.npy")[0, 799] */
    if (!s) s = dlcv_tensor_load(NULL, npy, &back);
    if (!s) s = same(&image, &back, npy);
    if (!s) printf("read back from pixels.ppm and pixels.npy: the same numbers\n");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_tensor_free(&image);
    dlcv_tensor_free(&back);
    return s != DLCV_OK;
}
