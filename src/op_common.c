/* ---- ops: what they share ------------------------------------------------------------------------------------------------------------- */

/* What users call to build such a node. */
DLCV__FN const char *dlcv__builder_name(const dlcv__op *op)
{
    static const char *const names[][2] = { { "cross_entropy", "loss" }, { "hinge", "loss" }, { "distance", "loss" }, { "conv2d_unshared", "conv2d" } };
    int i;
    for (i = 0; i < 4; i++) {
        if (!strcmp(op->name, names[i][0])) return names[i][1];
    }
    return op->name;
}

/* 'conv2d "conv1": input has 1 channel, weights expect 3' */
DLCV__FN dlcv_status dlcv__op_fail(const dlcv__call *c, dlcv_status status, const char *format, ...)
{
    char text[400];
    va_list list;
    va_start(list, format);
    dlcv__vformat(text, sizeof text, format, list);
    va_end(list);
    return dlcv_fail(status, "%s \"%s\": %s", dlcv__builder_name(c->op), c->name, text);
}

/* What a layer below complained about, without the name it has for itself. */
DLCV__FN void dlcv__complaint(char *out, size_t size)
{
    const char *text = dlcv_error();
    size_t i;
    for (i = 0; text[i] && (text[i] != ':' || text[i + 1] != ' '); i++) {}
    dlcv__format(out, size, "%s", text[i] ? text + i + 2 : text);
}

DLCV__FN int dlcv__begins(const char *text, const char *prefix)
{
    const size_t n = strlen(prefix);
    return strlen(text) >= n && !memcmp(text, prefix, n);
}

/* "input 1 is i32 [64], f32 is wanted" */
DLCV__FN dlcv_status dlcv__op_want_f32(const dlcv__call *c, int i)
{
    char text[112];
    if (c->in[i]->dtype == DLCV_F32) return DLCV_OK;
    dlcv__shape_text(c->in[i]->shape, text, sizeof text);
    return dlcv__op_fail(c, DLCV_ERR_ARGUMENT, "input %d is %s %s, f32 is wanted", i, dlcv__dtype_name(c->in[i]->dtype), text);
}

/* out is as input 0 */
DLCV__FN dlcv_status dlcv__infer_same(dlcv__call *c)
{
    const dlcv_status status = dlcv__op_want_f32(c, 0);
    c->out->shape = c->in[0]->shape;
    return status;
}

/* The product of dim[begin .. end), -1 where one is not known; 0 dimensions win. Overflow: SIZE_MAX - 1, more than any memory. */
DLCV__FN size_t dlcv__extent(const dlcv_shape *s, int begin, int end)
{
    size_t n = 1;
    int i, unknown = 0;
    for (i = begin; i < end; i++) {
        if (s->dim[i] == 0) return 0;
        if (s->dim[i] < 0) unknown = 1;
        else if (!dlcv__mul(n, (size_t)s->dim[i], &n)) return (size_t)-2;
    }
    return unknown ? (size_t)-1 : n;
}

/* An axis counted from the front, or -1 where there is none such. */
DLCV__FN int dlcv__axis_of(int axis, int ndim)
{
    if (axis < 0) axis += ndim;
    return axis >= 0 && axis < ndim ? axis : -1;
}

DLCV__FN double dlcv__count_of(const dlcv_tensor *t)
{
    double n = 1;
    int i;
    for (i = 0; i < t->shape.ndim; i++) n *= (double)t->shape.dim[i];
    return n;
}

/* ---- flat work, on several threads where it is long enough */

typedef void (*dlcv__flat_body)(const dlcv__call *c, size_t begin, size_t end, void *context);

typedef struct dlcv__flat_work {
    const dlcv__call *call;
    dlcv__flat_body body;
    void *context;
    size_t count, share;
} dlcv__flat_work;

DLCV__FN void dlcv__flat_task(int index, void *context)
{
    const dlcv__flat_work *w = (const dlcv__flat_work *)context;
    const size_t begin = (size_t)index * w->share, end = w->count - begin < w->share ? w->count : begin + w->share;
    const dlcv__fp fp = dlcv__fp_enter();
    w->body(w->call, begin, end, w->context);
    w->call->kernels->f32->flat->fence();
    dlcv__fp_leave(fp);
}

/* What to add to the n of a kernel that writes a part of `floats`. */
DLCV__FN size_t dlcv__far(size_t floats)
{
    return floats >= DLCV__FAR_FLOATS ? DLCV__FAR : 0;
}

/* body over 0 .. count in at most as many shares as there are threads, each a multiple of 1024 units. An element must not depend on the shares.
 * cost: floats read and written a unit */
DLCV__FN void dlcv__flat_run(const dlcv__call *c, size_t count, size_t cost, dlcv__flat_body body, void *context)
{
    const size_t least = 65536, unit = cost < 64 ? 1024 : 1;        /* floats worth a thread; units of a share */
    size_t shares = (size_t)dlcv__width(c->env);
    dlcv__flat_work w;
    if (!count) return;
    if (!cost) cost = 1;
    if (shares > count / (least / (cost < least ? cost : least)) + 1) shares = count / (least / (cost < least ? cost : least)) + 1;
    if (shares < 2) {
        body(c, 0, count, context);
        if (count >= DLCV__FAR_FLOATS / cost) c->kernels->f32->flat->fence();
        return;
    }
    w.call = c;
    w.body = body;
    w.context = context;
    w.count = count;
    w.share = ((count + shares - 1) / shares + unit - 1) / unit * unit;
    dlcv__parallel(c->env, (int)((count + w.share - 1) / w.share), dlcv__flat_task, &w);
}

/* y += a * x: the descent step */
DLCV_API dlcv_status dlcv_axpy(float a, const dlcv_tensor *x, dlcv_tensor *y)
{
    char have[112], want[112];
    dlcv_status status;
    dlcv__fp fp;
    if (!x) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "axpy: x is NULL (dlcv_gradient is NULL before backward, of frozen parameters and of running statistics)");
    }
    status = dlcv__check("axpy", "x", x);
    if (!status) status = dlcv__check("axpy", "y", y);
    if (status) return status;
    if (x->dtype != DLCV_F32 || y->dtype != DLCV_F32 || !dlcv__shape_equal(x->shape, y->shape)) {
        dlcv__shape_text(x->shape, have, sizeof have);
        dlcv__shape_text(y->shape, want, sizeof want);
        return dlcv_fail(DLCV_ERR_SHAPE, "axpy: x is %s %s, y is %s %s; both are to be f32 of one shape", dlcv__dtype_name(x->dtype), have,
                         dlcv__dtype_name(y->dtype), want);
    }
    fp = dlcv__fp_enter();
    dlcv__kernels()->f32->flat->axpy(a, dlcv_f32(x), dlcv_f32(y), dlcv_tensor_count(y));
    dlcv__fp_leave(fp);
    return DLCV_OK;
}
