/* ---- linear classifiers: a graph of one layer and a loss, learnt by minibatches ------------------------------------------------------------- */

struct dlcv_linear_classifier {
    dlcv_env env;
    dlcv_loss_kind loss;
    dlcv_dtype dtype;
    dlcv_shape sample;              /* dim[0]: as learnt from */
    size_t d;                       /* numbers a sample */
    int rows;                       /* of W */
    dlcv_tensor w, b;
    dlcv_progress progress;
};

/* What learning needs. */
typedef struct dlcv__lesson {
    dlcv_linear_classifier *c;
    dlcv_linear_opts o;
    dlcv_tensor x, y;               /* the data */
    dlcv_graph *graph;
    dlcv_node image, label, scores, loss;
    dlcv_tensor some_x, some_y;     /* a minibatch */
    dlcv_tensor mean;               /* [d] */
    float scale;                    /* 1 / standard deviation */
    int *order, n;
} dlcv__lesson;

DLCV__FN int dlcv__one_score(dlcv_loss_kind loss)
{
    return loss == DLCV_LOSS_LOGISTIC || loss == DLCV_LOSS_PERCEPTRON;
}

DLCV__FN int32_t dlcv__linear_label(const dlcv_linear_classifier *c, const float *scores)
{
    int k, best = 0;
    if (dlcv__one_score(c->loss)) return c->loss == DLCV_LOSS_LOGISTIC ? scores[0] >= 0 : scores[0] > 0;
    for (k = 1; k < c->rows; k++) best = scores[k] > scores[best] ? k : best;
    return best;
}

/* Sample `row` as floats; pixels [h, w, c] as [c, h, w] */
DLCV__FN void dlcv__sample_floats(const dlcv_tensor *t, size_t row, float *out, size_t d)
{
    const dlcv__kernels_flat *flat = dlcv__kernels()->f32->flat;
    const size_t channels = t->dtype == DLCV_U8 && t->shape.ndim == 4 ? (size_t)t->shape.dim[3] : 1;
    size_t k;
    if (t->dtype == DLCV_F32) {
        memcpy(out, (const unsigned char *)t->data + 4 * row * d, 4 * d);
        return;
    }
    for (k = 0; k < channels; k++) flat->pixels((const uint8_t *)t->data + row * d + k, channels, 1, 0, out + k * (d / channels), d / channels);
}

DLCV__FN dlcv_status dlcv__lesson_check(const dlcv_dataset *train, const dlcv_linear_opts *o, int *classes)
{
    static const char *const who = "linear_classifier_new";
    dlcv_status status;
    int i;
    if (!train) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: train is NULL", who);
    status = dlcv__check(who, "train->x", &train->x);
    if (status) return status;
    if ((train->x.dtype != DLCV_F32 && train->x.dtype != DLCV_U8) || train->x.shape.ndim < 2 || dlcv_tensor_count(&train->x) == 0) {
        char text[112];
        dlcv__shape_text(train->x.shape, text, sizeof text);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: train->x is %s %s, must be f32 or u8 [n, ...], not empty", who, dlcv__dtype_name(train->x.dtype), text);
    }
    if (train->classes < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: train->classes is %d, must be 0 (unknown) or more", who, train->classes);
    status = dlcv__labels_check(who, "train->y", &train->y, train->x.shape.dim[0], train->classes > 0 ? train->classes : INT_MAX);
    if (status) return status;
    for (*classes = train->classes, i = 0; i < train->x.shape.dim[0] && !train->classes; i++) {
        if (dlcv__i32_at(train->y.data, (size_t)i) >= *classes) *classes = dlcv__i32_at(train->y.data, (size_t)i) + 1;
    }
    if ((int)o->loss < (int)DLCV_LOSS_SOFTMAX || (int)o->loss > (int)DLCV_LOSS_PERCEPTRON) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: loss %d is not one of labels (SOFTMAX to PERCEPTRON)", who, (int)o->loss);
    }
    if (dlcv__one_score(o->loss) && *classes > 2) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s parts two classes, there are %d", who, o->loss == DLCV_LOSS_LOGISTIC ? "LOGISTIC" : "PERCEPTRON", *classes);
    }
    if ((int)o->schedule < 0 || (int)o->schedule > (int)DLCV_SCHEDULE_ONE_CYCLE || o->schedule == DLCV_SCHEDULE_STEP) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: schedule %d is not CONSTANT, COSINE or ONE_CYCLE", who, (int)o->schedule);
    }
    if (o->epochs < 0 || o->batch < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: epochs is %d, batch %d, must be 0 (default) or more", who, o->epochs, o->batch);
    return DLCV_OK;
}

/* mean[j] over the samples, and 1 / the root of the mean variance */
DLCV__FN dlcv_status dlcv__lesson_measure(dlcv__lesson *l)
{
    const size_t d = l->c->d;
    float *row = dlcv_f32(&l->some_x);
    double *sum, squares = 0, variance;
    size_t i, j;
    l->scale = 1;
    memset(l->mean.data, 0, d * sizeof(float));
    if (l->o.loss == DLCV_LOSS_PERCEPTRON) return DLCV_OK;
    sum = (double *)dlcv__alloc(&l->c->env, d * sizeof *sum);
    if (!sum) return dlcv_fail(DLCV_ERR_MEMORY, "linear_classifier_new: %s", dlcv_error());
    for (j = 0; j < d; j++) sum[j] = 0;
    for (i = 0; i < (size_t)l->n; i++) {
        dlcv__sample_floats(&l->x, i, row, d);
        for (j = 0; j < d; j++) sum[j] += (double)row[j];
        for (j = 0; j < d; j++) squares += (double)row[j] * (double)row[j];
    }
    for (variance = squares / l->n, j = 0; j < d; j++) {
        dlcv_f32(&l->mean)[j] = (float)(sum[j] / l->n);
        variance -= sum[j] / l->n * (sum[j] / l->n);
    }
    if (variance > 1e-12 * squares / l->n) l->scale = (float)(1 / sqrt(variance / (double)d));
    dlcv__release(&l->c->env, sum, d * sizeof *sum);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__lesson_begin(dlcv__lesson *l)
{
    dlcv_linear_classifier *c = l->c;
    dlcv_node weight;
    dlcv_status status;
    int i;
    l->graph = dlcv_graph_new(&c->env, l->o.seed);
    l->image = dlcv_input(l->graph, "x", DLCV_F32, dlcv_shape2(-1, (int)c->d));
    l->label = dlcv_input(l->graph, "y", DLCV_I32, dlcv_shape1(-1));
    l->scores = dlcv_keep(dlcv_linear(l->image, c->rows));
    l->loss = dlcv_loss(l->scores, l->label, l->o.loss, NULL);
    weight = dlcv_find(l->graph, "linear1.weight");
    status = dlcv_graph_status(l->graph);
    if (!status) status = dlcv_initialize(weight, DLCV_INIT_CONSTANT, 0);
    if (!status) status = dlcv_tensor_new(&c->env, DLCV_F32, dlcv_shape2(l->o.batch, (int)c->d), &l->some_x);
    if (!status) status = dlcv_tensor_new(&c->env, DLCV_I32, dlcv_shape1(l->o.batch), &l->some_y);
    if (!status) status = dlcv_tensor_new(&c->env, DLCV_F32, dlcv_shape1((int)c->d), &l->mean);
    if (!status) l->order = (int *)dlcv__alloc(&c->env, (size_t)l->n * sizeof(int));
    if (!status && !l->order) status = dlcv_fail(DLCV_ERR_MEMORY, "linear_classifier_new: %s", dlcv_error());
    for (i = 0; i < l->n && !status; i++) l->order[i] = i;
    return status ? status : dlcv__lesson_measure(l);
}

/* Samples order[first ..], count of them, forward; *right counts those whose label the scores say. */
DLCV__FN dlcv_status dlcv__lesson_look(dlcv__lesson *l, int first, int count, int *right)
{
    const dlcv_linear_classifier *c = l->c;
    const dlcv_tensor x = dlcv_tensor_rows(&l->some_x, 0, count), y = dlcv_tensor_rows(&l->some_y, 0, count);
    const dlcv__kernels_flat *flat = dlcv__kernels()->f32->flat;
    dlcv_status status;
    int i;
    for (i = 0; i < count; i++) {
        float *row = dlcv_f32(&l->some_x) + (size_t)i * c->d;
        dlcv__sample_floats(&l->x, (size_t)l->order[first + i], row, c->d);
        dlcv_i32(&l->some_y)[i] = dlcv__i32_at(l->y.data, (size_t)l->order[first + i]);
        if (l->o.loss == DLCV_LOSS_PERCEPTRON) continue;
        flat->binary[DLCV__FLAT_SUB](row, dlcv_f32(&l->mean), row, c->d);
        flat->binary_by[DLCV__FLAT_MUL](row, l->scale, row, c->d);
    }
    status = dlcv_bind(l->image, &x);
    if (!status) status = dlcv_bind(l->label, &y);
    if (!status) status = dlcv_forward(l->loss, DLCV_MODE_TRAIN);
    for (i = 0; i < count && !status; i++) {
        *right += dlcv__linear_label(c, dlcv_f32(dlcv_value(l->scores)) + (size_t)i * (size_t)c->rows) == dlcv_i32(&y)[i];
    }
    return status;
}

DLCV__FN dlcv_status dlcv__lesson_wild(const char *what, int step)
{
    return dlcv_fail(DLCV_ERR_NUMERIC, "linear_classifier_new: %s after %d steps is not finite: are the data? a smaller lr, or clip_norm, may help", what, step);
}

DLCV__FN dlcv_status dlcv__lesson_run(dlcv__lesson *l)
{
    const int batch = l->o.batch, each = (l->n - 1) / batch + 1;
    dlcv_schedule_opts rate;
    dlcv_progress *p = &l->c->progress;
    dlcv_rng rng = dlcv_rng_seed(l->o.seed);
    dlcv_status status = DLCV_OK;
    const double begin = dlcv__now();
    memset(&rate, 0, sizeof rate);
    rate.steps = (double)each * l->o.epochs;
    p->epochs = l->o.epochs;
    p->steps = each > INT_MAX / l->o.epochs ? INT_MAX : each * l->o.epochs;
    while (!status && !p->done) {
        double loss = 0;
        int first, right = 0;
        dlcv_rng_shuffle(&rng, l->order, l->n);
        for (first = 0; first < l->n && !status; first += batch) {
            const int count = l->n - first < batch ? l->n - first : batch;
            status = dlcv__lesson_look(l, first, count, &right);
            if (!status) loss += (double)dlcv_item(l->loss) * count;
            if (!status && !(fabs(loss) <= DBL_MAX)) status = dlcv__lesson_wild("the loss", p->step);
            if (!status) status = dlcv_backward(l->loss);
            if (!status) status = dlcv__update_by(l->graph, &l->o.optimizer, (double)dlcv_schedule_at(l->o.schedule, p->step, &rate), "linear_classifier_new");
            if (p->step < INT_MAX) p->step++;
        }
        p->epoch++;
        p->loss = (float)(loss / l->n);
        p->accuracy = (float)right / (float)l->n;
        p->seconds = dlcv__now() - begin;
        p->done = p->epoch == p->epochs || (l->o.loss == DLCV_LOSS_PERCEPTRON && right == l->n);
        if (!status && l->o.on_step && l->o.on_step(p, l->o.user)) p->done = 1;
    }
    return status;
}

/* W and b of x itself: W (x - mean) scale + b */
DLCV__FN dlcv_status dlcv__lesson_end(dlcv__lesson *l)
{
    dlcv_linear_classifier *c = l->c;
    dlcv_status status = l->o.optimizer.average > 0 ? dlcv_swap_average(l->graph) : DLCV_OK;
    const float *w = dlcv_f32(dlcv_value(dlcv_find(l->graph, "linear1.weight"))), *b = dlcv_f32(dlcv_value(dlcv_find(l->graph, "linear1.bias")));
    dlcv_shape shape = c->sample;
    size_t i, j;
    shape.dim[0] = c->rows;
    if (c->dtype == DLCV_U8 && shape.ndim == 4) shape = dlcv_shape4(c->rows, c->sample.dim[3], c->sample.dim[1], c->sample.dim[2]);
    if (!status) status = dlcv_tensor_new(&c->env, DLCV_F32, shape, &c->w);
    if (!status) status = dlcv_tensor_new(&c->env, DLCV_F32, dlcv_shape1(c->rows), &c->b);
    for (i = 0; i < (size_t)c->rows && !status; i++) {
        double shift = (double)b[i];
        for (j = 0; j < c->d; j++) {
            const float folded = w[i * c->d + j] * l->scale;
            dlcv_f32(&c->w)[i * c->d + j] = folded;
            shift -= (double)folded * (double)dlcv_f32(&l->mean)[j];
        }
        dlcv_f32(&c->b)[i] = (float)shift;
        if (!dlcv__finite((float)shift) || dlcv__first_wild(&c->w) != (size_t)-1) status = dlcv__lesson_wild("W or b", c->progress.step);
    }
    return status;
}

DLCV__FN void dlcv__lesson_free(dlcv__lesson *l)
{
    dlcv_graph_free(l->graph);
    dlcv_tensor_free(&l->some_x);
    dlcv_tensor_free(&l->some_y);
    dlcv_tensor_free(&l->mean);
    dlcv__release(&l->c->env, l->order, (size_t)l->n * sizeof(int));
}

DLCV__FN void dlcv__lesson_defaults(dlcv_linear_opts *o, int n)
{
    const int perceptron = o->loss == DLCV_LOSS_PERCEPTRON;
    if (!o->epochs) o->epochs = perceptron ? 100 : 10;
    if (!o->batch) o->batch = 64;
    if (o->batch > n) o->batch = n;
    if (!perceptron) return;
    memset(&o->optimizer, 0, sizeof o->optimizer);
    o->optimizer.method = DLCV_METHOD_SGD;
    o->optimizer.lr = 1;
    o->schedule = DLCV_SCHEDULE_CONSTANT;
    o->batch = 1;
}

DLCV_API dlcv_status dlcv_linear_classifier_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_linear_opts *opts, dlcv_linear_classifier **out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__lesson l;
    dlcv_linear_classifier *c;
    dlcv_status status;
    dlcv__fp fp;
    int classes = 0;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "linear_classifier_new: out is NULL");
    *out = NULL;
    memset(&l, 0, sizeof l);
    if (opts) l.o = *opts;
    status = dlcv__lesson_check(train, &l.o, &classes);
    if (!status) status = dlcv__optimizer_check(&l.o.optimizer, "linear_classifier_new");
    if (status) return status;
    if (dlcv_tensor_count(&train->x) / (size_t)train->x.shape.dim[0] > INT_MAX) {
        return dlcv_fail(DLCV_ERR_SHAPE, "linear_classifier_new: a sample has more numbers than an int counts");
    }
    c = (dlcv_linear_classifier *)dlcv__alloc(&e, sizeof *c);
    if (!c) return DLCV_ERR_MEMORY;
    memset(c, 0, sizeof *c);
    l.n = train->x.shape.dim[0];
    dlcv__lesson_defaults(&l.o, l.n);
    c->env = e;
    c->loss = l.o.loss;
    c->dtype = train->x.dtype;
    c->sample = train->x.shape;
    c->d = dlcv_tensor_count(&train->x) / (size_t)l.n;
    c->rows = dlcv__one_score(c->loss) ? 1 : classes;
    c->progress.validation_loss = c->progress.validation_accuracy = c->progress.lr = dlcv__float_of(0x7fc00000u);
    l.c = c;
    l.x = train->x;
    l.y = train->y;
    fp = dlcv__fp_enter();
    status = dlcv__lesson_begin(&l);
    if (!status) status = dlcv__lesson_run(&l);
    if (!status) status = dlcv__lesson_end(&l);
    dlcv__fp_leave(fp);
    dlcv__lesson_free(&l);
    if (status) dlcv_linear_classifier_free(c);
    else *out = c;
    return status;
}

DLCV_API void dlcv_linear_classifier_free(dlcv_linear_classifier *c)
{
    dlcv_env e;
    if (!c) return;
    e = c->env;
    dlcv_tensor_free(&c->w);
    dlcv_tensor_free(&c->b);
    dlcv__release(&e, c, sizeof *c);
}

DLCV_API const dlcv_tensor *dlcv_linear_classifier_weights(const dlcv_linear_classifier *c) { return c ? &c->w : NULL; }
DLCV_API const dlcv_tensor *dlcv_linear_classifier_bias(const dlcv_linear_classifier *c) { return c ? &c->b : NULL; }
DLCV_API const dlcv_progress *dlcv_linear_classifier_progress(const dlcv_linear_classifier *c) { return c ? &c->progress : NULL; }

/* Rows begin .. begin + count - 1 of x as floats in `rows`, their scores in `scores` */
DLCV__FN dlcv_status dlcv__linear_scores(const dlcv_linear_classifier *c, const dlcv_tensor *x, size_t begin, size_t count, float *rows, float *scores)
{
    const int d = (int)c->d;
    size_t i;
    for (i = 0; i < count; i++) {
        dlcv__sample_floats(x, begin + i, rows + i * c->d, c->d);
        memcpy(scores + i * (size_t)c->rows, c->b.data, (size_t)c->rows * sizeof(float));
    }
    return dlcv_sgemm(&c->env, 0, 1, (int)count, c->rows, d, 1, rows, d, dlcv_f32(&c->w), d, 1, scores, c->rows);
}

/* labels, or scores where labels is NULL */
DLCV__FN dlcv_status dlcv__linear_answer(const char *who, const dlcv_linear_classifier *c, const dlcv_tensor *x, dlcv_tensor *scores, dlcv_tensor *labels)
{
    char have[112], want[112];
    dlcv_shape shape;
    dlcv_status status;
    size_t n, i, j, block, bytes;
    float *rows, *some;
    if (!c) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the classifier is NULL", who);
    status = dlcv__check(who, "x", x);
    if (status) return status;
    shape = c->sample;
    shape.dim[0] = x->shape.ndim > 0 ? x->shape.dim[0] : 0;
    if (x->dtype != c->dtype || !dlcv__shape_equal(shape, x->shape)) {
        shape.dim[0] = -1;
        dlcv__shape_text(x->shape, have, sizeof have);
        dlcv__shape_text(shape, want, sizeof want);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: x is %s %s, learnt was from %s %s", who, dlcv__dtype_name(x->dtype), have, dlcv__dtype_name(c->dtype), want);
    }
    if (labels) status = dlcv__out_named(&c->env, who, "labels", DLCV_I32, dlcv_shape1(x->shape.dim[0]), labels);
    else status = dlcv__out_named(&c->env, who, "scores", DLCV_F32, dlcv_shape2(x->shape.dim[0], c->rows), scores);
    n = (size_t)x->shape.dim[0];
    if (status || !n) return status;
    block = n < 64 ? n : 64;
    if (!dlcv__mul(block * sizeof *rows, c->d + (size_t)c->rows, &bytes)) bytes = (size_t)-1;       /* which nobody has */
    rows = (float *)dlcv__alloc(&c->env, bytes);
    if (!rows) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", who, dlcv_error());
    some = rows + block * c->d;
    for (i = 0; i < n && !status; i += block) {
        const size_t count = n - i < block ? n - i : block;
        status = dlcv__linear_scores(c, x, i, count, rows, some);
        if (!labels && !status) memcpy((unsigned char *)scores->data + 4 * i * (size_t)c->rows, some, 4 * count * (size_t)c->rows);
        for (j = 0; j < count && labels && !status; j++) {
            const int32_t label = dlcv__linear_label(c, some + j * (size_t)c->rows);
            memcpy((unsigned char *)labels->data + 4 * (i + j), &label, 4);
        }
    }
    dlcv__release(&c->env, rows, bytes);
    return status;
}

DLCV_API dlcv_status dlcv_linear_classifier_scores(const dlcv_linear_classifier *c, const dlcv_tensor *x, dlcv_tensor *scores)
{
    if (!scores) return dlcv_fail(DLCV_ERR_ARGUMENT, "linear_classifier_scores: scores is NULL");
    return dlcv__linear_answer("linear_classifier_scores", c, x, scores, NULL);
}

DLCV_API dlcv_status dlcv_linear_classifier_predict(const dlcv_linear_classifier *c, const dlcv_tensor *x, dlcv_tensor *labels)
{
    if (!labels) return dlcv_fail(DLCV_ERR_ARGUMENT, "linear_classifier_predict: labels is NULL");
    return dlcv__linear_answer("linear_classifier_predict", c, x, NULL, labels);
}
