#include <string.h>

#include "base/mem.h"
#include "stored/reading.h"

/* 100,000 nodes are about 150 MB; as values in memory it is several times that. */
enum { MAX_BYTES = 512 << 20 };

static const char file_name[] = "findings.json";

/* Columns and nodes first: the others speak of them. */
static const struct {
    const char *key;
    enum hc_status (*read)(struct hc_reading *r, const json_t *root);
} sections[] = {
    {"columns", hc_stored_columns},
    {"nodes", hc_stored_nodes},
    {"input", hc_stored_input},
    {"quality", hc_stored_quality},
    {"temporal", hc_stored_temporal},
    {"correlation", hc_stored_correlation},
    {"baseline", hc_stored_baseline},
    {"trends", hc_stored_trends},
    {"rhythm", hc_stored_rhythm},
    {"growth", hc_stored_growth},
    {"changes", hc_stored_changes},
    {"twins", hc_stored_twins},
    {"roles", hc_stored_roles},
    {"anomalies", hc_stored_anomalies},
    {"compare", hc_stored_compare},
    {"workloads", hc_stored_workloads},
    {"opportunity", hc_stored_opportunity},
    {"replay", hc_stored_replay},
    {"insights", hc_stored_insights},
    {"groups", hc_stored_groups},
    {"findings", hc_stored_findings},
};

/* ---- the whole ------------------------------------------------------------------- */

static enum hc_status check_version(struct hc_reading *r, const json_t *root)
{
    const json_t *version = json_object_get(root, "schema_version");

    if (!json_is_integer(version))
        return hc_reading_bad(
            r, "schema_version", version ? "is not a whole number" : "is missing");
    if (json_integer_value(version) > HC_STORED_VERSION)
        return hc_fail(r->err, HC_INPUT,
            "'%s' has schema_version %lld, and this program knows %d: a newer hindcast "
            "wrote it, show it with that",
            r->path, (long long)json_integer_value(version), HC_STORED_VERSION);
    if (json_integer_value(version) != HC_STORED_VERSION)
        return hc_reading_bad(r, "schema_version", "is not known");
    return HC_OK;
}

static const struct hc_field head_fields[] = {
    {"generated_at", hc_take_shared, offsetof(struct hc_settings, generated_at), NULL},
};
static const struct hc_shape head_shape = HC_SHAPE(struct hc_settings, head_fields, NULL);

static enum hc_status read_root(struct hc_reading *r, const json_t *root)
{
    r->section = file_name;
    if (!json_is_object(root))
        return hc_fail(r->err, HC_INPUT,
            "'%s' is not a report that can be shown: not an object; analyze again",
            r->path);
    HC_TRY(check_version(r, root));
    HC_TRY(hc_reading_object(r, file_name, root, &head_shape, &r->stored->settings));
    for (size_t i = 0; i < HC_COUNT(sections); i++) {
        r->section = sections[i].key;
        HC_TRY(sections[i].read(r, root));
    }
    return HC_OK;
}

/* ---- the file -------------------------------------------------------------------- */

static enum hc_status find(const char *dir, const char *path, struct hc_error *err)
{
    if (hc_path_kind(dir) == HC_PATH_NONE)
        return hc_fail(err, HC_INPUT,
            "there is no folder '%s'; 'hindcast analyze PATH -o DIR' writes a report "
            "into "
            "one",
            dir);
    if (hc_path_kind(dir) != HC_PATH_FOLDER)
        return hc_fail(err, HC_INPUT,
            "'%s' is not a folder; give the folder of a report, with its findings.json",
            dir);
    if (hc_path_kind(path) == HC_PATH_NONE)
        return hc_fail(err, HC_INPUT,
            "there is no report in '%s': no '%s'; 'hindcast analyze PATH -o DIR' writes "
            "one",
            dir, path);
    return HC_OK;
}

static enum hc_status parse(const struct hc_reading *r, json_t **ret)
{
    const struct hc_buf *text = &r->stored->json;
    json_error_t error;

    *ret = json_loadb(hc_buf_str(text), text->len, JSON_REJECT_DUPLICATES, &error);
    if (*ret)
        return HC_OK;
    /* jansson has no text for a failed allocation; inside a token it calls it invalid */
    if (!error.text[0])
        return HC_NO_MEMORY;
    return hc_fail(r->err, HC_INPUT,
        "'%s' is not whole, or not JSON: line %d: %s; analyze again", r->path, error.line,
        error.text);
}

static enum hc_status read_dir(
    const char *dir, struct hc_stored *stored, struct hc_error *err)
{
    char path[HC_PATH_MAX];
    struct hc_reading r = {.path = path, .stored = stored, .err = err};
    json_t *root = NULL;

    HC_TRY(hc_path_join(dir, file_name, path, err));
    HC_TRY(find(dir, path, err));
    HC_TRY(hc_file_read(path, MAX_BYTES, &stored->json, err));
    HC_TRY(parse(&r, &root));

    enum hc_status status = read_root(&r, root);

    hc_free(r.names);
    hc_free(r.nodes);
    json_decref(root);
    return status;
}

enum hc_status hc_stored_read(
    const char *dir, struct hc_stored *ret, struct hc_error *err)
{
    *ret = (struct hc_stored){0};

    enum hc_status status = read_dir(dir, ret, err);

    ret->findings.summary = &ret->summary;
    ret->findings.settings = &ret->settings;
    if (status)
        hc_stored_clear(ret);
    return status;
}

void hc_stored_clear(struct hc_stored *stored)
{
    if (!stored)
        return;
    hc_findings_clear(&stored->findings);
    hc_summary_clear(&stored->summary);
    hc_names_clear(&stored->texts);
    hc_names_clear(&stored->options);
    hc_buf_clear(&stored->json);
    *stored = (struct hc_stored){0};
}
