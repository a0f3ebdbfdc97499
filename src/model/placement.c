#include "model/placement.h"

#include "base/mem.h"

const char *const hc_placement_keys[HC_PLACED_MEASURES] = {
    [HC_PLACED_REFUSED] = "pods_refused",
    [HC_PLACED_NODES] = "nodes_used_most",
    [HC_PLACED_NODE_HOURS] = "node_hours_used",
    [HC_PLACED_HOT] = "node_hours_hot",
    [HC_PLACED_CPU_ASKED] = "cpu_requested_share",
    [HC_PLACED_MEMORY_ASKED] = "memory_requested_share",
    [HC_PLACED_CPU_P95] = "cpu_used_p95",
    [HC_PLACED_NODES_BOUND] = "nodes_bound",
    [HC_PLACED_NODE_HOURS_BOUND] = "node_hours_bound",
};

const char *const hc_placement_claims[HC_CLAIMS] = {
    [HC_CLAIM_NONE] = "none",
    [HC_CLAIM_FEWER] = "fewer",
    [HC_CLAIM_HOTTER] = "hotter",
    [HC_CLAIM_HOT_UNKNOWN] = "hot_unknown",
};

void hc_placement_clear(struct hc_placement *p)
{
    for (size_t i = 0; i < p->n_policies; i++) {
        hc_free(p->policies[i].name);
        hc_free(p->policies[i].course);
    }
    hc_free(p->policies);
    hc_free(p->judge);
    *p = (struct hc_placement){0};
}
