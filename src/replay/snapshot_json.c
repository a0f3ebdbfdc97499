#include <string.h>
#include <zlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "replay/snapshot_json.h"

enum { NAME_SHOWN = 80, SEGMENT_MAX = 64 };

enum hc_status hc_item_fail(
    const struct hc_item *item, const char *field, const char *what, struct hc_error *err)
{
    const char *name = hc_json_text(item->json, "metadata.name");

    return hc_fail(err, HC_INPUT, "'%s', %s[%zu] '%.*s', %s: %s", item->path, item->kind,
        item->index, NAME_SHOWN, name ? name : "", field, what);
}

/* ---- looking ---- */

json_t *hc_json_at(json_t *json, const char *path)
{
    char segment[SEGMENT_MAX];

    while (json && *path) {
        size_t len = strcspn(path, ".");

        assert(len < sizeof(segment));
        memcpy(segment, path, len);
        segment[len] = '\0';
        json = json_object_get(json, segment);
        path += len + (path[len] == '.');
    }
    return json_is_null(json) ? NULL : json;
}

const char *hc_json_text(json_t *json, const char *path)
{
    return json_string_value(hc_json_at(json, path));
}

enum hc_status hc_json_key_text(json_t *json, struct hc_buf *out)
{
    HC_CLEANUP(hc_freep)
    char *text = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);

    hc_buf_puts(out, text ? text : "null");
    hc_buf_putc(out, '\n');
    return json && !text ? HC_NO_MEMORY : hc_buf_check(out);
}

/* ---- items ---- */

static enum hc_status bad_item(const char *path, struct hc_error *err)
{
    return hc_fail(err, HC_INPUT,
        "'%s': nodes and pods are expected, as 'kubectl get nodes,pods -A -o json' "
        "prints them",
        path);
}

/* A list of one kind: an array, or an object with `items`. */
static enum hc_status add_all(
    json_t *list, const char *path, json_t *to, struct hc_error *err)
{
    json_t *items = json_is_object(list) ? json_object_get(list, "items") : list;
    json_t *item;
    size_t i;

    if (!json_is_array(items))
        return bad_item(path, err);
    json_array_foreach(items, i, item)
    {
        if (!json_is_object(item))
            return bad_item(path, err);
        if (json_array_append(to, item))
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

/* Items of several kinds; what is neither node nor pod is not ours. */
static enum hc_status add_by_kind(
    json_t *items, const char *path, json_t *nodes, json_t *pods, struct hc_error *err)
{
    json_t *item;
    size_t i;

    json_array_foreach(items, i, item)
    {
        const char *kind = hc_json_text(item, "kind");
        json_t *to = !kind                   ? NULL
                     : !strcmp(kind, "Node") ? nodes
                     : !strcmp(kind, "Pod")  ? pods
                                             : NULL;

        if (!json_is_object(item) || !kind)
            return bad_item(path, err);
        if (to && json_array_append(to, item))
            return HC_NO_MEMORY;
    }
    return HC_OK;
}

enum hc_status hc_snapshot_items(
    json_t *root, const char *path, json_t *nodes, json_t *pods, struct hc_error *err)
{
    json_t *items = json_object_get(root, "items");

    if (json_is_array(items))
        return add_by_kind(items, path, nodes, pods, err);
    if (!json_object_get(root, "nodes") || !json_object_get(root, "pods"))
        return bad_item(path, err);
    HC_TRY(add_all(json_object_get(root, "nodes"), path, nodes, err));
    return add_all(json_object_get(root, "pods"), path, pods, err);
}

/* ---- bytes ---- */

enum { CHUNK = 1 << 16 };
#define FILE_MAX ((size_t)1 << 30)
#define UNPACKED_MAX ((size_t)4 << 30)

static enum hc_status unpack(
    const char *path, struct hc_buf *packed, struct hc_buf *out, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) unsigned char *chunk = hc_alloc(CHUNK, 1);
    z_stream z = {
        .next_in = (unsigned char *)packed->text, .avail_in = (unsigned)packed->len};
    int result = chunk ? inflateInit2(&z, 15 + 16) : Z_MEM_ERROR;

    while (result == Z_OK && out->len <= UNPACKED_MAX) {
        z.next_out = chunk;
        z.avail_out = CHUNK;
        result = inflate(&z, Z_NO_FLUSH);
        if (result == Z_OK || result == Z_STREAM_END)
            hc_buf_add(out, chunk, CHUNK - z.avail_out);
        if (result == Z_STREAM_END && z.avail_in) /* gzip files may be joined */
            result = inflateReset(&z);
        else if (result == Z_OK && !z.avail_in && z.avail_out)
            result = Z_DATA_ERROR;
    }
    inflateEnd(&z);
    if (out->failed || result == Z_MEM_ERROR)
        return HC_NO_MEMORY;
    if (result != Z_STREAM_END)
        return hc_fail(err, HC_INPUT, "cannot unpack '%s': %s", path,
            out->len > UNPACKED_MAX ? "over 4 GiB" : "damaged or cut off");
    return HC_OK;
}

enum hc_status hc_snapshot_bytes(
    const char *path, struct hc_buf *out, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf packed = HC_BUF_INIT;

    HC_TRY(hc_file_read(path, FILE_MAX, &packed, err));
    if (packed.len >= 2 && !memcmp(packed.text, "\x1f\x8b", 2))
        return unpack(path, &packed, out, err);
    *out = packed;
    packed = (struct hc_buf)HC_BUF_INIT;
    return HC_OK;
}
