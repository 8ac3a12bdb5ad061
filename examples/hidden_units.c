/* What a hidden unit does: each sees one side of a line, and the output adds up what they say. Two problems that no single line solves, quadrants and a
 * ring; what every hidden unit answers all over the plane; and how deep and wide a network should be, chosen by cross-validation.
 *
 *     cc -O2 -I.. hidden_units.c -o hidden_units -lm
 *     ./hidden_units [FOLDER for hidden_quadrants.ppm, hidden_ring.ppm, hidden_quadrants_regions.ppm, hidden_ring_regions.ppm]
 *
 * test: build -> a line fails, hidden units do not: yes */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 300, FOLDS = 5, SIDE = 60, UNITS = 10, STEPS = 400 };

static const char *const problems[2] = { "quadrants", "ring" };

/* f32 [POINTS, 2] in [-1, 1]^2. quadrants: x y > 0; ring: 0.4 <= norm <= 0.8 */
static dlcv_status make(int problem, dlcv_dataset *out)
{
    dlcv_rng rng = dlcv_rng_seed(11);
    int i;
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(POINTS, 2), &out->x);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(POINTS), &out->y);
    for (i = 0; i < POINTS && !s; i++) {
        float *p = dlcv_f32(&out->x) + 2 * i, norm;
        p[0] = 2 * dlcv_rng_uniform(&rng) - 1;
        p[1] = 2 * dlcv_rng_uniform(&rng) - 1;
        norm = sqrtf(p[0] * p[0] + p[1] * p[1]);
        dlcv_i32(&out->y)[i] = problem == 0 ? p[0] * p[1] > 0 : norm >= 0.4f && norm <= 0.8f;
    }
    out->classes = 2;
    return s;
}

typedef struct net {
    dlcv_graph *graph;
    dlcv_node x, hidden, scores;
} net;

/* depth hidden layers of width units each */
static net net_new(int depth, int width, uint64_t seed)
{
    net n;
    n.graph = dlcv_graph_new(NULL, seed);
    n.x = n.hidden = dlcv_input(n.graph, "x", DLCV_F32, dlcv_shape2(-1, 2));
    for (; depth > 0; depth--) n.hidden = dlcv_tanh(dlcv_linear(n.hidden, width));
    n.scores = dlcv_linear(n.hidden, 2);
    return n;
}

static dlcv_status learn(const net *n, const dlcv_dataset *d)
{
    dlcv_node label = dlcv_input(n->graph, "label", DLCV_I32, dlcv_shape1(-1));
    dlcv_node loss = dlcv_loss(n->scores, label, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_optimizer adam;
    int step;
    dlcv_status s = dlcv_bind(n->x, &d->x);
    memset(&adam, 0, sizeof adam);
    adam.lr = 0.06f;
    if (!s) s = dlcv_bind(label, &d->y);
    for (step = 0; step < STEPS && !s; step++) {
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_update(n->graph, &adam);
    }
    return s;
}

static dlcv_status accuracy(const net *n, const dlcv_dataset *d, float *right)
{
    dlcv_status s = dlcv_bind(n->x, &d->x);
    if (!s) s = dlcv_forward(n->scores, DLCV_MODE_INFER);
    return s ? s : dlcv_accuracy(dlcv_value(n->scores), &d->y, 1, right);
}

/* For dlcv_view_regions */
static dlcv_status classify(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    const net *n = (const net *)user;
    int i;
    dlcv_status s = dlcv_bind(n->x, points);
    if (!s) s = dlcv_forward(n->scores, DLCV_MODE_INFER);
    for (i = 0; i < points->shape.dim[0] && !s; i++) {
        const float *y = dlcv_f32(dlcv_value(n->scores)) + 2 * i;
        dlcv_i32(labels)[i] = y[1] > y[0];
    }
    return s;
}

static dlcv_status save(const char *folder, const char *problem, const char *what, const dlcv_tensor *picture)
{
    char path[1024];
    dlcv_status s;
    snprintf(path, sizeof path, "%s/hidden_%s%s.ppm", folder, problem, what);
    s = dlcv_image_save(NULL, picture, path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/hidden_%s%s.png", folder, problem, what);
    if (!s) s = dlcv_image_save(NULL, picture, path);
#endif
    return s;
}

/* The difference of the two scores, then every hidden unit, all over the plane; and the regions that follow. */
static dlcv_status draw(const char *folder, const char *problem, net *n, const dlcv_dataset *d)
{
    static float plane[SIDE * SIDE][2], maps[1 + UNITS][SIDE * SIDE];
    const dlcv_tensor points = dlcv_tensor_view(plane, DLCV_F32, dlcv_shape2(SIDE * SIDE, 2));
    const dlcv_tensor pictures = dlcv_tensor_view(maps, DLCV_F32, dlcv_shape4(1 + UNITS, 1, SIDE, SIDE));
    dlcv_tensor grid = { 0 };
    dlcv_status s;
    int i, k;
    for (i = 0; i < SIDE * SIDE; i++) {
        plane[i][0] = 2 * ((float)(i % SIDE) + 0.5f) / SIDE - 1;
        plane[i][1] = 1 - 2 * ((float)(i / SIDE) + 0.5f) / SIDE;
    }
    dlcv_keep(n->hidden);
    s = dlcv_bind(n->x, &points);
    if (!s) s = dlcv_forward(n->scores, DLCV_MODE_INFER);
    for (i = 0; i < SIDE * SIDE && !s; i++) {
        const float *y = dlcv_f32(dlcv_value(n->scores)) + 2 * i, margin = y[1] - y[0];
        maps[0][i] = margin / (1 + fabsf(margin));
        for (k = 0; k < UNITS; k++) maps[1 + k][i] = dlcv_f32(dlcv_value(n->hidden))[UNITS * i + k];
    }
    if (!s) s = dlcv_view_grid(NULL, &pictures, 1 + UNITS, 2, NULL, &grid);
    if (!s) s = save(folder, problem, "", &grid);
    if (!s) s = dlcv_view_regions(NULL, d, classify, n, 240, &grid);
    if (!s) s = save(folder, problem, "_regions", &grid);
    dlcv_tensor_free(&grid);
    return s;
}

/* Mean over folds, and its deviation. */
static dlcv_status folds(const dlcv_dataset *d, int depth, int width, float *mean, float *deviation)
{
    float right[FOLDS];
    int fold;
    dlcv_status s = DLCV_OK;
    for (fold = 0; fold < FOLDS && !s; fold++) {
        dlcv_dataset rest = { 0 }, held_out = { 0 };
        net n = net_new(depth, width, 3);
        s = dlcv_data_split(NULL, d, FOLDS, fold, 1, &rest, &held_out);
        if (!s) s = learn(&n, &rest);
        if (!s) s = accuracy(&n, &held_out, &right[fold]);
        dlcv_graph_free(n.graph);
        dlcv_data_free(&rest);
        dlcv_data_free(&held_out);
    }
    if (!s) dlcv_mean_stddev(right, FOLDS, mean, deviation);
    return s;
}

int main(int argc, char **argv)
{
    static const int widths[4] = { 2, 3, 5, UNITS };
    const char *folder = argc > 1 ? argv[1] : ".";
    dlcv_dataset d[2];
    float line[2] = { 1, 1 }, right[2] = { 0, 0 }, mean, deviation, best = 0;
    int p, depth, i, best_depth = 0, best_width = 0;
    dlcv_status s = DLCV_OK;
    memset(d, 0, sizeof d);
    for (p = 0; p < 2 && !s; p++) {
        net flat = net_new(0, 0, 1), n = net_new(1, UNITS, 1);
        s = make(p, &d[p]);
        if (!s) s = learn(&flat, &d[p]);
        if (!s) s = accuracy(&flat, &d[p], &line[p]);
        if (!s) s = learn(&n, &d[p]);
        if (!s) s = accuracy(&n, &d[p], &right[p]);
        if (!s) s = draw(folder, problems[p], &n, &d[p]);
        if (!s) printf("%-10s a line %.1f %%, %d hidden units %.1f %%\n", problems[p], 100 * (double)line[p], UNITS, 100 * (double)right[p]);
        dlcv_graph_free(flat.graph);
        dlcv_graph_free(n.graph);
    }
    for (depth = 1; depth <= 2 && !s; depth++) {
        for (i = 0; i < 4 && !s; i++) {
            s = folds(&d[1], depth, widths[i], &mean, &deviation);
            if (!s) printf("ring, %d hidden layer%s of %d: ", depth, depth > 1 ? "s" : " ", widths[i]);
            if (!s) printf("%.3f +- %.3f over %d folds\n", (double)mean, (double)deviation, FOLDS);
            if (!s && mean > best) best = mean, best_depth = depth, best_width = widths[i];
        }
    }
    if (!s) printf("chosen: %d of %d\n", best_depth, best_width);
    if (!s) printf("a line fails, hidden units do not: %s\n", line[0] < 0.7f && line[1] < 0.7f && right[0] > 0.97f && right[1] > 0.95f ? "yes" : "no");
    else fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&d[0]);
    dlcv_data_free(&d[1]);
    return s != DLCV_OK;
}
