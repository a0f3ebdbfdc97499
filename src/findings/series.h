/*
 * series.h - the course of the gauges in time, for whoever draws it
 *
 * A second look at the cells, once the findings are there: a grid of nodes × buckets of
 * means and of samples received, and over the nodes a band of percentiles a bucket
 * (model/series.h). The grid is bounded: with many nodes or a long time its buckets are
 * wider, with more nodes than that allows every second, third, … node is taken.
 *
 *     HC_TRY(hc_series_begin(&run, &findings, &zone, HC_SERIES_POINTS, err));
 *     while (next cell)
 *         hc_series_add(run, &cell);
 *     HC_TRY(hc_series_end(run, &series, err));
 *     hc_series_free(run);
 *     ... hc_series_clear(&series);
 *
 * Window: window.h; what is outside is counted.
 *
 * Owners: findings and zone are borrowed; the series borrows the zone's table. The run
 * is freed by the caller, whatever happened. Can fail: memory only. Memory: 16 bytes a
 * point, at most `max_points` of them; at least 24 buckets are kept.
 *
 * Cells as hc_findings_add has them, each node's in ascending time.
 */
#ifndef HC_FINDINGS_SERIES_H
#define HC_FINDINGS_SERIES_H

#include "model/cell.h"
#include "model/findings.h"
#include "model/series.h"

struct hc_series_run;

enum hc_status hc_series_begin(struct hc_series_run **ret_run,
    const struct hc_findings *findings, const struct hc_zone *zone, size_t max_points,
    struct hc_error *err) HC_MUST_USE;
void hc_series_add(struct hc_series_run *run, const struct hc_cell *cell);
enum hc_status hc_series_end(struct hc_series_run *run, struct hc_series *ret_series,
    struct hc_error *err) HC_MUST_USE;
void hc_series_free(struct hc_series_run *run);

#endif
