/*
 * rank.h - the few largest of many, without memory of its own
 *
 * Keeps the indices of the `cap` largest keys offered, largest first; among equals the
 * one offered first stays first. NaN is never taken. Offer -key for the smallest.
 */
#ifndef HC_RANK_H
#define HC_RANK_H

#include "base/base.h"

enum { HC_RANK_MAX = 20 };

struct hc_rank {
    size_t cap, n;
    size_t index[HC_RANK_MAX];
    double key[HC_RANK_MAX];
};

void hc_rank_init(struct hc_rank *rank, size_t cap);
void hc_rank_offer(struct hc_rank *rank, size_t index, double key);

#endif
