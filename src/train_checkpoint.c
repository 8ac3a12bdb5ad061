/* ---- training: checkpoints ----------------------------------------------------------------------------------------------------- */
#define DLCV__CURSOR 18             /* numbers in dlcv.cursor */
#define DLCV__OPTIONS 22            /* and in dlcv.options */

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

/* What a cursor says: first what must be the same in who reads it. */
enum { DLCV__CURSOR_SAMPLES, DLCV__CURSOR_BATCH, DLCV__CURSOR_PARTS, DLCV__CURSOR_SEED, DLCV__CURSOR_METHOD, DLCV__CURSOR_LOSS, DLCV__CURSOR_SCHEDULE, DLCV__CURSOR_STEP };

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
    c[8] = t->pending;
    c[9] = t->bad;
    c[10] = (int64_t)t->g->seed;
    c[11] = (int64_t)t->g->runs;
    c[12] = dlcv__bits64(t->loss_sum);
    c[13] = dlcv__bits64(t->right);
    c[14] = dlcv__bits64(t->seen);
    c[15] = dlcv__bits64((double)t->best);
    c[16] = dlcv__bits64((double)t->validation_loss);
    c[17] = dlcv__bits64((double)t->validation_accuracy);
}

DLCV__FN void dlcv__cursor_set(dlcv_trainer *t, const int64_t c[DLCV__CURSOR])
{
    t->step = t->first = c[DLCV__CURSOR_STEP];
    t->pending = c[8] != 0;
    t->bad = (int)c[9];
    t->g->seed = (uint64_t)c[10];
    t->g->runs = (uint64_t)c[11];
    t->g->solver.steps = (uint64_t)c[DLCV__CURSOR_STEP];
    t->loss_sum = dlcv__double64(c[12]);
    t->right = dlcv__double64(c[13]);
    t->seen = dlcv__double64(c[14]);
    t->best = (float)dlcv__double64(c[15]);
    t->validation_loss = (float)dlcv__double64(c[16]);
    t->validation_accuracy = (float)dlcv__double64(c[17]);
    t->checked = 0;
    t->spent = t->training = 0;
    t->stopped = !t->pending && (t->step >= t->steps || (t->o.patience && t->bad >= t->o.patience));
}

DLCV__FN dlcv_status dlcv__cursor_check(const dlcv_trainer *t, const char *path, const int64_t c[DLCV__CURSOR])
{
    static const char *const names[] = { "samples", "batch", "parts", "seed", "method", "loss", "schedule" };
    static const char *const methods[] = { "ADAM", "SGD", "NESTEROV", "ADAGRAD", "ADADELTA", "RMSPROP", "ADAMW" };
    static const char *const schedules[] = { "CONSTANT", "COSINE", "STEP", "ONE_CYCLE" };
    int64_t mine[DLCV__CURSOR];
    int i, wide = 0;
    dlcv__cursor_get(t, mine);
    for (i = 0; i < DLCV__CURSOR_STEP; i++) {
        const char *const *words = i == DLCV__CURSOR_METHOD ? methods : i == DLCV__CURSOR_SCHEDULE ? schedules : NULL;
        const int count = i == DLCV__CURSOR_METHOD ? 7 : 4;
        if (c[i] == mine[i]) continue;
        if (words && c[i] >= 0 && c[i] < count && mine[i] < count)
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %s, not %s; remove it to begin anew", path, names[i], words[c[i]], words[mine[i]]);
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %lld, not %lld; remove it to begin anew", path, names[i], (long long)c[i], (long long)mine[i]);
    }
    if (c[DLCV__CURSOR_STEP] > t->steps && c[DLCV__CURSOR_STEP] <= INT_MAX)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of step %lld, %d epochs have %lld; remove it to begin anew, or ask for more epochs", path,
            (long long)c[DLCV__CURSOR_STEP], t->o.epochs, (long long)t->steps);
    for (i = 15; i < DLCV__CURSOR && !wide; i++) {
        const double v = dlcv__double64(c[i]);
        wide = v - v == 0 && (v > (double)FLT_MAX || v < -(double)FLT_MAX);     /* no float; infinity and NaN are */
    }
    if (wide) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint whose number %d is %g", path, i - 1, dlcv__double64(c[i - 1]));
    /* one validation a step, at most, was not better */
    if (c[DLCV__CURSOR_STEP] >= 0 && c[DLCV__CURSOR_STEP] <= INT_MAX && c[9] >= 0 && c[9] <= c[DLCV__CURSOR_STEP]) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of step %lld", path, (long long)c[DLCV__CURSOR_STEP]);
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
        if (!s) s = dlcv__train_read(&k, &f, 1);
        dlcv__safe_close(&f);
    }
    t->g->written++;
    if (!s) {
        dlcv__updates_move(&k, 0);
        dlcv__cursor_set(t, k.cursor);
        t->g->state = DLCV__STATE_NONE;
    }
    dlcv_tensor_free(&k.updates);
    return s;
}

#undef DLCV__CURSOR
#undef DLCV__OPTIONS
