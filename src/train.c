/* ---- training: the loop ---------------------------------------------------------------------------------------------------------------------------- */
#define DLCV__PREDICT_BATCH 64
#define DLCV__CURSOR 18             /* numbers in dlcv.cursor */

/* How samples come into a graph: the one input of a node, and whether u8 pixels [h, w, c] become floats [c, h, w] on the way, or the input takes them. */
typedef struct dlcv__feed {
    dlcv_graph *graph;
    dlcv__node *input;
    int id;
    dlcv_tensor before;             /* what was bound there */
    int bound, pixels, channels;
    int parameters, learners;       /* what the node depends on of these */
    size_t count, bytes;            /* of a sample: elements of the input, bytes in the data */
    dlcv_shape shape;               /* of what is bound */
    dlcv_dtype dtype;
} dlcv__feed;

struct dlcv_trainer {
    dlcv_graph *g;
    dlcv_fit_opts o;                /* complete */
    dlcv_dataset train, validation;
    dlcv_node scores, loss, plain;  /* plain: without mixup */
    dlcv_node target[2], share;
    int nodes, added, kept;
    int ordinals[DLCV__OP_COUNT + 1];
    dlcv__feed feed;
    dlcv__batch b;
    dlcv_tensor y[2], share_value;
    unsigned char *block;           /* of all buffers */
    size_t block_bytes;
    float *floats;                  /* converted samples, or NULL */
    float *statistics;              /* running ones, as before the step */
    double steps_an_epoch;
    int64_t step, steps;
    int pending, checked;           /* pending: an epoch is over, validation comes next, `checked` samples of it are done; then the file */
    int stopped, halt;              /* the run is over; on_step wants an end */
    int bad;                        /* epochs without a better validation */
    float best, validation_loss, validation_accuracy;
    double loss_sum, right, seen;   /* of this epoch */
    double check_loss, check_right;
    double spent, training, last;   /* seconds of this session, of its minibatches, of the last piece */
    int64_t first;                  /* step at which the session began */
};

/* ---- samples */

/* The input that a node depends on. */
DLCV__FN dlcv_status dlcv__feed_input(const char *who, dlcv_node x, dlcv__feed *f)
{
    dlcv_graph *g = x.graph;
    dlcv_status s = dlcv__node_check(who, x);
    unsigned char *needed;
    int id, i, found = 0;
    if (s) return s;
    needed = (unsigned char *)dlcv__alloc(&g->env, (size_t)x.id + 1);
    if (!needed) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", who, dlcv_error());
    memset(needed, 0, (size_t)x.id + 1);
    needed[x.id] = 1;
    for (id = x.id; id > 0; id--) {
        dlcv__node *n = dlcv__node_at(g, id);
        for (i = 0; i < n->inputs && needed[id]; i++) needed[n->input[i]] = 1;
        f->parameters += needed[id] && n->kind == DLCV__KIND_PARAMETER;
        f->learners += needed[id] && dlcv__learns(n);
        if (!needed[id] || n->kind != DLCV__KIND_INPUT) continue;
        found++;
        f->id = id;
    }
    dlcv__release(&g->env, needed, (size_t)x.id + 1);
    if (found == 1) {
        f->graph = g;
        f->input = dlcv__node_at(g, f->id);
        f->before = f->input->value;
        f->bound = f->input->bound && f->before.data != f->input->pixels.data;   /* pixels of before are overwritten */
        return DLCV_OK;
    }
    return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: \"%s\" depends on %d inputs, one is wanted", who, dlcv_node_name(x), found);
}

/* Pictures of four dimensions are those of the input: f32 [n, c, h, w], u8 [n, h, w, c] or [n, h, w]. Rows [n, d] are as they are. */
DLCV__FN int dlcv__feed_pictures(const dlcv_tensor *x, const dlcv_shape *to)
{
    const dlcv_shape *s = &x->shape;
    if (to->ndim != 4 || s->ndim > 4 || s->ndim < (x->dtype == DLCV_U8 ? 3 : 4)) return 1;
    if (x->dtype != DLCV_U8) return s->dim[1] == to->dim[1] && s->dim[2] == to->dim[2] && s->dim[3] == to->dim[3];
    return (s->ndim == 4 ? s->dim[3] : 1) == to->dim[1] && s->dim[1] == to->dim[2] && s->dim[2] == to->dim[3];
}

/* x [n, ...] fits the input, which feed_input found. */
DLCV__FN dlcv_status dlcv__feed_begin(const char *who, const dlcv_tensor *x, dlcv__feed *f)
{
    char have[112], want[112];
    dlcv_shape shape;
    size_t count = 0;
    int fits;
    shape = f->shape = f->input->declared.shape;
    f->dtype = f->input->declared.dtype;
    dlcv__shape_text(shape, want, sizeof want);
    dlcv__shape_text(x->shape, have, sizeof have);
    fits = shape.ndim > 0 && shape.dim[0] == -1 && x->shape.ndim > 0 && x->shape.dim[0] > 0;
    if (fits) f->bytes = dlcv__row_bytes(x);
    if (fits && f->input->preprocess && x->dtype == DLCV_U8) {
        f->dtype = DLCV_U8;
        f->shape = x->shape;
        return DLCV_OK;
    }
    if (fits) {
        shape.dim[0] = 1;
        f->pixels = f->input->declared.dtype == DLCV_F32 && x->dtype == DLCV_U8;
        f->channels = x->shape.ndim == 4 ? x->shape.dim[3] : 1;
        fits = dlcv__shape_count(shape, &count) && count && count == f->bytes / dlcv_dtype_bytes(x->dtype) && (f->pixels || x->dtype == f->input->declared.dtype);
    }
    f->count = count;
    if (fits && dlcv__feed_pictures(x, &shape)) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_SHAPE, "%s: x is %s %s, input \"%s\" %s %s: samples of another %s", who, dlcv__dtype_name(x->dtype), have, f->input->name,
                     dlcv__dtype_name(f->input->declared.dtype), want, fits ? "shape" : "size");
}

typedef struct dlcv__planes {
    const dlcv__feed *feed;
    const unsigned char *from;
    float *to;
    int count, tasks;
} dlcv__planes;

/* Pixels to planes of value / 255. */
DLCV__FN void dlcv__planes_task(int index, void *context)
{
    const dlcv__planes *p = (const dlcv__planes *)context;
    const size_t c = (size_t)p->feed->channels, plane = p->feed->count / c;
    size_t i, k, j, end = (size_t)p->count * (size_t)(index + 1) / (size_t)p->tasks;
    const dlcv__fp fp = dlcv__fp_enter();
    float parts[256];
    for (i = 0; i < 256; i++) parts[i] = (float)i / 255.0f;
    for (i = (size_t)p->count * (size_t)index / (size_t)p->tasks; i < end; i++) {
        for (k = 0; k < c; k++) {
            const unsigned char *from = p->from + i * p->feed->bytes + k;
            float *to = p->to + i * p->feed->count + k * plane;
            for (j = 0; j < plane; j++) to[j] = parts[from[j * c]];
        }
    }
    dlcv__fp_leave(fp);
}

/* Binds `count` samples that lie behind one another; floats: room for them where they are pixels. */
DLCV__FN dlcv_status dlcv__feed_bind(const dlcv__feed *f, const void *samples, int count, float *floats)
{
    dlcv_tensor t = dlcv_tensor_view(samples, f->dtype, f->shape);
    t.shape.dim[0] = count;
    if (f->pixels) {
        dlcv__planes p;
        p.feed = f;
        p.from = (const unsigned char *)samples;
        p.to = floats;
        p.count = count;
        p.tasks = dlcv__width(&f->graph->env) < count ? dlcv__width(&f->graph->env) : count;
        if ((size_t)count * f->count < 65536) p.tasks = 1;
        dlcv__parallel(&f->graph->env, p.tasks, dlcv__planes_task, &p);
        t.data = floats;
    }
    return dlcv_bind(dlcv__node_of(f->graph, f->id), &t);
}

/* What the caller had bound is bound again. */
DLCV__FN void dlcv__feed_end(dlcv__feed *f)
{
    if (!f->input) return;
    f->input->value = f->bound ? f->before : f->input->declared;
    f->input->bound = f->bound;
    f->graph->state = DLCV__STATE_NONE;
}

DLCV_API dlcv_status dlcv_predict(dlcv_node node, const dlcv_tensor *x, dlcv_tensor *out)
{
    dlcv_status s;
    dlcv__feed f;
    dlcv_tensor all;
    float *floats = NULL;
    size_t room = 0, row = 0;
    int n, i, some;
    memset(&f, 0, sizeof f);
    s = dlcv__feed_input("predict", node, &f);
    if (!s) s = dlcv__check("predict", "x", x);
    if (s) return s;
    all = *x;
    dlcv__picture_shape(f.input, &all);
    s = dlcv__feed_begin("predict", &all, &f);
    if (!s && !out) s = dlcv_fail(DLCV_ERR_ARGUMENT, "predict: out is NULL");
    if (s) return s;
    n = all.shape.dim[0];
    if (f.pixels && (!dlcv__mul(f.count, DLCV__PREDICT_BATCH * sizeof *floats, &room) || !(floats = (float *)dlcv__alloc(&node.graph->env, room)))) {
        return dlcv_fail(DLCV_ERR_MEMORY, "predict: %d samples of %zu floats: %s", DLCV__PREDICT_BATCH, f.count, dlcv_error());
    }
    for (i = 0; i < n && !s; i += some) {
        const dlcv_tensor *value;
        some = n - i < DLCV__PREDICT_BATCH ? n - i : DLCV__PREDICT_BATCH;
        s = dlcv__feed_bind(&f, (const unsigned char *)all.data + (size_t)i * f.bytes, some, floats);
        if (!s) s = dlcv_forward(node, DLCV_MODE_INFER);
        if (s) break;
        value = dlcv_value(node);
        if (!i) {
            dlcv_shape shape = value->shape;
            if (shape.ndim < 1 || shape.dim[0] != some) s = dlcv_fail(DLCV_ERR_SHAPE, "predict: \"%s\" has no value for each sample", dlcv_node_name(node));
            shape.dim[0] = n;
            if (!s) s = dlcv__out(&node.graph->env, "predict", value->dtype, shape, out);
            if (!s) row = dlcv__row_bytes(out);
        }
        if (!s && row) memcpy((unsigned char *)out->data + (size_t)i * row, value->data, (size_t)some * row);
    }
    dlcv__feed_end(&f);
    dlcv__release(&node.graph->env, floats, room);
    return s;
}

/* ---- a trainer comes and goes */

/* Nodes that were added go again, if nobody else has added any. */
DLCV__FN void dlcv__train_rewind(dlcv_trainer *t)
{
    dlcv_graph *g = t->g;
    int i;
    if (g->nodes != t->added) return;
    for (i = 0; i < DLCV__PLANS; i++) dlcv__plan_free(g, &g->plans[i]);         /* while their nodes are there */
    g->nodes = t->nodes;
    g->status = DLCV_OK;
    memcpy(g->ordinals, t->ordinals, sizeof g->ordinals);
    if (t->scores.id && t->scores.id <= g->nodes) dlcv__node_at(g, t->scores.id)->kept = t->kept;
    g->version++;
    g->state = DLCV__STATE_NONE;
}

DLCV_API void dlcv_trainer_free(dlcv_trainer *t)
{
    dlcv_env env;
    int i;
    if (!t) return;
    env = t->g->env;
    dlcv__feed_end(&t->feed);
    for (i = 0; i < 3; i++) {
        const dlcv_node x = i < 2 ? t->target[i] : t->share;
        dlcv__node *n = x.id > 0 && x.id <= t->g->nodes ? dlcv__node_at(t->g, x.id) : NULL;
        if (!n) continue;               /* what was bound there goes */
        n->value = n->declared;
        n->bound = 0;
    }
    dlcv__train_rewind(t);
    if (t->g->trainer == t) t->g->trainer = NULL;
    dlcv__release(&env, t->block, t->block_bytes);
    dlcv__release(&env, t, sizeof *t);
}

DLCV__FN dlcv_status dlcv__fit_check(const dlcv_fit_opts *o)
{
    const struct {
        const char *name;
        float value;
    } all[] = { { "smoothing", o->smoothing }, { "warm_up", o->warm_up }, { "step_epochs", o->step_epochs }, { "step_factor", o->step_factor } };
    int i;
    if (o->epochs < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: epochs is %d", o->epochs);
    if (o->batch < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: batch is %d", o->batch);
    if (o->patience < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: patience is %d", o->patience);
    if (o->patience && !o->validation) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: patience wants validation");
    if (o->patience && o->parts > 1) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: patience with %d parts: running statistics are each process's own, and so would be the end", o->parts);
    }
    if (o->part < 0 || o->part >= o->parts) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: part is %d of %d", o->part, o->parts);
    if ((int)o->schedule < 0 || (int)o->schedule > (int)DLCV_SCHEDULE_ONE_CYCLE) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: there is no schedule %d", (int)o->schedule);
    for (i = 0; i < 4; i++) {
        if (!dlcv__finite(all[i].value) || all[i].value < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: %s is %g", all[i].name, (double)all[i].value);
    }
    return DLCV_OK;
}

/* An input for targets like y. */
DLCV__FN dlcv_node dlcv__train_target(dlcv_graph *g, const char *what, dlcv_dtype dtype, dlcv_shape shape)
{
    char name[DLCV__NAME_BYTES];
    if (shape.ndim) shape.dim[0] = -1;
    dlcv__name_next(g, what, DLCV__OP_COUNT, name);
    return dlcv_input(g, name, dtype, shape);
}

/* Target and loss. With mixup the loss is share * loss(target) + (1 - share) * loss(the partner's target). */
DLCV__FN dlcv_status dlcv__train_build(dlcv_trainer *t)
{
    dlcv_graph *g = t->g;
    dlcv_loss_opts lo;
    dlcv_shape scalar;
    dlcv_node second, rest;
    memset(&lo, 0, sizeof lo);
    memset(&scalar, 0, sizeof scalar);
    lo.smoothing = t->o.smoothing;
    t->target[0] = dlcv__train_target(g, "fit.target", t->train.y.dtype, t->train.y.shape);
    t->plain = t->loss = dlcv_loss(t->scores, t->target[0], t->o.loss, &lo);
    if (t->o.augment.mixup > 0) {
        t->target[1] = dlcv__train_target(g, "fit.target", t->train.y.dtype, t->train.y.shape);
        t->share = dlcv__train_target(g, "fit.share", DLCV_F32, scalar);
        second = dlcv_loss(t->scores, t->target[1], t->o.loss, &lo);
        rest = dlcv_affine(t->share, -1, 1);
        second = dlcv_mul(second, rest);
        rest = dlcv_mul(t->plain, t->share);
        t->loss = dlcv_add(rest, second);
    }
    (void)dlcv_keep(t->scores);
    t->added = g->nodes;
    return dlcv_graph_status(g);
}

/* Running statistics to `kept` or (back) from there; how many numbers they are. */
DLCV__FN size_t dlcv__statistics(const dlcv_graph *g, float *kept, int back)
{
    size_t count = 0;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER || !(n->flags & DLCV__PARAMETER_STATE)) continue;
        if (kept && n->floats) memcpy(back ? g->values + n->offset : kept + count, back ? kept + count : g->values + n->offset, n->floats * sizeof *kept);
        count += n->floats;
    }
    return count;
}

/* Labels are those of the scores. */
DLCV__FN dlcv_status dlcv__train_labels(const dlcv_trainer *t, const char *what, const dlcv_dataset *d)
{
    const dlcv_shape shape = dlcv__node_at(t->g, t->scores.id)->declared.shape;
    const int of_class = (int)t->o.loss <= (int)DLCV_LOSS_HINGE_STRUCTURED, classes = !of_class ? 2 : shape.ndim > 1 ? shape.dim[1] : 0;
    const size_t count = dlcv_tensor_count(&d->y);
    size_t i;
    if (d->y.dtype != DLCV_I32 || classes < 1) return DLCV_OK;
    for (i = 0; i < count; i++) {
        const int32_t label = dlcv__i32_at(d->y.data, i);
        if (label >= 0 && label < classes) continue;
        return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: %s->y[%zu] is %ld, the scores have %d classes (0 .. %d)", what, i, (long)label, classes, classes - 1);
    }
    if (!of_class || d->classes <= classes) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: %s->classes is %d, the scores have %d classes", what, d->classes, classes);
}

/* One block for what is made of the data. */
DLCV__FN dlcv_status dlcv__train_buffers(dlcv_trainer *t)
{
    const size_t batch = (size_t)t->o.batch;
    size_t part[5], bytes = 0;
    unsigned char *at;
    int i, ok;
    ok = dlcv__mul(batch, t->b.row, &part[0]) && dlcv__mul(batch, t->b.label_row, &part[1]) && dlcv__mul(batch, t->feed.count, &part[3])
      && dlcv__mul(part[3], t->feed.pixels ? sizeof(float) : 0, &part[3]);
    part[2] = t->o.augment.mixup > 0 ? part[1] : 0;
    part[4] = dlcv__statistics(t->g, NULL, 0) * sizeof(float);
    for (i = 0; i < 5 && ok; i++) {
        ok = dlcv__add(part[i], 63, &part[i]) && dlcv__add(bytes, part[i] / 64 * 64, &bytes);
        part[i] = part[i] / 64 * 64;
    }
    at = ok ? (unsigned char *)dlcv__alloc(&t->g->env, bytes) : NULL;
    if (!at) return dlcv_fail(DLCV_ERR_MEMORY, "fit: %d samples: %s", t->o.batch, ok ? dlcv_error() : "more bytes than a size_t can count");
    memset(at, 0, bytes);
    t->block = at;
    t->block_bytes = bytes;
    t->b.x = at;
    t->b.y = at + part[0];
    if (part[2]) t->b.other_y = t->b.y + part[1];
    if (part[3]) t->floats = (float *)(void *)(t->b.y + part[1] + part[2]);
    t->statistics = (float *)(void *)(at + part[0] + part[1] + part[2] + part[3]);
    for (i = 0; i < 2; i++) {
        t->y[i] = dlcv_tensor_view(i ? t->b.other_y : t->b.y, t->train.y.dtype, t->train.y.shape);
        t->y[i].shape.dim[0] = t->o.batch;
    }
    return DLCV_OK;
}

/* Samples begin .. begin + count - 1 of the validation set are bound. */
DLCV__FN dlcv_status dlcv__check_bind(const dlcv_trainer *t, int begin, int count, dlcv_tensor *y)
{
    dlcv_status s = dlcv__feed_bind(&t->feed, (const unsigned char *)t->validation.x.data + (size_t)begin * t->feed.bytes, count, t->floats);
    *y = dlcv_tensor_rows(&t->validation.y, begin, begin + count);
    return s ? s : dlcv_bind(t->target[0], y);
}

DLCV__FN dlcv_status dlcv__train_bind(dlcv_trainer *t)
{
    dlcv_status s = dlcv__feed_bind(&t->feed, t->b.x, t->o.batch, t->floats);
    if (!s) s = dlcv_bind(t->target[0], &t->y[0]);
    if (!s && t->target[1].id) s = dlcv_bind(t->target[1], &t->y[1]);
    if (!s && t->share.id) s = dlcv_bind(t->share, &t->share_value);
    return s;
}

/* All shapes that will come are planned, and memory is there. */
DLCV__FN dlcv_status dlcv__train_plan(dlcv_trainer *t)
{
    const int n = t->o.validation ? t->validation.x.shape.dim[0] : 0, rest = n % t->o.batch;
    dlcv_tensor y;
    dlcv_status s = dlcv__solver_begin(t->g, &t->o.optimizer);
    if (!s && n >= t->o.batch) s = dlcv__check_bind(t, 0, t->o.batch, &y);
    if (!s && n >= t->o.batch) s = dlcv__plan_ready(t->g, t->plain.id, DLCV_MODE_INFER);
    if (!s && rest) s = dlcv__check_bind(t, n - rest, rest, &y);
    if (!s && rest) s = dlcv__plan_ready(t->g, t->plain.id, DLCV_MODE_INFER);
    if (!s) s = dlcv__train_bind(t);
    return s ? s : dlcv__plan_ready(t->g, t->loss.id, DLCV_MODE_TRAIN);
}

/* The same but for the first dimension. */
DLCV__FN int dlcv__rows_alike(const dlcv_tensor *a, const dlcv_tensor *b)
{
    dlcv_shape s = a->shape;
    s.dim[0] = b->shape.dim[0];
    return dlcv__shape_equal(s, b->shape);
}

/* The validation set is like the training set. */
DLCV__FN dlcv_status dlcv__train_validation(dlcv_trainer *t)
{
    dlcv__batch b;
    char have[112], want[112];
    dlcv_status s;
    t->validation = *t->o.validation;
    dlcv__picture_shape(t->feed.input, &t->validation.x);
    s = dlcv__batch_begin("fit: validation", &t->validation, NULL, 0, 1, &b);
    if (s) return s;
    if (t->validation.x.dtype == t->train.x.dtype && t->validation.y.dtype == t->train.y.dtype
        && dlcv__rows_alike(&t->validation.x, &t->train.x) && dlcv__rows_alike(&t->validation.y, &t->train.y)) return DLCV_OK;
    dlcv__shape_text(t->validation.x.shape, have, sizeof have);
    dlcv__shape_text(t->train.x.shape, want, sizeof want);
    return dlcv_fail(DLCV_ERR_SHAPE, "fit: validation is %s %s, the training set %s %s, or their targets differ", dlcv__dtype_name(t->validation.x.dtype), have,
                     dlcv__dtype_name(t->train.x.dtype), want);
}

/* A file that is there, and not empty? Only its size is asked for. */
DLCV__FN int dlcv__file_there(const dlcv_env *env, const char *path)
{
    size_t bytes = 0;
    const dlcv_status s = env->files.read(path, NULL, &bytes, env->files.user);
    return s != DLCV_ERR_IO && (s || bytes);
}

DLCV__FN dlcv_status dlcv__trainer_begin(dlcv_trainer *t, const dlcv_dataset *train)
{
    dlcv_status s = dlcv__fit_check(&t->o);
    uint64_t samples, steps;
    if (!s) s = dlcv__feed_input("fit", t->scores, &t->feed);
    if (!s && train) {
        t->train = *train;
        dlcv__picture_shape(t->feed.input, &t->train.x);
        if (t->train.x.shape.ndim > 0 && t->train.x.shape.dim[0] > 0 && t->o.batch > t->train.x.shape.dim[0]) t->o.batch = t->train.x.shape.dim[0];
    }
    if (!s) s = dlcv__batch_begin("fit", train ? &t->train : NULL, &t->o.augment, t->o.seed, t->o.batch, &t->b);
    if (s) return s;
    t->b.kernels = t->g->kernels;
    t->steps_an_epoch = (double)t->b.n / ((double)t->o.batch * (double)t->o.parts);
    samples = (uint64_t)t->o.batch * (uint64_t)t->o.parts;
    steps = ((uint64_t)t->o.epochs * (uint64_t)t->b.n + samples - 1) / samples;
    if (steps > (uint64_t)INT_MAX) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: %d epochs are %llu steps, %d are the most", t->o.epochs, (unsigned long long)steps, INT_MAX);
    t->steps = (int64_t)steps;
    if (t->o.validation) s = dlcv__train_validation(t);
    if (!s) s = dlcv__feed_begin("fit", &t->train.x, &t->feed);
    if (!s && t->feed.parameters && !t->feed.learners) {
        s = dlcv_fail(DLCV_ERR_STATE, "fit: all parameters that \"%s\" depends on are frozen: nothing would learn", dlcv_node_name(t->scores));
    }
    if (!s && t->o.loss == DLCV_LOSS_SOFTMAX && !strcmp(dlcv_node_op(t->scores), "softmax")) {
        s = dlcv_fail(DLCV_ERR_ARGUMENT, "fit: \"%s\" is a softmax, which the loss SOFTMAX has in itself: it wants the scores before", dlcv_node_name(t->scores));
    }
    if (!s) s = dlcv__train_build(t);
    if (!s) s = dlcv__train_labels(t, "train", &t->train);
    if (!s && t->o.validation) s = dlcv__train_labels(t, "validation", &t->validation);
    if (!s) s = dlcv__train_buffers(t);
    if (!s) s = dlcv__train_plan(t);
    if (s || !t->o.checkpoint) return s;
    if (dlcv__file_there(&t->g->env, t->o.checkpoint)) return dlcv_trainer_load(t, t->o.checkpoint);
    return t->o.part ? DLCV_OK : dlcv__file_write(&t->g->env, t->o.checkpoint, "", 0);      /* what cannot be written says so now */
}

DLCV_API dlcv_status dlcv_trainer_new(dlcv_node scores, const dlcv_dataset *train, const dlcv_fit_opts *opts, dlcv_trainer **out)
{
    dlcv_status s = dlcv__node_check("fit", scores);
    dlcv_graph *g = scores.graph;
    dlcv_trainer *t;
    dlcv_shape scalar;
    if (!s && !out) s = dlcv_fail(DLCV_ERR_ARGUMENT, "trainer_new: out is NULL");
    if (s) return s;
    *out = NULL;
    if (g->trainer) return dlcv_fail(DLCV_ERR_STATE, "fit: the graph has a trainer already: trainer_free comes first");
    t = (dlcv_trainer *)dlcv__alloc(&g->env, sizeof *t);
    if (!t) return dlcv_fail(DLCV_ERR_MEMORY, "fit: %s", dlcv_error());
    memset(t, 0, sizeof *t);
    memset(&scalar, 0, sizeof scalar);
    if (opts) t->o = *opts;
    if (!t->o.epochs) t->o.epochs = 10;
    if (!t->o.batch) t->o.batch = 64;
    if (!t->o.parts) t->o.parts = 1;
    t->g = g;
    g->trainer = t;
    t->scores = scores;
    t->nodes = t->added = g->nodes;
    t->kept = dlcv__node_at(g, scores.id)->kept;
    memcpy(t->ordinals, g->ordinals, sizeof t->ordinals);
    t->share_value = dlcv_tensor_view(&t->b.share, DLCV_F32, scalar);
    t->best = t->validation_loss = t->validation_accuracy = dlcv__float_of(0x7fc00000u);
    s = dlcv__trainer_begin(t, train);
    if (s) {
        t->added = g->nodes;
        dlcv_trainer_free(t);
    } else {
        *out = t;
    }
    return s;
}

/* ---- checkpoints */

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
    int64_t mine[DLCV__CURSOR];
    int i;
    dlcv__cursor_get(t, mine);
    for (i = 0; i < DLCV__CURSOR_STEP; i++) {
        if (c[i] != mine[i]) return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of %s %lld, not %lld", path, names[i], (long long)c[i], (long long)mine[i]);
    }
    if (c[DLCV__CURSOR_STEP] > t->steps && c[DLCV__CURSOR_STEP] <= INT_MAX)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of step %lld, %d epochs have %lld; remove it to begin anew, or ask for more epochs", path,
            (long long)c[DLCV__CURSOR_STEP], t->o.epochs, (long long)t->steps);
    if (c[DLCV__CURSOR_STEP] >= 0 && c[DLCV__CURSOR_STEP] <= INT_MAX && c[9] >= 0 && c[9] <= INT_MAX) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: a checkpoint of step %lld", path, (long long)c[DLCV__CURSOR_STEP]);
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
    int64_t cursor[DLCV__CURSOR];
    dlcv_tensor updates;            /* i64 [parameters] */
} dlcv__keep_all;

DLCV__FN void dlcv__train_put(dlcv__put *p, void *context)
{
    const dlcv__keep_all *k = (const dlcv__keep_all *)context;
    const dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    const dlcv_graph *g = k->t->g;
    char prefix[16];
    int id, a;
    dlcv__put_tensor(p, "", "dlcv.cursor", &cursor);
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
    dlcv__updates_move(&k, 1);
    s = dlcv__put_path(&t->g->env, dlcv__train_put, &k, path);
    dlcv_tensor_free(&k.updates);
    return s;
}

/* Pass 0 checks, pass 1 reads. */
DLCV__FN dlcv_status dlcv__train_read(dlcv__keep_all *k, const dlcv__safe *f, int pass)
{
    dlcv_tensor cursor = dlcv_tensor_view(k->cursor, DLCV_I64, dlcv_shape1(DLCV__CURSOR));
    const dlcv_graph *g = k->t->g;
    const dlcv__entry *e = NULL;
    dlcv_status s = dlcv__safe_want(f, "", "dlcv.cursor", &cursor, &e);
    char prefix[16];
    int id, a;
    if (s) return s;
    dlcv__safe_read(f, e, &cursor);
    s = dlcv__cursor_check(k->t, f->path, k->cursor);
    if (!s) s = dlcv__safe_want(f, "", "dlcv.updates", &k->updates, &e);
    if (!s) dlcv__safe_read(f, e, &k->updates);
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

/* ---- steps */

/* How many of these samples are right; NaN where that has no meaning. */
DLCV__FN double dlcv__train_right(const dlcv_trainer *t, const dlcv_tensor *y)
{
    const dlcv_tensor *x = dlcv_value(t->scores);
    const int n = y->shape.dim[0], two = t->o.loss == DLCV_LOSS_LOGISTIC || t->o.loss == DLCV_LOSS_PERCEPTRON;
    float part = 0;
    int i, right = 0;
    if (y->dtype != DLCV_I32 || y->shape.ndim != 1 || !x || x->dtype != DLCV_F32 || !n) return (double)dlcv__float_of(0x7fc00000u);
    if (two && dlcv_tensor_count(x) == (size_t)n) {
        for (i = 0; i < n; i++) right += (((const float *)x->data)[i] > 0) == (((const int32_t *)y->data)[i] > 0);
        return right;
    }
    if (two || x->shape.ndim != 2 || dlcv_accuracy(x, y, 1, &part)) return (double)dlcv__float_of(0x7fc00000u);
    return (int)(part * (float)n + 0.5f);
}

/* The factor of the learning rate in a step. */
DLCV__FN float dlcv__train_factor(const dlcv_trainer *t, int64_t step)
{
    dlcv_schedule_opts o;
    o.steps = (double)t->steps;
    o.warm_up = (double)t->o.warm_up * t->steps_an_epoch;
    o.every = (double)t->o.step_epochs * t->steps_an_epoch;
    o.factor = t->o.step_factor;
    return dlcv_schedule_at(t->o.schedule, step, &o);
}

DLCV__FN void dlcv__train_progress(const dlcv_trainer *t, dlcv_progress *p)
{
    const double samples = (double)t->o.batch * (double)t->o.parts, done = (double)(t->step - t->first);
    const uint64_t before = t->step > 0 ? (uint64_t)t->step - 1 : 0, epoch = before * (uint64_t)t->o.batch * (uint64_t)t->o.parts / (uint64_t)t->b.n + 1;
    dlcv__step_of step;
    dlcv__step_begin(&step, t->g, &t->o.optimizer, (double)dlcv__train_factor(t, (int64_t)before));
    memset(p, 0, sizeof *p);
    p->epochs = t->o.epochs;
    p->epoch = epoch < (uint64_t)p->epochs ? (int)epoch : p->epochs;
    p->step = (int)t->step;
    p->steps = (int)t->steps;
    p->done = t->stopped;
    p->lr = (float)step.lr;
    p->loss = (float)(t->loss_sum / t->seen);           /* NaN before the first step */
    p->accuracy = (float)(t->right / t->seen);
    p->validation_loss = t->validation_loss;
    p->validation_accuracy = t->validation_accuracy;
    p->seconds = done > 0 ? t->spent * (double)t->step / done : t->spent;       /* as if all steps had been of this session */
    p->samples_per_second = t->training > 0 ? done * samples / t->training : 0;
}

/* Is the epoch over that this step belongs to? */
DLCV__FN int dlcv__epoch_end(const dlcv_trainer *t)
{
    const uint64_t samples = (uint64_t)t->o.batch * (uint64_t)t->o.parts, n = (uint64_t)t->b.n, step = (uint64_t)t->step;
    return step > 0 && (step * samples / n > (step - 1) * samples / n || t->step >= t->steps);
}

/* A number that is not finite, in words. */
DLCV__FN const char *dlcv__wild(float x)
{
    return x != x ? "not a number" : x > 0 ? "infinite" : "minus infinite";
}

/* The step itself, once its samples are bound. */
DLCV__FN dlcv_status dlcv__train_go(dlcv_trainer *t)
{
    double right;
    float loss;
    dlcv_status s = dlcv_forward(t->loss, DLCV_MODE_TRAIN);
    if (s) return s;
    loss = dlcv_item(t->loss);
    if (!dlcv__finite(loss)) {
        return dlcv_fail(DLCV_ERR_NUMERIC, "fit: the loss of step %lld is %s: a smaller lr, or clip_norm, may help; dlcv_graph_tripwire finds where it begins",
                         (long long)t->step, dlcv__wild(loss));
    }
    right = dlcv__train_right(t, &t->y[0]);
    s = dlcv_backward(t->loss);
    if (!s) s = dlcv__update_by(t->g, &t->o.optimizer, (double)dlcv__train_factor(t, t->step));
    if (s) return s;
    t->loss_sum += (double)loss * t->o.batch;
    t->right += right;
    t->seen += t->o.batch;
    return DLCV_OK;
}

/* Where it fails, weights and running statistics are as before. */
DLCV__FN dlcv_status dlcv__train_minibatch(dlcv_trainer *t)
{
    const uint64_t runs = t->g->runs;
    dlcv_status s;
    if (t->step == 0 || dlcv__epoch_end(t)) t->loss_sum = t->right = t->seen = 0;
    t->b.place = ((uint64_t)t->step * (uint64_t)t->o.parts + (uint64_t)t->o.part) * (uint64_t)t->o.batch;
    dlcv__batch_run(&t->g->env, &t->b);
    s = dlcv__train_bind(t);
    if (s) return s;
    (void)dlcv__statistics(t->g, t->statistics, 0);
    s = dlcv__train_go(t);
    if (s) {
        (void)dlcv__statistics(t->g, t->statistics, 1);
        t->g->runs = runs;
        return s;
    }
    t->step++;
    t->pending = dlcv__epoch_end(t);
    t->checked = 0;
    return DLCV_OK;
}

/* The next samples of the validation set; after the last one, what comes of it. */
DLCV__FN dlcv_status dlcv__train_validate(dlcv_trainer *t)
{
    const int n = t->validation.x.shape.dim[0], some = n - t->checked < t->o.batch ? n - t->checked : t->o.batch, mean = t->o.optimizer.average > 0;
    dlcv_status s = mean ? dlcv_swap_average(t->g) : DLCV_OK, back = DLCV_OK;
    dlcv_tensor y;
    if (t->checked == 0) t->check_loss = t->check_right = 0;
    if (!s) s = dlcv__check_bind(t, t->checked, some, &y);
    if (!s) s = dlcv_forward(t->plain, DLCV_MODE_INFER);
    if (!s) t->check_loss += (double)dlcv_item(t->plain) * some;
    if (!s) t->check_right += dlcv__train_right(t, &y);
    if (mean) back = dlcv_swap_average(t->g);
    if (s || back) return s ? s : back;
    t->checked += some;
    if (t->checked < n) return DLCV_OK;
    t->validation_loss = (float)(t->check_loss / n);
    t->validation_accuracy = (float)(t->check_right / n);
    if (t->validation_loss < t->best || (t->best != t->best && t->validation_loss == t->validation_loss)) {     /* the first, too; no NaN */
        t->best = t->validation_loss;
        t->bad = 0;
    } else {
        t->bad++;
    }
    return DLCV_OK;
}

/* One piece: a minibatch, of training or of validation; at the end of an epoch the checkpoint. */
DLCV__FN dlcv_status dlcv__train_piece(dlcv_trainer *t)
{
    const double begin = dlcv__now();
    const int training = !t->pending;
    dlcv_status s = training ? dlcv__train_minibatch(t) : DLCV_OK;
    dlcv_progress p;
    int over;
    if (!s && !training && t->o.validation) s = dlcv__train_validate(t);
    if (s) return s;
    t->last = dlcv__now() - begin;
    t->spent += t->last;
    if (training) t->training += t->last;
    if (t->pending && t->o.validation && t->checked < t->validation.x.shape.dim[0]) return DLCV_OK;
    over = t->pending;                          /* an epoch, with all that belongs to it */
    t->pending = t->checked = 0;
    if (t->step >= t->steps || (over && t->o.patience && t->bad >= t->o.patience)) t->stopped = 1;
    dlcv__train_progress(t, &p);
    p.epoch_end = over;
    if (t->o.on_step && t->o.on_step(&p, t->o.user)) t->halt = 1;
    if (!t->o.checkpoint || t->o.part || (!over && !t->halt)) return DLCV_OK;
    return dlcv_trainer_save(t, t->o.checkpoint);
}

DLCV_API dlcv_status dlcv_trainer_step(dlcv_trainer *t, double seconds, dlcv_progress *out)
{
    const double begin = dlcv__now();
    dlcv_status s = DLCV_OK;
    if (!t) return dlcv_fail(DLCV_ERR_ARGUMENT, "trainer_step: the trainer is NULL");
    if (t->g->nodes != t->added) return dlcv_fail(DLCV_ERR_STATE, "trainer_step: the graph has %d nodes, %d when training began", t->g->nodes, t->added);
    t->halt = 0;
    while (!s && !t->stopped && !t->halt) {
        s = dlcv__train_piece(t);
        if (!(seconds > 0) || !(dlcv__now() - begin + t->last <= seconds) || !(begin > 0)) break;   /* where there is no clock, and for NaN: one */
    }
    if (out) dlcv__train_progress(t, out);
    return s;
}

DLCV_API dlcv_status dlcv_fit(dlcv_node scores, const dlcv_dataset *train, const dlcv_fit_opts *opts)
{
    dlcv_trainer *t = NULL;
    dlcv_status s = dlcv_trainer_new(scores, train, opts, &t);
    if (!s && t->stopped && t->o.on_step) {             /* by its checkpoint */
        dlcv_progress p;
        dlcv__train_progress(t, &p);
        (void)t->o.on_step(&p, t->o.user);
    }
    while (!s && !t->stopped) {
        s = dlcv_trainer_step(t, 1e30, NULL);
        if (!s && t->halt) break;
    }
    dlcv_trainer_free(t);
    return s;
}

#undef DLCV__PREDICT_BATCH
#undef DLCV__CURSOR
