/*
 * quality_say.c - what a person should know of the data before believing the rest
 *
 * Weights: a fault that is there is read before the findings it spoils, one that is not
 * there late.
 */
#include <math.h>
#include <string.h>

#include "findings/draft.h"
#include "findings/quality.h"

static enum hc_status say_coverage(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_quality *q = &out->quality;
    uint64_t expected = 0, occupied = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("quality.coverage", "Coverage", q->coverage < 0.95 ? 90 : 40);

    if (isnan(q->coverage))
        return hc_draft_refuse(
            &d, out, HC_NOT_ENOUGH_DATA, "no node has two samples at distinct times");
    for (size_t i = 0; i < view->summary->n_nodes; i++) {
        expected += view->summary->nodes[i].expected;
        occupied += view->summary->nodes[i].occupied;
    }
    hc_draft_value(&d, q->coverage, "fraction", expected);
    hc_buf_printf(&d.text,
        "Samples fill %s of the time slots of %s (%s of %s; the usual step is %s).",
        hc_phrase_percent(q->coverage).text,
        hc_phrase_plural(view->summary->n_nodes, "node").text,
        hc_phrase_count(occupied).text, hc_phrase_count(expected).text,
        hc_phrase_duration((double)q->step_s).text);
    return hc_draft_end(&d, out);
}

static const struct hc_fleet_gap *longest_of(const struct hc_quality *q)
{
    const struct hc_fleet_gap *best = &q->fleet_gaps[0];

    for (size_t i = 1; i < q->n_fleet_gaps; i++)
        if (q->fleet_gaps[i].end_us - q->fleet_gaps[i].start_us >
            best->end_us - best->start_us)
            best = &q->fleet_gaps[i];
    return best;
}

static enum hc_status say_fleet_gaps(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_quality *q = &out->quality;
    size_t n_nodes = view->summary->n_nodes;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft(
        "quality.fleet_gaps", "Gaps of the whole fleet", q->n_fleet_gaps ? 82 : 14);

    if (n_nodes < 2)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "a fleet is two nodes");
    hc_draft_value(&d, (double)q->n_fleet_gaps, "gaps", n_nodes);
    if (!q->n_fleet_gaps) {
        hc_buf_printf(&d.text, "There is no gap that 80 %% of the %s share.",
            hc_phrase_plural(n_nodes, "node").text);
        return hc_draft_end(&d, out);
    }
    const struct hc_fleet_gap *gap = longest_of(q);
    hc_buf_printf(&d.text, "%s shared by 80 %% or more of %s",
        hc_phrase_plural(q->n_fleet_gaps, "gap").text,
        hc_phrase_plural(n_nodes, "node").text);
    if (q->n_gap_holes)
        hc_buf_printf(&d.text, ", %s of them %s of the collection",
            hc_phrase_count(q->n_gap_holes).text,
            q->n_gap_holes == 1 ? "a hole" : "holes");
    hc_buf_printf(&d.text, "; the longest is %s from %s, %s.",
        hc_phrase_duration((double)(gap->end_us - gap->start_us) / 1e6).text,
        hc_phrase_time(gap->start_us).text, hc_phrase_plural(gap->nodes, "node").text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_worst_gap(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_summary *s = view->summary;
    const struct hc_node *worst = NULL;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("quality.longest_gap", "Longest gap of a node", 34);

    for (size_t i = 0; i < s->n_nodes; i++)
        if (!worst || s->nodes[i].longest_gap_s > worst->longest_gap_s)
            worst = &s->nodes[i];
    if (!worst)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "there is no node");
    hc_draft_value(&d, worst->longest_gap_s, "s", out->quality.gaps);
    if (!out->quality.gaps) {
        d.head.weight = 13;
        hc_buf_printf(&d.text, "No node has a gap over 1.5 of its steps (%s).",
            hc_phrase_plural(s->n_nodes, "node").text);
        return hc_draft_end(&d, out);
    }
    hc_buf_printf(&d.text, "The longest of %s is %s, of node ",
        hc_phrase_plural(out->quality.gaps, "single-node gap").text,
        hc_phrase_duration(worst->longest_gap_s).text);
    hc_phrase_name(&d.text, worst->name);
    hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static enum hc_status say_repeats(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_quality *q = &out->quality;
    uint64_t repeats = q->exact + q->conflicting, rows = view->summary->rows;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("quality.repeats", "Repeated rows", 11);

    if (repeats)
        d.head.weight = repeats >= rows / 1000 || q->conflicting ? 60 : 30;
    hc_draft_value(&d, (double)repeats, "rows", rows);
    if (repeats)
        hc_buf_printf(&d.text,
            "%s of %s rows (%s) repeat an earlier node and time: %s exactly, %s with "
            "other values.",
            hc_phrase_count(repeats).text, hc_phrase_count(rows).text,
            hc_phrase_percent((double)repeats / (double)rows).text,
            hc_phrase_count(q->exact).text, hc_phrase_count(q->conflicting).text);
    else
        hc_buf_printf(&d.text, "None of %s rows repeats a node and time.",
            hc_phrase_count(rows).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say_out_of_range(
    const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_column *worst = NULL;
    uint64_t bad = 0, n = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("quality.out_of_range", "Impossible values", 11);

    for (int m = 0; m < HC_METRICS; m++) {
        const struct hc_column *c = view->column[m];

        if (!c)
            continue;
        bad += c->below + c->above;
        n += c->stats.n;
        if (!worst || c->below + c->above > worst->below + worst->above)
            worst = c;
    }
    if (!worst)
        return hc_draft_refuse(&d, out, HC_NOT_AVAILABLE, "no gauge is in the data");
    hc_draft_value(&d, (double)bad, "values", n);
    if (bad) {
        d.head.weight = 62;
        hc_buf_printf(&d.text,
            "%s of %s gauge values are outside the possible range; most in %s: "
            "%s below, %s above.",
            hc_phrase_count(bad).text, hc_phrase_count(n).text,
            hc_metrics[worst->metric].name, hc_phrase_count(worst->below).text,
            hc_phrase_count(worst->above).text);
    } else {
        hc_buf_printf(&d.text, "All %s gauge values are within their possible range.",
            hc_phrase_count(n).text);
    }
    return hc_draft_end(&d, out);
}

static enum hc_status say_missing(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_summary *s = view->summary;
    const struct hc_column *worst = NULL;
    uint64_t infinite = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("quality.missing", "Missing values", 11);

    for (size_t i = 0; i < s->n_columns; i++) {
        infinite += s->columns[i].infinite;
        if (!worst || s->columns[i].missing > worst->missing)
            worst = &s->columns[i];
    }
    if (!worst || !s->rows)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "there is no row");
    hc_draft_value(&d, (double)worst->missing / (double)s->rows, "fraction", s->rows);
    if (worst->missing) {
        d.head.weight = 10 * worst->missing >= s->rows ? 61 : 32;
        hc_buf_puts(&d.text, "Most is missing in column ");
        hc_phrase_name(&d.text, worst->name);
        hc_buf_printf(&d.text, ": %s of %s values (%s)",
            hc_phrase_count(worst->missing).text, hc_phrase_count(s->rows).text,
            hc_phrase_percent(d.head.value).text);
    } else {
        hc_buf_printf(&d.text, "No value is missing in %s of %s",
            hc_phrase_plural(s->n_columns, "column").text,
            hc_phrase_plural(s->rows, "row").text);
    }
    if (infinite)
        hc_buf_printf(
            &d.text, "; infinite, over all columns: %s", hc_phrase_count(infinite).text);
    hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static enum hc_status say_gauges(const struct hc_view *view, struct hc_findings *out)
{
    unsigned absent = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("quality.gauges_absent", "Gauges that are not there", 16);

    for (int m = 0; m < HC_METRICS; m++)
        absent += !view->column[m];
    hc_draft_value(&d, absent, "gauges", HC_METRICS);
    if (!absent)
        hc_buf_printf(&d.text, "All %d gauges of the contract are there.", HC_METRICS);
    else
        hc_buf_printf(&d.text, "%u of the contract's %d gauges are not there: ", absent,
            HC_METRICS);
    for (int m = 0, said = 0; absent && m < HC_METRICS; m++) {
        if (view->column[m])
            continue;
        if (said == 4) {
            hc_buf_printf(&d.text, ", and %u more", absent - 4);
            break;
        }
        hc_buf_printf(&d.text, "%s%s", said++ ? ", " : "", hc_metrics[m].name);
    }
    if (absent)
        hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static enum hc_status say_short_nodes(const struct hc_view *view, struct hc_findings *out)
{
    uint32_t left_out = out->quality.short_nodes;
    size_t n_nodes = view->summary->n_nodes;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("quality.short_nodes", "Nodes too short to compare", left_out ? 36 : 9);

    hc_draft_value(&d, left_out, "nodes", n_nodes);
    if (left_out)
        hc_buf_printf(&d.text,
            "%s of %s: less than 7 days from first to last sample, so not compared.",
            hc_phrase_count(left_out).text, hc_phrase_plural(n_nodes, "node").text);
    else
        hc_buf_printf(&d.text, "All %s span 7 days or more and are compared.",
            hc_phrase_plural(n_nodes, "node").text);
    return hc_draft_end(&d, out);
}

enum hc_status hc_quality_say(const struct hc_view *view, struct hc_findings *out)
{
    HC_TRY(say_coverage(view, out));
    HC_TRY(say_fleet_gaps(view, out));
    HC_TRY(hc_holes_say(view, out));
    HC_TRY(say_worst_gap(view, out));
    HC_TRY(say_repeats(view, out));
    HC_TRY(say_out_of_range(view, out));
    HC_TRY(say_missing(view, out));
    HC_TRY(say_gauges(view, out));
    return say_short_nodes(view, out);
}
