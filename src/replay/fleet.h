/*
 * fleet.h - the nodes of one run: what is left of each, as a struct of arrays
 *
 * Arrays are by the node's number in the trace. hc_fleet_take puts a pod on a node,
 * hc_fleet_give takes it off again; both are exact integers, and give undoes take to the
 * last bit. A pod may be put where it does not fit (what was recorded is a fact): what is
 * left is negative then. Neither allocates, nor can fail.
 *
 * Threads: a fleet belongs to one run.
 */
#ifndef HC_REPLAY_FLEET_H
#define HC_REPLAY_FLEET_H

#include "replay/load.h"

struct hc_fleet {
    const struct hc_trace *trace;
    size_t n;
    bool *present;
    int64_t *cpu, *memory, *ephemeral;                /* allocatable */
    int64_t *cpu_left, *memory_left, *ephemeral_left; /* by requests that filters count */
    int64_t *scored_cpu, *scored_memory; /* used, by requests that scores count */
    int64_t *limit_cpu, *limit_memory;   /* sums of limits, of requests where larger */
    int64_t *pods_left;
    int64_t *extended_left; /* [kinds of the trace × n] */
    size_t gpu_stride;      /* GPUs of the node that has most */
    uint16_t *gpu_left;     /* [n × gpu_stride]; thousandths, 0 where there is none */
    int32_t *gpu_sum;       /* left of all GPUs of a node */
    uint16_t *gpu_most;     /* left of the GPU that has most */
    uint16_t *gpu_idle;     /* GPUs that are whole */
    uint16_t *tags;         /* [n × (HC_GPUS_MAX + 1)] pods: 0 shared, k of k GPUs */
    uint32_t **counts;      /* [groups] NULL, or [n] pods of the group */
    struct hc_load load;
    void *memory_block; /* what the arrays are in */
};

/* All nodes there and empty. HC_NO_MEMORY. */
enum hc_status hc_fleet_open(
    const struct hc_trace *trace, struct hc_fleet *ret) HC_MUST_USE;
void hc_fleet_clear(struct hc_fleet *fleet);

/* `devices`: a bit for each GPU that the pod gets; 0 for a pod without GPUs. */
void hc_fleet_take(
    struct hc_fleet *fleet, const struct hc_shape *shape, size_t node, uint32_t devices);
void hc_fleet_give(
    struct hc_fleet *fleet, const struct hc_shape *shape, size_t node, uint32_t devices);

/* The first whole GPUs, or for a part the GPU with least left that has it, the lowest of
 * equals; as many as there are, if there are not enough. */
uint32_t hc_fleet_devices(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node);

static inline const uint16_t *hc_fleet_gpus(const struct hc_fleet *fleet, size_t node)
{
    return fleet->gpu_left + node * fleet->gpu_stride;
}

#endif
