#include "replay/kube.h"
#include "replay/policy.h"

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_scored(s->fleet, shape, node);

    return hc_kube_most(&use);
}

const struct hc_policy hc_policy_most_allocated = {
    .name = "MostAllocated",
    .formula = "mean over CPU and memory of 100 requested / allocatable",
    .source = "kube-scheduler, noderesources/most_allocated.go",
    .most = 100,
    .score = score,
};
