/* ---- training: checkpoints ----------------------------------------------------------------------------------------------------- */
#define DLCV__OPTIONS 22            /* numbers in dlcv.options */

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

DLCV__FN dlcv_status dlcv__cursor_check(const dlcv_trainer *t, const char *path, const int64_t c[DLCV__CURSOR])
{
    static const char *const names[DLCV__CURSOR] = { "samples", "batch", "parts", "seed", "method", "loss", "schedule", "step", "pending", "bad epochs", "graph seed", "graph runs",
        "loss sum", "right samples", "seen samples", "best loss", "validation loss", "validation accuracy" };
    static const char *const words[3][11] = {                /* of method, loss and schedule */
        { "ADAM", "SGD", "NESTEROV", "ADAGRAD", "ADADELTA", "RMSPROP", "ADAMW" },
        { "SOFTMAX", "HINGE", "SQUARED_HINGE", "HINGE_ONE_VS_ALL", "HINGE_STRUCTURED", "LOGISTIC", "PERCEPTRON", "SQUARED", "HALF_SQUARED", "ABSOLUTE", "SMOOTH_L1" },
        { "CONSTANT", "COSINE", "STEP", "ONE_CYCLE" }
    };
    int64_t mine[DLCV__CURSOR];
    int i;
    dlcv__cursor_get(t, mine);
    for (i = 0; i < DLCV__CURSOR_STEP; i++) {
        const char *const *of = i < DLCV__CURSOR_METHOD ? NULL : words[i - DLCV__CURSOR_METHOD];
        if (c[i] == mine[i]) continue;
        if (of && c[i] >= 0 && c[i] < (int64_t)(sizeof words[0] / sizeof *words[0]) && of[c[i]])
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %s, not %s; remove it to begin anew", path, names[i], of[c[i]], of[mine[i]]);
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %lld, not %lld; remove it to begin anew", path, names[i], (long long)c[i], (long long)mine[i]);
    }
    if (c[DLCV__CURSOR_STEP] > t->steps && c[DLCV__CURSOR_STEP] <= INT_MAX)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of step %lld, %d epochs have %lld; remove it to begin anew, or ask for more epochs", path,
            (long long)c[DLCV__CURSOR_STEP], t->o.epochs, (long long)t->steps);
    for (; i < DLCV__CURSOR; i++) {
        const double v = dlcv__double64(c[i]);
        /* one validation a step, at most, was not better */
        const int64_t most = i == DLCV__CURSOR_STEP ? INT_MAX : i == DLCV__CURSOR_PENDING ? 1 : c[DLCV__CURSOR_STEP];
        if (i <= DLCV__CURSOR_BAD && (c[i] < 0 || c[i] > most)) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose %s is %lld", path, names[i], (long long)c[i]);
        if (i >= DLCV__CURSOR_LOSS_SUM && !dlcv__cursor_double(i, v)) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose %s is %g", path, names[i], v);
    }
    return DLCV_OK;
}

/* What else decides what a run learns: numbers as the caller gave them, as the bits of doubles, last the ops with their attributes. */
DLCV__FN void dlcv__options_get(const dlcv_trainer *t, int64_t c[DLCV__OPTIONS])
{
    const dlcv_optimizer *m = &t->o.optimizer;
    const dlcv_augment *a = &t->o.augment;
    const double all[DLCV__OPTIONS - 1] = {
        (double)m->lr, (double)m->momentum, (double)m->beta2, (double)m->epsilon, (double)m->l2, (double)m->l1, (double)m->max_norm, (double)m->clip_norm, (double)m->average,
        (double)t->o.smoothing, (double)t->o.warm_up, (double)t->o.step_epochs, (double)t->o.step_factor,
        (double)a->flip, (double)a->shift, (double)a->cutout, (double)a->rotate, (double)a->scale, (double)a->color, (double)a->mixup, (double)a->fill
    };
    int i;
    for (i = 0; i < DLCV__OPTIONS - 1; i++) c[i] = dlcv__bits64(all[i]);
    c[DLCV__OPTIONS - 1] = (int64_t)t->feed.print;
}

DLCV__FN dlcv_status dlcv__options_check(const dlcv_trainer *t, const char *path, const int64_t c[DLCV__OPTIONS])
{
    static const char *const names[DLCV__OPTIONS - 1] = { "lr", "momentum", "beta2", "epsilon", "l2", "l1", "max_norm", "clip_norm", "average", "smoothing", "warm_up", "step_epochs",
        "step_factor", "augment.flip", "augment.shift", "augment.cutout", "augment.rotate", "augment.scale", "augment.color", "augment.mixup", "augment.fill" };
    int64_t mine[DLCV__OPTIONS];
    int i;
    dlcv__options_get(t, mine);
    for (i = 0; i < DLCV__OPTIONS - 1; i++) {
        if (c[i] != mine[i])
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %g, not %g; remove it to begin anew", path, names[i], dlcv__double64(c[i]), dlcv__double64(mine[i]));
    }
    if (c[i] == mine[i]) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of a network of other ops, or with other attributes (stride, dropout, ...); remove it to begin anew", path);
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
    int64_t cursor[DLCV__CURSOR], options[DLCV__OPTIONS];
    dlcv_tensor updates;            /* i64 [parameters] */
} dlcv__keep_all;

DLCV__FN void dlcv__train_put(dlcv__put *p, void *context)
{
    const dlcv__keep_all *k = (const dlcv__keep_all *)context;
    const dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    const dlcv_tensor options = dlcv_tensor_view(k->options, DLCV_I64, dlcv_shape1(DLCV__OPTIONS));
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

/* Pass 0 checks, pass 1 reads. */
DLCV__FN dlcv_status dlcv__train_read(dlcv__keep_all *k, const dlcv__safe *f, int pass)
{
    dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    dlcv_tensor options = dlcv_tensor_view(k->options, DLCV_I64, dlcv_shape1(DLCV__OPTIONS));
    const dlcv_graph *g = k->t->g;
    const dlcv__entry *e = NULL;
    dlcv_status s = dlcv__safe_want(f, "", "dlcv.cursor", &cursor, &e);
    char prefix[16];
    int id, a;
    if (s) return s;
    dlcv__safe_read(f, e, &cursor);
    s = dlcv__cursor_check(k->t, f->path, k->cursor);
    e = NULL;
    if (!s) s = dlcv__safe_want(f, "", "dlcv.updates", &k->updates, &e);
    if (s && e)                 /* it is there, of another size */
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: not a checkpoint of this network, which has %d parameters; remove it to begin anew", f->path, g->parameters);
    if (!s) dlcv__safe_read(f, e, &k->updates);
    if (!s) s = dlcv__safe_want(f, "", "dlcv.options", &options, &e);
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

#undef DLCV__OPTIONS
