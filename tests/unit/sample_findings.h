/*
 * sample_findings.h - findings made by hand, for the tests of the report
 *
 * A plausible cluster: CPU with a daily rhythm, nodes that differ, a fleet gap, a
 * constant column. The numbers are made up, not computed: only the shape matters. A
 * sample owns its summary and findings; nothing is random.
 */
#ifndef HC_SAMPLE_FINDINGS_H
#define HC_SAMPLE_FINDINGS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/findings.h"

struct sample_shape {
    size_t nodes, columns; /* columns besides timestamp and node; the first are gauges */
    const char *const *names; /* of the first nodes; NULL: worker-NN */
    size_t n_names;
    bool clusters, groups, single_value;
    bool collected; /* two collections: one that says all, one that says nothing */
};

struct sample {
    struct hc_summary summary;
    struct hc_settings settings;
    struct hc_findings findings;
};

#define SAMPLE_START INT64_C(1709251200000000) /* 2024-03-01 00:00 UTC */
#define SAMPLE_DAY INT64_C(86400000000)

static const char *const sample_argv[] = {"demo/data", "--timezone", "Europe/Berlin"};

static inline void *sample_zeroed(size_t n, size_t size)
{
    void *p = hc_calloc(n ? n : 1, size);

    if (!p)
        abort();
    return p;
}

static inline char *sample_text(const char *text)
{
    char *copy = hc_strdup(text);

    if (!copy)
        abort();
    return copy;
}

static inline struct hc_stats sample_stats(uint64_t n, double mean, double scale)
{
    struct hc_stats none = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};

    if (!n)
        return none;
    return (struct hc_stats){n, mean, n > 1 ? scale : NAN, mean - scale, mean + 3 * scale,
        mean * 0.98, mean + 1.7 * scale, mean + 2.4 * scale};
}

static inline double sample_rhythm(int hour)
{
    return 0.332 + 0.12 * sin((hour - 8) / 24.0 * 2 * 3.14159265358979) + hour / 997.0;
}

static inline void sample_add_columns(struct hc_summary *s, size_t columns)
{
    static const char *const window[] = {"mean", "std", "max"};

    s->n_columns = columns + 2;
    s->columns = sample_zeroed(s->n_columns, sizeof(*s->columns));
    for (size_t i = 0; i < s->n_columns; i++) {
        struct hc_column *c = &s->columns[i];
        char name[64];

        if (i < 2)
            snprintf(name, sizeof(name), "%s", i ? "node" : "timestamp");
        else if (i < 2 + HC_METRICS)
            snprintf(name, sizeof(name), "%s", hc_metrics[i - 2].name);
        else
            snprintf(name, sizeof(name), "cpu_usage_rate_%s_%zu.0h", window[i % 3], i);
        c->name = sample_text(name);
        c->type = sample_text(i ? i > 1 ? "DOUBLE" : "VARCHAR" : "TIMESTAMP");
        c->kind = hc_column_kind_of(name);
        c->metric = hc_metric_find(name);
        c->numeric = i > 1;
        c->missing = i == 5 ? 51840 : i % 7 == 6 ? 1200 : 0;
        c->nan = c->missing / 3;
        c->infinite = i == 9 ? 17 : 0;
        c->above = i == 2 ? 43 : 0;
        c->stats = c->numeric ? sample_stats(s->rows - c->missing, i + 0.25, 0.125 * i)
                              : sample_stats(0, 0, 0);
    }
}

static inline void sample_add_nodes(
    struct hc_summary *s, const struct sample_shape *shape)
{
    s->n_nodes = shape->nodes;
    s->nodes = sample_zeroed(s->n_nodes, sizeof(*s->nodes));
    for (size_t i = 0; i < s->n_nodes; i++) {
        struct hc_node *node = &s->nodes[i];
        double level = 0.332 + 0.18 * sin((double)i * 1.7);
        char name[64];

        snprintf(name, sizeof(name), "worker-%02zu", i + 1);
        node->name = sample_text(i < shape->n_names ? shape->names[i] : name);
        node->cluster = shape->clusters ? sample_text(i % 2 ? "west" : "east") : NULL;
        node->group = shape->groups && i ? sample_text(i % 2 ? "batch" : "web") : NULL;
        node->rows = shape->single_value ? 1 : 86400;
        node->first_us = SAMPLE_START + (i == 3 ? 25 * SAMPLE_DAY : 0);
        node->last_us = shape->single_value ? node->first_us
                                            : SAMPLE_START + 30 * SAMPLE_DAY - 30000000;
        node->step_s = shape->single_value ? 0 : 30;
        node->expected = shape->single_value ? 0 : 86400;
        node->occupied = shape->single_value ? 0 : 86400 - (i % 5) * 240;
        node->gaps = i % 5;
        node->longest_gap_s = (double)(i % 5) * 3600;
        node->main[0] = sample_stats(node->rows, level, 0.09);
        node->main[1] = sample_stats(shape->columns > 1 ? node->rows : 0, 0.61, 0.05);
        node->main[2] =
            sample_stats(shape->columns > HC_LOAD_1M ? node->rows : 0, 4 * level, 1.1);
    }
}

/* r of columns i and j; NaN where one is constant (every 50th). */
static inline double sample_r(size_t i, size_t j)
{
    if (i % 50 == 4 || j % 50 == 4)
        return NAN;
    return i == j ? 1 : cos((double)((i + 1) * (j + 1)));
}

static inline void sample_add_matrix(struct hc_matrix *m, size_t p, uint64_t n)
{
    m->p = p;
    m->column = sample_zeroed(p, sizeof(*m->column));
    m->r = sample_zeroed(p * p, sizeof(*m->r));
    m->n = sample_zeroed(p * p, sizeof(*m->n));
    for (size_t i = 0; i < p; i++)
        m->column[i] = (uint32_t)i + 2;
    for (size_t i = 0; i < p * p; i++) {
        m->r[i] = sample_r(i / p, i % p);
        m->n[i] = n;
    }
}

static inline void sample_add_pairs(struct sample *x)
{
    const struct hc_matrix *m = &x->summary.pooled;
    struct hc_pairs *pairs = &x->findings.correlation;

    pairs->pairs = sample_zeroed(m->p * m->p, sizeof(*pairs->pairs));
    for (size_t i = 0; i < m->p; i++)
        for (size_t j = i + 1; j < m->p; j++)
            if (fabs(m->r[i * m->p + j]) > 0.7)
                pairs->pairs[pairs->n_pairs++] =
                    (struct hc_pair){(uint32_t)i + 2, (uint32_t)j + 2, m->r[i * m->p + j],
                        j < HC_METRICS ? m->r[i * m->p + j] - 0.2 : NAN, 1726800};
}

static inline void sample_fill_pattern(
    struct hc_pattern *p, double cpu, uint64_t rows, uint32_t days, size_t columns)
{
    const bool has[HC_MAIN] = {columns > 0, columns > 1, columns > HC_LOAD_1M};
    const double means[HC_MAIN] = {cpu, 0.55 + cpu / 6, cpu * 8};

    p->rows = rows;
    p->days = days;
    for (size_t i = 0; i < HC_MAIN; i++) {
        p->n[i] = has[i] ? rows : 0;
        p->mean[i] = has[i] && rows ? means[i] : NAN;
    }
}

static inline void sample_add_temporal(struct hc_temporal *t, size_t columns)
{
    for (int i = 0; i < 24; i++)
        sample_fill_pattern(&t->hourly[i], sample_rhythm(i), 72000 - i, 30, columns);
    for (int i = 0; i < 7; i++)
        sample_fill_pattern(
            &t->daily[i], i < 5 ? 0.35 : 0.21, 246857, i < 2 ? 5 : 4, columns);
    for (int i = 0; i < 168; i++)
        sample_fill_pattern(&t->weekly[i], sample_rhythm(i % 24) * (i < 120 ? 1.05 : 0.6),
            i == 77 ? 0 : 10285,
            i == 77   ? 0
            : i == 78 ? 1
                      : 4,
            columns);
}

static inline void sample_add_opportunity(struct hc_opportunity *o)
{
    *o = (struct hc_opportunity){.optimization_potential_pct = -95.7831,
        .weighted_by_cores = true,
        .weighted_by_memory = true,
        .hours = 720,
        .mean_cores = 16,
        .mean_memory = 68719476736.0,
        .nodes_present = {20, 20, 20, 20},
        .nodes_needed = {16, 17, 17, 18},
        .node_hours = 14390,
        .node_hours_needed = 11450,
        .node_hours_not_needed = 2940,
        .cpu_bound_hours = 112,
        .memory_bound_hours = 608,
        .cpu_node_hours = 14390,
        .clipped_node_hours = 3,
        .hot_node_hours = 121,
        .hot_share = 0.00841,
        .hot_if_even = 0,
        .spread_cpu = 0.127,
        .spread_memory = 0.031,
        .nodes_compared = 19,
        .nodes_left_out = 1,
        .max_mean_ratio = 1.54};
}

static inline void sample_add_statements(struct hc_findings *f)
{
    static const struct hc_statement rows[] = {
        {"quality.coverage", "Coverage",
            "Samples fill 99.4 % of the time slots of 20 nodes (1,718,400 of 1,728,000; "
            "the usual step is 30 s).",
            0.9944, "fraction", 1728000, NAN, NAN, {HC_AVAILABLE, ""}, "state", NULL, 90},
        {"temporal.peak", "Busiest hour of the day",
            "CPU is highest at 14:00 (Europe/Berlin) with a mean of 46.6 % over 30 dates "
            "(n = 71,986).",
            0.4662, "fraction", 71986, 0.45, 0.48, {HC_AVAILABLE, ""}, "rollup",
            "SELECT max(m) FROM (SELECT 1 AS m FROM rollup)", 80},
        {"opportunity.node_hours", "Node-hours not needed",
            "At 65.0 % CPU and 80.0 % memory at most 2,940 of 14,390 node-hours (20.4 %) "
            "were not needed: a bound, the real answer needs the pods.",
            2940, "node-hours", 720, NAN, NAN, {HC_AVAILABLE, ""}, "rollup", NULL, 70},
        {"nodes.spread", "Nodes differ",
            "'worker-02' has 1.54 times the mean CPU of 19 nodes compared.", 1.54,
            "ratio", 19, NAN, NAN, {HC_AVAILABLE, ""}, "state", NULL, 60},
        {"trends.rising", "Nodes whose CPU rises",
            "2 of 20 nodes rise by more than 0.1 percentage points a day.", 2, "nodes",
            20, NAN, NAN, {HC_AVAILABLE, ""}, "method:theil-sen", NULL, 50},
        {"weekly.weekend", "Weekdays and weekends", NULL, NAN, "ratio", 0, NAN, NAN,
            {HC_NOT_ENOUGH_DATA, "no weekend in the data"}, "rollup", NULL, 12},
        {"replay.nodes", "Nodes under another policy",
            "Of 2 policies none saves nodes without more hot hours: MostAllocated takes "
            "15, not 20 (bound 8), with 9 hot node-hours, not 7.",
            20, "nodes", 1234, NAN, NAN, {HC_AVAILABLE, ""}, "method:replay", NULL, 45},
    };

    f->n_statements = f->statements_cap = HC_COUNT(rows);
    f->statements = sample_zeroed(HC_COUNT(rows), sizeof(*f->statements));
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        f->statements[i] = rows[i];
        f->statements[i].title = sample_text(rows[i].title);
        f->statements[i].statement =
            rows[i].statement ? sample_text(rows[i].statement) : NULL;
        f->statements[i].sql = rows[i].sql ? sample_text(rows[i].sql) : NULL;
    }
}

static inline void sample_add_groups(struct hc_findings *f)
{
    static const char *const values[] = {"batch", "web", NULL};

    f->n_groups = HC_COUNT(values);
    f->groups = sample_zeroed(f->n_groups, sizeof(*f->groups));
    for (size_t i = 0; i < f->n_groups; i++) {
        struct hc_group *group = &f->groups[i];

        group->value = values[i] ? sample_text(values[i]) : NULL;
        group->nodes = (uint32_t)(10 - i);
        group->rows = 864000;
        for (size_t k = 0; k < HC_MAIN; k++) {
            group->main[k] = sample_stats(864000, 0.3, 0.1);
            group->main[k].p50 = group->main[k].p95 = group->main[k].p99 = NAN;
        }
        group->temporal = f->temporal;
        group->opportunity = f->opportunity;
    }
}

static inline void sample_add_quality(struct sample *x)
{
    struct hc_quality *q = &x->findings.quality;

    *q = (struct hc_quality){.step_s = 30,
        .exact = 8,
        .conflicting = 4,
        .gaps = 40,
        .coverage = 0.9944,
        .short_nodes = 1,
        .n_fleet_gaps = 1,
        .fleet_gaps = sample_zeroed(1, sizeof(*q->fleet_gaps))};
    q->fleet_gaps[0] = (struct hc_fleet_gap){SAMPLE_START + 9 * SAMPLE_DAY,
        SAMPLE_START + 9 * SAMPLE_DAY + INT64_C(5400000000), 20, false};
}

#define SAMPLE_HOUR INT64_C(3600000000)

static inline void sample_fill_collected(struct hc_collected *c)
{
    const int64_t day = SAMPLE_START + 9 * SAMPLE_DAY;

    c->server = sample_text("http://prometheus.monitoring:9090/\033[2J");
    c->server_version = sample_text("2.42.0");
    c->has_holes = c->has_warnings = c->has_not_exported = true;
    c->n_holes = 2;
    c->holes = sample_zeroed(2, sizeof(*c->holes));
    c->holes[0] = (struct hc_hole){day + 30000000, day + 3 * SAMPLE_HOUR / 2};
    c->holes[1] = (struct hc_hole){day + 23 * SAMPLE_HOUR, day + 24 * SAMPLE_HOUR + 1500};
    c->n_warnings = 3;
    c->warnings = sample_zeroed(3, sizeof(*c->warnings));
    for (size_t i = 0; i < 3; i++)
        c->warnings[i] = (struct hc_collected_warning){
            day, sample_text(i ? "a\nb \033[31m\342\200\256" : "partial <b>answer</b>")};
    c->n_not_exported = 6;
    c->not_exported = sample_zeroed(6, sizeof(*c->not_exported));
    for (size_t i = 0; i < 6; i++)
        c->not_exported[i] = (struct hc_not_exported){
            sample_text(i ? "nodes" : "load_15m"), sample_text("node_load15")};
    c->rows_folded = 7;
}

static inline void sample_add_collected(struct sample *x)
{
    struct hc_summary *s = &x->summary;

    s->n_collected = 2;
    s->collected = sample_zeroed(2, sizeof(*s->collected));
    for (size_t i = 0; i < 2; i++)
        s->collected[i] = (struct hc_collected){.path = sample_text("history/\twest"),
            .source = sample_text("collect"),
            .start_us = SAMPLE_START,
            .end_us = SAMPLE_START + 30 * SAMPLE_DAY,
            .step_s = 30,
            .instance_days_without_node = -1 + 3 * !i,
            .rows_folded = -1};
    sample_fill_collected(&s->collected[0]);
    if (!hc_collected_sum(&s->collected[0]))
        abort();
    x->findings.quality.fleet_gaps[0].hole = true;
    x->findings.quality.n_gap_holes = 1;
}

static inline void sample_add_files(struct hc_summary *s)
{
    s->n_files = 1;
    s->files = sample_zeroed(1, sizeof(*s->files));
    s->files[0] = (struct hc_input_file){
        sample_text("demo/data/samples/2024-03.parquet"), 541065216, s->rows, true, ""};
    s->n_notes = 1;
    s->notes = sample_zeroed(1, sizeof(*s->notes));
    s->notes[0] = sample_text("column 'hour' of the files disagrees with the time zone");
}

static inline void sample_add_rest(struct sample *x, const struct sample_shape *shape)
{
    struct hc_findings *f = &x->findings;

    for (size_t i = 0; i < HC_MAIN; i++)
        f->baseline.stats[i] = sample_stats(x->summary.rows, i == 2 ? 2.6 : 0.332, 0.1);
    f->trends.rows = 14400;
    f->trends.hours = 14390;
    f->trends.n_nodes = shape->nodes;
    f->trends.nodes = sample_zeroed(shape->nodes, sizeof(*f->trends.nodes));
    for (uint32_t i = 0; i < shape->nodes; i++)
        f->trends.nodes[i] = (struct hc_slope){
            i, i == 3 ? 5 : 30, i == 3 ? NAN : 0.0021 * sin((double)i * 1.3)};
    f->insights = (struct hc_insights){.peak_hour = 14,
        .low_hour = 2,
        .peak_cpu_usage = 0.4662,
        .low_cpu_usage = 0.2137,
        .busiest_node = x->summary.nodes[0].name,
        .least_busy_node = x->summary.nodes[shape->nodes - 1].name,
        .cpu_variation_coefficient = 0.3012,
        .optimization_opportunity_pct = -95.7831};
}

static inline void sample_fill_budget(
    struct hc_budget *b, const char *cluster, const char *name, size_t i)
{
    double part = 1.0 / (double)(i + 3);

    *b = (struct hc_budget){.cluster = cluster ? sample_text(cluster) : NULL,
        .name = name ? sample_text(name) : NULL,
        .hours = 719.75 - (double)i,
        .pods = 340 - i,
        .mean_pods = 120.5 * part,
        .lines = {{64, 58.25 * part, 0.91 * part, 120, 14.7 * part, 0.23 * part, 8400,
                      8640, 12, 3},
            {274877906944.0, 193273528320.0 * part, 0.703 * part, NAN, 1e11 * part,
                0.36 * part, 8390, 8640, 3, 340}},
        .throttled_share = i % 2 ? NAN : 0.031,
        .throttled_n = i % 2 ? 0 : 1234,
        .oom_kills = (double)i,
        .restarts = i % 3 ? NAN : 40};
    if (name && i)
        return;
    b->pending = (struct hc_unplaced){3, 12.5, {0.5, 1e9}};
    b->elsewhere = (struct hc_unplaced){1, 0.25, {NAN, 1e6}};
}

static inline struct hc_budget *sample_budgets(size_t n, const struct hc_summary *s)
{
    static const char *const names[] = {"kube-system", "web", "batch"};
    struct hc_budget *budgets = sample_zeroed(n, sizeof(*budgets));

    for (size_t i = 0; i < n; i++)
        sample_fill_budget(&budgets[i], s && s->nodes[i].cluster ? "east" : NULL,
            s ? s->nodes[i].name : names[i % HC_COUNT(names)], i);
    return budgets;
}

static inline void sample_add_top(
    struct hc_workloads *w, const struct sample_shape *shape)
{
    w->n_top = 7;
    w->top = sample_zeroed(w->n_top, sizeof(*w->top));
    for (size_t i = 0; i < w->n_top; i++) {
        const char *name = i < shape->n_names ? shape->names[i] : "checkout";
        double slack = 12.5 - 2.5 * (double)i;

        w->top[i] =
            (struct hc_workload){.cluster = shape->clusters ? sample_text("east") : NULL,
                .namespace = sample_text(i % 2 ? "web" : name),
                .kind = sample_text(i % 3 ? "Deployment" : "Pod"),
                .name = sample_text(name),
                .pods = 3 + i,
                .lines = {{slack + 3, 3, i == 3 ? NAN : slack, 8000, 8640, i % 2},
                    {1e9 * slack, NAN, NAN, 0, 8640, i == 2}}};
    }
}

static inline void sample_add_workloads(
    struct sample *x, const struct sample_shape *shape)
{
    struct hc_workloads *w = &x->findings.workloads;

    if (shape->single_value) {
        hc_verdict_set(&w->verdict, HC_NOT_ENOUGH_DATA, "pods.parquet has no pod");
        return;
    }
    *w = (struct hc_workloads){.start_us = SAMPLE_START,
        .end_us = SAMPLE_START + 30 * SAMPLE_DAY,
        .rows = 400,
        .rows_left_out = 2,
        .rows_shortened = 1,
        .moments = 9000,
        .moments_unmatched = 17,
        .n_workloads = 40,
        .n_without = {4, 2},
        .n_clusters = shape->clusters ? 2 : 0,
        .n_nodes = shape->nodes < 12 ? shape->nodes : 12,
        .n_namespaces = 3};
    hc_verdict_set(&w->why[HC_MEMORY_LIMITS], HC_NOT_AVAILABLE,
        "no row of pods.parquet has 'memory_limit_bytes'");
    sample_fill_budget(&w->total, NULL, NULL, 0);
    if (w->n_clusters) {
        w->clusters = sample_zeroed(2, sizeof(*w->clusters));
        sample_fill_budget(&w->clusters[0], NULL, NULL, 0);
        sample_fill_budget(&w->clusters[1], "west", NULL, 1);
    }
    w->nodes = sample_budgets(w->n_nodes, &x->summary);
    for (size_t i = 0; i < w->n_nodes; i++)
        w->nodes[i].pending = (struct hc_unplaced){0};
    w->namespaces = sample_budgets(w->n_namespaces, NULL);
    sample_add_top(w, shape);
}

/* ---- patterns ---- */

static inline void sample_add_rhythm(struct hc_patterns *p, uint32_t nodes)
{
    static const struct hc_extreme none = {-1, -1, -1, NAN};
    struct hc_rhythm *r = &p->rhythm;

    r->constant = 3;
    r->n_cluster = 2;
    r->cluster = sample_zeroed(2, sizeof(*r->cluster));
    r->profile = sample_zeroed(2 * HC_HOURS_OF_WEEK, sizeof(*r->profile));
    for (int i = 0; i < 2; i++) {
        r->cluster[i] = (struct hc_rhythm_row){{HC_WHOLE_CLUSTER, i, 720}, 24 * !i,
            30 * !i, i ? NAN : 0.81, 0.1, 0.93, 0.9, 0.4, 0.77, 30, 0.005, none, none};
        for (int k = 0; k < HC_HOURS_OF_WEEK; k++)
            r->profile[i * HC_HOURS_OF_WEEK + k] = 0.125 * (k % 24) - 1.4375;
    }
    r->cluster[0].top = (struct hc_extreme){14, 13, 15, 0.4662};
    r->cluster[0].low = (struct hc_extreme){23, 22, 1, 0.2137};
    r->n_nodes = nodes;
    r->nodes = sample_zeroed(nodes, sizeof(*r->nodes));
    for (uint32_t i = 0; i < nodes; i++)
        r->nodes[i] = (struct hc_rhythm_row){{i, 0, 700 - i % 9}, (int)(i % 3) * 84 - 1,
            i % 3, i % 3 ? 0.5 : NAN, NAN, 0.9 / (i + 1.0), 0.8, 0.1, 0, i % 2 * 29,
            i % 2 ? 0.31 : NAN, none, none};
}

static inline double *sample_course(size_t n, double step)
{
    double *y = sample_zeroed(n, sizeof(*y));

    for (size_t i = 0; i < n; i++)
        y[i] = i % 7 == 6 ? NAN : step * (double)i;
    return y;
}

static inline void sample_add_parts(struct hc_rhythm *r, uint32_t node)
{
    r->n_parts = 2;
    r->parts = sample_zeroed(2, sizeof(*r->parts));
    for (size_t i = 0; i < 2; i++) {
        struct hc_parts *parts = &r->parts[i];

        *parts = (struct hc_parts){.of = {i ? node : HC_WHOLE_CLUSTER, HC_MEMORY, 50},
            .n_periods = 2 - i,
            .period_h = {24, i ? 0 : 168},
            .strength = {0.5, i ? NAN : 0.25},
            .trend_strength = 0.75,
            .start_us = SAMPLE_START,
            .hours = 60};
        parts->season[0] = sample_course(60, 0.5);
        parts->season[1] = i ? NULL : sample_course(60, 0.25);
        parts->trend = sample_course(60, 0.001);
        parts->remainder = sample_course(60, -1e-9);
    }
}

static inline void sample_add_growth(struct hc_growth *g, uint32_t nodes)
{
    static const char *const claims[] = {"rises", "falls", "none", "wanders", "step"};

    g->n_cluster = 1;
    g->cluster = sample_zeroed(1, sizeof(*g->cluster));
    g->cluster[0] = (struct hc_growth_row){{HC_WHOLE_CLUSTER, HC_NETWORK_RX, 720}, 30,
        -1234.5, -2000, 100, "none", 1e6, "", NAN, NAN, NAN, sample_course(30, 1e6), 30,
        SAMPLE_START};
    g->n_nodes = nodes;
    g->nodes = sample_zeroed(nodes, sizeof(*g->nodes));
    for (uint32_t i = 0; i < nodes; i++)
        g->nodes[i] = (struct hc_growth_row){{i, HC_MEMORY, 720}, 30, 0.01 / (i + 1.0),
            0.001, 0.02, claims[i % 5], 0.5, i % 5 ? "no" : "soon", i % 5 ? NAN : 40 + i,
            i % 5 ? NAN : 20, i % 5 ? NAN : 1e9, NULL, 0, 0};
}

static inline void sample_add_changes(struct hc_level_changes *c, uint32_t nodes)
{
    c->courses = 2 * nodes;
    c->wander = 1;
    c->n_cluster = 1;
    c->cluster = sample_zeroed(1, sizeof(*c->cluster));
    c->cluster[0] = (struct hc_level_change){{HC_WHOLE_CLUSTER, HC_CPU, 720},
        SAMPLE_START + 5 * SAMPLE_DAY, 0.25, 0.5, true, -1};
    c->n_nodes = nodes;
    c->nodes = sample_zeroed(nodes, sizeof(*c->nodes));
    for (uint32_t i = 0; i < nodes; i++)
        c->nodes[i] = (struct hc_level_change){{i, HC_CPU, 720},
            SAMPLE_START + 6 * SAMPLE_DAY, 0.1, i / 8.0, false, i % 2 ? -1 : 0};
    c->n_together = 1;
    c->together = sample_zeroed(1, sizeof(*c->together));
    c->together[0] = (struct hc_change_together){HC_CPU, SAMPLE_START + 6 * SAMPLE_DAY,
        SAMPLE_START + 6 * SAMPLE_DAY + 7200000000, (nodes + 1) / 2, 1};
}

static inline void sample_add_twins(struct hc_twins_found *t, uint32_t nodes)
{
    uint32_t last = nodes - 1;

    if (nodes < 2) {
        t->verdict = (struct hc_verdict){HC_NOT_ENOUGH_DATA, "a single node"};
        return;
    }
    t->least = 0.5;
    t->tested = (uint64_t)nodes * last / 2;
    t->found = 3;
    t->together = t->opposite = 1;
    t->hours = 720;
    t->n_families = 1;
    t->n_pairs = 3;
    t->pairs = sample_zeroed(3, sizeof(*t->pairs));
    t->pairs[0] = (struct hc_likeness){0, last, 0.97, 0.9, 0.99, 700, 61.5, true};
    t->pairs[1] = (struct hc_likeness){0, 1, -0.75, -0.875, -0.5, 700, 99, true};
    t->pairs[2] = (struct hc_likeness){1, last, 0.99, -1, 1, 700, 2.125, false};
    t->n_map = 2;
    t->map = sample_zeroed(2, sizeof(*t->map));
    t->map[0] = (struct hc_twin){0, 1};
    t->map[1] = (struct hc_twin){last, 1};
    t->r = sample_zeroed(4, sizeof(*t->r));
    t->r[0] = 1;
    t->r[1] = t->r[2] = 0.97;
    t->r[3] = NAN;
}

static inline void sample_add_roles(struct hc_roles_found *r, uint32_t nodes)
{
    static const struct hc_role_count counts[] = {
        {"idle", "p99 under 1 %", 1}, {"mixed", "none of the others", 2}};

    r->idle = 0.01;
    r->hot_over = 0.8;
    r->shiftable = 0.117;
    r->shiftable_n = 720;
    r->too_short = 1;
    r->n_counts = HC_COUNT(counts);
    r->counts = sample_zeroed(r->n_counts, sizeof(*r->counts));
    memcpy(r->counts, counts, sizeof(counts));
    r->hot[77] = 12;
    r->n_nodes = nodes;
    r->nodes = sample_zeroed(nodes, sizeof(*r->nodes));
    for (uint32_t i = 0; i < nodes; i++)
        r->nodes[i] = (struct hc_role_row){i, 720, i ? "mixed" : "idle", 0.3, 0.29, 0.5,
            i ? 0.6 : 0.009, 2 + i, 1.25, i % 2 ? NAN : 0.75, 0.11, i % 4};
}

/* More events than rows are kept, one of the fleet, one without a column to blame. */
static inline void sample_add_anomalies(struct hc_anomalies *a, uint32_t nodes)
{
    a->on = 5;
    a->off = 3;
    a->samples = 86400 * nodes;
    a->nodes_known = nodes;
    a->total = nodes + 7;
    a->n_nodes = nodes;
    a->n_events = nodes < HC_ANOMALY_EVENTS ? nodes : HC_ANOMALY_EVENTS;
    a->events = sample_zeroed(nodes, sizeof(*a->events));
    a->nodes = sample_zeroed(nodes, sizeof(*a->nodes));
    for (uint32_t i = 0; i < nodes; i++)
        a->nodes[i] = (struct hc_anomaly_node){i, i + 1, 20 - 15.0 * i / nodes, 10.0 * i};
    for (uint32_t i = 0; i < a->n_events; i++) {
        int64_t at = SAMPLE_START + i * SAMPLE_DAY / 20;

        a->events[i] = (struct hc_anomaly){i, at, at + i * INT64_C(600000000), at, 3600,
            a->nodes[i].score, i + 1, i ? -1 : 0, i % 3,
            {{HC_CPU, 12.5, 0.97, 0.125}, {HC_LOAD_1M, -4, 0.5, 9}}};
    }
    a->n_fleet = a->total_fleet = 1;
    a->fleet = sample_zeroed(1, sizeof(*a->fleet));
    a->fleet[0] = (struct hc_anomaly_fleet){SAMPLE_START,
        SAMPLE_START + INT64_C(7200000000), 3600, nodes, nodes + 2, 1, {{HC_CPU, nodes}}};
    a->first_day = (int32_t)(SAMPLE_START / SAMPLE_DAY);
    a->days_each = 1;
    a->n_days = 30;
    a->n_map = nodes < HC_ANOMALY_ROWS ? nodes : HC_ANOMALY_ROWS;
    a->map = sample_zeroed(a->n_map * a->n_days, sizeof(*a->map));
    for (size_t i = 0; i < a->n_map * a->n_days; i++)
        a->map[i] = i % 11 ? (i % 5 ? 0 : 5 + (double)(i % 16)) : NAN;
}

static inline void sample_add_compared(struct hc_comparison *c, uint32_t nodes)
{
    const struct hc_compared row = {{HC_WHOLE_CLUSTER, HC_CPU, 700},
        {{300, 13, 0.31, 0.52}, {330, 3, 0.35, NAN}}, 0.04, 0.01, 0.07, "more"};

    c->asked = true;
    c->range[0] = (struct hc_time_range){SAMPLE_START, SAMPLE_START + 14 * SAMPLE_DAY};
    c->range[1] =
        (struct hc_time_range){c->range[0].to_us, SAMPLE_START + 17 * SAMPLE_DAY};
    c->n_days[0] = 14;
    c->n_days[1] = 3;
    c->only[1] = 2;
    c->constant = 1;
    c->n_cluster = 1;
    c->cluster = sample_zeroed(1, sizeof(*c->cluster));
    c->cluster[0] = row;
    c->day = sample_zeroed(17, sizeof(*c->day));
    for (size_t i = 0; i < 17; i++)
        c->day[i] = i % 5 ? 0.3 + 0.01 * (double)i : NAN;
    c->n_nodes = nodes;
    c->nodes = sample_zeroed(nodes, sizeof(*c->nodes));
    for (uint32_t i = 0; i < nodes; i++) {
        c->nodes[i] = row;
        c->nodes[i].of.node = i;
        if (i % 3 == 2) {
            c->nodes[i].claim = "short";
            c->nodes[i].difference = c->nodes[i].low = c->nodes[i].high = NAN;
        }
    }
}

static inline void sample_add_patterns(struct sample *x)
{
    struct hc_patterns *p = &x->findings.patterns;
    uint32_t nodes = (uint32_t)x->summary.n_nodes;

    p->start_us = SAMPLE_START;
    p->hours = 720;
    sample_add_rhythm(p, nodes);
    sample_add_parts(&p->rhythm, nodes - 1);
    sample_add_growth(&p->growth, nodes);
    sample_add_changes(&p->changes, nodes);
    sample_add_twins(&p->twins, nodes);
    sample_add_roles(&p->roles, nodes);
    sample_add_compared(&p->compare, nodes);
    sample_add_anomalies(&x->findings.anomalies, nodes);
}

#include "sample_placement.h"

static inline struct sample *sample_new(const struct sample_shape *shape)
{
    struct sample *x = sample_zeroed(1, sizeof(*x));
    size_t gauges = shape->columns < HC_METRICS ? shape->columns : HC_METRICS;

    x->settings =
        (struct hc_settings){"Europe/Berlin", 0.65, 0.8, shape->groups ? "pool" : NULL,
            "2024-03-31T06:12:00Z", HC_COUNT(sample_argv), sample_argv};
    x->summary.rows = shape->single_value ? shape->nodes : 86400 * shape->nodes;
    x->summary.first_us = SAMPLE_START;
    x->summary.last_us = SAMPLE_START + 30 * SAMPLE_DAY - 30000000;
    x->summary.first_offset_s = x->summary.last_offset_s = 3600;
    x->summary.grain_s = 3600;
    x->findings.summary = &x->summary;
    x->findings.settings = &x->settings;
    sample_add_columns(&x->summary, shape->columns);
    sample_add_nodes(&x->summary, shape);
    sample_add_matrix(&x->summary.pooled, shape->columns < 256 ? shape->columns : 256, 9);
    sample_add_matrix(&x->summary.within, gauges, 9);
    sample_add_pairs(x);
    sample_add_quality(x);
    sample_add_temporal(&x->findings.temporal, shape->columns);
    sample_add_opportunity(&x->findings.opportunity);
    if (shape->single_value) {
        x->findings.opportunity.spread_memory = x->findings.opportunity.max_mean_ratio =
            NAN;
        x->findings.opportunity.weighted_by_cores = false;
    }
    sample_add_rest(x, shape);
    sample_add_files(&x->summary);
    sample_add_workloads(x, shape);
    if (shape->single_value)
        hc_verdict_set(
            &x->findings.placement.verdict, HC_NOT_AVAILABLE, "nothing was replayed");
    else
        sample_fill_placement(&x->findings.placement);
    sample_add_patterns(x);
    sample_add_statements(&x->findings);
    if (shape->groups)
        sample_add_groups(&x->findings);
    if (shape->collected)
        sample_add_collected(x);
    return x;
}

/* As findings are when nothing can be had: no node, no column, every section refused. */
static inline struct sample *sample_nothing(void)
{
    struct sample *x = sample_zeroed(1, sizeof(*x));
    const struct hc_verdict none = {HC_NOT_ENOUGH_DATA, "no row with a finite gauge"};
    struct hc_findings *f = &x->findings;

    x->settings =
        (struct hc_settings){"UTC", 0.65, 0.8, NULL, "2024-03-31T06:12:00Z", 0, NULL};
    f->summary = &x->summary;
    f->settings = &x->settings;
    f->quality.coverage = NAN;
    f->temporal.verdict = f->correlation.verdict = f->trends.verdict = none;
    f->opportunity.verdict = f->insights.verdict = f->workloads.verdict = none;
    f->placement.verdict = none;
    for (size_t i = 0; i < HC_MAIN; i++)
        f->baseline.verdict[i] = none;
    f->insights.peak_hour = f->insights.low_hour = -1;
    f->insights.peak_cpu_usage = f->insights.low_cpu_usage = NAN;
    f->insights.cpu_variation_coefficient = NAN;
    f->insights.optimization_opportunity_pct = NAN;
    f->opportunity.optimization_potential_pct = NAN;
    for (size_t i = 0; i < 168; i++)
        for (size_t k = 0; k < HC_MAIN; k++) {
            f->temporal.weekly[i].mean[k] = NAN;
            f->temporal.hourly[i % 24].mean[k] = NAN;
            f->temporal.daily[i % 7].mean[k] = NAN;
        }
    return x;
}

static inline void sample_free(struct sample *x)
{
    hc_findings_clear(&x->findings);
    hc_summary_clear(&x->summary);
    hc_free(x);
}

#endif
