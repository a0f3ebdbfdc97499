/*
 * format.h - numbers of the Parquet format, and what a column of a row group is; private
 * to the room
 *
 * Source: apache/parquet-format, src/main/thrift/parquet.thrift. The names there are
 * beside the numbers of the fields where these are used.
 */
#ifndef HC_PARQUET_FORMAT_H
#define HC_PARQUET_FORMAT_H

#include "parquet/parquet.h"

enum { PQ_BOOLEAN, PQ_INT32, PQ_INT64, PQ_INT96, PQ_FLOAT, PQ_DOUBLE, PQ_BYTE_ARRAY };

enum {
    PQ_PLAIN = 0,
    PQ_RLE = 3,
    PQ_RLE_DICTIONARY = 8,
    PQ_BYTE_STREAM_SPLIT = 9,
};

enum { PQ_ZSTD = 6 };                           /* CompressionCodec */
enum { PQ_UTF8 = 0, PQ_TIMESTAMP_MICROS = 10 }; /* ConvertedType */
enum { PQ_REQUIRED = 0, PQ_OPTIONAL = 1 };
enum { PQ_DATA_PAGE = 0, PQ_DICTIONARY_PAGE = 2 };

enum { LONGEST_BOUND = 64 }; /* of text in the statistics; longer is left out */

/* A column of a row group, as the footer tells of it; places are within the group. */
struct hc_parquet_chunk {
    int encoding;
    int64_t dictionary_at; /* -1: none */
    int64_t data_at;
    int64_t bytes, plain_bytes; /* with the pages' headers */
    int64_t nulls;
    bool has_range;
    uint8_t low_len, high_len;
    uint8_t low[LONGEST_BOUND], high[LONGEST_BOUND]; /* as plain encoding has them */
};

struct hc_parquet_group {
    const struct hc_parquet_schema *schema;
    size_t rows, n_done;
    struct hc_buf bytes;
    struct hc_parquet_chunk *chunks; /* [schema->n_columns] */
    struct hc_packer *packer;
    uint64_t *there; /* a bit a row of a column of doubles */
    size_t cap_there;
};

#endif
