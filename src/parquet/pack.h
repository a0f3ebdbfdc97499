/*
 * pack.h - a page of a column: compressed, with its header before it; private to the room
 *
 * The only user of zstd. A packer is memory that pages are made in, one after the other.
 *
 * A plane (all first bytes of a column's doubles, and so on) is a frame of its own, and
 * frames that follow each other are what zstd reads as one. So each plane has a code of
 * its own, and the planes that are noise, most of them, are found out by a trial and
 * stored: that halves the time, and the file is 1 % smaller (docs/decisions/0012).
 */
#ifndef HC_PARQUET_PACK_H
#define HC_PARQUET_PACK_H

#include "base/buf.h"

struct hc_packer;

enum hc_status hc_packer_new(struct hc_packer **ret) HC_MUST_USE;
void hc_packer_free(struct hc_packer *packer);

/* Room for a page that is not compressed yet; good until the next call. NULL: no memory.
 */
uint8_t *hc_packer_room(struct hc_packer *packer, size_t n);

struct hc_page {
    int type, encoding;
    size_t values; /* nulls too; of a dictionary its entries */
    size_t bytes;  /* of what was put into the room */
    size_t plane;  /* 0, or: the last 8 times so many bytes are planes, see split.h */
};

/* Appends the page to `out`; *ret_plain_bytes is its size, header included, if it were
 * not compressed. */
enum hc_status hc_packer_flush(struct hc_packer *packer, const struct hc_page *page,
    struct hc_buf *out, int64_t *ret_plain_bytes) HC_MUST_USE;

#endif
