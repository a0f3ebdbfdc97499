#include "report/json_course.h"

#include "report/json_sections.h"

void hc_json_node_name(struct hc_json *js, const struct hc_findings *f, const char *key,
    const char *cluster_key, uint32_t at)
{
    const struct hc_node *node = &f->summary->nodes[at];

    hc_json_kstr(js, key, node->name);
    if (node->cluster)
        hc_json_kstr(js, cluster_key, node->cluster);
}

void hc_json_gauge(struct hc_json *js, int metric)
{
    hc_json_kstr(js, "gauge", hc_metrics[metric].name);
}

void hc_json_course(
    struct hc_json *js, const struct hc_findings *f, const struct hc_course *of)
{
    if (of->node != HC_WHOLE_CLUSTER)
        hc_json_node_name(js, f, "node", "cluster", of->node);
    hc_json_gauge(js, of->metric);
    hc_json_count(js, "n", of->n);
}

void hc_json_numbers(
    struct hc_json *js, const char *key, const double *values, size_t n, int digits)
{
    int before = js->digits;

    js->digits = digits;
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++)
        hc_json_num(js, values[i]);
    hc_json_close(js, ']');
    js->digits = before;
}

void hc_json_whole_or_null(struct hc_json *js, const char *key, int value)
{
    if (value >= 0) {
        hc_json_kint(js, key, value);
        return;
    }
    hc_json_key(js, key);
    hc_json_null(js);
}

void hc_json_nulls(struct hc_json *js, const struct hc_null_reason *rows, size_t n)
{
    hc_json_rows_open(js, "nulls", '[');
    for (size_t i = 0; i < n; i++)
        hc_json_null_reason(js, rows[i].key, rows[i].status, rows[i].reason);
    hc_json_rows_close(js, ']');
}
