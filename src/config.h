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

#if defined(DLCV_STATIC) && !defined(DLCV_H_STATIC)
#error "dlcv.h: DLCV_STATIC comes too late: a header of yours has included dlcv.h already; define DLCV_STATIC and DLCV_IMPLEMENTATION before the first include"
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

/* From DLCV__PLAIN to DLCV__FAST stands what is called once a layer, a file or a training: gcc compiles it at -Og, which takes a fifth off the whole
 * header's time as against -O1 and adds 2 % of code. What loops over many elements stands outside, as fast as the user's options say. The two alternate. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__TINYC__) && defined(__OPTIMIZE__) && !defined(__OPTIMIZE_SIZE__)
#define DLCV__PLAIN _Pragma("GCC push_options") _Pragma("GCC optimize(\"Og\")")
#define DLCV__FAST _Pragma("GCC pop_options")
#else
#define DLCV__PLAIN
#define DLCV__FAST
#endif

#ifdef DLCV_STRICT
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(_M_FP_FAST)
#error "dlcv.h: DLCV_STRICT promises the same bits everywhere, -ffast-math (-Ofast, -funsafe-math-optimizations, /fp:fast) takes that back: compile without"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "dlcv.h: DLCV_STRICT wants float arithmetic in float: on x87 use -msse2 -mfpmath=sse, on s390x -std=gnu99"
#endif
#endif
