/*
 * lex.h - the words of a JSON text that comes in pieces
 *
 * hc_lex_next takes bytes from *p on until a token is whole and says which it is; where
 * the piece ends before, it says HC_LEX_MORE and goes on with the next piece. A token is
 * the same however it was cut. The grammar of words is RFC 8259's: strings are valid
 * UTF-8 without bare control characters, \u escapes of halves of a pair come in pairs,
 * numbers have no leading zeros. What may follow what is the parser's care.
 *
 * `keep` is set before each call: how many bytes of a string or number go into `text`
 * (then `cut` says that there were more); 0 only checks it. That is all the memory.
 *
 * Threads: one at a time. Private to the room.
 */
#ifndef HC_LEX_H
#define HC_LEX_H

#include "base/buf.h"

enum hc_lex_token {
    HC_LEX_MORE,   /* the piece is used up */
    HC_LEX_BAD,    /* `fault` says what; or an append failed, see text */
    HC_LEX_STRING, /* text is what it means, without quotes and escapes */
    HC_LEX_NUMBER, /* text is as it stood there */
    HC_LEX_TRUE,
    HC_LEX_FALSE,
    HC_LEX_NULL,
    HC_LEX_OBJECT,
    HC_LEX_OBJECT_END,
    HC_LEX_ARRAY,
    HC_LEX_ARRAY_END,
    HC_LEX_COLON,
    HC_LEX_COMMA,
};

struct hc_lex {
    struct hc_buf text;
    size_t keep;
    bool cut;
    const char *fault; /* a constant */

    /* the rest is the lexer's own: where in a token the last piece ended */
    uint8_t state;     /* enum in lex.c */
    uint8_t need;      /* bytes of UTF-8, hex digits or letters that are still to come */
    uint8_t low, high; /* what the next byte of UTF-8 may be */
    uint16_t code;     /* of a \u escape */
    uint16_t lead;     /* first half of a pair, or 0 */
    const char *word;  /* what must come: "rue" */
    uint8_t token;     /* and what it then is */
};

void hc_lex_clear(struct hc_lex *lex);
enum hc_lex_token hc_lex_next(
    struct hc_lex *lex, const char **p, const char *end) HC_MUST_USE;

/* True between two tokens. */
bool hc_lex_idle(const struct hc_lex *lex);

#endif
