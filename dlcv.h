/* dlcv.h - v0.1.0 - deep learning for computer vision in one file
 * MIT or public domain, your choice: the end of this comment says how.
 *
 * DO THIS
 *
 *   In one C or C++ file of your program, before the include:
 *
 *       #define DLCV_IMPLEMENTATION
 *       #include "dlcv.h"
 *
 *   Everywhere else just include it. Compile with -O2, link with -lm:
 *
 *       cc -O2 -march=native app.c -lm
 *
 *   For a web page (it imports nothing, and exports the functions you mark __attribute__((export_name("name")))):
 *
 *       clang --target=wasm32-wasi -mexec-model=reactor -O2 -msimd128 -DDLCV_NO_STDIO app.c -o app.wasm
 *
 *   Which digit is this? (examples/digits.h has the pictures)
 *
 *       dlcv_dataset train = { 0 };
 *       dlcv_knn *knn = NULL;
 *       dlcv_tensor labels = { 0 };
 *       dlcv_tensor image = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(1, 8, 8, 1));
 *       train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(1500, 8, 8, 1));
 *       train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(1500));
 *       dlcv_status s = dlcv_knn_new(NULL, &train, NULL, &knn);
 *       if (!s) s = dlcv_knn_predict(knn, &image, 1, &labels);
 *       if (!s) printf("a %d\n", (int)dlcv_i32(&labels)[0]);
 *       else fprintf(stderr, "%s\n", dlcv_error());
 *       dlcv_knn_free(knn);
 *       dlcv_tensor_free(&labels);
 *
 * WHAT IT DOES
 *
 *   Distances (L1, L2, squared L2, cosine, dot) between float and byte vectors: one pair, all pairs, exact k-nearest-neighbour
 *   search and vote, on scalar, SSE2, AVX2, AVX-512, VNNI, NEON and its dot product instructions, WebAssembly, and by SIMDe.
 *   Data sets: CIFAR-10, IDX (MNIST), numpy's NPY in and out, stratified folds, accuracy, top-k, confusion matrices, precision@k
 *   and mAP of ranked lists. Grid and random search. Pictures: PNM in and out, all of stb_image's where you include that first,
 *   any frame of bytes, picture grids, decision regions, plots as SVG. Random numbers that are the same on every machine. Your
 *   allocator, your threads, your files.
 *
 * WHAT IT DOES NOT DO (yet)
 *
 *   Graphs, gradients, convolution, training and ONNX are the next versions. It never downloads, prints (but dlcv_progress_bar), exits,
 *   changes the locale, or starts a thread that you did not ask for. It has no approximate search: every neighbour is a true one.
 *
 * MACROS (all optional; define them where you define DLCV_IMPLEMENTATION, before the include; those marked * in every file that
 * includes dlcv.h)
 *
 *   DLCV_IMPLEMENTATION       makes this include the one that has the code
 *   DLCV_STATIC *             every function is static: two libraries in one program may each carry their own
 *   DLCV_API *                your own words before every public declaration (a dllexport, say)
 *   DLCV_MALLOC, DLCV_FREE    the default allocator, both or neither; also a dlcv_env brings one per call
 *   DLCV_CLOCK                a function or function-like macro without arguments: seconds as double. Default: a wall clock where
 *                             C or the system has one, else clock()
 *   DLCV_DISPATCH             every instruction set the compiler can build, the best one picked when first used; such a program
 *                             runs on any x86-64. Default: what the compiler flags allow, decided at compile time
 *   DLCV_FORCE_SCALAR, DLCV_FORCE_SSE2, DLCV_FORCE_AVX2, DLCV_FORCE_AVX512, DLCV_FORCE_NEON
 *                             this one instead of the best one
 *   DLCV_USE_SIMDE            vectors of 128 bits by SIMDe (simd-everywhere; not part of this file: <simde/x86/sse2.h> must be found)
 *                             in place of our own backends: for machines with a vector unit that none of ours knows
 *   DLCV_STRICT               the same bits on every backend, compiler and architecture (below, NUMBERS)
 *   DLCV_POOL                 builds dlcv_pool_new: threads by pthread (link -pthread) or Win32
 *   DLCV_NO_STDIO             no file access of its own, no progress bar; dlcv_env.files may bring files
 *   DLCV_FREESTANDING         no C library: DLCV_NO_STDIO, and no allocator, clock and thread-local error text of its own; below, NO
 *                             OPERATING SYSTEM. Set by itself where the compiler is told -ffreestanding
 *   STBI_INCLUDE_STB_IMAGE_H, INCLUDE_STB_IMAGE_WRITE_H, ZLIB_VERSION
 *                             are seen when you include stb_image.h, stb_image_write.h or zlib.h before: more picture formats, .gz
 *   DLCV_FIND_DEAD_CODE       for its developers: private functions nobody calls are reported by -Wunused-function
 *
 * SEVEN RULES (so that no function needs to repeat them)
 *
 *   1  A fallible call returns dlcv_status, DLCV_OK = 0; dlcv_error() then has a sentence with names and numbers.
 *   2  Arguments: env, the object, inputs, options, outputs. `const dlcv_env *env` stands first where no object could remember one;
 *      NULL = malloc, this thread (OpenMP if compiled with it), stdio.
 *   3  Options by pointer; NULL or zero = default. Copied, except what pointers in them point to.
 *   4  `dlcv_tensor *out`: {0} is allocated and yours to free; an owned tensor is reused, and grown if too small; a view must fit
 *      exactly and is filled. A pointer returned from an object is borrowed until the next call that changes the object.
 *   5  u8 with 3 or 4 dimensions is pixels, [h, w, c] or [n, h, w, c], RGB; f32 is [n, c, h, w]; labels are i32 [n]. Searches look at
 *      the first dimension only: n vectors of all the rest.
 *   6  int: dimensions, indices. size_t: elements, bytes.
 *   7  const objects may be shared by threads; anything else belongs to one thread at a time. No globals but the chosen backend and
 *      the error text.
 *
 * MEMORY
 *
 *   All of it comes from dlcv_env.memory, in blocks aligned to 64 bytes; every release says how many bytes. dlcv_arena_memory makes any
 *   block an allocator. Your data may have any alignment. A search takes dlcv_knn_opts.workspace (4 MiB) a thread.
 *
 * NO OPERATING SYSTEM
 *
 *   With -ffreestanding (or DLCV_FREESTANDING) gcc and clang need no headers but their own, and the code calls memcpy, memset, memcmp,
 *   strlen, strcmp, sqrt and sqrtf (with -fno-math-errno and a floating-point unit no roots) and what the compiler itself calls:
 *   memmove, libgcc. Memory is env.memory, say dlcv_arena_memory over a static block, or DLCV_MALLOC and DLCV_FREE; a call with neither
 *   fails with DLCV_ERR_MEMORY. Without DLCV_CLOCK it is always 0 o'clock. There is one error text for all threads. With DLCV_STRICT
 *   rounding and denormals are set on x86 and ARM, elsewhere they must be the default ones.
 *
 * FILES ARE HOSTILE
 *
 *   Whatever stands in a file, a reader ends with DLCV_OK or an error: no read or write out of bounds, no endless loop, no
 *   block of memory larger than dlcv_env.limit (a reader holds at most three). The readers are fuzzed, with every allocation
 *   failing in turn, under address and undefined-behaviour sanitizers.
 *
 * THREADS
 *
 *   Only yours (dlcv_env.threads), OpenMP's where the implementation was compiled with it, or those of dlcv_pool_new. Results do
 *   not depend on their number. Error texts are per thread where the compiler has thread-local storage.
 *
 * NUMBERS
 *
 *   Integers are exact at any length. A float result depends on the two vectors alone, not on its neighbours, its place, or the number
 *   of threads; between backends it differs by rounding. With DLCV_STRICT it does not differ at all: one order of operations, no
 *   fused multiply-add (but x * 1 + y, which rounds as x + y does), default rounding and denormals whatever the caller has
 *   set. (Compilers can be told to break this behind our back: -ffast-math is an #error; do not use clang's -ffp-contract=fast or
 *   -funsafe-math-optimizations.) Infinities and NaNs in, NaNs and infinities out; a search
 *   ranks and reports a NaN as infinity. -ffast-math is never needed.
 *
 * LICENSE
 *
 *   Choose either of
 *     A  the MIT licence, Copyright (c) 2026 the dlcv.h contributors: see the end of this file or LICENSE;
 *     B  public domain (unlicense.org): this is free and unencumbered software released into the public domain.
 */
/* Generated by amalgamate.py from src/ and backends/: edit those, then run `python3 amalgamate.py`. */

#ifndef DLCV_H
#define DLCV_H
#include <stddef.h>
#include <stdint.h>

#define DLCV_VERSION "0.1.0"

#if defined(__GNUC__) || defined(__clang__)
#if defined(__MINGW32__) && !defined(__clang__)
#define DLCV__PRINTF(text, first) __attribute__((__format__(__gnu_printf__, text, first)))
#else
#define DLCV__PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#endif
#else
#define DLCV__PRINTF(text, first)
#endif

#ifndef DLCV_API
#ifdef DLCV_STATIC
#if defined(__GNUC__) || defined(__clang__)
#define DLCV_API static __attribute__((__unused__))
#elif defined(_MSC_VER)
#define DLCV_API static __inline
#else
#define DLCV_API static
#endif
#else
#define DLCV_API extern
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif
/* ---- core: statuses, environments, backends --------------------------------------------------------------------- */

/* What went wrong. Negative, so that `return status;` from an int function says "failed". */
typedef enum dlcv_status {
    DLCV_OK = 0,
    DLCV_ERR_ARGUMENT = -1,     /* a value the function does not take: NULL, negative, out of range */
    DLCV_ERR_SHAPE = -2,        /* tensors that do not fit together */
    DLCV_ERR_MEMORY = -3,       /* the allocator said no, an arena is full, a size overflows size_t */
    DLCV_ERR_IO = -4,           /* a file that cannot be opened, read or written */
    DLCV_ERR_FORMAT = -5,       /* a file that is not what it should be */
    DLCV_ERR_UNSUPPORTED = -6,  /* right, but not built in or not on this machine */
    DLCV_ERR_NUMERIC = -7,      /* a number that should be finite is not */
    DLCV_ERR_STATE = -8         /* calls in the wrong order */
} dlcv_status;

/* Your allocator; {0} is DLCV_MALLOC and DLCV_FREE. `allocate` returns a block aligned to `alignment` (a power of two,
 * at most 64) or NULL; `release` gets the bytes that were asked for. Neither is called by two threads at once unless you
 * call the library from two threads, with one env or with objects made with it. */
typedef struct dlcv_memory {
    void *(*allocate)(size_t bytes, size_t alignment, void *user);
    void (*release)(void *block, size_t bytes, void *user);
    void *user;
} dlcv_memory;

typedef void (*dlcv_task)(int index, void *context);

/* Your job system; {0} is this thread alone, or OpenMP where the implementation was compiled with it. `parallel_for`
 * runs task(0 .. count - 1, context) in any order on any threads and returns when all have; count never exceeds width,
 * and tasks never wait for one another, so running them one after the other is always right. Results do not depend on
 * width. */
typedef struct dlcv_threads {
    void (*parallel_for)(int count, dlcv_task task, void *context, void *user);
    int width;                  /* how many tasks may run at once; 0 or 1 = serial */
    void *user;
} dlcv_threads;

/* Your files; {0} is stdio. `read` with buffer NULL stores the size of the file in *bytes; with a buffer it reads exactly
 * *bytes bytes. `write` is all or nothing. On failure both return a status and may set the text with dlcv_fail. */
typedef struct dlcv_files {
    dlcv_status (*read)(const char *path, void *buffer, size_t *bytes, void *user);
    dlcv_status (*write)(const char *path, const void *data, size_t bytes, void *user);
    void *user;
} dlcv_files;

/* What a call may use. NULL or {0} means the defaults of every part. It is copied; what its `user` pointers point to must
 * outlive everything that was made with it. */
typedef struct dlcv_env {
    dlcv_memory memory;
    dlcv_threads threads;
    dlcv_files files;
    size_t limit;               /* bytes a file may make the library allocate, 0 = 2 GiB (less where size_t is small) */
} dlcv_env;

/* A block of memory that serves as an allocator: no malloc at all. See dlcv_arena_memory. */
typedef struct dlcv_arena {
    unsigned char *base;
    size_t bytes, used, peak;   /* peak: the most that was ever in use; size your block by it */
} dlcv_arena;

/* This thread's last failure as a sentence with names and numbers; "" if none, never NULL. Borrowed until the next
 * failure in this thread. One text for all threads where the compiler has no thread-local storage. */
DLCV_API const char *dlcv_error(void);

/* Sets dlcv_error() and returns `status`, for your own hooks: `return dlcv_fail(DLCV_ERR_IO, "%s: no such file", path)`.
 * Knows %s %.*s %c %d %i %u %ld %lu %lld %llu %zu %x %p %f %g %e %% with widths and precisions; always with a decimal
 * point, whatever the locale. Longer texts are cut at 511 bytes. */
DLCV_API dlcv_status dlcv_fail(dlcv_status status, const char *format, ...) DLCV__PRINTF(2, 3);

/* "DLCV_ERR_SHAPE"; "unknown status" for a number that is none. Static text. */
DLCV_API const char *dlcv_status_name(dlcv_status status);

/* "0.1.0": major.minor.patch as in DLCV_VERSION. Static text. */
DLCV_API const char *dlcv_version(void);

/* The instruction set the kernels use: "scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" or
 * "simde". With DLCV_DISPATCH the best this machine has, chosen at the first call; else what the compiler flags
 * allowed. Static text. */
DLCV_API const char *dlcv_backend(void);

/* Chooses a backend by name for everything that is made afterwards; NULL = the best. Objects keep the one they were made
 * with. DLCV_ERR_UNSUPPORTED lists the names that would do. Without DLCV_DISPATCH there is just the one. */
DLCV_API dlcv_status dlcv_backend_select(const char *name);

/* GFLOP/s (fused multiply-add counts two) that this thread reaches in the library's own inner loop, measured for about
 * 0.1 s; 0 where there is no clock or no memory. */
DLCV_API double dlcv_self_test(const dlcv_env *env);

/* Makes `block` the memory of everything that is created with the result (each piece takes its size, rounded up to 64
 * bytes, and a word): allocation moves up through the block, and releasing the newest blocks moves it down again (older
 * ones wait until all newer are gone; {0} frees everything at once by calling this function again). `arena` and `block`
 * must outlive what lives there. The error text of a failed allocation has the numbers. One thread at a time. */
DLCV_API dlcv_memory dlcv_arena_memory(dlcv_arena *arena, void *block, size_t bytes);

/* Starts width - 1 threads (pthread or Win32) that, with the caller, serve as env.threads. Uses env->memory for itself.
 * DLCV_ERR_UNSUPPORTED unless the implementation was compiled with DLCV_POOL (WebAssembly: and -pthread);
 * DLCV_ERR_ARGUMENT if width is not in 1 .. 1024. Where two threads use it at once (or a task uses it again), one gets
 * the threads and the other runs its tasks by itself. */
DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out);

/* Stops and joins the threads; leaves {0}. Takes NULL and {0}. */
DLCV_API void dlcv_pool_free(dlcv_threads *threads);
/* ---- random numbers: the same on every machine, in every mode ----------------------------------------------------- */

/* Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): number i of a
 * generator is a pure function of (seed, i). state[0] is the seed, state[1] the index of the next 32-bit word, so that a
 * generator is saved by saving it and moved by adding to state[1]. */
typedef struct dlcv_rng {
    uint64_t state[2];
} dlcv_rng;

DLCV_API dlcv_rng dlcv_rng_seed(uint64_t seed);

/* The next 32 random bits. */
DLCV_API uint32_t dlcv_rng_next(dlcv_rng *rng);

/* Uniform in [0, 1), a multiple of 2^-24. Takes one word. */
DLCV_API float dlcv_rng_uniform(dlcv_rng *rng);

/* Normal with mean 0 and standard deviation 1 by Box and Muller's cosine form, |value| < 5.9. Takes two words. */
DLCV_API float dlcv_rng_normal(dlcv_rng *rng);

/* Uniform in 0 .. bound - 1 without bias, by rejection (Lemire 2019); 0 if bound < 2. Takes one word, seldom more. */
DLCV_API int dlcv_rng_below(dlcv_rng *rng, int bound);

/* Puts items[0 .. count - 1] into random order (Fisher and Yates). */
DLCV_API void dlcv_rng_shuffle(dlcv_rng *rng, int *items, int count);
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
/* ---- arithmetic: matrix products --------------------------------------------------------------------------------- */

/* C = alpha op(A) op(B) + beta C of row-major float matrices: op(A) [m, k], op(B) [k, n], C [m, n]; op(X) is X, or its
 * transpose where trans_x is not 0, and then A is [k, m], B [n, k] in memory. lda, ldb, ldc: floats from one row in
 * memory to the next, at least its length. beta 0: C is not read, whatever it holds (as in cblas_sgemm; NaN and
 * infinity in A and B are never skipped, but with alpha 0 or k 0 neither is read). C must not overlap A or B.
 *
 * An element is beta C, then the products alpha a[i, p] b[p, j] in ascending p, each a fused multiply-add where the
 * backend has it: |error| <= (k + 2) 2^-24 sum |products|. Shapes with a side of a few elements sum in another order,
 * which the shape alone decides. It is the same for every number of threads. DLCV_STRICT: always in ascending p, the
 * same bits on every machine.
 *
 * 2 m n k operations; work memory from env, at most about 2 MiB a thread, none for small matrices. */
DLCV_API dlcv_status dlcv_sgemm(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
                                int ldb, float beta, float *c, int ldc);

/* ---- arithmetic: convolution ------------------------------------------------------------------------------------------- */

/* A 2-D convolution (the correlation that networks call so). Sums run over c / groups channels and the kernel's taps:
 *   x [n, c, h, w] * weights [filters, c / groups, kh, kw] -> y [n, filters, oh, ow],
 *   oh = floor((h + pad_top + pad_bottom - dilation_h (kh - 1) - 1) / stride_h) + 1, ow likewise.
 * transposed: the adjoint of that, which enlarges pictures:
 *   x [n, c, h, w] * weights [c, filters / groups, kh, kw] -> y [n, filters, oh, ow],
 *   oh = (h - 1) stride_h - pad_top - pad_bottom + dilation_h (kh - 1) + 1 + output_pad_h, ow likewise.
 * Floats, row-major, at any address that floats may have. Every dimension is at least 1; stride, dilation and groups of 0 mean 1;
 * padding is zeros; groups divide channels and filters; output_pad is less than the stride or the dilation. */
typedef struct dlcv_conv_shape {
    int batch, channels, height, width, filters, kernel_h, kernel_w;
    int stride_h, stride_w, dilation_h, dilation_w, groups;
    int pad_top, pad_left, pad_bottom, pad_right;
    int transposed, output_pad_h, output_pad_w;
} dlcv_conv_shape;

/* How the forward pass computes. Each sum is one chain in ascending (channel, kernel row, kernel column), whatever the
 * algorithm, the number of threads and the position in the picture, but for WINOGRAD, which takes other sums:
 *   GEMM       a matrix product whose operand is gathered from the picture; does everything
 *   DIRECT     without a matrix: depthwise, first layers, few channels
 *   WINOGRAD2  F(2x2, 3x3): 3x3 kernels, stride 1, no dilation; about 1e-6 of max |y| from the exact sums
 *   WINOGRAD4  F(4x4, 3x3): fewer multiplications; below 1e-5 of max |y|
 * With DLCV_STRICT no Winograd, and all algorithms give the same bits on every machine, if the weights are finite (a weight that is
 * not makes NaN or nothing of zero padding, as the algorithm has it). */
typedef enum dlcv_conv_algorithm {
    DLCV_CONV_AUTO, DLCV_CONV_GEMM, DLCV_CONV_DIRECT, DLCV_CONV_WINOGRAD2, DLCV_CONV_WINOGRAD4
} dlcv_conv_algorithm;

typedef struct dlcv_conv_opts {
    dlcv_conv_algorithm algorithm;  /* DLCV_CONV_AUTO: the quickest by the cost model that `memory` allows */
    int no_winograd;                /* AUTO stays with exact chains */
    size_t memory;                  /* most bytes of prepared weights and workspace together, 0 = as many as speed wants */
} dlcv_conv_opts;

/* What a plan is and needs. Bytes are exact: the plan allocates its own small struct and prepared_bytes when it is made; a call with
 * workspace NULL allocates workspace_bytes (backward_bytes), any other call nothing. */
typedef struct dlcv_conv_info {
    dlcv_shape output;              /* [n, filters, oh, ow] */
    dlcv_conv_algorithm algorithm;  /* of the forward pass, never AUTO */
    const char *name;               /* its name in a word or two, static text */
    size_t prepared_bytes;          /* weights as the algorithm wants them */
    size_t workspace_bytes;         /* of one forward call, with the plan's number of threads */
    size_t backward_bytes;          /* of one backward_data or backward_weights call */
    int borrowed;                   /* 1: the weights are used where you keep them */
    double flops;                   /* of the forward pass by the definition: 2 for each product, padding included */
} dlcv_conv_info;

/* What happens to y before it is stored, in this order: y += bias[filter]; y += residual; activation. {0} is nothing. RELU is max(0, y),
 * CLAMP min(max(y, low), high), low <= high; NaN stays NaN. */
typedef enum dlcv_activation { DLCV_ACTIVATION_NONE, DLCV_ACTIVATION_RELU, DLCV_ACTIVATION_CLAMP } dlcv_activation;

typedef struct dlcv_conv_epilogue {
    const float *bias;              /* [filters] or NULL */
    const float *residual;          /* [n, filters, oh, ow] or NULL; must not overlap y */
    dlcv_activation activation;
    float low, high;                /* of CLAMP */
} dlcv_conv_epilogue;

/* A plan: the shape, the algorithm, prepared weights. Remembers env and the backend. const afterwards but for dlcv_conv_weights: may be
 * shared by threads, each with its own workspace (or with a thread-safe env.memory). */
typedef struct dlcv_conv dlcv_conv;

/* Checks the shape, chooses the algorithm and prepares the weights. weights NULL: they come later, by dlcv_conv_weights. Weights stay
 * yours; they are copied in prepared form, or borrowed where info.borrowed says so. DLCV_ERR_ARGUMENT: a number out of range, an
 * algorithm that does not do this shape; DLCV_ERR_SHAPE: the kernel does not fit; DLCV_ERR_MEMORY: no memory, more than
 * opts->memory even for the smallest algorithm, or sizes beyond size_t. *out is NULL then. */
DLCV_API dlcv_status dlcv_conv_new(const dlcv_env *env, const dlcv_conv_shape *shape, const float *weights, const dlcv_conv_opts *opts,
                                   dlcv_conv **out);

/* Prepares (packs, transforms) other weights, after every step of training; O(weights). Allocates nothing. */
DLCV_API dlcv_status dlcv_conv_weights(dlcv_conv *conv, const float *weights);

DLCV_API void dlcv_conv_describe(const dlcv_conv *conv, dlcv_conv_info *out);

/* y = x * weights, then the epilogue (NULL: none). workspace: info.workspace_bytes, aligned to 64, or NULL: taken from env.memory for
 * the call. Neither x, the residual nor bias may overlap y. DLCV_ERR_STATE where no weights were given yet. */
DLCV_API dlcv_status dlcv_conv_forward(const dlcv_conv *conv, const float *x, const dlcv_conv_epilogue *epilogue, float *y, void *workspace);

/* The gradients of a loss with respect to x, weights and bias, from dy [n, filters, oh, ow], its gradient with respect to y before the
 * epilogue. backward_data overwrites dx [n, c, h, w]; it takes the weights as they are in the model. The others overwrite dw (shaped
 * as weights) and db [filters], or with add != 0 add to what is there. workspace: info.backward_bytes, as above. Sums over samples and
 * pixels run in blocks that the shape alone decides, equal for any number of threads. No operand may overlap the result. */
DLCV_API dlcv_status dlcv_conv_backward_data(const dlcv_conv *conv, const float *weights, const float *dy, float *dx, void *workspace);
DLCV_API dlcv_status dlcv_conv_backward_weights(const dlcv_conv *conv, const float *x, const float *dy, float *dw, int add, void *workspace);
DLCV_API dlcv_status dlcv_conv_backward_bias(const dlcv_conv *conv, const float *dy, float *db, int add);

/* Takes NULL. */
DLCV_API void dlcv_conv_free(dlcv_conv *conv);
/* ---- data sets and scores
 * --------------------------------------------------------------------------------------------- */

/* Plain: fill one in yourself from two views, if you like. */
typedef struct dlcv_dataset {
    dlcv_tensor x;              /* u8 [n, h, w, c] pixels, or f32 [n, ...] features */
    dlcv_tensor y;              /* i32 [n] labels */
    int classes;                /* labels are 0 .. classes - 1; 0: as many as the labels say */
    const char *const *names;   /* NULL or [classes], static or yours */
} dlcv_dataset;

/* The readers and the split leave {0} in their outputs when they fail after accepting their arguments. dlcv_env.limit
 * bounds each block that a file makes them allocate: the file, what it unpacks to, the tensors. */

/* CIFAR-10 in its binary format (Krizhevsky 2009): data_batch_1.bin .. data_batch_5.bin and test_batch.bin in `dir`, each
 * a whole number of records of 1 label byte and 3 x 1024 plane bytes. x: u8 [n, 32, 32, 3], y: i32 [n], classes 10 with
 * names. Either of train and test may be NULL. */
DLCV_API dlcv_status dlcv_data_cifar10(const dlcv_env *env, const char *dir, dlcv_dataset *train, dlcv_dataset *test);

/* A pair of IDX files as MNIST's (LeCun): images u8 [n, h, w] -> x u8 [n, h, w, 1]; labels u8 [n] -> y i32 [n]; classes
 * = the largest label + 1. labels_path may be NULL. A gzip'd file (told by its first two bytes) is unpacked where
 * stb_image.h or zlib.h was included before the implementation, else DLCV_ERR_UNSUPPORTED says so. */
DLCV_API dlcv_status dlcv_data_idx(const dlcv_env *env, const char *images_path, const char *labels_path, dlcv_dataset *out);

/* Deals d, shuffled by `seed` and stratified by label, into `parts` of equal size (to within one sample, over all and
 * in each class); part `index` is held out, the others are the rest. (5, i): fold i of 5; (10, 0): a 90/10 split;
 * twice, (10, 0) and the rest (9, 0): train, validation and test of 80/10/10. Copies; the samples keep the order they
 * have in d. Either output may be NULL. O(n) time and memory, whatever the labels are. */
DLCV_API dlcv_status dlcv_data_split(const dlcv_env *env, const dlcv_dataset *d, int parts, int index, uint64_t seed, dlcv_dataset *rest, dlcv_dataset *held_out);

/* Frees x and y; leaves {0}. Takes NULL and {0}. */
DLCV_API void dlcv_data_free(dlcv_dataset *d);

/* One dimension of a search. */
typedef struct dlcv_range {
    float low, high;            /* finite, low <= high */
    int steps;                  /* that many values, low and high the first and last (1: low); 0: random in [low, high] */
    int log;                    /* not 0: equal ratios instead of equal differences, low > 0 */
} dlcv_range;

/* values[0 .. count - 1] = point `trial` (0, 1, ...) of a search. Ranges with steps span a grid, of which each trial
 * is another point, the last range fastest, until all have been; the others are drawn anew for each trial, and if
 * there are only such, there is no end. Returns 1, and 0 when the grid is finished; 0 for trial 0 says that an
 * argument is bad, dlcv_error() which. A pure function of its arguments, the same on every machine in every mode:
 * trials may be run in any order, on any machine.
 *     for (trial = 0; trial < most && dlcv_search_point(ranges, 2, trial, seed, values); trial++) ... */
DLCV_API int dlcv_search_point(const dlcv_range *ranges, int count, int trial, uint64_t seed, float *values);

/* Mean and standard deviation (of the population: divided by count) of count values, in double inside; NaN if count <
 * 1. */
DLCV_API void dlcv_mean_stddev(const float *values, int count, float *mean, float *stddev);

/* The fraction of samples that are right. predicted: i32 [n] labels, or f32 [n, classes] scores, then a sample is right
 * if fewer than `top` classes score higher than the true one, or as high with a smaller label (top 5: the ILSVRC
 * metric; error = 1 - out; a NaN score counts as higher). truth: i32 [n]. With labels `top` must be 1. n = 0 is an
 * error: DLCV_ERR_SHAPE. */
DLCV_API dlcv_status dlcv_accuracy(const dlcv_tensor *predicted, const dlcv_tensor *truth, int top, float *out);

/* out[t, p] = how many samples of class t were taken for p: i32 [classes, classes], classes = the number of scores, or
 * the largest label in either + 1, at most 32768: 4 classes^2 bytes. predicted and truth as in dlcv_accuracy. */
DLCV_API dlcv_status dlcv_confusion(const dlcv_env *env, const dlcv_tensor *predicted, const dlcv_tensor *truth, dlcv_tensor *out);

/* How good ranked lists are. indices: i32 [q, k], for each of q queries k different samples of a database, best first
 * (dlcv_knn_search's result); query_y: i32 [q], y: i32 [n], the labels of the queries and of the database: a sample is
 * relevant if it has the query's. A query that is itself in the database counts as a sample like the others. *precision
 * = the mean over the queries of (relevant ones among the k) / k; *mean_ap = that of the average precision: the sum of
 * (relevant ones among the first j) / j over the ranks j that hold a relevant one, divided by the smaller of k and the
 * number of relevant ones in the database, so that the best possible list has 1; with k = n that is the usual AP. A
 * query with nothing relevant in the database counts 0. Either output may be NULL. O(q k min(k, 1 + n / 32768) + n),
 * and q n for labels above 255. */
DLCV_API dlcv_status dlcv_retrieval(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y, float *precision, float *mean_ap);
/* ---- distances and nearest neighbours
 * --------------------------------------------------------------------------------- */

/* The value is what the name says: L2 the Euclidean distance, L2SQ its square, L1 the Manhattan distance, COSINE the
 * similarity a.b / (|a| |b|) (0 if a norm is 0), DOT the inner product. Searches rank DOT and COSINE largest first; their
 * "distance" in search results and vote sums is -DOT and 1 - COSINE. */
typedef enum dlcv_metric { DLCV_METRIC_L2, DLCV_METRIC_L2SQ, DLCV_METRIC_L1, DLCV_METRIC_COSINE, DLCV_METRIC_DOT } dlcv_metric;

/* One pair of vectors of n floats, any alignment. The order of summation is fixed by n alone (and by the backend,
 * unless DLCV_STRICT); the relative error of a sum of m terms of one sign is below (m / 16 + 8) * 2^-24. The squares of
 * COSINE must not overflow. NaN for a metric that is none. */
DLCV_API float dlcv_distance_f32(dlcv_metric metric, const float *a, const float *b, size_t n);

/* One pair of vectors of n bytes: L1, L2SQ and DOT exact for any n below 2^37, L2 the square root of the exact integer,
 * COSINE computed in double from exact sums. No wrap-around: |10 - 56| is 46. */
DLCV_API double dlcv_distance_u8(dlcv_metric metric, const uint8_t *a, const uint8_t *b, size_t n);

/* out[i, j] = metric of a[i] and b[j]: f32 [na, nb]. a and b: f32 or u8, the same dtype; the first dimension counts
 * vectors, all others together are the vector and must agree in size. u8: the exact value rounded to the nearest float,
 * but COSINE, which is within 2^-21. O(na nb d) operations; memory 4 MiB a thread beside out. */
DLCV_API dlcv_status dlcv_pairwise(const dlcv_env *env, dlcv_metric metric, const dlcv_tensor *a, const dlcv_tensor *b, dlcv_tensor *out);

typedef struct dlcv_knn dlcv_knn;

typedef struct dlcv_knn_opts {
    dlcv_metric metric;         /* DLCV_METRIC_L2 */
    size_t workspace;           /* bytes a thread may use in a search, 0 = 4 MiB; at least about 128 KiB + 12 k, which it
                                 * takes also where less is asked for */
} dlcv_knn_opts;

/* A nearest-neighbour classifier over train->x (f32 or u8 [n, ...]) and, for voting, train->y (i32 [n]). Borrows both:
 * training is O(1). The data must stay as they are while it lives. const afterwards: may be shared by threads, if env's
 * memory and threads may (malloc and dlcv_pool_new's may, an arena may not). */
DLCV_API dlcv_status dlcv_knn_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_knn_opts *opts, dlcv_knn **out);

/* The k nearest training vectors of every query, nearest first: indices i32 [q, k], distances f32 [q, k]; either may be
 * NULL. Exact; equal distances: lower training index first. u8: computed, ranked and tied as integers (L2 by the squared
 * integer; COSINE as float), reported as the nearest float. f32: ranked by the distances reported (L2: by their squares);
 * NaN ranks and is reported as infinity. k > n is an error. Queries have the dtype and the vector size of the training
 * data. Memory: opts.workspace a thread, never q x n. */
DLCV_API dlcv_status dlcv_knn_search(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices, dlcv_tensor *distances);

/* Majority vote among the first k columns of a search's results, so that one search serves many k: labels i32 [q]. Equal
 * votes: the label with the smaller sum of distances (in double), then the smaller label. Indices outside 0 .. n - 1
 * are an error. */
DLCV_API dlcv_status dlcv_knn_vote(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *labels);

/* = search, then vote. */
DLCV_API dlcv_status dlcv_knn_predict(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *labels);

/* Takes NULL. */
DLCV_API void dlcv_knn_free(dlcv_knn *knn);
/* ---- pictures: u8 [h, w, 1|3|4]
 * ------------------------------------------------------------------------------------------ */

/* Reads a picture as u8 [h, w, channels]; channels 1 (grey), 3 (RGB) or 4 (RGBA), 0 = as in the file. By itself: PNM
 * (P1 .. P6, maxval to 65535 scaled to 255); where stb_image.h was included before the implementation also all it
 * reads. Grey from RGB is (77 R + 150 G + 29 B + 128) / 256; a missing alpha is 255. */
DLCV_API dlcv_status dlcv_image_load(const dlcv_env *env, const char *path, int channels, dlcv_tensor *out);

/* Writes u8 [h, w], [h, w, 1] or [h, w, 3]; the ending says the format: .pgm, .ppm, .pnm; where stb_image_write.h was
 * included before the implementation also .png, .bmp, .tga and .jpg, these with [h, w, 4] as well. */
DLCV_API dlcv_status dlcv_image_save(const dlcv_env *env, const dlcv_tensor *image, const char *path);

typedef enum dlcv_pixels { DLCV_PIXELS_RGB, DLCV_PIXELS_RGBA, DLCV_PIXELS_BGR, DLCV_PIXELS_BGRA, DLCV_PIXELS_GREY } dlcv_pixels;

/* Copies a frame of bytes, as cameras, windows and game engines have them, to u8 [height, width, 3] RGB, or [height,
 * width, 1] if it is grey; alpha is left out. pitch: bytes from one row to the next, 0 = dense. (Dense RGB, RGBA and
 * grey pixels need no copy: dlcv_tensor_view.) out must not overlap the pixels; after an error it is as it
 * was, or {0} if that was for want of memory. */
DLCV_API dlcv_status dlcv_image_pack(const dlcv_env *env, const void *pixels, dlcv_pixels format, int height, int width, size_t pitch, dlcv_tensor *out);
/* ---- views: pictures for people
 * ------------------------------------------------------------------------------------------ */

/* Lays n pictures out on a grid: u8 [n, h, w, 1|3] (or [n, h, w]: grey), or f32 [n, 1|3, h, w], each then stretched so
 * that its smallest value is black and its largest white. `columns` a row (0 = about square), every pixel `zoom` (0 =
 * 1) pixels wide and high; `frames`: NULL, or 0xRRGGBB for each picture, drawn around it max(1, zoom / 2) pixels wide,
 * 0 = none. out: u8 [H, W, 3], white between the pictures. */
DLCV_API dlcv_status dlcv_view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom, const uint32_t *frames, dlcv_tensor *out);

/* Labels for n points of the plane, points f32 [n, 2] -> labels i32 [n], a view that it fills: `return
 * dlcv_knn_predict((const dlcv_knn *)user, points, 3, labels);`. A label of -1 says "tied", "none". */
typedef dlcv_status (*dlcv_classifier)(const dlcv_tensor *points, dlcv_tensor *labels, void *user);

/* Decision regions: what `classifier` says all over the square around points->x (f32 [n, 2], n > 0, finite), in a light
 * form of each label's colour, white for -1, and on it the points as discs in the full colour of points->y (i32 [n], or
 * {0}: grey ones). out: u8 [size, size, 3], size 1 .. 16384, x to the right, y upwards. Labels are below
 * points->classes, where that is not 0; ten colours, then again from the first: blue, orange, green, red, violet, teal,
 * pink, brown, olive, grey. The square has the centre of the points' bounding box and 9/8 of its longer side (2 where
 * that is 0). The classifier is called for several rows at once, in all for the (size + 1)^2 corners of the pixels,
 * each pixel is the mean of its corners; what it returns other than DLCV_OK ends the call. Memory: 4 (size + 1)^2 bytes
 * and 128 KiB or a row of points. A point that is not finite: DLCV_ERR_NUMERIC; a label out of range, from points or
 * classifier: DLCV_ERR_ARGUMENT. */
DLCV_API dlcv_status dlcv_view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier, void *user, int size, dlcv_tensor *out);

/* What one colour shows in a plot. Points with a NaN or an infinity are left out, and so is what is not positive on a
 * logarithmic axis; a line has a gap there. */
typedef struct dlcv_series {
    const char *name;           /* in the legend; NULL or "": not there, and drawn in the colour of the series before */
    const float *x, *y;         /* [count] each; x NULL: 1, 2, 3, ... */
    const float *error;         /* NULL, or [count]: a bar from y - |error| to y + |error|; NaN or infinite: none */
    int count;
    int dots;                   /* 0: a line from point to point; 1: a dot for each */
} dlcv_series;

/* What stands around a plot. {0}: no texts, straight axes. */
typedef struct dlcv_plot_opts {
    const char *title;          /* one line, above; NULL or "": none */
    const char *x_label, *y_label;
    int log_x, log_y;           /* 1: a logarithmic axis */
} dlcv_plot_opts;

/* Writes `count` series as an SVG picture, 720 pixels wide, the first at the bottom of the pile. opts: NULL is {0}.
 * Axes span what is drawn and have ticks at 1, 2 or 5 times a power of ten. Texts are UTF-8 (other bytes become
 * U+FFFD), numbers have a decimal point whatever the locale; the same input gives the same file everywhere. A text has
 * at most 100,000 bytes; what is too long for 720 pixels runs out of the picture. The file is made in memory, once, and
 * written by env->files. */
DLCV_API dlcv_status dlcv_view_plot(const dlcv_env *env, const dlcv_series *series, int count, const dlcv_plot_opts *opts, const char *svg_path);

/* How far a long call has come. */
typedef struct dlcv_progress {
    int epoch, epochs;          /* of a training run; 0 elsewhere */
    int step, steps;            /* done, of how many in the whole run */
    int done;
    float loss, accuracy;       /* NaN: not known */
    float validation_loss, validation_accuracy;
    float lr;
    double seconds;             /* since the start, by the wall clock where there is one */
    double samples_per_second;
} dlcv_progress;

/* Draws p as one line that is overwritten by the next call: a bar, the numbers that are known, the time left; ends it
 * with a newline when p->done. file: a FILE *, NULL = stderr. Returns 0 ("go on"), so that it can serve as a callback.
 * Nothing with DLCV_NO_STDIO. */
DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file);
#ifdef __cplusplus
} /* extern "C" */
#endif

#undef DLCV__PRINTF
#endif /* DLCV_H */

#if defined(DLCV_IMPLEMENTATION) && !defined(DLCV_IMPLEMENTED)
#define DLCV_IMPLEMENTED

/* layer 0 */
/* ---- src/config.h */
/* ---- what the implementation asks of the compiler; finish.h undoes all of it ------------------------------------------------ */
#if defined(__STDC_HOSTED__) && !__STDC_HOSTED__ && !defined(DLCV_FREESTANDING)
#define DLCV_FREESTANDING
#endif
#if defined(DLCV_FREESTANDING) && !defined(DLCV_NO_STDIO)
#define DLCV_NO_STDIO
#endif

#include <float.h>
#include <limits.h>
#include <stdarg.h>
/* Without a C library these headers need not exist, and -ffreestanding makes each memcpy of four bytes a call. SIMDe and
 * pthread.h bring the headers along. */
#if defined(DLCV_FREESTANDING) && (defined(__GNUC__) || defined(__clang__)) && !defined(__TINYC__) && !defined(DLCV_USE_SIMDE) && !defined(DLCV_POOL)
#define DLCV__BUILTIN_LIBC
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef sqrt
#undef sqrtf
#undef fabs
#undef fabsf
#define memcpy __builtin_memcpy
#define memmove __builtin_memmove
#define memset __builtin_memset
#define memcmp __builtin_memcmp
#define strlen __builtin_strlen
#define strcmp __builtin_strcmp
#define sqrt __builtin_sqrt
#define sqrtf __builtin_sqrtf
#define fabs __builtin_fabs
#define fabsf __builtin_fabsf
#else
#include <math.h>
#include <string.h>
#endif
#if !defined(DLCV_FREESTANDING) && (!defined(DLCV_MALLOC) || !defined(DLCV_FREE))
#include <stdlib.h>
#endif
#ifndef DLCV_NO_STDIO
#include <stdio.h>
#endif
#if !defined(DLCV_FREESTANDING) && !defined(DLCV_CLOCK)
#include <time.h>
#endif

#if defined(DLCV_MALLOC) != defined(DLCV_FREE)
#error "dlcv.h: define DLCV_MALLOC(bytes) and DLCV_FREE(block) together, or neither"
#endif

/* A private function. Not every configuration calls every one; a build with DLCV_FIND_DEAD_CODE shows which nobody calls. */
#if (defined(__GNUC__) || defined(__clang__)) && !defined(DLCV_FIND_DEAD_CODE)
#define DLCV__FN static __attribute__((unused))
#elif defined(_MSC_VER) && !defined(DLCV_FIND_DEAD_CODE)
#define DLCV__FN static __inline        /* which it does not call unreferenced (C4505) */
#else
#define DLCV__FN static
#endif

/* A private function that stands in an inner loop, where also a build without optimisation should not pay for a call. */
#if defined(__GNUC__) || defined(__clang__)
#define DLCV__INLINE static __inline__ __attribute__((unused, always_inline))
#elif defined(_MSC_VER)
#define DLCV__INLINE static __forceinline
#else
#define DLCV__INLINE static inline
#endif

/* A private function that is to stay one: a rare case whose needs would burden the common one. */
#if defined(__GNUC__) || defined(__clang__)
#define DLCV__APART static __attribute__((unused, noinline))
#elif defined(_MSC_VER)
#define DLCV__APART static __declspec(noinline)
#else
#define DLCV__APART static
#endif

#if defined(__GNUC__) || defined(__clang__) || defined(_MSC_VER)
#define DLCV__RESTRICT __restrict
#else
#define DLCV__RESTRICT
#endif

#if defined(DLCV_FREESTANDING) /* nobody has set up a thread's memory */
#define DLCV__THREAD_LOCAL
#elif defined(_MSC_VER) && !defined(__clang__)    /* whose language versions promise more or less than it has */
#define DLCV__THREAD_LOCAL __declspec(thread)
#elif defined(__cplusplus) && __cplusplus >= 201103L && !defined(__MINGW32__)
#define DLCV__THREAD_LOCAL thread_local
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && !defined(__STDC_NO_THREADS__)
#define DLCV__THREAD_LOCAL _Thread_local
#elif (defined(__GNUC__) || defined(__clang__)) && !defined(__TINYC__)
#define DLCV__THREAD_LOCAL __thread
#else
#define DLCV__THREAD_LOCAL
#endif

#if defined(__GNUC__) || defined(__clang__)
#define DLCV__ALIGN64 __attribute__((aligned(64)))
#elif defined(_MSC_VER)
#define DLCV__ALIGN64 __declspec(align(64))
#else
#define DLCV__ALIGN64
#endif

/* No a * b + c becomes a fused multiply-add behind our back: what is fused says so (DLCV__VFMA). gcc ignores the standard's
 * pragma, clang does not know gcc's. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__) && !defined(__TINYC__)
#pragma GCC push_options
#pragma GCC optimize("fp-contract=off")
#pragma GCC diagnostic push /* g++ 12 finds its own AVX-512 intrinsics uninitialised */
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#elif defined(_MSC_VER)
#pragma fp_contract(off)
#endif

#ifdef DLCV_STRICT
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(_M_FP_FAST)
#error "dlcv.h: DLCV_STRICT promises the same bits everywhere, -ffast-math (-Ofast, -funsafe-math-optimizations, /fp:fast) takes that back: compile without"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "dlcv.h: DLCV_STRICT wants float arithmetic in float: on x87 use -msse2 -mfpmath=sse, on s390x -std=gnu99"
#endif
#endif
/* ---- src/core.c */
/* ---- core: texts, sizes, memory, files, time ------------------------------------------------------------------- */
#ifndef DLCV_NO_STDIO
#include <errno.h>
#endif
#if !defined(DLCV_FREESTANDING) && !defined(DLCV_CLOCK) && !defined(_WIN32) && (defined(__unix__) || defined(__APPLE__) || defined(__wasi__))
#include <sys/time.h>
#endif

#define DLCV__ERROR_BYTES 512
#define DLCV__BILLION 1000000000u
#define DLCV__WHOLE_PARTS 35        /* base 10^9: DBL_MAX has 309 decimal digits before the point */
#define DLCV__PARTS 155             /* and the smallest double 1074 after it, 120 more */
#define DLCV__FIELD_LIMIT 9999      /* widths and precisions are cut to this */
#define DLCV__PATH_BYTES 4096

/* `failures` counts dlcv_fail, so that a caller can see whether a hook has said anything. */
static DLCV__THREAD_LOCAL struct {
    char text[DLCV__ERROR_BYTES];
    unsigned failures;
} dlcv__last;

/* ---- formatting: what snprintf does, but with a '.' in every locale and without stdio */

typedef struct dlcv__text {
    char *out;
    size_t bytes, length;           /* length: of the whole text, which may be more than there is room for */
} dlcv__text;

typedef struct dlcv__args {
    va_list list;
} dlcv__args;

typedef struct dlcv__spec {
    int left, zero, sign;           /* sign: '+', ' ' or 0 */
    int width, precision;           /* precision -1: not given */
    char size;                      /* 'i'nt, 'l'ong, 'L'ong long, si'z'e_t */
} dlcv__spec;

DLCV__FN void dlcv__text_put(dlcv__text *t, const char *s, size_t n)
{
    size_t room = t->length < t->bytes ? t->bytes - t->length : 0;
    size_t copied = n < room ? n : room;
    if (copied) memcpy(t->out + t->length, s, copied);
    t->length += n;
}

DLCV__FN void dlcv__text_repeat(dlcv__text *t, char c, int n)
{
    for (; n > 0; n--) dlcv__text_put(t, &c, 1);
}

/* spaces, prefix, zeros, digits, spaces; together at least spec->width characters */
DLCV__FN void dlcv__text_field(dlcv__text *t, const dlcv__spec *spec, const char *prefix, int zeros,
                               const char *s, size_t n)
{
    size_t used = strlen(prefix) + (size_t)zeros + n;
    int pad = used < (size_t)spec->width ? spec->width - (int)used : 0;
    if (spec->zero && !spec->left) {
        zeros += pad;
        pad = 0;
    }
    if (!spec->left) dlcv__text_repeat(t, ' ', pad);
    dlcv__text_put(t, prefix, strlen(prefix));
    dlcv__text_repeat(t, '0', zeros);
    dlcv__text_put(t, s, n);
    if (spec->left) dlcv__text_repeat(t, ' ', pad);
}

DLCV__FN void dlcv__text_string(dlcv__text *t, dlcv__spec *spec, const char *s)
{
    size_t n = 0;
    if (!s) s = "(null)";
    while ((spec->precision < 0 || n < (size_t)spec->precision) && s[n]) n++;
    spec->zero = 0;
    dlcv__text_field(t, spec, "", 0, s, n);
}

DLCV__FN void dlcv__text_integer(dlcv__text *t, dlcv__spec *spec, const char *prefix, unsigned long long value,
                                 unsigned base)
{
    char digits[24];
    int n = 0, zeros;
    for (; value; value /= base) digits[23 - n++] = "0123456789abcdef"[value % base];
    if (spec->precision >= 0) spec->zero = 0;
    zeros = (spec->precision < 0 ? 1 : spec->precision) - n;
    dlcv__text_field(t, spec, prefix, zeros > 0 ? zeros : 0, digits + 24 - n, (size_t)n);
}

DLCV__FN const char *dlcv__sign_text(int negative, int sign)
{
    return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
}

DLCV__FN void dlcv__text_signed(dlcv__text *t, dlcv__spec *spec, dlcv__args *args)
{
    long long v = spec->size == 'i' ? va_arg(args->list, int)
                : spec->size == 'l' ? va_arg(args->list, long)
                : spec->size == 'L' ? va_arg(args->list, long long) : (long long)va_arg(args->list, ptrdiff_t);
    unsigned long long magnitude = v < 0 ? 0ull - (unsigned long long)v : (unsigned long long)v;
    dlcv__text_integer(t, spec, dlcv__sign_text(v < 0, spec->sign), magnitude, 10);
}

DLCV__FN void dlcv__text_unsigned(dlcv__text *t, dlcv__spec *spec, dlcv__args *args, unsigned base)
{
    unsigned long long v = spec->size == 'i' ? va_arg(args->list, unsigned)
                         : spec->size == 'l' ? va_arg(args->list, unsigned long)
                         : spec->size == 'L' ? va_arg(args->list, unsigned long long) : va_arg(args->list, size_t);
    dlcv__text_integer(t, spec, "", v, base);
}

/* 0.d1 d2 d3 ... times 10^point, d1 > 0; count 0 is zero. */
typedef struct dlcv__decimal {
    int count, point;
    char digit[9 * DLCV__PARTS];
} dlcv__decimal;

/* The exact value of a finite double >= 0: its mantissa in base 10^9, times or divided by its power of two. */
DLCV__FN void dlcv__decimal_set(dlcv__decimal *d, uint64_t bits)
{
    uint32_t part[DLCV__PARTS];
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1), carry;
    int exponent = (int)(bits >> 52 & 2047), i, k, shift, last = 0;
    if (exponent) mantissa |= (uint64_t)1 << 52;
    exponent = (exponent ? exponent : 1) - 1075;
    memset(part, 0, sizeof part);
    part[DLCV__WHOLE_PARTS - 1] = (uint32_t)(mantissa % DLCV__BILLION);
    part[DLCV__WHOLE_PARTS - 2] = (uint32_t)(mantissa / DLCV__BILLION);
    for (; exponent > 0; exponent -= shift) {
        shift = exponent < 29 ? exponent : 29;
        for (i = DLCV__WHOLE_PARTS - 1, carry = 0; i >= 0; i--) {
            carry += (uint64_t)part[i] << shift;            /* < 10^9 2^29 + 2^30 */
            part[i] = (uint32_t)(carry % DLCV__BILLION);
            carry /= DLCV__BILLION;
        }
    }
    for (; exponent < 0; exponent += shift) {
        shift = exponent > -29 ? -exponent : 29;
        for (i = 0, carry = 0; i < DLCV__PARTS; i++) {
            carry = carry * DLCV__BILLION + part[i];        /* the remainder carried is below 2^29 */
            part[i] = (uint32_t)(carry >> shift);
            carry &= ((uint64_t)1 << shift) - 1;
        }
    }
    d->count = 0;
    d->point = 9 * DLCV__WHOLE_PARTS;
    for (i = 0; i < DLCV__PARTS; i++) {
        uint32_t unit = DLCV__BILLION / 10;
        for (k = 0; k < 9; k++, unit /= 10) {
            char c = (char)('0' + (int)(part[i] / unit % 10));
            if (c != '0') last = d->count + 1;
            if (d->count || c != '0') d->digit[d->count++] = c;
            else d->point--;
        }
    }
    d->count = last;
}

/* Do digits `keep` and following round up, a half to even? */
DLCV__FN int dlcv__decimal_up(const dlcv__decimal *d, int keep)
{
    if (keep < 0 || d->digit[keep] < '5') return 0;
    return d->digit[keep] > '5' || keep + 1 < d->count || (keep > 0 && (d->digit[keep - 1] - '0') % 2);
}

/* Rounds to the first `keep` digits and drops trailing zeros. */
DLCV__FN void dlcv__decimal_round(dlcv__decimal *d, int keep)
{
    int up;
    if (keep < d->count) {
        up = dlcv__decimal_up(d, keep);
        for (d->count = keep > 0 ? keep : 0; up && d->count && d->digit[d->count - 1] == '9';) d->count--;
        if (up && d->count) {
            d->digit[d->count - 1] = (char)(d->digit[d->count - 1] + 1);
        } else if (up) {
            d->digit[d->count++] = '1';
            d->point++;
        }
    }
    while (d->count && d->digit[d->count - 1] == '0') d->count--;
}

/* digits begin .. end - 1, zeros where there are none */
DLCV__FN void dlcv__text_digits(dlcv__text *t, const dlcv__decimal *d, int begin, int end)
{
    for (; begin < end; begin++) dlcv__text_put(t, begin >= 0 && begin < d->count ? d->digit + begin : "0", 1);
}

/* `places` digits after the point; with or without exponent */
DLCV__FN void dlcv__text_decimal(dlcv__text *t, const dlcv__spec *spec, const char *sign, const dlcv__decimal *d,
                                 int places, int scientific)
{
    char tail[8];
    int power = scientific && d->count ? d->point - 1 : 0;
    int begin = !d->count ? 0 : scientific ? 1 : d->point;       /* the digit right of the point */
    int whole = !scientific && begin > 1 ? begin : 1, n = 0, pad;
    unsigned magnitude = (unsigned)(power < 0 ? -power : power);
    if (scientific) {
        tail[n++] = 'e';
        tail[n++] = power < 0 ? '-' : '+';
        if (magnitude > 99) tail[n++] = (char)('0' + (int)(magnitude / 100));
        tail[n++] = (char)('0' + (int)(magnitude / 10 % 10));
        tail[n++] = (char)('0' + (int)(magnitude % 10));
    }
    pad = spec->width - (int)strlen(sign) - whole - (places > 0) - places - n;
    if (!spec->left && !spec->zero) dlcv__text_repeat(t, ' ', pad);
    dlcv__text_put(t, sign, strlen(sign));
    if (!spec->left && spec->zero) dlcv__text_repeat(t, '0', pad);
    dlcv__text_digits(t, d, begin - whole, begin);
    if (places > 0) dlcv__text_put(t, ".", 1);
    dlcv__text_digits(t, d, begin, begin + places);
    dlcv__text_put(t, tail, (size_t)n);
    if (spec->left) dlcv__text_repeat(t, ' ', pad);
}

DLCV__FN void dlcv__text_double(dlcv__text *t, dlcv__spec *spec, char kind, double value)
{
    dlcv__decimal d;
    uint64_t bits;
    const char *sign;
    int places = spec->precision < 0 ? 6 : spec->precision, fixed = kind == 'f';
    memcpy(&bits, &value, sizeof bits);
    sign = dlcv__sign_text((int)(bits >> 63), spec->sign);
    bits &= ~((uint64_t)1 << 63);
    if (bits >> 52 == 2047) {
        spec->zero = 0;
        dlcv__text_field(t, spec, sign, 0, bits << 12 ? "nan" : "inf", 3);
        return;
    }
    dlcv__decimal_set(&d, bits);
    if (kind == 'g') {
        if (places == 0) places = 1;
        dlcv__decimal_round(&d, places);
        fixed = !d.count || (d.point > -4 && d.point <= places);
        places = d.count - (fixed ? d.point : 1);                /* no trailing zeros */
        if (places < 0 || !d.count) places = 0;
    } else {
        dlcv__decimal_round(&d, fixed ? d.point + places : places + 1);
    }
    dlcv__text_decimal(t, spec, sign, &d, places, !fixed);
}

/* digits or '*' */
DLCV__FN const char *dlcv__spec_number(const char *f, dlcv__args *args, int *value)
{
    *value = 0;
    if (*f == '*') {
        *value = va_arg(args->list, int);
        f++;
    }
    for (; *f >= '0' && *f <= '9'; f++) {
        if (*value <= DLCV__FIELD_LIMIT) *value = 10 * *value + (*f - '0');
    }
    if (*value > DLCV__FIELD_LIMIT) *value = DLCV__FIELD_LIMIT;
    if (*value < -DLCV__FIELD_LIMIT) *value = -DLCV__FIELD_LIMIT;
    return f;
}

/* Reads what stands between '%' and the letter, which it returns a pointer to. */
DLCV__FN const char *dlcv__spec_read(dlcv__spec *spec, const char *f, dlcv__args *args)
{
    memset(spec, 0, sizeof *spec);
    spec->precision = -1;
    spec->size = 'i';
    for (;; f++) {
        if (*f == '-') spec->left = 1;
        else if (*f == '0') spec->zero = 1;
        else if (*f == '+' || (*f == ' ' && !spec->sign)) spec->sign = *f;
        else if (*f != ' ') break;
    }
    f = dlcv__spec_number(f, args, &spec->width);
    if (spec->width < 0) {
        spec->left = 1;
        spec->width = -spec->width;
    }
    if (*f == '.') {
        f = dlcv__spec_number(f + 1, args, &spec->precision);
        if (spec->precision < 0) spec->precision = -1;
    }
    if (*f == 'z' || *f == 'l') spec->size = *f++;
    if (spec->size == 'l' && *f == 'l') {
        spec->size = 'L';
        f++;
    }
    return f;
}

/* One conversion; 0 for a letter that is not known: the arguments after it cannot be found either. */
DLCV__FN int dlcv__text_convert(dlcv__text *t, dlcv__spec *spec, char letter, dlcv__args *args)
{
    char c;
    switch (letter) {
    case 's': dlcv__text_string(t, spec, va_arg(args->list, const char *)); return 1;
    case 'd':
    case 'i': dlcv__text_signed(t, spec, args); return 1;
    case 'u': dlcv__text_unsigned(t, spec, args, 10); return 1;
    case 'x': dlcv__text_unsigned(t, spec, args, 16); return 1;
    case 'p': dlcv__text_integer(t, spec, "0x", (uintptr_t)va_arg(args->list, void *), 16); return 1;
    case 'f':
    case 'g':
    case 'e': dlcv__text_double(t, spec, letter, va_arg(args->list, double)); return 1;
    case '%': dlcv__text_put(t, "%", 1); return 1;
    case 'c':
        c = (char)va_arg(args->list, int);
        spec->zero = 0;
        dlcv__text_field(t, spec, "", 0, &c, 1);
        return 1;
    default: return 0;
    }
}

/* As vsnprintf: what fits is written and ended by 0, the length that all would have is returned. An unknown conversion
 * and what follows it are copied as they stand. */
DLCV__FN int dlcv__vformat(char *out, size_t bytes, const char *format, va_list list)
{
    dlcv__text t;
    dlcv__args args;
    dlcv__spec spec;
    const char *f = format, *next;
    t.out = out;
    t.bytes = bytes ? bytes - 1 : 0;
    t.length = 0;
    va_copy(args.list, list);
    while (*f) {
        for (next = f; *next && *next != '%'; next++) {}
        dlcv__text_put(&t, f, (size_t)(next - f));
        f = next;
        if (!*f) break;
        next = dlcv__spec_read(&spec, f + 1, &args);
        if (!dlcv__text_convert(&t, &spec, *next, &args)) {
            dlcv__text_put(&t, f, strlen(f));
            break;
        }
        f = next + 1;
    }
    va_end(args.list);
    if (bytes) out[t.length < t.bytes ? t.length : t.bytes] = 0;
    return t.length < (size_t)INT_MAX ? (int)t.length : INT_MAX;
}

#if defined(__MINGW32__) && !defined(__clang__)
__attribute__((__format__(__gnu_printf__, 3, 4)))
#elif defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 3, 4)))
#endif
DLCV__FN int dlcv__format(char *out, size_t bytes, const char *format, ...)
{
    va_list list;
    int length;
    va_start(list, format);
    length = dlcv__vformat(out, bytes, format, list);
    va_end(list);
    return length;
}

/* ---- errors */

DLCV_API const char *dlcv_error(void)
{
    return dlcv__last.text;
}

/* By way of a copy: dlcv_error() may be one of the arguments. */
DLCV_API dlcv_status dlcv_fail(dlcv_status status, const char *format, ...)
{
    char text[DLCV__ERROR_BYTES];
    va_list list;
    va_start(list, format);
    dlcv__vformat(text, sizeof text, format ? format : "", list);
    va_end(list);
    memcpy(dlcv__last.text, text, strlen(text) + 1);
    dlcv__last.failures++;
    return status;
}

DLCV_API const char *dlcv_status_name(dlcv_status status)
{
    static const char *const names[] = {
        "DLCV_OK", "DLCV_ERR_ARGUMENT", "DLCV_ERR_SHAPE", "DLCV_ERR_MEMORY", "DLCV_ERR_IO", "DLCV_ERR_FORMAT",
        "DLCV_ERR_UNSUPPORTED", "DLCV_ERR_NUMERIC", "DLCV_ERR_STATE"
    };
    int i = (int)status;
    return i <= 0 && i >= (int)DLCV_ERR_STATE ? names[-i] : "unknown status";
}

DLCV_API const char *dlcv_version(void)
{
    return DLCV_VERSION;
}

/* ---- sizes: 1 and the result if it fits, else 0 */

DLCV__FN int dlcv__mul(size_t a, size_t b, size_t *out)
{
    if (a && b > (size_t)-1 / a) return 0;
    *out = a * b;
    return 1;
}

DLCV__FN int dlcv__add(size_t a, size_t b, size_t *out)
{
    if (b > (size_t)-1 - a) return 0;
    *out = a + b;
    return 1;
}

/* ---- memory */

#if defined(DLCV_FREESTANDING) && !defined(DLCV_MALLOC)

DLCV__FN void *dlcv__default_allocate(size_t bytes, size_t alignment, void *user)
{
    (void)alignment;
    (void)user;
    dlcv_fail(DLCV_ERR_MEMORY, "%zu bytes wanted: compiled without an operating system and DLCV_MALLOC, memory takes env.memory (dlcv_arena_memory)", bytes);
    return NULL;
}

DLCV__FN void dlcv__default_release(void *block, size_t bytes, void *user)
{
    (void)block;
    (void)bytes;
    (void)user;
}

#else

#ifndef DLCV_MALLOC
#define DLCV__DEFAULT_MALLOC
#define DLCV_MALLOC(bytes) malloc(bytes)
#define DLCV_FREE(block) free(block)
#endif

/* DLCV_MALLOC promises no more alignment than a pointer's: the block moves up, what was returned stands before it. */
DLCV__FN void *dlcv__default_allocate(size_t bytes, size_t alignment, void *user)
{
    unsigned char *raw, *block;
    size_t whole;
    (void)user;
    if (!dlcv__add(bytes, alignment + sizeof raw, &whole)) return NULL;
    raw = (unsigned char *)DLCV_MALLOC(whole);
    if (!raw) return NULL;
    block = raw + sizeof raw;
    block += (0 - (uintptr_t)block) & (alignment - 1);
    memcpy(block - sizeof raw, &raw, sizeof raw);
    return block;
}

DLCV__FN void dlcv__default_release(void *block, size_t bytes, void *user)
{
    unsigned char *raw;
    (void)bytes;
    (void)user;
    memcpy(&raw, (unsigned char *)block - sizeof raw, sizeof raw);
    DLCV_FREE(raw);
}

#ifdef DLCV__DEFAULT_MALLOC
#undef DLCV__DEFAULT_MALLOC
#undef DLCV_MALLOC
#undef DLCV_FREE
#endif

#endif /* DLCV_FREESTANDING */

DLCV__FN void *dlcv__alloc(const dlcv_env *env, size_t bytes)
{
    unsigned before = dlcv__last.failures;
    void *block;
    if (!bytes) bytes = 1;
    block = env->memory.allocate(bytes, 64, env->memory.user);
    if (block && ((uintptr_t)block & 63)) {
        dlcv_fail(DLCV_ERR_MEMORY, "allocate: the block at %p is not aligned to 64 bytes", block);
        if (env->memory.release) env->memory.release(block, bytes, env->memory.user);
        return NULL;
    }
    if (!block && dlcv__last.failures == before) dlcv_fail(DLCV_ERR_MEMORY, "out of memory: %zu bytes wanted", bytes);
    return block;
}

DLCV__FN void dlcv__release(const dlcv_env *env, void *block, size_t bytes)
{
    if (block && env->memory.release) env->memory.release(block, bytes ? bytes : 1, env->memory.user);
}

/* The arena. Positions count from the first address that is a multiple of 64, and 63 bytes for the way there are always
 * part of `used`, so that what fits does not depend on where the block happens to lie. After each allocation's bytes
 * stands one word: 2 * (the position before it) + (1 once it is released). */
#define DLCV__ARENA_SLACK 63u

DLCV__FN unsigned char *dlcv__arena_origin(const dlcv_arena *arena)
{
    return arena->base + ((0 - (uintptr_t)arena->base) & DLCV__ARENA_SLACK);
}

DLCV__FN void *dlcv__arena_allocate(size_t bytes, size_t alignment, void *user)
{
    dlcv_arena *arena = (dlcv_arena *)user;
    unsigned char *block;
    size_t before = arena->used ? arena->used - DLCV__ARENA_SLACK : 0;
    size_t begin = before + ((0 - before) & (alignment - 1)), word = 2 * before;
    size_t overhead = DLCV__ARENA_SLACK + begin + sizeof word;      /* no wrap: used is at most the size of an object */
    size_t left = overhead < arena->bytes ? arena->bytes - overhead : 0;
    if (bytes > left || !left) {
        dlcv_fail(DLCV_ERR_MEMORY, "arena of %zu bytes: %zu more wanted, %zu are left", arena->bytes, bytes, left);
        return NULL;
    }
    block = dlcv__arena_origin(arena) + begin;
    memcpy(block + bytes, &word, sizeof word);
    arena->used = overhead + bytes;
    if (arena->used > arena->peak) arena->peak = arena->used;
    return block;
}

DLCV__FN void dlcv__arena_release(void *block, size_t bytes, void *user)
{
    dlcv_arena *arena = (dlcv_arena *)user;
    unsigned char *origin;
    size_t word, begin, top = arena->used ? arena->used - DLCV__ARENA_SLACK : 0;
    if (!top || !block) return;
    origin = dlcv__arena_origin(arena);
    begin = (size_t)((uintptr_t)block - (uintptr_t)origin);
    if (begin >= top || bytes > top - begin || top - begin - bytes < sizeof word) return;   /* from before a restart */
    memcpy(&word, origin + begin + bytes, sizeof word);
    word |= 1;
    memcpy(origin + begin + bytes, &word, sizeof word);
    while (top) {
        memcpy(&word, origin + top - sizeof word, sizeof word);
        if (!(word & 1)) break;
        top = word / 2;
    }
    arena->used = top ? top + DLCV__ARENA_SLACK : 0;
}

#undef DLCV__ARENA_SLACK

DLCV_API dlcv_memory dlcv_arena_memory(dlcv_arena *arena, void *block, size_t bytes)
{
    dlcv_memory memory;
    arena->base = (unsigned char *)block;
    arena->bytes = block ? bytes : 0;
    arena->used = arena->peak = 0;
    memory.allocate = dlcv__arena_allocate;
    memory.release = dlcv__arena_release;
    memory.user = arena;
    return memory;
}

/* ---- files */

#ifdef DLCV_NO_STDIO

DLCV__FN dlcv_status dlcv__default_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    (void)buffer;
    (void)bytes;
    (void)user;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: compiled with DLCV_NO_STDIO, reading takes env.files.read", path);
}

DLCV__FN dlcv_status dlcv__default_write(const char *path, const void *data, size_t bytes, void *user)
{
    (void)data;
    (void)bytes;
    (void)user;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: compiled with DLCV_NO_STDIO, writing takes env.files.write", path);
}

#else

DLCV__FN FILE *dlcv__open(const char *path, const char *mode)
{
#ifdef _MSC_VER
    FILE *file = NULL;
    return fopen_s(&file, path, mode) ? NULL : file;
#else
    return fopen(path, mode);
#endif
}

/* `error` is errno, which a C library need not have set. */
DLCV__FN dlcv_status dlcv__io_fail(const char *path, const char *what, int error)
{
    const char *why = NULL;
#ifdef ENOENT
    if (error == ENOENT) why = "no such file or folder";
#endif
#ifdef EACCES
    if (error == EACCES) why = "no permission";
#endif
#ifdef EISDIR
    if (error == EISDIR) why = "it is a folder";
#endif
#ifdef ENOSPC
    if (error == ENOSPC) why = "no space left";
#endif
    if (why) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be %s, %s", path, what, why);
    return dlcv_fail(DLCV_ERR_IO, "%s: cannot be %s, errno %d", path, what, error);
}

/* The size of an open file. Reading a byte first tells folders, of which some systems name a size. */
DLCV__FN dlcv_status dlcv__file_size(FILE *file, const char *path, size_t *bytes)
{
#ifdef _WIN32
    long long end;
#else
    long end;
#endif
    if (getc(file) == EOF && ferror(file)) return dlcv__io_fail(path, "read", errno);
#ifdef _WIN32
    end = _fseeki64(file, 0, SEEK_END) ? -1 : _ftelli64(file);
#else
    end = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
#endif
    if (end < 0) {
        return dlcv_fail(DLCV_ERR_IO, "%s: no size: not a plain file, or too large for this C library", path);
    }
    if ((unsigned long long)end > (size_t)-1) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %lld bytes, more than there are addresses", path, (long long)end);
    }
    *bytes = (size_t)end;
    return DLCV_OK;
}

/* Exactly the bytes there were when the size was asked for. */
DLCV__FN dlcv_status dlcv__file_bytes(FILE *file, const char *path, void *buffer, size_t bytes)
{
    size_t got = fread(buffer, 1, bytes, file);
    if (ferror(file)) return dlcv__io_fail(path, "read", errno);
    if (got < bytes) {
        return dlcv_fail(DLCV_ERR_IO, "%s: ends after %zu of %zu bytes, it became shorter meanwhile", path, got, bytes);
    }
    if (getc(file) != EOF) {
        return dlcv_fail(DLCV_ERR_IO, "%s: more than %zu bytes, it became longer meanwhile", path, bytes);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__default_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    dlcv_status status;
    FILE *file;
    (void)user;
    errno = 0;
    file = dlcv__open(path, "rb");
    if (!file) return dlcv__io_fail(path, "opened", errno);
    status = buffer ? dlcv__file_bytes(file, path, buffer, *bytes) : dlcv__file_size(file, path, bytes);
    fclose(file);
    return status;
}

#ifdef _WIN32
/* as windows.h declares it: rename() does not replace a file there */
#ifdef __cplusplus
extern "C"
#endif
__declspec(dllimport) int __stdcall MoveFileExA(const char *from, const char *to, unsigned long flags);
#endif

DLCV__FN int dlcv__replace(const char *from, const char *to)
{
#ifdef _WIN32
    return MoveFileExA(from, to, 1 | 8) != 0;      /* MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH */
#else
    return rename(from, to) == 0;
#endif
}

/* A name beside `path` that no file has. Where the stack lies and what time it is differ between programs. */
DLCV__FN dlcv_status dlcv__temporary_name(const char *path, char *out)
{
    unsigned number = (unsigned)((uintptr_t)out >> 6), tries;
    FILE *file;
#ifndef DLCV_CLOCK
    number ^= (unsigned)time(NULL) * 2654435761u;
#endif
    for (tries = 0; tries < 64; tries++) {
        if (dlcv__format(out, DLCV__PATH_BYTES, "%s.%08x.tmp", path, number + tries) >= DLCV__PATH_BYTES) {
            return dlcv_fail(DLCV_ERR_IO, "%.64s...: a path of %zu bytes is too long", path, strlen(path));
        }
        file = dlcv__open(out, "rb");
        if (!file) return DLCV_OK;
        fclose(file);
    }
    return dlcv_fail(DLCV_ERR_IO, "%s: too many .tmp files beside it", path);
}

DLCV__FN dlcv_status dlcv__default_write(const char *path, const void *data, size_t bytes, void *user)
{
    char temporary[DLCV__PATH_BYTES];
    dlcv_status status = dlcv__temporary_name(path, temporary);
    FILE *file;
    size_t done;
    int bad;
    (void)user;
    if (status) return status;
    errno = 0;
    file = dlcv__open(temporary, "wb");
    if (!file) return dlcv__io_fail(path, "created", errno);
    done = bytes ? fwrite(data, 1, bytes, file) : 0;
    bad = done < bytes || fflush(file) != 0;
    if (bad) status = dlcv__io_fail(path, "written", errno);
    if (fclose(file) && !bad) status = dlcv__io_fail(path, "written", errno);
    if (!status && !dlcv__replace(temporary, path)) status = dlcv__io_fail(path, "replaced", errno);
    if (status) remove(temporary);
    return status;
}

#endif /* DLCV_NO_STDIO */

/* What a hook returned, with a text in any case. */
DLCV__FN dlcv_status dlcv__hook_status(dlcv_status status, unsigned before, const char *path, const char *what)
{
    if (!status) return DLCV_OK;
    if ((int)status > 0 || (int)status < (int)DLCV_ERR_STATE) status = DLCV_ERR_IO;
    return dlcv__last.failures != before ? status : dlcv_fail(status, "%s: cannot be %s", path, what);
}

DLCV__FN dlcv_status dlcv__file_read(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    unsigned before = dlcv__last.failures;
    dlcv_status status;
    size_t size = 0, got;
    void *block;
    *data = NULL;
    *bytes = 0;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "file: the path is NULL");
    status = dlcv__hook_status(env->files.read(path, NULL, &size, env->files.user), before, path, "read");
    if (status) return status;
    if (size > env->limit) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes, env.limit is %zu", path, size, env->limit);
    block = dlcv__alloc(env, size);
    if (!block) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", path, dlcv_error());
    got = size;
    before = dlcv__last.failures;
    status = dlcv__hook_status(env->files.read(path, block, &got, env->files.user), before, path, "read");
    if (!status && got != size) {
        status = dlcv_fail(DLCV_ERR_IO, "%s: files.read gave %zu bytes, first it said %zu", path, got, size);
    }
    if (status) {
        dlcv__release(env, block, size);
        return status;
    }
    *data = block;
    *bytes = size;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__file_write(const dlcv_env *env, const char *path, const void *data, size_t bytes)
{
    unsigned before = dlcv__last.failures;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "file: the path is NULL");
    return dlcv__hook_status(env->files.write(path, data, bytes, env->files.user), before, path, "written");
}

/* ---- the environment with its defaults */

DLCV__FN dlcv_env dlcv__env(const dlcv_env *env)
{
    dlcv_env e;
    size_t half = (size_t)-1 / 2;
    if (env) e = *env;
    else memset(&e, 0, sizeof e);
    if (!e.memory.allocate) {
        e.memory.allocate = dlcv__default_allocate;
        e.memory.release = dlcv__default_release;
        e.memory.user = NULL;
    }
    if (!e.files.read) e.files.read = dlcv__default_read;
    if (!e.files.write) e.files.write = dlcv__default_write;
    if (!e.limit) e.limit = half < 0x80000000u ? half : (size_t)0x80000000u;
    return e;
}

/* ---- time */

/* Seconds. Windows' clock() counts wall time; elsewhere it is the processor's and the last resort. */
DLCV__FN double dlcv__now(void)
{
#if defined(DLCV_CLOCK)
    return (double)DLCV_CLOCK();
#elif defined(DLCV_FREESTANDING)
    return 0;
#elif !defined(_WIN32) && !defined(__wasi__) && defined(CLOCK_MONOTONIC) /* wasi-libc has the name, but in strict C no function */
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) ? 0 : (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
#elif !defined(_WIN32) && (defined(__unix__) || defined(__APPLE__) || defined(__wasi__))
    struct timeval t;
    return gettimeofday(&t, NULL) ? 0 : (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
#elif !defined(_WIN32) && defined(TIME_UTC)
    struct timespec t;
    return timespec_get(&t, TIME_UTC) != TIME_UTC ? 0 : (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
#else
    return (double)clock() / (double)CLOCKS_PER_SEC;
#endif
}

#undef DLCV__ERROR_BYTES
#undef DLCV__BILLION
#undef DLCV__WHOLE_PARTS
#undef DLCV__PARTS
#undef DLCV__FIELD_LIMIT
#undef DLCV__PATH_BYTES
/* ---- src/thread.c */
/* ---- threads: the hook, OpenMP, and a pool of our own ---------------------------------------------------------- */
#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef DLCV_POOL
#if defined(_WIN32)
#ifndef NOMINMAX
#define NOMINMAX
#define DLCV__NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#define DLCV__LEAN
#endif
#include <windows.h>
#ifdef DLCV__NOMINMAX
#undef DLCV__NOMINMAX
#undef NOMINMAX
#endif
#ifdef DLCV__LEAN
#undef DLCV__LEAN
#undef WIN32_LEAN_AND_MEAN
#endif
#define DLCV__POOL_THREADS
#elif (defined(__GNUC__) || defined(__clang__)) && !defined(__TINYC__) && (!defined(__wasm__) || defined(__wasm_atomics__))
#include <pthread.h>
#define DLCV__POOL_THREADS
#endif
#endif

/* Tasks that may run at once, at least 1. Without a hook, width 1 says "serial" to OpenMP and more is a wish. */
DLCV__FN int dlcv__width(const dlcv_env *env)
{
    int width = env->threads.width;
#ifdef _OPENMP
    if (!env->threads.parallel_for) return width > 0 ? width : omp_get_max_threads();
#else
    if (!env->threads.parallel_for) return 1;
#endif
    return width > 1 ? width : 1;
}

/* task(0 .. count - 1, context), count <= dlcv__width(env) */
DLCV__FN void dlcv__parallel(const dlcv_env *env, int count, dlcv_task task, void *context)
{
    int i;
    if (count > 1 && env->threads.parallel_for && env->threads.width > 1) {
        env->threads.parallel_for(count, task, context, env->threads.user);
        return;
    }
#ifdef _OPENMP
    if (count > 1 && !env->threads.parallel_for && env->threads.width != 1) {
#pragma omp parallel for num_threads(count) schedule(static, 1)
        for (i = 0; i < count; i++) task(i, context);
        return;
    }
#endif
    for (i = 0; i < count; i++) task(i, context);
}

#ifdef DLCV__POOL_THREADS

/* atomic words, sequentially consistent */
#if defined(__GNUC__) || defined(__clang__)
#define DLCV__LOAD(word) __atomic_load_n((word), __ATOMIC_SEQ_CST)
#define DLCV__STORE(word, value) __atomic_store_n((word), (value), __ATOMIC_SEQ_CST)
#define DLCV__ADD(word, value) __atomic_fetch_add((word), (value), __ATOMIC_SEQ_CST)
typedef int dlcv__word;
DLCV__INLINE int dlcv__swap_if(dlcv__word *word, int old, int value)
{
    return __atomic_compare_exchange_n(word, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#else
#define DLCV__LOAD(word) ((int)InterlockedCompareExchange((word), 0, 0))
#define DLCV__STORE(word, value) ((void)InterlockedExchange((word), (value)))
#define DLCV__ADD(word, value) ((int)InterlockedExchangeAdd((word), (value)))
typedef volatile LONG dlcv__word;
DLCV__INLINE int dlcv__swap_if(dlcv__word *word, int old, int value)
{
    return InterlockedCompareExchange(word, value, old) == old;
}
#endif

/* tells the core that this is a spin */
#if defined(_WIN32)
#define DLCV__PAUSE() YieldProcessor()
#elif defined(__x86_64__) || defined(__i386__)
#define DLCV__PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define DLCV__PAUSE() __asm__ __volatile__("yield")
#else
#define DLCV__PAUSE() ((void)0)
#endif

#define DLCV__SPINS 2000            /* of 10 to 40 ns each, then a thread sleeps */
#define DLCV__BATCH 32767           /* of tasks: next and count share a word */

#ifdef _WIN32
typedef CRITICAL_SECTION dlcv__mutex;
typedef CONDITION_VARIABLE dlcv__signal;
typedef HANDLE dlcv__thread;
#define DLCV__LOCK(m) EnterCriticalSection(m)
#define DLCV__UNLOCK(m) LeaveCriticalSection(m)
#define DLCV__WAIT(c, m) ((void)SleepConditionVariableCS((c), (m), INFINITE))
#define DLCV__WAKE_ONE(c) WakeConditionVariable(c)
#define DLCV__WAKE_ALL(c) WakeAllConditionVariable(c)
#else
typedef pthread_mutex_t dlcv__mutex;
typedef pthread_cond_t dlcv__signal;
typedef pthread_t dlcv__thread;
#define DLCV__LOCK(m) ((void)pthread_mutex_lock(m))
#define DLCV__UNLOCK(m) ((void)pthread_mutex_unlock(m))
#define DLCV__WAIT(c, m) ((void)pthread_cond_wait((c), (m)))
#define DLCV__WAKE_ONE(c) ((void)pthread_cond_signal(c))
#define DLCV__WAKE_ALL(c) ((void)pthread_cond_broadcast(c))
#endif

/* `ticket` is count << 16 | next. Who swaps it from (count, next) to (count, next + 1), next < count, has task `next`
 * of the job that is on at that moment, however old its last look was; that job cannot end before the task does, so its
 * fields stand still meanwhile. Sleepers and posters each write their word before they read the other's (in one total
 * order), so one of the two sees the other. */
typedef struct dlcv__pool {
    dlcv_memory memory;
    size_t bytes;
    int width, started;             /* threads without the caller: width - 1 wanted, `started` there */

    dlcv_task task;                 /* the job */
    void *context;
    int first;                      /* index of the batch's first task */

    dlcv__word busy;            /* a parallel_for is under way; another one meanwhile runs its tasks by itself */
    dlcv__word ticket;
    dlcv__word left;                /* tasks of the batch not finished */
    dlcv__word sleepers;            /* threads that wait for `wake` */
    dlcv__word waiting;             /* the caller waits for `done` */
    dlcv__word stop;

    dlcv__mutex lock;
    dlcv__signal wake, done;
    dlcv__thread *threads;          /* [width - 1], behind this struct */
} dlcv__pool;

DLCV__INLINE int dlcv__pool_tasks(int ticket)
{
    return (ticket >> 16) - (ticket & DLCV__BATCH);
}

/* Nothing to do, not even to stop. */
DLCV__INLINE int dlcv__pool_idle(dlcv__pool *pool)
{
    return !dlcv__pool_tasks(DLCV__LOAD(&pool->ticket)) && !DLCV__LOAD(&pool->stop);
}

/* Runs tasks until none is left to begin. */
DLCV__FN void dlcv__pool_work(dlcv__pool *pool)
{
    for (;;) {
        int ticket = DLCV__LOAD(&pool->ticket);
        if (!dlcv__pool_tasks(ticket)) return;
        if (!dlcv__swap_if(&pool->ticket, ticket, ticket + 1)) continue;
        pool->task(pool->first + (ticket & DLCV__BATCH), pool->context);
        if (DLCV__ADD(&pool->left, -1) == 1 && DLCV__LOAD(&pool->waiting)) {
            DLCV__LOCK(&pool->lock);
            DLCV__WAKE_ALL(&pool->done);
            DLCV__UNLOCK(&pool->lock);
        }
    }
}

DLCV__FN void dlcv__pool_main(dlcv__pool *pool)
{
    int spins;
    for (;;) {
        for (spins = 0; spins < DLCV__SPINS && dlcv__pool_idle(pool); spins++) DLCV__PAUSE();
        if (dlcv__pool_idle(pool)) {
            DLCV__LOCK(&pool->lock);
            DLCV__ADD(&pool->sleepers, 1);
            while (dlcv__pool_idle(pool)) DLCV__WAIT(&pool->wake, &pool->lock);
            DLCV__ADD(&pool->sleepers, -1);
            DLCV__UNLOCK(&pool->lock);
        }
        if (DLCV__LOAD(&pool->stop)) return;
        dlcv__pool_work(pool);
    }
}

#ifdef _WIN32
static DWORD WINAPI dlcv__pool_entry(void *pool)
{
    dlcv__pool_main((dlcv__pool *)pool);
    return 0;
}
#else
static void *dlcv__pool_entry(void *pool)
{
    dlcv__pool_main((dlcv__pool *)pool);
    return NULL;
}
#endif

/* Wakes as many sleepers as there are tasks for. */
DLCV__FN void dlcv__pool_wake(dlcv__pool *pool, int wanted)
{
    if (!DLCV__LOAD(&pool->sleepers)) return;
    DLCV__LOCK(&pool->lock);
    if (wanted < DLCV__LOAD(&pool->sleepers)) {
        for (; wanted > 0; wanted--) DLCV__WAKE_ONE(&pool->wake);
    } else {
        DLCV__WAKE_ALL(&pool->wake);
    }
    DLCV__UNLOCK(&pool->lock);
}

DLCV__FN void dlcv__pool_batch(dlcv__pool *pool, int first, int count, dlcv_task task, void *context)
{
    int spins;
    pool->task = task;
    pool->context = context;
    pool->first = first;
    DLCV__STORE(&pool->left, count);
    DLCV__STORE(&pool->ticket, count << 16);
    dlcv__pool_wake(pool, count - 1);
    dlcv__pool_work(pool);
    for (spins = 0; spins < DLCV__SPINS && DLCV__LOAD(&pool->left); spins++) DLCV__PAUSE();
    if (!DLCV__LOAD(&pool->left)) return;
    DLCV__LOCK(&pool->lock);
    DLCV__STORE(&pool->waiting, 1);
    while (DLCV__LOAD(&pool->left)) DLCV__WAIT(&pool->done, &pool->lock);
    DLCV__STORE(&pool->waiting, 0);
    DLCV__UNLOCK(&pool->lock);
}

DLCV__FN void dlcv__pool_for(int count, dlcv_task task, void *context, void *user)
{
    dlcv__pool *pool = (dlcv__pool *)user;
    int first = 0;
    if (count == 1 || pool->width == 1 || !dlcv__swap_if(&pool->busy, 0, 1)) {
        for (; first < count; first++) task(first, context);
        return;
    }
    while (first < count) {
        int batch = count - first < DLCV__BATCH ? count - first : DLCV__BATCH;
        dlcv__pool_batch(pool, first, batch, task, context);
        first += batch;
    }
    DLCV__STORE(&pool->busy, 0);
}

/* 0 if it could be made */
DLCV__FN int dlcv__pool_init(dlcv__pool *pool)
{
#ifdef _WIN32
    InitializeCriticalSection(&pool->lock);
    InitializeConditionVariable(&pool->wake);
    InitializeConditionVariable(&pool->done);
    return 0;
#else
    int error = pthread_mutex_init(&pool->lock, NULL);
    if (error) return error;
    error = pthread_cond_init(&pool->wake, NULL);
    if (!error) {
        error = pthread_cond_init(&pool->done, NULL);
        if (!error) return 0;
        pthread_cond_destroy(&pool->wake);
    }
    pthread_mutex_destroy(&pool->lock);
    return error;
#endif
}

DLCV__FN int dlcv__pool_start(dlcv__pool *pool)
{
    dlcv__thread *thread = pool->threads + pool->started;
#ifdef _WIN32
    *thread = CreateThread(NULL, 0, dlcv__pool_entry, pool, 0, NULL);
    if (!*thread) return (int)GetLastError();
#else
    int error = pthread_create(thread, NULL, dlcv__pool_entry, pool);
    if (error) return error;
#endif
    pool->started++;
    return 0;
}

DLCV__FN void dlcv__pool_end(dlcv__pool *pool)
{
    dlcv_env env;
    int i;
    memset(&env, 0, sizeof env);
    env.memory = pool->memory;
    DLCV__LOCK(&pool->lock);
    DLCV__STORE(&pool->stop, 1);
    DLCV__WAKE_ALL(&pool->wake);
    DLCV__UNLOCK(&pool->lock);
    for (i = 0; i < pool->started; i++) {
#ifdef _WIN32
        WaitForSingleObject(pool->threads[i], INFINITE);
        CloseHandle(pool->threads[i]);
#else
        pthread_join(pool->threads[i], NULL);
#endif
    }
#ifdef _WIN32
    DeleteCriticalSection(&pool->lock);
#else
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
#endif
    dlcv__release(&env, pool, pool->bytes);
}

DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out)
{
    dlcv_env e = dlcv__env(env);
    dlcv__pool *pool;
    size_t head = (sizeof *pool + 63) / 64 * 64, bytes;
    int error;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "pool_new: out is NULL");
    memset(out, 0, sizeof *out);
    if (width < 1 || width > 1024) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "pool_new: width is %d, 1 to 1024 can be", width);
    }
    bytes = head + (size_t)(width - 1) * sizeof(dlcv__thread);
    pool = (dlcv__pool *)dlcv__alloc(&e, bytes);
    if (!pool) return dlcv_fail(DLCV_ERR_MEMORY, "pool_new: %s", dlcv_error());
    memset(pool, 0, bytes);
    pool->memory = e.memory;
    pool->bytes = bytes;
    pool->width = width;
    pool->threads = (dlcv__thread *)(void *)((unsigned char *)pool + head);
    error = dlcv__pool_init(pool);
    if (error) {
        dlcv__release(&e, pool, bytes);
        return dlcv_fail(DLCV_ERR_MEMORY, "pool_new: no mutex or condition variable, error %d", error);
    }
    while (!error && pool->started < width - 1) error = dlcv__pool_start(pool);
    if (error) {
        dlcv_fail(DLCV_ERR_MEMORY, "pool_new: thread %d of %d cannot be started, error %d", pool->started + 1,
                  width - 1, error);
        dlcv__pool_end(pool);
        return DLCV_ERR_MEMORY;
    }
    out->parallel_for = dlcv__pool_for;
    out->width = width;
    out->user = pool;
    return DLCV_OK;
}

DLCV_API void dlcv_pool_free(dlcv_threads *threads)
{
    if (!threads) return;
    if (threads->parallel_for == dlcv__pool_for && threads->user) dlcv__pool_end((dlcv__pool *)threads->user);
    memset(threads, 0, sizeof *threads);
}

#undef DLCV__LOAD
#undef DLCV__STORE
#undef DLCV__ADD
#undef DLCV__PAUSE
#undef DLCV__SPINS
#undef DLCV__BATCH
#undef DLCV__LOCK
#undef DLCV__UNLOCK
#undef DLCV__WAIT
#undef DLCV__WAKE_ONE
#undef DLCV__WAKE_ALL
#undef DLCV__POOL_THREADS

#else

DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out)
{
    (void)env;
    (void)width;
    if (out) memset(out, 0, sizeof *out);
#ifdef DLCV_POOL
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "pool_new: DLCV_POOL takes gcc, clang or Windows; for WebAssembly -pthread");
#else
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "pool_new: compiled without DLCV_POOL; define it where DLCV_IMPLEMENTATION is");
#endif
}

DLCV_API void dlcv_pool_free(dlcv_threads *threads)
{
    if (threads) memset(threads, 0, sizeof *threads);
}

#endif /* DLCV__POOL_THREADS */
/* ---- src/tensor.c */
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

/* layer 1: the same kernels, stamped once for every instruction set that is wanted */
/* ---- backends/backend.h */
/* ---- backends: which instruction sets are built, and what a backend has to define ---------------------------------------------
 *
 * A slot is one stamp of the kernels: a file with vector macros, the kernel text, end.h. DLCV__SLOT_x says which slots this
 * translation unit gets: the best one that the compiler flags allow, the one that DLCV_FORCE_x names, or with DLCV_DISPATCH
 * all that the compiler can build. One of the slots has 128 bits: SSE2, NEON, WASM, or with DLCV_USE_SIMDE the text of SSE2 over SIMDe's
 * names (simde.h). DLCV__TEST_SSE2 and DLCV__TEST_NEON are for tests/matrix.py alone, which has SIMDe call its functions as the native ones
 * are called, and so runs either file on other machines.
 *
 * What a backend file defines (scalar.h is the reference, a vector of width 1):
 *
 *   DLCV__K(name)           the name of a kernel in this stamp; DLCV__BACKEND_NAME its text
 *   DLCV__KERNEL            how a kernel is declared;  DLCV__LEAVE() stands before it returns
 *   DLCV__STAMP_F32 _U8     which halves of the kernels this stamp makes; a partial stamp (avx512vnni.h, neondot.h) redefines what
 *                           it does better in the byte half of the backend before it
 *   floats                  DLCV__V a vector of DLCV__VW floats
 *     VZERO VSET(x) VLOAD(p) VLOADA(p) VSTORE(p,v)           VLOADA: p is aligned to 4 VW bytes, VLOAD: any address
 *     VACC(acc,v,one)       acc + v with the same bits as VADD; where additions and fused multiply-adds have ports of their own it is
 *                           v * one + acc (a product by 1 is exact, so that this rounds once, as an addition does)
 *     VADD VSUB VMUL VDIV VSQRT VABS(v) VMAX(a,b)            VMAX is a > b ? a : b; VMAXF the same of finite numbers, a zero of any sign
 *     VMIN(a,b)             a < b ? a : b (where no instruction does that, kern_math.h has it)
 *     VABS1(v,one)          VABS in a loop, where a mask made of 1.0f, which no compiler sees through, is better (else kern_f32.h has it)
 *     VLOADN(p,n)           n < VW floats, then zeros (where an instruction does that; else kern_f32.h has it)
 *     VMASK(n) VLOADM(p,m) VSTOREM(p,v,m)                    where masks are for nothing: the first n lanes, 1 <= n <= VW, in VMASK_TYPE; others 0
 *     VFMA(a,b,c)           a * b + c, fused where the hardware is (never with DLCV_STRICT)
 *     VSTOREN(p,v,n)        stores the first n < VW lanes (where an instruction does that; else kern_f32.h has it)
 *     VEVEN(a,b) VODD(a,b)  a0, a2, .., b0, b2, ..; a1, a3, .., b1, b3, ..;  VZIPLO(a,b) VZIPHI(a,b) the halves of a0, b0, a1, b1, ..
 *     VNEXT(a,b)            a1, .., a[VW-1], b0
 *     VSUM(v)               adds the lanes: halves, quarters, ... (the tree of a reduction)
 *     VLT(a,b) VSELECT(m,a,b) VANY(m)                        masks: of type DLCV__VM
 *   32-bit integers         DLCV__VI, as many lanes
 *     VISET VILOAD VISTORE VIADD VISUB VIAND VIOR VISHL(v,n) VISHR(v,n)    VISHR is logical
 *     VILT(a,b)             signed, a DLCV__VM;  VFROMI VTOI (towards zero) VASI VASF (the same bits)
 *     VNARROW(p,v)          stores lanes of 0 .. 255 as VW bytes;  VWIDEN(p) loads such, VWIDEN3(p) every third of 3 VW bytes (where
 *                           instructions do that)
 *   pairs of byte strings   DLCV__U a vector of DLCV__UW bytes;  ULOAD(p), any address;  UAND(a,b)
 *     DLCV__UA accumulator: UAZERO, USAD(acc,a,b) adds |a-b|, UAADD(acc,acc), UASUM(acc) -> uint64_t; at most DLCV__USAD_STEPS steps between
 *     DLCV__UD accumulator: UDZERO, UDOT(acc,a,b) adds a*b, UDIFF2(acc,a,b) adds (a-b)^2, UDADD, UDSUM(acc) -> uint64_t; at most
 *     DLCV__UDOT_STEPS steps between
 *     PAIR_VECTORS          accumulators of a sum over one pair of float vectors, COSINE_VECTORS of each of three such sums: as many as
 *                           hide the latency; in strict mode 16 lanes on every machine
 *   tiles of distances      accumulators of DLCV__xROWS data rows each, DLCV__xMR queries by DLCV__xNV vectors in registers
 *     F: floats             FMR FNV (a vector of VW rows)
 *     G: matrix products    GMR rows of GNV vectors: GMR x GNV accumulators, GNV vectors of b and one of a in registers;
 *                           HMR x HNR inner products with k along the lanes, HMR vectors of a and one of b; block sizes GKC, GNC: GKC x GNC floats of B
 *                           take half of the second cache
 *     S: |a-b| of bytes     SMR SNV SROWS SGROUP  accumulator DLCV__SV SVZERO SVPUT(c,acc): c[0..SROWS) += acc; operand DLCV__SD
 *                           SVLOAD(p) SVSET(p); t = SVOP(a,b), SVADD(acc,t), or the two as one SVSTEP(acc,a,b)
 *                           SMAX: it sums max(a,b) instead, the caller takes 2 sum max(a,b) - sum a - sum b; at most SSTEPS groups
 *                           a tile
 *     D: a*b of bytes       DMR DNV DROWS DGROUP  accumulator DLCV__DV DVZERO DVPUT(c,acc); data DLCV__DB DVLOAD(p); query DLCV__DA
 *                           DVSET(p); DVSTEP(acc,a,b)
 *                           DWIDE: operands are int16_t instead of bytes;  DFLIP: data bytes have their top bit flipped (b - 128)
 *     NARROW                floats that are bytes go through S and D: 0 never, 1 for L1 and L2, 2 for inner products, too
 *     xGROUP                elements of a row that stand together, so that one instruction can add them up in one lane
 */
#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__) || defined(_M_IX86)
#define DLCV__X86 1
#else
#define DLCV__X86 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define DLCV__GNU 1
#else
#define DLCV__GNU 0
#endif

/* what the flags allow */
#if defined(DLCV__TEST_SSE2) /* our own tests alone: the intrinsics are SIMDe's aliases */ \
    || (DLCV__X86 && (defined(__SSE2__) || defined(_M_X64) || (defined(_M_IX86_FP) && _M_IX86_FP >= 2)) && !defined(__TINYC__))
#define DLCV__FLAGS_SSE2 1
#else
#define DLCV__FLAGS_SSE2 0
#endif
#if DLCV__FLAGS_SSE2 && defined(__AVX2__) && (defined(__FMA__) || (defined(_MSC_VER) && !defined(__clang__)))
#define DLCV__FLAGS_AVX2 1
#else
#define DLCV__FLAGS_AVX2 0
#endif
#if DLCV__FLAGS_AVX2 && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define DLCV__FLAGS_AVX512 1
#else
#define DLCV__FLAGS_AVX512 0
#endif
#if DLCV__FLAGS_AVX512 && defined(__AVX512VNNI__)
#define DLCV__FLAGS_VNNI 1
#else
#define DLCV__FLAGS_VNNI 0
#endif
#if defined(__aarch64__) || defined(_M_ARM64) || defined(DLCV__TEST_NEON)
#define DLCV__A64 1
#else
#define DLCV__A64 0
#endif
#if ((defined(__ARM_NEON) || defined(_M_ARM64)) && !defined(__ARM_BIG_ENDIAN)) || defined(DLCV__TEST_NEON)
#define DLCV__FLAGS_NEON 1
#else
#define DLCV__FLAGS_NEON 0
#endif
#if DLCV__FLAGS_NEON && defined(__ARM_FEATURE_DOTPROD)
#define DLCV__FLAGS_DOT 1
#else
#define DLCV__FLAGS_DOT 0
#endif
#if defined(__wasm_simd128__)
#define DLCV__FLAGS_WASM 1
#else
#define DLCV__FLAGS_WASM 0
#endif

#if defined(DLCV_FORCE_SCALAR) + defined(DLCV_FORCE_SSE2) + defined(DLCV_FORCE_AVX2) + defined(DLCV_FORCE_AVX512) \
    + defined(DLCV_FORCE_NEON) + defined(DLCV_DISPATCH) > 1
#error "dlcv.h: define one of DLCV_DISPATCH, DLCV_FORCE_SCALAR, _SSE2, _AVX2, _AVX512, _NEON, not several"
#endif
#if defined(DLCV_FORCE_SSE2) && !DLCV__FLAGS_SSE2
#error "dlcv.h: DLCV_FORCE_SSE2 needs an x86 compiler with -msse2"
#elif defined(DLCV_FORCE_AVX2) && !DLCV__FLAGS_AVX2
#error "dlcv.h: DLCV_FORCE_AVX2 needs -mavx2 -mfma (MSVC: /arch:AVX2)"
#elif defined(DLCV_FORCE_AVX512) && !DLCV__FLAGS_AVX512
#error "dlcv.h: DLCV_FORCE_AVX512 needs -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma (MSVC: /arch:AVX512)"
#elif defined(DLCV_FORCE_NEON) && !DLCV__FLAGS_NEON
#error "dlcv.h: DLCV_FORCE_NEON needs a little-endian ARM compiler with NEON (ARMv7: -mfpu=neon)"
#endif
#if defined(DLCV_USE_SIMDE) && defined(DLCV_FORCE_SCALAR) + defined(DLCV_FORCE_SSE2) + defined(DLCV_FORCE_AVX2) + defined(DLCV_FORCE_AVX512) \
    + defined(DLCV_FORCE_NEON)
#error "dlcv.h: DLCV_USE_SIMDE takes the place of our own backends, DLCV_FORCE_x wants one of them: define one"
#endif

#if defined(DLCV_USE_SIMDE) && defined(__arm__) && (defined(__ARM_NEON) || defined(__ARM_NEON__))
#error "dlcv.h: leave DLCV_USE_SIMDE out: it has a backend for NEON, and SIMDe would divide by estimates there"
#endif

/* dispatch: target regions on gcc and clang; MSVC needs none; elsewhere the flags decide */
#if defined(DLCV_DISPATCH)
#define DLCV__SLOT_SCALAR 1
#if DLCV__X86 && (DLCV__GNU || defined(_MSC_VER)) && !defined(__TINYC__) && !defined(DLCV_USE_SIMDE) && !defined(DLCV__TEST_NEON)
#define DLCV__SLOT_SSE2 1
#define DLCV__SLOT_AVX2 1
#define DLCV__SLOT_AVX512 1
#define DLCV__SLOT_AVX512VNNI 1
#else
#define DLCV__SLOT_SSE2 0
#define DLCV__SLOT_AVX2 0
#define DLCV__SLOT_AVX512 0
#define DLCV__SLOT_AVX512VNNI 0
#endif
#if defined(DLCV_USE_SIMDE)
#define DLCV__SLOT_NEON 0
#define DLCV__SLOT_WASM 0
#define DLCV__SLOT_SIMDE 1
#else
#define DLCV__SLOT_NEON DLCV__FLAGS_NEON
#define DLCV__SLOT_WASM DLCV__FLAGS_WASM
#define DLCV__SLOT_SIMDE 0
#endif
#if DLCV__SLOT_NEON && defined(__aarch64__) && (DLCV__FLAGS_DOT || ((defined(__linux__) || defined(__APPLE__)) \
    && !defined(DLCV_FREESTANDING) && ((defined(__clang__) && __clang_major__ >= 16) || (!defined(__clang__) && __GNUC__ >= 8))))
#define DLCV__SLOT_NEONDOT 1
#else
#define DLCV__SLOT_NEONDOT 0
#endif
#else /* the one backend; its dot product of bytes takes the place of the plain one */
#if defined(DLCV_USE_SIMDE)
#define DLCV__BEST 6
#elif defined(DLCV_FORCE_SCALAR)
#define DLCV__BEST 0
#elif defined(DLCV_FORCE_SSE2)
#define DLCV__BEST 1
#elif defined(DLCV_FORCE_AVX2)
#define DLCV__BEST 2
#elif defined(DLCV__TEST_NEON)
#define DLCV__BEST 4
#elif DLCV__FLAGS_AVX512
#define DLCV__BEST 3
#elif DLCV__FLAGS_AVX2
#define DLCV__BEST 2
#elif DLCV__FLAGS_SSE2
#define DLCV__BEST 1
#elif DLCV__FLAGS_NEON
#define DLCV__BEST 4
#elif DLCV__FLAGS_WASM
#define DLCV__BEST 5
#else
#define DLCV__BEST 0
#endif
#define DLCV__SLOT_SCALAR (DLCV__BEST == 0)
#define DLCV__SLOT_SSE2 (DLCV__BEST == 1)
#define DLCV__SLOT_AVX2 (DLCV__BEST == 2)
#define DLCV__SLOT_AVX512 (DLCV__BEST == 3)
#define DLCV__SLOT_NEON (DLCV__BEST == 4)
#define DLCV__SLOT_WASM (DLCV__BEST == 5)
#define DLCV__SLOT_SIMDE (DLCV__BEST == 6)
#define DLCV__SLOT_AVX512VNNI (DLCV__BEST == 3 && DLCV__FLAGS_VNNI)
#define DLCV__SLOT_NEONDOT (DLCV__BEST == 4 && DLCV__FLAGS_DOT)
#endif

/* 32-bit NEON flushes denormals to zero, which strict mode may not: there floats are the scalar backend's, on VFP */
#if defined(DLCV_STRICT) && DLCV__SLOT_NEON && !DLCV__A64
#undef DLCV__SLOT_SCALAR
#define DLCV__SLOT_SCALAR 1
#define DLCV__NEON_F32 0
#else
#define DLCV__NEON_F32 1
#endif

#if defined(DLCV_FREESTANDING) && DLCV__X86 && !defined(_MM_MALLOC_H_INCLUDED) /* by it gcc's intrinsics come to stdlib.h */
#define _MM_MALLOC_H_INCLUDED
#define DLCV__NO_MM_MALLOC
#endif
#if (DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512) && DLCV__X86
#include <immintrin.h>
#if DLCV__GNU && defined(DLCV_DISPATCH)
#include <cpuid.h>
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif
#endif
#ifdef DLCV_STRICT
#if DLCV__FLAGS_SSE2 && DLCV__X86
#include <xmmintrin.h>
#elif !defined(DLCV_FREESTANDING)
#include <fenv.h>
#endif
#endif
#ifdef DLCV__NO_MM_MALLOC
#undef DLCV__NO_MM_MALLOC
#undef _MM_MALLOC_H_INCLUDED
#endif
#if DLCV__SLOT_WASM
#include <wasm_simd128.h>
#endif
#if DLCV__SLOT_NEON
#ifndef DLCV__TEST_NEON
#include <arm_neon.h>
#endif
#if DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__linux__)
#include <sys/auxv.h>
#elif DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__APPLE__)
#include <sys/sysctl.h>
#endif
#endif

/* reads at any address, and numbers as bits */
DLCV__INLINE uint32_t dlcv__bits_of(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
DLCV__INLINE float dlcv__float_of(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }
DLCV__INLINE int dlcv__finite(float x) { return (dlcv__bits_of(x) & 0x7f800000u) != 0x7f800000u; }
DLCV__INLINE float dlcv__load_f32(const void *p) { float x; memcpy(&x, p, 4); return x; }
DLCV__INLINE int32_t dlcv__load_i32(const void *p) { int32_t x; memcpy(&x, p, 4); return x; }
DLCV__INLINE void dlcv__store_i32(void *p, int32_t x) { memcpy(p, &x, 4); }
DLCV__INLINE long long dlcv__load_i64(const void *p) { long long x; memcpy(&x, p, 8); return x; }

/* 32-bit x86: whoever calls may have aligned the stack to 4 bytes only */
#if DLCV__GNU && (defined(__i386__))
#define DLCV__REALIGN __attribute__((force_align_arg_pointer))
#else
#define DLCV__REALIGN
#endif

/* The depth of a block of packed rows: 512 bytes each. A result is the sum of its blocks' sums in ascending order; since that
 * is arithmetic and not tuning, the number is the same everywhere. */
#define DLCV__DEPTH_BYTES 512
#define DLCV__DEPTH_F32 128

/* asks for a cache line that will be read soon; any address is allowed */
#if DLCV__GNU
#define DLCV__PREFETCH(p) __builtin_prefetch(p)
#elif DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512
#define DLCV__PREFETCH(p) _mm_prefetch((const char *)(p), _MM_HINT_T0)
#else
#define DLCV__PREFETCH(p) ((void)(p))
#endif

/* the compiler forgets what it knows of x: else it keeps every address of a tile of C, for loads and stores far apart, in its own register */
#if DLCV__GNU
#define DLCV__HIDE(x) __asm__("" : "+r"(x))
#else
#define DLCV__HIDE(x) ((void)(x))
#endif

/* 1, but no compiler may know it and turn VACC back into an addition */
static const volatile float dlcv__one = 1.0f;

/* bytes before and after the place where a string ends */
static const unsigned char dlcv__tail_mask[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };

/* A tile's text is unrolled by these: M(i, x) for all i below a literal number. */
#define DLCV__CAT_(a, b) a##b
#define DLCV__CAT(a, b) DLCV__CAT_(a, b)
#define DLCV__REP1(M, x) M(0, x)
#define DLCV__REP2(M, x) M(0, x) M(1, x)
#define DLCV__REP3(M, x) DLCV__REP2(M, x) M(2, x)
#define DLCV__REP4(M, x) DLCV__REP3(M, x) M(3, x)
#define DLCV__REP5(M, x) DLCV__REP4(M, x) M(4, x)
#define DLCV__REP6(M, x) DLCV__REP5(M, x) M(5, x)
#define DLCV__REP7(M, x) DLCV__REP6(M, x) M(6, x)
#define DLCV__REP8(M, x) DLCV__REP7(M, x) M(7, x)
#define DLCV__REP16(M, x) DLCV__REP8(M, x) M(8, x) M(9, x) M(10, x) M(11, x) M(12, x) M(13, x) M(14, x) M(15, x)

/* a0 becomes the sum of a0 .. an-1, by halves */
#define DLCV__FOLD1(a)
#define DLCV__FOLD2(a) a##0 = DLCV__VADD(a##0, a##1);
#define DLCV__FOLD4(a) a##0 = DLCV__VADD(a##0, a##2); a##1 = DLCV__VADD(a##1, a##3); DLCV__FOLD2(a)
#define DLCV__FOLD8(a) a##0 = DLCV__VADD(a##0, a##4); a##1 = DLCV__VADD(a##1, a##5); a##2 = DLCV__VADD(a##2, a##6); \
    a##3 = DLCV__VADD(a##3, a##7); DLCV__FOLD4(a)
#define DLCV__FOLD16(a) a##0 = DLCV__VADD(a##0, a##8); a##1 = DLCV__VADD(a##1, a##9); a##2 = DLCV__VADD(a##2, a##10); \
    a##3 = DLCV__VADD(a##3, a##11); a##4 = DLCV__VADD(a##4, a##12); a##5 = DLCV__VADD(a##5, a##13); \
    a##6 = DLCV__VADD(a##6, a##14); a##7 = DLCV__VADD(a##7, a##15); DLCV__FOLD8(a)

#define DLCV__COL1(M, r) M(r, 0)
#define DLCV__COL2(M, r) M(r, 0) M(r, 1)
#define DLCV__COL3(M, r) M(r, 0) M(r, 1) M(r, 2)
#define DLCV__COL4(M, r) M(r, 0) M(r, 1) M(r, 2) M(r, 3)
#define DLCV__COL5(M, r) DLCV__COL4(M, r) M(r, 4)

/* Strict mode computes under the default rounding, with denormals, whatever the caller has set; these stand around every
 * entry and every task. */
#ifdef DLCV_STRICT
#if DLCV__FLAGS_SSE2 && DLCV__X86
typedef unsigned dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { const unsigned was = _mm_getcsr(); _mm_setcsr(0x1f80); return was; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { _mm_setcsr(was); }
#elif defined(DLCV_FREESTANDING) && DLCV__GNU && defined(__aarch64__)
typedef uint64_t dlcv__fp;
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { __asm__ __volatile__("msr fpcr, %0" : : "r"(was) : "memory"); }
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { uint64_t was; __asm__ __volatile__("mrs %0, fpcr" : "=r"(was) : : "memory"); dlcv__fp_leave(0); return was; }
#elif defined(DLCV_FREESTANDING) && DLCV__GNU && defined(__arm__) && defined(__ARM_FP)
typedef unsigned dlcv__fp;
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { __asm__ __volatile__("vmsr fpscr, %0" : : "r"(was) : "memory", "cc"); }
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { unsigned was; __asm__ __volatile__("vmrs %0, fpscr" : "=r"(was) : : "memory"); dlcv__fp_leave(0); return was; }
#elif defined(DLCV_FREESTANDING) /* the caller's business */
typedef int dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { return 0; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { (void)was; }
#else
typedef fenv_t dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { fenv_t was; fegetenv(&was); fesetenv(FE_DFL_ENV); return was; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { fesetenv(&was); }
#endif
#else
typedef int dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { return 0; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { (void)was; }
#endif
/* ---- backends/table.h */
/* ---- the tables of kernels: what a backend fills in, and all that the layers above know of it ------------------------------------------------ */
/* One kernel table a slot. The float part comes first; a partial stamp replaces the byte part. */
typedef void (*dlcv__tile_f32)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b);
typedef void (*dlcv__tile_u8)(int groups, const void *a, const void *b, int32_t *c, size_t ldc);

/* What follows a product's sums (RULE: bias, residual, activation in that order, on the accumulators of the last block of k). */
typedef struct dlcv__epilogue {
    const float *bias;              /* [rows] or NULL */
    const float *residual;          /* rows at residual_row floats, or NULL */
    size_t residual_row;
    float low, high;                /* clamp; -infinity, +infinity: none; a NaN stays one */
} dlcv__epilogue;

/* Tiles that stand side by side, of a block of Winograd's convolution. */
typedef struct dlcv__winograd_span {
    size_t tile, count;             /* the first one's place in the block; how many */
    size_t lo, hi;                  /* columns lo .. hi - 1 of what they see lie in the picture */
    size_t top, x, y;               /* row of the padded picture; of x at column lo, row 0; of y: offsets without channel and filter */
    size_t rows, cols;              /* of outputs */
} dlcv__winograd_span;

/* Direct convolution (kern_conv.h): a tile of a number of filters, fixed by its place in the table, and at most `direct_vectors` vectors */
typedef void (*dlcv__direct_body)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row,
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e);
typedef void (*dlcv__gradient_body)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc,
    size_t acc_row, int vectors);

typedef void (*dlcv__gemm_body)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int cols, int load);

enum { DLCV__TILE_L1, DLCV__TILE_L2SQ, DLCV__TILE_DOT, DLCV__TILE_L1_MAX, DLCV__TILE_L2SQ_DOT, DLCV__TILES };

/* Flat arrays of n floats: kern_flat.h has the formulas. */
enum { DLCV__FLAT_ADD, DLCV__FLAT_SUB, DLCV__FLAT_MUL, DLCV__FLAT_DIV, DLCV__FLAT_MAXIMUM, DLCV__FLAT_MINIMUM, DLCV__FLATS };

typedef struct dlcv__kernels_flat {
    void (*binary[DLCV__FLATS])(const float *a, const float *b, float *y, size_t n);
    void (*binary_by[DLCV__FLATS])(const float *a, float b, float *y, size_t n);
    void (*axpy)(float a, const float *x, float *y, size_t n);
    void (*affine)(const float *x, float scale, float shift, float *y, size_t n);
    void (*clamp)(const float *x, float low, float high, float *y, size_t n);
    void (*clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n);
    float (*sum)(const float *x, size_t n);
    float (*spread)(const float *x, float mean, size_t n);
    float (*top)(const float *x, size_t n);
    float (*softmax)(const float *x, float *y, size_t n);
    void (*pool_max)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n);
    void (*pool_sum)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n);
    void (*pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n);
} dlcv__kernels_flat;

typedef struct dlcv__kernels_f32 {
    float (*l1)(const float *a, const float *b, size_t n);
    float (*l2sq)(const float *a, const float *b, size_t n);
    float (*dot)(const float *a, const float *b, size_t n);
    void (*cosine)(const float *a, const float *b, size_t n, float out[3]);         /* a.b, a.a, b.b */
    dlcv__tile_f32 tile[DLCV__TILES], row[DLCV__TILES];                             /* mr queries, one query */
    float (*chain_l1)(const float *a, const float *b, size_t n);                    /* one pair to the bits of a tile */
    float (*chain_l2sq)(const float *a, const float *b, size_t n);
    void (*sums)(const float *p, size_t n, float out[3]);                           /* of p, of |p|, of p^2 */
    int (*small_integers)(const float *p, size_t n, float *sum);                    /* all integers up to 2^15? their sum */
    int (*to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2]);            /* all bytes? out, their sum, their squares' */
    void (*add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n);  /* c += a + b + times t */
    size_t (*below_f32)(const float *p, size_t begin, size_t end, float limit);     /* the first index with p[i] < limit, or end */
    size_t (*below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit);
    void (*cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift);
    void (*cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift);
    void (*affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n);    /* c = a + b + times c, times -2 .. 2 */
    void (*transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip);
    void (*log_f32)(const float *x, float *y, size_t n);
    void (*exp_f32)(const float *x, float *y, size_t n);
    void (*tanh_f32)(const float *x, float *y, size_t n);
    void (*erf_f32)(const float *x, float *y, size_t n);
    void (*sin_turns_f32)(const float *x, float *y, size_t n);
    void (*cos_turns_f32)(const float *x, float *y, size_t n);
    void (*normal_f32)(const float *u1, const float *u2, float *y, size_t n);
    int mr, nr;                                                                     /* of a float tile */
    /* A tile of a matrix product, at most gemm_rows x gemm_cols (whole vectors): for 0 < rows, 0 < cols
     *   c[i * c_row + j] = (load ? c : +0) + sum over p < k, ascending, of a[i * a_row + p * a_step] * b[p * b_step + j], then the epilogue if any;
     * one chain of fused multiply-adds an element (strict: multiply, add), whatever the tile's size. Of b the columns up to the next whole vector are read
     * (pad to gemm_cols), of a and c nothing outside the tile. */
    unsigned gemm_rows, gemm_cols;
    void (*gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row, int rows, int cols,
        int load, const dlcv__epilogue *e);
    void (*gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e);
    void (*copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols);
    /* sum[r * dots_cols + s] = the inner product of row r < rows of a and row s < cols of b, both of k floats; lanes along k; one row of b: 8 of a */
    unsigned dots_rows, dots_cols, gemm_masked;                                     /* masked: of b only the tile's columns are read */
    void (*gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum);
    size_t gemm_kc, gemm_nc;                                                        /* block of k; columns of a block of k */
    unsigned lanes;                                                                 /* of a vector */
#ifndef DLCV_STRICT
    void (*winograd_in2)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, float *v, size_t v_step, size_t room);
    void (*winograd_in4)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, float *v, size_t v_step, size_t room);
    void (*winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row);
    void (*winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row);
    void (*winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y, size_t y_row,
        const dlcv__epilogue *e);
#endif
    /* Direct convolution. direct[r - 1]: y[f * y_row + at_y[j] + l] = the chain over p < k of weights[p * r + f] * x[at_x[j] + taps[p] + l], then the
     * epilogue, for f < r <= direct_rows, j < vectors <= direct_vectors, l < n <= lanes; whole vectors are read. gradient[r - 1]: see there. */
    unsigned direct_rows, direct_vectors;
    const dlcv__direct_body *direct;
    const dlcv__gradient_body *gradient;
    void (*depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows, size_t cols,
        const dlcv__epilogue *e);
    void (*deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch);
    void (*sum_lanes)(const float *acc, float *out, size_t n, int add);
    const dlcv__kernels_flat *flat;
} dlcv__kernels_f32;

typedef struct dlcv__kernels_u8 {
    uint64_t (*l1)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*l2sq)(const uint8_t *a, const uint8_t *b, size_t n);
    uint64_t (*dot)(const uint8_t *a, const uint8_t *b, size_t n);
    dlcv__tile_u8 sad_tile, sad_row, dot_tile, dot_row;
    int sad_mr, sad_nr, sad_group, sad_max, sad_steps;
    int dot_mr, dot_nr, dot_group, dot_wide, dot_flip;
    int narrow;
} dlcv__kernels_u8;

typedef struct dlcv__table {
    const char *name;
    const dlcv__kernels_f32 *f32;
    const dlcv__kernels_u8 *u8;
} dlcv__table;
/* ---- backends/simde.h */
/* ---- what SSE2's words are called: sse2.h and quad.h are the text of two backends, of SSE2 and of SIMDe's portable twins of its
 * intrinsics. SIMDe is the user's (<simde/x86/sse2.h> in the include path); its names keep their prefix. ------------------------------- */
#if DLCV__SLOT_SIMDE
#include <simde/x86/sse2.h>
#define DLCV__SSE(name) simde_mm_##name
#define DLCV__M128 simde__m128
#define DLCV__M128I simde__m128i
#define DLCV__SSE_K(name) dlcv__##name##_simde
#define DLCV__SSE_NAME "simde"
#else
#define DLCV__SSE(name) _mm_##name
#define DLCV__M128 __m128
#define DLCV__M128I __m128i
#define DLCV__SSE_K(name) dlcv__##name##_sse2
#define DLCV__SSE_NAME "sse2"
#endif

/* Where lanes change their size, a big-endian machine has the halves of a lane the other way round. */
#if DLCV__SLOT_SIMDE && SIMDE_ENDIAN_ORDER == SIMDE_ENDIAN_BIG
#define DLCV__SSE_LOW_WORDS 0x0d
#define DLCV__SSE_WIDEN(half, v) DLCV__SSE(unpack##half##_epi8)(DLCV__SSE(setzero_si128)(), (v))
#define DLCV__SSE_WIDEN16(v) DLCV__SSE(unpacklo_epi16)(DLCV__SSE(setzero_si128)(), (v))
#else
#define DLCV__SSE_LOW_WORDS 0x08
#define DLCV__SSE_WIDEN(half, v) DLCV__SSE(unpack##half##_epi8)((v), DLCV__SSE(setzero_si128)())
#define DLCV__SSE_WIDEN16(v) DLCV__SSE(unpacklo_epi16)((v), DLCV__SSE(setzero_si128)())
#endif
/* ---- backends/quad.h */
/* ---- sixteen bytes: what transposing blocks of 4 x 4 words takes, the same instructions under every wider backend -------------------- */
#if DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512 || DLCV__SLOT_SIMDE
#define DLCV__Q DLCV__M128I
#define DLCV__QLOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__QSTORE(p, v) DLCV__SSE(storeu_si128)((DLCV__M128I *)(void *)(p), (v))
#define DLCV__QSET(x) DLCV__SSE(set1_epi32)(x)
#define DLCV__QXOR(a, b) DLCV__SSE(xor_si128)((a), (b))
#define DLCV__QLOW32(a, b) DLCV__SSE(unpacklo_epi32)((a), (b))
#define DLCV__QHIGH32(a, b) DLCV__SSE(unpackhi_epi32)((a), (b))
#define DLCV__QLOW64(a, b) DLCV__SSE(unpacklo_epi64)((a), (b))
#define DLCV__QHIGH64(a, b) DLCV__SSE(unpackhi_epi64)((a), (b))
/* the low half as an integer; 32-bit x86 has no instruction for it */
#if defined(__x86_64__) || defined(_M_X64) || !DLCV__X86
#define DLCV__LOW64(v) ((uint64_t)DLCV__SSE(cvtsi128_si64)(v))
#else
#define DLCV__LOW64(v) ((uint64_t)(uint32_t)DLCV__SSE(cvtsi128_si32)(v) | (uint64_t)(uint32_t)DLCV__SSE(cvtsi128_si32)(DLCV__SSE(srli_epi64)((v), 32)) << 32)
#endif
#elif DLCV__SLOT_NEON
#define DLCV__Q uint32x4_t
#define DLCV__QLOAD(p) vreinterpretq_u32_u8(vld1q_u8((const uint8_t *)(const void *)(p)))
#define DLCV__QSTORE(p, v) vst1q_u8((uint8_t *)(void *)(p), vreinterpretq_u8_u32(v))
#define DLCV__QSET(x) vdupq_n_u32((uint32_t)(x))
#define DLCV__QXOR(a, b) veorq_u32((a), (b))
#define DLCV__QLOW32(a, b) (vzipq_u32((a), (b)).val[0])
#define DLCV__QHIGH32(a, b) (vzipq_u32((a), (b)).val[1])
#define DLCV__QLOW64(a, b) vcombine_u32(vget_low_u32(a), vget_low_u32(b))
#define DLCV__QHIGH64(a, b) vcombine_u32(vget_high_u32(a), vget_high_u32(b))
#elif DLCV__SLOT_WASM
#define DLCV__Q v128_t
#define DLCV__QLOAD(p) wasm_v128_load(p)
#define DLCV__QSTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__QSET(x) wasm_i32x4_splat(x)
#define DLCV__QXOR(a, b) wasm_v128_xor((a), (b))
#define DLCV__QLOW32(a, b) wasm_i32x4_shuffle((a), (b), 0, 4, 1, 5)
#define DLCV__QHIGH32(a, b) wasm_i32x4_shuffle((a), (b), 2, 6, 3, 7)
#define DLCV__QLOW64(a, b) wasm_i64x2_shuffle((a), (b), 0, 2)
#define DLCV__QHIGH64(a, b) wasm_i64x2_shuffle((a), (b), 1, 3)
#endif

#if DLCV__SLOT_SCALAR
/* ---- backends/scalar.h */
/* ---- backend: scalar, a vector of width 1 ----------------------------------------------------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_scalar
#define DLCV__BACKEND_NAME "scalar"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#if defined(DLCV_DISPATCH) || DLCV__NEON_F32
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

/* x87 computes in 80 bits; each operation rounded to float by a store is what float arithmetic gives (64 >= 2 * 24 + 2 bits: rounding twice
 * is rounding once). Elsewhere nothing is stored. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
DLCV__INLINE float dlcv__rounded(float x) { volatile float r = x; return r; }
#define DLCV__R(x) dlcv__rounded((float)(x))
#else
#define DLCV__R(x) (x)
#endif

#define DLCV__V float
#define DLCV__VW 1
#define DLCV__VZERO() 0.0f
#define DLCV__VSET(x) (x)
#define DLCV__VLOAD(p) dlcv__load_f32(p)
#define DLCV__VLOADA(p) (*(p))
#define DLCV__VSTORE(p, v) memcpy((p), &(v), 4)
#define DLCV__VODD(a, b) (b)
#define DLCV__VADD(a, b) DLCV__R((a) + (b))
#define DLCV__VSUB(a, b) DLCV__R((a) - (b))
#define DLCV__VMUL(a, b) DLCV__R((a) * (b))
#define DLCV__VDIV(a, b) DLCV__R((a) / (b))
#define DLCV__VSQRT(v) DLCV__R(sqrtf(v))
#define DLCV__VABS(v) fabsf(v)
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) ((a) > (b) ? (a) : (b))
#define DLCV__VMIN(a, b) ((a) < (b) ? (a) : (b))
#define DLCV__VFMA(a, b, c) DLCV__R(DLCV__R((a) * (b)) + (c))
#define DLCV__VACC(acc, v, one) DLCV__R((acc) + (v))
#define DLCV__VEVEN(a, b) (a)
#define DLCV__VSUM(v) (v)
#define DLCV__VZIPLO(a, b) (a)
#define DLCV__VZIPHI(a, b) (b)
#define DLCV__VNEXT(a, b) (b)
#define DLCV__VM int
#define DLCV__VLT(a, b) ((a) < (b))
#define DLCV__VSELECT(m, a, b) ((m) ? (a) : (b))
#define DLCV__VANY(m) (m)

#define DLCV__VI int32_t
#define DLCV__VISET(x) (x)
#define DLCV__VILOAD(p) dlcv__load_i32(p)
#define DLCV__VISTORE(p, v) dlcv__store_i32((p), (v))
#define DLCV__VIADD(a, b) ((int32_t)((uint32_t)(a) + (uint32_t)(b)))
#define DLCV__VISUB(a, b) ((int32_t)((uint32_t)(a) - (uint32_t)(b)))
#define DLCV__VIAND(a, b) ((a) & (b))
#define DLCV__VIOR(a, b) ((a) | (b))
#define DLCV__VISHL(v, n) ((int32_t)((uint32_t)(v) << (n)))
#define DLCV__VISHR(v, n) ((int32_t)((uint32_t)(v) >> (n)))
#define DLCV__VILT(a, b) ((a) < (b))
#define DLCV__VFROMI(v) ((float)(v))
#define DLCV__VTOI(v) ((int32_t)(v))
#define DLCV__VNARROW(p, v) (*(p) = (uint8_t)(v))
#define DLCV__VWIDEN(p) ((int32_t)*(p))
#define DLCV__VASI(v) ((int32_t)dlcv__bits_of(v))
#define DLCV__VASF(v) dlcv__float_of((uint32_t)(v))

#define DLCV__U int
#define DLCV__UW 1
#define DLCV__ULOAD(p) ((int)*(p))
#define DLCV__UAND(a, b) ((a) & (b))
#define DLCV__UA uint32_t
#define DLCV__UAZERO() 0u
#define DLCV__USAD(acc, a, b) ((acc) + (uint32_t)((a) > (b) ? (a) - (b) : (b) - (a)))
#define DLCV__UAADD(x, y) ((x) + (y))
#define DLCV__UASUM(acc) ((uint64_t)(acc))
#define DLCV__USAD_STEPS 65536
#define DLCV__UD uint32_t
#define DLCV__UDZERO() 0u
#define DLCV__UDOT(acc, a, b) ((acc) + (uint32_t)((a) * (b)))
#define DLCV__UDIFF2(acc, a, b) ((acc) + (uint32_t)(((a) - (b)) * ((a) - (b))))
#define DLCV__UDADD(x, y) ((x) + (y))
#define DLCV__UDSUM(acc) ((uint64_t)(acc))
#define DLCV__UDOT_STEPS 32768

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 16
#define DLCV__COSINE_VECTORS 16
#else
#define DLCV__PAIR_VECTORS 16
#define DLCV__COSINE_VECTORS 16
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#define DLCV__HMR 2
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GNC 256

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 1
#define DLCV__SGROUP 1
#define DLCV__SMAX 0
#define DLCV__SV int32_t
#define DLCV__SD int32_t
#define DLCV__SVZERO() 0
#define DLCV__SVLOAD(p) ((int32_t)*(p))
#define DLCV__SVSET(p) ((int32_t)*(p))
#define DLCV__SVOP(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define DLCV__SVADD(acc, t) ((acc) + (t))
#define DLCV__SSTEPS 65536
#define DLCV__SVPUT(c, acc) (*(c) += (acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 1
#define DLCV__DGROUP 1
#define DLCV__DWIDE 0
#define DLCV__DFLIP 0
#define DLCV__NARROW 0
#define DLCV__DV int32_t
#define DLCV__DA int32_t
#define DLCV__DB int32_t
#define DLCV__DVZERO() 0
#define DLCV__DVLOAD(p) ((int32_t)*(p))
#define DLCV__DVSET(p) ((int32_t)*(p))
#define DLCV__DVSTEP(acc, a, b) ((acc) + (a) * (b))
#define DLCV__DVPUT(c, acc) (*(c) += (acc))
/* ---- backends/kernels.h */
/* ---- the kernels, written once over the vector macros and stamped for every slot ------------------------------------------------------ */
/* ---- backends/kern_f32.h */
/* ---- kernels: floats ------------------------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* n < VW floats, the missing ones 0 */
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif

/* the first n < VW lanes */
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif

#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif

/* One pair. Element i is added into lane i mod (vectors x VW), the lanes by halves; STEP(j) works on x and y. */
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);

#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}

DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)

/* a.b, a.a and b.b in one pass */
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)

DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}

/* Tiles: c[r, j] += sum over k < n, n > 0, of op(a[r, k], b[k, j]) for r < FMR queries and j < FNV * VW data rows; a: rows at a pitch of
 * DLCV__DEPTH_F32 floats, b: packed [k][FNV * VW], aligned. Every result is one ascending chain over k that starts at +0. The
 * operations of a row stand together before its additions: where the two have ports of their own, both stay busy. */
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }

#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)

#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)

/* One pair to the bits that a tile would give: a chain for each depth, whose sums are added up, of b - a as there (under a directed
 * rounding a - b is another number). Eight depths go side by side; all lanes compute the same. */
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}

DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)

/* The sums of p, of |p| and of p^2. */
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}

/* Are all n floats integers of magnitude up to 2^15? Then *sum is their sum. With n <= 128 that sum, the sums of
 * |a - b| and of max(a, b), and twice the latter are integers below 2^23, so that 2 sum max(a, b) - sum a - sum b has the
 * bits of sum |a - b|, in whatever order either is added. */
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum); /* a NaN is not greater than anything, but it stays in the sum */
}

/* Are all n <= 128 floats whole numbers 0 .. 255? Then they are stored as bytes (and zeros up to a multiple of VW), sums[0] is their
 * sum and sums[1] the sum of their squares, both below 2^24 and so exact. */
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}

/* c[j] += a + b[j] + times * t[j], the integer below 2^24; times -2, -1, 1 or 2 */
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}

/* Searches: the first i in begin .. end - 1 with p[i] < limit, or end. */
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}

DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}

/* c[j] = shift + scale * (c[j] * rb[j] * ra): from inner products and reciprocal norms to cosines or 1 - cosines. n is a multiple
 * of VW. */
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}

/* the same from integer inner products c[j] + add; the floats take their place */
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}

/* c[j] = a + b[j] + times * c[j] modulo 2^32, times -2, -1, 1 or 2; n is a multiple of VW */
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}

/* out[u, r] = in[r, u] ^ flip for r < rows and u < units, in words of 4 bytes; steps in bytes. Blocks of 4 x 4 in registers. */
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1 /* the scalar stamp may run where there is no such vector */
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_math.h */
/* ---- kernels: functions of a float --------------------------------------------------------------------------------------------------------
 * Bounds against the exact value, in units in the last place of the result, and the greatest error over all 2^32 floats, with products
 * and sums rounded each and with fused multiply-adds. The bounds hold for denormal results, too; a NaN gives a NaN.
 *
 *                             bound   greatest error    |
 *   log         ln x           1      0.96              | 0: -inf, below 0: NaN, inf: inf; rises
 *   exp         e^x            1      0.94    0.91      | above 88.72284: inf, below -103.97208: 0; rises
 *   tanh        tanh x         1.5    1.43    1.45      | odd, rises; |x| up to 2^-12: x, from 9.02 on: +-1
 *   erf         erf x          1.5    1.50    1.14      | odd; from 3.96875 on: +-1
 *   sin_turns   sin(2 pi x)    2.5    2.14              | odd; all finite x (from 2^23 on each is a whole number of turns), inf: NaN
 *   cos_turns   cos(2 pi x)    2      1.95              | even; the same
 *
 * tests/test_math.c holds them to it, in every backend over every exponent (with DLCV_TEST_FULL=1 over all floats). The polynomials of
 * exp, tanh and erf are those of tests/golden/minimax.py; the error given with them is the greatest relative one of the function that
 * is made of it, in exact arithmetic.
 *
 * log, sin and cos are single IEEE operations in a fixed order, never fused: the same bits in every backend and every mode, which is
 * what makes random normals equal everywhere. exp, tanh and erf use VFMA: the same bits everywhere with DLCV_STRICT, else the same in
 * all backends that fuse and in all that do not. A number's result never depends on its place in an array: the last vector is padded,
 * and a single number is an array of one.
 *
 * Where denormals are flushed (32-bit NEON without DLCV_STRICT; a caller's FTZ and DAZ) a denormal argument is a 0, a denormal result
 * is 0, and erf x of |x| < 2^-123 is wrong by up to 2^-126. */
#if DLCV__STAMP_F32

/* ln x. x = m 2^e with m in [sqrt(1/2), sqrt 2): ln x = e ln 2 + 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.1716,
 * and atanh(s) = s + s^3/3 + s^5/5 + ..., cut where the next term is below 2^-30 of s. m - 1 is exact, and f - s f with f = m - 1 is
 * 2 s, so that the leading term carries no rounding of its own. ln 2 in two parts: the first has 8 zero bits at its end, so that
 * e times it is exact. */
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    /* move sqrt(1/2) to an exponent's beginning, take the exponent off, move back */
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128)); /* the sign is in bit 8, not above */
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    /* ln m = 2 s + s p = f - s f + s p */
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    /* 0: -inf; below 0: NaN; inf and NaN: themselves */
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}

#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif

/* e^x = 2^n (1 + u), 1 + u = e^r in [3/4, 3/2], so that |u| <= 1/2 and its rounding is a quarter of the sum's; u = r + r^2 q(r) within
 * 2^-28.3 (1 + u). Returns u; the low bits of *bits are n + 254. |x| <= 128: adding 1.5 2^23 rounds x / ln 2, moved by the middle of r,
 * to an integer and leaves it in the low bits (read as an integer: -ffast-math would take a subtraction back). ln 2 in two parts as
 * above: x - n (first part) is exact. */
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}

/* e^x. 2^n in two factors of about its root, so that the first product and the sum are a normal number, and only the last product
 * overflows or becomes a denormal. Beyond the clamps the result is what it is there: infinity, and 0 since e^-104 < 2^-150. */
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits); /* a NaN stays */
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}

/* y >= 0 with the sign of x */
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}

/* tanh t = t + t^3 p(t^2) below 0.5625, within 2^-29.2; above 1 - 2 / (1 + e^(2 t)), where the fraction is below 1/2 */
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}

/* erf t = t + t p(t^2) below 1.0625, within 2^-27.9; above 1 - q(t - 2.515625), within 2^-27.2, up to where q < 2^-25 and the sum is 1 */
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}

/* What sine and cosine of a turn share. |u| = whole turns + q / 4 + y / (2 pi) with |y| <= pi / 4, all but the last product exact;
 * from 2^24 on every float is a whole number of turns. Then the two series, cut where the next term is below 2^-28. */
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter)); /* of sine: 0 sin y, 1 cos y, 2 -sin y, 3 -cos y */
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t)); /* infinities and NaNs have no angle: NaN */
}

/* x with the sign bits of `sign` turned */
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign))); /* exclusive or */
}

DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}

DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}

/* Box and Muller (1958), the cosine half */
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}

/* over arrays of any length and address; the last vector is padded */
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}

DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)

DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_gemm.h */
/* ---- kernels: tiles of matrix products ---------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* A body makes R rows of N vectors: c[r, j] = (load ? c[r, j] : +0) + sum over p < k of a[r * a_row + p * a_step] * b[p * b_step + j], one ascending
 * chain an element, whichever body has it. Rows of A are reached from one pointer for each four. */
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK /* of the last vector only its columns are read and written */
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;

#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step); /* a packed tile may come from the second cache */ \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}

#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif

DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif

static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};

/* c[i, j] = the sums t[i, j] (t_row floats a row, whole vectors), after bias, residual and clamp, in that order; a NaN stays one */
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}

/* A tile that has an epilogue, or whose columns are no whole vectors, is made in t. */
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}

/* See dlcv__kernels_f32. */
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}

/* out[r, 0 .. cols) = in[r, 0 .. cols); writes whole vectors, the missing elements 0, in ascending order: a width that is no whole number of
 * vectors takes a vector more behind the last row. */
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}

/* Inner products of R rows of a and N rows of b: element p goes to lane p mod VW, the lanes are added by halves. Missing rows of a repeat the last. */
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)

#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}

#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif

/* sum[r * HNR + s] = the inner product of row r < rows of a and row s < cols of b; rows up to HMR, or 8 past one row of b */
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_conv.h */
/* ---- kernels: direct convolution ------------------------------------------------------------------------------------------------------------ */
#if DLCV__STAMP_F32

/* bias (a vector of the filter's or NULL), residual (lanes' address or NULL), clamp: in that order; a NaN stays one */
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}

DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}

/* A tile: R filters by GNV vectors of pixels. Each sum is one ascending chain over the k taps: tap p of vector j is at x_j + taps[p]. */
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)

#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}

DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif

/* Depthwise, 3x3: rows x cols pixels of one channel. Tap (i, j) of pixel (oy, ox) is at x + oy * step + i * row + off[j] + ox. Every pixel's sum is
 * the chain of its nine taps. The last vector of a row ends where the row ends, and so do the last four rows: what they have in common with those
 * before is computed twice, with the same bits. */
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);

DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}

/* n floats of a row to a stride's phases: out[p * pitch + i] = x[i * stride + p] for those i that exist */
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}

/* Gradients of weights: for R filters and GNV taps the lanes' sums acc[r * acc_row + j * VW], += over i < n of map[r * map_row + i * VW] *
 * x[taps[j] + at_x[i]]: one chain a lane. */
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)

#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}

DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif

/* out[i] = (add ? out[i] : 0) + the sum of the lanes of acc + i * VW */
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}

static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};

static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_winograd.h */
/* ---- kernels: the transforms of Winograd's convolutions ------------------------------------------------------------------------------------
 * F(m x m, 3 x 3), m = 2 or 4 (Lavin and Gray 2015, arXiv 1509.09308): Y = A^T [(G g G^T) * (B^T d B)] A for tiles of m x m outputs, which see
 * (m + 2) x (m + 2) inputs each. Lanes run over tiles that stand side by side. The points are 0, 1, -1 and infinity for m = 2, and 0, +-a, +-b and
 * infinity for m = 4 with a = 5/8, b = 3/2: of the pairs whose constants are all exact floats the one with the smallest error, a quarter of that
 * of the paper's 1 and 2. With e = x4 - b^2 x2, o = x3 - b^2 x1 the rows of B^T for +-a are e +- a o; those for +-b have a and b the
 * other way round; the row for 0 is x (x^2 - a^2)(x^2 - b^2) without its x, the one for infinity with it. */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)

#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)

/* B^T x, from x0 .. x5 to z0 .. z5 */
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);

/* x0 .. x5 of VW tiles from the 4 VW + 2 columns at p; x0 .. x3 of 2 VW + 2 */
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);

#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);

/* One channel of `count` tiles side by side. rows[k] is row k of the tiles at column `lo`; columns 0 .. lo - 1 and from hi on are zeros; `safe` floats
 * may be read of each row. First the columns (B^T d) into r, then the lines: v[(k (m + 2) + j) * v_step + t], t < count. Of the last vector whole lanes
 * are written up to `room` tiles. r: m + 2 rows of r_row >= m count + m VW + VW + 2 floats. */
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}

#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)

/* Line k of products times A: p0 .. p3, p0 and p1 */
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }

/* A^T of the lines, column c: the pair of lines p, q belongs to +-a, then to +-b */
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
/* row k of the outputs, four columns of VW tiles each, one after the other */
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }

/* One filter's products m[(k (m + 2) + j) * m_step + t], t < tiles, to rows of outputs: out[i * out_row + m t + j]. Whole vectors of tiles. */
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}

DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}

/* y[i] = p[i] + bias + residual[i], clamped, i < n: what gemm_finish does */
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}

/* One filter's rows of outputs to the picture, after bias (one number), residual (at the offsets of y) and clamp. */
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}

#endif
/* ---- backends/kern_flat.h */
/* ---- kernels: flat arrays ------------------------------------------------------------------------------------------------------------------
 * What runs at the speed of memory: elementwise operations, reductions, softmax, rows of pooling, pixels to floats. Arrays have any length and
 * address; y may be a or b itself, but not overlap it otherwise. Tails run the vector code on padded data, so that an element does not depend on
 * its place. */
#if DLCV__STAMP_F32

#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;

/* y[i] = OP(a[i], b[i]), and with one b for all */
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)

/* y[i] = a x[i] + y[i] */
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}

/* y[i] = scale x[i] + shift: a channel of batch normalisation */
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}

/* y[i] = min(high, max(low, x[i])), where a NaN stays one; ReLU is 0, infinity */
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}

/* dx[i] = dy[i] where low < x[i] < high, else 0: the gradient of flat_clamp, from its input or its output */
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}

/* Reductions: element i goes into lane i mod (FLAT_VECTORS x VW), in strict mode 16 lanes on every machine; the lanes are added by halves. STEP(j) sees
 * the vector v. Where a tail is no whole vector its missing elements are `none`, which must not count. */
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);

DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}

DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}

/* the sum of (x[i] - mean)^2 */
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}

/* The largest; NaNs do not count (a comparison with one fails), of nothing it is -infinity. +0 where zeros of both signs are. */
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u); /* -infinity */
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}

/* y = e^(x - top) / sum of them, n > 0; returns top + log sum, so that the cross-entropy of class c is that less x[c]. Where x has a NaN or
 * positive infinity, or nothing but negative infinities, y is NaN. */
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}

/* A row of pooling: y[j] = the maximum or the sum over r < rows and c < cols of x[r * pitch + j * step + c] for j < n, first down each column, then
 * from left to right. The windows lie in x. Steps of 1 and 2 are vector code, the latter two columns at a time. */
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)

/* y[i] = scale p[i * step] + shift: one channel of pixels */
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) { /* a pixel more: 3 VW bytes may be read */
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}

static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_table.h */
/* ---- the table of the float kernels, after all of them -------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};

#endif /* DLCV__STAMP_F32 */
/* ---- backends/kern_u8.h */
/* ---- kernels: bytes, in exact integers -------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_U8

/* One pair. NAME_part: from a whole vector to `STEPS` of them and an end, which with one more fit one accumulator of each lane; vectors go to
 * four accumulators in turn, the end of a string is its last vector with the bytes that were counted already masked off. NAME_rest: shorter
 * strings are padded, longer ones taken in parts. */
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}

DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)

/* Tiles: c[r, j] += the sum over the groups (for SAD at most SSTEPS of them); a: rows at a pitch of DLCV__DEPTH_BYTES, b: packed [group][data rows], aligned. */
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)

#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)

#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)

#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)

static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};

#endif /* DLCV__STAMP_U8 */
/* ---- backends/end.h */
/* ---- end of a backend: nothing that it or the kernels defined is left -------------------------------------------------------------------- */
#ifdef DLCV__REGION
#undef DLCV__REGION
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__KERNEL
#undef DLCV__LEAVE
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#undef DLCV__R
#undef DLCV__V
#undef DLCV__VW
#undef DLCV__VZERO
#undef DLCV__VSET
#undef DLCV__VLOAD
#undef DLCV__VLOADA
#undef DLCV__VSTORE
#undef DLCV__VADD
#undef DLCV__VSUB
#undef DLCV__VMUL
#undef DLCV__VDIV
#undef DLCV__VSQRT
#undef DLCV__VABS
#undef DLCV__VABS1
#undef DLCV__VMAXF
#undef DLCV__VMAX
#undef DLCV__VMIN
#undef DLCV__VFMA
#undef DLCV__VACC
#undef DLCV__VEVEN
#undef DLCV__VSUM
#undef DLCV__VSTOREN
#undef DLCV__VODD
#undef DLCV__VZIPLO
#undef DLCV__VZIPHI
#undef DLCV__VNEXT
#undef DLCV__VM
#undef DLCV__VLT
#undef DLCV__VSELECT
#undef DLCV__VANY
#undef DLCV__VI
#undef DLCV__VISET
#undef DLCV__VILOAD
#undef DLCV__VISTORE
#undef DLCV__VIADD
#undef DLCV__VISUB
#undef DLCV__VIAND
#undef DLCV__VIOR
#undef DLCV__VISHL
#undef DLCV__VISHR
#undef DLCV__VILT
#undef DLCV__VFROMI
#undef DLCV__VTOI
#undef DLCV__VNARROW
#undef DLCV__VWIDEN
#undef DLCV__VWIDEN3
#undef DLCV__VASI
#undef DLCV__VASF
#undef DLCV__U
#undef DLCV__UW
#undef DLCV__ULOAD
#undef DLCV__UAND
#undef DLCV__UA
#undef DLCV__UAZERO
#undef DLCV__USAD
#undef DLCV__UAADD
#undef DLCV__UASUM
#undef DLCV__USAD_STEPS
#undef DLCV__UD
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDADD
#undef DLCV__UDSUM
#undef DLCV__UDOT_STEPS
#undef DLCV__PAIR_VECTORS
#undef DLCV__COSINE_VECTORS
#undef DLCV__FMR
#undef DLCV__FNV
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SV
#undef DLCV__SD
#undef DLCV__SVZERO
#undef DLCV__SVLOAD
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SSTEPS
#undef DLCV__SVPUT
#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__NARROW
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#undef DLCV__ACC
#undef DLCV__NOACC
#undef DLCV__VLOADN
#undef DLCV__SVSTEP
#undef DLCV__PAIR_ZERO
#undef DLCV__PAIR_FULL
#undef DLCV__PAIR_TAIL
#undef DLCV__PAIR_L1
#undef DLCV__PAIR_L2SQ
#undef DLCV__PAIR_DOT
#undef DLCV__PAIR_REP
#undef DLCV__PAIR
#undef DLCV__COSINE_ZERO
#undef DLCV__COSINE_STEP
#undef DLCV__COSINE_FOLD
#undef DLCV__COSINE_REP
#undef DLCV__FNR
#undef DLCV__F_ROWS
#undef DLCV__F_COLS
#undef DLCV__F_ZERO1
#undef DLCV__F_LOAD1
#undef DLCV__F_L1_OP
#undef DLCV__F_L2_OP
#undef DLCV__F_MAX_OP
#undef DLCV__F_ACC
#undef DLCV__F_SQUARE
#undef DLCV__F_DOT1
#undef DLCV__F_PUT1
#undef DLCV__F_PUT_MAX1
#undef DLCV__F_PUT_DOT1
#undef DLCV__F_ZERO
#undef DLCV__F_QUERY
#undef DLCV__F_L1
#undef DLCV__F_L2SQ
#undef DLCV__F_MAX
#undef DLCV__F_DOT
#undef DLCV__F_PUT
#undef DLCV__F_PUT_MAX
#undef DLCV__F_PUT_DOT
#undef DLCV__TILE
#undef DLCV__CHAIN_STEP
#undef DLCV__CHAIN_ADD
#undef DLCV__CHAIN
#undef DLCV__MAP
#undef DLCV__FLAT_BINARY
#undef DLCV__FLAT_FULL
#undef DLCV__FLAT_GET
#undef DLCV__FLAT_JOIN
#undef DLCV__FLAT_LOOP
#undef DLCV__FLAT_LOWEST
#undef DLCV__FLAT_MAX
#undef DLCV__FLAT_POOL
#undef DLCV__FLAT_PUT
#undef DLCV__FLAT_REDUCE
#undef DLCV__FLAT_REP
#undef DLCV__FLAT_SPREAD
#undef DLCV__FLAT_SOME
#undef DLCV__FLAT_SUM
#undef DLCV__FLAT_TAIL
#undef DLCV__FLAT_VECTORS
#undef DLCV__FLAT_WHOLE
#undef DLCV__FLAT_ZERO
#undef DLCV__ULOADE
#undef DLCV__PAIR_U8
#undef DLCV__SNR
#undef DLCV__S_ROWS
#undef DLCV__S_COLS
#undef DLCV__S_ZERO1
#undef DLCV__S_LOAD1
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#undef DLCV__S_PUT1
#undef DLCV__S_ZERO
#undef DLCV__S_STEP
#undef DLCV__S_PUT
#undef DLCV__TILE_SAD
#undef DLCV__DNR
#undef DLCV__DSTEP
#undef DLCV__D_ROWS
#undef DLCV__D_COLS
#undef DLCV__D_ZERO1
#undef DLCV__D_LOAD1
#undef DLCV__D_STEP1
#undef DLCV__D_PUT1
#undef DLCV__D_ZERO
#undef DLCV__D_STEP
#undef DLCV__D_PUT
#undef DLCV__TILE_DOT_U8
#undef DLCV__GMR
#undef DLCV__GNV
#undef DLCV__GNR
#undef DLCV__G_ZERO1
#undef DLCV__G_FETCH1
#undef DLCV__G_LOAD1
#undef DLCV__G_STEP1
#undef DLCV__G_PUT1
#undef DLCV__G_ZERO
#undef DLCV__G_FETCH
#undef DLCV__G_STEP
#undef DLCV__G_PUT
#undef DLCV__G_ROW
#undef DLCV__G_NEXT
#undef DLCV__GEMM_BODY
#undef DLCV__GEMM_BODIES
#undef DLCV__GEMM_NAMES
#undef DLCV__HMR
#undef DLCV__HNR
#undef DLCV__GKC
#undef DLCV__GNC
#undef DLCV__H_ROWS
#undef DLCV__H_ZERO1
#undef DLCV__H_ZERO
#undef DLCV__H_ROW
#undef DLCV__H_LOAD
#undef DLCV__H_LOADN
#undef DLCV__H_STEP
#undef DLCV__H_COL
#undef DLCV__H_COLN
#undef DLCV__H_SUM1
#undef DLCV__H_SUM
#undef DLCV__GEMM_DOTS
#undef DLCV__VMASK
#undef DLCV__VMASK_TYPE
#undef DLCV__VLOADM
#undef DLCV__VSTOREM
#undef DLCV__G_IN
#undef DLCV__G_TAIL
#undef DLCV__GEMM_MASKED
#undef DLCV__G_STORE
#undef DLCV__G_PUTN1
#undef DLCV__G_PUTN
#undef DLCV__W_A
#undef DLCV__W_B
#undef DLCV__W_A2
#undef DLCV__W_B2
#undef DLCV__W_IN4
#undef DLCV__W_IN2
#undef DLCV__W_SPLIT4
#undef DLCV__W_SPLIT2
#undef DLCV__W_NAME
#undef DLCV__W_FETCH
#undef DLCV__W_FETCHN
#undef DLCV__W_KEEP
#undef DLCV__W_PUT
#undef DLCV__W_PUTN
#undef DLCV__WINOGRAD_IN
#undef DLCV__W_NAMES4
#undef DLCV__W_NAMES2
#undef DLCV__W_POINT
#undef DLCV__W_LINE4
#undef DLCV__W_LINE2
#undef DLCV__W_PAIR_A
#undef DLCV__W_PAIR_B
#undef DLCV__W_LAST
#undef DLCV__W_ROW4
#undef DLCV__CMR
#undef DLCV__C_COLS
#undef DLCV__C_FETCH
#undef DLCV__C_FETCH1
#undef DLCV__C_GRAD
#undef DLCV__C_KEEP
#undef DLCV__C_KEEP1
#undef DLCV__C_LOAD1
#undef DLCV__C_NINE
#undef DLCV__C_OUT
#undef DLCV__C_PUT
#undef DLCV__C_PUT1
#undef DLCV__C_STEP
#undef DLCV__C_STEP1
#undef DLCV__C_TAP
#undef DLCV__C_TAP1
#undef DLCV__C_WEIGHT
#undef DLCV__C_X1
#undef DLCV__C_Y
#undef DLCV__C_Y1
#undef DLCV__C_ZERO
#undef DLCV__C_ZERO1
#undef DLCV__DIRECT_BODY
#undef DLCV__GRADIENT_BODY
#endif

/* 128 bits: one of these, whatever the target */
#if DLCV__SLOT_SSE2 || DLCV__SLOT_SIMDE
/* ---- backends/sse2.h */
/* ---- backend: SSE2, natively or by SIMDe (simde.h) --------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU && DLCV__SLOT_SSE2 && !DLCV__FLAGS_SSE2
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sse2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("sse2")
#endif
#endif

#define DLCV__K(name) DLCV__SSE_K(name)
#define DLCV__BACKEND_NAME DLCV__SSE_NAME
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V DLCV__M128
#define DLCV__VW 4
#define DLCV__VZERO() DLCV__SSE(setzero_ps)()
#define DLCV__VSET(x) DLCV__SSE(set1_ps)(x)
#define DLCV__VLOAD(p) DLCV__SSE(loadu_ps)(p)
#define DLCV__VLOADA(p) DLCV__SSE(load_ps)(p)
#define DLCV__VSTORE(p, v) DLCV__SSE(storeu_ps)((p), (v))
#define DLCV__VODD(a, b) DLCV__SSE(shuffle_ps)((a), (b), 0xdd)
#define DLCV__VADD(a, b) DLCV__SSE(add_ps)((a), (b))
#define DLCV__VSUB(a, b) DLCV__SSE(sub_ps)((a), (b))
#define DLCV__VMUL(a, b) DLCV__SSE(mul_ps)((a), (b))
#define DLCV__VDIV(a, b) DLCV__SSE(div_ps)((a), (b))
#define DLCV__VSQRT(v) DLCV__SSE(sqrt_ps)(v)
#define DLCV__VABS(v) DLCV__SSE(andnot_ps)(DLCV__SSE(set1_ps)(-0.0f), (v))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) DLCV__SSE(max_ps)((a), (b))
#define DLCV__VMIN(a, b) DLCV__SSE(min_ps)((a), (b))
#define DLCV__VFMA(a, b, c) DLCV__SSE(add_ps)(DLCV__SSE(mul_ps)((a), (b)), (c))
#define DLCV__VACC(acc, v, one) DLCV__SSE(add_ps)((acc), (v))
#define DLCV__VEVEN(a, b) DLCV__SSE(shuffle_ps)((a), (b), 0x88)
#define DLCV__VSUM(v) DLCV__K(sum)(v)
#define DLCV__VZIPLO(a, b) DLCV__SSE(unpacklo_ps)((a), (b))
#define DLCV__VZIPHI(a, b) DLCV__SSE(unpackhi_ps)((a), (b))
#define DLCV__VNEXT(a, b) DLCV__K(next)((a), (b))
#define DLCV__VM DLCV__M128
#define DLCV__VLT(a, b) DLCV__SSE(cmplt_ps)((a), (b))
#define DLCV__VSELECT(m, a, b) DLCV__SSE(or_ps)(DLCV__SSE(and_ps)((m), (a)), DLCV__SSE(andnot_ps)((m), (b)))
#define DLCV__VANY(m) (DLCV__SSE(movemask_ps)(m) != 0)

#define DLCV__VI DLCV__M128I
#define DLCV__VISET(x) DLCV__SSE(set1_epi32)(x)
#define DLCV__VILOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__VISTORE(p, v) DLCV__SSE(storeu_si128)((DLCV__M128I *)(void *)(p), (v))
#define DLCV__VIADD(a, b) DLCV__SSE(add_epi32)((a), (b))
#define DLCV__VISUB(a, b) DLCV__SSE(sub_epi32)((a), (b))
#define DLCV__VIAND(a, b) DLCV__SSE(and_si128)((a), (b))
#define DLCV__VIOR(a, b) DLCV__SSE(or_si128)((a), (b))
#define DLCV__VISHL(v, n) DLCV__SSE(slli_epi32)((v), (n))
#define DLCV__VISHR(v, n) DLCV__SSE(srli_epi32)((v), (n))
#define DLCV__VILT(a, b) DLCV__SSE(castsi128_ps)(DLCV__SSE(cmplt_epi32)((a), (b)))
#define DLCV__VFROMI(v) DLCV__SSE(cvtepi32_ps)(v)
#define DLCV__VTOI(v) DLCV__SSE(cvttps_epi32)(v)
#define DLCV__VNARROW(p, v) DLCV__K(narrow)((p), (v))
#define DLCV__VWIDEN(p) DLCV__SSE_WIDEN16(DLCV__SSE_WIDEN(lo, DLCV__SSE(cvtsi32_si128)(dlcv__load_i32(p))))
#define DLCV__VASI(v) DLCV__SSE(castps_si128)(v)
#define DLCV__VASF(v) DLCV__SSE(castsi128_ps)(v)

DLCV__INLINE void DLCV__K(narrow)(uint8_t *p, DLCV__M128I v)
{
    const DLCV__M128I words = DLCV__SSE(packs_epi32)(v, v);
    dlcv__store_i32(p, DLCV__SSE(cvtsi128_si32)(DLCV__SSE(packus_epi16)(words, words)));
}

DLCV__INLINE DLCV__M128 DLCV__K(next)(DLCV__M128 a, DLCV__M128 b)
{
    const DLCV__M128 t = DLCV__SSE(move_ss)(a, b);
    return DLCV__SSE(shuffle_ps)(t, t, 0x39);
}

DLCV__INLINE float DLCV__K(sum)(DLCV__M128 q)
{
    q = DLCV__SSE(add_ps)(q, DLCV__SSE(movehl_ps)(q, q));
    return DLCV__SSE(cvtss_f32)(DLCV__SSE(add_ss)(q, DLCV__SSE(shuffle_ps)(q, q, 1)));
}

DLCV__INLINE uint64_t DLCV__K(sum64)(DLCV__M128I v)
{
    return DLCV__LOW64(DLCV__SSE(add_epi64)(v, DLCV__SSE(unpackhi_epi64)(v, v)));
}

/* four unsigned 32-bit lanes */
DLCV__INLINE uint64_t DLCV__K(sum32)(DLCV__M128I v)
{
    return DLCV__K(sum64)(DLCV__SSE(add_epi64)(DLCV__SSE(srli_epi64)(DLCV__SSE(slli_epi64)(v, 32), 32), DLCV__SSE(srli_epi64)(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE DLCV__M128I DLCV__K(dot_bytes)(DLCV__M128I acc, DLCV__M128I a, DLCV__M128I b)
{
    acc = DLCV__SSE(add_epi32)(acc, DLCV__SSE(madd_epi16)(DLCV__SSE_WIDEN(lo, a), DLCV__SSE_WIDEN(lo, b)));
    return DLCV__SSE(add_epi32)(acc, DLCV__SSE(madd_epi16)(DLCV__SSE_WIDEN(hi, a), DLCV__SSE_WIDEN(hi, b)));
}

/* eight bytes, twice */
DLCV__INLINE DLCV__M128I DLCV__K(twice)(const void *p)
{
    DLCV__M128I v = DLCV__SSE(loadl_epi64)((const DLCV__M128I *)p);
    return DLCV__SSE(unpacklo_epi64)(v, v);
}

/* the low halves of two 64-bit sums, added to c[0..2) */
DLCV__INLINE void DLCV__K(put_sums)(int32_t *c, DLCV__M128I acc)
{
    DLCV__M128I sums = DLCV__SSE(shuffle_epi32)(acc, DLCV__SSE_LOW_WORDS);
    sums = DLCV__SSE(add_epi32)(DLCV__SSE(loadl_epi64)((const DLCV__M128I *)(const void *)c), sums);
    DLCV__SSE(storel_epi64)((DLCV__M128I *)(void *)c, sums);
}

DLCV__INLINE DLCV__M128I DLCV__K(diff2_bytes)(DLCV__M128I acc, DLCV__M128I a, DLCV__M128I b)
{
    const DLCV__M128I d = DLCV__SSE(sub_epi8)(DLCV__SSE(max_epu8)(a, b), DLCV__SSE(min_epu8)(a, b));
    return DLCV__K(dot_bytes)(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m128i that is read as another vector,
 * and spills. */
#if DLCV__GNU && DLCV__X86
typedef int DLCV__K(acc) __attribute__((vector_size(16)));
#define DLCV__ACC(v) ((DLCV__K(acc))(v))
#define DLCV__NOACC(acc) ((DLCV__M128I)(acc))
#else
typedef DLCV__M128I DLCV__K(acc);
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U DLCV__M128I
#define DLCV__UW 16
#define DLCV__ULOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__UAND(a, b) DLCV__SSE(and_si128)((a), (b))
#define DLCV__UA DLCV__M128I
#define DLCV__UAZERO() DLCV__SSE(setzero_si128)()
#define DLCV__USAD(acc, a, b) DLCV__SSE(add_epi64)((acc), DLCV__SSE(sad_epu8)((a), (b)))
#define DLCV__UAADD(x, y) DLCV__SSE(add_epi64)((x), (y))
#define DLCV__UASUM(acc) DLCV__K(sum64)(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD DLCV__M128I
#define DLCV__UDZERO() DLCV__SSE(setzero_si128)()
#define DLCV__UDOT(acc, a, b) DLCV__K(dot_bytes)((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) DLCV__K(diff2_bytes)((acc), (a), (b))
#define DLCV__UDADD(x, y) DLCV__SSE(add_epi32)((x), (y))
#define DLCV__UDSUM(acc) DLCV__K(sum32)(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#define DLCV__HMR 3
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GNC 256

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 2
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV DLCV__K(acc)
#define DLCV__SD DLCV__M128I
#define DLCV__SVZERO() DLCV__ACC(DLCV__SSE(setzero_si128)())
#define DLCV__SVLOAD(p) DLCV__SSE(load_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__SVSET(p) DLCV__K(twice)(p)
#define DLCV__SVOP(a, b) DLCV__SSE(sad_epu8)((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(DLCV__SSE(add_epi32)(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) DLCV__K(put_sums)((c), DLCV__NOACC(acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 2
#define DLCV__DV DLCV__K(acc)
#define DLCV__DA DLCV__M128I
#define DLCV__DB DLCV__M128I
#define DLCV__DVZERO() DLCV__ACC(DLCV__SSE(setzero_si128)())
#define DLCV__DVLOAD(p) DLCV__SSE(load_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__DVSET(p) DLCV__SSE(set1_epi32)(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(DLCV__SSE(add_epi32)(DLCV__NOACC(acc), DLCV__SSE(madd_epi16)((b), (a))))
#define DLCV__DVPUT(c, acc) DLCV__VISTORE((c), DLCV__SSE(add_epi32)(DLCV__VILOAD(c), DLCV__NOACC(acc)))
#elif DLCV__SLOT_NEON
/* ---- backends/neon.h */
/* ---- backend: NEON, of AArch64 and of ARMv7 --------------------------------------------------------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_neon
#define DLCV__BACKEND_NAME "neon"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 DLCV__NEON_F32
#if defined(DLCV_DISPATCH) || !DLCV__SLOT_NEONDOT
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

/* any address: 32-bit compilers promise the processor what the element type wants, bytes want nothing */
#define DLCV__V float32x4_t
#define DLCV__VW 4
#define DLCV__VZERO() vdupq_n_f32(0.0f)
#define DLCV__VSET(x) vdupq_n_f32(x)
#define DLCV__VLOAD(p) vreinterpretq_f32_u8(vld1q_u8((const uint8_t *)(const void *)(p)))
#define DLCV__VLOADA(p) vld1q_f32(p)
#define DLCV__VSTORE(p, v) vst1q_u8((uint8_t *)(void *)(p), vreinterpretq_u8_f32(v))
#define DLCV__VADD(a, b) vaddq_f32((a), (b))
#define DLCV__VSUB(a, b) vsubq_f32((a), (b))
#define DLCV__VMUL(a, b) vmulq_f32((a), (b))
#define DLCV__VABS(v) vabsq_f32(v)
#define DLCV__VMAX(a, b) vbslq_f32(vcgtq_f32((a), (b)), (a), (b))
#define DLCV__VMIN(a, b) vbslq_f32(vcltq_f32((a), (b)), (a), (b))
#define DLCV__VMAXF(a, b) vmaxq_f32((a), (b))
#define DLCV__VACC(acc, v, one) vaddq_f32((acc), (v))
#if DLCV__A64
#define DLCV__VDIV(a, b) vdivq_f32((a), (b))
#define DLCV__VSQRT(v) vsqrtq_f32(v)
#else
#define DLCV__VDIV(a, b) dlcv__divide_neon((a), (b))
#define DLCV__VSQRT(v) dlcv__root_neon(v)
#endif
#if DLCV__A64 && !defined(DLCV_STRICT)
#define DLCV__VFMA(a, b, c) vfmaq_f32((c), (a), (b))
#else
#define DLCV__VFMA(a, b, c) vaddq_f32(vmulq_f32((a), (b)), (c))
#endif
#define DLCV__VSUM(v) dlcv__sum_neon(v)
#define DLCV__VEVEN(a, b) (vuzpq_f32((a), (b)).val[0])
#define DLCV__VODD(a, b) (vuzpq_f32((a), (b)).val[1])
#define DLCV__VZIPLO(a, b) (vzipq_f32((a), (b)).val[0])
#define DLCV__VZIPHI(a, b) (vzipq_f32((a), (b)).val[1])
#define DLCV__VNEXT(a, b) vextq_f32((a), (b), 1)
#define DLCV__VM uint32x4_t
#define DLCV__VLT(a, b) vcltq_f32((a), (b))
#define DLCV__VSELECT(m, a, b) vbslq_f32((m), (a), (b))
#define DLCV__VANY(m) dlcv__any_neon(m)

#define DLCV__VI int32x4_t
#define DLCV__VISET(x) vdupq_n_s32(x)
#define DLCV__VILOAD(p) vld1q_s32(p)
#define DLCV__VISTORE(p, v) vst1q_s32((p), (v))
#define DLCV__VIADD(a, b) vaddq_s32((a), (b))
#define DLCV__VISUB(a, b) vsubq_s32((a), (b))
#define DLCV__VIAND(a, b) vandq_s32((a), (b))
#define DLCV__VIOR(a, b) vorrq_s32((a), (b))
#define DLCV__VISHL(v, n) vshlq_n_s32((v), (n))
#define DLCV__VISHR(v, n) vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(v), (n)))
#define DLCV__VILT(a, b) vcltq_s32((a), (b))
#define DLCV__VFROMI(v) vcvtq_f32_s32(v)
#define DLCV__VTOI(v) vcvtq_s32_f32(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_neon((p), (v))
#define DLCV__VWIDEN(p) dlcv__widen_neon(p)
#define DLCV__VASI(v) vreinterpretq_s32_f32(v)
#define DLCV__VASF(v) vreinterpretq_f32_s32(v)

DLCV__INLINE void dlcv__narrow_neon(uint8_t *p, int32x4_t v)
{
    const uint16x4_t words = vmovn_u32(vreinterpretq_u32_s32(v));
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(words, words));
    dlcv__store_i32(p, (int32_t)vget_lane_u32(vreinterpret_u32_u8(bytes), 0));
}

DLCV__INLINE int32x4_t dlcv__widen_neon(const uint8_t *p)
{
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32((uint32_t)dlcv__load_i32(p)));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
}

DLCV__INLINE float dlcv__sum_neon(float32x4_t v)
{
    const float32x2_t h = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(h, 0) + vget_lane_f32(h, 1);
}

DLCV__INLINE int dlcv__any_neon(uint32x4_t m)
{
    const uint32x2_t h = vorr_u32(vget_low_u32(m), vget_high_u32(m));
    return (vget_lane_u32(h, 0) | vget_lane_u32(h, 1)) != 0;
}

#if !DLCV__A64
DLCV__INLINE float32x4_t dlcv__divide_neon(float32x4_t a, float32x4_t b)
{
    float x[4], y[4];
    int i;
    vst1q_f32(x, a);
    vst1q_f32(y, b);
    for (i = 0; i < 4; i++) x[i] /= y[i];
    return vld1q_f32(x);
}

DLCV__INLINE float32x4_t dlcv__root_neon(float32x4_t v)
{
    float x[4];
    int i;
    vst1q_f32(x, v);
    for (i = 0; i < 4; i++) x[i] = sqrtf(x[i]);
    return vld1q_f32(x);
}
#endif

/* eight unsigned 16-bit lanes, four unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_neon(uint32x4_t v)
{
    const uint64x2_t s = vpaddlq_u32(v);
    return vgetq_lane_u64(s, 0) + vgetq_lane_u64(s, 1);
}

DLCV__INLINE uint64_t dlcv__sum16_neon(uint16x8_t v)
{
    return dlcv__sum32_neon(vpaddlq_u16(v));
}

DLCV__INLINE uint32x4_t dlcv__dot_bytes_neon(uint32x4_t acc, uint8x16_t a, uint8x16_t b)
{
    acc = vpadalq_u16(acc, vmull_u8(vget_low_u8(a), vget_low_u8(b)));
    return vpadalq_u16(acc, vmull_u8(vget_high_u8(a), vget_high_u8(b)));
}

#define DLCV__U uint8x16_t
#define DLCV__UW 16
#define DLCV__ULOAD(p) vld1q_u8(p)
#define DLCV__UAND(a, b) vandq_u8((a), (b))
#define DLCV__UA uint16x8_t
#define DLCV__UAZERO() vdupq_n_u16(0)
#define DLCV__USAD(acc, a, b) vpadalq_u8((acc), vabdq_u8((a), (b)))
#define DLCV__UAADD(x, y) vaddq_u16((x), (y))
#define DLCV__UASUM(acc) dlcv__sum16_neon(acc)
#define DLCV__USAD_STEPS 124
#define DLCV__UD uint32x4_t
#define DLCV__UDZERO() vdupq_n_u32(0)
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_neon((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__dot_bytes_neon((acc), vabdq_u8((a), (b)), vabdq_u8((a), (b)))
#define DLCV__UDADD(x, y) vaddq_u32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_neon(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#if DLCV__A64
#define DLCV__FMR 8
#define DLCV__FNV 2
#define DLCV__GMR 8
#define DLCV__GNV 2
#else
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#endif
#define DLCV__HMR 3
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GNC 256

/* sixteen data rows, a byte of each: their differences go to sixteen 16-bit lanes, which hold 257 of them */
typedef struct dlcv__sad_neon {
    uint16x8_t low, high;
} dlcv__sad_neon;

DLCV__INLINE dlcv__sad_neon dlcv__sad_zero_neon(void)
{
    dlcv__sad_neon acc;
    acc.low = acc.high = vdupq_n_u16(0);
    return acc;
}

DLCV__INLINE dlcv__sad_neon dlcv__sad_step_neon(dlcv__sad_neon acc, uint8x16_t a, uint8x16_t b)
{
    acc.low = vabal_u8(acc.low, vget_low_u8(a), vget_low_u8(b));
#if DLCV__A64
    acc.high = vabal_high_u8(acc.high, a, b);
#else
    acc.high = vabal_u8(acc.high, vget_high_u8(a), vget_high_u8(b));
#endif
    return acc;
}

DLCV__INLINE void dlcv__sad_put_neon(int32_t *c, dlcv__sad_neon acc)
{
    vst1q_s32(c, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c)), vget_low_u16(acc.low))));
    vst1q_s32(c + 4, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 4)), vget_high_u16(acc.low))));
    vst1q_s32(c + 8, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 8)), vget_low_u16(acc.high))));
    vst1q_s32(c + 12, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 12)), vget_high_u16(acc.high))));
}

#if DLCV__A64
#define DLCV__SMR 6
#define DLCV__SNV 2
#else
#define DLCV__SMR 4
#define DLCV__SNV 1
#endif
#define DLCV__SROWS 16
#define DLCV__SGROUP 1
#define DLCV__SMAX 0
#define DLCV__SSTEPS 256
#define DLCV__SV dlcv__sad_neon
#define DLCV__SD uint8x16_t
#define DLCV__SVZERO() dlcv__sad_zero_neon()
#define DLCV__SVLOAD(p) vld1q_u8(p)
#define DLCV__SVSET(p) vld1q_dup_u8(p)
#define DLCV__SVSTEP(acc, a, b) dlcv__sad_step_neon((acc), (a), (b))
#define DLCV__SVPUT(c, acc) dlcv__sad_put_neon((c), (acc))

/* eight data rows, an element of each widened to 16 bits, times one of the query's */
typedef struct dlcv__dot_neon {
    int32x4_t low, high;
} dlcv__dot_neon;

DLCV__INLINE dlcv__dot_neon dlcv__dot_zero_neon(void)
{
    dlcv__dot_neon acc;
    acc.low = acc.high = vdupq_n_s32(0);
    return acc;
}

DLCV__INLINE dlcv__dot_neon dlcv__dot_step_neon(dlcv__dot_neon acc, int16x8_t a, int16x8_t b)
{
    acc.low = vmlal_s16(acc.low, vget_low_s16(a), vget_low_s16(b));
#if DLCV__A64
    acc.high = vmlal_high_s16(acc.high, a, b);
#else
    acc.high = vmlal_s16(acc.high, vget_high_s16(a), vget_high_s16(b));
#endif
    return acc;
}

DLCV__INLINE void dlcv__dot_put_neon(int32_t *c, dlcv__dot_neon acc)
{
    vst1q_s32(c, vaddq_s32(vld1q_s32(c), acc.low));
    vst1q_s32(c + 4, vaddq_s32(vld1q_s32(c + 4), acc.high));
}

#define DLCV__DMR DLCV__SMR
#define DLCV__DNV DLCV__SNV
#define DLCV__DROWS 8
#define DLCV__DGROUP 1
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__dot_neon
#define DLCV__DA int16x8_t
#define DLCV__DB int16x8_t
#define DLCV__DVZERO() dlcv__dot_zero_neon()
#define DLCV__DVLOAD(p) vld1q_s16((const int16_t *)(const void *)(p))
#define DLCV__DVSET(p) vld1q_dup_s16((const int16_t *)(const void *)(p))
#define DLCV__DVSTEP(acc, a, b) dlcv__dot_step_neon((acc), (a), (b))
#define DLCV__DVPUT(c, acc) dlcv__dot_put_neon((c), (acc))
#elif DLCV__SLOT_WASM
/* ---- backends/wasm.h */
/* ---- backend: the 128-bit vectors of WebAssembly. Engines on x86 keep 15 of them in registers ------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_wasm
#define DLCV__BACKEND_NAME "wasm"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V v128_t
#define DLCV__VW 4
#define DLCV__VZERO() wasm_f32x4_splat(0.0f)
#define DLCV__VSET(x) wasm_f32x4_splat(x)
#define DLCV__VLOAD(p) wasm_v128_load(p)
#define DLCV__VLOADA(p) wasm_v128_load(p)
#define DLCV__VSTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__VODD(a, b) wasm_i32x4_shuffle((a), (b), 1, 3, 5, 7)
#define DLCV__VADD(a, b) wasm_f32x4_add((a), (b))
#define DLCV__VSUB(a, b) wasm_f32x4_sub((a), (b))
#define DLCV__VMUL(a, b) wasm_f32x4_mul((a), (b))
#define DLCV__VDIV(a, b) wasm_f32x4_div((a), (b))
#define DLCV__VSQRT(v) wasm_f32x4_sqrt(v)
#define DLCV__VABS(v) wasm_f32x4_abs(v)
/* V8 makes its mask anew for every absolute value, three instructions on x86; this one is 1.0f turned into 0x7fffffff outside the loop */
#define DLCV__VABS1(v, one) wasm_v128_and((v), wasm_v128_xor((one), wasm_i32x4_splat(0x407fffff)))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) wasm_f32x4_pmax((b), (a)) /* b < a ? a : b, one instruction on x86; the other maximum orders NaNs and zeros */
#define DLCV__VMIN(a, b) wasm_f32x4_pmin((b), (a))
#if defined(__wasm_relaxed_simd__) && !defined(DLCV_STRICT) && defined(__clang__) && __clang_major__ >= 18 /* which names it so */
#define DLCV__VFMA(a, b, c) wasm_f32x4_relaxed_madd((a), (b), (c))
#else
#define DLCV__VFMA(a, b, c) wasm_f32x4_add(wasm_f32x4_mul((a), (b)), (c))
#endif
#define DLCV__VACC(acc, v, one) wasm_f32x4_add((acc), (v))
#define DLCV__VEVEN(a, b) wasm_i32x4_shuffle((a), (b), 0, 2, 4, 6)
#define DLCV__VSUM(v) dlcv__sum_wasm(v)
#define DLCV__VZIPLO(a, b) wasm_i32x4_shuffle((a), (b), 0, 4, 1, 5)
#define DLCV__VZIPHI(a, b) wasm_i32x4_shuffle((a), (b), 2, 6, 3, 7)
#define DLCV__VNEXT(a, b) wasm_i32x4_shuffle((a), (b), 1, 2, 3, 4)
#define DLCV__VM v128_t
#define DLCV__VLT(a, b) wasm_f32x4_lt((a), (b))
#define DLCV__VSELECT(m, a, b) wasm_v128_bitselect((a), (b), (m))
#define DLCV__VANY(m) wasm_v128_any_true(m)

#define DLCV__VI v128_t
#define DLCV__VISET(x) wasm_i32x4_splat(x)
#define DLCV__VILOAD(p) wasm_v128_load(p)
#define DLCV__VISTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__VIADD(a, b) wasm_i32x4_add((a), (b))
#define DLCV__VISUB(a, b) wasm_i32x4_sub((a), (b))
#define DLCV__VIAND(a, b) wasm_v128_and((a), (b))
#define DLCV__VIOR(a, b) wasm_v128_or((a), (b))
#define DLCV__VISHL(v, n) wasm_i32x4_shl((v), (n))
#define DLCV__VISHR(v, n) wasm_u32x4_shr((v), (n))
#define DLCV__VILT(a, b) wasm_i32x4_lt((a), (b))
#define DLCV__VFROMI(v) wasm_f32x4_convert_i32x4(v)
#define DLCV__VTOI(v) wasm_i32x4_trunc_sat_f32x4(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_wasm((p), (v))
#define DLCV__VWIDEN(p) wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p)))
#define DLCV__VASI(v) (v)
#define DLCV__VASF(v) (v)

DLCV__INLINE void dlcv__narrow_wasm(uint8_t *p, v128_t v)
{
    const v128_t words = wasm_i16x8_narrow_i32x4(v, v);
    wasm_v128_store32_lane(p, wasm_u8x16_narrow_i16x8(words, words), 0);
}

DLCV__INLINE float dlcv__sum_wasm(v128_t q)
{
    q = wasm_f32x4_add(q, wasm_i32x4_shuffle(q, q, 2, 3, 0, 1));
    return wasm_f32x4_extract_lane(q, 0) + wasm_f32x4_extract_lane(q, 1);
}

/* four unsigned 32-bit lanes, eight unsigned 16-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_wasm(v128_t v)
{
    const v128_t s = wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(v), wasm_u64x2_extend_high_u32x4(v));
    return (uint64_t)wasm_i64x2_extract_lane(s, 0) + (uint64_t)wasm_i64x2_extract_lane(s, 1);
}

DLCV__INLINE uint64_t dlcv__sum16_wasm(v128_t v)
{
    return dlcv__sum32_wasm(wasm_u32x4_extadd_pairwise_u16x8(v));
}

/* |a - b| of bytes */
DLCV__INLINE v128_t dlcv__diff_wasm(v128_t a, v128_t b)
{
    return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE v128_t dlcv__dot_bytes_wasm(v128_t acc, v128_t a, v128_t b)
{
    acc = wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b)));
    return wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b)));
}

DLCV__INLINE v128_t dlcv__diff2_bytes_wasm(v128_t acc, v128_t a, v128_t b)
{
    const v128_t d = dlcv__diff_wasm(a, b);
    return dlcv__dot_bytes_wasm(acc, d, d);
}

#define DLCV__U v128_t
#define DLCV__UW 16
#define DLCV__ULOAD(p) wasm_v128_load(p)
#define DLCV__UAND(a, b) wasm_v128_and((a), (b))
#define DLCV__UA v128_t
#define DLCV__UAZERO() wasm_i16x8_splat(0)
#define DLCV__USAD(acc, a, b) wasm_i16x8_add((acc), wasm_u16x8_extadd_pairwise_u8x16(dlcv__diff_wasm((a), (b))))
#define DLCV__UAADD(x, y) wasm_i16x8_add((x), (y))
#define DLCV__UASUM(acc) dlcv__sum16_wasm(acc)
#define DLCV__USAD_STEPS 124        /* and the one of the end: 125 * 510 < 2^16 */
#define DLCV__UD v128_t
#define DLCV__UDZERO() wasm_i32x4_splat(0)
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_wasm((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_wasm((acc), (a), (b))
#define DLCV__UDADD(x, y) wasm_i32x4_add((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_wasm(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#define DLCV__HMR 3
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GNC 256

/* L1 as sum max(a, b), since there is no |a - b|: four bytes of each of four data rows, two 16-bit lanes a row, which hold 128 pairs */
DLCV__INLINE void dlcv__sad_put_wasm(int32_t *c, v128_t acc)
{
    wasm_v128_store(c, wasm_i32x4_add(wasm_v128_load(c), wasm_u32x4_extadd_pairwise_u16x8(acc)));
}

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 4
#define DLCV__SMAX 1
#define DLCV__SSTEPS 128
#define DLCV__SV v128_t
#define DLCV__SD v128_t
#define DLCV__SVZERO() wasm_i16x8_splat(0)
#define DLCV__SVLOAD(p) wasm_v128_load(p)
#define DLCV__SVSET(p) wasm_v128_load32_splat(p)
#define DLCV__SVOP(a, b) wasm_u8x16_max((a), (b))
#define DLCV__SVADD(acc, t) wasm_i16x8_add((acc), wasm_u16x8_extadd_pairwise_u8x16(t))
#define DLCV__SVPUT(c, acc) dlcv__sad_put_wasm((c), (acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 2
#define DLCV__DV v128_t
#define DLCV__DA v128_t
#define DLCV__DB v128_t
#define DLCV__DVZERO() wasm_i32x4_splat(0)
#define DLCV__DVLOAD(p) wasm_v128_load(p)
#define DLCV__DVSET(p) wasm_v128_load32_splat(p)
#define DLCV__DVSTEP(acc, a, b) wasm_i32x4_add((acc), wasm_i32x4_dot_i16x8((a), (b)))
#define DLCV__DVPUT(c, acc) wasm_v128_store((c), wasm_i32x4_add(wasm_v128_load(c), (acc)))
#endif
#if DLCV__SLOT_SSE2 || DLCV__SLOT_SIMDE || DLCV__SLOT_NEON || DLCV__SLOT_WASM
/* ---- backends/kernels.h */
/* ---- backends/kern_f32.h */
#if DLCV__STAMP_F32
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif
#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);
#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)
DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)
#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}
DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum);
}
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_math.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128));
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}
#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits);
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter));
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t));
}
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign)));
}
DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}
DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}
DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)
DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_gemm.h */
#if DLCV__STAMP_F32
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;
#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step);   \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}
#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif
DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif
static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)
#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}
#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}
#endif
/* ---- backends/kern_conv.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}
DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)
#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}
DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);
DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)
#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}
DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}
static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};
static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};
#endif
/* ---- backends/kern_winograd.h */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)
#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);
#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}
#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_flat.h */
#if DLCV__STAMP_F32
#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);
DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}
DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u);
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}
static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};
#endif
/* ---- backends/kern_table.h */
#if DLCV__STAMP_F32
static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};
#endif
/* ---- backends/kern_u8.h */
#if DLCV__STAMP_U8
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)
#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)
#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)
#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)
static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};
#endif
#if DLCV__SLOT_NEONDOT
/* ---- backends/neondot.h */
/* ---- partial stamp over neon.h: the dot product instructions of ARMv8.2 -------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && !DLCV__FLAGS_DOT
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif
#endif

#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#define DLCV__K(name) dlcv__##name##_neondot
#define DLCV__BACKEND_NAME "neondot"
#define DLCV__STAMP_F32 0
#define DLCV__STAMP_U8 1

#undef DLCV__UDOT
#undef DLCV__UDIFF2
#define DLCV__UDOT(acc, a, b) vdotq_u32((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) vdotq_u32((acc), vabdq_u8((a), (b)), vabdq_u8((a), (b)))

/* four bytes of each of four data rows, in both kinds of tile */
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SSTEPS
#undef DLCV__SV
#undef DLCV__SVZERO
#undef DLCV__SVSET
#undef DLCV__SVSTEP
#undef DLCV__SVPUT
#define DLCV__SMR 8
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 4
#define DLCV__SSTEPS 65536
#define DLCV__SV uint32x4_t
#define DLCV__SVZERO() vdupq_n_u32(0)
#define DLCV__SVSET(p) vreinterpretq_u8_u32(vld1q_dup_u32((const uint32_t *)(const void *)(p)))
#define DLCV__SVOP(a, b) vabdq_u8((a), (b))
#define DLCV__SVADD(acc, t) vdotq_u32((acc), (t), vdupq_n_u8(1))
#define DLCV__SVPUT(c, acc) vst1q_s32((c), vaddq_s32(vld1q_s32(c), vreinterpretq_s32_u32(acc)))

#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#define DLCV__DMR 8
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 4
#define DLCV__DWIDE 0
#define DLCV__DV uint32x4_t
#define DLCV__DA uint8x16_t
#define DLCV__DB uint8x16_t
#define DLCV__DVZERO() vdupq_n_u32(0)
#define DLCV__DVLOAD(p) DLCV__SVLOAD(p)
#define DLCV__DVSET(p) DLCV__SVSET(p)
#define DLCV__DVSTEP(acc, a, b) vdotq_u32((acc), (a), (b))
#define DLCV__DVPUT(c, acc) DLCV__SVPUT((c), (acc))

#undef DLCV__NARROW
#define DLCV__NARROW 2
/* ---- backends/kernels.h */
/* ---- backends/kern_f32.h */
#if DLCV__STAMP_F32
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif
#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);
#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)
DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)
#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}
DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum);
}
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_math.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128));
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}
#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits);
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter));
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t));
}
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign)));
}
DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}
DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}
DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)
DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_gemm.h */
#if DLCV__STAMP_F32
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;
#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step);   \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}
#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif
DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif
static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)
#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}
#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}
#endif
/* ---- backends/kern_conv.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}
DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)
#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}
DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);
DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)
#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}
DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}
static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};
static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};
#endif
/* ---- backends/kern_winograd.h */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)
#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);
#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}
#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_flat.h */
#if DLCV__STAMP_F32
#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);
DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}
DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u);
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}
static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};
#endif
/* ---- backends/kern_table.h */
#if DLCV__STAMP_F32
static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};
#endif
/* ---- backends/kern_u8.h */
#if DLCV__STAMP_U8
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)
#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)
#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)
#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)
static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};
#endif
#endif
/* ---- backends/end.h */
#ifdef DLCV__REGION
#undef DLCV__REGION
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__KERNEL
#undef DLCV__LEAVE
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#undef DLCV__R
#undef DLCV__V
#undef DLCV__VW
#undef DLCV__VZERO
#undef DLCV__VSET
#undef DLCV__VLOAD
#undef DLCV__VLOADA
#undef DLCV__VSTORE
#undef DLCV__VADD
#undef DLCV__VSUB
#undef DLCV__VMUL
#undef DLCV__VDIV
#undef DLCV__VSQRT
#undef DLCV__VABS
#undef DLCV__VABS1
#undef DLCV__VMAXF
#undef DLCV__VMAX
#undef DLCV__VMIN
#undef DLCV__VFMA
#undef DLCV__VACC
#undef DLCV__VEVEN
#undef DLCV__VSUM
#undef DLCV__VSTOREN
#undef DLCV__VODD
#undef DLCV__VZIPLO
#undef DLCV__VZIPHI
#undef DLCV__VNEXT
#undef DLCV__VM
#undef DLCV__VLT
#undef DLCV__VSELECT
#undef DLCV__VANY
#undef DLCV__VI
#undef DLCV__VISET
#undef DLCV__VILOAD
#undef DLCV__VISTORE
#undef DLCV__VIADD
#undef DLCV__VISUB
#undef DLCV__VIAND
#undef DLCV__VIOR
#undef DLCV__VISHL
#undef DLCV__VISHR
#undef DLCV__VILT
#undef DLCV__VFROMI
#undef DLCV__VTOI
#undef DLCV__VNARROW
#undef DLCV__VWIDEN
#undef DLCV__VWIDEN3
#undef DLCV__VASI
#undef DLCV__VASF
#undef DLCV__U
#undef DLCV__UW
#undef DLCV__ULOAD
#undef DLCV__UAND
#undef DLCV__UA
#undef DLCV__UAZERO
#undef DLCV__USAD
#undef DLCV__UAADD
#undef DLCV__UASUM
#undef DLCV__USAD_STEPS
#undef DLCV__UD
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDADD
#undef DLCV__UDSUM
#undef DLCV__UDOT_STEPS
#undef DLCV__PAIR_VECTORS
#undef DLCV__COSINE_VECTORS
#undef DLCV__FMR
#undef DLCV__FNV
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SV
#undef DLCV__SD
#undef DLCV__SVZERO
#undef DLCV__SVLOAD
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SSTEPS
#undef DLCV__SVPUT
#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__NARROW
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#undef DLCV__ACC
#undef DLCV__NOACC
#undef DLCV__VLOADN
#undef DLCV__SVSTEP
#undef DLCV__PAIR_ZERO
#undef DLCV__PAIR_FULL
#undef DLCV__PAIR_TAIL
#undef DLCV__PAIR_L1
#undef DLCV__PAIR_L2SQ
#undef DLCV__PAIR_DOT
#undef DLCV__PAIR_REP
#undef DLCV__PAIR
#undef DLCV__COSINE_ZERO
#undef DLCV__COSINE_STEP
#undef DLCV__COSINE_FOLD
#undef DLCV__COSINE_REP
#undef DLCV__FNR
#undef DLCV__F_ROWS
#undef DLCV__F_COLS
#undef DLCV__F_ZERO1
#undef DLCV__F_LOAD1
#undef DLCV__F_L1_OP
#undef DLCV__F_L2_OP
#undef DLCV__F_MAX_OP
#undef DLCV__F_ACC
#undef DLCV__F_SQUARE
#undef DLCV__F_DOT1
#undef DLCV__F_PUT1
#undef DLCV__F_PUT_MAX1
#undef DLCV__F_PUT_DOT1
#undef DLCV__F_ZERO
#undef DLCV__F_QUERY
#undef DLCV__F_L1
#undef DLCV__F_L2SQ
#undef DLCV__F_MAX
#undef DLCV__F_DOT
#undef DLCV__F_PUT
#undef DLCV__F_PUT_MAX
#undef DLCV__F_PUT_DOT
#undef DLCV__TILE
#undef DLCV__CHAIN_STEP
#undef DLCV__CHAIN_ADD
#undef DLCV__CHAIN
#undef DLCV__MAP
#undef DLCV__FLAT_BINARY
#undef DLCV__FLAT_FULL
#undef DLCV__FLAT_GET
#undef DLCV__FLAT_JOIN
#undef DLCV__FLAT_LOOP
#undef DLCV__FLAT_LOWEST
#undef DLCV__FLAT_MAX
#undef DLCV__FLAT_POOL
#undef DLCV__FLAT_PUT
#undef DLCV__FLAT_REDUCE
#undef DLCV__FLAT_REP
#undef DLCV__FLAT_SPREAD
#undef DLCV__FLAT_SOME
#undef DLCV__FLAT_SUM
#undef DLCV__FLAT_TAIL
#undef DLCV__FLAT_VECTORS
#undef DLCV__FLAT_WHOLE
#undef DLCV__FLAT_ZERO
#undef DLCV__ULOADE
#undef DLCV__PAIR_U8
#undef DLCV__SNR
#undef DLCV__S_ROWS
#undef DLCV__S_COLS
#undef DLCV__S_ZERO1
#undef DLCV__S_LOAD1
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#undef DLCV__S_PUT1
#undef DLCV__S_ZERO
#undef DLCV__S_STEP
#undef DLCV__S_PUT
#undef DLCV__TILE_SAD
#undef DLCV__DNR
#undef DLCV__DSTEP
#undef DLCV__D_ROWS
#undef DLCV__D_COLS
#undef DLCV__D_ZERO1
#undef DLCV__D_LOAD1
#undef DLCV__D_STEP1
#undef DLCV__D_PUT1
#undef DLCV__D_ZERO
#undef DLCV__D_STEP
#undef DLCV__D_PUT
#undef DLCV__TILE_DOT_U8
#undef DLCV__GMR
#undef DLCV__GNV
#undef DLCV__GNR
#undef DLCV__G_ZERO1
#undef DLCV__G_FETCH1
#undef DLCV__G_LOAD1
#undef DLCV__G_STEP1
#undef DLCV__G_PUT1
#undef DLCV__G_ZERO
#undef DLCV__G_FETCH
#undef DLCV__G_STEP
#undef DLCV__G_PUT
#undef DLCV__G_ROW
#undef DLCV__G_NEXT
#undef DLCV__GEMM_BODY
#undef DLCV__GEMM_BODIES
#undef DLCV__GEMM_NAMES
#undef DLCV__HMR
#undef DLCV__HNR
#undef DLCV__GKC
#undef DLCV__GNC
#undef DLCV__H_ROWS
#undef DLCV__H_ZERO1
#undef DLCV__H_ZERO
#undef DLCV__H_ROW
#undef DLCV__H_LOAD
#undef DLCV__H_LOADN
#undef DLCV__H_STEP
#undef DLCV__H_COL
#undef DLCV__H_COLN
#undef DLCV__H_SUM1
#undef DLCV__H_SUM
#undef DLCV__GEMM_DOTS
#undef DLCV__VMASK
#undef DLCV__VMASK_TYPE
#undef DLCV__VLOADM
#undef DLCV__VSTOREM
#undef DLCV__G_IN
#undef DLCV__G_TAIL
#undef DLCV__GEMM_MASKED
#undef DLCV__G_STORE
#undef DLCV__G_PUTN1
#undef DLCV__G_PUTN
#undef DLCV__W_A
#undef DLCV__W_B
#undef DLCV__W_A2
#undef DLCV__W_B2
#undef DLCV__W_IN4
#undef DLCV__W_IN2
#undef DLCV__W_SPLIT4
#undef DLCV__W_SPLIT2
#undef DLCV__W_NAME
#undef DLCV__W_FETCH
#undef DLCV__W_FETCHN
#undef DLCV__W_KEEP
#undef DLCV__W_PUT
#undef DLCV__W_PUTN
#undef DLCV__WINOGRAD_IN
#undef DLCV__W_NAMES4
#undef DLCV__W_NAMES2
#undef DLCV__W_POINT
#undef DLCV__W_LINE4
#undef DLCV__W_LINE2
#undef DLCV__W_PAIR_A
#undef DLCV__W_PAIR_B
#undef DLCV__W_LAST
#undef DLCV__W_ROW4
#undef DLCV__CMR
#undef DLCV__C_COLS
#undef DLCV__C_FETCH
#undef DLCV__C_FETCH1
#undef DLCV__C_GRAD
#undef DLCV__C_KEEP
#undef DLCV__C_KEEP1
#undef DLCV__C_LOAD1
#undef DLCV__C_NINE
#undef DLCV__C_OUT
#undef DLCV__C_PUT
#undef DLCV__C_PUT1
#undef DLCV__C_STEP
#undef DLCV__C_STEP1
#undef DLCV__C_TAP
#undef DLCV__C_TAP1
#undef DLCV__C_WEIGHT
#undef DLCV__C_X1
#undef DLCV__C_Y
#undef DLCV__C_Y1
#undef DLCV__C_ZERO
#undef DLCV__C_ZERO1
#undef DLCV__DIRECT_BODY
#undef DLCV__GRADIENT_BODY
#endif

#if DLCV__SLOT_AVX2
/* ---- backends/avx2.h */
/* ---- backend: AVX2 and FMA --------------------------------------------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#endif

#define DLCV__K(name) dlcv__##name##_avx2
#define DLCV__BACKEND_NAME "avx2"
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#ifdef _MSC_VER
#define DLCV__LEAVE() _mm256_zeroupper()
#else
#define DLCV__LEAVE() ((void)0)
#endif
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V __m256
#define DLCV__VW 8
#define DLCV__VZERO() _mm256_setzero_ps()
#define DLCV__VSET(x) _mm256_set1_ps(x)
#define DLCV__VLOAD(p) _mm256_loadu_ps(p)
#define DLCV__VLOADA(p) _mm256_load_ps(p)
#define DLCV__VLOADN(p, n) _mm256_maskload_ps((p), _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)))
#define DLCV__VSTORE(p, v) _mm256_storeu_ps((p), (v))
#define DLCV__VADD(a, b) _mm256_add_ps((a), (b))
#define DLCV__VSUB(a, b) _mm256_sub_ps((a), (b))
#define DLCV__VMUL(a, b) _mm256_mul_ps((a), (b))
#define DLCV__VDIV(a, b) _mm256_div_ps((a), (b))
#define DLCV__VSQRT(v) _mm256_sqrt_ps(v)
#define DLCV__VABS(v) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), (v))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) _mm256_max_ps((a), (b))
#define DLCV__VMIN(a, b) _mm256_min_ps((a), (b))
#ifdef DLCV_STRICT
#define DLCV__VFMA(a, b, c) _mm256_add_ps(_mm256_mul_ps((a), (b)), (c))
#else
#define DLCV__VFMA(a, b, c) _mm256_fmadd_ps((a), (b), (c))
#endif
#define DLCV__VACC(acc, v, one) _mm256_fmadd_ps((v), (one), (acc))
#define DLCV__VSUM(v) dlcv__sum_avx2(v)
#define DLCV__VEVEN(a, b) dlcv__quarters_avx2(_mm256_shuffle_ps((a), (b), 0x88))
#define DLCV__VODD(a, b) dlcv__quarters_avx2(_mm256_shuffle_ps((a), (b), 0xdd))
#define DLCV__VZIPLO(a, b) _mm256_permute2f128_ps(_mm256_unpacklo_ps((a), (b)), _mm256_unpackhi_ps((a), (b)), 0x20)
#define DLCV__VZIPHI(a, b) _mm256_permute2f128_ps(_mm256_unpacklo_ps((a), (b)), _mm256_unpackhi_ps((a), (b)), 0x31)
#define DLCV__VNEXT(a, b) dlcv__next_avx2((a), (b))
#define DLCV__VM __m256
#define DLCV__VLT(a, b) _mm256_cmp_ps((a), (b), _CMP_LT_OQ)
#define DLCV__VSELECT(m, a, b) _mm256_blendv_ps((b), (a), (m))
#define DLCV__VANY(m) (_mm256_movemask_ps(m) != 0)

#define DLCV__VI __m256i
#define DLCV__VISET(x) _mm256_set1_epi32(x)
#define DLCV__VILOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define DLCV__VISTORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), (v))
#define DLCV__VIADD(a, b) _mm256_add_epi32((a), (b))
#define DLCV__VISUB(a, b) _mm256_sub_epi32((a), (b))
#define DLCV__VIAND(a, b) _mm256_and_si256((a), (b))
#define DLCV__VIOR(a, b) _mm256_or_si256((a), (b))
#define DLCV__VISHL(v, n) _mm256_slli_epi32((v), (n))
#define DLCV__VISHR(v, n) _mm256_srli_epi32((v), (n))
#define DLCV__VILT(a, b) _mm256_castsi256_ps(_mm256_cmpgt_epi32((b), (a)))
#define DLCV__VFROMI(v) _mm256_cvtepi32_ps(v)
#define DLCV__VTOI(v) _mm256_cvttps_epi32(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_avx2((p), (v))
#define DLCV__VWIDEN(p) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(p)))
#define DLCV__VASI(v) _mm256_castps_si256(v)
#define DLCV__VASF(v) _mm256_castsi256_ps(v)

DLCV__INLINE void dlcv__narrow_avx2(uint8_t *p, __m256i v)
{
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    _mm_storel_epi64((__m128i *)(void *)p, _mm_packus_epi16(words, words));
}

/* bytes 0, 3, 6, ... 21 of 24 */
#define DLCV__VWIDEN3(p) dlcv__widen3_avx2(p)
DLCV__INLINE __m256i dlcv__widen3_avx2(const uint8_t *p)
{
    const __m128i a = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
        _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const __m128i b = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 8)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1));
    return _mm256_cvtepu8_epi32(_mm_or_si128(a, b));
}

/* quarters 0, 2, 1, 3 */
DLCV__INLINE __m256 dlcv__quarters_avx2(__m256 v)
{
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), 0xd8));
}

DLCV__INLINE __m256 dlcv__next_avx2(__m256 a, __m256 b)
{
    const __m256i t = _mm256_castps_si256(_mm256_permute2f128_ps(a, b, 0x21));
    return _mm256_castsi256_ps(_mm256_alignr_epi8(t, _mm256_castps_si256(a), 4));
}

DLCV__INLINE float dlcv__sum_avx2(__m256 v)
{
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}

DLCV__INLINE uint64_t dlcv__sum64_avx2(__m256i v)
{
    const __m128i q = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    return DLCV__LOW64(_mm_add_epi64(q, _mm_unpackhi_epi64(q, q)));
}

/* eight unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_avx2(__m256i v)
{
    return dlcv__sum64_avx2(_mm256_add_epi64(_mm256_and_si256(v, _mm256_set1_epi64x(0xffffffff)), _mm256_srli_epi64(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE __m256i dlcv__dot_bytes_avx2(__m256i acc, __m256i a, __m256i b)
{
    __m256i z = _mm256_setzero_si256();
    acc = _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_unpacklo_epi8(a, z), _mm256_unpacklo_epi8(b, z)));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_unpackhi_epi8(a, z), _mm256_unpackhi_epi8(b, z)));
}

/* the low halves of four 64-bit sums, added to c[0..4) */
DLCV__INLINE void dlcv__put_sums_avx2(int32_t *c, __m256i acc)
{
    __m128 low = _mm_castsi128_ps(_mm256_castsi256_si128(acc)), high = _mm_castsi128_ps(_mm256_extracti128_si256(acc, 1));
    __m128i sums = _mm_castps_si128(_mm_shuffle_ps(low, high, 0x88));
    _mm_storeu_si128((__m128i *)(void *)c, _mm_add_epi32(_mm_loadu_si128((const __m128i *)(const void *)c), sums));
}

DLCV__INLINE __m256i dlcv__diff2_bytes_avx2(__m256i acc, __m256i a, __m256i b)
{
    const __m256i d = _mm256_sub_epi8(_mm256_max_epu8(a, b), _mm256_min_epu8(a, b));
    return dlcv__dot_bytes_avx2(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m256i that is read as another vector, and
 * spills. */
#if DLCV__GNU
typedef int dlcv__acc_avx2 __attribute__((vector_size(32)));
#define DLCV__ACC(v) ((dlcv__acc_avx2)(v))
#define DLCV__NOACC(acc) ((__m256i)(acc))
#else
typedef __m256i dlcv__acc_avx2;
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U __m256i
#define DLCV__UW 32
#define DLCV__ULOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define DLCV__UAND(a, b) _mm256_and_si256((a), (b))
#define DLCV__UA __m256i
#define DLCV__UAZERO() _mm256_setzero_si256()
#define DLCV__USAD(acc, a, b) _mm256_add_epi64((acc), _mm256_sad_epu8((a), (b)))
#define DLCV__UAADD(x, y) _mm256_add_epi64((x), (y))
#define DLCV__UASUM(acc) dlcv__sum64_avx2(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD __m256i
#define DLCV__UDZERO() _mm256_setzero_si256()
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_avx2((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_avx2((acc), (a), (b))
#define DLCV__UDADD(x, y) _mm256_add_epi32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_avx2(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 2
#define DLCV__COSINE_VECTORS 2
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 6
#define DLCV__FNV 2
#define DLCV__GMR 6
#define DLCV__GNV 2
#define DLCV__HMR 3
#define DLCV__HNR 4
#define DLCV__GKC 256
#define DLCV__GNC 256

#define DLCV__SMR 6
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV dlcv__acc_avx2
#define DLCV__SD __m256i
#define DLCV__SVZERO() DLCV__ACC(_mm256_setzero_si256())
#define DLCV__SVLOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define DLCV__SVSET(p) _mm256_set1_epi64x(dlcv__load_i64(p))
#define DLCV__SVOP(a, b) _mm256_sad_epu8((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm256_add_epi32(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) dlcv__put_sums_avx2((c), DLCV__NOACC(acc))

#define DLCV__DMR 6
#define DLCV__DNV 2
#define DLCV__DROWS 8
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__acc_avx2
#define DLCV__DA __m256i
#define DLCV__DB __m256i
#define DLCV__DVZERO() DLCV__ACC(_mm256_setzero_si256())
#define DLCV__DVLOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define DLCV__DVSET(p) _mm256_set1_epi32(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm256_add_epi32(DLCV__NOACC(acc), _mm256_madd_epi16((a), (b))))
#define DLCV__DVPUT(c, acc) DLCV__VISTORE((c), _mm256_add_epi32(DLCV__VILOAD(c), DLCV__NOACC(acc)))
/* ---- backends/kernels.h */
/* ---- backends/kern_f32.h */
#if DLCV__STAMP_F32
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif
#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);
#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)
DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)
#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}
DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum);
}
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_math.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128));
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}
#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits);
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter));
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t));
}
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign)));
}
DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}
DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}
DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)
DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_gemm.h */
#if DLCV__STAMP_F32
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;
#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step);   \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}
#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif
DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif
static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)
#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}
#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}
#endif
/* ---- backends/kern_conv.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}
DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)
#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}
DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);
DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)
#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}
DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}
static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};
static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};
#endif
/* ---- backends/kern_winograd.h */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)
#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);
#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}
#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_flat.h */
#if DLCV__STAMP_F32
#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);
DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}
DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u);
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}
static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};
#endif
/* ---- backends/kern_table.h */
#if DLCV__STAMP_F32
static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};
#endif
/* ---- backends/kern_u8.h */
#if DLCV__STAMP_U8
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)
#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)
#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)
#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)
static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};
#endif
/* ---- backends/end.h */
#ifdef DLCV__REGION
#undef DLCV__REGION
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__KERNEL
#undef DLCV__LEAVE
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#undef DLCV__R
#undef DLCV__V
#undef DLCV__VW
#undef DLCV__VZERO
#undef DLCV__VSET
#undef DLCV__VLOAD
#undef DLCV__VLOADA
#undef DLCV__VSTORE
#undef DLCV__VADD
#undef DLCV__VSUB
#undef DLCV__VMUL
#undef DLCV__VDIV
#undef DLCV__VSQRT
#undef DLCV__VABS
#undef DLCV__VABS1
#undef DLCV__VMAXF
#undef DLCV__VMAX
#undef DLCV__VMIN
#undef DLCV__VFMA
#undef DLCV__VACC
#undef DLCV__VEVEN
#undef DLCV__VSUM
#undef DLCV__VSTOREN
#undef DLCV__VODD
#undef DLCV__VZIPLO
#undef DLCV__VZIPHI
#undef DLCV__VNEXT
#undef DLCV__VM
#undef DLCV__VLT
#undef DLCV__VSELECT
#undef DLCV__VANY
#undef DLCV__VI
#undef DLCV__VISET
#undef DLCV__VILOAD
#undef DLCV__VISTORE
#undef DLCV__VIADD
#undef DLCV__VISUB
#undef DLCV__VIAND
#undef DLCV__VIOR
#undef DLCV__VISHL
#undef DLCV__VISHR
#undef DLCV__VILT
#undef DLCV__VFROMI
#undef DLCV__VTOI
#undef DLCV__VNARROW
#undef DLCV__VWIDEN
#undef DLCV__VWIDEN3
#undef DLCV__VASI
#undef DLCV__VASF
#undef DLCV__U
#undef DLCV__UW
#undef DLCV__ULOAD
#undef DLCV__UAND
#undef DLCV__UA
#undef DLCV__UAZERO
#undef DLCV__USAD
#undef DLCV__UAADD
#undef DLCV__UASUM
#undef DLCV__USAD_STEPS
#undef DLCV__UD
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDADD
#undef DLCV__UDSUM
#undef DLCV__UDOT_STEPS
#undef DLCV__PAIR_VECTORS
#undef DLCV__COSINE_VECTORS
#undef DLCV__FMR
#undef DLCV__FNV
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SV
#undef DLCV__SD
#undef DLCV__SVZERO
#undef DLCV__SVLOAD
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SSTEPS
#undef DLCV__SVPUT
#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__NARROW
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#undef DLCV__ACC
#undef DLCV__NOACC
#undef DLCV__VLOADN
#undef DLCV__SVSTEP
#undef DLCV__PAIR_ZERO
#undef DLCV__PAIR_FULL
#undef DLCV__PAIR_TAIL
#undef DLCV__PAIR_L1
#undef DLCV__PAIR_L2SQ
#undef DLCV__PAIR_DOT
#undef DLCV__PAIR_REP
#undef DLCV__PAIR
#undef DLCV__COSINE_ZERO
#undef DLCV__COSINE_STEP
#undef DLCV__COSINE_FOLD
#undef DLCV__COSINE_REP
#undef DLCV__FNR
#undef DLCV__F_ROWS
#undef DLCV__F_COLS
#undef DLCV__F_ZERO1
#undef DLCV__F_LOAD1
#undef DLCV__F_L1_OP
#undef DLCV__F_L2_OP
#undef DLCV__F_MAX_OP
#undef DLCV__F_ACC
#undef DLCV__F_SQUARE
#undef DLCV__F_DOT1
#undef DLCV__F_PUT1
#undef DLCV__F_PUT_MAX1
#undef DLCV__F_PUT_DOT1
#undef DLCV__F_ZERO
#undef DLCV__F_QUERY
#undef DLCV__F_L1
#undef DLCV__F_L2SQ
#undef DLCV__F_MAX
#undef DLCV__F_DOT
#undef DLCV__F_PUT
#undef DLCV__F_PUT_MAX
#undef DLCV__F_PUT_DOT
#undef DLCV__TILE
#undef DLCV__CHAIN_STEP
#undef DLCV__CHAIN_ADD
#undef DLCV__CHAIN
#undef DLCV__MAP
#undef DLCV__FLAT_BINARY
#undef DLCV__FLAT_FULL
#undef DLCV__FLAT_GET
#undef DLCV__FLAT_JOIN
#undef DLCV__FLAT_LOOP
#undef DLCV__FLAT_LOWEST
#undef DLCV__FLAT_MAX
#undef DLCV__FLAT_POOL
#undef DLCV__FLAT_PUT
#undef DLCV__FLAT_REDUCE
#undef DLCV__FLAT_REP
#undef DLCV__FLAT_SPREAD
#undef DLCV__FLAT_SOME
#undef DLCV__FLAT_SUM
#undef DLCV__FLAT_TAIL
#undef DLCV__FLAT_VECTORS
#undef DLCV__FLAT_WHOLE
#undef DLCV__FLAT_ZERO
#undef DLCV__ULOADE
#undef DLCV__PAIR_U8
#undef DLCV__SNR
#undef DLCV__S_ROWS
#undef DLCV__S_COLS
#undef DLCV__S_ZERO1
#undef DLCV__S_LOAD1
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#undef DLCV__S_PUT1
#undef DLCV__S_ZERO
#undef DLCV__S_STEP
#undef DLCV__S_PUT
#undef DLCV__TILE_SAD
#undef DLCV__DNR
#undef DLCV__DSTEP
#undef DLCV__D_ROWS
#undef DLCV__D_COLS
#undef DLCV__D_ZERO1
#undef DLCV__D_LOAD1
#undef DLCV__D_STEP1
#undef DLCV__D_PUT1
#undef DLCV__D_ZERO
#undef DLCV__D_STEP
#undef DLCV__D_PUT
#undef DLCV__TILE_DOT_U8
#undef DLCV__GMR
#undef DLCV__GNV
#undef DLCV__GNR
#undef DLCV__G_ZERO1
#undef DLCV__G_FETCH1
#undef DLCV__G_LOAD1
#undef DLCV__G_STEP1
#undef DLCV__G_PUT1
#undef DLCV__G_ZERO
#undef DLCV__G_FETCH
#undef DLCV__G_STEP
#undef DLCV__G_PUT
#undef DLCV__G_ROW
#undef DLCV__G_NEXT
#undef DLCV__GEMM_BODY
#undef DLCV__GEMM_BODIES
#undef DLCV__GEMM_NAMES
#undef DLCV__HMR
#undef DLCV__HNR
#undef DLCV__GKC
#undef DLCV__GNC
#undef DLCV__H_ROWS
#undef DLCV__H_ZERO1
#undef DLCV__H_ZERO
#undef DLCV__H_ROW
#undef DLCV__H_LOAD
#undef DLCV__H_LOADN
#undef DLCV__H_STEP
#undef DLCV__H_COL
#undef DLCV__H_COLN
#undef DLCV__H_SUM1
#undef DLCV__H_SUM
#undef DLCV__GEMM_DOTS
#undef DLCV__VMASK
#undef DLCV__VMASK_TYPE
#undef DLCV__VLOADM
#undef DLCV__VSTOREM
#undef DLCV__G_IN
#undef DLCV__G_TAIL
#undef DLCV__GEMM_MASKED
#undef DLCV__G_STORE
#undef DLCV__G_PUTN1
#undef DLCV__G_PUTN
#undef DLCV__W_A
#undef DLCV__W_B
#undef DLCV__W_A2
#undef DLCV__W_B2
#undef DLCV__W_IN4
#undef DLCV__W_IN2
#undef DLCV__W_SPLIT4
#undef DLCV__W_SPLIT2
#undef DLCV__W_NAME
#undef DLCV__W_FETCH
#undef DLCV__W_FETCHN
#undef DLCV__W_KEEP
#undef DLCV__W_PUT
#undef DLCV__W_PUTN
#undef DLCV__WINOGRAD_IN
#undef DLCV__W_NAMES4
#undef DLCV__W_NAMES2
#undef DLCV__W_POINT
#undef DLCV__W_LINE4
#undef DLCV__W_LINE2
#undef DLCV__W_PAIR_A
#undef DLCV__W_PAIR_B
#undef DLCV__W_LAST
#undef DLCV__W_ROW4
#undef DLCV__CMR
#undef DLCV__C_COLS
#undef DLCV__C_FETCH
#undef DLCV__C_FETCH1
#undef DLCV__C_GRAD
#undef DLCV__C_KEEP
#undef DLCV__C_KEEP1
#undef DLCV__C_LOAD1
#undef DLCV__C_NINE
#undef DLCV__C_OUT
#undef DLCV__C_PUT
#undef DLCV__C_PUT1
#undef DLCV__C_STEP
#undef DLCV__C_STEP1
#undef DLCV__C_TAP
#undef DLCV__C_TAP1
#undef DLCV__C_WEIGHT
#undef DLCV__C_X1
#undef DLCV__C_Y
#undef DLCV__C_Y1
#undef DLCV__C_ZERO
#undef DLCV__C_ZERO1
#undef DLCV__DIRECT_BODY
#undef DLCV__GRADIENT_BODY
#endif

#if DLCV__SLOT_AVX512
/* ---- backends/avx512.h */
/* ---- backend: AVX-512 F, BW, DQ, VL ---------------------------------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#endif
#endif

#define DLCV__K(name) dlcv__##name##_avx512
#define DLCV__BACKEND_NAME "avx512"
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#ifdef _MSC_VER
#define DLCV__LEAVE() _mm256_zeroupper()
#else
#define DLCV__LEAVE() ((void)0)
#endif
#define DLCV__STAMP_F32 1
#if defined(DLCV_DISPATCH) || !DLCV__SLOT_AVX512VNNI
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

#define DLCV__V __m512
#define DLCV__VW 16
#define DLCV__VZERO() _mm512_setzero_ps()
#define DLCV__VSET(x) _mm512_set1_ps(x)
#define DLCV__VLOAD(p) _mm512_loadu_ps(p)
#define DLCV__VLOADN(p, n) _mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), (p))
#define DLCV__VLOADA(p) _mm512_load_ps(p)
#define DLCV__VMASK_TYPE __mmask16
#define DLCV__VMASK(n) ((__mmask16)((1u << (n)) - 1))
#define DLCV__VLOADM(p, m) _mm512_maskz_loadu_ps((m), (p))
#define DLCV__VSTOREM(p, v, m) _mm512_mask_storeu_ps((p), (m), (v))
#define DLCV__VSTORE(p, v) _mm512_storeu_ps((p), (v))
#define DLCV__VSTOREN(p, v, n) _mm512_mask_storeu_ps((p), (__mmask16)((1u << (n)) - 1), (v))
#define DLCV__VEVEN(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), (b))
#define DLCV__VODD(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), (b))
#define DLCV__VADD(a, b) _mm512_add_ps((a), (b))
#define DLCV__VSUB(a, b) _mm512_sub_ps((a), (b))
#define DLCV__VMUL(a, b) _mm512_mul_ps((a), (b))
#define DLCV__VDIV(a, b) _mm512_div_ps((a), (b))
#define DLCV__VSQRT(v) _mm512_sqrt_ps(v)
#define DLCV__VABS(v) _mm512_abs_ps(v)
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) _mm512_max_ps((a), (b))
#define DLCV__VMIN(a, b) _mm512_min_ps((a), (b))
#ifdef DLCV_STRICT
#define DLCV__VFMA(a, b, c) _mm512_add_ps(_mm512_mul_ps((a), (b)), (c))
#else
#define DLCV__VFMA(a, b, c) _mm512_fmadd_ps((a), (b), (c))
#endif
#define DLCV__VACC(acc, v, one) _mm512_fmadd_ps((v), (one), (acc))
#define DLCV__VSUM(v) dlcv__sum_avx512(v)
#define DLCV__VZIPLO(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), (b))
#define DLCV__VZIPHI(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), (b))
#define DLCV__VNEXT(a, b) _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(b), _mm512_castps_si512(a), 1))
#define DLCV__VM __mmask16
#define DLCV__VLT(a, b) _mm512_cmp_ps_mask((a), (b), _CMP_LT_OQ)
#define DLCV__VSELECT(m, a, b) _mm512_mask_blend_ps((m), (b), (a))
#define DLCV__VANY(m) ((m) != 0)

#define DLCV__VI __m512i
#define DLCV__VISET(x) _mm512_set1_epi32(x)
#define DLCV__VILOAD(p) _mm512_loadu_si512((const void *)(p))
#define DLCV__VISTORE(p, v) _mm512_storeu_si512((void *)(p), (v))
#define DLCV__VIADD(a, b) _mm512_add_epi32((a), (b))
#define DLCV__VISUB(a, b) _mm512_sub_epi32((a), (b))
#define DLCV__VIAND(a, b) _mm512_and_si512((a), (b))
#define DLCV__VIOR(a, b) _mm512_or_si512((a), (b))
#define DLCV__VISHL(v, n) _mm512_slli_epi32((v), (n))
#define DLCV__VISHR(v, n) _mm512_srli_epi32((v), (n))
#define DLCV__VILT(a, b) _mm512_cmplt_epi32_mask((a), (b))
#define DLCV__VFROMI(v) _mm512_cvtepi32_ps(v)
#define DLCV__VTOI(v) _mm512_cvttps_epi32(v)
#define DLCV__VNARROW(p, v) _mm_storeu_si128((__m128i *)(void *)(p), _mm512_cvtepi32_epi8(v))
#define DLCV__VWIDEN(p) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define DLCV__VASI(v) _mm512_castps_si512(v)
#define DLCV__VASF(v) _mm512_castsi512_ps(v)

/* bytes 0, 3, 6, ... 45 of 48 */
#define DLCV__VWIDEN3(p) dlcv__widen3_avx512(p)
DLCV__INLINE __m512i dlcv__widen3_avx512(const uint8_t *p)
{
    const __m128i a = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
        _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const __m128i b = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 16)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1));
    const __m128i c = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 32)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13));
    return _mm512_cvtepu8_epi32(_mm_or_si128(_mm_or_si128(a, b), c));
}

DLCV__INLINE float dlcv__sum_avx512(__m512 v)
{
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}

DLCV__INLINE uint64_t dlcv__sum64_avx512(__m512i v)
{
    const __m256i h = _mm256_add_epi64(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    const __m128i q = _mm_add_epi64(_mm256_castsi256_si128(h), _mm256_extracti128_si256(h, 1));
    return DLCV__LOW64(_mm_add_epi64(q, _mm_unpackhi_epi64(q, q)));
}

/* sixteen unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_avx512(__m512i v)
{
    return dlcv__sum64_avx512(_mm512_add_epi64(_mm512_and_si512(v, _mm512_set1_epi64(0xffffffff)), _mm512_srli_epi64(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE __m512i dlcv__dot_bytes_avx512(__m512i acc, __m512i a, __m512i b)
{
    __m512i z = _mm512_setzero_si512();
    acc = _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_unpacklo_epi8(a, z), _mm512_unpacklo_epi8(b, z)));
    return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_unpackhi_epi8(a, z), _mm512_unpackhi_epi8(b, z)));
}

DLCV__INLINE __m512i dlcv__diff2_bytes_avx512(__m512i acc, __m512i a, __m512i b)
{
    const __m512i d = _mm512_sub_epi8(_mm512_max_epu8(a, b), _mm512_min_epu8(a, b));
    return dlcv__dot_bytes_avx512(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m512i that is read as another vector, and
 * spills. */
#if DLCV__GNU
typedef int dlcv__acc_avx512 __attribute__((vector_size(64)));
#define DLCV__ACC(v) ((dlcv__acc_avx512)(v))
#define DLCV__NOACC(acc) ((__m512i)(acc))
#else
typedef __m512i dlcv__acc_avx512;
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U __m512i
#define DLCV__UW 64
#define DLCV__ULOAD(p) _mm512_loadu_si512((const void *)(p))
#define DLCV__UAND(a, b) _mm512_and_si512((a), (b))
#define DLCV__UA __m512i
#define DLCV__UAZERO() _mm512_setzero_si512()
#define DLCV__USAD(acc, a, b) _mm512_add_epi64((acc), _mm512_sad_epu8((a), (b)))
#define DLCV__UAADD(x, y) _mm512_add_epi64((x), (y))
#define DLCV__UASUM(acc) dlcv__sum64_avx512(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD __m512i
#define DLCV__UDZERO() _mm512_setzero_si512()
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_avx512((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_avx512((acc), (a), (b))
#define DLCV__UDADD(x, y) _mm512_add_epi32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_avx512(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 1
#define DLCV__COSINE_VECTORS 1
#else
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 6
#define DLCV__FNV 4
#define DLCV__GMR 8
#define DLCV__GNV 3
#define DLCV__HMR 4
#define DLCV__HNR 5
#define DLCV__GKC 256
#define DLCV__GNC 480

#define DLCV__SMR 8
#define DLCV__SNV 3
#define DLCV__SROWS 8
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV dlcv__acc_avx512
#define DLCV__SD __m512i
#define DLCV__SVZERO() DLCV__ACC(_mm512_setzero_si512())
#define DLCV__SVLOAD(p) _mm512_load_si512((const void *)(p))
#define DLCV__SVSET(p) _mm512_set1_epi64(dlcv__load_i64(p))
#define DLCV__SVOP(a, b) _mm512_sad_epu8((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) _mm256_storeu_si256((__m256i *)(void *)(c), \
    _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(c)), _mm512_cvtepi64_epi32(DLCV__NOACC(acc))))

#define DLCV__DMR 8
#define DLCV__DNV 3
#define DLCV__DROWS 16
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__acc_avx512
#define DLCV__DA __m512i
#define DLCV__DB __m512i
#define DLCV__DVZERO() DLCV__ACC(_mm512_setzero_si512())
#define DLCV__DVLOAD(p) _mm512_load_si512((const void *)(p))
#define DLCV__DVSET(p) _mm512_set1_epi32(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(acc), _mm512_madd_epi16((a), (b))))
#define DLCV__DVPUT(c, acc) _mm512_storeu_si512((void *)(c), _mm512_add_epi32(_mm512_loadu_si512((const void *)(c)), DLCV__NOACC(acc)))
/* ---- backends/kernels.h */
/* ---- backends/kern_f32.h */
#if DLCV__STAMP_F32
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif
#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);
#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)
DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)
#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}
DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum);
}
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_math.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128));
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}
#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits);
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter));
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t));
}
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign)));
}
DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}
DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}
DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)
DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_gemm.h */
#if DLCV__STAMP_F32
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;
#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step);   \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}
#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif
DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif
static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)
#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}
#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}
#endif
/* ---- backends/kern_conv.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}
DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)
#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}
DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);
DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)
#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}
DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}
static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};
static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};
#endif
/* ---- backends/kern_winograd.h */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)
#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);
#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}
#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_flat.h */
#if DLCV__STAMP_F32
#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);
DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}
DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u);
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}
static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};
#endif
/* ---- backends/kern_table.h */
#if DLCV__STAMP_F32
static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};
#endif
/* ---- backends/kern_u8.h */
#if DLCV__STAMP_U8
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)
#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)
#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)
#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)
static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};
#endif
#if DLCV__SLOT_AVX512VNNI
/* ---- backends/avx512vnni.h */
/* ---- partial stamp over avx512.h: VNNI multiplies bytes, unsigned by signed ---------------------------------------------------------
 * b is flipped to b - 128: a.b = a.(b - 128) + 128 sum(a). A step adds at most 4 x 255 x 128 to a signed lane. */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")
#endif
#endif

#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#define DLCV__K(name) dlcv__##name##_avx512vnni
#define DLCV__BACKEND_NAME "avx512vnni"
#define DLCV__STAMP_F32 0
#define DLCV__STAMP_U8 1

typedef struct dlcv__dot_avx512vnni {
    dlcv__acc_avx512 flipped, sum;      /* a.(b - 128) and sum(a) */
} dlcv__dot_avx512vnni;

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_zero_avx512vnni(void)
{
    dlcv__dot_avx512vnni acc;
    acc.flipped = acc.sum = DLCV__ACC(_mm512_setzero_si512());
    return acc;
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_step_avx512vnni(dlcv__dot_avx512vnni acc, __m512i a, __m512i b)
{
    const __m512i flipped = _mm512_xor_si512(b, _mm512_set1_epi8(-128));
    acc.flipped = DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc.flipped), a, flipped));
    acc.sum = DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc.sum), a, _mm512_set1_epi8(1)));
    return acc;
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__diff2_step_avx512vnni(dlcv__dot_avx512vnni acc, __m512i a, __m512i b)
{
    const __m512i d = _mm512_sub_epi8(_mm512_max_epu8(a, b), _mm512_min_epu8(a, b));
    return dlcv__dot_step_avx512vnni(acc, d, d);
}

DLCV__INLINE uint64_t dlcv__dot_sum_avx512vnni(dlcv__dot_avx512vnni acc)
{
    const __m512i f = DLCV__NOACC(acc.flipped);
    const __m512i wide = _mm512_add_epi64(_mm512_cvtepi32_epi64(_mm512_castsi512_si256(f)),
        _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(f, 1)));
    return dlcv__sum64_avx512(wide) + 128 * dlcv__sum32_avx512(DLCV__NOACC(acc.sum));
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_add_avx512vnni(dlcv__dot_avx512vnni x, dlcv__dot_avx512vnni y)
{
    x.flipped = DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(x.flipped), DLCV__NOACC(y.flipped)));
    x.sum = DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(x.sum), DLCV__NOACC(y.sum)));
    return x;
}

#undef DLCV__UD
#undef DLCV__UDADD
#define DLCV__UDADD(x, y) dlcv__dot_add_avx512vnni((x), (y))
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDSUM
#define DLCV__UD dlcv__dot_avx512vnni
#define DLCV__UDZERO() dlcv__dot_zero_avx512vnni()
#define DLCV__UDOT(acc, a, b) dlcv__dot_step_avx512vnni((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_step_avx512vnni((acc), (a), (b))
#define DLCV__UDSUM(acc) dlcv__dot_sum_avx512vnni(acc)

#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__DVSTEP
#define DLCV__DGROUP 4
#define DLCV__DWIDE 0
#define DLCV__DFLIP 1
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc), (a), (b)))

/* L1 as sum max(a, b), the maximum on one pair of ports and the sum on the other: 2 sum max(a, b) - sum a - sum b */
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SVPUT
#define DLCV__SROWS 16
#define DLCV__SGROUP 4
#define DLCV__SMAX 1
#define DLCV__SVSET(p) _mm512_set1_epi32(dlcv__load_i32(p))
#define DLCV__SVOP(a, b) _mm512_max_epu8((a), (b))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc), (t), _mm512_set1_epi8(1)))
#define DLCV__SVPUT(c, acc) DLCV__DVPUT((c), (acc))

#undef DLCV__NARROW
#define DLCV__NARROW 2
/* ---- backends/kernels.h */
/* ---- backends/kern_f32.h */
#if DLCV__STAMP_F32
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif
#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    const DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);
#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)
DLCV__KERNEL void DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n, float out[3])
{
    size_t i = 0;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    out[0] = DLCV__VSUM(ab0);
    out[1] = DLCV__VSUM(aa0);
    out[2] = DLCV__VSUM(bb0);
    DLCV__LEAVE();
}
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VADD(DLCV__VSET(sum_a[r]), DLCV__VLOAD(sum_b + j * DLCV__VW)); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VADD(acc##r##_##j, acc##r##_##j))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)
#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}
DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum);
}
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}
DLCV__KERNEL size_t DLCV__K(below_f32)(const float *p, size_t begin, size_t end, float limit)
{
    const DLCV__V t = DLCV__VSET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__V a = DLCV__VLOAD(p + i), b = DLCV__VLOAD(p + i + DLCV__VW);
        const DLCV__V c = DLCV__VLOAD(p + i + 2 * DLCV__VW), d = DLCV__VLOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VLT(a, t)) || DLCV__VANY(DLCV__VLT(b, t)) || DLCV__VANY(DLCV__VLT(c, t)) || DLCV__VANY(DLCV__VLT(d, t)))
            break;
    }
    while (i < end && !(p[i] < limit)) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL size_t DLCV__K(below_i32)(const int32_t *p, size_t begin, size_t end, int32_t limit)
{
    const DLCV__VI t = DLCV__VISET(limit);
    size_t i = begin;
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) {
        const DLCV__VI a = DLCV__VILOAD(p + i), b = DLCV__VILOAD(p + i + DLCV__VW);
        const DLCV__VI c = DLCV__VILOAD(p + i + 2 * DLCV__VW), d = DLCV__VILOAD(p + i + 3 * DLCV__VW);
        if (DLCV__VANY(DLCV__VILT(a, t)) || DLCV__VANY(DLCV__VILT(b, t)) || DLCV__VANY(DLCV__VILT(c, t)) || DLCV__VANY(DLCV__VILT(d, t)))
            break;
    }
    while (i < end && p[i] >= limit) i++;
    DLCV__LEAVE();
    return i;
}
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u, i;
#if defined(DLCV__Q) && DLCV__VW > 1
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += 4) {
        const unsigned char *p0 = p + (size_t)r * in_step, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
        unsigned char *q = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, q += 4 * out_step) {
            const DLCV__Q a = DLCV__QLOAD(p0 + 4 * u), b = DLCV__QLOAD(p1 + 4 * u);
            const DLCV__Q c = DLCV__QLOAD(p2 + 4 * u), d = DLCV__QLOAD(p3 + 4 * u);
            DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
            if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
            DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
            DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
            DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
            DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
        }
        for (; u < units; u++, q += out_step)
            for (i = 0; i < 4; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(p0 + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(q + 4 * i, &w, 4);
            }
    }
#endif
    (void)i;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_math.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(log)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), tiny = DLCV__VSET(1.17549435e-38f), zero = DLCV__VZERO();
    const DLCV__V infinity = DLCV__VASF(DLCV__VISET(0x7f800000));
    const DLCV__VM denormal = DLCV__VLT(x, tiny);
    const DLCV__V y = DLCV__VSELECT(denormal, DLCV__VMUL(x, DLCV__VSET(8388608.0f)), x);
    const DLCV__VI bits = DLCV__VISUB(DLCV__VASI(y), DLCV__VISET(0x3f3504f3));
    const DLCV__VI shifted = DLCV__VIADD(DLCV__VISHR(bits, 23), DLCV__VISET(128));
    const DLCV__VI e = DLCV__VISUB(DLCV__VIAND(shifted, DLCV__VISET(511)), DLCV__VISET(128));
    const DLCV__V m = DLCV__VASF(DLCV__VIADD(DLCV__VIAND(bits, DLCV__VISET(0x007fffff)), DLCV__VISET(0x3f3504f3)));
    const DLCV__V f = DLCV__VSUB(m, one);
    const DLCV__V s = DLCV__VDIV(f, DLCV__VADD(m, one));
    const DLCV__V z = DLCV__VMUL(s, s);
    DLCV__V k = DLCV__VFROMI(e), p, r;
    k = DLCV__VSUB(k, DLCV__VSELECT(denormal, DLCV__VSET(23.0f), zero));
    p = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.0f / 11.0f)), DLCV__VSET(2.0f / 9.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 7.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 5.0f));
    p = DLCV__VADD(DLCV__VMUL(z, p), DLCV__VSET(2.0f / 3.0f));
    p = DLCV__VMUL(z, p);
    r = DLCV__VADD(DLCV__VMUL(s, DLCV__VSUB(p, f)), DLCV__VMUL(k, DLCV__VSET(-2.12194440e-4f)));
    r = DLCV__VADD(DLCV__VMUL(k, DLCV__VSET(0.693359375f)), DLCV__VADD(f, r));
    r = DLCV__VSELECT(DLCV__VLT(x, infinity), r, DLCV__VADD(x, zero));
    r = DLCV__VSELECT(DLCV__VLT(zero, x), r, DLCV__VSELECT(DLCV__VLT(x, zero), DLCV__VSUB(infinity, infinity),
        DLCV__VSUB(x, infinity)));
    return r;
}
#ifndef DLCV__VMIN
#define DLCV__VMIN(a, b) DLCV__VSELECT(DLCV__VLT((a), (b)), (a), (b))
#endif
DLCV__INLINE DLCV__V DLCV__K(exp_parts)(DLCV__V x, DLCV__VI *bits)
{
    const DLCV__V shifted = DLCV__VSUB(x, DLCV__VSET(0.0588915178f));
    const DLCV__VI sum = DLCV__VASI(DLCV__VFMA(shifted, DLCV__VSET(1.44269504f), DLCV__VSET(12583166.0f)));
    const DLCV__V n = DLCV__VFROMI(DLCV__VISUB(sum, DLCV__VISET(0x4b4000fe)));
    const DLCV__V r = DLCV__VFMA(n, DLCV__VSET(2.12194440e-4f), DLCV__VFMA(n, DLCV__VSET(-0.693359375f), x));
    DLCV__V q;
    q = DLCV__VFMA(r, DLCV__VSET(1.46512396e-3f), DLCV__VSET(8.36006738e-3f));
    q = DLCV__VFMA(r, q, DLCV__VSET(4.16583642e-2f));
    q = DLCV__VFMA(r, q, DLCV__VSET(1.66665718e-1f));
    q = DLCV__VFMA(r, q, DLCV__VSET(5.00000179e-1f));
    *bits = sum;
    return DLCV__VFMA(DLCV__VMUL(r, r), q, r);
}
DLCV__INLINE DLCV__V DLCV__K(exp)(DLCV__V x)
{
    DLCV__VI bits, half;
    const DLCV__V u = DLCV__K(exp_parts)(DLCV__VMIN(DLCV__VSET(89.0f), DLCV__VMAX(DLCV__VSET(-104.0f), x)), &bits);
    DLCV__V root;
    half = DLCV__VISHR(bits, 1);
    root = DLCV__VASF(DLCV__VISHL(half, 23));
    return DLCV__VMUL(DLCV__VFMA(u, root, root), DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, half), 23)));
}
DLCV__INLINE DLCV__V DLCV__K(signed_as)(DLCV__V y, DLCV__V x)
{
    const DLCV__VI sign = DLCV__VIAND(DLCV__VASI(x), DLCV__VISET((int32_t)(-2147483647 - 1)));
    return DLCV__VASF(DLCV__VIOR(DLCV__VASI(y), sign));
}
DLCV__INLINE DLCV__V DLCV__K(tanh)(DLCV__V x)
{
    const DLCV__V one = DLCV__VSET(1.0f), two = DLCV__VSET(2.0f), t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V end = DLCV__VMIN(DLCV__VSET(10.0f), t);
    DLCV__VI bits;
    DLCV__V p, q = DLCV__K(exp_parts)(DLCV__VADD(end, end), &bits);
    const DLCV__V power = DLCV__VASF(DLCV__VISHL(DLCV__VISUB(bits, DLCV__VISET(127)), 23));
    q = DLCV__VSUB(one, DLCV__VDIV(two, DLCV__VADD(DLCV__VFMA(q, power, power), one)));
    p = DLCV__VFMA(z, DLCV__VSET(-6.17981935e-3f), DLCV__VSET(2.10074689e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-5.38374223e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.33324504e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.33333135e-1f));
    p = DLCV__VFMA(DLCV__VMUL(t, z), p, t);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(0.5625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(erf)(DLCV__V x)
{
    const DLCV__V t = DLCV__VABS(x), z = DLCV__VMUL(t, t);
    const DLCV__V w = DLCV__VSUB(DLCV__VMIN(DLCV__VSET(3.96875f), t), DLCV__VSET(2.515625f));
    DLCV__V p, q;
    p = DLCV__VFMA(z, DLCV__VSET(7.43769342e-5f), DLCV__VSET(-7.88706588e-4f));
    p = DLCV__VFMA(z, p, DLCV__VSET(5.17472997e-3f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-2.68469304e-2f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.12834297e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(-3.7612614e-1f));
    p = DLCV__VFMA(z, p, DLCV__VSET(1.28379166e-1f));
    p = DLCV__VFMA(t, p, t);
    q = DLCV__VFMA(w, DLCV__VSET(-8.28884424e-7f), DLCV__VSET(-8.65241532e-7f));
    q = DLCV__VFMA(w, q, DLCV__VSET(1.51532722e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-1.36945564e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-8.26400355e-5f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.54886894e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.23330455e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.86970476e-4f));
    q = DLCV__VFMA(w, q, DLCV__VSET(2.73582246e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-5.8517186e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(8.15508701e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-7.82708265e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(5.06665045e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(-2.01402674e-3f));
    q = DLCV__VFMA(w, q, DLCV__VSET(3.74215335e-4f));
    q = DLCV__VSUB(DLCV__VSET(1.0f), q);
    return DLCV__K(signed_as)(DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(1.0625f)), p, q), x);
}
DLCV__INLINE DLCV__V DLCV__K(turns)(DLCV__V u, int quarter, DLCV__VI *sign)
{
    const DLCV__V one = DLCV__VSET(1.0f), t = DLCV__VABS(u);
    const DLCV__V in = DLCV__VSELECT(DLCV__VLT(t, DLCV__VSET(16777216.0f)), t, DLCV__VZERO());
    const DLCV__V part = DLCV__VSUB(in, DLCV__VFROMI(DLCV__VTOI(in)));
    const DLCV__VI q = DLCV__VTOI(DLCV__VADD(DLCV__VMUL(part, DLCV__VSET(4.0f)), DLCV__VSET(0.5f)));
    const DLCV__V y = DLCV__VMUL(DLCV__VSUB(part, DLCV__VMUL(DLCV__VFROMI(q), DLCV__VSET(0.25f))), DLCV__VSET(6.28318531f));
    const DLCV__V z = DLCV__VMUL(y, y);
    const DLCV__VI which = DLCV__VIADD(q, DLCV__VISET(quarter));
    const DLCV__VM odd = DLCV__VILT(DLCV__VISET(0), DLCV__VIAND(which, DLCV__VISET(1)));
    DLCV__V s, c;
    s = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(2.75573192e-6f)), DLCV__VSET(-1.98412698e-4f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(8.33333333e-3f));
    s = DLCV__VADD(DLCV__VMUL(z, s), DLCV__VSET(-1.66666667e-1f));
    s = DLCV__VADD(y, DLCV__VMUL(DLCV__VMUL(y, z), s));
    c = DLCV__VADD(DLCV__VMUL(z, DLCV__VSET(-2.75573192e-7f)), DLCV__VSET(2.48015873e-5f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(-1.38888889e-3f));
    c = DLCV__VADD(DLCV__VMUL(z, c), DLCV__VSET(4.16666667e-2f));
    c = DLCV__VADD(DLCV__VSUB(one, DLCV__VMUL(z, DLCV__VSET(0.5f))), DLCV__VMUL(DLCV__VMUL(z, z), c));
    *sign = DLCV__VISHL(DLCV__VISHR(DLCV__VIAND(which, DLCV__VISET(2)), 1), 31);
    s = DLCV__VSELECT(odd, c, s);
    return DLCV__VADD(s, DLCV__VSUB(t, t));
}
DLCV__INLINE DLCV__V DLCV__K(turn_sign)(DLCV__V x, DLCV__VI sign)
{
    const DLCV__VI bits = DLCV__VASI(x);
    return DLCV__VASF(DLCV__VISUB(DLCV__VIOR(bits, sign), DLCV__VIAND(bits, sign)));
}
DLCV__INLINE DLCV__V DLCV__K(sin_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V s = DLCV__K(turns)(u, 0, &sign);
    return DLCV__K(turn_sign)(DLCV__K(turn_sign)(s, sign), DLCV__VIAND(DLCV__VASI(u), DLCV__VISET((int32_t)(-2147483647 - 1))));
}
DLCV__INLINE DLCV__V DLCV__K(cos_turns)(DLCV__V u)
{
    DLCV__VI sign;
    const DLCV__V c = DLCV__K(turns)(u, 1, &sign);
    return DLCV__K(turn_sign)(c, sign);
}
DLCV__INLINE DLCV__V DLCV__K(normal)(DLCV__V u1, DLCV__V u2)
{
    return DLCV__VMUL(DLCV__VSQRT(DLCV__VMUL(DLCV__VSET(-2.0f), DLCV__K(log)(u1))), DLCV__K(cos_turns)(u2));
}
#define DLCV__MAP(NAME, FUNCTION) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, float *y, size_t n) \
{ \
    size_t i; \
    for (i = 0; i < n; i += DLCV__VW) { \
        const int whole = n - i >= DLCV__VW; \
        const DLCV__V v = DLCV__K(FUNCTION)(whole ? DLCV__VLOAD(x + i) : DLCV__VLOADN(x + i, n - i)); \
        if (whole) DLCV__VSTORE(y + i, v); \
        else DLCV__VSTOREN(y + i, v, n - i); \
    } \
    DLCV__LEAVE(); \
}
DLCV__MAP(log_f32, log)
DLCV__MAP(exp_f32, exp)
DLCV__MAP(tanh_f32, tanh)
DLCV__MAP(erf_f32, erf)
DLCV__MAP(sin_turns_f32, sin_turns)
DLCV__MAP(cos_turns_f32, cos_turns)
DLCV__KERNEL void DLCV__K(normal_f32)(const float *u1, const float *u2, float *y, size_t n)
{
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const int whole = n - i >= DLCV__VW;
        const DLCV__V a = whole ? DLCV__VLOAD(u1 + i) : DLCV__VLOADN(u1 + i, n - i);
        const DLCV__V b = whole ? DLCV__VLOAD(u2 + i) : DLCV__VLOADN(u2 + i, n - i);
        const DLCV__V v = DLCV__K(normal)(a, b);
        if (whole) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, n - i);
    }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_gemm.h */
#if DLCV__STAMP_F32
#define DLCV__GNR (DLCV__GNV * DLCV__VW)
#ifdef DLCV__VMASK
#define DLCV__G_IN(j, p) (j < LAST ? DLCV__VLOAD(p) : DLCV__VLOADM((p), tail))
#define DLCV__G_TAIL(N) const DLCV__VMASK_TYPE tail = DLCV__VMASK(cols - (N - 1) * DLCV__VW);
#define DLCV__GEMM_MASKED 1
#define DLCV__G_STORE(R, N) if (cols < N * DLCV__VW) { DLCV__REP##R(DLCV__G_PUTN, DLCV__COL##N) } else
#else
#define DLCV__G_IN(j, p) DLCV__VLOAD(p)
#define DLCV__G_TAIL(N)
#define DLCV__GEMM_MASKED 0
#define DLCV__G_STORE(R, N) (void)cols; (void)(int)LAST;
#endif
#define DLCV__G_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__G_FETCH1(r, j) acc##r##_##j = DLCV__G_IN(j, in + j * DLCV__VW);
#define DLCV__G_LOAD1(r, j) const DLCV__V b##j = DLCV__G_IN(j, b + j * DLCV__VW);
#define DLCV__G_STEP1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__G_PUT1(r, j) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j);
#define DLCV__G_PUTN1(r, j) if (j < LAST) DLCV__VSTORE(c + j * DLCV__VW, acc##r##_##j); else DLCV__VSTOREM(c + j * DLCV__VW, acc##r##_##j, tail);
#define DLCV__G_PUTN(r, COLS) COLS(DLCV__G_PUTN1, r) c += c_row;
#define DLCV__G_ZERO(r, COLS) COLS(DLCV__G_ZERO1, r)
#define DLCV__G_FETCH(r, COLS) COLS(DLCV__G_FETCH1, r) in += c_row;
#define DLCV__G_STEP(r, COLS) { const DLCV__V x = DLCV__VSET(dlcv__load_f32(a##r)); COLS(DLCV__G_STEP1, r) }
#define DLCV__G_PUT(r, COLS) COLS(DLCV__G_PUT1, r) c += c_row;
#define DLCV__G_ROW(r, COLS) const float *a##r = a + (size_t)r * a_row;
#define DLCV__G_NEXT(r, COLS) a##r += a_step;
#define DLCV__GEMM_BODY(R, N) \
DLCV__KERNEL void DLCV__K(gemm_##R##_##N)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, \
    size_t c_row, int cols, int load) \
{ \
    enum { LAST = N - 1 }; \
    DLCV__G_TAIL(N) \
    DLCV__REP##R(DLCV__G_ROW, DLCV__COL##N) \
    DLCV__REP##R(DLCV__G_ZERO, DLCV__COL##N) \
    if (load) { \
        const float *in = c; \
        DLCV__REP##R(DLCV__G_FETCH, DLCV__COL##N) \
    } \
    DLCV__HIDE(c_row); \
    for (; k; k--) { \
        DLCV__PREFETCH(a0 + 64 * a_step);   \
        DLCV__COL##N(DLCV__G_LOAD1, 0) \
        DLCV__REP##R(DLCV__G_STEP, DLCV__COL##N) \
        DLCV__REP##R(DLCV__G_NEXT, DLCV__COL##N) \
        b += b_step; \
    } \
    DLCV__G_STORE(R, N) { DLCV__REP##R(DLCV__G_PUT, DLCV__COL##N) } \
    (void)a_row; \
    DLCV__LEAVE(); \
}
#if DLCV__GNV == 1
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1) }
#elif DLCV__GNV == 2
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2) }
#elif DLCV__GNV == 3
#define DLCV__GEMM_BODIES(R) DLCV__GEMM_BODY(R, 1) DLCV__GEMM_BODY(R, 2) DLCV__GEMM_BODY(R, 3)
#define DLCV__GEMM_NAMES(R) { DLCV__K(gemm_##R##_1), DLCV__K(gemm_##R##_2), DLCV__K(gemm_##R##_3) }
#endif
DLCV__GEMM_BODIES(1)
DLCV__GEMM_BODIES(2)
DLCV__GEMM_BODIES(3)
DLCV__GEMM_BODIES(4)
#if DLCV__GMR >= 6
DLCV__GEMM_BODIES(5)
DLCV__GEMM_BODIES(6)
#endif
#if DLCV__GMR >= 8
DLCV__GEMM_BODIES(7)
DLCV__GEMM_BODIES(8)
#endif
static const dlcv__gemm_body DLCV__K(gemm_bodies)[DLCV__GMR][DLCV__GNV] = {
    DLCV__GEMM_NAMES(1), DLCV__GEMM_NAMES(2), DLCV__GEMM_NAMES(3), DLCV__GEMM_NAMES(4)
#if DLCV__GMR >= 6
    , DLCV__GEMM_NAMES(5), DLCV__GEMM_NAMES(6)
#endif
#if DLCV__GMR >= 8
    , DLCV__GEMM_NAMES(7), DLCV__GEMM_NAMES(8)
#endif
};
DLCV__KERNEL void DLCV__K(gemm_finish)(const float *t, size_t t_row, float *c, size_t c_row, int rows, int cols, const dlcv__epilogue *e)
{
    int i, j;
    for (i = 0; i < rows; i++, t += t_row, c += c_row)
        for (j = 0; j < cols; j += DLCV__VW) {
            const size_t n = cols - j < DLCV__VW ? (size_t)(cols - j) : DLCV__VW;
            DLCV__V v = DLCV__VLOAD(t + j);
            if (e && e->bias) v = DLCV__VADD(v, DLCV__VSET(e->bias[i]));
            if (e && e->residual) {
                const float *p = e->residual + (size_t)i * e->residual_row + j;
                v = DLCV__VADD(v, n == DLCV__VW ? DLCV__VLOAD(p) : DLCV__VLOADN(p, n));
            }
            if (e) v = DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
            if (n == DLCV__VW) DLCV__VSTORE(c + j, v);
            else DLCV__VSTOREN(c + j, v, n);
        }
    DLCV__LEAVE();
}
DLCV__APART void DLCV__K(gemm_tile_apart)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    const int vectors = (cols + DLCV__VW - 1) / DLCV__VW;
    DLCV__ALIGN64 float t[DLCV__GMR * DLCV__GNR];
    int i, j;
    for (i = 0; i < rows && load; i++) {
        memcpy(t + i * DLCV__GNR, c + (size_t)i * c_row, (size_t)cols * sizeof(float));
        for (j = cols; j < vectors * DLCV__VW; j++) t[i * DLCV__GNR + j] = 0;
    }
    DLCV__K(gemm_bodies)[rows - 1][vectors - 1](k, a, a_row, a_step, b, b_step, t, DLCV__GNR, cols, load);
    DLCV__K(gemm_finish)(t, DLCV__GNR, c, c_row, rows, cols, e);
}
DLCV__KERNEL void DLCV__K(gemm_tile)(size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, float *c, size_t c_row,
    int rows, int cols, int load, const dlcv__epilogue *e)
{
    if (!e && (DLCV__GEMM_MASKED || cols % DLCV__VW == 0))
        DLCV__K(gemm_bodies)[rows - 1][(unsigned)(cols + DLCV__VW - 1) / DLCV__VW - 1](k, a, a_row, a_step, b, b_step, c, c_row, cols, load);
    else
        DLCV__K(gemm_tile_apart)(k, a, a_row, a_step, b, b_step, c, c_row, rows, cols, load, e);
}
DLCV__KERNEL void DLCV__K(copy_rows)(float *out, size_t width, const float *in, size_t in_row, size_t rows, size_t cols)
{
    size_t r, j;
    for (r = 0; r < rows; r++, out += width, in += in_row) {
        for (j = 0; cols - j >= DLCV__VW; j += DLCV__VW) {
            const DLCV__V v = DLCV__VLOAD(in + j);
            DLCV__VSTORE(out + j, v);
        }
        if (j < cols) {
            const DLCV__V v = DLCV__VLOADN(in + j, cols - j);
            DLCV__VSTORE(out + j, v);
        }
    }
    DLCV__LEAVE();
}
#define DLCV__H_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__H_ZERO(r, COLS) COLS(DLCV__H_ZERO1, r)
#define DLCV__H_ROW(r, x) const float *a##r = a + (size_t)(r < rows ? r : rows - 1) * a_row;
#define DLCV__H_LOAD(r, x) const DLCV__V v##r = DLCV__VLOAD(a##r + p);
#define DLCV__H_LOADN(r, x) const DLCV__V v##r = DLCV__VLOADN(a##r + p, k - p);
#define DLCV__H_STEP(r, j) acc##r##_##j = DLCV__VFMA(v##r, y, acc##r##_##j);
#define DLCV__H_COL(ROWS, j) { const DLCV__V y = DLCV__VLOAD(b + (size_t)j * b_row + p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_COLN(ROWS, j) { const DLCV__V y = DLCV__VLOADN(b + (size_t)j * b_row + p, k - p); ROWS(DLCV__H_STEP, j) }
#define DLCV__H_SUM1(r, j) sum[r * DLCV__HNR + j] = DLCV__VSUM(acc##r##_##j);
#define DLCV__H_SUM(r, COLS) COLS(DLCV__H_SUM1, r)
#define DLCV__GEMM_DOTS(NAME, ROWS, COLS) \
DLCV__KERNEL void DLCV__K(NAME)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, float *sum) \
{ \
    size_t p = 0; \
    ROWS(DLCV__H_ROW, 0) \
    ROWS(DLCV__H_ZERO, COLS) \
    for (; k - p >= DLCV__VW; p += DLCV__VW) { \
        ROWS(DLCV__H_LOAD, 0) \
        COLS(DLCV__H_COL, ROWS) \
    } \
    if (p < k) { \
        ROWS(DLCV__H_LOADN, 0) \
        COLS(DLCV__H_COLN, ROWS) \
    } \
    ROWS(DLCV__H_SUM, COLS) \
    (void)b_row; \
    DLCV__LEAVE(); \
}
#define DLCV__H_ROWS DLCV__CAT(DLCV__REP, DLCV__HMR)
DLCV__GEMM_DOTS(gemm_dots_1, DLCV__REP8, DLCV__COL1)
DLCV__GEMM_DOTS(gemm_dots_2, DLCV__H_ROWS, DLCV__COL2)
#if DLCV__HNR >= 4
DLCV__GEMM_DOTS(gemm_dots_3, DLCV__H_ROWS, DLCV__COL3)
DLCV__GEMM_DOTS(gemm_dots_4, DLCV__H_ROWS, DLCV__COL4)
#endif
#if DLCV__HNR >= 5
DLCV__GEMM_DOTS(gemm_dots_5, DLCV__H_ROWS, DLCV__COL5)
#endif
DLCV__KERNEL void DLCV__K(gemm_dots)(size_t k, const float *a, size_t a_row, int rows, const float *b, size_t b_row, int cols, float *sum)
{
    switch (cols) {
    case 1: DLCV__K(gemm_dots_1)(k, a, a_row, rows, b, b_row, sum); break;
    case 2: DLCV__K(gemm_dots_2)(k, a, a_row, rows, b, b_row, sum); break;
#if DLCV__HNR >= 4
    case 3: DLCV__K(gemm_dots_3)(k, a, a_row, rows, b, b_row, sum); break;
    case 4: DLCV__K(gemm_dots_4)(k, a, a_row, rows, b, b_row, sum); break;
#endif
#if DLCV__HNR >= 5
    case 5: DLCV__K(gemm_dots_5)(k, a, a_row, rows, b, b_row, sum); break;
#endif
    default: break;
    }
}
#endif
/* ---- backends/kern_conv.h */
#if DLCV__STAMP_F32
DLCV__INLINE DLCV__V DLCV__K(direct_finish)(DLCV__V v, const float *bias, const float *residual, size_t lanes, const dlcv__epilogue *e)
{
    if (bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(bias)));
    if (residual) {
        const DLCV__V r = lanes == DLCV__VW ? DLCV__VLOAD(residual) : DLCV__VLOADN(residual, lanes);
        v = DLCV__VADD(v, r);
    }
    v = DLCV__VMAX(DLCV__VSET(e->low), v);
    return DLCV__VMIN(DLCV__VSET(e->high), v);
}
DLCV__INLINE void DLCV__K(direct_put)(float *y, DLCV__V v, size_t lanes)
{
    if (lanes == DLCV__VW) DLCV__VSTORE(y, v);
    else DLCV__VSTOREN(y, v, lanes);
}
#if DLCV__GMR >= 8
#define DLCV__CMR 8
#elif DLCV__GMR >= 6
#define DLCV__CMR 6
#else
#define DLCV__CMR 4
#endif
#define DLCV__C_COLS DLCV__CAT(DLCV__COL, DLCV__GNV)
#define DLCV__C_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__C_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOAD(x##j + at);
#define DLCV__C_STEP1(r, j) acc##r##_##j = DLCV__VFMA(a, b##j, acc##r##_##j);
#define DLCV__C_PUT1(r, j) DLCV__VSTORE(t + (r * DLCV__GNV + j) * DLCV__VW, acc##r##_##j);
#define DLCV__C_X1(r, j) const float *x##j = x + at_x[j < vectors ? j : 0];
#define DLCV__C_Y1(r, j) if (j < vectors) { \
    float *to = y + (size_t)r * y_row + at_y[j]; \
    if (e) acc##r##_##j = DLCV__K(direct_finish)(acc##r##_##j, e->bias ? e->bias + r : NULL, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r##_##j, lanes); }
#define DLCV__C_ZERO(r, z) DLCV__C_COLS(DLCV__C_ZERO1, r)
#define DLCV__C_STEP(r, z) { const DLCV__V a = DLCV__VSET(weights[r]); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_PUT(r, z) DLCV__C_COLS(DLCV__C_PUT1, r)
#define DLCV__C_Y(r, z) DLCV__C_COLS(DLCV__C_Y1, r)
#define DLCV__DIRECT_BODY(R) \
DLCV__KERNEL void DLCV__K(direct_##R)(size_t k, const float *weights, const float *x, const size_t *taps, const size_t *at_x, float *y, size_t y_row, \
    const size_t *at_y, int vectors, size_t lanes, const dlcv__epilogue *e) \
{ \
    size_t p; \
    DLCV__C_COLS(DLCV__C_X1, 0) \
    DLCV__REP##R(DLCV__C_ZERO, 0) \
    for (p = 0; p < k; p++, weights += R) { \
        const size_t at = taps[p]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_STEP, 0) \
    } \
    DLCV__REP##R(DLCV__C_Y, 0) \
    DLCV__LEAVE(); \
}
DLCV__DIRECT_BODY(1)
DLCV__DIRECT_BODY(2)
DLCV__DIRECT_BODY(3)
DLCV__DIRECT_BODY(4)
#if DLCV__CMR >= 6
DLCV__DIRECT_BODY(5)
DLCV__DIRECT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__DIRECT_BODY(7)
DLCV__DIRECT_BODY(8)
#endif
#define DLCV__C_TAP(r, i, j) acc##r = DLCV__VFMA(w##i##j, DLCV__VLOAD(q##j + (size_t)r * step + i * row), acc##r);
#define DLCV__C_NINE(r, z) DLCV__V acc##r = DLCV__VZERO(); \
    DLCV__C_TAP(r, 0, 0) DLCV__C_TAP(r, 0, 1) DLCV__C_TAP(r, 0, 2) DLCV__C_TAP(r, 1, 0) DLCV__C_TAP(r, 1, 1) DLCV__C_TAP(r, 1, 2) \
    DLCV__C_TAP(r, 2, 0) DLCV__C_TAP(r, 2, 1) DLCV__C_TAP(r, 2, 2)
#define DLCV__C_OUT(r, z) { \
    float *to = y + (oy + r) * y_row + ox; \
    if (e) acc##r = DLCV__K(direct_finish)(acc##r, e->bias, e->residual ? e->residual + (to - y) : NULL, lanes, e); \
    DLCV__K(direct_put)(to, acc##r, lanes); }
#define DLCV__C_WEIGHT(i, j) const DLCV__V w##i##j = DLCV__VSET(w[3 * i + j]);
DLCV__KERNEL void DLCV__K(depthwise3)(const float *x, size_t row, size_t step, const size_t *off, const float *w, float *y, size_t y_row, size_t rows,
    size_t cols, const dlcv__epilogue *e)
{
    const size_t lanes = cols < DLCV__VW ? cols : DLCV__VW;
    size_t ox, oy;
    DLCV__COL3(DLCV__C_WEIGHT, 0)
    DLCV__COL3(DLCV__C_WEIGHT, 1)
    DLCV__COL3(DLCV__C_WEIGHT, 2)
    for (ox = 0; ox < cols; ox += DLCV__VW) {
        if (cols > DLCV__VW && cols - ox < DLCV__VW) ox = cols - DLCV__VW;
        for (oy = 0; oy < rows;) {
            const float *q0, *q1, *q2;
            if (rows >= 4 && rows - oy < 4) oy = rows - 4;
            q0 = x + oy * step + off[0] + ox, q1 = x + oy * step + off[1] + ox, q2 = x + oy * step + off[2] + ox;
            if (rows >= 4) {
                DLCV__REP4(DLCV__C_NINE, 0)
                DLCV__REP4(DLCV__C_OUT, 0)
                oy += 4;
            } else {
                DLCV__REP1(DLCV__C_NINE, 0)
                DLCV__REP1(DLCV__C_OUT, 0)
                oy++;
            }
        }
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(deal)(const float *x, size_t n, size_t stride, float *out, size_t pitch)
{
    size_t i = 0, p;
    if (stride == 1) {
        if (n >= DLCV__VW) {
            for (; n - i >= DLCV__VW; i += DLCV__VW) {
                const DLCV__V v = DLCV__VLOAD(x + i);
                DLCV__VSTORE(out + i, v);
            }
            if (i < n) {
                const DLCV__V v = DLCV__VLOAD(x + n - DLCV__VW);
                DLCV__VSTORE(out + n - DLCV__VW, v);
            }
        } else {
            const DLCV__V v = DLCV__VLOADN(x, n);
            DLCV__VSTOREN(out, v, n);
        }
        DLCV__LEAVE();
        return;
    }
    if (stride == 2) {
        for (; n - 2 * i >= 2 * DLCV__VW; i += DLCV__VW) {
            const DLCV__V a = DLCV__VLOAD(x + 2 * i), b = DLCV__VLOAD(x + 2 * i + DLCV__VW);
            const DLCV__V u = DLCV__VEVEN(a, b), v = DLCV__VODD(a, b);
            DLCV__VSTORE(out + i, u);
            DLCV__VSTORE(out + pitch + i, v);
        }
    } else if (stride == 4) {
        for (; n - 4 * i >= 4 * DLCV__VW; i += DLCV__VW) {
            const float *q = x + 4 * i;
            const DLCV__V a = DLCV__VLOAD(q), b = DLCV__VLOAD(q + DLCV__VW), c = DLCV__VLOAD(q + 2 * DLCV__VW), d = DLCV__VLOAD(q + 3 * DLCV__VW);
            const DLCV__V ab = DLCV__VEVEN(a, b), cd = DLCV__VEVEN(c, d), ef = DLCV__VODD(a, b), gh = DLCV__VODD(c, d);
            const DLCV__V s = DLCV__VEVEN(ab, cd), t = DLCV__VEVEN(ef, gh), u = DLCV__VODD(ab, cd), v = DLCV__VODD(ef, gh);
            DLCV__VSTORE(out + i, s);
            DLCV__VSTORE(out + pitch + i, t);
            DLCV__VSTORE(out + 2 * pitch + i, u);
            DLCV__VSTORE(out + 3 * pitch + i, v);
        }
    }
    for (; i * stride < n; i++)
        for (p = 0; p < stride && i * stride + p < n; p++) memcpy(out + p * pitch + i, x + i * stride + p, 4);
    DLCV__LEAVE();
}
#define DLCV__C_TAP1(r, j) const float *x##j = x + taps[j < vectors ? j : 0];
#define DLCV__C_FETCH1(r, j) DLCV__V acc##r##_##j = DLCV__VLOADA(acc + (size_t)r * acc_row + (j < vectors ? j : 0) * DLCV__VW);
#define DLCV__C_KEEP1(r, j) if (j < vectors) DLCV__VSTORE(acc + (size_t)r * acc_row + j * DLCV__VW, acc##r##_##j);
#define DLCV__C_FETCH(r, z) const float *m##r = map + (size_t)r * map_row; DLCV__C_COLS(DLCV__C_FETCH1, r)
#define DLCV__C_GRAD(r, z) { const DLCV__V a = DLCV__VLOAD(m##r + i * DLCV__VW); DLCV__C_COLS(DLCV__C_STEP1, r) }
#define DLCV__C_KEEP(r, z) DLCV__C_COLS(DLCV__C_KEEP1, r)
#define DLCV__GRADIENT_BODY(R) \
DLCV__KERNEL void DLCV__K(gradient_##R)(size_t n, const float *map, size_t map_row, const float *x, const size_t *taps, const size_t *at_x, float *acc, \
    size_t acc_row, int vectors) \
{ \
    size_t i; \
    DLCV__C_COLS(DLCV__C_TAP1, 0) \
    DLCV__REP##R(DLCV__C_FETCH, 0) \
    for (i = 0; i < n; i++) { \
        const size_t at = at_x[i]; \
        DLCV__C_COLS(DLCV__C_LOAD1, 0) \
        DLCV__REP##R(DLCV__C_GRAD, 0) \
    } \
    DLCV__REP##R(DLCV__C_KEEP, 0) \
    DLCV__LEAVE(); \
}
DLCV__GRADIENT_BODY(1)
DLCV__GRADIENT_BODY(2)
DLCV__GRADIENT_BODY(3)
DLCV__GRADIENT_BODY(4)
#if DLCV__CMR >= 6
DLCV__GRADIENT_BODY(5)
DLCV__GRADIENT_BODY(6)
#endif
#if DLCV__CMR >= 8
DLCV__GRADIENT_BODY(7)
DLCV__GRADIENT_BODY(8)
#endif
DLCV__KERNEL void DLCV__K(sum_lanes)(const float *acc, float *out, size_t n, int add)
{
    size_t i;
    for (i = 0; i < n; i++) {
        const DLCV__V v = DLCV__VLOADA(acc + i * DLCV__VW);
        float sum = DLCV__VSUM(v);
        if (add) sum += dlcv__load_f32(out + i);
        memcpy(out + i, &sum, 4);
    }
    DLCV__LEAVE();
}
static const dlcv__direct_body DLCV__K(direct_bodies)[DLCV__CMR] = {
    DLCV__K(direct_1), DLCV__K(direct_2), DLCV__K(direct_3), DLCV__K(direct_4)
#if DLCV__CMR >= 6
    , DLCV__K(direct_5), DLCV__K(direct_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(direct_7), DLCV__K(direct_8)
#endif
};
static const dlcv__gradient_body DLCV__K(gradient_bodies)[DLCV__CMR] = {
    DLCV__K(gradient_1), DLCV__K(gradient_2), DLCV__K(gradient_3), DLCV__K(gradient_4)
#if DLCV__CMR >= 6
    , DLCV__K(gradient_5), DLCV__K(gradient_6)
#endif
#if DLCV__CMR >= 8
    , DLCV__K(gradient_7), DLCV__K(gradient_8)
#endif
};
#endif
/* ---- backends/kern_winograd.h */
#if DLCV__STAMP_F32 && !defined(DLCV_STRICT)
#define DLCV__W_A 0.625f
#define DLCV__W_B 1.5f
#define DLCV__W_A2 (DLCV__W_A * DLCV__W_A)
#define DLCV__W_B2 (DLCV__W_B * DLCV__W_B)
#define DLCV__W_IN4() \
    const DLCV__V ea = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x2, x4), oa = DLCV__VFMA(DLCV__VSET(-DLCV__W_B2), x1, x3); \
    const DLCV__V eb = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x2, x4), ob = DLCV__VFMA(DLCV__VSET(-DLCV__W_A2), x1, x3); \
    const DLCV__V z0 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x0, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x2, x4)); \
    const DLCV__V z1 = DLCV__VFMA(DLCV__VSET(DLCV__W_A), oa, ea), z2 = DLCV__VFMA(DLCV__VSET(-DLCV__W_A), oa, ea); \
    const DLCV__V z3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), ob, eb), z4 = DLCV__VFMA(DLCV__VSET(-DLCV__W_B), ob, eb); \
    const DLCV__V z5 = DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_B2), x1, DLCV__VFMA(DLCV__VSET(-DLCV__W_A2 - DLCV__W_B2), x3, x5));
#define DLCV__W_IN2() \
    const DLCV__V z0 = DLCV__VSUB(x0, x2), z1 = DLCV__VADD(x1, x2), z2 = DLCV__VSUB(x2, x1), z3 = DLCV__VSUB(x1, x3);
#define DLCV__W_SPLIT4(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), v2 = DLCV__VLOAD((p) + 2 * DLCV__VW), v3 = DLCV__VLOAD((p) + 3 * DLCV__VW); \
    const DLCV__V x02 = DLCV__VEVEN(v0, v1), y02 = DLCV__VEVEN(v2, v3), x13 = DLCV__VODD(v0, v1), y13 = DLCV__VODD(v2, v3); \
    const DLCV__V x0 = DLCV__VEVEN(x02, y02), x1 = DLCV__VEVEN(x13, y13), x2 = DLCV__VODD(x02, y02), x3 = DLCV__VODD(x13, y13); \
    const DLCV__V w0 = DLCV__VLOAD((p) + 4 * DLCV__VW), w1 = DLCV__VLOAD((p) + 4 * DLCV__VW + 1); \
    const DLCV__V x4 = DLCV__VNEXT(x0, w0), x5 = DLCV__VNEXT(x1, w1);
#define DLCV__W_SPLIT2(p) \
    const DLCV__V v0 = DLCV__VLOAD(p), v1 = DLCV__VLOAD((p) + DLCV__VW), w0 = DLCV__VLOAD((p) + 2 * DLCV__VW), w1 = DLCV__VLOAD((p) + 2 * DLCV__VW + 1); \
    const DLCV__V x0 = DLCV__VEVEN(v0, v1), x1 = DLCV__VODD(v0, v1), x2 = DLCV__VNEXT(x0, w0), x3 = DLCV__VNEXT(x1, w1);
#define DLCV__W_NAME(k, x) x##k = DLCV__VZERO();
#define DLCV__W_FETCH(k, x) x##k = DLCV__VLOAD(rows[k] + i);
#define DLCV__W_FETCHN(k, x) x##k = DLCV__VLOADN(rows[k] + i, width - i);
#define DLCV__W_KEEP(k, x) DLCV__VSTORE(r + k * r_row + lo + i, z##k);
#define DLCV__W_PUT(k, x) DLCV__VSTORE(q + k * v_step, z##k);
#define DLCV__W_PUTN(k, x) DLCV__VSTOREN(q + k * v_step, z##k, room - t);
#define DLCV__WINOGRAD_IN(M, REP, NAMES) \
DLCV__KERNEL void DLCV__K(winograd_in##M)(const float *const *rows, size_t lo, size_t hi, size_t safe, size_t count, float *r, size_t r_row, \
    float *v, size_t v_step, size_t room) \
{ \
    const size_t width = hi - lo, end = M * count + 2; \
    size_t i, k, t; \
    for (i = 0; i < width; i += DLCV__VW) { \
        DLCV__V NAMES; \
        if (safe >= i + DLCV__VW) { \
            REP(DLCV__W_FETCH, x) \
        } else { \
            REP(DLCV__W_FETCHN, x) \
        } \
        { DLCV__W_IN##M() REP(DLCV__W_KEEP, 0) } \
    } \
    for (k = 0; k < M + 2; k++) { \
        float *line = r + k * r_row; \
        for (i = 0; i < lo; i++) line[i] = 0; \
        for (i = hi; i < end; i++) line[i] = 0; \
        for (t = 0; t < count; t += DLCV__VW) { \
            float *q = v + k * (M + 2) * v_step + t; \
            DLCV__W_SPLIT##M(line + M * t) \
            DLCV__W_IN##M() \
            if (room >= t + DLCV__VW) { \
                REP(DLCV__W_PUT, 0) \
            } else { \
                REP(DLCV__W_PUTN, 0) \
            } \
        } \
    } \
    DLCV__LEAVE(); \
}
#define DLCV__W_NAMES4 x0, x1, x2, x3, x4, x5
#define DLCV__W_NAMES2 x0, x1, x2, x3
DLCV__WINOGRAD_IN(4, DLCV__REP6, DLCV__W_NAMES4)
DLCV__WINOGRAD_IN(2, DLCV__REP4, DLCV__W_NAMES2)
#define DLCV__W_POINT(k, j, m2) DLCV__VLOAD(m + (k * m2 + j) * m_step + t)
#define DLCV__W_LINE4(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 6), m2 = DLCV__W_POINT(k, 2, 6), m3 = DLCV__W_POINT(k, 3, 6), m4 = DLCV__W_POINT(k, 4, 6); \
        const DLCV__V s = DLCV__VADD(m1, m2), d = DLCV__VSUB(m1, m2), u = DLCV__VADD(m3, m4), e = DLCV__VSUB(m3, m4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 6), s), u); \
        p##1 = DLCV__VFMA(DLCV__VSET(DLCV__W_B), e, DLCV__VMUL(DLCV__VSET(DLCV__W_A), d)); \
        p##2 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), u, DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s)); \
        p##3 = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), e, DLCV__VFMA(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d, DLCV__W_POINT(k, 5, 6))); \
    }
#define DLCV__W_LINE2(k, p) \
    { \
        const DLCV__V m1 = DLCV__W_POINT(k, 1, 4), m2 = DLCV__W_POINT(k, 2, 4); \
        p##0 = DLCV__VADD(DLCV__VADD(DLCV__W_POINT(k, 0, 4), m1), m2); \
        p##1 = DLCV__VSUB(DLCV__VSUB(m1, m2), DLCV__W_POINT(k, 3, 4)); \
    }
#define DLCV__W_PAIR_A(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A), d); \
    y2##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2), s); \
    y3##c = DLCV__VMUL(DLCV__VSET(DLCV__W_A2 * DLCV__W_A), d); }
#define DLCV__W_PAIR_B(c, x) { \
    const DLCV__V s = DLCV__VADD(p##c, q##c), d = DLCV__VSUB(p##c, q##c); \
    y0##c = DLCV__VADD(y0##c, s); \
    y1##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B), d, y1##c); \
    y2##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2), s, y2##c); \
    y3##c = DLCV__VFMA(DLCV__VSET(DLCV__W_B2 * DLCV__W_B), d, y3##c); }
#define DLCV__W_LAST(c, x) y3##c = DLCV__VADD(y3##c, p##c);
#define DLCV__W_ROW4(k, x) { \
    const DLCV__V a = DLCV__VZIPLO(y##k##0, y##k##2), b = DLCV__VZIPHI(y##k##0, y##k##2); \
    const DLCV__V c = DLCV__VZIPLO(y##k##1, y##k##3), d = DLCV__VZIPHI(y##k##1, y##k##3); \
    const DLCV__V e = DLCV__VZIPLO(a, c), f = DLCV__VZIPHI(a, c), g = DLCV__VZIPLO(b, d), h = DLCV__VZIPHI(b, d); \
    float *o = out + k * out_row + 4 * t; \
    DLCV__VSTORE(o, e); \
    DLCV__VSTORE(o + DLCV__VW, f); \
    DLCV__VSTORE(o + 2 * DLCV__VW, g); \
    DLCV__VSTORE(o + 3 * DLCV__VW, h); }
DLCV__KERNEL void DLCV__K(winograd_out4)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y02, y03, y10, y11, y12, y13, y20, y21, y22, y23, y30, y31, y32, y33, p0, p1, p2, p3, q0, q1, q2, q3;
        DLCV__W_LINE4(0, y0)
        DLCV__W_LINE4(1, p)
        DLCV__W_LINE4(2, q)
        DLCV__REP4(DLCV__W_PAIR_A, 0)
        DLCV__W_LINE4(3, p)
        DLCV__W_LINE4(4, q)
        DLCV__REP4(DLCV__W_PAIR_B, 0)
        DLCV__W_LINE4(5, p)
        DLCV__REP4(DLCV__W_LAST, 0)
        DLCV__REP4(DLCV__W_ROW4, 0)
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(winograd_out2)(const float *m, size_t m_step, size_t tiles, float *out, size_t out_row)
{
    size_t t;
    for (t = 0; t < tiles; t += DLCV__VW) {
        DLCV__V y00, y01, y10, y11, p0, p1, a, b, c, d;
        DLCV__W_LINE2(0, y0)
        DLCV__W_LINE2(1, y1)
        DLCV__W_LINE2(2, p)
        y00 = DLCV__VADD(DLCV__VADD(y00, y10), p0);
        y01 = DLCV__VADD(DLCV__VADD(y01, y11), p1);
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        DLCV__W_LINE2(3, p)
        y10 = DLCV__VSUB(y10, p0);
        y11 = DLCV__VSUB(y11, p1);
        a = DLCV__VZIPLO(y00, y01), b = DLCV__VZIPHI(y00, y01), c = DLCV__VZIPLO(y10, y11), d = DLCV__VZIPHI(y10, y11);
        DLCV__VSTORE(out + 2 * t, a);
        DLCV__VSTORE(out + 2 * t + DLCV__VW, b);
        DLCV__VSTORE(out + out_row + 2 * t, c);
        DLCV__VSTORE(out + out_row + 2 * t + DLCV__VW, d);
    }
    DLCV__LEAVE();
}
DLCV__INLINE DLCV__V DLCV__K(winograd_tail)(DLCV__V v, const dlcv__epilogue *e, DLCV__V residual)
{
    if (e->bias) v = DLCV__VADD(v, DLCV__VSET(dlcv__load_f32(e->bias)));
    if (e->residual) v = DLCV__VADD(v, residual);
    return DLCV__VMIN(DLCV__VSET(e->high), DLCV__VMAX(DLCV__VSET(e->low), v));
}
DLCV__KERNEL void DLCV__K(winograd_put)(const float *from, size_t from_row, size_t m, const dlcv__winograd_span *spans, size_t count, float *y,
    size_t y_row, const dlcv__epilogue *e)
{
    size_t s, i, j;
    for (s = 0; s < count; s++)
        for (i = 0; i < spans[s].rows; i++) {
            const float *p = from + i * from_row + m * spans[s].tile;
            const size_t at = spans[s].y + i * y_row, n = spans[s].cols;
            const float *residual = e->residual ? e->residual + at : NULL;
            float *q = y + at;
            for (j = 0; j + DLCV__VW <= n; j += DLCV__VW) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOAD(residual + j) : DLCV__VZERO());
                DLCV__VSTORE(q + j, v);
            }
            if (j < n) {
                const DLCV__V v = DLCV__K(winograd_tail)(DLCV__VLOAD(p + j), e, residual ? DLCV__VLOADN(residual + j, n - j) : DLCV__VZERO());
                DLCV__VSTOREN(q + j, v, n - j);
            }
        }
    DLCV__LEAVE();
}
#endif
/* ---- backends/kern_flat.h */
#if DLCV__STAMP_F32
#define DLCV__FLAT_GET(p) (whole ? DLCV__VLOAD((p) + i) : DLCV__VLOADN((p) + i, n - i))
#define DLCV__FLAT_PUT(p, v) { \
    const DLCV__V out = (v); \
    if (whole) DLCV__VSTORE((p) + i, out); \
    else DLCV__VSTOREN((p) + i, out, n - i); }
#define DLCV__FLAT_LOOP for (i = 0; i < n; i += DLCV__VW)
#define DLCV__FLAT_WHOLE const int whole = n - i >= DLCV__VW;
#define DLCV__FLAT_BINARY(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *a, const float *b, float *y, size_t n) \
{ \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a), v = DLCV__FLAT_GET(b); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
} \
DLCV__KERNEL void DLCV__K(NAME##_by)(const float *a, float b, float *y, size_t n) \
{ \
    const DLCV__V v = DLCV__VSET(b); \
    size_t i; \
    DLCV__FLAT_LOOP { \
        DLCV__FLAT_WHOLE \
        const DLCV__V u = DLCV__FLAT_GET(a); \
        DLCV__FLAT_PUT(y, OP(u, v)) \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_BINARY(flat_add, DLCV__VADD)
DLCV__FLAT_BINARY(flat_sub, DLCV__VSUB)
DLCV__FLAT_BINARY(flat_mul, DLCV__VMUL)
DLCV__FLAT_BINARY(flat_div, DLCV__VDIV)
DLCV__FLAT_BINARY(flat_max, DLCV__VMAX)
DLCV__FLAT_BINARY(flat_min, DLCV__VMIN)
DLCV__KERNEL void DLCV__K(flat_axpy)(float a, const float *x, float *y, size_t n)
{
    const DLCV__V v = DLCV__VSET(a);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), w = DLCV__FLAT_GET(y);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, v, w))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_affine)(const float *x, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VFMA(u, s, t))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp)(const float *x, float low, float high, float *y, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high);
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__VMIN(h, DLCV__VMAX(l, u)))
    }
    DLCV__LEAVE();
}
DLCV__KERNEL void DLCV__K(flat_clamp_back)(const float *x, const float *dy, float low, float high, float *dx, size_t n)
{
    const DLCV__V l = DLCV__VSET(low), h = DLCV__VSET(high), zero = DLCV__VZERO();
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x), v = DLCV__FLAT_GET(dy);
        const DLCV__V above = DLCV__VSELECT(DLCV__VLT(l, u), v, zero);
        DLCV__FLAT_PUT(dx, DLCV__VSELECT(DLCV__VLT(u, h), above, zero))
    }
    DLCV__LEAVE();
}
#ifdef DLCV_STRICT
#define DLCV__FLAT_REP DLCV__PAIR_REP
#define DLCV__FLAT_VECTORS DLCV__PAIR_VECTORS
#else
#define DLCV__FLAT_REP DLCV__REP8
#define DLCV__FLAT_VECTORS 8
#endif
#define DLCV__FLAT_FULL(j, STEP) { const DLCV__V v = DLCV__VLOAD(x + i + j * DLCV__VW); STEP(j) }
#define DLCV__FLAT_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        const DLCV__V v = DLCV__VLOAD(x + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        const DLCV__V v = DLCV__K(load_or)(x + i, n - i, none); \
        STEP(j) \
        i = n; \
    }
#define DLCV__FLAT_REDUCE(STEP) \
    for (; n - i >= DLCV__FLAT_VECTORS * DLCV__VW; i += DLCV__FLAT_VECTORS * DLCV__VW) { DLCV__FLAT_REP(DLCV__FLAT_FULL, STEP) } \
    DLCV__FLAT_REP(DLCV__FLAT_TAIL, STEP)
#define DLCV__FLAT_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__FLAT_LOWEST(j, x) DLCV__V acc##j = lowest;
#define DLCV__FLAT_SUM(j) acc##j = DLCV__VADD(acc##j, v);
#define DLCV__FLAT_SPREAD(j) { const DLCV__V t = DLCV__VSUB(v, m); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__FLAT_MAX(j) acc##j = DLCV__VMAX(v, acc##j);
#define DLCV__FLAT_JOIN(j, x) acc0 = DLCV__VMAX(acc##j, acc0);
DLCV__INLINE DLCV__V DLCV__K(load_or)(const float *p, size_t n, float none)
{
    float t[DLCV__VW];
    size_t i;
    for (i = 0; i < DLCV__VW; i++) t[i] = none;
    memcpy(t, p, n * sizeof(float));
    return DLCV__VLOAD(t);
}
DLCV__KERNEL float DLCV__K(flat_sum)(const float *x, size_t n)
{
    const float none = 0;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SUM)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_spread)(const float *x, float mean, size_t n)
{
    const DLCV__V m = DLCV__VSET(mean);
    const float none = mean;
    float sum;
    size_t i = 0;
    DLCV__FLAT_REP(DLCV__FLAT_ZERO, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_SPREAD)
    DLCV__CAT(DLCV__FOLD, DLCV__FLAT_VECTORS)(acc)
    sum = DLCV__VSUM(acc0);
    DLCV__LEAVE();
    return sum;
}
DLCV__KERNEL float DLCV__K(flat_top)(const float *x, size_t n)
{
    const float none = dlcv__float_of(0xff800000u);
    const DLCV__V lowest = DLCV__VSET(none);
    float lanes[DLCV__VW], top;
    size_t i = 0;
    int k;
    DLCV__FLAT_REP(DLCV__FLAT_LOWEST, 0)
    DLCV__FLAT_REDUCE(DLCV__FLAT_MAX)
    DLCV__FLAT_REP(DLCV__FLAT_JOIN, 0)
    DLCV__VSTORE(lanes, acc0);
    for (top = lanes[0], k = 1; k < DLCV__VW; k++) top = lanes[k] > top ? lanes[k] : top;
    DLCV__LEAVE();
    return top + 0.0f;
}
DLCV__KERNEL float DLCV__K(flat_softmax)(const float *x, float *y, size_t n)
{
    const float top = DLCV__K(flat_top)(x, n);
    const DLCV__V t = DLCV__VSET(top);
    float sum, log_sum;
    DLCV__V l;
    float lanes[DLCV__VW];
    size_t i;
    DLCV__FLAT_LOOP {
        DLCV__FLAT_WHOLE
        const DLCV__V u = DLCV__FLAT_GET(x);
        DLCV__FLAT_PUT(y, DLCV__K(exp)(DLCV__VSUB(u, t)))
    }
    sum = DLCV__K(flat_sum)(y, n);
    DLCV__K(flat_div_by)(y, sum, y, n);
    l = DLCV__K(log)(DLCV__VSET(sum));
    DLCV__VSTORE(lanes, l);
    log_sum = lanes[0];
    DLCV__LEAVE();
    return top + log_sum;
}
#define DLCV__FLAT_SOME(p, left) ((left) >= DLCV__VW ? DLCV__VLOAD(p) : (left) > 0 ? DLCV__VLOADN((p), (size_t)(left)) : DLCV__VZERO())
#define DLCV__FLAT_POOL(NAME, OP) \
DLCV__KERNEL void DLCV__K(NAME)(const float *x, size_t pitch, int rows, int cols, int step, float *y, size_t n) \
{ \
    const ptrdiff_t width = (ptrdiff_t)(n - 1) * step + cols; \
    size_t j = 0; \
    int r, c; \
    for (; step <= 2 && j < n; j += DLCV__VW) { \
        const float *p = x + j * (size_t)step; \
        const ptrdiff_t left = width - (ptrdiff_t)j * step; \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c += step) { \
            DLCV__V u = DLCV__VZERO(), v = u; \
            for (r = 0; r < rows; r++) { \
                const float *q = p + (size_t)r * pitch + c; \
                DLCV__V a = DLCV__FLAT_SOME(q, left - c); \
                if (step == 2) { \
                    const DLCV__V b = DLCV__FLAT_SOME(q + DLCV__VW, left - c - DLCV__VW); \
                    const DLCV__V odd = DLCV__VODD(a, b); \
                    a = DLCV__VEVEN(a, b); \
                    v = r ? OP(odd, v) : odd; \
                } \
                u = r ? OP(a, u) : a; \
            } \
            all = c ? OP(u, all) : u; \
            if (step == 2 && c + 1 < cols) all = OP(v, all); \
        } \
        if (n - j >= DLCV__VW) DLCV__VSTORE(y + j, all); \
        else DLCV__VSTOREN(y + j, all, n - j); \
    } \
    for (; j < n; j++) { \
        DLCV__V all = DLCV__VZERO(); \
        for (c = 0; c < cols; c++) { \
            DLCV__V u = DLCV__VSET(x[j * (size_t)step + (size_t)c]); \
            for (r = 1; r < rows; r++) u = OP(DLCV__VSET(x[(size_t)r * pitch + j * (size_t)step + (size_t)c]), u); \
            all = c ? OP(u, all) : u; \
        } \
        DLCV__VSTOREN(y + j, all, 1); \
    } \
    DLCV__LEAVE(); \
}
DLCV__FLAT_POOL(flat_pool_max, DLCV__VMAX)
DLCV__FLAT_POOL(flat_pool_sum, DLCV__VADD)
DLCV__KERNEL void DLCV__K(flat_pixels)(const uint8_t *p, size_t step, float scale, float shift, float *y, size_t n)
{
    const DLCV__V s = DLCV__VSET(scale), t = DLCV__VSET(shift);
    uint8_t some[DLCV__VW];
    size_t i = 0, j;
#ifdef DLCV__VWIDEN3
    for (; step == 3 && n - i > DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN3(p + 3 * i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
#endif
    for (; step == 1 && n - i >= DLCV__VW; i += DLCV__VW) {
        const DLCV__V v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(p + i)), s, t);
        DLCV__VSTORE(y + i, v);
    }
    for (; i < n; i += DLCV__VW) {
        const size_t count = n - i < DLCV__VW ? n - i : DLCV__VW;
        DLCV__V v;
        for (j = 0; j < DLCV__VW; j++) some[j] = j < count ? p[(i + j) * step] : 0;
        v = DLCV__VFMA(DLCV__VFROMI(DLCV__VWIDEN(some)), s, t);
        if (count == DLCV__VW) DLCV__VSTORE(y + i, v);
        else DLCV__VSTOREN(y + i, v, count);
    }
    DLCV__LEAVE();
}
static const dlcv__kernels_flat DLCV__K(flat) = {
    { DLCV__K(flat_add), DLCV__K(flat_sub), DLCV__K(flat_mul), DLCV__K(flat_div), DLCV__K(flat_max), DLCV__K(flat_min) },
    { DLCV__K(flat_add_by), DLCV__K(flat_sub_by), DLCV__K(flat_mul_by), DLCV__K(flat_div_by), DLCV__K(flat_max_by), DLCV__K(flat_min_by) },
    DLCV__K(flat_axpy), DLCV__K(flat_affine), DLCV__K(flat_clamp), DLCV__K(flat_clamp_back), DLCV__K(flat_sum), DLCV__K(flat_spread),
    DLCV__K(flat_top), DLCV__K(flat_softmax), DLCV__K(flat_pool_max), DLCV__K(flat_pool_sum), DLCV__K(flat_pixels)
};
#endif
/* ---- backends/kern_table.h */
#if DLCV__STAMP_F32
static const dlcv__kernels_f32 DLCV__K(f32) = {
    DLCV__K(pair_l1_f32), DLCV__K(pair_l2sq_f32), DLCV__K(pair_dot_f32), DLCV__K(pair_cosine_f32),
    { DLCV__K(tile_l1_f32), DLCV__K(tile_l2sq_f32), DLCV__K(tile_dot_f32), DLCV__K(tile_l1_max_f32),
        DLCV__K(tile_l2sq_dot_f32) },
    { DLCV__K(row_l1_f32), DLCV__K(row_l2sq_f32), DLCV__K(row_dot_f32), DLCV__K(row_l1_max_f32),
        DLCV__K(row_l2sq_dot_f32) },
    DLCV__K(chain_l1_f32), DLCV__K(chain_l2sq_f32), DLCV__K(sums),
    DLCV__K(small_integers), DLCV__K(to_bytes), DLCV__K(add_i32), DLCV__K(below_f32), DLCV__K(below_i32), DLCV__K(cosine_f32), DLCV__K(cosine_i32), DLCV__K(affine_i32),
    DLCV__K(transpose4), DLCV__K(log_f32), DLCV__K(exp_f32), DLCV__K(tanh_f32), DLCV__K(erf_f32), DLCV__K(sin_turns_f32), DLCV__K(cos_turns_f32), DLCV__K(normal_f32),
    DLCV__FMR, DLCV__FNV * DLCV__VW,
    DLCV__GMR, DLCV__GNV * DLCV__VW, DLCV__K(gemm_tile), DLCV__K(gemm_finish), DLCV__K(copy_rows),
    DLCV__HMR, DLCV__HNR, DLCV__GEMM_MASKED, DLCV__K(gemm_dots), DLCV__GKC, DLCV__GNC,
    DLCV__VW,
#ifndef DLCV_STRICT
    DLCV__K(winograd_in2), DLCV__K(winograd_in4), DLCV__K(winograd_out2), DLCV__K(winograd_out4), DLCV__K(winograd_put),
#endif
    DLCV__CMR, DLCV__GNV, DLCV__K(direct_bodies), DLCV__K(gradient_bodies), DLCV__K(depthwise3), DLCV__K(deal), DLCV__K(sum_lanes),
    &DLCV__K(flat)
};
#endif
/* ---- backends/kern_u8.h */
#if DLCV__STAMP_U8
#define DLCV__ULOADE(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO(); \
    for (; n >= 4 * DLCV__UW; n -= 4 * DLCV__UW, a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
        acc1 = STEP(acc1, DLCV__ULOAD(a + DLCV__UW), DLCV__ULOAD(b + DLCV__UW)); \
        acc2 = STEP(acc2, DLCV__ULOAD(a + 2 * DLCV__UW), DLCV__ULOAD(b + 2 * DLCV__UW)); \
        acc3 = STEP(acc3, DLCV__ULOAD(a + 3 * DLCV__UW), DLCV__ULOAD(b + 3 * DLCV__UW)); \
    } \
    for (; n >= DLCV__UW; n -= DLCV__UW, a += DLCV__UW, b += DLCV__UW) acc0 = STEP(acc0, DLCV__ULOAD(a), DLCV__ULOAD(b)); \
    if (n) acc1 = STEP(acc1, DLCV__ULOADE(a, n), DLCV__ULOADE(b, n)); \
    acc0 = ADD(acc0, acc1); \
    acc2 = ADD(acc2, acc3); \
    acc0 = ADD(acc0, acc2); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    for (; n >= (size_t)DLCV__UW * STEPS; n -= (size_t)DLCV__UW * STEPS, a += (size_t)DLCV__UW * STEPS, b += (size_t)DLCV__UW * STEPS) \
        sum += DLCV__K(NAME##_part)(a, b, (size_t)DLCV__UW * STEPS); \
    if (n >= DLCV__UW) { \
        sum += DLCV__K(NAME##_part)(a, b, n); \
    } else if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__UW || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)
#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)
#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)
#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}
DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)
static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};
#endif
#endif
/* ---- backends/end.h */
#ifdef DLCV__REGION
#undef DLCV__REGION
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__KERNEL
#undef DLCV__LEAVE
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#undef DLCV__R
#undef DLCV__V
#undef DLCV__VW
#undef DLCV__VZERO
#undef DLCV__VSET
#undef DLCV__VLOAD
#undef DLCV__VLOADA
#undef DLCV__VSTORE
#undef DLCV__VADD
#undef DLCV__VSUB
#undef DLCV__VMUL
#undef DLCV__VDIV
#undef DLCV__VSQRT
#undef DLCV__VABS
#undef DLCV__VABS1
#undef DLCV__VMAXF
#undef DLCV__VMAX
#undef DLCV__VMIN
#undef DLCV__VFMA
#undef DLCV__VACC
#undef DLCV__VEVEN
#undef DLCV__VSUM
#undef DLCV__VSTOREN
#undef DLCV__VODD
#undef DLCV__VZIPLO
#undef DLCV__VZIPHI
#undef DLCV__VNEXT
#undef DLCV__VM
#undef DLCV__VLT
#undef DLCV__VSELECT
#undef DLCV__VANY
#undef DLCV__VI
#undef DLCV__VISET
#undef DLCV__VILOAD
#undef DLCV__VISTORE
#undef DLCV__VIADD
#undef DLCV__VISUB
#undef DLCV__VIAND
#undef DLCV__VIOR
#undef DLCV__VISHL
#undef DLCV__VISHR
#undef DLCV__VILT
#undef DLCV__VFROMI
#undef DLCV__VTOI
#undef DLCV__VNARROW
#undef DLCV__VWIDEN
#undef DLCV__VWIDEN3
#undef DLCV__VASI
#undef DLCV__VASF
#undef DLCV__U
#undef DLCV__UW
#undef DLCV__ULOAD
#undef DLCV__UAND
#undef DLCV__UA
#undef DLCV__UAZERO
#undef DLCV__USAD
#undef DLCV__UAADD
#undef DLCV__UASUM
#undef DLCV__USAD_STEPS
#undef DLCV__UD
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDADD
#undef DLCV__UDSUM
#undef DLCV__UDOT_STEPS
#undef DLCV__PAIR_VECTORS
#undef DLCV__COSINE_VECTORS
#undef DLCV__FMR
#undef DLCV__FNV
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SV
#undef DLCV__SD
#undef DLCV__SVZERO
#undef DLCV__SVLOAD
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SSTEPS
#undef DLCV__SVPUT
#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__NARROW
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#undef DLCV__ACC
#undef DLCV__NOACC
#undef DLCV__VLOADN
#undef DLCV__SVSTEP
#undef DLCV__PAIR_ZERO
#undef DLCV__PAIR_FULL
#undef DLCV__PAIR_TAIL
#undef DLCV__PAIR_L1
#undef DLCV__PAIR_L2SQ
#undef DLCV__PAIR_DOT
#undef DLCV__PAIR_REP
#undef DLCV__PAIR
#undef DLCV__COSINE_ZERO
#undef DLCV__COSINE_STEP
#undef DLCV__COSINE_FOLD
#undef DLCV__COSINE_REP
#undef DLCV__FNR
#undef DLCV__F_ROWS
#undef DLCV__F_COLS
#undef DLCV__F_ZERO1
#undef DLCV__F_LOAD1
#undef DLCV__F_L1_OP
#undef DLCV__F_L2_OP
#undef DLCV__F_MAX_OP
#undef DLCV__F_ACC
#undef DLCV__F_SQUARE
#undef DLCV__F_DOT1
#undef DLCV__F_PUT1
#undef DLCV__F_PUT_MAX1
#undef DLCV__F_PUT_DOT1
#undef DLCV__F_ZERO
#undef DLCV__F_QUERY
#undef DLCV__F_L1
#undef DLCV__F_L2SQ
#undef DLCV__F_MAX
#undef DLCV__F_DOT
#undef DLCV__F_PUT
#undef DLCV__F_PUT_MAX
#undef DLCV__F_PUT_DOT
#undef DLCV__TILE
#undef DLCV__CHAIN_STEP
#undef DLCV__CHAIN_ADD
#undef DLCV__CHAIN
#undef DLCV__MAP
#undef DLCV__FLAT_BINARY
#undef DLCV__FLAT_FULL
#undef DLCV__FLAT_GET
#undef DLCV__FLAT_JOIN
#undef DLCV__FLAT_LOOP
#undef DLCV__FLAT_LOWEST
#undef DLCV__FLAT_MAX
#undef DLCV__FLAT_POOL
#undef DLCV__FLAT_PUT
#undef DLCV__FLAT_REDUCE
#undef DLCV__FLAT_REP
#undef DLCV__FLAT_SPREAD
#undef DLCV__FLAT_SOME
#undef DLCV__FLAT_SUM
#undef DLCV__FLAT_TAIL
#undef DLCV__FLAT_VECTORS
#undef DLCV__FLAT_WHOLE
#undef DLCV__FLAT_ZERO
#undef DLCV__ULOADE
#undef DLCV__PAIR_U8
#undef DLCV__SNR
#undef DLCV__S_ROWS
#undef DLCV__S_COLS
#undef DLCV__S_ZERO1
#undef DLCV__S_LOAD1
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#undef DLCV__S_PUT1
#undef DLCV__S_ZERO
#undef DLCV__S_STEP
#undef DLCV__S_PUT
#undef DLCV__TILE_SAD
#undef DLCV__DNR
#undef DLCV__DSTEP
#undef DLCV__D_ROWS
#undef DLCV__D_COLS
#undef DLCV__D_ZERO1
#undef DLCV__D_LOAD1
#undef DLCV__D_STEP1
#undef DLCV__D_PUT1
#undef DLCV__D_ZERO
#undef DLCV__D_STEP
#undef DLCV__D_PUT
#undef DLCV__TILE_DOT_U8
#undef DLCV__GMR
#undef DLCV__GNV
#undef DLCV__GNR
#undef DLCV__G_ZERO1
#undef DLCV__G_FETCH1
#undef DLCV__G_LOAD1
#undef DLCV__G_STEP1
#undef DLCV__G_PUT1
#undef DLCV__G_ZERO
#undef DLCV__G_FETCH
#undef DLCV__G_STEP
#undef DLCV__G_PUT
#undef DLCV__G_ROW
#undef DLCV__G_NEXT
#undef DLCV__GEMM_BODY
#undef DLCV__GEMM_BODIES
#undef DLCV__GEMM_NAMES
#undef DLCV__HMR
#undef DLCV__HNR
#undef DLCV__GKC
#undef DLCV__GNC
#undef DLCV__H_ROWS
#undef DLCV__H_ZERO1
#undef DLCV__H_ZERO
#undef DLCV__H_ROW
#undef DLCV__H_LOAD
#undef DLCV__H_LOADN
#undef DLCV__H_STEP
#undef DLCV__H_COL
#undef DLCV__H_COLN
#undef DLCV__H_SUM1
#undef DLCV__H_SUM
#undef DLCV__GEMM_DOTS
#undef DLCV__VMASK
#undef DLCV__VMASK_TYPE
#undef DLCV__VLOADM
#undef DLCV__VSTOREM
#undef DLCV__G_IN
#undef DLCV__G_TAIL
#undef DLCV__GEMM_MASKED
#undef DLCV__G_STORE
#undef DLCV__G_PUTN1
#undef DLCV__G_PUTN
#undef DLCV__W_A
#undef DLCV__W_B
#undef DLCV__W_A2
#undef DLCV__W_B2
#undef DLCV__W_IN4
#undef DLCV__W_IN2
#undef DLCV__W_SPLIT4
#undef DLCV__W_SPLIT2
#undef DLCV__W_NAME
#undef DLCV__W_FETCH
#undef DLCV__W_FETCHN
#undef DLCV__W_KEEP
#undef DLCV__W_PUT
#undef DLCV__W_PUTN
#undef DLCV__WINOGRAD_IN
#undef DLCV__W_NAMES4
#undef DLCV__W_NAMES2
#undef DLCV__W_POINT
#undef DLCV__W_LINE4
#undef DLCV__W_LINE2
#undef DLCV__W_PAIR_A
#undef DLCV__W_PAIR_B
#undef DLCV__W_LAST
#undef DLCV__W_ROW4
#undef DLCV__CMR
#undef DLCV__C_COLS
#undef DLCV__C_FETCH
#undef DLCV__C_FETCH1
#undef DLCV__C_GRAD
#undef DLCV__C_KEEP
#undef DLCV__C_KEEP1
#undef DLCV__C_LOAD1
#undef DLCV__C_NINE
#undef DLCV__C_OUT
#undef DLCV__C_PUT
#undef DLCV__C_PUT1
#undef DLCV__C_STEP
#undef DLCV__C_STEP1
#undef DLCV__C_TAP
#undef DLCV__C_TAP1
#undef DLCV__C_WEIGHT
#undef DLCV__C_X1
#undef DLCV__C_Y
#undef DLCV__C_Y1
#undef DLCV__C_ZERO
#undef DLCV__C_ZERO1
#undef DLCV__DIRECT_BODY
#undef DLCV__GRADIENT_BODY
#endif

/* ---- src/select.c */
/* ---- which backend runs ---------------------------------------------------------------------------------------------------------- */

/* every table of this build, the best first */
static const dlcv__table dlcv__tables[] = {
#if DLCV__SLOT_AVX512VNNI
    { "avx512vnni", &dlcv__f32_avx512, &dlcv__u8_avx512vnni },
#endif
#if DLCV__SLOT_AVX512 && (defined(DLCV_DISPATCH) || !DLCV__SLOT_AVX512VNNI)
    { "avx512", &dlcv__f32_avx512, &dlcv__u8_avx512 },
#endif
#if DLCV__SLOT_AVX2
    { "avx2", &dlcv__f32_avx2, &dlcv__u8_avx2 },
#endif
#if DLCV__SLOT_SSE2
    { "sse2", &dlcv__f32_sse2, &dlcv__u8_sse2 },
#endif
#if DLCV__SLOT_WASM
    { "wasm", &dlcv__f32_wasm, &dlcv__u8_wasm },
#endif
#if DLCV__SLOT_SIMDE
    { "simde", &dlcv__f32_simde, &dlcv__u8_simde },
#endif
#if DLCV__NEON_F32
#define DLCV__F32_OF_NEON dlcv__f32_neon
#else
#define DLCV__F32_OF_NEON dlcv__f32_scalar
#endif
#if DLCV__SLOT_NEONDOT
    { "neondot", &DLCV__F32_OF_NEON, &dlcv__u8_neondot },
#endif
#if DLCV__SLOT_NEON && (defined(DLCV_DISPATCH) || !DLCV__SLOT_NEONDOT)
    { "neon", &DLCV__F32_OF_NEON, &dlcv__u8_neon },
#endif
#undef DLCV__F32_OF_NEON
#if DLCV__SLOT_SCALAR && (defined(DLCV_DISPATCH) || DLCV__NEON_F32)
    { "scalar", &dlcv__f32_scalar, &dlcv__u8_scalar },
#endif
};

enum { DLCV__TABLES = sizeof dlcv__tables / sizeof dlcv__tables[0] };

#ifdef DLCV_DISPATCH

#if DLCV__SLOT_AVX512
DLCV__FN void dlcv__cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
#if DLCV__GNU
    r[0] = r[1] = r[2] = r[3] = 0;
    if ((unsigned)__get_cpuid_max(leaf & 0x80000000u, NULL) >= leaf) __cpuid_count(leaf, sub, r[0], r[1], r[2], r[3]);
#else
    int t[4] = { 0, 0, 0, 0 };
    __cpuid(t, (int)(leaf & 0x80000000u));
    if ((unsigned)t[0] >= leaf) __cpuidex(t, (int)leaf, (int)sub);
    else t[0] = t[1] = t[2] = t[3] = 0;
    r[0] = (unsigned)t[0], r[1] = (unsigned)t[1], r[2] = (unsigned)t[2], r[3] = (unsigned)t[3];
#endif
}

/* which register sets the operating system saves (XCR0) */
#if DLCV__GNU
__attribute__((target("xsave")))
#endif
DLCV__FN unsigned dlcv__saved_registers(void)
{
    return (unsigned)_xgetbv(0);
}
#endif

/* Can this machine run that table? */
DLCV__FN int dlcv__runs(const char *name)
{
#if DLCV__SLOT_AVX512
    unsigned one[4], seven[4], saved = 0;
    int avx, avx2, avx512;
    dlcv__cpuid(1, 0, one);
    dlcv__cpuid(7, 0, seven);
    if (one[2] >> 27 & 1) saved = dlcv__saved_registers();
    avx = (one[2] >> 28 & 1) && (saved & 0x06) == 0x06;
    avx2 = avx && (one[2] >> 12 & 1) && (seven[1] >> 5 & 1);                                     /* FMA, AVX2 */
    avx512 = avx2 && (saved & 0xe6) == 0xe6 && (seven[1] >> 16 & 1) && (seven[1] >> 17 & 1)      /* F, DQ */
        && (seven[1] >> 30 & 1) && (seven[1] >> 31 & 1);                                         /* BW, VL */
    if (!strcmp(name, "sse2")) return (one[3] >> 26 & 1) != 0;
    if (!strcmp(name, "avx2")) return avx2;
    if (!strcmp(name, "avx512")) return avx512;
    if (!strcmp(name, "avx512vnni")) return avx512 && (seven[2] >> 11 & 1);
#endif
#if DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__linux__)
    if (!strcmp(name, "neondot")) return (getauxval(AT_HWCAP) >> 20 & 1) != 0;                   /* HWCAP_ASIMDDP */
#elif DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__APPLE__)
    if (!strcmp(name, "neondot")) {
        int has = 0;
        size_t bytes = sizeof has;
        return !sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &bytes, NULL, 0) && has;
    }
#endif
    (void)name;
    return 1;
}

/* The one word of global state. Threads that meet before it is set find the same table. */
static const dlcv__table *dlcv__chosen;
#if DLCV__GNU
#define DLCV__CHOSEN() __atomic_load_n(&dlcv__chosen, __ATOMIC_RELAXED)
#define DLCV__CHOOSE(t) __atomic_store_n(&dlcv__chosen, (t), __ATOMIC_RELAXED)
#else
#define DLCV__CHOSEN() (*(const dlcv__table *volatile *)&dlcv__chosen)
#define DLCV__CHOOSE(t) (*(const dlcv__table *volatile *)&dlcv__chosen = (t))
#endif

DLCV__FN const dlcv__table *dlcv__kernels(void)
{
    const dlcv__table *t = DLCV__CHOSEN();
    int i;
    if (t) return t;
    for (i = 0; i < DLCV__TABLES - 1 && !dlcv__runs(dlcv__tables[i].name); i++) {}
    DLCV__CHOOSE(&dlcv__tables[i]);
    return &dlcv__tables[i];
}

#else /* one backend: the address of a constant, so that calls through it are direct ones */

DLCV__INLINE const dlcv__table *dlcv__kernels(void)
{
    return &dlcv__tables[0];
}

DLCV__FN int dlcv__runs(const char *name)
{
    return !strcmp(name, dlcv__tables[0].name);
}

#define DLCV__CHOOSE(t) ((void)(t))
#endif

DLCV_API const char *dlcv_backend(void)
{
    return dlcv__kernels()->name;
}

DLCV_API dlcv_status dlcv_backend_select(const char *name)
{
    char names[128] = "";
    size_t used = 0;
    int i;
    for (i = 0; i < DLCV__TABLES; i++) {
        const char *has = dlcv__tables[i].name;
        if (!dlcv__runs(has)) continue;
        if (!name || !strcmp(name, has)) {
            DLCV__CHOOSE(&dlcv__tables[i]);
            return DLCV_OK;
        }
        used += (size_t)dlcv__format(names + used, sizeof names - used, "%s%s", used ? ", " : "", has);
    }
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "backend_select: \"%s\" is not one of %s", name, names);
}

#undef DLCV__CHOSEN
#undef DLCV__CHOOSE

/* layer 2 */
/* ---- src/random.c */
/* ---- random numbers --------------------------------------------------------------------------------------------- */

/* Philox4x32-10: counter = (block, stream), key = seed, low words first. Ten rounds, each two 32 x 32 -> 64 bit
 * products with the paper's multipliers; between rounds the key moves on by its Weyl constants. */
DLCV__FN void dlcv__philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    int round;
    for (round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

DLCV_API dlcv_rng dlcv_rng_seed(uint64_t seed)
{
    dlcv_rng rng;
    rng.state[0] = seed;
    rng.state[1] = 0;
    return rng;
}

/* Word i is word i % 4 of block i / 4 of stream 0. */
DLCV_API uint32_t dlcv_rng_next(dlcv_rng *rng)
{
    uint32_t words[4];
    uint64_t i = rng->state[1]++;
    dlcv__philox(rng->state[0], 0, i / 4, words);
    return words[i % 4];
}

DLCV_API float dlcv_rng_uniform(dlcv_rng *rng)
{
    return (float)(dlcv_rng_next(rng) >> 8) * 5.9604644775390625e-8f;           /* 2^-24, exact */
}

/* sqrt(-2 ln u1) cos(2 pi u2), u1 in (0, 1], u2 in [0, 1): multiples of 2^-24. At most sqrt(48 ln 2) = 5.77. */
DLCV_API float dlcv_rng_normal(dlcv_rng *rng)
{
    float u1 = (float)((dlcv_rng_next(rng) >> 8) + 1) * 5.9604644775390625e-8f, u2 = dlcv_rng_uniform(rng), out;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__kernels()->f32->normal_f32(&u1, &u2, &out, 1);
    dlcv__fp_leave(fp);
    return out;
}

/* The high word of word * bound is uniform once the low words below 2^32 mod bound are rejected (Lemire, "Fast random
 * integer generation in an interval", 2019, algorithm 5). */
DLCV_API int dlcv_rng_below(dlcv_rng *rng, int bound)
{
    uint32_t n = bound < 1 ? 1u : (uint32_t)bound, reject;
    uint64_t product = (uint64_t)dlcv_rng_next(rng) * n;
    if ((uint32_t)product < n) {
        for (reject = (0u - n) % n; (uint32_t)product < reject;) product = (uint64_t)dlcv_rng_next(rng) * n;
    }
    return (int)(product >> 32);
}

/* From the end downwards: items[i] changes places with items[below(i + 1)], i = count - 1 .. 1. */
DLCV_API void dlcv_rng_shuffle(dlcv_rng *rng, int *items, int count)
{
    int i, j, item;
    for (i = count - 1; i > 0; i--) {
        j = dlcv_rng_below(rng, i + 1);
        item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}
/* ---- src/gemm.c */
/* ---- matrix products -------------------------------------------------------------------------------------------------------------------
 * C [m, n] = op(A) [m, k] op(B) [k, n]: rows of A are broadcast, columns of B and C lie along the lanes. A block of B, kc x nc, is copied into panels as
 * wide as a tile, which the second cache holds; past it go tiles of A's rows, read where they are. A block of C is done kc products at a time;
 * every element's chain goes on where the block before left it, so that no block size shows in a result. */
typedef struct dlcv__gemm {
    const dlcv__kernels_f32 *f;
    size_t m, n, k;
    const float *a;                 /* op(A)[i, p] = a[i * a_row + p * a_step], one of the two 1 */
    size_t a_row, a_step;
    const float *b;                 /* op(B)[p, j] = b[p * b_step + j * b_col], one of the two 1 */
    size_t b_step, b_col;
    float *c;                       /* c[i * c_row + j * c_col], one of the two 1 */
    size_t c_row, c_col;
    float scale_a, scale_b;         /* factors of the operands */
    int load;                       /* C goes in */
    const dlcv__epilogue *e;        /* of C as the caller sees it: swapped roles do not swap it */
    int swapped;

    size_t kc, nc;                  /* the plan */
    int pack_a, pack_b, dots, turn; /* turn: a tile is made the other way round than C wants it */
} dlcv__gemm;

DLCV__INLINE size_t dlcv__up(size_t x, size_t unit)
{
    return (x + unit - 1) / unit * unit;
}

/* C^T = op(B)^T op(A)^T */
DLCV__FN void dlcv__gemm_swap(dlcv__gemm *g)
{
    const dlcv__gemm was = *g;
    g->m = was.n, g->n = was.m;
    g->a = was.b, g->a_row = was.b_col, g->a_step = was.b_step;
    g->b = was.a, g->b_col = was.a_row, g->b_step = was.a_step;
    g->c_row = was.c_col, g->c_col = was.c_row;
    g->scale_a = was.scale_b, g->scale_b = was.scale_a;
    g->swapped = !was.swapped;
}

/* Vector operations that the tiles take, the roles as they are. */
DLCV__FN double dlcv__gemm_cost(const dlcv__gemm *g)
{
    const double vw = (double)g->f->lanes, m = (double)g->m, k = (double)g->k;
    const double tiles = m * k * (double)(dlcv__up(g->n, g->f->lanes) / g->f->lanes);
    return tiles + (g->b_col != 1 ? 6 : 2) * k * (double)g->n / vw + (g->c_col != 1 ? 2 * m * (double)g->n : 0);
}

/* Chooses roles, order and block sizes: by the shape alone, before it is divided among threads. */
DLCV__FN void dlcv__gemm_plan(dlcv__gemm *g)
{
    const size_t vw = g->f->lanes, mr = g->f->gemm_rows;
    dlcv__gemm other = *g;
    size_t blocks, most;
    dlcv__gemm_swap(&other);
#ifndef DLCV_STRICT
    /* k along the lanes: where few columns would leave most of them idle */
    g->dots = g->n < vw && g->a_step == 1 && g->k >= 4 * vw;
    other.dots = other.n < vw && other.a_step == 1 && other.k >= 4 * vw;
    if (other.dots && (!g->dots || other.n < g->n)) {
        *g = other;
        return;
    }
    if (g->dots) return;
#endif
    if ((g->n < 64 || other.n < 64) && (g->n % vw || g->b_col != 1) && dlcv__gemm_cost(&other) < dlcv__gemm_cost(g)) *g = other;
    g->turn = g->c_col != 1 || (g->swapped && g->e);
    most = g->turn ? 2 * g->f->gemm_kc : g->f->gemm_kc; /* what is turned should not be turned twice */
    blocks = (g->k + most - 1) / most;
    g->kc = (g->k + blocks - 1) / blocks;
    g->nc = g->f->gemm_nc * g->f->gemm_kc / g->kc / g->f->gemm_cols * g->f->gemm_cols;
    if (g->nc > dlcv__up(g->n, vw)) g->nc = dlcv__up(g->n, vw);
    g->pack_b = g->b_col != 1 || g->scale_b != 1 || g->m > 2 * mr;
    if (g->b_col == 1 && g->scale_b == 1 && g->m * g->k <= 65536 && (g->k * g->n <= 65536 || (g->m <= 64 && g->k * g->n <= 262144)))
        g->pack_b = 0;              /* both fit the second cache: B's rows are read where they are */
    g->pack_a = g->scale_a != 1 || (g->pack_b && g->a_step != 1);
    if (g->pack_a) g->pack_b = 1;
    if (!g->pack_b) g->nc = g->f->gemm_cols;
}

/* Floats of work memory for one task: a tile of C twice, a tile of A, a block of B. */
DLCV__FN size_t dlcv__gemm_space(const dlcv__gemm *g)
{
    const size_t mr = g->f->gemm_rows, nr = g->f->gemm_cols, vw = g->f->lanes;
    size_t floats = 0;
    if (g->dots) return g->b_step == 1 ? 0 : dlcv__up(g->n * g->k, 16);
    if (g->turn) floats += 2 * dlcv__up((mr + vw) * nr, 16);
    if (g->pack_a) floats += dlcv__up(g->kc * mr + vw, 16);
    if (g->pack_b || (g->n % vw && !g->f->gemm_masked)) floats += dlcv__up(g->kc * g->nc, 16);
    return floats;
}

/* Columns in panels, rows in tiles: as few as can be, of nearly the same size. Panels are whole vectors, up to the last one. */
typedef struct dlcv__cuts {
    size_t count, size, larger;     /* the first `larger` have size + 1 */
} dlcv__cuts;

DLCV__INLINE dlcv__cuts dlcv__cut(size_t n, size_t most)
{
    dlcv__cuts cuts;
    cuts.count = (n + most - 1) / most;
    cuts.size = n / cuts.count;
    cuts.larger = n - cuts.size * cuts.count;
    return cuts;
}

/* Turned tiles are of whole fours of rows, which is how they are turned, and what is left over comes last. */
DLCV__INLINE dlcv__cuts dlcv__cut_rows(const dlcv__gemm *g)
{
    dlcv__cuts cuts = dlcv__cut(g->m, g->f->gemm_rows);
    if (g->turn && g->f->gemm_rows % 4 == 0) cuts.size = g->f->gemm_rows, cuts.larger = 0;
    return cuts;
}

/* Asks for rows of what will soon be read or written. */
DLCV__INLINE void dlcv__gemm_ahead(const float *p, size_t step, size_t rows, size_t cols)
{
    size_t i, j;
    for (i = 0; i < rows; i++, p += step)
        for (j = 0; j < cols; j += 16) DLCV__PREFETCH(p + j);
}

/* op(B)[p0 .. p0 + k, j .. j + n) to panels [k, width], one after the other, the missing columns 0. Where B's rows are contiguous a few rows at
 * a time go to all panels, so that they are read as they lie; where its columns are, some columns' next few elements. */
DLCV__FN void dlcv__gemm_pack(const dlcv__gemm *g, float *out, size_t p0, size_t k, size_t j, size_t n)
{
    const size_t vw = g->f->lanes, step = g->b_col == 1 ? 8 : 64;
    const float *in = g->b + p0 * g->b_step + j * g->b_col;
    const dlcv__cuts cuts = dlcv__cut((n + vw - 1) / vw, g->f->gemm_cols / vw);
    size_t p, q, i, kn;
    for (p = 0; p < k; p += kn) {
        size_t begin = 0;
        kn = k - p < step ? k - p : step;
        for (q = 0; q < cuts.count; q++) {
            const size_t width = (cuts.size + (q < cuts.larger)) * vw, cols = n - begin < width ? n - begin : width;
            float *panel = out + begin * k + p * width;
            const float *from = in + p * g->b_step + begin * g->b_col;
            if (g->b_col == 1) {
                dlcv__gemm_ahead(from + kn * g->b_step, g->b_step, k - p - kn < kn ? k - p - kn : kn, cols);
                g->f->copy_rows(panel, width, from, g->b_step, kn, cols);
            } else {
                size_t r;
                dlcv__gemm_ahead(from + kn, g->b_col, cols, k - p - kn < kn ? k - p - kn : kn);
                g->f->transpose4(panel, width * 4, from, g->b_col * 4, (int)cols, (int)kn, 0);
                for (r = 0; r < kn && cols < width; r++)
                    for (i = cols; i < width; i++) panel[r * width + i] = 0;
            }
            begin += width;
        }
    }
    if (g->scale_b != 1)
        for (i = 0; i < k * dlcv__up(n, vw); i++) out[i] *= g->scale_b;
}

/* op(A)[i .. i + rows, p0 .. p0 + k) to [k, mr] */
DLCV__FN void dlcv__gemm_pack_a(const dlcv__gemm *g, float *out, size_t i, size_t rows, size_t p0, size_t k)
{
    const size_t mr = g->f->gemm_rows;
    const float *in = g->a + i * g->a_row + p0 * g->a_step;
    if (g->a_row == 1) g->f->copy_rows(out, mr, in, g->a_step, k, rows);
    else g->f->transpose4(out, mr * 4, in, g->a_row * 4, (int)rows, (int)k, 0);
    if (g->scale_a != 1)
        for (i = 0; i < k * mr; i++) out[i] *= g->scale_a;
}

/* The tile at (i, j) when the roles are swapped: made in t, then transposed to where it belongs. */
DLCV__FN void dlcv__gemm_tile_swapped(const dlcv__gemm *g, size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, size_t i,
    size_t j, int rows, int cols, int load, const dlcv__epilogue *e, float *t)
{
    const size_t nr = g->f->gemm_cols, pitch = dlcv__up(g->f->gemm_rows, g->f->lanes);
    float *c = g->c + i + j * g->c_col, *turned = t + dlcv__up((g->f->gemm_rows + g->f->lanes) * nr, 16);
    if (load) g->f->transpose4(t, nr * 4, c, g->c_col * 4, cols, rows, 0);
    g->f->gemm_tile(k, a, a_row, a_step, b, b_step, t, nr, rows, cols, load, NULL);
    if (!e) {
        g->f->transpose4(c, g->c_col * 4, t, nr * 4, rows, cols, 0);
        return;
    }
    g->f->transpose4(turned, pitch * 4, t, nr * 4, rows, cols, 0);
    g->f->gemm_finish(turned, pitch, c, g->c_col, cols, rows, e);
}

/* A panel of `cols` columns at j past the rows i .. i + rows. */
DLCV__INLINE void dlcv__gemm_at(const dlcv__gemm *g, size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, size_t i, size_t j,
    size_t rows, size_t cols, int first, int last, float *t)
{
    const int load = g->load || !first;
    dlcv__epilogue e;
    if (!g->turn && !(last && g->e)) {
        g->f->gemm_tile(k, a, a_row, a_step, b, b_step, g->c + i * g->c_row + j, g->c_row, (int)rows, (int)cols, load, NULL);
        return;
    }
    if (last && g->e) {
        const size_t row = g->swapped ? j : i, col = g->swapped ? i : j;
        e = *g->e;
        if (e.bias) e.bias += row;
        if (e.residual) e.residual += row * e.residual_row + col;
    }
    if (g->turn) {
        dlcv__gemm_tile_swapped(g, k, a, a_row, a_step, b, b_step, i, j, (int)rows, (int)cols, load, last && g->e ? &e : NULL, t);
        return;
    }
    g->f->gemm_tile(k, a, a_row, a_step, b, b_step, g->c + i * g->c_row + j, g->c_row, (int)rows, (int)cols, load, last && g->e ? &e : NULL);
}

/* Products p0 .. p0 + k of the columns j0 .. j0 + n, B in panels: tiles of rows, past each all panels. */
DLCV__FN void dlcv__gemm_block(const dlcv__gemm *g, size_t p0, size_t k, size_t j0, size_t n, float *t, float *pa, float *pb)
{
    const size_t vw = g->f->lanes, mr = g->f->gemm_rows, a_row = g->pack_a ? 1 : g->a_row, a_step = g->pack_a ? mr : g->a_step;
    const dlcv__cuts panels = dlcv__cut((n + vw - 1) / vw, g->f->gemm_cols / vw), tiles = dlcv__cut_rows(g);
    const int first = p0 == 0, last = p0 + k == g->k;
    size_t q, r, i = 0, rows, j, width;
    dlcv__gemm_pack(g, pb, p0, k, j0, n);
    for (r = 0; r < tiles.count; r++, i += rows) {
        const float *a = g->pack_a ? pa : g->a + i * g->a_row + p0 * g->a_step;
        rows = tiles.size + (r < tiles.larger);
        if (g->m - i < rows) rows = g->m - i;
        if (g->pack_a) dlcv__gemm_pack_a(g, pa, i, rows, p0, k);
        for (q = 0, j = 0; q < panels.count; q++, j += width) {
            width = (panels.size + (q < panels.larger)) * vw;
            if (!g->pack_a && i + rows < g->m) {
                const size_t r0 = rows * q / panels.count, r1 = rows * (q + 1) / panels.count;
                dlcv__gemm_ahead(a + (rows + r0) * a_row, a_row, g->m - i - rows < r1 ? 0 : r1 - r0, k);
            }
            if (!g->turn && n - j > width) dlcv__gemm_ahead(g->c + i * g->c_row + j0 + j + width, g->c_row, rows, width);
            dlcv__gemm_at(g, k, a, a_row, a_step, pb + j * k, width, i, j0 + j, rows, n - j < width ? n - j : width, first, last, t);
        }
    }
}

/* The same with B where it is: panels, past each all rows. Only a last panel that ends within a vector is copied. */
DLCV__FN void dlcv__gemm_direct(const dlcv__gemm *g, size_t p0, size_t k, float *t, float *pb)
{
    const size_t vw = g->f->lanes;
    const dlcv__cuts panels = dlcv__cut((g->n + vw - 1) / vw, g->f->gemm_cols / vw), tiles = dlcv__cut_rows(g);
    const int first = p0 == 0, last = p0 + k == g->k;
    const int large = g->m * g->n > 32768;
    size_t q, r, i, rows, j, width;
    for (q = 0, j = 0; q < panels.count; q++, j += width) {
        const float *b = g->b + p0 * g->b_step + j;
        size_t b_step = g->b_step, cols;
        width = (panels.size + (q < panels.larger)) * vw;
        cols = g->n - j < width ? g->n - j : width;
        if (cols % vw && !g->f->gemm_masked) {
            dlcv__gemm_pack(g, pb, p0, k, j, cols);
            b = pb, b_step = width;
        }
        for (r = 0, i = 0; r < tiles.count; r++, i += rows) {
            rows = tiles.size + (r < tiles.larger);
            if (g->m - i < rows) rows = g->m - i;
            if (!g->turn && large && i + rows < g->m)
                dlcv__gemm_ahead(g->c + (i + rows) * g->c_row + j, g->c_row, g->m - i - rows < rows ? g->m - i - rows : rows, cols);
            dlcv__gemm_at(g, k, g->a + i * g->a_row + p0 * g->a_step, g->a_row, g->a_step, b, b_step, i, j, rows, cols, first, last, t);
        }
    }
}

/* k along the lanes: op(B)'s columns, few, are made rows. */
DLCV__FN void dlcv__gemm_dots(const dlcv__gemm *g, float *space)
{
    const size_t mr = g->n == 1 ? 8 : g->f->dots_rows, nr = g->f->dots_cols, groups = (g->n + nr - 1) / nr;
    const float *b = g->b;
    size_t b_col = g->b_col, i, j, q, r, s;
    float sum[8 * 8];
    if (g->b_step != 1) {
        if (g->n == 1) for (i = 0; i < g->k; i++) space[i] = b[i * g->b_step];
        else g->f->transpose4(space, g->k * 4, b, g->b_step * 4, (int)g->k, (int)g->n, 0);
        b = space, b_col = g->k;
    }
    for (i = 0; i < g->m; i += mr) {
        const size_t rows = g->m - i < mr ? g->m - i : mr;
        for (q = 0; q < groups; q++) {
            const size_t cols = g->n * (q + 1) / groups - (j = g->n * q / groups);
            g->f->gemm_dots(g->k, g->a + i * g->a_row, g->a_row, (int)rows, b + j * b_col, b_col, (int)cols, sum);
            for (r = 0; r < rows; r++)
                for (s = 0; s < cols; s++) {
                    float *c = g->c + (i + r) * g->c_row + (j + s) * g->c_col, v = sum[r * nr + s] * (g->scale_a * g->scale_b);
                    if (g->load) v += *c;
                    if (g->e) {
                        const size_t row = g->swapped ? j + s : i + r, col = g->swapped ? i + r : j + s;
                        if (g->e->bias) v += g->e->bias[row];
                        if (g->e->residual) v += g->e->residual[row * g->e->residual_row + col];
                        v = g->e->low > v ? g->e->low : v;
                        v = g->e->high < v ? g->e->high : v;
                    }
                    *c = v;
                }
        }
    }
}

/* All of it, by one thread. space: dlcv__gemm_space(g) floats, aligned to 64 bytes */
DLCV__FN void dlcv__gemm_run(const dlcv__gemm *g, float *space)
{
    float *t = space, *pa, *pb;
    size_t p, j, k;
    if (g->dots) {
        dlcv__gemm_dots(g, space);
        return;
    }
    pa = t + (g->turn ? 2 * dlcv__up((g->f->gemm_rows + g->f->lanes) * g->f->gemm_cols, 16) : 0);
    pb = pa + (g->pack_a ? dlcv__up(g->kc * g->f->gemm_rows + g->f->lanes, 16) : 0);
    for (p = 0; p < g->k; p += k) {
        k = g->k - p < g->kc ? g->k - p : g->kc;
        if (!g->pack_b) dlcv__gemm_direct(g, p, k, t, pb);
        else
            for (j = 0; j < g->n; j += g->nc) dlcv__gemm_block(g, p, k, j, g->n - j < g->nc ? g->n - j : g->nc, t, pa, pb);
    }
}

/* c = beta c */
DLCV__FN void dlcv__gemm_scale(float beta, size_t m, size_t n, float *c, size_t c_row)
{
    size_t i, j;
    for (i = 0; i < m; i++, c += c_row) {
        if (beta == 0) memset(c, 0, n * sizeof(float));
        else if (beta != 1) for (j = 0; j < n; j++) c[j] *= beta;
    }
}

typedef struct dlcv__gemm_crew {
    const dlcv__gemm *g;
    int rows, cols;                 /* tasks: a grid over C */
    float beta;
    float *space;
    size_t floats;                  /* of one task */
} dlcv__gemm_crew;

/* The part of C, of A's rows and of B's columns that a task has */
DLCV__FN void dlcv__gemm_task(int index, void *context)
{
    const dlcv__gemm_crew *crew = (const dlcv__gemm_crew *)context;
    const size_t r = (size_t)(index / crew->cols), s = (size_t)(index % crew->cols), rows = (size_t)crew->rows, cols = (size_t)crew->cols;
    const size_t mr = crew->g->dots ? 1 : crew->g->f->gemm_rows, vw = crew->g->dots ? 1 : crew->g->f->lanes;
    const size_t tiles = (crew->g->m + mr - 1) / mr, vectors = (crew->g->n + vw - 1) / vw;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__gemm g = *crew->g;
    dlcv__epilogue e;
    const size_t i = tiles * r / rows * mr, j = vectors * s / cols * vw;
    const size_t i_end = tiles * (r + 1) / rows * mr, j_end = vectors * (s + 1) / cols * vw;
    g.m = (i_end < g.m ? i_end : g.m) - i;
    g.n = (j_end < g.n ? j_end : g.n) - j;
    g.a += i * g.a_row;
    g.b += j * g.b_col;
    g.c += i * g.c_row + j * g.c_col;
    if (g.e) {
        const size_t row = g.swapped ? j : i, col = g.swapped ? i : j;
        e = *g.e;
        if (e.bias) e.bias += row;
        if (e.residual) e.residual += row * e.residual_row + col;
        g.e = &e;
    }
    if (crew->beta != 1 && g.load) {
        if (g.c_col == 1) dlcv__gemm_scale(crew->beta, g.m, g.n, g.c, g.c_row);
        else dlcv__gemm_scale(crew->beta, g.n, g.m, g.c, g.c_col);
    }
    if (g.m && g.n) dlcv__gemm_run(&g, crew->space + (size_t)index * crew->floats);
    dlcv__fp_leave(fp);
}

/* How many tasks, as a grid: as much to do for the longest task as can be, packing included; a task should have 2 MFLOP. */
DLCV__FN void dlcv__gemm_deal(const dlcv__gemm *g, int width, dlcv__gemm_crew *crew)
{
    const double work = 2.0 * (double)g->m * (double)g->n * (double)g->k;
    const size_t mr = g->dots ? 1 : g->f->gemm_rows, vw = g->dots ? 1 : g->f->lanes;
    const size_t tiles = (g->m + mr - 1) / mr, vectors = (g->n + vw - 1) / vw;
    double best = 0;
    int r, s;
    crew->rows = crew->cols = 1;
    for (r = 1; r <= width; r++)
        for (s = 1; s * r <= width; s++) {
            const size_t m = (tiles + (size_t)r - 1) / (size_t)r * mr, n = (vectors + (size_t)s - 1) / (size_t)s * vw;
            const double time = (double)(m < g->m ? m : g->m) * (double)(n < g->n ? n : g->n) + 16 * (double)n + 2 * (double)m;
            if ((size_t)r > tiles || (size_t)s > vectors || (r * s > 1 && work < 2e6 * r * s)) continue;
            if (best == 0 || time < best) best = time, crew->rows = r, crew->cols = s;
        }
}

/* g->dots, blocks and roles are chosen here; beta counts where g->load is set. */
DLCV__FN dlcv_status dlcv__gemm_do(const dlcv_env *env, dlcv__gemm *g, float beta, const char *who)
{
    const int width = dlcv__width(env);
    dlcv__gemm_crew crew;
    size_t floats, bytes = 0;
    dlcv__gemm_plan(g);
    crew.g = g;
    crew.beta = beta;
    crew.space = NULL;
    crew.floats = dlcv__gemm_space(g);
    crew.rows = crew.cols = 1;
    if (width > 1) dlcv__gemm_deal(g, width, &crew);
    if (!dlcv__mul(crew.floats, (size_t)(crew.rows * crew.cols), &floats) || !dlcv__mul(floats, 4, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the blocks of %d tasks overflow size_t", who, crew.rows * crew.cols);
    if (bytes) {
        crew.space = (float *)dlcv__alloc(env, bytes);
        if (!crew.space) return DLCV_ERR_MEMORY;
    }
    if (crew.rows * crew.cols == 1 && (beta == 1 || !g->load)) {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_run(g, crew.space);
        dlcv__fp_leave(fp);
    } else {
        dlcv__parallel(env, crew.rows * crew.cols, dlcv__gemm_task, &crew);
    }
    if (bytes) dlcv__release(env, crew.space, bytes);
    return DLCV_OK;
}

/* A matrix in memory: rows of `cols` floats, `pitch` apart. */
DLCV__FN dlcv_status dlcv__gemm_check(const char *name, const char *pitch_name, const float *p, int rows, int cols, int pitch)
{
    size_t floats, bytes;
    if (pitch < (cols > 1 ? cols : 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s is %d, rows of %s have %d elements", pitch_name, pitch, name, cols);
    if (!rows || !cols) return DLCV_OK;
    if (!p) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s is NULL", name);
    if (!dlcv__mul((size_t)(rows - 1), (size_t)pitch, &floats) || !dlcv__add(floats, (size_t)cols, &floats) || !dlcv__mul(floats, 4, &bytes))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s, %d rows at %d floats, is larger than memory can be", name, rows, pitch);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_sgemm(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
    int ldb, float beta, float *c, int ldc)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__gemm g;
    dlcv_status status;
    if (m < 0 || n < 0 || k < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: m, n, k are %d, %d, %d, none may be negative", m, n, k);
    status = dlcv__gemm_check("a", "lda", a, trans_a ? k : m, trans_a ? m : k, lda);
    if (!status) status = dlcv__gemm_check("b", "ldb", b, trans_b ? n : k, trans_b ? k : n, ldb);
    if (!status) status = dlcv__gemm_check("c", "ldc", c, m, n, ldc);
    if (status || !m || !n) return status;
    if (!k || alpha == 0) {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_scale(beta, (size_t)m, (size_t)n, c, (size_t)ldc);
        dlcv__fp_leave(fp);
        return DLCV_OK;
    }
    memset(&g, 0, sizeof g);
    g.f = dlcv__kernels()->f32;
    g.m = (size_t)m, g.n = (size_t)n, g.k = (size_t)k;
    g.a = a, g.a_row = trans_a ? 1 : (size_t)lda, g.a_step = trans_a ? (size_t)lda : 1;
    g.b = b, g.b_step = trans_b ? 1 : (size_t)ldb, g.b_col = trans_b ? (size_t)ldb : 1;
    g.c = c, g.c_row = (size_t)ldc, g.c_col = 1;
    g.scale_a = alpha, g.scale_b = 1;
    g.load = beta != 0;
    return dlcv__gemm_do(&e, &g, beta, "sgemm");
}
/* ---- src/conv_shape.c */
/* ---- convolution: shapes, and what an algorithm is ----------------------------------------------------------------------- */

/* A picture [n, c, h, w] and a map [n, f, oh, ow] between which weights [f, c / groups, kh, kw] stand: map pixel (oy, ox) sees picture pixels
 * (oy sh + i dh - pt, ox sw + j dw - pl), i < kh, j < kw. A convolution reads the picture and writes the map; a transposed one and the
 * gradient with respect to x go the other way; the gradient with respect to the weights reads both. */
typedef struct dlcv__conv_geom {
    size_t n, c, h, w, f, oh, ow, kh, kw, sh, sw, dh, dw, pt, pl, groups;
    size_t cg, fg;                  /* c / groups, f / groups */
    size_t taps, k;                 /* kh kw, cg kh kw: the length of a forward sum */
    size_t plane, pixels;           /* h w, oh ow */
    size_t x_count, y_count, w_count;   /* elements of picture, map, weights: as bytes they fit twice into size_t */
} dlcv__conv_geom;

/* The caller's epilogue with nothing left to decide: no clamp is -inf, +inf. */
typedef struct dlcv__conv_tail {
    const float *bias, *residual;   /* [f], [n, f, oh, ow], or NULL */
    float low, high;
} dlcv__conv_tail;

/* One call, as an algorithm gets it; x and y are what is read and written, whichever way that goes. Results may not depend on how many threads env has. */
typedef struct dlcv__conv_run {
    const dlcv_env *env;
    const dlcv__kernels_f32 *kernels;
    const dlcv__conv_geom *g;
    const float *weights;           /* the caller's, or NULL where the algorithm borrows none */
    const void *prepared;           /* what `prepare` wrote, aligned to 64 */
    const float *x;
    float *y;
    dlcv__conv_tail tail;
    void *workspace;                /* aligned to 64 */
    const float *map;               /* of the gradient with respect to weights alone: x is the picture, y is dw, */
    int add;                        /* to which it is added */
} dlcv__conv_run;

/* A row of the table in conv.c. Costs are core cycles of one thread, of machines as a whole and not of this one. Bytes are those of
 * prepared weights and of the workspace of a call with `width` threads; `bytes` returns 0 where they overflow. */
typedef struct dlcv__conv_algo {
    dlcv_conv_algorithm id;
    const char *name;
    int transposed;                 /* goes from the map to the picture */
    int borrows;                    /* uses the caller's weights in every call */
    int (*applies)(const dlcv__conv_geom *g);
    double (*cost)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k);
    int (*bytes)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace);
    void (*prepare)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared);    /* NULL: nothing to do */
    void (*run)(const dlcv__conv_run *run);
} dlcv__conv_algo;

/* A row of the tables of the backward pass, gradients with respect to the picture (r->weights are the caller's, r->x is the map, r->y the
 * picture) and to the weights. */
typedef struct dlcv__conv_back_algo {
    const char *name;
    int winograd;                   /* not in strict mode, nor where the caller forbids it */
    int (*applies)(const dlcv__conv_geom *g);
    double (*cost)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k);
    int (*bytes)(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace);
    void (*run)(const dlcv__conv_run *run);
} dlcv__conv_back_algo;

/* count * size more bytes at *bytes, rounded up to 64 */
DLCV__FN int dlcv__conv_need(size_t *bytes, size_t count, size_t size)
{
    size_t more;
    return dlcv__mul(count, size, &more) && dlcv__add(more, 63, &more) && dlcv__add(*bytes, more & ~(size_t)63, bytes);
}

/* Part `index` of `parts` of 0 .. count - 1: sizes differ by one at most, and none depends on anything else. */
DLCV__INLINE size_t dlcv__conv_part(size_t count, int index, int parts)
{
    const size_t each = count / (size_t)parts, more = count % (size_t)parts, i = (size_t)index;
    return i * each + (i < more ? i : more);
}

DLCV__FN size_t dlcv__or_one(int x)
{
    return x ? (size_t)x : 1;
}

DLCV__FN dlcv_status dlcv__conv_numbers(const dlcv_conv_shape *s)
{
    const struct { const char *name; int value, least; } all[] = {
        { "batch", s->batch, 1 }, { "channels", s->channels, 1 }, { "height", s->height, 1 }, { "width", s->width, 1 },
        { "filters", s->filters, 1 }, { "kernel_h", s->kernel_h, 1 }, { "kernel_w", s->kernel_w, 1 }, { "stride_h", s->stride_h, 0 },
        { "stride_w", s->stride_w, 0 }, { "dilation_h", s->dilation_h, 0 }, { "dilation_w", s->dilation_w, 0 }, { "groups", s->groups, 0 },
        { "pad_top", s->pad_top, 0 }, { "pad_left", s->pad_left, 0 }, { "pad_bottom", s->pad_bottom, 0 }, { "pad_right", s->pad_right, 0 },
        { "output_pad_h", s->output_pad_h, 0 }, { "output_pad_w", s->output_pad_w, 0 } };
    const int groups = s->groups ? s->groups : 1;
    size_t i;
    for (i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].value < all[i].least)
            return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: %s is %d, at least %d is wanted", all[i].name, all[i].value, all[i].least);
    if (s->channels % groups || s->filters % groups)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: %d groups do not divide %d channels and %d filters", groups, s->channels, s->filters);
    if (!s->transposed && (s->output_pad_h || s->output_pad_w))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: output_pad %d x %d without transposed", s->output_pad_h, s->output_pad_w);
    return DLCV_OK;
}

/* Along one axis: the picture's extent and the map's, of which one is given. No sum reaches 2^63. */
DLCV__FN dlcv_status dlcv__conv_axis(const dlcv_conv_shape *s, int vertical, size_t *picture, size_t *map)
{
    const char *axis = vertical ? "height" : "width";
    const long long in = vertical ? s->height : s->width, kernel = vertical ? s->kernel_h : s->kernel_w;
    const long long pad = (long long)(vertical ? s->pad_top : s->pad_left) + (vertical ? s->pad_bottom : s->pad_right);
    const long long stride = (long long)dlcv__or_one(vertical ? s->stride_h : s->stride_w);
    const long long dilation = (long long)dlcv__or_one(vertical ? s->dilation_h : s->dilation_w);
    const long long more = vertical ? s->output_pad_h : s->output_pad_w, window = dilation * (kernel - 1) + 1;
    long long out;
    if (!s->transposed) {
        if (in + pad < window)
            return dlcv_fail(DLCV_ERR_SHAPE, "conv2d: a window of %lld (kernel %lld, dilation %lld) does not fit into %s %lld with padding %lld",
                window, kernel, dilation, axis, in, pad);
        out = (in + pad - window) / stride + 1;
    } else {
        if (more >= stride && more >= dilation)
            return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: output_pad %lld in %s is neither below the stride %lld nor the dilation %lld", more,
                axis, stride, dilation);
        out = (in - 1) * stride + window + more - pad;
        if (out < 1)
            return dlcv_fail(DLCV_ERR_SHAPE, "conv2d: transposed, %s %lld with padding %lld becomes %lld", axis, in, pad, out);
    }
    if ((s->transposed ? out : in) + pad > INT_MAX || window > INT_MAX)
        return dlcv_fail(DLCV_ERR_SHAPE, "conv2d: %s %lld with padding %lld, window %lld: more than an int holds", axis,
            s->transposed ? out : in, pad, window);
    *picture = (size_t)(s->transposed ? out : in);
    *map = (size_t)(s->transposed ? in : out);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__conv_geometry(const dlcv_conv_shape *s, dlcv__conv_geom *g)
{
    dlcv_status status = dlcv__conv_numbers(s);
    size_t twice;
    memset(g, 0, sizeof *g);
    if (!status) status = dlcv__conv_axis(s, 1, &g->h, &g->oh);
    if (!status) status = dlcv__conv_axis(s, 0, &g->w, &g->ow);
    if (status) return status;
    g->n = (size_t)s->batch;
    g->c = (size_t)(s->transposed ? s->filters : s->channels);
    g->f = (size_t)(s->transposed ? s->channels : s->filters);
    g->kh = (size_t)s->kernel_h, g->kw = (size_t)s->kernel_w;
    g->sh = dlcv__or_one(s->stride_h), g->sw = dlcv__or_one(s->stride_w);
    g->dh = dlcv__or_one(s->dilation_h), g->dw = dlcv__or_one(s->dilation_w);
    g->pt = (size_t)s->pad_top, g->pl = (size_t)s->pad_left;
    g->groups = dlcv__or_one(s->groups);
    g->cg = g->c / g->groups, g->fg = g->f / g->groups;
    if (!dlcv__mul(g->kh, g->kw, &g->taps) || !dlcv__mul(g->cg, g->taps, &g->k) || !dlcv__mul(g->f, g->k, &g->w_count)
        || !dlcv__mul(g->h, g->w, &g->plane) || !dlcv__mul(g->plane, g->c, &g->x_count) || !dlcv__mul(g->x_count, g->n, &g->x_count)
        || !dlcv__mul(g->oh, g->ow, &g->pixels) || !dlcv__mul(g->pixels, g->f, &g->y_count) || !dlcv__mul(g->y_count, g->n, &g->y_count)
        || !dlcv__mul(g->w_count, 8, &twice) || !dlcv__mul(g->x_count, 8, &twice) || !dlcv__mul(g->y_count, 8, &twice))
        return dlcv_fail(DLCV_ERR_MEMORY, "conv2d: %d x %d x %zu x %zu by %d x %d kernels of %d filters: more bytes than size_t counts", s->batch,
            s->channels, s->transposed ? g->oh : g->h, s->transposed ? g->ow : g->w, s->kernel_h, s->kernel_w, s->filters);
    return DLCV_OK;
}

/* y after its sum, as the tile's epilogue does it */
DLCV__INLINE float dlcv__conv_finish(const dlcv__conv_tail *t, float sum, size_t filter, size_t at)
{
    if (t->bias) sum += dlcv__load_f32(t->bias + filter);
    if (t->residual) sum += dlcv__load_f32(t->residual + at);
    if (t->low > sum) sum = t->low;
    if (t->high < sum) sum = t->high;
    return sum;
}
/* ---- src/conv_gemm.c */
/* ---- convolution as a matrix product whose operand is gathered from the picture ----------------------------------------------------
 *
 *   dst[row, pixel] = sum over (channel, tap) ascending of a[row, (channel, tap)] * src[channel, pixel's place moved by the tap]
 *
 * serves both ways: forward, rows are filters and src is the picture; from the map to the picture, rows are the picture's channels, src
 * is the map, and pixels are those of one phase of the stride (conv_back.c). Nothing like im2col's matrix ever exists as a whole: a task
 * gathers kc rows of it for a panel of nr pixels and runs the tiles over them:
 *
 *   for a block of pixels (so many panels that a block of weights, rows x kc, pays for its way from the outer caches)
 *     for a block of k
 *       for a panel: gather it, [kc][nr], and it stays in the first-level cache
 *         for mr rows of a (streamed in the order in which they are packed): a tile
 *
 * Sums wait between blocks of k in dst, or, where the pixels of a panel do not lie side by side there, in a block of the workspace:
 * several small pictures in one panel, phases of a stride. With fewer than 64 pixels in all, pixels become the rows and weights the
 * lanes; the sums then wait transposed. Padding is gathered as zeros and multiplied like any pixel. */

enum { DLCV__CONV_SWAP = 64, DLCV__CONV_MERGE = 512, DLCV__CONV_ALONE = 1 << 20 };

/* Pixels of a panel that lie side by side: `len` columns from `col`, at row y, column x of the source (before the tap). */
typedef struct dlcv__conv_segment {
    size_t image, pixel;            /* which, and the first pixel's place in the grid */
    ptrdiff_t y, x;
    int col, len;
} dlcv__conv_segment;

typedef struct dlcv__product {
    const dlcv__kernels_f32 *kernels;
    /* the source: [images, groups * channels, src_h, src_w]; tap (i, j) moves by y0 + i * dy, x0 + j * dx; a pixel's place is sy, sx apart */
    const float *src;
    size_t images, groups, channels;
    ptrdiff_t src_h, src_w, y0, dy, x0, dx, sy, sx;
    size_t ny, nx;
    /* the pixels: rows x cols of each image, in dst [images, groups * m, dst_plane] from `first`, row_step and col_step apart */
    float *dst;
    size_t rows, cols, first, row_step, col_step, dst_plane;
    dlcv__conv_tail tail;
    /* weights: element (row, channel, i, j) at row * w_row + channel * w_channel + i * w_y + j * w_x of a group, groups w_group apart;
     * packed: [group][block of k][panel of mr rows (swapped: nr)][k][mr]; raw: not packed, which wants (channel, i, j) dense */
    const float *weights, *packed;
    size_t m, w_group, w_row, w_channel, w_y, w_x;
    /* the plan */
    size_t k, kc, grid, nr, mr, lanes, panels, image_panels, block_panels, row_panels;
    int raw, swapped, merged, waiting, finish, tasks, pixel_tasks;
    size_t b_bytes, sums_bytes, task_bytes;
    unsigned char *workspace;
} dlcv__product;

/* Splits `width` threads into pixel parts x row parts, so that the largest share is least; fewer row parts where that is equal. */
DLCV__FN void dlcv__product_share(dlcv__product *p, int width)
{
    const size_t pixels = p->panels * p->groups;
    size_t best = (size_t)-1;
    int rows;
    p->tasks = p->pixel_tasks = 1;
    if ((double)p->m * (double)p->k * (double)p->grid * (double)(p->images * p->groups) < (double)DLCV__CONV_ALONE) return;
    for (rows = 1; rows <= width && (size_t)rows <= p->row_panels; rows++) {
        const int columns = pixels < (size_t)(width / rows) ? (int)pixels : width / rows;
        const size_t share = ((pixels - 1) / (size_t)columns + 1) * ((p->row_panels - 1) / (size_t)rows + 1);
        if (share >= best) continue;
        best = share;
        p->tasks = rows * columns;
        p->pixel_tasks = columns;
    }
}

/* Decides blocks and shares from the shape, the table and the number of threads; 0 where bytes overflow. */
DLCV__FN int dlcv__product_plan(dlcv__product *p, int width)
{
    const size_t floats = 6144;         /* of a panel: 24 KB */
    size_t blocks, waits = 0, segments, cells;
    p->k = p->channels * p->ny * p->nx;
    if (p->ny * p->nx == 1 && p->sy == 1 && p->sx == 1 && !p->y0 && !p->x0 && p->src_h == (ptrdiff_t)p->rows && p->src_w == (ptrdiff_t)p->cols
        && p->row_step == p->cols && p->col_step == 1) {        /* 1x1: the picture is one row */
        p->cols *= p->rows, p->src_w *= p->src_h;
        p->rows = 1, p->src_h = 1, p->row_step = p->cols;
    }
    p->grid = p->rows * p->cols;
    p->mr = p->kernels->gemm_rows, p->nr = p->kernels->gemm_cols;
    p->kc = floats / p->nr < 256 ? floats / p->nr : 256;
    blocks = (p->k + p->kc + p->kc / 4 - 1) / (p->kc + p->kc / 4);
    if (p->k) p->kc = (p->k - 1) / blocks + 1;
    p->swapped = !p->raw && p->grid * p->images < DLCV__CONV_SWAP && p->grid * p->images < p->m;
    p->waiting = p->swapped || p->col_step != 1 || p->row_step != p->cols;
    p->merged = p->waiting || (p->images > 1 && p->grid < DLCV__CONV_MERGE && p->grid % p->nr);
    if (p->merged && p->images > 1) p->waiting = 1;
    if (p->swapped) {
        p->image_panels = p->panels = 1;
        p->lanes = p->grid * p->images;
        p->block_panels = 1;
        p->row_panels = (p->m - 1) / p->nr + 1;
    } else {
        p->lanes = p->nr;
        p->image_panels = ((p->merged ? p->grid * p->images : p->grid) - 1) / p->nr + 1;
        p->panels = p->merged ? p->image_panels : p->image_panels * p->images;
        p->row_panels = (p->m - 1) / p->mr + 1;
        p->block_panels = 384 / p->nr ? 384 / p->nr : 1;
    }
    dlcv__product_share(p, width);
    if (p->block_panels > p->panels) p->block_panels = p->panels;
    cells = p->block_panels * p->lanes;
    segments = p->lanes + 1;
    if (p->waiting && !dlcv__mul(p->swapped ? p->row_panels * p->nr : p->m, cells, &waits)) return 0;
    p->b_bytes = p->sums_bytes = p->task_bytes = 0;
    if (!dlcv__mul(p->lanes, p->kc, &blocks) || !dlcv__conv_need(&p->b_bytes, blocks, sizeof(float))
        || !dlcv__conv_need(&p->sums_bytes, waits, sizeof(float)) || !dlcv__add(p->b_bytes, p->sums_bytes, &p->task_bytes)
        || !dlcv__conv_need(&p->task_bytes, segments, sizeof(dlcv__conv_segment)))
        return 0;
    return dlcv__mul(p->task_bytes, (size_t)p->tasks, &blocks);
}

/* Floats of the packed weights of all groups; 0 where that overflows. */
DLCV__FN int dlcv__product_packed(const dlcv__product *p, size_t *floats)
{
    return dlcv__mul(p->row_panels * (p->swapped ? p->nr : p->mr), p->k, floats) && dlcv__mul(*floats, p->groups, floats);
}

/* One row of a block of k: out[k wide], zeros beyond the last row */
DLCV__FN void dlcv__product_pack_row(const dlcv__product *p, const float *weights, size_t row, size_t k0, size_t kc, float *out, size_t wide)
{
    const float *from = weights + row * p->w_row;
    size_t j = k0 % p->nx, i = k0 / p->nx % p->ny, c = k0 / p->nx / p->ny, k;
    for (k = 0; k < kc; k++) {
        out[k * wide] = row < p->m ? dlcv__load_f32(from + c * p->w_channel + i * p->w_y + j * p->w_x) : 0;
        if (++j < p->nx) continue;
        j = 0;
        if (++i == p->ny) i = 0, c++;
    }
}

/* Panels of rows begin .. end - 1 of all groups and blocks of k */
DLCV__FN void dlcv__product_pack(const dlcv__product *p, const float *weights, float *to, size_t begin, size_t end)
{
    const size_t wide = p->swapped ? p->nr : p->mr;
    size_t group, k0, panel, lane;
    for (group = 0; group < p->groups; group++)
        for (k0 = 0; k0 < p->k; k0 += p->kc) {
            const size_t kc = p->k - k0 < p->kc ? p->k - k0 : p->kc;
            float *out = to + (group * p->k + k0) * p->row_panels * wide;
            for (panel = begin; panel < end; panel++)
                for (lane = 0; lane < wide; lane++)
                    dlcv__product_pack_row(p, weights + group * p->w_group, panel * wide + lane, k0, kc, out + panel * kc * wide + lane, wide);
        }
}

/* n floats that do not overlap; no byte outside is touched */
DLCV__INLINE void dlcv__copy_run(float *to, const float *from, size_t n)
{
    size_t i;
    if (n >= 16) {
        for (i = 0; i + 16 <= n; i += 16) memcpy(to + i, from + i, 64);
        if (i < n) memcpy(to + n - 16, from + n - 16, 64);
    } else if (n >= 8) {
        memcpy(to, from, 32);
        memcpy(to + n - 8, from + n - 8, 32);
    } else if (n >= 4) {
        memcpy(to, from, 16);
        memcpy(to + n - 4, from + n - 4, 16);
    } else {
        for (i = 0; i < n; i++) memcpy(to + i, from + i, 4);
    }
}

/* to[q] = row[x + q step], zero outside 0 .. w - 1 */
DLCV__FN void dlcv__gather_run(float *to, const float *row, ptrdiff_t x, ptrdiff_t step, ptrdiff_t w, size_t len)
{
    size_t q = 0, begin = 0, end = 0;
    if (x < 0) begin = (size_t)((step - 1 - x) / step);
    if (begin > len) begin = len;
    if (x < w) end = (size_t)((w - 1 - x) / step) + 1;
    if (end > len) end = len;
    for (; q < begin; q++) to[q] = 0;
    if (step == 1 && end > q) {
        dlcv__copy_run(to + q, row + x + (ptrdiff_t)q, end - q);
        q = end;
    }
    for (; q < end; q++) memcpy(to + q, row + x + (ptrdiff_t)q * step, 4);
    for (; q < len; q++) to[q] = 0;
}

/* Columns of one panel, from `at` on (of all pixels where images are merged, else of image `image`): their segments, the last of which
 * fills up the panel with zeros; returns how many. */
DLCV__FN int dlcv__product_segments(const dlcv__product *p, size_t image, size_t at, size_t end, dlcv__conv_segment *s)
{
    size_t pixel = p->merged ? at % p->grid : at, y, x;
    int col = 0, count = 0;
    if (p->merged) image = at / p->grid;
    y = pixel / p->cols, x = pixel % p->cols;
    for (; at < end; count++, s++) {
        const size_t run = p->cols - x < end - at ? p->cols - x : end - at;
        s->image = image;
        s->pixel = y * p->cols + x;
        s->y = (ptrdiff_t)y * p->sy;
        s->x = (ptrdiff_t)x * p->sx;
        s->col = col;
        s->len = (int)run;
        col += (int)run;
        at += run;
        x = 0;
        if (++y == p->rows) y = 0, image++;
    }
    if ((size_t)col < p->lanes) {
        memset(s, 0, sizeof *s);
        s->image = (size_t)-1;
        s->col = col;
        s->len = (int)p->lanes - col;
        count++;
    }
    return count;
}

/* Rows k0 .. k1 - 1 of one panel: out[k - k0][lanes] */
DLCV__FN void dlcv__product_gather(const dlcv__product *p, size_t group, size_t k0, size_t k1, const dlcv__conv_segment *segments, int count, float *out)
{
    const size_t plane = (size_t)(p->src_h * p->src_w), image = plane * p->channels * p->groups;
    const float *src = p->src + group * p->channels * plane;
    size_t line, k, end;
    int i;
    if (k0 == k1) return;
    for (line = k0 / p->nx; line * p->nx < k1; line++) {        /* (channel, i) */
        const ptrdiff_t y0 = p->y0 + (ptrdiff_t)(line % p->ny) * p->dy;
        const float *from = src + line / p->ny * plane;
        for (i = 0; i < count; i++) {
            const dlcv__conv_segment *s = &segments[i];
            const ptrdiff_t y = s->y + y0;
            const size_t len = (size_t)s->len;
            const int inside = s->image != (size_t)-1 && y >= 0 && y < p->src_h;
            const float *row = inside ? from + s->image * image + (size_t)(y * p->src_w) : NULL;
            ptrdiff_t x = s->x + p->x0;
            k = line * p->nx, end = k + p->nx < k1 ? k + p->nx : k1;
            for (; k < k0; k++) x += p->dx;
            for (; k < end; k++, x += p->dx) {
                float *to = out + (k - k0) * p->lanes + s->col;
                if (!inside) memset(to, 0, len * sizeof(float));
                else if (p->sx == 1 && x >= 0 && x + s->len <= p->src_w) dlcv__copy_run(to, row + x, len);
                else dlcv__gather_run(to, row, x, p->sx, p->src_w, len);
            }
        }
    }
}

/* The sums of rows r0 .. r1 - 1 go to their places; finish: bias and clamp are yet to be done. */
DLCV__FN void dlcv__product_put(const dlcv__product *p, size_t group, size_t r0, size_t r1, const float *sums, size_t sums_row, size_t sums_col,
                                const dlcv__conv_segment *segments, int count, int finish)
{
    size_t r, q;
    int i;
    for (i = 0; i < count && segments[i].image != (size_t)-1; i++) {
        const dlcv__conv_segment *s = &segments[i];
        const size_t place = p->first + s->pixel / p->cols * p->row_step + s->pixel % p->cols * p->col_step;
        for (r = r0; r < r1; r++) {
            const size_t row = group * p->m + r, at = (s->image * p->groups * p->m + row) * p->dst_plane + place;
            const float *from = sums + (r - r0) * sums_row + (size_t)s->col * sums_col;
            if (!finish && p->col_step == 1 && sums_col == 1) {
                dlcv__copy_run(p->dst + at, from, (size_t)s->len);
                continue;
            }
            for (q = 0; q < (size_t)s->len; q++) {
                const size_t to = at + q * p->col_step;
                float v = from[q * sums_col];
                if (finish) v = dlcv__conv_finish(&p->tail, v, row, to);
                memcpy(p->dst + to, &v, 4);
            }
        }
    }
}

/* What one task works with */
typedef struct dlcv__product_task {
    float *b, *sums;
    dlcv__conv_segment *segments;
    size_t group, row0, row1;       /* panels of rows */
} dlcv__product_task;

/* Tiles of one gathered panel of `cols` pixels, filters as rows: c is the panel's place in row row0 * mr. */
DLCV__FN void dlcv__product_tiles(const dlcv__product *p, const dlcv__product_task *t, size_t k0, size_t kc, int cols, float *c, size_t c_row,
                                  const float *residual, int finish)
{
    const size_t first = t->group * p->m, mr = p->mr;
    const float *a = p->raw ? p->weights + t->group * p->w_group + k0 : p->packed + (t->group * p->k + k0) * p->row_panels * mr;
    dlcv__epilogue e;
    size_t i;
    e.bias = NULL, e.residual = NULL, e.residual_row = p->dst_plane, e.low = p->tail.low, e.high = p->tail.high;
    for (i = t->row0; i < t->row1; i++, c += mr * c_row) {
        const int rows = p->m - i * mr < mr ? (int)(p->m - i * mr) : (int)mr;
        if (p->tail.bias) e.bias = p->tail.bias + first + i * mr;
        if (residual) e.residual = residual + i * mr * p->dst_plane;
        if (p->raw) p->kernels->gemm_tile(kc, a + i * mr * p->w_row, p->w_row, 1, t->b, p->nr, c, c_row, rows, cols, k0 > 0, finish ? &e : NULL);
        else p->kernels->gemm_tile(kc, a + i * mr * kc, 1, mr, t->b, p->nr, c, c_row, rows, cols, k0 > 0, finish ? &e : NULL);
    }
}

/* The same with pixels as rows: sums [pixel][row of a] */
DLCV__FN void dlcv__product_swapped(const dlcv__product *p, const dlcv__product_task *t, size_t k0, size_t kc)
{
    const float *b = p->packed + (t->group * p->k + k0) * p->row_panels * p->nr;
    const size_t wide = p->row_panels * p->nr;
    size_t j, i;
    for (j = t->row0; j < t->row1; j++)
        for (i = 0; i < p->lanes; i += p->mr) {
            const int rows = p->lanes - i < p->mr ? (int)(p->lanes - i) : (int)p->mr;
            const int cols = p->m - j * p->nr < p->nr ? (int)(p->m - j * p->nr) : (int)p->nr;
            p->kernels->gemm_tile(kc, t->b + i, 1, p->lanes, b + j * kc * p->nr, p->nr, t->sums + i * wide + j * p->nr, wide, rows, cols, k0 > 0, NULL);
        }
}

/* Panels begin .. end - 1 of one group, and of one image where images are not merged */
DLCV__FN void dlcv__product_block(const dlcv__product *p, const dlcv__product_task *t, size_t begin, size_t end)
{
    const size_t image = p->merged ? 0 : begin / p->image_panels, all = p->merged ? p->grid * p->images : p->grid;
    const size_t first = (begin - image * p->image_panels) * p->lanes, wide = (end - begin) * p->lanes, rows = p->swapped ? p->nr : p->mr;
    const size_t r0 = t->row0 * rows, r1 = t->row1 * rows < p->m ? t->row1 * rows : p->m;
    const size_t place = (image * p->groups + t->group) * p->m * p->dst_plane + p->first;
    size_t k0 = 0, kc, j;
    int count;
    do {
        kc = p->k - k0 < p->kc ? p->k - k0 : p->kc;
        for (j = first; j < first + wide; j += p->lanes) {
            const int cols = all - j < p->lanes ? (int)(all - j) : (int)p->lanes, finish = k0 + kc == p->k && p->finish;
            count = dlcv__product_segments(p, image, j, j + (size_t)cols, t->segments);
            dlcv__product_gather(p, t->group, k0, k0 + kc, t->segments, count, t->b);
            if (p->swapped) dlcv__product_swapped(p, t, k0, kc);
            else if (p->waiting) dlcv__product_tiles(p, t, k0, kc, cols, t->sums + (j - first), wide, NULL, finish && !p->tail.residual);
            else dlcv__product_tiles(p, t, k0, kc, cols, p->dst + place + j + r0 * p->dst_plane, p->dst_plane,
                                     p->tail.residual ? p->tail.residual + place + j : NULL, finish);
        }
        k0 += kc;
    } while (k0 < p->k);
    for (j = first; j < first + wide && p->waiting; j += p->lanes) {
        count = dlcv__product_segments(p, image, j, all - j < p->lanes ? all : j + p->lanes, t->segments);
        if (p->swapped) dlcv__product_put(p, t->group, r0, r1, t->sums + r0, 1, p->row_panels * p->nr, t->segments, count, p->finish);
        else dlcv__product_put(p, t->group, r0, r1, t->sums + (j - first), wide, 1, t->segments, count, p->finish && p->tail.residual);
    }
}

DLCV__FN void dlcv__product_work(int index, void *context)
{
    const dlcv__product *p = (const dlcv__product *)context;
    const int columns = p->pixel_tasks, column = index % columns, rows = p->tasks / columns;
    const size_t begin = dlcv__conv_part(p->panels * p->groups, column, columns), end = dlcv__conv_part(p->panels * p->groups, column + 1, columns);
    unsigned char *mine = p->workspace + (size_t)index * p->task_bytes;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__product_task t;
    size_t at, upto;
    t.b = (float *)(void *)mine;
    t.sums = (float *)(void *)(mine + p->b_bytes);
    t.segments = (dlcv__conv_segment *)(void *)(mine + p->b_bytes + p->sums_bytes);
    t.row0 = dlcv__conv_part(p->row_panels, index / columns, rows);
    t.row1 = dlcv__conv_part(p->row_panels, index / columns + 1, rows);
    for (at = begin; at < end; at = upto) {
        const size_t in_group = at % p->panels, in_image = in_group % p->image_panels;
        size_t most = p->image_panels - in_image;
        if (most > p->block_panels) most = p->block_panels;
        if (most > end - at) most = end - at;
        upto = at + most;
        t.group = at / p->panels;
        dlcv__product_block(p, &t, in_group, in_group + most);
    }
    dlcv__fp_leave(fp);
}

/* Runs a product that was planned. */
DLCV__FN void dlcv__product_run(dlcv__product *p, const dlcv__conv_run *r)
{
    p->src = r->x;
    p->dst = r->y;
    p->tail = r->tail;
    p->finish = r->tail.bias || r->tail.residual || r->tail.low >= -FLT_MAX || r->tail.high <= FLT_MAX;
    p->workspace = (unsigned char *)r->workspace;
    dlcv__parallel(r->env, p->tasks, dlcv__product_work, p);
}

/* ---- forward */

DLCV__FN int dlcv__conv_always(const dlcv__conv_geom *g)
{
    (void)g;
    return 1;
}

DLCV__FN double dlcv__conv_gemm_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    (void)k;
    return (double)g->y_count * (double)g->k;
}

DLCV__FN double dlcv__conv_raw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return 1.05 * dlcv__conv_gemm_cost(g, k);
}

DLCV__FN int dlcv__conv_gemm_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, int raw, dlcv__product *p)
{
    memset(p, 0, sizeof *p);
    p->kernels = k;
    p->images = g->n, p->groups = g->groups, p->channels = g->cg;
    p->src_h = (ptrdiff_t)g->h, p->src_w = (ptrdiff_t)g->w;
    p->y0 = -(ptrdiff_t)g->pt, p->dy = (ptrdiff_t)g->dh, p->x0 = -(ptrdiff_t)g->pl, p->dx = (ptrdiff_t)g->dw;
    p->sy = (ptrdiff_t)g->sh, p->sx = (ptrdiff_t)g->sw;
    p->ny = g->kh, p->nx = g->kw;
    p->rows = g->oh, p->cols = g->ow, p->row_step = g->ow, p->col_step = 1, p->dst_plane = g->pixels;
    p->raw = raw;
    p->m = g->fg, p->w_group = g->fg * g->k, p->w_row = g->k, p->w_channel = g->taps, p->w_y = g->kw, p->w_x = 1;
    return dlcv__product_plan(p, width);
}

DLCV__FN int dlcv__conv_gemm_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__product p;
    size_t floats;
    *prepared = 0;
    if (!dlcv__conv_gemm_plan(g, k, width, 0, &p) || !dlcv__product_packed(&p, &floats) || !dlcv__conv_need(prepared, floats, sizeof(float))) return 0;
    *workspace = p.task_bytes * (size_t)p.tasks;
    return 1;
}

DLCV__FN void dlcv__conv_gemm_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__product p;
    if (dlcv__conv_gemm_plan(g, k, 1, 0, &p)) dlcv__product_pack(&p, weights, (float *)prepared, 0, p.row_panels);
}

DLCV__FN void dlcv__conv_gemm_run(const dlcv__conv_run *r)
{
    dlcv__product p;
    if (!dlcv__conv_gemm_plan(r->g, r->kernels, dlcv__width(r->env), 0, &p)) return;
    p.packed = (const float *)r->prepared;
    dlcv__product_run(&p, r);
}

/* the same with the weights where the caller has them */

DLCV__FN int dlcv__conv_raw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__product p;
    *prepared = 0;
    if (!dlcv__conv_gemm_plan(g, k, width, 1, &p)) return 0;
    *workspace = p.task_bytes * (size_t)p.tasks;
    return 1;
}

DLCV__FN void dlcv__conv_raw_run(const dlcv__conv_run *r)
{
    dlcv__product p;
    if (!dlcv__conv_gemm_plan(r->g, r->kernels, dlcv__width(r->env), 1, &p)) return;
    p.weights = r->weights;
    dlcv__product_run(&p, r);
}

DLCV__FN int dlcv__conv_map_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t none;
    return dlcv__conv_raw_bytes(g, k, width, &none, workspace);
}
/* ---- src/conv_back.c */
/* ---- convolution: from the map back to the picture, and gradients ------------------------------------------------------------------ */

/* ---- to the picture
 *
 * Picture row y gets tap i from map row (y + pt - i dh) / sh, where that is a whole number. Rows y = phase + sh t, t = 0, 1, .., all have the
 * same taps: i = first + si a, si = sh / gcd(sh, dh), from map row t + y0 - a dh si / sh. So each of the sh sw phases is a product of its own
 * over taps that stand evenly, gathered with stride 1, and nothing is scattered. */
typedef struct dlcv__conv_phase {
    size_t first, step, count;      /* taps */
    ptrdiff_t y0, dy;               /* of the first, and from one to the next */
    size_t extent;                  /* pixels */
} dlcv__conv_phase;

DLCV__FN dlcv__conv_phase dlcv__conv_phase_of(size_t phase, size_t extent, size_t kernel, size_t stride, size_t dilation, size_t pad)
{
    dlcv__conv_phase f;
    const ptrdiff_t s = (ptrdiff_t)stride;
    size_t a = stride, b = dilation, rest;
    for (; b; rest = a % b, a = b, b = rest) {}
    f.step = stride / a;
    f.dy = -(ptrdiff_t)(dilation / a);
    f.y0 = 0;
    for (f.first = 0; f.first < f.step && f.first < kernel; f.first++) {
        f.y0 = (ptrdiff_t)(phase + pad) - (ptrdiff_t)(f.first * dilation);
        if (f.y0 % s == 0) break;
    }
    f.count = f.first < f.step && f.first < kernel ? (kernel - 1 - f.first) / f.step + 1 : 0;
    f.y0 /= s;
    f.extent = (extent - 1 - phase) / stride + 1;
    return f;
}

/* Phase (py, px); its weights begin at *offset. */
DLCV__FN int dlcv__conv_up_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t py, size_t px, dlcv__product *p, size_t *offset)
{
    const dlcv__conv_phase y = dlcv__conv_phase_of(py, g->h, g->kh, g->sh, g->dh, g->pt);
    const dlcv__conv_phase x = dlcv__conv_phase_of(px, g->w, g->kw, g->sw, g->dw, g->pl);
    memset(p, 0, sizeof *p);
    p->kernels = k;
    p->images = g->n, p->groups = g->groups, p->channels = g->fg;
    p->src_h = (ptrdiff_t)g->oh, p->src_w = (ptrdiff_t)g->ow;
    p->y0 = y.y0, p->dy = y.dy, p->x0 = x.y0, p->dx = x.dy;
    p->sy = p->sx = 1;
    p->ny = y.count, p->nx = x.count;
    p->rows = y.extent, p->cols = x.extent, p->first = py * g->w + px, p->row_step = g->sh * g->w, p->col_step = g->sw, p->dst_plane = g->plane;
    p->m = g->cg, p->w_group = g->fg * g->k, p->w_row = g->taps, p->w_channel = g->k, p->w_y = y.step * g->kw, p->w_x = x.step;
    *offset = y.first * g->kw + x.first;
    return dlcv__product_plan(p, width);
}

typedef struct dlcv__conv_packing {
    const dlcv__product *product;
    const float *weights;
    float *to;
    int tasks;
} dlcv__conv_packing;

DLCV__FN void dlcv__conv_pack_task(int index, void *context)
{
    const dlcv__conv_packing *k = (const dlcv__conv_packing *)context;
    const size_t panels = k->product->row_panels;
    dlcv__product_pack(k->product, k->weights, k->to, dlcv__conv_part(panels, index, k->tasks), dlcv__conv_part(panels, index + 1, k->tasks));
}

/* All phases: prepared weights one after the other, or, where they are packed in the call, before the tasks' share of the workspace. */
DLCV__FN int dlcv__conv_up_sizes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace, size_t *with_packing)
{
    dlcv__product p;
    size_t py, px, offset, floats, bytes, packed;
    *prepared = *workspace = *with_packing = 0;
    for (py = 0; py < g->sh && py < g->h; py++)
        for (px = 0; px < g->sw && px < g->w; px++) {
            if (!dlcv__conv_up_plan(g, k, width, py, px, &p, &offset) || !dlcv__product_packed(&p, &floats)) return 0;
            packed = 0;
            bytes = p.task_bytes * (size_t)p.tasks;
            if (bytes > *workspace) *workspace = bytes;
            if (!dlcv__conv_need(&packed, floats, sizeof(float)) || !dlcv__add(*prepared, packed, prepared) || !dlcv__add(packed, bytes, &bytes)) return 0;
            if (bytes > *with_packing) *with_packing = bytes;
        }
    return 1;
}

DLCV__FN int dlcv__conv_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    size_t unused;
    return dlcv__conv_up_sizes(g, k, width, prepared, workspace, &unused);
}

DLCV__FN int dlcv__conv_back_data_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t a, b;
    return dlcv__conv_up_sizes(g, k, width, &a, &b, workspace);
}

DLCV__FN size_t dlcv__conv_up_packed(const dlcv__product *p)
{
    size_t floats = 0, bytes = 0;
    dlcv__product_packed(p, &floats);
    if (!dlcv__conv_need(&bytes, floats, sizeof(float))) return 0;
    return bytes / sizeof(float);
}

DLCV__FN void dlcv__conv_up_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    float *to = (float *)prepared;
    dlcv__product p;
    size_t py, px, offset;
    for (py = 0; py < g->sh && py < g->h; py++)
        for (px = 0; px < g->sw && px < g->w; px++) {
            if (!dlcv__conv_up_plan(g, k, 1, py, px, &p, &offset)) return;
            dlcv__product_pack(&p, weights + offset, to, 0, p.row_panels);
            to += dlcv__conv_up_packed(&p);
        }
}

/* r->x is the map, r->y the picture. Without prepared weights they are packed into the workspace. */
DLCV__FN void dlcv__conv_up_run(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    const float *prepared = (const float *)r->prepared;
    dlcv__conv_run run = *r;
    dlcv__product p;
    size_t py, px, offset;
    for (py = 0; py < g->sh && py < g->h; py++)
        for (px = 0; px < g->sw && px < g->w; px++) {
            if (!dlcv__conv_up_plan(g, r->kernels, dlcv__width(r->env), py, px, &p, &offset)) return;
            if (prepared) {
                p.packed = prepared;
                prepared += dlcv__conv_up_packed(&p);
            } else {
                dlcv__conv_packing k;
                p.packed = k.to = (float *)r->workspace;
                k.product = &p;
                k.weights = r->weights + offset;
                k.tasks = p.tasks;
                run.workspace = k.to + dlcv__conv_up_packed(&p);
                dlcv__parallel(r->env, k.tasks, dlcv__conv_pack_task, &k);
            }
            dlcv__product_run(&p, &run);
        }
}

/* ---- to the weights
 *
 * dw[f, (c, i, j)] = sum over (image, pixel) ascending of map[f, pixel] * picture[(c, i, j), pixel], as the transposed product: rows are
 * (c, i, j), gathered as they are for the forward pass, lanes are filters, for which the map is transposed a block of pixels at a time.
 * Pixels of all images are cut into 1, 2, 4 or 8 chunks, as the shape decides; each is one chain, and their sums are added as a tree. */
enum { DLCV__CONV_DEPTH = 128, DLCV__CONV_GATHERED = 64, DLCV__CONV_CHUNKS = 8, DLCV__CONV_CHUNK = 1024 };

typedef struct dlcv__conv_dw {
    const dlcv__conv_geom *g;
    dlcv__product p;                /* gathers the picture */
    const float *map;
    float *sums;                    /* [chunks][groups][k][fg] */
    float *dw;
    int add, chunks, chunk_tasks, row_tasks, tasks;
    size_t sums_bytes, a_bytes, b_bytes, task_bytes;
    unsigned char *workspace;
} dlcv__conv_dw;

DLCV__FN int dlcv__conv_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__conv_dw *d)
{
    const size_t pixels = g->n * g->pixels;
    size_t floats, all;
    memset(d, 0, sizeof *d);
    if (!dlcv__conv_gemm_plan(g, k, 1, 1, &d->p)) return 0;
    d->g = g;
    d->p.merged = 1;
    d->p.lanes = DLCV__CONV_DEPTH;
    d->chunks = 1;
    while (d->chunks < DLCV__CONV_CHUNKS && pixels / (size_t)d->chunks >= 2 * DLCV__CONV_CHUNK && g->w_count <= ((size_t)1 << 19) / (size_t)d->chunks)
        d->chunks *= 2;
    d->chunk_tasks = d->row_tasks = 1;
    if ((double)g->w_count * (double)pixels >= (double)DLCV__CONV_ALONE) {
        d->chunk_tasks = width < d->chunks ? width : d->chunks;
        d->row_tasks = width / d->chunk_tasks;
        if ((size_t)d->row_tasks > (g->k - 1) / d->p.mr + 1) d->row_tasks = (int)((g->k - 1) / d->p.mr + 1);
    }
    d->tasks = d->chunk_tasks * d->row_tasks;
    floats = ((g->fg - 1) / d->p.nr + 1) * d->p.nr;
    if (!dlcv__mul(g->w_count, (size_t)d->chunks, &all) || !dlcv__conv_need(&d->sums_bytes, all, sizeof(float))
        || !dlcv__mul(floats, DLCV__CONV_DEPTH, &floats) || !dlcv__conv_need(&d->b_bytes, floats, sizeof(float))
        || !dlcv__conv_need(&d->a_bytes, (size_t)DLCV__CONV_GATHERED * DLCV__CONV_DEPTH, sizeof(float))
        || !dlcv__add(d->a_bytes, d->b_bytes, &d->task_bytes)
        || !dlcv__conv_need(&d->task_bytes, DLCV__CONV_DEPTH + 1, sizeof(dlcv__conv_segment)))
        return 0;
    return dlcv__mul(d->task_bytes, (size_t)d->tasks, &all);
}

DLCV__FN int dlcv__conv_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__conv_dw d;
    return dlcv__conv_dw_plan(g, k, width, &d) && dlcv__add(d.sums_bytes, d.task_bytes * (size_t)d.tasks, workspace);
}

/* b[panel of filters][pixel][nr] = the map of pixels at .. at + depth - 1 */
DLCV__FN void dlcv__conv_dw_lanes(const dlcv__conv_dw *d, size_t group, size_t at, size_t depth, float *b)
{
    const dlcv__conv_geom *g = d->g;
    const size_t nr = d->p.nr;
    size_t f, done, run;
    for (f = 0; f < g->fg; f += nr, b += nr * DLCV__CONV_DEPTH) {
        const size_t rows = g->fg - f < nr ? g->fg - f : nr;
        if (rows < nr) memset(b, 0, nr * depth * sizeof(float));
        for (done = 0; done < depth; done += run) {
            const size_t image = (at + done) / g->pixels, pixel = (at + done) % g->pixels;
            run = g->pixels - pixel < depth - done ? g->pixels - pixel : depth - done;
            d->p.kernels->transpose4(b + done * nr, nr * sizeof(float), d->map + (image * g->f + group * g->fg + f) * g->pixels + pixel,
                g->pixels * sizeof(float), (int)rows, (int)run, 0);
        }
    }
}

/* Rows k0 .. k1 - 1 of a group, pixels at .. at + depth - 1: gathered, multiplied by all filters, and added to c [k][fg], or first there. */
DLCV__FN void dlcv__conv_dw_rows(const dlcv__conv_dw *d, size_t group, size_t at, size_t depth, size_t k0, size_t k1, unsigned char *mine, float *c, int load)
{
    const dlcv__product *p = &d->p;
    const size_t fg = d->g->fg;
    float *a = (float *)(void *)mine;
    const float *b = (const float *)(const void *)(mine + d->a_bytes);
    dlcv__conv_segment *segments = (dlcv__conv_segment *)(void *)(mine + d->a_bytes + d->b_bytes);
    const int count = dlcv__product_segments(p, 0, at, at + depth, segments);
    size_t k, upto, f, i;
    for (k = k0; k < k1; k = upto) {
        upto = k1 - k < DLCV__CONV_GATHERED ? k1 : k + DLCV__CONV_GATHERED;
        dlcv__product_gather(p, group, k, upto, segments, count, a);
        for (f = 0; f < fg; f += p->nr)
            for (i = k; i < upto; i += p->mr)
                p->kernels->gemm_tile(depth, a + (i - k) * DLCV__CONV_DEPTH, DLCV__CONV_DEPTH, 1, b + f * DLCV__CONV_DEPTH, p->nr, c + i * fg + f, fg,
                    upto - i < p->mr ? (int)(upto - i) : (int)p->mr, fg - f < p->nr ? (int)(fg - f) : (int)p->nr, load, NULL);
    }
}

DLCV__FN void dlcv__conv_dw_work(int index, void *context)
{
    const dlcv__conv_dw *d = (const dlcv__conv_dw *)context;
    const dlcv__conv_geom *g = d->g;
    const int row = index % d->row_tasks, column = index / d->row_tasks;
    const size_t panels = (g->k - 1) / d->p.mr + 1, pixels = g->n * g->pixels;
    const size_t k0 = dlcv__conv_part(panels, row, d->row_tasks) * d->p.mr, last = dlcv__conv_part(panels, row + 1, d->row_tasks) * d->p.mr;
    const size_t c0 = dlcv__conv_part((size_t)d->chunks, column, d->chunk_tasks), c1 = dlcv__conv_part((size_t)d->chunks, column + 1, d->chunk_tasks);
    unsigned char *mine = d->workspace + d->sums_bytes + (size_t)index * d->task_bytes;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t chunk, group, at, depth;
    for (chunk = c0; chunk < c1; chunk++) {
        const size_t begin = dlcv__conv_part(pixels, (int)chunk, d->chunks), end = dlcv__conv_part(pixels, (int)chunk + 1, d->chunks);
        for (group = 0; group < g->groups; group++)
            for (at = begin; at < end; at += depth) {
                depth = end - at < DLCV__CONV_DEPTH ? end - at : DLCV__CONV_DEPTH;
                dlcv__conv_dw_lanes(d, group, at, depth, (float *)(void *)(mine + d->a_bytes));
                dlcv__conv_dw_rows(d, group, at, depth, k0, last < g->k ? last : g->k, mine, d->sums + (chunk * g->groups + group) * g->k * g->fg, at > begin);
            }
    }
    dlcv__fp_leave(fp);
}

/* dw[f, k] = (add ? dw : 0) + the chunks' sums[k, f] */
DLCV__FN void dlcv__conv_dw_put(const dlcv__conv_dw *d)
{
    const dlcv__conv_geom *g = d->g;
    const size_t count = g->w_count;
    size_t half, i, f, k, group;
    for (half = (size_t)d->chunks / 2; half; half /= 2)
        for (i = 0; i < half * count; i++) d->sums[i] += d->sums[half * count + i];
    for (group = 0; group < g->groups; group++)
        for (f = 0; f < g->fg; f++)
            for (k = 0; k < g->k; k++) {
                float *to = d->dw + (group * g->fg + f) * g->k + k, v = d->sums[(group * g->k + k) * g->fg + f];
                if (d->add) v += dlcv__load_f32(to);
                memcpy(to, &v, 4);
            }
}

DLCV__FN void dlcv__conv_dw_run(const dlcv__conv_run *r)
{
    dlcv__conv_dw d;
    if (!dlcv__conv_dw_plan(r->g, r->kernels, dlcv__width(r->env), &d)) return;
    d.p.src = r->x;
    d.map = r->map;
    d.dw = r->y;
    d.add = r->add;
    d.workspace = (unsigned char *)r->workspace;
    d.sums = (float *)r->workspace;
    dlcv__parallel(r->env, d.tasks, dlcv__conv_dw_work, &d);
    dlcv__conv_dw_put(&d);
}

/* db = (add ? db : 0) + sums of [n, channels, pixels] over samples and pixels */
DLCV__FN void dlcv__conv_back_bias(size_t n, size_t channels, size_t pixels, const float *dy, float *db, int add)
{
    size_t c, i, p;
    for (c = 0; c < channels; c++) {
        float sum = 0;
        for (i = 0; i < n; i++)
            for (p = 0; p < pixels; p++) sum += dlcv__load_f32(dy + (i * channels + c) * pixels + p);
        if (add) sum += dlcv__load_f32(db + c);
        memcpy(db + c, &sum, 4);
    }
}
/* ---- src/conv_direct.c */
/* ---- convolution without a matrix: depthwise, first layers, few channels ------------------------------------------------------- */

/* The channels of a group are copied into a frame: padded with zeros, and where columns have a stride, dealt into the stride's phases, so
 * that under each tap neighbouring outputs see neighbouring floats. Or, for narrow pictures of a batch, `width` pictures stand side by side in
 * the lanes: then nothing is lost at the ends of rows. A sum is the same chain over (channel, kernel row, kernel column) either way. */
typedef struct dlcv__frame {
    size_t lanes;                   /* pictures side by side: 1 or the backend's width */
    size_t across;                  /* vectors in a row of the map */
    size_t rows, cols;              /* of the padded picture, as far as taps reach */
    size_t pitch, row, plane;       /* floats from phase to phase, row to row, channel to channel */
    size_t floats;                  /* of all channels of a group */
} dlcv__frame;

/* whole: rows of the map end with whole vectors, instead of with one that ends where the row does. 0 where a size overflows. */
DLCV__FN int dlcv__frame_of(const dlcv__conv_geom *g, size_t lanes, size_t width, int whole, dlcv__frame *f)
{
    const size_t reach = (g->kw - 1) * g->dw;
    f->lanes = lanes;
    f->rows = (g->oh - 1) * g->sh + (g->kh - 1) * g->dh + 1;
    f->cols = (g->ow - 1) * g->sw + reach + 1;
    if (lanes == 1) {
        f->across = (g->ow + width - 1) / width;
        f->pitch = (whole ? f->across * width : g->ow < width ? width : g->ow) + reach / g->sw;
        if (!dlcv__mul(f->pitch, g->sw, &f->row)) return 0;
    } else {
        f->across = g->ow;
        f->pitch = width;
        if (!dlcv__mul(f->cols, width, &f->row)) return 0;
    }
    return dlcv__mul(f->rows, f->row, &f->plane) && dlcv__mul(f->plane, g->cg, &f->floats);
}

/* Where tap (c, i, j) is, seen from the place of an output; turned: where the adjoint of a convolution has it. */
DLCV__FN void dlcv__frame_taps(const dlcv__conv_geom *g, const dlcv__frame *f, int turned, size_t *taps)
{
    size_t c, i, j;
    for (c = 0; c < g->cg; c++)
        for (i = 0; i < g->kh; i++)
            for (j = 0; j < g->kw; j++) {
                const size_t y = (turned ? g->kh - 1 - i : i) * g->dh, x = (turned ? g->kw - 1 - j : j) * g->dw;
                *taps++ = c * f->plane + y * f->row + (f->lanes > 1 ? x * f->lanes : x % g->sw * f->pitch + x / g->sw);
            }
}

/* The places in the frame of `count` vectors of outputs, from number `first` on, in raster order; and where they go in a map of one picture, or
 * with pictures in the lanes, into a buffer of vectors. overlap: the last vector of a row ends where the row does. */
DLCV__FN void dlcv__frame_places(const dlcv__conv_geom *g, const dlcv__frame *f, size_t width, int overlap, size_t first, size_t count, size_t *at_x,
    size_t *at_y)
{
    size_t i, oy = first / f->across, v = first % f->across;
    for (i = 0; i < count; i++) {
        size_t ox = f->lanes > 1 ? v : v * width;
        if (f->lanes == 1 && overlap && ox + width > g->ow) ox = g->ow < width ? 0 : g->ow - width;
        at_x[i] = oy * g->sh * f->row + (f->lanes > 1 ? ox * g->sw * f->lanes : ox);
        if (at_y) at_y[i] = f->lanes > 1 ? i * width : oy * g->ow + ox;
        if (++v == f->across) v = 0, oy++;
    }
}

/* Channel c of one picture into its rows; what is not written was zero before. */
DLCV__FN void dlcv__frame_fill(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, float *frame)
{
    const size_t first = g->pt, rows = f->rows <= first ? 0 : f->rows - first < g->h ? f->rows - first : g->h;
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w;
    size_t before = (g->sw - g->pl % g->sw) % g->sw, i, j;
    if (before > n) before = n;
    for (i = 0; i < rows && n; i++) {
        float *to = frame + (first + i) * f->row;
        const float *from = x + i * g->w;
        for (j = 0; j < before; j++) memcpy(to + (g->pl + j) % g->sw * f->pitch + (g->pl + j) / g->sw, from + j, 4);
        if (n > before) k->deal(from + before, n - before, g->sw, to + (g->pl + before) / g->sw, f->pitch);
    }
}

/* The same of `count` pictures, a lane each; step: floats from picture to picture */
DLCV__FN void dlcv__frame_interleave(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, size_t step, size_t count,
    float *frame)
{
    const size_t rows = f->rows <= g->pt ? 0 : f->rows - g->pt < g->h ? f->rows - g->pt : g->h;
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w, lane = 4 * f->lanes;
    size_t i;
    if (n == g->w && n == f->cols && n && rows <= INT_MAX / n) {
        k->transpose4(frame + g->pt * f->row, lane, x, 4 * step, (int)count, (int)(rows * n), 0);
        return;
    }
    for (i = 0; i < rows && n; i++)
        k->transpose4(frame + (g->pt + i) * f->row + g->pl * f->lanes, lane, x + i * g->w, 4 * step, (int)count, (int)n, 0);
}

/* Filters 0 .. count - 1 in blocks of at most `most`, of sizes that differ by one at most: where block b begins */
DLCV__INLINE size_t dlcv__direct_block(size_t count, size_t most, size_t b)
{
    const size_t blocks = (count + most - 1) / most, each = count / blocks, more = count % blocks;
    return b * each + (b < more ? b : more);
}

/* weights [f, k] to [block of filters][k][filter of the block]; turned: those of the adjoint, whose geometry g is: its filters are what channels
 * were */
DLCV__FN void dlcv__direct_pack(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, int turned, float *out)
{
    const size_t blocks = (g->fg + k->direct_rows - 1) / k->direct_rows;
    size_t group, b, c, t, f;
    for (group = 0; group < g->groups; group++)
        for (b = 0; b < blocks; b++) {
            const size_t begin = dlcv__direct_block(g->fg, k->direct_rows, b), end = dlcv__direct_block(g->fg, k->direct_rows, b + 1);
            for (c = 0; c < g->cg; c++)
                for (t = 0; t < g->taps; t++)
                    for (f = begin; f < end; f++) {
                        const size_t from = turned ? ((group * g->cg + c) * g->fg + f) * g->taps + t
                                                   : ((group * g->fg + f) * g->cg + c) * g->taps + t;
                        memcpy(out++, weights + from, 4);
                    }
        }
}

/* Estimated cycles: a step of a tile of r filters by v vectors is r v multiply-adds, r + 2 v loads (those of the picture cross cache lines), and
 * waits for the sums of the step before; pictures one by one, or side by side with what turning them and back costs. */
DLCV__FN double dlcv__direct_cycles(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int side_by_side)
{
    const size_t width = k->lanes, blocks = (g->fg + k->direct_rows - 1) / k->direct_rows;
    const double r = (double)g->fg / (double)blocks, v = (double)k->direct_vectors, loads = r + (side_by_side ? 1 : 2) * v;
    const double step = r * v < loads ? loads : r * v, sums = (double)g->oh * (double)g->f * (double)g->k * (step < 4 ? 4 : step) / (r * v);
    const double across = side_by_side ? (double)g->ow : (double)((g->ow + width - 1) / width);
    const double units = side_by_side ? (double)((g->n + width - 1) / width) : (double)g->n;
    return 1.1 * units * across * sums + (side_by_side ? 0.6 : 0.15) * ((double)g->x_count + (double)g->y_count);
}

DLCV__FN size_t dlcv__direct_lanes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return k->lanes > 1 && g->n > 1 && dlcv__direct_cycles(g, k, 1) < dlcv__direct_cycles(g, k, 0) ? k->lanes : 1;
}

/* ---- forward */

enum { DLCV__DIRECT_CHUNK = 48 };   /* vectors of outputs that a block of filters goes over: what they read stays in L1 */

typedef struct dlcv__direct_job {
    const dlcv__conv_run *r;
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    dlcv__frame f;
    const float *weights;           /* packed */
    size_t *taps;
    float *frames;                  /* [tasks] or one, each `each` floats */
    size_t each, units, tasks;      /* units: pictures (or sets of them) by groups */
    size_t unit;                    /* the one at which all work, where there are fewer than tasks */
} dlcv__direct_job;

/* Vectors begin .. end - 1 of the outputs of a unit. */
DLCV__FN void dlcv__direct_compute(const dlcv__direct_job *j, size_t unit, const float *frame, float *buffer, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = j->g;
    const dlcv__conv_tail *tail = &j->r->tail;
    const size_t group = unit % g->groups, n = unit / g->groups * j->f.lanes, width = j->k->lanes, most = j->k->direct_rows;
    const size_t blocks = (g->fg + most - 1) / most, vectors = j->k->direct_vectors;
    const size_t pictures = g->n - n < j->f.lanes ? g->n - n : j->f.lanes, valid = j->f.lanes > 1 || g->ow >= width ? width : g->ow;
    const int plain = !tail->bias && !tail->residual && !dlcv__finite(tail->low) && !dlcv__finite(tail->high);
    size_t at_x[DLCV__DIRECT_CHUNK], at_y[DLCV__DIRECT_CHUNK], b, v, l;
    for (; begin < end; begin += DLCV__DIRECT_CHUNK) {
        const size_t count = end - begin < DLCV__DIRECT_CHUNK ? end - begin : DLCV__DIRECT_CHUNK;
        dlcv__frame_places(g, &j->f, width, 1, begin, count, at_x, at_y);
        for (b = 0; b < blocks; b++) {
            const size_t f0 = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f0, f = group * g->fg + f0;
            const size_t out = (n * g->f + f) * g->pixels, y_row = buffer ? DLCV__DIRECT_CHUNK * width : g->pixels;
            float *y = buffer ? buffer : j->r->y + out;
            dlcv__epilogue e;
            e.bias = tail->bias ? tail->bias + f : NULL;
            e.residual = tail->residual ? tail->residual + out : NULL;
            e.residual_row = y_row, e.low = tail->low, e.high = tail->high;
            for (v = 0; v < count; v += vectors)
                j->k->direct[rows - 1](g->k, j->weights + f * g->k, frame, j->taps, at_x + v, y, y_row, at_y + v,
                    (int)(count - v < vectors ? count - v : vectors), valid, plain ? NULL : &e);
            for (l = 0; buffer && l < rows; l++)
                j->k->transpose4(j->r->y + out + l * g->pixels + begin, 4 * g->f * g->pixels, buffer + l * y_row, 4 * width, (int)count, (int)pictures, 0);
        }
    }
}

DLCV__FN void dlcv__direct_frame(const dlcv__direct_job *j, size_t unit, size_t c, float *frame)
{
    const dlcv__conv_geom *g = j->g;
    const size_t n = unit / g->groups * j->f.lanes, step = g->c * g->plane;
    const float *x = j->r->x + n * step + (unit % g->groups * g->cg + c) * g->plane;
    if (j->f.lanes == 1) dlcv__frame_fill(g, &j->f, j->k, x, frame + c * j->f.plane);
    else dlcv__frame_interleave(g, &j->f, j->k, x, step, g->n - n < j->f.lanes ? g->n - n : j->f.lanes, frame + c * j->f.plane);
}

/* Some units, in a frame of one's own. */
DLCV__FN void dlcv__direct_units(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    float *frame = j->frames + (size_t)index * j->each;
    size_t u = dlcv__conv_part(j->units, index, (int)j->tasks), c;
    const size_t end = dlcv__conv_part(j->units, index + 1, (int)j->tasks);
    memset(frame, 0, j->f.floats * sizeof(float));
    for (; u < end; u++) {
        for (c = 0; c < j->g->cg; c++) dlcv__direct_frame(j, u, c, frame);
        dlcv__direct_compute(j, u, frame, j->f.lanes > 1 ? frame + (j->f.floats + 15) / 16 * 16 : NULL, 0, j->g->oh * j->f.across);
    }
    dlcv__fp_leave(fp);
}

/* One unit by all: first the frame, then the outputs. */
DLCV__FN void dlcv__direct_fill(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    size_t c = dlcv__conv_part(j->g->cg, index, (int)j->tasks);
    const size_t end = dlcv__conv_part(j->g->cg, index + 1, (int)j->tasks);
    memset(j->frames + c * j->f.plane, 0, (end - c) * j->f.plane * sizeof(float));
    for (; c < end; c++) dlcv__direct_frame(j, j->unit, c, j->frames);
}

DLCV__FN void dlcv__direct_share(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    const size_t all = j->g->oh * j->f.across;
    dlcv__direct_compute(j, j->unit, j->frames, NULL, dlcv__conv_part(all, index, (int)j->tasks), dlcv__conv_part(all, index + 1, (int)j->tasks));
    dlcv__fp_leave(fp);
}

/* Taps, then frames: one for each task, with the buffer of pictures side by side, or one alone. */
DLCV__FN int dlcv__direct_room(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t lanes, size_t tasks, dlcv__frame *f, size_t *each, size_t *bytes)
{
    size_t all;
    *bytes = 0;
    if (!dlcv__frame_of(g, lanes, k->lanes, 0, f) || !dlcv__conv_need(bytes, g->k, sizeof(size_t))) return 0;
    if (f->floats > (size_t)-1 / 8) return 0;
    *each = (f->floats + 15) / 16 * 16 + (lanes > 1 ? k->direct_rows * DLCV__DIRECT_CHUNK * k->lanes : 0);
    return dlcv__mul(*each, tasks, &all) && dlcv__conv_need(bytes, all, sizeof(float));
}

/* With a residual pictures stand alone: it would have to be turned, too. */
DLCV__FN size_t dlcv__direct_tasks(const dlcv__conv_geom *g, size_t lanes, int width)
{
    const size_t units = (g->n + lanes - 1) / lanes * g->groups;
    return units < (size_t)width ? 1 : (size_t)width;
}

DLCV__FN int dlcv__direct_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__frame f;
    size_t each, more;
    const size_t lanes = dlcv__direct_lanes(g, k);
    *prepared = *workspace = 0;
    if (!dlcv__conv_need(prepared, g->w_count, sizeof(float))) return 0;
    if (!dlcv__direct_room(g, k, 1, dlcv__direct_tasks(g, 1, width), &f, &each, workspace)) return 0;
    if (lanes > 1 && !dlcv__direct_room(g, k, lanes, dlcv__direct_tasks(g, lanes, width), &f, &each, &more)) return 0;
    if (lanes > 1 && more > *workspace) *workspace = more;
    return 1;
}

DLCV__FN void dlcv__direct_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__direct_pack(g, k, weights, 0, (float *)prepared);
}

DLCV__FN double dlcv__direct_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return dlcv__direct_cycles(g, k, dlcv__direct_lanes(g, k) > 1);
}

DLCV__FN void dlcv__direct_go(const dlcv__conv_run *r, int turned)
{
    dlcv__direct_job j;
    const int width = dlcv__width(r->env);
    size_t lanes = dlcv__direct_lanes(r->g, r->kernels), bytes;
    memset(&j, 0, sizeof j);
    j.r = r, j.g = r->g, j.k = r->kernels;
    j.weights = (const float *)r->prepared;
    if (r->tail.residual || (r->g->n + lanes - 1) / lanes * r->g->groups < (size_t)width) lanes = 1;
    j.units = (r->g->n + lanes - 1) / lanes * r->g->groups;
    j.tasks = (size_t)width;
    dlcv__direct_room(r->g, r->kernels, lanes, dlcv__direct_tasks(r->g, lanes, width), &j.f, &j.each, &bytes);
    j.taps = (size_t *)r->workspace;
    bytes = 0;
    dlcv__conv_need(&bytes, r->g->k, sizeof(size_t));
    j.frames = (float *)((unsigned char *)r->workspace + bytes);
    dlcv__frame_taps(r->g, &j.f, turned, j.taps);
    if (j.units >= (size_t)width) {
        dlcv__parallel(r->env, width, dlcv__direct_units, &j);
        return;
    }
    for (j.unit = 0; j.unit < j.units; j.unit++) {
        dlcv__parallel(r->env, width, dlcv__direct_fill, &j);
        dlcv__parallel(r->env, width, dlcv__direct_share, &j);
    }
}

DLCV__FN void dlcv__direct_run(const dlcv__conv_run *r)
{
    dlcv__direct_go(r, 0);
}

/* ---- from the map to the picture, at stride 1: a convolution of the map, taps the other way round, in the same order */

/* t: the geometry of the adjoint; 0 where there is none without cutting the map */
DLCV__FN int dlcv__direct_turn(const dlcv__conv_geom *g, dlcv__conv_geom *t)
{
    *t = *g;
    if (g->sh != 1 || g->sw != 1 || g->pt > (g->kh - 1) * g->dh || g->pl > (g->kw - 1) * g->dw) return 0;
    t->c = g->f, t->cg = g->fg, t->h = g->oh, t->w = g->ow, t->plane = g->pixels, t->x_count = g->y_count;
    t->f = g->c, t->fg = g->cg, t->oh = g->h, t->ow = g->w, t->pixels = g->plane, t->y_count = g->x_count;
    t->k = g->fg * g->taps;
    t->pt = (g->kh - 1) * g->dh - g->pt, t->pl = (g->kw - 1) * g->dw - g->pl;
    return 1;
}

DLCV__FN int dlcv__direct_up_applies(const dlcv__conv_geom *g)
{
    dlcv__conv_geom t;
    return dlcv__direct_turn(g, &t);
}

DLCV__FN double dlcv__direct_up_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_cost(&t, k);
}

DLCV__FN int dlcv__direct_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_bytes(&t, k, width, prepared, workspace);
}

DLCV__FN void dlcv__direct_up_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    dlcv__direct_pack(&t, k, weights, 1, (float *)prepared);
}

/* Gradients with respect to the picture bring their weights along: these are packed at the beginning of the workspace. */
DLCV__FN int dlcv__direct_data_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t prepared;
    return dlcv__direct_up_bytes(g, k, width, &prepared, workspace) && dlcv__add(prepared, *workspace, workspace);
}

DLCV__FN void dlcv__direct_up_run(const dlcv__conv_run *r)
{
    dlcv__conv_run run = *r;
    dlcv__conv_geom t;
    size_t bytes = 0;
    dlcv__direct_turn(r->g, &t);
    run.g = &t;
    if (!r->prepared) {
        dlcv__conv_need(&bytes, t.w_count, sizeof(float));
        dlcv__direct_pack(&t, r->kernels, r->weights, 1, (float *)r->workspace);
        run.prepared = r->workspace;
        run.workspace = (unsigned char *)r->workspace + bytes;
    }
    dlcv__direct_go(&run, 1);
}

/* ---- gradients of weights, where there are few: all their sums stay in vectors, a lane's share of pixels (or pictures) in each lane, while the map
 * and the picture go by. Sets of units are framed by all tasks, then each task has its share of the taps. Sums depend neither on how many
 * units a set has nor on the tasks. Not in strict mode, as the order of summation follows the backend's lanes. */
typedef struct dlcv__direct_dw {
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    const float *picture, *map;
    dlcv__frame f;
    size_t *taps, *at_x;
    float *frames, *maps, *sums;    /* [set][frame], [set][fg][places][lanes] (none: the map serves as it is), [fg][k][lanes] */
    size_t frame, map_floats, places, units, set;
    size_t places_at, frames_at, maps_at, sums_at;      /* bytes into the workspace; taps come first */
    size_t group, first, count;     /* now: units first .. first + count - 1 of a group */
    int tasks;
} dlcv__direct_dw;

enum { DLCV__DW_FLOATS = 65536, DLCV__DW_SUMS = 1 << 18 };

DLCV__FN double dlcv__dw_cycles(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int side_by_side)
{
    const size_t blocks = (g->fg + k->direct_rows - 1) / k->direct_rows;
    const double r = (double)g->fg / (double)blocks, v = (double)k->direct_vectors, loads = (side_by_side ? 1 : 2) * v + r;
    const double across = side_by_side ? (double)g->ow : (double)((g->ow + k->lanes - 1) / k->lanes);
    const double units = side_by_side ? (double)((g->n + k->lanes - 1) / k->lanes) : (double)g->n;
    const double step = r * v < loads ? loads : r * v, tiles = (double)g->groups * (double)blocks * (double)((g->k + k->direct_vectors - 1) / k->direct_vectors);
    return 1.2 * units * (double)g->oh * across * tiles * (step < 4 ? 4 : step) + (side_by_side ? 0.6 : 0.2) * ((double)g->x_count + (double)g->y_count);
}

DLCV__FN int dlcv__direct_dw_applies(const dlcv__conv_geom *g)
{
#ifdef DLCV_STRICT
    (void)g;
    return 0;
#else
    return g->fg * g->k <= DLCV__DW_SUMS / 16;
#endif
}

DLCV__FN double dlcv__direct_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const double alone = dlcv__dw_cycles(g, k, 0), together = dlcv__dw_cycles(g, k, 1);
    return k->lanes > 1 && together < alone ? together : alone;
}

/* 0 where bytes overflow */
DLCV__FN int dlcv__direct_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__direct_dw *d, size_t *bytes)
{
    const size_t lanes = k->lanes > 1 && g->n > 1 && dlcv__dw_cycles(g, k, 1) < dlcv__dw_cycles(g, k, 0) ? k->lanes : 1;
    size_t map, all;
    memset(d, 0, sizeof *d);
    d->g = g, d->k = k;
    if (!dlcv__frame_of(g, lanes, k->lanes, 1, &d->f) || d->f.floats > (size_t)-1 / 8) return 0;
    d->frame = (d->f.floats + 15) / 16 * 16;
    d->units = (g->n + lanes - 1) / lanes;
    d->tasks = width;
    *bytes = 0;
    if (!dlcv__mul(g->oh, d->f.across, &d->places) || !dlcv__mul(d->places, g->fg, &map) || !dlcv__mul(map, k->lanes, &map)) return 0;
    if (lanes == 1 && g->ow % k->lanes == 0) map = 0;
    d->set = width > 1 ? DLCV__DW_FLOATS / (d->frame + map) : 1;
    if (d->set > d->units) d->set = d->units;
    if (!d->set) d->set = 1;
    if (!dlcv__conv_need(bytes, g->k, sizeof(size_t))) return 0;
    d->places_at = *bytes;
    if (!dlcv__conv_need(bytes, d->places, sizeof(size_t))) return 0;
    d->frames_at = *bytes;
    if (!dlcv__mul(d->frame, d->set, &all) || !dlcv__conv_need(bytes, all, sizeof(float))) return 0;
    d->maps_at = *bytes;
    d->map_floats = map;
    if (!dlcv__mul(map, d->set, &all) || !dlcv__conv_need(bytes, all, sizeof(float))) return 0;
    d->sums_at = *bytes;
    return dlcv__mul(g->fg * g->k, k->lanes, &all) && dlcv__conv_need(bytes, all, sizeof(float));
}

DLCV__FN int dlcv__direct_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__direct_dw d;
    return dlcv__direct_dw_plan(g, k, width, &d, workspace);
}

/* A unit's map as whole vectors [fg][places][lanes], zeros where there is no pixel or picture */
DLCV__FN void dlcv__direct_dw_map(const dlcv__direct_dw *d, size_t n, size_t pictures, float *to)
{
    const dlcv__conv_geom *g = d->g;
    const float *from = d->map + (n * g->f + d->group * g->fg) * g->pixels;
    const size_t lanes = d->k->lanes;
    size_t row;
    if (d->f.lanes > 1) {
        if (pictures < lanes) memset(to, 0, d->map_floats * sizeof(float));
        d->k->transpose4(to, 4 * lanes, from, 4 * g->f * g->pixels, (int)pictures, (int)(g->fg * g->pixels), 0);
        return;
    }
    for (row = 0; row < g->fg * g->oh; row++, from += g->ow, to += d->f.across * lanes) d->k->deal(from, g->ow, 1, to, d->f.across * lanes);
}

DLCV__FN void dlcv__direct_dw_fill(int index, void *context)
{
    const dlcv__direct_dw *d = (const dlcv__direct_dw *)context;
    const dlcv__conv_geom *g = d->g;
    size_t i = dlcv__conv_part(d->count, index, d->tasks), c;
    const size_t end = dlcv__conv_part(d->count, index + 1, d->tasks), step = g->c * g->plane;
    for (; i < end; i++) {
        const size_t n = (d->first + i) * d->f.lanes, pictures = g->n - n < d->f.lanes ? g->n - n : d->f.lanes;
        float *frame = d->frames + i * d->frame, *map = d->maps + i * d->map_floats;
        if (!d->first) {    /* what lies between rows stays zero from now on */
            memset(frame, 0, d->frame * sizeof(float));
            memset(map, 0, d->map_floats * sizeof(float));
        }
        for (c = 0; c < g->cg; c++) {
            const float *x = d->picture + n * step + (d->group * g->cg + c) * g->plane;
            if (d->f.lanes == 1) dlcv__frame_fill(g, &d->f, d->k, x, frame + c * d->f.plane);
            else dlcv__frame_interleave(g, &d->f, d->k, x, step, pictures, frame + c * d->f.plane);
        }
        if (d->map_floats) dlcv__direct_dw_map(d, n, pictures, map);
    }
}

/* A task's share of the taps: all units of the set, a stretch of places at a time that stays in L1. */
DLCV__FN void dlcv__direct_dw_work(int index, void *context)
{
    const dlcv__direct_dw *d = (const dlcv__direct_dw *)context;
    const dlcv__conv_geom *g = d->g;
    const size_t vectors = d->k->direct_vectors, most = d->k->direct_rows, lanes = d->k->lanes;
    const size_t tiles = (g->k + vectors - 1) / vectors, blocks = (g->fg + most - 1) / most, stretch = 6144 / (most * lanes);
    const size_t t0 = dlcv__conv_part(tiles, index, d->tasks) * vectors, last = dlcv__conv_part(tiles, index + 1, d->tasks) * vectors;
    const size_t t1 = last < g->k ? last : g->k;
    size_t i, at, b, t;
    for (i = 0; i < d->count; i++) {
        const float *frame = d->frames + i * d->frame;
        const float *map = d->map_floats ? d->maps + i * d->map_floats : d->map + ((d->first + i) * g->f + d->group * g->fg) * g->pixels;
        for (at = 0; at < d->places; at += stretch) {
            const size_t n = d->places - at < stretch ? d->places - at : stretch;
            for (b = 0; b < blocks; b++) {
                const size_t f = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f;
                for (t = t0; t < t1; t += vectors)
                    d->k->gradient[rows - 1](n, map + (f * d->places + at) * lanes, d->places * lanes, frame, d->taps + t, d->at_x + at,
                        d->sums + (f * g->k + t) * lanes, g->k * lanes, (int)(t1 - t < vectors ? t1 - t : vectors));
            }
        }
    }
}

/* dw = (add ? dw : 0) + sum over samples and pixels of map * picture */
DLCV__FN void dlcv__direct_dw_run(const dlcv__conv_run *r, const float *picture, const float *map, int add)
{
    const dlcv__conv_geom *g = r->g;
    unsigned char *workspace = (unsigned char *)r->workspace;
    dlcv__direct_dw d;
    size_t bytes;
    if (!dlcv__direct_dw_plan(g, r->kernels, dlcv__width(r->env), &d, &bytes)) return;
    d.picture = picture, d.map = map;
    d.taps = (size_t *)(void *)workspace;
    d.at_x = (size_t *)(void *)(workspace + d.places_at);
    d.frames = (float *)(void *)(workspace + d.frames_at);
    d.maps = (float *)(void *)(workspace + d.maps_at);
    d.sums = (float *)(void *)(workspace + d.sums_at);
    dlcv__frame_taps(g, &d.f, 0, d.taps);
    dlcv__frame_places(g, &d.f, r->kernels->lanes, 0, 0, d.places, d.at_x, NULL);
    for (d.group = 0; d.group < g->groups; d.group++) {
        memset(d.sums, 0, g->fg * g->k * r->kernels->lanes * sizeof(float));
        for (d.first = 0; d.first < d.units; d.first += d.set) {
            d.count = d.units - d.first < d.set ? d.units - d.first : d.set;
            dlcv__parallel(r->env, d.tasks, dlcv__direct_dw_fill, &d);
            dlcv__parallel(r->env, d.tasks, dlcv__direct_dw_work, &d);
        }
        r->kernels->sum_lanes(d.sums, r->y + d.group * g->fg * g->k, g->fg * g->k, add);
    }
}

/* ---- depthwise, 3x3: each channel in a frame of its own that stays in L1 */

DLCV__FN int dlcv__depthwise_applies(const dlcv__conv_geom *g)
{
    return g->cg == 1 && g->kh == 3 && g->kw == 3;
}

DLCV__FN double dlcv__depthwise_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return (double)g->n * (double)g->f * (double)g->oh * (double)((g->ow + k->lanes - 1) / k->lanes) * 12 + 0.2 * (double)g->x_count;
}

DLCV__FN int dlcv__depthwise_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__frame f;
    size_t all;
    *prepared = *workspace = 0;
    return dlcv__frame_of(g, 1, k->lanes, 0, &f) && dlcv__add(f.floats, 15, &f.floats) && dlcv__mul(f.floats / 16 * 16, (size_t)width, &all)
        && dlcv__conv_need(workspace, all, sizeof(float));
}

DLCV__FN void dlcv__depthwise_task(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__conv_geom *g = j->g;
    const dlcv__conv_tail *tail = &j->r->tail;
    const dlcv__fp fp = dlcv__fp_enter();
    const int plain = !tail->bias && !tail->residual && !dlcv__finite(tail->low) && !dlcv__finite(tail->high);
    float *frame = j->frames + (size_t)index * j->each;
    size_t u = dlcv__conv_part(j->units, index, (int)j->tasks), i, off[3];
    const size_t end = dlcv__conv_part(j->units, index + 1, (int)j->tasks);
    for (i = 0; i < 3; i++) off[i] = i * g->dw % g->sw * j->f.pitch + i * g->dw / g->sw;
    memset(frame, 0, j->f.floats * sizeof(float));
    for (; u < end; u++) {
        dlcv__frame_fill(g, &j->f, j->k, j->r->x + u * g->plane, frame);
        for (i = 0; i < g->fg; i++) {
            const size_t f = u % g->groups * g->fg + i, out = (u / g->groups * g->f + f) * g->pixels;
            float w[9];
            dlcv__epilogue e;
            memcpy(w, j->weights + 9 * f, sizeof w);
            e.bias = tail->bias ? tail->bias + f : NULL;
            e.residual = tail->residual ? tail->residual + out : NULL;
            e.residual_row = g->ow, e.low = tail->low, e.high = tail->high;
            j->k->depthwise3(frame, g->dh * j->f.row, g->sh * j->f.row, off, w, j->r->y + out, g->ow, g->oh, g->ow, plain ? NULL : &e);
        }
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__depthwise_run(const dlcv__conv_run *r)
{
    dlcv__direct_job j;
    const int width = dlcv__width(r->env);
    memset(&j, 0, sizeof j);
    j.r = r, j.g = r->g, j.k = r->kernels;
    j.weights = r->weights;
    dlcv__frame_of(r->g, 1, r->kernels->lanes, 0, &j.f);
    j.each = (j.f.floats + 15) / 16 * 16;
    j.frames = (float *)r->workspace;
    j.units = r->g->n * r->g->groups;
    j.tasks = j.units < (size_t)width ? j.units : (size_t)width;
    dlcv__parallel(r->env, (int)j.tasks, dlcv__depthwise_task, &j);
}
/* ---- src/conv_winograd.c */
/* ---- convolution by Winograd's minimal filtering ----------------------------------------------------------------------------------
 * F(m x m, 3 x 3) with m = 2 or 4, for stride 1 and no dilation (backends/kern_winograd.h has the arithmetic). The map is cut into tiles of
 * m x m, numbered through batch, rows and columns. A block of tiles is transformed, channel by channel, to V [points][channels][tiles]; the weights
 * were, once, to U [points][filters][channels]; (m + 2)^2 products M[point] = U[point] V[point], and a transform of M gives the map. Against
 * 9 m^2 multiplications for each tile, channel and filter the products take (m + 2)^2: 2.25 and 4 times fewer.
 *
 * Memory traffic: U streams once through each block, 4 bytes for each `tiles` multiply-adds. V is kept in L2 where it fits there, and a few
 * filters at a time go through all points, so that their M is small; of more channels one point after the other goes through all filters.
 *
 * Error: see tests/test_winograd.c. A NaN or an infinity in x makes NaNs of all outputs of the tiles that see it. */
#ifndef DLCV_STRICT

/* Which tiles, how many at once, and where things are in a slot of the workspace. Sizes in floats. */
typedef struct dlcv__winograd {
    size_t m, points, down, across; /* tiles below and beside one another in a picture */
    size_t tiles, block, blocks;    /* of the batch; of a block, in whole vectors in the largest one; blocks of a group */
    size_t capacity;
    size_t panels, pass;            /* of gemm_rows filters, in a group; that go through all points together */
    size_t v_step, m_step, r_row, t_row;
    size_t v, products, r, t, spans, slot;  /* places in a slot, its size */
    size_t u;                       /* prepared: [group][panel][point][channel][gemm_rows] */
} dlcv__winograd;

enum { DLCV__WINOGRAD_TILES = 48, DLCV__WINOGRAD_L2 = 160 * 1024 };

DLCV__FN int dlcv__winograd_place(size_t *used, size_t *at, size_t a, size_t b, size_t c, size_t size)
{
    size_t count;
    *at = *used / sizeof(float);
    return dlcv__mul(a, b, &count) && dlcv__mul(count, c, &count) && dlcv__conv_need(used, count, size);
}

/* 0 where the sizes overflow */
DLCV__FN int dlcv__winograd_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, dlcv__winograd *w)
{
    const size_t lanes = k->lanes, rows = k->gemm_rows, cols = k->gemm_cols;
    size_t last, used = 0;
    memset(w, 0, sizeof *w);
    w->m = m, w->points = (m + 2) * (m + 2);
    w->down = (g->oh + m - 1) / m, w->across = (g->ow + m - 1) / m;
    w->tiles = g->n * w->down * w->across;      /* at most the map's pixels */
    w->block = (DLCV__WINOGRAD_TILES + cols - 1) / cols * cols;
    w->blocks = (w->tiles + w->block / 2 - 1) / w->block;   /* half a block more is not worth another one */
    if (!w->blocks) w->blocks = 1;
    last = w->tiles - (w->blocks - 1) * w->block;
    w->capacity = ((w->blocks > 1 && last < w->block ? w->block : last) + lanes - 1) / lanes * lanes;
    w->panels = (g->fg + rows - 1) / rows;
    w->pass = w->points * g->cg * w->capacity <= DLCV__WINOGRAD_L2 ? (16 + rows - 1) / rows : w->panels;
    if (w->pass > w->panels) w->pass = w->panels;
    w->v_step = g->cg * w->capacity + lanes;    /* the last vector of the last channel may end behind it; no two points at one place of a cache */
    w->m_step = w->pass * rows * w->capacity + lanes;
    w->r_row = m * w->capacity + m * lanes + lanes + 2;
    w->t_row = m * w->capacity;
    if (!dlcv__mul(w->points * rows * g->groups, g->cg, &used) || !dlcv__mul(used, w->panels, &w->u)) return 0;
    used = 0;
    if (!dlcv__winograd_place(&used, &w->v, w->points, w->v_step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->products, w->points, w->m_step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->r, m + 3, w->r_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->t, m, w->t_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->spans, w->capacity, 1, 1, sizeof(dlcv__winograd_span))) return 0;
    w->slot = used / sizeof(float);
    return 1;
}

/* ---- weights */

/* u = G g G^T at all points, in double and rounded once: point[i] is a row of G */
DLCV__FN void dlcv__winograd_weights(const float *g, const double (*point)[3], size_t side, float *u, size_t step)
{
    size_t i, j, k;
    for (i = 0; i < side; i++) {
        double line[3];
        for (k = 0; k < 3; k++)
            line[k] = point[i][0] * (double)dlcv__load_f32(g + k) + point[i][1] * (double)dlcv__load_f32(g + 3 + k)
                + point[i][2] * (double)dlcv__load_f32(g + 6 + k);
        for (j = 0; j < side; j++)
            u[(i * side + j) * step] = (float)(line[0] * point[j][0] + line[1] * point[j][1] + line[2] * point[j][2]);
    }
}

/* The row of G for the point p among the m + 1 points 0, +-a, +-b is 1, p, p^2 over the product of p - q, q the others. */
DLCV__FN void dlcv__winograd_points(size_t m, double (*point)[3])
{
    static const double four[5] = { 0, 0.625, -0.625, 1.5, -1.5 }, two[3] = { 0, 1, -1 };
    const double *p = m == 4 ? four : two;
    size_t i, j;
    for (i = 0; i < m + 1; i++) {
        double product = m == 4 || i ? 1 : -1;  /* the first row of B^T for m = 2 has the other sign */
        for (j = 0; j < m + 1; j++)
            if (j != i) product *= p[i] - p[j];
        point[i][0] = 1 / product, point[i][1] = p[i] / product, point[i][2] = p[i] * p[i] / product;
    }
    point[m + 1][0] = point[m + 1][1] = 0;
    point[m + 1][2] = 1;
}

DLCV__FN void dlcv__winograd_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, const float *weights, float *u)
{
    const size_t rows = k->gemm_rows, panel_floats = (m + 2) * (m + 2) * g->cg * rows;
    const size_t panels = (g->fg + rows - 1) / rows;
    double point[6][3];
    size_t group, f, c;
    dlcv__winograd_points(m, point);
    for (group = 0; group < g->groups; group++)
        for (f = 0; f < panels * rows; f++) {
            float *panel = u + (group * panels + f / rows) * panel_floats + f % rows;
            static const float none[9] = { 0, 0, 0, 0, 0, 0, 0, 0, 0 };
            for (c = 0; c < g->cg; c++)
                dlcv__winograd_weights(f < g->fg ? weights + ((group * g->fg + f) * g->cg + c) * 9 : none, (const double (*)[3])point, m + 2,
                    panel + c * rows, g->cg * rows);
        }
}

/* ---- the run */

typedef struct dlcv__winograd_run {
    const dlcv__conv_run *r;
    const dlcv__winograd *w;
    size_t first, count;            /* blocks of all groups, that each task takes its part of; or one of them, shared by all tasks */
    int tasks;
} dlcv__winograd_run;

/* A block of tiles in a slot of the workspace. */
typedef struct dlcv__winograd_block {
    size_t group, tiles, columns;   /* tiles, and in whole vectors */
    size_t spans;
    float *v, *products, *r, *t;
    dlcv__winograd_span *span;
} dlcv__winograd_block;

/* Cuts the tiles into spans that stand side by side. */
DLCV__FN void dlcv__winograd_cut(const dlcv__conv_geom *g, const dlcv__winograd *w, size_t first, dlcv__winograd_block *b)
{
    size_t tile = 0, left, right;
    b->spans = 0;
    while (tile < b->tiles) {
        const size_t at = first + tile, across = at % w->across, down = at / w->across % w->down, n = at / w->across / w->down;
        dlcv__winograd_span *s = &b->span[b->spans++];
        s->tile = tile;
        s->count = w->across - across < b->tiles - tile ? w->across - across : b->tiles - tile;
        left = across * w->m, right = left + s->count * w->m + 2;   /* columns of the padded picture */
        s->lo = g->pl <= left ? 0 : (g->pl < right ? g->pl : right) - left;
        if (right > g->pl + g->w) right = g->pl + g->w;
        s->hi = right > left + s->lo ? right - left : s->lo;
        s->top = down * w->m;
        s->x = n * g->c * g->plane + left + s->lo - g->pl;     /* + row * w */
        s->y = n * g->f * g->pixels + s->top * g->ow + left;
        s->rows = g->oh - s->top < w->m ? g->oh - s->top : w->m;
        s->cols = g->ow - left < s->count * w->m ? g->ow - left : s->count * w->m;
        tile += s->count;
    }
}

DLCV__FN void dlcv__winograd_block_at(const dlcv__conv_run *r, const dlcv__winograd *w, size_t index, int slot, dlcv__winograd_block *b)
{
    const size_t first = index % w->blocks * w->block;
    float *base = (float *)r->workspace + (size_t)slot * w->slot;
    b->group = index / w->blocks;
    b->tiles = index % w->blocks + 1 < w->blocks ? w->block : w->tiles - first;
    b->columns = (b->tiles + r->kernels->lanes - 1) / r->kernels->lanes * r->kernels->lanes;
    b->v = base + w->v, b->products = base + w->products, b->r = base + w->r, b->t = base + w->t;
    b->span = (dlcv__winograd_span *)(void *)(base + w->spans);
    dlcv__winograd_cut(r->g, w, first, b);
}

/* Channels begin .. end - 1 of the group to V. Every vector of a channel but those of the last one may run over into the next channel's place. */
DLCV__FN void dlcv__winograd_channels(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const float *zeros = b->r + (w->m + 2) * w->r_row, *rows[6];
    size_t c, s, k;
    for (c = begin; c < end; c++)
        for (s = 0; s < b->spans; s++) {
            const dlcv__winograd_span *p = &b->span[s];
            const size_t base = p->x + (b->group * g->cg + c) * g->plane, room = b->columns - p->tile + (c + 1 < end ? r->kernels->lanes : 0);
            size_t safe = w->r_row;
            for (k = 0; k < w->m + 2; k++) {
                const size_t y = p->top + k - g->pt, at = base + y * g->w;  /* above the picture y is huge */
                rows[k] = zeros;
                if (y >= g->h || p->lo == p->hi) continue;
                rows[k] = r->x + at;
                if (g->x_count - at < safe) safe = g->x_count - at;
            }
            (w->m == 4 ? r->kernels->winograd_in4 : r->kernels->winograd_in2)(rows, p->lo, p->hi, safe, p->count, b->r, w->r_row,
                b->v + c * b->columns + p->tile, w->v_step, room);
        }
}

/* The products of panels begin .. end - 1 at every point, to M [point][filter][tile]. */
DLCV__FN void dlcv__winograd_products(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const size_t rows = r->kernels->gemm_rows, cols = r->kernels->gemm_cols;
    const float *u = (const float *)r->prepared + b->group * w->panels * w->points * g->cg * rows;
    size_t i, j, p;
    for (i = 0; i < w->points; i++)
        for (j = 0; j < b->columns; j += cols)
            for (p = begin; p < end; p++) {
                const size_t height = g->fg - p * rows < rows ? g->fg - p * rows : rows, width = b->columns - j < cols ? b->columns - j : cols;
                r->kernels->gemm_tile(g->cg, u + (p * w->points + i) * g->cg * rows, 1, rows, b->v + i * w->v_step + j, b->columns,
                    b->products + i * w->m_step + (p - begin) * rows * b->columns + j, b->columns, (int)height, (int)width, 0, NULL);
            }
}

/* Panels begin .. end - 1 of the map. */
DLCV__FN void dlcv__winograd_filters(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const size_t rows = r->kernels->gemm_rows;
    dlcv__epilogue e;
    size_t p, f;
    for (p = begin; p < end; p += w->pass) {
        const size_t until = end - p < w->pass ? end : p + w->pass;
        dlcv__winograd_products(r, w, b, p, until);
        for (f = p * rows; f < until * rows && f < g->fg; f++) {
            const size_t filter = b->group * g->fg + f;
            (w->m == 4 ? r->kernels->winograd_out4 : r->kernels->winograd_out2)(b->products + (f - p * rows) * b->columns, w->m_step,
                b->columns, b->t, w->t_row);
            e.bias = r->tail.bias ? r->tail.bias + filter : NULL;
            e.residual = r->tail.residual ? r->tail.residual + filter * g->pixels : NULL;
            e.residual_row = g->ow;
            e.low = r->tail.low, e.high = r->tail.high;
            r->kernels->winograd_put(b->t, w->t_row, w->m, b->span, b->spans, r->y + filter * g->pixels, g->ow, &e);
        }
    }
}

/* Blocks of its own, one after the other. */
DLCV__FN void dlcv__winograd_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i = run->first + dlcv__conv_part(run->count, index, run->tasks);
    const size_t end = run->first + dlcv__conv_part(run->count, index + 1, run->tasks);
    for (; i < end; i++) {
        dlcv__winograd_block b;
        dlcv__winograd_block_at(run->r, run->w, i, index, &b);
        dlcv__winograd_channels(run->r, run->w, &b, 0, run->r->g->cg);
        dlcv__winograd_filters(run->r, run->w, &b, 0, run->w->panels);
    }
    dlcv__fp_leave(fp);
}

/* One block for all tasks: its channels, then its filters, each with the first slot's V and all else of its own. */
DLCV__FN void dlcv__winograd_share(const dlcv__winograd_run *run, int index, dlcv__winograd_block *b)
{
    dlcv__winograd_block_at(run->r, run->w, run->first, index, b);
    b->v = (float *)run->r->workspace + run->w->v;
}

DLCV__FN void dlcv__winograd_channels_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__winograd_block b;
    dlcv__winograd_share(run, index, &b);
    dlcv__winograd_channels(run->r, run->w, &b, dlcv__conv_part(run->r->g->cg, index, run->tasks), dlcv__conv_part(run->r->g->cg, index + 1, run->tasks));
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__winograd_filters_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__winograd_block b;
    dlcv__winograd_share(run, index, &b);
    dlcv__winograd_filters(run->r, run->w, &b, dlcv__conv_part(run->w->panels, index, run->tasks), dlcv__conv_part(run->w->panels, index + 1, run->tasks));
    dlcv__fp_leave(fp);
}

/* Tasks that are worth their slots. */
DLCV__FN int dlcv__winograd_width(const dlcv__conv_geom *g, const dlcv__winograd *w, int width)
{
    const size_t blocks = w->blocks * g->groups, most = blocks > w->panels ? blocks : w->panels;
    return (size_t)width < most ? width : (int)most;
}

/* Whole rounds of blocks go to the tasks as they are; what is left when there are few, block by block to all of them together. */
DLCV__FN void dlcv__winograd_run_all(const dlcv__conv_run *r, size_t m)
{
    dlcv__winograd w;
    dlcv__winograd_run run;
    size_t blocks, left;
    int i;
    dlcv__winograd_plan(r->g, r->kernels, m, &w);
    run.r = r, run.w = &w;
    run.tasks = dlcv__winograd_width(r->g, &w, dlcv__width(r->env));
    blocks = w.blocks * r->g->groups;
    left = blocks < 16 * (size_t)run.tasks ? blocks % (size_t)run.tasks : 0;
    for (i = 0; i < run.tasks; i++) memset((float *)r->workspace + (size_t)i * w.slot + w.r, 0, (w.m + 3) * w.r_row * sizeof(float));
    run.first = 0, run.count = blocks - left;
    if (run.count) dlcv__parallel(r->env, run.tasks, dlcv__winograd_task, &run);
    for (run.first = run.count; run.first < blocks; run.first++) {
        const int tasks = run.tasks;
        run.tasks = (size_t)tasks < r->g->cg ? tasks : (int)r->g->cg;
        dlcv__parallel(r->env, run.tasks, dlcv__winograd_channels_task, &run);
        run.tasks = (size_t)tasks < w.panels ? tasks : (int)w.panels;
        dlcv__parallel(r->env, run.tasks, dlcv__winograd_filters_task, &run);
        run.tasks = tasks;
    }
}

/* ---- rows of the table */

DLCV__FN int dlcv__winograd_applies(const dlcv__conv_geom *g)
{
    return g->kh == 3 && g->kw == 3 && g->sh == 1 && g->sw == 1 && g->dh == 1 && g->dw == 1;
}

/* Cycles: the products, of whole vectors, and for each channel and filter the transforms, of half-filled vectors where rows of tiles are short. */
DLCV__FN double dlcv__winograd_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m)
{
    const double lanes = (double)k->lanes;
    dlcv__winograd w;
    double columns, vectors;
    if (!dlcv__winograd_plan(g, k, m, &w)) return 1e300;
    columns = (double)(w.blocks - 1) * (double)w.block + (double)((w.tiles - (w.blocks - 1) * w.block + k->lanes - 1) / k->lanes * k->lanes);
    vectors = (double)(g->n * w.down) * (double)((w.across + k->lanes - 1) / k->lanes);
    return columns * (double)w.points * (double)(g->cg * g->f) + lanes * (m == 4 ? 250 : 80) * ((double)g->c * vectors + (double)g->f * columns / lanes);
}

DLCV__FN int dlcv__winograd_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t m, size_t *prepared, size_t *workspace)
{
    dlcv__winograd w;
    *prepared = *workspace = 0;
    return dlcv__winograd_plan(g, k, m, &w) && dlcv__conv_need(prepared, w.u, sizeof(float)) && dlcv__mul(w.slot, sizeof(float), workspace)
        && dlcv__mul(*workspace, (size_t)dlcv__winograd_width(g, &w, width), workspace);
}

#define DLCV__WINOGRAD_ROW(M) \
DLCV__FN double dlcv__winograd##M##_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k) { return dlcv__winograd_cost(g, k, M); } \
DLCV__FN int dlcv__winograd##M##_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace) \
{ \
    return dlcv__winograd_bytes(g, k, width, M, prepared, workspace); \
} \
DLCV__FN void dlcv__winograd##M##_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared) \
{ \
    dlcv__winograd_prepare(g, k, M, weights, (float *)prepared); \
} \
DLCV__FN void dlcv__winograd##M##_run(const dlcv__conv_run *r) { dlcv__winograd_run_all(r, M); }

DLCV__WINOGRAD_ROW(2)
DLCV__WINOGRAD_ROW(4)
#undef DLCV__WINOGRAD_ROW

#endif
/* ---- src/conv.c */
/* ---- convolution: the plan --------------------------------------------------------------------------------------------------- */

/* The algorithms, of which AUTO takes the one that costs least among those that apply and fit into the memory allowed; of equals the
 * first. */
static const dlcv__conv_algo dlcv__conv_algos[] = {
    { DLCV_CONV_GEMM, "gemm", 0, 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_gemm_bytes, dlcv__conv_gemm_prepare, dlcv__conv_gemm_run },
    { DLCV_CONV_GEMM, "gemm, weights in place", 0, 1, dlcv__conv_always, dlcv__conv_raw_cost, dlcv__conv_raw_bytes, NULL, dlcv__conv_raw_run },
#ifndef DLCV_STRICT
    { DLCV_CONV_WINOGRAD2, "winograd F(2x2, 3x3)", 0, 0, dlcv__winograd_applies, dlcv__winograd2_cost, dlcv__winograd2_bytes, dlcv__winograd2_prepare,
        dlcv__winograd2_run },
    { DLCV_CONV_WINOGRAD4, "winograd F(4x4, 3x3)", 0, 0, dlcv__winograd_applies, dlcv__winograd4_cost, dlcv__winograd4_bytes, dlcv__winograd4_prepare,
        dlcv__winograd4_run },
#endif
    { DLCV_CONV_DIRECT, "direct, depthwise", 0, 1, dlcv__depthwise_applies, dlcv__depthwise_cost, dlcv__depthwise_bytes, NULL, dlcv__depthwise_run },
    { DLCV_CONV_DIRECT, "direct", 0, 0, dlcv__conv_always, dlcv__direct_cost, dlcv__direct_bytes, dlcv__direct_prepare, dlcv__direct_run },
    { DLCV_CONV_DIRECT, "direct, transposed", 1, 0, dlcv__direct_up_applies, dlcv__direct_up_cost, dlcv__direct_up_bytes, dlcv__direct_up_prepare, dlcv__direct_up_run },
    { DLCV_CONV_GEMM, "gemm, transposed", 1, 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_up_bytes, dlcv__conv_up_prepare, dlcv__conv_up_run },
};

/* The gradient with respect to the picture: the map goes back, as a transposed convolution. */
static const dlcv__conv_back_algo dlcv__conv_data_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_back_data_bytes, dlcv__conv_up_run },
};

/* The gradient with respect to a transposed convolution's x: a forward pass */
static const dlcv__conv_back_algo dlcv__conv_map_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_map_bytes, dlcv__conv_raw_run },
};

/* The gradient with respect to the weights */
static const dlcv__conv_back_algo dlcv__conv_dw_algos[] = {
    { "gemm", 0, dlcv__conv_always, dlcv__conv_gemm_cost, dlcv__conv_dw_bytes, dlcv__conv_dw_run },
};

#define DLCV__CONV_ROWS(table) (table), (int)(sizeof(table) / sizeof((table)[0]))

enum { DLCV__CONV_ALGOS = sizeof dlcv__conv_algos / sizeof dlcv__conv_algos[0] };

struct dlcv_conv {
    dlcv_env env;
    const dlcv__table *table;       /* of the day it was made */
    dlcv_conv_shape shape;
    dlcv__conv_geom g;
    const dlcv__conv_algo *algo;
    const dlcv__conv_back_algo *data, *dw;
    const float *weights;           /* borrowed, or NULL */
    void *prepared;
    int ready;                      /* weights were given */
    size_t prepared_bytes, workspace_bytes, data_bytes, dw_bytes;
};

DLCV__FN const char *dlcv__conv_name(dlcv_conv_algorithm id)
{
    static const char *const names[] = { "auto", "gemm", "direct", "winograd2", "winograd4" };
    return (unsigned)id < sizeof names / sizeof names[0] ? names[id] : NULL;
}

DLCV__FN int dlcv__conv_is_winograd(dlcv_conv_algorithm id)
{
    return id == DLCV_CONV_WINOGRAD2 || id == DLCV_CONV_WINOGRAD4;
}

/* May this row serve? */
DLCV__FN int dlcv__conv_serves(const dlcv_conv *v, const dlcv__conv_algo *a, const dlcv_conv_opts *o)
{
#ifdef DLCV_STRICT
    if (dlcv__conv_is_winograd(a->id)) return 0;
#endif
    if (a->transposed != (v->shape.transposed != 0)) return 0;
    if (o->algorithm != DLCV_CONV_AUTO && o->algorithm != a->id) return 0;
    if (o->algorithm == DLCV_CONV_AUTO && o->no_winograd && dlcv__conv_is_winograd(a->id)) return 0;
    return a->applies(&v->g);
}

/* The row and its bytes. */
DLCV__FN dlcv_status dlcv__conv_choose(dlcv_conv *v, const dlcv_conv_opts *o)
{
    const dlcv__kernels_f32 *k = v->table->f32;
    const int width = dlcv__width(&v->env);
    double best = 0, cost;
    size_t prepared, workspace, sum, least = (size_t)-1;
    int i, served = 0;
    for (i = 0; i < DLCV__CONV_ALGOS; i++) {
        const dlcv__conv_algo *a = &dlcv__conv_algos[i];
        if (!dlcv__conv_serves(v, a, o)) continue;
        served = 1;
        if (!a->bytes(&v->g, k, width, &prepared, &workspace) || !dlcv__add(prepared, workspace, &sum)) continue;
        if (sum < least) least = sum;
        if (o->memory && sum > o->memory) continue;
        cost = a->cost(&v->g, k);
        if (v->algo && cost >= best) continue;
        best = cost;
        v->algo = a;
        v->prepared_bytes = prepared;
        v->workspace_bytes = workspace;
    }
    if (v->algo) return DLCV_OK;
    if (!served)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: %s does not do %d -> %d channels, kernel %d x %d, stride %zu x %zu, dilation %zu x %zu, %zu groups%s",
            dlcv__conv_name(o->algorithm), v->shape.channels, v->shape.filters, v->shape.kernel_h, v->shape.kernel_w, v->g.sh, v->g.sw, v->g.dh,
            v->g.dw, v->g.groups, v->shape.transposed ? ", transposed" : "");
    if (least == (size_t)-1) return dlcv_fail(DLCV_ERR_MEMORY, "conv2d: prepared weights and workspace are more bytes than size_t counts");
    return dlcv_fail(DLCV_ERR_MEMORY, "conv2d: at least %zu bytes of prepared weights and workspace are needed, opts->memory is %zu", least, o->memory);
}

/* The same for a backward pass, without a limit; NULL where no row's bytes fit into size_t. */
DLCV__FN const dlcv__conv_back_algo *dlcv__conv_choose_back(const dlcv_conv *v, const dlcv_conv_opts *o, const dlcv__conv_back_algo *rows, int count,
                                                            size_t *bytes)
{
    const dlcv__conv_back_algo *chosen = NULL;
    double best = 0, cost;
    size_t workspace;
    int i;
#ifdef DLCV_STRICT
    const int exact = 1;
    (void)o;
#else
    const int exact = o->no_winograd;
#endif
    for (i = 0; i < count; i++) {
        if ((exact && rows[i].winograd) || !rows[i].applies(&v->g) || !rows[i].bytes(&v->g, v->table->f32, dlcv__width(&v->env), &workspace)) continue;
        cost = rows[i].cost(&v->g, v->table->f32);
        if (chosen && cost >= best) continue;
        best = cost;
        chosen = &rows[i];
        *bytes = workspace;
    }
    return chosen;
}

DLCV__FN dlcv_status dlcv__conv_plan(dlcv_conv *v, const dlcv_conv_opts *o)
{
    if (!dlcv__conv_name(o->algorithm)) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: algorithm %d is none", (int)o->algorithm);
    v->data = v->shape.transposed ? dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_map_algos), &v->data_bytes)
                                  : dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_data_algos), &v->data_bytes);
    v->dw = dlcv__conv_choose_back(v, o, DLCV__CONV_ROWS(dlcv__conv_dw_algos), &v->dw_bytes);
    if (!v->data || !v->dw) return dlcv_fail(DLCV_ERR_MEMORY, "conv2d: the workspace of the backward pass is more bytes than size_t counts");
    return dlcv__conv_choose(v, o);
}

DLCV_API dlcv_status dlcv_conv_new(const dlcv_env *env, const dlcv_conv_shape *shape, const float *weights, const dlcv_conv_opts *opts,
                                   dlcv_conv **out)
{
    dlcv_conv_opts o;
    dlcv_conv v, *conv;
    dlcv_status status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: out is NULL");
    *out = NULL;
    if (!shape) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv2d: shape is NULL");
    memset(&v, 0, sizeof v);
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    v.env = dlcv__env(env);
    v.table = dlcv__kernels();
    v.shape = *shape;
    status = dlcv__conv_geometry(shape, &v.g);
    if (!status) status = dlcv__conv_plan(&v, &o);
    if (status) return status;
    conv = (dlcv_conv *)dlcv__alloc(&v.env, sizeof v);
    if (!conv) return DLCV_ERR_MEMORY;
    *conv = v;
    if (v.prepared_bytes) {
        conv->prepared = dlcv__alloc(&v.env, v.prepared_bytes);
        if (!conv->prepared) {
            dlcv__release(&v.env, conv, sizeof *conv);
            return DLCV_ERR_MEMORY;
        }
    }
    if (weights) dlcv_conv_weights(conv, weights);
    *out = conv;
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_weights(dlcv_conv *conv, const float *weights)
{
    if (!conv || !weights) return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_weights: %s is NULL", conv ? "weights" : "conv");
    conv->ready = 1;
    conv->weights = conv->algo->borrows ? weights : NULL;
    if (conv->algo->prepare) {
        const dlcv__fp fp = dlcv__fp_enter();
        conv->algo->prepare(&conv->g, conv->table->f32, weights, conv->prepared);
        dlcv__fp_leave(fp);
    }
    return DLCV_OK;
}

DLCV_API void dlcv_conv_describe(const dlcv_conv *conv, dlcv_conv_info *out)
{
    const dlcv__conv_geom *g;
    if (!out) return;
    memset(out, 0, sizeof *out);
    if (!conv) return;
    g = &conv->g;
    out->output = conv->shape.transposed ? dlcv_shape4((int)g->n, (int)g->c, (int)g->h, (int)g->w)
                                         : dlcv_shape4((int)g->n, (int)g->f, (int)g->oh, (int)g->ow);
    out->algorithm = conv->algo->id;
    out->name = conv->algo->name;
    out->prepared_bytes = conv->prepared_bytes;
    out->workspace_bytes = conv->workspace_bytes;
    out->backward_bytes = conv->dw_bytes > conv->data_bytes ? conv->dw_bytes : conv->data_bytes;
    out->borrowed = conv->algo->borrows;
    out->flops = 2.0 * (double)g->y_count * (double)g->k;
}

DLCV_API void dlcv_conv_free(dlcv_conv *conv)
{
    dlcv_env e;
    if (!conv) return;
    e = conv->env;
    if (conv->prepared) dlcv__release(&e, conv->prepared, conv->prepared_bytes);
    dlcv__release(&e, conv, sizeof *conv);
}

/* ---- calls: checks, workspace, the rounding mode */

DLCV__FN dlcv_status dlcv__conv_pointers(const char *what, const dlcv_conv *conv, const void *a, const char *a_name, const void *b,
                                         const char *b_name, const void *workspace)
{
    const char *missing = !conv ? "conv" : !a ? a_name : !b ? b_name : NULL;
    if (missing) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", what, missing);
    if ((uintptr_t)workspace & 63) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the workspace at %p is not aligned to 64 bytes", what, workspace);
    return DLCV_OK;
}

DLCV__FN void dlcv__conv_run_of(const dlcv_conv *v, const float *x, float *y, dlcv__conv_run *r)
{
    memset(r, 0, sizeof *r);
    r->env = &v->env;
    r->kernels = v->table->f32;
    r->g = &v->g;
    r->x = x;
    r->y = y;
    r->tail.low = dlcv__float_of(0xff800000u);
    r->tail.high = dlcv__float_of(0x7f800000u);
}

DLCV__FN dlcv_status dlcv__conv_tail_of(const dlcv_conv_epilogue *e, dlcv__conv_tail *t)
{
    if (!e) return DLCV_OK;
    if ((unsigned)e->activation > (unsigned)DLCV_ACTIVATION_CLAMP)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_forward: activation %d is none", (int)e->activation);
    if (e->activation == DLCV_ACTIVATION_CLAMP && !(e->low <= e->high))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "conv_forward: CLAMP from %g to %g", (double)e->low, (double)e->high);
    t->bias = e->bias;
    t->residual = e->residual;
    if (e->activation == DLCV_ACTIVATION_RELU) t->low = 0;
    if (e->activation == DLCV_ACTIVATION_CLAMP) t->low = e->low, t->high = e->high;
    return DLCV_OK;
}

/* The caller's workspace, or one of our own. */
DLCV__FN dlcv_status dlcv__conv_borrow(const dlcv_conv *v, size_t bytes, void *given, void **out)
{
    *out = given;
    if (given || !bytes) return DLCV_OK;
    *out = dlcv__alloc(&v->env, bytes);
    return *out ? DLCV_OK : DLCV_ERR_MEMORY;
}

DLCV__FN void dlcv__conv_return(const dlcv_conv *v, size_t bytes, void *given, void *workspace)
{
    if (!given && workspace) dlcv__release(&v->env, workspace, bytes);
}

DLCV_API dlcv_status dlcv_conv_forward(const dlcv_conv *conv, const float *x, const dlcv_conv_epilogue *epilogue, float *y, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_forward", conv, x, "x", y, "y", workspace);
    if (status) return status;
    if (!conv->ready) return dlcv_fail(DLCV_ERR_STATE, "conv_forward: no weights yet: give them to dlcv_conv_new or dlcv_conv_weights");
    dlcv__conv_run_of(conv, x, y, &r);
    status = dlcv__conv_tail_of(epilogue, &r.tail);
    if (!status) status = dlcv__conv_borrow(conv, conv->workspace_bytes, workspace, &r.workspace);
    if (status) return status;
    r.weights = conv->weights;
    r.prepared = conv->prepared;
    fp = dlcv__fp_enter();
    conv->algo->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->workspace_bytes, workspace, r.workspace);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_backward_data(const dlcv_conv *conv, const float *weights, const float *dy, float *dx, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_backward_data", conv, dy, "dy", dx, "dx", workspace);
    if (!status && !weights) status = dlcv_fail(DLCV_ERR_ARGUMENT, "conv_backward_data: weights is NULL");
    if (status) return status;
    dlcv__conv_run_of(conv, dy, dx, &r);
    status = dlcv__conv_borrow(conv, conv->data_bytes, workspace, &r.workspace);
    if (status) return status;
    r.weights = weights;
    fp = dlcv__fp_enter();
    conv->data->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->data_bytes, workspace, r.workspace);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_backward_weights(const dlcv_conv *conv, const float *x, const float *dy, float *dw, int add, void *workspace)
{
    dlcv__conv_run r;
    dlcv__fp fp;
    dlcv_status status = dlcv__conv_pointers("conv_backward_weights", conv, x, "x", dy, "dy", workspace);
    if (!status && !dw) status = dlcv_fail(DLCV_ERR_ARGUMENT, "conv_backward_weights: dw is NULL");
    if (status) return status;
    dlcv__conv_run_of(conv, conv->shape.transposed ? dy : x, dw, &r);
    status = dlcv__conv_borrow(conv, conv->dw_bytes, workspace, &r.workspace);
    if (status) return status;
    fp = dlcv__fp_enter();
    r.map = conv->shape.transposed ? x : dy;
    r.add = add;
    conv->dw->run(&r);
    dlcv__fp_leave(fp);
    dlcv__conv_return(conv, conv->dw_bytes, workspace, r.workspace);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_conv_backward_bias(const dlcv_conv *conv, const float *dy, float *db, int add)
{
    dlcv_status status = dlcv__conv_pointers("conv_backward_bias", conv, dy, "dy", db, "db", NULL);
    dlcv__fp fp;
    if (status) return status;
    fp = dlcv__fp_enter();
    if (conv->shape.transposed) dlcv__conv_back_bias(conv->g.n, conv->g.c, conv->g.plane, dy, db, add);
    else dlcv__conv_back_bias(conv->g.n, conv->g.f, conv->g.pixels, dy, db, add);
    dlcv__fp_leave(fp);
    return DLCV_OK;
}

#undef DLCV__CONV_ROWS

/* layer 3 */
/* ---- src/distance.c */
/* ---- distances: one pair, and blocks of all pairs -------------------------------------------------------------------------------- */

/* a.b / (|a| |b|) from the three sums; 0 if a norm is 0. The root of x^2 is x, so that a vector's cosine with itself is 1. */
DLCV__FN double dlcv__cosine(double ab, double aa, double bb)
{
    const double norms = sqrt(aa * bb);
    return norms == 0 ? 0.0 : ab / norms;
}

DLCV_API float dlcv_distance_f32(dlcv_metric metric, const float *a, const float *b, size_t n)
{
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    const dlcv__fp fp = dlcv__fp_enter();
    float value = dlcv__float_of(0x7fc00000u), sums[3];
    switch ((int)metric) {
    case DLCV_METRIC_L2: value = sqrtf(k->l2sq(a, b, n)); break;
    case DLCV_METRIC_L2SQ: value = k->l2sq(a, b, n); break;
    case DLCV_METRIC_L1: value = k->l1(a, b, n); break;
    case DLCV_METRIC_DOT: value = k->dot(a, b, n); break;
    case DLCV_METRIC_COSINE:
        k->cosine(a, b, n, sums);
        value = sums[1] * sums[2]; /* where that neither overflows nor underflows, float will do, and is faster */
        value = value > 1e-30f && value < 1e30f ? sums[0] / sqrtf(value)
            : (float)dlcv__cosine((double)sums[0], (double)sums[1], (double)sums[2]);
        break;
    default: break;
    }
    dlcv__fp_leave(fp);
    return value;
}

DLCV_API double dlcv_distance_u8(dlcv_metric metric, const uint8_t *a, const uint8_t *b, size_t n)
{
    const dlcv__kernels_u8 *k = dlcv__kernels()->u8;
    const dlcv__fp fp = dlcv__fp_enter();
    double value;
    /* a few nanoseconds count here: comparisons are faster than a switch's table */
    if (metric == DLCV_METRIC_L1) value = (double)(int64_t)k->l1(a, b, n);
    else if (metric == DLCV_METRIC_L2SQ) value = (double)(int64_t)k->l2sq(a, b, n);
    else if (metric == DLCV_METRIC_L2) value = sqrt((double)(int64_t)k->l2sq(a, b, n));
    else if (metric == DLCV_METRIC_DOT) value = (double)(int64_t)k->dot(a, b, n);
    else if (metric == DLCV_METRIC_COSINE)
        value = dlcv__cosine((double)(int64_t)k->dot(a, b, n), (double)(int64_t)k->dot(a, a, n), (double)(int64_t)k->dot(b, b, n));
    else value = (double)dlcv__float_of(0x7fc00000u);
    dlcv__fp_leave(fp);
    return value;
}

/* All pairs of na queries and nb data rows, in blocks that stay in the cache: for a block of queries, for a block of rows, for a
 * depth of 512 bytes, both are packed (queries as rows of one pitch; data rows side by side in panels of a tile's width, so that
 * the lanes of a vector are data rows and no sum crosses lanes) and multiplied tile by tile into c[queries, rows]. Each pass of
 * the data through the packing serves a whole block of queries; nothing is ever queries x database. When c is complete its rows
 * become keys and are handed to `take`.
 *
 * Bytes: c holds 32-bit integers; with more than DLCV__SHORT elements in a row they are moved to 64 bits before they could
 * overflow. L1 comes as it is or as sum max(a, b); squared L2 as sum a^2 + sum b^2 - 2 sum ab; flipped data (b - 128) are corrected
 * by 128 sum a.
 *
 * Floats that are whole numbers take a shorter way to the same bits, depth by depth: all 0 .. 255 (pixels that were never scaled), they
 * are multiplied as bytes, four to eight times as fast; otherwise up to 2^15, L1 is taken as 2 sum max(a, b) - sum a - sum b. The sum
 * over a depth of 128 is below 2^24 either way, an exact float in whatever order it is added up.
 *
 * A search need not know every distance exactly. Rough, L1 comes as 2 sum max(a, b) - sum a - sum b and L2SQ as sum a^2 + sum b^2 -
 * 2 sum ab, in two operations an element instead of three and one instead of two; whatever might be near enough, given the bound on
 * the error in dlcv__rough_error, is computed again to the bits of the direct tile (chain_l1, chain_l2sq), so that the results are the
 * same. Where that happens too often (data far from the origin, many ties) the block is computed again directly, and so are all that
 * follow. */
#define DLCV__SHORT 32768           /* 32768 * 255^2 < 2^31 */
#define DLCV__WORKSPACE ((size_t)4 << 20)
#define DLCV__QUERIES 512           /* of a block, if the workspace allows, */
#define DLCV__ROWS 256              /* and data rows: 256 KB of queries, 128 of rows, 512 of results */

typedef enum dlcv__key_type { DLCV__KEY_F32, DLCV__KEY_I32, DLCV__KEY_I64 } dlcv__key_type;

typedef struct dlcv__scan dlcv__scan;
struct dlcv__scan {
    const dlcv__table *table;
    dlcv_metric metric;             /* L2 is computed as L2SQ */
    int ranked;                     /* keys: smaller is nearer (-DOT, 1 - COSINE); else the metric's values */
    int bytes;                      /* u8, not f32 */
    const unsigned char *a, *b;     /* na and nb rows of d elements, any alignment */
    size_t na, nb, d;
    int packed_once;                /* bytes: a block of queries is packed at all depths, where the workspace has room */
    int sad;                        /* bytes: the |a - b| tiles, not the a * b ones */
    int mr, nr, group, wide, flip;  /* of the tile; group and wide as in backend.h, floats: 1, 0 */
    const dlcv__scan *narrow;       /* floats: the tiles for those that are bytes */
    size_t patience;                /* floats: 0, or L1 and L2SQ start rough, with so many exact values allowed a query */
    int mc, nc;                     /* queries and data rows of a block */
    size_t (*take)(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error);
    void (*end)(void *user, int slot, size_t query, size_t count);      /* the last row of these queries was taken */
    void *user;
};

/* One thread's memory, cut from one block. */
typedef struct dlcv__space {
    unsigned char *a, *b;           /* packed: mc rows, nc rows */
    unsigned char *spread;          /* data rows of a panel, widened or padded */
    int32_t *c;                     /* [mc, nc] floats or integers */
    int64_t *long_c;                /* [mc, nc], long rows of bytes only */
    unsigned char *bytes;           /* floats that are bytes: data rows of a panel */
    int32_t *tile;                  /* and a tile of their products */
    int32_t *int_a, *int_b;         /* and what is added to those */
    float *sum_a, *sum_b;           /* of the current depth, for the tiles that work by sums */
    float *size_a, *size_b;         /* rough: sums of magnitudes (L1) or squares (L2SQ) over all depths */
    double credit;                  /* rough: exact values that may still be computed */
    int64_t *of_a, *of_b;           /* what a metric needs of each whole row: sum a, sum b^2, ... */
    int64_t *square_a;
    float *scale_a, *scale_b;       /* reciprocal norms */
    int32_t *term_b;
} dlcv__space;

DLCV__FN int dlcv__is_long(const dlcv__scan *s)
{
    return s->bytes && s->d > DLCV__SHORT;
}

/* Elements of a row that make one packed depth. */
DLCV__FN size_t dlcv__depth(const dlcv__scan *s)
{
    return !s->bytes ? DLCV__DEPTH_F32 : s->wide ? DLCV__DEPTH_BYTES / 2 : DLCV__DEPTH_BYTES;
}

/* Cuts `block` (or only counts, if NULL); returns the bytes. Every part is a multiple of 64. */
DLCV__FN size_t dlcv__space_cut(const dlcv__scan *s, unsigned char *block, dlcv__space *p)
{
    const size_t m = (size_t)s->mc, n = (size_t)s->nc, m8 = (m * 8 + 63) / 64 * 64, n8 = (n * 8 + 63) / 64 * 64;
    const size_t panel = (size_t)(s->narrow && s->narrow->nr > s->nr ? s->narrow->nr : s->nr);
    size_t used = 0;
#define DLCV__CUT(field, type, size) (p->field = (type *)(void *)(block ? block + used : NULL), used += ((size) + 63) / 64 * 64)
    DLCV__CUT(a, unsigned char, m * DLCV__DEPTH_BYTES * (s->packed_once ? (s->d + dlcv__depth(s) - 1) / dlcv__depth(s) : 1));
    DLCV__CUT(b, unsigned char, (n + panel) * DLCV__DEPTH_BYTES);
    DLCV__CUT(spread, unsigned char, panel * DLCV__DEPTH_BYTES);
    DLCV__CUT(bytes, unsigned char, s->narrow ? panel * DLCV__DEPTH_F32 + 64 : 0);
    DLCV__CUT(tile, int32_t, s->narrow ? (size_t)s->narrow->mr * panel * 4 : 0);
    DLCV__CUT(int_a, int32_t, s->narrow ? m8 : 0);
    DLCV__CUT(int_b, int32_t, s->narrow ? n8 + panel * 4 : 0);
    DLCV__CUT(c, int32_t, m * n * 4);
    DLCV__CUT(long_c, int64_t, dlcv__is_long(s) ? m * n * 8 : 0);
    DLCV__CUT(sum_a, float, m8);
    DLCV__CUT(sum_b, float, n8);
    DLCV__CUT(size_a, float, s->patience ? m8 : 0);
    DLCV__CUT(size_b, float, s->patience ? n8 : 0);
    DLCV__CUT(of_a, int64_t, m8);
    DLCV__CUT(of_b, int64_t, n8);
    DLCV__CUT(square_a, int64_t, m8);
    DLCV__CUT(scale_a, float, m8);
    DLCV__CUT(scale_b, float, n8);
    DLCV__CUT(term_b, int32_t, n8);
#undef DLCV__CUT
    return used;
}

/* The tile of a scan. */
DLCV__FN void dlcv__scan_tile(dlcv__scan *s)
{
    const dlcv__kernels_u8 *u8 = s->table->u8;
    s->sad = s->bytes && s->metric == DLCV_METRIC_L1;
    s->mr = !s->bytes ? s->table->f32->mr : s->sad ? u8->sad_mr : u8->dot_mr;
    s->nr = !s->bytes ? s->table->f32->nr : s->sad ? u8->sad_nr : u8->dot_nr;
    s->group = !s->bytes ? 1 : s->sad ? u8->sad_group : u8->dot_group;
    s->wide = s->bytes && !s->sad && u8->dot_wide;
    s->flip = s->bytes && !s->sad && u8->dot_flip;
}

/* Chooses tiles and blocks for a scan of which the fields up to d are set, within `workspace` bytes a thread of which each query of a
 * block takes `per_query` for the caller's own needs. `narrow` becomes the scan of floats that are bytes. */
DLCV__FN void dlcv__scan_plan(dlcv__scan *s, dlcv__scan *narrow, size_t workspace, size_t per_query)
{
    dlcv__space p;
    const int squares = s->metric != DLCV_METRIC_L1 && s->metric != DLCV_METRIC_L2SQ; /* are needed beside inner products */
    dlcv__scan_tile(s);
    if (!s->bytes && s->table->u8->narrow > squares) {
        *narrow = *s;
        narrow->bytes = 1;
        dlcv__scan_tile(narrow);
        s->narrow = narrow;
    }
    s->mc = (DLCV__QUERIES + s->mr - 1) / s->mr * s->mr;
    s->nc = (DLCV__ROWS + s->nr - 1) / s->nr * s->nr;
    if (s->na < (size_t)s->mc) s->mc = (int)s->na;
    s->packed_once = s->bytes && s->d < workspace / 4 / (size_t)s->mc;
    while (s->mc > 1 || s->nc > s->nr) {
        const size_t space = dlcv__space_cut(s, NULL, &p);
        size_t lists;
        if (dlcv__mul(per_query, (size_t)s->mc, &lists) && lists <= workspace && space <= workspace - lists) break;
        if (s->nc > s->nr && (s->mc <= s->mr || (s->nc > s->mc && per_query < 64))) s->nc = (s->nc / 2 + s->nr - 1) / s->nr * s->nr;
        else s->mc = s->mc / 2 > s->mr ? s->mc / 2 / s->mr * s->mr : s->mc > s->mr ? s->mr : s->mc / 2 + (s->mc < 2);
    }
}

/* One row's depth as the tiles want it: kn elements of p, padded by zeros to whole groups; bytes widened to 16 bits where wide. */
DLCV__FN void dlcv__spread_row(const dlcv__scan *s, const unsigned char *p, size_t kn, unsigned char *out)
{
    const size_t size = s->bytes ? 1 : 4, group = (size_t)s->group, padded = (kn + group - 1) / group * group;
    if (s->wide) {
        uint16_t *w = (uint16_t *)(void *)out;
        size_t i;
        for (i = 0; i < kn; i++) w[i] = p[i];
        for (; i < padded; i++) w[i] = 0;
    } else {
        memcpy(out, p, kn * size);
        memset(out + kn * size, 0, (padded - kn) * size);
    }
}

/* Rows are read in pieces of 512 bytes, too short for the processor to see a pattern: while one piece of each is packed, the pieces
 * that will be packed next are asked for. */
DLCV__FN void dlcv__fetch_row(const unsigned char *p, const unsigned char *end)
{
    const unsigned char *stop = end - p > DLCV__DEPTH_BYTES ? p + DLCV__DEPTH_BYTES : end;
    for (; p < stop; p += 64) DLCV__PREFETCH(p);
}

/* Can the tiles that work by sums take this piece of a row? Rough they can, else if all are small integers. *sum is what they need. */
DLCV__FN int dlcv__sum_piece(const dlcv__scan *s, int rough, const float *p, size_t kn, float *sum, float *size)
{
    float sums[3];
    if (!rough) return s->table->f32->small_integers(p, kn, sum);
    s->table->f32->sums(p, kn, sums);
    *sum = s->metric == DLCV_METRIC_L1 ? sums[0] : sums[2];
    *size += s->metric == DLCV_METRIC_L1 ? sums[1] : sums[2];
    return 1;
}

/* Queries i .. i + m - 1, elements k .. k + kn - 1. Returns whether the tiles that work by sums can take them. */
DLCV__FN int dlcv__pack_a(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m, size_t k, size_t kn, int rough, unsigned char *packed)
{
    const size_t size = s->bytes ? 1 : 4;
    int by_sums = rough || (!s->bytes && s->metric == DLCV_METRIC_L1);
    size_t r;
    for (r = 0; r < m; r++) {
        const unsigned char *row = s->a + (i + r) * s->d * size;
        unsigned char *out = packed + r * DLCV__DEPTH_BYTES;
        dlcv__fetch_row(row + (k + kn) * size, row + s->d * size);
        dlcv__spread_row(s, row + k * size, kn, out);
        by_sums = by_sums && dlcv__sum_piece(s, rough, (const float *)(void *)out, kn, p->sum_a + r, p->size_a + r);
    }
    return by_sums;
}

/* Moves rows of units of 1, 2 or 8 bytes side by side: out[u, r] = in[r, u]. */
DLCV__FN void dlcv__transpose_units(unsigned char *out, size_t nr, const unsigned char *in, size_t in_step, size_t rows, size_t units, size_t size)
{
    size_t r, u;
    for (r = 0; r < rows; r++) {
        const unsigned char *p = in + r * in_step;
        unsigned char *o = out + r * size;
        if (size == 8) for (u = 0; u < units; u++) memcpy(o + u * nr * 8, p + u * 8, 8);
        else if (size == 2) for (u = 0; u < units; u++) memcpy(o + u * nr * 2, p + u * 2, 2);
        else for (u = 0; u < units; u++) o[u * nr] = p[u];
    }
}

/* A panel: `rows` rows of kn elements at a pitch of `step` bytes; the rows that are missing are zeros. */
DLCV__FN void dlcv__pack_panel(const dlcv__scan *s, const dlcv__space *p, const unsigned char *in, size_t step, size_t rows, size_t kn,
    unsigned char *out)
{
    const size_t group = (size_t)s->group, unit = s->bytes ? group << s->wide : 4, units = (kn + group - 1) / group, nr = (size_t)s->nr;
    size_t r;
    if (rows < nr) memset(out, 0, nr * units * unit);
    if (s->wide || kn % group) {
        for (r = 0; r < rows; r++) dlcv__spread_row(s, in + r * step, kn, p->spread + r * DLCV__DEPTH_BYTES);
        in = p->spread;
        step = DLCV__DEPTH_BYTES;
    }
    if (unit == 4) s->table->f32->transpose4(out, nr * 4, in, step, (int)rows, (int)units, s->flip ? 0x80808080u : 0);
    else dlcv__transpose_units(out, nr, in, step, rows, units, unit);
}

/* Data rows j .. j + n - 1, elements k .. k + kn - 1, in panels of nr rows. Returns whether the tiles that work by sums can take them. */
DLCV__FN int dlcv__pack_b(const dlcv__scan *s, const dlcv__space *p, size_t j, size_t n, size_t k, size_t kn, int rough)
{
    const size_t size = s->bytes ? 1 : 4, nr = (size_t)s->nr, step = s->d * size;
    int by_sums = rough || (!s->bytes && s->metric == DLCV_METRIC_L1);
    size_t r, done, rows;
    for (done = 0; done < n; done += nr) {
        const unsigned char *in = s->b + ((j + done) * s->d + k) * size;
        rows = n - done < nr ? n - done : nr;
        for (r = 0; r < rows; r++) {
            const size_t row = j + done + r, next = row + n < s->nb ? row + n : row;
            if (k + kn < s->d) dlcv__fetch_row(in + r * step + kn * size, s->b + (row + 1) * s->d * size);
            else dlcv__fetch_row(s->b + next * s->d * size, s->b + (next + 1) * s->d * size);
        }
        for (r = 0; r < rows && by_sums; r++)
            by_sums = dlcv__sum_piece(s, rough, (const float *)(const void *)(in + r * step), kn, p->sum_b + done + r, p->size_b + done + r);
        dlcv__pack_panel(s, p, in, step, rows, kn, p->b + done * DLCV__DEPTH_BYTES);
    }
    return by_sums;
}

/* Are all of these floats bytes? Then both sides are packed as such, with what their sums of products want added: for L1 by maxima
 * - sum a - sum b, for L2 sum a^2 + sum b^2, for flipped data 128 sum a (times -2 for L2). */
DLCV__FN int dlcv__pack_narrow(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m, size_t j, size_t n, size_t k, size_t kn,
    int rough)
{
    const dlcv__scan *u = s->narrow;
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const int square = s->metric == DLCV_METRIC_L2SQ, maxima = u->sad && s->table->u8->sad_max;
    const float flip = !u->flip ? 0.0f : square ? -256.0f : 128.0f;
    const size_t nr = (size_t)u->nr;
    float sums[2];
    size_t r, done;
    /* Mostly the first data row says no, and the queries need not be looked at. A later one's no leaves sums behind in size_a and size_b,
     * which widens the bound on the error, no more. */
    if (!f32->to_bytes((const float *)(const void *)(s->b + (j * s->d + k) * 4), kn, p->bytes, sums)) return 0;
    for (r = 0; r < m; r++) {
        const unsigned char *row = s->a + (i + r) * s->d * 4;
        dlcv__fetch_row(row + (k + kn) * 4, row + s->d * 4);
        if (!f32->to_bytes((const float *)(const void *)(row + k * 4), kn, p->bytes, sums)) return 0;
        dlcv__spread_row(u, p->bytes, kn, p->a + r * DLCV__DEPTH_BYTES);
        if (rough) p->size_a[r] += sums[square];
        p->int_a[r] = (int32_t)(maxima ? -sums[0] : (square ? sums[1] : 0.0f) + flip * sums[0]);
    }
    for (done = 0; done < n; done += nr) {
        const size_t rows = n - done < nr ? n - done : nr;
        for (r = 0; r < rows; r++) {
            const unsigned char *row = s->b + (j + done + r) * s->d * 4;
            dlcv__fetch_row(row + (k + kn) * 4, row + s->d * 4);
            if (!f32->to_bytes((const float *)(const void *)(row + k * 4), kn, p->bytes + r * DLCV__DEPTH_F32, sums)) return 0;
            if (rough) p->size_b[done + r] += sums[square];
            p->int_b[done + r] = (int32_t)(maxima ? -sums[0] : square ? sums[1] : 0.0f);
        }
        dlcv__pack_panel(u, p, p->bytes, DLCV__DEPTH_F32, rows, kn, p->b + done * DLCV__DEPTH_BYTES);
    }
    return 1;
}

/* c[m, n] += one packed depth of bytes. */
DLCV__FN void dlcv__multiply_narrow(const dlcv__scan *s, const dlcv__space *p, size_t m, size_t n, size_t kn)
{
    const dlcv__scan *u = s->narrow;
    const dlcv__kernels_u8 *u8 = s->table->u8;
    const size_t nr = (size_t)u->nr, mr = (size_t)u->mr, group = (size_t)u->group;
    const dlcv__tile_u8 tile = u->sad ? u8->sad_tile : u8->dot_tile, row = u->sad ? u8->sad_row : u8->dot_row;
    const int groups = (int)((kn + group - 1) / group), times = u->sad ? 1 + u8->sad_max : s->metric == DLCV_METRIC_L2SQ ? -2 : 1;
    size_t i, j, r, rows;
    for (j = 0; j < n; j += nr)
        for (i = 0; i < m; i += rows) {
            rows = i + mr <= m ? mr : 1;
            memset(p->tile, 0, rows * nr * 4);
            (rows == mr ? tile : row)(groups, p->a + i * DLCV__DEPTH_BYTES, p->b + j * DLCV__DEPTH_BYTES, p->tile, nr);
            for (r = 0; r < rows; r++)
                s->table->f32->add_i32((float *)(void *)(p->c + (i + r) * (size_t)s->nc + j), p->tile + r * nr, p->int_b + j, p->int_a[i + r],
                    times, n - j < nr ? n - j : nr);
        }
}

/* c[m, n] += one packed depth. */
DLCV__FN void dlcv__multiply(const dlcv__scan *s, const dlcv__space *p, size_t m, size_t n, size_t kn, int by_sums,
    const unsigned char *packed)
{
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const dlcv__kernels_u8 *u8 = s->table->u8;
    const size_t nr = (size_t)s->nr, mr = (size_t)s->mr, group = (size_t)s->group;
    const int kind = s->metric == DLCV_METRIC_L1 ? by_sums ? DLCV__TILE_L1_MAX : DLCV__TILE_L1
        : s->metric == DLCV_METRIC_L2SQ ? by_sums ? DLCV__TILE_L2SQ_DOT : DLCV__TILE_L2SQ : DLCV__TILE_DOT;
    const dlcv__tile_u8 tile = s->sad ? u8->sad_tile : u8->dot_tile, row = s->sad ? u8->sad_row : u8->dot_row;
    const int groups = (int)((kn + group - 1) / group), steps = s->sad ? u8->sad_steps : groups;
    const size_t unit = group << s->wide;
    size_t i, j;
    int g;
    for (j = 0; j < n; j += nr) {
        const unsigned char *b = p->b + j * DLCV__DEPTH_BYTES;
        for (i = 0; i < m; i += i + mr <= m ? mr : 1) {
            const unsigned char *a = packed + i * DLCV__DEPTH_BYTES;
            int32_t *c = p->c + i * (size_t)s->nc + j;
            if (s->bytes) {
                for (g = 0; g < groups; g += steps)
                    (i + mr <= m ? tile : row)(groups - g < steps ? groups - g : steps, a + (size_t)g * unit, b + (size_t)g * unit * nr, c,
                        (size_t)s->nc);
            } else {
                (i + mr <= m ? f32->tile : f32->row)[kind]((int)kn, (const float *)(const void *)a, (const float *)(const void *)b,
                    (float *)(void *)c, (size_t)s->nc, p->sum_a + i, p->sum_b + j);
            }
        }
    }
}

/* sum p[i], by differences to zeros */
DLCV__FN int64_t dlcv__sum_u8(const dlcv__scan *s, const unsigned char *p, size_t n)
{
    static const uint8_t zeros[1024] = { 0 };
    uint64_t sum = 0;
    size_t i;
    for (i = 0; i < n; i += sizeof zeros) sum += s->table->u8->l1(p + i, zeros, n - i < sizeof zeros ? n - i : sizeof zeros);
    return (int64_t)sum;
}

/* What the keys need of whole rows: for queries of_a (sum a) and square_a, for data rows of_b (sum b or sum b^2). */
DLCV__FN void dlcv__row_terms(const dlcv__scan *s, const unsigned char *rows, size_t n, int64_t *sum, int64_t *square, float *scale)
{
    const int cosine = s->metric == DLCV_METRIC_COSINE;
    size_t r;
    for (r = 0; r < n; r++) {
        const unsigned char *p = rows + r * s->d * (s->bytes ? 1 : 4);
        if (s->bytes) {
            if (sum) sum[r] = dlcv__sum_u8(s, p, s->d);
            if (square) square[r] = (int64_t)s->table->u8->dot(p, p, s->d);
            if (cosine) scale[r] = square[r] ? (float)(1.0 / sqrt((double)square[r])) : 0.0f;
        } else if (cosine) {
            const float norm = sqrtf(s->table->f32->dot((const float *)(const void *)p, (const float *)(const void *)p, s->d));
            scale[r] = norm > 0 ? 1.0f / norm : 0.0f;
        } else {
            scale[r] = 1.0f;
        }
    }
}

DLCV__FN void dlcv__a_terms(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m)
{
    const int sum = s->sad ? s->table->u8->sad_max : s->flip;
    dlcv__row_terms(s, s->a + i * s->d * (s->bytes ? 1 : 4), m, sum ? p->of_a : NULL, s->sad ? NULL : p->square_a, p->scale_a);
    if (!sum) memset(p->of_a, 0, m * 8);
}

DLCV__FN void dlcv__b_terms(const dlcv__scan *s, const dlcv__space *p, size_t j, size_t n)
{
    const unsigned char *rows = s->b + j * s->d * (s->bytes ? 1 : 4);
    const int square = s->metric == DLCV_METRIC_L2SQ || s->metric == DLCV_METRIC_COSINE;
    size_t r;
    memset(p->of_b, 0, (size_t)s->nc * 8);
    memset(p->term_b, 0, (size_t)s->nc * 4);
    if (s->bytes || s->metric == DLCV_METRIC_COSINE || s->metric == DLCV_METRIC_DOT)
        dlcv__row_terms(s, rows, n, s->sad && s->table->u8->sad_max ? p->of_b : NULL, !s->sad && square ? p->of_b : NULL, p->scale_b);
    if (s->bytes && !dlcv__is_long(s))
        for (r = 0; r < n; r++) p->term_b[r] = (int32_t)(s->sad ? -p->of_b[r] : p->of_b[r]);
}

/* Row r of c becomes keys: 32-bit integers and floats. */
DLCV__FN dlcv__key_type dlcv__keys_short(const dlcv__scan *s, const dlcv__space *p, size_t r, int32_t *c)
{
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const size_t n = (size_t)s->nc;
    const float scale = s->ranked ? -1.0f : 1.0f, shift = s->ranked && s->metric == DLCV_METRIC_COSINE ? 1.0f : 0.0f;
    const int32_t flipped = s->flip ? (int32_t)(128 * p->of_a[r]) : 0;
    if (!s->bytes) {
        if (s->metric == DLCV_METRIC_COSINE) f32->cosine_f32((float *)(void *)c, p->scale_b, p->scale_a[r], n, scale, shift);
        else if (s->metric == DLCV_METRIC_DOT && s->ranked) f32->cosine_f32((float *)(void *)c, p->scale_b, 1.0f, n, scale, shift);
        return DLCV__KEY_F32;
    }
    if (s->metric == DLCV_METRIC_COSINE) {
        f32->cosine_i32(c, p->scale_b, p->scale_a[r], flipped, n, scale, shift);
        return DLCV__KEY_F32;
    }
    if (s->sad) {
        if (s->table->u8->sad_max) f32->affine_i32(c, p->term_b, (int32_t)-p->of_a[r], 2, n);
    } else if (s->metric == DLCV_METRIC_L2SQ) {
        f32->affine_i32(c, p->term_b, (int32_t)(p->square_a[r] - 2 * (int64_t)flipped), -2, n);
    } else {
        f32->affine_i32(c, p->term_b, s->ranked ? -flipped : flipped, s->ranked ? -1 : 1, n);
    }
    return DLCV__KEY_I32;
}

/* The same in 64 bits, for long rows. */
DLCV__FN dlcv__key_type dlcv__keys_long(const dlcv__scan *s, const dlcv__space *p, size_t r, int64_t *c)
{
    const float scale = s->ranked ? -1.0f : 1.0f, shift = s->ranked ? 1.0f : 0.0f;
    size_t j, n = (size_t)s->nc;
    for (j = 0; j < n; j++) {
        const int64_t v = c[j] + (s->flip ? 128 * p->of_a[r] : 0);
        if (s->metric == DLCV_METRIC_COSINE) {
            const float key = shift + scale * ((float)v * p->scale_b[j] * p->scale_a[r]);
            memcpy((unsigned char *)c + 4 * j, &key, 4); /* never beyond what was read */
        } else if (s->sad) c[j] = s->table->u8->sad_max ? 2 * v - p->of_a[r] - p->of_b[j] : v;
        else if (s->metric == DLCV_METRIC_L2SQ) c[j] = p->square_a[r] + p->of_b[j] - 2 * v;
        else c[j] = s->ranked ? -v : v;
    }
    return s->metric == DLCV_METRIC_COSINE ? DLCV__KEY_F32 : DLCV__KEY_I64;
}

/* c moves to 64 bits. */
DLCV__FN void dlcv__move_long(const dlcv__scan *s, const dlcv__space *p, size_t m)
{
    const size_t n = m * (size_t)s->nc;
    size_t i;
    for (i = 0; i < n; i++) p->long_c[i] += p->c[i];
    memset(p->c, 0, n * 4);
}

/* One query of bytes against data rows j .. j + n - 1 without packing, which would cost more than it saves: the same integers. */
DLCV__FN void dlcv__scan_pairs(const dlcv__scan *s, const dlcv__space *p, int slot, size_t i, size_t j, size_t n)
{
    const dlcv__kernels_u8 *k = s->table->u8;
    uint64_t (*const pair)(const uint8_t *, const uint8_t *, size_t) = s->metric == DLCV_METRIC_L1 ? k->l1
        : s->metric == DLCV_METRIC_L2SQ ? k->l2sq : k->dot;
    const int negative = s->metric == DLCV_METRIC_DOT && s->ranked, is_long = dlcv__is_long(s);
    size_t r;
    for (r = 0; r < n; r++) {
        const int64_t v = (int64_t)pair(s->a + i * s->d, s->b + (j + r) * s->d, s->d), key = negative ? -v : v;
        if (is_long) p->long_c[r] = key;
        else p->c[r] = (int32_t)key;
    }
    if (is_long) s->take(s->user, slot, i, j, n, DLCV__KEY_I64, p->long_c, 0.0f);
    else s->take(s->user, slot, i, j, n, DLCV__KEY_I32, p->c, 0.0f);
}

/* c[m, n] of all depths. Returns whether it is rough: not where all depths are bytes. */
DLCV__FN int dlcv__multiply_depths(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m, size_t j, size_t n, int rough)
{
    const size_t depth = dlcv__depth(s), cells = m * (size_t)s->nc;
    const int is_long = dlcv__is_long(s);
    int inexact = 0;
    size_t k;
    memset(p->c, 0, cells * 4);
    if (is_long) memset(p->long_c, 0, cells * 8);
    if (rough) {
        memset(p->size_a, 0, m * sizeof(float));
        memset(p->size_b, 0, n * sizeof(float));
    }
    for (k = 0; k < s->d; k += depth) {
        const size_t kn = s->d - k < depth ? s->d - k : depth;
        if (s->narrow && dlcv__pack_narrow(s, p, i, m, j, n, k, kn, rough)) {
            dlcv__multiply_narrow(s, p, m, n, kn);
        } else {
            unsigned char *a = s->packed_once ? p->a + k / depth * (size_t)s->mc * DLCV__DEPTH_BYTES : p->a;
            int by_sums = s->packed_once ? 0 : dlcv__pack_a(s, p, i, m, k, kn, rough, a);
            by_sums &= dlcv__pack_b(s, p, j, n, k, kn, rough);
            dlcv__multiply(s, p, m, n, kn, by_sums, a);
            inexact = rough;
        }
        if (is_long && (k + kn) % DLCV__SHORT == 0) dlcv__move_long(s, p, m);
    }
    if (is_long) dlcv__move_long(s, p, m);
    return inexact;
}

/* How far a rough value may be from the direct one, given A + B, where A = sum |a| and B = sum |b| for L1, squares for L2SQ. With u = 2^-24
 * and D depths of up to 128 elements: a chain of 128 sums is off by 128 u of its magnitude (twice that, doubled, and again for each of the
 * sums that are subtracted: 384 u (A + B) at most), combining and adding up D depths by (6 + 2 D) u, the direct value itself
 * by (130 + D) u of a sum that is at most A + B for L1 and 2 (A + B) for L2SQ, whose other terms are smaller: 522 + 3 D and
 * 519 + 4 D. The rest covers second order terms, A and B themselves, and the comparison; it is doubled, since a caller may have set a
 * directed rounding; the last term is what flushing to zero loses. Depths that are bytes add no error, but their part of A and B, since the
 * others' sums are rounded at the height of the total. */
DLCV__FN float dlcv__rough_error(const dlcv__scan *s, float size)
{
    const float depths = (float)(s->d / DLCV__DEPTH_F32 + 1);
    return (1280.0f + 10.0f * depths) * 5.9604645e-8f * size + (float)s->d * 1e-36f;
}

/* Hands over rough rows (or, not inexact, exact ones) as long as the credit lasts; returns how many. None if a sum is too large, infinite
 * or NaN. */
DLCV__FN size_t dlcv__take_rough(const dlcv__scan *s, dlcv__space *p, int slot, size_t i, size_t m, size_t j, size_t n, int inexact)
{
    float most = 0;
    size_t r;
    for (r = 0; r < n; r++) most = most < p->size_b[r] || p->size_b[r] != p->size_b[r] ? p->size_b[r] : most;
    for (r = 0; r < m && p->credit > 0; r++) {
        const float size = p->size_a[r] + most;
        if (!dlcv__finite(size) || size >= 1e36f) {
            p->credit -= (double)(m * n) / 4;
            break;
        }
        p->credit -= (double)s->take(s->user, slot, i + r, j, n, DLCV__KEY_F32, p->c + r * (size_t)s->nc,
            inexact ? dlcv__rough_error(s, size) : 0.0f);
    }
    return r;
}

/* Queries i .. i + m - 1 against data rows j .. j + n - 1. An exact value costs as much as is saved on some thirty rough ones. */
DLCV__FN void dlcv__scan_block(const dlcv__scan *s, dlcv__space *p, int slot, size_t i, size_t m, size_t j, size_t n)
{
    const int is_long = dlcv__is_long(s);
    size_t r = 0;
    if (p->credit > 0) {
        p->credit += (double)(m * n) / 32;
        const int inexact = dlcv__multiply_depths(s, p, i, m, j, n, 1);
        r = dlcv__take_rough(s, p, slot, i, m, j, n, inexact);
        if (r == m) return;
    }
    dlcv__multiply_depths(s, p, i, m, j, n, 0);
    dlcv__b_terms(s, p, j, n);
    for (; r < m; r++) {
        int32_t *c = p->c + r * (size_t)s->nc;
        int64_t *long_c = is_long ? p->long_c + r * (size_t)s->nc : NULL;
        const dlcv__key_type type = is_long ? dlcv__keys_long(s, p, r, long_c) : dlcv__keys_short(s, p, r, c);
        s->take(s->user, slot, i + r, j, n, type, is_long ? (void *)long_c : (void *)c, 0.0f);
    }
}

/* Queries a0 .. a1 - 1 against data rows b0 .. b1 - 1 on one thread, in `block` of dlcv__space_cut bytes. */
DLCV__FN void dlcv__scan_run(const dlcv__scan *s, int slot, unsigned char *block, size_t a0, size_t a1, size_t b0, size_t b1)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const size_t depth = dlcv__depth(s);
    dlcv__space p;
    size_t i, j;
    dlcv__space_cut(s, block, &p);
    p.credit = s->patience ? 1 : 0;
    for (i = a0; i < a1; i += (size_t)s->mc) {
        const size_t m = a1 - i < (size_t)s->mc ? a1 - i : (size_t)s->mc;
        const int pairs = s->bytes && m <= 2 && s->metric != DLCV_METRIC_COSINE;
        size_t n, r;
        if (!pairs) dlcv__a_terms(s, &p, i, m);
        if (p.credit > 0) p.credit += (double)(s->patience * m);
        if (!pairs && s->packed_once)
            for (n = 0; n < s->d; n += depth)
                dlcv__pack_a(s, &p, i, m, n, s->d - n < depth ? s->d - n : depth, 0, p.a + n / depth * (size_t)s->mc * DLCV__DEPTH_BYTES);
        for (j = b0; j < b1; j += n) {
            n = b1 - j < (size_t)s->nc ? b1 - j : (size_t)s->nc;
            if (!pairs) dlcv__scan_block(s, &p, slot, i, m, j, n);
            else for (r = 0; r < m; r++) dlcv__scan_pairs(s, &p, slot, i + r, j, n);
        }
        if (s->end) s->end(s->user, slot, i, m);
    }
    dlcv__fp_leave(fp);
}

/* Fills in what two tensors of vectors, which messages call a_name and b_name, say; the first dimension counts, the others are the
 * vector. */
DLCV__FN dlcv_status dlcv__scan_begin(const char *who, dlcv_metric metric, const char *a_name, const dlcv_tensor *a, const char *b_name,
    const dlcv_tensor *b, dlcv__scan *s)
{
    char ta[96], tb[96];
    size_t d[2] = { 1, 1 };
    int i, t;
    memset(s, 0, sizeof *s);
    if (dlcv__check(who, a_name, a) || dlcv__check(who, b_name, b)) return DLCV_ERR_ARGUMENT;
    dlcv__shape_text(a->shape, ta, sizeof ta);
    dlcv__shape_text(b->shape, tb, sizeof tb);
    if ((unsigned)metric > (unsigned)DLCV_METRIC_DOT)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: metric is %d, must be DLCV_METRIC_L2 (0) .. DLCV_METRIC_DOT (4)", who, (int)metric);
    if (a == b && a->dtype != DLCV_F32 && a->dtype != DLCV_U8)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is %s %s, must be f32 or u8", who, a_name, dlcv__dtype_name(a->dtype), ta);
    if (a->dtype != b->dtype || (a->dtype != DLCV_F32 && a->dtype != DLCV_U8))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is %s %s and %s %s %s, both must be f32 or both u8", who, a_name,
            dlcv__dtype_name(a->dtype), ta, b_name, dlcv__dtype_name(b->dtype), tb);
    for (t = 0; t < 2; t++) {
        const dlcv_shape *shape = t ? &b->shape : &a->shape;
        for (i = 1; i < shape->ndim; i++)
            if (!dlcv__mul(d[t], (size_t)shape->dim[i], &d[t]))
                return dlcv_fail(DLCV_ERR_SHAPE, "%s: a vector of %s has too many elements", who, t ? tb : ta);
    }
    if (a->shape.ndim < 1 || b->shape.ndim < 1 || d[0] != d[1]) {
        const int one = a->shape.ndim + 1 == b->shape.ndim && dlcv_tensor_count(a) == d[1];
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: vectors of %s %s have %zu elements, those of %s %s %zu%s", who, a_name, ta, d[0], b_name, tb, d[1],
            one ? "; a single one is viewed as [1, ...]" : "");
    }
    s->table = dlcv__kernels();
    s->metric = metric == DLCV_METRIC_L2 ? DLCV_METRIC_L2SQ : metric;
    s->bytes = a->dtype == DLCV_U8;
    s->a = a->data ? (const unsigned char *)a->data : dlcv__tail_mask; /* no elements: any address that may be added to */
    s->b = b->data ? (const unsigned char *)b->data : dlcv__tail_mask;
    s->na = (size_t)a->shape.dim[0];
    s->nb = (size_t)b->shape.dim[0];
    s->d = d[0];
    return DLCV_OK;
}

/* An error if an output lies where an input does, which it would overwrite, or free to grow. */
DLCV__FN dlcv_status dlcv__among(const char *who, const char *what, const dlcv_tensor *out, const dlcv_tensor *x, const dlcv_tensor *y)
{
    if (out && ((x && dlcv__overlap(out, x)) || (y && dlcv__overlap(out, y))))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s lies in an input", who, what);
    return DLCV_OK;
}

/* How a scan is dealt to `width` threads: by queries, or where there are few of them by data rows. Never more tasks than there is
 * work for. */
typedef struct dlcv__crew {
    const dlcv__scan *scan;
    unsigned char *blocks;          /* one space a task */
    size_t space;
    int tasks, by_rows;
} dlcv__crew;

DLCV__FN int dlcv__by_rows(const dlcv__scan *s, int width)
{
    return width > 1 && s->na < 16 * (size_t)width;
}

/* 0 if the bytes of all tasks overflow */
DLCV__FN int dlcv__crew_plan(dlcv__crew *crew, const dlcv__scan *s, int width, int by_rows, size_t *bytes)
{
    dlcv__space p;
    const size_t most = by_rows ? s->nb / 64 + 1 : s->na;
    crew->scan = s;
    crew->by_rows = by_rows;
    crew->tasks = most < (size_t)width ? (int)most : width;
    crew->space = dlcv__space_cut(s, NULL, &p);
    return dlcv__mul(crew->space, (size_t)crew->tasks, bytes);
}

DLCV__FN void dlcv__crew_task(int index, void *context)
{
    const dlcv__crew *crew = (const dlcv__crew *)context;
    const dlcv__scan *s = crew->scan;
    const size_t n = crew->by_rows ? s->nb : s->na, tasks = (size_t)crew->tasks, i = (size_t)index;
    const size_t begin = n / tasks * i + (n % tasks * i) / tasks, end = n / tasks * (i + 1) + (n % tasks * (i + 1)) / tasks;
    unsigned char *block = crew->blocks + i * crew->space;
    if (crew->by_rows) dlcv__scan_run(s, index, block, 0, s->na, begin, end);
    else dlcv__scan_run(s, index, block, begin, end, 0, s->nb);
}

typedef struct dlcv__pairwise {
    unsigned char *out;             /* floats at any address */
    size_t columns;
    int root;                       /* L2 */
} dlcv__pairwise;

DLCV__FN size_t dlcv__pairwise_take(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error)
{
    const dlcv__pairwise *p = (const dlcv__pairwise *)user;
    const int root = p->root;
    const float *f = (const float *)keys;
    size_t j;
    (void)slot;
    (void)error;
    for (j = 0; j < count; j++) {
        float v;
        if (type == DLCV__KEY_F32) v = root ? sqrtf(f[j]) : f[j];
        else {
            const int64_t whole = type == DLCV__KEY_I32 ? ((const int32_t *)keys)[j] : ((const int64_t *)keys)[j];
            v = root ? (float)sqrt((double)whole) : (float)whole;
        }
        memcpy(p->out + (query * p->columns + row + j) * 4, &v, 4);
    }
    return 0;
}

DLCV_API dlcv_status dlcv_pairwise(const dlcv_env *env, dlcv_metric metric, const dlcv_tensor *a, const dlcv_tensor *b, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__pairwise result;
    dlcv__scan s, narrow;
    dlcv__crew crew;
    size_t bytes;
    dlcv_status status = dlcv__scan_begin("pairwise", metric, "a", a, "b", b, &s);
    if (!status) status = dlcv__among("pairwise", "out", out, a, b);
    if (!status) status = dlcv__out(&e, "pairwise", DLCV_F32, dlcv_shape2((int)s.na, (int)s.nb), out);
    if (status || !s.na || !s.nb) return status;
    result.out = (unsigned char *)out->data;
    result.columns = s.nb;
    result.root = metric == DLCV_METRIC_L2;
    s.take = dlcv__pairwise_take;
    s.user = &result;
    dlcv__scan_plan(&s, &narrow, DLCV__WORKSPACE, 0);
    if (!dlcv__crew_plan(&crew, &s, dlcv__width(&e), dlcv__by_rows(&s, dlcv__width(&e)), &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "pairwise: the blocks of %d threads overflow size_t", dlcv__width(&e));
    crew.blocks = (unsigned char *)dlcv__alloc(&e, bytes);
    if (!crew.blocks) return DLCV_ERR_MEMORY;
    dlcv__parallel(&e, crew.tasks, dlcv__crew_task, &crew);
    dlcv__release(&e, crew.blocks, bytes);
    return DLCV_OK;
}

/* The inner loop of the matrix products: a tile of inner products, again and again for about 0.1 s. */
DLCV_API double dlcv_self_test(const dlcv_env *env)
{
    const dlcv_env e = dlcv__env(env);
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    const size_t mr = (size_t)k->mr, nr = (size_t)k->nr, packed = DLCV__DEPTH_BYTES * (mr + nr), bytes = packed + mr * nr * 4;
    unsigned char *block = (unsigned char *)dlcv__alloc(&e, bytes);
    double start, seconds, best = 0;
    int round, i;
    if (!block) return 0;
    memset(block, 0, bytes);
    start = dlcv__now();
    for (round = 0; round < 1000 && dlcv__now() - start < 0.1; round++) {
        seconds = dlcv__now();
        for (i = 0; i < 1000; i++)
            k->tile[DLCV__TILE_DOT](DLCV__DEPTH_F32, (const float *)(void *)block, (const float *)(void *)(block + DLCV__DEPTH_BYTES * mr),
                (float *)(void *)(block + packed), nr, NULL, NULL);
        seconds = dlcv__now() - seconds;
        if (seconds > 0 && 2e-6 * DLCV__DEPTH_F32 * (double)(mr * nr) / seconds > best)
            best = 2e-6 * DLCV__DEPTH_F32 * (double)(mr * nr) / seconds;
    }
    dlcv__release(&e, block, bytes);
    return best;
}

#undef DLCV__SHORT
#undef DLCV__QUERIES
#undef DLCV__ROWS
/* ---- src/knn.c */
/* ---- nearest neighbours ------------------------------------------------------------------------------------------------------------ */
struct dlcv_knn {
    dlcv_env env;
    const dlcv__table *table;       /* of the day it was made */
    dlcv_tensor x, y;               /* views of the training data; y may be {0} */
    dlcv_metric metric;
    size_t workspace;
    int classes;
};

DLCV_API dlcv_status dlcv_knn_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_knn_opts *opts, dlcv_knn **out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_knn *knn;
    dlcv__scan s;
    dlcv_status status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_new: out is NULL");
    *out = NULL;
    if (!train) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_new: train is NULL");
    status = dlcv__scan_begin("knn_new", opts ? opts->metric : DLCV_METRIC_L2, "train->x", &train->x, "train->x", &train->x, &s);
    if (status) return status;
    if (train->y.data && (train->y.dtype != DLCV_I32 || train->y.shape.ndim != 1 || (size_t)train->y.shape.dim[0] != s.nb)) {
        char text[96];
        dlcv__shape_text(train->y.shape, text, sizeof text);
        return dlcv_fail(DLCV_ERR_SHAPE, "knn_new: labels are %s %s, %zu samples want i32 [%zu]", dlcv__dtype_name(train->y.dtype), text,
            s.nb, s.nb);
    }
    knn = (dlcv_knn *)dlcv__alloc(&e, sizeof *knn);
    if (!knn) return DLCV_ERR_MEMORY;
    memset(knn, 0, sizeof *knn);
    knn->env = e;
    knn->table = s.table;
    knn->x = dlcv_tensor_view(train->x.data, train->x.dtype, train->x.shape);
    if (train->y.data) knn->y = dlcv_tensor_view(train->y.data, DLCV_I32, train->y.shape);
    knn->metric = opts ? opts->metric : DLCV_METRIC_L2;
    knn->workspace = opts && opts->workspace ? opts->workspace : DLCV__WORKSPACE;
    knn->classes = train->classes;
    *out = knn;
    return DLCV_OK;
}

DLCV_API void dlcv_knn_free(dlcv_knn *knn)
{
    dlcv_env e;
    if (!knn) return;
    e = knn->env;
    dlcv__release(&e, knn, sizeof *knn);
}

/* The k best of a query so far: a heap with the worst, by key and then by row, on top. Keys are exact in double: floats, or
 * integers below 2^53. */
typedef struct dlcv__best {
    double *keys;
    int32_t *rows;
    int count;
} dlcv__best;

DLCV__INLINE int dlcv__worse(double key, int32_t row, double than, int32_t than_row)
{
    return key > than || (!(key < than) && row > than_row);
}

/* Puts (key, row) where the hole at i is, moving it down. */
DLCV__FN void dlcv__sift_down(const dlcv__best *best, int i, int count, double key, int32_t row)
{
    int child;
    for (; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && dlcv__worse(best->keys[child + 1], best->rows[child + 1], best->keys[child], best->rows[child])) child++;
        if (!dlcv__worse(best->keys[child], best->rows[child], key, row)) break;
        best->keys[i] = best->keys[child];
        best->rows[i] = best->rows[child];
    }
    best->keys[i] = key;
    best->rows[i] = row;
}

DLCV__FN void dlcv__best_add(dlcv__best *best, int k, double key, int32_t row)
{
    int i, parent;
    if (best->count == k) {
        if (dlcv__worse(best->keys[0], best->rows[0], key, row)) dlcv__sift_down(best, 0, k, key, row);
        return;
    }
    for (i = best->count++; i; i = parent) {
        parent = (i - 1) / 2;
        if (!dlcv__worse(key, row, best->keys[parent], best->rows[parent])) break;
        best->keys[i] = best->keys[parent];
        best->rows[i] = best->rows[parent];
    }
    best->keys[i] = key;
    best->rows[i] = row;
}

/* Heap order to ascending order. */
DLCV__FN void dlcv__best_sort(dlcv__best *best)
{
    int n;
    for (n = best->count - 1; n > 0; n--) {
        const double key = best->keys[n];
        const int32_t row = best->rows[n];
        best->keys[n] = best->keys[0];
        best->rows[n] = best->rows[0];
        dlcv__sift_down(best, 0, n, key, row);
    }
}

typedef struct dlcv__search {
    const dlcv__table *table;
    const dlcv__scan *scan;
    dlcv_metric metric;
    int k;
    dlcv__best *best;               /* [tasks][lists] */
    size_t lists;                   /* of a task: a block of queries, or all when rows are dealt */
    int by_rows;
    unsigned char *indices, *distances; /* results at any address, or NULL */
} dlcv__search;

DLCV__INLINE dlcv__best *dlcv__list(const dlcv__search *f, int slot, size_t query)
{
    return f->best + (size_t)slot * f->lists + query % f->lists;
}

/* A NaN ranks as infinity. */
DLCV__INLINE double dlcv__key_at(dlcv__key_type type, const void *keys, size_t j)
{
    float f;
    if (type == DLCV__KEY_I32) return (double)((const int32_t *)keys)[j];
    if (type == DLCV__KEY_I64) return (double)((const int64_t *)keys)[j];
    f = ((const float *)keys)[j];
    return (dlcv__bits_of(f) & 0x7fffffffu) > 0x7f800000u ? (double)dlcv__float_of(0x7f800000u) : (double)f;
}

/* The first j from begin on whose key is below the limit, a key of the same type. Rows come in ascending order, so that an equal key
 * is a worse one. */
DLCV__FN size_t dlcv__next_below(const dlcv__search *f, dlcv__key_type type, const void *keys, size_t begin, size_t end, double limit)
{
    const int64_t *p = (const int64_t *)keys;
    if (type == DLCV__KEY_F32) return f->table->f32->below_f32((const float *)keys, begin, end, (float)limit);
    if (type == DLCV__KEY_I32) return f->table->f32->below_i32((const int32_t *)keys, begin, end, (int32_t)limit);
    while (begin < end && (double)p[begin] >= limit) begin++;
    return begin;
}

/* Key j; a rough one is computed again. */
DLCV__FN double dlcv__exact_key(const dlcv__search *f, size_t query, size_t row, size_t j, dlcv__key_type type, void *keys, float error)
{
    const dlcv__scan *s = f->scan;
    const float *a, *b;
    float key;
    if (!(error > 0)) return dlcv__key_at(type, keys, j);
    a = (const float *)(const void *)(s->a + query * s->d * 4);
    b = (const float *)(const void *)(s->b + (row + j) * s->d * 4);
    key = s->metric == DLCV_METRIC_L1 ? f->table->f32->chain_l1(a, b, s->d) : f->table->f32->chain_l2sq(a, b, s->d);
    return dlcv__key_at(DLCV__KEY_F32, &key, 0);
}

/* `error`: how far the keys may be from the exact ones, floats only. Returns how many were computed again. */
DLCV__FN size_t dlcv__search_take(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error)
{
    const dlcv__search *f = (const dlcv__search *)user;
    dlcv__best *best = dlcv__list(f, slot, query);
    size_t j = 0, again = 0;
    for (; j < count && best->count < f->k; j++, again++)
        dlcv__best_add(best, f->k, dlcv__exact_key(f, query, row, j, type, keys, error), (int32_t)(row + j));
    while ((j = dlcv__next_below(f, type, keys, j, count, best->keys[0] + (double)error)) < count) {
        dlcv__best_add(best, f->k, dlcv__exact_key(f, query, row, j, type, keys, error), (int32_t)(row + j));
        j++;
        again++;
    }
    return error > 0 ? again : 0;
}

/* Writes a query's results out and empties its list. */
DLCV__FN void dlcv__search_report(const dlcv__search *f, dlcv__best *best, size_t query)
{
    int i;
    dlcv__best_sort(best);
    for (i = 0; i < f->k; i++) {
        const double key = best->keys[i];
        const float distance = (float)(f->metric == DLCV_METRIC_L2 ? sqrt(key) : key);
        const size_t at = (query * (size_t)f->k + (size_t)i) * 4;
        if (f->indices) memcpy(f->indices + at, &best->rows[i], 4);
        if (f->distances) memcpy(f->distances + at, &distance, 4);
    }
    best->count = 0;
}

DLCV__FN void dlcv__search_end(void *user, int slot, size_t query, size_t count)
{
    const dlcv__search *f = (const dlcv__search *)user;
    size_t i;
    if (f->by_rows) return;         /* the other tasks' lists come first */
    for (i = 0; i < count; i++) dlcv__search_report(f, dlcv__list(f, slot, query + i), query + i);
}

/* Every task has seen a part of the data rows: merges their lists, whose order is total. */
DLCV__FN void dlcv__search_merge(const dlcv__search *f, int tasks, size_t queries)
{
    size_t q;
    int t, i;
    for (q = 0; q < queries; q++) {
        dlcv__best *best = dlcv__list(f, 0, q);
        for (t = 1; t < tasks; t++) {
            const dlcv__best *other = dlcv__list(f, t, q);
            for (i = 0; i < other->count; i++) dlcv__best_add(best, f->k, other->keys[i], other->rows[i]);
        }
        dlcv__search_report(f, best, q);
    }
}

/* Cuts the lists of all tasks from one block, keys first, or only counts (block NULL). */
DLCV__FN int dlcv__lists_cut(dlcv__search *f, int tasks, unsigned char *block, size_t *bytes)
{
    const size_t k = (size_t)f->k;
    size_t n, keys, rows, heads, i;
    if (!dlcv__mul(f->lists, (size_t)tasks, &n) || !dlcv__mul(n, k, &i) || !dlcv__mul(i, 8, &keys) || !dlcv__mul(i, 4, &rows)
        || !dlcv__mul(n, sizeof(dlcv__best), &heads) || !dlcv__add(keys, heads, bytes) || !dlcv__add(*bytes, rows, bytes)) return 0;
    if (!block) return 1;
    f->best = (dlcv__best *)(void *)(block + keys);
    for (i = 0; i < n; i++) {
        f->best[i].keys = (double *)(void *)block + i * k;
        f->best[i].rows = (int32_t *)(void *)(block + keys + heads) + i * k;
        f->best[i].count = 0;
    }
    return 1;
}

/* How many exact values a query may take in a rough search, 0 = it begins directly. A query's list is improved about k (1 + ln(n / k)) times
 * by n rows: rough pays where that is little beside n, where there are queries enough for arithmetic to be what takes the time, and where
 * an exact value, which below eight depths takes as long as one of eight, costs more than the call. A compiler that may reorder sums has
 * no bits to repeat. */
DLCV__FN size_t dlcv__patience(const dlcv__scan *s, int k, int width)
{
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(_M_FP_FAST)
    (void)s, (void)k, (void)width;
    return 0;
#else
    const size_t rows = dlcv__by_rows(s, width) ? s->nb / (size_t)width : s->nb, depths = s->d / DLCV__DEPTH_F32 + 1;
    if ((s->metric != DLCV_METRIC_L1 && s->metric != DLCV_METRIC_L2SQ) || s->na < 32 || s->d < 32) return 0;
    return rows / (size_t)k * (depths < 8 ? depths : 8) >= 4096 ? 16 + 8 * (size_t)k : 0;
#endif
}

/* The search proper: everything is checked and the outputs stand. */
DLCV__FN dlcv_status dlcv__search_run(const char *who, const dlcv_knn *knn, dlcv__scan *s, dlcv__search *f)
{
    const int width = dlcv__width(&knn->env);
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__crew crew;
    dlcv__scan narrow;
    size_t per_query, all, spaces, lists;
    unsigned char *block, *list_block;
    if (!dlcv__mul((size_t)f->k, 12, &per_query) || !dlcv__add(per_query, sizeof(dlcv__best), &per_query)) per_query = (size_t)-1;
    s->ranked = 1;
    s->take = dlcv__search_take;
    s->end = dlcv__search_end;
    s->user = f;
    f->scan = s;
    if (!s->bytes) s->patience = dlcv__patience(s, f->k, width);
    /* dealt by rows, every task has a list for every query: only while they take less than half of the workspace */
    f->by_rows = dlcv__by_rows(s, width) && dlcv__mul(per_query, s->na, &all) && all <= knn->workspace / 2;
    if (f->by_rows) dlcv__scan_plan(s, &narrow, knn->workspace - all, 0);
    else dlcv__scan_plan(s, &narrow, knn->workspace, per_query);
    f->lists = f->by_rows ? s->na : (size_t)s->mc;
    if (!dlcv__crew_plan(&crew, s, width, f->by_rows, &spaces) || !dlcv__lists_cut(f, crew.tasks, NULL, &lists)) {
        dlcv__fp_leave(fp);
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: lists of %d neighbours for %zu queries on %d threads overflow size_t", who, f->k, f->lists, width);
    }
    block = (unsigned char *)dlcv__alloc(&knn->env, spaces);
    list_block = block ? (unsigned char *)dlcv__alloc(&knn->env, lists) : NULL;
    if (list_block) {
        dlcv__lists_cut(f, crew.tasks, list_block, &lists);
        crew.blocks = block;
        dlcv__parallel(&knn->env, crew.tasks, dlcv__crew_task, &crew);
        if (f->by_rows) dlcv__search_merge(f, crew.tasks, s->na);
        dlcv__release(&knn->env, list_block, lists);
    }
    dlcv__release(&knn->env, block, spaces);
    dlcv__fp_leave(fp);
    return list_block ? DLCV_OK : DLCV_ERR_MEMORY;
}

/* dlcv_knn_search, on behalf of `who` */
DLCV__FN dlcv_status dlcv__find_near(const char *who, const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices,
    dlcv_tensor *distances)
{
    dlcv__scan s;
    dlcv__search f;
    dlcv_shape shape;
    dlcv_status status;
    if (!knn) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: knn is NULL", who);
    status = dlcv__scan_begin(who, knn->metric, "queries", queries, "train->x", &knn->x, &s);
    if (status) return status;
    if (k < 1 || (size_t)k > s.nb)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: k is %d, must be 1 .. %zu, the number of training samples", who, k, s.nb);
    if (!indices && !distances) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: indices and distances are both NULL", who);
    if (dlcv__among(who, "indices", indices, queries, &knn->x) || dlcv__among(who, "distances", distances, queries, &knn->x))
        return DLCV_ERR_ARGUMENT;
    if (indices && distances && (indices == distances || dlcv__overlap(indices, distances)))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: indices and distances are the same memory", who);
    s.table = knn->table;
    shape = dlcv_shape2((int)s.na, k);
    if (indices) status = dlcv__out_named(&knn->env, who, "indices", DLCV_I32, shape, indices);
    if (distances && !status) status = dlcv__out_named(&knn->env, who, "distances", DLCV_F32, shape, distances);
    if (status || !s.na) return status;
    memset(&f, 0, sizeof f);
    f.table = knn->table;
    f.metric = knn->metric;
    f.k = k;
    f.indices = indices ? (unsigned char *)indices->data : NULL;
    f.distances = distances ? (unsigned char *)distances->data : NULL;
    return dlcv__search_run(who, knn, &s, &f);
}

DLCV_API dlcv_status dlcv_knn_search(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices, dlcv_tensor *distances)
{
    return dlcv__find_near("knn_search", knn, queries, k, indices, distances);
}

/* The vote of one query. `best` has room for k: its labels are sorted, equal ones by rank, and counted run by run. */
DLCV__FN int32_t dlcv__vote(const dlcv_knn *knn, const unsigned char *rows, const unsigned char *distances, int k, dlcv__best *best)
{
    double least = 0;
    int32_t winner = -1;
    int i, j, votes = 0;
    best->count = 0;
    for (i = 0; i < k; i++) {
        const size_t row = (size_t)dlcv__load_i32(rows + 4 * (size_t)i);
        dlcv__best_add(best, k, (double)dlcv__load_i32((const unsigned char *)knn->y.data + 4 * row), i);
    }
    dlcv__best_sort(best);
    for (i = 0; i < k; i = j) {
        double sum = 0;
        for (j = i; j < k && best->keys[j] == best->keys[i]; j++) sum += (double)dlcv__load_f32(distances + 4 * (size_t)best->rows[j]);
        if (j - i > votes || (j - i == votes && sum < least)) { /* labels come in ascending order */
            votes = j - i;
            least = sum;
            winner = (int32_t)best->keys[i];
        }
    }
    return winner;
}

/* Are these the [q, >= k] results of a search in knn? */
DLCV__FN dlcv_status dlcv__vote_check(const char *who, const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k)
{
    char ti[96], td[96];
    size_t q, columns, i, j;
    const int n = knn->x.shape.dim[0];
    if (dlcv__check(who, "indices", indices) || dlcv__check(who, "distances", distances)) return DLCV_ERR_ARGUMENT;
    dlcv__shape_text(indices->shape, ti, sizeof ti);
    dlcv__shape_text(distances->shape, td, sizeof td);
    if (indices->dtype != DLCV_I32 || distances->dtype != DLCV_F32 || indices->shape.ndim != 2 || distances->shape.ndim != 2
        || indices->shape.dim[0] != distances->shape.dim[0] || indices->shape.dim[1] != distances->shape.dim[1])
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: indices are %s %s and distances %s %s, i32 [q, k] and f32 [q, k] are needed", who,
            dlcv__dtype_name(indices->dtype), ti, dlcv__dtype_name(distances->dtype), td);
    if (k < 1 || k > indices->shape.dim[1])
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: k is %d, must be 1 .. %d, the columns of indices %s", who, k, indices->shape.dim[1], ti);
    q = (size_t)indices->shape.dim[0];
    columns = (size_t)indices->shape.dim[1];
    for (i = 0; i < q; i++)
        for (j = 0; j < (size_t)k; j++) {
            const int32_t row = dlcv__load_i32((const unsigned char *)indices->data + 4 * (i * columns + j));
            int32_t label;
            if (row < 0 || row >= n) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: query %zu has index %d, there are %d training samples", who, i, (int)row, n);
            label = dlcv__load_i32((const unsigned char *)knn->y.data + 4 * (size_t)row);
            if (label < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: training sample %d has label %d, labels are 0 or more", who, (int)row, (int)label);
            if (knn->classes > 0 && label >= knn->classes)
                return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: training sample %d has label %d, must be 0 .. %d, since train->classes was %d", who, (int)row,
                    (int)label, knn->classes - 1, knn->classes);
        }
    return DLCV_OK;
}

/* dlcv_knn_vote, on behalf of `who` */
DLCV__FN dlcv_status dlcv__votes(const char *who, const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k,
    dlcv_tensor *labels)
{
    size_t q, columns, i, bytes;
    dlcv__best best;
    dlcv__fp fp;
    dlcv_status status;
    if (!knn) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: knn is NULL", who);
    if (!knn->y.data) return dlcv_fail(DLCV_ERR_STATE, "%s: the training data had no labels; set train->y before dlcv_knn_new", who);
    status = dlcv__vote_check(who, knn, indices, distances, k);
    if (!status) status = dlcv__among(who, "labels", labels, indices, distances);
    if (!status) status = dlcv__among(who, "labels", labels, &knn->x, &knn->y);
    if (!status) status = dlcv__out_named(&knn->env, who, "labels", DLCV_I32, dlcv_shape1(indices->shape.dim[0]), labels);
    if (status) return status;
    if (!dlcv__mul((size_t)k, sizeof(double) + sizeof(int32_t), &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: sorting %d labels overflows size_t", who, k);
    best.keys = (double *)dlcv__alloc(&knn->env, bytes);
    if (!best.keys) return DLCV_ERR_MEMORY;
    best.rows = (int32_t *)(void *)(best.keys + k);
    fp = dlcv__fp_enter();
    q = (size_t)indices->shape.dim[0];
    columns = (size_t)indices->shape.dim[1];
    for (i = 0; i < q; i++) {
        const size_t at = 4 * i * columns;
        const int32_t label = dlcv__vote(knn, (const unsigned char *)indices->data + at, (const unsigned char *)distances->data + at, k, &best);
        memcpy((unsigned char *)labels->data + 4 * i, &label, 4);
    }
    dlcv__fp_leave(fp);
    dlcv__release(&knn->env, best.keys, bytes);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_knn_vote(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *labels)
{
    return dlcv__votes("knn_vote", knn, indices, distances, k, labels);
}

DLCV_API dlcv_status dlcv_knn_predict(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *labels)
{
    dlcv_tensor indices, distances;
    dlcv_status status;
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    if (knn && !knn->y.data)
        return dlcv_fail(DLCV_ERR_STATE, "knn_predict: the training data had no labels; set train->y before dlcv_knn_new");
    if (!labels) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_predict: labels is NULL");
    status = dlcv__among("knn_predict", "labels", labels, queries, NULL);
    if (!status) status = dlcv__find_near("knn_predict", knn, queries, k, &indices, &distances);
    if (!status) status = dlcv__votes("knn_predict", knn, &indices, &distances, k, labels);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    return status;
}

#undef DLCV__WORKSPACE
/* ---- src/data.c */
/* ---- data sets and scores ---------------------------------------------------------------------------------------- */

/* A file is hostile until proven otherwise: no block is asked for before the numbers that size it have been held
 * against the bytes that are there and against env->limit. One read holds three such blocks at most: the file, what
 * unpacks from it, and the tensors. */

/* Element i of a tensor's data: views have any alignment. */
DLCV__INLINE int32_t dlcv__i32_at(const void *data, size_t i)
{
    int32_t value;
    memcpy(&value, (const char *)data + i * sizeof value, sizeof value);
    return value;
}

DLCV__INLINE void dlcv__i32_put(void *data, size_t i, int32_t value)
{
    memcpy((char *)data + i * sizeof value, &value, sizeof value);
}

DLCV__INLINE float dlcv__f32_at(const void *data, size_t i)
{
    float value;
    memcpy(&value, (const char *)data + i * sizeof value, sizeof value);
    return value;
}

DLCV_API void dlcv_data_free(dlcv_dataset *d)
{
    if (!d) return;
    dlcv_tensor_free(&d->x);
    dlcv_tensor_free(&d->y);
    d->classes = 0;
    d->names = NULL;
}

/* ---- CIFAR-10: records of 1 label byte and the planes of 32 x 32 red, green and blue bytes ---- */

#define DLCV__CIFAR_SIDE   32
#define DLCV__CIFAR_PLANE  (DLCV__CIFAR_SIDE * DLCV__CIFAR_SIDE)
#define DLCV__CIFAR_RECORD (1 + 3 * DLCV__CIFAR_PLANE)
#define DLCV__CIFAR_FILES  5

/* The number of records in a file of the folder, from its size alone. */
DLCV__FN dlcv_status dlcv__cifar10_count(const dlcv_env *env, const char *path, size_t *records)
{
    size_t bytes = 0;
    const unsigned before = dlcv__last.failures;
    dlcv_status s = dlcv__hook_status(env->files.read(path, NULL, &bytes, env->files.user), before, path, "read");
    if (s) return s;
    if (bytes == 0 || bytes % DLCV__CIFAR_RECORD) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are not a whole number of records of %d bytes", path, bytes,
                         DLCV__CIFAR_RECORD);
    }
    *records = bytes / DLCV__CIFAR_RECORD;
    return DLCV_OK;
}

/* The `records` records of a file become x [records, 32, 32, 3] and y [records], both from row `row` on. */
DLCV__FN dlcv_status dlcv__cifar10_file(const dlcv_env *env, const char *path, size_t records, size_t row,
                                        dlcv_dataset *out)
{
    unsigned char *x = (unsigned char *)out->x.data + row * 3 * DLCV__CIFAR_PLANE;
    const unsigned char *record;
    void *file = NULL;
    size_t bytes = 0, r, p;
    dlcv_status s = dlcv__file_read(env, path, &file, &bytes);
    if (s) return s;
    if (bytes != records * DLCV__CIFAR_RECORD) {
        s = dlcv_fail(DLCV_ERR_IO, "%s: %zu bytes, a moment ago there were %zu", path, bytes,
                      records * DLCV__CIFAR_RECORD);
    }
    for (r = 0; r < records && !s; r++, x += 3 * DLCV__CIFAR_PLANE) {
        record = (const unsigned char *)file + r * DLCV__CIFAR_RECORD;
        if (record[0] > 9) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: record %zu has label %d, CIFAR-10 has 0 .. 9", path, r, (int)record[0]);
            break;
        }
        dlcv__i32_put(out->y.data, row + r, record[0]);
        for (p = 0; p < DLCV__CIFAR_PLANE; p++) {
            x[3 * p] = record[1 + p];
            x[3 * p + 1] = record[1 + DLCV__CIFAR_PLANE + p];
            x[3 * p + 2] = record[1 + 2 * DLCV__CIFAR_PLANE + p];
        }
    }
    dlcv__release(env, file, bytes);
    return s;
}

/* Two passes: sizes, so that the whole set is held against the limit and allocated once, then contents. `path` has
 * room for dir, a separator and any of the names. */
DLCV__FN dlcv_status dlcv__cifar10_read(const dlcv_env *env, const char *dir, const char *const *files, int count,
                                        char *path, size_t room, dlcv_dataset *out)
{
    static const char *const names[10] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck" };
    const size_t sample = 3 * DLCV__CIFAR_PLANE + sizeof(int32_t);
    const size_t length = strlen(dir);
    const char *between = *dir && dir[length - 1] != '/' && dir[length - 1] != '\\' ? "/" : "";
    size_t records[DLCV__CIFAR_FILES], n = 0, row = 0;
    dlcv_status s = DLCV_OK;
    int i;
    for (i = 0; i < count && !s; i++) {
        dlcv__format(path, room, "%s%s%s", dir, between, files[i]);
        s = dlcv__cifar10_count(env, path, &records[i]);
        if (!s && (!dlcv__add(n, records[i], &n) || n > env->limit / sample || n > INT_MAX)) {
            s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu records of %zu bytes exceed env.limit, %zu bytes", path, n, sample,
                          env->limit);
        }
    }
    if (s) return s;
    s = dlcv__out(env, "data_cifar10", DLCV_U8, dlcv_shape4((int)n, DLCV__CIFAR_SIDE, DLCV__CIFAR_SIDE, 3), &out->x);
    if (!s) s = dlcv__out(env, "data_cifar10", DLCV_I32, dlcv_shape1((int)n), &out->y);
    for (i = 0; i < count && !s; i++) {
        dlcv__format(path, room, "%s%s%s", dir, between, files[i]);
        s = dlcv__cifar10_file(env, path, records[i], row, out);
        row += records[i];
    }
    out->classes = 10;
    out->names = names;
    return s;
}

DLCV_API dlcv_status dlcv_data_cifar10(const dlcv_env *env, const char *dir, dlcv_dataset *train, dlcv_dataset *test)
{
    static const char *const training[DLCV__CIFAR_FILES] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                                             "data_batch_4.bin", "data_batch_5.bin" };
    static const char *const testing[1] = { "test_batch.bin" };
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = DLCV_OK;
    size_t room;
    char *path;
    if (!dir) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_cifar10: dir is NULL");
    if (train == test)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "data_cifar10: train and test are %s", train ? "the same" : "both NULL");
    room = strlen(dir) + sizeof "/data_batch_1.bin";
    path = (char *)dlcv__alloc(&e, room);
    if (!path) return DLCV_ERR_MEMORY;
    if (train) s = dlcv__cifar10_read(&e, dir, training, DLCV__CIFAR_FILES, path, room, train);
    if (test && !s) s = dlcv__cifar10_read(&e, dir, testing, 1, path, room, test);
    if (s) {
        dlcv_data_free(train);
        dlcv_data_free(test);
    }
    dlcv__release(&e, path, room);
    return s;
}

/* ---- gzip (RFC 1952): the container is parsed here, the deflate stream by whoever is there ---- */

#if defined(ZLIB_VERSION)
#define DLCV__GZIP 1
/* zlib frees without a size: each block keeps its own in front. */
DLCV__FN voidpf dlcv__zlib_alloc(voidpf env, uInt items, uInt size)
{
    size_t bytes;
    unsigned char *block;
    if (!dlcv__mul(items, size, &bytes) || !dlcv__add(bytes, 64, &bytes)) return NULL;
    block = (unsigned char *)dlcv__alloc((const dlcv_env *)env, bytes);
    if (!block) return NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + 64;
}

DLCV__FN void dlcv__zlib_free(voidpf env, voidpf block)
{
    size_t bytes;
    if (!block) return;
    memcpy(&bytes, (unsigned char *)block - 64, sizeof bytes);
    dlcv__release((const dlcv_env *)env, (unsigned char *)block - 64, bytes);
}

/* 1 if `in` is one deflate stream, to its last byte, that unpacks to exactly out_bytes bytes; 0 if not, -1 without
 * memory. */
DLCV__FN int dlcv__inflate(const dlcv_env *env, const unsigned char *in, size_t in_bytes, unsigned char *out,
                           size_t out_bytes)
{
    const size_t most = (size_t)1 << 30; /* zlib counts in 32 bits */
    z_stream z;
    int r;
    memset(&z, 0, sizeof z);
    z.zalloc = dlcv__zlib_alloc;
    z.zfree = dlcv__zlib_free;
    z.opaque = (voidpf)env;
    if (inflateInit2(&z, -15) != Z_OK) return -1;
    z.next_in = (Bytef *)in;
    z.next_out = out;
    do {
        size_t give = in_bytes < most ? in_bytes : most, take = out_bytes < most ? out_bytes : most;
        z.avail_in = (uInt)give;
        z.avail_out = (uInt)take;
        r = inflate(&z, Z_NO_FLUSH);
        in_bytes -= give - z.avail_in;
        out_bytes -= take - z.avail_out;
    } while (r == Z_OK);
    inflateEnd(&z);
    return r == Z_MEM_ERROR ? -1 : r == Z_STREAM_END && in_bytes == 0 && out_bytes == 0;
}
#elif defined(STBI_INCLUDE_STB_IMAGE_H) && !defined(STBI_NO_ZLIB) && \
    (!defined(STBI_NO_PNG) || defined(STBI_SUPPORT_ZLIB))
#define DLCV__GZIP 1
/* 1 if `in` begins with a deflate stream that unpacks to exactly out_bytes bytes; 0 if not. stb_image takes the end
 * of its input for an error while the last code may still need bits: it also gets the 8 bytes of the trailer that
 * follow. */
DLCV__FN int dlcv__inflate(const dlcv_env *env, const unsigned char *in, size_t in_bytes, unsigned char *out,
                           size_t out_bytes)
{
    (void)env;
    if (in_bytes > INT_MAX - 8 || out_bytes > INT_MAX) return 0;
    return stbi_zlib_decode_noheader_buffer((char *)out, (int)out_bytes, (const char *)in, (int)in_bytes + 8) ==
           (int)out_bytes;
}
#endif

#ifdef DLCV__GZIP
/* CRC-32 of IEEE 802.3. */
DLCV__FN uint32_t dlcv__crc32(const unsigned char *data, size_t bytes)
{
    uint32_t table[256], crc = 0xffffffffu;
    size_t i;
    int bit;
    for (i = 0; i < 256; i++) {
        table[i] = (uint32_t)i;
        for (bit = 0; bit < 8; bit++) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    for (i = 0; i < bytes; i++) crc = crc >> 8 ^ table[(crc ^ data[i]) & 255];
    return ~crc;
}

DLCV__FN uint32_t dlcv__little32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Where the deflate stream begins, 0 if the header of the `bytes` bytes is wrong. The trailer is no part of them. */
DLCV__FN size_t dlcv__gzip_header(const unsigned char *file, size_t bytes)
{
    size_t at = 10;
    int flags, text;
    if (bytes < at || file[2] != 8 || (file[3] & 0xe0)) return 0; /* 8: deflate; the three high flags are reserved */
    flags = file[3];
    if (flags & 4) { /* an extra field with its length in front */
        if (bytes - at < 2) return 0;
        at += 2 + ((size_t)file[at] | (size_t)file[at + 1] << 8);
    }
    for (text = 8; text <= 16; text *= 2) { /* name, comment: up to a zero byte */
        if (!(flags & text)) continue;
        while (at < bytes && file[at]) at++;
        at++;
    }
    if (flags & 2) at += 2; /* the header's own check sum */
    return at < bytes ? at : 0;
}

/* Replaces a gzip'd file in env memory by what it holds: one member, as gzip writes it. */
DLCV__FN dlcv_status dlcv__gunzip(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    const unsigned char *file = (const unsigned char *)*data;
    const size_t packed = *bytes >= 18 ? *bytes - 8 : 0, at = dlcv__gzip_header(file, packed);
    uint32_t size, stated, crc;
    unsigned char *out;
    int r;
    if (!at) return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes begin as gzip, but not with a gzip header", path, *bytes);
    stated = dlcv__little32(file + packed);
    size = dlcv__little32(file + packed + 4);
    if (size / 1032 > packed - at) { /* deflate's best is 258 bytes for 2 bits */
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: states %lu bytes unpacked, %zu of deflate make at most 1032 times that",
                         path, (unsigned long)size, packed - at);
    }
    if (size > env->limit) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %lu bytes unpacked, env.limit is %zu", path, (unsigned long)size,
                         env->limit);
    }
    out = (unsigned char *)dlcv__alloc(env, size);
    if (!out) return DLCV_ERR_MEMORY;
    r = dlcv__inflate(env, file + at, packed - at, out, size);
    crc = r > 0 ? dlcv__crc32(out, size) : stated;
    if (r > 0 && crc == stated) {
        dlcv__release(env, *data, *bytes);
        *data = out;
        *bytes = size;
        return DLCV_OK;
    }
    dlcv__release(env, out, size);
    if (r < 0) return DLCV_ERR_MEMORY;
    if (r == 0) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: gzip data are damaged, they do not unpack to the %lu bytes stated", path,
                         (unsigned long)size);
    }
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: gzip data are damaged, CRC-32 is %lx, stated is %lx", path,
                     (unsigned long)crc, (unsigned long)stated);
}
#undef DLCV__GZIP
#else
DLCV__FN dlcv_status dlcv__gunzip(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    (void)env;
    (void)data;
    (void)bytes;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: is gzip'd: unpack it (gzip -d), or include stb_image.h or zlib.h before "
                     "dlcv.h's implementation",
                     path);
}
#endif

/* ---- IDX: 0, 0, the element type, the number of dimensions, these (32 bits, high byte first), the elements ---- */

/* Reads a file of bytes with `ndim` dimensions. *data is the file, to be released with *bytes; the elements follow the
 * header of 4 + 4 ndim bytes. */
DLCV__FN dlcv_status dlcv__idx_read(const dlcv_env *env, const char *path, int ndim, int *dim, void **data,
                                    size_t *bytes)
{
    const size_t header = 4 + 4 * (size_t)ndim;
    const unsigned char *p;
    size_t count = header;
    dlcv_status s = dlcv__file_read(env, path, data, bytes);
    int i;
    if (s) return s;
    p = (const unsigned char *)*data;
    if (*bytes >= 2 && p[0] == 0x1f && p[1] == 0x8b) s = dlcv__gunzip(env, path, data, bytes);
    p = (const unsigned char *)*data;
    if (!s && *bytes < header) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes, the header alone has %zu", path, *bytes, header);
    } else if (!s && (p[0] || p[1] || p[2] != 8 || p[3] != ndim)) {
        s = dlcv_fail(DLCV_ERR_FORMAT,
                      "%s: begins with %x %x %x %x; IDX %s begin with 0 0 8 %d", path, p[0], p[1], p[2], p[3],
                      ndim == 1 ? "labels" : "images", ndim);
    }
    for (i = 0, count = 1; i < ndim && !s; i++) {
        const unsigned char *q = p + 4 + 4 * i;
        const uint32_t d = (uint32_t)q[0] << 24 | (uint32_t)q[1] << 16 | (uint32_t)q[2] << 8 | q[3];
        if (d < 1 || d > INT_MAX) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: dimension %d is %lu, must be 1 .. %d", path, i, (unsigned long)d,
                          INT_MAX);
        } else if (!dlcv__mul(count, d, &count)) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes cannot hold what the dimensions state", path, *bytes);
        } else {
            dim[i] = (int)d;
        }
    }
    if (!s && count != *bytes - header) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes after the header, the dimensions state %zu: %s", path,
                      *bytes - header, count, count > *bytes - header ? "cut short" : "too long");
    }
    if (s) dlcv__release(env, *data, *bytes);
    return s;
}

DLCV__FN dlcv_status dlcv__idx_images(const dlcv_env *env, const char *path, dlcv_dataset *out)
{
    void *file = NULL;
    size_t bytes = 0;
    int dim[3] = { 0, 0, 0 };
    dlcv_status s = dlcv__idx_read(env, path, 3, dim, &file, &bytes);
    if (s) return s;
    s = dlcv__out(env, "data_idx", DLCV_U8, dlcv_shape4(dim[0], dim[1], dim[2], 1), &out->x);
    if (!s) memcpy(out->x.data, (const char *)file + 16, bytes - 16);
    dlcv__release(env, file, bytes);
    return s;
}

DLCV__FN dlcv_status dlcv__idx_labels(const dlcv_env *env, const char *path, const char *images_path, dlcv_dataset *out)
{
    const unsigned char *labels;
    void *file = NULL;
    size_t bytes = 0;
    int n = 0, i;
    dlcv_status s = dlcv__idx_read(env, path, 1, &n, &file, &bytes);
    if (s) return s;
    if (n != out->x.shape.dim[0]) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s has %d labels, %s has %d images", path, n, images_path, out->x.shape.dim[0]);
    }
    if (!s && (size_t)n > env->limit / sizeof(int32_t)) {
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %d labels of %zu bytes exceed env.limit, %zu bytes", path, n,
                      sizeof(int32_t), env->limit);
    }
    if (!s) s = dlcv__out(env, "data_idx", DLCV_I32, dlcv_shape1(n), &out->y);
    labels = (const unsigned char *)file + 8;
    for (i = 0; i < n && !s; i++) {
        dlcv__i32_put(out->y.data, (size_t)i, labels[i]);
        if (labels[i] >= out->classes) out->classes = labels[i] + 1;
    }
    dlcv__release(env, file, bytes);
    return s;
}

DLCV_API dlcv_status dlcv_data_idx(const dlcv_env *env, const char *images_path, const char *labels_path,
                                   dlcv_dataset *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s;
    if (!images_path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_idx: %s is NULL", out ? "images_path" : "out");
    out->classes = 0;
    out->names = NULL;
    s = dlcv__idx_images(&e, images_path, out);
    if (!s && labels_path) s = dlcv__idx_labels(&e, labels_path, images_path, out);
    if (!s && !labels_path) dlcv_tensor_free(&out->y);
    if (s) dlcv_data_free(out);
    return s;
}

/* ---- splits ---- */

/* t is i32 [n], every label in 0 .. classes - 1. */
DLCV__FN dlcv_status dlcv__labels_check(const char *who, const char *what, const dlcv_tensor *t, int n, int classes)
{
    char shape[128];
    int i;
    dlcv_status s = dlcv__check(who, what, t);
    if (s) return s;
    if (t->dtype != DLCV_I32 || t->shape.ndim != 1 || t->shape.dim[0] != n) {
        dlcv__shape_text(t->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is %s %s, must be i32 [%d]", who, what, dlcv__dtype_name(t->dtype),
                         shape, n);
    }
    for (i = 0; i < n; i++) {
        const int32_t label = dlcv__i32_at(t->data, (size_t)i);
        if (label < 0 || label >= classes) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s[%d] is %ld, must be 0 .. %d", who, what, i, (long)label,
                             classes - 1);
        }
    }
    return DLCV_OK;
}

/* order[0 .. n - 1] = the samples by label, those of one label as they stand in y (NULL data: all of one). Sorted by the labels' bytes,
 * the lowest first, each time stably: the memory does not depend on what the labels are. `other` [n] is scratch. */
DLCV__FN void dlcv__by_label(const dlcv_tensor *y, int n, int *order, int *other)
{
    int i, shift, b;
    for (i = 0; i < n; i++) order[i] = i;
    for (shift = 0; shift < 32 && y->data; shift += 8) {
        int begin[257] = { 0 };
        for (i = 0; i < n; i++) begin[(dlcv__i32_at(y->data, (size_t)i) >> shift & 255) + 1]++;
        for (b = 0; b < 256; b++) begin[b + 1] += begin[b];
        for (i = 0; i < n; i++) other[begin[dlcv__i32_at(y->data, (size_t)order[i]) >> shift & 255]++] = order[i];
        memcpy(order, other, (size_t)n * sizeof(int));
    }
}

/* held[i] = 1 if sample i is dealt to part `index`. The classes one after the other, each shuffled, make one line
 * that is dealt round and round: a run of any length gives every part its share to within one sample, so does every
 * class, and so does the whole. `order` and `other` [n] are scratch. */
DLCV__FN void dlcv__deal(const dlcv_dataset *d, int n, int parts, int index, uint64_t seed, int *order, int *other,
                         unsigned char *held)
{
    dlcv_rng rng = dlcv_rng_seed(seed);
    const void *y = d->y.data;
    int i, begin = 0;
    dlcv__by_label(&d->y, n, order, other);
    for (i = 1; i <= n; i++) {
        if (i < n && (!y || dlcv__i32_at(y, (size_t)order[i]) == dlcv__i32_at(y, (size_t)order[begin]))) continue;
        dlcv_rng_shuffle(&rng, order + begin, i - begin);
        begin = i;
    }
    for (i = 0; i < n; i++) held[order[i]] = (unsigned char)(i % parts == index);
}

/* out = the rows of t that are listed, in their order; `what` names it. */
DLCV__FN dlcv_status dlcv__split_rows(const dlcv_env *env, const char *what, const dlcv_dataset *d, const dlcv_tensor *t,
                                      const int *rows, int count, dlcv_tensor *out)
{
    dlcv_shape shape = t->shape;
    dlcv_status s = dlcv__among("data_split", what, out, &d->x, d->y.data ? &d->y : NULL);
    shape.dim[0] = count;
    if (!s) s = dlcv__out_named(env, "data_split", what, t->dtype, shape, out);
    if (!s) dlcv__rows_copy(t, rows, count, out);
    return s;
}

/* The samples whose held[i] is `which`, in their order. `rows` [n] is scratch. */
DLCV__FN dlcv_status dlcv__pick(const dlcv_env *env, const dlcv_dataset *d, int n, const unsigned char *held, int which,
                                int *rows, dlcv_dataset *out)
{
    int i, count = 0;
    dlcv_status s;
    for (i = 0; i < n; i++) {
        if (held[i] == which) rows[count++] = i;
    }
    s = dlcv__split_rows(env, which ? "held_out->x" : "rest->x", d, &d->x, rows, count, &out->x);
    if (!s && d->y.data)
        s = dlcv__split_rows(env, which ? "held_out->y" : "rest->y", d, &d->y, rows, count, &out->y);
    if (!s && !d->y.data) dlcv_tensor_free(&out->y);
    out->classes = d->classes;
    out->names = d->names;
    return s;
}

DLCV__FN dlcv_status dlcv__split_check(const dlcv_dataset *d, int parts, int index, const dlcv_dataset *rest,
                                       const dlcv_dataset *held_out)
{
    static const char *const who = "data_split";
    dlcv_status s;
    if (!d) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: d is NULL", who);
    if (rest == held_out)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: rest and held_out are %s", who, rest ? "the same" : "both NULL");
    if (d == rest || d == held_out)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is d itself", who, d == rest ? "rest" : "held_out");
    s = dlcv__check(who, "d->x", &d->x);
    if (s) return s;
    if (d->x.shape.ndim < 1 || d->x.shape.dim[0] < 2) {
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: d->x has %d samples, a split needs 2", who,
                         d->x.shape.ndim < 1 ? 0 : d->x.shape.dim[0]);
    }
    if (parts < 2 || parts > d->x.shape.dim[0]) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: parts is %d, must be 2 .. %d, the number of samples", who, parts,
                         d->x.shape.dim[0]);
    }
    if (index < 0 || index >= parts)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: index is %d, must be 0 .. %d", who, index, parts - 1);
    if (d->classes < 0)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: d->classes is %d, must be 0 (unknown) or more", who, d->classes);
    if (!d->y.data) return DLCV_OK;
    return dlcv__labels_check(who, "d->y", &d->y, d->x.shape.dim[0], d->classes > 0 ? d->classes : INT_MAX);
}

DLCV_API dlcv_status dlcv_data_split(const dlcv_env *env, const dlcv_dataset *d, int parts, int index, uint64_t seed,
                                     dlcv_dataset *rest, dlcv_dataset *held_out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = dlcv__split_check(d, parts, index, rest, held_out);
    size_t bytes;
    int n, *order;
    unsigned char *held;
    if (s) return s;
    n = d->x.shape.dim[0];
    if (!dlcv__mul((size_t)n, 2 * sizeof(int) + 1, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "data_split: %d samples need more bytes than size_t counts", n);
    order = (int *)dlcv__alloc(&e, bytes); /* order [n], scratch [n], flags [n] */
    if (!order) return DLCV_ERR_MEMORY;
    held = (unsigned char *)(order + n + n);
    dlcv__deal(d, n, parts, index, seed, order, order + n, held);
    if (rest) s = dlcv__pick(&e, d, n, held, 0, order, rest);
    if (held_out && !s) s = dlcv__pick(&e, d, n, held, 1, order, held_out);
    if (s) {
        dlcv_data_free(rest);
        dlcv_data_free(held_out);
    }
    dlcv__release(&e, order, bytes);
    return s;
}

/* ---- scores ---- */

DLCV_API void dlcv_mean_stddev(const float *values, int count, float *mean, float *stddev)
{
    double sum = 0, squares = 0, centre = (double)dlcv__float_of(0x7fc00000u), spread = centre;
    int i;
    for (i = 0; i < count; i++) sum += (double)values[i];
    if (count > 0) centre = sum / count;
    for (i = 0; i < count; i++) squares += ((double)values[i] - centre) * ((double)values[i] - centre);
    if (count > 0) spread = sqrt(squares / count);
    if (mean) *mean = (float)centre;
    if (stddev) *stddev = (float)spread;
}

/* 1 unless class t, with score s, ranks before class j with score r. NaN ranks before everything. */
DLCV__INLINE int dlcv__outranks(float r, int j, float s, int t)
{
    return !(r < s || (r == s && j > t));
}

/* How many classes rank before class t; *first = t if none does, else one that does, the first of them but for NaN. */
DLCV__FN int dlcv__rank(const void *scores, size_t row, int classes, int t, int *first)
{
    const size_t base = row * (size_t)classes;
    const float own = dlcv__f32_at(scores, base + (size_t)t);
    float best = own;
    int j, before = 0;
    *first = t;
    for (j = 0; j < classes; j++) {
        const float r = dlcv__f32_at(scores, base + (size_t)j);
        if (j == t || !dlcv__outranks(r, j, own, t)) continue;
        if (!before++ || (best == best && dlcv__outranks(r, j, best, *first))) {
            best = r;
            *first = j;
        }
    }
    return before;
}

/* predicted is i32 [n] or f32 [n, classes], truth i32 [n], n > 0, all labels in range, at most `most` classes. *classes =
 * the number of scores, or the largest label + 1. */
DLCV__FN dlcv_status dlcv__scores_check(const char *who, const dlcv_tensor *predicted, const dlcv_tensor *truth, int most,
                                        int *classes)
{
    char shape[128];
    int n, i, fits;
    dlcv_status s = dlcv__check(who, "predicted", predicted);
    if (s) return s;
    n = predicted->shape.ndim > 0 ? predicted->shape.dim[0] : 0;
    fits = predicted->dtype == DLCV_F32 ? predicted->shape.ndim == 2 && predicted->shape.dim[1] > 0
                                        : predicted->dtype == DLCV_I32 && predicted->shape.ndim == 1;
    if (n < 1 || !fits) {
        dlcv__shape_text(predicted->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: predicted is %s %s, must be i32 [n] or f32 [n, classes], not empty", who,
                         dlcv__dtype_name(predicted->dtype), shape);
    }
    if (predicted->dtype == DLCV_F32) {
        *classes = predicted->shape.dim[1];
        if (*classes > most)
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: predicted has scores of %d classes, %d can be", who, *classes, most);
        return dlcv__labels_check(who, "truth", truth, n, *classes);
    }
    s = dlcv__labels_check(who, "truth", truth, n, most);
    if (!s) s = dlcv__labels_check(who, "predicted", predicted, n, most);
    for (i = 0, *classes = 0; i < n && !s; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i), p = dlcv__i32_at(predicted->data, (size_t)i);
        if (t >= *classes) *classes = t + 1;
        if (p >= *classes) *classes = p + 1;
    }
    return s;
}

DLCV_API dlcv_status dlcv_accuracy(const dlcv_tensor *predicted, const dlcv_tensor *truth, int top, float *out)
{
    int classes, n, i, first, right = 0;
    dlcv_status s;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: out is NULL");
    if (top < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: top is %d, must be at least 1", top);
    s = dlcv__scores_check("accuracy", predicted, truth, INT_MAX, &classes);
    if (s) return s;
    if (top > 1 && predicted->dtype == DLCV_I32)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: top is %d, which wants scores: predicted is labels", top);
    n = predicted->shape.dim[0];
    for (i = 0; i < n; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i);
        right += predicted->dtype == DLCV_I32 ? dlcv__i32_at(predicted->data, (size_t)i) == t
                                              : dlcv__rank(predicted->data, (size_t)i, classes, t, &first) < top;
    }
    *out = (float)((double)right / n);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_confusion(const dlcv_env *env, const dlcv_tensor *predicted, const dlcv_tensor *truth,
                                    dlcv_tensor *out)
{
    int classes, n, i, p;
    size_t cell;
    dlcv_status s = dlcv__scores_check("confusion", predicted, truth, 32768, &classes);
    if (!s) s = dlcv__among("confusion", "out", out, predicted, truth);
    if (s) return s;
    n = predicted->shape.dim[0];
    s = dlcv__out(env, "confusion", DLCV_I32, dlcv_shape2(classes, classes), out);
    if (s) return s;
    memset(out->data, 0, (size_t)classes * (size_t)classes * sizeof(int32_t));
    for (i = 0; i < n; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i);
        if (predicted->dtype == DLCV_F32)
            dlcv__rank(predicted->data, (size_t)i, classes, t, &p);
        else
            p = dlcv__i32_at(predicted->data, (size_t)i);
        cell = (size_t)t * (size_t)classes + (size_t)p;
        dlcv__i32_put(out->data, cell, dlcv__i32_at(out->data, cell) + 1);
    }
    return DLCV_OK;
}

/* Samples of y that have the label; the first 256 labels are counted beforehand. */
DLCV__FN int dlcv__relevant(const dlcv_tensor *y, int32_t label, const int counts[256])
{
    int i, found = 0;
    if (label < 256) return counts[label];
    for (i = 0; i < y->shape.dim[0]; i++) found += dlcv__i32_at(y->data, (size_t)i) == label;
    return found;
}

DLCV__FN dlcv_status dlcv__retrieval_check(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y)
{
    char shape[112];
    size_t i, count;
    dlcv_status s = dlcv__check("retrieval", "indices", indices);
    if (s) return s;
    count = dlcv_tensor_count(indices);
    if (indices->dtype != DLCV_I32 || indices->shape.ndim != 2 || !count) {
        dlcv__shape_text(indices->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "retrieval: indices is %s %s, must be i32 [q, k], not empty",
                         dlcv__dtype_name(indices->dtype), shape);
    }
    s = dlcv__labels_check("retrieval", "query_y", query_y, indices->shape.dim[0], INT_MAX);
    if (!s) s = dlcv__check("retrieval", "y", y);
    if (!s && (y->dtype != DLCV_I32 || y->shape.ndim != 1)) {
        dlcv__shape_text(y->shape, shape, sizeof shape);
        s = dlcv_fail(DLCV_ERR_SHAPE, "retrieval: y is %s %s, must be i32 [n]", dlcv__dtype_name(y->dtype), shape);
    }
    if (!s) s = dlcv__labels_check("retrieval", "y", y, y->shape.dim[0], INT_MAX);
    for (i = 0; i < count && !s; i++) {
        const int32_t index = dlcv__i32_at(indices->data, i);
        if (index < 0 || index >= y->shape.dim[0]) {
            s = dlcv_fail(DLCV_ERR_ARGUMENT, "retrieval: indices[%zu, %zu] is %ld, the database has %d samples",
                          i / (size_t)indices->shape.dim[1], i % (size_t)indices->shape.dim[1], (long)index,
                          y->shape.dim[0]);
        }
    }
    return s;
}

#define DLCV__MARKS 32768

/* The first column of a row whose sample stands in it before, or -1. Marks are set for DLCV__MARKS samples at a time, from the least
 * that is left: at most k times, and at most n / DLCV__MARKS + 1 times. */
DLCV__FN int dlcv__repeated(const dlcv_tensor *indices, int row)
{
    unsigned char marks[DLCV__MARKS / 8];
    const int k = indices->shape.dim[1];
    const size_t base = (size_t)row * (size_t)k;
    int j, first = -1;
    int64_t from = 0, next;
    for (; from <= INT_MAX; from = next) {
        next = (int64_t)INT_MAX + 1;
        memset(marks, 0, sizeof marks);
        for (j = 0; j < k; j++) {
            const int64_t at = (int64_t)dlcv__i32_at(indices->data, base + (size_t)j) - from;
            if (at >= DLCV__MARKS) {
                if (at + from < next) next = at + from;
            } else if (at >= 0) {
                if (marks[at / 8] >> at % 8 & 1 && (first < 0 || j < first)) first = j;
                marks[at / 8] = (unsigned char)(marks[at / 8] | 1 << at % 8);
            }
        }
    }
    return first;
}
#undef DLCV__MARKS

DLCV_API dlcv_status dlcv_retrieval(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y,
                                    float *precision, float *mean_ap)
{
    int counts[256] = { 0 }, q, k, i, j;
    double hits = 0, aps = 0;
    dlcv_status s = dlcv__retrieval_check(indices, query_y, y);
    if (s) return s;
    q = indices->shape.dim[0];
    k = indices->shape.dim[1];
    for (i = 0; i < y->shape.dim[0]; i++) {
        const int32_t label = dlcv__i32_at(y->data, (size_t)i);
        if (label < 256) counts[label]++;
    }
    for (i = 0; i < q; i++) {
        const int32_t label = dlcv__i32_at(query_y->data, (size_t)i);
        const int all = dlcv__relevant(y, label, counts);
        double sum = 0;
        int found = 0;
        j = dlcv__repeated(indices, i);
        if (j >= 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "retrieval: indices[%d, %d] is %ld, which the row has before", i, j,
                             (long)dlcv__i32_at(indices->data, (size_t)i * (size_t)k + (size_t)j));
        }
        for (j = 0; j < k; j++) {
            const int32_t index = dlcv__i32_at(indices->data, (size_t)i * (size_t)k + (size_t)j);
            if (dlcv__i32_at(y->data, (size_t)index) == label) sum += (double)++found / (j + 1);
        }
        hits += found;
        if (all) aps += sum / (all < k ? all : k);
    }
    if (precision) *precision = (float)(hits / ((double)q * k));
    if (mean_ap) *mean_ap = (float)(aps / q);
    return DLCV_OK;
}

#undef DLCV__CIFAR_SIDE
#undef DLCV__CIFAR_PLANE
#undef DLCV__CIFAR_RECORD
#undef DLCV__CIFAR_FILES
/* ---- src/search.c */
/* ---- hyperparameters: grids and random search ---------------------------------------------------------------------
 * Fixed-point arithmetic throughout, so that every machine and every compiler flag gives the same floats. */

#define DLCV__SEARCH_STREAM ((uint64_t)0x736561726368u << 16) /* "search": of Philox, beside dlcv_rng's stream 0 */
#define DLCV__LOG_BITS      50                                /* of a fixed-point logarithm, after the point */

/* floor(a b / 2^64) */
DLCV__FN uint64_t dlcv__high64(uint64_t a, uint64_t b)
{
    const uint64_t a1 = a >> 32, a0 = a & 0xffffffffu, b1 = b >> 32, b0 = b & 0xffffffffu;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xffffffffu)) >> 32);
}

/* floor(span num / den), num <= den <= 2^32: no product exceeds 64 bits. */
DLCV__FN uint64_t dlcv__part(uint64_t span, uint64_t num, uint64_t den)
{
    return span / den * num + span % den * num / den;
}

/* Finite floats in their order as integers: also where the processor takes denormals for zeros. */
DLCV__FN int32_t dlcv__order(float x)
{
    const uint32_t bits = dlcv__bits_of(x);
    return bits >> 31 ? -(int32_t)(bits & 0x7fffffffu) : (int32_t)bits;
}

/* |x| = m 2^e, m < 2^24, of a finite float. */
DLCV__FN uint32_t dlcv__mantissa(float x, int *e)
{
    const uint32_t bits = dlcv__bits_of(x) & 0x7fffffffu;
    *e = (bits >> 23 ? (int)(bits >> 23) : 1) - 150;
    return bits >> 23 ? (bits & 0x7fffffu) | 0x800000u : bits;
}

/* m 2^e rounded to the nearest float, to the even one of two; m 2^e < 2^128. */
DLCV__FN float dlcv__float_near(uint64_t m, int e)
{
    int drop = 40; /* of 64 bits: 24 stay, fewer of a denormal */
    uint64_t keep, rest;
    if (!m) return 0.0f;
    for (; !(m >> 63); m <<= 1) e--;
    if (e < -189) drop += -189 - e; /* 2^63 2^-189 is the smallest normal number */
    if (drop > 64) return 0.0f;
    keep = drop < 64 ? m >> drop : 0;
    rest = m << (64 - drop);
    if (rest > (uint64_t)1 << 63 || (rest == (uint64_t)1 << 63 && (keep & 1))) keep++;
    return dlcv__float_of((uint32_t)keep +
                          (e < -189 ? 0u : (uint32_t)(e + 189) << 23)); /* the leading 1 adds one to the exponent */
}

/* log2 x, x > 0, in units of 2^-50: at most 2 below the exact value, which it is for powers of two. Digit by digit:
 * with m in [1, 2), the next binary digit of log2 m is whether m^2 >= 2. */
DLCV__FN int64_t dlcv__log2_fixed(float x)
{
    int e, i;
    uint64_t m = dlcv__mantissa(x, &e);
    int64_t log;
    for (; !(m >> 63); m <<= 1) e--;
    log = e + 63;
    for (i = 0; i < DLCV__LOG_BITS; i++) {
        m = dlcv__high64(m, m); /* units: 2^-63 before, 2^-62 after */
        log *= 2;
        if (m >> 63)
            log++;
        else
            m <<= 1;
    }
    return log;
}

/* 2^y, y in the same units: e^(f ln 2) 2^n with f in [0, 1), by the series, to 2^-56 before it is rounded. */
DLCV__FN float dlcv__exp2_fixed(int64_t y)
{
    const int64_t one = (int64_t)1 << DLCV__LOG_BITS;
    const int n = (int)((y + 256 * one) / one) - 256; /* y > -150 units: floor */
    const uint64_t f = (uint64_t)(y - n * one), ln2 = ((uint64_t)0xb17217f7u << 32) | 0xd1cf79abu;
    const uint64_t z = dlcv__high64(f << (64 - DLCV__LOG_BITS), ln2);
    uint64_t term = (uint64_t)1 << 62, sum = term, k;
    for (k = 1; term; k++) {
        term = dlcv__high64(term, z) / k;
        sum += term;
    }
    return dlcv__float_near(sum, n - 62);
}

/* x in units of 2^unit, cut towards 0. */
DLCV__FN int64_t dlcv__fixed(float x, int unit)
{
    int e;
    const uint64_t m = dlcv__mantissa(x, &e);
    const int64_t v = (int64_t)(e >= unit ? m << (e - unit) : unit - e < 64 ? m >> (unit - e) : 0);
    return dlcv__bits_of(x) >> 31 ? -v : v;
}

/* The value num / den of the way from low to high. */
DLCV__FN float dlcv__range_value(const dlcv_range *r, uint64_t num, uint64_t den)
{
    int64_t low, at;
    float v;
    int e, unit;
    if (num == 0) return r->low;
    if (num == den) return r->high;
    if (r->log) {
        low = dlcv__log2_fixed(r->low);
        v = dlcv__exp2_fixed(low + (int64_t)dlcv__part((uint64_t)(dlcv__log2_fixed(r->high) - low), num, den));
    } else {
        (void)dlcv__mantissa(r->low, &unit);
        (void)dlcv__mantissa(r->high, &e);
        unit = (e > unit ? e : unit) - 38; /* 24 bits of the larger and 38 more: the span has 63 at most */
        low = dlcv__fixed(r->low, unit);
        at = low + (int64_t)dlcv__part((uint64_t)(dlcv__fixed(r->high, unit) - low), num, den);
        v = dlcv__float_near((uint64_t)(at < 0 ? -at : at), unit);
        if (at < 0) v = dlcv__float_of(dlcv__bits_of(v) | 0x80000000u);
    }
    if (dlcv__order(v) < dlcv__order(r->low)) return r->low;
    return dlcv__order(v) > dlcv__order(r->high) ? r->high : v;
}

DLCV__FN dlcv_status dlcv__ranges_check(const dlcv_range *ranges, int count, int trial, const float *values)
{
    int i;
    if (!ranges || !values) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: %s is NULL", ranges ? "values" : "ranges");
    }
    if (count < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: count is %d, must be at least 1", count);
    if (trial < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: trial is %d, must be at least 0", trial);
    for (i = 0; i < count; i++) {
        const double low = (double)ranges[i].low, high = (double)ranges[i].high;
        if (ranges[i].steps < 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: range %d has %d steps, must be at least 0", i,
                             ranges[i].steps);
        }
        if (!dlcv__finite(ranges[i].low) || !dlcv__finite(ranges[i].high) ||
            dlcv__order(ranges[i].low) > dlcv__order(ranges[i].high)) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: range %d is %g .. %g, must be finite and not descend", i,
                             low, high);
        }
        if (ranges[i].log && dlcv__order(ranges[i].low) <= 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT,
                             "search_point: range %d is %g .. %g, on a logarithmic scale it must be above 0", i, low,
                             high);
        }
    }
    return DLCV_OK;
}

DLCV_API int dlcv_search_point(const dlcv_range *ranges, int count, int trial, uint64_t seed, float *values)
{
    uint32_t words[4] = { 0, 0, 0, 0 };
    int i, grid = 0, left = trial;
    if (dlcv__ranges_check(ranges, count, trial, values)) return 0;
    for (i = 0; i < count; i++) {
        if (!ranges[i].steps) continue;
        grid = 1;
        left /= ranges[i].steps;
    }
    if (grid && left) return 0;
    for (i = count - 1, left = trial; i >= 0; i--) {
        const int steps = ranges[i].steps;
        if (steps) {
            values[i] = dlcv__range_value(&ranges[i], (uint64_t)(left % steps), steps > 1 ? (uint64_t)steps - 1 : 1);
            left /= steps;
        } else {
            dlcv__philox(seed, DLCV__SEARCH_STREAM + (uint64_t)(i / 4), (uint64_t)trial, words);
            values[i] = dlcv__range_value(&ranges[i], words[i % 4], (uint64_t)1 << 32);
        }
    }
    return 1;
}

#undef DLCV__SEARCH_STREAM
#undef DLCV__LOG_BITS
/* ---- src/npy.c */
/* ---- NPY: numpy's file of one array (NEP 1) -----------------------------------------------------------------------
 * 93 "NUMPY", version, the header's length (16 bits, low byte first; 32 in versions 2.0 and 3.0), the header: a Python
 * dictionary of ASCII text, then the elements. */

#define DLCV__NPY_HEADER 320 /* bytes of a header that we write: 10 + 54 + 8 dimensions of 12 + 21 + padding to 64 */
#define DLCV__NPY_GROWTH 21  /* room that numpy leaves for the first dimension to grow in place */

typedef struct dlcv__npy {
    const char *path;
    const unsigned char *at, *end; /* what is not read yet of the header */
    int seen[3];                   /* descr, fortran_order, shape */
    dlcv_dtype dtype;              /* of the tensor */
    size_t size;                   /* bytes of an element in the file: those of dtype, or 8 for f8 */
    int big, fortran;              /* high byte first; first index fastest */
    dlcv_shape shape;
} dlcv__npy;

DLCV__FN int dlcv__big_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return !first;
}

/* Up to 24 bytes of a file as text that can be printed. */
DLCV__FN const char *dlcv__quote(const unsigned char *from, size_t bytes, char out[28])
{
    size_t i, n = bytes < 24 ? bytes : 24;
    for (i = 0; i < n; i++) out[i] = from[i] >= ' ' && from[i] <= '~' ? (char)from[i] : '?';
    memcpy(out + n, bytes > n ? "..." : "", bytes > n ? 4 : 1);
    return out;
}

DLCV__FN void dlcv__npy_skip(dlcv__npy *n)
{
    while (n->at < n->end && (*n->at == ' ' || (*n->at >= '\t' && *n->at <= '\r'))) n->at++;
}

DLCV__FN dlcv_status dlcv__npy_wants(const dlcv__npy *n, const char *what)
{
    char text[28];
    if (n->at == n->end) return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header ends where %s should be", n->path, what);
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header has \"%s\" where %s should be", n->path,
                     dlcv__quote(n->at, (size_t)(n->end - n->at), text), what);
}

/* White space, then `text`: 1 and past it, or 0 and before it. */
DLCV__FN int dlcv__npy_takes(dlcv__npy *n, const char *text)
{
    const size_t bytes = strlen(text);
    dlcv__npy_skip(n);
    if ((size_t)(n->end - n->at) < bytes || memcmp(n->at, text, bytes)) return 0;
    n->at += bytes;
    return 1;
}

/* A string between two ' or two ". */
DLCV__FN int dlcv__npy_string(dlcv__npy *n, const unsigned char **text, size_t *bytes)
{
    const unsigned char *p;
    dlcv__npy_skip(n);
    if (n->at == n->end || (*n->at != '\'' && *n->at != '"')) return 0;
    for (p = n->at + 1; p < n->end && *p != *n->at;) p++;
    if (p == n->end) return 0;
    *text = n->at + 1;
    *bytes = (size_t)(p - *text);
    n->at = p + 1;
    return 1;
}

/* '<f4': the order of bytes (| where there is but one), the kind, the size. */
DLCV__FN dlcv_status dlcv__npy_descr(dlcv__npy *n)
{
    static const struct {
        char kind, size;
        dlcv_dtype dtype;
    } known[] = { { 'f', '4', DLCV_F32 }, { 'f', '8', DLCV_F32 }, { 'u', '1', DLCV_U8 },  { 'i', '1', DLCV_I8 },
                  { 'i', '4', DLCV_I32 }, { 'i', '8', DLCV_I64 }, { 'b', '1', DLCV_BOOL } };
    const unsigned char *text = NULL;
    char quoted[28];
    size_t bytes = 0, i;
    dlcv__npy_skip(n);
    if (n->at < n->end && *n->at == '[') {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: its elements are records of several fields, a tensor's are numbers",
                         n->path);
    }
    if (!dlcv__npy_string(n, &text, &bytes)) return dlcv__npy_wants(n, "a dtype such as '<f4'");
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (bytes != 3 || (char)text[1] != known[i].kind || (char)text[2] != known[i].size) continue;
        if (text[0] != '<' && text[0] != '>' && (text[0] != '|' || known[i].size != '1')) continue;
        n->dtype = known[i].dtype;
        n->size = (size_t)(known[i].size - '0');
        n->big = text[0] == '>';
        return DLCV_OK;
    }
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: its elements are \"%s\", those of f4, f8, u1, i1, i4, i8 and b1 after < or > are read: in "
                     "numpy save a.astype('<f4'), or another of these",
                     n->path, dlcv__quote(text, bytes, quoted));
}

/* A dimension; Python 2 ended long ones with an L. */
DLCV__FN dlcv_status dlcv__npy_dimension(dlcv__npy *n)
{
    const unsigned char *begin = n->at;
    char quoted[28];
    uint32_t value = 0;
    int fits = 1;
    for (; n->at < n->end && *n->at >= '0' && *n->at <= '9'; n->at++) {
        const uint32_t digit = (uint32_t)(*n->at - '0');
        if (value > ((uint32_t)INT_MAX - digit) / 10) fits = 0;
        if (fits) value = value * 10 + digit;
    }
    if (n->at == begin) return dlcv__npy_wants(n, "a dimension");
    if (!fits) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: dimension %d is %s, must be 0 .. %d", n->path, n->shape.ndim,
                         dlcv__quote(begin, (size_t)(n->at - begin), quoted), INT_MAX);
    }
    if (n->shape.ndim == DLCV_MAX_DIMS) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: more than %d dimensions", n->path, DLCV_MAX_DIMS);
    }
    n->shape.dim[n->shape.ndim++] = (int)value;
    (void)dlcv__npy_takes(n, "L");
    return DLCV_OK;
}

/* (), (3,), (3, 4) */
DLCV__FN dlcv_status dlcv__npy_shape(dlcv__npy *n)
{
    dlcv_status s = DLCV_OK;
    if (!dlcv__npy_takes(n, "(")) return dlcv__npy_wants(n, "a shape in round brackets");
    while (!s && !dlcv__npy_takes(n, ")")) {
        s = dlcv__npy_dimension(n);
        if (!s && !dlcv__npy_takes(n, ",")) {
            if (dlcv__npy_takes(n, ")")) break;
            return dlcv__npy_wants(n, "',' or ')'");
        }
    }
    return s;
}

/* One entry of the dictionary. */
DLCV__FN dlcv_status dlcv__npy_entry(dlcv__npy *n)
{
    static const char *const keys[3] = { "descr", "fortran_order", "shape" };
    const unsigned char *text = NULL;
    char quoted[28];
    size_t bytes = 0;
    int k;
    if (!dlcv__npy_string(n, &text, &bytes)) return dlcv__npy_wants(n, "a name in quotes");
    for (k = 0; k < 3 && (bytes != strlen(keys[k]) || memcmp(text, keys[k], bytes));) k++;
    if (k == 3) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header says \"%s\", it has descr, fortran_order and shape",
                         n->path, dlcv__quote(text, bytes, quoted));
    }
    if (n->seen[k]++) return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header says %s twice", n->path, keys[k]);
    if (!dlcv__npy_takes(n, ":")) return dlcv__npy_wants(n, "':'");
    if (k == 0) return dlcv__npy_descr(n);
    if (k == 2) return dlcv__npy_shape(n);
    n->fortran = dlcv__npy_takes(n, "True");
    return n->fortran || dlcv__npy_takes(n, "False") ? DLCV_OK : dlcv__npy_wants(n, "True or False");
}

DLCV__FN dlcv_status dlcv__npy_dictionary(dlcv__npy *n)
{
    dlcv_status s = DLCV_OK;
    if (!dlcv__npy_takes(n, "{")) return dlcv__npy_wants(n, "'{'");
    while (!s && !dlcv__npy_takes(n, "}")) {
        s = dlcv__npy_entry(n);
        if (!s && !dlcv__npy_takes(n, ",")) {
            if (dlcv__npy_takes(n, "}")) break;
            return dlcv__npy_wants(n, "',' or '}'");
        }
    }
    if (s) return s;
    dlcv__npy_skip(n);
    if (n->at < n->end) return dlcv__npy_wants(n, "its end");
    if (!n->seen[0] || !n->seen[1] || !n->seen[2]) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header does not say %s", n->path,
                         !n->seen[0]   ? "descr"
                         : !n->seen[1] ? "fortran_order"
                                       : "shape");
    }
    return DLCV_OK;
}

/* Everything up to the elements, which are then between *data and the end of the file. */
DLCV__FN dlcv_status dlcv__npy_header(dlcv__npy *n, const unsigned char *file, size_t bytes, const unsigned char **data)
{
    static const unsigned char magic[6] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };
    const size_t start = bytes > 6 && file[6] > 1 ? 12 : 10;
    uint32_t length;
    if (bytes < start) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes, an NPY file has %zu before its header", n->path, bytes,
                         start);
    }
    if (memcmp(file, magic, sizeof magic)) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: begins with %x %x %x %x %x %x, an NPY file with 93 4e 55 4d 50 59",
                         n->path, file[0], file[1], file[2], file[3], file[4], file[5]);
    }
    if (file[6] < 1 || file[6] > 3 || file[7]) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: NPY version %d.%d, 1.0, 2.0 and 3.0 are read", n->path, file[6],
                         file[7]);
    }
    length = (uint32_t)file[8] | (uint32_t)file[9] << 8;
    if (start == 12) length |= (uint32_t)file[10] << 16 | (uint32_t)file[11] << 24;
    if (length > bytes - start) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header has %lu bytes, %zu are there", n->path,
                         (unsigned long)length, bytes - start);
    }
    n->at = file + start;
    n->end = *data = n->at + length;
    return dlcv__npy_dictionary(n);
}

/* The float nearest the double that has these bits, in integers: also where the processor takes denormals for zeros. Doubles
 * below 2^-1022 are 0, those from 2^128 - 2^103 on, halfway to what would come after the largest float, infinity. */
DLCV__FN float dlcv__narrow(uint64_t bits)
{
    const uint32_t sign = (uint32_t)(bits >> 63) << 31;
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    const int e = (int)(bits >> 52 & 2047);
    if (e == 2047 && fraction) return dlcv__float_of(sign | 0x7fc00000u);
    if (e >= 1023 + 128) return dlcv__float_of(sign | 0x7f800000u);
    if (e == 0) return dlcv__float_of(sign);
    return dlcv__float_of(sign | dlcv__bits_of(dlcv__float_near(fraction | (uint64_t)1 << 52, e - 1075)));
}

/* One element at p to `out`, as the tensor has it. */
DLCV__FN void dlcv__npy_element(const dlcv__npy *n, int swap, const unsigned char *p, unsigned char *out)
{
    unsigned char e[8];
    uint64_t wide;
    float narrow;
    size_t i;
    for (i = 0; i < n->size; i++) e[i] = p[swap ? n->size - 1 - i : i];
    if (n->dtype == DLCV_BOOL) {
        *out = (unsigned char)(*e != 0);
    } else if (n->size != dlcv_dtype_bytes(n->dtype)) {
        memcpy(&wide, e, sizeof wide);
        narrow = dlcv__narrow(wide);
        memcpy(out, &narrow, sizeof narrow);
    } else {
        memcpy(out, e, n->size);
    }
}

/* count > 0 elements in the order of the file to `out`, last index fastest. `at` counts elements of the file. */
DLCV__FN void dlcv__npy_elements(const dlcv__npy *n, const unsigned char *data, size_t count, unsigned char *out)
{
    const int swap = n->size > 1 && n->big != dlcv__big_endian(), ndim = n->shape.ndim;
    const size_t step = dlcv_dtype_bytes(n->dtype);
    size_t stride[DLCV_MAX_DIMS] = { 0 }, at = 0, i;
    int index[DLCV_MAX_DIMS] = { 0 }, d;
    if (!swap && n->dtype != DLCV_BOOL && n->size == step && !n->fortran) {
        memcpy(out, data, count * step);
        return;
    }
    for (d = 0, i = 1; d < ndim; d++) {
        const int k = n->fortran ? d : ndim - 1 - d;
        stride[k] = i;
        i *= (size_t)n->shape.dim[k];
    }
    for (i = 0; i < count; i++, out += step) {
        dlcv__npy_element(n, swap, data + at * n->size, out);
        for (d = ndim - 1; d >= 0; d--) {
            at += stride[d];
            if (++index[d] < n->shape.dim[d]) break;
            at -= stride[d] * (size_t)n->shape.dim[d];
            index[d] = 0;
        }
    }
}

DLCV_API dlcv_status dlcv_tensor_load(const dlcv_env *env, const char *npy_path, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    const unsigned char *data = NULL;
    char text[112];
    void *file = NULL;
    size_t bytes = 0, count = 0, want = 0, there = 0;
    int fits;
    dlcv__npy n;
    dlcv_status s;
    if (!npy_path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_load: %s is NULL", out ? "npy_path" : "out");
    s = dlcv__file_read(&e, npy_path, &file, &bytes);
    if (s) return s;
    memset(&n, 0, sizeof n);
    n.path = npy_path;
    s = dlcv__npy_header(&n, (const unsigned char *)file, bytes, &data);
    if (!s) there = bytes - (size_t)(data - (const unsigned char *)file);
    fits = dlcv__shape_count(n.shape, &count) && dlcv__mul(count, n.size, &want);
    if (!s && (!fits || want != there)) {
        dlcv__shape_text(n.shape, text, sizeof text);
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes after the NPY header, which says %s of %zu bytes each: %s",
                      npy_path, there, text, n.size, fits && want < there ? "too long" : "cut short");
    }
    if (!s) s = dlcv__out(&e, "tensor_load", n.dtype, n.shape, out);
    if (!s && count) dlcv__npy_elements(&n, data, count, (unsigned char *)out->data);
    dlcv__release(&e, file, bytes);
    return s;
}

/* What numpy.save writes before a C-ordered array of little-endian elements; the number of bytes, a multiple of 64. */
DLCV__FN size_t dlcv__npy_head(const dlcv_tensor *t, char out[DLCV__NPY_HEADER])
{
    static const char *const descr[6] = { "<f4", "|u1", "|i1", "<i4", "<i8", "|b1" };
    const size_t room = DLCV__NPY_HEADER;
    size_t n = 10, spaces = 0;
    int d;
    n += (size_t)dlcv__format(out + n, room - n, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr[t->dtype]);
    for (d = 0; d < t->shape.ndim; d++) {
        const int length = dlcv__format(out + n, room - n, "%d", t->shape.dim[d]);
        n += (size_t)length;
        if (d == 0) spaces = (size_t)(DLCV__NPY_GROWTH - length);
        if (d + 1 < t->shape.ndim || t->shape.ndim == 1) n += (size_t)dlcv__format(out + n, room - n, ",");
        if (d + 1 < t->shape.ndim) n += (size_t)dlcv__format(out + n, room - n, " ");
    }
    n += (size_t)dlcv__format(out + n, room - n, "), }");
    spaces += 64 - (n + spaces + 1) % 64; /* a whole 64 where none would be needed: so does numpy */
    memset(out + n, ' ', spaces);
    n += spaces;
    out[n++] = '\n';
    memcpy(out, "\223NUMPY\1", 8);
    out[8] = (char)((n - 10) & 255);
    out[9] = (char)((n - 10) >> 8);
    return n;
}

DLCV_API dlcv_status dlcv_tensor_save(const dlcv_env *env, const dlcv_tensor *t, const char *npy_path)
{
    const dlcv_env e = dlcv__env(env);
    char head[DLCV__NPY_HEADER];
    unsigned char *file;
    size_t count, size, bytes, header;
    dlcv__npy n;
    dlcv_status s = dlcv__check("tensor_save", "t", t);
    if (s) return s;
    if (!npy_path) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_save: npy_path is NULL");
    count = dlcv_tensor_count(t);
    size = dlcv_dtype_bytes(t->dtype);
    header = dlcv__npy_head(t, head);
    if (!dlcv__add(count * size, header, &bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes are too many", npy_path, count * size);
    }
    file = (unsigned char *)dlcv__alloc(&e, bytes);
    if (!file) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", npy_path, dlcv_error());
    memcpy(file, head, header);
    memset(&n, 0, sizeof n);
    n.dtype = t->dtype;
    n.size = size;
    n.shape = t->shape;
    if (count) dlcv__npy_elements(&n, (const unsigned char *)t->data, count, file + header);
    s = dlcv__file_write(&e, npy_path, file, bytes);
    dlcv__release(&e, file, bytes);
    return s;
}

#undef DLCV__NPY_HEADER
#undef DLCV__NPY_GROWTH
/* ---- src/image.c */
/* ---- pictures ---------------------------------------------------------------------------------------------------- */

/* Copies `pixels` pixels of `from` channels (1 grey, 2 grey and alpha, 3 RGB, 4 RGBA) to `to` channels (1, 3 or 4). */
DLCV__FN void dlcv__channels(const unsigned char *in, int from, size_t pixels, unsigned char *out, int to)
{
    size_t i;
    for (i = 0; i < pixels; i++, in += from, out += to) {
        const unsigned r = in[0], g = in[from > 2 ? 1 : 0], b = in[from > 2 ? 2 : 0];
        if (to == 1) {
            out[0] = (unsigned char)(from > 2 ? (77 * r + 150 * g + 29 * b + 128) >> 8 : r);
            continue;
        }
        out[0] = (unsigned char)r;
        out[1] = (unsigned char)g;
        out[2] = (unsigned char)b;
        if (to == 4) out[3] = from % 2 ? 255 : in[from - 1];
    }
}

/* What a file's pixels turn into: `out` as u8 [height, width, channels], its size held against env->limit first. width and height
 * are at most INT_MAX. */
DLCV__FN dlcv_status dlcv__image_out(const dlcv_env *env, const char *path, size_t width, size_t height, int channels,
                                     dlcv_tensor *out)
{
    size_t bytes;
    if (!dlcv__mul(width, height, &bytes) ||
        !dlcv__mul(bytes, (size_t)channels, &bytes) || bytes > env->limit) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu x %zu pixels of %d bytes exceed env.limit, %zu bytes", path, width,
                         height, channels, env->limit);
    }
    return dlcv__out(env, "image_load", DLCV_U8, dlcv_shape3((int)height, (int)width, channels), out);
}

/* ---- PNM: "P1" .. "P6", width, height, the largest value unless it is a bitmap, the samples ---- */

typedef struct dlcv__pnm {
    const char *path;
    const unsigned char *at, *end; /* what is not read yet */
    char type;                     /* '1' .. '6': bitmap, grey, RGB in digits; the same in bytes */
    int channels;                  /* 1 or 3 */
    size_t width, height, most;    /* most: the value that is white, 1 .. 65535 */
} dlcv__pnm;

DLCV__INLINE int dlcv__pnm_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space, and comments from # to the end of the line. */
DLCV__FN void dlcv__pnm_skip(dlcv__pnm *p)
{
    while (p->at < p->end && (dlcv__pnm_space(*p->at) || *p->at == '#')) {
        if (*p->at == '#') {
            while (p->at < p->end && *p->at != '\n' && *p->at != '\r') p->at++;
        } else {
            p->at++;
        }
    }
}

/* A decimal number of 1 .. 9 digits after white space: 1 and the value, or 0. */
DLCV__FN int dlcv__pnm_number(dlcv__pnm *p, size_t *value)
{
    int digits = 0;
    dlcv__pnm_skip(p);
    for (*value = 0; p->at < p->end && *p->at >= '0' && *p->at <= '9' && digits < 10; digits++) {
        *value = *value * 10 + (size_t)(*p->at++ - '0');
    }
    return digits > 0 && digits < 10;
}

/* Everything up to the samples. */
DLCV__FN dlcv_status dlcv__pnm_header(dlcv__pnm *p)
{
    p->type = (char)p->at[1];
    p->channels = p->type == '3' || p->type == '6' ? 3 : 1;
    p->most = 1;
    p->at += 2;
    if (!dlcv__pnm_number(p, &p->width) || !dlcv__pnm_number(p, &p->height) || !p->width || !p->height) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants a width and a height of 1 .. 999999999 pixels", p->path,
                         p->type);
    }
    if (p->type != '1' && p->type != '4') {
        if (!dlcv__pnm_number(p, &p->most)) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants a largest value after width and height", p->path, p->type);
        }
        if (p->most < 1 || p->most > 65535) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: the largest value is %zu, must be 1 .. 65535", p->path, p->most);
        }
    }
    if (p->type < '4') return DLCV_OK;
    if (p->at < p->end && *p->at == '#') { /* a comment's line end is the one white space that ends the header */
        while (p->at < p->end && *p->at != '\n' && *p->at != '\r') p->at++;
    }
    if (p->at == p->end || !dlcv__pnm_space(*p->at)) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants one white space before the samples", p->path, p->type);
    }
    p->at++;
    return DLCV_OK;
}

/* The samples that the header states are there: in bytes exactly, in digits at least one character each. */
DLCV__FN dlcv_status dlcv__pnm_present(const dlcv__pnm *p, size_t *samples)
{
    const size_t there = (size_t)(p->end - p->at),
                 row = p->type == '4' ? (p->width + 7) / 8 : p->width * (size_t)p->channels;
    size_t need;
    int fits = dlcv__mul(row, p->height, &need);
    if (fits && p->type > '4' && p->most > 255) fits = dlcv__mul(need, 2, &need);
    if (!fits || need > there) {
        return dlcv_fail(DLCV_ERR_FORMAT,
                         "%s: P%c of %zu x %zu, largest value %zu, but only %zu bytes follow the header", p->path,
                         p->type, p->width, p->height, p->most, there);
    }
    return dlcv__mul(p->width, p->height, samples) && dlcv__mul(*samples, (size_t)p->channels, samples)
               ? DLCV_OK
               : dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu x %zu pixels are more than size_t counts", p->path, p->width,
                           p->height);
}

/* Sample i, 0 .. most, of a file that has them all; -1 if a plain one ends or has no number there. */
DLCV__FN long dlcv__pnm_sample(dlcv__pnm *p, size_t i)
{
    size_t value = 0, x;
    switch (p->type) {
    case '1': /* digits 0 and 1 that nothing need separate, 1 is black */
        dlcv__pnm_skip(p);
        return p->at < p->end && (*p->at == '0' || *p->at == '1') ? '1' - *p->at++ : -1;
    case '4': /* rows of bits, highest first, padded to bytes; 1 is black */
        x = i % p->width;
        return !(p->at[i / p->width * ((p->width + 7) / 8) + x / 8] >> (7 - x % 8) & 1);
    case '2':
    case '3':
        return dlcv__pnm_number(p, &value) && (p->at == p->end || dlcv__pnm_space(*p->at) || *p->at == '#')
                   ? (long)value
                   : -1;
    default:
        return p->most < 256 ? p->at[i] : (long)p->at[2 * i] << 8 | p->at[2 * i + 1];
    }
}

DLCV__FN dlcv_status dlcv__pnm_samples(dlcv__pnm *p, size_t samples, unsigned char *out)
{
    const long most = (long)p->most;
    size_t i;
    for (i = 0; i < samples; i++) {
        const long v = dlcv__pnm_sample(p, i);
        if (v < 0) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c has no number for sample %zu of %zu", p->path, p->type, i,
                             samples);
        }
        if (v > most) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: sample %zu is %ld, the largest value %ld", p->path, i, v, most);
        }
        out[i] = (unsigned char)((v * 255 + most / 2) / most);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pnm_load(const dlcv_env *env, const char *path, const void *file, size_t bytes, int channels,
                                    dlcv_tensor *out)
{
    dlcv__pnm p;
    unsigned char *grid;
    size_t samples = 0;
    dlcv_status s;
    p.path = path;
    p.at = (const unsigned char *)file;
    p.end = p.at + bytes;
    s = dlcv__pnm_header(&p);
    if (!s) s = dlcv__pnm_present(&p, &samples);
    if (!s && samples > env->limit) {
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu samples exceed env.limit, %zu bytes", path, samples, env->limit);
    }
    if (s) return s;
    grid = (unsigned char *)dlcv__alloc(env, samples);
    if (!grid) return DLCV_ERR_MEMORY;
    s = dlcv__pnm_samples(&p, samples, grid);
    if (!channels) channels = p.channels;
    if (!s) s = dlcv__image_out(env, path, p.width, p.height, channels, out);
    if (!s) dlcv__channels(grid, p.channels, p.width * p.height, (unsigned char *)out->data, channels);
    dlcv__release(env, grid, samples);
    return s;
}

/* ---- all other formats are stb_image's, where it is there ---- */

#ifdef STBI_INCLUDE_STB_IMAGE_H
/* stb_image allocates by its own STBI_MALLOC: what it may want for the pixels is held against env->limit, what it wants
 * beside them is not in our hands. */
DLCV__FN dlcv_status dlcv__other_load(const dlcv_env *env, const char *path, const void *file, size_t bytes,
                                      int channels, dlcv_tensor *out)
{
    const stbi_uc *data = (const stbi_uc *)file;
    stbi_uc *pixels;
    int w = 0, h = 0, from = 0;
    dlcv_status s;
    if (bytes > INT_MAX) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: %zu bytes, stb_image reads at most %d", path, bytes, INT_MAX);
    }
    if (!stbi_info_from_memory(data, (int)bytes, &w, &h, &from) || w < 1 || h < 1) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are no picture that stb_image knows: %s", path, bytes,
                         stbi_failure_reason());
    }
    if ((size_t)w > env->limit / 4 / (size_t)h) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %d x %d pixels of 4 bytes exceed env.limit, %zu bytes", path, w, h,
                         env->limit);
    }
    pixels = stbi_load_from_memory(data, (int)bytes, &w, &h, &from, 0);
    if (!pixels)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %d x %d pixels, stb_image: %s", path, w, h, stbi_failure_reason());
    if (!channels) channels = from == 2 ? 4 : from;
    s = dlcv__image_out(env, path, (size_t)w, (size_t)h, channels, out);
    if (!s) dlcv__channels(pixels, from, (size_t)w * (size_t)h, (unsigned char *)out->data, channels);
    stbi_image_free(pixels);
    return s;
}
#else
DLCV__FN dlcv_status dlcv__other_load(const dlcv_env *env, const char *path, const void *file, size_t bytes,
                                      int channels, dlcv_tensor *out)
{
    const unsigned char *p = (const unsigned char *)file;
    (void)env;
    (void)channels;
    (void)out;
    if (bytes < 2) return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are no picture", path, bytes);
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: begins with the bytes %x %x, PNM with the letters P1 .. P6: for other formats include stb_image.h "
                     "before dlcv.h's implementation",
                     path, p[0], p[1]);
}
#endif

DLCV_API dlcv_status dlcv_image_load(const dlcv_env *env, const char *path, int channels, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    const unsigned char *p;
    void *file = NULL;
    size_t bytes = 0;
    dlcv_status s;
    if (!path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_load: %s is NULL", out ? "path" : "out");
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %d channels wanted, must be 0 (as in the file), 1, 3 or 4", path,
                         channels);
    }
    s = dlcv__file_read(&e, path, &file, &bytes);
    if (s) return s;
    p = (const unsigned char *)file;
    if (bytes > 2 && p[0] == 'P' && p[1] >= '1' && p[1] <= '6' && (dlcv__pnm_space(p[2]) || p[2] == '#')) {
        s = dlcv__pnm_load(&e, path, file, bytes, channels, out);
    } else {
        s = dlcv__other_load(&e, path, file, bytes, channels, out);
    }
    dlcv__release(&e, file, bytes);
    return s;
}

/* ---- writing ---- */

/* Whether path ends in `ending` (small letters), in whatever case. */
DLCV__FN int dlcv__ends_in(const char *path, const char *ending)
{
    const size_t n = strlen(path), m = strlen(ending);
    size_t i;
    if (n < m) return 0;
    for (i = 0; i < m; i++) {
        const char c = path[n - m + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != ending[i]) return 0;
    }
    return 1;
}

DLCV__FN dlcv_status dlcv__pnm_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                    const char *path)
{
    char header[40];
    const int length = dlcv__format(header, sizeof header, "P%d\n%d %d\n255\n", channels == 1 ? 5 : 6, w, h);
    const size_t count = (size_t)w * (size_t)h * (size_t)channels;
    size_t bytes;
    unsigned char *file;
    dlcv_status s;
    if (channels == 4 || dlcv__ends_in(path, channels == 3 ? ".pgm" : ".ppm")) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: the picture has %d channels, .pgm holds 1, .ppm 3, .pnm either",
                         path, channels);
    }
    if (!dlcv__add(count, (size_t)length, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes are too many", path, count);
    file = (unsigned char *)dlcv__alloc(env, bytes);
    if (!file) return DLCV_ERR_MEMORY;
    memcpy(file, header, (size_t)length);
    memcpy(file + length, pixels, count);
    s = dlcv__file_write(env, path, file, bytes);
    dlcv__release(env, file, bytes);
    return s;
}

#ifdef INCLUDE_STB_IMAGE_WRITE_H
/* A file that grows in env memory as stb_image_write hands over pieces of it. */
typedef struct dlcv__growing {
    const dlcv_env *env;
    unsigned char *data;
    size_t bytes, room;
    int failed;
} dlcv__growing;

DLCV__FN void dlcv__grow(void *context, void *data, int size)
{
    dlcv__growing *g = (dlcv__growing *)context;
    if (g->failed || size < 1) return;
    if ((size_t)size > g->room - g->bytes) {
        unsigned char *data2 = NULL;
        size_t room = 0;
        if (dlcv__add(g->room, g->room, &room) && dlcv__add(room, (size_t)size + 4096, &room))
            data2 = (unsigned char *)dlcv__alloc(g->env, room);
        if (!data2) {
            g->failed = 1;
            return;
        }
        if (g->bytes) memcpy(data2, g->data, g->bytes);
        dlcv__release(g->env, g->data, g->room);
        g->data = data2;
        g->room = room;
    }
    memcpy(g->data + g->bytes, data, (size_t)size);
    g->bytes += (size_t)size;
}

DLCV__FN dlcv_status dlcv__other_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                      const char *path)
{
    const int png = dlcv__ends_in(path, ".png"), bmp = dlcv__ends_in(path, ".bmp"), tga = dlcv__ends_in(path, ".tga");
    const int jpg = dlcv__ends_in(path, ".jpg") || dlcv__ends_in(path, ".jpeg"), most = png || bmp ? INT_MAX : 65535;
    dlcv__growing file;
    dlcv_status s;
    int ok;
    if (!png && !bmp && !tga && !jpg) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: must end in .pgm, .ppm, .pnm, .png, .bmp, .tga or .jpg", path);
    }
    if (w > most || h > most ||
        ((size_t)w + 1) * 4 > (size_t)INT_MAX / (size_t)h) { /* it counts bytes in int, one more a row */
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: %d x %d pixels are more than stb_image_write can do", path, w, h);
    }
    memset(&file, 0, sizeof file);
    file.env = env;
    if (png)
        ok = stbi_write_png_to_func(dlcv__grow, &file, w, h, channels, pixels, 0);
    else if (bmp)
        ok = stbi_write_bmp_to_func(dlcv__grow, &file, w, h, channels, pixels);
    else if (tga)
        ok = stbi_write_tga_to_func(dlcv__grow, &file, w, h, channels, pixels);
    else
        ok = stbi_write_jpg_to_func(dlcv__grow, &file, w, h, channels, pixels, 90);
    if (file.failed)
        s = DLCV_ERR_MEMORY;
    else if (!ok)
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: stb_image_write failed on %d x %d pixels of %d bytes", path, w, h,
                      channels);
    else
        s = dlcv__file_write(env, path, file.data, file.bytes);
    dlcv__release(env, file.data, file.room);
    return s;
}
#else
DLCV__FN dlcv_status dlcv__other_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                      const char *path)
{
    (void)env;
    (void)pixels;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: [%d, %d, %d] can be written as .pgm, .ppm or .pnm; for .png, .bmp, .tga and .jpg "
                     "include stb_image_write.h before dlcv.h's implementation",
                     path, h, w, channels);
}
#endif

DLCV_API dlcv_status dlcv_image_save(const dlcv_env *env, const dlcv_tensor *image, const char *path)
{
    const dlcv_env e = dlcv__env(env);
    char shape[128];
    const unsigned char *pixels;
    int w, h, channels;
    dlcv_status s = dlcv__check("image_save", "image", image);
    if (s) return s;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_save: path is NULL");
    channels = image->shape.ndim == 3 ? image->shape.dim[2] : 1;
    if (image->dtype != DLCV_U8 || (image->shape.ndim != 2 && image->shape.ndim != 3) || image->shape.dim[0] < 1 ||
        image->shape.dim[1] < 1 || (channels != 1 && channels != 3 && channels != 4)) {
        dlcv__shape_text(image->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE,
                         "%s: the picture is %s %s, must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty", path,
                         dlcv__dtype_name(image->dtype), shape);
    }
    pixels = (const unsigned char *)image->data;
    h = image->shape.dim[0];
    w = image->shape.dim[1];
    if (dlcv__ends_in(path, ".pgm") || dlcv__ends_in(path, ".ppm") || dlcv__ends_in(path, ".pnm")) {
        return dlcv__pnm_save(&e, pixels, w, h, channels, path);
    }
    return dlcv__other_save(&e, pixels, w, h, channels, path);
}

/* ---- frames of others ---- */

DLCV__FN dlcv_status dlcv__pack_check(const void *pixels, dlcv_pixels format, int height, int width, size_t *pitch,
                                      const dlcv_tensor *out)
{
    static const char *const names[5] = { "RGB", "RGBA", "BGR", "BGRA", "grey" };
    static const int bytes[5] = { 3, 4, 3, 4, 1 };
    uintptr_t from, to;
    size_t row, all;
    if (!pixels) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: pixels is NULL");
    if ((unsigned)format > (unsigned)DLCV_PIXELS_GREY) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: format is %d, must be %d .. %d, a DLCV_PIXELS_", (int)format,
                         (int)DLCV_PIXELS_RGB, (int)DLCV_PIXELS_GREY);
    }
    if (height < 1 || width < 1) {
        return dlcv_fail(DLCV_ERR_SHAPE, "image_pack: height %d and width %d, both must be at least 1", height, width);
    }
    if (!dlcv__mul((size_t)width, (size_t)bytes[format], &row)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "image_pack: %d pixels of %d bytes are more than size_t counts", width,
                         bytes[format]);
    }
    if (!*pitch) *pitch = row;
    if (*pitch < row) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: the pitch is %zu bytes, %d %s pixels have %zu", *pitch, width,
                         names[format], row);
    }
    if (!dlcv__mul(*pitch, (size_t)height - 1, &all) || !dlcv__add(all, row, &all)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "image_pack: %d rows of %zu bytes are more than size_t counts", height,
                         *pitch);
    }
    from = (uintptr_t)pixels;
    to = (uintptr_t)(out ? out->data : NULL);
    if (to && (to < from ? from - to < dlcv_tensor_count(out) * dlcv_dtype_bytes(out->dtype) : to - from < all)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: out and the pixels overlap");
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_image_pack(const dlcv_env *env, const void *pixels, dlcv_pixels format, int height, int width,
                                     size_t pitch, dlcv_tensor *out)
{
    const int grey = format == DLCV_PIXELS_GREY, turned = format == DLCV_PIXELS_BGR || format == DLCV_PIXELS_BGRA;
    const size_t step = format == DLCV_PIXELS_RGBA || format == DLCV_PIXELS_BGRA ? 4 : 3;
    const size_t r = turned ? 2 : 0, b = turned ? 0 : 2;
    unsigned char *to;
    int y, x;
    dlcv_status s = dlcv__pack_check(pixels, format, height, width, &pitch, out);
    if (!s) s = dlcv__out(env, "image_pack", DLCV_U8, dlcv_shape3(height, width, grey ? 1 : 3), out);
    if (s) return s;
    to = (unsigned char *)out->data;
    for (y = 0; y < height; y++) {
        const unsigned char *p = (const unsigned char *)pixels + (size_t)y * pitch;
        if (grey || (step == 3 && !turned)) {
            const size_t row = (size_t)width * (grey ? 1 : 3);
            memcpy(to, p, row);
            to += row;
            continue;
        }
        for (x = 0; x < width; x++, p += step, to += 3) {
            to[0] = p[r];
            to[1] = p[1];
            to[2] = p[b];
        }
    }
    return DLCV_OK;
}

/* layer 7 */
/* ---- src/view.c */
/* ---- views: pictures for people ---------------------------------------------------------------------------------- */

/* n pictures of h x w, given as bytes with c channels after one another or as floats with c planes. */
typedef struct dlcv__pictures {
    const void *data;
    int n, h, w, c, floats;
} dlcv__pictures;

/* The smallest integer that is not less; from 2^52 on all numbers are integers. */
DLCV__FN double dlcv__ceil(double x)
{
    double whole;
    if (!(fabs(x) < 4503599627370496.0)) return x;
    whole = (double)(int64_t)x;
    return whole < x ? whole + 1 : whole;
}

/* The smallest and the largest finite value of `count` floats; 0 and 0 if there is none. */
DLCV__FN void dlcv__range(const void *values, size_t first, size_t count, float *low, float *high)
{
    size_t i;
    int any = 0;
    *low = *high = 0;
    for (i = first; i < first + count; i++) {
        const float v = dlcv__f32_at(values, i);
        if (!(fabs((double)v) <= (double)FLT_MAX)) continue;
        if (!any || v < *low) *low = v;
        if (!any || v > *high) *high = v;
        any = 1;
    }
}

/* low .. high to 0 .. 255; in double, where high - low cannot overflow. NaN is black. */
DLCV__FN unsigned char dlcv__stretch(float value, float low, float high)
{
    if (!(value > low)) return 0;
    if (value >= high) return 255;
    return (unsigned char)(((double)value - (double)low) / ((double)high - (double)low) * 255.0 + 0.5);
}

/* Pixels [x, x + w) x [y, y + h) of a picture `width` wide become `rgb`. */
DLCV__FN void dlcv__fill(unsigned char *out, int width, int x, int y, int w, int h, const unsigned char *rgb)
{
    int i, j;
    for (j = y; j < y + h; j++) {
        unsigned char *p = out + ((size_t)j * (size_t)width + (size_t)x) * 3;
        for (i = 0; i < w; i++, p += 3) {
            p[0] = rgb[0];
            p[1] = rgb[1];
            p[2] = rgb[2];
        }
    }
}

/* Picture `index` at (x, y) of `out`, which is `width` wide. */
DLCV__FN void dlcv__draw(const dlcv__pictures *p, int index, int zoom, unsigned char *out, int width, int x, int y)
{
    const size_t plane = (size_t)p->h * (size_t)p->w, first = (size_t)index * plane * (size_t)p->c;
    float low = 0, high = 0;
    int i, j, c;
    if (p->floats) dlcv__range(p->data, first, plane * (size_t)p->c, &low, &high);
    for (j = 0; j < p->h; j++) {
        for (i = 0; i < p->w; i++) {
            const size_t at = (size_t)j * (size_t)p->w + (size_t)i;
            unsigned char rgb[3];
            for (c = 0; c < 3; c++) {
                const size_t k = p->c == 3 ? (size_t)c : 0;
                rgb[c] = p->floats ? dlcv__stretch(dlcv__f32_at(p->data, first + k * plane + at), low, high)
                                   : ((const unsigned char *)p->data)[first + at * (size_t)p->c + k];
            }
            dlcv__fill(out, width, x + i * zoom, y + j * zoom, zoom, zoom, rgb);
        }
    }
}

DLCV__FN dlcv_status dlcv__pictures_of(const dlcv_tensor *images, dlcv__pictures *p)
{
    char shape[128];
    int ok;
    dlcv_status s = dlcv__check("view_grid", "images", images);
    if (s) return s;
    p->data = images->data;
    p->floats = images->dtype == DLCV_F32;
    ok = p->floats ? images->shape.ndim == 4
                   : images->dtype == DLCV_U8 && (images->shape.ndim == 3 || images->shape.ndim == 4);
    if (ok) {
        const int *dim = images->shape.dim;
        p->n = dim[0];
        p->h = dim[p->floats ? 2 : 1];
        p->w = dim[p->floats ? 3 : 2];
        p->c = images->shape.ndim == 3 ? 1 : dim[p->floats ? 1 : 3];
        ok = p->n > 0 && p->h > 0 && p->w > 0 && (p->c == 1 || p->c == 3);
    }
    if (ok) return DLCV_OK;
    dlcv__shape_text(images->shape, shape, sizeof shape);
    return dlcv_fail(
        DLCV_ERR_SHAPE,
        "view_grid: images is %s %s, must be u8 [n, h, w], u8 [n, h, w, 1 or 3] or f32 [n, 1 or 3, h, w], not empty",
        dlcv__dtype_name(images->dtype), shape);
}

/* A cell of `pixels` pixels, each `zoom` wide, between two borders, and the side that `cells` of them have with `gap`
 * between; 0 if that is more than an int holds. */
DLCV__FN int dlcv__grid_side(int cells, int pixels, int zoom, int border, int gap, int *cell)
{
    size_t side;
    if (!dlcv__mul((size_t)pixels, (size_t)zoom, &side) || side > INT_MAX) return 0;
    side += 2 * (size_t)border; /* both below 2^31 */
    if (side > INT_MAX) return 0;
    *cell = (int)side;
    side += (size_t)gap;
    if (!dlcv__mul(side, (size_t)cells, &side) || side - (size_t)gap > INT_MAX) return 0;
    return (int)(side - (size_t)gap);
}

/* Pictures row by row. With frames a cell is a picture and its frame, without the picture alone; between cells there
 * are as many white pixels as a frame is wide. */
DLCV_API dlcv_status dlcv_view_grid(const dlcv_env *env, const dlcv_tensor *images, int columns, int zoom,
                                    const uint32_t *frames, dlcv_tensor *out)
{
    dlcv__pictures p;
    int line, border, width, height, cell_w = 0, cell_h = 0, i;
    dlcv_status s = dlcv__pictures_of(images, &p);
    if (s) return s;
    if (columns < 0 || zoom < 0) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_grid: columns is %d, zoom %d: neither may be negative", columns,
                         zoom);
    }
    s = dlcv__among("view_grid", "out", out, images, NULL);
    if (s) return s;
    if (zoom == 0) zoom = 1;
    if (columns == 0) columns = (int)dlcv__ceil(sqrt((double)p.n));
    if (columns > p.n) columns = p.n;
    line = zoom > 1 ? zoom / 2 : 1;
    border = frames ? line : 0;
    width = dlcv__grid_side(columns, p.w, zoom, border, line, &cell_w);
    height = dlcv__grid_side((p.n - 1) / columns + 1, p.h, zoom, border, line, &cell_h);
    if (!width || !height) {
        return dlcv_fail(
            DLCV_ERR_MEMORY,
            "view_grid: %d pictures of %d x %d, %d in a row, zoom %d, are more than %d pixels wide or high", p.n, p.w,
            p.h, columns, zoom, INT_MAX);
    }
    s = dlcv__out(env, "view_grid", DLCV_U8, dlcv_shape3(height, width, 3), out);
    if (s) return s;
    memset(out->data, 255, (size_t)height * (size_t)width * 3);
    for (i = 0; i < p.n; i++) {
        const int x = (int)((size_t)(i % columns) * ((size_t)cell_w + (size_t)line));
        const int y = (int)((size_t)(i / columns) * ((size_t)cell_h + (size_t)line));
        if (frames) {
            const unsigned char rgb[3] = { (unsigned char)(frames[i] >> 16 & 255),
                                           (unsigned char)(frames[i] >> 8 & 255), (unsigned char)(frames[i] & 255) };
            if (frames[i]) dlcv__fill((unsigned char *)out->data, width, x, y, cell_w, cell_h, rgb);
        }
        dlcv__draw(&p, i, zoom, (unsigned char *)out->data, width, x + border, y + border);
    }
    return DLCV_OK;
}

/* ---- decision regions ---- */

/* Colours that most eyes tell apart, for classes and for the series of plots. */
static const uint32_t dlcv__palette[10] = { 0x1f6fb4, 0xe8801a, 0x2e9e5b, 0xc8373d, 0x7b55b8,
                                            0x17a0ad, 0xd65f9f, 0x8a5a3c, 0xa3a51f, 0x6f7680 };

/* Corners that are classified at once: 16384, or one row of them. */
#define DLCV__CORNERS 16384

/* The square that a picture of regions shows. */
typedef struct dlcv__plane {
    double x, y, side; /* its centre, its side */
    int size;          /* in pixels */
} dlcv__plane;

/* `percent` of a label's colour, the rest white; a label of -1 is white. */
DLCV__FN void dlcv__tint(int32_t label, unsigned percent, unsigned char *rgb)
{
    const uint32_t colour = label < 0 ? 0xffffffu : dlcv__palette[label % 10];
    int c;
    for (c = 0; c < 3; c++) {
        const unsigned ink = 255 - (colour >> (16 - 8 * c) & 255);
        rgb[c] = (unsigned char)(255 - (ink * percent + 50) / 100);
    }
}

DLCV__FN dlcv_status dlcv__plane_set(const dlcv_dataset *points, dlcv__plane *plane)
{
    double low[2] = { 0, 0 }, high[2] = { 0, 0 };
    const int n = points->x.shape.dim[0];
    int i, axis;
    for (i = 0; i < n; i++) {
        const float at[2] = { dlcv__f32_at(points->x.data, 2 * (size_t)i),
                              dlcv__f32_at(points->x.data, 2 * (size_t)i + 1) };
        for (axis = 0; axis < 2; axis++) {
            const double v = (double)at[axis];
            if (!(fabs(v) <= (double)FLT_MAX)) {
                return dlcv_fail(DLCV_ERR_NUMERIC, "view_regions: point %d is (%g, %g)", i, (double)at[0],
                                 (double)at[1]);
            }
            if (i == 0 || v < low[axis]) low[axis] = v;
            if (i == 0 || v > high[axis]) high[axis] = v;
        }
    }
    plane->x = (low[0] + high[0]) / 2;
    plane->y = (low[1] + high[1]) / 2;
    plane->side = high[0] - low[0] > high[1] - low[1] ? high[0] - low[0] : high[1] - low[1];
    plane->side = plane->side > 0 ? plane->side * 1.125 : 2;
    return DLCV_OK;
}

/* The coordinate of pixel corner i of 0 .. size: exactly symmetric about the centre, and a float. */
DLCV__FN float dlcv__plane_corner(const dlcv__plane *plane, double centre, int i)
{
    const double v = centre + (double)(2 * i - plane->size) / (2.0 * plane->size) * plane->side;
    return (float)(v > (double)FLT_MAX ? (double)FLT_MAX : v < -(double)FLT_MAX ? -(double)FLT_MAX : v);
}

/* The labels of the corners in rows first .. first + rows - 1, row 0 on top. `xy` has room for these corners. */
DLCV__FN dlcv_status dlcv__plane_classify(const dlcv__plane *plane, dlcv_classifier classifier, void *user, int classes,
                                          int first, int rows, float *xy, int32_t *labels)
{
    const int width = plane->size + 1;
    const dlcv_tensor points = dlcv_tensor_view(xy, DLCV_F32, dlcv_shape2(rows * width, 2));
    dlcv_tensor out = dlcv_tensor_view(labels, DLCV_I32, dlcv_shape1(rows * width));
    const unsigned before = dlcv__last.failures;
    dlcv_status s;
    int i;
    for (i = 0; i < rows * width; i++) {
        xy[2 * i] = dlcv__plane_corner(plane, plane->x, i % width);
        xy[2 * i + 1] = dlcv__plane_corner(plane, plane->y, plane->size - (first + i / width));
        labels[i] = -1;
    }
    s = classifier(&points, &out, user);
    if (s && dlcv__last.failures == before) {
        return dlcv_fail(s, "view_regions: the classifier failed with %s", dlcv_status_name(s));
    }
    if (s) return s;
    if (out.data != (void *)labels || out.owned || out.dtype != DLCV_I32 || out.shape.ndim != 1 ||
        out.shape.dim[0] != rows * width) {
        return dlcv_fail(DLCV_ERR_STATE,
                         "view_regions: the classifier replaced the view of its labels, it must fill it");
    }
    for (i = 0; i < rows * width; i++) {
        if (labels[i] < -1 || labels[i] >= classes) {
            return dlcv_fail(DLCV_ERR_ARGUMENT,
                             "view_regions: the classifier gave (%g, %g) the label %ld, must be -1 .. %d",
                             (double)xy[2 * i], (double)xy[2 * i + 1], (long)labels[i], classes - 1);
        }
    }
    return DLCV_OK;
}

/* Each pixel is the mean of its corners. */
DLCV__FN void dlcv__plane_paint(const dlcv__plane *plane, const int32_t *labels, unsigned char *out)
{
    const size_t width = (size_t)plane->size + 1;
    unsigned char rgb[4][3];
    int i, j, k;
    for (j = 0; j < plane->size; j++) {
        for (i = 0; i < plane->size; i++, out += 3) {
            const int32_t *corner = labels + (size_t)j * width + (size_t)i;
            for (k = 0; k < 4; k++) dlcv__tint(corner[(size_t)(k / 2) * width + (size_t)(k % 2)], 36, rgb[k]);
            for (k = 0; k < 3; k++) out[k] = (unsigned char)((rgb[0][k] + rgb[1][k] + rgb[2][k] + rgb[3][k] + 2) / 4);
        }
    }
}

/* A disc with its centre at (x, y), counted in pixels from the upper left corner; its rim is smooth over one pixel. */
DLCV__FN void dlcv__disc(unsigned char *out, int size, double x, double y, double radius, const unsigned char *rgb)
{
    const double reach = radius + 1;
    const int left = x > reach ? (int)(x - reach) : 0, right = x + reach < size ? (int)(x + reach) : size - 1;
    const int top = y > reach ? (int)(y - reach) : 0, bottom = y + reach < size ? (int)(y + reach) : size - 1;
    int i, j, k;
    for (j = top; j <= bottom; j++) {
        for (i = left; i <= right; i++) {
            unsigned char *p = out + ((size_t)j * (size_t)size + (size_t)i) * 3;
            const double dx = i + 0.5 - x, dy = j + 0.5 - y, inside = radius + 0.5 - sqrt(dx * dx + dy * dy);
            const double share = inside < 0 ? 0 : inside > 1 ? 1 : inside;
            for (k = 0; k < 3; k++) p[k] = (unsigned char)(p[k] + (rgb[k] - (double)p[k]) * share + 0.5);
        }
    }
}

/* The points: discs in a dark rim. */
DLCV__FN void dlcv__plane_points(const dlcv__plane *plane, const dlcv_dataset *points, unsigned char *out)
{
    const double radius = plane->size > 216 ? plane->size / 72.0 : 3, rim = radius / 5;
    const int n = points->x.shape.dim[0];
    unsigned char full[3], dark[3];
    int i, k;
    for (i = 0; i < n; i++) {
        const double x = (double)dlcv__f32_at(points->x.data, 2 * (size_t)i);
        const double y = (double)dlcv__f32_at(points->x.data, 2 * (size_t)i + 1);
        const double px = ((x - plane->x) / plane->side + 0.5) * plane->size;
        const double py = (0.5 - (y - plane->y) / plane->side) * plane->size;
        dlcv__tint(points->y.data ? dlcv__i32_at(points->y.data, (size_t)i) : 9, 100, full);
        for (k = 0; k < 3; k++) dark[k] = (unsigned char)(full[k] * 2 / 5);
        dlcv__disc(out, plane->size, px, py, radius, dark);
        dlcv__disc(out, plane->size, px, py, radius - rim, full);
    }
}

DLCV__FN dlcv_status dlcv__regions_check(const dlcv_dataset *points, dlcv_classifier classifier, int size,
                                         const dlcv_tensor *out)
{
    char shape[128];
    dlcv_status s;
    if (!points) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: points is NULL");
    if (!classifier) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: classifier is NULL");
    if (size < 1 || size > 16384) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: size is %d, must be 1 .. 16384", size);
    }
    s = dlcv__check("view_regions", "points->x", &points->x);
    if (s) return s;
    if (points->x.dtype != DLCV_F32 || points->x.shape.ndim != 2 || points->x.shape.dim[0] < 1 ||
        points->x.shape.dim[1] != 2) {
        dlcv__shape_text(points->x.shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "view_regions: points->x is %s %s, must be f32 [n, 2], not empty",
                         dlcv__dtype_name(points->x.dtype), shape);
    }
    if (points->classes < 0) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_regions: points has %d classes", points->classes);
    }
    if (points->y.data) {
        s = dlcv__labels_check("view_regions", "points->y", &points->y, points->x.shape.dim[0],
                               points->classes ? points->classes : INT_MAX);
        if (s) return s;
    }
    return dlcv__among("view_regions", "out", out, &points->x, points->y.data ? &points->y : NULL);
}

DLCV_API dlcv_status dlcv_view_regions(const dlcv_env *env, const dlcv_dataset *points, dlcv_classifier classifier,
                                       void *user, int size, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = dlcv__regions_check(points, classifier, size, out);
    dlcv__plane plane;
    int32_t *labels;
    size_t corners, bytes;
    int rows, row, classes;
    if (s) return s;
    plane.size = size;
    s = dlcv__plane_set(points, &plane);
    if (!s) s = dlcv__out(env, "view_regions", DLCV_U8, dlcv_shape3(size, size, 3), out);
    if (s) return s;
    rows = DLCV__CORNERS / (size + 1) > 0 ? DLCV__CORNERS / (size + 1) : 1;
    if (rows > size + 1) rows = size + 1;
    corners = ((size_t)size + 1) * ((size_t)size + 1);           /* below 2^29 */
    bytes = 4 * corners + 8 * (size_t)rows * ((size_t)size + 1); /* labels, then the points of some rows */
    labels = (int32_t *)dlcv__alloc(&e, bytes);
    if (!labels) return DLCV_ERR_MEMORY;
    classes = points->classes ? points->classes : INT_MAX;
    for (row = 0; row <= size && !s; row += rows) {
        if (rows > size + 1 - row) rows = size + 1 - row;
        s = dlcv__plane_classify(&plane, classifier, user, classes, row, rows, (float *)(void *)(labels + corners),
                                 labels + (size_t)row * ((size_t)size + 1));
    }
    if (!s) {
        dlcv__plane_paint(&plane, labels, (unsigned char *)out->data);
        dlcv__plane_points(&plane, points, (unsigned char *)out->data);
    }
    dlcv__release(&e, labels, bytes);
    return s;
}
#undef DLCV__CORNERS
/* ---- src/plot.c */
/* ---- plots: curves as SVG ---------------------------------------------------------------------------------------- */

#define DLCV__PLOT_WIDTH  720
#define DLCV__PLOT_HEIGHT 330 /* of the field between the axes */
#define DLCV__MAJORS      16
#define DLCV__MINORS      96

/* Where the ticks of an axis are, in pixels. */
typedef struct dlcv__ticks {
    int majors, minors, powers; /* powers: the texts are exponents of ten */
    double major[DLCV__MAJORS], minor[DLCV__MINORS];
    char text[DLCV__MAJORS][24];
} dlcv__ticks;

typedef struct dlcv__axis {
    const char *label;
    int bytes; /* of the label */
    int log;
    double least, most; /* of what is drawn */
    double low, high;   /* what the ends stand for, its log10 where log */
    double from, to;    /* pixels of the ends */
    dlcv__ticks ticks;
} dlcv__axis;

/* The file: texts are written twice, first only for their length. */
typedef struct dlcv__svg {
    dlcv__text text;
    int wrapped; /* more bytes than size_t counts */
    const char *title;
    int title_bytes, legend; /* legend: its rows */
    int count;
    const dlcv_series *series;
    dlcv__axis x, y;
} dlcv__svg;

#if defined(__MINGW32__) && !defined(__clang__)
__attribute__((__format__(__gnu_printf__, 2, 3)))
#elif defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 2, 3)))
#endif
DLCV__FN void
dlcv__svg_add(dlcv__svg *f, const char *format, ...)
{
    const size_t room = f->text.length < f->text.bytes ? f->text.bytes - f->text.length : 0, before = f->text.length;
    va_list list;
    va_start(list, format);
    f->text.length += (size_t)dlcv__vformat(room ? f->text.out + f->text.length : NULL, room, format, list);
    va_end(list);
    if (f->text.length < before) f->wrapped = 1;
}

/* The bytes of the UTF-8 character that `s` begins with, if XML 1.0 allows it, else 0. `s` ends with a zero byte. */
DLCV__FN int dlcv__utf8(const unsigned char *s)
{
    const int n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    int i;
    if (n == 1) return s[0] >= 0x20 || s[0] == '\t';
    for (i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
    }
    if (n == 3 && s[0] == 0xe0 && s[1] < 0xa0) return 0;                 /* could be shorter */
    if (n == 3 && s[0] == 0xed && s[1] > 0x9f) return 0;                 /* a surrogate */
    if (n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] > 0xbd) return 0; /* FFFE, FFFF */
    if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))) return 0;
    return n;
}

/* `bytes` bytes, with a 0 behind them, as XML text. */
DLCV__FN void dlcv__svg_text(dlcv__svg *f, const char *s, int bytes)
{
    int i, n;
    for (i = 0; i < bytes; i += n ? n : 1) {
        const char c = s[i];
        n = dlcv__utf8((const unsigned char *)s + i);
        if (c == '&' || c == '<' || c == '>' || c == '"')
            dlcv__svg_add(f, "%s", c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
        else if (n)
            dlcv__svg_add(f, "%.*s", n, s + i);
        else
            dlcv__svg_add(f, "\357\277\275");
    }
}

/* Characters of a text, whose width in pixels nobody knows. */
DLCV__FN int dlcv__characters(const char *s, int bytes)
{
    int i, n = 0;
    for (i = 0; i < bytes; i++) n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* 10^e, exact for |e| <= 22. */
DLCV__FN double dlcv__ten(int e)
{
    double power = 1;
    int i;
    for (i = e < 0 ? -e : e; i > 0; i--) power *= 10;
    return e < 0 ? 1 / power : power;
}

/* The e with 10^e <= v < 10^(e + 1), v > 0 a number of the size of a float's. */
DLCV__FN int dlcv__decade(double v)
{
    int e = 0;
    while (v < dlcv__ten(e)) e--;
    while (v >= dlcv__ten(e + 1)) e++;
    return e;
}

/* log10(v), v > 0, in double without libm: v = 10^e m, ln m = 8 artanh(s), s = (r - 1) / (r + 1) < 0.281 with r =
 * m^(1/4); the series is cut where its terms fall below s^27 / 27 < 5e-17. */
DLCV__FN double dlcv__log10(double v)
{
    const int e = dlcv__decade(v);
    const double r = sqrt(sqrt(v / dlcv__ten(e))), s = (r - 1) / (r + 1), s2 = s * s;
    double sum = 0;
    int i;
    for (i = 25; i > 0; i -= 2) sum = sum * s2 + 1.0 / i;
    return e + 8 * s * sum * 0.43429448190325182765;
}

/* A step of 1, 2 or 5 times a power of ten, not below `rough`; *exponent: of that power. */
DLCV__FN double dlcv__nice_step(double rough, int *exponent)
{
    const int e = dlcv__decade(rough);
    const double power = dlcv__ten(e), m = rough / power;
    *exponent = m > 5 ? e + 1 : e;
    return m > 5 ? dlcv__ten(e + 1) : (m > 2 ? 5 : m > 1 ? 2 : 1) * power;
}

/* The pixel of a value. */
DLCV__FN double dlcv__axis_at(const dlcv__axis *axis, double value)
{
    const double v = axis->log ? dlcv__log10(value) : value;
    return axis->from + (v - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

/* Whether a value has a place on the axis. */
DLCV__FN int dlcv__axis_takes(const dlcv__axis *axis, double value)
{
    return fabs(value) <= (double)FLT_MAX && (!axis->log || value > 0);
}

/* Point i of a series, if it can be drawn. */
DLCV__FN int dlcv__plot_point(const dlcv__svg *f, const dlcv_series *s, int i, double *x, double *y)
{
    *x = s->x ? (double)s->x[i] : i + 1.0;
    *y = (double)s->y[i];
    return dlcv__axis_takes(&f->x, *x) && dlcv__axis_takes(&f->y, *y);
}

/* The ends of the error bar of a point that can be drawn, if it has one; on a logarithmic axis a bar may end at the
 * axis. */
DLCV__FN int dlcv__plot_bar(const dlcv__svg *f, const dlcv_series *s, int i, double *low, double *high)
{
    const double y = (double)s->y[i], e = s->error ? fabs((double)s->error[i]) : 0;
    if (!s->error || !(e <= (double)FLT_MAX)) return 0;
    *low = y - e;
    *high = y + e;
    if (f->y.log && *low <= 0) *low = f->y.least < y ? f->y.least : y;
    return 1;
}

DLCV__FN void dlcv__axis_widen(dlcv__axis *axis, double value, int *any)
{
    if (!*any || value < axis->least) axis->least = value;
    if (!*any || value > axis->most) axis->most = value;
    *any = 1;
}

/* least and most of both axes: points first, since bars that go below zero end at the least point. */
DLCV__FN void dlcv__plot_range(dlcv__svg *f)
{
    double x, y, low, high;
    int any_x = 0, any_y = 0, pass, i, j;
    f->x.least = f->x.log ? 1 : 0; /* if there is no point */
    f->y.least = f->y.log ? 1 : 0;
    f->x.most = f->y.most = 1;
    for (pass = 0; pass < 2; pass++) {
        for (j = 0; j < f->count; j++) {
            for (i = 0; i < f->series[j].count; i++) {
                if (!dlcv__plot_point(f, &f->series[j], i, &x, &y)) continue;
                if (pass == 0) {
                    dlcv__axis_widen(&f->x, x, &any_x);
                    dlcv__axis_widen(&f->y, y, &any_y);
                } else if (dlcv__plot_bar(f, &f->series[j], i, &low, &high)) {
                    dlcv__axis_widen(&f->y, low, &any_y);
                    dlcv__axis_widen(&f->y, high, &any_y);
                }
            }
        }
    }
}

/* The ends of an axis: 4 % beyond what is drawn. What lies closer together than ticks can say counts as one value. */
DLCV__FN void dlcv__axis_ends(dlcv__axis *axis)
{
    const double size = fabs(axis->least) > fabs(axis->most) ? fabs(axis->least) : fabs(axis->most);
    double room;
    axis->low = axis->log ? dlcv__log10(axis->least) : axis->least;
    axis->high = axis->log ? dlcv__log10(axis->most) : axis->most;
    room = (axis->high - axis->low) * 0.04;
    if (axis->most - axis->least <= 1e-9 * size) room = axis->log ? 0.55 : size > 0 ? size / 10 : 1;
    axis->low -= room;
    axis->high += room;
}

DLCV__FN void dlcv__tick_add(dlcv__axis *axis, double value, int decimals)
{
    dlcv__ticks *t = &axis->ticks;
    char *text = t->text[t->majors];
    if (t->majors == DLCV__MAJORS) return;
    t->major[t->majors++] = dlcv__axis_at(axis, value);
    if (t->powers)
        dlcv__format(text, 24, "%d", dlcv__decade(value));
    else if (decimals < 0)
        dlcv__format(text, 24, "%.*g", -decimals, value);
    else
        dlcv__format(text, 24, "%.*f", decimals, value);
}

/* Ticks at the multiples of a step in begin .. end. */
DLCV__FN void dlcv__ticks_linear(dlcv__axis *axis, double begin, double end, int wanted)
{
    int e, decimals;
    const double step = dlcv__nice_step((end - begin) / wanted, &e);
    const double most = fabs(begin) > fabs(end) ? fabs(begin) : fabs(end);
    double k = dlcv__ceil(begin / step);
    decimals = e < 0 ? -e : 0;
    if (most >= 1e7 || e < -5) decimals = -(dlcv__decade(most) - e + 1); /* digits in all, with an exponent */
    for (; k * step <= end && axis->ticks.majors < DLCV__MAJORS; k++)
        dlcv__tick_add(axis, k == 0 ? 0 : k * step, decimals);
}

/* Ticks of a logarithmic axis: powers of ten, or 1, 2 and 5 times these, and lines between them. */
DLCV__FN void dlcv__ticks_log(dlcv__axis *axis)
{
    const int begin = -(int)dlcv__ceil(-axis->low), end = (int)dlcv__ceil(axis->high), fine = axis->high - axis->low < 2.5;
    const int stride = 1 + (end - begin) / 13;
    int e, m;
    axis->ticks.powers = !fine && (begin < -4 || end > 5);
    for (e = begin; e <= end; e++) {
        for (m = 1; m < 10; m++) {
            const double value = m * dlcv__ten(e), at = dlcv__log10(value);
            if (at < axis->low - 1e-9 || at > axis->high + 1e-9) continue;
            if ((m == 1 && (e - begin) % stride == 0) || (fine && (m == 2 || m == 5)))
                dlcv__tick_add(axis, value, -6);
            else if (stride == 1 && axis->ticks.minors < DLCV__MINORS)
                axis->ticks.minor[axis->ticks.minors++] = dlcv__axis_at(axis, value);
        }
    }
}

DLCV__FN void dlcv__axis_ticks(dlcv__axis *axis, int wanted)
{
    if (!axis->log)
        dlcv__ticks_linear(axis, axis->low, axis->high, wanted);
    else if (axis->high - axis->low >= 1)
        dlcv__ticks_log(axis);
    else
        dlcv__ticks_linear(axis, axis->least, axis->most, wanted);
}

/* A text, "" if there is none. */
DLCV__FN const char *dlcv__plot_text(const char *text, int *bytes)
{
    *bytes = text ? (int)strlen(text) : 0;
    return text ? text : "";
}

/* A mark, the name, and 20 pixels. */
DLCV__FN double dlcv__legend_width(const dlcv_series *s)
{
    return (s->dots ? 36 : 52) + 5.9 * dlcv__characters(s->name, (int)strlen(s->name));
}

/* The place of the next entry of the legend, in *x and *row. */
DLCV__FN void dlcv__legend_next(const dlcv__svg *f, const dlcv_series *s, double *x, int *row)
{
    if (*row == 0 || *x + dlcv__legend_width(s) > DLCV__PLOT_WIDTH) {
        *x = f->x.from;
        (*row)++;
    }
}

/* Where everything is: the axes from what is drawn, the margins from the texts. */
DLCV__FN void dlcv__plot_layout(dlcv__svg *f)
{
    int widest = 0, i, row = 0;
    double x = 0, top;
    dlcv__plot_range(f);
    dlcv__axis_ends(&f->x);
    dlcv__axis_ends(&f->y);
    f->y.from = 1;
    dlcv__axis_ticks(&f->y, 6); /* for the width of the texts */
    for (i = 0; i < f->y.ticks.majors; i++) {
        const int n = f->y.ticks.powers ? 4 : (int)strlen(f->y.ticks.text[i]);
        if (n > widest) widest = n;
    }
    f->x.from = 22 + 6.8 * widest + (f->y.bytes ? 22 : 0);
    f->x.to = DLCV__PLOT_WIDTH - 24;
    dlcv__axis_ticks(&f->x, 8);
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        x += dlcv__legend_width(s);
    }
    f->legend = row;
    top = 20 + (f->title_bytes ? 26 : 0) + 22 * row;
    f->y.to = top;
    f->y.from = top + DLCV__PLOT_HEIGHT;
    memset(&f->y.ticks, 0, sizeof f->y.ticks);
    dlcv__axis_ticks(&f->y, 6);
}

/* The colour of series `index`, asked for in ascending order; *colour begins as 0. */
DLCV__FN unsigned long dlcv__series_colour(const dlcv__svg *f, int index, int *colour)
{
    const char *name = f->series[index].name;
    if (index && name && *name) *colour = (*colour + 1) % 10;
    return (unsigned long)dlcv__palette[*colour];
}

DLCV__FN void dlcv__svg_legend(dlcv__svg *f)
{
    double x = 0;
    int i, row = 0, next = 0;
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        double y;
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        y = 5 + (f->title_bytes ? 26 : 0) + 22 * row;
        if (s->dots)
            dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\" fill=\"#%06lx\"/>\n", x + 5, y - 4, colour);
        else
            dlcv__svg_add(f, "<path d=\"M%.2f %.2fh24\" stroke=\"#%06lx\" stroke-width=\"2.5\"/>\n", x, y - 4, colour);
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", x + (s->dots ? 15 : 31), y);
        dlcv__svg_text(f, s->name, (int)strlen(s->name));
        dlcv__svg_add(f, "</text>\n");
        x += dlcv__legend_width(s);
    }
}

/* Lines across the field at the ticks of both axes. */
DLCV__FN void dlcv__svg_grid(dlcv__svg *f)
{
    const dlcv__ticks *x = &f->x.ticks, *y = &f->y.ticks;
    const double width = f->x.to - f->x.from, height = f->y.from - f->y.to;
    int i;
    if (x->minors || y->minors) {
        dlcv__svg_add(f, "<path stroke=\"#f0f1f3\" d=\"");
        for (i = 0; i < x->minors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->minor[i], f->y.to, height);
        for (i = 0; i < y->minors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->minor[i], width);
        dlcv__svg_add(f, "\"/>\n");
    }
    dlcv__svg_add(f, "<path stroke=\"#dcdfe4\" d=\"");
    for (i = 0; i < x->majors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->major[i], f->y.to, height);
    for (i = 0; i < y->majors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->major[i], width);
    dlcv__svg_add(f, "\"/>\n<path stroke=\"#8a929c\" fill=\"none\" d=\"M%.2f %.2fV%.2fH%.2f\"/>\n", f->x.from, f->y.to,
                  f->y.from, f->x.to);
}

DLCV__FN void dlcv__svg_tick_text(dlcv__svg *f, const dlcv__ticks *t, int i)
{
    if (t->powers)
        dlcv__svg_add(f, "10<tspan dy=\"-5\" font-size=\"9\">%s</tspan></text>\n", t->text[i]);
    else
        dlcv__svg_add(f, "%s</text>\n", t->text[i]);
}

/* The texts beside the axes. */
DLCV__FN void dlcv__svg_labels(dlcv__svg *f)
{
    const double middle_x = (f->x.from + f->x.to) / 2, middle_y = (f->y.from + f->y.to) / 2;
    int i;
    dlcv__svg_add(f, "<g text-anchor=\"middle\">\n");
    for (i = 0; i < f->x.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.ticks.major[i], f->y.from + 19);
        dlcv__svg_tick_text(f, &f->x.ticks, i);
    }
    if (f->x.bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"13\">", middle_x, f->y.from + 43);
        dlcv__svg_text(f, f->x.label, f->x.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    if (f->y.bytes) {
        dlcv__svg_add(f, "<text x=\"20\" y=\"%.2f\" font-size=\"13\" transform=\"rotate(-90 20 %.2f)\">", middle_y,
                      middle_y);
        dlcv__svg_text(f, f->y.label, f->y.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_add(f, "</g>\n<g text-anchor=\"end\">\n");
    for (i = 0; i < f->y.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.from - 8, f->y.ticks.major[i] + 4);
        dlcv__svg_tick_text(f, &f->y.ticks, i);
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_bars(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, low, high;
    int i, any = 0;
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y) || !dlcv__plot_bar(f, s, i, &low, &high)) continue;
        if (!any++) dlcv__svg_add(f, "<path stroke=\"#%06lx\" stroke-width=\"1.5\" d=\"", colour);
        x = dlcv__axis_at(&f->x, x);
        low = dlcv__axis_at(&f->y, low);
        high = dlcv__axis_at(&f->y, high);
        dlcv__svg_add(f, "M%.2f %.2fh10m-5 0V%.2fm-5 0h10", x - 5, low, high);
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

/* A line from point to point; a point between two gaps is a short one. */
DLCV__FN void dlcv__svg_line(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, next_x, next_y;
    int i, drawn = 0, any = 0;
    for (i = 0; i < s->count; i++) {
        const int before = drawn;
        drawn = dlcv__plot_point(f, s, i, &x, &y);
        if (!drawn) continue;
        if (!any++) {
            dlcv__svg_add(f,
                          "<path fill=\"none\" stroke=\"#%06lx\" stroke-width=\"2.5\" stroke-linejoin=\"round\" "
                          "stroke-linecap=\"round\" d=\"",
                          colour);
        }
        dlcv__svg_add(f, "%s%.2f %.2f", before ? "L" : "M", dlcv__axis_at(&f->x, x), dlcv__axis_at(&f->y, y));
        if (!before && (i + 1 == s->count || !dlcv__plot_point(f, s, i + 1, &next_x, &next_y)))
            dlcv__svg_add(f, "h0.01");
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

DLCV__FN void dlcv__svg_dots(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y;
    int i;
    dlcv__svg_add(f, "<g fill=\"#%06lx\" fill-opacity=\"0.75\">\n", colour);
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y)) continue;
        dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\"/>\n", dlcv__axis_at(&f->x, x),
                      dlcv__axis_at(&f->y, y));
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_write(dlcv__svg *f)
{
    const int height = (int)f->y.from + 32 + (f->x.bytes ? 24 : 0);
    int i, next = 0;
    f->text.length = 0;
    dlcv__svg_add(f,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                  "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#3a4048\">\n",
                  DLCV__PLOT_WIDTH, height, DLCV__PLOT_WIDTH, height);
    dlcv__svg_add(f, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", DLCV__PLOT_WIDTH, height);
    if (f->title_bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1b1f24\">",
                      f->x.from);
        dlcv__svg_text(f, f->title, f->title_bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_legend(f);
    dlcv__svg_grid(f);
    dlcv__svg_labels(f);
    for (i = 0; i < f->count; i++) {
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        dlcv__svg_bars(f, &f->series[i], colour);
        if (f->series[i].dots)
            dlcv__svg_dots(f, &f->series[i], colour);
        else
            dlcv__svg_line(f, &f->series[i], colour);
    }
    dlcv__svg_add(f, "</svg>\n");
}

DLCV__FN size_t dlcv__longer(size_t most, const char *text)
{
    const size_t bytes = text ? strlen(text) : 0;
    return bytes > most ? bytes : most;
}

DLCV__FN dlcv_status dlcv__plot_check(const dlcv_series *series, int count, const dlcv_plot_opts *o, const char *svg_path)
{
    size_t most = dlcv__longer(dlcv__longer(dlcv__longer(0, o->title), o->x_label), o->y_label);
    int i;
    if (count < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: count is %d", count);
    if (count && !series) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series is NULL, count %d", count);
    if (!svg_path) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: svg_path is NULL");
    for (i = 0; i < count; i++) {
        const dlcv_series *s = &series[i];
        if (s->count < 0 || (s->count && !s->y)) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series %d has %d points and y %s", i, s->count,
                             s->y ? "given" : "NULL");
        }
        most = dlcv__longer(most, s->name);
    }
    if (most > 100000) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: a text of %zu bytes, 100000 are enough", most);
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_view_plot(const dlcv_env *env, const dlcv_series *series, int count,
                                    const dlcv_plot_opts *opts, const char *svg_path)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_plot_opts o;
    dlcv_status s;
    dlcv__svg f;
    size_t bytes;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    s = dlcv__plot_check(series, count, &o, svg_path);
    if (s) return s;
    memset(&f, 0, sizeof f);
    f.series = series;
    f.count = count;
    f.title = dlcv__plot_text(o.title, &f.title_bytes);
    f.x.label = dlcv__plot_text(o.x_label, &f.x.bytes);
    f.y.label = dlcv__plot_text(o.y_label, &f.y.bytes);
    f.x.log = o.log_x != 0;
    f.y.log = o.log_y != 0;
    dlcv__plot_layout(&f);
    dlcv__svg_write(&f); /* counts */
    if (f.wrapped || !dlcv__add(f.text.length, 1, &bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the picture has more bytes than size_t counts", svg_path);
    }
    f.text.out = (char *)dlcv__alloc(&e, bytes);
    if (!f.text.out) return DLCV_ERR_MEMORY;
    f.text.bytes = bytes;
    dlcv__svg_write(&f);
    s = dlcv__file_write(&e, svg_path, f.text.out, bytes - 1);
    dlcv__release(&e, f.text.out, bytes);
    return s;
}
#undef DLCV__PLOT_WIDTH
#undef DLCV__PLOT_HEIGHT
#undef DLCV__MAJORS
#undef DLCV__MINORS
/* ---- src/progress.c */
/* ---- progress: one line on a terminal ----------------------------------------------------------------------------- */

#ifdef DLCV_NO_STDIO
DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    (void)p;
    (void)file;
    return 0;
}
#else
#define DLCV__COLUMNS 79

/* A line that is being written: a piece that does not fit is left out. */
typedef struct dlcv__line {
    char text[DLCV__COLUMNS + 1];
    int length, room;
} dlcv__line;

DLCV__FN void dlcv__line_add(dlcv__line *line, const char *text)
{
    const size_t bytes = strlen(text);
    if (bytes > (size_t)(line->room - line->length)) return;
    memcpy(line->text + line->length, text, bytes + 1);
    line->length += (int)bytes;
}

/* ", loss 0.25"; nothing for NaN. */
DLCV__FN void dlcv__line_value(dlcv__line *line, const char *name, double value, const char *unit)
{
    char text[64];
    if (value != value) return;
    dlcv__format(text, sizeof text, ", %s%.4g%s", name, value, unit);
    dlcv__line_add(line, text);
}

/* ", 9.5 s", ", 3 min 20 s left"; nothing for a time that is none. */
DLCV__FN void dlcv__line_time(dlcv__line *line, double seconds, const char *after)
{
    char text[64];
    const int whole = seconds >= 0 && seconds < 1e9 ? (int)(seconds + 0.5) : -1;
    if (whole < 0) return;
    if (seconds < 59.95)
        dlcv__format(text, sizeof text, ", %.1f s%s", seconds, after);
    else if (whole < 3600)
        dlcv__format(text, sizeof text, ", %d min %d s%s", whole / 60, whole % 60, after);
    else
        dlcv__format(text, sizeof text, ", %d h %d min%s", whole / 3600, whole / 60 % 60, after);
    dlcv__line_add(line, text);
}

/* What stands right of the bar. */
DLCV__FN void dlcv__line_numbers(dlcv__line *line, const dlcv_progress *p)
{
    char text[64];
    dlcv__format(text, sizeof text, p->steps > 0 ? " %d/%d" : " %d", p->step, p->steps);
    dlcv__line_add(line, text);
    if (p->done)
        dlcv__line_time(line, p->seconds, "");
    else if (p->step > 0 && p->step <= p->steps)
        dlcv__line_time(line, p->seconds / p->step * (p->steps - p->step), " left");
    dlcv__line_value(line, "loss ", (double)p->loss, "");
    dlcv__line_value(line, "accuracy ", 100 * (double)p->accuracy, " %");
    dlcv__line_value(line, "validation ", (double)p->validation_loss, "");
    dlcv__line_value(line, "", 100 * (double)p->validation_accuracy, " %");
    if (p->samples_per_second > 0) dlcv__line_value(line, "", p->samples_per_second, "/s");
}

DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    dlcv__line line, numbers;
    char text[64];
    int bar, full, i;
    if (!p) return 0;
    memset(&line, 0, sizeof line);
    memset(&numbers, 0, sizeof numbers);
    line.room = DLCV__COLUMNS;
    if (p->epochs > 0) {
        dlcv__format(text, sizeof text, "epoch %d/%d", p->epoch, p->epochs);
        dlcv__line_add(&line, text);
    }
    numbers.room = DLCV__COLUMNS - line.length;
    dlcv__line_numbers(&numbers, p);
    bar = DLCV__COLUMNS - line.length - numbers.length - 3; /* what is left for it between the brackets */
    if (bar > 30) bar = 30;
    if (p->steps > 0 && bar >= 5) {
        const double part = (double)p->step / p->steps;
        full = (int)(bar * (part < 0 ? 0 : part > 1 ? 1 : part));
        dlcv__line_add(&line, line.length ? " [" : "[");
        for (i = 0; i < bar; i++) dlcv__line_add(&line, i < full ? "#" : ".");
        dlcv__line_add(&line, "]");
    }
    dlcv__line_add(&line, numbers.text);
    while (line.length < DLCV__COLUMNS) dlcv__line_add(&line, " "); /* over what the call before has left */
    fprintf(file ? (FILE *)file : stderr, "\r%s%s", line.text, p->done ? "\n" : "");
    fflush(file ? (FILE *)file : stderr);
    return 0;
}
#undef DLCV__COLUMNS
#endif

/* ---- src/finish.h */
/* ---- the implementation leaves nothing behind --------------------------------------------------------------------------------- */
#if defined(__clang__)
#pragma STDC FP_CONTRACT DEFAULT
#elif defined(__GNUC__) && !defined(__TINYC__)
#pragma GCC diagnostic pop
#pragma GCC pop_options
#endif

#ifdef DLCV__BUILTIN_LIBC
#undef DLCV__BUILTIN_LIBC
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef sqrt
#undef sqrtf
#undef fabs
#undef fabsf
#endif

#undef DLCV__X86
#undef DLCV__GNU
#undef DLCV__FLAGS_SSE2
#undef DLCV__FLAGS_AVX2
#undef DLCV__FLAGS_AVX512
#undef DLCV__FLAGS_VNNI
#undef DLCV__FLAGS_NEON
#undef DLCV__FLAGS_DOT
#undef DLCV__FLAGS_WASM
#undef DLCV__A64
#undef DLCV__SLOT_SCALAR
#undef DLCV__SLOT_SSE2
#undef DLCV__SLOT_AVX2
#undef DLCV__SLOT_AVX512
#undef DLCV__SLOT_AVX512VNNI
#undef DLCV__SLOT_NEON
#undef DLCV__SLOT_NEONDOT
#undef DLCV__SLOT_WASM
#undef DLCV__SLOT_SIMDE
#undef DLCV__BEST
#undef DLCV__NEON_F32
#undef DLCV__REALIGN
#undef DLCV__DEPTH_BYTES
#undef DLCV__DEPTH_F32
#undef DLCV__PREFETCH
#undef DLCV__HIDE
#undef DLCV__CAT_
#undef DLCV__CAT
#undef DLCV__REP1
#undef DLCV__REP2
#undef DLCV__REP3
#undef DLCV__REP4
#undef DLCV__REP5
#undef DLCV__REP6
#undef DLCV__REP7
#undef DLCV__REP8
#undef DLCV__REP16
#undef DLCV__FOLD1
#undef DLCV__FOLD2
#undef DLCV__FOLD4
#undef DLCV__FOLD8
#undef DLCV__FOLD16
#undef DLCV__COL1
#undef DLCV__COL2
#undef DLCV__COL3
#undef DLCV__COL4
#undef DLCV__COL5
#undef DLCV__SSE
#undef DLCV__M128
#undef DLCV__M128I
#undef DLCV__SSE_K
#undef DLCV__SSE_NAME
#undef DLCV__SSE_LOW_WORDS
#undef DLCV__SSE_WIDEN
#undef DLCV__SSE_WIDEN16
#undef DLCV__Q
#undef DLCV__QLOAD
#undef DLCV__QSTORE
#undef DLCV__QSET
#undef DLCV__QXOR
#undef DLCV__QLOW32
#undef DLCV__QHIGH32
#undef DLCV__QLOW64
#undef DLCV__QHIGH64
#undef DLCV__LOW64
#undef DLCV__FN
#undef DLCV__INLINE
#undef DLCV__APART
#undef DLCV__RESTRICT
#undef DLCV__THREAD_LOCAL
#undef DLCV__ALIGN64
#endif /* DLCV_IMPLEMENTATION */

/*
 * ALTERNATIVE A: MIT
 *
 * Copyright (c) 2026 dlcv.h contributors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
 * (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
 * merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
 * MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
 * FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
 * WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 *
 * ALTERNATIVE B: public domain (unlicense.org)
 *
 * This is free and unencumbered software released into the public domain. Anyone is free to copy, modify, publish, use, compile, sell,
 * or distribute this software, either in source code form or as a compiled binary, for any purpose, commercial or non-commercial, and
 * by any means. In jurisdictions that recognize copyright laws, the author or authors of this software dedicate any and all copyright
 * interest in the software to the public domain. We make this dedication for the benefit of the public at large and to the detriment of
 * our heirs and successors. We intend this dedication to be an overt act of relinquishment in perpetuity of all present and future
 * rights to this software under copyright law.
 */
