/*
 * trace.h - recorded nodes and pods, as plain arrays: what is replayed
 *
 * A trace is made once by a reader (tables.h, snapshot.h), closed by hc_trace_close, and
 * then only read, by any number of runs at a time. Units: CPU in milli-cores, memory and
 * ephemeral storage in bytes, GPUs in thousandths; all integers, as the schedulers that
 * are replayed have them. Times are microseconds since 1970 UTC.
 *
 * A shape is what placing depends on: requests and constraints. Pods of one shape are one
 * to every filter and score, and a run keeps scores by (shape, node). Constraints that
 * depend on nothing but the node (taints, selectors, affinity, GPU models) are worked out
 * when the trace is read: `struct hc_rules` has the answer of each node.
 *
 * Owned by the trace: all of it. Failures: HC_NO_MEMORY. Threads: see above.
 */
#ifndef HC_REPLAY_TRACE_H
#define HC_REPLAY_TRACE_H

#include "base/name_index.h"
#include "replay/usage.h"

enum {
    HC_GPUS_MAX = 16,     /* GPUs of a node */
    HC_GPU_WHOLE = 1000,  /* thousandths of a whole one */
    HC_EXTENDED_MAX = 32, /* kinds of extended resources that pods ask for */
    HC_PODS_UNSAID = 1001 /* pods that a node takes if its file does not say; as the
                             simulator of the openb trace has it */
};

/* More than this of anything counts as this: sums over 100,000 pods stay in int64. */
#define HC_AMOUNT_MOST (INT64_C(1) << 46)

#define HC_NOWHERE UINT32_MAX /* no node */
#define HC_NEVER INT64_MAX

/* ---- nodes ---- */

struct hc_replay_node {
    int64_t cpu, memory, ephemeral, pods; /* allocatable */
    int64_t extended[HC_EXTENDED_MAX];
    uint32_t gpus;
    uint32_t model; /* a number in `models` */
};

/* ---- what depends on the node alone ---- */

/* Why a node is barred, in the order in which kube-scheduler asks. */
enum hc_bar {
    HC_BAR_UNSCHEDULABLE = 1,
    HC_BAR_NAME = 2,
    HC_BAR_TAINT = 4,
    HC_BAR_AFFINITY = 8,
    HC_BAR_MODEL = 16
};

/* The answers of all nodes to one set of constraints; NULL: 0 for every node. */
struct hc_rules {
    uint8_t *bars;        /* [nodes] enum hc_bar, together */
    uint8_t *untolerated; /* [nodes] PreferNoSchedule taints that are not tolerated */
    int32_t *affinity;    /* [nodes] sum of the weights of preferred terms that match */
    bool prefers;         /* it has preferred terms */
};

/* ---- spreading ---- */

/* Nodes by the value of one label; hostname stands for itself. */
struct hc_topology {
    uint32_t *domain; /* [nodes]; HC_NOWHERE: it lacks the label */
    uint32_t n_domains;
    bool is_hostname;
};

struct hc_spreading {
    uint32_t group; /* the pods that count */
    uint32_t topology;
    int32_t max_skew, min_domains;
    bool hard;                         /* DoNotSchedule; else ScheduleAnyway */
    bool counts_none;                  /* an empty selector: no placed pod counts */
    bool self;                         /* the pod itself would count */
    bool heeds_affinity, heeds_taints; /* nodes that it bars are left out */
};

/* ---- pods ---- */

struct hc_shape {
    int64_t cpu, memory, ephemeral;    /* that filters count */
    int64_t scored_cpu, scored_memory; /* that scores count: with what is not said */
    int64_t limit_cpu, limit_memory;   /* 0: none */
    int64_t extended[HC_EXTENDED_MAX];
    uint32_t gpus, gpu_milli; /* of each */
    uint32_t spec;            /* accepted models, a number in `specs`; 0: any */
    uint32_t rules;
    bool any_extended;
    bool defaults;    /* its spreads are the system's defaults, not its own */
    uint32_t *groups; /* that it counts in */
    size_t n_groups;
    struct hc_spreading *spreads;
    size_t n_spreads;
};

struct hc_replay_pod {
    uint32_t shape;
    uint32_t node; /* where it was recorded; HC_NOWHERE: nowhere */
    bool pinned;   /* it stays there, whatever the policy; so there is a node */
    int64_t arrives_us, leaves_us;
};

/* ---- orders and events ---- */

/* Of a seed: the order in which pods arrive and in which nodes are tried. */
struct hc_order {
    int64_t seed;
    uint32_t *node_at;  /* [nodes] by rank */
    uint32_t *arrivals; /* pods, one may come more than once; nothing departs */
    size_t n_arrivals;
};

/* In the order in which those of one moment happen. */
enum hc_event_kind {
    HC_HOUR_ENDS, /* what was used in it becomes known; the subject is the hour */
    HC_POD_LEAVES,
    HC_NODE_LEAVES,
    HC_NODE_JOINS,
    HC_POD_RESIZES,
    HC_POD_ARRIVES,
};

struct hc_event {
    int64_t time_us;
    uint32_t kind;    /* enum hc_event_kind */
    uint32_t subject; /* a pod or a node */
    uint32_t shape;   /* HC_POD_RESIZES: its new one */
};

struct hc_trace {
    struct hc_name_index node_names, pod_names, models, specs, extended;
    struct hc_replay_node *nodes;
    size_t n_nodes, cap_nodes;
    struct hc_replay_pod *pods;
    size_t n_pods, cap_pods;
    struct hc_name_index shape_keys;
    struct hc_shape *shapes;
    size_t n_shapes, cap_shapes;
    struct hc_rules *rules;
    size_t n_rules, cap_rules;
    struct hc_topology *topologies;
    size_t n_topologies;
    size_t n_groups;
    int64_t start_us, end_us; /* of what is measured; set by hc_trace_close, if equal */
    bool timed;               /* the events' times are of the clock, not an order alone */
    struct hc_event *events; /* by time; none: all pods arrive in an order, none leaves */
    size_t n_events, cap_events;
    struct hc_order *orders;
    size_t n_orders, cap_orders;
    struct hc_usage usage;
    int64_t capacity_gpus;            /* of all nodes, whole ones */
    int64_t most_cpu, most_gpu_milli; /* of the largest node */
};

void hc_trace_clear(struct hc_trace *trace);

/* Appends; `ret` lives until the next one of its kind. */
enum hc_status hc_trace_add_node(
    struct hc_trace *trace, struct hc_replay_node **ret) HC_MUST_USE;
enum hc_status hc_trace_add_pod(
    struct hc_trace *trace, struct hc_replay_pod **ret) HC_MUST_USE;
enum hc_status hc_trace_add_rules(struct hc_trace *trace, uint32_t *ret) HC_MUST_USE;
enum hc_status hc_trace_add_order(
    struct hc_trace *trace, struct hc_order **ret) HC_MUST_USE;
enum hc_status hc_trace_add_event(
    struct hc_trace *trace, const struct hc_event *event) HC_MUST_USE;

/*
 * The number of the shape, a new one if there was none like it. Its groups and spreads
 * are taken over if it is new, else freed; `shape` is empty then.
 */
enum hc_status hc_trace_add_shape(
    struct hc_trace *trace, struct hc_shape *shape, uint32_t *ret) HC_MUST_USE;
void hc_shape_clear(struct hc_shape *shape);

/* Sorts the events, and adds up what is asked of all nodes. The last step of a reader. */
void hc_trace_close(struct hc_trace *trace);

/* What a pod of this shape takes of GPUs, in thousandths. */
static inline int64_t hc_shape_gpu_milli(const struct hc_shape *shape)
{
    return (int64_t)shape->gpus * shape->gpu_milli;
}

/* It takes a part of one GPU. */
static inline bool hc_shape_shares(const struct hc_shape *shape)
{
    return shape->gpus == 1 && shape->gpu_milli < HC_GPU_WHOLE;
}

#endif
