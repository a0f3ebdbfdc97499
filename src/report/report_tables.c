#include <math.h>
#include <stdio.h>

#include "report/csv.h"
#include "report/human.h"
#include "report/report_tables.h"

static void header(struct hc_csv *csv, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hc_csv_text(csv, names[i]);
}

static const char *gauge(size_t main)
{
    return hc_metrics[hc_main_metrics[main]].name;
}

static void gauge_header(struct hc_csv *csv, size_t main, const char *suffix)
{
    char name[64];

    snprintf(name, sizeof(name), "%s_%s", gauge(main), suffix);
    hc_csv_text(csv, name);
}

/* ---- hourly, daily, weekly ------------------------------------------------------- */

static void pattern_header(struct hc_csv *csv)
{
    hc_csv_text(csv, "n");
    hc_csv_text(csv, "days");
    for (size_t i = 0; i < HC_MAIN; i++)
        hc_csv_text(csv, gauge(i));
    for (size_t i = 0; i < HC_MAIN; i++)
        gauge_header(csv, i, "n");
    hc_csv_end(csv);
}

static void pattern(struct hc_csv *csv, const struct hc_pattern *p)
{
    hc_csv_int(csv, (int64_t)p->rows);
    hc_csv_int(csv, p->days);
    for (size_t i = 0; i < HC_MAIN; i++)
        hc_csv_num(csv, p->n[i] ? p->mean[i] : NAN);
    for (size_t i = 0; i < HC_MAIN; i++)
        hc_csv_int(csv, (int64_t)p->n[i]);
    hc_csv_end(csv);
}

static void hourly(struct hc_buf *out, const struct hc_findings *f)
{
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "hour");
    pattern_header(&csv);
    for (int hour = 0; hour < 24; hour++) {
        hc_csv_int(&csv, hour);
        pattern(&csv, &f->temporal.hourly[hour]);
    }
}

static void daily(struct hc_buf *out, const struct hc_findings *f)
{
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "day_of_week");
    pattern_header(&csv);
    for (int day = 0; day < 7; day++) {
        hc_csv_int(&csv, day);
        pattern(&csv, &f->temporal.daily[day]);
    }
}

static void weekly(struct hc_buf *out, const struct hc_findings *f)
{
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "day_of_week");
    hc_csv_text(&csv, "hour");
    pattern_header(&csv);
    for (int i = 0; i < 7 * 24; i++) {
        hc_csv_int(&csv, i / 24);
        hc_csv_int(&csv, i % 24);
        pattern(&csv, &f->temporal.weekly[i]);
    }
}

/* ---- nodes, columns -------------------------------------------------------------- */

static const char *const stat_names[] = {
    "n", "mean", "std", "min", "max", "p50", "p95", "p99"};

static void stats(struct hc_csv *csv, const struct hc_stats *s)
{
    const double values[] = {s->mean, s->std, s->min, s->max, s->p50, s->p95, s->p99};

    hc_csv_int(csv, (int64_t)s->n);
    for (size_t i = 0; i < HC_COUNT(values); i++)
        hc_csv_num(csv, s->n ? values[i] : NAN);
}

static void node_slots(struct hc_csv *csv, const struct hc_node *node)
{
    bool known = node->step_s && node->expected;

    hc_csv_num(csv, known ? (double)node->step_s : NAN);
    hc_csv_num(csv, known ? (double)node->expected : NAN);
    hc_csv_num(csv, known ? (double)node->occupied : NAN);
    hc_csv_num(csv, known ? (double)node->occupied / (double)node->expected : NAN);
    hc_csv_int(csv, (int64_t)node->gaps);
    hc_csv_num(csv, node->longest_gap_s);
}

/* Columns cluster and group are always there: a reader can name them. */
static void nodes(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const keys[] = {"node", "cluster", "group", "n", "start", "end",
        "step_s", "expected", "occupied", "coverage", "gaps", "longest_gap_s"};
    struct hc_csv csv = {.out = out};

    header(&csv, keys, HC_COUNT(keys));
    for (size_t i = 0; i < HC_MAIN * HC_COUNT(stat_names); i++)
        gauge_header(
            &csv, i / HC_COUNT(stat_names), stat_names[i % HC_COUNT(stat_names)]);
    hc_csv_text(&csv, "slope_per_day");
    hc_csv_end(&csv);
    for (size_t i = 0; i < f->summary->n_nodes; i++) {
        const struct hc_node *node = &f->summary->nodes[i];

        hc_csv_text(&csv, node->name);
        hc_csv_text(&csv, node->cluster);
        hc_csv_text(&csv, node->group);
        hc_csv_int(&csv, (int64_t)node->rows);
        hc_csv_text(&csv, hc_human_iso(node->first_us).text);
        hc_csv_text(&csv, hc_human_iso(node->last_us).text);
        node_slots(&csv, node);
        for (size_t main = 0; main < HC_MAIN; main++)
            stats(&csv, &node->main[main]);
        hc_csv_num(&csv, i < f->trends.n_nodes ? f->trends.nodes[i].per_day : NAN);
        hc_csv_end(&csv);
    }
}

static void columns(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const keys[] = {
        "name", "type", "kind", "unit", "missing", "nan", "infinite", "below", "above"};
    struct hc_csv csv = {.out = out};

    header(&csv, keys, HC_COUNT(keys));
    header(&csv, stat_names, HC_COUNT(stat_names));
    hc_csv_end(&csv);
    for (size_t i = 0; i < f->summary->n_columns; i++) {
        const struct hc_column *column = &f->summary->columns[i];
        struct hc_stats s = column->stats;

        if (!column->numeric)
            s = (struct hc_stats){
                f->summary->rows - column->missing, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
        hc_csv_text(&csv, column->name);
        hc_csv_text(&csv, column->type);
        hc_csv_text(&csv, hc_column_kind_name(column->kind));
        hc_csv_text(&csv, column->metric >= 0 ? hc_metrics[column->metric].unit : NULL);
        hc_csv_int(&csv, (int64_t)column->missing);
        hc_csv_int(&csv, (int64_t)column->nan);
        hc_csv_int(&csv, (int64_t)column->infinite);
        hc_csv_int(&csv, (int64_t)column->below);
        hc_csv_int(&csv, (int64_t)column->above);
        stats(&csv, &s);
        hc_csv_end(&csv);
    }
}

/* ---- correlation, pairs ---------------------------------------------------------- */

static const char *column_name(const struct hc_findings *f, uint32_t column)
{
    return f->summary->columns[column].name;
}

/* As DataFrame.corr().to_csv(): read_csv(..., index_col=0) is the matrix. */
static void correlation(struct hc_buf *out, const struct hc_findings *f)
{
    const struct hc_matrix *m = &f->summary->pooled;
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "column");
    for (size_t i = 0; i < m->p; i++)
        hc_csv_text(&csv, column_name(f, m->column[i]));
    hc_csv_end(&csv);
    for (size_t i = 0; i < m->p; i++) {
        hc_csv_text(&csv, column_name(f, m->column[i]));
        for (size_t j = 0; j < m->p; j++)
            hc_csv_num(&csv, m->r[i * m->p + j]);
        hc_csv_end(&csv);
    }
}

static void pairs(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const keys[] = {
        "a", "b", "r", "r_within", "n", "kind_a", "kind_b"};
    struct hc_csv csv = {.out = out};

    header(&csv, keys, HC_COUNT(keys));
    hc_csv_end(&csv);
    for (size_t i = 0; i < f->correlation.n_pairs; i++) {
        const struct hc_pair *pair = &f->correlation.pairs[i];

        hc_csv_text(&csv, column_name(f, pair->a));
        hc_csv_text(&csv, column_name(f, pair->b));
        hc_csv_num(&csv, pair->r);
        hc_csv_num(&csv, pair->r_within);
        hc_csv_int(&csv, (int64_t)pair->n);
        hc_csv_text(&csv, hc_column_kind_name(f->summary->columns[pair->a].kind));
        hc_csv_text(&csv, hc_column_kind_name(f->summary->columns[pair->b].kind));
        hc_csv_end(&csv);
    }
}

/* ---- workloads ------------------------------------------------------------------- */

static void resource_header(
    struct hc_csv *csv, const char *const *names, size_t n, size_t resource)
{
    for (size_t i = 0; i < n; i++) {
        char name[64];

        snprintf(name, sizeof(name), "%s_%s", hc_resources[resource].key, names[i]);
        hc_csv_text(csv, name);
    }
}

static void budget_line(struct hc_csv *csv, const struct hc_budget_line *line)
{
    hc_csv_num(csv, line->allocatable);
    hc_csv_num(csv, line->requested);
    hc_csv_num(csv, line->requested_share);
    hc_csv_num(csv, line->limits);
    hc_csv_num(csv, line->used);
    hc_csv_num(csv, line->used_share);
    hc_csv_int(csv, (int64_t)line->n);
    hc_csv_int(csv, (int64_t)line->expected);
    hc_csv_int(csv, (int64_t)line->no_request);
    hc_csv_int(csv, (int64_t)line->no_limit);
}

static void unplaced(struct hc_csv *csv, const struct hc_unplaced *unplaced)
{
    hc_csv_int(csv, (int64_t)unplaced->pods);
    hc_csv_num(csv, unplaced->pod_hours);
}

static void budget(struct hc_csv *csv, const struct hc_budget *budget)
{
    hc_csv_text(csv, budget->name);
    hc_csv_text(csv, budget->cluster);
    hc_csv_num(csv, budget->hours);
    hc_csv_int(csv, (int64_t)budget->pods);
    hc_csv_num(csv, budget->mean_pods);
    for (size_t i = 0; i < HC_RESOURCES; i++)
        budget_line(csv, &budget->lines[i]);
    hc_csv_num(csv, budget->throttled_share);
    hc_csv_int(csv, (int64_t)budget->throttled_n);
    hc_csv_num(csv, budget->oom_kills);
    hc_csv_num(csv, budget->restarts);
    unplaced(csv, &budget->pending);
    unplaced(csv, &budget->elsewhere);
    hc_csv_end(csv);
}

static void budgets(
    struct hc_buf *out, const char *name, const struct hc_budget *rows, size_t n)
{
    static const char *const keys[] = {"cluster", "hours", "pods", "mean_pods"};
    static const char *const lines[] = {"allocatable", "requested", "requested_share",
        "limits", "used", "used_share", "n", "expected", "no_request", "no_limit"};
    static const char *const rest[] = {"throttled_share", "throttled_n", "oom_kills",
        "restarts", "pending_pods", "pending_pod_hours", "elsewhere_pods",
        "elsewhere_pod_hours"};
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, name);
    header(&csv, keys, HC_COUNT(keys));
    for (size_t i = 0; i < HC_RESOURCES; i++)
        resource_header(&csv, lines, HC_COUNT(lines), i);
    header(&csv, rest, HC_COUNT(rest));
    hc_csv_end(&csv);
    for (size_t i = 0; i < n; i++)
        budget(&csv, &rows[i]);
}

static void workload_nodes(struct hc_buf *out, const struct hc_findings *f)
{
    budgets(out, "node", f->workloads.nodes, f->workloads.n_nodes);
}

static void workload_namespaces(struct hc_buf *out, const struct hc_findings *f)
{
    budgets(out, "namespace", f->workloads.namespaces, f->workloads.n_namespaces);
}

static void workload(struct hc_csv *csv, const struct hc_workload *workload)
{
    hc_csv_text(csv, workload->namespace);
    hc_csv_text(csv, workload->kind);
    hc_csv_text(csv, workload->name);
    hc_csv_text(csv, workload->cluster);
    hc_csv_int(csv, (int64_t)workload->pods);
    for (size_t i = 0; i < HC_RESOURCES; i++) {
        const struct hc_workload_line *line = &workload->lines[i];

        hc_csv_num(csv, line->requested);
        hc_csv_num(csv, line->used);
        hc_csv_num(csv, line->slack);
        hc_csv_int(csv, (int64_t)line->n);
        hc_csv_int(csv, (int64_t)line->expected);
        hc_csv_int(csv, (int64_t)line->no_request);
    }
    hc_csv_end(csv);
}

static void workloads(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const keys[] = {"namespace", "kind", "name", "cluster", "pods"};
    static const char *const lines[] = {
        "requested", "used", "slack", "n", "expected", "no_request"};
    struct hc_csv csv = {.out = out};

    header(&csv, keys, HC_COUNT(keys));
    for (size_t i = 0; i < HC_RESOURCES; i++)
        resource_header(&csv, lines, HC_COUNT(lines), i);
    hc_csv_end(&csv);
    for (size_t i = 0; i < f->workloads.n_top; i++)
        workload(&csv, &f->workloads.top[i]);
}

/* ---- anomalies ------------------------------------------------------------------- */

static void blamed(struct hc_csv *csv, const struct hc_anomaly *event)
{
    const struct hc_anomaly_column *first = event->column;
    struct hc_buf HC_CLEANUP(hc_buf_clear) names = HC_BUF_INIT;

    for (size_t k = 0; k < event->n_columns; k++)
        hc_buf_printf(
            &names, "%s%s", k ? ";" : "", hc_metrics[event->column[k].metric].name);
    csv->out->failed |= names.failed;
    hc_csv_text(csv, hc_buf_str(&names));
    hc_csv_num(csv, event->n_columns ? first->z : NAN);
    hc_csv_num(csv, event->n_columns ? first->value : NAN);
    hc_csv_num(csv, event->n_columns ? first->usual : NAN);
}

static void anomalies(struct hc_buf *out, const struct hc_findings *f)
{
    static const char *const keys[] = {"node", "cluster", "start", "end", "top",
        "utc_offset_s", "score", "n", "fleet", "columns", "z", "value", "usual"};
    struct hc_csv csv = {.out = out};

    header(&csv, keys, HC_COUNT(keys));
    hc_csv_end(&csv);
    for (size_t i = 0; i < f->anomalies.n_events; i++) {
        const struct hc_anomaly *event = &f->anomalies.events[i];
        const struct hc_node *node = &f->summary->nodes[event->node];

        hc_csv_text(&csv, node->name);
        hc_csv_text(&csv, node->cluster);
        hc_csv_text(&csv, hc_human_iso(event->start_us).text);
        hc_csv_text(&csv, hc_human_iso(event->end_us).text);
        hc_csv_text(&csv, hc_human_iso(event->top_us).text);
        hc_csv_int(&csv, event->offset_s);
        hc_csv_num(&csv, event->score);
        hc_csv_int(&csv, (int64_t)event->n);
        hc_csv_num(&csv, event->fleet >= 0 ? (double)event->fleet : NAN);
        blamed(&csv, event);
        hc_csv_end(&csv);
    }
}

const struct hc_report_table hc_report_tables[] = {
    {"tables/hourly.csv", hourly},
    {"tables/daily.csv", daily},
    {"tables/weekly.csv", weekly},
    {"tables/nodes.csv", nodes},
    {"tables/columns.csv", columns},
    {"tables/correlation.csv", correlation},
    {"tables/pairs.csv", pairs},
    {"tables/anomalies.csv", anomalies},
    {"tables/workload_nodes.csv", workload_nodes},
    {"tables/workload_namespaces.csv", workload_namespaces},
    {"tables/workloads.csv", workloads},
};
const size_t hc_report_tables_count = HC_COUNT(hc_report_tables);
