/*
 * fs.h - files that are whole or not there
 *
 * What is written goes to a temporary name in the folder where it is to be, is synced,
 * and is renamed into place; then the folder is synced. Whoever looks sees the old file
 * or the new one, after a crash too. Every step's result is looked at.
 *
 * Temporary names are ".hindcast-MACHINE-PID-N.tmp". What a killed run left behind is
 * swept by the next one (hc_dir_sweep); a running one's is left alone.
 *
 * Failures: of writing HC_OUTPUT ("cannot write 'x': No space left on device"), of
 * reading HC_INPUT ("cannot read 'x': Is a directory"), else HC_NO_MEMORY. Signals are
 * not known here: cli/ registers temporary paths for Ctrl-C (cli/interrupt.h).
 *
 * Threads: all functions may be called from any thread.
 */
#ifndef HC_FS_H
#define HC_FS_H

#include "base/buf.h"
#include "base/sha256.h"

/* Longest path of ours, with its NUL; a longer one is refused. */
enum { HC_PATH_MAX = 4096 };

/* "folder/name" into `out`; "./name" is "name". HC_USAGE if that is too long. */
enum hc_status hc_path_join(const char *folder, const char *name, char out[HC_PATH_MAX],
    struct hc_error *err) HC_MUST_USE;

/* ---- looking ---- */

enum hc_path_kind { HC_PATH_NONE, HC_PATH_FILE, HC_PATH_FOLDER, HC_PATH_OTHER };

/* What the path leads to, through symbolic links; OTHER: a pipe, a device. */
enum hc_path_kind hc_path_kind(const char *path);

/* A file as it was at one moment: another size, time or inode is another file. */
struct hc_file_id {
    uint64_t device, inode;
    int64_t bytes;
    int64_t mtime_ns; /* since 1970 UTC */
};

enum hc_status hc_file_identify(
    const char *path, struct hc_file_id *ret, struct hc_error *err) HC_MUST_USE;
bool hc_file_same(const struct hc_file_id *a, const struct hc_file_id *b);

/*
 * Appends a regular file of at most `max` bytes; it may hold NULs. A larger one, a pipe
 * or a device is HC_INPUT.
 */
enum hc_status hc_file_read(
    const char *path, size_t max, struct hc_buf *out, struct hc_error *err) HC_MUST_USE;

/* Size and SHA-256 of a file, as a manifest has them. HC_INPUT. */
enum hc_status hc_file_measure(const char *path, int64_t *ret_bytes,
    char ret_sha256[HC_SHA256_HEX], struct hc_error *err) HC_MUST_USE;

/* Sorted names; owns them. A zeroed one is valid and empty. */
struct hc_names {
    char **items;
    size_t n;
    size_t cap;
};

void hc_names_clear(struct hc_names *names);

/* Appends a copy of `name`. */
enum hc_status hc_names_add(struct hc_names *names, const char *name) HC_MUST_USE;

/* The same, if it is not there yet. */
enum hc_status hc_names_add_new(struct hc_names *names, const char *name) HC_MUST_USE;

bool hc_names_has(const struct hc_names *names, const char *name);

/* What is in a folder, sorted by bytes, without "." and "..". */
enum hc_status hc_dir_list(
    const char *path, struct hc_names *ret, struct hc_error *err) HC_MUST_USE;

/* ---- writing ---- */

/* The whole file `path`, atomically. On failure the old one is as it was. */
enum hc_status hc_file_write(
    const char *path, const void *bytes, size_t n, struct hc_error *err) HC_MUST_USE;

/*
 * Syncs `temp`, which somebody else wrote, and renames it to `path` in the same file
 * system. On failure `temp` is removed and the old `path` is as it was.
 */
enum hc_status hc_file_commit(
    const char *temp, const char *path, struct hc_error *err) HC_MUST_USE;

/* An unused temporary name beside `path`; nothing is made. HC_USAGE if too long. */
enum hc_status hc_temp_path(
    const char *path, char out[HC_PATH_MAX], struct hc_error *err) HC_MUST_USE;

/* Makes a temporary folder (mode 0700) in `parent`, which must be there. */
enum hc_status hc_temp_dir(
    const char *parent, char out[HC_PATH_MAX], struct hc_error *err) HC_MUST_USE;

/*
 * Makes `to`, which must not be there, the same file as `from` under a second name; where
 * the file system cannot do that, a copy, not synced. Whoever replaces `from` by renaming
 * leaves `to` as it was.
 */
enum hc_status hc_file_link(
    const char *from, const char *to, struct hc_error *err) HC_MUST_USE;

/* Renames the folder `temp` to `path`, which must not be there, and syncs the folder
 * above: it is there with all that is in it, or not at all. */
enum hc_status hc_dir_commit(
    const char *temp, const char *path, struct hc_error *err) HC_MUST_USE;

/* Makes the folder and those above it that are missing. Already there: HC_OK. */
enum hc_status hc_dir_make(const char *path, struct hc_error *err) HC_MUST_USE;

/*
 * Moves every file below `temp_dir` (folders in it too) to the same place below
 * `final_dir`, and removes `temp_dir`. Both are in one file system; best, `temp_dir` is
 * inside `final_dir`. Of the files that are in `final_dir` alone the `outdated` ones
 * (names within it) are removed, so that nothing of an older report stands beside a newer
 * one; the others are not touched.
 *
 * Files of the folder itself come first, then those in folders. The seal, run.json or
 * manifest.json, comes last, and the old one is taken away before all: a folder with a
 * seal is whole, whenever the power fails. If a step fails, what was moved is moved back
 * (where the file system can swap two files; else the message says that the folder is
 * mixed), and `temp_dir` is left to the caller to remove.
 */
enum hc_status hc_dir_publish(const char *temp_dir, const char *final_dir,
    const char *const *outdated, size_t n_outdated, struct hc_error *err) HC_MUST_USE;

/* ---- removing; what cannot be removed stays ---- */

/* A file, or a folder with all that is in it; symbolic links are not followed. */
void hc_tree_remove(const char *path);

/*
 * Removes what runs that are gone left in a folder: temporary names whose process on
 * this machine is no more, and those of other machines (or before a restart, or out of
 * another container) that nobody has touched for a day.
 */
void hc_dir_sweep(const char *path);

/* ---- for tests ---- */

/* The n-th step of writing from now on and all later ones fail with "No space left on
 * device"; n < 0: none. A step is an open, write, fsync, close, rename or mkdir. */
void hc_fs_fail_after(long n);

#endif
