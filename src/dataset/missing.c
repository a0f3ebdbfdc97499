#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "dataset/inside.h"

/* Names that others have for ours; a NULL ends each list. The likeliest first. */
struct synonyms {
    const char *ours;
    const char *theirs[16];
};

static const struct synonyms keys[] = {
    {HC_KEY_TIME, {"time", "ts", "datetime", "date_time", "date", "_time", "@timestamp",
                      "t", "epoch", "time_stamp", "sample_time", "ds"}},
    {HC_KEY_NODE, {"instance", "host", "hostname", "node_name", "nodename",
                      "kubernetes_node", "machine", "machine_id", "server", "vm", "vm_id",
                      "node_id", "host_name", "name", "id"}},
};

static const struct synonyms gauges[] = {
    {"cpu_usage_rate",
        {"cpu", "cpu_usage", "cpu_util", "cpu_utilization", "cpu_utilisation", "cpu_rate",
            "cpu_busy", "cpu_load", "cpu_percent", "cpu_pct", "cpu_r"}},
    {"memory_usage",
        {"memory", "mem", "mem_usage", "memory_util", "mem_util", "memory_utilization",
            "mem_used", "memory_percent", "mem_pct", "mem_u"}},
    {"load_1m", {"load", "load1", "load_1", "loadavg", "load_average", "load_avg_1"}},
    {"disk_usage", {"disk", "disk_util", "disk_used", "disk_percent"}},
    {"network_rx_bytes", {"rx_bytes", "net_in", "network_in", "network_receive_bytes"}},
};

/* May a column of this type be that key? */
static bool type_fits(const char *key, const struct hc_field *field)
{
    if (field->class == HC_CLASS_NESTED)
        return false;
    if (strcmp(key, HC_KEY_TIME))
        return field->class == HC_CLASS_TEXT || field->class == HC_CLASS_NUMBER;
    return strcmp(field->type, "BOOLEAN") && strcmp(field->type, "FLOAT");
}

static const struct hc_field *find_fitting(
    const struct hc_schema *schema, const char *key, const char *name)
{
    const struct hc_field *field = hc_schema_find(schema, name);

    return field && type_fits(key, field) ? field : NULL;
}

static const struct hc_field *find_synonym(
    const struct hc_schema *schema, const struct synonyms *known)
{
    const struct hc_field *found = find_fitting(schema, known->ours, known->ours);

    for (size_t i = 0; !found && known->theirs[i]; i++)
        found = find_fitting(schema, known->ours, known->theirs[i]);
    return found;
}

/* Words like "node_timestamp", "k8s-node"; then words with a letter or two wrong. */
static const struct hc_field *find_similar(
    const struct hc_schema *schema, const struct synonyms *known)
{
    struct hc_nearest nearest = {.word = known->ours};

    for (size_t i = 0; i < schema->n; i++)
        if (type_fits(known->ours, &schema->fields[i]) &&
            strcasestr(schema->fields[i].name, known->ours))
            return &schema->fields[i];
    for (size_t i = 0; i < schema->n; i++)
        if (type_fits(known->ours, &schema->fields[i]))
            hc_nearest_try(&nearest, schema->fields[i].name);
    return nearest.best ? hc_schema_find(schema, nearest.best) : NULL;
}

/* "'a', 'b', ... (12 columns)" */
static void list_columns(const struct hc_schema *schema, struct hc_buf *out)
{
    for (size_t i = 0; i < schema->n && i < 8; i++)
        hc_buf_printf(out, "%s'%.40s'", i ? ", " : "", schema->fields[i].name);
    if (schema->n > 8)
        hc_buf_printf(out, ", ... (%zu columns)", schema->n);
}

enum hc_status hc_missing_key(const struct hc_schema *schema, const char *key,
    const char *path, struct hc_error *err)
{
    const struct synonyms *known = &keys[strcmp(key, HC_KEY_TIME) != 0];
    const struct hc_field *field = find_synonym(schema, known);
    HC_CLEANUP(hc_buf_clear) struct hc_buf columns = HC_BUF_INIT;

    if (!field)
        field = find_similar(schema, known);
    if (field)
        return hc_fail(err, HC_INPUT,
            "no column '%s' in '%s'; '%s' looks like it: --map %s=%s", key, path,
            field->theirs, key, field->theirs);
    list_columns(schema, &columns);
    return hc_fail(err, HC_INPUT,
        "no column '%s' in '%s'; it has %s: --map %s=NAME says which one it is", key,
        path, columns.len ? columns.text : "none at all", key);
}

/* A gauge that is there, but not as numbers. */
static const struct hc_field *find_text_gauge(const struct hc_schema *schema)
{
    for (size_t m = 0; m < HC_METRICS; m++) {
        const struct hc_field *field = hc_schema_find(schema, hc_metrics[m].name);

        if (field && field->class != HC_CLASS_NUMBER && field->class != HC_CLASS_NONE)
            return field;
    }
    return NULL;
}

static const struct hc_field *find_gauge(
    const struct hc_schema *schema, const struct synonyms *known)
{
    for (size_t i = 0; known->theirs[i]; i++) {
        const struct hc_field *field = hc_schema_find(schema, known->theirs[i]);

        if (field && field->class <= HC_CLASS_TEXT)
            return field;
    }
    return NULL;
}

enum hc_status hc_missing_gauge(
    const struct hc_schema *schema, const char *path, struct hc_error *err)
{
    const struct hc_field *text = find_text_gauge(schema);

    if (text)
        return hc_fail(err, HC_INPUT, "no gauge in '%s': '%s' is %s, not numbers", path,
            text->theirs, text->class == HC_CLASS_TEXT ? "text" : text->type);
    for (size_t i = 0; i < HC_COUNT(gauges); i++) {
        const struct hc_field *field = find_gauge(schema, &gauges[i]);

        if (field && field->class == HC_CLASS_TEXT)
            return hc_fail(err, HC_INPUT,
                "no gauge in '%s': '%s' looks like one, but is text, not numbers", path,
                field->theirs);
        if (field)
            return hc_fail(err, HC_INPUT,
                "no gauge in '%s'; '%s' looks like one: --map %s=%s", path, field->theirs,
                gauges[i].ours, field->theirs);
    }
    return hc_fail(err, HC_INPUT,
        "no gauge in '%s': at least one of cpu_usage_rate, memory_usage, load_1m, ... is "
        "needed ('hindcast columns' lists them): --map cpu_usage_rate=NAME",
        path);
}

enum hc_status hc_unused_map(
    const struct hc_map *map, const struct hc_schemas *schemas, struct hc_error *err)
{
    struct hc_nearest nearest = {.word = map->theirs};

    for (size_t k = 0; k < schemas->n; k++)
        for (size_t i = 0; i < schemas->items[k].n; i++)
            hc_nearest_try(&nearest, schemas->items[k].fields[i].theirs);
    if (nearest.best)
        return hc_fail(err, HC_USAGE, "--map %s=%s: no column '%s'; did you mean '%s'?",
            map->ours, map->theirs, map->theirs, nearest.best);
    return hc_fail(err, HC_USAGE, "--map %s=%s: no column '%s'", map->ours, map->theirs,
        map->theirs);
}

enum hc_status hc_missing_label(const struct hc_dataset *ds, const char *option,
    const char *name, struct hc_error *err)
{
    struct hc_nearest nearest = {.word = name};

    for (size_t i = 0; i < ds->n_columns; i++)
        hc_nearest_try(&nearest, ds->columns[i].name);
    if (nearest.best)
        return hc_fail(err, HC_USAGE, "%s: no column '%s'; did you mean '%s'?", option,
            name, nearest.best);
    return hc_fail(err, HC_USAGE, "%s: no column '%s'", option, name);
}
