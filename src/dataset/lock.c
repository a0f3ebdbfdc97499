#include "dataset/inside.h"

enum hc_status hc_dataset_lock(struct hc_duck *duck, const struct hc_dataset *ds,
    const char *const *dirs, size_t n_dirs, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) const char **all_dirs = hc_alloc(n_dirs + 1, sizeof(*all_dirs));
    size_t n = ds->n_files + ds->n_beside;
    HC_CLEANUP(hc_freep) const char **files = hc_alloc(n, sizeof(*files));

    if (!all_dirs || !files)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n_dirs; i++)
        all_dirs[i] = dirs[i];
    /* files with a name that DuckDB would read as a pattern are held open */
    all_dirs[n_dirs] = "/proc/self/fd";
    for (size_t i = 0; i < ds->n_files; i++)
        files[i] = ds->files[i].readable ? ds->files[i].readable : ds->files[i].path;
    for (size_t i = 0; i < ds->n_beside; i++)
        files[ds->n_files + i] = ds->beside[i].file.readable;
    return hc_duck_lock(duck, all_dirs, n_dirs + 1, files, n, err);
}
