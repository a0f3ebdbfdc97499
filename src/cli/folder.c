#include <unistd.h>

#include "cli/folder.h"
#include "cli/interrupt.h"

enum hc_status hc_folder_open(
    const char *path, struct hc_folder *ret, struct hc_error *err)
{
    *ret = (struct hc_folder){.path = path, .slot = -1};
    ret->made = hc_path_kind(path) == HC_PATH_NONE;
    HC_TRY(hc_dir_make(path, err));
    hc_dir_sweep(path);
    HC_TRY(hc_temp_dir(path, ret->temp, err));
    ret->slot = hc_interrupt_register(ret->temp);
    HC_TRY(hc_path_join(ret->temp, "spill", ret->spill, err));
    return hc_dir_make(ret->spill, err);
}

void hc_folder_clear(struct hc_folder *folder)
{
    if (folder->temp[0])
        hc_tree_remove(folder->temp);
    if (folder->made && !folder->published)
        rmdir(folder->path); /* only if nothing is in it */
    if (folder->path && folder->slot >= 0)
        hc_interrupt_unregister(folder->slot);
    *folder = (struct hc_folder){.slot = -1};
}

enum hc_status hc_folder_spare(const struct hc_folder *folder, const char *name,
    const struct hc_dataset *dataset, struct hc_error *err)
{
    char path[HC_PATH_MAX];
    struct hc_file_id there, input;

    HC_TRY(hc_path_join(folder->path, name, path, err));
    if (hc_file_identify(path, &there, NULL))
        return HC_OK;
    for (size_t i = 0; i < dataset->n_files; i++)
        if (!hc_file_identify(dataset->files[i].path, &input, NULL) &&
            input.device == there.device && input.inode == there.inode)
            return hc_fail(err, HC_USAGE,
                "'%s/%s' would be replaced, and is read: choose another -o", folder->path,
                name);
    return HC_OK;
}

enum hc_status hc_folder_publish(struct hc_folder *folder, struct hc_error *err)
{
    return hc_folder_publish_over(folder, NULL, 0, err);
}

enum hc_status hc_folder_publish_over(struct hc_folder *folder,
    const char *const *outdated, size_t n_outdated, struct hc_error *err)
{
    hc_tree_remove(folder->spill);
    /* while files are swapped, what is temporary may be an older one: it is not for a
     * second Ctrl-C to remove, but for the next run's sweep */
    if (folder->slot >= 0)
        hc_interrupt_unregister(folder->slot);
    folder->slot = -1;
    HC_TRY(hc_dir_publish(folder->temp, folder->path, outdated, n_outdated, err));
    folder->published = true;
    return HC_OK;
}
