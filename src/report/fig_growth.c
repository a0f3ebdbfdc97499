/*
 * fig_growth.c - daily means with their trend, slopes of the nodes, and what will be full
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/figure.h"
#include "report/rank.h"

enum { LEFT = 78, WIDTH = 386, STEP = 496, TOP = 112, HEIGHT = 150, BETWEEN = 66 };
enum { NAMED = 20, ROW = 17, NAME_ROOM = 130, DAY_S = 86400, NOTHING = 90 };

static const int drawn[] = {HC_CPU, HC_MEMORY, HC_LOAD_1M, HC_DISK_USAGE};

static const struct hc_growth_row *row_of(const struct hc_findings *f, int metric)
{
    const struct hc_growth *g = &f->patterns.growth;

    for (size_t i = 0; i < g->n_cluster; i++)
        if (g->cluster[i].of.metric == metric && g->cluster[i].daily)
            return &g->cluster[i];
    return NULL;
}

static size_t count_drawn(const struct hc_findings *f)
{
    size_t n = 0;

    for (size_t i = 0; i < HC_COUNT(drawn); i++)
        n += row_of(f, drawn[i]) != NULL;
    return n;
}

bool hc_fig_growth_wanted(const struct hc_findings *f)
{
    return f->patterns.growth.verdict.status == HC_AVAILABLE && count_drawn(f);
}

/* ---- the cluster, day by day ---- */

/* At day i of the row's: the line, turned about its middle to `slope`. */
static double line_at(const struct hc_growth_row *row, double slope, double i)
{
    double half = (double)(row->n_daily - 1) / 2;

    return row->level - row->slope * half + slope * (i - half);
}

static bool is_claimed(const struct hc_growth_row *row)
{
    return !strcmp(row->claim, "rises") || !strcmp(row->claim, "falls");
}

static const char *claim_words(const struct hc_growth_row *row)
{
    static const struct {
        const char *claim, *words;
    } all[] = {
        {"none", "no clear trend"},
        {"wanders", "wanders"},
        {"step", "steps"},
    };

    for (size_t i = 0; i < HC_COUNT(all); i++)
        if (!strcmp(row->claim, all[i].claim))
            return all[i].words;
    return row->claim;
}

static struct hc_human slope_text(const struct hc_growth_row *row, double slope)
{
    if (hc_figure_gauge(row->of.metric).measure == HC_SHARE)
        return hc_human_points(slope);
    return hc_human_text("%+.2g", slope);
}

static void put_title(
    struct hc_plot *plot, const struct hc_frame *frame, const struct hc_growth_row *row)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf note = HC_BUF_INIT;
    struct hc_gauge_look look = hc_figure_gauge(row->of.metric);

    hc_buf_printf(&note, "%s%s a day (%s to %s): %s", slope_text(row, row->slope).text,
        look.measure == HC_SHARE ? " points" : "", slope_text(row, row->low).text,
        slope_text(row, row->high).text, claim_words(row));
    plot->texts.failed |= note.failed;
    hc_frame_title(plot, frame, look.title, hc_buf_str(&note));
}

static double day_x(
    const struct hc_frame *frame, const struct hc_growth_row *row, double i)
{
    return hc_axis_at(&frame->across, (double)row->daily_us / 1e6 + DAY_S * (i + 0.5));
}

static void put_band(
    struct hc_plot *plot, const struct hc_frame *frame, const struct hc_growth_row *row)
{
    const double slopes[] = {row->low, row->high, row->high, row->low};
    double last = (double)(row->n_daily - 1);

    for (size_t i = 0; i < HC_COUNT(slopes); i++) /* two triangles, tip to tip */
        hc_plot_row(plot, day_x(frame, row, i < 2 ? 0 : last),
            hc_axis_at(&frame->up, line_at(row, slopes[i], i < 2 ? 0 : last)));
    hc_plot_as_area(plot, "interval", hc_figure_gauge_tint(row->of.metric));
}

static void fit(struct hc_frame *frame, const struct hc_growth_row *row)
{
    double low = INFINITY, high = -INFINITY, last = (double)(row->n_daily - 1);
    const double slopes[] = {row->low, row->high};

    for (size_t i = 0; i < row->n_daily; i++) {
        low = fmin(low, row->daily[i]);
        high = fmax(high, row->daily[i]);
    }
    for (size_t i = 0; i < HC_COUNT(slopes); i++) {
        low = fmin(low, fmin(line_at(row, slopes[i], 0), line_at(row, slopes[i], last)));
        high =
            fmax(high, fmax(line_at(row, slopes[i], 0), line_at(row, slopes[i], last)));
    }
    hc_axis_fit(&frame->up, low, high);
    frame->across.lo = (double)row->daily_us / 1e6;
    frame->across.hi = frame->across.lo + DAY_S * (last + 1);
}

static void put_course(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *s, const struct hc_growth_row *row, struct hc_frame *frame)
{
    uint32_t colour = hc_figure_gauge_colour(row->of.metric);
    double last = (double)(row->n_daily - 1);
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, s, &room);

    fit(frame, row);
    put_title(plot, frame, row);
    put_band(plot, frame, row);
    hc_frame_left(plot, frame, hc_figure_gauge(row->of.metric).measure, 5);
    hc_frame_time(plot, frame, &zone, true);
    for (size_t i = 0; i < row->n_daily; i++)
        if (isfinite(row->daily[i]))
            hc_plot_row(plot, day_x(frame, row, (double)i),
                hc_axis_at(&frame->up, row->daily[i]));
    hc_plot_as_points(plot, "day", colour, 5);
    for (int end = 0; end < 2; end++)
        hc_plot_row(plot, day_x(frame, row, end * last),
            hc_axis_at(&frame->up, line_at(row, row->slope, end * last)));
    (is_claimed(row) ? hc_plot_as_line : hc_plot_as_dashes)(
        plot, "trend", HC_COLOUR_TEXT, 1.5);
}

/* ---- nodes ---- */

static int steepest_first(const void *a, const void *b)
{
    const struct hc_growth_row *x = *(const struct hc_growth_row *const *)a;
    const struct hc_growth_row *y = *(const struct hc_growth_row *const *)b;

    if (x->slope != y->slope)
        return x->slope < y->slope ? 1 : -1;
    return (x->of.node > y->of.node) - (x->of.node < y->of.node);
}

static int first_full(const void *a, const void *b)
{
    const struct hc_growth_row *x = *(const struct hc_growth_row *const *)a;
    const struct hc_growth_row *y = *(const struct hc_growth_row *const *)b;

    if (x->full_days != y->full_days)
        return x->full_days > y->full_days ? 1 : -1;
    return (x->of.node > y->of.node) - (x->of.node < y->of.node);
}

struct ranking {
    const struct hc_growth_row **rows;
    size_t n, n_all;
    bool full; /* days until full, not slopes of CPU */
};

static bool rank(const struct hc_findings *f, bool full, struct ranking *out)
{
    const struct hc_growth *g = &f->patterns.growth;

    *out = (struct ranking){.full = full};
    out->rows = hc_alloc(g->n_nodes + 1, sizeof(*out->rows));
    if (!out->rows)
        return false;
    for (size_t i = 0; i < g->n_nodes; i++)
        if (full ? isfinite(g->nodes[i].full_days) : g->nodes[i].of.metric == HC_CPU)
            out->rows[out->n_all++] = &g->nodes[i];
    if (out->n_all)
        qsort(out->rows, out->n_all, sizeof(*out->rows),
            full ? first_full : steepest_first);
    out->n = full && out->n_all > NAMED ? NAMED : out->n_all;
    return true;
}

static double low_of(const struct ranking *r, const struct hc_growth_row *row)
{
    return r->full ? row->full_low : 100 * row->low;
}

static double high_of(const struct ranking *r, const struct hc_growth_row *row)
{
    return r->full ? fmin(row->full_high, 5 * row->full_days) : 100 * row->high;
}

static double value_of(const struct ranking *r, const struct hc_growth_row *row)
{
    return r->full ? row->full_days : 100 * row->slope;
}

static double rank_y(const struct hc_frame *frame, const struct ranking *r, size_t i)
{
    return frame->y + frame->height * ((double)i + 0.5) / (double)r->n;
}

static void put_rank_names(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, const struct ranking *r)
{
    for (size_t i = 0; i < r->n && r->n <= NAMED; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        hc_figure_node_name(&f->summary->nodes[r->rows[i]->of.node], &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(plot, frame->x - 8, rank_y(frame, r, i), &hc_ink_name,
            NAME_ROOM - 20, hc_buf_str(&name));
    }
    if (r->n <= NAMED)
        return;
    hc_plot_text(plot, frame->x - 8, frame->y + 6, &hc_ink_tick_left, 0, "1st");
    hc_plot_text(plot, frame->x - 8, frame->y + frame->height - 6, &hc_ink_tick_left, 0,
        hc_human_text("%sth", hc_human_count(r->n).text).text);
}

static void put_ranking(struct hc_plot *plot, const struct hc_findings *f,
    struct hc_frame *frame, const struct ranking *r)
{
    uint32_t colour = r->full ? HC_COLOUR_MEMORY : HC_COLOUR_CPU;
    uint32_t tint = r->full ? HC_COLOUR_MEMORY_TINT : HC_COLOUR_CPU_TINT;
    double low = 0, high = 0;

    for (size_t i = 0; i < r->n; i++) {
        low = fmin(low, low_of(r, r->rows[i]));
        high = fmax(high, high_of(r, r->rows[i]));
    }
    hc_axis_from_zero(&frame->across, low, high);
    hc_frame_bottom(plot, frame, HC_PLAIN_NUMBER, 5);
    for (size_t i = 0; i < r->n; i++)
        hc_plot_run(plot, hc_axis_at(&frame->across, low_of(r, r->rows[i])),
            hc_axis_at(&frame->across, high_of(r, r->rows[i])), rank_y(frame, r, i));
    hc_plot_as_runs(plot, r->full ? "interval of days" : "interval of slopes", tint,
        fmax(0.6, fmin(5, frame->height / (double)r->n * 0.6)));
    hc_plot_bar(plot, hc_axis_at(&frame->across, 0), frame->y, frame->y + frame->height);
    hc_plot_as_runs(plot, "zero", HC_COLOUR_AXIS, 1);
    for (size_t i = 0; i < r->n; i++)
        hc_plot_row(plot, hc_axis_at(&frame->across, value_of(r, r->rows[i])),
            rank_y(frame, r, i));
    hc_plot_as_points(
        plot, r->full ? "days until full" : "slope", colour, r->n <= NAMED ? 7 : 2.5);
    put_rank_names(plot, f, frame, r);
}

static void put_nodes(
    struct hc_plot *plot, const struct hc_findings *f, double y, double height, bool full)
{
    static const char *const titles[] = {"Slopes of CPU by node", "Days until full"};
    static const char *const notes[] = {"points a day", "memory and disk"};
    static const char *const lacks[] = {
        "no CPU of a node changes and has 14 days of data",
        "no memory and no disk of a node rises clearly towards full"};
    struct ranking r;
    struct hc_frame frame;

    if (!rank(f, full, &r)) {
        plot->texts.failed = true;
        return;
    }
    hc_frame_init(&frame, LEFT + (full ? STEP : 0) + (r.n ? NAME_ROOM - LEFT + 24 : 0), y,
        WIDTH - (r.n ? NAME_ROOM - LEFT + 24 : 0), height);
    hc_frame_title(plot, &frame, titles[full], r.n ? notes[full] : "");
    if (!r.n)
        frame.height = fmin(height, NOTHING);
    if (r.n)
        put_ranking(plot, f, &frame, &r);
    else
        hc_frame_say(plot, &frame, lacks[full]);
    if (full && r.n < r.n_all)
        hc_figure_say(plot, " Of %s that fill up the first %s are drawn.",
            hc_human_count(r.n_all).text, hc_human_count(r.n).text);
    hc_free(r.rows);
}

static double nodes_height(const struct hc_findings *f)
{
    const struct hc_growth *g = &f->patterns.growth;
    size_t n = 0, full = 0;

    for (size_t i = 0; i < g->n_nodes; i++) {
        n += g->nodes[i].of.metric == HC_CPU;
        full += isfinite(g->nodes[i].full_days);
    }
    n = n > full ? n : full;
    return n > NAMED ? NAMED * ROW : fmax((double)n * ROW, 90);
}

void hc_fig_growth(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    size_t n = 0;
    double y, height = nodes_height(f);

    hc_figure_subtitle(plot, f, true);
    hc_figure_say(plot,
        "Dots: daily means of the cluster, without the weekly profile. Line: Theil-Sen, "
        "dashed where no trend is claimed; the band turns it about its middle within the "
        "95 %% interval of the slope. Bars of nodes: the same interval; days count from "
        "the last.");
    for (size_t i = 0; i < HC_COUNT(drawn); i++) {
        const struct hc_growth_row *row = row_of(f, drawn[i]);
        struct hc_frame frame;

        if (!row)
            continue;
        hc_frame_init(&frame, LEFT + (double)(n % 2) * STEP,
            TOP + (double)(n / 2) * (HEIGHT + BETWEEN), WIDTH, HEIGHT);
        put_course(plot, f, series, row, &frame);
        n++;
    }
    y = TOP + (double)((n + 1) / 2) * (HEIGHT + BETWEEN);
    put_nodes(plot, f, y, height, false);
    put_nodes(plot, f, y, height, true);
    hc_figure_caption(plot, y + height + 40);
}
