#include <math.h>
#include <stdlib.h>

#include "kernel/state.h"

uint64_t hc_profile_rows(const struct hc_profile *p)
{
    return p->rows;
}

uint64_t hc_profile_rows_no_key(const struct hc_profile *p)
{
    return p->rows_no_key;
}

size_t hc_profile_nodes(const struct hc_profile *p)
{
    return p->nodes.names.n;
}

void hc_profile_read_column(
    const struct hc_profile *p, size_t j, struct hc_profile_column *ret)
{
    const struct hc_column_state *state = &p->columns[j];

    *ret = (struct hc_profile_column){state->missing, state->nan, state->infinite,
        state->below, state->above, state->moments};
}

static double quantile(
    const struct hc_sketch *sketch, const struct hc_moments *moments, double q)
{
    double x;

    if (!moments->n)
        return NAN;
    x = hc_sketch_at(sketch, (uint64_t)floor(q * (double)(moments->n - 1)));
    return x < moments->min ? moments->min : x > moments->max ? moments->max : x;
}

double hc_profile_quantile(const struct hc_profile *p, size_t j, double q)
{
    return quantile(&p->columns[j].sketch, &p->columns[j].moments, q);
}

double hc_profile_node_quantile(
    const struct hc_profile *p, uint32_t node, size_t main, double q)
{
    const struct hc_node_state *state = p->nodes.nodes[node];

    return quantile(&state->sketch[main], &state->main[main], q);
}

static int64_t longest(const struct hc_times_result *times)
{
    int64_t most = 0;

    for (size_t i = 0; i < times->n_gaps; i++)
        if (times->gaps[i].end_us - times->gaps[i].start_us > most)
            most = times->gaps[i].end_us - times->gaps[i].start_us;
    return most;
}

enum hc_status hc_profile_read_node(const struct hc_profile *p, uint32_t id,
    struct hc_profile_node_result *ret, struct hc_profile_gap **ret_gaps)
{
    const struct hc_node_state *node = p->nodes.nodes[id];
    struct hc_times_result times;

    _Static_assert(
        sizeof(struct hc_profile_gap) == sizeof(struct hc_time_gap), "same layout");
    HC_TRY(hc_times_read(&node->times, p->options.step_hint_us, &times));
    *ret = (struct hc_profile_node_result){.name = node->name,
        .name_len = node->name_len,
        .rows = node->times.rows,
        .first_us = node->times.first_us,
        .last_us = node->times.last_us,
        .step_s = times.step_s,
        .distinct = times.distinct,
        .occupied = times.occupied,
        .expected = times.expected,
        .gaps = times.n_gaps,
        .longest_gap_us = longest(&times),
        .exact = times.exact,
        .conflicting = times.conflicting,
        .out_of_order = times.out_of_order,
        .inexact_times = times.inexact,
        .inexact_order = times.inexact_order};
    for (size_t i = 0; i < p->options.main; i++)
        ret->main[i] = node->main[i];
    if (ret_gaps)
        *ret_gaps = (struct hc_profile_gap *)times.gaps;
    else
        free(times.gaps);
    return HC_OK;
}

static void put_pair(double *r, uint64_t *n, size_t p, size_t a, size_t b,
    const struct hc_pair_moments *pair)
{
    r[a * p + b] = r[b * p + a] = hc_pair_r(pair);
    n[a * p + b] = n[b * p + a] = (uint64_t)pair->n;
}

enum hc_status hc_profile_correlation(
    const struct hc_profile *p, double *ret_r, uint64_t *ret_n)
{
    if (!p->options.comoments)
        return HC_USAGE;
    for (size_t a = 0; a < p->co.p; a++)
        for (size_t b = a; b < p->co.p; b++) {
            struct hc_pair_moments pair = hc_comoments_pair(&p->co, a, b);

            put_pair(ret_r, ret_n, p->co.p, a, b, &pair);
        }
    return HC_OK;
}

enum hc_status hc_profile_correlation_within(
    const struct hc_profile *p, double *ret_r, uint64_t *ret_n)
{
    size_t g = p->within.g;

    for (size_t a = 0; a < g; a++)
        for (size_t b = a; b < g; b++) {
            struct hc_pair_moments pair = hc_within_pair(&p->within, a, b);

            for (size_t i = 0; i < p->nodes.names.n; i++)
                hc_within_add_seam(&pair, &p->nodes.nodes[i]->within, g, a, b);
            put_pair(ret_r, ret_n, g, a, b, &pair);
        }
    return HC_OK;
}
