#include <math.h>

#include "report/json_sections.h"

/* ---- input ----------------------------------------------------------------------- */

void hc_json_input(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_summary *s = f->summary;

    hc_json_open(js, '{');
    hc_json_rows_open(js, "files", '[');
    for (size_t i = 0; i < s->n_files; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "path", s->files[i].path);
        hc_json_count(js, "bytes", s->files[i].bytes);
        hc_json_count(js, "rows", s->files[i].rows);
        hc_json_kbool(js, "verified", s->files[i].verified);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
    hc_json_kstr(js, "timezone", f->settings->timezone);
    hc_json_rows_open(js, "options", '[');
    for (int i = 0; i < f->settings->argc; i++)
        hc_json_str(js, f->settings->argv[i]);
    hc_json_rows_close(js, ']');
    hc_json_kstr(js, "group_by", f->settings->group_by);
    hc_json_close(js, '}');
}

/* ---- quality --------------------------------------------------------------------- */

static void put_missing(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_rows_open(js, "missing", '[');
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct hc_column *column = &s->columns[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "column", column->name);
        hc_json_count(js, "missing", column->missing);
        hc_json_count(js, "nan", column->nan);
        hc_json_count(js, "infinite", column->infinite);
        hc_json_knum(js, "pct",
            s->rows ? 100.0 * ((double)column->missing / (double)s->rows) : NAN);
        if (!s->rows)
            hc_json_status(js, HC_NOT_ENOUGH_DATA, "no rows");
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

/* A node without a step has no slots, so no coverage either. */
static void put_slots(struct hc_json *js, const struct hc_node *node)
{
    if (node->step_s && node->expected) {
        hc_json_kint(js, "step_s", node->step_s);
        hc_json_count(js, "expected", node->expected);
        hc_json_count(js, "occupied", node->occupied);
        hc_json_knum(js, "coverage", (double)node->occupied / (double)node->expected);
        return;
    }
    hc_json_knum(js, "step_s", NAN);
    hc_json_knum(js, "expected", NAN);
    hc_json_knum(js, "occupied", NAN);
    hc_json_knum(js, "coverage", NAN);
}

static void put_node(struct hc_json *js, const struct hc_node *node)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "node", node->name);
    if (node->cluster)
        hc_json_kstr(js, "cluster", node->cluster);
    hc_json_count(js, "n", node->rows);
    put_slots(js, node);
    hc_json_count(js, "gaps", node->gaps);
    hc_json_knum(js, "longest_gap_s", node->longest_gap_s);
    hc_json_ktime(js, "start", node->first_us);
    hc_json_ktime(js, "end", node->last_us);
    hc_json_count(js, "exact", node->exact);
    hc_json_count(js, "conflicting", node->conflicting);
    hc_json_count(js, "out_of_order", node->out_of_order);
    if (!node->step_s || !node->expected)
        hc_json_status(js, HC_NOT_ENOUGH_DATA, "a single time has no step");
    hc_json_close(js, '}');
}

static void put_fleet_gaps(struct hc_json *js, const struct hc_quality *q)
{
    hc_json_rows_open(js, "fleet_gaps", '[');
    for (size_t i = 0; i < q->n_fleet_gaps; i++) {
        hc_json_open(js, '{');
        hc_json_ktime(js, "start", q->fleet_gaps[i].start_us);
        hc_json_ktime(js, "end", q->fleet_gaps[i].end_us);
        hc_json_kint(js, "nodes", q->fleet_gaps[i].nodes);
        hc_json_kbool(js, "hole", q->fleet_gaps[i].hole);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_out_of_range(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_rows_open(js, "out_of_range", '[');
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct hc_column *column = &s->columns[i];

        if (!column->below && !column->above)
            continue;
        hc_json_open(js, '{');
        hc_json_kstr(js, "column", column->name);
        hc_json_count(js, "below", column->below);
        hc_json_count(js, "above", column->above);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_span(struct hc_json *js, const struct hc_summary *s)
{
    if (s->n_nodes) {
        hc_json_ktime(js, "start", s->first_us);
        hc_json_ktime(js, "end", s->last_us);
        hc_json_knum(js, "span_s", (double)(s->last_us - s->first_us) / 1e6);
        hc_json_kint(js, "start_offset_s", s->first_offset_s);
        hc_json_kint(js, "end_offset_s", s->last_offset_s);
        return;
    }
    hc_json_kstr(js, "start", NULL);
    hc_json_kstr(js, "end", NULL);
    hc_json_knum(js, "span_s", NAN);
    hc_json_knum(js, "start_offset_s", NAN);
    hc_json_knum(js, "end_offset_s", NAN);
}

static void put_status(struct hc_json *js, const struct hc_findings *f)
{
    if (!f->summary->n_nodes)
        hc_json_status(js, HC_NOT_ENOUGH_DATA, "no row with a timestamp and a node");
    else if (!f->quality.step_s)
        hc_json_status(
            js, HC_NOT_ENOUGH_DATA, "no node has two times: no step, no coverage");
    else
        hc_json_status(js, HC_AVAILABLE, NULL);
}

void hc_json_quality(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_quality *q = &f->quality;
    const struct hc_summary *s = f->summary;

    hc_json_open(js, '{');
    put_status(js, f);
    hc_json_count(js, "rows", s->rows);
    hc_json_count(js, "columns", s->n_columns);
    hc_json_count(js, "nodes", s->n_nodes);
    put_span(js, s);
    hc_json_knum(js, "step_s", q->step_s ? (double)q->step_s : NAN);
    hc_json_knum(js, "coverage", q->coverage);
    hc_json_count(js, "gaps", q->gaps);
    hc_json_count(js, "rows_no_key", s->rows_no_key);
    hc_json_count(js, "short_nodes", q->short_nodes);
    put_missing(js, s);
    hc_json_rows_open(js, "records_per_node", '[');
    for (size_t i = 0; i < s->n_nodes; i++)
        put_node(js, &s->nodes[i]);
    hc_json_rows_close(js, ']');
    put_fleet_gaps(js, q);
    hc_json_rows_open(js, "duplicates", '{');
    hc_json_count(js, "exact", q->exact);
    hc_json_count(js, "conflicting", q->conflicting);
    hc_json_rows_close(js, '}');
    hc_json_count(js, "out_of_order", q->out_of_order);
    put_out_of_range(js, s);
    hc_json_collected(js, s);
    hc_json_rows_open(js, "notes", '[');
    for (size_t i = 0; i < s->n_notes; i++)
        hc_json_str(js, s->notes[i]);
    hc_json_rows_close(js, ']');
    hc_json_close(js, '}');
}
