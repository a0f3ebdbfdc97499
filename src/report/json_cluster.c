#include <math.h>

#include "report/json_sections.h"
#include "report/key_values.h"

static void put_values(struct hc_json *js, const struct hc_key_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (values[i].is_text)
            hc_json_kstr(js, values[i].key, values[i].text);
        else
            hc_json_knum(js, values[i].key, values[i].number);
}

/* ---- baseline -------------------------------------------------------------------- */

/* A single value has everything but a deviation. */
static void put_gauge_status(struct hc_json *js, const struct hc_findings *f, size_t main)
{
    const struct hc_verdict *verdict = &f->baseline.verdict[main];

    if (verdict->status == HC_AVAILABLE && !isfinite(f->baseline.stats[main].std))
        hc_json_status(js, HC_NOT_ENOUGH_DATA, "one value has no deviation");
    else
        hc_json_verdict(js, verdict);
}

static void put_gauges(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_rows_open(js, "gauges", '[');
    for (size_t i = 0; i < HC_MAIN; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "gauge", hc_metrics[hc_main_metrics[i]].name);
        hc_json_count(js, "n", f->baseline.stats[i].n);
        put_gauge_status(js, f, i);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

void hc_json_baseline(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value values[HC_BASELINE_VALUES];

    hc_baseline_values(&f->baseline, values);
    hc_json_open(js, '{');
    put_values(js, values, HC_COUNT(values));
    put_gauges(js, f);
    hc_json_close(js, '}');
}

/* ---- opportunity ----------------------------------------------------------------- */

static void put_spread(
    struct hc_json *js, const char *key, const struct hc_spread *spread)
{
    hc_json_rows_open(js, key, '{');
    hc_json_knum(js, "median", spread->median);
    hc_json_knum(js, "p95", spread->p95);
    hc_json_knum(js, "p99", spread->p99);
    hc_json_knum(js, "max", spread->max);
    hc_json_rows_close(js, '}');
}

static void put_bound(struct hc_json *js, const struct hc_opportunity *o)
{
    hc_json_count(js, "hours", o->hours);
    hc_json_kbool(js, "weighted_by_cores", o->weighted_by_cores);
    hc_json_kbool(js, "weighted_by_memory", o->weighted_by_memory);
    hc_json_knum(js, "mean_cores", o->weighted_by_cores ? o->mean_cores : NAN);
    hc_json_knum(js, "mean_memory_bytes", o->weighted_by_memory ? o->mean_memory : NAN);
    put_spread(js, "nodes_present", &o->nodes_present);
    put_spread(js, "nodes_needed", &o->nodes_needed);
    hc_json_count(js, "node_hours", o->node_hours);
    hc_json_count(js, "node_hours_needed", o->node_hours_needed);
    hc_json_kint(js, "node_hours_not_needed", o->node_hours_not_needed);
    hc_json_count(js, "cpu_bound_hours", o->cpu_bound_hours);
    hc_json_count(js, "memory_bound_hours", o->memory_bound_hours);
    hc_json_count(js, "cpu_node_hours", o->cpu_node_hours);
    hc_json_count(js, "hot_node_hours", o->hot_node_hours);
    hc_json_knum(js, "hot_share", o->hot_share);
    hc_json_count(js, "hot_if_even", o->hot_if_even);
    hc_json_knum(js, "spread_cpu", o->spread_cpu);
    hc_json_knum(js, "spread_memory", o->spread_memory);
    hc_json_count(js, "clipped_node_hours", o->clipped_node_hours);
    hc_json_kint(js, "nodes_compared", o->nodes_compared);
    hc_json_kint(js, "nodes_left_out", o->nodes_left_out);
    hc_json_knum(js, "max_mean_ratio", o->max_mean_ratio);
}

/* Why a value of an available section is null. */
static void put_nulls(struct hc_json *js, const struct hc_opportunity *o)
{
    const struct {
        const char *key, *reason;
        bool there;
    } rows[] = {
        {"optimization_potential_pct", "no mean CPU, or a mean of 0",
            isfinite(o->optimization_potential_pct)},
        {"mean_cores", "no column 'cpu_cores', or nothing above 0 in it",
            o->weighted_by_cores && isfinite(o->mean_cores)},
        {"mean_memory_bytes", "no column 'memory_total', or nothing above 0 in it",
            o->weighted_by_memory && isfinite(o->mean_memory)},
        {"hot_share", "no node-hour with a CPU value", isfinite(o->hot_share)},
        {"spread_cpu", "no hour with two nodes with a CPU value",
            isfinite(o->spread_cpu)},
        {"spread_memory", "no hour with two nodes with a memory value",
            isfinite(o->spread_memory)},
        {"max_mean_ratio", "fewer than two nodes of 7 days with CPU, or a mean of 0",
            isfinite(o->max_mean_ratio)},
    };

    hc_json_rows_open(js, "nulls", '[');
    for (size_t i = 0; i < HC_COUNT(rows); i++)
        if (!rows[i].there)
            hc_json_null_reason(js, rows[i].key, HC_NOT_AVAILABLE, rows[i].reason);
    hc_json_rows_close(js, ']');
}

/* Where the section is not available the bound is left out. */
void hc_json_opportunity_of(
    struct hc_json *js, const struct hc_findings *f, const struct hc_opportunity *o)
{
    hc_json_open(js, '{');
    hc_json_verdict(js, &o->verdict);
    hc_json_knum(js, "target_cpu", f->settings->target_cpu);
    hc_json_knum(js, "target_memory", f->settings->target_memory);
    hc_json_knum(js, "optimization_potential_pct", o->optimization_potential_pct);
    if (o->verdict.status == HC_AVAILABLE) {
        put_bound(js, o);
        put_nulls(js, o);
    }
    hc_json_close(js, '}');
}

void hc_json_opportunity(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_opportunity_of(js, f, &f->opportunity);
}

/* ---- insights -------------------------------------------------------------------- */

void hc_json_insights(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value values[HC_INSIGHT_VALUES];

    hc_insight_values(&f->insights, values);
    hc_json_open(js, '{');
    put_values(js, values, HC_COUNT(values));
    hc_json_close(js, '}');
}

void hc_json_insights_status(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_insights *in = &f->insights;
    bool whole = in->peak_hour >= 0 && in->low_hour >= 0 && in->busiest_node &&
                 isfinite(in->cpu_variation_coefficient) &&
                 isfinite(in->optimization_opportunity_pct);

    hc_json_open(js, '{');
    if (in->verdict.status == HC_AVAILABLE && !whole)
        hc_json_status(js, HC_NOT_ENOUGH_DATA,
            "CPU has a mean of 0, fewer than two values, or none with a time and a node");
    else
        hc_json_verdict(js, &in->verdict);
    hc_json_close(js, '}');
}

/* ---- findings -------------------------------------------------------------------- */

static void put_interval(struct hc_json *js, const struct hc_statement *statement)
{
    hc_json_key(js, "interval");
    if (isnan(statement->low) || isnan(statement->high)) {
        hc_json_null(js);
        return;
    }
    js->flat_from = js->depth + 1;
    hc_json_open(js, '[');
    hc_json_num(js, statement->low);
    hc_json_num(js, statement->high);
    hc_json_close(js, ']');
    js->flat_from = 0;
}

void hc_json_findings(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_open(js, '[');
    for (size_t i = 0; i < f->n_statements; i++) {
        const struct hc_statement *statement = &f->statements[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "id", statement->id);
        hc_json_kstr(js, "title", statement->title);
        hc_json_kstr(js, "statement", statement->statement);
        hc_json_knum(js, "value", statement->value);
        hc_json_kstr(js, "unit", statement->unit);
        hc_json_count(js, "n", statement->n);
        put_interval(js, statement);
        hc_json_verdict(js, &statement->verdict);
        hc_json_kstr(js, "source", statement->source);
        hc_json_kstr(js, "sql", statement->sql);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}
