/* ---- ops of two arguments, element by element, broadcast as numpy does ------------------------------------------------------------------------
 * Shapes are aligned at their last dimension; a dimension of 1, or a missing one, is repeated. Dimensions that all operands walk alike are joined, so
 * that the innermost is long; there an operand is contiguous or one number. */

/* out = the shape that a and b make together, where 0: they do not. -1 is a size not known yet, which the other one's decides unless that is 1. */
DLCV__FN int dlcv__broadcast_shape(const dlcv_shape *a, const dlcv_shape *b, dlcv_shape *out)
{
    int i;
    memset(out, 0, sizeof *out);
    out->ndim = a->ndim > b->ndim ? a->ndim : b->ndim;
    for (i = 1; i <= out->ndim; i++) {
        const int u = i <= a->ndim ? a->dim[a->ndim - i] : 1, v = i <= b->ndim ? b->dim[b->ndim - i] : 1;
        int *w = &out->dim[out->ndim - i];
        if (u == v || v == 1) *w = u;
        else if (u == 1) *w = v;
        else if (u < 0) *w = v;
        else if (v < 0) *w = u;
        else return 0;
    }
    return 1;
}

typedef struct dlcv__walk {
    int ndim;                                   /* at least 1 */
    size_t dim[DLCV_MAX_DIMS];
    size_t step[2][DLCV_MAX_DIMS];              /* floats from one element to the next; 0: repeated */
} dlcv__walk;

/* How operand shapes s[0] and s[1] are walked while out is walked in order. Pieces of the innermost dimension are at most DLCV__PIECE long. */
DLCV__FN void dlcv__walk_of(const dlcv_shape *out, const dlcv_shape *const *s, dlcv__walk *w)
{
    size_t steps[2] = { 1, 1 };
    int i, k, n = 0;
    /* from the last dimension to the first, joined where each operand goes on as it did */
    memset(w, 0, sizeof *w);
    for (i = 1; i <= out->ndim; i++) {
        const size_t d = (size_t)out->dim[out->ndim - i];
        size_t step[2];
        if (d == 1) continue;
        for (k = 0; k < 2; k++) {
            const int own = i <= s[k]->ndim ? s[k]->dim[s[k]->ndim - i] : 1;
            step[k] = own == 1 ? 0 : steps[k];
            steps[k] *= (size_t)own;
        }
        if (n && step[0] == w->step[0][n - 1] * w->dim[n - 1] && step[1] == w->step[1][n - 1] * w->dim[n - 1]) {
            w->dim[n - 1] *= d;
            continue;
        }
        w->dim[n] = d;
        w->step[0][n] = step[0];
        w->step[1][n++] = step[1];
    }
    if (!n) w->dim[n++] = 1;
    w->ndim = n;
}

/* at[k] = where operand k is at row r of the walk: an index into all dimensions but the innermost */
DLCV__FN void dlcv__walk_row(const dlcv__walk *w, size_t r, size_t at[2])
{
    int i;
    at[0] = at[1] = 0;
    for (i = 1; i < w->ndim; i++) {
        const size_t j = r % w->dim[i];
        r /= w->dim[i];
        at[0] += j * w->step[0][i];
        at[1] += j * w->step[1][i];
    }
}

/* n elements of an operand from p on, filled into t where it is one number */
DLCV__FN const float *dlcv__walk_piece(const float *p, size_t step, float *t, size_t n)
{
    size_t i;
    if (step) return p;
    for (i = 0; i < n; i++) t[i] = *p;
    return t;
}

DLCV__FN dlcv_status dlcv__infer_binary(dlcv__call *c)
{
    char a[112], b[112];
    dlcv_status status = dlcv__op_want_f32(c, 0);
    if (!status) status = dlcv__op_want_f32(c, 1);
    if (status) return status;
    if (dlcv__broadcast_shape(&c->in[0]->shape, &c->in[1]->shape, &c->out->shape)) return DLCV_OK;
    dlcv__shape_text(c->in[0]->shape, a, sizeof a);
    dlcv__shape_text(c->in[1]->shape, b, sizeof b);
    return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s and %s do not broadcast", a, b);
}

typedef struct dlcv__binary_run {
    dlcv__walk walk;
    int kernel;
} dlcv__binary_run;

DLCV__FN void dlcv__binary_rows(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_run *run = (const dlcv__binary_run *)context;
    const dlcv__walk *w = &run->walk;
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data;
    float *y = (float *)c->out->data, t[DLCV__PIECE];
    for (; begin < end; begin++) {
        size_t at[2], i, n;
        dlcv__walk_row(w, begin, at);
        if ((w->step[0][0] && w->step[1][0]) || w->dim[0] == 1) {
            flat->binary[run->kernel](a + at[0], b + at[1], y + begin * w->dim[0], w->dim[0]);
        } else if (w->step[0][0]) {
            flat->binary_by[run->kernel](a + at[0], b[at[1]], y + begin * w->dim[0], w->dim[0]);
        } else {
            for (i = 0; i < w->dim[0]; i += n) {
                n = w->dim[0] - i < DLCV__PIECE ? w->dim[0] - i : DLCV__PIECE;
                flat->binary[run->kernel](dlcv__walk_piece(a + at[0], 0, t, n), w->step[1][0] ? b + at[1] + i : t, y + begin * w->dim[0] + i, n);
            }
        }
    }
}

/* where both operands go with the output */
DLCV__FN void dlcv__binary_flat(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_run *run = (const dlcv__binary_run *)context;
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data;
    c->kernels->f32->flat->binary[run->kernel](a + begin, b + begin, (float *)c->out->data + begin, end - begin);
}

DLCV__FN dlcv_status dlcv__binary_forward(dlcv__call *c, int kernel)
{
    const dlcv_shape *shapes[2];
    const size_t count = dlcv_tensor_count(c->out);
    dlcv__binary_run run;
    if (!count) return DLCV_OK;
    shapes[0] = &c->in[0]->shape;
    shapes[1] = &c->in[1]->shape;
    dlcv__walk_of(&c->out->shape, shapes, &run.walk);
    run.kernel = kernel;
    if (run.walk.ndim == 1 && run.walk.step[0][0] && run.walk.step[1][0]) dlcv__flat_run(c, count, 3, dlcv__binary_flat, &run);
    else dlcv__flat_run(c, count / run.walk.dim[0], 3 * run.walk.dim[0], dlcv__binary_rows, &run);
    return DLCV_OK;
}

/* t[i] = dy[i] times the derivative with respect to operand `which` */
typedef void (*dlcv__binary_slope)(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n);

/* Adds to the gradient of one operand that is repeated, a row of pieces after the other: sums run in the order of the output's elements. */
DLCV__FN void dlcv__binary_gather(const dlcv__call *c, int which, dlcv__binary_slope slope)
{
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data, *dy = (const float *)c->out_gradient->data;
    const float *pa, *pb;
    float *dx = (float *)c->in_gradient[which]->data, t[DLCV__PIECE], ta[DLCV__PIECE], tb[DLCV__PIECE];
    const dlcv_shape *shapes[2];
    const size_t count = dlcv_tensor_count(c->out);
    dlcv__walk w;
    size_t r, i, n;
    shapes[0] = &c->in[0]->shape;
    shapes[1] = &c->in[1]->shape;
    memset(dx, 0, dlcv_tensor_count(c->in_gradient[which]) * sizeof *dx);
    if (!count) return;
    dlcv__walk_of(&c->out->shape, shapes, &w);
    for (r = 0; r < count / w.dim[0]; r++) {
        size_t at[2];
        dlcv__walk_row(&w, r, at);
        for (i = 0; i < w.dim[0]; i += n) {
            n = w.dim[0] - i < DLCV__PIECE ? w.dim[0] - i : DLCV__PIECE;
            pa = dlcv__walk_piece(a + at[0] + i * w.step[0][0], w.step[0][0], ta, n);
            pb = dlcv__walk_piece(b + at[1] + i * w.step[1][0], w.step[1][0], tb, n);
            slope(flat, which, pa, pb, dy + r * w.dim[0] + i, t, n);
            if (w.step[which][0]) flat->binary[DLCV__FLAT_ADD](dx + at[which] + i, t, dx + at[which] + i, n);
            else dx[at[which]] += flat->sum(t, n);
        }
    }
}

typedef struct dlcv__binary_back {
    dlcv__binary_slope slope;
    int which;
    const dlcv__walk *walk;
} dlcv__binary_back;

/* the gradient of an operand that is as large as the output */
DLCV__FN void dlcv__binary_back_rows(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_back *back = (const dlcv__binary_back *)context;
    const dlcv__walk *w = back->walk;
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data, *dy = (const float *)c->out_gradient->data;
    float *dx = (float *)c->in_gradient[back->which]->data, ta[DLCV__PIECE], tb[DLCV__PIECE];
    for (; begin < end; begin++) {
        size_t at[2], i, n;
        dlcv__walk_row(w, begin, at);
        for (i = 0; i < w->dim[0]; i += n) {
            n = w->dim[0] - i < DLCV__PIECE ? w->dim[0] - i : DLCV__PIECE;
            back->slope(c->kernels->f32->flat, back->which, dlcv__walk_piece(a + at[0] + i * w->step[0][0], w->step[0][0], ta, n),
                        dlcv__walk_piece(b + at[1] + i * w->step[1][0], w->step[1][0], tb, n), dy + begin * w->dim[0] + i, dx + begin * w->dim[0] + i, n);
        }
    }
}

DLCV__FN dlcv_status dlcv__binary_backward(dlcv__call *c, dlcv__binary_slope slope)
{
    const size_t count = dlcv_tensor_count(c->out);
    const dlcv_shape *shapes[2];
    dlcv__binary_back back;
    dlcv__walk w;
    shapes[0] = &c->in[0]->shape;
    shapes[1] = &c->in[1]->shape;
    dlcv__walk_of(&c->out->shape, shapes, &w);
    back.slope = slope;
    back.walk = &w;
    for (back.which = 0; back.which < 2; back.which++) {
        if (!c->in_gradient[back.which]) continue;
        if (dlcv_tensor_count(c->in_gradient[back.which]) != count) dlcv__binary_gather(c, back.which, slope);
        else if (count) dlcv__flat_run(c, count / w.dim[0], 3 * w.dim[0], dlcv__binary_back_rows, &back);
    }
    return DLCV_OK;
}

/* Derivatives. Where max and min have equal arguments the gradient is the second's, for so is the value: max(a, b) is a > b ? a : b. */
DLCV__FN void dlcv__slope_add(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    (void)flat;
    (void)which;
    (void)a;
    (void)b;
    if (t != dy) memcpy(t, dy, n * sizeof *t);
}

DLCV__FN void dlcv__slope_sub(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    if (which) flat->binary_by[DLCV__FLAT_MUL](dy, -1.0f, t, n);
    else dlcv__slope_add(flat, which, a, b, dy, t, n);
}

DLCV__FN void dlcv__slope_mul(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->binary[DLCV__FLAT_MUL](dy, which ? a : b, t, n);
}

/* dy / b; -a dy / b^2 */
DLCV__FN void dlcv__slope_div(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->binary[DLCV__FLAT_DIV](dy, b, t, n);
    if (!which) return;
    flat->binary[DLCV__FLAT_DIV](t, b, t, n);
    flat->binary[DLCV__FLAT_MUL](t, a, t, n);
    flat->binary_by[DLCV__FLAT_MUL](t, -1.0f, t, n);
}

DLCV__FN void dlcv__slope_max(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->map(which ? DLCV__MAP_WHERE_NOT : DLCV__MAP_WHERE_LESS, b, a, dy, 0, 0, t, n);
}

DLCV__FN void dlcv__slope_min(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->map(which ? DLCV__MAP_WHERE_NOT : DLCV__MAP_WHERE_LESS, a, b, dy, 0, 0, t, n);
}

#define DLCV__BINARY(NAME, KERNEL, READS) \
DLCV__FN dlcv_status dlcv__##NAME##_forward(dlcv__call *c) { return dlcv__binary_forward(c, KERNEL); } \
DLCV__FN dlcv_status dlcv__##NAME##_backward(dlcv__call *c) { return dlcv__binary_backward(c, dlcv__slope_##NAME); } \
static const dlcv__op dlcv__op_##NAME = { #NAME, 2, 2, DLCV__OP_INPLACE, READS, 0, DLCV__NO_FIELDS, dlcv__infer_binary, NULL, \
    dlcv__##NAME##_forward, dlcv__##NAME##_backward, NULL, NULL };

DLCV__BINARY(add, DLCV__FLAT_ADD, DLCV__READS_NOTHING)
DLCV__BINARY(sub, DLCV__FLAT_SUB, DLCV__READS_NOTHING)
DLCV__BINARY(mul, DLCV__FLAT_MUL, DLCV__READS_IN)
DLCV__BINARY(div, DLCV__FLAT_DIV, DLCV__READS_IN)
DLCV__BINARY(max, DLCV__FLAT_MAXIMUM, DLCV__READS_IN)
DLCV__BINARY(min, DLCV__FLAT_MINIMUM, DLCV__READS_IN)
#undef DLCV__BINARY
