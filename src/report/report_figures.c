#include <string.h>

#include "report/figure.h"
#include "report/palette.h"
#include "report/report_figures.h"

static bool has_policies(const struct hc_findings *f)
{
    return f->placement.n_policies > 0;
}

static bool has_load(const struct hc_findings *f)
{
    return has_policies(f) && f->placement.load_of;
}

static bool has_course(const struct hc_findings *f)
{
    return has_policies(f) && f->placement.n_points > 0;
}

const struct hc_figure hc_figures[] = {
    {"temporal", "Patterns in time", NULL, hc_fig_temporal},
    {"weekly", "The week, hour by hour", NULL, hc_fig_weekly},
    {"trends", "The course in time", NULL, hc_fig_trends},
    {"nodes", "Nodes compared", NULL, hc_fig_nodes},
    {"correlation", "Correlation of columns", NULL, hc_fig_correlation},
    {"opportunity", "Nodes there and nodes needed", NULL, hc_fig_opportunity},
    {"quality", "Data received", NULL, hc_fig_quality},
    {"rhythm", "What repeats", hc_fig_rhythm_wanted, hc_fig_rhythm},
    {"growth", "What grows", hc_fig_growth_wanted, hc_fig_growth},
    {"changes", "When levels changed", hc_fig_changes_wanted, hc_fig_changes},
    {"twins", "Nodes that move together", hc_fig_twins_wanted, hc_fig_twins},
    {"roles", "What kind of load nodes carry", hc_fig_roles_wanted, hc_fig_roles},
    {"anomalies", "When nodes were not as usual", NULL, hc_fig_anomalies},
    {"compare", "Two ranges of time", hc_fig_compare_wanted, hc_fig_compare},
    {"replay-nodes", "Replay: how many nodes", has_policies, hc_fig_replay_nodes},
    {"replay-allocation", "Replay: allocated over load", has_load,
        hc_fig_replay_allocation},
    {"replay-time", "Replay: use in time", has_course, hc_fig_replay_time},
};
const size_t hc_figures_count = HC_COUNT(hc_figures);

/* A size of letters is in pixels of the canvas in SVG, in points of 1/72 inch at 96 dots
 * an inch in PNG: hence 0.75 of the scale. */
const struct hc_figure_format hc_figure_formats[] = {
    {"svg", "svg enhanced font 'sans-serif,11' background rgb 'white'", 1, false},
    {"png",
        "pngcairo enhanced font 'sans-serif,11' fontscale 1.2 linewidth 1.6"
        " pointscale 1.6",
        1.6, true},
};
const size_t hc_figure_formats_count = HC_COUNT(hc_figure_formats);

bool hc_figure_wanted(const struct hc_figure *figure, const struct hc_findings *findings)
{
    return !figure->wanted || figure->wanted(findings);
}

bool hc_figure_of_replay(const struct hc_figure *figure)
{
    return !strncmp(figure->name, "replay-", strlen("replay-"));
}

enum hc_status hc_figure_body(struct hc_buf *out, const struct hc_figure *figure,
    const struct hc_findings *findings, const struct hc_series *series,
    struct hc_figure_size *ret)
{
    HC_CLEANUP(hc_plot_clear) struct hc_plot plot = {.width = HC_FIGURE_WIDTH};
    const struct hc_ink ink = {16, HC_COLOUR_TEXT, HC_LEFT, false};

    hc_plot_bold(&plot, HC_FIGURE_SIDE, 22, &ink, figure->title);
    figure->draw(&plot, findings, series);
    HC_TRY(hc_plot_finish(&plot, out));
    *ret = (struct hc_figure_size){plot.width, plot.height};
    return HC_OK;
}

enum hc_status hc_figure_head(struct hc_buf *out, const struct hc_figure *figure,
    const struct hc_figure_format *format, struct hc_figure_size size)
{
    hc_buf_puts(out, "set terminal ");
    hc_buf_puts(out, format->terminal);
    hc_buf_printf(out,
        " size %.0f,%.0f\nplain = %d\nset output '%s.%s'\nload '%s.gp'\nunset output\n",
        size.width * format->scale, size.height * format->scale, format->plain,
        figure->name, format->ending, figure->name);
    return hc_buf_check(out);
}
