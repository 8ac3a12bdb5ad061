/* Pictures: PNM by itself. */
#include "test.h"
#include "files.h"

static dlcv_env env;
static test_heap heap;
static test_disk disk;

/* Puts the text, with its end cut off, on the disk as a file "p" and loads it. */
static dlcv_status load(const char *text, size_t bytes, int channels, dlcv_tensor *out)
{
    test_put(&disk, "p", text, bytes);
    return dlcv_image_load(&env, "p", channels, out);
}

static void check_picture(const char *text, size_t bytes, int channels, int h, int w, int c, const char *want)
{
    dlcv_tensor t = { 0 };
    CHECK_OK(load(text, bytes, channels, &t));
    CHECK(t.dtype == DLCV_U8 && t.shape.ndim == 3 && t.shape.dim[0] == h && t.shape.dim[1] == w && t.shape.dim[2] == c);
    if (dlcv_tensor_count(&t) == (size_t)h * (size_t)w * (size_t)c)
        CHECK(memcmp(t.data, want, dlcv_tensor_count(&t)) == 0);
    dlcv_tensor_free(&t);
}

#define PICTURE(text, channels, h, w, c, want) check_picture(text, sizeof text - 1, channels, h, w, c, want)
#define BAD(text, status, sentence)            CHECK_FAILS(load(text, sizeof text - 1, 0, &t), status, sentence)

static void test_kinds(void)
{
    PICTURE("P1 3 2 1 0 1 0 1 0", 0, 2, 3, 1, "\0\377\0\377\0\377");
    PICTURE("P1\n#\n3 2\n101010", 0, 2, 3, 1, "\0\377\0\377\0\377");
    PICTURE("P2 2 2 255 0 1 254 255", 0, 2, 2, 1, "\0\1\376\377");
    PICTURE("P2 2 2 255\n0\t1\r\n254 # the third\n255 # the last", 0, 2, 2, 1, "\0\1\376\377");
    PICTURE("P2 4 1 15 0 1 8 15", 0, 1, 4, 1, "\0\21\210\377");
    PICTURE("P2 3 1 1 0 1 1", 0, 1, 3, 1, "\0\377\377");
    PICTURE("P2 4 1 65535 0 128 129 65535", 0, 1, 4, 1, "\0\0\1\377");
    PICTURE("P3 1 2 255 1 2 3 4 5 6", 0, 2, 1, 3, "\1\2\3\4\5\6");
    PICTURE("P4 10 2\n\200\100\177\200", 0, 2, 10, 1, "\0\377\377\377\377\377\377\377\377\0\377\0\0\0\0\0\0\0\0\377");
    PICTURE("P5 3 1 255 \0\012\377", 0, 1, 3, 1, "\0\012\377");
    PICTURE("P5 2 1 1 \0\1", 0, 1, 2, 1, "\0\377");
    PICTURE("P5 3 1 256\n\0\0\0\200\1\0", 0, 1, 3, 1, "\0\200\377");
    PICTURE("P6 1 2 255\n\1\2\3#  and what follows the first picture", 0, 2, 1, 3, "\1\2\3#  ");
    PICTURE("P6#a comment\n1#another\r1 #12\n255#the last\n\1\2\3", 0, 1, 1, 3, "\1\2\3");
    PICTURE("P6\v1\f1\t0255 #\2\3", 0, 1, 1, 3, "#\2\3");
}

static void test_channels(void)
{
    PICTURE("P6 2 1 255 \12\24\36\377\0\0", 1, 1, 2, 1,
            "\22\115"); /* (77 10 + 150 20 + 29 30 + 128) / 256 = 18.6 and 77.2 */
    PICTURE("P6 1 1 255 \377\377\377", 1, 1, 1, 1, "\377");
    PICTURE("P6 1 1 255 \1\2\3", 4, 1, 1, 4, "\1\2\3\377");
    PICTURE("P6 1 1 255 \1\2\3", 3, 1, 1, 3, "\1\2\3");
    PICTURE("P5 2 1 255 \1\2", 3, 1, 2, 3, "\1\1\1\2\2\2");
    PICTURE("P5 2 1 255 \1\2", 4, 1, 2, 4, "\1\1\1\377\2\2\2\377");
    PICTURE("P5 2 1 255 \1\2", 1, 1, 2, 1, "\1\2");
}

static void test_bad(void)
{
    dlcv_tensor t = { 0 };
    size_t n;
    CHECK_FAILS(dlcv_image_load(&env, NULL, 0, &t), DLCV_ERR_ARGUMENT, "image_load: path is NULL");
    CHECK_FAILS(dlcv_image_load(&env, "p", 0, NULL), DLCV_ERR_ARGUMENT, "image_load: out is NULL");
    CHECK_FAILS(dlcv_image_load(&env, "p", 2, &t), DLCV_ERR_ARGUMENT,
                "p: 2 channels wanted, must be 0 (as in the file), 1, 3 or 4");
    CHECK_FAILS(dlcv_image_load(&env, "q", 0, &t), DLCV_ERR_NOT_FOUND, "q: no such file on the test disk");
    BAD("", DLCV_ERR_FORMAT, "p: 0 bytes are no picture");
    BAD("P", DLCV_ERR_FORMAT, "p: 1 bytes are no picture");
    BAD("\211PNG", DLCV_ERR_UNSUPPORTED,
        "p: begins with the bytes 89 50, PNM with the letters P1 .. P6: for other formats include stb_image.h before dlcv.h's "
        "implementation");
    BAD("P7 1 1 255 ", DLCV_ERR_UNSUPPORTED,
        "p: begins with the bytes 50 37, PNM with the letters P1 .. P6: for other formats include stb_image.h before dlcv.h's "
        "implementation");
    BAD("P0 1 1 255 ", DLCV_ERR_UNSUPPORTED,
        "p: begins with the bytes 50 30, PNM with the letters P1 .. P6: for other formats include stb_image.h before dlcv.h's "
        "implementation");
    BAD("P5x1 1 255 ", DLCV_ERR_UNSUPPORTED,
        "p: begins with the bytes 50 35, PNM with the letters P1 .. P6: for other formats include stb_image.h before dlcv.h's "
        "implementation");
    BAD("P5\1001 1 255 ", DLCV_ERR_UNSUPPORTED, NULL);
    BAD("P5\0011 1 255 ", DLCV_ERR_UNSUPPORTED, NULL);
    BAD("P5 # no end", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 0 3 255 ", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P1 2 1 0", DLCV_ERR_FORMAT, "p: P1 has no number for sample 1 of 2");
    BAD("P5 1 1 255#c\ra", DLCV_OK, NULL);
    CHECK(t.data && dlcv_u8(&t)[0] == 'a');
    BAD("P2 2 1 255 1#c\n2", DLCV_OK, NULL);
    CHECK(t.data && dlcv_u8(&t)[0] == 1 && dlcv_u8(&t)[1] == 2);
    BAD("P5 ", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 3", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 3 0 255 ", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 -3 1 255 ", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 1000000000 1 255 ", DLCV_ERR_FORMAT, "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 18446744073709551617 1 255 a", DLCV_ERR_FORMAT,
        "p: P5 wants a width and a height of 1 .. 999999999 pixels");
    BAD("P5 1 1", DLCV_ERR_FORMAT, "p: P5 wants a largest value after width and height");
    BAD("P5 1 1 0 a", DLCV_ERR_FORMAT, "p: the largest value is 0, must be 1 .. 65535");
    BAD("P5 1 1 65536 a", DLCV_ERR_FORMAT, "p: the largest value is 65536, must be 1 .. 65535");
    BAD("P5 1 1 255", DLCV_ERR_FORMAT, "p: P5 wants one white space before the samples");
    BAD("P5 1 1 255a", DLCV_ERR_FORMAT, "p: P5 wants one white space before the samples");
    BAD("P5 1 1 255#a", DLCV_ERR_FORMAT, "p: P5 wants one white space before the samples");
    BAD("P6 2 2 255 abcdefghijk", DLCV_ERR_FORMAT,
        "p: P6 of 2 x 2, largest value 255, but only 11 bytes follow the header");
    BAD("P5 2 2 256 abcdefg", DLCV_ERR_FORMAT, "p: P5 of 2 x 2, largest value 256, but only 7 bytes follow the header");
    BAD("P4 9 2 abc", DLCV_ERR_FORMAT, "p: P4 of 9 x 2, largest value 1, but only 3 bytes follow the header");
    BAD("P6 999999999 999999999 65535 a", DLCV_ERR_FORMAT,
        "p: P6 of 999999999 x 999999999, largest value 65535, but only 1 bytes follow the header");
    BAD("P3 1 1 255 1 2", DLCV_ERR_FORMAT, "p: P3 has no number for sample 2 of 3");
    BAD("P2 2 1 255 1 x", DLCV_ERR_FORMAT, "p: P2 has no number for sample 1 of 2");
    BAD("P2 2 1 255 1x2", DLCV_ERR_FORMAT, "p: P2 has no number for sample 0 of 2");
    BAD("P1 3 1 012", DLCV_ERR_FORMAT, "p: P1 has no number for sample 2 of 3");
    BAD("P2 2 1 15 1 16", DLCV_ERR_FORMAT, "p: sample 1 is 16, the largest value 15");
    BAD("P5 2 1 15 \1\20", DLCV_ERR_FORMAT, "p: sample 1 is 16, the largest value 15");
    BAD("P5 1 1 1000 \4\0", DLCV_ERR_FORMAT, "p: sample 0 is 1024, the largest value 1000");
    env.limit = 20;
    BAD("P5 3 3 255 abcdefghi", DLCV_OK, NULL);
    BAD("P5 3 3 255 abcdefghi ", DLCV_ERR_MEMORY, "p: 21 bytes, env.limit is 20");
    BAD("P4 8 3 abc", DLCV_ERR_MEMORY, "p: 24 samples exceed env.limit, 20 bytes");
    CHECK_FAILS(load("P5 3 2 1 \0\0\0\0\0\0", 15, 4, &t), DLCV_ERR_MEMORY,
                "p: 3 x 2 pixels of 4 bytes exceed env.limit, 20 bytes");
    env.limit = 0;
    dlcv_tensor_free(&t);
    for (n = 0; n < 23; n++) CHECK(load("P6 2 2 255 abcdefghijkl", n, 0, &t) != DLCV_OK && heap.blocks == 0);
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = (long)n;
        if (load("P6 2 2 255 abcdefghijkl", 23, 1, &t) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !t.data);
    }
    CHECK_EQUAL(n, 4);
    heap.fail_at = 0;
    dlcv_tensor_free(&t);
}

/* The 24 x 16 numbers that "the computer sees": written as PNM and read back. */
static void test_golden(const char *program)
{
    char path[1024];
    static unsigned char grid[24 * 16];
    dlcv_tensor t = dlcv_tensor_view(grid, DLCV_U8, dlcv_shape2(24, 16)), back = { 0 };
    int i, v, sum = 0, low = 255, high = 0;
    FILE *f = fopen("tests/golden/grid_24x16.txt", "r");
    CHECK(f != NULL);
    if (!f) return;
    for (i = 0; i < 24 * 16 && fscanf(f, "%d", &v) == 1; i++) {
        grid[i] = (unsigned char)v;
        sum += v;
        if (v < low) low = v;
        if (v > high) high = v;
    }
    CHECK(i == 24 * 16 && fscanf(f, "%d", &v) != 1);
    fclose(f);
    CHECK(sum == 38192 && low == 41 && high == 170);
    CHECK_OK(dlcv_image_save(&env, &t, "grid.pgm"));
    CHECK(memcmp(test_find(&disk, "grid.pgm")->data, "P5\n16 24\n255\n", 13) == 0 &&
          test_find(&disk, "grid.pgm")->bytes == 13 + 24 * 16);
    CHECK_OK(dlcv_image_load(&env, "grid.pgm", 0, &back));
    CHECK(back.shape.ndim == 3 && back.shape.dim[0] == 24 && back.shape.dim[1] == 16 && back.shape.dim[2] == 1);
    CHECK(back.data && memcmp(back.data, grid, sizeof grid) == 0);
    dlcv_tensor_free(&back);
    CHECK(strlen(program) < sizeof path - 8);
    sprintf(path, "%.1000s.PNM", program);
    CHECK_OK(dlcv_image_save(NULL, &t, path)); /* through the real file system as well */
    CHECK_OK(dlcv_image_load(NULL, path, 1, &back));
    CHECK(back.data && memcmp(back.data, grid, sizeof grid) == 0);
    remove(path);
    dlcv_tensor_free(&back);
}

static void test_save(void)
{
    static const unsigned char pixels[24] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    dlcv_tensor rgb = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 2, 3)),
                grey = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 3, 1));
    dlcv_tensor rgba = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 3, 4)),
                two = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 3, 2));
    dlcv_tensor f32 = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape2(2, 3)),
                four = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(1, 2, 2, 3));
    dlcv_tensor none = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 0, 3));
    CHECK_OK(dlcv_image_save(&env, &rgb, "a.ppm"));
    CHECK(test_find(&disk, "a.ppm")->bytes == 23 &&
          memcmp(test_find(&disk, "a.ppm")->data, "P6\n2 2\n255\n\1\2\3", 14) == 0);
    CHECK_OK(dlcv_image_save(&env, &rgb, "a.pnm"));
    CHECK_OK(dlcv_image_save(&env, &grey, "b.pnm"));
    CHECK(test_find(&disk, "b.pnm")->bytes == 17 &&
          memcmp(test_find(&disk, "b.pnm")->data, "P5\n3 2\n255\n\1\2\3", 14) == 0);
    CHECK_FAILS(dlcv_image_save(&env, &rgb, "a.pgm"), DLCV_ERR_UNSUPPORTED,
                "a.pgm: the picture has 3 channels, .pgm holds 1, .ppm 3, .pnm either");
    CHECK_FAILS(dlcv_image_save(&env, &grey, "a.ppm"), DLCV_ERR_UNSUPPORTED,
                "a.ppm: the picture has 1 channels, .pgm holds 1, .ppm 3, .pnm either");
    CHECK_FAILS(dlcv_image_save(&env, &rgba, "a.pnm"), DLCV_ERR_UNSUPPORTED,
                "a.pnm: the picture has 4 channels, .pgm holds 1, .ppm 3, .pnm either");
    CHECK_FAILS(dlcv_image_save(&env, NULL, "a.pnm"), DLCV_ERR_ARGUMENT, "image_save: image is NULL");
    CHECK_FAILS(dlcv_image_save(&env, &rgb, NULL), DLCV_ERR_ARGUMENT, "image_save: path is NULL");
    CHECK_FAILS(dlcv_image_save(&env, &two, "a.pnm"), DLCV_ERR_SHAPE,
                "a.pnm: the picture is u8 [2, 3, 2], must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty");
    CHECK_FAILS(dlcv_image_save(&env, &f32, "a.pnm"), DLCV_ERR_SHAPE,
                "a.pnm: the picture is f32 [2, 3], must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty");
    CHECK_FAILS(dlcv_image_save(&env, &four, "a.pnm"), DLCV_ERR_SHAPE,
                "a.pnm: the picture is u8 [1, 2, 2, 3], must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty");
    CHECK_FAILS(dlcv_image_save(&env, &none, "a.pnm"), DLCV_ERR_SHAPE,
                "a.pnm: the picture is u8 [2, 0, 3], must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty");
    none.shape = dlcv_shape3(0, 2, 3);
    CHECK_FAILS(dlcv_image_save(&env, &none, "a.pnm"), DLCV_ERR_SHAPE,
                "a.pnm: the picture is u8 [0, 2, 3], must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty");
    CHECK_FAILS(dlcv_image_save(&env, &rgb, "a.png"), DLCV_ERR_UNSUPPORTED,
                "a.png: [2, 2, 3] can be written as .pgm, .ppm or .pnm; for .png, .bmp, .tga and .jpg include "
                "stb_image_write.h before dlcv.h's implementation");
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_image_save(&env, &rgb, "a.ppm"), DLCV_ERR_MEMORY, NULL);
    heap.fail_at = 0;
}

/* Pixel (y, x) of a frame is red 10 y + x, green 100, blue 200 - x, alpha 77; what lies between rows is 255. */
static void test_pack(void)
{
    static const dlcv_pixels formats[5] = { DLCV_PIXELS_RGB, DLCV_PIXELS_RGBA, DLCV_PIXELS_BGR, DLCV_PIXELS_BGRA,
                                            DLCV_PIXELS_GREY };
    static const int bytes[5] = { 3, 4, 3, 4, 1 }, red[5] = { 0, 0, 2, 2, 0 }, blue[5] = { 2, 2, 0, 0, 0 };
    static unsigned char frame[1 + 5 * 64];
    dlcv_tensor out = { 0 };
    int f, extra, y, x, c;
    for (f = 0; f < 5; f++) {
        for (extra = 0; extra < 8; extra += 7) {
            const int pitch = 7 * bytes[f] + extra, channels = f == 4 ? 1 : 3;
            int wrong = 0;
            memset(frame, 255, sizeof frame);
            for (y = 0; y < 5; y++) {
                for (x = 0; x < 7; x++) {
                    unsigned char *p = frame + 1 + y * pitch + x * bytes[f];
                    if (bytes[f] == 4) p[3] = 77;
                    if (bytes[f] > 1) p[1] = 100;
                    p[blue[f]] = (unsigned char)(200 - x);
                    p[red[f]] = (unsigned char)(10 * y + x);
                }
            }
            CHECK_OK(dlcv_image_pack(&env, frame + 1, formats[f], 5, 7, extra ? (size_t)pitch : 0, &out));
            CHECK(out.dtype == DLCV_U8 && out.shape.ndim == 3 && out.shape.dim[0] == 5 && out.shape.dim[1] == 7 &&
                  out.shape.dim[2] == channels);
            for (y = 0; y < 5; y++) {
                for (x = 0; x < 7; x++) {
                    const int want[3] = { 10 * y + x, 100, 200 - x };
                    for (c = 0; c < channels; c++) wrong += dlcv_u8(&out)[(y * 7 + x) * channels + c] != want[c];
                }
            }
            CHECK_EQUAL(wrong, 0);
        }
    }
    dlcv_tensor_free(&out);
}

static void test_pack_errors(void)
{
    static unsigned char frame[800 * 600 * 4], room[12];
    dlcv_tensor out = { 0 }, view = dlcv_tensor_view(room, DLCV_U8, dlcv_shape3(2, 2, 3)), in;
    CHECK_OK(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGRA, 600, 800, 0, &out));
    CHECK_EQUAL(dlcv_tensor_count(&out), 1440000); /* an 800 x 600 x 3 picture is 1,440,000 numbers */
    dlcv_tensor_free(&out);
    CHECK_FAILS(dlcv_image_pack(&env, NULL, DLCV_PIXELS_RGB, 2, 2, 0, &out), DLCV_ERR_ARGUMENT,
                "image_pack: pixels is NULL");
#if SIZE_MAX == 0xffffffffu
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_RGBA, 1, INT_MAX, 0, &out), DLCV_ERR_MEMORY,
                "image_pack: 2147483647 pixels of 4 bytes are more than size_t counts");
#endif
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_RGB, 2, 2, 0, NULL), DLCV_ERR_ARGUMENT,
                "image_pack: out is NULL");
    CHECK_FAILS(dlcv_image_pack(&env, frame, (dlcv_pixels)5, 2, 2, 0, &out), DLCV_ERR_ARGUMENT,
                "image_pack: format is 5, must be 0 .. 4, a DLCV_PIXELS_");
#ifndef __cplusplus /* where an enum holds 0 .. 7 */
    CHECK_FAILS(dlcv_image_pack(&env, frame, (dlcv_pixels)-1, 2, 2, 0, &out), DLCV_ERR_ARGUMENT,
                "image_pack: format is -1, must be 0 .. 4, a DLCV_PIXELS_");
#endif
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_RGB, 0, 2, 0, &out), DLCV_ERR_SHAPE,
                "image_pack: height 0 and width 2, both must be at least 1");
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_RGB, 2, -2, 0, &out), DLCV_ERR_SHAPE,
                "image_pack: height 2 and width -2, both must be at least 1");
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGRA, 2, 2, 7, &out), DLCV_ERR_ARGUMENT,
                "image_pack: the pitch is 7 bytes, 2 BGRA pixels have 8");
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_GREY, 2, 3, 2, &out), DLCV_ERR_ARGUMENT,
                "image_pack: the pitch is 2 bytes, 3 grey pixels have 3");
    CHECK(dlcv_image_pack(&env, frame, DLCV_PIXELS_GREY, 3, 1, (size_t)-1 / 2 + 1, &out) == DLCV_ERR_MEMORY);
    CHECK(strstr(dlcv_error(), "image_pack: 3 rows of ") && strstr(dlcv_error(), " bytes are more than size_t counts"));
    CHECK(dlcv_image_pack(&env, frame, DLCV_PIXELS_GREY, 2, 1, (size_t)-1, &out) == DLCV_ERR_MEMORY); /* one byte too many */
    CHECK_OK(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGR, 1, 2, (size_t)-1, &out)); /* one row needs no second */
    CHECK_OK(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGR, 2, 2, 0, &view));
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_GREY, 2, 2, 0, &view), DLCV_ERR_SHAPE,
                "image_pack: out is a view of u8 [2, 2, 3], u8 [2, 2, 1] is needed");
    in = dlcv_tensor_view(frame + 15, DLCV_U8, dlcv_shape3(2, 2, 3)); /* the frame of 2 x 2 BGRA has bytes 0 .. 15 */
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGRA, 2, 2, 0, &in), DLCV_ERR_ARGUMENT,
                "image_pack: out and the pixels overlap");
    in.data = frame + 16;
    CHECK_OK(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGRA, 2, 2, 0, &in));
    CHECK_FAILS(dlcv_image_pack(&env, frame, DLCV_PIXELS_BGR, 1, 2, 5, &out), DLCV_ERR_ARGUMENT, NULL);
    CHECK(out.data && out.shape.dim[0] == 1 && out.shape.dim[1] == 2); /* as it was */
    in.data = frame;
    CHECK_FAILS(dlcv_image_pack(&env, frame + 11, DLCV_PIXELS_BGRA, 2, 2, 0, &in), DLCV_ERR_ARGUMENT,
                "image_pack: out and the pixels overlap");
    CHECK_OK(dlcv_image_pack(&env, frame + 12, DLCV_PIXELS_BGRA, 2, 2, 0, &in));
    dlcv_tensor_free(&out);
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK(dlcv_image_pack(&env, frame, DLCV_PIXELS_RGB, 2, 2, 0, &out) == DLCV_ERR_MEMORY && !out.data);
    heap.fail_at = 0;
}

int main(int argc, char **argv)
{
    env = test_env(&heap);
    test_disk_use(&env, &disk);
    test_kinds();
    test_channels();
    test_bad();
    test_golden(argc > 0 ? argv[0] : "test_image"); /* two of them may run at once: each writes beside itself */
    test_save();
    test_pack();
    test_pack_errors();
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
    return test_end("test_image");
}
