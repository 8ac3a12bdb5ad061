/* The IDX reader with its gzip container. Byte 0 of the input says which allocation fails (low 5 bits, 0 = none) and
 * whether there are labels (the highest bit); bytes 1 and 2 are the length of the labels' file, low byte first, which
 * follows; the rest is the images' file. Inflates with stb_image where it is installed, with zlib where compiled with
 * -DDLCV_TEST_ZLIB -lz.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I. tests/fuzz/fuzz_idx.c \
 *         -o build/fuzz_idx -lm
 *     build/fuzz_idx -max_len=4096 -max_total_time=60 build/fuzz tests/fuzz/corpus/idx */
#if defined(DLCV_TEST_ZLIB)
#include <zlib.h>
#elif defined(__has_include)
#if __has_include(<stb/stb_image.h>)
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#include <stb/stb_image.h>
#endif
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dlcv_dataset d;
    fuzz_world w;
    dlcv_env env = fuzz_env(&w);
    dlcv_status s;
    size_t labels;
    int i, n;
    if (size < 3) return 0;
    memset(&d, 0, sizeof d);
    labels = (size_t)data[1] | (size_t)data[2] << 8;
    if (labels > size - 3) labels = size - 3;
    w.name[0] = "labels";
    w.data[0] = data + 3;
    w.bytes[0] = labels;
    w.data[1] = data + 3 + labels;
    w.bytes[1] = size - 3 - labels;
    w.fail_at = data[0] & 31;
    s = dlcv_data_idx(&env, "images", data[0] & 128 ? "labels" : NULL, &d);
    if (!s) {
        n = d.x.shape.dim[0];
        FUZZ_CHECK(n > 0 && d.x.shape.ndim == 4 && dlcv_tensor_count(&d.x) <= FUZZ_LIMIT);
        FUZZ_CHECK((d.y.data != NULL) == (data[0] >= 128) && (d.classes > 0) == (data[0] >= 128));
        for (i = 0; i < n && d.y.data; i++) FUZZ_CHECK(dlcv_i32(&d.y)[i] >= 0 && dlcv_i32(&d.y)[i] < d.classes);
    }
    FUZZ_CHECK(!s || (!d.x.data && !d.y.data));
    dlcv_data_free(&d);
    fuzz_end(&w, s);
    return 0;
}
