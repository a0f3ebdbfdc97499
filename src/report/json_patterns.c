#include <math.h>

#include "report/json_course.h"
#include "report/json_sections.h"

/* ---- rhythm ---- */

static const struct hc_null_reason rhythm_nulls[] = {
    {"period_h", HC_NOT_ENOUGH_DATA, "over half of the hours are missing, or under 48"},
    {"r", HC_NOT_AVAILABLE, "there is no period"},
    {"trend", HC_NOT_AVAILABLE, "nothing but season varies"},
    {"season", HC_NOT_AVAILABLE, "nothing but trend varies"},
    {"day", HC_NOT_AVAILABLE, "nothing but trend and week varies"},
    {"week", HC_NOT_AVAILABLE, "nothing but trend and day varies"},
    {"held_out", HC_NOT_AVAILABLE, "nothing but trend varies"},
    {"p", HC_NOT_ENOUGH_DATA, "under 7 days with 18 of their hours"},
    {"top", HC_NOT_AVAILABLE, "no hour stands out, or under 7 days with 18 hours"},
    {"low", HC_NOT_AVAILABLE, "no hour stands out, or under 7 days with 18 hours"},
    {"remainder", HC_NOT_AVAILABLE, "no sample in the hour"},
    {"strength", HC_NOT_AVAILABLE, "nothing but trend varies"},
};

static void put_extreme(struct hc_json *js, const char *key, const struct hc_extreme *x)
{
    hc_json_key(js, key);
    if (x->hour < 0) {
        hc_json_null(js);
        return;
    }
    hc_json_open(js, '{');
    hc_json_kint(js, "hour", x->hour);
    hc_json_kint(js, "from", x->from);
    hc_json_kint(js, "to", x->to);
    hc_json_knum(js, "value", x->value);
    hc_json_close(js, '}');
}

static void put_rhythm_row(struct hc_json *js, const struct hc_findings *f,
    const struct hc_rhythm_row *row, const double *profile)
{
    hc_json_open(js, '{');
    hc_json_course(js, f, &row->of);
    hc_json_whole_or_null(js, "period_h", row->period_h);
    hc_json_kint(js, "cycles", row->cycles);
    hc_json_knum(js, "r", row->r);
    hc_json_knum(js, "trend", row->trend);
    hc_json_knum(js, "season", row->season);
    hc_json_knum(js, "day", row->day);
    hc_json_knum(js, "week", row->week);
    hc_json_knum(js, "held_out", row->held_out);
    hc_json_kint(js, "days", row->days);
    hc_json_knum(js, "p", row->p);
    put_extreme(js, "top", &row->top);
    put_extreme(js, "low", &row->low);
    if (profile)
        hc_json_numbers(js, "profile", profile, HC_HOURS_OF_WEEK, HC_JSON_PICTURE_DIGITS);
    hc_json_close(js, '}');
}

static void put_parts(
    struct hc_json *js, const struct hc_findings *f, const struct hc_parts *parts)
{
    hc_json_open(js, '{');
    hc_json_course(js, f, &parts->of);
    hc_json_ktime(js, "start", parts->start_us);
    hc_json_count(js, "hours", parts->hours);
    hc_json_knum(js, "trend_strength", parts->trend_strength);
    hc_json_key(js, "seasons");
    hc_json_open(js, '[');
    for (size_t i = 0; i < parts->n_periods; i++) {
        hc_json_open(js, '{');
        hc_json_kint(js, "period_h", parts->period_h[i]);
        hc_json_knum(js, "strength", parts->strength[i]);
        hc_json_numbers(
            js, "values", parts->season[i], parts->hours, HC_JSON_PICTURE_DIGITS);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
    hc_json_numbers(js, "trend", parts->trend, parts->hours, HC_JSON_PICTURE_DIGITS);
    hc_json_numbers(
        js, "remainder", parts->remainder, parts->hours, HC_JSON_PICTURE_DIGITS);
    hc_json_close(js, '}');
}

void hc_json_rhythm(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;

    hc_json_open(js, '{');
    hc_json_verdict(js, &r->verdict);
    hc_json_ktime(js, "start", f->patterns.start_us);
    hc_json_count(js, "hours", f->patterns.hours);
    hc_json_kint(js, "constant", r->constant);
    hc_json_kint(js, "too_short", r->too_short);
    hc_json_nulls(js, rhythm_nulls, HC_COUNT(rhythm_nulls));
    hc_json_rows_open(js, "cluster", '[');
    for (size_t i = 0; i < r->n_cluster; i++)
        put_rhythm_row(js, f, &r->cluster[i], r->profile + i * HC_HOURS_OF_WEEK);
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "nodes", '[');
    for (size_t i = 0; i < r->n_nodes; i++)
        put_rhythm_row(js, f, &r->nodes[i], NULL);
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "parts", '[');
    for (size_t i = 0; i < r->n_parts; i++)
        put_parts(js, f, &r->parts[i]);
    hc_json_rows_close(js, ']');
    hc_json_close(js, '}');
}

/* ---- growth ---- */

static void put_daily(struct hc_json *js, const struct hc_growth_row *row)
{
    hc_json_ktime(js, "start", row->daily_us);
    hc_json_numbers(js, "daily", row->daily, row->n_daily, HC_JSON_PICTURE_DIGITS);
}

static void put_growth_rows(struct hc_json *js, const struct hc_findings *f,
    const char *key, const struct hc_growth_row *rows, size_t n)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < n; i++) {
        const struct hc_growth_row *row = &rows[i];

        hc_json_open(js, '{');
        hc_json_course(js, f, &row->of);
        hc_json_kint(js, "days", row->days);
        hc_json_knum(js, "slope_per_day", row->slope);
        hc_json_knum(js, "low", row->low);
        hc_json_knum(js, "high", row->high);
        hc_json_kstr(js, "claim", row->claim);
        hc_json_knum(js, "level", row->level);
        hc_json_kstr(js, "full", row->full);
        hc_json_knum(js, "full_days", row->full_days);
        hc_json_knum(js, "full_low", row->full_low);
        hc_json_knum(js, "full_high", row->full_high);
        if (row->daily)
            put_daily(js, row);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason growth_nulls[] = {
    {"full_days", HC_NOT_AVAILABLE,
        "no limit, no clear rise to it within four times the history, or gone"},
    {"full_low", HC_NOT_AVAILABLE, "as full_days"},
    {"full_high", HC_NOT_AVAILABLE, "as full_days"},
    {"daily", HC_NOT_ENOUGH_DATA, "under 12 hours of the day have a value"},
};

void hc_json_growth(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_growth *g = &f->patterns.growth;

    hc_json_open(js, '{');
    hc_json_verdict(js, &g->verdict);
    hc_json_nulls(js, growth_nulls, HC_COUNT(growth_nulls));
    put_growth_rows(js, f, "cluster", g->cluster, g->n_cluster);
    put_growth_rows(js, f, "nodes", g->nodes, g->n_nodes);
    hc_json_close(js, '}');
}

/* ---- changes ---- */

static void put_change_rows(struct hc_json *js, const struct hc_findings *f,
    const char *key, const struct hc_level_change *rows, size_t n)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < n; i++) {
        hc_json_open(js, '{');
        hc_json_course(js, f, &rows[i].of);
        hc_json_ktime(js, "at", rows[i].at_us);
        hc_json_knum(js, "before", rows[i].before);
        hc_json_knum(js, "after", rows[i].after);
        hc_json_kbool(js, "about_a_line", rows[i].slope);
        hc_json_whole_or_null(js, "together", rows[i].together);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_together(struct hc_json *js, const struct hc_level_changes *c)
{
    hc_json_rows_open(js, "together", '[');
    for (size_t i = 0; i < c->n_together; i++) {
        hc_json_open(js, '{');
        hc_json_gauge(js, c->together[i].metric);
        hc_json_ktime(js, "first", c->together[i].first_us);
        hc_json_ktime(js, "last", c->together[i].last_us);
        hc_json_kint(js, "nodes", c->together[i].nodes);
        hc_json_kint(js, "up", c->together[i].up);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason changes_nulls[] = {
    {"together", HC_NOT_AVAILABLE, "alone, or as many as by chance"},
};

void hc_json_changes(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_level_changes *c = &f->patterns.changes;

    hc_json_open(js, '{');
    hc_json_verdict(js, &c->verdict);
    hc_json_kint(js, "courses", c->courses);
    hc_json_kint(js, "wander", c->wander);
    hc_json_nulls(js, changes_nulls, HC_COUNT(changes_nulls));
    put_change_rows(js, f, "cluster", c->cluster, c->n_cluster);
    put_change_rows(js, f, "nodes", c->nodes, c->n_nodes);
    put_together(js, c);
    hc_json_close(js, '}');
}

/* ---- twins ---- */

static void put_pairs(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;

    hc_json_rows_open(js, "pairs", '[');
    for (size_t i = 0; i < t->n_pairs; i++) {
        hc_json_open(js, '{');
        hc_json_node_name(js, f, "a", "a_cluster", t->pairs[i].a);
        hc_json_node_name(js, f, "b", "b_cluster", t->pairs[i].b);
        hc_json_knum(js, "r", t->pairs[i].r);
        hc_json_knum(js, "low", t->pairs[i].low);
        hc_json_knum(js, "high", t->pairs[i].high);
        hc_json_knum(js, "n", t->pairs[i].n);
        hc_json_knum(js, "n_independent", t->pairs[i].n_independent);
        hc_json_kbool(js, "kept", t->pairs[i].kept);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_map(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;
    int before = js->digits;

    hc_json_rows_open(js, "map", '[');
    for (size_t i = 0; i < t->n_map; i++) {
        hc_json_open(js, '{');
        hc_json_node_name(js, f, "node", "cluster", t->map[i].node);
        hc_json_kint(js, "family", t->map[i].family);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "r", '[');
    js->digits = HC_JSON_PICTURE_DIGITS / 2;
    for (size_t i = 0; i < t->n_map; i++) {
        hc_json_open(js, '[');
        for (size_t k = 0; k < t->n_map; k++)
            hc_json_num(js, t->r[i * t->n_map + k]);
        hc_json_close(js, ']');
    }
    js->digits = before;
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason twins_nulls[] = {
    {"r", HC_NOT_AVAILABLE, "too few hours in common, or constant over them"},
};

void hc_json_twins(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_twins_found *t = &f->patterns.twins;

    hc_json_open(js, '{');
    hc_json_verdict(js, &t->verdict);
    hc_json_gauge(js, t->metric);
    hc_json_count(js, "hours", t->hours);
    hc_json_knum(js, "least", t->least);
    hc_json_count(js, "tested", t->tested);
    hc_json_count(js, "found", t->found);
    hc_json_count(js, "together", t->together);
    hc_json_count(js, "opposite", t->opposite);
    hc_json_count(js, "families", t->n_families);
    hc_json_nulls(js, twins_nulls, HC_COUNT(twins_nulls));
    put_pairs(js, f);
    put_map(js, f);
    hc_json_close(js, '}');
}

/* ---- roles ---- */

static void put_role_row(
    struct hc_json *js, const struct hc_findings *f, const struct hc_role_row *row)
{
    hc_json_open(js, '{');
    hc_json_node_name(js, f, "node", "cluster", row->node);
    hc_json_count(js, "n", row->n);
    hc_json_kstr(js, "role", row->role);
    hc_json_knum(js, "mean", row->mean);
    hc_json_knum(js, "p50", row->p50);
    hc_json_knum(js, "p95", row->p95);
    hc_json_knum(js, "p99", row->p99);
    hc_json_knum(js, "peak_to_mean", row->peak_to_mean);
    hc_json_knum(js, "office_ratio", row->office_ratio);
    hc_json_knum(js, "night_ratio", row->night_ratio);
    hc_json_knum(js, "shiftable", row->shiftable);
    hc_json_kint(js, "hot_hours", row->hot_hours);
    hc_json_close(js, '}');
}

static void put_counts(struct hc_json *js, const struct hc_roles_found *r)
{
    hc_json_rows_open(js, "counts", '[');
    for (size_t i = 0; i < r->n_counts; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "role", r->counts[i].role);
        hc_json_kint(js, "nodes", r->counts[i].nodes);
        hc_json_kstr(js, "rule", r->counts[i].rule);
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
    hc_json_rows_open(js, "hot", '[');
    for (size_t i = 0; i < HC_HOURS_OF_WEEK; i++)
        hc_json_int(js, r->hot[i]);
    hc_json_rows_close(js, ']');
}

static const struct hc_null_reason roles_nulls[] = {
    {"shiftable", HC_NOT_AVAILABLE, "no hours, or no load"},
    {"peak_to_mean", HC_NOT_AVAILABLE, "the mean is 0"},
    {"office_ratio", HC_NOT_AVAILABLE, "no hours, or no load, outside"},
    {"night_ratio", HC_NOT_AVAILABLE, "no hours, or no load, outside"},
};

void hc_json_roles(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_roles_found *r = &f->patterns.roles;

    hc_json_open(js, '{');
    hc_json_verdict(js, &r->verdict);
    hc_json_knum(js, "idle_below", r->idle);
    hc_json_knum(js, "hot_over", r->hot_over);
    hc_json_kint(js, "too_short", r->too_short);
    hc_json_knum(js, "shiftable", r->shiftable);
    hc_json_count(js, "shiftable_n", r->shiftable_n);
    hc_json_nulls(js, roles_nulls, HC_COUNT(roles_nulls));
    put_counts(js, r);
    hc_json_rows_open(js, "nodes", '[');
    for (size_t i = 0; i < r->n_nodes; i++)
        put_role_row(js, f, &r->nodes[i]);
    hc_json_rows_close(js, ']');
    hc_json_close(js, '}');
}
