/*
 * findings_case.h - a cluster made by hand for the tests of findings
 *
 * A case holds a summary, settings and cells. Tests put cells in; case_run fills the
 * statistics of nodes and columns from them (as the pass would), feeds all cells in
 * order and gives the findings.
 */
#ifndef FINDINGS_CASE_H
#define FINDINGS_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "findings/findings.h"

#define HOUR_S INT64_C(3600)
#define DAY_S INT64_C(86400)
#define MONDAY_S (19723 * DAY_S) /* 2024-01-01 00:00 UTC, a Monday */

struct findings_case {
    struct hc_summary s;
    struct hc_settings settings;
    struct hc_cell *cells;
    size_t n, cap;
    int64_t zone_s; /* local = UTC + zone_s */
    uint64_t seed;
    struct hc_findings out;
};

static inline double case_random(struct findings_case *c)
{
    c->seed = c->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(c->seed >> 11) / 9007199254740992.0;
}

static inline char *case_copy(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    assert_non_null(copy);
    return strcpy(copy, text);
}

/* Nodes n0, n1, … and the columns of these gauges, ended by -1. */
static inline void case_init(struct findings_case *c, uint32_t nodes, const int *gauges)
{
    memset(c, 0, sizeof(*c));
    c->settings =
        (struct hc_settings){.timezone = "UTC", .target_cpu = 0.65, .target_memory = 0.8};
    c->seed = 42;
    c->s.grain_s = 3600;
    c->s.nodes = calloc(nodes ? nodes : 1, sizeof(*c->s.nodes));
    c->s.n_nodes = nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        char name[24];

        snprintf(name, sizeof(name), "n%u", i);
        c->s.nodes[i].name = case_copy(name);
    }
    c->s.columns = calloc(HC_METRICS, sizeof(*c->s.columns));
    for (size_t i = 0; gauges[i] >= 0; i++)
        c->s.columns[c->s.n_columns++] = (struct hc_column){
            .name = case_copy(hc_metrics[gauges[i]].name),
            .type = case_copy("DOUBLE"),
            .metric = gauges[i],
            .numeric = true,
        };
}

static inline void case_clear(struct findings_case *c)
{
    hc_findings_clear(&c->out);
    hc_summary_clear(&c->s);
    free(c->cells);
}

/* Fills local time from start_s + zone_s. */
static inline void case_localize(const struct findings_case *c, struct hc_cell *cell)
{
    int64_t local = cell->start_s + c->zone_s, day = hc_floor_div(local, DAY_S);

    cell->local_day = (int32_t)day;
    cell->local_hour = (uint8_t)((local - day * DAY_S) / 3600);
    cell->weekday = (uint8_t)(day + 3 - 7 * hc_floor_div(day + 3, 7));
}

/* A cell of `rows` rows without values; good until the next one. */
static inline struct hc_cell *case_cell(
    struct findings_case *c, uint32_t node, int64_t start_s, uint32_t rows)
{
    struct hc_cell *cell;

    if (c->n == c->cap) {
        c->cap = c->cap * 2 + 64;
        c->cells = realloc(c->cells, c->cap * sizeof(*c->cells));
        assert_non_null(c->cells);
    }
    cell = &c->cells[c->n++];
    memset(cell, 0, sizeof(*cell));
    cell->node = node;
    cell->start_s = start_s;
    cell->rows = rows;
    case_localize(c, cell);
    return cell;
}

/* n values of which each is `mean`. */
static inline void case_put(struct hc_cell *cell, int gauge, uint64_t n, double mean)
{
    cell->gauge[gauge] =
        (struct hc_moments){.n = n, .mean = mean, .min = mean, .max = mean};
}

static inline struct hc_stats case_stats(const struct hc_moments *m)
{
    if (!m->n)
        return (struct hc_stats){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return (struct hc_stats){m->n, m->mean,
        m->n > 1 ? sqrt(m->m2 / (double)(m->n - 1)) : NAN, m->min, m->max, m->mean,
        m->max, m->max};
}

/* Rows, first and last time, statistics of every node, from the cells. */
static inline void case_fill_nodes(struct findings_case *c)
{
    for (uint32_t i = 0; i < c->s.n_nodes; i++) {
        struct hc_node *node = &c->s.nodes[i];
        struct hc_moments main[HC_MAIN] = {0};
        bool any = false;

        node->rows = 0;
        for (size_t k = 0; k < c->n; k++) {
            const struct hc_cell *cell = &c->cells[k];
            int64_t first = cell->start_s * 1000000;
            int64_t last = (cell->start_s + c->s.grain_s) * 1000000 - 1;

            if (cell->node != i)
                continue;
            node->rows += cell->rows;
            node->first_us = any && node->first_us < first ? node->first_us : first;
            node->last_us = any && node->last_us > last ? node->last_us : last;
            any = true;
            for (int g = 0; g < HC_MAIN; g++)
                hc_moments_merge(&main[g], &cell->gauge[hc_main_metrics[g]]);
        }
        c->s.rows += node->rows;
        for (int g = 0; g < HC_MAIN; g++)
            node->main[g] = case_stats(&main[g]);
    }
}

static inline void case_fill(struct findings_case *c)
{
    c->s.rows = 0;
    case_fill_nodes(c);
    for (size_t i = 0; i < c->s.n_columns; i++) {
        struct hc_column *column = &c->s.columns[i];
        struct hc_moments all = {0};

        if (column->metric < 0)
            continue;
        for (size_t k = 0; k < c->n; k++)
            hc_moments_merge(&all, &c->cells[k].gauge[column->metric]);
        column->stats = case_stats(&all);
        column->missing = c->s.rows - all.n;
    }
}

/* Begin, every cell, end. */
static inline enum hc_status case_feed(
    const struct findings_case *c, struct hc_findings *out, struct hc_error *err)
{
    struct hc_findings_run *run = NULL;
    enum hc_status status = hc_findings_begin(&run, &c->s, &c->settings, err);

    for (size_t i = 0; !status && i < c->n; i++)
        status = hc_findings_add(run, &c->cells[i], err);
    if (!status)
        status = hc_findings_end(run, out, err);
    hc_findings_free(run);
    return status;
}

/* Every statement of any case keeps these. */
static inline void case_check_statements(const struct hc_findings *out)
{
    assert_true(out->n_statements >= 15);
    for (size_t i = 0; i < out->n_statements; i++) {
        const struct hc_statement *s = &out->statements[i];

        assert_true(!i || out->statements[i - 1].weight >= s->weight);
        assert_true(s->title[0] && s->statement[0]);
        assert_true(strlen(s->statement) <= 4 * 160);
        assert_null(strstr(s->statement, "nan"));
        if (strchr(s->statement, '?'))
            fail_msg("%s", s->statement);
        assert_int_equal(s->verdict.status == HC_AVAILABLE, !s->verdict.reason[0]);
        assert_int_equal(s->verdict.status == HC_AVAILABLE, !isnan(s->value));
        assert_true(!s->sql || !strcmp(s->source, "rollup"));
        assert_true(s->sql || strcmp(s->source, "rollup"));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(out->statements[k].id, s->id);
    }
}

/* The findings of the case, into c->out. */
static inline void case_run(struct findings_case *c)
{
    struct hc_error err = {""};

    case_fill(c);
    hc_findings_clear(&c->out);
    if (case_feed(c, &c->out, &err))
        fail_msg("%s", err.message);
    case_check_statements(&c->out);
}

static inline const struct hc_statement *case_statement(
    const struct findings_case *c, const char *id)
{
    for (size_t i = 0; i < c->out.n_statements; i++)
        if (!strcmp(c->out.statements[i].id, id))
            return &c->out.statements[i];
    fail_msg("no statement '%s'", id);
    return NULL;
}

static inline void assert_near(double value, double expected)
{
    if (fabs(value - expected) <= 1e-12 + 1e-11 * fabs(expected))
        return;
    fail_msg("%.17g is not %.17g", value, expected);
}

#endif
