/* Minibatches and augmentation against their definition. */
#include "test.h"
#include "training.h"

/* ---- minibatches */

static void test_order(void)
{
    static float values[300];
    static int32_t labels[300];
    static int seen[300];
    dlcv_dataset d;
    dlcv_tensor x = { 0 }, y = { 0 }, part = { 0 }, other = { 0 };
    int n, i, fixed = 0, same = 0;
    memset(&d, 0, sizeof d);
    for (i = 0; i < 300; i++) values[i] = (float)i, labels[i] = 1000 + i;
    for (n = 1; n <= 300; n += n < 20 ? 1 : 40) {
        d.x = dlcv_tensor_view(values, DLCV_F32, dlcv_shape2(n, 1));
        d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
        CHECK_OK(dlcv_data_batch(NULL, &d, 3, n, 5, NULL, &x, &y));            /* an epoch: each once */
        memset(seen, 0, sizeof seen);
        for (i = 0; i < n; i++) {
            const int v = (int)dlcv_f32(&x)[i];
            seen[v >= 0 && v < 300 ? v : 0]++;
            CHECK(dlcv_i32(&y)[i] == 1000 + v);
        }
        for (i = 0; i < n; i++) CHECK(seen[i] == 1);
    }
    n = 300;
    d.x = dlcv_tensor_view(values, DLCV_F32, dlcv_shape2(n, 1));
    d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(n));
    CHECK_OK(dlcv_data_batch(NULL, &d, 0, n, 5, NULL, &x, &y));
    for (i = 0; i < n; i++) fixed += (int)dlcv_f32(&x)[i] == i;
    CHECK(fixed < 8);                                                           /* Poisson of mean 1: 8 or more once in 100,000 */
    CHECK_OK(dlcv_data_batch(NULL, &d, 1, n, 5, NULL, &part, &y));             /* another epoch, another order */
    for (i = 0; i < n; i++) same += dlcv_f32(&x)[i] == dlcv_f32(&part)[i];
    CHECK(same < 8);
    CHECK_OK(dlcv_data_batch(NULL, &d, 0, n, 6, NULL, &part, &y));             /* another seed, too */
    for (same = 0, i = 0; i < n; i++) same += dlcv_f32(&x)[i] == dlcv_f32(&part)[i];
    CHECK(same < 8);
    CHECK_OK(dlcv_data_batch(NULL, &d, 6, 50, 5, NULL, &part, &y));            /* the stream, whatever the batch: place 300 .. 349, the next epoch's */
    CHECK_OK(dlcv_data_batch(NULL, &d, 1, 300, 5, NULL, &other, &y));
    CHECK(memcmp(part.data, other.data, 50 * sizeof(float)) == 0);
    CHECK_OK(dlcv_data_batch(NULL, &d, 4, 70, 5, NULL, &part, &y));            /* across the border: 280 .. 349 */
    CHECK(memcmp(part.data, dlcv_f32(&x) + 280, 20 * sizeof(float)) == 0 && memcmp(dlcv_f32(&part) + 20, other.data, 50 * sizeof(float)) == 0);
    dlcv_tensor_free(&x), dlcv_tensor_free(&y), dlcv_tensor_free(&part), dlcv_tensor_free(&other);
}

/* The first of four samples is where in the order? All 24 orders of 4 come, none too often: chi-square. */
static void test_uniform(void)
{
    static const float values[4] = { 0, 1, 2, 3 };
    static const int32_t labels[4] = { 0 };
    int counts[256], i, orders = 0;
    double chi = 0;
    dlcv_dataset d;
    dlcv_tensor x = { 0 }, y = { 0 };
    memset(&d, 0, sizeof d);
    memset(counts, 0, sizeof counts);
    d.x = dlcv_tensor_view(values, DLCV_F32, dlcv_shape2(4, 1));
    d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(4));
    for (i = 0; i < 2400; i++) {
        if (dlcv_data_batch(NULL, &d, i, 4, 77, NULL, &x, &y)) break;
        counts[((int)dlcv_f32(&x)[0] * 4 + (int)dlcv_f32(&x)[1]) * 4 + (int)dlcv_f32(&x)[2]]++;
    }
    for (i = 0; i < 64; i++) {
        orders += counts[i] > 0;
        if (counts[i]) chi += (counts[i] - 100.0) * (counts[i] - 100.0) / 100;
    }
    CHECK(orders == 24 && chi < 60);                                           /* 23 degrees of freedom: 1 in 30,000 above 60 */
    dlcv_tensor_free(&x), dlcv_tensor_free(&y);
}

/* ---- augmentation */

enum { N = 400, H = 5, W = 7 };

static uint8_t pixels[N * H * W * 3];
static float planes[N * 3 * H * W];
static int32_t names[N];

static dlcv_dataset pictures(int u8)
{
    dlcv_dataset d;
    memset(&d, 0, sizeof d);
    d.x = u8 ? dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(N, H, W, 3)) : dlcv_tensor_view(planes, DLCV_F32, dlcv_shape4(N, 3, H, W));
    d.y = dlcv_tensor_view(names, DLCV_I32, dlcv_shape1(N));
    return d;
}

static void make_pictures(void)
{
    dlcv_rng rng = dlcv_rng_seed(1);
    int i, y, x, c;
    for (i = 0; i < N; i++) {
        names[i] = i;
        for (y = 0; y < H; y++) for (x = 0; x < W; x++) for (c = 0; c < 3; c++) {
            const int v = 1 + dlcv_rng_below(&rng, 255);
            pixels[((i * H + y) * W + x) * 3 + c] = (uint8_t)v;
            planes[((i * 3 + c) * H + y) * W + x] = (float)v;
        }
    }
}

/* Pixel of a batch, of either layout. */
static float at(const dlcv_tensor *t, int i, int y, int x, int c)
{
    return t->dtype == DLCV_U8 ? (float)dlcv_u8(t)[((i * H + y) * W + x) * 3 + c] : dlcv_f32(t)[((i * 3 + c) * H + y) * W + x];
}

static float original(int i, int y, int x, int c, float fill)
{
    return y < 0 || x < 0 || y >= H || x >= W ? fill : planes[((i * 3 + c) * H + y) * W + x];
}

/* Flips and shifts: each picture is the original, moved as a whole by one of the allowed movements, all about equally often. */
static void test_moves(void)
{
    dlcv_augment a;
    dlcv_tensor x[2] = { { 0 }, { 0 } }, y = { 0 };
    int counts[2][5][5], i, u8, flip, dy, dx, py, px, c, found, least = N, most = 0;
    memset(&a, 0, sizeof a);
    memset(counts, 0, sizeof counts);
    a.flip = 1, a.shift = 2, a.fill = 9;
    for (u8 = 0; u8 < 2; u8++) {
        const dlcv_dataset d = pictures(u8);
        CHECK_OK(dlcv_data_batch(NULL, &d, 0, N, 3, &a, &x[u8], &y));
    }
    for (i = 0; i < N; i++) {
        for (found = 0, flip = 0; flip < 2; flip++) for (dy = -2; dy <= 2; dy++) for (dx = -2; dx <= 2; dx++) {
            int same = 1;
            for (py = 0; py < H && same; py++) for (px = 0; px < W && same; px++) for (c = 0; c < 3; c++) {
                const float want = original(dlcv_i32(&y)[i], py + dy, (flip ? W - 1 - px : px) + dx, c, 9);
                same &= at(&x[0], i, py, px, c) == want && at(&x[1], i, py, px, c) == want;
            }
            found += same;
            counts[flip][dy + 2][dx + 2] += same;
        }
        CHECK(found == 1);
    }
    for (i = 0; i < 50; i++) {
        const int n = (&counts[0][0][0])[i];
        if (n < least) least = n;
        if (n > most) most = n;
    }
    CHECK(least >= 1 && most <= 20);                /* of mean 8 */
    dlcv_tensor_free(&x[0]), dlcv_tensor_free(&x[1]), dlcv_tensor_free(&y);
}

/* A plane that is linear in x and y stays linear when it is turned and enlarged. */
static void test_turns(void)
{
    static float slope[31 * 31];
    static const int32_t label[1] = { 0 };
    dlcv_augment a;
    dlcv_dataset d;
    dlcv_tensor x = { 0 }, y = { 0 };
    double widest = 0, largest = 0, smallest = 9;
    int i, k;
    memset(&a, 0, sizeof a);
    memset(&d, 0, sizeof d);
    for (i = 0; i < 31 * 31; i++) slope[i] = (float)(i % 31 - 15);             /* x from the middle */
    d.x = dlcv_tensor_view(slope, DLCV_F32, dlcv_shape3(1, 31, 31));
    d.y = dlcv_tensor_view(label, DLCV_I32, dlcv_shape1(1));
    a.rotate = 30, a.scale = 0.2f;
    for (i = 0; i < 200; i++) {
        const float *p;
        double gx, gy, angle, zoom;
        CHECK_OK(dlcv_data_batch(NULL, &d, i, 1, 4, &a, &x, &y));
        p = dlcv_f32(&x) + 15 * 31 + 15;
        gx = (double)p[1] - (double)p[0], gy = (double)p[31] - (double)p[0];
        angle = fabs(atan2(gy, gx)) * 180 / 3.14159265358979, zoom = 1 / sqrt(gx * gx + gy * gy);
        if (angle > widest) widest = angle;
        if (zoom > largest) largest = zoom;
        if (zoom < smallest) smallest = zoom;
        for (k = -5; k <= 5; k++) CHECK_NEAR(p[k * 31 + 3], 3 * gx + k * gy, 1e-4);
    }
    CHECK(widest > 28 && widest < 30.01 && largest > 1.18 && largest < 1.2001 && smallest < 0.82 && smallest > 0.7999);
    dlcv_tensor_free(&x), dlcv_tensor_free(&y);
}

static void test_colors(void)
{
    dlcv_augment a;
    dlcv_tensor x = { 0 }, y = { 0 };
    const dlcv_dataset d = pictures(0);
    int i, p, c, cut = 0;
    memset(&a, 0, sizeof a);
    a.color = 0.5f;
    CHECK_OK(dlcv_data_batch(NULL, &d, 0, 20, 3, &a, &x, &y));
    for (i = 0; i < 20; i++) {                      /* grey levels stay linear: grey' = k grey + m; and colour about grey is scaled by one factor */
        double g[4], h[4], k, m, s = 0;
        for (p = 0; p < 4; p++) {
            const int n = dlcv_i32(&y)[i];
            g[p] = 0.299 * (double)original(n, p, p, 0, 0) + 0.587 * (double)original(n, p, p, 1, 0) + 0.114 * (double)original(n, p, p, 2, 0);
            h[p] = 0.299 * (double)at(&x, i, p, p, 0) + 0.587 * (double)at(&x, i, p, p, 1) + 0.114 * (double)at(&x, i, p, p, 2);
        }
        k = (h[1] - h[0]) / (g[1] - g[0]), m = h[0] - k * g[0];
        CHECK(k > 0.249 && k < 2.251);
        CHECK_NEAR(h[2], k * g[2] + m, 2e-2);
        CHECK_NEAR(h[3], k * g[3] + m, 2e-2);
        for (p = 0; p < 4; p++) for (c = 0; c < 3; c++) {
            const double before = (double)original(dlcv_i32(&y)[i], p, p, c, 0) - g[p], after = (double)at(&x, i, p, p, c) - h[p];
            if (fabs(before) < 20) continue;
            if (s == 0) s = after / (k * before);
            CHECK_NEAR(after / (k * before), s, 2e-3);
            CHECK(s > 0.499 && s < 1.501);
        }
    }
    a.color = 0, a.cutout = 3, a.fill = -1;
    CHECK_OK(dlcv_data_batch(NULL, &d, 0, N, 3, &a, &x, &y));
    for (i = 0; i < N; i++) {
        int top = H, left = W, bottom = -1, right = -1, n = 0, py, px;
        for (py = 0; py < H; py++) for (px = 0; px < W; px++) {
            const int hole = at(&x, i, py, px, 0) == -1 && at(&x, i, py, px, 2) == -1;
            if (!hole) {
                CHECK(at(&x, i, py, px, 1) == original(dlcv_i32(&y)[i], py, px, 1, 0));
                continue;
            }
            n++;
            if (py < top) top = py;
            if (py > bottom) bottom = py;
            if (px < left) left = px;
            if (px > right) right = px;
        }
        CHECK(n >= 4 && n <= 9 && n == (bottom - top + 1) * (right - left + 1) && bottom - top < 3 && right - left < 3);
        cut += n;
    }
    CHECK_NEAR((double)cut / N, (5 * 3 - 2.0) / 5 * ((7 * 3 - 2.0) / 7), 0.3);
    dlcv_tensor_free(&x), dlcv_tensor_free(&y);
}

static void test_batch_errors(void)
{
    static const uint8_t bytes[10] = { 0 };
    dlcv_dataset d = digits(1, 20);
    dlcv_tensor x = { 0 }, y = { 0 };
    dlcv_augment a;
    memset(&a, 0, sizeof a);
    CHECK_FAILS(dlcv_data_batch(NULL, NULL, 0, 1, 0, NULL, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: the data are NULL");
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 0, 0, NULL, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: batch is 0, at least 1 is wanted");
    CHECK_FAILS(dlcv_data_batch(NULL, &d, -1, 1, 0, NULL, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: step is -1");
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, NULL, NULL, &y), DLCV_ERR_ARGUMENT, "data_batch: x is NULL");
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, NULL, &x, NULL), DLCV_ERR_ARGUMENT, "data_batch: y is NULL");
    a.mixup = 1;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_UNSUPPORTED, "data_batch: mixup wants two targets a sample, which dlcv_fit has");
    a.mixup = 5;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.mixup is 5, not in 0 .. 4");
    a.mixup = 0, a.shift = -1;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.shift is -1, not in 0 .. 1048576");
    a.shift = 0, a.cutout = -2;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.cutout is -2, not in 0 .. 1048576");
    a.cutout = 0, a.rotate = 181;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.rotate is 181, not in 0 .. 180");
    a.rotate = 0, a.scale = 1;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.scale is 1, not in 0 .. 1");
    a.scale = 0, a.color = 2;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.color is 2, not in 0 .. 1");
    a.color = 0, a.fill = (float)HUGE_VAL;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: augment.fill is inf");
    a.fill = 0, a.flip = 1;
    d.x.shape = dlcv_shape2(20, 64);
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, &a, &x, &y), DLCV_ERR_SHAPE,
                "data_batch: augment wants pictures, u8 [n, h, w, c] or f32 [n, c, h, w], x is u8 [20, 64]");
    d.y.shape.dim[0] = 19;
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, NULL, &x, &y), DLCV_ERR_SHAPE, "data_batch: 20 samples in x, 19 in y: as many are wanted, at least one");
    d.x = dlcv_tensor_view(bytes, DLCV_I8, dlcv_shape1(10));
    CHECK_FAILS(dlcv_data_batch(NULL, &d, 0, 1, 0, NULL, &x, &y), DLCV_ERR_ARGUMENT, "data_batch: x is i8, not u8 or f32");
    dlcv_tensor_free(&x), dlcv_tensor_free(&y);
}

int main(void)
{
    (void)network, (void)hash_of, (void)everything;
    make_pictures();
    test_order();
    test_uniform();
    test_moves();
    test_turns();
    test_colors();
    test_batch_errors();
    return test_end("batch");
}
