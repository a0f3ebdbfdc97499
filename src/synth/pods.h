/*
 * pods.h - the nodes and pods of a made-up cluster, and what the pods use
 *
 * What a collector of Kubernetes' state would have written of the cluster whose samples
 * synth.h makes: rows for nodes.parquet, pods.parquet and pod_usage/ (docs/data.md). Made
 * of the plan alone, after the same promise: same options, same bits, on every machine
 * and with any number of threads.
 *
 * The grid: moment k is at start + k * 300 s, k from 0, before the end. A stretch has the
 * moments from `from` on and before `until`.
 *
 * Seats. A seat is a place that one pod after the other holds: a workload's replica on a
 * node, with its requests. Deployments and stateful sets are rolled from time to time (a
 * new pod takes the seat in the moment in which the old one goes), jobs of the night hold
 * theirs from 02:00 to 04:00, a node that joins late or leaves early has pods while it is
 * there, and on its maintenance day those of daemon sets only.
 *
 * The planted waste. A node lets pods ask for its cores less 0.75; daemon sets ask for
 * 0.25 of that on each, so that `cores - 1` are left. In each pool some nodes, the
 * largest, are keepers: as few as have 0.62 of what is left in the pool. Their cores are
 * cut into requests of 4, 2, 1 and 0.5 cores, exactly, and each is a seat: all pods that
 * ask for anything fit on the keepers at any time, whatever is running, and fill their
 * CPU when the jobs run. Then, as a spreading scheduler would, each pod is put on that
 * node of the pool of which the least share is asked for. (Sizes of which each divides
 * the next smaller: putting the larger ones first, wherever there is room, never runs
 * into a dead end.) Memory is asked for in one proportion to CPU in a pool, 0.9 of the
 * pool's GiB a core, and never the tighter of both. Nodes that join, leave or are
 * maintained are no keepers, but in a pool of such nodes alone, which keeps all of them
 * and packs nothing.
 *
 * Use. At a moment the pods of a node use 0.9 of its CPU and 0.8 of its memory as the
 * course has them (plan.h without the noise of a sample, 150 s before the moment: the
 * middle of its five minutes), shared out in proportion to request / over-asking of the
 * workload; pods without a request have a weight too. Where the node has no sample, its
 * pods have no use. One of the workloads without requests is killed for want of memory
 * once a day.
 *
 * May use: base. Threads: as synth.h.
 */
#ifndef HC_SYNTH_PODS_H
#define HC_SYNTH_PODS_H

#include "synth/synth.h"

enum { HC_SYNTH_POD_STEP_S = 300, HC_SYNTH_POD_NAME = 64 };

/* ---- nodes ---- */

struct hc_synth_node_row {
    const char *node, *zone;
    char instance_type[24], internal_ip[16], labels[128];
    int64_t created_us, from_us, until_us;
    double allocatable_cpu, allocatable_memory, allocatable_pods;
    double capacity_cpu, capacity_memory;
    bool unschedulable; /* in maintenance */
};

/* Where a walk over rows is: zero to begin with. */
struct hc_synth_walk {
    uint32_t at; /* node or seat */
    int64_t moment;
    bool ended; /* the stretch of a job that has succeeded is next */
};

/* The next row, by node, then time; false: there is none. */
bool hc_synth_next_node(const struct hc_synth_plan *plan, struct hc_synth_walk *walk,
    struct hc_synth_node_row *row);

/* ---- pods ---- */

/* NaN: asks for none, or has no limit. */
struct hc_synth_pod_row {
    const char *namespace, *owner_kind, *owner_name, *node, *phase, *qos_class;
    char pod[HC_SYNTH_POD_NAME], uid[40];
    int64_t created_us, from_us, until_us;
    int64_t finished_us; /* INT64_MIN: not yet */
    double cpu_request, memory_request, cpu_limit, memory_limit;
};

/* The next row, by seat (node, workload, replica), then time. */
bool hc_synth_next_pod(const struct hc_synth_plan *plan, struct hc_synth_walk *walk,
    struct hc_synth_pod_row *row);

/* ---- use ---- */

/* The use of a day, node by node. Ours: zeroed is valid and empty. */
struct hc_synth_use {
    uint32_t day;
    uint32_t node, seat, first_seat; /* the next to be given; the node's first */
    int64_t moment;                  /* of the day */
    double *cpu, *memory, *weights;
    size_t cap; /* seats that there is room for */
    int64_t life_until;
    bool node_filled;
    char pod[HC_SYNTH_POD_NAME], uid[40];
};

struct hc_synth_use_row {
    int64_t time_us;
    const char *namespace, *pod, *uid, *node; /* valid until the next row */
    double cpu_cores, memory_bytes;
    double throttled_share; /* NaN: no limit */
    int kills;              /* for want of memory; each is a restart */
};

/* To begin a day; what was there is kept as room. */
void hc_synth_use_begin(struct hc_synth_use *use, uint32_t day);
void hc_synth_use_clear(struct hc_synth_use *use);

/* The next row, by node, seat and time; *ret_any false: the day is over. HC_NO_MEMORY. */
enum hc_status hc_synth_next_use(const struct hc_synth_plan *plan,
    struct hc_synth_use *use, struct hc_synth_use_row *row, bool *ret_any) HC_MUST_USE;

#endif
