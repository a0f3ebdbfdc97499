#include "replay/policy.h"

/* 75: the node has pods of the same number of GPUs alone; 50: and others; 25: none at
 * all; 0: only others. All that share a GPU are of one kind. */
static int likeness(const struct hc_fleet *f, const struct hc_shape *shape, size_t node)
{
    const uint16_t *tags = f->tags + node * (HC_GPUS_MAX + 1);
    size_t tag = hc_shape_shares(shape) ? 0 : shape->gpus;
    bool others = false;

    for (size_t t = 0; t <= HC_GPUS_MAX; t++)
        others |= t != tag && tags[t];
    if (tags[tag])
        return others ? 50 : 75;
    return others ? 0 : 25;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    int64_t most = s->trace->most_gpu_milli;

    if (!shape->gpus)
        return 0;
    return (int)(25 * (most - s->fleet->gpu_sum[node]) / most) +
           likeness(s->fleet, shape, node);
}

const struct hc_policy hc_policy_gpu_clustering = {
    .name = "GpuClustering",
    .formula = "25 (most - GPU left) / most + 75, 50, 25 or 0 for only pods of as many "
               "GPUs, those and others, none, only others",
    .source = "Gandiva (OSDI'18), as hkust-adsl/kubernetes-scheduler-simulator has it",
    .most = 100,
    .score = score,
};
