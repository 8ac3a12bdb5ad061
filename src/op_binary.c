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
    size_t past;
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
            flat->binary[run->kernel](a + at[0], b + at[1], y + begin * w->dim[0], w->dim[0] + run->past);
        } else if (w->step[0][0]) {
            flat->binary_by[run->kernel](a + at[0], b[at[1]], y + begin * w->dim[0], w->dim[0] + run->past);
        } else {
            for (i = 0; i < w->dim[0]; i += n) {
                n = w->dim[0] - i < DLCV__PIECE ? w->dim[0] - i : DLCV__PIECE;
                if (!i) flat->fill(a[at[0]], t, n);
                flat->binary[run->kernel](t, w->step[1][0] ? b + at[1] + i : t, y + begin * w->dim[0] + i, n + run->past);
            }
        }
    }
}

/* where both operands go with the output */
DLCV__FN void dlcv__binary_flat(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_run *run = (const dlcv__binary_run *)context;
    const float *a = (const float *)c->in[0]->data, *b = (const float *)c->in[1]->data;
    float *y = (float *)c->out->data;
    size_t m;
    for (; begin < end; begin += m) {
        m = c->activation && end - begin > 4 * DLCV__PIECE ? 4 * DLCV__PIECE : end - begin;
        c->kernels->f32->flat->binary[run->kernel](a + begin, b + begin, y + begin, m + (c->activation ? 0 : run->past));
        if (c->activation) c->kernels->f32->flat->clamp(y + begin, 0.0f, dlcv__float_of(0x7f800000u), y + begin, m);
    }
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
    run.past = dlcv__far(count);
    if (run.walk.ndim == 1 && run.walk.step[0][0] && run.walk.step[1][0]) dlcv__flat_run(c, count, 3, dlcv__binary_flat, &run);
    else dlcv__flat_run(c, count / run.walk.dim[0], 3 * run.walk.dim[0], dlcv__binary_rows, &run);
    return DLCV_OK;
}

/* t[i] = dy[i] times the derivative with respect to operand `which` */
typedef void (*dlcv__binary_slope)(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n);

typedef struct dlcv__binary_back {
    dlcv__binary_slope slope;
    int which, needs;               /* needs: bit i: the slope reads operand i; 0: it is dy itself or its negative */
    size_t past;
    const dlcv__walk *walk;
} dlcv__binary_back;

/* One operand of a row: its elements from `at` on, or where it is one number, that number DLCV__PIECE times, or anything where it is not needed. */
typedef struct dlcv__binary_operand {
    const float *p;
    size_t step;
    float t[DLCV__PIECE];
} dlcv__binary_operand;

DLCV__FN void dlcv__operand_row(const dlcv__call *c, const dlcv__binary_back *back, int i, size_t at, dlcv__binary_operand *o)
{
    const size_t n = back->walk->dim[0];
    o->p = (const float *)c->in[i]->data + at;
    o->step = back->walk->step[i][0];
    if (o->step || !(back->needs >> i & 1)) return;
    c->kernels->f32->flat->fill(*o->p, o->t, n < DLCV__PIECE ? n : DLCV__PIECE);
    o->p = o->t;
}

/* The gradient of one operand that is repeated: columns begin .. end - 1 of all rows where its rows are added up, else elements begin .. end - 1 of it, of
 * rows that are added up each. A row after the other, a piece after the other: sums run in the order of the output's elements. */
DLCV__FN void dlcv__binary_gather(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_back *back = (const dlcv__binary_back *)context;
    const dlcv__kernels_flat *flat = c->kernels->f32->flat;
    const dlcv__walk *w = back->walk;
    const int columns = w->step[back->which][0] != 0;
    const size_t rows = dlcv_tensor_count(c->out) / w->dim[0], from = columns ? begin : 0, to = columns ? end : w->dim[0];
    float *dx = (float *)c->in_gradient[back->which]->data, t[DLCV__PIECE];
    dlcv__binary_operand a, b;
    size_t r, i, n;
    for (r = 0; r < rows; r++) {
        const float *dy = (const float *)c->out_gradient->data + r * w->dim[0];
        size_t at[2];
        dlcv__walk_row(w, r, at);
        if (!columns && (at[back->which] < begin || at[back->which] >= end)) continue;
        dlcv__operand_row(c, back, 0, at[0], &a);
        dlcv__operand_row(c, back, 1, at[1], &b);
        for (i = from; i < to; i += n) {
            const float *g = dy + i;
            n = to - i < DLCV__PIECE ? to - i : DLCV__PIECE;
            if (back->slope) back->slope(flat, back->which, a.p + i * a.step, b.p + i * b.step, g, t, n), g = t;
            if (columns) flat->binary[DLCV__FLAT_ADD](dx + at[back->which] + i, g, dx + at[back->which] + i, n);
            else dx[at[back->which]] += flat->sum(g, n);
        }
    }
}

/* the gradient of an operand that is as large as the output, and not dy itself */
DLCV__FN void dlcv__binary_back_rows(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_back *back = (const dlcv__binary_back *)context;
    const dlcv__walk *w = back->walk;
    float *dx = (float *)c->in_gradient[back->which]->data;
    dlcv__binary_operand a, b;
    for (; begin < end; begin++) {
        const float *dy = (const float *)c->out_gradient->data + begin * w->dim[0];
        size_t at[2], i, n;
        dlcv__walk_row(w, begin, at);
        dlcv__operand_row(c, back, 0, at[0], &a);
        dlcv__operand_row(c, back, 1, at[1], &b);
        for (i = 0; i < w->dim[0]; i += n) {
            float *to = dx + begin * w->dim[0] + i;
            n = w->dim[0] - i < DLCV__PIECE ? w->dim[0] - i : DLCV__PIECE;
            back->slope(c->kernels->f32->flat, back->which, a.p + i * a.step, b.p + i * b.step, dy + i, to, n + back->past);
        }
    }
}

/* where operands and output are walked alike, or nothing but dy is read */
DLCV__FN void dlcv__binary_back_flat(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__binary_back *back = (const dlcv__binary_back *)context;
    const float *dy = (const float *)c->out_gradient->data + begin;
    float *to = (float *)c->in_gradient[back->which]->data + begin;
    const size_t n = end - begin;
    if (back->slope) back->slope(c->kernels->f32->flat, back->which, (const float *)c->in[0]->data + begin, (const float *)c->in[1]->data + begin, dy, to, n);
    else if (to != dy) c->kernels->f32->flat->copy(dy, to, n * sizeof *to + back->past);
}

/* A sum and its ReLU: dy where y is positive goes to both. */
DLCV__FN void dlcv__sum_back_relu(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const float *dy = (const float *)c->out_gradient->data, *y = (const float *)c->out->data;
    const int second = c->in_gradient[1] != NULL;
    float *to = (float *)c->in_gradient[second]->data;
    size_t m;
    (void)context;
    for (; begin < end; begin += m) {
        m = end - begin < 4 * DLCV__PIECE ? end - begin : 4 * DLCV__PIECE;
        c->kernels->f32->flat->clamp_back(y + begin, dy + begin, 0.0f, dlcv__float_of(0x7f800000u), to + begin, m);
        if (second && c->in_gradient[0]) memcpy((float *)c->in_gradient[0]->data + begin, to + begin, m * sizeof *to);
    }
}

DLCV__FN dlcv_status dlcv__binary_backward(dlcv__call *c, dlcv__binary_slope slope, int needs)
{
    const dlcv_shape *shapes[2];
    const size_t count = dlcv_tensor_count(c->out);
    dlcv__binary_back back;
    dlcv__walk w;
    shapes[0] = &c->in[0]->shape;
    shapes[1] = &c->in[1]->shape;
    if (c->activation) {
        dlcv__flat_run(c, count, 4, dlcv__sum_back_relu, NULL);
        return DLCV_OK;
    }
    dlcv__walk_of(&c->out->shape, shapes, &w);
    back.walk = &w;
    for (back.which = 1; back.which >= 0; back.which--) {       /* the first one last: its memory may be that of dy */
        const dlcv_tensor *dx = c->in_gradient[back.which];
        const size_t size = dx ? dlcv_tensor_count(dx) : 0;
        if (!size) continue;
        back.needs = needs >> 2 * back.which & 3;
        back.past = dlcv__far(count);
        back.slope = back.needs || (back.which && needs & 16) ? slope : NULL;
        if (size != count) {
            memset(dx->data, 0, size * sizeof(float));
            if (count && w.step[back.which][0]) dlcv__flat_run(c, w.dim[0], 2 * count / w.dim[0], dlcv__binary_gather, &back);
            else if (count) dlcv__flat_run(c, size, 2 * (count / size), dlcv__binary_gather, &back);
        } else if (!back.slope || (w.ndim == 1 && w.step[0][0] && w.step[1][0])) {
            dlcv__flat_run(c, count, 3, dlcv__binary_back_flat, &back);
        } else {
            dlcv__flat_run(c, count / w.dim[0], 3 * w.dim[0], dlcv__binary_back_rows, &back);
        }
    }
    return DLCV_OK;
}

/* Derivatives. Where max and min have equal arguments the gradient is the second's, for so is the value: max(a, b) is a > b ? a : b. */
DLCV__FN void dlcv__slope_sub(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    (void)which;
    (void)a;
    (void)b;
    flat->binary_by[DLCV__FLAT_MUL](dy, -1.0f, t, n);
}

DLCV__FN void dlcv__slope_mul(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->binary[DLCV__FLAT_MUL](dy, which ? a : b, t, n);
}

/* dy / b; -a dy / b^2 */
DLCV__FN void dlcv__slope_div(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    if (which) flat->map(DLCV__MAP_DIV_BACK, a, b, dy, 0, 0, t, n);
    else flat->binary[DLCV__FLAT_DIV](dy, b, t, n);
}

DLCV__FN void dlcv__slope_max(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->map(which ? DLCV__MAP_WHERE_NOT : DLCV__MAP_WHERE_LESS, b, a, dy, 0, 0, t, n);
}

DLCV__FN void dlcv__slope_min(const dlcv__kernels_flat *flat, int which, const float *a, const float *b, const float *dy, float *t, size_t n)
{
    flat->map(which ? DLCV__MAP_WHERE_NOT : DLCV__MAP_WHERE_LESS, a, b, dy, 0, 0, t, n);
}

/* NEEDS: operands that the first slope reads, 1 | 2, and those of the second, 4 | 8; 16: the second reads none, but is not dy itself */
#define DLCV__BINARY(NAME, KERNEL, READS, SLOPE, NEEDS) \
DLCV__FN dlcv_status dlcv__##NAME##_forward(dlcv__call *c) { return dlcv__binary_forward(c, KERNEL); } \
DLCV__FN dlcv_status dlcv__##NAME##_backward(dlcv__call *c) { return dlcv__binary_backward(c, SLOPE, NEEDS); } \
static const dlcv__op dlcv__op_##NAME = { #NAME, 2, 2, DLCV__OP_INPLACE | DLCV__OP_FIRST_LAST, READS, 0, DLCV__NO_FIELDS, dlcv__infer_binary, NULL, \
    dlcv__##NAME##_forward, dlcv__##NAME##_backward, NULL, NULL };

DLCV__BINARY(add, DLCV__FLAT_ADD, DLCV__READS_NOTHING, NULL, 0)
DLCV__BINARY(sub, DLCV__FLAT_SUB, DLCV__READS_NOTHING, dlcv__slope_sub, 16)
DLCV__BINARY(mul, DLCV__FLAT_MUL, DLCV__READS_IN, dlcv__slope_mul, 2 | 4)
DLCV__BINARY(div, DLCV__FLAT_DIV, DLCV__READS_IN, dlcv__slope_div, 2 | 12)
DLCV__BINARY(max, DLCV__FLAT_MAXIMUM, DLCV__READS_IN, dlcv__slope_max, 15)
DLCV__BINARY(min, DLCV__FLAT_MINIMUM, DLCV__READS_IN, dlcv__slope_min, 15)
#undef DLCV__BINARY
