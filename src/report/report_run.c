#include <math.h>
#include <stdio.h>

#include "report/human.h"
#include "report/json_sections.h"
#include "report/key_values.h"
#include "report/report_json.h"

/* A metric of MLflow is a number: what cannot be had is left out. */
static void put_metric(struct hc_json *js, const char *key, double value)
{
    if (isfinite(value))
        hc_json_knum(js, key, value);
}

static void put_number_metrics(
    struct hc_json *js, const struct hc_key_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!values[i].is_text)
            put_metric(js, values[i].key, values[i].number);
}

static void put_quality_metrics(struct hc_json *js, const struct hc_findings *f)
{
    put_metric(js, "quality.rows", (double)f->summary->rows);
    put_metric(js, "quality.rows_no_key", (double)f->summary->rows_no_key);
    put_metric(js, "quality.nodes", (double)f->summary->n_nodes);
    put_metric(js, "quality.columns", (double)f->summary->n_columns);
    put_metric(js, "quality.coverage", f->quality.coverage);
    put_metric(js, "quality.gaps", (double)f->quality.gaps);
    put_metric(js, "quality.fleet_gaps", (double)f->quality.n_fleet_gaps);
    put_metric(js, "quality.duplicates_exact", (double)f->quality.exact);
    put_metric(js, "quality.duplicates_conflicting", (double)f->quality.conflicting);
    put_metric(js, "quality.out_of_order", (double)f->quality.out_of_order);
}

static void put_opportunity_metrics(struct hc_json *js, const struct hc_opportunity *o)
{
    put_metric(js, "optimization_potential_pct", o->optimization_potential_pct);
    if (o->verdict.status != HC_AVAILABLE)
        return;
    put_metric(js, "opportunity.nodes_needed_median", o->nodes_needed.median);
    put_metric(js, "opportunity.nodes_needed_p95", o->nodes_needed.p95);
    put_metric(js, "opportunity.nodes_needed_max", o->nodes_needed.max);
    put_metric(js, "opportunity.node_hours", (double)o->node_hours);
    put_metric(js, "opportunity.node_hours_needed", (double)o->node_hours_needed);
    put_metric(js, "opportunity.node_hours_not_needed", (double)o->node_hours_not_needed);
    put_metric(js, "opportunity.hot_share", o->hot_share);
    put_metric(js, "opportunity.spread_cpu", o->spread_cpu);
}

static void put_workload_metrics(struct hc_json *js, const struct hc_workloads *w)
{
    if (w->verdict.status != HC_AVAILABLE)
        return;
    for (size_t i = 0; i < HC_RESOURCES; i++) {
        const struct hc_budget_line *line = &w->total.lines[i];
        const struct {
            const char *name;
            double value;
        } metrics[] = {{"allocatable", line->allocatable}, {"requested", line->requested},
            {"requested_share", line->requested_share}, {"used", line->used},
            {"used_share", line->used_share},
            {"pods_without_request", (double)line->no_request}};

        for (size_t k = 0; k < HC_COUNT(metrics); k++) {
            char key[64];

            snprintf(
                key, sizeof(key), "workload.%s_%s", hc_resources[i].key, metrics[k].name);
            put_metric(js, key, metrics[k].value);
        }
    }
    put_metric(js, "workload.pods", (double)w->total.pods);
    put_metric(js, "workload.hours", w->total.hours);
    put_metric(js, "workload.oom_kills", w->total.oom_kills);
    put_metric(js, "workload.restarts", w->total.restarts);
}

static void put_metrics(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value baseline[HC_BASELINE_VALUES], insights[HC_INSIGHT_VALUES];

    hc_baseline_values(&f->baseline, baseline);
    hc_insight_values(&f->insights, insights);
    hc_json_key(js, "metrics");
    hc_json_open(js, '{');
    put_number_metrics(js, baseline, HC_COUNT(baseline));
    put_number_metrics(js, insights, HC_COUNT(insights));
    put_opportunity_metrics(js, &f->opportunity);
    put_workload_metrics(js, &f->workloads);
    put_quality_metrics(js, f);
    put_metric(js, "correlation.pairs", (double)f->correlation.n_pairs);
    hc_json_close(js, '}');
}

/* ---- params and tags ------------------------------------------------------------- */

static void put_param(struct hc_json *js, const char *key, double value)
{
    char text[32];

    hc_format_double(isfinite(value) ? value : 0, 0, text);
    hc_json_kstr(js, key, text);
}

/* The command line as one text, its words separated by a space. */
static void put_options(struct hc_json *js, const struct hc_settings *settings)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) line = HC_BUF_INIT;

    for (int i = 0; i < settings->argc; i++) {
        if (i)
            hc_buf_putc(&line, ' ');
        hc_buf_puts(&line, settings->argv[i]);
    }
    js->out->failed |= line.failed;
    hc_json_kstr(js, "options", hc_buf_str(&line));
}

static void put_params(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_summary *s = f->summary;
    int64_t days =
        s->n_nodes ? (s->last_us - s->first_us) / (86400 * INT64_C(1000000)) : 0;

    hc_json_key(js, "params");
    hc_json_open(js, '{');
    hc_json_kstr(js, "timezone", f->settings->timezone);
    put_param(js, "target_cpu", f->settings->target_cpu);
    put_param(js, "target_memory", f->settings->target_memory);
    if (f->settings->group_by)
        hc_json_kstr(js, "group_by", f->settings->group_by);
    put_options(js, f->settings);
    hc_json_kstr(js, "analysis_date", f->settings->generated_at);
    put_param(js, "data_points", (double)s->rows);
    put_param(js, "time_span_days", (double)days);
    hc_json_close(js, '}');
}

static void put_tags(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value insights[HC_INSIGHT_VALUES];

    hc_insight_values(&f->insights, insights);
    hc_json_key(js, "tags");
    hc_json_open(js, '{');
    for (size_t i = 0; i < HC_COUNT(insights); i++)
        if (insights[i].text)
            hc_json_kstr(js, insights[i].key, insights[i].text);
    if (f->summary->n_nodes) {
        hc_json_ktime(js, "data_start", f->summary->first_us);
        hc_json_ktime(js, "data_end", f->summary->last_us);
    }
    hc_json_close(js, '}');
}

void hc_report_run_json(struct hc_buf *out, const struct hc_findings *f,
    const char *const *artifacts, size_t n_artifacts)
{
    struct hc_json js;

    hc_json_init(&js, out, 0);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", 1);
    hc_json_kstr(&js, "command", "analyze");
    hc_json_kstr(&js, "generated_at", f->settings->generated_at);
    hc_json_kstr(&js, "hindcast", HC_VERSION);
    put_params(&js, f);
    put_metrics(&js, f);
    put_tags(&js, f);
    hc_json_key(&js, "artifacts");
    hc_json_open(&js, '[');
    for (size_t i = 0; i < n_artifacts; i++)
        hc_json_str(&js, artifacts[i]);
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}
