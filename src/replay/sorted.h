/*
 * sorted.h - arrivals with the largest pods first, for policies that look ahead
 *
 * First-fit decreasing (D. S. Johnson, 1973) needs all pods at once: what arrives at one
 * moment is sorted, and where the trace has no times, all of it. A pod's size is its
 * largest share of the largest node: of CPU, memory or GPUs. Equal ones keep their order.
 */
#ifndef HC_REPLAY_SORTED_H
#define HC_REPLAY_SORTED_H

#include "replay/trace.h"

/* The caller's: numbers of the order's arrivals, or of the trace's events. HC_NO_MEMORY.
 */
enum hc_status hc_sorted_arrivals(const struct hc_trace *trace,
    const struct hc_order *order, uint32_t **ret) HC_MUST_USE;

#endif
