#include "base/mem.h"
#include "stored/courses.h"

static const char *const sides[] = {"first", "second"};

static const struct hc_field side_fields[] = {
    HC_FIELD(hc_compared_side, "hours", hc_take_count, hours),
    HC_FIELD(hc_compared_side, "days", hc_take_small, days),
    HC_FIELD(hc_compared_side, "mean", hc_take_number, mean),
    HC_FIELD(hc_compared_side, "p95", hc_take_number, p95),
};
static const struct hc_shape side_shape =
    HC_SHAPE(struct hc_compared_side, side_fields, NULL);

#define SIDE(key, at)                                                                    \
    {                                                                                    \
        key, hc_take_object, offsetof(struct hc_compared, side[at]), &side_shape         \
    }
#define COMPARED(take_of)                                                                \
    {                                                                                    \
        HC_FIELD(hc_compared, NULL, take_of, of), SIDE("first", 0), SIDE("second", 1),   \
            HC_FIELD(hc_compared, "difference", hc_take_number, difference),             \
            HC_FIELD(hc_compared, "low", hc_take_number, low),                           \
            HC_FIELD(hc_compared, "high", hc_take_number, high),                         \
            HC_FIELD(hc_compared, "claim", hc_take_unit, claim),                         \
    }

static const struct hc_field cluster_fields[] = COMPARED(hc_take_course_of_cluster);
static const struct hc_field node_fields[] = COMPARED(hc_take_course_of_node);
static const struct hc_shape cluster_shape =
    HC_SHAPE(struct hc_compared, cluster_fields, NULL);
static const struct hc_shape node_shape = HC_SHAPE(struct hc_compared, node_fields, NULL);

struct range {
    struct hc_time_range range;
    size_t days;
    uint32_t only;
};

static const struct hc_field range_fields[] = {
    HC_FIELD(range, "start", hc_take_time, range.from_us),
    HC_FIELD(range, "end", hc_take_time, range.to_us),
    HC_FIELD(range, "days", hc_take_count, days),
    HC_FIELD(range, "nodes_in_it_alone", hc_take_small, only),
};
static const struct hc_shape range_shape = HC_SHAPE(struct range, range_fields, NULL);

/* None where nobody asked for a comparison. */
static enum hc_status read_ranges(
    struct hc_reading *r, const json_t *object, struct hc_comparison *to)
{
    const json_t *list;
    struct range range[2];

    HC_TRY(hc_reading_list(r, object, "ranges", &list));
    if (!json_array_size(list))
        return HC_OK;
    HC_TRY(hc_reading_into(r, object, "ranges", &range_shape, range, 2));
    to->asked = true;
    for (size_t k = 0; k < 2; k++) {
        to->range[k] = range[k].range;
        to->n_days[k] = range[k].days;
        to->only[k] = range[k].only;
    }
    return HC_OK;
}

static enum hc_status check_days(
    struct hc_reading *r, const json_t *list, const struct hc_comparison *to)
{
    for (size_t i = 0; i < to->n_cluster; i++)
        for (size_t k = 0; k < 2; k++)
            if (json_array_size(json_object_get(
                    json_object_get(json_array_get(list, i), "daily"), sides[k])) !=
                to->n_days[k])
                return hc_reading_bad(r, "daily", "is not of the right length");
    return HC_OK;
}

static enum hc_status read_days(
    struct hc_reading *r, const json_t *object, struct hc_comparison *to)
{
    const json_t *list = json_object_get(object, "cluster");
    double *day;

    if (!to->n_cluster)
        return HC_OK;
    HC_TRY(check_days(r, list, to)); /* before anything is allocated */
    day = hc_alloc(to->n_cluster * (to->n_days[0] + to->n_days[1]) + 1, sizeof(*to->day));
    if (!day)
        return HC_NO_MEMORY;
    to->day = day;
    for (size_t i = 0; i < to->n_cluster; i++)
        for (size_t k = 0; k < 2; k++) {
            const json_t *daily = json_object_get(json_array_get(list, i), "daily");

            HC_TRY(hc_reading_numbers(r, daily, sides[k], to->n_days[k], day));
            day += to->n_days[k];
        }
    return HC_OK;
}

static const struct hc_field compare_fields[] = {
    HC_FIELD(hc_comparison, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_comparison, "constant", hc_take_small, constant),
};

static enum hc_status finish(struct hc_reading *r, const json_t *object, void *into)
{
    struct hc_comparison *to = into;

    HC_TRY(read_ranges(r, object, to));
    HC_TRY(hc_reading_rows(
        r, object, "cluster", &cluster_shape, &to->cluster, &to->n_cluster));
    HC_TRY(read_days(r, object, to));
    return hc_reading_rows(r, object, "nodes", &node_shape, &to->nodes, &to->n_nodes);
}

static const struct hc_shape compare_shape =
    HC_SHAPE(struct hc_comparison, compare_fields, finish);

enum hc_status hc_stored_compare(struct hc_reading *r, const json_t *root)
{
    struct hc_comparison *to = &r->stored->findings.patterns.compare;

    return hc_reading_section(r, root, &compare_shape, &to->verdict, to);
}
