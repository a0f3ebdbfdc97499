/*
 * fig_nodes.c - nodes side by side: CPU, memory and load, in one order
 *
 * One order, by the mean of CPU, so that a row is a node in all three panels. With more
 * nodes than rows are good for, the busiest and the least busy have a row each; those in
 * between lie in a band, in the same order, a pixel row or less each.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/figure.h"

enum { ROWS_MAX = 36, ROWS_EACH = 13, BAND_MIN = 70, BAND_MAX = 200, DOTS_MAX = 400 };
enum { LEFT = 178, PANEL_WIDTH = 242, BETWEEN = 36, SHORT_DAYS = 7 };
enum { BAND_COLOUR = 0xF5F5F5 };

struct rank {
    uint32_t node;
    double key; /* NaN last */
};

struct nodes {
    const struct hc_findings *f;
    struct rank *ranks;
    size_t n, n_top, n_middle, n_bottom;
    size_t by; /* main gauge of the order */
    double row_height, band_height, top;
};

static int busiest_first(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;

    if (isnan(x->key) || isnan(y->key))
        return isnan(x->key) != isnan(y->key) ? (isnan(x->key) ? 1 : -1)
                                              : (x->node > y->node) - (x->node < y->node);
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static double mean_of(const struct hc_node *node, size_t main)
{
    return node->main[main].n ? node->main[main].mean : NAN;
}

static bool order(struct nodes *v)
{
    const struct hc_summary *s = v->f->summary;

    v->n = s->n_nodes;
    v->by = 0;
    while (v->by < HC_MAIN - 1 && hc_figure_gauge_lacks(v->f, v->by)[0])
        v->by++;
    v->ranks = hc_alloc(v->n ? v->n : 1, sizeof(*v->ranks));
    if (!v->ranks)
        return false;
    for (size_t i = 0; i < v->n; i++)
        v->ranks[i] = (struct rank){(uint32_t)i, mean_of(&s->nodes[i], v->by)};
    qsort(v->ranks, v->n, sizeof(*v->ranks), busiest_first);
    return true;
}

static void lay_out(struct nodes *v)
{
    v->n_top = v->n_bottom = ROWS_EACH;
    if (v->n <= ROWS_MAX) {
        v->n_top = v->n;
        v->n_bottom = 0;
    }
    v->n_middle = v->n - v->n_top - v->n_bottom;
    v->row_height = v->n <= 12 ? 24 : 17;
    v->band_height =
        v->n_middle ? fmin(fmax((double)v->n_middle, BAND_MIN), BAND_MAX) : 0;
    v->top = 104;
}

static double height_of(const struct nodes *v)
{
    return (double)(v->n_top + v->n_bottom) * v->row_height + v->band_height;
}

/* The middle of the row of rank i. */
static double row_y(const struct nodes *v, size_t i)
{
    if (i < v->n_top)
        return v->top + ((double)i + 0.5) * v->row_height;
    if (i < v->n_top + v->n_middle)
        return v->top + (double)v->n_top * v->row_height + 4 +
               ((double)(i - v->n_top) + 0.5) / (double)v->n_middle *
                   (v->band_height - 8);
    return v->top + v->band_height + ((double)(i - v->n_middle) + 0.5) * v->row_height;
}

static bool in_band(const struct nodes *v, size_t i)
{
    return i >= v->n_top && i < v->n_top + v->n_middle;
}

static const struct hc_node *node_at(const struct nodes *v, size_t i)
{
    return &v->f->summary->nodes[v->ranks[i].node];
}

static bool is_short(const struct hc_node *node)
{
    return node->last_us - node->first_us < SHORT_DAYS * INT64_C(86400000000);
}

/* ---- names ---- */

static void put_names(struct hc_plot *plot, const struct nodes *v)
{
    char text[64];

    for (size_t i = 0; i < v->n; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        if (in_band(v, i))
            continue;
        hc_figure_node_name(node_at(v, i), &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(plot, LEFT - 10, row_y(v, i), &hc_ink_name,
            LEFT - 10 - HC_FIGURE_SIDE, hc_buf_str(&name));
    }
    if (!v->n_middle)
        return;
    snprintf(text, sizeof(text), "%s nodes between", hc_human_count(v->n_middle).text);
    hc_plot_text(plot, LEFT - 10,
        v->top + (double)v->n_top * v->row_height + v->band_height / 2, &hc_ink_tick_left,
        0, text);
}

/* ---- one panel ---- */

static void scale(const struct nodes *v, size_t main, struct hc_axis *axis)
{
    double low = 0, high = 0;

    for (size_t i = 0; i < v->n; i++) {
        const struct hc_stats *s = &node_at(v, i)->main[main];

        if (!s->n)
            continue;
        low = fmin(low, fmin(s->mean, s->p50));
        high = fmax(high, fmax(s->mean, s->p95));
    }
    hc_axis_from_zero(axis, low, high);
}

static void whisker(struct hc_plot *plot, const struct nodes *v,
    const struct hc_frame *frame, size_t main, size_t i)
{
    const struct hc_stats *s = &node_at(v, i)->main[main];

    if (s->n && isfinite(s->p50) && isfinite(s->p95))
        hc_plot_run(plot, hc_axis_at(&frame->across, s->p50),
            hc_axis_at(&frame->across, s->p95), row_y(v, i));
}

static void whiskers(struct hc_plot *plot, const struct nodes *v,
    const struct hc_frame *frame, size_t main)
{
    for (size_t i = 0; i < v->n; i++)
        if (!in_band(v, i))
            whisker(plot, v, frame, main, i);
    hc_plot_as_runs(plot, "p50 to p95", hc_colour_main_tint[main], 6);
    for (size_t i = v->n_top; v->n_middle <= DOTS_MAX && i < v->n_top + v->n_middle; i++)
        whisker(plot, v, frame, main, i);
    hc_plot_as_runs(plot, "p50 to p95 between", hc_colour_main_tint[main], 1);
}

static void mean_marks(struct hc_plot *plot, const struct nodes *v,
    const struct hc_frame *frame, size_t main, bool brief)
{
    for (size_t i = 0; i < v->n; i++) {
        const struct hc_node *node = node_at(v, i);
        double mean = mean_of(node, main);

        if (!in_band(v, i) && isfinite(mean) && is_short(node) == brief)
            hc_plot_row(plot, hc_axis_at(&frame->across, mean), row_y(v, i));
    }
    (brief ? hc_plot_as_rings : hc_plot_as_points)(
        plot, brief ? "mean of a short node" : "mean", hc_colour_main[main], 8);
}

/* Where dots cannot be told apart: behind them, for every pixel row of the band, the
 * stretch from the least to the largest mean of the nodes on it. */
static void reaches(struct hc_plot *plot, const struct nodes *v,
    const struct hc_frame *frame, size_t main)
{
    double low = INFINITY, high = -INFINITY;

    for (size_t i = v->n_top; i < v->n_top + v->n_middle; i++) {
        double mean = mean_of(node_at(v, i), main), y = floor(row_y(v, i));
        bool last = i + 1 == v->n_top + v->n_middle || floor(row_y(v, i + 1)) != y;

        low = fmin(low, mean);
        high = fmax(high, mean);
        if (last && high >= low)
            hc_plot_run(plot, hc_axis_at(&frame->across, low) - 0.75,
                hc_axis_at(&frame->across, high) + 0.75, y + 0.5);
        if (last) {
            low = INFINITY;
            high = -INFINITY;
        }
    }
    hc_plot_as_runs(plot, "reach of means between", hc_colour_main_tint[main], 1.2);
}

/* One dot a node, or an even choice of them. */
static size_t dot_step(const struct nodes *v)
{
    return (v->n_middle + DOTS_MAX - 1) / DOTS_MAX;
}

static void band(struct hc_plot *plot, const struct nodes *v,
    const struct hc_frame *frame, size_t main)
{
    if (v->n_middle > DOTS_MAX)
        reaches(plot, v, frame, main);
    for (size_t i = v->n_top; i < v->n_top + v->n_middle; i += dot_step(v)) {
        double mean = mean_of(node_at(v, i), main);

        if (isfinite(mean))
            hc_plot_row(plot, hc_axis_at(&frame->across, mean), row_y(v, i));
    }
    hc_plot_as_points(plot, "mean between", hc_colour_main[main], 3);
}

static void panel(struct hc_plot *plot, const struct nodes *v, size_t main)
{
    const struct hc_gauge_look *look = &hc_gauge_looks[main];
    const char *lacks = hc_figure_gauge_lacks(v->f, main);
    double band_y = v->top + (double)v->n_top * v->row_height;
    struct hc_frame frame;

    hc_frame_init(&frame, LEFT + (double)main * (PANEL_WIDTH + BETWEEN), v->top,
        PANEL_WIDTH, fmax(height_of(v), 40));
    hc_frame_title(plot, &frame, look->title, look->unit);
    if (lacks[0]) {
        hc_frame_say(plot, &frame, lacks);
        return;
    }
    if (v->n_middle)
        hc_plot_rect(plot, "band", BAND_COLOUR, frame.x, band_y, frame.x + frame.width,
            band_y + v->band_height);
    scale(v, main, &frame.across);
    hc_frame_bottom(plot, &frame, look->measure, 5);
    whiskers(plot, v, &frame, main);
    band(plot, v, &frame, main);
    mean_marks(plot, v, &frame, main, false);
    mean_marks(plot, v, &frame, main, true);
}

static void caption(struct hc_plot *plot, const struct nodes *v, double y)
{
    static const char *const by[HC_MAIN] = {"CPU", "memory", "load"};
    size_t n_brief = 0;

    for (size_t i = 0; i < v->n; i++)
        n_brief += !in_band(v, i) && is_short(node_at(v, i));
    hc_figure_say(plot,
        "Dot: mean over all samples of the node. Bar: median to 95th percentile. One "
        "order "
        "in all panels, by mean %s.",
        by[v->by]);
    if (v->n_middle)
        hc_figure_say(plot,
            " Named: the %zu busiest and the %zu least busy; the band holds the others "
            "in "
            "the same order.",
            v->n_top, v->n_bottom);
    if (v->n_middle > DOTS_MAX)
        hc_figure_say(plot,
            " In it a dot is one node of %zu, its background reaches from the least to "
            "the "
            "largest mean.",
            dot_step(v));
    if (n_brief)
        hc_figure_say(plot, " Hollow: under %d days of data.", SHORT_DAYS);
    hc_figure_caption(plot, y);
}

void hc_fig_nodes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    struct nodes v = {.f = f};

    (void)series;
    hc_figure_subtitle(plot, f, false);
    if (!order(&v)) {
        plot->texts.failed = true;
        return;
    }
    lay_out(&v);
    put_names(plot, &v);
    for (size_t main = 0; main < HC_MAIN; main++)
        panel(plot, &v, main);
    caption(plot, &v, v.top + fmax(height_of(&v), 40) + 40);
    hc_free(v.ranks);
}
