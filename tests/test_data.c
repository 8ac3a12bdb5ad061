/* Data sets, splits and scores. */
#include "test.h"
#include "files.h"

static unsigned char tiny[5 * 3073 + 1];

/* Records of a CIFAR file: label (first + i) % 10, byte p of plane c of record i is i + p + 100 c. */
static void put_cifar(test_disk *disk, const char *path, int records, int first)
{
    int i, j;
    for (i = 0; i < records; i++) {
        tiny[i * 3073] = (unsigned char)((first + i) % 10);
        for (j = 0; j < 3072; j++) tiny[i * 3073 + 1 + j] = (unsigned char)(first + i + j % 1024 + 100 * (j / 1024));
    }
    test_put(disk, path, tiny, (size_t)records * 3073);
}

static void put_batches(test_disk *disk)
{
    put_cifar(disk, "d/data_batch_1.bin", 1, 0);
    put_cifar(disk, "d/data_batch_2.bin", 3, 1);
    put_cifar(disk, "d/data_batch_3.bin", 1, 4);
    put_cifar(disk, "d/data_batch_4.bin", 2, 5);
    put_cifar(disk, "d/data_batch_5.bin", 4, 7);
    put_cifar(disk, "d/test_batch.bin", 2, 3);
}

static void test_cifar_reader(void)
{
    static const char *const names[10] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck" };
    dlcv_dataset train = { 0 }, test = { 0 };
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    int i, j, wrong = 0;
    test_disk_use(&env, &disk);
    put_batches(&disk);
    put_cifar(&disk, "w\\test_batch.bin", 3, 2);
    CHECK_OK(dlcv_data_cifar10(&env, "w\\", NULL, &test)); /* Windows' separator is one, too */
    CHECK(test.x.shape.dim[0] == 3);
    put_cifar(&disk, "test_batch.bin", 1, 9); /* in no folder: where the program runs */
    CHECK_OK(dlcv_data_cifar10(&env, "", NULL, &test));
    CHECK(test.x.shape.dim[0] == 1 && dlcv_i32(&test.y)[0] == 9);
    CHECK_OK(dlcv_data_cifar10(&env, "d", &train, &test));
    CHECK(train.x.shape.ndim == 4 && train.x.shape.dim[0] == 11 && train.x.shape.dim[1] == 32 &&
          train.x.shape.dim[2] == 32 && train.x.shape.dim[3] == 3);
    CHECK(train.y.shape.ndim == 1 && train.y.shape.dim[0] == 11 && train.classes == 10 && test.x.shape.dim[0] == 2);
    for (i = 0; i < 11; i++) {
        const unsigned char *x = dlcv_u8(&train.x) + (size_t)i * 3072;
        if (dlcv_i32(&train.y)[i] != i % 10) wrong++;
        for (j = 0; j < 3072; j++) {
            if (x[j] != (unsigned char)(i + j / 3 + 100 * (j % 3))) wrong++;
        }
    }
    CHECK_EQUAL(wrong, 0);
    for (i = 0; i < 10; i++) CHECK_TEXT(train.names[i], names[i]);
    CHECK_OK(dlcv_data_cifar10(&env, "d/", &train, NULL)); /* the tensors that are there serve again */
    dlcv_data_free(&test);
    CHECK_OK(dlcv_data_cifar10(&env, "d", NULL, &test));
    CHECK(dlcv_i32(&test.y)[0] == 3 && dlcv_i32(&test.y)[1] == 4);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    dlcv_data_free(NULL);
    CHECK(heap.blocks == 0 && heap.wrong == 0 && !train.x.data && !train.names && !train.classes);
    test_disk_free(&disk);
}

static void test_cifar_errors(void)
{
    dlcv_dataset train = { 0 }, test = { 0 };
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n;
    test_disk_use(&env, &disk);
    CHECK_FAILS(dlcv_data_cifar10(&env, NULL, &train, &test), DLCV_ERR_ARGUMENT, "data_cifar10: dir is NULL");
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", NULL, NULL), DLCV_ERR_ARGUMENT,
                "data_cifar10: train and test are both NULL");
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", &train, &train), DLCV_ERR_ARGUMENT,
                "data_cifar10: train and test are the same");
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", NULL, &test), DLCV_ERR_NOT_FOUND,
                "d/test_batch.bin: no such file on the test disk");
    put_batches(&disk);
    test_put(&disk, "d/data_batch_4.bin", tiny, 6145);
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", &train, &test), DLCV_ERR_FORMAT,
                "d/data_batch_4.bin: 6145 bytes are not a whole number of records of 3073 bytes");
    test_put(&disk, "d/data_batch_4.bin", tiny, 0);
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", &train, &test), DLCV_ERR_FORMAT,
                "d/data_batch_4.bin: 0 bytes are not a whole number of records of 3073 bytes");
    put_batches(&disk);
    tiny[3073 * 1] = 200; /* now holds the test batch */
    test_put(&disk, "d/test_batch.bin", tiny, 2 * 3073);
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", &train, &test), DLCV_ERR_FORMAT,
                "d/test_batch.bin: record 1 has label 200, CIFAR-10 has 0 .. 9");
    CHECK(!train.x.data && !test.x.data && heap.blocks == 0);
    put_batches(&disk);
    disk.grows = 1;
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", NULL, &test), DLCV_ERR_IO,
                "d/test_batch.bin: 6147 bytes, a moment ago there were 6146");
    put_batches(&disk);
    disk.grows = 0;
    env.limit = 11 * 3076;
    CHECK_OK(dlcv_data_cifar10(&env, "d", &train, &test));
    env.limit--;
    CHECK_FAILS(dlcv_data_cifar10(&env, "d", &train, &test), DLCV_ERR_MEMORY,
                "d/data_batch_5.bin: 11 records of 3076 bytes exceed env.limit, 33835 bytes");
    env.limit = 0;
    dlcv_data_free(&train);
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (dlcv_data_cifar10(&env, "d", &train, &test) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !train.x.data && !train.y.data && !test.x.data && !test.y.data);
    }
    CHECK(n > 8 && n < 100);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
}

static void test_cifar_real(void)
{
    static const char *const dir = "build/cifar-10-batches-bin";
    dlcv_dataset train = { 0 }, test = { 0 };
    int count[2][10], i, wrong = 0;
    FILE *f;
    if (!test_data()) {
        test_skip("CIFAR-10: DLCV_DATA is not set");
        return;
    }
    f = fopen("build/cifar-10-batches-bin/test_batch.bin", "rb");
    if (!f) {
        test_skip("CIFAR-10: not unpacked to build/cifar-10-batches-bin");
        return;
    }
    fclose(f);
    CHECK_OK(dlcv_data_cifar10(NULL, dir, &train, &test));
    if (!train.x.data || !test.x.data) return;
    CHECK(train.x.shape.dim[0] == 50000 && test.x.shape.dim[0] == 10000);
    memset(count, 0, sizeof count);
    for (i = 0; i < 50000; i++) count[0][dlcv_i32(&train.y)[i]]++;
    for (i = 0; i < 10000; i++) count[1][dlcv_i32(&test.y)[i]]++;
    for (i = 0; i < 10; i++) wrong += count[0][i] != 5000 || count[1][i] != 1000;
    CHECK_EQUAL(wrong, 0);
    CHECK(dlcv_i32(&train.y)[0] == 6 && dlcv_u8(&train.x)[0] == 59 && dlcv_u8(&train.x)[1] == 62 &&
          dlcv_u8(&train.x)[2] == 63);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
}

static void test_idx_digits(void)
{
    static const int counts[2][10] = { { 151, 151, 150, 153, 148, 152, 151, 149, 146, 149 },
                                       { 27, 31, 27, 30, 33, 30, 30, 30, 28, 31 } };
    static const char *const images[2] = { "data/digits/train-images-idx3-ubyte",
                                           "data/digits/test-images-idx3-ubyte" };
    static const char *const labels[2] = { "data/digits/train-labels-idx1-ubyte",
                                           "data/digits/test-labels-idx1-ubyte" };
    static const long sums[2] = { 7470253, 1483548 };
    int k, i;
    for (k = 0; k < 2; k++) {
        const int n = k ? 297 : 1500;
        dlcv_dataset d = { 0 };
        int count[10];
        long sum = 0;
        memset(count, 0, sizeof count);
        CHECK_OK(dlcv_data_idx(NULL, images[k], labels[k], &d));
        if (!d.x.data || !d.y.data) continue;
        CHECK(d.x.shape.ndim == 4 && d.x.shape.dim[0] == n && d.x.shape.dim[1] == 8 && d.x.shape.dim[2] == 8 &&
              d.x.shape.dim[3] == 1);
        CHECK(d.classes == 10 && !d.names && d.y.shape.dim[0] == n);
        for (i = 0; i < n; i++) count[dlcv_i32(&d.y)[i]]++;
        for (i = 0; i < n * 64; i++) sum += dlcv_u8(&d.x)[i];
        CHECK(memcmp(count, counts[k], sizeof count) == 0);
        CHECK_EQUAL(sum, sums[k]);
        dlcv_data_free(&d);
    }
}

static void test_idx_errors(void)
{
    dlcv_dataset d = { 0 };
    test_disk disk;
    test_heap heap;
    dlcv_env env = test_env(&heap);
    unsigned char file[256];
    size_t bytes;
    long n;
    test_disk_use(&env, &disk);
    CHECK_FAILS(dlcv_data_idx(&env, NULL, NULL, &d), DLCV_ERR_ARGUMENT, "data_idx: images_path is NULL");
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, NULL), DLCV_ERR_ARGUMENT, "data_idx: out is NULL");
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_NOT_FOUND, "x: no such file on the test disk");
    bytes = test_idx(file, 8, 3, 2, 5, 30);
    test_put(&disk, "y", file, test_idx(file, 8, 3, 0, 0, 3));
    test_put(&disk, "x", file, 15);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT, "x: 15 bytes, the header alone has 16");
    test_idx(file, 8, 3, 2, 5, 30);
    test_put(&disk, "x", file, bytes - 1);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT,
                "x: 29 bytes after the header, the dimensions state 30: cut short");
    file[0] = 0x1f; /* the beginning of gzip alone */
    test_put(&disk, "x", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT,
                "x: begins with 1f 0 8 3; IDX images begin with 0 0 8 3");
    test_put(&disk, "x", file, 1);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT, "x: 1 bytes, the header alone has 16");
    file[0] = 0;
    file[1] = 9;
    test_put(&disk, "x", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT,
                "x: begins with 0 9 8 3; IDX images begin with 0 0 8 3");
    file[1] = 0;
    test_put(&disk, "x", file, bytes + 1);
    CHECK_FAILS(dlcv_data_idx(&env, "x", NULL, &d), DLCV_ERR_FORMAT,
                "x: 31 bytes after the header, the dimensions state 30: too long");
    test_put(&disk, "x", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "x", "x", &d), DLCV_ERR_FORMAT,
                "x: begins with 0 0 8 3; IDX labels begin with 0 0 8 1");
    CHECK(heap.blocks == 0 && !d.x.data);
    CHECK_OK(dlcv_data_idx(&env, "x", "y", &d)); /* labels 0, 7, 4 */
    CHECK(d.classes == 8 && dlcv_i32(&d.y)[0] == 0 && dlcv_i32(&d.y)[1] == 7 && dlcv_i32(&d.y)[2] == 4 &&
          dlcv_u8(&d.x)[29] == 3);
    CHECK_OK(dlcv_data_idx(&env, "x", NULL, &d));
    CHECK(d.classes == 0 && !d.y.data && d.x.shape.dim[3] == 1);
    dlcv_data_free(&d);
    test_put(&disk, "z", file, test_idx(file, 13, 3, 2, 5, 30));
    CHECK_FAILS(dlcv_data_idx(&env, "z", NULL, &d), DLCV_ERR_FORMAT,
                "z: begins with 0 0 d 3; IDX images begin with 0 0 8 3");
    test_idx(file, 8, 3, 2, 5, 30);
    memset(file + 4, 0, 4);
    test_put(&disk, "z", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "z", NULL, &d), DLCV_ERR_FORMAT, "z: dimension 0 is 0, must be 1 .. 2147483647");
    memset(file + 12, 0xff, 4);
    memset(file + 4, 1, 4);
    test_put(&disk, "z", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "z", NULL, &d), DLCV_ERR_FORMAT,
                "z: dimension 2 is 4294967295, must be 1 .. 2147483647");
    memset(file + 4, 0x7f, 12);
    test_put(&disk, "z", file, bytes);
    CHECK_FAILS(dlcv_data_idx(&env, "z", NULL, &d), DLCV_ERR_FORMAT,
                "z: 46 bytes cannot hold what the dimensions state");
    test_put(&disk, "z", file, test_idx(file, 8, 4, 0, 0, 4));
    CHECK_FAILS(dlcv_data_idx(&env, "x", "z", &d), DLCV_ERR_FORMAT, "z has 4 labels, x has 3 images");
    env.limit = 45;
    CHECK_FAILS(dlcv_data_idx(&env, "x", "y", &d), DLCV_ERR_MEMORY, "x: 46 bytes, env.limit is 45");
    env.limit = 0;
    test_put(&disk, "x", file, test_idx(file, 8, 9, 1, 1, 9));
    test_put(&disk, "y", file, test_idx(file, 8, 9, 0, 0, 9));
    env.limit = 35;
    CHECK_FAILS(dlcv_data_idx(&env, "x", "y", &d), DLCV_ERR_MEMORY,
                "y: 9 labels of 4 bytes exceed env.limit, 35 bytes");
    CHECK(heap.blocks == 0 && !d.x.data);
    env.limit = 36;
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (dlcv_data_idx(&env, "x", "y", &d) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !d.x.data && !d.y.data);
    }
    CHECK_EQUAL(n, 5);
    dlcv_data_free(&d);
    file[0] = 0x1f;
    file[1] = 0x8b;
    test_put(&disk, "x.gz", file, 17);
    env.limit = 0;
    heap.fail_at = 0;
    CHECK_FAILS(
        dlcv_data_idx(&env, "x.gz", NULL, &d), DLCV_ERR_UNSUPPORTED,
        "x.gz: is gzip'd: unpack it (gzip -d), or include stb_image.h or zlib.h before dlcv.h's implementation");
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    test_disk_free(&disk);
}

/* n samples of one feature, its own number; labels, if there are any, uneven: class c has about half as many as c -
 * 1. */
static dlcv_dataset numbered(int n, int classes, float *x, int32_t *y)
{
    dlcv_dataset d;
    int i;
    memset(&d, 0, sizeof d);
    for (i = 0; i < n; i++) {
        int c = 0, bits = i * 7919 % 1024;
        while (c < classes - 1 && (bits >> c & 1)) c++;
        x[i] = (float)i;
        y[i] = c;
    }
    d.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(n, 1));
    if (classes) d.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(n));
    d.classes = classes;
    return d;
}

static void check_split(int n, int classes, int parts, uint64_t seed)
{
    static float x[2000];
    static int32_t y[2000];
    static int seen[2000];
    dlcv_dataset d = numbered(n, classes, x, y), rest = { 0 }, held = { 0 };
    int of_class[8], i, part, k, wrong = 0;
    memset(seen, 0, sizeof seen);
    memset(of_class, 0, sizeof of_class);
    for (i = 0; i < n; i++) of_class[classes ? y[i] : 0]++;
    for (part = 0; part < parts; part++) {
        int count[8];
        memset(count, 0, sizeof count);
        if (dlcv_data_split(NULL, &d, parts, part, seed, &rest, &held)) break;
        wrong += held.classes != d.classes || rest.x.shape.dim[0] + held.x.shape.dim[0] != n;
        wrong += held.x.shape.dim[0] != n / parts && held.x.shape.dim[0] != (n + parts - 1) / parts;
        wrong += (held.y.data != NULL) != (classes > 0);
        for (i = 0; i < held.x.shape.dim[0]; i++) {
            k = (int)dlcv_f32(&held.x)[i];
            seen[k]++;
            wrong += classes && dlcv_i32(&held.y)[i] != y[k];
            wrong += i > 0 && dlcv_f32(&held.x)[i - 1] >= (float)k; /* in the order of d */
            count[classes ? y[k] : 0]++;
        }
        for (k = 0; k < 8; k++)
            wrong += count[k] != of_class[k] / parts && count[k] != (of_class[k] + parts - 1) / parts;
        for (i = 0, k = 0; i < rest.x.shape.dim[0]; i++) { /* the rest is what is not held out */
            while (k < held.x.shape.dim[0] && dlcv_f32(&held.x)[k] < dlcv_f32(&rest.x)[i]) k++;
            wrong += k < held.x.shape.dim[0] && dlcv_f32(&held.x)[k] <= dlcv_f32(&rest.x)[i];
            wrong += classes && dlcv_i32(&rest.y)[i] != y[(int)dlcv_f32(&rest.x)[i]];
        }
    }
    for (i = 0; i < n; i++) wrong += seen[i] != 1;
    CHECK_EQUAL(part, parts);
    CHECK_EQUAL(wrong, 0);
    dlcv_data_free(&rest);
    dlcv_data_free(&held);
}

static void test_split(void)
{
    static const char *const names[3] = { "a", "b", "c" };
    static float x[300];
    static int32_t y[300];
    dlcv_dataset d = numbered(300, 3, x, y), rest = { 0 }, held = { 0 }, again = { 0 };
    uint32_t hash = 2166136261u;
    int i, same = 0;
    check_split(1500, 8, 5, 1);
    check_split(1501, 8, 7, 2);
    check_split(2000, 5, 10, 0);
    check_split(997, 0, 5, 3);
    check_split(12, 3, 12, 4);
    check_split(2, 1, 2, 5);
    d.names = names;
    CHECK_OK(dlcv_data_split(NULL, &d, 10, 0, 7, &rest, &held));
    CHECK(held.names == names && rest.names == names && held.x.shape.dim[0] == 30);
    CHECK_OK(dlcv_data_split(NULL, &d, 10, 0, 7, NULL, &again));
    CHECK(memcmp(held.x.data, again.x.data, 30 * sizeof(float)) == 0);
    for (i = 0; i < 30; i++) hash = (hash ^ (uint32_t)dlcv_f32(&held.x)[i]) * 16777619u;
    CHECK_EQUAL(hash, 579662896u); /* the same on every machine */
    CHECK_OK(dlcv_data_split(NULL, &d, 10, 0, 8, NULL, &again));
    for (i = 0; i < 30; i++) same += dlcv_f32(&again.x)[i] == dlcv_f32(&held.x)[i];
    CHECK(same < 15); /* another seed, another deal */
    dlcv_data_free(&rest);
    dlcv_data_free(&held);
    dlcv_data_free(&again);
}

static void test_split_errors(void)
{
    static float x[300];
    static int32_t y[300];
    static int32_t five[5];
    dlcv_dataset d = numbered(300, 3, x, y), bad = d, rest = { 0 }, held = { 0 }, view;
    const int32_t was = y[7];
    test_heap heap;
    dlcv_env env = test_env(&heap);
    long n;
    CHECK_FAILS(dlcv_data_split(&env, NULL, 5, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT, "data_split: d is NULL");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, NULL, NULL), DLCV_ERR_ARGUMENT,
                "data_split: rest and held_out are both NULL");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, &rest, &rest), DLCV_ERR_ARGUMENT,
                "data_split: rest and held_out are the same");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, &d, &rest), DLCV_ERR_ARGUMENT, "data_split: rest is d itself");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, &rest, &d), DLCV_ERR_ARGUMENT, "data_split: held_out is d itself");
    CHECK_FAILS(dlcv_data_split(&env, &d, 1, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: parts is 1, must be 2 .. 300, the number of samples");
    CHECK_FAILS(dlcv_data_split(&env, &d, 301, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: parts is 301, must be 2 .. 300, the number of samples");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 5, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: index is 5, must be 0 .. 4");
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, -1, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: index is -1, must be 0 .. 4");
    bad.classes = 0; /* the labels say it: the same split */
    CHECK_OK(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, NULL));
    CHECK_OK(dlcv_data_split(&env, &d, 5, 0, 1, &held, NULL));
    CHECK(!memcmp(dlcv_i32(&rest.y), dlcv_i32(&held.y), dlcv_tensor_count(&rest.y) * 4));
    CHECK_EQUAL(rest.classes, 0);
    dlcv_data_free(&rest);
    dlcv_data_free(&held);
    y[7] = 2000000000; /* memory does not depend on it */
    heap.peak = heap.bytes = 0;
    CHECK_OK(dlcv_data_split(&env, &bad, 5, 0, 1, NULL, &held));
    CHECK(heap.peak < 10000);
    dlcv_data_free(&held);
    y[7] = was;
    view = d;
    view.y = dlcv_tensor_view(five, DLCV_I32, dlcv_shape1(5));
    view.x = held.x;
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, NULL, &view), DLCV_ERR_SHAPE,
                "data_split: held_out->y is a view of i32 [5], i32 [60] is needed");
    CHECK(!view.x.data && heap.blocks == 0);
    view = d;
    CHECK_FAILS(dlcv_data_split(&env, &d, 5, 0, 1, &view, NULL), DLCV_ERR_ARGUMENT,
                "data_split: rest->x lies in an input");
    bad.classes = -1;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: d->classes is -1, must be 0 (unknown) or more");
    bad.classes = 2;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: d->y[1] is 2, must be 0 .. 1");
    memset(&bad.x, 0, sizeof bad.x);
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: d->x is no tensor yet, it is {0}");
    bad = d;
    bad.x.shape.ndim = 0;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_SHAPE,
                "data_split: d->x has 0 samples, a split needs 2");
    bad = d;
    bad.y.shape = dlcv_shape2(300, 1);
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_SHAPE,
                "data_split: d->y is i32 [300, 1], must be i32 [300]");
    CHECK_OK(dlcv_data_split(&env, &d, 5, 0, 1, &rest, NULL)); /* one half alone */
    CHECK_EQUAL(rest.x.shape.dim[0], 240);
    dlcv_data_free(&rest);
    CHECK_OK(dlcv_data_split(&env, &d, 5, 0, 1, NULL, &held));
    CHECK_EQUAL(held.x.shape.dim[0], 60);
    dlcv_data_free(&held);
    bad = d;
    y[17] = -4;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_ARGUMENT,
                "data_split: d->y[17] is -4, must be 0 .. 2");
    y[17] = 0;
    bad.y.shape.dim[0] = 299;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_SHAPE,
                "data_split: d->y is i32 [299], must be i32 [300]");
    bad.x.shape.dim[0] = 1;
    CHECK_FAILS(dlcv_data_split(&env, &bad, 5, 0, 1, &rest, &held), DLCV_ERR_SHAPE,
                "data_split: d->x has 1 samples, a split needs 2");
    for (n = 1; n < 100; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (dlcv_data_split(&env, &d, 5, 0, 1, &rest, &held) == DLCV_OK) break;
        CHECK(heap.blocks == 0 && !rest.x.data && !rest.y.data && !held.x.data && !held.y.data);
    }
    CHECK_EQUAL(n, 6);
    dlcv_data_free(&rest);
    dlcv_data_free(&held);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

static void test_unaligned_labels(void)
{
    static unsigned char raw[4 * 40 + 4 * 40 + 2];
    dlcv_dataset d, held;
    int32_t label;
    int i;
    memset(&d, 0, sizeof d);
    memset(&held, 0, sizeof held);
    for (i = 0; i < 40; i++) {
        label = i % 4;
        memcpy(raw + 1 + 4 * i, &label, 4);
    }
    d.x = dlcv_tensor_view(raw + 162, DLCV_F32, dlcv_shape2(40, 1));
    d.y = dlcv_tensor_view(raw + 1, DLCV_I32, dlcv_shape1(40));
    d.classes = 4;
    CHECK_OK(dlcv_data_split(NULL, &d, 4, 3, 1, NULL, &held));
    CHECK_EQUAL(held.x.shape.dim[0], 10);
    dlcv_data_free(&held);
}

/* Train, validation and test by two splits: 80/10/10, every sample in one of them, every class in each by its share. */
static void test_three_ways(void)
{
    static float x[1000];
    static int32_t y[1000];
    dlcv_dataset d = numbered(1000, 4, x, y), rest = { 0 }, set[3];
    int seen[1000], share[3][4], all[4], i, k, wrong = 0;
    memset(set, 0, sizeof set);
    memset(seen, 0, sizeof seen);
    memset(share, 0, sizeof share);
    memset(all, 0, sizeof all);
    CHECK_OK(dlcv_data_split(NULL, &d, 10, 0, 1, &rest, &set[2]));
    CHECK_OK(dlcv_data_split(NULL, &rest, 9, 0, 1, &set[0], &set[1]));
    CHECK(set[0].x.shape.dim[0] == 800 && set[1].x.shape.dim[0] == 100 && set[2].x.shape.dim[0] == 100);
    for (i = 0; i < 1000; i++) all[y[i]]++;
    for (k = 0; k < 3; k++) {
        for (i = 0; i < set[k].x.shape.dim[0]; i++) {
            seen[(int)dlcv_f32(&set[k].x)[i]]++;
            share[k][dlcv_i32(&set[k].y)[i]]++;
        }
        for (i = 0; i < 4; i++) CHECK_NEAR(share[k][i], all[i] * (k ? 0.1 : 0.8), 2);
    }
    for (i = 0; i < 1000; i++) wrong += seen[i] != 1;
    CHECK_EQUAL(wrong, 0);
    dlcv_data_free(&rest);
    for (k = 0; k < 3; k++) dlcv_data_free(&set[k]);
}

static void test_mean(void)
{
    static const float v[4] = { 1, 2, 4, 5 };
    float mean = 0, stddev = 0;
    dlcv_mean_stddev(v, 4, &mean, &stddev);
    CHECK_EQUAL(mean, 3);
    CHECK_NEAR(stddev, sqrt(2.5), 1e-7);
    dlcv_mean_stddev(v, 1, &mean, &stddev);
    CHECK(mean == 1 && stddev == 0);
    dlcv_mean_stddev(v, 0, &mean, &stddev);
    CHECK(mean != mean && stddev != stddev);
    dlcv_mean_stddev(v, -3, &mean, NULL);
    CHECK(mean != mean);
    dlcv_mean_stddev(v, 2, NULL, &stddev);
    CHECK_EQUAL(stddev, 0.5);
}

/* tests/golden/scores_10x3.txt: class scores of a cat, a car and a frog; the true ones rank 4th, 1st and 9th. */
static void test_scores_golden(void)
{
    static const int32_t truth[3] = { 3, 1, 6 };
    static const int rank[3] = { 4, 1, 9 };
    static float scores[3][10];
    float got;
    char line[256];
    dlcv_tensor s = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(3, 10)),
                t = dlcv_tensor_view(truth, DLCV_I32, dlcv_shape1(3));
    dlcv_tensor m = { 0 };
    int row = 0, i, top;
    FILE *f = fopen("tests/golden/scores_10x3.txt", "r");
    CHECK(f != NULL);
    if (!f) return;
    while (row < 10 && fgets(line, sizeof line, f)) {
        if (line[0] != '#' && sscanf(line, "%*s %f %f %f", &scores[0][row], &scores[1][row], &scores[2][row]) == 3)
            row++;
    }
    fclose(f);
    CHECK_EQUAL(row, 10);
    CHECK_OK(dlcv_accuracy(&s, &t, 1, &got));
    CHECK_NEAR(1 - (double)got, 2.0 / 3, 1e-6);
    CHECK_OK(dlcv_accuracy(&s, &t, 5, &got));
    CHECK_NEAR(1 - (double)got, 1.0 / 3, 1e-6);
    for (i = 0; i < 3; i++) {
        dlcv_tensor si = dlcv_tensor_rows(&s, i, i + 1), ti = dlcv_tensor_rows(&t, i, i + 1);
        for (top = 1; top <= 11; top++) {
            CHECK_OK(dlcv_accuracy(&si, &ti, top, &got));
            CHECK_EQUAL(got, rank[i] <= top);
        }
    }
    CHECK_OK(dlcv_confusion(NULL, &s, &t, &m)); /* taken for a dog, a car, a truck */
    CHECK(m.shape.ndim == 2 && m.shape.dim[0] == 10 && m.shape.dim[1] == 10);
    for (i = 0; i < 100; i++) CHECK_EQUAL(dlcv_i32(&m)[i], i == 35 || i == 11 || i == 69);
    dlcv_tensor_free(&m);
}

static void test_scores_rules(void)
{
    static const int32_t truth[6] = { 0, 1, 2, 2, 0, 1 };
    static const int32_t guess[6] = { 0, 1, 1, 2, 3, 1 };
    float scores[6][3] = { { 1, 1, 1 }, { 1, 1, 1 }, { 2, 0, 2 }, { 0, 1, 5 }, { 1, 0, 0 }, { 0, 1, 0 } }, got = 0;
    dlcv_tensor t = dlcv_tensor_view(truth, DLCV_I32, dlcv_shape1(6)),
                p = dlcv_tensor_view(guess, DLCV_I32, dlcv_shape1(6));
    dlcv_tensor s = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(6, 3)), m = { 0 };
    static const int32_t want[16] = { 1, 0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0 };
    static const int32_t want_nan[9] = { 1, 0, 1, 1, 1, 0, 1, 0, 1 };
    int i;
    CHECK_OK(dlcv_accuracy(&p, &t, 1, &got));
    CHECK_NEAR(got, 4.0 / 6, 1e-7);
    CHECK_OK(dlcv_confusion(NULL, &p, &t, &m));
    CHECK(m.shape.dim[0] == 4 && m.shape.dim[1] == 4);
    for (i = 0; i < 16; i++) CHECK_EQUAL(dlcv_i32(&m)[i], want[i]);
    CHECK_OK(dlcv_accuracy(&s, &t, 1, &got)); /* ties go to the smaller label: rows 1 and 2 are wrong */
    CHECK_NEAR(got, 4.0 / 6, 1e-7);
    CHECK_OK(dlcv_accuracy(&s, &t, 2, &got));
    CHECK_EQUAL(got, 1);
    scores[4][0] = (float)NAN; /* the true class */
    scores[4][1] = -1;
    scores[3][1] = scores[3][0] = (float)NAN; /* others */
    CHECK_OK(dlcv_accuracy(&s, &t, 1, &got));
    CHECK_NEAR(got, 2.0 / 6, 1e-7);
    CHECK_OK(dlcv_confusion(NULL, &s, &t, &m)); /* its trace agrees */
    CHECK(m.shape.dim[0] == 3);
    for (i = 0; i < 9; i++) CHECK_EQUAL(dlcv_i32(&m)[i], want_nan[i] + (i == 6 ? 1 : 0) - (i == 8 ? 1 : 0));
    CHECK_OK(dlcv_accuracy(&s, &t, 3, &got));
    CHECK_EQUAL(got, 1);
    dlcv_tensor_free(&m);
}

static void test_scores_errors(void)
{
    static int32_t truth[6] = { 0, 1, 2, 2, 0, 1 }, guess[6] = { 0, 1, 1, 2, 3, 1 };
    static float scores[18], many[32769];
    dlcv_tensor t = dlcv_tensor_view(truth, DLCV_I32, dlcv_shape1(6)),
                p = dlcv_tensor_view(guess, DLCV_I32, dlcv_shape1(6));
    dlcv_tensor s = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape2(6, 3)),
                u = dlcv_tensor_view(scores, DLCV_U8, dlcv_shape1(6)), m = { 0 };
    dlcv_tensor none = dlcv_tensor_view(guess, DLCV_I32, dlcv_shape1(0)),
                five = dlcv_tensor_view(truth, DLCV_I32, dlcv_shape1(5)),
                wide = dlcv_tensor_view(many, DLCV_F32, dlcv_shape2(1, 32769)),
                one = dlcv_tensor_view(truth, DLCV_I32, dlcv_shape1(1)),
                part = dlcv_tensor_view(scores + 9, DLCV_I32, dlcv_shape2(3, 3));
    test_heap heap;
    dlcv_env env = test_env(&heap);
    float got = 0;
    CHECK_FAILS(dlcv_accuracy(&p, &t, 1, NULL), DLCV_ERR_ARGUMENT, "accuracy: out is NULL");
    CHECK_FAILS(dlcv_accuracy(&p, &t, 0, &got), DLCV_ERR_ARGUMENT, "accuracy: top is 0, must be at least 1");
    CHECK_FAILS(dlcv_accuracy(NULL, &t, 1, &got), DLCV_ERR_ARGUMENT, "accuracy: predicted is NULL");
    CHECK_FAILS(dlcv_accuracy(&p, NULL, 1, &got), DLCV_ERR_ARGUMENT, "accuracy: truth is NULL");
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is u8 [6], must be i32 [n] or f32 [n, classes], not empty; from numpy save y.astype('i4')");
    u.dtype = DLCV_I8;
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is i8 [6], must be i32 [n] or f32 [n, classes], not empty; from numpy save y.astype('i4')");
    u.dtype = DLCV_I64;
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is i64 [6], must be i32 [n] or f32 [n, classes], not empty; from numpy save y.astype('i4')");
    u.dtype = DLCV_I32;
    u.shape.ndim = 0;
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is i32 [], must be i32 [n] or f32 [n, classes], not empty");
    u = dlcv_tensor_view(scores, DLCV_F32, dlcv_shape1(6));
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is f32 [6], must be i32 [n] or f32 [n, classes], not empty");
    u.shape = dlcv_shape2(6, 0);
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is f32 [6, 0], must be i32 [n] or f32 [n, classes], not empty");
    u = dlcv_tensor_view(guess, DLCV_I32, dlcv_shape2(6, 1));
    CHECK_FAILS(dlcv_accuracy(&u, &t, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is i32 [6, 1], must be i32 [n] or f32 [n, classes], not empty");
    CHECK_FAILS(dlcv_accuracy(&none, &none, 1, &got), DLCV_ERR_SHAPE,
                "accuracy: predicted is i32 [0], must be i32 [n] or f32 [n, classes], not empty");
    CHECK_FAILS(dlcv_accuracy(&p, &five, 1, &got), DLCV_ERR_SHAPE, "accuracy: truth is i32 [5], must be i32 [6]");
    CHECK_FAILS(dlcv_accuracy(&p, &s, 1, &got), DLCV_ERR_SHAPE, "accuracy: truth is f32 [6, 3], must be i32 [6]");
    truth[4] = 3;
    CHECK_FAILS(dlcv_accuracy(&s, &t, 1, &got), DLCV_ERR_ARGUMENT, "accuracy: truth[4] is 3, must be 0 .. 2");
    guess[2] = -1;
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, &m), DLCV_ERR_ARGUMENT,
                "confusion: predicted[2] is -1, must be 0 .. 32767");
    guess[2] = 1000000;
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, &m), DLCV_ERR_ARGUMENT,
                "confusion: predicted[2] is 1000000, must be 0 .. 32767");
    CHECK_FAILS(dlcv_confusion(&env, &t, &p, &m), DLCV_ERR_ARGUMENT, "confusion: truth[2] is 1000000, must be 0 .. 32767");
    CHECK_FAILS(dlcv_confusion(&env, &wide, &one, &m), DLCV_ERR_SHAPE,
                "confusion: predicted has scores of 32769 classes, 32768 can be");
    CHECK_EQUAL(heap.calls, 0);
    CHECK_OK(dlcv_accuracy(&wide, &one, 1, &got)); /* which makes no matrix */
    CHECK_OK(dlcv_accuracy(&p, &p, 1, &got));
    CHECK_FAILS(dlcv_accuracy(&p, &t, 2, &got), DLCV_ERR_ARGUMENT,
                "accuracy: top is 2, which wants scores: predicted is labels");
    guess[2] = INT_MAX;
    CHECK_FAILS(dlcv_accuracy(&p, &t, 1, &got), DLCV_ERR_ARGUMENT,
                "accuracy: predicted[2] is 2147483647, must be 0 .. 2147483646");
    guess[2] = 2;
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, NULL), DLCV_ERR_ARGUMENT, "confusion: out is NULL");
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, &t), DLCV_ERR_ARGUMENT, "confusion: out lies in an input");
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, &p), DLCV_ERR_ARGUMENT, "confusion: out lies in an input");
    CHECK_FAILS(dlcv_confusion(&env, &t, &s, &part), DLCV_ERR_SHAPE, "confusion: truth is f32 [6, 3], must be i32 [6]");
    truth[4] = 0;
    CHECK_FAILS(dlcv_confusion(&env, &s, &t, &part), DLCV_ERR_ARGUMENT, "confusion: out lies in an input");
    heap.fail_at = 1;
    CHECK_FAILS(dlcv_confusion(&env, &p, &t, &m), DLCV_ERR_MEMORY, NULL);
    CHECK_OK(dlcv_confusion(&env, &p, &t, &m));
    dlcv_tensor_free(&m);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* Against scikit-learn: tests/golden/retrieval.py */
static void test_retrieval(void)
{
    enum { N = 61, Q = 20 };
    static int32_t whole[Q][N], ten[Q][10], y[N], queries[Q];
    dlcv_tensor indices = dlcv_tensor_view(whole, DLCV_I32, dlcv_shape2(Q, N));
    dlcv_tensor labels = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(N)),
                truth = dlcv_tensor_view(queries, DLCV_I32, dlcv_shape1(Q));
    float precision = 0, ap = 0;
    int q, j, shift;
    for (q = 0; q < Q; q++) {
        for (j = 0; j < N; j++) whole[q][j] = (j * (q + 2) + q * q) % N;
        memcpy(ten[q], whole[q], sizeof ten[q]);
    }
    for (shift = 0; shift < 600; shift += 254) { /* labels 0 .. 4, 254 .. 258, 508 .. 512 */
        for (j = 0; j < N; j++) y[j] = j * j * 7 % 61 % 4 + shift;
        for (q = 0; q < Q; q++) queries[q] = q % 5 + shift;
        indices = dlcv_tensor_view(whole, DLCV_I32, dlcv_shape2(Q, N));
        CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
        CHECK_NEAR(precision, 0.2, 1e-7);
        CHECK_NEAR(ap, 0.247060849, 1e-7);
        indices = dlcv_tensor_view(ten, DLCV_I32, dlcv_shape2(Q, 10));
        CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, NULL));
        CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, NULL, &ap));
        CHECK_NEAR(precision, 0.225, 1e-7);
        CHECK_NEAR(ap, 0.098460317, 1e-7);
    }
}

/* By hand: relevant, not, relevant, not of 3 relevant ones in the database: precision 2/4, AP (1/1 + 2/3) / 3. */
static void test_retrieval_rules(void)
{
    static int32_t found[8] = { 0, 1, 2, 3, 4, 2, 0, 1 }, y[5] = { 7, 0, 7, 0, 7 }, queries[2] = { 7, 7 },
                   far[1] = { 3 };
    dlcv_tensor indices = dlcv_tensor_view(found, DLCV_I32, dlcv_shape2(1, 4)),
                labels = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(5));
    dlcv_tensor truth = dlcv_tensor_view(queries, DLCV_I32, dlcv_shape1(1)),
                none = dlcv_tensor_view(far, DLCV_I32, dlcv_shape1(1));
    dlcv_tensor other = dlcv_tensor_view(found, DLCV_F32, dlcv_shape2(1, 4)),
                empty = dlcv_tensor_view(found, DLCV_I32, dlcv_shape2(4, 0));
    float precision = 9, ap = 9;
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    CHECK_NEAR(precision, 0.5, 0);
    CHECK_NEAR(ap, (1 + 2 / 3.0) / 3, 1e-7);
    indices = dlcv_tensor_view(found + 4, DLCV_I32, dlcv_shape2(1, 3)); /* all three in front: nothing is better */
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    CHECK(precision == 1 && ap == 1);
    indices.shape = dlcv_shape2(1, 2); /* nor here, where there is room for two */
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    CHECK(precision == 1 && ap == 1);
    CHECK_OK(dlcv_retrieval(&indices, &none, &labels, &precision, &ap)); /* nothing to find */
    CHECK(precision == 0 && ap == 0);
    CHECK_FAILS(dlcv_retrieval(NULL, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: indices is NULL");
    CHECK_FAILS(dlcv_retrieval(&other, &truth, &labels, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: indices is f32 [1, 4], must be i32 [q, k], not empty");
    CHECK_FAILS(dlcv_retrieval(&empty, &truth, &labels, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: indices is i32 [4, 0], must be i32 [q, k], not empty");
    other = dlcv_tensor_view(found, DLCV_I32, dlcv_shape1(4));
    CHECK_FAILS(dlcv_retrieval(&other, &truth, &labels, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: indices is i32 [4], must be i32 [q, k], not empty");
    other = dlcv_tensor_view(y, DLCV_F32, dlcv_shape1(5));
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &other, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: y is f32 [5], must be i32 [n]");
    CHECK_FAILS(dlcv_retrieval(&indices, NULL, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: query_y is NULL");
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, NULL, &precision, &ap), DLCV_ERR_ARGUMENT, "retrieval: y is NULL");
    truth.shape.dim[0] = 2;
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: query_y is i32 [2], must be i32 [1]");
    truth.shape.dim[0] = 1;
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &indices, &precision, &ap), DLCV_ERR_SHAPE,
                "retrieval: y is i32 [1, 2], must be i32 [n]");
    found[5] = 5;
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: indices[0, 1] is 5, the database has 5 samples");
    found[5] = -1;
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: indices[0, 1] is -1, the database has 5 samples");
    found[5] = 4; /* found twice, a sample would count twice */
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: indices[0, 1] is 4, which the row has before");
    found[5] = 2;
    y[4] = -2;
    CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT,
                "retrieval: y[4] is -2, must be 0 .. 2147483646");
}

/* Repetition is found wherever in the database it is, and nowhere else. A query that is in the database is a sample of it. */
static void test_retrieval_repeated(void)
{
    enum { N = 100000, K = 40000 };
    static int32_t found[2][K], y[N], queries[2];
    static const int at[5] = { 1, 2, 777, 30000, K - 1 };
    dlcv_tensor indices = dlcv_tensor_view(found, DLCV_I32, dlcv_shape2(2, K)),
                labels = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(N)),
                truth = dlcv_tensor_view(queries, DLCV_I32, dlcv_shape1(2));
    char want[96];
    float precision = 0, ap = 0;
    int i, j;
    for (j = 0; j < K; j++) {
        found[0][j] = (int32_t)((long)j * 7919 % N); /* 7919 is prime to N */
        found[1][j] = N - 1 - j;
    }
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    CHECK(precision == 1 && ap == 1);
    for (i = 0; i < 10; i++) {
        int32_t *row = found[i / 5], old = row[at[i % 5]];
        row[at[i % 5]] = row[at[i % 5] / 2];
        snprintf(want, sizeof want, "retrieval: indices[%d, %d] is %ld, which the row has before", i / 5, at[i % 5],
                 (long)row[at[i % 5]]);
        CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT, want);
        row[at[i % 5]] = old;
    }
    for (i = 0; i < 2; i++) { /* of two the one of the first column, the samples far apart in the database, either one the lower */
        const int high = i ? 30000 : 3, low = i ? 20001 : K - 1;
        found[1][high] = found[1][1];
        found[1][low] = found[1][20000];
        snprintf(want, sizeof want, "retrieval: indices[1, %d] is %ld, which the row has before", i ? low : high,
                 (long)found[1][i ? low : high]);
        CHECK_FAILS(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap), DLCV_ERR_ARGUMENT, want);
        found[1][high] = N - 1 - high;
        found[1][low] = N - 1 - low;
    }
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    indices = dlcv_tensor_view(found, DLCV_I32, dlcv_shape2(1, 3)); /* two of a kind, the query one of them, found first */
    labels.shape = truth.shape = dlcv_shape1(3);
    truth.shape.dim[0] = 1;
    found[0][0] = 0;
    found[0][1] = 1;
    found[0][2] = 2;
    y[1] = 1;
    CHECK_OK(dlcv_retrieval(&indices, &truth, &labels, &precision, &ap));
    CHECK_NEAR(precision, 2 / 3.0, 1e-7);
    CHECK_NEAR(ap, (1 + 2 / 3.0) / 2, 1e-7);
}

int main(void)
{
    test_cifar_reader();
    test_cifar_errors();
    test_cifar_real();
    test_idx_digits();
    test_idx_errors();
    test_split();
    test_split_errors();
    test_unaligned_labels();
    test_three_ways();
    test_mean();
    test_scores_golden();
    test_scores_rules();
    test_scores_errors();
    test_retrieval();
    test_retrieval_rules();
    test_retrieval_repeated();
    return test_end("test_data");
}
