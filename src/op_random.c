/* ---- ops: what training leaves out at random ------------------------------------------------------------------------------------------------------------
 * dropout (Srivastava et al. 2014) sets single elements to 0 with probability `rate`, drop_path (stochastic depth, Huang et al. 2016) whole samples; what
 * stays is divided by 1 - rate. Element (sample) i stays if word i of the call's stream is at least rate 2^32. dropout keeps that for backward, a byte each; drop_path draws it
 * again. In all other modes both copy. */
typedef struct dlcv__dropout {
    float rate;
} dlcv__dropout;

static const dlcv__field dlcv__dropout_fields[] = { { "rate", DLCV__FIELD_FLOAT, offsetof(dlcv__dropout, rate), 0.5 } };

DLCV__FN dlcv_status dlcv__dropout_infer(dlcv__call *c)
{
    const float rate = ((const dlcv__dropout *)c->attr)->rate;
    const dlcv_status status = dlcv__infer_same(c);
    if (status) return status;
    if (!(rate >= 0 && rate < 1)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "rate is %g, from 0 to less than 1 is wanted", (double)rate);
    return DLCV_OK;
}

typedef struct dlcv__dropout_run {
    const float *from;
    float *to;
    size_t size;            /* elements of a sample */
    float stays;            /* 1 / (1 - rate) */
    uint32_t least;         /* rate 2^32 */
} dlcv__dropout_run;

DLCV__FN dlcv_status dlcv__dropout_plan(dlcv__call *c)
{
    if (c->mode == DLCV_MODE_TRAIN) c->saved_bytes = dlcv__extent(&c->in[0]->shape, 0, c->in[0]->shape.ndim);
    return DLCV_OK;
}

/* Begin is a multiple of 4. What is dropped is 0, even if it was NaN. */
DLCV__FN void dlcv__dropout_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__dropout_run *r = (const dlcv__dropout_run *)context;
    uint8_t some[DLCV__PIECE], *mask = c->saved ? (uint8_t *)c->saved + begin : some;
    uint32_t words[4];
    size_t i, k, n;
    for (; begin < end; begin += n, mask += c->saved ? n : 0) {
        n = end - begin < DLCV__PIECE ? end - begin : DLCV__PIECE;
        for (i = 0; i < n && !c->out_gradient; i += 4) {
            dlcv__philox(c->seed, c->stream, (uint64_t)((begin + i) / 4), words);
            for (k = 0; k < 4 && i + k < n; k++) mask[i + k] = (uint8_t)(words[k] >= r->least);
        }
        DLCV__FLAT(c)->masked(mask, r->from + begin, r->stays, r->to + begin, n);
    }
}

DLCV__FN void dlcv__drop_path_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__dropout_run *r = (const dlcv__dropout_run *)context;
    uint32_t words[4];
    size_t i;
    for (i = begin; i < end; i++) {
        dlcv__philox(c->seed, c->stream, (uint64_t)(i / 4), words);
        if (words[i % 4] >= r->least) DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](r->from + i * r->size, r->stays, r->to + i * r->size, r->size);
        else memset(r->to + i * r->size, 0, r->size * sizeof(float));
    }
}

DLCV__FN void dlcv__dropout_do(const dlcv__call *c, const dlcv_tensor *from, const dlcv_tensor *to, int samples)
{
    const size_t count = dlcv_tensor_count(c->out), n = samples ? (size_t)from->shape.dim[0] : count;
    dlcv__dropout_run r;
    if (!count) return;
    r.from = (const float *)from->data;
    r.to = (float *)to->data;
    r.size = count / n;
    r.stays = (float)(1.0 / (1.0 - (double)((const dlcv__dropout *)c->attr)->rate));
    r.least = (uint32_t)((double)((const dlcv__dropout *)c->attr)->rate * 4294967296.0);
    if (c->mode == DLCV_MODE_TRAIN) dlcv__flat_run(c, n, samples ? 2 * r.size + 64 : 8, samples ? dlcv__drop_path_body : dlcv__dropout_body, &r);
    else if (r.to != r.from) memcpy(r.to, r.from, count * sizeof(float));
}

DLCV__FN dlcv_status dlcv__dropout_forward(dlcv__call *c)
{
    dlcv__dropout_do(c, c->in[0], c->out, 0);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__dropout_backward(dlcv__call *c)
{
    dlcv__dropout_do(c, c->out_gradient, c->in_gradient[0], 0);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_dropout = { "dropout", 1, 1, DLCV__OP_INPLACE, DLCV__READS_NOTHING, sizeof(dlcv__dropout), DLCV__FIELDS(dlcv__dropout_fields),
    dlcv__dropout_infer, dlcv__dropout_plan, dlcv__dropout_forward, dlcv__dropout_backward, NULL, NULL };

DLCV__FN dlcv_status dlcv__drop_path_infer(dlcv__call *c)
{
    const dlcv_status status = dlcv__dropout_infer(c);
    if (!status && !c->in[0]->shape.ndim) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is a scalar, [n, ...] is wanted");
    return status;
}

DLCV__FN dlcv_status dlcv__drop_path_forward(dlcv__call *c)
{
    dlcv__dropout_do(c, c->in[0], c->out, 1);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__drop_path_backward(dlcv__call *c)
{
    dlcv__dropout_do(c, c->out_gradient, c->in_gradient[0], 1);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_drop_path = { "drop_path", 1, 1, DLCV__OP_INPLACE, DLCV__READS_NOTHING, sizeof(dlcv__dropout), DLCV__FIELDS(dlcv__dropout_fields),
    dlcv__drop_path_infer, NULL, dlcv__drop_path_forward, dlcv__drop_path_backward, NULL, NULL };
