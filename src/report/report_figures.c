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
    {"temporal", "Patterns in time", hc_fig_temporal, false, NULL},
    {"weekly", "The week, hour by hour", hc_fig_weekly, false, NULL},
    {"trends", "The course in time", hc_fig_trends, false, NULL},
    {"nodes", "Nodes compared", hc_fig_nodes, false, NULL},
    {"correlation", "Correlation of columns", hc_fig_correlation, false, NULL},
    {"opportunity", "Nodes there and nodes needed", hc_fig_opportunity, false, NULL},
    {"quality", "Data received", hc_fig_quality, false, NULL},
    {"rhythm", "What repeats", hc_fig_rhythm, false, hc_fig_rhythm_wanted},
    {"growth", "What grows", hc_fig_growth, false, hc_fig_growth_wanted},
    {"changes", "When levels changed", hc_fig_changes, false, hc_fig_changes_wanted},
    {"twins", "Nodes that move together", hc_fig_twins, false, hc_fig_twins_wanted},
    {"roles", "What kind of load nodes carry", hc_fig_roles, false, hc_fig_roles_wanted},
    {"anomalies", "When nodes were not as usual", hc_fig_anomalies, false, NULL},
    {"compare", "Two ranges of time", hc_fig_compare, false, hc_fig_compare_wanted},
    {"replay-nodes", "Replay: how many nodes", hc_fig_replay_nodes, true, has_policies},
    {"replay-allocation", "Replay: allocated over load", hc_fig_replay_allocation, true,
        has_load},
    {"replay-time", "Replay: use in time", hc_fig_replay_time, true, has_course},
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
