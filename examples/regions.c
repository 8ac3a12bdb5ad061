/* Decision regions of k nearest neighbours: what every place of the plane would be taken for. K = 1, 3, 5 from left to
 * right, L1 above L2; white where two classes have the most votes. Then the same points turned by 30 degrees, which
 * changes L1's regions and not L2's, and why: all that is 1 away from a point is a square on its corner for L1, a
 * circle for L2.
 *
 *     cc -O2 -I.. regions.c -o regions -lm
 *     ./regions [FOLDER for regions.ppm, turned.ppm, balls.ppm]
 *
 * test: build -> of the places something else, L2 0.0 % */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <string.h>

enum { CLASSES = 5, POINTS = 60, SIZE = 300, PANELS = 6, PLACES = 10000 };

static const dlcv_metric metrics[2] = { DLCV_METRIC_L1, DLCV_METRIC_L2 };

/* A dlcv_classifier: the label most of the k neighbours have, -1 where two labels have as many. */
typedef struct vote {
    dlcv_knn *knn;
    const int32_t *labels;
    int k;
    dlcv_tensor neighbours; /* i32 [n, k] */
} vote;

static dlcv_status classify(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    vote *v = (vote *)user;
    dlcv_status s = dlcv_knn_search(v->knn, points, v->k, &v->neighbours, NULL);
    int i, j;
    for (i = 0; i < points->shape.dim[0] && !s; i++) {
        int votes[CLASSES] = { 0 }, best = 0, tied = 0;
        for (j = 0; j < v->k; j++) votes[v->labels[dlcv_i32(&v->neighbours)[i * v->k + j]]]++;
        for (j = 1; j < CLASSES; j++) {
            tied = votes[j] > votes[best] ? 0 : tied || votes[j] == votes[best];
            if (votes[j] > votes[best]) best = j;
        }
        dlcv_i32(labels)[i] = tied ? -1 : best;
    }
    return s;
}

static dlcv_status regions(const dlcv_dataset *points, dlcv_metric metric, int k, dlcv_tensor *out)
{
    dlcv_knn_opts opts = { metric, 0 };
    vote v = { NULL, dlcv_i32(&points->y), k, { NULL, { 0, { 0 } }, DLCV_F32, 0 } };
    dlcv_status s = dlcv_knn_new(NULL, points, &opts, &v.knn);
    if (!s) s = dlcv_view_regions(NULL, points, classify, &v, SIZE, out);
    dlcv_knn_free(v.knn);
    dlcv_tensor_free(&v.neighbours);
    return s;
}

/* Another one: label 0 inside of the unit ball, "none" outside. */
static dlcv_status inside(const dlcv_tensor *points, dlcv_tensor *labels, void *user)
{
    static const float centre[2] = { 0, 0 };
    const dlcv_metric metric = *(const dlcv_metric *)user;
    int i;
    for (i = 0; i < points->shape.dim[0]; i++)
        dlcv_i32(labels)[i] = dlcv_distance_f32(metric, dlcv_f32(points) + 2 * i, centre, 2) <= 1 ? 0 : -1;
    return DLCV_OK;
}

/* (x, y) turned by 30 degrees about the origin. */
static void turn(const float *from, float *to)
{
    to[0] = 0.8660254f * from[0] - 0.5f * from[1];
    to[1] = 0.5f * from[0] + 0.8660254f * from[1];
}

/* How many percent of the places have another label once they and the points are turned. */
static dlcv_status compare(const dlcv_dataset *points, const dlcv_dataset *turned, dlcv_metric metric, double *percent)
{
    static float places[2][PLACES][2];
    dlcv_knn_opts opts = { metric, 0 };
    dlcv_tensor labels[2] = { { NULL, { 0, { 0 } }, DLCV_F32, 0 }, { NULL, { 0, { 0 } }, DLCV_F32, 0 } };
    dlcv_rng rng = dlcv_rng_seed(1);
    dlcv_status s = DLCV_OK;
    int i, t, differ = 0;
    for (i = 0; i < PLACES; i++) {
        places[0][i][0] = 2 * dlcv_rng_uniform(&rng) - 1;
        places[0][i][1] = 2 * dlcv_rng_uniform(&rng) - 1;
        turn(places[0][i], places[1][i]);
    }
    for (t = 0; t < 2 && !s; t++) {
        dlcv_tensor queries = dlcv_tensor_view(places[t], DLCV_F32, dlcv_shape2(PLACES, 2));
        dlcv_knn *knn = NULL;
        s = dlcv_knn_new(NULL, t ? turned : points, &opts, &knn);
        if (!s) s = dlcv_knn_predict(knn, &queries, 1, &labels[t]);
        dlcv_knn_free(knn);
    }
    for (i = 0; i < PLACES && !s; i++) differ += dlcv_i32(&labels[0])[i] != dlcv_i32(&labels[1])[i];
    *percent = 100.0 * differ / PLACES;
    dlcv_tensor_free(&labels[0]);
    dlcv_tensor_free(&labels[1]);
    return s;
}

/* The panels, `columns` in a row. */
static dlcv_status save(const uint8_t *panels, int count, int columns, const char *folder, const char *name)
{
    static const uint32_t frames[PANELS] = { 0x808080, 0x808080, 0x808080, 0x808080, 0x808080, 0x808080 };
    const dlcv_tensor images = dlcv_tensor_view(panels, DLCV_U8, dlcv_shape4(count, SIZE, SIZE, 3));
    dlcv_tensor picture = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, &images, columns, 1, frames, &picture);
    snprintf(path, sizeof path, "%s/%s.ppm", folder, name);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/%s.png", folder, name);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&picture);
    return s;
}

int main(int argc, char **argv)
{
    static const float unit[5][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    static const float centre[CLASSES][2] = {
        { 0.5f, 0.3f }, { -0.2f, 0.55f }, { -0.6f, 0 }, { -0.1f, -0.55f }, { 0.5f, -0.35f }
    };
    static uint8_t panel[PANELS][SIZE * SIZE * 3];
    static float xy[2][POINTS][2]; /* as they are, turned */
    static int32_t y[POINTS];
    const char *folder = argc > 1 ? argv[1] : ".";
    dlcv_dataset points, turned, axes;
    dlcv_tensor out[PANELS];
    dlcv_rng rng = dlcv_rng_seed(7);
    double change[2];
    dlcv_status s = DLCV_OK;
    int i, m;

    for (i = 0; i < POINTS; i++) { /* five clouds that overlap */
        y[i] = i % CLASSES;
        xy[0][i][0] = centre[y[i]][0] + 0.26f * dlcv_rng_normal(&rng);
        xy[0][i][1] = centre[y[i]][1] + 0.26f * dlcv_rng_normal(&rng);
        turn(xy[0][i], xy[1][i]);
    }
    memset(&points, 0, sizeof points);
    points.x = dlcv_tensor_view(xy[0], DLCV_F32, dlcv_shape2(POINTS, 2));
    points.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(POINTS));
    points.classes = CLASSES;
    turned = points;
    turned.x.data = xy[1];
    memset(&axes, 0, sizeof axes);
    axes.x = dlcv_tensor_view(unit, DLCV_F32, dlcv_shape2(5, 2));
    for (i = 0; i < PANELS; i++) out[i] = dlcv_tensor_view(panel[i], DLCV_U8, dlcv_shape3(SIZE, SIZE, 3));

    for (i = 0; i < 6 && !s; i++) s = regions(&points, metrics[i / 3], 1 + i % 3 * 2, &out[i]);
    if (!s) s = save(panel[0], 6, 3, folder, "regions");
    for (i = 0; i < 4 && !s; i++) s = regions(i % 2 ? &turned : &points, metrics[i / 2], 1, &out[i]);
    if (!s) s = save(panel[0], 4, 2, folder, "turned");
    for (m = 0; m < 2 && !s; m++) {
        dlcv_metric metric = metrics[m];
        s = dlcv_view_regions(NULL, &axes, inside, &metric, SIZE, &out[m]);
        if (!s) s = compare(&points, &turned, metric, &change[m]);
    }
    if (!s) s = save(panel[0], 2, 2, folder, "balls");
    if (!s) {
        printf("regions: K = 1, 3, 5 from left to right, L1 above, L2 below; turned: the points, and turned, L1 above, L2 below; balls: L1, L2\n");
        printf("turned by 30 degrees: L1 calls %.1f %% of the places something else, L2 %.1f %%\n", change[0],
               change[1]);
    }
    if (!s && change[0] <= 0) s = dlcv_fail(DLCV_ERR_NUMERIC, "L1 should know the axes");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
