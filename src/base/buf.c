#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

void hc_buf_clear(struct hc_buf *buf)
{
    if (!buf)
        return;
    hc_free(buf->text);
    *buf = (struct hc_buf){.max = buf->max};
}

void hc_buf_reset(struct hc_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
    if (buf->text)
        buf->text[0] = '\0';
}

static bool make_room(struct hc_buf *buf, size_t n)
{
    if (buf->failed)
        return false;
    if ((buf->max && buf->len + n > buf->max) ||
        hc_grow(&buf->text, &buf->cap, buf->len + n + 1, 1)) {
        buf->failed = true;
        return false;
    }
    return true;
}

void hc_buf_add(struct hc_buf *buf, const void *bytes, size_t n)
{
    if (!make_room(buf, n))
        return;
    if (n)
        memcpy(buf->text + buf->len, bytes, n);
    buf->len += n;
    buf->text[buf->len] = '\0';
}

void hc_buf_puts(struct hc_buf *buf, const char *s)
{
    hc_buf_add(buf, s, strlen(s));
}

void hc_buf_putc(struct hc_buf *buf, char c)
{
    hc_buf_add(buf, &c, 1);
}

void hc_buf_repeat(struct hc_buf *buf, const char *s, size_t times)
{
    while (times--)
        hc_buf_puts(buf, s);
}

void hc_buf_printf(struct hc_buf *buf, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !make_room(buf, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(buf->text + buf->len, (size_t)n + 1, format, args);
    va_end(args);
    buf->len += (size_t)n;
}

const char *hc_buf_str(const struct hc_buf *buf)
{
    return buf->text ? buf->text : "";
}

enum hc_status hc_buf_check(const struct hc_buf *buf)
{
    return buf->failed ? HC_NO_MEMORY : HC_OK;
}

/* The fewest digits, 15 at least, that read back as the same bits. */
static void print_exactly(double value, char *out)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
}

void hc_format_double(double value, int digits, char *out)
{
    assert(isfinite(value) && digits <= 17);
    if (digits)
        snprintf(out, 32, "%.*g", digits, value);
    else
        print_exactly(value, out);
    /* a comma locale must not reach a file: the program never calls setlocale for
     * numbers, but a library's host may have */
    for (char *c = out; *c; c++)
        if (*c == ',')
            *c = '.';
}
