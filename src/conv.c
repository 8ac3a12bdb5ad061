/* ---- convolution: the plan --------------------------------------------------------------------------------------------------- */

/* Numbers. GEMM and DIRECT add each sum in the one ascending chain of RULE 5(b), from +0; a padded tap may be multiplied as a zero or left out. In
 * strict mode that is the same: a chain of rounded products and sums from +0 is never -0, so that adding a zero of either sign changes no
 * bit (0 * w is one if w is finite). Else a fused step may make -0 of an underflow, and which zero a sum of zeros has is not promised.
 * Winograd takes other sums: it is not in strict mode, and anyone can forbid it. */

/* The algorithms, of which AUTO takes the one that costs least among those that apply and fit into the memory allowed; of equals the
 * first. */
static const dlcv__conv_algo dlcv__conv_algos[] = {
    { DLCV_CONV_GEMM, "gemm", 0, 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_gemm_bytes, dlcv__conv_gemm_prepare, dlcv__conv_gemm_run },
    { DLCV_CONV_GEMM, "gemm, weights in place", 0, 1, dlcv__conv_always, dlcv__conv_raw_cost, dlcv__conv_raw_bytes, NULL, dlcv__conv_raw_run },
#ifndef DLCV_STRICT
    { DLCV_CONV_WINOGRAD2, "winograd F(2x2, 3x3)", 0, 0, dlcv__winograd_applies, dlcv__winograd2_cost, dlcv__winograd2_bytes, dlcv__winograd2_prepare,
        dlcv__winograd2_run },
    { DLCV_CONV_WINOGRAD4, "winograd F(4x4, 3x3)", 0, 0, dlcv__winograd_applies, dlcv__winograd4_cost, dlcv__winograd4_bytes, dlcv__winograd4_prepare,
        dlcv__winograd4_run },
#endif
    { DLCV_CONV_DIRECT, "direct, depthwise", 0, 1, dlcv__depthwise_applies, dlcv__depthwise_cost, dlcv__depthwise_bytes, NULL, dlcv__depthwise_run },
    { DLCV_CONV_DIRECT, "direct", 0, 0, dlcv__conv_always, dlcv__direct_cost, dlcv__direct_bytes, dlcv__direct_prepare, dlcv__direct_run },
    { DLCV_CONV_DIRECT, "direct, transposed", 1, 0, dlcv__direct_up_applies, dlcv__direct_up_cost, dlcv__direct_up_bytes, dlcv__direct_up_prepare, dlcv__direct_up_run },
    { DLCV_CONV_GEMM, "gemm, transposed", 1, 0, dlcv__conv_always, dlcv__conv_up_cost, dlcv__conv_up_bytes, dlcv__conv_up_prepare, dlcv__conv_up_run },
};

/* The gradient with respect to the picture: the map goes back, as a transposed convolution. */
static const dlcv__conv_back_algo dlcv__conv_data_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_back_data_cost, dlcv__conv_back_data_bytes, dlcv__conv_up_run },
    { "direct", 0, dlcv__direct_up_applies, dlcv__direct_up_cost, dlcv__direct_data_bytes, dlcv__direct_up_run },
    { "direct, strided", 0, dlcv__stride_applies, dlcv__stride_cost, dlcv__stride_bytes, dlcv__stride_run },
#ifndef DLCV_STRICT
    { "winograd F(2x2, 3x3)", 2, dlcv__winograd_back_applies, dlcv__winograd2_back_cost, dlcv__winograd2_back_bytes, dlcv__winograd2_back_run },
    { "winograd F(4x4, 3x3)", 4, dlcv__winograd_back_applies, dlcv__winograd4_back_cost, dlcv__winograd4_back_bytes, dlcv__winograd4_back_run },
#endif
};

/* The gradient with respect to a transposed convolution's x: a forward pass */
static const dlcv__conv_back_algo dlcv__conv_map_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_raw_cost, dlcv__conv_map_bytes, dlcv__conv_raw_run },
};

/* The gradient with respect to the weights */
static const dlcv__conv_back_algo dlcv__conv_dw_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_dw_cost, dlcv__conv_dw_bytes, dlcv__conv_dw_run },
    { "direct", 0, dlcv__direct_dw_applies, dlcv__direct_dw_cost, dlcv__direct_dw_bytes, dlcv__direct_dw_run },
#ifndef DLCV_STRICT
    { "winograd F(2x2, 3x3)", 2, dlcv__winograd_applies, dlcv__winograd2_dw_cost, dlcv__winograd2_dw_bytes, dlcv__winograd2_dw_run },
    { "winograd F(4x4, 3x3)", 4, dlcv__winograd_applies, dlcv__winograd4_dw_cost, dlcv__winograd4_dw_bytes, dlcv__winograd4_dw_run },
#endif
};

#define DLCV__CONV_ROWS(table) (table), (int)(sizeof(table) / sizeof((table)[0]))

enum { DLCV__CONV_ALGOS = sizeof dlcv__conv_algos / sizeof dlcv__conv_algos[0] };

struct dlcv_conv {
    dlcv_env env;
    const dlcv__table *table;       /* of the day it was made */
    dlcv_conv_shape shape;
    dlcv__conv_geom g;
    const dlcv__conv_algo *algo;
    const dlcv__conv_back_algo *data, *dw;
    const float *weights;           /* borrowed, or NULL */
    void *prepared;
    int ready;                      /* weights were given */
    uint64_t number;                /* that the graph has for those, or 0 */
    size_t prepared_bytes, workspace_bytes, data_bytes, dw_bytes;
};

DLCV__FN const char *dlcv__conv_name(dlcv_conv_algorithm id)
{
    static const char *const names[] = { "auto", "gemm", "direct", "winograd2", "winograd4" };
    return (unsigned)id < sizeof names / sizeof names[0] ? names[id] : NULL;
}

DLCV__FN int dlcv__conv_is_winograd(dlcv_conv_algorithm id)
{
    return id == DLCV_CONV_WINOGRAD2 || id == DLCV_CONV_WINOGRAD4;
}

/* May this row serve? */
DLCV__FN int dlcv__conv_serves(const dlcv_conv *v, const dlcv__conv_algo *a, const dlcv_conv_opts *o)
{
#ifdef DLCV_STRICT
    if (dlcv__conv_is_winograd(a->id)) return 0;
#endif
    if (a->transposed != (v->shape.transposed != 0)) return 0;
    if (o->algorithm != DLCV_CONV_AUTO && o->algorithm != a->id) return 0;
    if (o->algorithm == DLCV_CONV_AUTO && o->no_winograd && dlcv__conv_is_winograd(a->id)) return 0;
    return a->applies(&v->g);
}

/* The row and its bytes. */
DLCV__FN dlcv_status dlcv__conv_choose(dlcv_conv *v, const dlcv_conv_opts *o)
{
    const dlcv__kernels_f32 *k = v->table->f32;
    int width = dlcv__width(&v->env);
    double best = 0, cost;
    size_t prepared, workspace, sum, least = (size_t)-1;
    int i, served = 0;
    for (i = 0; i < DLCV__CONV_ALGOS; i++) {
        const dlcv__conv_algo *a = &dlcv__conv_algos[i];
        if (!dlcv__conv_serves(v, a, o)) continue;
        served = 1;
        if (!a->bytes(&v->g, k, 1, &prepared, &workspace) || !dlcv__add(prepared, workspace, &sum)) continue;
        if (sum < least) least = sum;
        if (o->memory && sum > o->memory) continue;
        cost = a->cost(&v->g, k);
        if (v->algo && cost >= best) continue;
        best = cost;
        v->algo = a;
    }
    if (v->algo) {                  /* as many threads as memory allows; from now on exactly these, whatever OpenMP says later */
        for (; !v->algo->bytes(&v->g, k, width, &v->prepared_bytes, &v->workspace_bytes) || !dlcv__add(v->prepared_bytes, v->workspace_bytes, &sum)
            || (o->memory && sum > o->memory); width--) {}
        v->env.threads.width = width;
        return DLCV_OK;
    }
    if (!served)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: %s does not do %d -> %d channels, kernel %d x %d, stride %zu x %zu, dilation %zu x %zu, %zu groups%s",
            dlcv__conv_name(o->algorithm), v->shape.channels, v->shape.filters, v->shape.kernel_h, v->shape.kernel_w,
            dlcv__or_one(v->shape.stride_h), dlcv__or_one(v->shape.stride_w), dlcv__or_one(v->shape.dilation_h), dlcv__or_one(v->shape.dilation_w), v->g.groups, v->shape.transposed ? ", transposed" : "");
    if (least == (size_t)-1) return dlcv_fail(DLCV_ERR_MEMORY, "conv_new: prepared weights and workspace are more bytes than size_t counts");
    return dlcv_fail(DLCV_ERR_MEMORY, "conv_new: at least %zu bytes of prepared weights and workspace are needed, opts->memory is %zu", least, o->memory);
}

/* The same for a backward pass, where the limit keeps out Winograd that wants more for one thread, and nothing else; NULL where no row's bytes fit into size_t. */
DLCV__FN const dlcv__conv_back_algo *dlcv__conv_choose_back(const dlcv_conv *v, const dlcv_conv_opts *o, const dlcv__conv_back_algo *rows, int count,
                                                            size_t *bytes)
{
    const dlcv__conv_back_algo *chosen = NULL;
    double best = 0, cost;
    size_t workspace, alone;
    int i, asked, best_asked = 0;   /* asked: it goes by the algorithm that the caller wants of the forward pass */
#ifdef DLCV_STRICT
    const int exact = 1;
#else
    const int exact = o->no_winograd;
#endif
    for (i = 0; i < count; i++) {
        if ((exact && rows[i].winograd) || !rows[i].applies(&v->g) || !rows[i].bytes(&v->g, v->table->f32, dlcv__width(&v->env), &workspace)) continue;
        if (rows[i].winograd && o->memory && (!rows[i].bytes(&v->g, v->table->f32, 1, &alone) || alone > o->memory)) continue;
        cost = rows[i].cost(&v->g, v->table->f32);
        asked = rows[i].winograd ? o->algorithm == (rows[i].winograd == 2 ? DLCV_CONV_WINOGRAD2 : DLCV_CONV_WINOGRAD4) : !strcmp(rows[i].name, dlcv__conv_name(o->algorithm));
        if (chosen && (asked < best_asked || (asked == best_asked && cost >= best))) continue;
        best = cost;
        best_asked = asked;
        chosen = &rows[i];
        *bytes = workspace;
    }
    return chosen;
}

DLCV__FN dlcv_status dlcv__conv_plan(dlcv_conv *v, const dlcv_conv_opts *o)
{
    dlcv_status status;
    if (!dlcv__conv_name(o->algorithm)) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: algorithm %d is none", (int)o->algorithm);
    status = dlcv__conv_choose(v, o);   /* first: it settles the number of threads */
    if (status) return status;
    v->data = v->shape.transposed ? dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_map_algos), &v->data_bytes)
                                  : dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_data_algos), &v->data_bytes);
    v->dw = dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_dw_algos), &v->dw_bytes);
    if (!v->data || !v->dw) return dlcv_fail(DLCV_ERR_MEMORY, "conv_new: the workspace of the backward pass is more bytes than size_t counts");
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_new(const dlcv_env *env, const dlcv_conv_shape *shape, const float *weights, const dlcv_conv_opts *opts,
                                   dlcv_conv **out)
{
    dlcv_conv_opts o;
    dlcv_conv v, *conv;
    dlcv_status status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: out is NULL");
    *out = NULL;
    if (!shape) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_new: shape is NULL");
    memset(&v, 0, sizeof v);
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    v.env = dlcv__env(env);
    v.table = dlcv__kernels();
    v.shape = *shape;
    status = dlcv__conv_geometry(shape, &v.g);
    if (!status) status = dlcv__conv_plan(&v, &o);
    if (status) return status;
    conv = (dlcv_conv *)dlcv__alloc(&v.env, sizeof v);
    if (!conv) return DLCV_ERR_MEMORY;
    *conv = v;
    if (v.prepared_bytes) {
        conv->prepared = dlcv__alloc(&v.env, v.prepared_bytes);
        if (!conv->prepared) {
            dlcv__release(&v.env, conv, sizeof *conv);
            return DLCV_ERR_MEMORY;
        }
    }
    if (weights) dlcv_conv_weights(conv, weights);
    *out = conv;
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_weights(dlcv_conv *conv, const float *weights)
{
    if (!conv || !weights) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_weights: %s is NULL", conv ? "weights" : "conv");
    conv->ready = 1;
    conv->number = 0;
    conv->weights = conv->algo->borrows ? weights : NULL;
    if (conv->algo->prepare) {
        const dlcv__fp fp = dlcv__fp_enter();
        conv->algo->prepare(&conv->g, conv->table->f32, weights, conv->prepared);
        dlcv__fp_leave(fp);
    }
    return DLCV_OK;
}

/* The same, where they may be those that are prepared: a number that is not 0 stands for them. */
DLCV__FN dlcv_status dlcv__conv_weights_of(dlcv_conv *conv, const float *weights, uint64_t number)
{
    dlcv_status status;
    if (number && conv->number == number && !conv->weights) return DLCV_OK;
    status = dlcv_conv_weights(conv, weights);
    conv->number = number;
    return status;
}

DLCV_API void dlcv_conv_describe(const dlcv_conv *conv, dlcv_conv_info *out)
{
    const dlcv__conv_geom *g;
    if (!out) return;
    memset(out, 0, sizeof *out);
    if (!conv) return;
    g = &conv->g;
    out->output = conv->shape.transposed ? dlcv_shape4((int)g->n, (int)g->c, (int)g->h, (int)g->w)
                                         : dlcv_shape4((int)g->n, (int)g->f, (int)g->oh, (int)g->ow);
    out->algorithm = conv->algo->id;
    out->name = conv->algo->name;
    out->prepared_bytes = conv->prepared_bytes;
    out->workspace_bytes = conv->workspace_bytes;
    out->backward_bytes = conv->dw_bytes > conv->data_bytes ? conv->dw_bytes : conv->data_bytes;
    out->borrowed = conv->algo->borrows;
    out->flops = 2.0 * (double)g->y_count * (double)g->k;
}

DLCV_API void dlcv_conv_free(dlcv_conv *conv)
{
    dlcv_env e;
    if (!conv) return;
    e = conv->env;
    if (conv->prepared) dlcv__release(&e, conv->prepared, conv->prepared_bytes);
    dlcv__release(&e, conv, sizeof *conv);
}

/* ---- calls: checks, workspace, the rounding mode */

DLCV__FN dlcv_status dlcv__conv_pointers(const char *what, const dlcv_conv *conv, const void *a, const char *a_name, const void *b,
                                         const char *b_name, const void *workspace)
{
    const char *missing = !conv ? "conv" : !a ? a_name : !b ? b_name : NULL;
    if (missing) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", what, missing);
    if ((uintptr_t)workspace & 63) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the workspace at %p is not aligned to 64 bytes", what, workspace);
    return DLCV_OK;
}

DLCV__FN void dlcv__conv_run_of(const dlcv_conv *v, const float *x, float *y, dlcv__conv_run *r)
{
    memset(r, 0, sizeof *r);
    r->env = &v->env;
    r->kernels = v->table->f32;
    r->g = &v->g;
    r->x = x;
    r->y = y;
    r->tail.low = dlcv__float_of(0xff800000u);
    r->tail.high = dlcv__float_of(0x7f800000u);
}

DLCV__FN dlcv_status dlcv__conv_tail_of(const dlcv_conv_epilogue *e, dlcv__conv_tail *t)
{
    if (!e) return DLCV_OK;
    if ((unsigned)e->activation > (unsigned)DLCV_ACTIVATION_CLAMP)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_forward: activation %d is none", (int)e->activation);
    if (e->activation == DLCV_ACTIVATION_CLAMP && !(e->low <= e->high))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_forward: CLAMP from %g to %g", (double)e->low, (double)e->high);
    t->bias = e->bias;
    t->residual = e->residual;
    if (e->activation == DLCV_ACTIVATION_RELU) t->low = 0;
    if (e->activation == DLCV_ACTIVATION_CLAMP) t->low = e->low, t->high = e->high;
    return DLCV_OK;
}

/* The caller's workspace, or one of our own. */
DLCV__FN dlcv_status dlcv__conv_borrow(const dlcv_conv *v, size_t bytes, void *given, void **out)
{
    *out = given;
    if (given || !bytes) return DLCV_OK;
    *out = dlcv__alloc(&v->env, bytes);
    return *out ? DLCV_OK : DLCV_ERR_MEMORY;
}

DLCV__FN void dlcv__conv_return(const dlcv_conv *v, size_t bytes, void *given, void *workspace)
{
    if (!given && workspace) dlcv__release(&v->env, workspace, bytes);
}

DLCV_API dlcv_status dlcv_conv_forward(const dlcv_conv *conv, const float *x, const dlcv_conv_epilogue *epilogue, float *y, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_forward", conv, x, "x", y, "y", workspace);
    if (status) return status;
    if (!conv->ready) return dlcv_fail(DLCV_ERR_STATE, "conv_forward: no weights yet: give them to dlcv_conv_new or dlcv_conv_weights");
    dlcv__conv_run_of(conv, x, y, &r);
    status = dlcv__conv_tail_of(epilogue, &r.tail);
    if (!status) status = dlcv__conv_borrow(conv, conv->workspace_bytes, workspace, &r.workspace);
    if (status) return status;
    r.weights = conv->weights;
    r.prepared = conv->prepared;
    fp = dlcv__fp_enter();
    conv->algo->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->workspace_bytes, workspace, r.workspace);
    return DLCV_OK;
}

/* Can the gradient with respect to the picture be added to what is there? */
DLCV__FN int dlcv__conv_adds(const dlcv_conv *conv)
{
    return conv->data->winograd != 0;
}

DLCV__FN dlcv_status dlcv__conv_to_picture(const dlcv_conv *conv, const float *weights, const float *dy, float *dx, int add, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_backward_data", conv, dy, "dy", dx, "dx", workspace);
    if (!status && !weights) status = dlcv_fail(DLCV_ERR_ARGUMENT, "conv_backward_data: weights is NULL");
    if (status) return status;
    dlcv__conv_run_of(conv, dy, dx, &r);
    status = dlcv__conv_borrow(conv, conv->data_bytes, workspace, &r.workspace);
    if (status) return status;
    r.weights = weights;
    if (add) r.tail.residual = dx;
    fp = dlcv__fp_enter();
    conv->data->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->data_bytes, workspace, r.workspace);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_backward_data(const dlcv_conv *conv, const float *weights, const float *dy, float *dx, void *workspace)
{
    return dlcv__conv_to_picture(conv, weights, dy, dx, 0, workspace);
}

DLCV_API dlcv_status dlcv_conv_backward_weights(const dlcv_conv *conv, const float *x, const float *dy, float *dw, int add, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_backward_weights", conv, x, "x", dy, "dy", workspace);
    if (!status && !dw) status = dlcv_fail(DLCV_ERR_ARGUMENT, "conv_backward_weights: dw is NULL");
    if (status) return status;
    dlcv__conv_run_of(conv, conv->shape.transposed ? dy : x, dw, &r);
    status = dlcv__conv_borrow(conv, conv->dw_bytes, workspace, &r.workspace);
    if (status) return status;
    fp = dlcv__fp_enter();
    r.map = conv->shape.transposed ? x : dy;
    r.add = add;
    conv->dw->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->dw_bytes, workspace, r.workspace);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_backward_bias(const dlcv_conv *conv, const float *dy, float *db, int add)
{
    dlcv_status status = dlcv__conv_pointers("conv_backward_bias", conv, dy, "dy", db, "db", NULL);
    dlcv__conv_db d;
    if (status) return status;
    d.flat = conv->table->f32->flat;
    d.n = conv->g.n;
    d.channels = conv->shape.transposed ? conv->g.c : conv->g.f;
    d.pixels = conv->shape.transposed ? conv->g.plane : conv->g.pixels;
    d.dy = dy, d.db = db, d.add = add;
    dlcv__conv_db_run(&conv->env, &d);
    return DLCV_OK;
}

#undef DLCV__CONV_ROWS
