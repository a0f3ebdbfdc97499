#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dataset/inside.h"

enum hc_status hc_dataset_note(struct hc_dataset *ds, const char *format, ...)
{
    HC_CLEANUP(hc_freep) char *text = NULL;
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    HC_TRY(hc_grow(&ds->notes, &ds->cap_notes, ds->n_notes + 1, sizeof(*ds->notes)));
    text = hc_alloc((size_t)n + 1, 1);
    if (!text)
        return HC_NO_MEMORY;
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    ds->notes[ds->n_notes++] = hc_take(&text);
    return HC_OK;
}

/* DuckDB's long words in ours. */
static void reword(const char *message, char *out, size_t size)
{
    unsigned long line;

    if (sscanf(message, "CSV Error on Line: %lu", &line) == 1)
        snprintf(out, size,
            "line %lu is not like the others (number of columns, quotes, or not UTF-8)",
            line);
    else if (strstr(message, "expected records"))
        snprintf(out, size, "JSON objects are expected, one a line");
    else
        snprintf(out, size, "%s", message);
    for (size_t len = strlen(out); len && strchr(" .", out[len - 1]); len--)
        out[len - 1] = '\0';
}

/* JSON errors name the file as DuckDB knows it: ' in file "x",' goes. */
static void drop_file(char *message)
{
    char *from = strstr(message, " in file \""), *to;

    if (!from)
        return;
    to = strstr(from, "\", ");
    if (to)
        memmove(from, to + 2, strlen(to + 2) + 1);
}

enum hc_status hc_dataset_blame(
    const char *path, enum hc_status status, struct hc_error *err)
{
    char reason[sizeof(err->message)];

    if (status != HC_INPUT || !err)
        return status;
    reword(err->message, reason, sizeof(reason));
    drop_file(reason);
    return hc_fail(err, HC_INPUT, "cannot read '%s': %s", path, reason);
}
