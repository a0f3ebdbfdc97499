#include "collect/decimal.h"
#include "collect/json_sample.h"
#include "collect/prom_reply.h"

enum hc_status hc_prom_refuse(struct hc_prom_json *json, const char *fault)
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
    return hc_sink_talk(&json->sink, kind, text, &json->err);
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
    return hc_sink_end(&json->sink, &json->err);
}

static inline enum hc_status add(
    struct hc_prom_json *json, const struct hc_sample *sample)
{
    if (json->has_last && sample->t_ms <= json->last_ms)
        return hc_prom_refuse(json, "the times of a series do not grow");
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
    return json->outcome
               ? HC_OK
               : hc_prom_refuse(json, "'status' is neither 'success' nor 'error'");
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
    return json->type ? HC_OK
                      : hc_prom_refuse(
                            json, "'resultType' is none of 'matrix', 'vector', 'scalar'");
}

static enum hc_status open_result(struct hc_prom_json *json)
{
    if (!json->type)
        return hc_prom_refuse(json, "'result' stands before 'resultType'");
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
        return hc_prom_refuse(json, fault);
    return HC_OK;
}

static enum hc_status take_number(struct hc_prom_json *json)
{
    struct hc_sample sample = {.t_ms = json->t_ms};
    const char *fault;

    if (hc_decimal_double(
            hc_buf_str(&json->lex.text), json->lex.text.len, &sample.v, &fault))
        return hc_prom_refuse(json, fault);
    return add(json, &sample);
}

static enum hc_status note_histogram(struct hc_prom_json *json)
{
    if (json->noted)
        return HC_OK;
    json->noted = true;
    return hc_sink_talk(&json->sink, HC_TALK_NOTE,
        "native histograms in the reply were skipped", &json->err);
}

static enum hc_status too_many(struct hc_prom_json *json)
{
    return hc_prom_refuse(json, "a sample is more than a time and a value");
}

/* ---- the tables ---- */

const struct hc_prom_slot hc_prom_slots[] = {
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

bool hc_prom_has(const struct hc_prom_json *json, enum slot slot)
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
    if (!hc_prom_has(json, S_METRIC))
        return hc_prom_refuse(json, "a series has no 'metric'");
    if (!hc_prom_has(json, json->type == MATRIX ? S_VALUES : S_VALUE) &&
        !hc_prom_has(json, S_HISTOGRAM))
        return hc_prom_refuse(json, json->type == MATRIX ? "a series has no 'values'"
                                                         : "a series has no 'value'");
    return end_series(json);
}

static enum hc_status close_sample(struct hc_prom_json *json)
{
    if (json->item != 2)
        return hc_prom_refuse(json, "a sample is less than a time and a value");
    return json->type == SCALAR ? end_series(json) : HC_OK;
}

const struct hc_prom_place hc_prom_places[] = {
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

/* ---- keys ---- */

void hc_prom_forget_series(struct hc_prom_json *json)
{
    json->seen &= ~bits_in(SERIES);
}

/* Which values may come now, as the order of keys goes. */
static enum hc_status check_order(struct hc_prom_json *json, enum slot slot)
{
    if ((slot == S_VALUES || slot == S_VALUE) && !hc_prom_has(json, S_METRIC))
        return hc_prom_refuse(json, "a series' values stand before its 'metric'");
    if (slot == S_VALUES && json->type != MATRIX)
        return hc_prom_refuse(json, "there are 'values' in what is no matrix");
    if (slot == S_VALUE && json->type != VECTOR)
        return hc_prom_refuse(json, "there is a 'value' in what is no vector");
    return HC_OK;
}

enum hc_status hc_prom_key(struct hc_prom_json *json, enum place place)
{
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        if (keys[i].place != place || !is(&json->lex, keys[i].name))
            continue;
        if (json->seen & UINT32_C(1) << i)
            return hc_prom_refuse(json, "a key comes twice");
        HC_TRY(check_order(json, keys[i].slot));
        json->seen |= UINT32_C(1) << i;
        json->slot = keys[i].slot;
    }
    return HC_OK;
}

/* ---- samples of the common form ---- */

enum hc_status hc_prom_samples(struct hc_prom_json *json, const char **p, const char *end)
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
