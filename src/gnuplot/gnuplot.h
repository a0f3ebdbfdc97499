/*
 * gnuplot.h - scripts drawn by gnuplot, beside what the program does meanwhile
 *
 * gnuplot is an external program. It is never needed, and never started through a
 * shell. Every script is a process of its own, a few at a time:
 *
 *     program -d SCRIPT        in `folder`, with the folder's name nowhere in a command
 *
 * -d: nobody's ~/.gnuplot or system-wide start file has a say. A child sees a handful of
 * variables (PATH, HOME and what fontconfig and the loader read), LC_ALL=C.UTF-8, nothing
 * on standard input; standard output is thrown away, standard error kept as the reason.
 *
 * A child does not outlive us: the kernel kills it when the thread that started it ends,
 * and `pids` tells a signal handler whom to kill. One that has not ended when the batch's
 * time is up is killed, with its process group.
 *
 * What a script leaves behind is the caller's to look at: a plot that failed half-way
 * has left half a file.
 *
 * Can fail: memory, or a thread that cannot be had. What happens to one script is in its
 * result, never a status. Threads: start and finish from one thread; the work is done
 * by a thread of the batch.
 */
#ifndef HC_GNUPLOT_H
#define HC_GNUPLOT_H

#include <stdatomic.h>

#include "base/fs.h"

/* The first executable file "gnuplot" in the folders of `path` (as $PATH has them; only
 * absolute ones count, so that data cannot bring its own). False: none. */
bool hc_gnuplot_find(const char *path, char out[HC_PATH_MAX]);

/* Children at a time, at most. */
enum { HC_GNUPLOT_CHILDREN = 16 };

struct hc_gnuplot_options {
    const char *program;      /* absolute */
    const char *folder;       /* where scripts are, and where they run */
    const char *const *names; /* [n] of the scripts */
    size_t n;
    size_t at_once;          /* 1..HC_GNUPLOT_CHILDREN */
    unsigned limit_s;        /* for the whole batch */
    char **env;              /* the caller's environment, to choose from; NULL: none */
    const atomic_bool *stop; /* set: children are killed; NULL: never */
    atomic_int *pids; /* [HC_GNUPLOT_CHILDREN] of running children, 0: none; NULL */
};

struct hc_gnuplot_result {
    bool ok;          /* exited with 0 */
    char reason[200]; /* else why: "exit code 1: line 3: …" */
};

struct hc_gnuplot;

/* Everything in `options` is to live until finish. */
enum hc_status hc_gnuplot_start(const struct hc_gnuplot_options *options,
    struct hc_gnuplot **ret, struct hc_error *err) HC_MUST_USE;

/* Waits for the last one; frees the batch. `ret` has [n] results; NULL: nobody asks, and
 * what still runs is killed. A NULL batch is fine. */
void hc_gnuplot_finish(struct hc_gnuplot *batch, struct hc_gnuplot_result *ret);

#endif
