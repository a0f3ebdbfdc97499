#include <math.h>
#include <stdio.h>

#include "report/json_sections.h"

/* Means with the n of each; a null says why, unless the whole gauge is not there. */
static void put_means(
    struct hc_json *js, const struct hc_findings *f, const struct hc_pattern *p)
{
    const char *missing = NULL;

    hc_json_count(js, "n", p->rows);
    hc_json_kint(js, "days", p->days);
    for (size_t i = 0; i < HC_MAIN; i++) {
        const char *name = hc_metrics[hc_main_metrics[i]].name;
        char n_key[64];

        snprintf(n_key, sizeof(n_key), "%s_n", name);
        hc_json_knum(js, name, p->n[i] ? p->mean[i] : NAN);
        hc_json_count(js, n_key, p->n[i]);
        if (!p->n[i])
            missing = hc_json_absent(f, i) ? hc_json_absent(f, i) : "no finite value";
    }
    if (missing)
        hc_json_status(js, HC_NOT_AVAILABLE, p->rows ? missing : "no sample");
}

static void put_pattern(struct hc_json *js, const struct hc_findings *f, int day,
    int hour, const struct hc_pattern *p)
{
    hc_json_open(js, '{');
    if (day >= 0)
        hc_json_kint(js, "day_of_week", day);
    if (hour >= 0)
        hc_json_kint(js, "hour", hour);
    put_means(js, f, p);
    hc_json_close(js, '}');
}

void hc_json_temporal_of(
    struct hc_json *js, const struct hc_findings *f, const struct hc_temporal *t)
{
    hc_json_open(js, '{');
    hc_json_verdict(js, &t->verdict);
    hc_json_kstr(js, "timezone", f->settings->timezone);
    hc_json_rows_open(js, "hourly", '[');
    for (int hour = 0; hour < 24; hour++)
        put_pattern(js, f, -1, hour, &t->hourly[hour]);
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "daily", '[');
    for (int day = 0; day < 7; day++)
        put_pattern(js, f, day, -1, &t->daily[day]);
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "weekly", '[');
    for (int i = 0; i < 7 * 24; i++)
        put_pattern(js, f, i / 24, i % 24, &t->weekly[i]);
    hc_json_rows_close(js, ']');
    hc_json_close(js, '}');
}

void hc_json_temporal(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_temporal_of(js, f, &f->temporal);
}

/* ---- groups ---------------------------------------------------------------------- */

void hc_json_groups(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_open(js, '[');
    for (size_t i = 0; i < f->n_groups; i++) {
        const struct hc_group *group = &f->groups[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "value", group->value);
        hc_json_kint(js, "nodes", group->nodes);
        hc_json_count(js, "n", group->rows);
        for (size_t main = 0; main < HC_MAIN; main++)
            hc_json_stats(js, hc_metrics[hc_main_metrics[main]].name, &group->main[main],
                false, hc_json_absent(f, main));
        hc_json_key(js, "temporal");
        hc_json_temporal_of(js, f, &group->temporal);
        hc_json_key(js, "opportunity");
        hc_json_opportunity_of(js, f, &group->opportunity);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}
