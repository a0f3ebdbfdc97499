/*
 * patterns.h - what repeats, grows, changes and goes together, out of the cells
 *
 * A second look at the cells, once the other findings are there: hourly means of each
 * node and gauge, and of the cluster (means over samples, as everywhere), NaN where there
 * is nothing, over the window of window.h. The methods are those of src/patterns, a table
 * of them in patterns.c; pattern.h says how one is added.
 *
 *     HC_TRY(hc_patterns_begin(&run, &findings, &options, err));
 *     while (next cell)
 *         HC_TRY(hc_patterns_add(run, &cell, err));
 *     HC_TRY(hc_patterns_end(run, &findings, err));
 *     hc_patterns_free(run);
 *
 * end fills findings.patterns and adds statements, which are put in order again.
 *
 * Owners: findings, zone and chosen are borrowed until the end. The run is freed by the
 * caller, whatever happened. Can fail: memory only (HC_INTERNAL for cells out of order).
 * Memory: HC_BATCH nodes of gauges × hours doubles; of all nodes what is found, and for
 * twins the hours of one gauge, at most HC_TWINS_HOURS doubles.
 *
 * Gauges: all but capacities and those that say another one again (memory_available,
 * load_5m and load_15m). Hours: the last HC_PATTERN_HOURS.
 *
 * Threads: a run belongs to one thread; `threads` of its own work on full batches. What
 * is found does not depend on how many there are.
 *
 * Cells as hc_findings_add has them.
 */
#ifndef HC_FINDINGS_PATTERNS_H
#define HC_FINDINGS_PATTERNS_H

#include "model/cell.h"
#include "model/findings.h"
#include "model/zone.h"

enum {
    HC_PATTERN_HOURS = 3 * 366 * 24,
    HC_BATCH = 32,
    HC_TWINS_HOURS =
        1 << 24, /* nodes × hours; with more nodes, fewer of the last hours */
};

struct hc_patterns_options {
    const struct hc_zone *zone;
    int64_t threads;    /* 0: as many as there are cores */
    const bool *chosen; /* [n_nodes] to be taken apart by MSTL; NULL: none */
    const struct hc_time_range *compare; /* [2] to be compared; NULL: none */
};

struct hc_patterns_run;

enum hc_status hc_patterns_begin(struct hc_patterns_run **ret_run,
    const struct hc_findings *findings, const struct hc_patterns_options *options,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_patterns_add(struct hc_patterns_run *run, const struct hc_cell *cell,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_patterns_end(struct hc_patterns_run *run, struct hc_findings *findings,
    struct hc_error *err) HC_MUST_USE;
void hc_patterns_free(struct hc_patterns_run *run);

#endif
