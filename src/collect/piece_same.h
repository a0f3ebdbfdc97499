/*
 * piece_same.h - do two pieces say the same?
 *
 * The same series, in whatever order, with the same labels; at each moment both nothing
 * or values of which neither is further from the other than `tolerance` times the larger
 * one. Pure but for memory.
 */
#ifndef HC_PIECE_SAME_H
#define HC_PIECE_SAME_H

#include "collect/piece.h"

/* HC_INPUT: they do not, and the message says the first difference (without labels, which
 * may be anything). HC_NO_MEMORY. The pieces are of the same query and moments. */
enum hc_status hc_piece_same(const struct hc_piece *a, const struct hc_piece *b,
    double tolerance, struct hc_error *err) HC_MUST_USE;

#endif
