/* Convolutions against plain loops in double precision: every geometry of kernel 1 .. 7 and 11, stride 1 .. 4, dilation 1 .. 3 and
 * padding 0 .. 3 on each of the four sides (24,576), each with channels, groups, filters, batch and size drawn by its number; forward
 * and backward, transposed too; by every algorithm that does the shape, in every backend of the build, and a few so large that threads share them. A sample each run, all with
 * DLCV_TEST_FULL=1. */
#include "conv.h"

enum { GUARD = 64 };

static const char *const names[ALGORITHMS] = { "auto", "gemm", "direct", "winograd2", "winograd4" };
static int full;
static long ran[ALGORITHMS];        /* forward passes that an algorithm made when it was asked for */
static double worst[ALGORITHMS], worst_back;

static float real(void) { return (float)(draw() & 0xffffff) / 8388608.0f - 1; }

/* count floats with others around them that are not numbers: reading them spoils a result, writing them is found. Half of the
 * time the array ends where the block does, for tools that watch the heap. */
typedef struct array {
    void *block;
    float *at;
    size_t count, behind;
} array;

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
    o.algorithm = algorithm_of(a);
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
    const int worth = products(&t->p) >= 1 << 20;       /* of sharing it: DLCV__CONV_ALONE */
    float *copy = (float *)malloc(t->y.count * sizeof(float));
    int b, a;
    if (!copy) exit(3);
    for (b = 0; b < backend_count; b++) {
        dlcv_backend_select(backends[b]);
        for (a = 0; a < ALGORITHMS; a++)
            if (run_plan(t, a, backends[b], 1, copy) && (worth || below(4) == 0)) run_plan(t, a, backends[b], 2 + below(worth ? 15 : 4), copy);
    }
    dlcv_backend_select(NULL);
    free(copy);
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
        { 3, 9, 100, 2, 5, 1, 2, 1, 1, 2 }, { 3, 9, 50, 2, 5, 1, 2, 1, 1, 2 }, { 3, 8, 27, 2, 5, 1, 2, 1, 1, 2 },      /* the last chunk begins a vector earlier */
        { 3, 73, 100, 2, 5, 1, 2, 1, 1, 2 }, { 3, 143, 50, 2, 5, 1, 2, 1, 1, 2 }, { 3, 260, 27, 2, 5, 1, 2, 1, 1, 2 },      /* and threads share them */
    };
    size_t i;
    for (i = 0; i < sizeof list / sizeof list[0] - (TEST_EMULATED ? 3 : 0); i++) {
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
        o.algorithm = algorithm_of(list[i].algorithm);
        if (!algorithm_exists(list[i].algorithm)) continue;
        CHECK_OK(dlcv_conv_new(NULL, &s, NULL, &o, &conv));
        dlcv_conv_free(conv);
        trial_new(&t, &s);
        run_trial(&t);
        trial_free(&t);
    }
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

/* So much work that threads share it: shapes of the enumeration, grown in this direction and that. */
static void test_shared(void)
{
    const int count = full ? 400 : TEST_EMULATED ? 1 : TEST_SMALL ? 3 : backend_count > 1 ? 12 : 24;
    int i;
    for (i = 0; i < count; i++) {
        dlcv_conv_shape s = draw_shape((int)((uint32_t)i * 2654435u % GEOMETRIES), 60000.0);
        trial t;
        problem p = problem_of(&s);
        while (products(&p) < 1 << 20) {
            switch (below(5)) {
            case 0: s.batch++; break;
            case 1: s.channels *= 2, s.filters *= 2; break;
            case 2: s.height += 1 + s.height / 2; break;
            default: s.width += 1 + s.width / 2; break;
            }
            p = problem_of(&s);
        }
        trial_new(&t, &s);
        run_trial(&t);
        trial_free(&t);
    }
}

int main(void)
{
    int a;
    full = getenv("DLCV_TEST_FULL") != NULL;
    find_backends();
    test_special();
    test_sizes();
    test_shared();
    test_enumeration();
    printf("greatest error / max |reference|:");
    for (a = 0; a < ALGORITHMS; a++) {
        printf(" %s %.2g (%ld),", names[a], worst[a], ran[a]);
        if (!algorithm_exists(a)) continue;
        CHECK(ran[a] > 0);
    }
    printf(" backward %.2g\n", worst_back);
    return test_end("conv");
}
