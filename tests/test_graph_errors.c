/* Programs that are wrong once, each with the sentence that says so: builders through the graph's status, which stays, and calls by what they return. */
#include "test.h"

static dlcv_graph *g, *other;
static dlcv_node x, p, y, image, none;
static int programs;

static void begin(void)
{
    g = dlcv_graph_new(NULL, 1);
    other = dlcv_graph_new(NULL, 1);
    x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 6));
    p = dlcv_parameter(g, "p", dlcv_shape2(4, 5), DLCV_INIT_NORMAL, 1.0f);
    y = dlcv_input(g, "y", DLCV_I32, dlcv_shape1(-1));
    image = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 8, 8));
    programs++;
}

static void end(void)
{
    dlcv_graph_free(g);
    dlcv_graph_free(other);
}

/* The first error stays, whatever is built afterwards; every call that has a status returns it. */
#define WRONG(CODE, STATUS, TEXT) \
    do { \
        dlcv_node made; \
        begin(); \
        CODE; \
        made = dlcv_relu(dlcv_add(x, p)); \
        CHECK(made.id == 0); \
        CHECK_FAILS(dlcv_graph_status(g), STATUS, TEXT); \
        CHECK_FAILS(dlcv_forward(x, DLCV_MODE_INFER), STATUS, TEXT); \
        CHECK(dlcv_value(p) == NULL); \
        end(); \
    } while (0)

/* A call that says what is wrong and leaves the graph usable. */
#define REFUSED(CALL, STATUS, TEXT) \
    do { \
        begin(); \
        CHECK_FAILS(CALL, STATUS, TEXT); \
        CHECK_OK(dlcv_graph_status(g)); \
        end(); \
    } while (0)

static dlcv_node two_graphs(void)
{
    dlcv_node q = dlcv_parameter(other, "q", dlcv_shape2(4, 5), DLCV_INIT_NORMAL, 1.0f);
    dlcv_node sum = dlcv_add(p, q);
    CHECK_FAILS(dlcv_graph_status(other), DLCV_ERR_ARGUMENT, "add: input 1 belongs to another graph");
    return sum;
}

static dlcv_node conv(int filters, int kernel, int stride, int pad, int groups, int dilation)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    o.groups = groups;
    o.dilation = dilation;
    return dlcv_conv2d(image, filters, kernel, &o);
}

static dlcv_node pool(int kernel, int stride, int pad)
{
    dlcv_pool2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    return dlcv_pool2d(image, DLCV_POOL_MAX, kernel, &o);
}

static dlcv_shape shape(int ndim, int a, int b)
{
    dlcv_shape s = dlcv_shape2(a, b);
    s.ndim = ndim;
    return s;
}

static dlcv_node loss(float smoothing)
{
    dlcv_loss_opts o;
    memset(&o, 0, sizeof o);
    o.smoothing = smoothing;
    return dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, &o);
}

static const char *long_name(void)
{
    static char name[400];
    memset(name, 'a', 399);
    return name;
}

static void test_leaves(void)
{
    const dlcv_tensor empty = { NULL, { 0, { 0 } }, DLCV_F32, 0 };
    WRONG(dlcv_input(g, NULL, DLCV_F32, dlcv_shape1(1)), DLCV_ERR_ARGUMENT, "input: a name is wanted, it is NULL");
    WRONG(dlcv_input(g, "", DLCV_F32, dlcv_shape1(1)), DLCV_ERR_ARGUMENT, "input: a name is wanted, it is empty");
    WRONG(dlcv_input(g, "x", DLCV_F32, dlcv_shape1(1)), DLCV_ERR_ARGUMENT, "input: a node is called \"x\" already");
    WRONG(dlcv_input(g, long_name(), DLCV_F32, dlcv_shape1(1)), DLCV_ERR_ARGUMENT, "input: a name of 399 bytes, 255 are the most");
    WRONG(dlcv_input(g, "z", DLCV_F32, dlcv_shape2(3, -1)), DLCV_ERR_SHAPE, "input \"z\": the shape is [3, -1], dimension 1 is negative");
    WRONG(dlcv_input(g, "z", (dlcv_dtype)7, dlcv_shape1(3)), DLCV_ERR_ARGUMENT, "input \"z\": the shape has dtype 7, there is none such");
    WRONG(dlcv_parameter(g, "p", dlcv_shape1(1), DLCV_INIT_NORMAL, 1), DLCV_ERR_ARGUMENT, "parameter: a node is called \"p\" already");
    WRONG(dlcv_parameter(g, "w", dlcv_shape2(-1, 3), DLCV_INIT_NORMAL, 1), DLCV_ERR_SHAPE,
        "parameter \"w\": the shape is [-1, 3], dimension 0 is negative");
    WRONG(dlcv_parameter(g, "w", dlcv_shape1(3), (dlcv_init)7, 1), DLCV_ERR_ARGUMENT, "parameter \"w\": there is no initialiser 7");
    WRONG(dlcv_parameter(g, "w", dlcv_shape1(3), DLCV_INIT_NORMAL, (float)HUGE_VAL), DLCV_ERR_ARGUMENT, "parameter \"w\": scale is inf");
    WRONG(dlcv_constant(g, NULL), DLCV_ERR_ARGUMENT, "constant: value is NULL");
    WRONG(dlcv_constant(g, &empty), DLCV_ERR_ARGUMENT, "constant: value is no tensor yet, it is {0}");
    WRONG(dlcv_find(g, "q"), DLCV_ERR_ARGUMENT, "find: no node is called \"q\"");
    WRONG(dlcv_find(g, NULL), DLCV_ERR_ARGUMENT, "find: the name is NULL");
    WRONG(dlcv_name(p, "x"), DLCV_ERR_ARGUMENT, "name: a node is called \"x\" already");
    WRONG(dlcv_parameter(g, "head.bias", dlcv_shape1(1), DLCV_INIT_NORMAL, 1); dlcv_name(dlcv_linear(x, 2), "head"), DLCV_ERR_ARGUMENT,
        "name: a node is called \"head.bias\" already");
}

static void test_ops(void)
{
    WRONG(dlcv_add(x, p), DLCV_ERR_SHAPE, "add \"add1\": [-1, 6] and [4, 5] do not broadcast");
    WRONG(dlcv_add(x, y), DLCV_ERR_ARGUMENT, "add \"add1\": input 1 is i32 [-1], f32 is wanted");
    WRONG(dlcv_add(x, none), DLCV_ERR_ARGUMENT, "add: the node is {0}, no builder made it");
    WRONG(dlcv_add(none, x), DLCV_ERR_ARGUMENT, "add: the graph has nodes 1 to 4, not 0");
    WRONG(two_graphs(), DLCV_ERR_ARGUMENT, "add: input 1 belongs to another graph");
    WRONG(dlcv_relu(y), DLCV_ERR_ARGUMENT, "relu \"relu1\": input 0 is i32 [-1], f32 is wanted");
    WRONG(dlcv_matmul(x, p), DLCV_ERR_SHAPE, "matmul \"matmul1\": [-1, 6] times [4, 5]: rows of 6 values meet columns of 4");
    WRONG(dlcv_matmul(dlcv_reshape(p, dlcv_shape1(20)), p), DLCV_ERR_SHAPE, "matmul \"matmul1\": [20] times [4, 5]: both want at least 2 dimensions");
    WRONG(dlcv_matmul(dlcv_parameter(g, "a", dlcv_shape3(2, 1, 3), DLCV_INIT_NORMAL, 1), dlcv_parameter(g, "b", dlcv_shape3(5, 3, 1), DLCV_INIT_NORMAL, 1)),
        DLCV_ERR_SHAPE, "matmul \"matmul1\": [2, 1, 3] times [5, 3, 1]: the leading dimensions do not broadcast");
    WRONG(dlcv_reshape(image, dlcv_shape2(0, 1000)), DLCV_ERR_SHAPE, "reshape \"reshape1\": [-1, 3, 8, 8] holds 192 values a sample, [0, 1000] 1000");
    WRONG(dlcv_reshape(p, dlcv_shape2(3, 7)), DLCV_ERR_SHAPE, "reshape \"reshape1\": [4, 5] holds 20 values, [3, 7] 21");
    WRONG(dlcv_reshape(p, dlcv_shape2(-1, 7)), DLCV_ERR_SHAPE, "reshape \"reshape1\": 20 values of [4, 5] do not divide into [-1, 7]");
    WRONG(dlcv_reshape(p, dlcv_shape2(-1, -1)), DLCV_ERR_SHAPE, "reshape \"reshape1\": [-1, -1] has more than one -1");
    WRONG(dlcv_reshape(p, dlcv_shape2(-2, 10)), DLCV_ERR_SHAPE, "reshape \"reshape1\": dimension 0 of [-2, 10] is -2");
    WRONG(dlcv_reshape(p, dlcv_shape3(0, 0, 0)), DLCV_ERR_SHAPE, "reshape \"reshape1\": [0, 0, 0] keeps dimension 2, [4, 5] has none");
    WRONG(dlcv_reshape(p, shape(9, 1, 1)), DLCV_ERR_SHAPE, "reshape \"reshape1\": 9 dimensions, 0 to 8 can be");
    WRONG(dlcv_reduce(x, DLCV_REDUCE_SUM, 2), DLCV_ERR_ARGUMENT, "reduce \"reduce1\": [-1, 6] has no axis 2");
    WRONG(dlcv_reduce(x, DLCV_REDUCE_SUM, -3), DLCV_ERR_ARGUMENT, "reduce \"reduce1\": [-1, 6] has no axis -3");
    WRONG(dlcv_reduce(x, (dlcv_reduction)7, 0), DLCV_ERR_ARGUMENT, "reduce \"reduce1\": there is no reduction 7");
    WRONG(dlcv_reduce(dlcv_input(g, "none", DLCV_F32, dlcv_shape2(3, 0)), DLCV_REDUCE_MAX, 1), DLCV_ERR_SHAPE,
        "reduce \"reduce1\": [3, 0] has nothing along the axis");
    WRONG(dlcv_loss(p, p, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": target is f32 [4, 5], labels are i32");
    WRONG(dlcv_loss(image, y, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_SHAPE,
        "loss \"cross_entropy1\": scores are [-1, 3, 8, 8], target is [-1]: one label a sample is wanted");
    WRONG(dlcv_loss(y, y, DLCV_LOSS_SOFTMAX, NULL), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": input 0 is i32 [-1], f32 is wanted");
    WRONG(loss(1.5f), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": smoothing is 1.5, not in 0 .. 1");
    WRONG(dlcv_loss(x, y, (dlcv_loss_kind)99, NULL), DLCV_ERR_ARGUMENT, "loss: there is no loss 99");
}

static void test_layers(void)
{
    WRONG(dlcv_linear(image, 10), DLCV_ERR_SHAPE, "linear \"linear1\": input is [-1, 3, 8, 8], [n, d] is wanted (flatten it first)");
    WRONG(dlcv_linear(x, 0), DLCV_ERR_ARGUMENT, "linear \"linear1\": 0 units, at least 1 is wanted");
    WRONG(dlcv_linear(x, INT_MAX); dlcv_linear(dlcv_find(g, "linear1"), INT_MAX); dlcv_linear(dlcv_find(g, "linear2"), INT_MAX), DLCV_ERR_MEMORY,
        sizeof(size_t) > 4 ? "parameter \"linear2.weight\": all parameters together are more bytes than a size_t can count"
                           : "parameter \"linear1.weight\": the shape is f32 [2147483647, 6], more bytes than a size_t can count");
    WRONG(dlcv_conv2d(x, 8, 3, NULL), DLCV_ERR_SHAPE, "conv2d \"conv2d1\": input is [-1, 6], [n, c, h, w] is wanted");
    WRONG(conv(0, 3, 1, 0, 1, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": 0 filters, at least 1 is wanted");
    WRONG(conv(8, 0, 1, 0, 1, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": a kernel of 0 x 0");
    WRONG(conv(8, 3, -1, 0, 1, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": stride -1 x -1");
    WRONG(conv(8, 3, 1, -2, 1, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": padding -2");
    WRONG(conv(8, 3, 1, 0, -1, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": -1 groups");
    WRONG(conv(8, 3, 1, 0, 2, 1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": 2 groups do not divide 3 channels and 8 filters");
    WRONG(conv(8, 3, 1, 0, 1, -1), DLCV_ERR_ARGUMENT, "conv2d \"conv2d1\": dilation -1 x -1");
    WRONG(conv(8, 11, 1, 1, 1, 1), DLCV_ERR_SHAPE,
        "conv2d \"conv2d1\": a window of 11 (kernel 11, dilation 1) does not fit into height 8 with padding 2");
    WRONG(dlcv_conv2d_transpose(image, 8, 3, NULL); dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL), DLCV_ERR_SHAPE,
        "pool2d \"pool2d1\": input is [-1, 6], [n, c, h, w] is wanted");
    WRONG(pool(9, 1, 0), DLCV_ERR_SHAPE, "pool2d \"pool2d1\": a window of 9 does not fit into height 8 with padding 0");
    WRONG(pool(2, 2, 2), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": padding 2 and 2, kernel 2: a window might see nothing but padding");
    WRONG(pool(-1, 1, 0), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": kernel -1, stride 1");
    WRONG(pool(2, -1, 0), DLCV_ERR_ARGUMENT, "pool2d \"pool2d1\": kernel 2, stride -1");
}

static dlcv_status shape_fails(const dlcv_shape *in, int inputs, dlcv_shape *out, void *user)
{
    (void)inputs;
    (void)user;
    *out = in[0];
    return dlcv_fail(DLCV_ERR_SHAPE, "Wave: %d dimensions", in[0].ndim);
}

static dlcv_status shape_is_silent(const dlcv_shape *in, int inputs, dlcv_shape *out, void *user)
{
    (void)inputs;
    (void)user;
    *out = in[0];
    return DLCV_ERR_UNSUPPORTED;
}

static dlcv_status shape_of_nine(const dlcv_shape *in, int inputs, dlcv_shape *out, void *user)
{
    (void)inputs;
    (void)user;
    *out = in[0];
    out->ndim = 9;
    return DLCV_OK;
}

static dlcv_status nothing(const dlcv_call *c, void *user)
{
    (void)c;
    (void)user;
    return DLCV_OK;
}

static void test_custom(void)
{
    const dlcv_op fails = { "Wave", NULL, shape_fails, nothing, NULL }, silent = { "Wave", NULL, shape_is_silent, nothing, NULL };
    const dlcv_op nine = { "Wave", NULL, shape_of_nine, nothing, NULL }, idle = { "Wave", NULL, NULL, NULL, NULL }, nameless = { "", NULL, NULL, nothing, NULL };
    dlcv_node many[40];
    int i;
    WRONG(dlcv_custom(&fails, &p, 1), DLCV_ERR_SHAPE, "Wave: 2 dimensions");
    WRONG(dlcv_custom(&silent, &p, 1), DLCV_ERR_UNSUPPORTED, "custom \"Wave1\": shape returned DLCV_ERR_UNSUPPORTED");
    WRONG(dlcv_custom(&nine, &p, 1), DLCV_ERR_SHAPE, "custom \"Wave1\": shape made 9 dimensions, 0 to 8 can be");
    WRONG(dlcv_custom(&idle, &p, 1), DLCV_ERR_ARGUMENT, "custom: op has no forward");
    WRONG(dlcv_custom(NULL, &p, 1), DLCV_ERR_ARGUMENT, "custom: op is NULL");
    WRONG(dlcv_custom(&nameless, &p, 1), DLCV_ERR_ARGUMENT, "custom: op wants a name of 1 to 200 bytes");
    WRONG(for (i = 0; i < 40; i++) many[i] = p; dlcv_custom(&nine, many, 40), DLCV_ERR_ARGUMENT, "custom: 40 inputs, it takes 1 to 32");
}

static dlcv_status out_of_range(void)
{
    static const float scores[12] = { 0 };
    static const int32_t labels[2] = { 3, 6 };
    const dlcv_tensor ts = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(2, 6)), tl = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(2));
    dlcv_node l = dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL);
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    return dlcv_forward(l, DLCV_MODE_INFER);
}

/* the labels are another's when backward reads them; kind -1: indices of a table */
static dlcv_status changed_between(int kind)
{
    static const float scores[12] = { 0 };
    int32_t labels[2] = { 3, 5 };
    const dlcv_tensor ts = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(2, 6)), tl = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(2));
    dlcv_node l = kind < 0 ? dlcv_embedding(y, 6, 4) : dlcv_loss(dlcv_linear(x, 6), y, (dlcv_loss_kind)kind, NULL);
    if (kind < 0) l = dlcv_reduce(l, DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    CHECK_OK(dlcv_forward(l, DLCV_MODE_TRAIN));
    labels[1] = 100000000;
    return dlcv_backward(l);
}

static dlcv_status empty_batch(dlcv_loss_kind kind, dlcv_average average)
{
    const dlcv_tensor ts = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(0, 6)), tl = dlcv_tensor_view(NULL, DLCV_I32, dlcv_shape1(0));
    dlcv_loss_opts o;
    dlcv_node l;
    memset(&o, 0, sizeof o);
    o.average = average;
    l = dlcv_loss(x, kind == DLCV_LOSS_SQUARED ? dlcv_square(x) : y, kind, &o);
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    return dlcv_forward(l, DLCV_MODE_TRAIN);
}

/* 3 x 715827883 x 2147483647 f32 are 2^64 - 4 bytes or so: they can be counted, but not in slots of 64 */
static dlcv_status too_many_bytes(void)
{
    static const float three[3] = { 1, 2, 3 };
    const dlcv_tensor t = dlcv_tensor_view(three, DLCV_F32, dlcv_shape3(3, 1, 1));
    dlcv_node z = dlcv_input(g, "z", DLCV_F32, dlcv_shape3(-1, 1, 1)), wide = dlcv_pad2d(z, 715827882, 2147483646, 0, 0, DLCV_BORDER_ZERO);
    CHECK_OK(dlcv_bind(z, &t));
    return dlcv_forward(wide, DLCV_MODE_INFER);
}

static dlcv_status other_batches(void)
{
    static const float scores[12] = { 0 };
    static const int32_t labels[3] = { 0 };
    const dlcv_tensor ts = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(2, 6)), tl = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(3));
    dlcv_node l = dlcv_loss(x, y, DLCV_LOSS_SOFTMAX, NULL);
    CHECK_OK(dlcv_bind(x, &ts));
    CHECK_OK(dlcv_bind(y, &tl));
    return dlcv_forward(l, DLCV_MODE_INFER);
}

static dlcv_status bound_between(void)
{
    static const float six[6] = { 0 };
    const dlcv_tensor t = dlcv_tensor_view(six, DLCV_F32, dlcv_shape2(1, 6));
    dlcv_node l = dlcv_reduce(dlcv_linear(x, 2), DLCV_REDUCE_SUM, DLCV_ALL);
    CHECK_OK(dlcv_bind(x, &t));
    CHECK_OK(dlcv_forward(l, DLCV_MODE_TRAIN));
    CHECK_OK(dlcv_bind(x, &t));
    return dlcv_backward(l);
}

static dlcv_status upstream_of(int rows)
{
    static const float ones[20] = { 0 };
    const dlcv_tensor t = dlcv_tensor_view(ones, DLCV_F32, dlcv_shape2(rows, 5));
    dlcv_node z = dlcv_square(p);
    CHECK_OK(dlcv_forward(z, DLCV_MODE_TRAIN));
    return dlcv_backward_from(z, &t);
}

static dlcv_node at(int id)
{
    dlcv_node n;
    n.graph = g;
    n.id = id;
    return n;
}

/* No memory for the graph: what is built on it says so, whatever it is. */
static void test_no_graph(void)
{
    static const char *const sentence = "forward: the node has no graph (graph_new found no memory, or nobody called it)";
    const dlcv_preprocess pixels = { 8, 8, 0, 0, DLCV_INTERPOLATION_SMOOTH, 0, 0, 0, { 0 }, { 0 } };
    const dlcv_tensor one = dlcv_tensor_view(&pixels, DLCV_U8, dlcv_shape3(1, 1, 1));
    test_heap h;
    dlcv_env env = test_env(&h);
    dlcv_graph *lost;
    dlcv_node in, made[12];
    int i;
    h.fail_at = 1;
    lost = dlcv_graph_new(&env, 1);
    CHECK(lost == NULL);
    in = dlcv_image_input(lost, "image", &pixels);
    made[0] = in;
    made[1] = dlcv_conv2d(in, 3, 3, NULL);
    made[2] = dlcv_batch_norm(made[1], NULL);
    made[3] = dlcv_relu(made[2]);
    made[4] = dlcv_flatten(dlcv_pool2d(made[3], DLCV_POOL_MAX, 2, NULL));
    made[5] = dlcv_linear(made[4], 3);
    made[6] = dlcv_loss(made[5], dlcv_input(lost, "y", DLCV_I32, dlcv_shape1(-1)), DLCV_LOSS_HINGE, NULL);
    made[7] = dlcv_add(made[6], dlcv_penalty(lost, "", NULL));
    made[8] = dlcv_lstm_states(dlcv_parameter(lost, "p", dlcv_shape3(1, 1, 1), DLCV_INIT_NORMAL, 1), 3, NULL).last_cell;
    made[9] = dlcv_pool_channels(dlcv_prelu(dlcv_embedding(dlcv_constant(lost, &one), 3, 3)), DLCV_POOL_MAX, 1);
    made[10] = dlcv_dropout(dlcv_group_norm(dlcv_find(lost, "image"), 1, NULL), 0.5f);
    made[11] = dlcv_concat(made, 2, 0);
    for (i = 0; i < 12; i++) CHECK_FAILS(dlcv_forward(made[i], DLCV_MODE_INFER), DLCV_ERR_MEMORY, sentence);
    CHECK_FAILS(dlcv_bind(in, &one), DLCV_ERR_MEMORY, "bind: the node has no graph (graph_new found no memory, or nobody called it)");
    CHECK_FAILS(dlcv_forward(dlcv_relu(none), DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "forward: the node is {0}, no builder made it");
    dlcv_graph_free(lost);
}

static void test_calls(void)
{
    static const float numbers[10] = { 0 };
    const dlcv_tensor five = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape2(2, 5)), flat = dlcv_tensor_view(numbers, DLCV_F32, dlcv_shape1(6));
    const dlcv_tensor words = dlcv_tensor_view(numbers, DLCV_I32, dlcv_shape2(1, 6));
    dlcv_tensor out = { NULL, { 0, { 0 } }, DLCV_F32, 0 };
    CHECK_FAILS(dlcv_graph_status(NULL), DLCV_ERR_MEMORY, "graph_status: there is no graph (graph_new found no memory, or nobody called it)");
    REFUSED(dlcv_forward(none, DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "forward: the node is {0}, no builder made it");
    REFUSED(dlcv_forward(at(9), DLCV_MODE_INFER), DLCV_ERR_ARGUMENT, "forward: the graph has nodes 1 to 4, not 9");
    REFUSED(dlcv_forward(p, (dlcv_mode)3), DLCV_ERR_ARGUMENT, "forward: there is no mode 3");
    REFUSED(dlcv_forward(dlcv_linear(x, 2), DLCV_MODE_INFER), DLCV_ERR_STATE, "forward: input \"x\" is not bound");
    REFUSED(out_of_range(), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": target 1 is 6, there are 6 classes");
    REFUSED(changed_between((int)DLCV_LOSS_SOFTMAX), DLCV_ERR_ARGUMENT, "loss \"cross_entropy1\": target 1 is 100000000, there are 6 classes");
    REFUSED(changed_between((int)DLCV_LOSS_HINGE), DLCV_ERR_ARGUMENT, "loss \"hinge1\": target 1 is 100000000, there are 6 classes");
    REFUSED(changed_between(-1), DLCV_ERR_ARGUMENT, "embedding \"embedding1\": index 1 is 100000000, there are 6");
    REFUSED(empty_batch(DLCV_LOSS_SOFTMAX, DLCV_AVERAGE_SAMPLES), DLCV_ERR_SHAPE, "loss \"cross_entropy1\": the batch is empty");
    REFUSED(empty_batch(DLCV_LOSS_HINGE, DLCV_AVERAGE_ELEMENTS), DLCV_ERR_SHAPE, "loss \"hinge1\": the batch is empty");
    REFUSED(empty_batch(DLCV_LOSS_SQUARED, DLCV_AVERAGE_SAMPLES), DLCV_ERR_SHAPE, "loss \"squared1\": the batch is empty");
    REFUSED(empty_batch(DLCV_LOSS_SOFTMAX, DLCV_AVERAGE_NONE), DLCV_OK, NULL);
    REFUSED(too_many_bytes(), DLCV_ERR_MEMORY, sizeof(size_t) < 8 ? NULL
        : "pad2d \"pad2d1\": values or what it works with are more bytes than a size_t can count");
    REFUSED(dlcv_axpy(1, dlcv_gradient(p), dlcv_value(p)), DLCV_ERR_ARGUMENT,
        "axpy: x is NULL (dlcv_gradient is NULL before backward, of frozen parameters and of running statistics)");
    REFUSED(other_batches(), DLCV_ERR_SHAPE, "loss \"cross_entropy1\": scores are [2, 6], target is [3]: one label a sample is wanted");
    REFUSED(dlcv_bind(x, &five), DLCV_ERR_SHAPE, "bind: input \"x\" is f32 [-1, 6], not f32 [2, 5]");
    REFUSED(dlcv_bind(x, &flat), DLCV_ERR_SHAPE, "bind: input \"x\" is f32 [-1, 6], not f32 [6]");
    REFUSED(dlcv_bind(x, &words), DLCV_ERR_SHAPE, "bind: input \"x\" is f32 [-1, 6], not i32 [1, 6]");
    REFUSED(dlcv_bind(x, NULL), DLCV_ERR_ARGUMENT, "bind: value is NULL");
    REFUSED(dlcv_bind(p, &five), DLCV_ERR_ARGUMENT, "bind: \"p\" is no input");
    REFUSED(dlcv_backward(p), DLCV_ERR_STATE, "backward: \"p\": forward comes first, and again after keep, freeze, reset or an error");
    REFUSED(bound_between(), DLCV_ERR_STATE, "backward: \"reduce1\": an input was bound since the last forward");
    REFUSED(upstream_of(3), DLCV_ERR_SHAPE, "backward: \"square1\" is f32 [4, 5], upstream f32 [3, 5]");
    REFUSED(dlcv_freeze(g, "q", 1), DLCV_ERR_ARGUMENT, "freeze: no parameter's name begins with \"q\"");
    REFUSED(dlcv_freeze(g, NULL, 1), DLCV_ERR_ARGUMENT, "freeze: the prefix is NULL");
    REFUSED(dlcv_initialize(x, DLCV_INIT_CONSTANT, 0), DLCV_ERR_ARGUMENT, "initialize: \"x\" is no parameter");
    REFUSED(dlcv_initialize(p, (dlcv_init)7, 0), DLCV_ERR_ARGUMENT, "initialize: there is no initialiser 7");
    REFUSED(dlcv_axpy(1, &five, NULL), DLCV_ERR_ARGUMENT, "axpy: y is NULL");
    REFUSED(dlcv_axpy(1, &five, dlcv_value(p)), DLCV_ERR_SHAPE, "axpy: x is f32 [2, 5], y is f32 [4, 5]; both are to be f32 of one shape");
    REFUSED(dlcv_jacobian(p, dlcv_parameter(other, "q", dlcv_shape1(1), DLCV_INIT_CONSTANT, 0), &out), DLCV_ERR_ARGUMENT,
        "jacobian: x belongs to another graph");
    CHECK(dlcv_relu(none).id == 0 && dlcv_input(NULL, "x", DLCV_F32, dlcv_shape1(1)).id < 0 && dlcv_linear(none, 3).id == 0);
    CHECK(dlcv_value(none) == NULL && dlcv_gradient(none) == NULL && dlcv_item(none) != dlcv_item(none));
    CHECK_TEXT(dlcv_node_name(none), "");
    CHECK_TEXT(dlcv_node_op(none), "");
    CHECK(dlcv_node_inputs(none) == 0 && dlcv_node_input(none, 0).graph == NULL && dlcv_parameter_at(NULL, 0).graph == NULL);
    CHECK(dlcv_node_count(NULL) == 0 && dlcv_parameter_count(NULL) == 0 && dlcv_op_name(-1) == NULL && dlcv_op_name(100000) == NULL);
}

int main(void)
{
    test_leaves();
    test_ops();
    test_layers();
    test_custom();
    test_calls();
    test_no_graph();
    printf("%d wrong programs\n", programs);
    return test_end("graph_errors");
}
