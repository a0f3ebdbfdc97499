/*
 * log.h - partial cells on their way from the kernel to the findings
 *
 * The kernel's threads append records; they go to an unlinked file in the temporary
 * folder, so memory holds only 16 bytes a record (7 million node-hours: 115 MB). Closing
 * sorts these by node and time; reading then gives every cell once, the partial
 * records of the same node and bucket merged by Chan's formula.
 *
 * Why not a GROUP BY over the partials in SQL: docs/decisions/0003-cells.md.
 *
 * Threads: append from any thread (it locks); after closing, readers do not share
 * anything but the file and may run side by side.
 */
#ifndef HC_ROLLUP_LOG_H
#define HC_ROLLUP_LOG_H

#include <hindcast/profile.h>

#include "base/base.h"

struct hc_cell_log;

enum hc_status hc_cell_log_open(size_t gauges, const char *temp_dir,
    struct hc_cell_log **ret, struct hc_error *err) HC_MUST_USE;
void hc_cell_log_free(struct hc_cell_log *log);
void hc_cell_log_freep(struct hc_cell_log **log);

/* For hc_profile_options.sink; `context` is the log. */
struct hc_cell_sink hc_cell_log_sink(struct hc_cell_log *log);

/* Message of the last write that failed. */
const char *hc_cell_log_error(const struct hc_cell_log *log);

/* The identities that were seen; ids are the records'. */
size_t hc_cell_log_nodes(const struct hc_cell_log *log);
const char *hc_cell_log_node(const struct hc_cell_log *log, uint32_t id, size_t *ret_len);

/*
 * Ends appending. `rank` [nodes] is the order of nodes that readers want: rank[id] is
 * what they get as `node`.
 */
enum hc_status hc_cell_log_close(
    struct hc_cell_log *log, const uint32_t *rank, struct hc_error *err) HC_MUST_USE;

/* Partial records, after closing. */
size_t hc_cell_log_records(const struct hc_cell_log *log);

/* A reader over a part of the sorted cells: part k of n, cut between nodes. */
struct hc_cell_reader {
    struct hc_cell_log *log;
    size_t at, end, since_drop;
    struct hc_cell_record *cell; /* the current one, its node a rank */
};

enum hc_status hc_cell_reader_init(struct hc_cell_reader *reader, struct hc_cell_log *log,
    size_t part, size_t parts) HC_MUST_USE;
void hc_cell_reader_clear(struct hc_cell_reader *reader);

/* Moves to the next cell; false at the end. */
bool hc_cell_reader_next(struct hc_cell_reader *reader);

#endif
