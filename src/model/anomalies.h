/*
 * anomalies.h - when nodes were not as usual, as plain structs
 *
 * Written by findings/ (docs/method/anomalies.md), read by report/ and stored/. Owned by
 * hc_findings (hc_anomalies_clear). Times are UTC microseconds; `offset_s` makes them
 * local. Nothing here is computed by a reader.
 */
#ifndef HC_MODEL_ANOMALIES_H
#define HC_MODEL_ANOMALIES_H

#include "model/metric.h"
#include "model/verdict.h"

enum {
    HC_ANOMALY_COLUMNS = 6, /* to blame for an event, at most */
    HC_ANOMALY_EVENTS = 500,
    HC_ANOMALY_FLEET = 100,
    HC_ANOMALY_ROWS = 40,  /* of the map */
    HC_ANOMALY_DAYS = 120, /* columns of the map */
};

struct hc_anomaly_column {
    int metric;
    double z;            /* mean over the event, each sample's at most 20 */
    double value, usual; /* where it was farthest off */
};

struct hc_anomaly {
    uint32_t node;
    int64_t start_us, end_us; /* first and last sample in it */
    int64_t top_us;           /* where the score was highest */
    int32_t offset_s;         /* of the zone from UTC, at the start */
    double score;             /* there */
    uint64_t n;               /* samples that were off */
    int fleet;                /* index into `fleet`, or -1 */
    size_t n_columns;
    struct hc_anomaly_column column[HC_ANOMALY_COLUMNS]; /* strongest first */
};

/* Hours in a row in which more nodes than by chance have an event. */
struct hc_anomaly_fleet {
    int64_t start_us, end_us; /* whole hours; end: of the last */
    int32_t offset_s;
    uint32_t nodes, events;
    size_t n_columns;
    struct hc_anomaly_blamed {
        int metric;
        uint32_t events; /* that it is to blame for */
    } column[3];         /* most first */
};

struct hc_anomaly_node {
    uint32_t node;
    uint32_t events;
    double score;   /* of the worst */
    double minutes; /* from first to last sample of each, together */
};

struct hc_anomalies {
    struct hc_verdict verdict;
    double on, off;       /* thresholds of the score */
    uint64_t samples;     /* that have a score */
    uint32_t nodes_known; /* with a gauge whose usual is known */
    uint32_t too_short;   /* nodes without one */
    uint64_t total;       /* events, those left out of `events` too */
    size_t n_events;
    struct hc_anomaly *events; /* worst first */
    uint64_t total_fleet;
    size_t n_fleet;
    struct hc_anomaly_fleet *fleet; /* most nodes first */
    size_t n_nodes;
    struct hc_anomaly_node *nodes; /* with events, worst first */
    /* the map: the worst event by node and day; rows are the first of `nodes` */
    int32_t first_day; /* local days since 1970-01-01 */
    uint32_t days_each;
    size_t n_map, n_days;
    double *map; /* [n_map × n_days]; 0: none, NaN: no sample */
};

void hc_anomalies_clear(struct hc_anomalies *anomalies);

#endif
