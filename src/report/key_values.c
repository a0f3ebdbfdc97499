#include <math.h>
#include <string.h>

#include "report/key_values.h"

/* A gauge without a value has none of these. */
static struct hc_stats or_none(const struct hc_stats *stats)
{
    return stats->n ? *stats : (struct hc_stats){.mean = NAN, .max = NAN, .std = NAN};
}

void hc_baseline_values(
    const struct hc_baseline *baseline, struct hc_key_value ret[HC_BASELINE_VALUES])
{
    const struct hc_stats cpu = or_none(&baseline->stats[0]),
                          memory = or_none(&baseline->stats[1]),
                          load = or_none(&baseline->stats[2]);
    const struct hc_key_value values[HC_BASELINE_VALUES] = {
        {"avg_cpu_utilization", .number = cpu.mean},
        {"max_cpu_utilization", .number = cpu.max},
        {"cpu_utilization_std", .number = cpu.std},
        {"avg_memory_utilization", .number = memory.mean},
        {"max_memory_utilization", .number = memory.max},
        {"memory_utilization_std", .number = memory.std},
        {"avg_load_1m", .number = load.mean},
        {"max_load_1m", .number = load.max},
    };

    memcpy(ret, values, sizeof(values));
}

static double hour_of(int hour)
{
    return hour < 0 ? NAN : hour;
}

void hc_insight_values(
    const struct hc_insights *in, struct hc_key_value ret[HC_INSIGHT_VALUES])
{
    const struct hc_key_value values[HC_INSIGHT_VALUES] = {
        {"peak_hour", .number = hour_of(in->peak_hour)},
        {"low_hour", .number = hour_of(in->low_hour)},
        {"peak_cpu_usage", .number = in->peak_cpu_usage},
        {"low_cpu_usage", .number = in->low_cpu_usage},
        {"busiest_node", .is_text = true, .text = in->busiest_node},
        {"least_busy_node", .is_text = true, .text = in->least_busy_node},
        {"cpu_variation_coefficient", .number = in->cpu_variation_coefficient},
        {"optimization_opportunity_pct", .number = in->optimization_opportunity_pct},
    };

    memcpy(ret, values, sizeof(values));
}
