#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"

void hc_json_init(struct hc_json *js, struct hc_buf *out, int flat_from)
{
    *js = (struct hc_json){.out = out, .flat_from = flat_from};
}

static bool is_flat(const struct hc_json *js)
{
    return js->flat_from && js->depth >= js->flat_from;
}

static void new_line(struct hc_json *js)
{
    if (is_flat(js))
        return;
    hc_buf_putc(js->out, '\n');
    hc_buf_repeat(js->out, "  ", (size_t)js->depth);
}

static void before_value(struct hc_json *js)
{
    if (js->after_key) {
        js->after_key = false;
        return;
    }
    if (js->depth == 0)
        return;
    if (js->filled[js->depth])
        hc_buf_puts(js->out, is_flat(js) ? ", " : ",");
    js->filled[js->depth] = true;
    new_line(js);
}

void hc_json_open(struct hc_json *js, char bracket)
{
    before_value(js);
    hc_buf_putc(js->out, bracket);
    js->depth++;
    assert(js->depth < HC_JSON_DEPTH);
    js->filled[js->depth] = false;
}

void hc_json_close(struct hc_json *js, char bracket)
{
    bool filled = js->filled[js->depth], flat = is_flat(js);

    assert(js->depth > 0);
    js->depth--;
    if (filled && !flat)
        new_line(js);
    hc_buf_putc(js->out, bracket);
}

static void add_escaped(struct hc_buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        unsigned char c = (unsigned char)s[i];
        size_t len = hc_utf8_len(s + i, n - i);

        if (!len)
            hc_buf_puts(out, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\')
            hc_buf_printf(out, "\\%c", c);
        else if (c == '\n')
            hc_buf_puts(out, "\\n");
        else if (c == '\t')
            hc_buf_puts(out, "\\t");
        else if (c < 0x20 || c == 0x7f)
            hc_buf_printf(out, "\\u%04x", c);
        else
            hc_buf_add(out, s + i, len);
        i += len ? len : 1;
    }
}

void hc_json_strn(struct hc_json *js, const char *s, size_t n)
{
    before_value(js);
    hc_buf_putc(js->out, '"');
    add_escaped(js->out, s, n);
    hc_buf_putc(js->out, '"');
}

void hc_json_str(struct hc_json *js, const char *s)
{
    if (s)
        hc_json_strn(js, s, strlen(s));
    else
        hc_json_null(js);
}

void hc_json_key(struct hc_json *js, const char *key)
{
    hc_json_str(js, key);
    hc_buf_puts(js->out, ": ");
    js->after_key = true;
}

void hc_json_int(struct hc_json *js, int64_t value)
{
    before_value(js);
    hc_buf_printf(js->out, "%lld", (long long)value);
}

void hc_json_num(struct hc_json *js, double value)
{
    char text[32];

    if (!isfinite(value)) {
        hc_json_null(js);
        return;
    }
    before_value(js);
    hc_format_double(value, js->digits, text);
    hc_buf_puts(js->out, text);
    if (value == 0 && signbit(value)) /* "-0" is a whole number, which has no such sign */
        hc_buf_puts(js->out, ".0");
}

void hc_json_bool(struct hc_json *js, bool value)
{
    before_value(js);
    hc_buf_puts(js->out, value ? "true" : "false");
}

void hc_json_raw(struct hc_json *js, const char *json)
{
    before_value(js);
    hc_buf_puts(js->out, json);
}

void hc_json_null(struct hc_json *js)
{
    before_value(js);
    hc_buf_puts(js->out, "null");
}

void hc_json_kstr(struct hc_json *js, const char *key, const char *s)
{
    hc_json_key(js, key);
    hc_json_str(js, s);
}

void hc_json_kint(struct hc_json *js, const char *key, int64_t value)
{
    hc_json_key(js, key);
    hc_json_int(js, value);
}

void hc_json_knum(struct hc_json *js, const char *key, double value)
{
    hc_json_key(js, key);
    hc_json_num(js, value);
}

void hc_json_kbool(struct hc_json *js, const char *key, bool value)
{
    hc_json_key(js, key);
    hc_json_bool(js, value);
}

void hc_json_ktime(struct hc_json *js, const char *key, int64_t us)
{
    char text[HC_TIME_TEXT];

    hc_time_format(us, text);
    hc_json_kstr(js, key, text);
}
