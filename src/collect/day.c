#include "collect/day.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "collect/table.h"
#include "duck/source.h"

enum { TIME, NODE, FIRST, MOST = FIRST + 1 + HC_METRICS + HC_OWN_MAX };

void hc_day_clear(struct hc_day *day)
{
    if (!day)
        return;
    hc_free(day->holes);
    hc_names_clear(&day->warnings);
    *day = (struct hc_day){0};
}

bool hc_day_has_column(const struct hc_plan *plan, size_t query_column)
{
    const struct hc_query_column *column = &hc_query_columns[query_column];

    return plan->asks[column->a] && (column->b == HC_Q_NONE || plan->asks[column->b]);
}

/* ---- rows for DuckDB ---- */

struct stream {
    const struct hc_table *table;
    struct hc_source_column columns[MOST];
    size_t query_columns[MOST]; /* of the table of columns */
    size_t n_columns, first_gauge;
    size_t line, point; /* the next to be looked at */
};

static void name_columns(struct stream *s)
{
    s->columns[TIME] = (struct hc_source_column){"timestamp", HC_SOURCE_TIME};
    s->columns[NODE] = (struct hc_source_column){"node", HC_SOURCE_TEXT};
    s->n_columns = FIRST;
    if (s->table->cluster)
        s->columns[s->n_columns++] = (struct hc_source_column){"cluster", HC_SOURCE_TEXT};
    s->first_gauge = s->n_columns;
    for (size_t c = 0; c < hc_query_columns_count; c++) {
        if (!hc_day_has_column(s->table->plan, c))
            continue;
        s->query_columns[s->n_columns] = c;
        s->columns[s->n_columns++] = (struct hc_source_column){
            hc_metrics[hc_query_columns[c].metric].name, HC_SOURCE_DOUBLE};
    }
    for (size_t q = 0; q < s->table->plan->n_own; q++) {
        s->query_columns[s->n_columns] = hc_query_columns_count + q;
        s->columns[s->n_columns++] =
            (struct hc_source_column){s->table->plan->own[q].name, HC_SOURCE_DOUBLE};
    }
}

static void put_text(
    struct hc_source_rows *rows, size_t column, size_t row, const char *text)
{
    if (*text)
        hc_source_set_text(rows, column, row, text, strlen(text));
    else
        hc_source_set_null(rows, column, row);
}

static void put_row(const struct stream *s, const struct hc_line *line, size_t point,
    struct hc_source_rows *rows, size_t row)
{
    const struct hc_table *table = s->table;
    int64_t t_s = table->span.start_s + (int64_t)point * table->plan->step_s;

    ((int64_t *)rows->data[TIME])[row] = t_s * HC_SECOND_US;
    put_text(rows, NODE, row, line->node);
    if (table->cluster)
        put_text(rows, FIRST, row, line->cluster);
    for (size_t c = s->first_gauge; c < s->n_columns; c++) {
        double value = hc_table_value(table, line, s->query_columns[c], point);

        ((double *)rows->data[c])[row] = value;
        if (isnan(value))
            hc_source_set_null(rows, c, row);
    }
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct stream *s = context;
    size_t n = 0;

    (void)partition;
    (void)err;
    while (n < rows->cap && s->line < s->table->n_lines) {
        const struct hc_line *line = &s->table->lines[s->line];

        if (hc_table_has_row(s->table, line, s->point))
            put_row(s, line, s->point, rows, n++);
        if (++s->point == s->table->n_points) {
            s->point = 0;
            s->line++;
        }
    }
    *ret_rows = n;
    return HC_OK;
}

/* ---- what is said of the day ---- */

static enum hc_status add_hole(struct hc_day *day, int64_t start_s, int64_t end_s)
{
    HC_TRY(hc_grow(&day->holes, &day->cap_holes, day->n_holes + 1, sizeof(*day->holes)));
    day->holes[day->n_holes++] = (struct hc_span){start_s, end_s};
    return HC_OK;
}

static bool anybody(const struct hc_table *table, size_t point)
{
    for (size_t i = 0; i < table->n_lines; i++)
        if (hc_table_has_row(table, &table->lines[i], point))
            return true;
    return false;
}

static enum hc_status find_holes(const struct hc_table *table, struct hc_day *day)
{
    int64_t start_s = table->span.start_s, step_s = table->plan->step_s;

    for (size_t p = 0; p < table->n_points;) {
        size_t from = p;

        while (p < table->n_points && !anybody(table, p))
            p++;
        if (p > from)
            HC_TRY(add_hole(
                day, start_s + (int64_t)from * step_s, start_s + (int64_t)p * step_s));
        else
            p++;
    }
    return HC_OK;
}

static enum hc_status describe(struct hc_table *table, struct hc_day *day)
{
    day->span = table->span;
    day->cluster = table->cluster;
    day->nodes = (int64_t)table->n_lines;
    day->unjoined = table->unjoined;
    day->folded = table->folded;
    hc_names_clear(&day->warnings);
    day->warnings = table->warnings;
    table->warnings = (struct hc_names){0};
    for (size_t c = 0; c < hc_query_columns_count; c++)
        day->columns[hc_query_columns[c].metric] = hc_day_has_column(table->plan, c);
    return find_holes(table, day);
}

/* ---- the file ---- */

static enum hc_status write_rows(const struct hc_table *table, const char *temp,
    struct hc_duck *duck, struct hc_error *err)
{
    struct stream s = {.table = table};
    struct hc_source source = {
        .columns = s.columns, .partitions = 1, .fill = fill, .context = &s};
    const char *const metadata[] = {
        "hindcast_version", HC_VERSION, "hindcast_source", "collect", NULL};

    name_columns(&s);
    source.n_columns = s.n_columns;
    return hc_duck_write_parquet(duck, &source, temp, metadata, err);
}

enum hc_status hc_day_publish(
    const char *temp, const char *dir, struct hc_day_file *file, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, file->path, path, err));
    if (!file->rows) {
        unlink(temp);
        unlink(path);
        file->path[0] = '\0';
        return HC_OK;
    }
    if (hc_file_measure(temp, &file->bytes, file->sha256, NULL))
        return hc_fail(err, HC_OUTPUT, "cannot read back '%s'", temp);
    return hc_file_commit(temp, path, err);
}

static enum hc_status write_file(const struct hc_table *table, const char *dir,
    const char *temp_dir, struct hc_duck *duck, struct hc_day_file *file,
    struct hc_error *err)
{
    char date[HC_TIME_TEXT], temp[HC_PATH_MAX];

    hc_date_format(hc_floor_div(table->span.start_s, HC_DAY_S), date);
    snprintf(file->path, sizeof(file->path), "samples/%.12s.parquet", date);
    file->rows = table->rows;
    HC_TRY(hc_path_join(temp_dir, "day.parquet", temp, err));
    if (table->rows)
        HC_TRY(write_rows(table, temp, duck, err));
    return hc_day_publish(temp, dir, file, err);
}

enum hc_status hc_day_write(const struct hc_plan *plan, struct hc_span span,
    const char *pieces_dir, const char *dir, const char *temp_dir, struct hc_duck *duck,
    struct hc_day *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_table_clear) struct hc_table table = {0};
    HC_CLEANUP(hc_day_clear) struct hc_day day = {0};

    HC_TRY(hc_table_read(&table, plan, span, pieces_dir, err));
    HC_TRY(describe(&table, &day));
    HC_TRY(write_file(&table, dir, temp_dir, duck, &day.samples, err));
    *ret = day;
    day = (struct hc_day){0};
    return HC_OK;
}
