/*
 * store_parts.h - what a stored profile has after its options
 *
 * Each part of the state has one function in store_parts.c that says its layout. Reading
 * makes what the bytes say into a new profile of the same options, and refuses whatever
 * adding, merging or reading would choke on; store.c says what that may cost.
 */
#ifndef HC_STORE_PARTS_H
#define HC_STORE_PARTS_H

#include "kernel/state.h"
#include "kernel/store_io.h"

enum { HC_STORED_COLUMN = 5 * 8 + 6 * 8 + 4 }; /* bytes of a column, at least */

/* Columns, co-moments, within, nodes. After an error only hc_profile_free makes sense. */
enum hc_status hc_store_contents(struct hc_tape *t, struct hc_profile *p) HC_MUST_USE;

#endif
