#include <fnmatch.h>
#include <string.h>

#include "base/mem.h"
#include "cli/analysis.h"
#include "duck/door.h"
#include "findings/findings.h"
#include "findings/patterns.h"
#include "findings/series.h"

/* The index in the summary of a node that the log knows by its identity. */
static enum hc_status rank_of(const struct hc_analysis *a, const char *identity,
    size_t len, const uint32_t *rank_of_id, uint32_t *ret)
{
    uint32_t id;

    /* the profile knows every node that the log knows: this finds, never adds */
    HC_TRY(hc_profile_node(a->profiles[0], identity, len, &id));
    if (id >= a->summary.n_nodes)
        return HC_INTERNAL;
    *ret = rank_of_id[id];
    return HC_OK;
}

static enum hc_status close_log(struct hc_analysis *a, struct hc_error *err)
{
    size_t n = hc_cell_log_nodes(a->log), n_nodes = a->summary.n_nodes;
    HC_CLEANUP(hc_freep) uint32_t *rank = hc_alloc(n, sizeof(*rank));
    HC_CLEANUP(hc_freep) uint32_t *rank_of_id = hc_alloc(n_nodes, sizeof(*rank_of_id));

    if (!rank || !rank_of_id)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n_nodes; i++)
        rank_of_id[a->node_id[i]] = (uint32_t)i;
    for (size_t i = 0; i < n; i++) {
        size_t len;
        const char *identity = hc_cell_log_node(a->log, (uint32_t)i, &len);

        HC_TRY(rank_of(a, identity, len, rank_of_id, &rank[i]));
    }
    return hc_cell_log_close(a->log, rank, err);
}

static void localise(const struct hc_analysis *a, const struct hc_cell_record *record,
    struct hc_cell *cell)
{
    int64_t local, day;

    cell->node = record->node;
    cell->rows = record->rows;
    cell->start_s = record->bucket * a->summary.grain_s;
    local = cell->start_s + hc_zone_offset(&a->zone, cell->start_s);
    day = hc_floor_div(local, 86400);
    cell->local_day = (int32_t)day;
    cell->local_hour = (uint8_t)((local - day * 86400) / 3600);
    cell->weekday = (uint8_t)(((day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
    for (size_t g = 0; g < a->n_gauges; g++)
        cell->gauge[a->gauges[g]] = record->gauge[g];
}

bool hc_analysis_next_cell(
    const struct hc_analysis *a, struct hc_cell_reader *reader, struct hc_cell *cell)
{
    if (!hc_cell_reader_next(reader))
        return false;
    localise(a, reader->cell, cell);
    return true;
}

static enum hc_status feed(
    struct hc_analysis *a, struct hc_findings_run *run, struct hc_error *err)
{
    HC_CLEANUP(hc_cell_reader_clear) struct hc_cell_reader reader = {0};
    struct hc_cell cell = {0};
    bool any = false;

    HC_TRY(hc_cell_reader_init(&reader, a->log, 0, 1));
    while (hc_analysis_next_cell(a, &reader, &cell)) {
        for (size_t g = 0; g < a->n_gauges && !any; g++)
            any = reader.cell->gauge[g].n > 0;
        HC_TRY(hc_findings_add(run, &cell, err));
    }
    if (!any)
        return hc_analysis_no_data(a, err);
    hc_findings_workloads(run, &a->workloads);
    hc_findings_placement(run, &a->placement);
    return hc_findings_end(run, &a->findings, err);
}

enum hc_status hc_analysis_find(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_findings_run *run = NULL;
    enum hc_status status;

    HC_TRY(close_log(a, err));
    status = hc_findings_begin(&run, &a->summary, &a->settings, err);
    if (!status)
        status = feed(a, run, err);
    hc_findings_free(run);
    return status;
}

/* ---- the second look: patterns, and the course in time for pictures ---- */

struct again {
    struct hc_patterns_run *patterns;
    struct hc_series_run *series; /* NULL: nothing is to be drawn */
};

static enum hc_status feed_again(
    struct hc_analysis *a, const struct again *runs, struct hc_error *err)
{
    HC_CLEANUP(hc_cell_reader_clear) struct hc_cell_reader reader = {0};
    struct hc_cell cell = {0};

    HC_TRY(hc_cell_reader_init(&reader, a->log, 0, 1));
    while (hc_analysis_next_cell(a, &reader, &cell)) {
        HC_TRY(hc_patterns_add(runs->patterns, &cell, err));
        if (runs->series)
            hc_series_add(runs->series, &cell);
    }
    HC_TRY(hc_patterns_end(runs->patterns, &a->findings, err));
    return runs->series ? hc_series_end(runs->series, &a->series, err) : HC_OK;
}

/* Nodes of --node, which are taken apart by MSTL. */
static enum hc_status choose_nodes(
    const struct hc_analysis *a, bool **ret, struct hc_error *err)
{
    bool *chosen, any = false;

    *ret = NULL;
    if (!a->node)
        return HC_OK;
    chosen = hc_calloc(a->summary.n_nodes, sizeof(*chosen));
    if (!chosen)
        return HC_NO_MEMORY;
    *ret = chosen;
    for (size_t i = 0; i < a->summary.n_nodes; i++) {
        chosen[i] = !fnmatch(a->node, a->summary.nodes[i].name, 0);
        any |= chosen[i];
    }
    return any ? HC_OK
               : hc_fail(err, HC_USAGE, "--node: no node is called '%.100s'", a->node);
}

static enum hc_status begin_again(
    struct hc_analysis *a, const bool *chosen, struct again *runs, struct hc_error *err)
{
    const struct hc_patterns_options options = {.zone = &a->zone,
        .threads = a->common->threads,
        .chosen = chosen,
        .compare = a->compare ? a->compared : NULL};

    HC_TRY(hc_patterns_begin(&runs->patterns, &a->findings, &options, err));
    if (!a->wants_page && !a->wants_figures)
        return HC_OK;
    return hc_series_begin(&runs->series, &a->findings, &a->zone, HC_SERIES_POINTS, err);
}

enum hc_status hc_analysis_find_again(struct hc_analysis *a, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) bool *chosen = NULL;
    struct again runs = {0};
    enum hc_status status;

    HC_TRY(choose_nodes(a, &chosen, err));
    status = begin_again(a, chosen, &runs, err);
    if (!status)
        status = feed_again(a, &runs, err);
    hc_patterns_free(runs.patterns);
    hc_series_free(runs.series);
    return status;
}
