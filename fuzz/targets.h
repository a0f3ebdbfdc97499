/*
 * targets.h - functions that take any bytes and must not mind
 *
 * Each reads the bytes twice, as a whole and in pieces that the bytes themselves choose,
 * and aborts if the outcome or anything that the sink was told differs, or if the sink
 * was told something that sink.h rules out. Sanitizers see the rest.
 *
 *   fuzz/run           libFuzzer over all targets (clang), for some seconds each
 *   tests/unit/test_fuzz.c      seeded mutations of the examples in mutate.h, in every
 * check
 */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include <stddef.h>
#include <stdint.h>

/* True if the bytes were taken for a valid reply. */
typedef int (*fuzz_target)(const uint8_t *bytes, size_t n);

int fuzz_prom_json(const uint8_t *bytes, size_t n);
int fuzz_stream(const uint8_t *bytes, size_t n); /* frames as they come */
int fuzz_frame(const uint8_t *bytes, size_t n);  /* a message, framed with its checksum */
int fuzz_response(const uint8_t *bytes, size_t n); /* a reply with samples as it comes */
int fuzz_samples(const uint8_t *bytes, size_t n);  /* a message, compressed */
int fuzz_evaluate(const uint8_t *bytes, size_t n); /* frames, into queries of the table */

/* A cluster's snapshot; what is valid is replayed, and nothing may be lost. */
int fuzz_snapshot(const uint8_t *bytes, size_t n);

#endif
