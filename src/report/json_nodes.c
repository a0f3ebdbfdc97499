#include <math.h>

#include "report/json_sections.h"

/* ---- nodes ----------------------------------------------------------------------- */

static void put_node(
    struct hc_json *js, const struct hc_findings *f, const struct hc_node *node)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "node", node->name);
    if (node->cluster)
        hc_json_kstr(js, "cluster", node->cluster);
    if (f->settings->group_by)
        hc_json_kstr(js, "group", node->group);
    hc_json_count(js, "n", node->rows);
    for (size_t i = 0; i < HC_MAIN; i++)
        hc_json_stats(js, hc_metrics[hc_main_metrics[i]].name, &node->main[i], true,
            hc_json_absent(f, i));
    hc_json_close(js, '}');
}

/* A list at the top: each item on one line. */
static void rows_open(struct hc_json *js)
{
    hc_json_open(js, '[');
    js->flat_from = js->depth + 1;
}

void hc_json_nodes(struct hc_json *js, const struct hc_findings *f)
{
    rows_open(js);
    for (size_t i = 0; i < f->summary->n_nodes; i++)
        put_node(js, f, &f->summary->nodes[i]);
    hc_json_rows_close(js, ']');
}

/* ---- columns --------------------------------------------------------------------- */

static void put_column(
    struct hc_json *js, const struct hc_findings *f, const struct hc_column *column)
{
    const struct hc_stats *s = &column->stats;
    const double values[] = {s->mean, s->std, s->min, s->max, s->p50, s->p95, s->p99};
    static const char *const keys[] = {"mean", "std", "min", "max", "p50", "p95", "p99"};
    bool whole = true;

    hc_json_open(js, '{');
    hc_json_kstr(js, "name", column->name);
    hc_json_kstr(js, "type", column->type);
    hc_json_kstr(js, "kind", hc_column_kind_name(column->kind));
    hc_json_kstr(
        js, "unit", column->metric >= 0 ? hc_metrics[column->metric].unit : NULL);
    hc_json_kbool(js, "numeric", column->numeric);
    hc_json_count(js, "n", column->numeric ? s->n : f->summary->rows - column->missing);
    hc_json_count(js, "missing", column->missing);
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        double value = column->numeric && s->n ? values[i] : NAN;

        hc_json_knum(js, keys[i], value);
        whole &= isfinite(value);
    }
    if (!column->numeric)
        hc_json_status(js, HC_NOT_AVAILABLE, "not a numeric column");
    else if (!whole)
        hc_json_status(js, s->n ? HC_NOT_ENOUGH_DATA : HC_NOT_AVAILABLE,
            !s->n       ? "no finite value"
            : s->n == 1 ? "one value has no deviation"
                        : "beyond the range of a double");
    hc_json_close(js, '}');
}

void hc_json_columns(struct hc_json *js, const struct hc_findings *f)
{
    rows_open(js);
    for (size_t i = 0; i < f->summary->n_columns; i++)
        put_column(js, f, &f->summary->columns[i]);
    hc_json_rows_close(js, ']');
}

/* ---- trends ---------------------------------------------------------------------- */

void hc_json_trends(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_open(js, '{');
    hc_json_verdict(js, &f->trends.verdict);
    hc_json_count(js, "rows", f->trends.rows);
    hc_json_count(js, "hours", f->trends.hours);
    hc_json_rows_open(js, "nodes", '[');
    for (size_t i = 0; i < f->trends.n_nodes; i++) {
        const struct hc_slope *slope = &f->trends.nodes[i];
        const struct hc_node *node = &f->summary->nodes[slope->node];

        hc_json_open(js, '{');
        hc_json_kstr(js, "node", node->name);
        if (node->cluster)
            hc_json_kstr(js, "cluster", node->cluster);
        hc_json_knum(js, "slope_per_day", slope->per_day);
        hc_json_kint(js, "days", slope->days);
        if (isnan(slope->per_day))
            hc_json_status(
                js, HC_NOT_ENOUGH_DATA, "too few daily means of CPU for a slope");
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
    hc_json_close(js, '}');
}
