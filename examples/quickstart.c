/* Recognises handwritten digits by their nearest neighbours. The number of neighbours is chosen by cross-validation,
 * the test images are touched once, and a picture shows ten of them with the training images that they resemble most.
 *
 *     cc -O2 -I.. quickstart.c -o quickstart -lm
 *     ./quickstart [FOLDER for neighbours.ppm]
 *
 * test: build -> 281 of 297 right */
#ifdef DLCV_DEMO_STB_WRITE /* then also neighbours.png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <string.h>

enum { FOLDS = 5, KS = 5, ROWS = 10, NEIGHBOURS = 10, PIXELS = 64 };

/* The k with the best mean accuracy over the folds. */
static dlcv_status choose_k(const dlcv_dataset *train, int *best)
{
    static const int ks[KS] = { 1, 3, 5, 10, 20 };
    float score[KS][FOLDS], mean, stddev, best_mean = 0;
    dlcv_tensor indices = { 0 }, distances = { 0 }, labels = { 0 };
    dlcv_dataset rest = { 0 }, held_out = { 0 };
    dlcv_status s = DLCV_OK;
    int fold, i;
    for (fold = 0; fold < FOLDS && !s; fold++) {
        dlcv_knn *knn = NULL;
        s = dlcv_data_split(NULL, train, FOLDS, fold, 1, &rest, &held_out);
        if (!s) s = dlcv_knn_new(NULL, &rest, NULL, &knn);
        if (!s) s = dlcv_knn_search(knn, &held_out.x, ks[KS - 1], &indices, &distances);
        for (i = 0; i < KS && !s; i++) { /* one search serves every k */
            s = dlcv_knn_vote(knn, &indices, &distances, ks[i], &labels);
            if (!s) s = dlcv_accuracy(&labels, &held_out.y, 1, &score[i][fold]);
        }
        dlcv_knn_free(knn);
    }
    for (i = 0; i < KS && !s; i++) {
        dlcv_mean_stddev(score[i], FOLDS, &mean, &stddev);
        printf("k = %2d   accuracy %.4f +- %.4f over %d folds\n", ks[i], (double)mean, (double)stddev, FOLDS);
        if (mean > best_mean) {
            best_mean = mean;
            *best = ks[i];
        }
    }
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&labels);
    dlcv_data_free(&rest);
    dlcv_data_free(&held_out);
    return s;
}

/* One row a digit: a test image, misclassified if there is one, and its nearest training images, framed green if they
 * show the same digit and red if not. */
static dlcv_status draw(const dlcv_knn *knn, const dlcv_dataset *train, const dlcv_dataset *test,
                        const dlcv_tensor *predicted, const char *folder)
{
    static uint8_t pixels[ROWS * (1 + NEIGHBOURS)][PIXELS];
    static uint32_t frames[ROWS * (1 + NEIGHBOURS)];
    dlcv_tensor images = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape3(ROWS * (1 + NEIGHBOURS), 8, 8));
    dlcv_tensor indices = { 0 }, picture = { 0 };
    const int32_t *truth = dlcv_i32(&test->y);
    char path[1024];
    int digit, i, j, at = 0;
    dlcv_status s = dlcv_knn_search(knn, &test->x, NEIGHBOURS, &indices, NULL);
    for (digit = 0; digit < ROWS && !s; digit++) {
        int query = -1;
        for (i = 0; i < test->y.shape.dim[0]; i++) {
            if (truth[i] != digit) continue;
            if (query < 0) query = i;
            if (dlcv_i32(predicted)[i] != digit && dlcv_i32(predicted)[query] == digit) query = i;
        }
        frames[at] = 0x808080;
        memcpy(pixels[at++], dlcv_u8(&test->x) + query * PIXELS, PIXELS);
        for (j = 0; j < NEIGHBOURS; j++) {
            int neighbour = dlcv_i32(&indices)[query * NEIGHBOURS + j];
            frames[at] = dlcv_i32(&train->y)[neighbour] == digit ? 0x00a000 : 0xe00000;
            memcpy(pixels[at++], dlcv_u8(&train->x) + neighbour * PIXELS, PIXELS);
        }
    }
    if (!s) s = dlcv_view_grid(NULL, &images, 1 + NEIGHBOURS, 6, frames, &picture);
    snprintf(path, sizeof path, "%s/neighbours.ppm", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/neighbours.png", folder);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&picture);
    return s;
}

int main(int argc, char **argv)
{
    dlcv_dataset train = { 0 }, test = { 0 };
    dlcv_tensor predicted = { 0 };
    dlcv_knn *knn = NULL;
    float accuracy = 0;
    int k = 1;
    dlcv_status s;
    train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TRAIN, 8, 8, 1));
    train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TRAIN));
    test.x = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TEST, 8, 8, 1));
    test.y = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TEST));
    train.classes = test.classes = DLCV_DIGITS_CLASSES;

    s = choose_k(&train, &k);
    if (!s) s = dlcv_knn_new(NULL, &train, NULL, &knn); /* no options: the L2 distance */
    if (!s) s = dlcv_knn_predict(knn, &test.x, k, &predicted);
    if (!s) s = dlcv_accuracy(&predicted, &test.y, 1, &accuracy);
    if (!s) printf("test set, k = %d: %.0f of %d right\n", k, (double)accuracy * DLCV_DIGITS_TEST, DLCV_DIGITS_TEST);
    if (!s) s = draw(knn, &train, &test, &predicted, argc > 1 ? argv[1] : ".");
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_knn_free(knn);
    dlcv_tensor_free(&predicted);
    return s != DLCV_OK;
}
