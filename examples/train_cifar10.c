/* A network on CIFAR-10: two layers, ConvNetJS' or a residual one of the zoo. DIR has the six .bin files of the binary version. A fiftieth of the training
 * set is kept apart to watch and to choose by; the test set is asked once. Interrupted, it goes on where it stopped.
 *
 *     cc -O2 -I.. train_cifar10.c -o train_cifar10 -lm -pthread
 *     ./train_cifar10 DIR [NET: two_layer, convnetjs, resnet20, ...] [EPOCHS, 0: 15, 50 or 70] [FOLDER] [THREADS, 1] [SAMPLES, 0: all] [LR]
 *
 * two_layer   200 hidden units between pixels and scores; SGD with momentum, one cycle, batches of 128, pictures as they are
 * convnetjs   shifts of 2 and flips, and a test by several views, as on its page, which has Adadelta and batches of 4; here are Adam, one cycle, batches of 64
 * residual    SGD with momentum, one cycle, batches of 128, shifts of 4 and flips (He et al. 2015, section 4.2)
 *
 * test if build/cifar-10-batches-bin/test_batch.bin: build/cifar-10-batches-bin two_layer 2 build/examples 1 300 -> two_layer: test error
 * test if build/cifar-10-batches-bin/test_batch.bin: build/cifar-10-batches-bin convnetjs 1 build/examples 1 300 -> convnetjs: test error */
#define DLCV_POOL
#define DLCV_DISPATCH /* the fastest code for this machine, whatever the compiler flags */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "report.h"

/* Pictures moved by dy and dx, and mirrored; what is outside repeats the border. */
static void view(const dlcv_tensor *x, int dy, int dx, int flip, dlcv_tensor *out)
{
    const int n = x->shape.dim[0], size = x->shape.dim[1];
    int i, r, c;
    for (i = 0; i < n; i++) {
        const size_t first = (size_t)i * (size_t)(size * size);
        for (r = 0; r < size; r++) {
            const int from = r + dy < 0 ? 0 : r + dy >= size ? size - 1 : r + dy;
            for (c = 0; c < size; c++) {
                const int column = (flip ? size - 1 - c : c) + dx, inside = column < 0 ? 0 : column >= size ? size - 1 : column;
                memcpy(dlcv_u8(out) + (first + (size_t)(r * size + c)) * 3, dlcv_u8(x) + (first + (size_t)(from * size + inside)) * 3, 3);
            }
        }
    }
}

/* What the mean over ten views of each picture says, as the pages of ConvNetJS ask (with seven, drawn at random): itself and four shifts, and their mirror
 * images. */
static dlcv_status ten_views(dlcv_node scores, const dlcv_dataset *test, const char *name)
{
    static const int shifts[5][2] = { { 0, 0 }, { -1, -1 }, { -1, 1 }, { 1, -1 }, { 1, 1 } };
    const dlcv_node p = dlcv_softmax(scores, 1);
    dlcv_tensor one = { 0 }, out = { 0 }, sum = { 0 };
    float right = 0;
    int i;
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_U8, test->x.shape, &one);
    for (i = 0; i < 10 && !s; i++) {
        view(&test->x, shifts[i / 2][0], shifts[i / 2][1], i % 2, &one);
        s = dlcv_predict(p, &one, i ? &out : &sum);
        if (!s && i) s = dlcv_axpy(1, &out, &sum);
    }
    if (!s) s = dlcv_accuracy(&sum, &test->y, 1, &right);
    if (!s) printf("%s: %.2f %% wrong by ten views\n", name, 100 * (1 - (double)right));
    dlcv_tensor_free(&one), dlcv_tensor_free(&out), dlcv_tensor_free(&sum);
    return s;
}

int main(int argc, char **argv)
{
    const char *name = argc > 2 ? argv[2] : "convnetjs", *folder = argc > 4 ? argv[4] : ".";
    const int residual = strncmp(name, "resnet", 6) == 0, two_layer = strcmp(name, "two_layer") == 0, width = argc > 5 ? atoi(argv[5]) : 1, samples = argc > 6 ? atoi(argv[6]) : 0;
    static report r;
    dlcv_dataset all = { 0 }, train = { 0 }, validation = { 0 }, test = { 0 };
    dlcv_preprocess p = { 0 };
    dlcv_env env = { 0 };
    dlcv_fit_opts o = { 0 };
    dlcv_graph *g = NULL;
    dlcv_node scores = { 0 };
    char checkpoint[1024], weights[1024];
    dlcv_status s = width > 1 ? dlcv_pool_new(NULL, width, &env.threads) : DLCV_OK;
    if (!s) s = dlcv_data_cifar10(NULL, argc > 1 ? argv[1] : ".", &all, &test);
    if (!s && samples) {
        dlcv_dataset some = all;
        some.x = dlcv_tensor_rows(&all.x, 0, samples), some.y = dlcv_tensor_rows(&all.y, 0, samples);
        test.x.shape.dim[0] = test.y.shape.dim[0] = samples;
        s = dlcv_data_split(NULL, &some, 50, 0, 1, &train, &validation);
    } else if (!s) {
        s = dlcv_data_split(NULL, &all, 50, 0, 1, &train, &validation);
    }
    dlcv_data_free(&all);
    if (!s) s = dlcv_preprocess_measure(&train.x, &p);
    if (!s) {
        g = dlcv_graph_new(&env, 1);
        scores = dlcv_image_input(g, "image", &p);
        if (two_layer) scores = dlcv_linear(dlcv_relu(dlcv_linear(dlcv_flatten(scores), 200)), 10);
        else scores = dlcv_zoo(scores, name, 10);
    }
    snprintf(checkpoint, sizeof checkpoint, "%s/%s-checkpoint.safetensors", folder, name);
    snprintf(weights, sizeof weights, "%s/%s.safetensors", folder, name);
    o.epochs = argc > 3 ? atoi(argv[3]) : 0;
    o.seed = 1;
    o.schedule = DLCV_SCHEDULE_ONE_CYCLE;
    if (!two_layer) o.augment.flip = 1, o.augment.fill = 120;       /* the mean grey */
    if (residual) {
        if (!o.epochs) o.epochs = 70;
        o.batch = 128, o.augment.shift = 4;
        o.optimizer.method = DLCV_METHOD_NESTEROV, o.optimizer.lr = 0.2f, o.optimizer.l2 = 2.5e-4f;
    } else if (two_layer) {
        if (!o.epochs) o.epochs = 15;
        o.batch = 128;
        o.optimizer.method = DLCV_METHOD_NESTEROV, o.optimizer.lr = 0.04f, o.optimizer.l2 = 2e-3f;
    } else {
        if (!o.epochs) o.epochs = 50;
        o.batch = 64, o.augment.shift = 2;
        o.optimizer.lr = 0.004f, o.optimizer.l2 = 5e-6f;            /* Adam */
    }
    if (argc > 7) o.optimizer.lr = (float)atof(argv[7]);
    o.validation = &validation, o.checkpoint = checkpoint, o.on_step = report_step, o.user = &r;
    if (!s) s = dlcv_fit(scores, &train, &o);
    if (!s) s = report_end(scores, &test, &r, name, folder);
    if (!s && !residual && !two_layer) s = ten_views(scores, &test, name);
    if (!s) s = dlcv_weights_save(g, weights);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_graph_free(g);
    dlcv_pool_free(&env.threads);
    dlcv_data_free(&train), dlcv_data_free(&validation), dlcv_data_free(&test);
    return s != DLCV_OK;
}
