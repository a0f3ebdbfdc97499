/*
 * quality.c - what was read, and the data as they came in
 */
#include "stored/reading.h"

/* ---- input ----------------------------------------------------------------------- */

static const struct hc_field file_fields[] = {
    {"path", hc_take_text, offsetof(struct hc_input_file, path), NULL},
    {"bytes", hc_take_count, offsetof(struct hc_input_file, bytes), NULL},
    {"rows", hc_take_count, offsetof(struct hc_input_file, rows), NULL},
    {"verified", hc_take_flag, offsetof(struct hc_input_file, verified), NULL},
};
static const struct hc_shape file_shape =
    HC_SHAPE(struct hc_input_file, file_fields, NULL);

static const struct hc_field input_fields[] = {
    {"timezone", hc_take_shared, offsetof(struct hc_settings, timezone), NULL},
    {"group_by", hc_take_shared_or_none, offsetof(struct hc_settings, group_by), NULL},
};

static enum hc_status finish_input(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_settings *settings = to;
    struct hc_stored *stored = r->stored;

    HC_TRY(hc_reading_rows(r, object, "files", &file_shape, &stored->summary.files,
        &stored->summary.n_files));
    HC_TRY(hc_reading_names(r, object, "options", &stored->options));
    settings->argc = (int)stored->options.n;
    settings->argv = (const char *const *)stored->options.items;
    return HC_OK;
}

static const struct hc_shape input_shape =
    HC_SHAPE(struct hc_settings, input_fields, finish_input);

enum hc_status hc_stored_input(struct hc_reading *r, const json_t *root)
{
    return hc_reading_object(
        r, "input", json_object_get(root, "input"), &input_shape, &r->stored->settings);
}

/* ---- columns and nodes that are there -------------------------------------------- */

static const struct hc_field missing_fields[] = {
    {"missing", hc_take_count, offsetof(struct hc_column, missing), NULL},
    {"nan", hc_take_count, offsetof(struct hc_column, nan), NULL},
    {"infinite", hc_take_count, offsetof(struct hc_column, infinite), NULL},
};

static enum hc_status finish_missing(
    struct hc_reading *r, const json_t *object HC_UNUSED, void *to)
{
    const struct hc_column *column = to;

    if (column->missing > r->stored->summary.rows)
        return hc_reading_bad(r, "missing", "is more than the rows");
    return HC_OK;
}

static const struct hc_shape missing_shape =
    HC_SHAPE(struct hc_column, missing_fields, finish_missing);

static const struct hc_field record_fields[] = {
    {"step_s", hc_take_count_or_none, offsetof(struct hc_node, step_s), NULL},
    {"expected", hc_take_count_or_none, offsetof(struct hc_node, expected), NULL},
    {"occupied", hc_take_count_or_none, offsetof(struct hc_node, occupied), NULL},
    {"gaps", hc_take_count, offsetof(struct hc_node, gaps), NULL},
    {"longest_gap_s", hc_take_number, offsetof(struct hc_node, longest_gap_s), NULL},
    {"start", hc_take_time, offsetof(struct hc_node, first_us), NULL},
    {"end", hc_take_time, offsetof(struct hc_node, last_us), NULL},
    {"exact", hc_take_count, offsetof(struct hc_node, exact), NULL},
    {"conflicting", hc_take_count, offsetof(struct hc_node, conflicting), NULL},
    {"out_of_order", hc_take_count, offsetof(struct hc_node, out_of_order), NULL},
};
static const struct hc_shape record_shape = HC_SHAPE(struct hc_node, record_fields, NULL);

/* A row of out_of_range: only gauges that have some are there. */
struct range {
    uint32_t column;
    uint64_t below, above;
};

static const struct hc_field range_fields[] = {
    {"column", hc_take_column, offsetof(struct range, column), NULL},
    {"below", hc_take_count, offsetof(struct range, below), NULL},
    {"above", hc_take_count, offsetof(struct range, above), NULL},
};
static const struct hc_shape range_shape = HC_SHAPE(struct range, range_fields, NULL);

static enum hc_status read_ranges(struct hc_reading *r, const json_t *object)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, "out_of_range", &list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct range range;

        HC_TRY(hc_reading_object(
            r, "out_of_range", json_array_get(list, i), &range_shape, &range));
        r->stored->summary.columns[range.column].below = range.below;
        r->stored->summary.columns[range.column].above = range.above;
    }
    return HC_OK;
}

static enum hc_status read_notes(struct hc_reading *r, const json_t *object)
{
    struct hc_names notes = {0};
    enum hc_status status = hc_reading_names(r, object, "notes", &notes);

    r->stored->summary.notes = notes.items;
    r->stored->summary.n_notes = notes.n;
    return status;
}

/* ---- the section ----------------------------------------------------------------- */

static const struct hc_field gap_fields[] = {
    {"start", hc_take_time, offsetof(struct hc_fleet_gap, start_us), NULL},
    {"end", hc_take_time, offsetof(struct hc_fleet_gap, end_us), NULL},
    {"nodes", hc_take_small, offsetof(struct hc_fleet_gap, nodes), NULL},
    {"hole", hc_take_flag_or_none, offsetof(struct hc_fleet_gap, hole), NULL},
};
static const struct hc_shape gap_shape = HC_SHAPE(struct hc_fleet_gap, gap_fields, NULL);

static const struct hc_field duplicates_fields[] = {
    {"exact", hc_take_count, offsetof(struct hc_quality, exact), NULL},
    {"conflicting", hc_take_count, offsetof(struct hc_quality, conflicting), NULL},
};
static const struct hc_shape duplicates_shape =
    HC_SHAPE(struct hc_quality, duplicates_fields, NULL);

static const struct hc_field quality_fields[] = {
    {"step_s", hc_take_count_or_none, offsetof(struct hc_quality, step_s), NULL},
    {"coverage", hc_take_number, offsetof(struct hc_quality, coverage), NULL},
    {"gaps", hc_take_count, offsetof(struct hc_quality, gaps), NULL},
    {"short_nodes", hc_take_small, offsetof(struct hc_quality, short_nodes), NULL},
    {"duplicates", hc_take_object, 0, &duplicates_shape},
    {"out_of_order", hc_take_count, offsetof(struct hc_quality, out_of_order), NULL},
};

static const struct hc_field span_fields[] = {
    {"rows", hc_take_count, offsetof(struct hc_summary, rows), NULL},
    {"rows_no_key", hc_take_count, offsetof(struct hc_summary, rows_no_key), NULL},
    {"start", hc_take_time_or_none, offsetof(struct hc_summary, first_us), NULL},
    {"end", hc_take_time_or_none, offsetof(struct hc_summary, last_us), NULL},
    {"start_offset_s", hc_take_offset, offsetof(struct hc_summary, first_offset_s), NULL},
    {"end_offset_s", hc_take_offset, offsetof(struct hc_summary, last_offset_s), NULL},
};
static const struct hc_shape span_shape = HC_SHAPE(struct hc_summary, span_fields, NULL);

static enum hc_status finish_quality(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_quality *quality = to;
    struct hc_summary *s = &r->stored->summary;

    HC_TRY(hc_reading_object(r, "quality", object, &span_shape, s));
    HC_TRY(
        hc_reading_into(r, object, "missing", &missing_shape, s->columns, s->n_columns));
    HC_TRY(hc_reading_into(
        r, object, "records_per_node", &record_shape, s->nodes, s->n_nodes));
    HC_TRY(read_ranges(r, object));
    HC_TRY(hc_reading_rows(r, object, "fleet_gaps", &gap_shape, &quality->fleet_gaps,
        &quality->n_fleet_gaps));
    for (size_t i = 0; i < quality->n_fleet_gaps; i++)
        quality->n_gap_holes += quality->fleet_gaps[i].hole;
    HC_TRY(hc_stored_collected(r, object));
    return read_notes(r, object);
}

static const struct hc_shape quality_shape =
    HC_SHAPE(struct hc_quality, quality_fields, finish_quality);

enum hc_status hc_stored_quality(struct hc_reading *r, const json_t *root)
{
    return hc_reading_object(r, "quality", json_object_get(root, "quality"),
        &quality_shape, &r->stored->findings.quality);
}
