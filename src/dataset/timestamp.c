/*
 * hc_time of each branch: whatever the files have as `timestamp`, as TIMESTAMP in UTC.
 *
 * TIMESTAMP goes through as it is: the one case that must cost nothing. Its range comes
 * from the statistics in the footers, where they are. Other types are looked at as a
 * whole first: the unit of raw numbers and what text cannot be read are only known then.
 *
 * A cast of text to TIMESTAMP would ignore an offset ("+02:00"), so text goes through
 * TIMESTAMPTZ, for which the session's zone is UTC.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "dataset/inside.h"

/* 0001-01-01 and 9999-12-31: a time outside is none, and infinity neither. */
static const int64_t sane_first_us = INT64_C(-62135596800) * HC_SECOND_US,
                     sane_last_us = INT64_C(253402214400) * HC_SECOND_US;

struct plan {
    struct hc_duck *duck;
    const struct hc_dataset_request *request;
    struct hc_dataset *ds;
    const struct hc_schemas *schemas;
    size_t branch;
    const struct hc_field *field;
    const char *path; /* of the branch's first file, for messages */
    struct hc_branch_time *time;
    struct hc_error *err;
};

static bool naive_is_utc(const struct plan *p)
{
    return !p->request->naive_timezone || !strcmp(p->request->naive_timezone, "UTC");
}

/* ---- expressions ---- */

/* A wall clock's time in --naive-timezone. */
static void add_naive(const struct plan *p, struct hc_buf *sql, const char *wall)
{
    if (naive_is_utc(p)) {
        hc_buf_puts(sql, wall);
        return;
    }
    hc_buf_puts(sql, "make_timestamp(epoch_us(timezone(");
    hc_sql_text(sql, p->request->naive_timezone);
    hc_buf_printf(sql, ", %s)))", wall);
}

/* "10:00Z" lacks the seconds that DuckDB wants before a zone. */
#define FULL_CLOCK                                                                       \
    "regexp_replace(%s, '([T ]\\d\\d:\\d\\d)\\s*([zZ]|[+-]\\d\\d(:?\\d\\d)?)$', "        \
    "'\\1:00\\2')"
#define HAS_ZONE                                                                         \
    "regexp_matches(%s, "                                                                \
    "':[0-9:.]*\\s*([zZ]|[+-]\\d\\d(:?\\d\\d)?|[A-Za-z_]+(/[A-Za-z_]+)*)"                \
    "\\s*$')"

static void add_text(const struct plan *p, struct hc_buf *sql, const char *name)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf zoned = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf naive = HC_BUF_INIT;

    hc_buf_printf(&zoned,
        "make_timestamp(epoch_us(coalesce(TRY_CAST(%s AS TIMESTAMPTZ), "
        "TRY_CAST(" FULL_CLOCK " AS TIMESTAMPTZ))))",
        name, name);
    if (naive_is_utc(p)) {
        hc_buf_puts(sql, hc_buf_str(&zoned));
    } else {
        hc_buf_printf(&naive, "TRY_CAST(%s AS TIMESTAMP)", name);
        hc_buf_printf(
            sql, "CASE WHEN " HAS_ZONE " THEN %s ELSE ", name, hc_buf_str(&zoned));
        add_naive(p, sql, hc_buf_str(&naive));
        hc_buf_puts(sql, " END");
    }
    sql->failed |= zoned.failed || naive.failed;
}

static void add_typed(const struct plan *p, struct hc_buf *sql, const char *name)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf wall = HC_BUF_INIT;

    if (!strcmp(p->field->type, "TIMESTAMP WITH TIME ZONE")) {
        hc_buf_printf(sql, "make_timestamp(epoch_us(%s))", name);
        return;
    }
    hc_buf_printf(&wall,
        strcmp(p->field->type, "TIMESTAMP") ? "CAST(%s AS TIMESTAMP)" : "%s", name);
    add_naive(p, sql, hc_buf_str(&wall));
    sql->failed |= wall.failed;
}

/* ---- what the values say ---- */

#define IS_SANE " BETWEEN TIMESTAMP '0001-01-01' AND TIMESTAMP '9999-12-31' "

/* Makes times that are none NULL. */
static void wrap_sane(struct hc_buf *sql)
{
    struct hc_buf inner = *sql;

    *sql = (struct hc_buf)HC_BUF_INIT;
    hc_buf_printf(sql, "CASE WHEN %s" IS_SANE "THEN %s END", hc_buf_str(&inner),
        hc_buf_str(&inner));
    sql->failed |= inner.failed;
    hc_buf_clear(&inner);
}

/* Columns of `measure`. */
enum { FIRST, LAST, READ, LOST, INSANE, EXAMPLE };

static enum hc_status say_lost(const struct plan *p, const struct hc_rows *rows)
{
    int64_t lost = hc_rows_int(rows, LOST, 0);
    const char *example = hc_rows_text(rows, EXAMPLE, 0);

    if (!lost)
        return HC_OK;
    if (!hc_rows_int(rows, READ, 0))
        return hc_fail(p->err, HC_INPUT,
            "no time of '%s' in '%s' can be read, such as '%.60s': expected is ISO 8601 "
            "(2025-06-02T10:00:00Z), or numbers of seconds, ms, us or ns since 1970",
            p->field->theirs, p->path, example);
    return hc_dataset_note(p->ds,
        "%lld timestamp%s of '%s' could not be read and %s missing, such as '%.60s'",
        (long long)lost, lost > 1 ? "s" : "", p->path, lost > 1 ? "are" : "is", example);
}

/* Range of the expression, and what of the values it could not read. */
static enum hc_status measure(const struct plan *p, const char *name)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_printf(&sql,
        "SELECT epoch_us(min(s)), epoch_us(max(s)), count(s), count(x) - count(s), "
        "count(t) - count(s), CAST(min(x) FILTER (s IS NULL) AS VARCHAR) FROM (SELECT x, "
        "t, CASE WHEN t" IS_SANE "THEN t END AS s FROM (SELECT %s AS x, %s AS t FROM ",
        name, hc_buf_str(&p->time->sql));
    hc_branch_read(p->ds, p->schemas, p->branch, &sql);
    hc_buf_puts(&sql, "))");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_dataset_blame(
        p->path, hc_duck_rows(p->duck, sql.text, &rows, p->err), p->err));
    HC_TRY(say_lost(p, rows));
    if (hc_rows_int(rows, INSANE, 0))
        wrap_sane(&p->time->sql);
    if (hc_rows_int(rows, READ, 0)) {
        p->time->first_us = hc_rows_int(rows, FIRST, 0);
        p->time->last_us = hc_rows_int(rows, LAST, 0);
    }
    return HC_OK;
}

/* ---- raw numbers ---- */

struct unit {
    double per_s;
    const char *of_integer, *of_double;
};

static const struct unit units[] = {
    {1, "CAST(%s AS BIGINT) * 1000000", "%s * 1e6"},
    {1e3, "CAST(%s AS BIGINT) * 1000", "%s * 1e3"},
    {1e6, "CAST(%s AS BIGINT)", "%s"},
    {1e9, "CAST(%s AS BIGINT) // 1000", "%s / 1e3"},
};

/* 2000-01-01 and 2100-01-01 in seconds: no number is between them in two units. */
static const double earliest_s = 946684800, latest_s = 4102444800;

static const struct unit *unit_of(double first, double last)
{
    for (size_t i = 0; i < HC_COUNT(units); i++)
        if (first >= earliest_s * units[i].per_s && last < latest_s * units[i].per_s)
            return &units[i];
    return NULL;
}

static enum hc_status find_unit(
    const struct plan *p, const char *name, const struct unit **ret)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    double first, last;

    hc_buf_printf(
        &sql, "SELECT min(x), max(x) FROM (SELECT CAST(%s AS DOUBLE) AS x FROM ", name);
    hc_branch_read(p->ds, p->schemas, p->branch, &sql);
    hc_buf_puts(&sql, ") WHERE isfinite(x)");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_dataset_blame(
        p->path, hc_duck_rows(p->duck, sql.text, &rows, p->err), p->err));
    first = hc_rows_number(rows, 0, 0);
    last = hc_rows_number(rows, 1, 0);
    *ret = isnan(first) ? &units[0] : unit_of(first, last);
    if (*ret)
        return HC_OK;
    return hc_fail(p->err, HC_INPUT,
        "'%s' of '%s' goes from %.17g to %.17g: as s, ms, us or ns since 1970 not all of "
        "it is between the years 2000 and 2100",
        p->field->theirs, p->path, first, last);
}

static bool is_integer(const char *type)
{
    return strcmp(type, "DOUBLE") && strncmp(type, "DECIMAL", 7);
}

static enum hc_status plan_number(const struct plan *p, const char *name)
{
    struct hc_buf *sql = &p->time->sql;
    const struct unit *unit = NULL;

    if (!strcmp(p->field->type, "FLOAT"))
        return hc_fail(p->err, HC_INPUT,
            "'%s' of '%s' is FLOAT: it cannot tell times of two minutes apart",
            p->field->theirs, p->path);
    HC_TRY(find_unit(p, name, &unit));
    if (is_integer(p->field->type)) {
        hc_buf_puts(sql, "make_timestamp(");
        hc_buf_printf(sql, unit->of_integer, name);
        hc_buf_puts(sql, ")");
    } else {
        hc_buf_puts(sql, "make_timestamp(TRY_CAST(round(");
        hc_buf_printf(sql, unit->of_double, name);
        hc_buf_puts(sql, ") AS BIGINT))");
    }
    return measure(p, name);
}

/* ---- times with a type ---- */

/* From the footers: no row group without a range, unless it has no time at all. */
static enum hc_status read_footers(const struct plan *p, bool *ret_known)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql,
        "SELECT epoch_us(min(a)), epoch_us(max(b)), count(a), bool_and((a IS NOT NULL "
        "AND "
        "b IS NOT NULL AND isfinite(a) AND isfinite(b)) OR n = 0) FROM (SELECT "
        "TRY_CAST(stats_min_value AS TIMESTAMPTZ) AS a, TRY_CAST(stats_max_value AS "
        "TIMESTAMPTZ) AS b, num_values - coalesce(stats_null_count, 0) AS n FROM "
        "parquet_metadata(");
    hc_branch_files(p->ds, p->schemas, p->branch, &sql);
    hc_buf_puts(&sql, ") WHERE path_in_schema = ");
    hc_sql_text(&sql, p->field->theirs);
    hc_buf_puts(&sql, ")");
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_dataset_blame(
        p->path, hc_duck_rows(p->duck, sql.text, &rows, p->err), p->err));
    if (!hc_rows_int(rows, 2, 0) || !hc_rows_int(rows, 3, 0))
        return HC_OK;
    p->time->first_us = hc_rows_int(rows, 0, 0);
    p->time->last_us = hc_rows_int(rows, 1, 0);
    *ret_known = p->time->first_us >= sane_first_us && p->time->last_us <= sane_last_us &&
                 p->time->first_us <= p->time->last_us;
    return HC_OK;
}

static enum hc_status plan_typed(const struct plan *p, const char *name)
{
    bool zoned = !strcmp(p->field->type, "TIMESTAMP WITH TIME ZONE"), known = false;

    add_typed(p, &p->time->sql, name);
    if (zoned || (naive_is_utc(p) && !strcmp(p->field->type, "TIMESTAMP")))
        HC_TRY(read_footers(p, &known));
    if (known)
        return HC_OK;
    p->time->first_us = 1;
    p->time->last_us = 0;
    return measure(p, name);
}

static enum hc_status plan_text(const struct plan *p, const char *name)
{
    add_text(p, &p->time->sql, name);
    return measure(p, name);
}

/* ---- a branch ---- */

static bool is_time(const char *type)
{
    return !strncmp(type, "TIMESTAMP", 9) || !strcmp(type, "DATE");
}

static enum hc_status plan_branch(struct plan *p)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;
    HC_CLEANUP(hc_buf_clear) struct hc_buf as_text = HC_BUF_INIT;

    hc_sql_name(&name, p->field->theirs);
    hc_buf_printf(&as_text, "CAST(%s AS VARCHAR)", hc_buf_str(&name));
    HC_TRY(hc_buf_check(&name));
    HC_TRY(hc_buf_check(&as_text));
    if (p->field->class == HC_CLASS_NUMBER)
        return plan_number(p, name.text);
    if (p->field->class == HC_CLASS_TEXT)
        return plan_text(p, name.text);
    if (is_time(p->field->type))
        return plan_typed(p, name.text);
    if (p->field->class == HC_CLASS_NONE || !strcmp(p->field->type, "BLOB"))
        return plan_text(p, as_text.text);
    return hc_fail(p->err, HC_INPUT, "'%s' of '%s' is %s: no time", p->field->theirs,
        p->path, p->field->type);
}

enum hc_status hc_times_plan(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds,
    const struct hc_schemas *schemas, struct hc_branch_time *times, struct hc_error *err)
{
    struct plan p = {
        .duck = duck, .request = request, .ds = ds, .schemas = schemas, .err = err};

    if (!naive_is_utc(&p))
        HC_TRY(hc_zone_check(duck, request->naive_timezone, err));
    for (p.branch = 0; p.branch < schemas->n_branches; p.branch++) {
        const struct hc_schema *first = hc_branch_first(schemas, p.branch);

        p.field = hc_schema_find(first, HC_KEY_TIME);
        p.path = ds->files[first->first_file].path;
        p.time = &times[p.branch];
        p.time->first_us = 1;
        HC_TRY(plan_branch(&p));
        HC_TRY(hc_buf_check(&p.time->sql));
    }
    return HC_OK;
}
