/*
 * utf8.h - reading text that may not be what it says
 */
#ifndef HC_UTF8_H
#define HC_UTF8_H

#include "base/buf.h"

/* Length in bytes (1..4) of the valid UTF-8 sequence at `s`, 0 if there is none. */
size_t hc_utf8_len(const char *s, size_t n);

/* The same, and the code point. */
size_t hc_utf8_decode(const char *s, size_t n, uint32_t *ret_code);

/* Columns of a terminal that the sign at `s` takes: 1, or 2 for East Asian and emoji. */
size_t hc_utf8_sign_width(const char *s, size_t n);

/* Columns that `s` takes, if it is shown as it is. */
size_t hc_utf8_width(const char *s);

/*
 * Appends `s` so that a terminal shows it and does nothing else: control characters,
 * joining marks and broken UTF-8 become \xNN; at most `max` columns, with "…" or ".."
 * where it was cut.
 */
void hc_utf8_show(struct hc_buf *out, const char *s, size_t max, bool ascii);

#endif
