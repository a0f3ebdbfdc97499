#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "report/bars.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { ALL_NODES = 20, ENDS = 8, SLOPES = 5, SHOWN_GROUPS = 20, LABEL = 36 };

static const struct hc_grid_column node_columns[] = {
    {"node", 0, false},
    {"CPU mean", 8, true},
    {"", 8, false},
    {"p95", 7, true},
    {"max", 7, true},
    {"memory", 7, true},
    {"load", 6, true},
    {"n", 9, true},
};

/* The same for long names: the room of the bars is theirs. */
static const struct hc_grid_column wide_node_columns[] = {
    {"node", 0, false},
    {"CPU mean", 8, true},
    {"p95", 6, true},
    {"max", 6, true},
    {"memory", 6, true},
    {"load", 6, true},
    {"n", 9, true},
};

enum { NAME_BESIDE_BARS = 12 };

static size_t longest_node(struct hc_page *page, const struct hc_findings *f,
    const struct hc_rank *first, const struct hc_rank *second)
{
    size_t longest = 0;

    for (size_t i = 0; i < first->n + second->n; i++) {
        size_t at = i < first->n ? first->index[i] : second->index[i - first->n];
        size_t width =
            hc_utf8_width(hc_page_node(page, &f->summary->nodes[at], LABEL).text);

        longest = width > longest ? width : longest;
    }
    return longest;
}

/* `highest` is what the longest bar stands for. */
static void put_node(struct hc_page *page, struct hc_grid *grid,
    const struct hc_node *node, double highest)
{
    const struct hc_stats *cpu = &node->main[0];

    hc_grid_put(grid, hc_page_node(page, node, LABEL).text);
    hc_grid_put_percent(grid, cpu->mean);
    if (grid->columns == node_columns)
        hc_grid_put(grid, hc_bar(page, cpu->mean, highest, 8).text);
    hc_grid_put_percent(grid, cpu->p95);
    hc_grid_put_percent(grid, cpu->max);
    hc_grid_put_percent(grid, node->main[1].mean);
    hc_grid_put_number(grid, node->main[2].mean);
    hc_grid_put_short(grid, cpu->n ? cpu->n : node->rows);
}

static void put_left_out(struct hc_page *page, size_t n)
{
    if (n)
        hc_page_wrapf(page, HC_PAGE_INDENT, "… %s nodes between, in tables/nodes.csv",
            hc_human_count(n).text);
}

/* The busiest first; of many, both ends. */
static void put_ranked(struct hc_page *page, const struct hc_findings *f,
    const struct hc_rank *most, const struct hc_rank *least, size_t with_cpu)
{
    struct hc_grid grid;
    double highest = most->n ? most->key[0] : 0;
    size_t longest = longest_node(page, f, most, least);

    if (longest > NAME_BESIDE_BARS)
        hc_grid_open(
            &grid, page, wide_node_columns, HC_COUNT(wide_node_columns), longest);
    else
        hc_grid_open(&grid, page, node_columns, HC_COUNT(node_columns), longest);
    for (size_t i = 0; i < most->n; i++)
        put_node(page, &grid, &f->summary->nodes[most->index[i]], highest);
    put_left_out(page, with_cpu - most->n - least->n);
    for (size_t i = least->n; i-- > 0;)
        put_node(page, &grid, &f->summary->nodes[least->index[i]], highest);
}

static void rank_nodes(const struct hc_findings *f, struct hc_rank *most,
    struct hc_rank *least, size_t *ret_with_cpu)
{
    size_t with_cpu = 0;

    for (size_t i = 0; i < f->summary->n_nodes; i++)
        with_cpu += !isnan(f->summary->nodes[i].main[0].mean);
    hc_rank_init(most, with_cpu > ALL_NODES ? ENDS : ALL_NODES);
    hc_rank_init(least, with_cpu > ALL_NODES ? ENDS : 0);
    for (size_t i = 0; i < f->summary->n_nodes; i++) {
        hc_rank_offer(most, i, f->summary->nodes[i].main[0].mean);
        hc_rank_offer(least, i, -f->summary->nodes[i].main[0].mean);
    }
    *ret_with_cpu = with_cpu;
}

/* Without CPU there is no order: the first nodes as they come. */
static void rank_as_they_come(const struct hc_findings *f, struct hc_rank *most)
{
    for (size_t i = 0; i < f->summary->n_nodes && most->n < most->cap; i++)
        hc_rank_offer(most, i, 0);
}

void hc_term_nodes(struct hc_page *page, const struct hc_findings *f)
{
    size_t n = f->summary->n_nodes, with_cpu;
    struct hc_rank most, least;

    if (!n) {
        hc_page_wrap(page, HC_PAGE_INDENT, "not available: no node in the data");
        return;
    }
    rank_nodes(f, &most, &least, &with_cpu);
    if (with_cpu)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "%s nodes, busiest first by mean CPU%s; p95 and max are of CPU, memory and "
            "load are means.",
            hc_human_count(n).text,
            with_cpu > ALL_NODES ? ": the top 8 and the bottom 8" : "");
    else {
        rank_as_they_come(f, &most);
        with_cpu = n;
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "%s nodes, without a value of cpu_usage_rate: the first by name.",
            hc_human_count(n).text);
    }
    hc_page_blank(page);
    put_ranked(page, f, &most, &least, with_cpu);
    if (f->quality.short_nodes)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "Less than 7 days of data: %s of them; compare with care.",
            hc_human_count(f->quality.short_nodes).text);
    if (n > with_cpu)
        hc_page_wrapf(page, HC_PAGE_INDENT, "%s nodes have no value of cpu_usage_rate.",
            hc_human_count(n - with_cpu).text);
}

/* ---- groups ---------------------------------------------------------------------- */

static void put_group(
    struct hc_page *page, struct hc_grid *grid, const struct hc_group *group)
{
    const struct hc_opportunity *o = &group->opportunity;
    bool known = o->verdict.status == HC_AVAILABLE;

    hc_grid_put(
        grid, hc_page_label(page, group->value ? group->value : "(none)", LABEL).text);
    hc_grid_put_short(grid, group->nodes);
    for (size_t main = 0; main < HC_MAIN; main++)
        hc_grid_put_main(grid, main, group->main[main].mean);
    hc_grid_put(grid, known ? hc_human_value(o->nodes_needed.p95, "count").text : "-");
    hc_grid_put_short(grid, group->rows);
}

void hc_term_groups(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"group", 0, false},
        {"nodes", 6, true},
        {"CPU mean", 8, true},
        {"memory", 8, true},
        {"load 1m", 8, true},
        {"needed p95", 10, true},
        {"n", 10, true},
    };
    size_t n = f->n_groups < SHOWN_GROUPS ? f->n_groups : SHOWN_GROUPS;
    struct hc_grid grid;

    if (!f->n_groups) {
        hc_page_wrap(page, HC_PAGE_INDENT, "not available: --group-by was not given");
        return;
    }
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Nodes by %s; needed: nodes that would carry the load at the targets.",
        f->settings->group_by ? hc_page_label(page, f->settings->group_by, LABEL).text
                              : "group");
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 24);
    for (size_t i = 0; i < n; i++)
        put_group(page, &grid, &f->groups[i]);
    if (n < f->n_groups)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more in findings.json",
            hc_human_count(f->n_groups - n).text);
}

/* ---- trends ---------------------------------------------------------------------- */

static void put_slopes(struct hc_page *page, const struct hc_findings *f,
    const struct hc_rank *rank, double sign, const char *title)
{
    const struct hc_grid_column columns[] = {
        {title, 0, false},
        {"points a day", 12, true},
        {"days", 6, true},
        {"CPU mean", 10, true},
    };
    struct hc_grid grid;
    struct hc_rank none = {0};

    if (!rank->n)
        return;
    hc_page_blank(page);
    hc_grid_open(
        &grid, page, columns, HC_COUNT(columns), longest_node(page, f, rank, &none));
    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_node *node = &f->summary->nodes[rank->index[i]];

        hc_grid_put(&grid, hc_page_node(page, node, LABEL).text);
        hc_grid_put(&grid, hc_human_points(sign * rank->key[i]).text);
        hc_grid_put_short(&grid, f->trends.nodes[rank->index[i]].days);
        hc_grid_put_percent(&grid, node->main[0].mean);
    }
}

void hc_term_trends(struct hc_page *page, const struct hc_findings *f)
{
    struct hc_rank up, down;
    size_t known = 0;

    if (!hc_page_available(page, &f->trends.verdict))
        return;
    hc_rank_init(&up, SLOPES);
    hc_rank_init(&down, SLOPES);
    for (size_t i = 0; i < f->trends.n_nodes; i++) {
        double slope = f->trends.nodes[i].per_day;

        known += !isnan(slope);
        if (slope > 0)
            hc_rank_offer(&up, f->trends.nodes[i].node, slope);
        if (slope < 0)
            hc_rank_offer(&down, f->trends.nodes[i].node, -slope);
    }
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "Mean CPU, Theil–Sen slope of daily means, in percentage points a day, for %s of "
        "%s nodes; %s of %s node-hours have samples.",
        hc_human_count(known).text, hc_human_count(f->trends.n_nodes).text,
        hc_human_count(f->trends.hours).text, hc_human_count(f->trends.rows).text);
    put_slopes(page, f, &up, 1, "rising most");
    put_slopes(page, f, &down, -1, "falling most");
}
