/* ---- solver: L-BFGS (Nocedal and Wright 2006, algorithms 7.4, 7.5 and, simplified, 3.5) -----------------------------------------------------------
 * The parameters that learn, one behind the other, are the vector x of n floats; inner products are added in double. */
#define DLCV__LBFGS_MEMORY 100

typedef struct dlcv__lbfgs {
    dlcv_node loss;
    dlcv_mode mode;
    size_t n, bytes;
    int memory, kept, next;         /* pairs: how many may be, are; where the next one goes */
    float *x, *d, *g, *old;         /* [n] where the line begins, its direction, the gradient here and where it began */
    float *s, *y;                   /* [memory, n] steps and differences of gradients */
    double rho[DLCV__LBFGS_MEMORY];
    double f;
    unsigned char *block;
} dlcv__lbfgs;

/* Parameters that learn to a vector (out) or back from x + a d (values). */
DLCV__FN size_t dlcv__lbfgs_gather(const dlcv_graph *g, const float *arena, float *out)
{
    size_t at = 0;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (!dlcv__learns(n)) continue;
        if (out && n->floats) memcpy(out + at, arena + n->offset, n->floats * sizeof *out);
        at += n->floats;
    }
    return at;
}

DLCV__FN void dlcv__lbfgs_go(const dlcv__lbfgs *l, double a)
{
    dlcv_graph *g = l->loss.graph;
    size_t at = 0;
    int id;
    g->written++;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (!dlcv__learns(n)) continue;
        if (n->floats) memcpy(g->values + n->offset, l->x + at, n->floats * sizeof *l->x);
        if (a != 0) g->kernels->f32->flat->axpy((float)a, l->d + at, g->values + n->offset, n->floats);
        at += n->floats;
    }
}

DLCV__FN double dlcv__lbfgs_dot(const dlcv__lbfgs *l, const float *a, const float *b)
{
    double sum = 0;
    size_t i;
    for (i = 0; i < l->n; i += 4096) sum += (double)l->loss.graph->kernels->f32->dot(a + i, b + i, l->n - i < 4096 ? l->n - i : 4096);
    return sum;
}

DLCV__FN void dlcv__lbfgs_axpy(const dlcv__lbfgs *l, double a, const float *x, float *y)
{
    l->loss.graph->kernels->f32->flat->axpy((float)a, x, y, l->n);
}

/* f and its gradient here */
DLCV__FN dlcv_status dlcv__lbfgs_look(dlcv__lbfgs *l)
{
    dlcv_status status = dlcv_forward(l->loss, l->mode);
    if (!status) l->f = (double)dlcv_item(l->loss);
    if (!status) status = dlcv_backward(l->loss);
    if (!status) dlcv__lbfgs_gather(l->loss.graph, l->loss.graph->gradients, l->g);
    return status;
}

/* d = -H g, algorithm 7.4; without pairs the steepest way down, at first a step of length 1 or shorter */
DLCV__FN void dlcv__lbfgs_direction(dlcv__lbfgs *l)
{
    double alpha[DLCV__LBFGS_MEMORY], length = sqrt(dlcv__lbfgs_dot(l, l->g, l->g)), scale = length > 1 ? 1 / length : 1;
    int i, k;
    memset(l->d, 0, l->n * sizeof *l->d);
    dlcv__lbfgs_axpy(l, -1, l->g, l->d);
    for (i = 1; i <= l->kept; i++) {                /* the newest first */
        k = (l->next - i + l->memory) % l->memory;
        alpha[k] = l->rho[k] * dlcv__lbfgs_dot(l, l->s + (size_t)k * l->n, l->d);
        dlcv__lbfgs_axpy(l, -alpha[k], l->y + (size_t)k * l->n, l->d);
        if (i > 1) continue;
        length = dlcv__lbfgs_dot(l, l->y + (size_t)k * l->n, l->y + (size_t)k * l->n);
        scale = 1 / (l->rho[k] * length);           /* equation 7.20 */
    }
    l->loss.graph->kernels->f32->flat->binary_by[DLCV__FLAT_MUL](l->d, (float)scale, l->d, l->n);
    for (i = l->kept; i >= 1; i--) {
        k = (l->next - i + l->memory) % l->memory;
        dlcv__lbfgs_axpy(l, alpha[k] - l->rho[k] * dlcv__lbfgs_dot(l, l->y + (size_t)k * l->n, l->d), l->s + (size_t)k * l->n, l->d);
    }
}

/* The least point of the cubic through f and its slope at a and b (equation 3.59), at least a tenth of the way from either. */
DLCV__FN double dlcv__cubic_minimum(double a, double fa, double da, double b, double fb, double db)
{
    const double p = da + db - 3 * (fa - fb) / (a - b), q = p * p - da * db, least = 0.1 * (b - a);
    double x = q > 0 ? b - (b - a) * (db + (b > a ? sqrt(q) : -sqrt(q)) - p) / (db - da + 2 * (b > a ? sqrt(q) : -sqrt(q))) : a + 5 * least;
    if (!(fabs(x - a) >= fabs(least)) || (x - a) * least < 0) x = a + least;
    if (!(fabs(b - x) >= fabs(least)) || (b - x) * least < 0) x = b - least;
    return x == x ? x : a + 5 * least;
}

/* Along d from x, where f is f0: a step that fulfils the strong Wolfe conditions (1e-4, 0.9), f being as exact as a float is. *moved 0: there is none. */
DLCV__FN dlcv_status dlcv__lbfgs_line(dlcv__lbfgs *l, int *moved)
{
    const double f0 = l->f, slope = dlcv__lbfgs_dot(l, l->g, l->d), noise = 1e-6 * fabs(f0);
    double low = 0, f_low = f0, d_low = slope, high = 0, f_high = 0, d_high = 0, a = 1;
    int tries;
    *moved = 0;
    if (!(slope < 0)) return DLCV_OK;
    for (tries = 0; tries < 20; tries++) {
        dlcv_status status;
        double d;
        dlcv__lbfgs_go(l, a);
        status = dlcv__lbfgs_look(l);
        if (status) return status;
        d = dlcv__lbfgs_dot(l, l->g, l->d);
        if (!(fabs(l->f) <= DBL_MAX) || !(fabs(d) <= DBL_MAX)) {        /* too far */
            high = a, f_high = l->f, d_high = d;
            a = low + 0.1 * (high - low);
            continue;
        }
        if (l->f > f0 + 1e-4 * a * slope + noise || (l->f > f_low + noise && low > 0)) high = a, f_high = l->f, d_high = d;
        else if (fabs(d) <= -0.9 * slope) return *moved = 1, DLCV_OK;
        else if (d > 0) high = a, f_high = l->f, d_high = d;
        else low = a, f_low = l->f, d_low = d;
        a = high > 0 ? dlcv__cubic_minimum(low, f_low, d_low, high, f_high, d_high) : 2 * a;
    }
    if (f_low < f0) {                       /* not far enough, but down */
        dlcv__lbfgs_go(l, low);
        *moved = 1;
        return dlcv__lbfgs_look(l);
    }
    return DLCV_OK;
}

/* s = the step, y = the gradients' difference, where f curves upwards; x and old for the next line */
DLCV__FN void dlcv__lbfgs_learn(dlcv__lbfgs *l)
{
    float *s = l->s + (size_t)l->next * l->n, *y = l->y + (size_t)l->next * l->n;
    double sy, yy;
    dlcv__lbfgs_gather(l->loss.graph, l->loss.graph->values, s);
    memcpy(y, l->g, l->n * sizeof *y);
    dlcv__lbfgs_axpy(l, -1, l->x, s);
    dlcv__lbfgs_axpy(l, -1, l->old, y);
    sy = dlcv__lbfgs_dot(l, s, y);
    yy = dlcv__lbfgs_dot(l, y, y);
    if (!(sy > 1e-10 * yy) || !(yy > 0)) return;
    l->rho[l->next] = 1 / sy;
    l->next = (l->next + 1) % l->memory;
    if (l->kept < l->memory) l->kept++;
}

DLCV__FN dlcv_status dlcv__lbfgs_new(dlcv__lbfgs *l)
{
    const size_t vectors = 4 + 2 * (size_t)l->memory;
    l->n = dlcv__lbfgs_gather(l->loss.graph, NULL, NULL);
    if (!l->n) return dlcv_fail(DLCV_ERR_ARGUMENT, "lbfgs: no parameter learns");
    if (!dlcv__mul(vectors * sizeof(float), l->n, &l->bytes)) return dlcv_fail(DLCV_ERR_MEMORY, "lbfgs: %zu vectors of %zu floats are more than a size_t counts", vectors, l->n);
    l->block = (unsigned char *)dlcv__alloc(&l->loss.graph->env, l->bytes);
    if (!l->block) return dlcv_fail(DLCV_ERR_MEMORY, "lbfgs: %s", dlcv_error());
    l->x = (float *)l->block;
    l->d = l->x + l->n;
    l->g = l->d + l->n;
    l->old = l->g + l->n;
    l->s = l->old + l->n;
    l->y = l->s + (size_t)l->memory * l->n;
    return DLCV_OK;
}

/* Is no |g| above it? */
DLCV__FN int dlcv__lbfgs_flat(const dlcv__lbfgs *l, double tolerance)
{
    size_t i;
    for (i = 0; i < l->n; i++) {
        if (!(fabs((double)l->g[i]) <= tolerance)) return 0;
    }
    return 1;
}

DLCV__FN dlcv_status dlcv__lbfgs_run(dlcv__lbfgs *l, const dlcv_lbfgs_opts *o, dlcv_progress *p)
{
    const double tolerance = o->tolerance > 0 ? o->tolerance : 1e-5, begin = dlcv__now();
    dlcv_status status = dlcv__lbfgs_look(l);
    int moved = 1, stop = 0;
    if (!status && !(fabs(l->f) <= DBL_MAX)) status = dlcv_fail(DLCV_ERR_NUMERIC, "lbfgs: the loss is %g where it begins", l->f);
    p->steps = o->iterations > 0 ? o->iterations : 100;
    p->loss = (float)l->f;
    while (!status && !stop && moved && p->step < p->steps && !dlcv__lbfgs_flat(l, tolerance)) {
        dlcv__lbfgs_gather(l->loss.graph, l->loss.graph->values, l->x);
        memcpy(l->old, l->g, l->n * sizeof *l->g);
        dlcv__lbfgs_direction(l);
        status = dlcv__lbfgs_line(l, &moved);
        if (!status && !moved && l->kept) {             /* forget, and once more straight down */
            l->kept = 0;
            l->f = (double)p->loss;
            memcpy(l->g, l->old, l->n * sizeof *l->g);
            dlcv__lbfgs_direction(l);
            status = dlcv__lbfgs_line(l, &moved);
        }
        if (status || !moved) {
            dlcv__lbfgs_go(l, 0);
            break;
        }
        dlcv__lbfgs_learn(l);
        p->loss = (float)l->f;
        p->step++;
        p->seconds = dlcv__now() - begin;
        stop = o->on_step && o->on_step(p, o->user);
    }
    p->done = !status && moved && dlcv__lbfgs_flat(l, tolerance);
    return status;
}

DLCV_API dlcv_status dlcv_lbfgs(dlcv_node loss, const dlcv_lbfgs_opts *opts, dlcv_progress *out)
{
    dlcv_lbfgs_opts o;
    dlcv_progress p;
    dlcv__lbfgs l;
    dlcv_status status = dlcv__node_check("lbfgs", loss);
    dlcv__fp fp;
    if (status) return status;
    memset(&o, 0, sizeof o);
    memset(&p, 0, sizeof p);
    memset(&l, 0, sizeof l);
    if (opts) o = *opts;
    if (o.iterations < 0 || o.memory < 0 || !(o.tolerance >= 0)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "lbfgs: iterations is %d, memory %d, tolerance %s, must be 0 (default) or more", o.iterations, o.memory,
                         o.tolerance < 0 ? "negative" : o.tolerance >= 0 ? "good" : "not a number");
    }
    p.accuracy = p.validation_loss = p.validation_accuracy = p.lr = dlcv__float_of(0x7fc00000u);
    l.loss = loss;
    l.mode = o.mode == DLCV_MODE_INFER ? DLCV_MODE_GRADIENT : o.mode;
    l.memory = o.memory > 0 ? o.memory : 10;
    if (l.memory > DLCV__LBFGS_MEMORY) return dlcv_fail(DLCV_ERR_ARGUMENT, "lbfgs: a memory of %d steps, %d are the most", l.memory, DLCV__LBFGS_MEMORY);
    status = dlcv_forward(loss, l.mode);
    if (!status) status = dlcv_backward(loss);      /* which says what it is that has no gradient */
    if (!status) status = dlcv__lbfgs_new(&l);
    if (status) return status;
    fp = dlcv__fp_enter();
    status = dlcv__lbfgs_run(&l, &o, &p);
    dlcv__fp_leave(fp);
    dlcv__release(&loss.graph->env, l.block, l.bytes);
    if (out && !status) *out = p;
    return status;
}

#undef DLCV__LBFGS_MEMORY
