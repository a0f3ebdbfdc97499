/*
 * beside.c - what stands beside the samples of a data set: nodes, pods and their use
 */
#include <string.h>

#include "dataset/inside.h"
#include "dataset/manifest.h"

/* A name that ends in '/' is of all files in that folder. */
bool hc_beside_find(const char *path, enum hc_beside *ret)
{
    for (int kind = 0; kind < HC_BESIDES; kind++) {
        const char *name = hc_beside_names[kind];
        size_t len = strlen(name);
        bool folder = name[len - 1] == '/';

        if (folder ? strncmp(path, name, len) : strcmp(path, name))
            continue;
        *ret = (enum hc_beside)kind;
        return true;
    }
    return false;
}

static bool is_known(const struct hc_dataset *ds, const int64_t identity[4])
{
    for (size_t i = 0; i < ds->n_beside; i++)
        if (!memcmp(ds->beside[i].file.identity, identity, 4 * sizeof(*identity)))
            return true;
    return false;
}

enum hc_status hc_beside_add(struct hc_dataset *ds, const char *folder,
    const struct hc_manifest_check *check, enum hc_beside kind, struct hc_error *err)
{
    struct hc_dataset_file *file;
    struct hc_file_id id;
    int64_t identity[4], checked[4];
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(folder, check->file->path, path, err));
    HC_TRY(hc_file_identify(path, &id, err));
    hc_dataset_identity(&id, identity);
    hc_dataset_identity(&check->id, checked);
    if (memcmp(identity, checked, sizeof(identity)))
        return hc_dataset_changed(path, err);
    if (is_known(ds, identity))
        return HC_OK;
    HC_TRY(hc_grow(&ds->beside, &ds->cap_beside, ds->n_beside + 1, sizeof(*ds->beside)));
    ds->beside[ds->n_beside] =
        (struct hc_dataset_beside){kind, {.bytes = (uint64_t)id.bytes,
                                             .rows = (uint64_t)check->file->rows,
                                             .verified = true,
                                             .format = HC_FILE_PARQUET}};
    file = &ds->beside[ds->n_beside++].file;
    memcpy(file->identity, identity, sizeof(identity));
    file->path = hc_strdup(path);
    if (!file->path)
        return HC_NO_MEMORY;
    return hc_safe_path(ds, path, false, &file->readable, err);
}

void hc_beside_clear(struct hc_dataset *ds)
{
    for (size_t i = 0; i < ds->n_beside; i++) {
        hc_free(ds->beside[i].file.path);
        hc_free(ds->beside[i].file.readable);
    }
    hc_free(ds->beside);
}

enum hc_status hc_beside_unchanged(const struct hc_dataset *ds, struct hc_error *err)
{
    for (size_t i = 0; i < ds->n_beside; i++) {
        const struct hc_dataset_file *file = &ds->beside[i].file;
        struct hc_file_id id;
        int64_t identity[4];

        HC_TRY(hc_file_identify(file->path, &id, err));
        hc_dataset_identity(&id, identity);
        if (memcmp(identity, file->identity, sizeof(identity)))
            return hc_dataset_changed(file->path, err);
    }
    return HC_OK;
}
