#include "replay/timeline.h"

#include "base/clock.h"
#include "base/mem.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static size_t stretches(int64_t from_us, int64_t until_us, int64_t width_us)
{
    int64_t first = hc_floor_div(from_us, width_us);
    int64_t last = hc_floor_div(until_us - 1, width_us);

    return (size_t)(last - first + 1);
}

static int64_t find_width(int64_t from_us, int64_t until_us)
{
    static const int64_t hours[] = {1, 2, 3, 4, 6, 8, 12};
    int64_t day = 24 * HC_HOUR_US, width = day;

    for (size_t i = 0; i < HC_COUNT(hours); i++)
        if (stretches(from_us, until_us, hours[i] * HC_HOUR_US) <= HC_TIMELINE_MOST)
            return hours[i] * HC_HOUR_US;
    while (stretches(from_us, until_us, width) > HC_TIMELINE_MOST)
        width += day;
    return width;
}

enum hc_status hc_timeline_open(
    int64_t from_us, int64_t until_us, struct hc_timeline *ret)
{
    struct hc_timeline c = {.from_us = from_us, .until_us = until_us};

    c.width_us = find_width(from_us, until_us);
    c.start_us = hc_floor_div(from_us, c.width_us) * c.width_us;
    c.n = stretches(from_us, until_us, c.width_us);
    c.sums = hc_calloc(c.n, sizeof(*c.sums));
    if (!c.sums)
        return HC_NO_MEMORY;
    *ret = c;
    return HC_OK;
}

void hc_timeline_clear(struct hc_timeline *timeline)
{
    hc_free(timeline->sums);
    *timeline = (struct hc_timeline){0};
}

void hc_timeline_span(struct hc_timeline *c, int64_t from_us, int64_t until_us,
    const double now[HC_TIMELINE_SPANS])
{
    size_t i = (size_t)((from_us - c->start_us) / c->width_us);

    for (int64_t at = from_us; at < until_us && i < c->n; i++) {
        int64_t end = smaller(c->start_us + (int64_t)(i + 1) * c->width_us, until_us);
        double hours = (double)(end - at) / (double)HC_HOUR_US;

        for (size_t k = 0; k < HC_TIMELINE_SPANS; k++)
            c->sums[i][k] += now[k] * hours;
        at = end;
    }
}

void hc_timeline_hour(
    struct hc_timeline *c, int64_t end_us, double load_of, double load, double hot)
{
    size_t i = (size_t)((larger(end_us - 1, c->start_us) - c->start_us) / c->width_us);

    if (i >= c->n)
        return;
    c->sums[i][HC_TIMELINE_LOAD_OF] += load_of;
    c->sums[i][HC_TIMELINE_LOAD] += load;
    c->sums[i][HC_TIMELINE_HOT] += hot;
}

double hc_timeline_hours(const struct hc_timeline *c, size_t i)
{
    int64_t start = c->start_us + (int64_t)i * c->width_us;

    return (double)(smaller(start + c->width_us, c->until_us) -
                    larger(start, c->from_us)) /
           (double)HC_HOUR_US;
}
