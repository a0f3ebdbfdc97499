/*
 * tally.h - the measures of a run, added up step by step
 *
 * A step changes one node, so the sums over nodes are kept by taking that node out and
 * putting it back as it is now; between two steps they are multiplied by the time. Pods
 * that stay where they were (HC_KEPT) do not make a node used.
 *
 * Stranded: free CPU beyond what the node's free memory would take at the ratio in which
 * the trace's pods ask for both; likewise memory by CPU, GPUs by CPU. Of nodes that are
 * there, used or not.
 *
 * Use of a node is counted in thousandths of its CPU, up to 4 times of it: the 95th
 * percentile is exact to a thousandth.
 *
 * Adding allocates nothing. Threads: a tally belongs to one run.
 */
#ifndef HC_REPLAY_TALLY_H
#define HC_REPLAY_TALLY_H

#include "replay/timeline.h"
#include "replay/measures.h"
#include "replay/offered.h"

/* Sums over nodes at one moment. */
enum hc_tally_sum {
    HC_SUM_PRESENT,
    HC_SUM_USED,      /* nodes with a placed pod */
    HC_SUM_CPU_OF,    /* capacity of those */
    HC_SUM_CPU_ASKED, /* requested on those */
    HC_SUM_MEMORY_OF,
    HC_SUM_MEMORY_ASKED,
    HC_SUM_GPU_TAKEN,
    HC_SUM_CPU_ALL,
    HC_SUM_MEMORY_ALL,
    HC_SUM_GPU_ALL,
    HC_SUM_CPU_STRANDED,
    HC_SUM_MEMORY_STRANDED,
    HC_SUM_GPU_STRANDED,
    HC_SUM_OVER, /* nodes with more requested than they have */
    HC_SUMS
};

enum { HC_TALLY_SHARES = 4001 };

struct hc_tally {
    const struct hc_trace *trace;
    uint32_t *pods;  /* [nodes] placed, on each */
    double *of_node; /* [nodes × HC_SUMS] what each node is in the sums */
    double now[HC_SUMS], hours[HC_SUMS];
    double memory_a_cpu, cpu_a_memory, cpu_a_gpu; /* in what pods ask for */
    uint64_t *used_by_share; /* [HC_TALLY_SHARES] hours of nodes in use; NULL: no use */
    struct hc_offered offered;
    struct hc_timeline *timeline; /* the caller's, or NULL: not wanted */
    int64_t last_us;
    bool started;
    double measures[HC_MEASURES];
};

enum hc_status hc_tally_open(
    const struct hc_trace *trace, struct hc_tally *ret) HC_MUST_USE;
void hc_tally_clear(struct hc_tally *tally);

/* After each step; `fleet` as it is then. */
void hc_tally_add(
    struct hc_tally *tally, const struct hc_step *step, const struct hc_fleet *fleet);

/* At the end: the measures. `load_known`: hot hours were added to them. */
void hc_tally_finish(struct hc_tally *tally, bool load_known);

#endif
