/*
 * fig_quality.c - what was received of every node, over time
 *
 * A row a node, in the order of names; with more than ROWS_MAX nodes the WORST_MAX of
 * least coverage have a row each, and the others share the rows of a band, in the order
 * of their coverage, each row as its worst node. What is whole is quiet, what is missing
 * is loud.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/figure.h"
#include "report/heat.h"

enum { ROWS_MAX = 60, WORST_MAX = 40, BAND_ROWS = 60, BAND_ROW_HEIGHT = 3 };
enum { X = 178, WIDTH = 736, TOP = 108 };

/* Classes of what was received of a bucket, by its share. */
static const struct {
    double from;
    uint32_t colour;
    const char *meaning;
} classes[] = {
    {0.995, HC_COLOUR_WHOLE, "all"},
    {0.9, HC_COLOUR_NEARLY, "90 % and more"},
    {0.5, HC_COLOUR_PARTLY, "half and more"},
    {1e-9, HC_COLOUR_HARDLY, "less than half"},
    {0, HC_COLOUR_MISSING, "nothing"},
};

struct row {
    size_t node; /* index into the series' nodes */
    double coverage;
};

struct view {
    const struct hc_findings *f;
    const struct hc_series *s;
    struct row *rows;
    size_t n_named, n_band; /* rows; n_band rows are `per_row` nodes each */
    size_t per_row;
    double row_height;
    size_t n_columns;
    float *least; /* [n_columns] of the row that is being drawn */
};

static double coverage_of(const struct hc_node *node)
{
    return node->expected ? (double)node->occupied / (double)node->expected : NAN;
}

static int worst_first(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    double p = isnan(x->coverage) ? 2 : x->coverage,
           q = isnan(y->coverage) ? 2 : y->coverage;

    if (p != q)
        return p < q ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static bool arrange(struct view *v)
{
    size_t n = v->s->n_nodes;

    v->n_columns = v->s->n_buckets < WIDTH ? v->s->n_buckets : WIDTH;
    v->rows = hc_alloc(n ? n : 1, sizeof(*v->rows));
    v->least = hc_alloc(v->n_columns ? v->n_columns : 1, sizeof(*v->least));
    if (!v->rows || !v->least)
        return false;
    for (size_t i = 0; i < n; i++)
        v->rows[i] = (struct row){i, coverage_of(&v->f->summary->nodes[v->s->node[i]])};
    v->n_named = n;
    v->n_band = 0;
    v->per_row = 1;
    if (n > ROWS_MAX) {
        qsort(v->rows, n, sizeof(*v->rows), worst_first);
        v->n_named = WORST_MAX;
        v->per_row = (n - WORST_MAX + BAND_ROWS - 1) / BAND_ROWS;
        v->n_band = (n - WORST_MAX + v->per_row - 1) / v->per_row;
    }
    v->row_height = v->n_named <= 12   ? 24
                    : v->n_named <= 24 ? 17
                    : v->n_named <= 40 ? 13
                                       : 11;
    return true;
}

static double named_height(const struct view *v)
{
    return (double)v->n_named * v->row_height;
}

static double band_top(const struct view *v)
{
    return TOP + named_height(v) + 14;
}

static double height_of(const struct view *v)
{
    return named_height(v) + (v->n_band ? 14 + (double)v->n_band * BAND_ROW_HEIGHT : 0);
}

/* ---- cells ---- */

static uint32_t colour_of(float received)
{
    size_t i = 0;

    while (i + 1 < HC_COUNT(classes) && received < classes[i].from)
        i++;
    return classes[i].colour;
}

/* The least of what was received, by column, over the nodes of a row. */
static void gather(struct view *v, size_t first, size_t n)
{
    for (size_t c = 0; c < v->n_columns; c++)
        v->least[c] = NAN;
    for (size_t i = first; i < first + n && i < v->s->n_nodes; i++) {
        const float *received = v->s->received + v->rows[i].node * v->s->n_buckets;

        for (size_t b = 0; b < v->s->n_buckets; b++) {
            size_t c = b * v->n_columns / v->s->n_buckets;

            v->least[c] = fminf(v->least[c], received[b]);
        }
    }
}

static void put_cells(const struct view *v, struct hc_heat *heat, double y)
{
    double width = (double)WIDTH / (double)v->n_columns;

    for (size_t c = 0; c < v->n_columns; c++)
        if (!isnan(v->least[c]))
            hc_heat_add(heat, X + (double)c * width, X + (double)(c + 1) * width, y,
                colour_of(v->least[c]));
}

static void named_rows(struct hc_plot *plot, struct view *v)
{
    struct hc_heat heat = {0};

    for (size_t i = 0; i < v->n_named; i++) {
        gather(v, i, 1);
        put_cells(v, &heat, TOP + ((double)i + 0.5) * v->row_height);
    }
    hc_heat_draw(&heat, plot, "received", v->row_height - 2);
}

static void band_rows(struct hc_plot *plot, struct view *v)
{
    struct hc_heat heat = {0};

    for (size_t i = 0; i < v->n_band; i++) {
        gather(v, v->n_named + i * v->per_row, v->per_row);
        put_cells(v, &heat, band_top(v) + ((double)i + 0.5) * BAND_ROW_HEIGHT);
    }
    hc_heat_draw(&heat, plot, "received by the rest", BAND_ROW_HEIGHT);
}

/* ---- around them ---- */

static void put_names(struct hc_plot *plot, const struct view *v)
{
    const struct hc_ink right = {10, HC_COLOUR_TEXT, HC_LEFT, false};
    char text[64];

    for (size_t i = 0; i < v->n_named; i++) {
        const struct row *row = &v->rows[i];
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
        double y = TOP + ((double)i + 0.5) * v->row_height;

        hc_figure_node_name(&v->f->summary->nodes[v->s->node[row->node]], &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(
            plot, X - 10, y, &hc_ink_name, X - 10 - HC_FIGURE_SIDE, hc_buf_str(&name));
        hc_plot_text(
            plot, X + WIDTH + 8, y, &right, 0, hc_human_percent(row->coverage).text);
    }
    if (!v->n_band)
        return;
    snprintf(text, sizeof(text), "%s other nodes",
        hc_human_count(v->s->n_nodes - v->n_named).text);
    hc_plot_text(plot, X - 10, band_top(v) + (double)v->n_band * BAND_ROW_HEIGHT / 2,
        &hc_ink_tick_left, 0, text);
}

static void fleet_marks(
    struct hc_plot *plot, const struct view *v, const struct hc_axis *across)
{
    const struct hc_quality *q = &v->f->quality;

    for (size_t i = 0; i < q->n_fleet_gaps; i++) {
        double from = fmax((double)q->fleet_gaps[i].start_us / 1e6, across->lo);
        double to = fmin((double)q->fleet_gaps[i].end_us / 1e6, across->hi);

        if (to > from)
            hc_plot_run(plot, hc_axis_at(across, from),
                fmax(hc_axis_at(across, to), hc_axis_at(across, from) + 2), TOP - 6);
    }
    hc_plot_as_runs(plot, "fleet gap", HC_COLOUR_TEXT, 5);
}

static void legend(struct hc_plot *plot, const struct view *v)
{
    double x = X;

    for (size_t i = 0; i < HC_COUNT(classes); i++)
        x = hc_figure_key_box(plot, x, 74, classes[i].colour, classes[i].meaning);
    if (v->f->quality.n_fleet_gaps)
        hc_figure_key_line(plot, x, 74, HC_COLOUR_TEXT, 5, false, "fleet gap");
}

static void caption(struct hc_plot *plot, const struct view *v, double y)
{
    long long hours = v->s->width_s / 3600;

    hc_figure_say(plot,
        "Samples received of those expected at each node's own step, by %lld hour%s%s; "
        "white: before its first or after its last sample. At the right: coverage, slots "
        "with a sample of all between first and last; all nodes %s.",
        hours ? hours : 1, hours > 1 ? "s" : "",
        v->n_columns < v->s->n_buckets ? ", the worst of those that share a pixel" : "",
        hc_human_percent(v->f->quality.coverage).text);
    if (v->n_band)
        hc_figure_say(plot,
            " Named: the %zu of least coverage; below, the others by coverage, %zu to a "
            "row, "
            "the worst of them drawn.",
            v->n_named, v->per_row);
    if (!v->s->all_nodes)
        hc_figure_say(plot, " Of the nodes an even choice of %s is drawn.",
            hc_human_count(v->s->n_nodes).text);
    hc_figure_caption(plot, y);
}

static void draw(struct hc_plot *plot, struct view *v)
{
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(v->f, v->s, &room);
    struct hc_frame frame;

    hc_frame_init(&frame, X, TOP, WIDTH, height_of(v));
    hc_figure_window(&frame.across, v->f, v->s);
    legend(plot, v);
    hc_frame_time(plot, &frame, &zone, true);
    named_rows(plot, v);
    band_rows(plot, v);
    put_names(plot, v);
    fleet_marks(plot, v, &frame.across);
    caption(plot, v, TOP + frame.height + 36);
}

void hc_fig_quality(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    struct view v = {.f = f, .s = s};
    struct hc_frame frame;

    hc_figure_subtitle(plot, f, true);
    if (s->n_buckets && s->n_nodes && s->received) {
        if (arrange(&v))
            draw(plot, &v);
        else
            plot->texts.failed = true;
    } else {
        hc_frame_init(
            &frame, HC_FIGURE_SIDE, HC_FIGURE_TOP, plot->width - 2 * HC_FIGURE_SIDE, 120);
        hc_frame_say(plot, &frame, "no course in time");
        hc_figure_say(plot, "Samples received, by node.");
        hc_figure_caption(plot, HC_FIGURE_TOP + 140);
    }
    hc_free(v.rows);
    hc_free(v.least);
}
