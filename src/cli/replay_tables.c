#include <math.h>

#include "base/clock.h"
#include "cli/replay.h"
#include "report/csv.h"

static void put_titles(struct hc_csv *csv, const char *const *titles, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hc_csv_text(csv, titles[i]);
    hc_csv_end(csv);
}

/* ---- allocation.csv ---- */

static void put_allocation(
    struct hc_csv *csv, const char *policy, int64_t seed, const struct hc_result *result)
{
    hc_csv_text(csv, policy);
    hc_csv_int(csv, seed);
    for (size_t i = 0; i < HC_ALLOCATION_COLUMNS; i++)
        hc_csv_num(csv, result->allocation[i]);
    hc_csv_end(csv);
}

void hc_replay_allocation_csv(const struct hc_replay *r, struct hc_buf *out)
{
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "policy");
    hc_csv_text(&csv, "seed");
    for (int64_t i = 0; i < HC_ALLOCATION_COLUMNS; i++)
        hc_csv_int(&csv, i);
    hc_csv_end(&csv);
    for (size_t m = 0; m < r->n_mixes; m++)
        for (size_t o = 0; o < r->trace.n_orders; o++)
            put_allocation(&csv, r->mixes[m].name, r->trace.orders[o].seed,
                hc_results_at(&r->results, m, o));
}

/* ---- runs.csv ---- */

static void put_run(
    struct hc_csv *csv, const char *policy, int64_t seed, const struct hc_result *result)
{
    hc_csv_text(csv, policy);
    hc_csv_int(csv, seed);
    for (size_t i = 0; i < HC_MEASURES; i++)
        hc_csv_num(csv, result->measures[i]);
    hc_csv_int(csv, (int64_t)result->scored);
    hc_csv_end(csv);
}

void hc_replay_runs_csv(const struct hc_replay *r, struct hc_buf *out)
{
    struct hc_csv csv = {.out = out};

    hc_csv_text(&csv, "policy");
    hc_csv_text(&csv, "seed");
    for (size_t i = 0; i < HC_MEASURES; i++)
        hc_csv_text(&csv, hc_measures[i].name);
    hc_csv_text(&csv, "scored");
    hc_csv_end(&csv);
    for (size_t m = 0; m < r->n_mixes; m++)
        for (size_t o = 0; o < r->trace.n_orders; o++)
            put_run(&csv, r->mixes[m].name, r->trace.orders[o].seed,
                hc_results_at(&r->results, m, o));
}

/* ---- policies.csv ---- */

void hc_replay_policies_csv(const struct hc_replay *r, struct hc_buf *out)
{
    static const char *const titles[] = {
        "policy", "measure", "unit", "n", "mean", "sd", "min", "max", "best"};
    struct hc_csv csv = {.out = out};

    put_titles(&csv, titles, HC_COUNT(titles));
    for (size_t m = 0; m < r->n_mixes; m++)
        for (size_t i = 0; i < HC_MEASURES; i++) {
            struct hc_range s = hc_results_range(&r->results, m, (enum hc_measure_id)i);

            hc_csv_text(&csv, r->mixes[m].name);
            hc_csv_text(&csv, hc_measures[i].name);
            hc_csv_text(&csv, hc_measures[i].unit);
            hc_csv_int(&csv, (int64_t)s.n);
            hc_csv_num(&csv, s.mean);
            hc_csv_num(&csv, s.sd);
            hc_csv_num(&csv, s.least);
            hc_csv_num(&csv, s.most);
            hc_csv_int(&csv, hc_results_best(&r->results, (enum hc_measure_id)i) == m);
            hc_csv_end(&csv);
        }
}

/* ---- course.csv ---- */

static void put_point(struct hc_csv *csv, const char *policy, int64_t us,
    const struct hc_placement_point *p)
{
    const double values[] = {
        p->nodes_there, p->nodes_used, p->node_hours, p->cpu_asked, p->cpu_used, p->hot};
    char start[HC_TIME_TEXT];

    hc_time_format(us, start);
    hc_csv_text(csv, policy);
    hc_csv_text(csv, start);
    for (size_t i = 0; i < HC_COUNT(values); i++)
        hc_csv_num(csv, values[i]);
    hc_csv_end(csv);
}

void hc_replay_course_csv(const struct hc_replay *r, struct hc_buf *out)
{
    static const char *const titles[] = {"policy", "start", "nodes_there", "nodes_used",
        "node_hours_used", "cpu_requested_share", "cpu_used_share", "node_hours_hot"};
    const struct hc_placement *p = &r->placement;
    struct hc_csv csv = {.out = out};

    put_titles(&csv, titles, HC_COUNT(titles));
    for (size_t m = 0; m < p->n_policies; m++)
        for (size_t i = 0; i < p->n_points; i++)
            put_point(&csv, p->policies[m].name,
                (p->course_start_s + (int64_t)i * p->course_width_s) * HC_SECOND_US,
                &p->policies[m].course[i]);
}

/* ---- load.csv ---- */

void hc_replay_load_csv(const struct hc_replay *r, struct hc_buf *out)
{
    static const char *const titles[] = {
        "policy", "of", "load_percent", "allocated_percent"};
    const struct hc_placement *p = &r->placement;
    struct hc_csv csv = {.out = out};

    put_titles(&csv, titles, HC_COUNT(titles));
    for (size_t m = 0; m < p->n_policies; m++)
        for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++) {
            if (isnan(p->policies[m].allocated[i]))
                continue;
            hc_csv_text(&csv, p->policies[m].name);
            hc_csv_text(&csv, p->load_of);
            hc_csv_int(&csv, (int64_t)i);
            hc_csv_num(&csv, p->policies[m].allocated[i]);
            hc_csv_end(&csv);
        }
}
