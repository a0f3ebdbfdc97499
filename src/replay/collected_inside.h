/*
 * collected_inside.h - what the files of that reader share; private to the room
 */
#ifndef HC_REPLAY_COLLECTED_INSIDE_H
#define HC_REPLAY_COLLECTED_INSIDE_H

#include "replay/collected.h"

struct hc_collecting {
    struct hc_duck *duck;
    const struct hc_collected_request *request;
    struct hc_trace *trace;
    struct hc_oddities *odd;
    struct hc_snapshot_notes *notes;
    struct hc_name_index clusters; /* a rule each, if there are several */
    struct hc_name_index names;    /* cluster, namespace, pod */
    size_t *first_pod;             /* [names] of the pods with that name, in time */
    size_t cap_first;
    uint32_t *cluster_of; /* [nodes] */
    size_t cap_cluster;
};

/* Opens the files of a kind, sorted. */
enum hc_status hc_collecting_open(struct hc_collecting *c, enum hc_beside kind,
    const char *order, const struct hc_sheet_column *columns, size_t n_columns,
    struct hc_sheet *ret, struct hc_error *err) HC_MUST_USE;

/* "cluster/namespace/pod": the texts of some columns, those that there are. */
enum hc_status hc_collecting_key(const struct hc_sheet *sheet, const size_t *columns,
    size_t n, struct hc_buf *out) HC_MUST_USE;

/* {"nvidia_com_gpu": 4} into the extended resources that the trace knows. */
enum hc_status hc_collecting_others(const struct hc_collecting *c,
    const struct hc_sheet *sheet, size_t column, int64_t *to,
    struct hc_error *err) HC_MUST_USE;

/* The names in such an object, to the trace's. */
enum hc_status hc_collecting_names(struct hc_collecting *c, const char *text) HC_MUST_USE;

/* collected_pods.c */
enum hc_status hc_collecting_pods(
    struct hc_collecting *c, struct hc_error *err) HC_MUST_USE;

/* collected_usage.c */
enum hc_status hc_collecting_usage(
    struct hc_collecting *c, struct hc_error *err) HC_MUST_USE;

/* The place of an extended resource that is GPUs; HC_NO_NAME. */
size_t hc_collecting_gpu(const struct hc_trace *trace);

#endif
