#include "replay/fit.h"
#include "replay/run_inside.h"

/* ---- scores ---- */

/* Of a node that fits; -1: a policy will not have it. */
static int score_fitting(
    const struct hc_run *run, const struct hc_shape *shape, uint32_t node)
{
    const struct hc_mix *mix = run->request.mix;
    int total = 0;

    for (size_t i = 0; i < mix->n; i++) {
        const struct hc_policy *policy = mix->parts[i].policy;
        int score = policy->score ? policy->score(&run->scenes[i], shape, node) : 0;

        if (score < 0)
            return -1;
        total += mix->parts[i].weight * score;
    }
    return total;
}

/* Of the nodes that `nodes` lists, or of all, by their place in the list or by node. */
static bool score_many(struct hc_run *run, const struct hc_shape *shape,
    const uint32_t *nodes, size_t n, int16_t *out)
{
    const struct hc_mix *mix = run->request.mix;

    return mix->n == 1 && run->lead->score_many &&
           run->lead->score_many(&run->scenes[0], shape, nodes, n, out);
}

/* Of some nodes, by their ranks. */
static void score_some(
    void *context, size_t shape_number, const uint32_t *ranks, size_t n, int16_t *scores)
{
    struct hc_run *run = context;
    const struct hc_shape *shape = &run->trace->shapes[shape_number];
    int weight = run->request.mix->parts[0].weight;
    uint32_t *fitting = run->fitting;
    bool at_once;

    for (size_t i = 0; i < n; i++) {
        scores[ranks[i]] = -1;
        fitting[i] = run->request.order->node_at[ranks[i]];
    }
    n = hc_fits_some(&run->fleet, shape, fitting, n, fitting);
    at_once = score_many(run, shape, fitting, n, run->by_node);
    for (size_t i = 0; i < n; i++) {
        uint32_t node = fitting[i];

        scores[run->rank_of[node]] = (int16_t)(at_once ? weight * run->by_node[i]
                                                       : score_fitting(run, shape, node));
    }
}

/* Of all nodes, by rank. */
static void score_row(void *context, size_t shape_number, int16_t *scores)
{
    struct hc_run *run = context;
    const struct hc_shape *shape = &run->trace->shapes[shape_number];
    size_t n = run->trace->n_nodes;
    bool at_once = score_many(run, shape, NULL, n, run->by_node);
    int weight = run->request.mix->parts[0].weight;

    hc_fits_all(&run->fleet, shape, run->fits);
    for (size_t i = 0; i < n && !at_once; i++)
        run->by_node[i] =
            (int16_t)(run->fits[i] ? score_fitting(run, shape, (uint32_t)i) : -1);
    for (size_t i = 0; i < n && at_once; i++)
        run->by_node[i] = (int16_t)(run->fits[i] ? weight * run->by_node[i] : -1);
    for (size_t i = 0; i < n; i++)
        scores[i] = run->by_node[run->request.order->node_at[i]];
}

const int16_t *hc_run_scores(struct hc_run *run, uint32_t shape)
{
    const struct hc_scorer scorer = {.some = score_some,
        .row = run->request.cache_bytes ? score_row : NULL,
        .row_is_cheap = run->request.mix->n == 1 && run->lead->score_many,
        .context = run};

    if (!run->request.cache_bytes)
        run->cache.row_of[shape] = UINT32_MAX;
    return hc_cache_row(&run->cache, shape, &scorer);
}

/* ---- choices ---- */

/* The k-th rank that fits, k at random. */
static uint32_t choose_random(struct hc_run *run, const int16_t *scores)
{
    size_t n = 0, k;

    for (size_t i = 0; i < run->trace->n_nodes; i++)
        n += scores[i] >= 0;
    if (n < 2)
        return hc_cache_best(&run->cache, scores);
    k = (size_t)hc_random_below(&run->random, n);
    for (size_t i = 0;; i++)
        if (scores[i] >= 0 && !k--)
            return (uint32_t)i;
}

/* Which nodes fit, constraints over several nodes included. */
static void filter(
    struct hc_run *run, const struct hc_shape *shape, const int16_t *scores)
{
    for (size_t i = 0; i < run->trace->n_nodes; i++)
        run->soft.fits[run->request.order->node_at[i]] = scores[i] >= 0;
    hc_soft_filter(&run->soft, &run->fleet, shape);
}

size_t hc_run_totals(
    struct hc_run *run, const struct hc_shape *shape, const int16_t *scores)
{
    const struct hc_soft *soft = &run->soft;
    int32_t weight = run->request.mix->soft;
    size_t n = 0;

    filter(run, shape, scores);
    if (weight)
        hc_soft_score(&run->soft, &run->fleet, shape);
    for (size_t i = 0; i < run->trace->n_nodes; i++) {
        uint32_t node = run->request.order->node_at[i];

        n += soft->fits[node];
        run->totals[node] = scores[i];
        if (weight)
            run->totals[node] +=
                weight * (soft->taints[node] + soft->affinity[node] + soft->spread[node]);
    }
    return n;
}

/* Where what other nodes have decides too: all nodes are looked at. */
static uint32_t choose_among_all(
    struct hc_run *run, const struct hc_shape *shape, const int16_t *scores)
{
    size_t n = hc_run_totals(run, shape, scores), k = SIZE_MAX;
    uint32_t best = HC_NOWHERE;

    if (run->lead->kind == HC_POLICY_RANDOM && n > 1)
        k = (size_t)hc_random_below(&run->random, n);
    for (size_t i = 0; i < run->trace->n_nodes; i++) {
        uint32_t node = run->request.order->node_at[i];

        if (!run->soft.fits[node])
            continue;
        if (k != SIZE_MAX && !k--)
            return node;
        if (k == SIZE_MAX &&
            (best == HC_NOWHERE || run->totals[node] > run->totals[best]))
            best = node;
    }
    return best;
}

/* The first rank of the nodes in a block that have this score and fit, if it is before
 * `first`. */
static uint32_t first_fitting(const struct hc_run *run, const struct hc_shape *shape,
    size_t block, int16_t score, uint32_t first)
{
    for (size_t i = block; i < block + HC_CACHE_BLOCK; i++)
        if (run->by_node[i] == score && run->rank_of[i] < first &&
            hc_fits(&run->fleet, shape, i))
            first = run->rank_of[i];
    return first;
}

/* Of a shape whose scores are not kept: the first that fits of the nodes with the highest
 * score, fit or not. UINT32_MAX: none of those does, or not all are scored at once. */
static uint32_t choose_at_once(struct hc_run *run, uint32_t shape_number)
{
    const struct hc_shape *shape = &run->trace->shapes[shape_number];
    size_t n = run->trace->n_nodes;
    uint32_t first = UINT32_MAX;
    int16_t top = 0;

    if (run->again[shape_number] || !run->request.cache_bytes ||
        !score_many(run, shape, NULL, n, run->by_node))
        return UINT32_MAX;
    run->cache.scored += n;
    for (size_t b = 0; b < n; b += HC_CACHE_BLOCK) {
        int16_t largest = hc_cache_largest(run->by_node + b);

        top = largest > top ? largest : top;
    }
    for (size_t b = 0; b < n; b += HC_CACHE_BLOCK)
        if (hc_cache_largest(run->by_node + b) == top)
            first = first_fitting(run, shape, b, top, first);
    return first;
}

/* By the scores of nodes alone. */
static uint32_t choose_rank(struct hc_run *run, uint32_t shape_number)
{
    uint32_t rank = choose_at_once(run, shape_number);
    const int16_t *scores;

    if (rank != UINT32_MAX)
        return rank;
    scores = hc_run_scores(run, shape_number);
    return run->lead->kind == HC_POLICY_RANDOM ? choose_random(run, scores)
                                               : hc_cache_best(&run->cache, scores);
}

uint32_t hc_run_choose(struct hc_run *run, uint32_t shape_number)
{
    const struct hc_shape *shape = &run->trace->shapes[shape_number];
    uint32_t rank;

    if (!hc_soft_none(run->trace, shape, run->request.mix->soft != 0))
        return choose_among_all(run, shape, hc_run_scores(run, shape_number));
    rank = choose_rank(run, shape_number);
    return rank == UINT32_MAX ? HC_NOWHERE : run->request.order->node_at[rank];
}
