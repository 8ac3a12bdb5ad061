/* ---- ops that move values about -------------------------------------------------------------------------------------------------------------------- */

/* The same values in another shape, in the same memory. 0 keeps a dimension, -1 takes what is left. rest -2: everything from that dimension on is one. */
typedef struct dlcv__reshape {
    dlcv_shape shape;
} dlcv__reshape;

static const dlcv__field dlcv__reshape_fields[] = { { "shape", DLCV__FIELD_SHAPE, offsetof(dlcv__reshape, shape), 0 } };

/* The product of the dimensions that are known, and how many are not. */
DLCV__FN size_t dlcv__known_product(const dlcv_shape *s, int *unknown)
{
    size_t n = 1;
    int i;
    for (*unknown = 0, i = 0; i < s->ndim; i++) {
        if (s->dim[i] < 0) ++*unknown;
        else if (!dlcv__mul(n, (size_t)s->dim[i], &n)) return (size_t)-2;
    }
    return n;
}

/* A size that is not known before binding, and that the new shape keeps (0), counts on neither side: "values a sample". */
DLCV__FN dlcv_status dlcv__reshape_infer(dlcv__call *c)
{
    const dlcv_shape *want = &((const dlcv__reshape *)c->attr)->shape, *x = &c->in[0]->shape;
    dlcv_shape left = *x, *y = &c->out->shape;
    char from[112], to[112];
    int i, free_at = -1, open, fixed_open;
    size_t have, given;
    c->out->dtype = c->in[0]->dtype;
    dlcv__shape_text(*x, from, sizeof from);
    dlcv__shape_text(*want, to, sizeof to);
    if (want->ndim < 0 || want->ndim > DLCV_MAX_DIMS) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d dimensions, 0 to %d can be", want->ndim, DLCV_MAX_DIMS);
    *y = *want;
    for (i = 0; i < want->ndim; i++) {
        if (want->dim[i] < -1) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "dimension %d of %s is %d", i, to, want->dim[i]);
        if (want->dim[i] == -1) {
            if (free_at >= 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s has more than one -1", to);
            free_at = i;
            y->dim[i] = 1;
        }
        if (want->dim[i] == 0) {
            if (i >= x->ndim) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s keeps dimension %d, %s has none", to, i, from);
            y->dim[i] = x->dim[i];
            if (x->dim[i] < 0) {            /* the same on both sides */
                left.dim[i] = 1;
                y->dim[i] = 1;
            }
        }
    }
    for (i = 0; i < want->ndim && free_at >= 0; i++) {      /* an empty batch that is kept says nothing of the rest */
        if (want->dim[i] == 0 && x->dim[i] == 0) left.dim[i] = y->dim[i] = 1;
    }
    have = dlcv__known_product(&left, &open);
    given = dlcv__known_product(y, &fixed_open);
    for (i = 0; i < want->ndim; i++) {
        if (want->dim[i] == 0 && x->dim[i] <= 0) y->dim[i] = x->dim[i];
    }
    if (free_at >= 0) {
        y->dim[free_at] = -1;
        if (open) return DLCV_OK;
        if (given ? have % given || have / given > INT_MAX : have != 0) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%zu values of %s do not divide into %s", have, from, to);
        }
        y->dim[free_at] = given ? (int)(have / given) : 0;
    } else if (!open && have != given) {
        for (i = 0; i < x->ndim && x->dim[i] >= 0; i++) {}
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%s holds %zu values%s, %s %zu", from, have, i < x->ndim ? " a sample" : "", to, given);
    }
    return DLCV_OK;
}

DLCV__FN double dlcv__no_flops(const dlcv__call *c)
{
    (void)c;
    return 0;
}

DLCV__FN dlcv_status dlcv__reshape_backward(dlcv__call *c)
{
    const size_t bytes = dlcv_tensor_count(c->out) * sizeof(float);
    if (bytes && c->in_gradient[0]->data != c->out_gradient->data) memcpy(c->in_gradient[0]->data, c->out_gradient->data, bytes);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_reshape = { "reshape", 1, 1, DLCV__OP_VIEW | DLCV__OP_INPLACE, DLCV__READS_NOTHING, sizeof(dlcv__reshape), DLCV__FIELDS(dlcv__reshape_fields),
    dlcv__reshape_infer, NULL, NULL, dlcv__reshape_backward, NULL, dlcv__no_flops };
