/*
 * xor_chunk.h - the samples of a chunk, as Prometheus stores and sends them
 *
 * The idea is T. Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series
 * Database" (VLDB 2015); the layout is Prometheus' own (prometheus/tsdb/docs/format/
 * chunks.md, "XOR chunk data"), bits from the top of each byte:
 *
 *     count       16 bits, big-endian
 *     sample 0    time as zigzag varint, value as 64 bits
 *     sample 1    difference of times as varint; value as below
 *     sample n    difference of differences: 0 | 10 and 14 bits | 110 and 17 | 1110 and
 * 20 | 1111 and 64; of k bits, what is over 2^(k-1) stands for minus 2^k. value: 0 the
 * same | 10 the changed bits, as many and where they were | 11, leading zeros (5 bits),
 * how many changed bits (6, 0 for 64), they
 *
 * HC_INPUT with `fault`: the bytes end before `count` samples, times that do not grow or
 * are further than HC_TIME_MS_MAX from 1970, more zeros and bits than 64. Bytes behind
 * the last sample are let be: a server may send a chunk that it is still writing to.
 *
 * Time: 5 ns a sample or so. Threads: pure. Private to the room.
 */
#ifndef HC_XOR_CHUNK_H
#define HC_XOR_CHUNK_H

#include "collect/sink.h"

struct hc_xor_chunk {
    const uint8_t *p, *end;
    uint64_t window; /* bits that are read and not used, from the top */
    int bits;        /* how many */
    uint32_t count, at;
    int64_t t_ms, delta;
    uint64_t value;
    uint8_t leading, trailing;
    const char *fault; /* a constant */
};

/* `bytes` stay the caller's and are read until the last sample is out. */
enum hc_status hc_xor_chunk_open(
    struct hc_xor_chunk *chunk, const uint8_t *bytes, size_t n) HC_MUST_USE;

/* How many samples there are in all: 0..65535. */
static inline size_t hc_xor_chunk_count(const struct hc_xor_chunk *chunk)
{
    return chunk->count;
}

/* The next sample; not after `count` of them. */
enum hc_status hc_xor_chunk_next(
    struct hc_xor_chunk *chunk, struct hc_sample *ret) HC_MUST_USE;

#endif
