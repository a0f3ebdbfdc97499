#include "collect/prom_duration.h"

#include <string.h>

enum { DIGITS = 15 };

static const struct {
    const char *name;
    int64_t ms;
} units[] = {
    {"y", INT64_C(365) * 86400000},
    {"w", INT64_C(7) * 86400000},
    {"d", 86400000},
    {"h", 3600000},
    {"m", 60000},
    {"s", 1000},
    {"ms", 1},
};

static const int64_t most_ms = INT64_C(1000) * 365 * 86400000;

/* Digits; false: there are none, or too many. */
static bool read_number(const char **text, int64_t *ret)
{
    size_t n = strspn(*text, "0123456789");

    *ret = 0;
    for (size_t i = 0; i < n && n <= DIGITS; i++)
        *ret = 10 * *ret + ((*text)[i] - '0');
    *text += n;
    return n && n <= DIGITS;
}

/* The unit that stands here, from `first` on; a name goes as far as there are letters. */
static size_t read_unit(const char **text, size_t first)
{
    size_t n = strspn(*text, "ywdhms");

    for (size_t i = first; i < HC_COUNT(units); i++)
        if (strlen(units[i].name) == n && !memcmp(*text, units[i].name, n)) {
            *text += n;
            return i;
        }
    return HC_COUNT(units);
}

bool hc_prom_duration(const char *text, int64_t *ret_ms)
{
    int64_t sum = 0, number;
    size_t next = 0;

    if (!strcmp(text, "0")) {
        *ret_ms = 0;
        return true;
    }
    if (!*text)
        return false;
    while (*text) {
        size_t unit;

        if (!read_number(&text, &number))
            return false;
        unit = read_unit(&text, next);
        if (unit == HC_COUNT(units) || number > (most_ms - sum) / units[unit].ms)
            return false;
        sum += number * units[unit].ms;
        next = unit + 1;
    }
    *ret_ms = sum;
    return true;
}
