/* ---- training: the loop ---------------------------------------------------------------------------------------------------------------------------- */
#define DLCV__PREDICT_BATCH 64

/* Of what a node depends on: ops, their attributes and what they are joined to; how pixels become its input; which parameters are frozen. */
enum { DLCV__PRINT_OPS, DLCV__PRINT_PIXELS, DLCV__PRINT_FROZEN, DLCV__PRINTS };

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
    uint64_t print[DLCV__PRINTS];   /* of scores */
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

/* FNV-1a, word by word */
DLCV__FN uint64_t dlcv__print_word(uint64_t h, uint32_t word)
{
    int b;
    for (b = 0; b < 32; b += 8) h = (h ^ (word >> b & 255)) * 1099511628211u;
    return h;
}

/* `count` numbers of `size` bytes, 1, 4 or 8 */
DLCV__FN uint64_t dlcv__print_numbers(uint64_t h, const void *numbers, size_t count, size_t size)
{
    const unsigned char *at = (const unsigned char *)numbers;
    for (; count; count--, at += size) {
        uint64_t wide = *at;
        uint32_t word;
        if (size == 8) memcpy(&wide, at, 8);
        if (size == 4) memcpy(&word, at, 4), wide = word;
        h = dlcv__print_word(h, (uint32_t)wide);
        if (size == 8) h = dlcv__print_word(h, (uint32_t)(wide >> 32));
    }
    return h;
}

DLCV__FN uint64_t dlcv__print_shape(uint64_t h, const dlcv_shape *s)
{
    h = dlcv__print_word(h, (uint32_t)s->ndim);
    return s->ndim > 0 ? dlcv__print_numbers(h, s->dim, (size_t)s->ndim, sizeof s->dim[0]) : h;
}

/* What a node does, but for the nodes it does it to. Of a parameter others ask its shape; a file finds it by its name. Attributes about which nothing was said do not count: one that an op gets
 * later leaves the checkpoints of before readable. */
DLCV__FN uint64_t dlcv__print_node(uint64_t h, const dlcv__node *n)
{
    const dlcv__op *op = n->kind == DLCV__KIND_OP ? dlcv__ops[n->op] : NULL;
    const char *name = !op ? "" : op == &dlcv__op_custom ? (*(const dlcv_op *const *)n->attr)->name : op->name;
    int i;
    if (n->kind == DLCV__KIND_PARAMETER) name = n->name;
    h = dlcv__print_word(h, (uint32_t)n->kind);
    h = dlcv__print_numbers(h, name, strlen(name) + 1, 1);
    for (i = 0; op && i < op->field_count; i++) {
        const dlcv__field *f = &op->fields[i];
        const unsigned char *at = (const unsigned char *)n->attr + f->at;
        int32_t number = 0;
        float x;
        if (f->type != DLCV__FIELD_SHAPE) memcpy(&number, at, sizeof number);
        memcpy(&x, &number, sizeof x);
        if (f->type == DLCV__FIELD_INT && number == (int32_t)f->otherwise) continue;
        if (f->type == DLCV__FIELD_FLOAT && x == (float)f->otherwise) continue;
        h = dlcv__print_numbers(h, f->name, strlen(f->name) + 1, 1);
        if (f->type == DLCV__FIELD_SHAPE) h = dlcv__print_shape(h, (const dlcv_shape *)(const void *)at);
        else h = dlcv__print_word(h, (uint32_t)number);
    }
    if (op || n->kind == DLCV__KIND_PARAMETER) return h;
    h = dlcv__print_word(h, (uint32_t)n->declared.dtype);
    h = dlcv__print_shape(h, &n->declared.shape);
    if (n->kind == DLCV__KIND_CONSTANT) h = dlcv__print_numbers(h, n->value.data, dlcv_tensor_count(&n->value), dlcv_dtype_bytes(n->value.dtype));
    return h;
}

/* What it means: 0 and the default are one, channels that are not there do not matter; mean, scale, stddev and invert are what pixels are multiplied by, and what is added. */
DLCV__FN uint64_t dlcv__print_pixels(uint64_t h, const dlcv_preprocess *p)
{
    const int channels = dlcv__preprocess_channels(p);
    const int32_t whole[] = { p->height, p->width, channels, p->resize_short, (int32_t)p->how, p->bgr && channels > 1 };
    int c;
    h = dlcv__print_numbers(h, whole, sizeof whole / sizeof *whole, sizeof *whole);
    for (c = 0; c < channels; c++) {
        double scale, shift;
        float x[2];
        dlcv__preprocess_line(p, c, &scale, &shift);
        x[0] = (float)scale + 0.0f;             /* -0 is 0 */
        x[1] = (float)shift + 0.0f;
        h = dlcv__print_numbers(h, x, 2, sizeof x[0]);
    }
    return h;
}

/* Prints of the nodes 1 .. last that are needed, which get numbers from 1: nodes that stand between them do not matter, but to ops that draw random
 * numbers, whose stream is their place in the graph, and to parameters, whose place among all is that in "dlcv.updates". */
DLCV__FN void dlcv__feed_print(const dlcv_graph *g, int *needed, int last, uint64_t print[DLCV__PRINTS])
{
    int id, i, number = 0, parameters = 0;
    for (i = 0; i < DLCV__PRINTS; i++) print[i] = 14695981039346656037u;
    for (id = 1; id <= last; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        uint64_t *h = &print[DLCV__PRINT_OPS];
        parameters += n->kind == DLCV__KIND_PARAMETER;
        if (!needed[id]) continue;
        needed[id] = ++number;
        *h = dlcv__print_word(dlcv__print_node(*h, n), (uint32_t)n->inputs);
        if (n->kind == DLCV__KIND_OP && (dlcv__ops[n->op] == &dlcv__op_dropout || dlcv__ops[n->op] == &dlcv__op_drop_path)) *h = dlcv__print_word(*h, (uint32_t)id);
        for (i = 0; i < n->inputs; i++) *h = dlcv__print_word(*h, (uint32_t)needed[n->input[i]]);
        if (n->preprocess) print[DLCV__PRINT_PIXELS] = dlcv__print_pixels(print[DLCV__PRINT_PIXELS], n->preprocess);
        if (n->kind != DLCV__KIND_PARAMETER) continue;
        *h = dlcv__print_word(*h, (uint32_t)parameters);
        print[DLCV__PRINT_FROZEN] = dlcv__print_word(print[DLCV__PRINT_FROZEN], n->frozen != 0);
    }
}

/* The input that a node depends on; print: NULL, or of what it depends on. */
DLCV__FN dlcv_status dlcv__feed_input(const char *who, dlcv_node x, dlcv__feed *f, uint64_t *print)
{
    dlcv_graph *g = x.graph;
    dlcv_status s = dlcv__node_check(who, x);
    const size_t bytes = ((size_t)x.id + 1) * sizeof(int);
    int id, i, found = 0, *needed;
    if (s) return s;
    needed = (int *)dlcv__alloc(&g->env, bytes);
    if (!needed) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", who, dlcv_error());
    memset(needed, 0, bytes);
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
    if (print) dlcv__feed_print(g, needed, x.id, print);
    dlcv__release(&g->env, needed, bytes);
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
    if (fits && f->input->preprocess && x->dtype == DLCV_U8 && x->shape.ndim != 4) {
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: x is u8 %s, input \"%s\" takes pictures, u8 [n, h, w, c] or [n, h, w]", who, have, f->input->name);
    }
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

DLCV__FAST
/* Pixels to planes of value / 255. */
DLCV__FN void dlcv__planes_task(int index, void *context)
{
    const dlcv__planes *p = (const dlcv__planes *)context;
    const size_t c = (size_t)p->feed->channels, plane = p->feed->count / c;
    const dlcv__kernels_flat *kernels = p->feed->graph->kernels->f32->flat;
    size_t i, k, end = (size_t)p->count * (size_t)(index + 1) / (size_t)p->tasks;
    const dlcv__fp fp = dlcv__fp_enter();
    for (i = (size_t)p->count * (size_t)index / (size_t)p->tasks; i < end; i++) {
        for (k = 0; k < c; k++) {
            float *to = p->to + i * p->feed->count + k * plane;
            kernels->pixels(p->from + i * p->feed->bytes + k, c, 1, 0, to, plane);
            kernels->binary_by[DLCV__FLAT_DIV](to, 255.0f, to, plane);
        }
    }
    dlcv__fp_leave(fp);
}
DLCV__PLAIN

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
    s = dlcv__feed_input("predict", node, &f, NULL);
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

/* Is an epoch over after so many steps? */
DLCV__FN int dlcv__epoch_over(const dlcv_trainer *t, int64_t steps)
{
    const uint64_t samples = (uint64_t)t->o.batch * (uint64_t)t->o.parts, n = (uint64_t)t->b.n, step = (uint64_t)steps;
    return step > 0 && step * samples / n > (step - 1) * samples / n;
}

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
    if ((o->schedule == DLCV_SCHEDULE_STEP) != (o->step_epochs > 0) || (o->step_factor > 0 && o->step_epochs == 0)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: the schedule STEP and step_epochs want each other; schedule is %s, step_epochs %g, step_factor %g", dlcv__schedule_names[o->schedule],
                         (double)o->step_epochs, (double)o->step_factor);
    }
    if ((double)o->warm_up > (double)o->epochs) return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: warm_up is %g of %d epochs", (double)o->warm_up, o->epochs);
    if (o->parts > 1 && !o->optimizer.all_reduce) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: %d parts want optimizer.all_reduce: without it each would train alone", o->parts);
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

/* A class for each sample is i32. */
DLCV__FN dlcv_status dlcv__train_targets(const dlcv_trainer *t)
{
    const dlcv_tensor *y = &t->train.y;
    char shape[112];
    if ((int)t->o.loss > (int)DLCV_LOSS_HINGE_STRUCTURED || y->dtype == DLCV_I32) return DLCV_OK;
    dlcv__shape_text(y->shape, shape, sizeof shape);
    return dlcv_fail(DLCV_ERR_ARGUMENT, "fit: train->y is %s %s, must be i32: a class for each sample%s; numbers to come near to want another loss, such as SQUARED",
                     dlcv__dtype_name(y->dtype), shape, dlcv__label_help(y));
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

/* Is the file there, and not empty? Only its size is asked for. One that is there and cannot be read is an error: it must not be taken for none and written over. */
DLCV__FN dlcv_status dlcv__checkpoint_there(const dlcv_env *env, const char *path, int *there)
{
    const unsigned before = dlcv__last.failures;
    size_t bytes = 0;
    const dlcv_status s = dlcv__hook_status(env->files.read(path, NULL, &bytes, env->files.user), before, path, "read");
    *there = !s && bytes;
    if (s == DLCV_ERR_IO && env->files.read != dlcv__default_read) {
        return dlcv_fail(s, "%s (this way to files: of one that is not there it says DLCV_ERR_NOT_FOUND)", dlcv_error());
    }
    return s == DLCV_ERR_NOT_FOUND ? DLCV_OK : s;
}

DLCV__FN dlcv_status dlcv__trainer_begin(dlcv_trainer *t, const dlcv_dataset *train)
{
    dlcv_status s = dlcv__fit_check(&t->o);
    uint64_t samples, steps;
    int there;
    if (!s) s = dlcv__feed_input("fit", t->scores, &t->feed, t->print);
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
    if (!s) s = dlcv__train_targets(t);
    if (!s) s = dlcv__train_build(t);
    if (!s) s = dlcv__train_labels(t, "train", &t->train);
    if (!s && t->o.validation) s = dlcv__train_labels(t, "validation", &t->validation);
    if (!s) s = dlcv__train_buffers(t);
    if (!s) s = dlcv__train_plan(t);
    if (s || !t->o.checkpoint) return s;
    s = dlcv__checkpoint_there(&t->g->env, t->o.checkpoint, &there);
    if (s) return s;
    if (there) return dlcv_trainer_load(t, t->o.checkpoint);
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

#undef DLCV__PREDICT_BATCH
