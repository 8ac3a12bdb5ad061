/* The step size of gradient descent: on L = x^2 / 2 what ten steps from x = 1 make of it, and in two dimensions the ways down a valley, as a picture.
 *
 *     cc -O2 -I.. step_size.c -o step_size -lm
 *     ./step_size [FOLDER for step_size.svg]
 *
 * test: build -> step size 2.1: 2.59374 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEN = 10, STEPS = 25, WAYS = 4, LEVELS = 5, ROUND = 121 };

/* x -= lr x, ten times */
static dlcv_status ten_steps(float lr, double *out)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node x = dlcv_parameter(g, "x", dlcv_shape1(1), DLCV_INIT_CONSTANT, 1);
    const dlcv_node loss = dlcv_affine(dlcv_reduce(dlcv_square(x), DLCV_REDUCE_SUM, DLCV_ALL), 0.5f, 0);
    dlcv_optimizer o;
    dlcv_status s = DLCV_OK;
    int t;
    memset(&o, 0, sizeof o);
    o.method = DLCV_METHOD_SGD;
    o.lr = lr;
    for (t = 0; t < TEN && !s; t++) {
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_update(g, &o);
    }
    if (!s) *out = fabs((double)dlcv_f32(dlcv_value(x))[0]);
    dlcv_graph_free(g);
    return s;
}

/* Down (x^2 + 10 y^2) / 2 from (-2, 0.8): every place on the way */
static dlcv_status descend(const dlcv_optimizer *o, float *xs, float *ys)
{
    static const float curve[2] = { 0.5f, 5 }, start[2] = { -2, 0.8f };
    const dlcv_tensor c = dlcv_tensor_view(curve, DLCV_F32, dlcv_shape1(2));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node p = dlcv_parameter(g, "p", dlcv_shape1(2), DLCV_INIT_CONSTANT, 0);
    const dlcv_node loss = dlcv_reduce(dlcv_mul(dlcv_square(p), dlcv_constant(g, &c)), DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_status s = dlcv_graph_status(g);
    int t;
    if (!s) memcpy(dlcv_f32(dlcv_value(p)), start, sizeof start);
    for (t = 0; t <= STEPS && !s; t++) {
        xs[t] = dlcv_f32(dlcv_value(p))[0];
        ys[t] = dlcv_f32(dlcv_value(p))[1];
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_update(g, o);
    }
    dlcv_graph_free(g);
    return s;
}

int main(int argc, char **argv)
{
    static const float rates[4] = { 0.1f, 1, 1.9f, 2.1f };
    static const double wants[4] = { 0.348678, 0, 0.348678, 2.593742 };
    static const char *const names[WAYS] = { "too small: 0.01", "good: 0.15", "too large: 0.202", "0.02 with momentum 0.9" };
    static const float lr[WAYS] = { 0.01f, 0.15f, 0.202f, 0.02f };
    static float ring[2][LEVELS][ROUND], way[2][WAYS][STEPS + 1];
    dlcv_series series[LEVELS + WAYS];
    dlcv_plot_opts texts;
    char path[1024];
    double end = 0;
    dlcv_status s = DLCV_OK;
    int i, k;
    for (i = 0; i < 4 && !s; i++) {
        s = ten_steps(rates[i], &end);
        if (!s) printf("step size %.1f: %.5f from the bottom after ten steps\n", (double)rates[i], end);
        if (!s && !(fabs(end - wants[i]) < 1e-5)) s = dlcv_fail(DLCV_ERR_NUMERIC, "%.6f was to be expected", wants[i]);
    }
    memset(series, 0, sizeof series);
    memset(&texts, 0, sizeof texts);
    for (k = 0; k < LEVELS; k++) { /* where the function is 0.1, 0.4, 0.9, ... */
        for (i = 0; i < ROUND; i++) {
            const double a = 6.283185307179586 * i / (ROUND - 1), r = 0.45 * (k + 1);
            ring[0][k][i] = (float)(r * cos(a));
            ring[1][k][i] = (float)(r * sin(a) / sqrt(10.0));
        }
        series[k].name = k ? "" : "equal heights";
        series[k].x = ring[0][k], series[k].y = ring[1][k], series[k].count = ROUND;
    }
    for (k = 0; k < WAYS && !s; k++) {
        dlcv_optimizer o;
        memset(&o, 0, sizeof o);
        o.method = DLCV_METHOD_SGD;
        o.lr = lr[k];
        o.momentum = k == 3 ? 0.9f : 0.0f;
        s = descend(&o, way[0][k], way[1][k]);
        series[LEVELS + k].name = names[k];
        series[LEVELS + k].x = way[0][k], series[LEVELS + k].y = way[1][k], series[LEVELS + k].count = STEPS + 1;
    }
    texts.title = "Twenty-five steps down (x\302\262 + 10 y\302\262) / 2";
    texts.x_label = "x";
    texts.y_label = "y";
    snprintf(path, sizeof path, "%s/step_size.svg", argc > 1 ? argv[1] : ".");
    if (!s) s = dlcv_view_plot(NULL, series, LEVELS + WAYS, &texts, path);
    if (!s) printf("wrote %s\n", path);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
