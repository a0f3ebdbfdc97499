#include <math.h>

#include "report/decimate.h"

void hc_decimate_init(struct hc_decimate *line, struct hc_plot *plot, double column)
{
    *line = (struct hc_decimate){.plot = plot, .column = column};
}

/* ---- the sleeve ---- */

static const double sleeve_width = 0.33; /* pixels */

static void close_sleeve(struct hc_decimate *line)
{
    if (line->sleeve == HC_SLEEVE_OPEN)
        hc_plot_row(line->plot, line->held_x, line->held_y);
    line->sleeve = HC_SLEEVE_NONE;
}

static void begin_sleeve(struct hc_decimate *line, double x, double y)
{
    hc_plot_row(line->plot, x, y);
    line->anchor_x = x;
    line->anchor_y = y;
    line->slope_low = -INFINITY;
    line->slope_high = INFINITY;
    line->sleeve = HC_SLEEVE_BEGUN;
}

static void put_row(struct hc_decimate *line, double x, double y)
{
    double dx = x - line->anchor_x, slope = (y - line->anchor_y) / dx;

    if (line->sleeve != HC_SLEEVE_NONE &&
        !(dx > 1e-9 && slope >= line->slope_low && slope <= line->slope_high)) {
        double held_x = line->held_x, held_y = line->held_y;

        if (line->sleeve == HC_SLEEVE_OPEN)
            begin_sleeve(line, held_x, held_y);
        dx = x - line->anchor_x;
        if (dx <= 1e-9) {
            begin_sleeve(line, x, y);
            return;
        }
    }
    if (line->sleeve == HC_SLEEVE_NONE) {
        begin_sleeve(line, x, y);
        return;
    }
    line->slope_low = fmax(line->slope_low, (y - sleeve_width - line->anchor_y) / dx);
    line->slope_high = fmin(line->slope_high, (y + sleeve_width - line->anchor_y) / dx);
    line->held_x = x;
    line->held_y = y;
    line->sleeve = HC_SLEEVE_OPEN;
}

/* ---- the column ---- */

static void put(struct hc_decimate *line, const struct hc_dot *dot, size_t *done)
{
    if (dot->at < *done)
        return;
    put_row(line, dot->x, dot->y);
    *done = dot->at + 1;
}

/* The up to four points of a column, each once, as they came. */
static void flush(struct hc_decimate *line)
{
    bool low_first = line->low.at < line->high.at;
    size_t done = 0;

    if (!line->n)
        return;
    put(line, &line->first, &done);
    put(line, low_first ? &line->low : &line->high, &done);
    put(line, low_first ? &line->high : &line->low, &done);
    put(line, &line->last, &done);
    line->n = 0;
}

void hc_decimate_point(struct hc_decimate *line, double x, double y)
{
    double column = floor(x / line->column);
    struct hc_dot dot = {x, y, line->n};

    if (!isfinite(y)) {
        hc_decimate_gap(line);
        return;
    }
    if (line->n && column != line->column_at) {
        flush(line);
        dot.at = 0;
    }
    if (!line->n) {
        line->column_at = column;
        line->first = line->low = line->high = dot;
    }
    if (dot.y < line->low.y)
        line->low = dot;
    if (dot.y > line->high.y)
        line->high = dot;
    line->last = dot;
    line->n++;
}

void hc_decimate_gap(struct hc_decimate *line)
{
    flush(line);
    close_sleeve(line);
    hc_plot_gap(line->plot);
}

void hc_decimate_end(struct hc_decimate *line)
{
    flush(line);
    close_sleeve(line);
}
