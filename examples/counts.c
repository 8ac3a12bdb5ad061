/* Output sizes and parameter counts of the lectures' layers and networks. Nothing is allocated for them: 1,600,000,000 weights are only counted.
 *
 *     cc -O2 -I.. counts.c -o counts -lm
 *     ./counts
 *
 * test: -> fully connected, 40,000 units [1, 40000] 1,600,000,000 weights
 * test: -> locally connected, 10 x 10, padded [1, 1, 200, 200] 4,000,000 weights
 * test: -> LeNet-5 (modern) [1, 10] 61,706 parameters
 * test: -> all of ConvNetJS [1, 10] 22,466 parameters */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <string.h>

static dlcv_graph *g;
static int inputs;

static dlcv_node maps(int c, int h, int w)
{
    char name[32];
    sprintf(name, "x%d", ++inputs);
    return dlcv_input(g, name, DLCV_F32, dlcv_shape4(-1, c, h, w));
}

static dlcv_node numbers(int d) { return dlcv_flatten(maps(1, 1, d)); }

static dlcv_node conv(dlcv_node x, int filters, int kernel, int stride, int pad)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    return dlcv_conv2d(x, filters, kernel, &o);
}

static dlcv_node local(dlcv_node x, int kernel, int pad)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.pad = pad;
    o.no_bias = o.unshared = 1;
    return dlcv_conv2d(x, 1, kernel, &o);
}

static dlcv_node pool(dlcv_node x) { return dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL); }

/* 1234567 -> "1,234,567" */
static void print_count(double n)
{
    char digits[32];
    int i, length = sprintf(digits, "%.0f", n);
    for (i = 0; i < length; i++) printf("%c%s", digits[i], (length - i) % 3 == 1 && i < length - 1 ? "," : "");
}

/* A line: what it is, its output for one sample, its weights or, with biases, its parameters. */
static void line(const char *what, dlcv_node y, int biases)
{
    const dlcv_shape s = dlcv_node_shape(y);
    dlcv_summary total;
    double bias = 0;
    int i, k;
    if (dlcv_graph_summary(y, &total, NULL, 0)) return;
    for (i = 0; i < dlcv_parameter_count(g); i++) {         /* of this line's nodes alone: each line builds its own, in a graph of its own */
        const dlcv_node p = dlcv_parameter_at(g, i);
        const dlcv_shape b = dlcv_node_shape(p);
        double n = 1;
        for (k = 0; k < b.ndim; k++) n *= b.dim[k];
        if (strstr(dlcv_node_name(p), ".bias")) bias += n;
    }
    printf("%s [", what);
    for (i = 0; i < s.ndim; i++) printf("%s%d", i ? ", " : "", s.dim[i] < 0 ? 1 : s.dim[i]);
    printf("] ");
    print_count((double)total.parameters - (biases ? 0 : bias));
    printf(biases ? " parameters\n" : " weights\n");
}

#define LINE(WHAT, BUILD, BIASES) \
    do { \
        g = dlcv_graph_new(NULL, 1); \
        line(WHAT, BUILD, BIASES); \
        if (!status) status = dlcv_graph_status(g); \
        dlcv_graph_free(g); \
    } while (0)

static dlcv_node lenet(void)
{
    dlcv_node x = pool(dlcv_tanh(conv(pool(dlcv_tanh(conv(maps(1, 32, 32), 6, 5, 1, 0))), 16, 5, 1, 0)));
    return dlcv_linear(dlcv_tanh(dlcv_linear(dlcv_tanh(dlcv_linear(dlcv_flatten(x), 120)), 84)), 10);
}

static dlcv_node tutorial(void)
{
    dlcv_node x = pool(dlcv_relu(conv(pool(dlcv_relu(conv(maps(3, 32, 32), 6, 5, 1, 0))), 16, 5, 1, 0)));
    return dlcv_linear(dlcv_relu(dlcv_linear(dlcv_relu(dlcv_linear(dlcv_flatten(x), 120)), 84)), 10);
}

static dlcv_node convnetjs(void)
{
    dlcv_node x = pool(dlcv_relu(conv(maps(3, 32, 32), 16, 5, 1, 2)));
    x = pool(dlcv_relu(conv(x, 20, 5, 1, 2)));
    return dlcv_linear(dlcv_flatten(pool(dlcv_relu(conv(x, 20, 5, 1, 2)))), 10);
}

static dlcv_status layers(void)
{
    dlcv_status status = DLCV_OK;
    LINE("linear classifier of CIFAR-10", dlcv_linear(numbers(3072), 10), 1);
    LINE("linear classifier of 4800 features", dlcv_linear(numbers(4800), 10), 1);
    LINE("3072 - 100 - 10", dlcv_linear(dlcv_sigmoid(dlcv_linear(numbers(3072), 100)), 10), 0);
    LINE("3072 - 100 - 10", dlcv_linear(dlcv_sigmoid(dlcv_linear(numbers(3072), 100)), 10), 1);
    LINE("3 - 4 - 4 - 1", dlcv_linear(dlcv_sigmoid(dlcv_linear(dlcv_sigmoid(dlcv_linear(numbers(3), 4)), 4)), 1), 1);
    LINE("a filter 5 x 5 on 32 x 32 x 3", conv(maps(3, 32, 32), 1, 5, 1, 0), 1);
    LINE("6 filters 5 x 5", conv(maps(3, 32, 32), 6, 5, 1, 0), 1);
    LINE("10 filters 5 x 5, padding 2", conv(maps(3, 32, 32), 10, 5, 1, 2), 1);
    LINE("7 x 7 by 3 x 3", conv(maps(1, 7, 7), 1, 3, 1, 0), 1);
    LINE("7 x 7 by 3 x 3, stride 2", conv(maps(1, 7, 7), 1, 3, 2, 0), 1);
    LINE("7 x 7 by 3 x 3, padding 1", conv(maps(1, 7, 7), 1, 3, 1, 1), 1);
    LINE("5 x 5 by 3 x 3, stride 2, padding 1", conv(maps(1, 5, 5), 1, 3, 2, 1), 1);
    LINE("227 x 227 by 11 x 11, stride 4", conv(maps(3, 227, 227), 96, 11, 4, 0), 1);
    LINE("fully connected, 40,000 units", dlcv_linear(numbers(40000), 40000), 0);
    LINE("locally connected, 10 x 10, padded", local(maps(1, 200, 200), 10, DLCV_SAME), 0);
    LINE("locally connected, 10 x 10", local(maps(1, 200, 200), 10, 0), 0);
    LINE("100 shared filters 10 x 10", conv(maps(1, 200, 200), 100, 10, 1, DLCV_SAME), 0);
    LINE("LeNet-5 (modern)", lenet(), 1);
    LINE("the tutorial's network", tutorial(), 1);
    LINE("all of ConvNetJS", convnetjs(), 1);
    return status;
}

int main(void)
{
    static char table[8192];
    dlcv_status status = layers();
    g = dlcv_graph_new(NULL, 1);
    if (!status) status = dlcv_graph_summary(convnetjs(), NULL, table, sizeof table);
    if (!status) printf("\n%s", table);
    if (status) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(g);
    return status != DLCV_OK;
}
