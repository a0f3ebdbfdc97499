/*
 * remote_look.h - can this server be asked for raw samples, and by which rules
 *
 * Raw samples are only of use if what is computed of them is what the server's own
 * queries give. So it is looked at, in this order, and the first that is not so is the
 * reason why not:
 *
 * - it says that it is Prometheus, and the version: rate.h's rules follow from it
 * - its look-back, by its flags (5 minutes, where it does not say)
 * - --match is understood (matchers.h)
 * - one series is asked for both ways: labels that only the raw one has are external
 *   labels, which the server adds there and not in a query
 * - a few moments of each query of the plan are asked for both ways, and are the same
 *   within HC_REMOTE_TOLERANCE
 *
 * Two requests a query of the plan, over a few moments each.
 */
#ifndef HC_REMOTE_LOOK_H
#define HC_REMOTE_LOOK_H

#include "collect/server.h"

#define HC_REMOTE_TOLERANCE 1e-9

struct hc_remote_look {
    enum hc_status status; /* HC_OK: it can; else what kind of failure the reason is */
    char why[512];         /* not: a reason; "" */
};

/*
 * The plan is as after hc_preflight_run; `last_s` is a moment for which there are data.
 * If it can be, plan->protocol and plan->rules say so; else they are as they were. Fails
 * with HC_INTERRUPTED and HC_NO_MEMORY alone.
 */
enum hc_status hc_remote_look(struct hc_server *server,
    const struct hc_server_about *about, struct hc_plan *plan, int64_t last_s,
    struct hc_remote_look *ret, struct hc_error *err) HC_MUST_USE;

/* rate.h's rules of a version such as "2.42.0+ds"; false: not a version of Prometheus
 * from 2 on. */
bool hc_remote_rules_of(const char *version, struct hc_remote_rules *ret);

#endif
