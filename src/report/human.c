#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "report/human.h"

struct hc_human hc_human_text(const char *format, ...)
{
    struct hc_human text;
    va_list args;

    va_start(args, format);
    vsnprintf(text.text, sizeof(text.text), format, args);
    va_end(args);
    return text;
}

struct hc_human hc_human_count(uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
    struct hc_human shown;
    size_t at = 0;

    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            shown.text[at++] = ',';
        shown.text[at++] = digits[i];
    }
    shown.text[at] = '\0';
    return shown;
}

/* `value` with three digits and the largest prefix of `base` that leaves it over 1. */
static struct hc_human scaled(
    double value, double base, const char *const *prefixes, const char *unit)
{
    while (prefixes[1] && fabs(value) >= base * 0.99995) {
        value /= base;
        prefixes++;
    }
    if (fabs(value) >= 1e6)
        return hc_human_text("%.2e %s%s", value, *prefixes, unit);
    return hc_human_text(
        "%.*f %s%s", fabs(value) >= 99.95 ? 0 : 1, value, *prefixes, unit);
}

struct hc_human hc_human_short(uint64_t n)
{
    static const char *const prefixes[] = {"", "k", "M", "G", "T", "P", NULL};

    return n < 10000000 ? hc_human_count(n) : scaled((double)n, 1e3, prefixes, "");
}

struct hc_human hc_human_bytes(double bytes)
{
    static const char *const prefixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", NULL};

    if (!isfinite(bytes))
        return hc_human_text("-");
    if (fabs(bytes) < 1024)
        return hc_human_text("%.0f B", bytes);
    return scaled(bytes, 1024, prefixes, "B");
}

struct hc_human hc_human_number(double value)
{
    double size = fabs(value);

    if (!isfinite(value))
        return hc_human_text("-");
    if (size != 0 && (size >= 1e7 || size < 1e-3))
        return hc_human_text("%.2e", value);
    if (size >= 999.95) {
        struct hc_human whole = hc_human_count((uint64_t)llround(size));

        return hc_human_text("%s%s", value < 0 ? "-" : "", whole.text);
    }
    return hc_human_text("%.*f", size >= 99.995 ? 1 : 2, value);
}

struct hc_human hc_human_pct(double percent)
{
    double size = fabs(percent);

    if (!isfinite(percent))
        return hc_human_text("-");
    if (size >= 99.95 && size < 100)
        return hc_human_text("%s99.9 %%", percent < 0 ? "<-" : ">");
    if (size >= 1e6 || (size != 0 && size < 0.05))
        return hc_human_text("%.1g %%", percent);
    if (size >= 1e4)
        return hc_human_text("%.0f %%", percent);
    return hc_human_text("%.1f %%", percent);
}

struct hc_human hc_human_percent(double fraction)
{
    return hc_human_pct(fraction * 100);
}

struct hc_human hc_human_r(double r)
{
    return !isfinite(r) ? hc_human_text("-") : hc_human_text("%+.3f", r);
}

struct hc_human hc_human_points(double fraction)
{
    double points = fraction * 100;

    if (!isfinite(points))
        return hc_human_text("-");
    if (fabs(points) >= 1e4)
        return hc_human_text("%+.2e", points);
    return hc_human_text("%+.*f", fabs(points) >= 0.0995 ? 2 : 3, points);
}

struct hc_human hc_human_duration(double seconds)
{
    double minutes = floor(seconds / 60), hours = floor(minutes / 60),
           days = floor(hours / 24);
    int s = (int)fmod(seconds, 60), m = (int)fmod(minutes, 60), h = (int)fmod(hours, 24);

    if (!isfinite(seconds) || seconds < 0)
        return hc_human_text("-");
    if (seconds < 60)
        return hc_human_text("%.*f s", seconds == floor(seconds) ? 0 : 1, seconds);
    if (minutes < 60)
        return s ? hc_human_text("%.0f min %d s", minutes, s)
                 : hc_human_text("%.0f min", minutes);
    if (hours < 48)
        return m ? hc_human_text("%.0f h %d min", hours, m)
                 : hc_human_text("%.0f h", hours);
    return h ? hc_human_text("%.0f days %d h", days, h)
             : hc_human_text("%.0f days", days);
}

struct hc_human hc_human_hour(int hour)
{
    return hour < 0 ? hc_human_text("-") : hc_human_text("%02d:00", hour);
}

struct hc_human hc_human_date(int64_t us)
{
    int64_t day = hc_days_from_us(us),
            minute = (us - day * HC_DAY_US) / (HC_HOUR_US / 60);
    char date[HC_TIME_TEXT];

    hc_date_format(day, date);
    return hc_human_text("%s %02d:%02d", date, (int)(minute / 60), (int)(minute % 60));
}

struct hc_human hc_human_iso(int64_t us)
{
    char text[HC_TIME_TEXT];

    hc_time_format(us, text);
    return hc_human_text("%s", text);
}

/* ---- by unit --------------------------------------------------------------------- */

static struct hc_human as_hour(double value)
{
    return value >= 0 && value < 24 ? hc_human_hour((int)value) : hc_human_text("-");
}

static struct hc_human as_count(double value)
{
    bool whole = value >= 0 && value < 1e15 && value == floor(value);

    return whole ? hc_human_short((uint64_t)value) : hc_human_number(value);
}

static struct hc_human as_daily_points(double value)
{
    struct hc_human points = hc_human_points(value);

    return hc_human_text("%s %%/day", points.text);
}

static struct hc_human as_points(double value)
{
    return hc_human_text("%s points", hc_human_points(value).text);
}

struct unit {
    const char *name;
    struct hc_human (*show)(double value);
    const char *suffix;
};

static const struct unit units[] = {
    {"fraction", hc_human_percent, ""},
    {"percent", hc_human_pct, ""},
    {"%", hc_human_pct, ""},
    {"fraction/day", as_daily_points, ""},
    {"fraction difference", as_points, ""},
    {"bytes", hc_human_bytes, ""},
    {"bytes/s", hc_human_bytes, "/s"},
    {"s", hc_human_duration, ""},
    {"hour", as_hour, ""},
    {"hour of day", as_hour, ""},
    {"r", hc_human_r, ""},
    {"correlation", hc_human_r, ""},
    {"", as_count, ""},
    {"count", as_count, ""},
    {"ratio", hc_human_number, ""},
};

struct hc_human hc_human_value(double value, const char *unit)
{
    if (!unit || isnan(value))
        unit = "";
    for (size_t i = 0; i < HC_COUNT(units); i++)
        if (!strcmp(unit, units[i].name))
            return hc_human_text("%s%s", units[i].show(value).text, units[i].suffix);
    size_t len = strlen(unit);
    bool one = value == 1 && len > 1 && unit[len - 1] == 's';

    return hc_human_text(
        "%s %.*s", as_count(value).text, (int)(len < 20 ? len - one : 20), unit);
}

struct hc_human hc_human_main(size_t main, double value)
{
    bool fraction = hc_metrics[hc_main_metrics[main]].high <= 1;

    return fraction ? hc_human_percent(value) : hc_human_number(value);
}
