#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/countdown.h"
#include "base/fs.h"
#include "base/fs_steps.h"

enum { FOREIGN_AGE_S = 24 * 3600 };

/* ---- steps of writing, each of which a test can make fail ---- */

static struct hc_countdown countdown = HC_COUNTDOWN_OFF;

void hc_fs_fail_after(long n)
{
    hc_countdown_start(&countdown, n);
}

static bool must_fail(void)
{
    if (!hc_countdown_over(&countdown))
        return false;
    errno = ENOSPC;
    return true;
}

int hc_step_open(const char *path, int flags)
{
    return must_fail() ? -1 : open(path, flags | O_CLOEXEC, 0666);
}

int hc_step_write(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = must_fail() ? -1 : write(fd, bytes, n);

        if (done < 0 && errno != EINTR)
            return -1;
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        }
    }
    return 0;
}

int hc_step_sync(int fd)
{
    if (must_fail())
        return -1;
    /* EINVAL: a file system that cannot sync a folder */
    return fsync(fd) && errno != EINVAL ? -1 : 0;
}

int hc_step_close(int fd)
{
    int failed = close(fd);

    return must_fail() ? -1 : failed;
}

int hc_step_rename(const char *from, const char *to, unsigned flags)
{
    return must_fail() ? -1 : renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
}

int hc_step_link(const char *from, const char *to)
{
    return must_fail() ? -1 : link(from, to);
}

int hc_step_mkdir(const char *path, mode_t mode)
{
    return must_fail() ? -1 : mkdir(path, mode);
}

enum hc_status hc_cannot_write(const char *path, struct hc_error *err)
{
    return hc_cannot("write", HC_OUTPUT, path, err);
}

/* ---- temporary names ---- */

static uint32_t mix(uint32_t hash, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u; /* FNV-1a */
    return hash;
}

/* Where process numbers mean the same: this start of this machine, this container. */
static uint32_t machine_id(void)
{
    char text[64];
    uint32_t hash = 2166136261u;
    ssize_t n = readlink("/proc/self/ns/pid", text, sizeof(text));
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

    if (n > 0)
        hash = mix(hash, text, (size_t)n);
    if (fd < 0)
        return hash;
    n = read(fd, text, sizeof(text));
    close(fd);
    return n > 0 ? mix(hash, text, (size_t)n) : hash;
}

static void temp_name(char out[64])
{
    static atomic_uint serial;

    snprintf(out, 64, ".hindcast-%08" PRIx32 "-%ld-%u.tmp", machine_id(), (long)getpid(),
        atomic_fetch_add(&serial, 1));
}

/* A name that a process with our number left there long ago is passed over. */
static enum hc_status free_temp(
    const char *folder, char out[HC_PATH_MAX], struct hc_error *err)
{
    struct stat st;
    char name[64];

    do {
        temp_name(name);
        HC_TRY(hc_path_join(folder, name, out, err));
    } while (!lstat(out, &st));
    return HC_OK;
}

enum hc_status hc_temp_path(const char *path, char out[HC_PATH_MAX], struct hc_error *err)
{
    char folder[HC_PATH_MAX];

    HC_TRY(hc_folder_of(path, folder, err));
    return free_temp(folder, out, err);
}

enum hc_status hc_temp_dir(
    const char *parent, char out[HC_PATH_MAX], struct hc_error *err)
{
    HC_TRY(free_temp(parent, out, err));
    if (hc_step_mkdir(out, 0700))
        return hc_cannot("write to", HC_OUTPUT, parent, err);
    return HC_OK;
}

static bool is_abandoned(const char *name, const struct stat *st)
{
    uint32_t machine;
    long pid;
    unsigned serial;
    int end = 0;

    if (sscanf(name, ".hindcast-%8" SCNx32 "-%ld-%u.tmp%n", &machine, &pid, &serial,
            &end) != 3 ||
        !end || name[end] || pid <= 0)
        return false;
    if (machine == machine_id())
        return kill((pid_t)pid, 0) && errno == ESRCH;
    return time(NULL) - st->st_mtime > FOREIGN_AGE_S;
}

void hc_dir_sweep(const char *path)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    char victim[HC_PATH_MAX];
    struct stat st;

    if (hc_dir_list(path, &names, NULL))
        return;
    for (size_t i = 0; i < names.n; i++)
        if (!hc_path_join(path, names.items[i], victim, NULL) && !lstat(victim, &st) &&
            is_abandoned(names.items[i], &st))
            hc_tree_remove(victim);
}

/* ---- folders ---- */

enum hc_status hc_sync_path(const char *path, struct hc_error *err)
{
    int fd = hc_step_open(path, O_RDONLY);

    if (fd < 0)
        return hc_cannot_write(path, err);
    if (hc_step_sync(fd)) {
        enum hc_status status = hc_cannot_write(path, err);

        close(fd);
        return status;
    }
    return hc_step_close(fd) ? hc_cannot_write(path, err) : HC_OK;
}

enum hc_status hc_sync_folder_of(const char *path, struct hc_error *err)
{
    char folder[HC_PATH_MAX];

    HC_TRY(hc_folder_of(path, folder, err));
    return hc_sync_path(folder, err);
}

static enum hc_status make_one(const char *path, struct hc_error *err)
{
    if (hc_path_kind(path) == HC_PATH_FOLDER)
        return HC_OK;
    if (!hc_step_mkdir(path, 0777))
        return hc_sync_folder_of(path, err);
    if (errno == EEXIST) {
        /* somebody else made it meanwhile, or it is a file */
        if (hc_path_kind(path) == HC_PATH_FOLDER)
            return HC_OK;
        errno = ENOTDIR;
    }
    return hc_cannot("make folder", HC_OUTPUT, path, err);
}

enum hc_status hc_dir_make(const char *path, struct hc_error *err)
{
    char part[HC_PATH_MAX];
    size_t len = strlen(path);

    if (len >= sizeof(part))
        return hc_path_too_long(path, err);
    if (!len)
        return hc_fail(err, HC_USAGE, "the name of a folder is empty");
    for (size_t i = 1; i < len; i++)
        if (path[i] == '/') {
            memcpy(part, path, i);
            part[i] = '\0';
            HC_TRY(make_one(part, err));
        }
    return make_one(path, err);
}

/* ---- files ---- */

static enum hc_status write_new(
    const char *temp, const char *path, const void *bytes, size_t n, struct hc_error *err)
{
    int fd = hc_step_open(temp, O_WRONLY | O_CREAT | O_EXCL);
    enum hc_status status = HC_OK;

    if (fd < 0)
        return hc_cannot_write(path, err);
    if (hc_step_write(fd, bytes, n) || hc_step_sync(fd))
        status = hc_cannot_write(path, err);
    if (status)
        close(fd);
    else if (hc_step_close(fd))
        status = hc_cannot_write(path, err);
    return status;
}

/* Where all went well so far `temp` becomes `path`; else it is gone. */
static enum hc_status put_in_place(
    enum hc_status status, const char *temp, const char *path, struct hc_error *err)
{
    if (!status && hc_step_rename(temp, path, 0))
        status = hc_cannot_write(path, err);
    if (status) {
        unlink(temp);
        return status;
    }
    return hc_sync_folder_of(path, err);
}

enum hc_status hc_file_write(
    const char *path, const void *bytes, size_t n, struct hc_error *err)
{
    char temp[HC_PATH_MAX];

    HC_TRY(hc_temp_path(path, temp, err));
    return put_in_place(write_new(temp, path, bytes, n, err), temp, path, err);
}

enum hc_status hc_file_commit(const char *temp, const char *path, struct hc_error *err)
{
    return put_in_place(hc_sync_path(temp, err), temp, path, err);
}
