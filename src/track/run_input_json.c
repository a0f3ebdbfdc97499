/*
 * What a run has read, as MLflow has a dataset: texts of JSON within its limits.
 */
#include <string.h>

#include <jansson.h>

#include "base/json.h"
#include "base/mem.h"
#include "track/run_reading.h"

enum { SCHEMA_MAX = 60000, SOURCE_MAX = 60000 };

/* MLflow's name of a column's type, as its page shows it. */
static const char *column_type(const char *type)
{
    static const struct {
        const char *ours, *theirs;
    } types[] = {{"BOOLEAN", "boolean"}, {"TINYINT", "integer"}, {"SMALLINT", "integer"},
        {"INTEGER", "integer"}, {"UTINYINT", "integer"}, {"USMALLINT", "integer"},
        {"UINTEGER", "long"}, {"BIGINT", "long"}, {"UBIGINT", "long"},
        {"HUGEINT", "double"}, {"FLOAT", "float"}, {"DOUBLE", "double"},
        {"BLOB", "binary"}};

    for (size_t i = 0; i < HC_COUNT(types); i++)
        if (!strcmp(types[i].ours, type))
            return types[i].theirs;
    if (!strncmp(type, "DECIMAL", 7))
        return "double";
    return !strncmp(type, "TIMESTAMP", 9) || !strcmp(type, "DATE") ? "datetime"
                                                                   : "string";
}

/* {"mlflow_colspec": [...]}; as many columns as there is room for. */
static enum hc_status make_schema(json_t *columns, char **ret)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) out = HC_BUF_INIT;
    struct hc_json js;
    json_t *column;
    size_t i;

    hc_json_init(&js, &out, 1);
    hc_json_open(&js, '{');
    hc_json_key(&js, "mlflow_colspec");
    hc_json_open(&js, '[');
    json_array_foreach(columns, i, column)
    {
        const char *name = json_string_value(json_object_get(column, "name"));
        const char *type = json_string_value(json_object_get(column, "type"));

        if (!name || out.len > SCHEMA_MAX)
            continue;
        hc_json_open(&js, '{');
        hc_json_kstr(&js, "type", column_type(type ? type : ""));
        hc_json_kstr(&js, "name", name);
        hc_json_kbool(&js, "required", false);
        hc_json_close(&js, '}');
    }
    hc_json_close(&js, ']');
    hc_json_close(&js, '}');
    HC_TRY(hc_buf_check(&out));
    *ret = hc_take(&out.text);
    return HC_OK;
}

/* {"uri": of the first file, "files": [...]}, as MLflow's LocalArtifactDatasetSource. */
static enum hc_status make_source(const json_t *files, char **ret)
{
    const char *uri =
        json_string_value(json_object_get(json_array_get(files, 0), "path"));
    struct hc_buf HC_CLEANUP(hc_buf_clear) out = HC_BUF_INIT;
    char *list = files ? json_dumps(files, JSON_COMPACT) : NULL;
    struct hc_json js;

    hc_json_init(&js, &out, 1);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "uri", uri ? uri : "");
    if (list && strlen(list) <= SOURCE_MAX) {
        hc_json_key(&js, "files");
        hc_json_raw(&js, list);
    }
    hc_json_close(&js, '}');
    hc_free(list);
    HC_TRY(hc_buf_check(&out));
    *ret = hc_take(&out.text);
    return HC_OK;
}

/* A part of the file as it is, "{}" where it is missing or too long. */
static enum hc_status make_text(const json_t *value, char **ret)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

    *ret = hc_strdup(text && strlen(text) <= SOURCE_MAX ? text : "{}");
    if (text)
        hc_free(text);
    return *ret ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status take_input(
    const struct hc_run_reading *r, json_t *object, struct hc_run_input *ret)
{
    json_t *columns, *files;

    HC_TRY(hc_run_take_text(r, object, "name", true, &ret->name));
    HC_TRY(hc_run_take_text(r, object, "digest", true, &ret->digest));
    if (!*ret->name || strlen(ret->name) > 500 || strlen(ret->digest) > 36)
        return hc_run_bad(r, "inputs", "has a name over 500 bytes or a digest over 36");
    HC_TRY(hc_run_take_list(r, object, "columns", &columns));
    HC_TRY(hc_run_take_list(r, object, "files", &files));
    HC_TRY(make_schema(columns, &ret->schema));
    HC_TRY(make_source(files, &ret->source));
    return make_text(json_object_get(object, "profile"), &ret->profile);
}

enum hc_status hc_run_take_inputs(
    const struct hc_run_reading *r, json_t *object, struct hc_run *run)
{
    json_t *list, *value;
    size_t i;

    HC_TRY(hc_run_take_list(r, object, "inputs", &list));
    run->inputs = hc_calloc(json_array_size(list) + 1, sizeof(*run->inputs));
    if (!run->inputs)
        return HC_NO_MEMORY;
    json_array_foreach(list, i, value)
        HC_TRY(take_input(r, value, &run->inputs[run->n_inputs++]));
    return HC_OK;
}
