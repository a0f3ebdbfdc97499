#include <string.h>

#include "collect/lex.h"

enum {
    IDLE,
    STRING,
    ESCAPE,   /* behind a backslash */
    HEX,      /* in the four digits behind \u */
    PAIR,     /* behind the first half of a pair: a backslash must come */
    PAIR_U,   /* and then a u */
    UTF8,     /* inside a sign of several bytes */
    WORD,     /* in true, false, null */
    MINUS,    /* number: from here on */
    ZERO,     /*   0 */
    WHOLE,    /*   12 */
    POINT,    /*   12. */
    FRACTION, /*   12.5 */
    E,        /*   12e */
    E_SIGN,   /*   12e- */
    EXPONENT, /*   12e-7 */
};

void hc_lex_clear(struct hc_lex *lex)
{
    hc_buf_clear(&lex->text);
    *lex = (struct hc_lex){0};
}

bool hc_lex_idle(const struct hc_lex *lex)
{
    return lex->state == IDLE;
}

static enum hc_lex_token bad(struct hc_lex *lex, const char *fault)
{
    lex->fault = fault;
    return HC_LEX_BAD;
}

static void keep(struct hc_lex *lex, const char *bytes, size_t n)
{
    size_t room = lex->keep - lex->text.len;

    if (n > room) {
        lex->cut = true;
        n = room;
    }
    if (n)
        hc_buf_add(&lex->text, bytes, n);
}

/* ---- strings ---- */

static void keep_sign(struct hc_lex *lex, uint32_t c)
{
    char out[4];
    size_t n = 0;

    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out[n++] = (char)(0xE0 | c >> 12);
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | c >> 18);
        out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
        out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (c & 0x3F));
    }
    keep(lex, out, n);
}

static const char *plain_end(const char *p, const char *end)
{
    while (p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 &&
           *p != '"' && *p != '\\')
        p++;
    return p;
}

/* First byte of a sign of several: what may follow it (Unicode's table 3-7). */
static enum hc_lex_token begin_utf8(struct hc_lex *lex, unsigned char c)
{
    if (c < 0xC2 || c > 0xF4)
        return bad(lex, "a string is not valid UTF-8");
    lex->need = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    lex->low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    lex->high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    lex->state = UTF8;
    keep(lex, (const char *)&c, 1);
    return HC_LEX_MORE;
}

static enum hc_lex_token in_utf8(struct hc_lex *lex, unsigned char c)
{
    if (c < lex->low || c > lex->high)
        return bad(lex, "a string is not valid UTF-8");
    lex->low = 0x80;
    lex->high = 0xBF;
    if (--lex->need == 0)
        lex->state = STRING;
    keep(lex, (const char *)&c, 1);
    return HC_LEX_MORE;
}

static enum hc_lex_token in_string(struct hc_lex *lex, unsigned char c)
{
    if (c == '"') {
        lex->state = IDLE;
        return HC_LEX_STRING;
    }
    if (c >= 0x80)
        return begin_utf8(lex, c);
    if (c < 0x20)
        return bad(lex, "a string has a bare control character");
    lex->state = ESCAPE; /* plain ones are taken at once */
    return HC_LEX_MORE;
}

static enum hc_lex_token in_escape(struct hc_lex *lex, unsigned char c)
{
    static const char names[] = "\"\\/bfnrt", signs[] = "\"\\/\b\f\n\r\t";
    const char *at = c ? strchr(names, c) : NULL;

    if (c == 'u') {
        lex->state = HEX;
        lex->need = 4;
        lex->code = 0;
        return HC_LEX_MORE;
    }
    if (!at)
        return bad(lex, "a string has an unknown escape");
    keep(lex, &signs[at - names], 1);
    lex->state = STRING;
    return HC_LEX_MORE;
}

/* All four digits are here. */
static enum hc_lex_token end_hex(struct hc_lex *lex)
{
    bool first = lex->code >= 0xD800 && lex->code < 0xDC00,
         second = lex->code >= 0xDC00 && lex->code < 0xE000;

    if (second != (lex->lead != 0))
        return bad(lex, "a string has half of a surrogate pair");
    if (first) {
        lex->lead = lex->code;
        lex->state = PAIR;
        return HC_LEX_MORE;
    }
    keep_sign(lex, second ? 0x10000 + ((uint32_t)(lex->lead - 0xD800) << 10) +
                                (uint32_t)(lex->code - 0xDC00)
                          : lex->code);
    lex->lead = 0;
    lex->state = STRING;
    return HC_LEX_MORE;
}

static enum hc_lex_token in_hex(struct hc_lex *lex, unsigned char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    int digit = at ? (int)(at - digits) : 0;

    if (!at)
        return bad(lex, "a string has an unknown escape");
    lex->code = (uint16_t)(lex->code << 4 | (digit > 15 ? digit - 6 : digit));
    return --lex->need ? HC_LEX_MORE : end_hex(lex);
}

static enum hc_lex_token in_pair(struct hc_lex *lex, unsigned char c)
{
    if (c != (lex->state == PAIR ? '\\' : 'u'))
        return bad(lex, "a string has half of a surrogate pair");
    lex->need = 4;
    lex->code = 0;
    lex->state = lex->state == PAIR ? PAIR_U : HEX;
    return HC_LEX_MORE;
}

/* ---- numbers and words ---- */

/* The state behind the sign c of a number; IDLE if it does not belong to it. */
static uint8_t number_next(uint8_t state, unsigned char c)
{
    bool digit = c >= '0' && c <= '9';

    switch (state) {
    case MINUS: return c == '0' ? ZERO : digit ? WHOLE : IDLE;
    case WHOLE:
        if (digit)
            return WHOLE;
        /* fall through */
    case ZERO: return c == '.' ? POINT : c == 'e' || c == 'E' ? E : IDLE;
    case POINT: return digit ? FRACTION : IDLE;
    case FRACTION: return digit ? FRACTION : c == 'e' || c == 'E' ? E : IDLE;
    case E:
        if (c == '+' || c == '-')
            return E_SIGN;
        /* fall through */
    default: return digit ? EXPONENT : IDLE;
    }
}

static bool number_may_end(uint8_t state)
{
    return state == ZERO || state == WHOLE || state == FRACTION || state == EXPONENT;
}

/* Takes what belongs to the number; the sign behind it stays. */
static enum hc_lex_token in_number(struct hc_lex *lex, const char **p, const char *end)
{
    const char *start = *p;
    uint8_t next = lex->state;

    while (*p < end) {
        next = number_next(lex->state, (unsigned char)**p);
        if (next == IDLE)
            break;
        lex->state = next;
        ++*p;
    }
    keep(lex, start, (size_t)(*p - start));
    if (*p == end)
        return HC_LEX_MORE;
    if (!number_may_end(lex->state))
        return bad(lex, "a number is not one");
    lex->state = IDLE;
    return HC_LEX_NUMBER;
}

static enum hc_lex_token in_word(struct hc_lex *lex, unsigned char c)
{
    if (c != (unsigned char)*lex->word)
        return bad(lex, "there is a word that JSON does not have");
    if (*++lex->word)
        return HC_LEX_MORE;
    lex->state = IDLE;
    return (enum hc_lex_token)lex->token;
}

static enum hc_lex_token begin_word(
    struct hc_lex *lex, const char *rest, enum hc_lex_token token)
{
    lex->state = WORD;
    lex->word = rest;
    lex->token = (uint8_t)token;
    return HC_LEX_MORE;
}

/* ---- all of them ---- */

static enum hc_lex_token begin(struct hc_lex *lex, unsigned char c)
{
    hc_buf_reset(&lex->text);
    lex->cut = false;
    switch (c) {
    case '{': return HC_LEX_OBJECT;
    case '}': return HC_LEX_OBJECT_END;
    case '[': return HC_LEX_ARRAY;
    case ']': return HC_LEX_ARRAY_END;
    case ':': return HC_LEX_COLON;
    case ',': return HC_LEX_COMMA;
    case '"': lex->state = STRING; return HC_LEX_MORE;
    case 't': return begin_word(lex, "rue", HC_LEX_TRUE);
    case 'f': return begin_word(lex, "alse", HC_LEX_FALSE);
    case 'n': return begin_word(lex, "ull", HC_LEX_NULL);
    case '-':
        lex->state = MINUS;
        keep(lex, "-", 1);
        return HC_LEX_MORE;
    default: return bad(lex, "there is a sign that JSON does not have");
    }
}

/* Between two tokens. */
static enum hc_lex_token in_between(struct hc_lex *lex, const char **p)
{
    unsigned char c = (unsigned char)**p;

    if (c >= '0' && c <= '9') {
        hc_buf_reset(&lex->text);
        lex->cut = false;
        lex->state = MINUS; /* as if behind one; the digit stays */
        return HC_LEX_MORE;
    }
    ++*p;
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
        return HC_LEX_MORE;
    return begin(lex, c);
}

static enum hc_lex_token step(struct hc_lex *lex, const char **p, const char *end)
{
    switch (lex->state) {
    case IDLE: return in_between(lex, p);
    case STRING: {
        const char *plain = *p;

        *p = plain_end(plain, end);
        keep(lex, plain, (size_t)(*p - plain));
        return *p < end ? in_string(lex, (unsigned char)*(*p)++) : HC_LEX_MORE;
    }
    case ESCAPE: return in_escape(lex, (unsigned char)*(*p)++);
    case HEX: return in_hex(lex, (unsigned char)*(*p)++);
    case PAIR:
    case PAIR_U: return in_pair(lex, (unsigned char)*(*p)++);
    case UTF8: return in_utf8(lex, (unsigned char)*(*p)++);
    case WORD: return in_word(lex, (unsigned char)*(*p)++);
    default: return in_number(lex, p, end);
    }
}

enum hc_lex_token hc_lex_next(struct hc_lex *lex, const char **p, const char *end)
{
    while (*p < end) {
        enum hc_lex_token token = step(lex, p, end);

        if (lex->text.failed)
            return HC_LEX_BAD;
        if (token != HC_LEX_MORE)
            return token;
    }
    return HC_LEX_MORE;
}
