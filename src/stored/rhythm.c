#include <math.h>

#include "base/mem.h"
#include "stored/courses.h"

static const struct hc_field extreme_fields[] = {
    HC_FIELD(hc_extreme, "hour", hc_take_hour, hour),
    HC_FIELD(hc_extreme, "from", hc_take_hour, from),
    HC_FIELD(hc_extreme, "to", hc_take_hour, to),
    HC_FIELD(hc_extreme, "value", hc_take_number, value),
};
static const struct hc_shape extreme_shape =
    HC_SHAPE(struct hc_extreme, extreme_fields, NULL);

static enum hc_status take_extreme(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const json_t *value = json_object_get(object, field->key);

    if (!json_is_null(value))
        return hc_reading_object(r, field->key, value, &extreme_shape, to);
    *(struct hc_extreme *)to = (struct hc_extreme){-1, -1, -1, NAN};
    return HC_OK;
}

#define RHYTHM(take_of)                                                                  \
    {                                                                                    \
        HC_FIELD(hc_rhythm_row, NULL, take_of, of),                                      \
            HC_FIELD(hc_rhythm_row, "period_h", hc_take_index, period_h),                \
            HC_FIELD(hc_rhythm_row, "cycles", hc_take_small, cycles),                    \
            HC_FIELD(hc_rhythm_row, "r", hc_take_number, r),                             \
            HC_FIELD(hc_rhythm_row, "trend", hc_take_number, trend),                     \
            HC_FIELD(hc_rhythm_row, "season", hc_take_number, season),                   \
            HC_FIELD(hc_rhythm_row, "day", hc_take_number, day),                         \
            HC_FIELD(hc_rhythm_row, "week", hc_take_number, week),                       \
            HC_FIELD(hc_rhythm_row, "held_out", hc_take_number, held_out),               \
            HC_FIELD(hc_rhythm_row, "days", hc_take_small, days),                        \
            HC_FIELD(hc_rhythm_row, "p", hc_take_number, p),                             \
            HC_FIELD(hc_rhythm_row, "top", take_extreme, top),                           \
            HC_FIELD(hc_rhythm_row, "low", take_extreme, low),                           \
    }

static const struct hc_field cluster_rhythm_fields[] = RHYTHM(hc_take_course_of_cluster);
static const struct hc_field node_rhythm_fields[] = RHYTHM(hc_take_course_of_node);
static const struct hc_shape cluster_rhythm_shape =
    HC_SHAPE(struct hc_rhythm_row, cluster_rhythm_fields, NULL);
static const struct hc_shape node_rhythm_shape =
    HC_SHAPE(struct hc_rhythm_row, node_rhythm_fields, NULL);

static enum hc_status read_profiles(
    struct hc_reading *r, const json_t *object, struct hc_rhythm *to)
{
    const json_t *list = json_object_get(object, "cluster");

    to->profile = hc_alloc(to->n_cluster * HC_HOURS_OF_WEEK + 1, sizeof(*to->profile));
    if (!to->profile)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < to->n_cluster; i++)
        HC_TRY(hc_reading_numbers(r, json_array_get(list, i), "profile", HC_HOURS_OF_WEEK,
            to->profile + i * HC_HOURS_OF_WEEK));
    return HC_OK;
}

static const struct hc_field parts_fields[] = {
    HC_FIELD(hc_parts, NULL, hc_take_course, of),
    HC_FIELD(hc_parts, "start", hc_take_time, start_us),
    HC_FIELD(hc_parts, "hours", hc_take_count, hours),
    HC_FIELD(hc_parts, "trend_strength", hc_take_number, trend_strength),
};

struct season {
    int period_h;
    double strength;
};

static const struct hc_field season_fields[] = {
    HC_FIELD(season, "period_h", hc_take_index, period_h),
    HC_FIELD(season, "strength", hc_take_number, strength),
};
static const struct hc_shape season_shape = HC_SHAPE(struct season, season_fields, NULL);

static enum hc_status finish_parts(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_parts *parts = to;
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, "seasons", &list));
    if (json_array_size(list) > HC_COUNT(parts->season))
        return hc_reading_bad(r, "seasons", "is too long");
    for (; parts->n_periods < json_array_size(list); parts->n_periods++) {
        size_t i = parts->n_periods;
        const json_t *item = json_array_get(list, i);
        struct season season;

        HC_TRY(hc_reading_object(r, "seasons", item, &season_shape, &season));
        parts->period_h[i] = season.period_h;
        parts->strength[i] = season.strength;
        HC_TRY(
            hc_reading_new_numbers(r, item, "values", parts->hours, &parts->season[i]));
    }
    HC_TRY(hc_reading_new_numbers(r, object, "trend", parts->hours, &parts->trend));
    return hc_reading_new_numbers(
        r, object, "remainder", parts->hours, &parts->remainder);
}

static const struct hc_shape parts_shape =
    HC_SHAPE(struct hc_parts, parts_fields, finish_parts);

static const struct hc_field rhythm_fields[] = {
    HC_FIELD(hc_rhythm, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_rhythm, "constant", hc_take_small, constant),
    HC_FIELD(hc_rhythm, "too_short", hc_take_small, too_short),
};

static enum hc_status finish_rhythm(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_rhythm *rhythm = to;

    HC_TRY(hc_reading_rows(r, object, "cluster", &cluster_rhythm_shape, &rhythm->cluster,
        &rhythm->n_cluster));
    HC_TRY(read_profiles(r, object, rhythm));
    HC_TRY(hc_reading_rows(
        r, object, "nodes", &node_rhythm_shape, &rhythm->nodes, &rhythm->n_nodes));
    return hc_reading_rows(
        r, object, "parts", &parts_shape, &rhythm->parts, &rhythm->n_parts);
}

static const struct hc_shape rhythm_shape =
    HC_SHAPE(struct hc_rhythm, rhythm_fields, finish_rhythm);

static const struct hc_field span_fields[] = {
    HC_FIELD(hc_patterns, "start", hc_take_time, start_us),
    HC_FIELD(hc_patterns, "hours", hc_take_count, hours),
};
static const struct hc_shape span_shape = HC_SHAPE(struct hc_patterns, span_fields, NULL);

enum hc_status hc_stored_rhythm(struct hc_reading *r, const json_t *root)
{
    struct hc_patterns *p = &r->stored->findings.patterns;

    HC_TRY(hc_reading_section(r, root, &rhythm_shape, &p->rhythm.verdict, &p->rhythm));
    if (!json_object_get(root, r->section))
        return HC_OK;
    return hc_reading_object(
        r, r->section, json_object_get(root, r->section), &span_shape, p);
}
