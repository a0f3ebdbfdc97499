#include "replay/policy.h"

static uint32_t devices(
    const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    return hc_fleet_devices(s->fleet, shape, node);
}

const struct hc_policy hc_policy_random = {
    .name = "Random",
    .formula = "each node that fits with the same chance; so the GPU of a shared pod",
    .source = "the control: any rule should beat it",
    .kind = HC_POLICY_RANDOM,
    .devices = devices,
};
