#include <math.h>
#include <string.h>

#include "report/gauge_text.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { SHOWN = 5, LABEL = 16, GAUGE = 16 };

static const struct {
    const char *claim, *words;
} claims[] = {
    {"more", "more"},
    {"less", "less"},
    {"none", "unclear"},
    {"wanders", "wanders"},
    {"short", "short"},
};

static const char *words_of(const char *claim)
{
    for (size_t i = 0; i < HC_COUNT(claims); i++)
        if (!strcmp(claim, claims[i].claim))
            return claims[i].words;
    return claim;
}

static void put_row(struct hc_grid *grid, const char *name, const struct hc_compared *row)
{
    int metric = row->of.metric;

    hc_grid_put(grid, name);
    hc_grid_put(grid, hc_gauge_text(metric, row->side[0].mean).text);
    hc_grid_put(grid, hc_gauge_text(metric, row->side[1].mean).text);
    hc_grid_put(grid, hc_gauge_change_text(metric, row->difference).text);
    hc_grid_put(grid, hc_gauge_change_text(metric, row->low).text);
    hc_grid_put(grid, hc_gauge_change_text(metric, row->high).text);
    hc_grid_put(grid, words_of(row->claim));
}

static void put_cluster(struct hc_page *page, const struct hc_comparison *c)
{
    static const struct hc_grid_column columns[] = {
        {"cluster, mean", GAUGE, false},
        {"first", 8, true},
        {"second", 8, true},
        {"change", 9, true},
        {"95 % from", 9, true},
        {"to", 9, true},
        {"", 7, false},
    };
    struct hc_grid grid;

    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < c->n_cluster; i++)
        put_row(&grid, hc_metrics[c->cluster[i].of.metric].name, &c->cluster[i]);
}

static void put_claims(struct hc_page *page, const struct hc_comparison *c)
{
    static const struct hc_grid_column columns[] = {
        {"nodes by gauge", GAUGE, false},
        {"more", 6, true},
        {"less", 6, true},
        {"unclear", 7, true},
        {"wander", 6, true},
        {"short", 6, true},
        {"of", 7, true},
    };
    struct hc_grid grid;

    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (int m = 0; m < HC_METRICS; m++) {
        uint64_t n[HC_COUNT(claims)] = {0}, all = 0;

        for (size_t i = 0; i < c->n_nodes; i++) {
            if (c->nodes[i].of.metric != m)
                continue;
            all++;
            for (size_t k = 0; k < HC_COUNT(claims); k++)
                n[k] += !strcmp(c->nodes[i].claim, claims[k].claim);
        }
        if (!all)
            continue;
        hc_grid_put(&grid, hc_metrics[m].name);
        for (size_t k = 0; k < HC_COUNT(claims); k++)
            hc_grid_put_short(&grid, n[k]);
        hc_grid_put_short(&grid, all);
    }
}

static bool is_clear(const struct hc_compared *row)
{
    return !strcmp(row->claim, "more") || !strcmp(row->claim, "less");
}

/* Nodes whose CPU differs most, of those where it clearly does. */
static void put_nodes(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"CPU of nodes", LABEL, false},
        {"first", 8, true},
        {"second", 8, true},
        {"change", 9, true},
        {"95 % from", 9, true},
        {"to", 9, true},
        {"", 7, false},
    };
    const struct hc_comparison *c = &f->patterns.compare;
    struct hc_grid grid;
    struct hc_rank rank;

    hc_rank_init(&rank, SHOWN);
    for (size_t i = 0; i < c->n_nodes; i++)
        if (c->nodes[i].of.metric == HC_CPU && is_clear(&c->nodes[i]))
            hc_rank_offer(&rank, i, fabs(c->nodes[i].difference));
    hc_page_blank(page);
    if (!rank.n) {
        hc_page_wrap(page, HC_PAGE_INDENT, "No node's CPU clearly differs.");
        return;
    }
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_compared *row = &c->nodes[rank.index[i]];
        const struct hc_node *node = &f->summary->nodes[row->of.node];

        put_row(&grid, hc_page_node(page, node, LABEL).text, row);
    }
}

static void put_range(struct hc_page *page, const struct hc_comparison *c, size_t side)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf alone = HC_BUF_INIT;

    if (c->only[side])
        hc_buf_printf(&alone, " · %s node%s only then",
            hc_human_count(c->only[side]).text, c->only[side] == 1 ? "" : "s");
    hc_page_wrapf(page, HC_PAGE_INDENT, "%s %s – %s UTC · %s days%s",
        side ? "second" : "first", hc_human_date(c->range[side].from_us).text,
        hc_human_date(c->range[side].to_us).text, hc_human_count(c->n_days[side]).text,
        hc_buf_str(&alone));
}

void hc_term_compare(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_comparison *c = &f->patterns.compare;

    for (size_t side = 0; c->asked && side < 2; side++)
        put_range(page, c, side);
    if (!hc_page_available(page, &c->verdict))
        return;
    hc_page_wrap(page, HC_PAGE_INDENT,
        "Change: of daily means without the weekly profile, wild days pulled in; "
        "fractions in percentage points. It is more or less where the interval leaves "
        "out 0; of ranges alike up to 5 in 100 are named by chance. A node that joins or "
        "leaves moves the cluster's mean.");
    if (c->n_cluster)
        put_cluster(page, c);
    if (c->n_nodes)
        put_claims(page, c);
    put_nodes(page, f);
}
