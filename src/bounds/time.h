/*
 * time.h - L1 over time: the most nodes at a moment, and the node-hours
 *
 * Pods come and go, nodes too. At every moment the pods that are there need at least L1
 * of their demand (bounds/l1.h), so
 *
 *     no replay has fewer than  max over t of L1(t)  nodes in use at its fullest moment,
 *     and none has fewer than   ∫ L1(t) dt           node-hours in use,
 *
 * where a node is in use while a pod is on it. Both hold with any number of migrations.
 *
 * At `most_at_us` the other bounds can be asked of the pods that are there then, and may
 * say more.
 *
 *     HC_TRY(hc_bound_time_init(&time, &c, start_us));
 *     HC_TRY(hc_bound_time_add(&time, at_us, demand, 1, &err));     a pod comes
 *     HC_TRY(hc_bound_time_add(&time, at_us, demand, -1, &err));    a pod leaves
 *     HC_TRY(hc_bound_time_nodes(&time, at_us, type, -1, &err));    a node leaves
 *     HC_TRY(hc_bound_time_read(&time, end_us, &result, &err));
 *
 * Events come in order of time. Nothing is counted until time goes on: a state that lasts
 * for no time is no state. So a pod that comes in the very moment in which another leaves
 * needs no second node, whichever event is told first.
 *
 * The case gives the node types, resources and numbers of nodes to begin with; its pods
 * do not matter. A pod that no node can hold has to be kept away by the caller, as has
 * one that was not placed. A resize is a leaving and a coming.
 *
 * Where the demand is more than all nodes have, L1 is all nodes and the time is counted
 * as `short_us`.
 *
 * Incremental: a pod's event is O(resources), a node's O(types × resources), and each
 * moment with events O(resources × log types). Sums in integers of 128 bits.
 *
 * Can fail: HC_INPUT (time goes back, a demand or a number of nodes would be negative),
 * HC_NO_MEMORY. One thread at a time.
 */
#ifndef HC_BOUND_TIME_H
#define HC_BOUND_TIME_H

#include "bounds/cover.h"

struct hc_bound_time_result {
    int64_t most_nodes;   /* max over t of L1(t) */
    int64_t most_at_us;   /* the first moment of it; the start if there is no pod */
    size_t most_resource; /* that asks for it, the first of several */
    int64_t short_us;     /* how long the demand was more than all nodes */
    hc_int128 node_us;    /* ∫ L1(t) dt, exact */
    double node_hours;    /* the same */
};

struct hc_bound_time {
    size_t resources, node_types;
    struct hc_bound_cover *covers; /* [resources] */
    int64_t *nodes;                /* [node_types], now */
    bool recount;                  /* the covers do not know them yet */
    int64_t pods;                  /* now */
    hc_int128 demand[HC_BOUND_RESOURCES];
    int64_t now_us;
    struct hc_bound_time_result so_far;
};

enum hc_status hc_bound_time_init(struct hc_bound_time *ret,
    const struct hc_bound_case *c, int64_t start_us) HC_MUST_USE;
void hc_bound_time_clear(struct hc_bound_time *time);

/* `pods` pods of `demand` [resources] each come, or go if it is negative. */
enum hc_status hc_bound_time_add(struct hc_bound_time *time, int64_t at_us,
    const int64_t *demand, int64_t pods, struct hc_error *err) HC_MUST_USE;

/* `nodes` more of a node type of the case, or fewer. */
enum hc_status hc_bound_time_nodes(struct hc_bound_time *time, int64_t at_us,
    size_t node_type, int64_t nodes, struct hc_error *err) HC_MUST_USE;

/* What it comes to up to a moment; more events may follow. */
enum hc_status hc_bound_time_read(struct hc_bound_time *time, int64_t at_us,
    struct hc_bound_time_result *ret, struct hc_error *err) HC_MUST_USE;

#endif
