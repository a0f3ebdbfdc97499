#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/workers.h"
#include "bounds/compaction.h"

/* ---- orders --------------------------------------------------------------------- */

/* SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014): passes BigCrush, and any start is as good as any other. */
static uint64_t next_word(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* Fisher and Yates. The multiplication's bias is below nodes / 2^64. */
void hc_compaction_order(uint64_t seed, size_t trial, size_t nodes, size_t *ret_order)
{
    uint64_t state = seed;

    state = next_word(&state) + trial;
    state = next_word(&state);
    for (size_t i = 0; i < nodes; i++)
        ret_order[i] = i;
    for (size_t i = nodes; i > 1; i--) {
        size_t j =
            (size_t)(((unsigned __int128)next_word(&state) * (unsigned __int128)i) >> 64);
        size_t taken = ret_order[i - 1];

        ret_order[i - 1] = ret_order[j];
        ret_order[j] = taken;
    }
}

/* ---- trials --------------------------------------------------------------------- */

/* Room of one worker. */
struct bench {
    size_t *order;
    bool *removed;
};

struct running {
    const struct hc_compaction_ask *ask;
    struct bench *benches;           /* [workers] */
    atomic_size_t next_worker, next; /* which bench; which trial */
    struct hc_compaction *result;
};

static bool fits_without(
    const struct running *run, struct bench *bench, void *context, size_t gone)
{
    for (size_t i = 0; i < run->ask->nodes; i++)
        bench->removed[bench->order[i]] = i < gone;
    return run->ask->fits(context, bench->removed);
}

/* The first `lo` of the order can go and the first `hi` cannot; one more than all stands
 * for the end. */
static int64_t trial(
    const struct running *run, struct bench *bench, void *context, size_t at)
{
    size_t lo = 0, hi = run->ask->nodes + 1;

    hc_compaction_order(run->ask->seed, at, run->ask->nodes, bench->order);
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;

        if (fits_without(run, bench, context, mid))
            lo = mid;
        else
            hi = mid;
    }
    return (int64_t)(run->ask->nodes - lo);
}

static void *work(void *pointer)
{
    struct running *run = pointer;
    size_t worker = atomic_fetch_add(&run->next_worker, 1);
    size_t at = atomic_fetch_add(&run->next, 1);

    for (; at < run->ask->trials; at = atomic_fetch_add(&run->next, 1))
        run->result->needed[at] =
            trial(run, &run->benches[worker], run->ask->contexts[worker], at);
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The 90th percentile by nearest rank: of 11, the second largest. */
static void sum_up(struct hc_compaction *result)
{
    int64_t sorted[HC_COMPACTION_TRIALS_MAX];
    size_t n = result->trials;

    for (size_t i = 0; i < n; i++)
        sorted[i] = result->needed[i];
    qsort(sorted, n, sizeof(*sorted), ascending);
    result->least = sorted[0];
    result->most = sorted[n - 1];
    result->p90 = sorted[(9 * n + 9) / 10 - 1];
}

static enum hc_status check(const struct hc_compaction_ask *ask, struct hc_error *err)
{
    if (ask->trials < 1 || ask->trials > HC_COMPACTION_TRIALS_MAX)
        return hc_fail(err, HC_USAGE, "%zu trials of compaction, not 1 to %d",
            ask->trials, (int)HC_COMPACTION_TRIALS_MAX);
    if (ask->workers < 1 || ask->workers > HC_WORKERS_ROOM)
        return hc_fail(err, HC_USAGE, "%zu workers for compaction, not 1 to %d",
            ask->workers, (int)HC_WORKERS_ROOM);
    return HC_OK;
}

enum hc_status hc_compaction_run(
    const struct hc_compaction_ask *ask, struct hc_compaction *ret, struct hc_error *err)
{
    struct bench benches[HC_WORKERS_ROOM];
    struct hc_compaction result = {.trials = ask->trials};
    struct running run = {.ask = ask, .benches = benches, .result = &result};
    HC_CLEANUP(hc_freep) size_t *orders = NULL;
    HC_CLEANUP(hc_freep) bool *removed = NULL;

    HC_TRY(check(ask, err));
    orders = hc_calloc(ask->nodes * ask->workers + 1, sizeof(*orders));
    removed = hc_calloc(ask->nodes * ask->workers + 1, sizeof(*removed));
    if (!orders || !removed)
        return HC_NO_MEMORY;
    for (size_t w = 0; w < ask->workers; w++)
        benches[w] = (struct bench){orders + w * ask->nodes, removed + w * ask->nodes};
    result.fits = ask->fits(ask->contexts[0], removed);
    if (result.fits) {
        hc_workers_run(ask->workers, work, &run);
        sum_up(&result);
    }
    *ret = result;
    return HC_OK;
}
