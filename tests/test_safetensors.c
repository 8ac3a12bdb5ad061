/* Weights in safetensors files: byte for byte what Python's struct and json make of them, read back and from others, hostile files by the sentence that
 * refuses them, malloc failing at every n. */
#include "test.h"
#include "golden/safetensors.h"

static dlcv_graph *build(const dlcv_env *env)
{
    dlcv_graph *g = dlcv_graph_new(env, 3);
    static const float a[6] = { -1, -0.5f, 0, 0.5f, 1, 1.5f }, t[4] = { 1e-40f, -0.0f, 3.4e38f, 7 };
    dlcv_shape scalar;
    dlcv_node x, s, y;
    memset(&scalar, 0, sizeof scalar);
    x = dlcv_parameter(g, "a\"b\\c", dlcv_shape2(2, 3), DLCV_INIT_NORMAL, 1);
    s = dlcv_parameter(g, "scale", scalar, DLCV_INIT_CONSTANT, 3.25f);
    y = dlcv_parameter(g, "tab\there", dlcv_shape1(4), DLCV_INIT_NORMAL, 1);
    if (!dlcv_value(x) || !dlcv_value(s) || !dlcv_value(y)) return g;
    memcpy(dlcv_value(x)->data, a, sizeof a);
    memcpy(dlcv_value(y)->data, t, sizeof t);
    return g;
}

static void test_ours(void)
{
    static unsigned char file[sizeof golden_ours];
    dlcv_graph *g = build(NULL);
    size_t bytes = 0;
    CHECK_OK(dlcv_weights_save_memory(g, NULL, &bytes));
    CHECK_EQUAL(bytes, sizeof golden_ours);
    bytes--;
    CHECK_FAILS(dlcv_weights_save_memory(g, file, &bytes), DLCV_ERR_ARGUMENT, "weights_save_memory: 299 bytes, 300 are wanted");
    bytes = sizeof file;
    CHECK_OK(dlcv_weights_save_memory(g, file, &bytes));
    CHECK(memcmp(file, golden_ours, sizeof file) == 0);
    memset(dlcv_value(dlcv_find(g, "tab\there"))->data, 0, 16);
    CHECK_OK(dlcv_weights_load_memory(g, golden_ours, sizeof golden_ours));
    memset(file, 0, sizeof file);
    CHECK_OK(dlcv_weights_save_memory(g, file, &bytes));
    CHECK(memcmp(file, golden_ours, sizeof file) == 0);
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    bytes = sizeof file;
    CHECK_OK(dlcv_weights_save_memory(g, file, &bytes));
    CHECK(bytes == 64 && memcmp(file, "8\0\0\0\0\0\0\0{}   ", 13) == 0);
    {
        static unsigned char whole[512];
        char name[201];
        dlcv_node x;
        memset(name, 'n', 200);
        name[200] = 0;
        x = dlcv_parameter(g, name, dlcv_shape1(1), DLCV_INIT_CONSTANT, 5);
        bytes = sizeof whole;
        CHECK_OK(dlcv_weights_save_memory(g, whole, &bytes));
        dlcv_f32(dlcv_value(x))[0] = 0;
        CHECK_OK(dlcv_weights_load_memory(g, whole, bytes));
        CHECK(dlcv_f32(dlcv_value(x))[0] == 5);
        bytes = 64;
        dlcv_graph_free(g);
        g = dlcv_graph_new(NULL, 1);
    }
    CHECK_OK(dlcv_weights_load_memory(g, file, bytes));
    dlcv_graph_free(g);
}

static void test_theirs(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node half = dlcv_parameter(g, "half", dlcv_shape2(2, 2), DLCV_INIT_NORMAL, 1);
    const dlcv_node brain = dlcv_parameter(g, "brain", dlcv_shape1(3), DLCV_INIT_NORMAL, 1);
    const dlcv_node wide = dlcv_parameter(g, "\xc3\xbc\xf0\x9f\x98\x80", dlcv_shape1(2), DLCV_INIT_NORMAL, 1);
    const float *f;
    (void)dlcv_parameter(g, "nothing", dlcv_shape2(0, 5), DLCV_INIT_NORMAL, 1);
    CHECK_OK(dlcv_weights_load_memory(g, golden_theirs, sizeof golden_theirs));
    f = dlcv_f32(dlcv_value(half));
    CHECK(f[0] == 1 && f[1] == -2.5f && f[2] == 65504 && f[3] == 5.9604644775390625e-8f);
    f = dlcv_f32(dlcv_value(brain));
    CHECK(f[0] == 1.5f && f[1] == -0.0078125f && f[2] == 3);
    f = dlcv_f32(dlcv_value(wide));
    CHECK(f[0] == 0.1f && f[1] < -FLT_MAX);
    (void)dlcv_parameter(g, "other", dlcv_shape1(3), DLCV_INIT_CONSTANT, 5);
    CHECK_FAILS(dlcv_weights_load_memory(g, golden_theirs, sizeof golden_theirs), DLCV_ERR_FORMAT, "weights_load_memory: \"other\" is U16 [3], not F32 [3]");
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    (void)dlcv_parameter(g, "half", dlcv_shape2(4, 1), DLCV_INIT_CONSTANT, 5);
    CHECK_FAILS(dlcv_weights_load_memory(g, golden_theirs, sizeof golden_theirs), DLCV_ERR_FORMAT, "weights_load_memory: \"half\" is F16 [2, 2], not F32 [4, 1]");
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    (void)dlcv_parameter(g, "brain", dlcv_shape1(3), DLCV_INIT_CONSTANT, 5);
    (void)dlcv_parameter(g, "brains", dlcv_shape1(3), DLCV_INIT_CONSTANT, 5);
    CHECK_FAILS(dlcv_weights_load_memory(g, golden_theirs, sizeof golden_theirs), DLCV_ERR_FORMAT, "weights_load_memory: there is no \"brains\"");
    CHECK(dlcv_f32(dlcv_value(dlcv_find(g, "brain")))[0] == 5);         /* all or nothing */
    dlcv_graph_free(g);
}

/* A file of this header and so many bytes behind it. */
static void refused(const char *header, size_t data, dlcv_status status, const char *sentence)
{
    static unsigned char file[4096];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const size_t n = strlen(header);
    memset(file, 0, sizeof file);
    file[0] = (unsigned char)(n & 255);
    file[1] = (unsigned char)(n >> 8);
    memcpy(file + 8, header, n);
    if (status) CHECK_FAILS(dlcv_weights_load_memory(g, file, 8 + n + data), status, sentence);
    else CHECK_OK(dlcv_weights_load_memory(g, file, 8 + n + data));
    dlcv_graph_free(g);
}

#define ME "weights_load_memory: "
#define F "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"

static void test_refused(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    CHECK_FAILS(dlcv_weights_load_memory(g, "1234567", 7), DLCV_ERR_FORMAT, ME "no safetensors file: 7 bytes");
    CHECK_FAILS(dlcv_weights_load_memory(g, "\t\0\0\0\0\0\0\0{}", 10), DLCV_ERR_FORMAT, ME "no safetensors file, or cut short: it has 10 bytes, its header would have 9");
    CHECK_FAILS(dlcv_weights_load_memory(g, "\377\377\377\377\377\377\377\377{}", 10), DLCV_ERR_FORMAT,
                ME "no safetensors file, or cut short: it has 10 bytes, its header would have 18446744073709551615");
    CHECK_FAILS(dlcv_weights_load_memory(g, NULL, 10), DLCV_ERR_ARGUMENT, ME "data is NULL");
    CHECK_FAILS(dlcv_weights_load(g, NULL), DLCV_ERR_ARGUMENT, "weights_load: the path is NULL");
    CHECK_FAILS(dlcv_weights_save(g, NULL), DLCV_ERR_ARGUMENT, "weights_save: the path is NULL");
    CHECK_FAILS(dlcv_weights_save_memory(g, NULL, NULL), DLCV_ERR_ARGUMENT, "weights_save_memory: bytes is NULL");
    CHECK_FAILS(dlcv_weights_load(g, "no/such"), DLCV_ERR_NOT_FOUND, "no/such: cannot be opened, no such file or folder");
    CHECK_FAILS(dlcv_weights_load(NULL, "x"), DLCV_ERR_MEMORY, "weights_load: there is no graph (graph_new found no memory, or nobody called it)");
    (void)dlcv_parameter(g, "dlcv.cursor", dlcv_shape1(2), DLCV_INIT_CONSTANT, 1);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "parameter: \"dlcv.cursor\": __metadata__ and names that begin with dlcv. are those of files");
    dlcv_graph_free(g);
    g = dlcv_graph_new(NULL, 1);
    (void)dlcv_parameter(g, "__metadata__", dlcv_shape1(2), DLCV_INIT_CONSTANT, 1);
    CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "parameter: \"__metadata__\": __metadata__ and names that begin with dlcv. are those of files");
    dlcv_graph_free(g);
    refused(" { } ", 0, DLCV_OK, "");
    refused("{\"__metadata__\":{}}", 0, DLCV_OK, "");
    refused("{\"b\":" F "[4,8]},\"a\":" F "[0,4]}}", 8, DLCV_OK, "");
    refused("", 0, DLCV_ERR_FORMAT, ME "the header ends where '{' should be");
    refused("[]", 0, DLCV_ERR_FORMAT, ME "byte 0 of the header: \"[]\" where '{' should be");
    refused("{} x", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"x\" where nothing more should be");
    refused("{}", 1, DLCV_ERR_FORMAT, ME "1 bytes after the header, the tensors are 0");
    refused("{\"a\":" F "[0,4]}", 4, DLCV_ERR_FORMAT, ME "the header ends where ',' or '}' should be");
    refused("{\"a\":" F "[0,4]},}", 4, DLCV_ERR_FORMAT, ME "byte 54 of the header: \"}\" where a name should be");
    refused("{\"a\" " F "[0,4]}}", 4, DLCV_ERR_FORMAT, ME "byte 5 of the header: \"{\"dtype\":\"F32\",\"shape\":[...\" where ':' should be");
    refused("{\"a\":[]}", 0, DLCV_ERR_FORMAT, ME "byte 5 of the header: \"[]}\" where '{' should be");
    refused("{\"a\":{}}", 0, DLCV_ERR_FORMAT, ME "\"a\" has no dtype");
    refused("{\"a\":{\"dtype\":\"F32\"}}", 0, DLCV_ERR_FORMAT, ME "\"a\" has no shape");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", 0, DLCV_ERR_FORMAT, ME "\"a\" has no data_offsets");
    refused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 0, DLCV_ERR_FORMAT, ME "the header says \"dtype\" twice of one tensor");
    refused("{\"a\":{\"d\":\"F32\"}}", 0, DLCV_ERR_FORMAT, ME "the header says \"d\" of a tensor, it has dtype, shape and data_offsets");
    refused("{\"a\":{\"dtype\":\"F31\"}}", 0, DLCV_ERR_UNSUPPORTED, ME "there is no dtype \"F31\"");
    refused("{\"a\":{\"dtype\":3}}", 0, DLCV_ERR_FORMAT, ME "byte 14 of the header: \"3}}\" where a dtype such as \"F32\" should be");
    refused("{\"a\":{\"shape\":[1,2,3,4,5,6,7,8,9]}}", 0, DLCV_ERR_UNSUPPORTED, ME "more than 8 numbers in brackets");
    refused("{\"a\":{\"shape\":[2147483648]}}", 0, DLCV_ERR_UNSUPPORTED, ME "2147483648 in the header, 2147483647 is the most");
    refused("{\"a\":{\"shape\":[-1]}}", 0, DLCV_ERR_FORMAT, ME "byte 15 of the header: \"-1]}}\" where a whole number should be");
    refused("{\"a\":{\"shape\":[01]}}", 0, DLCV_ERR_FORMAT, ME "byte 16 of the header: \"1]}}\" where ',' or ']' should be");
    refused("{\"a\":{\"shape\":1}}", 0, DLCV_ERR_FORMAT, ME "byte 14 of the header: \"1}}\" where '[' should be");
    refused("{\"a\":" F "[0]}}", 4, DLCV_ERR_FORMAT, ME "data_offsets of 1 numbers, there are two");
    refused("{\"a\":" F "[0,5]}}", 4, DLCV_ERR_FORMAT, ME "\"a\" is bytes 0 to 5 of 4 behind the header: the file is cut short?");
    refused("{\"a\":" F "[4,0]}}", 4, DLCV_ERR_FORMAT, ME "\"a\" is bytes 4 to 0 of 4 behind the header");
    refused("{\"a\":" F "[0,3]}}", 4, DLCV_ERR_FORMAT, ME "\"a\" is F32 [1], 4 bytes, but 0 to 3 are 3");
    refused("{\"a\":{\"dtype\":\"F64\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,0]}}", 0, DLCV_ERR_FORMAT,
            ME "\"a\" is F64 [2147483647, 2147483647, 2147483647], more bytes than a size_t can count");
    refused("{\"a\":" F "[0,4]},\"b\":" F "[0,4]}}", 4, DLCV_ERR_FORMAT, ME "\"b\" begins at byte 0, the tensors before it end at 4: they overlap");
    refused("{\"a\":" F "[0,4]},\"b\":" F "[5,9]}}", 9, DLCV_ERR_FORMAT, ME "\"b\" begins at byte 5, the tensors before it end at 4: a gap");
    refused("{\"a\":" F "[0,4]}}", 5, DLCV_ERR_FORMAT, ME "5 bytes after the header, the tensors are 4");
    refused("{\"a\":" F "[0,4]},\"\\u0061\":" F "[4,8]}}", 8, DLCV_ERR_FORMAT, ME "\"a\" is there twice");
    refused("{\"__metadata__\":{\"a\":1}}", 0, DLCV_ERR_FORMAT, ME "byte 21 of the header: \"1}}\" where a text should be");
    refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0, DLCV_ERR_FORMAT, ME "__metadata__ is there twice");
    refused("{\"a\n\":1}", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"?\":1}\" where a printable character should be");
    refused("{\"a\\x\":1}", 0, DLCV_ERR_FORMAT, ME "byte 4 of the header: \"x\":1}\" where an escape of JSON should be");
    refused("{\"\\ud83d\":1}", 0, DLCV_ERR_FORMAT, ME "byte 8 of the header: \"\":1}\" where an escape of JSON should be");
    refused("{\"\\udc00\":1}", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"udc00\":1}\" where an escape of JSON should be");
    refused("{\"a", 0, DLCV_ERR_FORMAT, ME "the header ends where '\"' should be");
    refused("\n{\r\n\t}\n", 0, DLCV_OK, "");
    refused("{\"\\ue000\\u00e9\\u20AC\":" F "[0,4]},\"\":" F "[4,8]},\"b\":" F "[8,12]}}", 12, DLCV_OK, "");
    refused("{\"\\u12", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"u12\" where an escape of JSON should be");
    refused("{\"\\u00 1\":1}", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"u00 1\":1}\" where an escape of JSON should be");
    refused("{\"\\u00:1\":1}", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"u00:1\":1}\" where an escape of JSON should be");
    refused("{\"\\u00g1\":1}", 0, DLCV_ERR_FORMAT, ME "byte 3 of the header: \"u00g1\":1}\" where an escape of JSON should be");
    refused("{\"\\ud83dabcdef\":1}", 0, DLCV_ERR_FORMAT, ME "byte 8 of the header: \"abcdef\":1}\" where an escape of JSON should be");
    refused("{\"\\ud83d\\nbcdef\":1}", 0, DLCV_ERR_FORMAT, ME "byte 8 of the header: \"\\nbcdef\":1}\" where an escape of JSON should be");
    refused("{\"\\ud83d\\u0041\":1}", 0, DLCV_ERR_FORMAT, ME "byte 8 of the header: \"\\u0041\":1}\" where an escape of JSON should be");
    refused("{\"\\ud83d\\ue000\":1}", 0, DLCV_ERR_FORMAT, ME "byte 8 of the header: \"\\ue000\":1}\" where an escape of JSON should be");
    refused("{\"a\":{\"shape\":[1", 0, DLCV_ERR_FORMAT, ME "the header ends where ',' or ']' should be");
    refused("{\"a\":{1:2}}", 0, DLCV_ERR_FORMAT, ME "byte 6 of the header: \"1:2}}\" where a key should be");
    refused("{\"a\":{\"dtype\" 1}}", 0, DLCV_ERR_FORMAT, ME "byte 14 of the header: \"1}}\" where ':' should be");
    refused("{\"a\":{\"dtype\":\"F32\" 1", 0, DLCV_ERR_FORMAT, ME "byte 20 of the header: \"1\" where ',' or '}' should be");
    refused("{\"a\":{\"dtype\":\"F64\",\"shape\":[2147483647,2147483647,4],\"data_offsets\":[0,0]}}", 0, DLCV_ERR_FORMAT,
            ME "\"a\" is F64 [2147483647, 2147483647, 4], more bytes than a size_t can count");
    refused("{\"a\\", 0, DLCV_ERR_FORMAT, ME "the header ends where an escape of JSON should be");
}

/* Halves that are no numbers; integers are no floats. */
static void test_halves(void)
{
    static const char header[] = "{\"h\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},\"i\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    static const unsigned char data[12] = { 0, 0x7c, 0, 0xfc, 1, 0x7e, 1, 0x80, 1, 0, 0, 0 };
    unsigned char file[8 + sizeof header - 1 + sizeof data];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    const dlcv_node h = dlcv_parameter(g, "h", dlcv_shape1(4), DLCV_INIT_NORMAL, 1);
    const float *f;
    memset(file, 0, 8);
    file[0] = (unsigned char)(sizeof header - 1);
    memcpy(file + 8, header, sizeof header - 1);
    memcpy(file + 8 + sizeof header - 1, data, sizeof data);
    CHECK_OK(dlcv_weights_load_memory(g, file, sizeof file));
    f = dlcv_f32(dlcv_value(h));
    CHECK(f[0] > FLT_MAX && f[1] < -FLT_MAX && f[2] != f[2] && f[3] == -5.9604644775390625e-8f);
    (void)dlcv_parameter(g, "i", dlcv_shape1(1), DLCV_INIT_CONSTANT, 5);
    CHECK_FAILS(dlcv_weights_load_memory(g, file, sizeof file), DLCV_ERR_FORMAT, ME "\"i\" is I32 [1], not F32 [1]");
    dlcv_graph_free(g);
}

/* Many tensors, in the worst order for a sort that is not ours. */
static void test_many(void)
{
    enum { N = 500 };
    static unsigned char file[8 + N * 80 + N * 4];
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    size_t n = 8;
    int i;
    for (i = 0; i < N; i++) {
        const int k = i * 7 % N;
        n += (size_t)sprintf((char *)file + n, "%s\"p%d\":" F "[%d,%d]}", i ? "," : "{", k, 4 * (N - 1 - k), 4 * (N - k));
    }
    file[n++] = '}';
    file[0] = (unsigned char)((n - 8) & 255);
    file[1] = (unsigned char)((n - 8) >> 8);
    for (i = 0; i < N; i++) {
        memset(file + n + 4 * i, 0, 4);
        file[n + 4 * (size_t)i + 2] = (unsigned char)(N - 1 - i);      /* F32 of bits k << 16 */
        file[n + 4 * (size_t)i + 3] = (unsigned char)((N - 1 - i) >> 8);
    }
    for (i = 0; i < N; i += 50) {
        char name[16];
        sprintf(name, "p%d", i);
        (void)dlcv_parameter(g, name, dlcv_shape1(1), DLCV_INIT_NORMAL, 1);
    }
    CHECK_OK(dlcv_weights_load_memory(g, file, n + 4 * N));
    for (i = 0; i < N; i += 50) {
        uint32_t bits;
        memcpy(&bits, dlcv_value(dlcv_parameter_at(g, i / 50))->data, 4);
        CHECK(bits == (uint32_t)i << 16);
    }
    dlcv_graph_free(g);
}

/* Files: replaced as a whole; malloc failing at every n; a writer that fails. */
static dlcv_status no_write(const char *path, const void *data, size_t bytes, void *user)
{
    (void)data, (void)user;
    return dlcv_fail(DLCV_ERR_IO, "%s: %zu bytes, the card is full", path, bytes);
}

static void test_files(const char *path)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n;
    int left = 1;
    for (n = 1; left && n < 100; n++) {
        dlcv_graph *g;
        dlcv_status s;
        heap.calls = 0;
        heap.fail_at = n;
        g = build(&env);
        s = dlcv_weights_save(g, path);
        if (!s) s = dlcv_weights_load(g, path);
        CHECK(s == DLCV_OK || s == DLCV_ERR_MEMORY);
        left = heap.calls >= n;
        dlcv_graph_free(g);
        CHECK(heap.blocks == 0 && heap.wrong == 0);
    }
    CHECK(!left && n > 5);
    {
        dlcv_graph *g = build(NULL), *h;
        env = test_env(&heap);
        env.files.write = no_write;
        h = build(&env);
        CHECK_FAILS(dlcv_weights_save(h, "w"), DLCV_ERR_IO, "w: 300 bytes, the card is full");
        CHECK_OK(dlcv_weights_load(g, path));
        dlcv_graph_free(h);
        dlcv_graph_free(g);
    }
    remove(path);
}

int main(int argc, char **argv)
{
    char path[1024];
    (void)argc;
    sprintf(path, "%.900s.safetensors", argv[0]);
    test_ours();
    test_theirs();
    test_refused();
    test_halves();
    test_many();
    test_files(path);
    return test_end("safetensors");
}
