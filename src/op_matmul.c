/* ---- ops: matrix products ---------------------------------------------------------------------------------------------------------------- */

/* A call's scratch as an allocator of one block; whatever else is asked for comes from env. */
typedef struct dlcv__lent {
    const dlcv_env *env;
    void *block;
    size_t bytes;
    int taken;
} dlcv__lent;

DLCV__FN void *dlcv__lent_allocate(size_t bytes, size_t alignment, void *user)
{
    dlcv__lent *l = (dlcv__lent *)user;
    if (l->taken || bytes > l->bytes) return l->env->memory.allocate(bytes, alignment, l->env->memory.user);
    l->taken = 1;
    return l->block;
}

DLCV__FN void dlcv__lent_release(void *block, size_t bytes, void *user)
{
    dlcv__lent *l = (dlcv__lent *)user;
    if (block == l->block) l->taken = 0;
    else if (l->env->memory.release) l->env->memory.release(block, bytes, l->env->memory.user);
}

/* env with the call's scratch as its memory */
DLCV__FN dlcv_env dlcv__lend(const dlcv__call *c, size_t bytes, dlcv__lent *l)
{
    dlcv_env e = *c->env;
    l->env = c->env;
    l->block = c->scratch;
    l->bytes = c->scratch ? bytes : 0;
    l->taken = 0;
    e.memory.allocate = dlcv__lent_allocate;
    e.memory.release = dlcv__lent_release;
    e.memory.user = l;
    return e;
}

/* The work memory of y [m, n] = a [m, k] b, b transposed where trans_b is 1, and of both gradients. */
DLCV__FN void dlcv__products_plan(dlcv__call *c, int trans_b, int m, int n, int k)
{
    const size_t da = dlcv__sgemm_bytes(c->env, 0, !trans_b, m, k, n);
    const size_t db = trans_b ? dlcv__sgemm_bytes(c->env, 1, 0, n, k, m) : dlcv__sgemm_bytes(c->env, 1, 0, k, n, m);
    c->scratch_bytes = dlcv__sgemm_bytes(c->env, 0, trans_b, m, n, k);
    c->backward_scratch_bytes = da > db ? da : db;
}

/* [..., m, k] x [..., k, n] -> [..., m, n]; the leading dimensions broadcast. */
DLCV__FN dlcv_status dlcv__matmul_infer(dlcv__call *c)
{
    const dlcv_shape *a = &c->in[0]->shape, *b = &c->in[1]->shape;
    dlcv_shape lead_a = *a, lead_b = *b;
    char ta[112], tb[112];
    int k, l;
    dlcv_status status = dlcv__op_want_f32(c, 0);
    if (!status) status = dlcv__op_want_f32(c, 1);
    if (status) return status;
    dlcv__shape_text(*a, ta, sizeof ta);
    dlcv__shape_text(*b, tb, sizeof tb);
    if (a->ndim < 2 || b->ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s times %s: both want at least 2 dimensions", ta, tb);
    k = a->dim[a->ndim - 1];
    l = b->dim[b->ndim - 2];
    if (k != l && k >= 0 && l >= 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s times %s: rows of %d values meet columns of %d", ta, tb, k, l);
    lead_a.ndim -= 2;
    lead_b.ndim -= 2;
    if (!dlcv__broadcast_shape(&lead_a, &lead_b, &c->out->shape)) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s times %s: the leading dimensions do not broadcast", ta, tb);
    }
    c->out->shape.dim[c->out->shape.ndim++] = a->dim[a->ndim - 2];
    c->out->shape.dim[c->out->shape.ndim++] = b->dim[b->ndim - 1];
    return DLCV_OK;
}

typedef struct dlcv__matmul {
    dlcv__walk walk;            /* over matrices */
    size_t batch;
    int m, k, n;
} dlcv__matmul;

/* A matrix b that all of a meet makes one product of many rows. */
DLCV__FN void dlcv__matmul_of(const dlcv__call *c, dlcv__matmul *p)
{
    const dlcv_shape *a = &c->in[0]->shape, *b = &c->in[1]->shape;
    dlcv_shape lead_a = *a, lead_b = *b, lead = c->out->shape;
    const dlcv_shape *shapes[2];
    size_t rows;
    p->m = a->dim[a->ndim - 2];
    p->k = a->dim[a->ndim - 1];
    p->n = b->dim[b->ndim - 1];
    lead_a.ndim -= 2;
    lead_b.ndim -= 2;
    lead.ndim -= 2;
    shapes[0] = &lead_a;
    shapes[1] = &lead_b;
    dlcv__walk_of(&lead, shapes, &p->walk);
    p->batch = dlcv__extent(&lead, 0, lead.ndim);
    if (p->walk.ndim == 1 && p->walk.step[0][0] == 1 && !p->walk.step[1][0] && dlcv__mul(p->batch, (size_t)p->m, &rows) && rows <= INT_MAX) {
        p->m = (int)rows;
        p->batch = 1;
        p->walk.dim[0] = 1;
    }
}

/* where matrix i of each operand begins, in matrices */
DLCV__FN void dlcv__matmul_at(const dlcv__matmul *p, size_t i, size_t at[2])
{
    const size_t j = i % p->walk.dim[0];
    dlcv__walk_row(&p->walk, i / p->walk.dim[0], at);
    at[0] += j * p->walk.step[0][0];
    at[1] += j * p->walk.step[1][0];
}

DLCV__FN dlcv_status dlcv__matmul_plan(dlcv__call *c)
{
    dlcv__matmul p;
    dlcv__matmul_of(c, &p);
    dlcv__products_plan(c, 0, p.m, p.n, p.k);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__matmul_forward(dlcv__call *c)
{
    dlcv__lent lent;
    const dlcv_env env = dlcv__lend(c, c->scratch_bytes, &lent);
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data;
    float *y = (float *)c->out->data;
    dlcv_status status = DLCV_OK;
    dlcv__matmul p;
    size_t i, at[2];
    dlcv__matmul_of(c, &p);
    for (i = 0; i < p.batch && !status && p.m && p.n; i++) {
        dlcv__matmul_at(&p, i, at);
        status = dlcv_sgemm(&env, 0, 0, p.m, p.n, p.k, 1.0f, a + at[0] * (size_t)p.m * (size_t)p.k, p.k ? p.k : 1,
                            b + at[1] * (size_t)p.k * (size_t)p.n, p.n, 0.0f, y + i * (size_t)p.m * (size_t)p.n, p.n);
    }
    return status;
}

/* da = dy b^T, db = a^T dy; a matrix that was used several times adds them up in order */
DLCV__FN dlcv_status dlcv__matmul_backward(dlcv__call *c)
{
    dlcv__lent lent;
    const dlcv_env env = dlcv__lend(c, c->backward_scratch_bytes, &lent);
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data, *dy = (const float *)c->out_gradient->data;
    float *da = c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL, *db = c->in_gradient[1] ? (float *)c->in_gradient[1]->data : NULL;
    dlcv_status status = DLCV_OK;
    dlcv__matmul p;
    size_t i, at[2];
    dlcv__matmul_of(c, &p);
    if (da) memset(da, 0, dlcv_tensor_count(c->in_gradient[0]) * sizeof *da);
    if (db) memset(db, 0, dlcv_tensor_count(c->in_gradient[1]) * sizeof *db);
    if (!p.m || !p.n || !p.k) return DLCV_OK;
    for (i = 0; i < p.batch && !status; i++) {
        const float *dyi = dy + i * (size_t)p.m * (size_t)p.n;
        dlcv__matmul_at(&p, i, at);
        if (da) {
            status = dlcv_sgemm(&env, 0, 1, p.m, p.k, p.n, 1.0f, dyi, p.n, b + at[1] * (size_t)p.k * (size_t)p.n, p.n, 1.0f,
                                da + at[0] * (size_t)p.m * (size_t)p.k, p.k);
        }
        if (db && !status) {
            status = dlcv_sgemm(&env, 1, 0, p.k, p.n, p.m, 1.0f, a + at[0] * (size_t)p.m * (size_t)p.k, p.k, dyi, p.n, 1.0f,
                                db + at[1] * (size_t)p.k * (size_t)p.n, p.n);
        }
    }
    return status;
}

DLCV__FN double dlcv__matmul_flops(const dlcv__call *c)
{
    return 2 * dlcv__count_of(c->out) * (double)c->in[0]->shape.dim[c->in[0]->shape.ndim - 1];
}

static const dlcv__op dlcv__op_matmul = { "matmul", 2, 2, 0, DLCV__READS_IN, 0, DLCV__NO_FIELDS, dlcv__matmul_infer, dlcv__matmul_plan,
    dlcv__matmul_forward, dlcv__matmul_backward, NULL, dlcv__matmul_flops };

/* x [n, d] times weight [units, d] transposed, plus bias [units], if there is one -> [n, units] */
DLCV__FN dlcv_status dlcv__linear_infer(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape, *w = &c->in[1]->shape;
    char text[112], weights[112];
    dlcv_status status = dlcv__op_want_f32(c, 0);
    if (!status) status = dlcv__op_want_f32(c, 1);
    if (!status && c->inputs > 2) status = dlcv__op_want_f32(c, 2);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    dlcv__shape_text(*w, weights, sizeof weights);
    if (x->ndim != 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, d] is wanted (flatten it first)", text);
    if (w->ndim != 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights are %s, [units, d] is wanted", weights);
    if (x->dim[1] != w->dim[1] && x->dim[1] >= 0) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input has %d features, weights expect %d", x->dim[1], w->dim[1]);
    }
    if (c->inputs > 2 && (c->in[2]->shape.ndim != 1 || c->in[2]->shape.dim[0] != w->dim[0])) {
        dlcv__shape_text(c->in[2]->shape, text, sizeof text);
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "bias is %s, there are %d units", text, w->dim[0]);
    }
    c->out->shape = dlcv_shape2(x->dim[0], w->dim[0]);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__linear_plan(dlcv__call *c)
{
    dlcv__products_plan(c, 1, c->in[0]->shape.dim[0], c->in[1]->shape.dim[0], c->in[0]->shape.dim[1]);
    return DLCV_OK;
}

/* Rows of y: plus the bias, then the next node's activation */
DLCV__FN void dlcv__linear_finish(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const size_t units = (size_t)c->in[1]->shape.dim[0];
    (void)context;
    for (; begin < end; begin++) {
        float *row = (float *)c->out->data + begin * units;
        if (c->inputs > 2) flat->binary[DLCV__FLAT_ADD](row, (const float *)c->in[2]->data, row, units);
        if (c->activation) flat->clamp(row, 0.0f, dlcv__float_of(0x7f800000u), row, units);
    }
}

DLCV__FN dlcv_status dlcv__linear_forward(dlcv__call *c)
{
    dlcv__lent lent;
    const dlcv_env env = dlcv__lend(c, c->scratch_bytes, &lent);
    const float *x = (const float *)c->in[0]->data, *w = (const float *)c->in[1]->data;
    const int n = c->in[0]->shape.dim[0], d = c->in[0]->shape.dim[1], units = c->in[1]->shape.dim[0];
    float *y = (float *)c->out->data;
    dlcv_status status = DLCV_OK;
    if (n && units) status = dlcv_sgemm(&env, 0, 1, n, units, d, 1.0f, x, d ? d : 1, w, d ? d : 1, 0.0f, y, units);
    if (!status && (c->inputs > 2 || c->activation)) dlcv__flat_run(c, (size_t)n, (size_t)units, dlcv__linear_finish, NULL);
    return status;
}

DLCV__FN dlcv_status dlcv__linear_backward(dlcv__call *c)
{
    dlcv__lent lent;
    const dlcv_env env = dlcv__lend(c, c->backward_scratch_bytes, &lent);
    const float *x = (const float *)c->in[0]->data, *w = (const float *)c->in[1]->data, *dy = (const float *)c->out_gradient->data;
    const int n = c->in[0]->shape.dim[0], d = c->in[0]->shape.dim[1], units = c->in[1]->shape.dim[0];
    dlcv_status status = DLCV_OK;
    int i, k;
    for (k = 0; k < 2 && (!n || !units || !d); k++) {
        if (c->in_gradient[k]) memset(c->in_gradient[k]->data, 0, dlcv_tensor_count(c->in_gradient[k]) * sizeof(float));
    }
    if (n && units && d && c->in_gradient[0]) {
        status = dlcv_sgemm(&env, 0, 0, n, d, units, 1.0f, dy, units, w, d, 0.0f, (float *)c->in_gradient[0]->data, d);
    }
    if (n && units && d && c->in_gradient[1] && !status) {
        status = dlcv_sgemm(&env, 1, 0, units, d, n, 1.0f, dy, units, x, d, 0.0f, (float *)c->in_gradient[1]->data, d);
    }
    if (c->inputs > 2 && c->in_gradient[2]) {
        float *db = (float *)c->in_gradient[2]->data;
        memset(db, 0, (size_t)units * sizeof *db);
        for (i = 0; i < n; i++) c->kernels->f32->flat->binary[DLCV__FLAT_ADD](db, dy + (size_t)i * (size_t)units, db, (size_t)units);
    }
    return status;
}

DLCV__FN double dlcv__linear_flops(const dlcv__call *c)
{
    return dlcv__count_of(c->out) * (2 * (double)c->in[0]->shape.dim[1] + (c->inputs > 2));
}

static const dlcv__op dlcv__op_linear = { "linear", 2, 3, 0, DLCV__READS_IN0 | DLCV__READS_IN1, 0, DLCV__NO_FIELDS, dlcv__linear_infer, dlcv__linear_plan,
    dlcv__linear_forward, dlcv__linear_backward, NULL, dlcv__linear_flops };
