#include <stdlib.h>

#include "kernel/times_lists.h"

/* ---- the runs are chained, first by row, then by time ---- */

static int by_time(const void *pa, const void *pb)
{
    const struct hc_run *a = pa, *b = pb;

    if (a->first_us != b->first_us)
        return a->first_us < b->first_us ? -1 : 1;
    return a->last_us < b->last_us ? -1 : a->last_us > b->last_us;
}

static int by_row(const void *pa, const void *pb)
{
    const struct hc_run *a = pa, *b = pb;

    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->first_row != b->first_row)
        return a->first_row < b->first_row ? -1 : 1;
    /* two files of one number: not what a caller should do, but let the order be one */
    return by_time(pa, pb);
}

static void chain_rows(struct hc_times *t)
{
    if (t->n_runs) /* qsort(NULL, ...) is undefined */
        qsort(t->runs, t->n_runs, sizeof(*t->runs), by_row);
    for (size_t i = 1; i < t->n_runs; i++)
        if (t->runs[i].file == t->runs[i - 1].file &&
            t->runs[i].first_us < t->runs[i - 1].last_us)
            t->out_of_order++;
}

/* Counts what lies across the seam of two runs; `at` gathers rows at the last time. */
static enum hc_status chain_seam(struct hc_times *t, const struct hc_times_pass *pass,
    struct hc_same_time *at, int64_t at_us, const struct hc_run *next)
{
    if (next->first_us == at_us)
        return hc_same_time_unite(at, &next->first);
    hc_times_count_same(t, at);
    hc_same_time_clear(at);
    if (pass->hint_us)
        t->slots += hc_end_of_slot(next->first_us, pass->hint_us) !=
                    hc_end_of_slot(at_us, pass->hint_us);
    HC_TRY(hc_times_count_difference(t, pass, at_us, next->first_us));
    return hc_same_time_copy(at, &next->first);
}

static enum hc_status chain_runs(
    struct hc_times *t, const struct hc_times_pass *pass, struct hc_same_time *at)
{
    int64_t at_us = 0;

    if (t->n_runs)
        qsort(t->runs, t->n_runs, sizeof(*t->runs), by_time);
    for (size_t i = 0; i < t->n_runs; i++) {
        const struct hc_run *run = &t->runs[i];

        if (i && run->first_us < at_us) {
            t->overlap = true;
            return HC_OK;
        }
        if (i)
            HC_TRY(chain_seam(t, pass, at, at_us, run));
        else
            HC_TRY(hc_same_time_copy(at, &run->first));
        at_us = run->last_us;
        if (!run->last.rows)
            continue;
        hc_times_count_same(t, at);
        hc_same_time_clear(at);
        HC_TRY(hc_same_time_copy(at, &run->last));
    }
    hc_times_count_same(t, at);
    return HC_OK;
}

/* The most frequent step in whole seconds; of equals the smallest; 0: none. */
static int64_t most_frequent(const struct hc_times *t)
{
    struct hc_step_count best = {0};

    for (size_t i = 0; i < t->n_steps; i++) {
        struct hc_step_count c = t->steps[i];

        if (c.count > best.count || (c.count == best.count && c.step_s < best.step_s))
            best = c;
    }
    return best.count && best.step_s < 1 ? 1 : best.step_s;
}

static int by_start(const void *pa, const void *pb)
{
    const struct hc_time_gap *a = pa, *b = pb;

    return a->start_us < b->start_us ? -1 : a->start_us > b->start_us;
}

static void fill_result(struct hc_times *t, int64_t hint_us, struct hc_times_result *ret)
{
    int64_t step_us;

    *ret = (struct hc_times_result){.out_of_order = t->out_of_order};
    ret->step_s = most_frequent(t);
    ret->distinct = t->rows ? t->distinct + 1 : 0;
    step_us = ret->step_s * HC_SECOND_US;
    ret->exact = t->exact;
    ret->conflicting = t->conflicting;
    ret->inexact_order = t->overflow;
    ret->inexact = t->overlap || t->overflow || (step_us && step_us != hint_us);
    if (ret->inexact || !step_us)
        return;
    ret->occupied = t->slots + 1;
    ret->expected = (uint64_t)(hc_floor_div(t->last_us, step_us) -
                               hc_floor_div(t->first_us, step_us) + 1);
    if (t->n_gaps)
        qsort(t->gaps, t->n_gaps, sizeof(*t->gaps), by_start);
    ret->n_gaps = t->n_gaps;
    ret->gaps = hc_take(&t->gaps);
}

enum hc_status hc_times_read(
    const struct hc_times *times, int64_t hint_us, struct hc_times_result *ret)
{
    HC_CLEANUP(hc_times_clear) struct hc_times t = {0};
    struct hc_times_pass pass = {.hint_us = hint_us};
    struct hc_same_time at = {0};
    enum hc_status status = hc_times_merge(&t, times, NULL);

    if (!status && t.at_hint)
        status = hc_times_count_step(&t, NULL, hc_step_of(hint_us), t.at_hint);
    if (!status) {
        chain_rows(&t);
        status = hc_times_or_overflow(&t, chain_runs(&t, &pass, &at));
    }
    hc_same_time_clear(&at);
    if (!status)
        fill_result(&t, hint_us, ret);
    return status;
}
