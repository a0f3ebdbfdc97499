/*
 * fig_replay_time.c - nodes in use, what is requested and used of them, hot nodes, by
 * policy over time
 */
#include <math.h>

#include "report/decimate.h"
#include "report/figure.h"

enum { X = 70, WIDTH = 880, BETWEEN = 40 };
enum { THERE_COLOUR = 0xECECEC };

enum what { NODES, ASKED, USED, HOT, PANELS };

static const struct panel {
    const char *title;
    enum hc_measure measure;
    double height;
} panels[PANELS] = {
    [NODES] = {"Nodes in use", HC_COUNTS, 170},
    [ASKED] = {"CPU requested of nodes in use", HC_SHARE, 120},
    [USED] = {"CPU used of nodes in use", HC_SHARE, 120},
    [HOT] = {"Nodes over 80 % CPU", HC_COUNTS, 90},
};

struct view {
    const struct hc_placement *p;
    struct hc_frame frame;
    double hours; /* of a stretch */
};

static double value_of(
    const struct view *v, const struct hc_placement_point *at, int what)
{
    return what == NODES   ? at->nodes_used
           : what == ASKED ? at->cpu_asked
           : what == USED  ? at->cpu_used
                           : at->hot / v->hours;
}

static double x_of(const struct view *v, size_t i)
{
    return hc_axis_at(&v->frame.across,
        (double)(v->p->course_start_s + (int64_t)i * v->p->course_width_s));
}

/* The largest value of a panel; negative: it has none. */
static double most_of(const struct view *v, int what)
{
    double most = -1;

    for (size_t m = 0; m < hc_figure_policies(v->p); m++)
        for (size_t i = 0; i < v->p->n_points; i++)
            most = fmax(most, value_of(v, &v->p->policies[m].course[i], what));
    return most;
}

static void put_there(struct hc_plot *plot, const struct view *v)
{
    const struct hc_placement_point *course = v->p->policies[0].course;
    double base = v->frame.y + v->frame.height;

    hc_plot_row(plot, x_of(v, 0), base);
    for (size_t i = 0; i < v->p->n_points; i++) {
        double y = hc_axis_at(&v->frame.up, course[i].nodes_there);

        hc_plot_row(plot, x_of(v, i), y);
        hc_plot_row(plot, x_of(v, i + 1), y);
    }
    hc_plot_row(plot, x_of(v, v->p->n_points), base);
    hc_plot_as_area(plot, "nodes there", THERE_COLOUR);
}

/* Steps; nothing is drawn where there is no value. */
static void put_course(struct hc_plot *plot, const struct view *v, size_t m, int what)
{
    const struct hc_placement_point *course = v->p->policies[m].course;
    struct hc_decimate line;

    hc_decimate_init(&line, plot, 1);
    for (size_t i = 0; i < v->p->n_points; i++) {
        double value = value_of(v, &course[i], what);

        if (isnan(value)) {
            hc_decimate_gap(&line);
            continue;
        }
        hc_decimate_point(&line, x_of(v, i), hc_axis_at(&v->frame.up, value));
        hc_decimate_point(&line, x_of(v, i + 1), hc_axis_at(&v->frame.up, value));
    }
    hc_decimate_end(&line);
    hc_plot_as_line(plot, v->p->policies[m].name, hc_figure_policy_colour(v->p, m),
        hc_figure_policy_width(v->p, m));
}

static void put_panel(struct hc_plot *plot, struct view *v, int what, double most,
    const struct hc_zone *zone, bool last)
{
    if (what == NODES)
        for (size_t i = 0; i < v->p->n_points; i++)
            most = fmax(most, v->p->policies[0].course[i].nodes_there);
    hc_axis_from_zero(&v->frame.up, 0, most);
    hc_frame_title(
        plot, &v->frame, panels[what].title, what == NODES ? "grey: nodes there" : "");
    if (what == NODES)
        put_there(plot, v);
    hc_frame_left(plot, &v->frame, panels[what].measure, 4);
    hc_frame_time(plot, &v->frame, zone, last);
    for (size_t m = 0; m < hc_figure_policies(v->p); m++)
        put_course(plot, v, m, what);
}

static void caption(
    struct hc_plot *plot, const struct hc_placement *p, double y, bool used)
{
    hc_figure_say(plot,
        "Means over stretches of %s, of the first order (seed %lld). A node is in use "
        "with a pod that the policy placed on it.",
        hc_human_duration((double)p->course_width_s).text, (long long)p->first_seed);
    hc_figure_say(plot, "%s",
        used ? " A pod's use goes with it to the node that it is placed on."
             : " Nothing is known of what pods used.");
    hc_figure_say_left_out(plot, p);
    hc_figure_caption(plot, y);
}

void hc_fig_replay_time(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    const struct hc_placement *p = &f->placement;
    struct view v = {.p = p, .hours = (double)p->course_width_s / 3600};
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, series, &room);
    double most[PANELS], y;
    int last = 0;

    hc_figure_replay_subtitle(plot, f, true);
    y = hc_figure_policy_keys(plot, p, 66) + 28;
    for (int i = 0; i < PANELS; i++) {
        most[i] = most_of(&v, i);
        last = most[i] > 0 ? i : last;
    }
    for (int i = 0; i <= last; i++) {
        if (!(most[i] > 0) && i != NODES)
            continue;
        hc_frame_init(&v.frame, X, y, WIDTH, panels[i].height);
        v.frame.across.lo = (double)p->start_us / 1e6;
        v.frame.across.hi = (double)p->end_us / 1e6;
        put_panel(plot, &v, i, most[i], &zone, i == last);
        y += panels[i].height + BETWEEN;
    }
    caption(plot, p, y, most[HOT] >= 0);
}
