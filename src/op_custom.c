/* ---- op: what users bring -------------------------------------------------------------------------------------------------------------------------------- */
#define DLCV__CUSTOM_INPUTS 32

/* Whoever fails says why; if not, this does. */
DLCV__FN dlcv_status dlcv__custom_status(const dlcv__call *c, dlcv_status status, unsigned before, const char *what)
{
    if (status && dlcv__last.failures == before) return dlcv__op_fail(c, status, "%s returned %s", what, dlcv_status_name(status));
    return status;
}

DLCV__FN dlcv_status dlcv__custom_infer(dlcv__call *c)
{
    const dlcv_op *op = *(const dlcv_op *const *)c->attr;
    dlcv_shape in[DLCV__CUSTOM_INPUTS];
    const unsigned before = dlcv__last.failures;
    dlcv_status status;
    int i;
    for (i = 0; i < c->inputs; i++) in[i] = c->in[i]->shape;
    c->out->shape = in[0];
    if (!op->shape) return DLCV_OK;
    status = dlcv__custom_status(c, op->shape(in, c->inputs, &c->out->shape, op->user), before, "shape");
    if (status) return status;
    if (c->out->shape.ndim < 0 || c->out->shape.ndim > DLCV_MAX_DIMS) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "shape made %d dimensions, 0 to %d can be", c->out->shape.ndim, DLCV_MAX_DIMS);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__custom_plan(dlcv__call *c)
{
    c->no_gradient = !(*(const dlcv_op *const *)c->attr)->backward;
    return DLCV_OK;
}

DLCV__FN void dlcv__custom_call(const dlcv__call *c, dlcv_call *out)
{
    memset(out, 0, sizeof *out);
    out->env = c->env;
    out->mode = c->mode;
    out->inputs = c->inputs;
    out->in = c->in;
    out->out = c->out;
    out->out_gradient = c->out_gradient;
    out->in_gradient = c->in_gradient;
}

DLCV__FN dlcv_status dlcv__custom_forward(dlcv__call *c)
{
    const dlcv_op *op = *(const dlcv_op *const *)c->attr;
    const unsigned before = dlcv__last.failures;
    dlcv_call call;
    dlcv__custom_call(c, &call);
    return dlcv__custom_status(c, op->forward(&call, op->user), before, "forward");
}

DLCV__FN dlcv_status dlcv__custom_backward(dlcv__call *c)
{
    const dlcv_op *op = *(const dlcv_op *const *)c->attr;
    const unsigned before = dlcv__last.failures;
    dlcv_call call;
    dlcv__custom_call(c, &call);
    return dlcv__custom_status(c, op->backward(&call, op->user), before, "backward");
}

DLCV__FN double dlcv__custom_flops(const dlcv__call *c)
{
    (void)c;
    return 0;
}

static const dlcv__op dlcv__op_custom = { "custom", 1, DLCV__CUSTOM_INPUTS, DLCV__OP_ADDS, DLCV__READS_OUT | DLCV__READS_IN, sizeof(const dlcv_op *), DLCV__NO_FIELDS,
    dlcv__custom_infer, dlcv__custom_plan, dlcv__custom_forward, dlcv__custom_backward, NULL, dlcv__custom_flops };
#undef DLCV__CUSTOM_INPUTS
