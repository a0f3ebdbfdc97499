#include "model/collected.h"

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

static int64_t length(const struct hc_hole *hole)
{
    return hole->end_us - hole->start_us;
}

bool hc_collected_sum(struct hc_collected *c)
{
    int64_t from = c->start_us;

    c->hole_us = 0;
    c->longest = 0;
    for (size_t i = 0; i < c->n_holes; i++) {
        const struct hc_hole *hole = &c->holes[i];

        if (hole->start_us < from || hole->end_us <= hole->start_us ||
            hole->end_us > c->end_us)
            return false;
        from = hole->end_us;
        c->hole_us += length(hole);
        if (length(hole) > length(&c->holes[c->longest]))
            c->longest = i;
    }
    return true;
}

/* ---- a part of it ---------------------------------------------------------------- */

static void cut_holes(struct hc_collected *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->n_holes; i++) {
        struct hc_hole hole = {larger(c->holes[i].start_us, c->start_us),
            smaller(c->holes[i].end_us, c->end_us)};

        if (hole.start_us < hole.end_us)
            c->holes[kept++] = hole;
    }
    c->n_holes = kept;
}

/* Those of days of which some part is left. */
static void cut_warnings(struct hc_collected *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < c->n_warnings; i++) {
        int64_t day_us = hc_days_from_us(c->warnings[i].day_us) * HC_DAY_US;

        if (day_us < c->end_us && day_us + HC_DAY_US > c->start_us)
            c->warnings[kept++] = c->warnings[i];
        else
            hc_free(c->warnings[i].text);
    }
    c->n_warnings = kept;
}

bool hc_collected_cut(struct hc_collected *c, int64_t since_us, int64_t until_us)
{
    c->start_us = larger(c->start_us, since_us);
    c->end_us = smaller(c->end_us, until_us);
    if (c->start_us >= c->end_us)
        return false;
    cut_holes(c);
    cut_warnings(c);
    return hc_collected_sum(c);
}

/* ---- questions ------------------------------------------------------------------- */

/* The first hole that ends after `us`. */
static size_t first_after(const struct hc_collected *c, int64_t us)
{
    size_t low = 0, high = c->n_holes;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c->holes[middle].end_us > us)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

int64_t hc_collected_hole_within(
    const struct hc_collected *c, int64_t start_us, int64_t end_us)
{
    int64_t sum = 0;

    for (size_t i = first_after(c, start_us);
         i < c->n_holes && c->holes[i].start_us < end_us; i++)
        sum +=
            smaller(c->holes[i].end_us, end_us) - larger(c->holes[i].start_us, start_us);
    return sum;
}

bool hc_collected_is_partial(const struct hc_collected *c)
{
    return !c->server || !c->server_version || !c->has_holes || !c->has_warnings ||
           !c->has_not_exported || c->instance_days_without_node < 0 ||
           c->rows_folded < 0;
}

/* ---- its end --------------------------------------------------------------------- */

void hc_collected_clear(struct hc_collected *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_warnings; i++)
        hc_free(c->warnings[i].text);
    for (size_t i = 0; i < c->n_not_exported; i++) {
        hc_free(c->not_exported[i].query);
        hc_free(c->not_exported[i].metric);
    }
    hc_free(c->path);
    hc_free(c->source);
    hc_free(c->server);
    hc_free(c->server_version);
    hc_free(c->holes);
    hc_free(c->warnings);
    hc_free(c->not_exported);
    *c = (struct hc_collected){0};
}

void hc_collected_free(struct hc_collected *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hc_collected_clear(&list[i]);
    hc_free(list);
}
