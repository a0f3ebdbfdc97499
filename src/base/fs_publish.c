#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/fs_steps.h"
#include "base/mem.h"

enum { DEEPEST = 16 };

static const char *const seals[] = {"manifest.json", "run.json"};

enum moved { NOT_MOVED, MOVED, SWAPPED, OVERWRITTEN };

struct publishing {
    const char *temp_dir, *final_dir;
    struct hc_names files; /* below temp_dir; seals last */
    enum moved *moved;     /* [files.n] */
    struct hc_names aside; /* of final_dir; the i-th is now ".old-i" in temp_dir */
};

static void publishing_clear(struct publishing *p)
{
    hc_names_clear(&p->files);
    hc_names_clear(&p->aside);
    hc_freep(&p->moved);
}

/* Adds the files of the folder `inside` of `root` and of those below. */
static enum hc_status add_tree(const char *root, const char *inside, int depth,
    struct hc_names *files, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    char path[HC_PATH_MAX], relative[HC_PATH_MAX];

    HC_TRY(hc_path_join(root, inside, path, err));
    HC_TRY(hc_dir_list(path, &names, err));
    for (size_t i = 0; i < names.n; i++) {
        HC_TRY(hc_path_join(inside, names.items[i], relative, err));
        HC_TRY(hc_path_join(root, relative, path, err));
        if (hc_path_kind(path) != HC_PATH_FOLDER)
            HC_TRY(hc_names_add(files, relative));
        else if (depth < DEEPEST)
            HC_TRY(add_tree(root, relative, depth + 1, files, err));
    }
    return HC_OK;
}

static bool is_seal(const char *name)
{
    for (size_t i = 0; i < HC_COUNT(seals); i++)
        if (!strcmp(name, seals[i]))
            return true;
    return false;
}

/* Files of the folder itself, those of its sub-folders, the seals. */
static int rank(const char *name)
{
    return is_seal(name) ? 2 : strchr(name, '/') != NULL;
}

static int by_rank(const void *a, const void *b)
{
    const char *name_a = *(char *const *)a, *name_b = *(char *const *)b;
    int order = rank(name_a) - rank(name_b);

    return order ? order : strcmp(name_a, name_b);
}

static enum hc_status both_paths(const struct publishing *p, const char *name,
    char temp[HC_PATH_MAX], char final[HC_PATH_MAX], struct hc_error *err)
{
    HC_TRY(hc_path_join(p->temp_dir, name, temp, err));
    return hc_path_join(p->final_dir, name, final, err);
}

/* The bytes are on the disk and the folder is there: only renames remain. */
static enum hc_status prepare(
    const struct publishing *p, const char *name, struct hc_error *err)
{
    char temp[HC_PATH_MAX], final[HC_PATH_MAX], folder[HC_PATH_MAX];

    HC_TRY(both_paths(p, name, temp, final, err));
    if (hc_path_kind(final) == HC_PATH_FOLDER)
        return hc_fail(err, HC_OUTPUT, "cannot write '%s': a folder is there", final);
    HC_TRY(hc_sync_path(temp, err));
    HC_TRY(hc_folder_of(final, folder, err));
    return hc_dir_make(folder, err);
}

static enum hc_status move_one(const struct publishing *p, size_t i, struct hc_error *err)
{
    char temp[HC_PATH_MAX], final[HC_PATH_MAX];
    struct stat st;

    HC_TRY(both_paths(p, p->files.items[i], temp, final, err));

    bool there = !lstat(final, &st);

    if (there && !hc_step_rename(temp, final, RENAME_EXCHANGE)) {
        p->moved[i] = SWAPPED;
        return HC_OK;
    }
    /* a file system that cannot swap says EINVAL, an old kernel ENOSYS */
    if (there && errno != EINVAL && errno != ENOSYS)
        return hc_cannot_write(final, err);
    if (hc_step_rename(temp, final, 0))
        return hc_cannot_write(final, err);
    p->moved[i] = there ? OVERWRITTEN : MOVED;
    return HC_OK;
}

/* Where the i-th file that was set aside was, and where it is now. */
static enum hc_status aside_paths(const struct publishing *p, size_t i,
    char final[HC_PATH_MAX], char old[HC_PATH_MAX], struct hc_error *err)
{
    char name[32];

    snprintf(name, sizeof(name), ".old-%zu", i);
    HC_TRY(hc_path_join(p->temp_dir, name, old, err));
    return hc_path_join(p->final_dir, p->aside.items[i], final, err);
}

static bool is_there(const char *folder, const char *name)
{
    char path[HC_PATH_MAX];
    struct stat st;

    return !hc_path_join(folder, name, path, NULL) && !lstat(path, &st);
}

static enum hc_status set_aside(
    struct publishing *p, const char *name, struct hc_error *err)
{
    char final[HC_PATH_MAX], old[HC_PATH_MAX];

    HC_TRY(hc_names_add(&p->aside, name));
    HC_TRY(aside_paths(p, p->aside.n - 1, final, old, err));
    if (hc_step_rename(final, old, 0)) {
        hc_free(p->aside.items[--p->aside.n]);
        return hc_cannot_write(final, err);
    }
    return HC_OK;
}

/* The old seal first: without one the folder says that it is not whole. */
static enum hc_status set_all_aside(struct publishing *p, const char *const *outdated,
    size_t n_outdated, struct hc_error *err)
{
    for (size_t i = 0; i < HC_COUNT(seals); i++)
        if (is_there(p->temp_dir, seals[i]) && is_there(p->final_dir, seals[i]))
            HC_TRY(set_aside(p, seals[i], err));
    HC_TRY(hc_sync_path(p->final_dir, err));
    for (size_t i = 0; i < n_outdated; i++)
        if (!is_there(p->temp_dir, outdated[i]) && is_there(p->final_dir, outdated[i]))
            HC_TRY(set_aside(p, outdated[i], err));
    return HC_OK;
}

/* Moves the files from..to and syncs the folders that they are in. */
static enum hc_status move_range(
    struct publishing *p, size_t from, size_t to, struct hc_error *err)
{
    char temp[HC_PATH_MAX], final[HC_PATH_MAX];

    for (size_t i = from; i < to; i++)
        HC_TRY(move_one(p, i, err));
    for (size_t i = from; i < to; i++) {
        HC_TRY(both_paths(p, p->files.items[i], temp, final, err));
        HC_TRY(hc_sync_folder_of(final, err));
    }
    return HC_OK;
}

static enum hc_status move_all(struct publishing *p, struct hc_error *err)
{
    size_t plain = p->files.n;

    while (plain > 0 && is_seal(p->files.items[plain - 1]))
        plain--;
    HC_TRY(move_range(p, 0, plain, err));
    return move_range(p, plain, p->files.n, err);
}

/* Back to how it was, plainly: no step that a test makes fail. True if that worked. */
static bool undo(struct publishing *p)
{
    char temp[HC_PATH_MAX], final[HC_PATH_MAX];
    bool clean = true;

    for (size_t i = p->files.n; i-- > 0;) {
        if (p->moved[i] == NOT_MOVED)
            continue;
        unsigned flags = p->moved[i] == SWAPPED ? RENAME_EXCHANGE : 0;

        if (p->moved[i] == OVERWRITTEN ||
            both_paths(p, p->files.items[i], temp, final, NULL) ||
            renameat2(AT_FDCWD, final, AT_FDCWD, temp, flags))
            clean = false;
    }
    for (size_t i = p->aside.n; clean && i-- > 0;) /* the seal last */
        if (aside_paths(p, i, final, temp, NULL) || rename(temp, final))
            clean = false;
    return clean;
}

static enum hc_status publish(struct publishing *p, const char *const *outdated,
    size_t n_outdated, struct hc_error *err)
{
    HC_TRY(add_tree(p->temp_dir, ".", 0, &p->files, err));
    p->moved = hc_calloc(p->files.n, sizeof(*p->moved));
    if (!p->moved)
        return HC_NO_MEMORY;
    if (p->files.n)
        qsort(p->files.items, p->files.n, sizeof(*p->files.items), by_rank);
    HC_TRY(hc_dir_make(p->final_dir, err));
    for (size_t i = 0; i < p->files.n; i++)
        HC_TRY(prepare(p, p->files.items[i], err));
    HC_TRY(set_all_aside(p, outdated, n_outdated, err));
    return move_all(p, err);
}

/* Folders out of which the last file was set aside. */
static void remove_empty_folders(const struct publishing *p)
{
    char path[HC_PATH_MAX], folder[HC_PATH_MAX];

    for (size_t i = 0; i < p->aside.n; i++)
        if (strchr(p->aside.items[i], '/') &&
            !hc_path_join(p->final_dir, p->aside.items[i], path, NULL) &&
            !hc_folder_of(path, folder, NULL))
            rmdir(folder); /* stays if anything is in it */
}

enum hc_status hc_dir_publish(const char *temp_dir, const char *final_dir,
    const char *const *outdated, size_t n_outdated, struct hc_error *err)
{
    HC_CLEANUP(publishing_clear)
    struct publishing p = {.temp_dir = temp_dir, .final_dir = final_dir};
    struct hc_error why = {""};
    enum hc_status status = publish(&p, outdated, n_outdated, &why);

    if (!status) {
        remove_empty_folders(&p);
        hc_tree_remove(temp_dir);
        return HC_OK;
    }
    if (p.moved && !undo(&p))
        return hc_fail(err, status, "%s; '%s' now holds some new files and some old ones",
            *why.message ? why.message : "no memory", final_dir);
    if (err)
        *err = why;
    return status;
}
