/*
 * fig_trends.c - the course of CPU, memory and load: the cluster's mean, the nodes' band,
 * and single nodes
 *
 * Buckets are points at their middle. Where nobody has a value the pen is lifted. With
 * more points than pixels each pixel column keeps its extremes (decimate.h); with many
 * more, when that would be a black bar, a line goes through the means of a few pixels.
 */
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "report/decimate.h"
#include "report/figure.h"
#include "report/rank.h"

enum { ALL_UP_TO = 8, SINGLED = 2, HEIGHT = 150, STEP = 206, X = 70, WIDTH = 900 };
enum { DENSE = 4, COLUMN = 3 }; /* points a pixel; pixels that share a mean then */

static const uint32_t node_colours[ALL_UP_TO] = {
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xE69F00, 0x7F7F7F, 0x8C6BB1};

enum { BUSIEST_COLOUR = 0xCC79A7, IDLEST_COLOUR = 0x8A8A8A };

/* Where the values of a line are: every `stride`-th byte from `first` on. */
struct course {
    const char *first;
    size_t stride;
};

static double value_at(const struct course *c, size_t i)
{
    return *(const float *)(c->first + i * c->stride);
}

static struct course of_band(const float *first_of_field)
{
    return (struct course){(const char *)first_of_field, sizeof(struct hc_band)};
}

static struct course of_node(const struct hc_series *s, size_t main, size_t node)
{
    return (struct course){
        (const char *)(s->mean[main] + node * s->n_buckets), sizeof(float)};
}

static double middle(const struct hc_series *s, size_t i)
{
    return (double)s->start_s + ((double)i + 0.5) * (double)s->width_s;
}

/* ---- lines ---- */

/* A value between two gaps is a dash as wide as its bucket: a point would not be seen. */
static bool alone(const struct hc_series *s, const struct course *c, size_t i)
{
    return (i == 0 || isnan(value_at(c, i - 1))) &&
           (i + 1 == s->n_buckets || isnan(value_at(c, i + 1)));
}

static bool is_dense(const struct hc_series *s)
{
    return s->n_buckets > DENSE * WIDTH;
}

/* More points than a line can show: the mean of those that share COLUMN pixels. */
static void put_means(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, struct course c)
{
    double sum = 0, n = 0, column = -1;

    for (size_t i = 0; i <= s->n_buckets; i++) {
        double x = hc_axis_at(&frame->across, middle(s, i)), at = floor(x / COLUMN);

        if (i == s->n_buckets || at != column) {
            if (n > 0)
                hc_plot_row(
                    plot, (column + 0.5) * COLUMN, hc_axis_at(&frame->up, sum / n));
            else
                hc_plot_gap(plot);
            sum = n = 0;
            column = at;
        }
        if (i < s->n_buckets && isfinite(value_at(&c, i))) {
            sum += value_at(&c, i);
            n++;
        }
    }
}

static void put_points(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, struct course c)
{
    double half = fmax(
        (double)s->width_s / 2, (frame->across.hi - frame->across.lo) / frame->width);
    struct hc_decimate line;

    hc_decimate_init(&line, plot, 1);
    for (size_t i = 0; i < s->n_buckets; i++) {
        double value = value_at(&c, i), at = middle(s, i);
        double y = hc_axis_at(&frame->up, value);

        if (isfinite(value) && alone(s, &c, i)) {
            hc_decimate_point(&line, hc_axis_at(&frame->across, at - half), y);
            hc_decimate_point(&line, hc_axis_at(&frame->across, at + half), y);
        } else {
            hc_decimate_point(&line, hc_axis_at(&frame->across, at), y);
        }
    }
    hc_decimate_end(&line);
}

static void put_course(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, struct course c)
{
    (is_dense(s) ? put_means : put_points)(plot, frame, s, c);
}

/* ---- the band ---- */

struct edge {
    double x, low, high;
};

struct outline {
    struct hc_plot *plot;
    size_t n;
    struct edge edges[WIDTH + 8]; /* one a pixel column */
};

static void close_outline(struct outline *o)
{
    for (size_t i = 0; i < o->n; i++)
        hc_plot_row(o->plot, o->edges[i].x, o->edges[i].high);
    for (size_t i = o->n; i-- > 0;)
        hc_plot_row(o->plot, o->edges[i].x, o->edges[i].low);
    hc_plot_gap(o->plot);
    o->n = 0;
}

/* y grows down: `low` is the larger. */
static void add_edge(struct outline *o, double x, double low, double high)
{
    struct edge *last = o->n ? &o->edges[o->n - 1] : NULL;

    if (last && floor(last->x) == floor(x)) {
        last->low = fmax(last->low, low);
        last->high = fmin(last->high, high);
    } else if (o->n < HC_COUNT(o->edges)) {
        o->edges[o->n++] = (struct edge){x, low, high};
    }
}

/* Between the 10th and the 90th percentile of many nodes, or the extremes of the mean. */
static void put_band(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, size_t main, bool of_nodes)
{
    const struct hc_band *band = s->band[main];
    struct outline o = {.plot = plot};

    for (size_t i = 0; i < s->n_buckets; i++) {
        if (!band[i].nodes) {
            close_outline(&o);
            continue;
        }
        add_edge(&o, hc_axis_at(&frame->across, middle(s, i)),
            hc_axis_at(&frame->up, of_nodes ? band[i].p10 : band[i].mean),
            hc_axis_at(&frame->up, of_nodes ? band[i].p90 : band[i].mean));
    }
    close_outline(&o);
    hc_plot_as_area(
        plot, of_nodes ? "p10 to p90" : "extremes", hc_colour_main_tint[main]);
}

/* ---- which nodes ---- */

struct singled {
    struct hc_rank busiest, idlest;
};

static double node_mean(
    const struct hc_findings *f, const struct hc_series *s, size_t main, size_t i)
{
    const struct hc_stats *stats = &f->summary->nodes[s->node[i]].main[main];

    return stats->n ? stats->mean : NAN;
}

static void single_out(struct singled *out, const struct hc_findings *f,
    const struct hc_series *s, size_t main)
{
    hc_rank_init(&out->busiest, SINGLED);
    hc_rank_init(&out->idlest, SINGLED);
    for (size_t i = 0; i < s->n_nodes; i++) {
        hc_rank_offer(&out->busiest, i, node_mean(f, s, main, i));
        hc_rank_offer(&out->idlest, i, -node_mean(f, s, main, i));
    }
}

static void add_names(struct hc_buf *out, const char *before, const struct hc_rank *rank,
    const struct hc_findings *f, const struct hc_series *s)
{
    hc_buf_puts(out, before);
    for (size_t i = 0; i < rank->n; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT, shown = HC_BUF_INIT;

        hc_figure_node_name(&f->summary->nodes[s->node[rank->index[i]]], &name);
        hc_utf8_show(&shown, hc_buf_str(&name), 18, false);
        hc_buf_printf(out, "%s%s", i ? ", " : "", hc_buf_str(&shown));
        out->failed |= name.failed || shown.failed;
    }
}

/* ---- a panel ---- */

static void widen(double *low, double *high, double value)
{
    if (!isfinite(value))
        return;
    *low = fmin(*low, value);
    *high = fmax(*high, value);
}

static void scale(struct hc_frame *frame, const struct hc_series *s, size_t main,
    const struct singled *singled)
{
    double low = INFINITY, high = -INFINITY;
    const struct hc_band *band = s->band[main];

    for (size_t i = 0; i < s->n_buckets; i++) {
        if (!band[i].nodes)
            continue;
        widen(&low, &high, band[i].mean);
        widen(&low, &high, s->n_nodes > ALL_UP_TO ? band[i].p10 : band[i].low);
        widen(&low, &high, s->n_nodes > ALL_UP_TO ? band[i].p90 : band[i].high);
        for (size_t k = 0; singled && k < singled->busiest.n; k++)
            widen(
                &low, &high, s->mean[main][singled->busiest.index[k] * s->n_buckets + i]);
        for (size_t k = 0; singled && k < singled->idlest.n; k++)
            widen(
                &low, &high, s->mean[main][singled->idlest.index[k] * s->n_buckets + i]);
    }
    hc_axis_fit(&frame->up, low, high);
}

static void put_single(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, size_t main, const struct hc_rank *rank, const char *name,
    uint32_t colour)
{
    for (size_t i = 0; i < rank->n; i++) {
        put_course(plot, frame, s, of_node(s, main, rank->index[i]));
        hc_plot_gap(plot);
    }
    hc_plot_as_line(plot, name, colour, 0.7);
}

static void many_nodes(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_frame *frame, const struct hc_series *s, size_t main,
    const struct singled *singled)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf names = HC_BUF_INIT;

    put_band(plot, frame, s, main, true);
    put_single(plot, frame, s, main, &singled->idlest, "least busy", IDLEST_COLOUR);
    put_single(plot, frame, s, main, &singled->busiest, "busiest", BUSIEST_COLOUR);
    put_course(plot, frame, s, of_band(&s->band[main]->p50));
    hc_plot_as_dashes(plot, "median", HC_COLOUR_TEXT, 1);
    add_names(&names, "busiest: ", &singled->busiest, f, s);
    add_names(&names, "; least busy: ", &singled->idlest, f, s);
    plot->texts.failed |= names.failed;
    hc_frame_title(plot, frame, hc_gauge_looks[main].title, hc_buf_str(&names));
}

static void few_nodes(struct hc_plot *plot, const struct hc_frame *frame,
    const struct hc_series *s, size_t main)
{
    if (is_dense(s))
        put_band(plot, frame, s, main, false);
    for (size_t i = 0; s->n_nodes > 1 && i < s->n_nodes; i++) {
        put_course(plot, frame, s, of_node(s, main, i));
        hc_plot_as_line(plot, "node", node_colours[i], 1);
    }
    hc_frame_title(plot, frame, hc_gauge_looks[main].title, hc_gauge_looks[main].unit);
}

static void panel(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *s, size_t main, double y)
{
    const char *lacks = hc_figure_gauge_lacks(f, main);
    bool many = s->n_nodes > ALL_UP_TO;
    struct hc_zone_span room;
    struct hc_zone zone = hc_figure_zone(f, s, &room);
    struct singled singled;
    struct hc_frame frame;

    hc_frame_init(&frame, X, y, WIDTH, HEIGHT);
    hc_figure_window(&frame.across, f, s);
    if (lacks[0] || !s->n_buckets || !s->band[main]) {
        hc_frame_title(plot, &frame, hc_gauge_looks[main].title, "");
        hc_frame_say(plot, &frame, lacks[0] ? lacks : "no course in time of this gauge");
        return;
    }
    single_out(&singled, f, s, main);
    scale(&frame, s, main, many ? &singled : NULL);
    hc_figure_fleet_gaps(plot, &frame, f);
    hc_frame_left(plot, &frame, hc_gauge_looks[main].measure, 5);
    hc_frame_time(plot, &frame, &zone, true);
    if (many)
        many_nodes(plot, f, &frame, s, main, &singled);
    else
        few_nodes(plot, &frame, s, main);
    put_course(plot, &frame, s, of_band(&s->band[main]->mean));
    hc_plot_as_line(plot, "mean",
        many || s->n_nodes == 1 ? hc_colour_main[main] : HC_COLOUR_TEXT, 1.6);
}

/* ---- legend and caption ---- */

static void legend(struct hc_plot *plot, const struct hc_findings *f,
    const struct hc_series *s, double x, double y)
{
    bool many = s->n_nodes > ALL_UP_TO;

    x = hc_figure_key_line(plot, x, y,
        many || s->n_nodes == 1 ? HC_COLOUR_CPU : HC_COLOUR_TEXT, 1.6, false, "mean");
    if (many) {
        x = hc_figure_key_box(plot, x, y, HC_COLOUR_CPU_TINT, "10 to 90 % of the nodes");
        x = hc_figure_key_line(plot, x, y, HC_COLOUR_TEXT, 1, true, "median node");
        x = hc_figure_key_line(plot, x, y, BUSIEST_COLOUR, 1, false, "2 busiest");
        x = hc_figure_key_line(plot, x, y, IDLEST_COLOUR, 1, false, "2 least busy");
    }
    for (size_t i = 0; !many && s->n_nodes > 1 && i < s->n_nodes; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT, shown = HC_BUF_INIT;

        hc_figure_node_name(&f->summary->nodes[s->node[i]], &name);
        hc_utf8_show(&shown, hc_buf_str(&name), 11, false);
        plot->texts.failed |= name.failed || shown.failed;
        x = hc_figure_key_line(plot, x, y, node_colours[i], 1, false, hc_buf_str(&shown));
    }
    if (f->quality.n_fleet_gaps && many)
        hc_figure_key_box(plot, x, y, HC_COLOUR_GAP, "fleet gap");
}

static void caption(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    long long hours = s->width_s / 3600;

    hc_figure_say(plot,
        "Means of %lld hour%s each, %s points; the mean is over samples%s. ",
        hours ? hours : 1, hours > 1 ? "s" : "", hc_human_count(s->n_buckets).text,
        s->n_nodes > ALL_UP_TO ? ", band and median are over nodes" : "");
    hc_figure_say(plot,
        "Gaps stay gaps%s; where points share a pixel %s. An axis need not "
        "start at 0.",
        f->quality.n_fleet_gaps ? ", those of the fleet are shaded" : "",
        is_dense(s) ? "areas keep their extremes, lines go through their mean"
                    : "their extremes are drawn");
    if (s->n_buckets && !s->all_nodes)
        hc_figure_say(plot, " Of the nodes an even choice of %s is drawn.",
            hc_human_count(s->n_nodes).text);
    if (s->cells_outside)
        hc_figure_say(plot, " Node-hours far outside this time, left out: %s.",
            hc_human_count(s->cells_outside).text);
}

void hc_fig_trends(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *s)
{
    hc_figure_subtitle(plot, f, true);
    legend(plot, f, s, X, 72);
    for (size_t main = 0; main < HC_MAIN; main++)
        panel(plot, f, s, main, 122 + (double)main * STEP);
    caption(plot, f, s);
    hc_figure_caption(plot, 122 + 2 * STEP + HEIGHT + 42);
}
