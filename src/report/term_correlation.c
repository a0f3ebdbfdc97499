#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"
#include "report/rank.h"
#include "report/terminal_sections.h"

enum { SHOWN_PAIRS = 15, SHOWN_COLUMNS = 20, LABEL = 40 };

static const char *column_name(const struct hc_findings *f, uint32_t column)
{
    return f->summary->columns[column].name;
}

/* 0 for two gauges, 1 for one, 2 for none: what a rolling mean goes with is no news. */
static int distance(const struct hc_findings *f, const struct hc_pair *pair)
{
    return (f->summary->columns[pair->a].kind != HC_KIND_GAUGE) +
           (f->summary->columns[pair->b].kind != HC_KIND_GAUGE);
}

static void rank_pairs(const struct hc_findings *f, struct hc_rank *rank)
{
    hc_rank_init(rank, SHOWN_PAIRS);
    for (size_t i = 0; i < f->correlation.n_pairs; i++) {
        const struct hc_pair *pair = &f->correlation.pairs[i];

        hc_rank_offer(rank, i, fabs(pair->r) - 10 * distance(f, pair));
    }
}

static size_t longest_name(
    struct hc_page *page, const struct hc_findings *f, const struct hc_rank *rank)
{
    size_t longest = 0;

    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_pair *pair = &f->correlation.pairs[rank->index[i]];
        const uint32_t ends[] = {pair->a, pair->b};

        for (size_t k = 0; k < HC_COUNT(ends); k++) {
            struct hc_label label = hc_page_label(page, column_name(f, ends[k]), LABEL);
            size_t width = hc_utf8_width(label.text);

            longest = width > longest ? width : longest;
        }
    }
    return longest;
}

static void put_pairs(
    struct hc_page *page, const struct hc_findings *f, const struct hc_rank *rank)
{
    static const struct hc_grid_column columns[] = {
        {"column", 0, false},
        {"and column", 0, false},
        {"r", 6, true},
        {"within", 6, true},
        {"n", 9, true},
    };
    struct hc_grid grid;

    hc_grid_open(&grid, page, columns, HC_COUNT(columns), longest_name(page, f, rank));
    for (size_t i = 0; i < rank->n; i++) {
        const struct hc_pair *pair = &f->correlation.pairs[rank->index[i]];

        hc_grid_put(&grid, column_name(f, pair->a));
        hc_grid_put(&grid, column_name(f, pair->b));
        hc_grid_put(&grid, hc_human_r(pair->r).text);
        hc_grid_put(&grid, hc_human_r(pair->r_within).text);
        hc_grid_put_short(&grid, pair->n);
    }
}

void hc_term_correlation(struct hc_page *page, const struct hc_findings *f)
{
    struct hc_rank rank;

    if (!hc_page_available(page, &f->correlation.verdict))
        return;
    rank_pairs(f, &rank);
    hc_page_wrapf(page, HC_PAGE_INDENT, "%s pair%s of %s columns with |r| > 0.7%s",
        hc_human_count(f->correlation.n_pairs).text,
        f->correlation.n_pairs == 1 ? "" : "s", hc_human_count(f->summary->pooled.p).text,
        rank.n ? ", gauges first. r: all rows pooled; within: node means taken out "
                 "(movement, not level), gauges only."
               : ".");
    if (rank.n) {
        hc_page_blank(page);
        put_pairs(page, f, &rank);
    }
    if (f->correlation.n_pairs > rank.n)
        hc_page_wrapf(page, HC_PAGE_INDENT, "and %s more in tables/pairs.csv",
            hc_human_count(f->correlation.n_pairs - rank.n).text);
    if (f->summary->n_omitted)
        hc_page_wrapf(page, HC_PAGE_INDENT,
            "%s numeric columns were left out (256 at most): --correlate GLOB chooses",
            hc_human_count(f->summary->n_omitted).text);
}

/* ---- columns, on request --------------------------------------------------------- */

void hc_term_columns(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"column", 0, false},
        {"kind", 7, false},
        {"n", 10, true},
        {"mean", 9, true},
        {"std", 9, true},
        {"min", 9, true},
        {"max", 9, true},
    };
    struct hc_grid grid;
    size_t longest = 0;

    for (size_t i = 0; i < f->summary->n_columns; i++) {
        size_t width =
            hc_utf8_width(hc_page_label(page, f->summary->columns[i].name, LABEL).text);

        longest = width > longest ? width : longest;
    }
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), longest);
    for (size_t i = 0; i < f->summary->n_columns; i++) {
        const struct hc_column *column = &f->summary->columns[i];
        const double values[] = {
            column->stats.mean, column->stats.std, column->stats.min, column->stats.max};

        hc_grid_put(&grid, column->name);
        hc_grid_put(&grid, hc_column_kind_name(column->kind));
        hc_grid_put_short(&grid,
            column->numeric ? column->stats.n : f->summary->rows - column->missing);
        for (size_t k = 0; k < HC_COUNT(values); k++)
            hc_grid_put(&grid, column->numeric ? hc_human_number(values[k]).text : "-");
    }
}
