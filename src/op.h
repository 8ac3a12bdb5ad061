/* ---- ops: what one is, and the list of all ----------------------------------------------------------------------------------------
 *
 * An op knows tensors and kernels, nothing of graphs: all it may use stands in the call record. Its attributes, shapes, forward, backward and
 * FLOPs stand together in one op_*.c, as one dlcv__op; the list below makes it part of the table. */
#define DLCV__OPS(X) \
    X(add) X(sub) X(mul) X(div) X(max) X(min) \
    X(affine) X(square) X(sqrt) X(exp) X(log) X(abs) X(reciprocal) X(relu) X(sigmoid) X(tanh) \
    X(matmul) X(linear) \
    X(clip) \
    X(reduce) \
    X(reshape) \
    X(conv2d) X(conv2d_transpose) \
    X(pool2d) \
    X(custom) \
    X(conv2d_unshared) \
    X(batch_norm) X(group_norm) X(local_response_norm) X(dropout) X(drop_path) \
    X(cross_entropy) \
    X(transpose) X(concat) X(slice) X(pad2d) X(gather) X(embedding) X(resize2d) \
    X(step) X(leaky_relu) X(elu) X(selu) X(gelu) X(silu) X(hard_sigmoid) X(hard_swish) X(softplus) X(prelu) X(maxout) X(softmax) X(log_softmax) \
    X(hinge) X(distance) X(penalty) \
    X(lstm) X(gru)

#define DLCV__OP_NAME(name) DLCV__OP_##name,
enum { DLCV__OPS(DLCV__OP_NAME) DLCV__OP_COUNT };
#undef DLCV__OP_NAME

/* One attribute: where it is in the op's struct, and what it is if nothing was said. */
enum { DLCV__FIELD_INT, DLCV__FIELD_FLOAT, DLCV__FIELD_SHAPE };

typedef struct dlcv__field {
    const char *name;
    int type;
    size_t at;
    double otherwise;
} dlcv__field;

struct dlcv__op;

/* Handed to every function of an op. `in` and `out` have data in forward and backward alone. */
typedef struct dlcv__call {
    const struct dlcv__op *op;
    const char *name;                       /* the node's, for sentences */
    const dlcv_env *env;
    const dlcv__table *kernels;
    dlcv_mode mode;
    const void *attr;                       /* the op's struct */
    int inputs;
    const dlcv_tensor *const *in;           /* infer: a dimension may be -1, "not known yet" */
    dlcv_tensor *out;                       /* infer sets shape and dtype (F32 before it) */
    const dlcv_tensor *out_gradient;        /* backward alone */
    dlcv_tensor *const *in_gradient;        /* backward alone; an entry is NULL where no gradient is wanted */
    size_t saved_bytes, scratch_bytes, backward_scratch_bytes;      /* plan sets them */
    int no_gradient;                        /* plan may set it: this node has no backward after all */
    void *saved;                            /* [saved_bytes], from forward to backward; NULL where no backward can follow */
    void *scratch;                          /* [scratch_bytes] in forward, [backward_scratch_bytes] in backward */
    void *state;                            /* what plan made and release frees: a convolution's plan */
    int activation;                         /* a dlcv_activation of what is written, the next node's, where the graph knows that the op can; in backward, too:
                                             * out_gradient is then the next node's */
    int adds;                               /* backward of a convolution that can: in_gradient[0] is added to */
    uint64_t weights;                       /* as long as it is the same, and not 0, so is input 1 */
    unsigned frozen;                        /* bit i: input i is a frozen parameter; forward and backward, the first 8 inputs */
    uint64_t seed, stream;                  /* of random numbers: words dlcv__philox(seed, stream, block), new in every forward */
} dlcv__call;

typedef dlcv_status (*dlcv__op_function)(dlcv__call *c);

enum {
    DLCV__OP_ADDS = 1,          /* backward adds to in_gradient. Without: it writes all of in_gradient, and the caller adds where need be */
    DLCV__OP_INPLACE = 2,       /* forward: out may be the memory of any input with as many bytes. Backward: in_gradient that of out_gradient,
                                 * where only one gradient is wanted. Only if element i depends on element i alone */
    DLCV__OP_FIRST_LAST = 8,    /* with INPLACE: backward writes in_gradient[0] last, which may be out_gradient's memory though others are wanted, too */
    DLCV__OP_VIEW = 4           /* out is the memory of input 0, forward is NULL; the gradient likewise */
};

/* What backward reads, beside out_gradient and saved. */
enum { DLCV__READS_NOTHING = 0, DLCV__READS_OUT = 1, DLCV__READS_IN = ~1, DLCV__READS_IN0 = 2, DLCV__READS_IN1 = 4, DLCV__READS_IN2 = 8 };

typedef struct dlcv__op {
    const char *name;
    int least, most;            /* inputs; most -1: any number */
    int flags, reads;
    size_t attr_bytes;
    const dlcv__field *fields;
    int field_count;
    dlcv__op_function infer;    /* shape and dtype of out; complains. NULL: out is as input 0, which must be f32 */
    dlcv__op_function plan;     /* shapes are known: saved_bytes, scratch_bytes, state. NULL: nothing of these */
    dlcv__op_function forward;
    dlcv__op_function backward; /* NULL: has no gradient */
    void (*release)(void *state);
    double (*flops)(const dlcv__call *c);   /* of forward; shapes are known. NULL: one an element of out */
} dlcv__op;

#define DLCV__FIELDS(fields) (fields), (int)(sizeof(fields) / sizeof *(fields))
#define DLCV__NO_FIELDS NULL, 0
