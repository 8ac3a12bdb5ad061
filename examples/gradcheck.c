/* Checking gradients: the lecture's table of nine differences, then a network's gradient against differences of three kinds and many steps.
 *
 *     cc -O2 -I.. gradcheck.c -o gradcheck -lm
 *     ./gradcheck
 *
 * test: -> dL/dW by differences: -2.5 0.6 0.0 0.2 0.7 -0.5 1.1 1.3 -2.1
 * test: -> along 10 random directions */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <string.h>

/* L(W) = 1.25347 + g . (W - W0), of which the lecture shows some values near W0 */
static dlcv_status lecture(void)
{
    static const float start[9] = { 0.34f, -1.11f, 0.78f, 0.12f, 0.55f, 2.81f, -3.1f, -1.5f, 0.33f };
    static const float slope[9] = { -2.5f, 0.6f, 0, 0.2f, 0.7f, -0.5f, 1.1f, 1.3f, -2.1f };
    const float h = 0.0001f;
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node w = dlcv_parameter(g, "W", dlcv_shape1(9), DLCV_INIT_CONSTANT, 0);
    dlcv_tensor t = dlcv_tensor_view(start, DLCV_F32, dlcv_shape1(9)), s = dlcv_tensor_view(slope, DLCV_F32, dlcv_shape1(9));
    dlcv_node loss = dlcv_affine(dlcv_reduce(dlcv_mul(dlcv_sub(w, dlcv_constant(g, &t)), dlcv_constant(g, &s)), DLCV_REDUCE_SUM, DLCV_ALL), 1, 1.25347f);
    dlcv_status status = dlcv_graph_status(g);
    float *values, difference[9];
    int i;
    if (!status && dlcv_value(w)) memcpy(dlcv_value(w)->data, start, sizeof start);
    if (!status) status = dlcv_forward(loss, DLCV_MODE_GRADIENT);
    if (!status) printf("L(W) = %.5f\n", (double)dlcv_item(loss));
    for (i = 0; i < 9 && !status; i++) {
        values = dlcv_f32(dlcv_value(w));
        values[i] = start[i] + h;
        status = dlcv_forward(loss, DLCV_MODE_GRADIENT);
        difference[i] = (dlcv_item(loss) - 1.25347f) / (values[i] - start[i]);
        printf("W[%d] %5.2f + %.4f: L = %.5f, dL/dW[%d] = %4.1f\n", i, (double)start[i], (double)h, (double)dlcv_item(loss), i, (double)difference[i]);
        values[i] = start[i];
    }
    if (!status) printf("dL/dW by differences:");
    for (i = 0; i < 9 && !status; i++) printf(" %.1f", (double)difference[i] + 0.0001);        /* no -0.0 */
    if (!status) printf("\n\n");
    dlcv_graph_free(g);
    return status;
}

/* A network without kinks, a minibatch of numbers, cross-entropy. */
static dlcv_node network(dlcv_graph *g, const dlcv_tensor *pixels, const dlcv_tensor *labels)
{
    dlcv_node h = dlcv_tanh(dlcv_linear(dlcv_constant(g, pixels), 12));
    return dlcv_loss(dlcv_linear(h, 4), dlcv_constant(g, labels), DLCV_LOSS_SOFTMAX, NULL);
}

static dlcv_status steps(dlcv_node loss)
{
    static const char *const names[] = { "four points", "centred", "one-sided" };
    static const dlcv_difference methods[] = { DLCV_DIFFERENCE_FOUR_POINT, DLCV_DIFFERENCE_CENTRED, DLCV_DIFFERENCE_ONE_SIDED };
    static const double step[] = { 0.3, 0.1, 0.03, 0.01, 0.001, 0.0001, 0.00001 };
    dlcv_check_opts opts;
    dlcv_check check;
    dlcv_status status = DLCV_OK;
    int m, i;
    memset(&opts, 0, sizeof opts);
    printf("the worst difference to backpropagation, as a part of the largest gradient\n%-12s", "step");
    for (i = 0; i < 7; i++) printf(" %9g", step[i]);
    printf("\n");
    for (m = 0; m < 3 && !status; m++) {
        printf("%-12s", names[m]);
        for (i = 0; i < 7 && !status; i++) {
            opts.method = methods[m];
            opts.step = step[i];
            status = dlcv_gradient_check(loss, &opts, &check);
            printf(" %9.1e", check.worst);
        }
        printf("\n");
    }
    opts.method = DLCV_DIFFERENCE_FOUR_POINT;
    opts.step = 0;
    opts.directions = 10;
    if (!status) status = dlcv_gradient_check(loss, &opts, &check);
    if (!status) printf("\nalong 10 random directions, all %d parameters at once: %.1e\n", 16 * 12 + 12 + 12 * 4 + 4, check.worst);
    return status;
}

int main(void)
{
    float pixels[8 * 16];
    int32_t labels[8];
    dlcv_rng rng = dlcv_rng_seed(1);
    dlcv_tensor x = dlcv_tensor_view(pixels, DLCV_F32, dlcv_shape2(8, 16)), y = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(8));
    dlcv_graph *g = dlcv_graph_new(NULL, 2);
    dlcv_status status;
    int i;
    for (i = 0; i < 8 * 16; i++) pixels[i] = dlcv_rng_normal(&rng);
    for (i = 0; i < 8; i++) labels[i] = i % 4;
    status = lecture();
    if (!status) status = steps(network(g, &x, &y));
    if (status) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(g);
    return status != DLCV_OK;
}
