#include "base/mem.h"
#include "duck/inside.h"
#include "duck/stream.h"

struct hc_stream {
    struct hc_duck *duck;
    duckdb_prepared_statement statement;
    duckdb_result result;
    bool has_result;
    duckdb_data_chunk chunk;
};

static enum hc_status start(
    struct hc_stream *stream, const char *sql, struct hc_error *err)
{
    duckdb_pending_result pending = NULL;
    enum hc_status status = HC_OK;

    if (duckdb_prepare(stream->duck->connection, sql, &stream->statement) == DuckDBError)
        return hc_duck_fail(
            err, DUCKDB_ERROR_INVALID, duckdb_prepare_error(stream->statement));
    if (duckdb_pending_prepared_streaming(stream->statement, &pending) == DuckDBError) {
        status = hc_duck_fail(err, DUCKDB_ERROR_INVALID, duckdb_pending_error(pending));
    } else {
        stream->has_result = true;
        if (duckdb_execute_pending(pending, &stream->result) == DuckDBError)
            status = hc_duck_fail(err, duckdb_result_error_type(&stream->result),
                duckdb_result_error(&stream->result));
    }
    duckdb_destroy_pending(&pending);
    return status;
}

enum hc_status hc_stream_open(
    struct hc_duck *duck, const char *sql, struct hc_stream **ret, struct hc_error *err)
{
    struct hc_stream *stream;
    enum hc_status status;

    if (duck->options.stop && atomic_load(duck->options.stop))
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    stream = hc_calloc(1, sizeof(*stream));
    if (!stream)
        return HC_NO_MEMORY;
    stream->duck = duck;
    status = start(stream, sql, err);
    if (status) {
        hc_stream_close(stream);
        return status;
    }
    *ret = stream;
    return HC_OK;
}

void hc_stream_close(struct hc_stream *stream)
{
    if (!stream)
        return;
    if (stream->chunk)
        duckdb_destroy_data_chunk(&stream->chunk);
    if (stream->has_result)
        duckdb_destroy_result(&stream->result);
    duckdb_destroy_prepare(&stream->statement);
    hc_free(stream);
}

void hc_stream_closep(struct hc_stream **stream)
{
    hc_stream_close(*stream);
    *stream = NULL;
}

enum hc_status hc_stream_next(
    struct hc_stream *stream, size_t *ret_rows, struct hc_error *err)
{
    const char *message;

    if (stream->duck->options.stop && atomic_load(stream->duck->options.stop))
        return hc_fail(err, HC_INTERRUPTED, "interrupted");
    if (stream->chunk)
        duckdb_destroy_data_chunk(&stream->chunk);
    stream->chunk = duckdb_fetch_chunk(stream->result);
    message = duckdb_result_error(&stream->result);
    if (message && message[0])
        return hc_duck_fail(err, duckdb_result_error_type(&stream->result), message);
    *ret_rows = stream->chunk ? duckdb_data_chunk_get_size(stream->chunk) : 0;
    return HC_OK;
}

const void *hc_stream_column(
    const struct hc_stream *stream, size_t column, const uint64_t **ret_valid)
{
    duckdb_vector vector = duckdb_data_chunk_get_vector(stream->chunk, column);

    *ret_valid = duckdb_vector_get_validity(vector);
    return duckdb_vector_get_data(vector);
}

static bool is_valid(const uint64_t *valid, size_t row)
{
    return !valid || (valid[row / 64] >> (row % 64) & 1);
}

const char *hc_stream_text(
    const struct hc_stream *stream, size_t column, size_t row, size_t *ret_len)
{
    const uint64_t *valid;
    const duckdb_string_t *texts = hc_stream_column(stream, column, &valid);

    if (!is_valid(valid, row))
        return NULL;
    return hc_duck_text(&texts[row], ret_len);
}

size_t hc_stream_same_until(
    const struct hc_stream *stream, size_t column, size_t from, size_t end)
{
    const uint64_t *valid;
    const duckdb_string_t *texts = hc_stream_column(stream, column, &valid);
    bool there = is_valid(valid, from);
    size_t row = from + 1;

    while (row < end && is_valid(valid, row) == there &&
           (!there || hc_duck_same_text(&texts[row], &texts[from])))
        row++;
    return row;
}
