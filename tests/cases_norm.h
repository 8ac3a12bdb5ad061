/* Cases of test_ops.c: normalisation, dropout, locally connected layers, convolutions with the ReLU after them. */

static dlcv_node case_norm_input(dlcv_graph *g, dlcv_shape shape, int ramp)
{
    dlcv_node x = case_value(g, shape, -1, 2);
    return ramp ? dlcv_affine(x, 1.5f, 0.25f) : x;
}

static dlcv_node case_batch_norm(dlcv_graph *g) { return dlcv_batch_norm(case_norm_input(g, dlcv_shape4(3, 2, 3, 6), 0), NULL); }
static dlcv_node case_batch_norm_rows(dlcv_graph *g) { return dlcv_batch_norm(case_norm_input(g, dlcv_shape2(7, 5), 1), NULL); }

/* the running statistics are not 0 and 1 after the first forward of TRAIN; a row longer than a piece; weights of their own */
static dlcv_node case_batch_norm_long(dlcv_graph *g)
{
    dlcv_norm_opts o = { 0.01f, 0.5f, 1 };
    return dlcv_affine(dlcv_mul(dlcv_batch_norm(case_norm_input(g, dlcv_shape3(2, 1, 520), 0), &o), case_value(g, dlcv_shape2(1, 1), 1, 2)), 0.125f, 0);
}

static dlcv_node case_group_norm(dlcv_graph *g) { return dlcv_group_norm(case_norm_input(g, dlcv_shape4(2, 4, 3, 2), 0), 2, NULL); }
static dlcv_node case_group_norm_layer(dlcv_graph *g) { return dlcv_group_norm(case_norm_input(g, dlcv_shape2(4, 9), 1), 1, NULL); }
static dlcv_node case_group_norm_instance(dlcv_graph *g) { return dlcv_group_norm(case_norm_input(g, dlcv_shape4(2, 3, 4, 5), 0), 3, NULL); }

static dlcv_node case_group_norm_bare(dlcv_graph *g)
{
    dlcv_norm_opts o = { 0.01f, 0, 1 };
    return dlcv_add(dlcv_group_norm(case_norm_input(g, dlcv_shape3(2, 2, 21), 0), 1, &o),
                    dlcv_reshape(dlcv_group_norm(case_norm_input(g, dlcv_shape2(4, 21), 1), 3, &o), dlcv_shape3(2, 2, 21)));
}

static dlcv_node case_lrn(dlcv_graph *g) { return dlcv_local_response_norm(case_value(g, dlcv_shape4(2, 7, 3, 2), -1, 1), 5, 0.2f, 0.75f, 2.0f); }
static dlcv_node case_lrn_even(dlcv_graph *g) { return dlcv_local_response_norm(case_value(g, dlcv_shape2(3, 5), -1, 1), 2, 0.5f, 0.5f, 1.0f); }
static dlcv_node case_lrn_wide(dlcv_graph *g) { return dlcv_local_response_norm(case_value(g, dlcv_shape3(1, 2, 5), -1, 1), 9, 0.5f, 1.5f, 1.0f); }
static dlcv_node case_dropout(dlcv_graph *g) { return dlcv_dropout(case_value(g, dlcv_shape2(9, 7), 1, 2), 0.4f); }
static dlcv_node case_drop_path(dlcv_graph *g) { return dlcv_drop_path(case_value(g, dlcv_shape3(9, 2, 3), 1, 2), 0.4f); }

static dlcv_node case_unshared(dlcv_graph *g)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.unshared = 1;
    return dlcv_conv2d(case_value(g, dlcv_shape4(2, 2, 4, 5), -1, 1), 2, 3, &o);
}

static dlcv_node case_unshared_options(dlcv_graph *g)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.unshared = 1;
    o.pad = 1;
    o.stride = 2;
    o.groups = 2;
    o.kernel_w = 3;
    o.dilation_w = 2;
    o.no_bias = 1;
    return dlcv_conv2d(case_value(g, dlcv_shape4(1, 4, 4, 6), -1, 1), 2, 2, &o);
}

/* The weights of a layer, `each` at a time in turn positive and negative: positive pictures stay far from ReLU's kink, on both sides of it. */
static dlcv_node case_signs(dlcv_node layer, float size, int each)
{
    char name[64];
    float *w;
    size_t i;
    sprintf(name, "%.40s.weight", dlcv_node_name(layer));
    w = layer.id ? dlcv_f32(dlcv_value(dlcv_find(layer.graph, name))) : NULL;
    if (!w) layer.id = 0;           /* no memory: nothing is built on this */
    for (i = 0; w && i < dlcv_tensor_count(dlcv_value(dlcv_find(layer.graph, name))); i++) w[i] = (i / (size_t)each % 2 ? -size : size) * (1.0f + 0.125f * (float)(i % 3));
    return layer;
}

/* a picture through a convolution of 3 filters and a transposed one of 2 */
static dlcv_node case_conv_relu(dlcv_graph *g)
{
    const dlcv_node x = case_value(g, dlcv_shape4(2, 2, 4, 5), 1, 2);
    return case_signs(dlcv_conv2d_transpose(dlcv_relu(case_signs(dlcv_conv2d(x, 3, 3, NULL), 0.05f, 18)), 2, 2, NULL), 0.25f, 4);
}

/* the last value is that of ReLU alone, or used once more */
static dlcv_node case_conv_relu_once(dlcv_graph *g) { return dlcv_relu(case_conv_relu(g)); }

static dlcv_node case_conv_relu_twice(dlcv_graph *g)
{
    const dlcv_node y = case_conv_relu(g), z = dlcv_relu(y);
    return dlcv_add(z, dlcv_affine(y, 0.5f, 0));
}

/* the same of a linear layer, whose ReLU it does itself where nobody else wants what is before it */
static dlcv_node case_linear_relu(dlcv_graph *g, int twice)
{
    const dlcv_node y = case_signs(dlcv_linear(case_value(g, dlcv_shape2(4, 6), 1, 2), 7), 0.1f, 6), z = dlcv_relu(y);
    return twice ? dlcv_add(z, dlcv_affine(y, 0.5f, 0)) : z;
}

static dlcv_node case_linear_relu_once(dlcv_graph *g) { return case_linear_relu(g, 0); }
static dlcv_node case_linear_relu_twice(dlcv_graph *g) { return case_linear_relu(g, 1); }

#define CASES_NORM \
    { "linear", case_linear_relu_once, 0.05 }, { "linear", case_linear_relu_twice, 0.05 }, \
    { "conv2d", case_conv_relu_once, 0.1 }, { "conv2d", case_conv_relu_twice, 0.1 }, \
    { "conv2d_unshared", case_unshared, 0 }, { "conv2d_unshared", case_unshared_options, 0 }, \
    { "batch_norm", case_batch_norm, 0 }, { "batch_norm", case_batch_norm_rows, 0 }, { "batch_norm", case_batch_norm_long, 0.08 }, \
    { "group_norm", case_group_norm, 0 }, { "group_norm", case_group_norm_layer, 0 }, { "group_norm", case_group_norm_instance, 0 }, \
    { "group_norm", case_group_norm_bare, 0 }, { "local_response_norm", case_lrn, 0 }, { "local_response_norm", case_lrn_even, 0 }, \
    { "local_response_norm", case_lrn_wide, 0 }, { "dropout", case_dropout, 0 }, { "drop_path", case_drop_path, 0 },
