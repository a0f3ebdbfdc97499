#include <math.h>

#include "replay/policy.h"

static double clamp(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* Of one resource: mean with the pod and deviation, as shares; margin and sensitivity 1.
 */
static double rate(double mean, double sd, double asked, double capacity)
{
    if (capacity <= 0)
        return 0;
    return (1 - (clamp((mean + asked) / capacity) + clamp(sd / capacity)) / 2) * 100;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    const struct hc_fleet *f = s->fleet;
    struct hc_load_past cpu = {.mean = (double)(f->cpu[node] - f->cpu_left[node])};
    struct hc_load_past memory = {
        .mean = (double)(f->memory[node] - f->memory_left[node])};
    double a, b;

    if (hc_load_known(&f->load)) {
        cpu = hc_load_past(&f->load, HC_LOAD_CPU, node);
        memory = hc_load_past(&f->load, HC_LOAD_MEMORY, node);
    }
    a = rate(cpu.mean, cpu.sd, (double)shape->cpu, (double)f->cpu[node]);
    b = rate(memory.mean, memory.sd, (double)shape->memory, (double)f->memory[node]);
    return (int)lround(a < b ? a : b);
}

const struct hc_policy hc_policy_load_variation = {
    .name = "LoadVariationRiskBalancing",
    .formula = "100 (1 - (mean + deviation) / 2) of the load with the pod, the lower of "
               "CPU and memory",
    .source = "kubernetes-sigs/scheduler-plugins, Trimaran",
    .most = 100,
    .score = score,
};
