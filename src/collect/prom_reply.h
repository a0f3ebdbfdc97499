/*
 * prom_reply.h - what may stand where in a reply, and what is done with it
 *
 * The grammar of prom_json.c knows brackets, keys and commas; this says what they mean:
 * a table of slots (kinds of values), one of keys (which slot follows a key of an
 * object), one of places (containers). A further key is a row of `keys`, and a slot if
 * its value is of a new kind.
 *
 * Private to prom_json.c and prom_reply.c.
 */
#ifndef HC_PROM_REPLY_H
#define HC_PROM_REPLY_H

#include "collect/labels.h"
#include "collect/lex.h"
#include "collect/prom_json.h"

enum { BATCH = 512, TALK = 1000, KEY = 32 };

/* Containers that are open. */
enum place {
    SKIPPED_OBJECT,
    SKIPPED_ARRAY,
    REPLY,
    DATA,
    RESULT,
    SERIES,
    METRIC,
    VALUES,
    SAMPLE,
    WARNINGS,
    INFOS,
};

/* What the next value is. */
enum slot {
    S_SKIP,
    S_REPLY,
    S_STATUS,
    S_ERROR_TYPE,
    S_ERROR,
    S_WARNINGS,
    S_WARNING,
    S_INFOS,
    S_INFO,
    S_DATA,
    S_TYPE,
    S_RESULT,
    S_SERIES,
    S_METRIC,
    S_LABEL,
    S_VALUES,
    S_VALUE,
    S_PAIR,
    S_TIME,
    S_NUMBER,
    S_HISTOGRAM,
    S_TOO_MANY,
};

enum expect {
    A_VALUE,
    A_VALUE_OR_END,
    A_KEY,
    A_KEY_OR_END,
    A_COLON,
    A_COMMA_OR_END,
    NOTHING
};
enum type { NO_TYPE, MATRIX, VECTOR, SCALAR };
enum outcome { NO_STATUS, SUCCESS, ERROR };

struct hc_prom_json {
    struct hc_sink sink;
    struct hc_lex lex;
    struct hc_labels labels;

    enum hc_status failed;
    struct hc_error err;
    const char *fault; /* what is wrong with the bytes; the message is made by feed */
    uint64_t before;   /* bytes of the pieces before this one */

    uint8_t place[HC_PROM_JSON_DEPTH];
    int depth;
    enum expect expect;
    enum slot slot;
    uint32_t seen; /* of `keys` */

    enum outcome outcome;
    enum type type;
    char error_type[TALK + 1], error[TALK + 1];
    bool noted;

    int item; /* in a sample */
    bool has_last;
    int64_t last_ms, t_ms;
    size_t n;
    struct hc_sample samples[BATCH];
};

/* What a slot takes. `keep`: of a string or number, how many bytes. */
struct hc_prom_slot {
    enum hc_lex_token token; /* HC_LEX_MORE: any */
    bool or_null;
    enum place opens; /* 0: what is in it is skipped */
    size_t keep;
    enum hc_status (*take)(struct hc_prom_json *json);
    const char *fault; /* if it is something else */
};

struct hc_prom_place {
    bool object;
    enum slot element; /* of an array */
    enum hc_status (*close)(struct hc_prom_json *json);
};

extern const struct hc_prom_slot hc_prom_slots[];
extern const struct hc_prom_place hc_prom_places[];

/* HC_INPUT because of a fault in the bytes. */
enum hc_status hc_prom_refuse(struct hc_prom_json *json, const char *fault);

/* A key of an object that is known has been read: which slot comes next. */
enum hc_status hc_prom_key(struct hc_prom_json *json, enum place place) HC_MUST_USE;
bool hc_prom_has(const struct hc_prom_json *json, enum slot slot);
void hc_prom_forget_series(struct hc_prom_json *json);

/* Samples of the common form from *p on, as long as there are; ends between two tokens.
 */
enum hc_status hc_prom_samples(
    struct hc_prom_json *json, const char **p, const char *end) HC_MUST_USE;

#endif
