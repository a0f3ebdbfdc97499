#include <math.h>
#include <string.h>

#include "replay/spread.h"

/* ---- which nodes, which pods ---- */

/* The node has the label of each constraint of this kind. */
static bool has_labels(
    const struct hc_fleet *f, const struct hc_shape *shape, bool hard, size_t node)
{
    for (size_t i = 0; i < shape->n_spreads; i++) {
        const struct hc_spreading *s = &shape->spreads[i];

        if (s->hard == hard &&
            f->trace->topologies[s->topology].domain[node] == HC_NOWHERE)
            return false;
    }
    return true;
}

/* Its pods count for this constraint. */
static bool is_included(const struct hc_fleet *f, const struct hc_shape *shape,
    const struct hc_spreading *spread, size_t node)
{
    const struct hc_rules *rules = &f->trace->rules[shape->rules];
    uint8_t heeded = (uint8_t)((spread->heeds_affinity ? HC_BAR_AFFINITY : 0) |
                               (spread->heeds_taints ? HC_BAR_TAINT : 0));

    return f->present[node] && (!rules->bars || !(rules->bars[node] & heeded));
}

static uint32_t count_on(
    const struct hc_fleet *f, const struct hc_spreading *spread, size_t node)
{
    return spread->counts_none ? 0 : f->counts[spread->group][node];
}

/* ---- the filter ---- */

/* Counts pods by domain into soft->counts; the domains that are there are candidates. */
static void count_domains(struct hc_soft *soft, const struct hc_fleet *f,
    const struct hc_shape *shape, const struct hc_spreading *spread)
{
    const struct hc_topology *topology = &f->trace->topologies[spread->topology];

    memset(soft->counts, 0, topology->n_domains * sizeof(*soft->counts));
    memset(soft->candidate, 0, topology->n_domains * sizeof(*soft->candidate));
    for (size_t i = 0; i < f->n; i++) {
        uint32_t domain = topology->domain[i];

        if (domain == HC_NOWHERE || !is_included(f, shape, spread, i) ||
            !has_labels(f, shape, true, i))
            continue;
        soft->candidate[domain] = true;
        soft->counts[domain] += count_on(f, spread, i);
    }
}

/* The least count of a domain; 0 where there are fewer domains than are wanted. */
static int64_t least_count(
    const struct hc_soft *soft, const struct hc_topology *topology, int32_t wanted)
{
    int64_t least = INT32_MAX;
    int32_t domains = 0;

    for (size_t d = 0; d < topology->n_domains; d++)
        if (soft->candidate[d]) {
            domains++;
            least = soft->counts[d] < least ? soft->counts[d] : least;
        }
    return domains < wanted ? 0 : least;
}

void hc_spread_filter(struct hc_soft *soft, const struct hc_fleet *fleet,
    const struct hc_shape *shape, const struct hc_spreading *spread)
{
    const struct hc_topology *topology = &fleet->trace->topologies[spread->topology];
    int64_t least;

    count_domains(soft, fleet, shape, spread);
    least = least_count(soft, topology, spread->min_domains);
    for (size_t i = 0; i < fleet->n; i++) {
        uint32_t domain = topology->domain[i];

        if (soft->barred[i])
            continue;
        if (domain == HC_NOWHERE)
            soft->barred[i] = HC_SPREAD_LABEL;
        else if (soft->counts[domain] + spread->self - least > spread->max_skew)
            soft->barred[i] = HC_SPREAD_SKEW;
    }
}

const char *hc_spread_reason(enum hc_spread_bar bar)
{
    return bar == HC_SPREAD_LABEL
               ? "node(s) didn't match pod topology spread constraints (missing required "
                 "label)"
               : "node(s) didn't match pod topology spread constraints";
}

/* ---- the score ---- */

/* Marks the domains of nodes that fit; gives how many: nodes without the label, which
 * count only under the system's defaults, are one more. */
static size_t mark_candidates(
    struct hc_soft *soft, const struct hc_fleet *f, const struct hc_topology *topology)
{
    size_t n = 0;
    bool none = false;

    memset(soft->counts, 0, topology->n_domains * sizeof(*soft->counts));
    memset(soft->candidate, 0, topology->n_domains * sizeof(*soft->candidate));
    for (size_t i = 0; i < f->n; i++) {
        uint32_t domain = topology->domain[i];

        if (!soft->fits[i] || soft->ignored[i])
            continue;
        none |= domain == HC_NOWHERE;
        if (topology->is_hostname) {
            n++;
        } else if (domain != HC_NOWHERE && !soft->candidate[domain]) {
            soft->candidate[domain] = true;
            n++;
        }
    }
    return n + (none && !topology->is_hostname);
}

static void count_candidates(struct hc_soft *soft, const struct hc_fleet *f,
    const struct hc_shape *shape, const struct hc_spreading *spread,
    const struct hc_topology *topology)
{
    for (size_t i = 0; i < f->n; i++) {
        uint32_t domain = topology->domain[i];

        if (domain != HC_NOWHERE && soft->candidate[domain] &&
            is_included(f, shape, spread, i) &&
            (shape->defaults || has_labels(f, shape, false, i)))
            soft->counts[domain] += count_on(f, spread, i);
    }
}

/* Adds a constraint to the sum of each node, in `sums`. */
static void add_constraint(struct hc_soft *soft, const struct hc_fleet *f,
    const struct hc_shape *shape, const struct hc_spreading *spread, double *sums)
{
    const struct hc_topology *topology = &f->trace->topologies[spread->topology];
    double weight = log((double)(mark_candidates(soft, f, topology) + 2));

    if (!topology->is_hostname)
        count_candidates(soft, f, shape, spread, topology);
    for (size_t i = 0; i < f->n; i++) {
        uint32_t domain = topology->domain[i], count;

        if (!soft->fits[i] || soft->ignored[i] || domain == HC_NOWHERE)
            continue;
        count = topology->is_hostname ? count_on(f, spread, i) : soft->counts[domain];
        sums[i] += (double)count * weight + (double)(spread->max_skew - 1);
    }
}

static void make_relative(struct hc_soft *soft, size_t n)
{
    int64_t least = INT64_MAX, most = 0;

    for (size_t i = 0; i < n; i++)
        if (soft->fits[i] && !soft->ignored[i]) {
            least = soft->raw[i] < least ? soft->raw[i] : least;
            most = soft->raw[i] > most ? soft->raw[i] : most;
        }
    for (size_t i = 0; i < n; i++) {
        int64_t score = 0;

        if (soft->fits[i] && !soft->ignored[i])
            score = most ? 100 * (most + least - soft->raw[i]) / most : 100;
        soft->spread[i] = HC_WEIGHT_SPREAD * (int32_t)score;
    }
}

void hc_spread_score(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape)
{
    for (size_t i = 0; i < fleet->n; i++) {
        soft->ignored[i] = !shape->defaults && !has_labels(fleet, shape, false, i);
        soft->sums[i] = 0;
    }
    for (size_t i = 0; i < shape->n_spreads; i++)
        if (!shape->spreads[i].hard)
            add_constraint(soft, fleet, shape, &shape->spreads[i], soft->sums);
    for (size_t i = 0; i < fleet->n; i++)
        soft->raw[i] = (int64_t)round(soft->sums[i]);
    make_relative(soft, fleet->n);
}
