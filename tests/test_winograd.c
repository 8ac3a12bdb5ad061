/* Winograd's convolutions against the naive sums in double: errors, edges, threads, memory, rounding of a place. */
#define DLCV_POOL
#include "test.h"

#ifdef DLCV_STRICT
int main(void)
{
    dlcv_conv_shape s;
    dlcv_conv_opts o;
    dlcv_conv *conv;
    memset(&s, 0, sizeof s);
    memset(&o, 0, sizeof o);
    s.batch = s.channels = s.filters = 1, s.height = s.width = 8, s.kernel_h = s.kernel_w = 3;
    o.algorithm = DLCV_CONV_WINOGRAD4;
    CHECK(dlcv_conv_new(NULL, &s, NULL, &o, &conv) == DLCV_ERR_ARGUMENT && conv == NULL);
    return test_end("winograd");
}
#else

static uint64_t seed = 1;

static float number(void)
{
    double sum = 0;
    int i;
    for (i = 0; i < 4; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(seed >> 40) / 16777216.0 - 0.5;
    }
    return (float)sum;
}

static int below(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

typedef struct problem {
    dlcv_conv_shape s;
    int oh, ow;
    size_t nx, nw, ny;
    float *x, *w, *y, *bias, *residual;
    double *want;
} problem;

static dlcv_conv_shape shape(int batch, int channels, int height, int width, int filters, int groups, int pad)
{
    dlcv_conv_shape s;
    memset(&s, 0, sizeof s);
    s.batch = batch, s.channels = channels, s.height = height, s.width = width, s.filters = filters, s.groups = groups;
    s.kernel_h = s.kernel_w = 3;
    s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = pad;
    return s;
}

/* y = x * w in double, no epilogue */
static void naive(problem *p)
{
    const dlcv_conv_shape *s = &p->s;
    const int cg = s->channels / s->groups, fg = s->filters / s->groups;
    int n, f, c, i, j, oy, ox;
    for (n = 0; n < s->batch; n++)
        for (f = 0; f < s->filters; f++)
            for (oy = 0; oy < p->oh; oy++)
                for (ox = 0; ox < p->ow; ox++) {
                    double sum = 0;
                    for (c = 0; c < cg; c++)
                        for (i = 0; i < 3; i++)
                            for (j = 0; j < 3; j++) {
                                const int y = oy + i - s->pad_top, x = ox + j - s->pad_left, channel = f / fg * cg + c;
                                if (y < 0 || x < 0 || y >= s->height || x >= s->width) continue;
                                sum += (double)p->x[(((size_t)n * (size_t)s->channels + (size_t)channel) * (size_t)s->height + (size_t)y) * (size_t)s->width + (size_t)x]
                                    * (double)p->w[((size_t)f * (size_t)cg + (size_t)c) * 9 + (size_t)(i * 3 + j)];
                            }
                    p->want[(((size_t)n * (size_t)s->filters + (size_t)f) * (size_t)p->oh + (size_t)oy) * (size_t)p->ow + (size_t)ox] = sum;
                }
}

static float *floats(size_t n)
{
    float *p = (float *)malloc((n + 2) * sizeof(float));
    if (!p) exit(1);
    return p;
}

/* exactly as many floats as the tensors have, so that sanitizers and valgrind see every step aside */
static void make(problem *p, dlcv_conv_shape s)
{
    size_t i;
    memset(p, 0, sizeof *p);
    p->s = s;
    p->oh = s.height + s.pad_top + s.pad_bottom - 2, p->ow = s.width + s.pad_left + s.pad_right - 2;
    p->nx = (size_t)s.batch * (size_t)s.channels * (size_t)s.height * (size_t)s.width;
    p->nw = (size_t)s.filters * (size_t)(s.channels / s.groups) * 9;
    p->ny = (size_t)s.batch * (size_t)s.filters * (size_t)p->oh * (size_t)p->ow;
    p->x = (float *)malloc(p->nx * sizeof(float));
    p->w = (float *)malloc(p->nw * sizeof(float));
    p->y = floats(p->ny);
    p->bias = floats((size_t)s.filters), p->residual = (float *)malloc(p->ny * sizeof(float));
    p->want = (double *)malloc(p->ny * sizeof(double));
    if (!p->x || !p->w || !p->residual || !p->want) exit(1);
    for (i = 0; i < p->nx; i++) p->x[i] = number();
    for (i = 0; i < p->nw; i++) p->w[i] = number();
    for (i = 0; i < (size_t)s.filters; i++) p->bias[i] = number();
    for (i = 0; i < p->ny; i++) p->residual[i] = number();
    naive(p);
}

static void clear(problem *p)
{
    free(p->x), free(p->w), free(p->y), free(p->bias), free(p->residual), free(p->want);
}

static dlcv_conv *plan(const dlcv_env *env, const problem *p, dlcv_conv_algorithm algorithm)
{
    dlcv_conv_opts o;
    dlcv_conv *conv = NULL;
    memset(&o, 0, sizeof o);
    o.algorithm = algorithm;
    CHECK_OK(dlcv_conv_new(env, &p->s, p->w, &o, &conv));
    return conv;
}

/* The greatest error as a fraction of max |y|, with canaries around y. */
static double error(problem *p, dlcv_conv_algorithm algorithm, const dlcv_env *env)
{
    dlcv_conv *conv = plan(env, p, algorithm);
    double most = 0, worst = 0;
    size_t i;
    for (i = 0; i < p->ny + 2; i++) p->y[i] = 12345;
    if (conv) CHECK_OK(dlcv_conv_forward(conv, p->x, NULL, p->y + 1, NULL));
    CHECK(p->y[0] == 12345 && p->y[p->ny + 1] == 12345);
    for (i = 0; i < p->ny; i++) {
        const double d = fabs((double)p->y[i + 1] - p->want[i]);
        if (fabs(p->want[i]) > most) most = fabs(p->want[i]);
        if (!(d <= worst)) worst = d;
    }
    dlcv_conv_free(conv);
    return most > 0 ? worst / most : worst;
}

/* dx in double, of dy = p->residual */
static void naive_back(const problem *p, double *dx)
{
    const dlcv_conv_shape *s = &p->s;
    const int cg = s->channels / s->groups, fg = s->filters / s->groups;
    int n, f, c, i, j, oy, ox;
    size_t k;
    for (k = 0; k < p->nx; k++) dx[k] = 0;
    for (n = 0; n < s->batch; n++)
        for (f = 0; f < s->filters; f++)
            for (c = 0; c < cg; c++)
                for (oy = 0; oy < p->oh; oy++)
                    for (ox = 0; ox < p->ow; ox++)
                        for (i = 0; i < 3; i++)
                            for (j = 0; j < 3; j++) {
                                const int y = oy + i - s->pad_top, x = ox + j - s->pad_left, channel = f / fg * cg + c;
                                if (y < 0 || x < 0 || y >= s->height || x >= s->width) continue;
                                dx[(((size_t)n * (size_t)s->channels + (size_t)channel) * (size_t)s->height + (size_t)y) * (size_t)s->width + (size_t)x]
                                    += (double)p->residual[(((size_t)n * (size_t)s->filters + (size_t)f) * (size_t)p->oh + (size_t)oy) * (size_t)p->ow + (size_t)ox]
                                    * (double)p->w[((size_t)f * (size_t)cg + (size_t)c) * 9 + (size_t)(i * 3 + j)];
                            }
}

/* The greatest error of the gradient with respect to x as a fraction of max |dx|, with canaries around dx. */
static double back_error(const problem *p, const double *want, dlcv_conv_algorithm algorithm, const dlcv_env *env)
{
    dlcv_conv *conv = plan(env, p, algorithm);
    float *dx = floats(p->nx);
    double most = 0, worst_one = 0;
    size_t i;
    for (i = 0; i < p->nx + 2; i++) dx[i] = 12345;
    if (conv) CHECK_OK(dlcv_conv_backward_data(conv, p->w, p->residual, dx + 1, NULL));
    CHECK(dx[0] == 12345 && dx[p->nx + 1] == 12345);
    for (i = 0; i < p->nx; i++) {
        const double d = fabs((double)dx[i + 1] - want[i]);
        if (fabs(want[i]) > most) most = fabs(want[i]);
        if (!(d <= worst_one)) worst_one = d;
    }
    dlcv_conv_free(conv);
    free(dx);
    return most > 0 ? worst_one / most : worst_one;
}

/* dw in double, of dy = p->residual */
static void naive_weights(const problem *p, double *dw)
{
    const dlcv_conv_shape *s = &p->s;
    const int cg = s->channels / s->groups, fg = s->filters / s->groups;
    int n, f, c, t, oy, ox;
    for (f = 0; f < s->filters; f++)
        for (c = 0; c < cg; c++)
            for (t = 0; t < 9; t++) {
                double sum = 0;
                for (n = 0; n < s->batch; n++)
                    for (oy = 0; oy < p->oh; oy++)
                        for (ox = 0; ox < p->ow; ox++) {
                            const int y = oy + t / 3 - s->pad_top, x = ox + t % 3 - s->pad_left;
                            if (y < 0 || x < 0 || y >= s->height || x >= s->width) continue;
                            sum += (double)p->x[(((size_t)n * (size_t)s->channels + (size_t)(f / fg * cg + c)) * (size_t)s->height + (size_t)y) * (size_t)s->width + (size_t)x]
                                * (double)p->residual[(((size_t)n * (size_t)s->filters + (size_t)f) * (size_t)p->oh + (size_t)oy) * (size_t)p->ow + (size_t)ox];
                        }
                dw[((size_t)f * (size_t)cg + (size_t)c) * 9 + (size_t)t] = sum;
            }
}

/* The greatest error of the gradient with respect to the weights as a fraction of max |dw|, with canaries around it; add: to what was there, too. */
static double weights_error(const problem *p, const double *want, dlcv_conv_algorithm algorithm, const dlcv_env *env, int add)
{
    dlcv_conv *conv = plan(env, p, algorithm);
    float *dw = floats(p->nw);
    double most = 0, worst_one = 0;
    size_t i;
    dw[0] = dw[p->nw + 1] = 12345;
    for (i = 0; i < p->nw; i++) dw[i + 1] = add ? 0.5f : NAN;
    if (conv) CHECK_OK(dlcv_conv_backward_weights(conv, p->x, p->residual, dw + 1, add, NULL));
    CHECK(dw[0] == 12345 && dw[p->nw + 1] == 12345);
    for (i = 0; i < p->nw; i++) {
        const double d = fabs((double)dw[i + 1] - want[i] - (add ? 0.5 : 0));
        if (fabs(want[i]) > most) most = fabs(want[i]);
        if (!(d <= worst_one)) worst_one = d;
    }
    dlcv_conv_free(conv);
    free(dw);
    return most > 0 ? worst_one / most : worst_one;
}

static double worst[6];             /* over all shapes, of F(2x2) and F(4x4): y, dx, dw */

/* The bounds that the documentation states. */
static void try_shape(dlcv_conv_shape s)
{
    static const double bound[2] = { 2e-6, 1e-5 };
    problem p;
    static const char *const names[3] = { "y", "dx", "dw" };
    double *dx, *dw;
    int i;
    make(&p, s);
    dx = (double *)malloc(p.nx * sizeof(double)), dw = (double *)malloc(p.nw * sizeof(double));
    if (!dx || !dw) exit(1);
    naive_back(&p, dx);
    naive_weights(&p, dw);
    for (i = 0; i < 6; i++) {
        const dlcv_conv_algorithm algorithm = i & 1 ? DLCV_CONV_WINOGRAD4 : DLCV_CONV_WINOGRAD2;
        const double e = i < 2 ? error(&p, algorithm, NULL) : i < 4 ? back_error(&p, dx, algorithm, NULL) : weights_error(&p, dw, algorithm, NULL, below(8) == 0);
        if (!(e <= worst[i])) worst[i] = e;
        CHECK(e < bound[i & 1]);
        if (!(e < bound[i & 1]))
            printf("    F(%d) %s: %g; [%d, %d, %d, %d] -> %d, groups %d, pads %d %d %d %d\n", i & 1 ? 4 : 2, names[i / 2], e, s.batch, s.channels,
                s.height, s.width, s.filters, s.groups, s.pad_top, s.pad_left, s.pad_bottom, s.pad_right);
    }
    free(dx), free(dw);
    clear(&p);
}

static void test_shapes(void)
{
    const int draws = getenv("DLCV_TEST_FULL") ? 3000 : TEST_EMULATED ? 3 : TEST_SMALL ? 8 : 60;
    int h, w, i, pad;
    for (pad = 0; pad <= 3; pad += TEST_SMALL ? 2 : 1)     /* every size up to two tiles of F(4x4) and a bit */
        for (h = 1; h <= 11; h += TEST_EMULATED ? 5 : TEST_SMALL ? 3 : 1)
            for (w = 1; w <= 11; w += TEST_SMALL ? 3 : 1)
                if (h + 2 * pad >= 3 && w + 2 * pad >= 3) try_shape(shape(1, 1 + h % 2, h, w, 1 + w % 3, 1, pad));
    for (i = 0; i < draws; i++) {
        const int groups = 1 + below(3);
        dlcv_conv_shape s = shape(1 + below(3), groups * (1 + below(9)), 3 + below(38), 3 + below(90), groups * (1 + below(20)), groups, 0);
        s.pad_top = below(4), s.pad_left = below(4), s.pad_bottom = below(4), s.pad_right = below(4);
        try_shape(s);
    }
    try_shape(shape(1, 64, 30, 18, 17, 1, 1));
    try_shape(shape(2, 3, 5, 300, 5, 1, 1));
    try_shape(shape(1, 2, 200, 3, 3, 1, 1));
    try_shape(shape(40, 4, 4, 4, 6, 1, 1));
    if (!TEST_SMALL) try_shape(shape(1, 600, 8, 8, 9, 1, 1));   /* long sums */
    { /* padding wider than a tile: whole tiles of zeros */
        dlcv_conv_shape s = shape(1, 2, 3, 3, 3, 1, 9);
        try_shape(s);
        s.pad_left = 20, s.pad_top = 0;
        try_shape(s);
    }
    printf("greatest error, F(2x2) and F(4x4): y %.3g, %.3g of max |y|; dx %.3g, %.3g; dw %.3g, %.3g\n", worst[0], worst[1], worst[2], worst[3], worst[4], worst[5]);
}

/* Small integers: every sum of F(2x2) is exact. */
static void test_exact(void)
{
    problem p;
    size_t i;
    make(&p, shape(2, 5, 17, 23, 11, 1, 1));
    for (i = 0; i < p.nx; i++) p.x[i] = (float)(below(17) - 8);
    for (i = 0; i < p.nw; i++) p.w[i] = (float)(4 * (below(9) - 4));
    naive(&p);
    CHECK_EQUAL(error(&p, DLCV_CONV_WINOGRAD2, NULL), 0);
    clear(&p);
}

/* Bias, residual, clamp, in that order. */
static void test_epilogue(void)
{
    int i, bits;
    for (i = 0; i < 2; i++) {
        const dlcv_conv_algorithm algorithm = i ? DLCV_CONV_WINOGRAD4 : DLCV_CONV_WINOGRAD2;
        problem p;
        dlcv_conv *conv;
        make(&p, shape(2, 6, 13, 21, 10, 2, 1));
        conv = plan(NULL, &p, algorithm);
        for (bits = 0; conv && bits < 12; bits++) {
            dlcv_conv_epilogue e;
            double most = 0;
            size_t k;
            memset(&e, 0, sizeof e);
            if (bits & 1) e.bias = p.bias;
            if (bits & 2) e.residual = p.residual;
            e.activation = (dlcv_activation)(bits / 4);
            e.low = -0.25f, e.high = 0.75f;
            CHECK_OK(dlcv_conv_forward(conv, p.x, &e, p.y, NULL));
            for (k = 0; k < p.ny; k++) {
                double v = p.want[k];
                if (e.bias) v += (double)p.bias[k / (size_t)(p.oh * p.ow) % (size_t)p.s.filters];
                if (e.residual) v += (double)p.residual[k];
                if (e.activation == DLCV_ACTIVATION_RELU && v < 0) v = 0;
                if (e.activation == DLCV_ACTIVATION_CLAMP) v = v < -0.25 ? -0.25 : v > 0.75 ? 0.75 : v;
                if (fabs(v - (double)p.y[k]) > most) most = fabs(v - (double)p.y[k]);
            }
            CHECK(most < 1e-5);
        }
        dlcv_conv_free(conv);
        clear(&p);
    }
}

/* The same bits with 1, 2, 3, 5 and 16 threads, in any place of a batch, and at an odd address. */
static void test_places(void)
{
    static const int sizes[][5] = { { 5, 7, 9, 30, 19 }, { 1, 16, 14, 14, 40 }, { 2, 3, 40, 41, 5 }, { 1, 70, 28, 28, 26 } };
    size_t i;
    int m, width;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (m = 0; m < 2; m++) {
            const dlcv_conv_algorithm algorithm = m ? DLCV_CONV_WINOGRAD4 : DLCV_CONV_WINOGRAD2;
            problem p, one;
            dlcv_conv *conv;
            float *first, *first_back, *back, *first_dw, *dw;
            size_t k, per;
            make(&p, shape(sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], sizes[i][4], 1, 1));
            per = p.nx / (size_t)p.s.batch;
            for (k = per; k < p.nx; k++) p.x[k] = p.x[k - per];     /* the batch is one picture again and again */
            naive(&p);
            first = floats(p.ny);
            conv = plan(NULL, &p, algorithm);
            CHECK_OK(dlcv_conv_forward(conv, p.x, NULL, first, NULL));
            first_back = floats(p.nx), back = floats(p.nx), first_dw = floats(p.nw), dw = floats(p.nw);
            CHECK_OK(dlcv_conv_backward_data(conv, p.w, p.residual, first_back, NULL));
            CHECK_OK(dlcv_conv_backward_weights(conv, p.x, p.residual, first_dw, 0, NULL));
            dlcv_conv_free(conv);
            per = p.ny / (size_t)p.s.batch;
            for (k = 1; k < (size_t)p.s.batch; k++) CHECK(!memcmp(first, first + k * per, per * sizeof(float)));
            for (width = 2; width <= 16; width = width == 2 ? 3 : width == 3 ? 5 : width == 5 ? 16 : 17) {
                dlcv_env env;
                memset(&env, 0, sizeof env);
                test_new_pool(width, &env.threads);
                conv = plan(&env, &p, algorithm);
                memset(p.y, 255, p.ny * sizeof(float)), memset(back, 255, p.nx * sizeof(float)), memset(dw, 255, p.nw * sizeof(float));
                CHECK_OK(dlcv_conv_forward(conv, p.x, NULL, p.y, NULL));
                CHECK(!memcmp(first, p.y, p.ny * sizeof(float)));
                CHECK_OK(dlcv_conv_backward_data(conv, p.w, p.residual, back, NULL));
                CHECK(!memcmp(first_back, back, p.nx * sizeof(float)));
                CHECK_OK(dlcv_conv_backward_weights(conv, p.x, p.residual, dw, 0, NULL));
                CHECK(!memcmp(first_dw, dw, p.nw * sizeof(float)));
                dlcv_conv_free(conv);
                dlcv_pool_free(&env.threads);
            }
            make(&one, shape(1, sizes[i][1], sizes[i][2], sizes[i][3], sizes[i][4], 1, 1));
            memcpy(one.w, p.w, p.nw * sizeof(float));
            memcpy(one.x, p.x, one.nx * sizeof(float));
            conv = plan(NULL, &one, algorithm);
            CHECK_OK(dlcv_conv_forward(conv, one.x, NULL, one.y + 1, NULL));
            CHECK(!memcmp(first, one.y + 1, per * sizeof(float)));
            dlcv_conv_free(conv);
            free(first), free(first_back), free(back), free(first_dw), free(dw);
            clear(&p);
            clear(&one);
        }
}

/* What describe says is what is allocated, and no more; a failed allocation leaves nothing. */
static void test_memory(void)
{
    test_heap h;
    dlcv_env env = test_env(&h);
    dlcv_conv_opts o;
    dlcv_conv_info info;
    dlcv_conv *conv;
    problem p;
    void *workspace, *room;
    float *dw, *again;
    size_t before;
    long n, calls;
    make(&p, shape(2, 9, 30, 27, 13, 1, 1));
    conv = plan(&env, &p, DLCV_CONV_WINOGRAD4);
    dlcv_conv_describe(conv, &info);
    CHECK(info.algorithm == DLCV_CONV_WINOGRAD4 && !info.borrowed);
    CHECK_TEXT(info.name, "winograd F(4x4, 3x3)");
    CHECK_EQUAL(h.blocks, 2);
    CHECK(h.bytes > info.prepared_bytes && h.bytes < info.prepared_bytes + 1024);
    before = h.bytes, h.peak = 0;
    CHECK_OK(dlcv_conv_forward(conv, p.x, NULL, p.y, NULL));
    CHECK_EQUAL(h.peak - before, info.workspace_bytes);
    workspace = test_allocate(info.workspace_bytes, 64, &h);
    memset(workspace, 255, info.workspace_bytes);           /* NaNs */
    calls = h.calls;
    CHECK_OK(dlcv_conv_forward(conv, p.x, NULL, p.y, workspace));
    CHECK_EQUAL(h.calls, calls);
    for (before = 0; before < p.ny; before++)
        if (!(fabs((double)p.y[before] - p.want[before]) < 1e-4)) break;
    CHECK(before == p.ny);
    h.fail_at = h.calls + 1;
    CHECK(dlcv_conv_forward(conv, p.x, NULL, p.y, NULL) == DLCV_ERR_MEMORY);
    h.fail_at = h.calls + 1;
    CHECK(dlcv_conv_backward_data(conv, p.w, p.residual, p.x, NULL) == DLCV_ERR_MEMORY);
    dw = floats(p.nw), again = floats(p.nw);
    before = h.bytes, h.peak = 0;
    CHECK_OK(dlcv_conv_backward_weights(conv, p.x, p.residual, dw, 0, NULL));
    CHECK(h.peak - before <= info.backward_bytes);
    h.fail_at = h.calls + 1;
    CHECK(dlcv_conv_backward_weights(conv, p.x, p.residual, again, 0, NULL) == DLCV_ERR_MEMORY);
    room = test_allocate(info.backward_bytes, 64, &h);
    memset(room, 255, info.backward_bytes);
    calls = h.calls;
    CHECK_OK(dlcv_conv_backward_weights(conv, p.x, p.residual, again, 0, room));
    CHECK_EQUAL(h.calls, calls);
    CHECK(!memcmp(dw, again, p.nw * sizeof(float)));
    test_release(room, info.backward_bytes, &h);
    free(dw), free(again);
    test_release(workspace, info.workspace_bytes, &h);
    dlcv_conv_free(conv);
    CHECK(h.blocks == 0 && h.bytes == 0 && h.wrong == 0);
    memset(&o, 0, sizeof o);
    o.algorithm = DLCV_CONV_WINOGRAD2;
    for (n = 1; n <= 2; n++) {
        h.fail_at = h.calls + n;
        CHECK(dlcv_conv_new(&env, &p.s, p.w, &o, &conv) == DLCV_ERR_MEMORY && !conv && h.blocks == 0);
    }
    clear(&p);
}

/* Shapes that it does not do. */
static void test_refusals(void)
{
    dlcv_conv_shape s = shape(1, 2, 8, 8, 2, 1, 1);
    dlcv_conv_opts o;
    dlcv_conv_info info;
    dlcv_conv *conv;
    memset(&o, 0, sizeof o);
    o.algorithm = DLCV_CONV_WINOGRAD4;
    s.stride_w = 2;
    CHECK(dlcv_conv_new(NULL, &s, NULL, &o, &conv) == DLCV_ERR_ARGUMENT);
    s.stride_w = 0, s.dilation_h = 2;
    CHECK(dlcv_conv_new(NULL, &s, NULL, &o, &conv) == DLCV_ERR_ARGUMENT);
    s.dilation_h = 0, s.kernel_w = 5;
    CHECK(dlcv_conv_new(NULL, &s, NULL, &o, &conv) == DLCV_ERR_ARGUMENT);
    s = shape(1, 64, 56, 56, 64, 1, 1);
    o.algorithm = DLCV_CONV_AUTO, o.no_winograd = 1;
    CHECK_OK(dlcv_conv_new(NULL, &s, NULL, &o, &conv));
    dlcv_conv_describe(conv, &info);
    CHECK(info.algorithm != DLCV_CONV_WINOGRAD2 && info.algorithm != DLCV_CONV_WINOGRAD4);
    dlcv_conv_free(conv);
}

/* Which algorithm goes backward: the one asked for, as the bits tell, and never Winograd where it is forbidden or wants more memory than allowed. */
static void test_backward_choice(void)
{
    static const dlcv_conv_algorithm of[6] = { DLCV_CONV_GEMM, DLCV_CONV_WINOGRAD2, DLCV_CONV_WINOGRAD4, DLCV_CONV_AUTO, DLCV_CONV_AUTO, DLCV_CONV_AUTO };
    problem p;
    float *dx[6], *dw[6];
    int i;
    make(&p, shape(1, 32, 60, 60, 32, 1, 1));
    for (i = 0; i < 6; i++) {
        dlcv_conv_opts o;
        dlcv_conv *conv = NULL;
        memset(&o, 0, sizeof o);
        o.algorithm = of[i];
        o.no_winograd = i == 4;
        o.memory = i == 5 ? 128 << 10 : 0;
        dx[i] = floats(p.nx), dw[i] = floats(p.nw);
        CHECK_OK(dlcv_conv_new(NULL, &p.s, NULL, &o, &conv));
        CHECK_OK(dlcv_conv_backward_data(conv, p.w, p.residual, dx[i], NULL));
        CHECK_OK(dlcv_conv_backward_weights(conv, p.x, p.residual, dw[i], 0, NULL));
        dlcv_conv_free(conv);
    }
    CHECK(memcmp(dx[0], dx[1], p.nx * sizeof(float)) && memcmp(dx[0], dx[2], p.nx * sizeof(float)) && memcmp(dx[1], dx[2], p.nx * sizeof(float)));
    CHECK(memcmp(dw[0], dw[1], p.nw * sizeof(float)) && memcmp(dw[0], dw[2], p.nw * sizeof(float)) && memcmp(dw[1], dw[2], p.nw * sizeof(float)));
    CHECK(!memcmp(dx[2], dx[3], p.nx * sizeof(float)));     /* what AUTO takes for this shape */
    CHECK(!memcmp(dw[2], dw[3], p.nw * sizeof(float)));
    for (i = 4; i < 6; i++) {
        CHECK(!memcmp(dx[0], dx[i], p.nx * sizeof(float)));
        CHECK(!memcmp(dw[4], dw[i], p.nw * sizeof(float)));     /* gemm or direct */
        CHECK(memcmp(dw[1], dw[i], p.nw * sizeof(float)) && memcmp(dw[2], dw[i], p.nw * sizeof(float)));
    }
    for (i = 0; i < 6; i++) free(dx[i]), free(dw[i]);
    clear(&p);
}

/* New weights for an old plan. */
static void test_weights(void)
{
    problem p;
    dlcv_conv *conv;
    size_t i;
    make(&p, shape(1, 3, 12, 12, 5, 1, 1));
    conv = plan(NULL, &p, DLCV_CONV_WINOGRAD4);
    for (i = 0; i < p.nw; i++) p.w[i] = number();
    naive(&p);
    CHECK_OK(dlcv_conv_weights(conv, p.w));
    CHECK_OK(dlcv_conv_forward(conv, p.x, NULL, p.y, NULL));
    for (i = 0; i < p.ny; i++)
        if (!(fabs((double)p.y[i] - p.want[i]) < 1e-5)) break;
    CHECK(i == p.ny);
    dlcv_conv_free(conv);
    clear(&p);
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "simde", "avx2", "avx512", "neon", "wasm" }; /* beside the best */
    int i;
    printf("backend %s\n", dlcv_backend());
    test_shapes();
    test_exact();
    test_epilogue();
    test_places();
    test_memory();
    test_refusals();
    test_backward_choice();
    test_weights();
    for (i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        if (dlcv_backend_select(names[i])) continue;
        printf("backend %s\n", dlcv_backend());
        test_epilogue();
        test_places();
        try_shape(shape(2, 5, 19, 70, 11, 1, 1));
        try_shape(shape(1, 8, 7, 7, 16, 2, 2));
    }
    return test_end("winograd");
}
#endif
