#include "replay/policy.h"

/* left / most * asked / most */
static double product(int64_t left, int64_t asked, int64_t most)
{
    return most ? (double)left / (double)most * ((double)asked / (double)most) : 0;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    double d = product(s->fleet->cpu_left[node], shape->cpu, s->trace->most_cpu) +
               product(s->fleet->gpu_sum[node], hc_shape_gpu_milli(shape),
                   s->trace->most_gpu_milli);

    return (int)(100 * (1 - d / 2));
}

const struct hc_policy hc_policy_dot_prod = {
    .name = "DotProd",
    .formula =
        "100 (1 - (CPU left . CPU asked + GPU left . GPU asked) / 2), as shares of "
        "the largest node",
    .source = "Tetris (SIGCOMM'14), as hkust-adsl/kubernetes-scheduler-simulator has it",
    .most = 100,
    .score = score,
};
