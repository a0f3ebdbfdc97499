/*
 * fig_changes.c - when levels of nodes changed, how many at once, and which way
 *
 * A panel a gauge, those with most changes first. A bar is a stretch of hours.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/figure.h"

enum { X = 70, WIDTH = 900, TOP = 112, HEIGHT = 118, BETWEEN = 58, PANELS = 4 };
enum { LABELS = 3, WIDEST = 8 }; /* words a panel; pixels of a bar */

static const int widths_h[] = {4, 6, 12, 24, 48, 168, 720};

bool hc_fig_changes_wanted(const struct hc_findings *f)
{
    const struct hc_level_changes *c = &f->patterns.changes;

    return c->verdict.status == HC_AVAILABLE && c->n_nodes;
}

struct gauge {
    int metric;
    size_t first, n; /* of changes->nodes */
};

static int most_first(const void *a, const void *b)
{
    const struct gauge *x = a, *y = b;

    return x->n != y->n ? (x->n < y->n ? 1 : -1) : x->metric - y->metric;
}

static size_t list_gauges(
    const struct hc_level_changes *c, struct gauge gauges[HC_METRICS])
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_nodes; i++) {
        if (!n || gauges[n - 1].metric != c->nodes[i].of.metric)
            gauges[n++] = (struct gauge){c->nodes[i].of.metric, i, 0};
        gauges[n - 1].n++;
    }
    if (n)
        qsort(gauges, n, sizeof(*gauges), most_first);
    return n;
}

/* ---- bars ---- */

struct bins {
    size_t n, hours; /* each so long */
    uint32_t *up, *down;
    double start_s;
    uint32_t most_up, most_down;
};

static int bin_hours(size_t hours)
{
    size_t i = 0;

    while (i + 1 < HC_COUNT(widths_h) && hours / (size_t)widths_h[i] > 220)
        i++;
    return widths_h[i];
}

static bool count(
    const struct hc_findings *f, const struct gauge *gauge, struct bins *out)
{
    const struct hc_patterns *p = &f->patterns;

    out->hours = (size_t)bin_hours(p->hours);
    out->n = p->hours / out->hours + 1;
    out->start_s = (double)p->start_us / 1e6;
    out->up = hc_calloc(2 * out->n, sizeof(*out->up));
    if (!out->up)
        return false;
    out->down = out->up + out->n;
    for (size_t i = gauge->first; i < gauge->first + gauge->n; i++) {
        const struct hc_level_change *change = &p->changes.nodes[i];
        double at = ((double)change->at_us / 1e6 - out->start_s) / 3600;
        size_t bin = at > 0 ? (size_t)(at / (double)out->hours) : 0;

        bin = bin < out->n ? bin : out->n - 1;
        (change->after > change->before ? out->up : out->down)[bin]++;
    }
    for (size_t i = 0; i < out->n; i++) {
        out->most_up = out->up[i] > out->most_up ? out->up[i] : out->most_up;
        out->most_down = out->down[i] > out->most_down ? out->down[i] : out->most_down;
    }
    return true;
}

static void put_bars(
    struct hc_plot *plot, const struct hc_frame *frame, const struct bins *b, bool up)
{
    double width =
        frame->width * (double)b->hours * 3600 / (frame->across.hi - frame->across.lo);

    for (size_t i = 0; i < b->n; i++) {
        double n = up ? b->up[i] : -(double)b->down[i];
        double at = b->start_s + 3600 * ((double)i + 0.5) * (double)b->hours;

        if (n != 0)
            hc_plot_bar(plot, hc_axis_at(&frame->across, at), hc_axis_at(&frame->up, 0),
                hc_axis_at(&frame->up, n));
    }
    hc_plot_as_runs(plot, up ? "to a higher level" : "to a lower level",
        up ? HC_COLOUR_CPU : HC_COLOUR_MEMORY, fmin(fmax(width * 0.85, 1.5), WIDEST));
}

/* Counts go upward from 0 on both sides. */
static void put_sides(struct hc_plot *plot, const struct hc_frame *frame)
{
    const double ends[] = {frame->up.hi / 1.15, 0, frame->up.lo / 1.15};

    for (size_t i = 0; i < HC_COUNT(ends); i++) {
        double y = hc_axis_at(&frame->up, ends[i]);

        hc_plot_run(plot, frame->x, frame->x + frame->width, y);
        hc_plot_text(plot, frame->x - 6, y, &hc_ink_tick_left, 0,
            hc_human_count((uint64_t)llround(fabs(ends[i]))).text);
    }
    hc_plot_as_runs(plot, "grid", HC_COLOUR_GRID, 1);
}

/* Beside the end of the bar that most of the event's nodes are in. */
static void put_event(struct hc_plot *plot, const struct hc_frame *frame,
    const struct bins *b, const struct hc_change_together *event)
{
    const struct hc_ink ink = {10, HC_COLOUR_TEXT, HC_LEFT, false};
    double hour = ((double)event->first_us / 1e6 - b->start_s) / 3600;
    size_t bin = hour > 0 ? (size_t)(hour / (double)b->hours) : 0, at;
    double end;

    at = bin < b->n ? bin : b->n - 1;
    end = 2 * event->up >= event->nodes ? b->up[at] : -(double)b->down[at];
    hour = (double)((at + 1) * b->hours);
    hc_plot_text(plot,
        fmin(hc_axis_at(&frame->across, b->start_s + 3600 * hour) + 4,
            frame->x + frame->width - 62),
        hc_axis_at(&frame->up, end), &ink, 0,
        hc_human_text("%s nodes", hc_human_count(event->nodes).text).text);
}

/* The largest events of the gauge, by their number of nodes, where there is room. */
static void put_events(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, const struct bins *b, int metric)
{
    const struct hc_level_changes *c = &f->patterns.changes;
    double taken[LABELS];

    for (size_t n = 0; n < LABELS; n++) {
        const struct hc_change_together *best = NULL;
        double x = 0;

        for (size_t i = 0; i < c->n_together; i++) {
            double at = hc_axis_at(&frame->across, (double)c->together[i].first_us / 1e6);
            bool free = c->together[i].metric == metric;

            for (size_t k = 0; k < n; k++)
                free &= fabs(at - taken[k]) > 70;
            if (free && (!best || c->together[i].nodes > best->nodes)) {
                best = &c->together[i];
                x = at;
            }
        }
        if (!best)
            return;
        taken[n] = x;
        put_event(plot, frame, b, best);
    }
}

static void put_panel(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *s, const struct gauge *gauge, struct hc_frame *frame,
    const struct bins *b, bool last)
{
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, s, &room);

    frame->across.lo = b->start_s;
    frame->across.hi = b->start_s + 3600 * (double)f->patterns.hours;
    frame->up.hi = 1.15 * fmax(b->most_up, 1);
    frame->up.lo = -1.15 * fmax(b->most_down, 1);
    hc_frame_title(plot, frame, hc_figure_gauge(gauge->metric).title,
        hc_human_text("%s changes", hc_human_count(gauge->n).text).text);
    put_sides(plot, frame);
    hc_frame_time(plot, frame, &zone, last);
    put_bars(plot, frame, b, true);
    put_bars(plot, frame, b, false);
    put_events(plot, f, frame, b, gauge->metric);
}

static void caption(
    struct hc_plot *plot, const struct hc_findings *f, size_t n_gauges, double y)
{
    const struct hc_level_changes *c = &f->patterns.changes;

    hc_figure_say(plot,
        "Changes of a node's level that last a day or more, without the weekly profile, "
        "by %d hours: %s in %s gauges of nodes; of %s of these, which wander, nothing is "
        "claimed. ",
        bin_hours(f->patterns.hours), hc_human_count(c->n_nodes).text,
        hc_human_count(c->courses).text, hc_human_count(c->wander).text);
    if (c->n_together)
        hc_figure_say(plot,
            "Words: nodes that changed within four hours, more than by chance (%s such "
            "events). ",
            hc_human_count(c->n_together).text);
    else
        hc_figure_say(plot, "No nodes changed together, more than by chance. ");
    if (n_gauges > PANELS)
        hc_figure_say(plot, "Of %zu gauges those with most changes are drawn.", n_gauges);
    hc_figure_caption(plot, y);
}

void hc_fig_changes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    struct gauge gauges[HC_METRICS];
    size_t n = list_gauges(&f->patterns.changes, gauges);
    size_t n_drawn = n < PANELS ? n : PANELS;
    double x = hc_figure_key_box(plot, X, 72, HC_COLOUR_CPU, "nodes to a higher level");

    hc_figure_key_box(plot, x, 72, HC_COLOUR_MEMORY, "to a lower level");
    hc_figure_subtitle(plot, f, true);
    for (size_t i = 0; i < n_drawn; i++) {
        struct bins b = {0};
        struct hc_frame frame;

        if (!count(f, &gauges[i], &b)) {
            plot->texts.failed = true;
            return;
        }
        hc_frame_init(&frame, X, TOP + (double)i * (HEIGHT + BETWEEN), WIDTH, HEIGHT);
        put_panel(plot, f, series, &gauges[i], &frame, &b, true);
        hc_free(b.up);
    }
    caption(plot, f, n, TOP + (double)n_drawn * (HEIGHT + BETWEEN) - 12);
}
