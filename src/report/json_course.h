/*
 * json_course.h - what rows of sections over courses share (report/ only)
 *
 * Nodes by name, gauges, lists of numbers, reasons of nulls; each writes keys into the
 * object that is open.
 */
#ifndef HC_JSON_COURSE_H
#define HC_JSON_COURSE_H

#include "base/json.h"
#include "model/findings.h"

/* Digits of courses and heatmaps, which are drawn, not read. */
enum { HC_JSON_PICTURE_DIGITS = 6 };

/* Why a value of a row is null: the same for all rows of a section. */
struct hc_null_reason {
    const char *key;
    enum hc_availability status;
    const char *reason;
};

/* "key": the node's name; "cluster_key": its cluster, where the data has such a column.
 */
void hc_json_node_name(struct hc_json *js, const struct hc_findings *f, const char *key,
    const char *cluster_key, uint32_t at);
void hc_json_gauge(struct hc_json *js, int metric);
/* node (not of the cluster), gauge, n */
void hc_json_course(
    struct hc_json *js, const struct hc_findings *f, const struct hc_course *of);

void hc_json_numbers(
    struct hc_json *js, const char *key, const double *values, size_t n, int digits);
/* null below 0 */
void hc_json_whole_or_null(struct hc_json *js, const char *key, int value);
void hc_json_nulls(struct hc_json *js, const struct hc_null_reason *rows, size_t n);

#endif
