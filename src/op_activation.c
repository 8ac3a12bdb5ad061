/* ---- ops: activations -------------------------------------------------------------------------------------------------------------------------------
 * Those of one number first; then PReLU, maxout, softmax. */

/* A choice by the sign of x is made of clamps, which have no branches: half of all branches on numbers around 0 are foreseen wrongly. */

/* t = x where x < 0, else 0; y = x where x > 0, else 0 (may be x) */
DLCV__FN void dlcv__two_sides(const dlcv__call *c, const float *x, float *t, float *y, size_t n)
{
    DLCV__FLAT(c)->clamp(x, dlcv__float_of(0xff800000u), 0.0f, t, n);
    DLCV__FLAT(c)->clamp(x, 0.0f, dlcv__float_of(0x7f800000u), y, n);
}

/* u = dy where t is 0, else 0; t is dy or 0, bit for bit: no difference, which would be a NaN of infinities. u may be dy. */
DLCV__FN void dlcv__other_gradient(const float *dy, const float *t, float *u, size_t n)
{
    size_t i;
    uint32_t a, b;
    uint64_t pair, other;
    for (i = 0; i + 2 <= n; i += 2) {
        memcpy(&pair, dy + i, sizeof pair);
        memcpy(&other, t + i, sizeof other);
        pair ^= other;
        memcpy(u + i, &pair, sizeof pair);
    }
    for (; i < n; i++) {
        memcpy(&a, dy + i, sizeof a);
        memcpy(&b, t + i, sizeof b);
        a ^= b;
        memcpy(u + i, &a, sizeof a);
    }
}

/* t = dy where x > 0, also at infinity, else 0; u = dy elsewhere, else 0 */
DLCV__FN void dlcv__two_gradients(const dlcv__call *c, const float *x, const float *dy, float *t, float *u, size_t n)
{
    DLCV__FLAT(c)->clamp(x, 0.0f, 1.0f, t, n);
    DLCV__FLAT(c)->clamp_back(t, dy, 0.0f, 2.0f, t, n);
    dlcv__other_gradient(dy, t, u, n);
}

/* x > 0 ? 1 : 0; nothing comes back */
DLCV__FN void dlcv__step_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    size_t i;
    (void)c;
    for (i = 0; i < n; i++) y[i] = (float)(x[i] > 0);
}

DLCV__FN void dlcv__step_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)c;
    (void)x;
    (void)y;
    (void)dy;
    memset(dx, 0, n * sizeof *dx);
}

DLCV__UNARY(step, DLCV__READS_NOTHING, 0, NULL, 0, 1)

/* x > 0 ? x : slope x */
typedef struct dlcv__leaky_relu {
    float slope;
} dlcv__leaky_relu;

static const dlcv__field dlcv__leaky_relu_fields[] = { { "slope", DLCV__FIELD_FLOAT, offsetof(dlcv__leaky_relu, slope), 0.1 } };

DLCV__FN void dlcv__sloped_y(const dlcv__call *c, float slope, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__two_sides(c, x, t, y, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, slope, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y, t, y, n);
}

DLCV__FN void dlcv__sloped_dx(const dlcv__call *c, float slope, const float *x, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__two_gradients(c, x, dy, t, dx, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, slope, dx, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dx, t, dx, n);
}

DLCV__FN void dlcv__leaky_relu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__sloped_y(c, ((const dlcv__leaky_relu *)c->attr)->slope, x, y, n);
}

DLCV__FN void dlcv__leaky_relu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    dlcv__sloped_dx(c, ((const dlcv__leaky_relu *)c->attr)->slope, x, dy, dx, n);
}

DLCV__UNARY(leaky_relu, DLCV__READS_IN0, sizeof(dlcv__leaky_relu), dlcv__leaky_relu_fields, 1, 1)

/* scale (x > 0 ? x : alpha (e^x - 1)), scale > 0, alpha >= 0, so that y's sign is x's; scale or y + scale alpha times dy */
DLCV__FN void dlcv__elu_scaled_y(const dlcv__call *c, float alpha, float scale, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__two_sides(c, x, t, y, n);
    c->kernels->f32->exp_f32(t, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](t, 1.0f, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, scale * alpha, t, n);
    if (scale != 1.0f) DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](y, scale, y, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y, t, y, n);
}

DLCV__FN void dlcv__elu_scaled_dx(const dlcv__call *c, float alpha, float scale, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE], v[DLCV__PIECE];
    DLCV__FLAT(c)->clamp(y, dlcv__float_of(0xff800000u), 0.0f, v, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_ADD](v, scale * alpha, v, n);
    dlcv__two_gradients(c, y, dy, t, dx, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dx, v, dx, n);
    if (scale != 1.0f) DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, scale, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dx, t, dx, n);
}

typedef struct dlcv__elu {
    float alpha;
} dlcv__elu;

static const dlcv__field dlcv__elu_fields[] = { { "alpha", DLCV__FIELD_FLOAT, offsetof(dlcv__elu, alpha), 1 } };

DLCV__FN void dlcv__elu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__elu_scaled_y(c, ((const dlcv__elu *)c->attr)->alpha, 1.0f, x, y, n);
}

DLCV__FN void dlcv__elu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__elu_scaled_dx(c, ((const dlcv__elu *)c->attr)->alpha, 1.0f, y, dy, dx, n);
}

DLCV__UNARY(elu, DLCV__READS_OUT, sizeof(dlcv__elu), dlcv__elu_fields, 1, 3)

/* Klambauer et al. 2017 */
static const float dlcv__selu_alpha = 1.6732632423543772f, dlcv__selu_scale = 1.0507009873554805f;

DLCV__FN void dlcv__selu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__elu_scaled_y(c, dlcv__selu_alpha, dlcv__selu_scale, x, y, n);
}

DLCV__FN void dlcv__selu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__elu_scaled_dx(c, dlcv__selu_alpha, dlcv__selu_scale, y, dy, dx, n);
}

DLCV__UNARY(selu, DLCV__READS_OUT, 0, NULL, 0, 3)

/* x P(x), P(x) = (1 + erf(x / sqrt(2))) / 2 (Hendrycks and Gimpel 2016); P + x p, p = e^(-x^2 / 2) / sqrt(2 pi) */
DLCV__FN void dlcv__gelu_part(const dlcv__call *c, const float *x, float *t, size_t n)
{
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, 0.70710678118654752f, t, n);
    c->kernels->f32->erf_f32(t, t, n);
    DLCV__FLAT(c)->affine(t, 0.5f, 0.5f, t, n);
}

DLCV__FN void dlcv__gelu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__gelu_part(c, x, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, t, y, n);
}

DLCV__FN void dlcv__gelu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE], u[DLCV__PIECE];
    (void)y;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, x, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, -0.5f, t, n);
    c->kernels->f32->exp_f32(t, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, 0.39894228040143268f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, x, t, n);
    dlcv__gelu_part(c, x, u, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](t, u, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, t, dx, n);
}

DLCV__UNARY(gelu, DLCV__READS_IN0, 0, NULL, 0, 4)

/* x s, s = sigmoid(x); s (1 + x (1 - s)) */
DLCV__FN void dlcv__silu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__sigmoid_y(c, x, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, t, y, n);
}

DLCV__FN void dlcv__silu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE], u[DLCV__PIECE];
    (void)y;
    dlcv__sigmoid_y(c, x, t, n);
    DLCV__FLAT(c)->affine(t, -1.0f, 1.0f, u, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](u, x, u, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_ADD](u, 1.0f, u, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](u, t, u, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, u, dx, n);
}

DLCV__UNARY(silu, DLCV__READS_IN0, 0, NULL, 0, 5)

/* min(1, max(0, x / 6 + 1/2)); 1/6 in between */
DLCV__FN void dlcv__hard_sigmoid_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    DLCV__FLAT(c)->affine(x, 0.16666667f, 0.5f, y, n);
    DLCV__FLAT(c)->clamp(y, 0.0f, 1.0f, y, n);
}

DLCV__FN void dlcv__hard_sigmoid_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    DLCV__FLAT(c)->clamp_back(y, dy, 0.0f, 1.0f, dx, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, 0.16666667f, dx, n);
}

DLCV__UNARY(hard_sigmoid, DLCV__READS_OUT, 0, NULL, 0, 3)

/* x hard_sigmoid(x) (Howard et al. 2019); x / 3 + 1/2 in between */
DLCV__FN void dlcv__hard_swish_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    dlcv__hard_sigmoid_y(c, x, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, t, y, n);
}

DLCV__FN void dlcv__hard_swish_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE], u[DLCV__PIECE];
    (void)y;
    DLCV__FLAT(c)->affine(x, 0.33333333f, 0.5f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, dy, t, n);
    DLCV__FLAT(c)->clamp_back(x, t, -3.0f, 3.0f, t, n);
    DLCV__FLAT(c)->clamp(x, -4.0f, 4.0f, u, n);                 /* so that infinities are within bounds, too */
    DLCV__FLAT(c)->clamp_back(u, dy, -5.0f, 3.0f, u, n);        /* dy below 3: what is left of it is the upper branch */
    dlcv__other_gradient(dy, u, dx, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dx, t, dx, n);
}

DLCV__UNARY(hard_swish, DLCV__READS_IN0, 0, NULL, 0, 4)

/* log(1 + e^x) = max(0, x) + log(1 + e^-|x|); sigmoid(x) = 1 - e^-y */
DLCV__FN void dlcv__softplus_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, -1.0f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MINIMUM](x, t, t, n);
    c->kernels->f32->exp_f32(t, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_ADD](t, 1.0f, t, n);
    c->kernels->f32->log_f32(t, t, n);
    DLCV__FLAT(c)->clamp(x, 0.0f, dlcv__float_of(0x7f800000u), y, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y, t, y, n);
}

DLCV__FN void dlcv__softplus_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE];
    (void)x;
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](y, -1.0f, t, n);
    c->kernels->f32->exp_f32(t, t, n);
    DLCV__FLAT(c)->affine(t, -1.0f, 1.0f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, t, dx, n);
}

DLCV__UNARY(softplus, DLCV__READS_OUT, 0, NULL, 0, 5)

/* ---- PReLU (He et al. 2015): x > 0 ? x : a x, x [n, channels, ...], a [channels] or [1] */
DLCV__FN dlcv_status dlcv__prelu_infer(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape, *a = &c->in[1]->shape;
    char text[112], slopes[112];
    dlcv_status status = dlcv__infer_same(c);
    if (!status) status = dlcv__op_want_f32(c, 1);
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    dlcv__shape_text(*a, slopes, sizeof slopes);
    if (a->ndim != 1 || (a->dim[0] != 1 && (x->ndim < 2 || (x->dim[1] >= 0 && x->dim[1] != a->dim[0])))) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, slopes are %s: one a channel or one is wanted", text, slopes);
    }
    return DLCV_OK;
}

/* x is [outer, channels, inner] */
typedef struct dlcv__prelu_size {
    size_t outer, channels, inner;
} dlcv__prelu_size;

DLCV__FN void dlcv__prelu_of(const dlcv__call *c, dlcv__prelu_size *k)
{
    const dlcv_shape *x = &c->in[0]->shape;
    k->channels = (size_t)c->in[1]->shape.dim[0];
    k->outer = k->channels == 1 ? 1 : (size_t)x->dim[0];
    k->inner = k->channels == 1 ? dlcv_tensor_count(c->in[0]) : dlcv__extent(x, 2, x->ndim);
}

/* The slopes of elements at .. at + n - 1, one each. */
DLCV__FN void dlcv__prelu_slopes(const dlcv__prelu_size *k, const float *a, size_t at, float *slope, size_t n)
{
    size_t left = k->inner - at % k->inner, channel = at / k->inner % k->channels, i;
    for (i = 0; i < n; i++) {
        slope[i] = a[channel];
        if (--left) continue;
        left = k->inner;
        if (++channel == k->channels) channel = 0;
    }
}

DLCV__FN dlcv_status dlcv__prelu_forward(dlcv__call *c)
{
    const float *x = (const float *)c->in[0]->data;
    const size_t count = dlcv_tensor_count(c->out);
    float *y = (float *)c->out->data, t[DLCV__PIECE], slope[DLCV__PIECE];
    dlcv__prelu_size k;
    size_t i, n;
    dlcv__prelu_of(c, &k);
    for (i = 0; i < count; i += n) {
        n = count - i < DLCV__PIECE ? count - i : DLCV__PIECE;
        dlcv__prelu_slopes(&k, (const float *)c->in[1]->data, i, slope, n);
        dlcv__two_sides(c, x + i, t, y + i, n);
        DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, slope, t, n);
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](y + i, t, y + i, n);
    }
    return DLCV_OK;
}

/* the slopes' gradients: sums of min(x, 0) dy, rows of places first, or rows of channels where there is one place. Apart: with the caller's pieces its frame
 * would pass 8 KB. */
DLCV__APART void dlcv__prelu_slopes_back(const dlcv__call *c, const dlcv__prelu_size *k, const float *x, const float *dy, float *da)
{
    const size_t row = k->inner == 1 ? k->channels : k->inner, count = dlcv_tensor_count(c->out);
    float t[DLCV__PIECE], u[DLCV__PIECE];
    size_t at, i, n;
    memset(da, 0, k->channels * sizeof *da);
    for (at = 0; at < count; at += row) {
        for (i = 0; i < row; i += n) {
            float *to = da + (k->inner == 1 ? i : at / row % k->channels);
            n = row - i < DLCV__PIECE ? row - i : DLCV__PIECE;
            dlcv__two_gradients(c, x + at + i, dy + at + i, t, u, n);           /* 0 times infinity is none */
            DLCV__FLAT(c)->clamp(x + at + i, dlcv__float_of(0xff800000u), 0.0f, t, n);
            if (k->inner == 1) {
                DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, u, t, n);
                DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](to, t, to, n);
            } else {
                *to += c->kernels->f32->dot(t, u, n);
            }
        }
    }
}

DLCV__FN dlcv_status dlcv__prelu_backward(dlcv__call *c)
{
    const float *x = (const float *)c->in[0]->data, *dy = (const float *)c->out_gradient->data;
    const size_t count = dlcv_tensor_count(c->out);
    float *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL, t[DLCV__PIECE], slope[DLCV__PIECE];
    dlcv__prelu_size k;
    size_t i, n;
    dlcv__prelu_of(c, &k);
    for (i = 0; i < count && dx; i += n) {
        n = count - i < DLCV__PIECE ? count - i : DLCV__PIECE;
        dlcv__prelu_slopes(&k, (const float *)c->in[1]->data, i, slope, n);
        dlcv__two_gradients(c, x + i, dy + i, t, dx + i, n);
        DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dx + i, slope, dx + i, n);
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](dx + i, t, dx + i, n);
    }
    if (c->in_gradient[1]) dlcv__prelu_slopes_back(c, &k, x, dy, (float *)c->in_gradient[1]->data);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_prelu = { "prelu", 2, 2, 0, DLCV__READS_IN0 | DLCV__READS_IN1, 0, DLCV__NO_FIELDS, dlcv__prelu_infer, NULL,
    dlcv__prelu_forward, dlcv__prelu_backward, NULL, NULL };

/* ---- maxout (Goodfellow et al. 2013): the largest of `pieces` channels that stand side by side */
typedef struct dlcv__maxout {
    int pieces;
} dlcv__maxout;

static const dlcv__field dlcv__maxout_fields[] = { { "pieces", DLCV__FIELD_INT, offsetof(dlcv__maxout, pieces), 2 } };

DLCV__FN dlcv_status dlcv__maxout_infer(dlcv__call *c)
{
    const int pieces = ((const dlcv__maxout *)c->attr)->pieces;
    const dlcv_status status = dlcv__infer_same(c);
    char text[112];
    if (status) return status;
    dlcv__shape_text(c->in[0]->shape, text, sizeof text);
    if (c->in[0]->shape.ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, channels, ...] is wanted", text);
    if (pieces < 1) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%d pieces, at least 1 is wanted", pieces);
    if (c->in[0]->shape.dim[1] < 0) return DLCV_OK;
    if (c->in[0]->shape.dim[1] % pieces) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "%d channels do not divide into pieces of %d", c->in[0]->shape.dim[1], pieces);
    c->out->shape.dim[1] /= pieces;
    return DLCV_OK;
}

/* units [n, channels / pieces]: forward y, backward dx, where the first of several largest gets all */
DLCV__FN void dlcv__maxout_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const size_t pieces = (size_t)((const dlcv__maxout *)c->attr)->pieces, inner = *(const size_t *)context;
    const float *x = (const float *)c->in[0]->data;
    size_t j, p;
    for (; begin < end; begin++) {
        for (j = 0; j < inner; j++) {
            const float *from = x + begin * pieces * inner + j;
            size_t best = 0;
            for (p = 1; p < pieces; p++) {
                if (from[p * inner] > from[best * inner] || from[p * inner] != from[p * inner]) best = p;
            }
            if (!c->out_gradient) {
                ((float *)c->out->data)[begin * inner + j] = from[best * inner];
                continue;
            }
            for (p = 0; p < pieces; p++) {
                ((float *)c->in_gradient[0]->data)[(begin * pieces + p) * inner + j] = p == best ? ((const float *)c->out_gradient->data)[begin * inner + j] : 0.0f;
            }
        }
    }
}

DLCV__FN dlcv_status dlcv__maxout_both(dlcv__call *c)
{
    size_t inner = dlcv__extent(&c->out->shape, 2, c->out->shape.ndim);
    if (dlcv_tensor_count(c->out)) {
        dlcv__flat_run(c, dlcv__extent(&c->out->shape, 0, 2), inner * (size_t)((const dlcv__maxout *)c->attr)->pieces, dlcv__maxout_body, &inner);
    }
    return DLCV_OK;
}

DLCV__FN double dlcv__maxout_flops(const dlcv__call *c)
{
    return dlcv__count_of(c->in[0]) - dlcv__count_of(c->out);
}

static const dlcv__op dlcv__op_maxout = { "maxout", 1, 1, 0, DLCV__READS_IN0, sizeof(dlcv__maxout), DLCV__FIELDS(dlcv__maxout_fields), dlcv__maxout_infer, NULL,
    dlcv__maxout_both, dlcv__maxout_both, NULL, dlcv__maxout_flops };

/* ---- softmax and its logarithm along an axis: x is [outer, length, inner] */
typedef struct dlcv__softmax {
    int axis;
} dlcv__softmax;

static const dlcv__field dlcv__softmax_fields[] = { { "axis", DLCV__FIELD_INT, offsetof(dlcv__softmax, axis), -1 } };

DLCV__FN dlcv_status dlcv__softmax_infer(dlcv__call *c)
{
    const int want = ((const dlcv__softmax *)c->attr)->axis, axis = dlcv__axis_of(want, c->in[0]->shape.ndim);
    const dlcv_status status = dlcv__infer_same(c);
    return status ? status : axis < 0 ? dlcv__no_axis(c, 0, want) : DLCV_OK;
}

typedef struct dlcv__softmax_run {
    size_t length, inner;
    int log;
} dlcv__softmax_run;

/* log_softmax: (x - top) - log of the sum, both small numbers */
DLCV__FN void dlcv__softmax_row(const dlcv__call *c, int log, const float *x, float *y, size_t n)
{
    float t[DLCV__PIECE];
    double sum = 0;
    size_t i, m;
    if (!log) {
        DLCV__FLAT(c)->softmax(x, y, n);
        return;
    }
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](x, DLCV__FLAT(c)->top(x, n), y, n);
    for (i = 0; i < n; i += m) {
        m = n - i < DLCV__PIECE ? n - i : DLCV__PIECE;
        c->kernels->f32->exp_f32(y + i, t, m);
        sum += (double)DLCV__FLAT(c)->sum(t, m);
    }
    t[0] = (float)sum;
    c->kernels->f32->log_f32(t, t, 1);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](y, t[0], y, n);
}

/* m <= DLCV__PIECE columns, `inner` floats from row to row */
DLCV__FN void dlcv__softmax_columns(const dlcv__call *c, const dlcv__softmax_run *r, const float *x, float *y, size_t m)
{
    float t[DLCV__PIECE], sum[DLCV__PIECE];
    size_t k;
    memcpy(t, x, m * sizeof *t);
    memset(sum, 0, m * sizeof *sum);
    for (k = 1; k < r->length; k++) DLCV__FLAT(c)->binary[DLCV__FLAT_MAXIMUM](x + k * r->inner, t, t, m);
    for (k = 0; k < r->length; k++) DLCV__FLAT(c)->binary[DLCV__FLAT_SUB](x + k * r->inner, t, y + k * r->inner, m);
    for (k = 0; k < r->length; k++) {
        float *e = r->log ? t : y + k * r->inner;
        c->kernels->f32->exp_f32(y + k * r->inner, e, m);
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](sum, e, sum, m);
    }
    if (r->log) c->kernels->f32->log_f32(sum, sum, m);
    for (k = 0; k < r->length; k++) {
        DLCV__FLAT(c)->binary[r->log ? (int)DLCV__FLAT_SUB : (int)DLCV__FLAT_DIV](y + k * r->inner, sum, y + k * r->inner, m);
    }
}

DLCV__FN void dlcv__softmax_forward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__softmax_run *r = (const dlcv__softmax_run *)context;
    size_t j;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * r->length * r->inner;
        float *y = (float *)c->out->data + begin * r->length * r->inner;
        if (r->inner == 1) dlcv__softmax_row(c, r->log, x, y, r->length);
        for (j = 0; j < r->inner && r->inner > 1; j += DLCV__PIECE) {
            dlcv__softmax_columns(c, r, x + j, y + j, r->inner - j < DLCV__PIECE ? r->inner - j : DLCV__PIECE);
        }
    }
}

/* softmax: y (dy - sum of dy y); its logarithm: dy - e^y (sum of dy) */
DLCV__FN void dlcv__softmax_back(const dlcv__call *c, const dlcv__softmax_run *r, const float *y, const float *dy, float *dx, size_t m)
{
    float t[DLCV__PIECE], sum[DLCV__PIECE];
    size_t k;
    memset(sum, 0, m * sizeof *sum);
    for (k = 0; k < r->length; k++) {
        const float *d = dy + k * r->inner;
        if (!r->log) DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](d, y + k * r->inner, t, m);
        DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](sum, r->log ? d : t, sum, m);
    }
    for (k = 0; k < r->length; k++) {
        const size_t at = k * r->inner;
        if (r->log) {
            c->kernels->f32->exp_f32(y + at, t, m);
            DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, sum, t, m);
            DLCV__FLAT(c)->binary[DLCV__FLAT_SUB](dy + at, t, dx + at, m);
        } else {
            DLCV__FLAT(c)->binary[DLCV__FLAT_SUB](dy + at, sum, t, m);
            DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, y + at, dx + at, m);
        }
    }
}

DLCV__FN void dlcv__softmax_backward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__softmax_run *r = (const dlcv__softmax_run *)context;
    size_t j;
    for (; begin < end; begin++) {
        const size_t at = begin * r->length * r->inner;
        const float *y = (const float *)c->out->data + at, *dy = (const float *)c->out_gradient->data + at;
        float *dx = (float *)c->in_gradient[0]->data + at;
        if (r->inner == 1 && !r->log) {
            DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](dy, c->kernels->f32->dot(dy, y, r->length), dx, r->length);
            DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dx, y, dx, r->length);
        } else if (r->inner == 1) {
            c->kernels->f32->exp_f32(y, dx, r->length);
            DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, DLCV__FLAT(c)->sum(dy, r->length), dx, r->length);
            DLCV__FLAT(c)->binary[DLCV__FLAT_SUB](dy, dx, dx, r->length);
        }
        for (j = 0; j < r->inner && r->inner > 1; j += DLCV__PIECE) {
            dlcv__softmax_back(c, r, y + j, dy + j, dx + j, r->inner - j < DLCV__PIECE ? r->inner - j : DLCV__PIECE);
        }
    }
}

DLCV__FN dlcv_status dlcv__softmax_go(dlcv__call *c, int log, dlcv__flat_body body)
{
    const dlcv_shape *s = &c->out->shape;
    const int axis = dlcv__axis_of(((const dlcv__softmax *)c->attr)->axis, s->ndim);
    dlcv__softmax_run r;
    r.length = (size_t)s->dim[axis];
    r.inner = dlcv__extent(s, axis + 1, s->ndim);
    r.log = log;
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, dlcv__extent(s, 0, axis), 3 * r.length * r.inner, body, &r);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__softmax_forward(dlcv__call *c) { return dlcv__softmax_go(c, 0, dlcv__softmax_forward_body); }
DLCV__FN dlcv_status dlcv__softmax_backward(dlcv__call *c) { return dlcv__softmax_go(c, 0, dlcv__softmax_backward_body); }
DLCV__FN dlcv_status dlcv__log_softmax_forward(dlcv__call *c) { return dlcv__softmax_go(c, 1, dlcv__softmax_forward_body); }
DLCV__FN dlcv_status dlcv__log_softmax_backward(dlcv__call *c) { return dlcv__softmax_go(c, 1, dlcv__softmax_backward_body); }

DLCV__FN double dlcv__softmax_flops(const dlcv__call *c)
{
    return 5 * dlcv__count_of(c->out);
}

static const dlcv__op dlcv__op_softmax = { "softmax", 1, 1, 0, DLCV__READS_OUT, sizeof(dlcv__softmax), DLCV__FIELDS(dlcv__softmax_fields), dlcv__softmax_infer, NULL,
    dlcv__softmax_forward, dlcv__softmax_backward, NULL, dlcv__softmax_flops };
static const dlcv__op dlcv__op_log_softmax = { "log_softmax", 1, 1, 0, DLCV__READS_OUT, sizeof(dlcv__softmax), DLCV__FIELDS(dlcv__softmax_fields), dlcv__softmax_infer,
    NULL, dlcv__log_softmax_forward, dlcv__log_softmax_backward, NULL, dlcv__softmax_flops };
