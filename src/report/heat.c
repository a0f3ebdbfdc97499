#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/heat.h"

void hc_heat_add(struct hc_heat *heat, double x0, double x1, double y, uint32_t colour)
{
    struct hc_heat_run *last = heat->n ? &heat->runs[heat->n - 1] : NULL;

    if (last && last->colour == colour && last->y == y && fabs(last->x1 - x0) < 1e-6) {
        last->x1 = x1;
        return;
    }
    if (heat->failed ||
        hc_grow(&heat->runs, &heat->cap, heat->n + 1, sizeof(*heat->runs))) {
        heat->failed = true;
        return;
    }
    heat->runs[heat->n++] = (struct hc_heat_run){x0, x1, y, colour};
}

static int by_colour(const void *a, const void *b)
{
    const struct hc_heat_run *x = a, *y = b;

    if (x->colour != y->colour)
        return x->colour < y->colour ? -1 : 1;
    if (x->y != y->y)
        return x->y < y->y ? -1 : 1;
    return (x->x0 > y->x0) - (x->x0 < y->x0);
}

void hc_heat_draw(
    struct hc_heat *heat, struct hc_plot *plot, const char *name, double thickness)
{
    if (heat->n)
        qsort(heat->runs, heat->n, sizeof(*heat->runs), by_colour);
    for (size_t i = 0; i < heat->n; i++)
        hc_plot_cell(plot, heat->runs[i].x0, heat->runs[i].x1, heat->runs[i].y,
            heat->runs[i].colour);
    hc_plot_as_cells(plot, name, thickness);
    plot->rows.failed |= heat->failed;
    plot->blocks.failed |= heat->failed;
    hc_free(heat->runs);
    *heat = (struct hc_heat){0};
}
