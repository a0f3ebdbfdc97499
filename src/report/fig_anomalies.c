/*
 * fig_anomalies.c - which nodes were not as usual, on which days; when many were at once
 *
 * A row a node, the worst first; a column a day or more. Above it the fleet's events: a
 * bar as high as the share of nodes.
 */
#include <math.h>

#include "report/figure.h"
#include "report/heat.h"

enum { X = 178, WIDTH = 720, FLEET_Y = 122, FLEET_HEIGHT = 56, GAP = 34 };

/* Classes of the worst score of a day. */
static const struct {
    double from;
    uint32_t colour;
    const char *meaning;
} classes[] = {
    {15, 0x7A2E00, "15 and more"},
    {10, 0xC65A00, "10 to 15"},
    {7, 0xF0984A, "7 to 10"},
    {1e-9, 0xFBD3A8, "5 to 7"},
    {0, 0xEEF0F1, "no event"},
};

static uint32_t colour_of(double score)
{
    size_t i = 0;

    while (i + 1 < HC_COUNT(classes) && score < classes[i].from)
        i++;
    return classes[i].colour;
}

static double row_height(const struct hc_anomalies *a)
{
    return a->n_map <= 12 ? 24 : a->n_map <= 24 ? 17 : 13;
}

static void put_cells(struct hc_plot *plot, const struct hc_anomalies *a, double top)
{
    double width = (double)WIDTH / (double)a->n_days, height = row_height(a);
    double between = width > 5 ? 1 : 0;
    struct hc_heat heat = {0};

    for (size_t i = 0; i < a->n_map; i++)
        for (size_t d = 0; d < a->n_days; d++) {
            double score = a->map[i * a->n_days + d];

            if (!isnan(score))
                hc_heat_add(&heat, X + (double)d * width,
                    X + (double)(d + 1) * width - between,
                    top + ((double)i + 0.5) * height, colour_of(score));
        }
    hc_heat_draw(&heat, plot, "worst score", height - 2);
}

static void put_names(struct hc_plot *plot, const struct hc_findings *f, double top)
{
    const struct hc_ink right = {10, HC_COLOUR_TEXT, HC_LEFT, false};
    const struct hc_anomalies *a = &f->anomalies;

    for (size_t i = 0; i < a->n_map; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
        double y = top + ((double)i + 0.5) * row_height(a);

        hc_figure_node_name(&f->summary->nodes[a->nodes[i].node], &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(
            plot, X - 10, y, &hc_ink_name, X - 10 - HC_FIGURE_SIDE, hc_buf_str(&name));
        hc_plot_text(
            plot, X + WIDTH + 8, y, &right, 0, hc_human_count(a->nodes[i].events).text);
    }
}

static void legend(struct hc_plot *plot)
{
    double x = X;

    for (size_t i = HC_COUNT(classes); i-- > 0;)
        x = hc_figure_key_box(plot, x, 74, classes[i].colour, classes[i].meaning);
}

static void put_fleet(
    struct hc_plot *plot, const struct hc_anomalies *a, const struct hc_frame *frame)
{
    double base = frame->y + frame->height;

    hc_frame_title(plot, frame, "Many nodes at once", "share of the nodes with an event");
    if (!a->n_fleet) {
        hc_frame_say(plot, frame, "no hour has events of more nodes than by chance");
        return;
    }
    hc_frame_left(plot, frame, HC_SHARE, 4);
    for (size_t i = 0; i < a->n_fleet; i++) {
        double share = (double)a->fleet[i].nodes / (double)a->nodes_known;
        double x = hc_axis_at(&frame->across,
            ((double)a->fleet[i].start_us + (double)a->fleet[i].end_us) / 2e6);

        hc_plot_bar(plot, x, base, hc_axis_at(&frame->up, share));
    }
    hc_plot_as_runs(plot, "nodes with an event", 0xC65A00, 3);
    hc_frame_base(plot, frame);
}

static void caption(struct hc_plot *plot, const struct hc_anomalies *a, double y)
{
    hc_figure_say(plot,
        "The worst score of each node by %s%s; white: no sample. About 1 is usual; an "
        "event is a stretch with a score of %g or more that reaches %g. At the right: "
        "events of the node.",
        a->days_each > 1 ? hc_human_count(a->days_each).text : "day",
        a->days_each > 1 ? " days" : "", a->off, a->on);
    hc_figure_say(plot, " %s events in %s of %s nodes", hc_human_count(a->total).text,
        hc_human_count(a->n_nodes).text, hc_human_count(a->nodes_known).text);
    if (a->n_map < a->n_nodes)
        hc_figure_say(plot, "; drawn: the %zu nodes with the highest score", a->n_map);
    hc_figure_say(plot, ".");
    if (a->n_fleet < a->total_fleet)
        hc_figure_say(plot, " Above, the %zu with most nodes of %s.", a->n_fleet,
            hc_human_count(a->total_fleet).text);
    hc_figure_caption(plot, y);
}

static double most_nodes(const struct hc_anomalies *a)
{
    double most = 0;

    for (size_t i = 0; i < a->n_fleet; i++)
        most = fmax(most, (double)a->fleet[i].nodes / (double)a->nodes_known);
    return most;
}

static void draw(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    const struct hc_anomalies *a = &f->anomalies;
    double top = FLEET_Y + FLEET_HEIGHT + GAP;
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, s, &room);
    struct hc_frame map, fleet;

    hc_frame_init(&map, X, top, WIDTH, (double)a->n_map * row_height(a));
    map.across.lo = (double)a->first_day * 86400 - f->summary->first_offset_s;
    map.across.hi = map.across.lo + (double)a->n_days * a->days_each * 86400.0;
    hc_frame_init(&fleet, X, FLEET_Y, WIDTH, FLEET_HEIGHT);
    fleet.across.lo = map.across.lo;
    fleet.across.hi = map.across.hi;
    hc_axis_from_zero(&fleet.up, 0, most_nodes(a));
    legend(plot);
    put_fleet(plot, a, &fleet);
    hc_frame_time(plot, &map, &zone, true);
    put_cells(plot, a, top);
    put_names(plot, f, top);
    caption(plot, a, top + map.height + 36);
}

void hc_fig_anomalies(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    const struct hc_anomalies *a = &f->anomalies;
    struct hc_frame frame;

    hc_figure_subtitle(plot, f, true);
    if (!a->verdict.status && a->n_map) {
        draw(plot, f, s);
        return;
    }
    hc_frame_init(
        &frame, HC_FIGURE_SIDE, HC_FIGURE_TOP, plot->width - 2 * HC_FIGURE_SIDE, 120);
    hc_frame_say(plot, &frame,
        a->verdict.status ? a->verdict.reason : "no event: every node was as usual");
    hc_figure_say(plot, "Events of nodes that were not as usual.");
    hc_figure_caption(plot, HC_FIGURE_TOP + 140);
}
