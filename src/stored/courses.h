/*
 * courses.h - what the sections of patterns share: nodes and gauges by their names,
 * courses, lists of numbers (private to the room)
 *
 * A report from before there was a section is shown without it.
 */
#ifndef HC_STORED_COURSES_H
#define HC_STORED_COURSES_H

#include "stored/reading.h"

#define HC_FIELD(type, key, take, field)                                                 \
    {                                                                                    \
        key, take, offsetof(struct type, field), NULL                                    \
    }

hc_taker hc_take_gauge; /* int, enum hc_metric_id */
hc_taker hc_take_node;  /* uint32_t, by `key` and the key "cluster" */

/* struct hc_course. Of a node where there is the key "node"; of the cluster; of a node.
 */
hc_taker hc_take_course;
hc_taker hc_take_course_of_cluster;
hc_taker hc_take_course_of_node;

/* The first of the nodes that are called so. */
enum hc_status hc_reading_node(struct hc_reading *r, const json_t *object,
    const char *key, const char *cluster_key, uint32_t *ret) HC_MUST_USE;

/* One value of a list at `key`; null is NaN. */
enum hc_status hc_reading_number(
    struct hc_reading *r, const json_t *value, const char *key, double *ret) HC_MUST_USE;

/* The list at `key`, which must be n numbers long; null is NaN. The second gives an array
 * that the caller frees. */
enum hc_status hc_reading_numbers(struct hc_reading *r, const json_t *object,
    const char *key, size_t n, double *to) HC_MUST_USE;
enum hc_status hc_reading_new_numbers(struct hc_reading *r, const json_t *object,
    const char *key, size_t n, double **ret) HC_MUST_USE;

/* The section of r->section into `to`; without one, `verdict` says so. */
enum hc_status hc_reading_section(struct hc_reading *r, const json_t *root,
    const struct hc_shape *shape, struct hc_verdict *verdict, void *to) HC_MUST_USE;

#endif
