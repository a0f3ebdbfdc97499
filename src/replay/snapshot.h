/*
 * snapshot.h - a cluster as it stands, out of what `kubectl get -o json` prints
 *
 * The file is `kubectl get nodes,pods -A -o json` (a List), or {"nodes": [...], "pods":
 * [...]} with the same items; plain or gzip. Nodes are as kube-scheduler sees them:
 * allocatable, labels, taints, unschedulable. Pods that have ended are left out.
 *
 * What a pod asks for is what kube-scheduler counts (k8s.io/component-helpers/resource,
 * PodRequests, v1.35): containers summed, sidecars with them, or the largest init
 * container with the sidecars before it, if that is more; then what the pod as a whole
 * says, then its overhead. For scores a container without a request counts 100 m, 200
 * MiB.
 *
 * Constraints: tolerations, node selector, node affinity, topology spread. A pod that
 * says nothing of spreading and has a controller is spread as the system's defaults have
 * it, over the pods of its controller (kube-scheduler asks the controller's own selector,
 * which a snapshot has not). Images, volumes, ports, affinity between pods, priorities
 * are not looked at: pods with the latter three are counted in `hc_snapshot_notes`.
 *
 * GPUs: what a node has of nvidia.com/gpu or amd.com/gpu, where no node has more than
 * HC_GPUS_MAX; their model is the label nvidia.com/gpu.product.
 *
 * Failures: HC_INPUT with file, item and field; HC_NO_DATA without nodes or pods.
 */
#ifndef HC_REPLAY_SNAPSHOT_H
#define HC_REPLAY_SNAPSHOT_H

#include "replay/tables.h"

struct hc_snapshot_notes {
    uint64_t ended;        /* pods left out */
    uint64_t kept;         /* pods that stay where they are */
    uint64_t pod_affinity; /* pods that would be near to or far from others */
    uint64_t ports;        /* pods that ask for a port of their node */
    uint64_t priorities;   /* pods that might push others out */
};

/*
 * `keep_running`: pods that have a node stay there. Otherwise they are placed anew, but
 * for those that belong to their node (of a DaemonSet, or of the kubelet).
 */
enum hc_status hc_snapshot_read(const char *path, bool keep_running,
    struct hc_trace *trace, struct hc_oddities *odd, struct hc_snapshot_notes *notes,
    struct hc_error *err) HC_MUST_USE;

/* The same of a text; `path` is what messages call it. In the trace pods that stay come
 * first, then the others as the file has them. */
enum hc_status hc_snapshot_parse(const char *text, size_t len, const char *path,
    bool keep_running, struct hc_trace *trace, struct hc_oddities *odd,
    struct hc_snapshot_notes *notes, struct hc_error *err) HC_MUST_USE;

#endif
