/* ---- solver: one step of an optimiser ---------------------------------------------------------------------------------------------------------
 * Parameters, gradients and what an optimiser keeps stand at the same offsets of arenas whose padding is 0 and, since 0 / epsilon is 0, stays so. */
#define DLCV__SOLVER_CHUNKS 64      /* of a norm: their number does not depend on threads */

/* What is 0 in dlcv_optimizer, and how the kernel goes. */
typedef struct dlcv__method {
    float lr, momentum, beta2, epsilon;
    int how;
} dlcv__method;

static const dlcv__method dlcv__methods[] = {
    { 0.001f, 0.9f, 0.999f, 1e-8f, DLCV__UPDATE_FIRST | DLCV__UPDATE_SQUARES },                        /* ADAM */
    { 0.01f, 0, 0, 0, DLCV__UPDATE_LAST },
    { 0.01f, 0.9f, 0, 0, DLCV__UPDATE_LAST | DLCV__UPDATE_AHEAD },
    { 0.01f, 0, 1, 1e-10f, DLCV__UPDATE_SQUARES },                                                     /* ADAGRAD: beta2 1 says "sum" */
    { 1, 0, 0.95f, 1e-6f, DLCV__UPDATE_SQUARES | DLCV__UPDATE_DELTA },
    { 0.001f, 0, 0.9f, 1e-8f, DLCV__UPDATE_SQUARES | DLCV__UPDATE_LAST },
    { 0.001f, 0.9f, 0.999f, 1e-8f, DLCV__UPDATE_FIRST | DLCV__UPDATE_SQUARES | DLCV__UPDATE_APART }
};

static const char *const dlcv__method_names[] = { "ADAM", "SGD", "NESTEROV", "ADAGRAD", "ADADELTA", "RMSPROP", "ADAMW" };
static const char *const dlcv__schedule_names[] = { "CONSTANT", "COSINE", "STEP", "ONE_CYCLE" };

/* A step: what was asked for, complete, and what the kernel gets. */
typedef struct dlcv__step_of {
    dlcv_graph *g;
    dlcv_optimizer o;
    int how, arenas;                /* arenas: bits */
    float scale;
    double lr, norm[DLCV__SOLVER_CHUNKS];
    size_t chunk;
} dlcv__step_of;

/* 0.999f is meant as 0.999: seven decimals. */
DLCV__FN double dlcv__to_seven(float x)
{
    const double y = (double)x * 1e7 + 0.5;
    return y > -1e15 && y < 1e15 ? (double)dlcv__floor(y) / 1e7 : (double)x;
}

DLCV__FN double dlcv__power(double x, uint64_t n)
{
    double y = 1;
    for (; n; n >>= 1, x *= x) {
        if (n & 1) y *= x;
    }
    return y;
}

/* who: the function that was called, "update" or one whose options have an `optimizer` */
DLCV__FN dlcv_status dlcv__optimizer_check(const dlcv_optimizer *o, const char *who)
{
    static const char *const names[] = { "lr", "l2", "l1", "max_norm", "clip_norm" };
    const float values[] = { o->lr, o->l2, o->l1, o->max_norm, o->clip_norm };
    const char *const of = strcmp(who, "update") ? "optimizer." : "", *name = NULL;
    const dlcv__method *m;
    int i;
    if ((int)o->method < (int)DLCV_METHOD_ADAM || (int)o->method > (int)DLCV_METHOD_ADAMW) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: there is no %smethod %d", who, of, (int)o->method);
    }
    for (i = 0; i < 5; i++) {
        if (!dlcv__finite(values[i]) || values[i] < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s%s is %g, not 0 or positive", who, of, names[i], (double)values[i]);
    }
    if (!(o->momentum < 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %smomentum is %g, not below 1", who, of, (double)o->momentum);
    if (!(o->beta2 >= 0 && o->beta2 < 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %sbeta2 is %g, not in 0 .. 1", who, of, (double)o->beta2);
    if (o->epsilon != 0 && (!(o->epsilon >= 1e-30f) || !dlcv__finite(o->epsilon))) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %sepsilon is %g, not 0 or at least 1e-30", who, of, (double)o->epsilon);
    }
    if (!(o->average >= 0 && o->average <= 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %saverage is %g, not in 0 .. 1", who, of, (double)o->average);
    m = &dlcv__methods[o->method];
    if (o->momentum > 0 && !(m->how & (DLCV__UPDATE_FIRST | DLCV__UPDATE_LAST))) name = "momentum";
    else if (o->beta2 > 0 && (m->beta2 == 0 || m->beta2 == 1)) name = "beta2";
    else if (o->epsilon > 0 && m->epsilon == 0) name = "epsilon";
    return name ? dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s%s is set, which %s does not have", who, of, name, dlcv__method_names[o->method]) : DLCV_OK;
}

/* Defaults, and which arenas there must be. */
DLCV__FN void dlcv__step_begin(dlcv__step_of *s, dlcv_graph *g, const dlcv_optimizer *o, double factor)
{
    const dlcv__method *m = &dlcv__methods[o->method];
    memset(s, 0, sizeof *s);
    s->g = g;
    s->o = *o;
    s->scale = 1;
    s->how = m->how;
    if (s->o.lr == 0) s->o.lr = m->lr;
    if (s->o.momentum == 0) s->o.momentum = m->momentum;
    if (s->o.momentum < 0) s->o.momentum = 0;
    if (s->o.beta2 == 0) s->o.beta2 = m->beta2;
    if (s->o.epsilon == 0) s->o.epsilon = m->epsilon;
    s->lr = (double)s->o.lr * factor;
    if ((m->how & DLCV__UPDATE_LAST) && s->o.momentum == 0) s->how &= ~(DLCV__UPDATE_LAST | DLCV__UPDATE_AHEAD);
    if (s->how & (DLCV__UPDATE_FIRST | DLCV__UPDATE_LAST | DLCV__UPDATE_DELTA)) s->arenas |= 1 << DLCV__SOLVER_FIRST;
    if (s->how & DLCV__UPDATE_SQUARES) s->arenas |= 1 << DLCV__SOLVER_SECOND;
    if (s->o.average > 0) s->arenas |= 1 << DLCV__SOLVER_MEAN;
}

/* The arenas are there, those of this method. Where that fails, nothing has changed but that some are larger. */
DLCV__FN dlcv_status dlcv__solver_ready(dlcv__step_of *s)
{
    dlcv_graph *g = s->g;
    dlcv__solver *v = &g->solver;
    const int state = g->state;                 /* gradients have not moved */
    dlcv_status status = DLCV_OK;
    int i;
    for (i = 0; i < DLCV__SOLVER_ARENAS && !status; i++) {
        if (!(s->arenas >> i & 1)) continue;
        status = dlcv__arena_grow(g, &v->data[i], &v->floats[i]);
        if (status || v->arenas >> i & 1 || !g->value_floats) continue;
        if (i == DLCV__SOLVER_MEAN) memcpy(v->data[i], g->values, g->value_floats * sizeof(float));     /* kept from here on */
        else memset(v->data[i], 0, v->floats[i] * sizeof(float));
    }
    g->state = state;
    if (!status && v->method != (int)s->o.method + 1) {
        if (v->method) dlcv__solver_reset(g);
        v->method = (int)s->o.method + 1;
    }
    if (!status) v->arenas = s->arenas;
    return status;
}

/* Does this one learn? After a backward it has a gradient then. */
DLCV__FN int dlcv__learns(const dlcv__node *n)
{
    return n->kind == DLCV__KIND_PARAMETER && !n->frozen && !(n->flags & DLCV__PARAMETER_STATE);
}

/* In whole slots */
DLCV__FN size_t dlcv__slot_floats(const dlcv__node *n)
{
    return (n->floats + 15) / 16 * 16;
}

/* ---- the length of the gradient */

DLCV__FN double dlcv__squares(const dlcv__table *kernels, const float *p, size_t n)
{
    const float sum = kernels->f32->flat->spread(p, 0.0f, n);
    double all = 0;
    size_t i;
    if (dlcv__finite(sum)) return (double)sum;
    for (i = 0; i < n; i++) all += (double)p[i] * (double)p[i];
    return all;
}

/* Chunks begin .. end - 1 of the arena */
DLCV__FN void dlcv__norm_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    dlcv__step_of *s = (dlcv__step_of *)context;
    int id;
    for (; begin < end; begin++) {
        const size_t first = begin * s->chunk, last = first + s->chunk;
        for (s->norm[begin] = 0, id = 1; id <= s->g->nodes; id++) {
            const dlcv__node *n = dlcv__node_at(s->g, id);
            size_t lo = n->offset, hi = n->offset + n->floats;
            if (!dlcv__learns(n)) continue;
            if (lo < first) lo = first;
            if (hi > last) hi = last;
            for (; lo < hi; lo += 4096) s->norm[begin] += dlcv__squares(c->kernels, s->g->gradients + lo, hi - lo < 4096 ? hi - lo : 4096);
        }
    }
}

DLCV__FN dlcv_status dlcv__clip(dlcv__step_of *s, const dlcv__call *c, const char *who)
{
    const size_t units = s->g->parameter_floats / 16;
    double sum = 0;
    int i;
    s->chunk = (units + DLCV__SOLVER_CHUNKS - 1) / DLCV__SOLVER_CHUNKS * 16;
    dlcv__flat_run(c, DLCV__SOLVER_CHUNKS, s->chunk > 64 ? s->chunk : 64, dlcv__norm_body, s);
    for (i = 0; i < DLCV__SOLVER_CHUNKS; i++) sum += s->norm[i];
    sum = sqrt(sum);
    if (!(sum <= DBL_MAX)) return dlcv_fail(DLCV_ERR_NUMERIC, "%s: the gradient's length is %g", who, fabs(sum));
    if (sum > (double)s->o.clip_norm) s->scale = (float)((double)s->o.clip_norm / sum);
    return DLCV_OK;
}

/* ---- the step */

/* What the kernel gets for parameter n, whose t-th step this is. */
DLCV__FN void dlcv__update_of(const dlcv__step_of *s, const dlcv__node *n, dlcv__update *u)
{
    const dlcv_optimizer *o = &s->o;
    const uint64_t t = n->updates + 1;
    const double a = dlcv__to_seven(o->momentum), b = dlcv__to_seven(o->beta2), seen = (double)n->updates / (double)t;
    const int spared = n->flags & DLCV__PARAMETER_NO_DECAY;
    double keep = o->average > 0 ? dlcv__to_seven(o->average) : 0, lr = s->lr;
    if (keep > seen) keep = seen;
    u->how = s->how;
    u->scale = s->scale;
    u->l2 = spared ? 0.0f : 2 * o->l2;
    u->l1 = spared ? 0.0f : o->l1;
    u->shrink = (float)lr;
    u->a = (float)a;
    u->a1 = (float)(1 - a);
    u->b = (float)b;
    u->b1 = b < 1 ? (float)(1 - b) : 1.0f;
    u->root = 1;
    u->epsilon = o->epsilon;
    u->keep = (float)keep;
    u->take = (float)(1 - keep);
    if (s->how & DLCV__UPDATE_FIRST) {
        lr /= 1 - dlcv__power(a, t);
        u->root = (float)(1 / sqrt(1 - dlcv__power(b, t)));
    }
    u->lr = (float)lr;
}

/* Floats begin .. end - 1 of the arena, whole slots */
DLCV__FN void dlcv__update_body(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv__step_of *s = (const dlcv__step_of *)context;
    const dlcv_graph *g = s->g;
    dlcv__update u;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        const size_t lo = n->offset < begin ? begin : n->offset, to = n->offset + dlcv__slot_floats(n), hi = to > end ? end : to;
        const int learns = dlcv__learns(n);
        float *at[DLCV__SOLVER_ARENAS];
        int i;
        if (n->kind != DLCV__KIND_PARAMETER || n->frozen || lo >= hi) continue;
        for (i = 0; i < DLCV__SOLVER_ARENAS; i++) at[i] = s->arenas >> i & 1 ? g->solver.data[i] + lo : NULL;
        dlcv__update_of(s, n, &u);
        if (s->arenas == 0 && learns && u.l2 == 0 && u.l1 == 0 && u.scale == 1) {      /* the same bits in half the time */
            c->kernels->f32->flat->axpy(-u.lr, g->gradients + lo, g->values + lo, hi - lo);
            continue;
        }
        c->kernels->f32->flat->update(&u, learns ? g->gradients + lo : NULL, g->values + lo, at[0], at[1], s->o.max_norm > 0 ? NULL : at[2], hi - lo);
    }
}

/* Rows to max_norm, and the mean after that. */
DLCV__FN void dlcv__update_limit(const dlcv__step_of *s)
{
    dlcv_graph *g = s->g;
    dlcv__update u;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER || n->frozen) continue;
        if (dlcv__learns(n) && dlcv__penalized(n, "", 0)) dlcv__limit_rows(g, n, s->o.max_norm);
        if (!(s->arenas >> DLCV__SOLVER_MEAN & 1)) continue;
        dlcv__update_of(s, n, &u);
        g->kernels->f32->flat->update(&u, NULL, g->values + n->offset, NULL, NULL, g->solver.data[DLCV__SOLVER_MEAN] + n->offset, dlcv__slot_floats(n));
    }
}

/* Parameters that do not learn have no gradient: nothing of them adds up from machine to machine. */
DLCV__FN dlcv_status dlcv__all_reduce(const dlcv__step_of *s)
{
    dlcv_graph *g = s->g;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind == DLCV__KIND_PARAMETER && !dlcv__learns(n)) memset(g->gradients + n->offset, 0, n->floats * sizeof(float));
    }
    return s->o.all_reduce(g->gradients, g->parameter_floats, s->o.user);
}

DLCV__FN void dlcv__step_run(dlcv__step_of *s, const dlcv__call *c)
{
    dlcv_graph *g = s->g;
    int id;
    dlcv__flat_run(c, g->parameter_floats, 7, dlcv__update_body, s);
    if (s->o.max_norm > 0) dlcv__update_limit(s);
    for (id = 1; id <= g->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind == DLCV__KIND_PARAMETER && !n->frozen) n->updates++;
    }
    g->solver.steps++;
    g->written++;
}

/* The step with lr times factor: schedules. who: as above */
DLCV__FN dlcv_status dlcv__update_by(dlcv_graph *g, const dlcv_optimizer *o, double factor, const char *who)
{
    dlcv_optimizer none;
    dlcv_status status = dlcv_graph_status(g);
    dlcv__step_of s;
    dlcv__call c;
    dlcv__fp fp;
    if (status) return status;
    memset(&none, 0, sizeof none);
    status = dlcv__optimizer_check(o ? o : &none, who);
    if (status) return status;
    if (g->state != DLCV__STATE_BACKWARD || g->gradient_floats < g->parameter_floats) {
        return dlcv_fail(DLCV_ERR_STATE, "%s: there are no gradients: backward comes first, and again after forward, keep, freeze or a new parameter", who);
    }
    if (g->solver.swapped) return dlcv_fail(DLCV_ERR_STATE, "%s: the weights are their mean now: swap_average once more", who);
    fp = dlcv__fp_enter();
    dlcv__step_begin(&s, g, o ? o : &none, factor);
    dlcv__fp_leave(fp);
    status = dlcv__solver_ready(&s);
    if (status) return status;
    memset(&c, 0, sizeof c);
    c.env = &g->env;
    c.kernels = g->kernels;
    if (s.o.all_reduce) status = dlcv__all_reduce(&s);
    if (status) return status;
    fp = dlcv__fp_enter();
    if (s.o.clip_norm > 0) status = dlcv__clip(&s, &c, who);
    if (!status) dlcv__step_run(&s, &c);
    dlcv__fp_leave(fp);
    return status;
}

DLCV_API dlcv_status dlcv_update(dlcv_graph *g, const dlcv_optimizer *o)
{
    return dlcv__update_by(g, o, 1, "update");
}

/* ---- schedules */

/* (1 - cos(pi x)) / 2 = sin^2(pi x / 2) for x in 0 .. 1, and what is next to it outside. The sine by its series, below 1e-13 off. */
DLCV__FN double dlcv__rise(double x)
{
    const double a = (x > 0 ? x < 1 ? x : 1 : 0) * 1.5707963267948966;
    double term = a, sine = a;
    int k;
    for (k = 2; k < 20; k += 2) {
        term *= -a * a / (k * (k + 1));
        sine += term;
    }
    return sine * sine;
}

DLCV__FN float dlcv__schedule(dlcv_schedule schedule, int64_t step, const dlcv_schedule_opts *opts)
{
    const double start = 1.0 / 25, end = 1.0 / 250000, last = opts->steps - 1, warm = opts->warm_up;
    const double t = step < 0 ? 0.0 : (double)step < last || last < 0 ? (double)step : last;
    if (schedule == DLCV_SCHEDULE_ONE_CYCLE) {
        const double top = (warm > 0 ? warm : 0.3 * opts->steps) - 1;
        if (t < top) return (float)(start + (1 - start) * dlcv__rise(t / top));
        return (float)(end + (1 - end) * (1 - (last > top ? dlcv__rise((t - top) / (last - top)) : 0)));
    }
    if (t + 1 < warm) return (float)((t + 1) / warm);
    if (schedule == DLCV_SCHEDULE_COSINE && opts->steps > warm) return (float)(1 - dlcv__rise((t - warm) / (opts->steps - warm)));
    if (schedule == DLCV_SCHEDULE_STEP && opts->every > 0) {
        return (float)dlcv__power(opts->factor != 0 ? dlcv__to_seven(opts->factor) : 0.1, (uint64_t)(t / opts->every < 1e15 ? t / opts->every : 1e15));
    }
    return 1;
}

DLCV_API float dlcv_schedule_at(dlcv_schedule schedule, int64_t step, const dlcv_schedule_opts *opts)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const float factor = opts ? dlcv__schedule(schedule, step, opts) : 1.0f;
    dlcv__fp_leave(fp);
    return factor < FLT_MIN ? FLT_MIN : factor;         /* 0.1^99 is none of a float's */
}

DLCV_API dlcv_status dlcv_swap_average(dlcv_graph *g)
{
    const dlcv_status status = dlcv_graph_status(g);
    float *mean;
    int id;
    if (status) return status;
    mean = g->solver.data[DLCV__SOLVER_MEAN];
    if (!(g->solver.arenas >> DLCV__SOLVER_MEAN & 1) || !g->solver.steps) return dlcv_fail(DLCV_ERR_STATE, "swap_average: there is no mean: update with dlcv_optimizer.average > 0 keeps it");
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        size_t i;
        if (n->kind != DLCV__KIND_PARAMETER || !n->updates) continue;
        for (i = n->offset; i < n->offset + n->floats; i++) {
            const float w = g->values[i];
            g->values[i] = mean[i];
            mean[i] = w;
        }
    }
    g->solver.swapped = !g->solver.swapped;
    g->written++;
    return DLCV_OK;
}

/* ---- what a checkpoint holds: for each parameter its `updates`, and of each arena in use its floats */

/* "m", "s" or "mean" of the parameter that is node id, or NULL: there is none. */
DLCV__FN float *dlcv__solver_state(const dlcv_graph *g, int id, int arena, const char **role)
{
    static const char *const roles[] = { "m", "s", "mean" };
    const dlcv__node *n = dlcv__node_at(g, id);
    *role = roles[arena];
    if (n->kind != DLCV__KIND_PARAMETER || !(g->solver.arenas >> arena & 1)) return NULL;
    return g->solver.data[arena] + n->offset;
}

/* Before a checkpoint is read: the arenas of o are there and empty. */
DLCV__FN dlcv_status dlcv__solver_begin(dlcv_graph *g, const dlcv_optimizer *o)
{
    dlcv__step_of s;
    dlcv_status status = dlcv__optimizer_check(o, "fit");
    if (!status) status = dlcv__parameters_ready(g, 0);
    if (status) return status;
    dlcv__step_begin(&s, g, o, 1);
    dlcv__solver_reset(g);
    return dlcv__solver_ready(&s);
}

#undef DLCV__SOLVER_CHUNKS
