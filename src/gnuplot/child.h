/*
 * child.h - one process of gnuplot; private to the room
 */
#ifndef HC_GNUPLOT_CHILD_H
#define HC_GNUPLOT_CHILD_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/base.h"

enum { HC_CHILD_ENV = 12 };

struct hc_child {
    const char *program, *folder, *argument;
    char **env;
    atomic_int *pid_slot; /* gets its number before it is anything of its own; or NULL */
    pid_t pid;            /* out */
    int said_fd;          /* out: its standard error, non-blocking */
};

/*
 * "program -d argument" in the folder, in a process group of its own, dead when the
 * calling thread dies. 0, or an errno. The thread is to have every signal blocked.
 */
int hc_child_start(struct hc_child *child);

/* The few variables of `env` that a child is to have, and LC_ALL, into `ret`, which is
 * ended by NULL. ret[0] is to be freed, the others are the caller's. */
enum hc_status hc_child_environment(char **env, char *ret[HC_CHILD_ENV]) HC_MUST_USE;

#endif
