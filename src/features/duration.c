#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "features/duration.h"

static const struct {
    char letter;
    int64_t seconds;
} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};

/* Digits with at most one point, as millionths; false: it is no such number. */
static bool parse_number(const char *text, size_t len, int64_t *ret_millionths)
{
    int64_t value = 0, digit = 1000000;
    bool point = false, any = false;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || value > INT64_C(10000000) * 1000000)
            return false;
        any = true;
        if (point) {
            digit /= 10;
            value += digit * (text[i] - '0');
        } else {
            value = value * 10 + 1000000 * (text[i] - '0');
        }
    }
    *ret_millionths = value;
    return any && (!point || digit > 0);
}

static bool parse_one(const char *text, size_t len, int64_t *ret_us)
{
    int64_t millionths;

    if (len < 2 || !parse_number(text, len - 1, &millionths))
        return false;
    for (size_t i = 0; i < HC_COUNT(units); i++)
        if (units[i].letter == text[len - 1]) {
            *ret_us = millionths * units[i].seconds;
            return *ret_us % HC_SECOND_US == 0;
        }
    return false;
}

static enum hc_status add(const char *option, const char *text, size_t len,
    struct hc_durations *list, struct hc_error *err)
{
    int64_t us;

    if (!parse_one(text, len, &us))
        return hc_fail(err, HC_USAGE,
            "option '%s' needs durations as 45s, 30m, 6h or 7d, not '%.*s'", option,
            (int)len, text);
    if (us < HC_SECOND_US || us > HC_DURATION_LONGEST_S * HC_SECOND_US)
        return hc_fail(err, HC_USAGE, "option '%s' takes 1s to 366d, not '%.*s'", option,
            (int)len, text);
    for (size_t i = 0; i < list->n; i++)
        if (list->us[i] == us)
            return hc_fail(
                err, HC_USAGE, "option '%s' has '%.*s' twice", option, (int)len, text);
    if (list->n == HC_DURATIONS_MAX)
        return hc_fail(err, HC_USAGE, "option '%s' takes at most %d durations", option,
            HC_DURATIONS_MAX);
    list->us[list->n++] = us;
    return HC_OK;
}

enum hc_status hc_durations_parse(
    const char *option, const char *text, struct hc_durations *ret, struct hc_error *err)
{
    struct hc_durations list = {0};

    for (;;) {
        size_t len = strcspn(text, ",");

        HC_TRY(add(option, text, len, &list, err));
        if (!text[len])
            break;
        text += len + 1;
    }
    *ret = list;
    return HC_OK;
}

int64_t hc_durations_longest(const struct hc_durations *durations)
{
    int64_t longest = 0;

    for (size_t i = 0; i < durations->n; i++)
        if (durations->us[i] > longest)
            longest = durations->us[i];
    return longest;
}

void hc_duration_label(int64_t us, char out[HC_DURATION_TEXT])
{
    int64_t s = us / HC_SECOND_US, hundredths = s / 36;

    if (s % 60 && s % 36)
        snprintf(out, HC_DURATION_TEXT, "%lld.0s", (long long)s);
    else if (s % 36)
        snprintf(out, HC_DURATION_TEXT, "%lld.0m", (long long)(s / 60));
    else if (hundredths % 10)
        snprintf(out, HC_DURATION_TEXT, "%lld.%02lldh", (long long)(hundredths / 100),
            (long long)(hundredths % 100));
    else
        snprintf(out, HC_DURATION_TEXT, "%lld.%lldh", (long long)(hundredths / 100),
            (long long)(hundredths % 100 / 10));
}

void hc_duration_words(int64_t us, char out[HC_DURATION_TEXT])
{
    int64_t s = us / HC_SECOND_US;
    size_t unit = s % 3600 == 0 ? 2 : s % 60 == 0 ? 1 : 0;

    snprintf(out, HC_DURATION_TEXT, "%lld %c", (long long)(s / units[unit].seconds),
        units[unit].letter);
}
