/*
 * fig_correlation.c - Pearson's r of all pairs of columns as a heatmap
 *
 * The matrix' own order, so that a row is found where the tables have it. Shapes up to
 * CELLS_UP_TO columns, one image beyond: 256 × 256 shapes would be megabytes of SVG.
 */
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "report/heat.h"
#include "report/figure.h"

enum {
    SIDE = 740,
    CELL_MAX = 44,
    NUMBERS_UP_TO = 20,
    NAMES_UP_TO = 80,
    CELLS_UP_TO = 128,
    NAME_ROOM = 190
};

/* r is drawn in steps: 0.05, finer than the eye tells apart here. */
enum { STEPS = 40 };

static uint32_t colour_of(double r)
{
    double t = (fmin(fmax(r, -1), 1) + 1) / 2;

    return isnan(r) ? HC_COLOUR_NULL
                    : hc_palette_at(&hc_palette_diverging, round(t * STEPS) / STEPS);
}

static void as_cells(
    struct hc_plot *plot, const struct hc_matrix *m, double x, double y, double cell)
{
    double seam =
        cell >= 12 ? 1 : 0; /* a white line between cells, where there is room */
    struct hc_heat heat = {0};

    for (size_t i = 0; i < m->p * m->p; i++) {
        double left = x + (double)(i % m->p) * cell;

        hc_heat_add(&heat, left, left + cell - seam,
            y + ((double)(i / m->p) + 0.5) * cell, colour_of(m->r[i]));
    }
    hc_heat_draw(&heat, plot, "cells", cell - seam);
}

static void as_image(
    struct hc_plot *plot, const struct hc_matrix *m, double x, double y, double cell)
{
    HC_CLEANUP(hc_freep) uint32_t *colours = hc_alloc(m->p * m->p, sizeof(*colours));

    plot->texts.failed |= !colours;
    for (size_t i = 0; colours && i < m->p * m->p; i++)
        colours[i] = colour_of(m->r[i]);
    if (colours)
        hc_plot_image(plot, "cells", x, y, cell * (double)m->p, colours, m->p);
}

/* Rounding makes no r perfect, and no zero negative. */
static struct hc_human r_text(double r)
{
    if (fabs(r) < 1 - 1e-9 && fabs(r) >= 0.995)
        return hc_human_text(r < 0 ? "<-0.99" : ">0.99");
    return hc_human_text("%.2f", fabs(r) < 0.005 ? 0 : r);
}

static void put_numbers(
    struct hc_plot *plot, const struct hc_matrix *m, double x, double y, double cell)
{
    for (size_t i = 0; i < m->p * m->p; i++) {
        struct hc_ink ink = {
            cell >= 34 ? 10 : 9, hc_palette_ink(colour_of(m->r[i])), HC_CENTRE, false};

        if (!isnan(m->r[i]))
            hc_plot_text(plot, x + ((double)(i % m->p) + 0.5) * cell,
                y + ((double)(i / m->p) + 0.5) * cell, &ink, 0, r_text(m->r[i]).text);
    }
}

/* A slash through what has no r: told from a value without its colour. */
static void strike_nulls(
    struct hc_plot *plot, const struct hc_matrix *m, double x, double y, double cell)
{
    for (size_t i = 0; i < m->p * m->p; i++) {
        double left = x + (double)(i % m->p) * cell, top = y + (double)(i / m->p) * cell;

        if (!isnan(m->r[i]))
            continue;
        hc_plot_row(plot, left, top + cell - 1);
        hc_plot_row(plot, left + cell - 1, top);
        hc_plot_gap(plot);
    }
    hc_plot_as_line(plot, "no r", HC_COLOUR_AXIS, 0.7);
}

static void put_names(
    struct hc_plot *plot, const struct hc_findings *f, double x, double y, double cell)
{
    const struct hc_matrix *m = &f->summary->pooled;
    double size = fmin(10, fmax(7, cell - 2));
    const struct hc_ink left = {size, HC_COLOUR_TEXT, HC_RIGHT, false};
    const struct hc_ink below = {size, HC_COLOUR_TEXT, HC_RIGHT, true};

    for (size_t i = 0; i < m->p; i++) {
        const char *name = f->summary->columns[m->column[i]].name;
        double at = ((double)i + 0.5) * cell;

        hc_plot_text(plot, x - 6, y + at, &left, NAME_ROOM, name);
        hc_plot_text(plot, x + at, y + (double)m->p * cell + 6, &below, NAME_ROOM, name);
    }
}

/* Pixels of the longest name, as it is cut. */
static double name_room(const struct hc_findings *f, double cell)
{
    const struct hc_matrix *m = &f->summary->pooled;
    double widest = 20;

    for (size_t i = 0; i < m->p; i++)
        widest = fmax(widest, hc_plot_text_width(f->summary->columns[m->column[i]].name,
                                  fmin(10, fmax(7, cell - 2))));
    return fmin(widest, NAME_ROOM);
}

static size_t count_nulls(const struct hc_matrix *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->p * m->p; i++)
        n += isnan(m->r[i]);
    return n;
}

static size_t count_within(const struct hc_pairs *pairs)
{
    size_t n = 0;

    for (size_t i = 0; i < pairs->n_pairs; i++)
        n += fabs(pairs->pairs[i].r_within) > 0.7;
    return n;
}

static void caption(struct hc_plot *plot, const struct hc_findings *f, double y)
{
    const struct hc_summary *s = f->summary;
    size_t known = 0;

    for (size_t i = 0; i < f->correlation.n_pairs; i++)
        known += !isnan(f->correlation.pairs[i].r_within);
    hc_figure_say(plot,
        "Pearson's r over the rows that have both columns, all nodes together. |r| is "
        "over "
        "0.7 in %s of %s pairs",
        hc_human_count(f->correlation.n_pairs).text,
        hc_human_count(s->pooled.p * (s->pooled.p - 1) / 2).text);
    if (known)
        hc_figure_say(plot,
            "; within nodes (each node's mean taken out) it stays so in %s of the %s "
            "that "
            "have such an r",
            hc_human_count(count_within(&f->correlation)).text,
            hc_human_count(known).text);
    hc_figure_say(plot, ".");
    if (count_nulls(&s->pooled))
        hc_figure_say(
            plot, " Grey: no r, as a column is constant or two rows are lacking.");
    if (s->pooled.p > NAMES_UP_TO)
        hc_figure_say(plot, " Too many columns for names: the order is that of "
                            "tables/correlation.csv.");
    if (s->n_omitted)
        hc_figure_say(plot, " Columns left out: %s.", hc_human_count(s->n_omitted).text);
    hc_figure_caption(plot, y);
}

static void refuse(struct hc_plot *plot, const char *why)
{
    struct hc_frame frame;

    hc_frame_init(
        &frame, HC_FIGURE_SIDE, HC_FIGURE_TOP, plot->width - 2 * HC_FIGURE_SIDE, 120);
    hc_frame_say(plot, &frame, why);
    hc_figure_say(plot, "Pearson's r of pairs of columns.");
    hc_figure_caption(plot, HC_FIGURE_TOP + 140);
}

void hc_fig_correlation(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    static const char *const ends[] = {"-1", "0", "+1"};
    const struct hc_matrix *m = &f->summary->pooled;
    double cell, x, y = HC_FIGURE_TOP + 8, side;
    bool named = m->p <= NAMES_UP_TO;

    (void)series;
    hc_figure_subtitle(plot, f, false);
    if (f->correlation.verdict.status != HC_AVAILABLE || m->p == 0) {
        refuse(plot, m->p ? f->correlation.verdict.reason : "no column to correlate");
        return;
    }
    cell = fmin(CELL_MAX, SIDE / (double)m->p);
    cell = cell >= 4 ? floor(cell) : cell;
    side = cell * (double)m->p;
    x = named ? HC_FIGURE_SIDE + name_room(f, cell) + 6 : HC_FIGURE_SIDE + 40;
    (m->p <= CELLS_UP_TO ? as_cells : as_image)(plot, m, x, y, cell);
    if (m->p <= NUMBERS_UP_TO)
        put_numbers(plot, m, x, y, cell);
    if (named) {
        strike_nulls(plot, m, x, y, cell);
        put_names(plot, f, x, y, cell);
    }
    hc_figure_ramp(plot, x + side + 22, y, y + fmin(fmax(side, 80), 240),
        &hc_palette_diverging, ends);
    hc_plot_text(plot, x + side + 22, y + fmin(fmax(side, 80), 240) + 18, &hc_ink_note, 0,
        "Pearson's r");
    caption(plot, f, y + side + (named ? name_room(f, cell) : 0) + 28);
}
