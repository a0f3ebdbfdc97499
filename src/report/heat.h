/*
 * heat.h - the cells of a heatmap on their way into a picture
 *
 * Cells are added row by row, left to right. Neighbours of one colour become one run, and
 * runs are drawn colour by colour: a picture of thousands of cells stays small.
 *
 * Can fail: memory only, told by the plot. Threads: no state.
 */
#ifndef HC_HEAT_H
#define HC_HEAT_H

#include "report/plot.h"

struct hc_heat_run {
    double x0, x1, y;
    uint32_t colour;
};

struct hc_heat {
    struct hc_heat_run *runs;
    size_t n, cap;
    bool failed;
};

void hc_heat_add(struct hc_heat *heat, double x0, double x1, double y, uint32_t colour);

/* Draws and forgets them. */
void hc_heat_draw(
    struct hc_heat *heat, struct hc_plot *plot, const char *name, double thickness);

#endif
