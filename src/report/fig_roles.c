/*
 * fig_roles.c - how many nodes of each role, how high they peak, when they are hot
 */
#include <math.h>
#include <string.h>

#include "report/heat.h"
#include "report/figure.h"

enum { LEFT = 78, TOP = 112, HEIGHT = 250, BARS = 300, SCATTER_X = 520, SCATTER = 440 };
enum { CELL_WIDTH = 37, CELL_HEIGHT = 24, WEEK_Y = TOP + HEIGHT + 92 };

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* In the order of the rules; a role is told by its mark too. */
static const struct {
    uint32_t colour;
    enum hc_mark mark;
} looks[] = {
    {0x56B4E9, HC_DISC},
    {0xD55E00, HC_SQUARE},
    {0x009E73, HC_TRIANGLE},
    {0xA8457F, HC_DIAMOND},
    {0xE69F00, HC_WEDGE},
    {0x666666, HC_CROSS},
};

bool hc_fig_roles_wanted(const struct hc_findings *f)
{
    const struct hc_roles_found *r = &f->patterns.roles;

    return r->verdict.status == HC_AVAILABLE && r->n_nodes && r->n_counts;
}

/* ---- how many ---- */

static void put_counts(struct hc_plot *plot, const struct hc_roles_found *r)
{
    struct hc_frame frame;
    double row = HEIGHT / (double)r->n_counts;
    uint32_t most = 1;

    for (size_t i = 0; i < r->n_counts; i++)
        most = r->counts[i].nodes > most ? r->counts[i].nodes : most;
    hc_frame_init(&frame, LEFT, TOP, BARS, HEIGHT);
    hc_axis_from_zero(&frame.across, 0, most);
    hc_frame_title(plot, &frame, "Nodes of each role", "");
    hc_frame_bottom(plot, &frame, HC_COUNTS, most < 5 ? (int)most + 1 : 5);
    for (size_t i = 0; i < r->n_counts; i++) {
        const struct hc_ink ink = {10, HC_COLOUR_TEXT, HC_LEFT, false};
        double y = TOP + ((double)i + 0.5) * row;
        double end = hc_axis_at(&frame.across, r->counts[i].nodes);

        hc_plot_run(plot, LEFT, end, y);
        hc_plot_as_runs(
            plot, "role", looks[i % HC_COUNT(looks)].colour, fmin(row * 0.6, 26));
        hc_plot_text(plot, LEFT - 8, y, &hc_ink_name, LEFT - 8 - HC_FIGURE_SIDE,
            r->counts[i].role);
        hc_plot_text(plot, end + 6, y, &ink, 0, hc_human_count(r->counts[i].nodes).text);
    }
    hc_plot_bar(plot, LEFT, TOP, TOP + HEIGHT);
    hc_plot_as_runs(plot, "axis", HC_COLOUR_AXIS, 1);
}

/* ---- how high ---- */

static bool is_drawn(const struct hc_role_row *row)
{
    return row->mean > 0 && isfinite(row->peak_to_mean) && row->peak_to_mean > 0;
}

/* How many ticks a decade has, the fewer the longer the axis. */
static size_t list_heads(const struct hc_axis *axis, double heads[10])
{
    static const double all[] = {1, 2, 5, 1.2, 1.5, 2.5, 3, 4, 6, 8};
    double span = axis->hi - axis->lo;

    memcpy(heads, all, sizeof(all));
    return span < 0.8 ? HC_COUNT(all) : span < 2.2 ? 3 : 1;
}

/* `frame`'s scales are of logarithms. */
static void log_ticks(struct hc_plot *plot, const struct hc_frame *frame, bool across)
{
    const struct hc_axis *axis = across ? &frame->across : &frame->up;
    double heads[10];
    size_t n = list_heads(axis, heads);

    for (int e = (int)floor(axis->lo); e <= (int)ceil(axis->hi); e++)
        for (size_t k = 0; k < n; k++) {
            double value = heads[k] * pow(10, e), at = hc_axis_at(axis, log10(value));

            if (log10(value) < axis->lo || log10(value) > axis->hi)
                continue;
            if (across) {
                hc_plot_bar(plot, at, frame->y, frame->y + frame->height);
                hc_plot_text(plot, at, frame->y + frame->height + 11, &hc_ink_tick_below,
                    0, hc_human_text("%.6g %%", value).text);
            } else {
                hc_plot_run(plot, frame->x, frame->x + frame->width, at);
                hc_plot_text(plot, frame->x - 6, at, &hc_ink_tick_left, 0,
                    hc_human_text("%.6g", value).text);
            }
        }
    hc_plot_as_runs(plot, "grid", HC_COLOUR_GRID, 1);
}

/* At least half a decade, so that little is not made to look like much. */
static void log_fit(struct hc_axis *axis, double low, double high)
{
    double middle, half;

    if (!(low > 0) || !(low <= high)) {
        axis->lo = -1;
        axis->hi = 1;
        return;
    }
    middle = (log10(low) + log10(high)) / 2;
    half = fmax((log10(high) - log10(low)) / 2 * 1.1, 0.25);
    axis->lo = middle - half;
    axis->hi = middle + half;
}

static void put_marks(struct hc_plot *plot, const struct hc_roles_found *r,
    const struct hc_frame *frame, size_t role)
{
    for (size_t i = 0; i < r->n_nodes; i++)
        if (is_drawn(&r->nodes[i]) && !strcmp(r->nodes[i].role, r->counts[role].role))
            hc_plot_row(plot, hc_axis_at(&frame->across, log10(100 * r->nodes[i].mean)),
                hc_axis_at(&frame->up, log10(r->nodes[i].peak_to_mean)));
    hc_plot_as_marks(plot, r->counts[role].role, looks[role % HC_COUNT(looks)].colour,
        r->n_nodes > 500 ? 4 : 7, looks[role % HC_COUNT(looks)].mark);
}

static double put_key(
    struct hc_plot *plot, const struct hc_roles_found *r, size_t role, double x)
{
    hc_plot_row(plot, x, 74);
    hc_plot_as_marks(plot, "key", looks[role % HC_COUNT(looks)].colour, 7,
        looks[role % HC_COUNT(looks)].mark);
    hc_plot_text(plot, x + 9, 74, &hc_ink_note, 0, r->counts[role].role);
    return x + 24 + hc_plot_text_width(r->counts[role].role, hc_ink_note.size);
}

static void put_peaks(struct hc_plot *plot, const struct hc_roles_found *r)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    double x = SCATTER_X;
    struct hc_frame frame;

    for (size_t i = 0; i < r->n_nodes; i++) {
        const double at[] = {100 * r->nodes[i].mean, r->nodes[i].peak_to_mean};

        for (size_t k = 0; k < 2 && is_drawn(&r->nodes[i]); k++) {
            low[k] = fmin(low[k], at[k]);
            high[k] = fmax(high[k], at[k]);
        }
    }
    hc_frame_init(&frame, SCATTER_X, TOP, SCATTER, HEIGHT);
    log_fit(&frame.across, low[0], high[0]);
    log_fit(&frame.up, low[1], high[1]);
    hc_frame_title(plot, &frame, "Peak to mean", "p99 over mean, against mean CPU");
    log_ticks(plot, &frame, true);
    log_ticks(plot, &frame, false);
    for (size_t role = 0; role < r->n_counts; role++) {
        put_marks(plot, r, &frame, role);
        x = put_key(plot, r, role, x);
    }
}

/* ---- when it is hot ---- */

static uint32_t heat_colour(uint32_t n, uint32_t most)
{
    return n ? hc_palette_at(&hc_palette_orange, 0.08 + 0.92 * n / most) : 0xF6F6F6;
}

static void put_week(struct hc_plot *plot, const struct hc_roles_found *r, uint32_t most)
{
    struct hc_heat heat = {0};

    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        double x = LEFT + (double)(i % 24) * CELL_WIDTH;
        double y = WEEK_Y + ((double)(i / 24) + 0.5) * CELL_HEIGHT;
        uint32_t colour = heat_colour(r->hot[i], most);
        const struct hc_ink ink = {9, hc_palette_ink(colour), HC_CENTRE, false};

        hc_heat_add(&heat, x, x + CELL_WIDTH - 1, y, colour);
        if (r->hot[i])
            hc_plot_text(plot, x + (CELL_WIDTH - 1) / 2.0, y, &ink, 0,
                hc_human_count(r->hot[i]).text);
        if (i < 24)
            hc_plot_text(plot, x + (CELL_WIDTH - 1) / 2.0, WEEK_Y + 7 * CELL_HEIGHT + 10,
                &hc_ink_tick_below, 0, hc_human_text("%02zu", i).text);
        if (i % 24 == 0)
            hc_plot_text(plot, LEFT - 8, y, &hc_ink_tick_left, 0, weekdays[i / 24]);
    }
    hc_heat_draw(&heat, plot, "hot cells", CELL_HEIGHT - 1);
}

static void put_hot(struct hc_plot *plot, const struct hc_roles_found *r)
{
    struct hc_frame frame;
    uint64_t all = 0;
    uint32_t most = 0;

    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        all += r->hot[i];
        most = r->hot[i] > most ? r->hot[i] : most;
    }
    hc_frame_init(&frame, LEFT, WEEK_Y, 24 * CELL_WIDTH, 7 * CELL_HEIGHT);
    hc_frame_title(plot, &frame, "Hot node-hours by hour of the week",
        hc_human_text("%s over %s CPU", hc_human_count(all).text,
            hc_human_percent(r->hot_over).text)
            .text);
    if (most)
        put_week(plot, r, most);
    else
        hc_frame_say(plot, &frame, "no node-hour is over the threshold");
}

void hc_fig_roles(
    struct hc_plot *plot, const struct hc_findings *f, const struct hc_series *series)
{
    const struct hc_roles_found *r = &f->patterns.roles;

    (void)series;
    hc_figure_subtitle(plot, f, true);
    put_counts(plot, r);
    put_peaks(plot, r);
    put_hot(plot, r);
    hc_figure_say(plot,
        "By hourly means of CPU of %s node%s; the first rule that holds: ",
        hc_human_count(r->n_nodes).text, r->n_nodes == 1 ? "" : "s");
    for (size_t i = 0; i < r->n_counts; i++)
        hc_figure_say(
            plot, "%s%s: %s", i ? "; " : "", r->counts[i].role, r->counts[i].rule);
    hc_figure_say(plot, ".");
    if (r->too_short)
        hc_figure_say(plot, " %s nodes are under three days long and have none.",
            hc_human_count(r->too_short).text);
    hc_figure_caption(plot, WEEK_Y + 7 * CELL_HEIGHT + 34);
}
