/*
 * progress.h - a bar on stderr while a long query runs, or other long work
 *
 * Shown with --progress always, or auto on a terminal once a second has passed; never
 * with
 * --quiet. A thread of its own looks ten times a second.
 */
#ifndef HC_CLI_PROGRESS_H
#define HC_CLI_PROGRESS_H

#include <pthread.h>
#include <stdatomic.h>

#include "cli/command.h"
#include "duck/session.h"

struct hc_progress_bar {
    struct hc_duck *duck;       /* whose query runs, or */
    const atomic_size_t *steps; /* how many of `all` are done */
    size_t all;
    pthread_t thread;
    atomic_bool done;
    bool running, always;
};

/* Whether a bar may be shown in this call at all. */
bool hc_progress_wanted(const struct hc_common *common);

void hc_progress_start(
    struct hc_progress_bar *bar, const struct hc_common *common, struct hc_duck *duck);
/* The same of work that counts its own steps. */
void hc_progress_start_steps(struct hc_progress_bar *bar, const struct hc_common *common,
    const atomic_size_t *steps, size_t all);
void hc_progress_stop(struct hc_progress_bar *bar);

#endif
