/* Pictures for people: the grid, decision regions, plots and the progress bar. */
#include "test.h"
#include "files.h"
#include <float.h>
#include <limits.h>
#include <locale.h>

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
    p.seconds = -1; /* times that are none */
    p.done = 1;
    CHECK_TEXT(bar(&p), "\r 20                                                                            \n");
    p.seconds = 1e10;
    CHECK_TEXT(bar(&p), "\r 20                                                                            \n");
    CHECK_EQUAL(dlcv_progress_bar(&p, NULL), 0); /* to stderr */
    p.done = 0;
    p.steps = 40;
    p.step = 50; /* beyond the ends */
    CHECK_TEXT(bar(&p), "\r[##############################] 50/40");
    p.step = -3;
    CHECK_TEXT(bar(&p), "\r[..............................] -3/40");
    CHECK_EQUAL(dlcv_progress_bar(NULL, NULL), 0);
}

/* ---- decision regions ---- */

/* What a test's classifier does, and how often it was asked. */
typedef struct rule {
    int kind, calls;
    size_t points;
    dlcv_tensor *out; /* the picture it is for */
} rule;

/* kind 0: label 0 where x < 0, else 1, and -1 above y = 1; the others misbehave. */
static dlcv_status halves(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    rule *r = (rule *)user;
    const int n = points->shape.dim[0];
    int i;
    r->calls++;
    r->points += (size_t)n;
    if (points->dtype != DLCV_F32 || points->shape.ndim != 2 || points->shape.dim[1] != 2 || labels->owned ||
        labels->dtype != DLCV_I32 || labels->shape.ndim != 1 || labels->shape.dim[0] != n)
        return dlcv_fail(DLCV_ERR_SHAPE, "a classifier is given what it is not promised");
    for (i = 0; i < n; i++) {
        const float x = dlcv_f32(points)[2 * i], y = dlcv_f32(points)[2 * i + 1];
        dlcv_i32(labels)[i] = y > 1 ? -1 : x < 0 ? 0 : 1;
    }
    if (r->kind == 1) return DLCV_ERR_NUMERIC;
    if (r->kind == 2) return dlcv_fail(DLCV_ERR_STATE, "no idea");
    if (r->kind == 3) dlcv_i32(labels)[n - 1] = 2;
    if (r->kind == 4) dlcv_i32(labels)[0] = -2;
    if (r->kind == 5) labels->shape.dim[0]--;
    if (r->kind == 6) memset(labels, 0, sizeof *labels);
    if (r->kind == 7) labels->owned = 1;
    if (r->kind == 8) labels->dtype = DLCV_U8;
    if (r->kind == 9) labels->shape = dlcv_shape2(n, 1);
    return DLCV_OK;
}

static dlcv_dataset plane_points(const float *xy, const int32_t *labels, int n)
{
    dlcv_dataset d;
    memset(&d, 0, sizeof d);
    d.x = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape2(n, 2));
    if (labels) d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
    return d;
}

static int is_rgb(const dlcv_tensor *out, int x, int y, int r, int g, int b)
{
    const unsigned char *p = dlcv_u8(out) + ((size_t)y * (size_t)out->shape.dim[1] + (size_t)x) * 3;
    return p[0] == r && p[1] == g && p[2] == b;
}

/* 100 and 36 percent of the first two colours, blue and orange */
static void test_regions(void)
{
    static const float xy[4] = { -4, 0, 4, 0 };
    static const int32_t y[2] = { 0, 1 };
    static unsigned char raw[2 * 64 + 100 * 100 * 3];
    rule r = { 0, 0, 0, NULL };
    dlcv_dataset d = plane_points(xy, y, 2);
    dlcv_tensor out, place = dlcv_tensor_view(raw + 64, DLCV_U8, dlcv_shape3(100, 100, 3));
    size_t i;
    int wrong = 0;
    memset(&out, 0, sizeof out);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 90, &out)); /* the square is 9 wide: 10 pixels a unit */
    CHECK(out.dtype == DLCV_U8 && out.shape.ndim == 3 && out.shape.dim[0] == 90 && out.shape.dim[2] == 3);
    CHECK(r.calls == 1 && r.points == 91 * 91);
    CHECK(is_rgb(&out, 20, 60, 174, 203, 228)); /* 255 - 36 % of the ink of 1f6fb4 */
    CHECK(is_rgb(&out, 70, 60, 247, 209, 173));
    CHECK(is_rgb(&out, 20, 10, 255, 255, 255) && is_rgb(&out, 20, 33, 255, 255, 255)); /* y upwards: tied above 1 */
    CHECK(is_rgb(&out, 20, 35, 174, 203, 228) &&
          !is_rgb(&out, 20, 34, 174, 203, 228)); /* a mean between: the line at y = 1 */
    CHECK(is_rgb(&out, 44, 60, 211, 206, 201) && is_rgb(&out, 43, 60, 174, 203, 228) &&
          is_rgb(&out, 45, 60, 247, 209, 173));
    CHECK(is_rgb(&out, 5, 45, 0x1f, 0x6f, 0xb4) && is_rgb(&out, 84, 45, 0xe8, 0x80, 0x1a)); /* the points */
    CHECK(is_rgb(&out, 5, 50, 174, 203, 228)); /* 5 pixels below is ground again */
    d.y.data = NULL;
    memset(&d.y, 0, sizeof d.y);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 90, &out));
    CHECK(is_rgb(&out, 5, 45, 0x6f, 0x76, 0x80)); /* without labels: grey */
    memset(raw, 0xa5, sizeof raw);
    r.calls = 0;
    r.points = 0;
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 100, &place));
    for (i = 0; i < 64; i++) wrong += raw[i] != 0xa5 || raw[64 + 30000 + i] != 0xa5;
    CHECK_EQUAL(wrong, 0);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 1, &out));
    CHECK(out.shape.dim[0] == 1 && out.shape.dim[1] == 1);
    r.calls = 0;
    r.points = 0;
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 300, &out)); /* 54 rows of 301 at once */
    CHECK(r.calls == 6 && r.points == 301 * 301);
    dlcv_tensor_free(&out);
}

/* One point, equal points, points at the ends of what a float holds, at odd addresses. */
static void test_regions_extremes(void)
{
    static const float same[4] = { 3, 5, 3, 5 }, far_apart[4] = { -FLT_MAX, FLT_MAX, FLT_MAX, -FLT_MAX };
    static const int32_t y[2] = { 1, 0 };
    static unsigned char raw[17];
    rule r = { 0, 0, 0, NULL };
    dlcv_dataset d = plane_points(same, y, 1);
    dlcv_tensor out;
    memset(&out, 0, sizeof out);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 41, &out));
    CHECK(is_rgb(&out, 20, 20, 0xe8, 0x80, 0x1a) && is_rgb(&out, 0, 0, 255, 255, 255));
    d = plane_points(same, y, 2);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 41, &out));
    CHECK(is_rgb(&out, 20, 20, 0x1f, 0x6f, 0xb4)); /* the later one lies on top */
    d = plane_points(far_apart, y, 2);
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 90, &out));
    CHECK(is_rgb(&out, 5, 5, 0xe8, 0x80, 0x1a) && is_rgb(&out, 84, 84, 0x1f, 0x6f, 0xb4));
    memcpy(raw + 1, far_apart, sizeof far_apart);
    d.x.data = raw + 1;
    CHECK_OK(dlcv_view_regions(&env, &d, halves, &r, 90, &out));
    CHECK(is_rgb(&out, 5, 5, 0xe8, 0x80, 0x1a));
    dlcv_tensor_free(&out);
}

static void test_regions_errors(void)
{
    static float xy[4] = { 0, 0, 1, 1 };
    static int32_t y[2] = { 0, 1 };
    rule r = { 0, 0, 0, NULL };
    dlcv_dataset d = plane_points(xy, y, 2), bad = d;
    dlcv_tensor out, odd = dlcv_tensor_view(xy, DLCV_U8, dlcv_shape3(2, 2, 3));
    int n;
    memset(&out, 0, sizeof out);
    CHECK_FAILS(dlcv_view_regions(&env, NULL, halves, &r, 9, &out), DLCV_ERR_ARGUMENT, "view_regions: points is NULL");
    CHECK_FAILS(dlcv_view_regions(&env, &d, NULL, &r, 9, &out), DLCV_ERR_ARGUMENT, "view_regions: classifier is NULL");
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 0, &out), DLCV_ERR_ARGUMENT,
                "view_regions: size is 0, must be 1 .. 16384");
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 16385, &out), DLCV_ERR_ARGUMENT,
                "view_regions: size is 16385, must be 1 .. 16384");
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, NULL), DLCV_ERR_ARGUMENT, "view_regions: out is NULL");
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 2, &odd), DLCV_ERR_ARGUMENT,
                "view_regions: out lies in an input");
    odd.data = y;
    odd.shape = dlcv_shape3(1, 1, 3);
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 1, &odd), DLCV_ERR_ARGUMENT,
                "view_regions: out lies in an input");
    odd.data = &r;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 2, &odd), DLCV_ERR_SHAPE,
                "view_regions: out is a view of u8 [1, 1, 3], u8 [2, 2, 3] is needed");
    memset(&bad.x, 0, sizeof bad.x);
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_ARGUMENT,
                "view_regions: points->x is no tensor yet, it is {0}");
    bad.x = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape2(1, 3));
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_SHAPE,
                "view_regions: points->x is f32 [1, 3], must be f32 [n, 2], not empty");
    bad.x = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape2(0, 2));
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_SHAPE,
                "view_regions: points->x is f32 [0, 2], must be f32 [n, 2], not empty");
    bad.x = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape1(2));
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_SHAPE,
                "view_regions: points->x is f32 [2], must be f32 [n, 2], not empty");
    bad.x = dlcv_tensor_view(y, DLCV_I32, dlcv_shape2(1, 2));
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_SHAPE,
                "view_regions: points->x is i32 [1, 2], must be f32 [n, 2], not empty");
    bad = d;
    bad.y.shape.dim[0] = 1;
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_SHAPE,
                "view_regions: points->y is i32 [1], must be i32 [2]");
    bad = d;
    bad.classes = -1;
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_ARGUMENT,
                "view_regions: points has -1 classes");
    bad.classes = 1;
    CHECK_FAILS(dlcv_view_regions(&env, &bad, halves, &r, 9, &out), DLCV_ERR_ARGUMENT,
                "view_regions: points->y[1] is 1, must be 0 .. 0");
    xy[2] = (float)fabs((double)NAN); /* tcc's has a sign */
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_NUMERIC,
                "view_regions: point 1 is (nan, 1)");
    xy[2] = -(float)INFINITY;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_NUMERIC,
                "view_regions: point 1 is (-inf, 1)");
    xy[2] = 1;
    d.classes = 2;
    dlcv_fail(DLCV_OK, "what was before");
    r.kind = 1;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_NUMERIC,
                "view_regions: the classifier failed with DLCV_ERR_NUMERIC");
    r.kind = 2;
    r.calls = 0;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 300, &out), DLCV_ERR_STATE, "no idea");
    CHECK_EQUAL(r.calls, 1); /* of six */
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_STATE, "no idea");
    r.kind = 3;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_ARGUMENT,
                "view_regions: the classifier gave (1.0625, -0.0625) the label 2, must be -1 .. 1");
    r.kind = 4;
    d.classes = 0;
    CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_ARGUMENT,
                "view_regions: the classifier gave (-0.0625, 1.0625) the label -2, must be -1 .. 2147483646");
    for (r.kind = 5; r.kind < 10; r.kind++) {
        CHECK_FAILS(dlcv_view_regions(&env, &d, halves, &r, 9, &out), DLCV_ERR_STATE,
                    "view_regions: the classifier replaced the view of its labels, it must fill it");
    }
    dlcv_tensor_free(&out);
    r.kind = 0;
    for (n = 1; n < 10; n++) { /* the n-th allocation fails */
        heap.calls = 0;
        heap.fail_at = n;
        if (!dlcv_view_regions(&env, &d, halves, &r, 9, &out)) break;
        CHECK(strstr(dlcv_error(), "out of memory") != NULL);
    }
    heap.fail_at = 0;
    CHECK_EQUAL(n, 3);
    dlcv_tensor_free(&out);
    CHECK(heap.blocks == 0);
}

static dlcv_status nearest(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    return dlcv_knn_predict((const dlcv_knn *)user, points, 1, labels);
}

enum { SEEDS = 40 };
#define SIDE 240

/* The picture of the nearest-neighbour regions of SEEDS points turned about the origin. */
static void turned(dlcv_metric metric, const float (*points)[2], double cosine, double sine, dlcv_tensor *out,
                   float (*to)[2])
{
    int32_t y[SEEDS];
    dlcv_dataset d;
    dlcv_knn_opts opts;
    dlcv_knn *knn = NULL;
    int i;
    for (i = 0; i < SEEDS; i++) {
        to[i][0] = (float)(cosine * (double)points[i][0] - sine * (double)points[i][1]);
        to[i][1] = (float)(sine * (double)points[i][0] + cosine * (double)points[i][1]);
        y[i] = i % 3;
    }
    d = plane_points(to[0], y, SEEDS);
    d.classes = 3;
    memset(&opts, 0, sizeof opts);
    opts.metric = metric;
    CHECK_OK(dlcv_knn_new(&env, &d, &opts, &knn));
    CHECK_OK(dlcv_view_regions(&env, &d, nearest, knn, SIDE, out));
    dlcv_knn_free(knn);
}

/* The square of a picture, as its contract says: centre and side. */
static void square(const float (*points)[2], double *at)
{
    double low[2], high[2];
    int i, a;
    for (a = 0; a < 2; a++) {
        low[a] = high[a] = (double)points[0][a];
        for (i = 1; i < SEEDS; i++) {
            if ((double)points[i][a] < low[a]) low[a] = (double)points[i][a];
            if ((double)points[i][a] > high[a]) high[a] = (double)points[i][a];
        }
        at[a] = (low[a] + high[a]) / 2;
    }
    at[2] = 1.125 * (high[0] - low[0] > high[1] - low[1] ? high[0] - low[0] : high[1] - low[1]);
}

/* "L2 regions are unchanged when all points are turned, L1 regions are not": of the pixels that lie inside a region
 * (or a disc) in the first picture, how many have another colour at the place where the turn takes them. */
static int changed(const dlcv_tensor *before, const float (*from)[2], const dlcv_tensor *after, const float (*to)[2],
                   double cosine, double sine, int *seen)
{
    const unsigned char *a = dlcv_u8(before), *b = dlcv_u8(after);
    double s[3], t[3];
    int i, j, di, dj, count = 0;
    square(from, s);
    square(to, t);
    *seen = 0;
    for (j = 2; j < SIDE - 2; j++) {
        for (i = 2; i < SIDE - 2; i++) {
            const unsigned char *p = a + (j * SIDE + i) * 3;
            const double x = s[0] + ((i + 0.5) / SIDE - 0.5) * s[2], y = s[1] + (0.5 - (j + 0.5) / SIDE) * s[2];
            const double u = ((cosine * x - sine * y - t[0]) / t[2] + 0.5) * SIDE,
                         v = (0.5 - (sine * x + cosine * y - t[1]) / t[2]) * SIDE;
            int inside = u >= 0 && v >= 0 && u < SIDE && v < SIDE;
            for (dj = -2; dj <= 2; dj++) {
                for (di = -2; di <= 2; di++) inside = inside && memcmp(p, p + (dj * SIDE + di) * 3, 3) == 0;
            }
            if (!inside) continue;
            ++*seen;
            count += memcmp(p, b + ((int)v * SIDE + (int)u) * 3, 3) != 0;
        }
    }
    return count;
}

static void test_regions_turned(void)
{
    static float points[SEEDS][2], to[2][SEEDS][2];
    dlcv_rng rng = dlcv_rng_seed(11);
    dlcv_tensor out[2];
    int i, seen, quarter, metric;
    memset(out, 0, sizeof out);
    for (i = 0; i < SEEDS; i++) { /* in a ring, so that the turned square is about as large */
        do {
            points[i][0] = 2 * dlcv_rng_uniform(&rng) - 1;
            points[i][1] = 2 * dlcv_rng_uniform(&rng) - 1;
        } while (points[i][0] * points[i][0] + points[i][1] * points[i][1] > 1);
    }
    for (metric = 0; metric < 2; metric++) {
        const dlcv_metric m = metric ? DLCV_METRIC_L1 : DLCV_METRIC_L2;
        for (quarter = 0; quarter < 2; quarter++) { /* by 30 degrees, by 90 */
            const double cosine = quarter ? 0 : 0.86602540378443865, sine = quarter ? 1 : 0.5;
            int other;
            turned(m, (const float(*)[2])points, 1, 0, &out[0], to[0]);
            turned(m, (const float(*)[2])points, cosine, sine, &out[1], to[1]);
            other = changed(&out[0], (const float(*)[2])to[0], &out[1], (const float(*)[2])to[1], cosine, sine, &seen);
            CHECK(seen > SIDE * SIDE / 2);
            if (metric && !quarter)
                CHECK(other > seen / 20);
            else
                CHECK_EQUAL(other, 0);
        }
    }
    dlcv_tensor_free(&out[0]);
    dlcv_tensor_free(&out[1]);
}

/* ---- plots: tests/test_svg.py reads more of them as XML and holds every coordinate against the ticks ---- */

static test_disk disk;

/* Good until the next call. */
static const dlcv_plot_opts *with(const char *title, const char *x_label, const char *y_label, int log_x, int log_y)
{
    static dlcv_plot_opts o;
    o.title = title;
    o.x_label = x_label;
    o.y_label = y_label;
    o.log_x = log_x;
    o.log_y = log_y;
    return &o;
}

/* The picture as text. */
static const char *plot(const dlcv_plot_opts *opts, const dlcv_series *series, int count)
{
    test_file *f;
    CHECK_OK(dlcv_view_plot(&env, series, count, opts, "plot.svg"));
    f = test_find(&disk, "plot.svg");
    CHECK(f != NULL && f->bytes == strlen((const char *)f->data)); /* test_put ends it with zeros */
    return f ? (const char *)f->data : "";
}

static int times(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text++;
        n++;
    }
    return n;
}

#define HAS(text, part) CHECK(strstr(text, part) != NULL)

static dlcv_series curve(const char *name, const float *x, const float *y, int count)
{
    dlcv_series s;
    memset(&s, 0, sizeof s);
    s.name = name;
    s.x = x;
    s.y = y;
    s.count = count;
    return s;
}

/* The whole file. By hand: the field is 22 + 6.8 * 2 + 22 = 57.6 .. 720 - 24 wide, 20 + 26 + 22 = 68 .. 398 high; x =
 * 0 of 0 .. 2 lies at 57.6 + 638.4 * 0.04 / 1.08 = 81.24, y = 10 of -1 .. 11 at 398 - 330 * (11 / 12 + 0.04) / 1.08 =
 * 105.69. */
static void test_plot_golden(void)
{
    static const float x[3] = { 0, 1, 2 }, y[3] = { 0, 10, 5 }, error[3] = { 1, 1, 0 };
    static const char golden[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"454\" viewBox=\"0 0 720 454\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#3a4048\">\n"
        "<rect width=\"720\" height=\"454\" fill=\"#fff\"/>\n"
        "<text x=\"57.60\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1b1f24\">T</text>\n"
        "<path d=\"M57.60 49.00h24\" stroke=\"#1f6fb4\" stroke-width=\"2.5\"/>\n"
        "<text x=\"88.60\" y=\"53.00\">a</text>\n"
        "<path stroke=\"#dcdfe4\" d=\"M81.24 68.00v330.00M229.02 68.00v330.00M376.80 68.00v330.00M524.58 68.00v330.00"
        "M672.36 68.00v330.00M57.60 360.31h638.40M57.60 233.00h638.40M57.60 105.69h638.40\"/>\n"
        "<path stroke=\"#8a929c\" fill=\"none\" d=\"M57.60 68.00V398.00H696.00\"/>\n"
        "<g text-anchor=\"middle\">\n"
        "<text x=\"81.24\" y=\"417.00\">0.0</text>\n"
        "<text x=\"229.02\" y=\"417.00\">0.5</text>\n"
        "<text x=\"376.80\" y=\"417.00\">1.0</text>\n"
        "<text x=\"524.58\" y=\"417.00\">1.5</text>\n"
        "<text x=\"672.36\" y=\"417.00\">2.0</text>\n"
        "<text x=\"376.80\" y=\"441.00\" font-size=\"13\">x</text>\n"
        "<text x=\"20\" y=\"233.00\" font-size=\"13\" transform=\"rotate(-90 20 233.00)\">y</text>\n"
        "</g>\n<g text-anchor=\"end\">\n"
        "<text x=\"49.60\" y=\"364.31\">0</text>\n"
        "<text x=\"49.60\" y=\"237.00\">5</text>\n"
        "<text x=\"49.60\" y=\"109.69\">10</text>\n"
        "</g>\n"
        "<path stroke=\"#1f6fb4\" stroke-width=\"1.5\" d=\"M76.24 385.78h10m-5 0V334.85m-5 0h10M371.80 131.15h10m-5 "
        "0V80.22m-5 0h10"
        "M667.36 233.00h10m-5 0V233.00m-5 0h10\"/>\n"
        "<path fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"2.5\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\" "
        "d=\"M81.24 360.31L376.80 105.69L672.36 233.00\"/>\n"
        "<g fill=\"#1f6fb4\" fill-opacity=\"0.75\">\n"
        "<circle cx=\"81.24\" cy=\"360.31\" r=\"4\"/>\n"
        "<circle cx=\"376.80\" cy=\"105.69\" r=\"4\"/>\n"
        "</g>\n</svg>\n";
    const dlcv_plot_opts *o = with("T", "x", "y", 0, 0);
    dlcv_series s[2];
    s[0] = curve("a", x, y, 3);
    s[0].error = error;
    s[1] = curve(NULL, x, y, 2);
    s[1].dots = 1;
    CHECK_TEXT(plot(o, s, 2), golden);
    if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "de_DE.utf8"))
        CHECK_TEXT(plot(o, s, 2), golden);
    else
        test_skip("no locale with a decimal comma is installed");
    setlocale(LC_ALL, "C");
}

/* What is written about hostile texts, what is left out, what has no extent. */
static void test_plot_texts(void)
{
    static const float one[1] = { 1 };
    dlcv_series s = curve("<&>\" \1\n \303\244 \377 \355\240\200 \357\277\277 \360\237\230\200", one, one, 1);
    const char *text = plot(with("1 < 2\001", "x & y\n2", "", 0, 0), &s, 1);
    HAS(text, ">1 &lt; 2\357\277\275</text>");
    HAS(text, ">x &amp; y\357\277\2752</text>");
    HAS(text,
        ">&lt;&amp;&gt;&quot; \357\277\275\357\277\275 \303\244 \357\277\275 \357\277\275\357\277\275\357\277\275 "
        "\357\277\275\357\277\275\357\277\275 \360\237\230\200</text>");
    CHECK_EQUAL(times(text, "rotate"), 0); /* no y label */
    text = plot(NULL, NULL, 0);            /* no title either */
    CHECK_EQUAL(times(text, "bold"), 0);
    HAS(text, ">0.2</text>");
    /* the first and the last of each length, with a tab between, and those next to what is none: all as they are */
    s.name = "\302\200\t\337\277 \340\240\200 \355\237\277 \356\200\200 \357\200\200 \357\277\275 \360\220\200\200 \361\200\200\200 \364\217\277\277";
    HAS(plot(NULL, &s, 1), s.name);
    s.name = "\360\217\277\277"; /* four bytes for what three hold */
    HAS(plot(NULL, &s, 1), ">\357\277\275\357\277\275\357\277\275\357\277\275</text>");
    s.name = "\340\200\200\364\220\200\200\303"; /* too long a form, beyond Unicode, cut */
    HAS(plot(NULL, &s, 1),
        ">\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275</text>");
}

/* Rows of at most 720 pixels, a colour for each name, the eleventh the first again. */
static void test_plot_legend(void)
{
    static const float y[2] = { 1, 2 };
    static const char *const names[3] = { "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb", "dots",
                                          "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb" };
    dlcv_series s[13];
    const char *text;
    int i;
    for (i = 0; i < 3; i++) s[i] = curve(names[i], NULL, y, 2);
    s[1].dots = 1;
    text = plot(NULL, s, 3); /* 52 + 5.9 * 60 and 36 + 5.9 * 4 pixels from 42.4 on: no place for 288 more */
    HAS(text, "<text x=\"73.40\" y=\"27.00\">aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb</text>");
    HAS(text,
        "<circle cx=\"453.40\" cy=\"23.00\" r=\"4\" fill=\"#e8801a\"/>\n<text x=\"463.40\" y=\"27.00\">dots</text>");
    HAS(text, "<text x=\"73.40\" y=\"49.00\">aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb</text>");
    for (i = 0; i < 13; i++) s[i] = curve(i == 1 ? NULL : i == 2 ? "" : "n", NULL, y, 2); /* the second and the third have the first one's colour */
    text = plot(NULL, s, 13);
    CHECK_EQUAL(times(text, "stroke=\"#1f6fb4\""), 6); /* lines 0, 1, 2 and 12, marks 0 and 12 */
    CHECK_EQUAL(times(text, "stroke=\"#6f7680\""), 2);
}

static void test_plot_points(void)
{
    float x[7] = { 0, 1, 2, 3, 4, 5, 6 }, y[7] = { 0 }, error[7] = { 1, 1, 1, 1, 1, 1, 1 };
    dlcv_series s = curve("", x, y, 7);
    const char *text;
    int i;
    for (i = 0; i < 7; i++) y[i] = (float)i;
    y[1] = (float)NAN;
    y[3] = (float)INFINITY;
    x[6] = -(float)INFINITY;
    error[4] = (float)NAN;
    error[5] = -1; /* as 1 */
    s.error = error;
    s.dots = 1;
    text = plot(NULL, &s, 1);
    CHECK_EQUAL(times(text, "<circle"), 4);
    CHECK_EQUAL(times(text, "h10m-5 0V"), 3);
    CHECK_EQUAL(times(text, "nan") + times(text, "inf"), 0);
    s.dots = 0;
    s.error = NULL;
    text = plot(NULL, &s, 1);
    CHECK_EQUAL(times(text, "h0.01"), 2); /* points 0 and 2 stand alone, 4 and 5 are joined */
    s.x = NULL;                           /* 1 .. 7 */
    text = plot(NULL, &s, 1);
    HAS(text, ">7</text>");
    CHECK_EQUAL(times(text, ">0</text>"), 1); /* of the y axis */
    for (i = 0; i < 7; i++) y[i] = (float)NAN;
    CHECK_EQUAL(times(plot(NULL, &s, 1), "<path"), 2); /* the grid and the axes */
    y[0] = -FLT_MAX;
    y[1] = FLT_MAX;
    error[0] = error[1] = FLT_MAX;
    s.error = error;
    HAS(plot(NULL, &s, 1), ">-5e+38</text>");
    s.error = NULL;
    y[0] = 16777216;
    y[1] = 16777218;
    HAS(plot(NULL, &s, 1), ">16777216.5</text>");
    y[0] = y[1] = -3;
    HAS(plot(NULL, &s, 1), ">-3.2</text>");
    y[0] = -5;
    y[1] = -1; /* the lower end is the larger in size */
    HAS(plot(NULL, &s, 1), ">-5</text>");
    y[0] = y[1] = 0;
    HAS(plot(NULL, &s, 1), ">0.5</text>"); /* zero alone: -1 .. 1 */
    x[0] = 40;
    y[0] = 40;
    s.count = 1;
    s.x = x;
    HAS(plot(NULL, &s, 1), ">39</text>"); /* 36 .. 44 in eight parts: steps of one */
    s.count = 0;
    s.y = NULL;
    CHECK_EQUAL(times(plot(NULL, &s, 1), "<circle"), 0);
    s.y = y;
    s.count = 7;
    s.x = NULL;
    y[0] = 0;
    y[1] = 1.4e-45f;
    HAS(plot(NULL, &s, 1), ">1e-45</text>");
}

static void test_plot_logarithmic(void)
{
    static const float x[5] = { 1, 10, 100, 0, -1 }, y[5] = { 0.001f, 1, 100000, 1, 1 }, close[2] = { 20, 30 };
    static const float wide[3] = { 1e-20f, 1, 1e20f }, small[3] = { 1e-7f, 1e-5f, 0.1f }, medium[3] = { 1, 50, 1e4f };
    static const float error[5] = { 1, 1, 1, 1, 1 };
    dlcv_series s = curve("", x, y, 5);
    const char *text;
    s.error = error;
    s.dots = 1;
    text = plot(with(NULL, "x", "y", 1, 1), &s, 1);
    CHECK_EQUAL(times(text, "<circle"), 3);
    CHECK_EQUAL(times(text, "h10m-5 0V"), 3); /* a bar that goes below zero ends at the lowest point */
    HAS(text, ">20</text>");                  /* 1, 2, 5 over two decades */
    HAS(text, "10<tspan dy=\"-5\" font-size=\"9\">-3</tspan>");
    s = curve("", x, wide, 3);
    text = plot(with(NULL, "a label of some length", "y", 0, 1), &s, 1);
    HAS(text, ">-18</tspan>"); /* every fourth power */
    CHECK_EQUAL(times(text, ">-17</tspan>"), 0);
    s.y = small;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">-6</tspan>"); /* powers below 10^-4 */
    s.y = medium;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">1000</text>"); /* three decades: numbers */
    HAS(plot(with(NULL, "x, log scale", "y (log scale)", 0, 0), &s, 1), ">40</text>"); /* the label does not decide */
    s = curve("", close, close, 2);
    HAS(plot(with(NULL, "x", NULL, 1, 0), &s, 1), ">22</text>");
    s.count = 1;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">50</text>");
    s.y = x + 3;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">0.5</text>"); /* none above zero: about 1 */
}

static void test_plot_errors(void)
{
    static const float y[1] = { 1 };
    static char letters[100002];
    dlcv_series s = curve("", NULL, y, 1);
    int n;
    CHECK_FAILS(dlcv_view_plot(&env, &s, -1, NULL, "x"), DLCV_ERR_ARGUMENT, "view_plot: count is -1");
    CHECK_FAILS(dlcv_view_plot(&env, NULL, 1, NULL, "x"), DLCV_ERR_ARGUMENT, "view_plot: series is NULL, count 1");
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, NULL), DLCV_ERR_ARGUMENT, "view_plot: svg_path is NULL");
    s.count = -2;
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "x"), DLCV_ERR_ARGUMENT,
                "view_plot: series 0 has -2 points and y given");
    s.count = 1;
    s.y = NULL;
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "x"), DLCV_ERR_ARGUMENT,
                "view_plot: series 0 has 1 points and y NULL");
    s.y = y;
    memset(letters, 'm', sizeof letters - 1);
    for (n = 0; n < 3; n++) {
        CHECK_FAILS(dlcv_view_plot(&env, &s, 1, with(n == 0 ? letters : "", n == 1 ? letters : NULL,
                                                     n == 2 ? letters : NULL, 0, 0), "x"),
                    DLCV_ERR_ARGUMENT, "view_plot: a text of 100001 bytes, 100000 are enough");
    }
    s.name = letters + 1;
    CHECK(strlen(plot(with("", "", "", 0, 0), &s, 1)) > 100000);
    s.name = NULL;
    env.files.write = NULL; /* stdio */
#ifndef _WIN32
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "no/such/folder/plot.svg"), DLCV_ERR_IO,
                "no/such/folder/plot.svg: cannot be created, no such file or folder");
#endif
    env.files.write = test_disk_write;
    for (n = 1; n < 10; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (!dlcv_view_plot(&env, &s, 1, NULL, "plot.svg")) break;
        CHECK(strstr(dlcv_error(), "out of memory") != NULL);
    }
    heap.fail_at = 0;
    CHECK_EQUAL(n, 2);
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
    test_bar();
    test_regions();
    test_regions_extremes();
    test_regions_errors();
    test_regions_turned();
    test_disk_use(&env, &disk);
    test_plot_golden();
    test_plot_texts();
    test_plot_legend();
    test_plot_points();
    test_plot_logarithmic();
    test_plot_errors();
    test_disk_free(&disk);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    return test_end("test_view");
}
