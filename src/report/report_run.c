#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/json_sections.h"
#include "report/report_json.h"
#include "report/run_parts.h"

enum { SHOWN_STATEMENTS = 5, FLAT_FROM = 6 };

static void put_quality_metrics(struct hc_json *js, const struct hc_findings *f)
{
    hc_run_metric(js, "quality.rows", (double)f->summary->rows);
    hc_run_metric(js, "quality.rows_no_key", (double)f->summary->rows_no_key);
    hc_run_metric(js, "quality.nodes", (double)f->summary->n_nodes);
    hc_run_metric(js, "quality.columns", (double)f->summary->n_columns);
    hc_run_metric(js, "quality.coverage", f->quality.coverage);
    hc_run_metric(js, "quality.gaps", (double)f->quality.gaps);
    hc_run_metric(js, "quality.fleet_gaps", (double)f->quality.n_fleet_gaps);
    hc_run_metric(js, "quality.duplicates_exact", (double)f->quality.exact);
    hc_run_metric(js, "quality.duplicates_conflicting", (double)f->quality.conflicting);
    hc_run_metric(js, "quality.out_of_order", (double)f->quality.out_of_order);
}

static void put_opportunity_metrics(struct hc_json *js, const struct hc_opportunity *o)
{
    if (o->verdict.status != HC_AVAILABLE)
        return;
    hc_run_metric(js, "opportunity.nodes_needed_median", o->nodes_needed.median);
    hc_run_metric(js, "opportunity.nodes_needed_p95", o->nodes_needed.p95);
    hc_run_metric(js, "opportunity.nodes_needed_max", o->nodes_needed.max);
    hc_run_metric(js, "opportunity.node_hours", (double)o->node_hours);
    hc_run_metric(js, "opportunity.node_hours_needed", (double)o->node_hours_needed);
    hc_run_metric(
        js, "opportunity.node_hours_not_needed", (double)o->node_hours_not_needed);
    hc_run_metric(js, "opportunity.hot_share", o->hot_share);
    hc_run_metric(js, "opportunity.spread_cpu", o->spread_cpu);
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
            hc_run_metric(js, key, metrics[k].value);
        }
    }
    hc_run_metric(js, "workload.pods", (double)w->total.pods);
    hc_run_metric(js, "workload.hours", w->total.hours);
    hc_run_metric(js, "workload.oom_kills", w->total.oom_kills);
    hc_run_metric(js, "workload.restarts", w->total.restarts);
}

static void put_replay_policy(
    struct hc_json *js, const struct hc_placement_policy *policy)
{
    static const enum hc_placement_measure shown[] = {
        HC_PLACED_NODES, HC_PLACED_NODE_HOURS, HC_PLACED_HOT, HC_PLACED_CPU_P95};

    for (size_t i = 0; i < HC_COUNT(shown); i++) {
        char key[128];

        if (!policy->measures[shown[i]].n)
            continue;
        snprintf(key, sizeof(key), "replay.%.60s.%s", policy->name,
            hc_placement_keys[shown[i]]);
        for (char *c = key; *c; c++)
            *c = (char)tolower((unsigned char)*c);
        hc_run_metric(js, key, policy->measures[shown[i]].mean);
    }
}

static void put_replay_metrics(struct hc_json *js, const struct hc_placement *p)
{
    if (p->verdict.status != HC_AVAILABLE)
        return;
    hc_run_metric(js, "replay.nodes", p->best_nodes);
    hc_run_metric(js, "replay.nodes_recorded", p->recorded_nodes);
    hc_run_metric(js, "replay.nodes_bound", p->nodes_bound);
    hc_run_metric(js, "replay.fewer", p->claim == HC_CLAIM_FEWER);
    hc_run_metric(js, "replay.orders", (double)p->orders);
    if (p->judged)
        hc_run_metric(js, "replay.agreement", (double)p->in_best / (double)p->judged);
    for (size_t i = 0; i < p->n_policies; i++)
        put_replay_policy(js, &p->policies[i]);
}

static double clear_claims(const struct hc_growth *g, int metric, char first)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n_nodes; i++)
        n += g->nodes[i].of.metric == metric && g->nodes[i].claim[0] == first;
    return (double)n;
}

static void put_pattern_metrics(struct hc_json *js, const struct hc_patterns *p)
{
    for (size_t i = 0; i < p->rhythm.n_cluster; i++) {
        const struct hc_rhythm_row *row = &p->rhythm.cluster[i];

        if (row->of.metric != HC_CPU)
            continue;
        hc_run_metric(js, "rhythm.cpu_period_h", row->period_h < 0 ? NAN : row->period_h);
        hc_run_metric(js, "rhythm.cpu_day_strength", row->day);
        hc_run_metric(js, "rhythm.cpu_week_strength", row->week);
        hc_run_metric(
            js, "rhythm.cpu_peak_hour", row->top.hour < 0 ? NAN : row->top.hour);
    }
    if (p->growth.n_nodes) {
        hc_run_metric(js, "growth.cpu_rising", clear_claims(&p->growth, HC_CPU, 'r'));
        hc_run_metric(js, "growth.cpu_falling", clear_claims(&p->growth, HC_CPU, 'f'));
    }
    if (p->changes.courses)
        hc_run_metric(js, "changes.together", (double)p->changes.n_together);
    if (p->twins.tested) {
        hc_run_metric(js, "twins.together", (double)p->twins.together);
        hc_run_metric(js, "twins.opposite", (double)p->twins.opposite);
    }
    for (size_t i = 0; i < p->compare.n_cluster; i++)
        if (p->compare.cluster[i].of.metric == HC_CPU)
            hc_run_metric(js, "compare.cpu_difference", p->compare.cluster[i].difference);
    for (size_t i = 0; p->roles.n_nodes && i < p->roles.n_counts; i++) {
        char key[64];

        snprintf(key, sizeof(key), "roles.%.40s", p->roles.counts[i].role);
        hc_run_metric(js, key, p->roles.counts[i].nodes);
    }
    if (p->roles.shiftable_n)
        hc_run_metric(js, "roles.shiftable", p->roles.shiftable);
}

static void put_anomaly_metrics(struct hc_json *js, const struct hc_anomalies *a)
{
    if (a->verdict.status != HC_AVAILABLE)
        return;
    hc_run_metric(js, "anomalies.events", (double)a->total);
    hc_run_metric(js, "anomalies.fleet", (double)a->total_fleet);
    hc_run_metric(js, "anomalies.nodes", (double)a->n_nodes);
}

static void put_metrics(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_key(js, "metrics");
    hc_json_open(js, '{');
    put_opportunity_metrics(js, &f->opportunity);
    put_workload_metrics(js, &f->workloads);
    put_replay_metrics(js, &f->placement);
    put_pattern_metrics(js, &f->patterns);
    put_anomaly_metrics(js, &f->anomalies);
    put_quality_metrics(js, f);
    hc_run_metric(js, "correlation.pairs", (double)f->correlation.n_pairs);
    hc_json_close(js, '}');
}

/* ---- params, tags and words ------------------------------------------------------ */

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
    hc_json_key(js, "params");
    hc_json_open(js, '{');
    hc_json_kstr(js, "timezone", f->settings->timezone);
    if (f->settings->group_by)
        hc_json_kstr(js, "group_by", f->settings->group_by);
    put_options(js, f->settings);
    hc_json_close(js, '}');
}

static void put_tags(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_key(js, "tags");
    hc_json_open(js, '{');
    if (f->summary->n_nodes) {
        hc_json_ktime(js, "data_start", f->summary->first_us);
        hc_json_ktime(js, "data_end", f->summary->last_us);
    }
    hc_json_close(js, '}');
}

/* What Markdown would take for its own. */
static void add_plain(struct hc_buf *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>#|~!&", *text))
            hc_buf_putc(out, '\\');
        hc_buf_putc(out, *text == '\n' ? ' ' : *text);
    }
}

/* The statements that a reader meets first, as a list in Markdown. */
static void put_description(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) text = HC_BUF_INIT;
    size_t shown = 0;

    for (size_t i = 0; i < f->n_statements && shown < SHOWN_STATEMENTS; i++) {
        const struct hc_statement *statement = &f->statements[i];

        if (statement->verdict.status != HC_AVAILABLE || !statement->statement)
            continue;
        hc_buf_puts(&text, shown++ ? "\n- " : "- ");
        add_plain(&text, statement->statement);
    }
    js->out->failed |= text.failed;
    hc_json_kstr(js, "description", hc_buf_str(&text));
}

static void put_names(
    struct hc_json *js, const char *key, const char *const *names, size_t n)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++)
        hc_json_str(js, names[i]);
    hc_json_close(js, ']');
}

void hc_report_run_json(
    struct hc_buf *out, const struct hc_findings *f, const struct hc_report_files *files)
{
    struct hc_json js;

    hc_json_init(&js, out, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", 1);
    hc_json_kstr(&js, "command", "analyze");
    hc_json_kstr(&js, "name", "hindcast_analysis");
    hc_json_kstr(&js, "generated_at", f->settings->generated_at);
    hc_json_kstr(&js, "hindcast", HC_VERSION);
    put_description(&js, f);
    put_params(&js, f);
    put_metrics(&js, f);
    put_tags(&js, f);
    put_names(&js, "artifacts", files->names, files->n);
    hc_run_parts(&js, f, files->shown, files->n_shown);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}
