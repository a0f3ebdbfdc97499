/*
 * workers.h - a few threads that do the same work
 *
 * The work is a function that takes tasks from what `context` points at (an atomic
 * number, as a rule) until there are none left. The calling thread is the first worker,
 * and hc_workers_run comes back when all are done; a thread that cannot be had is done
 * without. Cannot fail: what a task finds is the context's to keep.
 */
#ifndef HC_WORKERS_H
#define HC_WORKERS_H

#include "base/base.h"

enum {
    HC_WORKERS_MAX = 16,  /* of those that compute: hc_workers_count gives no more */
    HC_WORKERS_ROOM = 64, /* of those that wait for others too: hc_workers_run's */
};

/* As many as were asked for, or, of 0, as this process has cores; never more than there
 * are tasks, never none. */
size_t hc_workers_count(int64_t asked, size_t tasks);

/* `n` workers, at most HC_WORKERS_ROOM; what `work` returns is not looked at. */
void hc_workers_run(size_t n, void *(*work)(void *context), void *context);

#endif
