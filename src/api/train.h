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
 * In this order: all_reduce; gradients cut to clip_norm; penalties; the step; max_norm; average. */
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

/* Exchanges the weights (and running statistics) and their mean: to measure or to save with the mean. dlcv_update works again after a second call. */
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
