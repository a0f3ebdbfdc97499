/*
 * analysis_replay.c - the pods of a data set placed again, by a few policies
 *
 * What `hindcast replay` does with --nodes-needed, but with as many orders and trials as
 * a budget of pairs of pod and node allows, which is the same on every machine. What
 * cannot be replayed is no reason to fail: the section says why.
 */
#include <math.h>

#include "base/mem.h"
#include "cli/analysis.h"
#include "cli/replay.h"
#include "replay/peak.h"

static const char policies[] =
    "as-recorded,kube-1.35,MostAllocated,TargetLoadPacking,FirstFitDecreasing";

/* Pairs of pod and node to judge, at most; as many again for nodes needed. */
#define PAIRS_MOST 1.5e8
/* Of the whole time on fewer nodes: most pairs are not looked at anew. */
#define FLEET_PAIRS_MOST 1e9
enum { ORDERS_MOST = 10, FLEET_TRIALS_LEAST = 3, SEED = 42 };

/* ---- may it be done? ---- */

static bool has(const struct hc_dataset *ds, enum hc_beside kind)
{
    bool any = false;

    for (size_t i = 0; i < ds->n_beside; i++)
        any |= ds->beside[i].kind == kind;
    return any;
}

static void refuse(struct hc_analysis *a, bool unasked, const char *why)
{
    a->placement.unasked = unasked;
    hc_verdict_set(&a->placement.verdict, HC_NOT_AVAILABLE, "%s", why);
}

static bool is_part(const struct hc_dataset_request *request)
{
    return request->nodes_glob || request->n_matches || request->since || request->until;
}

/* False: it is not, and the verdict says why. */
static bool may_replay(struct hc_analysis *a)
{
    if (!has(&a->dataset, HC_BESIDE_NODES) || !has(&a->dataset, HC_BESIDE_PODS))
        refuse(a, true, "the data set has no nodes.parquet and pods.parquet");
    else if (!a->wants_replay)
        refuse(a, true, "left out by --no-replay");
    else if (is_part(&a->request))
        refuse(a, false,
            "only a part was chosen (--nodes, --match, --since, --until), and a replay "
            "needs all pods; 'hindcast replay PATH -o DIR' takes them all");
    else if ((double)a->workloads.total.pods * (double)a->summary.n_nodes > PAIRS_MOST)
        refuse(a, false,
            "too many pods and nodes for an analysis; 'hindcast replay PATH "
            "--nodes-needed -o DIR' takes the time");
    else
        return true;
    return false;
}

/* ---- within the budget ---- */

static double pairs_of(const struct hc_replay *r)
{
    return (double)r->trace.n_pods * (double)r->trace.n_nodes;
}

static size_t within(double each, double most, size_t n_most)
{
    double n = floor(most / each);

    return n < (double)n_most ? (size_t)n : n_most;
}

/* Orders beyond the budget are taken away: those that stay are the same. */
static void limit_orders(struct hc_replay *r)
{
    struct hc_trace *t = &r->trace;
    size_t n = within(pairs_of(r) * (double)r->n_mixes, PAIRS_MOST, t->n_orders);

    while (t->n_orders > (n ? n : 1)) {
        t->n_orders--;
        hc_free(t->orders[t->n_orders].node_at);
        hc_free(t->orders[t->n_orders].arrivals);
    }
}

/* A trial packs the pods of the fullest moment as often as halving takes. */
static enum hc_status limit_trials(struct hc_replay *r)
{
    HC_CLEANUP(hc_workload_at_clear) struct hc_workload_at peak = {.n = 0};
    double each;

    HC_TRY(hc_workload_at_peak(&r->trace, &peak));
    each = (double)peak.n * (double)peak.n_present * (double)r->n_mixes *
           ceil(log2((double)peak.n_present + 1));
    r->trials = within(each + 1, PAIRS_MOST, HC_NEEDED_TRIALS);
    return HC_OK;
}

/* A trial of the whole time replays it as often as halving takes. */
static void limit_fleet_trials(struct hc_replay *r)
{
    double each =
        pairs_of(r) * (double)r->n_mixes * (1 + ceil(log2((double)r->trace.n_nodes + 1)));
    size_t n = within(each + 1, FLEET_PAIRS_MOST, HC_NEEDED_TRIALS);

    r->lean_trials = n < FLEET_TRIALS_LEAST ? 0 : n;
}

/* ---- the replay ---- */

static bool asks_for_nothing(const struct hc_trace *t)
{
    bool any = false;

    for (size_t i = 0; i < t->n_shapes; i++)
        any |= t->shapes[i].cpu > 0 || t->shapes[i].memory > 0;
    return !any;
}

static enum hc_status replay(
    struct hc_analysis *a, struct hc_replay *r, struct hc_error *err)
{
    HC_TRY(hc_mix_parse(policies, &r->mixes, &r->n_mixes, &r->cap_mixes, err));
    HC_TRY(hc_path_join(a->spill_dir, "replay", r->folder.spill, err));
    HC_TRY(hc_dir_make(r->folder.spill, err));
    HC_TRY(hc_path_join(a->spill_dir, "replay", r->folder.temp, err));
    HC_TRY(hc_replay_read_found(r, &a->dataset, err));
    hc_duck_close(hc_take(&r->duck));
    if (asks_for_nothing(&r->trace))
        return hc_fail(err, HC_NO_DATA, "no pod asks for CPU or memory");
    if (pairs_of(r) * (double)r->n_mixes > 2 * PAIRS_MOST)
        return hc_fail(err, HC_NO_DATA,
            "too many pods and nodes for an analysis; 'hindcast replay PATH "
            "--nodes-needed -o DIR' takes the time");
    limit_orders(r);
    HC_TRY(limit_trials(r));
    limit_fleet_trials(r);
    HC_TRY(hc_replay_calibrate(r, err));
    HC_TRY(hc_replay_compute(r, err));
    a->placement = r->placement;
    r->placement = (struct hc_placement){0};
    return HC_OK;
}

enum hc_status hc_analysis_replay(struct hc_analysis *a, struct hc_error *err)
{
    const struct hc_replay_options options = {.seeds = ORDERS_MOST, .seed = SEED};
    const struct hc_call call = {.common = a->common};
    HC_CLEANUP(hc_replay_clear)
    struct hc_replay r = {.call = &call, .options = &options, .folder = {.slot = -1}};
    struct hc_error why = {""};
    enum hc_status status;

    if (!may_replay(a))
        return HC_OK;
    status = replay(a, &r, &why);
    if (status == HC_INPUT || status == HC_NO_DATA) {
        refuse(a, false, why.message);
        return HC_OK;
    }
    if (status)
        *err = why;
    return status;
}
