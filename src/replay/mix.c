#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "replay/mix.h"

static enum hc_status find(
    const char *name, const struct hc_policy **ret, struct hc_error *err)
{
    struct hc_nearest nearest = {.word = name};

    *ret = hc_policy_find(name);
    if (*ret)
        return HC_OK;
    for (size_t i = 0; hc_policies[i]; i++)
        hc_nearest_try(&nearest, hc_policies[i]->name);
    if (nearest.best)
        return hc_fail(
            err, HC_USAGE, "no policy '%s': did you mean '%s'?", name, nearest.best);
    return hc_fail(
        err, HC_USAGE, "no policy '%s': 'hindcast policies' prints them", name);
}

/* "NAME" or "NAME:WEIGHT" into the next part. */
static enum hc_status add_part(struct hc_mix *mix, char *text, struct hc_error *err)
{
    char *colon = strchr(text, ':'), *end;
    long weight = 1;

    if (mix->n == HC_MIX_MAX)
        return hc_fail(err, HC_USAGE, "--policy: a mix has at most %d parts", HC_MIX_MAX);
    if (colon) {
        weight = strtol(colon + 1, &end, 10);
        if (end == colon + 1 || *end || weight < 1 || weight > HC_MIX_WEIGHT_MAX)
            return hc_fail(err, HC_USAGE,
                "--policy '%s': a weight is a whole number from 1 to %d", text,
                HC_MIX_WEIGHT_MAX);
        *colon = '\0';
    }
    HC_TRY(find(text, &mix->parts[mix->n].policy, err));
    mix->parts[mix->n].weight = (int)weight;
    mix->soft += mix->parts[mix->n].policy->soft ? (int)weight : 0;
    mix->n++;
    return HC_OK;
}

static enum hc_status check(struct hc_mix *mix, struct hc_error *err)
{
    int weights = 0, most = 0;
    size_t len = 0;

    for (size_t i = 0; i < mix->n; i++) {
        const struct hc_policy *policy = mix->parts[i].policy;

        weights += mix->parts[i].weight;
        most += mix->parts[i].weight * policy->most;
        if (mix->n > 1 && policy->kind != HC_POLICY_SCORES)
            return hc_fail(
                err, HC_USAGE, "--policy: '%s' gives no scores to mix", policy->name);
        len += (size_t)snprintf(
            mix->name + len, sizeof(mix->name) - len, "%s%s", i ? "+" : "", policy->name);
        if (mix->n > 1 && len < sizeof(mix->name))
            len += (size_t)snprintf(
                mix->name + len, sizeof(mix->name) - len, ":%d", mix->parts[i].weight);
        if (len >= sizeof(mix->name))
            return hc_fail(err, HC_USAGE, "--policy: a mix of too many names");
    }
    if (weights > HC_MIX_WEIGHT_MAX || most > INT16_MAX) /* scores are kept in 16 bits */
        return hc_fail(err, HC_USAGE,
            "--policy '%s': the weights are too large together, at most %d", mix->name,
            HC_MIX_WEIGHT_MAX);
    return HC_OK;
}

static enum hc_status add_mix(const struct hc_mix *mix, struct hc_mix **mixes, size_t *n,
    size_t *cap, struct hc_error *err)
{
    for (size_t i = 0; i < *n; i++)
        if (!strcmp((*mixes)[i].name, mix->name))
            return hc_fail(err, HC_USAGE, "--policy: '%s' twice", mix->name);
    HC_TRY(hc_grow(mixes, cap, *n + 1, sizeof(**mixes)));
    (*mixes)[(*n)++] = *mix;
    return HC_OK;
}

enum hc_status hc_mix_parse(
    const char *text, struct hc_mix **mixes, size_t *n, size_t *cap, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) char *copy = hc_strdup(text);
    struct hc_mix mix = {0};
    bool is_mix = strchr(text, ':') != NULL;
    char *rest = copy;

    if (!copy)
        return HC_NO_MEMORY;
    for (char *part; (part = strsep(&rest, ",")) != NULL;) {
        HC_TRY(add_part(&mix, part, err));
        if (is_mix && rest)
            continue;
        HC_TRY(check(&mix, err));
        HC_TRY(add_mix(&mix, mixes, n, cap, err));
        mix = (struct hc_mix){0};
    }
    return HC_OK;
}

const struct hc_policy *hc_mix_lead(const struct hc_mix *mix)
{
    size_t best = 0;

    for (size_t i = 1; i < mix->n; i++)
        if (mix->parts[i].weight > mix->parts[best].weight)
            best = i;
    return mix->parts[best].policy;
}
