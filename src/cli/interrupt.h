/*
 * interrupt.h - Ctrl-C, answered within a second
 *
 * The first SIGINT, SIGTERM or SIGHUP sets a flag. The program is to see it, remove
 * what it has half written, and return HC_INTERRUPTED. If it is not gone after 0.8 s
 * (a library that does not answer), or at a second Ctrl-C, the registered temporary
 * paths are removed and the process ends by _exit(130), from the signal handler.
 *
 * Threads: every function may be called from any thread.
 */
#ifndef HC_INTERRUPT_H
#define HC_INTERRUPT_H

#include <stdatomic.h>

#include "base/base.h"

enum {
    HC_EXIT_INTERRUPTED = 130,
    HC_TEMP_SLOTS = 64, /* registered paths at a time */
    HC_TEMP_PATH_MAX = 4096,
    HC_CHILD_SLOTS = 16,
};

/* Once, at the start. */
enum hc_status hc_interrupt_install(struct hc_error *err) HC_MUST_USE;

bool hc_interrupt_requested(void);

/* The flag itself, for a room that must look at it and cannot know cli/. */
const atomic_bool *hc_interrupt_flag(void);

/*
 * Registers a file, or a folder of ours with all that is in it, that must not outlive
 * an interrupted run. Returns a slot for hc_interrupt_unregister, -1 when the table
 * is full or the path too long (an orphan after Ctrl-C is then possible, nothing else).
 * Register before creating; unregister after renaming into place or removing.
 */
int hc_interrupt_register(const char *path);
void hc_interrupt_unregister(int slot);

/*
 * Where the numbers of child processes are kept, 0 for none; HC_CHILD_SLOTS of them. A
 * child is a process group. On the way out they are killed, and waited for, before the
 * registered paths are removed: none of them writes there afterwards.
 */
atomic_int *hc_interrupt_children(void);

/* Removes every registered path, as the handler would; for main, on its way out. */
void hc_interrupt_remove_registered(void);

#endif
