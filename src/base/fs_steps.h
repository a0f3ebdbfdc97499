/*
 * fs_steps.h - what the fs*.c files share: the steps of writing, and their messages
 *
 * Each step is a system call that a test can make fail (hc_fs_fail_after); -1 and errno
 * as the call itself gives them.
 */
#ifndef HC_FS_STEPS_H
#define HC_FS_STEPS_H

#include <sys/types.h>

#include "base/fs.h"

int hc_step_open(const char *path, int flags);
int hc_step_write(int fd, const char *bytes, size_t n); /* all of them */
int hc_step_sync(int fd);
int hc_step_close(int fd); /* the descriptor is gone either way */
int hc_step_rename(const char *from, const char *to, unsigned flags); /* renameat2 */
int hc_step_link(const char *from, const char *to); /* no symbolic link */
int hc_step_mkdir(const char *path, mode_t mode);

/* Opens, syncs and closes a file or folder; the folder that `path` is in. */
enum hc_status hc_sync_path(const char *path, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_sync_folder_of(const char *path, struct hc_error *err) HC_MUST_USE;

/* "cannot VERB 'path': " and what errno says. */
enum hc_status hc_cannot(
    const char *verb, enum hc_status status, const char *path, struct hc_error *err);
enum hc_status hc_cannot_write(const char *path, struct hc_error *err); /* HC_OUTPUT */

enum hc_status hc_path_too_long(const char *path, struct hc_error *err);

/* The folder that `path` is in: "." for a bare name. */
enum hc_status hc_folder_of(
    const char *path, char out[HC_PATH_MAX], struct hc_error *err) HC_MUST_USE;

#endif
