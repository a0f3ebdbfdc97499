#include <math.h>

#include "replay/beta.h"
#include "replay/policy.h"

#define LIMIT_WEIGHT 0.5

/* One resource of a node. */
struct resource {
    double capacity, requested, limits; /* with the pod */
    double asked;                       /* by the pod */
    double mean, sd;                    /* of the load */
};

/* The chance that the load is at most `share` of the capacity. */
static double chance_at_most(const struct resource *r, double share)
{
    double mean = r->mean / r->capacity, variance = r->sd / r->capacity;
    double spread;

    variance *= variance;
    if (mean <= 0)
        return 1;
    if (mean >= 1)
        return share >= 1;
    if (variance <= 0)
        return mean <= share;
    spread = mean * (1 - mean) / variance - 1;
    if (spread <= 0) /* no beta has so large a variance */
        return mean <= share;
    return hc_beta_at_most(mean * spread, (1 - mean) * spread, share);
}

static double risk(const struct resource *r)
{
    double limit = 0, load, share;

    if (r->capacity <= 0)
        return 1;
    if (r->limits > r->capacity && r->limits > r->requested)
        limit = (r->limits - r->capacity) / (r->limits - r->requested);
    share = (r->requested - r->asked) / r->capacity;
    load = 1 - chance_at_most(r, share < 0 ? 0 : share > 1 ? 1 : share);
    return LIMIT_WEIGHT * (limit > 1 ? 1 : limit) + (1 - LIMIT_WEIGHT) * load;
}

static void set_past(
    const struct hc_fleet *f, enum hc_load_kind kind, size_t node, struct resource *r)
{
    struct hc_load_past past = {.mean = r->requested - r->asked};

    if (hc_load_known(&f->load))
        past = hc_load_past(&f->load, kind, node);
    r->mean = past.mean;
    r->sd = past.sd;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static int score(const struct hc_scene *s, const struct hc_shape *shape, size_t node)
{
    const struct hc_fleet *f = s->fleet;
    struct resource cpu = {.capacity = (double)f->cpu[node],
        .requested = (double)(f->cpu[node] - f->cpu_left[node] + shape->cpu),
        .limits = (double)f->limit_cpu[node] +
                  larger((double)shape->limit_cpu, (double)shape->cpu),
        .asked = (double)shape->cpu};
    struct resource memory = {.capacity = (double)f->memory[node],
        .requested = (double)(f->memory[node] - f->memory_left[node] + shape->memory),
        .limits = (double)f->limit_memory[node] +
                  larger((double)shape->limit_memory, (double)shape->memory),
        .asked = (double)shape->memory};

    set_past(f, HC_LOAD_CPU, node, &cpu);
    set_past(f, HC_LOAD_MEMORY, node, &memory);
    return (int)lround((1 - larger(risk(&cpu), risk(&memory))) * 100);
}

const struct hc_policy hc_policy_low_risk = {
    .name = "LowRiskOverCommitment",
    .formula =
        "100 (1 - risk), the larger risk of CPU and memory: half (limits - "
        "capacity) / (limits - requests), half the chance of a load over requests, "
        "from a beta fitted to mean and deviation",
    .source = "kubernetes-sigs/scheduler-plugins, Trimaran",
    .most = 100,
    .score = score,
};
