/*
 * page.h - lines of text for a terminal
 *
 * Everything the terminal report prints goes through here, so that no line is
 * wider than the page, nothing but text and newlines gets out, and plain ASCII is one
 * flag. Widths are in code points. `text` arguments are ours (UTF-8, transliterated on
 * an ASCII page); `name` arguments come from the data and may be anything: they are
 * escaped and cut. Errors are the buffer's (hc_buf_check).
 */
#ifndef HC_PAGE_H
#define HC_PAGE_H

#include "base/buf.h"
#include "model/findings.h"

enum { HC_PAGE_MIN_WIDTH = 40, HC_LABEL_MAX = 60, HC_PAGE_INDENT = 2 };

enum hc_style { HC_PLAIN, HC_BOLD, HC_DIM, HC_ACCENT, HC_WARN };

struct hc_page {
    struct hc_buf *out;
    size_t width, column;
    bool ascii, colour;
};

/*
 * A name made safe to show, at most HC_LABEL_MAX code points. A longer one is cut in
 * the middle: what tells two nodes apart is often at the end.
 */
struct hc_label {
    char text[HC_LABEL_MAX * 4 + 8];
};

void hc_page_text(struct hc_page *page, const char *text);
void hc_page_style(struct hc_page *page, enum hc_style style);
void hc_page_pad(struct hc_page *page, size_t column); /* spaces up to `column` */
void hc_page_end(struct hc_page *page);                /* ends the line */
void hc_page_blank(struct hc_page *page);              /* one empty line */

struct hc_label hc_page_label(struct hc_page *page, const char *name, size_t max);

/* "cluster/name" or "name". */
struct hc_label hc_page_node(
    struct hc_page *page, const struct hc_node *node, size_t max);

/*
 * A sentence from `indent` on, words wrapped, at most eight lines. The text may hold
 * names from the data: it is made safe as well. Ends the line.
 */
void hc_page_wrap(struct hc_page *page, size_t indent, const char *text);
void hc_page_wrapf(struct hc_page *page, size_t indent, const char *format, ...)
    HC_PRINTF(3, 4);

/* "Title note ─────────" over the full width; the note where it fits. */
void hc_page_heading(struct hc_page *page, const char *title, const char *note);

/* A label, a value at the right of its column, and what it means. */
void hc_page_fact(struct hc_page *page, const char *label, const char *value,
    const char *format, ...) HC_PRINTF(4, 5);

/* True when available; else says in one line why not. */
bool hc_page_available(struct hc_page *page, const struct hc_verdict *verdict);

#endif
