#include <math.h>

#include "report/json_sections.h"

/* What cannot be had is left out. */
static void put_range(
    struct hc_json *js, const char *key, const struct hc_placement_range *range)
{
    if (!range->n)
        return;
    hc_json_rows_open(js, key, '{');
    hc_json_count(js, "n", range->n);
    hc_json_knum(js, "mean", range->mean);
    hc_json_knum(js, "sd", range->sd);
    hc_json_knum(js, "min", range->min);
    hc_json_knum(js, "max", range->max);
    hc_json_rows_close(js, '}');
}

static void put_policy(struct hc_json *js, const struct hc_placement_policy *policy)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", policy->name);
    hc_json_kbool(js, "oracle", policy->oracle);
    hc_json_kbool(js, "recorded", policy->recorded);
    for (size_t i = 0; i < HC_PLACED_MEASURES; i++)
        put_range(js, hc_placement_keys[i], &policy->measures[i]);
    hc_json_kint(js, "needed", policy->needed);
    hc_json_kint(js, "needed_min", policy->needed_min);
    hc_json_kint(js, "needed_max", policy->needed_max);
    hc_json_kint(js, "fleet", policy->fleet);
    hc_json_kint(js, "fleet_min", policy->fleet_min);
    hc_json_kint(js, "fleet_max", policy->fleet_max);
    hc_json_close(js, '}');
}

static void put_known(struct hc_json *js, const char *key, double value)
{
    if (isfinite(value))
        hc_json_knum(js, key, value);
}

static void put_claim(struct hc_json *js, const struct hc_placement *p)
{
    hc_json_kstr(js, "claim", hc_placement_claims[p->claim]);
    hc_json_kbool(js, "by_fleet", p->by_fleet);
    if (p->best >= 0)
        hc_json_kstr(js, "policy", p->policies[p->best].name);
    put_known(js, "nodes", p->best_nodes);
    put_known(js, "nodes_recorded", p->recorded_nodes);
    put_known(js, "nodes_bound", p->nodes_bound);
}

static void put_calibration(struct hc_json *js, const struct hc_placement *p)
{
    if (!p->judge)
        return;
    hc_json_kstr(js, "judge", p->judge);
    hc_json_count(js, "judged", p->judged);
    hc_json_count(js, "in_best", p->in_best);
    hc_json_count(js, "barred", p->barred);
}

/* Of the fullest moment; where it was not looked for, `trials` is 0. */
static void put_moment(struct hc_json *js, const struct hc_placement *p)
{
    hc_json_count(js, "trials", p->trials);
    if (!p->trials)
        return;
    hc_json_ktime(js, "moment", p->moment_us);
    hc_json_count(js, "moment_pods", p->moment_pods);
    hc_json_count(js, "moment_nodes", p->moment_nodes);
    hc_json_count(js, "bound", p->bound);
    hc_json_kstr(js, "bound_kind", p->bound_kind);
    hc_json_kbool(js, "impossible", p->impossible);
    hc_json_count(js, "oracle", p->oracle);
    hc_json_count(js, "oracle_pending", p->oracle_pending);
}

/* Where the section is not available the rest is left out. */
void hc_json_replay(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_placement *p = &f->placement;

    hc_json_open(js, '{');
    hc_json_verdict(js, &p->verdict);
    if (p->verdict.status == HC_AVAILABLE) {
        put_claim(js, p);
        hc_json_kbool(js, "timed", p->timed);
        hc_json_ktime(js, "start", p->start_us);
        hc_json_ktime(js, "end", p->end_us);
        hc_json_count(js, "nodes_replayed", p->nodes);
        hc_json_count(js, "pods", p->pods);
        hc_json_count(js, "pods_kept", p->kept);
        hc_json_count(js, "orders", p->orders);
        hc_json_kint(js, "first_seed", p->first_seed);
        put_calibration(js, p);
        put_moment(js, p);
        hc_json_count(js, "fleet_trials", p->fleet_trials);
        hc_json_count(js, "fleet_recorded", p->fleet_recorded);
        hc_json_rows_open(js, "policies", '[');
        for (size_t i = 0; i < p->n_policies; i++)
            put_policy(js, &p->policies[i]);
        hc_json_rows_close(js, ']');
    }
    hc_json_close(js, '}');
}
