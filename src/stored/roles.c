#include "stored/courses.h"

static const struct hc_field role_fields[] = {
    HC_FIELD(hc_role_row, "node", hc_take_node, node),
    HC_FIELD(hc_role_row, "n", hc_take_count, n),
    HC_FIELD(hc_role_row, "role", hc_take_unit, role),
    HC_FIELD(hc_role_row, "mean", hc_take_number, mean),
    HC_FIELD(hc_role_row, "p50", hc_take_number, p50),
    HC_FIELD(hc_role_row, "p95", hc_take_number, p95),
    HC_FIELD(hc_role_row, "p99", hc_take_number, p99),
    HC_FIELD(hc_role_row, "peak_to_mean", hc_take_number, peak_to_mean),
    HC_FIELD(hc_role_row, "office_ratio", hc_take_number, office_ratio),
    HC_FIELD(hc_role_row, "night_ratio", hc_take_number, night_ratio),
    HC_FIELD(hc_role_row, "shiftable", hc_take_number, shiftable),
    HC_FIELD(hc_role_row, "hot_hours", hc_take_small, hot_hours),
};
static const struct hc_shape role_shape = HC_SHAPE(struct hc_role_row, role_fields, NULL);

static const struct hc_field count_fields[] = {
    HC_FIELD(hc_role_count, "role", hc_take_unit, role),
    HC_FIELD(hc_role_count, "nodes", hc_take_small, nodes),
    HC_FIELD(hc_role_count, "rule", hc_take_shared, rule),
};
static const struct hc_shape count_shape =
    HC_SHAPE(struct hc_role_count, count_fields, NULL);

static const struct hc_field roles_fields[] = {
    HC_FIELD(hc_roles_found, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_roles_found, "idle_below", hc_take_number, idle),
    HC_FIELD(hc_roles_found, "hot_over", hc_take_number, hot_over),
    HC_FIELD(hc_roles_found, "too_short", hc_take_small, too_short),
    HC_FIELD(hc_roles_found, "shiftable", hc_take_number, shiftable),
    HC_FIELD(hc_roles_found, "shiftable_n", hc_take_count, shiftable_n),
};

static enum hc_status finish_roles(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_roles_found *roles = to;
    double hot[HC_HOURS_OF_WEEK];

    HC_TRY(hc_reading_rows(
        r, object, "counts", &count_shape, &roles->counts, &roles->n_counts));
    HC_TRY(
        hc_reading_rows(r, object, "nodes", &role_shape, &roles->nodes, &roles->n_nodes));
    HC_TRY(hc_reading_numbers(r, object, "hot", HC_HOURS_OF_WEEK, hot));
    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++) {
        if (!(hot[i] >= 0 && hot[i] <= UINT32_MAX))
            return hc_reading_bad(r, "hot", "is out of range");
        roles->hot[i] = (uint32_t)hot[i];
    }
    return HC_OK;
}

static const struct hc_shape roles_shape =
    HC_SHAPE(struct hc_roles_found, roles_fields, finish_roles);

enum hc_status hc_stored_roles(struct hc_reading *r, const json_t *root)
{
    struct hc_roles_found *to = &r->stored->findings.patterns.roles;

    return hc_reading_section(r, root, &roles_shape, &to->verdict, to);
}
