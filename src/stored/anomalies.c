/*
 * anomalies.c - events, the fleet's hours, nodes and the map
 */
#include "base/clock.h"
#include "base/mem.h"
#include "stored/courses.h"

/* ---- columns to blame ------------------------------------------------------------ */

static const struct hc_field column_fields[] = {
    HC_FIELD(hc_anomaly_column, "gauge", hc_take_gauge, metric),
    HC_FIELD(hc_anomaly_column, "z", hc_take_number, z),
    HC_FIELD(hc_anomaly_column, "value", hc_take_number, value),
    HC_FIELD(hc_anomaly_column, "usual", hc_take_number, usual),
};
static const struct hc_shape column_shape =
    HC_SHAPE(struct hc_anomaly_column, column_fields, NULL);

static const struct hc_field blamed_fields[] = {
    HC_FIELD(hc_anomaly_blamed, "gauge", hc_take_gauge, metric),
    HC_FIELD(hc_anomaly_blamed, "events", hc_take_small, events),
};
static const struct hc_shape blamed_shape =
    HC_SHAPE(struct hc_anomaly_blamed, blamed_fields, NULL);

/* At most `room` objects of the list `columns`. */
static enum hc_status read_columns(struct hc_reading *r, const json_t *object,
    const struct hc_shape *shape, size_t room, void *to, size_t *ret_n)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, "columns", &list));
    if (json_array_size(list) > room)
        return hc_reading_bad(r, "columns", "is too long");
    *ret_n = json_array_size(list);
    return hc_reading_into(r, object, "columns", shape, to, *ret_n);
}

/* ---- rows ------------------------------------------------------------------------ */

static const struct hc_field event_fields[] = {
    HC_FIELD(hc_anomaly, "node", hc_take_node, node),
    HC_FIELD(hc_anomaly, "start", hc_take_time, start_us),
    HC_FIELD(hc_anomaly, "end", hc_take_time, end_us),
    HC_FIELD(hc_anomaly, "top", hc_take_time, top_us),
    HC_FIELD(hc_anomaly, "offset_s", hc_take_offset, offset_s),
    HC_FIELD(hc_anomaly, "score", hc_take_number, score),
    HC_FIELD(hc_anomaly, "n", hc_take_count, n),
    HC_FIELD(hc_anomaly, "fleet", hc_take_index, fleet),
};

static enum hc_status finish_event(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_anomaly *event = to;

    return read_columns(
        r, object, &column_shape, HC_ANOMALY_COLUMNS, event->column, &event->n_columns);
}

static const struct hc_shape event_shape =
    HC_SHAPE(struct hc_anomaly, event_fields, finish_event);

static const struct hc_field fleet_fields[] = {
    HC_FIELD(hc_anomaly_fleet, "start", hc_take_time, start_us),
    HC_FIELD(hc_anomaly_fleet, "end", hc_take_time, end_us),
    HC_FIELD(hc_anomaly_fleet, "offset_s", hc_take_offset, offset_s),
    HC_FIELD(hc_anomaly_fleet, "nodes", hc_take_small, nodes),
    HC_FIELD(hc_anomaly_fleet, "events", hc_take_small, events),
};

static enum hc_status finish_fleet(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_anomaly_fleet *fleet = to;

    return read_columns(r, object, &blamed_shape, HC_COUNT(fleet->column), fleet->column,
        &fleet->n_columns);
}

static const struct hc_shape fleet_shape =
    HC_SHAPE(struct hc_anomaly_fleet, fleet_fields, finish_fleet);

static const struct hc_field node_fields[] = {
    HC_FIELD(hc_anomaly_node, "node", hc_take_node, node),
    HC_FIELD(hc_anomaly_node, "events", hc_take_small, events),
    HC_FIELD(hc_anomaly_node, "score", hc_take_number, score),
    HC_FIELD(hc_anomaly_node, "minutes", hc_take_number, minutes),
};
static const struct hc_shape node_shape =
    HC_SHAPE(struct hc_anomaly_node, node_fields, NULL);

/* ---- the map --------------------------------------------------------------------- */

static enum hc_status read_day(
    struct hc_reading *r, const json_t *object, struct hc_anomalies *to)
{
    const char *date = json_string_value(json_object_get(object, "first_day"));
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    struct hc_instant instant;

    hc_buf_printf(&text, "%.32sT00:00:00Z", date ? date : "");
    HC_TRY(hc_buf_check(&text));
    if (!hc_time_parse(text.text, &instant))
        return hc_reading_bad(r, "first_day", "is not a date");
    to->first_day = (int32_t)hc_days_from_us(instant.us);
    return HC_OK;
}

static enum hc_status read_row(struct hc_reading *r, const json_t *row, double *to)
{
    for (size_t i = 0; i < json_array_size(row); i++)
        HC_TRY(hc_reading_number(r, json_array_get(row, i), "map", &to[i]));
    return HC_OK;
}

static enum hc_status read_map(
    struct hc_reading *r, const json_t *object, struct hc_anomalies *to)
{
    const json_t *rows;
    size_t n;

    HC_TRY(read_day(r, object, to));
    HC_TRY(hc_reading_list(r, object, "map", &rows));
    n = json_array_size(rows);
    if (n > HC_ANOMALY_ROWS || n > to->n_nodes || to->n_days > HC_ANOMALY_DAYS)
        return hc_reading_bad(r, "map", "is too large");
    for (size_t i = 0; i < n; i++)
        if (json_array_size(json_array_get(rows, i)) != to->n_days)
            return hc_reading_bad(r, "map", "has a row of another length");
    to->map = hc_alloc(n * to->n_days, sizeof(*to->map));
    if (!to->map)
        return HC_NO_MEMORY;
    for (to->n_map = 0; to->n_map < n; to->n_map++)
        HC_TRY(read_row(
            r, json_array_get(rows, to->n_map), to->map + to->n_map * to->n_days));
    return HC_OK;
}

/* ---- the section ----------------------------------------------------------------- */

static const struct hc_field fields[] = {
    HC_FIELD(hc_anomalies, NULL, hc_take_verdict, verdict),
    HC_FIELD(hc_anomalies, "on", hc_take_number, on),
    HC_FIELD(hc_anomalies, "off", hc_take_number, off),
    HC_FIELD(hc_anomalies, "n", hc_take_count, samples),
    HC_FIELD(hc_anomalies, "nodes_known", hc_take_small, nodes_known),
    HC_FIELD(hc_anomalies, "too_short", hc_take_small, too_short),
    HC_FIELD(hc_anomalies, "total", hc_take_count, total),
    HC_FIELD(hc_anomalies, "total_fleet", hc_take_count, total_fleet),
    HC_FIELD(hc_anomalies, "days_each", hc_take_small, days_each),
    HC_FIELD(hc_anomalies, "days", hc_take_count, n_days),
};

static enum hc_status finish(struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_anomalies *a = to;

    HC_TRY(hc_reading_rows(r, object, "events", &event_shape, &a->events, &a->n_events));
    HC_TRY(hc_reading_rows(r, object, "fleet", &fleet_shape, &a->fleet, &a->n_fleet));
    HC_TRY(hc_reading_rows(r, object, "nodes", &node_shape, &a->nodes, &a->n_nodes));
    for (size_t i = 0; i < a->n_events; i++)
        if (a->events[i].fleet >= (int)a->n_fleet)
            return hc_reading_bad(r, "fleet", "is not a row of 'fleet'");
    return read_map(r, object, a);
}

static const struct hc_shape shape = HC_SHAPE(struct hc_anomalies, fields, finish);

enum hc_status hc_stored_anomalies(struct hc_reading *r, const json_t *root)
{
    struct hc_anomalies *to = &r->stored->findings.anomalies;

    return hc_reading_section(r, root, &shape, &to->verdict, to);
}
