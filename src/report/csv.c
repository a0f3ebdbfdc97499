#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "report/csv.h"

static void next_field(struct hc_csv *csv)
{
    if (csv->filled)
        hc_buf_putc(csv->out, ',');
    csv->filled = true;
}

static void add_quoted(struct hc_buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len = hc_utf8_len(s + i, n - i);

        if (!len)
            hc_buf_puts(out, "\xEF\xBF\xBD");
        else if (s[i] == '"')
            hc_buf_puts(out, "\"\"");
        else
            hc_buf_add(out, s + i, len);
        i += len ? len : 1;
    }
}

static bool is_plain(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || strchr("\",", *s))
            return false;
    return true;
}

void hc_csv_text(struct hc_csv *csv, const char *text)
{
    bool formula = text && text[0] && strchr("=+-@\t\r\n'", text[0]);

    next_field(csv);
    if (!text)
        return;
    if (text[0] && is_plain(text)) {
        hc_buf_puts(csv->out, formula ? "'" : "");
        hc_buf_puts(csv->out, text);
        return;
    }
    hc_buf_puts(csv->out, formula ? "\"'" : "\"");
    add_quoted(csv->out, text, strlen(text));
    hc_buf_putc(csv->out, '"');
}

void hc_csv_num(struct hc_csv *csv, double value)
{
    char text[32];

    next_field(csv);
    if (!isfinite(value))
        return;
    hc_format_double(value, 0, text);
    hc_buf_puts(csv->out, text);
}

void hc_csv_int(struct hc_csv *csv, int64_t value)
{
    next_field(csv);
    hc_buf_printf(csv->out, "%lld", (long long)value);
}

void hc_csv_end(struct hc_csv *csv)
{
    hc_buf_putc(csv->out, '\n');
    csv->filled = false;
}
