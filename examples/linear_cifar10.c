/* Linear classifiers of pictures: a multiclass SVM and softmax regression, and the ways to W that know no gradient: many random ones, and small random
 * steps that are kept where the loss falls. DIR has CIFAR-10's six .bin files (https://www.cs.toronto.edu/~kriz/cifar.html); without it: the digits of
 * digits.h.
 *
 *     cc -O2 -march=native -I.. linear_cifar10.c -o linear_cifar10 -lm
 *     ./linear_cifar10 [DIR] [--epochs N] [--lr X] [--l2 X] [--choose 1] [--seed N] [--random DRAWS] [--local STEPS] [--folder FOR PICTURES]
 *
 * --choose tries nine pairs of rate and regularisation on nine tenths of the training set, takes the one that the last tenth likes best, learns from all with
 * it, and only then asks the test set, once.
 *
 * The searches are the ones of Stanford's CS231n: pixels 0 .. 255 less the mean picture, a 1 behind them, the SVM's loss over all training pictures;
 * DRAWS of W ~ 0.0001 N(0, 1), or from W ~ 0.001 N(0, 1) on by STEPS of 0.0001 N(0, 1). They hold the pictures as floats (614 MB).
 *
 * test if build/cifar-10-batches-bin/test_batch.bin: build/cifar-10-batches-bin --epochs 1 --folder build -> wrote build/templates_softmax.ppm
 * test: --folder build --random 60 --local 60 -> wrote build/templates_softmax.ppm
 * test: --folder build --epochs 2 --choose 1 -> softmax: chosen lr */
#ifdef DLCV_DEMO_STB_WRITE /* then also .png */
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLASSES = 10, AT_ONCE = 20, BLOCK = 500 };

typedef struct options {
    const char *dir, *folder;
    int epochs, choose, random, local;
    float lr, l2;
    uint64_t seed;
} options;

static int parse(int argc, char **argv, options *o)
{
    int i;
    for (i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "0";
        if (name[0] != '-') {
            o->dir = name;
            continue;
        }
        if (!strcmp(name, "--epochs")) o->epochs = atoi(value);
        else if (!strcmp(name, "--lr")) o->lr = (float)atof(value);
        else if (!strcmp(name, "--l2")) o->l2 = (float)atof(value);
        else if (!strcmp(name, "--seed")) o->seed = (uint64_t)atoi(value);
        else if (!strcmp(name, "--choose")) o->choose = atoi(value);
        else if (!strcmp(name, "--random")) o->random = atoi(value);
        else if (!strcmp(name, "--local")) o->local = atoi(value);
        else if (!strcmp(name, "--folder")) o->folder = value;
        else return fprintf(stderr, "what is %s?\n", name), 0;
        i++;
    }
    return 1;
}

/* ---- by the gradient */

static int report(const dlcv_progress *p, void *user)
{
    if (p->epoch % 5 == 0 || p->epoch == 1 || p->done)
        printf("%s, epoch %3d: loss %.4f, training accuracy %.1f %%\n", *(const char *const *)user, p->epoch, (double)p->loss, 100 * (double)p->accuracy);
    return 0;
}

static dlcv_status save_templates(const dlcv_linear_classifier *c, const options *o, const char *name)
{
    dlcv_tensor picture = { 0 };
    char path[1024];
    dlcv_status s = dlcv_view_grid(NULL, dlcv_linear_classifier_weights(c), 5, o->dir ? 4 : 16, NULL, &picture);
    snprintf(path, sizeof path, "%s/templates_%s.ppm", o->folder, name);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#ifdef DLCV_DEMO_STB_WRITE
    snprintf(path, sizeof path, "%s/templates_%s.png", o->folder, name);
    if (!s) s = dlcv_image_save(NULL, &picture, path);
    if (!s) printf("wrote %s\n", path);
#endif
    dlcv_tensor_free(&picture);
    return s;
}

/* One classifier; right: the fraction of `asked` that it knows. */
static dlcv_status learn_one(const dlcv_dataset *train, const dlcv_dataset *asked, const options *o, dlcv_loss_kind loss, const char *name,
                             dlcv_linear_classifier **c, float *right)
{
    dlcv_linear_opts opts;
    dlcv_tensor labels = { 0 };
    dlcv_status s;
    memset(&opts, 0, sizeof opts);
    opts.loss = loss;
    opts.epochs = o->epochs;
    opts.batch = 128;
    opts.seed = o->seed;
    opts.schedule = DLCV_SCHEDULE_COSINE;
    opts.optimizer.lr = o->lr;
    opts.optimizer.l2 = o->l2;
    opts.on_step = name ? report : NULL;
    opts.user = &name;
    s = dlcv_linear_classifier_new(NULL, train, &opts, c);
    if (!s) s = dlcv_linear_classifier_predict(*c, &asked->x, &labels);
    if (!s) s = dlcv_accuracy(&labels, &asked->y, 1, right);
    dlcv_tensor_free(&labels);
    return s;
}

/* The rate, from a fifth of o's to five times as much, and l2 that do best on a held-out tenth of the training set. */
static dlcv_status choose(const dlcv_dataset *train, options *o, dlcv_loss_kind loss, const char *name)
{
    const dlcv_range ranges[2] = { { o->lr / 5, o->lr * 5, 3, 1 }, { 1e-5f, 1e-1f, 3, 1 } };
    dlcv_dataset rest = { 0 }, held_out = { 0 };
    options tried = *o;
    float value[2], right, most = -1;
    int trial;
    dlcv_status s = dlcv_data_split(NULL, train, 10, 0, o->seed, &rest, &held_out);
    for (trial = 0; !s && dlcv_search_point(ranges, 2, trial, o->seed, value); trial++) {
        dlcv_linear_classifier *c = NULL;
        tried.lr = value[0], tried.l2 = value[1];
        s = learn_one(&rest, &held_out, &tried, loss, NULL, &c, &right);
        if (!s) printf("%s, lr %g, l2 %g: %.2f %% of the held-out tenth right\n", name, (double)tried.lr, (double)tried.l2, 100 * (double)right);
        if (!s && right > most) most = right, o->lr = tried.lr, o->l2 = tried.l2;
        dlcv_linear_classifier_free(c);
    }
    if (!s) printf("%s: chosen lr %g, l2 %g\n", name, (double)o->lr, (double)o->l2);
    dlcv_data_free(&rest);
    dlcv_data_free(&held_out);
    return s;
}

static dlcv_status learn(const dlcv_dataset *train, const dlcv_dataset *test, const options *given, dlcv_loss_kind loss, const char *name)
{
    dlcv_linear_classifier *c = NULL;
    options o = *given;
    float right = 0;
    dlcv_status s = o.choose ? choose(train, &o, loss, name) : DLCV_OK;
    if (!s) s = learn_one(train, test, &o, loss, name, &c, &right);
    if (!s) printf("%s: %.2f %% of the test set right (lr %g, l2 %g, seed %d)\n", name, 100 * (double)right, (double)o.lr, (double)o.l2, (int)o.seed);
    if (!s) s = save_templates(c, &o, name);
    if (!s && right < 0.3f) s = dlcv_fail(DLCV_ERR_NUMERIC, "%s should know more than that", name);
    dlcv_linear_classifier_free(c);
    return s;
}

/* ---- without it */

/* Pixels less those of the mean picture as floats, and a 1 behind them: f32 [n, d + 1] */
static dlcv_status with_ones(const dlcv_dataset *set, const dlcv_tensor *mean, dlcv_tensor *out)
{
    const int n = set->x.shape.dim[0];
    const size_t d = dlcv_tensor_count(&set->x) / (size_t)n;
    const dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(n, (int)d + 1), out);
    size_t i, j;
    for (i = 0; i < (size_t)n && !s; i++) {
        float *row = dlcv_f32(out) + i * (d + 1);
        for (j = 0; j < d; j++) row[j] = (float)dlcv_u8(&set->x)[i * d + j] - dlcv_f32(mean)[j];
        row[d] = 1;
    }
    return s;
}

static dlcv_status mean_picture(const dlcv_dataset *set, dlcv_tensor *out)
{
    const size_t n = (size_t)set->x.shape.dim[0], d = dlcv_tensor_count(&set->x) / n;
    const dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape1((int)d), out);
    size_t i, j;
    for (i = 0; i < n && !s; i++) {
        for (j = 0; j < d; j++) dlcv_f32(out)[j] += (float)dlcv_u8(&set->x)[i * d + j];         /* exact below 2^24 */
    }
    for (j = 0; j < d && !s; j++) dlcv_f32(out)[j] /= (float)n;
    return s;
}

/* Mean losses of the multiclass SVM and accuracies of `many` matrices w [many, CLASSES, d + 1]. scores: [BLOCK, many, CLASSES] */
static dlcv_status judge(const dlcv_tensor *x, const int32_t *y, const float *w, int many, float *scores, double *loss, double *accuracy)
{
    const int n = x->shape.dim[0], d1 = x->shape.dim[1], columns = many * CLASSES;
    dlcv_status s = DLCV_OK;
    int first, i, m, k;
    for (m = 0; m < many; m++) loss[m] = accuracy[m] = 0;
    for (first = 0; first < n && !s; first += BLOCK) {
        const int count = n - first < BLOCK ? n - first : BLOCK;
        s = dlcv_sgemm(NULL, 0, 1, count, columns, d1, 1, dlcv_f32(x) + (size_t)first * (size_t)d1, d1, w, d1, 0, scores, columns);
        for (i = 0; i < count && !s; i++) {
            for (m = 0; m < many; m++) {
                const float *t = scores + i * columns + m * CLASSES, own = t[y[first + i]];
                int best = 0;
                for (k = 0; k < CLASSES; k++) {
                    if (k != y[first + i] && t[k] - own + 1 > 0) loss[m] += (double)(t[k] - own + 1);
                    best = t[k] > t[best] ? k : best;
                }
                accuracy[m] += best == y[first + i];
            }
        }
    }
    for (m = 0; m < many; m++) loss[m] /= n, accuracy[m] /= n;
    return s;
}

/* Everything the two searches share: the data, the W that is best so far, one to try */
typedef struct search {
    dlcv_tensor train, test, tries, scores;
    const int32_t *train_y, *test_y;
    float *best;
    size_t numbers; /* of one W */
    dlcv_rng rng;
} search;

static dlcv_status search_end(search *q, const char *what, int count, double least)
{
    double loss, accuracy;
    const dlcv_status s = judge(&q->test, q->test_y, q->best, 1, dlcv_f32(&q->scores), &loss, &accuracy);
    if (!s) printf("%s %d: least training loss %.3f, %.2f %% of the test set right\n", what, count, least, 100 * accuracy);
    return s;
}

static dlcv_status search_random(search *q, int draws)
{
    double loss[AT_ONCE], accuracy[AT_ONCE], least = 1e30;
    dlcv_status s = DLCV_OK;
    int first, m;
    for (first = 0; first < draws && !s; first += AT_ONCE) {
        const int many = draws - first < AT_ONCE ? draws - first : AT_ONCE;
        size_t i;
        for (i = 0; i < (size_t)many * q->numbers; i++) dlcv_f32(&q->tries)[i] = 0.0001f * dlcv_rng_normal(&q->rng);
        s = judge(&q->train, q->train_y, dlcv_f32(&q->tries), many, dlcv_f32(&q->scores), loss, accuracy);
        for (m = 0; m < many && !s; m++) {
            if (first + m < 7) printf("in attempt %d the loss was %f, best %f\n", first + m, loss[m], loss[m] < least ? loss[m] : least);
            if (loss[m] >= least) continue;
            least = loss[m];
            memcpy(q->best, dlcv_f32(&q->tries) + (size_t)m * q->numbers, q->numbers * sizeof(float));
        }
    }
    return s ? s : search_end(q, "random search, draws", draws, least);
}

static dlcv_status search_local(search *q, int steps)
{
    double loss, accuracy, least = 1e30;
    float *next = dlcv_f32(&q->tries);
    dlcv_status s = DLCV_OK;
    size_t i;
    int step;
    for (i = 0; i < q->numbers; i++) q->best[i] = 0.001f * dlcv_rng_normal(&q->rng);
    for (step = 0; step < steps && !s; step++) {
        for (i = 0; i < q->numbers; i++) next[i] = q->best[i] + 0.0001f * dlcv_rng_normal(&q->rng);
        s = judge(&q->train, q->train_y, next, 1, dlcv_f32(&q->scores), &loss, &accuracy);
        if (!s && loss < least) least = loss, memcpy(q->best, next, q->numbers * sizeof(float));
        if (!s && (step + 1) % 200 == 0) printf("step %d: loss %.3f\n", step + 1, least);
    }
    return s ? s : search_end(q, "local search, steps", steps, least);
}

static dlcv_status searches(const dlcv_dataset *train, const dlcv_dataset *test, const options *o)
{
    dlcv_tensor best = { 0 }, mean = { 0 };
    search q;
    int d1;
    dlcv_status s;
    memset(&q, 0, sizeof q);
    s = mean_picture(train, &mean);
    if (!s) s = with_ones(train, &mean, &q.train);
    if (!s) s = with_ones(test, &mean, &q.test);
    d1 = s ? 1 : q.train.shape.dim[1];
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(AT_ONCE * CLASSES, d1), &q.tries);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(BLOCK, AT_ONCE * CLASSES), &q.scores);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(CLASSES, d1), &best);
    q.train_y = dlcv_i32(&train->y);
    q.test_y = dlcv_i32(&test->y);
    q.best = dlcv_f32(&best);
    q.numbers = (size_t)CLASSES * (size_t)d1;
    q.rng = dlcv_rng_seed(o->seed);
    if (!s && o->random > 0) s = search_random(&q, o->random);
    q.rng = dlcv_rng_seed(o->seed);
    if (!s && o->local > 0) s = search_local(&q, o->local);
    dlcv_tensor_free(&q.train), dlcv_tensor_free(&q.test), dlcv_tensor_free(&q.tries), dlcv_tensor_free(&q.scores), dlcv_tensor_free(&best), dlcv_tensor_free(&mean);
    return s;
}

static void embedded(dlcv_dataset *train, dlcv_dataset *test)
{
    train->x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TRAIN, 8, 8, 1));
    train->y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TRAIN));
    test->x = dlcv_tensor_view(dlcv_digits_test_x, DLCV_U8, dlcv_shape4(DLCV_DIGITS_TEST, 8, 8, 1));
    test->y = dlcv_tensor_view(dlcv_digits_test_y, DLCV_I32, dlcv_shape1(DLCV_DIGITS_TEST));
    train->classes = test->classes = CLASSES;
}

int main(int argc, char **argv)
{
    options o = { NULL, ".", 10, 0, 0, 0, 0, 0, 1 };
    dlcv_dataset train = { 0 }, test = { 0 };
    dlcv_status s = DLCV_OK;
    if (!parse(argc, argv, &o)) return 1;
    if (o.lr == 0) o.lr = o.dir ? 2e-4f : 2e-3f;
    if (o.dir) s = dlcv_data_cifar10(NULL, o.dir, &train, &test);
    else embedded(&train, &test);
    if (!s && o.epochs > 0) s = learn(&train, &test, &o, DLCV_LOSS_HINGE, "svm");
    if (!s && o.epochs > 0) s = learn(&train, &test, &o, DLCV_LOSS_SOFTMAX, "softmax");
    if (!s && (o.random > 0 || o.local > 0)) s = searches(&train, &test, &o);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    return s != DLCV_OK;
}
