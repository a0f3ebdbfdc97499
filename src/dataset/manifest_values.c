#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/mem.h"
#include "dataset/manifest_values.h"

enum hc_status hc_value_bad(
    const struct hc_manifest_reading *r, const char *key, const char *what)
{
    return hc_fail(
        r->err, HC_INPUT, "'%s' is not a valid manifest: '%s' %s", r->path, key, what);
}

enum hc_status hc_value_int(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, int64_t low, int64_t high, int64_t *ret)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value))
        return hc_value_bad(r, key, value ? "is not a whole number" : "is missing");
    if (json_integer_value(value) < low || json_integer_value(value) > high)
        return hc_value_bad(r, key, "is out of range");
    *ret = json_integer_value(value);
    return HC_OK;
}

enum hc_status hc_value_text(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, const char **ret)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_string(value))
        return hc_value_bad(r, key, value ? "is not a text" : "is missing");
    if (!json_string_length(value))
        return hc_value_bad(r, key, "is empty");
    *ret = json_string_value(value);
    return HC_OK;
}

enum hc_status hc_value_copy(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, size_t max, char **ret)
{
    const char *text;
    char *copy;

    HC_TRY(hc_value_text(r, object, key, &text));
    if (strlen(text) > max)
        return hc_value_bad(r, key, "is too long");
    copy = hc_strdup(text);
    if (!copy)
        return HC_NO_MEMORY;
    *ret = copy;
    return HC_OK;
}

enum hc_status hc_value_word(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, char *out, size_t size)
{
    const char *text;

    HC_TRY(hc_value_text(r, object, key, &text));
    if (strlen(text) >= size)
        return hc_value_bad(r, key, "is too long");
    strcpy(out, text);
    return HC_OK;
}

enum hc_status hc_value_time(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, int64_t *ret)
{
    const char *text;
    struct hc_instant instant;

    HC_TRY(hc_value_text(r, object, key, &text));
    if (!hc_time_parse(text, &instant) || !instant.has_zone)
        return hc_value_bad(r, key, "is not a time in UTC");
    *ret = instant.us;
    return HC_OK;
}

enum hc_status hc_value_list(const struct hc_manifest_reading *r, const json_t *object,
    const char *key, size_t max, const json_t **ret)
{
    const json_t *list = json_object_get(object, key);

    if (!json_is_array(list))
        return hc_value_bad(r, key, list ? "is not a list" : "is missing");
    if (json_array_size(list) > max)
        return hc_fail(r->err, HC_INPUT,
            "'%s' is not a valid manifest: '%s' has %zu entries, at most %zu are read",
            r->path, key, json_array_size(list), max);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!json_is_object(json_array_get(list, i)))
            return hc_value_bad(r, key, "holds something that is not an object");
    *ret = list;
    return HC_OK;
}
