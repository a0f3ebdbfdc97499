#include "base/clock.h"
#include "report/json_course.h"
#include "report/json_sections.h"

enum { MAP_DIGITS = 4 };

static void put_columns(struct hc_json *js, const struct hc_anomaly *event)
{
    hc_json_key(js, "columns");
    hc_json_open(js, '[');
    for (size_t k = 0; k < event->n_columns; k++) {
        const struct hc_anomaly_column *column = &event->column[k];

        hc_json_open(js, '{');
        hc_json_gauge(js, column->metric);
        hc_json_knum(js, "z", column->z);
        hc_json_knum(js, "value", column->value);
        hc_json_knum(js, "usual", column->usual);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_events(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_anomalies *a = &f->anomalies;

    hc_json_rows_open(js, "events", '[');
    for (size_t i = 0; i < a->n_events; i++) {
        const struct hc_anomaly *event = &a->events[i];

        hc_json_open(js, '{');
        hc_json_node_name(js, f, "node", "cluster", event->node);
        hc_json_ktime(js, "start", event->start_us);
        hc_json_ktime(js, "end", event->end_us);
        hc_json_ktime(js, "top", event->top_us);
        hc_json_kint(js, "offset_s", event->offset_s);
        hc_json_knum(js, "score", event->score);
        hc_json_count(js, "n", event->n);
        hc_json_whole_or_null(js, "fleet", event->fleet);
        put_columns(js, event);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_fleet(struct hc_json *js, const struct hc_anomalies *a)
{
    hc_json_rows_open(js, "fleet", '[');
    for (size_t i = 0; i < a->n_fleet; i++) {
        const struct hc_anomaly_fleet *fleet = &a->fleet[i];

        hc_json_open(js, '{');
        hc_json_ktime(js, "start", fleet->start_us);
        hc_json_ktime(js, "end", fleet->end_us);
        hc_json_kint(js, "offset_s", fleet->offset_s);
        hc_json_kint(js, "nodes", fleet->nodes);
        hc_json_kint(js, "events", fleet->events);
        hc_json_key(js, "columns");
        hc_json_open(js, '[');
        for (size_t k = 0; k < fleet->n_columns; k++) {
            hc_json_open(js, '{');
            hc_json_gauge(js, fleet->column[k].metric);
            hc_json_kint(js, "events", fleet->column[k].events);
            hc_json_close(js, '}');
        }
        hc_json_close(js, ']');
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_nodes(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_anomalies *a = &f->anomalies;

    hc_json_rows_open(js, "nodes", '[');
    for (size_t i = 0; i < a->n_nodes; i++) {
        hc_json_open(js, '{');
        hc_json_node_name(js, f, "node", "cluster", a->nodes[i].node);
        hc_json_kint(js, "events", a->nodes[i].events);
        hc_json_knum(js, "score", a->nodes[i].score);
        hc_json_knum(js, "minutes", a->nodes[i].minutes);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_map(struct hc_json *js, const struct hc_anomalies *a)
{
    char day[HC_TIME_TEXT];
    int before = js->digits;

    hc_date_format(a->first_day, day);
    hc_json_kstr(js, "first_day", day);
    hc_json_kint(js, "days_each", a->days_each);
    hc_json_count(js, "days", a->n_days);
    hc_json_rows_open(js, "map", '[');
    js->digits = MAP_DIGITS;
    for (size_t i = 0; i < a->n_map; i++) {
        hc_json_open(js, '[');
        for (size_t k = 0; k < a->n_days; k++)
            hc_json_num(js, a->map[i * a->n_days + k]);
        hc_json_close(js, ']');
    }
    js->digits = before;
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason nulls[] = {
    {"fleet", HC_NOT_AVAILABLE, "alone, or as many nodes as by chance"},
    {"map", HC_NOT_AVAILABLE, "no sample of the node on the day"},
};

void hc_json_anomalies(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_anomalies *a = &f->anomalies;

    hc_json_open(js, '{');
    hc_json_verdict(js, &a->verdict);
    hc_json_knum(js, "on", a->on);
    hc_json_knum(js, "off", a->off);
    hc_json_count(js, "n", a->samples);
    hc_json_kint(js, "nodes_known", a->nodes_known);
    hc_json_kint(js, "too_short", a->too_short);
    hc_json_count(js, "total", a->total);
    hc_json_count(js, "total_fleet", a->total_fleet);
    hc_json_nulls(js, nulls, HC_COUNT(nulls));
    put_events(js, f);
    put_fleet(js, a);
    put_nodes(js, f);
    put_map(js, a);
    hc_json_close(js, '}');
}
