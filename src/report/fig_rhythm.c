/*
 * fig_rhythm.c - the week of the cluster's main gauges, and CPU taken apart
 */
#include <math.h>

#include "report/decimate.h"
#include "report/figure.h"

enum { X = 78, WIDTH = 896, TOP = 100, WEEK_HEIGHT = 96, PART_HEIGHT = 58, BETWEEN = 50 };
enum { DAY_H = 24 };

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static const struct hc_rhythm_row *row_of(const struct hc_findings *f, int metric)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;

    for (size_t i = 0; i < r->n_cluster; i++)
        if (r->cluster[i].of.metric == metric)
            return &r->cluster[i];
    return NULL;
}

bool hc_fig_rhythm_wanted(const struct hc_findings *f)
{
    if (f->patterns.rhythm.verdict.status != HC_AVAILABLE)
        return false;
    for (size_t i = 0; i < HC_MAIN; i++)
        if (row_of(f, (int)hc_main_metrics[i]))
            return true;
    return false;
}

/* ---- the week ---- */

/* From hour `from` to the end of `to`, on every day. */
static void put_stretch(
    struct hc_plot *plot, const struct hc_frame *frame, int from, int to)
{
    for (int day = 0; day < 7; day++)
        hc_plot_run(plot, hc_axis_at(&frame->across, day * DAY_H + from),
            hc_axis_at(&frame->across, day * DAY_H + to + 1),
            frame->y + frame->height / 2);
}

/* The hours that hold the extreme; over midnight they are two stretches. */
static void put_hours(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_extreme *x, const char *name, uint32_t colour)
{
    if (x->hour < 0)
        return;
    if (x->from <= x->to) {
        put_stretch(plot, frame, x->from, x->to);
    } else {
        put_stretch(plot, frame, 0, x->to);
        put_stretch(plot, frame, x->from, DAY_H - 1);
    }
    hc_plot_as_runs(plot, name, colour, frame->height);
}

static struct hc_human extreme_text(
    const struct hc_rhythm_row *row, const struct hc_extreme *x)
{
    if (!row->days)
        return hc_human_text("too few days");
    if (x->hour < 0)
        return hc_human_text("none stands out");
    if (x->from == x->to)
        return hc_human_hour(x->hour);
    return hc_human_text("%s (%d to %d)", hc_human_hour(x->hour).text, x->from, x->to);
}

static void put_title(
    struct hc_plot *plot, const struct hc_frame *frame, const struct hc_rhythm_row *row)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf note = HC_BUF_INIT;

    if (row->period_h > 0)
        hc_buf_printf(&note, "period %d h, r %.2f; ", row->period_h, row->r);
    else
        hc_buf_puts(&note, row->period_h ? "too short for a period; " : "no period; ");
    hc_buf_printf(&note, "busiest %s, least busy %s", extreme_text(row, &row->top).text,
        extreme_text(row, &row->low).text);
    if (isfinite(row->day) && isfinite(row->week))
        hc_buf_printf(&note, "; strength of day %.2f, week %.2f", row->day, row->week);
    plot->texts.failed |= note.failed;
    hc_frame_title(plot, frame, hc_figure_gauge(row->of.metric).title, hc_buf_str(&note));
}

static void scale(struct hc_axis *up, const double *y, size_t n)
{
    double low = INFINITY, high = -INFINITY, pad;

    for (size_t i = 0; i < n; i++) {
        low = fmin(low, y[i]);
        high = fmax(high, y[i]);
    }
    pad = (high - low) * 0.06;
    up->lo = low <= high && pad > 0 ? low - pad : -1;
    up->hi = low <= high && pad > 0 ? high + pad : 1;
    if (low <= high && !(pad > 0)) {
        up->lo = low - fmax(fabs(low) * 0.1, 1e-9);
        up->hi = low + fmax(fabs(low) * 0.1, 1e-9);
    }
}

static void put_week(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_rhythm_row *row, double y)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;
    const double *profile = r->profile + (row - r->cluster) * HC_HOURS_OF_WEEK;
    struct hc_frame frame;

    hc_frame_init(&frame, X, y, WIDTH, WEEK_HEIGHT);
    frame.across.lo = 0;
    frame.across.hi = HC_HOURS_OF_WEEK;
    scale(&frame.up, profile, HC_HOURS_OF_WEEK);
    put_title(plot, &frame, row);
    put_hours(plot, &frame, &row->top, "busiest hours", HC_COLOUR_BUSY);
    put_hours(plot, &frame, &row->low, "least busy hours", HC_COLOUR_QUIET);
    hc_frame_left(plot, &frame, hc_figure_gauge(row->of.metric).measure, 6);
    for (int day = 0; day < 7; day++) {
        double x = hc_axis_at(&frame.across, day * DAY_H);

        hc_plot_bar(plot, x, frame.y, frame.y + frame.height);
        hc_plot_text(plot, x + WIDTH / 14.0, frame.y + frame.height + 11,
            &hc_ink_tick_below, 0, weekdays[day]);
    }
    hc_plot_as_runs(plot, "days", HC_COLOUR_AXIS, 0.7);
    for (int i = 0; i < HC_HOURS_OF_WEEK; i++)
        hc_plot_row(
            plot, hc_axis_at(&frame.across, i + 0.5), hc_axis_at(&frame.up, profile[i]));
    hc_plot_as_line(plot, "week", hc_figure_gauge_colour(row->of.metric), 1.8);
}

/* ---- taken apart ---- */

static const struct hc_parts *parts_of(const struct hc_findings *f)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;

    return r->n_parts && r->parts[0].of.node == HC_WHOLE_CLUSTER ? &r->parts[0] : NULL;
}

static void put_curve(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_parts *parts, const double *y, const char *name, uint32_t colour)
{
    double start = (double)parts->start_us / 1e6;
    struct hc_decimate line;

    hc_decimate_init(&line, plot, 1);
    for (size_t i = 0; i < parts->hours; i++) {
        if (isnan(y[i]))
            hc_decimate_gap(&line);
        else
            hc_decimate_point(&line,
                hc_axis_at(&frame->across, start + 3600 * ((double)i + 0.5)),
                hc_axis_at(&frame->up, y[i]));
    }
    hc_decimate_end(&line);
    hc_plot_as_line(plot, name, colour, 1);
}

struct part {
    const char *name;
    const double *y;
    double strength;
};

static size_t list_parts(const struct hc_parts *parts, struct part list[4])
{
    size_t n = 0;

    list[n++] = (struct part){"trend", parts->trend, parts->trend_strength};
    for (size_t i = 0; i < parts->n_periods; i++)
        list[n++] = (struct part){parts->period_h[i] == HC_HOURS_OF_WEEK ? "week" : "day",
            parts->season[i], parts->strength[i]};
    list[n++] = (struct part){"remainder", parts->remainder, NAN};
    return n;
}

static double put_parts(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *s, const struct hc_parts *parts, double y)
{
    struct hc_gauge_look look = hc_figure_gauge(parts->of.metric);
    struct part list[4];
    size_t n = list_parts(parts, list);
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, s, &room);

    for (size_t i = 0; i < n; i++, y += PART_HEIGHT + 30) {
        struct hc_frame frame;

        hc_frame_init(&frame, X, y, WIDTH, PART_HEIGHT);
        frame.across.lo = (double)parts->start_us / 1e6;
        frame.across.hi = frame.across.lo + 3600 * (double)parts->hours;
        scale(&frame.up, list[i].y, parts->hours);
        hc_frame_title(plot, &frame,
            hc_human_text("%s: %s", look.title, list[i].name).text,
            isfinite(list[i].strength)
                ? hc_human_text("strength %.2f of 0 to 1", list[i].strength).text
                : "");
        hc_frame_left(plot, &frame, look.measure, 4);
        hc_frame_time(plot, &frame, &zone, i + 1 == n);
        put_curve(plot, &frame, parts, list[i].y, list[i].name,
            i + 1 == n ? HC_COLOUR_MUTED : hc_figure_gauge_colour(parts->of.metric));
    }
    return y;
}

void hc_fig_rhythm(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    const struct hc_parts *parts = parts_of(f);
    double y = TOP + 16;

    hc_figure_subtitle(plot, f, true);
    hc_figure_key_box(plot,
        hc_figure_key_box(plot, X, 66, HC_COLOUR_BUSY, "busiest hours of the day"), 66,
        HC_COLOUR_QUIET, "least busy hours");
    for (size_t i = 0; i < HC_MAIN; i++) {
        const struct hc_rhythm_row *row = row_of(f, (int)hc_main_metrics[i]);

        if (!row)
            continue;
        put_week(plot, f, row, y);
        y += WEEK_HEIGHT + BETWEEN;
    }
    if (parts)
        y = put_parts(plot, f, series, parts, y + 6);
    hc_figure_say(plot,
        "The mean week of the cluster as a difference from its level, over %s hours; "
        "shaded: the hours of the day that hold the highest, and the lowest, in 95 %% of "
        "resamples of days.",
        hc_human_count(f->patterns.hours).text);
    if (parts)
        hc_figure_say(plot,
            " Below, %s taken apart by MSTL: the curves add up to the hourly means "
            "(n = %s); each has its own scale.",
            hc_figure_gauge(parts->of.metric).title, hc_human_count(parts->of.n).text);
    hc_figure_caption(plot, y + 4);
}
