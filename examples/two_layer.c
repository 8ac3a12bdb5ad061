/* The lecture's two-layer network, twenty lines by hand: 64 samples, 1000 numbers in, 100 hidden units, 10 numbers out, sigmoid, squared error,
 * gradient descent at 1e-4.
 *
 *     cc -O2 -I.. two_layer.c -o two_layer -lm
 *     ./two_layer [STEPS, 2000]
 *
 * test: 200 -> step  200 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <stdlib.h>

enum { N = 64, D = 1000, H = 100, C = 10 };

int main(int argc, char **argv)
{
    const int steps = argc > 1 ? atoi(argv[1]) : 2000;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "x", DLCV_F32, dlcv_shape2(N, D)), y = dlcv_input(g, "y", DLCV_F32, dlcv_shape2(N, C));
    dlcv_node w1 = dlcv_parameter(g, "w1", dlcv_shape2(D, H), DLCV_INIT_NORMAL, 1.0f);
    dlcv_node w2 = dlcv_parameter(g, "w2", dlcv_shape2(H, C), DLCV_INIT_NORMAL, 1.0f);
    dlcv_node h = dlcv_sigmoid(dlcv_matmul(x, w1));
    dlcv_node loss = dlcv_reduce(dlcv_square(dlcv_sub(dlcv_matmul(h, w2), y)), DLCV_REDUCE_SUM, DLCV_ALL);
    dlcv_tensor xs = { 0 }, ys = { 0 };
    dlcv_rng rng = dlcv_rng_seed(2);
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(N, D), &xs);
    size_t i;
    int t;
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(N, C), &ys);
    for (i = 0; i < dlcv_tensor_count(&xs); i++) dlcv_f32(&xs)[i] = dlcv_rng_normal(&rng);
    for (i = 0; i < dlcv_tensor_count(&ys); i++) dlcv_f32(&ys)[i] = dlcv_rng_normal(&rng);
    if (!s) s = dlcv_bind(x, &xs);
    if (!s) s = dlcv_bind(y, &ys);
    for (t = 0; t <= steps && !s; t++) {
        s = dlcv_forward(loss, DLCV_MODE_TRAIN);
        if (!s && t % 100 == 0) printf("step %4d  loss %.6g\n", t, (double)dlcv_item(loss));
        if (!s) s = dlcv_backward(loss);
        if (!s) s = dlcv_axpy(-1e-4f, dlcv_gradient(w1), dlcv_value(w1));
        if (!s) s = dlcv_axpy(-1e-4f, dlcv_gradient(w2), dlcv_value(w2));
    }
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_tensor_free(&xs);
    dlcv_tensor_free(&ys);
    dlcv_graph_free(g);
    return s != DLCV_OK;
}
