/*
 * cache.h - scores by (shape, node), of which only those of changed nodes are made again
 *
 * A score depends on the shape and on one node, so it stays good until the node changes.
 * The cache keeps a score for each pair, -1 where the pod does not fit, a log of the
 * nodes that changed, and for each shape how far in the log its scores are up to date.
 * When a pod arrives, the nodes logged since are scored again, and no others; nor is one
 * that it did not fit and that has only taken more since. Where half of them changed
 * and the policy can score all at once, that is done. The largest score of each block of
 * 64 nodes is kept too, so that the best node is found among blocks.
 *
 * Nodes are known here by their rank in the seed's order: the first of equals is the one
 * that the tie rule wants.
 *
 * Rows of scores take 2 bytes a node; there are as many as `bytes` allows, at least two.
 * With more shapes than rows, one that was not used for long is given away (the clock
 * algorithm: F. J. Corbato, 1968), and its shape is scored afresh when it comes again.
 * A shape that comes but once gets no row of its own: they all are scored into one.
 * The choices are the same, whatever `bytes`.
 *
 * Threads: a cache belongs to one run.
 */
#ifndef HC_REPLAY_CACHE_H
#define HC_REPLAY_CACHE_H

#include "base/base.h"

enum { HC_CACHE_BLOCK = 64 };

struct hc_cache {
    size_t n, n_blocks; /* nodes, blocks of them */
    size_t n_shapes;
    size_t n_rows;      /* and one more, of all shapes that come once */
    uint32_t *row_of;   /* [shapes]; UINT32_MAX: none */
    const bool *again;  /* [shapes] the caller's: it comes more than once */
    uint32_t *shape_of; /* [rows] */
    bool *recent;       /* [rows] used since the hand passed */
    size_t hand;        /* where the next row to give away is looked for */
    uint64_t *seen;     /* [rows] changes that it has */
    size_t n_taken;     /* rows that have a shape */
    int16_t *scores;    /* [rows × n_blocks × 64], padded with -1 */
    int16_t *best;      /* [rows × n_blocks] largest of each block */
    uint32_t *log;      /* ring of ranks that changed */
    size_t log_mask;
    uint64_t changes;  /* in all */
    uint64_t *gained;  /* [n] changes when something was last given back, or 0 */
    uint32_t *stamp;   /* [n] of the look-up that scored it last */
    uint32_t *changed; /* [n] ranks that this look-up scores */
    uint32_t serial;
    uint64_t scored; /* pairs scored in all: what a placement costs */
};

/* `again` [shapes] is to live as long as the cache. */
enum hc_status hc_cache_open(size_t nodes, size_t shapes, const bool *again, size_t bytes,
    struct hc_cache *ret) HC_MUST_USE;
void hc_cache_clear(struct hc_cache *cache);

/* The node of this rank is not as it was. `gained`: it may take what it could not. */
void hc_cache_changed(struct hc_cache *cache, uint32_t rank, bool gained);

/* No node is as it was. */
void hc_cache_all_changed(struct hc_cache *cache);

/* Makes the scores of some ranks, where they are in the row; -1: it does not fit. */
typedef void hc_score_some_fn(
    void *context, size_t shape, const uint32_t *ranks, size_t n, int16_t *row);

/* Makes those of all ranks. */
typedef void hc_score_row_fn(void *context, size_t shape, int16_t *row);

struct hc_scorer {
    hc_score_some_fn *some;
    hc_score_row_fn *row; /* NULL: none */
    bool row_is_cheap;    /* half of the nodes, one by one, would cost more */
    void *context;
};

/* The row of the shape, up to date: scores by rank. Valid until the next look-up. */
const int16_t *hc_cache_row(
    struct hc_cache *cache, size_t shape, const struct hc_scorer *scorer);

/* The largest score of a block of HC_CACHE_BLOCK. */
static inline int16_t hc_cache_largest(const int16_t *scores)
{
    int16_t best = scores[0];

    for (size_t i = 1; i < HC_CACHE_BLOCK; i++)
        best = scores[i] > best ? scores[i] : best;
    return best;
}

/* The first rank with the largest score of that row; UINT32_MAX: the pod fits nowhere. */
uint32_t hc_cache_best(const struct hc_cache *cache, const int16_t *row);

#endif
