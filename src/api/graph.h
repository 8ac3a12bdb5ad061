/* ---- graphs: what models are made of -------------------------------------------------------------------------------------
 *
 * A graph holds nodes: inputs, parameters, constants and what ops make of them. A builder (dlcv_add, dlcv_linear, ...) returns a node, which
 * knows its graph, so that models read like mathematics. A node's inputs exist before it: there are no cycles.
 *
 * Builders cannot be checked one by one. The graph keeps the first error and its text; later builders do nothing, and every call below that
 * returns a status returns that error and its text.
 *
 * C leaves open which argument is computed first: f(dlcv_linear(x, 3), dlcv_linear(x, 4)) may build either layer first. Names, initial weights
 * and the order of sums follow the order of building; where they are to be the same with every compiler, build in statements of their own.
 *
 * Nothing is allocated for parameters and values before they are wanted: a network of any size can be built, counted and printed. After the
 * first step with given shapes, forward and backward allocate nothing. One thread at a time uses a graph; env's threads work inside. */
typedef struct dlcv_graph dlcv_graph;

typedef struct dlcv_node {
    dlcv_graph *graph;
    int id;                     /* 1, 2, ... in the order of building; 0 or less: none */
} dlcv_node;

/* INFER: only the result is wanted. GRADIENT: layers work as in INFER, and dlcv_backward may follow. TRAIN: layers work as in training
 * (dropout drops, batch normalisation measures), and dlcv_backward may follow. */
typedef enum dlcv_mode { DLCV_MODE_INFER, DLCV_MODE_GRADIENT, DLCV_MODE_TRAIN } dlcv_mode;

/* Weights w [fan_out, fan_in...]: fan_in is the product of all dimensions but the first, fan_out the count divided by the second dimension (all
 * elements where there are fewer than 2). `scale` (0 = 1) multiplies:
 *   HE_NORMAL       N(0, 2 / fan_in)                       He et al. 2015, equation 10
 *   HE_UNIFORM      +- sqrt(6 / fan_in)
 *   GLOROT_NORMAL   N(0, 2 / (fan_in + fan_out))           Glorot and Bengio 2010
 *   GLOROT_UNIFORM  +- sqrt(6 / (fan_in + fan_out))        there equation 16
 *   NORMAL          N(0, scale^2)
 *   UNIFORM         +- scale
 *   CONSTANT        scale, and 0 means 0 */
typedef enum dlcv_init {
    DLCV_INIT_HE_NORMAL, DLCV_INIT_HE_UNIFORM, DLCV_INIT_GLOROT_NORMAL, DLCV_INIT_GLOROT_UNIFORM, DLCV_INIT_NORMAL, DLCV_INIT_UNIFORM,
    DLCV_INIT_CONSTANT
} dlcv_init;

/* An empty graph; all that it does (forward, backward, training, predictions) has env's memory and threads. seed: of parameters, dropout and whatever
 * else is random. NULL: no memory (or no room for 1 KB); building on it is harmless, dlcv_graph_status(NULL) and every call on its nodes are DLCV_ERR_MEMORY.
 * The backend is the one of now, for life. */
DLCV_API dlcv_graph *dlcv_graph_new(const dlcv_env *env, uint64_t seed);

/* The first error of a builder, its text once more in dlcv_error(). */
DLCV_API dlcv_status dlcv_graph_status(const dlcv_graph *g);

/* Fresh parameters of another seed, and an optimiser that begins anew: the next trial. dlcv_forward comes next. */
DLCV_API dlcv_status dlcv_graph_reset(dlcv_graph *g, uint64_t seed);

/* Takes NULL. */
DLCV_API void dlcv_graph_free(dlcv_graph *g);

/* ---- graphs: nodes */

/* A value given later, by dlcv_bind. A first dimension of -1 is known when bound. name is copied; no two nodes have the same, and none is __metadata__ or
 * begins with "dlcv.", which files need. */
DLCV_API dlcv_node dlcv_input(dlcv_graph *g, const char *name, dlcv_dtype dtype, dlcv_shape shape);

/* Pictures: f32 [-1, channels, height, width], where dlcv_bind also takes u8 of any size, [n, h, w, c], [h, w, c] or, where w is above 4, grey [n, h, w], which become that
 * as p says (dlcv_preprocess_run) in memory of the graph's; pixels that change afterwards want to be bound again. p, whose height and width are wanted, is copied. */
DLCV_API dlcv_node dlcv_image_input(dlcv_graph *g, const char *name, const dlcv_preprocess *p);

/* f32 numbers that learn. */
DLCV_API dlcv_node dlcv_parameter(dlcv_graph *g, const char *name, dlcv_shape shape, dlcv_init how, float scale);

/* A copy of value, of any dtype. */
DLCV_API dlcv_node dlcv_constant(dlcv_graph *g, const dlcv_tensor *value);

/* The node of a name; if there is none, an error of the graph, which then refuses every further call (dlcv_graph_status). A node that was not
 * named is called after its op and number, "relu2" (a loss after its kind, "squared_hinge1"); its parameters "conv2d1.weight",
 * "conv2d1.bias". */
DLCV_API dlcv_node dlcv_find(dlcv_graph *g, const char *name);

/* Renames x and its parameters; returns x. */
DLCV_API dlcv_node dlcv_name(dlcv_node x, const char *name);

/* x is computed by every dlcv_forward and can be read after it, its gradient after dlcv_backward, too; returns x. An input that is kept gets a
 * gradient. Keep before dlcv_forward: keeping another node afterwards voids what it computed. */
DLCV_API dlcv_node dlcv_keep(dlcv_node x);

/* Parameters whose name begins with prefix ("": all) have no gradient and no update (frozen 1), or have them again (0). A prefix of none: an error.
 * Frozen running statistics of batch_norm stay as they are. Voids what the last dlcv_forward computed. */
DLCV_API dlcv_status dlcv_freeze(dlcv_graph *g, const char *prefix, int frozen);

/* Draws the numbers of a parameter anew. */
DLCV_API dlcv_status dlcv_initialize(dlcv_node parameter, dlcv_init how, float scale);

/* What is in a graph. count: all nodes, ids 1 .. count. op: "add", ..., or "input", "parameter", "constant"; "" for no node. inputs: how many,
 * dlcv_node_input the i-th; {0} if there is none. shape: -1 where a size is not known before binding. All text is borrowed from the graph.
 * Parameters, by index from 0 in the order of building, are also those that are frozen and the running statistics of batch_norm, whose dlcv_gradient is
 * NULL: a loop over all skips these. {0} for an index that is none. */
DLCV_API int dlcv_node_count(const dlcv_graph *g);
DLCV_API const char *dlcv_node_name(dlcv_node x);
DLCV_API const char *dlcv_node_op(dlcv_node x);
DLCV_API dlcv_shape dlcv_node_shape(dlcv_node x);
DLCV_API int dlcv_node_inputs(dlcv_node x);
DLCV_API dlcv_node dlcv_node_input(dlcv_node x, int index);
DLCV_API int dlcv_parameter_count(const dlcv_graph *g);
DLCV_API dlcv_node dlcv_parameter_at(dlcv_graph *g, int index);

/* The index-th op of the library, NULL after the last. */
DLCV_API const char *dlcv_op_name(int index);

/* ---- graphs: computing */

/* Gives an input its value, borrowed until it is bound anew or the graph freed: what you write there the next forward sees (pixels for a
 * dlcv_image_input are read now). Do not write between a forward and its backward, which reads it again (labels and indices out of range by
 * then are an error of backward). */
DLCV_API dlcv_status dlcv_bind(dlcv_node input, const dlcv_tensor *value);

/* Computes x and all kept nodes. New shapes, another x or mode, a graph that has changed: plans anew, which allocates. */
DLCV_API dlcv_status dlcv_forward(dlcv_node x, dlcv_mode mode);

/* The gradient of a scalar, the x of the last dlcv_forward, with respect to all parameters that are not frozen and all kept nodes; overwrites what
 * was there, 0 where x does not depend on it. Once after each forward: it reuses the values' memory. Where several nodes use a value its
 * gradient is their sum, the last node first. DLCV_ERR_UNSUPPORTED where the way passes an op without gradient. */
DLCV_API dlcv_status dlcv_backward(dlcv_node x);

/* The same from a gradient with respect to x, "upstream", f32 shaped as x, which then need not be scalar: upstream^T times the Jacobian. */
DLCV_API dlcv_status dlcv_backward_from(dlcv_node x, const dlcv_tensor *upstream);

/* Values and gradients, borrowed until the next call that changes the graph; NULL where there is none. Values: inputs (as bound), constants,
 * parameters (write them! From then on a convolution with this one prepares its weights in each forward, not just after what changes them), after
 * forward its x and kept nodes. Gradients, after backward: parameters that are not frozen, kept nodes. */
DLCV_API dlcv_tensor *dlcv_value(dlcv_node x);
DLCV_API dlcv_tensor *dlcv_gradient(dlcv_node x);

/* The value of a node of one f32 element; NaN if there is none. */
DLCV_API float dlcv_item(dlcv_node x);

/* y += a * x, f32 of one shape: the descent step, averages. */
DLCV_API dlcv_status dlcv_axpy(float a, const dlcv_tensor *x, dlcv_tensor *y);

/* Finds where numbers stop being finite: with `on`, forward and backward look at everything that they read and make, and fail with DLCV_ERR_NUMERIC
 * at the first NaN or infinity, naming node and element. */
DLCV_API dlcv_status dlcv_graph_tripwire(dlcv_graph *g, int on);

/* All derivatives: out[i, j] = dy[i] / dx[j], f32 [elements of y, elements of x]; x is a parameter that is not frozen or a kept node. A forward and
 * a backward in mode GRADIENT for each row. */
DLCV_API dlcv_status dlcv_jacobian(dlcv_node y, dlcv_node x, dlcv_tensor *out);

/* ---- graphs: checking gradients */

/* Differences of f at x, with step h. Errors in h: ONE_SIDED, as taught, (f(x + h) - f(x)) / h, order 1; CENTRED (f(x + h) - f(x - h)) / 2h, order 2;
 * FOUR_POINT (8 (f(x + h) - f(x - h)) - f(x + 2h) + f(x - 2h)) / 12h, order 4. */
typedef enum dlcv_difference { DLCV_DIFFERENCE_FOUR_POINT, DLCV_DIFFERENCE_CENTRED, DLCV_DIFFERENCE_ONE_SIDED } dlcv_difference;

typedef struct dlcv_check_opts {
    dlcv_difference method;
    double step;                /* h times max(1, |x|); 0 = 0.02, ONE_SIDED 0.0001 as taught */
    dlcv_mode mode;             /* GRADIENT or TRAIN (with the same random numbers each time); INFER = GRADIENT */
    int most;                   /* elements tried in each tensor, evenly spread; 0 = all */
    int directions;             /* > 0: instead of elements, so many random directions through all tensors at once */
    uint64_t seed;              /* of directions, and of upstream where x is not a scalar */
} dlcv_check_opts;

typedef struct dlcv_check {
    double worst;               /* |numerical - analytic| / max |gradient| of that tensor, the largest there is */
    double numerical, analytic; /* there */
    dlcv_node node;             /* and where that is; {0}: along a direction */
    size_t element, tried;
} dlcv_check;

/* Compares the gradient of x by backpropagation with differences, for all parameters that are not frozen and all kept inputs. x not a scalar: of the
 * sum of its elements times random numbers. Sums of f are in double, but f itself is computed in float: about 1e-5 can be reached by
 * FOUR_POINT, and nothing near a kink (relu at 0). Values are put back. opts NULL: FOUR_POINT, all elements. 4 forwards an element. */
DLCV_API dlcv_status dlcv_gradient_check(dlcv_node x, const dlcv_check_opts *opts, dlcv_check *out);

/* The same, as a test: DLCV_ERR_NUMERIC above tolerance, naming parameter and element. worst may be NULL. Which tolerance: 1e-4 for smooth
 * graphs whose result is of the order of 1 (every op of this library is tested so); 1e-3 for deep ones, sums of thousands, and in TRAIN behind batch
 * normalisation, where more rounding comes together; 1e-2 where ReLUs or maxima are about, of which a few lie so near that a step crosses the kink:
 * then look at the worst element, or move it away (dlcv_gradient_check with a smaller step). A gradient that is wrong is off by 0.1 and more. */
DLCV_API dlcv_status dlcv_check_gradients(dlcv_node x, double tolerance, double *worst);

/* ---- graphs: what they cost */

typedef struct dlcv_summary {
    size_t parameters;          /* numbers that learn; frozen ones, too */
    size_t state;               /* running statistics of batch_norm */
    size_t parameter_bytes;     /* of the arena, with its padding */
    size_t activation_bytes;    /* all values, one by one; what a forward takes is less */
    double flops;               /* of a forward; a multiplication and an addition are two */
} dlcv_summary;

/* What output needs, a line of text for each node: name, op, shape, parameters, FLOPs, bytes of the value, and of pictures the receptive field: the size
 * of the square of input pixels that one value sees, the step from one value to the next, the first pixel, or - where there is none such. Where the batch is open it is 1. Allocates no parameters and no
 * values. total and table may be NULL; a table is cut at `bytes`, always with a 0 at its end. */
DLCV_API dlcv_status dlcv_graph_summary(dlcv_node output, dlcv_summary *total, char *table, size_t bytes);

/* ---- graphs: your own ops */

/* What an op of yours gets: tensors that are allocated for you, contiguous. In backward `out_gradient` is the loss's with respect to out, and you ADD
 * to in_gradient; an entry is NULL where none is wanted. */
typedef struct dlcv_call {
    const dlcv_env *env;
    dlcv_mode mode;
    int inputs;
    const dlcv_tensor *const *in;
    dlcv_tensor *out;
    const dlcv_tensor *out_gradient;
    dlcv_tensor *const *in_gradient;
} dlcv_call;

/* shape: out's shape from the inputs', f32; a dimension of -1 is not known yet; NULL: as the first input. backward NULL: has no gradient. They return
 * DLCV_OK or `return dlcv_fail(...)`. */
typedef struct dlcv_op {
    const char *name;           /* also of its nodes: "Wave" makes "Wave1", "Wave2" */
    void *user;
    dlcv_status (*shape)(const dlcv_shape *in, int inputs, dlcv_shape *out, void *user);
    dlcv_status (*forward)(const dlcv_call *call, void *user);
    dlcv_status (*backward)(const dlcv_call *call, void *user);
} dlcv_op;

/* op outlives the graph. Up to 32 inputs. */
DLCV_API dlcv_node dlcv_custom(const dlcv_op *op, const dlcv_node *inputs, int count);

/* ---- graphs: arithmetic, broadcasting as numpy does. f32 */

DLCV_API dlcv_node dlcv_add(dlcv_node a, dlcv_node b);
DLCV_API dlcv_node dlcv_sub(dlcv_node a, dlcv_node b);
DLCV_API dlcv_node dlcv_mul(dlcv_node a, dlcv_node b);
DLCV_API dlcv_node dlcv_div(dlcv_node a, dlcv_node b);

/* a > b ? a : b and a < b ? a : b; where they are equal b gets the gradient. */
DLCV_API dlcv_node dlcv_max(dlcv_node a, dlcv_node b);
DLCV_API dlcv_node dlcv_min(dlcv_node a, dlcv_node b);

/* [..., m, k] times [..., k, n] -> [..., m, n]. */
DLCV_API dlcv_node dlcv_matmul(dlcv_node a, dlcv_node b);

/* scale * x + shift */
DLCV_API dlcv_node dlcv_affine(dlcv_node x, float scale, float shift);
DLCV_API dlcv_node dlcv_exp(dlcv_node x);
DLCV_API dlcv_node dlcv_log(dlcv_node x);
DLCV_API dlcv_node dlcv_sqrt(dlcv_node x);
DLCV_API dlcv_node dlcv_abs(dlcv_node x);           /* gradient 0 at 0 */
DLCV_API dlcv_node dlcv_square(dlcv_node x);
DLCV_API dlcv_node dlcv_reciprocal(dlcv_node x);

/* ---- graphs: activations */

DLCV_API dlcv_node dlcv_relu(dlcv_node x);          /* max(0, x); gradient 0 at 0 */
DLCV_API dlcv_node dlcv_clip(dlcv_node x, float low, float high);  /* min(high, max(low, x)), low <= high; gradient 0 at both: 0 and 6 is ReLU6 */
DLCV_API dlcv_node dlcv_sigmoid(dlcv_node x);       /* 1 / (1 + e^-x) */
DLCV_API dlcv_node dlcv_tanh(dlcv_node x);
DLCV_API dlcv_node dlcv_step(dlcv_node x);          /* x > 0 ? 1 : 0; gradient 0 everywhere: nothing behind it learns */
DLCV_API dlcv_node dlcv_leaky_relu(dlcv_node x, float slope);       /* x > 0 ? x : slope x; 0 = 0.1 */
DLCV_API dlcv_node dlcv_elu(dlcv_node x, float alpha);              /* x > 0 ? x : alpha (e^x - 1), alpha > 0; 0 = 1 */
DLCV_API dlcv_node dlcv_selu(dlcv_node x);          /* 1.0507 elu(x, 1.6733) */
DLCV_API dlcv_node dlcv_gelu(dlcv_node x);          /* x P(x), P the normal distribution */
DLCV_API dlcv_node dlcv_silu(dlcv_node x);          /* x sigmoid(x) */
DLCV_API dlcv_node dlcv_hard_sigmoid(dlcv_node x);  /* min(1, max(0, x / 6 + 1/2)) */
DLCV_API dlcv_node dlcv_hard_swish(dlcv_node x);    /* x hard_sigmoid(x) */
DLCV_API dlcv_node dlcv_softplus(dlcv_node x);      /* log(1 + e^x) */

/* x > 0 ? x : weight x, one weight a channel, which learns: x [n, channels, ...], weight [channels], 0.25 at first. */
DLCV_API dlcv_node dlcv_prelu(dlcv_node x);

/* The largest of `pieces` channels side by side, [n, channels, ...] -> [n, channels / pieces, ...]; the first of several has the gradient. */
DLCV_API dlcv_node dlcv_maxout(dlcv_node x, int pieces);

/* e^x over the sum of them along the axis, and its logarithm; finite for any finite x. */
DLCV_API dlcv_node dlcv_softmax(dlcv_node x, int axis);
DLCV_API dlcv_node dlcv_log_softmax(dlcv_node x, int axis);

/* ---- graphs: shapes. A negative axis counts from the end */

#define DLCV_ALL (-1000)        /* an axis: all of them */

/* The largest and the smallest give their gradient to the first of several; NORM is the root of the sum of squares, gradient 0 at 0. */
typedef enum dlcv_reduction { DLCV_REDUCE_SUM, DLCV_REDUCE_MEAN, DLCV_REDUCE_MAX, DLCV_REDUCE_MIN, DLCV_REDUCE_NORM } dlcv_reduction;

/* Keeps the axis as 1; DLCV_ALL: a scalar. */
DLCV_API dlcv_node dlcv_reduce(dlcv_node x, dlcv_reduction how, int axis);

/* Several axes, one after the other: dlcv_shape2(2, 3) are height and width. */
DLCV_API dlcv_node dlcv_reduce_axes(dlcv_node x, dlcv_reduction how, dlcv_shape axes);

/* The same values in another shape: 0 keeps a dimension, -1 takes what is left. To keep the batch, whose size is not known yet, write 0 for it: one -1
 * is all there can be, and it is not checked before binding. Copies nothing. */
DLCV_API dlcv_node dlcv_reshape(dlcv_node x, dlcv_shape shape);

/* [n, everything else] */
DLCV_API dlcv_node dlcv_flatten(dlcv_node x);

/* Dimension i of the result is dimension order[i] of x. Any dtype, as the next three. */
DLCV_API dlcv_node dlcv_transpose(dlcv_node x, dlcv_shape order);

/* One behind the other along an axis; all other dimensions are the same. */
DLCV_API dlcv_node dlcv_concat(const dlcv_node *parts, int count, int axis);

/* begin .. end - 1 along an axis; negative: from the end; end 0: to the end. */
DLCV_API dlcv_node dlcv_slice(dlcv_node x, int axis, int begin, int end);

/* x[..., indices, ...]: the axis gives way to the dimensions of indices, i32, each 0 .. size of the axis - 1. Gradients of one place add up. */
DLCV_API dlcv_node dlcv_gather(dlcv_node x, dlcv_node indices, int axis);

/* What stands outside a picture: ZERO; REFLECT c b | a b c | b a; REPLICATE a a | a b c | c c; CIRCULAR b c | a b c | a b. VALID: nothing does, the
 * result is smaller. */
typedef enum dlcv_border { DLCV_BORDER_ZERO, DLCV_BORDER_REFLECT, DLCV_BORDER_REPLICATE, DLCV_BORDER_CIRCULAR, DLCV_BORDER_VALID } dlcv_border;

/* Rows and columns around the last two dimensions. */
DLCV_API dlcv_node dlcv_pad2d(dlcv_node x, int top, int left, int bottom, int right, dlcv_border border);

/* The last two dimensions become floor(scale * size); dlcv_interpolation says how. */
DLCV_API dlcv_node dlcv_resize2d(dlcv_node x, float scale, dlcv_interpolation how);

/* ---- graphs: layers. They bring parameters, drawn from DLCV_INIT_HE_NORMAL, biases 0 */

/* x [n, d] -> [n, units]: x times weight [units, d] transposed, plus bias [units]. A row of the weights is a template. */
DLCV_API dlcv_node dlcv_linear(dlcv_node x, int units);

#define DLCV_SAME (-1)          /* a padding */

typedef struct dlcv_conv2d_opts {
    int pad;                    /* on each side; DLCV_SAME: as makes the output's height and width the input's / stride, rounded up */
    int stride, dilation, groups;           /* 0 = 1; groups = channels: depthwise */
    int kernel_w, stride_w, dilation_w;     /* 0 = the same as in height */
    int no_bias;
    int exact_fit;              /* of conv2d, 1: an error where the stride does not reach the last window, with DLCV_SAME, too; 0: rounded down */
    int output_pad;             /* of conv2d_transpose: so many rows and columns more at the end */
    int unshared;               /* of conv2d: locally connected, other weights at each place: [filters, c / groups, kernel, kernel_w, oh, ow], bias [filters, oh, ow] */
    dlcv_border border;         /* of conv2d: what the padding is; not zeros: a pad2d node comes before */
} dlcv_conv2d_opts;

/* x [n, c, h, w] -> [n, filters, oh, ow], oh = floor((h + 2 pad - dilation (kernel - 1) - 1) / stride) + 1; weight [filters, c / groups, kernel, kernel_w],
 * bias [filters]: torch.nn.Conv2d. opts NULL is {0}. dlcv_conv_shape says more. */
DLCV_API dlcv_node dlcv_conv2d(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts);

/* x [n, c, h, w] -> [n, filters, oh, ow], oh = (h - 1) stride - 2 pad + dilation (kernel - 1) + 1 + output_pad; weight [c, filters / groups, kernel,
 * kernel_w]: torch.nn.ConvTranspose2d. */
DLCV_API dlcv_node dlcv_conv2d_transpose(dlcv_node x, int filters, int kernel, const dlcv_conv2d_opts *opts);

typedef enum dlcv_pooling { DLCV_POOL_MAX, DLCV_POOL_AVERAGE, DLCV_POOL_L2 } dlcv_pooling;      /* L2: the root of the sum of squares */

typedef struct dlcv_pool2d_opts {
    int stride;                 /* 0 = kernel */
    int pad;                    /* on each side, less than the kernel; never the maximum */
    int ceil_mode;              /* 1: a last window that reaches over the border, if it begins before it */
    int count_include_pad;      /* 1: the average divides by padding, too */
} dlcv_pool2d_opts;

/* x [n, c, h, w] -> [n, c, oh, ow]: windows of kernel x kernel; kernel 0: all of a plane, [n, c, 1, 1]. The first of several largest gets the gradient.
 * Comparisons with NaN are false: where a window has one, its maximum is NaN or one of the other numbers, not always the largest (dlcv_graph_tripwire finds NaNs). */
DLCV_API dlcv_node dlcv_pool2d(dlcv_node x, dlcv_pooling how, int kernel, const dlcv_pool2d_opts *opts);

/* Over features: x [n, c, places...] -> [n, c / channels, places...], from each `channels` neighbours one. */
DLCV_API dlcv_node dlcv_pool_channels(dlcv_node x, dlcv_pooling how, int channels);

typedef struct dlcv_norm_opts {
    float epsilon;              /* 0 = 1e-5 */
    float momentum;             /* BATCH: how far running statistics move in one step; 0 = 0.1 */
    int no_affine;              /* without weight and bias */
} dlcv_norm_opts;

/* x [n, channels, places...] -> (x - mean) / sqrt(variance + epsilon) * weight[channel] + bias[channel]; weight begins as 1, bias as 0. Mean and variance
 * (divided by the count) are of each channel over samples and places in TRAIN, which wants two values or more; that forward also moves the running
 * "mean" and "variance" (divided by count - 1), parameters without gradient that begin as 0 and 1 and are used in INFER and GRADIENT. Ioffe and Szegedy 2015. */
DLCV_API dlcv_node dlcv_batch_norm(dlcv_node x, const dlcv_norm_opts *opts);

/* The same with mean and variance of each sample and group of channels, in all modes alike. groups 1: layer normalisation (of [n, d] each row); as many as
 * channels: instance normalisation. Wu and He 2018. */
DLCV_API dlcv_node dlcv_group_norm(dlcv_node x, int groups, const dlcv_norm_opts *opts);

/* x [n, channels, ...] -> x / (k + alpha * sum of squares over `size` channels around)^beta; AlexNet: 5, 1e-4, 0.75, 2 (Krizhevsky et al. 2012, 3.3). An even
 * size looks one channel further ahead. PyTorch and ONNX divide alpha by size first. */
DLCV_API dlcv_node dlcv_local_response_norm(dlcv_node x, int size, float alpha, float beta, float k);

/* In TRAIN elements (drop_path: whole samples, stochastic depth) are 0 with probability rate in [0, 1), the others divided by 1 - rate; in other modes x.
 * What drops is a function of the graph's seed, the node and the number of training forwards so far. */
DLCV_API dlcv_node dlcv_dropout(dlcv_node x, float rate);
DLCV_API dlcv_node dlcv_drop_path(dlcv_node x, float rate);

/* ids i32 of any shape, each 0 .. vocabulary - 1 -> [..., units]: rows of weight [vocabulary, units], N(0, 1) at first. */
DLCV_API dlcv_node dlcv_embedding(dlcv_node ids, int vocabulary, int units);

/* Sequences [steps, n, d] -> [steps, n, units], all states, 0 before the first: torch.nn.LSTM and torch.nn.GRU of one layer, with its names: weight_ih
 * [gates units, d], weight_hh [gates units, units], uniform within 1 / sqrt(units) at first, bias_ih and bias_hh [gates units], 0. Gates in this order:
 *   LSTM  i, f, g, o     c = f c + i g, h = o tanh(c); i, f, o sigmoids, g tanh, of weight_ih x + bias_ih + weight_hh h + bias_hh
 *   GRU   r, z, m        h = (1 - z) m + z h; r, z as above, m = tanh(weight_ih x + bias_ih + r (weight_hh h + bias_hh))
 * [n, steps, d]: dlcv_transpose(x, dlcv_shape3(1, 0, 2)) first. The last state: dlcv_slice(h, 0, -1, 0). */
DLCV_API dlcv_node dlcv_lstm(dlcv_node x, int units);
DLCV_API dlcv_node dlcv_gru(dlcv_node x, int units);

typedef struct dlcv_recurrent_opts {
    dlcv_node state, cell;      /* [n, units], before the first step; {0}: zeros. cell: c, of the LSTM alone */
    int reverse;                /* from the last step to the first; what comes out stays in the order of the input */
} dlcv_recurrent_opts;

typedef struct dlcv_recurrent {
    dlcv_node states, cells;    /* [steps, n, units]; cells: c, of the LSTM, else {0} */
    dlcv_node last_state, last_cell;        /* [n, units], those computed last */
} dlcv_recurrent;

/* The same layers with all that comes out: a sequence in pieces, each beginning where the last one ended; encoder and decoder; both directions are
 * two layers, one in reverse, and dlcv_concat along axis 2. (Y, Y_h and Y_c of ONNX, whose GRU is this with linear_before_reset.) opts NULL is {0}. */
DLCV_API dlcv_recurrent dlcv_lstm_states(dlcv_node x, int units, const dlcv_recurrent_opts *opts);
DLCV_API dlcv_recurrent dlcv_gru_states(dlcv_node x, int units, const dlcv_recurrent_opts *opts);

/* ---- graphs: losses, scalars */

/* With labels: scores x [n, classes, ...], target y i32 [n, ...], each 0 .. classes - 1 (rows of scores, with places behind them):
 *   SOFTMAX            cross-entropy -log softmax(x)[y], natural logarithm
 *   HINGE              sum over j != y of max(0, x_j - x_y + margin): the multiclass SVM of Weston and Watkins 1999
 *   SQUARED_HINGE      the sum of their squares
 *   HINGE_ONE_VS_ALL   sum over j of max(0, margin - t_j x_j), t_j = +1 for j = y, else -1
 *   HINGE_STRUCTURED   max(0, max over j != y of x_j - x_y + margin): Crammer and Singer 2001
 * One number against another: scores x of any shape, target y f32 of the same ([n] for [n, 1] will do), which may have a gradient:
 *   SQUARED            (x - y)^2, gradient 2 (x - y)
 *   HALF_SQUARED       (x - y)^2 / 2, gradient x - y
 *   ABSOLUTE           |x - y|
 *   SMOOTH_L1          (x - y)^2 / 2 beta where |x - y| < beta, else |x - y| - beta / 2
 *   LOGISTIC           -y log h - (1 - y) log(1 - h), h = sigmoid(x), y 0 or 1 (or between), f32 or i32; gradient h - y; finite for any finite x
 *   PERCEPTRON         (h - y) x, h = x > 0 ? 1 : 0; gradient h - y: Rosenblatt's rule. y as for LOGISTIC
 * At a kink the gradient is that of the flat side, 0 in the middle of |x|. Losses are added in double. */
typedef enum dlcv_loss_kind {
    DLCV_LOSS_SOFTMAX, DLCV_LOSS_HINGE, DLCV_LOSS_SQUARED_HINGE, DLCV_LOSS_HINGE_ONE_VS_ALL, DLCV_LOSS_HINGE_STRUCTURED, DLCV_LOSS_LOGISTIC,
    DLCV_LOSS_PERCEPTRON, DLCV_LOSS_SQUARED, DLCV_LOSS_HALF_SQUARED, DLCV_LOSS_ABSOLUTE, DLCV_LOSS_SMOOTH_L1
} dlcv_loss_kind;

/* What the sum of all losses is divided by: SAMPLES, the labels, or the first dimension of scores where there are none; ELEMENTS, the scores (so
 * that SQUARED is the mean squared error of torch.nn.MSELoss); NONE, 1. A mean over an empty batch is an error of forward. */
typedef enum dlcv_average { DLCV_AVERAGE_SAMPLES, DLCV_AVERAGE_ELEMENTS, DLCV_AVERAGE_NONE } dlcv_average;

typedef struct dlcv_loss_opts {
    float smoothing;            /* SOFTMAX: this part of the target is spread over all classes */
    float margin;               /* HINGE...: 0 = 1 */
    float beta;                 /* SMOOTH_L1: 0 = 1 */
    dlcv_average average;
} dlcv_loss_opts;

DLCV_API dlcv_node dlcv_loss(dlcv_node scores, dlcv_node target, dlcv_loss_kind kind, const dlcv_loss_opts *opts);

/* ---- graphs: regularisers */

typedef struct dlcv_penalty_opts {
    float l2, l1;               /* strengths: the sum of l2 w^2 + l1 |w| (gradient 2 l2 w + l1 sign w); both: elastic net */
    int biases;                 /* also the biases and the slopes and scales of layers, which are left out by default */
} dlcv_penalty_opts;

/* A scalar to be added to a loss: the penalty of all weights that there are and whose name begins with prefix ("": all). None: an error. */
DLCV_API dlcv_node dlcv_penalty(dlcv_graph *g, const char *prefix, const dlcv_penalty_opts *opts);

/* Max-norm, after a step: rows w[i, ...] of the same weights (those of unit i), that are longer than limit, are made as long as that. A vector is one row. */
DLCV_API dlcv_status dlcv_limit_norms(dlcv_graph *g, const char *prefix, float limit);
