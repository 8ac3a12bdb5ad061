/* Cases of test_ops.c: an op of the user's own, y[i, j] = x[i, j] * x[i, j] * w[j]. */

static dlcv_status case_custom_forward(const dlcv_call *c, void *user)
{
    const float *x = dlcv_f32(c->in[0]), *w = dlcv_f32(c->in[1]);
    float *y = dlcv_f32(c->out);
    const size_t columns = dlcv_tensor_count(c->in[1]);
    size_t i;
    (void)user;
    for (i = 0; i < dlcv_tensor_count(c->out); i++) y[i] = x[i] * x[i] * w[i % columns];
    return DLCV_OK;
}

static dlcv_status case_custom_backward(const dlcv_call *c, void *user)
{
    const float *x = dlcv_f32(c->in[0]), *w = dlcv_f32(c->in[1]), *dy = dlcv_f32(c->out_gradient);
    const size_t columns = dlcv_tensor_count(c->in[1]);
    size_t i;
    (void)user;
    for (i = 0; i < dlcv_tensor_count(c->out); i++) {
        if (c->in_gradient[0]) dlcv_f32(c->in_gradient[0])[i] += 2 * dy[i] * x[i] * w[i % columns];
        if (c->in_gradient[1]) dlcv_f32(c->in_gradient[1])[i % columns] += dy[i] * x[i] * x[i];
    }
    return DLCV_OK;
}

static const dlcv_op case_custom_op = { "Weigh", NULL, NULL, case_custom_forward, case_custom_backward };

static dlcv_node case_custom(dlcv_graph *g)
{
    dlcv_node in[2];
    in[0] = case_value(g, dlcv_shape2(3, 4), -1, 1);
    in[1] = case_value(g, dlcv_shape1(4), -1, 1);
    return dlcv_add(dlcv_custom(&case_custom_op, in, 2), dlcv_square(in[0]));
}

#define CASES_CUSTOM { "custom", case_custom, 0 },
