/* ---- linear classifiers: scores W x + b. Fit and predict, as the nearest neighbours have it */

typedef struct dlcv_linear_classifier dlcv_linear_classifier;

typedef struct dlcv_linear_opts {
    dlcv_loss_kind loss;        /* SOFTMAX; the SVMs HINGE, SQUARED_HINGE, HINGE_ONE_VS_ALL, HINGE_STRUCTURED; of two classes LOGISTIC and PERCEPTRON */
    dlcv_optimizer optimizer;   /* {0}: Adam; l2, l1: the regularisation; average: W and b are the mean. Not of PERCEPTRON */
    dlcv_schedule schedule;     /* over all steps; not STEP */
    int epochs, batch;          /* 0 = 10 (PERCEPTRON: 100 at most), 64 (PERCEPTRON: always 1) */
    uint64_t seed;              /* of the order of samples, which each epoch shuffles anew */
    int (*on_step)(const dlcv_progress *p, void *user);     /* NULL, or called after each epoch; non-zero: enough */
    void *user;
} dlcv_linear_opts;

/* Learns from train: x f32 or u8 [n, ...] (u8 [n, h, w, c]: pixels), y i32 [n]. It begins at W = 0 and learns on x less its mean over the samples, divided by
 * the standard deviation of all numbers together; W and b are then those of x itself. PERCEPTRON takes x as it is, and Rosenblatt's rule w += (y - h) x,
 * h = (w x + b > 0), sample by sample, until a whole epoch has no mistake: then progress->accuracy is 1. Memory while it learns: a minibatch
 * as floats, 4 n bytes, and d (12 to 28) for d numbers a sample. Threads: env's. DLCV_ERR_NUMERIC: a loss or a weight is not finite. */
DLCV_API dlcv_status dlcv_linear_classifier_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_linear_opts *opts, dlcv_linear_classifier **out);

/* x: samples as those learnt from; one is [1, ...]. scores f32 [n, classes]; LOGISTIC and PERCEPTRON: [n, 1], the score of class 1. */
DLCV_API dlcv_status dlcv_linear_classifier_scores(const dlcv_linear_classifier *c, const dlcv_tensor *x, dlcv_tensor *scores);

/* labels i32 [n]: of the highest score, the first of several. LOGISTIC: 1 where the score is >= 0 (h >= 0.5), PERCEPTRON: where it is > 0. */
DLCV_API dlcv_status dlcv_linear_classifier_predict(const dlcv_linear_classifier *c, const dlcv_tensor *x, dlcv_tensor *labels);

/* W: f32 [classes or 1, ...] as a sample is; of pixels [classes, c, h, w]: templates for dlcv_view_grid. b: f32 [classes or 1]. Borrowed. NULL of NULL. */
DLCV_API const dlcv_tensor *dlcv_linear_classifier_weights(const dlcv_linear_classifier *c);
DLCV_API const dlcv_tensor *dlcv_linear_classifier_bias(const dlcv_linear_classifier *c);

/* How learning ended: the last epoch's number, and of its samples, each before its step, mean loss and accuracy. NULL of NULL. */
DLCV_API const dlcv_progress *dlcv_linear_classifier_progress(const dlcv_linear_classifier *c);

/* Takes NULL. */
DLCV_API void dlcv_linear_classifier_free(dlcv_linear_classifier *c);
