#include <math.h>
#include <stdio.h>

#include "report/grid.h"
#include "report/human.h"
#include "report/terminal_sections.h"

enum { LABEL = 40 };

const char *const hc_main_titles[HC_MAIN] = {"CPU", "memory", "load 1m"};

/* ---- baseline -------------------------------------------------------------------- */

void hc_term_baseline(struct hc_page *page, const struct hc_findings *f)
{
    static const struct hc_grid_column columns[] = {
        {"all rows", 8, false},
        {"mean", 7, true},
        {"std", 7, true},
        {"p50", 7, true},
        {"p95", 7, true},
        {"p99", 7, true},
        {"max", 9, true}, /* bad data: a memory of 204800 % */
        {"n", 10, true},
    };
    struct hc_grid grid;

    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    for (size_t main = 0; main < HC_MAIN; main++) {
        const struct hc_stats *s = &f->baseline.stats[main];
        const double values[] = {s->mean, s->std, s->p50, s->p95, s->p99, s->max};
        bool known = f->baseline.verdict[main].status == HC_AVAILABLE;

        hc_grid_put(&grid, hc_main_titles[main]);
        for (size_t i = 0; i < HC_COUNT(values); i++)
            hc_grid_put_main(&grid, main, known ? values[i] : NAN);
        hc_grid_put_short(&grid, known ? s->n : 0);
    }
    for (size_t main = 0; main < HC_MAIN; main++)
        if (f->baseline.verdict[main].status != HC_AVAILABLE) {
            hc_page_pad(page, HC_PAGE_INDENT);
            hc_page_text(page, hc_main_titles[main]);
            hc_page_text(page, ":");
            hc_page_wrap(page, HC_PAGE_INDENT, f->baseline.verdict[main].reason);
        }
}

/* ---- opportunity ----------------------------------------------------------------- */

static void put_spread(
    struct hc_grid *grid, const char *title, const struct hc_spread *spread)
{
    hc_grid_put(grid, title);
    hc_grid_put(grid, hc_human_value(spread->median, "count").text);
    hc_grid_put(grid, hc_human_value(spread->p95, "count").text);
    hc_grid_put(grid, hc_human_value(spread->p99, "count").text);
    hc_grid_put(grid, hc_human_value(spread->max, "count").text);
}

static void put_needed(struct hc_page *page, const struct hc_opportunity *o)
{
    static const struct hc_grid_column columns[] = {
        {"over the hours", 16, false},
        {"median", 10, true},
        {"p95", 10, true},
        {"p99", 10, true},
        {"max", 10, true},
    };
    struct hc_grid grid;

    hc_page_blank(page);
    hc_grid_open(&grid, page, columns, HC_COUNT(columns), 0);
    put_spread(&grid, "nodes present", &o->nodes_present);
    put_spread(&grid, "nodes needed", &o->nodes_needed);
    hc_page_blank(page);
}

static void put_node_hours(struct hc_page *page, const struct hc_opportunity *o)
{
    hc_page_fact(page, "node-hours spare",
        hc_human_value((double)o->node_hours_not_needed, "count").text,
        "of %s present; %s needed", hc_human_short(o->node_hours).text,
        hc_human_short(o->node_hours_needed).text);
    hc_page_fact(page, "bound by",
        o->cpu_bound_hours >= o->memory_bound_hours ? "CPU" : "memory",
        "CPU set the number in %s hours, memory in %s",
        hc_human_short(o->cpu_bound_hours).text,
        hc_human_short(o->memory_bound_hours).text);
    hc_page_fact(page, "over 80 % CPU", hc_human_percent(o->hot_share).text,
        "%s node-hours; %s if load were spread evenly",
        hc_human_short(o->hot_node_hours).text, hc_human_short(o->hot_if_even).text);
    if (o->clipped_node_hours)
        hc_page_fact(page, "clipped", hc_human_short(o->clipped_node_hours).text, "%s",
            "node-hours outside 0..1, taken as 0 or 1");
}

static void put_unevenness(struct hc_page *page, const struct hc_opportunity *o)
{
    hc_page_fact(page, "spread of CPU", hc_human_percent(o->spread_cpu).text,
        "std between nodes in an hour; memory %s",
        hc_human_percent(o->spread_memory).text);
    hc_page_fact(page, "busiest ÷ mean", hc_human_number(o->max_mean_ratio).text,
        "mean CPU of %s nodes%s%s%s", hc_human_count(o->nodes_compared).text,
        o->nodes_left_out ? "; " : "",
        o->nodes_left_out ? hc_human_count(o->nodes_left_out).text : "",
        o->nodes_left_out ? " left out (under 7 days)" : "");
}

void hc_term_opportunity(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_opportunity *o = &f->opportunity;

    hc_term_replay_lead(page, f);
    if (!hc_page_available(page, &o->verdict))
        return;
    hc_page_wrapf(page, HC_PAGE_INDENT,
        "A bound, not a promise: the fewest nodes of mean size (%s%s) that would carry "
        "each hour's load at %s CPU and %s memory, if it could be placed at will. n = %s "
        "hours.%s",
        o->weighted_by_cores ? hc_human_value(o->mean_cores, "count").text
                             : "every node counted as equal: no cpu_cores",
        o->weighted_by_cores ? " cores" : "",
        hc_human_percent(f->settings->target_cpu).text,
        hc_human_percent(f->settings->target_memory).text, hc_human_count(o->hours).text,
        o->weighted_by_memory || !o->weighted_by_cores ? "" : " Memory counts as equal.");
    put_needed(page, o);
    put_node_hours(page, o);
    put_unevenness(page, o);
    hc_page_fact(page, "notebook's figure",
        hc_human_pct(o->optimization_potential_pct).text, "%s",
        "(mean CPU − target) ÷ mean CPU; below 0: idle");
}

/* ---- insights -------------------------------------------------------------------- */

static void put_node(
    struct hc_page *page, const char *label, const char *name, const char *meaning)
{
    char text[256] = "-";

    if (name)
        snprintf(text, sizeof(text), "%s", hc_page_label(page, name, LABEL).text);
    hc_page_fact(page, label, "", "%s%s", text, name ? meaning : "");
}

void hc_term_insights(struct hc_page *page, const struct hc_findings *f)
{
    const struct hc_insights *in = &f->insights;

    if (!hc_page_available(page, &in->verdict))
        return;
    hc_page_fact(page, "peak hour", hc_human_hour(in->peak_hour).text, "mean CPU %s (%s)",
        hc_human_percent(in->peak_cpu_usage).text, f->settings->timezone);
    hc_page_fact(page, "low hour", hc_human_hour(in->low_hour).text, "mean CPU %s (%s)",
        hc_human_percent(in->low_cpu_usage).text, f->settings->timezone);
    put_node(page, "busiest node", in->busiest_node, ", by mean CPU");
    put_node(page, "least busy node", in->least_busy_node, ", by mean CPU");
    hc_page_fact(page, "CPU variation",
        hc_human_number(in->cpu_variation_coefficient).text,
        "std ÷ mean over all rows; n = %s", hc_human_count(f->baseline.stats[0].n).text);
    hc_page_fact(page, "opportunity", hc_human_pct(in->optimization_opportunity_pct).text,
        "the notebook's formula, target CPU %s",
        hc_human_percent(f->settings->target_cpu).text);
}
