/* ---- training: checkpoints ----------------------------------------------------------------------------------------------------- */
/* What to do about a checkpoint of another run. */
#define DLCV__ANOTHER "; set it back, or name another file (dlcv_weights_load goes on from the weights of this one)"

/* What decides what a run learns, beside the numbers of its cursor: where two runs differ in one of these they are not the same. */
typedef struct dlcv__option {
    const char *name;
    size_t at;
    int whole;                      /* an int, not a float */
} dlcv__option;

#define DLCV__OPTION(field, whole) { #field, offsetof(dlcv_fit_opts, field), whole }
static const dlcv__option dlcv__options[] = {
    DLCV__OPTION(optimizer.lr, 0), DLCV__OPTION(optimizer.momentum, 0), DLCV__OPTION(optimizer.beta2, 0), DLCV__OPTION(optimizer.epsilon, 0),
    DLCV__OPTION(optimizer.l2, 0), DLCV__OPTION(optimizer.l1, 0), DLCV__OPTION(optimizer.max_norm, 0), DLCV__OPTION(optimizer.clip_norm, 0),
    DLCV__OPTION(optimizer.average, 0), DLCV__OPTION(smoothing, 0), DLCV__OPTION(warm_up, 0), DLCV__OPTION(step_epochs, 0), DLCV__OPTION(step_factor, 0),
    DLCV__OPTION(augment.flip, 1), DLCV__OPTION(augment.shift, 1), DLCV__OPTION(augment.cutout, 1), DLCV__OPTION(augment.rotate, 0), DLCV__OPTION(augment.scale, 0),
    DLCV__OPTION(augment.color, 0), DLCV__OPTION(augment.mixup, 0), DLCV__OPTION(augment.fill, 0)
};
#undef DLCV__OPTION

enum { DLCV__OPTIONS = (int)(sizeof dlcv__options / sizeof *dlcv__options), DLCV__OPTIONS_KEPT = DLCV__OPTIONS + DLCV__PRINTS };

DLCV__FN int64_t dlcv__bits64(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

DLCV__FN double dlcv__double64(int64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* What a cursor says: up to SCHEDULE what must be the same in who reads it, from LOSS_SUM on the bits of doubles. */
enum {
    DLCV__CURSOR_SAMPLES, DLCV__CURSOR_BATCH, DLCV__CURSOR_PARTS, DLCV__CURSOR_SEED, DLCV__CURSOR_METHOD, DLCV__CURSOR_LOSS, DLCV__CURSOR_SCHEDULE,
    DLCV__CURSOR_STEP, DLCV__CURSOR_PENDING, DLCV__CURSOR_BAD, DLCV__CURSOR_GRAPH_SEED, DLCV__CURSOR_RUNS,
    DLCV__CURSOR_LOSS_SUM, DLCV__CURSOR_RIGHT, DLCV__CURSOR_SEEN, DLCV__CURSOR_BEST, DLCV__CURSOR_VALIDATION_LOSS, DLCV__CURSOR_VALIDATION_ACCURACY,
    DLCV__CURSOR
};

DLCV__FN void dlcv__cursor_get(const dlcv_trainer *t, int64_t c[DLCV__CURSOR])
{
    c[DLCV__CURSOR_SAMPLES] = t->b.n;
    c[DLCV__CURSOR_BATCH] = t->o.batch;
    c[DLCV__CURSOR_PARTS] = t->o.parts;
    c[DLCV__CURSOR_SEED] = (int64_t)t->o.seed;
    c[DLCV__CURSOR_METHOD] = (int64_t)t->o.optimizer.method;
    c[DLCV__CURSOR_LOSS] = (int64_t)t->o.loss;
    c[DLCV__CURSOR_SCHEDULE] = (int64_t)t->o.schedule;
    c[DLCV__CURSOR_STEP] = t->step;
    c[DLCV__CURSOR_PENDING] = t->pending;
    c[DLCV__CURSOR_BAD] = t->bad;
    c[DLCV__CURSOR_GRAPH_SEED] = (int64_t)t->g->seed;
    c[DLCV__CURSOR_RUNS] = (int64_t)t->g->runs;
    c[DLCV__CURSOR_LOSS_SUM] = dlcv__bits64(t->loss_sum);
    c[DLCV__CURSOR_RIGHT] = dlcv__bits64(t->right);
    c[DLCV__CURSOR_SEEN] = dlcv__bits64(t->seen);
    c[DLCV__CURSOR_BEST] = dlcv__bits64((double)t->best);
    c[DLCV__CURSOR_VALIDATION_LOSS] = dlcv__bits64((double)t->validation_loss);
    c[DLCV__CURSOR_VALIDATION_ACCURACY] = dlcv__bits64((double)t->validation_accuracy);
}

DLCV__FN void dlcv__cursor_set(dlcv_trainer *t, const int64_t c[DLCV__CURSOR])
{
    t->step = t->first = c[DLCV__CURSOR_STEP];
    t->pending = c[DLCV__CURSOR_PENDING] != 0;
    t->bad = (int)c[DLCV__CURSOR_BAD];
    t->g->seed = (uint64_t)c[DLCV__CURSOR_GRAPH_SEED];
    t->g->runs = (uint64_t)c[DLCV__CURSOR_RUNS];
    t->g->solver.steps = (uint64_t)c[DLCV__CURSOR_STEP];
    t->loss_sum = dlcv__double64(c[DLCV__CURSOR_LOSS_SUM]);
    t->right = dlcv__double64(c[DLCV__CURSOR_RIGHT]);
    t->seen = dlcv__double64(c[DLCV__CURSOR_SEEN]);
    t->best = (float)dlcv__double64(c[DLCV__CURSOR_BEST]);
    t->validation_loss = (float)dlcv__double64(c[DLCV__CURSOR_VALIDATION_LOSS]);
    t->validation_accuracy = (float)dlcv__double64(c[DLCV__CURSOR_VALIDATION_ACCURACY]);
    t->checked = 0;
    t->spent = t->training = 0;
    t->stopped = !t->pending && (t->step >= t->steps || (t->o.patience && t->bad >= t->o.patience));
}

/* Can this number of a cursor be v? Sums of what was trained are finite, but for samples that are neither right nor wrong; the rest are floats, infinity and NaN too. */
DLCV__FN int dlcv__cursor_double(int i, double v)
{
    const int finite = v - v == 0;
    if (i == DLCV__CURSOR_LOSS_SUM) return finite;
    if (i == DLCV__CURSOR_SEEN) return finite && v >= 0;
    if (i == DLCV__CURSOR_RIGHT) return v != v || (finite && v >= 0);
    return !finite || (v <= (double)FLT_MAX && v >= -(double)FLT_MAX);
}

/* A checkpoint of another number; where six digits do not tell them apart, nine do. */
DLCV__FN dlcv_status dlcv__another(const char *path, const char *name, double has, double wanted)
{
    char of[32], not_of[32];
    dlcv__format(of, sizeof of, "%g", has);
    dlcv__format(not_of, sizeof not_of, "%g", wanted);
    if (!strcmp(of, not_of)) {
        dlcv__format(of, sizeof of, "%.9g", has);
        dlcv__format(not_of, sizeof not_of, "%.9g", wanted);
    }
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %s, not %s" DLCV__ANOTHER, path, name, of, not_of);
}

/* What must be the same in who reads it. */
DLCV__FN dlcv_status dlcv__cursor_same(const dlcv_trainer *t, const char *path, const char *const names[DLCV__CURSOR], const int64_t c[DLCV__CURSOR])
{
    static const char *const losses[] = { "SOFTMAX", "HINGE", "SQUARED_HINGE", "HINGE_ONE_VS_ALL", "HINGE_STRUCTURED", "LOGISTIC", "PERCEPTRON", "SQUARED",
        "HALF_SQUARED", "ABSOLUTE", "SMOOTH_L1" };
    static const struct {
        const char *const *names;
        int count;
    } words[3] = { { dlcv__method_names, sizeof dlcv__method_names / sizeof *dlcv__method_names }, { losses, sizeof losses / sizeof *losses },
                   { dlcv__schedule_names, sizeof dlcv__schedule_names / sizeof *dlcv__schedule_names } };
    int64_t mine[DLCV__CURSOR];
    int i;
    dlcv__cursor_get(t, mine);
    for (i = 0; i < DLCV__CURSOR_STEP; i++) {
        const int word = i - DLCV__CURSOR_METHOD;
        if (c[i] == mine[i]) continue;
        if (word >= 0 && c[i] >= 0 && c[i] < words[word].count) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %s, not %s" DLCV__ANOTHER, path, names[i], words[word].names[c[i]], words[word].names[mine[i]]);
        }
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %lld, not %lld" DLCV__ANOTHER, path, names[i], (long long)c[i], (long long)mine[i]);
    }
    if (c[DLCV__CURSOR_STEP] <= t->steps || c[DLCV__CURSOR_STEP] > INT_MAX) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %g epochs (%lld steps), epochs is %d (%lld steps)" DLCV__ANOTHER, path,
                     (double)c[DLCV__CURSOR_STEP] / t->steps_an_epoch, (long long)c[DLCV__CURSOR_STEP], t->o.epochs, (long long)t->steps);
}

/* The rest of it: can these numbers be, each for itself and together? */
DLCV__FN dlcv_status dlcv__cursor_check(const dlcv_trainer *t, const char *path, const int64_t c[DLCV__CURSOR])
{
    static const char *const names[DLCV__CURSOR] = { "samples", "batch", "parts", "seed", "method", "loss", "schedule", "step", "pending", "bad epochs", "graph seed", "graph runs",
        "loss sum", "right samples", "seen samples", "best loss", "validation loss", "validation accuracy" };
    const int64_t step = c[DLCV__CURSOR_STEP];
    const double seen = dlcv__double64(c[DLCV__CURSOR_SEEN]), right = dlcv__double64(c[DLCV__CURSOR_RIGHT]);
    int i;
    dlcv_status s = dlcv__cursor_same(t, path, names, c);
    if (s) return s;
    for (i = DLCV__CURSOR_STEP; i < DLCV__CURSOR; i++) {
        const double v = dlcv__double64(c[i]);
        /* one validation a step, at most, was not better */
        const int64_t most = i == DLCV__CURSOR_STEP ? INT_MAX : i == DLCV__CURSOR_PENDING ? 1 : step;
        if (i <= DLCV__CURSOR_BAD && (c[i] < 0 || c[i] > most)) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose %s is %lld", path, names[i], (long long)c[i]);
        if (i >= DLCV__CURSOR_LOSS_SUM && !dlcv__cursor_double(i, v)) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose %s is %g", path, names[i], v);
    }
    if (c[DLCV__CURSOR_PENDING] && !dlcv__epoch_over(t, step)) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose epoch is over at step %lld, which ends none", path, (long long)step);
    }
    if ((step > 0) == (seen > 0) && !(right > seen)) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %g right samples of %g at step %lld", path, right, seen, (long long)step);
}

/* The options as the bits of doubles, complete (0 and the default are one), then the prints. */
DLCV__FN void dlcv__options_get(const dlcv_trainer *t, int64_t c[DLCV__OPTIONS_KEPT])
{
    dlcv_fit_opts o = t->o;
    dlcv__step_of step;
    int i;
    dlcv__step_begin(&step, t->g, &t->o.optimizer, 1);
    o.optimizer = step.o;
    if (o.schedule == DLCV_SCHEDULE_STEP && o.step_factor == 0) o.step_factor = 0.1f;        /* as dlcv_schedule_at has it */
    for (i = 0; i < DLCV__OPTIONS; i++) {
        const unsigned char *at = (const unsigned char *)&o + dlcv__options[i].at;
        int whole = 0;
        float x = 0;
        if (dlcv__options[i].whole) memcpy(&whole, at, sizeof whole);
        else memcpy(&x, at, sizeof x);
        c[i] = x != 0 ? dlcv__bits64((double)x) : dlcv__bits64((double)whole);          /* -0 is 0 */
    }
    for (i = 0; i < DLCV__PRINTS; i++) memcpy(&c[DLCV__OPTIONS + i], &t->print[i], sizeof c[0]);
}

DLCV__FN dlcv_status dlcv__options_check(const dlcv_trainer *t, const char *path, const int64_t c[DLCV__OPTIONS_KEPT])
{
    static const char *const prints[DLCV__PRINTS] = { "ops, attributes of ops (stride, dropout, ...) or connections", "preprocessing of pictures (mean, scale, invert, ...)", "frozen parameters" };
    int64_t mine[DLCV__OPTIONS_KEPT];
    int i;
    dlcv__options_get(t, mine);
    for (i = 0; i < DLCV__OPTIONS_KEPT; i++) {
        if (c[i] == mine[i]) continue;
        if (i < DLCV__OPTIONS) return dlcv__another(path, dlcv__options[i].name, dlcv__double64(c[i]), dlcv__double64(mine[i]));
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of a network of other %s" DLCV__ANOTHER, path, prints[i - DLCV__OPTIONS]);
    }
    return DLCV_OK;
}

/* Everything there is to keep of a parameter: itself (arena -1), then the arenas of the solver. NULL: this one is not. */
DLCV__FN float *dlcv__kept_of(const dlcv_graph *g, int id, int arena, char prefix[16])
{
    const char *role = "";
    float *p = arena < 0 ? (float *)dlcv__node_at(g, id)->value.data : dlcv__solver_state(g, id, arena, &role);
    dlcv__format(prefix, 16, "%s%s%s", arena < 0 ? "" : "dlcv.", role, arena < 0 ? "" : "/");
    return p;
}

/* A checkpoint on its way in or out. */
typedef struct dlcv__keep_all {
    dlcv_trainer *t;
    int64_t cursor[DLCV__CURSOR], options[DLCV__OPTIONS_KEPT];
    dlcv_tensor updates;            /* i64 [parameters] */
} dlcv__keep_all;

DLCV__FN void dlcv__train_put(dlcv__put *p, void *context)
{
    const dlcv__keep_all *k = (const dlcv__keep_all *)context;
    const dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    const dlcv_tensor options = dlcv_tensor_view(k->options, DLCV_I64, dlcv_shape1(DLCV__OPTIONS_KEPT));
    const dlcv_graph *g = k->t->g;
    char prefix[16];
    int id, a;
    dlcv__put_tensor(p, "", "dlcv.cursor", &cursor);
    dlcv__put_tensor(p, "", "dlcv.options", &options);
    dlcv__put_tensor(p, "", "dlcv.updates", &k->updates);
    for (a = -1; a < DLCV__SOLVER_ARENAS; a++) {
        for (id = 1; id <= g->nodes; id++) {
            const dlcv__node *n = dlcv__node_at(g, id);
            dlcv_tensor value = n->value;
            if (n->kind != DLCV__KIND_PARAMETER) continue;
            value.data = dlcv__kept_of(g, id, a, prefix);
            if (value.data) dlcv__put_tensor(p, prefix, n->name, &value);
        }
    }
}

/* Between nodes' `updates` and the tensor. */
DLCV__FN void dlcv__updates_move(dlcv__keep_all *k, int out)
{
    int64_t *u = (int64_t *)k->updates.data;
    const dlcv_graph *g = k->t->g;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER) continue;
        if (out) *u = (int64_t)n->updates;
        else n->updates = (uint64_t)*u;
        u++;
    }
}

DLCV__FN dlcv_status dlcv__keep_begin(dlcv_trainer *t, const char *who, const char *path, dlcv__keep_all *k)
{
    dlcv_shape shape;
    if (!t || !path) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", who, t ? "the path" : "the trainer");
    if (t->g->solver.swapped) return dlcv_fail(DLCV_ERR_STATE, "%s: the weights are their mean now: swap_average once more", who);
    memset(k, 0, sizeof *k);
    shape = dlcv_shape1(t->g->parameters);
    k->t = t;
    return dlcv__out(&t->g->env, who, DLCV_I64, shape, &k->updates);
}

DLCV_API dlcv_status dlcv_trainer_save(dlcv_trainer *t, const char *path)
{
    dlcv__keep_all k;
    dlcv_status s = dlcv__keep_begin(t, "trainer_save", path, &k);
    if (s) return s;
    dlcv__cursor_get(t, k.cursor);
    dlcv__options_get(t, k.options);
    dlcv__updates_move(&k, 1);
    s = dlcv__put_path(&t->g->env, dlcv__train_put, &k, path);
    dlcv_tensor_free(&k.updates);
    return s;
}

/* A network of another number of parameters: which does the file not have? */
DLCV__FN dlcv_status dlcv__parameters_fail(const dlcv_graph *g, const dlcv__safe *f, const dlcv__entry *updates)
{
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER || dlcv__safe_find(f, "", n->name)) continue;
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of a network of other parameters than these %d, it has no \"%s\"" DLCV__ANOTHER, f->path, g->parameters, n->name);
    }
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of a network of other parameters than these %d, it has %d" DLCV__ANOTHER, f->path, g->parameters,
                     updates->shape.ndim == 1 ? updates->shape.dim[0] : 0);
}

/* Pass 0 checks, pass 1 reads. */
DLCV__FN dlcv_status dlcv__train_read(dlcv__keep_all *k, const dlcv__safe *f, int pass)
{
    dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    dlcv_tensor options = dlcv_tensor_view(k->options, DLCV_I64, dlcv_shape1(DLCV__OPTIONS_KEPT));
    const dlcv_graph *g = k->t->g;
    const dlcv__entry *e = NULL;
    dlcv_status s = dlcv__safe_want(f, "", "dlcv.cursor", &cursor, &e);
    char prefix[16];
    int id, a;
    if (s && !e) return dlcv_fail(s, "%s: no checkpoint, it has weights alone (there is no \"dlcv.cursor\"): dlcv_weights_load reads them", f->path);
    if (s) return s;
    dlcv__safe_read(f, e, &cursor);
    s = dlcv__cursor_check(k->t, f->path, k->cursor);
    e = NULL;
    if (!s) s = dlcv__safe_want(f, "", "dlcv.updates", &k->updates, &e);
    if (s && e) s = dlcv__parameters_fail(g, f, e);         /* it is there, of another size */
    if (!s) dlcv__safe_read(f, e, &k->updates);
    if (!s) {
        s = dlcv__safe_want(f, "", "dlcv.options", &options, &e);
        if (s) s = dlcv_fail(s, "%s, it is of another version of dlcv.h" DLCV__ANOTHER, dlcv_error());
    }
    if (!s) {
        dlcv__safe_read(f, e, &options);
        s = dlcv__options_check(k->t, f->path, k->options);
    }
    for (id = 0; id < g->parameters && !s; id++) {
        const int64_t u = ((const int64_t *)k->updates.data)[id];
        if (u >= 0 && u <= k->cursor[DLCV__CURSOR_STEP]) continue;
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %lld updates of parameter %d in %lld steps", f->path, (long long)u, id, (long long)k->cursor[DLCV__CURSOR_STEP]);
    }
    for (a = -1; a < DLCV__SOLVER_ARENAS && !s; a++) {
        for (id = 1; id <= g->nodes && !s; id++) {
            const dlcv__node *n = dlcv__node_at(g, id);
            dlcv_tensor value = n->value;
            if (n->kind != DLCV__KIND_PARAMETER) continue;
            value.data = dlcv__kept_of(g, id, a, prefix);
            if (!value.data) continue;
            s = dlcv__safe_want(f, prefix, n->name, &value, &e);
            if (s) s = dlcv_fail(s, "%s" DLCV__ANOTHER, dlcv_error());
            else if (e->dtype != DLCV__SAFE_F32) s = dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s%s\" is %s, a checkpoint has F32: it was converted", f->path, prefix, n->name, dlcv__safe_dtypes[e->dtype].name);
            if (!s && pass) dlcv__safe_read(f, e, &value);
        }
    }
    return s;
}

DLCV_API dlcv_status dlcv_trainer_load(dlcv_trainer *t, const char *path)
{
    dlcv__keep_all k;
    dlcv__safe f;
    dlcv_status s = dlcv__keep_begin(t, "trainer_load", path, &k);
    if (s) return s;
    s = dlcv__safe_open(&t->g->env, path, NULL, NULL, 0, &f);
    if (!s) {
        s = dlcv__train_read(&k, &f, 0);
        if (!s) {
            t->g->written++;
            s = dlcv__train_read(&k, &f, 1);
        }
        dlcv__safe_close(&f);
    }
    if (!s) {
        dlcv__updates_move(&k, 0);
        dlcv__cursor_set(t, k.cursor);
        t->g->state = DLCV__STATE_NONE;
    }
    dlcv_tensor_free(&k.updates);
    return s;
}

#undef DLCV__ANOTHER
