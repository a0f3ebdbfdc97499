#include <math.h>

#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/replay.h"

/* Scores that are kept take no more than this, if --memory-limit does not say less. */
#define CACHE_BYTES (UINT64_C(256) << 20)

void hc_replay_clear(struct hc_replay *r)
{
    hc_results_clear(&r->results);
    hc_needed_clear(&r->needed);
    hc_lean_clear(&r->lean);
    hc_placement_clear(&r->placement);
    hc_pictures_free(r->pictures);
    hc_free(r->repacking);
    hc_free(r->placements);
    hc_free(r->maps_used);
    hc_names_clear(&r->artifacts);
    hc_free(r->mixes);
    hc_trace_clear(&r->trace);
    hc_dataset_clear(&r->dataset);
    hc_duck_close(r->duck);
    hc_folder_clear(&r->folder);
}

uint64_t hc_replay_cache_bytes(const struct hc_replay *r)
{
    uint64_t limit = r->call->common->memory_limit;

    return limit && limit / 2 < CACHE_BYTES ? limit / 2 : CACHE_BYTES;
}

/* What the past was, as far as as-recorded is among the policies. */
static struct hc_lean_past past_of(const struct hc_replay *r)
{
    struct hc_lean_past past = {.hot = NAN};

    for (size_t m = 0; m < r->n_mixes; m++)
        if (hc_mix_lead(&r->mixes[m])->kind == HC_POLICY_RECORDED) {
            past.refused = hc_results_at(&r->results, m, 0)->measures[HC_REPLAY_REFUSED];
            past.hot =
                hc_results_at(&r->results, m, 0)->measures[HC_REPLAY_HOT_NODE_HOURS];
        }
    return past;
}

/* The fewest nodes at the fullest moment, then over the whole time, with a bar each. */
static enum hc_status find_nodes(
    struct hc_replay *r, const struct hc_replay_request *request, struct hc_error *err)
{
    const struct hc_lean_past past = past_of(r);
    struct hc_progress_bar bar;
    enum hc_status status = HC_OK;

    r->hot_before = past.hot;
    atomic_store(request->steps, 0);
    hc_progress_start_steps(
        &bar, r->call->common, request->steps, r->n_mixes * (r->trials + r->lean_trials));
    if (r->trials)
        status = hc_needed_find(request, r->trials, &r->needed, err);
    if (!status && r->lean_trials && r->trace.timed)
        status = hc_lean_find(request, &past, r->lean_trials, &r->lean, err);
    hc_progress_stop(&bar);
    return status;
}

/* The runs, and the search for few nodes, with a bar each. */
static enum hc_status run_all(struct hc_replay *r, struct hc_error *err)
{
    atomic_size_t steps = 0;
    const struct hc_replay_request request = {.trace = &r->trace,
        .mixes = r->mixes,
        .n_mixes = r->n_mixes,
        .threads = r->call->common->threads,
        .cache_bytes = hc_replay_cache_bytes(r),
        .stop = hc_interrupt_flag(),
        .keep_placed = true,
        .steps = &steps};
    struct hc_progress_bar bar;
    enum hc_status status;

    hc_progress_start_steps(&bar, r->call->common, &steps, hc_replay_steps(&request));
    status = hc_replay_all(&request, &r->results, err);
    hc_progress_stop(&bar);
    HC_TRY(status);
    if (r->options->repacking) {
        r->repacking = hc_calloc(r->n_mixes, sizeof(*r->repacking));
        if (!r->repacking)
            return HC_NO_MEMORY;
        HC_TRY(hc_repacking_find(&request, r->repacking, err));
    }
    return find_nodes(r, &request, err);
}

enum hc_status hc_replay_compute(struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(run_all(r, err));
    HC_TRY(hc_replay_bounds(r, err));
    return hc_replay_placement(r, &r->placement);
}
