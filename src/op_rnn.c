/* ---- ops: recurrent layers -------------------------------------------------------------------------------------------------------------------------
 * x [steps, n, d], weights [gates units, d] of the input and [gates units, units] of the state, a bias for each, [n, units] the state before the first
 * step and, of the LSTM, c (left out: 0) -> h [steps, n, units]; with `cells` [2, steps, n, units], h and c. Reverse: from the last step to the first.
 * Names, order of gates and formulas are those of torch.nn.LSTM and torch.nn.GRU:
 *   LSTM  i, f, o = sigmoid, g = tanh of (W x + b + U h + d); c = f c + i g; h = o tanh c; gates stand i, f, g, o
 *   GRU   r, z = sigmoid of (W x + b + U h + d); m = tanh(W x + b + r (U h + d)); h = (1 - z) m + z h; gates stand r, z, m
 * Saved: the gates [steps, n, gates units], then [steps, n, units] of c, or of q = U h + d of the GRU's m. Backward turns the gates into their gradients.
 * Without saved memory the same is done for one step at a time, in scratch. */

typedef struct dlcv__rnn_attr {
    int reverse, cells;
} dlcv__rnn_attr;

static const dlcv__field dlcv__rnn_fields[] = { { "reverse", DLCV__FIELD_INT, offsetof(dlcv__rnn_attr, reverse), 0 },
                                                { "cells", DLCV__FIELD_INT, offsetof(dlcv__rnn_attr, cells), 0 } };

typedef struct dlcv__rnn {
    size_t steps, rows, d, units, gates;
    const float *x, *w, *u, *bias_w, *bias_u, *h0, *c0;         /* inputs 0 .. 6; NULL: 0 */
    int reverse, cells;
} dlcv__rnn;

DLCV__FN void dlcv__rnn_of(const dlcv__call *c, dlcv__rnn *r)
{
    r->steps = (size_t)c->in[0]->shape.dim[0];
    r->rows = (size_t)c->in[0]->shape.dim[1];
    r->d = (size_t)c->in[0]->shape.dim[2];
    r->units = (size_t)c->in[2]->shape.dim[1];
    r->gates = (size_t)c->in[1]->shape.dim[0] / (r->units ? r->units : 1);
    r->x = (const float *)c->in[0]->data;
    r->w = (const float *)c->in[1]->data;
    r->u = (const float *)c->in[2]->data;
    r->bias_w = (const float *)c->in[3]->data;
    r->bias_u = (const float *)c->in[4]->data;
    r->h0 = c->inputs > 5 ? (const float *)c->in[5]->data : NULL;
    r->c0 = c->inputs > 6 ? (const float *)c->in[6]->data : NULL;
    r->reverse = ((const dlcv__rnn_attr *)c->attr)->reverse;
    r->cells = ((const dlcv__rnn_attr *)c->attr)->cells;
}

/* The time of the k-th step */
DLCV__INLINE size_t dlcv__rnn_at(const dlcv__rnn *r, size_t k)
{
    return r->reverse ? r->steps - 1 - k : k;
}

DLCV__FN dlcv_status dlcv__rnn_infer(dlcv__call *c, int gates)
{
    const dlcv_shape *x = &c->in[0]->shape, *w = &c->in[1]->shape, *u = &c->in[2]->shape;
    char text[112], weights[112];
    dlcv_status status = DLCV_OK;
    int i, units;
    for (i = 0; i < c->inputs && !status; i++) status = dlcv__op_want_f32(c, i);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim != 3) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [steps, n, d] is wanted", text);
    dlcv__shape_text(*u, weights, sizeof weights);
    units = u->ndim == 2 ? u->dim[1] : 0;
    if (units < 1 || units > INT_MAX / gates || u->dim[0] != gates * units) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights of the state are %s, [%d units, units] is wanted", weights, gates);
    }
    dlcv__shape_text(*w, weights, sizeof weights);
    if (w->ndim != 2 || w->dim[0] != gates * units || (x->dim[2] >= 0 && w->dim[1] != x->dim[2])) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, its weights are %s: [%d, d] is wanted", text, weights, gates * units);
    }
    for (i = 3; i < 5; i++) {
        dlcv__shape_text(c->in[i]->shape, weights, sizeof weights);
        if (c->in[i]->shape.ndim != 1 || c->in[i]->shape.dim[0] != gates * units) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "bias is %s, [%d] is wanted", weights, gates * units);
    }
    for (; i < c->inputs; i++) {
        const dlcv_shape *h = &c->in[i]->shape;
        dlcv__shape_text(*h, weights, sizeof weights);
        if (h->ndim != 2 || h->dim[1] != units || (h->dim[0] >= 0 && x->dim[1] >= 0 && h->dim[0] != x->dim[1])) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, what stands before the first step is %s: [n, %d] is wanted", text, weights, units);
        }
    }
    c->out->shape = ((const dlcv__rnn_attr *)c->attr)->cells ? dlcv_shape4(2, x->dim[0], x->dim[1], units) : dlcv_shape3(x->dim[0], x->dim[1], units);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__lstm_infer(dlcv__call *c) { return dlcv__rnn_infer(c, 4); }
DLCV__FN dlcv_status dlcv__gru_infer(dlcv__call *c) { return dlcv__rnn_infer(c, 3); }

/* The most work memory of products: y [m, n] = x [m, k] w^T for each m, and both gradients of m rows in all, of which `rows` are a step. */
DLCV__FN void dlcv__rnn_product(const dlcv__call *c, size_t rows, size_t all, size_t n, size_t k, size_t most[2])
{
    const int step = (int)rows, m = (int)all, units = (int)n, d = (int)k;
    const size_t bytes[2][3] = { { dlcv__sgemm_bytes(c->env, 0, 1, step, units, d), dlcv__sgemm_bytes(c->env, 0, 1, m, units, d), 0 },
                                 { dlcv__sgemm_bytes(c->env, 0, 0, step, d, units), dlcv__sgemm_bytes(c->env, 0, 0, m, d, units),
                                   dlcv__sgemm_bytes(c->env, 1, 0, units, d, m) } };
    int back, i;
    for (back = 0; back < 2; back++) {
        for (i = 0; i < 3; i++) {
            if (bytes[back][i] > most[back]) most[back] = bytes[back][i];
        }
    }
}

/* own bytes, up to a whole line, and those of products behind them */
DLCV__FN int dlcv__rnn_room(size_t own, size_t products, size_t *bytes)
{
    return dlcv__add(own, 63, bytes) && dlcv__add(*bytes & ~(size_t)63, products, bytes);
}

/* A product of all steps that is wanted of the state alone lacks the first or the last. backward: two gradients of a state */
DLCV__FN dlcv_status dlcv__rnn_plan(dlcv__call *c)
{
    size_t all, row, state, own, most[2] = { 0, 0 };
    dlcv__rnn r;
    dlcv__rnn_of(c, &r);
    row = (r.gates + 1) * r.units * sizeof(float);
    if (!dlcv__mul(r.steps, r.rows, &all) || all > INT_MAX) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%zu steps of %zu rows are more than %d", r.steps, r.rows, INT_MAX);
    state = all - (r.steps ? r.rows : 0);
    dlcv__rnn_product(c, r.rows, all, r.gates * r.units, r.d, most);
    dlcv__rnn_product(c, r.rows, state, r.gates * r.units, r.units, most);
    dlcv__rnn_product(c, r.rows, state, (r.gates - 1) * r.units, r.units, most);         /* the GRU's, apart */
    dlcv__rnn_product(c, r.rows, state, r.units, r.units, most);
    for (all = 1; c->inputs > 5 && all <= r.gates; all++) dlcv__rnn_product(c, r.rows, r.rows, all * r.units, r.units, most);        /* the first step's */
    all = r.steps * r.rows;
    if (!dlcv__mul(all, row, &c->saved_bytes) || !dlcv__mul(r.rows, row, &own) || !dlcv__rnn_room(own, most[0], &c->scratch_bytes)
        || !dlcv__rnn_room(2 * r.rows * r.units * sizeof(float), most[1], &c->backward_scratch_bytes)) {
        return dlcv__op_fail(c, DLCV_ERR_MEMORY, "%zu steps of %zu rows of %zu units", r.steps, r.rows, r.units);
    }
    return DLCV_OK;
}

/* run with products that take their memory behind the op's own `floats` of each row's unit; nothing in, nothing out */
DLCV__FN dlcv_status dlcv__rnn_run(const dlcv__call *c, size_t floats, size_t bytes, dlcv_status (*run)(const dlcv__call *c, const dlcv__rnn *r))
{
    dlcv__lent lent;
    const dlcv_env env = dlcv__lend(c, bytes, &lent);
    dlcv__call with = *c;
    size_t own;
    dlcv__rnn r;
    dlcv__rnn_of(c, &r);
    if (!r.steps || !r.rows) return DLCV_OK;
    own = (floats * r.rows * r.units * sizeof(float) + 63) & ~(size_t)63;
    if (lent.bytes >= own) {
        lent.block = (unsigned char *)c->scratch + own;
        lent.bytes -= own;
    }
    with.env = &env;
    return run(&with, &r);
}

DLCV__FN dlcv_status dlcv__rnn_forward(const dlcv__call *c, dlcv_status (*run)(const dlcv__call *c, const dlcv__rnn *r))
{
    return dlcv__rnn_run(c, (size_t)c->in[1]->shape.dim[0] / (size_t)c->in[2]->shape.dim[1] + 1, c->scratch_bytes, run);
}

DLCV__FN dlcv_status dlcv__rnn_backward(const dlcv__call *c, dlcv_status (*run)(const dlcv__call *c, const dlcv__rnn *r))
{
    int i;
    for (i = 0; i < c->inputs && !dlcv_tensor_count(c->out); i++) {
        const size_t count = c->in_gradient[i] ? dlcv_tensor_count(c->in_gradient[i]) : 0;
        if (count) memset(c->in_gradient[i]->data, 0, count * sizeof(float));
    }
    return dlcv__rnn_run(c, 2, c->backward_scratch_bytes, run);
}

/* rows of y plus a bias */
DLCV__FN void dlcv__rnn_bias(const dlcv__call *c, float *y, size_t step, const float *bias, size_t rows, size_t n)
{
    size_t i;
    for (i = 0; i < rows; i++) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y + i * step, bias, y + i * step, n);
}

/* y [rows, n] (rows `step` floats apart) = or += x [rows, k] times w [n, k] transposed */
DLCV__FN dlcv_status dlcv__rnn_times(const dlcv__call *c, const float *x, const float *w, float beta, float *y, size_t step, size_t rows, size_t n, size_t k)
{
    if (!rows) return DLCV_OK;
    return dlcv_sgemm(c->env, 0, 1, (int)rows, (int)n, (int)k, 1.0f, x, k ? (int)k : 1, w, k ? (int)k : 1, beta, y, (int)step);
}

/* the input's part of the gates of `steps` steps */
DLCV__FN dlcv_status dlcv__rnn_input(const dlcv__call *c, const dlcv__rnn *r, size_t t, size_t steps, float *gates)
{
    const size_t n = r->gates * r->units;
    const dlcv_status status = dlcv__rnn_times(c, r->x + t * r->rows * r->d, r->w, 0.0f, gates, n, steps * r->rows, n, r->d);
    dlcv__rnn_bias(c, gates, n, r->bias_w, steps * r->rows, n);
    return status;
}

DLCV__FN void dlcv__rnn_sigmoid(const dlcv__call *c, float *x, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__PIECE) dlcv__sigmoid_y(c, x + i, x + i, n - i < DLCV__PIECE ? n - i : DLCV__PIECE);
}

/* ---- LSTM */


/* a step: gates become i, f, g, o; c and h its results, c before it in `before` (NULL: 0), which may be c */
DLCV__FN void dlcv__lstm_step(const dlcv__call *c, const dlcv__rnn *r, float *gates, const float *before, float *cell, float *h)
{
    const size_t n = r->units;
    size_t row, i;
    for (row = 0; row < r->rows; row++, gates += 4 * n, cell += n, h += n) {
        dlcv__rnn_sigmoid(c, gates, 2 * n);
        c->kernels->f32->tanh_f32(gates + 2 * n, gates + 2 * n, n);
        dlcv__rnn_sigmoid(c, gates + 3 * n, n);
        for (i = 0; i < n; i++) cell[i] = (before ? gates[n + i] * before[row * n + i] : 0.0f) + gates[i] * gates[2 * n + i];
        c->kernels->f32->tanh_f32(cell, h, n);
        DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](h, gates + 3 * n, h, n);
    }
}


DLCV__FN dlcv_status dlcv__lstm_forward_steps(const dlcv__call *c, const dlcv__rnn *r)
{
    float *h = (float *)c->out->data, *all = (float *)(c->saved ? c->saved : c->scratch);
    dlcv_status status = DLCV_OK;
    const size_t plane = r->rows * r->units;
    const float *before = r->c0, *last = r->h0;
    size_t k;
    if (c->saved) status = dlcv__rnn_input(c, r, 0, r->steps, all);
    for (k = 0; k < r->steps && !status; k++) {
        const size_t t = dlcv__rnn_at(r, k);
        float *gates = c->saved ? all + t * 4 * plane : all, *cell = c->saved ? all + (4 * r->steps + t) * plane : all + 4 * plane;
        if (!c->saved) status = dlcv__rnn_input(c, r, t, 1, gates);
        if (last && !status) status = dlcv__rnn_times(c, last, r->u, 1.0f, gates, 4 * r->units, r->rows, 4 * r->units, r->units);
        dlcv__rnn_bias(c, gates, 4 * r->units, r->bias_u, r->rows, 4 * r->units);
        if (!status) dlcv__lstm_step(c, r, gates, before, cell, h + t * plane);
        if (r->cells) memcpy(h + (r->steps + t) * plane, cell, plane * sizeof *cell);
        before = cell;
        last = h + t * plane;
    }
    return status;
}

DLCV__FN dlcv_status dlcv__lstm_forward(dlcv__call *c) { return dlcv__rnn_forward(c, dlcv__lstm_forward_steps); }

/* A step back: gates become their gradients; dc that of c before the step. */
DLCV__FN void dlcv__lstm_back(const dlcv__call *c, const dlcv__rnn *r, float *gates, const float *before, const float *cell, const float *dh, float *dc)
{
    const size_t n = r->units, plane = r->rows * n;
    float t[DLCV__PIECE];
    size_t at, i, m;
    for (at = 0; at < plane; at += m) {         /* pieces of a row */
        float *in = gates + at / n * 4 * n + at % n, *forget = in + n, *g = in + 2 * n, *o = in + 3 * n;
        m = n - at % n < DLCV__PIECE ? n - at % n : DLCV__PIECE;
        c->kernels->f32->tanh_f32(cell + at, t, m);
        for (i = 0; i < m; i++) {
            const float a = in[i], f = forget[i], b = g[i], e = o[i], d = dh[at + i];
            const float all = dc[at + i] + d * e * (1.0f - t[i] * t[i]);
            o[i] = d * t[i] * e * (1.0f - e);
            in[i] = all * b * a * (1.0f - a);
            g[i] = all * a * (1.0f - b * b);
            forget[i] = before ? all * before[at + i] * f * (1.0f - f) : 0.0f;
            dc[at + i] = all * f;
        }
    }
}

/* the sum of all rows of dg, in order */
DLCV__FN void dlcv__rnn_bias_back(const dlcv__call *c, const dlcv_tensor *to, size_t at, const float *dg, size_t rows, size_t n)
{
    float *db = to ? (float *)to->data + at : NULL;
    size_t i;
    if (!db) return;
    memset(db, 0, n * sizeof *db);
    for (i = 0; i < rows; i++) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](db, dg + i * n, db, n);
}

/* dw [n, k] = or += dg [rows, n] transposed times x [rows, k]; rows of dg are `step` floats apart; no rows: 0 */
DLCV__FN dlcv_status dlcv__rnn_weights_back(const dlcv__call *c, float *dw, float beta, const float *dg, size_t step, const float *x, size_t rows, size_t n, size_t k)
{
    if (!n || !k) return DLCV_OK;
    if (rows) return dlcv_sgemm(c->env, 1, 0, (int)n, (int)k, (int)rows, 1.0f, dg, (int)step, x, (int)k, beta, dw, (int)k);
    memset(dw, 0, n * k * sizeof *dw);
    return DLCV_OK;
}

/* du [n, units] of the weights of the state: from dg [steps, rows, n] (rows `step` floats apart) and the states before each step */
DLCV__FN dlcv_status dlcv__rnn_state_back(const dlcv__call *c, const dlcv__rnn *r, float *du, const float *dg, size_t step, size_t n)
{
    const size_t later = (r->steps - 1) * r->rows, one = r->rows;
    const float *h = (const float *)c->out->data, *first = dg + dlcv__rnn_at(r, 0) * one * step;
    dlcv_status status = dlcv__rnn_weights_back(c, du, 0.0f, r->reverse ? dg : dg + one * step, step, r->reverse ? h + one * r->units : h, later, n, r->units);
    if (r->h0 && !status) status = dlcv__rnn_weights_back(c, du, 1.0f, first, step, r->h0, one, n, r->units);
    return status;
}

/* The gradient of what stood before the first step, input i */
DLCV__FN void dlcv__rnn_first_back(const dlcv__call *c, int i, const float *from, size_t n)
{
    if (c->inputs > i && c->in_gradient[i]) memcpy(c->in_gradient[i]->data, from, n * sizeof *from);
}

/* dx [rows, k] = or += dg [rows, n] times w [n, k] */
DLCV__FN dlcv_status dlcv__rnn_times_back(const dlcv__call *c, float *dx, const float *dg, size_t step, const float *w, float beta, size_t rows, size_t n, size_t k)
{
    if (!rows || !k) return DLCV_OK;
    return dlcv_sgemm(c->env, 0, 0, (int)rows, (int)k, (int)n, 1.0f, dg, (int)step, w, (int)k, beta, dx, (int)k);
}

/* From the gradients of all gates to those of x, w and its bias. */
DLCV__FN dlcv_status dlcv__rnn_input_back(const dlcv__call *c, const dlcv__rnn *r, const float *dg)
{
    const size_t n = r->gates * r->units, rows = r->steps * r->rows;
    dlcv_status status = DLCV_OK;
    if (c->in_gradient[0]) status = dlcv__rnn_times_back(c, (float *)c->in_gradient[0]->data, dg, n, r->w, 0.0f, rows, n, r->d);
    if (c->in_gradient[1] && !status) status = dlcv__rnn_weights_back(c, (float *)c->in_gradient[1]->data, 0.0f, dg, n, r->x, rows, n, r->d);
    dlcv__rnn_bias_back(c, c->in_gradient[3], 0, dg, rows, n);
    return status;
}

DLCV__FN dlcv_status dlcv__lstm_backward_steps(const dlcv__call *c, const dlcv__rnn *r)
{
    const float *dy = (const float *)c->out_gradient->data;
    const size_t plane = r->rows * r->units, n = 4 * r->units;
    float *all = (float *)c->saved, *cells = all + 4 * r->steps * plane, *dh = (float *)c->scratch, *dc = dh + plane;
    dlcv_status status = DLCV_OK;
    size_t k;
    memset(dh, 0, 2 * plane * sizeof *dh);
    for (k = r->steps; k-- > 0 && !status;) {
        const size_t t = dlcv__rnn_at(r, k);
        float *gates = all + t * 4 * plane;
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dh, dy + t * plane, dh, plane);
        if (r->cells) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dc, dy + (r->steps + t) * plane, dc, plane);
        dlcv__lstm_back(c, r, gates, k ? cells + dlcv__rnn_at(r, k - 1) * plane : r->c0, cells + t * plane, dh, dc);
        if (k || r->h0) status = dlcv__rnn_times_back(c, dh, gates, n, r->u, 0.0f, r->rows, n, r->units);
    }
    dlcv__rnn_first_back(c, 5, dh, plane);
    dlcv__rnn_first_back(c, 6, dc, plane);
    if (!status) status = dlcv__rnn_input_back(c, r, all);
    if (c->in_gradient[2] && !status) status = dlcv__rnn_state_back(c, r, (float *)c->in_gradient[2]->data, all, n, n);
    dlcv__rnn_bias_back(c, c->in_gradient[4], 0, all, r->steps * r->rows, n);
    return status;
}

DLCV__FN dlcv_status dlcv__lstm_backward(dlcv__call *c) { return dlcv__rnn_backward(c, dlcv__lstm_backward_steps); }

DLCV__FN double dlcv__rnn_flops(const dlcv__call *c)
{
    const double rows = (double)c->in[0]->shape.dim[0] * (double)c->in[0]->shape.dim[1];
    return rows * 2 * (dlcv__count_of(c->in[1]) + dlcv__count_of(c->in[2])) + rows * 6 * (double)c->in[1]->shape.dim[0];
}

static const dlcv__op dlcv__op_lstm = { "lstm", 5, 7, 0, DLCV__READS_OUT | DLCV__READS_IN, sizeof(dlcv__rnn_attr), DLCV__FIELDS(dlcv__rnn_fields), dlcv__lstm_infer,
    dlcv__rnn_plan, dlcv__lstm_forward, dlcv__lstm_backward, NULL, dlcv__rnn_flops };

/* ---- GRU */

/* a step: gates become r, z, m; q is U h + d of the last third; h before it, NULL: 0 */
DLCV__FN void dlcv__gru_step(const dlcv__call *c, const dlcv__rnn *r, float *gates, const float *q, const float *before, float *h)
{
    const size_t n = r->units;
    size_t row, i;
    for (row = 0; row < r->rows; row++, gates += 3 * n, q += n, h += n) {
        float *z = gates + n, *m = gates + 2 * n;
        dlcv__rnn_sigmoid(c, gates, 2 * n);
        for (i = 0; i < n; i++) m[i] += gates[i] * q[i];
        c->kernels->f32->tanh_f32(m, m, n);
        for (i = 0; i < n; i++) h[i] = (1.0f - z[i]) * m[i] + (before ? z[i] * before[row * n + i] : 0.0f);
    }
}

DLCV__FN dlcv_status dlcv__gru_forward_steps(const dlcv__call *c, const dlcv__rnn *r)
{
    float *h = (float *)c->out->data, *all = (float *)(c->saved ? c->saved : c->scratch);
    dlcv_status status = DLCV_OK;
    const size_t n = r->units, plane = r->rows * n;
    const float *before = r->h0;
    size_t k;
    if (c->saved) status = dlcv__rnn_input(c, r, 0, r->steps, all);
    for (k = 0; k < r->steps && !status; k++) {
        const size_t t = dlcv__rnn_at(r, k);
        float *gates = c->saved ? all + t * 3 * plane : all, *q = c->saved ? all + (3 * r->steps + t) * plane : all + 3 * plane;
        if (!c->saved) status = dlcv__rnn_input(c, r, t, 1, gates);
        memset(q, 0, plane * sizeof *q);
        if (before && !status) status = dlcv__rnn_times(c, before, r->u, 1.0f, gates, 3 * n, r->rows, 2 * n, n);
        if (before && !status) status = dlcv__rnn_times(c, before, r->u + 2 * n * n, 0.0f, q, n, r->rows, n, n);
        dlcv__rnn_bias(c, gates, 3 * n, r->bias_u, r->rows, 2 * n);
        dlcv__rnn_bias(c, q, n, r->bias_u + 2 * n, r->rows, n);
        if (!status) dlcv__gru_step(c, r, gates, q, before, h + t * plane);
        before = h + t * plane;
    }
    return status;
}

DLCV__FN dlcv_status dlcv__gru_forward(dlcv__call *c) { return dlcv__rnn_forward(c, dlcv__gru_forward_steps); }

/* A step back: gates become their gradients, q that of U h + d of the last third, dh the direct part of that of h before the step. */
DLCV__FN void dlcv__gru_back(const dlcv__rnn *r, float *gates, float *q, const float *before, float *dh)
{
    const size_t n = r->units;
    size_t row, i;
    for (row = 0; row < r->rows; row++, gates += 3 * n, q += n, dh += n) {
        for (i = 0; i < n; i++) {
            const float a = gates[i], z = gates[n + i], m = gates[2 * n + i], d = dh[i];
            const float dm = d * (1.0f - z) * (1.0f - m * m);
            gates[i] = dm * q[i] * a * (1.0f - a);
            gates[n + i] = d * ((before ? before[row * n + i] : 0.0f) - m) * z * (1.0f - z);
            gates[2 * n + i] = dm;
            q[i] = dm * a;
            dh[i] = d * z;
        }
    }
}

/* the weights and the bias of the state: two thirds from the gates, one from q */
DLCV__FN dlcv_status dlcv__gru_state_back(const dlcv__call *c, const dlcv__rnn *r, const float *dg, const float *dq)
{
    const size_t n = r->units;
    dlcv_status status = DLCV_OK;
    size_t i;
    if (c->in_gradient[2]) {
        float *du = (float *)c->in_gradient[2]->data;
        status = dlcv__rnn_state_back(c, r, du, dg, 3 * n, 2 * n);
        if (!status) status = dlcv__rnn_state_back(c, r, du + 2 * n * n, dq, n, n);
    }
    if (c->in_gradient[4]) {
        float *db = (float *)c->in_gradient[4]->data;
        memset(db, 0, 2 * n * sizeof *db);
        for (i = 0; i < r->steps * r->rows; i++) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](db, dg + i * 3 * n, db, 2 * n);
    }
    dlcv__rnn_bias_back(c, c->in_gradient[4], 2 * n, dq, r->steps * r->rows, n);
    return status;
}

DLCV__FN dlcv_status dlcv__gru_backward_steps(const dlcv__call *c, const dlcv__rnn *r)
{
    const float *h = (const float *)c->out->data, *dy = (const float *)c->out_gradient->data;
    const size_t n = r->units, plane = r->rows * n;
    float *all = (float *)c->saved, *dh = (float *)c->scratch;
    dlcv_status status = DLCV_OK;
    size_t k;
    memset(dh, 0, plane * sizeof *dh);
    for (k = r->steps; k-- > 0 && !status;) {
        const size_t t = dlcv__rnn_at(r, k);
        float *gates = all + t * 3 * plane, *q = all + (3 * r->steps + t) * plane;
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dh, dy + t * plane, dh, plane);
        dlcv__gru_back(r, gates, q, k ? h + dlcv__rnn_at(r, k - 1) * plane : r->h0, dh);
        if (k || r->h0) status = dlcv__rnn_times_back(c, dh, gates, 3 * n, r->u, 1.0f, r->rows, 2 * n, n);
        if ((k || r->h0) && !status) status = dlcv__rnn_times_back(c, dh, q, n, r->u + 2 * n * n, 1.0f, r->rows, n, n);
    }
    dlcv__rnn_first_back(c, 5, dh, plane);
    if (!status) status = dlcv__rnn_input_back(c, r, all);
    return status ? status : dlcv__gru_state_back(c, r, all, all + 3 * r->steps * plane);
}

DLCV__FN dlcv_status dlcv__gru_backward(dlcv__call *c) { return dlcv__rnn_backward(c, dlcv__gru_backward_steps); }

static const dlcv__op dlcv__op_gru = { "gru", 5, 6, 0, DLCV__READS_OUT | DLCV__READS_IN, sizeof(dlcv__rnn_attr), DLCV__FIELDS(dlcv__rnn_fields), dlcv__gru_infer,
    dlcv__rnn_plan, dlcv__gru_forward, dlcv__gru_backward, NULL, dlcv__rnn_flops };
