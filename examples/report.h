/* What the training examples share: they remember how it went, and draw it: learning curves, the first filters, what is taken for what, the worst mistakes. */
#ifndef DLCV_REPORT_H
#define DLCV_REPORT_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_EPOCHS = 400, REPORT_WORST = 60 };

typedef struct report {
    float loss[REPORT_EPOCHS], wrong[REPORT_EPOCHS], validation[REPORT_EPOCHS], epoch[REPORT_EPOCHS];
    int epochs;
    double seconds;
} report;

static int report_step(const dlcv_progress *p, void *user)
{
    report *r = (report *)user;
    r->seconds = p->seconds;
    if (p->epoch_end && r->epochs < REPORT_EPOCHS) {
        r->epoch[r->epochs] = (float)p->epoch;
        r->loss[r->epochs] = p->loss;
        r->wrong[r->epochs] = 100 - 100 * p->accuracy;
        r->validation[r->epochs++] = 100 - 100 * p->validation_accuracy;
    }
    return dlcv_progress_bar(p, NULL);
}

static dlcv_status report_curves(const report *r, const char *name, const char *folder)
{
    dlcv_series lines[3];
    dlcv_plot_opts o;
    char path[1024];
    int i;
    memset(lines, 0, sizeof lines);
    memset(&o, 0, sizeof o);
    for (i = 0; i < 3; i++) lines[i].x = r->epoch, lines[i].count = r->epochs;
    lines[0].name = "loss", lines[0].y = r->loss;
    lines[1].name = "training, % wrong", lines[1].y = r->wrong;
    lines[2].name = "validation, % wrong", lines[2].y = r->validation;
    o.title = name, o.x_label = "epoch", o.log_y = 1;
    snprintf(path, sizeof path, "%s/%s-curves.svg", folder, name);
    return dlcv_view_plot(NULL, lines, 3, &o, path);
}

static dlcv_status report_save(const dlcv_tensor *images, int columns, int zoom, const char *name, const char *what, const char *folder)
{
    dlcv_tensor picture = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, images, columns, zoom, NULL, &picture);
    snprintf(path, sizeof path, "%s/%s-%s.ppm", folder, name, what);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    dlcv_tensor_free(&picture);
    return s;
}

/* The first weights of four dimensions that see one or three channels, or what each hidden unit has for pictures of 32 x 32 in colour. */
static dlcv_status report_filters(dlcv_graph *g, const char *name, const char *folder)
{
    int i;
    for (i = 0; i < dlcv_parameter_count(g); i++) {
        const dlcv_tensor *w = dlcv_value(dlcv_parameter_at(g, i));
        if (w && w->shape.ndim == 2 && w->shape.dim[1] == 3 * 32 * 32) {
            const dlcv_tensor units = dlcv_tensor_view(w->data, DLCV_F32, dlcv_shape4(w->shape.dim[0], 3, 32, 32));
            return report_save(&units, 20, 1, name, "filters", folder);
        }
        if (w && w->shape.ndim == 4 && (w->shape.dim[1] == 1 || w->shape.dim[1] == 3)) return report_save(w, 0, 8, name, "filters", folder);
    }
    return DLCV_OK;
}

/* How often a class (row) was taken for another (column), the brighter the more often; the diagonal is left out. */
static dlcv_status report_confusion(const dlcv_tensor *scores, const dlcv_tensor *truth, const char *name, const char *folder)
{
    dlcv_tensor counts = { 0 }, cells = { 0 };
    dlcv_status s = dlcv_confusion(NULL, scores, truth, &counts);
    int n = s ? 0 : counts.shape.dim[0], i;
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(1, 1, n, n), &cells);
    for (i = 0; i < n * n && !s; i++) dlcv_f32(&cells)[i] = i % (n + 1) ? (float)dlcv_i32(&counts)[i] : 0.0f;
    if (!s) s = report_save(&cells, 1, 24, name, "confusion", folder);
    dlcv_tensor_free(&counts);
    dlcv_tensor_free(&cells);
    return s;
}

/* Those that it got wrong and was most sure of: the score of its answer minus that of the right one. */
static dlcv_status report_mistakes(const dlcv_tensor *scores, const dlcv_dataset *test, const char *name, const char *folder)
{
    int worst[REPORT_WORST], count = 0, i, k;
    float by[REPORT_WORST];
    const int classes = scores->shape.dim[1];
    dlcv_tensor images = { 0 };
    dlcv_status s;
    for (i = 0; i < scores->shape.dim[0]; i++) {
        const float *p = dlcv_f32(scores) + (size_t)i * (size_t)classes;
        float most = p[0], gap;
        for (k = 1; k < classes; k++) most = p[k] > most ? p[k] : most;
        gap = most - p[dlcv_i32(&test->y)[i]];
        if (gap <= 0 || (count == REPORT_WORST && gap <= by[count - 1])) continue;
        if (count < REPORT_WORST) count++;
        for (k = count - 1; k > 0 && by[k - 1] < gap; k--) worst[k] = worst[k - 1], by[k] = by[k - 1];
        worst[k] = i, by[k] = gap;
    }
    if (!count) return DLCV_OK;
    s = dlcv_tensor_take(NULL, &test->x, worst, count, &images);
    if (!s) s = report_save(&images, 12, 2, name, "mistakes", folder);
    dlcv_tensor_free(&images);
    return s;
}

/* Asks the network for the test set, once; prints and draws what came of it. */
static dlcv_status report_end(dlcv_node scores, const dlcv_dataset *test, const report *r, const char *name, const char *folder)
{
    dlcv_tensor out = { 0 };
    float right = 0;
    dlcv_status s = dlcv_predict(scores, &test->x, &out);
    if (!s) s = dlcv_accuracy(&out, &test->y, 1, &right);
    if (!s) printf("%s: test error %.2f %%, %.1f s of training\n", name, 100 * (1 - (double)right), r->seconds);
    if (!s && r->epochs) s = report_curves(r, name, folder);
    if (!s) s = report_filters(scores.graph, name, folder);
    if (!s) s = report_confusion(&out, &test->y, name, folder);
    if (!s) s = report_mistakes(&out, test, name, folder);
    if (!s) printf("wrote %s/%s-*\n", folder, name);
    dlcv_tensor_free(&out);
    return s;
}
#endif
