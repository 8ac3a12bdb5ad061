/* ---- ops: losses, each a mean over the samples, a scalar -------------------------------------------------------------------------------------------- */

/* What the sum is divided by. */
DLCV__FN double dlcv__loss_divisor(int average, size_t samples, size_t elements)
{
    return average == (int)DLCV_AVERAGE_NONE ? 1.0 : (double)(average == (int)DLCV_AVERAGE_ELEMENTS ? elements : samples);
}

/* Forward: nothing is no mean. */
DLCV__FN dlcv_status dlcv__loss_mean(const dlcv__call *c, double sum, double divisor)
{
    if (divisor == 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "the batch is empty");
    *(float *)c->out->data = (float)(sum / divisor);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__average_check(const dlcv__call *c, int average)
{
    if (average >= (int)DLCV_AVERAGE_SAMPLES && average <= (int)DLCV_AVERAGE_NONE) return DLCV_OK;
    return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "there is no average %d", average);
}

/* Scores [n, classes, places...], target i32 [n, places...]: the mean of -log softmax(scores)[target]; with smoothing s the target is 1 - s of that and s
 * spread over all classes. */
typedef struct dlcv__cross_entropy {
    float smoothing;
    int average;
} dlcv__cross_entropy;

static const dlcv__field dlcv__cross_entropy_fields[] = { { "smoothing", DLCV__FIELD_FLOAT, offsetof(dlcv__cross_entropy, smoothing), 0 },
                                                          { "average", DLCV__FIELD_INT, offsetof(dlcv__cross_entropy, average), 0 } };

/* scores f32 [n, classes, places...], target i32 [n, places...] */
DLCV__FN dlcv_status dlcv__infer_labels(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape, *t = &c->in[1]->shape;
    char scores[112], target[112];
    int i;
    const dlcv_status status = dlcv__op_want_f32(c, 0);
    if (status) return status;
    dlcv__shape_text(*x, scores, sizeof scores);
    dlcv__shape_text(*t, target, sizeof target);
    if (c->in[1]->dtype != DLCV_I32) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "target is %s %s, labels are i32", dlcv__dtype_name(c->in[1]->dtype), target);
    if (x->ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "scores are %s, [n, classes] is wanted", scores);
    for (i = 0; i < t->ndim && t->ndim == x->ndim - 1; i++) {
        const int a = x->dim[i ? i + 1 : 0], b = t->dim[i];
        if (a != b && a >= 0 && b >= 0) break;
    }
    if (i < t->ndim || t->ndim != x->ndim - 1) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "scores are %s, target is %s: one label a sample is wanted", scores, target);
    if (x->dim[1] == 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "scores are %s: no classes", scores);
    memset(&c->out->shape, 0, sizeof c->out->shape);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__cross_entropy_infer(dlcv__call *c)
{
    const float s = ((const dlcv__cross_entropy *)c->attr)->smoothing;
    dlcv_status status;
    if (!(s >= 0 && s <= 1)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "smoothing is %g, not in 0 .. 1", (double)s);
    status = dlcv__average_check(c, ((const dlcv__cross_entropy *)c->attr)->average);
    return status ? status : dlcv__infer_labels(c);
}

/* saved: the probabilities; scratch: two rows, scores of one place side by side and what becomes of them */
DLCV__FN dlcv_status dlcv__cross_entropy_plan(dlcv__call *c)
{
    c->saved_bytes = dlcv_tensor_count(c->in[0]) * sizeof(float);
    c->scratch_bytes = 2 * sizeof(float) * (size_t)c->in[0]->shape.dim[1];
    return DLCV_OK;
}

/* Label of place p, or its complaint. */
DLCV__FN dlcv_status dlcv__label_check(const dlcv__call *c, size_t p, int classes)
{
    const int label = ((const int32_t *)c->in[1]->data)[p];
    if (label >= 0 && label < classes) return DLCV_OK;
    return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "target %zu is %d, there are %d classes", p, label, classes);
}

/* -log p of the label, from log of the sum of e^row and row = scores - their top, of which element k is at k * step */
DLCV__FN double dlcv__cross_entropy_of(const dlcv__call *c, double whole, const float *row, size_t step, size_t classes, int label)
{
    const double smoothing = (double)((const dlcv__cross_entropy *)c->attr)->smoothing;
    double all = 0;
    size_t k;
    for (k = 0; k < classes && smoothing > 0; k++) all += (double)row[k * step];
    return whole - (1.0 - smoothing) * (double)row[(size_t)label * step] - smoothing * all / (double)classes;
}

/* Places begin .. end - 1, few classes side by side */
DLCV__FN double dlcv__cross_entropy_few(const dlcv__call *c, size_t begin, size_t end, double sum)
{
    const size_t n = (size_t)c->in[0]->shape.dim[1];
    float t[DLCV__FEW_FLOATS], e[DLCV__FEW_FLOATS], each[DLCV__FEW_ROWS];
    size_t rows, i;
    for (; begin < end; begin += rows) {
        rows = dlcv__few_rows(n, end - begin);
        dlcv__few_turn(c, (const float *)c->in[0]->data + begin * n, rows, n, t);
        DLCV__FLAT(c)->few_softmax(c->saved ? DLCV__FEW_SHARES : 0, t, e, each, rows, n);
        if (c->saved) dlcv__few_turn(c, e, n, rows, (float *)c->saved + begin * n);
        c->kernels->f32->log_f32(each, each, rows);
        for (i = 0; i < rows; i++) sum += dlcv__cross_entropy_of(c, (double)each[i], t + i, rows, n, ((const int32_t *)c->in[1]->data)[begin + i]);
    }
    return sum;
}

/* Losses are added in double, in order. */
DLCV__FN dlcv_status dlcv__cross_entropy_forward(dlcv__call *c)
{
    const float *x = (const float *)c->in[0]->data;
    const int32_t *label = (const int32_t *)c->in[1]->data;
    const size_t classes = (size_t)c->in[0]->shape.dim[1], places = dlcv_tensor_count(c->in[1]), inner = places ? places / (size_t)c->in[0]->shape.dim[0] : 1;
    const double divisor = dlcv__loss_divisor(((const dlcv__cross_entropy *)c->attr)->average, places, places * classes);
    float *row = (float *)c->scratch, *p = row + classes, *saved = (float *)c->saved;
    double sum = 0;
    size_t i, k;
    for (i = 0; i < places; i++) {
        const dlcv_status status = dlcv__label_check(c, i, (int)classes);
        if (status) return status;
    }
    if (inner == 1 && classes <= DLCV__FEW) return dlcv__loss_mean(c, dlcv__cross_entropy_few(c, 0, places, 0), divisor);
    for (i = 0; i < places; i++) {
        const size_t at = i / inner * inner * classes + i % inner;
        float *to = saved && inner == 1 ? saved + at : p;
        double whole;
        if (inner == 1) memcpy(row, x + at, classes * sizeof *row);
        for (k = 0; k < classes && inner > 1; k++) row[k] = x[at + k * inner];
        DLCV__FLAT(c)->binary_by[DLCV__FLAT_SUB](row, DLCV__FLAT(c)->top(row, classes), row, classes);     /* small numbers, few digits lost */
        whole = (double)DLCV__FLAT(c)->softmax(row, to, classes);
        sum += dlcv__cross_entropy_of(c, whole, row, 1, classes, label[i]);
        for (k = 0; k < classes && saved && inner > 1; k++) saved[at + k * inner] = p[k];
    }
    return dlcv__loss_mean(c, sum, divisor);
}

/* (p - the target's distribution) dy / places */
DLCV__FN dlcv_status dlcv__cross_entropy_backward(dlcv__call *c)
{
    const float smoothing = ((const dlcv__cross_entropy *)c->attr)->smoothing, *saved = (const float *)c->saved;
    const int32_t *label = (const int32_t *)c->in[1]->data;
    const size_t classes = (size_t)c->in[0]->shape.dim[1], places = dlcv_tensor_count(c->in[1]), inner = places ? places / (size_t)c->in[0]->shape.dim[0] : 1;
    const double divisor = dlcv__loss_divisor(((const dlcv__cross_entropy *)c->attr)->average, places, places * classes);
    const float scale = (float)((double)*(const float *)c->out_gradient->data / divisor), spread = smoothing / (float)classes;
    float *dx = (float *)c->in_gradient[0]->data;
    size_t i;
    c->kernels->f32->flat->affine(saved, scale, -spread * scale, dx, places * classes);
    for (i = 0; i < places; i++) {
        const dlcv_status status = dlcv__label_check(c, i, (int)classes);      /* the caller's memory may have changed since */
        if (status) return status;
        dx[i / inner * inner * classes + i % inner + (size_t)label[i] * inner] -= (1.0f - smoothing) * scale;
    }
    return DLCV_OK;
}

DLCV__FN double dlcv__cross_entropy_flops(const dlcv__call *c)
{
    return 5 * dlcv__count_of(c->in[0]);
}

static const dlcv__op dlcv__op_cross_entropy = { "cross_entropy", 2, 2, 0, DLCV__READS_IN1, sizeof(dlcv__cross_entropy), DLCV__FIELDS(dlcv__cross_entropy_fields),
    dlcv__cross_entropy_infer, dlcv__cross_entropy_plan, dlcv__cross_entropy_forward, dlcv__cross_entropy_backward, NULL, dlcv__cross_entropy_flops };
