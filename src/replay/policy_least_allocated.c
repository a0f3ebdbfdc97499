#include "replay/kube.h"
#include "replay/kube_rows.h"
#include "replay/policy.h"

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_scored(s->fleet, shape, node);

    return hc_kube_least(&use);
}

const struct hc_policy hc_policy_least_allocated = {
    .name = "LeastAllocated",
    .formula = "mean over CPU and memory of 100 (allocatable - requested) / allocatable",
    .source = "kube-scheduler, noderesources/least_allocated.go",
    .most = 100,
    .score = score,
    .score_many = hc_kube_rows_least,
    .open = hc_kube_rows_open,
    .changed = hc_kube_rows_changed,
    .close = hc_kube_rows_close,
};
