/* ---- training: steps ----------------------------------------------------------------------------------------------------------- */

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
    p->restored = (int)t->first;
    p->done = t->stopped;
    p->lr = (float)step.lr;
    p->loss = (float)(t->loss_sum / t->seen);           /* NaN before the first step */
    p->accuracy = (float)(t->right / t->seen);
    p->validation_loss = t->validation_loss;
    p->validation_accuracy = t->validation_accuracy;
    p->seconds = done > 0 ? t->spent * (double)t->step / done : t->spent;       /* as if all steps had been of this session */
    p->samples_per_second = t->training > 0 ? done * samples / t->training : 0;
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
    if (!s) s = dlcv__update_by(t->g, &t->o.optimizer, (double)dlcv__train_factor(t, t->step), "fit");
    if (s) return s;
    if (t->step == 0 || dlcv__epoch_over(t, t->step)) t->loss_sum = t->right = t->seen = 0;        /* an epoch began with this step */
    t->loss_sum += (double)loss * t->o.batch;
    t->right += right;
    t->seen += t->o.batch;
    return DLCV_OK;
}

/* Where it fails, weights, running statistics and sums are as before. */
DLCV__FN dlcv_status dlcv__train_minibatch(dlcv_trainer *t)
{
    const uint64_t runs = t->g->runs;
    dlcv_status s;
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
    t->pending = dlcv__epoch_over(t, t->step);
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
    if (t->g->nodes != t->added) return dlcv_fail(DLCV_ERR_STATE, "trainer_step: the graph has %d nodes, %d when training began: build all, those of predictions too, before trainer_new",
                                                       t->g->nodes, t->added);
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
