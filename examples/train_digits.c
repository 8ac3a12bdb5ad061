/* A network with one hidden layer learns the 1,500 training digits by minibatch gradient descent and is asked once for the 297 test digits.
 *
 *     cc -O2 -I.. train_digits.c -o train_digits -lm
 *     ./train_digits [EPOCHS, 30]
 *
 * test: 30 -> of 297 wrong, 9 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAIN = 1500, TEST = 297, BATCH = 50 };

int main(int argc, char **argv)
{
    const int epochs = argc > 1 ? atoi(argv[1]) : 30;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_preprocess pixels = { 8, 8, 1, 0, DLCV_INTERPOLATION_SMOOTH, 0, 0, 0, { 0 }, { 0 } };            /* bytes 0 .. 255 to floats 0 .. 1 */
    dlcv_optimizer optimizer;
    dlcv_node image = dlcv_image_input(g, "image", &pixels), label = dlcv_input(g, "label", DLCV_I32, dlcv_shape1(-1));
    dlcv_node hidden = dlcv_relu(dlcv_linear(dlcv_flatten(image), 64));
    dlcv_node scores = dlcv_linear(hidden, 10);
    dlcv_node loss = dlcv_loss(scores, label, DLCV_LOSS_SOFTMAX, NULL);
    dlcv_tensor some_x = { 0 }, some_y = { 0 };
    const dlcv_tensor x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(TRAIN, 8, 8, 1));
    const dlcv_tensor test_x = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape4(TEST, 8, 8, 1));
    const dlcv_tensor y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    const dlcv_tensor test_y = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(TEST));
    dlcv_rng rng = dlcv_rng_seed(2);
    int order[TRAIN], i, epoch;
    float right = 0;
    dlcv_status s = DLCV_OK;
    memset(&optimizer, 0, sizeof optimizer);
    optimizer.method = DLCV_METHOD_SGD;
    optimizer.lr = 0.1f;
    for (i = 0; i < TRAIN; i++) order[i] = i;
    for (epoch = 1; epoch <= epochs && !s; epoch++) {
        double sum = 0;
        dlcv_rng_shuffle(&rng, order, TRAIN);
        for (i = 0; i < TRAIN && !s; i += BATCH) {
            s = dlcv_tensor_take(NULL, &x, order + i, BATCH, &some_x);
            if (!s) s = dlcv_tensor_take(NULL, &y, order + i, BATCH, &some_y);
            if (!s) s = dlcv_bind(image, &some_x);
            if (!s) s = dlcv_bind(label, &some_y);
            if (!s) s = dlcv_forward(loss, DLCV_MODE_TRAIN);
            if (!s) sum += (double)dlcv_item(loss);
            if (!s) s = dlcv_backward(loss);
            if (!s) s = dlcv_update(g, &optimizer);
        }
        if (!s && epoch % 10 == 0) printf("epoch %d: loss %.4f\n", epoch, sum * BATCH / TRAIN);
    }
    if (!s) s = dlcv_bind(image, &test_x);
    if (!s) s = dlcv_forward(scores, DLCV_MODE_INFER);
    if (!s) s = dlcv_accuracy(dlcv_value(scores), &test_y, 1, &right);
    if (!s) printf("%d of %d wrong, %.1f %% right\n", (int)((1 - right) * TEST + 0.5f), TEST, 100 * (double)right);
    else fprintf(stderr, "%s\n", dlcv_error());
    dlcv_tensor_free(&some_x), dlcv_tensor_free(&some_y);
    dlcv_graph_free(g);
    return s != DLCV_OK;
}
