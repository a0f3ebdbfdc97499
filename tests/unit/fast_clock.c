/*
 * Loaded before a program (LD_PRELOAD), makes its sleeps cost nothing: the clock that
 * only goes forward jumps by what was to be slept. For tests/e2e/test_track*.py.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static atomic_int_fast64_t jumped_ns;

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    (void)left;
    atomic_fetch_add(
        &jumped_ns, (int64_t)wanted->tv_sec * 1000000000 + (int64_t)wanted->tv_nsec);
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    int result;

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    result = real(clock, now);
    if (clock == CLOCK_MONOTONIC && !result) {
        int64_t ns = now->tv_nsec + atomic_load(&jumped_ns);

        now->tv_sec += ns / 1000000000;
        now->tv_nsec = ns % 1000000000;
    }
    return result;
}
