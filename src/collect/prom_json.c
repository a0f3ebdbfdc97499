/*
 * Three layers: lex.h makes tokens; the grammar here says which token may come and where
 * in the reply it is (a stack of places); prom_reply.h says what is at a place and what
 * is done with it. Where samples of the common form stand, json_sample.h takes them
 * without any of the three.
 */
#include "base/mem.h"
#include "collect/prom_reply.h"

/* ---- the grammar ---- */

static enum place here(const struct hc_prom_json *json)
{
    return (enum place)json->place[json->depth - 1];
}

/* The next value of the array that is open. */
static void next_element(struct hc_prom_json *json)
{
    static const enum slot of_sample[] = {S_TIME, S_NUMBER, S_TOO_MANY};

    json->slot = here(json) == SAMPLE ? of_sample[json->item++]
                                      : hc_prom_places[here(json)].element;
}

static enum hc_status open_place(struct hc_prom_json *json, enum place place)
{
    if (json->depth == HC_PROM_JSON_DEPTH)
        return hc_prom_refuse(json, "it is more than 64 deep");
    json->place[json->depth++] = (uint8_t)place;
    if (place == SERIES)
        hc_prom_forget_series(json);
    json->expect = hc_prom_places[place].object ? A_KEY_OR_END : A_VALUE_OR_END;
    if (!hc_prom_places[place].object)
        next_element(json);
    return HC_OK;
}

static enum hc_status close_place(struct hc_prom_json *json, enum hc_lex_token token)
{
    enum place place = here(json);

    if (token != (hc_prom_places[place].object ? HC_LEX_OBJECT_END : HC_LEX_ARRAY_END))
        return hc_prom_refuse(json, "a comma or the right bracket is missing");
    json->depth--;
    json->expect = json->depth ? A_COMMA_OR_END : NOTHING;
    return hc_prom_places[place].close ? hc_prom_places[place].close(json) : HC_OK;
}

static enum hc_status take_key(struct hc_prom_json *json)
{
    json->expect = A_COLON;
    json->slot = S_SKIP;
    if (here(json) != METRIC)
        return hc_prom_key(json, here(json));
    json->slot = S_LABEL;
    return hc_labels_name(
        &json->labels, hc_buf_str(&json->lex.text), json->lex.text.len, &json->err);
}

static enum hc_status take_value(struct hc_prom_json *json, enum hc_lex_token token)
{
    enum slot slot = json->slot;
    enum place opens = hc_prom_slots[slot].opens;

    if (token < HC_LEX_STRING || token == HC_LEX_OBJECT_END || token > HC_LEX_ARRAY)
        return hc_prom_refuse(json, "a value is missing");
    json->expect = A_COMMA_OR_END;
    if (token == HC_LEX_NULL && hc_prom_slots[slot].or_null)
        return HC_OK;
    if (hc_prom_slots[slot].token && token != hc_prom_slots[slot].token)
        return hc_prom_refuse(json, hc_prom_slots[slot].fault);
    if (hc_prom_slots[slot].take)
        HC_TRY(hc_prom_slots[slot].take(json));
    if (slot == S_RESULT && json->type == SCALAR)
        opens = SAMPLE;
    if (token == HC_LEX_OBJECT)
        return open_place(json, opens ? opens : SKIPPED_OBJECT);
    if (token == HC_LEX_ARRAY)
        return open_place(json, opens ? opens : SKIPPED_ARRAY);
    return HC_OK;
}

static enum hc_status behind_value(struct hc_prom_json *json, enum hc_lex_token token)
{
    if (token != HC_LEX_COMMA)
        return close_place(json, token);
    json->expect = hc_prom_places[here(json)].object ? A_KEY : A_VALUE;
    if (json->expect == A_VALUE)
        next_element(json);
    return HC_OK;
}

static enum hc_status take_token(struct hc_prom_json *json, enum hc_lex_token token)
{
    switch (json->expect) {
    case A_VALUE_OR_END:
        if (token == HC_LEX_ARRAY_END)
            return close_place(json, token);
        return take_value(json, token);
    case A_VALUE: return take_value(json, token);
    case A_KEY_OR_END:
        if (token == HC_LEX_OBJECT_END)
            return close_place(json, token);
        /* fall through */
    case A_KEY:
        return token == HC_LEX_STRING ? take_key(json)
                                      : hc_prom_refuse(json, "a key is missing");
    case A_COLON:
        json->expect = A_VALUE;
        return token == HC_LEX_COLON ? HC_OK : hc_prom_refuse(json, "a colon is missing");
    case A_COMMA_OR_END: return behind_value(json, token);
    default: return hc_prom_refuse(json, "there is something behind its end");
    }
}

/* How much of a string or number that begins now is of use. */
static size_t to_keep(const struct hc_prom_json *json)
{
    if (json->expect == A_KEY || json->expect == A_KEY_OR_END)
        return here(json) == METRIC          ? HC_LABELS_BYTES
               : here(json) <= SKIPPED_ARRAY ? 0
                                             : KEY;
    return hc_prom_slots[json->slot].keep;
}

/* ---- feeding ---- */

static bool at_value(const struct hc_prom_json *json)
{
    return (json->expect == A_VALUE || json->expect == A_VALUE_OR_END) &&
           hc_lex_idle(&json->lex) && json->depth && !hc_prom_places[here(json)].object;
}

static enum hc_status step(struct hc_prom_json *json, const char **p, const char *end)
{
    enum hc_lex_token token;

    json->lex.keep = to_keep(json);
    token = hc_lex_next(&json->lex, p, end);
    if (token == HC_LEX_MORE)
        return HC_OK;
    if (token == HC_LEX_BAD)
        return json->lex.text.failed ? HC_NO_MEMORY
                                     : hc_prom_refuse(json, json->lex.fault);
    return take_token(json, token);
}

static enum hc_status read_piece(
    struct hc_prom_json *json, const char **p, const char *end)
{
    while (*p < end) {
        if (at_value(json)) {
            if (here(json) == VALUES)
                HC_TRY(hc_prom_samples(json, p, end));
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
        return hc_prom_refuse(json, "it ends too early");
    if (!hc_lex_idle(&json->lex))
        return hc_prom_refuse(json, "there is something behind its end");
    if (json->outcome == ERROR)
        return hc_fail(&json->err, HC_SERVICE, "the server says '%s': %s",
            json->error_type, json->error);
    if (json->outcome != SUCCESS)
        return hc_prom_refuse(json, "it has no 'status'");
    if (!hc_prom_has(json, S_RESULT))
        return hc_prom_refuse(json, "it has no 'result'");
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
