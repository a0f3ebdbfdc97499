/*
 * metric.h - the gauges of the sample contract, as a table
 *
 * One row a gauge: its name in a data set, its unit, the range that is possible,
 * and what it means. A new gauge is one more row and one more name in the enum.
 * The order of the table is the contract's order: columns are listed and
 * correlated in it.
 */
#ifndef HC_METRIC_H
#define HC_METRIC_H

#include "base/base.h"

enum hc_metric_id {
    HC_CPU,
    HC_MEMORY,
    HC_MEMORY_AVAILABLE,
    HC_MEMORY_TOTAL,
    HC_CORES,
    HC_IOWAIT,
    HC_STEAL,
    HC_LOAD_1M,
    HC_LOAD_5M,
    HC_LOAD_15M,
    HC_DISK_USAGE,
    HC_NETWORK_RX,
    HC_NETWORK_TX,
    HC_DISK_READ,
    HC_DISK_WRITE,
    HC_METRICS /* how many */
};

struct hc_metric {
    const char *name;
    const char *unit;
    double low, high; /* the possible range; infinite where there is no bound */
    const char *meaning;
};

extern const struct hc_metric hc_metrics[HC_METRICS];

/* The three gauges that every section speaks of: CPU, memory, load. */
enum { HC_MAIN = 3 };
extern const enum hc_metric_id hc_main_metrics[HC_MAIN];

/* What a column is, by its name: see the sample contract. */
enum hc_column_kind { HC_KIND_GAUGE, HC_KIND_DERIVED, HC_KIND_TARGET, HC_KIND_OTHER };

const char *hc_column_kind_name(enum hc_column_kind kind);
enum hc_column_kind hc_column_kind_of(const char *name);

/* The gauge of that name, or -1. */
int hc_metric_find(const char *name);

#endif
