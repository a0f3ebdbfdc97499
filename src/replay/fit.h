/*
 * fit.h - whether a node can take a pod, and if not, why, as kube-scheduler words it
 *
 * The filters of kube-scheduler v1.35 in their order: unschedulable, name, taints, node
 * selector and affinity, resources (pods, CPU, memory, ephemeral storage, extended ones;
 * pkg/scheduler/framework/plugins/noderesources/fit.go); then those of GPUs that are
 * shared out by thousandths: model, and enough GPUs with enough left. Topology spread
 * looks at other nodes too, and is in spread.h.
 *
 * A request of zero is never too much, whatever is left. Pure; cannot fail.
 */
#ifndef HC_REPLAY_FIT_H
#define HC_REPLAY_FIT_H

#include "base/buf.h"
#include "replay/fleet.h"

/* What depends on this node alone. */
bool hc_fits(const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node);

/* Those of n nodes that fit, into `ret`, in their order; how many they are. `ret` may be
 * `nodes`. */
size_t hc_fits_some(const struct hc_fleet *fleet, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, uint32_t *ret);

/* The same of all nodes at once: 1 or 0 each. */
void hc_fits_all(
    const struct hc_fleet *fleet, const struct hc_shape *shape, uint8_t *out);

/* GPUs of the node with `milli` left. */
size_t hc_fit_gpus(const struct hc_fleet *fleet, uint32_t milli, size_t node);

/* Why it does not fit, "Insufficient cpu, Insufficient memory"; nothing if it does. */
void hc_fit_refusal(const struct hc_fleet *fleet, const struct hc_shape *shape,
    size_t node, struct hc_buf *out);

/* It would not fit on the empty node either. */
bool hc_fit_never(
    const struct hc_trace *trace, const struct hc_shape *shape, size_t node);

#endif
