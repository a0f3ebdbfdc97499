/*
 * patterns.c - rhythm, growth, changes, twins and roles; nodes and gauges by their names
 *
 * A report from before there were these sections is shown without them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

#define FIELD(type, key, take, field)                                                    \
    {                                                                                    \
        key, take, offsetof(struct type, field), NULL                                    \
    }

/* ---- nodes and gauges by name ---------------------------------------------------- */

static int compare_names(const char *a_cluster, const char *a, const struct hc_node *b)
{
    int cluster = strcmp(a_cluster ? a_cluster : "", b->cluster ? b->cluster : "");

    return cluster ? cluster : strcmp(a, b->name);
}

static int by_name(const void *a, const void *b)
{
    const struct hc_node *x = *(const struct hc_node *const *)a;
    const struct hc_node *y = *(const struct hc_node *const *)b;
    int order = compare_names(x->cluster, x->name, y);

    return order ? order : (x > y) - (x < y);
}

static enum hc_status list_nodes(struct hc_reading *r)
{
    const struct hc_summary *s = &r->stored->summary;

    if (r->nodes)
        return HC_OK;
    r->nodes = hc_alloc(s->n_nodes + 1, sizeof(*r->nodes));
    if (!r->nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        r->nodes[i] = &s->nodes[i];
    qsort(r->nodes, s->n_nodes, sizeof(*r->nodes), by_name);
    return HC_OK;
}

/* The first of the nodes that are called so. */
static enum hc_status find_node(struct hc_reading *r, const json_t *object,
    const char *key, const char *cluster_key, uint32_t *ret)
{
    const struct hc_summary *s = &r->stored->summary;
    const char *name = json_string_value(json_object_get(object, key));
    const char *cluster = json_string_value(json_object_get(object, cluster_key));
    size_t low = 0, high = s->n_nodes;

    if (!name)
        return hc_reading_bad(r, key, "is not a text");
    HC_TRY(list_nodes(r));
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare_names(cluster, name, r->nodes[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->n_nodes || compare_names(cluster, name, r->nodes[low]))
        return hc_reading_bad(r, key, "is not among 'nodes'");
    *ret = (uint32_t)(r->nodes[low] - s->nodes);
    return HC_OK;
}

enum hc_status hc_take_gauge(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *name = json_string_value(json_object_get(object, field->key));
    int metric = name ? hc_metric_find(name) : -1;

    if (metric < 0)
        return hc_reading_bad(r, field->key, "is not a gauge");
    *(int *)to = metric;
    return HC_OK;
}

enum hc_status hc_take_node(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return find_node(r, object, field->key, "cluster", to);
}

static enum hc_status take_a(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return find_node(r, object, field->key, "a_cluster", to);
}

static enum hc_status take_b(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return find_node(r, object, field->key, "b_cluster", to);
}

/* ---- courses --------------------------------------------------------------------- */

static const struct hc_field course_fields[] = {
    FIELD(hc_course, "gauge", hc_take_gauge, metric),
    FIELD(hc_course, "n", hc_take_count, n),
};
static const struct hc_shape course_shape =
    HC_SHAPE(struct hc_course, course_fields, NULL);

static enum hc_status take_course_of_cluster(struct hc_reading *r, const json_t *object,
    const struct hc_field *field HC_UNUSED, void *to)
{
    ((struct hc_course *)to)->node = HC_WHOLE_CLUSTER;
    return hc_reading_object(r, "gauge", object, &course_shape, to);
}

static enum hc_status take_course_of_node(struct hc_reading *r, const json_t *object,
    const struct hc_field *field HC_UNUSED, void *to)
{
    HC_TRY(find_node(r, object, "node", "cluster", &((struct hc_course *)to)->node));
    return hc_reading_object(r, "gauge", object, &course_shape, to);
}

/* Of a node where there is that key. */
static enum hc_status take_course(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return json_object_get(object, "node") ? take_course_of_node(r, object, field, to)
                                           : take_course_of_cluster(r, object, field, to);
}

/* A list of numbers of that length; null is NaN. */
static enum hc_status fill_numbers(
    struct hc_reading *r, const json_t *object, const char *key, size_t n, double *to)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != n)
        return hc_reading_bad(r, key, "is not of the right length");
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(list, i);

        if (!json_is_number(value) && !json_is_null(value))
            return hc_reading_bad(r, key, "holds something that is not a number");
        to[i] = json_is_null(value) ? NAN : json_number_value(value);
    }
    return HC_OK;
}

static enum hc_status take_numbers(
    struct hc_reading *r, const json_t *object, const char *key, size_t n, double **ret)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != n) /* before anything is allocated */
        return hc_reading_bad(r, key, "is not of the right length");
    *ret = hc_alloc(n, sizeof(**ret));
    return *ret ? fill_numbers(r, object, key, n, *ret) : HC_NO_MEMORY;
}

/* ---- rhythm ---------------------------------------------------------------------- */

static const struct hc_field extreme_fields[] = {
    FIELD(hc_extreme, "hour", hc_take_hour, hour),
    FIELD(hc_extreme, "from", hc_take_hour, from),
    FIELD(hc_extreme, "to", hc_take_hour, to),
    FIELD(hc_extreme, "value", hc_take_number, value),
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
        FIELD(hc_rhythm_row, NULL, take_of, of),                                         \
            FIELD(hc_rhythm_row, "period_h", hc_take_index, period_h),                   \
            FIELD(hc_rhythm_row, "cycles", hc_take_small, cycles),                       \
            FIELD(hc_rhythm_row, "r", hc_take_number, r),                                \
            FIELD(hc_rhythm_row, "trend", hc_take_number, trend),                        \
            FIELD(hc_rhythm_row, "season", hc_take_number, season),                      \
            FIELD(hc_rhythm_row, "day", hc_take_number, day),                            \
            FIELD(hc_rhythm_row, "week", hc_take_number, week),                          \
            FIELD(hc_rhythm_row, "held_out", hc_take_number, held_out),                  \
            FIELD(hc_rhythm_row, "days", hc_take_small, days),                           \
            FIELD(hc_rhythm_row, "p", hc_take_number, p),                                \
            FIELD(hc_rhythm_row, "top", take_extreme, top),                              \
            FIELD(hc_rhythm_row, "low", take_extreme, low),                              \
    }

static const struct hc_field cluster_rhythm_fields[] = RHYTHM(take_course_of_cluster);
static const struct hc_field node_rhythm_fields[] = RHYTHM(take_course_of_node);
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
        HC_TRY(fill_numbers(r, json_array_get(list, i), "profile", HC_HOURS_OF_WEEK,
            to->profile + i * HC_HOURS_OF_WEEK));
    return HC_OK;
}

static const struct hc_field parts_fields[] = {
    FIELD(hc_parts, NULL, take_course, of),
    FIELD(hc_parts, "start", hc_take_time, start_us),
    FIELD(hc_parts, "hours", hc_take_count, hours),
    FIELD(hc_parts, "trend_strength", hc_take_number, trend_strength),
};

struct season {
    int period_h;
    double strength;
};

static const struct hc_field season_fields[] = {
    FIELD(season, "period_h", hc_take_index, period_h),
    FIELD(season, "strength", hc_take_number, strength),
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
        HC_TRY(take_numbers(r, item, "values", parts->hours, &parts->season[i]));
    }
    HC_TRY(take_numbers(r, object, "trend", parts->hours, &parts->trend));
    return take_numbers(r, object, "remainder", parts->hours, &parts->remainder);
}

static const struct hc_shape parts_shape =
    HC_SHAPE(struct hc_parts, parts_fields, finish_parts);

static const struct hc_field rhythm_fields[] = {
    FIELD(hc_rhythm, NULL, hc_take_verdict, verdict),
    FIELD(hc_rhythm, "constant", hc_take_small, constant),
    FIELD(hc_rhythm, "too_short", hc_take_small, too_short),
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
    FIELD(hc_patterns, "start", hc_take_time, start_us),
    FIELD(hc_patterns, "hours", hc_take_count, hours),
};
static const struct hc_shape span_shape = HC_SHAPE(struct hc_patterns, span_fields, NULL);

/* ---- growth ---------------------------------------------------------------------- */

#define GROWTH(take_of)                                                                  \
    {                                                                                    \
        FIELD(hc_growth_row, NULL, take_of, of),                                         \
            FIELD(hc_growth_row, "days", hc_take_small, days),                           \
            FIELD(hc_growth_row, "slope_per_day", hc_take_number, slope),                \
            FIELD(hc_growth_row, "low", hc_take_number, low),                            \
            FIELD(hc_growth_row, "high", hc_take_number, high),                          \
            FIELD(hc_growth_row, "claim", hc_take_unit, claim),                          \
            FIELD(hc_growth_row, "level", hc_take_number, level),                        \
            FIELD(hc_growth_row, "full", hc_take_unit, full),                            \
            FIELD(hc_growth_row, "full_days", hc_take_number, full_days),                \
            FIELD(hc_growth_row, "full_low", hc_take_number, full_low),                  \
            FIELD(hc_growth_row, "full_high", hc_take_number, full_high),                \
    }

static const struct hc_field cluster_growth_fields[] = GROWTH(take_course_of_cluster);
static const struct hc_field node_growth_fields[] = GROWTH(take_course_of_node);
static const struct hc_shape cluster_growth_shape =
    HC_SHAPE(struct hc_growth_row, cluster_growth_fields, NULL);
static const struct hc_shape node_growth_shape =
    HC_SHAPE(struct hc_growth_row, node_growth_fields, NULL);

static const struct hc_field growth_fields[] = {
    FIELD(hc_growth, NULL, hc_take_verdict, verdict),
};

static enum hc_status finish_growth(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_growth *growth = to;

    HC_TRY(hc_reading_rows(r, object, "cluster", &cluster_growth_shape, &growth->cluster,
        &growth->n_cluster));
    return hc_reading_rows(
        r, object, "nodes", &node_growth_shape, &growth->nodes, &growth->n_nodes);
}

static const struct hc_shape growth_shape =
    HC_SHAPE(struct hc_growth, growth_fields, finish_growth);

/* ---- changes --------------------------------------------------------------------- */

#define CHANGE(take_of)                                                                  \
    {                                                                                    \
        FIELD(hc_level_change, NULL, take_of, of),                                       \
            FIELD(hc_level_change, "at", hc_take_time, at_us),                           \
            FIELD(hc_level_change, "before", hc_take_number, before),                    \
            FIELD(hc_level_change, "after", hc_take_number, after),                      \
            FIELD(hc_level_change, "about_a_line", hc_take_flag, slope),                 \
            FIELD(hc_level_change, "together", hc_take_index, together),                 \
    }

static const struct hc_field cluster_change_fields[] = CHANGE(take_course_of_cluster);
static const struct hc_field node_change_fields[] = CHANGE(take_course_of_node);
static const struct hc_shape cluster_change_shape =
    HC_SHAPE(struct hc_level_change, cluster_change_fields, NULL);
static const struct hc_shape node_change_shape =
    HC_SHAPE(struct hc_level_change, node_change_fields, NULL);

static const struct hc_field together_fields[] = {
    FIELD(hc_change_together, "gauge", hc_take_gauge, metric),
    FIELD(hc_change_together, "first", hc_take_time, first_us),
    FIELD(hc_change_together, "last", hc_take_time, last_us),
    FIELD(hc_change_together, "nodes", hc_take_small, nodes),
    FIELD(hc_change_together, "up", hc_take_small, up),
};
static const struct hc_shape together_shape =
    HC_SHAPE(struct hc_change_together, together_fields, NULL);

static const struct hc_field changes_fields[] = {
    FIELD(hc_level_changes, NULL, hc_take_verdict, verdict),
    FIELD(hc_level_changes, "courses", hc_take_small, courses),
    FIELD(hc_level_changes, "wander", hc_take_small, wander),
};

static enum hc_status finish_changes(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_level_changes *changes = to;

    HC_TRY(hc_reading_rows(r, object, "cluster", &cluster_change_shape, &changes->cluster,
        &changes->n_cluster));
    HC_TRY(hc_reading_rows(
        r, object, "nodes", &node_change_shape, &changes->nodes, &changes->n_nodes));
    return hc_reading_rows(
        r, object, "together", &together_shape, &changes->together, &changes->n_together);
}

static const struct hc_shape changes_shape =
    HC_SHAPE(struct hc_level_changes, changes_fields, finish_changes);

/* ---- twins ----------------------------------------------------------------------- */

static const struct hc_field pair_fields[] = {
    FIELD(hc_likeness, "a", take_a, a),
    FIELD(hc_likeness, "b", take_b, b),
    FIELD(hc_likeness, "r", hc_take_number, r),
    FIELD(hc_likeness, "low", hc_take_number, low),
    FIELD(hc_likeness, "high", hc_take_number, high),
    FIELD(hc_likeness, "n", hc_take_number, n),
    FIELD(hc_likeness, "n_independent", hc_take_number, n_independent),
    FIELD(hc_likeness, "kept", hc_take_flag, kept),
};
static const struct hc_shape pair_shape = HC_SHAPE(struct hc_likeness, pair_fields, NULL);

static const struct hc_field twin_fields[] = {
    FIELD(hc_twin, "node", hc_take_node, node),
    FIELD(hc_twin, "family", hc_take_small, family),
};
static const struct hc_shape twin_shape = HC_SHAPE(struct hc_twin, twin_fields, NULL);

static const struct hc_field twins_fields[] = {
    FIELD(hc_twins_found, NULL, hc_take_verdict, verdict),
    FIELD(hc_twins_found, "gauge", hc_take_gauge, metric),
    FIELD(hc_twins_found, "hours", hc_take_count, hours),
    FIELD(hc_twins_found, "least", hc_take_number, least),
    FIELD(hc_twins_found, "tested", hc_take_count, tested),
    FIELD(hc_twins_found, "found", hc_take_count, found),
    FIELD(hc_twins_found, "together", hc_take_count, together),
    FIELD(hc_twins_found, "opposite", hc_take_count, opposite),
    FIELD(hc_twins_found, "families", hc_take_count, n_families),
};

static enum hc_status read_map(
    struct hc_reading *r, const json_t *object, struct hc_twins_found *to)
{
    const json_t *rows;

    HC_TRY(hc_reading_rows(r, object, "map", &twin_shape, &to->map, &to->n_map));
    HC_TRY(hc_reading_list(r, object, "r", &rows));
    if (json_array_size(rows) != to->n_map)
        return hc_reading_bad(r, "r", "is not of the right length");
    for (size_t i = 0; i < to->n_map; i++) /* before n_map^2 are allocated */
        if (json_array_size(json_array_get(rows, i)) != to->n_map)
            return hc_reading_bad(r, "r", "is not square");
    to->r = hc_alloc(to->n_map * to->n_map + 1, sizeof(*to->r));
    if (!to->r)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < to->n_map * to->n_map; i++) {
        const json_t *value =
            json_array_get(json_array_get(rows, i / to->n_map), i % to->n_map);

        if (!json_is_number(value) && !json_is_null(value))
            return hc_reading_bad(r, "r", "holds something that is not a number");
        to->r[i] = json_is_null(value) ? NAN : json_number_value(value);
    }
    return HC_OK;
}

static enum hc_status finish_twins(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_twins_found *twins = to;

    HC_TRY(
        hc_reading_rows(r, object, "pairs", &pair_shape, &twins->pairs, &twins->n_pairs));
    return read_map(r, object, twins);
}

static const struct hc_shape twins_shape =
    HC_SHAPE(struct hc_twins_found, twins_fields, finish_twins);

/* ---- roles ----------------------------------------------------------------------- */

static const struct hc_field role_fields[] = {
    FIELD(hc_role_row, "node", hc_take_node, node),
    FIELD(hc_role_row, "n", hc_take_count, n),
    FIELD(hc_role_row, "role", hc_take_unit, role),
    FIELD(hc_role_row, "mean", hc_take_number, mean),
    FIELD(hc_role_row, "p50", hc_take_number, p50),
    FIELD(hc_role_row, "p95", hc_take_number, p95),
    FIELD(hc_role_row, "p99", hc_take_number, p99),
    FIELD(hc_role_row, "peak_to_mean", hc_take_number, peak_to_mean),
    FIELD(hc_role_row, "office_ratio", hc_take_number, office_ratio),
    FIELD(hc_role_row, "night_ratio", hc_take_number, night_ratio),
    FIELD(hc_role_row, "shiftable", hc_take_number, shiftable),
    FIELD(hc_role_row, "hot_hours", hc_take_small, hot_hours),
};
static const struct hc_shape role_shape = HC_SHAPE(struct hc_role_row, role_fields, NULL);

static const struct hc_field count_fields[] = {
    FIELD(hc_role_count, "role", hc_take_unit, role),
    FIELD(hc_role_count, "nodes", hc_take_small, nodes),
    FIELD(hc_role_count, "rule", hc_take_shared, rule),
};
static const struct hc_shape count_shape =
    HC_SHAPE(struct hc_role_count, count_fields, NULL);

static const struct hc_field roles_fields[] = {
    FIELD(hc_roles_found, NULL, hc_take_verdict, verdict),
    FIELD(hc_roles_found, "idle_below", hc_take_number, idle),
    FIELD(hc_roles_found, "hot_over", hc_take_number, hot_over),
    FIELD(hc_roles_found, "too_short", hc_take_small, too_short),
    FIELD(hc_roles_found, "shiftable", hc_take_number, shiftable),
    FIELD(hc_roles_found, "shiftable_n", hc_take_count, shiftable_n),
};

static enum hc_status finish_roles(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_roles_found *roles = to;
    double hot[HC_HOURS_OF_WEEK];

    HC_TRY(hc_reading_rows(
        r, object, "counts", &count_shape, &roles->counts, &roles->n_counts));
    HC_TRY(
        hc_reading_rows(r, object, "nodes", &role_shape, &roles->nodes, &roles->n_nodes));
    HC_TRY(fill_numbers(r, object, "hot", HC_HOURS_OF_WEEK, hot));
    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        if (!(hot[i] >= 0 && hot[i] <= UINT32_MAX))
            return hc_reading_bad(r, "hot", "is out of range");
        roles->hot[i] = (uint32_t)hot[i];
    }
    return HC_OK;
}

static const struct hc_shape roles_shape =
    HC_SHAPE(struct hc_roles_found, roles_fields, finish_roles);

/* ---- the sections ---------------------------------------------------------------- */

static enum hc_status read_section(struct hc_reading *r, const json_t *root,
    const struct hc_shape *shape, struct hc_verdict *verdict, void *to)
{
    const json_t *object = json_object_get(root, r->section);

    if (object)
        return hc_reading_object(r, r->section, object, shape, to);
    hc_verdict_set(verdict, HC_NOT_AVAILABLE,
        "the report is from before there was this section; analyze again");
    return HC_OK;
}

enum hc_status hc_stored_rhythm(struct hc_reading *r, const json_t *root)
{
    struct hc_patterns *p = &r->stored->findings.patterns;

    HC_TRY(read_section(r, root, &rhythm_shape, &p->rhythm.verdict, &p->rhythm));
    if (!json_object_get(root, r->section))
        return HC_OK;
    return hc_reading_object(
        r, r->section, json_object_get(root, r->section), &span_shape, p);
}

enum hc_status hc_stored_growth(struct hc_reading *r, const json_t *root)
{
    struct hc_growth *to = &r->stored->findings.patterns.growth;

    return read_section(r, root, &growth_shape, &to->verdict, to);
}

enum hc_status hc_stored_changes(struct hc_reading *r, const json_t *root)
{
    struct hc_level_changes *to = &r->stored->findings.patterns.changes;

    return read_section(r, root, &changes_shape, &to->verdict, to);
}

enum hc_status hc_stored_twins(struct hc_reading *r, const json_t *root)
{
    struct hc_twins_found *to = &r->stored->findings.patterns.twins;

    return read_section(r, root, &twins_shape, &to->verdict, to);
}

enum hc_status hc_stored_roles(struct hc_reading *r, const json_t *root)
{
    struct hc_roles_found *to = &r->stored->findings.patterns.roles;

    return read_section(r, root, &roles_shape, &to->verdict, to);
}
