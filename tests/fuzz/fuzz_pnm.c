/* The PNM reader, and writing what it read. Byte 0 of the input says which allocation fails (low 3 bits, 0 = none) and
 * how many channels are wanted (the next 2 bits: 0, 1, 3, 4); the rest is the file.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/fuzz_pnm.c \
 *         -o build/fuzz_pnm -lm
 *     build/fuzz_pnm -max_len=4096 -max_total_time=60 build/fuzz tests/fuzz/corpus/pnm */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "fuzz.h"

static uint8_t saved[FUZZ_LIMIT + 64];
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

/* A picture of 1 or 3 channels comes back as it was from the file that it is written to. */
static void check_round_trip(const dlcv_tensor *t)
{
    dlcv_tensor back;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    memset(&back, 0, sizeof back);
    env.files.write = save;
    env.limit += 64;
    s = dlcv_image_save(&env, t, "p.pnm");
    FUZZ_CHECK(!s);
    w.data[1] = saved;
    w.bytes[1] = saved_bytes;
    s = dlcv_image_load(&env, "p.pnm", 0, &back);
    FUZZ_CHECK(!s && memcmp(&back.shape, &t->shape, sizeof back.shape) == 0);
    FUZZ_CHECK(memcmp(back.data, t->data, dlcv_tensor_count(t)) == 0);
    dlcv_tensor_free(&back);
    fuzz_end(&w, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int channels[4] = { 0, 1, 3, 4 };
    dlcv_tensor t;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    if (size < 1) return 0;
    memset(&t, 0, sizeof t);
    w.data[1] = data + 1;
    w.bytes[1] = size - 1;
    w.fail_at = data[0] & 7;
    s = dlcv_image_load(&env, "p", channels[data[0] >> 3 & 3], &t);
    FUZZ_CHECK(!s == (t.data != NULL));
    if (!s) {
        FUZZ_CHECK(t.shape.ndim == 3 && dlcv_tensor_count(&t) > 0 && dlcv_tensor_count(&t) <= FUZZ_LIMIT);
        if (t.shape.dim[2] < 4) check_round_trip(&t);
    }
    dlcv_tensor_free(&t);
    fuzz_end(&w, s);
    return 0;
}
