/*
 * temporal.c - means by time, of all nodes and of groups of them
 */
#include "stored/reading.h"

#define MEAN(key, i)                                                                     \
    {key, hc_take_number, offsetof(struct hc_pattern, mean[i]), NULL},                   \
    {                                                                                    \
        key "_n", hc_take_count, offsetof(struct hc_pattern, n[i]), NULL                 \
    }

static const struct hc_field pattern_fields[] = {
    {"n", hc_take_count, offsetof(struct hc_pattern, rows), NULL},
    {"days", hc_take_small, offsetof(struct hc_pattern, days), NULL},
    MEAN("cpu_usage_rate", 0),
    MEAN("memory_usage", 1),
    MEAN("load_1m", 2),
};
static const struct hc_shape pattern_shape =
    HC_SHAPE(struct hc_pattern, pattern_fields, NULL);

static enum hc_status finish_temporal(
    struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_temporal *t = to;

    HC_TRY(hc_reading_into(
        r, object, "hourly", &pattern_shape, t->hourly, HC_COUNT(t->hourly)));
    HC_TRY(hc_reading_into(
        r, object, "daily", &pattern_shape, t->daily, HC_COUNT(t->daily)));
    return hc_reading_into(
        r, object, "weekly", &pattern_shape, t->weekly, HC_COUNT(t->weekly));
}

static const struct hc_field temporal_fields[] = {
    {NULL, hc_take_verdict, offsetof(struct hc_temporal, verdict), NULL},
};
static const struct hc_shape temporal_shape =
    HC_SHAPE(struct hc_temporal, temporal_fields, finish_temporal);

enum hc_status hc_stored_temporal_of(
    struct hc_reading *r, const json_t *object, struct hc_temporal *to)
{
    return hc_reading_object(
        r, "temporal", json_object_get(object, "temporal"), &temporal_shape, to);
}

enum hc_status hc_stored_temporal(struct hc_reading *r, const json_t *root)
{
    return hc_stored_temporal_of(r, root, &r->stored->findings.temporal);
}

/* ---- groups ---------------------------------------------------------------------- */

#define MAIN(key, i)                                                                     \
    {                                                                                    \
        key, hc_take_object, offsetof(struct hc_group, main[i]), &hc_shape_moments       \
    }

static const struct hc_field group_fields[] = {
    {"value", hc_take_text_or_none, offsetof(struct hc_group, value), NULL},
    {"nodes", hc_take_small, offsetof(struct hc_group, nodes), NULL},
    {"n", hc_take_count, offsetof(struct hc_group, rows), NULL},
    MAIN("cpu_usage_rate", 0),
    MAIN("memory_usage", 1),
    MAIN("load_1m", 2),
};

static enum hc_status finish_group(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_group *group = to;

    HC_TRY(hc_stored_temporal_of(r, object, &group->temporal));
    return hc_stored_opportunity_of(r, object, &group->opportunity);
}

static const struct hc_shape group_shape =
    HC_SHAPE(struct hc_group, group_fields, finish_group);

enum hc_status hc_stored_groups(struct hc_reading *r, const json_t *root)
{
    struct hc_findings *f = &r->stored->findings;

    return hc_reading_rows(r, root, "groups", &group_shape, &f->groups, &f->n_groups);
}
