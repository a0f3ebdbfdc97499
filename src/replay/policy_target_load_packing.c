#include <math.h>

#include "replay/policy.h"

#define TARGET 40.0

/* Percent of the node's CPU in use, with the pod and those that came since. */
static double predicted(
    const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    const struct hc_fleet *f = s->fleet;
    double used = (double)(f->cpu[node] - f->cpu_left[node]);

    if (hc_load_known(&f->load))
        used = hc_load_last(&f->load, HC_LOAD_CPU, node) +
               f->load.newer[HC_ESTIMATE_TRIMARAN_CPU][node];
    used += hc_load_estimate(shape, HC_ESTIMATE_TRIMARAN_CPU);
    return f->cpu[node] ? used / (double)f->cpu[node] * 100 : 101;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    double u = predicted(s, shape, node);

    if (u > 100)
        return 0;
    if (u > TARGET)
        return (int)lround(TARGET * (100 - u) / (100 - TARGET));
    return (int)lround((100 - TARGET) * u / TARGET + TARGET);
}

const struct hc_policy hc_policy_target_load_packing = {
    .name = "TargetLoadPacking",
    .formula = "u: predicted CPU in percent, T = 40; (100 - T) u / T + T up to T, then "
               "T (100 - u) / (100 - T), over 100 nothing",
    .source = "kubernetes-sigs/scheduler-plugins, Trimaran",
    .most = 100,
    .score = score,
};
