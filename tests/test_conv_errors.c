/* What a convolution refuses and with which sentence; what it does where memory ends. */
#include "conv.h"

/* The n-th allocation fails: an error, nothing lost; and a limit on memory is kept. */
static void test_memory(void)
{
    dlcv_conv_shape s = plain_shape(8, 20, 16, 3);
    const problem p = problem_of(&s);
    float *x = noise_new(NOISE_X, p.large), *w = noise_new(NOISE_W, p.weights), *y = noise_new(0, p.small), *dx = noise_new(0, p.large),
          *dw = noise_new(0, p.weights);
    int a;
    for (a = 0; a < ALGORITHMS; a++) {
        long fail, done = 0;
        dlcv_conv_info info;
        dlcv_conv_opts o;
        memset(&o, 0, sizeof o);
        memset(&info, 0, sizeof info);
        o.algorithm = algorithm_of(a);
        if (!algorithm_exists(a)) continue;
        for (fail = 1; fail < 40 && !done; fail++) {
            test_heap heap;
            dlcv_env env = test_env(&heap);
            dlcv_conv *conv = NULL;
            dlcv_status e;
            heap.fail_at = fail;
            e = dlcv_conv_new(&env, &s, w, &o, &conv);
            CHECK(e == DLCV_OK || (e == DLCV_ERR_MEMORY && !conv));
            if (!e) {
                dlcv_conv_describe(conv, &info);
                e = dlcv_conv_forward(conv, x, NULL, y, NULL);
                CHECK(e == DLCV_OK || e == DLCV_ERR_MEMORY);
                if (!e) e = dlcv_conv_backward_data(conv, w, y, dx, NULL);
                if (!e) e = dlcv_conv_backward_weights(conv, x, y, dw, 0, NULL);
                CHECK(e == DLCV_OK || e == DLCV_ERR_MEMORY);
                dlcv_conv_free(conv);
            }
            CHECK(heap.blocks == 0 && heap.wrong == 0);
            done = heap.calls < fail;
        }
        CHECK(done);
        /* exactly what it says is enough, one byte less is not for this algorithm */
        if (info.prepared_bytes + info.workspace_bytes > 0) {
            test_heap heap;
            dlcv_env env = test_env(&heap);
            dlcv_conv *conv = NULL;
            o.memory = info.prepared_bytes + info.workspace_bytes;
            CHECK_OK(dlcv_conv_new(&env, &s, w, &o, &conv));
            dlcv_conv_free(conv);
            o.memory = 1;
            CHECK(dlcv_conv_new(&env, &s, w, &o, &conv) == DLCV_ERR_MEMORY && !conv && heap.blocks == 0);
        }
    }
    free(x), free(w), free(y), free(dx), free(dw);
}

#define REFUSES(change, status, text) do { \
        s = plain_shape(4, 8, 6, 3); \
        memset(&o, 0, sizeof o); \
        change; \
        conv = (dlcv_conv *)(void *)&s; \
        CHECK_FAILS(dlcv_conv_new(NULL, &s, NULL, &o, &conv), status, text); \
        CHECK(conv == NULL); \
    } while (0)

static void test_errors(void)
{
    dlcv_conv_shape s;
    dlcv_conv_opts o;
    dlcv_conv *conv;
    dlcv_conv_epilogue e;
    dlcv_conv_info info;
    const int nine = 9;
    float *x = noise_new(NOISE_X, 4 * 64), *w = noise_new(NOISE_W, 6 * 36), *y = noise_new(0, 6 * 64);
    REFUSES(s.batch = 0, DLCV_ERR_ARGUMENT, "conv_new: batch is 0, at least 1 is wanted");
    REFUSES(s.width = -3, DLCV_ERR_ARGUMENT, "conv_new: width is -3, at least 1 is wanted");
    REFUSES(s.stride_w = -1, DLCV_ERR_ARGUMENT, "conv_new: stride_w is -1, at least 0 is wanted");
    REFUSES(s.pad_bottom = -1, DLCV_ERR_ARGUMENT, "conv_new: pad_bottom is -1, at least 0 is wanted");
    REFUSES(s.groups = 4, DLCV_ERR_ARGUMENT, "conv_new: 4 groups do not divide 4 channels and 6 filters");
    REFUSES(s.groups = 3, DLCV_ERR_ARGUMENT, "conv_new: 3 groups do not divide 4 channels and 6 filters");
    REFUSES(s.output_pad_w = 2, DLCV_ERR_ARGUMENT, "conv_new: output_pad 0 x 2 without transposed");
    REFUSES(s.output_pad_h = 1, DLCV_ERR_ARGUMENT, "conv_new: output_pad 1 x 0 without transposed");
    REFUSES((s.transposed = 1, s.output_pad_w = 1), DLCV_ERR_ARGUMENT,
        "conv_new: output_pad 1 in width is neither below the stride 1 nor the dilation 1");
    REFUSES(s.dilation_h = 4, DLCV_ERR_SHAPE, "conv_new: a window of 9 (kernel 3, dilation 4) does not fit into height 8 with padding 0");
    REFUSES((s.transposed = 1, s.pad_left = 7, s.pad_right = 3), DLCV_ERR_SHAPE, "conv_new: transposed, width 8 with padding 10 becomes 0");
    REFUSES((s.height = INT_MAX, s.pad_bottom = 1), DLCV_ERR_SHAPE, "conv_new: height 2147483647 with padding 1, window 3: more than an int holds");
    REFUSES((s.transposed = 1, s.width = INT_MAX, s.stride_w = 2, s.pad_left = 1), DLCV_ERR_SHAPE,
        "conv_new: width 4294967294 with padding 1, window 3: more than an int holds");
    REFUSES(memcpy(&o.algorithm, &nine, sizeof nine), DLCV_ERR_ARGUMENT, "conv_new: algorithm 9 is none");
#ifndef DLCV_STRICT
    REFUSES((s.stride_w = 2, o.algorithm = DLCV_CONV_WINOGRAD4), DLCV_ERR_ARGUMENT,
        "conv_new: winograd4 does not do 4 -> 6 channels, kernel 3 x 3, stride 1 x 2, dilation 1 x 1, 1 groups");
#endif
    CHECK_FAILS(dlcv_conv_new(NULL, NULL, NULL, NULL, &conv), DLCV_ERR_ARGUMENT, "conv_new: shape is NULL");
    CHECK_FAILS(dlcv_conv_new(NULL, &s, NULL, NULL, NULL), DLCV_ERR_ARGUMENT, "conv_new: out is NULL");
    s = plain_shape(4, 8, 6, 3);
    s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
    CHECK_OK(dlcv_conv_new(NULL, &s, NULL, NULL, &conv));
    CHECK_FAILS(dlcv_conv_forward(conv, x, NULL, y, NULL), DLCV_ERR_STATE,
        "conv_forward: no weights yet: give them to dlcv_conv_new or dlcv_conv_weights");
    CHECK_FAILS(dlcv_conv_weights(conv, NULL), DLCV_ERR_ARGUMENT, "conv_weights: weights is NULL");
    CHECK_FAILS(dlcv_conv_forward(NULL, x, NULL, y, NULL), DLCV_ERR_ARGUMENT, "conv_forward: conv is NULL");
    CHECK_FAILS(dlcv_conv_weights(NULL, w), DLCV_ERR_ARGUMENT, "conv_weights: conv is NULL");
    CHECK_OK(dlcv_conv_weights(conv, w));
    CHECK_FAILS(dlcv_conv_forward(conv, NULL, NULL, y, NULL), DLCV_ERR_ARGUMENT, "conv_forward: x is NULL");
    CHECK_FAILS(dlcv_conv_forward(conv, x, NULL, NULL, NULL), DLCV_ERR_ARGUMENT, "conv_forward: y is NULL");
    CHECK_FAILS(dlcv_conv_backward_data(conv, NULL, y, x, NULL), DLCV_ERR_ARGUMENT, "conv_backward_data: weights is NULL");
    CHECK_FAILS(dlcv_conv_backward_data(conv, w, NULL, x, NULL), DLCV_ERR_ARGUMENT, "conv_backward_data: dy is NULL");
    CHECK_FAILS(dlcv_conv_backward_weights(conv, x, y, NULL, 0, NULL), DLCV_ERR_ARGUMENT, "conv_backward_weights: dw is NULL");
    CHECK_FAILS(dlcv_conv_backward_bias(conv, NULL, y, 0), DLCV_ERR_ARGUMENT, "conv_backward_bias: dy is NULL");
    memset(&e, 0, sizeof e);
    e.activation = DLCV_ACTIVATION_CLAMP, e.low = 2, e.high = 1;
    CHECK_FAILS(dlcv_conv_forward(conv, x, &e, y, NULL), DLCV_ERR_ARGUMENT, "conv_forward: CLAMP from 2 to 1");
    memcpy(&e.activation, &nine, sizeof nine);
    CHECK_FAILS(dlcv_conv_forward(conv, x, &e, y, NULL), DLCV_ERR_ARGUMENT, "conv_forward: activation 9 is none");
    dlcv_conv_describe(conv, &info);
    CHECK(info.output.ndim == 4 && info.output.dim[0] == 1 && info.output.dim[1] == 6 && info.output.dim[2] == 8 && info.output.dim[3] == 8);
    CHECK_EQUAL(info.flops, 2.0 * 6 * 64 * 36);
    CHECK(info.algorithm != DLCV_CONV_AUTO && info.name && *info.name);
    dlcv_conv_describe(NULL, &info);
    CHECK(info.flops == 0 && !info.name);
    dlcv_conv_describe(conv, NULL);
    dlcv_conv_free(conv);
    dlcv_conv_free(NULL);
    free(x), free(w), free(y);
}

/* Each is too large in another product: of the weights, the picture, the map; their elements, their bytes. */
static void test_too_large(void)
{
    enum { M = INT_MAX };
    static const struct { int n, c, h, w, f, kernel, pad, transposed; const char *size; } list[] = {
        { 1, M, M, M, 1, M, 0, 0, "1 x 2147483647 x 2147483647 x 2147483647 by 2147483647 x 2147483647 kernels of 1" },
        { 1, 1, M, M, 8, M, 0, 0, "1 x 1 x 2147483647 x 2147483647 by 2147483647 x 2147483647 kernels of 8" },
        { 1, 1, M, M, 1, M, 0, 0, "1 x 1 x 2147483647 x 2147483647 by 2147483647 x 2147483647 kernels of 1" },
        { 1, 8, M, M, 1, 1, 0, 0, "1 x 8 x 2147483647 x 2147483647 by 1 x 1 kernels of 1" },
        { 8, 1, M, M, 1, 1, 0, 0, "8 x 1 x 2147483647 x 2147483647 by 1 x 1 kernels of 1" },
        { 1, 1, M, M, 1, 1, 0, 0, "1 x 1 x 2147483647 x 2147483647 by 1 x 1 kernels of 1" },
        { 1, 1, M, M, 8, 1, 0, 0, "1 x 1 x 2147483647 x 2147483647 by 1 x 1 kernels of 8" },
        { 8, 1, 1, 1, 1, 1, M - 1, 0, "8 x 1 x 1 x 1 by 1 x 1 kernels of 1" },
        { 1, 1, 1, 1, 1, 1, M - 1, 0, "1 x 1 x 1 x 1 by 1 x 1 kernels of 1" },
        { 1, 8, M, M, 1, 1, 0, 1, "1 x 8 x 2147483647 x 2147483647 by 1 x 1 kernels of 1" },
    };
    size_t i;
    for (i = 0; i < sizeof list / sizeof list[0]; i++) {
        char text[200];
        dlcv_conv_shape s;
        dlcv_conv *conv = NULL;
        memset(&s, 0, sizeof s);
        s.batch = list[i].n, s.channels = list[i].c, s.height = list[i].h, s.width = list[i].w, s.filters = list[i].f;
        s.kernel_h = s.kernel_w = list[i].kernel, s.pad_bottom = s.pad_right = list[i].pad, s.transposed = list[i].transposed;
        snprintf(text, sizeof text, "conv_new: %s filters: more bytes than size_t counts", list[i].size);
        CHECK_FAILS(dlcv_conv_new(NULL, &s, NULL, NULL, &conv), DLCV_ERR_MEMORY, text);
        CHECK(!conv);
    }
}

int main(void)
{
    test_too_large();
    test_errors();
    test_memory();
    return test_end("conv_errors");
}
