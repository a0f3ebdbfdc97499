#include "base/mem.h"
#include "kernel/times_lists.h"

/* ---- adding rows ---- */

enum hc_status hc_times_settle(struct hc_times *t, const struct hc_times_pass *pass)
{
    struct hc_same_time *last = &t->run.last;

    if (!t->open || last->distinct)
        return HC_OK;
    return hc_same_time_add(last, pass->hash(pass->context, t->run.last_row));
}

enum hc_status hc_times_close_run(struct hc_times *t, int64_t *room)
{
    struct hc_run *run = &t->run;

    if (!t->open)
        return HC_OK;
    if (!run->first.rows) {
        run->first = run->last;
        run->last = (struct hc_same_time){0};
    }
    if (hc_times_take_room(t, room, hc_run_units(run))) {
        HC_TRY(hc_grow(&t->runs, &t->runs_cap, t->n_runs + 1, sizeof(*t->runs)));
        t->runs[t->n_runs++] = *run;
    } else {
        hc_run_clear(run);
    }
    t->open = false;
    *run = (struct hc_run){0};
    return HC_OK;
}

static void open_run(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t row, int64_t us)
{
    t->open = true;
    t->run = (struct hc_run){.file = pass->file,
        .first_row = row,
        .last_row = row,
        .first_us = us,
        .last_us = us,
        .last = {.rows = 1}};
    t->slot_end = hc_end_of_slot(us, pass->hint_us);
}

/* The row repeats the time of the row before. */
static enum hc_status add_same(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t row)
{
    HC_TRY(hc_times_or_overflow(t, hc_times_settle(t, pass)));
    t->run.last.rows++;
    t->run.last_row = row;
    return hc_times_or_overflow(
        t, hc_same_time_add(&t->run.last, pass->hash(pass->context, row)));
}

/* Another time than all rows before: the rows at the last time are complete. */
static enum hc_status seal_last(struct hc_times *t, const struct hc_times_pass *pass)
{
    struct hc_run *run = &t->run;

    if (run->first.rows) {
        hc_times_count_same(t, &run->last);
        if (HC_UNLIKELY(run->last.many != NULL))
            hc_same_time_clear(&run->last);
    } else {
        HC_TRY(hc_times_settle(t, pass));
        run->first = run->last;
    }
    run->last = (struct hc_same_time){.rows = 1};
    return HC_OK;
}

static enum hc_status count_later(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t us)
{
    int64_t hint_us = pass->hint_us;

    if (HC_LIKELY(us - t->run.last_us == hint_us)) {
        t->distinct++;
        t->at_hint++;
        t->slots++;
        t->slot_end += hint_us;
        return HC_OK;
    }
    if (hint_us && us >= t->slot_end) {
        t->slots++;
        t->slot_end += hint_us;
        if (us >= t->slot_end)
            t->slot_end = hc_end_of_slot(us, hint_us);
    }
    return hc_times_count_difference(t, pass, t->run.last_us, us);
}

static void count_row(struct hc_times *t, int64_t us)
{
    if (!t->rows || us < t->first_us)
        t->first_us = us;
    if (!t->rows || us > t->last_us)
        t->last_us = us;
    t->rows++;
}

/* The time went back: a run ends here, which is how disorder is counted in the end. */
static enum hc_status turn_back(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t row, int64_t us)
{
    HC_TRY(hc_times_settle(t, pass));
    HC_TRY(hc_times_close_run(t, pass->room));
    open_run(t, pass, row, us);
    return HC_OK;
}

enum hc_status hc_times_add(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t row, int64_t us)
{
    count_row(t, us);
    if (t->open && t->run.file != pass->file)
        HC_TRY(hc_times_close_run(t, pass->room));
    if (!t->open) {
        open_run(t, pass, row, us);
        return HC_OK;
    }
    if (us == t->run.last_us)
        return add_same(t, pass, row);
    if (HC_UNLIKELY(us < t->run.last_us))
        return turn_back(t, pass, row, us);
    HC_TRY(seal_last(t, pass));
    HC_TRY(count_later(t, pass, us));
    t->run.last_us = us;
    t->run.last_row = row;
    return HC_OK;
}

/* ---- merging ---- */

void hc_times_clear(struct hc_times *t)
{
    if (!t)
        return;
    hc_times_drop_lists(t);
    hc_run_clear(&t->run);
    *t = (struct hc_times){0};
}

static enum hc_status run_copy(struct hc_run *copy, const struct hc_run *from)
{
    enum hc_status status;

    *copy = *from;
    copy->first = copy->last = (struct hc_same_time){0};
    status = hc_same_time_copy(&copy->first, &from->first);
    if (!status)
        status = hc_same_time_copy(&copy->last, &from->last);
    if (status)
        hc_run_clear(copy);
    return status;
}

/* A copy of `run` at the end of the list; one that is still open is closed there. */
static enum hc_status append_run(
    struct hc_times *t, int64_t *room, const struct hc_run *run)
{
    struct hc_run copy;

    if (!hc_times_take_room(t, room, hc_run_units(run)))
        return HC_OK;
    HC_TRY(hc_grow(&t->runs, &t->runs_cap, t->n_runs + 1, sizeof(*t->runs)));
    HC_TRY(run_copy(&copy, run));
    if (!copy.first.rows) {
        copy.first = copy.last;
        copy.last = (struct hc_same_time){0};
    }
    t->runs[t->n_runs++] = copy;
    return HC_OK;
}

static enum hc_status merge_lists(
    struct hc_times *into, const struct hc_times *from, int64_t *room)
{
    for (size_t i = 0; i < from->n_steps; i++)
        HC_TRY(
            hc_times_count_step(into, room, from->steps[i].step_s, from->steps[i].count));
    for (size_t i = 0; i < from->n_gaps; i++)
        HC_TRY(
            hc_times_add_gap(into, room, from->gaps[i].start_us, from->gaps[i].end_us));
    for (size_t i = 0; i < from->n_runs; i++)
        HC_TRY(append_run(into, room, &from->runs[i]));
    return from->open ? append_run(into, room, &from->run) : HC_OK;
}

static void merge_counts(struct hc_times *into, const struct hc_times *from)
{
    if (!into->rows || from->first_us < into->first_us)
        into->first_us = from->first_us;
    if (!into->rows || from->last_us > into->last_us)
        into->last_us = from->last_us;
    into->rows += from->rows;
    into->out_of_order += from->out_of_order;
    into->exact += from->exact;
    into->conflicting += from->conflicting;
    into->distinct += from->distinct;
    into->slots += from->slots;
    into->at_hint += from->at_hint;
}

enum hc_status hc_times_merge(
    struct hc_times *into, const struct hc_times *from, int64_t *room)
{
    if (!from->rows)
        return HC_OK;
    merge_counts(into, from);
    if (from->overflow)
        hc_times_drop_lists(into);
    return merge_lists(into, from, room);
}
