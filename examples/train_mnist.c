/* LeNet-5 on MNIST, or on what has its format (Fashion-MNIST): train-images-idx3-ubyte and its three companions in a folder, as they are or gzip'd (with
 * stb_image.h or zlib.h). A tenth of the training set is kept apart to watch; the test set is asked once. Interrupted, it goes on where it stopped.
 *
 *     cc -O2 -I.. train_mnist.c -o train_mnist -lm -pthread
 *     ./train_mnist DATA [FOLDER for pictures and the checkpoint] [EPOCHS, 15] [THREADS, 1] [SEED, 1]
 *
 * test if data/digits/train-images-idx3-ubyte: data/digits build/examples 3 -> lenet5: test error */
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>) /* unpacks .gz */
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#define DLCV_POOL
#define DLCV_DISPATCH /* the fastest code for this machine, whatever the compiler flags */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "report.h"

#ifdef TRAIN_FASHION /* train_fashion.c */
#define NAME "fashion"
#define L2 0.03f
enum { EPOCHS = 10, BATCH = 32 };
#else
#define NAME "lenet5"
#define L2 0.01f
enum { EPOCHS = 15, BATCH = 64 };
#endif

/* The first of four names that is there; test sets are called t10k or test. */
static dlcv_status read_pair(const char *folder, const char *which, const char *other, dlcv_dataset *out)
{
    char images[1024], labels[1024];
    dlcv_status s = DLCV_OK;
    int i;
    for (i = 0; i < 4; i++) {
        snprintf(images, sizeof images, "%s/%s-images-idx3-ubyte%s", folder, i / 2 ? other : which, i % 2 ? ".gz" : "");
        snprintf(labels, sizeof labels, "%s/%s-labels-idx1-ubyte%s", folder, i / 2 ? other : which, i % 2 ? ".gz" : "");
        s = dlcv_data_idx(NULL, images, labels, out);
        if (s != DLCV_ERR_NOT_FOUND) break;
    }
    return s;
}

int main(int argc, char **argv)
{
    const char *data = argc > 1 ? argv[1] : ".", *folder = argc > 2 ? argv[2] : ".";
    const int epochs = argc > 3 ? atoi(argv[3]) : EPOCHS, width = argc > 4 ? atoi(argv[4]) : 1;
    const uint64_t seed = argc > 5 ? (uint64_t)atol(argv[5]) : 1;
    static report r;
    dlcv_dataset all = { 0 }, train = { 0 }, validation = { 0 }, test = { 0 };
    dlcv_preprocess p = { 0 };
    dlcv_env env = { 0 };
    dlcv_fit_opts o = { 0 };
    dlcv_graph *g = NULL;
    dlcv_node scores = { 0 };
    char checkpoint[1024];
    dlcv_status s = width > 1 ? dlcv_pool_new(NULL, width, &env.threads) : DLCV_OK;
    if (!s) s = read_pair(data, "train", "train", &all);
    if (!s) s = read_pair(data, "t10k", "test", &test);
    if (!s) s = dlcv_data_split(NULL, &all, 10, 0, 1, &train, &validation);
    if (!s) s = dlcv_preprocess_measure(&train.x, &p);
    p.height = p.width = 28;
    if (!s) {
        g = dlcv_graph_new(&env, seed);
        scores = dlcv_zoo(dlcv_image_input(g, "image", &p), "lenet5", 10);
    }
    snprintf(checkpoint, sizeof checkpoint, "%s/" NAME "-checkpoint.safetensors", folder);
    o.epochs = epochs, o.batch = BATCH, o.seed = seed;
    o.optimizer.method = DLCV_METHOD_ADAMW, o.optimizer.lr = 0.004f, o.optimizer.l2 = L2;
    o.schedule = DLCV_SCHEDULE_ONE_CYCLE;
#ifdef TRAIN_FASHION
    o.augment.flip = 1;
#else
    o.augment.shift = 1, o.augment.rotate = 10, o.augment.scale = 0.1f;
#endif
    o.validation = &validation, o.checkpoint = checkpoint, o.on_step = report_step, o.user = &r;
    if (!s) s = dlcv_fit(scores, &train, &o);
    if (!s) s = report_end(scores, &test, &r, NAME, folder);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    else remove(checkpoint);
    dlcv_graph_free(g);
    dlcv_pool_free(&env.threads);
    dlcv_data_free(&all), dlcv_data_free(&train), dlcv_data_free(&validation), dlcv_data_free(&test);
    return s != DLCV_OK;
}
