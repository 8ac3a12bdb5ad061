/* What is true of every convolution, in every backend of the build: it is linear, it has an adjoint, which is the transposed one (and
 * what gradients are made with), a shift of the picture by the stride is a shift of the map by one, all exactly so in small integers;
 * 1x1 is a product of matrices; a NaN stays one. */
#include "conv.h"

static int full;

/* A plan's forward pass without epilogue, in memory of malloc. */
static float *forward(const dlcv_conv_shape *s, const float *w, const float *x, const dlcv_conv_opts *o, size_t *count)
{
    const problem p = problem_of(s);
    dlcv_conv *conv = NULL;
    float *y;
    *count = s->transposed ? p.large : p.small;
    y = (float *)calloc(*count, sizeof(float));
    if (!y) exit(3);
    CHECK_OK(dlcv_conv_new(NULL, s, w, o, &conv));
    CHECK_OK(dlcv_conv_forward(conv, x, NULL, y, NULL));
    dlcv_conv_free(conv);
    return y;
}

static float *integers(size_t n)
{
    float *p = (float *)malloc(n * sizeof(float));
    size_t i;
    if (!p) exit(3);
    for (i = 0; i < n; i++) p[i] = (float)(below(9) - 4);
    return p;
}

/* What is true of every convolution, exactly so in small integers: it is linear, it has an adjoint, which is the transposed one (and what
 * gradients are made with), and a shift of the picture by the stride is a shift of the map by one. */
static void test_laws(void)
{
    int i;
    dlcv_conv_opts o;
    memset(&o, 0, sizeof o);
    o.no_winograd = 1;
    for (i = 0; i < (full ? 400 : 20); i++) {
        dlcv_conv_shape s = draw_shape(i * 7919 % GEOMETRIES, 30000.0), back;
        problem p;
        size_t n, nx, j;
        float *w, *x, *z, *mix, *yx, *yz, *ymix, *map, *dx, *up;
        double left = 0, right = 0;
        dlcv_conv *conv = NULL;
        s.transposed = s.output_pad_h = s.output_pad_w = 0;
        s.height += 1 + s.dilation_h * s.kernel_h, s.width += 1 + s.dilation_w * s.kernel_w;
        p = problem_of(&s);
        w = integers(p.weights), x = integers(p.large), z = integers(p.large), mix = integers(p.large), map = integers(p.small);
        dx = integers(p.large);
        for (j = 0; j < p.large; j++) mix[j] = 2 * x[j] - 3 * z[j];
        yx = forward(&s, w, x, &o, &n), yz = forward(&s, w, z, &o, &n), ymix = forward(&s, w, mix, &o, &n);
        for (j = 0; j < n && ymix[j] == 2 * yx[j] - 3 * yz[j]; j++) {}
        verdict(j == n, &p, "law", "linear", (double)j, (double)n);
        for (j = 0; j < n; j++) left += (double)yx[j] * (double)map[j];
        CHECK_OK(dlcv_conv_new(NULL, &s, NULL, NULL, &conv));
        CHECK_OK(dlcv_conv_backward_data(conv, w, map, dx, NULL));
        dlcv_conv_free(conv);
        for (j = 0; j < p.large; j++) right += (double)x[j] * (double)dx[j];
        verdict(left == right, &p, "law", "<conv(x), y> == <x, dx(y)>", left, right);
        /* the transposed convolution that goes back to the same picture */
        back = s;
        back.transposed = 1;
        back.channels = s.filters, back.filters = s.channels, back.height = p.hs, back.width = p.ws;
        back.output_pad_h = p.hl - output_size(p.hs, s.kernel_h, p.s.stride_h, p.s.dilation_h, s.pad_top, s.pad_bottom, 1, 0);
        back.output_pad_w = p.wl - output_size(p.ws, s.kernel_w, p.s.stride_w, p.s.dilation_w, s.pad_left, s.pad_right, 1, 0);
        up = forward(&back, w, map, &o, &nx);
        verdict(nx == p.large && !memcmp(up, dx, nx * sizeof(float)), &p, "law", "transposed == dx", (double)nx, (double)p.large);
        free(up), free(yx), free(yz), free(ymix), free(x), free(z), free(mix), free(map), free(dx), free(w);
    }
}

static void test_shift(void)
{
    int stride;
    for (stride = 1; stride <= 3; stride++) {
        enum { N = 40 };
        dlcv_conv_shape s;
        dlcv_conv_opts o;
        problem p;
        float *x, *moved, *w, *y, *z;
        size_t n, c, k;
        int i, j, wrong = 0;
        memset(&s, 0, sizeof s);
        memset(&o, 0, sizeof o);
        o.no_winograd = 1;
        state = 5;
        s.batch = 1, s.channels = 3, s.height = s.width = N, s.filters = 5, s.kernel_h = s.kernel_w = 3, s.stride_h = s.stride_w = stride;
        s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
        p = problem_of(&s);
        x = integers(p.large), w = integers(p.weights), moved = (float *)calloc(p.large, sizeof(float));
        if (!moved) exit(3);
        for (c = 0; c < 3; c++)
            for (i = 0; i < N; i++)
                for (j = 0; j < N; j++) {
                    k = (c * N + (size_t)i) * N + (size_t)j;
                    if (i < 8 || j < 8 || i >= N - 8 || j >= N - 8) x[k] = 0;
                }
        for (k = (size_t)stride * (N + 1); k < p.large; k++) moved[k] = x[k - (size_t)stride * (N + 1)];
        y = forward(&s, w, x, &o, &n), z = forward(&s, w, moved, &o, &n);
        for (c = 0; c < 5; c++)
            for (i = 1; i < p.hs; i++)
                for (j = 1; j < p.ws; j++) {
                    k = (c * (size_t)p.hs + (size_t)i) * (size_t)p.ws + (size_t)j;
                    wrong += z[k] != y[k - (size_t)p.ws - 1];
                }
        verdict(!wrong, &p, "law", "shift", wrong, 0);
        free(x), free(moved), free(w), free(y), free(z);
    }
}

/* 1x1 at stride 1 is a product of matrices, to the bit: both are the same chain. */
static void test_product(void)
{
    dlcv_conv_shape s;
    dlcv_conv_opts o;
    problem p;
    size_t n, i;
    float *x, *w, *y, *c;
    int a;
    memset(&s, 0, sizeof s);
    s.batch = 1, s.channels = 37, s.height = 9, s.width = 23, s.filters = 21, s.kernel_h = s.kernel_w = 1;
    p = problem_of(&s);
    x = noise_new(NOISE_X, p.large), w = noise_new(NOISE_W, p.weights), c = noise_new(0, p.small);
    CHECK_OK(dlcv_sgemm(NULL, 0, 0, s.filters, s.height * s.width, s.channels, 1, w, s.channels, x, s.height * s.width, 0, c, s.height * s.width));
    for (a = 0; a < 3; a++) {
        memset(&o, 0, sizeof o);
        o.algorithm = algorithm_of(a);
        y = forward(&s, w, x, &o, &n);
        for (i = 0; i < n && y[i] == c[i]; i++) {}
        verdict(i == n, &p, "law", "1x1 == sgemm", (double)i, (double)n);
        free(y);
    }
    free(x), free(w), free(c);
}

/* A NaN stays one, through every algorithm and activation. */
static void test_nan(void)
{
    int a;
    for (a = 0; a < ALGORITHMS; a++) {
        dlcv_conv_shape s = plain_shape(4, 12, 6, 3);
        dlcv_conv_opts o;
        dlcv_conv_epilogue e;
        dlcv_conv *conv = NULL;
        const problem p = problem_of(&s);
        float *x = noise_new(NOISE_X, p.large), *w = noise_new(NOISE_W, p.weights), *y = noise_new(0, p.small);
        memset(&o, 0, sizeof o);
        memset(&e, 0, sizeof e);
        o.algorithm = algorithm_of(a);
        e.activation = DLCV_ACTIVATION_RELU;
        x[2 * 144 + 5 * 12 + 5] = poison();
        if (dlcv_conv_new(NULL, &s, w, &o, &conv) == DLCV_OK) {
            CHECK_OK(dlcv_conv_forward(conv, x, &e, y, NULL));
            CHECK(y[3 * 100 + 4 * 10 + 4] != y[3 * 100 + 4 * 10 + 4]);
            CHECK(y[0] == y[0]);
        }
        dlcv_conv_free(conv);
        free(x), free(w), free(y);
    }
}

int main(void)
{
    int b;
    full = getenv("DLCV_TEST_FULL") != NULL;
    find_backends();
    for (b = 0; b < backend_count; b++) {
        CHECK_OK(dlcv_backend_select(backends[b]));
        test_laws();
        test_shift();
        test_product();
        test_nan();
    }
    return test_end("conv_laws");
}
