/*
 * store_io.h - single numbers on their way to a stored profile and back
 *
 * A tape is written or read, and one function serves both ways: on a tape that is being
 * written it copies the number out, on one that is read it copies it in. store.c says
 * what the bytes are.
 *
 * Reading: HC_INPUT where the bytes end or the number is not one that a profile can have,
 * and `fault` says in what way; nothing past the end is touched. Writing cannot fail
 * here: the buffer remembers (base/buf.h), and requirements are not checked.
 */
#ifndef HC_STORE_IO_H
#define HC_STORE_IO_H

#include "base/base.h"
#include "base/buf.h"

struct hc_tape {
    struct hc_buf *out; /* when writing; else NULL */
    const uint8_t *in;  /* when reading */
    size_t left;
    uint64_t rows;     /* of the profile: no count is larger */
    const char *fault; /* what is wrong with the bytes read; a constant */
};

/* HC_INPUT because of `fault`; the second: unless it holds. */
enum hc_status hc_tape_refuse(struct hc_tape *t, const char *fault) HC_MUST_USE;
enum hc_status hc_tape_require(
    struct hc_tape *t, bool holds, const char *fault) HC_MUST_USE;

enum hc_status hc_tape_raw(struct hc_tape *t, void *bytes, size_t n) HC_MUST_USE;
/* The lower n bytes of a number. */
enum hc_status hc_tape_number(struct hc_tape *t, uint64_t *x, size_t n) HC_MUST_USE;
enum hc_status hc_tape_u64(struct hc_tape *t, uint64_t *x) HC_MUST_USE;
enum hc_status hc_tape_u32(struct hc_tape *t, uint32_t *x) HC_MUST_USE;
enum hc_status hc_tape_i64(struct hc_tape *t, int64_t *x) HC_MUST_USE;
enum hc_status hc_tape_f64(struct hc_tape *t, double *x) HC_MUST_USE;
enum hc_status hc_tape_flag(struct hc_tape *t, bool *x) HC_MUST_USE;

/* A count of rows or of what rows have; the same kept as a double. */
enum hc_status hc_tape_tally(struct hc_tape *t, uint64_t *x) HC_MUST_USE;
enum hc_status hc_tape_weight(struct hc_tape *t, double *x) HC_MUST_USE;
/* Microseconds since 1970 UTC. */
enum hc_status hc_tape_time(struct hc_tape *t, int64_t *us) HC_MUST_USE;
/* How many things follow, each of at least `bytes`. */
enum hc_status hc_tape_length(struct hc_tape *t, size_t *n, size_t bytes) HC_MUST_USE;

enum hc_status hc_tape_doubles(struct hc_tape *t, double *x, size_t n) HC_MUST_USE;
/* The upper triangle of x [p × p], by rows. */
enum hc_status hc_tape_triangle(struct hc_tape *t, double *x, size_t p) HC_MUST_USE;
/* `arrays` of them behind each other in memory, the first one counts. */
enum hc_status hc_tape_triangles(
    struct hc_tape *t, double *x, size_t arrays, size_t p) HC_MUST_USE;

static inline size_t hc_triangle_bytes(size_t p)
{
    return p * (p + 1) / 2 * 8;
}

#endif
