#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/times.h"

static const int64_t second_us = 1000000;

/* ---- rows at one time ---- */

static void same_clear(struct hc_same_time *same)
{
    hc_free(same->many);
    *same = (struct hc_same_time){0};
}

static bool same_has(const struct hc_same_time *same, uint64_t hash)
{
    if (same->distinct <= 1)
        return same->distinct && same->one == hash;
    for (uint32_t i = 0; i < same->distinct; i++)
        if (same->many[i] == hash)
            return true;
    return false;
}

/* Takes a hash into the set. HC_NO_DATA: no room left under the ceiling. */
static enum hc_status same_add(struct hc_same_time *same, uint64_t hash)
{
    size_t cap = same->cap;

    if (same_has(same, hash))
        return HC_OK;
    if (same->distinct == 0) {
        same->one = hash;
        same->distinct = 1;
        return HC_OK;
    }
    if (same->distinct == HC_TIMES_MAX_SAME)
        return HC_NO_DATA;
    HC_TRY(hc_grow(&same->many, &cap, same->distinct + 1, sizeof(*same->many)));
    same->cap = (uint32_t)cap;
    if (same->distinct == 1)
        same->many[0] = same->one;
    same->many[same->distinct++] = hash;
    return HC_OK;
}

static enum hc_status same_union(
    struct hc_same_time *into, const struct hc_same_time *from)
{
    into->rows += from->rows;
    if (from->distinct == 1)
        return same_add(into, from->one);
    for (uint32_t i = 0; i < from->distinct; i++)
        HC_TRY(same_add(into, from->many[i]));
    return HC_OK;
}

static enum hc_status same_copy(
    struct hc_same_time *copy, const struct hc_same_time *from)
{
    *copy = (struct hc_same_time){0};
    return same_union(copy, from);
}

/* ---- what is counted between two distinct times ---- */

static void run_clear(struct hc_run *run)
{
    same_clear(&run->first);
    same_clear(&run->last);
}

int64_t hc_run_units(const struct hc_run *run)
{
    int64_t hashes = 0;

    if (run->first.distinct > 1)
        hashes += run->first.distinct;
    if (run->last.distinct > 1)
        hashes += run->last.distinct;
    return HC_TIMES_RUN_UNITS + (hashes + 1) / 2;
}

/* Gives the lists up: what they hold has to be found another way. */
static void drop_lists(struct hc_times *t)
{
    for (size_t i = 0; i < t->n_runs; i++)
        run_clear(&t->runs[i]);
    hc_free(t->steps);
    hc_free(t->gaps);
    hc_free(t->runs);
    t->steps = NULL;
    t->gaps = NULL;
    t->runs = NULL;
    t->n_steps = t->steps_cap = t->n_gaps = t->gaps_cap = t->n_runs = t->runs_cap = 0;
    t->overflow = true;
}

/* True if a list may grow by `units`; else the lists are dropped. */
static bool take_room(struct hc_times *t, int64_t *room, int64_t units)
{
    if (t->overflow)
        return false;
    if (room && *room < units) {
        drop_lists(t);
        return false;
    }
    if (room)
        *room -= units;
    return true;
}

static enum hc_status count_step(
    struct hc_times *t, int64_t *room, int64_t step_s, uint64_t count)
{
    for (size_t i = 0; i < t->n_steps; i++) {
        struct hc_step_count hit = t->steps[i];

        if (hit.step_s != step_s)
            continue;
        hit.count += count;
        t->steps[i] = t->steps[i / 2]; /* what is frequent moves to the front */
        t->steps[i / 2] = hit;
        return HC_OK;
    }
    if (t->n_steps == HC_TIMES_MAX_STEPS)
        drop_lists(t);
    if (!take_room(t, room, 1))
        return HC_OK;
    HC_TRY(hc_grow(&t->steps, &t->steps_cap, t->n_steps + 1, sizeof(*t->steps)));
    t->steps[t->n_steps++] = (struct hc_step_count){step_s, count};
    return HC_OK;
}

static enum hc_status add_gap(
    struct hc_times *t, int64_t *room, int64_t start_us, int64_t end_us)
{
    if (!take_room(t, room, 1))
        return HC_OK;
    HC_TRY(hc_grow(&t->gaps, &t->gaps_cap, t->n_gaps + 1, sizeof(*t->gaps)));
    t->gaps[t->n_gaps++] = (struct hc_time_gap){start_us, end_us};
    return HC_OK;
}

/* Steps and gaps of the difference from a to b; slots are the caller's. */
static enum hc_status count_difference(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t a, int64_t b)
{
    int64_t diff = b - a;

    t->distinct++;
    if (pass->hint_us && diff > pass->hint_us + pass->hint_us / 2)
        HC_TRY(add_gap(t, pass->room, a, b));
    return count_step(t, pass->room, (diff + second_us / 2) / second_us, 1);
}

/* Repeats at a time that nothing more can be added to. */
static void count_same(struct hc_times *t, const struct hc_same_time *same)
{
    if (same->rows < 2)
        return;
    t->exact += same->rows - same->distinct;
    t->conflicting += same->distinct - 1;
}

static int64_t end_of_slot(int64_t us, int64_t hint_us)
{
    return hint_us ? (hc_floor_div(us, hint_us) + 1) * hint_us : 0;
}

/* ---- adding rows ---- */

static enum hc_status same_or_overflow(struct hc_times *t, enum hc_status status)
{
    if (status != HC_NO_DATA)
        return status;
    t->overflow = true;
    return HC_OK;
}

enum hc_status hc_times_settle(struct hc_times *t, const struct hc_times_pass *pass)
{
    struct hc_same_time *last = &t->run.last;

    if (!t->open || last->distinct)
        return HC_OK;
    return same_add(last, pass->hash(pass->context, t->run.last_row));
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
    if (take_room(t, room, hc_run_units(run))) {
        HC_TRY(hc_grow(&t->runs, &t->runs_cap, t->n_runs + 1, sizeof(*t->runs)));
        t->runs[t->n_runs++] = *run;
    } else {
        run_clear(run);
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
    t->slot_end = end_of_slot(us, pass->hint_us);
}

/* The row repeats the time of the row before. */
static enum hc_status add_same(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t row)
{
    HC_TRY(same_or_overflow(t, hc_times_settle(t, pass)));
    t->run.last.rows++;
    t->run.last_row = row;
    return same_or_overflow(t, same_add(&t->run.last, pass->hash(pass->context, row)));
}

/* Another time than all rows before: the rows at the last time are complete. */
static enum hc_status seal_last(struct hc_times *t, const struct hc_times_pass *pass)
{
    struct hc_run *run = &t->run;

    if (run->first.rows) {
        count_same(t, &run->last);
        if (HC_UNLIKELY(run->last.many != NULL))
            same_clear(&run->last);
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
            t->slot_end = end_of_slot(us, hint_us);
    }
    return count_difference(t, pass, t->run.last_us, us);
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
    drop_lists(t);
    run_clear(&t->run);
    *t = (struct hc_times){0};
}

static enum hc_status run_copy(struct hc_run *copy, const struct hc_run *from)
{
    enum hc_status status;

    *copy = *from;
    copy->first = copy->last = (struct hc_same_time){0};
    status = same_copy(&copy->first, &from->first);
    if (!status)
        status = same_copy(&copy->last, &from->last);
    if (status)
        run_clear(copy);
    return status;
}

/* A copy of `run` at the end of the list; one that is still open is closed there. */
static enum hc_status append_run(
    struct hc_times *t, int64_t *room, const struct hc_run *run)
{
    struct hc_run copy;

    if (!take_room(t, room, hc_run_units(run)))
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
        HC_TRY(count_step(into, room, from->steps[i].step_s, from->steps[i].count));
    for (size_t i = 0; i < from->n_gaps; i++)
        HC_TRY(add_gap(into, room, from->gaps[i].start_us, from->gaps[i].end_us));
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
        drop_lists(into);
    return merge_lists(into, from, room);
}

/* ---- reading: the runs are chained, first by row, then by time ---- */

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

/* Counts what lies across the seam of two runs; `at` gathers the rows at the last time.
 */
static enum hc_status chain_seam(struct hc_times *t, const struct hc_times_pass *pass,
    struct hc_same_time *at, int64_t at_us, const struct hc_run *next)
{
    if (next->first_us == at_us)
        return same_union(at, &next->first);
    count_same(t, at);
    same_clear(at);
    if (pass->hint_us)
        t->slots += end_of_slot(next->first_us, pass->hint_us) !=
                    end_of_slot(at_us, pass->hint_us);
    HC_TRY(count_difference(t, pass, at_us, next->first_us));
    return same_copy(at, &next->first);
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
            HC_TRY(same_copy(at, &run->first));
        at_us = run->last_us;
        if (!run->last.rows)
            continue;
        count_same(t, at);
        same_clear(at);
        HC_TRY(same_copy(at, &run->last));
    }
    count_same(t, at);
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
    step_us = ret->step_s * second_us;
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
        status = count_step(&t, NULL, (hint_us + second_us / 2) / second_us, t.at_hint);
    if (!status) {
        chain_rows(&t);
        status = same_or_overflow(&t, chain_runs(&t, &pass, &at));
    }
    same_clear(&at);
    if (!status)
        fill_result(&t, hint_us, ret);
    return status;
}
