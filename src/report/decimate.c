#include <math.h>

#include "report/decimate.h"

void hc_decimate_init(struct hc_decimate *line, struct hc_plot *plot, double column)
{
    *line = (struct hc_decimate){.plot = plot, .column = column};
}

static void put(struct hc_decimate *line, const struct hc_dot *dot, size_t *done)
{
    if (dot->at < *done)
        return;
    hc_plot_row(line->plot, dot->x, dot->y);
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
    hc_plot_gap(line->plot);
}

void hc_decimate_end(struct hc_decimate *line)
{
    flush(line);
}
