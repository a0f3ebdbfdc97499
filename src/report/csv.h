/*
 * csv.h - a writer of comma-separated values
 *
 * RFC 4180 quoting, UTF-8, lines ended by LF, numbers that read back as the same bits,
 * an empty field for what cannot be had. Errors are the buffer's (hc_buf_check).
 *
 * Names come from the data, and a spreadsheet takes a field that starts with = + - @,
 * tab, CR or LF for a formula, quoted or not. Such a name is written with an apostrophe
 * before it, and so is one that starts with an apostrophe, so that nothing is lost: to
 * have the name exactly, take one leading apostrophe off. The names of Kubernetes nodes
 * start with a letter or a digit and are never touched. (Rejected: names as they are, an
 * open door for whoever can name a node or a column; a tab or a space in front, which
 * cannot be told from a name's own.) Numbers are ours and may start with a minus.
 * Bytes that are not UTF-8 become U+FFFD: one would make the whole file unreadable.
 */
#ifndef HC_CSV_H
#define HC_CSV_H

#include "base/buf.h"

struct hc_csv {
    struct hc_buf *out;
    bool filled; /* the line has a field already */
};

void hc_csv_text(struct hc_csv *csv, const char *text); /* NULL: an empty field */
void hc_csv_num(struct hc_csv *csv, double value);      /* NaN, infinite: empty */
void hc_csv_int(struct hc_csv *csv, int64_t value);
void hc_csv_end(struct hc_csv *csv); /* ends the line */

#endif
