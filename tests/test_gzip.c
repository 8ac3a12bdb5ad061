/* gzip'd IDX files through the inflate of stb_image, or of zlib where the program is compiled with -DDLCV_TEST_ZLIB
 * -lz. */
#if defined(DLCV_TEST_ZLIB)
#include <zlib.h>
#elif defined(__has_include)
#if __has_include(<stb/stb_image.h>)
#ifndef DLCV_IMPLEMENTED
#define STB_IMAGE_IMPLEMENTATION
#endif
#include <stb/stb_image.h>
#endif
#endif
#define TEST_OWN
#include "test.h"
#include "files.h"

#if !defined(ZLIB_VERSION) && !defined(STBI_INCLUDE_STB_IMAGE_H)
int main(void)
{
    test_skip("gzip: stb/stb_image.h is not installed");
    return test_end("test_gzip");
}
#else
/* test_idx(.., 8, 10, 6, 6, 360) deflated with fixed codes and matches, and with codes of its own and no matches */
static const unsigned char fixed[27] = { 99, 96,  224, 96,  102, 96,  96, 224, 2,   98,  54,  48, 102, 103,
                                         97, 228, 96,  101, 226, 100, 99, 30,  101, 209, 146, 5,  0 };

static const unsigned char dynamic[180] = {
    5,   193, 129, 1,   0,   32,  8,   2,   48,  20,  5,   236, 255, 131, 219, 128, 16,  192, 3,   32,  0,   130, 167,
    178, 125, 34,  60,  149, 237, 19,  225, 169, 108, 159, 8,   79,  101, 251, 68,  120, 42,  219, 39,  194, 83,  217,
    62,  17,  158, 202, 246, 137, 240, 84,  182, 79,  132, 167, 178, 125, 34,  60,  149, 237, 19,  225, 169, 108, 159,
    8,   79,  101, 251, 68,  120, 42,  219, 39,  194, 83,  217, 62,  17,  158, 202, 246, 137, 240, 84,  182, 79,  132,
    167, 178, 125, 34,  60,  149, 237, 19,  225, 169, 108, 159, 8,   79,  101, 251, 68,  120, 42,  219, 39,  194, 83,
    217, 62,  17,  158, 202, 246, 137, 240, 84,  182, 79,  132, 167, 178, 125, 34,  60,  149, 237, 19,  225, 169, 108,
    159, 8,   79,  101, 251, 68,  120, 42,  219, 39,  194, 83,  217, 62,  17,  158, 202, 246, 137, 240, 84,  182, 79,
    132, 167, 178, 125, 34,  60,  149, 237, 19,  225, 169, 108, 159, 8,   79,  101, 251, 196, 15
};

static const unsigned long crc = 0x4272b839ul; /* of the IDX file */

/* A gzip file around a deflate stream: what `flags` ask for, the stream, CRC-32 and size of the IDX file that it
 * holds. */
static size_t wrap(unsigned char *out, int flags, const unsigned char *stream, size_t bytes, unsigned long check,
                   unsigned long size)
{
    static const unsigned char header[10] = { 0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 2, 3 };
    size_t n = sizeof header;
    int i;
    memcpy(out, header, sizeof header);
    out[3] = (unsigned char)flags;
    if (flags & 4) {
        memcpy(out + n, "\3\0abc", 5);
        n += 5;
    }
    if (flags & 8) {
        memcpy(out + n, "name", 5);
        n += 5;
    }
    if (flags & 16) {
        memcpy(out + n, "a comment", 10);
        n += 10;
    }
    if (flags & 2) n += 2;
    memcpy(out + n, stream, bytes);
    n += bytes;
    for (i = 0; i < 4; i++) out[n++] = (unsigned char)(check >> (8 * i));
    for (i = 0; i < 4; i++) out[n++] = (unsigned char)(size >> (8 * i));
    return n;
}

static void test_good(void)
{
    dlcv_dataset d = { 0 };
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    static unsigned char want[512], file[1024], stored[512];
    int flags;
    long n;
    test_disk_use(&env, &disk);
    CHECK_EQUAL(test_idx(want, 8, 10, 6, 6, 360), 376);
    stored[0] = 1; /* the last block, stored: its length and that inverted */
    stored[1] = 376 & 255;
    stored[2] = 376 >> 8;
    stored[3] = (unsigned char)~stored[1];
    stored[4] = (unsigned char)~stored[2];
    memcpy(stored + 5, want, 376);
    for (flags = 0; flags < 32; flags++) { /* all of them: text, header check sum, extra, name, comment */
        memset(file, 0, sizeof file);
        test_put(&disk, "f.gz", file, wrap(file, flags, fixed, sizeof fixed, crc, 376));
        CHECK_OK(dlcv_data_idx(&env, "f.gz", NULL, &d));
        CHECK(d.x.data && d.x.shape.dim[0] == 10 && memcmp(d.x.data, want + 16, 360) == 0);
    }
    dlcv_data_free(&d);
    test_put(&disk, "f.gz", file, wrap(file, 8, dynamic, sizeof dynamic, crc, 376));
    CHECK_OK(dlcv_data_idx(&env, "f.gz", NULL, &d));
    CHECK(d.x.data && memcmp(d.x.data, want + 16, 360) == 0);
    dlcv_data_free(&d);
    test_put(&disk, "f.gz", file, wrap(file, 0, stored, 376 + 5, crc, 376));
    CHECK_OK(dlcv_data_idx(&env, "f.gz", NULL, &d));
    CHECK(d.x.data && memcmp(d.x.data, want + 16, 360) == 0);
    dlcv_data_free(&d);
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (dlcv_data_idx(&env, "f.gz", NULL, &d) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !d.x.data);
    }
    CHECK(n > 3 && n < 10);
    dlcv_data_free(&d);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
}

static void test_bad(void)
{
    dlcv_dataset d = { 0 };
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    static unsigned char file[1024];
    size_t bytes, i;
    test_disk_use(&env, &disk);
    test_put(&disk, "f", file, wrap(file, 0, fixed, sizeof fixed, crc ^ 0x10, 376));
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: gzip data are damaged, CRC-32 is 4272b839, stated is 4272b829");
    test_put(&disk, "f", file, wrap(file, 0, fixed, sizeof fixed, crc, 375));
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: gzip data are damaged, they do not unpack to the 375 bytes stated");
    test_put(&disk, "f", file, wrap(file, 0, fixed, sizeof fixed, crc, 377));
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: gzip data are damaged, they do not unpack to the 377 bytes stated");
    bytes = wrap(file, 0, fixed, sizeof fixed, crc, 0xfffffff0u);
    test_put(&disk, "f", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: states 4294967280 bytes unpacked, 27 of deflate make at most 1032 times that");
    env.limit = 375;
    test_put(&disk, "f", file, wrap(file, 0, fixed, sizeof fixed, crc, 376));
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_MEMORY, "f: 376 bytes unpacked, env.limit is 375");
    env.limit = 0;
    bytes = wrap(file, 0x20, fixed, sizeof fixed, crc, 376);
    test_put(&disk, "f", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: 45 bytes begin as gzip, but not with a gzip header");
    bytes = wrap(file, 0, fixed, sizeof fixed, crc, 376);
    file[2] = 7; /* no deflate */
    test_put(&disk, "f", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "f", NULL, &d), DLCV_ERR_FORMAT,
                "f: 45 bytes begin as gzip, but not with a gzip header");
    bytes = wrap(file, 28, fixed, sizeof fixed, crc, 376);
    for (i = 2; i < bytes; i++) { /* cut anywhere */
        test_put(&disk, "f", file, i);
        CHECK(dlcv_data_idx(&env, "f", NULL, &d) == DLCV_ERR_FORMAT && heap.blocks == 0);
    }
    for (i = 0; i < sizeof fixed; i++) { /* any byte of the stream wrong */
        file[10 + 5 + 5 + 10 + i] ^= 0x55;
        test_put(&disk, "f", file, bytes);
        CHECK(dlcv_data_idx(&env, "f", NULL, &d) == DLCV_ERR_FORMAT && heap.blocks == 0);
        file[10 + 5 + 5 + 10 + i] ^= 0x55;
    }
    CHECK(heap.wrong == 0);
    test_disk_free(&disk);
}

static void test_mnist(void)
{
    static const int counts[10] = { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 };
    static const int test_counts[10] = { 980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009 };
    dlcv_dataset train = { 0 }, test = { 0 };
    char path[4][1024];
    int count[2][10], i;
    double sum = 0;
    size_t k;
    if (!test_data()) {
        test_skip("MNIST: DLCV_DATA is not set");
        return;
    }
    for (i = 0; i < 4; i++) {
        sprintf(path[i], "%.900s/mnist/%s-%s-ubyte.gz", test_data(), i < 2 ? "train" : "t10k",
                i % 2 ? "labels-idx1" : "images-idx3");
    }
    CHECK_OK(dlcv_data_idx(NULL, path[0], path[1], &train));
    CHECK_OK(dlcv_data_idx(NULL, path[2], path[3], &test));
    if (!train.y.data || !test.y.data) return;
    CHECK(train.x.shape.dim[0] == 60000 && train.x.shape.dim[1] == 28 && train.x.shape.dim[2] == 28 &&
          train.x.shape.dim[3] == 1);
    CHECK(test.x.shape.dim[0] == 10000 && test.classes == 10 && train.classes == 10);
    memset(count, 0, sizeof count);
    for (i = 0; i < 60000; i++) count[0][dlcv_i32(&train.y)[i]]++;
    for (i = 0; i < 10000; i++) count[1][dlcv_i32(&test.y)[i]]++;
    CHECK(memcmp(count[0], counts, sizeof counts) == 0 && memcmp(count[1], test_counts, sizeof test_counts) == 0);
    for (k = 0; k < dlcv_tensor_count(&train.x); k++) sum += dlcv_u8(&train.x)[k];
    CHECK_EQUAL(sum, 1567298545);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
}

int main(void)
{
    test_good();
    test_bad();
    test_mnist();
    return test_end("test_gzip");
}
#endif
