/* ---- ops of one argument, element by element -----------------------------------------------------------------------------------------------
 * Each is two functions over flat arrays: y from x, and dx from dy, x and y, of which `reads` says what is there. y may be x, dx may be dy. */
#define DLCV__PIECE 512         /* floats on the stack where several passes work on what the first level of cache holds */

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
    u->forward(c, x + begin, y + begin, end - begin);
}

DLCV__FN void dlcv__unary_backward_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__unary *u = (const dlcv__unary *)context;
    const float *x = (const float *)c->in[0]->data, *y = (const float *)c->out->data, *dy = (const float *)c->out_gradient->data;
    float *dx = (float *)c->in_gradient[0]->data;
    u->backward(c, x ? x + begin : NULL, y ? y + begin : NULL, dy + begin, dx + begin, end - begin);
}

#define DLCV__FLAT(c) ((c)->kernels->f32->flat)

/* flat_map of one array and of two */
DLCV__FN void dlcv__map1(const dlcv__call *c, int which, const float *a, float p, float q, float *y, size_t n)
{
    DLCV__FLAT(c)->map(which, a, a, a, p, q, y, n);
}

DLCV__FN void dlcv__map2(const dlcv__call *c, int which, const float *a, const float *b, float p, float q, float *y, size_t n)
{
    DLCV__FLAT(c)->map(which, a, b, a, p, q, y, n);
}

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
    dlcv__map2(c, DLCV__MAP_SQUARE_BACK, x, dy, 0, 0, dx, n);
}

/* the root; dy / (2 y) */
DLCV__FN void dlcv__sqrt_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_SQRT, x, 0, 0, y, n);
}

DLCV__FN void dlcv__sqrt_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_SQRT_BACK, y, dy, 0, 0, dx, n);
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
    dlcv__map1(c, DLCV__MAP_ABS, x, 0, 0, y, n);
}

DLCV__FN void dlcv__abs_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)y;
    dlcv__map2(c, DLCV__MAP_ABS_BACK, x, dy, 0, 0, dx, n);
}

/* 1 / x; -y^2 dy */
DLCV__FN void dlcv__reciprocal_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    dlcv__map1(c, DLCV__MAP_RECIPROCAL, x, 0, 0, y, n);
}

DLCV__FN void dlcv__reciprocal_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_RECIPROCAL_BACK, y, dy, 0, 0, dx, n);
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
    dlcv__map1(c, DLCV__MAP_SIGMOID, x, 0, 0, y, n);
}

DLCV__FN void dlcv__sigmoid_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_SIGMOID_BACK, y, dy, 0, 0, dx, n);
}

/* tanh; (1 - y^2) dy */
DLCV__FN void dlcv__tanh_y(const dlcv__call *c, const float *x, float *y, size_t n)
{
    c->kernels->f32->tanh_f32(x, y, n);
}

DLCV__FN void dlcv__tanh_dx(const dlcv__call *c, const float *x, const float *y, const float *dy, float *dx, size_t n)
{
    (void)x;
    dlcv__map2(c, DLCV__MAP_TANH_BACK, y, dy, 0, 0, dx, n);
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
