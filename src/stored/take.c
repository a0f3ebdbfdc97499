/*
 * take.c - one value of JSON into one field
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stored/reading.h"

enum { LONGEST_UNIT = 40, LARGEST_OFFSET_S = 86400 };

static enum hc_status wrong(struct hc_reading *r, const struct hc_field *field,
    const json_t *value, const char *what)
{
    return hc_reading_bad(r, field->key, value ? what : "is missing");
}

/* ---- numbers --------------------------------------------------------------------- */

static enum hc_status take_int(struct hc_reading *r, const json_t *object,
    const struct hc_field *field, int64_t low, int64_t high, int64_t *ret)
{
    const json_t *value = json_object_get(object, field->key);

    if (!json_is_integer(value))
        return wrong(r, field, value, "is not a whole number");
    if (json_integer_value(value) < low || json_integer_value(value) > high)
        return hc_reading_bad(r, field->key, "is out of range");
    *ret = json_integer_value(value);
    return HC_OK;
}

static bool is_null(const json_t *object, const struct hc_field *field)
{
    return json_is_null(json_object_get(object, field->key));
}

enum hc_status hc_take_count(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return take_int(r, object, field, 0, INT64_MAX, to);
}

enum hc_status hc_take_count_or_none(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return is_null(object, field) ? HC_OK : hc_take_count(r, object, field, to);
}

enum hc_status hc_take_whole(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return take_int(r, object, field, INT64_MIN, INT64_MAX, to);
}

enum hc_status hc_take_small(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    int64_t value = 0;

    HC_TRY(take_int(r, object, field, 0, UINT32_MAX, &value));
    *(uint32_t *)to = (uint32_t)value;
    return HC_OK;
}

enum hc_status hc_take_offset(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    int64_t value = 0;

    if (!is_null(object, field))
        HC_TRY(take_int(r, object, field, -LARGEST_OFFSET_S, LARGEST_OFFSET_S, &value));
    *(int32_t *)to = (int32_t)value;
    return HC_OK;
}

enum hc_status hc_take_hour(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    int64_t value = -1;

    if (!is_null(object, field))
        HC_TRY(take_int(r, object, field, 0, 23, &value));
    *(int *)to = (int)value;
    return HC_OK;
}

enum hc_status hc_take_index(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    int64_t value = -1;

    if (!is_null(object, field))
        HC_TRY(take_int(r, object, field, 0, INT32_MAX, &value));
    *(int *)to = (int)value;
    return HC_OK;
}

enum hc_status hc_take_number(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const json_t *value = json_object_get(object, field->key);

    if (!json_is_number(value) && !json_is_null(value))
        return wrong(r, field, value, "is not a number");
    *(double *)to = json_is_null(value) ? NAN : json_number_value(value);
    return HC_OK;
}

enum hc_status hc_take_flag(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const json_t *value = json_object_get(object, field->key);

    if (!json_is_boolean(value))
        return wrong(r, field, value, "is neither true nor false");
    *(bool *)to = json_is_true(value);
    return HC_OK;
}

enum hc_status hc_take_flag_or_none(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const json_t *value = json_object_get(object, field->key);

    return !value || json_is_null(value) ? HC_OK : hc_take_flag(r, object, field, to);
}

/* ---- texts ----------------------------------------------------------------------- */

/* NULL, with HC_OK, for null and for a key that is not there if `none` allows it. */
static enum hc_status take_string(struct hc_reading *r, const json_t *object,
    const struct hc_field *field, bool none, const char **ret)
{
    const json_t *value = json_object_get(object, field->key);

    *ret = json_string_value(value);
    if (!*ret && !(none && (!value || json_is_null(value))))
        return wrong(r, field, value, "is not a text");
    return HC_OK;
}

static enum hc_status own(struct hc_reading *r, const json_t *object,
    const struct hc_field *field, bool none, char **to)
{
    const char *text;

    HC_TRY(take_string(r, object, field, none, &text));
    *to = text ? hc_strdup(text) : NULL;
    return text && !*to ? HC_NO_MEMORY : HC_OK;
}

enum hc_status hc_take_text(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return own(r, object, field, false, to);
}

enum hc_status hc_take_text_or_none(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return own(r, object, field, true, to);
}

static enum hc_status share(struct hc_reading *r, const json_t *object,
    const struct hc_field *field, bool none, const char **to)
{
    struct hc_names *texts = &r->stored->texts;
    const char *text;

    HC_TRY(take_string(r, object, field, none, &text));
    if (text)
        HC_TRY(hc_names_add(texts, text));
    *to = text ? texts->items[texts->n - 1] : NULL;
    return HC_OK;
}

enum hc_status hc_take_shared(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return share(r, object, field, false, to);
}

enum hc_status hc_take_shared_or_none(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return share(r, object, field, true, to);
}

/* A unit is a word of ours: it is printed as it is, so it must be harmless. */
enum hc_status hc_take_unit(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *text;

    HC_TRY(take_string(r, object, field, false, &text));
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c > '~' || c - text >= LONGEST_UNIT)
            return hc_reading_bad(r, field->key, "is not a unit");
    return share(r, object, field, false, to);
}

/* ---- times ----------------------------------------------------------------------- */

enum { CYCLE_YEARS = 400, CYCLE_DAYS = 146097, FARTHEST_CYCLE = 350 };

/*
 * Also years outside 0..9999, "+012025-06-02T10:00:00Z": the calendar is the same again
 * after 400 years.
 */
static bool parse_time(const char *text, int64_t *ret_us)
{
    long cycles = 0;
    struct hc_instant instant;
    char near[HC_TIME_TEXT];

    if (*text == '+' || *text == '-') {
        char *rest;
        long year = strtol(text, &rest, 10);

        cycles = year / CYCLE_YEARS - (year < 0);
        if (cycles > FARTHEST_CYCLE || cycles < -FARTHEST_CYCLE)
            return false;
        snprintf(near, sizeof(near), "%04ld%.30s", year - cycles * CYCLE_YEARS, rest);
        text = near;
    }
    if (!hc_time_parse(text, &instant) || !instant.has_zone)
        return false;
    *ret_us = instant.us + cycles * CYCLE_DAYS * HC_DAY_US;
    return true;
}

enum hc_status hc_take_time(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *text;

    HC_TRY(take_string(r, object, field, false, &text));
    if (!parse_time(text, to))
        return hc_reading_bad(r, field->key, "is not a time in UTC");
    return HC_OK;
}

enum hc_status hc_take_time_or_none(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return is_null(object, field) ? HC_OK : hc_take_time(r, object, field, to);
}

/* ---- others ---------------------------------------------------------------------- */

enum hc_status hc_take_verdict(struct hc_reading *r, const json_t *object,
    const struct hc_field *field HC_UNUSED, void *to)
{
    static const struct hc_field status = {.key = "status"}, reason = {.key = "reason"};
    struct hc_verdict *verdict = to;
    const char *name, *why;
    size_t i = 0;

    HC_TRY(take_string(r, object, &status, false, &name));
    HC_TRY(take_string(r, object, &reason, true, &why));
    while (i < HC_AVAILABILITIES && strcmp(name, hc_availability_names[i]))
        i++;
    if (i == HC_AVAILABILITIES)
        return hc_reading_bad(r, "status", "is not a status");
    verdict->status = (enum hc_availability)i;
    snprintf(verdict->reason, sizeof(verdict->reason), "%s", why ? why : "");
    return HC_OK;
}

enum hc_status hc_take_column(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    const char *name;

    HC_TRY(take_string(r, object, field, false, &name));
    if (!hc_reading_column(r, name, to))
        return hc_reading_bad(r, field->key, "is not among 'columns'");
    return HC_OK;
}

enum hc_status hc_take_object(
    struct hc_reading *r, const json_t *object, const struct hc_field *field, void *to)
{
    return hc_reading_object(
        r, field->key, json_object_get(object, field->key), field->inner, to);
}
