#include <string.h>

#include "base/utf8.h"

/* Bytes that follow a lead byte, and the smallest code point that needs them. */
static size_t lead_length(unsigned char c, uint32_t *ret_min, uint32_t *ret_bits)
{
    if (c < 0x80)
        return *ret_min = 0, *ret_bits = c, 1;
    if ((c & 0xE0) == 0xC0)
        return *ret_min = 0x80, *ret_bits = c & 0x1F, 2;
    if ((c & 0xF0) == 0xE0)
        return *ret_min = 0x800, *ret_bits = c & 0x0F, 3;
    if ((c & 0xF8) == 0xF0)
        return *ret_min = 0x10000, *ret_bits = c & 0x07, 4;
    return 0;
}

static size_t decode(const char *s, size_t n, uint32_t *ret_code)
{
    uint32_t min = 0, code = 0;
    size_t len = n ? lead_length((unsigned char)s[0], &min, &code) : 0;

    if (!len || len > n)
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)s[i] & 0x3F);
    }
    if (code < min || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret_code = code;
    return len;
}

size_t hc_utf8_len(const char *s, size_t n)
{
    uint32_t code;

    return decode(s, n, &code);
}

size_t hc_utf8_width(const char *s)
{
    size_t n = strlen(s), width = 0;

    for (size_t i = 0; i < n; width++) {
        size_t len = hc_utf8_len(s + i, n - i);

        i += len ? len : 1;
    }
    return width;
}

/* Control characters of both ranges, and the signs that turn the writing direction. */
static bool is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

void hc_utf8_show(struct hc_buf *out, const char *s, size_t max, bool ascii)
{
    size_t n = strlen(s), width = 0;
    bool cut = hc_utf8_width(s) > max;
    size_t mark = ascii ? 2 : 1, room = cut && max > mark ? max - mark : max;

    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t len = decode(s + i, n - i, &code);
        bool plain = len && !is_unsafe(code) && !(ascii && code >= 0x80);
        size_t cost = plain ? 1 : 4 * (len ? len : 1);

        if (width + cost > room) {
            cut = true;
            break;
        }
        if (plain)
            hc_buf_add(out, s + i, len);
        for (size_t k = 0; !plain && k < (len ? len : 1); k++)
            hc_buf_printf(out, "\\x%02x", (unsigned char)s[i + k]);
        width += cost;
        i += len ? len : 1;
    }
    if (cut)
        hc_buf_puts(out, ascii ? ".." : "\xE2\x80\xA6");
}
