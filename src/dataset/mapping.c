#include <string.h>
#include <strings.h>

#include "dataset/inside.h"

bool hc_is_reserved(const char *name)
{
    static const char *const names[] = {"hc_row", "hc_file", "hc_time", "hc_cluster",
        "hc_node", "hc_keep", "hc_other", "hc_number", "file_row_number", "file_index"};

    for (size_t i = 0; i < HC_COUNT(names); i++)
        if (!strcasecmp(name, names[i]))
            return true;
    return false;
}

void hc_mapping_clear(struct hc_mapping *mapping)
{
    if (!mapping)
        return;
    for (size_t i = 0; i < mapping->n; i++) {
        hc_free(mapping->maps[i].ours);
        hc_free(mapping->maps[i].theirs);
    }
    hc_free(mapping->maps);
    *mapping = (struct hc_mapping){0};
}

static enum hc_status parse_one(
    const char *text, struct hc_map *ret, struct hc_error *err)
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text || !equals[1])
        return hc_fail(err, HC_USAGE, "--map '%s': OURS=THEIRS is expected", text);
    ret->ours = hc_strndup(text, (size_t)(equals - text));
    ret->theirs = hc_strdup(equals + 1);
    if (!ret->ours || !ret->theirs)
        return HC_NO_MEMORY;
    if (hc_is_reserved(ret->ours))
        return hc_fail(
            err, HC_USAGE, "--map '%s': hindcast needs that name itself", text);
    return HC_OK;
}

static enum hc_status check_twice(const struct hc_mapping *mapping, struct hc_error *err)
{
    const struct hc_map *last = &mapping->maps[mapping->n - 1];

    for (size_t i = 0; i + 1 < mapping->n; i++)
        if (!strcasecmp(mapping->maps[i].ours, last->ours) ||
            !strcasecmp(mapping->maps[i].theirs, last->theirs))
            return hc_fail(err, HC_USAGE, "--map '%s=%s' and '%s=%s': one name twice",
                mapping->maps[i].ours, mapping->maps[i].theirs, last->ours, last->theirs);
    return HC_OK;
}

enum hc_status hc_mapping_parse(const struct hc_dataset_request *request,
    struct hc_mapping *ret, struct hc_error *err)
{
    if (!request->n_maps)
        return HC_OK;
    ret->maps = hc_calloc(request->n_maps, sizeof(*ret->maps));
    if (!ret->maps)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < request->n_maps; i++) {
        HC_TRY(parse_one(request->maps[i], &ret->maps[ret->n++], err));
        HC_TRY(check_twice(ret, err));
    }
    return HC_OK;
}

const char *hc_mapping_apply(struct hc_mapping *mapping, const char *theirs)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (!strcasecmp(mapping->maps[i].theirs, theirs)) {
            mapping->maps[i].used = true;
            return mapping->maps[i].ours;
        }
    return theirs;
}

const char *hc_mapping_back(const struct hc_mapping *mapping, const char *ours)
{
    for (size_t i = 0; i < mapping->n; i++)
        if (!strcasecmp(mapping->maps[i].ours, ours))
            return mapping->maps[i].theirs;
    return ours;
}
