/*
 * gather.h - which sums are made here
 *
 * Prometheus takes as long to add up three series as to give them. Where a node has no
 * more than HC_FEW of a metric that is summed or counted (interfaces, disks, the cores of
 * a small machine), its series are asked for as they are and added here (evaluate.h);
 * where it has more, the answer would grow with them, and the server adds.
 *
 * Private to the room.
 */
#ifndef HC_GATHER_H
#define HC_GATHER_H

#include "collect/server.h"

/* Series of one metric that a node has at most, on average. */
enum { HC_FEW = 3 };

/* Fills plan->gathers by what there is at t_s. What the server does not say, it adds.
 * Failures: as server.h. */
enum hc_status hc_gather_choose(struct hc_server *server, struct hc_plan *plan,
    int64_t t_s, struct hc_error *err) HC_MUST_USE;

#endif
