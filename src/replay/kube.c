#include <math.h>

#include "replay/kube.h"

struct hc_kube_use hc_kube_scored(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    return (struct hc_kube_use){.cpu = fleet->scored_cpu[node] + shape->scored_cpu,
        .memory = fleet->scored_memory[node] + shape->scored_memory,
        .cpu_capacity = fleet->cpu[node],
        .memory_capacity = fleet->memory[node]};
}

struct hc_kube_use hc_kube_asked(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    return (struct hc_kube_use){
        .cpu = fleet->cpu[node] - fleet->cpu_left[node] + shape->cpu,
        .memory = fleet->memory[node] - fleet->memory_left[node] + shape->memory,
        .cpu_capacity = fleet->cpu[node],
        .memory_capacity = fleet->memory[node]};
}

/* (sum of the scores of what the node has) / (how many those are) */
static int mean(const struct hc_kube_use *use, int64_t cpu, int64_t memory)
{
    int64_t n = (use->cpu_capacity != 0) + (use->memory_capacity != 0);

    return n ? (int)((cpu + memory) / n) : 0;
}

static int64_t least(int64_t used, int64_t capacity)
{
    return capacity == 0 || used > capacity ? 0 : (capacity - used) * 100 / capacity;
}

int hc_kube_least(const struct hc_kube_use *use)
{
    return mean(use, least(use->cpu, use->cpu_capacity),
        least(use->memory, use->memory_capacity));
}

static int64_t most(int64_t used, int64_t capacity)
{
    return capacity == 0 ? 0 : (used > capacity ? capacity : used) * 100 / capacity;
}

int hc_kube_most(const struct hc_kube_use *use)
{
    return mean(
        use, most(use->cpu, use->cpu_capacity), most(use->memory, use->memory_capacity));
}

static double share(int64_t used, int64_t capacity)
{
    double s = (double)used / (double)capacity;

    return s > 1 ? 1 : s;
}

int hc_kube_balance(const struct hc_kube_use *use)
{
    double deviation = 0;

    if (use->cpu_capacity && use->memory_capacity)
        deviation = fabs((share(use->cpu, use->cpu_capacity) -
                             share(use->memory, use->memory_capacity)) /
                         2);
    return (int)((1 - deviation) * 100);
}

int hc_kube_balance_gain(
    const struct hc_fleet *fleet, const struct hc_shape *shape, size_t node)
{
    static const struct hc_shape nothing;
    struct hc_kube_use with = hc_kube_asked(fleet, shape, node);
    struct hc_kube_use without = hc_kube_asked(fleet, &nothing, node);

    return 50 + (50 + hc_kube_balance(&with) - hc_kube_balance(&without)) / 2;
}
