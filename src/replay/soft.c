#include "base/mem.h"
#include "replay/soft.h"
#include "replay/spread.h"

enum hc_status hc_soft_open(const struct hc_trace *trace, struct hc_soft *ret)
{
    HC_CLEANUP(hc_soft_clear) struct hc_soft s = {0};
    size_t n = trace->n_nodes + 1, domains = 1;

    for (size_t i = 0; i < trace->n_topologies; i++)
        if (trace->topologies[i].n_domains > domains)
            domains = trace->topologies[i].n_domains;
    s.fits = hc_calloc(n, sizeof(*s.fits));
    s.barred = hc_calloc(n, sizeof(*s.barred));
    s.taints = hc_calloc(n, sizeof(*s.taints));
    s.affinity = hc_calloc(n, sizeof(*s.affinity));
    s.spread = hc_calloc(n, sizeof(*s.spread));
    s.sums = hc_calloc(n, sizeof(*s.sums));
    s.raw = hc_calloc(n, sizeof(*s.raw));
    s.ignored = hc_calloc(n, sizeof(*s.ignored));
    s.counts = hc_calloc(domains, sizeof(*s.counts));
    s.candidate = hc_calloc(domains, sizeof(*s.candidate));
    if (!s.fits || !s.barred || !s.taints || !s.affinity || !s.spread || !s.sums ||
        !s.raw || !s.ignored || !s.counts || !s.candidate)
        return HC_NO_MEMORY;
    *ret = s;
    s = (struct hc_soft){0};
    return HC_OK;
}

void hc_soft_clear(struct hc_soft *soft)
{
    hc_free(soft->fits);
    hc_free(soft->barred);
    hc_free(soft->taints);
    hc_free(soft->affinity);
    hc_free(soft->spread);
    hc_free(soft->sums);
    hc_free(soft->raw);
    hc_free(soft->ignored);
    hc_free(soft->counts);
    hc_free(soft->candidate);
    *soft = (struct hc_soft){0};
}

/* ---- what there is to judge ---- */

static bool has_spread(const struct hc_shape *shape, bool hard)
{
    for (size_t i = 0; i < shape->n_spreads; i++)
        if (shape->spreads[i].hard == hard)
            return true;
    return false;
}

bool hc_soft_spreads(const struct hc_shape *shape)
{
    return has_spread(shape, false);
}

bool hc_soft_none(const struct hc_trace *trace, const struct hc_shape *shape, bool scores)
{
    const struct hc_rules *rules = &trace->rules[shape->rules];

    return !has_spread(shape, true) &&
           (!scores ||
               (!rules->untolerated && !rules->affinity && !has_spread(shape, false)));
}

void hc_soft_filter(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape)
{
    for (size_t i = 0; i < fleet->n; i++)
        soft->barred[i] = 0;
    for (size_t i = 0; i < shape->n_spreads; i++)
        if (shape->spreads[i].hard)
            hc_spread_filter(soft, fleet, shape, &shape->spreads[i]);
    for (size_t i = 0; i < fleet->n; i++)
        if (soft->barred[i])
            soft->fits[i] = false;
}

/* ---- taints and affinity ---- */

static void score_taints(struct hc_soft *soft, const uint8_t *untolerated, size_t n)
{
    int32_t most = 0;

    for (size_t i = 0; untolerated && i < n; i++)
        if (soft->fits[i] && untolerated[i] > most)
            most = untolerated[i];
    for (size_t i = 0; i < n; i++)
        soft->taints[i] =
            HC_WEIGHT_TAINTS * (most ? 100 - 100 * untolerated[i] / most : 100);
}

static void score_affinity(struct hc_soft *soft, const int32_t *sums, size_t n)
{
    int64_t most = 0;

    for (size_t i = 0; sums && i < n; i++)
        if (soft->fits[i] && sums[i] > most)
            most = sums[i];
    for (size_t i = 0; i < n; i++)
        soft->affinity[i] =
            most ? HC_WEIGHT_AFFINITY * (int32_t)(INT64_C(100) * sums[i] / most) : 0;
}

void hc_soft_score(
    struct hc_soft *soft, const struct hc_fleet *fleet, const struct hc_shape *shape)
{
    const struct hc_rules *rules = &fleet->trace->rules[shape->rules];

    score_taints(soft, rules->untolerated, fleet->n);
    score_affinity(soft, rules->affinity, fleet->n);
    if (hc_soft_spreads(shape)) {
        hc_spread_score(soft, fleet, shape);
        return;
    }
    for (size_t i = 0; i < fleet->n; i++)
        soft->spread[i] = 0;
}
