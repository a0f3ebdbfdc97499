/*
 * cell.h - one node in one bucket of time
 *
 * A bucket is an hour of UTC, or a quarter of an hour where the analysis' time
 * zone is not whole hours from UTC (hc_summary.grain_s says which). Findings see
 * the merged cells once, ordered by node and then time, and keep what they need.
 *
 * Local time is derived from the cell's start, never from a look-up a row.
 */
#ifndef HC_CELL_H
#define HC_CELL_H

#include <hindcast/moments.h>

#include "model/metric.h"

struct hc_cell {
    uint32_t node; /* index into hc_summary.nodes */
    uint32_t rows;
    int64_t start_s;    /* start of the bucket, seconds since 1970-01-01 UTC */
    int32_t local_day;  /* days since 1970-01-01 in the analysis' zone */
    uint8_t local_hour; /* 0..23 */
    uint8_t weekday;    /* 0 = Monday */
    struct hc_moments gauge[HC_METRICS]; /* n = 0 where there is no value */
};

#endif
