#include "base/mem.h"
#include "cli/replay.h"

static enum hc_status open_run(const struct hc_replay *r, const struct hc_mix *mix,
    const uint32_t *forced, struct hc_run **ret)
{
    const struct hc_run_request request = {.trace = &r->trace,
        .mix = mix,
        .order = &r->trace.orders[0],
        .cache_bytes = (size_t)hc_replay_cache_bytes(r),
        .forced = forced};

    return hc_run_open(&request, ret);
}

/* ---- calibration ---- */

/* Every pod is judged on every node: beyond this many pairs only if it is asked for. */
#define PAIRS_MOST 5e8

/* Where the pods were; NULL in *ret: nobody knows of any that is placed anew. */
static enum hc_status list_recorded(const struct hc_trace *trace, uint32_t **ret)
{
    HC_CLEANUP(hc_freep) uint32_t *nodes = hc_alloc(trace->n_pods + 1, sizeof(*nodes));
    size_t known = 0;

    if (!nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < trace->n_pods; i++) {
        nodes[i] = trace->pods[i].node;
        known += nodes[i] != HC_NOWHERE && !trace->pods[i].pinned;
    }
    *ret = known ? hc_take(&nodes) : NULL;
    return HC_OK;
}

/* The first policy that has an opinion. */
static const struct hc_mix *judge_of(const struct hc_replay *r)
{
    for (size_t m = 0; m < r->n_mixes; m++)
        if (hc_mix_lead(&r->mixes[m])->kind == HC_POLICY_SCORES)
            return &r->mixes[m];
    return NULL;
}

enum hc_status hc_replay_calibrate(struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    HC_CLEANUP(hc_freep) uint32_t *recorded = NULL;
    const struct hc_mix *judge = judge_of(r);

    if (r->options->placements)
        HC_TRY(hc_placements_read(r->duck, r->options->placements, hc_replay_maps(r),
            &r->trace, &r->placements, err));
    else if ((double)r->trace.n_pods * (double)r->trace.n_nodes <= PAIRS_MOST)
        HC_TRY(list_recorded(&r->trace, &recorded));
    if (!judge || (!r->placements && !recorded))
        return HC_OK;
    HC_TRY(open_run(r, judge, r->placements ? r->placements : recorded, &run));
    hc_agreement_find(run, r->placements ? r->placements : recorded, &r->agreement);
    r->judge = judge;
    return HC_OK;
}

/* ---- explanation: of the first policy with the first seed ---- */

static enum hc_status explain(
    struct hc_replay *r, enum hc_explanation what, const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_run_closep) struct hc_run *run = NULL;
    char path[HC_PATH_MAX];

    HC_TRY(hc_names_add(&r->artifacts, name));
    HC_TRY(open_run(r, &r->mixes[0], r->placements, &run));
    HC_TRY(hc_path_join(r->folder.temp, name, path, err));
    return hc_explain_write(r->duck, run, &r->mixes[0], what, path, err);
}

enum hc_status hc_replay_explain(struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(explain(r, HC_EXPLAIN_SCORES, "explain_scores.parquet", err));
    return explain(r, HC_EXPLAIN_REJECTS, "explain_rejects.parquet", err);
}
