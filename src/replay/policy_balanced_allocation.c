#include "replay/kube.h"
#include "replay/policy.h"

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_asked(s->fleet, shape, node);

    return hc_kube_asks_nothing(shape) ? 0 : hc_kube_balance(&use);
}

const struct hc_policy hc_policy_balanced_allocation = {
    .name = "BalancedAllocation",
    .formula = "100 (1 - |CPU share - memory share| / 2)",
    .source = "kube-scheduler up to v1.35, noderesources/balanced_allocation.go",
    .most = 100,
    .score = score,
};
