/* How shall k and the distance be chosen? The four ideas of the course, tried on handwritten digits. Most digits are
 * put aside and play the future: what each idea promises is held against what its choice is worth on digits that
 * nobody has seen.
 *
 *     cc -O2 -I.. hyperparameters.c -o hyperparameters -lm
 *     ./hyperparameters [FILE.npy]
 *
 * FILE.npy gets the score of each fold as an array [k, fold], for numpy.load and a plot.
 *
 * test: -> idea 1: on the training data   k =  1, L1       1.0000
 * test: -> idea 2 is too good by 0.01
 * test: build/folds.npy -> wrote build/folds.npy, f32 [10, 5] */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FOLDS = 5, KS = 10, METRICS = 3, POINTS = KS * METRICS, IDEAS = 4, DEALS = 50 };

static const dlcv_metric metrics[METRICS] = { DLCV_METRIC_L1, DLCV_METRIC_L2, DLCV_METRIC_COSINE };
static const char *const metric_names[METRICS] = { "L1", "L2", "cosine" };

typedef struct point {
    int k, metric;
} point;

typedef struct parts {
    dlcv_dataset work, future;      /* 599 and 1198 digits */
    dlcv_dataset test, rest;        /* of work: 100 and 499 */
    dlcv_dataset validation, train; /* of rest: 100 and 399 */
    dlcv_dataset fold, others;      /* of rest, one fold at a time */
} parts;

/* All that ranges say, up to POINTS of them: k and the number of a metric. */
static void list_points(const dlcv_range ranges[2], uint64_t seed, point *out)
{
    float v[2];
    int i;
    for (i = 0; i < POINTS && dlcv_search_point(ranges, 2, i, seed, v); i++) {
        out[i].k = (int)v[0];
        out[i].metric = (int)v[1] < METRICS ? (int)v[1] : METRICS - 1;
    }
}

/* out[i * stride] = accuracy of points[i], trained on `train`, on `held`. One search serves every k of a metric. */
static dlcv_status score(const dlcv_dataset *train, const dlcv_dataset *held, const point *points, int count,
                         float *out, int stride)
{
    dlcv_tensor indices = { 0 }, distances = { 0 }, labels = { 0 };
    dlcv_status s = DLCV_OK;
    int metric, i;
    for (metric = 0; metric < METRICS && !s; metric++) {
        dlcv_knn_opts opts;
        dlcv_knn *knn = NULL;
        int most = 0;
        for (i = 0; i < count; i++) {
            if (points[i].metric == metric && points[i].k > most) most = points[i].k;
        }
        if (!most) continue;
        memset(&opts, 0, sizeof opts);
        opts.metric = metrics[metric];
        s = dlcv_knn_new(NULL, train, &opts, &knn);
        if (!s) s = dlcv_knn_search(knn, &held->x, most, &indices, &distances);
        for (i = 0; i < count && !s; i++) {
            if (points[i].metric != metric) continue;
            s = dlcv_knn_vote(knn, &indices, &distances, points[i].k, &labels);
            if (!s) s = dlcv_accuracy(&labels, &held->y, 1, &out[i * stride]);
        }
        dlcv_knn_free(knn);
    }
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&labels);
    return s;
}

/* folds[i][f] = accuracy of points[i] on fold f, trained on the others. */
static dlcv_status cross_validate(parts *p, const point *points, int count, float (*folds)[FOLDS])
{
    dlcv_status s = DLCV_OK;
    int fold;
    for (fold = 0; fold < FOLDS && !s; fold++) {
        s = dlcv_data_split(NULL, &p->rest, FOLDS, fold, 1, &p->others, &p->fold);
        if (!s) s = score(&p->others, &p->fold, points, count, &folds[0][fold], FOLDS);
    }
    return s;
}

static void mean_of_folds(float (*folds)[FOLDS], int count, float *mean)
{
    int i;
    for (i = 0; i < count; i++) dlcv_mean_stddev(folds[i], FOLDS, &mean[i], NULL);
}

/* The best of POINTS scores, the first of equals. */
static int best_of(const float *scores)
{
    int i, best = 0;
    for (i = 1; i < POINTS; i++) {
        if (scores[i] > scores[best]) best = i;
    }
    return best;
}

typedef struct choice {
    point at;
    float score;   /* by which it was chosen */
    float promise; /* what one would tell others: ideas 1 and 2 the score, 3 and 4 that of the test set, touched once */
    float new_ones; /* what it is worth */
} choice;

/* Deals the digits and makes the four choices among k = 1, 3 .. 19 and three metrics. Once chosen, ideas 2 to 4 train
 * on all that is not for testing. */
static dlcv_status choose(const dlcv_dataset *all, uint64_t seed, parts *p, choice c[IDEAS])
{
    static const dlcv_range grid[2] = { { 1, 19, KS, 0 }, { 0, METRICS - 1, METRICS, 0 } };
    static float scores[IDEAS][POINTS], folds[POINTS][FOLDS];
    point points[POINTS];
    dlcv_status s;
    int i;
    list_points(grid, 0, points);
    s = dlcv_data_split(NULL, all, 3, 0, seed, &p->future, &p->work);
    if (!s) s = dlcv_data_split(NULL, &p->work, 6, 0, seed, &p->rest, &p->test);
    if (!s) s = dlcv_data_split(NULL, &p->rest, 5, 0, seed, &p->train, &p->validation);
    if (!s) s = score(&p->train, &p->train, points, POINTS, scores[0], 1);
    if (!s) s = score(&p->rest, &p->test, points, POINTS, scores[1], 1);
    if (!s) s = score(&p->train, &p->validation, points, POINTS, scores[2], 1);
    if (!s) s = cross_validate(p, points, POINTS, folds);
    if (!s) mean_of_folds(folds, POINTS, scores[3]);
    for (i = 0; i < IDEAS && !s; i++) {
        const int best = best_of(scores[i]);
        const dlcv_dataset *train = i ? &p->rest : &p->train;
        c[i].at = points[best];
        c[i].score = c[i].promise = scores[i][best];
        if (i >= 2) s = score(train, &p->test, &c[i].at, 1, &c[i].promise, 1);
        if (!s) s = score(train, &p->future, &c[i].at, 1, &c[i].new_ones, 1);
    }
    return s;
}

static void print_choices(const parts *p, const choice c[IDEAS])
{
    static const char *const names[IDEAS] = { "on the training data", "on the test data", "on validation data",
                                              "by 5 folds" };
    int i;
    printf("%d digits to train on, %d to validate, %d to test; %d put aside play the future\n\n",
           p->train.x.shape.dim[0], p->validation.x.shape.dim[0], p->test.x.shape.dim[0], p->future.x.shape.dim[0]);
    printf("                               chosen           by score   test score   new digits\n");
    for (i = 0; i < IDEAS; i++) {
        printf("idea %d: %-22s k = %2d, %-6s   %.4f     ", i + 1, names[i], c[i].at.k, metric_names[c[i].at.metric],
               (double)c[i].score);
        if (i == 0)
            printf("-     ");
        else
            printf("%.4f", (double)c[i].promise);
        printf("       %.4f\n", (double)c[i].new_ones);
    }
    printf("\n%d digits tell an accuracy to +- 0.02 or so, so one deal proves little. Over %d deals, promise less "
           "worth:\n",
           p->test.x.shape.dim[0], DEALS);
}

/* One deal in full, then how much too good the promises are over many. */
static dlcv_status four_ideas(const dlcv_dataset *all, parts *p)
{
    static float excess[IDEAS][DEALS], worth[IDEAS][DEALS];
    choice c[IDEAS];
    float mean, stddev, value;
    dlcv_status s = DLCV_OK;
    int i, n;
    for (n = DEALS; n >= 1 && !s; n--) { /* the first comes last and stays in p */
        s = choose(all, (uint64_t)n, p, c);
        for (i = 0; i < IDEAS && !s; i++) {
            excess[i][n - 1] = c[i].promise - c[i].new_ones;
            worth[i][n - 1] = c[i].new_ones;
        }
    }
    if (s) return s;
    print_choices(p, c);
    for (i = 0; i < IDEAS; i++) {
        double uncertain;
        dlcv_mean_stddev(excess[i], DEALS, &mean, &stddev);
        dlcv_mean_stddev(worth[i], DEALS, &value, NULL);
        uncertain = (double)stddev / sqrt((double)DEALS);
        printf("idea %d is %s %.4f (+- %.4f); its choices are worth %.4f\n", i + 1,
               (double)mean > 3 * uncertain ? "too good by" : "honest:    ", (double)mean, uncertain, (double)value);
    }
    return s;
}

/* One score a fold, their mean and spread: what a cross-validation plot shows. */
static dlcv_status fold_table(parts *p, const char *npy)
{
    static float folds[KS][FOLDS];
    point points[KS];
    float mean, stddev;
    dlcv_status s;
    int i, fold;
    for (i = 0; i < KS; i++) {
        points[i].k = 1 + 2 * i;
        points[i].metric = 1;
    }
    s = cross_validate(p, points, KS, folds);
    if (!s)
        printf("\n5-fold cross-validation on %d digits, L2\n  k    fold 1  fold 2  fold 3  fold 4  fold 5   mean +- "
               "deviation\n",
               p->rest.x.shape.dim[0]);
    for (i = 0; i < KS && !s; i++) {
        printf(" %2d   ", points[i].k);
        for (fold = 0; fold < FOLDS; fold++) printf(" %.4f ", (double)folds[i][fold]);
        dlcv_mean_stddev(folds[i], FOLDS, &mean, &stddev);
        printf("  %.4f +- %.4f\n", (double)mean, (double)stddev);
    }
    if (!s && npy) {
        const dlcv_tensor scores = dlcv_tensor_view(folds, DLCV_F32, dlcv_shape2(KS, FOLDS));
        s = dlcv_tensor_save(NULL, &scores, npy);
        if (!s) printf("wrote %s, f32 [%d, %d]\n", npy, KS, FOLDS);
    }
    return s;
}

/* As many trials, but not on a grid: k = 1 .. 60 on a logarithmic scale. */
static dlcv_status random_search(parts *p)
{
    static const dlcv_range ranges[2] = { { 1, 60, 0, 1 }, { 0, METRICS, 0, 0 } };
    static float folds[POINTS][FOLDS], mean[POINTS];
    point points[POINTS];
    dlcv_status s;
    int i, best = 0;
    list_points(ranges, 1, points);
    s = cross_validate(p, points, POINTS, folds);
    if (s) return s;
    mean_of_folds(folds, POINTS, mean);
    printf("\nrandom search, %d trials, those that were better than all before:\n", POINTS);
    for (i = 0; i < POINTS; i++) {
        if (i && mean[i] <= mean[best]) continue;
        best = i;
        printf("  trial %2d: k = %2d, %-6s   %.4f\n", i, points[i].k, metric_names[points[i].metric], (double)mean[i]);
    }
    return s;
}

int main(int argc, char **argv)
{
    dlcv_tensor x[2], y[2];
    dlcv_dataset all = { 0 };
    parts p;
    dlcv_status s;
    memset(&p, 0, sizeof p);
    x[0] = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TRAIN, 8, 8, 1));
    x[1] = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TEST, 8, 8, 1));
    y[0] = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TRAIN));
    y[1] = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TEST));
    all.classes = DLCV_DIGITS_CLASSES;
    s = dlcv_tensor_concat(NULL, x, 2, 0, &all.x);
    if (!s) s = dlcv_tensor_concat(NULL, y, 2, 0, &all.y);
    if (!s) s = four_ideas(&all, &p);
    if (!s) s = fold_table(&p, argc > 1 ? argv[1] : NULL);
    if (!s) s = random_search(&p);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&all);
    dlcv_data_free(&p.work);
    dlcv_data_free(&p.future);
    dlcv_data_free(&p.test);
    dlcv_data_free(&p.rest);
    dlcv_data_free(&p.validation);
    dlcv_data_free(&p.train);
    dlcv_data_free(&p.fold);
    dlcv_data_free(&p.others);
    return s != DLCV_OK;
}
