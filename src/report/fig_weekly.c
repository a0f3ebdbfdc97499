/*
 * fig_weekly.c - the week as a heatmap, hour by weekday: CPU, and memory beside it
 */
#include <math.h>
#include <stdio.h>

#include "report/heat.h"
#include "report/figure.h"

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

enum { FEW_DAYS = 2, CELL_WIDTH = 48, CELL_HEIGHT = 20 };

struct range {
    double low, high;
};

static double mean_at(const struct hc_findings *f, size_t day, size_t hour, size_t main)
{
    const struct hc_pattern *p = &f->temporal.weekly[day * 24 + hour];

    return p->n[main] && isfinite(p->mean[main]) ? p->mean[main] : NAN;
}

static struct range range_of(const struct hc_findings *f, size_t main)
{
    struct range r = {INFINITY, -INFINITY};

    for (size_t i = 0; i < 168; i++) {
        r.low = fmin(r.low, mean_at(f, i / 24, i % 24, main));
        r.high = fmax(r.high, mean_at(f, i / 24, i % 24, main));
    }
    return r;
}

static uint32_t colour_of(const struct range *r, size_t main, double mean)
{
    const struct hc_palette *palette = main ? &hc_palette_orange : &hc_palette_blue;
    double span = r->high / 2 - r->low / 2; /* halves do not overflow */
    double t = span > 0 ? (mean / 2 - r->low / 2) / span : 0.5;

    return isnan(mean) ? HC_COLOUR_NULL : hc_palette_at(palette, t);
}

static double column_x(const struct hc_frame *frame, size_t day)
{
    return frame->x + (double)day * CELL_WIDTH;
}

static double row_y(const struct hc_frame *frame, size_t hour)
{
    return frame->y + ((double)hour + 0.5) * CELL_HEIGHT;
}

static void put_cells(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, const struct range *r, size_t main)
{
    struct hc_heat heat = {0};

    for (size_t hour = 0; hour < 24; hour++)
        for (size_t day = 0; day < 7; day++) {
            double x = column_x(frame, day);

            hc_heat_add(&heat, x, x + CELL_WIDTH - 1, row_y(frame, hour),
                colour_of(r, main, mean_at(f, day, hour, main)));
        }
    hc_heat_draw(&heat, plot, main ? "memory cells" : "cpu cells", CELL_HEIGHT - 1);
}

/* The value in each cell; a ring in the corner of one that a single date is behind. */
static void put_values(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, const struct range *r, size_t main)
{
    for (size_t hour = 0; hour < 24; hour++)
        for (size_t day = 0; day < 7; day++) {
            double mean = mean_at(f, day, hour, main), x = column_x(frame, day);
            struct hc_ink ink = {9, 0, HC_CENTRE, false};

            if (isnan(mean))
                continue;
            ink.colour = hc_palette_ink(colour_of(r, main, mean));
            hc_plot_text(plot, x + (CELL_WIDTH - 1) / 2.0, row_y(frame, hour), &ink, 0,
                hc_figure_value(main, mean).text);
            if (f->temporal.weekly[day * 24 + hour].days < FEW_DAYS)
                hc_plot_row(plot, x + CELL_WIDTH - 6, row_y(frame, hour) - 5);
        }
    hc_plot_as_rings(plot, "cell of one date", HC_COLOUR_TEXT, 5);
}

static void put_sides(struct hc_plot *plot, const struct hc_frame *frame)
{
    for (size_t hour = 0; hour < 24; hour++)
        hc_plot_text(plot, frame->x - 7, row_y(frame, hour), &hc_ink_tick_left, 0,
            hc_human_hour((int)hour).text);
    for (size_t day = 0; day < 7; day++)
        hc_plot_text(plot, column_x(frame, day) + CELL_WIDTH / 2.0,
            frame->y + frame->height + 11, &hc_ink_tick_below, 0, weekdays[day]);
}

static void draw_week(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, size_t main)
{
    struct range r = range_of(f, main);
    const char *lacks = f->temporal.verdict.status != HC_AVAILABLE
                            ? f->temporal.verdict.reason
                            : hc_figure_gauge_lacks(f, main);
    struct hc_human low = hc_figure_value(main, r.low),
                    high = hc_figure_value(main, r.high),
                    middle = hc_figure_value(main, r.low / 2 + r.high / 2);
    const char *const labels[] = {low.text, middle.text, high.text};

    hc_frame_title(plot, frame, main ? "Mean memory" : "Mean CPU", "%, over samples");
    if (lacks[0] || !(r.low <= r.high)) {
        hc_frame_say(plot, frame, lacks[0] ? lacks : "no mean of any hour can be had");
        return;
    }
    put_cells(plot, f, frame, &r, main);
    put_values(plot, f, frame, &r, main);
    put_sides(plot, frame);
    hc_figure_ramp(plot, frame->x + frame->width + 14, frame->y, frame->y + 160,
        main ? &hc_palette_orange : &hc_palette_blue, labels);
}

static size_t count(const struct hc_temporal *t, bool empty)
{
    size_t n = 0;

    for (size_t i = 0; i < 168; i++)
        n += empty ? !t->weekly[i].rows
                   : t->weekly[i].rows && t->weekly[i].days < FEW_DAYS;
    return n;
}

void hc_fig_weekly(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    (void)series;
    hc_figure_subtitle(plot, f, true);
    for (size_t main = 0; main < 2; main++) {
        struct hc_frame frame;

        hc_frame_init(
            &frame, 80 + 474 * (double)main, 98, 7 * CELL_WIDTH, 24 * CELL_HEIGHT);
        draw_week(plot, f, &frame, main);
    }
    hc_figure_say(plot, "Each cell is a mean over the samples of that hour of that "
                        "weekday. The colours span "
                        "what is there, each gauge its own: compare numbers, not shades, "
                        "between the two.");
    if (count(&f->temporal, false))
        hc_figure_say(plot, " Ringed: from fewer than two dates (cells: %zu).",
            count(&f->temporal, false));
    if (count(&f->temporal, true))
        hc_figure_say(plot, " Grey: no sample (cells: %zu).", count(&f->temporal, true));
    hc_figure_caption(plot, 98 + 24 * CELL_HEIGHT + 36);
}
