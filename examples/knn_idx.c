/* Nearest neighbours on IDX files, MNIST's format: train-images-idx3-ubyte and its three companions, as they are or (with
 * stb_image.h or zlib.h included first) still gzip'd.
 *
 *     cc -O2 -I.. knn_idx.c -o knn_idx -lm
 *     ./knn_idx TRAIN_IMAGES TRAIN_LABELS TEST_IMAGES TEST_LABELS [K]
 *
 * test if data/digits/train-images-idx3-ubyte: data/digits/train-images-idx3-ubyte data/digits/train-labels-idx1-ubyte data/digits/test-images-idx3-ubyte data/digits/test-labels-idx1-ubyte -> 281 of 297 right, k = 1
 * test if data/digits/train-images-idx3-ubyte: data/digits/train-images-idx3-ubyte data/digits/train-labels-idx1-ubyte data/digits/test-images-idx3-ubyte data/digits/test-labels-idx1-ubyte 5 -> precision 0.9347, mAP 0.9240
 * test if data/digits/train-images-idx3-ubyte: data/digits/train-images-idx3-ubyte data/digits/train-labels-idx1-ubyte data/digits/test-images-idx3-ubyte data/digits/test-labels-idx1-ubyte 20 -> 293 among the 3 classes with most votes; the first image: 90 % class 1 5 % class 3 5 % class 8 */
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>) /* unpacks .gz */
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <stdlib.h>

enum { TOP = 3 };

static dlcv_status classify(const dlcv_dataset *train, const dlcv_dataset *test, int k)
{
    dlcv_tensor nearest = { 0 }, distances = { 0 }, labels = { 0 }, scores = { 0 };
    const int n = test->x.shape.dim[0];
    float accuracy = 0, among = 0, precision = 0, ap = 0;
    dlcv_knn *knn = NULL;
    int i;
    dlcv_status s = dlcv_knn_new(NULL, train, NULL, &knn);
    if (!s) s = dlcv_knn_search(knn, &test->x, k, &nearest, &distances);
    if (!s) s = dlcv_knn_vote(knn, &nearest, &distances, k, &labels);
    if (!s) s = dlcv_accuracy(&labels, &test->y, 1, &accuracy);
    if (!s) printf("%.0f of %d right, k = %d\n", (double)accuracy * n, n, k);
    if (!s && k >= TOP && train->classes >= TOP) { /* where fewer classes have a vote, the smallest labels follow: guesses */
        s = dlcv_knn_scores(knn, &nearest, &distances, k, &scores);
        if (!s) s = dlcv_accuracy(&scores, &test->y, TOP, &among);
        if (!s) printf("%.0f among the %d classes with most votes; the first image:", (double)among * n, TOP);
        for (i = 0; i < train->classes && !s; i++) {
            if (dlcv_f32(&scores)[i] > 0) printf(" %.0f %% class %d", 100 * (double)dlcv_f32(&scores)[i], i);
        }
        printf("\n");
    }
    if (!s) s = dlcv_retrieval(&nearest, &test->y, &train->y, &precision, &ap);
    if (!s) printf("the first %d as a search: precision %.4f, mAP %.4f\n", k, (double)precision, (double)ap);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&nearest);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&labels);
    dlcv_tensor_free(&scores);
    return s;
}

int main(int argc, char **argv)
{
    const int k = argc > 5 ? atoi(argv[5]) : 1;
    dlcv_dataset train = { 0 }, test = { 0 };
    dlcv_status s;
    if (argc < 5 || argc > 6 || k < 1) {
        fprintf(stderr, "usage: knn_idx TRAIN_IMAGES TRAIN_LABELS TEST_IMAGES TEST_LABELS [K]\n");
        return 2;
    }
    s = dlcv_data_idx(NULL, argv[1], argv[2], &train);
    if (!s) s = dlcv_data_idx(NULL, argv[3], argv[4], &test);
    if (!s) {
        printf("%d images of %d x %d, %d classes, %d to test\n", train.x.shape.dim[0], train.x.shape.dim[1],
               train.x.shape.dim[2], train.classes, test.x.shape.dim[0]);
        s = classify(&train, &test, k);
    }
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    return s != DLCV_OK;
}
