/* ---- graphs: gradients checked by differences ---------------------------------------------------------------------------------------------- */

typedef struct dlcv__checker {
    dlcv_node x;
    dlcv_check_opts opts;
    uint64_t runs;              /* so that each forward draws the same */
    double step;
    float *upstream;            /* [x], NULL: x is a scalar */
    size_t count;               /* of x */
    int tensors;
    int *id;                    /* [tensors] */
    float **value, **gradient;  /* [tensors]; gradients are copies */
    float **given;              /* [tensors] the user's, for inputs, which are replaced by copies; else NULL */
    float *weights;             /* a copy of all parameters: training forwards change running means */
    unsigned char *block;
    size_t bytes;
} dlcv__checker;

/* Uniform in -1 .. 1 */
DLCV__FN float dlcv__check_random(uint64_t seed, uint64_t stream, size_t i)
{
    uint32_t words[4];
    dlcv__philox(seed, stream, (uint64_t)i, words);
    return (float)(words[0] >> 8) * 1.1920928955078125e-7f - 1.0f;      /* 2^-23 */
}

DLCV__FN dlcv_status dlcv__check_f(dlcv__checker *k, double *f)
{
    dlcv_graph *g = k->x.graph;
    const dlcv_tensor *t;
    dlcv_status status;
    size_t i;
    g->runs = k->runs;
    g->written++;
    status = dlcv_forward(k->x, k->opts.mode);
    if (status) return status;
    t = dlcv_value(k->x);
    for (*f = 0, i = 0; i < k->count; i++) *f += (k->upstream ? (double)k->upstream[i] : 1.0) * (double)((const float *)t->data)[i];
    return DLCV_OK;
}

/* Does the check look at this one? Parameters that learn, inputs that are kept, f32. */
DLCV__FN int dlcv__check_wants(const dlcv__node *n)
{
    return n->gradient.data && n->value.dtype == DLCV_F32 && (n->kind == DLCV__KIND_PARAMETER || (n->kind == DLCV__KIND_INPUT && n->kept));
}

/* One block: upstream, copies of gradients, of inputs, of all parameters. */
DLCV__FN dlcv_status dlcv__check_new(dlcv__checker *k)
{
    dlcv_graph *g = k->x.graph;
    const dlcv__node *x = dlcv__node_at(g, k->x.id);
    size_t floats = g->value_floats, tensors = 0, n;
    float *at;
    int id;
    k->count = dlcv_tensor_count(&x->value);
    floats += k->count;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *m = dlcv__node_at(g, id);
        if (!dlcv__check_wants(m)) continue;
        tensors++;
        floats += dlcv_tensor_count(&m->value) * (m->kind == DLCV__KIND_INPUT ? 2u : 1u);
    }
    if (!tensors) return dlcv_fail(DLCV_ERR_ARGUMENT, "gradient_check: \"%s\": there is no parameter and no kept input", x->name);
    k->bytes = floats * sizeof(float) + tensors * (3 * sizeof(float *) + sizeof(int));
    k->block = (unsigned char *)dlcv__alloc(&g->env, k->bytes);
    if (!k->block) return dlcv_fail(DLCV_ERR_MEMORY, "gradient_check: %s", dlcv_error());
    k->value = (float **)k->block;
    k->gradient = k->value + tensors;
    k->given = k->gradient + tensors;
    k->id = (int *)(k->given + tensors);
    at = (float *)(k->id + tensors);
    k->weights = at;
    if (g->value_floats) memcpy(at, g->values, g->value_floats * sizeof *at);
    at += g->value_floats;
    if (x->value.shape.ndim || k->count != 1) k->upstream = at;
    for (n = 0; n < k->count; n++) at[n] = dlcv__check_random(k->opts.seed, 1, n);
    at += k->count;
    for (id = 1; id <= g->nodes; id++) {
        dlcv__node *m = dlcv__node_at(g, id);
        if (!dlcv__check_wants(m)) continue;
        n = dlcv_tensor_count(&m->value);
        k->id[k->tensors] = id;
        k->gradient[k->tensors] = at;
        at += n;
        k->given[k->tensors] = NULL;
        if (m->kind == DLCV__KIND_INPUT) {
            k->given[k->tensors] = (float *)m->value.data;
            memcpy(at, m->value.data, n * sizeof *at);
            m->value.data = at;
            at += n;
        }
        k->value[k->tensors++] = (float *)m->value.data;
    }
    return DLCV_OK;
}

DLCV__FN void dlcv__check_free(dlcv__checker *k)
{
    dlcv_graph *g = k->x.graph;
    int t;
    if (!k->block) return;
    for (t = 0; t < k->tensors; t++) {
        if (k->given[t]) dlcv__node_at(g, k->id[t])->value.data = k->given[t];
    }
    if (g->value_floats) memcpy(g->values, k->weights, g->value_floats * sizeof(float));
    g->written++;
    dlcv__release(&g->env, k->block, k->bytes);
}

/* Where the difference is taken: element `at` of tensor t, or all elements times a random direction (t < 0). */
DLCV__FN void dlcv__check_move(dlcv__checker *k, int t, size_t at, const float *origin, double h)
{
    size_t i, n, j = 0;
    int u;
    if (t >= 0) {
        k->value[t][at] = (float)((double)*origin + h);
        return;
    }
    for (u = 0; u < k->tensors; u++) {
        const dlcv__node *m = dlcv__node_at(k->x.graph, k->id[u]);
        const float *from = k->given[u] ? k->given[u] : k->weights + m->offset;
        n = dlcv_tensor_count(&m->value);
        for (i = 0; i < n; i++, j++) k->value[u][i] = (float)((double)from[i] + h * (double)dlcv__check_random(k->opts.seed, 2 + (uint64_t)at, j));
    }
}

/* The difference quotient. h is what the floats make of it. */
DLCV__FN dlcv_status dlcv__check_difference(dlcv__checker *k, int t, size_t at, double *out)
{
    static const double points[3][4] = { { 1, -1, 2, -2 }, { 1, -1, 0, 0 }, { 1, 0, 0, 0 } };
    const int method = (int)k->opts.method, count = method == (int)DLCV_DIFFERENCE_FOUR_POINT ? 4 : 2;
    const float origin = t >= 0 ? k->value[t][at] : 0.0f;
    double f[4] = { 0, 0, 0, 0 }, h = k->step, x[4] = { 0, 0, 0, 0 };
    dlcv_status status = DLCV_OK;
    int i;
    if (t >= 0 && fabs((double)origin) > 1) h *= fabs((double)origin);
    for (i = 0; i < count && !status; i++) {
        dlcv__check_move(k, t, at, &origin, points[method][i] * h);
        x[i] = t >= 0 ? (double)k->value[t][at] : points[method][i] * h;
        status = dlcv__check_f(k, &f[i]);
    }
    dlcv__check_move(k, t, at, &origin, 0);
    if (count == 4) *out = (8 * (f[0] - f[1]) - (f[2] - f[3])) / (8 * (x[0] - x[1]) - (x[2] - x[3]));
    else *out = (f[0] - f[1]) / (x[0] - x[1]);
    return status;
}

DLCV__FN void dlcv__check_compare(dlcv_check *out, double numerical, double analytic, double scale, dlcv_node where, size_t element)
{
    const double error = fabs(numerical - analytic), relative = error == 0 ? 0 : scale > 0 ? error / scale : error;
    out->tried++;
    if (relative <= out->worst || out->worst != out->worst) return;     /* a NaN is the worst, and the first stays */
    out->worst = relative;
    out->numerical = numerical;
    out->analytic = analytic;
    out->node = where;
    out->element = element;
}

DLCV__FN dlcv_status dlcv__check_elements(dlcv__checker *k, dlcv_check *out)
{
    dlcv_status status = DLCV_OK;
    double numerical = 0;
    int t;
    for (t = 0; t < k->tensors && !status; t++) {
        const size_t n = dlcv_tensor_count(&dlcv__node_at(k->x.graph, k->id[t])->value);
        const size_t most = k->opts.most > 0 && (size_t)k->opts.most < n ? (size_t)k->opts.most : n;
        double scale = 0;
        size_t i;
        for (i = 0; i < n; i++) {
            if (fabs((double)k->gradient[t][i]) > scale) scale = fabs((double)k->gradient[t][i]);
        }
        for (i = 0; i < most && !status; i++) {
            const size_t at = n / most * i + (n % most) * i / most;
            status = dlcv__check_difference(k, t, at, &numerical);
            if (!status) dlcv__check_compare(out, numerical, (double)k->gradient[t][at], scale, dlcv__node_of(k->x.graph, k->id[t]), at);
        }
    }
    return status;
}

/* Scale: the norms of gradient and direction, over the root of the number of elements. */
DLCV__FN dlcv_status dlcv__check_directions(dlcv__checker *k, dlcv_check *out)
{
    dlcv_status status = DLCV_OK;
    double numerical = 0;
    int d, t;
    for (d = 0; d < k->opts.directions && !status; d++) {
        double dot = 0, squares = 0;
        size_t i, j = 0;
        for (t = 0; t < k->tensors; t++) {
            const size_t n = dlcv_tensor_count(&dlcv__node_at(k->x.graph, k->id[t])->value);
            for (i = 0; i < n; i++, j++) {
                dot += (double)k->gradient[t][i] * (double)dlcv__check_random(k->opts.seed, 2 + (uint64_t)d, j);
                squares += (double)k->gradient[t][i] * (double)k->gradient[t][i];
            }
        }
        status = dlcv__check_difference(k, -1, (size_t)d, &numerical);
        if (!status) dlcv__check_compare(out, numerical, dot, sqrt(squares), dlcv__node_of(NULL, 0), 0);
    }
    return status;
}

/* The gradient at the point where we are, copied. */
DLCV__FN dlcv_status dlcv__check_gradient(dlcv__checker *k)
{
    dlcv_tensor upstream = dlcv_tensor_view(k->upstream, DLCV_F32, dlcv__node_at(k->x.graph, k->x.id)->value.shape);
    dlcv_status status;
    double f;
    int t;
    status = dlcv__check_f(k, &f);
    if (!status) status = dlcv_backward_from(k->x, k->upstream ? &upstream : NULL);
    for (t = 0; t < k->tensors && !status; t++) {
        const dlcv__node *n = dlcv__node_at(k->x.graph, k->id[t]);
        memcpy(k->gradient[t], n->gradient.data, dlcv_tensor_count(&n->gradient) * sizeof(float));
    }
    return status;
}

DLCV_API dlcv_status dlcv_gradient_check(dlcv_node x, const dlcv_check_opts *opts, dlcv_check *out)
{
    dlcv__checker k;
    dlcv_status status = dlcv__node_check("gradient_check", x);
    if (status) return status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "gradient_check: out is NULL");
    memset(out, 0, sizeof *out);
    memset(&k, 0, sizeof k);
    k.x = x;
    if (opts) k.opts = *opts;
    if (k.opts.mode == DLCV_MODE_INFER) k.opts.mode = DLCV_MODE_GRADIENT;
    if ((int)k.opts.method < 0 || (int)k.opts.method > (int)DLCV_DIFFERENCE_ONE_SIDED) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "gradient_check: there is no difference %d", (int)k.opts.method);
    }
    k.step = k.opts.step > 0 ? k.opts.step : k.opts.method == DLCV_DIFFERENCE_ONE_SIDED ? 1e-4 : 0.02;
    k.runs = x.graph->runs;
    status = dlcv_forward(x, k.opts.mode);
    x.graph->runs = k.runs;
    if (!status && dlcv__node_at(x.graph, x.id)->value.dtype != DLCV_F32) status = dlcv_backward(x);        /* which says why not */
    if (!status) status = dlcv__check_new(&k);
    if (!status) status = dlcv__check_gradient(&k);
    if (!status) status = k.opts.directions > 0 ? dlcv__check_directions(&k, out) : dlcv__check_elements(&k, out);
    dlcv__check_free(&k);
    x.graph->runs = k.runs;
    x.graph->state = DLCV__STATE_NONE;
    return status;
}

DLCV_API dlcv_status dlcv_check_gradients(dlcv_node x, double tolerance, double *worst)
{
    dlcv_check check;
    const dlcv_status status = dlcv_gradient_check(x, NULL, &check);
    if (status) return status;
    if (worst) *worst = check.worst;
    if (check.worst <= tolerance) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_NUMERIC, "check_gradients: \"%s\"[%zu]: %g by differences, %g by backpropagation, %.2g of the largest apart",
                     dlcv_node_name(check.node), check.element, check.numerical, check.analytic, check.worst);
}

DLCV_API dlcv_status dlcv_jacobian(dlcv_node y, dlcv_node x, dlcv_tensor *out)
{
    dlcv_status status = dlcv__node_check("jacobian", y);
    dlcv_graph *g = y.graph;
    dlcv_tensor upstream;
    const dlcv__node *from;
    size_t rows, columns, i;
    float *one;
    if (!status && x.graph != g) status = dlcv_fail(DLCV_ERR_ARGUMENT, "jacobian: x belongs to another graph");
    if (!status) status = dlcv__node_check("jacobian", x);
    if (!status) status = dlcv_forward(y, DLCV_MODE_GRADIENT);
    if (status) return status;
    if (dlcv__node_at(g, y.id)->value.dtype != DLCV_F32) return dlcv_backward(y);       /* which says why not */
    from = dlcv__node_at(g, x.id);
    if (!from->gradient.data || (!from->kept && from->kind != DLCV__KIND_PARAMETER)) {      /* what is not kept shares its memory */
        return dlcv_fail(DLCV_ERR_ARGUMENT, "jacobian: \"%s\" gets no gradient: it wants a parameter that is not frozen, or dlcv_keep", dlcv_node_name(x));
    }
    rows = dlcv__elements(&dlcv__node_at(g, y.id)->value);
    columns = dlcv__elements(&dlcv__node_at(g, x.id)->gradient);
    if (rows > INT_MAX || columns > INT_MAX) return dlcv_fail(DLCV_ERR_SHAPE, "jacobian: %zu x %zu are more than an int counts", rows, columns);
    status = dlcv__out(&g->env, "jacobian", DLCV_F32, dlcv_shape2((int)rows, (int)columns), out);
    if (status) return status;
    one = (float *)dlcv__alloc(&g->env, (rows + !rows) * sizeof *one);
    if (!one) return dlcv_fail(DLCV_ERR_MEMORY, "jacobian: %s", dlcv_error());
    memset(one, 0, (rows + !rows) * sizeof *one);
    upstream = dlcv_tensor_view(one, DLCV_F32, dlcv__node_at(g, y.id)->value.shape);
    for (i = 0; i < rows && !status; i++) {
        one[i] = 1.0f;
        if (i) status = dlcv_forward(y, DLCV_MODE_GRADIENT);
        if (!status) status = dlcv_backward_from(y, &upstream);
        if (!status) memcpy((float *)out->data + i * columns, dlcv__node_at(g, x.id)->gradient.data, columns * sizeof(float));
        one[i] = 0.0f;
    }
    dlcv__release(&g->env, one, (rows + !rows) * sizeof *one);
    return status;
}
