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

#ifdef DLCV_STATIC
#define DLCV_H_STATIC           /* the declarations saw it */
#endif
#ifndef DLCV_API
#ifdef DLCV_STATIC
#if !defined(DLCV_IMPLEMENTATION) && !defined(DLCV_IMPLEMENTED)
#error "dlcv.h: DLCV_STATIC declares functions of this file alone: define DLCV_IMPLEMENTATION too, before the first include of dlcv.h, or leave DLCV_STATIC out in a file that calls none"
#endif
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
