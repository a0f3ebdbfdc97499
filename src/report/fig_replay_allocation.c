/*
 * fig_replay_allocation.c - what is allocated when so much is asked for, by policy
 */
#include <math.h>

#include "report/figure.h"

enum { X = 70, WIDTH = 880, HEIGHT = 380 };

/* The largest load of any arrival, at least one percent. */
static double most_load(const struct hc_placement *p)
{
    size_t most = 1;

    for (size_t m = 0; m < hc_figure_policies(p); m++)
        for (size_t i = most; i < HC_PLACEMENT_LOADS; i++)
            most = isnan(p->policies[m].allocated[i]) ? most : i;
    return (double)most;
}

static void put_curve(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_placement *p, size_t m)
{
    const double *allocated = p->policies[m].allocated;

    for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++)
        if (!isnan(allocated[i]))
            hc_plot_row(plot, hc_axis_at(&frame->across, (double)i),
                hc_axis_at(&frame->up, allocated[i]));
    hc_plot_as_line(plot, p->policies[m].name, hc_figure_policy_colour(p, m),
        hc_figure_policy_width(p, m));
}

static void put_diagonal(struct hc_plot *plot, const struct hc_frame *frame)
{
    double end = fmin(frame->across.hi, frame->up.hi);

    hc_plot_row(plot, hc_axis_at(&frame->across, 0), hc_axis_at(&frame->up, 0));
    hc_plot_row(plot, hc_axis_at(&frame->across, end), hc_axis_at(&frame->up, end));
    hc_plot_as_dashes(plot, "all", HC_COLOUR_AXIS, 1);
}

/* Is all allocated that is asked for, whatever the policy? */
static bool all_fits(const struct hc_placement *p)
{
    double refused = 0;

    for (size_t m = 0; m < p->n_policies; m++)
        refused += p->policies[m].measures[HC_PLACED_REFUSED].max;
    return refused == 0;
}

static void caption(struct hc_plot *plot, const struct hc_placement *p, double y)
{
    if (p->timed)
        hc_figure_say(plot,
            "Load: the %s that the pods ask for that are there, with a node or without, "
            "in percent of the nodes of then; a point is the mean over the arrivals at "
            "that percent, over %s order%s. ",
            p->load_of, hc_human_count(p->orders).text, p->orders == 1 ? "" : "s");
    else
        hc_figure_say(plot,
            "Load: the %s that the pods ask for that have arrived, in percent of all "
            "nodes; a point is the mean over the arrivals at that percent, over %s "
            "order%s. ",
            p->load_of, hc_human_count(p->orders).text, p->orders == 1 ? "" : "s");
    hc_figure_say(plot, "Dashed: all that is asked for.");
    if (all_fits(p))
        hc_figure_say(plot, " No policy refuses a pod: the lines lie on each other.");
    hc_figure_say_left_out(plot, p);
    hc_figure_caption(plot, y);
}

void hc_fig_replay_allocation(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *series HC_UNUSED)
{
    const struct hc_placement *p = &f->placement;
    const struct hc_ink ink = {10, HC_COLOUR_MUTED, HC_CENTRE, false};
    HC_CLEANUP(hc_buf_clear) struct hc_buf words = HC_BUF_INIT;
    struct hc_frame frame;
    double y, load = most_load(p);

    hc_figure_replay_subtitle(plot, f, false);
    y = hc_figure_policy_keys(plot, p, 66) + 28;
    hc_frame_init(&frame, X, y, WIDTH, HEIGHT);
    hc_axis_from_zero(&frame.across, 0, load);
    hc_axis_from_zero(&frame.up, 0, fmin(load, 100));
    hc_buf_printf(&words, "allocated, %% of the %s", p->load_of);
    hc_frame_title(plot, &frame, hc_buf_str(&words), "");
    hc_frame_left(plot, &frame, HC_COUNTS, 8);
    hc_frame_bottom(plot, &frame, HC_COUNTS, 12);
    put_diagonal(plot, &frame);
    for (size_t m = 0; m < hc_figure_policies(p); m++)
        put_curve(plot, &frame, p, m);
    hc_buf_reset(&words);
    hc_buf_printf(&words, "%s, %% of the %s",
        p->timed ? "asked for by the pods that are there" : "arrived", p->load_of);
    plot->texts.failed |= words.failed;
    hc_plot_text(plot, X + WIDTH / 2.0, y + HEIGHT + 34, &ink, WIDTH, hc_buf_str(&words));
    caption(plot, p, y + HEIGHT + 60);
}
