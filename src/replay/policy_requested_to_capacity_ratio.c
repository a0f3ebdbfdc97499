#include <math.h>

#include "replay/kube.h"
#include "replay/policy.h"

/* Percent used, and what it is worth, 0..10 times 10; kube-scheduler's documented one for
 * packing. Between two points it is linear, in whole numbers. */
static const struct {
    int64_t used, score;
} points[] = {{0, 0}, {100, 100}};

static int64_t shape_at(int64_t used)
{
    size_t i = 0;

    while (i < HC_COUNT(points) && used > points[i].used)
        i++;
    if (i == 0)
        return points[0].score;
    if (i == HC_COUNT(points))
        return points[i - 1].score;
    return points[i - 1].score + (points[i].score - points[i - 1].score) *
                                     (used - points[i - 1].used) /
                                     (points[i].used - points[i - 1].used);
}

static int64_t of_resource(int64_t used, int64_t capacity)
{
    return shape_at(used > capacity ? 100 : used * 100 / capacity);
}

/* A resource that scores nothing is left out of the mean, as in the original. */
static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    struct hc_kube_use use = hc_kube_scored(s->fleet, shape, node);
    int64_t cpu = use.cpu_capacity ? of_resource(use.cpu, use.cpu_capacity) : 0;
    int64_t memory =
        use.memory_capacity ? of_resource(use.memory, use.memory_capacity) : 0;
    int64_t n = (cpu > 0) + (memory > 0);

    return n ? (int)lround((double)(cpu + memory) / (double)n) : 0;
}

const struct hc_policy hc_policy_requested_to_capacity_ratio = {
    .name = "RequestedToCapacityRatio",
    .formula = "mean over CPU and memory of a piecewise linear function of the share "
               "requested, here 0 at 0 % and 100 at 100 %",
    .source = "kube-scheduler, noderesources/requested_to_capacity_ratio.go",
    .most = 100,
    .score = score,
};
