/* Decision regions. */
#include "test.h"

static dlcv_env env;
static test_heap heap;

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

int main(void)
{
    env = test_env(&heap);
    test_regions();
    test_regions_extremes();
    test_regions_errors();
    test_regions_turned();
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    return test_end("regions");
}
