/* One hidden layer comes as near as you like to any continuous function on a closed, bounded set, if it is wide enough. By hand, as in chapter 4 of
 * Nielsen's book: two steep sigmoids make a bump, bumps side by side make the function. And by training, in one and in two dimensions. Error against
 * the number of hidden units.
 *
 *     cc -O2 -I.. approximation.c -o approximation -lm
 *     ./approximation [FOLDER for approximation_bumps.svg, approximation_error.svg, approximation_2d.ppm]
 *
 * test: build -> the error falls: 3 of 3 */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 200, SIDE = 24, WIDTHS = 6, MOST = 128 };
static const int widths[WIDTHS] = { 4, 8, 16, 32, 64, 128 };       /* hidden units */

/* Nielsen's function on [0, 1] */
static float curve(float x) { return 0.2f + 0.4f * x * x + 0.3f * x * sinf(15 * x) + 0.05f * cosf(50 * x); }

/* A hill, a hollow and a slope on the unit square */
static float landscape(float x, float y)
{
    const float hill = (x - 0.3f) * (x - 0.3f) + (y - 0.6f) * (y - 0.6f), hollow = (x - 0.7f) * (x - 0.7f) + (y - 0.3f) * (y - 0.3f);
    return expf(-20 * hill) - 0.7f * expf(-30 * hollow) + 0.3f * x;
}

static float *points_of(dlcv_node parameter) { return dlcv_f32(dlcv_value(parameter)); }

/* f32 [n, d] -> one number each */
typedef struct net {
    dlcv_graph *graph;
    dlcv_node x, y;
    int units;
} net;

static net net_new(int d, int units)
{
    net n;
    n.graph = dlcv_graph_new(NULL, 5);
    n.x = dlcv_input(n.graph, "x", DLCV_F32, dlcv_shape2(-1, d));
    n.y = dlcv_linear(dlcv_sigmoid(dlcv_linear(n.x, units)), 1);
    n.units = units;
    return n;
}

/* The root of the mean square of what is left; y gets the net's values. */
static dlcv_status measure(const net *n, const dlcv_tensor *x, const float *target, float *y, float *error)
{
    const int count = x->shape.dim[0];
    double sum = 0;
    int i;
    dlcv_status s = dlcv_bind(n->x, x);
    if (!s) s = dlcv_forward(n->y, DLCV_MODE_INFER);
    for (i = 0; i < count && !s; i++) {
        y[i] = dlcv_f32(dlcv_value(n->y))[i];
        sum += (double)(y[i] - target[i]) * (double)(y[i] - target[i]);
    }
    *error = (float)sqrt(sum / count);
    return s;
}

/* units / 2 bumps: bump i is as high as the curve in the middle of [i, i + 1] / bumps, up at its left end, down at its right one. */
static dlcv_status bumps(const net *n)
{
    float *w = points_of(dlcv_find(n->graph, "linear1.weight")), *b = points_of(dlcv_find(n->graph, "linear1.bias"));
    float *v = points_of(dlcv_find(n->graph, "linear2.weight"));
    const int count = n->units / 2;
    int i;
    for (i = 0; i < n->units && w && b && v; i++) {
        const float place = (float)((i + 1) / 2) / (float)count, steep = 40.0f * (float)count;      /* i = 0: up at 0; 1 and 2: at 1 / count */
        w[i] = steep;
        b[i] = -steep * (i == 0 ? -1.0f : i == n->units - 1 ? 2.0f : place);     /* the outermost far outside */
        v[i] = (i % 2 ? -1.0f : 1.0f) * curve(((float)(i / 2) + 0.5f) / (float)count);
    }
    return dlcv_graph_status(n->graph);
}

/* Steps across the square (or interval) in all directions, then Adam. */
static dlcv_status train(const net *n, const dlcv_tensor *x, const float *target, int steps)
{
    const int d = x->shape.dim[1], count = x->shape.dim[0];
    float *w = points_of(dlcv_find(n->graph, "linear1.weight")), *b = points_of(dlcv_find(n->graph, "linear1.bias"));
    dlcv_node t = dlcv_input(n->graph, "target", DLCV_F32, dlcv_shape2(-1, 1));
    dlcv_node loss = dlcv_loss(n->y, t, DLCV_LOSS_SQUARED, NULL);
    const dlcv_tensor targets = dlcv_tensor_view(target, DLCV_F32, dlcv_shape2(count, 1));
    dlcv_optimizer adam;
    dlcv_schedule_opts schedule;
    dlcv_rng rng = dlcv_rng_seed(1);
    int i, k, step;
    dlcv_status s = dlcv_bind(n->x, x);
    memset(&adam, 0, sizeof adam);
    memset(&schedule, 0, sizeof schedule);
    schedule.steps = steps;
    for (i = 0; i < n->units && w && b; i++) {
        const float steep = d == 1 ? 4.0f + 2.0f * (float)n->units : 12.0f, turn = 6.2831853f * dlcv_rng_uniform(&rng);
        w[d * i] = d == 1 ? steep : steep * cosf(turn);
        if (d == 2) w[2 * i + 1] = steep * sinf(turn);
        for (b[i] = 0, k = 0; k < d; k++) b[i] -= w[d * i + k] * (d == 1 ? ((float)i + 0.5f) / (float)n->units : dlcv_rng_uniform(&rng));
    }
    if (!s) s = dlcv_bind(t, &targets);
    for (step = 0; step < steps && !s; step++) {
        adam.lr = (d == 2 ? 0.06f : 0.03f) * dlcv_schedule_at(DLCV_SCHEDULE_COSINE, step, &schedule);
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_update(n->graph, &adam);
    }
    return s;
}

static dlcv_status plot(const char *folder, const char *name, const char *title, const char *x, const char *y, int logarithmic,
                        const dlcv_series *series, int count)
{
    dlcv_plot_opts o;
    char path[1024];
    memset(&o, 0, sizeof o);
    o.title = title;
    o.x_label = x;
    o.y_label = y;
    o.log_x = o.log_y = logarithmic;
    snprintf(path, sizeof path, "%s/approximation_%s.svg", folder, name);
    return dlcv_view_plot(NULL, series, count, &o, path);
}

static dlcv_status save(const char *folder, const dlcv_tensor *pictures)
{
    dlcv_tensor grid = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, pictures, 1 + WIDTHS, 5, NULL, &grid);
    snprintf(path, sizeof path, "%s/approximation_2d.ppm", folder);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/approximation_2d.png", folder);
    if (!s) s = dlcv_image_save(NULL, &grid, path);
#endif
    dlcv_tensor_free(&grid);
    return s;
}

int main(int argc, char **argv)
{
    static float x1[POINTS], t1[POINTS], y1[2][WIDTHS][POINTS], x2[SIDE * SIDE][2], t2[SIDE * SIDE], y2[1 + WIDTHS][SIDE * SIDE];
    static const char *const what[3] = { "bumps, by hand", "trained", "trained, two dimensions" };
    const char *folder = argc > 1 ? argv[1] : ".";
    const dlcv_tensor line = dlcv_tensor_view(x1, DLCV_F32, dlcv_shape2(POINTS, 1)), square = dlcv_tensor_view(x2, DLCV_F32, dlcv_shape2(SIDE * SIDE, 2));
    const dlcv_tensor pictures = dlcv_tensor_view(y2, DLCV_F32, dlcv_shape4(1 + WIDTHS, 1, SIDE, SIDE));
    float error[3][WIDTHS], units[WIDTHS];
    dlcv_series series[4];
    dlcv_status s = DLCV_OK;
    int i, k, falls = 0;
    memset(series, 0, sizeof series);
    for (i = 0; i < POINTS; i++) t1[i] = curve(x1[i] = ((float)i + 0.5f) / POINTS);
    for (i = 0; i < SIDE * SIDE; i++) {
        x2[i][0] = ((float)(i % SIDE) + 0.5f) / SIDE;
        x2[i][1] = 1 - ((float)(i / SIDE) + 0.5f) / SIDE;
        y2[0][i] = t2[i] = landscape(x2[i][0], x2[i][1]);
    }
    printf("root mean square error with hidden units:");
    for (i = 0; i < WIDTHS; i++) printf(" %8d", widths[i]);
    for (k = 0; k < 3 && !s; k++) {
        printf("\n%-41s", what[k]);
        for (i = 0; i < WIDTHS && !s; i++) {
            net n = net_new(k == 2 ? 2 : 1, widths[i]);
            units[i] = (float)widths[i];
            s = k == 0 ? bumps(&n) : k == 1 ? train(&n, &line, t1, 1500) : train(&n, &square, t2, 800);
            if (!s && k < 2) s = measure(&n, &line, t1, y1[k][i], &error[k][i]);
            if (!s && k == 2) s = measure(&n, &square, t2, y2[1 + i], &error[k][i]);
            if (!s) printf(" %8.5f", (double)error[k][i]);
            dlcv_graph_free(n.graph);
        }
        falls += !s && error[k][WIDTHS - 1] < error[k][0] / 5;
        series[k].name = what[k];
        series[k].x = units;
        series[k].y = error[k];
        series[k].count = WIDTHS;
    }
    printf("\n");
    if (!s) s = plot(folder, "error", "One hidden layer: error against width", "hidden units", "root mean square error", 1, series, 3);
    for (k = 0; k < 3; k++) {
        static const char *const name[3] = { "the function", "8 bumps: 16 hidden units", "32 bumps: 64 hidden units" };
        series[k].name = name[k];
        series[k].x = x1;
        series[k].y = k == 0 ? t1 : y1[0][k == 1 ? 2 : 4];
        series[k].count = POINTS;
    }
    if (!s) s = plot(folder, "bumps", "Sums of bumps, each two steep sigmoids", "x", "", 0, series, 3);
    if (!s) s = save(folder, &pictures);
    if (!s) printf("the error falls: %d of 3\n", falls);
    else fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
