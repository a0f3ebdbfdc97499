#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { STRONGEST = 5, LABEL = 24, DAY_H = 24, WEEK_H = 168 };

static struct hc_human period_text(int period_h)
{
    if (period_h < 0)
        return hc_human_text("too short");
    return period_h ? hc_human_text("%d h", period_h) : hc_human_text("none");
}

/* "16:00 (15-21)" */
static struct hc_human extreme_text(
    const struct hc_rhythm_row *row, const struct hc_extreme *x)
{
    if (!row->days)
        return hc_human_text("too short");
    if (x->hour < 0)
        return hc_human_text("none");
    if (x->from == x->to)
        return hc_human_hour(x->hour);
    return hc_human_text("%s (%02d-%02d)", hc_human_hour(x->hour).text, x->from, x->to);
}

static void put_strength(struct hc_grid *grid, double strength)
{
    hc_grid_put(grid, isnan(strength) ? "-" : hc_human_text("%.2f", strength).text);
}

static void put_row(
    struct hc_grid *grid, const char *label, const struct hc_rhythm_row *row)
{
    hc_grid_put(grid, label);
    hc_grid_put(grid, period_text(row->period_h).text);
    put_strength(grid, row->trend);
    put_strength(grid, row->day);
    put_strength(grid, row->week);
    hc_grid_put(grid, extreme_text(row, &row->top).text);
    hc_grid_put(grid, extreme_text(row, &row->low).text);
}

static void open_grid(
    struct hc_grid *grid, struct hc_page *page, const char *title, size_t longest)
{
    static struct hc_grid_column columns[] = {
        {NULL, 0, false},
        {"period", 9, true},
        {"trend", 5, true},
        {"day", 4, true},
        {"week", 4, true},
        {"peaks", 13, false},
        {"lowest", 13, false},
    };

    columns[0].title = title;
    hc_page_blank(page);
    hc_grid_open(grid, page, columns, HC_COUNT(columns), longest);
}

static void put_cluster(struct hc_page *page, const struct hc_rhythm *r)
{
    struct hc_grid grid;
    size_t longest = 0;

    for (size_t i = 0; i < r->n_cluster; i++) {
        size_t width = strlen(hc_metrics[r->cluster[i].of.metric].name);

        longest = width > longest ? width : longest;
    }
    if (!r->n_cluster)
        return;
    open_grid(&grid, page, "cluster", longest);
    for (size_t i = 0; i < r->n_cluster; i++)
        put_row(&grid, hc_metrics[r->cluster[i].of.metric].name, &r->cluster[i]);
}

/* Of the gauge that comes first: CPU, as a rule. */
static int first_gauge(const struct hc_rhythm *r)
{
    int first = HC_METRICS;

    for (size_t i = 0; i < r->n_nodes; i++)
        if (r->nodes[i].of.metric < first)
            first = r->nodes[i].of.metric;
    return first;
}

static void put_counts(struct hc_page *page, const struct hc_rhythm *r, int gauge)
{
    size_t n = 0, day = 0, week = 0, other = 0, none = 0, peaks = 0;

    for (size_t i = 0; i < r->n_nodes; i++) {
        const struct hc_rhythm_row *row = &r->nodes[i];

        if (row->of.metric != gauge)
            continue;
        n++;
        day += row->period_h == DAY_H;
        week += row->period_h == WEEK_H;
        none += row->period_h == 0;
        other += row->period_h > 0 && row->period_h != DAY_H && row->period_h != WEEK_H;
        peaks += row->top.hour >= 0;
    }
    hc_page_blank(page);
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "%s of %s nodes: daily %s, weekly %s, another period %s, none %s, too short %s; "
        "%s "
        "have a peak hour.",
        hc_metrics[gauge].name, hc_human_count(n).text, hc_human_count(day).text,
        hc_human_count(week).text, hc_human_count(other).text, hc_human_count(none).text,
        hc_human_count(n - day - week - other - none).text, hc_human_count(peaks).text);
}

static void put_strongest(struct hc_page *page, const struct hc_findings *f,
    const struct hc_rhythm *r, int gauge)
{
    struct hc_rank rank;
    struct hc_grid grid;
    size_t longest = 0;

    hc_rank_init(&rank, STRONGEST);
    for (size_t i = 0; i < r->n_nodes; i++)
        if (r->nodes[i].of.metric == gauge && r->nodes[i].period_h > 0)
            hc_rank_offer(&rank, i, r->nodes[i].season);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_node *node = &f->summary->nodes[r->nodes[rank.index[i]].of.node];
        size_t width = hc_utf8_width(hc_page_node(page, node, LABEL).text);

        longest = width > longest ? width : longest;
    }
    if (!rank.n)
        return;
    open_grid(&grid, page, "strongest", longest);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_rhythm_row *row = &r->nodes[rank.index[i]];

        put_row(
            &grid, hc_page_node(page, &f->summary->nodes[row->of.node], LABEL).text, row);
    }
}

/* What MSTL says of those that were taken apart. */
static void put_parts(
    struct hc_page *page, const struct hc_findings *f, const struct hc_rhythm *r)
{
    static const struct hc_grid_column columns[] = {
        {"taken apart by MSTL", 24, false},
        {"gauge", 17, false},
        {"trend", 5, true},
        {"day", 4, true},
        {"week", 4, true},
    };
    struct hc_grid grid;

    if (!r->n_parts)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < r->n_parts; i++) {
        const struct hc_parts *parts = &r->parts[i];
        bool whole = parts->of.node == HC_WHOLE_CLUSTER;

        hc_grid_put(&grid,
            whole ? "cluster"
                  : hc_page_node(page, &f->summary->nodes[parts->of.node], LABEL).text);
        hc_grid_put(&grid, hc_metrics[parts->of.metric].name);
        put_strength(&grid, parts->trend_strength);
        put_strength(&grid, parts->n_periods > 0 ? parts->strength[0] : NAN);
        put_strength(&grid, parts->n_periods > 1 ? parts->strength[1] : NAN);
    }
}

void hc_term_rhythm(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;

    if (!hc_page_available(page, &r->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Hourly means of %s hours; hours of the day in %s. Strengths of trend, day and "
        "week "
        "are 0 to 1. A peak stands with the hours that hold it in 95 %% of resamples of "
        "days; none: no hour stands out.",
        hc_human_count(f->patterns.hours).text,
        hc_page_label(page, f->settings->timezone, 30).text);
    put_cluster(page, r);
    if (r->n_nodes) {
        put_counts(page, r, first_gauge(r));
        put_strongest(page, f, r, first_gauge(r));
    }
    put_parts(page, f, r);
}
