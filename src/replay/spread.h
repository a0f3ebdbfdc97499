/*
 * spread.h - PodTopologySpread: pods of a group over the values of a label; of soft.c
 *
 * kubernetes/kubernetes, pkg/scheduler/framework/plugins/podtopologyspread, v1.35:
 * filtering.go and scoring.go. A node that lacks the label of any constraint of its kind
 * (hard ones, or soft ones) is left out of all counts, unless the constraints are the
 * system's defaults; so is one that the pod's node affinity (by default) or taints (if
 * the constraint says so) bar.
 */
#ifndef HC_REPLAY_SPREAD_H
#define HC_REPLAY_SPREAD_H

#include "replay/soft.h"

/* Marks in soft->barred the nodes that one hard constraint bars. */
void hc_spread_filter(struct hc_soft *soft, const struct hc_fleet *fleet,
    const struct hc_shape *shape, const struct hc_spreading *spread);

/* soft->spread of the nodes in soft->fits, out of all soft constraints. */
void hc_spread_score(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape);

#endif
