/*
 * inside.h - what the files of this folder share
 */
#ifndef HC_DUCK_INSIDE_H
#define HC_DUCK_INSIDE_H

#include <duckdb.h>
#include <pthread.h>
#include <string.h>

#include "duck/session.h"

struct hc_duck {
    duckdb_database database;
    duckdb_connection connection;
    struct hc_duck_options options;
    size_t threads;
    /* the watcher: interrupts what runs when the user wants to stop */
    pthread_t watcher;
    bool watching, closing;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

/* Turns DuckDB's message into a status and ours into `err`. */
enum hc_status hc_duck_fail(
    struct hc_error *err, duckdb_error_type type, const char *message);

/* Runs `sql`; *ret is to be destroyed whatever the outcome. */
enum hc_status hc_duck_query(struct hc_duck *duck, const char *sql, duckdb_result *ret,
    struct hc_error *err) HC_MUST_USE;

/* ---- functions of ours as aggregates ---- */

/* Takes `types`, then so many DOUBLEs; gives a BIGINT. NULLs are the function's own. */
struct hc_duck_aggregate {
    const char *name;
    const duckdb_type *types;
    size_t n_types, numbers;
    duckdb_aggregate_state_size size;
    duckdb_aggregate_init_t init;
    duckdb_aggregate_update_t update;
    duckdb_aggregate_combine_t combine;
    duckdb_aggregate_finalize_t finalize;
    void *extra; /* what the callbacks find; the caller's until the query has ended */
};

enum hc_status hc_duck_register(
    struct hc_duck *duck, const struct hc_duck_aggregate *aggregate) HC_MUST_USE;

/* ---- texts in a vector ---- */

static inline const char *hc_duck_text(const duckdb_string_t *s, size_t *ret_len)
{
    *ret_len = s->value.inlined.length;
    return duckdb_string_is_inlined(*s) ? s->value.inlined.inlined : s->value.pointer.ptr;
}

/* True without looking at the bytes of long strings that are not the same memory. */
static inline bool hc_duck_same_text(const duckdb_string_t *a, const duckdb_string_t *b)
{
    size_t len_a, len_b;
    const char *bytes_a, *bytes_b;

    if (!memcmp(a, b, sizeof(*a)))
        return true;
    bytes_a = hc_duck_text(a, &len_a);
    bytes_b = hc_duck_text(b, &len_b);
    return len_a == len_b && len_a > 12 && !memcmp(bytes_a, bytes_b, len_a);
}

#endif
