#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dataset/inside.h"

static bool is_safe(const char *path)
{
    if (path[0] == '~' || strstr(path, "//"))
        return false;
    for (const char *c = path; *c; c++)
        if ((unsigned char)*c < ' ' || strchr("*?[]{}\\:'\"\x7f", *c))
            return false;
    return true;
}

static enum hc_status hold(
    struct hc_dataset *ds, const char *path, bool write, int *ret, struct hc_error *err)
{
    int *held = hc_realloc(ds->held, ds->n_held + 1, sizeof(*held));

    if (!held)
        return HC_NO_MEMORY;
    ds->held = held;
    *ret = open(path, write ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
    if (*ret < 0)
        return hc_fail(err, write ? HC_OUTPUT : HC_INPUT, "cannot %s '%s': %s",
            write ? "write" : "read", path, strerror(errno));
    ds->held[ds->n_held++] = *ret;
    return HC_OK;
}

enum hc_status hc_safe_path(
    struct hc_dataset *ds, const char *path, bool write, char **ret, struct hc_error *err)
{
    char name[40];
    int fd;

    if (is_safe(path)) {
        *ret = hc_strdup(path);
        return *ret ? HC_OK : HC_NO_MEMORY;
    }
    HC_TRY(hold(ds, path, write, &fd, err));
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    *ret = hc_strdup(name);
    return *ret ? HC_OK : HC_NO_MEMORY;
}
