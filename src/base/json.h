/*
 * json.h - a streaming writer of JSON text
 *
 * Commas, quotes, escapes and indentation are its work; the caller says what
 * opens, closes and stands in between. A number that is NaN or infinite is
 * written as null: NaN never appears in our JSON. Bytes of a string that are not
 * UTF-8 are written as U+FFFD. Errors are the buffer's (hc_buf_check).
 *
 *     hc_json_open(&js, '{');
 *     hc_json_key(&js, "n");  hc_json_int(&js, 3);
 *     hc_json_close(&js, '}');
 */
#ifndef HC_JSON_H
#define HC_JSON_H

#include "base/buf.h"

enum { HC_JSON_DEPTH = 32 };

struct hc_json {
    struct hc_buf *out;
    int depth;
    int flat_from; /* depth from which nothing is put on lines of its own; 0 = none */
    int digits;    /* significant digits of a number; 0 = as many as give the same bits */
    bool filled[HC_JSON_DEPTH];
    bool after_key;
};

/* A pretty printer into `out`; from depth `flat_from` on, on one line. */
void hc_json_init(struct hc_json *js, struct hc_buf *out, int flat_from);
void hc_json_open(struct hc_json *js, char bracket);
void hc_json_close(struct hc_json *js, char bracket);
void hc_json_key(struct hc_json *js, const char *key);
void hc_json_str(struct hc_json *js, const char *s); /* NULL: null */
void hc_json_strn(struct hc_json *js, const char *s, size_t n);
void hc_json_int(struct hc_json *js, int64_t value);
void hc_json_num(struct hc_json *js, double value);
void hc_json_bool(struct hc_json *js, bool value);
void hc_json_null(struct hc_json *js);
void hc_json_raw(struct hc_json *js, const char *json); /* a value that is JSON already */

/* "key": value in one call. */
void hc_json_kstr(struct hc_json *js, const char *key, const char *s);
void hc_json_kint(struct hc_json *js, const char *key, int64_t value);
void hc_json_knum(struct hc_json *js, const char *key, double value);
void hc_json_kbool(struct hc_json *js, const char *key, bool value);

/* UTC microseconds as hc_time_format writes them. */
void hc_json_ktime(struct hc_json *js, const char *key, int64_t us);

#endif
