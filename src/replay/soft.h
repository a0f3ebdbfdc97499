/*
 * soft.h - what of a pod's constraints looks at more than one node
 *
 * kube-scheduler's TaintToleration and NodeAffinity scores, which are relative to the
 * largest over the nodes that the pod fits on, and PodTopologySpread's filter and score,
 * which count pods on other nodes (pkg/scheduler/framework/plugins: tainttoleration,
 * nodeaffinity, podtopologyspread, helper/normalize_score.go; v1.35).
 *
 *   taints    100 - 100 n / max n; n: PreferNoSchedule taints that are not tolerated
 *   affinity  100 sum / max sum; sum: weights of the preferred terms that match
 *   spread    s = round(sum over constraints of count ln(domains + 2) + max skew - 1),
 *             then 100 (max + min - s) / max; hostname counts on the node itself
 *   filter    count + self - least count <= max skew, for constraints that are hard
 *
 * with weights 3, 2, 2. Arrays are by the node's number in the trace. Nothing is
 * allocated but in hc_soft_open (HC_NO_MEMORY).
 */
#ifndef HC_REPLAY_SOFT_H
#define HC_REPLAY_SOFT_H

#include "replay/fleet.h"

enum { HC_WEIGHT_TAINTS = 3, HC_WEIGHT_AFFINITY = 2, HC_WEIGHT_SPREAD = 2 };

/* Memory for the judging of one pod, and what came out. */
struct hc_soft {
    bool *fits;      /* [nodes] in: it fits the node; out: and spread lets it */
    uint8_t *barred; /* [nodes] out: 0, or enum hc_spread_bar */
    int32_t *taints, *affinity, *spread; /* [nodes] out: times their weights */
    double *sums;                        /* [nodes] spread, summed over its constraints */
    int64_t *raw;     /* [nodes] and rounded, before it is made relative */
    bool *ignored;    /* [nodes] lacks a label that spread needs */
    uint32_t *counts; /* [most domains of a topology] */
    bool *candidate;  /* [most domains] */
};

enum hc_spread_bar { HC_SPREAD_SKEW = 1, HC_SPREAD_LABEL = 2 };

/* As kube-scheduler words it. */
const char *hc_spread_reason(enum hc_spread_bar bar);

enum hc_status hc_soft_open(
    const struct hc_trace *trace, struct hc_soft *ret) HC_MUST_USE;
void hc_soft_clear(struct hc_soft *soft);

/* Nothing of the shape looks at other nodes: scores of nodes alone decide. `scores`: the
 * policy has soft scores, not the filter alone. */
bool hc_soft_none(
    const struct hc_trace *trace, const struct hc_shape *shape, bool scores);

/* Does the shape have a spread that is soft? */
bool hc_soft_spreads(const struct hc_shape *shape);

/* Takes nodes out of `fits` that hard constraints bar. */
void hc_soft_filter(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape);

/* Fills taints, affinity and spread for the nodes that fit. */
void hc_soft_score(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape);

#endif
