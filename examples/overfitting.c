/* Regularisation against overfitting, Occam's picture: polynomials of degree 11 through twelve noisy points, with penalties lambda w^2 from none to far too
 * much; the mean squared errors on those points and on 200 others against lambda.
 *
 *     cc -O2 -I.. overfitting.c -o overfitting -lm
 *     ./overfitting [FOLDER for occam.svg and lambda.svg]
 *
 * test: build -> wrote build/lambda.svg */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 12, OTHERS = 200, TERMS = 12, LAMBDAS = 25, CURVES = 3 };

/* Chebyshev's polynomials T_0 .. T_11 at x in -1 .. 1: any polynomial of degree 11 is a sum of these. */
static void terms_of(float x, float *out)
{
    int k;
    out[0] = 1;
    out[1] = x;
    for (k = 2; k < TERMS; k++) out[k] = 2 * x * out[k - 1] - out[k - 2];
}

static float truth(float x)
{
    return (float)sin(3 * (double)x);
}

/* f32 [n, TERMS] and [n, 1]: points at x, whose y has noise of 0.25 */
static void sample(const float *x, int n, float noise, dlcv_rng *rng, float *terms, float *y)
{
    int i;
    for (i = 0; i < n; i++) {
        terms_of(x[i], terms + i * TERMS);
        y[i] = truth(x[i]) + noise * dlcv_rng_normal(rng);
    }
}

typedef struct fit {
    dlcv_graph *graph;
    dlcv_node terms, y, w, curve, error, lambda, loss;
} fit;

/* mean (terms w - y)^2 + lambda |w|^2, lambda an input */
static fit new_fit(void)
{
    fit f;
    f.graph = dlcv_graph_new(NULL, 1);
    f.terms = dlcv_input(f.graph, "terms", DLCV_F32, dlcv_shape2(-1, TERMS));
    f.y = dlcv_input(f.graph, "y", DLCV_F32, dlcv_shape2(-1, 1));
    f.lambda = dlcv_input(f.graph, "lambda", DLCV_F32, dlcv_shape1(1));
    f.w = dlcv_parameter(f.graph, "w", dlcv_shape2(TERMS, 1), DLCV_INIT_CONSTANT, 0);
    f.curve = dlcv_matmul(f.terms, f.w);
    f.error = dlcv_keep(dlcv_loss(f.curve, f.y, DLCV_LOSS_SQUARED, NULL));
    f.loss = dlcv_add(f.error, dlcv_reduce(dlcv_mul(f.lambda, dlcv_reduce(dlcv_square(f.w), DLCV_REDUCE_SUM, DLCV_ALL)), DLCV_REDUCE_SUM, DLCV_ALL));
    return f;
}

static dlcv_status learn(const fit *f, const float *terms, const float *y, const float *lambda)
{
    const dlcv_tensor x = dlcv_tensor_view(terms, DLCV_F32, dlcv_shape2(POINTS, TERMS)), t = dlcv_tensor_view(y, DLCV_F32, dlcv_shape2(POINTS, 1));
    const dlcv_tensor strength = dlcv_tensor_view(lambda, DLCV_F32, dlcv_shape1(1));
    dlcv_lbfgs_opts opts;
    dlcv_status s = dlcv_initialize(f->w, DLCV_INIT_CONSTANT, 0);
    memset(&opts, 0, sizeof opts);
    opts.iterations = 500;
    opts.memory = 20;
    opts.tolerance = 1e-6;
    if (!s) s = dlcv_bind(f->terms, &x);
    if (!s) s = dlcv_bind(f->y, &t);
    if (!s) s = dlcv_bind(f->lambda, &strength);
    return s ? s : dlcv_lbfgs(f->loss, &opts, NULL);
}

static dlcv_status error_on(const fit *f, const float *terms, const float *y, int n, float *out)
{
    const dlcv_tensor x = dlcv_tensor_view(terms, DLCV_F32, dlcv_shape2(n, TERMS)), t = dlcv_tensor_view(y, DLCV_F32, dlcv_shape2(n, 1));
    dlcv_status s = dlcv_bind(f->terms, &x);
    if (!s) s = dlcv_bind(f->y, &t);
    if (!s) s = dlcv_forward(f->error, DLCV_MODE_INFER);
    if (!s) *out = dlcv_item(f->error);
    return s;
}

static dlcv_status plot(dlcv_series *series, int count, const char *title, const char *x, const char *y, int log, const char *folder, const char *name)
{
    dlcv_plot_opts texts;
    char path[1024];
    dlcv_status s;
    memset(&texts, 0, sizeof texts);
    texts.title = title;
    texts.x_label = x;
    texts.y_label = y;
    texts.log_x = log;
    snprintf(path, sizeof path, "%s/%s.svg", folder, name);
    s = dlcv_view_plot(NULL, series, count, &texts, path);
    if (!s) printf("wrote %s\n", path);
    return s;
}

int main(int argc, char **argv)
{
    static float x[POINTS], y[POINTS], terms[POINTS * TERMS], other_x[OTHERS], other_y[OTHERS], other_terms[OTHERS * TERMS];
    static float lambda[LAMBDAS], error[2][LAMBDAS], curve[CURVES][OTHERS], right[OTHERS];
    static const int shown[CURVES] = { 0, 19, 24 };
    static const char *const names[CURVES] = { "lambda 1e-6", "lambda 0.06", "lambda 1" };
    const char *folder = argc > 1 ? argv[1] : ".";
    dlcv_series series[CURVES + 2];
    dlcv_rng rng = dlcv_rng_seed(4);
    const fit f = new_fit();
    dlcv_status s = DLCV_OK;
    int i, k, c = 0, best = 0;
    for (i = 0; i < POINTS; i++) x[i] = 2 * (float)i / (POINTS - 1) - 1;
    for (i = 0; i < OTHERS; i++) other_x[i] = 2 * (float)i / (OTHERS - 1) - 1;
    sample(x, POINTS, 0.25f, &rng, terms, y);
    sample(other_x, OTHERS, 0.25f, &rng, other_terms, other_y);
    for (k = 0; k < LAMBDAS && !s; k++) {
        lambda[k] = (float)pow(10, -6 + k * 0.25);
        s = learn(&f, terms, y, &lambda[k]);
        if (!s) s = error_on(&f, terms, y, POINTS, &error[0][k]);
        if (!s) s = error_on(&f, other_terms, other_y, OTHERS, &error[1][k]);
        best = error[1][k] < error[1][best] ? k : best;
        if (s || c == CURVES || shown[c] != k) continue;
        s = dlcv_forward(f.curve, DLCV_MODE_INFER);
        if (!s) memcpy(curve[c++], dlcv_f32(dlcv_value(f.curve)), sizeof curve[0]);
    }
    for (k = 0; k < LAMBDAS && !s; k += 4) printf("lambda %8.2g: error %.4f, on other points %.4f\n", (double)lambda[k], (double)error[0][k], (double)error[1][k]);
    if (!s) printf("best: lambda %.2g\n", (double)lambda[best]);
    if (!s && (best < 2 || best > LAMBDAS - 3 || !(error[0][0] < error[0][best]))) s = dlcv_fail(DLCV_ERR_NUMERIC, "neither too little nor too much should be best");
    memset(series, 0, sizeof series);
    for (i = 0; i < OTHERS; i++) right[i] = truth(other_x[i]);
    for (k = 0; k < CURVES; k++) {
        series[k].name = names[k];
        series[k].x = other_x, series[k].y = curve[k], series[k].count = OTHERS;
    }
    series[CURVES].name = "the truth";
    series[CURVES].x = other_x, series[CURVES].y = right, series[CURVES].count = OTHERS;
    series[CURVES + 1].name = "what is known of it";
    series[CURVES + 1].x = x, series[CURVES + 1].y = y, series[CURVES + 1].count = POINTS, series[CURVES + 1].dots = 1;
    if (!s) s = plot(series, CURVES + 2, "Degree 11 through twelve points", "x", "y", 0, folder, "occam");
    for (k = 0; k < 2; k++) {
        series[k].name = k ? "on 200 other points" : "on the twelve points";
        series[k].x = lambda, series[k].y = error[k], series[k].count = LAMBDAS;
    }
    if (!s) s = plot(series, 2, "Too little and too much regularisation", "lambda", "mean squared error", 1, folder, "lambda");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(f.graph);
    return s != DLCV_OK;
}
