/*
 * join.h - which node an instance was, moment by moment
 *
 * A target of Prometheus is an address ("10.0.0.5:9100"); kube_node_info says which node
 * has it (internal_ip), and when: a node that was replaced under the same address has two
 * series, one after the other. Rules, for one day:
 *
 * - the address is the instance without port and without the brackets of IPv6;
 * - only nodes of the same cluster count (the label `cluster`; none equals none);
 * - where several have the address at a moment, the one whose series began last; of
 *   those, the first by name;
 * - where none has it, the one that had it before; before the first one, that;
 * - an address that no node has all day is taken as the node's name.
 *
 * Pure. Threads: a struct belongs to one at a time.
 */
#ifndef HC_JOIN_H
#define HC_JOIN_H

#include "base/base.h"

/* One series of kube_node_info; owns its texts. */
struct hc_join_info {
    char *cluster, *ip, *node;
    double *there; /* a moment each: NaN where the node did not have the address */
};

struct hc_join {
    struct hc_join_info *infos;
    size_t n, cap;
    size_t n_points;
};

void hc_join_clear(struct hc_join *join);

/* The series of these labels, a new one (never there) if need be; NULL: no memory. */
struct hc_join_info *hc_join_info(
    struct hc_join *join, const char *cluster, const char *ip, const char *node);

/* The instance's address, into `out` of `size` bytes (a longer one is cut). */
void hc_join_address(const char *instance, char *out, size_t size);

/* Fills ret[n_points] with indices of infos; false: no node has the address. */
bool hc_join_nodes(
    const struct hc_join *join, const char *cluster, const char *address, int32_t *ret);

#endif
