/* Graphs at their limits: values so large that threads share them (the same bits whatever their number and order), batches without samples, inputs of
 * another type, numbers just outside of what is allowed. */
#include "test.h"

/* ---- large: the value and all gradients with one task, with three and with five, the last first */

static void last_first(int count, dlcv_task task, void *context, void *user)
{
    int i;
    (*(int *)user) += count > 1;
    for (i = count - 1; i >= 0; i--) task(i, context);
}

/* Memory in which no number is left from an earlier run: what a task forgets is found. */
static void *spoilt(size_t bytes, size_t alignment, void *user)
{
    void *block = test_allocate(bytes, alignment, user);
    if (block) memset(block, 255, bytes);
    return block;
}

static dlcv_node numbers(dlcv_graph *g, dlcv_shape shape, float low, float high)
{
    char name[32];
    dlcv_rng rng = dlcv_rng_seed(77 + (uint64_t)dlcv_node_count(g));
    dlcv_node p;
    size_t i;
    sprintf(name, "p%d", dlcv_node_count(g));
    p = dlcv_parameter(g, name, shape, DLCV_INIT_CONSTANT, 0);
    for (i = 0; dlcv_value(p) && i < dlcv_tensor_count(dlcv_value(p)); i++) dlcv_f32(dlcv_value(p))[i] = low + (high - low) * dlcv_rng_uniform(&rng);
    return p;
}

static dlcv_node labels(dlcv_graph *g, dlcv_shape shape, int classes)
{
    dlcv_tensor t = { 0 };
    dlcv_node y;
    size_t i;
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_I32, shape, &t));
    for (i = 0; i < dlcv_tensor_count(&t); i++) dlcv_i32(&t)[i] = (int32_t)(i * 7 % (size_t)classes);
    y = dlcv_constant(g, &t);
    dlcv_tensor_free(&t);
    return y;
}

static dlcv_node maps(dlcv_graph *g) { return numbers(g, TEST_SMALL ? dlcv_shape4(2, 12, 64, 64) : dlcv_shape4(8, 12, 48, 48), -2, 2); }

static dlcv_node loss(dlcv_graph *g, dlcv_loss_kind kind)
{
    const dlcv_node x = maps(g);
    const dlcv_shape s = dlcv_node_shape(x);
    if (kind < DLCV_LOSS_LOGISTIC) return dlcv_loss(x, labels(g, dlcv_shape3(s.dim[0], s.dim[2], s.dim[3]), 12), kind, NULL);
    return dlcv_loss(x, numbers(g, s, 0, 1), kind, NULL);
}

static dlcv_node conv(dlcv_node x, int unshared, int stride)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.unshared = unshared;
    return dlcv_conv2d(x, 5, 3, &o);
}

static dlcv_node pool(dlcv_node x, dlcv_pooling how)
{
    dlcv_pool2d_opts o = { 2, 1, 1, 0 };
    return dlcv_pool2d(x, how, 3, &o);
}

static dlcv_node pair(dlcv_node a, dlcv_node b, int axis)
{
    dlcv_node part[2];
    part[0] = a;
    part[1] = b;
    return dlcv_concat(part, 2, axis);
}

enum { ROUNDS = 63 };

static dlcv_node large(dlcv_graph *g, int k)
{
    switch (k) {
    case 0: return dlcv_relu(maps(g));
    case 1: return dlcv_sigmoid(maps(g));
    case 2: return dlcv_tanh(maps(g));
    case 3: return dlcv_exp(maps(g));
    case 4: return dlcv_abs(maps(g));
    case 5: return dlcv_leaky_relu(maps(g), 0);
    case 6: return dlcv_elu(maps(g), 0);
    case 7: return dlcv_selu(maps(g));
    case 8: return dlcv_gelu(maps(g));
    case 9: return dlcv_silu(maps(g));
    case 10: return dlcv_hard_sigmoid(maps(g));
    case 11: return dlcv_hard_swish(maps(g));
    case 12: return dlcv_softplus(maps(g));
    case 13: return dlcv_prelu(maps(g));
    case 14: return dlcv_maxout(maps(g), 3);
    case 15: return dlcv_softmax(maps(g), 1);
    case 16: return dlcv_log_softmax(maps(g), 3);
    case 17: return dlcv_log_softmax(dlcv_reshape(maps(g), dlcv_shape2(0, -1)), 1);
    case 18: return dlcv_log(dlcv_sqrt(dlcv_affine(dlcv_square(maps(g)), 1, 1)));
    case 19: return dlcv_reciprocal(dlcv_affine(maps(g), 1, 5));
    case 20: return dlcv_add(maps(g), numbers(g, dlcv_shape3(12, 1, 1), -1, 1));
    case 21: return dlcv_mul(maps(g), numbers(g, dlcv_shape4(1, 12, 1, 1), -1, 1));
    case 22: return dlcv_max(maps(g), maps(g));
    case 23: return dlcv_div(numbers(g, dlcv_shape1(1), 1, 2), dlcv_affine(maps(g), 1, 5));
    case 24: return dlcv_reduce(maps(g), DLCV_REDUCE_SUM, 3);
    case 25: return dlcv_reduce(maps(g), DLCV_REDUCE_MEAN, 1);
    case 26: return dlcv_reduce(maps(g), DLCV_REDUCE_MAX, 0);
    case 27: return dlcv_reduce(maps(g), DLCV_REDUCE_MIN, 2);
    case 28: return dlcv_reduce(maps(g), DLCV_REDUCE_NORM, 1);
    case 29: return pool(maps(g), DLCV_POOL_MAX);
    case 30: return pool(maps(g), DLCV_POOL_AVERAGE);
    case 31: return pool(maps(g), DLCV_POOL_L2);
    case 32: return dlcv_pool2d(maps(g), DLCV_POOL_AVERAGE, 0, NULL);
    case 33: return dlcv_batch_norm(maps(g), NULL);
    case 34: return dlcv_group_norm(maps(g), 4, NULL);
    case 35: return dlcv_group_norm(numbers(g, dlcv_shape2(500, 400), -1, 1), 1, NULL);
    case 36: return dlcv_local_response_norm(maps(g), 5, 0.1f, 0.75f, 2);
    case 37: return dlcv_dropout(maps(g), 0.5f);
    case 38: return dlcv_drop_path(maps(g), 0.5f);
    case 39: return dlcv_transpose(maps(g), dlcv_shape4(3, 1, 0, 2));
    case 40: return pair(maps(g), maps(g), 1);
    case 41: return dlcv_slice(maps(g), 2, 3, -5);
    case 42: return dlcv_pad2d(maps(g), 3, 2, 1, 4, DLCV_BORDER_REFLECT);
    case 43: return dlcv_resize2d(maps(g), 1.5f, DLCV_INTERPOLATION_BICUBIC);
    case 44: return dlcv_resize2d(maps(g), 0.4f, DLCV_INTERPOLATION_SMOOTH);
    case 45: return conv(maps(g), 0, 2);
    case 46: return conv(numbers(g, dlcv_shape4(2, 12, 24, 24), -1, 1), 1, 1);
    case 47: return dlcv_conv2d_transpose(maps(g), 5, 3, NULL);
    case 48: return dlcv_relu(dlcv_linear(numbers(g, dlcv_shape2(600, 50), -1, 1), 300));
    case 49: return dlcv_matmul(numbers(g, dlcv_shape3(4, 60, 70), -1, 1), numbers(g, dlcv_shape3(4, 70, 80), -1, 1));
    case 50: return dlcv_gather(maps(g), labels(g, dlcv_shape1(5), 12), 1);
    case 51: return dlcv_embedding(labels(g, dlcv_shape2(100, 80), 50), 50, 40);
    case 52: return dlcv_lstm(numbers(g, dlcv_shape3(5, 100, 60), -1, 1), 80);
    case 53: return dlcv_gru(numbers(g, dlcv_shape3(5, 100, 60), -1, 1), 80);
    case 54: return loss(g, DLCV_LOSS_SOFTMAX);
    case 55: return loss(g, DLCV_LOSS_HINGE);
    case 56: return loss(g, DLCV_LOSS_HINGE_STRUCTURED);
    case 57: return loss(g, DLCV_LOSS_LOGISTIC);
    case 58: return loss(g, DLCV_LOSS_PERCEPTRON);
    case 59: return loss(g, DLCV_LOSS_SQUARED);
    case 60: return loss(g, DLCV_LOSS_SMOOTH_L1);
    case 61: return dlcv_reduce(maps(g), DLCV_REDUCE_SUM, DLCV_ALL);
    default: maps(g); return dlcv_penalty(g, "", NULL);
    }
}

static uint64_t hash_of(const dlcv_tensor *t, uint64_t hash)
{
    const unsigned char *p = (const unsigned char *)(t ? t->data : NULL);
    const size_t bytes = dlcv_tensor_count(t) * sizeof(float);
    size_t i;
    for (i = 0; i + 8 <= bytes; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, 8);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 29;
    }
    for (; i < bytes; i++) hash = (hash ^ p[i]) * 1099511628211u;
    return hash;
}

/* A hash of the value and of every gradient; shared: how often there was more than one task */
static uint64_t result(int k, int width, int *shared)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_graph *g;
    dlcv_node y;
    uint64_t hash = 1;
    int p;
    env.memory.allocate = spoilt;
    env.threads.parallel_for = last_first;
    env.threads.user = shared;
    env.threads.width = width;
    g = dlcv_graph_new(&env, 5);
    y = large(g, k);
    CHECK_OK(dlcv_forward(y, DLCV_MODE_TRAIN));
    if (!dlcv_value(y)) return 0;
    hash = hash_of(dlcv_value(y), hash);
    CHECK_OK(dlcv_backward_from(y, dlcv_value(y)));
    for (p = 0; p < dlcv_parameter_count(g); p++) hash = hash_of(dlcv_gradient(dlcv_parameter_at(g, p)), hash);
    dlcv_graph_free(g);
    return hash;
}

static void test_large(void)
{
    const int step = TEST_SMALL ? 4 : 1;
    int k, used = 0;
    for (k = 0; k < ROUNDS; k += step) {
        int none = 0, shared = 0;
        const uint64_t one = result(k, 1, &none), three = result(k, 3, &shared), five = result(k, 5, &shared);
        CHECK(one == three && one == five && one > 1);
        if (one != three || one != five) printf("    case %d: other bits with %s tasks\n", k, one != three ? "three" : "five");
        used += shared > 0;
    }
    CHECK(used * step >= 44);           /* concat, slice, transpose and the like do not share */
}

/* ---- nothing: a batch of 0 goes forward and back, and gives parameters gradients of 0 */

static dlcv_node empty(dlcv_node x, int k)
{
    switch (k) {
    case 0: return conv(x, 0, 1);
    case 1: return conv(x, 1, 2);
    case 2: return dlcv_conv2d_transpose(x, 3, 2, NULL);
    case 3: return pool(x, DLCV_POOL_MAX);
    case 4: return pool(x, DLCV_POOL_L2);
    case 5: return dlcv_pool2d(x, DLCV_POOL_AVERAGE, 0, NULL);
    case 6: return dlcv_relu(dlcv_linear(dlcv_flatten(x), 3));
    case 7: return dlcv_matmul(x, numbers(x.graph, dlcv_shape2(6, 3), -1, 1));
    case 8: return dlcv_softmax(x, 1);
    case 9: return dlcv_log_softmax(x, 3);
    case 10: return dlcv_maxout(x, 2);
    case 11: return dlcv_prelu(x);
    case 12: return dlcv_resize2d(x, 2, DLCV_INTERPOLATION_BILINEAR);
    case 13: return dlcv_add(x, numbers(x.graph, dlcv_shape1(6), -1, 1));
    case 14: return dlcv_reduce(x, DLCV_REDUCE_MAX, 1);
    case 15: return pair(x, x, 1);
    case 16: return dlcv_pad2d(x, 1, 1, 1, 1, DLCV_BORDER_CIRCULAR);
    case 17: return dlcv_dropout(dlcv_group_norm(x, 2, NULL), 0.5f);
    case 18: return dlcv_transpose(x, dlcv_shape4(1, 0, 2, 3));
    case 19: return dlcv_slice(x, 1, 1, 0);
    case 20: return dlcv_square(dlcv_exp(x));
    case 21: return dlcv_local_response_norm(x, 3, 1, 0.75f, 1);
    default: return dlcv_lstm(dlcv_reshape(x, dlcv_shape3(0, 4, 36)), 3);
    }
}

static void test_empty(void)
{
    const dlcv_tensor none = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape4(0, 4, 6, 6));
    int k, p;
    for (k = 0; k < 23; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node x = dlcv_keep(dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 4, 6, 6))), sum = dlcv_reduce(empty(x, k), DLCV_REDUCE_SUM, DLCV_ALL);
        size_t i;
        CHECK_OK(dlcv_bind(x, &none));
        CHECK_OK(dlcv_forward(sum, DLCV_MODE_TRAIN));
        CHECK_EQUAL(dlcv_item(sum), 0);
        CHECK_OK(dlcv_backward(sum));
        for (p = 0; p < dlcv_parameter_count(g); p++) {
            const dlcv_tensor *d = dlcv_gradient(dlcv_parameter_at(g, p));
            int other = !d;
            for (i = 0; i < dlcv_tensor_count(d); i++) other |= dlcv_f32(d)[i] != 0;
            CHECK(!other);
        }
        dlcv_graph_free(g);
    }
}

/* ---- whole numbers where floats are wanted: every op says so */

static dlcv_node whole(dlcv_node x, dlcv_node y, int k)
{
    switch (k) {
    case 0: return dlcv_relu(y);
    case 1: return conv(y, 0, 1);
    case 2: return conv(y, 1, 1);
    case 3: return dlcv_conv2d_transpose(y, 3, 2, NULL);
    case 4: return pool(y, DLCV_POOL_MAX);
    case 5: return dlcv_linear(dlcv_reshape(y, dlcv_shape2(2, 144)), 3);
    case 6: return dlcv_matmul(x, y);
    case 7: return dlcv_matmul(y, x);
    case 8: return dlcv_softmax(y, 1);
    case 9: return dlcv_maxout(y, 2);
    case 10: return dlcv_prelu(y);
    case 11: return dlcv_resize2d(y, 2, DLCV_INTERPOLATION_BILINEAR);
    case 12: return dlcv_add(x, y);
    case 13: return dlcv_mul(y, x);
    case 14: return dlcv_reduce(y, DLCV_REDUCE_MAX, 1);
    case 15: return dlcv_pad2d(y, 1, 1, 1, 1, DLCV_BORDER_CIRCULAR);
    case 16: return dlcv_dropout(y, 0.5f);
    case 17: return dlcv_drop_path(y, 0.5f);
    case 18: return dlcv_group_norm(y, 2, NULL);
    case 19: return dlcv_batch_norm(y, NULL);
    case 20: return dlcv_local_response_norm(y, 3, 1, 0.75f, 1);
    case 21: return dlcv_lstm(dlcv_reshape(y, dlcv_shape3(2, 4, 36)), 3);
    case 22: return dlcv_gru(dlcv_reshape(y, dlcv_shape3(2, 4, 36)), 3);
    case 23: return dlcv_loss(y, y, DLCV_LOSS_SQUARED, NULL);
    case 24: return dlcv_loss(y, dlcv_slice(y, 1, 0, 1), DLCV_LOSS_HINGE, NULL);
    case 25: return dlcv_affine(y, 2, 1);
    default: return dlcv_step(y);
    }
}

static void test_whole(void)
{
    int k;
    for (k = 0; k < 27; k++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(2, 4, 6, 6)), y = dlcv_input(g, "y", DLCV_I32, dlcv_shape4(2, 4, 6, 6));
        CHECK(whole(x, y, k).id == 0);
        CHECK(dlcv_graph_status(g) == DLCV_ERR_ARGUMENT && strstr(dlcv_error(), " is i32 [2, ") != NULL && strstr(dlcv_error(), ", f32 is wanted") != NULL);
        if (!strstr(dlcv_error(), ", f32 is wanted")) printf("    case %d: %s\n", k, dlcv_error());
        dlcv_graph_free(g);
    }
}

/* ---- just outside */

static dlcv_node wrong_conv(dlcv_node x, int kernel_w, int stride_w, int dilation_w, int groups, int border)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.kernel_w = kernel_w;
    o.stride_w = stride_w;
    o.dilation_w = dilation_w;
    o.groups = groups;
    o.border = (dlcv_border)border;
    o.pad = border ? DLCV_SAME : 0;
    return dlcv_conv2d(x, 5, 3, &o);
}

static dlcv_node wrong_transpose(dlcv_node x)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = DLCV_SAME;
    return dlcv_conv2d_transpose(x, 5, 3, &o);
}

static dlcv_node wrong_pool(dlcv_node x, int how, int kernel, int pad)
{
    dlcv_pool2d_opts o = { 0, 0, 0, 0 };
    o.pad = pad;
    return dlcv_pool2d(x, (dlcv_pooling)how, kernel, &o);
}

static dlcv_node wrong_loss(dlcv_node x, dlcv_node y, dlcv_loss_kind kind, float margin, float beta)
{
    dlcv_loss_opts o = { 0, 0, 0, DLCV_AVERAGE_SAMPLES };
    o.margin = margin;
    o.beta = beta;
    return dlcv_loss(x, y, kind, &o);
}

static dlcv_node wrong_penalty(dlcv_graph *g, float l2, float l1)
{
    dlcv_penalty_opts o = { 0, 0, 0 };
    o.l2 = l2;
    o.l1 = l1;
    return dlcv_penalty(g, "", &o);
}

static dlcv_node wrong_recurrent(dlcv_node x, dlcv_node state)
{
    dlcv_recurrent_opts o;
    memset(&o, 0, sizeof o);
    o.state = state;
    return dlcv_gru_states(x, 2, &o).states;
}

static dlcv_node w4(dlcv_node w) { return dlcv_reshape(w, dlcv_shape4(6, 5, 1, 1)); }

/* x [n, 4, 6, 6], turned [4, n, 6, 6]: channels that are not known; w a parameter */
#define WRONG(CALL, STATUS, TEXT) \
    do { \
        dlcv_graph *g = dlcv_graph_new(NULL, 1); \
        dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape4(-1, 4, 6, 6)), turned = dlcv_transpose(x, dlcv_shape4(1, 0, 2, 3)); \
        dlcv_node w = dlcv_parameter(g, "w", dlcv_shape2(6, 5), DLCV_INIT_NORMAL, 1), y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1)); \
        (void)turned; \
        (void)w; \
        (void)y; \
        CHECK((CALL).id <= 0); \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        dlcv_graph_free(g); \
    } while (0)

static void test_outside(void)
{
    const float huge = (float)HUGE_VAL;
    WRONG(wrong_conv(x, -1, 0, 0, 0, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": a kernel of 3 x -1");
    WRONG(wrong_conv(x, 0, -1, 0, 0, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": stride 1 x -1");
    WRONG(wrong_conv(x, 0, 0, -1, 0, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": dilation 1 x -1");
    WRONG(wrong_conv(x, 0, 0, 0, 2, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": 2 groups do not divide 4 channels and 5 filters");
    WRONG(wrong_conv(x, 0, 0, 0, -1, 0), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": -1 groups");
    WRONG(wrong_conv(turned, 0, 0, 0, 0, 0), DLCV_ERR_SHAPE, "conv2d \"conv2d1\": input is [4, -1, 6, 6], [n, c, h, w] is wanted");
    WRONG(wrong_conv(dlcv_transpose(x, dlcv_shape4(2, 3, 0, 1)), 0, 0, 0, 0, 1), DLCV_ERR_SHAPE,
        "conv2d \"conv2d1\": input is [6, 6, -1, 4]: DLCV_SAME with border 1 wants its height and width");
    WRONG(wrong_conv(dlcv_transpose(x, dlcv_shape4(2, 3, 1, 0)), 0, 0, 0, 0, 1), DLCV_ERR_SHAPE,
        "conv2d \"conv2d1\": input is [6, 6, 4, -1]: DLCV_SAME with border 1 wants its height and width");
    WRONG(conv(dlcv_transpose(x, dlcv_shape4(2, 3, 0, 1)), 1, 1), DLCV_ERR_SHAPE,
        "conv2d \"conv2d_unshared1\": input is [6, 6, -1, 4]: weights that are not shared want its height and width");
    WRONG(conv(dlcv_transpose(x, dlcv_shape4(2, 3, 1, 0)), 1, 1), DLCV_ERR_SHAPE,
        "conv2d \"conv2d_unshared1\": input is [6, 6, 4, -1]: weights that are not shared want its height and width");
    WRONG(wrong_transpose(x), DLCV_ERR_UNSUPPORTED, "conv2d_transpose \"conv2d_transpose1\": DLCV_SAME has no meaning here, say the padding");
    WRONG(wrong_pool(x, -1, 2, 0), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": there is no pooling -1");
    WRONG(wrong_pool(x, 0, 2, -1), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": padding -1 and -1, kernel 2: a window might see nothing but padding");
    WRONG(wrong_pool(x, 0, 0, 1), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": padding 1 and 1, kernel 0: a window might see nothing but padding");
    WRONG(dlcv_pool2d(dlcv_slice(x, 2, 0, 1), DLCV_POOL_MAX, 2, NULL), DLCV_ERR_SHAPE,
        "pool2d \"pool2d1\": a window of 2 does not fit into height 1 with padding 0");
    WRONG(dlcv_pool2d(dlcv_slice(x, 3, 0, 1), DLCV_POOL_MAX, 2, NULL), DLCV_ERR_SHAPE,
        "pool2d \"pool2d1\": a window of 2 does not fit into width 1 with padding 0");
    WRONG(dlcv_pool_channels(x, (dlcv_pooling)-1, 2), DLCV_ERR_ARGUMENT, "pool_channels: there is no pooling -1");
    WRONG(dlcv_pool_channels(x, DLCV_POOL_MAX, 0), DLCV_ERR_ARGUMENT, "pool_channels: input is [-1, 4, 6, 6], windows of 0 do not divide 4 channels");
    WRONG(dlcv_pool_channels(turned, DLCV_POOL_MAX, 2), DLCV_ERR_SHAPE, "pool_channels: input is [4, -1, 6, 6], [n, channels, ...] is wanted");
    WRONG(dlcv_linear(dlcv_transpose(dlcv_flatten(x), dlcv_shape2(1, 0)), 3), DLCV_ERR_SHAPE,
        "linear \"linear1\": input is [144, -1], [n, d] is wanted (flatten it first)");
    WRONG(dlcv_batch_norm(turned, NULL), DLCV_ERR_SHAPE, "batch_norm \"batch_norm1\": input is [4, -1, 6, 6], [n, channels, ...] is wanted");
    WRONG(dlcv_prelu(turned), DLCV_ERR_SHAPE, "prelu \"prelu1\": input is [4, -1, 6, 6], [n, channels, ...] is wanted");
    WRONG(dlcv_lstm(dlcv_transpose(dlcv_reshape(x, dlcv_shape3(0, 4, 36)), dlcv_shape3(1, 2, 0)), 2), DLCV_ERR_SHAPE,
        "lstm \"lstm1\": input is [4, 36, -1], [steps, n, d] is wanted");
    WRONG(dlcv_lstm(dlcv_reshape(x, dlcv_shape3(0, 4, 36)), INT_MAX / 2), DLCV_ERR_ARGUMENT,
        "lstm \"lstm1\": 1073741823 units, 536870911 are the most");
    WRONG(wrong_recurrent(dlcv_reshape(x, dlcv_shape3(0, 4, 36)), w), DLCV_ERR_SHAPE,
        "gru \"gru1\": input is [-1, 4, 36], what stands before the first step is [6, 5]: [n, 2] is wanted");
    WRONG(wrong_recurrent(dlcv_reshape(x, dlcv_shape3(0, 4, 36)), dlcv_slice(w, 1, 0, 2)), DLCV_ERR_SHAPE,
        "gru \"gru1\": input is [-1, 4, 36], what stands before the first step is [6, 2]: [n, 2] is wanted");
    WRONG(dlcv_embedding(y, 5, 0), DLCV_ERR_ARGUMENT, "embedding \"embedding1\": 5 words, 0 units, at least 1 is wanted");
    WRONG(dlcv_gather(dlcv_gather(w4(w), dlcv_reshape(y, dlcv_shape4(-1, 1, 1, 1)), 0), dlcv_reshape(y, dlcv_shape4(-1, 1, 1, 1)), 0), DLCV_ERR_SHAPE,
        "gather \"gather2\": 10 dimensions, 8 are the most");
    WRONG(dlcv_maxout(dlcv_reshape(y, dlcv_shape1(-1)), 2), DLCV_ERR_ARGUMENT, "maxout \"maxout1\": input 0 is i32 [-1], f32 is wanted");
    WRONG(dlcv_maxout(dlcv_reshape(w, dlcv_shape1(30)), 2), DLCV_ERR_SHAPE, "maxout \"maxout1\": input is [30], [n, channels, ...] is wanted");
    WRONG(dlcv_reduce(x, (dlcv_reduction)-1, 1), DLCV_ERR_ARGUMENT, "reduce \"reduce1\": there is no reduction -1");
    WRONG(dlcv_pad2d(dlcv_reshape(w, dlcv_shape1(30)), 1, 1, 1, 1, DLCV_BORDER_ZERO), DLCV_ERR_SHAPE,
        "pad2d \"pad2d1\": input is [30], [..., h, w] is wanted");
    WRONG(dlcv_pad2d(x, 1, 1, 1, 1, (dlcv_border)-1), DLCV_ERR_ARGUMENT, "pad2d \"pad2d1\": border -1 does not pad");
    WRONG(dlcv_pad2d(x, -1, 1, 1, 1, DLCV_BORDER_ZERO), DLCV_ERR_ARGUMENT, "pad2d \"pad2d1\": -1 and 1 rows: what takes away is slice");
    WRONG(dlcv_pad2d(x, INT_MAX, 1, 1, 1, DLCV_BORDER_ZERO), DLCV_ERR_SHAPE, "pad2d \"pad2d1\": 2147483647 + 6 + 1 rows are more than 2147483647");
    WRONG(dlcv_pad2d(x, 1, INT_MAX - 8, 1, 3, DLCV_BORDER_ZERO), DLCV_ERR_SHAPE,
        "pad2d \"pad2d1\": 2147483639 + 6 + 3 columns are more than 2147483647");
    WRONG(dlcv_resize2d(dlcv_reshape(w, dlcv_shape1(30)), 2, DLCV_INTERPOLATION_NEAREST), DLCV_ERR_SHAPE,
        "resize2d \"resize2d1\": input is [30], [..., h, w] is wanted");
    WRONG(dlcv_resize2d(x, huge, DLCV_INTERPOLATION_NEAREST), DLCV_ERR_ARGUMENT, "resize2d \"resize2d1\": scale is inf");
    WRONG(dlcv_resize2d(x, 1e9f, DLCV_INTERPOLATION_NEAREST), DLCV_ERR_SHAPE,
        "resize2d \"resize2d1\": [-1, 4, 6, 6] times 1e+09: nothing is left, or too much");
    WRONG(dlcv_resize2d(x, 2, (dlcv_interpolation)-1), DLCV_ERR_ARGUMENT, "resize2d \"resize2d1\": there is no interpolation -1");
    WRONG(dlcv_matmul(w, dlcv_reshape(w, dlcv_shape1(30))), DLCV_ERR_SHAPE, "matmul \"matmul1\": [6, 5] times [30]: both want at least 2 dimensions");
    WRONG(dlcv_drop_path(w, huge), DLCV_ERR_ARGUMENT, "drop_path \"drop_path1\": rate is inf, from 0 to less than 1 is wanted");
    WRONG(dlcv_local_response_norm(x, 3, -1, 1, 1), DLCV_ERR_ARGUMENT,
        "local_response_norm \"local_response_norm1\": alpha -1, beta 1, k 1: the denominator might not be positive");
    WRONG(dlcv_local_response_norm(x, 3, huge, 1, 1), DLCV_ERR_ARGUMENT,
        "local_response_norm \"local_response_norm1\": alpha inf, beta 1, k 1: the denominator might not be positive");
    WRONG(dlcv_local_response_norm(x, 3, 1, huge, 1), DLCV_ERR_ARGUMENT,
        "local_response_norm \"local_response_norm1\": alpha 1, beta inf, k 1: the denominator might not be positive");
    WRONG(dlcv_local_response_norm(x, 3, 1, 1, huge), DLCV_ERR_ARGUMENT,
        "local_response_norm \"local_response_norm1\": alpha 1, beta 1, k inf: the denominator might not be positive");
    WRONG(wrong_loss(x, y, (dlcv_loss_kind)-1, 0, 0), DLCV_ERR_ARGUMENT, "loss: there is no loss -1");
    WRONG(wrong_loss(w, y, DLCV_LOSS_HINGE, huge, 0), DLCV_ERR_ARGUMENT, "loss \"hinge1\": margin is inf, at least 0 is wanted");
    WRONG(wrong_loss(w, w, DLCV_LOSS_SMOOTH_L1, 0, huge), DLCV_ERR_ARGUMENT, "loss \"smooth_l1_1\": beta is inf, a positive number is wanted");
    WRONG(dlcv_loss(dlcv_reshape(w, dlcv_shape1(30)), y, DLCV_LOSS_HINGE, NULL), DLCV_ERR_SHAPE,
        "loss \"hinge1\": scores are [30], [n, classes] is wanted");
    WRONG(dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_SHAPE,
        "loss \"cross_entropy1\": scores are [-1, 4, 6, 6], target is [-1]: one label a sample is wanted");
    WRONG(dlcv_loss(dlcv_slice(w, 1, 5, 0), y, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_SHAPE, "loss \"cross_entropy1\": scores are [6, 0]: no classes");
    WRONG(dlcv_loss(w, y, DLCV_LOSS_ABSOLUTE, NULL), DLCV_ERR_ARGUMENT, "loss \"absolute1\": target is i32 [-1], f32 is wanted");
    WRONG(wrong_penalty(g, huge, 0), DLCV_ERR_ARGUMENT, "penalty \"penalty1\": l2 is inf, l1 0");
    WRONG(wrong_penalty(g, 0, huge), DLCV_ERR_ARGUMENT, "penalty \"penalty1\": l2 is 0, l1 inf");
    WRONG(dlcv_penalty(g, NULL, NULL), DLCV_ERR_ARGUMENT, "penalty: the prefix is NULL");
    WRONG(dlcv_slice(x, 1, 3, 2), DLCV_ERR_SHAPE, "slice \"slice1\": 3 to 2 is no part of axis 1 of [-1, 4, 6, 6]");
    WRONG(dlcv_name(x, NULL), DLCV_ERR_ARGUMENT, "name: a name is wanted, it is NULL");
    WRONG(dlcv_name(dlcv_linear(dlcv_flatten(x), 3), "w"), DLCV_ERR_ARGUMENT, "name: a node is called \"w\" already");
    WRONG(dlcv_parameter(g, "v", dlcv_shape1(1), (dlcv_init)-1, 0), DLCV_ERR_ARGUMENT, "parameter \"v\": there is no initialiser -1");
    WRONG(dlcv_input(g, "v", DLCV_F32, dlcv_shape4(INT_MAX, INT_MAX, INT_MAX, INT_MAX)), DLCV_ERR_MEMORY,
        "input \"v\": the shape is f32 [2147483647, 2147483647, 2147483647, 2147483647], more bytes than a size_t can count");
    WRONG(dlcv_elu(w, -1), DLCV_ERR_ARGUMENT, "elu: alpha is -1, a positive number is wanted");
}

#ifdef TEST_APART
/* ---- weights of other shapes than the builders make: x [shape of x], then other parameters of the shapes given, as many as have dimensions */

static dlcv_shape shape(int a, int b, int c, int d, int e, int f)
{
    dlcv_shape s = dlcv_shape4(a, b, c, d);
    s.dim[4] = e;
    s.dim[5] = f;
    for (s.ndim = 0; s.ndim < 6 && s.dim[s.ndim]; s.ndim++) {}
    return s;
}

static const struct {
    const char *op;
    int in[5][6];
    const char *text;
} weights[] = {
    { "conv2d", { { 2, 4, 6 }, { 3, 4, 3, 3 } }, "conv2d \"conv2d1\": input is [2, 4, 6], [n, c, h, w] is wanted" },
    { "conv2d", { { 2, 4, 6, 6 }, { 3, 4, 3 } }, "conv2d \"conv2d1\": weights are [3, 4, 3], [filters, channels, height, width] is wanted" },
    { "conv2d", { { 2, 4, 6, 6 }, { 3, 5, 3, 3 } }, "conv2d \"conv2d1\": input has 4 channels, weights expect 5" },
    { "conv2d", { { 2, 1, 6, 6 }, { 3, 5, 3, 3 } }, "conv2d \"conv2d1\": input has 1 channel, weights expect 5" },
    { "conv2d", { { 2, 4, 6, 6 }, { 3, 4, 3, 3 }, { 4 } }, "conv2d \"conv2d1\": bias is [4], there are 3 filters" },
    { "conv2d", { { 2, 4, 6, 6 }, { 3, 4, 3, 3 }, { 3, 1 } }, "conv2d \"conv2d1\": bias is [3, 1], there are 3 filters" },
    { "conv2d", { { 2, 4, 6, 6 }, { 3, 4, 7, 3 }, { 3 } },
      "conv2d \"conv2d1\": a window of 7 (kernel 7, dilation 1) does not fit into height 6 with padding 0" },
    { "conv2d", { { 2, 4, 6, 6 } }, "conv2d: 1 inputs, it takes 2 to 3" },
    { "conv2d_transpose", { { 2, 4, 6, 6 }, { 3, 4, 3, 3 } }, "conv2d_transpose \"conv2d_transpose1\": input has 4 channels, weights expect 3" },
    { "conv2d_unshared", { { 2, 4, 6 }, { 3, 4, 3, 3, 4, 4 } }, "conv2d \"conv2d_unshared1\": input is [2, 4, 6], [n, c, h, w] is wanted" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3 } },
      "conv2d \"conv2d_unshared1\": weights are [3, 4, 3, 3], [filters, channels, kernel, kernel, height, width] is wanted" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 3, 3, 3, 4, 4 } }, "conv2d \"conv2d_unshared1\": input has 4 channels, weights expect 3" },
    { "conv2d_unshared", { { 2, 1, 6, 6 }, { 3, 3, 3, 3, 4, 4 } }, "conv2d \"conv2d_unshared1\": input has 1 channel, weights expect 3" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 5, 4 } },
      "conv2d \"conv2d_unshared1\": weights are [3, 4, 3, 3, 5, 4], the output has 4 x 4 places" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 4, 5 } },
      "conv2d \"conv2d_unshared1\": weights are [3, 4, 3, 3, 4, 5], the output has 4 x 4 places" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 7, 3, 4, 4 } },
      "conv2d \"conv2d_unshared1\": a window of 7 (kernel 7, dilation 1) does not fit into height 6 with padding 0" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 4, 4 }, { 3 } },
      "conv2d \"conv2d_unshared1\": bias is [3], weights are [3, 4, 3, 3, 4, 4]" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 4, 4 }, { 2, 4, 4 } },
      "conv2d \"conv2d_unshared1\": bias is [2, 4, 4], weights are [3, 4, 3, 3, 4, 4]" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 4, 4 }, { 3, 3, 4 } },
      "conv2d \"conv2d_unshared1\": bias is [3, 3, 4], weights are [3, 4, 3, 3, 4, 4]" },
    { "conv2d_unshared", { { 2, 4, 6, 6 }, { 3, 4, 3, 3, 4, 4 }, { 3, 4, 3 } },
      "conv2d \"conv2d_unshared1\": bias is [3, 4, 3], weights are [3, 4, 3, 3, 4, 4]" },
    { "linear", { { 2, 4, 6 }, { 3, 4 } }, "linear \"linear1\": input is [2, 4, 6], [n, d] is wanted (flatten it first)" },
    { "linear", { { 2, 4 }, { 3, 4, 1 } }, "linear \"linear1\": weights are [3, 4, 1], [units, d] is wanted" },
    { "linear", { { 2, 4 }, { 3, 5 } }, "linear \"linear1\": input has 4 features, weights expect 5" },
    { "linear", { { 2, 4 }, { 3, 4 }, { 3, 1 } }, "linear \"linear1\": bias is [3, 1], there are 3 units" },
    { "linear", { { 2, 4 }, { 3, 4 }, { 4 } }, "linear \"linear1\": bias is [4], there are 3 units" },
    { "batch_norm", { { 2, 4 }, { 4 }, { 4 }, { 4, 1 }, { 4 } },
      "batch_norm \"batch_norm1\": input is [2, 4], input 3 is [4, 1]: one number a channel is wanted" },
    { "batch_norm", { { 2, 4 }, { 4 }, { 5 }, { 4 }, { 4 } },
      "batch_norm \"batch_norm1\": input is [2, 4], input 2 is [5]: one number a channel is wanted" },
    { "batch_norm", { { 2, 4 }, { 4 }, { 4 }, { 4 } }, "batch_norm \"batch_norm1\": a weight without a bias" },
    { "group_norm", { { 2, 4 }, { 4 } }, "group_norm \"group_norm1\": a weight without a bias" },
    { "group_norm", { { 4 }, { 4 }, { 4 } }, "group_norm \"group_norm1\": input is [4], [n, channels, ...] is wanted" },
    { "prelu", { { 2, 4 }, { 4, 1 } }, "prelu \"prelu1\": input is [2, 4], slopes are [4, 1]: one a channel or one is wanted" },
    { "prelu", { { 2, 4 }, { 3 } }, "prelu \"prelu1\": input is [2, 4], slopes are [3]: one a channel or one is wanted" },
    { "prelu", { { 4 }, { 4 } }, "prelu \"prelu1\": input is [4], slopes are [4]: one a channel or one is wanted" },
    { "embedding", { { 4 }, { 4, 2 } }, "embedding \"embedding1\": indices are f32 [4], i32 is wanted" },
    { "lstm", { { 5, 2 }, { 12, 4 }, { 12, 3 }, { 12 }, { 12 } }, "lstm \"lstm1\": input is [5, 2], [steps, n, d] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 12, 4 }, { 12 }, { 12 }, { 12 } }, "lstm \"lstm1\": weights of the state are [12], [4 units, units] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 12, 4 }, { 9, 3 }, { 12 }, { 12 } }, "lstm \"lstm1\": weights of the state are [9, 3], [4 units, units] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 12, 4, 1 }, { 12, 3 }, { 12 }, { 12 } },
      "lstm \"lstm1\": input is [5, 2, 4], its weights are [12, 4, 1]: [12, d] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 9, 4 }, { 12, 3 }, { 12 }, { 12 } },
      "lstm \"lstm1\": input is [5, 2, 4], its weights are [9, 4]: [12, d] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 12, 5 }, { 12, 3 }, { 12 }, { 12 } },
      "lstm \"lstm1\": input is [5, 2, 4], its weights are [12, 5]: [12, d] is wanted" },
    { "lstm", { { 5, 2, 4 }, { 12, 4 }, { 12, 3 }, { 9 }, { 12 } }, "lstm \"lstm1\": bias is [9], [12] is wanted" },
    { "gru", { { 5, 2, 4 }, { 9, 4 }, { 9, 3 }, { 9 }, { 9, 1 } }, "gru \"gru1\": bias is [9, 1], [9] is wanted" },
    { "hinge", { { 5, 2 } }, "loss: 1 inputs, it takes 2 to 2" },
};

static void test_weights(void)
{
    int i, k;
    for (i = 0; i < (int)(sizeof weights / sizeof *weights); i++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node in[5];
        for (k = 0; k < 5 && weights[i].in[k][0]; k++) {
            const int *d = weights[i].in[k];
            char name[8];
            sprintf(name, "p%d", k);
            in[k] = dlcv_parameter(g, name, shape(d[0], d[1], d[2], d[3], d[4], d[5]), DLCV_INIT_NORMAL, 1);
        }
        CHECK(test_build(in, k, weights[i].op).id == 0);
        CHECK(dlcv_graph_status(g) != DLCV_OK);
        CHECK_TEXT(dlcv_error(), weights[i].text);
        dlcv_graph_free(g);
    }
}

/* Layers without biases, slopes that all channels share, a linear layer of nothing and of no units: allowed, right */
static void test_bare(void)
{
    static const float xs[4] = { 1, -2, 3, -4 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_tensor t = dlcv_tensor_view(xs, DLCV_F32, dlcv_shape2(2, 2));
    dlcv_node in[2], y, z, slope, nothing[2];
    int i;
    in[0] = dlcv_constant(g, &t);
    in[1] = dlcv_parameter(g, "w", dlcv_shape2(3, 2), DLCV_INIT_CONSTANT, 2);
    y = dlcv_relu(test_build(in, 2, "linear"));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK(dlcv_f32(dlcv_value(y))[0] == 0 && dlcv_tensor_count(dlcv_value(y)) == 6);
    z = dlcv_reduce(test_build(in, 2, "linear"), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    CHECK_EQUAL(dlcv_item(z), 3 * 2 * (1 - 2 + 3 - 4));
    CHECK_OK(dlcv_backward(z));
    CHECK_EQUAL(dlcv_f32(dlcv_gradient(in[1]))[5], -6);
    slope = dlcv_parameter(g, "slope", dlcv_shape1(1), DLCV_INIT_CONSTANT, 0.5f);
    in[1] = slope;
    y = test_build(in, 2, "prelu");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    for (i = 0; i < 4; i++) CHECK_EQUAL(dlcv_f32(dlcv_value(y))[i], xs[i] < 0 ? xs[i] / 2 : xs[i]);
    z = dlcv_reduce(y, DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward(z));
    CHECK_EQUAL(dlcv_f32(dlcv_gradient(slope))[0], -6);
    nothing[0] = dlcv_parameter(g, "none", dlcv_shape2(2, 0), DLCV_INIT_NORMAL, 1);
    nothing[1] = dlcv_parameter(g, "of none", dlcv_shape2(3, 0), DLCV_INIT_NORMAL, 1);
    z = dlcv_reduce(test_build(nothing, 2, "linear"), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    CHECK_EQUAL(dlcv_item(z), 0);
    CHECK_OK(dlcv_backward(z));
    nothing[1] = dlcv_parameter(g, "no units", dlcv_shape2(0, 0), DLCV_INIT_NORMAL, 1);
    z = dlcv_reduce(test_build(nothing, 2, "linear"), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward(z));
    nothing[1] = dlcv_parameter(g, "no columns", dlcv_shape2(0, 3), DLCV_INIT_NORMAL, 1);
    z = dlcv_matmul(nothing[0], nothing[1]);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_GRADIENT));
    for (i = 0; i < 6; i++) CHECK_EQUAL(dlcv_f32(dlcv_value(z))[i], 0);
    CHECK_OK(dlcv_backward_from(z, dlcv_value(z)));
    dlcv_graph_free(g);
}
#endif

/* ---- calls on nodes that are there, with what does not belong there */

static void test_calls(void)
{
    static const int32_t whole_numbers[4] = { 1, 2, 3, 0 };
    static const float floats[4] = { 1, 2, 3, 4 };
    const dlcv_tensor i4 = dlcv_tensor_view(whole_numbers, DLCV_I32, dlcv_shape1(4)), f4 = dlcv_tensor_view(floats, DLCV_F32, dlcv_shape1(4));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node c = dlcv_constant(g, &i4), in = dlcv_keep(dlcv_input(g, "in", DLCV_F32, dlcv_shape1(4))), w = dlcv_parameter(g, "w", dlcv_shape1(4), DLCV_INIT_CONSTANT, 2);
    dlcv_node turned = dlcv_slice(c, 0, 1, 3), y = dlcv_reduce(dlcv_mul(in, w), DLCV_REDUCE_SUM, DLCV_ALL), far_off = y, other;
    dlcv_check_opts o = { DLCV_DIFFERENCE_CENTRED, 0, DLCV_MODE_INFER, 2, 0, 0 };
    dlcv_tensor out = { 0 }, copy = { 0 };
    dlcv_check r;
    float most = 0;
    CHECK_TEXT(dlcv_node_op(in), "input");
    CHECK_TEXT(dlcv_node_op(c), "constant");
    CHECK_TEXT(dlcv_node_op(w), "parameter");
    CHECK(dlcv_value(c) && dlcv_i32(dlcv_value(c))[2] == 3 && dlcv_value(in) == NULL);
    CHECK(dlcv_node_input(y, -1).id == 0 && dlcv_node_input(y, 1).id == 0 && dlcv_node_input(y, 0).id == y.id - 1 && dlcv_parameter_at(g, 1).id == 0);
    CHECK_FAILS(dlcv_forward(y, (dlcv_mode)-1), DLCV_ERR_ARGUMENT, "forward: there is no mode -1");
    CHECK_OK(dlcv_bind(in, &f4));
    CHECK_OK(dlcv_forward(turned, DLCV_MODE_GRADIENT));
    CHECK(dlcv_item(turned) != dlcv_item(turned) && dlcv_item(w) != dlcv_item(w));      /* NaN: not one float */
    CHECK_FAILS(dlcv_backward(turned), DLCV_ERR_ARGUMENT, "backward: \"slice1\" is i32 [2], f32 is wanted");
    CHECK_FAILS(dlcv_gradient_check(turned, NULL, &r), DLCV_ERR_ARGUMENT, "backward: \"slice1\" is i32 [2], f32 is wanted");
    CHECK_FAILS(dlcv_jacobian(turned, w, &out), DLCV_ERR_ARGUMENT, "backward: \"slice1\" is i32 [2], f32 is wanted");
    CHECK_FAILS(dlcv_jacobian(y, in, NULL), DLCV_ERR_ARGUMENT, "jacobian: out is NULL");
    far_off.id = 99;
    CHECK_FAILS(dlcv_jacobian(y, far_off, &out), DLCV_ERR_ARGUMENT, "jacobian: the graph has nodes 1 to 6, not 99");
    CHECK_FAILS(dlcv_gradient_check(far_off, NULL, &r), DLCV_ERR_ARGUMENT, "gradient_check: the graph has nodes 1 to 6, not 99");
    CHECK_FAILS(dlcv_graph_summary(far_off, NULL, NULL, 0), DLCV_ERR_ARGUMENT, "graph_summary: the graph has nodes 1 to 6, not 99");
    CHECK_FAILS(dlcv_initialize(far_off, DLCV_INIT_CONSTANT, 1), DLCV_ERR_ARGUMENT, "initialize: the graph has nodes 1 to 6, not 99");
    CHECK_OK(dlcv_forward(y, DLCV_MODE_GRADIENT));
    CHECK_EQUAL(dlcv_item(y), 20);
    CHECK_FAILS(dlcv_backward_from(y, &i4), DLCV_ERR_SHAPE, "backward: \"reduce1\" is f32 [], upstream i32 [4]");
    CHECK_FAILS(dlcv_backward_from(y, &out), DLCV_ERR_ARGUMENT, "backward: upstream is no tensor yet, it is {0}");
    CHECK_OK(dlcv_backward(y));
    CHECK(dlcv_gradient(in) && dlcv_f32(dlcv_gradient(in))[0] == 2 && dlcv_f32(dlcv_gradient(w))[3] == 4);
    CHECK_FAILS(dlcv_axpy(1, &i4, dlcv_value(w)), DLCV_ERR_SHAPE, "axpy: x is i32 [4], y is f32 [4]; both are to be f32 of one shape");
    CHECK_FAILS(dlcv_axpy(1, &f4, (dlcv_tensor *)&i4), DLCV_ERR_SHAPE, "axpy: x is f32 [4], y is i32 [4]; both are to be f32 of one shape");
    CHECK_OK(dlcv_jacobian(y, in, &out));
    CHECK(out.shape.dim[0] == 1 && out.shape.dim[1] == 4 && dlcv_f32(&out)[3] == 2);
    /* kept inputs are moved, too, and put back; not more than `most` of each; directions */
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape1(4), &copy));
    memcpy(copy.data, floats, sizeof floats);
    CHECK_OK(dlcv_bind(in, &copy));
    CHECK_OK(dlcv_gradient_check(y, &o, &r));
    CHECK(r.tried == 4 && r.worst < 1e-4 && !memcmp(copy.data, floats, sizeof floats));
    o.most = 9;
    CHECK_OK(dlcv_gradient_check(y, &o, &r));
    CHECK(r.tried == 8);
    o.directions = 3;
    o.mode = DLCV_MODE_TRAIN;
    CHECK_OK(dlcv_gradient_check(y, &o, &r));
    CHECK(r.tried == 3 && r.worst < 1e-4 && r.node.id == 0 && !memcmp(copy.data, floats, sizeof floats));
    o.method = (dlcv_difference)-1;
    CHECK_FAILS(dlcv_gradient_check(y, &o, &r), DLCV_ERR_ARGUMENT, "gradient_check: there is no difference -1");
    CHECK_FAILS(dlcv_limit_norms(g, NULL, 1), DLCV_ERR_ARGUMENT, "limit_norms: the prefix is NULL");
    most = (float)HUGE_VAL;
    CHECK_FAILS(dlcv_limit_norms(g, "", most), DLCV_ERR_ARGUMENT, "limit_norms: the limit is inf, a positive number is wanted");
    CHECK_OK(dlcv_freeze(g, "", 1));
    CHECK_FAILS(dlcv_freeze(g, NULL, 1), DLCV_ERR_ARGUMENT, "freeze: the prefix is NULL");
    other = dlcv_name(w, "w");                  /* the name it has */
    CHECK(other.id == w.id);
    dlcv_tensor_free(&out);
    dlcv_tensor_free(&copy);
    dlcv_keep(far_off);
    CHECK_FAILS(dlcv_graph_reset(g, 1), DLCV_ERR_ARGUMENT, "keep: the graph has nodes 1 to 6, not 99");
    CHECK_FAILS(dlcv_freeze(g, "", 1), DLCV_ERR_ARGUMENT, "keep: the graph has nodes 1 to 6, not 99");
    CHECK_FAILS(dlcv_graph_tripwire(g, 1), DLCV_ERR_ARGUMENT, "keep: the graph has nodes 1 to 6, not 99");
    CHECK(dlcv_gradient(w) == NULL && dlcv_constant(g, &f4).id == 0 && dlcv_image_input(g, "p", NULL).id == 0 && dlcv_elu(y, -1).id == 0);
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    CHECK_OK(dlcv_freeze(g, "", 1));            /* there are none: all of them */
    dlcv_input(g, "linear1.bias", DLCV_F32, dlcv_shape1(1));
    dlcv_input(g, "relu1", DLCV_F32, dlcv_shape1(1));
    CHECK_TEXT(dlcv_node_name(dlcv_relu(dlcv_find(g, "relu1"))), "relu2");
    dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3)), 2);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "linear: a node is called \"linear1.bias\" already");
    dlcv_graph_free(g);
}

int main(void)
{
    test_calls();
#ifdef TEST_APART
    test_weights();
    test_bare();
#endif
    test_outside();
    test_large();
    test_empty();
    test_whole();
    return test_end("graph_limits");
}
