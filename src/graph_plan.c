/* ---- graphs: plans ------------------------------------------------------------------------------------------------------------------------------
 * What dlcv_forward needs for given input shapes, target and mode: which nodes are computed, in the order of their ids, and where everything lies.
 * Step s of `steps` is computed at time s, its backward, if any, at time 2 steps - 1 - s; what is kept is alive until time 2 steps. */
typedef struct dlcv__step {
    int node, first_edge;
    int active;                         /* backward runs */
    int no_gradient;                    /* and cannot */
    size_t saved_bytes, scratch_bytes, backward_scratch_bytes;
    size_t value_at, gradient_at, saved_at, scratch_at, backward_scratch_at;
    int value_root, gradient_root;      /* the step whose buffer is meant; -1: not in the workspace */
    void *state;
} dlcv__step;

/* An input of a step, as backward sees it: the first to bring a gradient writes it, others compute theirs at `at`, and it is added. */
typedef struct dlcv__edge {
    int first;
    size_t at;
} dlcv__edge;

/* What a plan knows of a node. */
typedef struct dlcv__planned {
    dlcv_shape shape;
    int wants, reached;
} dlcv__planned;

typedef struct dlcv__plan {
    size_t bytes;                       /* of this block */
    uint64_t used;                      /* the last forward with it */
    int target, version, ready;         /* ready: complete */
    dlcv_mode mode;
    int nodes, steps, edges, inputs, leaves;        /* leaves: inputs with gradients */
    int undifferentiable;               /* a node on the way without gradient, or 0 */
    dlcv__step *step;                   /* [steps] */
    dlcv__edge *edge;                   /* [edges] */
    int *input, *leaf;                  /* [inputs], [leaves] ids */
    dlcv__planned *planned;             /* [nodes + 1] */
    int *step_of;                       /* [nodes + 1] step of a node, -1: none */
    int *last;                          /* [nodes + 1] when a node's value is last read */
    dlcv__span *span;
    int *order;
    size_t workspace;
} dlcv__plan;

/* Spans: values, gradients, saved, scratch, scratch of backward [steps each], edges, leaves. */
#define DLCV__SPAN_GRADIENT(p, s) ((p)->steps + (s))
#define DLCV__SPAN_SAVED(p, s) (2 * (p)->steps + (s))
#define DLCV__SPAN_SCRATCH(p, s) (3 * (p)->steps + (s))
#define DLCV__SPAN_BACK(p, s) (4 * (p)->steps + (s))
#define DLCV__SPAN_EDGE(p, e) (5 * (p)->steps + (e))
#define DLCV__SPAN_LEAF(p, l) (5 * (p)->steps + (p)->edges + (l))

DLCV__FN int dlcv__backward_time(const dlcv__plan *p, int s)
{
    return 2 * p->steps - 1 - s;
}

DLCV__FN void dlcv__plan_free(dlcv_graph *g, dlcv__plan **which)
{
    dlcv__plan *p = *which;
    int s;
    if (!p) return;
    for (s = 0; s < p->steps; s++) {
        const dlcv__op *op = dlcv__ops[dlcv__node_at(g, p->step[s].node)->op];
        if (p->step[s].state) op->release(p->step[s].state);
    }
    if (g->plan == p) g->plan = NULL;
    dlcv__release(&g->env, p, p->bytes);
    *which = NULL;
}

DLCV__FN void dlcv__call_of(dlcv_graph *g, const dlcv__node *n, dlcv_mode mode, dlcv__call *c)
{
    memset(c, 0, sizeof *c);
    c->op = dlcv__ops[n->op];
    c->name = n->name;
    c->env = &g->env;
    c->kernels = g->kernels;
    c->mode = mode;
    c->attr = n->attr;
    c->inputs = n->inputs;
    c->in = n->in;
}

/* One block for all arrays. */
DLCV__FN dlcv_status dlcv__plan_new(dlcv_graph *g, int target, dlcv_mode mode, dlcv__plan **out)
{
    const size_t nodes = (size_t)g->nodes + 1;
    dlcv__plan *p;
    unsigned char *at;
    size_t bytes, steps = 0, edges = 0, leaves = 0, head = (sizeof *p + 63) / 64 * 64;
    int *needed, id, i;
    needed = (int *)dlcv__alloc(&g->env, nodes * sizeof *needed);
    if (!needed) return dlcv_fail(DLCV_ERR_MEMORY, "forward: %s", dlcv_error());
    for (id = 0; id <= g->nodes; id++) needed[id] = id == target || (id && dlcv__node_at(g, id)->kept);
    for (id = g->nodes; id > 0; id--) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (!needed[id]) continue;
        steps += n->kind == DLCV__KIND_OP;
        edges += (size_t)n->inputs;
        leaves += n->kind == DLCV__KIND_INPUT;
        for (i = 0; i < n->inputs; i++) needed[n->input[i]] = 1;
    }
    bytes = head + steps * sizeof(dlcv__step) + edges * sizeof(dlcv__edge) + nodes * sizeof(dlcv__planned)
          + (5 * steps + edges + leaves) * (sizeof(dlcv__span) + sizeof(int)) + (2 * nodes + 2 * leaves) * sizeof(int);
    at = 5 * steps + edges + leaves > INT_MAX / 2 ? NULL : (unsigned char *)dlcv__alloc(&g->env, bytes);
    if (!at) {
        dlcv__release(&g->env, needed, nodes * sizeof *needed);
        return dlcv_fail(DLCV_ERR_MEMORY, "forward: %s", dlcv_error());
    }
    memset(at, 0, bytes);
    p = (dlcv__plan *)at;
    at += head;
    p->bytes = bytes;
    p->target = target;
    p->mode = mode;
    p->version = g->version;
    p->nodes = g->nodes;
    p->edges = (int)edges;
    p->step = (dlcv__step *)at;                     /* the widest first */
    p->span = (dlcv__span *)(p->step + steps);
    p->edge = (dlcv__edge *)(p->span + 5 * steps + edges + leaves);
    p->planned = (dlcv__planned *)(p->edge + edges);
    p->order = (int *)(p->planned + nodes);
    p->step_of = p->order + 5 * steps + edges + leaves;
    p->last = p->step_of + nodes;
    p->leaf = p->last + nodes;
    p->input = p->leaf + leaves;
    g->plan = *out = p;
    for (id = 1, edges = 0; id <= g->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        n->wants = n->reached = 0;
        n->gradient.data = NULL;
        if (n->kind == DLCV__KIND_OP) n->value.data = NULL;
        p->step_of[id] = -1;
        if (!needed[id]) continue;
        p->step_of[id] = -2;                        /* needed, a leaf */
        if (n->kind == DLCV__KIND_INPUT) p->input[p->inputs++] = id;
        if (n->kind != DLCV__KIND_OP) continue;
        p->step[p->steps].node = id;
        p->step[p->steps].first_edge = (int)edges;
        p->step_of[id] = p->steps++;
        edges += (size_t)n->inputs;
    }
    dlcv__release(&g->env, needed, nodes * sizeof *needed);
    return DLCV_OK;
}

/* Every buffer can be rounded up to whole slots of 64 bytes. */
DLCV__FN dlcv_status dlcv__plan_rounds(const dlcv__call *c, size_t bytes)
{
    const size_t most = (size_t)-1 - 63;
    if (bytes <= most && c->saved_bytes <= most && c->scratch_bytes <= most && c->backward_scratch_bytes <= most) return DLCV_OK;
    return dlcv__op_fail(c, DLCV_ERR_MEMORY, "values or what it works with are more bytes than a size_t can count");
}

/* Shapes as bound, and what ops ask for. */
DLCV__FN dlcv_status dlcv__plan_shapes(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    dlcv_status status = DLCV_OK;
    dlcv__call c;
    size_t bytes;
    int s, i;
    for (i = 0; i < p->inputs; i++) {
        const dlcv__node *n = dlcv__node_at(g, p->input[i]);
        if (!n->bound) return dlcv_fail(DLCV_ERR_STATE, "forward: input \"%s\" is not bound", n->name);
    }
    for (s = 0; s < p->steps && !status; s++) {
        dlcv__node *n = dlcv__node_at(g, p->step[s].node);
        dlcv__call_of(g, n, p->mode, &c);
        c.out = &n->value;
        status = c.op->infer ? c.op->infer(&c) : dlcv__infer_same(&c);
        if (!status) status = dlcv__shape_bytes(dlcv__builder_name(c.op), n->name, n->value.dtype, n->value.shape, &bytes);
        if (!status && c.op->plan) status = c.op->plan(&c);
        if (!status) status = dlcv__plan_rounds(&c, bytes);
        p->step[s].saved_bytes = c.saved_bytes;
        p->step[s].scratch_bytes = c.scratch_bytes;
        p->step[s].backward_scratch_bytes = c.backward_scratch_bytes;
        p->step[s].state = c.state;
        p->step[s].no_gradient = c.no_gradient || !c.op->backward;
    }
    return status;
}

/* Which nodes get a gradient: those that somebody wants one of, or that lead from such a one, on the ways to the target. */
DLCV__FN void dlcv__plan_gradients(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    int id, i, s;
    if (p->mode == DLCV_MODE_INFER) return;
    for (id = 1; id <= p->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        n->reached = id == p->target;
        if (p->step_of[id] == -1 || n->value.dtype != DLCV_F32) continue;
        if (n->kind == DLCV__KIND_PARAMETER) n->wants = !n->frozen && !(n->flags & DLCV__PARAMETER_STATE);
        else n->wants = n->kept && n->kind != DLCV__KIND_CONSTANT;
        for (i = 0; i < n->inputs; i++) n->wants |= dlcv__node_at(g, n->input[i])->wants;
        if (n->kind == DLCV__KIND_INPUT && n->wants) p->leaf[p->leaves++] = id;
    }
    for (s = p->steps - 1; s >= 0; s--) {
        const dlcv__node *n = dlcv__node_at(g, p->step[s].node);
        int wanted = 0;
        if (!n->reached) continue;
        for (i = 0; i < n->inputs; i++) wanted |= dlcv__node_at(g, n->input[i])->wants;
        if (wanted && p->step[s].no_gradient && !p->undifferentiable) p->undifferentiable = p->step[s].node;
        p->step[s].active = wanted && !p->step[s].no_gradient;
        for (i = 0; i < n->inputs && p->step[s].active; i++) {
            dlcv__node *m = dlcv__node_at(g, n->input[i]);
            m->reached |= m->wants;
        }
    }
}

DLCV__FN int dlcv__has_gradient(const dlcv__plan *p, int id, const dlcv__node *n)
{
    return p->mode != DLCV_MODE_INFER && ((n->wants && (n->reached || n->kept)) || id == p->target);
}

/* Elements, by the shape alone: a scalar without data is one. */
DLCV__FN size_t dlcv__elements(const dlcv_tensor *t)
{
    size_t n;
    return dlcv__shape_count(t->shape, &n) ? n : 0;
}

DLCV__FN size_t dlcv__slot_bytes(const dlcv_tensor *t)
{
    return (dlcv__elements(t) * dlcv_dtype_bytes(t->dtype) + 63) / 64 * 64;
}

/* Is step s + 1 the ReLU of what step s makes? */
DLCV__FN int dlcv__relu_of(const dlcv_graph *g, int s)
{
    const dlcv__plan *p = g->plan;
    const dlcv__node *next = s + 1 < p->steps ? dlcv__node_at(g, p->step[s + 1].node) : NULL;
    return next && next->op == (int)DLCV__OP_relu && next->input[0] == p->step[s].node;
}

/* Is step s a sum without broadcast? */
DLCV__FN int dlcv__even_sum(const dlcv_graph *g, int s)
{
    const dlcv__node *n = dlcv__node_at(g, g->plan->step[s].node);
    return n->op == (int)DLCV__OP_add && dlcv__shape_equal(n->in[0]->shape, n->in[1]->shape) && dlcv__elements(&n->value) > 1;
}

/* Does backward of this node add to the gradient of input i, where asked to? */
DLCV__FN int dlcv__adds_itself(const dlcv__node *n, const void *state, int i)
{
    return n->op == (int)DLCV__OP_conv2d && i == 0 && state && dlcv__conv_adds((const dlcv_conv *)state);
}

/* The last time that each value is read. */
DLCV__FN void dlcv__plan_last(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    int s, i;
    for (s = 0; s < p->steps; s++) {
        const dlcv__node *n = dlcv__node_at(g, p->step[s].node);
        const int reads = dlcv__ops[n->op]->reads, back = dlcv__backward_time(p, s);
        int *own = &p->last[p->step[s].node];
        *own = s;
        if (p->step[s].active && (reads & DLCV__READS_OUT)) *own = back;
        if (n->kept || p->step[s].node == p->target) *own = 2 * p->steps;
        if (s > 0 && p->step[s].active && *own < dlcv__backward_time(p, s - 1) && dlcv__even_sum(g, s - 1) && dlcv__relu_of(g, s - 1)) {
            *own = dlcv__backward_time(p, s - 1);           /* the sum's backward does that of its ReLU */
        }
        for (i = 0; i < n->inputs; i++) {
            int *last = &p->last[n->input[i]];
            if (*last < s) *last = s;
            if (p->step[s].active && (reads & (2 << (i < 6 ? i : 6))) && *last < back) *last = back;
        }
    }
}

/* Values: a view is its input's buffer; an op that may work in place takes the buffer of an input that nobody reads afterwards. */
DLCV__FN void dlcv__plan_values(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    int s, i;
    for (s = 0; s < p->steps; s++) {
        const dlcv__node *n = dlcv__node_at(g, p->step[s].node);
        const int flags = dlcv__ops[n->op]->flags, last = p->last[p->step[s].node];
        dlcv__span *own = &p->span[s];
        int root = s;
        for (i = 0; i < n->inputs && root == s; i++) {
            const int m = p->step_of[n->input[i]], its = m >= 0 ? p->step[m].value_root : -1;
            if (flags & DLCV__OP_VIEW) root = its;
            else if ((flags & DLCV__OP_INPLACE) && its >= 0 && p->span[its].last == s
                     && dlcv__slot_bytes(n->in[i]) == dlcv__slot_bytes(&n->value) && dlcv__elements(n->in[i]) == dlcv__elements(&n->value)) root = its;
        }
        p->step[s].value_root = root;
        if (root == s) {
            own->bytes = dlcv__slot_bytes(&n->value);
            own->first = s;
            own->last = last;
        } else if (root >= 0 && p->span[root].last < last) {
            p->span[root].last = last;
        }
    }
}

/* Gradients, last step first: alive from the first that writes to it until the node's own backward. */
DLCV__FN void dlcv__plan_gradient_spans(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    int s, i, k;
    for (s = p->steps - 1; s >= 0; s--) {
        const int id = p->step[s].node, time = dlcv__backward_time(p, s);
        dlcv__node *n = dlcv__node_at(g, id);
        dlcv__span *own = &p->span[DLCV__SPAN_GRADIENT(p, s)];
        const dlcv__op *op = dlcv__ops[n->op];
        int wanted = 0, root;
        if (p->step[s].gradient_root < 0) p->step[s].gradient_root = s;
        if (dlcv__has_gradient(p, id, n) && p->step[s].gradient_root == s) {
            own->bytes = dlcv__slot_bytes(&n->value);
            if (!own->first) own->first = time;
            if (id == p->target || !n->reached) own->first = p->steps;      /* set before the first step */
            own->last = time;
        }
        root = p->step[s].gradient_root;
        if (n->kept && p->span[DLCV__SPAN_GRADIENT(p, root)].bytes) p->span[DLCV__SPAN_GRADIENT(p, root)].last = 2 * p->steps;
        if (!p->step[s].active) continue;
        for (i = 0; i < n->inputs; i++) wanted += dlcv__node_at(g, n->input[i])->wants;
        for (i = 0; i < n->inputs; i++) {
            dlcv__node *m = dlcv__node_at(g, n->input[i]);
            dlcv__edge *e = &p->edge[p->step[s].first_edge + i];
            const int to = p->step_of[n->input[i]];
            if (!m->wants) continue;
            e->first = m->reached == 1;
            m->reached = 2;                         /* has a writer */
            if (!e->first) {
                if ((op->flags & DLCV__OP_ADDS) || dlcv__adds_itself(n, p->step[s].state, i)) continue;
                p->span[DLCV__SPAN_EDGE(p, p->step[s].first_edge + i)].bytes = dlcv__slot_bytes(&m->value);
                p->span[DLCV__SPAN_EDGE(p, p->step[s].first_edge + i)].first = time;
                p->span[DLCV__SPAN_EDGE(p, p->step[s].first_edge + i)].last = time;
                continue;
            }
            if (to >= 0) {
                p->step[to].gradient_root = to;
                p->span[DLCV__SPAN_GRADIENT(p, to)].first = time;
            }
            if (to >= 0 && (wanted == 1 || (i == 0 && (op->flags & DLCV__OP_FIRST_LAST))) && (op->flags & DLCV__OP_INPLACE) && !(op->flags & DLCV__OP_ADDS)
                && p->span[DLCV__SPAN_GRADIENT(p, root)].last == time && dlcv__elements(&m->value) == dlcv__elements(&n->value)) {
                p->step[to].gradient_root = root;
                k = dlcv__backward_time(p, to);
                if (p->span[DLCV__SPAN_GRADIENT(p, root)].last < k) p->span[DLCV__SPAN_GRADIENT(p, root)].last = k;
            }
        }
    }
}

DLCV__FN void dlcv__span_set(dlcv__span *span, size_t bytes, int first, int last)
{
    span->bytes = (bytes + 63) / 64 * 64;
    span->first = first;
    span->last = last;
}

DLCV__FN void dlcv__plan_spans(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    int s, l;
    for (s = 0; s < p->steps; s++) p->step[s].gradient_root = -1;
    dlcv__plan_last(g);
    dlcv__plan_values(g);
    dlcv__plan_gradient_spans(g);
    for (s = 0; s < p->steps; s++) {
        const int back = dlcv__backward_time(p, s);
        dlcv__step *t = &p->step[s];
        if (t->active) dlcv__span_set(&p->span[DLCV__SPAN_SAVED(p, s)], t->saved_bytes, s, back);
        if (t->active) dlcv__span_set(&p->span[DLCV__SPAN_BACK(p, s)], t->backward_scratch_bytes, back, back);
        dlcv__span_set(&p->span[DLCV__SPAN_SCRATCH(p, s)], t->scratch_bytes, s, s);
    }
    for (l = 0; l < p->leaves; l++) {
        dlcv__span_set(&p->span[DLCV__SPAN_LEAF(p, l)], dlcv__slot_bytes(&dlcv__node_at(g, p->leaf[l])->value), p->steps, 2 * p->steps);
    }
}

/* Addresses. A leaf's view has its data when it is computed. */
DLCV__FN void dlcv__plan_place(dlcv_graph *g)
{
    dlcv__plan *p = g->plan;
    unsigned char *w = g->workspace;
    int id, s, l;
    for (s = 0; s < p->steps; s++) {
        dlcv__step *t = &p->step[s];
        dlcv__node *n = dlcv__node_at(g, t->node);
        if (t->value_root >= 0) n->value.data = w + p->span[t->value_root].at;
        n->gradient = n->value;
        n->gradient.data = dlcv__has_gradient(p, t->node, n) ? w + p->span[DLCV__SPAN_GRADIENT(p, t->gradient_root)].at : NULL;
        t->saved_at = p->span[DLCV__SPAN_SAVED(p, s)].at;
        t->scratch_at = p->span[DLCV__SPAN_SCRATCH(p, s)].at;
        t->backward_scratch_at = p->span[DLCV__SPAN_BACK(p, s)].at;
    }
    for (l = 0; l < p->edges; l++) p->edge[l].at = p->span[DLCV__SPAN_EDGE(p, l)].at;
    for (l = 0; l < p->leaves; l++) {
        dlcv__node *n = dlcv__node_at(g, p->leaf[l]);
        n->gradient = n->value;
        n->gradient.owned = 0;
        n->gradient.data = w + p->span[DLCV__SPAN_LEAF(p, l)].at;
    }
    for (id = 1; id <= g->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER) continue;
        n->gradient = n->declared;
        if (p->mode != DLCV_MODE_INFER && !n->frozen && !(n->flags & DLCV__PARAMETER_STATE)) n->gradient.data = g->gradients + n->offset;
    }
}

/* The workspace is large enough for the plan in force, which is placed in it. */
DLCV__FN dlcv_status dlcv__plan_enter(dlcv_graph *g)
{
    const size_t bytes = g->plan->workspace ? g->plan->workspace : 64;     /* NULL has no places */
    if (bytes > g->workspace_bytes) {
        dlcv__release(&g->env, g->workspace, g->workspace_bytes);
        g->workspace_bytes = 0;
        g->workspace = (unsigned char *)dlcv__alloc(&g->env, bytes);
        if (!g->workspace) return dlcv_fail(DLCV_ERR_MEMORY, "forward: %zu bytes of values: %s", bytes, dlcv_error());
        g->workspace_bytes = bytes;
    }
    dlcv__plan_place(g);
    return DLCV_OK;
}

/* Was it made for this target and mode, and for inputs as they are bound? */
DLCV__FN int dlcv__plan_fits(const dlcv_graph *g, const dlcv__plan *p, int target, dlcv_mode mode)
{
    int i;
    if (!p || !p->ready || p->target != target || p->mode != mode || p->version != g->version) return 0;
    for (i = 0; i < p->inputs; i++) {
        if (!dlcv__shape_equal(dlcv__node_at(g, p->input[i])->value.shape, p->planned[p->input[i]].shape)) return 0;
    }
    return 1;
}

/* A plan is in force again: nodes are as it left them. */
DLCV__FN void dlcv__plan_resume(dlcv_graph *g, dlcv__plan *p)
{
    int id;
    g->plan = p;
    for (id = 1; id <= p->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind == DLCV__KIND_OP) n->value.shape = p->planned[id].shape;
        if (n->kind == DLCV__KIND_OP) n->value.data = NULL;
        n->gradient.data = NULL;
        n->wants = p->planned[id].wants;
        n->reached = p->planned[id].reached;
    }
}

/* g->plan is a new plan, into *slot. */
DLCV__FN dlcv_status dlcv__plan_make(dlcv_graph *g, int target, dlcv_mode mode, dlcv__plan **slot)
{
    dlcv_status status = dlcv__plan_new(g, target, mode, slot);
    dlcv__plan *p = *slot;
    int id;
    if (!status) status = dlcv__plan_shapes(g);
    if (status) return status;
    dlcv__plan_gradients(g);
    dlcv__plan_spans(g);
    if (!dlcv__memplan(p->span, 5 * p->steps + p->edges + p->leaves, p->order, &p->workspace)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "forward: values are more bytes than a size_t can count");
    }
    for (id = 1; id <= p->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        p->planned[id].shape = n->value.shape;
        p->planned[id].wants = n->wants;
        p->planned[id].reached = n->reached;
    }
    return DLCV_OK;
}

/* A plan for this target and mode: the one in force, another one of the last few, or a new one in place of the oldest. */
DLCV__FN dlcv_status dlcv__plan_ready(dlcv_graph *g, int target, dlcv_mode mode)
{
    dlcv__plan **slot = &g->plans[0];
    dlcv_status status;
    int i;
    g->uses++;
    if (g->plan && dlcv__plan_fits(g, g->plan, target, mode)) {
        g->plan->used = g->uses;
        return DLCV_OK;
    }
    status = dlcv__parameters_ready(g, mode != DLCV_MODE_INFER);
    if (status) return status;
    for (i = 0; i < DLCV__PLANS; i++) {
        if (g->plans[i] && g->plans[i]->version != g->version) dlcv__plan_free(g, &g->plans[i]);
        if (dlcv__plan_fits(g, g->plans[i], target, mode)) {
            dlcv__plan_resume(g, g->plans[i]);
            g->plan->used = g->uses;
            status = dlcv__plan_enter(g);
            if (status) dlcv__plan_free(g, &g->plans[i]);
            return status;
        }
        if (!g->plans[i] || (*slot && g->plans[i]->used < (*slot)->used)) slot = &g->plans[i];
    }
    dlcv__plan_free(g, slot);
    status = dlcv__plan_make(g, target, mode, slot);
    if (!status) status = dlcv__plan_enter(g);
    if (status) {
        dlcv__plan_free(g, slot);
        return status;
    }
    g->plan->used = g->uses;
    g->plan->ready = 1;
    return DLCV_OK;
}

#undef DLCV__SPAN_GRADIENT
#undef DLCV__SPAN_SAVED
#undef DLCV__SPAN_SCRATCH
#undef DLCV__SPAN_BACK
#undef DLCV__SPAN_EDGE
#undef DLCV__SPAN_LEAF
