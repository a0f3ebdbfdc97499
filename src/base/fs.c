#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/fs_steps.h"
#include "base/mem.h"

enum { READ_STEP = 65536, DEEPEST = 16 };

enum hc_status hc_cannot(
    const char *verb, enum hc_status status, const char *path, struct hc_error *err)
{
    return hc_fail(err, status, "cannot %s '%s': %s", verb, path, strerror(errno));
}

static enum hc_status cannot_read(const char *path, struct hc_error *err)
{
    return hc_cannot("read", HC_INPUT, path, err);
}

/* ---- paths ---- */

enum hc_status hc_path_too_long(const char *path, struct hc_error *err)
{
    return hc_fail(
        err, HC_USAGE, "path of more than %d bytes: '%.100s...'", HC_PATH_MAX - 1, path);
}

enum hc_status hc_path_join(
    const char *folder, const char *name, char out[HC_PATH_MAX], struct hc_error *err)
{
    size_t len = strlen(folder);
    const char *slash = len && folder[len - 1] != '/' ? "/" : "";

    if (!strcmp(folder, "."))
        folder = slash = "";
    if (snprintf(out, HC_PATH_MAX, "%s%s%s", folder, slash, name) >= HC_PATH_MAX)
        return hc_path_too_long(folder, err);
    return HC_OK;
}

/* The folder that `path` is in: "." for a bare name. */
enum hc_status hc_folder_of(const char *path, char out[HC_PATH_MAX], struct hc_error *err)
{
    size_t len = strlen(path);

    if (len >= HC_PATH_MAX)
        return hc_path_too_long(path, err);
    while (len > 1 && path[len - 1] == '/')
        len--;
    while (len > 0 && path[len - 1] != '/')
        len--;
    while (len > 1 && path[len - 1] == '/')
        len--;
    memcpy(out, path, len);
    out[len] = '\0';
    if (!len)
        strcpy(out, ".");
    return HC_OK;
}

/* ---- looking ---- */

enum hc_path_kind hc_path_kind(const char *path)
{
    struct stat st;

    if (stat(path, &st))
        return HC_PATH_NONE;
    if (S_ISDIR(st.st_mode))
        return HC_PATH_FOLDER;
    return S_ISREG(st.st_mode) ? HC_PATH_FILE : HC_PATH_OTHER;
}

enum hc_status hc_file_identify(
    const char *path, struct hc_file_id *ret, struct hc_error *err)
{
    struct stat st;

    if (stat(path, &st))
        return cannot_read(path, err);
    *ret = (struct hc_file_id){
        .device = (uint64_t)st.st_dev,
        .inode = (uint64_t)st.st_ino,
        .bytes = (int64_t)st.st_size,
        .mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec,
    };
    return HC_OK;
}

bool hc_file_same(const struct hc_file_id *a, const struct hc_file_id *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           a->mtime_ns == b->mtime_ns;
}

static enum hc_status read_open(
    int fd, const char *path, size_t max, struct hc_buf *out, struct hc_error *err)
{
    size_t before = out->len;
    struct stat st;
    char piece[READ_STEP];

    if (fstat(fd, &st))
        return cannot_read(path, err);
    if (!S_ISREG(st.st_mode))
        return hc_fail(err, HC_INPUT, "cannot read '%s': not a file", path);
    for (;;) {
        ssize_t n = read(fd, piece, sizeof(piece));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot_read(path, err);
        if (n == 0)
            return hc_buf_check(out);
        if ((size_t)n > max - (out->len - before))
            return hc_fail(
                err, HC_INPUT, "cannot read '%s': more than %zu bytes", path, max);
        hc_buf_add(out, piece, (size_t)n);
        HC_TRY(hc_buf_check(out));
    }
}

enum hc_status hc_file_read(
    const char *path, size_t max, struct hc_buf *out, struct hc_error *err)
{
    /* O_NONBLOCK: a pipe without a writer must not hold us */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return cannot_read(path, err);

    enum hc_status status = read_open(fd, path, max, out, err);

    close(fd);
    return status;
}

void hc_names_clear(struct hc_names *names)
{
    if (!names)
        return;
    for (size_t i = 0; i < names->n; i++)
        hc_free(names->items[i]);
    hc_free(names->items);
    *names = (struct hc_names){0};
}

enum hc_status hc_names_add(struct hc_names *names, const char *name)
{
    char *copy;

    HC_TRY(hc_grow(&names->items, &names->cap, names->n + 1, sizeof(*names->items)));
    copy = hc_strdup(name);
    if (!copy)
        return HC_NO_MEMORY;
    names->items[names->n++] = copy;
    return HC_OK;
}

bool hc_names_has(const struct hc_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->items[i], name))
            return true;
    return false;
}

enum hc_status hc_names_add_new(struct hc_names *names, const char *name)
{
    return hc_names_has(names, name) ? HC_OK : hc_names_add(names, name);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_sort(struct hc_names *names)
{
    if (names->n)
        qsort(names->items, names->n, sizeof(*names->items), by_bytes);
}

static bool is_dots(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

static enum hc_status add_entries(
    DIR *dir, const char *path, struct hc_names *names, struct hc_error *err)
{
    struct dirent *entry;

    for (errno = 0; (entry = readdir(dir)); errno = 0)
        if (!is_dots(entry->d_name))
            HC_TRY(hc_names_add(names, entry->d_name));
    return errno ? cannot_read(path, err) : HC_OK;
}

enum hc_status hc_dir_list(const char *path, struct hc_names *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    DIR *dir = opendir(path);

    if (!dir)
        return cannot_read(path, err);

    enum hc_status status = add_entries(dir, path, &names, err);

    closedir(dir);
    HC_TRY(status);
    names_sort(&names);
    *ret = names;
    names = (struct hc_names){0};
    return HC_OK;
}

/* ---- removing ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    remove(path);
    return 0;
}

void hc_tree_remove(const char *path)
{
    nftw(path, remove_one, DEEPEST, FTW_DEPTH | FTW_PHYS);
}
