/*
 * fig_compare.c - two ranges of time: the cluster day by day, and each node's two means
 */
#include <math.h>
#include <string.h>

#include "report/figure.h"

enum { LEFT = 78, TOP = 112, WIDTH = 386, STEP = 496, HEIGHT = 190, BETWEEN = 78 };
enum { SCATTER = 330, SCATTER_X = 78, CLAIMS_X = 520, ROW = 24 };
enum {
    FIRST_COLOUR = HC_COLOUR_CPU,
    SECOND_COLOUR = 0xD55E00,
    UNCLEAR_COLOUR = 0x9A9A9A
};

static const uint32_t side_colours[] = {FIRST_COLOUR, SECOND_COLOUR};
static const int drawn[] = {HC_CPU, HC_MEMORY};

bool hc_fig_compare_wanted(const struct hc_findings *f)
{
    const struct hc_comparison *c = &f->patterns.compare;

    return c->asked && !c->verdict.status;
}

/* ---- the cluster ---- */

/* Daily means of a row of the cluster in a range; their number goes out. */
static const double *days_of(
    const struct hc_comparison *c, size_t row, size_t side, size_t *ret_n)
{
    *ret_n = c->n_days[side];
    return c->day + row * (c->n_days[0] + c->n_days[1]) + (side ? c->n_days[0] : 0);
}

static int row_of(const struct hc_comparison *c, int metric)
{
    for (size_t i = 0; i < c->n_cluster; i++)
        if (c->cluster[i].of.metric == metric)
            return (int)i;
    return -1;
}

static void fit(struct hc_frame *frame, const struct hc_comparison *c, size_t row)
{
    double low = INFINITY, high = -INFINITY;
    size_t most = 2;

    for (size_t side = 0; side < 2; side++) {
        size_t n;
        const double *day = days_of(c, row, side, &n);

        most = n > most ? n : most;
        for (size_t i = 0; i < n; i++) {
            low = fmin(low, day[i]); /* NaN is passed over */
            high = fmax(high, day[i]);
        }
    }
    frame->across.lo = 1;
    frame->across.hi = (double)most;
    hc_axis_fit(&frame->up, low, high);
}

static void put_days(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_comparison *c, size_t row, size_t side)
{
    static const char *const names[] = {"first", "second"};
    const struct hc_compared *of = &c->cluster[row];
    size_t n;
    const double *day = days_of(c, row, side, &n);
    double mean = hc_axis_at(&frame->up, of->side[side].mean);

    for (size_t i = 0; i < n; i++) {
        if (isfinite(day[i]))
            hc_plot_row(plot, hc_axis_at(&frame->across, (double)i + 1),
                hc_axis_at(&frame->up, day[i]));
        else
            hc_plot_gap(plot);
    }
    hc_plot_as_line(plot, names[side], side_colours[side], 1.4);
    for (size_t i = 0; i < n; i++)
        if (isfinite(day[i]))
            hc_plot_row(plot, hc_axis_at(&frame->across, (double)i + 1),
                hc_axis_at(&frame->up, day[i]));
    (side ? hc_plot_as_rings : hc_plot_as_points)(plot, "day", side_colours[side], 5);
    hc_plot_row(plot, frame->x, mean);
    hc_plot_row(plot, hc_axis_at(&frame->across, (double)(n > 1 ? n : 2)), mean);
    hc_plot_as_dashes(plot, "mean", side_colours[side], 1);
}

static struct hc_human change_text(int metric, double value)
{
    return hc_figure_gauge(metric).measure == HC_SHARE ? hc_human_points(value)
                                                       : hc_human_text("%+.3g", value);
}

static void panel(struct hc_plot *plot, const struct hc_comparison *c, size_t at)
{
    int metric = drawn[at], row = row_of(c, metric);
    struct hc_frame frame;
    HC_CLEANUP(hc_buf_clear) struct hc_buf note = HC_BUF_INIT;

    hc_frame_init(&frame, LEFT + (double)at * STEP, TOP, WIDTH, HEIGHT);
    if (row < 0) {
        hc_frame_title(plot, &frame, hc_figure_gauge(metric).title, "");
        hc_frame_say(plot, &frame, "not in both ranges, or it never changes");
        return;
    }
    if (isfinite(c->cluster[row].difference))
        hc_buf_printf(&note, "%s%s (%s to %s): %s",
            change_text(metric, c->cluster[row].difference).text,
            hc_figure_gauge(metric).measure == HC_SHARE ? " points" : "",
            change_text(metric, c->cluster[row].low).text,
            change_text(metric, c->cluster[row].high).text,
            strcmp(c->cluster[row].claim, "none") ? c->cluster[row].claim : "not clear");
    else
        hc_buf_puts(&note, "under 7 days in a range");
    plot->texts.failed |= note.failed;
    fit(&frame, c, (size_t)row);
    hc_frame_title(plot, &frame, hc_figure_gauge(metric).title, hc_buf_str(&note));
    hc_frame_left(plot, &frame, hc_figure_gauge(metric).measure, 5);
    hc_frame_bottom(plot, &frame, HC_COUNTS, 6);
    for (size_t side = 0; side < 2; side++)
        put_days(plot, &frame, c, (size_t)row, side);
}

/* ---- the nodes ---- */

static bool is_of(const struct hc_compared *row, const char *claim)
{
    return claim ? !strcmp(row->claim, claim)
                 : strcmp(row->claim, "more") && strcmp(row->claim, "less");
}

static void put_nodes(struct hc_plot *plot, const struct hc_comparison *c,
    const struct hc_frame *frame, const char *claim, uint32_t colour, enum hc_mark mark)
{
    for (size_t i = 0; i < c->n_nodes; i++) {
        const struct hc_compared *row = &c->nodes[i];

        if (row->of.metric == HC_CPU && is_of(row, claim))
            hc_plot_row(plot, hc_axis_at(&frame->across, row->side[0].mean),
                hc_axis_at(&frame->up, row->side[1].mean));
    }
    hc_plot_as_marks(plot, claim ? claim : "not clear", colour, 6, mark);
}

static void scatter(struct hc_plot *plot, const struct hc_comparison *c, double y)
{
    struct hc_frame frame;
    double high = 0;

    for (size_t i = 0; i < c->n_nodes; i++)
        if (c->nodes[i].of.metric == HC_CPU)
            high = fmax(high, fmax(c->nodes[i].side[0].mean, c->nodes[i].side[1].mean));
    hc_frame_init(&frame, SCATTER_X, y, SCATTER, SCATTER);
    hc_axis_from_zero(&frame.up, 0, high);
    hc_axis_from_zero(&frame.across, 0, high);
    hc_frame_title(plot, &frame, "CPU of each node", "first range across, second up");
    hc_frame_left(plot, &frame, HC_SHARE, 5);
    hc_frame_bottom(plot, &frame, HC_SHARE, 5);
    hc_plot_row(plot, frame.x, frame.y + frame.height);
    hc_plot_row(plot, frame.x + frame.width, frame.y);
    hc_plot_as_line(plot, "the same", HC_COLOUR_AXIS, 1);
    put_nodes(plot, c, &frame, NULL, UNCLEAR_COLOUR, HC_DISC);
    put_nodes(plot, c, &frame, "less", FIRST_COLOUR, HC_SQUARE);
    put_nodes(plot, c, &frame, "more", SECOND_COLOUR, HC_TRIANGLE);
}

struct tally {
    double more, less, all;
};

static struct tally count(const struct hc_comparison *c, int metric)
{
    struct tally t = {0};

    for (size_t i = 0; i < c->n_nodes; i++) {
        if (c->nodes[i].of.metric != metric || !strcmp(c->nodes[i].claim, "short"))
            continue;
        t.all++;
        t.more += !strcmp(c->nodes[i].claim, "more");
        t.less += !strcmp(c->nodes[i].claim, "less");
    }
    return t;
}

/* Shares of nodes with clearly less, to the left, and clearly more. */
static void claims(struct hc_plot *plot, const struct hc_comparison *c, double y)
{
    const struct hc_ink ink = {10, HC_COLOUR_TEXT, HC_LEFT, false};
    struct hc_frame frame;
    double half = 110, middle = CLAIMS_X + 130 + half;
    size_t row = 0;

    hc_frame_init(&frame, CLAIMS_X + 130, y, 2 * half, SCATTER);
    hc_frame_title(plot, &frame, "Nodes with less, and more", "");
    for (int m = 0; m < HC_METRICS && row < SCATTER / ROW; m++) {
        struct tally t = count(c, m);
        double at = y + ((double)row + 0.5) * ROW;

        if (t.all < 1)
            continue;
        hc_plot_run(plot, middle - half * t.less / t.all, middle, at);
        hc_plot_as_runs(plot, "less", FIRST_COLOUR, ROW * 0.6);
        hc_plot_run(plot, middle, middle + half * t.more / t.all, at);
        hc_plot_as_runs(plot, "more", SECOND_COLOUR, ROW * 0.6);
        hc_plot_text(plot, CLAIMS_X + 122, at, &hc_ink_name, 130, hc_metrics[m].name);
        hc_plot_text(plot, middle + half + 10, at, &ink, 0,
            hc_human_text("%.0f, %.0f of %.0f", t.less, t.more, t.all).text);
        row++;
    }
    hc_plot_bar(plot, middle, y, y + (double)row * ROW);
    hc_plot_as_runs(plot, "axis", HC_COLOUR_AXIS, 1);
}

/* ---- all of it ---- */

static struct hc_human local_date(const struct hc_zone *zone, int64_t us)
{
    return hc_human_date(us + hc_zone_offset(zone, us / 1000000) * INT64_C(1000000));
}

static void legend(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    static const char *const names[] = {"first", "second"};
    const struct hc_comparison *c = &f->patterns.compare;
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, series, &room);
    double x = LEFT;

    for (size_t side = 0; side < 2; side++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

        hc_buf_printf(&text, "%s: %s to %s", names[side],
            local_date(&zone, c->range[side].from_us).text,
            local_date(&zone, c->range[side].to_us).text);
        plot->texts.failed |= text.failed;
        x = hc_figure_key_line(
            plot, x, 74, side_colours[side], 1.6, false, hc_buf_str(&text));
    }
}

void hc_fig_compare(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    const struct hc_comparison *c = &f->patterns.compare;
    double y = TOP + HEIGHT + BETWEEN;

    hc_figure_subtitle(plot, f, true);
    legend(plot, f, series);
    for (size_t i = 0; i < HC_COUNT(drawn); i++)
        panel(plot, c, i);
    scatter(plot, c, y);
    claims(plot, c, y);
    hc_figure_say(plot,
        "Above: daily means of the cluster by the day of each range; dashed: the mean of "
        "its hours; the change is of days without the weekly profile, with its 95 %% "
        "interval. ");
    hc_figure_say(plot,
        "Below: marks are nodes with hours in both ranges; clearly less or more is where "
        "the interval leaves out 0, and of nodes that do not differ up to 5 in 100 are "
        "named so by chance.");
    hc_figure_caption(plot, y + SCATTER + 44);
}
