/* The grid of pictures, and the map: pictures at places of a plane. */
#include "test.h"

static dlcv_env env;
static test_heap heap;

/* out is [h, w, 3] and its pixels are, as letters: . white, r red, g green, a number the grey 28 times that. */
static void check_grid(const dlcv_tensor *out, int h, int w, const char *want)
{
    int i, wrong = 0;
    CHECK(out->dtype == DLCV_U8 && out->shape.ndim == 3 && out->shape.dim[0] == h && out->shape.dim[1] == w &&
          out->shape.dim[2] == 3);
    if (dlcv_tensor_count(out) != (size_t)(h * w * 3)) return;
    for (i = 0; i < h * w; i++) {
        const unsigned char *p = dlcv_u8(out) + 3 * i;
        const char c = want[i];
        const int grey = c >= '0' && c <= '9' ? (c - '0') * 28 : 255;
        const int rgb[3] = { c == 'g' ? 0 : grey, c == 'r' ? 0 : grey, c == 'r' || c == 'g' ? 0 : grey };
        wrong += p[0] != rgb[0] || p[1] != rgb[1] || p[2] != rgb[2];
    }
    CHECK_EQUAL(wrong, 0);
}

static void test_bytes(void)
{
    static const unsigned char grey[12] = { 28, 56, 84, 112, 140, 168, 196, 224, 252, 0, 28, 56 };
    static const unsigned char rgb[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
    static const uint32_t frames[3] = { 0xff0000, 0, 0x00ff00 };
    dlcv_tensor images = dlcv_tensor_view(grey, DLCV_U8, dlcv_shape3(3, 2, 2)), out = { 0 };
    dlcv_tensor row = dlcv_tensor_view(grey, DLCV_U8, dlcv_shape4(4, 1, 3, 1)),
                dots = dlcv_tensor_view(rgb, DLCV_U8, dlcv_shape4(3, 1, 1, 3));
    CHECK_OK(dlcv_view_grid(&env, &images, 0, 0, NULL, &out)); /* two in a row */
    check_grid(&out, 5, 5,
               "12.56"
               "34.78"
               "....."
               "90..."
               "12...");
    CHECK_OK(dlcv_view_grid(&env, &images, 2, 1, frames, &out));
    check_grid(&out, 9, 9,
               "rrrr....."
               "r12r..56."
               "r34r..78."
               "rrrr....."
               "........."
               "gggg....."
               "g90g....."
               "g12g....."
               "gggg.....");
    CHECK_OK(dlcv_view_grid(&env, &images, 100, 1, NULL, &out)); /* not more columns than pictures */
    check_grid(&out, 2, 8,
               "12.56.90"
               "34.78.12");
    CHECK_OK(dlcv_view_grid(&env, &row, 1, 1, NULL, &out));
    check_grid(&out, 7, 3, "123...456...789...012");
    images = dlcv_tensor_rows(&images, 0, 1);
    CHECK_OK(dlcv_view_grid(&env, &images, 1, 4, frames, &out)); /* frames zoom / 2 wide */
    check_grid(&out, 12, 12,
               "rrrrrrrrrrrrrrrrrrrrrrrr"
               "rr11112222rrrr11112222rrrr11112222rrrr11112222rr"
               "rr33334444rrrr33334444rrrr33334444rrrr33334444rr"
               "rrrrrrrrrrrrrrrrrrrrrrrr");
    CHECK_OK(dlcv_view_grid(&env, &dots, 3, 1, NULL, &out));
    CHECK(out.shape.dim[1] == 5 && memcmp(out.data, "\1\2\3\377\377\377\4\5\6\377\377\377\7\10\11", 15) == 0);
    dlcv_tensor_free(&out);
}

static void test_floats(void)
{
    static const float planes[2][3][1][2] = { { { { -1, 0 } }, { { 1, 0.5f } }, { { 1, -1 } } },
                                              { { { 7, 7 } }, { { 7, 7 } }, { { 7, 7 } } } };
    static unsigned char raw[17];
    float odd[4];
    dlcv_tensor images = dlcv_tensor_view(planes, DLCV_F32, dlcv_shape4(2, 3, 1, 2)), out = { 0 },
                o = dlcv_tensor_view(raw + 1, DLCV_F32, dlcv_shape4(1, 1, 1, 4));
    CHECK_OK(dlcv_view_grid(&env, &images, 2, 1, NULL, &out));
    CHECK(out.shape.dim[0] == 1 && out.shape.dim[1] == 5);
    CHECK(memcmp(out.data, "\0\377\377\200\277\0\377\377\377\0\0\0\0\0\0", 15) == 0);
    odd[0] = (float)NAN;
    odd[1] = (float)INFINITY;
    odd[2] = 2;
    odd[3] = 4;
    memcpy(raw + 1, odd, sizeof odd); /* no alignment is asked for */
    CHECK_OK(dlcv_view_grid(&env, &o, 1, 1, NULL, &out));
    check_grid(&out, 1, 4, "0.0.");
    odd[2] = 4; /* the range is found in whatever order */
    odd[3] = 2;
    memcpy(raw + 1, odd, sizeof odd);
    CHECK_OK(dlcv_view_grid(&env, &o, 1, 1, NULL, &out));
    check_grid(&out, 1, 4, "0..0");
    odd[0] = -(float)INFINITY;
    odd[2] = -FLT_MAX;
    odd[3] = FLT_MAX;
    memcpy(raw + 1, odd, sizeof odd);
    CHECK_OK(dlcv_view_grid(&env, &o, 1, 1, NULL, &out));
    check_grid(&out, 1, 4, "0.0.");
    odd[2] = odd[3] = (float)NAN;
    memcpy(raw + 1, odd, sizeof odd);
    CHECK_OK(dlcv_view_grid(&env, &o, 1, 1, NULL, &out));
    check_grid(&out, 1, 4, "0.00");
    dlcv_tensor_free(&out);
}

static void test_grid_errors(void)
{
    static const unsigned char pixels[24] = { 0 };
    static unsigned char place[5 * 5 * 3];
    static const uint32_t frames[3] = { 0 };
    dlcv_tensor t = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(2, 2, 2, 3)), out = { 0 }, bad = t,
                fits = dlcv_tensor_view(place, DLCV_U8, dlcv_shape3(2, 5, 3));
    CHECK_FAILS(dlcv_view_grid(&env, NULL, 0, 1, NULL, &out), DLCV_ERR_ARGUMENT, "view_grid: images is NULL");
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, 1, NULL, NULL), DLCV_ERR_ARGUMENT, "view_grid: out is NULL");
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, 1, NULL, &t), DLCV_ERR_ARGUMENT, "view_grid: out lies in an input");
    fits.data = (unsigned char *)t.data + 3;
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, 1, NULL, &fits), DLCV_ERR_ARGUMENT, "view_grid: out lies in an input");
    fits.data = place;
    CHECK_FAILS(dlcv_view_grid(&env, &t, -1, 1, NULL, &out), DLCV_ERR_ARGUMENT,
                "view_grid: columns is -1, zoom 1: neither may be negative");
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, -2, NULL, &out), DLCV_ERR_ARGUMENT,
                "view_grid: columns is 0, zoom -2: neither may be negative");
    bad.shape.dim[3] = 2;
    CHECK_FAILS(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out), DLCV_ERR_SHAPE,
                "view_grid: images is u8 [2, 2, 2, 2], must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, "
                "h, w], not empty");
    bad.shape = dlcv_shape3(2, 0, 2);
    CHECK_FAILS(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out), DLCV_ERR_SHAPE,
                "view_grid: images is u8 [2, 0, 2], must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, "
                "w], not empty");
    bad.dtype = DLCV_F32;
    bad.shape = dlcv_shape3(1, 1, 1);
    CHECK_FAILS(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out), DLCV_ERR_SHAPE,
                "view_grid: images is f32 [1, 1, 1], must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, "
                "w], not empty");
    bad.dtype = DLCV_I8;
    CHECK(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out) == DLCV_ERR_SHAPE);
    bad.dtype = DLCV_U8;
    bad.shape = dlcv_shape2(2, 2);
    CHECK(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out) == DLCV_ERR_SHAPE);
    bad.shape = dlcv_shape3(0, 2, 2);
    CHECK(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out) == DLCV_ERR_SHAPE);
    bad.shape = dlcv_shape3(2, 2, 0);
    CHECK(dlcv_view_grid(&env, &bad, 0, 1, NULL, &out) == DLCV_ERR_SHAPE);
    bad.shape = dlcv_shape3(3, 1, 1);
    CHECK_FAILS(
        dlcv_view_grid(&env, &bad, 1, INT_MAX / 2, NULL, &out), DLCV_ERR_MEMORY, /* one fits beside none, not three below */
        "view_grid: 3 pictures of 1 x 1, 1 in a row, zoom 1073741823, are more than 2147483647 pixels wide or high");
    CHECK_FAILS(
        dlcv_view_grid(&env, &bad, 1, INT_MAX, frames, &out), DLCV_ERR_MEMORY, /* one with its frame does not */
        "view_grid: 3 pictures of 1 x 1, 1 in a row, zoom 2147483647, are more than 2147483647 pixels wide or high");
    CHECK_FAILS(
        dlcv_view_grid(&env, &t, 2, INT_MAX / 2, NULL, &out), DLCV_ERR_MEMORY,
        "view_grid: 2 pictures of 2 x 2, 2 in a row, zoom 1073741823, are more than 2147483647 pixels wide or high");
    CHECK_FAILS(
        dlcv_view_grid(&env, &t, 2, INT_MAX, NULL, &out), DLCV_ERR_MEMORY,
        "view_grid: 2 pictures of 2 x 2, 2 in a row, zoom 2147483647, are more than 2147483647 pixels wide or high");
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_view_grid(&env, &t, 2, 1, NULL, &out), DLCV_ERR_MEMORY, NULL);
    heap.fail_at = 0;
    CHECK(heap.blocks == 0);
    CHECK_OK(dlcv_view_grid(&env, &t, 2, 1, NULL, &fits));
    fits.shape.dim[1] = 4;
    CHECK_FAILS(dlcv_view_grid(&env, &t, 2, 1, NULL, &fits), DLCV_ERR_SHAPE, NULL);
}

static void test_map(void)
{
    static const unsigned char dots[5] = { 28, 56, 84, 112, 140 }, wide[8] = { 28, 56, 84, 112, 140, 168, 196, 224 };
    static const float planes[2][3][1][1] = { { { { 0 } }, { { 1 } }, { { 0 } } }, { { { 1 } }, { { 0 } }, { { 0 } } } };
    static const float corners[5][2] = { { -3, 1 }, { 5, 1 }, { 1, -3 }, { 1, 5 }, { 3, 3 } }, /* the last half way to a corner */
        same[2][2] = { { 7, 7 }, { 7, 7 } }, far[2][2] = { { -FLT_MAX, 0 }, { FLT_MAX, FLT_MAX } };
    static unsigned char raw[17];
    dlcv_tensor images = dlcv_tensor_view(dots, DLCV_U8, dlcv_shape4(5, 1, 1, 1)), out = { 0 },
                xy = dlcv_tensor_view(corners, DLCV_F32, dlcv_shape2(5, 2));
    int size, i, inside = 0;
    CHECK_OK(dlcv_view_map(&env, &images, &xy, 5, &out));
    check_grid(&out, 5, 5,
               "..4.."
               "...5."
               "1...2"
               "....."
               "..3..");
    images = dlcv_tensor_view(wide, DLCV_U8, dlcv_shape3(2, 2, 2));
    xy = dlcv_tensor_view(same, DLCV_F32, dlcv_shape2(2, 2));
    CHECK_OK(dlcv_view_map(&env, &images, &xy, 4, &out)); /* the later one on top */
    check_grid(&out, 4, 4,
               "...."
               ".56."
               ".78."
               "....");
    memcpy(raw + 1, far, sizeof far); /* at any address, as far apart as can be */
    xy = dlcv_tensor_view(raw + 1, DLCV_F32, dlcv_shape2(2, 2));
    images = dlcv_tensor_view(wide, DLCV_U8, dlcv_shape4(2, 1, 4, 1));
    CHECK_OK(dlcv_view_map(&env, &images, &xy, 6, &out));
    check_grid(&out, 6, 6,
               "......"
               "......"
               "..5678"
               "1234.."
               "......"
               "......");
    images = dlcv_tensor_view(wide, DLCV_U8, dlcv_shape4(2, 4, 1, 1));
    CHECK_OK(dlcv_view_map(&env, &images, &xy, 6, &out));
    check_grid(&out, 6, 6,
               "......"
               "....5."
               "..1.6."
               "..2.7."
               "..3.8."
               "..4...");
    images = dlcv_tensor_view(planes, DLCV_F32, dlcv_shape4(2, 3, 1, 1));
    CHECK_OK(dlcv_view_map(&env, &images, &xy, 2, &out)); /* floats are stretched, as in a grid */
    CHECK(dlcv_u8(&out)[7] == 255 && dlcv_u8(&out)[6] == 0);
    images = dlcv_tensor_view(wide, DLCV_U8, dlcv_shape4(2, 2, 2, 1));
    for (size = 2; size < 60; size++) { /* whatever the places, no pixel beside the map */
        unsigned char *place = (unsigned char *)malloc((size_t)(size * size * 3 + 2));
        dlcv_tensor view = dlcv_tensor_view(place + 1, DLCV_U8, dlcv_shape3(size, size, 3));
        float at[2][2];
        for (i = 0; i < 4; i++) at[i / 2][i % 2] = (float)((size * 7 + i * i * 5) % 11) * 0.1f - 0.3f;
        memcpy(raw + 1, at, sizeof at);
        place[0] = place[size * size * 3 + 1] = 77;
        CHECK_OK(dlcv_view_map(&env, &images, &xy, size, &view));
        inside += place[0] == 77 && place[size * size * 3 + 1] == 77;
        free(place);
    }
    CHECK_EQUAL(inside, 58);
    dlcv_tensor_free(&out);
}

static void test_map_errors(void)
{
    static const unsigned char pixels[8] = { 0 };
    float at[6] = { 0, 1, 2, 3, 4, 5 };
    dlcv_tensor images = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 2, 2)), out = { 0 }, bad,
                xy = dlcv_tensor_view(at, DLCV_F32, dlcv_shape2(2, 2));
    CHECK_FAILS(dlcv_view_map(&env, NULL, &xy, 9, &out), DLCV_ERR_ARGUMENT, "view_map: images is NULL");
    CHECK_FAILS(dlcv_view_map(&env, &xy, &xy, 9, &out), DLCV_ERR_SHAPE,
                "view_map: images is f32 [2, 2], must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, w], not "
                "empty");
    CHECK_FAILS(dlcv_view_map(&env, &images, NULL, 9, &out), DLCV_ERR_ARGUMENT, "view_map: xy is NULL");
    bad = dlcv_tensor_view(at, DLCV_F32, dlcv_shape2(3, 2));
    CHECK_FAILS(dlcv_view_map(&env, &images, &bad, 9, &out), DLCV_ERR_SHAPE,
                "view_map: xy is f32 [3, 2], must be f32 [2, 2], a place for each image");
    bad = dlcv_tensor_view(at, DLCV_F32, dlcv_shape2(2, 3));
    CHECK(dlcv_view_map(&env, &images, &bad, 9, &out) == DLCV_ERR_SHAPE);
    bad = dlcv_tensor_view(at, DLCV_F32, dlcv_shape1(2));
    CHECK(dlcv_view_map(&env, &images, &bad, 9, &out) == DLCV_ERR_SHAPE);
    bad = dlcv_tensor_view(at, DLCV_I32, dlcv_shape2(2, 2));
    CHECK(dlcv_view_map(&env, &images, &bad, 9, &out) == DLCV_ERR_SHAPE);
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 0, &out), DLCV_ERR_ARGUMENT, "view_map: size is 0, must be 1 .. 16384");
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 16385, &out), DLCV_ERR_ARGUMENT,
                "view_map: size is 16385, must be 1 .. 16384");
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 1, &out), DLCV_ERR_ARGUMENT,
                "view_map: images of 2 x 2 do not fit into 1 x 1");
    bad = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(2, 1, 3));
    CHECK_FAILS(dlcv_view_map(&env, &bad, &xy, 2, &out), DLCV_ERR_ARGUMENT,
                "view_map: images of 1 x 3 do not fit into 2 x 2");
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, NULL), DLCV_ERR_ARGUMENT, "view_map: out is NULL");
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, &xy), DLCV_ERR_ARGUMENT, "view_map: out lies in an input");
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, &images), DLCV_ERR_ARGUMENT, "view_map: out lies in an input");
    bad = dlcv_tensor_view(at, DLCV_U8, dlcv_shape3(9, 8, 3));
    bad.data = at + 4;
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, &bad), DLCV_ERR_SHAPE,
                "view_map: out is a view of u8 [9, 8, 3], u8 [9, 9, 3] is needed");
    at[3] = (float)INFINITY;
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, &out), DLCV_ERR_NUMERIC, "view_map: point 1 is (2, inf)");
    at[3] = 3;
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_view_map(&env, &images, &xy, 9, &out), DLCV_ERR_MEMORY, NULL);
    heap.fail_at = 0;
    CHECK(heap.blocks == 0);
}

int main(void)
{
    env = test_env(&heap);
    test_bytes();
    test_floats();
    test_grid_errors();
    test_map();
    test_map_errors();
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    return test_end("view");
}
