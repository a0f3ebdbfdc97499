#include <string.h>

#include "parquet/footer.h"
#include "parquet/thrift.h"

static const struct {
    int physical, converted; /* -1: none */
} types[] = {
    [HC_PARQUET_TEXT] = {PQ_BYTE_ARRAY, PQ_UTF8},
    [HC_PARQUET_TIME] = {PQ_INT64, PQ_TIMESTAMP_MICROS},
    [HC_PARQUET_INT32] = {PQ_INT32, -1},
    [HC_PARQUET_INT64] = {PQ_INT64, -1},
    [HC_PARQUET_DOUBLE] = {PQ_DOUBLE, -1},
};

static void put_text(struct hc_thrift *t, int field, const char *text)
{
    hc_thrift_bytes(t, field, text, strlen(text));
}

/* ---- schema ---- */

/* LogicalType: a union, so a struct of one field. */
static void put_logical(struct hc_thrift *t, enum hc_parquet_type type)
{
    hc_thrift_open_field(t, 10);
    if (type == HC_PARQUET_TEXT) {
        hc_thrift_open_field(t, 1); /* STRING */
    } else {
        hc_thrift_open_field(t, 8);  /* TIMESTAMP */
        hc_thrift_bool(t, 1, false); /* isAdjustedToUTC: the file says no zone */
        hc_thrift_open_field(t, 2);  /* unit */
        hc_thrift_open_field(t, 2);  /* MICROS */
        hc_thrift_close(t);
        hc_thrift_close(t);
    }
    hc_thrift_close(t);
    hc_thrift_close(t);
}

static void put_column(struct hc_thrift *t, const struct hc_parquet_column *column)
{
    hc_thrift_open(t);
    hc_thrift_i32(t, 1, types[column->type].physical);
    hc_thrift_i32(t, 3, column->nullable ? PQ_OPTIONAL : PQ_REQUIRED);
    put_text(t, 4, column->name);
    if (types[column->type].converted >= 0) {
        hc_thrift_i32(t, 6, types[column->type].converted);
        put_logical(t, column->type);
    }
    hc_thrift_close(t);
}

static void put_schema(struct hc_thrift *t, const struct hc_parquet_schema *schema)
{
    hc_thrift_list(t, 2, HC_THRIFT_STRUCT, schema->n_columns + 1);
    hc_thrift_open(t);
    put_text(t, 4, "schema");
    hc_thrift_i32(t, 5, (int32_t)schema->n_columns); /* num_children */
    hc_thrift_close(t);
    for (size_t i = 0; i < schema->n_columns; i++)
        put_column(t, &schema->columns[i]);
}

/* ---- row groups ---- */

static void put_statistics(struct hc_thrift *t, const struct hc_parquet_chunk *chunk)
{
    hc_thrift_open_field(t, 12);
    hc_thrift_i64(t, 3, chunk->nulls);
    if (chunk->has_range) {
        hc_thrift_bytes(t, 5, chunk->high, chunk->high_len);
        hc_thrift_bytes(t, 6, chunk->low, chunk->low_len);
    }
    hc_thrift_close(t);
}

static void put_encodings(struct hc_thrift *t, const struct hc_parquet_chunk *chunk)
{
    bool has_dictionary = chunk->dictionary_at >= 0;

    hc_thrift_list(t, 2, HC_THRIFT_I32, has_dictionary ? 3 : 2);
    hc_thrift_element_i32(t, chunk->encoding);
    hc_thrift_element_i32(t, PQ_RLE);
    if (has_dictionary)
        hc_thrift_element_i32(t, PQ_PLAIN);
}

static void put_chunk(struct hc_thrift *t, const struct hc_parquet_column *column,
    const struct hc_parquet_chunk *chunk, const struct hc_parquet_placed *group)
{
    hc_thrift_open(t);
    hc_thrift_i64(t, 2, 0);     /* file_offset: of no use, and 0 by the format */
    hc_thrift_open_field(t, 3); /* meta_data */
    hc_thrift_i32(t, 1, types[column->type].physical);
    put_encodings(t, chunk);
    hc_thrift_list(t, 3, HC_THRIFT_BINARY, 1); /* path_in_schema */
    hc_thrift_element_bytes(t, column->name, strlen(column->name));
    hc_thrift_i32(t, 4, PQ_ZSTD);
    hc_thrift_i64(t, 5, group->rows); /* num_values */
    hc_thrift_i64(t, 6, chunk->plain_bytes);
    hc_thrift_i64(t, 7, chunk->bytes);
    hc_thrift_i64(t, 9, group->at + chunk->data_at);
    if (chunk->dictionary_at >= 0)
        hc_thrift_i64(t, 11, group->at + chunk->dictionary_at);
    put_statistics(t, chunk);
    hc_thrift_close(t);
    hc_thrift_close(t);
}

static void put_sorting(struct hc_thrift *t, const struct hc_parquet_schema *schema)
{
    if (!schema->n_sorted)
        return;
    hc_thrift_list(t, 4, HC_THRIFT_STRUCT, schema->n_sorted);
    for (size_t i = 0; i < schema->n_sorted; i++) {
        hc_thrift_open(t);
        hc_thrift_i32(t, 1, (int32_t)schema->sorted[i]);
        hc_thrift_bool(t, 2, false); /* descending */
        hc_thrift_bool(t, 3, true);  /* nulls_first */
        hc_thrift_close(t);
    }
}

static void put_group(struct hc_thrift *t, const struct hc_parquet_schema *schema,
    const struct hc_parquet_placed *group)
{
    int64_t plain = 0, bytes = 0;

    hc_thrift_open(t);
    hc_thrift_list(t, 1, HC_THRIFT_STRUCT, schema->n_columns);
    for (size_t i = 0; i < schema->n_columns; i++) {
        put_chunk(t, &schema->columns[i], &group->chunks[i], group);
        plain += group->chunks[i].plain_bytes;
        bytes += group->chunks[i].bytes;
    }
    hc_thrift_i64(t, 2, plain); /* total_byte_size */
    hc_thrift_i64(t, 3, group->rows);
    put_sorting(t, schema);
    hc_thrift_i64(t, 5, group->at);
    hc_thrift_i64(t, 6, bytes); /* total_compressed_size */
    hc_thrift_close(t);
}

/* ---- the rest ---- */

static void put_metadata(struct hc_thrift *t, const char *const *metadata)
{
    size_t n = 0;

    while (metadata && metadata[2 * n])
        n++;
    if (!n)
        return;
    hc_thrift_list(t, 5, HC_THRIFT_STRUCT, n);
    for (size_t i = 0; i < n; i++) {
        hc_thrift_open(t);
        put_text(t, 1, metadata[2 * i]);
        put_text(t, 2, metadata[2 * i + 1]);
        hc_thrift_close(t);
    }
}

/* Each column's bounds are in the order of its type; without this readers ignore them. */
static void put_orders(struct hc_thrift *t, size_t n)
{
    hc_thrift_list(t, 7, HC_THRIFT_STRUCT, n);
    for (size_t i = 0; i < n; i++) {
        hc_thrift_open(t);
        hc_thrift_open_field(t, 1); /* TYPE_ORDER */
        hc_thrift_close(t);
        hc_thrift_close(t);
    }
}

void hc_parquet_footer(const struct hc_parquet_schema *schema,
    const struct hc_parquet_placed *groups, size_t n_groups, struct hc_buf *out)
{
    struct hc_thrift t = {.out = out};
    int64_t rows = 0;

    for (size_t i = 0; i < n_groups; i++)
        rows += groups[i].rows;
    hc_thrift_open(&t);
    hc_thrift_i32(&t, 1, 2); /* version */
    put_schema(&t, schema);
    hc_thrift_i64(&t, 3, rows);
    hc_thrift_list(&t, 4, HC_THRIFT_STRUCT, n_groups);
    for (size_t i = 0; i < n_groups; i++)
        put_group(&t, schema, &groups[i]);
    put_metadata(&t, schema->metadata);
    put_text(&t, 6, schema->created_by);
    put_orders(&t, schema->n_columns);
    hc_thrift_close(&t);
}
