/* ---- core: statuses, environments, backends --------------------------------------------------------------------- */

/* What went wrong. Negative, so that `return status;` from an int function says "failed". */
typedef enum dlcv_status {
    DLCV_OK = 0,
    DLCV_ERR_ARGUMENT = -1,     /* a value the function does not take: NULL, negative, out of range */
    DLCV_ERR_SHAPE = -2,        /* tensors that do not fit together */
    DLCV_ERR_MEMORY = -3,       /* the allocator said no, an arena is full, a size overflows size_t */
    DLCV_ERR_IO = -4,           /* a file that cannot be opened, read or written, though it may be there */
    DLCV_ERR_FORMAT = -5,       /* a file that is not what it should be */
    DLCV_ERR_UNSUPPORTED = -6,  /* right, but not built in or not on this machine */
    DLCV_ERR_NUMERIC = -7,      /* a number that should be finite is not */
    DLCV_ERR_STATE = -8,        /* calls in the wrong order */
    DLCV_ERR_NOT_FOUND = -9     /* there is no file of that name */
} dlcv_status;

/* Your allocator; {0} is DLCV_MALLOC and DLCV_FREE. `allocate` returns a block aligned to `alignment` (a power of two,
 * at most 64) or NULL; `release` gets the bytes that were asked for. Neither is called by two threads at once unless you
 * call the library from two threads, with one env or with objects made with it. */
typedef struct dlcv_memory {
    void *(*allocate)(size_t bytes, size_t alignment, void *user);
    void (*release)(void *block, size_t bytes, void *user);
    void *user;
} dlcv_memory;

typedef void (*dlcv_task)(int index, void *context);

/* Your job system; {0} is this thread alone, or OpenMP where the implementation was compiled with it. `parallel_for`
 * runs task(0 .. count - 1, context) in any order on any threads and returns when all have; count never exceeds width,
 * and tasks never wait for one another, so running them one after the other is always right. Results do not depend on
 * width. */
typedef struct dlcv_threads {
    void (*parallel_for)(int count, dlcv_task task, void *context, void *user);
    int width;                  /* how many tasks may run at once; 0 or 1 = serial */
    void *user;
} dlcv_threads;

/* Your files; {0} is stdio. `read` with buffer NULL stores the size of the file in *bytes; with a buffer it reads exactly
 * *bytes bytes. `write` is all or nothing. On failure both return a status and may set the text with dlcv_fail. Of a file that is not there `read`
 * says DLCV_ERR_NOT_FOUND, and of no other: that is how dlcv_fit knows that it begins a checkpoint; after another failure it stops, and keeps what there is.
 * stdio says it where fopen sets errno to ENOENT; it writes beside the file and renames, so that a symbolic link becomes a file;
 * to what is no file (/dev/null, a pipe) it writes as it is, on Linux, macOS and FreeBSD. */
typedef struct dlcv_files {
    dlcv_status (*read)(const char *path, void *buffer, size_t *bytes, void *user);
    dlcv_status (*write)(const char *path, const void *data, size_t bytes, void *user);
    void *user;
} dlcv_files;

/* What a call may use. NULL or {0} means the defaults of every part. It is copied; what its `user` pointers point to must
 * outlive everything that was made with it. */
typedef struct dlcv_env {
    dlcv_memory memory;
    dlcv_threads threads;
    dlcv_files files;
    size_t limit;               /* bytes a file may make the library allocate, 0 = 2 GiB (less where size_t is small) */
} dlcv_env;

/* A block of memory that serves as an allocator: no malloc at all. See dlcv_arena_memory. */
typedef struct dlcv_arena {
    unsigned char *base;
    size_t bytes, used, peak;   /* peak: the most that was ever in use; size your block by it */
} dlcv_arena;

/* This thread's last failure as a sentence with names and numbers; "" if none, never NULL. Borrowed until the next
 * failure in this thread. One text for all threads where the compiler has no thread-local storage. */
DLCV_API const char *dlcv_error(void);

/* Sets dlcv_error() and returns `status`, for your own hooks: `return dlcv_fail(DLCV_ERR_NOT_FOUND, "%s: no such file", path)`.
 * Knows %s %.*s %c %d %i %u %ld %lu %lld %llu %zu %x %p %f %g %e %% with widths and precisions; always with a decimal
 * point, whatever the locale. Longer texts are cut at 511 bytes. */
DLCV_API dlcv_status dlcv_fail(dlcv_status status, const char *format, ...) DLCV__PRINTF(2, 3);

/* "DLCV_ERR_SHAPE"; "unknown status" for a number that is none. Static text. */
DLCV_API const char *dlcv_status_name(dlcv_status status);

/* "0.1.0": major.minor.patch as in DLCV_VERSION. Static text. */
DLCV_API const char *dlcv_version(void);

/* The instruction set the kernels use: "scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm" or
 * "simde". With DLCV_DISPATCH the best this machine has, chosen at the first call; else what the compiler flags
 * allowed. Static text. */
DLCV_API const char *dlcv_backend(void);

/* Chooses a backend by name for everything that is made afterwards; NULL = the best. Objects keep the one they were made
 * with. DLCV_ERR_UNSUPPORTED lists the names that would do. Without DLCV_DISPATCH there is just the one. */
DLCV_API dlcv_status dlcv_backend_select(const char *name);

/* GFLOP/s (fused multiply-add counts two) that this thread reaches in the library's own inner loop, measured for about
 * 0.1 s; 0 where there is no clock or no memory. */
DLCV_API double dlcv_self_test(const dlcv_env *env);

/* Makes `block` the memory of everything that is created with the result (each piece takes its size, rounded up to 64
 * bytes, and a word): allocation moves up through the block, and releasing the newest blocks moves it down again (older
 * ones wait until all newer are gone; {0} frees everything at once by calling this function again). `arena` and `block`
 * must outlive what lives there. The error text of a failed allocation has the numbers. One thread at a time. */
DLCV_API dlcv_memory dlcv_arena_memory(dlcv_arena *arena, void *block, size_t bytes);

/* Starts width - 1 threads (pthread or Win32) that, with the caller, serve as env.threads. Uses env->memory for itself.
 * DLCV_ERR_UNSUPPORTED unless the implementation was compiled with DLCV_POOL (WebAssembly: and -pthread);
 * DLCV_ERR_ARGUMENT if width is not in 1 .. 1024. Where two threads use it at once (or a task uses it again), one gets
 * the threads and the other runs its tasks by itself. */
DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out);

/* Stops and joins the threads; leaves {0}. Takes NULL and {0}. */
DLCV_API void dlcv_pool_free(dlcv_threads *threads);
