/* Statuses, texts, sizes, allocators, the arena, files. */
#include "test.h"
#include "inside.h"
#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#if defined(__unix__) || defined(__APPLE__)
#define TEST_UNIX
#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

/* ---- statuses and texts */

static const char *volatile nothing; /* a format that is NULL, where compilers do not see it */

static void test_statuses(void)
{
    char many[700], want[512];
    CHECK_TEXT(dlcv_error(), "");
    CHECK_TEXT(dlcv_version(), "0.1.0");
    CHECK_TEXT(dlcv_status_name(DLCV_OK), "DLCV_OK");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_ARGUMENT), "DLCV_ERR_ARGUMENT");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_SHAPE), "DLCV_ERR_SHAPE");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_MEMORY), "DLCV_ERR_MEMORY");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_IO), "DLCV_ERR_IO");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_FORMAT), "DLCV_ERR_FORMAT");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_UNSUPPORTED), "DLCV_ERR_UNSUPPORTED");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_NUMERIC), "DLCV_ERR_NUMERIC");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_STATE), "DLCV_ERR_STATE");
    CHECK_TEXT(dlcv_status_name(DLCV_ERR_NOT_FOUND), "DLCV_ERR_NOT_FOUND");
    CHECK_TEXT(dlcv_status_name((dlcv_status)1), "unknown status");
#ifndef __cplusplus
    CHECK_TEXT(dlcv_status_name((dlcv_status)-10), "unknown status");        /* in C++ the enum holds -16 .. 15 */
#endif
    CHECK_FAILS(dlcv_fail(DLCV_ERR_IO, "%s: no such file", "a.bin"), DLCV_ERR_IO, "a.bin: no such file");
    CHECK_FAILS(dlcv_fail(DLCV_ERR_FORMAT, "data: %s", dlcv_error()), DLCV_ERR_FORMAT, "data: a.bin: no such file");
    memset(many, 'x', sizeof many);
    many[699] = 0;
    memset(want, 'x', sizeof want);
    want[511] = 0;
    CHECK_FAILS(dlcv_fail(DLCV_ERR_STATE, "%s", many), DLCV_ERR_STATE, want);
    CHECK_FAILS(dlcv_fail(DLCV_ERR_STATE, "%s", ""), DLCV_ERR_STATE, "");
    CHECK_FAILS(dlcv_fail(DLCV_ERR_STATE, nothing, 0), DLCV_ERR_STATE, "");
}

/* ---- the formatter against the C library's, in the "C" locale and not on Windows (other exponents) */

/* by way of this the compiler does not check the format */
static void format(char *out, size_t bytes, const char *f, ...)
{
    va_list list;
    va_start(list, f);
    dlcv__vformat(out, bytes, f, list);
    va_end(list);
}

static void reference(char *out, size_t bytes, const char *f, ...)
{
    va_list list;
    va_start(list, f);
    vsnprintf(out, bytes, f, list);
    va_end(list);
}

static char got[2048], expected[2048];

#define SAME(value) do { \
        format(got, sizeof got, spec, value); \
        reference(expected, sizeof expected, spec, value); \
        if (strcmp(got, expected)) { \
            if (wrong++ < 5) printf("    \"%s\": \"%s\" instead of \"%s\"\n", spec, got, expected); \
        } \
        compared++; \
    } while (0)

static const char *const flag_sets[] = { "", "-", "0", "+", " ", "-0", "+0", "- ", "-+", " 0", "+ " };
static const char *const sizes[] = { "", "1", "2", "5", "12", "40", ".0", ".1", ".5", ".14", "8.3", "3.8", "20.12",
                                     "." };

static void test_integers(void)
{
    static const long long values[] = { 0, 1, -1, 7, -42, 99, 100, 2147483647ll, -2147483647ll - 1, 4294967295ll,
                                        -4294967296ll, 9223372036854775807ll, -9223372036854775807ll - 1 };
    long wrong = 0, compared = 0;
    char spec[32];
    size_t f, s, v;
    for (f = 0; f < sizeof flag_sets / sizeof *flag_sets; f++) {
        for (s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (v = 0; v < sizeof values / sizeof *values; v++) {
#define EACH(letters, value) snprintf(spec, sizeof spec, "<%%%s%s%s>", flag_sets[f], sizes[s], letters); SAME(value)
                EACH("d", (int)values[v]);
                EACH("i", (int)values[v]);
                EACH("ld", (long)values[v]);
                EACH("lld", values[v]);
                EACH("u", (unsigned)values[v]);
                EACH("x", (unsigned)values[v]);
                EACH("lu", (unsigned long)values[v]);
                EACH("llu", (unsigned long long)values[v]);
                EACH("llx", (unsigned long long)values[v]);
                EACH("zu", (size_t)values[v]);
                EACH("zd", (size_t)values[v]);
#undef EACH
            }
        }
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(compared > 10000);
}

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static void test_doubles(void)
{
    static const double values[] = { 0.0, 1.0, 0.5, 1.5, 2.5, 3.5, 0.125, 0.375, 0.1, 0.2, 0.3, 9.5, 9.995, 99.5, 0.95,
                                     0.00001, 0.0001, 0.00009999995, 123456.0, 1234567.0, 999999.5, 999999.4, 1e15,
                                     1e16, 1e21, 1e22, 1e23, 4503599627370497.5, 5e-324, 2.2250738585072014e-308,
                                     2.225073858507201e-308, 1.7976931348623157e308, 3.14159265358979, 1e100, 1e-100 };
    static const char letters[] = "fge";
    const size_t many = getenv("DLCV_TEST_FULL") ? 1500 : 400;
    const double nan = from_bits((uint64_t)0x7ff8 << 48);
    long wrong = 0, compared = 0;
    char spec[32];
    size_t f, s, v, l;
    dlcv_rng rng = dlcv_rng_seed(7);
    for (l = 0; l < 3; l++) {
        for (s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (f = 0; f < sizeof flag_sets / sizeof *flag_sets; f++) {
                snprintf(spec, sizeof spec, "<%%%s%s%c>", flag_sets[f], sizes[s], letters[l]);
                for (v = 0; v < sizeof values / sizeof *values; v++) {
                    SAME(values[v]);
                    SAME(-values[v]);
                }
                SAME(from_bits((uint64_t)2047 << 52));
                SAME(from_bits((uint64_t)4095 << 52));
            }
            snprintf(spec, sizeof spec, "%%%s%c", sizes[s], letters[l]);
            for (v = 0; v < (TEST_SMALL ? 100 : many); v++) {    /* any bits; and decimals, with their ties */
                uint64_t bits = (uint64_t)dlcv_rng_next(&rng) << 32 | dlcv_rng_next(&rng);
                if ((bits >> 52 & 2047) == 2047) continue;
                SAME(from_bits(bits));
                SAME((double)((int)(bits % 2000001) - 1000000) / 1024);
                SAME((double)((int)(bits % 2000001) - 1000000) / 1000);
            }
        }
        snprintf(spec, sizeof spec, "%%.1100%c", letters[l]);
        for (v = 0; v < sizeof values / sizeof *values; v++) SAME(values[v]);
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(compared > (TEST_SMALL ? 20000 : 60000));
    dlcv__format(got, sizeof got, "%f %g %5e|%05f", nan, nan, nan, nan);
    CHECK_TEXT(got, "nan nan   nan|  nan");
}

static void test_strings(void)
{
    int n, i, untouched;
    dlcv__format(got, sizeof got, "%s|%5s|%-5s|%.2s|%-4.1s|%.*s|%*d|%-*d|%c|%3c|%%", "abc", "ab", "ab", "abc", "abc",
                 2, "xyz", 4, 7, 4, 7, 'q', 'r');
    CHECK_TEXT(got, "abc|   ab|ab   |ab|a   |xy|   7|7   |q|  r|%");
    format(got, sizeof got, "%*d|%.*s|%05s|%s", -4, 7, -1, "whole", "s", (const char *)NULL);
    CHECK_TEXT(got, "7   |whole|    s|(null)");
    format(got, sizeof got, "%*d|", -20000, 7);     /* no more than 9999 columns */
    CHECK(!strncmp(got, "7   ", 4) && strlen(got) == sizeof got - 1);
    dlcv__format(got, sizeof got, "%p %p", (void *)0, (void *)(uintptr_t)0xbeef);
    CHECK_TEXT(got, "0x0 0xbeef");
    dlcv__format(got, sizeof got, "%zu %lu %llx", (size_t)-1 - ((size_t)-1 - 5), 6ul, 255ull);
    CHECK_TEXT(got, "5 6 ff");
    format(got, sizeof got, "%d %y %d", 1, 2, 3);
    CHECK_TEXT(got, "1 %y %d");
    format(got, sizeof got, "%d 50%", 1);
    CHECK_TEXT(got, "1 50%");
    format(got, sizeof got, "%99999999999d|", 1);
    CHECK(strlen(got) == sizeof got - 1);
    CHECK_EQUAL(dlcv__format(NULL, 0, "%s %d", "abc", 12), 6);
    for (n = 0; n < 40; n++) {                      /* never beyond the end, ended by 0, as much as fits */
        memset(got, '#', 64);
        CHECK_EQUAL(dlcv__format(got, (size_t)n, "%-9d|%09.3f|%s", 123, 3.14159, "tail"), 24);
        for (i = n, untouched = 1; i < 64; i++) untouched &= got[i] == '#';
        CHECK(untouched);
        if (n == 0) continue;
        CHECK(strlen(got) == (size_t)(n < 25 ? n - 1 : 24));
        CHECK(!strncmp(got, "123      |00003.142|tail", strlen(got)));
    }
}

static void test_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "de_DE", "German_Germany.1252", "fr_FR.UTF-8",
                                         "ru_RU.UTF-8", "nl_NL.UTF-8" };
    size_t i;
    int comma = 0;
    for (i = 0; i < sizeof names / sizeof *names && !comma; i++) {
        if (!setlocale(LC_ALL, names[i])) continue;
        snprintf(got, sizeof got, "%.1f", 0.5);
        comma = got[1] == ',';
    }
    dlcv__format(got, sizeof got, "%.1f %g %.2e %d", 0.5, 1234.5, 0.00123, 1000000);
    CHECK_TEXT(got, "0.5 1234.5 1.23e-03 1000000");
    if (!comma) test_skip("no locale with a decimal comma is installed");
    setlocale(LC_ALL, "C");
}

/* ---- sizes and allocators */

static void test_sizes(void)
{
    const size_t max = (size_t)-1;
    size_t r = 77;
    CHECK(dlcv__mul(0, max, &r) && r == 0);
    CHECK(dlcv__mul(max, 0, &r) && r == 0);
    CHECK(dlcv__mul(max, 1, &r) && r == max);
    CHECK(dlcv__mul(max / 3, 3, &r) && r == max / 3 * 3);
    r = 77;
    CHECK(!dlcv__mul(max / 3 + 1, 3, &r) && r == 77);
    CHECK(!dlcv__mul(max, max, &r) && r == 77);
    CHECK(dlcv__add(max, 0, &r) && r == max);
    CHECK(dlcv__add(max - 5, 5, &r) && r == max);
    r = 77;
    CHECK(!dlcv__add(max - 5, 6, &r) && r == 77);
    CHECK(!dlcv__add(1, max, &r) && r == 77);
}

static void *crooked_allocate(size_t bytes, size_t alignment, void *user)
{
    unsigned char *block = (unsigned char *)test_allocate(bytes + 1, alignment, user);
    return block ? block + 1 : NULL;
}

static void crooked_release(void *block, size_t bytes, void *user)
{
    test_release((unsigned char *)block - 1, bytes + 1, user);
}

/* an allocator that never gives back, and is wrong */
static void *fixed_allocate(size_t bytes, size_t alignment, void *user)
{
    static unsigned char block[256];
    (void)bytes;
    (void)user;
    return block + ((0 - (uintptr_t)block) & (alignment - 1)) + 1;
}

static void test_memory(void)
{
    volatile size_t huge = (size_t)-1 - 4096;
    test_heap heap;
    dlcv_env given = test_env(&heap), e = dlcv__env(NULL);
    size_t bytes;
    void *block;
    CHECK(e.limit == 0x80000000u || e.limit == (size_t)-1 / 2);
    CHECK(e.memory.allocate && e.memory.release && e.files.read && e.files.write && !e.threads.parallel_for);
    for (bytes = 0; bytes < 300; bytes++) {
        block = dlcv__alloc(&e, bytes);
        CHECK(block && ((uintptr_t)block & 63) == 0);
        if (block) memset(block, 1, bytes);
        dlcv__release(&e, block, bytes);
    }
    block = e.memory.allocate(10, 1, NULL);         /* smaller alignments too */
    CHECK(block != NULL);
    e.memory.release(block, 10, NULL);
    dlcv__release(&e, NULL, 5);
    CHECK(!dlcv__alloc(&e, (size_t)-1) && strstr(dlcv_error(), "out of memory: ") == dlcv_error());
    CHECK(!dlcv__alloc(&e, huge) && strstr(dlcv_error(), "out of memory: ") == dlcv_error());
    given.limit = 1000;
    e = dlcv__env(&given);
    CHECK(e.memory.user == &heap && e.limit == 1000);
    heap.fail_at = 1;
    CHECK(!dlcv__alloc(&e, 4096));
    CHECK_TEXT(dlcv_error(), "out of memory: 4096 bytes wanted");
    block = dlcv__alloc(&e, 0);
    CHECK(block && heap.bytes == 1);
    dlcv__release(&e, block, 0);
    e.memory.allocate = crooked_allocate;
    e.memory.release = crooked_release;
    CHECK(!dlcv__alloc(&e, 100) && strstr(dlcv_error(), "is not aligned to 64 bytes"));
    e.memory.release = NULL;                        /* an allocator that never gives back */
    e.memory.allocate = test_allocate;
    block = dlcv__alloc(&e, 100);
    dlcv__release(&e, block, 100);
    CHECK_EQUAL(heap.blocks, 1);
    test_release(block, 100, &heap);
    e.memory.allocate = fixed_allocate;
    CHECK(!dlcv__alloc(&e, 100) && strstr(dlcv_error(), "is not aligned to 64 bytes"));
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* ---- the arena: 63 bytes to align its start, and one word behind each block */

enum { WORD = (int)sizeof(size_t) };

static void test_arena(void)
{
    static unsigned char memory[4096 + 64];
    dlcv_arena arena;
    dlcv_env e = dlcv__env(NULL);
    unsigned char *a, *b, *c;
    char want[200];
    size_t shift, used;
    for (shift = 0; shift < 64; shift++) {          /* what fits does not depend on where the block lies */
        e.memory = dlcv_arena_memory(&arena, memory + shift, 4096);
        CHECK(arena.base == memory + shift && arena.bytes == 4096 && arena.used == 0 && arena.peak == 0);
        a = (unsigned char *)dlcv__alloc(&e, 100);
        CHECK(a && ((uintptr_t)a & 63) == 0 && a >= memory + shift && arena.used == 63 + 100 + WORD);
        b = (unsigned char *)dlcv__alloc(&e, 1000);
        used = arena.used;
        CHECK(b == a + 128 && used == 63 + 128 + 1000 + WORD);
        CHECK(!dlcv__alloc(&e, 61440));
        snprintf(want, sizeof want, "arena of 4096 bytes: 61440 more wanted, %d are left", 4096 - 63 - 1152 - WORD);
        CHECK_TEXT(dlcv_error(), want);
        CHECK(!dlcv__alloc(&e, (size_t)(4096 - 63 - 1152 - WORD + 1)));
        CHECK(!dlcv__alloc(&e, (size_t)-1) && !dlcv__alloc(&e, (size_t)-9) && arena.used == used);
        c = (unsigned char *)dlcv__alloc(&e, (size_t)(4096 - 63 - 1152 - WORD));
        CHECK(c == b + 1024 && arena.used == 4096);
        if (!a || !b || !c) return;
        memset(a, 1, 100);
        memset(b, 2, 1000);
        memset(c, 3, (size_t)(4096 - 63 - 1152 - WORD));
        dlcv__release(&e, b, 1000);                 /* waits for c */
        CHECK_EQUAL(arena.used, 4096);
        dlcv__release(&e, c, (size_t)(4096 - 63 - 1152 - WORD));
        CHECK_EQUAL(arena.used, 63 + 100 + WORD);
        CHECK(a[0] == 1 && a[99] == 1);
        CHECK(dlcv__alloc(&e, 64) == b);
        dlcv__release(&e, a, 100);
        dlcv__release(&e, b, 64);
        CHECK(arena.used == 0 && arena.peak == 4096);
    }
    e.memory = dlcv_arena_memory(&arena, memory, 4096);
    dlcv__release(&e, memory + 2000, 5);            /* left from before the restart: ignored */
    CHECK_EQUAL(arena.used, 0);
    a = (unsigned char *)dlcv__alloc(&e, 10);
    dlcv__release(&e, memory + 2000, 5);
    dlcv__release(&e, a, 4000);
    dlcv__release(&e, a, 11);
    e.memory.release(NULL, 10, &arena);
    CHECK_EQUAL(arena.used, 63 + 10 + WORD);
    e.memory = dlcv_arena_memory(&arena, NULL, 4096);
    CHECK(!dlcv__alloc(&e, 1));
    CHECK_TEXT(dlcv_error(), "arena of 0 bytes: 1 more wanted, 0 are left");
    e.memory = dlcv_arena_memory(&arena, memory, 20);
    CHECK(!dlcv__alloc(&e, 1));
    CHECK_TEXT(dlcv_error(), "arena of 20 bytes: 1 more wanted, 0 are left");
    CHECK(!e.memory.allocate(0, 64, &arena));       /* not even nothing fits */
}

/* Random blocks: none overlaps another, all come back, and a block of `peak` bytes is enough for the same again. */
static void test_arena_random(void)
{
    enum { BLOCKS = 24 };
    static unsigned char memory[65536 + 64];
    unsigned char *block[BLOCKS];
    size_t bytes[BLOCKS], capacity = 65536, i;
    int pass, step, k, kept;
    for (pass = 0; pass < 2; pass++) {
        dlcv_arena arena;
        dlcv_env e = dlcv__env(NULL);
        dlcv_rng rng = dlcv_rng_seed(3);
        e.memory = dlcv_arena_memory(&arena, memory + 1 + 31 * pass, capacity);
        memset(block, 0, sizeof block);
        for (step = 0, kept = 1; step < 4000; step++) {
            k = dlcv_rng_below(&rng, BLOCKS);
            if (block[k]) {
                for (i = 0; i < bytes[k]; i++) kept &= block[k][i] == k;
                dlcv__release(&e, block[k], bytes[k]);
                block[k] = NULL;
            } else {
                bytes[k] = (size_t)dlcv_rng_below(&rng, 500);
                block[k] = (unsigned char *)dlcv__alloc(&e, bytes[k]);
                if (block[k]) memset(block[k], k, bytes[k]);
            }
            if (step % 100 == 99) {                 /* with no block left all room is back */
                for (k = 0; k < BLOCKS; k++) {
                    dlcv__release(&e, block[k], bytes[k]);
                    block[k] = NULL;
                }
                CHECK_EQUAL(arena.used, 0);
            }
        }
        CHECK(kept);
        CHECK(arena.peak <= capacity && (pass == 0 || arena.peak == capacity));
        capacity = arena.peak;
    }
}

/* ---- files */

#ifdef DLCV_NO_STDIO

static void test_no_files(void)
{
    dlcv_env e = dlcv__env(NULL);
    void *data;
    size_t bytes;
    CHECK_FAILS(dlcv__file_read(&e, "a.bin", &data, &bytes), DLCV_ERR_UNSUPPORTED,
                "a.bin: compiled with DLCV_NO_STDIO, reading takes env.files.read");
    CHECK_FAILS(dlcv__file_write(&e, "a.bin", "abc", 3), DLCV_ERR_UNSUPPORTED,
                "a.bin: compiled with DLCV_NO_STDIO, writing takes env.files.write");
}

#else

/* A folder that can be written, with the file's name behind it. */
static const char *scratch(const char *name)
{
    static char path[4][512];
    static int turn;
    const char *dir = getenv("TMPDIR");
    char *p = path[turn++ % 4];
#ifdef _WIN32
    if (!dir) dir = ".";
#endif
    snprintf(p, 512, "%s/dlcv-test-core-%s", dir ? dir : "/tmp", name);
    return p;
}

static long files_with(const char *prefix)
{
    long n = 0;
#ifdef TEST_UNIX
    const char *slash = strrchr(prefix, '/');
    char dir[512];
    struct dirent *entry;
    DIR *d;
    snprintf(dir, sizeof dir, "%.*s", (int)(slash - prefix), prefix);
    d = opendir(dir);
    while (d && (entry = readdir(d)) != NULL) n += !strncmp(entry->d_name, slash + 1, strlen(slash + 1));
    if (d) closedir(d);
#else
    (void)prefix;
#endif
    return n;
}

static void test_files(void)
{
    test_heap heap;
    dlcv_env given = test_env(&heap), e = dlcv__env(&given);
    const char *path = scratch("round-trip.bin");
    char want[700];
    unsigned char content[1000];
    void *data;
    size_t bytes, n;
    for (n = 0; n < sizeof content; n++) content[n] = (unsigned char)(n * 7);
    for (n = 0; n <= sizeof content; n += 250) {
        CHECK_OK(dlcv__file_write(&e, path, content, n));
        CHECK_OK(dlcv__file_read(&e, path, &data, &bytes));
        CHECK(data && bytes == n && (n == 0 || !memcmp(data, content, n)));
        dlcv__release(&e, data, bytes);
    }
    CHECK_OK(dlcv__file_write(&e, path, NULL, 0));
    CHECK_OK(dlcv__file_write(&e, path, content, 700));
    heap.fail_at = heap.calls + 1;                  /* reading allocates once, writing does not */
    snprintf(want, sizeof want, "%s: out of memory: 700 bytes wanted", path);
    CHECK_FAILS(dlcv__file_read(&e, path, &data, &bytes), DLCV_ERR_MEMORY, want);
    CHECK(data == NULL && bytes == 0);
    e.limit = 699;
    snprintf(want, sizeof want, "%s: 700 bytes, env.limit is 699", path);
    CHECK_FAILS(dlcv__file_read(&e, path, &data, &bytes), DLCV_ERR_MEMORY, want);
    e.limit = 700;
    CHECK_OK(dlcv__file_read(&e, path, &data, &bytes));
    dlcv__release(&e, data, bytes);
    /* the size changes between asking and reading */
    bytes = 800;
    snprintf(want, sizeof want, "%s: ends after 700 of 800 bytes, it became shorter meanwhile", path);
    CHECK_FAILS(e.files.read(path, content, &bytes, NULL), DLCV_ERR_IO, want);
    bytes = 600;
    snprintf(want, sizeof want, "%s: more than 600 bytes, it became longer meanwhile", path);
    CHECK_FAILS(e.files.read(path, content, &bytes, NULL), DLCV_ERR_IO, want);
    CHECK_EQUAL(remove(path), 0);
    snprintf(want, sizeof want, "%s: cannot be opened, no such file or folder", path);
    CHECK_FAILS(dlcv__file_read(&e, path, &data, &bytes), DLCV_ERR_NOT_FOUND, want);
    bytes = 5;
    CHECK_FAILS(e.files.read(path, NULL, &bytes, NULL), DLCV_ERR_NOT_FOUND, want);
    CHECK_FAILS(e.files.read(path, content, &bytes, NULL), DLCV_ERR_NOT_FOUND, want);
    CHECK_EQUAL(bytes, 5);
    CHECK_FAILS(dlcv__file_read(&e, NULL, &data, &bytes), DLCV_ERR_ARGUMENT, "file: the path is NULL");
    CHECK_FAILS(dlcv__file_write(&e, NULL, content, 1), DLCV_ERR_ARGUMENT, "file: the path is NULL");
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

#ifdef __linux__ /* in the C library's place: the error of the next ones */
static int sync_error;
int fsync(int descriptor)
{
    (void)descriptor;
    errno = sync_error;
    return sync_error ? -1 : 0;
}
#endif

/* A write that fails leaves the old file as it was, and nothing beside it. */
static void test_all_or_nothing(void)
{
    dlcv_env e = dlcv__env(NULL);
    const char *path = scratch("kept.bin");
    char want[700], text[800], *many;
    void *data;
    size_t bytes;
    (void)text;
    CHECK_FAILS(dlcv__file_write(&e, "no-such-folder-here/x.bin", "abc", 3), DLCV_ERR_IO,
                "no-such-folder-here/x.bin: cannot be created, the folder it would be in does not exist");
    CHECK_OK(dlcv__file_write(&e, path, "old", 3));
#ifdef TEST_UNIX
    {
        struct rlimit old, small;
        char *big = (char *)calloc(1, 1 << 20);
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &old);
        small = old;
        small.rlim_cur = 65536;
        setrlimit(RLIMIT_FSIZE, &small);
        CHECK(dlcv__file_write(&e, path, big, 1 << 20) == DLCV_ERR_IO);
        setrlimit(RLIMIT_FSIZE, &old);
        snprintf(want, sizeof want, "%s: cannot be written, errno ", path);
        CHECK(!strncmp(dlcv_error(), want, strlen(want)));
        small.rlim_cur = 2;                         /* what the buffer has taken does not reach the disk */
        setrlimit(RLIMIT_FSIZE, &small);
        CHECK(dlcv__file_write(&e, path, "four", 4) == DLCV_ERR_IO);
        setrlimit(RLIMIT_FSIZE, &old);
        CHECK(!strncmp(dlcv_error(), want, strlen(want)));
        free(big);
    }
    CHECK_EQUAL(files_with(path), 1);
    snprintf(want, sizeof want, "%s/x", path);      /* a way through a file: not said to be absent */
    CHECK(dlcv__file_read(&e, want, &data, &bytes) == DLCV_ERR_IO);
#ifdef __linux__
    sync_error = EIO;
    CHECK(dlcv__file_write(&e, path, "new", 3) == DLCV_ERR_IO);
    sync_error = ENOSPC;
    snprintf(want, sizeof want, "%s: cannot be written, no space left", path);
    CHECK_FAILS(dlcv__file_write(&e, path, "new", 3), DLCV_ERR_IO, want);
    CHECK_EQUAL(files_with(path), 1);
    sync_error = EINVAL;                            /* no such files have a sync */
    CHECK_OK(dlcv__file_write(&e, path, "old", 3));
    sync_error = 0;
#endif
    {
        const char *folder = scratch("folder");
        CHECK_EQUAL(mkdir(folder, 0700), 0);
        snprintf(want, sizeof want, "%s: cannot be replaced, it is a folder", folder);
        CHECK_FAILS(dlcv__file_write(&e, folder, "abc", 3), DLCV_ERR_IO, want);
        CHECK_EQUAL(files_with(folder), 1);
        snprintf(want, sizeof want, "%s: cannot be read, it is a folder", folder);
        CHECK_FAILS(dlcv__file_read(&e, folder, &data, &bytes), DLCV_ERR_IO, want);
        bytes = sizeof want;
        snprintf(text, sizeof text, "%s: cannot be read, it is a folder", folder);
        CHECK_FAILS(e.files.read(folder, want, &bytes, NULL), DLCV_ERR_IO, text);
        bytes = 5;
        CHECK(e.files.read(folder, NULL, &bytes, NULL) == DLCV_ERR_IO && bytes == 5);
        CHECK_EQUAL(rmdir(folder), 0);
    }
#ifdef __linux__
    {
        int ends[2];
        CHECK_EQUAL(pipe(ends), 0);
        CHECK_EQUAL(write(ends[1], "abc", 3), 3);
        snprintf(want, sizeof want, "/proc/self/fd/%d", ends[0]);
        snprintf(text, sizeof text, "%s: no size: not a plain file, or too large for this C library", want);
        CHECK_FAILS(dlcv__file_read(&e, want, &data, &bytes), DLCV_ERR_IO, text);
        snprintf(text, sizeof text, "/proc/self/fd/%d", ends[1]);       /* written to, not replaced */
        CHECK_OK(dlcv__file_write(&e, text, "defg", 4));
        CHECK(read(ends[0], want, sizeof want) == 4 && !memcmp(want, "defg", 4));        /* "abc" was read above */
        sync_error = EIO;
        CHECK(dlcv__file_write(&e, text, "h", 1) == DLCV_ERR_IO);
        sync_error = 0;
        close(ends[0]);
        close(ends[1]);
    }
#endif
#endif
#ifdef ENOTSUP
    CHECK(dlcv__no_sync(ENOTSUP));
#endif
    CHECK(dlcv__no_sync(EINVAL) && dlcv__no_sync(ENOSYS) && !dlcv__no_sync(EIO) && !dlcv__no_sync(ENOSPC) && !dlcv__no_sync(0));
    CHECK_FAILS(dlcv__io_fail("x", "opened", EACCES), DLCV_ERR_IO, "x: cannot be opened, no permission");
    CHECK_FAILS(dlcv__io_fail("x", "opened", 0), DLCV_ERR_IO,
                "x: cannot be opened; this C library does not say why (dlcv_fit begins with a checkpoint that is empty)");
    CHECK_FAILS(dlcv__io_fail("x", "written", ENOSPC), DLCV_ERR_IO, "x: cannot be written, no space left");
    CHECK_OK(dlcv__file_read(&e, path, &data, &bytes));
    CHECK(bytes == 3 && !memcmp(data, "old", 3));
    dlcv__release(&e, data, bytes);
    CHECK_OK(dlcv__file_write(&e, path, "new!", 4));
    CHECK_OK(dlcv__file_read(&e, path, &data, &bytes));
    CHECK(bytes == 4 && !memcmp(data, "new!", 4));
    dlcv__release(&e, data, bytes);
    CHECK_EQUAL(remove(path), 0);
    many = (char *)malloc(10001);
    memset(many, 'a', 10000);
    many[10000] = 0;
    snprintf(want, sizeof want, "%.64s...: a path of 10000 bytes is too long", many);
    CHECK_FAILS(dlcv__file_write(&e, many, "abc", 3), DLCV_ERR_IO, want);
    free(many);
}

#endif

/* Files in memory, with every fault a hook can have. */
typedef struct shelf {
    const char *text;
    size_t first, second;       /* the sizes it tells */
    int status[2];              /* what the two calls return */
    int says;                   /* with a text of its own */
    char written[64];
} shelf;

static dlcv_status shelf_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    shelf *s = (shelf *)user;
    int status = s->status[buffer ? 1 : 0];
    if (status) return s->says ? dlcv_fail((dlcv_status)status, "shelf: no %s here", path) : (dlcv_status)status;
    if (buffer) {
        memcpy(buffer, s->text, *bytes < strlen(s->text) ? *bytes : strlen(s->text));
        *bytes = s->second;
    } else {
        *bytes = s->first;
    }
    return DLCV_OK;
}

static dlcv_status shelf_write(const char *path, const void *data, size_t bytes, void *user)
{
    shelf *s = (shelf *)user;
    (void)path;
    if (s->status[0]) return (dlcv_status)s->status[0];
    memcpy(s->written, data, bytes);
    return DLCV_OK;
}

static void test_hooks(void)
{
    test_heap heap;
    shelf s;
    dlcv_env given = test_env(&heap), e;
    void *data;
    size_t bytes;
    memset(&s, 0, sizeof s);
    s.text = "a text in memory";
    s.first = s.second = strlen(s.text);
    given.files.read = shelf_read;
    given.files.write = shelf_write;
    given.files.user = &s;
    e = dlcv__env(&given);
    CHECK_OK(dlcv__file_read(&e, "x", &data, &bytes));
    CHECK(bytes == 16 && !memcmp(data, s.text, 16));
    dlcv__release(&e, data, bytes);
    CHECK_OK(dlcv__file_write(&e, "x", "hello", 6));
    CHECK_TEXT(s.written, "hello");
    s.second = 12;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_IO, "x: files.read gave 12 bytes, first it said 16");
    s.second = 20;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_IO, "x: files.read gave 20 bytes, first it said 16");
    s.first = (size_t)-1 / 2 + 7;
    CHECK(dlcv__file_read(&e, "x", &data, &bytes) == DLCV_ERR_MEMORY && strstr(dlcv_error(), " bytes, env.limit is "));
    e.limit = (size_t)-1;
    heap.fail_at = heap.calls + 1;
    CHECK(dlcv__file_read(&e, "x", &data, &bytes) == DLCV_ERR_MEMORY);
    s.first = 16;
    s.status[0] = (int)DLCV_ERR_FORMAT;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_FORMAT, "x: cannot be read");
    CHECK_FAILS(dlcv__file_write(&e, "x", "hello", 6), DLCV_ERR_FORMAT, "x: cannot be written");
    s.says = 1;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_FORMAT, "shelf: no x here");
    s.status[0] = 0;
    s.status[1] = 5;                                /* no status at all */
    s.says = 0;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_IO, "x: cannot be read");
#ifndef __cplusplus
    s.status[1] = -100;
    s.says = 1;
    CHECK_FAILS(dlcv__file_read(&e, "x", &data, &bytes), DLCV_ERR_IO, "shelf: no x here");
#endif
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

static void test_time(void)
{
    double begin = dlcv__now(), now = begin;
    long calls;
    for (calls = 0; calls < 100000000 && now - begin < 0.02; calls++) now = dlcv__now();
    CHECK(now - begin >= 0.02 && now - begin < 10);
}

int main(void)
{
    test_statuses();
#ifndef _WIN32
    test_integers();
    test_doubles();
#endif
    test_strings();
    test_locale();
    test_sizes();
    test_memory();
    test_arena();
    test_arena_random();
#ifdef DLCV_NO_STDIO
    test_no_files();
#else
    test_files();
    test_all_or_nothing();
#endif
    test_hooks();
    test_time();
    return test_end("core");
}
