/* What the fuzzers share: an environment whose files come from the input, and whose memory is counted. A reader that
 * leaks, that releases a block with another size, or that holds more than FUZZ_MOST bytes at a time is stopped where
 * it stands. */
#ifndef DLCV_FUZZ_H
#define DLCV_FUZZ_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_LIMIT ((size_t)1 << 20) /* env.limit */
#define FUZZ_MOST \
    (3 * FUZZ_LIMIT + ((size_t)1 << 17)) /* the file, what unpacks from it, the tensors; an inflater's own */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : abort())

typedef struct fuzz_world {
    const char *name[2];    /* files whose names end like this ... */
    const uint8_t *data[2]; /* ... have this in them */
    size_t bytes[2];
    size_t shrinks; /* a file is that much shorter each time that its size is asked for */
    long calls, fail_at, blocks;
    size_t used;
} fuzz_world;

static void *fuzz_allocate(size_t bytes, size_t alignment, void *user)
{
    fuzz_world *w = (fuzz_world *)user;
    unsigned char *block;
    size_t *head;
    FUZZ_CHECK(bytes > 0 && bytes <= FUZZ_MOST && alignment <= 64);
    if (++w->calls == w->fail_at) return NULL;
    w->used += bytes;
    FUZZ_CHECK(w->used <= FUZZ_MOST);
    w->blocks++;
    if (posix_memalign((void **)&block, 64, bytes + 64)) abort();
    head = (size_t *)(void *)block;
    *head = bytes;
    return block + 64;
}

static void fuzz_release(void *block, size_t bytes, void *user)
{
    fuzz_world *w = (fuzz_world *)user;
    unsigned char *raw = (unsigned char *)block - 64;
    FUZZ_CHECK(*(size_t *)(void *)raw == bytes);
    w->used -= bytes;
    w->blocks--;
    free(raw);
}

static int fuzz_ends(const char *path, const char *end)
{
    return strlen(path) >= strlen(end) && strcmp(path + strlen(path) - strlen(end), end) == 0;
}

static dlcv_status fuzz_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    fuzz_world *w = (fuzz_world *)user;
    int i = w->name[0] && fuzz_ends(path, w->name[0]) ? 0 : 1;
    if (!w->data[i]) return DLCV_ERR_NOT_FOUND;
    if (!buffer) {
        *bytes = w->bytes[i];
        if (w->shrinks) w->bytes[i] = w->bytes[i] > w->shrinks ? w->bytes[i] - w->shrinks : 0;
        return DLCV_OK;
    }
    FUZZ_CHECK(*bytes <= w->bytes[i] + w->shrinks);
    if (*bytes) memcpy(buffer, w->data[i], *bytes);
    return DLCV_OK;
}

static dlcv_env fuzz_env(fuzz_world *w)
{
    dlcv_env env;
    memset(&env, 0, sizeof env);
    memset(w, 0, sizeof *w);
    env.memory.allocate = fuzz_allocate;
    env.memory.release = fuzz_release;
    env.memory.user = w;
    env.files.read = fuzz_read;
    env.files.user = w;
    env.limit = FUZZ_LIMIT;
    return env;
}

/* Every failure says why, and nothing is left behind. */
static void fuzz_end(const fuzz_world *w, dlcv_status s)
{
    FUZZ_CHECK(w->blocks == 0 && w->used == 0);
    FUZZ_CHECK(s == DLCV_OK || *dlcv_error());
}
#endif
