/*
 * matchers.h - which series are meant: the matchers of a selector
 *
 * PromQL's text between the braces, as a list:
 *
 *     matchers = [ matcher { "," matcher } [ "," ] ]
 *     matcher  = name ( "=" | "!=" | "=~" | "!~" ) string
 *     name     = a letter or "_", then letters, digits and "_"
 *     string   = between " or ', with the escapes \a \b \f \n \r \t \v \\ \xHH \ooo
 * \uHHHH \UHHHHHHHH and that of the quote, and without line breaks; or as it stands,
 * between backquotes
 *
 * with blanks anywhere between these. So prometheus.io/docs/prometheus/latest/querying/
 * basics has it, but for comments and names in quotes (3.0), which are not understood.
 *
 * Threads: a list belongs to one at a time. A zeroed one is empty.
 */
#ifndef HC_MATCHERS_H
#define HC_MATCHERS_H

#include "collect/remote_read.h"

enum { HC_MATCHERS_MAX = 64 };

/* Owns the texts. */
struct hc_matchers {
    struct hc_matcher list[HC_MATCHERS_MAX];
    size_t n;
};

void hc_matchers_clear(struct hc_matchers *matchers);

/* One more; the texts are copied. HC_USAGE: there are too many. */
enum hc_status hc_matchers_add(struct hc_matchers *matchers, enum hc_match type,
    const char *name, const char *value, struct hc_error *err) HC_MUST_USE;

/* Those of a text behind those that are there; NULL is no text. HC_USAGE: not of this
 * grammar (where is said), not UTF-8, or a NUL in a string. */
enum hc_status hc_matchers_parse(
    struct hc_matchers *matchers, const char *text, struct hc_error *err) HC_MUST_USE;

/*
 * Prometheus' remote read takes a matcher name="value" of one of its external labels for
 * "has no such label of its own" (storage/remote/read_handler.go), which a query does
 * not. Each such matcher but that of the metric becomes name=~"value", quoted, which
 * means the same and is left alone.
 */
enum hc_status hc_matchers_as_stored(struct hc_matchers *matchers) HC_MUST_USE;

#endif
