/* Convolutions against plain loops in double precision: every geometry of kernel 1 .. 7 and 11, stride 1 .. 4, dilation 1 .. 3 and
 * padding 0 .. 3 on each of the four sides (24,576), each with channels, groups, filters, batch and size drawn by its number; forward
 * and backward, transposed too; by every algorithm that does the shape, in every backend of the build. A sample each run, all with
 * DLCV_TEST_FULL=1. Then fifty convolutions by PyTorch, what convolutions have in common with one another, memory, errors. */
#include "test.h"
#include "golden/conv_torch.h"

enum { ALGORITHMS = 5, MOST = 8, GUARD = 64, GEOMETRIES = 8 * 4 * 3 * 256 };

static const char *const names[ALGORITHMS] = { "auto", "gemm", "direct", "winograd2", "winograd4" };
static const dlcv_conv_algorithm algorithms[ALGORITHMS] = { DLCV_CONV_AUTO, DLCV_CONV_GEMM, DLCV_CONV_DIRECT, DLCV_CONV_WINOGRAD2,
                                                            DLCV_CONV_WINOGRAD4 };
static const char *backends[MOST];
static int backend_count, full;
static long ran[ALGORITHMS];        /* forward passes that an algorithm made when it was asked for */
static double worst[ALGORITHMS], worst_back;

static uint32_t state;
static uint32_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state * 2654435761u >> 7;
}
static int below(int n) { return (int)(draw() % (uint32_t)n); }
static float real(void) { return (float)(draw() & 0xffffff) / 8388608.0f - 1; }

/* count floats with others around them that are not numbers: reading them spoils a result, writing them is found. Half of the
 * time the array ends where the block does, for tools that watch the heap. */
typedef struct array {
    void *block;
    float *at;
    size_t count, behind;
} array;

static float poison(void)
{
    const uint32_t w = 0x7fc0dead;
    float x;
    memcpy(&x, &w, 4);
    return x;
}

static void array_spoil(array *a)
{
    const float x = poison();
    size_t i;
    for (i = 0; i < a->count; i++) a->at[i] = x;
}

static array array_new(size_t count, int offset, int tight)
{
    array a;
    size_t i;
    const float x = poison();
    float *p;
    a.count = count;
    a.behind = tight ? 0 : GUARD;
    a.block = malloc((GUARD + 32 + count + a.behind) * sizeof(float));
    p = (float *)a.block;
    if (!p) exit(3);
    /* 64-byte boundary, then the offset; tight arrays take what malloc gives */
    if (tight) {
        free(a.block);
        a.block = malloc((GUARD + count) * sizeof(float));
        p = (float *)a.block;
        if (!p) exit(3);
    } else {
        while ((size_t)p & 63) p++;
        p += offset;
    }
    a.at = p + GUARD;
    for (i = 0; i < GUARD; i++) p[i] = x;
    array_spoil(&a);
    for (i = 0; i < a.behind; i++) a.at[count + i] = x;
    return a;
}

/* Has anybody written beside it? */
static int array_kept(const array *a)
{
    const float x = poison();
    size_t i;
    for (i = 0; i < GUARD; i++)
        if (memcmp(a->at - 1 - i, &x, 4)) return 0;
    for (i = 0; i < a->behind; i++)
        if (memcmp(a->at + a->count + i, &x, 4)) return 0;
    return 1;
}

static void array_free(array *a) { free(a->block); }

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

/* The definition. Of large, small and weights two are given; out is the third, in double precision, and square the sums of the
 * squares of its products. With SMALL and chain not NULL also the sum in floats, in ascending order, as strict mode promises. */
typedef enum side { LARGE, SMALL, WEIGHTS } side;
static void slide(const problem *p, side want, const float *large, const float *small, const float *weights, double *out, double *square,
                  float *chain)
{
    const dlcv_conv_shape *s = &p->s;
    const int kept = p->cl / s->groups, filters = p->cs / s->groups;
    int n, f, oy, ox, c, ky, kx;
    for (n = 0; n < s->batch; n++)
        for (f = 0; f < p->cs; f++)
            for (oy = 0; oy < p->hs; oy++)
                for (ox = 0; ox < p->ws; ox++) {
                    const size_t i = (((size_t)n * (size_t)p->cs + (size_t)f) * (size_t)p->hs + (size_t)oy) * (size_t)p->ws + (size_t)ox;
                    for (c = 0; c < kept; c++)
                        for (ky = 0; ky < s->kernel_h; ky++)
                            for (kx = 0; kx < s->kernel_w; kx++) {
                                const int y = oy * s->stride_h - s->pad_top + ky * s->dilation_h;
                                const int x = ox * s->stride_w - s->pad_left + kx * s->dilation_w;
                                const size_t w = (((size_t)f * (size_t)kept + (size_t)c) * (size_t)s->kernel_h + (size_t)ky) * (size_t)s->kernel_w
                                    + (size_t)kx;
                                const size_t channel = (size_t)n * (size_t)p->cl + (size_t)(f / filters * kept + c);
                                const size_t l = (channel * (size_t)p->hl + (size_t)y) * (size_t)p->wl + (size_t)x;
                                const size_t o = want == LARGE ? l : want == SMALL ? i : w;
                                double t;
                                if (y < 0 || y >= p->hl || x < 0 || x >= p->wl) continue;
                                t = want == LARGE ? (double)small[i] * (double)weights[w] : want == SMALL ? (double)large[l] * (double)weights[w]
                                                                                          : (double)large[l] * (double)small[i];
                                out[o] += t;
                                square[o] += t * t;
                                if (chain) {
                                    volatile float product = large[l] * weights[w], sum = chain[i] + product;
                                    chain[i] = sum;
                                }
                            }
                }
}

/* The measure of an error: the greatest value, or where all may happen to be small what a sum of so many products is like. */
static double scale_of(const double *want, const double *square, size_t n)
{
    double most = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        const double r = square ? sqrt(square[i]) : 0, v = fabs(want[i]);
        most = v > most ? v : most;
        most = r > most ? r : most;
    }
    return most;
}

static double error_of(const float *got, const double *want, size_t n)
{
    double most = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        const double e = fabs((double)got[i] - want[i]);
        if (!(e <= most)) most = e == e ? e : 1e300;
    }
    return most;
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

/* Threads that are none: tasks one after the other, the last first. */
static void backwards(int count, dlcv_task task, void *context, void *user)
{
    (void)user;
    while (count > 0) task(--count, context);
}

/* Operands and what comes out by the definition. exact: all are small integers, so that every order of summation gives the same float. */
typedef struct trial {
    problem p;
    int exact, transposed;
    dlcv_conv_epilogue e;
    array x, w, bias, residual, dy, y, dx, dw, db;
    double *want_y, *want_dx, *want_dw, *want_db;
    double scale_y, scale_dx, scale_dw, scale_db;
    float *chain, *first_dx, *first_dw, *first_db;
} trial;

static void fill(array *a, int exact)
{
    size_t i;
    for (i = 0; i < a->count; i++) a->at[i] = exact ? (float)(below(7) - 3) : real();
}

static double *zeros(size_t n)
{
    double *p = (double *)calloc(n + 1, sizeof(double));
    if (!p) exit(3);
    return p;
}

static void trial_reference(trial *t)
{
    const problem *p = &t->p;
    const size_t nx = t->x.count, ny = t->y.count, nw = t->w.count, most = nx > ny ? (nx > nw ? nx : nw) : ny > nw ? ny : nw;
    const size_t pixels = ny / (size_t)(p->s.batch * p->s.filters);
    double *square = zeros(most);
    size_t i;
    t->want_y = zeros(ny), t->want_dx = zeros(nx), t->want_dw = zeros(nw), t->want_db = zeros((size_t)p->s.filters);
    if (t->transposed) slide(p, LARGE, NULL, t->x.at, t->w.at, t->want_y, square, NULL);
    else slide(p, SMALL, t->x.at, NULL, t->w.at, t->want_y, square, t->chain);
    t->scale_y = scale_of(t->want_y, square, ny);
    memset(square, 0, nx * sizeof(double));
    if (t->transposed) slide(p, SMALL, t->dy.at, NULL, t->w.at, t->want_dx, square, NULL);
    else slide(p, LARGE, NULL, t->dy.at, t->w.at, t->want_dx, square, NULL);
    t->scale_dx = scale_of(t->want_dx, square, nx);
    memset(square, 0, nw * sizeof(double));
    if (t->transposed) slide(p, WEIGHTS, t->dy.at, t->x.at, NULL, t->want_dw, square, NULL);
    else slide(p, WEIGHTS, t->x.at, t->dy.at, NULL, t->want_dw, square, NULL);
    t->scale_dw = scale_of(t->want_dw, square, nw);
    memset(square, 0, (size_t)p->s.filters * sizeof(double));
    for (i = 0; i < ny; i++) {
        const size_t f = i / pixels % (size_t)p->s.filters;
        t->want_db[f] += (double)t->dy.at[i];
        square[f] += (double)t->dy.at[i] * (double)t->dy.at[i];
    }
    t->scale_db = scale_of(t->want_db, square, (size_t)p->s.filters);
    for (i = 0; i < ny; i++) {
        double v = t->want_y[i];
        if (t->e.bias) v += (double)t->e.bias[i / pixels % (size_t)p->s.filters];
        if (t->e.residual) v += (double)t->e.residual[i];
        if (t->e.activation == DLCV_ACTIVATION_RELU) v = v > 0 ? v : 0;
        if (t->e.activation == DLCV_ACTIVATION_CLAMP) v = v < (double)t->e.low ? (double)t->e.low : v > (double)t->e.high ? (double)t->e.high : v;
        t->want_y[i] = v;
        if (t->chain) {
            volatile float f = t->chain[i];
            if (t->e.bias) f = f + t->e.bias[i / pixels % (size_t)p->s.filters];
            if (t->e.residual) f = f + t->e.residual[i];
            if (t->e.activation == DLCV_ACTIVATION_RELU) f = f > 0 ? f : 0;
            if (t->e.activation == DLCV_ACTIVATION_CLAMP) f = f < t->e.low ? t->e.low : f > t->e.high ? t->e.high : f;
            t->chain[i] = f;
        }
    }
    free(square);
}

static void trial_new(trial *t, const dlcv_conv_shape *shape)
{
    const int tight = below(2);
    const size_t filters = (size_t)shape->filters;
    memset(t, 0, sizeof *t);
    t->p = problem_of(shape);
    t->transposed = shape->transposed;
    t->exact = below(2);
    t->x = array_new(t->transposed ? t->p.small : t->p.large, below(16), tight);
    t->w = array_new(t->p.weights, below(16), tight);
    t->y = array_new(t->transposed ? t->p.large : t->p.small, below(16), tight);
    t->dy = array_new(t->y.count, below(16), tight);
    t->bias = array_new(filters, below(16), tight);
    t->residual = array_new(t->y.count, below(16), tight);
    t->dx = array_new(t->x.count, below(16), tight);
    t->dw = array_new(t->w.count, below(16), tight);
    t->db = array_new(filters, below(16), tight);
    fill(&t->x, t->exact), fill(&t->w, t->exact), fill(&t->dy, t->exact), fill(&t->bias, t->exact), fill(&t->residual, t->exact);
    if (below(2)) t->e.bias = t->bias.at;
    if (below(3) == 0) t->e.residual = t->residual.at;
    t->e.activation = below(2) ? DLCV_ACTIVATION_NONE : below(2) ? DLCV_ACTIVATION_RELU : DLCV_ACTIVATION_CLAMP;
    t->e.low = -2, t->e.high = 6;
#ifdef DLCV_STRICT
    if (!t->transposed) {
        t->chain = (float *)calloc(t->y.count, sizeof(float));
        if (!t->chain) exit(3);
    }
#endif
    trial_reference(t);
}

static void trial_free(trial *t)
{
    array_free(&t->x), array_free(&t->w), array_free(&t->y), array_free(&t->dy), array_free(&t->bias), array_free(&t->residual);
    array_free(&t->dx), array_free(&t->dw), array_free(&t->db);
    free(t->want_y), free(t->want_dx), free(t->want_dw), free(t->want_db), free(t->chain);
    free(t->first_dx), free(t->first_dw), free(t->first_db);
}

static int inputs_kept(const trial *t)
{
    return array_kept(&t->x) && array_kept(&t->w) && array_kept(&t->dy) && array_kept(&t->bias) && array_kept(&t->residual);
}

/* In strict mode every backend, algorithm and number of threads gives what the first one gave. */
static void same_bits(const trial *t, const array *got, float **first, const char *backend, const char *what)
{
#ifdef DLCV_STRICT
    size_t i = 0;
    if (!*first) {
        *first = (float *)malloc(got->count * sizeof(float));
        if (!*first) exit(3);
        memcpy(*first, got->at, got->count * sizeof(float));
    }
    while (i < got->count && got->at[i] == (*first)[i]) i++;
    verdict(i == got->count, &t->p, backend, what, (double)i, (double)got->count);
#else
    (void)t, (void)got, (void)first, (void)backend, (void)what;
#endif
}

static void judge(const trial *t, const array *got, const double *want, double scale, double tolerance, const char *backend, const char *algorithm,
                  const char *what, double *most)
{
    char text[64];
    const double error = error_of(got->at, want, got->count), bound = tolerance * scale;
    snprintf(text, sizeof text, "%s %s%s", algorithm, what, t->exact ? ", integers" : "");
    verdict(error <= bound, &t->p, backend, text, scale > 0 ? error / scale : error, tolerance);
    verdict(array_kept(got) && inputs_kept(t), &t->p, backend, "wrote beside its result", 0, 0);
    if (!t->exact && scale > 0 && error / scale > *most) *most = error / scale;
}

/* dw or db: with add on top of what was there */
static void preset(array *a, int add)
{
    size_t i;
    array_spoil(a);
    if (add)
        for (i = 0; i < a->count; i++) a->at[i] = (float)((int)(i % 5) - 2);
}

static void subtract(array *a, int add)
{
    size_t i;
    if (add)
        for (i = 0; i < a->count; i++) a->at[i] -= (float)((int)(i % 5) - 2);
}

static void run_backward(trial *t, dlcv_conv *conv, const char *backend, const char *algorithm, void *workspace)
{
    const double tolerance = t->exact ? 0 : 1e-5;
    const int add = below(2);
    array_spoil(&t->dx);
    CHECK_OK(dlcv_conv_backward_data(conv, t->w.at, t->dy.at, t->dx.at, workspace));
    judge(t, &t->dx, t->want_dx, t->scale_dx, tolerance, backend, algorithm, "dx", &worst_back);
    same_bits(t, &t->dx, &t->first_dx, backend, "dx: other bits");
    preset(&t->dw, add);
    CHECK_OK(dlcv_conv_backward_weights(conv, t->x.at, t->dy.at, t->dw.at, add, workspace));
    if (!add) same_bits(t, &t->dw, &t->first_dw, backend, "dw: other bits");
    subtract(&t->dw, add);
    judge(t, &t->dw, t->want_dw, t->scale_dw + 4 * add, tolerance, backend, algorithm, "dw", &worst_back);
    preset(&t->db, add);
    CHECK_OK(dlcv_conv_backward_bias(conv, t->dy.at, t->db.at, add));
    if (!add) same_bits(t, &t->db, &t->first_db, backend, "db: other bits");
    subtract(&t->db, add);
    judge(t, &t->db, t->want_db, t->scale_db + 4 * add, tolerance, backend, algorithm, "db", &worst_back);
}

/* One plan: forward, and backward unless the algorithm is Winograd's; its memory is what it says. Returns 0 where the algorithm does
 * not do the shape. copy: [y] of the first width, to be the same for others. */
static int run_plan(trial *t, int a, const char *backend, int width, float *copy)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_conv_opts o;
    dlcv_conv_info info;
    dlcv_conv *conv = NULL;
    array workspace = array_new(0, 0, 0);
    size_t before, bytes;
    const int own = below(2), late = below(4) == 0, winograd = a >= 3;
    const double tolerance = winograd ? 2e-5 : t->exact ? 0 : 1e-5;
    dlcv_status status;
    memset(&o, 0, sizeof o);
    o.algorithm = algorithms[a];
    o.no_winograd = a == 0 && t->exact;
    env.threads.parallel_for = backwards;
    env.threads.width = width;
    status = dlcv_conv_new(&env, &t->p.s, late ? NULL : t->w.at, &o, &conv);
    if (status) {
        verdict(a > 1 && status == DLCV_ERR_ARGUMENT && !conv && heap.blocks == 0, &t->p, backend, dlcv_error(), 0, 0);
        array_free(&workspace);
        return 0;
    }
    if (late) {
        verdict(dlcv_conv_forward(conv, t->x.at, NULL, t->y.at, NULL) == DLCV_ERR_STATE, &t->p, backend, "without weights", 0, 0);
        CHECK_OK(dlcv_conv_weights(conv, t->w.at));
    }
    dlcv_conv_describe(conv, &info);
    before = heap.bytes;
    verdict(heap.bytes >= info.prepared_bytes && heap.bytes <= info.prepared_bytes + 2048, &t->p, backend, "prepared_bytes", (double)heap.bytes,
            (double)info.prepared_bytes);
    bytes = info.workspace_bytes > info.backward_bytes ? info.workspace_bytes : info.backward_bytes;
    array_free(&workspace);
    workspace = array_new((bytes + 3) / 4, 0, 0);
    if (!own) heap.peak = heap.bytes;
    array_spoil(&t->y);
    CHECK_OK(dlcv_conv_forward(conv, t->x.at, &t->e, t->y.at, own ? workspace.at : NULL));
    if (!own) verdict(heap.peak - before == info.workspace_bytes, &t->p, backend, "workspace_bytes", (double)(heap.peak - before), (double)info.workspace_bytes);
    judge(t, &t->y, t->want_y, t->scale_y + (t->e.bias ? 1 : 0) + (t->e.residual ? 1 : 0), info.algorithm >= DLCV_CONV_WINOGRAD2 ? 2e-5 : tolerance,
          backend, info.name, "y", &worst[a]);
    if (t->chain) {
        size_t i, differ = 0;
        for (i = 0; i < t->y.count; i++) differ += t->y.at[i] != t->chain[i];
        verdict(differ == 0, &t->p, backend, "not the chain", (double)differ, 0);
    }
    if (width == 1) memcpy(copy, t->y.at, t->y.count * sizeof(float));
    else verdict(!memcmp(copy, t->y.at, t->y.count * sizeof(float)), &t->p, backend, "other bits with other threads", width, 0);
    if (!winograd) {
        heap.peak = heap.bytes;
        run_backward(t, conv, backend, names[a], own ? workspace.at : NULL);
        if (!own) verdict(heap.peak - before <= info.backward_bytes, &t->p, backend, "backward_bytes", (double)(heap.peak - before), (double)info.backward_bytes);
    }
    verdict(array_kept(&workspace), &t->p, backend, "wrote beside its workspace", 0, 0);
    verdict(heap.bytes == before && !heap.wrong, &t->p, backend, "kept memory", (double)heap.bytes, (double)before);
    dlcv_conv_free(conv);
    verdict(heap.blocks == 0 && !heap.wrong, &t->p, backend, "did not free", (double)heap.blocks, 0);
    array_free(&workspace);
    ran[a]++;
    return 1;
}

static void run_trial(trial *t)
{
    float *copy = (float *)malloc(t->y.count * sizeof(float));
    int b, a;
    if (!copy) exit(3);
    for (b = 0; b < backend_count; b++) {
        dlcv_backend_select(backends[b]);
        for (a = 0; a < ALGORITHMS; a++)
            if (run_plan(t, a, backends[b], 1, copy) && below(4) == 0) run_plan(t, a, backends[b], 2 + below(4), copy);
    }
    dlcv_backend_select(NULL);
    free(copy);
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

static void test_enumeration(void)
{
    const int step = full ? 1 : TEST_SMALL ? 1201 : backend_count > 1 ? 67 : 31;
    int i;
    for (i = 0; i < GEOMETRIES; i += step) {
        const dlcv_conv_shape s = draw_shape(full ? i : (int)((uint32_t)i * 7919u % GEOMETRIES), full ? 150000.0 : 60000.0);
        trial t;
        trial_new(&t, &s);
        run_trial(&t);
        trial_free(&t);
    }
}

/* Shapes of networks, cut down, where the algorithms that are made for them must not decline. */
static void test_special(void)
{
    static const struct { int c, h, w, f, k, stride, pad, groups, batch, algorithm; } list[] = {
        { 3, 40, 45, 16, 7, 2, 3, 1, 1, 2 }, { 3, 39, 43, 16, 11, 4, 0, 1, 1, 2 }, { 3, 32, 32, 16, 5, 1, 2, 1, 2, 2 },
        { 1, 28, 28, 6, 5, 1, 2, 1, 3, 2 }, { 6, 14, 14, 16, 5, 1, 0, 1, 3, 2 }, { 16, 16, 16, 20, 5, 1, 2, 1, 2, 1 },
        { 8, 14, 14, 8, 3, 1, 1, 8, 1, 2 }, { 5, 33, 35, 5, 3, 1, 1, 5, 2, 2 }, { 6, 28, 30, 6, 3, 2, 1, 6, 1, 2 }, { 6, 15, 17, 6, 5, 2, 2, 6, 1, 2 },
        { 3, 50, 70, 3, 5, 1, 2, 3, 1, 2 }, { 16, 14, 14, 16, 3, 1, 1, 1, 1, 3 }, { 16, 15, 13, 18, 3, 1, 1, 1, 1, 4 }, { 32, 9, 10, 24, 1, 1, 0, 1, 1, 1 },
    };
    size_t i;
    for (i = 0; i < sizeof list / sizeof list[0]; i++) {
        dlcv_conv_shape s;
        dlcv_conv_opts o;
        dlcv_conv *conv;
        trial t;
        memset(&s, 0, sizeof s);
        memset(&o, 0, sizeof o);
        state = 77 + (uint32_t)i;
        s.batch = list[i].batch, s.channels = list[i].c, s.height = list[i].h, s.width = list[i].w, s.filters = list[i].f;
        s.kernel_h = s.kernel_w = list[i].k, s.stride_h = s.stride_w = list[i].stride, s.groups = list[i].groups;
        s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = list[i].pad;
        o.algorithm = algorithms[list[i].algorithm];
#ifdef DLCV_STRICT
        if (list[i].algorithm >= 3) continue;
#endif
        CHECK_OK(dlcv_conv_new(NULL, &s, NULL, &o, &conv));
        dlcv_conv_free(conv);
        trial_new(&t, &s);
        run_trial(&t);
        trial_free(&t);
    }
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

/* What Winograd's algorithms do, at every size around their tiles; and batches, which some algorithms lay side by side. */
static void test_sizes(void)
{
    const int count = full ? 1500 : TEST_SMALL ? 4 : backend_count > 1 ? 24 : 48;
    int i;
    for (i = 0; i < 2 * count; i++) {
        dlcv_conv_shape s;
        trial t;
        state = 9781 + 7919 * (uint32_t)i;
        memset(&s, 0, sizeof s);
        s.pad_top = below(3), s.pad_left = below(3), s.pad_bottom = below(3), s.pad_right = below(3);
        if (i < count) {
            s.kernel_h = s.kernel_w = 3;
            draw_channels(&s, full ? 40 : 20);
            s.batch = 1 + below(3) / 2;
            s.height = 3 + below(16), s.width = 3 + below(below(4) ? 16 : 60);
        } else {
            s.kernel_h = 1 + below(5), s.kernel_w = 1 + below(5);
            s.stride_h = 1 + below(4) / 3, s.stride_w = 1 + below(4) / 3;
            s.dilation_h = 1 + below(6) / 5, s.dilation_w = 1 + below(6) / 5;
            draw_channels(&s, 6);
            s.transposed = below(4) == 0;
            s.batch = 2 + below(40);
            s.height = 5 + s.dilation_h * 4 + below(4), s.width = 5 + s.dilation_w * 4 + below(8);
        }
        trial_new(&t, &s);
        run_trial(&t);
        trial_free(&t);
    }
}

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
        o.algorithm = algorithms[a];
        y = forward(&s, w, x, &o, &n);
        for (i = 0; i < n && y[i] == c[i]; i++) {}
        verdict(i == n, &p, "law", "1x1 == sgemm", (double)i, (double)n);
        free(y);
    }
    free(x), free(w), free(c);
}

static dlcv_conv_shape plain_shape(int channels, int size, int filters, int kernel)
{
    dlcv_conv_shape s;
    memset(&s, 0, sizeof s);
    s.batch = 1, s.channels = channels, s.height = s.width = size, s.filters = filters, s.kernel_h = s.kernel_w = kernel;
    return s;
}

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
        o.algorithm = algorithms[a];
#ifdef DLCV_STRICT
        if (a >= 3) continue;
#endif
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
    REFUSES(s.output_pad_h = 1, DLCV_ERR_ARGUMENT, "conv_new: output_pad 1 x 0 without transposed");
    REFUSES((s.transposed = 1, s.output_pad_w = 1), DLCV_ERR_ARGUMENT,
        "conv_new: output_pad 1 in width is neither below the stride 1 nor the dilation 1");
    REFUSES(s.dilation_h = 4, DLCV_ERR_SHAPE, "conv_new: a window of 9 (kernel 3, dilation 4) does not fit into height 8 with padding 0");
    REFUSES((s.transposed = 1, s.pad_left = 7, s.pad_right = 3), DLCV_ERR_SHAPE, "conv_new: transposed, width 8 with padding 10 becomes 0");
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
        o.algorithm = algorithms[a];
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

static void golden(const problem *p, const char *backend, const char *what, const float *got, size_t n, const float *want)
{
    const double bound = 1e-5 * (double)want[0];
    double most = 0, sum = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        const double v = (double)got[i];
        most = fabs(v) > most ? fabs(v) : most;
        sum += noise(NOISE_SIGN, i) >> 15 ? -v : v;
    }
    verdict(fabs(most - (double)want[0]) <= bound, p, backend, what, most, (double)want[0]);
    verdict(fabs(sum - (double)want[1]) <= bound * sqrt((double)n), p, backend, what, sum, (double)want[1]);
    for (i = 0; i < 8; i++) {
        const double v = (double)got[noise(NOISE_AT, i) % n];
        verdict(fabs(v - (double)want[2 + i]) <= bound, p, backend, what, v, (double)want[2 + i]);
    }
}

static void test_golden(void)
{
    size_t i;
    int b;
    for (i = 0; i < sizeof golden_conv / sizeof golden_conv[0]; i++) {
        dlcv_conv_shape s;
        problem p;
        size_t nx, ny;
        float *x, *w, *bias, *dy, *y, *dx, *dw, *db;
        memset(&s, 0, sizeof s);
        s.batch = golden_conv[i].batch, s.channels = golden_conv[i].channels, s.height = golden_conv[i].height, s.width = golden_conv[i].width;
        s.filters = golden_conv[i].filters, s.kernel_h = golden_conv[i].kernel[0], s.kernel_w = golden_conv[i].kernel[1];
        s.stride_h = golden_conv[i].stride[0], s.stride_w = golden_conv[i].stride[1], s.dilation_h = golden_conv[i].dilation[0];
        s.dilation_w = golden_conv[i].dilation[1], s.groups = golden_conv[i].groups, s.pad_top = golden_conv[i].pad[0];
        s.pad_left = golden_conv[i].pad[1], s.pad_bottom = golden_conv[i].pad[2], s.pad_right = golden_conv[i].pad[3];
        s.transposed = golden_conv[i].transposed, s.output_pad_h = golden_conv[i].output_pad[0], s.output_pad_w = golden_conv[i].output_pad[1];
        p = problem_of(&s);
        nx = s.transposed ? p.small : p.large, ny = s.transposed ? p.large : p.small;
        x = noise_new(NOISE_X, nx), w = noise_new(NOISE_W, p.weights), bias = noise_new(NOISE_B, (size_t)s.filters), dy = noise_new(NOISE_DY, ny);
        y = noise_new(0, ny), dx = noise_new(0, nx), dw = noise_new(0, p.weights), db = noise_new(0, (size_t)s.filters);
        for (b = 0; b < backend_count; b++) {
            dlcv_conv *conv = NULL;
            dlcv_conv_info info;
            dlcv_conv_epilogue e;
            memset(&e, 0, sizeof e);
            e.bias = bias;
            dlcv_backend_select(backends[b]);
            CHECK_OK(dlcv_conv_new(NULL, &s, w, NULL, &conv));
            if (!conv) continue;
            dlcv_conv_describe(conv, &info);
            CHECK(info.output.dim[2] == golden_conv[i].out_height && info.output.dim[3] == golden_conv[i].out_width);
            CHECK_OK(dlcv_conv_forward(conv, x, &e, y, NULL));
            CHECK_OK(dlcv_conv_backward_data(conv, w, dy, dx, NULL));
            CHECK_OK(dlcv_conv_backward_weights(conv, x, dy, dw, 0, NULL));
            CHECK_OK(dlcv_conv_backward_bias(conv, dy, db, 0));
            golden(&p, backends[b], "torch y", y, ny, golden_conv[i].y);
            golden(&p, backends[b], "torch dx", dx, nx, golden_conv[i].dx);
            golden(&p, backends[b], "torch dw", dw, p.weights, golden_conv[i].dw);
            golden(&p, backends[b], "torch db", db, (size_t)s.filters, golden_conv[i].db);
            dlcv_conv_free(conv);
        }
        dlcv_backend_select(NULL);
        free(x), free(w), free(bias), free(dy), free(y), free(dx), free(dw), free(db);
    }
}

static void find_backends(void)
{
    static const char *const all[] = { "scalar", "sse2", "avx2", "avx512", "neon", "wasm", "simde" };
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++)
        if (dlcv_backend_select(all[i]) == DLCV_OK) backends[backend_count++] = all[i];
    if (!backend_count) backends[backend_count++] = dlcv_backend();   /* a partial stamp alone */
    dlcv_backend_select(NULL);
}

int main(void)
{
    int a;
    full = getenv("DLCV_TEST_FULL") != NULL;
    find_backends();
    test_golden();
    test_errors();
    test_memory();
    test_nan();
    test_laws();
    test_shift();
    test_product();
    test_special();
    test_sizes();
    test_enumeration();
    printf("greatest error / max |reference|:");
    for (a = 0; a < ALGORITHMS; a++) {
        printf(" %s %.2g (%ld),", names[a], worst[a], ran[a]);
#ifdef DLCV_STRICT
        if (a >= 3) continue;
#endif
        CHECK(ran[a] > 0);
    }
    printf(" backward %.2g\n", worst_back);
    return test_end("conv");
}
