/* The implementation, once for all test programs of a configuration: those without TEST_OWN are compiled with -DDLCV_IMPLEMENTED and linked with
 * this. It also opens what such a test may see of the inside. */
#ifdef TEST_STB /* for examples that read and write other pictures than PNM */
#ifdef DLCV_DEMO_STB_WRITE
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include DLCV_DEMO_STB_WRITE
#endif
#ifdef __has_include
#if __has_include(<stb/stb_image.h>)
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#endif
#ifndef DLCV_POOL
#define DLCV_POOL
#endif
#define DLCV_IMPLEMENTATION
#ifdef DLCV_SPINE
#include "../src/dlcv.h"
#else
#include "../dlcv.h"
#endif
#include "inside.h"

const dlcv__table *test_kernels(void);
const dlcv__table *test_kernels(void) { return dlcv__kernels(); }

void test_philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4]);
void test_philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4]) { dlcv__philox(seed, stream, block, out); }

const test_inside *test_look(void)
{
    static const test_inside all = { dlcv__mul, dlcv__add, dlcv__alloc, dlcv__release, dlcv__env, dlcv__file_read, dlcv__file_write, dlcv__format,
                                     dlcv__vformat, dlcv__io_fail, dlcv__no_sync, dlcv__now, dlcv__shape_text, dlcv__dtype_name, dlcv__out, dlcv__check };
    return &all;
}

#ifndef DLCV_NO_GRAPH
int test_memplan(const size_t *bytes, const int *first, const int *last, int count, size_t *at, size_t *total);
int test_memplan(const size_t *bytes, const int *first, const int *last, int count, size_t *at, size_t *total)
{
    dlcv__span span[16];
    int order[16], i, ok;
    for (i = 0; i < count; i++) {
        span[i].bytes = bytes[i];
        span[i].first = first[i];
        span[i].last = last[i];
    }
    ok = dlcv__memplan(span, count, order, total);
    for (i = 0; i < count; i++) at[i] = span[i].at;
    return ok;
}

/* A node of any op, from any inputs, its attributes as they are if nothing is said: what a reader of files can come with */
dlcv_node test_build(const dlcv_node *in, int count, const char *op);
dlcv_node test_build(const dlcv_node *in, int count, const char *op)
{
    union {
        double aligned[32];
        unsigned char bytes[256];
    } attr;
    int i, k;
    for (i = 0; i < DLCV__OP_COUNT - 1 && strcmp(dlcv__ops[i]->name, op); i++) {}
    memset(&attr, 0, sizeof attr);
    for (k = 0; k < dlcv__ops[i]->field_count; k++) {
        const dlcv__field *f = &dlcv__ops[i]->fields[k];
        const int number = (int)f->otherwise;
        const float real = (float)f->otherwise;
        if (f->type == DLCV__FIELD_INT) memcpy(attr.bytes + f->at, &number, sizeof number);
        if (f->type == DLCV__FIELD_FLOAT) memcpy(attr.bytes + f->at, &real, sizeof real);
    }
    return dlcv__build(in, count, i, attr.bytes);
}
#endif
