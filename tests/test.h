/* What every test program includes. A check that fails says where and with which values, and the program goes on; the last
 * line is "name: N passed, N failed, N skipped", which run.py adds up. A test program includes this file instead of dlcv.h: it brings
 * the header (build with -I. for the generated one, with -DDLCV_SPINE -Isrc for the sources) and its implementation. */
#ifndef DLCV_TEST_H
#define DLCV_TEST_H
#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* A test that defines TEST_OWN before brings the implementation itself, to look at private functions or to let other libraries be seen first. The
 * others may be linked with implementation.c (-DDLCV_IMPLEMENTED), for compiling it is what takes the time; of the inside they see the kernels,
 * and with inside.h the lowest layer. */
#ifdef DLCV_IMPLEMENTED
#define TEST_APART
#include "../dlcv.h"
#include "../backends/table.h"
const dlcv__table *test_kernels(void);
void test_philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4]);
#ifndef DLCV_NO_GRAPH
dlcv_node test_build(const dlcv_node *in, int count, const char *op);
#endif
int test_memplan(const size_t *bytes, const int *first, const int *last, int count, size_t *at, size_t *total);     /* count <= 16 */
#else
#define DLCV_IMPLEMENTATION
#ifdef DLCV_SPINE
#include "../src/dlcv.h"
#else
#include "../dlcv.h"
#endif
#define test_kernels dlcv__kernels
#define test_philox dlcv__philox
#endif

/* TEST_SMALL where the test runs in many builds: the longest loops leave out what `make test` tries; TEST_EMULATED where an emulator runs it, too, 50 to 200
 * times slower. */
#ifdef DLCV_TEST_SMALL
enum { TEST_SMALL = 1 };
#else
enum { TEST_SMALL = 0 };
#endif
#ifdef DLCV_TEST_EMULATED
enum { TEST_EMULATED = 1 };
#else
enum { TEST_EMULATED = 0 };
#endif

static int test_passed, test_failed, test_skipped;

static void test_result(int ok, const char *file, int line, const char *what)
{
    if (ok) {
        test_passed++;
    } else {
        test_failed++;
        printf("%s:%d: FAILED %s\n", file, line, what);
    }
}

#define CHECK(condition) test_result((condition) ? 1 : 0, __FILE__, __LINE__, #condition)

static void test_equal(double got, double want, double tolerance, const char *file, int line, const char *what)
{
    int ok = fabs(got - want) <= tolerance || (got != got && want != want) || (got == want); /* == for infinities */
    test_result(ok, file, line, what);
    if (!ok) printf("    got %.9g, want %.9g within %.3g\n", got, want, tolerance);
}

#define CHECK_NEAR(got, want, tolerance) test_equal((double)(got), (double)(want), (double)(tolerance), __FILE__, __LINE__, #got " == " #want)
#define CHECK_EQUAL(got, want) CHECK_NEAR(got, want, 0)

static void test_text(const char *got, const char *want, const char *file, int line, const char *what)
{
    int ok = strcmp(got, want) == 0;
    test_result(ok, file, line, what);
    if (!ok) printf("    got  \"%s\"\n    want \"%s\"\n", got, want);
}

#define CHECK_TEXT(got, want) test_text(got, want, __FILE__, __LINE__, #got)

static void test_status(dlcv_status got, dlcv_status want, const char *text, const char *file, int line, const char *what)
{
    test_result(got == want, file, line, what);
    if (got != want) printf("    got %s (%s), want %s\n", dlcv_status_name(got), dlcv_error(), dlcv_status_name(want));
    if (text) test_text(dlcv_error(), text, file, line, what);
}

#define CHECK_OK(call) test_status((call), DLCV_OK, NULL, __FILE__, __LINE__, #call)
/* the call fails with this status and exactly this sentence */
#define CHECK_FAILS(call, status, text) test_status((call), (status), (text), __FILE__, __LINE__, #call)

/* A check that cannot run here says why; in CI (DLCV_NO_SKIP set) that is a failure. */
static void test_skip(const char *why)
{
    if (getenv("DLCV_NO_SKIP")) {
        test_failed++;
        printf("FAILED, since nothing may be skipped: %s\n", why);
    } else {
        test_skipped++;
        printf("skipped: %s\n", why);
    }
}

static int test_end(const char *name)
{
    printf("%s: %d passed, %d failed, %d skipped\n", name, test_passed, test_failed, test_skipped);
    return test_failed != 0;
}

/* A pool; where there are no threads the sentence that says so, and *out is one thread's. */
static void test_new_pool(int width, dlcv_threads *out)
{
#if (defined(__wasm__) && !defined(__wasm_atomics__)) || defined(__TINYC__)
    CHECK_FAILS(dlcv_pool_new(NULL, width, out), DLCV_ERR_UNSUPPORTED,
        "pool_new: DLCV_POOL takes gcc, clang or Windows; for WebAssembly -pthread");
#else
    CHECK_OK(dlcv_pool_new(NULL, width, out));
#endif
}

/* Allocators that count, and that fail at the n-th call (fail_at 1 = the first; 0 = never). */
typedef struct test_heap {
    long calls, fail_at;
    long blocks;                /* not yet released */
    size_t bytes, peak;
    int wrong;                  /* releases whose size is not what was asked for */
} test_heap;

static void *test_allocate(size_t bytes, size_t alignment, void *user)
{
    test_heap *h = (test_heap *)user;
    unsigned char *raw, *block;
    if (++h->calls == h->fail_at) return NULL;
    raw = (unsigned char *)malloc(bytes + alignment + 2 * sizeof(void *) + sizeof(size_t));
    if (!raw) return NULL;
    block = raw + 2 * sizeof(void *) + sizeof(size_t);
    block += alignment - ((size_t)block & (alignment - 1));
    memcpy(block - sizeof(void *), &raw, sizeof raw);
    memcpy(block - sizeof(void *) - sizeof(size_t), &bytes, sizeof bytes);
    h->blocks++;
    h->bytes += bytes;
    if (h->bytes > h->peak) h->peak = h->bytes;
    return block;
}

static void test_release(void *block, size_t bytes, void *user)
{
    test_heap *h = (test_heap *)user;
    unsigned char *raw;
    size_t asked;
    memcpy(&raw, (unsigned char *)block - sizeof(void *), sizeof raw);
    memcpy(&asked, (unsigned char *)block - sizeof(void *) - sizeof(size_t), sizeof asked);
    if (asked != bytes) h->wrong++;
    h->blocks--;
    h->bytes -= asked;
    free(raw);
}

static dlcv_env test_env(test_heap *h)
{
    dlcv_env env;
    memset(&env, 0, sizeof env);
    memset(h, 0, sizeof *h);
    env.memory.allocate = test_allocate;
    env.memory.release = test_release;
    env.memory.user = h;
    return env;
}

/* Where test data lie, or NULL. */
static const char *test_data(void)
{
    const char *dir = getenv("DLCV_DATA");
    return dir && *dir ? dir : NULL;
}
#endif
