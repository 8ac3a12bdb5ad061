/* ---- ops of one argument, element by element -----------------------------------------------------------------------------------------------
 * Each is two functions over flat arrays: y from x, and dx from dy, x and y, of which `reads` says what is there. They are called for pieces of at
 * most DLCV__PIECE floats, which the first level of cache holds; y may be x, dx may be dy. */
#define DLCV__PIECE 512

typedef void (*dlcv__unary_forward)(const dlcv__call *c, const float *x, float *y, size_t n);
typedef void (*dlcv__unary_backward)(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n);

typedef struct dlcv__unary {
    dlcv__unary_forward forward;
    dlcv__unary_backward backward;
} dlcv__unary;

DLCV__FN void dlcv__unary_forward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__unary *u = (const dlcv__unary *)context;
    const float *x = (const float *)c->in[0]->data;
    float *y = (float *)c->out->data;
    for (; begin < end; begin += DLCV__PIECE) u->forward(c, x + begin, y + begin, end - begin < DLCV__PIECE ? end - begin : DLCV__PIECE);
}

DLCV__FN void dlcv__unary_backward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__unary *u = (const dlcv__unary *)context;
    const float *x = (const float *)c->in[0]->data, *y = (const float *)c->out->data, *dy = (const float *)c->out_gradient->data;
    float *dx = (float *)c->in_gradient[0]->data;
    for (; begin < end; begin += DLCV__PIECE) {
        const size_t n = end - begin < DLCV__PIECE ? end - begin : DLCV__PIECE;
        u->backward(c, x ? x + begin : NULL, y ? y + begin : NULL, dy + begin, dx + begin, n);
    }
}

#define DLCV__FLAT(c) ((c)->kernels->f32->flat)

/* scale x + shift */
typedef struct dlcv__affine {
    float scale, shift;
} dlcv__affine;

static const dlcv__field dlcv__affine_fields[] = { { "scale", DLCV__FIELD_FLOAT, offsetof(dlcv__affine, scale), 1 },
                                                   { "shift", DLCV__FIELD_FLOAT, offsetof(dlcv__affine, shift), 0 } };

DLCV__FN void dlcv__affine_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    const dlcv__affine *a = (const dlcv__affine *)c->attr;
    DLCV__FLAT(c)->affine(x, a->scale, a->shift, y, n);
}

DLCV__FN void dlcv__affine_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    (void)y;
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dy, ((const dlcv__affine *)c->attr)->scale, dx, n);
}

/* x^2; 2 x dy */
DLCV__FN void dlcv__square_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](x, x, y, n);
}

DLCV__FN void dlcv__square_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, x, dx, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, 2.0f, dx, n);
}

/* the root; dy / (2 y) */
DLCV__FN void dlcv__sqrt_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    size_t i;
    (void)c;
    for (i = 0; i < n; i++) y[i] = sqrtf(x[i]);
}

DLCV__FN void dlcv__sqrt_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    DLCV__FLAT(c)->binary[DLCV__FLAT_DIV](dy, y, dx, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, 0.5f, dx, n);
}

DLCV__FN void dlcv__exp_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    c->kernels->f32->exp_f32(x, y, n);
}

DLCV__FN void dlcv__exp_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, y, dx, n);
}

DLCV__FN void dlcv__log_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    c->kernels->f32->log_f32(x, y, n);
}

DLCV__FN void dlcv__log_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    DLCV__FLAT(c)->binary[DLCV__FLAT_DIV](dy, x, dx, n);
}

/* |x|; the sign of x times dy, 0 at 0 */
DLCV__FN void dlcv__abs_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    size_t i;
    (void)c;
    for (i = 0; i < n; i++) y[i] = fabsf(x[i]);
}

DLCV__FN void dlcv__abs_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    size_t i;
    (void)c;
    (void)y;
    for (i = 0; i < n; i++) dx[i] = x[i] > 0 ? dy[i] : x[i] < 0 ? -dy[i] : 0.0f;
}

/* 1 / x; -y^2 dy */
DLCV__FN void dlcv__reciprocal_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float one[DLCV__PIECE];
    size_t i;
    for (i = 0; i < n; i++) one[i] = 1.0f;
    DLCV__FLAT(c)->binary[DLCV__FLAT_DIV](one, x, y, n);
}

DLCV__FN void dlcv__reciprocal_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, y, dx, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dx, y, dx, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx, -1.0f, dx, n);
}

/* max(0, x); dy where that is positive */
DLCV__FN void dlcv__relu_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    DLCV__FLAT(c)->clamp(x, 0.0f, dlcv__float_of(0x7f800000u), y, n);
}

DLCV__FN void dlcv__relu_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    DLCV__FLAT(c)->clamp_back(y, dy, 0.0f, dlcv__float_of(0x7f800000u), dx, n);
}

/* min(high, max(low, x)); dy where it is between them */
typedef struct dlcv__clip_range {
    float low, high;
} dlcv__clip_range;

static const dlcv__field dlcv__clip_fields[] = { { "low", DLCV__FIELD_FLOAT, offsetof(dlcv__clip_range, low), 0 },
                                                 { "high", DLCV__FIELD_FLOAT, offsetof(dlcv__clip_range, high), 6 } };

DLCV__FN void dlcv__clip_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    const dlcv__clip_range *a = (const dlcv__clip_range *)c->attr;
    DLCV__FLAT(c)->clamp(x, a->low, a->high, y, n);
}

DLCV__FN void dlcv__clip_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    const dlcv__clip_range *a = (const dlcv__clip_range *)c->attr;
    (void)x;
    DLCV__FLAT(c)->clamp_back(y, dy, a->low, a->high, dx, n);
}

/* 1 / (1 + e^-x), where e^-x may become infinite and y then 0; y (1 - y) dy */
DLCV__FN void dlcv__sigmoid_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    float one[DLCV__PIECE];
    size_t i;
    for (i = 0; i < n; i++) one[i] = 1.0f;
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, -1.0f, y, n);
    c->kernels->f32->exp_f32(y, y, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_ADD](y, 1.0f, y, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_DIV](one, y, y, n);
}

DLCV__FN void dlcv__sigmoid_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE];
    (void)x;
    DLCV__FLAT(c)->affine(y, -1.0f, 1.0f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, y, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, t, dx, n);
}

/* tanh; (1 - y^2) dy */
DLCV__FN void dlcv__tanh_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    c->kernels->f32->tanh_f32(x, y, n);
}

DLCV__FN void dlcv__tanh_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    float t[DLCV__PIECE];
    (void)x;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](y, y, t, n);
    DLCV__FLAT(c)->affine(t, -1.0f, 1.0f, t, n);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](dy, t, dx, n);
}

/* NAME, what backward reads, size of the attributes and their fields, FLOPs an element */
#define DLCV__UNARY(NAME, READS, BYTES, FIELDS, COUNT, FLOPS) \
static const dlcv__unary dlcv__unary_##NAME = { dlcv__##NAME##_y, dlcv__##NAME##_dx }; \
DLCV__FN dlcv_status dlcv__##NAME##_forward(dlcv__call *c) \
{ \
    dlcv__flat_run(c, dlcv_tensor_count(c->out), 2, dlcv__unary_forward_body, (void *)&dlcv__unary_##NAME); \
    return DLCV_OK; \
} \
DLCV__FN dlcv_status dlcv__##NAME##_backward(dlcv__call *c) \
{ \
    dlcv__flat_run(c, dlcv_tensor_count(c->out), 3, dlcv__unary_backward_body, (void *)&dlcv__unary_##NAME); \
    return DLCV_OK; \
} \
DLCV__FN double dlcv__##NAME##_flops(const dlcv__call *c) { return (FLOPS) * dlcv__count_of(c->out); } \
static const dlcv__op dlcv__op_##NAME = { #NAME, 1, 1, DLCV__OP_INPLACE, READS, BYTES, FIELDS, COUNT, dlcv__infer_same, NULL, \
    dlcv__##NAME##_forward, dlcv__##NAME##_backward, NULL, dlcv__##NAME##_flops };

DLCV__UNARY(affine, DLCV__READS_NOTHING, sizeof(dlcv__affine), dlcv__affine_fields, 2, 2)
DLCV__UNARY(square, DLCV__READS_IN0, 0, NULL, 0, 1)
DLCV__UNARY(sqrt, DLCV__READS_OUT, 0, NULL, 0, 1)
DLCV__UNARY(exp, DLCV__READS_OUT, 0, NULL, 0, 1)
DLCV__UNARY(log, DLCV__READS_IN0, 0, NULL, 0, 1)
DLCV__UNARY(abs, DLCV__READS_IN0, 0, NULL, 0, 1)
DLCV__UNARY(reciprocal, DLCV__READS_OUT, 0, NULL, 0, 1)
DLCV__UNARY(relu, DLCV__READS_OUT, 0, NULL, 0, 1)
DLCV__UNARY(clip, DLCV__READS_OUT, sizeof(dlcv__clip_range), dlcv__clip_fields, 2, 2)
DLCV__UNARY(sigmoid, DLCV__READS_OUT, 0, NULL, 0, 4)
DLCV__UNARY(tanh, DLCV__READS_OUT, 0, NULL, 0, 1)
