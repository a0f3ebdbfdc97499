#include "report/json_course.h"
#include "report/json_sections.h"

static const char *const sides[] = {"first", "second"};

static void put_side(
    struct hc_json *js, const char *key, const struct hc_compared_side *side)
{
    hc_json_key(js, key);
    hc_json_open(js, '{');
    hc_json_count(js, "hours", side->hours);
    hc_json_kint(js, "days", side->days);
    hc_json_knum(js, "mean", side->mean);
    hc_json_knum(js, "p95", side->p95);
    hc_json_close(js, '}');
}

/* Daily means of a gauge of the cluster, a list a range. */
static void put_days(struct hc_json *js, const struct hc_comparison *c, size_t at)
{
    const double *day = c->day + at * (c->n_days[0] + c->n_days[1]);

    hc_json_key(js, "daily");
    hc_json_open(js, '{');
    hc_json_numbers(js, sides[0], day, c->n_days[0], HC_JSON_PICTURE_DIGITS);
    hc_json_numbers(
        js, sides[1], day + c->n_days[0], c->n_days[1], HC_JSON_PICTURE_DIGITS);
    hc_json_close(js, '}');
}

static void put_rows(struct hc_json *js, const struct hc_findings *f, const char *key,
    const struct hc_compared *rows, size_t n)
{
    const struct hc_comparison *c = &f->patterns.compare;

    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < n; i++) {
        hc_json_open(js, '{');
        hc_json_course(js, f, &rows[i].of);
        for (size_t k = 0; k < 2; k++)
            put_side(js, sides[k], &rows[i].side[k]);
        hc_json_knum(js, "difference", rows[i].difference);
        hc_json_knum(js, "low", rows[i].low);
        hc_json_knum(js, "high", rows[i].high);
        hc_json_kstr(js, "claim", rows[i].claim);
        if (rows == c->cluster)
            put_days(js, c, i);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason nulls[] = {
    {"difference", HC_NOT_ENOUGH_DATA, "under 7 days in a range"},
    {"low", HC_NOT_ENOUGH_DATA, "as difference"},
    {"high", HC_NOT_ENOUGH_DATA, "as difference"},
    {"daily", HC_NOT_AVAILABLE, "under 12 of the day's hours in the range"},
};

void hc_json_compare(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_comparison *c = &f->patterns.compare;

    hc_json_open(js, '{');
    hc_json_verdict(js, &c->verdict);
    hc_json_rows_open(js, "ranges", '[');
    for (size_t k = 0; c->asked && k < 2; k++) {
        hc_json_open(js, '{');
        hc_json_ktime(js, "start", c->range[k].from_us);
        hc_json_ktime(js, "end", c->range[k].to_us);
        hc_json_count(js, "days", c->n_days[k]);
        hc_json_kint(js, "nodes_in_it_alone", c->only[k]);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
    hc_json_kint(js, "constant", c->constant);
    hc_json_nulls(js, nulls, HC_COUNT(nulls));
    put_rows(js, f, "cluster", c->cluster, c->n_cluster);
    put_rows(js, f, "nodes", c->nodes, c->n_nodes);
    hc_json_close(js, '}');
}
