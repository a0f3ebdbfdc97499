#include "base/utf8.h"
#include "report/grid.h"
#include "report/human.h"

enum { GAP = 2, FLEXIBLE_MIN = 12 };

/* Room that the first `n` columns need besides the flexible ones; their number goes out.
 */
static size_t fixed_width(const struct hc_grid *grid, size_t n, size_t *ret_flexible)
{
    size_t width = HC_PAGE_INDENT;

    *ret_flexible = 0;
    for (size_t i = 0; i < n; i++) {
        width += grid->columns[i].width + (i ? GAP : 0);
        *ret_flexible += grid->columns[i].width == 0;
    }
    return width;
}

static void fit(struct hc_grid *grid, size_t longest)
{
    size_t flexible, least = longest < FLEXIBLE_MIN ? longest : FLEXIBLE_MIN;

    while (
        grid->shown > 1 &&
        fixed_width(grid, grid->shown, &flexible) + flexible * least > grid->page->width)
        grid->shown--;
    size_t fixed = fixed_width(grid, grid->shown, &flexible);

    if (flexible && fixed < grid->page->width)
        grid->flexible = (grid->page->width - fixed) / flexible;
    if (grid->flexible > longest)
        grid->flexible = longest;
}

void hc_grid_open(struct hc_grid *grid, struct hc_page *page,
    const struct hc_grid_column *columns, size_t n, size_t longest)
{
    *grid = (struct hc_grid){.page = page, .columns = columns, .n = n, .shown = n};
    for (size_t i = 0; i < n; i++)
        if (!columns[i].width && hc_utf8_width(columns[i].title) > longest)
            longest = hc_utf8_width(columns[i].title);
    fit(grid, longest);
    hc_page_style(page, HC_DIM);
    for (size_t i = 0; i < n; i++)
        hc_grid_put(grid, columns[i].title);
    hc_page_style(page, HC_PLAIN);
}

void hc_grid_put(struct hc_grid *grid, const char *text)
{
    const struct hc_grid_column *column = &grid->columns[grid->at];
    size_t width = column->width ? column->width : grid->flexible;

    if (grid->at < grid->shown) {
        struct hc_label cell = hc_page_label(grid->page, text, width);
        size_t used = hc_utf8_width(cell.text);
        size_t start = grid->at ? grid->page->column + GAP : HC_PAGE_INDENT;

        hc_page_pad(
            grid->page, start + (column->right && used < width ? width - used : 0));
        hc_page_text(grid->page, cell.text);
        hc_page_pad(grid->page, start + width);
    }
    grid->at++;
    if (grid->at == grid->n) {
        grid->at = 0;
        hc_page_end(grid->page);
    }
}

void hc_grid_put_short(struct hc_grid *grid, uint64_t n)
{
    hc_grid_put(grid, hc_human_short(n).text);
}

void hc_grid_put_percent(struct hc_grid *grid, double fraction)
{
    hc_grid_put(grid, hc_human_percent(fraction).text);
}

void hc_grid_put_number(struct hc_grid *grid, double value)
{
    hc_grid_put(grid, hc_human_number(value).text);
}

void hc_grid_put_main(struct hc_grid *grid, size_t main, double value)
{
    hc_grid_put(grid, hc_human_main(main, value).text);
}
