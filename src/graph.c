/* ---- graphs: nodes, names, parameters -------------------------------------------------------------------------------------------------------
 * Nodes and all that belongs to them stand in chunks that never move. Slot 0 is no node. */
#define DLCV__NODE_BLOCKS 26        /* block b has 16 << b nodes */
#define DLCV__NAME_BYTES 256
#define DLCV__CHUNK_BYTES 8192
#define DLCV__PLANS 4
#define DLCV__STREAM_INIT ((uint64_t)1 << 62)   /* streams of random numbers from here on: parameter i's first values */

enum { DLCV__KIND_INPUT, DLCV__KIND_PARAMETER, DLCV__KIND_CONSTANT, DLCV__KIND_OP };
enum { DLCV__PARAMETER_STATE = 1, DLCV__PARAMETER_NO_DECAY = 2 };       /* no gradient, but part of the weights (running means); biases and norms */

typedef struct dlcv__node {
    int kind, op;                   /* op: index into dlcv__ops */
    int inputs;
    const int *input;               /* ids */
    const dlcv_tensor **in;         /* [inputs] the inputs' values */
    dlcv_tensor **in_gradient;      /* [inputs] for the call record */
    dlcv_tensor *extra;             /* [inputs] where a second gradient of one value is computed */
    const void *attr;
    const char *name, *role;        /* role: a layer's parameter's, else NULL */
    int owner;                      /* that layer's node */
    uint32_t hash;                  /* of the name */
    dlcv_tensor declared;           /* no data; -1 where not known */
    int layout;                     /* 0: n, c, h, w */
    int kept, frozen, bound;
    const dlcv_preprocess *preprocess;      /* of an input for pictures, and what became of the pixels that are bound */
    dlcv_tensor pixels;
    int flags, how;                 /* of a parameter; so the next lines */
    float scale;
    int drawn;
    int lent;                       /* a pointer to its value was given away: anyone may write there at any time */
    size_t offset, floats;
    uint64_t updates;               /* steps of the optimiser so far */
    /* of the plan in force */
    int wants, reached;             /* wants a gradient, gets one */
    dlcv_tensor value, gradient;
} dlcv__node;

typedef struct dlcv__chunk {
    struct dlcv__chunk *before;
    size_t bytes, used;
} dlcv__chunk;

struct dlcv__plan;

/* What optimisers keep, at the parameters' offsets: first and second moments, the weights' mean; each is allocated when first wanted. */
enum { DLCV__SOLVER_FIRST, DLCV__SOLVER_SECOND, DLCV__SOLVER_MEAN, DLCV__SOLVER_ARENAS };

typedef struct dlcv__solver {
    float *data[DLCV__SOLVER_ARENAS];
    size_t floats[DLCV__SOLVER_ARENAS];
    uint64_t steps;                 /* dlcv_update's so far */
    int method;                     /* of these: a dlcv_method + 1 */
    int arenas;                     /* bits: those that the last update kept; what is in others is of the past */
    int swapped;                    /* the weights stand in the mean's place */
} dlcv__solver;

/* What the workspace holds: nothing that is valid; results; results for inputs that were bound anew since; results from which a backward may follow;
 * kept results and gradients. */
enum { DLCV__STATE_NONE, DLCV__STATE_VALUES, DLCV__STATE_BOUND, DLCV__STATE_FORWARD, DLCV__STATE_BACKWARD };

struct dlcv_graph {
    dlcv_env env;
    const dlcv__table *kernels;
    uint64_t seed, runs;            /* runs: training forwards so far */
    dlcv_status status;
    char error[512];
    dlcv__node *block[DLCV__NODE_BLOCKS];
    int state;
    int nodes, version;             /* version: changes with all that a plan depends on, but shapes */
    dlcv__chunk *chunk;
    int ordinals[DLCV__OP_COUNT + 1];
    int parameters;
    size_t parameter_floats, value_floats, gradient_floats;     /* wanted, allocated, allocated */
    float *values, *gradients;
    uint64_t written;               /* changes with any parameter */
    struct dlcv__plan *plan, *plans[DLCV__PLANS];       /* in force; the last few */
    uint64_t uses;
    int tripwire;
    dlcv__solver solver;
    struct dlcv_trainer *trainer;   /* who has added nodes and will take them away again */
    unsigned char *workspace;
    size_t workspace_bytes;
};

/* ---- memory that lives as long as the graph */

DLCV__FN void *dlcv__graph_take(dlcv_graph *g, size_t bytes)
{
    const size_t head = (sizeof(dlcv__chunk) + 63) / 64 * 64;
    dlcv__chunk *chunk = g->chunk;
    size_t whole;
    void *p;
    if (!dlcv__add(bytes, 63, &bytes)) return NULL;
    bytes = bytes / 64 * 64;
    if (!chunk || chunk->bytes - chunk->used < bytes) {
        if (!dlcv__add(bytes, head, &whole)) return NULL;
        if (whole < DLCV__CHUNK_BYTES) whole = DLCV__CHUNK_BYTES;
        chunk = (dlcv__chunk *)dlcv__alloc(&g->env, whole);
        if (!chunk) return NULL;
        chunk->before = g->chunk;
        chunk->bytes = whole;
        chunk->used = head;
        g->chunk = chunk;
    }
    p = (unsigned char *)chunk + chunk->used;
    chunk->used += bytes;
    memset(p, 0, bytes);
    return p;
}

DLCV__FN dlcv__node *dlcv__node_at(const dlcv_graph *g, int id)
{
    int b = 0, first = 0;
    while (id - first >= 16 << b) first += 16 << b++;
    return &g->block[b][id - first];
}

/* ---- errors: the first stays */

/* Keeps what dlcv_error() says. */
DLCV__FN void dlcv__graph_note(dlcv_graph *g, dlcv_status status)
{
    if (!g || g->status || !status) return;
    g->status = status;
    dlcv__format(g->error, sizeof g->error, "%s", dlcv_error());
}

DLCV__FN dlcv_node dlcv__node_of(dlcv_graph *g, int id)
{
    dlcv_node x;
    x.graph = g;
    x.id = id;
    return x;
}

DLCV_API dlcv_status dlcv_graph_status(const dlcv_graph *g)
{
    if (!g) return dlcv_fail(DLCV_ERR_MEMORY, "graph_status: there is no graph (graph_new found no memory, or nobody called it)");
    return g->status ? dlcv_fail(g->status, "%s", g->error) : DLCV_OK;
}

/* What a builder returns that builds nothing: no node. Where there was no memory for the graph id is -1, for sentences. */
DLCV__FN dlcv_node dlcv__node_none(dlcv_node x)
{
    return dlcv__node_of(x.graph, x.graph || x.id >= 0 ? 0 : -1);
}

/* A node that may be used: its graph has no error. */
DLCV__FN dlcv_status dlcv__node_check(const char *who, dlcv_node x)
{
    if (!x.graph && x.id < 0) return dlcv_fail(DLCV_ERR_MEMORY, "%s: the node has no graph (graph_new found no memory, or nobody called it)", who);
    if (!x.graph) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the node is {0}, no builder made it", who);
    if (x.graph->status) return dlcv_graph_status(x.graph);
    if (x.id < 1 || x.id > x.graph->nodes) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the graph has nodes 1 to %d, not %d", who, x.graph->nodes, x.id);
    return DLCV_OK;
}

/* ---- names */

DLCV__FN uint32_t dlcv__name_hash(const char *s)
{
    uint32_t h = 2166136261u;       /* FNV-1a */
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

DLCV__FN int dlcv__name_find(const dlcv_graph *g, const char *name)
{
    const uint32_t hash = dlcv__name_hash(name);
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->hash == hash && !strcmp(n->name, name)) return id;
    }
    return 0;
}

DLCV__FN dlcv_status dlcv__name_check(const dlcv_graph *g, const char *who, const char *name)
{
    if (!name || !*name) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: a name is wanted, it is %s", who, name ? "empty" : "NULL");
    if (strlen(name) >= DLCV__NAME_BYTES) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: a name of %zu bytes, %d are the most", who, strlen(name), DLCV__NAME_BYTES - 1);
    if ((strlen(name) >= 5 && !memcmp(name, "dlcv.", 5)) || !strcmp(name, "__metadata__")) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: \"%.200s\": __metadata__ and names that begin with dlcv. are those of files", who, name);
    }
    if (dlcv__name_find(g, name)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: a node is called \"%s\" already", who, name);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__name_set(dlcv_graph *g, dlcv__node *n, const char *name)
{
    char *copy = (char *)dlcv__graph_take(g, strlen(name) + 1);
    if (!copy) return DLCV_ERR_MEMORY;
    memcpy(copy, name, strlen(name) + 1);
    n->name = copy;
    n->hash = dlcv__name_hash(name);
    return DLCV_OK;
}

/* "relu2": the next that is free. ordinal: one counter an op, and one for constants. */
DLCV__FN void dlcv__name_next(dlcv_graph *g, const char *what, int ordinal, char *out)
{
    do {
        dlcv__format(out, DLCV__NAME_BYTES, "%s%d", what, ++g->ordinals[ordinal]);
    } while (dlcv__name_find(g, out));
}

/* ---- nodes */

/* A new node under a name that is known to be free, or NULL. It counts once it is complete: dlcv__node_done. */
DLCV__FN dlcv__node *dlcv__node_new(dlcv_graph *g, int kind, const char *name)
{
    int b = 0, first = 0;
    dlcv__node *n;
    if (g->nodes >= INT_MAX / 4) {
        dlcv_fail(DLCV_ERR_MEMORY, "graph: %d nodes are the most", g->nodes);
        return NULL;
    }
    while (g->nodes + 1 - first >= 16 << b) first += 16 << b++;
    if (!g->block[b]) g->block[b] = (dlcv__node *)dlcv__graph_take(g, sizeof(dlcv__node) << (b + 4));
    if (!g->block[b]) return NULL;
    n = &g->block[b][g->nodes + 1 - first];
    memset(n, 0, sizeof *n);
    n->kind = kind;
    return dlcv__name_set(g, n, name) ? NULL : n;
}

DLCV__FN dlcv_node dlcv__node_done(dlcv_graph *g)
{
    g->version++;
    return dlcv__node_of(g, ++g->nodes);
}

DLCV__FN dlcv_node dlcv__graph_failed(dlcv_graph *g, dlcv_status status)
{
    dlcv__graph_note(g, status);
    return dlcv__node_of(g, 0);
}

DLCV_API dlcv_graph *dlcv_graph_new(const dlcv_env *env, uint64_t seed)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_graph *g = (dlcv_graph *)dlcv__alloc(&e, sizeof *g);
    if (!g) return NULL;
    memset(g, 0, sizeof *g);
    g->env = e;
    g->kernels = dlcv__kernels();
    g->seed = seed;
    return g;
}

DLCV_API dlcv_node dlcv_input(dlcv_graph *g, const char *name, dlcv_dtype dtype, dlcv_shape shape)
{
    char text[112];
    dlcv__node *n;
    size_t bytes;
    dlcv_shape known = shape;
    dlcv_status status;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    status = dlcv__name_check(g, "input", name);
    if (status) return dlcv__graph_failed(g, status);
    dlcv__format(text, sizeof text, "input \"%.80s\"", name);
    if (shape.ndim > 0 && shape.dim[0] == -1) known.dim[0] = 1;
    status = dlcv__shape_bytes(text, "the shape", dtype, known, &bytes);
    n = status ? NULL : dlcv__node_new(g, DLCV__KIND_INPUT, name);
    if (!n) return dlcv__graph_failed(g, status ? status : DLCV_ERR_MEMORY);
    n->declared = dlcv_tensor_view(NULL, dtype, shape);
    return dlcv__node_done(g);
}

DLCV_API dlcv_node dlcv_image_input(dlcv_graph *g, const char *name, const dlcv_preprocess *p)
{
    dlcv_preprocess *copy;
    dlcv_node x;
    dlcv_status status;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    status = dlcv__preprocess_check("image_input", p);
    if (!status && (!p->height || !p->width)) {
        status = dlcv_fail(DLCV_ERR_ARGUMENT, "image_input: height %d and width %d, both must be at least 1", p->height, p->width);
    }
    if (status) return dlcv__graph_failed(g, status);
    copy = (dlcv_preprocess *)dlcv__graph_take(g, sizeof *copy);
    if (!copy) return dlcv__graph_failed(g, DLCV_ERR_MEMORY);
    *copy = *p;
    x = dlcv_input(g, name, DLCV_F32, dlcv_shape4(-1, dlcv__preprocess_channels(p), p->height, p->width));
    if (x.id) dlcv__node_at(g, x.id)->preprocess = copy;
    return x;
}

DLCV_API dlcv_node dlcv_constant(dlcv_graph *g, const dlcv_tensor *value)
{
    char name[DLCV__NAME_BYTES];
    dlcv__node *n;
    dlcv_status status;
    size_t bytes;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    status = dlcv__check("constant", "value", value);
    if (status) return dlcv__graph_failed(g, status);
    dlcv__name_next(g, "constant", DLCV__OP_COUNT, name);
    n = dlcv__node_new(g, DLCV__KIND_CONSTANT, name);
    if (!n) return dlcv__graph_failed(g, DLCV_ERR_MEMORY);
    bytes = dlcv_tensor_count(value) * dlcv_dtype_bytes(value->dtype);
    n->declared = dlcv_tensor_view(NULL, value->dtype, value->shape);
    n->value = n->declared;
    n->value.data = dlcv__graph_take(g, bytes + !bytes);
    if (!n->value.data) return dlcv__graph_failed(g, DLCV_ERR_MEMORY);
    if (bytes) memcpy(n->value.data, value->data, bytes);
    return dlcv__node_done(g);
}

/* ---- parameters: one arena, each in whole slots of 64 bytes, zeros behind it */

DLCV__FN dlcv_status dlcv__init_check(const char *who, dlcv_init how, float scale)
{
    if ((int)how < (int)DLCV_INIT_HE_NORMAL || (int)how > (int)DLCV_INIT_CONSTANT) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: there is no initialiser %d", who, (int)how);
    if (!dlcv__finite(scale)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: scale is %g", who, (double)scale);
    return DLCV_OK;
}

/* name is free; it may be of a layer that is being built. */
DLCV__FN dlcv_node dlcv__parameter(dlcv_graph *g, const char *name, dlcv_shape shape, dlcv_init how, float scale, int flags)
{
    char text[112];
    dlcv_status status;
    dlcv__node *n;
    size_t bytes, slots, end;
    dlcv__format(text, sizeof text, "parameter \"%.80s\"", name);
    status = dlcv__init_check(text, how, scale);
    if (!status) status = dlcv__shape_bytes(text, "the shape", DLCV_F32, shape, &bytes);
    if (!status && (!dlcv__add(bytes, 63, &slots) || !dlcv__add(g->parameter_floats, slots / 64 * 16, &end) || end > (size_t)-1 / 8)) {
        status = dlcv_fail(DLCV_ERR_MEMORY, "%s: all parameters together are more bytes than a size_t can count", text);
    }
    n = status ? NULL : dlcv__node_new(g, DLCV__KIND_PARAMETER, name);
    if (!n) return dlcv__graph_failed(g, status ? status : DLCV_ERR_MEMORY);
    n->declared = dlcv_tensor_view(NULL, DLCV_F32, shape);
    n->value = n->declared;
    n->how = (int)how;
    n->scale = scale;
    n->flags = flags;
    n->offset = g->parameter_floats;
    n->floats = bytes / sizeof(float);
    g->parameter_floats = end;
    g->parameters++;
    return dlcv__node_done(g);
}

DLCV_API dlcv_node dlcv_parameter(dlcv_graph *g, const char *name, dlcv_shape shape, dlcv_init how, float scale)
{
    dlcv_status status;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    status = dlcv__name_check(g, "parameter", name);
    return status ? dlcv__graph_failed(g, status) : dlcv__parameter(g, name, shape, how, scale, 0);
}

/* The half width of a uniform, or the standard deviation of a normal distribution. */
DLCV__FN float dlcv__init_width(const dlcv__node *n)
{
    const dlcv_shape *s = &n->declared.shape;
    const double scale = n->scale == 0 ? 1.0 : (double)n->scale;
    const double fan_in = s->ndim < 2 || !s->dim[0] ? (double)n->floats : (double)n->floats / (double)s->dim[0];
    const double fan_out = s->ndim < 2 || !s->dim[1] ? (double)n->floats : (double)n->floats / (double)s->dim[1];
    switch (n->how) {
    case DLCV_INIT_HE_NORMAL: return (float)(scale * sqrt(2.0 / fan_in));
    case DLCV_INIT_HE_UNIFORM: return (float)(scale * sqrt(6.0 / fan_in));
    case DLCV_INIT_GLOROT_NORMAL: return (float)(scale * sqrt(2.0 / (fan_in + fan_out)));
    case DLCV_INIT_GLOROT_UNIFORM: return (float)(scale * sqrt(6.0 / (fan_in + fan_out)));
    default: return (float)scale;
    }
}

/* Number i of parameter p is a function of seed, p's place among the nodes and i: words 2i, 2i + 1 of its stream. */
DLCV__FN void dlcv__init_draw(dlcv_graph *g, int id)
{
    dlcv__node *n = dlcv__node_at(g, id);
    const float width = dlcv__init_width(n);
    const int normal = n->how == (int)DLCV_INIT_HE_NORMAL || n->how == (int)DLCV_INIT_GLOROT_NORMAL || n->how == (int)DLCV_INIT_NORMAL;
    float *p = g->values + n->offset, u[2][DLCV__PIECE];
    uint32_t words[4];
    size_t i, k, piece;
    const dlcv__fp fp = dlcv__fp_enter();
    n->drawn = 1;
    g->written++;
    for (i = 0; i < n->floats && n->how == (int)DLCV_INIT_CONSTANT; i++) p[i] = n->scale;
    for (; i < n->floats; i += piece) {
        piece = n->floats - i < DLCV__PIECE ? n->floats - i : DLCV__PIECE;
        for (k = 0; k < piece; k++) {
            if (k % 2 == 0) dlcv__philox(g->seed, DLCV__STREAM_INIT + (uint64_t)id, (uint64_t)(i + k) / 2, words);
            u[0][k] = (float)((words[2 * (k % 2)] >> 8) + (normal ? 1u : 0u)) * 5.9604644775390625e-8f;       /* 2^-24 */
            u[1][k] = (float)(words[2 * (k % 2) + 1] >> 8) * 5.9604644775390625e-8f;
        }
        if (normal) g->kernels->f32->normal_f32(u[0], u[1], u[0], piece);
        for (k = 0; k < piece; k++) p[i + k] = normal ? width * u[0][k] : width * (2.0f * u[0][k] - 1.0f);
    }
    dlcv__fp_leave(fp);
}

/* Both arenas as large as they should be. */
DLCV__FN dlcv_status dlcv__arena_grow(dlcv_graph *g, float **arena, size_t *floats)
{
    float *p;
    if (*floats >= g->parameter_floats) return DLCV_OK;
    p = (float *)dlcv__alloc(&g->env, g->parameter_floats * sizeof *p);
    if (!p) return dlcv_fail(DLCV_ERR_MEMORY, "graph: %zu bytes of parameters: %s", g->parameter_floats * sizeof *p, dlcv_error());
    if (*floats) memcpy(p, *arena, *floats * sizeof *p);
    memset(p + *floats, 0, (g->parameter_floats - *floats) * sizeof *p);
    dlcv__release(&g->env, *arena, *floats * sizeof *p);
    g->state = DLCV__STATE_NONE;        /* views of parameters have moved */
    *arena = p;
    *floats = g->parameter_floats;
    return DLCV_OK;
}

/* Parameters exist and are drawn, their values' and gradients' addresses known. */
DLCV__FN dlcv_status dlcv__parameters_ready(dlcv_graph *g, int gradients)
{
    const int ready = g->value_floats >= g->parameter_floats;
    const dlcv_status status = ready ? DLCV_OK : dlcv__arena_grow(g, &g->values, &g->value_floats);
    int id;
    for (id = 1; id <= g->nodes && !status && !ready; id++) {       /* whatever becomes of the gradients: the old values are gone */
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER) continue;
        n->value.data = g->values + n->offset;
        if (!n->drawn) dlcv__init_draw(g, id);
    }
    return status || !gradients ? status : dlcv__arena_grow(g, &g->gradients, &g->gradient_floats);
}

DLCV_API dlcv_status dlcv_initialize(dlcv_node parameter, dlcv_init how, float scale)
{
    dlcv_status status = dlcv__node_check("initialize", parameter);
    dlcv__node *n;
    if (status) return status;
    n = dlcv__node_at(parameter.graph, parameter.id);
    if (n->kind != DLCV__KIND_PARAMETER) return dlcv_fail(DLCV_ERR_ARGUMENT, "initialize: \"%s\" is no parameter", n->name);
    status = dlcv__init_check("initialize", how, scale);
    if (!status) status = dlcv__parameters_ready(parameter.graph, 0);
    if (status) return status;
    n->how = (int)how;
    n->scale = scale;
    dlcv__init_draw(parameter.graph, parameter.id);
    return DLCV_OK;
}

/* An optimiser begins anew. */
DLCV__FN void dlcv__solver_reset(dlcv_graph *g)
{
    dlcv__solver *s = &g->solver;
    int i;
    for (i = 0; i < DLCV__SOLVER_ARENAS; i++) {
        if (s->floats[i]) memset(s->data[i], 0, s->floats[i] * sizeof(float));
    }
    for (i = 1; i <= g->nodes; i++) dlcv__node_at(g, i)->updates = 0;
    s->steps = 0;
    s->method = s->swapped = s->arenas = 0;
}

DLCV_API dlcv_status dlcv_graph_reset(dlcv_graph *g, uint64_t seed)
{
    const dlcv_status status = dlcv_graph_status(g);
    int id;
    if (status) return status;
    g->seed = seed;
    g->runs = 0;
    g->state = DLCV__STATE_NONE;        /* what the last forward drew cannot be drawn again */
    dlcv__solver_reset(g);
    for (id = 1; id <= g->nodes && g->value_floats; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind == DLCV__KIND_PARAMETER && n->offset + n->floats <= g->value_floats) dlcv__init_draw(g, id);
    }
    return DLCV_OK;
}

/* ---- what users ask of nodes */

DLCV_API dlcv_node dlcv_find(dlcv_graph *g, const char *name)
{
    int id;
    if (!g || g->status) return dlcv__node_of(g, g ? 0 : -1);
    if (!name) return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "find: the name is NULL"));
    id = dlcv__name_find(g, name);
    if (!id) return dlcv__graph_failed(g, dlcv_fail(DLCV_ERR_ARGUMENT, "find: no node is called \"%.200s\"", name));
    return dlcv__node_of(g, id);
}

DLCV_API dlcv_node dlcv_name(dlcv_node x, const char *name)
{
    char text[2 * DLCV__NAME_BYTES];
    dlcv_status status = dlcv__node_check("name", x);
    int id;
    if (status) return dlcv__graph_failed(x.graph, status);
    if (name && !strcmp(dlcv__node_at(x.graph, x.id)->name, name)) return x;
    status = dlcv__name_check(x.graph, "name", name);
    for (id = 1; id <= x.graph->nodes && !status; id++) {           /* first all checks */
        const dlcv__node *p = dlcv__node_at(x.graph, id);
        if (p->owner != x.id || !p->role) continue;
        dlcv__format(text, sizeof text, "%s.%s", name, p->role);
        status = dlcv__name_check(x.graph, "name", text);
    }
    for (id = 1; id <= x.graph->nodes && !status; id++) {
        dlcv__node *p = dlcv__node_at(x.graph, id);
        if (id == x.id) status = dlcv__name_set(x.graph, p, name);
        if (p->owner != x.id || !p->role || status) continue;
        dlcv__format(text, sizeof text, "%s.%s", name, p->role);
        status = dlcv__name_set(x.graph, p, text);
    }
    return status ? dlcv__graph_failed(x.graph, status) : x;
}

DLCV_API dlcv_node dlcv_keep(dlcv_node x)
{
    const dlcv_status status = dlcv__node_check("keep", x);
    dlcv__node *n;
    if (status) return dlcv__graph_failed(x.graph, status);
    n = dlcv__node_at(x.graph, x.id);
    if (n->kept) return x;
    x.graph->version++;
    x.graph->state = DLCV__STATE_NONE;  /* its memory may have served others since */
    n->kept = 1;
    return x;
}

DLCV_API dlcv_status dlcv_freeze(dlcv_graph *g, const char *prefix, int frozen)
{
    const dlcv_status status = dlcv_graph_status(g);
    int id, found = 0;
    if (status) return status;
    if (!prefix) return dlcv_fail(DLCV_ERR_ARGUMENT, "freeze: the prefix is NULL");
    for (id = 1; id <= g->nodes; id++) {
        dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind != DLCV__KIND_PARAMETER || !dlcv__begins(n->name, prefix)) continue;
        n->frozen = frozen != 0;
        found++;
    }
    g->version++;
    g->state = DLCV__STATE_NONE;
    return found || !*prefix ? DLCV_OK : dlcv_fail(DLCV_ERR_ARGUMENT, "freeze: no parameter's name begins with \"%.200s\"", prefix);
}

DLCV_API int dlcv_node_count(const dlcv_graph *g)
{
    return g ? g->nodes : 0;
}

/* The record of a node, or NULL. */
DLCV__FN dlcv__node *dlcv__node_get(dlcv_node x)
{
    return x.graph && x.id > 0 && x.id <= x.graph->nodes ? dlcv__node_at(x.graph, x.id) : NULL;
}

DLCV_API const char *dlcv_node_name(dlcv_node x)
{
    const dlcv__node *n = dlcv__node_get(x);
    return n ? n->name : "";
}

DLCV_API const char *dlcv_node_op(dlcv_node x)
{
    const dlcv__node *n = dlcv__node_get(x);
    if (!n) return "";
    switch (n->kind) {
    case DLCV__KIND_INPUT: return "input";
    case DLCV__KIND_PARAMETER: return "parameter";
    case DLCV__KIND_CONSTANT: return "constant";
    default: return dlcv__ops[n->op]->name;
    }
}

DLCV_API dlcv_shape dlcv_node_shape(dlcv_node x)
{
    const dlcv__node *n = dlcv__node_get(x);
    dlcv_shape none;
    memset(&none, 0, sizeof none);
    return n ? n->declared.shape : none;
}

DLCV_API int dlcv_node_inputs(dlcv_node x)
{
    const dlcv__node *n = dlcv__node_get(x);
    return n ? n->inputs : 0;
}

DLCV_API dlcv_node dlcv_node_input(dlcv_node x, int index)
{
    const dlcv__node *n = dlcv__node_get(x);
    return n && index >= 0 && index < n->inputs ? dlcv__node_of(x.graph, n->input[index]) : dlcv__node_of(NULL, 0);
}

DLCV_API int dlcv_parameter_count(const dlcv_graph *g)
{
    return g ? g->parameters : 0;
}

DLCV_API dlcv_node dlcv_parameter_at(dlcv_graph *g, int index)
{
    int id;
    for (id = 1; g && id <= g->nodes; id++) {
        if (dlcv__node_at(g, id)->kind == DLCV__KIND_PARAMETER && index-- == 0) return dlcv__node_of(g, id);
    }
    return dlcv__node_of(NULL, 0);
}

/* ---- building */

/* An op's node. name NULL: the next number. attr: copied. The inputs' graph must be one. */
DLCV__FN dlcv_node dlcv__build_named(const dlcv_node *in, int count, int op, const void *attr, const char *name)
{
    const dlcv__op *o = dlcv__ops[op];
    const char *who = dlcv__builder_name(o);
    dlcv_graph *g = count > 0 ? in[0].graph : NULL;
    char next[DLCV__NAME_BYTES];
    dlcv__call call;
    dlcv__node *n;
    dlcv_status status = DLCV_OK;
    int i, *input;
    const dlcv_tensor **declared;
    void *copy;
    if (!g || g->status) return count > 0 ? dlcv__node_none(in[0]) : dlcv__node_of(g, 0);
    for (i = 0; i < count && !status; i++) {
        if (in[i].graph && in[i].graph != g) status = dlcv_fail(DLCV_ERR_ARGUMENT, "%s: input %d belongs to another graph", who, i);
        else status = dlcv__node_check(who, in[i]);
    }
    if (!status && (count < o->least || (o->most >= 0 && count > o->most))) {
        status = dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %d inputs, it takes %d to %d", who, count, o->least, o->most);
    }
    if (status) {
        if (i > 0 && in[i - 1].graph != g) dlcv__graph_note(in[i - 1].graph, status);
        return dlcv__graph_failed(g, status);
    }
    if (!name) dlcv__name_next(g, o->name, op, next);
    n = dlcv__node_new(g, DLCV__KIND_OP, name ? name : next);
    input = n ? (int *)dlcv__graph_take(g, (size_t)count * sizeof *input) : NULL;
    declared = input ? (const dlcv_tensor **)dlcv__graph_take(g, 3 * (size_t)count * sizeof *declared) : NULL;
    copy = declared ? dlcv__graph_take(g, o->attr_bytes + 1) : NULL;
    if (copy) n->extra = (dlcv_tensor *)dlcv__graph_take(g, (size_t)count * sizeof *n->extra);
    if (!copy || !n->extra) return dlcv__graph_failed(g, DLCV_ERR_MEMORY);
    n->op = op;
    n->inputs = count;
    n->input = input;
    n->in = declared + count;
    n->in_gradient = (dlcv_tensor **)(declared + 2 * count);
    n->attr = copy;
    if (o->attr_bytes) memcpy(copy, attr, o->attr_bytes);
    for (i = 0; i < count; i++) {
        dlcv__node *m = dlcv__node_at(g, in[i].id);
        input[i] = in[i].id;
        declared[i] = &m->declared;
        n->in[i] = &m->value;
    }
    memset(&call, 0, sizeof call);
    call.op = o;
    call.name = n->name;
    call.env = &g->env;
    call.kernels = g->kernels;
    call.attr = copy;
    call.inputs = count;
    call.in = declared;
    call.out = &n->declared;
    n->declared.dtype = DLCV_F32;
    status = o->infer ? o->infer(&call) : dlcv__infer_same(&call);
    n->value = n->declared;
    return status ? dlcv__graph_failed(g, status) : dlcv__node_done(g);
}

DLCV__FN dlcv_node dlcv__build(const dlcv_node *in, int count, int op, const void *attr)
{
    return dlcv__build_named(in, count, op, attr, NULL);
}

/* A layer: an op with parameters of its own, which are there before it and have its name. */
typedef struct dlcv__layer {
    dlcv_graph *graph;
    int op, first;
    char name[DLCV__NAME_BYTES];
} dlcv__layer;

/* 0: there is nothing to build on. */
DLCV__FN int dlcv__layer_begin(dlcv__layer *l, dlcv_node x, int op)
{
    dlcv_status status;
    l->graph = x.graph;
    l->op = op;
    if (!x.graph || x.graph->status) return 0;
    status = dlcv__node_check(dlcv__builder_name(dlcv__ops[op]), x);
    if (status) {
        dlcv__graph_note(x.graph, status);
        return 0;
    }
    l->first = x.graph->nodes + 1;
    dlcv__name_next(x.graph, dlcv__ops[op]->name, op, l->name);
    return 1;
}

DLCV__FN dlcv_node dlcv__layer_parameter(dlcv__layer *l, const char *role, dlcv_shape shape, dlcv_init how, float scale, int flags)
{
    char text[DLCV__NAME_BYTES + 64];
    dlcv_node p = dlcv__node_of(l->graph, 0);
    if (l->graph->status) return p;
    dlcv__format(text, sizeof text, "%s.%s", l->name, role);
    if (dlcv__name_find(l->graph, text)) return dlcv__graph_failed(l->graph, dlcv__name_check(l->graph, dlcv__builder_name(dlcv__ops[l->op]), text));
    p = dlcv__parameter(l->graph, text, shape, how, scale, flags);
    if (p.id) dlcv__node_at(l->graph, p.id)->role = role;
    return p;
}

DLCV__FN dlcv_node dlcv__layer_end(dlcv__layer *l, const dlcv_node *in, int count, const void *attr)
{
    const dlcv_node y = dlcv__build_named(in, count, l->op, attr, l->name);
    int id;
    for (id = l->first; id < y.id; id++) {
        dlcv__node *n = dlcv__node_at(l->graph, id);
        if (n->role) n->owner = y.id;
    }
    return y;
}

/* A complaint of a builder before there is a node. */
DLCV__FN dlcv_node dlcv__layer_fail(dlcv__layer *l, dlcv_status status, const char *format, ...)
{
    char text[400];
    va_list list;
    va_start(list, format);
    dlcv__vformat(text, sizeof text, format, list);
    va_end(list);
    return dlcv__graph_failed(l->graph, dlcv_fail(status, "%s \"%s\": %s", dlcv__builder_name(dlcv__ops[l->op]), l->name, text));
}
