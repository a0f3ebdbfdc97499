/*
 * replay.c - what other policies of placement would have gained, as far as a replay tells
 *
 * Nodes are the most that are in use at one moment. As recorded: those with a pod that is
 * not bound to its node. Of a policy: the most of all orders that were tried, so that no
 * order took more. It is named if it takes fewer than were used, refuses no more pods
 * than found no place then, does not look ahead, and, in its worst order, has no more
 * node-hours over 80 % CPU; of several the one with the fewest nodes, then node-hours.
 *
 * Rather than that, the fewest nodes that would have carried the whole time under a
 * policy are named (replay/lean.h: no more pods refused, no more hot node-hours; 90th
 * percentile of orders of removal), where they are fewer: nodes that need not be there
 * are a gain without switching any off and on.
 */
#include <math.h>

#include "findings/draft.h"

static const char method[] = "method:replay";

enum { BOUND_WEIGHT = 58 }; /* of the bound that knows no pods, once these have spoken */

/* ---- judging ---- */

static const struct hc_placement_range *range_of(
    const struct hc_placement *p, int policy, enum hc_placement_measure measure)
{
    return &p->policies[policy].measures[measure];
}

static int find_recorded(const struct hc_placement *p)
{
    for (size_t i = 0; i < p->n_policies; i++)
        if (p->policies[i].recorded)
            return (int)i;
    return -1;
}

/* It places pods itself and does not look ahead. */
static bool is_candidate(const struct hc_placement_policy *policy)
{
    return !policy->recorded && !policy->oracle;
}

static bool takes_fewer(const struct hc_placement *p, int policy)
{
    return is_candidate(&p->policies[policy]) &&
           range_of(p, policy, HC_PLACED_NODES)->max < p->recorded_nodes &&
           range_of(p, policy, HC_PLACED_REFUSED)->max <=
               range_of(p, p->recorded, HC_PLACED_REFUSED)->min;
}

static bool hot_known(const struct hc_placement *p)
{
    return range_of(p, p->recorded, HC_PLACED_HOT)->n > 0;
}

static bool is_hotter(const struct hc_placement *p, int policy)
{
    return hot_known(p) && range_of(p, policy, HC_PLACED_HOT)->max >
                               range_of(p, p->recorded, HC_PLACED_HOT)->min;
}

/* Is `policy` to be named rather than `best` (-1: none)? */
static bool is_better(const struct hc_placement *p, int policy, int best)
{
    double nodes, least;

    if (best < 0)
        return true;
    nodes = range_of(p, policy, HC_PLACED_NODES)->max;
    least = range_of(p, best, HC_PLACED_NODES)->max;
    return nodes < least ||
           (nodes == least && range_of(p, policy, HC_PLACED_NODE_HOURS)->mean <
                                  range_of(p, best, HC_PLACED_NODE_HOURS)->mean);
}

static int find_best(const struct hc_placement *p, bool hotter_too)
{
    int best = -1;

    for (int i = 0; i < (int)p->n_policies; i++)
        if (takes_fewer(p, i) && (hotter_too || !is_hotter(p, i)) &&
            is_better(p, i, best))
            best = i;
    return best;
}

/* Of the policy's pods; of any policy's where it has none. */
static double find_bound(const struct hc_placement *p, int policy)
{
    double bound = range_of(p, policy, HC_PLACED_NODES_BOUND)->min;

    for (int i = 0; i < (int)p->n_policies && isnan(bound); i++)
        bound = range_of(p, i, HC_PLACED_NODES_BOUND)->min;
    return bound;
}

/* The policy that does with the fewest nodes over the whole time; -1: none saves any. */
static int find_fleet(const struct hc_placement *p)
{
    int best = -1;

    for (int i = 0; i < (int)p->n_policies; i++)
        if (is_candidate(&p->policies[i]) && p->policies[i].fleet &&
            p->policies[i].fleet < p->fleet_recorded &&
            (best < 0 || p->policies[i].fleet < p->policies[best].fleet))
            best = i;
    return best;
}

/* In place of what was judged by nodes in use, where it is the better answer. */
static void judge_fleet(struct hc_placement *p)
{
    int best = find_fleet(p);
    bool saves = p->claim == HC_CLAIM_FEWER || p->claim == HC_CLAIM_HOT_UNKNOWN;

    if (best < 0 || (saves && p->best_nodes <= p->policies[best].fleet))
        return;
    p->by_fleet = true;
    p->best = best;
    p->best_nodes = p->policies[best].fleet;
    p->recorded_nodes = (double)p->fleet_recorded;
    p->claim = hot_known(p) ? HC_CLAIM_FEWER : HC_CLAIM_HOT_UNKNOWN;
    p->nodes_bound = find_bound(p, best);
}

static void judge(struct hc_placement *p)
{
    p->recorded_nodes = range_of(p, p->recorded, HC_PLACED_NODES)->max;
    p->best = find_best(p, false);
    p->claim = p->best < 0    ? HC_CLAIM_HOTTER
               : hot_known(p) ? HC_CLAIM_FEWER
                              : HC_CLAIM_HOT_UNKNOWN;
    if (p->best < 0)
        p->best = find_best(p, true);
    if (p->best < 0)
        p->claim = HC_CLAIM_NONE;
    if (p->best >= 0)
        p->best_nodes = range_of(p, p->best, HC_PLACED_NODES)->max;
    p->nodes_bound = find_bound(p, p->best >= 0 ? p->best : p->recorded);
    judge_fleet(p);
}

static enum hc_status finish(
    void *state HC_UNUSED, const struct hc_view *view HC_UNUSED, struct hc_findings *out)
{
    struct hc_placement *p = &out->placement;

    if (p->verdict.status)
        return HC_OK;
    p->recorded = find_recorded(p);
    if (p->recorded < 0 || !(range_of(p, p->recorded, HC_PLACED_NODES)->max > 0))
        hc_verdict_set(&p->verdict, HC_NOT_ENOUGH_DATA,
            "no pod is on a node that is known, but those that stay there");
    else
        judge(p);
    return HC_OK;
}

/* ---- saying ---- */

static void add_span(struct hc_buf *text, const struct hc_placement *p)
{
    hc_buf_printf(text, "worst of %s, %s, %s.", hc_phrase_plural(p->orders, "order").text,
        hc_phrase_plural(p->pods, "pod").text,
        hc_phrase_duration((double)(p->end_us - p->start_us) / 1e6).text);
}

static void add_bound(struct hc_buf *text, const struct hc_placement *p)
{
    if (!isnan(p->nodes_bound))
        hc_buf_printf(text, " (bound %s)", hc_phrase_number(p->nodes_bound).text);
}

static size_t count_candidates(const struct hc_placement *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_policies; i++)
        n += is_candidate(&p->policies[i]);
    return n;
}

static void write_fleet(struct hc_draft *d, const struct hc_placement *p)
{
    hc_buf_printf(&d->text, "%s nodes instead of %s",
        hc_phrase_number(p->best_nodes).text, hc_phrase_number(p->recorded_nodes).text);
    add_bound(&d->text, p);
    hc_buf_puts(&d->text, p->claim == HC_CLAIM_FEWER ? ", at the same or fewer hot hours,"
                                                     : ", hot hours not known,");
    hc_buf_printf(&d->text, " under %s: so many carry %s, %s (p90 of %s).",
        p->policies[p->best].name, hc_phrase_plural(p->pods, "pod").text,
        hc_phrase_duration((double)(p->end_us - p->start_us) / 1e6).text,
        hc_phrase_plural(p->fleet_trials, "removal").text);
}

static void write_fewer(struct hc_draft *d, const struct hc_placement *p)
{
    hc_buf_printf(&d->text, "%s nodes instead of %s",
        hc_phrase_number(p->best_nodes).text, hc_phrase_number(p->recorded_nodes).text);
    add_bound(&d->text, p);
    if (p->claim == HC_CLAIM_FEWER)
        hc_buf_printf(&d->text,
            ", at the same or fewer hot hours, under %s; most at once, ",
            p->policies[p->best].name);
    else
        hc_buf_printf(&d->text, " under %s; hot hours are not known; most at once, ",
            p->policies[p->best].name);
    add_span(&d->text, p);
}

static void write_hotter(struct hc_draft *d, const struct hc_placement *p)
{
    hc_buf_printf(&d->text,
        "No policy of %zu saves nodes without more hot hours: %s takes %s, not %s",
        count_candidates(p), p->policies[p->best].name,
        hc_phrase_number(p->best_nodes).text, hc_phrase_number(p->recorded_nodes).text);
    add_bound(&d->text, p);
    hc_buf_printf(&d->text, ", at %s hot hours, not %s; worst of %s.",
        hc_phrase_number(range_of(p, p->best, HC_PLACED_HOT)->max).text,
        hc_phrase_number(range_of(p, p->recorded, HC_PLACED_HOT)->max).text,
        hc_phrase_plural(p->orders, "order").text);
}

static void write_none(struct hc_draft *d, const struct hc_placement *p)
{
    hc_buf_printf(&d->text, "No policy of %zu takes fewer than the %s nodes of before",
        count_candidates(p), hc_phrase_number(p->recorded_nodes).text);
    add_bound(&d->text, p);
    hc_buf_puts(&d->text, " without refusing pods; most at once, ");
    add_span(&d->text, p);
}

static enum hc_status say_nodes(struct hc_findings *out)
{
    const struct hc_placement *p = &out->placement;
    bool fewer = p->claim == HC_CLAIM_FEWER || p->claim == HC_CLAIM_HOT_UNKNOWN;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("replay.nodes", "Nodes under another policy", 99);

    if (p->verdict.status)
        return hc_draft_refuse(&d, out, p->verdict.status, "%s", p->verdict.reason);
    hc_draft_value(&d, fewer ? p->best_nodes : p->recorded_nodes, "nodes", p->pods);
    d.head.source = method;
    if (p->by_fleet) {
        if (p->policies[p->best].fleet_max) { /* else some order has no most */
            d.head.low = p->policies[p->best].fleet_min;
            d.head.high = p->policies[p->best].fleet_max;
        }
        write_fleet(&d, p);
    } else if (fewer) {
        d.head.low = range_of(p, p->best, HC_PLACED_NODES)->min;
        d.head.high = range_of(p, p->best, HC_PLACED_NODES)->max;
        write_fewer(&d, p);
    } else if (p->claim == HC_CLAIM_HOTTER) {
        write_hotter(&d, p);
    } else {
        write_none(&d, p);
    }
    return hc_draft_end(&d, out);
}

/* How far the replayed scheduler is the one that was at work. */
static enum hc_status say_calibration(struct hc_findings *out)
{
    const struct hc_placement *p = &out->placement;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("replay.calibration", "Replay against what was done", 56);

    if (!p->judge || !p->judged)
        return HC_OK;
    hc_draft_value(&d, (double)p->in_best / (double)p->judged, "fraction", p->judged);
    d.head.source = method;
    hc_buf_printf(&d.text,
        "%s agrees with %s of %s recorded places and refuses %s: the less it agrees, the "
        "less a replay says of this cluster.",
        p->judge, hc_phrase_count(p->in_best).text, hc_phrase_count(p->judged).text,
        hc_phrase_count(p->barred).text);
    return hc_draft_end(&d, out);
}

/* The first that places pods itself and can. */
static const struct hc_placement_policy *first_needed(const struct hc_placement *p)
{
    for (size_t i = 0; i < p->n_policies; i++)
        if (is_candidate(&p->policies[i]) && p->policies[i].needed)
            return &p->policies[i];
    return NULL;
}

static enum hc_status say_needed(struct hc_findings *out)
{
    const struct hc_placement *p = &out->placement;
    const struct hc_placement_policy *one = p->trials ? first_needed(p) : NULL;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("replay.nodes_needed", "Nodes needed at the fullest moment", 48);

    if (!one)
        return HC_OK;
    hc_draft_value(&d, one->needed, "nodes", p->moment_pods);
    d.head.source = "method:cell-compaction";
    d.head.low = one->needed_min;
    d.head.high = one->needed_max;
    hc_buf_printf(&d.text,
        "When most CPU is asked for, %s fits %s on %u of %s (p90 of %s); nobody needs "
        "fewer than %s.",
        one->name, hc_phrase_plural(p->moment_pods, "pod").text, one->needed,
        hc_phrase_plural(p->moment_nodes, "node").text,
        hc_phrase_plural(p->trials, "removal").text, hc_phrase_count(p->bound).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view HC_UNUSED, struct hc_findings *out)
{
    const struct hc_placement *p = &out->placement;

    if (p->verdict.status)
        return p->unasked ? HC_OK : say_nodes(out);
    HC_TRY(say_nodes(out));
    hc_statements_yield(out, "opportunity.nodes_needed", BOUND_WEIGHT);
    HC_TRY(say_calibration(out));
    return say_needed(out);
}

const struct hc_finding hc_finding_replay = {
    .name = "replay",
    .finish = finish,
    .say = say,
};
