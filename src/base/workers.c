#include <pthread.h>
#include <sched.h>

#include "base/workers.h"

size_t hc_workers_count(int64_t asked, size_t tasks)
{
    size_t n = asked > 0 ? (size_t)asked : 0;
    cpu_set_t set;

    if (!n && !sched_getaffinity(0, sizeof(set), &set))
        n = (size_t)CPU_COUNT(&set);
    n = n > HC_WORKERS_MAX ? HC_WORKERS_MAX : n;
    n = n > tasks ? tasks : n;
    return n < 1 ? 1 : n;
}

void hc_workers_run(size_t n, void *(*work)(void *context), void *context)
{
    pthread_t threads[HC_WORKERS_ROOM];
    size_t running = 0;

    n = n > HC_WORKERS_ROOM ? HC_WORKERS_ROOM : n;
    while (running + 1 < n && !pthread_create(&threads[running], NULL, work, context))
        running++;
    work(context);
    while (running > 0)
        pthread_join(threads[--running], NULL);
}
