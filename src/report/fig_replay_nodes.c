/*
 * fig_replay_nodes.c - how many nodes each policy takes, and fewer than which nobody does
 */
#include <math.h>

#include "report/figure.h"

enum { NAMES = 205, TOP = 112, ROW = 30, BAR = 16, END = 976, NUMBER = 96 };
enum { BOUND_COLOUR = 0xB00020 };

struct panel {
    struct hc_frame frame;
    const struct hc_placement *p;
};

static double row_y(const struct panel *panel, size_t m)
{
    return panel->frame.y + (double)ROW * ((double)m + 0.5);
}

static void put_bar(struct hc_plot *plot, const struct panel *panel, size_t m, double to,
    const char *name)
{
    double y = row_y(panel, m), x = hc_axis_at(&panel->frame.across, to);

    hc_plot_rect(plot, name, hc_figure_policy_colour(panel->p, m), panel->frame.x,
        y - BAR / 2.0, x, y + BAR / 2.0);
}

/* From the least to the most, where they differ. */
static void put_whisker(
    struct hc_plot *plot, const struct panel *panel, size_t m, double low, double high)
{
    double y = row_y(panel, m);
    double x0 = hc_axis_at(&panel->frame.across, low);
    double x1 = hc_axis_at(&panel->frame.across, high);

    if (!(high > low))
        return;
    hc_plot_row(plot, x0, y - 5);
    hc_plot_row(plot, x0, y + 5);
    hc_plot_gap(plot);
    hc_plot_row(plot, x0, y);
    hc_plot_row(plot, x1, y);
    hc_plot_gap(plot);
    hc_plot_row(plot, x1, y - 5);
    hc_plot_row(plot, x1, y + 5);
    hc_plot_gap(plot);
}

static void put_number(struct hc_plot *plot, const struct panel *panel, size_t m,
    double value, double low, double high)
{
    double x = hc_axis_at(&panel->frame.across, fmax(value, high)) + 7;
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    if (value == rint(value))
        hc_buf_puts(&text, hc_human_value(value, "count").text);
    else
        hc_buf_printf(&text, "%.1f", value);
    if (high > low)
        hc_buf_printf(&text, " (%s to %s)", hc_human_value(low, "count").text,
            hc_human_value(high, "count").text);
    plot->texts.failed |= text.failed;
    hc_plot_text(plot, x, row_y(panel, m), &hc_ink_note, NUMBER, hc_buf_str(&text));
}

static void put_names(struct hc_plot *plot, const struct panel *panel)
{
    for (size_t m = 0; m < hc_figure_policies(panel->p); m++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        hc_figure_policy_name(&panel->p->policies[m], &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(plot, NAMES - 8, row_y(panel, m), &hc_ink_name,
            NAMES - 8 - HC_FIGURE_SIDE / 2.0, hc_buf_str(&name));
    }
}

static struct panel panel_of(
    const struct hc_placement *p, double x, double width, double most)
{
    struct panel panel = {.p = p};

    hc_frame_init(
        &panel.frame, x, TOP, width - NUMBER, ROW * (double)hc_figure_policies(p));
    hc_axis_from_zero(&panel.frame.across, 0, fmax(most, 4)); /* ticks are whole nodes */
    return panel;
}

/* ---- most in use at one moment ---- */

static void put_used(struct hc_plot *plot, const struct hc_placement *p, double width)
{
    struct panel panel;
    double most = 0;

    for (size_t m = 0; m < hc_figure_policies(p); m++)
        most = fmax(most, p->policies[m].measures[HC_PLACED_NODES].max);
    panel = panel_of(p, NAMES, width, most);
    hc_frame_bottom(plot, &panel.frame, HC_COUNTS, 5);
    hc_frame_title(plot, &panel.frame, "Most nodes in use at one moment", "");
    put_names(plot, &panel);
    for (size_t m = 0; m < hc_figure_policies(p); m++)
        put_bar(plot, &panel, m, p->policies[m].measures[HC_PLACED_NODES].mean, "used");
    for (size_t m = 0; m < hc_figure_policies(p); m++) {
        const struct hc_placement_range *r = &p->policies[m].measures[HC_PLACED_NODES];

        put_whisker(plot, &panel, m, r->min, r->max);
        put_number(plot, &panel, m, r->mean, r->min, r->max);
    }
    hc_plot_as_line(plot, "orders", HC_COLOUR_TEXT, 1.2);
    for (size_t m = 0; m < hc_figure_policies(p); m++) {
        const struct hc_placement_range *b =
            &p->policies[m].measures[HC_PLACED_NODES_BOUND];

        if (b->n)
            hc_plot_bar(plot, hc_axis_at(&panel.frame.across, b->min),
                row_y(&panel, m) - ROW / 2.0 + 2, row_y(&panel, m) + ROW / 2.0 - 2);
    }
    hc_plot_as_runs(plot, "bound", BOUND_COLOUR, 2.4);
}

/* ---- needed at the fullest moment ---- */

static void put_line_at(struct hc_plot *plot, const struct panel *panel, double value)
{
    double x = hc_axis_at(&panel->frame.across, value);

    hc_plot_row(plot, x, panel->frame.y);
    hc_plot_row(plot, x, panel->frame.y + panel->frame.height);
    hc_plot_gap(plot);
}

static void put_needed(struct hc_plot *plot, const struct hc_placement *p, double x)
{
    struct panel panel = panel_of(p, x, END - x, (double)p->moment_nodes);

    hc_frame_bottom(plot, &panel.frame, HC_COUNTS, 5);
    hc_frame_title(plot, &panel.frame, "Nodes needed at the fullest moment", "");
    for (size_t m = 0; m < hc_figure_policies(p); m++)
        if (p->policies[m].needed)
            put_bar(plot, &panel, m, p->policies[m].needed, "needed");
    for (size_t m = 0; m < hc_figure_policies(p); m++) {
        const struct hc_placement_policy *one = &p->policies[m];

        if (!one->needed) {
            hc_plot_text(plot, x + 6, row_y(&panel, m), &hc_ink_note, 0,
                one->recorded ? "as it was" : "all are too few");
            continue;
        }
        put_whisker(plot, &panel, m, one->needed_min, one->needed_max);
        put_number(plot, &panel, m, one->needed, one->needed_min, one->needed_max);
    }
    hc_plot_as_line(plot, "trials", HC_COLOUR_TEXT, 1.2);
    if (!p->impossible) {
        put_line_at(plot, &panel, (double)p->bound);
        hc_plot_as_line(plot, "bound", BOUND_COLOUR, 2);
    }
    if (!p->oracle_pending) { /* over the bound: it may be the same */
        put_line_at(plot, &panel, (double)p->oracle);
        hc_plot_as_dashes(plot, "oracle", HC_COLOUR_TEXT, 1.6);
    }
}

/* ---- all of it ---- */

static void put_keys(struct hc_plot *plot, const struct hc_placement *p)
{
    double x = HC_FIGURE_SIDE;

    x = hc_figure_key_line(
        plot, x, 66, BOUND_COLOUR, 2.4, false, "bound: nobody does with fewer");
    x = hc_figure_key_line(
        plot, x, 66, HC_COLOUR_TEXT, 1.2, false, "least to most of the tries");
    if (p->trials && !p->oracle_pending)
        hc_figure_key_line(plot, x, 66, HC_COLOUR_TEXT, 1.6, true,
            "an oracle that sees all pods at once");
}

static void caption(struct hc_plot *plot, const struct hc_placement *p, double y)
{
    hc_figure_say(plot,
        "In use: a node with a pod that the policy placed; the mean over %s order%s of "
        "nodes. The bound is of the pods that the policy placed, where it keeps to what "
        "nodes have.",
        hc_human_count(p->orders).text, p->orders == 1 ? "" : "s");
    if (p->trials)
        hc_figure_say(plot,
            " Needed: nodes are taken away at random until over 0.2 %% of %s pods find "
            "no place; the 90th percentile of %s tries.",
            hc_human_count(p->moment_pods).text, hc_human_count(p->trials).text);
    hc_figure_say_left_out(plot, p);
    hc_figure_caption(plot, y);
}

void hc_fig_replay_nodes(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *series HC_UNUSED)
{
    const struct hc_placement *p = &f->placement;
    double width = p->trials ? (END - NAMES) / 2.0 - 8 : END - NAMES;

    hc_figure_replay_subtitle(plot, f, false);
    put_keys(plot, p);
    put_used(plot, p, width);
    if (p->trials)
        put_needed(plot, p, NAMES + width + 16);
    caption(plot, p, TOP + ROW * (double)hc_figure_policies(p) + 36);
}
