#include "stored/courses.h"

#define CHANGE(take_of)                                                                  \
    {                                                                                    \
        HC_FIELD(hc_level_change, NULL, take_of, of),                                    \
            HC_FIELD(hc_level_change, "at", hc_take_time, at_us),                        \
            HC_FIELD(hc_level_change, "before", hc_take_number, before),                 \
            HC_FIELD(hc_level_change, "after", hc_take_number, after),                   \
            HC_FIELD(hc_level_change, "about_a_line", hc_take_flag, slope),              \
            HC_FIELD(hc_level_change, "together", hc_take_index, together),              \
    }

static const struct hc_field cluster_change_fields[] = CHANGE(hc_take_course_of_cluster);
static const struct hc_field node_change_fields[] = CHANGE(hc_take_course_of_node);
static const struct hc_shape cluster_change_shape =
    HC_SHAPE(struct hc_level_change, cluster_change_fields, NULL);
static const struct hc_shape node_change_shape =
    HC_SHAPE(struct hc_level_change, node_change_fields, NULL);

static const struct hc_field together_fields[] = {
    HC_FIELD(hc_change_together, "gauge", hc_take_gauge, metric),
    HC_FIELD(hc_change_together, "first", hc_take_time, first_us),
    HC_FIELD(hc_change_together, "last", hc_take_time, last_us),
    HC_FIELD(hc_change_together, "nodes", hc_take_small, nodes),
    HC_FIELD(hc_change_together, "up", hc_take_small, up),
};
static const struct hc_shape together_shape =
    HC_SHAPE(struct hc_change_together, together_fields, NULL);

static const struct hc_field changes_fields[] = {
    HC_FIELD(hc_level_changes, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_level_changes, "courses", hc_take_small, courses),
    HC_FIELD(hc_level_changes, "wander", hc_take_small, wander),
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

enum hc_status hc_stored_changes(struct hc_reading *r, const json_t *root)
{
    struct hc_level_changes *to = &r->stored->findings.patterns.changes;

    return hc_reading_section(r, root, &changes_shape, &to->verdict, to);
}
