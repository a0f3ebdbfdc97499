/*
 * insights.c - the notebook's eight keys
 *
 * As idxmax() has them, but told what a tie is: within 1e-12 the smallest key wins, the
 * earlier hour or the smaller name by bytes. All nodes take part here, short ones too:
 * these are the notebook's numbers, the honest comparison is in nodes.c.
 */
#include <math.h>
#include <string.h>

#include "findings/finding.h"
#include "findings/opportunity.h"
#include "findings/temporal.h"

/* The node of the largest sign × mean CPU; NULL without a value. */
static const char *extreme_node(const struct hc_summary *s, double sign)
{
    const char *name = NULL;
    double best = -INFINITY;

    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i].main[0].n && sign * s->nodes[i].main[0].mean > best)
            best = sign * s->nodes[i].main[0].mean;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i].main[0].n && sign * s->nodes[i].main[0].mean >= best - 1e-12 &&
            (!name || strcmp(s->nodes[i].name, name) < 0))
            name = s->nodes[i].name;
    return name;
}

static enum hc_status finish(
    void *state HC_UNUSED, const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_pattern *hourly = out->temporal.hourly;
    const struct hc_stats *cpu = &out->baseline.stats[0];
    struct hc_insights *x = &out->insights;

    x->verdict = out->baseline.verdict[0];
    x->peak_hour = hc_temporal_peak(hourly, 24, 0, 1);
    x->low_hour = hc_temporal_low(hourly, 24, 0, 1);
    x->peak_cpu_usage = x->peak_hour < 0 ? NAN : hourly[x->peak_hour].mean[0];
    x->low_cpu_usage = x->low_hour < 0 ? NAN : hourly[x->low_hour].mean[0];
    x->busiest_node = extreme_node(view->summary, 1);
    x->least_busy_node = extreme_node(view->summary, -1);
    x->cpu_variation_coefficient = cpu->mean != 0 ? cpu->std / cpu->mean : NAN;
    x->optimization_opportunity_pct = hc_opportunity_pct(cpu, view->settings->target_cpu);
    return HC_OK;
}

const struct hc_finding hc_finding_insights = {.name = "insights", .finish = finish};
