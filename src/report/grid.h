/*
 * grid.h - a table of aligned columns on a page
 *
 * The columns are a static table; those that no longer fit the page are left out
 * from the right, so the first columns are the ones that matter. A width of 0 shares
 * what room is left, up to `longest`. Cells are ours or labels (page.h): they are cut to
 * their column, so that a row never shifts.
 *
 *     hc_grid_open(&grid, page, columns, HC_COUNT(columns), 20);
 *     hc_grid_put(&grid, "worker-1");  hc_grid_put(&grid, "33.2 %");   a row
 */
#ifndef HC_GRID_H
#define HC_GRID_H

#include "report/page.h"

struct hc_grid_column {
    const char *title;
    size_t width; /* 0: shares the rest */
    bool right;
};

struct hc_grid {
    struct hc_page *page;
    const struct hc_grid_column *columns;
    size_t n, shown, at;
    size_t flexible; /* width of each column of width 0 */
};

/* Prints the heading row. `longest` is the widest cell of the flexible columns. */
void hc_grid_open(struct hc_grid *grid, struct hc_page *page,
    const struct hc_grid_column *columns, size_t n, size_t longest);

/* The next cell, row by row. */
void hc_grid_put(struct hc_grid *grid, const char *text);
void hc_grid_put_short(struct hc_grid *grid, uint64_t n);
void hc_grid_put_percent(struct hc_grid *grid, double fraction);
void hc_grid_put_number(struct hc_grid *grid, double value);

void hc_grid_put_main(struct hc_grid *grid, size_t main, double value);

#endif
