/*
 * replay.c - what other policies of placement would have taken
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

#define RANGE(key, take, field)                                                          \
    {                                                                                    \
        key, take, offsetof(struct hc_placement_range, field), NULL                      \
    }

static const struct hc_field range_fields[] = {
    RANGE("n", hc_take_count, n),
    RANGE("mean", hc_take_number, mean),
    RANGE("sd", hc_take_number, sd),
    RANGE("min", hc_take_number, min),
    RANGE("max", hc_take_number, max),
};
static const struct hc_shape range_shape =
    HC_SHAPE(struct hc_placement_range, range_fields, NULL);

#define POLICY(key, take, field)                                                         \
    {                                                                                    \
        key, take, offsetof(struct hc_placement_policy, field), NULL                     \
    }

static const struct hc_field policy_fields[] = {
    POLICY("name", hc_take_text, name),
    POLICY("oracle", hc_take_flag, oracle),
    POLICY("recorded", hc_take_flag, recorded),
    POLICY("needed", hc_take_small, needed),
    POLICY("needed_min", hc_take_small, needed_min),
    POLICY("needed_max", hc_take_small, needed_max),
    POLICY("fleet", hc_take_small, fleet),
    POLICY("fleet_min", hc_take_small, fleet_min),
    POLICY("fleet_max", hc_take_small, fleet_max),
};

/* A measure is not there where there is no value. What is drawn is not stored. */
static enum hc_status finish_policy(struct hc_reading *r, const json_t *object, void *to)
{
    static const struct hc_placement_range none = {0, NAN, NAN, NAN, NAN};
    struct hc_placement_policy *policy = to;

    for (size_t i = 0; i < HC_PLACEMENT_LOADS; i++)
        policy->allocated[i] = NAN;
    for (size_t i = 0; i < HC_PLACED_MEASURES; i++) {
        const char *key = hc_placement_keys[i];
        const json_t *range = json_object_get(object, key);

        policy->measures[i] = none;
        if (range)
            HC_TRY(hc_reading_object(r, key, range, &range_shape, &policy->measures[i]));
    }
    return HC_OK;
}

static const struct hc_shape policy_shape =
    HC_SHAPE(struct hc_placement_policy, policy_fields, finish_policy);

/* ---- the section ----------------------------------------------------------------- */

#define SECTION(key, take, field)                                                        \
    {                                                                                    \
        key, take, offsetof(struct hc_placement, field), NULL                            \
    }

static const struct hc_field there_fields[] = {
    SECTION("timed", hc_take_flag, timed),
    SECTION("start", hc_take_time, start_us),
    SECTION("end", hc_take_time, end_us),
    SECTION("nodes_replayed", hc_take_count, nodes),
    SECTION("pods", hc_take_count, pods),
    SECTION("pods_kept", hc_take_count, kept),
    SECTION("orders", hc_take_count, orders),
    SECTION("first_seed", hc_take_whole, first_seed),
    SECTION("trials", hc_take_count, trials),
    SECTION("by_fleet", hc_take_flag, by_fleet),
    SECTION("fleet_trials", hc_take_count, fleet_trials),
    SECTION("fleet_recorded", hc_take_count, fleet_recorded),
};
static const struct hc_shape there_shape =
    HC_SHAPE(struct hc_placement, there_fields, NULL);

/* Each where it is there. */
static const struct hc_field known_fields[] = {
    SECTION("nodes", hc_take_number, best_nodes),
    SECTION("nodes_recorded", hc_take_number, recorded_nodes),
    SECTION("nodes_bound", hc_take_number, nodes_bound),
    SECTION("judge", hc_take_text, judge),
    SECTION("judged", hc_take_count, judged),
    SECTION("in_best", hc_take_count, in_best),
    SECTION("barred", hc_take_count, barred),
};

static enum hc_status read_known(
    struct hc_reading *r, const json_t *object, struct hc_placement *p)
{
    p->best_nodes = p->recorded_nodes = p->nodes_bound = NAN;
    for (size_t i = 0; i < HC_COUNT(known_fields); i++)
        if (json_object_get(object, known_fields[i].key))
            HC_TRY(known_fields[i].take(
                r, object, &known_fields[i], (char *)p + known_fields[i].offset));
    return HC_OK;
}

static const struct hc_field moment_fields[] = {
    SECTION("moment", hc_take_time, moment_us),
    SECTION("moment_pods", hc_take_count, moment_pods),
    SECTION("moment_nodes", hc_take_count, moment_nodes),
    SECTION("bound", hc_take_count, bound),
    SECTION("bound_kind", hc_take_unit, bound_kind),
    SECTION("impossible", hc_take_flag, impossible),
    SECTION("oracle", hc_take_count, oracle),
    SECTION("oracle_pending", hc_take_count, oracle_pending),
};
static const struct hc_shape moment_shape =
    HC_SHAPE(struct hc_placement, moment_fields, NULL);

static enum hc_status read_claim(
    struct hc_reading *r, const json_t *object, struct hc_placement *p)
{
    const char *claim = json_string_value(json_object_get(object, "claim"));
    const char *policy = json_string_value(json_object_get(object, "policy"));
    int at = 0;

    while (claim && at < HC_CLAIMS && strcmp(claim, hc_placement_claims[at]))
        at++;
    if (!claim || at == HC_CLAIMS)
        return hc_reading_bad(r, "claim", "is not known");
    p->claim = (enum hc_placement_claim)at;
    p->best = p->recorded = -1;
    for (size_t i = 0; i < p->n_policies; i++) {
        if (policy && !strcmp(policy, p->policies[i].name))
            p->best = (int)i;
        if (p->policies[i].recorded)
            p->recorded = (int)i;
    }
    return HC_OK;
}

static const struct hc_field section_fields[] = {
    SECTION(NULL, hc_take_verdict, verdict),
};

/* Where the section is not available there is nothing else. */
static enum hc_status finish_section(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_placement *p = to;

    if (p->verdict.status != HC_AVAILABLE)
        return HC_OK;
    HC_TRY(hc_reading_object(r, "replay", object, &there_shape, p));
    HC_TRY(read_known(r, object, p));
    if (p->trials)
        HC_TRY(hc_reading_object(r, "replay", object, &moment_shape, p));
    HC_TRY(hc_reading_rows(
        r, object, "policies", &policy_shape, &p->policies, &p->n_policies));
    return read_claim(r, object, p);
}

static const struct hc_shape section_shape =
    HC_SHAPE(struct hc_placement, section_fields, finish_section);

/* A report of an older program has none. */
enum hc_status hc_stored_replay(struct hc_reading *r, const json_t *root)
{
    struct hc_placement *p = &r->stored->findings.placement;
    const json_t *object = json_object_get(root, "replay");

    if (object)
        return hc_reading_object(r, "replay", object, &section_shape, p);
    hc_verdict_set(&p->verdict, HC_NOT_AVAILABLE, "the report was made without it");
    return HC_OK;
}
