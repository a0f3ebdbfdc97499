/*
 * fig_temporal.c - the notebook's four panels: CPU by hour and by weekday, memory and
 * load by hour
 */
#include <math.h>
#include <stdio.h>

#include "report/figure.h"
#include "report/human.h"
#include "report/palette.h"

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* Fewer dates than this behind a mean: nothing can be said of the hour in general. */
enum { FEW_DAYS = 2 };

struct panel {
    const char *title;
    size_t main;
    bool by_weekday;
};

static const struct panel panels[] = {
    {"Mean CPU by hour of the day", 0, false},
    {"Mean CPU by weekday", 0, true},
    {"Mean memory by hour of the day", 1, false},
    {"Mean load by hour of the day", 2, false},
};

struct group {
    const struct hc_pattern *patterns;
    size_t n;
};

static struct group group_of(const struct hc_findings *f, const struct panel *panel)
{
    return panel->by_weekday ? (struct group){f->temporal.daily, 7}
                             : (struct group){f->temporal.hourly, 24};
}

static double mean_of(const struct group *g, size_t i, size_t main)
{
    return g->patterns[i].n[main] ? g->patterns[i].mean[main] : NAN;
}

static double at(const struct hc_frame *frame, size_t i)
{
    return hc_axis_at(&frame->across, (double)i);
}

/* ---- hours: a line ---- */

static void hour_marks(struct hc_plot *plot, const struct hc_frame *frame,
    const struct group *g, size_t main, bool few)
{
    for (size_t i = 0; i < g->n; i++) {
        double mean = mean_of(g, i, main);

        if (isfinite(mean) && (g->patterns[i].days < FEW_DAYS) == few)
            hc_plot_row(plot, at(frame, i), hc_axis_at(&frame->up, mean));
    }
    (few ? hc_plot_as_rings : hc_plot_as_points)(
        plot, few ? "hour of one day" : "hour", hc_colour_main[main], 7);
}

static void hours(
    struct hc_plot *plot, struct hc_frame *frame, const struct group *g, size_t main)
{
    frame->across.lo = -0.5;
    frame->across.hi = 23.5;
    hc_frame_left(plot, frame, hc_gauge_looks[main].measure, 5);
    hc_frame_base(plot, frame);
    for (size_t i = 0; i < 24; i += 3)
        hc_plot_text(plot, at(frame, i), frame->y + frame->height + 11,
            &hc_ink_tick_below, 0, hc_human_hour((int)i).text);
    for (size_t i = 0; i < g->n; i++) {
        double mean = mean_of(g, i, main);

        if (isfinite(mean))
            hc_plot_row(plot, at(frame, i), hc_axis_at(&frame->up, mean));
        else
            hc_plot_gap(plot);
    }
    hc_plot_as_line(plot, "by hour", hc_colour_main[main], 2);
    hour_marks(plot, frame, g, main, false);
    hour_marks(plot, frame, g, main, true);
}

/* ---- weekdays: bars ---- */

static struct hc_human value_text(double value, size_t main)
{
    return hc_gauge_looks[main].measure == HC_SHARE ? hc_human_percent(value)
                                                    : hc_human_number(value);
}

static void bars(struct hc_plot *plot, const struct hc_frame *frame,
    const struct group *g, size_t main, bool few, double inset)
{
    for (size_t i = 0; i < g->n; i++) {
        double mean = mean_of(g, i, main);
        double end = hc_axis_at(&frame->up, mean), base = hc_axis_at(&frame->up, 0);
        double inward = end < base ? inset : -inset;

        if (isfinite(mean) && (!few || g->patterns[i].days < FEW_DAYS))
            hc_plot_bar(plot, at(frame, i), base - inward,
                fabs(end - base) > 2 * inset ? end + inward : base - inward);
    }
}

static void days(
    struct hc_plot *plot, struct hc_frame *frame, const struct group *g, size_t main)
{
    double width = frame->width / 7 * 0.66;

    frame->across.lo = -0.5;
    frame->across.hi = 6.5;
    hc_frame_left(plot, frame, hc_gauge_looks[main].measure, 5);
    bars(plot, frame, g, main, false, 0);
    hc_plot_as_runs(plot, "weekday", hc_colour_main[main], width);
    bars(plot, frame, g, main, true, 1.5);
    hc_plot_as_runs(plot, "weekday of one date", HC_COLOUR_WHITE, width - 3);
    hc_frame_base(plot, frame);
    for (size_t i = 0; i < g->n; i++) {
        const struct hc_ink ink = {10, HC_COLOUR_TEXT, HC_CENTRE, false};
        double mean = mean_of(g, i, main);

        hc_plot_text(plot, at(frame, i), frame->y + frame->height + 11,
            &hc_ink_tick_below, 0, weekdays[i]);
        hc_plot_text(plot, at(frame, i),
            isfinite(mean) ? hc_axis_at(&frame->up, mean) - (mean < 0 ? -8 : 8)
                           : frame->y + frame->height - 8,
            &ink, 0, isfinite(mean) ? value_text(mean, main).text : "none");
    }
}

/* ---- the four ---- */

static void scale(
    struct hc_frame *frame, const struct group *g, const struct panel *panel)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < g->n; i++) {
        low = fmin(low, mean_of(g, i, panel->main));
        high = fmax(high, mean_of(g, i, panel->main));
    }
    if (panel->by_weekday)
        hc_axis_from_zero(&frame->up, low, high);
    else
        hc_axis_fit(&frame->up, low, high);
}

static void draw_panel(struct hc_plot *plot, const struct hc_findings *f,
    const struct panel *panel, struct hc_frame *frame)
{
    struct group g = group_of(f, panel);
    const char *lacks = f->temporal.verdict.status != HC_AVAILABLE
                            ? f->temporal.verdict.reason
                            : hc_figure_gauge_lacks(f, panel->main);

    scale(frame, &g, panel);
    hc_frame_title(plot, frame, panel->title,
        lacks[0]                                  ? ""
        : frame->up.lo != 0 && !panel->by_weekday ? "axis not from 0"
        : panel->main == 2                        ? "processes"
                                                  : "");
    if (lacks[0])
        hc_frame_say(plot, frame, lacks);
    else
        (panel->by_weekday ? days : hours)(plot, frame, &g, panel->main);
}

static size_t count_few(const struct hc_temporal *t)
{
    size_t n = 0;

    for (size_t i = 0; i < 24; i++)
        n += t->hourly[i].rows && t->hourly[i].days < FEW_DAYS;
    return n;
}

void hc_fig_temporal(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    size_t few = count_few(&f->temporal);

    (void)series;
    hc_figure_subtitle(plot, f, true);
    for (size_t i = 0; i < HC_COUNT(panels); i++) {
        struct hc_frame frame;

        hc_frame_init(
            &frame, 70 + 486 * (double)(i % 2), 102 + 282 * (double)(i / 2), 420, 200);
        draw_panel(plot, f, &panels[i], &frame);
    }
    hc_figure_say(plot,
        "Means over samples, not over nodes: a node that reports twice as often counts "
        "twice. CPU and memory are shares of the node, load is the average over 1 "
        "minute.");
    if (few)
        hc_figure_say(plot, " Hollow: from fewer than two dates.");
    hc_figure_caption(plot, 632);
}
