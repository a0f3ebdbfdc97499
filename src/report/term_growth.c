#include <math.h>
#include <string.h>

#include "report/gauge_text.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { SHOWN = 5, LABEL = 24, GAUGE = 17 };

/* ---- growth ---- */

static const struct {
    const char *claim, *words;
} claims[] = {
    {"none", "no clear trend"},
    {"rises", "rises"},
    {"falls", "falls"},
    {"wanders", "wanders"},
    {"step", "steps, no line"},
};

static const char *words_of(const char *claim)
{
    for (size_t i = 0; i < HC_COUNT(claims); i++)
        if (!strcmp(claim, claims[i].claim))
            return claims[i].words;
    return claim;
}

static void put_cluster(struct hc_page *page, const struct hc_growth *g)
{
    static const struct hc_grid_column columns[] = {
        {"cluster", GAUGE, false},
        {"a day", 10, true},
        {"95 % from", 10, true},
        {"to", 10, true},
        {"days", 4, true},
        {"", 14, false},
    };
    struct hc_grid grid;

    if (!g->n_cluster)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < g->n_cluster; i++) {
        const struct hc_growth_row *row = &g->cluster[i];
        int metric = row->of.metric;

        hc_grid_put(&grid, hc_metrics[metric].name);
        hc_grid_put(&grid, hc_gauge_change_text(metric, row->slope).text);
        hc_grid_put(&grid, hc_gauge_change_text(metric, row->low).text);
        hc_grid_put(&grid, hc_gauge_change_text(metric, row->high).text);
        hc_grid_put_short(&grid, row->days);
        hc_grid_put(&grid, words_of(row->claim));
    }
}

static void put_claims(struct hc_page *page, const struct hc_growth *g)
{
    static const struct hc_grid_column columns[] = {
        {"nodes by gauge", GAUGE, false},
        {"rise", 6, true},
        {"fall", 6, true},
        {"no clear", 8, true},
        {"wander", 6, true},
        {"step", 6, true},
        {"of", 7, true},
    };
    static const char *const order[] = {"rises", "falls", "none", "wanders", "step"};
    struct hc_grid grid;

    if (!g->n_nodes)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (int m = 0; m < HC_METRICS; m++) {
        uint64_t n[HC_COUNT(order)] = {0}, all = 0;

        for (size_t i = 0; i < g->n_nodes; i++) {
            if (g->nodes[i].of.metric != m)
                continue;
            all++;
            for (size_t k = 0; k < HC_COUNT(order); k++)
                n[k] += !strcmp(g->nodes[i].claim, order[k]);
        }
        if (!all)
            continue;
        hc_grid_put(&grid, hc_metrics[m].name);
        for (size_t k = 0; k < HC_COUNT(order); k++)
            hc_grid_put_short(&grid, n[k]);
        hc_grid_put_short(&grid, all);
    }
}

/* As the statement says them: a tenth of a day is enough. */
static struct hc_human days_text(double days)
{
    return isfinite(days) && days < 1000 ? hc_human_text("%.1f", days)
                                         : hc_human_number(days);
}

static void put_full(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"full first", LABEL, false},
        {"gauge", 12, false},
        {"now", 7, true},
        {"in days", 8, true},
        {"95 % from", 9, true},
        {"to", 6, true},
    };
    const struct hc_growth *g = &f->patterns.growth;
    struct hc_rank rank;
    struct hc_grid grid;
    size_t limited = 0;

    hc_rank_init(&rank, SHOWN);
    for (size_t i = 0; i < g->n_nodes; i++) {
        limited += g->nodes[i].full[0] != 0;
        hc_rank_offer(&rank, i, -g->nodes[i].full_days);
    }
    hc_page_blank(page);
    if (!rank.n) {
        hc_page_wrap(page, HC_PAGE_INDENT,
            limited ? "No memory and no disk of a node rises clearly towards full."
                    : "Until full: not enough data (no memory or disk with 14 days).");
        return;
    }
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_growth_row *row = &g->nodes[rank.index[i]];
        const struct hc_node *node = &f->summary->nodes[row->of.node];

        hc_grid_put(&grid, hc_page_node(page, node, LABEL).text);
        hc_grid_put(&grid, hc_metrics[row->of.metric].name);
        hc_grid_put_percent(&grid, row->level);
        hc_grid_put(&grid, days_text(row->full_days).text);
        hc_grid_put(&grid, days_text(row->full_low).text);
        hc_grid_put(&grid, days_text(row->full_high).text);
    }
}

void hc_term_growth(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_growth *g = &f->patterns.growth;

    if (!hc_page_available(page, &g->verdict))
        return;
    hc_page_wrap(page, HC_PAGE_INDENT,
        "Slope of daily means without the weekly profile; fractions in percentage "
        "points. "
        "It rises or falls where the interval leaves out 0. Of series without a trend up "
        "to 5 in 100 are named by chance.");
    put_cluster(page, g);
    put_claims(page, g);
    put_full(page, f);
}

/* ---- changes ---- */

static void put_steps(struct hc_page *page, const struct hc_level_changes *c)
{
    static const struct hc_grid_column columns[] = {
        {"cluster, from (UTC)", 19, false},
        {"gauge", GAUGE, false},
        {"before", 11, true},
        {"after", 11, true},
    };
    struct hc_grid grid;
    struct hc_rank rank;

    hc_page_blank(page);
    if (!c->n_cluster) {
        hc_page_wrap(page, HC_PAGE_INDENT, "The cluster's levels did not change.");
        return;
    }
    hc_rank_init(&rank, SHOWN);
    for (size_t i = 0; i < c->n_cluster; i++)
        hc_rank_offer(&rank, i,
            fabs(c->cluster[i].after - c->cluster[i].before) /
                fmax(fabs(c->cluster[i].after), fabs(c->cluster[i].before)));
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_level_change *row = &c->cluster[rank.index[i]];

        hc_grid_put(&grid, hc_human_date(row->at_us).text);
        hc_grid_put(&grid, hc_metrics[row->of.metric].name);
        hc_grid_put(&grid, hc_gauge_text(row->of.metric, row->before).text);
        hc_grid_put(&grid, hc_gauge_text(row->of.metric, row->after).text);
    }
    if (rank.n < c->n_cluster)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more, smaller for their level",
            hc_human_count(c->n_cluster - rank.n).text);
}

static void put_together(struct hc_page *page, const struct hc_level_changes *c)
{
    static const struct hc_grid_column columns[] = {
        {"together, from (UTC)", 20, false},
        {"gauge", GAUGE, false},
        {"nodes", 6, true},
        {"up", 6, true},
        {"down", 6, true},
    };
    struct hc_grid grid;
    struct hc_rank rank;

    hc_page_blank(page);
    if (!c->n_together) {
        hc_page_wrap(page, HC_PAGE_INDENT,
            "No nodes changed their level together, more than by chance.");
        return;
    }
    hc_rank_init(&rank, SHOWN);
    for (size_t i = 0; i < c->n_together; i++)
        hc_rank_offer(&rank, i, c->together[i].nodes);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_change_together *t = &c->together[rank.index[i]];

        hc_grid_put(&grid, hc_human_date(t->first_us).text);
        hc_grid_put(&grid, hc_metrics[t->metric].name);
        hc_grid_put_short(&grid, t->nodes);
        hc_grid_put_short(&grid, t->up);
        hc_grid_put_short(&grid, t->nodes > t->up ? t->nodes - t->up : 0);
    }
    if (rank.n < c->n_together)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more, of fewer nodes",
            hc_human_count(c->n_together - rank.n).text);
}

void hc_term_changes(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_level_changes *c = &f->patterns.changes;

    if (!hc_page_available(page, &c->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Levels that last a day or more, without the weekly profile: %s changes in %s "
        "gauges of nodes; of %s of these, which wander, nothing is claimed. A node that "
        "joins or leaves moves the cluster's mean.",
        hc_human_count(c->n_nodes).text, hc_human_count(c->courses).text,
        hc_human_count(c->wander).text);
    put_steps(page, c);
    put_together(page, c);
}
