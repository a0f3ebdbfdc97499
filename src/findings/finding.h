/*
 * finding.h - what a finding is: a row of the table in findings.c
 *
 * A finding sees every cell (add), then writes its section (finish), then says what a
 * person should read (say). It owns `state_size` bytes, zeroed before init; clear must
 * accept a zeroed or half-built state. A member that a finding does not need is NULL.
 *
 * Sections are finished in the order of the table, so a later one may read an earlier
 * one's section; all are finished before the first says anything.
 *
 * To add one: write thing.c with a `const struct hc_finding hc_finding_thing`, name it
 * below, and give it a row in findings.c.
 *
 * Private to the room.
 */
#ifndef HC_FINDING_H
#define HC_FINDING_H

#include "model/cell.h"
#include "model/findings.h"

/* Nodes with less than this from first to last sample are not compared with others. */
#define HC_COMPARED_US (7 * INT64_C(86400000000))

/* What is known before the first cell; plain data, read by all. */
struct hc_view {
    const struct hc_summary *summary;
    const struct hc_settings *settings;
    const struct hc_column *column[HC_METRICS]; /* NULL: the data lacks the gauge */
    bool weighted[HC_METRICS]; /* capacity is there and somewhere above 0 */
    bool *compared;            /* [n_nodes] 7 days or more from first to last */
    uint32_t n_compared;
    bool clusters;      /* the data has a cluster column */
    bool keys_complete; /* every row has a time and a node: cells hold all samples */
    uint32_t n_groups;  /* 0 without --group-by */
    uint32_t *group;    /* [n_nodes] */
    const char **group_value; /* [n_groups] ordered by bytes, NULL last */
};

struct hc_finding {
    const char *name;
    size_t state_size;
    enum hc_status (*init)(void *state, const struct hc_view *view);
    enum hc_status (*add)(
        void *state, const struct hc_view *view, const struct hc_cell *cell);
    enum hc_status (*finish)(
        void *state, const struct hc_view *view, struct hc_findings *out);
    enum hc_status (*say)(const struct hc_view *view, struct hc_findings *out);
    void (*clear)(void *state);
};

extern const struct hc_finding hc_finding_quality;
extern const struct hc_finding hc_finding_temporal;
extern const struct hc_finding hc_finding_weekly;
extern const struct hc_finding hc_finding_nodes;
extern const struct hc_finding hc_finding_correlation;
extern const struct hc_finding hc_finding_baseline;
extern const struct hc_finding hc_finding_trends;
extern const struct hc_finding hc_finding_opportunity;
extern const struct hc_finding hc_finding_insights;
extern const struct hc_finding hc_finding_groups;
extern const struct hc_finding hc_finding_workload;
extern const struct hc_finding hc_finding_replay;

#endif
