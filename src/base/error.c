#include <stdio.h>
#include <string.h>

#include "base/base.h"

static const char *const names[] = {
    [HC_OK] = "ok",
    [HC_NO_MEMORY] = "no memory",
    [HC_INTERNAL] = "internal error",
    [HC_USAGE] = "wrong usage",
    [HC_INPUT] = "bad input",
    [HC_NO_DATA] = "not enough data",
    [HC_OUTPUT] = "cannot write",
    [HC_SERVICE] = "service failed",
    [HC_INTERRUPTED] = "interrupted",
};

const char *hc_status_name(enum hc_status status)
{
    if ((size_t)status >= HC_COUNT(names))
        return "unknown status";
    return names[status];
}

enum hc_status hc_fail(
    struct hc_error *err, enum hc_status status, const char *format, ...)
{
    va_list args;
    int n;

    if (!err)
        return status;
    va_start(args, format);
    n = vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    if (n >= (int)sizeof(err->message))
        memcpy(err->message + sizeof(err->message) - 4, "...", 4);
    return status;
}
