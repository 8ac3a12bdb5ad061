/* What tests of training share: digits, a network, a run with all that has state. */
#ifndef DLCV_TEST_TRAINING_H
#define DLCV_TEST_TRAINING_H
#include "../examples/digits.h"

enum { TRAIN = DLCV_DIGITS_TRAIN, TEST = DLCV_DIGITS_TEST };

static dlcv_dataset digits(int train, int n)
{
    dlcv_dataset d;
    memset(&d, 0, sizeof d);
    d.x = dlcv_tensor_view(train ? dlcv_digits_train_x : dlcv_digits_test_x, DLCV_U8, dlcv_shape4(n, 8, 8, 1));
    d.y = dlcv_tensor_view(train ? dlcv_digits_train_y : dlcv_digits_test_y, DLCV_I32, dlcv_shape1(n));
    d.classes = 10;
    return d;
}

/* A convolution, batch_norm, dropout: all that has state. */
static dlcv_node network_with(dlcv_graph *g, float dropout)
{
    dlcv_conv2d_opts o;
    dlcv_preprocess p;
    dlcv_node x;
    memset(&p, 0, sizeof p);
    memset(&o, 0, sizeof o);
    p.height = p.width = 8, p.channels = 1, p.mean[0] = 0.3f, p.stddev[0] = 0.4f;
    o.pad = 1;
    x = dlcv_image_input(g, "image", &p);
    x = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(x, 6, 3, &o), NULL));
    x = dlcv_pool2d(x, DLCV_POOL_MAX, 2, NULL);
    return dlcv_linear(dlcv_dropout(dlcv_flatten(x), dropout), 10);
}

static dlcv_node network(dlcv_graph *g)
{
    return network_with(g, 0.2f);
}

static uint64_t hash_of(dlcv_graph *g)
{
    uint64_t h = 1469598103934665603u;
    int i;
    for (i = 0; i < dlcv_parameter_count(g); i++) {
        const dlcv_tensor *t = dlcv_value(dlcv_parameter_at(g, i));
        const unsigned char *p = (const unsigned char *)t->data;
        size_t k;
        for (k = 0; k < dlcv_tensor_count(t) * 4; k++) h = (h ^ p[k]) * 1099511628211u;
    }
    return h;
}

static dlcv_fit_opts everything(void)
{
    dlcv_fit_opts o;
    memset(&o, 0, sizeof o);
    o.epochs = 2, o.batch = 48, o.smoothing = 0.1f, o.seed = 4;
    o.optimizer.average = 0.9f, o.optimizer.l2 = 1e-4f, o.optimizer.lr = 0.01f, o.schedule = DLCV_SCHEDULE_COSINE, o.warm_up = 0.25f;
    o.augment.shift = 1, o.augment.rotate = 10, o.augment.scale = 0.1f, o.augment.color = 0.1f, o.augment.cutout = 2, o.augment.mixup = 0.2f;
    return o;
}
#endif
