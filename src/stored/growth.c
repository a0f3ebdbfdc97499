#include "stored/courses.h"

#define GROWTH(take_of)                                                                  \
    {                                                                                    \
        HC_FIELD(hc_growth_row, NULL, take_of, of),                                      \
            HC_FIELD(hc_growth_row, "days", hc_take_small, days),                        \
            HC_FIELD(hc_growth_row, "slope_per_day", hc_take_number, slope),             \
            HC_FIELD(hc_growth_row, "low", hc_take_number, low),                         \
            HC_FIELD(hc_growth_row, "high", hc_take_number, high),                       \
            HC_FIELD(hc_growth_row, "claim", hc_take_unit, claim),                       \
            HC_FIELD(hc_growth_row, "level", hc_take_number, level),                     \
            HC_FIELD(hc_growth_row, "full", hc_take_unit, full),                         \
            HC_FIELD(hc_growth_row, "full_days", hc_take_number, full_days),             \
            HC_FIELD(hc_growth_row, "full_low", hc_take_number, full_low),               \
            HC_FIELD(hc_growth_row, "full_high", hc_take_number, full_high),             \
    }

static const struct hc_field cluster_growth_fields[] = GROWTH(hc_take_course_of_cluster);
static const struct hc_field node_growth_fields[] = GROWTH(hc_take_course_of_node);

/* Older reports have no daily means. */
static enum hc_status finish_cluster(struct hc_reading *r, const json_t *object, void *to)
{
    static const struct hc_field start = HC_FIELD(hc_growth_row, "start", NULL, daily_us);
    struct hc_growth_row *row = to;
    const json_t *list;

    if (!json_object_get(object, "daily"))
        return HC_OK;
    HC_TRY(hc_take_time(r, object, &start, &row->daily_us));
    HC_TRY(hc_reading_list(r, object, "daily", &list));
    HC_TRY(
        hc_reading_new_numbers(r, object, "daily", json_array_size(list), &row->daily));
    row->n_daily = json_array_size(list);
    return HC_OK;
}

static const struct hc_shape cluster_growth_shape =
    HC_SHAPE(struct hc_growth_row, cluster_growth_fields, finish_cluster);
static const struct hc_shape node_growth_shape =
    HC_SHAPE(struct hc_growth_row, node_growth_fields, NULL);

static const struct hc_field growth_fields[] = {
    HC_FIELD(hc_growth, NULL, hc_take_verdict, verdict),
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

enum hc_status hc_stored_growth(struct hc_reading *r, const json_t *root)
{
    struct hc_growth *to = &r->stored->findings.patterns.growth;

    return hc_reading_section(r, root, &growth_shape, &to->verdict, to);
}
