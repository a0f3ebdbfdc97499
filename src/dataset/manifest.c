#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "dataset/manifest.h"

enum { FLAT_FROM = 3 };

void hc_manifest_clear(struct hc_manifest *manifest)
{
    if (!manifest)
        return;
    for (size_t i = 0; i < manifest->n_columns; i++) {
        hc_free(manifest->columns[i].name);
        hc_free(manifest->columns[i].unit);
    }
    for (size_t i = 0; i < manifest->n_files; i++)
        hc_free(manifest->files[i].path);
    hc_free(manifest->columns);
    hc_free(manifest->files);
    hc_collected_clear(&manifest->collected);
    *manifest = (struct hc_manifest){0};
}

enum hc_status hc_manifest_add_column(
    struct hc_manifest *manifest, const char *name, const char *unit)
{
    struct hc_manifest_column column = {hc_strdup(name), unit ? hc_strdup(unit) : NULL};

    if (!column.name || (unit && !column.unit) ||
        hc_grow(&manifest->columns, &manifest->cap_columns, manifest->n_columns + 1,
            sizeof(column))) {
        hc_free(column.name);
        hc_free(column.unit);
        return HC_NO_MEMORY;
    }
    manifest->columns[manifest->n_columns++] = column;
    return HC_OK;
}

enum hc_status hc_manifest_add_file(struct hc_manifest *manifest, const char *path,
    int64_t bytes, int64_t rows, const char *sha256)
{
    struct hc_manifest_file file = {.bytes = bytes, .rows = rows};

    HC_TRY(hc_grow(
        &manifest->files, &manifest->cap_files, manifest->n_files + 1, sizeof(file)));
    file.path = hc_strdup(path);
    if (!file.path)
        return HC_NO_MEMORY;
    strncpy(file.sha256, sha256, sizeof(file.sha256) - 1);
    manifest->files[manifest->n_files++] = file;
    return HC_OK;
}

const struct hc_manifest_file *hc_manifest_find(
    const struct hc_manifest *manifest, const char *path)
{
    for (size_t i = 0; i < manifest->n_files; i++)
        if (!strcmp(manifest->files[i].path, path))
            return &manifest->files[i];
    return NULL;
}

/* ---- writing ---- */

static void put_columns(struct hc_json *js, const struct hc_manifest *manifest)
{
    hc_json_key(js, "columns");
    hc_json_open(js, '[');
    for (size_t i = 0; i < manifest->n_columns; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "name", manifest->columns[i].name);
        hc_json_kstr(js, "unit", manifest->columns[i].unit);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_files(struct hc_json *js, const struct hc_manifest *manifest)
{
    hc_json_key(js, "files");
    hc_json_open(js, '[');
    for (size_t i = 0; i < manifest->n_files; i++) {
        const struct hc_manifest_file *file = &manifest->files[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "path", file->path);
        hc_json_kint(js, "bytes", file->bytes);
        hc_json_kint(js, "rows", file->rows);
        hc_json_kstr(js, "sha256", file->sha256);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

void hc_manifest_print(const struct hc_manifest *manifest, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", HC_MANIFEST_VERSION);
    hc_json_ktime(&js, "created_at", manifest->created_us);
    hc_json_kstr(&js, "hindcast", manifest->version);
    hc_json_kstr(&js, "source", manifest->source);
    hc_json_ktime(&js, "start", manifest->start_us);
    hc_json_ktime(&js, "end", manifest->end_us);
    hc_json_kint(&js, "step_s", manifest->step_s);
    hc_json_kstr(&js, "timezone", "UTC");
    put_columns(&js, manifest);
    put_files(&js, manifest);
    if (manifest->more)
        manifest->more(manifest->context, &js);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

enum hc_status hc_manifest_write(
    const struct hc_manifest *manifest, const char *dir, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, HC_MANIFEST_NAME, path, err));
    hc_manifest_print(manifest, &text);
    HC_TRY(hc_buf_check(&text));
    return hc_file_write(path, text.text, text.len, err);
}
