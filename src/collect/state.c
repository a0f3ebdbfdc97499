#include "collect/state.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "duck/source.h"

enum { MOST_COLUMNS = 32 };

/* The year 10000: nothing further away from 1970 is a time. */
static const double LATEST_S = 253402300800.0;

void hc_states_clear(struct hc_states *states)
{
    hc_buf_clear(&states->packed);
    hc_free(states->rows);
    *states = (struct hc_states){0};
}

/* ---- rows ---- */

/* No two ways to write the same number: it is compared as bytes. */
static double plain(double value)
{
    return isnan(value) ? NAN : value + 0.0;
}

static void pack(
    const struct hc_state_table *table, const struct hc_state_at *at, struct hc_buf *out)
{
    for (size_t c = 0; c < table->n; c++) {
        const struct hc_state_column *column = &table->columns[c];
        double number;

        if (column->type == HC_STATE_TEXT) {
            column->text(at, column, out);
            hc_buf_putc(out, '\0');
            continue;
        }
        number = plain(column->number(at, column));
        hc_buf_add(out, &number, sizeof(number));
    }
}

static bool is_there(const struct hc_entity *entity, int ask, size_t point)
{
    for (size_t i = 0; i < entity->n; i++)
        if (entity->facts[i].ask == ask && hc_fact_at(&entity->facts[i], point))
            return true;
    return false;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* No fact differs from the moment before; then no column does. */
static bool unchanged(const struct hc_entity *entity, size_t point)
{
    for (size_t i = 0; i < entity->n; i++) {
        const double *values = entity->facts[i].values;

        if (!same_number(values[point], values[point - 1]))
            return false;
    }
    return true;
}

static enum hc_status add_row(
    struct hc_states *states, size_t offset, int64_t from_s, int64_t step_s)
{
    HC_TRY(hc_grow(&states->rows, &states->cap, states->n + 1, sizeof(*states->rows)));
    states->rows[states->n++] = (struct hc_state_row){offset, from_s, from_s + step_s};
    return HC_OK;
}

/* The last row, if it goes on into a moment; its bytes end the packed ones. */
static struct hc_state_row *open_row(
    const struct hc_states *states, size_t first, int64_t t_s)
{
    struct hc_state_row *last = states->n > first ? &states->rows[states->n - 1] : NULL;

    return last && last->until_s == t_s ? last : NULL;
}

/* The rows of an entity while they are made. */
struct entity_rows {
    size_t first;
    bool steady;
    int64_t step_s;
};

/* A moment at which the entity is there. */
static enum hc_status add_moment(struct hc_states *states, const struct hc_state_at *at,
    const struct entity_rows *rows, int64_t t_s)
{
    struct hc_state_row *row = open_row(states, rows->first, t_s);
    size_t start = states->packed.len, length;
    int64_t step_s = rows->step_s;

    if (row && rows->steady && unchanged(at->entity, at->point)) {
        row->until_s += step_s;
        return HC_OK;
    }
    pack(states->table, at, &states->packed);
    HC_TRY(hc_buf_check(&states->packed));
    length = states->packed.len - start;
    if (row && start - row->offset == length &&
        !memcmp(states->packed.text + row->offset, states->packed.text + start, length)) {
        states->packed.len = start;
        row->until_s += step_s;
        return HC_OK;
    }
    return add_row(states, start, t_s, step_s);
}

static enum hc_status make_rows(
    struct hc_states *states, struct hc_state_at *at, const struct hc_entities *entities)
{
    const struct hc_state_table *table = states->table;
    const struct entity_rows rows = {.first = states->n,
        .steady = !table->steady || table->steady(at->entity, at->context),
        .step_s = entities->step_s};

    for (; at->point < at->n_points; at->point++)
        if (is_there(at->entity, table->there, at->point))
            HC_TRY(add_moment(states, at, &rows,
                entities->span.start_s + (int64_t)at->point * entities->step_s));
    return HC_OK;
}

enum hc_status hc_states_make(struct hc_states *states,
    const struct hc_state_table *table, const struct hc_entities *entities,
    const void *context)
{
    states->table = table;
    for (size_t i = 0; i < entities->n; i++) {
        struct hc_state_at at = {&entities->list[i], 0, entities->n_points, context};

        HC_TRY(make_rows(states, &at, entities));
    }
    return HC_OK;
}

/* ---- the file ---- */

struct stream {
    const struct hc_states *states;
    struct hc_source_column columns[MOST_COLUMNS];
    size_t next;
};

static enum hc_source_type source_type(enum hc_state_type type)
{
    static const enum hc_source_type types[] = {
        HC_SOURCE_TEXT, HC_SOURCE_DOUBLE, HC_SOURCE_TIME, HC_SOURCE_INT64};

    return types[type];
}

static const char *put_text(
    const char *at, size_t c, size_t row, struct hc_source_rows *rows)
{
    size_t length = strlen(at);

    if (length)
        hc_source_set_text(rows, c, row, at, length);
    else
        hc_source_set_null(rows, c, row);
    return at + length + 1;
}

/* Any number can come from a server. */
static bool is_time(double seconds)
{
    return fabs(seconds) < LATEST_S;
}

static const char *put_number(const char *at, enum hc_state_type type, size_t c,
    size_t row, struct hc_source_rows *rows)
{
    double value;

    memcpy(&value, at, sizeof(value));
    if (isnan(value) || (type == HC_STATE_TIME && !is_time(value)))
        hc_source_set_null(rows, c, row);
    else if (type == HC_STATE_NUMBER)
        ((double *)rows->data[c])[row] = value;
    else
        ((int64_t *)rows->data[c])[row] =
            type == HC_STATE_TIME ? llrint(value * (double)HC_SECOND_US) : value != 0;
    return at + sizeof(value);
}

static void put_row(const struct stream *s, struct hc_source_rows *rows, size_t n)
{
    const struct hc_state_table *table = s->states->table;
    const struct hc_state_row *row = &s->states->rows[s->next];
    const char *at = s->states->packed.text + row->offset;

    for (size_t c = 0; c < table->n; c++)
        at = table->columns[c].type == HC_STATE_TEXT
                 ? put_text(at, c, n, rows)
                 : put_number(at, table->columns[c].type, c, n, rows);
    ((int64_t *)rows->data[table->n])[n] = row->from_s * HC_SECOND_US;
    ((int64_t *)rows->data[table->n + 1])[n] = row->until_s * HC_SECOND_US;
}

static enum hc_status fill(void *context, size_t partition, struct hc_source_rows *rows,
    size_t *ret_rows, struct hc_error *err)
{
    struct stream *s = context;
    size_t n = 0;

    (void)partition;
    (void)err;
    for (; n < rows->cap && s->next < s->states->n; s->next++)
        put_row(s, rows, n++);
    *ret_rows = n;
    return HC_OK;
}

enum hc_status hc_states_write(const struct hc_states *states, struct hc_duck *duck,
    const char *path, struct hc_error *err)
{
    const struct hc_state_table *table = states->table;
    struct stream s = {.states = states};
    struct hc_source source = {.columns = s.columns,
        .n_columns = table->n + 2,
        .partitions = 1,
        .fill = fill,
        .context = &s};

    assert(source.n_columns <= MOST_COLUMNS);
    for (size_t c = 0; c < table->n; c++)
        s.columns[c] = (struct hc_source_column){
            table->columns[c].name, source_type(table->columns[c].type)};
    s.columns[table->n] = (struct hc_source_column){"valid_from", HC_SOURCE_TIME};
    s.columns[table->n + 1] = (struct hc_source_column){"valid_until", HC_SOURCE_TIME};
    return hc_duck_write_parquet(duck, &source, path, NULL, err);
}
