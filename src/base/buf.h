/*
 * buf.h - a growing string of bytes
 *
 * The bytes are always followed by a NUL, so `buf.text` is a C string (never
 * NULL after init). A buffer carries a ceiling: a server's reply or a hostile
 * file must not eat the machine. The first failed append sets `failed`; later
 * appends do nothing, and hc_buf_check tells once, at the end: a printer of a
 * hundred lines needs one check.
 */
#ifndef HC_BUF_H
#define HC_BUF_H

#include "base/base.h"

struct hc_buf {
    char *text;
    size_t len;
    size_t cap;
    size_t max; /* ceiling in bytes, 0 = none */
    bool failed;
};

#define HC_BUF_INIT                                                                      \
    {                                                                                    \
        0                                                                                \
    }

/* A zeroed buffer is a valid empty one. */
void hc_buf_clear(struct hc_buf *buf);
void hc_buf_reset(struct hc_buf *buf);
void hc_buf_add(struct hc_buf *buf, const void *bytes, size_t n);
void hc_buf_puts(struct hc_buf *buf, const char *s);
void hc_buf_putc(struct hc_buf *buf, char c);
void hc_buf_printf(struct hc_buf *buf, const char *format, ...) HC_PRINTF(2, 3);
void hc_buf_repeat(struct hc_buf *buf, const char *s, size_t times);

/* The text as a C string, "" for an empty buffer. */
const char *hc_buf_str(const struct hc_buf *buf);

/* HC_NO_MEMORY if an append failed. */
enum hc_status hc_buf_check(const struct hc_buf *buf) HC_MUST_USE;

/*
 * A double as a decimal of `digits` significant digits, or with 0 as the shortest that
 * reads back as the same bits; whatever the locale. `out` holds at least 32 bytes. Not
 * for NaN or infinity.
 */
void hc_format_double(double value, int digits, char *out);

#endif
