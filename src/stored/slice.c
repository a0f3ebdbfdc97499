/*
 * slice.c - a section of findings.json as it stands there
 *
 * The text has been read as JSON before: strings and brackets are all that has to be told
 * apart.
 */
#include <string.h>

#include "stored/stored.h"

/* Behind the string that begins at `at`. */
static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

/* Behind the value that begins at `at`. */
static const char *value_end(const char *at)
{
    int depth = 0;

    do {
        if (*at == '"') {
            at = string_end(at);
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    } while (depth || (*at && !strchr(",}] \t\r\n", *at)));
    return at;
}

static const char *skip(const char *at, const char *signs)
{
    return at + strspn(at, signs);
}

/* Where the value of a key of the object `text` begins; NULL if it is not there. */
static const char *find(const char *text, const char *key)
{
    const char *at = skip(text, " \t\r\n{");
    size_t n = strlen(key);

    while (*at == '"') {
        const char *end = string_end(at), *value = skip(end, " \t\r\n:");

        if ((size_t)(end - at) == n + 2 && !memcmp(at + 1, key, n))
            return value;
        at = skip(value_end(value), " \t\r\n,");
    }
    return NULL;
}

/* Without the two blanks that it is indented by. No string of JSON holds a line's end. */
static void put_moved(struct hc_buf *out, const char *from, const char *end)
{
    while (from < end) {
        const char *line = memchr(from, '\n', (size_t)(end - from));
        const char *next = line ? line + 1 : end;

        hc_buf_add(out, from, (size_t)(next - from));
        from = next;
        if (line && end - from >= 2 && !strncmp(from, "  ", 2))
            from += 2;
    }
}

enum hc_status hc_stored_json(const struct hc_stored *stored, const char *key,
    struct hc_buf *out, struct hc_error *err)
{
    const char *value = find(hc_buf_str(&stored->json), key);

    if (!value)
        return hc_fail(err, HC_INPUT,
            "there is no '%s' in findings.json as hindcast "
            "writes it; analyze again",
            key);
    put_moved(out, value, value_end(value));
    hc_buf_putc(out, '\n');
    return HC_OK;
}
