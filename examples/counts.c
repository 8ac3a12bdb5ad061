/* Output sizes and parameter counts of the lectures' layers, of the networks of the zoo, and a summary. Nothing is allocated for them:
 * 1,600,000,000 weights are only counted.
 *
 *     cc -O2 -I.. counts.c -o counts -lm
 *     ./counts
 *
 * test: -> fully connected, 40,000 units [1, 40000] 1,600,000,000 weights
 * test: -> locally connected, 10 x 10, padded [1, 1, 200, 200] 4,000,000 weights
 * test: -> vgg16                3 x 224 x 224 138,357,544   15486.9 */
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

/* 1234567 -> "1,234,567", so wide or wider */
static void print_count(double n, int width)
{
    char digits[32], text[48];
    int i, at = 0, length = sprintf(digits, "%.0f", n);
    for (i = 0; i < length; i++) at += sprintf(text + at, "%c%s", digits[i], (length - i) % 3 == 1 && i < length - 1 ? "," : "");
    printf("%*s", width, text);
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
    print_count((double)total.parameters - (biases ? 0 : bias), 0);
    printf(biases ? " parameters\n" : " weights\n");
}

#define LINE(WHAT, BUILD, BIASES) \
    do { \
        g = dlcv_graph_new(NULL, 1); \
        line(WHAT, BUILD, BIASES); \
        if (!status) status = dlcv_graph_status(g); \
        dlcv_graph_free(g); \
    } while (0)

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
    return status;
}

/* The receptive field of the last node that has one: the first of three numbers at the end of a line of the summary. */
static int last_field(const char *table)
{
    const char *line, *end, *at;
    int size = 0, field, step, first;
    for (line = table; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        for (at = end; at - 2 > line && strncmp(at - 2, "  ", 2) != 0;) at--;
        if (sscanf(at, "%d %d %d", &field, &step, &first) == 3) size = field;
    }
    return size;
}

/* All of the zoo. */
static dlcv_status zoo(void)
{
    static char table[65536];
    dlcv_status status = DLCV_OK;
    int i;
    printf("\nnetwork, input, parameters, millions of multiplications and additions in pairs, all values, nodes, receptive field of the last map\n");
    for (i = 0; dlcv_zoo_name(i) && !status; i++) {
        const dlcv_shape s = dlcv_zoo_shape(dlcv_zoo_name(i));
        dlcv_summary total;
        char size[32];
        g = dlcv_graph_new(NULL, 1);
        status = dlcv_graph_summary(dlcv_zoo(maps(s.dim[1], s.dim[2], s.dim[3]), dlcv_zoo_name(i), 0), &total, table, sizeof table);
        if (!status) {
            sprintf(size, "%d x %d x %d", s.dim[1], s.dim[2], s.dim[3]);
            printf("%-20s %-13s ", dlcv_zoo_name(i), size);
            print_count((double)total.parameters, 11);
            printf(" %9.1f %9.1f MB %6d %6d\n", total.flops / 2e6, (double)total.activation_bytes * 1e-6, dlcv_node_count(g), last_field(table));
        }
        dlcv_graph_free(g);
    }
    return status;
}

int main(void)
{
    static char table[8192];
    dlcv_status status = layers();
    if (!status) status = zoo();
    g = dlcv_graph_new(NULL, 1);
    if (!status) status = dlcv_graph_summary(dlcv_zoo(maps(3, 32, 32), "convnetjs", 10), NULL, table, sizeof table);
    if (!status) printf("\n%s", table);
    if (status) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(g);
    return status != DLCV_OK;
}
