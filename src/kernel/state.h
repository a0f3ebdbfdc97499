/*
 * state.h - the insides of a profile, shared by the kernel's files and nobody else
 */
#ifndef HC_STATE_H
#define HC_STATE_H

#include <hindcast/profile.h>

#include "base/name_index.h"
#include "kernel/block.h"
#include "kernel/comoments.h"
#include "kernel/masked.h"
#include "kernel/sketch.h"
#include "kernel/times.h"
#include "kernel/within.h"

struct hc_column_state {
    uint64_t missing, nan, infinite, below, above;
    struct hc_moments moments;
    struct hc_sketch sketch;
};

struct hc_node_state {
    const char *name; /* the table's */
    size_t name_len;
    uint32_t sink_id; /* what the sink calls it, or HC_NO_NODE */
    uint64_t stretch; /* the last stretch of rows that it was in */
    struct hc_times times;
    struct hc_cell_record *cell;                 /* the open one; rows = 0: none */
    struct hc_moments main[HC_PROFILE_MAX_MAIN]; /* of closed cells */
    struct hc_sketch sketch[HC_PROFILE_MAX_MAIN];
    struct hc_within_node within;
};

/* Names to ids, and a node for each. */
struct hc_node_table {
    struct hc_name_index names;
    struct hc_node_state **nodes; /* [names.n] */
    size_t cap;
};

enum hc_status hc_node_table_find(struct hc_node_table *table, const char *name,
    size_t len, uint32_t *ret_id) HC_MUST_USE;
void hc_node_table_clear(struct hc_node_table *table);

/* One block of rows while it is looked at. */
struct hc_work {
    size_t rows;
    int64_t row[HC_BLOCK]; /* number in the file */
    int64_t time_us[HC_BLOCK];
    uint32_t node[HC_BLOCK]; /* HC_NO_NODE: no node or no time */
    uint64_t other_hash[HC_BLOCK];
    const double **value;     /* [columns] of this block */
    const uint64_t **valid;   /* [columns] of this block, as given */
    bool *dirty;              /* [columns] some row has no finite value */
    uint64_t *bits;           /* [columns][HC_BLOCK_WORDS] finite values, where dirty */
    double *d;                /* [columns][HC_BLOCK] shifted, where clean */
    double *block_sum;        /* [columns] of d, where clean */
    double *mean, *low, *sum; /* [columns] of some rows */
    uint32_t *column;         /* [columns] of some rows */
    double *c;                /* [columns × columns] of some rows */
    double *gather;           /* [columns][HC_BLOCK] of some rows, shifted */
    uint64_t *rows_bits;      /* [columns][HC_BLOCK_WORDS] of these rows */
    uint16_t kept_row[HC_BLOCK];
    struct hc_masked masked; /* of a block with values missing; p = 0: none yet */
    double one[HC_BLOCK], two[HC_BLOCK]; /* a column's values, squeezed */
    double *kept;                        /* [columns][HC_BLOCK] rows that were kept */
    uint64_t *kept_bits;                 /* [columns][HC_BLOCK_WORDS] */
};

struct hc_profile {
    struct hc_profile_options options;
    double *low, *high; /* copies; NULL: no ranges */
    uint64_t rows, rows_no_key;
    struct hc_column_state *columns;
    struct hc_comoments co;
    struct hc_within within;
    struct hc_node_table nodes;
    int64_t room; /* for lists of times */
    uint64_t stretch;
    uint32_t last_file;
    int64_t next_row;
    uint8_t *out; /* cells on their way to the sink */
    size_t n_out;
    struct hc_work work;
};

enum { HC_OUT_RECORDS = 512 };

/* column.c: fills work->dirty, bits, d for a column and adds it to its state. */
enum hc_status hc_column_add(struct hc_profile *profile, size_t column) HC_MUST_USE;

/* groups.c: the whole block into the co-moments of all columns, and rows [from, to),
 * which are one node's, into those of the gauges within nodes. */
enum hc_status hc_groups_pool(struct hc_profile *profile) HC_MUST_USE;
enum hc_status hc_groups_within(struct hc_profile *profile, struct hc_within_node *node,
    size_t from, size_t to) HC_MUST_USE;

/* cells.c */
enum hc_status hc_cells_add(struct hc_profile *profile, struct hc_node_state *node,
    size_t from, size_t to) HC_MUST_USE;
enum hc_status hc_cells_close(
    struct hc_profile *profile, struct hc_node_state *node) HC_MUST_USE;
enum hc_status hc_cells_send(struct hc_profile *profile) HC_MUST_USE;
enum hc_status hc_cells_merge(struct hc_profile *profile, struct hc_node_state *node,
    const struct hc_cell_record *cell) HC_MUST_USE;

static inline bool hc_has_value(const struct hc_work *work, size_t column, size_t row)
{
    return !work->dirty[column] || hc_bit(work->bits + column * HC_BLOCK_WORDS, row);
}

#endif
