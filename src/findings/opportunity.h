/*
 * opportunity.h - how few nodes would carry what the node-hours have carried
 *
 * A bound, not an answer: load is cut and placed at will, hour by hour. The real answer
 * needs the pods (replay). A tally takes cells and makes a struct hc_opportunity; the
 * fleet has one and each group of --group-by has one of its own.
 *
 * Node-hour: a node in an hour of UTC, quarter hours merged first; its CPU and its
 * memory are the means of its samples. It is *present* if it has a CPU or a memory value
 * and is not switched off. A node whose cores or memory are known and 0 is switched off
 * (bitbrains lists such machines): it carries nothing, whatever its CPU says.
 *
 * Size: cpu_cores of the hour; where the hour lacks them the node's mean over its other
 * hours; a node that never tells counts as one of mean size. The mean size is the mean
 * over nodes of the nodes' own means. Where the data has no cpu_cores, or nothing above
 * 0, every node counts as 1 (weighted_by_cores says so). The same for memory_total.
 *
 * Load of a node-hour is mean × size, but at least nothing and at most all that the
 * node has: one sample of memory_usage 2048 (seen in bitbrains) must not ask for hundreds
 * of nodes, and what is named a lower bound must stay one. `clipped_node_hours` counts
 * these.
 *
 * Needed in an hour: the larger of ceil(load / (target × mean size)) of CPU and memory,
 * at least 1 where there is load. Sums run over the nodes that have a value in the hour.
 * A billionth is forgiven, so that exactly full is not one node more.
 *
 * Hot: CPU mean over 0.8. If even: an hour whose load over the size of its nodes is over
 * 0.8 counts all its nodes with CPU, any other none.
 *
 * Memory: an entry an hour, and the hours of one node.
 *
 * Private to the room.
 */
#ifndef HC_OPPORTUNITY_H
#define HC_OPPORTUNITY_H

#include "findings/finding.h"
#include "findings/index.h"

/* A mean that quarter hours are merged into. */
struct hc_part {
    uint64_t n;
    double mean;
};

/* One node in one hour: its use and its size, by resource. */
struct hc_node_hour {
    int64_t hour;
    struct hc_part use[HC_RESOURCES], size[HC_RESOURCES];
};

/* One resource in one hour over the nodes present with a value. */
struct hc_hour_load {
    uint32_t nodes, unsized; /* unsized: of a node of unknown size */
    double load, size;       /* of sized nodes: Σ use × size, Σ size */
    double unsized_use;      /* Σ use of the others */
    double mean, m2;         /* of the nodes' use */
};

struct hc_hour_tally {
    uint32_t present, hot;
    struct hc_hour_load of[HC_RESOURCES];
};

struct hc_opportunity_tally {
    bool started;
    uint32_t node;
    size_t n_own, own_cap;
    struct hc_node_hour *own; /* hours of the node at hand */
    struct hc_index index;
    size_t hours_cap;
    struct hc_hour_tally *hours; /* [index.n] */
    uint32_t sized_nodes[HC_RESOURCES];
    double size_sum[HC_RESOURCES]; /* of the sized nodes' means */
    uint64_t clipped;
};

/* Cells as hc_findings_add has them: by node, the quarters of an hour together. */
enum hc_status hc_opportunity_add(struct hc_opportunity_tally *tally,
    const struct hc_view *view, const struct hc_cell *cell) HC_MUST_USE;

/*
 * Ends the tally. `cpu` are the pooled statistics of CPU (n may be 0), `group` the group
 * of view->group whose nodes are meant, or HC_ALL_NODES. `ret_needs` (NULL: not wanted)
 * receives the hours, [ret_out->hours] ascending, to be freed with hc_free.
 */
enum { HC_ALL_NODES = -1 };
enum hc_status hc_opportunity_read(struct hc_opportunity_tally *tally,
    const struct hc_view *view, int group, const struct hc_stats *cpu,
    struct hc_opportunity *ret_out, struct hc_need **ret_needs) HC_MUST_USE;

void hc_opportunity_clear(struct hc_opportunity_tally *tally);

/* What is said of the fleet's (opportunity_say.c). */
enum hc_status hc_opportunity_say(
    const struct hc_view *view, struct hc_findings *out) HC_MUST_USE;

/* The notebook's (mean - target) / mean × 100; NaN without a mean or for 0. */
double hc_opportunity_pct(const struct hc_stats *cpu, double target);

#endif
