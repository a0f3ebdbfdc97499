/*
 * mutate.h - examples of what the targets read, and seeded mutations of them
 *
 * The same seed gives the same bytes on every machine.
 */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "base/buf.h"
#include "targets.h"

struct fuzz_case {
    const char *name;
    fuzz_target target;
    void (*example)(uint64_t seed, struct hc_buf *out); /* valid bytes */
};

extern const struct fuzz_case fuzz_cases[];
extern const size_t fuzz_n_cases;

/* A few changes: bits, bytes, cuts, repeats, words of the format, numbers at edges. */
void fuzz_mutate(uint64_t seed, struct hc_buf *bytes);

#endif
