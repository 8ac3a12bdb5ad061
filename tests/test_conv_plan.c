/* What a convolution's plan promises beyond right sums (tests/test_conv.c): each sum is one ascending chain, to the bit, by every algorithm but
 * Winograd's; any number of threads gives the same bits, in shapes that are cut in every way there is; bytes are exact to the last; the limit
 * on memory walks down the table; weights are borrowed or not, as the plan says; the gathering kernel against plain indexing. */
#define TEST_OWN
#include "test.h"

static const char *backends[8];
static int backend_count;

static uint32_t state = 1;
static float real(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 8388608.0f - 1;
}

static float *numbers(size_t n)
{
    float *p = (float *)malloc(n * sizeof(float));
    size_t i;
    for (i = 0; i < n; i++) p[i] = real();
    return p;
}

static int same(const float *a, const float *b, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++)
        if (!(a[i] == b[i])) return 0;
    return 1;
}

typedef struct row { int batch, channels, height, width, filters, kernel, stride, dilation, pad, groups, transposed; } row;

static dlcv_conv_shape shape_of(const row *r)
{
    dlcv_conv_shape s;
    memset(&s, 0, sizeof s);
    s.batch = r->batch, s.channels = r->channels, s.height = r->height, s.width = r->width, s.filters = r->filters;
    s.kernel_h = s.kernel_w = r->kernel, s.stride_h = s.stride_w = r->stride, s.dilation_h = s.dilation_w = r->dilation, s.groups = r->groups;
    s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = r->pad;
    s.transposed = r->transposed;
    return s;
}

/* several blocks of k, of panels, of rows; merged pictures; pixels as rows; phases; chunks of samples; one row, one column; depthwise */
static const row rows[] = {
    { 1, 40, 23, 31, 37, 3, 1, 1, 1, 1, 0 }, { 1, 70, 7, 7, 90, 3, 1, 1, 1, 1, 0 }, { 3, 24, 9, 10, 21, 5, 1, 1, 2, 1, 0 },
    { 2, 12, 40, 41, 18, 3, 2, 1, 1, 3, 0 }, { 1, 3, 61, 60, 16, 7, 4, 1, 3, 1, 0 }, { 1, 300, 20, 21, 33, 1, 1, 1, 0, 1, 0 },
    { 16, 4, 17, 16, 8, 5, 1, 1, 2, 1, 0 }, { 4, 20, 1, 200, 16, 1, 3, 1, 0, 1, 0 }, { 2, 9, 14, 13, 12, 3, 3, 2, 2, 3, 0 },
    { 2, 16, 12, 11, 24, 4, 2, 1, 1, 2, 1 }, { 1, 24, 20, 20, 30, 3, 3, 2, 0, 1, 1 }, { 5, 64, 3, 3, 70, 3, 1, 1, 1, 1, 0 },
    { 2, 32, 50, 50, 32, 3, 1, 1, 1, 32, 0 }, { 34, 3, 16, 16, 8, 5, 1, 1, 2, 1, 0 }
};
enum { ROWS = sizeof rows / sizeof rows[0] };
/* weights' gradient of several blocks of tiles, each with a thread of its own: too much for slow backends */
static const row blocks = { 1, 61, 60, 56, 61, 3, 1, 1, 1, 1, 0 };

/* ---- one chain an output */

/* as the tile adds: fused where the backend fuses, else not */
static float chain_step(int fused, float x, float w, float sum)
{
    volatile float product;
    if (fused) return fmaf(x, w, sum);
    product = x * w;
    product = product + sum;
    return product;
}

static float chain(const dlcv__conv_geom *g, const float *x, const float *w, size_t n, size_t f, size_t oy, size_t ox, int fused)
{
    float sum = 0;
    size_t c, i, j;
    for (c = 0; c < g->cg; c++)
        for (i = 0; i < g->kh; i++)
            for (j = 0; j < g->kw; j++) {
                const size_t y = oy * g->sh + i * g->dh - g->pt, z = ox * g->sw + j * g->dw - g->pl;
                const float v = y < g->h && z < g->w ? x[(n * g->c + f / g->fg * g->cg + c) * g->plane + y * g->w + z] : 0;
                sum = chain_step(fused, v, w[f * g->k + (c * g->kh + i) * g->kw + j], sum);
            }
    return sum;
}

/* Does this backend's multiply-add round once? */
static int fuses(void)
{
    const float a = 1 + 1.0f / 4096, b = -1;
    const float at[1] = { a };
    float lanes[64];
    float c[1];
    int i;
    for (i = 0; i < 64; i++) lanes[i] = a;
    c[0] = b - 2.0f / 4096;
    dlcv__kernels()->f32->gemm_tile(1, at, 1, 1, lanes, 64, c, 1, 1, 1, 1, NULL);
    return c[0] != 0;       /* a * a - 1 - 2/4096 = 2^-24, which a rounded product loses */
}

static void test_chain(const row *r, const char *backend)
{
    const dlcv_conv_algorithm which[2] = { DLCV_CONV_GEMM, DLCV_CONV_DIRECT };
    dlcv_conv_shape s = shape_of(r);
    dlcv__conv_geom g;
    dlcv_conv_opts o;
    dlcv_conv *conv;
    float *x, *w, *y;
    size_t q;
    int a, fused = fuses();
    if (r->transposed || dlcv__conv_geometry(&s, &g)) return;
    x = numbers(g.x_count), w = numbers(g.w_count), y = numbers(g.y_count);
    for (a = 0; a < 2; a++) {
        int wrong = 0;
        memset(&o, 0, sizeof o);
        o.algorithm = which[a];
        if (dlcv_conv_new(NULL, &s, w, &o, &conv)) continue;
        CHECK_OK(dlcv_conv_forward(conv, x, NULL, y, NULL));
        for (q = 0; q < g.y_count && !wrong; q += 1 + g.y_count / 997) {
            const float want = chain(&g, x, w, q / g.pixels / g.f, q / g.pixels % g.f, q % g.pixels / g.ow, q % g.ow, fused);
            wrong = !(y[q] == want);
            if (wrong) printf("    %s, row %d, %s, element %zu: %.9g, the chain is %.9g\n", backend, (int)(r - rows), a ? "direct" : "gemm", q, (double)y[q], (double)want);
        }
        CHECK(!wrong);
        dlcv_conv_free(conv);
    }
    free(x), free(w), free(y);
}

/* ---- threads */

/* tasks in descending order: whoever leans on an earlier task is found */
static void backwards(int count, dlcv_task task, void *context, void *user)
{
    int i;
    if (count > *(int *)user) test_result(0, __FILE__, __LINE__, "count <= width");
    for (i = count - 1; i >= 0; i--) task(i, context);
}

static void test_threads(const row *r, const char *backend)
{
    dlcv_conv_shape s = shape_of(r);
    dlcv_conv_info info;
    dlcv__conv_geom g;
    dlcv_conv_epilogue e;
    test_heap heap;
    size_t nx, ny;
    float *x, *w, *y[2], *bias, *dx[2], *dw[2];
    int width;
    CHECK_OK(dlcv__conv_geometry(&s, &g));
    nx = s.transposed ? g.y_count : g.x_count, ny = s.transposed ? g.x_count : g.y_count;
    x = numbers(nx), w = numbers(g.w_count), bias = numbers((size_t)s.filters);
    for (width = 0; width < 2; width++) y[width] = numbers(ny), dx[width] = numbers(nx), dw[width] = numbers(g.w_count);
    memset(&e, 0, sizeof e);
    e.bias = bias;
    e.activation = DLCV_ACTIVATION_RELU;
    for (width = 1; width <= 7; width += 1 + (width > 2)) {
        const int i = width > 1;
        dlcv_env env = test_env(&heap);
        dlcv_conv *conv = NULL;
        size_t before;
        env.threads.parallel_for = backwards;
        env.threads.width = width;
        env.threads.user = &width;
        CHECK_OK(dlcv_conv_new(&env, &s, w, NULL, &conv));
        if (!conv) return;
        dlcv_conv_describe(conv, &info);
        before = heap.bytes;
        CHECK_EQUAL(before, sizeof(dlcv_conv) + info.prepared_bytes);
        heap.peak = before;
        memset(y[i], 255, ny * sizeof(float)), memset(dx[i], 255, nx * sizeof(float)), memset(dw[i], 255, g.w_count * sizeof(float));  /* no number is left from before */
        CHECK_OK(dlcv_conv_forward(conv, x, &e, y[i], NULL));
        CHECK_EQUAL(heap.peak - before, info.workspace_bytes);
        heap.peak = before;
        CHECK_OK(dlcv_conv_backward_data(conv, w, y[0], dx[i], NULL));
        CHECK_OK(dlcv_conv_backward_weights(conv, x, y[0], dw[i], 0, NULL));
        CHECK_EQUAL(heap.peak - before, info.backward_bytes);
        dlcv_conv_free(conv);
        CHECK(!heap.blocks && !heap.wrong);
        if (!i) continue;
        if (!same(y[0], y[1], ny) || !same(dx[0], dx[1], nx) || !same(dw[0], dw[1], g.w_count))
            printf("    %s, row %d, %d threads: %s\n", backend, r == &blocks ? (int)ROWS : (int)(r - rows), width, info.name);
        CHECK(same(y[0], y[1], ny));
        CHECK(same(dx[0], dx[1], nx));
        CHECK(same(dw[0], dw[1], g.w_count));
    }
    for (width = 0; width < 2; width++) free(y[width]), free(dx[width]), free(dw[width]);
    free(x), free(w), free(bias);
}

/* ---- memory, borrowing, what is chosen */

static void test_limits(void)
{
    const row r = { 1, 64, 20, 20, 64, 3, 1, 1, 1, 1, 0 };
    dlcv_conv_shape s = shape_of(&r);
    dlcv_conv_info info;
    dlcv_conv_opts o;
    dlcv_conv *conv;
    size_t bytes, before = (size_t)-1;
    int steps = 0, borrowed = 0;
    memset(&o, 0, sizeof o);
    for (;;) {      /* each plan, then one byte less than it takes */
        const dlcv_status status = dlcv_conv_new(NULL, &s, NULL, &o, &conv);
        if (status) {
            CHECK(status == DLCV_ERR_MEMORY && strstr(dlcv_error(), "of prepared weights and workspace are needed, opts->memory is") != NULL);
            break;
        }
        dlcv_conv_describe(conv, &info);
        bytes = info.prepared_bytes + info.workspace_bytes;
        CHECK(bytes < before);
        CHECK(!borrowed || info.borrowed);
        borrowed = info.borrowed;
        before = bytes;
        o.memory = bytes - 1;
        steps++;
        dlcv_conv_free(conv);
        if (bytes <= 1) break;
    }
    CHECK(steps >= 2);
    CHECK(borrowed);        /* the smallest takes the weights where they are */
}

static void test_borrowing(void)
{
    const row r = { 1, 8, 30, 30, 16, 3, 1, 1, 1, 1, 0 };
    dlcv_conv_shape s = shape_of(&r);
    dlcv__conv_geom g;
    float *x, *w, *y[2];
    int in_place;
    CHECK_OK(dlcv__conv_geometry(&s, &g));
    x = numbers(g.x_count), w = numbers(g.w_count), y[0] = numbers(g.y_count), y[1] = numbers(g.y_count);
    for (in_place = 0; in_place < 2; in_place++) {
        dlcv_conv_info info;
        dlcv_conv_opts o;
        dlcv_conv *conv = NULL;
        size_t i;
        memset(&o, 0, sizeof o);
        o.algorithm = DLCV_CONV_GEMM;
        if (in_place) {
            CHECK_OK(dlcv_conv_new(NULL, &s, w, &o, &conv));
            dlcv_conv_describe(conv, &info);
            o.memory = info.prepared_bytes + info.workspace_bytes - 1;
            dlcv_conv_free(conv);
        }
        CHECK_OK(dlcv_conv_new(NULL, &s, w, &o, &conv));
        dlcv_conv_describe(conv, &info);
        CHECK(info.borrowed == in_place);
        CHECK(!in_place || !info.prepared_bytes);
        CHECK_TEXT(info.name, in_place ? "gemm, weights in place" : "gemm");
        CHECK_OK(dlcv_conv_forward(conv, x, NULL, y[0], NULL));
        for (i = 0; i < g.w_count; i++) w[i] = -w[i];
        CHECK_OK(dlcv_conv_forward(conv, x, NULL, y[1], NULL));
        CHECK(same(y[0], y[1], g.y_count) == !in_place);
        CHECK_OK(dlcv_conv_weights(conv, w));
        CHECK_OK(dlcv_conv_forward(conv, x, NULL, y[1], NULL));
        for (i = 0; i < g.y_count; i++) y[1][i] = -y[1][i];
        CHECK(same(y[0], y[1], g.y_count));
        dlcv_conv_free(conv);
    }
    free(x), free(w), free(y[0]), free(y[1]);
}

static void test_choice(void)
{
    static const struct { row r; const char *name; } all[] = {
        { { 1, 64, 56, 56, 64, 3, 1, 1, 1, 1, 0 }, "winograd F(4x4, 3x3)" }, { { 1, 256, 28, 28, 512, 1, 2, 1, 0, 1, 0 }, "gemm" },
        { { 1, 32, 56, 56, 32, 3, 1, 1, 1, 32, 0 }, "direct, depthwise" }, { { 1, 16, 8, 8, 16, 4, 2, 1, 1, 1, 1 }, "gemm, transposed" } };
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        dlcv_conv_shape s = shape_of(&all[i].r);
        dlcv_conv_info info;
        dlcv_conv *conv = NULL;
        dlcv_conv_opts o;
        memset(&o, 0, sizeof o);
        CHECK_OK(dlcv_conv_new(NULL, &s, NULL, &o, &conv));
        dlcv_conv_describe(conv, &info);
        dlcv_conv_free(conv);
#ifndef DLCV_STRICT
        if (all[i].name && dlcv__kernels()->f32->lanes == 16) CHECK_TEXT(info.name, all[i].name);
#endif
        o.no_winograd = 1;
        CHECK_OK(dlcv_conv_new(NULL, &s, NULL, &o, &conv));
        dlcv_conv_describe(conv, &info);
        dlcv_conv_free(conv);
        CHECK(info.algorithm != DLCV_CONV_WINOGRAD2 && info.algorithm != DLCV_CONV_WINOGRAD4 && info.algorithm != DLCV_CONV_AUTO);
        CHECK_EQUAL(info.flops, 2.0 * info.output.dim[0] * info.output.dim[2] * info.output.dim[3] * s.channels / s.groups * s.filters * s.kernel_h * s.kernel_w
            / (s.transposed ? s.stride_h * s.stride_w : 1));
    }
}

/* ---- the gathering kernel: every place between two guards, by plain indexing */
static void test_gather(const char *backend)
{
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    int round, wrong = 0;
    for (round = 0; round < 400 && !wrong; round++) {
        dlcv__gather g;
        dlcv__segment seg[40];
        size_t count = 0, i, q, kk, total, k0, k1, group, used = 0;
        float *src, *out;
        memset(&g, 0, sizeof g);
        g.images = 1 + (size_t)(round % 2), g.groups = 1 + (size_t)(round % 3), g.channels = 1 + (size_t)(round % 5);
        g.src_h = 1 + round * 7 % 9, g.src_w = 1 + round * 5 % 37;
        g.ny = 1 + (size_t)(round % 4), g.nx = 1 + (size_t)(round / 4 % 5);
        g.dy = round % 7 == 6 ? -1 : 1 + round % 3, g.dx = round % 5 == 4 ? -2 : 1 + round / 3 % 3;
        g.y0 = -(round % 4), g.x0 = round % 5 == 4 ? 5 : -(round / 2 % 6);
        g.sy = 1, g.sx = 1 + (round / 5 % 4) * (round % 3 == 0);
        g.lanes = 1 + (size_t)(round * 11 % 67);
        total = g.images * g.groups * g.channels * (size_t)(g.src_h * g.src_w);
        g.src = src = numbers(total);
        for (i = 0; used < g.lanes && count < 39; i++) {
            dlcv__segment *s = &seg[count++];
            const ptrdiff_t x = (ptrdiff_t)(i * 3) % 7, y = (ptrdiff_t)i % g.src_h;
            memset(s, 0, sizeof *s);
            s->image = i % g.images;
            s->y = y * g.sy + g.y0, s->x = x * g.sx + g.x0;
            s->at = (ptrdiff_t)(s->image * g.groups * g.channels) * g.src_h * g.src_w + s->y * g.src_w + s->x;
            s->col = (int)used;
            s->len = (int)(1 + (i * 13 + (size_t)round) % 23);
            if (used + (size_t)s->len > g.lanes || count == 39) s->len = (int)(g.lanes - used);
            if (i % 5 == 4) s->y = PTRDIFF_MIN / 2;
            used += (size_t)s->len;
        }
        kk = g.channels * g.ny * g.nx;
        k0 = kk * (size_t)(round % 3) / 4, k1 = kk - kk * (size_t)(round % 2) / 5, group = g.groups - 1;
        out = numbers((k1 - k0) * g.lanes + 2);
        out[0] = out[(k1 - k0) * g.lanes + 1] = 12345;
        k->gather(&g, seg, (int)count, group, k0, k1, out + 1);
        for (i = k0; i < k1 && !wrong; i++)
            for (q = 0; q < count && !wrong; q++) {
                int l;
                for (l = 0; l < seg[q].len && !wrong; l++) {
                    const ptrdiff_t y = seg[q].y + (ptrdiff_t)(i / g.nx % g.ny) * g.dy, x = seg[q].x + l * g.sx + (ptrdiff_t)(i % g.nx) * g.dx;
                    const size_t plane = (seg[q].image * g.groups + group) * g.channels + i / g.nx / g.ny;
                    const float want = y >= 0 && y < g.src_h && x >= 0 && x < g.src_w
                        ? src[plane * (size_t)(g.src_h * g.src_w) + (size_t)(y * g.src_w + x)] : 0;
                    wrong = out[1 + (i - k0) * g.lanes + (size_t)(seg[q].col + l)] != want;
                }
            }
        wrong |= out[0] != 12345 || out[(k1 - k0) * g.lanes + 1] != 12345;
        if (wrong) printf("    %s: round %d\n", backend, round);
        free(src), free(out);
    }
    CHECK(!wrong);
}

static void test_workspace(void)
{
    const row r = { 1, 3, 8, 8, 2, 3, 1, 1, 1, 1, 0 };
    dlcv_conv_shape s = shape_of(&r);
    float x[192], w[54], y[128];
    double room[16];
    dlcv_conv *conv = NULL;
    char text[128];
    memset(x, 0, sizeof x), memset(w, 0, sizeof w), memset(y, 0, sizeof y);
    CHECK_OK(dlcv_conv_new(NULL, &s, w, NULL, &conv));
    {
        unsigned char *odd = (unsigned char *)room + 64 - ((uintptr_t)room & 63) + 4;
        sprintf(text, "conv_forward: the workspace at %p is not aligned to 64 bytes", (void *)odd);
        CHECK_FAILS(dlcv_conv_forward(conv, x, NULL, y, odd), DLCV_ERR_ARGUMENT, text);
    }
    dlcv_conv_free(conv);
}

/* A limit on memory chooses by what one thread needs: more threads change neither the algorithm nor a bit, and the limit holds. */
static void test_limit_and_threads(void)
{
    dlcv_conv_shape s;
    dlcv_conv_info info[2];
    dlcv_env env;
    dlcv_conv_opts o;
    int i;
    memset(&s, 0, sizeof s);
    memset(&env, 0, sizeof env);
    memset(&o, 0, sizeof o);
    s.batch = 4, s.channels = s.filters = 64, s.height = s.width = 56, s.kernel_h = s.kernel_w = 3;
    s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = 1;
    o.memory = (size_t)2 << 20;
    env.threads.parallel_for = backwards;
    for (i = 0; i < 2; i++) {
        dlcv_conv *conv = NULL;
        env.threads.width = i ? 8 : 1;
        CHECK_OK(dlcv_conv_new(&env, &s, NULL, &o, &conv));
        dlcv_conv_describe(conv, &info[i]);
        CHECK(info[i].prepared_bytes + info[i].workspace_bytes <= o.memory);
        dlcv_conv_free(conv);
    }
    CHECK_TEXT(info[1].name, info[0].name);
}

/* A clamp between infinities is one, too. */
static void test_infinite_clamp(void)
{
    int a;
    for (a = DLCV_CONV_GEMM; a <= DLCV_CONV_DIRECT; a++) {
        dlcv_conv_shape s;
        dlcv_conv_opts o;
        dlcv_conv_epilogue e;
        dlcv_conv *conv = NULL;
        float x[1] = { 1 }, w[1] = { 1 }, y[1];
        memset(&s, 0, sizeof s);
        memset(&o, 0, sizeof o);
        memset(&e, 0, sizeof e);
        s.batch = s.channels = s.filters = s.height = s.width = s.kernel_h = s.kernel_w = 1;
        o.algorithm = (dlcv_conv_algorithm)a;
        e.activation = DLCV_ACTIVATION_CLAMP;
        e.low = e.high = INFINITY;
        CHECK_OK(dlcv_conv_new(NULL, &s, w, &o, &conv));
        CHECK_OK(dlcv_conv_forward(conv, x, &e, y, NULL));
        CHECK(y[0] > 3e38f);
        dlcv_conv_free(conv);
    }
}

/* ---- strides */

/* A plan takes as long as the kernel is large, not the stride; plans of 8999 x 8999 phases would take minutes, and megabytes. */
static void test_great_strides(void)
{
    const row all[] = { { 1, 1, 9000, 9000, 1, 3, 8999, 1, 1, 1, 0 }, { 1, 1, 2, 2, 1, 3, 8999, 1, 1, 1, 1 }, { 1, 1, 50, 50, 1, 3, 30000, 7, 0, 1, 0 } };
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        const dlcv_conv_shape s = shape_of(&all[i]);
        const float w[9] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
        dlcv_conv *conv = NULL;
        dlcv_conv_info info;
        CHECK_OK(dlcv_conv_new(NULL, &s, w, NULL, &conv));
        dlcv_conv_describe(conv, &info);
        CHECK(info.prepared_bytes + info.workspace_bytes + info.backward_bytes < 1 << 22);
        dlcv_conv_free(conv);
    }
}

/* Pixels that no tap reaches get the epilogue of an empty sum; back to the picture they get 0. */
static void test_between_strides(const char *backend)
{
    const row all[] = { { 2, 3, 5, 4, 6, 2, 5, 1, 0, 3, 1 }, { 1, 2, 3, 3, 4, 3, 4, 2, 1, 1, 1 }, { 1, 4, 2, 7, 2, 3, 7, 3, 2, 2, 1 }, { 1, 2, 70, 3, 2, 3, 31, 1, 1, 1, 1 } };
    size_t i, q, f, c, y, x, at, a, b;
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        dlcv_conv_shape s = shape_of(&all[i]);
        dlcv_conv_epilogue e;
        dlcv__conv_geom g;
        dlcv_conv *conv = NULL;
        float *in, *w, *bias, *residual, *out;
        int wrong = 0, empty = 0;
        CHECK_OK(dlcv__conv_geometry(&s, &g));
        in = numbers(g.y_count), w = numbers(g.w_count), bias = numbers(g.c), residual = numbers(g.x_count), out = numbers(g.x_count);
        memset(&e, 0, sizeof e);
        e.bias = bias, e.residual = residual, e.activation = DLCV_ACTIVATION_RELU;
        CHECK_OK(dlcv_conv_new(NULL, &s, w, NULL, &conv));
        CHECK_OK(dlcv_conv_forward(conv, in, &e, out, NULL));
        for (q = 0; q < g.x_count; q++) {
            volatile float plain;   /* rounded, whatever floats are computed in */
            double sum = 0;
            int taps = 0;
            c = q / g.plane % g.c, y = q % g.plane / g.w, x = q % g.w;
            for (a = 0; a < g.kh; a++)
                for (b = 0; b < g.kw; b++) {
                    const size_t v = y + g.pt - a * g.dh, z = x + g.pl - b * g.dw;  /* wraps where negative */
                    if (y + g.pt < a * g.dh || x + g.pl < b * g.dw || v % g.sh || z % g.sw || v / g.sh >= g.oh || z / g.sw >= g.ow) continue;
                    for (f = 0, taps++; f < g.fg; f++) {
                        at = (q / g.plane / g.c * g.f + c / g.cg * g.fg + f) * g.pixels + v / g.sh * g.ow + z / g.sw;
                        sum += (double)in[at] * (double)w[((c / g.cg * g.fg + f) * g.cg + c % g.cg) * g.taps + a * g.kw + b];
                    }
                }
            sum += (double)bias[c] + (double)residual[q];
            if (sum < 0) sum = 0;
            wrong += !(fabs((double)out[q] - sum) < 1e-5);
            plain = bias[c] + residual[q];
            if (!taps) empty++, wrong += !(out[q] == (plain > 0 ? plain : 0));
        }
        if (wrong) printf("    %s, row %d: %d of %zu pixels\n", backend, (int)i, wrong, g.x_count);
        CHECK(!wrong && empty > 0);
        dlcv_conv_free(conv);
        free(in), free(w), free(bias), free(residual), free(out);
    }
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm", "simde" };
    size_t i;
    int b;
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!dlcv_backend_select(names[i])) backends[backend_count++] = names[i];
    for (b = 0; b < backend_count; b++) {
        CHECK_OK(dlcv_backend_select(backends[b]));
        test_gather(backends[b]);
        test_limit_and_threads();
        test_infinite_clamp();
        for (i = 0; i < (TEST_SMALL ? 4 : ROWS); i++) {
            test_chain(&rows[i], backends[b]);
            test_threads(&rows[i], backends[b]);
        }
        if (!TEST_SMALL && strncmp(backends[b], "avx", 3) == 0) test_threads(&blocks, backends[b]);
        test_between_strides(backends[b]);
        test_limits();
        test_borrowing();
        test_choice();
    }
    test_great_strides();
    test_workspace();
    return test_end("conv_plan");
}
