/*
 * workload.h - what pods ask for, what they use, and what the nodes have
 *
 * Of a cluster, a node, a namespace: means over the time in which pods are known (of a
 * node: and in which it was there). Definitions: docs/statistics.md. Written by
 * workload/, read by findings/ and report/; owned by itself (hc_workloads_clear). CPU is
 * in cores, memory in bytes; NaN means "cannot be had", and `why` tells the reason where
 * it is the same for all. Nothing here is computed by a reader.
 */
#ifndef HC_WORKLOAD_H
#define HC_WORKLOAD_H

#include "model/verdict.h"

/* A moment of pods stands for the five minutes before it. */
enum { HC_POD_STEP_S = 300 };

/* Files that may stand beside the samples of a data set. */
enum hc_beside { HC_BESIDE_NODES, HC_BESIDE_PODS, HC_BESIDE_USAGE, HC_BESIDES };

/* As the manifest names them: a file, or a folder of files. */
extern const char *const hc_beside_names[HC_BESIDES];

enum hc_resource { HC_BY_CPU, HC_BY_MEMORY, HC_RESOURCES };

extern const struct hc_resource_words {
    const char *key, *unit, *title; /* "cpu", "cores", "CPU" */
} hc_resources[HC_RESOURCES];

/* What there may be of one resource. Shares are of what is allocatable. */
struct hc_budget_line {
    double allocatable;
    double requested, requested_share;
    double limits; /* of the containers that have one */
    double used, used_share;
    uint64_t n, expected;          /* moments of running pods with a value; in all */
    uint64_t no_request, no_limit; /* pods without; a request of 0 is none */
};

/* Pods that have no place: pending without a node, or on a node that is not there. */
struct hc_unplaced {
    uint64_t pods;
    double pod_hours;
    double requested[HC_RESOURCES]; /* mean over the time */
};

struct hc_budget {
    char *cluster; /* NULL: without that label, or all of them */
    char *name;    /* of a node or namespace; NULL of clusters and all */
    double hours;  /* over which the means are */
    uint64_t pods; /* different ones that had a node and had not ended */
    double mean_pods;
    struct hc_budget_line lines[HC_RESOURCES]; /* of a namespace: shares of its cluster */
    double throttled_share;                    /* mean over moments; NaN: no limit */
    uint64_t throttled_n;
    double oom_kills, restarts; /* NaN: not known */
    struct hc_unplaced pending, elsewhere;
};

struct hc_workload_line {
    double requested, used;
    double slack; /* requested less used while running, where both are known; NaN */
    uint64_t n, expected;
    uint64_t no_request;
};

/* Pods of one owner; a bare pod is a workload of its own. */
struct hc_workload {
    char *cluster; /* NULL: without that label */
    char *namespace, *kind, *name;
    uint64_t pods;
    struct hc_workload_line lines[HC_RESOURCES];
};

/* What may be missing as a whole, with the reason. */
enum hc_workload_value {
    HC_CPU_ALLOCATABLE,
    HC_CPU_REQUESTED,
    HC_CPU_LIMITS,
    HC_CPU_USED,
    HC_MEMORY_ALLOCATABLE,
    HC_MEMORY_REQUESTED,
    HC_MEMORY_LIMITS,
    HC_MEMORY_USED,
    HC_THROTTLED_SHARE,
    HC_OOM_KILLS,
    HC_RESTARTS,
    HC_WORKLOAD_VALUES
};

/* "cpu.allocatable": where findings.json has it. */
extern const char *const hc_workload_value_keys[HC_WORKLOAD_VALUES];

struct hc_workloads {
    struct hc_verdict verdict;
    struct hc_verdict why[HC_WORKLOAD_VALUES];
    int64_t start_us, end_us;     /* half-open, UTC: pods are known from, until */
    uint64_t rows, rows_left_out; /* of pods: read; without a name or a length of time */
    uint64_t rows_shortened;      /* overlapped by a later row of the same pod */
    uint64_t moments;             /* rows of use that were read */
    uint64_t moments_unmatched;   /* of pods that are not known then */
    struct hc_budget total;
    size_t n_clusters;
    struct hc_budget *clusters; /* by name; empty unless there are several */
    size_t n_nodes;
    struct hc_budget *nodes; /* by cluster, then name */
    size_t n_namespaces;
    struct hc_budget *namespaces;     /* by cluster, then name */
    uint64_t n_workloads;             /* all there are */
    uint64_t n_without[HC_RESOURCES]; /* of these, with pods without a request */
    size_t n_top;
    struct hc_workload *top; /* the most of each: slack of CPU, of memory, use without a
                                request; by slack of CPU */
};

void hc_workloads_clear(struct hc_workloads *workloads);

#endif
