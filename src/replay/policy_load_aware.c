#include "replay/policy.h"

/* Nodes over these shares are left alone. */
#define CPU_MOST 0.65
#define MEMORY_MOST 0.95

static double used(const struct hc_fleet *f, enum hc_load_kind kind, size_t node)
{
    if (hc_load_known(&f->load))
        return hc_load_last(&f->load, kind, node);
    return kind == HC_LOAD_CPU ? (double)(f->cpu[node] - f->cpu_left[node])
                               : (double)(f->memory[node] - f->memory_left[node]);
}

static int64_t left(double used_with, double capacity)
{
    return capacity <= 0 || used_with > capacity
               ? 0
               : (int64_t)((capacity - used_with) * 100 / capacity);
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    const struct hc_fleet *f = s->fleet;
    double cpu = used(f, HC_LOAD_CPU, node), memory = used(f, HC_LOAD_MEMORY, node);

    if (cpu > CPU_MOST * (double)f->cpu[node] ||
        memory > MEMORY_MOST * (double)f->memory[node])
        return -1;
    cpu += hc_load_estimate(shape, HC_ESTIMATE_KOORDINATOR_CPU);
    memory += hc_load_estimate(shape, HC_ESTIMATE_KOORDINATOR_MEMORY);
    if (hc_load_known(&f->load)) {
        cpu += f->load.newer[HC_ESTIMATE_KOORDINATOR_CPU][node];
        memory += f->load.newer[HC_ESTIMATE_KOORDINATOR_MEMORY][node];
    }
    return (
        int)((left(cpu, (double)f->cpu[node]) + left(memory, (double)f->memory[node])) /
             2);
}

const struct hc_policy hc_policy_load_aware = {
    .name = "LoadAware",
    .formula =
        "mean over CPU and memory of 100 (T - P) / T, T allocatable, P the load and "
        "what is estimated of pods; no node over 65 % CPU or 95 % memory",
    .source = "koordinator-sh/koordinator, LoadAwareScheduling",
    .most = 100,
    .score = score,
};
