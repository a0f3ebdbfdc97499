/*
 * state.h - entities as rows: one for each stretch of time in which nothing changed
 *
 * A table of columns says what a row holds: each makes its text or number of what is
 * known of the entity at a moment. A row begins where the entity appears or a column
 * differs from the moment before, and ends (valid_until, not included) where it differs
 * again or the entity is gone. Behind the columns of the table come valid_from and
 * valid_until.
 *
 * Days are put together afterwards (history.h): a stretch that goes on past midnight is
 * two rows here.
 *
 * Owns its rows. Threads: one at a time. Private to the room.
 */
#ifndef HC_STATE_H
#define HC_STATE_H

#include "collect/entity.h"
#include "duck/session.h"

enum hc_state_type {
    HC_STATE_TEXT,
    HC_STATE_NUMBER,
    HC_STATE_TIME, /* a number of seconds since 1970 UTC; NULL beyond the year 9999 */
    HC_STATE_FLAG  /* 0, or anything else */
};

struct hc_state_at {
    const struct hc_entity *entity;
    size_t point, n_points;
    const void *context; /* of whoever has the table */
};

struct hc_state_column {
    const char *name;
    enum hc_state_type type;
    bool is_key; /* rows of the same keys are of the same entity */
    /* what a column is made of, as its function takes it */
    int ask;
    const char *word;
    /* appends; nothing: NULL */
    void (*text)(const struct hc_state_at *at, const struct hc_state_column *column,
        struct hc_buf *out);
    /* NaN: NULL */
    double (*number)(const struct hc_state_at *at, const struct hc_state_column *column);
};

struct hc_state_table {
    int there; /* the ask whose facts say that the entity is there */
    const struct hc_state_column *columns;
    size_t n;
    /* Does no column of the entity change but where one of its facts does? NULL: none. */
    bool (*steady)(const struct hc_entity *entity, const void *context);
};

/* A stretch of time; its columns are at `offset` of the packed bytes. */
struct hc_state_row {
    size_t offset;
    int64_t from_s, until_s;
};

struct hc_states {
    const struct hc_state_table *table;
    struct hc_buf packed; /* a text with its NUL, or 8 bytes of a number */
    struct hc_state_row *rows;
    size_t n, cap;
};

void hc_states_clear(struct hc_states *states);

/* All rows of all entities, in their order. HC_NO_MEMORY. */
enum hc_status hc_states_make(struct hc_states *states,
    const struct hc_state_table *table, const struct hc_entities *entities,
    const void *context) HC_MUST_USE;

/* As Parquet to `path`, an absolute one. */
enum hc_status hc_states_write(const struct hc_states *states, struct hc_duck *duck,
    const char *path, struct hc_error *err) HC_MUST_USE;

#endif
