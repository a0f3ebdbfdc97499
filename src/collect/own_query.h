/*
 * own_query.h - queries of the user's, out of a JSON file
 *
 *     [{"name": "gpu_usage",
 *       "promql": "avg by (cluster, instance) (DCGM_FI_DEV_GPU_UTIL{$match}) / 100",
 *       "unit": "ratio", "meaning": "mean use of the node's GPUs"}]
 *
 * Each is a further column of samples/, called by its name. The query gives one number a
 * node and moment; of several the largest counts, and there is a warning. Its series have
 * the label `instance` (or the one of --node-label), and are joined to a node as the
 * table's are; or the label `node` with the node's name. `cluster` is kept. Placeholders:
 * $match (the matchers of --match, maybe none: last in the braces, since PromQL takes
 * {a="b",} and not {,a="b"}), $window (the window of rates, "240s"), $step ("60s"). unit
 * and meaning may be left out.
 *
 * HC_INPUT: the file is not there or not right; the message names the query and key.
 */
#ifndef HC_OWN_QUERY_H
#define HC_OWN_QUERY_H

#include "collect/plan.h"

enum { HC_OWN_NAME = 64, HC_OWN_PROMQL = 16 << 10 };

/* Into plan->own, which is empty. */
enum hc_status hc_own_queries_read(
    const char *path, struct hc_plan *plan, struct hc_error *err) HC_MUST_USE;

/* Whether both plans ask the same, in the same order. */
bool hc_own_queries_same(const struct hc_plan *a, const struct hc_plan *b);

#endif
