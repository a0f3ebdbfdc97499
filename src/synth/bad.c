/*
 * bad.c - which cells and rows of the made-up cluster are bad
 *
 * All samples, node after node, are cut into as many equal stretches as there are bad
 * things; each gets one, at a random place, and which one is shuffled. So they are
 * spread over nodes and time, never meet, and come out sorted without sorting.
 */
#include "base/mem.h"
#include "synth/plan.h"
#include "synth/random.h"

enum { ROWS_AT_LEAST = 2000, MOST_OF_A_RULE = 2000, TRIES = 64 };

static const struct rule {
    uint8_t badness;
    uint8_t gauge;       /* 0 for a badness of rows */
    uint16_t in_million; /* of the samples; at least one */
} rules[] = {
    {HC_BAD_NULL, HC_SYNTH_CPU_USAGE_RATE, 20},
    {HC_BAD_NULL, HC_SYNTH_MEMORY_USAGE, 25},
    {HC_BAD_NULL, HC_SYNTH_CPU_STEAL, 120},
    {HC_BAD_NULL, HC_SYNTH_LOAD_1M, 15},
    {HC_BAD_NULL, HC_SYNTH_DISK_USAGE, 60},
    {HC_BAD_NULL, HC_SYNTH_NETWORK_RX_BYTES, 40},
    {HC_BAD_NULL, HC_SYNTH_NETWORK_TX_BYTES, 45},
    {HC_BAD_NULL, HC_SYNTH_DISK_READ_BYTES, 80},
    {HC_BAD_NAN, HC_SYNTH_CPU_USAGE_RATE, 15},
    {HC_BAD_NAN, HC_SYNTH_MEMORY_USAGE, 10},
    {HC_BAD_NAN, HC_SYNTH_CPU_IOWAIT, 60},
    {HC_BAD_NAN, HC_SYNTH_LOAD_5M, 20},
    {HC_BAD_NAN, HC_SYNTH_DISK_WRITE_BYTES, 30},
    {HC_BAD_INFINITE, HC_SYNTH_CPU_USAGE_RATE, 3},
    {HC_BAD_INFINITE, HC_SYNTH_LOAD_1M, 6},
    {HC_BAD_INFINITE, HC_SYNTH_NETWORK_TX_BYTES, 8},
    {HC_BAD_MINUS_INFINITE, HC_SYNTH_MEMORY_AVAILABLE, 4},
    {HC_BAD_MINUS_INFINITE, HC_SYNTH_NETWORK_TX_BYTES, 5},
    {HC_BAD_BELOW, HC_SYNTH_CPU_USAGE_RATE, 6},
    {HC_BAD_BELOW, HC_SYNTH_MEMORY_USAGE, 5},
    {HC_BAD_BELOW, HC_SYNTH_LOAD_1M, 4},
    {HC_BAD_BELOW, HC_SYNTH_NETWORK_RX_BYTES, 7},
    {HC_BAD_ABOVE, HC_SYNTH_CPU_USAGE_RATE, 12},
    {HC_BAD_ABOVE, HC_SYNTH_MEMORY_USAGE, 8},
    {HC_BAD_ABOVE, HC_SYNTH_CPU_IOWAIT, 4},
    {HC_BAD_ABOVE, HC_SYNTH_DISK_USAGE, 9},
    {HC_BAD_EXACT, 0, 60},
    {HC_BAD_CONFLICT, 0, 30},
    {HC_BAD_SWAP, 0, 20},
};

static size_t wanted(const struct rule *rule, uint64_t samples)
{
    uint64_t n = samples * rule->in_million / 1000000;

    if (samples < ROWS_AT_LEAST)
        return 0;
    if (n > MOST_OF_A_RULE)
        return MOST_OF_A_RULE;
    return n ? (size_t)n : 1;
}

static void list_all(struct hc_synth_plan *plan, uint64_t samples)
{
    for (size_t r = 0; r < HC_COUNT(rules); r++)
        for (size_t n = wanted(&rules[r], samples); n > 0; n--)
            plan->bad[plan->n_bad++] = (struct hc_synth_bad){
                .badness = rules[r].badness, .gauge = rules[r].gauge};
}

/* Fisher and Yates, from the end. */
static void shuffle(struct hc_synth_plan *plan)
{
    for (size_t i = plan->n_bad; i > 1; i--) {
        struct hc_random r =
            hc_random_at(plan->options.seed, HC_RANDOM_DIRT_ORDER, 0, (uint32_t)i);
        size_t j = hc_random_below(r.word[0], (uint32_t)i);
        struct hc_synth_bad held = plan->bad[i - 1];

        plan->bad[i - 1] = plan->bad[j];
        plan->bad[j] = held;
    }
}

/* Is there such a sample, and for a swap also the next one, in the same day's file? */
static bool fits(const struct hc_synth_plan *plan, const struct hc_synth_bad *bad)
{
    if (!hc_synth_present(plan, bad->node, bad->slot))
        return false;
    return bad->badness != HC_BAD_SWAP ||
           (hc_synth_present(plan, bad->node, bad->slot + 1) &&
               hc_synth_slot_day(plan, bad->slot) ==
                   hc_synth_slot_day(plan, bad->slot + 1));
}

/* Finds a place in lo .. hi; false if the stretch has none (a gap covers it). */
static bool place(struct hc_synth_plan *plan, struct hc_synth_bad *bad, uint32_t number,
    uint64_t lo, uint64_t hi)
{
    uint32_t width = (uint32_t)(hi - lo) - (bad->badness == HC_BAD_SWAP);

    for (uint32_t attempt = 0; attempt < TRIES; attempt++) {
        struct hc_random r =
            hc_random_at(plan->options.seed, HC_RANDOM_DIRT_PLACE, number, attempt);
        uint64_t at = lo + hc_random_below(r.word[0], width);

        bad->node = (uint32_t)(at / (uint64_t)plan->slots);
        bad->slot = (int64_t)(at % (uint64_t)plan->slots);
        if (fits(plan, bad))
            return true;
    }
    return false;
}

enum hc_status hc_synth_plan_bad(struct hc_synth_plan *plan)
{
    uint64_t samples = plan->n_nodes * (uint64_t)plan->slots;
    size_t n = 0, kept = 0;

    for (size_t r = 0; r < HC_COUNT(rules); r++)
        n += wanted(&rules[r], samples);
    plan->bad = hc_alloc(n, sizeof(*plan->bad));
    if (!plan->bad)
        return HC_NO_MEMORY;
    list_all(plan, samples);
    shuffle(plan);
    for (size_t i = 0; i < n; i++) {
        struct hc_synth_bad bad = plan->bad[i];

        if (place(plan, &bad, (uint32_t)i, i * samples / n, (i + 1) * samples / n))
            plan->bad[kept++] = bad;
    }
    plan->n_bad = kept;
    return HC_OK;
}

size_t hc_synth_bad_from(const struct hc_synth_plan *plan, uint32_t node, int64_t slot)
{
    size_t lo = 0, hi = plan->n_bad;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct hc_synth_bad *bad = &plan->bad[mid];

        if (bad->node < node || (bad->node == node && bad->slot < slot))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

uint64_t hc_synth_bad_count(
    const struct hc_synth_plan *plan, enum hc_synth_badness badness, unsigned gauge)
{
    uint64_t n = 0;

    for (size_t i = 0; i < plan->n_bad; i++)
        n += plan->bad[i].badness == badness &&
             (badness >= HC_BAD_CELLS || plan->bad[i].gauge == gauge);
    return n;
}
