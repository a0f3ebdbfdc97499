#include "base/mem.h"
#include "kernel/times_lists.h"

/* ---- room ---- */

void hc_run_clear(struct hc_run *run)
{
    hc_same_time_clear(&run->first);
    hc_same_time_clear(&run->last);
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

void hc_times_drop_lists(struct hc_times *t)
{
    for (size_t i = 0; i < t->n_runs; i++)
        hc_run_clear(&t->runs[i]);
    hc_free(t->steps);
    hc_free(t->gaps);
    hc_free(t->runs);
    t->steps = NULL;
    t->gaps = NULL;
    t->runs = NULL;
    t->n_steps = t->steps_cap = t->n_gaps = t->gaps_cap = t->n_runs = t->runs_cap = 0;
    t->overflow = true;
}

bool hc_times_take_room(struct hc_times *t, int64_t *room, int64_t units)
{
    if (t->overflow)
        return false;
    if (room && *room < units) {
        hc_times_drop_lists(t);
        return false;
    }
    if (room)
        *room -= units;
    return true;
}

/* ---- steps and gaps ---- */

enum hc_status hc_times_count_step(
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
        hc_times_drop_lists(t);
    if (!hc_times_take_room(t, room, 1))
        return HC_OK;
    HC_TRY(hc_grow(&t->steps, &t->steps_cap, t->n_steps + 1, sizeof(*t->steps)));
    t->steps[t->n_steps++] = (struct hc_step_count){step_s, count};
    return HC_OK;
}

enum hc_status hc_times_add_gap(
    struct hc_times *t, int64_t *room, int64_t start_us, int64_t end_us)
{
    if (!hc_times_take_room(t, room, 1))
        return HC_OK;
    HC_TRY(hc_grow(&t->gaps, &t->gaps_cap, t->n_gaps + 1, sizeof(*t->gaps)));
    t->gaps[t->n_gaps++] = (struct hc_time_gap){start_us, end_us};
    return HC_OK;
}

enum hc_status hc_times_count_difference(
    struct hc_times *t, const struct hc_times_pass *pass, int64_t a, int64_t b)
{
    int64_t diff = b - a;

    t->distinct++;
    if (pass->hint_us && diff > pass->hint_us + pass->hint_us / 2)
        HC_TRY(hc_times_add_gap(t, pass->room, a, b));
    return hc_times_count_step(t, pass->room, hc_step_of(diff), 1);
}
