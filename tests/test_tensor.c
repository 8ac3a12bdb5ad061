/* Tensors: shapes, views, owned ones, the rule for `out`. */
#include "test.h"
#include "inside.h"

static dlcv_tensor none(void)
{
    dlcv_tensor t;
    memset(&t, 0, sizeof t);
    return t;
}

static dlcv_shape many_dims(int ndim, int each)
{
    dlcv_shape s;
    int i;
    memset(&s, 0, sizeof s);
    s.ndim = ndim;
    for (i = 0; i < DLCV_MAX_DIMS; i++) s.dim[i] = each;
    return s;
}

static int is_none(const dlcv_tensor *t)
{
    return !t->data && !t->owned && !t->shape.ndim && t->dtype == DLCV_F32;
}

static void test_shapes(void)
{
    dlcv_shape s = dlcv_shape4(50000, 32, 32, 3);
    char text[160];
    CHECK(s.ndim == 4 && s.dim[0] == 50000 && s.dim[1] == 32 && s.dim[2] == 32 && s.dim[3] == 3 && s.dim[4] == 0);
    CHECK_EQUAL(dlcv__shape_text(s, text, sizeof text), 18);
    CHECK_TEXT(text, "[50000, 32, 32, 3]");
    s = dlcv_shape3(1, 2, 3);
    CHECK(s.ndim == 3 && s.dim[2] == 3 && s.dim[3] == 0);
    s = dlcv_shape2(1, -2);
    dlcv__shape_text(s, text, sizeof text);
    CHECK_TEXT(text, "[1, -2]");
    dlcv__shape_text(dlcv_shape1(7), text, sizeof text);
    CHECK_TEXT(text, "[7]");
    dlcv__shape_text(many_dims(0, 0), text, sizeof text);
    CHECK_TEXT(text, "[]");
    dlcv__shape_text(many_dims(9, 0), text, sizeof text);
    CHECK_TEXT(text, "[9 dimensions]");
    CHECK_EQUAL(dlcv__shape_text(many_dims(8, -2147483647 - 1), text, sizeof text), 8 * 11 + 7 * 2 + 2);
    CHECK_EQUAL(strlen(text), 104);
    dlcv__shape_text(dlcv_shape2(10, 20), text, 5);
    CHECK_TEXT(text, "[10,");
}

static void test_dtypes(void)
{
    static const dlcv_dtype types[] = { DLCV_F32, DLCV_U8, DLCV_I8, DLCV_I32, DLCV_I64, DLCV_BOOL };
    static const char *const names[] = { "f32", "u8", "i8", "i32", "i64", "bool" };
    static const size_t sizes[] = { 4, 1, 1, 4, 8, 1 };
    float f[2] = { 1, 2 };
    dlcv_tensor t;
    int i;
    for (i = 0; i < 6; i++) {
        CHECK_EQUAL(dlcv_dtype_bytes(types[i]), sizes[i]);
        CHECK_TEXT(dlcv__dtype_name(types[i]), names[i]);
        t = dlcv_tensor_view(f, types[i], dlcv_shape1(2));
        CHECK(dlcv_f32(&t) == (types[i] == DLCV_F32 ? f : NULL));
        CHECK((void *)dlcv_u8(&t) == (types[i] == DLCV_U8 ? (void *)f : NULL));
        CHECK((void *)dlcv_i32(&t) == (types[i] == DLCV_I32 ? (void *)f : NULL));
    }
    CHECK_EQUAL(dlcv_dtype_bytes((dlcv_dtype)6), 0);
    CHECK_EQUAL(dlcv_dtype_bytes((dlcv_dtype)7), 0);
    CHECK_TEXT(dlcv__dtype_name((dlcv_dtype)6), "unknown dtype");
    CHECK(!dlcv_f32(NULL) && !dlcv_u8(NULL) && !dlcv_i32(NULL));
}

static void test_counts(void)
{
    dlcv_tensor t = none();
    CHECK_EQUAL(dlcv_tensor_count(NULL), 0);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t = dlcv_tensor_view("x", DLCV_U8, many_dims(0, 0));
    CHECK_EQUAL(dlcv_tensor_count(&t), 1);
    t.shape = dlcv_shape4(2, 3, 4, 5);
    CHECK_EQUAL(dlcv_tensor_count(&t), 120);
    t.shape = dlcv_shape3(2, 0, 4);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t.shape = dlcv_shape3(2, -1, 4);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t.shape = dlcv_shape3(-2, -1, 4);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t.shape = many_dims(9, 1);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t.shape = many_dims(8, 2147483647);
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    t.shape.dim[7] = 0;
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    if (sizeof(size_t) > 4) {
        t.shape = dlcv_shape4(20000, 224, 224, 3);          /* beyond 2^31 */
        CHECK_EQUAL(dlcv_tensor_count(&t), 20000.0 * 224 * 224 * 3);
    }
}

static void test_rows(void)
{
    const uint8_t data[24] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 };
    dlcv_tensor t = dlcv_tensor_view(data, DLCV_U8, dlcv_shape3(4, 3, 2)), v;
    char text[40];
    CHECK(t.data == (const void *)data && t.owned == 0 && t.dtype == DLCV_U8);
    v = dlcv_tensor_rows(&t, 1, 3);
    CHECK(v.shape.ndim == 3 && v.shape.dim[0] == 2 && v.shape.dim[1] == 3 && !v.owned && dlcv_u8(&v)[0] == 6);
    v = dlcv_tensor_rows(&t, -5, 100);
    CHECK(v.shape.dim[0] == 4 && v.data == t.data);
    v = dlcv_tensor_rows(&t, 3, 1);
    CHECK(v.shape.dim[0] == 0 && dlcv_tensor_count(&v) == 0);
    v = dlcv_tensor_rows(&t, 9, 12);
    CHECK(v.shape.dim[0] == 0 && dlcv_u8(&v) == data + 24);
    v = dlcv_tensor_rows(&t, -3, -1);
    CHECK(v.shape.dim[0] == 0 && v.data == t.data);
    v = dlcv_tensor_rows(NULL, 0, 1);
    CHECK(is_none(&v));
    t.shape = many_dims(0, 0);
    v = dlcv_tensor_rows(&t, 0, 1);
    CHECK(is_none(&v));
    t.shape = many_dims(3, 2);
    t.shape.ndim = 9;
    v = dlcv_tensor_rows(&t, 0, 1);
    CHECK(is_none(&v));
    t.shape.ndim = -1;
    CHECK_EQUAL(dlcv_tensor_count(&t), 0);
    dlcv__shape_text(t.shape, text, sizeof text);
    CHECK_TEXT(text, "[-1 dimensions]");
    t = dlcv_tensor_view(NULL, DLCV_U8, dlcv_shape1(3));
    CHECK_EQUAL(dlcv_tensor_count(&t), 3);
    t = dlcv_tensor_view(data, DLCV_U8, dlcv_shape4(0, 2147483647, 2147483647, 2147483647)); /* a row would be too large */
    v = dlcv_tensor_rows(&t, 0, 1);
    CHECK(v.shape.dim[0] == 0 && v.data == t.data);
    v = t;
    v.data = NULL;
    v.owned = 1; /* of nothing: forgotten */
    dlcv_tensor_free(&v);
    CHECK(is_none(&v));
    t = dlcv_tensor_view(NULL, DLCV_I64, dlcv_shape2(0, 5));
    v = dlcv_tensor_rows(&t, 0, 1);
    CHECK(!v.data && v.shape.ndim == 2 && v.shape.dim[0] == 0);
    t = dlcv_tensor_view(data, DLCV_U8, dlcv_shape2(-4, 5));
    v = dlcv_tensor_rows(&t, -9, 9);
    CHECK(v.shape.dim[0] == 0 && v.data == t.data);
}

static void test_new(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_tensor t = none(), v;
    void *first;
    size_t i, sum;
    CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape2(30, 7), &t));
    CHECK(t.owned == 1 && t.dtype == DLCV_F32 && t.shape.dim[1] == 7 && ((uintptr_t)t.data & 63) == 0);
    CHECK_EQUAL(heap.bytes, 64 + 30 * 7 * 4);
    for (i = 0, sum = 0; i < 840; i++) sum += ((unsigned char *)t.data)[i];
    CHECK_EQUAL(sum, 0);
    first = t.data;
    memset(t.data, 1, 840);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_I64, dlcv_shape1(105), &t));           /* 840 bytes again: reused */
    CHECK(t.data == first && t.dtype == DLCV_I64 && t.shape.ndim == 1 && heap.calls == 1);
    for (i = 0, sum = 0; i < 840; i++) sum += ((unsigned char *)t.data)[i];
    CHECK_EQUAL(sum, 0);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_U8, dlcv_shape1(3), &t));              /* smaller, and back */
    CHECK_OK(dlcv_tensor_new(&env, DLCV_U8, dlcv_shape1(840), &t));
    CHECK(t.data == first && heap.calls == 1);
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape1(841), &t));            /* larger, and from another allocator */
    CHECK(t.owned == 1 && heap.blocks == 0 && heap.wrong == 0);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_U8, dlcv_shape1(900), &t));
    CHECK(heap.calls == 2 && heap.blocks == 1);
    v = dlcv_tensor_rows(&t, 10, 20);                                          /* freeing a view frees nothing */
    dlcv_tensor_free(&v);
    CHECK(is_none(&v) && heap.blocks == 1);
    dlcv_tensor_free(&t);
    CHECK(is_none(&t) && heap.blocks == 0 && heap.bytes == 0 && heap.wrong == 0);
    dlcv_tensor_free(&t);
    dlcv_tensor_free(NULL);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape2(0, 5), &t));          /* empty ones have data too */
    CHECK(t.owned && t.data && dlcv_tensor_count(&t) == 0);
    dlcv_tensor_free(&t);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, many_dims(0, 0), &t));            /* a scalar */
    CHECK(dlcv_tensor_count(&t) == 1 && dlcv_f32(&t)[0] == 0);
    dlcv_tensor_free(&t);
    CHECK_OK(dlcv_tensor_new(&env, DLCV_U8, many_dims(8, 2), &t));
    CHECK_EQUAL(dlcv_tensor_count(&t), 256);
    dlcv_tensor_free(&t);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

static void test_errors(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_tensor t = none();
    char want[200];
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(3), NULL), DLCV_ERR_ARGUMENT, "tensor_new: out is NULL");
    CHECK_FAILS(dlcv_tensor_new(&env, (dlcv_dtype)7, dlcv_shape1(3), &t), DLCV_ERR_ARGUMENT,
                "tensor_new: out has dtype 7, there is none such");
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, many_dims(9, 1), &t), DLCV_ERR_SHAPE,
                "tensor_new: out has 9 dimensions, 0 to 8 can be");
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, many_dims(-1, 1), &t), DLCV_ERR_SHAPE,
                "tensor_new: out has -1 dimensions, 0 to 8 can be");
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape3(2, -3, 0), &t), DLCV_ERR_SHAPE,
                "tensor_new: out is [2, -3, 0], dimension 1 is negative");
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape3(2147483647, 2147483647, 2147483647), &t), DLCV_ERR_MEMORY,
                "tensor_new: out is f32 [2147483647, 2147483647, 2147483647], more bytes than a size_t can count");
    if (sizeof(size_t) == 8) {                      /* elements fit, bytes do not; bytes fit, not the header */
        CHECK_FAILS(dlcv_tensor_new(&env, DLCV_I64, dlcv_shape3(2147483647, 2147483647, 2), &t), DLCV_ERR_MEMORY,
                    "tensor_new: out is i64 [2147483647, 2147483647, 2], more bytes than a size_t can count");
        CHECK_FAILS(dlcv_tensor_new(&env, DLCV_U8, dlcv_shape4(65535, 65537, 641, 6700417), &t), DLCV_ERR_MEMORY,
                    "tensor_new: out of 18446744073709551615 bytes is too large");
    }
    CHECK(is_none(&t));
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(100), &t), DLCV_ERR_MEMORY,
                "tensor_new: out of memory: 464 bytes wanted");
    CHECK(is_none(&t));
    CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(100), &t));
    heap.calls = 0;                                 /* growing fails: nothing left, nothing leaked */
    CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(101), &t), DLCV_ERR_MEMORY,
                "tensor_new: out of memory: 468 bytes wanted");
    CHECK(is_none(&t) && heap.blocks == 0 && heap.wrong == 0);
    {
        static unsigned char memory[1024];
        dlcv_arena arena;
        env.memory = dlcv_arena_memory(&arena, memory, sizeof memory);
        CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(20), &t));
        CHECK_EQUAL(arena.used, 63 + 64 + 80 + sizeof(size_t));
        CHECK_OK(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(30), &t));        /* the last block grows where it is */
        CHECK_EQUAL(arena.used, 63 + 64 + 120 + sizeof(size_t));
        snprintf(want, sizeof want, "tensor_new: arena of 1024 bytes: 4064 more wanted, %d are left",
                 1024 - 63 - (int)sizeof(size_t));
        CHECK_FAILS(dlcv_tensor_new(&env, DLCV_F32, dlcv_shape1(1000), &t), DLCV_ERR_MEMORY, want);
        CHECK(is_none(&t) && arena.used == 0);
    }
}

static void test_out(void)
{
    float data[12] = { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5 };
    dlcv_tensor v = dlcv_tensor_view(data, DLCV_F32, dlcv_shape2(3, 4));
    CHECK_OK(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape2(3, 4), &v));
    CHECK(v.data == data && !v.owned && data[3] == 5);
    CHECK_FAILS(dlcv__out(NULL, "knn_search", DLCV_I32, dlcv_shape2(5, 4), &v), DLCV_ERR_SHAPE,
                "knn_search: out is a view of f32 [3, 4], i32 [5, 4] is needed");
    CHECK_FAILS(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape2(4, 3), &v), DLCV_ERR_SHAPE,
                "test: out is a view of f32 [3, 4], f32 [4, 3] is needed");
    CHECK_FAILS(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape1(12), &v), DLCV_ERR_SHAPE,
                "test: out is a view of f32 [3, 4], f32 [12] is needed");
    CHECK_FAILS(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape2(3, 3), &v), DLCV_ERR_SHAPE,
                "test: out is a view of f32 [3, 4], f32 [3, 3] is needed");
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(3, 4), &v));          /* a view is filled */
    CHECK(v.data == data && !v.owned && data[0] == 0 && data[11] == 0);
    v = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(3, 4));
    CHECK_FAILS(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape2(3, 4), &v), DLCV_ERR_ARGUMENT,
                "test: out is a view of NULL");
    v = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(0, 4));
    CHECK_OK(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape2(0, 4), &v));
    CHECK(!v.data && !v.owned);
    v.shape.ndim = 99;
    CHECK_FAILS(dlcv__out(NULL, "test", DLCV_F32, dlcv_shape1(4), &v), DLCV_ERR_SHAPE,
                "test: out is a view of f32 [99 dimensions], f32 [4] is needed");
}

static void test_check(void)
{
    float data[4] = { 0, 0, 0, 0 };
    dlcv_tensor t = none();
    CHECK_FAILS(dlcv__check("op", "a", NULL), DLCV_ERR_ARGUMENT, "op: a is NULL");
    CHECK_FAILS(dlcv__check("op", "a", &t), DLCV_ERR_ARGUMENT, "op: a is no tensor yet, it is {0}");
    t = dlcv_tensor_view(data, DLCV_F32, dlcv_shape2(2, 2));
    CHECK_OK(dlcv__check("op", "a", &t));
    t.shape.dim[0] = -2;
    CHECK_FAILS(dlcv__check("op", "a", &t), DLCV_ERR_SHAPE, "op: a is [-2, 2], dimension 0 is negative");
    t.shape.ndim = 12;
    CHECK_FAILS(dlcv__check("op", "a", &t), DLCV_ERR_SHAPE, "op: a has 12 dimensions, 0 to 8 can be");
    t.shape = dlcv_shape1(4);
    t.dtype = (dlcv_dtype)6;
    CHECK_FAILS(dlcv__check("op", "a", &t), DLCV_ERR_ARGUMENT, "op: a has dtype 6, there is none such");
    t = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(2, 2));
    CHECK_FAILS(dlcv__check("op", "a", &t), DLCV_ERR_ARGUMENT, "op: the data of a are NULL");
    t.shape.dim[1] = 0;
    CHECK_OK(dlcv__check("op", "a", &t));
}

static void test_take(void)
{
    const uint8_t data[12] = { 0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32 };
    static const int rows[] = { 3, 0, 0, 2 };
    static const int bad[] = { 0, 1, 2, 70 }, below = -1;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_tensor t = dlcv_tensor_view(data, DLCV_U8, dlcv_shape2(4, 3)), out = none(), big = none(), place;
    uint8_t filled[6] = { 9, 9, 9, 9, 9, 9 };
    CHECK_OK(dlcv_tensor_take(&env, &t, rows, 4, &out));
    CHECK(out.owned && out.shape.ndim == 2 && out.shape.dim[0] == 4 && out.shape.dim[1] == 3);
    CHECK(dlcv_u8(&out)[0] == 30 && dlcv_u8(&out)[4] == 1 && dlcv_u8(&out)[8] == 2 && dlcv_u8(&out)[11] == 22);
    CHECK_OK(dlcv_tensor_take(&env, &t, NULL, 0, &out));
    CHECK_EQUAL(out.shape.dim[0], 0);
    big = dlcv_tensor_view(data, DLCV_U8, dlcv_shape2(4, 0)); /* rows without bytes */
    CHECK_OK(dlcv_tensor_take(&env, &big, rows, 4, &out));
    CHECK(out.shape.dim[0] == 4 && out.shape.dim[1] == 0);
    big = dlcv_tensor_view(filled, DLCV_U8, dlcv_shape2(0, 3));
    place = dlcv_tensor_view(filled, DLCV_U8, dlcv_shape2(2, 3)); /* no byte is shared with none */
    CHECK_FAILS(dlcv_tensor_take(&env, &big, NULL, 0, &place), DLCV_ERR_SHAPE,
                "tensor_take: out is a view of u8 [2, 3], u8 [0, 3] is needed");
    big = none();
    big.owned = 1;
    CHECK_OK(dlcv_tensor_new(&env, DLCV_I64, dlcv_shape2(64, 5), &big));
    CHECK_FAILS(dlcv_tensor_take(&env, &big, &below, 1, &out), DLCV_ERR_ARGUMENT,
                "tensor_take: row 0 is index -1, the tensor has 64 rows");
    CHECK_FAILS(dlcv_tensor_take(&env, &big, bad, 4, &out), DLCV_ERR_ARGUMENT,
                "tensor_take: row 3 is index 70, the tensor has 64 rows");
    CHECK_FAILS(dlcv_tensor_take(&env, &big, bad, -1, &out), DLCV_ERR_ARGUMENT, "tensor_take: count is -1");
    CHECK_FAILS(dlcv_tensor_take(&env, &big, NULL, 1, &out), DLCV_ERR_ARGUMENT, "tensor_take: rows is NULL");
    CHECK_FAILS(dlcv_tensor_take(&env, &big, bad, 2, &big), DLCV_ERR_ARGUMENT,
                "tensor_take: out is t itself, or part of it");
    CHECK_FAILS(dlcv_tensor_take(&env, NULL, bad, 2, &out), DLCV_ERR_ARGUMENT, "tensor_take: t is NULL");
    CHECK_FAILS(dlcv_tensor_take(&env, &t, rows, 2, NULL), DLCV_ERR_ARGUMENT, "tensor_take: out is NULL");
    {
        dlcv_tensor part = dlcv_tensor_rows(&big, 1, 3), scalar = dlcv_tensor_view(data, DLCV_U8, many_dims(0, 0));
        CHECK_FAILS(dlcv_tensor_take(&env, &big, rows, 2, &part), DLCV_ERR_ARGUMENT,
                    "tensor_take: out is t itself, or part of it");
        CHECK_FAILS(dlcv_tensor_take(&env, &part, bad, 2, &big), DLCV_ERR_ARGUMENT,
                    "tensor_take: out is t itself, or part of it");
        CHECK_FAILS(dlcv_tensor_take(&env, &scalar, rows, 1, &out), DLCV_ERR_SHAPE,
                    "tensor_take: t is a scalar, it has no rows");
    }
    {
        dlcv_tensor view = dlcv_tensor_view(filled, DLCV_U8, dlcv_shape2(2, 3));
        CHECK_OK(dlcv_tensor_take(&env, &t, rows + 2, 2, &view));
        CHECK(filled[0] == 0 && filled[2] == 2 && filled[3] == 20 && filled[5] == 22);
        CHECK_FAILS(dlcv_tensor_take(&env, &t, rows, 3, &view), DLCV_ERR_SHAPE,
                    "tensor_take: out is a view of u8 [2, 3], u8 [3, 3] is needed");
    }
    dlcv_tensor_free(&out);
    heap.fail_at = heap.calls + 1;
    CHECK_FAILS(dlcv_tensor_take(&env, &t, rows, 4, &out), DLCV_ERR_MEMORY,
                "tensor_take: out of memory: 76 bytes wanted");
    dlcv_tensor_free(&out);
    dlcv_tensor_free(&big);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* out[o, k, i] against the part that k falls into, for every axis of parts [2, m, 3] turned that way. */
static void test_concat(void)
{
    static const int along[4] = { 2, 0, 3, 1 }; /* one part is empty */
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_tensor part[4], out = none();
    int axis, i, n;
    for (axis = 0; axis < 3; axis++) {
        dlcv_shape shape = dlcv_shape3(2, 4, 3);
        int wrong = 0, before = 0, a, b, c;
        for (i = 0; i < 4; i++) {
            part[i] = none();
            shape.dim[axis] = along[i];
            CHECK_OK(dlcv_tensor_new(&env, DLCV_I32, shape, &part[i]));
            for (n = 0; n < (int)dlcv_tensor_count(&part[i]); n++) dlcv_i32(&part[i])[n] = 1000 * i + n;
        }
        CHECK_OK(dlcv_tensor_concat(&env, part, 4, axis, &out));
        CHECK(out.shape.ndim == 3 && out.shape.dim[axis] == 6 && out.dtype == DLCV_I32);
        CHECK_EQUAL(dlcv_tensor_count(&out), 6 * 24 / (axis == 0 ? 2 : axis == 1 ? 4 : 3));
        for (i = 0; i < 4; before += along[i++]) {
            const int *d = part[i].shape.dim, *o = out.shape.dim;
            for (a = 0; a < d[0]; a++) {
                for (b = 0; b < d[1]; b++) {
                    for (c = 0; c < d[2]; c++) {
                        const int x = a + (axis == 0) * before, y = b + (axis == 1) * before,
                                  z = c + (axis == 2) * before;
                        wrong +=
                            dlcv_i32(&out)[(x * o[1] + y) * o[2] + z] != dlcv_i32(&part[i])[(a * d[1] + b) * d[2] + c];
                    }
                }
            }
        }
        CHECK_EQUAL(wrong, 0);
        for (i = 0; i < 4; i++) dlcv_tensor_free(&part[i]);
    }
    dlcv_tensor_free(&out);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

static void test_concat_errors(void)
{
    static const uint8_t data[12] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    uint8_t filled[4] = { 9, 9, 9, 9 };
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_tensor p[2], out = none(), view = dlcv_tensor_view(filled, DLCV_U8, dlcv_shape1(4));
    p[0] = p[1] = dlcv_tensor_view(data, DLCV_U8, dlcv_shape2(2, 3));
    CHECK_FAILS(dlcv_tensor_concat(&env, NULL, 2, 0, &out), DLCV_ERR_ARGUMENT, "tensor_concat: parts is NULL");
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 0, 0, &out), DLCV_ERR_ARGUMENT,
                "tensor_concat: count is 0, must be at least 1");
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, NULL), DLCV_ERR_ARGUMENT, "tensor_concat: out is NULL");
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 2, &out), DLCV_ERR_ARGUMENT,
                "tensor_concat: axis is 2, the parts have 2 dimensions");
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, -1, &out), DLCV_ERR_ARGUMENT,
                "tensor_concat: axis is -1, the parts have 2 dimensions");
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, &p[1]), DLCV_ERR_ARGUMENT,
                "tensor_concat: out is parts[0] itself, or part of it");
    p[1].shape.dim[0] = 3;
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 1, &out), DLCV_ERR_SHAPE,
                "tensor_concat: parts[1] is u8 [3, 3], parts[0] is u8 [2, 3], only dimension 1 may differ");
    CHECK_OK(dlcv_tensor_concat(&env, p, 2, 0, &out));
    CHECK_EQUAL(out.shape.dim[0], 5);
    CHECK_FAILS(dlcv_tensor_concat(&env, &out, 1, 0, &out), DLCV_ERR_ARGUMENT,
                "tensor_concat: out is parts[0] itself, or part of it");
    p[1].dtype = DLCV_I8;
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, &out), DLCV_ERR_SHAPE,
                "tensor_concat: parts[1] is i8 [3, 3], parts[0] is u8 [2, 3], only dimension 0 may differ");
    CHECK(out.data && out.shape.dim[0] == 5); /* as it was */
    p[1] = dlcv_tensor_view(data, DLCV_U8, dlcv_shape1(3));
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, &out), DLCV_ERR_SHAPE,
                "tensor_concat: parts[1] is u8 [3], parts[0] is u8 [2, 3], only dimension 0 may differ");
    p[1] = none();
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, &out), DLCV_ERR_ARGUMENT,
                "tensor_concat: parts[1] is no tensor yet, it is {0}");
    p[0] = p[1] = dlcv_tensor_view(data, DLCV_U8, dlcv_shape2(2147483647, 0));
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 2, 0, &out), DLCV_ERR_SHAPE,
                "tensor_concat: up to parts[1], dimension 0 is more than 2147483647");
    CHECK_OK(dlcv_tensor_concat(&env, p, 2, 1, &out));
    CHECK(dlcv_tensor_count(&out) == 0 && out.shape.dim[0] == 2147483647);
    p[0] = dlcv_tensor_view(data, DLCV_U8, dlcv_shape1(1));
    p[1] = dlcv_tensor_view(data + 7, DLCV_U8, dlcv_shape1(3));
    CHECK_OK(dlcv_tensor_concat(&env, p, 2, 0, &view));
    CHECK(filled[0] == 0 && filled[1] == 7 && filled[3] == 9 && !view.owned);
    CHECK_FAILS(dlcv_tensor_concat(&env, p, 1, 0, &view), DLCV_ERR_SHAPE,
                "tensor_concat: out is a view of u8 [4], u8 [1] is needed");
    dlcv_tensor_free(&out);
    heap.fail_at = heap.calls + 1;
    CHECK(dlcv_tensor_concat(&env, p, 2, 0, &out) == DLCV_ERR_MEMORY && !out.data);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

int main(void)
{
    test_shapes();
    test_dtypes();
    test_counts();
    test_rows();
    test_new();
    test_errors();
    test_out();
    test_check();
    test_take();
    test_concat();
    test_concat_errors();
    return test_end("tensor");
}
