/*
 * opportunity_say.c - the bound, said so that nobody takes it for a promise
 */
#include <math.h>

#include "findings/draft.h"
#include "findings/opportunity.h"

/* What the bound takes for granted where sizes are not known. */
static const char *assumption(const struct hc_opportunity *o)
{
    if (!o->weighted_by_cores)
        return "; without cpu_cores every node counts as equal";
    if (!o->weighted_by_memory)
        return "; without memory_total all memories count as equal";
    return "";
}

/* "65 % CPU, 80 % memory", of those that are in the data. */
static void write_targets(struct hc_buf *text, const struct hc_view *view)
{
    if (view->column[HC_CPU])
        hc_buf_printf(text, "%s CPU", hc_phrase_percent(view->settings->target_cpu).text);
    if (view->column[HC_CPU] && view->column[HC_MEMORY])
        hc_buf_puts(text, ", ");
    if (view->column[HC_MEMORY])
        hc_buf_printf(
            text, "%s memory", hc_phrase_percent(view->settings->target_memory).text);
}

static enum hc_status say_nodes(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_opportunity *o = &out->opportunity;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("opportunity.nodes_needed", "Nodes needed", 95);

    if (o->verdict.status)
        return hc_draft_refuse(&d, out, o->verdict.status, "%s", o->verdict.reason);
    hc_draft_value(&d, o->nodes_needed.median, "nodes", o->hours);
    d.head.source = "method:fractional-bound";
    if (out->summary->n_nodes < 2) /* one node is needed of one: nothing to act on */
        d.head.weight = 40;
    hc_buf_puts(&d.text, "At ");
    write_targets(&d.text, view);
    hc_buf_printf(&d.text,
        " half of the hours fit on %s of %s nodes, 95 %% of them on %s of mean size: a "
        "bound%s.",
        hc_phrase_number(o->nodes_needed.median).text,
        hc_phrase_number(o->nodes_present.median).text,
        hc_phrase_number(o->nodes_needed.p95).text, assumption(o));
    return hc_draft_end(&d, out);
}

static enum hc_status say_node_hours(struct hc_findings *out)
{
    const struct hc_opportunity *o = &out->opportunity;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("opportunity.node_hours", "Node-hours that could be spared", 52);

    if (o->verdict.status)
        return hc_draft_refuse(&d, out, o->verdict.status, "%s", o->verdict.reason);
    hc_draft_value(&d, (double)o->node_hours_not_needed, "node-hours", o->node_hours);
    d.head.source = "method:fractional-bound";
    hc_buf_printf(&d.text,
        "At most %s of %s node-hours (%s) could be spared at these targets; CPU sets the "
        "bound in %s hours, memory in %s.",
        hc_phrase_count((uint64_t)o->node_hours_not_needed).text,
        hc_phrase_count(o->node_hours).text,
        hc_phrase_percent((double)o->node_hours_not_needed / (double)o->node_hours).text,
        hc_phrase_count(o->cpu_bound_hours).text,
        hc_phrase_count(o->memory_bound_hours).text);
    return hc_draft_end(&d, out);
}

/* Node-hours are cells only where cells are hours. */
static void write_hot_sql(struct hc_draft *d, const struct hc_view *view)
{
    static const enum hc_metric_id sizes[] = {HC_CORES, HC_MEMORY_TOTAL};

    d->head.source = "method:node-hours";
    if (view->summary->grain_s != 3600)
        return;
    d->head.source = "rollup";
    hc_buf_puts(&d->sql, "SELECT avg(CASE WHEN cpu_usage_rate_mean > 0.8 THEN 1.0 ELSE "
                         "0.0 END) FROM rollup WHERE cpu_usage_rate_n > 0");
    for (size_t i = 0; i < HC_COUNT(sizes); i++) {
        const char *name = hc_metrics[sizes[i]].name;

        if (view->weighted[sizes[i]])
            hc_buf_printf(&d->sql, " AND (%s_n = 0 OR %s_mean > 0)", name, name);
    }
}

static enum hc_status say_hot(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_opportunity *o = &out->opportunity;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("opportunity.hot", "Hot node-hours", 44);

    if (!view->column[HC_CPU])
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    if (isnan(o->hot_share))
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no node that is switched on has CPU");
    hc_draft_value(&d, o->hot_share, "fraction", o->cpu_node_hours);
    write_hot_sql(&d, view);
    if (!o->hot_node_hours) {
        hc_buf_printf(&d.text, "No node is over 80 %% CPU in any hour (%s).",
            hc_phrase_plural(o->cpu_node_hours, "node-hour").text);
        return hc_draft_end(&d, out);
    }
    d.head.weight = o->hot_share >= 0.01 ? 88 : 50;
    hc_buf_printf(&d.text,
        "CPU is over 80 %% in %s of %s node-hours (%s); spread evenly hour by hour, the "
        "same load would leave %s.",
        hc_phrase_count(o->hot_node_hours).text, hc_phrase_count(o->cpu_node_hours).text,
        hc_phrase_percent(o->hot_share).text, hc_phrase_count(o->hot_if_even).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_spread(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_opportunity *o = &out->opportunity;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("opportunity.spread", "Imbalance between nodes", 33);

    if (!view->column[HC_CPU])
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    if (isnan(o->spread_cpu))
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no hour has CPU of two nodes");
    hc_draft_value(&d, o->spread_cpu, "fraction", o->hours);
    d.head.source = "method:between-node-deviation";
    hc_buf_printf(&d.text,
        "In the same hour nodes differ by %s points of CPU (standard deviation, mean "
        "over "
        "%s).",
        hc_phrase_points(o->spread_cpu).text, hc_phrase_plural(o->hours, "hour").text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_notebook(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_opportunity *o = &out->opportunity;
    const struct hc_stats *cpu = &out->baseline.stats[0];
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("opportunity.notebook_pct", "The notebook's potential", 5);

    if (out->baseline.verdict[0].status)
        return hc_draft_refuse(&d, out, out->baseline.verdict[0].status, "%s",
            out->baseline.verdict[0].reason);
    if (isnan(o->optimization_potential_pct))
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "the mean of CPU is 0");
    hc_draft_value(&d, o->optimization_potential_pct, "percent", cpu->n);
    hc_buf_printf(&d.text,
        "The notebook's (mean - %s) / mean is %s %%: kept for comparison, not a saving.",
        hc_phrase_percent(view->settings->target_cpu).text,
        hc_phrase_number(o->optimization_potential_pct).text);
    return hc_draft_end(&d, out);
}

enum hc_status hc_opportunity_say(const struct hc_view *view, struct hc_findings *out)
{
    HC_TRY(say_nodes(view, out));
    HC_TRY(say_node_hours(out));
    HC_TRY(say_hot(view, out));
    HC_TRY(say_spread(view, out));
    return say_notebook(view, out);
}
