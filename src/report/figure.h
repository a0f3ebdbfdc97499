/*
 * figure.h - what the figures share; private to the room's fig_*.c
 *
 * A figure's `draw` sets plot->height, draws from HC_FIGURE_TOP on, and ends with
 * hc_figure_caption, which makes the canvas as high as it has become.
 */
#ifndef HC_FIGURE_H
#define HC_FIGURE_H

#include "model/findings.h"
#include "model/series.h"
#include "report/axis.h"
#include "report/human.h"
#include "report/palette.h"
#include "report/plot.h"

enum { HC_FIGURE_WIDTH = 1000, HC_FIGURE_TOP = 62, HC_FIGURE_SIDE = 24 };

/* The line under the title: the cluster, the time, the zone. */
void hc_figure_subtitle(struct hc_plot *plot, const struct hc_findings *f, bool zone);

/* Words for the caption; then the caption, from y on, over the whole width: it sets the
 * canvas' height. */
void hc_figure_say(struct hc_plot *plot, const char *format, ...) HC_PRINTF(2, 3);
void hc_figure_caption(struct hc_plot *plot, double y);

struct hc_gauge_look {
    const char *title; /* "CPU" */
    enum hc_measure measure;
    const char *unit; /* in words, for a caption */
};

extern const struct hc_gauge_look hc_gauge_looks[HC_MAIN];

/* Of any gauge: its name, if it is not a main one. */
struct hc_gauge_look hc_figure_gauge(int metric);
uint32_t hc_figure_gauge_colour(int metric);
uint32_t hc_figure_gauge_tint(int metric);

/* Why a main gauge cannot be drawn; "" if it can. */
const char *hc_figure_gauge_lacks(const struct hc_findings *f, size_t main);

/* "cluster/name" or "name". */
void hc_figure_node_name(const struct hc_node *node, struct hc_buf *out);

/* An entry of a legend from x on; returns the x after it. */
double hc_figure_key_box(
    struct hc_plot *plot, double x, double y, uint32_t colour, const char *text);
double hc_figure_key_line(struct hc_plot *plot, double x, double y, uint32_t colour,
    double width, bool dashed, const char *text);

/* Fleet gaps as grey stretches behind what is drawn in the frame (across: UTC seconds).
 */
void hc_figure_fleet_gaps(
    struct hc_plot *plot, const struct hc_frame *frame, const struct hc_findings *f);

/* UTC seconds of what the series covers; the data's own ends without a series. */
void hc_figure_window(
    struct hc_axis *across, const struct hc_findings *f, const struct hc_series *series);

/* The series' zone, or the offset at the data's start where there is none. */
struct hc_zone hc_figure_zone(const struct hc_findings *f, const struct hc_series *series,
    struct hc_zone_span *room);

/* A ramp of colours from y1 (lowest) up to y0, its values beside it. */
void hc_figure_ramp(struct hc_plot *plot, double x, double y0, double y1,
    const struct hc_palette *palette, const char *const labels[3]);

/* "%.1f" of a share in percent or of a plain number: as much as fits into a cell. */
struct hc_human hc_figure_value(size_t main, double value);

/* ---- fig_replay.c: what the figures of a replay share ---- */

/* So many policies are drawn, the first ones. */
enum { HC_FIGURE_POLICIES = 8 };
size_t hc_figure_policies(const struct hc_placement *p);

/* Of a line: what was recorded is dark, and later ones are thinner, so that lines that
 * lie on each other are all seen. */
uint32_t hc_figure_policy_colour(const struct hc_placement *p, size_t policy);
double hc_figure_policy_width(const struct hc_placement *p, size_t policy);

/* "FirstFitDecreasing (oracle)". */
void hc_figure_policy_name(const struct hc_placement_policy *policy, struct hc_buf *out);

/* The line under the title; the legend from y on: returns the y below it. */
void hc_figure_replay_subtitle(
    struct hc_plot *plot, const struct hc_findings *f, bool zone);
double hc_figure_policy_keys(
    struct hc_plot *plot, const struct hc_placement *p, double y);

/* To the caption, where there are more policies than are drawn. */
void hc_figure_say_left_out(struct hc_plot *plot, const struct hc_placement *p);

void hc_fig_temporal(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_nodes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_correlation(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_trends(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_weekly(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_anomalies(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_quality(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_opportunity(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_replay_nodes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_replay_allocation(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_replay_time(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);

/* What repeats, grows, changes and goes together: not drawn where nothing was found. */
bool hc_fig_rhythm_wanted(const struct hc_findings *f);
bool hc_fig_growth_wanted(const struct hc_findings *f);
bool hc_fig_changes_wanted(const struct hc_findings *f);
bool hc_fig_twins_wanted(const struct hc_findings *f);
bool hc_fig_roles_wanted(const struct hc_findings *f);
bool hc_fig_compare_wanted(const struct hc_findings *f);
void hc_fig_rhythm(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_growth(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_changes(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_twins(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_roles(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);
void hc_fig_compare(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series);

#endif
