/* Chooses k of k nearest neighbours by 5-fold cross-validation on handwritten digits and draws it: a dot for each
 * fold, a line through the means, bars of one standard deviation.
 *
 *     cc -O2 -I.. cross_validation.c -o cross_validation -lm
 *     ./cross_validation [FOLDER for cross_validation.svg]
 *
 * test: build -> chosen: k = 1 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <string.h>

enum { FOLDS = 5, KS = 9 };

/* The accuracy of every k on the held-out fold: one search serves them all. */
static dlcv_status score(const dlcv_dataset *digits, int fold, const int *ks, float *accuracy)
{
    dlcv_dataset rest = { 0 }, held_out = { 0 };
    dlcv_tensor indices = { 0 }, distances = { 0 }, labels = { 0 };
    dlcv_knn *knn = NULL;
    dlcv_status s = dlcv_data_split(NULL, digits, FOLDS, fold, 1, &rest, &held_out);
    int i;
    if (!s) s = dlcv_knn_new(NULL, &rest, NULL, &knn);
    if (!s) s = dlcv_knn_search(knn, &held_out.x, ks[KS - 1], &indices, &distances);
    for (i = 0; i < KS && !s; i++) {
        s = dlcv_knn_vote(knn, &indices, &distances, ks[i], &labels);
        if (!s) s = dlcv_accuracy(&labels, &held_out.y, 1, &accuracy[i]);
    }
    dlcv_knn_free(knn);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&labels);
    dlcv_data_free(&rest);
    dlcv_data_free(&held_out);
    return s;
}

int main(int argc, char **argv)
{
    static const int ks[KS] = { 1, 3, 5, 8, 10, 12, 15, 20, 30 };
    float accuracy[FOLDS][KS], column[FOLDS], x[KS], dots_x[FOLDS * KS], mean[KS], stddev[KS];
    dlcv_dataset digits = { 0 };
    dlcv_series series[2];
    dlcv_plot_opts texts;
    char path[1024];
    dlcv_status s = DLCV_OK;
    int fold, i, best = 0;

    digits.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TRAIN, 8, 8, 1));
    digits.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TRAIN));
    digits.classes = DLCV_DIGITS_CLASSES;
    for (fold = 0; fold < FOLDS && !s; fold++) s = score(&digits, fold, ks, accuracy[fold]);
    for (i = 0; i < KS && !s; i++) {
        for (fold = 0; fold < FOLDS; fold++) {
            column[fold] = accuracy[fold][i];
            dots_x[fold * KS + i] = x[i] = (float)ks[i];
        }
        dlcv_mean_stddev(column, FOLDS, &mean[i], &stddev[i]);
        if (mean[i] > mean[best]) best = i; /* equally good: the smaller k */
        printf("k = %2d   %.4f +- %.4f\n", ks[i], (double)mean[i], (double)stddev[i]);
    }

    memset(series, 0, sizeof series);
    memset(&texts, 0, sizeof texts);
    texts.title = "5-fold cross-validation on 1,500 digits";
    texts.x_label = "k, the number of neighbours that vote";
    texts.y_label = "accuracy on the fold held out";
    series[0].name = "mean and standard deviation";
    series[0].x = x;
    series[0].y = mean;
    series[0].error = stddev;
    series[0].count = KS;
    series[1].name = "one fold";
    series[1].x = dots_x;
    series[1].y = accuracy[0];
    series[1].count = FOLDS * KS;
    series[1].dots = 1;
    snprintf(path, sizeof path, "%s/cross_validation.svg", argc > 1 ? argv[1] : ".");
    if (!s) s = dlcv_view_plot(NULL, series, 2, &texts, path);
    if (!s) printf("chosen: k = %d\nwrote %s\n", ks[best], path);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
