/* ---- tensors: contiguous, row-major --------------------------------------------------------------------------------- */

#define DLCV_MAX_DIMS 8

typedef enum dlcv_dtype { DLCV_F32, DLCV_U8, DLCV_I8, DLCV_I32, DLCV_I64, DLCV_BOOL } dlcv_dtype;

typedef struct dlcv_shape {
    int ndim;                   /* 0 .. DLCV_MAX_DIMS; 0 is a scalar */
    int dim[DLCV_MAX_DIMS];
} dlcv_shape;

/* Small, by value. {0} is no tensor yet and may be given wherever a `dlcv_tensor *out` is asked for: it is then
 * allocated and yours to free. An owned tensor is reused, and grown if too small; a view must fit exactly (dtype and
 * shape) and is filled. u8 with 3 or 4 dimensions is pixels, [h, w, c] or [n, h, w, c], RGB; f32 is [n, c, h, w];
 * labels are i32 [n]. */
typedef struct dlcv_tensor {
    void *data;
    dlcv_shape shape;
    dlcv_dtype dtype;
    int owned;                  /* 0: a view; 1: allocated by the library */
} dlcv_tensor;

DLCV_API dlcv_shape dlcv_shape1(int a);
DLCV_API dlcv_shape dlcv_shape2(int a, int b);
DLCV_API dlcv_shape dlcv_shape3(int a, int b, int c);
DLCV_API dlcv_shape dlcv_shape4(int a, int b, int c, int d);

/* A tensor over your memory, of any alignment; nothing is copied. Where a function takes a const tensor it never writes
 * through it, so that const data may be viewed. */
DLCV_API dlcv_tensor dlcv_tensor_view(const void *data, dlcv_dtype dtype, dlcv_shape shape);

/* A view of t[begin .. end) along the first dimension; the range is clamped to what is there. */
DLCV_API dlcv_tensor dlcv_tensor_rows(const dlcv_tensor *t, int begin, int end);

/* The data, or NULL if t is NULL or holds something else. */
DLCV_API float *dlcv_f32(const dlcv_tensor *t);
DLCV_API uint8_t *dlcv_u8(const dlcv_tensor *t);
DLCV_API int32_t *dlcv_i32(const dlcv_tensor *t);

/* Elements; 0 if t is NULL, empty or has a negative dimension. */
DLCV_API size_t dlcv_tensor_count(const dlcv_tensor *t);

/* Bytes of one element: 4, 1, 1, 4, 8, 1; 0 for a number that is no dtype. */
DLCV_API size_t dlcv_dtype_bytes(dlcv_dtype dtype);

/* out = zeros, 64-byte aligned, by the rule for `out` above. */
DLCV_API dlcv_status dlcv_tensor_new(const dlcv_env *env, dlcv_dtype dtype, dlcv_shape shape, dlcv_tensor *out);

/* out[i] = t[rows[i]] for i < count, along the first dimension. */
DLCV_API dlcv_status dlcv_tensor_take(const dlcv_env *env, const dlcv_tensor *t, const int *rows, int count, dlcv_tensor *out);

/* The parts one after the other along dimension `axis`, the only one in which they may differ: out[.., sum of the
 * parts' dim[axis], ..]. After an error out is as it was, or {0} if that was for want of memory. */
DLCV_API dlcv_status dlcv_tensor_concat(const dlcv_env *env, const dlcv_tensor *parts, int count, int axis, dlcv_tensor *out);

/* Reads an array that numpy.save wrote (NPY 1.0, 2.0, 3.0) with elements f4, u1, i1, i4, i8, b1 in either byte order,
 * or f8, which become the nearest f32 (numpy's floats are f8 unless told otherwise); a bool is 0 or 1. Arrays in
 * Fortran's order are transposed to ours: out[i, j] is numpy's a[i, j]. Up to DLCV_MAX_DIMS dimensions, 0-d and empty
 * ones too. Other elements and records are DLCV_ERR_UNSUPPORTED; a file that is shorter or longer than its header
 * says, or says nonsense, DLCV_ERR_FORMAT. Allocates the file's bytes and the tensor, never more than that, whatever
 * the header states. After an error out is as it was, or {0} if that was for want of the tensor's memory. */
DLCV_API dlcv_status dlcv_tensor_load(const dlcv_env *env, const char *npy_path, dlcv_tensor *out);

/* Writes t as NPY 1.0, little-endian, the bytes that numpy.save writes (tested against numpy 1.24). */
DLCV_API dlcv_status dlcv_tensor_save(const dlcv_env *env, const dlcv_tensor *t, const char *npy_path);

/* Frees what is owned; leaves {0}. Takes NULL, {0} and views. */
DLCV_API void dlcv_tensor_free(dlcv_tensor *t);
