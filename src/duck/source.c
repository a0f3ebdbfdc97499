#include <stdio.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "duck/inside.h"
#include "duck/source.h"

enum { MAX_VECTORS = 4096 };

static const duckdb_type types[] = {
    [HC_SOURCE_DOUBLE] = DUCKDB_TYPE_DOUBLE,
    [HC_SOURCE_INT64] = DUCKDB_TYPE_BIGINT,
    [HC_SOURCE_UINT32] = DUCKDB_TYPE_UINTEGER,
    [HC_SOURCE_TIME] = DUCKDB_TYPE_TIMESTAMP,
    [HC_SOURCE_TEXT] = DUCKDB_TYPE_VARCHAR,
};

/* One COPY: what its callbacks share. */
struct scan {
    struct hc_source *source;
    atomic_size_t next; /* partition */
    pthread_mutex_t lock;
    enum hc_status status; /* of the first fill that failed */
    struct hc_error err;
};

struct local {
    size_t partition;
    void **data;
};

static void local_free(void *p)
{
    struct local *local = p;

    hc_free(local->data);
    hc_free(local);
}

void hc_source_set_null(struct hc_source_rows *rows, size_t column, size_t row)
{
    duckdb_vector vector = duckdb_data_chunk_get_vector(rows->handle, column);

    duckdb_vector_ensure_validity_writable(vector);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void hc_source_set_text(
    struct hc_source_rows *rows, size_t column, size_t row, const char *text, size_t len)
{
    duckdb_vector_assign_string_element_len(
        duckdb_data_chunk_get_vector(rows->handle, column), row, text, len);
}

static void on_bind(duckdb_bind_info info)
{
    struct scan *scan = duckdb_bind_get_extra_info(info);

    for (size_t i = 0; i < scan->source->n_columns; i++) {
        duckdb_logical_type type =
            duckdb_create_logical_type(types[scan->source->columns[i].type]);

        duckdb_bind_add_result_column(info, scan->source->columns[i].name, type);
        duckdb_destroy_logical_type(&type);
    }
}

static void on_init(duckdb_init_info info)
{
    struct scan *scan = duckdb_init_get_extra_info(info);

    duckdb_init_set_max_threads(info, scan->source->partitions);
}

static void on_local_init(duckdb_init_info info)
{
    struct scan *scan = duckdb_init_get_extra_info(info);
    struct local *local = hc_calloc(1, sizeof(*local));

    if (local)
        local->data = hc_calloc(scan->source->n_columns, sizeof(void *));
    if (!local || !local->data) {
        hc_free(local);
        duckdb_init_set_error(info, "no memory");
        return;
    }
    local->partition = atomic_fetch_add(&scan->next, 1);
    duckdb_init_set_init_data(info, local, local_free);
}

static void remember(struct scan *scan, enum hc_status status, const struct hc_error *err)
{
    pthread_mutex_lock(&scan->lock);
    if (!scan->status) {
        scan->status = status;
        scan->err = *err;
    }
    pthread_mutex_unlock(&scan->lock);
}

static void on_fill(duckdb_function_info info, duckdb_data_chunk chunk)
{
    struct scan *scan = duckdb_function_get_extra_info(info);
    struct local *local = duckdb_function_get_local_init_data(info);
    struct hc_source_rows rows = {duckdb_vector_size(), local->data, chunk};
    struct hc_error err = {"no memory"};
    size_t n = 0;

    for (size_t i = 0; i < scan->source->n_columns; i++)
        local->data[i] = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, i));
    while (!n && local->partition < scan->source->partitions) {
        enum hc_status status =
            scan->source->fill(scan->source->context, local->partition, &rows, &n, &err);

        if (status) {
            remember(scan, status, &err);
            duckdb_function_set_error(info, err.message);
            return;
        }
        if (!n)
            local->partition = atomic_fetch_add(&scan->next, 1);
    }
    duckdb_data_chunk_set_size(chunk, n);
}

static enum hc_status register_source(
    struct hc_duck *duck, struct scan *scan, const char *name)
{
    duckdb_table_function function = duckdb_create_table_function();
    duckdb_state state;

    duckdb_table_function_set_name(function, name);
    duckdb_table_function_set_extra_info(function, scan, NULL);
    duckdb_table_function_set_bind(function, on_bind);
    duckdb_table_function_set_init(function, on_init);
    duckdb_table_function_set_local_init(function, on_local_init);
    duckdb_table_function_set_function(function, on_fill);
    state = duckdb_register_table_function(duck->connection, function);
    duckdb_destroy_table_function(&function);
    return state == DuckDBSuccess ? HC_OK : HC_INTERNAL;
}

static void write_copy(struct hc_buf *sql, const char *name, size_t row_group,
    const char *path, const char *const *metadata)
{
    hc_buf_printf(sql, "COPY (SELECT * FROM %s()) TO ", name);
    hc_sql_text(sql, path);
    hc_buf_puts(sql,
        " (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, "
        "DICTIONARY_SIZE_LIMIT 4096");
    hc_buf_printf(sql, ", ROW_GROUP_SIZE %zu", row_group ? row_group : 122880);
    for (size_t i = 0; metadata && metadata[i]; i += 2) {
        hc_buf_puts(sql, i ? ", " : ", KV_METADATA {");
        hc_buf_puts(sql, metadata[i]);
        hc_buf_puts(sql, ": ");
        hc_sql_text(sql, metadata[i + 1]);
    }
    hc_buf_puts(sql, metadata && metadata[0] ? "})" : ")");
}

enum hc_status hc_duck_write_parquet(struct hc_duck *duck, struct hc_source *source,
    const char *path, const char *const *metadata, struct hc_error *err)
{
    static atomic_uint serial;
    HC_CLEANUP(hc_buf_clear) struct hc_buf sql = HC_BUF_INIT;
    struct scan scan = {.source = source, .lock = PTHREAD_MUTEX_INITIALIZER};
    enum hc_status status;
    char name[48];

    /* a name of its own for each: a function cannot be replaced */
    snprintf(name, sizeof(name), "hc_source_%u", atomic_fetch_add(&serial, 1));
    HC_TRY(register_source(duck, &scan, name));
    write_copy(&sql, name, source->row_group, path, metadata);
    HC_TRY(hc_buf_check(&sql));
    status = hc_duck_run(duck, sql.text, err);
    if (scan.status) {
        if (err)
            *err = scan.err;
        return scan.status;
    }
    return status == HC_INPUT ? HC_OUTPUT : status;
}
