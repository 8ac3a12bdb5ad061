/* Pictures through stb_image.h and stb_image_write.h. */
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>) && __has_include(<stb/stb_image_write.h>)
#ifndef DLCV_IMPLEMENTED
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_WRITE_IMPLEMENTATION
#endif
#if defined(__clang__) /* the JPEG writer shifts past int's end: not ours to mend, nor to report */
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC push_options
#pragma GCC optimize("wrapv")
#endif
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>
#if defined(__clang__)
#pragma clang attribute pop
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif
#endif
#endif
#define TEST_OWN
#include "test.h"
#include "files.h"

#ifndef STBI_INCLUDE_STB_IMAGE_H
int main(void)
{
    test_skip("stb_image: stb/stb_image.h and stb/stb_image_write.h are not installed");
    return test_end("test_image_stb");
}
#else
#ifdef DLCV_IMPLEMENTED
unsigned char *stbi_write_png_to_mem(const unsigned char *pixels, int stride_bytes, int x, int y, int n, int *out_len);  /* not in its declarations */
#endif
#define H 21
#define W 37

static dlcv_env env;
static test_heap heap;
static test_disk disk;
static unsigned char pixels[H * W * 4];

static dlcv_tensor picture(int channels)
{
    return dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(H, W, channels));
}

static void test_lossless(void)
{
    static const char *const names[3] = { "a.png", "a.BMP", "a.tga" };
    static const int channels[3] = { 1, 3, 4 };
    int i, k;
    for (i = 0; i < 3; i++) {
        for (k = 0; k < 3; k++) {
            dlcv_tensor t = picture(channels[k]), back = { 0 };
            CHECK_OK(dlcv_image_save(&env, &t, names[i]));
            CHECK_OK(dlcv_image_load(&env, names[i], channels[k], &back));
            CHECK(back.shape.ndim == 3 && back.shape.dim[0] == H && back.shape.dim[1] == W &&
                  back.shape.dim[2] == channels[k]);
            CHECK(back.data && memcmp(back.data, pixels, (size_t)(H * W * channels[k])) == 0);
            if (i == 0) {
                CHECK_OK(dlcv_image_load(&env, names[i], 0, &back));
                CHECK_EQUAL(back.shape.dim[2], channels[k]);
            }
            dlcv_tensor_free(&back);
        }
    }
}

static void test_grey_and_alpha(void)
{
    static const unsigned char ga[4] = { 10, 20, 30, 40 }, rgba[8] = { 10, 10, 10, 20, 30, 30, 30, 40 };
    dlcv_tensor t = picture(3), back = { 0 };
    int i, size, wrong = 0;
    unsigned char *png = stbi_write_png_to_mem(ga, 0, 2, 1, 2, &size);
    test_put(&disk, "ga.png", png, (size_t)size);
    free(png);
    CHECK_OK(dlcv_image_load(&env, "ga.png", 0, &back)); /* RGBA: there is no tensor of 2 channels */
    CHECK(back.shape.dim[2] == 4 && memcmp(back.data, rgba, 8) == 0);
    CHECK_OK(dlcv_image_load(&env, "ga.png", 1, &back));
    CHECK(back.shape.dim[2] == 1 && dlcv_u8(&back)[0] == 10 && dlcv_u8(&back)[1] == 30);
    CHECK_OK(dlcv_image_save(&env, &t, "rgb.png"));
    CHECK_OK(dlcv_image_load(&env, "rgb.png", 1, &back)); /* our grey, not stb_image's */
    for (i = 0; i < H * W; i++)
        wrong +=
            dlcv_u8(&back)[i] != (77 * pixels[3 * i] + 150 * pixels[3 * i + 1] + 29 * pixels[3 * i + 2] + 128) / 256;
    CHECK_EQUAL(wrong, 0);
    dlcv_tensor_free(&back);
}

static void test_jpg(void)
{
    static const char *const names[2] = { "a.jpg", "a.jpeg" };
    dlcv_tensor t = picture(3), back = { 0 };
    double sum = 0;
    int i;
    for (i = 0; i < H * W * 3; i++) pixels[i] = (unsigned char)(i / 3 % W * 3 + i / 3 / W * 5);
    for (i = 0; i < 2; i++) {
        CHECK_OK(dlcv_image_save(&env, &t, names[i]));
        CHECK_OK(dlcv_image_load(&env, names[i], 0, &back));
        CHECK(back.shape.dim[0] == H && back.shape.dim[1] == W && back.shape.dim[2] == 3);
    }
    for (i = 0; i < H * W * 3; i++) sum += fabs((double)dlcv_u8(&back)[i] - pixels[i]);
    CHECK(sum / (H * W * 3) < 2);
    dlcv_tensor_free(&back);
}

static void test_bad(void)
{
    dlcv_tensor t = picture(3), back = { 0 }, wide = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape2(1, 70000));
    size_t n;
    CHECK_OK(dlcv_image_save(&env, &t, "a.png"));
    CHECK_FAILS(dlcv_image_save(&env, &t, "a.gif"), DLCV_ERR_UNSUPPORTED,
                "a.gif: must end in .pgm, .ppm, .pnm, .png, .bmp, .tga or .jpg");
    CHECK_FAILS(dlcv_image_save(&env, &t, "png"), DLCV_ERR_UNSUPPORTED,
                "png: must end in .pgm, .ppm, .pnm, .png, .bmp, .tga or .jpg");
    CHECK_FAILS(dlcv_image_save(&env, &wide, "a.jpg"), DLCV_ERR_UNSUPPORTED,
                "a.jpg: 70000 x 1 pixels are more than stb_image_write can do");
    wide.shape = dlcv_shape2(70000, 1);
    CHECK_FAILS(dlcv_image_save(&env, &wide, "a.jpg"), DLCV_ERR_UNSUPPORTED,
                "a.jpg: 1 x 70000 pixels are more than stb_image_write can do");
    wide.shape = dlcv_shape2(40000, 40000);
    CHECK_FAILS(dlcv_image_save(&env, &wide, "a.png"), DLCV_ERR_UNSUPPORTED,
                "a.png: 40000 x 40000 pixels are more than stb_image_write can do");
    for (n = 0; n < 3; n++) { /* no pixels: a BMP of 12 bytes of header, width and height 16 bits each */
        unsigned char bmp[32] = { 'B', 'M', 32, 0, 0, 0, 0, 0, 0, 0, 26, 0, 0, 0, 12, 0, 0, 0, 1, 0, 1, 0, 1, 0, 24, 0, 1, 2, 3, 0, 0, 0 };
        if (n) bmp[16 + 2 * n] = 0;
        test_put(&disk, "b.bmp", bmp, sizeof bmp);
        CHECK(dlcv_image_load(&env, "b.bmp", 0, &back) == (n ? DLCV_ERR_FORMAT : DLCV_OK));
        dlcv_tensor_free(&back);
    }
    TEST_PUT(&disk, "b.png", "\211PNG\r\n\032\nabc");
    CHECK(dlcv_image_load(&env, "b.png", 0, &back) == DLCV_ERR_FORMAT);
    CHECK(strncmp(dlcv_error(), "b.png: 11 bytes are no picture that stb_image knows: ", 53) == 0);
    TEST_PUT(&disk, "b.png", "");
    CHECK(dlcv_image_load(&env, "b.png", 0, &back) == DLCV_ERR_FORMAT);
    test_find(&disk, "a.png")->bytes -= 30;
    CHECK(dlcv_image_load(&env, "a.png", 0, &back) == DLCV_ERR_FORMAT);
    CHECK(strncmp(dlcv_error(), "a.png: 37 x 21 pixels, stb_image: ", 34) == 0);
    test_find(&disk, "a.png")->bytes += 30;
    env.limit = H * W * 4 - 1;
    CHECK_FAILS(dlcv_image_load(&env, "a.png", 0, &back), DLCV_ERR_MEMORY,
                "a.png: 37 x 21 pixels of 4 bytes exceed env.limit, 3107 bytes");
    env.limit = 0;
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = (long)n;
        if (dlcv_image_load(&env, "a.png", 0, &back) == DLCV_OK) break;
        CHECK(heap.blocks == 0);
    }
    CHECK_EQUAL(n, 3);
    dlcv_tensor_free(&back);
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = (long)n;
        if (dlcv_image_save(&env, &t, "a.tga") == DLCV_OK) break;
        CHECK(heap.blocks == 0);
    }
    CHECK(n > 1 && n < 100);
    heap.fail_at = 0;
    {
        static unsigned char noisy[64 * 64 * 3];
        dlcv_tensor large = dlcv_tensor_view(noisy, DLCV_U8, dlcv_shape3(64, 64, 3));
        uint32_t state = 1;
        for (n = 0; n < sizeof noisy; n++) noisy[n] = (unsigned char)((state = state * 1664525u + 1013904223u) >> 24);
        CHECK_OK(dlcv_image_save(&env, &large, "large.tga")); /* the file grows more than once */
        CHECK_OK(dlcv_image_load(&env, "large.tga", 0, &back));
        CHECK(back.data && dlcv_tensor_count(&back) == sizeof noisy && memcmp(back.data, noisy, sizeof noisy) == 0);
        dlcv_tensor_free(&back);
    }
}

int main(void)
{
    int i;
    env = test_env(&heap);
    test_disk_use(&env, &disk);
    for (i = 0; i < H * W * 4; i++) pixels[i] = (unsigned char)(i * i % 251 + i / 100);
    test_lossless();
    test_grey_and_alpha();
    test_bad();
    test_jpg();
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
    return test_end("test_image_stb");
}
#endif
