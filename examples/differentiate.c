/* Three ways to differentiate, on a chain f = 4 f (1 - f) of 1 to 12 steps: by differences, by symbols, by backpropagation. Symbols give a formula whose size
 * explodes; differences are inexact and cost a forward for each input; backpropagation costs a small multiple of one forward.
 *
 *     cc -O2 -I.. differentiate.c -o differentiate -lm
 *     ./differentiate
 *
 * test: ->    12          24571             442369
 * test: -> backpropagation: about 3 forwards */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <string.h>

/* ---- formulas: a node is a number, x, or a + b, a - b, a * b. Parts are shared in memory; `size` counts what it takes to write all of it down. */
typedef struct formula {
    char what;
    double number, size, value;
    int a, b;
} formula;

enum { MOST = 4096 };
static formula all[MOST];
static int count;

static int make(char what, double number, int a, int b)
{
    formula *f = &all[count];
    f->what = what;
    f->number = number;
    f->a = a;
    f->b = b;
    f->size = 1 + (what == 'n' || what == 'x' ? 0 : all[a].size + all[b].size);
    return count++;
}

/* df/dx by the rules, nothing simplified */
static int derivative(int f)
{
    const formula e = all[f];
    int a, b;
    if (e.what == 'n') return make('n', 0, 0, 0);
    if (e.what == 'x') return make('n', 1, 0, 0);
    a = derivative(e.a);
    b = derivative(e.b);
    if (e.what != '*') return make(e.what, 0, a, b);
    a = make('*', 0, a, e.b);
    b = make('*', 0, e.a, b);
    return make('+', 0, a, b);
}

/* of all formulas, each after its parts */
static void evaluate(double x)
{
    int i;
    for (i = 0; i < count; i++) {
        formula *f = &all[i];
        const double a = all[f->a].value, b = all[f->b].value;
        f->value = f->what == 'n' ? f->number : f->what == 'x' ? x : f->what == '+' ? a + b : f->what == '-' ? a - b : a * b;
    }
}

/* l = 4 l (1 - l), `steps` times; shared, so that making the derivative is where the size shows */
static int chain_formula(int steps)
{
    int l, i;
    count = 0;
    l = make('x', 0, 0, 0);
    for (i = 0; i < steps; i++) {
        const int four = make('*', 0, make('n', 4, 0, 0), l), rest = make('-', 0, make('n', 1, 0, 0), l);
        l = make('*', 0, four, rest);
    }
    return l;
}

static dlcv_node chain_graph(dlcv_node x, int steps)
{
    int i;
    for (i = 0; i < steps; i++) x = dlcv_mul(dlcv_affine(x, 4, 0), dlcv_affine(x, -1, 1));
    return x;
}

/* What the product rule makes of one step, counted without making it: sizes f and d of a formula and its derivative. */
static void next_sizes(double *f, double *d)
{
    const double four = *f + 2, rest = *f + 2;                  /* 4 * l, 1 - l */
    const double d_four = 1 + (2 + *f) + (2 + *d), d_rest = 2 + *d;          /* 0 * l + 4 * l', 0 - l' */
    *d = 1 + (1 + d_four + rest) + (1 + four + d_rest);
    *f = 1 + four + rest;
}

/* The operations are 3 a step forward, and 5 back: two products, two factors, the sum of the two ways that lead to f. */
static dlcv_status chains(void)
{
    const float at = 0.3f, h = 0.0001f;
    double f = 1, d = 1;
    dlcv_status status = DLCV_OK;
    int steps;
    printf("steps   f, symbols     df/dx, symbols   operations forward and back      differences  symbols  backpropagation\n");
    for (steps = 1; steps <= 12 && !status; steps++) {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, at), y = chain_graph(x, steps);
        float first, second;
        next_sizes(&f, &d);
        status = dlcv_forward(y, DLCV_MODE_GRADIENT);
        first = dlcv_item(y);
        if (!status) dlcv_f32(dlcv_value(x))[0] = at + h;
        if (!status) status = dlcv_forward(y, DLCV_MODE_GRADIENT);
        second = dlcv_item(y);
        if (!status) dlcv_f32(dlcv_value(x))[0] = at;
        if (!status) status = dlcv_forward(y, DLCV_MODE_GRADIENT);
        if (!status) status = dlcv_backward(y);
        if (!status) printf("%5d %14.0f %18.0f %30d %16.1f ", steps, f, d, 8 * steps, (double)((second - first) / h));
        if (!status && steps <= 6) {
            const int e = derivative(chain_formula(steps));
            evaluate((double)at);
            printf("%8.1f", all[e].value);
            if (all[e].size != d) status = dlcv_fail(DLCV_ERR_NUMERIC, "the formula has %g symbols, not %g", all[e].size, d);
        } else {
            printf("%8s", "-");
        }
        if (!status) printf(" %16.1f\n", (double)dlcv_f32(dlcv_gradient(x))[0]);
        dlcv_graph_free(g);
    }
    return status;
}

/* 3072 - 100 - 10: what a gradient costs in forwards */
static dlcv_status costs(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node y = dlcv_linear(dlcv_relu(dlcv_linear(dlcv_input(g, "x", DLCV_F32, dlcv_shape2(-1, 3072)), 100)), 10);
    dlcv_summary total;
    dlcv_status status = dlcv_graph_summary(y, &total, NULL, 0);
    if (!status) {
        printf("\na network with %.0f parameters, %.0f operations a forward:\n", (double)total.parameters, total.flops);
        printf("  differences: %.0f forwards, %.1e operations\n", (double)total.parameters + 1, total.flops * ((double)total.parameters + 1));
        printf("  backpropagation: about 3 forwards, %.1e operations\n", total.flops * 3);
    }
    dlcv_graph_free(g);
    return status;
}

int main(void)
{
    dlcv_status status = chains();
    if (!status) status = costs();
    if (status) fprintf(stderr, "%s\n", dlcv_error());
    return status != DLCV_OK;
}
