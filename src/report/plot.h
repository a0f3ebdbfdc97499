/*
 * plot.h - a picture as a script of gnuplot
 *
 * A canvas of `width` × `height` pixels, the origin at its top left. Everything is put
 * where we say: gnuplot draws lines, areas and text, and chooses no axis, no mark and no
 * place of its own. What comes later is drawn over what came before, text over all.
 *
 * Shapes are made of rows: hc_plot_row, with hc_plot_gap where the pen is lifted, then
 * one of hc_plot_as_… that says how they are drawn. A shape without a row is left out.
 * Shapes are named: in an SVG the name is the title of their group.
 *
 * Text may be anything. It goes into single quotes, in which gnuplot expands nothing,
 * with no apostrophe in it (a typographic one instead), and through hc_utf8_show, which
 * leaves no control character; data blocks hold numbers only. In a PNG, signs that a
 * plain sans-serif may lack are written \u4E2D: gnuplot 5.4 draws a sign without a glyph
 * as large as the picture. In an SVG they are as they are.
 *
 * Can fail: memory only; told by hc_plot_finish. Threads: no state.
 */
#ifndef HC_PLOT_H
#define HC_PLOT_H

#include "base/buf.h"

enum hc_align { HC_LEFT, HC_CENTRE, HC_RIGHT };

struct hc_plot {
    double width, height;
    struct hc_buf blocks, texts, clauses, rows;
    struct hc_buf caption; /* gathered by hc_figure_say */
    size_t n_blocks, n_rows;
    bool lifted;
};

void hc_plot_clear(struct hc_plot *plot);

/* ---- shapes ---- */

void hc_plot_row(struct hc_plot *plot, double x, double y);
void hc_plot_gap(struct hc_plot *plot);

void hc_plot_as_line(
    struct hc_plot *plot, const char *name, uint32_t colour, double width);
void hc_plot_as_dashes(
    struct hc_plot *plot, const char *name, uint32_t colour, double width);

/* Each stretch between gaps is one closed area. */
void hc_plot_as_area(struct hc_plot *plot, const char *name, uint32_t colour);

/* Discs of `size` pixels; hollow: white inside. */
void hc_plot_as_points(
    struct hc_plot *plot, const char *name, uint32_t colour, double size);
void hc_plot_as_rings(
    struct hc_plot *plot, const char *name, uint32_t colour, double size);

/* Marks of a kind, so that kinds are told apart without their colours. */
enum hc_mark {
    HC_DISC,
    HC_SQUARE,
    HC_TRIANGLE,
    HC_DIAMOND,
    HC_WEDGE,
    HC_CROSS,
    HC_MARKS
};
void hc_plot_as_marks(struct hc_plot *plot, const char *name, uint32_t colour,
    double size, enum hc_mark mark);

/* Horizontal runs from x0 to x1 around y, and vertical ones; their thickness is said
 * once: the cells of a heatmap, bars, whiskers. */
void hc_plot_run(struct hc_plot *plot, double x0, double x1, double y);
void hc_plot_bar(struct hc_plot *plot, double x, double y0, double y1);
void hc_plot_as_runs(
    struct hc_plot *plot, const char *name, uint32_t colour, double thickness);

/* Runs of many colours in one shape: sorted by colour they take least room. */
void hc_plot_cell(struct hc_plot *plot, double x0, double x1, double y, uint32_t colour);
void hc_plot_as_cells(struct hc_plot *plot, const char *name, double thickness);

/* p × p pixels of colour in a square from (x, y), as one image: for more cells than
 * shapes are good for. */
void hc_plot_image(struct hc_plot *plot, const char *name, double x, double y,
    double side, const uint32_t *colours, size_t p);

/* A filled rectangle. */
void hc_plot_rect(struct hc_plot *plot, const char *name, uint32_t colour, double x0,
    double y0, double x1, double y1);

/* ---- text ---- */

struct hc_ink {
    double size; /* of the letters, pixels */
    uint32_t colour;
    enum hc_align align;
    bool upright; /* turned by 90 degrees, read from below */
};

/* One line around height y. A text wider than `room` pixels (0: any) is cut with "…". */
void hc_plot_text(struct hc_plot *plot, double x, double y, const struct hc_ink *ink,
    double room, const char *text);

/* Words wrapped to `room` pixels, y of the first line; returns the y after the last. At
 * most `max_lines`. */
double hc_plot_wrap(struct hc_plot *plot, double x, double y, const struct hc_ink *ink,
    double room, size_t max_lines, const char *text);

/* Our own words, bold: letters, digits, spaces and .,:-()/% only. */
void hc_plot_bold(
    struct hc_plot *plot, double x, double y, const struct hc_ink *ink, const char *text);

/* Pixels that the text takes, at most: the widest usual sans-serif, DejaVu's. */
double hc_plot_text_width(const char *text, double size);

/* ---- all of it ---- */

/* The script that draws, without terminal and output; it reads the variable `plain`: 1
 * where rare signs are to be spelt out. HC_NO_MEMORY if something failed. */
enum hc_status hc_plot_finish(struct hc_plot *plot, struct hc_buf *out) HC_MUST_USE;

#endif
