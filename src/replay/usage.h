/*
 * usage.h - what each pod used, hour by hour; part of a trace
 *
 * Rows are by pod and then by hour, as they are added. An hour is a number: 0 begins at
 * `start_us`. NaN where nothing is known of an hour.
 */
#ifndef HC_REPLAY_USAGE_H
#define HC_REPLAY_USAGE_H

#include "base/base.h"

struct hc_usage {
    int64_t start_us;
    uint32_t n_hours; /* 0: nothing is known of any pod */
    size_t *first;    /* [pods + 1] of each pod's rows */
    uint32_t *hour;   /* [rows] */
    float *cpu;       /* [rows] milli-cores */
    float *memory;    /* [rows] bytes */
    size_t n_rows, cap_hour, cap_cpu, cap_memory;
};

void hc_usage_clear(struct hc_usage *usage);

/* Behind the last row. HC_NO_MEMORY. */
enum hc_status hc_usage_add(
    struct hc_usage *usage, uint32_t hour, double cpu, double memory) HC_MUST_USE;

/* The row of a pod and hour; SIZE_MAX: there is none. */
size_t hc_usage_find(const struct hc_usage *usage, uint32_t pod, uint32_t hour);

#endif
