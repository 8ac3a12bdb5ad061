/* One 64-bit number over random numbers, functions of a float, matrix products, distances, distance matrices, searches of both types, convolutions and
 * small networks that learn: arithmetic, a CNN, an LSTM, a GRU. Built with DLCV_STRICT it is the same on every machine, backend, compiler and number of
 * threads; `make matrix` compares. Small enough for an emulator. `hash BACKEND` selects one: exit code 2 where there is no such backend, 1 where something failed,
 * with the part's name and why on stderr. */
#ifdef DLCV_IMPLEMENTED /* linked with implementation.c, which was built with DLCV_STRICT */
#include "../dlcv.h"
#include "../backends/table.h"
#include <string.h>
const dlcv__table *test_kernels(void);
#else
#ifndef DLCV_STRICT
#define DLCV_STRICT
#endif
#define DLCV_IMPLEMENTATION
#ifdef DLCV_SPINE
#include "../src/dlcv.h"
#else
#include "../dlcv.h"
#endif
#define test_kernels dlcv__kernels
#endif
#include "pool.h"
#include <fenv.h>
#include <stdio.h>

static uint64_t hash = 1469598103934665603u;        /* FNV-1a */

static void add_word(uint32_t w)
{
    int i;
    for (i = 0; i < 4; i++, w >>= 8) hash = (hash ^ (w & 255)) * 1099511628211u;
}

static void add_floats(const float *p, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) {
        uint32_t w;
        memcpy(&w, p + i, 4);
        add_word((w & 0x7fffffffu) > 0x7f800000u ? 0x7fc00000u : w);    /* that it is a NaN is promised, which one is not */
    }
}

enum { Q = 11, N = 61, D = 145, K = 9 };

static float fq[Q * D], fn[N * D], bq[Q * D], bn[N * D];  /* b: bytes as floats */
static uint8_t uq[Q * D], un[N * D];
static int failed;

/* matrix products: squares, few rows, few columns, several blocks of k; all transposes, factors */
static void add_products(void)
{
    static const int shapes[][3] = { { 17, 33, 60 }, { 5, 61, 145 }, { 61, 3, 145 }, { 1, 60, 145 }, { 60, 1, 145 }, { 14, 16, 530 }, { 2, 2, 3000 } };
    static const float factors[] = { 1.0f, 0.0f, 0.7f, 1.0f };
    static float c[61 * 61];
    int i, t;
    for (i = 0; i < (int)(sizeof shapes / sizeof *shapes); i++)
        for (t = 0; t < 4; t++) {
            const int m = shapes[i][0], n = shapes[i][1], k = shapes[i][2];
            memcpy(c, fq, sizeof(float) * (size_t)(Q * D));
            failed |= dlcv_sgemm(NULL, t & 1, t >> 1, m, n, k, factors[(t + 2) % 4], fn, t & 1 ? m : k, fn, t >> 1 ? k : n, factors[t], c, n + 1) != DLCV_OK;
            add_floats(c, (size_t)(m * (n + 1)));
        }
}

/* continues `from` over matrix products, distances, matrices, and searches for all queries and for one */
static uint64_t compute(uint64_t from)
{
    dlcv_tensor out = { 0 }, indices = { 0 }, distances = { 0 };
    int i, m, type, rows;
    hash = from;
    add_products();
    for (m = 0; m < 5; m++)
        for (type = 0; type < 3; type++) {  /* floats, bytes, floats that are bytes */
            const dlcv_dtype dtype = type == 1 ? DLCV_U8 : DLCV_F32;
            dlcv_dataset train = { { 0 }, { 0 }, 0, 0 };
            dlcv_knn_opts opts = { DLCV_METRIC_L2, 0 };
            dlcv_knn *knn = NULL;
            dlcv_tensor q = dlcv_tensor_view(type == 1 ? (void *)uq : type ? (void *)bq : (void *)fq, dtype, dlcv_shape2(Q, D));
            train.x = dlcv_tensor_view(type == 1 ? (void *)un : type ? (void *)bn : (void *)fn, dtype, dlcv_shape2(N, D));
            opts.metric = (dlcv_metric)m;
            for (i = 1; i < D; i += 9) {
                const float f = dlcv_distance_f32(opts.metric, type ? bq : fq, type ? bn : fn, (size_t)i);
                const double u = dlcv_distance_u8(opts.metric, uq, un, (size_t)i);
                uint32_t w[2];
                add_floats(&f, 1);
                memcpy(w, &u, 8);
                add_word(w[0] ^ w[1]);      /* either order of bytes */
            }
            failed |= dlcv_pairwise(NULL, opts.metric, &q, &train.x, &out) != DLCV_OK;
            if (!failed) add_floats(dlcv_f32(&out), Q * N);
            failed |= dlcv_knn_new(NULL, &train, &opts, &knn) != DLCV_OK;
            for (rows = Q; rows && !failed; rows = rows > 1) {
                q = dlcv_tensor_rows(&q, 0, rows);
                failed |= dlcv_knn_search(knn, &q, K, &indices, &distances) != DLCV_OK;
                if (failed) break;
                add_floats(dlcv_f32(&distances), (size_t)(rows * K));
                for (i = 0; i < rows * K; i++) add_word((uint32_t)dlcv_i32(&indices)[i]);
            }
            dlcv_knn_free(knn);
        }
    dlcv_tensor_free(&out);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    return hash;
}

/* the library's own functions, of floats of every exponent and of ordinary ones, in lengths that leave tails */
static void add_functions(dlcv_rng *rng)
{
    const dlcv__kernels_f32 *k = test_kernels()->f32;
    static float x[2000], y[2000];
    int i;
    for (i = 0; i < 2000; i++) {
        const uint32_t w = dlcv_rng_next(rng);
        if (i % 2) memcpy(&x[i], &w, 4);
        else x[i] = dlcv_rng_normal(rng) * (float)(1 + i % 50);
    }
    for (i = 1; i < 2000; i += 333) {
        k->log_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
        k->exp_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
        k->tanh_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
        k->erf_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
        k->sin_turns_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
        k->cos_turns_f32(x, y, (size_t)i), add_floats(y, (size_t)i);
    }
}

/* sums, softmax, pooling and the elementwise operations, of lengths that leave tails */
static void add_flat(dlcv_rng *rng)
{
    const dlcv__kernels_flat *k = test_kernels()->f32->flat;
    static float x[1000], y[1000], z[1000];
    float f[4];
    int i, n;
    for (i = 0; i < 1000; i++) x[i] = dlcv_rng_normal(rng), y[i] = i % 31 ? dlcv_rng_normal(rng) * 1e-20f : 0.0f;
    for (n = 1; n < 1000; n += 83) {
        for (i = 0; i < DLCV__FLATS; i++) {
            k->binary[i](x, y, z, (size_t)n), add_floats(z, (size_t)n);
            k->binary_by[i](x, y[n], z, (size_t)n), add_floats(z, (size_t)n);
        }
        k->axpy(x[n], y, z, (size_t)n), add_floats(z, (size_t)n);
        k->affine(x, y[n], x[n], z, (size_t)n), add_floats(z, (size_t)n);
        k->clamp(x, 0, 1, z, (size_t)n), add_floats(z, (size_t)n);
        k->clamp_back(x, y, 0, 1, z, (size_t)n), add_floats(z, (size_t)n);
        f[0] = k->sum(x, (size_t)n), f[1] = k->spread(x, 0.125f, (size_t)n), f[2] = k->top(x, (size_t)n), f[3] = k->softmax(x, z, (size_t)n);
        add_floats(f, 4), add_floats(z, (size_t)n);
        if (n > 300) continue;
        for (i = 1; i < 4; i++) {
            const size_t some = (size_t)((n - 1) / i + 1);
            failed |= !test_pool(DLCV__POOL_MAX, 3, 3, i, x, n + 2, (int)some, z), add_floats(z, some);
            failed |= !test_pool(DLCV__POOL_AVERAGE, 2, 2, i, x, n + 2, (int)some, z), add_floats(z, some);
            k->pixels(uq, (size_t)i, 1.0f / 255, -0.5f, z, (size_t)n), add_floats(z, (size_t)n);
        }
    }
}

/* Searches of enough floats to begin with rough distances; a depth of bytes and two of others */
static void add_rough(dlcv_rng *rng)
{
    enum { ROWS = 1400, QUERIES = 32, LONG = 260 };
    static float x[ROWS * LONG], y[QUERIES * LONG];
    dlcv_dataset train = { { 0 }, { 0 }, 0, 0 };
    dlcv_tensor q = dlcv_tensor_view(y, DLCV_F32, dlcv_shape2(QUERIES, LONG)), indices = { 0 }, distances = { 0 };
    int i, m;
    for (i = 0; i < ROWS * LONG; i++) x[i] = i % LONG < 128 ? (float)dlcv_rng_below(rng, 256) : dlcv_rng_uniform(rng) * 90;
    for (i = 0; i < QUERIES * LONG; i++) y[i] = i % LONG < 128 ? (float)dlcv_rng_below(rng, 256) : dlcv_rng_uniform(rng) * 90;
    train.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(ROWS, LONG));
    for (m = DLCV_METRIC_L2; m <= DLCV_METRIC_L1 && !failed; m++) {
        dlcv_knn_opts opts = { DLCV_METRIC_L2, 0 };
        dlcv_knn *knn = NULL;
        opts.metric = (dlcv_metric)m;
        failed |= dlcv_knn_new(NULL, &train, &opts, &knn) != DLCV_OK;
        if (!failed) failed |= dlcv_knn_search(knn, &q, 1, &indices, &distances) != DLCV_OK;
        if (!failed) add_floats(dlcv_f32(&distances), QUERIES);
        for (i = 0; i < QUERIES && !failed; i++) add_word((uint32_t)dlcv_i32(&indices)[i]);
        dlcv_knn_free(knn);
    }
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
}

/* Convolutions, forward and backward, of shapes that each algorithm takes: gathered, in place, swapped, by phases, direct, in chunks */
static void add_convolutions(dlcv_rng *rng)
{
    static const int all[][9] = { /* batch, channels, size, filters, kernel, stride, pad, groups, transposed */
        { 1, 20, 13, 17, 3, 1, 1, 1, 0 }, { 1, 30, 5, 67, 3, 1, 1, 1, 0 }, { 3, 6, 14, 16, 5, 1, 0, 1, 0 }, { 2, 3, 23, 8, 7, 2, 3, 1, 0 },
        { 1, 40, 11, 24, 1, 1, 0, 1, 0 }, { 2, 12, 12, 12, 3, 1, 1, 12, 0 }, { 2, 8, 7, 6, 4, 2, 1, 2, 1 }, { 20, 2, 11, 3, 3, 1, 1, 1, 0 } };
    static float x[8192], w[24000], y[8192], dx[8192], dw[24000];
    size_t i, j;
    for (i = 0; i < sizeof all / sizeof all[0] && !failed; i++) {
        dlcv_conv_shape s;
        dlcv_conv_epilogue e;
        dlcv_conv_info info;
        dlcv_conv *conv = NULL;
        size_t nx, ny, nw;
        memset(&s, 0, sizeof s);
        memset(&e, 0, sizeof e);
        s.batch = all[i][0], s.channels = all[i][1], s.height = s.width = all[i][2], s.filters = all[i][3], s.kernel_h = s.kernel_w = all[i][4];
        s.stride_h = s.stride_w = all[i][5], s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = all[i][6], s.groups = all[i][7], s.transposed = all[i][8];
        nx = (size_t)(s.batch * s.channels * s.height * s.width);
        nw = (size_t)(s.channels * s.filters / s.groups * s.kernel_h * s.kernel_w);
        for (j = 0; j < nx; j++) x[j] = j % 23 ? dlcv_rng_normal(rng) : dlcv_rng_normal(rng) * 1e-39f;
        for (j = 0; j < nw; j++) w[j] = dlcv_rng_normal(rng);
        failed |= dlcv_conv_new(NULL, &s, w, NULL, &conv) != DLCV_OK;
        if (failed) break;
        dlcv_conv_describe(conv, &info);
        ny = (size_t)(info.output.dim[0] * info.output.dim[1] * info.output.dim[2] * info.output.dim[3]);
        e.bias = w + 3;
        e.activation = DLCV_ACTIVATION_CLAMP, e.low = -3, e.high = 20;
        failed |= nx > 8192 || ny > 8192 || nw > 24000;
        failed |= dlcv_conv_forward(conv, x, &e, y, NULL) || dlcv_conv_backward_data(conv, w, y, dx, NULL)
            || dlcv_conv_backward_weights(conv, x, y, dw, 0, NULL) || dlcv_conv_backward_bias(conv, y, w, 1);
        add_floats(y, ny);
        add_floats(dx, nx);
        add_floats(dw, nw);
        add_floats(w, (size_t)s.filters);
        dlcv_conv_free(conv);
    }
}

/* One builder a statement where both operands build: the order of arguments is the compiler's, and sums of gradients follow the order of nodes. */
static dlcv_node broadcasts(dlcv_node x)
{
    const dlcv_node row = dlcv_reduce(x, DLCV_REDUCE_MEAN, 0), column = dlcv_reduce(x, DLCV_REDUCE_NORM, 1), most = dlcv_reduce(x, DLCV_REDUCE_MAX, 1);
    const dlcv_node centred = dlcv_sub(x, row), scale = dlcv_sqrt(dlcv_affine(dlcv_square(column), 1, 0.5f));
    const dlcv_node y = dlcv_div(centred, scale), less = dlcv_min(row, column), e = dlcv_exp(dlcv_affine(dlcv_abs(y), -1, 0));
    const dlcv_node z = dlcv_mul(dlcv_max(y, less), e), left = dlcv_log(dlcv_affine(dlcv_square(most), 1, 1));
    return dlcv_add(z, dlcv_matmul(left, dlcv_reciprocal(dlcv_affine(dlcv_square(row), 1, 2))));
}

/* A small network learns for three steps: forward and backward of every op that it is made of, the first weights, the loss, the last weights. */
static void add_graph(void)
{
    static float pixels[5 * 3 * 11 * 11];
    static const int32_t labels[5] = { 1, 0, 4, 2, 2 };
    const dlcv_tensor image = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape4(5, 3, 11, 11)), label = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(5));
    dlcv_graph *g = dlcv_graph_new(NULL, 7);
    dlcv_node x = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 11, 11)), y = dlcv_input(g, "label", DLCV_I32, dlcv_shape1(-1)), left, loss;
    dlcv_conv2d_opts up = { 1, 2, 0, 2, 0, 0, 0, 0, 0, 1 };
    dlcv_pool2d_opts over = { 2, 1, 1, 1 };
    dlcv_loss_opts smooth = { 0.1f };
    dlcv_rng rng = dlcv_rng_seed(11);
    int step, i;
    for (i = 0; i < (int)(sizeof pixels / sizeof *pixels); i++) pixels[i] = dlcv_rng_normal(&rng);
    x = dlcv_pool2d(dlcv_relu(dlcv_conv2d(x, 8, 3, NULL)), DLCV_POOL_MAX, 3, &over);
    x = dlcv_pool2d(dlcv_sigmoid(dlcv_conv2d_transpose(x, 6, 3, &up)), DLCV_POOL_AVERAGE, 3, &over);
    left = broadcasts(dlcv_linear(dlcv_flatten(x), 10));
    x = dlcv_add(left, dlcv_linear(dlcv_tanh(dlcv_flatten(x)), 10));
    loss = dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, &smooth);
    failed |= dlcv_bind(dlcv_find(g, "image"), &image) || dlcv_bind(y, &label);
    for (step = 0; step < 4 && !failed; step++) {
        float value;
        failed |= dlcv_forward(loss, DLCV_MODE_TRAIN) || dlcv_backward(loss);
        value = dlcv_item(loss);
        add_floats(&value, 1);
        for (i = 0; i < dlcv_parameter_count(g) && !failed; i++) {
            dlcv_tensor *w = dlcv_value(dlcv_parameter_at(g, i));
            if (step % 3 == 0) add_floats(dlcv_f32(w), dlcv_tensor_count(w));
            failed |= dlcv_axpy(-0.05f, dlcv_gradient(dlcv_parameter_at(g, i)), w) != DLCV_OK;
        }
    }
    dlcv_graph_free(g);
}

/* Windows too large for a backend's buffers, of zeros of both signs, too: values and gradients */
static void add_pools(void)
{
    static const struct {
        dlcv_pooling how;
        int kernel, stride;
    } all[] = { { DLCV_POOL_L2, 20, 1 }, { DLCV_POOL_L2, 16, 1 }, { DLCV_POOL_AVERAGE, 20, 20 }, { DLCV_POOL_AVERAGE, 3, 1 }, { DLCV_POOL_MAX, 2, 20 }, { DLCV_POOL_MAX, 3, 2 } };
    static float in[2 * 40 * 48], up[2 * 40 * 48];
    const dlcv_tensor image = dlcv_tensor_view(in, DLCV_F32, dlcv_shape4(1, 2, 40, 48));
    dlcv_rng rng = dlcv_rng_seed(12);
    size_t i, k;
    for (i = 0; i < sizeof in / sizeof *in; i++) {
        const float u = dlcv_rng_normal(&rng);
        in[i] = i < 40 * 48 ? u : u > 0 && i % 48 > 24 ? 0.0f : -0.0f;
        up[i] = dlcv_rng_normal(&rng);
    }
    for (k = 0; k < sizeof all / sizeof *all && !failed; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 12);
        const dlcv_node x = dlcv_keep(dlcv_input(g, "image", DLCV_F32, image.shape));
        dlcv_pool2d_opts o = { 0, 0, 0, 0 };
        dlcv_node y;
        dlcv_tensor d;
        o.stride = all[k].stride;
        y = dlcv_keep(dlcv_pool2d(x, all[k].how, all[k].kernel, &o));
        failed |= dlcv_bind(x, &image) || dlcv_forward(y, DLCV_MODE_TRAIN);
        if (!failed) {
            d = dlcv_tensor_view(up, DLCV_F32, dlcv_value(y)->shape);
            failed |= dlcv_backward_from(y, &d) != DLCV_OK;
        }
        if (!failed) {
            add_floats(dlcv_f32(dlcv_value(y)), dlcv_tensor_count(dlcv_value(y)));
            add_floats(dlcv_f32(dlcv_gradient(x)), dlcv_tensor_count(dlcv_gradient(x)));
        }
        dlcv_graph_free(g);
    }
}

/* Three steps of training: the loss and all gradients of the first and the last, then all parameters, running statistics among them, and what the
 * network says in mode INFER. */
static void add_training(dlcv_node scores, dlcv_node loss)
{
    dlcv_graph *g = scores.graph;
    int step, i;
    for (step = 0; step < 4 && !failed; step++) {
        const int train = step < 3;
        const dlcv_node what = train ? loss : scores;
        failed |= dlcv_forward(what, train ? DLCV_MODE_TRAIN : DLCV_MODE_INFER) || (train && dlcv_backward(loss));
        if (failed) break;
        add_floats(dlcv_f32(dlcv_value(what)), dlcv_tensor_count(dlcv_value(what)));
        for (i = 0; i < dlcv_parameter_count(g) && !failed; i++) {
            const dlcv_node p = dlcv_parameter_at(g, i);
            dlcv_tensor *w = dlcv_value(p), *d = dlcv_gradient(p);
            if (d && step % 2 == 0) add_floats(dlcv_f32(d), dlcv_tensor_count(d));
            if (!train) add_floats(dlcv_f32(w), dlcv_tensor_count(w));
            if (d) failed |= dlcv_axpy(-0.05f, d, w) != DLCV_OK;
        }
    }
}

/* What most networks are made of: pictures of another size, convolution, batch normalisation, ReLU, pooling, dropout, a linear layer, cross-entropy. */
static void add_cnn(void)
{
    static uint8_t pixels[6 * 15 * 13 * 3];
    static const int32_t labels[6] = { 1, 0, 4, 2, 2, 3 };
    const dlcv_tensor image = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(6, 15, 13, 3)), label = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(6));
    const dlcv_preprocess p = { 8, 8, 3, 9, DLCV_INTERPOLATION_SMOOTH, 1, 0, 0, { 0.4f, 0.5f, 0.6f, 0 }, { 0.2f, 0.3f, 0.4f, 0 } };
    dlcv_graph *g = dlcv_graph_new(NULL, 8);
    dlcv_node x = dlcv_image_input(g, "image", &p), y = dlcv_input(g, "label", DLCV_I32, dlcv_shape1(-1));
    dlcv_conv2d_opts same = { 0 };
    dlcv_rng rng = dlcv_rng_seed(12);
    int i;
    same.pad = 1;
    for (i = 0; i < (int)(sizeof pixels / sizeof *pixels); i++) pixels[i] = (uint8_t)dlcv_rng_next(&rng);
    x = dlcv_resize2d(x, 1.5f, DLCV_INTERPOLATION_BICUBIC);
    for (i = 0; i < 2; i++) {
        x = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(x, 7 + 6 * i, 3, &same), NULL));
        x = dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL);
    }
    x = dlcv_linear(dlcv_dropout(dlcv_flatten(x), 0.5f), 5);
    failed |= dlcv_bind(dlcv_find(g, "image"), &image) || dlcv_bind(y, &label);
    add_training(x, dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL));
    dlcv_graph_free(g);
}

/* Sequences of 5 vectors through an LSTM from the back and a GRU, from states that learn. */
static void add_recurrent(void)
{
    static float values[5 * 3 * 9];
    static const int32_t labels[3] = { 2, 0, 1 };
    const dlcv_tensor sequence = dlcv_tensor_view(values, DLCV_F32, dlcv_shape3(5, 3, 9)), label = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(3));
    dlcv_rng rng = dlcv_rng_seed(13);
    int i, gru;
    for (i = 0; i < (int)(sizeof values / sizeof *values); i++) values[i] = dlcv_rng_normal(&rng);
    for (gru = 0; gru < 2; gru++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 9);
        dlcv_node x = dlcv_input(g, "sequence", DLCV_F32, dlcv_shape3(5, 3, 9)), y = dlcv_input(g, "label", DLCV_I32, dlcv_shape1(-1));
        dlcv_recurrent_opts o;
        memset(&o, 0, sizeof o);
        failed |= dlcv_bind(x, &sequence) || dlcv_bind(y, &label);
        o.reverse = !gru;
        o.state = dlcv_parameter(g, "first", dlcv_shape2(3, 11), DLCV_INIT_NORMAL, 0.5f);
        x = gru ? dlcv_gru_states(x, 11, &o).states : dlcv_lstm_states(x, 11, &o).cells;
        x = dlcv_linear(dlcv_flatten(dlcv_transpose(x, dlcv_shape3(1, 0, 2))), 4);
        add_training(x, dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL));
        dlcv_graph_free(g);
    }
}

/* Ten steps of dlcv_fit with all that it can do: minibatches, augmentation, mixup, smoothing, a schedule, AdamW, the weights' mean, validation. */
static void add_fit(void)
{
    static uint8_t pixels[40 * 9 * 8 * 3];
    static int32_t labels[40];
    dlcv_graph *g = dlcv_graph_new(NULL, 10);
    dlcv_preprocess p = { 9, 8, 3, 0, DLCV_INTERPOLATION_SMOOTH, 0, 0, 0, { 0.5f, 0.5f, 0.5f, 0 }, { 0.25f, 0.25f, 0.25f, 0 } };
    dlcv_node x = dlcv_image_input(g, "image", &p);
    dlcv_dataset d, v;
    dlcv_fit_opts o;
    dlcv_trainer *t = NULL;
    dlcv_progress seen;
    dlcv_rng rng = dlcv_rng_seed(14);
    int i;
    memset(&d, 0, sizeof d);
    memset(&o, 0, sizeof o);
    memset(&seen, 0, sizeof seen);
    for (i = 0; i < (int)sizeof pixels; i++) pixels[i] = (uint8_t)dlcv_rng_next(&rng);
    for (i = 0; i < 40; i++) labels[i] = i % 5;
    d.x = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(40, 9, 8, 3));
    d.y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(40));
    v = d;
    v.x = dlcv_tensor_rows(&d.x, 0, 13), v.y = dlcv_tensor_rows(&d.y, 0, 13);
    x = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(x, 6, 3, NULL), NULL));
    x = dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL);
    x = dlcv_linear(dlcv_dropout(dlcv_flatten(x), 0.25f), 5);
    o.epochs = 2, o.batch = 8, o.smoothing = 0.1f, o.validation = &v, o.schedule = DLCV_SCHEDULE_ONE_CYCLE, o.seed = 15;
    o.optimizer.method = DLCV_METHOD_ADAMW, o.optimizer.lr = 0.02f, o.optimizer.l2 = 0.01f, o.optimizer.average = 0.8f, o.optimizer.clip_norm = 1;
    o.augment.flip = 1, o.augment.shift = 1, o.augment.cutout = 2, o.augment.rotate = 20, o.augment.scale = 0.2f, o.augment.color = 0.3f, o.augment.mixup = 0.3f;
    failed |= dlcv_trainer_new(x, &d, &o, &t) != DLCV_OK;
    while (!failed && !seen.done) {
        failed |= dlcv_trainer_step(t, 0, &seen) != DLCV_OK;
        add_floats(&seen.loss, 1), add_floats(&seen.validation_loss, 1);
    }
    dlcv_trainer_free(t);
    for (i = 0; i < dlcv_parameter_count(g) && !failed; i++) {
        const dlcv_tensor *w = dlcv_value(dlcv_parameter_at(g, i));
        add_floats(dlcv_f32(w), dlcv_tensor_count(w));
    }
    failed |= dlcv_swap_average(g) != DLCV_OK;
    for (i = 0; i < dlcv_parameter_count(g) && !failed; i++) {
        const dlcv_tensor *w = dlcv_value(dlcv_parameter_at(g, i));
        add_floats(dlcv_f32(w), dlcv_tensor_count(w));
    }
    dlcv_graph_free(g);
}

/* Says which part was the first that failed. */
static void over(const char *part)
{
    static int said;
    if (failed && !said++) fprintf(stderr, "%s failed: %s\n", part, dlcv_error());
}

int main(int argc, char **argv)
{
    dlcv_rng rng = dlcv_rng_seed(2026);
    int i, items[50];
    const dlcv_status chosen = argc > 1 ? dlcv_backend_select(argv[1]) : DLCV_OK;
    if (chosen) {
        fprintf(stderr, "%s\n", dlcv_error());
        return chosen == DLCV_ERR_UNSUPPORTED ? 2 : 1;
    }
    for (i = 0; i < 50; i++) items[i] = i;
    dlcv_rng_shuffle(&rng, items, 50);
    for (i = 0; i < 50; i++) add_word((uint32_t)items[i]);
    for (i = 0; i < Q * D; i++) fq[i] = i % 17 ? dlcv_rng_normal(&rng) : dlcv_rng_normal(&rng) * 1e-39f;    /* denormals, too */
    for (i = 0; i < N * D; i++) fn[i] = i % 19 ? dlcv_rng_normal(&rng) : 0.0f;
    for (i = 0; i < Q * D; i++) uq[i] = (uint8_t)dlcv_rng_next(&rng);
    for (i = 0; i < N * D; i++) un[i] = (uint8_t)dlcv_rng_below(&rng, 256);
    for (i = 0; i < Q * D; i++) bq[i] = uq[i];
    for (i = 0; i < N * D; i++) bn[i] = un[i];
    add_floats(fq, Q * D);
    add_floats(fn, N * D);
    for (i = 0; i < Q * D; i++) add_word(uq[i]);
    add_functions(&rng);
    add_flat(&rng), over("add_flat");
    add_rough(&rng), over("add_rough");
    add_convolutions(&rng), over("add_convolutions");
    add_graph(), over("add_graph");
    add_pools(), over("add_pools");
    add_cnn(), over("add_cnn");
    add_recurrent(), over("add_recurrent");
    add_fit(), over("add_fit");
    hash = compute(hash), over("compute");
#ifdef FE_UPWARD /* whatever the caller has set: the same */
    {
        const uint64_t before = hash, again = compute(1);
        uint64_t upward;
        fesetround(FE_UPWARD);
        upward = compute(1);
        fesetround(FE_TONEAREST);
        if (upward != again) {
            fprintf(stderr, "rounding upward gives another hash\n");
            return 1;
        }
        hash = before;
    }
#endif
    if (failed) return 1;
    printf("%08lx%08lx %s\n", (unsigned long)(hash >> 32), (unsigned long)(hash & 0xffffffffu), dlcv_backend());
    return 0;
}
