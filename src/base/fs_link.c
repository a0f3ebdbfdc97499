#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/fs_steps.h"

enum { PIECE = 64 * 1024 };

/* HC_OK at the end of `in`. */
static enum hc_status copy_bytes(
    int in, int out, const char *from, const char *to, struct hc_error *err)
{
    char bytes[PIECE];

    for (;;) {
        ssize_t n = read(in, bytes, sizeof(bytes));

        if (n == 0)
            return HC_OK;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return hc_cannot("read", HC_INPUT, from, err);
        if (hc_step_write(out, bytes, (size_t)n))
            return hc_cannot_write(to, err);
    }
}

static enum hc_status copy_into(
    int in, const char *from, const char *to, struct hc_error *err)
{
    int out = hc_step_open(to, O_WRONLY | O_CREAT | O_EXCL);

    if (out < 0)
        return hc_cannot_write(to, err);

    enum hc_status status = copy_bytes(in, out, from, to, err);

    if (hc_step_close(out) && !status)
        status = hc_cannot_write(to, err);
    if (status)
        unlink(to);
    return status;
}

static enum hc_status copy_file(const char *from, const char *to, struct hc_error *err)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);

    if (in < 0)
        return hc_cannot("read", HC_INPUT, from, err);

    enum hc_status status = copy_into(in, from, to, err);

    close(in);
    return status;
}

enum hc_status hc_file_link(const char *from, const char *to, struct hc_error *err)
{
    if (!hc_step_link(from, to))
        return HC_OK;
    if (errno == EEXIST)
        return hc_cannot_write(to, err);
    return copy_file(from, to, err);
}

enum hc_status hc_dir_commit(const char *temp, const char *path, struct hc_error *err)
{
    if (hc_step_rename(temp, path, 0))
        return hc_cannot_write(path, err);
    return hc_sync_folder_of(path, err);
}
