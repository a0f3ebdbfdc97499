#include "replay/policy.h"

/* Doubles in this order: the published values hang on the last bit. */
static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    double cpu = (double)(s->fleet->cpu_left[node] - shape->cpu);
    double gpu = (double)(s->fleet->gpu_sum[node] - hc_shape_gpu_milli(shape));
    double v = s->trace->most_cpu ? cpu / (double)s->trace->most_cpu * 0.5 : 0;

    if (s->trace->most_gpu_milli)
        v += gpu / (double)s->trace->most_gpu_milli * 0.5;
    return (int)((1 - v) * 100);
}

const struct hc_policy hc_policy_best_fit = {
    .name = "BestFit",
    .formula = "100 (1 - (CPU left / most CPU + GPU left / most GPU) / 2), with the pod; "
               "most: of the largest node",
    .source = "hkust-adsl/kubernetes-scheduler-simulator, BestFit; FGD, USENIX ATC'23",
    .most = 100,
    .score = score,
};
