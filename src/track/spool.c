#include "track/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/mem.h"
#include "track/send.h"
#include "track/spool_json.h"

void hc_waiting_clear(struct hc_waiting_list *list)
{
    hc_free(list->items);
    *list = (struct hc_waiting_list){.n = 0};
}

/* A lock of the folder itself, which needs no file and ends with the process. */
enum hc_status hc_spool_lock(const char *dir, int *ret, struct hc_error *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    *ret = -1;
    if (fd < 0)
        return hc_fail(err, HC_INPUT, "cannot open '%s': %s", dir, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
        close(fd);
        return hc_fail(err, HC_SERVICE,
            "another hindcast is sending from '%s': try again when it is done", dir);
    }
    *ret = fd;
    return HC_OK;
}

/* ---- places ---- */

static enum hc_status entry_of(
    const char *dir, const char *id, char ret[HC_PATH_MAX], struct hc_error *err)
{
    char spool[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, "spool", spool, err));
    return hc_path_join(spool, id, ret, err);
}

enum hc_status hc_spool_files(
    const char *dir, const char *id, char ret[HC_PATH_MAX], struct hc_error *err)
{
    char entry[HC_PATH_MAX];

    HC_TRY(entry_of(dir, id, entry, err));
    return hc_path_join(entry, "files", ret, err);
}

/* ---- putting ---- */

/* The folder that `path` is to be in. */
static enum hc_status make_folder_of(const char *path, struct hc_error *err)
{
    char folder[HC_PATH_MAX];
    char *slash;

    snprintf(folder, sizeof(folder), "%s", path);
    slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    return hc_dir_make(folder, err);
}

/* What cannot be sent is not kept: sending says so. */
static enum hc_status keep_file(
    const char *dir, const char *name, const char *files, struct hc_error *err)
{
    char from[HC_PATH_MAX], real[HC_PATH_MAX], to[HC_PATH_MAX];
    const char *why;

    if (!hc_track_artifact(dir, name, from, &why) || !realpath(from, real))
        return HC_OK;
    HC_TRY(hc_path_join(files, name, to, err));
    if (hc_path_kind(to) != HC_PATH_NONE) /* two runs send it */
        return HC_OK;
    HC_TRY(make_folder_of(to, err));
    return hc_file_link(real, to, err);
}

static enum hc_status keep_all(const char *dir, const struct hc_run_file *file,
    const char *entry, struct hc_error *err)
{
    char files[HC_PATH_MAX];

    HC_TRY(hc_path_join(entry, "files", files, err));
    HC_TRY(hc_dir_make(files, err));
    HC_TRY(keep_file(dir, "run.json", files, err));
    for (size_t i = 0; i < file->n_runs; i++)
        for (size_t k = 0; k < file->runs[i].n_artifacts; k++)
            HC_TRY(keep_file(dir, file->runs[i].artifacts[k], files, err));
    return HC_OK;
}

static enum hc_status fill_and_commit(const char *dir, const struct hc_run_file *file,
    const struct hc_waiting *about, const char *temp, struct hc_error *err)
{
    char note[HC_PATH_MAX], entry[HC_PATH_MAX];
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    HC_TRY(keep_all(dir, file, temp, err));
    hc_waiting_print(about, &text);
    HC_TRY(hc_buf_check(&text));
    HC_TRY(hc_path_join(temp, "waiting.json", note, err));
    HC_TRY(hc_file_write(note, text.text, text.len, err));
    HC_TRY(entry_of(dir, file->id, entry, err));
    return hc_dir_commit(temp, entry, err);
}

static enum hc_status put_into(const char *dir, const char *spool,
    const struct hc_run_file *file, const struct hc_waiting *about, struct hc_error *err)
{
    char temp[HC_PATH_MAX];
    enum hc_status status;

    hc_dir_sweep(spool);
    HC_TRY(hc_temp_dir(spool, temp, err));
    status = fill_and_commit(dir, file, about, temp, err);
    if (status)
        hc_tree_remove(temp);
    return status;
}

enum hc_status hc_spool_put(const char *dir, const struct hc_run_file *file,
    const struct hc_waiting *about, bool *ret_waits, struct hc_error *err)
{
    char spool[HC_PATH_MAX], entry[HC_PATH_MAX];
    enum hc_status status;

    HC_TRY(entry_of(dir, file->id, entry, err));
    *ret_waits = hc_path_kind(entry) == HC_PATH_FOLDER;
    if (*ret_waits)
        return HC_OK;
    HC_TRY(hc_path_join(dir, "spool", spool, err));
    status = hc_dir_make(spool, err);
    if (!status)
        status = put_into(dir, spool, file, about, err);
    if (status)
        rmdir(spool); /* only if nothing is in it */
    return status;
}

enum hc_status hc_spool_note(
    const char *dir, const struct hc_waiting *about, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char entry[HC_PATH_MAX], path[HC_PATH_MAX];

    hc_waiting_print(about, &text);
    HC_TRY(hc_buf_check(&text));
    HC_TRY(entry_of(dir, about->id, entry, err));
    HC_TRY(hc_path_join(entry, "waiting.json", path, err));
    return hc_file_write(path, text.text, text.len, err);
}

/* Not by its name any more before it goes: a half removed one is not sent. */
void hc_spool_remove(const char *dir, const char *id)
{
    char spool[HC_PATH_MAX], entry[HC_PATH_MAX], temp[HC_PATH_MAX];

    if (hc_path_join(dir, "spool", spool, NULL) || entry_of(dir, id, entry, NULL))
        return;
    if (!hc_temp_path(entry, temp, NULL) && !rename(entry, temp))
        hc_tree_remove(temp);
    rmdir(spool);
}

/* ---- listing ---- */

static bool is_id(const char *name)
{
    return strlen(name) == HC_RUN_ID - 1 &&
           strspn(name, "0123456789abcdef") == HC_RUN_ID - 1;
}

static int by_time(const void *a, const void *b)
{
    const struct hc_waiting *x = a, *y = b;

    if (x->generated_us != y->generated_us)
        return x->generated_us < y->generated_us ? -1 : 1;
    return strcmp(x->id, y->id);
}

static enum hc_status add_entry(
    const char *spool, const char *id, struct hc_waiting_list *ret, struct hc_error *err)
{
    char entry[HC_PATH_MAX], path[HC_PATH_MAX];

    HC_TRY(hc_path_join(spool, id, entry, err));
    HC_TRY(hc_path_join(entry, "waiting.json", path, err));
    HC_TRY(hc_grow(&ret->items, &ret->cap, ret->n + 1, sizeof(*ret->items)));
    HC_TRY(hc_waiting_read(path, id, &ret->items[ret->n], err));
    ret->n++;
    return HC_OK;
}

enum hc_status hc_spool_list(
    const char *dir, struct hc_waiting_list *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    char spool[HC_PATH_MAX];

    *ret = (struct hc_waiting_list){.n = 0};
    HC_TRY(hc_path_join(dir, "spool", spool, err));
    if (hc_path_kind(spool) != HC_PATH_FOLDER)
        return HC_OK;
    HC_TRY(hc_dir_list(spool, &names, err));
    for (size_t i = 0; i < names.n; i++)
        if (is_id(names.items[i]))
            HC_TRY(add_entry(spool, names.items[i], ret, err));
    if (ret->n)
        qsort(ret->items, ret->n, sizeof(*ret->items), by_time);
    return HC_OK;
}
