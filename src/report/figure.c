#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "report/figure.h"
#include "report/human.h"
#include "report/palette.h"

const struct hc_gauge_look hc_gauge_looks[HC_MAIN] = {
    {"CPU", HC_SHARE, "share of the node's cores"},
    {"Memory", HC_SHARE, "share of the node's memory"},
    {"Load", HC_PLAIN_NUMBER, "processes, 1 minute"},
};

static size_t main_of(int metric)
{
    size_t i = 0;

    while (i < HC_MAIN && (int)hc_main_metrics[i] != metric)
        i++;
    return i;
}

struct hc_gauge_look hc_figure_gauge(int metric)
{
    size_t main = main_of(metric);
    const char *unit = hc_metrics[metric].unit;

    if (main < HC_MAIN)
        return hc_gauge_looks[main];
    return (struct hc_gauge_look){hc_metrics[metric].name,
        !strcmp(unit, "fraction") ? HC_SHARE : HC_PLAIN_NUMBER, unit};
}

uint32_t hc_figure_gauge_colour(int metric)
{
    size_t main = main_of(metric);

    return main < HC_MAIN ? hc_colour_main[main] : HC_COLOUR_OTHER;
}

uint32_t hc_figure_gauge_tint(int metric)
{
    size_t main = main_of(metric);

    return main < HC_MAIN ? hc_colour_main_tint[main] : HC_COLOUR_OTHER_TINT;
}

/* The clock of the zone, from what the summary knows of it at both ends. */
static void local_date(int64_t us, int32_t offset_s, char out[HC_TIME_TEXT])
{
    hc_date_format(hc_days_from_us(us + offset_s * HC_SECOND_US), out);
}

void hc_figure_subtitle(struct hc_plot *plot, const struct hc_findings *f, bool zone)
{
    const struct hc_summary *s = f->summary;
    char from[HC_TIME_TEXT], to[HC_TIME_TEXT];
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const struct hc_ink ink = {11, HC_COLOUR_MUTED, HC_LEFT, false};

    hc_buf_printf(
        &text, "%s node%s", hc_human_count(s->n_nodes).text, s->n_nodes == 1 ? "" : "s");
    if (s->n_nodes) {
        local_date(s->first_us, s->first_offset_s, from);
        local_date(s->last_us, s->last_offset_s, to);
        hc_buf_printf(
            &text, ", %s samples, %s to %s", hc_human_short(s->rows).text, from, to);
    }
    if (zone)
        hc_buf_printf(&text, ", times of %s", f->settings->timezone);
    plot->texts.failed |= text.failed;
    hc_plot_text(plot, HC_FIGURE_SIDE, 42, &ink, plot->width - 2 * HC_FIGURE_SIDE,
        hc_buf_str(&text));
}

void hc_figure_say(struct hc_plot *plot, const char *format, ...)
{
    char words[512];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    hc_buf_puts(&plot->caption, words);
}

void hc_figure_caption(struct hc_plot *plot, double y)
{
    plot->height = hc_plot_wrap(plot, HC_FIGURE_SIDE, y, &hc_ink_note,
                       plot->width - 2 * HC_FIGURE_SIDE, 4, hc_buf_str(&plot->caption)) +
                   6;
}

const char *hc_figure_gauge_lacks(const struct hc_findings *f, size_t main)
{
    const struct hc_verdict *verdict = &f->baseline.verdict[main];

    if (verdict->status != HC_AVAILABLE)
        return verdict->reason;
    return f->baseline.stats[main].n ? "" : "no value of this gauge in the data";
}

void hc_figure_node_name(const struct hc_node *node, struct hc_buf *out)
{
    if (node->cluster)
        hc_buf_printf(out, "%s/", node->cluster);
    hc_buf_puts(out, node->name);
}

double hc_figure_key_box(
    struct hc_plot *plot, double x, double y, uint32_t colour, const char *text)
{
    hc_plot_rect(plot, "key", colour, x, y - 5, x + 16, y + 5);
    hc_plot_text(plot, x + 22, y, &hc_ink_note, 0, text);
    return x + 22 + hc_plot_text_width(text, hc_ink_note.size) + 16;
}

double hc_figure_key_line(struct hc_plot *plot, double x, double y, uint32_t colour,
    double width, bool dashed, const char *text)
{
    if (dashed) {
        hc_plot_row(plot, x, y);
        hc_plot_row(plot, x + 18, y);
        hc_plot_as_dashes(plot, "key", colour, width);
    } else {
        hc_plot_run(plot, x, x + 18, y);
        hc_plot_as_runs(plot, "key", colour, width);
    }
    hc_plot_text(plot, x + 24, y, &hc_ink_note, 0, text);
    return x + 24 + hc_plot_text_width(text, hc_ink_note.size) + 16;
}

void hc_figure_fleet_gaps(
    struct hc_plot *plot, const struct hc_frame *frame, const struct hc_findings *f)
{
    const struct hc_axis *across = &frame->across;

    for (size_t i = 0; i < f->quality.n_fleet_gaps; i++) {
        const struct hc_fleet_gap *gap = &f->quality.fleet_gaps[i];
        double from = fmax((double)gap->start_us / 1e6, across->lo);
        double to = fmin((double)gap->end_us / 1e6, across->hi);

        if (to > from) /* at least a pixel: a gap is never too short to be seen */
            hc_plot_run(plot, hc_axis_at(across, from),
                fmax(hc_axis_at(across, to), hc_axis_at(across, from) + 1),
                frame->y + frame->height / 2);
    }
    hc_plot_as_runs(plot, "fleet gap", HC_COLOUR_GAP, frame->height);
}

void hc_figure_window(
    struct hc_axis *across, const struct hc_findings *f, const struct hc_series *series)
{
    across->lo = (double)f->summary->first_us / 1e6;
    across->hi = (double)f->summary->last_us / 1e6;
    if (series->n_buckets) {
        across->lo = (double)series->start_s;
        across->hi = across->lo + (double)series->width_s * (double)series->n_buckets;
    }
    if (!(across->hi > across->lo))
        across->hi = across->lo + 3600;
}

struct hc_zone hc_figure_zone(const struct hc_findings *f, const struct hc_series *series,
    struct hc_zone_span *room)
{
    *room = (struct hc_zone_span){INT64_MIN, f->summary->first_offset_s};
    return series->zone.n_spans ? series->zone : (struct hc_zone){room, 1};
}

void hc_figure_ramp(struct hc_plot *plot, double x, double y0, double y1,
    const struct hc_palette *palette, const char *const labels[3])
{
    const struct hc_ink ink = {9, HC_COLOUR_MUTED, HC_LEFT, false};
    double step = (y1 - y0) / 60;

    for (int i = 0; i < 60; i++)
        hc_plot_cell(plot, x, x + 12, y1 - (i + 0.5) * step,
            hc_palette_at(palette, (i + 0.5) / 60));
    hc_plot_as_cells(plot, "ramp", step + 0.4);
    for (int i = 0; i < 3; i++)
        hc_plot_text(plot, x + 17, y1 + (y0 - y1) * i / 2, &ink, 0, labels[i]);
}

struct hc_human hc_figure_value(size_t main, double value)
{
    double shown = hc_gauge_looks[main].measure == HC_SHARE ? 100 * value : value;

    shown = isfinite(shown) ? shown : value;
    return hc_human_text(fabs(shown) >= 1e5     ? "%.0e"
                         : fabs(shown) >= 99.95 ? "%.0f"
                                                : "%.1f",
        shown);
}
