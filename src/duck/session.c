#include <stdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "duck/inside.h"

/* ---- messages ---- */

/* DuckDB's first line, without the name of its error class. */
static const char *first_line(const char *message, size_t *ret_len)
{
    const char *colon = strstr(message, "Error: ");

    if (colon && colon - message < 40)
        message = colon + 7;
    *ret_len = strcspn(message, "\n");
    return message;
}

enum hc_status hc_duck_fail(
    struct hc_error *err, duckdb_error_type type, const char *message)
{
    const char *text = message ? message : "no message";
    size_t len;

    text = first_line(text, &len);
    if (type == DUCKDB_ERROR_INTERRUPT)
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    if (type == DUCKDB_ERROR_OUT_OF_MEMORY)
        return hc_fail(err, HC_NO_MEMORY,
            "memory limit reached: raise --memory-limit (%.*s)", (int)len, text);
    if (type == DUCKDB_ERROR_IO && strstr(text, "No space left"))
        return hc_fail(err, HC_OUTPUT, "disk full: %.*s", (int)len, text);
    return hc_fail(err, HC_INPUT, "%.*s", (int)len, text);
}

/* ---- the watcher ---- */

static void add_ms(struct timespec *t, long ms)
{
    t->tv_nsec += ms * 1000000L;
    t->tv_sec += t->tv_nsec / 1000000000L;
    t->tv_nsec %= 1000000000L;
}

static void *watch_main(void *context)
{
    struct hc_duck *duck = context;

    pthread_mutex_lock(&duck->lock);
    while (!duck->closing) {
        struct timespec until;

        if (atomic_load(duck->options.stop))
            duckdb_interrupt(duck->connection);
        clock_gettime(CLOCK_REALTIME, &until);
        add_ms(&until, 20);
        pthread_cond_timedwait(&duck->wake, &duck->lock, &until);
    }
    pthread_mutex_unlock(&duck->lock);
    return NULL;
}

static void watch_start(struct hc_duck *duck)
{
    if (duck->options.stop)
        duck->watching = pthread_create(&duck->watcher, NULL, watch_main, duck) == 0;
}

static void watch_stop(struct hc_duck *duck)
{
    if (!duck->watching)
        return;
    pthread_mutex_lock(&duck->lock);
    duck->closing = true;
    pthread_cond_signal(&duck->wake);
    pthread_mutex_unlock(&duck->lock);
    pthread_join(duck->watcher, NULL);
}

enum hc_status hc_duck_query(
    struct hc_duck *duck, const char *sql, duckdb_result *ret, struct hc_error *err)
{
    memset(ret, 0, sizeof(*ret));
    if (duck->options.stop && atomic_load(duck->options.stop))
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    if (duckdb_query(duck->connection, sql, ret) == DuckDBSuccess)
        return HC_OK;
    return hc_duck_fail(err, duckdb_result_error_type(ret), duckdb_result_error(ret));
}

/* ---- opening and closing ---- */

static const char *const closed_doors[][2] = {
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
    {"allow_unsigned_extensions", "false"},
    {"allow_persistent_secrets", "false"},
};

static const char progress_settings[] =
    "SET enable_progress_bar=true; SET enable_progress_bar_print=false; "
    "SET progress_bar_time=0";

static enum hc_status set_config(
    duckdb_config config, const char *name, const char *value, struct hc_error *err)
{
    if (duckdb_set_config(config, name, value) == DuckDBError)
        return hc_fail(err, HC_INTERNAL, "DuckDB refuses the setting %s=%s", name, value);
    return HC_OK;
}

static enum hc_status fill_config(
    duckdb_config config, const struct hc_duck_options *o, struct hc_error *err)
{
    char number[32];

    for (size_t i = 0; i < HC_COUNT(closed_doors); i++)
        HC_TRY(set_config(config, closed_doors[i][0], closed_doors[i][1], err));
    if (o->temp_dir)
        HC_TRY(set_config(config, "temp_directory", o->temp_dir, err));
    if (o->threads) {
        snprintf(number, sizeof(number), "%lld", (long long)o->threads);
        HC_TRY(set_config(config, "threads", number, err));
    }
    if (!o->memory_limit)
        return HC_OK;
    snprintf(number, sizeof(number), "%lluB", (unsigned long long)o->memory_limit);
    return set_config(config, "memory_limit", number, err);
}

static enum hc_status open_database(struct hc_duck *duck, struct hc_error *err)
{
    duckdb_config config = NULL;
    char *message = NULL;
    enum hc_status status;

    if (duckdb_create_config(&config) == DuckDBError)
        return HC_NO_MEMORY;
    status = fill_config(config, &duck->options, err);
    if (!status &&
        duckdb_open_ext(NULL, &duck->database, config, &message) == DuckDBError)
        status = hc_fail(
            err, HC_INTERNAL, "cannot open DuckDB: %s", message ? message : "no message");
    duckdb_free(message);
    duckdb_destroy_config(&config);
    if (!status && duckdb_connect(duck->database, &duck->connection) == DuckDBError)
        status = hc_fail(err, HC_NO_MEMORY, "cannot connect to DuckDB");
    return status;
}

static enum hc_status settle(struct hc_duck *duck, struct hc_error *err)
{
    HC_CLEANUP(hc_rows_freep) struct hc_rows *rows = NULL;

    HC_TRY(hc_duck_run(duck,
        "SET TimeZone='UTC'; "
        "SET enable_external_file_cache=false; ", /* every file is read once */
        err));
    if (!duck->options.keep_order)
        HC_TRY(hc_duck_run(duck, "SET preserve_insertion_order=false", err));
    if (duck->options.progress)
        HC_TRY(hc_duck_run(duck, progress_settings, err));
    HC_TRY(hc_duck_rows(duck, "SELECT current_setting('threads')", &rows, err));
    duck->threads = (size_t)hc_rows_int(rows, 0, 0);
    return HC_OK;
}

enum hc_status hc_duck_open(
    const struct hc_duck_options *options, struct hc_duck **ret, struct hc_error *err)
{
    struct hc_duck *duck;
    enum hc_status status;

    if (strcmp(duckdb_library_version(), "v" HC_DUCKDB_VERSION))
        return hc_fail(err, HC_INTERNAL, "built for DuckDB v%s, but found %s",
            HC_DUCKDB_VERSION, duckdb_library_version());
    duck = hc_calloc(1, sizeof(*duck));
    if (!duck)
        return HC_NO_MEMORY;
    duck->options = *options;
    pthread_mutex_init(&duck->lock, NULL);
    pthread_cond_init(&duck->wake, NULL);
    status = open_database(duck, err);
    if (!status)
        watch_start(duck);
    if (!status)
        status = settle(duck, err);
    duck->options.temp_dir = NULL; /* the caller's; DuckDB has its own copy */
    if (status) {
        hc_duck_close(duck);
        return status;
    }
    *ret = duck;
    return HC_OK;
}

void hc_duck_close(struct hc_duck *duck)
{
    if (!duck)
        return;
    watch_stop(duck);
    if (duck->connection)
        duckdb_disconnect(&duck->connection);
    if (duck->database)
        duckdb_close(&duck->database);
    pthread_cond_destroy(&duck->wake);
    pthread_mutex_destroy(&duck->lock);
    hc_free(duck);
}

void hc_duck_closep(struct hc_duck **duck)
{
    hc_duck_close(*duck);
    *duck = NULL;
}

static void add_list(struct hc_buf *sql, const char *const *items, size_t n)
{
    hc_buf_putc(sql, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            hc_buf_putc(sql, ',');
        hc_sql_text(sql, items[i]);
    }
    hc_buf_putc(sql, ']');
}

enum hc_status hc_duck_lock(struct hc_duck *duck, const char *const *dirs, size_t n_dirs,
    const char *const *files, size_t n_files, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;

    hc_buf_puts(&sql, "SET allowed_directories=");
    add_list(&sql, dirs, n_dirs);
    hc_buf_puts(&sql, "; SET allowed_paths=");
    add_list(&sql, files, n_files);
    hc_buf_puts(&sql, "; SET enable_external_access=false; SET lock_configuration=true");
    HC_TRY(hc_buf_check(&sql));
    return hc_duck_run(duck, sql.text, err);
}

size_t hc_duck_threads(const struct hc_duck *duck)
{
    return duck->threads;
}

const char *hc_duck_version(void)
{
    return duckdb_library_version();
}

enum hc_status hc_duck_run(struct hc_duck *duck, const char *sql, struct hc_error *err)
{
    duckdb_result result;
    enum hc_status status = hc_duck_query(duck, sql, &result, err);

    duckdb_destroy_result(&result);
    return status;
}

double hc_duck_progress(struct hc_duck *duck)
{
    return duckdb_query_progress(duck->connection).percentage / 100;
}

/* ---- text for SQL ---- */

static void add_quoted(struct hc_buf *sql, const char *text, char quote)
{
    hc_buf_putc(sql, quote);
    for (; *text; text++) {
        if (*text == quote)
            hc_buf_putc(sql, quote);
        hc_buf_putc(sql, *text);
    }
    hc_buf_putc(sql, quote);
}

void hc_sql_name(struct hc_buf *sql, const char *name)
{
    add_quoted(sql, name, '"');
}

void hc_sql_text(struct hc_buf *sql, const char *text)
{
    add_quoted(sql, text, '\'');
}
