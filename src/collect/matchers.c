#include "collect/matchers.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

void hc_matchers_clear(struct hc_matchers *matchers)
{
    for (size_t i = 0; i < matchers->n; i++) {
        hc_free((char *)matchers->list[i].name);
        hc_free((char *)matchers->list[i].value);
    }
    matchers->n = 0;
}

enum hc_status hc_matchers_add(struct hc_matchers *matchers, enum hc_match type,
    const char *name, const char *value, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) char *name_copy = hc_strdup(name);
    HC_CLEANUP(hc_freep) char *value_copy = hc_strdup(value);

    if (matchers->n == HC_MATCHERS_MAX)
        return hc_fail(err, HC_USAGE, "there are more than %d matchers", HC_MATCHERS_MAX);
    if (!name_copy || !value_copy)
        return HC_NO_MEMORY;
    matchers->list[matchers->n++] =
        (struct hc_matcher){type, hc_take(&name_copy), hc_take(&value_copy)};
    return HC_OK;
}

/* ---- reading ---- */

struct reading {
    const char *text, *at;
    struct hc_error *err;
};

static enum hc_status refuse(const struct reading *r, const char *what)
{
    return hc_fail(r->err, HC_USAGE, "'%.300s' are no matchers: %s at byte %zu", r->text,
        what, (size_t)(r->at - r->text));
}

static void skip_blanks(struct reading *r)
{
    r->at += strspn(r->at, " \t\r\n");
}

static bool take(struct reading *r, const char *sign)
{
    size_t n = strlen(sign);
    bool there = !strncmp(r->at, sign, n);

    r->at += there ? n : 0;
    return there;
}

static enum hc_status read_name(struct reading *r, struct hc_buf *out)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                                  "0123456789";
    size_t n = strspn(r->at, letters);

    if (!n || (*r->at >= '0' && *r->at <= '9'))
        return refuse(r, "no label");
    hc_buf_add(out, r->at, n);
    r->at += n;
    return HC_OK;
}

/* The longer signs first. */
static enum hc_status read_type(struct reading *r, enum hc_match *ret)
{
    static const struct {
        const char *sign;
        enum hc_match type;
    } types[] = {{"=~", HC_MATCH_RE}, {"!~", HC_MATCH_NRE}, {"!=", HC_MATCH_NEQ},
        {"=", HC_MATCH_EQ}};

    for (size_t i = 0; i < HC_COUNT(types); i++)
        if (take(r, types[i].sign)) {
            *ret = types[i].type;
            return HC_OK;
        }
    return refuse(r, "none of = != =~ !~");
}

/* ---- strings ---- */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

static void put_code(struct hc_buf *out, uint32_t code)
{
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};

    hc_buf_putc(out, (char)(lead[more] | code >> (6 * more)));
    while (more--)
        hc_buf_putc(out, (char)(0x80 | (code >> (6 * more) & 0x3F)));
}

/* n digits: a byte, or (n > 3) a code point. */
static enum hc_status read_code(
    struct reading *r, int n, uint32_t base, struct hc_buf *out)
{
    uint32_t code = 0;
    bool is_byte = n <= 3;

    while (n--) {
        uint32_t digit = (uint32_t)digit_of(*r->at);

        if (digit >= base)
            return refuse(r, "no digit of an escape");
        code = code * base + digit;
        r->at++;
    }
    if (!code || (is_byte && code > 0xFF) || code > 0x10FFFF ||
        (code >= 0xD800 && code < 0xE000))
        return refuse(r, "an escape of no sign");
    if (is_byte)
        hc_buf_putc(out, (char)code);
    else
        put_code(out, code);
    return HC_OK;
}

static enum hc_status read_escape(struct reading *r, char quote, struct hc_buf *out)
{
    static const char letters[] = "abfnrtv\\", signs[] = "\a\b\f\n\r\t\v\\";
    char c = *r->at;
    const char *letter = c ? strchr(letters, c) : NULL;

    if (c >= '0' && c <= '7')
        return read_code(r, 3, 8, out);
    if (!letter && c != quote && !(c && strchr("xuU", c)))
        return refuse(r, "an unknown escape");
    r->at++;
    if (letter)
        hc_buf_putc(out, signs[letter - letters]);
    else if (c == quote)
        hc_buf_putc(out, c);
    else
        return read_code(r, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, out);
    return HC_OK;
}

static enum hc_status check_utf8(struct reading *r, const char *s, size_t n)
{
    while (n) {
        size_t len = hc_utf8_len(s, n);

        if (!len)
            return refuse(r, "a string before it that is not UTF-8,");
        s += len;
        n -= len;
    }
    return HC_OK;
}

static enum hc_status read_string(struct reading *r, struct hc_buf *out)
{
    char quote = *r->at;

    if (!quote || !strchr("\"'`", quote))
        return refuse(r, "no quotes");
    r->at++;
    while (*r->at != quote) {
        if (!*r->at || (*r->at == '\n' && quote != '`'))
            return refuse(r, "no end of a string");
        if (*r->at != '\\' || quote == '`') {
            hc_buf_putc(out, *r->at++);
            continue;
        }
        r->at++;
        HC_TRY(read_escape(r, quote, out));
    }
    r->at++;
    return check_utf8(r, hc_buf_str(out), out->len);
}

/* ---- the list ---- */

static enum hc_status read_matcher(struct reading *r, struct hc_matchers *matchers)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf value = HC_BUF_INIT;
    enum hc_match type = HC_MATCH_EQ;

    HC_TRY(read_name(r, &name));
    skip_blanks(r);
    HC_TRY(read_type(r, &type));
    skip_blanks(r);
    HC_TRY(read_string(r, &value));
    skip_blanks(r);
    HC_TRY(hc_buf_check(&name));
    HC_TRY(hc_buf_check(&value));
    return hc_matchers_add(matchers, type, hc_buf_str(&name), hc_buf_str(&value), r->err);
}

enum hc_status hc_matchers_parse(
    struct hc_matchers *matchers, const char *text, struct hc_error *err)
{
    struct reading r = {text, text, err};

    if (!text)
        return HC_OK;
    skip_blanks(&r);
    while (*r.at) {
        HC_TRY(read_matcher(&r, matchers));
        if (*r.at && !take(&r, ","))
            return refuse(&r, "no comma");
        skip_blanks(&r);
    }
    return HC_OK;
}

/* ---- as the server's storage has it ---- */

/* As regexp.QuoteMeta of Go has it. */
static char *quoted(const char *value)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    for (; *value; value++) {
        if (strchr("\\.+*?()|[]{}^$", *value))
            hc_buf_putc(&out, '\\');
        hc_buf_putc(&out, *value);
    }
    return out.failed ? NULL : hc_strdup(hc_buf_str(&out));
}

enum hc_status hc_matchers_as_stored(struct hc_matchers *matchers)
{
    for (size_t i = 0; i < matchers->n; i++) {
        struct hc_matcher *matcher = &matchers->list[i];
        char *value;

        if (matcher->type != HC_MATCH_EQ || !*matcher->value ||
            !strcmp(matcher->name, "__name__"))
            continue;
        value = quoted(matcher->value);
        if (!value)
            return HC_NO_MEMORY;
        hc_free((char *)matcher->value);
        matcher->value = value;
        matcher->type = HC_MATCH_RE;
    }
    return HC_OK;
}
