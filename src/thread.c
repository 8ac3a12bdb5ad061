/* ---- threads: the hook, OpenMP, and a pool of our own ---------------------------------------------------------- */
#ifdef _OPENMP
#include <omp.h>
#endif
#ifdef DLCV_POOL
#if defined(_WIN32)
#ifndef NOMINMAX
#define NOMINMAX
#define DLCV__NOMINMAX
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#define DLCV__LEAN
#endif
#include <windows.h>
#ifdef DLCV__NOMINMAX
#undef DLCV__NOMINMAX
#undef NOMINMAX
#endif
#ifdef DLCV__LEAN
#undef DLCV__LEAN
#undef WIN32_LEAN_AND_MEAN
#endif
#define DLCV__POOL_THREADS
#elif (defined(__GNUC__) || defined(__clang__)) && !defined(__TINYC__) && (!defined(__wasm__) || defined(__wasm_atomics__))
#include <pthread.h>
#define DLCV__POOL_THREADS
#endif
#endif

/* Tasks that may run at once, at least 1. Without a hook, width 1 says "serial" to OpenMP and more is a wish. */
DLCV__FN int dlcv__width(const dlcv_env *env)
{
    int width = env->threads.width;
#ifdef _OPENMP
    if (!env->threads.parallel_for) return width > 0 ? width : omp_get_max_threads();
#else
    if (!env->threads.parallel_for) return 1;
#endif
    return width > 1 ? width : 1;
}

/* task(0 .. count - 1, context), count <= dlcv__width(env) */
DLCV__FN void dlcv__parallel(const dlcv_env *env, int count, dlcv_task task, void *context)
{
    int i;
    if (count > 1 && env->threads.parallel_for && env->threads.width > 1) {
        env->threads.parallel_for(count, task, context, env->threads.user);
        return;
    }
#ifdef _OPENMP
    if (count > 1 && !env->threads.parallel_for && env->threads.width != 1) {
#pragma omp parallel for num_threads(count) schedule(static, 1)
        for (i = 0; i < count; i++) task(i, context);
        return;
    }
#endif
    for (i = 0; i < count; i++) task(i, context);
}

#ifdef DLCV__POOL_THREADS

/* atomic words, sequentially consistent */
#if defined(__GNUC__) || defined(__clang__)
#define DLCV__LOAD(word) __atomic_load_n((word), __ATOMIC_SEQ_CST)
#define DLCV__STORE(word, value) __atomic_store_n((word), (value), __ATOMIC_SEQ_CST)
#define DLCV__ADD(word, value) __atomic_fetch_add((word), (value), __ATOMIC_SEQ_CST)
typedef int dlcv__word;
DLCV__INLINE int dlcv__swap_if(dlcv__word *word, int old, int value)
{
    return __atomic_compare_exchange_n(word, &old, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
#else
#define DLCV__LOAD(word) ((int)InterlockedCompareExchange((word), 0, 0))
#define DLCV__STORE(word, value) ((void)InterlockedExchange((word), (value)))
#define DLCV__ADD(word, value) ((int)InterlockedExchangeAdd((word), (value)))
typedef volatile LONG dlcv__word;
DLCV__INLINE int dlcv__swap_if(dlcv__word *word, int old, int value)
{
    return InterlockedCompareExchange(word, value, old) == old;
}
#endif

/* tells the core that this is a spin */
#if defined(_WIN32)
#define DLCV__PAUSE() YieldProcessor()
#elif defined(__x86_64__) || defined(__i386__)
#define DLCV__PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define DLCV__PAUSE() __asm__ __volatile__("yield")
#else
#define DLCV__PAUSE() ((void)0)
#endif

#define DLCV__SPINS 2000            /* of 10 to 40 ns each, then a thread sleeps */
#define DLCV__BATCH 32767           /* of tasks: next and count share a word */

#ifdef _WIN32
typedef CRITICAL_SECTION dlcv__mutex;
typedef CONDITION_VARIABLE dlcv__signal;
typedef HANDLE dlcv__thread;
#define DLCV__LOCK(m) EnterCriticalSection(m)
#define DLCV__UNLOCK(m) LeaveCriticalSection(m)
#define DLCV__WAIT(c, m) ((void)SleepConditionVariableCS((c), (m), INFINITE))
#define DLCV__WAKE_ONE(c) WakeConditionVariable(c)
#define DLCV__WAKE_ALL(c) WakeAllConditionVariable(c)
#else
typedef pthread_mutex_t dlcv__mutex;
typedef pthread_cond_t dlcv__signal;
typedef pthread_t dlcv__thread;
#define DLCV__LOCK(m) ((void)pthread_mutex_lock(m))
#define DLCV__UNLOCK(m) ((void)pthread_mutex_unlock(m))
#define DLCV__WAIT(c, m) ((void)pthread_cond_wait((c), (m)))
#define DLCV__WAKE_ONE(c) ((void)pthread_cond_signal(c))
#define DLCV__WAKE_ALL(c) ((void)pthread_cond_broadcast(c))
#endif

/* `ticket` is count << 16 | next. Who swaps it from (count, next) to (count, next + 1), next < count, has task `next`
 * of the job that is on at that moment, however old its last look was; that job cannot end before the task does, so its
 * fields stand still meanwhile. Sleepers and posters each write their word before they read the other's (in one total
 * order), so one of the two sees the other. */
typedef struct dlcv__pool {
    dlcv_memory memory;
    size_t bytes;
    int width, started;             /* threads without the caller: width - 1 wanted, `started` there */

    dlcv_task task;                 /* the job */
    void *context;
    int first;                      /* index of the batch's first task */

    dlcv__word busy;            /* a parallel_for is under way; another one meanwhile runs its tasks by itself */
    dlcv__word ticket;
    dlcv__word left;                /* tasks of the batch not finished */
    dlcv__word sleepers;            /* threads that wait for `wake` */
    dlcv__word waiting;             /* the caller waits for `done` */
    dlcv__word stop;

    dlcv__mutex lock;
    dlcv__signal wake, done;
    dlcv__thread *threads;          /* [width - 1], behind this struct */
} dlcv__pool;

DLCV__INLINE int dlcv__pool_tasks(int ticket)
{
    return (ticket >> 16) - (ticket & DLCV__BATCH);
}

/* Nothing to do, not even to stop. */
DLCV__INLINE int dlcv__pool_idle(dlcv__pool *pool)
{
    return !dlcv__pool_tasks(DLCV__LOAD(&pool->ticket)) && !DLCV__LOAD(&pool->stop);
}

/* Runs tasks until none is left to begin. */
DLCV__FN void dlcv__pool_work(dlcv__pool *pool)
{
    for (;;) {
        int ticket = DLCV__LOAD(&pool->ticket);
        if (!dlcv__pool_tasks(ticket)) return;
        if (!dlcv__swap_if(&pool->ticket, ticket, ticket + 1)) continue;
        pool->task(pool->first + (ticket & DLCV__BATCH), pool->context);
        if (DLCV__ADD(&pool->left, -1) == 1 && DLCV__LOAD(&pool->waiting)) {
            DLCV__LOCK(&pool->lock);
            DLCV__WAKE_ALL(&pool->done);
            DLCV__UNLOCK(&pool->lock);
        }
    }
}

DLCV__FN void dlcv__pool_main(dlcv__pool *pool)
{
    int spins;
    for (;;) {
        for (spins = 0; spins < DLCV__SPINS && dlcv__pool_idle(pool); spins++) DLCV__PAUSE();
        if (dlcv__pool_idle(pool)) {
            DLCV__LOCK(&pool->lock);
            DLCV__ADD(&pool->sleepers, 1);
            while (dlcv__pool_idle(pool)) DLCV__WAIT(&pool->wake, &pool->lock);
            DLCV__ADD(&pool->sleepers, -1);
            DLCV__UNLOCK(&pool->lock);
        }
        if (DLCV__LOAD(&pool->stop)) return;
        dlcv__pool_work(pool);
    }
}

#ifdef _WIN32
static DWORD WINAPI dlcv__pool_entry(void *pool)
{
    dlcv__pool_main((dlcv__pool *)pool);
    return 0;
}
#else
static void *dlcv__pool_entry(void *pool)
{
    dlcv__pool_main((dlcv__pool *)pool);
    return NULL;
}
#endif

/* Wakes as many sleepers as there are tasks for. */
DLCV__FN void dlcv__pool_wake(dlcv__pool *pool, int wanted)
{
    if (!DLCV__LOAD(&pool->sleepers)) return;
    DLCV__LOCK(&pool->lock);
    if (wanted < DLCV__LOAD(&pool->sleepers)) {
        for (; wanted > 0; wanted--) DLCV__WAKE_ONE(&pool->wake);
    } else {
        DLCV__WAKE_ALL(&pool->wake);
    }
    DLCV__UNLOCK(&pool->lock);
}

DLCV__FN void dlcv__pool_batch(dlcv__pool *pool, int first, int count, dlcv_task task, void *context)
{
    int spins;
    pool->task = task;
    pool->context = context;
    pool->first = first;
    DLCV__STORE(&pool->left, count);
    DLCV__STORE(&pool->ticket, count << 16);
    dlcv__pool_wake(pool, count - 1);
    dlcv__pool_work(pool);
    for (spins = 0; spins < DLCV__SPINS && DLCV__LOAD(&pool->left); spins++) DLCV__PAUSE();
    if (!DLCV__LOAD(&pool->left)) return;
    DLCV__LOCK(&pool->lock);
    DLCV__STORE(&pool->waiting, 1);
    while (DLCV__LOAD(&pool->left)) DLCV__WAIT(&pool->done, &pool->lock);
    DLCV__STORE(&pool->waiting, 0);
    DLCV__UNLOCK(&pool->lock);
}

DLCV__FN void dlcv__pool_for(int count, dlcv_task task, void *context, void *user)
{
    dlcv__pool *pool = (dlcv__pool *)user;
    int first = 0;
    if (count == 1 || pool->width == 1 || !dlcv__swap_if(&pool->busy, 0, 1)) {
        for (; first < count; first++) task(first, context);
        return;
    }
    while (first < count) {
        int batch = count - first < DLCV__BATCH ? count - first : DLCV__BATCH;
        dlcv__pool_batch(pool, first, batch, task, context);
        first += batch;
    }
    DLCV__STORE(&pool->busy, 0);
}

/* 0 if it could be made */
DLCV__FN int dlcv__pool_init(dlcv__pool *pool)
{
#ifdef _WIN32
    InitializeCriticalSection(&pool->lock);
    InitializeConditionVariable(&pool->wake);
    InitializeConditionVariable(&pool->done);
    return 0;
#else
    int error = pthread_mutex_init(&pool->lock, NULL);
    if (error) return error;
    error = pthread_cond_init(&pool->wake, NULL);
    if (!error) {
        error = pthread_cond_init(&pool->done, NULL);
        if (!error) return 0;
        pthread_cond_destroy(&pool->wake);
    }
    pthread_mutex_destroy(&pool->lock);
    return error;
#endif
}

DLCV__FN int dlcv__pool_start(dlcv__pool *pool)
{
    dlcv__thread *thread = pool->threads + pool->started;
#ifdef _WIN32
    *thread = CreateThread(NULL, 0, dlcv__pool_entry, pool, 0, NULL);
    if (!*thread) return (int)GetLastError();
#else
    int error = pthread_create(thread, NULL, dlcv__pool_entry, pool);
    if (error) return error;
#endif
    pool->started++;
    return 0;
}

DLCV__FN void dlcv__pool_end(dlcv__pool *pool)
{
    dlcv_env env;
    int i;
    memset(&env, 0, sizeof env);
    env.memory = pool->memory;
    DLCV__LOCK(&pool->lock);
    DLCV__STORE(&pool->stop, 1);
    DLCV__WAKE_ALL(&pool->wake);
    DLCV__UNLOCK(&pool->lock);
    for (i = 0; i < pool->started; i++) {
#ifdef _WIN32
        WaitForSingleObject(pool->threads[i], INFINITE);
        CloseHandle(pool->threads[i]);
#else
        pthread_join(pool->threads[i], NULL);
#endif
    }
#ifdef _WIN32
    DeleteCriticalSection(&pool->lock);
#else
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
#endif
    dlcv__release(&env, pool, pool->bytes);
}

DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out)
{
    dlcv_env e = dlcv__env(env);
    dlcv__pool *pool;
    size_t head = (sizeof *pool + 63) / 64 * 64, bytes;
    int error;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "pool_new: out is NULL");
    memset(out, 0, sizeof *out);
    if (width < 1 || width > 1024) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "pool_new: width is %d, 1 to 1024 can be", width);
    }
    bytes = head + (size_t)(width - 1) * sizeof(dlcv__thread);
    pool = (dlcv__pool *)dlcv__alloc(&e, bytes);
    if (!pool) return dlcv_fail(DLCV_ERR_MEMORY, "pool_new: %s", dlcv_error());
    memset(pool, 0, bytes);
    pool->memory = e.memory;
    pool->bytes = bytes;
    pool->width = width;
    pool->threads = (dlcv__thread *)(void *)((unsigned char *)pool + head);
    error = dlcv__pool_init(pool);
    if (error) {
        dlcv__release(&e, pool, bytes);
        return dlcv_fail(DLCV_ERR_MEMORY, "pool_new: no mutex or condition variable, error %d", error);
    }
    while (!error && pool->started < width - 1) error = dlcv__pool_start(pool);
    if (error) {
        dlcv_fail(DLCV_ERR_MEMORY, "pool_new: thread %d of %d cannot be started, error %d", pool->started + 1,
                  width - 1, error);
        dlcv__pool_end(pool);
        return DLCV_ERR_MEMORY;
    }
    out->parallel_for = dlcv__pool_for;
    out->width = width;
    out->user = pool;
    return DLCV_OK;
}

DLCV_API void dlcv_pool_free(dlcv_threads *threads)
{
    if (!threads) return;
    if (threads->parallel_for == dlcv__pool_for && threads->user) dlcv__pool_end((dlcv__pool *)threads->user);
    memset(threads, 0, sizeof *threads);
}

#undef DLCV__LOAD
#undef DLCV__STORE
#undef DLCV__ADD
#undef DLCV__PAUSE
#undef DLCV__SPINS
#undef DLCV__BATCH
#undef DLCV__LOCK
#undef DLCV__UNLOCK
#undef DLCV__WAIT
#undef DLCV__WAKE_ONE
#undef DLCV__WAKE_ALL
#undef DLCV__POOL_THREADS

#else

DLCV_API dlcv_status dlcv_pool_new(const dlcv_env *env, int width, dlcv_threads *out)
{
    (void)env;
    (void)width;
    if (out) memset(out, 0, sizeof *out);
#ifdef DLCV_POOL
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "pool_new: DLCV_POOL takes gcc, clang or Windows; for WebAssembly -pthread");
#else
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "pool_new: compiled without DLCV_POOL; define it where DLCV_IMPLEMENTATION is");
#endif
}

DLCV_API void dlcv_pool_free(dlcv_threads *threads)
{
    if (threads) memset(threads, 0, sizeof *threads);
}

#endif /* DLCV__POOL_THREADS */
