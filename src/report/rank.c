#include <math.h>

#include "report/rank.h"

void hc_rank_init(struct hc_rank *rank, size_t cap)
{
    assert(cap <= HC_RANK_MAX);
    *rank = (struct hc_rank){.cap = cap};
}

void hc_rank_offer(struct hc_rank *rank, size_t index, double key)
{
    size_t at = rank->n;

    if (isnan(key) || !rank->cap || (at == rank->cap && key <= rank->key[at - 1]))
        return;
    if (at == rank->cap)
        at--;
    else
        rank->n++;
    for (; at && rank->key[at - 1] < key; at--) {
        rank->key[at] = rank->key[at - 1];
        rank->index[at] = rank->index[at - 1];
    }
    rank->key[at] = key;
    rank->index[at] = index;
}
