/* Cases of test_ops.c: convolution and pooling. */

static dlcv_node case_conv(dlcv_graph *g, int channels, int size, int filters, int kernel, const dlcv_conv2d_opts *opts, int transposed)
{
    const dlcv_node x = case_value(g, dlcv_shape4(2, channels, size, size + 1), -1, 1);
    return transposed ? dlcv_conv2d_transpose(x, filters, kernel, opts) : dlcv_conv2d(x, filters, kernel, opts);
}

static dlcv_node case_conv2d(dlcv_graph *g) { return case_conv(g, 2, 6, 3, 3, NULL, 0); }

static dlcv_node case_conv2d_options(dlcv_graph *g)
{
    dlcv_conv2d_opts o = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, DLCV_BORDER_ZERO };
    o.pad = 1;
    o.stride = 2;
    o.groups = 2;
    o.kernel_w = 2;
    o.stride_w = 1;
    o.dilation_w = 2;
    return case_conv(g, 4, 5, 4, 3, &o, 0);
}

static dlcv_node case_conv2d_same(dlcv_graph *g)
{
    dlcv_conv2d_opts o = { DLCV_SAME, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, DLCV_BORDER_ZERO };
    return case_conv(g, 3, 5, 2, 4, &o, 0);
}

static dlcv_node case_conv2d_1x1(dlcv_graph *g) { return case_conv(g, 5, 3, 4, 1, NULL, 0); }

static dlcv_node case_conv2d_depthwise(dlcv_graph *g)
{
    dlcv_conv2d_opts o = { 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, DLCV_BORDER_ZERO };
    return case_conv(g, 3, 4, 3, 3, &o, 0);
}

static dlcv_node case_conv2d_transpose(dlcv_graph *g)
{
    dlcv_conv2d_opts o = { 1, 2, 0, 2, 0, 0, 0, 0, 0, 1, 0, DLCV_BORDER_ZERO };
    return case_conv(g, 4, 3, 2, 3, &o, 1);
}

static dlcv_node case_pool(dlcv_graph *g, dlcv_pooling how, int kernel, int stride, int pad, int ceil_mode, int count)
{
    dlcv_pool2d_opts o;
    o.stride = stride;
    o.pad = pad;
    o.ceil_mode = ceil_mode;
    o.count_include_pad = count;
    return dlcv_pool2d(case_apart(g, dlcv_shape4(1, 2, 6, 7), 0.02f, -0.83f), how, kernel, &o);
}

#define CASE_POOL(NAME, HOW) \
    static dlcv_node case_##NAME(dlcv_graph *g) { return case_pool(g, HOW, 2, 0, 0, 0, 0); } \
    static dlcv_node case_##NAME##_over(dlcv_graph *g) { return case_pool(g, HOW, 3, 1, 1, 0, 0); } \
    static dlcv_node case_##NAME##_ceil(dlcv_graph *g) { return case_pool(g, HOW, 3, 2, 1, 1, 1); } \
    static dlcv_node case_##NAME##_global(dlcv_graph *g) { return case_pool(g, HOW, 0, 0, 0, 0, 0); }
CASE_POOL(pool_max, DLCV_POOL_MAX)
CASE_POOL(pool_average, DLCV_POOL_AVERAGE)
CASE_POOL(pool_l2, DLCV_POOL_L2)

static dlcv_node case_pool_channels(dlcv_graph *g, dlcv_pooling how) { return dlcv_pool_channels(case_apart(g, dlcv_shape4(2, 6, 3, 2), 0.02f, -0.73f), how, 3); }
static dlcv_node case_channels_max(dlcv_graph *g) { return case_pool_channels(g, DLCV_POOL_MAX); }
static dlcv_node case_channels_average(dlcv_graph *g) { return case_pool_channels(g, DLCV_POOL_AVERAGE); }
static dlcv_node case_channels_l2(dlcv_graph *g) { return case_pool_channels(g, DLCV_POOL_L2); }

#define CASES_CONV \
    { "conv2d", case_conv2d, 0 }, { "conv2d", case_conv2d_options, 0 }, { "conv2d", case_conv2d_same, 0 }, { "conv2d", case_conv2d_1x1, 0 }, \
    { "conv2d", case_conv2d_depthwise, 0 }, { "conv2d_transpose", case_conv2d_transpose, 0 }, \
    { "pool2d", case_pool_max, 0.004 }, { "pool2d", case_pool_max_over, 0.004 }, { "pool2d", case_pool_max_ceil, 0.004 }, \
    { "pool2d", case_pool_max_global, 0.004 }, { "pool2d", case_pool_average, 0 }, { "pool2d", case_pool_average_over, 0 }, \
    { "pool2d", case_pool_average_ceil, 0 }, { "pool2d", case_pool_average_global, 0 }, \
    { "pool2d", case_pool_l2, 0.004 }, { "pool2d", case_pool_l2_over, 0.004 }, { "pool2d", case_pool_l2_ceil, 0.004 }, { "pool2d", case_pool_l2_global, 0 }, \
    { "reduce", case_channels_max, 0.004 }, { "reduce", case_channels_average, 0 }, { "reduce", case_channels_l2, 0.004 },
