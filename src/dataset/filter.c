#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "dataset/inside.h"

static void and_also(struct hc_buf *sql)
{
    if (sql->len)
        hc_buf_puts(sql, " AND ");
}

/* ---- --since, --until ---- */

/* Of each collection what is in the range; those that are outside go. */
static void cut_collected(struct hc_dataset *ds, int64_t since_us, int64_t until_us)
{
    size_t kept = 0;

    for (size_t i = 0; i < ds->n_collected; i++) {
        if (hc_collected_cut(&ds->collected[i], since_us, until_us))
            ds->collected[kept++] = ds->collected[i];
        else
            hc_collected_clear(&ds->collected[i]);
    }
    ds->n_collected = kept;
}

/* A wall clock's time in the analysis' zone as UTC. */
static enum hc_status to_utc(struct hc_duck *duck, const char *zone, int64_t wall_us,
    int64_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SELECT epoch_us(timezone(");
    hc_sql_text(&sql, zone);
    hc_buf_printf(&sql, ", make_timestamp(%lld)))", (long long)wall_us);
    HC_TRY(hc_buf_check(&sql));
    HC_TRY(hc_duck_rows(duck, sql.text, &rows, err));
    *ret = hc_rows_int(rows, 0, 0);
    return HC_OK;
}

static enum hc_status parse_bound(struct hc_duck *duck, const char *zone,
    const char *option, const char *text, int64_t *ret, struct hc_error *err)
{
    struct hc_instant instant;

    if (!hc_time_parse(text, &instant))
        return hc_fail(err, HC_USAGE,
            "%s '%s': no date or time; such as 2025-06-02 or 2025-06-02T10:00 is meant",
            option, text);
    *ret = instant.us;
    if (instant.has_zone || !zone || !strcmp(zone, "UTC"))
        return HC_OK;
    return to_utc(duck, zone, instant.us, ret, err);
}

static enum hc_status add_times(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds, struct hc_buf *sql,
    struct hc_error *err)
{
    int64_t since = INT64_MIN, until = INT64_MAX;

    if (request->since) {
        HC_TRY(
            parse_bound(duck, request->timezone, "--since", request->since, &since, err));
        hc_buf_printf(sql, "hc_time >= make_timestamp(%lld)", (long long)since);
    }
    if (request->until) {
        HC_TRY(
            parse_bound(duck, request->timezone, "--until", request->until, &until, err));
        and_also(sql);
        hc_buf_printf(sql, "hc_time < make_timestamp(%lld)", (long long)until);
    }
    if (since >= until)
        return hc_fail(err, HC_USAGE, "--since '%s' is not before --until '%s'",
            request->since, request->until);
    cut_collected(ds, since, until);
    ds->since_us = since;
    ds->until_us = until;
    return HC_OK;
}

/* ---- --match ---- */

static const struct hc_dataset_column *find_column(
    const struct hc_dataset *ds, const char *name)
{
    for (size_t i = 0; i < ds->n_columns; i++)
        if (!strcmp(ds->columns[i].name, name))
            return &ds->columns[i];
    return NULL;
}

/* The column as SQL for comparing it with text. */
static void add_label(struct hc_buf *sql, const struct hc_dataset_column *column)
{
    if (!strcmp(column->name, HC_KEY_NODE)) {
        hc_buf_puts(sql, "hc_node");
    } else if (!strcmp(column->name, HC_KEY_CLUSTER)) {
        hc_buf_puts(sql, "hc_cluster");
    } else {
        hc_buf_puts(sql, "CAST(");
        hc_sql_name(sql, column->name);
        hc_buf_puts(sql, " AS VARCHAR)");
    }
}

static enum hc_status add_number(struct hc_buf *sql,
    const struct hc_dataset_column *column, const char *value, struct hc_error *err)
{
    char *end, text[32];
    double number = strtod(value, &end);

    if (!*value || *end || !isfinite(number))
        return hc_fail(err, HC_USAGE, "--match '%s=%s': the column holds numbers",
            column->name, value);
    hc_format_double(number, 0, text);
    hc_sql_name(sql, column->name);
    hc_buf_printf(sql, " = CAST('%s' AS DOUBLE)", text);
    return HC_OK;
}

static enum hc_status add_match(const struct hc_dataset *ds, const char *match,
    struct hc_buf *sql, struct hc_error *err)
{
    const char *equals = strchr(match, '=');
    HC_CLEANUP(hc_freep) char *label = NULL;
    const struct hc_dataset_column *column;

    if (!equals || equals == match)
        return hc_fail(err, HC_USAGE, "--match '%s': LABEL=VALUE is expected", match);
    label = hc_strndup(match, (size_t)(equals - match));
    if (!label)
        return HC_NO_MEMORY;
    column = find_column(ds, label);
    if (!column)
        return hc_missing_label(ds, "--match", label, err);
    if (!strcmp(label, HC_KEY_TIME))
        return hc_fail(
            err, HC_USAGE, "--match '%s': --since and --until are for times", match);
    and_also(sql);
    if (column->numeric)
        return add_number(sql, column, equals + 1, err);
    add_label(sql, column);
    hc_buf_puts(sql, " = ");
    hc_sql_text(sql, equals + 1);
    return HC_OK;
}

enum hc_status hc_filter(struct hc_duck *duck, const struct hc_dataset_request *request,
    struct hc_dataset *ds, struct hc_buf *sql, struct hc_error *err)
{
    HC_TRY(add_times(duck, request, ds, sql, err));
    if (request->nodes_glob) {
        and_also(sql);
        hc_buf_puts(sql, "hc_node GLOB ");
        hc_sql_text(sql, request->nodes_glob);
    }
    for (size_t i = 0; i < request->n_matches; i++)
        HC_TRY(add_match(ds, request->matches[i], sql, err));
    if (request->group_by && !find_column(ds, request->group_by))
        return hc_missing_label(ds, "--group-by", request->group_by, err);
    return hc_buf_check(sql);
}

/* ---- for other options ---- */

enum hc_status hc_dataset_moment(struct hc_duck *duck, const char *zone,
    const char *option, const char *text, int64_t *ret_us, struct hc_error *err)
{
    return parse_bound(duck, zone, option, text, ret_us, err);
}

enum hc_status hc_dataset_column(const struct hc_dataset *ds, const char *option,
    const char *name, const struct hc_dataset_column **ret, struct hc_error *err)
{
    *ret = find_column(ds, name);
    return *ret ? HC_OK : hc_missing_label(ds, option, name, err);
}
