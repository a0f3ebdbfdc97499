#include "cli/replay.h"

/* The first policy with the first seed, or where the pods are put. */
static enum hc_status open_run(const struct hc_replay *r, struct hc_run **ret)
{
    const struct hc_run_request request = {.trace = &r->trace,
        .mix = &r->mixes[0],
        .order = &r->trace.orders[0],
        .cache_bytes = (size_t)hc_replay_cache_bytes(r),
        .forced = r->placements};

    return hc_run_open(&request, ret);
}

enum hc_status hc_replay_calibrate(struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;

    HC_TRY(hc_placements_read(r->duck, r->options->placements, hc_replay_maps(r),
        &r->trace, &r->placements, err));
    HC_TRY(open_run(r, &run));
    hc_agreement_find(run, r->placements, &r->agreement);
    return HC_OK;
}

static enum hc_status explain(
    struct hc_replay *r, enum hc_explanation what, const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    char path[HC_PATH_MAX];

    HC_TRY(hc_names_add(&r->artifacts, name));
    HC_TRY(open_run(r, &run));
    HC_TRY(hc_path_join(r->folder.temp, name, path, err));
    return hc_explain_write(r->duck, run, &r->mixes[0], what, path, err);
}

enum hc_status hc_replay_explain(struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(explain(r, HC_EXPLAIN_SCORES, "explain_scores.parquet", err));
    return explain(r, HC_EXPLAIN_REJECTS, "explain_rejects.parquet", err);
}
