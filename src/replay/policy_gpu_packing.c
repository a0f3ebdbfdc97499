#include <stdlib.h>

#include "replay/policy.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* The GPUs that have `milli` left, by what is left, least first. */
static size_t sorted_fitting(
    const struct hc_fleet *f, uint32_t milli, size_t node, uint16_t out[HC_GPUS_MAX])
{
    const uint16_t *left = hc_fleet_gpus(f, node);
    size_t n = 0;

    for (size_t g = 0; g < f->gpu_stride; g++) {
        size_t at = n;

        if (left[g] < milli)
            continue;
        for (; at && out[at - 1] > left[g]; at--)
            out[at] = out[at - 1];
        out[at] = left[g];
        n++;
    }
    return n;
}

/* It takes `idle` idle GPUs of a node that is in use, or none. */
static int in_use(const uint16_t *fitting, size_t n)
{
    int idle = 0, rest = 0;

    for (size_t i = 0; i < n; i++) {
        idle += fitting[i] == HC_GPU_WHOLE;
        rest += fitting[i] * 100 / HC_GPU_WHOLE;
    }
    return idle ? larger(50 - idle, 33) : larger(100 - rest / 10, 50);
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    uint16_t fitting[HC_GPUS_MAX];
    int gpus = (int)s->trace->nodes[node].gpus;
    int idle = s->fleet->gpu_idle[node];

    if (!shape->gpus)
        return 0;
    if (idle == gpus)
        return larger(33 - idle, idle);
    sorted_fitting(s->fleet, shape->gpu_milli, node, fitting);
    return in_use(fitting, shape->gpus);
}

const struct hc_policy hc_policy_gpu_packing = {
    .name = "GpuPacking",
    .formula =
        "used GPUs first (50..100), then idle ones of a node in use (33..49), then "
        "idle nodes",
    .source = "MLaaS in the wild (NSDI'22), as hkust-adsl/kubernetes-scheduler-simulator "
              "has it",
    .most = 100,
    .score = score,
};
