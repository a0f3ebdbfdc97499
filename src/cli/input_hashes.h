/*
 * input_hashes.h - the SHA-256 of what is read, taken beside the work
 *
 * What a manifest vouches for was hashed when it was checked; the rest is read once more,
 * in a thread of its own. Standard input has no hash ("").
 */
#ifndef HC_CLI_INPUT_HASHES_H
#define HC_CLI_INPUT_HASHES_H

#include "dataset/dataset.h"

struct hc_input_hashes;

/* Begins; `threads` is the user's: with 1 the work is done in hc_input_hashes_wait. NULL:
 * no memory, which wait reports. The data set must outlive it. */
struct hc_input_hashes *hc_input_hashes_start(
    const struct hc_dataset *dataset, int64_t threads);

/* Until all are taken. HC_INPUT names the file that cannot be read. */
enum hc_status hc_input_hashes_wait(
    struct hc_input_hashes *hashes, struct hc_error *err) HC_MUST_USE;

/* After the wait: of the data set's file of that number. */
const char *hc_input_hash(const struct hc_input_hashes *hashes, size_t file);

/* Ends it, done or not; NULL is fine. */
void hc_input_hashes_stop(struct hc_input_hashes *hashes);

#endif
