/*
 * decimate.h - a line of more points than pixels, its peaks kept
 *
 * Points come in ascending x. Of all that fall on one pixel column the first, the lowest,
 * the highest and the last are drawn, in their order, so that the ink is what drawing all
 * of them would give: no peak is lost and none is made up. A point that is not finite, or
 * hc_decimate_gap, lifts the pen.
 *
 * Of these points one is left out if the straight line between those that stay passes it
 * within a third of a pixel: a sleeve, the slopes from the last point that stays which
 * pass all since (Zhao and Saalfeld, "Linear-time sleeve-fitting polyline simplification
 * algorithms", 1997).
 *
 * Can fail: memory only, told by the plot. Threads: no state.
 */
#ifndef HC_DECIMATE_H
#define HC_DECIMATE_H

#include "report/plot.h"

struct hc_dot {
    double x, y;
    size_t at; /* the order of their coming */
};

struct hc_decimate {
    struct hc_plot *plot;
    double column; /* pixels wide */
    size_t n;      /* points in the column so far */
    double column_at;
    struct hc_dot first, low, high, last;
    enum { HC_SLEEVE_NONE, HC_SLEEVE_BEGUN, HC_SLEEVE_OPEN } sleeve;
    double anchor_x, anchor_y, held_x, held_y, slope_low, slope_high;
};

void hc_decimate_init(struct hc_decimate *line, struct hc_plot *plot, double column);
void hc_decimate_point(struct hc_decimate *line, double x, double y);
void hc_decimate_gap(struct hc_decimate *line);

/* Before the rows become a shape. */
void hc_decimate_end(struct hc_decimate *line);

#endif
