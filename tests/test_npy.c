/* NPY: numpy's files, golden ones written by numpy itself (tests/golden/npy.py), and hostile ones. */
#include "test.h"
#ifdef __SSE__
#include <xmmintrin.h>
#endif
#include "files.h"
#include "golden/npy.h"

#define FILES ((int)(sizeof golden_npy / sizeof golden_npy[0]))

static dlcv_env env;
static test_heap heap;
static test_disk disk;

static dlcv_dtype dtype_of(const char *descr)
{
    static const char *const names[7] = { "f4", "f8", "u1", "i1", "i4", "i8", "b1" };
    static const dlcv_dtype types[7] = { DLCV_F32, DLCV_F32, DLCV_U8, DLCV_I8, DLCV_I32, DLCV_I64, DLCV_BOOL };
    int i;
    for (i = 0; strcmp(names[i], descr + 1);) i++;
    return types[i];
}

static dlcv_shape shape_of(int file)
{
    dlcv_shape s;
    s.ndim = golden_npy[file].ndim;
    memcpy(s.dim, golden_npy[file].dim, sizeof s.dim);
    return s;
}

/* Element i, in C order, of every golden file: npy.py's `value`. */
static int is_value(const dlcv_tensor *t, int i, int wide)
{
    const float f = wide ? (float)((i - 3) * 0.1) : (float)(i - 3) * 0.375f;
    const int64_t step = (int64_t)1311768467463790320;
    int64_t v;
    switch ((int)t->dtype) {
    case DLCV_F32:
        return dlcv_f32(t)[i] == f;
    case DLCV_U8:
        return dlcv_u8(t)[i] == (uint8_t)(i * 37 % 256);
    case DLCV_I8:
        return ((const int8_t *)t->data)[i] == (int8_t)(i * 37 % 256 - 128);
    case DLCV_I32:
        v = (int64_t)i * 715827881 % (int64_t)4294967296 - (int64_t)2147483648u;
        return dlcv_i32(t)[i] == (int32_t)v;
    case DLCV_I64:
        return ((const int64_t *)t->data)[i] == (i - 3) * step;
    default:
        return dlcv_u8(t) == NULL && ((const uint8_t *)t->data)[i] == (i % 3 == 0);
    }
}

static void test_golden_load(void)
{
    dlcv_tensor t = { 0 };
    int file, i, d, wrong = 0;
    for (file = 0; file < FILES; file++) {
        const dlcv_shape want = shape_of(file);
        test_put(&disk, "a.npy", golden_npy[file].file, golden_npy[file].bytes);
        CHECK_OK(dlcv_tensor_load(&env, "a.npy", &t));
        CHECK(t.dtype == dtype_of(golden_npy[file].descr) && t.shape.ndim == want.ndim && t.owned);
        for (d = 0; d < want.ndim; d++) wrong += t.shape.dim[d] != want.dim[d];
        for (i = 0; i < (int)dlcv_tensor_count(&t); i++) wrong += !is_value(&t, i, golden_npy[file].descr[2] == '8');
    }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(FILES, 32);
    dlcv_tensor_free(&t);
}

/* What is loaded and saved has numpy's bytes where numpy would write them so. */
static void test_golden_save(void)
{
    int file, same = 0;
    for (file = 0; file < FILES; file++) {
        dlcv_tensor t = { 0 };
        test_file *saved;
        if (!golden_npy[file].plain) continue;
        test_put(&disk, "a.npy", golden_npy[file].file, golden_npy[file].bytes);
        CHECK_OK(dlcv_tensor_load(&env, "a.npy", &t));
        TEST_PUT(&disk, "b.npy", "");
        CHECK_OK(dlcv_tensor_save(&env, &t, "b.npy"));
        saved = test_find(&disk, "b.npy");
        CHECK_EQUAL(saved->bytes, golden_npy[file].bytes);
        same += saved->bytes == golden_npy[file].bytes && !memcmp(saved->data, golden_npy[file].file, saved->bytes);
        dlcv_tensor_free(&t);
    }
    CHECK_EQUAL(same, 20);
}

/* A file with this header, padded by nothing, and `bytes` elements' bytes 0, 1, 2 ... */
static dlcv_status load(int version, const char *header, size_t bytes, dlcv_tensor *out)
{
    static unsigned char file[1024];
    const size_t length = strlen(header), start = version > 1 ? 12 : 10;
    size_t i;
    memset(file, 0, sizeof file);
    memcpy(file, "\223NUMPY", 6);
    file[6] = (unsigned char)version;
    file[8] = (unsigned char)(length & 255);
    file[9] = (unsigned char)(length >> 8);
    memcpy(file + start, header, length);
    for (i = 0; i < bytes; i++) file[start + length + i] = (unsigned char)i;
    test_put(&disk, "p", file, start + length + bytes);
    return dlcv_tensor_load(&env, "p", out);
}

static void test_spellings(void)
{
    static const unsigned char bools[3] = { 0, 7, 255 };
    dlcv_tensor t = { 0 };
    unsigned char file[80];
    /* other writers: any order of keys, no spaces, double quotes, no last comma, Python 2's long numbers, line ends */
    CHECK_OK(load(1, "{\"shape\":(2L,3),\"descr\":\"<u1\",\"fortran_order\":False}", 6, &t));
    CHECK(t.dtype == DLCV_U8 && t.shape.ndim == 2 && t.shape.dim[0] == 2 && t.shape.dim[1] == 3 && dlcv_u8(&t)[5] == 5);
    CHECK_OK(load(2, " {\n'fortran_order' : True , 'shape' : ( 2 , 3 , ) , 'descr' : '>i1' , } \t\r\n", 6, &t));
    CHECK(t.dtype == DLCV_I8 && ((int8_t *)t.data)[0] == 0 && ((int8_t *)t.data)[1] == 2 && ((int8_t *)t.data)[3] == 1);
    CHECK_OK(load(3, "{'shape': (3,), 'descr': '|u1', 'fortran_order': True}", 3, &t));
    CHECK(t.shape.ndim == 1 && t.shape.dim[0] == 3);
    CHECK_OK(load(1, "{'shape': (0, 2147483647, 2147483647), 'descr': '<i8', 'fortran_order': True}", 0, &t));
    CHECK(t.shape.dim[2] == INT_MAX && dlcv_tensor_count(&t) == 0);
    /* a bool is 0 or 1 */
    memcpy(file, "\223NUMPY\1\0\72\0{'shape': (3,), 'descr': '|b1', 'fortran_order': False}   ", 68);
    memcpy(file + 68, bools, 3);
    test_put(&disk, "p", file, 71);
    CHECK_OK(dlcv_tensor_load(&env, "p", &t));
    CHECK(t.dtype == DLCV_BOOL && ((uint8_t *)t.data)[0] == 0 && ((uint8_t *)t.data)[1] == 1 &&
          ((uint8_t *)t.data)[2] == 1);
    dlcv_tensor_free(&t);
}

/* Doubles become the nearest float, in the file's byte order whatever this machine's is. */
static void test_doubles(void)
{
    static const struct {
        uint32_t high, low, want;
    } cases[] = {
        { 0x3fb99999, 0x9999999a, 0x3dcccccd },                                         /* 0.1 */
        { 0xbff00000, 0x10000000, 0xbf800000 }, { 0xbff00000, 0x10000001, 0xbf800001 }, /* halfway: even; just above */
        { 0xbff00000, 0x30000000, 0xbf800002 }, { 0x47efffff, 0xe0000000, 0x7f7fffff }, /* the largest float */
        { 0x47efffff, 0xefffffff, 0x7f7fffff }, /* just below the middle to what would come next */
        { 0x47efffff, 0xf0000000, 0x7f800000 }, /* that middle */
        { 0xc7efffff, 0xf0000000, 0xff800000 }, { 0x7fefffff, 0xffffffff, 0x7f800000 }, /* the largest double */
        { 0x7ff00000, 0x00000000, 0x7f800000 }, { 0xfff00000, 0x00000000, 0xff800000 },
        { 0x00000000, 0x00000001, 0x00000000 }, { 0x80000000, 0x00000001, 0x80000000 },
        { 0x38100000, 0x00000000, 0x00800000 }, { 0x43300000, 0x00000001, 0x59800000 },
        { 0x37a16c26, 0x2777579c, 0x000116c2 }, { 0xb696d601, 0xad376ab9, 0x80000001 }, /* 1e-40, -1e-45 */
        { 0x36900000, 0x00000000, 0x00000000 }, { 0x36900000, 0x00000001, 0x00000001 }, /* half the least float */
        { 0x36a80000, 0x00000000, 0x00000002 }, { 0xfff80000, 0x00000000, 0xffc00000 }, /* 1.5 of these; NaN */
    };
    enum { N = sizeof cases / sizeof cases[0] };
    static const char *const headers[2] = { "{'descr': '<f8', 'fortran_order': False, 'shape': (21,)}",
                                            "{'descr': '>f8', 'fortran_order': False, 'shape': (21,)}" };
    unsigned char file[256];
    dlcv_tensor t = { 0 };
    uint32_t bits;
    int big, i, b;
    CHECK_EQUAL(N, 21);
    for (big = 0; big < 2; big++) {
        memcpy(file, "\223NUMPY\1\0\70\0", 10);
        CHECK_EQUAL(strlen(headers[big]), 56);
        memcpy(file + 10, headers[big], 56);
        for (i = 0; i < N; i++) {
            for (b = 0; b < 8; b++) {
                const uint32_t word = b < 4 ? cases[i].high : cases[i].low;
                file[66 + 8 * i + (big ? b : 7 - b)] = (unsigned char)(word >> (24 - b % 4 * 8));
            }
        }
        test_put(&disk, "p", file, 66 + 8 * N);
        CHECK_OK(dlcv_tensor_load(&env, "p", &t));
        for (i = 0; i < N && t.data; i++) {
            memcpy(&bits, dlcv_f32(&t) + i, 4);
            CHECK_EQUAL(bits, cases[i].want);
        }
    }
    dlcv_tensor_free(&t);
}

#define REST                      ", 'fortran_order': False, 'shape': (2,)}"
#define BAD(header, status, text) CHECK_FAILS(load(1, header, 2, &t), status, "p: " text)

static void test_bad_headers(void)
{
    dlcv_tensor t = { 0 };
    BAD("", DLCV_ERR_FORMAT, "the NPY header ends where '{' should be");
    BAD("  [1]", DLCV_ERR_FORMAT, "the NPY header has \"[1]\" where '{' should be");
    BAD("{'descr': '<u1'", DLCV_ERR_FORMAT, "the NPY header ends where ',' or '}' should be");
    BAD("{'descr': '<u1',", DLCV_ERR_FORMAT, "the NPY header ends where a name in quotes should be");
    BAD("{'descr: ", DLCV_ERR_FORMAT, "the NPY header has \"'descr: \" where a name in quotes should be");
    BAD("{descr: '<u1'}", DLCV_ERR_FORMAT, "the NPY header has \"descr: '<u1'}\" where a name in quotes should be");
    BAD("{'descr': ", DLCV_ERR_FORMAT, "the NPY header ends where a dtype such as '<f4' should be");
    BAD("\x1f{}", DLCV_ERR_FORMAT, "the NPY header has \"?{}\" where '{' should be");
    BAD("{'descr' '<u1'}", DLCV_ERR_FORMAT, "the NPY header has \"'<u1'}\" where ':' should be");
    BAD("{'descr': <u1}", DLCV_ERR_FORMAT, "the NPY header has \"<u1}\" where a dtype such as '<f4' should be");
    BAD("{'descr': '<u1' 'shape'}", DLCV_ERR_FORMAT, "the NPY header has \"'shape'}\" where ',' or '}' should be");
    BAD("{'descr': '<u1', 'name': 3}", DLCV_ERR_FORMAT,
        "the NPY header says \"name\", it has descr, fortran_order and shape");
    BAD("{'': 3}", DLCV_ERR_FORMAT, "the NPY header says \"\", it has descr, fortran_order and shape");
    BAD("{'a\1\200\n name that is far too long to be said': 3}", DLCV_ERR_FORMAT,
        "the NPY header says \"a??? name that is far to...\", it has descr, fortran_order and shape");
    BAD("{'descr': '<u1', 'descr': '<u1'}", DLCV_ERR_FORMAT, "the NPY header says descr twice");
    BAD("{'descr': '<u1', 'fortran_order': False}", DLCV_ERR_FORMAT, "the NPY header does not say shape");
    BAD("{'descr': '<u1', 'shape': (2,)}", DLCV_ERR_FORMAT, "the NPY header does not say fortran_order");
    BAD("\1{", DLCV_ERR_FORMAT, "the NPY header has \"?{\" where '{' should be");
    BAD("{'descr': ", DLCV_ERR_FORMAT, "the NPY header ends where a dtype such as '<f4' should be");
    BAD("{}", DLCV_ERR_FORMAT, "the NPY header does not say descr");
    BAD("{'descr': '<u1'" REST " import os", DLCV_ERR_FORMAT,
        "the NPY header has \"import os\" where its end should be");
    BAD("{'fortran_order': 1}", DLCV_ERR_FORMAT, "the NPY header has \"1}\" where True or False should be");
    BAD("{'shape': 2}", DLCV_ERR_FORMAT, "the NPY header has \"2}\" where a shape in round brackets should be");
    BAD("{'shape': (2, 2 3)}", DLCV_ERR_FORMAT, "the NPY header has \"3)}\" where ',' or ')' should be");
    BAD("{'shape': (-2,)}", DLCV_ERR_FORMAT, "the NPY header has \"-2,)}\" where a dimension should be");
    BAD("{'shape': (2, 3", DLCV_ERR_FORMAT, "the NPY header ends where ',' or ')' should be");
    BAD("{'shape': (2", DLCV_ERR_FORMAT, "the NPY header ends where ',' (a shape of one dimension is (3,)) should be");
    BAD("{'shape': (3)}", DLCV_ERR_FORMAT, "the NPY header has \")}\" where ',' (a shape of one dimension is (3,)) should be");
    BAD("{'shape': (,)", DLCV_ERR_FORMAT, "the NPY header has \",)\" where a dimension should be");
    BAD("{'shape': (2147483648,)", DLCV_ERR_UNSUPPORTED, "dimension 0 is 2147483648, must be 0 .. 2147483647");
    BAD("{'shape': (1, 9999999999)", DLCV_ERR_UNSUPPORTED, "dimension 1 is 9999999999, must be 0 .. 2147483647");
    BAD("{'shape': (18446744073709551618,)", DLCV_ERR_UNSUPPORTED,
        "dimension 0 is 18446744073709551618, must be 0 .. 2147483647");
    BAD("{'shape': (00000000000000000000000000000000000000099999999999,)", DLCV_ERR_UNSUPPORTED,
        "dimension 0 is 000000000000000000000000..., must be 0 .. 2147483647");
    BAD("{'shape': (1,1,1,1,1,1,1,1,1)", DLCV_ERR_UNSUPPORTED, "more than 8 dimensions");
    BAD("{'descr': [('x', '<f4')]" REST, DLCV_ERR_UNSUPPORTED,
        "its elements are records of several fields, a tensor's are numbers");
    dlcv_tensor_free(&t);
}

static void test_bad_elements(void)
{
    static const char *const refused[] = { "<f2", "<u2", ">u4", "<u8",
                                           "=f4", "|f4", "f4",  "<f44", "<f5", "" };
    dlcv_tensor t = { 0 };
    char header[80], want[192];
    size_t i;
    for (i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        sprintf(header, "{'descr': '%s'" REST, refused[i]);
        sprintf(want, "p: its elements are \"%s\", those of f4, f8, u1, i1, i4, i8 and b1 after < or > are read: "
                      "in numpy save a.astype('<f4'), or another of these",
                refused[i]);
        CHECK_FAILS(load(1, header, 2, &t), DLCV_ERR_UNSUPPORTED, want);
    }
    CHECK_FAILS(load(1, "{'descr': '|O'" REST, 2, &t), DLCV_ERR_UNSUPPORTED,
                "p: its elements are \"|O\", Python objects, which are no numbers: make an array of them first, with rows of one length (numpy.array(rows, dtype='f4'))");
    CHECK_FAILS(load(1, "{'descr': '<U5'" REST, 2, &t), DLCV_ERR_UNSUPPORTED,
                "p: its elements are \"<U5\", texts: for classes save their numbers, numpy.unique(a, return_inverse=True)[1].astype('i4')");
    CHECK(load(1, "{'descr': '|S9'" REST, 2, &t) == DLCV_ERR_UNSUPPORTED && strstr(dlcv_error(), "\"|S9\", texts: "));
    CHECK_FAILS(load(1, "{'descr': '<c16'" REST, 2, &t), DLCV_ERR_UNSUPPORTED, "p: its elements are \"<c16\", complex numbers: save a.real and a.imag, as two files");
    CHECK_FAILS(load(1, "{'descr': '<u1'" REST, 1, &t), DLCV_ERR_FORMAT,
                "p: 1 bytes after the NPY header, which says [2] of 1 bytes each: cut short");
    CHECK_FAILS(load(1, "{'descr': '<u1'" REST, 3, &t), DLCV_ERR_FORMAT,
                "p: 3 bytes after the NPY header, which says [2] of 1 bytes each: too long");
    CHECK_FAILS(load(1, "{'descr': '<f8'" REST, 8, &t), DLCV_ERR_FORMAT,
                "p: 8 bytes after the NPY header, which says [2] of 8 bytes each: cut short");
    CHECK_FAILS(load(1, "{'descr': '<u1', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536)}", 0, &t),
                DLCV_ERR_FORMAT,
                "p: 0 bytes after the NPY header, which says [65536, 65536, 65536, 65536] of 1 bytes each: cut short");
    CHECK_FAILS(load(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647)}", 8, &t),
                DLCV_ERR_FORMAT,
                "p: 8 bytes after the NPY header, which says [2147483647, 2147483647] of 8 bytes each: cut short");
    CHECK_FAILS(load(1, "{'descr': '<u1', 'fortran_order': False, 'shape': ()}", 0, &t), DLCV_ERR_FORMAT,
                "p: 0 bytes after the NPY header, which says [] of 1 bytes each: cut short");
    CHECK(!t.data && heap.blocks == 0);
    CHECK_OK(load(1, "{'descr': '<u1'" REST, 2, &t));
    CHECK_FAILS(load(1, "{'descr': '<u1'" REST, 1, &t), DLCV_ERR_FORMAT, NULL);
    CHECK(t.shape.dim[0] == 2 && dlcv_u8(&t) && dlcv_u8(&t)[1] == 1); /* as it was */
    heap.calls = 0;
    heap.fail_at = 2; /* the file's memory, then the tensor's */
    CHECK_FAILS(load(1, "{'descr': '<u1', 'fortran_order': False, 'shape': (800,)}", 800, &t), DLCV_ERR_MEMORY, NULL);
    CHECK(!t.data && !t.shape.ndim);
    heap.fail_at = 0;
    dlcv_tensor_free(&t);
}

static void test_bad_files(void)
{
    dlcv_tensor t = { 0 };
    unsigned char file[16];
    memcpy(file, "\223NUMPY\1\0\4\0{}  ", 14);
    CHECK_FAILS(dlcv_tensor_load(&env, NULL, &t), DLCV_ERR_ARGUMENT, "tensor_load: npy_path is NULL");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", NULL), DLCV_ERR_ARGUMENT, "tensor_load: out is NULL");
    CHECK_FAILS(dlcv_tensor_load(&env, "q", &t), DLCV_ERR_NOT_FOUND, "q: no such file on the test disk");
    file[6] = 0;
    test_put(&disk, "p", file, 14);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_UNSUPPORTED, "p: NPY version 0.0, 1.0, 2.0 and 3.0 are read");
    file[6] = 1;
    test_put(&disk, "p", file, 9);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: 9 bytes, an NPY file has 10 before its header");
    test_put(&disk, "p", file, 0);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: 0 bytes, an NPY file has 10 before its header");
    test_put(&disk, "p", file, 13);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: the NPY header has 4 bytes, 3 are there");
    file[7] = 1;
    test_put(&disk, "p", file, 14);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_UNSUPPORTED, "p: NPY version 1.1, 1.0, 2.0 and 3.0 are read");
    file[7] = 0;
    file[6] = 4;
    test_put(&disk, "p", file, 14);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_UNSUPPORTED, "p: NPY version 4.0, 1.0, 2.0 and 3.0 are read");
    file[6] = 0;
    test_put(&disk, "p", file, 14);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_UNSUPPORTED, "p: NPY version 0.0, 1.0, 2.0 and 3.0 are read");
    file[6] = 2;
    test_put(&disk, "p", file, 11);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: 11 bytes, an NPY file has 12 before its header");
    memset(file + 8, 255, 4);
    test_put(&disk, "p", file, 14);
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT,
                "p: the NPY header has 4294967295 bytes, 2 are there");
    TEST_PUT(&disk, "p", "PK\3\4\24\0\0\0\10\0");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: an archive (.npz) of several arrays: save each with numpy.save");
    TEST_PUT(&disk, "p", "5.1,3.5\r\n4.9,3\n");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: a text file: numpy.save(\"a.npy\", numpy.loadtxt(file, delimiter=\",\")) makes an NPY file of a table with commas");
    TEST_PUT(&disk, "p", "Pclass,sex\n1,2\n");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: a text file: numpy.save(\"a.npy\", numpy.loadtxt(file, delimiter=\",\")) makes an NPY file of a table with commas");
    TEST_PUT(&disk, "p", "1\t2\r\n3\t4\r\n");
    CHECK(dlcv_tensor_load(&env, "p", &t) == DLCV_ERR_FORMAT && strstr(dlcv_error(), "p: a text file: "));
    TEST_PUT(&disk, "p", "PK,name\n1,a\n");
    CHECK(dlcv_tensor_load(&env, "p", &t) == DLCV_ERR_FORMAT && strstr(dlcv_error(), "p: a text file: "));
    TEST_PUT(&disk, "p", "\xef\xbb\xbf" "1;2\r\n3;4\r\n");
    CHECK(dlcv_tensor_load(&env, "p", &t) == DLCV_ERR_FORMAT && strstr(dlcv_error(), "p: a text file: "));
    TEST_PUT(&disk, "p", "P0 class\n11");
    CHECK(dlcv_tensor_load(&env, "p", &t) == DLCV_ERR_FORMAT && strstr(dlcv_error(), "p: a text file: "));
    TEST_PUT(&disk, "p", "ab\1defghijk");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: begins with 61 62 1 64 65 66, an NPY file with 93 4e 55 4d 50 59");
    TEST_PUT(&disk, "p", "ab\177defghijk");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT, "p: begins with 61 62 7f 64 65 66, an NPY file with 93 4e 55 4d 50 59");
    TEST_PUT(&disk, "p", "P5 2 2 255 abcd");
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_FORMAT,
                "p: begins with 50 35 20 32 20 32, an NPY file with 93 4e 55 4d 50 59");
    CHECK(!t.data && heap.blocks == 0);
}

/* Views, limits, every allocation failing in turn, every cut. */
static void test_memory(void)
{
    static const char *const header = "{'descr': '<u1'" REST;
    static uint8_t room[4];
    const int last = 25; /* <f4 [2, 3] in Fortran's order: 152 bytes */
    dlcv_tensor t = { 0 }, view = dlcv_tensor_view(room, DLCV_U8, dlcv_shape1(2)), odd;
    dlcv_tensor wrong = dlcv_tensor_view(room, DLCV_U8, dlcv_shape2(2, 1));
    size_t cut;
    long n;
    CHECK_OK(load(1, header, 2, &view));
    CHECK(room[1] == 1 && !view.owned);
    CHECK_FAILS(load(1, header, 2, &wrong), DLCV_ERR_SHAPE,
                "tensor_load: out is a view of u8 [2, 1], u8 [2] is needed");
    CHECK_OK(load(1, header, 2, &t)); /* an owned tensor is used again */
    heap.calls = 0;
    CHECK_OK(load(1, header, 2, &t));
    CHECK_EQUAL(heap.calls, 1);
    dlcv_tensor_free(&t);
    test_put(&disk, "p", golden_npy[last].file, golden_npy[last].bytes);
    heap.peak = heap.bytes;
    CHECK_OK(dlcv_tensor_load(&env, "p", &t));
    CHECK_EQUAL(heap.peak, 152 + 24 + 64);
    for (n = 1; n < 100; n++) {
        dlcv_tensor_free(&t);
        heap.calls = 0;
        heap.fail_at = n;
        if (dlcv_tensor_load(&env, "p", &t) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !t.data);
    }
    CHECK_EQUAL(n, 3);
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_tensor_save(&env, &t, "q"), DLCV_ERR_MEMORY, "q: out of memory: 152 bytes wanted");
    heap.fail_at = 0;
    CHECK_FAILS(dlcv_tensor_save(&env, NULL, "q"), DLCV_ERR_ARGUMENT, "tensor_save: t is NULL");
    CHECK_FAILS(dlcv_tensor_save(&env, &t, NULL), DLCV_ERR_ARGUMENT, "tensor_save: npy_path is NULL");
    odd = t;
    odd.dtype = (dlcv_dtype)17;
    CHECK_FAILS(dlcv_tensor_save(&env, &odd, "q"), DLCV_ERR_ARGUMENT,
                "tensor_save: t has dtype 17, there is none such");
    dlcv_tensor_free(&t);
    env.limit = 151;
    CHECK_FAILS(dlcv_tensor_load(&env, "p", &t), DLCV_ERR_MEMORY, "p: 152 bytes, env.limit is 151");
    env.limit = 0;
    for (cut = 0; cut < golden_npy[last].bytes; cut++) {
        test_put(&disk, "p", golden_npy[last].file, cut);
        CHECK(dlcv_tensor_load(&env, "p", &t) == DLCV_ERR_FORMAT && !t.data && heap.blocks == 0);
    }
}

/* The picture as numbers: tests/golden/grid_24x16.txt written as NPY, through the real file system too, and read back. */
static void test_grid(const char *program)
{
    static unsigned char grid[24 * 16 + 1];
    dlcv_tensor t = dlcv_tensor_view(grid + 1, DLCV_U8, dlcv_shape2(24, 16)), back = { 0 }; /* at an odd address */
    char path[1024];
    long sum = 0;
    int i, v;
    FILE *f = fopen("tests/golden/grid_24x16.txt", "r");
    CHECK(f != NULL);
    if (!f) return;
    for (i = 0; i < 24 * 16 && fscanf(f, "%d", &v) == 1; i++) grid[1 + i] = (unsigned char)v;
    CHECK(i == 24 * 16);
    fclose(f);
    CHECK(strlen(program) < sizeof path - 8);
    sprintf(path, "%.1000s.npy", program);
    CHECK_OK(dlcv_tensor_save(NULL, &t, path));
    CHECK_OK(dlcv_tensor_load(NULL, path, &back));
    CHECK(back.dtype == DLCV_U8 && back.shape.ndim == 2 && back.shape.dim[0] == 24 && back.shape.dim[1] == 16);
    for (i = 0; i < 24 * 16 && back.data; i++) sum += dlcv_u8(&back)[i];
    CHECK_EQUAL(sum, 38192);
    CHECK(back.data && memcmp(back.data, grid + 1, 24 * 16) == 0);
    remove(path);
    dlcv_tensor_free(&back);
}

int main(int argc, char **argv)
{
    env = test_env(&heap);
    test_disk_use(&env, &disk);
    test_golden_load();
    test_golden_save();
    test_spellings();
    test_doubles();
#ifdef __SSE__
    _mm_setcsr(0x9fc0); /* denormals are zeros, in and out */
    test_doubles();
    _mm_setcsr(0x1f80);
#endif
    test_bad_headers();
    test_bad_elements();
    test_bad_files();
    test_memory();
    test_grid(argc > 0 ? argv[0] : "test_npy");
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
    return test_end("test_npy");
}
