/*
 * anomalies_run.h - what the files of the anomalies share; private to the room
 */
#ifndef HC_FINDINGS_ANOMALIES_RUN_H
#define HC_FINDINGS_ANOMALIES_RUN_H

#include <stdatomic.h>

#include "findings/anomalies.h"
#include "findings/pattern.h"
#include "patterns/stretch.h"

struct hc_anomalies_learner {
    struct hc_anomalies_run *run;
    struct hc_anomalies_learner *next; /* of the run's list */
    double *mean, *within;             /* [gauges][hours] of the node at hand */
    bool open;                         /* a node is at hand */
    uint32_t node;
    size_t hour;
    struct hc_moments now[HC_METRICS]; /* of the hour at hand */
};

struct hc_anomalies_scorer {
    struct hc_anomalies_run *run;
    struct hc_anomalies_scorer *next;
    uint64_t samples;
    struct hc_stretches stretches;
};

struct hc_anomalies_run {
    struct hc_pattern_view view; /* hours and slots; the gauges are these */
    const struct hc_zone *zone;
    size_t gauges;
    enum hc_metric_id gauge[HC_METRICS];
    struct hc_usual *usual; /* [n_nodes][gauges] */
    bool *known;            /* [n_nodes] any of its gauges */
    int64_t *reach_us;      /* [n_nodes] */
    /* days of the map, of which each hour is one */
    int32_t first_day;
    uint32_t days_each;
    size_t n_days;
    uint8_t *day_of; /* [hours] */
    uint8_t *seen;   /* [n_nodes][n_days] is there an hour with a value? */
    _Atomic(struct hc_anomalies_learner *) learners; /* any thread puts itself first */
    _Atomic(struct hc_anomalies_scorer *) scorers;
};

/* anomalies_tell.c: the section out of all stretches, settled. */
enum hc_status hc_anomalies_tell(const struct hc_anomalies_run *run,
    const struct hc_stretches *all, struct hc_anomalies *out) HC_MUST_USE;

/* anomalies_say.c: the statements. */
enum hc_status hc_anomalies_say(struct hc_findings *out) HC_MUST_USE;

#endif
