/* ---- ops: the other losses, and penalties -------------------------------------------------------------------------------------------------------------
 * A sum over samples, in double, in order, over the number of samples, of elements, or as it is. */

/* ---- margins: scores f32 [n, classes, places...], target i32 [n, places...] */
enum { DLCV__HINGE_ALL, DLCV__HINGE_SQUARED, DLCV__HINGE_ONE_VS_ALL, DLCV__HINGE_STRUCTURED, DLCV__HINGES };

typedef struct dlcv__hinge {
    int kind, average;
    float margin;
} dlcv__hinge;

static const dlcv__field dlcv__hinge_fields[] = { { "kind", DLCV__FIELD_INT, offsetof(dlcv__hinge, kind), 0 },
                                                  { "average", DLCV__FIELD_INT, offsetof(dlcv__hinge, average), 0 },
                                                  { "margin", DLCV__FIELD_FLOAT, offsetof(dlcv__hinge, margin), 1 } };

DLCV__FN dlcv_status dlcv__hinge_infer(dlcv__call *c)
{
    const dlcv__hinge *h = (const dlcv__hinge *)c->attr;
    const dlcv_status status = dlcv__average_check(c, h->average);
    if (status) return status;
    if (!(h->margin >= 0) || !dlcv__finite(h->margin)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "margin is %g, at least 0 is wanted", (double)h->margin);
    return dlcv__infer_labels(c);
}

/* One place: its loss; slope (may be NULL) of class k is at k * step, every one is written, times scale. x the same.
 *   ALL         sum over j != y of max(0, x_j - x_y + margin)              Weston and Watkins 1999
 *   SQUARED     the sum of their squares
 *   ONE_VS_ALL  sum over j of max(0, margin - t_j x_j), t_j = +1 for y, else -1
 *   STRUCTURED  max(0, max over j != y of x_j - x_y + margin), the first of several    Crammer and Singer 2001 */
DLCV__FN double dlcv__hinge_place(const dlcv__hinge *h, const float *x, float *slope, size_t step, size_t classes, size_t y, double scale)
{
    const double margin = (double)h->margin, right = (double)x[y * step];
    double sum = 0, back = 0;
    size_t k, top = y;
    if (h->kind <= DLCV__HINGE_SQUARED && !slope) {             /* no branches, and all there is to do */
        const int squared = h->kind == DLCV__HINGE_SQUARED;
        for (k = 0; k < classes; k++) {
            double t = (double)x[k * step] - right + margin;
            t = k == y || t <= 0 ? 0 : t;
            sum += squared ? t * t : t;
        }
        return sum;
    }
    for (k = 0; k < classes && h->kind == DLCV__HINGE_STRUCTURED; k++) {
        if (k != y && (top == y || x[k * step] > x[top * step] || x[k * step] != x[k * step])) top = k;
    }
    for (k = 0; k < classes; k++) {
        const double s = (double)x[k * step];
        double t = s - right + margin, d = 0;
        if (h->kind == DLCV__HINGE_ONE_VS_ALL) t = margin + (k == y ? -s : s);
        else if (k == y || (h->kind == DLCV__HINGE_STRUCTURED && k != top)) t = 0;
        if (!(t <= 0)) {
            sum += h->kind == DLCV__HINGE_SQUARED ? t * t : t;
            d = h->kind == DLCV__HINGE_SQUARED ? 2 * t : 1.0;
            if (h->kind == DLCV__HINGE_ONE_VS_ALL && k == y) d = -1;
            if (k != y) back += d;
        }
        if (slope) slope[k * step] = (float)(d * scale);
    }
    if (slope && h->kind != DLCV__HINGE_ONE_VS_ALL) slope[y * step] = (float)(-back * scale);
    return sum;
}

/* The slopes of the first two kinds, for rows side by side, a few thousand floats at a time. */
DLCV__FN void dlcv__hinge_rows_back(const dlcv__call *c, const dlcv__hinge *h, size_t rows, size_t classes, float scale)
{
    const dlcv__kernels_flat *flat = DLCV__FLAT(c);
    const float *x = (const float *)c->in[0]->data;
    const int32_t *label = (const int32_t *)c->in[1]->data;
    float *dx = (float *)c->in_gradient[0]->data;
    size_t i, some, n;
    for (; rows > 0; rows -= some, label += some, x += n, dx += n) {
        some = classes > 4096 ? 1 : 4096 / classes;
        if (some > rows) some = rows;
        n = some * classes;
        for (i = 0; i < some; i++) flat->binary_by[DLCV__FLAT_SUB](x + i * classes, x[i * classes + (size_t)label[i]], dx + i * classes, classes);
        flat->binary_by[DLCV__FLAT_ADD](dx, h->margin, dx, n);
        if (h->kind == DLCV__HINGE_SQUARED) flat->clamp(dx, 0.0f, dlcv__float_of(0x7f800000u), dx, n);
        else dlcv__map1(c, DLCV__MAP_STEP, dx, 0, 0, dx, n);
        for (i = 0; i < some; i++) {
            float *right = dx + i * classes + (size_t)label[i];
            *right = 0;
            *right = -flat->sum(dx + i * classes, classes);
        }
        flat->binary_by[DLCV__FLAT_MUL](dx, h->kind == DLCV__HINGE_SQUARED ? 2 * scale : scale, dx, n);
    }
}

/* Both ways: backward again, which costs less than keeping it. */
DLCV__FN dlcv_status dlcv__hinge_both(dlcv__call *c)
{
    const dlcv__hinge *h = (const dlcv__hinge *)c->attr;
    const float *x = (const float *)c->in[0]->data;
    const int32_t *label = (const int32_t *)c->in[1]->data;
    const size_t classes = (size_t)c->in[0]->shape.dim[1], places = dlcv_tensor_count(c->in[1]), inner = places ? places / (size_t)c->in[0]->shape.dim[0] : 1;
    const double divisor = dlcv__loss_divisor(h->average, places, places * classes);
    double scale = 0, sum = 0;
    float *dx = NULL;
    size_t i;
    if (c->out_gradient) {
        dx = (float *)c->in_gradient[0]->data;
        scale = (double)*(const float *)c->out_gradient->data / divisor;
    }
    for (i = 0; i < places; i++) {
        const dlcv_status status = dlcv__label_check(c, i, (int)classes);
        if (status) return status;
    }
    if (dx && inner == 1 && h->kind <= DLCV__HINGE_SQUARED) {
        dlcv__hinge_rows_back(c, h, places, classes, (float)scale);
        return DLCV_OK;
    }
    for (i = 0; i < places; i++) {
        const size_t at = i / inner * inner * classes + i % inner;
        sum += dlcv__hinge_place(h, x + at, dx ? dx + at : NULL, inner, classes, (size_t)label[i], scale);
    }
    return dx ? DLCV_OK : dlcv__loss_mean(c, sum, divisor);
}

DLCV__FN double dlcv__hinge_flops(const dlcv__call *c)
{
    return 4 * dlcv__count_of(c->in[0]);
}

static const dlcv__op dlcv__op_hinge = { "hinge", 2, 2, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__hinge), DLCV__FIELDS(dlcv__hinge_fields),
    dlcv__hinge_infer, NULL, dlcv__hinge_both, dlcv__hinge_both, NULL, dlcv__hinge_flops };

/* ---- one number against another: scores f32 of any shape, target f32 of the same; [n, 1] and [n] are the same, too */
enum { DLCV__DISTANCE_SQUARED, DLCV__DISTANCE_HALF, DLCV__DISTANCE_ABSOLUTE, DLCV__DISTANCE_SMOOTH, DLCV__DISTANCE_LOGISTIC, DLCV__DISTANCE_PERCEPTRON,
    DLCV__DISTANCES };

typedef struct dlcv__distance_attr {
    int kind, average;
    float beta;
} dlcv__distance_attr;

static const dlcv__field dlcv__distance_fields[] = { { "kind", DLCV__FIELD_INT, offsetof(dlcv__distance_attr, kind), 0 },
                                                     { "average", DLCV__FIELD_INT, offsetof(dlcv__distance_attr, average), 0 },
                                                     { "beta", DLCV__FIELD_FLOAT, offsetof(dlcv__distance_attr, beta), 1 } };

DLCV__FN dlcv_status dlcv__distance_infer(dlcv__call *c)
{
    const dlcv__distance_attr *a = (const dlcv__distance_attr *)c->attr;
    const dlcv_shape *x = &c->in[0]->shape, *t = &c->in[1]->shape;
    const int classes = a->kind == DLCV__DISTANCE_LOGISTIC || a->kind == DLCV__DISTANCE_PERCEPTRON;
    const int short_by = x->ndim == t->ndim + 1 && x->dim[x->ndim - 1] == 1;
    char scores[112], target[112];
    dlcv_status status = dlcv__average_check(c, a->average);
    int i;
    if (!status) status = dlcv__op_want_f32(c, 0);
    if (status) return status;
    dlcv__shape_text(*x, scores, sizeof scores);
    dlcv__shape_text(*t, target, sizeof target);
    if (c->in[1]->dtype != DLCV_F32 && (!classes || c->in[1]->dtype != DLCV_I32)) {
        return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "target is %s %s, f32%s is wanted", dlcv__dtype_name(c->in[1]->dtype), target, classes ? " or i32, 0 or 1," : "");
    }
    for (i = 0; i < t->ndim && (x->ndim == t->ndim || short_by); i++) {
        if (x->dim[i] != t->dim[i] && x->dim[i] >= 0 && t->dim[i] >= 0) break;
    }
    if (i < t->ndim || (x->ndim != t->ndim && !short_by)) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "scores are %s, target is %s: one a score is wanted", scores, target);
    if (!(a->beta > 0) || !dlcv__finite(a->beta)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "beta is %g, a positive number is wanted", (double)a->beta);
    memset(&c->out->shape, 0, sizeof c->out->shape);
    return DLCV_OK;
}

/* n <= DLCV__PIECE targets as floats */
DLCV__FN const float *dlcv__distance_targets(const dlcv__call *c, size_t at, float *t, size_t n)
{
    size_t i;
    if (c->in[1]->dtype == DLCV_F32) return (const float *)c->in[1]->data + at;
    for (i = 0; i < n; i++) t[i] = (float)((const int32_t *)c->in[1]->data)[at + i];
    return t;
}

/* The loss of a score x whose target is y, d = x - y, and its slope:
 *   SQUARED    d^2, HALF a half of that
 *   ABSOLUTE   |d|
 *   SMOOTH     d^2 / 2 beta where |d| < beta, else |d| - beta / 2          (Girshick 2015)
 *   LOGISTIC   -y log h - (1 - y) log(1 - h), h = sigmoid(x): max(0, x) - x y + log(1 + e^-|x|)
 *   PERCEPTRON (h - y) x, h = x > 0 ? 1 : 0                                (Rosenblatt 1958) */
static const int dlcv__distance_map[DLCV__DISTANCES][2] = {
    { DLCV__MAP_SQUARED, DLCV__MAP_DIFFERENCE }, { DLCV__MAP_SQUARED, DLCV__MAP_DIFFERENCE }, { DLCV__MAP_ABSOLUTE, DLCV__MAP_ABSOLUTE_BACK },
    { DLCV__MAP_SMOOTH, DLCV__MAP_SMOOTH_BACK }, { DLCV__MAP_LOGISTIC, DLCV__MAP_LOGISTIC_BACK }, { DLCV__MAP_PERCEPTRON, DLCV__MAP_PERCEPTRON_BACK } };

DLCV__FN double dlcv__distance_scale(const dlcv__call *c)
{
    const dlcv_shape *s = &c->in[0]->shape;
    return dlcv__loss_divisor(((const dlcv__distance_attr *)c->attr)->average, s->ndim ? (size_t)s->dim[0] : 1, dlcv_tensor_count(c->in[0]));
}

/* A piece's losses are added in float, by the kernel; pieces in double. */
DLCV__FN dlcv_status dlcv__distance_forward(dlcv__call *c)
{
    const dlcv__distance_attr *a = (const dlcv__distance_attr *)c->attr;
    const float *x = (const float *)c->in[0]->data, p = a->kind == DLCV__DISTANCE_SMOOTH ? a->beta : a->kind == DLCV__DISTANCE_HALF ? 0.5f : 1.0f;
    const size_t count = dlcv_tensor_count(c->in[0]);
    float e[DLCV__PIECE], t[DLCV__PIECE];
    double sum = 0;
    size_t at, n;
    for (at = 0; at < count; at += n) {
        n = count - at < DLCV__PIECE ? count - at : DLCV__PIECE;
        dlcv__map2(c, dlcv__distance_map[a->kind][0], x + at, dlcv__distance_targets(c, at, t, n), p, 0, e, n);
        sum += (double)DLCV__FLAT(c)->sum(e, n);
    }
    return dlcv__loss_mean(c, sum, dlcv__distance_scale(c));
}

/* the target's gradient is the score's less, but for probabilities -x */
DLCV__FN void dlcv__distance_back(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__distance_attr *a = (const dlcv__distance_attr *)c->attr;
    const float scale = *(const float *)context, p = a->kind == DLCV__DISTANCE_SQUARED ? 2 * scale : scale;
    const int classes = a->kind == DLCV__DISTANCE_LOGISTIC || a->kind == DLCV__DISTANCE_PERCEPTRON;
    float *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL, *dt = c->in_gradient[1] ? (float *)c->in_gradient[1]->data : NULL;
    const size_t past = dlcv__far(dlcv_tensor_count(c->in[0]));
    float t[DLCV__PIECE];
    size_t n;
    for (; begin < end; begin += n) {
        const float *x = (const float *)c->in[0]->data + begin, *y;
        n = end - begin < DLCV__PIECE ? end - begin : DLCV__PIECE;
        y = dlcv__distance_targets(c, begin, t, n);
        if (dx) dlcv__map2(c, dlcv__distance_map[a->kind][1], x, y, p, a->beta, dx + begin, dt && !classes ? n : n + past);
        if (dt && classes) DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](x, -scale, dt + begin, n + past);
        else if (dt && dx) DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](dx + begin, -1.0f, dt + begin, n + past);
        else if (dt) dlcv__map2(c, dlcv__distance_map[a->kind][1], x, y, -p, a->beta, dt + begin, n + past);
    }
}

DLCV__FN dlcv_status dlcv__distance_backward(dlcv__call *c)
{
    float scale = (float)((double)*(const float *)c->out_gradient->data / dlcv__distance_scale(c));
    dlcv__flat_run(c, dlcv_tensor_count(c->in[0]), 4, dlcv__distance_back, &scale);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_distance = { "distance", 2, 2, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__distance_attr), DLCV__FIELDS(dlcv__distance_fields),
    dlcv__distance_infer, NULL, dlcv__distance_forward, dlcv__distance_backward, NULL, dlcv__hinge_flops };

/* ---- penalty: the sum over all inputs of l2 w^2 + l1 |w| */
typedef struct dlcv__penalty {
    float l2, l1;
} dlcv__penalty;

static const dlcv__field dlcv__penalty_fields[] = { { "l2", DLCV__FIELD_FLOAT, offsetof(dlcv__penalty, l2), 0 }, { "l1", DLCV__FIELD_FLOAT, offsetof(dlcv__penalty, l1), 0 } };

DLCV__FN dlcv_status dlcv__penalty_infer(dlcv__call *c)
{
    const dlcv__penalty *p = (const dlcv__penalty *)c->attr;
    dlcv_status status = DLCV_OK;
    int i;
    for (i = 0; i < c->inputs && !status; i++) status = dlcv__op_want_f32(c, i);
    if (!status && (!dlcv__finite(p->l2) || !dlcv__finite(p->l1))) status = dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "l2 is %g, l1 %g", (double)p->l2, (double)p->l1);
    memset(&c->out->shape, 0, sizeof c->out->shape);
    return status;
}

DLCV__FN dlcv_status dlcv__penalty_forward(dlcv__call *c)
{
    const dlcv__penalty *p = (const dlcv__penalty *)c->attr;
    double sum = 0;
    float sums[3];
    int i;
    for (i = 0; i < c->inputs; i++) {
        if (!dlcv_tensor_count(c->in[i])) continue;
        c->kernels->f32->sums((const float *)c->in[i]->data, dlcv_tensor_count(c->in[i]), sums);
        sum += (double)p->l1 * (double)sums[1] + (double)p->l2 * (double)sums[2];
    }
    *(float *)c->out->data = (float)sum;
    return DLCV_OK;
}

/* 2 l2 w + l1 sign(w), the sign of 0 is 0 */
DLCV__FN dlcv_status dlcv__penalty_backward(dlcv__call *c)
{
    const dlcv__penalty *p = (const dlcv__penalty *)c->attr;
    const float dy = *(const float *)c->out_gradient->data, l1 = p->l1 * dy;
    int i;
    for (i = 0; i < c->inputs; i++) {
        const float *w = (const float *)c->in[i]->data;
        const size_t n = dlcv_tensor_count(c->in[i]);
        float *dw = c->in_gradient[i] ? (float *)c->in_gradient[i]->data : NULL;
        size_t k;
        if (!dw || !n) continue;
        DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](w, 2.0f * p->l2 * dy, dw, n);
        for (k = 0; k < n && p->l1 != 0; k++) dw[k] += w[k] > 0 ? l1 : w[k] < 0 ? -l1 : 0.0f;
    }
    return DLCV_OK;
}

DLCV__FN double dlcv__penalty_flops(const dlcv__call *c)
{
    double n = 0;
    int i;
    for (i = 0; i < c->inputs; i++) n += dlcv__count_of(c->in[i]);
    return n * ((((const dlcv__penalty *)c->attr)->l2 != 0 ? 2 : 0) + (((const dlcv__penalty *)c->attr)->l1 != 0 ? 2 : 0));
}

static const dlcv__op dlcv__op_penalty = { "penalty", 1, -1, 0, DLCV__READS_IN, sizeof(dlcv__penalty), DLCV__FIELDS(dlcv__penalty_fields), dlcv__penalty_infer, NULL,
    dlcv__penalty_forward, dlcv__penalty_backward, NULL, dlcv__penalty_flops };
