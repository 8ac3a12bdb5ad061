/* Pictures of other sizes, pixels that become numbers and back, inputs of graphs that take pixels. */
#include "test.h"
#include "golden/resize.h"

enum { H = 11, W = 17 };
static uint8_t picture[H * W * 3];

/* 0 .. 65535, as in resize.py */
static uint32_t noise(uint32_t kind, size_t i)
{
    uint32_t h = (uint32_t)i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    return h >> 16;
}

static dlcv_preprocess raw(int height, int width, dlcv_interpolation how)
{
    dlcv_preprocess p;
    memset(&p, 0, sizeof p);
    p.height = height;
    p.width = width;
    p.how = how;
    p.scale = 1.0f;
    return p;
}

static dlcv_tensor view_picture(void)
{
    return dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(H, W, 3));
}

/* against PyTorch in double, in numbers and rounded to bytes */
static void test_resized(void)
{
    const dlcv_tensor from = view_picture();
    size_t c, i;
    for (c = 0; c < sizeof resized / sizeof *resized; c++) {
        const dlcv_preprocess p = raw(resized[c].height, resized[c].width, resized[c].how);
        const size_t plane = (size_t)p.height * (size_t)p.width, n = 3 * plane;
        dlcv_tensor out = { 0 }, bytes = { 0 };
        double sum = 0;
        int wrong = 0;
        CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
        CHECK_OK(dlcv_image_resize(NULL, &from, p.height, p.width, p.how, &bytes));
        CHECK(dlcv_tensor_count(&out) == n && dlcv_tensor_count(&bytes) == n && bytes.shape.ndim == 3);
        if (dlcv_tensor_count(&out) != n || dlcv_tensor_count(&bytes) != n) continue;
        for (i = 0; i < n; i++) sum += noise(2, i) & 1 ? -(double)dlcv_f32(&out)[i] : (double)dlcv_f32(&out)[i];
        CHECK_NEAR(sum, resized[c].product, 1e-5 * 255 * sqrt((double)n));
        for (i = 0; i < 6; i++) CHECK_NEAR(dlcv_f32(&out)[noise(3, i) % n], resized[c].element[i], 1e-5 * 255);
        for (i = 0; i < n; i++) wrong += dlcv_u8(&bytes)[i % plane * 3 + i / plane] != (uint8_t)(dlcv_f32(&out)[i] + 0.5f);
        CHECK_EQUAL(wrong, 0);
        dlcv_tensor_free(&out);
        dlcv_tensor_free(&bytes);
    }
}

/* Pillow rounds twice; the ImageNet recipe of torchvision */
static void test_pillow(void)
{
    const dlcv_tensor from = view_picture();
    dlcv_preprocess p = { 6, 6, 0, 9, DLCV_INTERPOLATION_SMOOTH, 0, 0, 0, { 0.485f, 0.456f, 0.406f, 0 }, { 0.229f, 0.224f, 0.225f, 0 } };
    dlcv_tensor out = { 0 };
    double exact = 0, bytes = 0;
    int i, worst = 0;
    CHECK_OK(dlcv_image_resize(NULL, &from, 6, 8, DLCV_INTERPOLATION_SMOOTH, &out));
    for (i = 0; i < 6 * 8 * 3 && out.data; i++) {
        const int d = abs(dlcv_u8(&out)[i] - pillow[i]);
        if (d > worst) worst = d;
    }
    CHECK(out.data && worst <= 1);
    dlcv_tensor_free(&out);
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
    CHECK(out.shape.ndim == 4 && out.shape.dim[0] == 1 && out.shape.dim[1] == 3 && out.shape.dim[2] == 6 && out.shape.dim[3] == 6);
    for (i = 0; i < 3 * 36 && out.data; i++) {
        exact = fmax(exact, fabs((double)dlcv_f32(&out)[i] - recipe[i]));
        bytes = fmax(bytes, fabs((double)dlcv_f32(&out)[i] - recipe_pillow[i]));
    }
    CHECK(exact > 0 && exact < 1e-5 && bytes < 1.01 / 255 / 0.224);
    p.height = p.width = 0;                     /* all of it */
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
    CHECK(out.shape.dim[2] == 9 && out.shape.dim[3] == 13);
    dlcv_tensor_free(&out);
}

/* What becomes of each channel, resized and not, [h, w, c] and [n, h, w, c] */
static void test_colours(void)
{
    static const uint8_t pixel[4] = { 10, 20, 40, 200 };
    static const struct { int from, channels, bgr, invert; double want[4]; } all[] = {
        { 1, 0, 0, 0, { 10, 10, 10, 0 } }, { 1, 1, 0, 1, { 245, 0, 0, 0 } }, { 1, 4, 1, 0, { 10, 10, 10, 255 } },
        { 3, 0, 0, 0, { 10, 20, 40, 0 } }, { 3, 3, 1, 0, { 40, 20, 10, 0 } }, { 3, 4, 0, 1, { 245, 235, 215, 255 } },
        { 3, 1, 1, 0, { (77 * 10 + 150 * 20 + 29 * 40) / 256.0, 0, 0, 0 } }, { 4, 3, 0, 0, { 10, 20, 40, 0 } },
        { 4, 4, 1, 1, { 215, 235, 245, 200 } }, { 4, 1, 0, 1, { 255 - (77 * 10 + 150 * 20 + 29 * 40) / 256.0, 0, 0, 0 } } };
    uint8_t pixels[2 * 4 * 5 * 4];
    size_t i;
    int k, size;
    for (i = 0; i < sizeof all / sizeof *all; i++) {
        for (size = 0; size < 2; size++) {
            dlcv_tensor from = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(2, 4, 5, all[i].from)), out = { 0 }, back = { 0 };
            dlcv_preprocess p = raw(size ? 6 : 0, size ? 3 : 0, DLCV_INTERPOLATION_SMOOTH);
            const int channels = all[i].channels ? all[i].channels : 3;
            int plane, wrong = 0;
            for (k = 0; k < 2 * 20 * all[i].from; k++) pixels[k] = pixel[k % all[i].from];
            p.channels = all[i].channels;
            p.bgr = all[i].bgr;
            p.invert = all[i].invert;
            p.scale = 0.5f;
            for (k = 0; k < 4; k++) p.mean[k] = 0.25f + (float)k, p.stddev[k] = k ? 0.5f * (float)k : 0.0f;
            CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
            plane = size ? 18 : 20;
            CHECK((int)dlcv_tensor_count(&out) == 2 * channels * plane);
            for (k = 0; out.data && k < 2 * channels * plane; k++) {
                const int c = k / plane % channels;
                const double want = (all[i].want[c] * 0.5 - (0.25 + c)) / (c ? 0.5 * c : 1);
                wrong += !(fabs((double)dlcv_f32(&out)[k] - want) <= 1e-5 * 255);
            }
            CHECK_EQUAL(wrong, 0);
            CHECK_OK(dlcv_preprocess_undo(NULL, &p, &out, &back));
            for (k = 0; back.data && k < 2 * channels * plane; k++) {
                const int c = k % channels, at = all[i].bgr && c < 3 && channels > 1 ? 2 - c : c;
                const double v = all[i].invert && at < 3 ? 255 - all[i].want[at] : all[i].want[at];
                wrong += abs((int)dlcv_u8(&back)[k] - (int)(v + 0.5)) > 0;
            }
            CHECK_EQUAL(wrong, 0);
            dlcv_tensor_free(&out);
            dlcv_tensor_free(&back);
        }
    }
}

/* The middle of a picture, in height, in width, in both: nothing but cut out; stretched in one axis alone the other stays */
static void test_cut(void)
{
    const dlcv_tensor from = view_picture();
    static const int sizes[4][2] = { { 5, 0 }, { 0, 9 }, { 5, 9 }, { 0, 0 } };
    dlcv_tensor out = { 0 };
    int k, i, j, c;
    for (k = 0; k < 4; k++) {
        dlcv_preprocess p = raw(sizes[k][0], sizes[k][1], DLCV_INTERPOLATION_BICUBIC);
        const int h = sizes[k][0] ? sizes[k][0] : H, w = sizes[k][1] ? sizes[k][1] : W, top = (H - h) / 2 + ((H - h) % 4 == 3), left = (W - w) / 2;
        int wrong = 0;
        p.resize_short = H;
        CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
        CHECK(out.shape.dim[2] == h && out.shape.dim[3] == w);
        for (c = 0; c < 3; c++) {
            for (i = 0; i < h; i++) {
                for (j = 0; j < w; j++) wrong += dlcv_f32(&out)[(c * h + i) * w + j] != (float)picture[((i + top) * W + j + left) * 3 + c];
            }
        }
        CHECK_EQUAL(wrong, 0);
        p.resize_short = 0;
        p.width = k ? 2 * W : 0;
        p.height = k == 1 ? H : 2 * H;
        p.how = DLCV_INTERPOLATION_NEAREST;
        CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &out));
        CHECK_EQUAL(dlcv_f32(&out)[dlcv_tensor_count(&out) - 1], picture[H * W * 3 - 1]);
    }
    dlcv_tensor_free(&out);
}

static void serial(int count, dlcv_task task, void *context, void *user)
{
    (void)user;
    while (count--) task(count, context);
}

static void test_measure(void)
{
    static const uint8_t pixels[12] = { 0, 10, 5, 255, 10, 6, 0, 10, 7, 255, 10, 8 };
    const dlcv_tensor from = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(2, 1, 2, 3));
    const dlcv_tensor none = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(0, 1, 2, 3));
    dlcv_preprocess p;
    dlcv_tensor x = { 0 }, back = { 0 };
    CHECK_OK(dlcv_preprocess_measure(&from, &p));
    CHECK(p.height == 1 && p.width == 2 && p.channels == 3 && p.scale == 0 && !p.resize_short);
    CHECK_NEAR(p.mean[0], 0.5, 1e-7);
    CHECK_NEAR(p.stddev[0], 0.5, 1e-7);
    CHECK_NEAR(p.mean[1], 10 / 255.0, 1e-8);
    CHECK_EQUAL(p.stddev[1], 0);
    CHECK_NEAR(p.mean[2], 6.5 / 255, 1e-8);
    CHECK_NEAR(p.stddev[2], sqrt(1.25) / 255, 1e-8);
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &x));
    CHECK_NEAR(dlcv_f32(&x)[0], -1, 1e-6);
    CHECK_NEAR(dlcv_f32(&x)[2], 0, 1e-6);
    CHECK_NEAR(dlcv_f32(&x)[4], -1.5 / sqrt(1.25), 1e-6);
    CHECK_OK(dlcv_preprocess_undo(NULL, &p, &x, &back));
    CHECK(back.data && !memcmp(back.data, pixels, sizeof pixels));
    dlcv_f32(&x)[0] = (float)HUGE_VAL, dlcv_f32(&x)[1] = -(float)HUGE_VAL, dlcv_f32(&x)[2] = dlcv_f32(&x)[0] + dlcv_f32(&x)[1];
    CHECK_OK(dlcv_preprocess_undo(NULL, &p, &x, &back));
    CHECK(back.data && dlcv_u8(&back)[0] == 255 && dlcv_u8(&back)[3] == 0 && dlcv_u8(&back)[1] == 0);
    CHECK_FAILS(dlcv_preprocess_measure(&from, NULL), DLCV_ERR_ARGUMENT, "preprocess_measure: out is NULL");
    CHECK_FAILS(dlcv_preprocess_measure(&none, &p), DLCV_ERR_SHAPE, "preprocess_measure: there are no pictures");
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &none, &x));
    CHECK(x.shape.dim[0] == 0);
    dlcv_tensor_free(&x);
    dlcv_tensor_free(&back);
}

/* The same bits with several threads; malloc failing at every n; a shape that stays allocates its work memory alone, without resizing nothing. */
static void test_memory(void)
{
    const dlcv_tensor from = view_picture();
    dlcv_preprocess p = raw(7, 23, DLCV_INTERPOLATION_BICUBIC), same = raw(0, 0, DLCV_INTERPOLATION_SMOOTH);
    dlcv_tensor one = { 0 }, out = { 0 };
    test_heap heap;
    dlcv_env env = test_env(&heap), two = env;
    long n, calls;
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &one));
    test_new_pool(3, &two.threads);
    CHECK_OK(dlcv_preprocess_run(&two, &p, &from, &out));
    CHECK(out.data && !memcmp(out.data, one.data, dlcv_tensor_count(&one) * sizeof(float)));
    dlcv_tensor_free(&out);
    dlcv_pool_free(&two.threads);
    two.threads.parallel_for = serial;
    two.threads.width = 50;             /* more than rows */
    CHECK_OK(dlcv_preprocess_run(&two, &p, &from, &out));
    CHECK(out.data && !memcmp(out.data, one.data, dlcv_tensor_count(&one) * sizeof(float)));
    dlcv_tensor_free(&out);
    heap.calls = 0;
    CHECK_OK(dlcv_preprocess_run(&env, &p, &from, &out));
    calls = heap.calls;
    CHECK_EQUAL(calls, 2);
    CHECK_OK(dlcv_preprocess_run(&env, &p, &from, &out));
    CHECK_EQUAL(heap.calls, calls + 1);
    dlcv_tensor_free(&out);
    for (n = 1; n <= calls; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        CHECK(dlcv_preprocess_run(&env, &p, &from, &out) == DLCV_ERR_MEMORY);
        CHECK(strstr(dlcv_error(), "preprocess_run: out of memory") != NULL);
        dlcv_tensor_free(&out);
    }
    heap.fail_at = 0;
    CHECK_OK(dlcv_preprocess_run(&env, &same, &from, &out));
    calls = heap.calls;
    CHECK_OK(dlcv_preprocess_run(&env, &same, &from, &out));
    CHECK_EQUAL(heap.calls, calls);
    dlcv_tensor_free(&out);
    dlcv_tensor_free(&one);
    CHECK(heap.blocks == 0 && !heap.wrong);
}

static void test_errors(void)
{
    const dlcv_tensor from = view_picture(), two = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(5, 5, 2)), flat = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape2(5, 5));
    static const float numbers[12] = { 0 };
    const dlcv_tensor number = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape3(2, 2, 3)), four = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape4(1, 4, 1, 1));
    const dlcv_tensor no_rows = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(0, 2, 3)), no_columns = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(2, 0, 3));
    const dlcv_tensor three = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape4(1, 3, 1, 1));
    const dlcv_tensor thin = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(1, 500, 1));
    dlcv_tensor out = { 0 }, x = { 0 }, over = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape3(2, 2, 3));
    dlcv_preprocess p = raw(6, 6, DLCV_INTERPOLATION_SMOOTH), q = p;
    CHECK_FAILS(dlcv_image_resize(NULL, NULL, 5, 5, DLCV_INTERPOLATION_SMOOTH, &out), DLCV_ERR_ARGUMENT, "image_resize: the picture is NULL");
    CHECK_FAILS(dlcv_image_resize(NULL, &two, 5, 5, DLCV_INTERPOLATION_SMOOTH, &out), DLCV_ERR_SHAPE,
        "image_resize: the picture is u8 [5, 5, 2], must be u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4");
    CHECK_FAILS(dlcv_image_resize(NULL, &from, 5, 0, DLCV_INTERPOLATION_SMOOTH, &out), DLCV_ERR_SHAPE, "image_resize: height 5 and width 0, both must be at least 1");
    CHECK_FAILS(dlcv_image_resize(NULL, &from, 5, 5, (dlcv_interpolation)5, &out), DLCV_ERR_ARGUMENT, "image_resize: there is no interpolation 5");
    CHECK_FAILS(dlcv_image_resize(NULL, &from, 2, 2, DLCV_INTERPOLATION_SMOOTH, &over), DLCV_ERR_ARGUMENT, "image_resize: out and the pictures overlap");
    CHECK_FAILS(dlcv_image_resize(NULL, &from, 2, 2, DLCV_INTERPOLATION_SMOOTH, NULL), DLCV_ERR_ARGUMENT, "image_resize: out is NULL");
    CHECK_FAILS(dlcv_preprocess_run(NULL, NULL, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: the preprocessing is NULL");
    CHECK_FAILS(dlcv_preprocess_run(NULL, &p, &flat, &out), DLCV_ERR_SHAPE,
        "preprocess_run: the picture is u8 [5, 5], must be u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4");
    q.channels = 2;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: 2 channels, must be 1, 3 (or 0) or 4");
    q = p, q.width = -1;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: height 6, width -1, shorter side 0: 0 (as it is) or more");
    q = p, q.scale = (float)HUGE_VAL;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: scale is inf");
    q = p, q.stddev[2] = (float)HUGE_VAL;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: mean 0 and stddev inf of channel 2");
    q = p, q.how = (dlcv_interpolation)-1;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: there is no interpolation -1");
    q = p, q.resize_short = 5;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_SHAPE, "preprocess_run: the height is 5 after resizing, 6 is to be cut out");
    q.height = 5, q.width = 8;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_SHAPE, "preprocess_run: the width is 7 after resizing, 8 is to be cut out");
    q.resize_short = 1 << 30;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &thin, &out), DLCV_ERR_SHAPE, "preprocess_run: the width 500 times 1073741824 / 1 is more than 2147483647");
    q = p, q.height = -1;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: height -1, width 6, shorter side 0: 0 (as it is) or more");
    q = p, q.resize_short = -1;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: height 6, width 6, shorter side -1: 0 (as it is) or more");
    q = p, q.mean[3] = -(float)HUGE_VAL;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: mean -inf and stddev 0 of channel 3");
    q = p, q.stddev[1] = 1e-35f;
    CHECK_FAILS(dlcv_preprocess_run(NULL, &q, &from, &out), DLCV_ERR_ARGUMENT, "preprocess_run: mean 0 and stddev 1e-35 of channel 1");
    CHECK_FAILS(dlcv_image_resize(NULL, &from, 0, 5, DLCV_INTERPOLATION_SMOOTH, &out), DLCV_ERR_SHAPE, "image_resize: height 0 and width 5, both must be at least 1");
    CHECK_FAILS(dlcv_image_resize(NULL, &number, 5, 5, DLCV_INTERPOLATION_SMOOTH, &out), DLCV_ERR_SHAPE,
        "image_resize: the picture is f32 [2, 2, 3], must be u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4");
    CHECK(dlcv_image_resize(NULL, &no_rows, 5, 5, DLCV_INTERPOLATION_SMOOTH, &out) == DLCV_ERR_SHAPE && dlcv_preprocess_measure(&no_columns, &q) == DLCV_ERR_SHAPE);
    CHECK_FAILS(dlcv_preprocess_undo(NULL, NULL, &four, &out), DLCV_ERR_ARGUMENT, "preprocess_undo: the preprocessing is NULL");
    CHECK_FAILS(dlcv_preprocess_undo(NULL, &p, &number, &out), DLCV_ERR_SHAPE, "preprocess_undo: x is f32 [2, 2, 3], must be f32 [n, 3, h, w]");
    CHECK_FAILS(dlcv_preprocess_undo(NULL, &p, &four, &out), DLCV_ERR_SHAPE, "preprocess_undo: x is f32 [1, 4, 1, 1], must be f32 [n, 3, h, w]");
    CHECK_FAILS(dlcv_preprocess_undo(NULL, &p, &three, &over), DLCV_ERR_SHAPE, "preprocess_undo: out is a view of u8 [2, 2, 3], u8 [1, 1, 1, 3] is needed");
    CHECK_FAILS(dlcv_preprocess_undo(NULL, &p, &from, &out), DLCV_ERR_SHAPE, "preprocess_undo: x is u8 [11, 17, 3], must be f32 [n, 3, h, w]");
    CHECK_FAILS(dlcv_preprocess_undo(NULL, &p, NULL, &out), DLCV_ERR_ARGUMENT, "preprocess_undo: x is NULL");
    CHECK(out.data == NULL && x.data == NULL);
}

#ifndef DLCV_NO_GRAPH
/* Any size of picture into a graph; f32 as it is */
static void test_input(void)
{
    static float numbers[2 * 3 * 8 * 8];
    const dlcv_tensor from = view_picture(), direct = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape4(2, 3, 8, 8));
    const dlcv_tensor batch = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape4(3, 8, 8, 1)), wrong = dlcv_tensor_view(picture, DLCV_U8, dlcv_shape2(8, 8));
    const dlcv_preprocess p = raw(8, 8, DLCV_INTERPOLATION_AREA);
    dlcv_preprocess open = p;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_graph *g = dlcv_graph_new(&env, 1);
    dlcv_node x = dlcv_image_input(g, "image", &p), y = dlcv_reduce(x, DLCV_REDUCE_MEAN, DLCV_ALL), z;
    dlcv_tensor want = { 0 };
    long calls;
    size_t i;
    double sum = 0;
    CHECK(dlcv_node_shape(x).dim[0] == -1 && dlcv_node_shape(x).dim[1] == 3 && dlcv_node_shape(x).dim[3] == 8);
    CHECK_OK(dlcv_bind(x, &from));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    for (i = 0; i < sizeof picture; i++) sum += picture[i];
    CHECK_NEAR(dlcv_item(y), sum / sizeof picture, 1e-3);       /* the mean of the areas is that of all */
    CHECK_OK(dlcv_preprocess_run(NULL, &p, &from, &want));
    CHECK(want.data && !memcmp(dlcv_value(x)->data, want.data, 192 * sizeof(float)));
    CHECK_OK(dlcv_bind(x, &batch));
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_STATE, "backward: \"reduce1\": an input was bound since the last forward");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0, sum = 0; i < 192; i++) sum += picture[i];
    CHECK_NEAR(dlcv_item(y), sum / 192, 1e-3);
    calls = heap.calls;
    CHECK_OK(dlcv_bind(x, &batch));                     /* size and shape as they are: allocates nothing */
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK_EQUAL(heap.calls, calls);
    CHECK_OK(dlcv_bind(x, &direct));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    CHECK_EQUAL(dlcv_item(y), 0);
    CHECK_FAILS(dlcv_bind(x, &wrong), DLCV_ERR_SHAPE,
        "bind: input \"image\": the picture is u8 [8, 8], must be u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4");
    CHECK(dlcv_value(x) != NULL);                       /* what was bound still is */
    CHECK_OK(dlcv_bind(x, &from));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    heap.fail_at = heap.calls + 1;
    CHECK(dlcv_bind(x, &from) == DLCV_ERR_MEMORY && dlcv_value(x) == NULL);
    heap.fail_at = 0;
    CHECK_FAILS(dlcv_backward(y), DLCV_ERR_STATE, "backward: \"reduce1\": an input was bound since the last forward");
    CHECK_FAILS(dlcv_forward(y, DLCV_MODE_INFER), DLCV_ERR_STATE, "forward: input \"image\" is not bound");
    CHECK_OK(dlcv_bind(x, &from));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    open.width = 0;
    z = dlcv_image_input(g, "other", &open);
    CHECK(z.id == 0);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "image_input: height 8 and width 0, both must be at least 1");
    dlcv_graph_free(g);
    CHECK(heap.blocks == 0 && !heap.wrong);
    g = dlcv_graph_new(NULL, 1);
    dlcv_image_input(g, "image", NULL);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "image_input: the preprocessing is NULL");
    dlcv_graph_free(g);
    dlcv_tensor_free(&want);
}
#endif

int main(void)
{
    size_t i;
    for (i = 0; i < sizeof picture; i++) picture[i] = (uint8_t)(noise(5, i) >> 8);
    test_resized();
    test_pillow();
    test_colours();
    test_cut();
    test_measure();
    test_memory();
    test_errors();
#ifndef DLCV_NO_GRAPH
    test_input();
#endif
    return test_end("preprocess");
}
