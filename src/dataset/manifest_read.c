/*
 * Reading a manifest: every value is looked at before it is believed.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/fs.h"
#include "base/mem.h"
#include "dataset/manifest_values.h"

enum {
    MAX_BYTES = 64 << 20, /* of manifest.json; a year of days is 70 kB */
    MAX_PATH = 255,
    MAX_STEP_S = 366 * 86400,
};

static enum hc_status read_columns(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_manifest *manifest)
{
    const json_t *list;

    HC_TRY(hc_value_list(r, root, "columns", SIZE_MAX, &list));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *name, *unit = NULL;

        HC_TRY(hc_value_text(r, item, "name", &name));
        if (!json_is_null(json_object_get(item, "unit")))
            HC_TRY(hc_value_text(r, item, "unit", &unit));
        HC_TRY(hc_manifest_add_column(manifest, name, unit));
    }
    return HC_OK;
}

static bool is_sha256(const char *text)
{
    return strlen(text) == HC_SHA256_HEX - 1 &&
           strspn(text, "0123456789abcdef") == HC_SHA256_HEX - 1;
}

/* In the folder: no step up, no root, and no sign that a pattern or SQL could mean. */
static bool is_safe_path(const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789._-/";

    if (strlen(path) > MAX_PATH || strspn(path, plain) != strlen(path))
        return false;
    for (const char *part = path; part; part = strchr(part, '/')) {
        part += part != path;
        if (*part == '\0' || *part == '/' || *part == '.')
            return false;
    }
    return true;
}

static enum hc_status read_file(
    const struct hc_manifest_reading *r, const json_t *item, struct hc_manifest *manifest)
{
    const char *path, *sha256;
    int64_t bytes, rows;

    HC_TRY(hc_value_text(r, item, "path", &path));
    if (!is_safe_path(path))
        return hc_fail(r->err, HC_INPUT,
            "'%s' is not a valid manifest: '%.300s' is no name of a file in its folder",
            r->path, path);
    HC_TRY(hc_value_int(r, item, "bytes", 0, INT64_MAX, &bytes));
    HC_TRY(hc_value_int(r, item, "rows", 0, INT64_MAX, &rows));
    HC_TRY(hc_value_text(r, item, "sha256", &sha256));
    if (!is_sha256(sha256))
        return hc_value_bad(r, "sha256", "is not 64 digits of a SHA-256");
    return hc_manifest_add_file(manifest, path, bytes, rows, sha256);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A file named twice would have its rows counted twice. */
static enum hc_status check_unique(
    const struct hc_manifest_reading *r, const struct hc_manifest *manifest)
{
    size_t n = manifest->n_files;
    HC_CLEANUP(hc_freep) const char **paths = hc_alloc(n, sizeof(*paths));

    if (!paths)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        paths[i] = manifest->files[i].path;
    qsort(paths, n, sizeof(*paths), by_path);
    for (size_t i = 1; i < n; i++)
        if (!strcmp(paths[i - 1], paths[i]))
            return hc_fail(r->err, HC_INPUT,
                "'%s' is not a valid manifest: '%s' is in it twice", r->path, paths[i]);
    return HC_OK;
}

static enum hc_status read_files(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_manifest *manifest)
{
    const json_t *list;

    HC_TRY(hc_value_list(r, root, "files", SIZE_MAX, &list));
    for (size_t i = 0; i < json_array_size(list); i++)
        HC_TRY(read_file(r, json_array_get(list, i), manifest));
    return check_unique(r, manifest);
}

static enum hc_status read_head(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_manifest *m)
{
    int64_t version;
    char zone[8];

    HC_TRY(hc_value_int(r, root, "schema_version", 1, INT64_MAX, &version));
    if (version != HC_MANIFEST_VERSION)
        return hc_fail(r->err, HC_INPUT,
            "'%s' has schema_version %lld, and this program knows %d: a newer hindcast "
            "wrote it",
            r->path, (long long)version, HC_MANIFEST_VERSION);
    HC_TRY(hc_value_time(r, root, "created_at", &m->created_us));
    HC_TRY(hc_value_word(r, root, "hindcast", m->version, sizeof(m->version)));
    HC_TRY(hc_value_word(r, root, "source", m->source, sizeof(m->source)));
    HC_TRY(hc_value_time(r, root, "start", &m->start_us));
    HC_TRY(hc_value_time(r, root, "end", &m->end_us));
    if (m->end_us < m->start_us)
        return hc_value_bad(r, "end", "is before 'start'");
    HC_TRY(hc_value_int(r, root, "step_s", 1, MAX_STEP_S, &m->step_s));
    HC_TRY(hc_value_word(r, root, "timezone", zone, sizeof(zone)));
    return strcmp(zone, "UTC") ? hc_value_bad(r, "timezone", "is not UTC") : HC_OK;
}

static enum hc_status read_root(
    const struct hc_manifest_reading *r, const json_t *root, struct hc_manifest *manifest)
{
    if (!json_is_object(root))
        return hc_fail(
            r->err, HC_INPUT, "'%s' is not a valid manifest: not an object", r->path);
    HC_TRY(read_head(r, root, manifest));
    HC_TRY(read_columns(r, root, manifest));
    HC_TRY(read_files(r, root, manifest));
    return hc_manifest_read_collected(r, root, manifest);
}

static enum hc_status parse(
    const struct hc_manifest_reading *r, const struct hc_buf *text, json_t **ret)
{
    json_error_t error;

    *ret = json_loadb(hc_buf_str(text), text->len, JSON_REJECT_DUPLICATES, &error);
    if (*ret)
        return HC_OK;
    /* jansson has no text for a failed allocation; inside a token it calls it invalid */
    if (!error.text[0])
        return HC_NO_MEMORY;
    return hc_fail(r->err, HC_INPUT, "'%s' is not a valid manifest: line %d: %s", r->path,
        error.line, error.text);
}

enum hc_status hc_manifest_read(
    const char *dir, struct hc_manifest *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest manifest = {0};
    char path[HC_PATH_MAX];
    const struct hc_manifest_reading r = {path, err};
    json_t *root = NULL;

    HC_TRY(hc_path_join(dir, HC_MANIFEST_NAME, path, err));
    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    HC_TRY(parse(&r, &text, &root));

    enum hc_status status = read_root(&r, root, &manifest);

    json_decref(root);
    HC_TRY(status);
    *ret = manifest;
    manifest = (struct hc_manifest){0};
    return HC_OK;
}
