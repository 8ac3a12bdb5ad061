/* Several threads in a benchmark: each on a core of its own, ours and the peers'. Else a peer's thread that still spins holds the second core (OpenBLAS: 26 ms
 * after its product), ours are woken beside their waker, and whoever comes next is measured on one core. Include after dlcv.h and bench.h, with _GNU_SOURCE. */
#ifndef BENCH_THREADS_H
#define BENCH_THREADS_H
#include <sched.h>

typedef struct bench_meeting {
    int width, begun;
} bench_meeting;

/* A task that ends when all have begun: what it takes to have them all at work. context: a bench_meeting */
static void bench_meet(int index, void *context)
{
    bench_meeting *meeting = (bench_meeting *)context;
    (void)index;
    __atomic_add_fetch(&meeting->begun, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&meeting->begun, __ATOMIC_ACQUIRE) < meeting->width) continue;
}

/* This thread on cores first .. first + count - 1 */
static void bench_cores(int first, int count)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (; count > 0; count--) CPU_SET((size_t)(first + count - 1), &cores);
    sched_setaffinity(0, sizeof(cores), &cores);
}

static void bench_keep_core(int index, void *context)
{
    bench_cores(index, 1);
    bench_meet(index, context);
}

/* Before the peers' libraries are loaded, and before bench_environment starts the program again. */
static void bench_bind_peers(int threads)
{
    if (threads < 2) return;
    setenv("OMP_PROC_BIND", "close", 1);
    setenv("OMP_PLACES", "threads", 1);
    setenv("OPENBLAS_THREAD_TIMEOUT", "17", 0); /* it spins for 2^17 cycles, as long as a thread of ours does, and not for 2^26 */
}

/* Pins the pool's threads, after the peers have started theirs; the seconds of a fork and join, at the least. */
static double bench_settle(const dlcv_threads *pool)
{
    double least = 1, start;
    bench_meeting meeting;
    int i;
    meeting.width = pool->width, meeting.begun = 0;
    pool->parallel_for(pool->width, bench_keep_core, &meeting, pool->user);
    for (i = 0; i < 10000; i++) {
        meeting.begun = 0;
        start = bench_seconds(CLOCK_MONOTONIC);
        pool->parallel_for(pool->width, bench_meet, &meeting, pool->user);
        start = bench_seconds(CLOCK_MONOTONIC) - start;
        least = start < least ? start : least;
    }
    return least;
}

#endif
