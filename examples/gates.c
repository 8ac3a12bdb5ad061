/* The lectures' graphs, with the value (above) and the gradient (below) on each edge.
 *
 *     cc -O2 -I.. gates.c -o gates -lm
 *     ./gates
 *
 * test: -> dL/dW2 = 36 18 16 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>

/* A number that has a gradient. */
static dlcv_node number(dlcv_graph *g, const char *name, float value)
{
    return dlcv_parameter(g, name, dlcv_shape1(1), DLCV_INIT_CONSTANT, value);
}

static dlcv_node numbers(dlcv_graph *g, const char *name, int rows, int columns, const float *values)
{
    dlcv_node x = dlcv_parameter(g, name, dlcv_shape2(rows, columns), DLCV_INIT_CONSTANT, 0);
    dlcv_tensor *t = dlcv_value(x);
    int i;
    for (i = 0; t && i < rows * columns; i++) dlcv_f32(t)[i] = values[i];
    return x;
}

static void print_numbers(const char *what, const dlcv_tensor *t)
{
    size_t i;
    printf("  %-9s", what);
    for (i = 0; i < dlcv_tensor_count(t); i++) printf(" %.6g", (double)dlcv_f32(t)[i]);
    printf("\n");
}

/* Everything is kept, so everything can be read. */
static dlcv_status show(const char *title, dlcv_node y)
{
    dlcv_node x = y;
    dlcv_status s;
    for (x.id = 1; x.id <= y.id; x.id++) dlcv_keep(x);
    s = dlcv_forward(y, DLCV_MODE_GRADIENT);
    if (!s) s = dlcv_backward(y);
    printf("%s\n", title);
    for (x.id = 1; x.id <= y.id && !s; x.id++) {
        int i;
        printf("%s = %s", dlcv_node_name(x), dlcv_node_inputs(x) ? dlcv_node_op(x) : "given");
        for (i = 0; i < dlcv_node_inputs(x); i++) printf("%s%s", i ? ", " : "(", dlcv_node_name(dlcv_node_input(x, i)));
        printf("%s\n", dlcv_node_inputs(x) ? ")" : "");
        print_numbers("value", dlcv_value(x));
        print_numbers("gradient", dlcv_gradient(x));
    }
    printf("\n");
    return s;
}

int main(void)
{
    static const float x[] = { 1, -2, 0, 3 }, w1[] = { 1, -1, 2, 2, 1, 0 }, w2[] = { 1, -1, 2 };
    dlcv_graph *g[3];
    dlcv_node a, b, c, d;
    dlcv_status s;
    int i;
    for (i = 0; i < 3; i++) g[i] = dlcv_graph_new(NULL, 1);

    a = number(g[0], "x", -2);
    b = number(g[0], "y", 5);
    c = number(g[0], "z", -4);
    s = show("f = (x + y) z", dlcv_mul(dlcv_add(a, b), c));

    a = dlcv_mul(number(g[1], "w0", 2), number(g[1], "x0", -1));
    b = dlcv_mul(number(g[1], "w1", -3), number(g[1], "x1", -2));
    c = dlcv_add(dlcv_add(a, b), number(g[1], "w2", -3));
    d = dlcv_reciprocal(dlcv_affine(dlcv_exp(dlcv_affine(c, -1, 0)), 1, 1));
    if (!s) s = show("a neuron: 1 / (1 + e^-(w0 x0 + w1 x1 + w2))", d);

    a = dlcv_relu(dlcv_matmul(numbers(g[2], "X", 2, 2, x), numbers(g[2], "W1", 2, 3, w1)));
    b = dlcv_matmul(a, numbers(g[2], "W2", 3, 1, w2));
    if (!s) s = show("L = |relu(X W1) W2|^2", dlcv_reduce(dlcv_square(b), DLCV_REDUCE_SUM, DLCV_ALL));
    if (!s) {
        const float *dw2 = dlcv_f32(dlcv_gradient(dlcv_find(g[2], "W2")));
        printf("dL/dW2 = %g %g %g\n", (double)dw2[0], (double)dw2[1], (double)dw2[2]);
    }
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    for (i = 0; i < 3; i++) dlcv_graph_free(g[i]);
    return s != DLCV_OK;
}
