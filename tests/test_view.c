/* Pictures for people: the grid and the progress bar. */
#include "test.h"
#include <float.h>
#include <limits.h>

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
    dlcv_tensor t = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(2, 2, 2, 3)), out = { 0 }, bad = t,
                fits = dlcv_tensor_view(place, DLCV_U8, dlcv_shape3(2, 5, 3));
    CHECK_FAILS(dlcv_view_grid(&env, NULL, 0, 1, NULL, &out), DLCV_ERR_ARGUMENT, "view_grid: images is NULL");
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, 1, NULL, NULL), DLCV_ERR_ARGUMENT, "view_grid: out is NULL");
    CHECK_FAILS(dlcv_view_grid(&env, &t, 0, 1, NULL, &t), DLCV_ERR_ARGUMENT, "view_grid: out is images itself");
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

/* What the bar prints for p, without the spaces that end it. */
static const char *bar(const dlcv_progress *p)
{
    static char text[256];
    size_t n = 0;
    const char *const name = "test_view.tmp";
    FILE *f = tmpfile(), *named = f ? NULL : fopen(name, "w+b");    /* Windows' tmpfile wants the right to write to the root folder */
    if (named) f = named;
    CHECK(f != NULL);
    if (!f) return "";
    CHECK_EQUAL(dlcv_progress_bar(p, f), 0);
    rewind(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    if (named) remove(name);
    CHECK_EQUAL(n, p->done ? 81 : 80); /* a carriage return, 79 columns, a newline at the end */
    while (n > 0 && text[n - 1] == ' ') n--;
    text[n] = 0;
    return text;
}

static void test_bar(void)
{
    dlcv_progress p;
    memset(&p, 0, sizeof p);
    p.loss = p.accuracy = p.validation_loss = p.validation_accuracy = p.lr = (float)NAN;
    p.steps = 40;
    CHECK_TEXT(bar(&p), "\r[..............................] 0/40");
    p.step = 10;
    p.seconds = 3;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 9.0 s left");
    p.seconds = 100;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 5 min 0 s left");
    p.seconds = 10000;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 8 h 20 min left");
    p.step = 40;
    p.done = 1;
    p.seconds = 59.96;
    p.samples_per_second = 1234.4;
    CHECK_TEXT(bar(&p), "\r[##############################] 40/40, 1 min 0 s, 1234/s                      \n");
    p.done = 0;
    p.epoch = 3;
    p.epochs = 20;
    p.step = 20;
    p.seconds = 1.5;
    p.loss = 0.25f;
    p.accuracy = 0.875f;
    CHECK_TEXT(bar(&p), "\repoch 3/20 [######......] 20/40, 1.5 s left, loss 0.25, accuracy 87.5 %, 1234/s");
    p.validation_loss = 0.5f;
    p.validation_accuracy = 0.75f;
    CHECK_TEXT(bar(&p), "\repoch 3/20 20/40, 1.5 s left, loss 0.25, accuracy 87.5 %, validation 0.5, 75 %");
    p.epochs = p.steps = 0;
    p.validation_loss = p.validation_accuracy = p.loss = p.accuracy = (float)NAN;
    p.samples_per_second = 0;
    CHECK_TEXT(bar(&p), "\r 20");
    CHECK_EQUAL(dlcv_progress_bar(NULL, NULL), 0);
}

int main(void)
{
    env = test_env(&heap);
    test_bytes();
    test_floats();
    test_grid_errors();
    test_bar();
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    return test_end("test_view");
}
