/* ---- graphs: forward, backward, values ------------------------------------------------------------------------------------------------------- */

DLCV_API void dlcv_graph_free(dlcv_graph *g)
{
    dlcv_env env;
    int i;
    if (!g) return;
    env = g->env;
    for (i = 1; i <= g->nodes; i++) dlcv_tensor_free(&dlcv__node_at(g, i)->pixels);
    for (i = 0; i < DLCV__PLANS; i++) dlcv__plan_free(g, &g->plans[i]);
    dlcv__release(&env, g->workspace, g->workspace_bytes);
    for (i = 0; i < DLCV__SOLVER_ARENAS; i++) dlcv__release(&env, g->solver.data[i], g->solver.floats[i] * sizeof(float));
    dlcv__release(&env, g->gradients, g->gradient_floats * sizeof(float));
    dlcv__release(&env, g->values, g->value_floats * sizeof(float));
    while (g->chunk) {
        dlcv__chunk *chunk = g->chunk;
        g->chunk = chunk->before;
        dlcv__release(&env, chunk, chunk->bytes);
    }
    dlcv__release(&env, g, sizeof *g);
}

/* u8 of three dimensions for an input of pictures: one picture [h, w, c], c 1 .. 4, or grey ones [n, h, w]; both as [n, h, w, c]. An input that does not
 * preprocess takes [n, h, w] as floats [n, ...], and is as wide as it says. */
DLCV__FN void dlcv__picture_shape(const dlcv__node *input, dlcv_tensor *x)
{
    const dlcv_shape *to = &input->declared.shape, s = x->shape;
    if (x->dtype != DLCV_U8 || s.ndim != 3 || to->ndim != 4) return;
    if (s.dim[2] <= 4 && (input->preprocess || to->dim[3] != s.dim[2])) x->shape = dlcv_shape4(1, s.dim[0], s.dim[1], s.dim[2]);
    else if (input->preprocess) x->shape = dlcv_shape4(s.dim[0], s.dim[1], s.dim[2], 1);
}

DLCV_API dlcv_status dlcv_bind(dlcv_node input, const dlcv_tensor *value)
{
    char have[112], want[112];
    dlcv_status status = dlcv__node_check("bind", input);
    dlcv_tensor pictures;
    dlcv__node *n;
    int i;
    if (status) return status;
    n = dlcv__node_at(input.graph, input.id);
    if (n->kind != DLCV__KIND_INPUT) return dlcv_fail(DLCV_ERR_ARGUMENT, "bind: \"%s\" is no input", n->name);
    status = dlcv__check("bind", "value", value);
    if (!status && n->preprocess && value->dtype == DLCV_U8) {
        char who[DLCV__NAME_BYTES + 16];
        dlcv__format(who, sizeof who, "bind: input \"%s\"", n->name);
        i = n->value.data == n->pixels.data;
        if (input.graph->state == DLCV__STATE_FORWARD) input.graph->state = DLCV__STATE_BOUND;
        pictures = *value;
        dlcv__picture_shape(n, &pictures);
        status = dlcv__preprocess_run(&input.graph->env, who, n->preprocess, &pictures, &n->pixels);
        if (i && status == DLCV_ERR_MEMORY) n->bound = 0;
        value = &n->pixels;
    }
    if (status) return status;
    for (i = 0; i < value->shape.ndim && value->shape.ndim == n->declared.shape.ndim; i++) {
        if (value->shape.dim[i] != n->declared.shape.dim[i] && n->declared.shape.dim[i] >= 0) break;
    }
    if (value->dtype != n->declared.dtype || i < value->shape.ndim || value->shape.ndim != n->declared.shape.ndim) {
        dlcv__shape_text(value->shape, have, sizeof have);
        dlcv__shape_text(n->declared.shape, want, sizeof want);
        return dlcv_fail(DLCV_ERR_SHAPE, "bind: input \"%s\" is %s %s, not %s %s", n->name, dlcv__dtype_name(n->declared.dtype), want,
                         dlcv__dtype_name(value->dtype), have);
    }
    n->value = *value;
    n->value.owned = 0;
    n->bound = 1;
    if (input.graph->state == DLCV__STATE_FORWARD) input.graph->state = DLCV__STATE_BOUND;
    return DLCV_OK;
}

/* ---- the tripwire */

/* The first element that is not finite, or SIZE_MAX. */
DLCV__FN size_t dlcv__first_wild(const dlcv_tensor *t)
{
    const float *p = dlcv_f32(t);
    const size_t n = dlcv_tensor_count(t);
    size_t i;
    for (i = 0; p && i < n; i++) {
        if (!dlcv__finite(p[i])) return i;
    }
    return (size_t)-1;
}

/* t: what came out of a node, or the gradient of one of its inputs, `of` */
DLCV__FN dlcv_status dlcv__trip(const char *who, const dlcv__node *n, const dlcv_tensor *t, const char *of)
{
    const size_t i = dlcv__first_wild(t);
    char shape[112];
    if (i == (size_t)-1) return DLCV_OK;
    dlcv__shape_text(t->shape, shape, sizeof shape);
    return dlcv_fail(DLCV_ERR_NUMERIC, "%s: %s%s\"%s\"%s%s%s: element %zu of %s is %g", who, n->kind == DLCV__KIND_OP ? dlcv__builder_name(dlcv__ops[n->op]) : "",
                     n->kind == DLCV__KIND_OP ? " " : "", n->name, of ? ", gradient of \"" : "", of ? of : "", of ? "\"" : "", i, shape,
                     (double)dlcv_f32(t)[i]);
}

/* Inputs, parameters and constants that a plan reads. */
DLCV__FN dlcv_status dlcv__trip_leaves(const dlcv_graph *g)
{
    dlcv_status status = DLCV_OK;
    int id;
    for (id = 1; id <= g->plan->nodes && !status; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (g->plan->step_of[id] == -2) status = dlcv__trip("forward", n, &n->value, NULL);
    }
    return status;
}

DLCV_API dlcv_status dlcv_graph_tripwire(dlcv_graph *g, int on)
{
    const dlcv_status status = dlcv_graph_status(g);
    if (!status) g->tripwire = on != 0;
    return status;
}

/* ---- forward */

/* Bit i: input i is a parameter that is frozen; of the first 8. */
DLCV__FN unsigned dlcv__frozen_inputs(const dlcv_graph *g, const dlcv__node *n)
{
    unsigned bits = 0;
    int i;
    for (i = 0; i < n->inputs && i < 8; i++) bits |= dlcv__node_at(g, n->input[i])->frozen ? 1u << i : 0u;
    return bits;
}

/* A number that changes whenever a parameter or constant may have; 0: that cannot be known. */
DLCV__FN uint64_t dlcv__weights_of(const dlcv_graph *g, const dlcv__node *n)
{
    return (n->kind == DLCV__KIND_PARAMETER || n->kind == DLCV__KIND_CONSTANT) && !n->lent ? g->written + 1 : 0;
}

DLCV__FN void dlcv__call_step(dlcv_graph *g, int s, dlcv__call *c)
{
    const dlcv__step *t = &g->plan->step[s];
    dlcv__node *n = dlcv__node_at(g, t->node);
    dlcv__call_of(g, n, g->plan->mode, c);
    c->out = &n->value;
    c->saved_bytes = t->saved_bytes;
    c->scratch_bytes = t->scratch_bytes;
    c->backward_scratch_bytes = t->backward_scratch_bytes;
    if (t->active && t->saved_bytes) c->saved = g->workspace + t->saved_at;
    c->state = t->state;
    c->frozen = dlcv__frozen_inputs(g, n);
    c->weights = n->inputs > 1 ? dlcv__weights_of(g, dlcv__node_at(g, n->input[1])) : 0;
    c->seed = g->seed;
    c->stream = ((uint64_t)t->node << 32) + g->runs;
}

/* Step s may do the ReLU that follows in the same place, and does, for nobody else has a use for what it makes before. */
DLCV__FN int dlcv__relu_next(const dlcv_graph *g, int s)
{
    const dlcv__plan *p = g->plan;
    const int op = dlcv__node_at(g, p->step[s].node)->op;
    if (op != (int)DLCV__OP_conv2d && op != (int)DLCV__OP_conv2d_transpose && op != (int)DLCV__OP_linear && op != (int)DLCV__OP_batch_norm && !dlcv__even_sum(g, s)) {
        return 0;
    }
    return dlcv__relu_of(g, s) && !g->tripwire && p->step[s + 1].value_root == p->step[s].value_root;
}

/* And may do its backward, too, where gradients share a place: batch_norm of planes finds the mask by its input, a sum by its output. */
DLCV__FN int dlcv__relu_back(const dlcv_graph *g, int s)
{
    const dlcv__plan *p = g->plan;
    const dlcv__node *n = dlcv__node_at(g, p->step[s].node);
    if (n->op != (int)DLCV__OP_batch_norm && n->op != (int)DLCV__OP_add) return 0;
    if (n->op == (int)DLCV__OP_batch_norm && dlcv__extent(&n->value.shape, 2, n->value.shape.ndim) < 2) return 0;
    return dlcv__relu_next(g, s) && p->step[s].active && p->step[s + 1].active && p->step[s + 1].gradient_root == p->step[s].gradient_root;
}

DLCV__FN dlcv_status dlcv__forward_steps(dlcv_graph *g)
{
    const dlcv__plan *p = g->plan;
    dlcv_status status = g->tripwire ? dlcv__trip_leaves(g) : DLCV_OK;
    dlcv__call c;
    int s;
    for (s = 0; s < p->steps && !status; s++) {
        dlcv__call_step(g, s, &c);
        if (c.op->flags & DLCV__OP_VIEW) {
            c.out->data = c.in[0]->data;
            continue;
        }
        if (c.scratch_bytes) c.scratch = g->workspace + p->step[s].scratch_at;
        if (dlcv__relu_next(g, s)) c.activation = (int)DLCV_ACTIVATION_RELU;
        status = c.op->forward(&c);
        s += c.activation != 0;
        if (g->tripwire && !status) status = dlcv__trip("forward", dlcv__node_at(g, p->step[s].node), c.out, NULL);
    }
    return status;
}

DLCV_API dlcv_status dlcv_forward(dlcv_node x, dlcv_mode mode)
{
    dlcv_status status = dlcv__node_check("forward", x);
    dlcv__fp fp;
    if (!status && ((int)mode < (int)DLCV_MODE_INFER || (int)mode > (int)DLCV_MODE_TRAIN)) {
        status = dlcv_fail(DLCV_ERR_ARGUMENT, "forward: there is no mode %d", (int)mode);
    }
    if (status) return status;
    x.graph->state = DLCV__STATE_NONE;
    status = dlcv__plan_ready(x.graph, x.id, mode);
    if (status) return status;
    if (mode == DLCV_MODE_TRAIN) x.graph->runs++;
    fp = dlcv__fp_enter();
    status = dlcv__forward_steps(x.graph);
    dlcv__fp_leave(fp);
    if (!status) x.graph->state = mode == DLCV_MODE_INFER ? DLCV__STATE_VALUES : DLCV__STATE_FORWARD;
    return status;
}

/* ---- backward */

/* What nobody writes to is 0. */
DLCV__FN void dlcv__backward_zeros(dlcv_graph *g)
{
    int id;
    for (id = 1; id <= g->plan->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->gradient.data && n->reached != 2 && id != g->plan->target) memset(n->gradient.data, 0, dlcv_tensor_count(&n->gradient) * sizeof(float));
    }
}

DLCV__FN void dlcv__gradient_add(const dlcv__call *c, size_t begin, size_t end, void *context)
{
    const dlcv_tensor *const *pair = (const dlcv_tensor *const *)context;      /* from, to */
    float *to = (float *)pair[1]->data + begin;
    c->kernels->f32->flat->binary[DLCV__FLAT_ADD](to, (const float *)pair[0]->data + begin, to, end - begin);
}

/* Gradients of the inputs of step s from its own. */
DLCV__FN dlcv_status dlcv__backward_step(dlcv_graph *g, int s)
{
    const dlcv__step *t = &g->plan->step[s];
    dlcv__node *n = dlcv__node_at(g, t->node);
    dlcv_status status;
    dlcv__call c;
    int i;
    dlcv__call_step(g, s, &c);
    c.out_gradient = &n->gradient;
    c.in_gradient = n->in_gradient;
    if (c.backward_scratch_bytes) c.scratch = g->workspace + t->backward_scratch_at;
    if (dlcv__relu_back(g, s)) c.activation = (int)DLCV_ACTIVATION_RELU;
    for (i = 0; i < n->inputs; i++) {
        const dlcv__edge *e = &g->plan->edge[t->first_edge + i];
        dlcv__node *m = dlcv__node_at(g, n->input[i]);
        n->in_gradient[i] = m->wants ? &m->gradient : NULL;
        if (!m->wants) continue;
        if (c.op->flags & DLCV__OP_ADDS) {
            if (e->first) memset(m->gradient.data, 0, dlcv_tensor_count(&m->gradient) * sizeof(float));
        } else if (!e->first && dlcv__adds_itself(n, t->state, i)) {
            c.adds = 1;
        } else if (!e->first) {
            n->extra[i] = m->gradient;
            n->extra[i].data = g->workspace + e->at;
            n->in_gradient[i] = &n->extra[i];
        }
    }
    status = c.op->backward(&c);
    for (i = 0; i < n->inputs && !status; i++) {
        const dlcv_tensor *pair[2];
        pair[0] = n->in_gradient[i];
        pair[1] = &dlcv__node_at(g, n->input[i])->gradient;
        if (pair[0] == &n->extra[i]) dlcv__flat_run(&c, dlcv_tensor_count(pair[0]), 3, dlcv__gradient_add, (void *)pair);
    }
    for (i = 0; i < n->inputs && g->tripwire && !status; i++) {
        const dlcv__node *m = dlcv__node_at(g, n->input[i]);
        if (n->in_gradient[i]) status = dlcv__trip("backward", n, &m->gradient, m->name);
    }
    return status;
}

/* upstream NULL: 1 */
DLCV__FN dlcv_status dlcv__backward(dlcv_graph *g, const dlcv_tensor *upstream)
{
    const dlcv__plan *p = g->plan;
    dlcv__node *x = dlcv__node_at(g, p->target);
    dlcv_status status = DLCV_OK;
    int s;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__backward_zeros(g);
    if (!x->gradient.data) {}               /* a leaf that wants none */
    else if (!upstream) *(float *)x->gradient.data = 1.0f;
    else if (dlcv_tensor_count(upstream)) memcpy(x->gradient.data, upstream->data, dlcv_tensor_count(upstream) * sizeof(float));
    for (s = p->steps - 1; s >= 0 && !status; s--) {
        if (p->step[s].active && (s == 0 || !dlcv__relu_back(g, s - 1))) status = dlcv__backward_step(g, s);
    }
    dlcv__fp_leave(fp);
    return status;
}

DLCV_API dlcv_status dlcv_backward_from(dlcv_node x, const dlcv_tensor *upstream)
{
    char have[112], want[112];
    dlcv_graph *g = x.graph;
    dlcv__node *n;
    dlcv_status status = dlcv__node_check("backward", x);
    if (status) return status;
    n = dlcv__node_at(g, x.id);
    if (g->state != DLCV__STATE_FORWARD || g->plan->target != x.id) {
        return dlcv_fail(DLCV_ERR_STATE, "backward: \"%s\": %s", n->name, g->state == DLCV__STATE_BACKWARD ? "once after each forward, it has used up the values"
            : g->state == DLCV__STATE_VALUES ? "the last forward was in mode INFER" : g->state == DLCV__STATE_BOUND ? "an input was bound since the last forward" : g->state == DLCV__STATE_FORWARD ? "the last forward was of another node"
            : "forward comes first, and again after keep, freeze, reset or an error");
    }
    dlcv__shape_text(n->value.shape, want, sizeof want);
    if (n->value.dtype != DLCV_F32) return dlcv_fail(DLCV_ERR_ARGUMENT, "backward: \"%s\" is %s %s, f32 is wanted", n->name, dlcv__dtype_name(n->value.dtype), want);
    if (!upstream && dlcv_tensor_count(&n->value) != 1) return dlcv_fail(DLCV_ERR_SHAPE, "backward: \"%s\" is %s, a scalar is wanted", n->name, want);
    if (upstream) {
        status = dlcv__check("backward", "upstream", upstream);
        if (status) return status;
        dlcv__shape_text(upstream->shape, have, sizeof have);
        if (upstream->dtype != DLCV_F32 || !dlcv__shape_equal(upstream->shape, n->value.shape)) {
            return dlcv_fail(DLCV_ERR_SHAPE, "backward: \"%s\" is f32 %s, upstream %s %s", n->name, want, dlcv__dtype_name(upstream->dtype), have);
        }
    }
    if (g->plan->undifferentiable) {
        const dlcv__node *bad = dlcv__node_at(g, g->plan->undifferentiable);
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "backward: %s \"%s\" has no gradient", dlcv__ops[bad->op]->name, bad->name);
    }
    status = dlcv__backward(g, upstream);
    g->state = status ? DLCV__STATE_NONE : DLCV__STATE_BACKWARD;
    return status;
}

DLCV_API dlcv_status dlcv_backward(dlcv_node x)
{
    return dlcv_backward_from(x, NULL);
}

/* ---- what there is to read */

DLCV_API dlcv_tensor *dlcv_value(dlcv_node x)
{
    dlcv__node *n = dlcv__node_get(x);
    dlcv_graph *g = x.graph;
    if (!n || g->status) return NULL;
    n->lent = 1;
    switch (n->kind) {
    case DLCV__KIND_INPUT: return n->bound ? &n->value : NULL;
    case DLCV__KIND_CONSTANT: return &n->value;
    case DLCV__KIND_PARAMETER: return dlcv__parameters_ready(g, 0) ? NULL : &n->value;
    default: break;
    }
    if (g->state == DLCV__STATE_NONE || x.id > g->plan->nodes || g->plan->step_of[x.id] < 0) return NULL;
    return n->kept || x.id == g->plan->target ? &n->value : NULL;
}

DLCV_API dlcv_tensor *dlcv_gradient(dlcv_node x)
{
    dlcv__node *n = dlcv__node_get(x);
    if (!n || x.graph->status || x.graph->state != DLCV__STATE_BACKWARD || !n->gradient.data) return NULL;
    return n->kept || n->kind == DLCV__KIND_PARAMETER ? &n->gradient : NULL;
}

DLCV_API float dlcv_item(dlcv_node x)
{
    const dlcv_tensor *t = dlcv_value(x);
    return t && t->dtype == DLCV_F32 && dlcv_tensor_count(t) == 1 ? *(const float *)t->data : dlcv__float_of(0x7fc00000u);
}
