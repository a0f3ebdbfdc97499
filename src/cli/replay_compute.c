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

/* The runs, and the search for nodes needed, with a bar each. */
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
    if (!r->trials)
        return HC_OK;
    atomic_store(&steps, 0);
    hc_progress_start_steps(&bar, r->call->common, &steps, r->n_mixes * r->trials);
    status = hc_needed_find(&request, r->trials, &r->needed, err);
    hc_progress_stop(&bar);
    return status;
}

enum hc_status hc_replay_compute(struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(run_all(r, err));
    HC_TRY(hc_replay_bounds(r, err));
    return hc_replay_placement(r, &r->placement);
}
