/* ---- data sets and scores ---------------------------------------------------------------------------------------- */

/* A file is hostile until proven otherwise: no block is asked for before the numbers that size it have been held
 * against the bytes that are there and against env->limit. One read holds three such blocks at most: the file, what
 * unpacks from it, and the tensors. */

/* Element i of a tensor's data: views have any alignment. */
DLCV__INLINE int32_t dlcv__i32_at(const void *data, size_t i)
{
    int32_t value;
    memcpy(&value, (const char *)data + i * sizeof value, sizeof value);
    return value;
}

DLCV__INLINE void dlcv__i32_put(void *data, size_t i, int32_t value)
{
    memcpy((char *)data + i * sizeof value, &value, sizeof value);
}

DLCV__INLINE float dlcv__f32_at(const void *data, size_t i)
{
    float value;
    memcpy(&value, (const char *)data + i * sizeof value, sizeof value);
    return value;
}

DLCV_API void dlcv_data_free(dlcv_dataset *d)
{
    if (!d) return;
    dlcv_tensor_free(&d->x);
    dlcv_tensor_free(&d->y);
    d->classes = 0;
    d->names = NULL;
}

/* ---- CIFAR-10: records of 1 label byte and the planes of 32 x 32 red, green and blue bytes ---- */

#define DLCV__CIFAR_SIDE   32
#define DLCV__CIFAR_PLANE  (DLCV__CIFAR_SIDE * DLCV__CIFAR_SIDE)
#define DLCV__CIFAR_RECORD (1 + 3 * DLCV__CIFAR_PLANE)
#define DLCV__CIFAR_FILES  5

/* The number of records in a file of the folder, from its size alone. */
DLCV__FN dlcv_status dlcv__cifar10_count(const dlcv_env *env, const char *path, size_t *records)
{
    size_t bytes = 0;
    const unsigned before = dlcv__last.failures;
    dlcv_status s = dlcv__hook_status(env->files.read(path, NULL, &bytes, env->files.user), before, path, "read");
    if (s) return s;
    if (bytes == 0 || bytes % DLCV__CIFAR_RECORD) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are not a whole number of records of %d bytes", path, bytes,
                         DLCV__CIFAR_RECORD);
    }
    *records = bytes / DLCV__CIFAR_RECORD;
    return DLCV_OK;
}

/* The `records` records of a file become x [records, 32, 32, 3] and y [records], both from row `row` on. */
DLCV__FN dlcv_status dlcv__cifar10_file(const dlcv_env *env, const char *path, size_t records, size_t row,
                                        dlcv_dataset *out)
{
    unsigned char *x = (unsigned char *)out->x.data + row * 3 * DLCV__CIFAR_PLANE;
    const unsigned char *record;
    void *file = NULL;
    size_t bytes = 0, r, p;
    dlcv_status s = dlcv__file_read(env, path, &file, &bytes);
    if (s) return s;
    if (bytes != records * DLCV__CIFAR_RECORD) {
        s = dlcv_fail(DLCV_ERR_IO, "%s: %zu bytes, a moment ago there were %zu", path, bytes,
                      records * DLCV__CIFAR_RECORD);
    }
    for (r = 0; r < records && !s; r++, x += 3 * DLCV__CIFAR_PLANE) {
        record = (const unsigned char *)file + r * DLCV__CIFAR_RECORD;
        if (record[0] > 9) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: record %zu has label %d, CIFAR-10 has 0 .. 9", path, r, (int)record[0]);
            break;
        }
        dlcv__i32_put(out->y.data, row + r, record[0]);
        for (p = 0; p < DLCV__CIFAR_PLANE; p++) {
            x[3 * p] = record[1 + p];
            x[3 * p + 1] = record[1 + DLCV__CIFAR_PLANE + p];
            x[3 * p + 2] = record[1 + 2 * DLCV__CIFAR_PLANE + p];
        }
    }
    dlcv__release(env, file, bytes);
    return s;
}

/* Two passes: sizes, so that the whole set is held against the limit and allocated once, then contents. `path` has
 * room for dir, a separator and any of the names. */
DLCV__FN dlcv_status dlcv__cifar10_read(const dlcv_env *env, const char *dir, const char *const *files, int count,
                                        char *path, size_t room, dlcv_dataset *out)
{
    static const char *const names[10] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck" };
    const size_t sample = 3 * DLCV__CIFAR_PLANE + sizeof(int32_t);
    const size_t length = strlen(dir);
    const char *between = *dir && dir[length - 1] != '/' && dir[length - 1] != '\\' ? "/" : "";
    size_t records[DLCV__CIFAR_FILES], n = 0, row = 0;
    dlcv_status s = DLCV_OK;
    int i;
    for (i = 0; i < count && !s; i++) {
        dlcv__format(path, room, "%s%s%s", dir, between, files[i]);
        s = dlcv__cifar10_count(env, path, &records[i]);
        if (!s && (!dlcv__add(n, records[i], &n) || n > env->limit / sample || n > INT_MAX)) {
            s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu records of %zu bytes exceed env.limit, %zu bytes", path, n, sample,
                          env->limit);
        }
    }
    if (s) return s;
    s = dlcv__out(env, "data_cifar10", DLCV_U8, dlcv_shape4((int)n, DLCV__CIFAR_SIDE, DLCV__CIFAR_SIDE, 3), &out->x);
    if (!s) s = dlcv__out(env, "data_cifar10", DLCV_I32, dlcv_shape1((int)n), &out->y);
    for (i = 0; i < count && !s; i++) {
        dlcv__format(path, room, "%s%s%s", dir, between, files[i]);
        s = dlcv__cifar10_file(env, path, records[i], row, out);
        row += records[i];
    }
    out->classes = 10;
    out->names = names;
    return s;
}

DLCV_API dlcv_status dlcv_data_cifar10(const dlcv_env *env, const char *dir, dlcv_dataset *train, dlcv_dataset *test)
{
    static const char *const training[DLCV__CIFAR_FILES] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                                                             "data_batch_4.bin", "data_batch_5.bin" };
    static const char *const testing[1] = { "test_batch.bin" };
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = DLCV_OK;
    size_t room;
    char *path;
    if (!dir) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_cifar10: dir is NULL");
    if (train == test)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "data_cifar10: train and test are %s", train ? "the same" : "both NULL");
    room = strlen(dir) + sizeof "/data_batch_1.bin";
    path = (char *)dlcv__alloc(&e, room);
    if (!path) return DLCV_ERR_MEMORY;
    if (train) s = dlcv__cifar10_read(&e, dir, training, DLCV__CIFAR_FILES, path, room, train);
    if (test && !s) s = dlcv__cifar10_read(&e, dir, testing, 1, path, room, test);
    if (s) {
        dlcv_data_free(train);
        dlcv_data_free(test);
    }
    dlcv__release(&e, path, room);
    return s;
}

/* ---- gzip (RFC 1952): the container is parsed here, the deflate stream by whoever is there ---- */

#if defined(ZLIB_VERSION)
#define DLCV__GZIP 1
/* zlib frees without a size: each block keeps its own in front. */
DLCV__FN voidpf dlcv__zlib_alloc(voidpf env, uInt items, uInt size)
{
    size_t bytes;
    unsigned char *block;
    if (!dlcv__mul(items, size, &bytes) || !dlcv__add(bytes, 64, &bytes)) return NULL;
    block = (unsigned char *)dlcv__alloc((const dlcv_env *)env, bytes);
    if (!block) return NULL;
    memcpy(block, &bytes, sizeof bytes);
    return block + 64;
}

DLCV__FN void dlcv__zlib_free(voidpf env, voidpf block)
{
    size_t bytes;
    if (!block) return;
    memcpy(&bytes, (unsigned char *)block - 64, sizeof bytes);
    dlcv__release((const dlcv_env *)env, (unsigned char *)block - 64, bytes);
}

/* 1 if `in` is one deflate stream, to its last byte, that unpacks to exactly out_bytes bytes; 0 if not, -1 without
 * memory. */
DLCV__FN int dlcv__inflate(const dlcv_env *env, const unsigned char *in, size_t in_bytes, unsigned char *out,
                           size_t out_bytes)
{
    const size_t most = (size_t)1 << 30; /* zlib counts in 32 bits */
    z_stream z;
    int r;
    memset(&z, 0, sizeof z);
    z.zalloc = dlcv__zlib_alloc;
    z.zfree = dlcv__zlib_free;
    z.opaque = (voidpf)env;
    if (inflateInit2(&z, -15) != Z_OK) return -1;
    z.next_in = (Bytef *)in;
    z.next_out = out;
    do {
        size_t give = in_bytes < most ? in_bytes : most, take = out_bytes < most ? out_bytes : most;
        z.avail_in = (uInt)give;
        z.avail_out = (uInt)take;
        r = inflate(&z, Z_NO_FLUSH);
        in_bytes -= give - z.avail_in;
        out_bytes -= take - z.avail_out;
    } while (r == Z_OK);
    inflateEnd(&z);
    return r == Z_MEM_ERROR ? -1 : r == Z_STREAM_END && in_bytes == 0 && out_bytes == 0;
}
#elif defined(STBI_INCLUDE_STB_IMAGE_H) && !defined(STBI_NO_ZLIB) && \
    (!defined(STBI_NO_PNG) || defined(STBI_SUPPORT_ZLIB))
#define DLCV__GZIP 1
/* 1 if `in` begins with a deflate stream that unpacks to exactly out_bytes bytes; 0 if not. stb_image takes the end
 * of its input for an error while the last code may still need bits: it also gets the 8 bytes of the trailer that
 * follow. */
DLCV__FN int dlcv__inflate(const dlcv_env *env, const unsigned char *in, size_t in_bytes, unsigned char *out,
                           size_t out_bytes)
{
    (void)env;
    if (in_bytes > INT_MAX - 8 || out_bytes > INT_MAX) return 0;
    return stbi_zlib_decode_noheader_buffer((char *)out, (int)out_bytes, (const char *)in, (int)in_bytes + 8) ==
           (int)out_bytes;
}
#endif

#ifdef DLCV__GZIP
/* CRC-32 of IEEE 802.3. */
DLCV__FN uint32_t dlcv__crc32(const unsigned char *data, size_t bytes)
{
    uint32_t table[256], crc = 0xffffffffu;
    size_t i;
    int bit;
    for (i = 0; i < 256; i++) {
        table[i] = (uint32_t)i;
        for (bit = 0; bit < 8; bit++) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    for (i = 0; i < bytes; i++) crc = crc >> 8 ^ table[(crc ^ data[i]) & 255];
    return ~crc;
}

DLCV__FN uint32_t dlcv__little32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Where the deflate stream begins, 0 if the header of the `bytes` bytes is wrong. The trailer is no part of them. */
DLCV__FN size_t dlcv__gzip_header(const unsigned char *file, size_t bytes)
{
    size_t at = 10;
    int flags, text;
    if (bytes < at || file[2] != 8 || (file[3] & 0xe0)) return 0; /* 8: deflate; the three high flags are reserved */
    flags = file[3];
    if (flags & 4) { /* an extra field with its length in front */
        if (bytes - at < 2) return 0;
        at += 2 + ((size_t)file[at] | (size_t)file[at + 1] << 8);
    }
    for (text = 8; text <= 16; text *= 2) { /* name, comment: up to a zero byte */
        if (!(flags & text)) continue;
        while (at < bytes && file[at]) at++;
        at++;
    }
    if (flags & 2) at += 2; /* the header's own check sum */
    return at < bytes ? at : 0;
}

/* Replaces a gzip'd file in env memory by what it holds: one member, as gzip writes it. */
DLCV__FN dlcv_status dlcv__gunzip(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    const unsigned char *file = (const unsigned char *)*data;
    const size_t packed = *bytes >= 18 ? *bytes - 8 : 0, at = dlcv__gzip_header(file, packed);
    uint32_t size, stated, crc;
    unsigned char *out;
    int r;
    if (!at) return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes begin as gzip, but not with a gzip header", path, *bytes);
    stated = dlcv__little32(file + packed);
    size = dlcv__little32(file + packed + 4);
    if (size / 1032 > packed - at) { /* deflate's best is 258 bytes for 2 bits */
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: states %lu bytes unpacked, %zu of deflate make at most 1032 times that",
                         path, (unsigned long)size, packed - at);
    }
    if (size > env->limit) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %lu bytes unpacked, env.limit is %zu", path, (unsigned long)size,
                         env->limit);
    }
    out = (unsigned char *)dlcv__alloc(env, size);
    if (!out) return DLCV_ERR_MEMORY;
    r = dlcv__inflate(env, file + at, packed - at, out, size);
    crc = r > 0 ? dlcv__crc32(out, size) : stated;
    if (r > 0 && crc == stated) {
        dlcv__release(env, *data, *bytes);
        *data = out;
        *bytes = size;
        return DLCV_OK;
    }
    dlcv__release(env, out, size);
    if (r < 0) return DLCV_ERR_MEMORY;
    if (r == 0) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: gzip data are damaged, they do not unpack to the %lu bytes stated", path,
                         (unsigned long)size);
    }
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: gzip data are damaged, CRC-32 is %lx, stated is %lx", path,
                     (unsigned long)crc, (unsigned long)stated);
}
#undef DLCV__GZIP
#else
DLCV__FN dlcv_status dlcv__gunzip(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    (void)env;
    (void)data;
    (void)bytes;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: is gzip'd: unpack it (gzip -d), or include stb_image.h or zlib.h before "
                     "dlcv.h's implementation",
                     path);
}
#endif

/* ---- IDX: 0, 0, the element type, the number of dimensions, these (32 bits, high byte first), the elements ---- */

/* Reads a file of bytes with `ndim` dimensions. *data is the file, to be released with *bytes; the elements follow the
 * header of 4 + 4 ndim bytes. */
DLCV__FN dlcv_status dlcv__idx_read(const dlcv_env *env, const char *path, int ndim, int *dim, void **data,
                                    size_t *bytes)
{
    const size_t header = 4 + 4 * (size_t)ndim;
    const unsigned char *p;
    size_t count = header;
    dlcv_status s = dlcv__file_read(env, path, data, bytes);
    int i;
    if (s) return s;
    p = (const unsigned char *)*data;
    if (*bytes >= 2 && p[0] == 0x1f && p[1] == 0x8b) s = dlcv__gunzip(env, path, data, bytes);
    p = (const unsigned char *)*data;
    if (!s && *bytes < header) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes, the header alone has %zu", path, *bytes, header);
    } else if (!s && (p[0] || p[1] || p[2] != 8 || p[3] != ndim)) {
        s = dlcv_fail(DLCV_ERR_FORMAT,
                      "%s: begins with %x %x %x %x; IDX %s begin with 0 0 8 %d", path, p[0], p[1], p[2], p[3],
                      ndim == 1 ? "labels" : "images", ndim);
    }
    for (i = 0, count = 1; i < ndim && !s; i++) {
        const unsigned char *q = p + 4 + 4 * i;
        const uint32_t d = (uint32_t)q[0] << 24 | (uint32_t)q[1] << 16 | (uint32_t)q[2] << 8 | q[3];
        if (d < 1 || d > INT_MAX) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: dimension %d is %lu, must be 1 .. %d", path, i, (unsigned long)d,
                          INT_MAX);
        } else if (!dlcv__mul(count, d, &count)) {
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes cannot hold what the dimensions state", path, *bytes);
        } else {
            dim[i] = (int)d;
        }
    }
    if (!s && count != *bytes - header) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes after the header, the dimensions state %zu: %s", path,
                      *bytes - header, count, count > *bytes - header ? "cut short" : "too long");
    }
    if (s) dlcv__release(env, *data, *bytes);
    return s;
}

DLCV__FN dlcv_status dlcv__idx_images(const dlcv_env *env, const char *path, dlcv_dataset *out)
{
    void *file = NULL;
    size_t bytes = 0;
    int dim[3] = { 0, 0, 0 };
    dlcv_status s = dlcv__idx_read(env, path, 3, dim, &file, &bytes);
    if (s) return s;
    s = dlcv__out(env, "data_idx", DLCV_U8, dlcv_shape4(dim[0], dim[1], dim[2], 1), &out->x);
    if (!s) memcpy(out->x.data, (const char *)file + 16, bytes - 16);
    dlcv__release(env, file, bytes);
    return s;
}

DLCV__FN dlcv_status dlcv__idx_labels(const dlcv_env *env, const char *path, const char *images_path, dlcv_dataset *out)
{
    const unsigned char *labels;
    void *file = NULL;
    size_t bytes = 0;
    int n = 0, i;
    dlcv_status s = dlcv__idx_read(env, path, 1, &n, &file, &bytes);
    if (s) return s;
    if (n != out->x.shape.dim[0]) {
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s has %d labels, %s has %d images", path, n, images_path, out->x.shape.dim[0]);
    }
    if (!s && (size_t)n > env->limit / sizeof(int32_t)) {
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %d labels of %zu bytes exceed env.limit, %zu bytes", path, n,
                      sizeof(int32_t), env->limit);
    }
    if (!s) s = dlcv__out(env, "data_idx", DLCV_I32, dlcv_shape1(n), &out->y);
    labels = (const unsigned char *)file + 8;
    for (i = 0; i < n && !s; i++) {
        dlcv__i32_put(out->y.data, (size_t)i, labels[i]);
        if (labels[i] >= out->classes) out->classes = labels[i] + 1;
    }
    dlcv__release(env, file, bytes);
    return s;
}

DLCV_API dlcv_status dlcv_data_idx(const dlcv_env *env, const char *images_path, const char *labels_path,
                                   dlcv_dataset *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s;
    if (!images_path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_idx: %s is NULL", out ? "images_path" : "out");
    out->classes = 0;
    out->names = NULL;
    s = dlcv__idx_images(&e, images_path, out);
    if (!s && labels_path) s = dlcv__idx_labels(&e, labels_path, images_path, out);
    if (!s && !labels_path) dlcv_tensor_free(&out->y);
    if (s) dlcv_data_free(out);
    return s;
}

/* ---- splits ---- */

/* t is i32 [n], every label in 0 .. classes - 1. */
DLCV__FN dlcv_status dlcv__labels_check(const char *who, const char *what, const dlcv_tensor *t, int n, int classes)
{
    char shape[128];
    int i;
    dlcv_status s = dlcv__check(who, what, t);
    if (s) return s;
    if (t->dtype != DLCV_I32 || t->shape.ndim != 1 || t->shape.dim[0] != n) {
        dlcv__shape_text(t->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: %s is %s %s, must be i32 [%d]%s", who, what, dlcv__dtype_name(t->dtype),
                         shape, n, dlcv__label_help(t));
    }
    for (i = 0; i < n; i++) {
        const int32_t label = dlcv__i32_at(t->data, (size_t)i);
        if (label < 0 || label >= classes) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s[%d] is %ld, must be 0 .. %d", who, what, i, (long)label,
                             classes - 1);
        }
    }
    return DLCV_OK;
}

/* order[0 .. n - 1] = the samples by label, those of one label as they stand in y (NULL data: all of one). Sorted by the labels' bytes,
 * the lowest first, each time stably: the memory does not depend on what the labels are. `other` [n] is scratch. */
DLCV__FN void dlcv__by_label(const dlcv_tensor *y, int n, int *order, int *other)
{
    int i, shift, b;
    for (i = 0; i < n; i++) order[i] = i;
    for (shift = 0; shift < 32 && y->data; shift += 8) {
        int begin[257] = { 0 };
        for (i = 0; i < n; i++) begin[(dlcv__i32_at(y->data, (size_t)i) >> shift & 255) + 1]++;
        for (b = 0; b < 256; b++) begin[b + 1] += begin[b];
        for (i = 0; i < n; i++) other[begin[dlcv__i32_at(y->data, (size_t)order[i]) >> shift & 255]++] = order[i];
        memcpy(order, other, (size_t)n * sizeof(int));
    }
}

/* held[i] = 1 if sample i is dealt to part `index`. The classes one after the other, each shuffled, make one line
 * that is dealt round and round: a run of any length gives every part its share to within one sample, so does every
 * class, and so does the whole. `order` and `other` [n] are scratch. */
DLCV__FN void dlcv__deal(const dlcv_dataset *d, int n, int parts, int index, uint64_t seed, int *order, int *other,
                         unsigned char *held)
{
    dlcv_rng rng = dlcv_rng_seed(seed);
    const void *y = d->y.data;
    int i, begin = 0;
    dlcv__by_label(&d->y, n, order, other);
    for (i = 1; i <= n; i++) {
        if (i < n && (!y || dlcv__i32_at(y, (size_t)order[i]) == dlcv__i32_at(y, (size_t)order[begin]))) continue;
        dlcv_rng_shuffle(&rng, order + begin, i - begin);
        begin = i;
    }
    for (i = 0; i < n; i++) held[order[i]] = (unsigned char)(i % parts == index);
}

/* out = the rows of t that are listed, in their order; `what` names it. */
DLCV__FN dlcv_status dlcv__split_rows(const dlcv_env *env, const char *what, const dlcv_dataset *d, const dlcv_tensor *t,
                                      const int *rows, int count, dlcv_tensor *out)
{
    dlcv_shape shape = t->shape;
    dlcv_status s = dlcv__among("data_split", what, out, &d->x, d->y.data ? &d->y : NULL);
    shape.dim[0] = count;
    if (!s) s = dlcv__out_named(env, "data_split", what, t->dtype, shape, out);
    if (!s) dlcv__rows_copy(t, rows, count, out);
    return s;
}

/* The samples whose held[i] is `which`, in their order. `rows` [n] is scratch. */
DLCV__FN dlcv_status dlcv__pick(const dlcv_env *env, const dlcv_dataset *d, int n, const unsigned char *held, int which,
                                int *rows, dlcv_dataset *out)
{
    int i, count = 0;
    dlcv_status s;
    for (i = 0; i < n; i++) {
        if (held[i] == which) rows[count++] = i;
    }
    s = dlcv__split_rows(env, which ? "held_out->x" : "rest->x", d, &d->x, rows, count, &out->x);
    if (!s && d->y.data)
        s = dlcv__split_rows(env, which ? "held_out->y" : "rest->y", d, &d->y, rows, count, &out->y);
    if (!s && !d->y.data) dlcv_tensor_free(&out->y);
    out->classes = d->classes;
    out->names = d->names;
    return s;
}

DLCV__FN dlcv_status dlcv__split_check(const dlcv_dataset *d, int parts, int index, const dlcv_dataset *rest,
                                       const dlcv_dataset *held_out)
{
    static const char *const who = "data_split";
    dlcv_status s;
    if (!d) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: d is NULL", who);
    if (rest == held_out)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: rest and held_out are %s", who, rest ? "the same" : "both NULL");
    if (d == rest || d == held_out)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is d itself", who, d == rest ? "rest" : "held_out");
    s = dlcv__check(who, "d->x", &d->x);
    if (s) return s;
    if (d->x.shape.ndim < 1 || d->x.shape.dim[0] < 2) {
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: d->x has %d samples, a split needs 2", who,
                         d->x.shape.ndim < 1 ? 0 : d->x.shape.dim[0]);
    }
    if (parts < 2 || parts > d->x.shape.dim[0]) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: parts is %d, must be 2 .. %d, the number of samples", who, parts,
                         d->x.shape.dim[0]);
    }
    if (index < 0 || index >= parts)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: index is %d, must be 0 .. %d", who, index, parts - 1);
    if (d->classes < 0)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: d->classes is %d, must be 0 (unknown) or more", who, d->classes);
    if (!d->y.data) return DLCV_OK;
    return dlcv__labels_check(who, "d->y", &d->y, d->x.shape.dim[0], d->classes > 0 ? d->classes : INT_MAX);
}

DLCV_API dlcv_status dlcv_data_split(const dlcv_env *env, const dlcv_dataset *d, int parts, int index, uint64_t seed,
                                     dlcv_dataset *rest, dlcv_dataset *held_out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_status s = dlcv__split_check(d, parts, index, rest, held_out);
    size_t bytes;
    int n, *order;
    unsigned char *held;
    if (s) return s;
    n = d->x.shape.dim[0];
    if (!dlcv__mul((size_t)n, 2 * sizeof(int) + 1, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "data_split: %d samples need more bytes than size_t counts", n);
    order = (int *)dlcv__alloc(&e, bytes); /* order [n], scratch [n], flags [n] */
    if (!order) return DLCV_ERR_MEMORY;
    held = (unsigned char *)(order + n + n);
    dlcv__deal(d, n, parts, index, seed, order, order + n, held);
    if (rest) s = dlcv__pick(&e, d, n, held, 0, order, rest);
    if (held_out && !s) s = dlcv__pick(&e, d, n, held, 1, order, held_out);
    if (s) {
        dlcv_data_free(rest);
        dlcv_data_free(held_out);
    }
    dlcv__release(&e, order, bytes);
    return s;
}

/* ---- scores ---- */

DLCV_API void dlcv_mean_stddev(const float *values, int count, float *mean, float *stddev)
{
    double sum = 0, squares = 0, centre = (double)dlcv__float_of(0x7fc00000u), spread = centre;
    int i;
    for (i = 0; i < count; i++) sum += (double)values[i];
    if (count > 0) centre = sum / count;
    for (i = 0; i < count; i++) squares += ((double)values[i] - centre) * ((double)values[i] - centre);
    if (count > 0) spread = sqrt(squares / count);
    if (mean) *mean = (float)centre;
    if (stddev) *stddev = (float)spread;
}

/* 1 unless class t, with score s, ranks before class j with score r. NaN ranks before everything. */
DLCV__INLINE int dlcv__outranks(float r, int j, float s, int t)
{
    return !(r < s || (r == s && j > t));
}

/* How many classes rank before class t; *first = t if none does, else one that does, the first of them but for NaN. */
DLCV__FN int dlcv__rank(const void *scores, size_t row, int classes, int t, int *first)
{
    const size_t base = row * (size_t)classes;
    const float own = dlcv__f32_at(scores, base + (size_t)t);
    float best = own;
    int j, before = 0;
    *first = t;
    for (j = 0; j < classes; j++) {
        const float r = dlcv__f32_at(scores, base + (size_t)j);
        if (j == t || !dlcv__outranks(r, j, own, t)) continue;
        if (!before++ || (best == best && dlcv__outranks(r, j, best, *first))) {
            best = r;
            *first = j;
        }
    }
    return before;
}

/* predicted is i32 [n] or f32 [n, classes], truth i32 [n], n > 0, all labels in range, at most `most` classes. *classes =
 * the number of scores, or the largest label + 1. */
DLCV__FN dlcv_status dlcv__scores_check(const char *who, const dlcv_tensor *predicted, const dlcv_tensor *truth, int most,
                                        int *classes)
{
    char shape[128];
    int n, i, fits;
    dlcv_status s = dlcv__check(who, "predicted", predicted);
    if (s) return s;
    n = predicted->shape.ndim > 0 ? predicted->shape.dim[0] : 0;
    fits = predicted->dtype == DLCV_F32 ? predicted->shape.ndim == 2 && predicted->shape.dim[1] > 0
                                        : predicted->dtype == DLCV_I32 && predicted->shape.ndim == 1;
    if (n < 1 || !fits) {
        dlcv__shape_text(predicted->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: predicted is %s %s, must be i32 [n] or f32 [n, classes], not empty%s", who,
                         dlcv__dtype_name(predicted->dtype), shape, dlcv__label_help(predicted));
    }
    if (predicted->dtype == DLCV_F32) {
        *classes = predicted->shape.dim[1];
        if (*classes > most)
            return dlcv_fail(DLCV_ERR_SHAPE, "%s: predicted has scores of %d classes, %d can be", who, *classes, most);
        return dlcv__labels_check(who, "truth", truth, n, *classes);
    }
    s = dlcv__labels_check(who, "truth", truth, n, most);
    if (!s) s = dlcv__labels_check(who, "predicted", predicted, n, most);
    for (i = 0, *classes = 0; i < n && !s; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i), p = dlcv__i32_at(predicted->data, (size_t)i);
        if (t >= *classes) *classes = t + 1;
        if (p >= *classes) *classes = p + 1;
    }
    return s;
}

DLCV_API dlcv_status dlcv_accuracy(const dlcv_tensor *predicted, const dlcv_tensor *truth, int top, float *out)
{
    int classes, n, i, first, right = 0;
    dlcv_status s;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: out is NULL");
    if (top < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: top is %d, must be at least 1", top);
    s = dlcv__scores_check("accuracy", predicted, truth, INT_MAX, &classes);
    if (s) return s;
    if (top > 1 && predicted->dtype == DLCV_I32)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "accuracy: top is %d, which wants scores: predicted is labels", top);
    n = predicted->shape.dim[0];
    for (i = 0; i < n; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i);
        right += predicted->dtype == DLCV_I32 ? dlcv__i32_at(predicted->data, (size_t)i) == t
                                              : dlcv__rank(predicted->data, (size_t)i, classes, t, &first) < top;
    }
    *out = (float)((double)right / n);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_confusion(const dlcv_env *env, const dlcv_tensor *predicted, const dlcv_tensor *truth,
                                    dlcv_tensor *out)
{
    int classes, n, i, p;
    size_t cell;
    dlcv_status s = dlcv__scores_check("confusion", predicted, truth, 32768, &classes);
    if (!s) s = dlcv__among("confusion", "out", out, predicted, truth);
    if (s) return s;
    n = predicted->shape.dim[0];
    s = dlcv__out(env, "confusion", DLCV_I32, dlcv_shape2(classes, classes), out);
    if (s) return s;
    memset(out->data, 0, (size_t)classes * (size_t)classes * sizeof(int32_t));
    for (i = 0; i < n; i++) {
        const int32_t t = dlcv__i32_at(truth->data, (size_t)i);
        if (predicted->dtype == DLCV_F32)
            dlcv__rank(predicted->data, (size_t)i, classes, t, &p);
        else
            p = dlcv__i32_at(predicted->data, (size_t)i);
        cell = (size_t)t * (size_t)classes + (size_t)p;
        dlcv__i32_put(out->data, cell, dlcv__i32_at(out->data, cell) + 1);
    }
    return DLCV_OK;
}

/* Samples of y that have the label; the first 256 labels are counted beforehand. */
DLCV__FN int dlcv__relevant(const dlcv_tensor *y, int32_t label, const int counts[256])
{
    int i, found = 0;
    if (label < 256) return counts[label];
    for (i = 0; i < y->shape.dim[0]; i++) found += dlcv__i32_at(y->data, (size_t)i) == label;
    return found;
}

DLCV__FN dlcv_status dlcv__retrieval_check(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y)
{
    char shape[112];
    size_t i, count;
    dlcv_status s = dlcv__check("retrieval", "indices", indices);
    if (s) return s;
    count = dlcv_tensor_count(indices);
    if (indices->dtype != DLCV_I32 || indices->shape.ndim != 2 || !count) {
        dlcv__shape_text(indices->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE, "retrieval: indices is %s %s, must be i32 [q, k], not empty",
                         dlcv__dtype_name(indices->dtype), shape);
    }
    s = dlcv__labels_check("retrieval", "query_y", query_y, indices->shape.dim[0], INT_MAX);
    if (!s) s = dlcv__check("retrieval", "y", y);
    if (!s && (y->dtype != DLCV_I32 || y->shape.ndim != 1)) {
        dlcv__shape_text(y->shape, shape, sizeof shape);
        s = dlcv_fail(DLCV_ERR_SHAPE, "retrieval: y is %s %s, must be i32 [n]%s", dlcv__dtype_name(y->dtype), shape, dlcv__label_help(y));
    }
    if (!s) s = dlcv__labels_check("retrieval", "y", y, y->shape.dim[0], INT_MAX);
    for (i = 0; i < count && !s; i++) {
        const int32_t index = dlcv__i32_at(indices->data, i);
        if (index < 0 || index >= y->shape.dim[0]) {
            s = dlcv_fail(DLCV_ERR_ARGUMENT, "retrieval: indices[%zu, %zu] is %ld, the database has %d samples",
                          i / (size_t)indices->shape.dim[1], i % (size_t)indices->shape.dim[1], (long)index,
                          y->shape.dim[0]);
        }
    }
    return s;
}

#define DLCV__MARKS 32768

/* The first column of a row whose sample stands in it before, or -1. Marks are set for DLCV__MARKS samples at a time, from the least
 * that is left: at most k times, and at most n / DLCV__MARKS + 1 times. */
DLCV__FN int dlcv__repeated(const dlcv_tensor *indices, int row)
{
    unsigned char marks[DLCV__MARKS / 8];
    const int k = indices->shape.dim[1];
    const size_t base = (size_t)row * (size_t)k;
    int j, first = -1;
    int64_t from = 0, next;
    for (; from <= INT_MAX; from = next) {
        next = (int64_t)INT_MAX + 1;
        memset(marks, 0, sizeof marks);
        for (j = 0; j < k; j++) {
            const int64_t at = (int64_t)dlcv__i32_at(indices->data, base + (size_t)j) - from;
            if (at >= DLCV__MARKS) {
                if (at + from < next) next = at + from;
            } else if (at >= 0) {
                if (marks[at / 8] >> at % 8 & 1 && (first < 0 || j < first)) first = j;
                marks[at / 8] = (unsigned char)(marks[at / 8] | 1 << at % 8);
            }
        }
    }
    return first;
}
#undef DLCV__MARKS

DLCV_API dlcv_status dlcv_retrieval(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y,
                                    float *precision, float *mean_ap)
{
    int counts[256] = { 0 }, q, k, i, j;
    double hits = 0, aps = 0;
    dlcv_status s = dlcv__retrieval_check(indices, query_y, y);
    if (s) return s;
    q = indices->shape.dim[0];
    k = indices->shape.dim[1];
    for (i = 0; i < y->shape.dim[0]; i++) {
        const int32_t label = dlcv__i32_at(y->data, (size_t)i);
        if (label < 256) counts[label]++;
    }
    for (i = 0; i < q; i++) {
        const int32_t label = dlcv__i32_at(query_y->data, (size_t)i);
        const int all = dlcv__relevant(y, label, counts);
        double sum = 0;
        int found = 0;
        j = dlcv__repeated(indices, i);
        if (j >= 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "retrieval: indices[%d, %d] is %ld, which the row has before", i, j,
                             (long)dlcv__i32_at(indices->data, (size_t)i * (size_t)k + (size_t)j));
        }
        for (j = 0; j < k; j++) {
            const int32_t index = dlcv__i32_at(indices->data, (size_t)i * (size_t)k + (size_t)j);
            if (dlcv__i32_at(y->data, (size_t)index) == label) sum += (double)++found / (j + 1);
        }
        hits += found;
        if (all) aps += sum / (all < k ? all : k);
    }
    if (precision) *precision = (float)(hits / ((double)q * k));
    if (mean_ap) *mean_ap = (float)(aps / q);
    return DLCV_OK;
}

#undef DLCV__CIFAR_SIDE
#undef DLCV__CIFAR_PLANE
#undef DLCV__CIFAR_RECORD
#undef DLCV__CIFAR_FILES
