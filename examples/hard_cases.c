/* What a linear classifier cannot do: opposite quadrants (exclusive or), a ring 1 <= norm <= 2, three islands, and the parity of the number of positive
 * pixels; it can do the ring's inside once it is told radius and angle, and one hidden layer does them all.
 *
 *     cc -O2 -I.. hard_cases.c -o hard_cases -lm
 *     ./hard_cases [FOLDER for hard_cases.ppm]
 *
 * The picture: a row for each case - quadrants, disc, ring, islands -, from left to right linear in (x, y), linear in (r, angle), a hidden layer.
 *
 * test: build -> wrote build/hard_cases.ppm */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 400, FOUR = 1600, SIZE = 200, CASES = 6, DRAWN = 4, WAYS = 3, MOST = 4, UNITS = 24, STEPS = 600 };
enum { LINEAR, POLAR, HIDDEN };

static const char *const names[CASES] = { "quadrants", "disc", "ring", "islands", "parity of 2 pixels", "parity of 4 pixels" };

/* The class of x [n], where the plane is cut as the case says. */
static int class_of(int kind, const float *x, int n)
{
    static const float island[3][2] = { { -1.2f, -1 }, { 1.3f, -0.6f }, { 0, 1.3f } };
    const float r = sqrtf(x[0] * x[0] + x[1] * x[1]);
    int i, count = 0;
    if (kind == 1) return r >= 1.2f;
    if (kind == 2) return r >= 1 && r <= 2;
    for (i = 0; i < 3 && kind == 3; i++) {
        if (hypotf(x[0] - island[i][0], x[1] - island[i][1]) < 0.7f) return 1;
    }
    for (i = 0; i < n && kind != 3; i++) count += x[i] > 0;
    return kind == 0 ? count == 1 : count % 2;
}

/* Points of the square -2.5 .. 2.5, none of them nearer than 0.1 to where the class changes */
static void draw_points(int kind, int n, int count, dlcv_rng *rng, float *x, int32_t *y)
{
    int i, k, near;
    for (i = 0; i < count; i++) {
        do {
            float moved[MOST];
            for (k = 0; k < n; k++) x[i * n + k] = 5 * dlcv_rng_uniform(rng) - 2.5f;
            y[i] = class_of(kind, x + i * n, n);
            for (near = 0, k = 0; k < 2 * n; k++) {
                memcpy(moved, x + i * n, (size_t)n * sizeof *moved);
                moved[k / 2] += k % 2 ? 0.1f : -0.1f;
                near |= class_of(kind, moved, n) != y[i];
            }
        } while (near);
    }
}

static dlcv_status to_polar(const dlcv_tensor *points, dlcv_tensor *out)
{
    const dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, points->shape, out);
    int i;
    for (i = 0; i < points->shape.dim[0] && !s; i++) {
        const float x = dlcv_f32(points)[2 * i], y = dlcv_f32(points)[2 * i + 1];
        dlcv_f32(out)[2 * i] = sqrtf(x * x + y * y);
        dlcv_f32(out)[2 * i + 1] = atan2f(y, x);
    }
    return s;
}

/* Whatever was learnt: one of the two, and how it sees points */
typedef struct way {
    int kind;
    dlcv_linear_classifier *linear;
    dlcv_graph *graph;
    dlcv_node x, scores;
} way;

/* A dlcv_classifier */
static dlcv_status classify(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    way *w = (way *)user;
    dlcv_tensor polar = { 0 };
    dlcv_status s = w->kind == POLAR ? to_polar(points, &polar) : DLCV_OK;
    int i;
    if (!s && w->kind != HIDDEN) s = dlcv_linear_classifier_predict(w->linear, w->kind == POLAR ? &polar : points, labels);
    dlcv_tensor_free(&polar);
    if (s || w->kind != HIDDEN) return s;
    s = dlcv_bind(w->x, points);
    if (!s) s = dlcv_forward(w->scores, DLCV_MODE_INFER);
    for (i = 0; i < points->shape.dim[0] && !s; i++) {
        const float *two = dlcv_f32(dlcv_value(w->scores)) + 2 * i;
        dlcv_i32(labels)[i] = two[1] > two[0];
    }
    return s;
}

static dlcv_status learn_linear(way *w, const dlcv_dataset *set)
{
    dlcv_linear_opts opts;
    dlcv_dataset seen = *set;
    dlcv_tensor polar = { 0 };
    dlcv_status s = w->kind == POLAR ? to_polar(&set->x, &polar) : DLCV_OK;
    memset(&opts, 0, sizeof opts);
    opts.epochs = 100;
    opts.optimizer.lr = 0.02f;
    if (w->kind == POLAR) seen.x = polar;
    if (!s) s = dlcv_linear_classifier_new(NULL, &seen, &opts, &w->linear);
    dlcv_tensor_free(&polar);
    return s;
}

static dlcv_status learn_hidden(way *w, const dlcv_dataset *set)
{
    dlcv_optimizer adam;
    dlcv_node label, loss;
    dlcv_status s;
    int t;
    memset(&adam, 0, sizeof adam);
    adam.lr = 0.03f;
    w->graph = dlcv_graph_new(NULL, 4);
    w->x = dlcv_input(w->graph, "x", DLCV_F32, dlcv_shape2(-1, set->x.shape.dim[1]));
    label = dlcv_input(w->graph, "label", DLCV_I32, dlcv_shape1(-1));
    w->scores = dlcv_linear(dlcv_tanh(dlcv_linear(w->x, UNITS)), 2);
    loss = dlcv_loss(w->scores, label, DLCV_LOSS_SOFTMAX, NULL);
    s = dlcv_bind(w->x, &set->x);
    if (!s) s = dlcv_bind(label, &set->y);
    for (t = 0; t < STEPS && !s; t++) {
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_update(w->graph, &adam);
    }
    return s;
}

/* Learns set in one way, asks it for `fresh` points and draws what it says of the plane (panel NULL: not). */
static dlcv_status try_way(int kind, const dlcv_dataset *set, const dlcv_dataset *fresh, dlcv_tensor *panel, float *right)
{
    dlcv_tensor labels = { 0 };
    way w;
    dlcv_status s;
    memset(&w, 0, sizeof w);
    w.kind = kind;
    s = kind == HIDDEN ? learn_hidden(&w, set) : learn_linear(&w, set);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, fresh->y.shape, &labels);
    if (!s) s = classify(&fresh->x, &labels, &w);
    if (!s) s = dlcv_accuracy(&labels, &fresh->y, 1, right);
    if (!s && panel) s = dlcv_view_regions(NULL, set, classify, &w, SIZE, panel);
    dlcv_tensor_free(&labels);
    dlcv_linear_classifier_free(w.linear);
    dlcv_graph_free(w.graph);
    return s;
}

static dlcv_status save(const uint8_t *panels, const char *folder)
{
    static const uint32_t frames[DRAWN * WAYS] = { 0x808080, 0x808080, 0x808080, 0x808080, 0x808080, 0x808080,
                                                   0x808080, 0x808080, 0x808080, 0x808080, 0x808080, 0x808080 };
    const dlcv_tensor images = dlcv_tensor_view(panels, DLCV_U8, dlcv_shape4(DRAWN * WAYS, SIZE, SIZE, 3));
    dlcv_tensor picture = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, &images, WAYS, 1, frames, &picture);
    snprintf(path, sizeof path, "%s/hard_cases.ppm", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/hard_cases.png", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&picture);
    return s;
}

int main(int argc, char **argv)
{
    static uint8_t panel[DRAWN * WAYS][SIZE * SIZE * 3];
    static float x[2][FOUR * MOST];
    static int32_t y[2][FOUR];
    dlcv_rng rng = dlcv_rng_seed(3);
    dlcv_status s = DLCV_OK;
    int k, way_kind, t;
    printf("%-20s %8s %8s %8s   %% of new points right\n", "", "linear", "polar", "hidden");
    for (k = 0; k < CASES && !s; k++) {
        const int n = k == 5 ? 4 : 2, count = k == 5 ? FOUR : POINTS;
        float right[WAYS] = { 0, 0, 0 };
        dlcv_dataset set[2];
        memset(set, 0, sizeof set);
        for (t = 0; t < 2; t++) {
            draw_points(k, n, count, &rng, x[t], y[t]);
            set[t].x = dlcv_tensor_view(x[t], DLCV_F32, dlcv_shape2(count, n));
            set[t].y = dlcv_tensor_view(y[t], DLCV_I32, dlcv_shape1(count));
            set[t].classes = 2;
        }
        for (way_kind = 0; way_kind < WAYS && !s; way_kind++) {
            dlcv_tensor out = dlcv_tensor_view(k < DRAWN ? panel[k * WAYS + way_kind] : panel[0], DLCV_U8, dlcv_shape3(SIZE, SIZE, 3));
            if (n == 2 || way_kind != POLAR) s = try_way(way_kind, &set[0], &set[1], k < DRAWN ? &out : NULL, &right[way_kind]);
        }
        if (!s && n == 2) printf("%-20s %8.1f %8.1f %8.1f\n", names[k], 100 * (double)right[LINEAR], 100 * (double)right[POLAR], 100 * (double)right[HIDDEN]);
        if (!s && n != 2) printf("%-20s %8.1f %8s %8.1f\n", names[k], 100 * (double)right[LINEAR], "-", 100 * (double)right[HIDDEN]);
        if (!s && (right[LINEAR] > 0.85f || right[HIDDEN] < 0.9f || (k == 1 && right[POLAR] < 0.98f))) {
            s = dlcv_fail(DLCV_ERR_NUMERIC, "%s: that is not what was to be shown", names[k]);
        }
    }
    if (!s) s = save(panel[0], argc > 1 ? argv[1] : ".");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
