/*
 * fig_opportunity.c - nodes there, and the fewest that would carry each hour's load
 */
#include <math.h>
#include <stdio.h>

#include "report/decimate.h"
#include "report/figure.h"

enum { X = 70, Y = 100, WIDTH = 800, HEIGHT = 330 };
enum { PRESENT_COLOUR = 0x333333, DIFFERENCE_COLOUR = 0xF3E6C8 };

enum which { PRESENT, NEEDED };

struct view {
    const struct hc_findings *f;
    struct hc_frame frame;
    size_t first, end; /* of the hours within the window */
};

static double value_of(const struct hc_need *need, enum which which)
{
    return which == PRESENT ? need->present : need->needed;
}

static double x_of(const struct view *v, int64_t s)
{
    return hc_axis_at(&v->frame.across, (double)s);
}

static bool follows(const struct view *v, size_t i)
{
    return i > v->first && v->f->needs[i].start_s - v->f->needs[i - 1].start_s <= 3600;
}

/* The hours as steps; each stretch without a hole is closed to the base if `area`. */
static void put_steps(
    struct hc_plot *plot, const struct view *v, enum which which, bool area)
{
    const struct hc_need *needs = v->f->needs;
    double base = v->frame.y + v->frame.height;
    struct hc_decimate line;

    hc_decimate_init(&line, plot, 1);
    for (size_t i = v->first; i < v->end; i++) {
        double y = hc_axis_at(&v->frame.up, value_of(&needs[i], which));
        double from = x_of(v, needs[i].start_s), to = x_of(v, needs[i].start_s + 3600);
        bool last = i + 1 == v->end || !follows(v, i + 1);

        if (!follows(v, i) && area)
            hc_plot_row(plot, from, base);
        if (!follows(v, i) || needs[i - 1].present != needs[i].present ||
            needs[i - 1].needed != needs[i].needed)
            hc_decimate_point(&line, from, y);
        if (last || needs[i + 1].present != needs[i].present ||
            needs[i + 1].needed != needs[i].needed)
            hc_decimate_point(&line, to, y);
        if (!last)
            continue;
        hc_decimate_end(&line);
        if (area)
            hc_plot_row(plot, to, base);
        hc_plot_gap(plot);
    }
    hc_decimate_end(&line);
}

/* ---- p95, p99 and the most ---- */

struct level {
    const char *name;
    double value;
};

/* Equal ones share a label; labels keep their distance, upward. */
static void put_levels(struct hc_plot *plot, const struct view *v)
{
    const struct hc_spread *needed = &v->f->opportunity.nodes_needed;
    const struct level levels[] = {{"median", needed->median}, {"p95", needed->p95},
        {"p99", needed->p99}, {"max", needed->max}};
    const struct hc_ink ink = {10, HC_COLOUR_CPU, HC_LEFT, false};
    double right = v->frame.x + v->frame.width, floor_y = INFINITY;

    for (size_t i = 0; i < HC_COUNT(levels);) {
        double y = hc_axis_at(&v->frame.up, levels[i].value), at;
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
        size_t k = i + 1;

        hc_buf_printf(&text, "%s%s", i ? "" : "needed, ", levels[i].name);
        for (; k < HC_COUNT(levels) && levels[k].value == levels[i].value; k++)
            hc_buf_printf(&text, ", %s", levels[k].name);
        hc_buf_printf(&text, ": %s", hc_human_count((uint64_t)levels[i].value).text);
        plot->texts.failed |= text.failed;
        at = fmin(y, floor_y - 13);
        hc_plot_row(plot, v->frame.x, y);
        hc_plot_row(plot, right + 2, y);
        hc_plot_row(plot, right + 8, at);
        hc_plot_gap(plot);
        hc_plot_text(
            plot, right + 11, at, &ink, HC_FIGURE_WIDTH - right - 14, hc_buf_str(&text));
        floor_y = at;
        i = k;
    }
    hc_plot_as_dashes(plot, "levels of needed", HC_COLOUR_CPU, 0.8);
}

/* ---- all of it ---- */

static void find_window(struct view *v, const struct hc_series *s)
{
    const struct hc_findings *f = v->f;

    hc_figure_window(&v->frame.across, f, s);
    v->first = 0;
    v->end = f->n_needs;
    while (v->first < v->end &&
           (double)f->needs[v->first].start_s < v->frame.across.lo - 3600)
        v->first++;
    while (
        v->end > v->first && (double)f->needs[v->end - 1].start_s >= v->frame.across.hi)
        v->end--;
}

static void draw(struct hc_plot *plot, struct view *v, const struct hc_series *s)
{
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(v->f, s, &room);
    double high = 1, x = X;

    for (size_t i = v->first; i < v->end; i++)
        high = fmax(high, fmax(v->f->needs[i].present, v->f->needs[i].needed));
    hc_axis_from_zero(&v->frame.up, 0, high);
    put_steps(plot, v, PRESENT, true);
    hc_plot_as_area(plot, "not needed", DIFFERENCE_COLOUR);
    put_steps(plot, v, NEEDED, true);
    hc_plot_as_area(plot, "needed", HC_COLOUR_CPU_TINT);
    hc_frame_left(plot, &v->frame, HC_COUNTS, 6);
    hc_frame_time(plot, &v->frame, &zone, true);
    hc_frame_base(plot, &v->frame);
    put_steps(plot, v, PRESENT, false);
    hc_plot_as_line(plot, "there", PRESENT_COLOUR, 1.4);
    put_levels(plot, v);
    x = hc_figure_key_line(plot, x, 74, PRESENT_COLOUR, 1.4, false, "nodes there");
    x = hc_figure_key_box(plot, x, 74, HC_COLOUR_CPU_TINT, "nodes needed");
    hc_figure_key_box(plot, x, 74, DIFFERENCE_COLOUR, "the difference: a bound");
}

static void caption(struct hc_plot *plot, const struct view *v, double y)
{
    const struct hc_opportunity *o = &v->f->opportunity;
    size_t n_few = 0, n_drawn = v->end - v->first;

    for (size_t i = v->first; i < v->end; i++)
        n_few += v->f->needs[i].needed > v->f->needs[i].present;
    hc_figure_say(plot,
        "A bound, not an answer: needed is the fewest nodes of mean size that would "
        "carry "
        "each hour by itself, at most %.0f %% of CPU and %.0f %% of memory in use, if "
        "load "
        "could be cut and placed at will. ",
        100 * v->f->settings->target_cpu, 100 * v->f->settings->target_memory);
    hc_figure_say(plot,
        "%s of %s node-hours were not needed, in %s hours with data. Memory sets the "
        "number "
        "in %s of them.",
        hc_human_count((uint64_t)o->node_hours_not_needed).text,
        hc_human_count(o->node_hours).text, hc_human_count(o->hours).text,
        hc_human_count(o->memory_bound_hours).text);
    if (n_few)
        hc_figure_say(
            plot, " In %s more are needed than are there.", hc_human_count(n_few).text);
    if (n_drawn < v->f->n_needs)
        hc_figure_say(plot, " %s hours lie far outside and are left out.",
            hc_human_count(v->f->n_needs - n_drawn).text);
    hc_figure_caption(plot, y);
}

void hc_fig_opportunity(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    struct view v = {.f = f};

    hc_figure_subtitle(plot, f, true);
    hc_frame_init(&v.frame, X, Y, WIDTH, HEIGHT);
    if (f->opportunity.verdict.status != HC_AVAILABLE || !f->n_needs) {
        v.frame.height = 120;
        hc_frame_say(plot, &v.frame,
            f->opportunity.verdict.reason[0] ? f->opportunity.verdict.reason
                                             : "no hour with data");
        hc_figure_say(plot, "Nodes there, and nodes needed, by hour.");
        hc_figure_caption(plot, Y + 150);
        return;
    }
    find_window(&v, s);
    draw(plot, &v, s);
    caption(plot, &v, Y + HEIGHT + 38);
}
