#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { SHOWN_COLUMNS = 8, SHOWN_NODES = 5, SHOWN_GAPS = 5, LABEL = 36 };

static void put_repeats(struct hc_page *page, const struct hc_quality *q)
{
    hc_page_fact(page, "repeated rows", hc_human_short(q->exact + q->conflicting).text,
        "of a node and time: %s exact, %s conflicting", hc_human_short(q->exact).text,
        hc_human_short(q->conflicting).text);
    hc_page_fact(page, "out of order", hc_human_short(q->out_of_order).text,
        "rows earlier than the row above them");
}

/* The node with the longest gap. */
static void put_gaps(struct hc_page *page, const struct hc_findings *f)
{
    struct hc_rank rank;

    hc_rank_init(&rank, 1);
    for (size_t i = 0; i < f->summary->n_nodes; i++)
        if (f->summary->nodes[i].longest_gap_s > 0)
            hc_rank_offer(&rank, i, f->summary->nodes[i].longest_gap_s);
    if (!rank.n) {
        hc_page_fact(page, "gaps", hc_human_short(f->quality.gaps).text, "%s",
            "differences over 1.5 steps");
        return;
    }
    hc_page_fact(page, "gaps", hc_human_short(f->quality.gaps).text,
        "over 1.5 steps; the longest %s, %s", hc_human_duration(rank.key[0]).text,
        hc_page_node(page, &f->summary->nodes[rank.index[0]], LABEL).text);
}

static void put_fleet_gaps(struct hc_page *page, const struct hc_quality *q)
{
    size_t n = q->n_fleet_gaps < SHOWN_GAPS ? q->n_fleet_gaps : SHOWN_GAPS;

    hc_page_fact(page, "fleet gaps", hc_human_short(q->n_fleet_gaps).text,
        "at least 80 %% of the nodes at once%s%s%s", q->n_gap_holes ? "; " : "",
        q->n_gap_holes ? hc_human_count(q->n_gap_holes).text : "",
        q->n_gap_holes == 0   ? ""
        : q->n_gap_holes == 1 ? " of them a hole of the collection"
                              : " of them holes of the collection");
    for (size_t i = 0; i < n; i++) {
        const struct hc_fleet_gap *gap = &q->fleet_gaps[i];

        hc_page_wrapf(page, HC_PAGE_INDENT + 4, "%s – %s UTC · %s · %s nodes",
            hc_human_date(gap->start_us).text, hc_human_date(gap->end_us).text,
            hc_human_duration((double)(gap->end_us - gap->start_us) / 1e6).text,
            hc_human_count(gap->nodes).text);
    }
    if (n < q->n_fleet_gaps)
        hc_page_wrapf(page, HC_PAGE_INDENT + 4, "and %s more in findings.json",
            hc_human_count(q->n_fleet_gaps - n).text);
}

/* ---- columns with something missing or strange ----------------------------------- */

static uint64_t strange(const struct hc_column *column)
{
    return column->missing + column->infinite + column->below + column->above;
}

static size_t longest_name(
    struct hc_page *page, const struct hc_findings *f, const struct hc_rank *rank)
{
    size_t longest = 0;

    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_column *column = &f->summary->columns[rank->index[i]];
        size_t width = hc_utf8_width(hc_page_label(page, column->name, LABEL).text);

        longest = width > longest ? width : longest;
    }
    return longest;
}

static void put_column(
    struct hc_grid *grid, const struct hc_column *column, uint64_t rows)
{
    hc_grid_put(grid, column->name);
    hc_grid_put_short(grid, column->missing);
    hc_grid_put_percent(grid, rows ? (double)column->missing / (double)rows : 0);
    hc_grid_put_short(grid, column->nan);
    hc_grid_put_short(grid, column->infinite);
    hc_grid_put_short(grid, column->below + column->above);
}

static void put_columns(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"column", 0, false},
        {"missing", 9, true},
        {"of rows", 7, true},
        {"of it NaN", 9, true},
        {"infinite", 9, true},
        {"off range", 9, true},
    };
    struct hc_rank rank;
    struct hc_grid grid;
    size_t n = 0;

    hc_rank_init(&rank, SHOWN_COLUMNS);
    for (size_t i = 0; i < f->summary->n_columns; i++)
        if (strange(&f->summary->columns[i])) {
            n++;
            hc_rank_offer(&rank, i, (double)strange(&f->summary->columns[i]));
        }
    hc_page_fact(page, "columns", hc_human_short(n).text,
        "of %s hold missing or impossible values",
        hc_human_count(f->summary->n_columns).text);
    if (!n)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), longest_name(page, f, &rank));
    for (size_t i = 0; i < rank.n; i++)
        put_column(&grid, &f->summary->columns[rank.index[i]], f->summary->rows);
    if (n > rank.n)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more in tables/columns.csv",
            hc_human_count(n - rank.n).text);
}

/* ---- the nodes with least coverage ----------------------------------------------- */

static double coverage(const struct hc_node *node)
{
    return node->expected ? (double)node->occupied / (double)node->expected : 1;
}

static void put_nodes(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"least covered node", 0, false},
        {"coverage", 10, true},
        {"rows", 10, true},
        {"step", 8, true},
        {"gaps", 8, true},
        {"longest gap", 14, true},
    };
    struct hc_rank rank;
    struct hc_grid grid;

    hc_rank_init(&rank, SHOWN_NODES);
    for (size_t i = 0; i < f->summary->n_nodes; i++)
        if (coverage(&f->summary->nodes[i]) < 1)
            hc_rank_offer(&rank, i, -coverage(&f->summary->nodes[i]));
    if (!rank.n)
        return;
    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), LABEL);
    for (size_t i = 0; i < rank.n; i++) {
        const struct hc_node *node = &f->summary->nodes[rank.index[i]];

        hc_grid_put(&grid, hc_page_node(page, node, LABEL).text);
        hc_grid_put_percent(&grid, coverage(node));
        hc_grid_put_short(&grid, node->rows);
        hc_grid_put(&grid, hc_human_duration((double)node->step_s).text);
        hc_grid_put_short(&grid, node->gaps);
        hc_grid_put(&grid, hc_human_duration(node->longest_gap_s).text);
    }
}

void hc_term_quality(struct hc_page *page, const struct hc_findings *f)
{
    hc_page_fact(page, "rows", hc_human_short(f->summary->rows).text,
        "%s without a timestamp or a node",
        f->summary->rows_no_key ? hc_human_count(f->summary->rows_no_key).text : "none");
    hc_page_fact(page, "coverage", hc_human_percent(f->quality.coverage).text, "%s",
        "of expected samples, each node at its own step");
    put_gaps(page, f);
    put_fleet_gaps(page, &f->quality);
    put_repeats(page, &f->quality);
    if (f->quality.short_nodes)
        hc_page_fact(page, "short nodes", hc_human_short(f->quality.short_nodes).text,
            "%s", "under 7 days: not compared with others");
    put_columns(page, f);
    put_nodes(page, f);
    hc_term_collected(page, f->summary);
}
