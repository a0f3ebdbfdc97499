/*
 * collected.h - a trace out of the nodes, pods and use that `collect` wrote
 *
 * A row of nodes and pods is a stretch of time in which nothing changed; times are on a
 * grid of five minutes. A node is there from its first stretch to its last, and away in
 * between where it has none; its size is the largest that it had. A pod arrives when it
 * was created, or when it was first seen, if that is not known; it leaves with its last
 * stretch, or when it has ended. Other requests in a later stretch resize it. What is
 * still there at the end of the data does not leave.
 *
 * A pod goes to nodes of its own cluster alone. Pods of a DaemonSet, and of the kubelet,
 * stay on their node. Selectors, affinity, tolerations and spread are not in such files:
 * no taint keeps a pod away. GPUs are what a node has of nvidia_com_gpu or amd_com_gpu.
 *
 * What pods used is averaged by hours of UTC; a moment stands for the minutes before it.
 *
 * Failures: those of sheet.h; HC_NO_DATA without nodes or pods.
 */
#ifndef HC_REPLAY_COLLECTED_H
#define HC_REPLAY_COLLECTED_H

#include "model/workload.h"
#include "replay/snapshot.h"

struct hc_collected_request {
    const char *const *files[HC_BESIDES]; /* as DuckDB reads them */
    size_t n_files[HC_BESIDES];
};

/* `notes->kept` and `ended` are filled. */
enum hc_status hc_collected_read(struct hc_duck *duck,
    const struct hc_collected_request *request, struct hc_trace *trace,
    struct hc_oddities *odd, struct hc_snapshot_notes *notes,
    struct hc_error *err) HC_MUST_USE;

#endif
