/*
 * inside.h - what the files of this folder share
 */
#ifndef HC_DUCK_INSIDE_H
#define HC_DUCK_INSIDE_H

#include <duckdb.h>
#include <pthread.h>

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

#endif
