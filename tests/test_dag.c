/* Random graphs: shared nodes, diamonds, broadcasts, several losses. The gradient equals the derivative along a random direction; memory that values
 * share changes no bit, though it was filled with NaN before; and the planner against all placements of a few buffers. */
#include "test.h"

static uint64_t state;

static int below(int n)
{
    dlcv_rng rng = dlcv_rng_seed(state++);
    return dlcv_rng_below(&rng, n);
}

/* Memory that nobody wrote is NaN. */
static void *wild(size_t bytes, size_t alignment, void *user)
{
    void *p = test_allocate(bytes, alignment, user);
    if (p) memset(p, 0xff, bytes);
    return p;
}

enum { LEAVES = 4, MOST = 40 };

static dlcv_node leaf(dlcv_graph *g, int i)
{
    static const int shapes[LEAVES][2] = { { 4, 4 }, { 4, 4 }, { 1, 4 }, { 4, 1 } };
    char name[8] = "w0";
    name[1] = (char)('0' + i);
    return dlcv_parameter(g, name, dlcv_shape2(shapes[i][0], shapes[i][1]), DLCV_INIT_UNIFORM, 0.9f);
}

/* One more node of those there are; all values stay about 1 and all slopes smooth. */
static dlcv_node grow(const dlcv_node *x, int n)
{
    const dlcv_node a = x[below(n)], b = below(3) ? x[n - 1] : x[below(n)];
    switch (below(14)) {
    case 0: return dlcv_add(a, b);
    case 1: return dlcv_sub(a, b);
    case 2: return dlcv_mul(dlcv_tanh(a), b);
    case 3: return dlcv_div(a, dlcv_affine(dlcv_square(b), 1, 2));
    case 4: return dlcv_tanh(a);
    case 5: return dlcv_sigmoid(b);
    case 6: return dlcv_affine(b, 0.5f, 0.25f);
    case 7: return dlcv_square(dlcv_tanh(b));
    case 8: return dlcv_affine(dlcv_matmul(dlcv_add(a, x[0]), dlcv_add(b, x[1])), 0.25f, 0);       /* at least [4, 4] */
    case 9: return dlcv_reduce(b, DLCV_REDUCE_MEAN, below(2));
    case 10: return dlcv_exp(dlcv_affine(dlcv_sigmoid(b), -1, 0));
    case 11: return dlcv_sqrt(dlcv_affine(dlcv_square(a), 1, 1));
    case 12: return dlcv_reshape(dlcv_reshape(b, dlcv_shape1(-1)), dlcv_node_shape(b));
    default: return dlcv_log(dlcv_affine(dlcv_sigmoid(a), 1, 1));
    }
}

static dlcv_node build(dlcv_graph *g, uint64_t seed)
{
    dlcv_node x[MOST], loss;
    int n, i, size;
    state = seed << 16;
    for (n = 0; n < LEAVES; n++) x[n] = leaf(g, n);
    size = LEAVES + 1 + below(MOST - LEAVES - 1);
    for (; n < size; n++) x[n] = grow(x, n);
    loss = dlcv_reduce(dlcv_tanh(x[n - 1]), DLCV_REDUCE_SUM, DLCV_ALL);
    for (i = below(3); i > 0; i--) loss = dlcv_add(loss, dlcv_reduce(x[below(n)], below(2) ? DLCV_REDUCE_MEAN : DLCV_REDUCE_SUM, DLCV_ALL));
    return loss;
}

/* loss and gradients; keep: every (keep)-th node is kept */
static int run(dlcv_graph *g, uint64_t seed, int keep, float *out)
{
    dlcv_node loss = build(g, seed), x = loss;
    dlcv_status s;
    int i, n = 0;
    for (x.id = 1; keep && x.id <= loss.id; x.id += keep) dlcv_keep(x);
    s = dlcv_forward(loss, DLCV_MODE_TRAIN);
    out[n++] = dlcv_item(loss);
    if (!s) s = dlcv_backward(loss);
    for (i = 0; i < LEAVES && !s; i++) {
        const dlcv_tensor *t = dlcv_gradient(dlcv_parameter_at(g, i));
        memcpy(out + n, t->data, dlcv_tensor_count(t) * sizeof(float));
        n += (int)dlcv_tensor_count(t);
    }
    CHECK(!s);
    if (s) printf("    graph %lu: %s\n", (unsigned long)seed, dlcv_error());
    return n;
}

static void test_dags(int count)
{
    float a[64], b[64];
    int i, worse = 0, other = 0, keep;
    double worst = 0;
    for (i = 0; i < count; i++) {
        test_heap h;
        dlcv_env env = test_env(&h);
        dlcv_graph *g;
        dlcv_check_opts o = { DLCV_DIFFERENCE_FOUR_POINT, 0.01, DLCV_MODE_TRAIN, 0, 1, 3 };
        dlcv_check r;
        dlcv_node x;
        int n;
        env.memory.allocate = wild;
        g = dlcv_graph_new(&env, (uint64_t)i);
        n = run(g, (uint64_t)i, 0, a);
        x.graph = g;
        x.id = dlcv_node_count(g);
        CHECK_OK(dlcv_gradient_check(x, &o, &r));
        r.worst -= r.worst > 0 ? r.worst / fabs(r.numerical - r.analytic) * 1e-7 * (1 + fabs((double)a[0])) / o.step : 0;      /* f's rounding */
        if (r.worst > worst) worst = r.worst;
        if (r.worst > 1e-3) {
            printf("    graph %d: %g by differences, %g by backpropagation\n", i, r.numerical, r.analytic);
            worse++;
        }
        dlcv_graph_free(g);
        for (keep = 1; keep < 4; keep += 2) {
            g = dlcv_graph_new(&env, (uint64_t)i);
            run(g, (uint64_t)i, keep, b);
            if (memcmp(a, b, (size_t)n * sizeof *a)) {
                printf("    graph %d: other bits when every node of %d is kept\n", i, keep);
                other++;
            }
            dlcv_graph_free(g);
        }
        CHECK(!h.blocks && !h.wrong);
    }
    CHECK_EQUAL(worse, 0);
    CHECK_EQUAL(other, 0);
    printf("%d graphs, worst %.2g of the gradient's norm\n", count, worst);
}

/* ---- the planner */

enum { SPANS = 6 };

typedef struct span {
    size_t bytes[SPANS];
    int first[SPANS], last[SPANS], count;
} span;

static int clash(const span *s, const size_t *at, int i, int j)
{
    return s->first[i] <= s->last[j] && s->first[j] <= s->last[i] && at[i] < at[j] + s->bytes[j] && at[j] < at[i] + s->bytes[i];
}

/* The least height: the best of all orders, each buffer at its lowest place. An optimum is among these: push it down, sort by offset. */
static size_t best(const span *s, int placed, int used, size_t *at, const int *done, size_t height, size_t limit)
{
    int i, j, k, order[SPANS];
    if (height >= limit) return limit;
    if (placed == s->count) return height;
    memcpy(order, done, sizeof order);
    for (i = 0; i < s->count; i++) {
        size_t low = 0;
        if (used >> i & 1) continue;
        for (j = 0; j <= placed; j++) {             /* candidates: 0 and above each that is placed */
            size_t try_at = j ? at[order[j - 1]] + s->bytes[order[j - 1]] : 0;
            at[i] = try_at;
            for (k = 0; k < placed && !clash(s, at, i, order[k]); k++) {}
            if (k == placed && (j == 0 || low == (size_t)-1 || try_at < low)) low = try_at;
            else if (j == 0) low = (size_t)-1;
        }
        at[i] = low;
        order[placed] = i;
        {
            const size_t top = low + s->bytes[i] > height ? low + s->bytes[i] : height;
            const size_t found = best(s, placed + 1, used | 1 << i, at, order, top, limit);
            if (found < limit) limit = found;
        }
        at[i] = low;
    }
    return limit;
}

static void test_planner(int count)
{
    int round, i, j, exact = 0, clashes = 0, low = 0;
    double worst = 1;
    state = 99;
    for (round = 0; round < count; round++) {
        size_t at[SPANS], total, at2[SPANS], least = 0, t;
        int none[SPANS] = { 0 };
        span s;
        s.count = 1 + below(SPANS);
        for (i = 0; i < s.count; i++) {
            s.bytes[i] = 64 * (size_t)(1 + below(8));
            s.first[i] = below(8);
            s.last[i] = s.first[i] + below(4);
        }
        CHECK(test_memplan(s.bytes, s.first, s.last, s.count, at, &total));
        for (i = 0; i < s.count; i++) {
            for (j = 0; j < i; j++) clashes += clash(&s, at, i, j);
            if (at[i] % 64 || at[i] + s.bytes[i] > total) clashes++;
        }
        for (t = 0; t < 12; t++) {                  /* no plan is below what is alive at once */
            size_t alive = 0;
            for (i = 0; i < s.count; i++) alive += (int)t >= s.first[i] && (int)t <= s.last[i] ? s.bytes[i] : 0;
            if (alive > least) least = alive;
        }
        t = best(&s, 0, 0, at2, none, 0, (size_t)-1);
        if (t < least || total < t) low++;
        exact += total == t;
        if ((double)total / (double)t > worst) worst = (double)total / (double)t;
    }
    CHECK_EQUAL(clashes, 0);
    CHECK_EQUAL(low, 0);
    CHECK(exact > count * 8 / 10);
    CHECK(worst < 1.5);
    printf("planner: %d of %d as small as can be, worst %.2f times that\n", exact, count, worst);
}

int main(void)
{
    test_dags(TEST_SMALL ? 50 : 1000);
    test_planner(TEST_SMALL ? 100 : 2000);
    return test_end("dag");
}
