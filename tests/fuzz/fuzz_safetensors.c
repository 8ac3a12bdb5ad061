/* The safetensors reader: weights of a graph of three parameters, and writing what it read. Byte 0 of the input says which allocation fails while
 * reading (low 2 bits, 0 = none), whether the file shrinks by 3 bytes meanwhile (the next bit) and whether it is read from memory (the next); the rest
 * is the file.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/fuzz_safetensors.c \
 *         -o build/fuzz_safetensors -lm
 *     build/fuzz_safetensors -max_len=4096 -max_total_time=60 build/fuzz tests/fuzz/corpus/safetensors */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "fuzz.h"

static dlcv_graph *build(const dlcv_env *env)
{
    dlcv_graph *g = dlcv_graph_new(env, 1);
    dlcv_shape scalar;
    memset(&scalar, 0, sizeof scalar);
    FUZZ_CHECK(dlcv_value(dlcv_parameter(g, "a", dlcv_shape2(2, 1), DLCV_INIT_CONSTANT, 1)));
    FUZZ_CHECK(dlcv_value(dlcv_parameter(g, "b", scalar, DLCV_INIT_CONSTANT, 1)));
    FUZZ_CHECK(dlcv_value(dlcv_parameter(g, "\xc3\xbc", dlcv_shape1(0), DLCV_INIT_CONSTANT, 1)));
    return g;
}

/* What was read is written, and comes back. */
static void check_round_trip(dlcv_graph *g)
{
    uint8_t first[1024], again[1024];
    size_t bytes = sizeof first, more = sizeof again;
    dlcv_graph *h = build(NULL);
    FUZZ_CHECK(!dlcv_weights_save_memory(g, first, &bytes) && bytes % 4 == 0);
    FUZZ_CHECK(!dlcv_weights_load_memory(h, first, bytes));
    FUZZ_CHECK(!dlcv_weights_save_memory(h, again, &more) && more == bytes && !memcmp(first, again, bytes));
    dlcv_graph_free(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_graph *g;
    dlcv_status s;
    if (size < 1) return 0;
    g = build(&env);
    w.data[1] = data + 1;
    w.bytes[1] = size - 1;
    w.calls = 0;
    w.fail_at = data[0] & 3;
    w.shrinks = data[0] & 4 ? 3 : 0;
    s = data[0] & 8 ? dlcv_weights_load_memory(g, data + 1, size - 1) : dlcv_weights_load(g, "p");
    w.fail_at = 0;
    if (!s) check_round_trip(g);
    else FUZZ_CHECK(dlcv_f32(dlcv_value(dlcv_find(g, "b")))[0] == 1);  /* all or nothing */
    dlcv_graph_free(g);
    fuzz_end(&w, s);
    return 0;
}
