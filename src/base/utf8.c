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

size_t hc_utf8_decode(const char *s, size_t n, uint32_t *ret_code)
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

    return hc_utf8_decode(s, n, &code);
}

/* Blocks whose signs take two columns of a terminal (East Asian wide, emoji). */
static const uint32_t wide[][2] = {
    {0x1100, 0x115F},
    {0x2E80, 0xA4CF},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
};

static size_t columns_of(uint32_t code)
{
    for (size_t i = 0; i < HC_COUNT(wide); i++)
        if (code >= wide[i][0] && code <= wide[i][1])
            return 2;
    return 1;
}

size_t hc_utf8_sign_width(const char *s, size_t n)
{
    uint32_t code;

    return hc_utf8_decode(s, n, &code) ? columns_of(code) : 1;
}

size_t hc_utf8_width(const char *s)
{
    size_t n = strlen(s), width = 0;

    for (size_t i = 0; i < n;) {
        size_t len = hc_utf8_len(s + i, n - i);

        width += hc_utf8_sign_width(s + i, n - i);
        i += len ? len : 1;
    }
    return width;
}

/* Control characters of both ranges, signs that turn the writing direction, and marks
 * that join what stands before them. */
static bool is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) ||
           (code >= 0x0300 && code <= 0x036F) || code == 0x061C ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

/* One sign as it is shown, and the columns that this takes. */
struct shown {
    size_t len;   /* bytes of the sign */
    size_t width; /* columns */
    bool plain;   /* as it is; else every byte as \xNN */
};

static struct shown look_at(const char *s, size_t n, bool ascii)
{
    uint32_t code = 0;
    size_t len = hc_utf8_decode(s, n, &code);
    bool plain = len && !is_unsafe(code) && !(ascii && code >= 0x80);

    len = len ? len : 1;
    return (struct shown){len, plain ? columns_of(code) : 4 * len, plain};
}

static size_t shown_width(const char *s, size_t n, bool ascii)
{
    size_t width = 0;

    for (size_t i = 0; i < n;) {
        struct shown sign = look_at(s + i, n - i, ascii);

        width += sign.width;
        i += sign.len;
    }
    return width;
}

void hc_utf8_show(struct hc_buf *out, const char *s, size_t max, bool ascii)
{
    size_t n = strlen(s), width = 0, mark = ascii ? 2 : 1;
    bool cut = shown_width(s, n, ascii) > max;
    size_t room = !cut ? max : max > mark ? max - mark : 0;

    for (size_t i = 0; i < n;) {
        struct shown sign = look_at(s + i, n - i, ascii);

        if (width + sign.width > room)
            break;
        if (sign.plain)
            hc_buf_add(out, s + i, sign.len);
        for (size_t k = 0; !sign.plain && k < sign.len; k++)
            hc_buf_printf(out, "\\x%02x", (unsigned char)s[i + k]);
        width += sign.width;
        i += sign.len;
    }
    if (cut && max >= mark)
        hc_buf_puts(out, ascii ? ".." : "\xE2\x80\xA6");
}
