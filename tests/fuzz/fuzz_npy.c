/* The NPY reader, and writing what it read. Byte 0 of the input says which allocation fails (low 2 bits, 0 = none),
 * whether the file shrinks by 3 bytes while it is read (the next bit) and whether `out` is a view of u8 [2, 3] (the
 * next); the rest is the file.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/fuzz_npy.c \
 *         -o build/fuzz_npy -lm
 *     build/fuzz_npy -max_len=4096 -max_total_time=60 build/fuzz tests/fuzz/corpus/npy */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "fuzz.h"

static uint8_t saved[FUZZ_LIMIT + 512];
static size_t saved_bytes;

static dlcv_status save(const char *path, const void *data, size_t bytes, void *user)
{
    (void)path;
    (void)user;
    FUZZ_CHECK(bytes <= sizeof saved);
    memcpy(saved, data, bytes);
    saved_bytes = bytes;
    return DLCV_OK;
}

/* A tensor comes back as it was, and is written the same way again. */
static void check_round_trip(const dlcv_tensor *t)
{
    static uint8_t first[sizeof saved];
    const size_t bytes = dlcv_tensor_count(t) * dlcv_dtype_bytes(t->dtype);
    dlcv_tensor back;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    size_t first_bytes;
    memset(&back, 0, sizeof back);
    env.files.write = save;
    env.limit += 512;
    s = dlcv_tensor_save(&env, t, "t");
    FUZZ_CHECK(!s && saved_bytes >= bytes + 64 && (saved_bytes - bytes) % 64 == 0 && saved_bytes <= bytes + 320);
    first_bytes = saved_bytes;
    memcpy(first, saved, saved_bytes);
    w.data[1] = first;
    w.bytes[1] = first_bytes;
    s = dlcv_tensor_load(&env, "t", &back);
    FUZZ_CHECK(!s && back.dtype == t->dtype && memcmp(&back.shape, &t->shape, sizeof back.shape) == 0);
    FUZZ_CHECK(bytes == 0 || memcmp(back.data, t->data, bytes) == 0);
    s = dlcv_tensor_save(&env, &back, "t");
    FUZZ_CHECK(!s && saved_bytes == first_bytes && memcmp(saved, first, saved_bytes) == 0);
    dlcv_tensor_free(&back);
    fuzz_end(&w, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t room[6];
    dlcv_tensor t;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    if (size < 1) return 0;
    memset(&t, 0, sizeof t);
    if (data[0] & 8) t = dlcv_tensor_view(room, DLCV_U8, dlcv_shape2(2, 3));
    w.data[1] = data + 1;
    w.bytes[1] = size - 1;
    w.fail_at = data[0] & 3;
    w.shrinks = data[0] & 4 ? 3 : 0;
    s = dlcv_tensor_load(&env, "p", &t);
    if (!s) {
        FUZZ_CHECK(t.data && t.shape.ndim >= 0 && t.shape.ndim <= DLCV_MAX_DIMS);
        FUZZ_CHECK(dlcv_tensor_count(&t) * dlcv_dtype_bytes(t.dtype) < size);
        check_round_trip(&t);
    } else {
        FUZZ_CHECK(t.data == (data[0] & 8 ? room : NULL));
    }
    dlcv_tensor_free(&t);
    fuzz_end(&w, s);
    return 0;
}
