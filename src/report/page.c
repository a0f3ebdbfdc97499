#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report/page.h"

enum { FACT_LABEL = 17, FACT_VALUE = 11, WRAP_LINES = 8, LABEL_READ = 4096 };

/* What our own texts use beyond ASCII, and how an ASCII terminal is told the same. */
static const struct {
    const char *sign, *plain;
} plain_forms[] = {
    {"–", "-"},
    {"—", "-"},
    {"−", "-"},
    {"·", "-"},
    {"×", "x"},
    {"÷", "/"},
    {"≥", ">="},
    {"≤", "<="},
    {"→", "->"},
    {"±", "+/-"},
    {"…", ".."},
    {"’", "'"},
    {"“", "\""},
    {"”", "\""},
    {"°", " deg"},
    {"─", "-"},
};

static const char *plain_form(const char *s, size_t len)
{
    for (size_t i = 0; i < HC_COUNT(plain_forms); i++)
        if (strlen(plain_forms[i].sign) == len && !memcmp(plain_forms[i].sign, s, len))
            return plain_forms[i].plain;
    return NULL;
}

/* Appends n bytes of `s` with the signs above in their plain form. */
static void transliterate(struct hc_buf *out, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len = hc_utf8_len(s + i, n - i);
        const char *plain = len > 1 ? plain_form(s + i, len) : NULL;

        if (plain)
            hc_buf_puts(out, plain);
        else
            hc_buf_add(out, s + i, len ? len : 1);
        i += len ? len : 1;
    }
}

/* The end of the page's text from byte `start` on; "" after a failure. */
static const char *tail(const struct hc_page *page, size_t start)
{
    return page->out->failed ? "" : hc_buf_str(page->out) + start;
}

void hc_page_text(struct hc_page *page, const char *text)
{
    size_t start = page->out->len;

    if (page->ascii)
        transliterate(page->out, text, strlen(text));
    else
        hc_buf_puts(page->out, text);
    page->column += hc_utf8_width(tail(page, start));
}

void hc_page_style(struct hc_page *page, enum hc_style style)
{
    static const char *const codes[] = {
        [HC_PLAIN] = "\033[0m",
        [HC_BOLD] = "\033[1m",
        [HC_DIM] = "\033[2m",
        [HC_ACCENT] = "\033[36m",
        [HC_WARN] = "\033[33m",
    };

    if (page->colour)
        hc_buf_puts(page->out, codes[style]);
}

void hc_page_pad(struct hc_page *page, size_t column)
{
    if (page->column >= column)
        return;
    hc_buf_repeat(page->out, " ", column - page->column);
    page->column = column;
}

void hc_page_end(struct hc_page *page)
{
    struct hc_buf *out = page->out;

    while (!out->failed && out->len && out->text[out->len - 1] == ' ')
        out->text[--out->len] = '\0';
    hc_buf_putc(out, '\n');
    page->column = 0;
}

void hc_page_blank(struct hc_page *page)
{
    hc_buf_putc(page->out, '\n');
    page->column = 0;
}

/* Bytes of the first signs of `s`, valid UTF-8, that fit into `columns`. */
static size_t bytes_within(const char *s, size_t columns)
{
    size_t at = 0, used = 0;

    while (s[at]) {
        used += hc_utf8_sign_width(s + at, strlen(s + at));
        if (used > columns)
            break;
        at += hc_utf8_len(s + at, strlen(s + at));
    }
    return at;
}

/* Bytes of the first signs of `s` that together take at least `columns`. */
static size_t bytes_over(const char *s, size_t columns)
{
    size_t at = 0, used = 0;

    while (s[at] && used < columns) {
        used += hc_utf8_sign_width(s + at, strlen(s + at));
        at += hc_utf8_len(s + at, strlen(s + at));
    }
    return at;
}

struct hc_label hc_page_label(struct hc_page *page, const char *name, size_t max)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) shown = HC_BUF_INIT;
    const char *mark = page->ascii ? ".." : "…";
    struct hc_label label;
    size_t width, keep, head;

    hc_utf8_show(&shown, name, LABEL_READ, page->ascii);
    page->out->failed |= shown.failed;
    name = hc_buf_str(&shown);
    width = hc_utf8_width(name);
    max = max < HC_LABEL_MAX ? max : HC_LABEL_MAX;
    if (width <= max) {
        snprintf(label.text, sizeof(label.text), "%s", name);
        return label;
    }
    keep = max > hc_utf8_width(mark) ? max - hc_utf8_width(mark) : 0;
    head = keep < 8 ? keep : (keep + 1) / 2;
    snprintf(label.text, sizeof(label.text), "%.*s%s%s", (int)bytes_within(name, head),
        name, keep ? mark : "", name + bytes_over(name, width - (keep - head)));
    return label;
}

struct hc_label hc_page_node(struct hc_page *page, const struct hc_node *node, size_t max)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) full = HC_BUF_INIT;

    if (!node->cluster)
        return hc_page_label(page, node->name, max);
    hc_buf_puts(&full, node->cluster);
    hc_buf_putc(&full, '/');
    hc_buf_puts(&full, node->name);
    page->out->failed |= full.failed;
    return hc_page_label(page, hc_buf_str(&full), max);
}

/* ---- wrapped text ---------------------------------------------------------------- */

/* One word, on the next line if this one has no room for it. */
static void put_word(struct hc_page *page, size_t indent, const char *word)
{
    size_t width = hc_utf8_width(word);

    if (page->column > indent && page->column + 1 + width > page->width)
        hc_page_end(page);
    if (page->column > indent)
        hc_page_pad(page, page->column + 1);
    hc_page_pad(page, indent);
    hc_buf_puts(page->out, word);
    page->column += width;
}

static void safe_word(
    struct hc_page *page, const char *word, size_t n, size_t max, struct hc_buf *ret_safe)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) plain = HC_BUF_INIT;

    hc_buf_reset(ret_safe);
    if (page->ascii)
        transliterate(&plain, word, n);
    else
        hc_buf_add(&plain, word, n);
    hc_utf8_show(ret_safe, hc_buf_str(&plain), max, page->ascii);
    page->out->failed |= plain.failed | ret_safe->failed;
}

/* Bytes up to where a line may end: not between a number and its "%", nor around "=". */
static size_t word_length(const char *text)
{
    size_t n = strcspn(text, " ");

    while (n && text[n] &&
           (text[n - 1] == '=' || (text[n + 1] && strchr("%=", text[n + 1]))))
        n += 1 + strcspn(text + n + 1, " ");
    return n;
}

void hc_page_wrap(struct hc_page *page, size_t indent, const char *text)
{
    struct hc_buf HC_CLEANUP(hc_buf_clear) word = HC_BUF_INIT;
    size_t room = (page->width - indent) * WRAP_LINES;

    while (*text && !page->out->failed) {
        size_t n = word_length(text);

        if (n) {
            safe_word(page, text, n, page->width - indent, &word);
            if (hc_utf8_width(hc_buf_str(&word)) + 1 > room) {
                put_word(page, indent, page->ascii ? ".." : "…");
                break;
            }
            room -= hc_utf8_width(hc_buf_str(&word)) + 1;
            put_word(page, indent, hc_buf_str(&word));
        }
        text += n + (text[n] == ' ');
    }
    hc_page_end(page);
}

/* Formats into fixed room: our own sentences with numbers and labels, never a raw name.
 */
#define FORMAT_INTO(text, format)                                                        \
    do {                                                                                 \
        va_list args;                                                                    \
        va_start(args, format);                                                          \
        vsnprintf(text, sizeof(text), format, args);                                     \
        va_end(args);                                                                    \
    } while (0)

void hc_page_wrapf(struct hc_page *page, size_t indent, const char *format, ...)
{
    char text[2048];

    FORMAT_INTO(text, format);
    hc_page_wrap(page, indent, text);
}

/* ---- lines of a kind ------------------------------------------------------------- */

void hc_page_heading(struct hc_page *page, const char *title, const char *note)
{
    hc_page_blank(page);
    hc_page_style(page, HC_BOLD);
    hc_page_text(page, title);
    hc_page_style(page, HC_PLAIN);
    hc_page_style(page, HC_DIM);
    if (note[0] && page->column + hc_utf8_width(note) + 5 <= page->width) {
        hc_page_text(page, " ");
        hc_page_text(page, note);
    }
    hc_page_text(page, " ");
    while (page->column < page->width && !page->out->failed)
        hc_page_text(page, "─");
    hc_page_style(page, HC_PLAIN);
    hc_page_end(page);
}

void hc_page_fact(
    struct hc_page *page, const char *label, const char *value, const char *format, ...)
{
    size_t right = HC_PAGE_INDENT + FACT_LABEL + FACT_VALUE, width = hc_utf8_width(value);
    char text[1024];

    FORMAT_INTO(text, format);
    hc_page_pad(page, HC_PAGE_INDENT);
    hc_page_text(page, label);
    hc_page_pad(page, page->column + 1);
    hc_page_pad(page, right > width ? right - width : 0);
    hc_page_style(page, HC_BOLD);
    hc_page_text(page, value);
    hc_page_style(page, HC_PLAIN);
    if (!text[0]) {
        hc_page_end(page);
        return;
    }
    hc_page_pad(page, page->column + 2);
    if (page->width < right + 32) {
        hc_page_end(page);
        right = HC_PAGE_INDENT;
    }
    hc_page_wrap(page, right + 2, text);
}

bool hc_page_available(struct hc_page *page, const struct hc_verdict *verdict)
{
    if (verdict->status == HC_AVAILABLE)
        return true;
    hc_page_pad(page, HC_PAGE_INDENT);
    hc_page_text(page,
        verdict->status == HC_NOT_ENOUGH_DATA ? "not enough data:" : "not available:");
    hc_page_wrap(page, HC_PAGE_INDENT, verdict->reason);
    return false;
}
