/* ---- training: optimisers ------------------------------------------------------------------------------------------------
 *
 * A step is dlcv_forward, dlcv_backward, dlcv_update. g is the gradient, t = 1, 2, ... counts a parameter's steps, products and roots are of
 * elements.
 *   SGD        m = momentum m + g                                  w -= lr m                       momentum 0: plain gradient descent
 *   NESTEROV   m = momentum m + g                                  w -= lr (g + momentum m)        Sutskever et al. 2013, as torch.optim.SGD writes it
 *   ADAGRAD    s += g^2                                            w -= lr g / (sqrt s + epsilon)                  Duchi et al. 2011
 *   ADADELTA   s = beta2 s + (1 - beta2) g^2, d = g sqrt(m + epsilon) / sqrt(s + epsilon), m = beta2 m + (1 - beta2) d^2
 *                                                                  w -= lr d                                       Zeiler 2012
 *   RMSPROP    s = beta2 s + (1 - beta2) g^2, m = momentum m + g / (sqrt s + epsilon)
 *                                                                  w -= lr m                                       Tieleman and Hinton 2012
 *   ADAM       m = momentum m + (1 - momentum) g, s = beta2 s + (1 - beta2) g^2
 *                          w -= lr (m / (1 - momentum^t)) / (sqrt(s / (1 - beta2^t)) + epsilon)    Kingma and Ba 2015; momentum is beta1
 *   ADAMW      the same, penalties apart from the moments                                          Loshchilov and Hutter 2019 */
typedef enum dlcv_method {
    DLCV_METHOD_ADAM, DLCV_METHOD_SGD, DLCV_METHOD_NESTEROV, DLCV_METHOD_ADAGRAD, DLCV_METHOD_ADADELTA, DLCV_METHOD_RMSPROP, DLCV_METHOD_ADAMW
} dlcv_method;

/*               lr      momentum  beta2   epsilon      where a field is 0
 *   ADAM, ADAMW 0.001   0.9       0.999   1e-8
 *   SGD         0.01    none
 *   NESTEROV    0.01    0.9
 *   ADAGRAD     0.01                      1e-10
 *   ADADELTA    1                 0.95    1e-6
 *   RMSPROP     0.001   none      0.9     1e-8
 * momentum, beta2 or epsilon of a method that has none in this table is an error. In this order: all_reduce; gradients cut to clip_norm; penalties; the step; max_norm; average. */
typedef struct dlcv_optimizer {
    dlcv_method method;
    float lr;
    float momentum;             /* below 1; negative: none */
    float beta2, epsilon;
    float l2, l1;               /* g += 2 l2 w + l1 sign w, as of dlcv_penalty; ADAMW: w -= lr (2 l2 w + l1 sign w). PyTorch's weight_decay is 2 l2. Not on
                                 * biases and the scales of normalisations */
    float max_norm;             /* > 0: rows of weights are no longer than that, dlcv_limit_norms */
    float clip_norm;            /* > 0: a longer gradient (of all parameters that learn, together) is shortened to that */
    float average;              /* > 0: the weights' (and running statistics') mean is kept: mean = d mean + (1 - d) w after each step, d = average or
                                 * (t - 1) / t, whichever is less; 1: the mean of all steps. dlcv_swap_average gets it */
    dlcv_status (*all_reduce)(float *gradients, size_t count, void *user);  /* NULL, or: makes them what all machines' are together (MPI's allreduce, then
                                 * divided by their number): all gradients, with zeros between. Not DLCV_OK (`return dlcv_fail(...)`): update returns it */
    void *user;
} dlcv_optimizer;

/* One step of every parameter that learns, after dlcv_backward, whose gradients stay readable (all_reduce writes to them). Frozen parameters stay as they
 * are. What the method remembers lives in the graph: the first call allocates it, another method or dlcv_graph_reset begins anew. o NULL: {0},
 * Adam. Elements do not depend on the number of threads. With clip_norm a gradient with a NaN or too long for a double is DLCV_ERR_NUMERIC, and nothing
 * has changed. Bytes: those of the parameters, for each of m, s and the average that the method has. */
DLCV_API dlcv_status dlcv_update(dlcv_graph *g, const dlcv_optimizer *o);

/* Learning rates that change: a factor of lr for step 0, 1, ... of `steps`; a pure function, never 0, after the end as in the last step. Warm-up comes
 * first, where there is any: (step + 1) / warm_up.
 *   CONSTANT   1
 *   COSINE     (1 + cos(pi x)) / 2, x from 0 after warm-up to 1 at `steps`                     Loshchilov and Hutter 2017
 *   STEP       factor for each `every` steps that are over
 *   ONE_CYCLE  from 1/25 up to 1 within warm_up (0: 0.3 steps), down to 1/250000, each half a cosine       Smith and Topin 2018, as PyTorch has it */
typedef enum dlcv_schedule { DLCV_SCHEDULE_CONSTANT, DLCV_SCHEDULE_COSINE, DLCV_SCHEDULE_STEP, DLCV_SCHEDULE_ONE_CYCLE } dlcv_schedule;

typedef struct dlcv_schedule_opts {
    double steps;               /* in all */
    double warm_up;             /* 0: none */
    double every;               /* STEP: 0 = never */
    float factor;               /* STEP: 0 = 0.1 */
} dlcv_schedule_opts;

/* `o.lr = 0.1f * dlcv_schedule_at(DLCV_SCHEDULE_COSINE, step, &opts);` 1 where opts is NULL. */
DLCV_API float dlcv_schedule_at(dlcv_schedule schedule, int64_t step, const dlcv_schedule_opts *opts);

/* Exchanges the weights (and running statistics) and their mean: to measure or to save with the mean. dlcv_update works again after a second call.
 * DLCV_ERR_STATE: the last step kept no mean. */
DLCV_API dlcv_status dlcv_swap_average(dlcv_graph *g);

/* ---- training: L-BFGS, for losses that are the same at every look (no minibatches): small convex problems, pictures that are optimised */

typedef struct dlcv_lbfgs_opts {
    int iterations;             /* 0 = 100 */
    int memory;                 /* steps that it remembers, at most 100; 0 = 10 */
    double tolerance;           /* ends where no element of the gradient is larger; 0 = 1e-5 */
    dlcv_mode mode;             /* INFER = GRADIENT */
    int (*on_step)(const dlcv_progress *p, void *user);     /* NULL, or called after each iteration; non-zero ends */
    void *user;
} dlcv_lbfgs_opts;

/* Minimises loss over all parameters that learn (Liu and Nocedal 1989), with a line search for the strong Wolfe conditions: 1 to 20 times forward and
 * backward an iteration. out, NULL or: step = iterations, loss, done = 1 where the tolerance was reached; 0 where iterations or what a
 * float can tell apart came to an end before. Bytes: (4 + 2 memory) times those of the parameters, and none is allocated after the first look.
 * Where it fails on the way the parameters are those of the last iteration. */
DLCV_API dlcv_status dlcv_lbfgs(dlcv_node loss, const dlcv_lbfgs_opts *opts, dlcv_progress *out);
/* ---- training: weights and checkpoints in files ----------------------------------------------------------------------------
 *
 * safetensors (huggingface.co/docs/safetensors): a JSON header with names, types, shapes and places, then the elements, little-endian. Ours begin
 * at a multiple of 64. */

/* Writes all parameters, running statistics among them, under their names. The file is made in memory and replaced as a whole: whatever happens
 * meanwhile, afterwards it is the old or the new one. */
DLCV_API dlcv_status dlcv_weights_save(dlcv_graph *g, const char *path);

/* Reads them again, into a graph that has parameters of the same names and shapes: all, or none after an error. DLCV_ERR_FORMAT names what is missing or
 * of another shape; what else is in the file is of no concern. F32, and F64, F16 and BF16, which become the nearest float. A file in which tensors
 * overlap, leave gaps, are there twice or disagree with their shapes is DLCV_ERR_FORMAT. Allocates the file and three times its header at most, whatever
 * the file states. */
DLCV_API dlcv_status dlcv_weights_load(dlcv_graph *g, const char *path);

/* The same in memory. out NULL: only *bytes, the size; else *bytes is the room at out, which is given the file's bytes. */
DLCV_API dlcv_status dlcv_weights_save_memory(dlcv_graph *g, void *out, size_t *bytes);
DLCV_API dlcv_status dlcv_weights_load_memory(dlcv_graph *g, const void *data, size_t bytes);

/* ---- training: minibatches --------------------------------------------------------------------------------------------------
 *
 * Chance decides for each sample anew in every epoch; what it decides is a function of seed, epoch and the sample's index, whatever the batch and the
 * number of threads. In this order, all 0: nothing. */
typedef struct dlcv_augment {
    int flip;                   /* 1: left and right change places in half of the pictures */
    int shift;                  /* moved by -shift .. shift pixels down, and right */
    int cutout;                 /* the side of a square that becomes `fill`, its middle anywhere (DeVries and Taylor 2017); after color */
    float rotate;               /* turned by -rotate .. rotate degrees, bilinear; with flip, shift and scale one movement */
    float scale;                /* enlarged 1 - scale .. 1 + scale times, below 1 */
    float color;                /* brightness, contrast, saturation: each 1 - color .. 1 + color times as much */
    float mixup;                /* samples are mixed in pairs, and so are their losses, in parts that Beta(mixup, mixup) draws for each batch, at most 4 (Zhang
                                 * et al. 2018). dlcv_fit alone */
    float fill;                 /* what there is outside a picture, 0 is black; wants shift, cutout, rotate or scale */
} dlcv_augment;

/* Minibatch `step` (0, 1, ...) of an endless stream of all samples, shuffled anew in each epoch: places step * batch .. of it, so that each epoch has every
 * sample once, also where batch does not divide their number. A pure function of (seed, step): resuming is knowing the step. x and y: `batch` samples
 * as they are in d (u8 stays u8), changed by augment, NULL: not at all. */
DLCV_API dlcv_status dlcv_data_batch(const dlcv_env *env, const dlcv_dataset *d, int64_t step, int batch, uint64_t seed, const dlcv_augment *augment,
                                     dlcv_tensor *x, dlcv_tensor *y);

/* ---- training: the loop ------------------------------------------------------------------------------------------------------ */

/* {0} is a sensible run: Adam, 10 epochs, batches of 64, cross-entropy. */
typedef struct dlcv_fit_opts {
    int epochs, batch;          /* 0: 10, 64; at most all samples are a batch */
    dlcv_loss_kind loss;        /* 0: SOFTMAX */
    float smoothing;            /* of SOFTMAX's labels, see dlcv_loss_opts; with another loss an error */
    dlcv_optimizer optimizer;
    dlcv_schedule schedule;     /* of optimizer.lr over the steps */
    float warm_up;              /* epochs, at most all; see dlcv_schedule_opts */
    float step_epochs, step_factor;             /* STEP, and no other: lr times step_factor (0 = 0.1) every step_epochs, which it wants */
    dlcv_augment augment;
    uint64_t seed;              /* of order and augmentation; the graph has its own */
    const dlcv_dataset *validation;             /* measured after each epoch, with the weights' mean where optimizer.average keeps one */
    int patience;               /* > 0: ends after so many epochs without a smaller validation loss than before (NaN is none); the weights are those of the last
                                 * epoch: to keep the best ones let on_step save them where p->epoch_end and p->validation_loss is the least. Not with parts */
    const char *checkpoint;     /* a file: read first if it is there and not empty (one that cannot be read is an error), written after each epoch and when on_step stops; an empty one, before
                                 * the first step, shows that it can be. dlcv_trainer_save says what is in it; one of more epochs than asked
                                 * for is refused */
    int part, parts;            /* MPI: this is process `part` of `parts` (0: 1), `batch` its share of each step; part 0 alone writes the checkpoint. The sum over
                                 * processes is optimizer.all_reduce's business, an error without it; batch_norm's running statistics are each process's own */
    int (*on_step)(const dlcv_progress *p, void *user);         /* after each step; not 0: stop. dlcv_progress_bar will do. Where the checkpoint says that the
                                 * run is over, dlcv_fit calls it once, done = 1 */
    void *user;
} dlcv_fit_opts;

/* Trains what `scores` depends on: it has one input; the target and the loss are added for as long as it takes. train->x: u8 pixels [n, h, w, c] (or
 * [n, h, w]), which a dlcv_image_input takes as it says and any other f32 input as c planes of value / 255, or f32 of as many numbers a sample as the input has;
 * pictures of 4 dimensions are those of the input. u8 of 3 dimensions for an input of pictures: [h, w, c] is one where c is 1 to 4, as for dlcv_bind, else they are
 * n grey ones. train->y: labels i32 [n, ...] or targets f32, as dlcv_loss wants them; labels, those of
 * validation, too, are checked first. scores is what comes before a softmax, which the loss has in itself (a
 * softmax is refused; a log_softmax, whose softmax is the same, changes nothing). All parameters frozen: DLCV_ERR_STATE. opts NULL: {0}. Goes on from the weights that are there; the optimiser begins anew.
 *
 * The same bits for any number of threads, and whether or not it was interrupted and resumed from the checkpoint. Progress: loss and accuracy are means of
 * the epoch so far, lr is that of the last step. DLCV_ERR_NUMERIC: the loss is not finite (weights and running statistics are as before that step). After the first step nothing is allocated but a file's
 * bytes while it is written, and what a dlcv_image_input wants that resizes. Where on_step stops, it returns DLCV_OK. */
DLCV_API dlcv_status dlcv_fit(dlcv_node scores, const dlcv_dataset *train, const dlcv_fit_opts *opts);

/* The same in pieces, between the frames of a game. Borrows the graph, the data and what the options point to; while it lives, the graph gets no new nodes
 * (those of predictions are built before) and no other trainer (DLCV_ERR_STATE). */
typedef struct dlcv_trainer dlcv_trainer;
DLCV_API dlcv_status dlcv_trainer_new(dlcv_node scores, const dlcv_dataset *train, const dlcv_fit_opts *opts, dlcv_trainer **out);

/* Minibatches (of validation, too) until the next would take longer than what is left of `seconds`; at least one, and just one for 0. out->done says that the run is over; out may
 * be NULL. */
DLCV_API dlcv_status dlcv_trainer_step(dlcv_trainer *t, double seconds, dlcv_progress *out);

/* A checkpoint is a safetensors file: weights under their names, what the optimiser keeps under "dlcv.m/", "dlcv.s/" and "dlcv.mean/" and the name,
 * "dlcv.updates", "dlcv.options" and "dlcv.cursor": the place in the stream, generators, sums, options, hashes of the network. dlcv_weights_load reads one, too: that
 * is how to go on from its weights under other options. Loading takes a trainer of the same network (ops, custom ones by name, and how they are joined, names and shapes of parameters, which are
 * frozen, preprocessing, its `how` also where nothing is resized; before a dropout no node more or less), number of samples and options, lr and augmentation among them, where 0 and the default are the same; it does not look at the samples. What is
 * refused is named. With parts all must see the same file. Other epochs, validation and patience are fine: COSINE and ONE_CYCLE then have their end elsewhere, so that lr leaps, and
 * the best validation loss so far still counts, so that a smaller patience may end the run at once. After an error nothing has changed but for want of memory.
 * DLCV_ERR_STATE while dlcv_swap_average has the mean in the weights' place. */
DLCV_API dlcv_status dlcv_trainer_save(dlcv_trainer *t, const char *path);
DLCV_API dlcv_status dlcv_trainer_load(dlcv_trainer *t, const char *path);

/* The graph stays, with the weights; without what was added to it. Takes NULL. */
DLCV_API void dlcv_trainer_free(dlcv_trainer *t);

/* The value of any node for all n samples of x (as in dlcv_fit; a picture as dlcv_image_load has it is one), 64 at a time, in mode INFER: [n, ...]. The node depends on one input and has its first
 * dimension. */
DLCV_API dlcv_status dlcv_predict(dlcv_node node, const dlcv_tensor *x, dlcv_tensor *out);
