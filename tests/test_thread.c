/* The hook, the pool and, where compiled with it, OpenMP. Build with -pthread. */
#ifndef DLCV_POOL
#define DLCV_POOL
#endif
#if !defined(_WIN32)
#include <pthread.h>

/* Thread creation that fails at the n-th call, below. */
static int create_calls, create_fail_at, joins;

static int test_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*entry)(void *), void *argument)
{
    return ++create_calls == create_fail_at ? 11 : pthread_create(thread, attributes, entry, argument);
}

static int test_join(pthread_t thread, void **result)
{
    joins++;
    return pthread_join(thread, result);
}

/* Likewise the n-th mutex or condition variable. */
static int init_calls, init_fail_at, destroyed;

static int test_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes)
{
    return ++init_calls == init_fail_at ? 12 : pthread_mutex_init(mutex, attributes);
}

static int test_cond_init(pthread_cond_t *signal, const pthread_condattr_t *attributes)
{
    return ++init_calls == init_fail_at ? 12 : pthread_cond_init(signal, attributes);
}

static int test_mutex_destroy(pthread_mutex_t *mutex)
{
    destroyed++;
    return pthread_mutex_destroy(mutex);
}

static int test_cond_destroy(pthread_cond_t *signal)
{
    destroyed++;
    return pthread_cond_destroy(signal);
}

#define pthread_mutex_init test_mutex_init
#define pthread_cond_init test_cond_init
#define pthread_mutex_destroy test_mutex_destroy
#define pthread_cond_destroy test_cond_destroy
#define pthread_create test_create
#define pthread_join test_join
#endif
#ifdef _OPENMP
#include <omp.h>
#endif
#define TEST_OWN
#include "test.h"

/* ---- what is run: every task counts itself */

enum { TASKS = 100000 };

typedef struct job {
    int runs[TASKS];
    int last;                   /* of a serial run */
    int in_order;
    double seconds;             /* each task takes that long */
} job;

static void count_runs(int index, void *context)
{
    job *j = (job *)context;
    double end;
    j->runs[index]++;
    if (j->seconds > 0) {
        for (end = dlcv__now() + j->seconds; dlcv__now() < end;) {}
    }
}

static void check_order(int index, void *context)
{
    job *j = (job *)context;
    j->in_order &= index == j->last + 1;
    j->last = index;
}

static void mark(int index, void *context)
{
    ((int *)context)[index]++;
}

static int ran_once(const job *j, int count)
{
    int i, right = 1;
    for (i = 0; i < TASKS; i++) right &= j->runs[i] == (i < count);
    return right;
}

static job *fresh(void)
{
    static job j;
    memset(&j, 0, sizeof j);
    j.last = -1;
    j.in_order = 1;
    return &j;
}

/* ---- hooks */

typedef struct record {
    int calls, count;
} record;

static void recording_for(int count, dlcv_task task, void *context, void *user)
{
    record *r = (record *)user;
    int i;
    r->calls++;
    r->count = count;
    for (i = count - 1; i >= 0; i--) task(i, context);
}

static void test_hook(void)
{
    dlcv_env e = dlcv__env(NULL);
    record r = { 0, 0 };
    job *j = fresh();
    e.threads.width = 1;
    CHECK_EQUAL(dlcv__width(&e), 1);
    dlcv__parallel(&e, 5, check_order, j);          /* serial: in order */
    CHECK(j->in_order && j->last == 4);
    e.threads.parallel_for = recording_for;
    e.threads.user = &r;
    for (e.threads.width = -3; e.threads.width <= 1; e.threads.width++) {
        CHECK_EQUAL(dlcv__width(&e), 1);
        j = fresh();
        dlcv__parallel(&e, 1, check_order, j);
        CHECK(j->in_order && j->last == 0 && r.calls == 0);
        j = fresh();
        dlcv__parallel(&e, 3, check_order, j);      /* more than the width never comes; it would be serial */
        CHECK(j->in_order && j->last == 2 && r.calls == 0);
    }
    e.threads.width = 4;
    CHECK_EQUAL(dlcv__width(&e), 4);
    j = fresh();
    dlcv__parallel(&e, 3, count_runs, j);
    CHECK(ran_once(j, 3) && r.calls == 1 && r.count == 3);
    dlcv__parallel(&e, 1, count_runs, fresh());     /* one task needs nobody else */
    dlcv__parallel(&e, 0, count_runs, fresh());
    CHECK_EQUAL(r.calls, 1);
}

#ifdef _OPENMP
static void test_openmp(void)
{
    dlcv_env e = dlcv__env(NULL);
    int count;
    CHECK(dlcv__width(&e) == omp_get_max_threads());
    e.threads.width = 3;
    CHECK_EQUAL(dlcv__width(&e), 3);
    for (count = 0; count < 9; count++) {
        job *j = fresh();
        dlcv__parallel(&e, count, count_runs, j);
        CHECK(ran_once(j, count));
    }
}
#endif

/* ---- the pool */

static void test_pool(int width)
{
    test_heap heap;
    dlcv_env env = test_env(&heap), e = dlcv__env(&env);
    dlcv_threads threads;
    int count, wrong = 0;
    job *j;
    CHECK_OK(dlcv_pool_new(&env, width, &threads));
    CHECK(threads.width == width && threads.parallel_for && heap.calls == 1);
    e.threads = threads;
    CHECK_EQUAL(dlcv__width(&e), width);
    for (count = 0; count <= width; count++) {
        j = fresh();
        dlcv__parallel(&e, count, count_runs, j);
        CHECK(ran_once(j, count));
    }
    for (count = 8; count < TASKS + 8; count *= 3) {                /* more than the width, from other callers */
        j = fresh();
        threads.parallel_for(count, count_runs, j, threads.user);
        CHECK(ran_once(j, count));
    }
    j = fresh();
    threads.parallel_for(TASKS, count_runs, j, threads.user);
    CHECK(ran_once(j, TASKS));
    for (count = 0; count < 4; count++) {           /* long tasks: whoever waits falls asleep; and is woken */
        j = fresh();
        j->seconds = 0.004;
        threads.parallel_for(width + 1, count_runs, j, threads.user);
        CHECK(ran_once(j, width + 1));
        j = fresh();
        j->seconds = 0.004;
        count_runs(0, j);                           /* a pause: the threads sleep */
    }
    for (count = 0; count < 5000; count++) {        /* many tiny jobs, mixed widths */
        int i, n = 1 + count % width;
        int seen[16];
        memset(seen, 0, sizeof seen);
        threads.parallel_for(n, mark, seen, threads.user);
        for (i = 0; i < 16; i++) wrong += seen[i] != (i < n);
    }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(heap.calls, 1);
    dlcv_pool_free(&threads);
    CHECK(!threads.parallel_for && !threads.width && !threads.user);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
}

/* What the tasks of one job wrote, those of the next read, on whichever thread. */
static void pass_on(int index, void *context)
{
    double *v = (double *)context;
    v[8 + index] = v[(index + 1) % 4] + 1;
}

static void test_visibility(void)
{
    dlcv_threads a, b;
    double v[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    int i;
    CHECK_OK(dlcv_pool_new(NULL, 3, &a));
    CHECK_OK(dlcv_pool_new(NULL, 2, &b));           /* two pools, taking turns */
    for (i = 0; i < 3000; i++) {
        if (i % 3 == 2) b.parallel_for(4, pass_on, v, b.user);
        else a.parallel_for(4, pass_on, v, a.user);
        memcpy(v, v + 8, 4 * sizeof *v);
    }
    for (i = 0; i < 4; i++) CHECK_EQUAL(v[i], 3000);
    dlcv_pool_free(&a);
    dlcv_pool_free(&b);
}

static void test_pool_errors(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    dlcv_threads threads;
    memset(&threads, 1, sizeof threads);
    CHECK_FAILS(dlcv_pool_new(&env, 0, &threads), DLCV_ERR_ARGUMENT, "pool_new: width is 0, 1 to 1024 can be");
    CHECK(!threads.parallel_for && !threads.width);
    CHECK_FAILS(dlcv_pool_new(&env, 1025, &threads), DLCV_ERR_ARGUMENT, "pool_new: width is 1025, 1 to 1024 can be");
    CHECK_FAILS(dlcv_pool_new(&env, 2, NULL), DLCV_ERR_ARGUMENT, "pool_new: out is NULL");
    heap.calls = 0;
    heap.fail_at = 1;
    CHECK(dlcv_pool_new(&env, 2, &threads) == DLCV_ERR_MEMORY);
    CHECK(strstr(dlcv_error(), "pool_new: out of memory: ") == dlcv_error());
    CHECK(!threads.parallel_for && heap.blocks == 0);
    dlcv_pool_free(&threads);
    dlcv_pool_free(NULL);
    threads.parallel_for = recording_for;           /* not ours: forgotten, not ended */
    dlcv_pool_free(&threads);
    CHECK(!threads.parallel_for);
    threads.parallel_for = dlcv__pool_for;          /* of no pool */
    dlcv_pool_free(&threads);
    CHECK(!threads.parallel_for);
#if !defined(_WIN32)
    {
        char want[100];
        int n;
        for (n = 1; n <= 4; n++) {
            create_calls = joins = 0;
            create_fail_at = n;
            heap.fail_at = 0;
            snprintf(want, sizeof want, "pool_new: thread %d of 4 cannot be started, error 11", n);
            CHECK_FAILS(dlcv_pool_new(&env, 5, &threads), DLCV_ERR_MEMORY, want);
            CHECK(joins == n - 1 && !threads.parallel_for && heap.blocks == 0 && heap.wrong == 0);
        }
        create_fail_at = 0;
        for (n = 1; n <= 3; n++) {
            init_calls = destroyed = 0;
            init_fail_at = n;
            CHECK_FAILS(dlcv_pool_new(&env, 5, &threads), DLCV_ERR_MEMORY, "pool_new: no mutex or condition variable, error 12");
            CHECK(destroyed == n - 1 && !threads.parallel_for && heap.blocks == 0 && heap.wrong == 0);
        }
        init_fail_at = 0;
    }
#endif
}

/* Each thread has its own error text. */
static char texts[64][40];

static void fail_and_look(int index, void *context)
{
    (void)context;
    dlcv_fail(DLCV_ERR_STATE, "task %d", index);
    dlcv__format(texts[index], sizeof texts[index], "%s", dlcv_error());
}

static void test_texts(void)
{
    dlcv_threads threads;
    char want[40];
    int i;
    CHECK_OK(dlcv_pool_new(NULL, 4, &threads));
    threads.parallel_for(64, fail_and_look, NULL, threads.user);
    for (i = 0; i < 64; i++) {
        snprintf(want, sizeof want, "task %d", i);
        CHECK_TEXT(texts[i], want);
    }
    dlcv_pool_free(&threads);
}

/* Convolution and its gradients on real threads, by every algorithm: the bits of one thread, and no race for ThreadSanitizer to see. */
static void test_convolution(void)
{
    enum { X = 2 * 3 * 20 * 67, Y = 2 * 4 * 20 * 67, W = 4 * 3 * 9 };
    static float x[X], w[W], y[2][Y], dx[2][X], dw[2][W];
    dlcv_conv_shape shape;
    dlcv_env env;
    int a, way, i;
    memset(&env, 0, sizeof env);
    memset(&shape, 0, sizeof shape);
    shape.batch = 2, shape.channels = 3, shape.height = 20, shape.width = 67, shape.filters = 4, shape.kernel_h = shape.kernel_w = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    for (i = 0; i < X; i++) x[i] = (float)(i * 37 % 101) / 50 - 1;
    for (i = 0; i < W; i++) w[i] = (float)(i * 29 % 53) / 25 - 1;
    test_new_pool(4, &env.threads);
    for (a = DLCV_CONV_AUTO; a <= DLCV_CONV_WINOGRAD4; a++) {
        dlcv_conv_opts o;
        memset(&o, 0, sizeof o);
        o.algorithm = (dlcv_conv_algorithm)a;
        for (way = 0; way < 2; way++) {
            dlcv_conv *conv = NULL;
            dlcv_env one = env;
            if (!way) memset(&one.threads, 0, sizeof one.threads), one.threads.width = 1;
            if (dlcv_conv_new(&one, &shape, w, &o, &conv)) break;     /* strict mode has no Winograd */
            CHECK_OK(dlcv_conv_forward(conv, x, NULL, y[way], NULL));
            CHECK_OK(dlcv_conv_backward_data(conv, w, y[way], dx[way], NULL));
            CHECK_OK(dlcv_conv_backward_weights(conv, x, y[way], dw[way], 0, NULL));
            dlcv_conv_free(conv);
        }
        if (way < 2) continue;
        CHECK(!memcmp(y[0], y[1], sizeof y[0]) && !memcmp(dx[0], dx[1], sizeof dx[0]) && !memcmp(dw[0], dw[1], sizeof dw[0]));
    }
    dlcv_pool_free(&env.threads);
}

#ifdef _OPENMP
/* A plan keeps the threads that it was made for, whatever is set afterwards: its workspace is no larger. */
static void test_plan_keeps_threads(void)
{
    enum { N = 64 * 28 * 28 };
    static float x[N], w[64 * 64 * 9], y[N];
    const int before = omp_get_max_threads();
    dlcv_conv_shape shape;
    dlcv_conv *conv = NULL;
    memset(&shape, 0, sizeof shape);
    shape.batch = 1, shape.channels = shape.filters = 64, shape.height = shape.width = 28, shape.kernel_h = shape.kernel_w = 3;
    shape.pad_top = shape.pad_left = shape.pad_bottom = shape.pad_right = 1;
    omp_set_num_threads(1);
    CHECK_OK(dlcv_conv_new(NULL, &shape, w, NULL, &conv));
    omp_set_num_threads(5);
    CHECK_OK(dlcv_conv_forward(conv, x, NULL, y, NULL));
    CHECK_EQUAL(y[N - 1], 0);
    dlcv_conv_free(conv);
    omp_set_num_threads(before);
}
#endif

int main(void)
{
    test_hook();
    test_convolution();
#ifdef _OPENMP
    test_openmp();
    test_plan_keeps_threads();
#endif
    test_pool(1);
    test_pool(2);
    test_pool(3);
    test_pool(7);
    test_visibility();
    test_pool_errors();
    test_texts();
    return test_end("thread");
}
