/*
 * footer.h - the end of a Parquet file: columns, row groups, where each column lies;
 * private to the room
 */
#ifndef HC_PARQUET_FOOTER_H
#define HC_PARQUET_FOOTER_H

#include "parquet/format.h"

/* A row group that is in the file. */
struct hc_parquet_placed {
    int64_t at, rows;
    struct hc_parquet_chunk *chunks; /* [columns] */
};

/* FileMetaData; errors are the buffer's. */
void hc_parquet_footer(const struct hc_parquet_schema *schema,
    const struct hc_parquet_placed *groups, size_t n_groups, struct hc_buf *out);

#endif
