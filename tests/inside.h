/* What tests see of the lowest layer's inside. Where the implementation is an object of its own (see test.h), by way of a table that it brings:
 * a test then need not compile it once more. */
#ifndef DLCV_TEST_INSIDE_H
#define DLCV_TEST_INSIDE_H
#include <stdarg.h>

typedef struct test_inside {
    int (*mul)(size_t a, size_t b, size_t *out);
    int (*add)(size_t a, size_t b, size_t *out);
    void *(*alloc)(const dlcv_env *env, size_t bytes);
    void (*release)(const dlcv_env *env, void *block, size_t bytes);
    dlcv_env (*env)(const dlcv_env *env);
    dlcv_status (*file_read)(const dlcv_env *env, const char *path, void **data, size_t *bytes);
    dlcv_status (*file_write)(const dlcv_env *env, const char *path, const void *data, size_t bytes);
    int (*format)(char *out, size_t bytes, const char *format, ...);
    int (*vformat)(char *out, size_t bytes, const char *format, va_list list);
    dlcv_status (*io_fail)(const char *path, const char *what, int error);
    int (*no_sync)(int error);
    double (*now)(void);
    int (*shape_text)(dlcv_shape s, char *out, size_t bytes);
    const char *(*dtype_name)(dlcv_dtype d);
    dlcv_status (*out)(const dlcv_env *env, const char *who, dlcv_dtype dtype, dlcv_shape shape, dlcv_tensor *out);
    dlcv_status (*check)(const char *who, const char *what, const dlcv_tensor *t);
} test_inside;

const test_inside *test_look(void);

#ifdef TEST_APART
#define dlcv__mul test_look()->mul
#define dlcv__add test_look()->add
#define dlcv__alloc test_look()->alloc
#define dlcv__release test_look()->release
#define dlcv__env test_look()->env
#define dlcv__file_read test_look()->file_read
#define dlcv__file_write test_look()->file_write
#define dlcv__format test_look()->format
#define dlcv__vformat test_look()->vformat
#define dlcv__io_fail test_look()->io_fail
#define dlcv__no_sync test_look()->no_sync
#define dlcv__now test_look()->now
#define dlcv__shape_text test_look()->shape_text
#define dlcv__dtype_name test_look()->dtype_name
#define dlcv__out test_look()->out
#define dlcv__check test_look()->check
#endif
#endif
