/*
 * What a replay has found, for pictures, page and findings: model/placement.h.
 */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/replay.h"

static const enum hc_measure_id measure_of[HC_PLACED_MEASURES] = {
    [HC_PLACED_REFUSED] = HC_REPLAY_REFUSED,
    [HC_PLACED_NODES] = HC_REPLAY_NODES_MOST,
    [HC_PLACED_NODE_HOURS] = HC_REPLAY_NODE_HOURS,
    [HC_PLACED_HOT] = HC_REPLAY_HOT_NODE_HOURS,
    [HC_PLACED_CPU_ASKED] = HC_REPLAY_CPU_SHARE,
    [HC_PLACED_MEMORY_ASKED] = HC_REPLAY_MEMORY_SHARE,
    [HC_PLACED_CPU_P95] = HC_REPLAY_CPU_USED_P95,
    [HC_PLACED_NODES_BOUND] = HC_REPLAY_NODES_BOUND,
    [HC_PLACED_NODE_HOURS_BOUND] = HC_REPLAY_NODE_HOURS_BOUND,
};

static void put_measures(
    const struct hc_replay *r, size_t m, struct hc_placement_policy *to)
{
    for (size_t i = 0; i < HC_PLACED_MEASURES; i++) {
        struct hc_range s = hc_results_range(&r->results, m, measure_of[i]);

        to->measures[i] = (struct hc_placement_range){s.n, s.mean, s.sd, s.least, s.most};
    }
}

/* ---- allocation over load ---- */

/* Of GPUs as in the FGD paper, where they only arrive; else of CPU. */
static bool is_of_gpus(const struct hc_trace *t)
{
    return t->capacity_gpus && !t->timed;
}

static void put_allocated(
    const struct hc_replay *r, size_t m, struct hc_placement_policy *to)
{
    const struct hc_result *first = hc_results_at(&r->results, m, 0);
    const double *curve = is_of_gpus(&r->trace) ? first->allocation : first->offered;
    size_t stride = sizeof(*first) / sizeof(double);

    for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++)
        to->allocated[i] = hc_range_over(curve + i, r->results.n_orders, stride).mean;
}

/* ---- the course in time ---- */

static double share(double part, double of)
{
    return of > 0 ? part / of : NAN;
}

static struct hc_placement_point point_of(
    const struct hc_timeline *t, size_t i, bool used_known)
{
    const double *sums = t->sums[i];
    double hours = hc_timeline_hours(t, i);

    return (struct hc_placement_point){.nodes_there = sums[HC_TIMELINE_PRESENT] / hours,
        .nodes_used = sums[HC_TIMELINE_USED] / hours,
        .node_hours = sums[HC_TIMELINE_USED],
        .cpu_asked = share(sums[HC_TIMELINE_CPU_ASKED], sums[HC_TIMELINE_CPU_OF]),
        .cpu_used = share(sums[HC_TIMELINE_LOAD], sums[HC_TIMELINE_LOAD_OF]),
        .hot = used_known ? sums[HC_TIMELINE_HOT] : NAN};
}

static enum hc_status put_course(
    const struct hc_replay *r, size_t m, struct hc_placement_policy *to)
{
    const struct hc_timeline *t = &hc_results_at(&r->results, m, 0)->timeline;

    if (!t->n)
        return HC_OK;
    to->course = hc_alloc(t->n, sizeof(*to->course));
    if (!to->course)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->n; i++)
        to->course[i] = point_of(t, i, r->trace.usage.n_hours > 0);
    return HC_OK;
}

/* ---- policies ---- */

static bool is_oracle(const struct hc_mix *mix)
{
    bool any = false;

    for (size_t i = 0; i < mix->n; i++)
        any |= mix->parts[i].policy->oracle;
    return any;
}

static enum hc_status put_policy(
    const struct hc_replay *r, size_t m, struct hc_placement_policy *to)
{
    to->name = hc_strdup(r->mixes[m].name);
    if (!to->name)
        return HC_NO_MEMORY;
    to->oracle = is_oracle(&r->mixes[m]);
    to->recorded = hc_mix_lead(&r->mixes[m])->kind == HC_POLICY_RECORDED;
    put_measures(r, m, to);
    put_allocated(r, m, to);
    if (r->needed.trials)
        hc_needed_nodes(&r->needed, m, &to->needed, &to->needed_min, &to->needed_max);
    hc_lean_nodes(&r->lean, m, &to->fleet, &to->fleet_min, &to->fleet_max);
    return put_course(r, m, to);
}

static enum hc_status put_policies(const struct hc_replay *r, struct hc_placement *p)
{
    p->policies = hc_calloc(r->n_mixes, sizeof(*p->policies));
    if (!p->policies)
        return HC_NO_MEMORY;
    for (; p->n_policies < r->n_mixes; p->n_policies++)
        HC_TRY(put_policy(r, p->n_policies, &p->policies[p->n_policies]));
    return HC_OK;
}

/* ---- the rest ---- */

static void put_needed(const struct hc_replay *r, struct hc_placement *p)
{
    p->trials = r->needed.trials;
    p->fleet_trials = r->lean.trials;
    p->fleet_recorded = r->lean.present;
    p->moment_us = r->needed.moment_us;
    p->moment_pods = r->needed.n_pods;
    p->moment_nodes = r->needed.n_present;
    p->bound = (uint64_t)r->bounds.nodes;
    p->bound_kind = hc_bound_kind_name(r->bounds.kind);
    p->impossible = r->bounds.impossible;
    p->oracle = (uint64_t)r->oracle.nodes;
    p->oracle_pending = (uint64_t)r->oracle.pending;
}

static enum hc_status put_agreement(const struct hc_replay *r, struct hc_placement *p)
{
    if (!r->judge)
        return HC_OK;
    p->judge = hc_strdup(r->judge->name);
    p->judged = r->agreement.placed;
    p->in_best = r->agreement.in_best;
    p->barred = r->agreement.barred;
    return p->judge ? HC_OK : HC_NO_MEMORY;
}

static bool asks_for_cpu(const struct hc_trace *t)
{
    bool any = false;

    for (size_t i = 0; i < t->n_shapes; i++)
        any |= t->shapes[i].cpu > 0;
    return any;
}

static void put_head(const struct hc_replay *r, struct hc_placement *p)
{
    const struct hc_trace *t = &r->trace;
    const struct hc_timeline *time = &r->results.runs[0].timeline;

    p->start_us = t->start_us;
    p->end_us = t->end_us;
    p->timed = t->timed;
    p->nodes = t->n_nodes;
    p->pods = t->n_pods;
    p->kept = r->notes.kept;
    p->orders = t->n_orders;
    p->first_seed = t->orders[0].seed;
    p->load_of = is_of_gpus(t) ? "GPUs" : asks_for_cpu(t) ? "CPU" : NULL;
    p->course_start_s = time->start_us / HC_SECOND_US;
    p->course_width_s = time->width_us / HC_SECOND_US;
    p->n_points = time->n;
    p->best = p->recorded = -1;
    p->best_nodes = p->recorded_nodes = p->nodes_bound = NAN;
}

enum hc_status hc_replay_placement(const struct hc_replay *r, struct hc_placement *ret)
{
    HC_CLEANUP(hc_placement_clear) struct hc_placement p = {.best = -1};

    put_head(r, &p);
    put_needed(r, &p);
    HC_TRY(put_agreement(r, &p));
    HC_TRY(put_policies(r, &p));
    *ret = p;
    p = (struct hc_placement){0};
    return HC_OK;
}
