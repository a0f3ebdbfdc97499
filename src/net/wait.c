#include <time.h>

#include "net/wait.h"

static const double STEP_S = 0.05;

double hc_wait_now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum hc_status hc_wait_sleep(double seconds, const atomic_bool *stop)
{
    double end = hc_wait_now_s() + seconds;

    for (;;) {
        double left = end - hc_wait_now_s();

        if (stop && atomic_load(stop))
            return HC_INTERRUPTED;
        if (left <= 0)
            return HC_OK;
        if (left > STEP_S)
            left = STEP_S;
        nanosleep(&(struct timespec){.tv_nsec = (long)(left * 1e9)}, NULL);
    }
}

static double now_s(void *context)
{
    (void)context;
    return hc_wait_now_s();
}

static enum hc_status sleep_s(void *context, double seconds)
{
    return hc_wait_sleep(seconds, context);
}

struct hc_wait hc_wait_real(const atomic_bool *stop)
{
    return (struct hc_wait){now_s, sleep_s, (void *)(uintptr_t)stop};
}
