/*
 * Three layers: lex.h makes tokens; this file's grammar says which token may come and
 * where in the reply it is (a stack of places); the tables below say what is at a place
 * and what is done with it. Where samples of the common form stand, json_sample.h takes
 * them without any of the three.
 */
#include <stdio.h>

#include "base/mem.h"
#include "collect/decimal.h"
#include "collect/json_sample.h"
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

static enum hc_status refuse(struct hc_prom_json *json, const char *fault)
{
    json->fault = fault;
    return HC_INPUT;
}

/* ---- what comes in, to the sink ---- */

/* The text of the token, at most TALK bytes, without half a sign at the end. */
static void copy_text(const struct hc_lex *lex, char out[TALK + 1])
{
    size_t n = lex->text.len;

    if (lex->cut) {
        while (n && ((unsigned char)lex->text.text[n - 1] & 0xC0) == 0x80)
            n--;
        if (n && (unsigned char)lex->text.text[n - 1] >= 0xC0)
            n--;
    }
    memcpy(out, hc_buf_str(&lex->text), n);
    out[n] = '\0';
}

static enum hc_status talk(struct hc_prom_json *json, enum hc_talk kind)
{
    char text[TALK + 1];

    copy_text(&json->lex, text);
    return json->sink.talk(json->sink.context, kind, text, &json->err);
}

static enum hc_status flush(struct hc_prom_json *json)
{
    size_t n = json->n;

    json->n = 0;
    return n ? json->sink.samples(json->sink.context, json->samples, n, &json->err)
             : HC_OK;
}

static enum hc_status begin_series(
    struct hc_prom_json *json, const struct hc_label *labels, size_t n)
{
    json->has_last = false;
    return json->sink.series(json->sink.context, labels, n, &json->err);
}

static enum hc_status end_series(struct hc_prom_json *json)
{
    HC_TRY(flush(json));
    return json->sink.end(json->sink.context, &json->err);
}

static inline enum hc_status add(
    struct hc_prom_json *json, const struct hc_sample *sample)
{
    if (json->has_last && sample->t_ms <= json->last_ms)
        return refuse(json, "the times of a series do not grow");
    json->has_last = true;
    json->last_ms = sample->t_ms;
    json->samples[json->n++] = *sample;
    return json->n == BATCH ? flush(json) : HC_OK;
}

/* ---- values ---- */

static bool is(const struct hc_lex *lex, const char *word)
{
    return !lex->cut && lex->text.len == strlen(word) &&
           !memcmp(hc_buf_str(&lex->text), word, lex->text.len);
}

static enum hc_status take_status(struct hc_prom_json *json)
{
    json->outcome = is(&json->lex, "success") ? SUCCESS
                    : is(&json->lex, "error") ? ERROR
                                              : NO_STATUS;
    return json->outcome ? HC_OK
                         : refuse(json, "'status' is neither 'success' nor 'error'");
}

static enum hc_status take_error_type(struct hc_prom_json *json)
{
    copy_text(&json->lex, json->error_type);
    return HC_OK;
}

static enum hc_status take_error(struct hc_prom_json *json)
{
    copy_text(&json->lex, json->error);
    return HC_OK;
}

static enum hc_status take_warning(struct hc_prom_json *json)
{
    return talk(json, HC_TALK_WARNING);
}

static enum hc_status take_info(struct hc_prom_json *json)
{
    return talk(json, HC_TALK_INFO);
}

static enum hc_status take_type(struct hc_prom_json *json)
{
    json->type = is(&json->lex, "matrix")   ? MATRIX
                 : is(&json->lex, "vector") ? VECTOR
                 : is(&json->lex, "scalar") ? SCALAR
                                            : NO_TYPE;
    return json->type
               ? HC_OK
               : refuse(json, "'resultType' is none of 'matrix', 'vector', 'scalar'");
}

static enum hc_status open_result(struct hc_prom_json *json)
{
    if (!json->type)
        return refuse(json, "'result' stands before 'resultType'");
    json->item = 0;
    return json->type == SCALAR ? begin_series(json, NULL, 0) : HC_OK;
}

static enum hc_status take_label(struct hc_prom_json *json)
{
    return hc_labels_value(
        &json->labels, hc_buf_str(&json->lex.text), json->lex.text.len, &json->err);
}

static enum hc_status open_metric(struct hc_prom_json *json)
{
    hc_labels_reset(&json->labels);
    return HC_OK;
}

static enum hc_status open_pair(struct hc_prom_json *json)
{
    json->item = 0;
    return HC_OK;
}

static enum hc_status take_time(struct hc_prom_json *json)
{
    const char *fault;

    if (hc_decimal_ms(
            hc_buf_str(&json->lex.text), json->lex.text.len, &json->t_ms, &fault))
        return refuse(json, fault);
    return HC_OK;
}

static enum hc_status take_number(struct hc_prom_json *json)
{
    struct hc_sample sample = {.t_ms = json->t_ms};
    const char *fault;

    if (hc_decimal_double(
            hc_buf_str(&json->lex.text), json->lex.text.len, &sample.v, &fault))
        return refuse(json, fault);
    return add(json, &sample);
}

static enum hc_status note_histogram(struct hc_prom_json *json)
{
    if (json->noted)
        return HC_OK;
    json->noted = true;
    return json->sink.talk(json->sink.context, HC_TALK_NOTE,
        "native histograms in the reply were skipped", &json->err);
}

static enum hc_status too_many(struct hc_prom_json *json)
{
    return refuse(json, "a sample is more than a time and a value");
}

/* ---- the tables ---- */

/* What a slot takes. `keep`: of a string or number, how many bytes. */
static const struct {
    enum hc_lex_token token; /* HC_LEX_MORE: any */
    bool or_null;
    enum place opens;
    size_t keep;
    enum hc_status (*take)(struct hc_prom_json *json);
    const char *fault; /* if it is something else */
} slots[] = {
    [S_SKIP] = {HC_LEX_MORE, 0, 0, 0, NULL, NULL},
    [S_REPLY] = {HC_LEX_OBJECT, 0, REPLY, 0, NULL, "it is not an object"},
    [S_STATUS] = {HC_LEX_STRING, 0, 0, KEY, take_status, "'status' is not a text"},
    [S_ERROR_TYPE] = {HC_LEX_STRING, 0, 0, TALK, take_error_type,
        "'errorType' is not a text"},
    [S_ERROR] = {HC_LEX_STRING, 0, 0, TALK, take_error, "'error' is not a text"},
    [S_WARNINGS] = {HC_LEX_ARRAY, 1, WARNINGS, 0, NULL, "'warnings' is not a list"},
    [S_WARNING] = {HC_LEX_STRING, 0, 0, TALK, take_warning, "a warning is not a text"},
    [S_INFOS] = {HC_LEX_ARRAY, 1, INFOS, 0, NULL, "'infos' is not a list"},
    [S_INFO] = {HC_LEX_STRING, 0, 0, TALK, take_info, "an info is not a text"},
    [S_DATA] = {HC_LEX_OBJECT, 1, DATA, 0, NULL, "'data' is not an object"},
    [S_TYPE] = {HC_LEX_STRING, 0, 0, KEY, take_type, "'resultType' is not a text"},
    [S_RESULT] = {HC_LEX_ARRAY, 1, RESULT, 0, open_result, "'result' is not a list"},
    [S_SERIES] = {HC_LEX_OBJECT, 0, SERIES, 0, NULL, "a series is not an object"},
    [S_METRIC] = {HC_LEX_OBJECT, 0, METRIC, 0, open_metric, "'metric' is not an object"},
    [S_LABEL] = {HC_LEX_STRING, 0, 0, HC_LABELS_BYTES, take_label,
        "a label's value is not a text"},
    [S_VALUES] = {HC_LEX_ARRAY, 0, VALUES, 0, NULL, "'values' is not a list"},
    [S_VALUE] = {HC_LEX_ARRAY, 0, SAMPLE, 0, open_pair, "'value' is not a list"},
    [S_PAIR] = {HC_LEX_ARRAY, 0, SAMPLE, 0, open_pair, "a sample is not a list"},
    [S_TIME] = {HC_LEX_NUMBER, 0, 0, HC_DECIMAL_TEXT + 1, take_time,
        "a time is not a number"},
    [S_NUMBER] = {HC_LEX_STRING, 0, 0, HC_DECIMAL_TEXT + 1, take_number,
        "a value is not in quotes"},
    [S_HISTOGRAM] = {HC_LEX_MORE, 0, 0, 0, note_histogram, NULL},
    [S_TOO_MANY] = {HC_LEX_MORE, 0, 0, 0, too_many, NULL},
};

static const struct {
    enum place place;
    const char *name;
    enum slot slot;
} keys[] = {
    {REPLY, "status", S_STATUS},
    {REPLY, "data", S_DATA},
    {REPLY, "errorType", S_ERROR_TYPE},
    {REPLY, "error", S_ERROR},
    {REPLY, "warnings", S_WARNINGS},
    {REPLY, "infos", S_INFOS},
    {DATA, "resultType", S_TYPE},
    {DATA, "result", S_RESULT},
    {SERIES, "metric", S_METRIC},
    {SERIES, "values", S_VALUES},
    {SERIES, "value", S_VALUE},
    {SERIES, "histograms", S_HISTOGRAM},
    {SERIES, "histogram", S_HISTOGRAM},
};

static uint32_t bits_of(enum slot slot)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < HC_COUNT(keys); i++)
        bits |= (uint32_t)(keys[i].slot == slot) << i;
    return bits;
}

static uint32_t bits_in(enum place place)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < HC_COUNT(keys); i++)
        bits |= (uint32_t)(keys[i].place == place) << i;
    return bits;
}

static bool has(const struct hc_prom_json *json, enum slot slot)
{
    return json->seen & bits_of(slot);
}

static enum hc_status close_metric(struct hc_prom_json *json)
{
    HC_TRY(hc_labels_sort(&json->labels, &json->err));
    return begin_series(json, json->labels.list, json->labels.n);
}

static enum hc_status close_series(struct hc_prom_json *json)
{
    if (!has(json, S_METRIC))
        return refuse(json, "a series has no 'metric'");
    if (!has(json, json->type == MATRIX ? S_VALUES : S_VALUE) && !has(json, S_HISTOGRAM))
        return refuse(json, json->type == MATRIX ? "a series has no 'values'"
                                                 : "a series has no 'value'");
    return end_series(json);
}

static enum hc_status close_sample(struct hc_prom_json *json)
{
    if (json->item != 2)
        return refuse(json, "a sample is less than a time and a value");
    return json->type == SCALAR ? end_series(json) : HC_OK;
}

static const struct {
    bool object;
    enum slot element; /* of an array */
    enum hc_status (*close)(struct hc_prom_json *json);
} places[] = {
    [SKIPPED_OBJECT] = {1, 0, NULL},
    [SKIPPED_ARRAY] = {0, S_SKIP, NULL},
    [REPLY] = {1, 0, NULL},
    [DATA] = {1, 0, NULL},
    [RESULT] = {0, S_SERIES, NULL},
    [SERIES] = {1, 0, close_series},
    [METRIC] = {1, 0, close_metric},
    [VALUES] = {0, S_PAIR, NULL},
    [SAMPLE] = {0, 0, close_sample},
    [WARNINGS] = {0, S_WARNING, NULL},
    [INFOS] = {0, S_INFO, NULL},
};

/* ---- the grammar ---- */

static enum place here(const struct hc_prom_json *json)
{
    return (enum place)json->place[json->depth - 1];
}

/* The next value of the array that is open. */
static void next_element(struct hc_prom_json *json)
{
    static const enum slot of_sample[] = {S_TIME, S_NUMBER, S_TOO_MANY};

    json->slot =
        here(json) == SAMPLE ? of_sample[json->item++] : places[here(json)].element;
}

static enum hc_status open(struct hc_prom_json *json, enum place place)
{
    if (json->depth == HC_PROM_JSON_DEPTH)
        return refuse(json, "it is more than 64 deep");
    json->place[json->depth++] = (uint8_t)place;
    if (place == SERIES)
        json->seen &= ~bits_in(SERIES);
    json->expect = places[place].object ? A_KEY_OR_END : A_VALUE_OR_END;
    if (!places[place].object)
        next_element(json);
    return HC_OK;
}

static enum hc_status close(struct hc_prom_json *json, enum hc_lex_token token)
{
    enum place place = here(json);

    if (token != (places[place].object ? HC_LEX_OBJECT_END : HC_LEX_ARRAY_END))
        return refuse(json, "a comma or the right bracket is missing");
    json->depth--;
    json->expect = json->depth ? A_COMMA_OR_END : NOTHING;
    return places[place].close ? places[place].close(json) : HC_OK;
}

/* Which values may come now, as the order of keys goes. */
static enum hc_status check_order(struct hc_prom_json *json, enum slot slot)
{
    if ((slot == S_VALUES || slot == S_VALUE) && !has(json, S_METRIC))
        return refuse(json, "a series' values stand before its 'metric'");
    if (slot == S_VALUES && json->type != MATRIX)
        return refuse(json, "there are 'values' in what is no matrix");
    if (slot == S_VALUE && json->type != VECTOR)
        return refuse(json, "there is a 'value' in what is no vector");
    return HC_OK;
}

static enum hc_status take_key(struct hc_prom_json *json)
{
    enum place place = here(json);

    json->expect = A_COLON;
    json->slot = S_SKIP;
    if (place == METRIC) {
        json->slot = S_LABEL;
        return hc_labels_name(
            &json->labels, hc_buf_str(&json->lex.text), json->lex.text.len, &json->err);
    }
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        if (keys[i].place != place || !is(&json->lex, keys[i].name))
            continue;
        if (json->seen & UINT32_C(1) << i)
            return refuse(json, "a key comes twice");
        HC_TRY(check_order(json, keys[i].slot));
        json->seen |= UINT32_C(1) << i;
        json->slot = keys[i].slot;
    }
    return HC_OK;
}

static enum hc_status take_value(struct hc_prom_json *json, enum hc_lex_token token)
{
    enum slot slot = json->slot;
    enum place opens = slots[slot].opens;

    if (token < HC_LEX_STRING || token == HC_LEX_OBJECT_END || token > HC_LEX_ARRAY)
        return refuse(json, "a value is missing");
    json->expect = A_COMMA_OR_END;
    if (token == HC_LEX_NULL && slots[slot].or_null)
        return HC_OK;
    if (slots[slot].token && token != slots[slot].token)
        return refuse(json, slots[slot].fault);
    if (slots[slot].take)
        HC_TRY(slots[slot].take(json));
    if (slot == S_RESULT && json->type == SCALAR)
        opens = SAMPLE;
    if (token == HC_LEX_OBJECT)
        return open(json, opens ? opens : SKIPPED_OBJECT);
    if (token == HC_LEX_ARRAY)
        return open(json, opens ? opens : SKIPPED_ARRAY);
    return HC_OK;
}

static enum hc_status behind_value(struct hc_prom_json *json, enum hc_lex_token token)
{
    if (token != HC_LEX_COMMA)
        return close(json, token);
    json->expect = places[here(json)].object ? A_KEY : A_VALUE;
    if (json->expect == A_VALUE)
        next_element(json);
    return HC_OK;
}

static enum hc_status take_token(struct hc_prom_json *json, enum hc_lex_token token)
{
    switch (json->expect) {
    case A_VALUE_OR_END:
        if (token == HC_LEX_ARRAY_END)
            return close(json, token);
        return take_value(json, token);
    case A_VALUE: return take_value(json, token);
    case A_KEY_OR_END:
        if (token == HC_LEX_OBJECT_END)
            return close(json, token);
        /* fall through */
    case A_KEY:
        return token == HC_LEX_STRING ? take_key(json) : refuse(json, "a key is missing");
    case A_COLON:
        json->expect = A_VALUE;
        return token == HC_LEX_COLON ? HC_OK : refuse(json, "a colon is missing");
    case A_COMMA_OR_END: return behind_value(json, token);
    default: return refuse(json, "there is something behind its end");
    }
}

/* How much of a string or number that begins now is of use. */
static size_t to_keep(const struct hc_prom_json *json)
{
    if (json->expect == A_KEY || json->expect == A_KEY_OR_END)
        return here(json) == METRIC          ? HC_LABELS_BYTES
               : here(json) <= SKIPPED_ARRAY ? 0
                                             : KEY;
    return slots[json->slot].keep;
}

/* ---- feeding ---- */

/* Samples of the common form, as long as there are; ends between two tokens. */
static enum hc_status take_samples(
    struct hc_prom_json *json, const char **p, const char *end)
{
    while (end - *p >= HC_JSON_SAMPLE_ROOM) {
        struct hc_sample sample;
        const char *next = hc_json_sample(*p, &sample);

        if (!next)
            return HC_OK;
        *p = next - 1; /* as far as the long way has got when it adds */
        HC_TRY(add(json, &sample));
        *p = next;
        if (*next != ',') {
            json->expect = A_COMMA_OR_END;
            return HC_OK;
        }
        json->expect = A_VALUE;
        ++*p;
    }
    return HC_OK;
}

static bool at_value(const struct hc_prom_json *json)
{
    return (json->expect == A_VALUE || json->expect == A_VALUE_OR_END) &&
           hc_lex_idle(&json->lex) && json->depth && !places[here(json)].object;
}

static enum hc_status step(struct hc_prom_json *json, const char **p, const char *end)
{
    enum hc_lex_token token;

    json->lex.keep = to_keep(json);
    token = hc_lex_next(&json->lex, p, end);
    if (token == HC_LEX_MORE)
        return HC_OK;
    if (token == HC_LEX_BAD)
        return json->lex.text.failed ? HC_NO_MEMORY : refuse(json, json->lex.fault);
    return take_token(json, token);
}

static enum hc_status read_piece(
    struct hc_prom_json *json, const char **p, const char *end)
{
    while (*p < end) {
        if (at_value(json)) {
            if (here(json) == VALUES)
                HC_TRY(take_samples(json, p, end));
        }
        HC_TRY(step(json, p, end));
    }
    return HC_OK;
}

/* Once failed, always failed. */
static enum hc_status fail(struct hc_prom_json *json, enum hc_status status, uint64_t at)
{
    json->failed = status;
    if (status == HC_INPUT && json->fault)
        (void)hc_fail(&json->err, status, "not a valid reply: %s (at byte %llu)",
            json->fault, (unsigned long long)at);
    else if (!json->err.message[0])
        (void)hc_fail(
            &json->err, status, "cannot read a reply: %s", hc_status_name(status));
    return status;
}

static enum hc_status told(const struct hc_prom_json *json, struct hc_error *err)
{
    if (err && json->failed)
        *err = json->err;
    return json->failed;
}

enum hc_status hc_prom_json_feed(
    struct hc_prom_json *json, const void *bytes, size_t n, struct hc_error *err)
{
    const char *start = bytes, *p = start;
    enum hc_status status;

    if (json->failed || !n)
        return told(json, err);
    status = read_piece(json, &p, start + n);
    if (status)
        (void)fail(json, status, json->before + (uint64_t)(p - start));
    json->before += n;
    return told(json, err);
}

static enum hc_status outcome(struct hc_prom_json *json)
{
    if (json->expect != NOTHING)
        return refuse(json, "it ends too early");
    if (!hc_lex_idle(&json->lex))
        return refuse(json, "there is something behind its end");
    if (json->outcome == ERROR)
        return hc_fail(&json->err, HC_SERVICE, "the server says '%s': %s",
            json->error_type, json->error);
    if (json->outcome != SUCCESS)
        return refuse(json, "it has no 'status'");
    if (!has(json, S_RESULT))
        return refuse(json, "it has no 'result'");
    return HC_OK;
}

enum hc_status hc_prom_json_finish(struct hc_prom_json *json, struct hc_error *err)
{
    enum hc_status status;

    if (json->failed)
        return told(json, err);
    status = outcome(json);
    if (status)
        (void)fail(json, status, json->before);
    return told(json, err);
}

enum hc_status hc_prom_json_new(const struct hc_sink *sink, struct hc_prom_json **ret)
{
    struct hc_prom_json *json = hc_calloc(1, sizeof(*json));

    if (!json)
        return HC_NO_MEMORY;
    json->sink = *sink;
    json->slot = S_REPLY;
    json->expect = A_VALUE;
    *ret = json;
    return HC_OK;
}

void hc_prom_json_free(struct hc_prom_json *json)
{
    if (!json)
        return;
    hc_lex_clear(&json->lex);
    hc_labels_clear(&json->labels);
    hc_free(json);
}

const char *hc_prom_json_error_type(const struct hc_prom_json *json)
{
    return json->error_type;
}

const char *hc_prom_json_error(const struct hc_prom_json *json)
{
    return json->error;
}
