/* ---- op: sums, means, largest, smallest and norms along an axis ------------------------------------------------------------------------------------
 * x is [outer, length, inner], y [outer, inner]. Rows (inner 1) are the kernels' reductions; else vectors of `inner` are combined in ascending order.
 * The largest and the smallest hand their gradient to the first that is one. */
typedef struct dlcv__reduce {
    int how, axis;              /* dlcv_reduction; DLCV_ALL or an axis, negative from the end */
} dlcv__reduce;

static const dlcv__field dlcv__reduce_fields[] = { { "how", DLCV__FIELD_INT, offsetof(dlcv__reduce, how), 0 },
                                                   { "axis", DLCV__FIELD_INT, offsetof(dlcv__reduce, axis), DLCV_ALL } };

DLCV__FN dlcv_status dlcv__reduce_infer(dlcv__call *c)
{
    const dlcv__reduce *r = (const dlcv__reduce *)c->attr;
    const dlcv_status status = dlcv__infer_same(c);
    const int axis = dlcv__axis_of(r->axis, c->in[0]->shape.ndim);
    char text[112];
    if (status) return status;
    dlcv__shape_text(c->in[0]->shape, text, sizeof text);
    if (r->how < (int)DLCV_REDUCE_SUM || r->how > (int)DLCV_REDUCE_NORM) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "there is no reduction %d", r->how);
    if (r->axis == DLCV_ALL) {
        memset(&c->out->shape, 0, sizeof c->out->shape);
    } else {
        if (axis < 0) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%s has no axis %d", text, r->axis);
        c->out->shape.dim[axis] = 1;
    }
    if ((r->how == (int)DLCV_REDUCE_MAX || r->how == (int)DLCV_REDUCE_MIN || r->how == (int)DLCV_REDUCE_MEAN)
        && !(r->axis == DLCV_ALL ? dlcv__extent(&c->in[0]->shape, 0, c->in[0]->shape.ndim) : (size_t)c->in[0]->shape.dim[axis])) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s has nothing along the axis", text);
    }
    return DLCV_OK;
}

/* ---- rows of few: up to DLCV__FEW floats a row, so many rows turned at a time that columns are as long as kernels want them */
enum { DLCV__FEW_FLOATS = 512, DLCV__FEW_ROWS = 256 };

/* rows of a block: whole columns of 16 */
DLCV__FN size_t dlcv__few_rows(size_t n, size_t left)
{
    size_t most = DLCV__FEW_FLOATS / n / 16 * 16;
    if (most > DLCV__FEW_ROWS) most = DLCV__FEW_ROWS;
    return left < most ? left : most;
}

/* t[k, r] = x[r, k], r < rows, k < n, and back */
DLCV__FN void dlcv__few_turn(const dlcv__call *c, const float *x, size_t rows, size_t n, float *t)
{
    c->kernels->f32->transpose4(t, rows * sizeof *t, x, n * sizeof *x, (int)rows, (int)n, 0);
}

typedef struct dlcv__reduce_run {
    size_t outer, length, inner, past;
    int how;
} dlcv__reduce_run;

DLCV__FN void dlcv__reduce_of(const dlcv__call *c, dlcv__reduce_run *run)
{
    const dlcv__reduce *r = (const dlcv__reduce *)c->attr;
    const dlcv_shape *s = &c->in[0]->shape;
    const int axis = dlcv__axis_of(r->axis, s->ndim);
    run->how = r->how;
    run->outer = run->inner = 1;
    run->length = dlcv_tensor_count(c->in[0]);
    run->past = dlcv__far(run->length);
    if (r->axis == DLCV_ALL) return;
    run->outer = dlcv__extent(s, 0, axis);
    run->length = (size_t)s->dim[axis];
    run->inner = dlcv__extent(s, axis + 1, s->ndim);
}

DLCV__FN void dlcv__fill_f32(float *y, float value, size_t n)
{
    size_t i, done = n < 64 ? n : 64;
    for (i = 0; i < done; i++) y[i] = value;
    for (; done < n; done += i) {
        i = n - done < done ? n - done : done;
        memcpy(y + done, y, i * sizeof *y);
    }
}

/* The first of n that is the largest, `top`, which may be a NaN; 0 where none is. */
DLCV__FN size_t dlcv__first_of(const dlcv__call *c, const float *x, size_t n, float top)
{
    size_t i = n;
    if (top > 0) i = c->kernels->f32->above_f32(x, 0, n, dlcv__float_of(dlcv__bits_of(top) - 1));       /* the next number below top */
    else if (top < 0) i = c->kernels->f32->above_f32(x, 0, n, dlcv__float_of(dlcv__bits_of(top) + 1));
    if (i < n) return i;
    for (i = 0; i < n; i++) {
        if (x[i] == top || x[i] != x[i]) return i;
    }
    return 0;
}

/* One row. The smallest is the largest of the negatives, a NaN is not passed over. */
DLCV__FN float dlcv__reduce_row(const dlcv__call *c, int how, const float *x, size_t n)
{
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    float t[DLCV__PIECE], best;
    size_t i, j, m;
    switch (how) {
    case DLCV_REDUCE_SUM: return flat->sum(x, n);
    case DLCV_REDUCE_MEAN: return flat->sum(x, n) / (float)n;
    case DLCV_REDUCE_NORM: return sqrtf(flat->spread(x, 0.0f, n));
    default: break;
    }
    for (best = 0, i = 0; i < n; i += m) {
        const float *p = x + i;
        float top, nan;
        m = n - i < DLCV__PIECE ? n - i : DLCV__PIECE;
        if (how == (int)DLCV_REDUCE_MIN) flat->binary_by[DLCV__FLAT_MUL](p, -1.0f, t, m), p = t;
        top = flat->top(p, m);
        nan = flat->sum(p, m);                                      /* also of infinities */
        for (j = 0; j < m && nan != nan; j++) {
            if (p[j] != p[j]) return p[j];
        }
        if (!i || top > best) best = top;
    }
    return how == (int)DLCV_REDUCE_MIN ? -best : best;
}

/* The first of a row that is its largest or smallest, y; n where none is: a NaN. */
DLCV__FN size_t dlcv__reduce_first(const dlcv__call *c, int how, const float *x, size_t n, float y)
{
    size_t first = how == (int)DLCV_REDUCE_MAX ? dlcv__first_of(c, x, n, y) : 0;
    while (first < n && x[first] != y) first++;
    return first;
}

/* saved: of each row the first that is the largest or smallest */
DLCV__FN int dlcv__reduce_saves(const dlcv__reduce_run *r)
{
    return r->inner == 1 && (r->how == (int)DLCV_REDUCE_MAX || r->how == (int)DLCV_REDUCE_MIN);
}

DLCV__FN dlcv_status dlcv__reduce_plan(dlcv__call *c)
{
    dlcv__reduce_run r;
    dlcv__reduce_of(c, &r);
    if (dlcv__reduce_saves(&r) && !dlcv__mul(r.outer, sizeof(size_t), &c->saved_bytes)) c->saved_bytes = (size_t)-1;
    return DLCV_OK;
}

/* columns: y [inner] from x [length, inner] */
DLCV__FN void dlcv__reduce_columns(const dlcv__call *c, const dlcv__reduce_run *r, const float *x, float *y)
{
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const int kernel = r->how == (int)DLCV_REDUCE_MAX ? (int)DLCV__FLAT_MAXIMUM : r->how == (int)DLCV_REDUCE_MIN ? (int)DLCV__FLAT_MINIMUM : (int)DLCV__FLAT_ADD;
    float t[DLCV__PIECE];
    size_t i, k, m;
    for (i = 0; i < r->inner; i += m) {
        m = r->how == (int)DLCV_REDUCE_NORM ? DLCV__PIECE : 8 * DLCV__PIECE;        /* what the first cache holds */
        if (m > r->inner - i) m = r->inner - i;
        if (r->length && r->how != (int)DLCV_REDUCE_NORM) memcpy(y + i, x + i, m * sizeof *y);
        else memset(y + i, 0, m * sizeof *y);
        for (k = r->how != (int)DLCV_REDUCE_NORM; k < r->length; k++) {
            const float *p = x + k * r->inner + i;
            if (r->how == (int)DLCV_REDUCE_NORM) {
                flat->binary[DLCV__FLAT_MUL](p, p, t, m);
                p = t;
            }
            flat->binary[kernel](y + i, p, y + i, m);
        }
        if (r->how == (int)DLCV_REDUCE_MEAN) flat->binary_by[DLCV__FLAT_DIV](y + i, (float)r->length, y + i, m);
        for (k = 0; k < m && r->how == (int)DLCV_REDUCE_NORM; k++) y[i + k] = sqrtf(y[i + k]);
    }
}

DLCV__FN void dlcv__reduce_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__reduce_run *r = (const dlcv__reduce_run *)context;
    const float *x = (const float *)c->in[0]->data;
    float *y = (float *)c->out->data;
    for (; begin < end; begin++) {
        if (r->inner == 1) y[begin] = dlcv__reduce_row(c, r->how, x + begin * r->length, r->length);
        if (c->saved && dlcv__reduce_saves(r)) ((size_t *)c->saved)[begin] = dlcv__reduce_first(c, r->how, x + begin * r->length, r->length, y[begin]);
        if (r->inner > 1) dlcv__reduce_columns(c, r, x + begin * r->length * r->inner, y + begin * r->inner);
    }
}

DLCV__FN dlcv_status dlcv__reduce_forward(dlcv__call *c)
{
    dlcv__reduce_run r;
    dlcv__reduce_of(c, &r);
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, r.outer, r.length * r.inner + 1, dlcv__reduce_body, &r);
    return DLCV_OK;
}

/* dx [length, inner] of one outer index; first: where a row's gradient goes */
DLCV__FN void dlcv__reduce_back(const dlcv__call *c, const dlcv__reduce_run *r, const float *x, const float *y, const float *dy, float *dx, size_t first)
{
    const int most = r->how == (int)DLCV_REDUCE_MAX || r->how == (int)DLCV_REDUCE_MIN;
    const float g = r->how == (int)DLCV_REDUCE_MEAN ? *dy / (float)r->length : r->how == (int)DLCV_REDUCE_NORM ? (*y > 0 ? *dy / *y : 0.0f) : *dy;
    const size_t one = dlcv__far(r->outer * r->length * r->inner / 4);      /* a single stream may stay in the third cache */
    float t[DLCV__PIECE];
    size_t i, k;
    if (r->inner == 1 && r->how == (int)DLCV_REDUCE_NORM) {
        DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, g, dx, r->length + r->past);
    } else if (r->inner == 1 && !most) {
        DLCV__FLAT(c)->fill(g, dx, r->length + one);
    } else if (r->inner == 1) {
        for (i = 0; i < r->length; i += k) {
            k = r->length - i < DLCV__PIECE ? r->length - i : DLCV__PIECE;
            if (first >= i && first < i + k) {
                memset(t, 0, k * sizeof *t);
                t[first - i] = g;
                DLCV__FLAT(c)->copy(t, dx + i, k * sizeof *t + r->past);
            } else {
                DLCV__FLAT(c)->fill(0, dx + i, k + r->past);
            }
        }
    } else if (r->how == (int)DLCV_REDUCE_SUM || r->how == (int)DLCV_REDUCE_MEAN) {
        if (r->how == (int)DLCV_REDUCE_SUM) memcpy(dx, dy, r->inner * sizeof *dx);
        else DLCV__FLAT(c)->binary_by[DLCV__FLAT_DIV](dy, (float)r->length, dx, r->inner);
        for (k = 1; k < r->length; k++) DLCV__FLAT(c)->copy(dx, dx + k * r->inner, r->inner * sizeof *dx + one);
    } else {
        for (i = 0; i < r->inner; i++) {
            int found = 0;
            const float each = most ? dy[i] : y[i] > 0 ? dy[i] / y[i] : 0.0f;
            for (k = 0; k < r->length; k++) {
                const size_t at = k * r->inner + i;
                dx[at] = !most ? each * x[at] : !found && x[at] == y[i] ? each : 0.0f;
                found |= x[at] == y[i];
            }
        }
    }
}

DLCV__FN void dlcv__reduce_back_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__reduce_run *r = (const dlcv__reduce_run *)context;
    const size_t step = r->length * r->inner;
    for (; begin < end; begin++) {
        dlcv__reduce_back(c, r, (const float *)c->in[0]->data + begin * step, (const float *)c->out->data + begin * r->inner,
                          (const float *)c->out_gradient->data + begin * r->inner, (float *)c->in_gradient[0]->data + begin * step,
                          dlcv__reduce_saves(r) ? ((const size_t *)c->saved)[begin] : 0);
    }
}

DLCV__FN dlcv_status dlcv__reduce_backward(dlcv__call *c)
{
    dlcv__reduce_run r;
    dlcv__reduce_of(c, &r);
    if (dlcv_tensor_count(c->in[0])) dlcv__flat_run(c, r.outer, 2 * r.length * r.inner, dlcv__reduce_back_body, &r);
    return DLCV_OK;
}

DLCV__FN double dlcv__reduce_flops(const dlcv__call *c)
{
    return dlcv__count_of(c->in[0]);
}

static const dlcv__op dlcv__op_reduce = { "reduce", 1, 1, 0, DLCV__READS_IN0 | DLCV__READS_OUT, sizeof(dlcv__reduce), DLCV__FIELDS(dlcv__reduce_fields),
    dlcv__reduce_infer, dlcv__reduce_plan, dlcv__reduce_forward, dlcv__reduce_backward, NULL, dlcv__reduce_flops };
