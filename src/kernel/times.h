/*
 * times.h - steps, gaps, repeats and disorder of one node, from runs
 *
 * Rows of a node that come one after the other in a file form a run. Inside a run every
 * difference of successive distinct times is seen, so steps, gaps and occupied slots
 * are counted at once; a run then keeps only its edges: first and last row and time, and
 * what stands at these two times (a repeat may go on in the next run).
 *
 * Chaining runs that do not overlap in time gives what sorting all times would give:
 * the difference across the seam is counted, and where two runs share a time their
 * sets of rows at it are united. A time that goes back ends a run. Where runs overlap in
 * time, the node is `inexact`: its times have to be sorted once more (by whoever owns the
 * file).
 *
 * A slot is floor(t / step). The step is not known before the end, so slots and gaps are
 * counted for a hinted step; where the most frequent step turns out to be
 * another, the node is inexact too.
 *
 * Repeats: of the n rows at one time, d different ones, n - d are exact and d - 1
 * conflicting. Rows are compared by a 64-bit hash of their values (NaN and NULL alike, -0
 * as 0): two different rows at the same node and time pass as equal once in 2^64.
 *
 * times.c adds and merges, times_read.c chains the runs and reads, times_lists.h is what
 * both share. libc only.
 */
#ifndef HC_TIMES_H
#define HC_TIMES_H

#include "kernel/same_time.h"

struct hc_run {
    uint32_t file;
    int64_t first_row, last_row;
    int64_t first_us, last_us; /* times never go back inside a run */
    struct hc_same_time first; /* rows at first_us; empty while they are still coming */
    struct hc_same_time
        last; /* rows at last_us; in a closed run empty if that is first_us */
};

/* What is the same for all rows of a block. */
struct hc_times_pass {
    int64_t hint_us; /* whole seconds, or 0: not known */
    uint32_t file;
    uint64_t (*hash)(const void *context, int64_t row); /* of a row of this block */
    const void *context;
    int64_t *room; /* what lists of all nodes may still take, in units of 16 bytes */
};

struct hc_step_count {
    int64_t step_s;
    uint64_t count;
};

struct hc_time_gap {
    int64_t start_us, end_us;
};

struct hc_times {
    uint64_t rows;
    int64_t first_us, last_us;   /* smallest and largest */
    bool overlap;                /* while reading: runs overlap in time */
    uint64_t out_of_order;       /* such rows; seams are added by reading */
    uint64_t exact, conflicting; /* at times that are no run's edge */
    uint64_t distinct;           /* differences counted inside runs */
    uint64_t slots;              /* of these, how many change the slot of the hint */
    uint64_t at_hint;            /* differences that are the hint: not in steps */
    struct hc_step_count *steps;
    size_t n_steps, steps_cap;
    struct hc_time_gap *gaps; /* differences over 1.5 hints */
    size_t n_gaps, gaps_cap;
    struct hc_run *runs; /* the closed ones */
    size_t n_runs, runs_cap;
    bool open;
    struct hc_run run; /* the open one */
    int64_t slot_end;  /* of its last time, in us */
    bool overflow;     /* no room was left: the lists are gone, all is inexact */
};

enum {
    HC_TIMES_MAX_STEPS = 4096, /* different steps: each row looks for its own */
    HC_TIMES_ROOM = 4 << 20,   /* for `room`: 64 MB */
    HC_TIMES_RUN_UNITS = (sizeof(struct hc_run) + 15) / 16,
};

/* A time further from 1970 than this, 36,000 years, is no time: differences, slots and
 * their ends fit into 64 bits. */
#define HC_TIMES_FURTHEST ((int64_t)1 << 60)

/* What times say at the end. */
struct hc_times_result {
    int64_t step_s;
    uint64_t distinct, occupied, expected;
    uint64_t out_of_order, exact, conflicting;
    bool inexact;             /* all but out_of_order has to be found another way */
    bool inexact_order;       /* out_of_order too */
    struct hc_time_gap *gaps; /* owned by the caller */
    size_t n_gaps;
};

void hc_times_clear(struct hc_times *times);

/* What a closed run takes of `room`. */
int64_t hc_run_units(const struct hc_run *run);

/* Ends the open run: the next row does not follow the last one. */
enum hc_status hc_times_close_run(struct hc_times *times, int64_t *room) HC_MUST_USE;

/* One row, in the order of the file. */
enum hc_status hc_times_add(struct hc_times *times, const struct hc_times_pass *pass,
    int64_t row, int64_t t) HC_MUST_USE;

/* Before the block of the last row added goes away: takes its hash, if it may be needed.
 */
enum hc_status hc_times_settle(
    struct hc_times *times, const struct hc_times_pass *pass) HC_MUST_USE;

/* `room`: what the lists may still take, or NULL for no ceiling. */
enum hc_status hc_times_merge(
    struct hc_times *into, const struct hc_times *from, int64_t *room) HC_MUST_USE;

enum hc_status hc_times_read(const struct hc_times *times, int64_t hint_us,
    struct hc_times_result *ret) HC_MUST_USE;

#endif
