/*
 * fig_twins.c - r of the nodes that have twins or opposites, alike ones side by side
 *
 * A family is framed, and the largest are named at the right. Shapes up to CELLS_UP_TO
 * nodes, one image beyond.
 */
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "report/heat.h"
#include "report/figure.h"

enum { SIDE = 620, CELL_MAX = 40, NAMES_UP_TO = 60, CELLS_UP_TO = 90, NAME_ROOM = 150 };
enum { STEPS = 40, TOP = 72, WORD_STEP = 15, WORDS_UP_TO = 24, NAMED_MEMBERS = 3 };

bool hc_fig_twins_wanted(const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;

    return t->verdict.status == HC_AVAILABLE && t->n_map >= 2;
}

struct map {
    const struct hc_findings *f;
    const struct hc_twins_found *t;
    double x, y, cell;
};

static uint32_t colour_of(double r)
{
    double t = (fmin(fmax(r, -1), 1) + 1) / 2;

    return isnan(r) ? HC_COLOUR_NULL
                    : hc_palette_at(&hc_palette_diverging, round(t * STEPS) / STEPS);
}

static void as_cells(struct hc_plot *plot, const struct map *m)
{
    size_t n = m->t->n_map;
    struct hc_heat heat = {0};

    for (size_t i = 0; i < n * n; i++) {
        double left = m->x + (double)(i % n) * m->cell;

        hc_heat_add(&heat, left, left + m->cell, m->y + ((double)(i / n) + 0.5) * m->cell,
            colour_of(m->t->r[i]));
    }
    hc_heat_draw(&heat, plot, "cells", m->cell + 0.2);
}

static void as_image(struct hc_plot *plot, const struct map *m)
{
    size_t n = m->t->n_map;
    HC_CLEANUP(hc_freep) uint32_t *colours = hc_alloc(n * n, sizeof(*colours));

    plot->texts.failed |= !colours;
    for (size_t i = 0; colours && i < n * n; i++)
        colours[i] = colour_of(m->t->r[i]);
    if (colours)
        hc_plot_image(plot, "cells", m->x, m->y, m->cell * (double)n, colours, n);
}

/* ---- families ---- */

/* The nodes from i on that are of one family; 1 for one alone. */
static size_t run_of(const struct hc_twins_found *t, size_t i)
{
    size_t n = 1;

    while (
        t->map[i].family && i + n < t->n_map && t->map[i + n].family == t->map[i].family)
        n++;
    return n;
}

static void put_frames(struct hc_plot *plot, const struct map *m)
{
    for (size_t i = 0, n; i < m->t->n_map; i += n) {
        double from = (double)i * m->cell, to;

        n = run_of(m->t, i);
        to = from + (double)n * m->cell;
        if (n < 2)
            continue;
        hc_plot_row(plot, m->x + from, m->y + from);
        hc_plot_row(plot, m->x + to, m->y + from);
        hc_plot_row(plot, m->x + to, m->y + to);
        hc_plot_row(plot, m->x + from, m->y + to);
        hc_plot_row(plot, m->x + from, m->y + from);
        hc_plot_gap(plot);
    }
    hc_plot_as_line(plot, "family", HC_COLOUR_TEXT, 1.2);
}

static void family_text(const struct map *m, size_t first, size_t n, struct hc_buf *out)
{
    hc_buf_printf(out, "%zu: ", n);
    for (size_t i = first; i < first + n && i < first + NAMED_MEMBERS; i++) {
        if (i > first)
            hc_buf_puts(out, ", ");
        hc_figure_node_name(&m->f->summary->nodes[m->t->map[i].node], out);
    }
    if (n > NAMED_MEMBERS)
        hc_buf_puts(out, ", \xE2\x80\xA6");
}

/* The least size of which at most WORDS_UP_TO families are. */
static size_t size_named(const struct hc_twins_found *t)
{
    for (size_t least = 2;; least++) {
        size_t n_runs = 0;

        for (size_t i = 0; i < t->n_map; i += run_of(t, i))
            n_runs += run_of(t, i) >= least;
        if (n_runs <= WORDS_UP_TO)
            return least;
    }
}

/* At the right, a line from each to its frame; words keep their distance, downward. */
static void put_families(struct hc_plot *plot, const struct map *m)
{
    const struct hc_ink ink = {10, HC_COLOUR_TEXT, HC_LEFT, false};
    double right = m->x + m->cell * (double)m->t->n_map, below = m->y - WORD_STEP;
    size_t least = size_named(m->t);

    for (size_t i = 0, n; i < m->t->n_map; i += n) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
        double middle, y;

        n = run_of(m->t, i);
        middle = m->y + ((double)i + (double)n / 2) * m->cell;
        y = fmax(middle, below + WORD_STEP);
        if (n < least)
            continue;
        family_text(m, i, n, &text);
        plot->texts.failed |= text.failed;
        hc_plot_row(plot, m->x + ((double)(i + n)) * m->cell + 1, middle);
        hc_plot_row(plot, right + 4, middle);
        hc_plot_row(plot, right + 18, y);
        hc_plot_gap(plot);
        hc_plot_text(
            plot, right + 22, y, &ink, plot->width - right - 30, hc_buf_str(&text));
        below = y;
    }
    hc_plot_as_line(plot, "to the words", HC_COLOUR_AXIS, 0.6);
}

/* ---- names ---- */

static bool has_names(const struct map *m)
{
    return m->t->n_map <= NAMES_UP_TO;
}

static void put_names(struct hc_plot *plot, const struct map *m)
{
    double size = fmin(10, fmax(7, m->cell - 2));
    const struct hc_ink left = {size, HC_COLOUR_TEXT, HC_RIGHT, false};

    for (size_t i = 0; i < m->t->n_map; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

        hc_figure_node_name(&m->f->summary->nodes[m->t->map[i].node], &name);
        plot->texts.failed |= name.failed;
        hc_plot_text(plot, m->x - 6, m->y + ((double)i + 0.5) * m->cell, &left, NAME_ROOM,
            hc_buf_str(&name));
    }
}

static void put_numbers(struct hc_plot *plot, const struct map *m)
{
    size_t n = m->t->n_map;

    for (size_t i = 0; i < n * n && m->cell >= 30; i++) {
        const struct hc_ink ink = {
            9, hc_palette_ink(colour_of(m->t->r[i])), HC_CENTRE, false};

        if (!isnan(m->t->r[i]))
            hc_plot_text(plot, m->x + ((double)(i % n) + 0.5) * m->cell,
                m->y + ((double)(i / n) + 0.5) * m->cell, &ink, 0,
                hc_human_text("%.2f", m->t->r[i]).text);
    }
}

static void caption(struct hc_plot *plot, const struct map *m, double y)
{
    const struct hc_twins_found *t = m->t;

    hc_figure_say(plot,
        "Keep twins apart, put opposites together: twins (orange) peak at once, "
        "opposites "
        "(blue) fill each other's lows. Pearson's r of hours of %s without the weekly "
        "profile, over the last %s hours; ",
        hc_metrics[t->metric].name, hc_human_count(t->hours).text);
    hc_figure_say(plot,
        "of %s pairs %s have |r| of %s or more together, %s opposite; 5 %% of those "
        "found may "
        "be false. Drawn: %zu nodes of them; framed: families, with "
        "their "
        "size.",
        hc_human_count(t->tested).text, hc_human_count(t->together).text,
        hc_human_number(t->least).text, hc_human_count(t->opposite).text, t->n_map);
    hc_figure_caption(plot, y);
}

void hc_fig_twins(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    static const char *const ends[] = {"-1 opposite", "0", "+1 together"};
    struct map m = {.f = f, .t = &f->patterns.twins, .y = TOP};
    double side;

    (void)series;
    hc_figure_subtitle(plot, f, false);
    m.x = HC_FIGURE_SIDE + (has_names(&m) ? NAME_ROOM + 6 : 8);
    m.cell = fmin(CELL_MAX, SIDE / (double)m.t->n_map);
    side = m.cell * (double)m.t->n_map;
    (m.t->n_map <= CELLS_UP_TO ? as_cells : as_image)(plot, &m);
    put_frames(plot, &m);
    put_families(plot, &m);
    put_numbers(plot, &m);
    if (has_names(&m))
        put_names(plot, &m);
    hc_figure_ramp(plot, fmin(plot->width - 100, m.x + side + 290),
        TOP + fmax(side, 90) - 84, TOP + fmax(side, 90), &hc_palette_diverging, ends);
    caption(plot, &m, TOP + fmax(side, 100) + 26);
}
