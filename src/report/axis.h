/*
 * axis.h - from values to pixels: scales, ticks at round numbers, dates
 *
 * An axis maps lo..hi to the pixels from..to (from may be the larger: y grows down).
 * Threads: no state.
 */
#ifndef HC_AXIS_H
#define HC_AXIS_H

#include "model/series.h"
#include "report/plot.h"

struct hc_axis {
    double lo, hi, from, to;
};

double hc_axis_at(const struct hc_axis *axis, double value);

/* A panel: where it is, and the scales of its sides. */
struct hc_frame {
    double x, y, width, height; /* of what is drawn in; ticks and words are outside */
    struct hc_axis across, up;
};

void hc_frame_init(
    struct hc_frame *frame, double x, double y, double width, double height);

/*
 * The values' range as a scale that does not exaggerate: widened to at least a fifth of
 * its top, from 0 if that is not far, else from a round number. Infinite or reversed
 * bounds (no value) give 0..1.
 */
void hc_axis_fit(struct hc_axis *axis, double low, double high);

/* From 0, for bars and areas; on both sides of it where `low` is below. */
void hc_axis_from_zero(struct hc_axis *axis, double low, double high);

/* 0.332 is shown as 33 %; as 0.332; only whole numbers have a tick. */
enum hc_measure { HC_SHARE, HC_PLAIN_NUMBER, HC_COUNTS };

/* Grid and numbers of the left side, or of the bottom, at about `n` round values. */
void hc_frame_left(
    struct hc_plot *plot, const struct hc_frame *frame, enum hc_measure measure, int n);
void hc_frame_bottom(
    struct hc_plot *plot, const struct hc_frame *frame, enum hc_measure measure, int n);

/* The line that bars stand on. */
void hc_frame_base(struct hc_plot *plot, const struct hc_frame *frame);

/* Dates and hours of local time below `frame`, whose `across` is in seconds of UTC; lines
 * of the grid through it. With `numbers` false only the grid. */
void hc_frame_time(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_zone *zone, bool numbers);

/* A panel's heading, left above it; the note at the right end of the same line. */
void hc_frame_title(struct hc_plot *plot, const struct hc_frame *frame, const char *title,
    const char *note);

/* Why there is nothing in the panel, in its middle. */
void hc_frame_say(struct hc_plot *plot, const struct hc_frame *frame, const char *text);

extern const struct hc_ink hc_ink_tick_left, hc_ink_tick_below, hc_ink_note, hc_ink_name;

#endif
