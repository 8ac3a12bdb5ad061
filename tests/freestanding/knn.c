/* k-NN without an operating system: no C library, all memory from one static block. See tests/test_freestanding.py. Prints a
 * line for each failure, then "281 of 297 right, N bytes of memory, results HASH". */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include "start.h"

enum { FOLDS = 5, KS = 5, TRAIN = DLCV_DIGITS_TRAIN, TEST = DLCV_DIGITS_TEST, PIXELS = 64 };

static unsigned char block[1 << 20];
static float train_f32[TRAIN * PIXELS], test_f32[TEST * PIXELS];
static dlcv_arena arena;
static dlcv_env env;
static int failures;
static size_t written;
static uint64_t hash = 1469598103934665603u;        /* FNV-1a */

static size_t length(const char *text)
{
    size_t n = 0;
    while (text[n]) n++;
    return n;
}

static void check(int right, const char *what)
{
    if (right || failures++ > 9) return;
    say_bytes("FAILED ", 7);
    say_bytes(what, length(what));
    say_bytes("; ", 2);
    say_bytes(dlcv_error(), length(dlcv_error()));
    say_bytes("\n", 1);
}

static int has(const char *text, const char *part)
{
    size_t i;
    for (; *text; text++) {
        for (i = 0; part[i] && text[i] == part[i]; i++) {}
        if (!part[i]) return 1;
    }
    return 0;
}

static void add(const dlcv_tensor *t)
{
    const size_t n = dlcv_tensor_count(t);
    size_t i;
    for (i = 0; i < n; i++) {
        const int32_t v = t->dtype == DLCV_I32 ? dlcv_i32(t)[i] : (int32_t)(dlcv_f32(t)[i] * 1024);
        hash = (hash ^ (uint32_t)v) * 1099511628211u;
    }
}

static dlcv_status write_file(const char *path, const void *data, size_t bytes, void *user)
{
    (void)path;
    (void)data;
    *(size_t *)user += bytes;
    return DLCV_OK;
}

/* The k with the best mean accuracy over the folds, as in examples/quickstart.c. */
static int choose_k(const dlcv_dataset *train)
{
    static const int ks[KS] = { 1, 3, 5, 10, 20 };
    float score[KS][FOLDS], mean, best_mean = 0;
    dlcv_tensor indices = { 0 }, distances = { 0 }, labels = { 0 };
    dlcv_dataset rest = { { 0 }, { 0 }, 0, 0 }, held_out = { { 0 }, { 0 }, 0, 0 };
    int best = 0, fold, i;
    for (fold = 0; fold < FOLDS; fold++) {
        dlcv_knn *knn = NULL;
        check(dlcv_data_split(&env, train, FOLDS, fold, 1, &rest, &held_out) == DLCV_OK, "split");
        check(dlcv_knn_new(&env, &rest, NULL, &knn) == DLCV_OK, "new");
        check(dlcv_knn_search(knn, &held_out.x, ks[KS - 1], &indices, &distances) == DLCV_OK, "search");
        for (i = 0; i < KS; i++) {
            check(dlcv_knn_vote(knn, &indices, &distances, ks[i], &labels) == DLCV_OK, "vote");
            check(dlcv_accuracy(&labels, &held_out.y, 1, &score[i][fold]) == DLCV_OK, "accuracy");
        }
        dlcv_knn_free(knn);
    }
    for (i = 0; i < KS; i++) {
        dlcv_mean_stddev(score[i], FOLDS, &mean, NULL);
        if (mean > best_mean) best = ks[i];
        if (mean > best_mean) best_mean = mean;
    }
    dlcv_tensor_free(&labels);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&indices);
    dlcv_data_free(&held_out);
    dlcv_data_free(&rest);
    return best;
}

/* Searches in x of either type; both find the same neighbours, since the floats are the bytes. */
static void search(const dlcv_dataset *train, const dlcv_tensor *queries, dlcv_metric metric, int k, dlcv_tensor *indices)
{
    dlcv_knn_opts opts = { DLCV_METRIC_L2, 1 };
    dlcv_tensor distances = { 0 };
    dlcv_knn *knn = NULL;
    opts.metric = metric;
    check(dlcv_knn_new(&env, train, &opts, &knn) == DLCV_OK, "new");
    check(dlcv_knn_search(knn, queries, k, indices, &distances) == DLCV_OK, "search");
    add(indices);
    add(&distances);
    dlcv_tensor_free(&distances);
    dlcv_knn_free(knn);
}

static int right_of(const dlcv_dataset *train, const dlcv_dataset *test, int k)
{
    dlcv_tensor labels = { 0 };
    dlcv_knn *knn = NULL;
    int right = 0, i;
    check(dlcv_knn_new(&env, train, NULL, &knn) == DLCV_OK, "new");
    check(dlcv_knn_predict(knn, &test->x, k, &labels) == DLCV_OK, "predict");
    for (i = 0; i < TEST && !failures; i++) right += dlcv_i32(&labels)[i] == dlcv_i32(&test->y)[i];
    dlcv_tensor_free(&labels);
    dlcv_knn_free(knn);
    return right;
}

/* What is not there says so. */
static void refusals(const dlcv_dataset *train)
{
    dlcv_tensor t = { 0 };
    dlcv_knn *knn = NULL;
    dlcv_threads threads;
    static const dlcv_progress none;
    dlcv_progress progress = none;
    unsigned char small[256];
    dlcv_arena tiny;
    dlcv_env e = { { 0 }, { 0 }, { 0 }, 0 };
    check(dlcv_knn_new(NULL, train, NULL, &knn) == DLCV_ERR_MEMORY && has(dlcv_error(), "DLCV_MALLOC, memory takes env.memory"), "no malloc");
    check(dlcv_tensor_load(&env, "x.npy", &t) == DLCV_ERR_UNSUPPORTED && has(dlcv_error(), "reading takes env.files.read"), "no files");
    check(dlcv_pool_new(&env, 2, &threads) == DLCV_ERR_UNSUPPORTED, "no threads");
    check(dlcv_self_test(&env) == 0, "no clock");
    progress.step = 1, progress.steps = 2;
    check(dlcv_progress_bar(&progress, NULL) == 0, "no terminal");
    e.memory = dlcv_arena_memory(&tiny, small, sizeof small);
    check(dlcv_tensor_new(&e, DLCV_F32, dlcv_shape1(100), &t) == DLCV_ERR_MEMORY && has(dlcv_error(), "arena of 256 bytes"), "arena");
}

static void all(void)
{
    dlcv_dataset train = { { 0 }, { 0 }, 0, 0 }, test = { { 0 }, { 0 }, 0, 0 }, floats = { { 0 }, { 0 }, 0, 0 };
    dlcv_tensor queries, bytes = { 0 }, same = { 0 };
    dlcv_series line = { 0 };
    float y[3] = { 0.25f, -1e-3f, 7 };
    int m, i, right;
    train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape3(TRAIN, 8, 8));
    train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    test.x = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape3(TEST, 8, 8));
    test.y = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(TEST));
    train.classes = test.classes = DLCV_DIGITS_CLASSES;
    for (i = 0; i < TRAIN * PIXELS; i++) train_f32[i] = (float)dlcv_digits_train_x[i] / 255;
    for (i = 0; i < TEST * PIXELS; i++) test_f32[i] = (float)dlcv_digits_test_x[i] / 255;
    floats.x = dlcv_tensor_view(train_f32, DLCV_F32, dlcv_shape2(TRAIN, PIXELS));
    queries = dlcv_tensor_view(test_f32, DLCV_F32, dlcv_shape2(TEST, PIXELS));
    right = right_of(&train, &test, choose_k(&train));
    for (m = 0; m < 5; m++) {
        search(&train, &test.x, (dlcv_metric)m, 7, &bytes);
        search(&floats, &queries, (dlcv_metric)m, 7, &same);
        for (i = 0; m == DLCV_METRIC_L2 && i < TEST * 7 && !failures; i += 7)
            check(dlcv_i32(&bytes)[i] == dlcv_i32(&same)[i], "floats find other neighbours than bytes");
    }
    dlcv_tensor_free(&same);
    dlcv_tensor_free(&bytes);
    line.y = y;
    line.count = 3;
    check(dlcv_view_plot(&env, &line, 1, NULL, "line.svg") == DLCV_OK && written > 1000, "plot");
    check(arena.used == 0, "everything was released");
    if (!failures) {
        dlcv_fail(DLCV_OK, "%s: %d of %d right, %zu bytes of memory, results %08x%08x\n", dlcv_backend(), right, (int)TEST, arena.peak,
                  (unsigned)(hash >> 32), (unsigned)hash);
        say_bytes(dlcv_error(), length(dlcv_error()));
    }
    refusals(&train);
}

int main(void)
{
    env.memory = dlcv_arena_memory(&arena, block, sizeof block);
    env.files.write = write_file;
    env.files.user = &written;
    all();
    return failures != 0;
}
