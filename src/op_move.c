/* ---- ops that move values: transpose, concat, slice, pad2d, gather, resize2d -------------------------------------------------------------------------
 * Forward moves elements of any size; gradients are floats. */

/* outer = the product of the dimensions before axis, inner = bytes of all that is behind it */
DLCV__FN void dlcv__split_at(const dlcv_tensor *t, int axis, size_t *outer, size_t *inner)
{
    *outer = dlcv__extent(&t->shape, 0, axis);
    *inner = dlcv__extent(&t->shape, axis + 1, t->shape.ndim) * dlcv_dtype_bytes(t->dtype);
}

DLCV__FN dlcv_status dlcv__no_axis(const dlcv__call *c, int i, int axis)
{
    char text[112];
    dlcv__shape_text(c->in[i]->shape, text, sizeof text);
    return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%s has no axis %d", text, axis);
}

/* ---- transpose: dimension i of y is dimension order[i] of x */
typedef struct dlcv__transpose {
    dlcv_shape order;
} dlcv__transpose;

static const dlcv__field dlcv__transpose_fields[] = { { "order", DLCV__FIELD_SHAPE, offsetof(dlcv__transpose, order), 0 } };

DLCV__FN dlcv_status dlcv__transpose_infer(dlcv__call *c)
{
    const dlcv_shape *order = &((const dlcv__transpose *)c->attr)->order, *x = &c->in[0]->shape;
    char from[112], text[112];
    int i, seen = 0;
    c->out->dtype = c->in[0]->dtype;
    c->out->shape = *x;
    dlcv__shape_text(*x, from, sizeof from);
    if (order->ndim != x->ndim) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s has %d dimensions, the order %d", from, x->ndim, order->ndim);
    dlcv__shape_text(*order, text, sizeof text);
    for (i = 0; i < x->ndim; i++) {
        const int axis = dlcv__axis_of(order->dim[i], x->ndim);
        if (axis < 0 || (seen >> axis & 1)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%s is no order of %d dimensions", text, x->ndim);
        seen |= 1 << axis;
        c->out->shape.dim[i] = x->dim[axis];
    }
    return DLCV_OK;
}

/* y's dimensions without those of 1, neighbours joined where they are neighbours in x, too */
typedef struct dlcv__permutation {
    int ndim;                                   /* at least 1 */
    size_t dim[DLCV_MAX_DIMS], step[DLCV_MAX_DIMS];     /* step: elements of x from one to the next */
} dlcv__permutation;

DLCV__FN void dlcv__permutation_of(const dlcv_shape *x, const int *order, dlcv__permutation *p)
{
    size_t step[DLCV_MAX_DIMS], n = 1;
    int i;
    for (i = x->ndim - 1; i >= 0; i--) {
        step[i] = n;
        n *= (size_t)x->dim[i];
    }
    p->ndim = 0;
    for (i = 0; i < x->ndim; i++) {
        const size_t d = (size_t)x->dim[order[i]], s = step[order[i]];
        if (d == 1) continue;
        if (p->ndim && p->step[p->ndim - 1] == s * d) p->dim[p->ndim - 1] *= d;
        else p->dim[p->ndim++] = d;
        p->step[p->ndim - 1] = s;
    }
    if (!p->ndim) {
        p->dim[0] = p->step[0] = 1;
        p->ndim = 1;
    }
}

/* Rows where the innermost dimensions are the same; else planes of x's innermost times y's innermost, turned by blocks of 4 x 4. */
DLCV__FN void dlcv__permute(const dlcv__call *c, const dlcv_shape *s, const int *order, size_t unit, const void *from, void *to)
{
    const unsigned char *x = (const unsigned char *)from;
    unsigned char *y = (unsigned char *)to;
    size_t at[DLCV_MAX_DIMS] = { 0 }, step = 1, source = 0, target = 0, steps[DLCV_MAX_DIMS], k;
    dlcv__permutation p;
    int i, last, plane = -1;
    dlcv__permutation_of(s, order, &p);
    last = p.ndim - 1;
    for (i = last; i >= 0; i--) {
        steps[i] = step;
        step *= p.dim[i];
        if (i < last && p.step[i] == 1 && unit == 4 && p.dim[i] <= INT_MAX && p.dim[last] <= INT_MAX) plane = i;
    }
    if (!step) return;
    for (;;) {
        if (p.step[last] == 1) memcpy(y + target * unit, x + source * unit, p.dim[last] * unit);
        else if (plane >= 0) {
            c->kernels->f32->transpose4(y + target * unit, steps[plane] * unit, x + source * unit, p.step[last] * unit, (int)p.dim[last], (int)p.dim[plane], 0);
        } else {
            for (k = 0; k < p.dim[last]; k++) memcpy(y + (target + k) * unit, x + (source + k * p.step[last]) * unit, unit);
        }
        for (i = last - 1; i >= 0; i--) {       /* the next place of the other dimensions */
            if (i == plane) continue;
            source += p.step[i];
            target += steps[i];
            if (++at[i] < p.dim[i]) break;
            source -= p.step[i] * p.dim[i];
            target -= steps[i] * p.dim[i];
            at[i] = 0;
        }
        if (i < 0) return;
    }
}

DLCV__FN dlcv_status dlcv__transpose_forward(dlcv__call *c)
{
    const dlcv_shape *o = &((const dlcv__transpose *)c->attr)->order;
    int i, order[DLCV_MAX_DIMS];
    for (i = 0; i < o->ndim; i++) order[i] = dlcv__axis_of(o->dim[i], o->ndim);
    dlcv__permute(c, &c->in[0]->shape, order, dlcv_dtype_bytes(c->out->dtype), c->in[0]->data, c->out->data);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__transpose_backward(dlcv__call *c)
{
    const dlcv_shape *o = &((const dlcv__transpose *)c->attr)->order;
    int i, order[DLCV_MAX_DIMS];
    for (i = 0; i < o->ndim; i++) order[dlcv__axis_of(o->dim[i], o->ndim)] = i;
    dlcv__permute(c, &c->out->shape, order, sizeof(float), c->out_gradient->data, c->in_gradient[0]->data);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_transpose = { "transpose", 1, 1, 0, DLCV__READS_NOTHING, sizeof(dlcv__transpose), DLCV__FIELDS(dlcv__transpose_fields),
    dlcv__transpose_infer, NULL, dlcv__transpose_forward, dlcv__transpose_backward, NULL, dlcv__no_flops };

/* ---- concat: one behind the other along an axis */
typedef struct dlcv__concat {
    int axis;
} dlcv__concat;

static const dlcv__field dlcv__concat_fields[] = { { "axis", DLCV__FIELD_INT, offsetof(dlcv__concat, axis), 0 } };

DLCV__FN dlcv_status dlcv__concat_infer(dlcv__call *c)
{
    const int want = ((const dlcv__concat *)c->attr)->axis, axis = dlcv__axis_of(want, c->in[0]->shape.ndim);
    dlcv_shape *y = &c->out->shape;
    char first[112], text[112];
    int i, k;
    c->out->dtype = c->in[0]->dtype;
    *y = c->in[0]->shape;
    if (axis < 0) return dlcv__no_axis(c, 0, want);
    dlcv__shape_text(*y, first, sizeof first);
    for (i = 1; i < c->inputs; i++) {
        const dlcv_shape *x = &c->in[i]->shape;
        dlcv__shape_text(*x, text, sizeof text);
        if (c->in[i]->dtype != c->out->dtype) {
            return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "input 0 is %s, input %d is %s", dlcv__dtype_name(c->out->dtype), i, dlcv__dtype_name(c->in[i]->dtype));
        }
        for (k = 0; k < y->ndim && x->ndim == y->ndim; k++) {
            if (k == axis) {
                if (x->dim[k] > INT_MAX - (y->dim[k] > 0 ? y->dim[k] : 0)) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "more than %d along axis %d", INT_MAX, want);
                y->dim[k] = x->dim[k] < 0 || y->dim[k] < 0 ? -1 : x->dim[k] + y->dim[k];
            } else if (y->dim[k] < 0) {
                y->dim[k] = x->dim[k];
            } else if (x->dim[k] >= 0 && x->dim[k] != y->dim[k]) {
                break;
            }
        }
        if (x->ndim != y->ndim || k < y->ndim) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input 0 is %s, input %d is %s: only axis %d may differ", first, i, text, want);
        }
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__concat_forward(dlcv__call *c)
{
    const int axis = dlcv__axis_of(((const dlcv__concat *)c->attr)->axis, c->out->shape.ndim);
    size_t outer, inner, o, at = 0;
    int i;
    dlcv__split_at(c->out, axis, &outer, &inner);
    for (i = 0; i < c->inputs; i++) {
        const size_t bytes = (size_t)c->in[i]->shape.dim[axis] * inner, whole = (size_t)c->out->shape.dim[axis] * inner;
        for (o = 0; o < outer && bytes; o++) {
            c->kernels->f32->flat->copy((const unsigned char *)c->in[i]->data + o * bytes, (unsigned char *)c->out->data + o * whole + at, bytes + dlcv__far(outer * bytes / 4));
        }
        at += bytes;
    }
    c->kernels->f32->flat->fence();
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__concat_backward(dlcv__call *c)
{
    const int axis = dlcv__axis_of(((const dlcv__concat *)c->attr)->axis, c->out->shape.ndim);
    size_t outer, inner, o, at = 0;
    int i;
    dlcv__split_at(c->out, axis, &outer, &inner);
    for (i = 0; i < c->inputs; i++) {
        const size_t bytes = (size_t)c->in[i]->shape.dim[axis] * inner, whole = (size_t)c->out->shape.dim[axis] * inner;
        for (o = 0; o < outer && bytes && c->in_gradient[i]; o++) {
            c->kernels->f32->flat->copy((const unsigned char *)c->out_gradient->data + o * whole + at, (unsigned char *)c->in_gradient[i]->data + o * bytes, bytes + dlcv__far(outer * bytes / 4));
        }
        at += bytes;
    }
    c->kernels->f32->flat->fence();
    return DLCV_OK;
}

static const dlcv__op dlcv__op_concat = { "concat", 1, -1, 0, DLCV__READS_NOTHING, sizeof(dlcv__concat), DLCV__FIELDS(dlcv__concat_fields),
    dlcv__concat_infer, NULL, dlcv__concat_forward, dlcv__concat_backward, NULL, dlcv__no_flops };

/* ---- slice: begin .. end - 1 of an axis; negative ones count from the end, end 0 is the end */
typedef struct dlcv__slice {
    int axis, begin, end;
} dlcv__slice;

static const dlcv__field dlcv__slice_fields[] = { { "axis", DLCV__FIELD_INT, offsetof(dlcv__slice, axis), 0 },
                                                  { "begin", DLCV__FIELD_INT, offsetof(dlcv__slice, begin), 0 },
                                                  { "end", DLCV__FIELD_INT, offsetof(dlcv__slice, end), 0 } };

DLCV__FN dlcv_status dlcv__slice_infer(dlcv__call *c)
{
    const dlcv__slice *s = (const dlcv__slice *)c->attr;
    const int axis = dlcv__axis_of(s->axis, c->in[0]->shape.ndim);
    char text[112];
    const long long length = (long long)s->end - s->begin;
    int n, begin, end;
    c->out->dtype = c->in[0]->dtype;
    c->out->shape = c->in[0]->shape;
    if (axis < 0) return dlcv__no_axis(c, 0, s->axis);
    n = c->in[0]->shape.dim[axis];
    if (n < 0 && s->begin >= -INT_MAX) {        /* as many as can be known */
        c->out->shape.dim[axis] = length > 0 && (s->begin < 0) == (s->end <= 0) ? (int)length : -1;
        return DLCV_OK;
    }
    if (n < 0) n = INT_MAX;                     /* INT_MIN is before any begin */
    begin = s->begin < 0 ? n + s->begin : s->begin;
    end = s->end <= 0 ? n + s->end : s->end;
    dlcv__shape_text(c->in[0]->shape, text, sizeof text);
    if (begin < 0 || end > n || begin > end) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d to %d is no part of axis %d of %s", s->begin, s->end, s->axis, text);
    }
    c->out->shape.dim[axis] = end - begin;
    return DLCV_OK;
}

/* forward: from x to y; else from dy to dx, which is 0 elsewhere */
DLCV__FN void dlcv__slice_copy(const dlcv__call *c, const dlcv_tensor *x, const dlcv_tensor *y, int forward)
{
    const dlcv__slice *s = (const dlcv__slice *)c->attr;
    const int axis = dlcv__axis_of(s->axis, x->shape.ndim);
    size_t outer, inner, o, bytes, whole, at;
    dlcv__split_at(x, axis, &outer, &inner);
    bytes = (size_t)y->shape.dim[axis] * inner;
    whole = (size_t)x->shape.dim[axis] * inner;
    at = (size_t)(s->begin < 0 ? x->shape.dim[axis] + s->begin : s->begin) * inner;
    for (o = 0; o < outer; o++) {
        unsigned char *first = (unsigned char *)x->data + o * whole, *other = (unsigned char *)y->data + o * bytes;
        if (!forward && at) memset(first, 0, at);
        if (!forward && whole - at - bytes) memset(first + at + bytes, 0, whole - at - bytes);
        if (bytes) c->kernels->f32->flat->copy(forward ? first + at : other, forward ? other : first + at, bytes + dlcv__far(outer * bytes / 4));
    }
    c->kernels->f32->flat->fence();
}

DLCV__FN dlcv_status dlcv__slice_forward(dlcv__call *c)
{
    dlcv__slice_copy(c, c->in[0], c->out, 1);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__slice_backward(dlcv__call *c)
{
    dlcv__slice_copy(c, c->in_gradient[0], c->out_gradient, 0);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_slice = { "slice", 1, 1, 0, DLCV__READS_NOTHING, sizeof(dlcv__slice), DLCV__FIELDS(dlcv__slice_fields),
    dlcv__slice_infer, NULL, dlcv__slice_forward, dlcv__slice_backward, NULL, dlcv__no_flops };

/* ---- pad2d: rows and columns around the last two dimensions */
typedef struct dlcv__pad2d {
    int top, left, bottom, right, border;
} dlcv__pad2d;

static const dlcv__field dlcv__pad2d_fields[] = { { "top", DLCV__FIELD_INT, offsetof(dlcv__pad2d, top), 0 }, { "left", DLCV__FIELD_INT, offsetof(dlcv__pad2d, left), 0 },
                                                  { "bottom", DLCV__FIELD_INT, offsetof(dlcv__pad2d, bottom), 0 },
                                                  { "right", DLCV__FIELD_INT, offsetof(dlcv__pad2d, right), 0 },
                                                  { "border", DLCV__FIELD_INT, offsetof(dlcv__pad2d, border), 0 } };

/* one dimension: what becomes of it, in *out */
DLCV__FN dlcv_status dlcv__pad_infer(const dlcv__call *c, const char *what, int n, int before, int after, int border, int *out)
{
    const int most = before > after ? before : after;
    *out = -1;
    if (before < 0 || after < 0) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%d and %d %s: what takes away is slice", before, after, what);
    if (n < 0) return DLCV_OK;
    if (border == (int)DLCV_BORDER_REFLECT && most >= n && most) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d %s reflected, there are %d: %d are the most", most, what, n, n ? n - 1 : 0);
    if (border == (int)DLCV_BORDER_CIRCULAR && most > n) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d %s around, there are %d", most, what, n);
    if (border == (int)DLCV_BORDER_REPLICATE && most && !n) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d %s replicated, there are none", most, what);
    if (before > INT_MAX - n || after > INT_MAX - n - before) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d + %d + %d %s are more than %d", before, n, after, what, INT_MAX);
    *out = before + n + after;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pad2d_infer(dlcv__call *c)
{
    const dlcv__pad2d *p = (const dlcv__pad2d *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape;
    char text[112];
    dlcv_status status = dlcv__infer_same(c);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [..., h, w] is wanted", text);
    if (p->border < (int)DLCV_BORDER_ZERO || p->border > (int)DLCV_BORDER_CIRCULAR) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "border %d does not pad", p->border);
    status = dlcv__pad_infer(c, "rows", x->dim[x->ndim - 2], p->top, p->bottom, p->border, &c->out->shape.dim[x->ndim - 2]);
    return status ? status : dlcv__pad_infer(c, "columns", x->dim[x->ndim - 1], p->left, p->right, p->border, &c->out->shape.dim[x->ndim - 1]);
}

/* Which of 0 .. n - 1 stands at place i, which may lie outside; n: none, a zero. */
DLCV__FN size_t dlcv__pad_from(ptrdiff_t i, size_t n, int border)
{
    const ptrdiff_t m = (ptrdiff_t)n;
    if (i >= 0 && i < m) return (size_t)i;
    switch (border) {
    case DLCV_BORDER_REFLECT: return (size_t)(i < 0 ? -i : 2 * m - 2 - i);
    case DLCV_BORDER_REPLICATE: return i < 0 ? 0 : n - 1;
    case DLCV_BORDER_CIRCULAR: return (size_t)(i < 0 ? i + m : i - m);
    default: return n;
    }
}

typedef struct dlcv__pad_run {
    const float *from;          /* x or dy */
    float *to;                  /* y or dx */
    size_t h, w, out_h, out_w;
    int forward;
} dlcv__pad_run;

/* planes; a row of y and the row of x that it shows */
DLCV__FN void dlcv__pad_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__pad_run *r = (const dlcv__pad_run *)context;
    const dlcv__pad2d *p = (const dlcv__pad2d *)c->attr;
    size_t i, j;
    for (; begin < end; begin++) {
        if (!r->forward && p->border != (int)DLCV_BORDER_ZERO) memset(r->to + begin * r->h * r->w, 0, r->h * r->w * sizeof(float));
        for (i = 0; i < r->out_h; i++) {
            const size_t row = dlcv__pad_from((ptrdiff_t)i - p->top, r->h, p->border), left = (size_t)p->left;
            const size_t at_y = (begin * r->out_h + i) * r->out_w, at_x = (begin * r->h + row) * r->w;
            if (row == r->h) {
                if (r->forward) memset(r->to + at_y, 0, r->out_w * sizeof(float));
                continue;
            }
            if (r->forward && r->w) memcpy(r->to + at_y + left, r->from + at_x, r->w * sizeof(float));
            else if (!r->forward && p->border == (int)DLCV_BORDER_ZERO) memcpy(r->to + at_x, r->from + at_y + left, r->w * sizeof(float));
            else if (!r->forward) c->kernels->f32->flat->binary[DLCV__FLAT_ADD](r->to + at_x, r->from + at_y + left, r->to + at_x, r->w);
            if (p->border == (int)DLCV_BORDER_ZERO) {
                for (j = 0; j < left && r->forward; j++) r->to[at_y + j] = 0;
                for (j = left + r->w; j < r->out_w && r->forward; j++) r->to[at_y + j] = 0;
                continue;
            }
            for (j = 0; j < r->out_w; j++) {
                size_t column;
                if (j == left) j += r->w;       /* the middle is done */
                if (j >= r->out_w) break;
                column = dlcv__pad_from((ptrdiff_t)j - p->left, r->w, p->border);
                if (r->forward) r->to[at_y + j] = column < r->w ? r->from[at_x + column] : 0.0f;
                else if (column < r->w) r->to[at_x + column] += r->from[at_y + j];
            }
        }
    }
}

DLCV__FN dlcv_status dlcv__pad_go(dlcv__call *c, int forward)
{
    const dlcv_shape *x = &c->in[0]->shape, *y = &c->out->shape;
    dlcv__pad_run r;
    r.h = (size_t)x->dim[x->ndim - 2];
    r.w = (size_t)x->dim[x->ndim - 1];
    r.out_h = (size_t)y->dim[x->ndim - 2];
    r.out_w = (size_t)y->dim[x->ndim - 1];
    r.forward = forward;
    r.from = forward ? (const float *)c->in[0]->data : (const float *)c->out_gradient->data;
    r.to = forward ? (float *)c->out->data : (float *)c->in_gradient[0]->data;
    if (r.out_h && r.out_w && (forward || (r.h && r.w))) dlcv__flat_run(c, dlcv__extent(x, 0, x->ndim - 2), r.out_h * r.out_w, dlcv__pad_body, &r);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pad2d_forward(dlcv__call *c) { return dlcv__pad_go(c, 1); }
DLCV__FN dlcv_status dlcv__pad2d_backward(dlcv__call *c) { return dlcv__pad_go(c, 0); }

static const dlcv__op dlcv__op_pad2d = { "pad2d", 1, 1, 0, DLCV__READS_NOTHING, sizeof(dlcv__pad2d), DLCV__FIELDS(dlcv__pad2d_fields),
    dlcv__pad2d_infer, NULL, dlcv__pad2d_forward, dlcv__pad2d_backward, NULL, dlcv__no_flops };

/* ---- gather: y = x[..., indices, ...]. embedding: rows of a table, which is input 1 */
typedef struct dlcv__gather_attr {
    int axis;
} dlcv__gather_attr;

static const dlcv__field dlcv__gather_fields[] = { { "axis", DLCV__FIELD_INT, offsetof(dlcv__gather_attr, axis), 0 } };

DLCV__FN dlcv_status dlcv__gather_shapes(dlcv__call *c, int table, int axis)
{
    const dlcv_shape *x = &c->in[table]->shape, *at = &c->in[1 - table]->shape;
    dlcv_shape *y = &c->out->shape;
    char text[112];
    int i;
    dlcv__shape_text(*at, text, sizeof text);
    if (c->in[1 - table]->dtype != DLCV_I32) {
        return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "indices are %s %s, i32 is wanted", dlcv__dtype_name(c->in[1 - table]->dtype), text);
    }
    c->out->dtype = c->in[table]->dtype;
    if (x->ndim - 1 + at->ndim > DLCV_MAX_DIMS) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d dimensions, %d are the most", x->ndim - 1 + at->ndim, DLCV_MAX_DIMS);
    memset(y, 0, sizeof *y);
    for (i = 0; i < axis; i++) y->dim[y->ndim++] = x->dim[i];
    for (i = 0; i < at->ndim; i++) y->dim[y->ndim++] = at->dim[i];
    for (i = axis + 1; i < x->ndim; i++) y->dim[y->ndim++] = x->dim[i];
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__gather_infer(dlcv__call *c)
{
    const int want = ((const dlcv__gather_attr *)c->attr)->axis, axis = dlcv__axis_of(want, c->in[0]->shape.ndim);
    return axis < 0 ? dlcv__no_axis(c, 0, want) : dlcv__gather_shapes(c, 0, axis);
}

/* Forward and backward: the caller's memory may have changed between them. */
DLCV__FN dlcv_status dlcv__gather_check(const dlcv__call *c, int table, int axis)
{
    const int32_t *index = (const int32_t *)c->in[1 - table]->data;
    const size_t count = dlcv_tensor_count(c->in[1 - table]);
    const int n = c->in[table]->shape.dim[axis];
    size_t i;
    for (i = 0; i < count; i++) {
        if (index[i] < 0 || index[i] >= n) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "index %zu is %d, there are %d", i, (int)index[i], n);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__gather_rows(dlcv__call *c, int table, int axis)
{
    const int32_t *index = (const int32_t *)c->in[1 - table]->data;
    const size_t count = dlcv_tensor_count(c->in[1 - table]);
    const int n = c->in[table]->shape.dim[axis];
    const dlcv_status status = dlcv__gather_check(c, table, axis);
    size_t outer, inner, o, i;
    if (status) return status;
    dlcv__split_at(c->in[table], axis, &outer, &inner);
    for (o = 0; o < outer && inner; o++) {
        for (i = 0; i < count; i++) {
            c->kernels->f32->flat->copy((const unsigned char *)c->in[table]->data + (o * (size_t)n + (size_t)index[i]) * inner,
                                        (unsigned char *)c->out->data + (o * count + i) * inner, inner + dlcv__far(outer * count * inner / 4));
        }
    }
    c->kernels->f32->flat->fence();
    return DLCV_OK;
}

/* a row that was taken several times adds up, in order */
DLCV__FN dlcv_status dlcv__gather_adds(dlcv__call *c, int table, int axis)
{
    const int32_t *index = (const int32_t *)c->in[1 - table]->data;
    const size_t count = dlcv_tensor_count(c->in[1 - table]), n = (size_t)c->in[table]->shape.dim[axis];
    const float *dy = (const float *)c->out_gradient->data;
    const dlcv_status status = dlcv__gather_check(c, table, axis);
    size_t outer, inner, o, i;
    float *dx = c->in_gradient[table] ? (float *)c->in_gradient[table]->data : NULL;
    if (status) return status;
    dlcv__split_at(c->in[table], axis, &outer, &inner);
    inner /= sizeof(float);
    for (o = 0; o < outer && dx && inner; o++) {
        for (i = 0; i < count; i++) {
            float *row = dx + (o * n + (size_t)index[i]) * inner;
            c->kernels->f32->flat->binary[DLCV__FLAT_ADD](row, dy + (o * count + i) * inner, row, inner);
        }
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__gather_forward(dlcv__call *c)
{
    return dlcv__gather_rows(c, 0, dlcv__axis_of(((const dlcv__gather_attr *)c->attr)->axis, c->in[0]->shape.ndim));
}

DLCV__FN dlcv_status dlcv__gather_backward(dlcv__call *c)
{
    return dlcv__gather_adds(c, 0, dlcv__axis_of(((const dlcv__gather_attr *)c->attr)->axis, c->in[0]->shape.ndim));
}

static const dlcv__op dlcv__op_gather = { "gather", 2, 2, DLCV__OP_ADDS, DLCV__READS_IN1, sizeof(dlcv__gather_attr), DLCV__FIELDS(dlcv__gather_fields),
    dlcv__gather_infer, NULL, dlcv__gather_forward, dlcv__gather_backward, NULL, dlcv__no_flops };

DLCV__FN dlcv_status dlcv__embedding_infer(dlcv__call *c)
{
    char text[112];
    const dlcv_status status = dlcv__op_want_f32(c, 1);
    if (status) return status;
    dlcv__shape_text(c->in[1]->shape, text, sizeof text);
    if (c->in[1]->shape.ndim != 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "weights are %s, [vocabulary, units] is wanted", text);
    return dlcv__gather_shapes(c, 1, 0);
}

DLCV__FN dlcv_status dlcv__embedding_forward(dlcv__call *c) { return dlcv__gather_rows(c, 1, 0); }
DLCV__FN dlcv_status dlcv__embedding_backward(dlcv__call *c) { return dlcv__gather_adds(c, 1, 0); }

static const dlcv__op dlcv__op_embedding = { "embedding", 2, 2, DLCV__OP_ADDS, DLCV__READS_IN0, 0, DLCV__NO_FIELDS,
    dlcv__embedding_infer, NULL, dlcv__embedding_forward, dlcv__embedding_backward, NULL, dlcv__no_flops };

/* ---- resize2d: the last two dimensions times a factor */
typedef struct dlcv__resize2d {
    float scale;
    int how;
} dlcv__resize2d;

static const dlcv__field dlcv__resize2d_fields[] = { { "scale", DLCV__FIELD_FLOAT, offsetof(dlcv__resize2d, scale), 1 },
                                                     { "how", DLCV__FIELD_INT, offsetof(dlcv__resize2d, how), 0 } };

DLCV__FN dlcv_status dlcv__resize2d_infer(dlcv__call *c)
{
    const dlcv__resize2d *r = (const dlcv__resize2d *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape;
    const dlcv_status status = dlcv__infer_same(c);
    char text[112];
    int i;
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [..., h, w] is wanted", text);
    if (!(r->scale > 0) || !dlcv__finite(r->scale)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "scale is %g", (double)r->scale);
    if (r->how < (int)DLCV_INTERPOLATION_SMOOTH || r->how > (int)DLCV_INTERPOLATION_AREA) {
        return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "there is no interpolation %d", r->how);
    }
    for (i = x->ndim - 2; i < x->ndim; i++) {
        const double n = (double)x->dim[i] * (double)r->scale * (1 + 1.2e-7);          /* 0.7f is a little below 0.7 */
        if (x->dim[i] <= 0) continue;
        if (n < 1 || n > INT_MAX) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s times %g: nothing is left, or too much", text, (double)r->scale);
        c->out->shape.dim[i] = (int)n;
    }
    return DLCV_OK;
}

/* Both axes and their tables in scratch, behind which is a row of x for each plane. */
typedef struct dlcv__resize {
    dlcv__taps row, column;
    float *line;
} dlcv__resize;

/* The bytes of scratch, (size_t)-1: too many; 0: an empty picture */
DLCV__FN size_t dlcv__resize_of(const dlcv__call *c, dlcv__resize *r)
{
    const dlcv_shape *x = &c->in[0]->shape, *y = &c->out->shape;
    const int how = ((const dlcv__resize2d *)c->attr)->how, m = x->ndim - 2;
    unsigned char *at = (unsigned char *)c->scratch;
    size_t rows, columns, tables, lines, all;
    if (!x->dim[m] || !x->dim[m + 1]) return 0;
    rows = dlcv__taps_of_size(&r->row, how, x->dim[m], y->dim[m], 0, y->dim[m]);
    columns = dlcv__taps_of_size(&r->column, how, x->dim[m + 1], y->dim[m + 1], 0, y->dim[m + 1]);
    if (!dlcv__add(rows, columns, &tables) || !dlcv__mul(dlcv__extent(x, 0, m), (size_t)x->dim[m + 1] * sizeof(float), &lines)
        || !dlcv__add(tables, lines, &all)) return (size_t)-1;
    if (!at) return all;
    dlcv__taps_fill(&r->row, at);
    dlcv__taps_fill(&r->column, at + rows);
    r->line = (float *)(void *)(at + tables);
    return all;
}

DLCV__FN dlcv_status dlcv__resize2d_plan(dlcv__call *c)
{
    dlcv__resize r;
    c->scratch_bytes = c->backward_scratch_bytes = dlcv__resize_of(c, &r);
    return DLCV_OK;
}

/* Whether a line becomes twice as long: the taps of numbers 2 m and 2 m + 1, which are the same, m further, for *m0 <= m < *m1 */
DLCV__FN int dlcv__resize_twice(const dlcv__taps *a, dlcv__twice *d, int *m0, int *m1)
{
    int m = a->in / 2, p, t, i;
    memset(d, 0, sizeof *d);
    if (a->out != 2 * a->in || a->in < 8 || a->taps > DLCV__TWICE_TAPS) return 0;
    for (p = 0; p < 2; p++) {
        d->first[p] = a->first[2 * m + p] - m;
        d->count[p] = a->count[2 * m + p];
        memcpy(d->weight[p], a->weight + (size_t)(2 * m + p) * (size_t)a->taps, (size_t)a->taps * sizeof(float));
    }
    for (*m0 = m, *m1 = m; *m0 > 0 || *m1 < a->in;) {                   /* one more at either end, if it is the same */
        const int low = *m0, high = *m1;
        for (i = 0; i < 2; i++) {
            m = i ? *m1 : *m0 - 1;
            for (p = 0, t = m >= 0 && m < a->in; p < 2 && t; p++) {
                t = a->first[2 * m + p] == m + d->first[p] && a->count[2 * m + p] == d->count[p]
                 && !memcmp(a->weight + (size_t)(2 * m + p) * (size_t)a->taps, d->weight[p], (size_t)d->count[p] * sizeof(float));
            }
            if (t && i) ++*m1;
            else if (t) --*m0;
        }
        if (low == *m0 && high == *m1) break;
    }
    for (i = -2 * DLCV__TWICE_TAPS; i <= 2 * DLCV__TWICE_TAPS; i++) {   /* number 2 j + p = 2 m + i gives by tap t = m - j - first */
        p = i & 1;
        t = (p - i) / 2 - d->first[p];
        if (t < 0 || t >= d->count[p]) continue;
        d->from[d->gives] = i;
        d->give[d->gives++] = d->weight[p][t];
    }
    return *m1 > *m0;
}

/* Numbers i0 .. i1 - 1 of y */
DLCV__FN void dlcv__resize_across(const dlcv__taps *a, int i0, int i1, const float *x, float *y)
{
    dlcv__taps some = *a;
    some.out = i1 - i0;
    some.first += i0;
    some.count += i0;
    some.weight += (size_t)i0 * (size_t)a->taps;
    dlcv__taps_across(&some, x, 1, y + i0);
}

/* What numbers i0 .. i1 - 1 of dy give to all but numbers m0 .. m1 - 1 of dx */
DLCV__FN void dlcv__resize_across_back(const dlcv__taps *a, int i0, int i1, int m0, int m1, const float *dy, float *dx)
{
    const float *w = a->weight + (size_t)i0 * (size_t)a->taps;
    int t;
    for (; i0 < i1; i0++, w += a->taps) {
        for (t = 0; t < a->count[i0]; t++) {
            const int m = a->first[i0] + t;
            if (m < m0 || m >= m1) dx[m] += w[t] * dy[i0];
        }
    }
}

/* planes; down, then across; back the other way */
DLCV__FN void dlcv__resize_forward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__resize *r = (const dlcv__resize *)context;
    const size_t h = (size_t)r->row.in, w = (size_t)r->column.in, out_h = (size_t)r->row.out, out_w = (size_t)r->column.out;
    dlcv__twice d;
    int m0 = 0, m1 = 0;
    const int twice = dlcv__resize_twice(&r->column, &d, &m0, &m1);
    size_t i;
    for (; begin < end; begin++) {
        for (i = 0; i < out_h; i++) {
            const float *x = (const float *)c->in[0]->data + begin * h * w;
            float *y = (float *)c->out->data + (begin * out_h + i) * out_w;
            if (r->row.taps == 1 && i && r->row.first[i] == r->row.first[i - 1]) {      /* the row above once more */
                memcpy(y, y - out_w, out_w * sizeof *y);
                continue;
            }
            dlcv__taps_row(c->kernels->f32->flat, &r->row, i, x, r->line + begin * w, w);
            dlcv__resize_across(&r->column, 0, twice ? 2 * m0 : (int)out_w, r->line + begin * w, y);
            if (!twice) continue;
            c->kernels->f32->flat->twice(&d, r->line + begin * w + m0, y + 2 * m0, (size_t)(m1 - m0));
            dlcv__resize_across(&r->column, 2 * m1, (int)out_w, r->line + begin * w, y);
        }
    }
}

DLCV__FN void dlcv__resize_backward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__resize *r = (const dlcv__resize *)context;
    const size_t h = (size_t)r->row.in, w = (size_t)r->column.in, out_h = (size_t)r->row.out, out_w = (size_t)r->column.out;
    dlcv__twice d;
    int m0 = 0, m1 = 0, i0 = 0, i1 = 0, t;
    int twice = dlcv__resize_twice(&r->column, &d, &m0, &m1);
    size_t i;
    if (twice) {                                                        /* of dx those that only such numbers give to; of dy those that give to others */
        const int low = d.from[0], high = d.from[d.gives - 1];
        i0 = 2 * m0;
        i1 = 2 * m1;
        while (2 * m0 + low < i0) m0++;
        while (2 * (m1 - 1) + high >= i1) m1--;
        i0 = 2 * (m0 - 1) + high + 1;
        i1 = 2 * m1 + low;
        twice = m1 > m0 && i0 <= i1;
        if (!twice) m0 = m1 = 0;
    }
    for (; begin < end; begin++) {
        float *dx = (float *)c->in_gradient[0]->data + begin * h * w, *line = r->line + begin * w;
        memset(dx, 0, h * w * sizeof *dx);
        for (i = 0; i < out_h; i++) {
            const float *dy = (const float *)c->out_gradient->data + (begin * out_h + i) * out_w;
            memset(line, 0, w * sizeof *line);
            dlcv__resize_across_back(&r->column, 0, twice ? i0 : (int)out_w, m0, m1, dy, line);
            if (twice) dlcv__resize_across_back(&r->column, i1, (int)out_w, m0, m1, dy, line);
            if (twice) c->kernels->f32->flat->halve(&d, dy + 2 * m0, line + m0, (size_t)(m1 - m0));
            for (t = 0; t < r->row.count[i]; t++) {
                c->kernels->f32->flat->axpy(r->row.weight[i * (size_t)r->row.taps + (size_t)t], line, dx + ((size_t)r->row.first[i] + (size_t)t) * w, w);
            }
        }
    }
}

DLCV__FN dlcv_status dlcv__resize_go(dlcv__call *c, dlcv__flat_body body)
{
    dlcv__resize r;
    const size_t planes = dlcv__extent(&c->in[0]->shape, 0, c->in[0]->shape.ndim - 2);
    if (planes && dlcv__resize_of(c, &r)) {
        dlcv__flat_run(c, planes, (size_t)r.row.out * (size_t)r.column.out + (size_t)r.row.in * (size_t)r.column.in, body, &r);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__resize2d_forward(dlcv__call *c) { return dlcv__resize_go(c, dlcv__resize_forward_body); }
DLCV__FN dlcv_status dlcv__resize2d_backward(dlcv__call *c) { return dlcv__resize_go(c, dlcv__resize_backward_body); }

DLCV__FN double dlcv__resize2d_flops(const dlcv__call *c)
{
    dlcv__resize r;
    dlcv__call plain = *c;
    plain.scratch = NULL;
    if (((const dlcv__resize2d *)c->attr)->how == (int)DLCV_INTERPOLATION_NEAREST || !dlcv__resize_of(&plain, &r)) return 0;
    return dlcv__count_of(c->out) * (2.0 * r.column.taps - 1 + (2.0 * r.row.taps - 1) * r.column.in / r.column.out);
}

static const dlcv__op dlcv__op_resize2d = { "resize2d", 1, 1, 0, DLCV__READS_NOTHING, sizeof(dlcv__resize2d), DLCV__FIELDS(dlcv__resize2d_fields),
    dlcv__resize2d_infer, dlcv__resize2d_plan, dlcv__resize2d_forward, dlcv__resize2d_backward, NULL, dlcv__resize2d_flops };
