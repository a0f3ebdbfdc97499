#include "base/mem.h"
#include "stored/courses.h"

static enum hc_status take_a(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return hc_reading_node(r, object, field->key, "a_cluster", to);
}

static enum hc_status take_b(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return hc_reading_node(r, object, field->key, "b_cluster", to);
}

static const struct hc_field pair_fields[] = {
    HC_FIELD(hc_likeness, "a", take_a, a),
    HC_FIELD(hc_likeness, "b", take_b, b),
    HC_FIELD(hc_likeness, "r", hc_take_number, r),
    HC_FIELD(hc_likeness, "low", hc_take_number, low),
    HC_FIELD(hc_likeness, "high", hc_take_number, high),
    HC_FIELD(hc_likeness, "n", hc_take_number, n),
    HC_FIELD(hc_likeness, "n_independent", hc_take_number, n_independent),
    HC_FIELD(hc_likeness, "kept", hc_take_flag, kept),
};
static const struct hc_shape pair_shape = HC_SHAPE(struct hc_likeness, pair_fields, NULL);

static const struct hc_field twin_fields[] = {
    HC_FIELD(hc_twin, "node", hc_take_node, node),
    HC_FIELD(hc_twin, "family", hc_take_small, family),
};
static const struct hc_shape twin_shape = HC_SHAPE(struct hc_twin, twin_fields, NULL);

static const struct hc_field twins_fields[] = {
    HC_FIELD(hc_twins_found, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_twins_found, "gauge", hc_take_gauge, metric),
    HC_FIELD(hc_twins_found, "hours", hc_take_count, hours),
    HC_FIELD(hc_twins_found, "least", hc_take_number, least),
    HC_FIELD(hc_twins_found, "tested", hc_take_count, tested),
    HC_FIELD(hc_twins_found, "found", hc_take_count, found),
    HC_FIELD(hc_twins_found, "together", hc_take_count, together),
    HC_FIELD(hc_twins_found, "opposite", hc_take_count, opposite),
    HC_FIELD(hc_twins_found, "families", hc_take_count, n_families),
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
    for (size_t i = 0; i < to->n_map * to->n_map; i++)
        HC_TRY(hc_reading_number(r,
            json_array_get(json_array_get(rows, i / to->n_map), i % to->n_map), "r",
            &to->r[i]));
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

enum hc_status hc_stored_twins(struct hc_reading *r, const json_t *root)
{
    struct hc_twins_found *to = &r->stored->findings.patterns.twins;

    return hc_reading_section(r, root, &twins_shape, &to->verdict, to);
}
