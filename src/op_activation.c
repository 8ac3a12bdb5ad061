/* ---- ops: activations -------------------------------------------------------------------------------------------------------------------------------
 * Those of one number first; then PReLU, maxout, softmax. */

/* x > 0 ? 1 : 0; nothing comes back */
DLCV__FN void dlcv__step_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_STEP, x, 0, 0, y, n);
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
    dlcv__map1(c, DLCV__MAP_SLOPED, x, slope, 0, y, n);
}

DLCV__FN void dlcv__sloped_dx(const dlcv__call *c, float slope, const float *x, const float *dy, float *dx, size_t n)
{
    dlcv__map2(c, DLCV__MAP_SLOPED_BACK, x, dy, slope, 0, dx, n);
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
    dlcv__map1(c, DLCV__MAP_ELU, x, scale * alpha, scale, y, n);
}

DLCV__FN void dlcv__elu_scaled_dx(const dlcv__call *c, float alpha, float scale, const float *y, const float *dy, float *dx, size_t n)
{
    dlcv__map2(c, DLCV__MAP_ELU_BACK, y, dy, scale * alpha, scale, dx, n);
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
DLCV__FN void dlcv__gelu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_GELU, x, 0, 0, y, n);
}

DLCV__FN void dlcv__gelu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    dlcv__map2(c, DLCV__MAP_GELU_BACK, x, dy, 0, 0, dx, n);
}

DLCV__UNARY(gelu, DLCV__READS_IN0, 0, NULL, 0, 4)

/* x s, s = sigmoid(x); s (1 + x (1 - s)) */
DLCV__FN void dlcv__silu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_SILU, x, 0, 0, y, n);
}

DLCV__FN void dlcv__silu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    dlcv__map2(c, DLCV__MAP_SILU_BACK, x, dy, 0, 0, dx, n);
}

DLCV__UNARY(silu, DLCV__READS_IN0, 0, NULL, 0, 5)

/* min(1, max(0, x / 6 + 1/2)); 1/6 in between */
DLCV__FN void dlcv__hard_sigmoid_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_HARD_SIGMOID, x, 0.16666667f, 0.5f, y, n);
}

DLCV__FN void dlcv__hard_sigmoid_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_HARD_SIGMOID_BACK, y, dy, 0.16666667f, 0, dx, n);
}

DLCV__UNARY(hard_sigmoid, DLCV__READS_OUT, 0, NULL, 0, 3)

/* x hard_sigmoid(x) (Howard et al. 2019); x / 3 + 1/2 in between */
DLCV__FN void dlcv__hard_swish_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_HARD_SWISH, x, 0.16666667f, 0.5f, y, n);
}

DLCV__FN void dlcv__hard_swish_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    dlcv__map2(c, DLCV__MAP_HARD_SWISH_BACK, x, dy, 0.33333333f, 3.0f, dx, n);
}

DLCV__UNARY(hard_swish, DLCV__READS_IN0, 0, NULL, 0, 4)

/* log(1 + e^x) = max(0, x) + log(1 + e^-|x|); sigmoid(x) = 1 - e^-y */
DLCV__FN void dlcv__softplus_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_SOFTPLUS, x, 0, 0, y, n);
}

DLCV__FN void dlcv__softplus_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_SOFTPLUS_BACK, y, dy, 0, 0, dx, n);
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
    size_t outer, channels, inner, past;
    float *dx;                      /* NULL: forward */
} dlcv__prelu_size;

DLCV__FN void dlcv__prelu_of(const dlcv__call *c, dlcv__prelu_size *k)
{
    const dlcv_shape *x = &c->in[0]->shape;
    const int first = x->ndim > 0;
    k->channels = (size_t)c->in[1]->shape.dim[0];
    k->outer = first ? (size_t)x->dim[0] : 1;
    k->inner = dlcv__extent(x, k->channels == 1 ? first : 2, x->ndim);
    k->past = dlcv__far(dlcv_tensor_count(c->in[0]));
    k->dx = c->in_gradient && c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL;
}

/* Planes, or samples where they have but one place; y from x, dx from x and dy */
DLCV__FN void dlcv__prelu_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__prelu_size *k = (const dlcv__prelu_size *)context;
    const int rows = k->inner == 1 && k->channels > 1;
    const size_t n = rows ? k->channels : k->inner;
    const float *slope = (const float *)c->in[1]->data;
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * n, *dy = c->out_gradient ? (const float *)c->out_gradient->data + begin * n : x;
        float *to = (k->dx ? k->dx : (float *)c->out->data) + begin * n;
        if (rows) DLCV__FLAT(c)->map(k->dx ? DLCV__MAP_SLOPED_BY_BACK : DLCV__MAP_SLOPED_BY, x, slope, dy, 0, 0, to, n + k->past);
        else DLCV__FLAT(c)->map(k->dx ? DLCV__MAP_SLOPED_BACK : DLCV__MAP_SLOPED, x, dy, x, slope[begin % k->channels], 0, to, n + k->past);
    }
}

DLCV__FN void dlcv__prelu_run(const dlcv__call *c, dlcv__prelu_size *k)
{
    const int rows = k->inner == 1 && k->channels > 1;
    if (dlcv_tensor_count(c->out)) dlcv__flat_run(c, rows ? k->outer : k->outer * k->channels, 3 * (rows ? k->channels : k->inner), dlcv__prelu_body, k);
}

DLCV__FN dlcv_status dlcv__prelu_forward(dlcv__call *c)
{
    dlcv__prelu_size k;
    dlcv__prelu_of(c, &k);
    dlcv__prelu_run(c, &k);
    return DLCV_OK;
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

/* the slopes' gradients: sums of min(x, 0) dy, rows of places first, or rows of channels where there is one place */
DLCV__FN void dlcv__prelu_slopes_back(const dlcv__call *c, const dlcv__prelu_size *k, const float *x, const float *dy, float *da)
{
    const size_t row = k->inner == 1 && k->channels > 1 ? k->channels : k->channels == 1 ? k->outer * k->inner : k->inner, count = dlcv_tensor_count(c->out);
    float t[DLCV__PIECE], u[DLCV__PIECE];
    size_t at, i, n;
    memset(da, 0, k->channels * sizeof *da);
    for (at = 0; at < count; at += row) {
        for (i = 0; i < row; i += n) {
            float *to = da + (k->inner == 1 && k->channels > 1 ? i : at / row % k->channels);
            n = row - i < DLCV__PIECE ? row - i : DLCV__PIECE;
            dlcv__two_gradients(c, x + at + i, dy + at + i, t, u, n);           /* 0 times infinity is none */
            DLCV__FLAT(c)->clamp(x + at + i, dlcv__float_of(0xff800000u), 0.0f, t, n);
            if (k->inner == 1 && k->channels > 1) {
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
    dlcv__prelu_size k;
    dlcv__prelu_of(c, &k);
    if (k.dx) dlcv__prelu_run(c, &k);
    if (c->in_gradient[1]) dlcv__prelu_slopes_back(c, &k, (const float *)c->in[0]->data, (const float *)c->out_gradient->data, (float *)c->in_gradient[1]->data);
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

/* One unit of few places */
DLCV__FN void dlcv__maxout_few(const dlcv__call *c, size_t unit, size_t pieces, size_t inner)
{
    size_t j, p;
    for (j = 0; j < inner; j++) {
        const float *from = (const float *)c->in[0]->data + unit * pieces * inner + j;
        size_t best = 0;
        for (p = 1; p < pieces; p++) {
            if (from[p * inner] > from[best * inner] || from[p * inner] != from[p * inner]) best = p;
        }
        if (!c->out_gradient) ((float *)c->out->data)[unit * inner + j] = from[best * inner];
        for (p = 0; p < pieces && c->out_gradient; p++) {
            ((float *)c->in_gradient[0]->data)[(unit * pieces + p) * inner + j] = p == best ? ((const float *)c->out_gradient->data)[unit * inner + j] : 0.0f;
        }
    }
}

/* units [n, channels / pieces]: forward y, backward dx, where the first of several largest gets all. A NaN stays one. */
DLCV__FN void dlcv__maxout_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const size_t pieces = (size_t)((const dlcv__maxout *)c->attr)->pieces, inner = *(const size_t *)context;
    float best[DLCV__PIECE], at[DLCV__PIECE];
    size_t j, p, n;
    for (; begin < end; begin++) {
        if (inner < 16) dlcv__maxout_few(c, begin, pieces, inner);
        for (p = 1; p < pieces + (pieces == 1) && inner >= 16 && !c->out_gradient; p++) {
            const float *from = (const float *)c->in[0]->data + begin * pieces * inner;
            float *to = (float *)c->out->data + begin * inner;
            if (pieces == 1) memcpy(to, from, inner * sizeof *to);
            else dlcv__map2(c, DLCV__MAP_GREATER, from + p * inner, p == 1 ? from : to, 0, 0, to, inner);
        }
        for (j = 0; j < inner && inner >= 16 && c->out_gradient; j += n) {
            const float *from = (const float *)c->in[0]->data + begin * pieces * inner + j;
            n = inner - j < DLCV__PIECE ? inner - j : DLCV__PIECE;
            memcpy(best, from, n * sizeof *best);
            memset(at, 0, n * sizeof *at);
            for (p = 1; p < pieces; p++) DLCV__FLAT(c)->keep_greater(from + p * inner, (float)p, best, at, n);
            for (p = 0; p < pieces; p++) {
                DLCV__FLAT(c)->clamp_back(at, (const float *)c->out_gradient->data + begin * inner + j, (float)p - 0.5f, (float)p + 0.5f,
                                          (float *)c->in_gradient[0]->data + (begin * pieces + p) * inner + j, n);
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
    size_t length, inner, past;
    int log;
} dlcv__softmax_run;

/* log_softmax: (x - top) - log of the sum, both small numbers */
DLCV__FN void dlcv__softmax_row(const dlcv__call *c, const dlcv__softmax_run *r, const float *x, float *y)
{
    const size_t n = r->length;
    float t[DLCV__PIECE], top;
    double sum = 0;
    size_t i, m;
    if (!r->log) {
        DLCV__FLAT(c)->softmax(x, y, n);
        return;
    }
    top = DLCV__FLAT(c)->top(x, n);
    for (i = 0; i < n; i += m) {
        m = n - i < DLCV__PIECE ? n - i : DLCV__PIECE;
        DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](x + i, top, t, m);
        c->kernels->f32->exp_f32(t, t, m);
        sum += (double)DLCV__FLAT(c)->sum(t, m);
    }
    t[0] = (float)sum;
    c->kernels->f32->log_f32(t, t, 1);
    dlcv__map1(c, DLCV__MAP_LESS_BOTH, x, top, t[0], y, n + r->past);
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

/* Short rows begin .. end - 1 */
DLCV__FN void dlcv__softmax_few(const dlcv__call *c, size_t begin, size_t end, const dlcv__softmax_run *r)
{
    float t[DLCV__FEW_FLOATS], e[DLCV__FEW_FLOATS], sum[DLCV__FEW_ROWS];
    size_t rows;
    for (; begin < end; begin += rows) {
        rows = dlcv__few_rows(r->length, end - begin);
        dlcv__few_turn(c, (const float *)c->in[0]->data + begin * r->length, rows, r->length, t);
        DLCV__FLAT(c)->few_softmax(r->log ? DLCV__FEW_LOG : DLCV__FEW_SHARES, t, e, sum, rows, r->length);
        dlcv__few_turn(c, r->log ? t : e, r->length, rows, (float *)c->out->data + begin * r->length);
    }
}

DLCV__FN void dlcv__softmax_forward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__softmax_run *r = (const dlcv__softmax_run *)context;
    size_t j;
    if (r->inner == 1 && r->length <= DLCV__FEW) {
        dlcv__softmax_few(c, begin, end, r);
        return;
    }
    for (; begin < end; begin++) {
        const float *x = (const float *)c->in[0]->data + begin * r->length * r->inner;
        float *y = (float *)c->out->data + begin * r->length * r->inner;
        if (r->inner == 1) dlcv__softmax_row(c, r, x, y);
        for (j = 0; j < r->inner && r->inner > 1; j += DLCV__PIECE) {
            dlcv__softmax_columns(c, r, x + j, y + j, r->inner - j < DLCV__PIECE ? r->inner - j : DLCV__PIECE);
        }
    }
}

/* softmax: y (dy - sum of dy y); its logarithm: dy - e^y (sum of dy) */
DLCV__FN void dlcv__softmax_back(const dlcv__call *c, const dlcv__softmax_run *r, const float *y, const float *dy, float *dx, size_t m)
{
    float sum[DLCV__PIECE];
    size_t k;
    memset(sum, 0, m * sizeof *sum);
    for (k = 0; k < r->length; k++) {
        const float *d = dy + k * r->inner;
        if (r->log) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](sum, d, sum, m);
        else DLCV__FLAT(c)->map(DLCV__MAP_LINE, d, y + k * r->inner, sum, 0, 0, sum, m);
    }
    for (k = 0; k < r->length; k++) {
        const size_t at = k * r->inner;
        DLCV__FLAT(c)->map(r->log ? DLCV__MAP_LOG_SOFTMAX_BACK_BY : DLCV__MAP_SOFTMAX_BACK_BY, y + at, dy + at, sum, 0, 0, dx + at, m + r->past);
    }
}

DLCV__FN void dlcv__softmax_backward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__softmax_run *r = (const dlcv__softmax_run *)context;
    size_t j;
    if (r->inner == 1 && r->length <= DLCV__FEW) {
        DLCV__FLAT(c)->rows16(r->log, (const float *)c->out->data + begin * r->length, (const float *)c->out_gradient->data + begin * r->length,
                              (float *)c->in_gradient[0]->data + begin * r->length, end - begin, r->length);
        return;
    }
    for (; begin < end; begin++) {
        const size_t at = begin * r->length * r->inner;
        const float *y = (const float *)c->out->data + at, *dy = (const float *)c->out_gradient->data + at;
        float *dx = (float *)c->in_gradient[0]->data + at;
        if (r->inner == 1) {
            const float sum = r->log ? DLCV__FLAT(c)->sum(dy, r->length) : c->kernels->f32->dot(dy, y, r->length);
            dlcv__map2(c, r->log ? DLCV__MAP_LOG_SOFTMAX_BACK : DLCV__MAP_SOFTMAX_BACK, y, dy, sum, 0, dx, r->length + r->past);
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
    r.past = dlcv__far(dlcv_tensor_count(c->out));
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
