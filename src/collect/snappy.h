/*
 * snappy.h - blocks of Snappy's format; the only file that knows libsnappy
 *
 * google/snappy's format_description.txt: the block, not the framed stream. HC_INPUT for
 * what is no block, or one that says it has more than `max` bytes inside; a block that
 * lies about its size is refused. HC_NO_MEMORY.
 *
 * Threads: pure. Private to the room.
 */
#ifndef HC_SNAPPY_H
#define HC_SNAPPY_H

#include "base/buf.h"

/* `out` is emptied first. */
enum hc_status hc_snappy_pack(
    const void *bytes, size_t n, struct hc_buf *out) HC_MUST_USE;
/* Bytes that a block says it has inside; 0: it is none. */
size_t hc_snappy_length(const void *bytes, size_t n);
enum hc_status hc_snappy_unpack(const void *bytes, size_t n, size_t max,
    struct hc_buf *out, const char **fault) HC_MUST_USE;

#endif
