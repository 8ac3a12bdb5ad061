/* The CIFAR-10 reader. Byte 0 of the input says which of the six files the rest is (the others have one good record),
 * byte 1 which allocation fails (low 5 bits, 0 = none) and whether files shrink by a record between two looks (the
 * highest bit).
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/fuzz_cifar10.c \
 *         -o build/fuzz_cifar10 -lm
 *     build/fuzz_cifar10 -max_len=16384 -max_total_time=60 build/fuzz tests/fuzz/corpus/cifar10 */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "fuzz.h"

static void check(const dlcv_dataset *d)
{
    const int n = d->x.shape.dim[0];
    int i;
    FUZZ_CHECK(n > 0 && d->y.shape.dim[0] == n && d->classes == 10 && d->names);
    FUZZ_CHECK(dlcv_tensor_count(&d->x) == (size_t)n * 3072);
    for (i = 0; i < n; i++) FUZZ_CHECK(dlcv_i32(&d->y)[i] >= 0 && dlcv_i32(&d->y)[i] < 10);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t good[2 * 3073];
    static const char *const names[6] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                          "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin" };
    dlcv_dataset train, test;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    if (size < 2) return 0;
    memset(&train, 0, sizeof train);
    memset(&test, 0, sizeof test);
    w.name[0] = names[data[0] % 6];
    w.data[0] = data + 2;
    w.bytes[0] = size - 2;
    w.data[1] = good;
    w.bytes[1] = 3073;
    w.fail_at = data[1] & 31;
    w.shrinks = data[1] & 128 ? 3073 : 0;
    s = dlcv_data_cifar10(&env, "d", &train, &test);
    if (!s) {
        check(&train);
        check(&test);
    }
    FUZZ_CHECK(!s || (!train.x.data && !train.y.data && !test.x.data && !test.y.data));
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    fuzz_end(&w, s);
    return 0;
}
