/*
 * hindcast/profile.h - the mergeable state of one pass over node samples
 *
 * A profile takes batches of columns and keeps, in memory that does not grow with the
 * rows:
 *   - for every column: rows missing, NaN, infinite, out of range; mean, centred second
 *     moment, smallest, largest; a quantile sketch (within 1 % of the value at the rank);
 *   - co-moments of all pairs of columns over their common rows, pooled, and of the
 * gauges with node means taken out (the correlation within nodes);
 *   - for every node: rows, sketches of the main gauges, and its runs of time, which give
 *     steps, gaps, repeats and disorder exactly (see below);
 *   - cells: moments of every gauge for a node and a bucket of time. Full cells leave
 *     through a sink as partial records, to be merged by (node, bucket) outside.
 *
 *     profile(A) merged with profile(B) = profile(A and B)
 *
 * in any order and for any split (test_profile_laws.c). It does no I/O, reads no clock,
 * and starts no thread.
 *
 * Missing values. NULL and NaN are missing and count as such. An infinity is counted
 * apart and is in no statistic. A row without a time or a node is in the column
 * statistics, but in no cell, node or run.
 *
 * Runs. The batch says from which file and row it comes. Rows that follow each other in a
 * file make a stretch; within a stretch each node has a run, which keeps only its edges
 * and counts. Merged runs that do not overlap in time give the same figures as sorting
 * all times would. Where they overlap, or a node's step is not the hinted one, the node
 * is marked `inexact_times`: its times have to be looked at once more, sorted.
 *
 * Threads: a profile belongs to one thread at a time; the sink may be shared and then
 * has to lock for itself.
 *
 * Errors: HC_NO_MEMORY, or what the sink returned. After an error only hc_profile_free
 * makes sense.
 */
#ifndef HINDCAST_PROFILE_H
#define HINDCAST_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hindcast/moments.h>
#include <hindcast/status.h>

enum { HC_PROFILE_MAX_MAIN = 4 };
#define HC_NO_NODE UINT32_MAX

/*
 * A partial cell: header, then for each of the profile's gauges its moments. `node` is
 * the id that the sink's `intern` gave for the node's name.
 */
struct hc_cell_record {
    uint32_t node;
    uint32_t rows;
    int64_t bucket; /* floor(seconds since 1970 UTC / grain) */
    struct hc_moments gauge[];
};

/* Where full cells go. Both are called from whatever thread adds to a profile. */
struct hc_cell_sink {
    void *context;
    /* The id of a node's identity, the same for the same bytes. */
    enum hc_status (*intern)(
        void *context, const char *name, size_t len, uint32_t *ret_id);
    /* `count` records, each hc_cell_record_size(gauges) bytes after the other. */
    enum hc_status (*write)(
        void *context, const struct hc_cell_record *records, size_t count);
};

struct hc_profile_options {
    size_t columns; /* numbers in a row */
    size_t gauges;  /* the first of them: in cells and in the within-node part */
    size_t main;    /* gauges with quantiles by node, at most HC_PROFILE_MAX_MAIN */
    size_t main_column[HC_PROFILE_MAX_MAIN];
    const double *low; /* [columns] possible range, or NULL; infinite: no bound */
    const double *high;
    int64_t grain_s;          /* bucket of a cell: 3600 or 900 */
    int64_t step_hint_us;     /* the step that most nodes have; 0: not known */
    bool comoments;           /* keep the pairs at all (not for thousands of columns) */
    struct hc_cell_sink sink; /* write may be NULL: no cells are kept */
};

/* Rows that stand one after the other in one file. Bitmaps: bit set = there. */
struct hc_batch {
    size_t rows;
    uint32_t file;
    int64_t first_row;          /* number of the first row in the file */
    const int64_t *time_us;     /* [rows] microseconds since 1970 UTC */
    const uint64_t *time_valid; /* NULL: all */
    const uint32_t *node;       /* [rows] from hc_profile_node, or HC_NO_NODE */
    const uint64_t *keep;       /* rows to look at; NULL: all */
    const uint64_t
        *other_hash; /* [rows] hash of what is not among the columns, or NULL */
    const double *const *value;   /* [columns][rows] */
    const uint64_t *const *valid; /* [columns] NULL: all */
};

struct hc_profile;

static inline size_t hc_cell_record_size(size_t gauges)
{
    return sizeof(struct hc_cell_record) + gauges * sizeof(struct hc_moments);
}

/*
 * Tells OpenBLAS to use no threads of its own, for the whole process, and ends those that
 * it has started: right for whoever adds to profiles from several threads. At the start,
 * before other threads call BLAS; more than once is as once.
 */
void hc_profile_single_thread(void);

enum hc_status hc_profile_new(const struct hc_profile_options *options,
    struct hc_profile **ret_profile) HC_MUST_USE;
void hc_profile_free(struct hc_profile *profile);

/* The profile's id of a node's identity (any bytes); ids count from 0. */
enum hc_status hc_profile_node(struct hc_profile *profile, const char *name, size_t len,
    uint32_t *ret_id) HC_MUST_USE;

enum hc_status hc_profile_add(
    struct hc_profile *profile, const struct hc_batch *batch) HC_MUST_USE;

/* `into` takes in all of `from`, which stays as it is. HC_USAGE if their options differ.
 */
enum hc_status hc_profile_merge(
    struct hc_profile *into, const struct hc_profile *from) HC_MUST_USE;

/* Sends what is still open in cells to the sink and closes the runs. Adding may go on. */
enum hc_status hc_profile_flush(struct hc_profile *profile) HC_MUST_USE;

/* ---- reading ---- */

struct hc_profile_column {
    uint64_t missing, nan, infinite, below, above;
    struct hc_moments moments;
};

struct hc_profile_gap {
    int64_t start_us, end_us;
};

struct hc_profile_node_result {
    const char *name; /* identity bytes, owned by the profile */
    size_t name_len;
    uint64_t rows;
    int64_t first_us, last_us;
    int64_t step_s;    /* most frequent difference, to the nearest second; 0: none */
    uint64_t distinct; /* distinct times */
    uint64_t occupied, expected; /* slots of step_s */
    uint64_t gaps;               /* differences over 1.5 steps */
    int64_t longest_gap_us;
    uint64_t exact, conflicting, out_of_order;
    bool
        inexact_times; /* all but rows, first, last and out_of_order needs another look */
    bool inexact_order; /* out_of_order too: too many runs for the memory they may take */
    struct hc_moments main[HC_PROFILE_MAX_MAIN];
};

uint64_t hc_profile_rows(const struct hc_profile *profile);
uint64_t hc_profile_rows_no_key(const struct hc_profile *profile);
size_t hc_profile_nodes(const struct hc_profile *profile);
void hc_profile_read_column(
    const struct hc_profile *profile, size_t column, struct hc_profile_column *ret);

/* The value at rank floor(q (n - 1)) within 1 %; NaN of an empty column. 0 <= q <= 1. */
double hc_profile_quantile(const struct hc_profile *profile, size_t column, double q);
double hc_profile_node_quantile(
    const struct hc_profile *profile, uint32_t node, size_t main, double q);

/* `ret_gaps` is the caller's to free(3); may be NULL. */
enum hc_status hc_profile_read_node(const struct hc_profile *profile, uint32_t node,
    struct hc_profile_node_result *ret, struct hc_profile_gap **ret_gaps) HC_MUST_USE;

/*
 * Pearson's r over common rows, [columns × columns] row-major, and how many rows; NaN
 * where a column is constant over the pair's rows. `within`: [gauges × gauges], node
 * means taken out.
 */
enum hc_status hc_profile_correlation(
    const struct hc_profile *profile, double *ret_r, uint64_t *ret_n) HC_MUST_USE;
enum hc_status hc_profile_correlation_within(
    const struct hc_profile *profile, double *ret_r, uint64_t *ret_n) HC_MUST_USE;

/* ---- the stored form: "HCS" and a version, little-endian, CRC-32C at the end ---- */

enum { HC_PROFILE_VERSION = 1 };

/* Bytes of a flushed profile, the caller's to free(3). */
enum hc_status hc_profile_write(
    const struct hc_profile *profile, uint8_t **ret_bytes, size_t *ret_len) HC_MUST_USE;
/* HC_INPUT with a message where the bytes are not a state that this version reads. */
enum hc_status hc_profile_read(const uint8_t *bytes, size_t len,
    struct hc_profile **ret_profile, struct hc_error *err) HC_MUST_USE;

#endif
