/*
 * kube.h - kube-scheduler's scores of a node's resources
 *
 * kubernetes/kubernetes, pkg/scheduler/framework/plugins/noderesources:
 * least_allocated.go, most_allocated.go, requested_to_capacity_ratio.go,
 * balanced_allocation.go. CPU and memory with weight 1 each; integers, divisions
 * truncate; 0..100. A resource of which the node has none is left out. `LeastAllocated`
 * and its kin count a container without a request as 100 m and 200 MiB, balancing counts
 * what is asked for: the trace has both.
 *
 * Pure; cannot fail.
 */
#ifndef HC_REPLAY_KUBE_H
#define HC_REPLAY_KUBE_H

#include "replay/fleet.h"

/* What the node would have in use with the pod. */
struct hc_kube_use {
    int64_t cpu, memory; /* used and asked for */
    int64_t cpu_capacity, memory_capacity;
};

struct hc_kube_use hc_kube_scored(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node);
struct hc_kube_use hc_kube_asked(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node);

/* NodeResourcesFit's strategies. */
int hc_kube_least(const struct hc_kube_use *use);
int hc_kube_most(const struct hc_kube_use *use);

/* 100 less the deviation of the used shares: up to v1.35. */
int hc_kube_balance(const struct hc_kube_use *use);

/* From v1.36 on (PR 135573): 50 + (50 + with - without) / 2. */
int hc_kube_balance_gain(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node);

/* Neither CPU nor memory is asked for: balancing is skipped. */
static inline bool hc_kube_asks_nothing(const struct hc_shape *shape)
{
    return !shape->cpu && !shape->memory;
}

#endif
