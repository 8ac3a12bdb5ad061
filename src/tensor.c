/* ---- tensors ---------------------------------------------------------------------------------------------------- */

#define DLCV__TENSOR_HEADER 64

/* Stands in the 64 bytes before the data of an owned tensor, which is freed and grown without its environment. */
typedef struct dlcv__tensor_header {
    dlcv_memory memory;
    size_t capacity;                /* bytes of data that fit; the block has DLCV__TENSOR_HEADER more */
} dlcv__tensor_header;

typedef char dlcv__tensor_header_fits[sizeof(dlcv__tensor_header) <= DLCV__TENSOR_HEADER ? 1 : -1];

DLCV__FN dlcv_shape dlcv__shape(int ndim, int a, int b, int c, int d)
{
    dlcv_shape s;
    memset(&s, 0, sizeof s);
    s.ndim = ndim;
    s.dim[0] = a;
    s.dim[1] = b;
    s.dim[2] = c;
    s.dim[3] = d;
    return s;
}

DLCV_API dlcv_shape dlcv_shape1(int a)
{
    return dlcv__shape(1, a, 0, 0, 0);
}

DLCV_API dlcv_shape dlcv_shape2(int a, int b)
{
    return dlcv__shape(2, a, b, 0, 0);
}

DLCV_API dlcv_shape dlcv_shape3(int a, int b, int c)
{
    return dlcv__shape(3, a, b, c, 0);
}

DLCV_API dlcv_shape dlcv_shape4(int a, int b, int c, int d)
{
    return dlcv__shape(4, a, b, c, d);
}

DLCV_API size_t dlcv_dtype_bytes(dlcv_dtype dtype)
{
    switch ((int)dtype) {
    case DLCV_F32:
    case DLCV_I32: return 4;
    case DLCV_U8:
    case DLCV_I8:
    case DLCV_BOOL: return 1;
    case DLCV_I64: return 8;
    default: return 0;
    }
}

DLCV__FN const char *dlcv__dtype_name(dlcv_dtype d)
{
    switch ((int)d) {
    case DLCV_F32: return "f32";
    case DLCV_U8: return "u8";
    case DLCV_I8: return "i8";
    case DLCV_I32: return "i32";
    case DLCV_I64: return "i64";
    case DLCV_BOOL: return "bool";
    default: return "unknown dtype";
    }
}

/* What helps labels (which are i32) that are integers of another width, behind the sentence that refuses them; "" for all others. */
DLCV__FN const char *dlcv__label_help(const dlcv_tensor *y)
{
    return y->dtype == DLCV_I64 || y->dtype == DLCV_U8 || y->dtype == DLCV_I8 ? "; from numpy save y.astype('i4')" : "";
}

/* "[50000, 32, 32, 3]", at most 108 bytes with the 0 */
DLCV__FN int dlcv__shape_text(dlcv_shape s, char *out, size_t bytes)
{
    char text[128];
    int i, n;
    if (s.ndim < 0 || s.ndim > DLCV_MAX_DIMS) return dlcv__format(out, bytes, "[%d dimensions]", s.ndim);
    n = dlcv__format(text, sizeof text, "[");
    for (i = 0; i < s.ndim; i++) n += dlcv__format(text + n, sizeof text - (size_t)n, i ? ", %d" : "%d", s.dim[i]);
    return dlcv__format(out, bytes, "%.*s]", n, text);
}

/* Elements of a shape; 0 if a dimension is negative, there are too many, or the product does not fit. */
DLCV__FN int dlcv__shape_count(dlcv_shape s, size_t *count)
{
    int i;
    *count = 1;
    if (s.ndim < 0 || s.ndim > DLCV_MAX_DIMS) return 0;
    for (i = 0; i < s.ndim; i++) {
        if (s.dim[i] < 0) return 0;
        if (s.dim[i] == 0) *count = 0;
    }
    for (i = 0; i < s.ndim && *count; i++) {
        if (!dlcv__mul(*count, (size_t)s.dim[i], count)) return 0;
    }
    return 1;
}

DLCV__FN int dlcv__shape_equal(dlcv_shape a, dlcv_shape b)
{
    int i;
    if (a.ndim != b.ndim) return 0;
    for (i = 0; i < a.ndim; i++) {
        if (a.dim[i] != b.dim[i]) return 0;
    }
    return 1;
}

/* Bytes of a tensor, or why there can be none. */
DLCV__FN dlcv_status dlcv__shape_bytes(const char *who, const char *what, dlcv_dtype dtype, dlcv_shape shape,
                                       size_t *bytes)
{
    char text[112];
    size_t count;
    int i;
    if (!dlcv_dtype_bytes(dtype)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s has dtype %d, there is none such", who, what, (int)dtype);
    }
    if (shape.ndim < 0 || shape.ndim > DLCV_MAX_DIMS) {
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s has %d dimensions, 0 to %d can be", who, what, shape.ndim,
                         DLCV_MAX_DIMS);
    }
    dlcv__shape_text(shape, text, sizeof text);
    for (i = 0; i < shape.ndim; i++) {
        if (shape.dim[i] < 0) {
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is %s, dimension %d is negative", who, what, text, i);
        }
    }
    if (!dlcv__shape_count(shape, &count) || !dlcv__mul(count, dlcv_dtype_bytes(dtype), bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s is %s %s, more bytes than a size_t can count", who, what,
                         dlcv__dtype_name(dtype), text);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__check(const char *who, const char *what, const dlcv_tensor *t)
{
    dlcv_status status;
    size_t bytes;
    if (!t) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", who, what);
    if (!t->data && !t->shape.ndim) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is no tensor yet, it is {0}", who, what);
    }
    status = dlcv__shape_bytes(who, what, t->dtype, t->shape, &bytes);
    if (status) return status;
    if (!t->data && bytes) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the data of %s are NULL", who, what);
    return DLCV_OK;
}

DLCV_API dlcv_tensor dlcv_tensor_view(const void *data, dlcv_dtype dtype, dlcv_shape shape)
{
    dlcv_tensor t;
    memset(&t, 0, sizeof t);
    t.data = (void *)data;
    t.shape = shape;
    t.dtype = dtype;
    return t;
}

DLCV_API size_t dlcv_tensor_count(const dlcv_tensor *t)
{
    size_t count;
    if (!t || (!t->data && !t->shape.ndim)) return 0;
    return dlcv__shape_count(t->shape, &count) ? count : 0;
}

/* Bytes of t[i], all i alike; t has a first dimension. */
DLCV__FN size_t dlcv__row_bytes(const dlcv_tensor *t)
{
    dlcv_shape row = t->shape;
    size_t count;
    row.dim[0] = 1;
    return dlcv__shape_count(row, &count) ? count * dlcv_dtype_bytes(t->dtype) : 0;
}

DLCV_API dlcv_tensor dlcv_tensor_rows(const dlcv_tensor *t, int begin, int end)
{
    dlcv_tensor v;
    memset(&v, 0, sizeof v);
    if (!t || t->shape.ndim < 1 || t->shape.ndim > DLCV_MAX_DIMS) return v;
    v = *t;
    v.owned = 0;
    if (begin < 0) begin = 0;
    if (end > t->shape.dim[0]) end = t->shape.dim[0];
    if (begin > end) begin = end > 0 ? end : 0;
    v.shape.dim[0] = end > begin ? end - begin : 0;
    if (v.data) v.data = (unsigned char *)v.data + (size_t)begin * dlcv__row_bytes(t);
    return v;
}

DLCV_API float *dlcv_f32(const dlcv_tensor *t)
{
    return t && t->dtype == DLCV_F32 ? (float *)t->data : NULL;
}

DLCV_API uint8_t *dlcv_u8(const dlcv_tensor *t)
{
    return t && t->dtype == DLCV_U8 ? (uint8_t *)t->data : NULL;
}

DLCV_API int32_t *dlcv_i32(const dlcv_tensor *t)
{
    return t && t->dtype == DLCV_I32 ? (int32_t *)t->data : NULL;
}

DLCV_API void dlcv_tensor_free(dlcv_tensor *t)
{
    dlcv__tensor_header header;
    dlcv_env env;
    if (!t) return;
    if (t->owned && t->data) {
        unsigned char *block = (unsigned char *)t->data - DLCV__TENSOR_HEADER;
        memcpy(&header, block, sizeof header);
        env.memory = header.memory;
        dlcv__release(&env, block, header.capacity + DLCV__TENSOR_HEADER);
    }
    memset(t, 0, sizeof *t);
}

/* Makes room for `bytes`. Too small a block goes before the larger one comes: its contents are not wanted, and the two
 * need not fit side by side. So a failure leaves {0}. */
DLCV__FN dlcv_status dlcv__tensor_grow(const dlcv_env *env, const char *who, size_t bytes, dlcv_tensor *out)
{
    dlcv__tensor_header header;
    unsigned char *block;
    size_t whole;
    if (out->owned && out->data) {
        memcpy(&header, (unsigned char *)out->data - DLCV__TENSOR_HEADER, sizeof header);
        if (header.capacity >= bytes) return DLCV_OK;
    }
    dlcv_tensor_free(out);
    if (!dlcv__add(bytes, DLCV__TENSOR_HEADER, &whole)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: out of %zu bytes is too large", who, bytes);
    }
    block = (unsigned char *)dlcv__alloc(env, whole);
    if (!block) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", who, dlcv_error());
    memset(&header, 0, sizeof header);
    header.memory = env->memory;
    header.capacity = bytes;
    memcpy(block, &header, sizeof header);
    out->data = block + DLCV__TENSOR_HEADER;
    out->owned = 1;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__out_named(const dlcv_env *env, const char *who, const char *what, dlcv_dtype dtype, dlcv_shape shape,
                                     dlcv_tensor *out)
{
    dlcv_env e = dlcv__env(env);
    char have[112], want[112];
    dlcv_status status;
    size_t bytes;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", who, what);
    status = dlcv__shape_bytes(who, what, dtype, shape, &bytes);
    if (status) return status;
    if (!out->owned && (out->data || out->shape.ndim)) {
        dlcv__shape_text(out->shape, have, sizeof have);
        dlcv__shape_text(shape, want, sizeof want);
        if (out->dtype != dtype || !dlcv__shape_equal(out->shape, shape)) {
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is a view of %s %s, %s %s is needed", who, what,
                             dlcv__dtype_name(out->dtype), have, dlcv__dtype_name(dtype), want);
        }
        if (!out->data && bytes) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is a view of NULL", who, what);
        return DLCV_OK;
    }
    status = dlcv__tensor_grow(&e, who, bytes, out);
    if (status) return status;
    out->shape = shape;
    out->dtype = dtype;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__out(const dlcv_env *env, const char *who, dlcv_dtype dtype, dlcv_shape shape, dlcv_tensor *out)
{
    return dlcv__out_named(env, who, "out", dtype, shape, out);
}

DLCV_API dlcv_status dlcv_tensor_new(const dlcv_env *env, dlcv_dtype dtype, dlcv_shape shape, dlcv_tensor *out)
{
    size_t count;
    dlcv_status status = dlcv__out(env, "tensor_new", dtype, shape, out);
    if (status) return status;
    count = dlcv_tensor_count(out);
    if (count) memset(out->data, 0, count * dlcv_dtype_bytes(dtype));
    return DLCV_OK;
}

/* Do two tensors share a byte? */
DLCV__FN int dlcv__overlap(const dlcv_tensor *a, const dlcv_tensor *b)
{
    size_t na = dlcv_tensor_count(a) * dlcv_dtype_bytes(a->dtype);
    size_t nb = dlcv_tensor_count(b) * dlcv_dtype_bytes(b->dtype);
    uintptr_t pa = (uintptr_t)a->data, pb = (uintptr_t)b->data;
    return pa < pb ? na > pb - pa : pa > pb ? nb > pa - pb : na && nb;
}

/* out [count, ...] = rows rows[0 .. count - 1] of t */
DLCV__FN void dlcv__rows_copy(const dlcv_tensor *t, const int *rows, int count, dlcv_tensor *out)
{
    const size_t row = dlcv__row_bytes(t);
    size_t i;
    for (i = 0; i < (size_t)count && row; i++) {
        memcpy((unsigned char *)out->data + i * row, (const unsigned char *)t->data + (size_t)rows[i] * row, row);
    }
}

DLCV_API dlcv_status dlcv_tensor_take(const dlcv_env *env, const dlcv_tensor *t, const int *rows, int count,
                                      dlcv_tensor *out)
{
    dlcv_status status = dlcv__check("tensor_take", "t", t);
    dlcv_shape shape;
    size_t i;
    if (status) return status;
    if (t->shape.ndim < 1) return dlcv_fail(DLCV_ERR_SHAPE, "tensor_take: t is a scalar, it has no rows");
    if (count < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_take: count is %d", count);
    if (count && !rows) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_take: rows is NULL");
    for (i = 0; i < (size_t)count; i++) {
        if (rows[i] < 0 || rows[i] >= t->shape.dim[0]) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_take: row %zu is index %d, the tensor has %d rows", i, rows[i],
                             t->shape.dim[0]);
        }
    }
    if (out && dlcv__overlap(out, t)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_take: out is t itself, or part of it");
    }
    shape = t->shape;
    shape.dim[0] = count;
    status = dlcv__out(env, "tensor_take", t->dtype, shape, out);
    if (status) return status;
    dlcv__rows_copy(t, rows, count, out);
    return DLCV_OK;
}

/* The shape of all parts together, or why they cannot be. */
DLCV__FN dlcv_status dlcv__concat_check(const dlcv_tensor *parts, int count, int axis, const dlcv_tensor *out,
                                        dlcv_shape *shape)
{
    static const char *const who = "tensor_concat";
    char name[24], have[112], want[112];
    int i, d, same;
    if (!parts) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: parts is NULL", who);
    if (count < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: count is %d, must be at least 1", who, count);
    for (i = 0; i < count; i++) {
        dlcv_status status;
        dlcv__format(name, sizeof name, "parts[%d]", i);
        status = dlcv__check(who, name, &parts[i]);
        if (status) return status;
        if (out == &parts[i] || (out && dlcv__overlap(out, &parts[i])))
            return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: out is %s itself, or part of it", who, name);
        if (i == 0) {
            *shape = parts[0].shape;
            if (axis < 0 || axis >= shape->ndim) {
                return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: axis is %d, the parts have %d dimensions", who, axis,
                                 shape->ndim);
            }
            continue;
        }
        same = parts[i].dtype == parts[0].dtype && parts[i].shape.ndim == shape->ndim;
        for (d = 0; d < shape->ndim && same; d++) same = d == axis || parts[i].shape.dim[d] == shape->dim[d];
        if (!same) {
            dlcv__shape_text(parts[i].shape, have, sizeof have);
            dlcv__shape_text(parts[0].shape, want, sizeof want);
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is %s %s, parts[0] is %s %s, only dimension %d may differ", who,
                             name, dlcv__dtype_name(parts[i].dtype), have, dlcv__dtype_name(parts[0].dtype), want,
                             axis);
        }
        if (parts[i].shape.dim[axis] > INT_MAX - shape->dim[axis]) {
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: up to %s, dimension %d is more than %d", who, name, axis, INT_MAX);
        }
        shape->dim[axis] += parts[i].shape.dim[axis];
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_tensor_concat(const dlcv_env *env, const dlcv_tensor *parts, int count, int axis,
                                        dlcv_tensor *out)
{
    dlcv_shape shape;
    size_t run, before = 1, o, whole;
    unsigned char *to;
    int i, d;
    dlcv_status status = dlcv__concat_check(parts, count, axis, out, &shape);
    if (status) return status;
    status = dlcv__out(env, "tensor_concat", parts[0].dtype, shape, out);
    if (status || !dlcv_tensor_count(out)) return status;
    for (d = 0; d < axis; d++) before *= (size_t)shape.dim[d];
    whole = dlcv_tensor_count(out) / before *
            dlcv_dtype_bytes(out->dtype); /* bytes from one index before axis to the next */
    to = (unsigned char *)out->data;
    for (i = 0; i < count; i++, to += run) {
        const unsigned char *from = (const unsigned char *)parts[i].data;
        run = dlcv_tensor_count(&parts[i]) / before * dlcv_dtype_bytes(out->dtype);
        for (o = 0; o < before && run; o++) memcpy(to + o * whole, from + o * run, run);
    }
    return DLCV_OK;
}

#undef DLCV__TENSOR_HEADER
