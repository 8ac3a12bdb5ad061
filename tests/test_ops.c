/* Every op of the table, in every mode: its gradient against differences of four points, the same bits whether its values share memory or not,
 * with one thread and with two (that share little here: test_graph_limits.c has sizes which are worth it), whatever is frozen, and malloc failing at every n. An op without a case fails. Cases stand in cases_*.h, one file an area. */
#include "test.h"

/* A graph whose last node is to be tested; it contains the op. step: of the differences, 0 = 0.02. Inputs are parameters (case_value, case_apart),
 * so that everything is checked. */
typedef struct op_case {
    const char *op;
    dlcv_node (*build)(dlcv_graph *g);
    double step;
} op_case;

/* a parameter with numbers from low to high, other ones for each parameter of a graph; failed graphs have none */
static dlcv_node case_value(dlcv_graph *g, dlcv_shape shape, float low, float high)
{
    char name[32];
    dlcv_rng rng = dlcv_rng_seed(77 + (uint64_t)dlcv_node_count(g));
    dlcv_node p;
    float *v;
    size_t i;
    sprintf(name, "p%d", dlcv_node_count(g));
    p = dlcv_parameter(g, name, shape, DLCV_INIT_CONSTANT, 0);
    v = dlcv_f32(dlcv_value(p));
    for (i = 0; v && i < dlcv_tensor_count(dlcv_value(p)); i++) v[i] = low + (high - low) * dlcv_rng_uniform(&rng);
    if (!v) p.id = 0;           /* no memory: nothing is built on this */
    return p;
}

/* the numbers first, first + gap, first + 2 gap, .. in random order: no two are closer, and none is nearer to 0 than first lets it */
static dlcv_node case_apart(dlcv_graph *g, dlcv_shape shape, float gap, float first)
{
    dlcv_node p = case_value(g, shape, 0, 0);
    dlcv_rng rng = dlcv_rng_seed(770 + (uint64_t)dlcv_node_count(g));
    const dlcv_tensor *t = p.id ? dlcv_value(p) : NULL;
    int order[256], i, n = (int)dlcv_tensor_count(t);
    for (i = 0; i < n; i++) order[i] = i;
    dlcv_rng_shuffle(&rng, order, n);
    for (i = 0; i < n && p.id; i++) dlcv_f32(t)[i] = first + gap * (float)order[i];
    return p;
}

/* a constant: labels 0 .. classes - 1 */
static dlcv_node case_labels(dlcv_graph *g, dlcv_shape shape, int classes)
{
    int32_t label[64] = { 0 };
    dlcv_tensor t = dlcv_tensor_view(label, DLCV_I32, shape);
    int i;
    for (i = 0; i < 64; i++) label[i] = (i * 7 + 3) % classes;
    return dlcv_constant(g, &t);
}

#include "cases_basic.h"
#include "cases_values.h"
#include "cases_conv.h"
#include "cases_custom.h"
#include "cases_norm.h"

static const op_case cases[] = { CASES_BASIC CASES_VALUES CASES_CONV CASES_CUSTOM CASES_NORM };
enum { CASES = sizeof cases / sizeof *cases };

static char what[128];

static void check_says(int ok, const char *text, double a, double b)
{
    CHECK(ok);
    if (!ok) printf("    %s: %s: %.9g, %.9g: %s\n", what, text, a, b, dlcv_error());
}

static int has_op(dlcv_graph *g, const char *op)
{
    dlcv_node n;
    n.graph = g;
    for (n.id = 1; n.id <= dlcv_node_count(g); n.id++) {
        if (!strcmp(dlcv_node_op(n), op)) return 1;
    }
    return 0;
}

static void check_gradients(const op_case *c)
{
    static const dlcv_mode modes[] = { DLCV_MODE_GRADIENT, DLCV_MODE_TRAIN };
    int m;
    for (m = 0; m < 2; m++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 5);
        dlcv_node y = c->build(g);
        dlcv_check_opts opts = { DLCV_DIFFERENCE_FOUR_POINT, 0, DLCV_MODE_INFER, 0, 0, 0 };
        dlcv_check r = { 0, 0, 0, { NULL, 0 }, 0, 0 };
        dlcv_status s;
        opts.step = c->step;
        opts.mode = modes[m];
        opts.seed = 9;
        s = dlcv_gradient_check(y, &opts, &r);
        check_says(!s && has_op(g, c->op) && r.tried > 0 && r.worst < 1e-4, modes[m] == DLCV_MODE_TRAIN ? "gradient, train" : "gradient", r.numerical, r.analytic);
        if (r.worst >= 1e-4) printf("    %s[%d]: %g of the largest\n", dlcv_node_name(r.node), (int)r.element, r.worst);
        dlcv_graph_free(g);
    }
}

enum { MOST = 65536 };

static int repaired = 1;

/* Value and gradients of a case, from the same upstream, into out; how many floats, 0: failed. heap: env's, NULL: not one that fails */
static size_t run_on(const op_case *c, const dlcv_env *env, test_heap *heap, int keep, dlcv_mode mode, float *out)
{
    static float ones[8192];
    dlcv_graph *g = dlcv_graph_new(env, 5);
    dlcv_node y = c->build(g), n;
    dlcv_status s = DLCV_OK;
    size_t count = 0, i;
    int p;
    n.graph = g;
    for (n.id = 1; keep && n.id <= dlcv_node_count(g); n.id++) dlcv_keep(n);
    s = dlcv_forward(y, mode);
    if (s && heap && y.id && !dlcv_graph_status(g)) {   /* the call failed, the graph has not: it goes on */
        heap->fail_at = 0;
        repaired &= !dlcv_forward(y, DLCV_MODE_INFER) && !dlcv_forward(y, mode) && dlcv_value(y);
    }
    if (!s) {
        const dlcv_tensor *v = dlcv_value(y);
        memcpy(out, v->data, dlcv_tensor_count(v) * sizeof(float));
        count = dlcv_tensor_count(v);
        for (i = 0; i < count; i++) ones[i] = (float)(i % 7) - 2.5f;
    }
    if (!s && mode != DLCV_MODE_INFER) {
        dlcv_tensor up = dlcv_tensor_view(ones, DLCV_F32, dlcv_value(y)->shape);
        s = dlcv_backward_from(y, &up);
        for (p = 0; p < dlcv_parameter_count(g) && !s; p++) {
            const dlcv_tensor *d = dlcv_gradient(dlcv_parameter_at(g, p));
            if (!d) continue;               /* a running mean has none */
            memcpy(out + count, d->data, dlcv_tensor_count(d) * sizeof(float));
            count += dlcv_tensor_count(d);
        }
    }
    dlcv_graph_free(g);
    return s ? 0 : count;
}

static size_t run(const op_case *c, const dlcv_env *env, int keep, dlcv_mode mode, float *out)
{
    return run_on(c, env, NULL, keep, mode, out);
}

static void two_tasks(int count, dlcv_task task, void *context, void *user)
{
    int i;
    (void)user;
    for (i = count - 1; i >= 0; i--) task(i, context);
}

static void check_same(const op_case *c)
{
    static float a[MOST], b[MOST];
    dlcv_env two;
    size_t n = run(c, NULL, 0, DLCV_MODE_TRAIN, a), m;
    memset(&two, 0, sizeof two);
    two.threads.parallel_for = two_tasks;
    two.threads.width = 2;
    m = run(c, NULL, 1, DLCV_MODE_TRAIN, b);
    check_says(n > 0 && n == m && !memcmp(a, b, n * sizeof *a), "kept or not", (double)n, (double)m);
    m = run(c, &two, 0, DLCV_MODE_TRAIN, b);
    check_says(n == m && !memcmp(a, b, n * sizeof *a), "two threads", (double)n, (double)m);
    n = run(c, NULL, 0, DLCV_MODE_GRADIENT, a);
    m = run(c, NULL, 0, DLCV_MODE_INFER, b);
    check_says(m > 0 && !memcmp(a, b, m * sizeof *a), "infer or gradient", (double)n, (double)m);
}

/* A case with parameters whose names begin like that of number f frozen, or with only these left; -1: as it is. The gradients are copied to `gradients`,
 * number p to start[p], or compared with what is there; how many there were, -1: failed */
static int run_frozen(const op_case *c, int f, int others, float *gradients, size_t *start)
{
    static float ones[8192];
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_node y = c->build(g);
    const char *name = f < 0 ? "" : dlcv_node_name(dlcv_parameter_at(g, f));
    dlcv_status s = dlcv_freeze(g, "", others);
    dlcv_tensor up;
    size_t at = 0, i;
    int p, found = 0;
    if (!s && f >= 0) s = dlcv_freeze(g, name, !others);
    if (!s) s = dlcv_forward(y, DLCV_MODE_TRAIN);
    for (i = 0; i < 8192; i++) ones[i] = (float)(i % 7) - 2.5f;
    if (!s) up = dlcv_tensor_view(ones, DLCV_F32, dlcv_value(y)->shape);
    if (!s) s = dlcv_backward_from(y, &up);
    for (p = 0; p < dlcv_parameter_count(g) && !s; p++) {
        const dlcv_tensor *d = dlcv_gradient(dlcv_parameter_at(g, p));
        if (f < 0) start[p] = at;
        if (!d) continue;
        found++;
        if (f >= 0 && memcmp(gradients + start[p], d->data, dlcv_tensor_count(d) * sizeof(float))) found = -1000;
        if (f < 0) memcpy(gradients + at, d->data, dlcv_tensor_count(d) * sizeof(float));
        at += dlcv_tensor_count(d);
    }
    p = dlcv_parameter_count(g);
    if (f < 0 && found) found = p;
    dlcv_graph_free(g);
    return s ? -1 : found;
}

static void check_frozen(const op_case *c)
{
    static float gradients[MOST];
    size_t start[64];
    const int count = run_frozen(c, -1, 0, gradients, start);
    int f, least = 1, some = 0;
    for (f = 0; f < count; f++) {
        const int rest = run_frozen(c, f, 0, gradients, start), one = run_frozen(c, f, 1, gradients, start);
        least = least && rest >= 0 && one >= 0;
        some += one > 0;
    }
    check_says(least && some > 0, "frozen", (double)count, (double)f);
}

/* What it costs can be said beforehand. */
static void check_summary(const op_case *c)
{
    static char table[65536];
    dlcv_graph *g = dlcv_graph_new(NULL, 5);
    dlcv_summary total;
    const dlcv_status s = dlcv_graph_summary(c->build(g), &total, table, sizeof table);
    check_says(!s && strstr(table, c->op) && total.parameters > 0 && total.flops >= 0 && total.flops < 1e6, "summary", (double)total.parameters, total.flops);
    dlcv_graph_free(g);
}

static void check_memory(const op_case *c)
{
    static float a[MOST], b[MOST];
    test_heap h;
    dlcv_env env = test_env(&h);
    const size_t n = run(c, &env, 0, DLCV_MODE_TRAIN, a);
    long calls = h.calls, i;
    int ok = n > 0 && !h.blocks && !h.wrong;
    repaired = 1;
    for (i = 1; i <= calls && ok; i++) {
        env = test_env(&h);
        h.fail_at = i;
        ok = run_on(c, &env, &h, 0, DLCV_MODE_TRAIN, b) == 0 && repaired && !h.blocks && !h.wrong;
    }
    check_says(ok, "allocation fails", (double)i, (double)calls);
}

int main(int argc, char **argv)
{
    int i, k;
    for (i = 0; dlcv_op_name(i); i++) {
        for (k = 0; k < (int)CASES && strcmp(cases[k].op, dlcv_op_name(i)); k++) {}
        sprintf(what, "op %.60s has a case", dlcv_op_name(i));
        check_says(k < (int)CASES, "none", 0, 0);
    }
    for (k = 0; k < (int)CASES; k++) {
        if (argc > 1 && strcmp(argv[1], cases[k].op)) continue;
        sprintf(what, "case %d of %.60s", k, cases[k].op);
        check_gradients(&cases[k]);
        check_same(&cases[k]);
        check_frozen(&cases[k]);
        check_summary(&cases[k]);
        check_memory(&cases[k]);
    }
    return test_end("ops");
}
