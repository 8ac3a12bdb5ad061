/* ---- ops: normalisation -----------------------------------------------------------------------------------------------------------------------------
 * x is [n, channels, places...]; y = (x - mean) / sqrt(variance + epsilon) * weight[channel] + bias[channel]. Batch normalisation (Ioffe and Szegedy 2015)
 * has a mean and a variance for each channel, over samples and places; group normalisation (Wu and He 2018) for each sample and group of
 * channels. The variance divides by the count. Sums of rows are the kernels', from row to row they are in double and in order. */
typedef struct dlcv__norm {
    float epsilon, momentum;
    int groups;                     /* of group normalisation */
} dlcv__norm;

static const dlcv__field dlcv__batch_norm_fields[] = { { "epsilon", DLCV__FIELD_FLOAT, offsetof(dlcv__norm, epsilon), 1e-5 },
                                                       { "momentum", DLCV__FIELD_FLOAT, offsetof(dlcv__norm, momentum), 0.1 } };
static const dlcv__field dlcv__group_norm_fields[] = { { "epsilon", DLCV__FIELD_FLOAT, offsetof(dlcv__norm, epsilon), 1e-5 },
                                                       { "groups", DLCV__FIELD_INT, offsetof(dlcv__norm, groups), 1 } };

/* Tensors and sizes of a call. Rows of fewer than `few` floats are not worth a kernel. */
typedef struct dlcv__norm_run {
    size_t n, channels, places, group;      /* group: channels that share a mean */
    size_t past;                            /* for kernels that write what nothing follows */
    const float *weight, *bias;             /* or NULL */
    float *mean, *rate;                     /* [channels] or [n, channels / group]; rate is 1 / sqrt(variance + epsilon) */
    float *dweight, *dbias;
    double *sums;                           /* [channels, 2], group normalisation [n, channels, 2], of dy and of dy (x - mean) */
} dlcv__norm_run;

enum { DLCV__NORM_FEW = 16 };

/* x [n, c, ...], and parameters [c] from input `first` on */
DLCV__FN dlcv_status dlcv__norm_infer(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape;
    const float epsilon = ((const dlcv__norm *)c->attr)->epsilon;
    char text[112], other[112];
    dlcv_status status = dlcv__infer_same(c);
    int i;
    if (status) return status;
    dlcv__shape_text(*x, text, sizeof text);
    if (x->ndim < 2 || x->dim[1] == 0) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, channels, ...] is wanted", text);
    if (!(epsilon >= 0 && dlcv__finite(epsilon))) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "epsilon is %g", (double)epsilon);
    for (i = 1; i < c->inputs; i++) {
        const dlcv_shape *p = &c->in[i]->shape;
        status = dlcv__op_want_f32(c, i);
        if (status) return status;
        dlcv__shape_text(*p, other, sizeof other);
        if (p->ndim != 1 || (p->dim[0] != x->dim[1] && x->dim[1] >= 0)) {
            return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, input %d is %s: one number a channel is wanted", text, i, other);
        }
    }
    return DLCV_OK;
}

/* first: the weights' input */
DLCV__FN void dlcv__norm_of(const dlcv__call *c, int first, size_t group, dlcv__norm_run *r)
{
    const dlcv_shape *x = &c->in[0]->shape;
    memset(r, 0, sizeof *r);
    r->n = (size_t)x->dim[0];
    r->channels = (size_t)x->dim[1];
    r->places = dlcv__extent(x, 2, x->ndim);
    r->group = group;
    r->past = c->activation ? 0 : dlcv__far(dlcv_tensor_count(c->in[0]));
    if (c->inputs <= first) return;
    r->weight = (const float *)c->in[first]->data;
    r->bias = (const float *)c->in[first + 1]->data;
    if (!c->in_gradient) return;
    if (c->in_gradient[first]) r->dweight = (float *)c->in_gradient[first]->data;
    if (c->in_gradient[first + 1]) r->dbias = (float *)c->in_gradient[first + 1]->data;
}

/* the sum, and that of (x - mean)^2 */
DLCV__FN double dlcv__norm_sum(const dlcv__call *c, const float *x, size_t n)
{
    double sum = 0;
    size_t i;
    if (n >= DLCV__NORM_FEW) return (double)c->kernels->f32->flat->sum(x, n);
    for (i = 0; i < n; i++) sum += (double)x[i];
    return sum;
}

DLCV__FN double dlcv__norm_spread(const dlcv__call *c, const float *x, float mean, size_t n)
{
    double sum = 0;
    size_t i;
    if (n >= DLCV__NORM_FEW) return (double)c->kernels->f32->flat->spread(x, mean, n);
    for (i = 0; i < n; i++) sum += ((double)x[i] - (double)mean) * ((double)x[i] - (double)mean);
    return sum;
}

/* sums[0] += sum of g, sums[1] += sum of g (x - mean), g = dy, or with a line of ReLU's argument dy where that is positive */
DLCV__FN void dlcv__norm_back_sums(const dlcv__call *c, const float *x, const float *dy, float mean, const float *line, size_t n, double *sums)
{
    size_t i, m;
    for (i = 0; i < n && n < DLCV__NORM_FEW; i++) {
        const double g = line && !(x[i] * line[0] + line[1] > 0) ? 0 : (double)dy[i];
        sums[0] += g;
        sums[1] += g * ((double)x[i] - (double)mean);
    }
    for (i = 0; i < n && n >= DLCV__NORM_FEW; i += m) {
        m = n - i < DLCV__PIECE ? n - i : DLCV__PIECE;
        DLCV__FLAT(c)->norm_sums(x + i, dy + i, mean, line, m, sums);
    }
}

/* y = scale (x - mean) + shift, or ReLU of that */
DLCV__FN void dlcv__norm_put(const dlcv__call *c, const dlcv__norm_run *r, const float *x, float mean, float scale, float shift, float *y, size_t n)
{
    const float top = dlcv__float_of(0x7f800000u);
    size_t i, m;
    shift -= mean * scale;
    for (i = 0; i < n && n < DLCV__NORM_FEW; i++) {
        y[i] = x[i] * scale + shift;
        if (c->activation && y[i] <= 0) y[i] = 0;
    }
    for (i = 0; i < n && n >= DLCV__NORM_FEW; i += m) {
        m = c->activation && n - i > 4 * DLCV__PIECE ? 4 * DLCV__PIECE : n - i;
        DLCV__FLAT(c)->affine(x + i, scale, shift, y + i, m + r->past);
        if (c->activation) DLCV__FLAT(c)->clamp(y + i, 0.0f, top, y + i, m);
    }
}

/* dx = q[1] g + q[2] (x - q[0]) + q[3] */
DLCV__FN void dlcv__norm_put_back(const dlcv__call *c, const dlcv__norm_run *r, const float *x, const float *dy, const float q[4], const float *line, float *dx, size_t n)
{
    size_t i;
    if (n >= DLCV__NORM_FEW) DLCV__FLAT(c)->norm_back(x, dy, q, line, dx, n + dlcv__far(r->n * r->channels * r->places));
    for (i = 0; i < n && n < DLCV__NORM_FEW; i++) {
        const float g = line && !(x[i] * line[0] + line[1] > 0) ? 0 : dy[i];
        dx[i] = q[1] * g + (q[2] * (x[i] - q[0]) + q[3]);
    }
}

DLCV__FN double dlcv__norm_flops(const dlcv__call *c)
{
    return 2 * dlcv__count_of(c->out);
}

/* ---- batch normalisation: inputs x, running mean, running variance and, unless no_affine, weight and bias */

DLCV__FN dlcv_status dlcv__batch_norm_infer(dlcv__call *c)
{
    const float momentum = ((const dlcv__norm *)c->attr)->momentum;
    if (c->inputs == 4) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "a weight without a bias");
    if (!(momentum >= 0 && momentum <= 1)) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "momentum is %g, not in 0 .. 1", (double)momentum);
    return dlcv__norm_infer(c);
}

DLCV__FN dlcv_status dlcv__batch_norm_plan(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape;
    const size_t values = dlcv__extent(x, 2, x->ndim) * (size_t)x->dim[0];
    char text[112];
    dlcv__shape_text(*x, text, sizeof text);
    if (c->mode == DLCV_MODE_TRAIN && values < 2) {
        return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, %d value%s a channel: training wants 2 or more", text, (int)values, values == 1 ? "" : "s");
    }
    c->saved_bytes = 2 * sizeof(float) * (size_t)x->dim[1];
    c->backward_scratch_bytes = 2 * sizeof(double) * (size_t)x->dim[1];
    c->scratch_bytes = c->backward_scratch_bytes + c->saved_bytes;
    return DLCV_OK;
}

/* In training r->mean[k] and spread are measured, and the running ones, unless frozen, move there by `momentum`, the variance divided by count - 1;
 * else they are taken. Sets mean and rate. */
DLCV__FN void dlcv__batch_norm_settle(const dlcv__call *c, const dlcv__norm_run *r, size_t k, double spread)
{
    const dlcv__norm *a = (const dlcv__norm *)c->attr;
    const double count = (double)(r->n * r->places);
    float *mean = (float *)c->in[1]->data + k, *variance = (float *)c->in[2]->data + k;
    if (c->mode == DLCV_MODE_TRAIN) {
        if (!(c->frozen & 2u)) *mean += a->momentum * (r->mean[k] - *mean);
        if (!(c->frozen & 4u)) *variance += a->momentum * ((float)(spread / (count - 1)) - *variance);
    } else {
        r->mean[k] = *mean;
    }
    r->rate[k] = (float)(1.0 / sqrt((c->mode == DLCV_MODE_TRAIN ? spread / count : (double)*variance) + (double)a->epsilon));
}

/* Small planes go sample by sample, as they lie in memory; planes that fill a cache channel by channel. Each channel's sums are the same. */
DLCV__FN size_t dlcv__norm_channels(const dlcv__norm_run *r, size_t begin, size_t end)
{
    return r->places < 4096 ? end - begin : 1;
}

DLCV__FN void dlcv__batch_norm_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const float *x = (const float *)c->in[0]->data;
    const int train = c->mode == DLCV_MODE_TRAIN;
    const size_t some = dlcv__norm_channels(r, begin, end);
    float *y = (float *)c->out->data;
    size_t i, k, at;
    for (; begin < end; begin += some) {
        const size_t until = begin + some;
        memset(r->sums + 2 * begin, 0, 2 * some * sizeof *r->sums);
        for (i = 0; i < r->n && train; i++)
            for (k = begin, at = (i * r->channels + k) * r->places; k < until; k++, at += r->places) r->sums[2 * k] += dlcv__norm_sum(c, x + at, r->places);
        for (k = begin; k < until; k++) r->mean[k] = (float)(r->sums[2 * k] / (double)(r->n * r->places));
        for (i = 0; i < r->n && train; i++)
            for (k = begin, at = (i * r->channels + k) * r->places; k < until; k++, at += r->places)
                r->sums[2 * k + 1] += dlcv__norm_spread(c, x + at, r->mean[k], r->places);
        for (k = begin; k < until; k++) dlcv__batch_norm_settle(c, r, k, r->sums[2 * k + 1]);
        for (i = 0; i < r->n; i++)
            for (k = begin, at = (i * r->channels + k) * r->places; k < until; k++, at += r->places)
                dlcv__norm_put(c, r, x + at, r->mean[k], r->weight ? r->rate[k] * r->weight[k] : r->rate[k], r->bias ? r->bias[k] : 0.0f, y + at, r->places);
    }
}

/* ---- one place each: x is [n, channels], and columns side by side are what a kernel has in its lanes. Sums of NORM_ROWS rows are in float, sums of these
 * in double. */
enum { DLCV__NORM_COLUMNS = 256, DLCV__NORM_ROWS = 16 };

/* sum[j] += a kernel's sums of columns at .. at + m - 1 over rows i .. last - 1, and dot[j], if wanted */
DLCV__APART void dlcv__norm_column_sums(const dlcv__call *c, const dlcv__norm_run *r, int how, const float *mean, const float *rate, size_t i, size_t last, size_t at, size_t m,
    double *sum, double *dot)
{
    const float *x = (const float *)c->in[0]->data + at, *dy = how < DLCV__COLUMNS_DOTS ? x : (const float *)c->out_gradient->data + at;
    const size_t step = rate ? r->channels / r->group : 0;
    float t[DLCV__NORM_COLUMNS], u[DLCV__NORM_COLUMNS];
    size_t j, rows;
    for (; i < last; i += rows) {
        rows = last - i < DLCV__NORM_ROWS ? last - i : (size_t)DLCV__NORM_ROWS;
        DLCV__FLAT(c)->columns(how, x + i * r->channels, dy + i * r->channels, rate ? mean + i * step : mean, rate ? rate + i * step : rate, step,
                               last - i >= 2 * rows && !rate ? rows * r->channels : 0, r->channels, rows, t, u, m);
        for (j = 0; j < m; j++) sum[j] += (double)t[j];
        for (j = 0; j < m && dot; j++) dot[j] += (double)u[j];
    }
}

/* Of columns at .. at + m - 1: means to r->mean, and the sums of (x - mean)^2. Not strict: in one pass, those of NORM_BLOCK rows while they are in the cache are joined
 * to those before (Chan, Golub and LeVeque 1979). */
enum { DLCV__NORM_BLOCK = 32 };

DLCV__APART void dlcv__norm_column_moments(const dlcv__call *c, const dlcv__norm_run *r, size_t at, size_t m, double *spread)
{
    double sum[DLCV__NORM_COLUMNS];
    size_t k;
    memset(sum, 0, m * sizeof *sum);
    memset(spread, 0, m * sizeof *spread);
#ifdef DLCV_STRICT
    dlcv__norm_column_sums(c, r, DLCV__COLUMNS_SUM, NULL, NULL, 0, r->n, at, m, sum, NULL);
    for (k = 0; k < m; k++) r->mean[at + k] = (float)(sum[k] / (double)r->n);
    dlcv__norm_column_sums(c, r, DLCV__COLUMNS_SPREAD, r->mean + at, NULL, 0, r->n, at, m, spread, NULL);
#else
    const float *x = (const float *)c->in[0]->data + at;
    float t[DLCV__NORM_COLUMNS], u[DLCV__NORM_COLUMNS], rest[DLCV__NORM_COLUMNS];
    size_t i, rows;
    for (i = 0; i < r->n; i += rows, x += rows * r->channels) {
        double by, before, share;
        rows = r->n - i < DLCV__NORM_BLOCK ? r->n - i : (size_t)DLCV__NORM_BLOCK;
        by = 1 / (double)rows;
        before = i ? 1 / (double)i : 0;
        share = (double)i * (double)rows / (double)(i + rows);
        DLCV__FLAT(c)->columns(DLCV__COLUMNS_SUM, x, x, NULL, NULL, 0, 0, r->channels, rows, t, t, m);
        for (k = 0; k < m; k++) t[k] *= (float)by;              /* nearly the mean: `rest` says by how much not */
        DLCV__FLAT(c)->columns(DLCV__COLUMNS_SPREAD, x, x, t, NULL, 0, r->n - i >= 2 * rows ? rows * r->channels : 0, r->channels, rows, u, rest, m);
        for (k = 0; k < m; k++) {
            const double less = (double)rest[k] * by, mean = (double)t[k] + less, d = mean - sum[k] * before, own = (double)u[k] - (double)rest[k] * less;
            spread[k] += (own < 0 ? 0 : own) + d * d * share;       /* rounding alone makes it negative; a NaN stays */
            sum[k] += mean * (double)rows;
        }
    }
    for (k = 0; k < m; k++) r->mean[at + k] = (float)(sum[k] / (double)r->n);
#endif
}

/* channels begin .. end - 1 */
DLCV__FN void dlcv__batch_norm_columns(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const float *x = (const float *)c->in[0]->data;
    float scale[DLCV__NORM_COLUMNS], shift[DLCV__NORM_COLUMNS], *y = (float *)c->out->data;
    double spread[DLCV__NORM_COLUMNS];
    size_t i, k, m, rows;
    for (; begin < end; begin += m) {
        m = end - begin < DLCV__NORM_COLUMNS ? end - begin : (size_t)DLCV__NORM_COLUMNS;
        if (c->mode == DLCV_MODE_TRAIN) dlcv__norm_column_moments(c, r, begin, m, spread);
        else memset(spread, 0, sizeof spread);
        for (k = 0; k < m; k++) {
            dlcv__batch_norm_settle(c, r, begin + k, spread[k]);
            scale[k] = r->weight ? r->rate[begin + k] * r->weight[begin + k] : r->rate[begin + k];
            shift[k] = (r->bias ? r->bias[begin + k] : 0.0f) - r->mean[begin + k] * scale[k];
        }
        for (i = 0; i < r->n; i += rows) {
            const size_t at = i * r->channels + begin;
            rows = c->activation ? 1 : r->n;
            DLCV__FLAT(c)->lines(x + at, scale, shift, NULL, NULL, y + at, r->channels, rows, m + r->past);
            if (c->activation) DLCV__FLAT(c)->clamp(y + at, 0.0f, dlcv__float_of(0x7f800000u), y + at, m);
        }
    }
}

DLCV__FN dlcv_status dlcv__batch_norm_forward(dlcv__call *c)
{
    dlcv__norm_run r;
    dlcv__norm_of(c, 3, 1, &r);
    r.sums = (double *)c->scratch;
    r.mean = (float *)(c->saved ? c->saved : (void *)(r.sums + 2 * r.channels));
    r.rate = r.mean + r.channels;
    dlcv__flat_run(c, r.channels, 4 * r.n * r.places + 64, r.places == 1 ? dlcv__batch_norm_columns : dlcv__batch_norm_body, &r);
    return DLCV_OK;
}

/* In training mean and variance depend on x, too: dx = weight rate (dy - mean of dy - z mean of (dy z)), z the normalised x. */
DLCV__FN void dlcv__batch_norm_back(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const float *x = (const float *)c->in[0]->data, *dy = (const float *)c->out_gradient->data;
    float *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL, q[4], line[2];
    const double count = (double)(r->n * r->places);
    const int train = c->mode == DLCV_MODE_TRAIN, wanted = train || r->dweight || r->dbias;
    const size_t some = dlcv__norm_channels(r, begin, end);
    size_t i, k, at;
    int pass;
    for (; begin < end; begin += some) {
        memset(r->sums + 2 * begin, 0, 2 * some * sizeof *r->sums);
        for (pass = !wanted; pass < 2; pass++) {
            for (i = 0; i < r->n && (dx || !pass); i++)
                for (k = begin, at = (i * r->channels + k) * r->places; k < begin + some; k++, at += r->places) {
                    const double *sums = r->sums + 2 * k, rate = (double)r->rate[k], a = r->weight ? rate * (double)r->weight[k] : rate;
                    line[0] = r->weight ? r->rate[k] * r->weight[k] : r->rate[k];
                    line[1] = (r->bias ? r->bias[k] : 0.0f) - r->mean[k] * line[0];
                    if (!pass) {
                        dlcv__norm_back_sums(c, x + at, dy + at, r->mean[k], c->activation ? line : NULL, r->places, r->sums + 2 * k);
                        continue;
                    }
                    q[0] = r->mean[k];
                    q[1] = (float)a;
                    q[2] = train ? (float)(-a * rate * rate * sums[1] / count) : 0.0f;
                    q[3] = train ? (float)(-a * sums[0] / count) : 0.0f;
                    dlcv__norm_put_back(c, r, x + at, dy + at, q, c->activation ? line : NULL, dx + at, r->places);
                }
            for (k = begin; k < begin + some && !pass; k++) {
                if (r->dweight) r->dweight[k] = (float)(r->sums[2 * k + 1] * (double)r->rate[k]);
                if (r->dbias) r->dbias[k] = (float)r->sums[2 * k];
            }
        }
    }
}

/* The same of columns, as a dy + (b x + e) */
DLCV__FN void dlcv__batch_norm_back_columns(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const float *x = (const float *)c->in[0]->data, *dy = (const float *)c->out_gradient->data;
    float a[DLCV__NORM_COLUMNS], b[DLCV__NORM_COLUMNS], e[DLCV__NORM_COLUMNS], *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data : NULL;
    const int train = c->mode == DLCV_MODE_TRAIN, sums = train || r->dweight || r->dbias;
    double sum[DLCV__NORM_COLUMNS], dot[DLCV__NORM_COLUMNS];
    size_t i, k, m, rows;
    for (; begin < end; begin += m) {
        m = end - begin < DLCV__NORM_COLUMNS ? end - begin : (size_t)DLCV__NORM_COLUMNS;
        memset(sum, 0, sizeof sum);
        memset(dot, 0, sizeof dot);
        if (sums) dlcv__norm_column_sums(c, r, DLCV__COLUMNS_DOTS, r->mean + begin, NULL, 0, r->n, begin, m, sum, dot);
        for (k = 0; k < m; k++) {
            const double rate = (double)r->rate[begin + k], scale = r->weight ? rate * (double)r->weight[begin + k] : rate;
            if (r->dbias) r->dbias[begin + k] = (float)sum[k];
            a[k] = (float)scale;
            e[k] = train ? (float)(-scale * sum[k] / (double)r->n) : 0.0f;
        }
        for (k = 0; k < m; k++) {
            const double rate = (double)r->rate[begin + k];
            if (r->dweight) r->dweight[begin + k] = (float)(dot[k] * rate);
            b[k] = train ? (float)(-(double)a[k] * rate * rate * dot[k] / (double)r->n) : 0.0f;
            e[k] -= b[k] * r->mean[begin + k];
        }
        for (i = r->n; i > 0 && dx; i -= rows) {                /* from the end, which the caches still have */
            size_t at;
            rows = i % DLCV__NORM_BLOCK ? i % DLCV__NORM_BLOCK : (size_t)DLCV__NORM_BLOCK;
            at = (i - rows) * r->channels + begin;
            DLCV__FLAT(c)->lines(x + at, b, e, dy + at, a, dx + at, r->channels, rows, m + r->past);
        }
    }
}

DLCV__FN dlcv_status dlcv__batch_norm_backward(dlcv__call *c)
{
    dlcv__norm_run r;
    dlcv__norm_of(c, 3, 1, &r);
    r.mean = (float *)c->saved;
    r.rate = r.mean + r.channels;
    r.sums = (double *)c->scratch;
    dlcv__flat_run(c, r.channels, 4 * r.n * r.places + 64, r.places == 1 ? dlcv__batch_norm_back_columns : dlcv__batch_norm_back, &r);
    return DLCV_OK;
}

static const dlcv__op dlcv__op_batch_norm = { "batch_norm", 3, 5, 0, DLCV__READS_IN, sizeof(dlcv__norm), DLCV__FIELDS(dlcv__batch_norm_fields), dlcv__batch_norm_infer,
    dlcv__batch_norm_plan, dlcv__batch_norm_forward, dlcv__batch_norm_backward, NULL, dlcv__norm_flops };

/* ---- group normalisation: inputs x and, unless no_affine, weight and bias. 1 group: of a layer; as many as channels: of an instance */

DLCV__FN dlcv_status dlcv__group_norm_infer(dlcv__call *c)
{
    const int groups = ((const dlcv__norm *)c->attr)->groups;
    const dlcv_status status = dlcv__norm_infer(c);
    if (status) return status;
    if (c->inputs == 2) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "a weight without a bias");
    if (groups < 1 || (c->in[0]->shape.dim[1] > 0 && c->in[0]->shape.dim[1] % groups)) {
        return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "%d groups do not divide %d channels", groups, c->in[0]->shape.dim[1]);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__group_norm_plan(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape;
    c->saved_bytes = c->scratch_bytes = 2 * sizeof(float) * (size_t)x->dim[0] * (size_t)((const dlcv__norm *)c->attr)->groups;
    c->backward_scratch_bytes = 2 * sizeof(double) * (size_t)(x->dim[0] > 0 ? x->dim[0] : 1) * (size_t)x->dim[1];
    return DLCV_OK;
}

/* y of one group of places 1 each: weight and bias are vectors as long as it */
DLCV__FN void dlcv__group_norm_vector(const dlcv__call *c, const dlcv__norm_run *r, size_t s, float *y)
{
    const size_t k = s * r->group % r->channels;
    const float *x = (const float *)c->in[0]->data + s * r->group;
    if (!r->weight) dlcv__norm_put(c, r, x, r->mean[s], r->rate[s], 0.0f, y, r->group);
    else DLCV__FLAT(c)->map(DLCV__MAP_NORMED, x, r->weight + k, r->bias + k, r->rate[s], -r->mean[s] * r->rate[s], y, r->group + r->past);
}

DLCV__FN void dlcv__group_norm_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const size_t length = r->group * r->places;
    size_t s, i;
    for (s = begin; s < end; s++) {
        const float *x = (const float *)c->in[0]->data + s * length;
        float *y = (float *)c->out->data + s * length;
        const size_t k = s * r->group % r->channels;
        const size_t ahead = s + 1 < end && length <= 2048 ? length : 0;                  /* of the next one, a part before each pass */
        double spread;
        for (i = 0; i < ahead / 3; i += 16) DLCV__PREFETCH(x + length + i);
        r->mean[s] = (float)(dlcv__norm_sum(c, x, length) / (double)length);
        for (; i < ahead / 3 * 2; i += 16) DLCV__PREFETCH(x + length + i);
        spread = dlcv__norm_spread(c, x, r->mean[s], length);
        r->rate[s] = (float)(1.0 / sqrt(spread / (double)length + (double)((const dlcv__norm *)c->attr)->epsilon));
        for (; i < ahead; i += 16) DLCV__PREFETCH(x + length + i);
        if (r->places == 1) dlcv__group_norm_vector(c, r, s, y);
        for (i = 0; i < r->group && r->places != 1; i++) {
            dlcv__norm_put(c, r, x + i * r->places, r->mean[s], r->weight ? r->rate[s] * r->weight[k + i] : r->rate[s], r->bias ? r->bias[k + i] : 0.0f,
                           y + i * r->places, r->places);
        }
    }
}

DLCV__FN void dlcv__group_norm_of(const dlcv__call *c, dlcv__norm_run *r, size_t *rows)
{
    const size_t groups = (size_t)((const dlcv__norm *)c->attr)->groups;
    dlcv__norm_of(c, 1, (size_t)c->in[0]->shape.dim[1] / groups, r);
    *rows = r->n * groups;
    r->mean = (float *)(c->saved ? c->saved : c->scratch);
    r->rate = *rows ? r->mean + *rows : NULL;
}

DLCV__FN dlcv_status dlcv__group_norm_forward(dlcv__call *c)
{
    dlcv__norm_run r;
    size_t rows;
    dlcv__group_norm_of(c, &r, &rows);
    if (r.places) dlcv__flat_run(c, rows, 4 * r.group * r.places + 64, dlcv__group_norm_body, &r);
    return DLCV_OK;
}

/* weight dy of columns at .. at + m - 1 of group s, in t or where it lies */
DLCV__FN const float *dlcv__group_norm_piece(const dlcv__call *c, const dlcv__norm_run *r, size_t s, size_t at, size_t m, float *t)
{
    const size_t from = s * r->group + at;
    const float *dy = (const float *)c->out_gradient->data + from;
    if (!r->weight) return dy;
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](r->weight + from % r->channels, dy, t, m);
    return t;
}

/* Places 1 each, a group's row: the same without sums of channels */
DLCV__FN void dlcv__group_norm_back_vector(const dlcv__call *c, const dlcv__norm_run *r, size_t s)
{
    float t[2 * DLCV__PIECE], q[4], *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data + s * r->group : NULL;
    const float *x = (const float *)c->in[0]->data + s * r->group, *g = t;
    const double rate = (double)r->rate[s], length = (double)r->group;
    double sums[2] = { 0, 0 };
    size_t i, m;
    for (i = 0; i < r->group && dx; i += m) {
        m = r->group - i < DLCV__PIECE ? r->group - i : DLCV__PIECE;
        g = dlcv__group_norm_piece(c, r, s, i, m, t + i % (2 * DLCV__PIECE));
        DLCV__FLAT(c)->norm_sums(x + i, g, r->mean[s], NULL, m, sums);
    }
    q[0] = r->mean[s], q[1] = r->rate[s], q[2] = (float)(-rate * rate * rate * sums[1] / length), q[3] = (float)(-rate * sums[0] / length);
    for (i = 0; i < r->group && dx; i += m) {
        m = r->group - i < DLCV__PIECE ? r->group - i : DLCV__PIECE;
        if (r->group > 2 * DLCV__PIECE || !r->weight) g = dlcv__group_norm_piece(c, r, s, i, m, t);
        else g = t + i;
        dlcv__norm_put_back(c, r, x + i, g, q, NULL, dx + i, m);
    }
}

/* and the gradients of weight and bias, columns begin .. end - 1 of rows i .. last - 1, added to sum and dot */
DLCV__FN void dlcv__group_norm_column_sums(const dlcv__call *c, const dlcv__norm_run *r, size_t i, size_t last, size_t begin, size_t end)
{
    double *sum = r->sums, *dot = sum + r->channels;
    size_t m;
    for (; begin < end; begin += m) {
        m = r->group - begin % r->group;                        /* of one group */
        if (m > end - begin) m = end - begin;
        if (m > DLCV__NORM_COLUMNS) m = (size_t)DLCV__NORM_COLUMNS;
        dlcv__norm_column_sums(c, r, DLCV__COLUMNS_ROWS, r->mean + begin / r->group, r->rate + begin / r->group, i, last, begin, m, sum + begin, dot + begin);
    }
}

DLCV__FN void dlcv__group_norm_back_columns(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    dlcv__group_norm_column_sums(c, r, 0, r->n, begin, end);
}

/* dx = rate (g - mean of g - z mean of (g z)), g = weight dy */
DLCV__FN void dlcv__group_norm_back(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__norm_run *r = (const dlcv__norm_run *)context;
    const double length = (double)(r->group * r->places);
    size_t s, i;
    for (s = begin; s < end; s++) {
        const size_t from = s * r->group, k = from % r->channels;
        const float *x = (const float *)c->in[0]->data + from * r->places, *dy = (const float *)c->out_gradient->data + from * r->places;
        float *dx = c->in_gradient[0] ? (float *)c->in_gradient[0]->data + from * r->places : NULL;
        const double rate = (double)r->rate[s];
        double g = 0, gz = 0;
        if (r->places == 1) {
            dlcv__group_norm_back_vector(c, r, s);
            continue;
        }
        for (i = 0; i < r->group; i++) {
            double *sums = r->sums + 2 * (from + i);
            sums[0] = sums[1] = 0;
            dlcv__norm_back_sums(c, x + i * r->places, dy + i * r->places, r->mean[s], NULL, r->places, sums);
            g += r->weight ? (double)r->weight[k + i] * sums[0] : sums[0];
            gz += r->weight ? (double)r->weight[k + i] * sums[1] : sums[1];
            sums[1] *= rate;
        }
        for (i = 0; i < r->group && dx; i++) {
            float q[4];
            q[0] = r->mean[s];
            q[1] = (float)(r->weight ? rate * (double)r->weight[k + i] : rate);
            q[2] = (float)(-rate * rate * rate * gz / length);
            q[3] = (float)(-rate * g / length);
            dlcv__norm_put_back(c, r, x + i * r->places, dy + i * r->places, q, NULL, dx + i * r->places, r->places);
        }
    }
}

/* Places 1 each: dweight and dbias, too. One thread has both from NORM_ROWS rows while they are in the cache. */
DLCV__FN void dlcv__group_norm_back_rows(const dlcv__call *c, dlcv__norm_run *r, size_t rows)
{
    const int wanted = r->dweight || r->dbias, parts = !wanted || dlcv__width(c->env) > 1;
    const size_t groups = r->channels / r->group;
    double *sum = r->sums, *dot = sum + r->channels;
    size_t i, j, last;
    for (j = 0; j < r->channels; j++) sum[j] = dot[j] = 0;
    if (parts) dlcv__flat_run(c, rows, 4 * r->group + 64, dlcv__group_norm_back, r);
    if (parts && wanted) dlcv__flat_run(c, r->channels, 4 * r->n + 64, dlcv__group_norm_back_columns, r);
    for (i = 0; i < r->n && !parts; i = last) {
        last = r->n - i < DLCV__NORM_ROWS ? r->n : i + DLCV__NORM_ROWS;
        dlcv__group_norm_back(c, i * groups, last * groups, r);
        dlcv__group_norm_column_sums(c, r, i, last, 0, r->channels);
    }
    DLCV__FLAT(c)->fence();
    for (j = 0; j < r->channels && r->dbias; j++) r->dbias[j] = (float)sum[j];
    for (j = 0; j < r->channels && r->dweight; j++) r->dweight[j] = (float)dot[j];
}

DLCV__FN dlcv_status dlcv__group_norm_backward(dlcv__call *c)
{
    dlcv__norm_run r;
    size_t rows, i, k;
    dlcv__group_norm_of(c, &r, &rows);
    r.sums = (double *)c->scratch;
    if (r.places == 1) {
        dlcv__group_norm_back_rows(c, &r, rows);
        return DLCV_OK;
    }
    dlcv__flat_run(c, rows, 4 * r.group * r.places + 64, dlcv__group_norm_back, &r);
    for (k = 0; k < r.channels && (r.dweight || r.dbias); k++) {
        double sums[2] = { 0, 0 };
        for (i = 0; i < r.n; i++) {
            sums[0] += r.sums[2 * (i * r.channels + k)];
            sums[1] += r.sums[2 * (i * r.channels + k) + 1];
        }
        if (r.dbias) r.dbias[k] = (float)sums[0];
        if (r.dweight) r.dweight[k] = (float)sums[1];
    }
    return DLCV_OK;
}

static const dlcv__op dlcv__op_group_norm = { "group_norm", 1, 3, 0, DLCV__READS_IN0 | DLCV__READS_IN1, sizeof(dlcv__norm), DLCV__FIELDS(dlcv__group_norm_fields),
    dlcv__group_norm_infer, dlcv__group_norm_plan, dlcv__group_norm_forward, dlcv__group_norm_backward, NULL, dlcv__norm_flops };

/* ---- local response normalisation across channels (Krizhevsky et al. 2012, section 3.3)
 * y[c] = x[c] d[c]^-beta, d[c] = k + alpha sum of x[j]^2 over the channels j from c - (size - 1) / 2 to c + size / 2. */
typedef struct dlcv__lrn {
    int size;
    float alpha, beta, k;
} dlcv__lrn;

static const dlcv__field dlcv__lrn_fields[] = { { "size", DLCV__FIELD_INT, offsetof(dlcv__lrn, size), 5 }, { "alpha", DLCV__FIELD_FLOAT, offsetof(dlcv__lrn, alpha), 1e-4 },
                                                { "beta", DLCV__FIELD_FLOAT, offsetof(dlcv__lrn, beta), 0.75 }, { "k", DLCV__FIELD_FLOAT, offsetof(dlcv__lrn, k), 2 } };

DLCV__FN dlcv_status dlcv__local_response_norm_infer(dlcv__call *c)
{
    const dlcv__lrn *a = (const dlcv__lrn *)c->attr;
    const dlcv_status status = dlcv__infer_same(c);
    char text[112];
    if (status) return status;
    dlcv__shape_text(c->in[0]->shape, text, sizeof text);
    if (c->in[0]->shape.ndim < 2) return dlcv__op_fail(c, DLCV_ERR_SHAPE, "input is %s, [n, channels, ...] is wanted", text);
    if (a->size < 1) return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "size is %d, at least 1 channel is wanted", a->size);
    if (!(a->k > 0 && a->alpha >= 0 && dlcv__finite(a->k) && dlcv__finite(a->alpha) && dlcv__finite(a->beta))) {
        return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "alpha %g, beta %g, k %g: the denominator might not be positive", (double)a->alpha, (double)a->beta, (double)a->k);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__local_response_norm_plan(dlcv__call *c)
{
    c->backward_scratch_bytes = dlcv__extent(&c->in[0]->shape, 0, c->in[0]->shape.ndim) * sizeof(float);
    return DLCV_OK;
}

/* t = d^-beta; d may be t. The usual 3/4 is the root of d times its root. */
DLCV__FN void dlcv__lrn_power(const dlcv__call *c, const float *d, float *t, size_t n)
{
    if (((const dlcv__lrn *)c->attr)->beta == 0.75f) {
        dlcv__map1(c, DLCV__MAP_POWER34, d, 0, 0, t, n);
        return;
    }
    c->kernels->f32->log_f32(d, t, n);
    DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](t, -((const dlcv__lrn *)c->attr)->beta, t, n);
    c->kernels->f32->exp_f32(t, t, n);
}

/* The channels [lo, hi) from k - before to k + after */
DLCV__FN void dlcv__lrn_window(size_t k, size_t before, size_t after, size_t channels, size_t *lo, size_t *hi)
{
    *lo = k > before ? k - before : 0;
    *hi = channels - k > after ? k + after + 1 : channels;
}

/* Of places i .. i + n - 1 of a plane of n * channels: d, y = centre d^-beta, or one of them; the other is NULL. n <= PIECE (beta 3/4: any), to
 * which FAR may be added where there is y */
DLCV__FN void dlcv__lrn_places(const dlcv__call *c, size_t plane, size_t i, size_t n, const float *centre, float *d, float *y)
{
    const dlcv__lrn *a = (const dlcv__lrn *)c->attr;
    const size_t channels = (size_t)c->in[0]->shape.dim[1], places = dlcv__extent(&c->in[0]->shape, 2, c->in[0]->shape.ndim), k = plane % channels;
    const size_t m = n & ~DLCV__FAR;
    float t[DLCV__PIECE];
    size_t lo, hi;
    dlcv__lrn_window(k, (size_t)(a->size - 1) / 2, (size_t)a->size / 2, channels, &lo, &hi);
    DLCV__FLAT(c)->response((const float *)c->in[0]->data + (plane - k + lo) * places + i, places, (int)(hi - lo), a->alpha, a->k, centre,
                            y && a->beta != 0.75f ? t : d, a->beta == 0.75f ? y : NULL, a->beta == 0.75f ? n : m);
    if (!y || a->beta == 0.75f) return;
    dlcv__lrn_power(c, t, t, m);
    DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](t, centre, y, n);
}

/* Planes begin .. end - 1 of n * channels, of a sample's a piece after the other, while the neighbours' are in the cache */
DLCV__FN void dlcv__lrn_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const size_t places = dlcv__extent(&c->in[0]->shape, 2, c->in[0]->shape.ndim), channels = (size_t)c->in[0]->shape.dim[1];
    const size_t past = dlcv__far(dlcv_tensor_count(c->in[0])), most = ((const dlcv__lrn *)c->attr)->beta == 0.75f ? 4 * DLCV__PIECE : DLCV__PIECE;
    size_t i, k, m, last;
    (void)context;
    for (; begin < end; begin = last) {
        last = begin - begin % channels + channels < end ? begin - begin % channels + channels : end;
        for (i = 0; i < places; i += m) {
            m = places - i < most ? places - i : most;
            for (k = begin; k < last; k++) dlcv__lrn_places(c, k, i, m + past, (const float *)c->in[0]->data + k * places + i, NULL, (float *)c->out->data + k * places + i);
        }
    }
}

DLCV__FN dlcv_status dlcv__local_response_norm_forward(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape;
    dlcv__flat_run(c, dlcv__extent(x, 0, 2), dlcv__extent(x, 2, x->ndim) * (2 + (size_t)((const dlcv__lrn *)c->attr)->size), dlcv__lrn_body, NULL);
    return DLCV_OK;
}

/* scratch = dy y / d, for each element */
DLCV__FN void dlcv__lrn_ratio(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const size_t places = dlcv__extent(&c->in[0]->shape, 2, c->in[0]->shape.ndim);
    float d[DLCV__PIECE];
    size_t i, m;
    (void)context;
    for (; begin < end; begin++) {
        for (i = 0; i < places; i += m) {
            const size_t at = begin * places + i;
            float *t = (float *)c->scratch + at;
            m = places - i < DLCV__PIECE ? places - i : DLCV__PIECE;
            dlcv__lrn_places(c, begin, i, m, NULL, d, NULL);
            DLCV__FLAT(c)->binary[DLCV__FLAT_MUL]((const float *)c->out_gradient->data + at, (const float *)c->out->data + at, t, m);
            DLCV__FLAT(c)->binary[DLCV__FLAT_DIV](t, d, t, m);
        }
    }
}

/* dx = dy d^-beta - 2 alpha beta x times the sum of dy y / d over the channels whose windows hold this one */
DLCV__FN void dlcv__lrn_back(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__lrn *a = (const dlcv__lrn *)c->attr;
    const size_t channels = (size_t)c->in[0]->shape.dim[1], places = dlcv__extent(&c->in[0]->shape, 2, c->in[0]->shape.ndim);
    float s[DLCV__PIECE], t[DLCV__PIECE];
    size_t i, j, m, lo, hi;
    (void)context;
    for (; begin < end; begin++) {
        const size_t k = begin % channels, first = (begin - k) * places;
        const float *ratio = (const float *)c->scratch + first;
        dlcv__lrn_window(k, (size_t)a->size / 2, (size_t)(a->size - 1) / 2, channels, &lo, &hi);
        for (i = 0; i < places; i += m) {
            const size_t at = first + k * places + i;
            m = places - i < DLCV__PIECE ? places - i : DLCV__PIECE;
            memset(s, 0, m * sizeof *s);
            for (j = lo; j < hi; j++) DLCV__FLAT(c)->binary[DLCV__FLAT_ADD](s, ratio + j * places + i, s, m);
            DLCV__FLAT(c)->binary[DLCV__FLAT_MUL](s, (const float *)c->in[0]->data + at, s, m);
            DLCV__FLAT(c)->binary_by[DLCV__FLAT_MUL](s, 2.0f * a->alpha * a->beta, s, m);
            dlcv__lrn_places(c, begin, i, m, (const float *)c->out_gradient->data + at, NULL, t);
            DLCV__FLAT(c)->binary[DLCV__FLAT_SUB](t, s, (float *)c->in_gradient[0]->data + at, m);
        }
    }
}

DLCV__FN dlcv_status dlcv__local_response_norm_backward(dlcv__call *c)
{
    const dlcv_shape *x = &c->in[0]->shape;
    dlcv__flat_run(c, dlcv__extent(x, 0, 2), dlcv__extent(x, 2, x->ndim) * (3 + (size_t)((const dlcv__lrn *)c->attr)->size), dlcv__lrn_ratio, NULL);
    dlcv__flat_run(c, dlcv__extent(x, 0, 2), dlcv__extent(x, 2, x->ndim) * (3 + (size_t)((const dlcv__lrn *)c->attr)->size), dlcv__lrn_back, NULL);
    return DLCV_OK;
}

/* a square, a sum each, and then a scale, a shift, a power, a product */
DLCV__FN double dlcv__local_response_norm_flops(const dlcv__call *c)
{
    return dlcv__count_of(c->out) * (2 * (double)((const dlcv__lrn *)c->attr)->size + 4);
}

static const dlcv__op dlcv__op_local_response_norm = { "local_response_norm", 1, 1, 0, DLCV__READS_OUT | DLCV__READS_IN0, sizeof(dlcv__lrn), DLCV__FIELDS(dlcv__lrn_fields),
    dlcv__local_response_norm_infer, dlcv__local_response_norm_plan, dlcv__local_response_norm_forward, dlcv__local_response_norm_backward, NULL,
    dlcv__local_response_norm_flops };
