/* What the tests of convolutions share: the algorithms and backends there are, drawn numbers and geometries, a convolution seen
 * from both sides, and one line for what failed. */
#ifndef DLCV_TEST_CONV_H
#define DLCV_TEST_CONV_H
#include "test.h"

enum { ALGORITHMS = 5, MOST = 8, GEOMETRIES = 8 * 4 * 3 * 256 };

static const char *backends[MOST];
static int backend_count;

static void find_backends(void)
{
    static const char *const all[] = { "scalar", "sse2", "avx2", "avx512", "neon", "wasm", "simde" };
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++)
        if (dlcv_backend_select(all[i]) == DLCV_OK) backends[backend_count++] = all[i];
    if (!backend_count) backends[backend_count++] = dlcv_backend();   /* a partial stamp alone */
    dlcv_backend_select(NULL);
}

static dlcv_conv_algorithm algorithm_of(int a)
{
    static const dlcv_conv_algorithm algorithms[ALGORITHMS] = { DLCV_CONV_AUTO, DLCV_CONV_GEMM, DLCV_CONV_DIRECT, DLCV_CONV_WINOGRAD2,
                                                                DLCV_CONV_WINOGRAD4 };
    return algorithms[a];
}

/* Winograd's are none of strict mode. */
static int algorithm_exists(int a)
{
#ifdef DLCV_STRICT
    return a < 3;
#else
    return a < ALGORITHMS;
#endif
}

static uint32_t state;
static uint32_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state * 2654435761u >> 7;
}
static int below(int n) { return (int)(draw() % (uint32_t)n); }

static float poison(void)
{
    const uint32_t w = 0x7fc0dead;
    float x;
    memcpy(&x, &w, 4);
    return x;
}

/* A convolution seen from both sides: the kernel slides over the large one, [batch, cl, hl, wl], weights are
 * [cs, cl / groups, kh, kw], and the small one is [batch, cs, hs, ws]. y is the small one, or where it is transposed the large one. */
typedef struct problem {
    dlcv_conv_shape s;
    int cl, hl, wl, cs, hs, ws;
    size_t large, small, weights;
} problem;

static int output_size(int in, int kernel, int stride, int dilation, int before, int after, int transposed, int extra)
{
    if (transposed) return (in - 1) * stride - before - after + dilation * (kernel - 1) + 1 + extra;
    in += before + after - dilation * (kernel - 1) - 1;
    return in < 0 ? 0 : in / stride + 1;
}

static int or1(int x) { return x ? x : 1; }

static problem problem_of(const dlcv_conv_shape *shape)
{
    problem p;
    int oh, ow;
    p.s = *shape;
    p.s.stride_h = or1(shape->stride_h), p.s.stride_w = or1(shape->stride_w);
    p.s.dilation_h = or1(shape->dilation_h), p.s.dilation_w = or1(shape->dilation_w), p.s.groups = or1(shape->groups);
    oh = output_size(p.s.height, p.s.kernel_h, p.s.stride_h, p.s.dilation_h, p.s.pad_top, p.s.pad_bottom, p.s.transposed, p.s.output_pad_h);
    ow = output_size(p.s.width, p.s.kernel_w, p.s.stride_w, p.s.dilation_w, p.s.pad_left, p.s.pad_right, p.s.transposed, p.s.output_pad_w);
    p.cl = p.s.transposed ? p.s.filters : p.s.channels, p.cs = p.s.transposed ? p.s.channels : p.s.filters;
    p.hl = p.s.transposed ? oh : p.s.height, p.hs = p.s.transposed ? p.s.height : oh;
    p.wl = p.s.transposed ? ow : p.s.width, p.ws = p.s.transposed ? p.s.width : ow;
    p.large = (size_t)p.s.batch * (size_t)p.cl * (size_t)p.hl * (size_t)p.wl;
    p.small = (size_t)p.s.batch * (size_t)p.cs * (size_t)p.hs * (size_t)p.ws;
    p.weights = (size_t)p.cs * (size_t)(p.cl / p.s.groups) * (size_t)p.s.kernel_h * (size_t)p.s.kernel_w;
    return p;
}

static double products(const problem *p)
{
    return (double)p->small * (p->cl / p->s.groups) * p->s.kernel_h * p->s.kernel_w;
}

/* One line of what failed. */
static int complaints;
static void verdict(int ok, const problem *p, const char *backend, const char *what, double error, double bound)
{
    const dlcv_conv_shape *s = &p->s;
    if (ok) {
        test_passed++;
        return;
    }
    test_failed++;
    if (complaints++ > 40) return;
    printf("FAILED %s %s: error %.3g, bound %.3g: n %d c %d %dx%d f %d k %dx%d s %d,%d d %d,%d g %d p %d,%d,%d,%d%s o %d,%d\n", backend, what, error,
           bound, s->batch, s->channels, s->height, s->width, s->filters, s->kernel_h, s->kernel_w, s->stride_h, s->stride_w, s->dilation_h,
           s->dilation_w, s->groups, s->pad_top, s->pad_left, s->pad_bottom, s->pad_right, s->transposed ? " transposed" : "", s->output_pad_h,
           s->output_pad_w);
}

static int extra_size(void)
{
    const int kind = below(8);
    return kind == 0 ? 0 : kind < 4 ? below(6) : kind < 7 ? below(20) : below(60);
}

/* Channels and filters of each group, and how many groups. */
static void draw_channels(dlcv_conv_shape *s, int most)
{
    const int kind = below(8), many = below(4) == 0 ? most : 1 + most / 3;
    int c = 1 + below(many), f = 1 + below(many);
    s->groups = kind < 4 ? 1 : kind == 4 ? 2 : kind == 5 ? 3 : 1 + below(many);
    if (kind >= 6) c = 1, f = kind == 6 ? 1 : 1 + below(3); /* depthwise */
    s->channels = c * s->groups, s->filters = f * s->groups;
}

/* The geometry of a number; channels and sizes by that number too. */
static dlcv_conv_shape draw_shape(int number, double limit)
{
    dlcv_conv_shape s;
    int rest = number, most = 24;
    memset(&s, 0, sizeof s);
    state = 2463534242u ^ (uint32_t)number * 2654435761u;
    if (!state) state = 1;
    s.pad_top = rest % 4, rest /= 4;
    s.pad_left = rest % 4, rest /= 4;
    s.pad_bottom = rest % 4, rest /= 4;
    s.pad_right = rest % 4, rest /= 4;
    s.stride_h = s.stride_w = 1 + rest % 4, rest /= 4;
    s.dilation_h = s.dilation_w = 1 + rest % 3, rest /= 3;
    s.kernel_h = s.kernel_w = rest == 7 ? 11 : 1 + rest;
    if (below(4) == 0) s.kernel_w = 1 + below(7);
    if (below(6) == 0) s.stride_w = 1 + below(4);
    if (below(6) == 0) s.dilation_w = 1 + below(3);
    s.transposed = below(4) == 0;
    if (s.transposed) {
        const int mh = s.stride_h > s.dilation_h ? s.stride_h : s.dilation_h, mw = s.stride_w > s.dilation_w ? s.stride_w : s.dilation_w;
        if (below(2)) s.output_pad_h = below(mh), s.output_pad_w = below(mw);
    }
    for (;;) {
        problem p;
        const int reach_h = s.dilation_h * (s.kernel_h - 1) + 1 - s.pad_top - s.pad_bottom;
        const int reach_w = s.dilation_w * (s.kernel_w - 1) + 1 - s.pad_left - s.pad_right;
        draw_channels(&s, most);
        s.batch = 1 + (below(3) == 0 ? below(3) : 0);
        if (s.transposed) {
            s.height = 1 + extra_size() / 2, s.width = 1 + extra_size() / 2;
        } else {
            s.height = (reach_h > 1 ? reach_h : 1) + extra_size();
            s.width = (reach_w > 1 ? reach_w : 1) + extra_size();
        }
        p = problem_of(&s);
        if (p.hl >= 1 && p.wl >= 1 && p.hs >= 1 && p.ws >= 1 && products(&p) <= limit) return s;
        if (most > 1) most--;
        else limit *= 2;
    }
}

static dlcv_conv_shape plain_shape(int channels, int size, int filters, int kernel)
{
    dlcv_conv_shape s;
    memset(&s, 0, sizeof s);
    s.batch = 1, s.channels = channels, s.height = s.width = size, s.filters = filters, s.kernel_h = s.kernel_w = kernel;
    return s;
}

/* The numbers of tests/golden/conv_torch.py. */
enum { NOISE_X = 1, NOISE_W, NOISE_B, NOISE_DY, NOISE_SIGN, NOISE_AT };
static uint32_t noise(uint32_t kind, size_t i)
{
    uint32_t h = (uint32_t)i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ h >> 15) * 2246822519u;
    h = (h ^ h >> 13) * 3266489917u;
    return h >> 16;
}

static float *noise_new(uint32_t kind, size_t n)
{
    float *p = (float *)malloc(n * sizeof(float));
    size_t i;
    if (!p) exit(3);
    for (i = 0; i < n; i++) p[i] = (float)noise(kind, i) / 65536.0f - 0.5f;
    return p;
}
#endif
