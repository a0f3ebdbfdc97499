/*
 * report_terminal.h - the findings as text for a terminal
 *
 * First what was loaded, then the statements that matter most, then the sections in
 * the notebook's order, last where everything is. No line is wider than `width`; no
 * control character but newline (and colours, where asked for) gets out, whatever the
 * names in the data are. Nothing is computed here; the findings are only read.
 *
 * Can fail: memory only; told by hc_buf_check(out). Threads: no state.
 */
#ifndef HC_REPORT_TERMINAL_H
#define HC_REPORT_TERMINAL_H

#include "base/buf.h"
#include "model/findings.h"

struct hc_terminal {
    size_t width;                 /* columns; 0: 80; never below 40 */
    bool ascii;                   /* the locale is not UTF-8 */
    bool colour;                  /* ANSI colours; readable without */
    const char *section;          /* only this one (hc_terminal_sections); NULL: all */
    const char *out_dir;          /* where the files are; NULL: nothing was written */
    const char *const *artifacts; /* their names in out_dir, those that were written */
    size_t n_artifacts;
};

struct hc_page;

struct hc_terminal_section {
    const char *name;  /* "quality": what `hindcast show DIR SECTION` calls it */
    const char *title; /* "Data quality" */
    const char *note;  /* beside the title, "" for none */
    void (*render)(struct hc_page *page, const struct hc_findings *findings);
    bool (*wanted)(const struct hc_findings *findings); /* in the whole; NULL: always */
};

extern const struct hc_terminal_section hc_terminal_sections[];
extern const size_t hc_terminal_sections_count;

/* The section of that name, NULL if there is none. */
const struct hc_terminal_section *hc_terminal_section_find(const char *name);

/* `terminal->section` must be NULL or a name that is there. */
void hc_report_terminal(struct hc_buf *out, const struct hc_findings *findings,
    const struct hc_terminal *terminal);

#endif
