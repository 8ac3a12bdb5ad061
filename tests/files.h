/* Files in memory as an env.files hook: what a test puts on the disk the library reads, what the library writes the
 * test gets. */
#ifndef DLCV_TEST_FILES_H
#define DLCV_TEST_FILES_H

typedef struct test_file {
    char path[64];
    unsigned char *data;
    size_t bytes;
} test_file;

typedef struct test_disk {
    test_file file[16];
    int count;
    int grows; /* every file is a byte longer each time that it is asked for */
} test_disk;

static test_file *test_find(test_disk *disk, const char *path)
{
    int i;
    for (i = 0; i < disk->count; i++) {
        if (strcmp(disk->file[i].path, path) == 0) return &disk->file[i];
    }
    return NULL;
}

static void test_put(test_disk *disk, const char *path, const void *data, size_t bytes)
{
    test_file *f = test_find(disk, path);
    if (!f) {
        f = &disk->file[disk->count++];
        strcpy(f->path, path);
    }
    free(f->data);
    f->data = (unsigned char *)malloc(bytes + 64);
    memset(f->data, 0, bytes + 64);
    memcpy(f->data, data, bytes);
    f->bytes = bytes;
}

/* The bytes of a string literal. */
#define TEST_PUT(disk, path, literal) test_put((disk), (path), literal, sizeof literal - 1)

static dlcv_status test_disk_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    test_disk *disk = (test_disk *)user;
    test_file *f = test_find(disk, path);
    if (!f) return dlcv_fail(DLCV_ERR_NOT_FOUND, "%s: no such file on the test disk", path);
    if (buffer)
        memcpy(buffer, f->data, *bytes);
    else
        *bytes = disk->grows ? f->bytes++ : f->bytes;
    return DLCV_OK;
}

static dlcv_status test_disk_write(const char *path, const void *data, size_t bytes, void *user)
{
    test_put((test_disk *)user, path, data, bytes);
    return DLCV_OK;
}

static void test_disk_use(dlcv_env *env, test_disk *disk)
{
    memset(disk, 0, sizeof *disk);
    env->files.read = test_disk_read;
    env->files.write = test_disk_write;
    env->files.user = disk;
}

static void test_disk_free(test_disk *disk)
{
    int i;
    for (i = 0; i < disk->count; i++) free(disk->file[i].data);
    memset(disk, 0, sizeof *disk);
}

/* `bytes` elements after an IDX header of `type`, with the dimensions given (0 ends them); returns the size of the
 * file. */
static size_t test_idx(unsigned char *out, int type, unsigned d0, unsigned d1, unsigned d2, size_t bytes)
{
    unsigned dims[3];
    size_t n = 4, i;
    int k;
    dims[0] = d0;
    dims[1] = d1;
    dims[2] = d2;
    out[0] = out[1] = 0;
    out[2] = (unsigned char)type;
    for (k = 0; k < 3 && dims[k]; k++) {
        out[n++] = (unsigned char)(dims[k] >> 24);
        out[n++] = (unsigned char)(dims[k] >> 16);
        out[n++] = (unsigned char)(dims[k] >> 8);
        out[n++] = (unsigned char)dims[k];
    }
    out[3] = (unsigned char)k;
    for (i = 0; i < bytes; i++) out[n++] = (unsigned char)(i * 37 % 10);
    return n;
}
#endif
