/*
 * report_figures.h - the findings as pictures, each a script for gnuplot
 *
 * A figure is one file and one row here. A body draws, in a canvas of its own size; a
 * head says into what file and in which format, and loads the body: both lie in the
 * folder where gnuplot runs. Bodies and heads never hold a name from the data in a place
 * where gnuplot would run it (plot.h).
 *
 * A figure that cannot be drawn says so in the picture, with the reason, or is left out
 * (hc_figure_wanted). What is drawn and what is left out stands at its bottom.
 *
 * Nothing is computed here but places and colours. Can fail: memory only. No state.
 */
#ifndef HC_REPORT_FIGURES_H
#define HC_REPORT_FIGURES_H

#include "model/findings.h"
#include "model/series.h"
#include "report/plot.h"

struct hc_figure {
    const char *name;  /* "temporal": of the files */
    const char *title; /* bold, at the top */
    /* Whether there is anything to draw; NULL: always, if only to say why not. */
    bool (*wanted)(const struct hc_findings *findings);
    void (*draw)(struct hc_plot *plot, const struct hc_findings *findings,
        const struct hc_series *series);
};

extern const struct hc_figure hc_figures[];
extern const size_t hc_figures_count;

bool hc_figure_wanted(const struct hc_figure *figure, const struct hc_findings *findings);

/* Drawn out of findings->placement alone. */
bool hc_figure_of_replay(const struct hc_figure *figure);

struct hc_figure_format {
    const char *ending; /* "svg" */
    const char *terminal;
    double scale; /* pixels of the file per pixel of the canvas */
    bool plain;   /* rare signs are spelt out */
};

extern const struct hc_figure_format hc_figure_formats[];
extern const size_t hc_figure_formats_count;

struct hc_figure_size {
    double width, height;
};

/* `series` with n_buckets 0: none. */
enum hc_status hc_figure_body(struct hc_buf *out, const struct hc_figure *figure,
    const struct hc_findings *findings, const struct hc_series *series,
    struct hc_figure_size *ret) HC_MUST_USE;

/* Loads "NAME.gp", writes "NAME.ENDING". */
enum hc_status hc_figure_head(struct hc_buf *out, const struct hc_figure *figure,
    const struct hc_figure_format *format, struct hc_figure_size size) HC_MUST_USE;

#endif
