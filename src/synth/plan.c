#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "synth/plan.h"
#include "synth/random.h"
#include "synth/seats.h"
#include "synth/wave.h"

/* Midnights of 2000-01-01 and 2100-01-01. */
#define YEAR_2000 INT64_C(946684800)
#define YEAR_2100 INT64_C(4102444800)

enum { MAX_NODES = 100000, MAX_DAYS = 3660, MAX_BURSTS = 1000, TRIES = 64 };

const struct hc_synth_pool hc_synth_pools[HC_POOLS] = {
    [HC_POOL_GENERAL] = {"general", 0.40, 0.45, 0.60, 4, 2e6},
    [HC_POOL_BATCH] = {"batch", -0.12, 0.35, 0.50, 2, 8e6},
    [HC_POOL_MEMORY] = {"memory", 0.30, 0.60, 0.75, 8, 1e6},
};

/* Six of ten nodes are general, so that their peak hour is the fleet's. */
static const uint8_t pool_of_ten[10] = {
    HC_POOL_GENERAL,
    HC_POOL_GENERAL,
    HC_POOL_BATCH,
    HC_POOL_GENERAL,
    HC_POOL_MEMORY,
    HC_POOL_GENERAL,
    HC_POOL_GENERAL,
    HC_POOL_BATCH,
    HC_POOL_GENERAL,
    HC_POOL_MEMORY,
};

int hc_synth_weekday(const struct hc_synth_plan *plan, int64_t day)
{
    return (int)((plan->options.start_s / HC_SYNTH_DAY_S + day + 3) % 7);
}

double hc_synth_wave(const struct hc_synth_plan *plan, int64_t s)
{
    double c = hc_wave_cos(s - (plan->peak_hour * 3600 + 1800), HC_SYNTH_DAY_S);

    return (c + 2.0 * c * c * c) * (1.0 / 3.0);
}

static enum hc_status check_options(
    const struct hc_synth_options *o, struct hc_error *err)
{
    if (o->nodes < 1 || o->nodes > MAX_NODES)
        return hc_fail(err, HC_USAGE,
            "cannot make a cluster of %lld nodes: 1 to %d are possible",
            (long long)o->nodes, MAX_NODES);
    if (o->days < 1 || o->days > MAX_DAYS)
        return hc_fail(err, HC_USAGE, "cannot make %lld days: 1 to %d are possible",
            (long long)o->days, MAX_DAYS);
    if (o->step_s < 1 || o->step_s > HC_SYNTH_DAY_S)
        return hc_fail(err, HC_USAGE,
            "cannot make a sample every %lld s: 1 to %d s are possible",
            (long long)o->step_s, HC_SYNTH_DAY_S);
    if (o->start_s % HC_SYNTH_DAY_S != 0)
        return hc_fail(err, HC_USAGE,
            "cannot start at Unix time %lld: not midnight in UTC", (long long)o->start_s);
    if (o->start_s < YEAR_2000 || o->start_s > YEAR_2100 - o->days * HC_SYNTH_DAY_S)
        return hc_fail(err, HC_USAGE,
            "cannot make %lld days from Unix time %lld: not within 2000 to 2100",
            (long long)o->days, (long long)o->start_s);
    return HC_OK;
}

static void plan_rhythm(struct hc_synth_plan *plan)
{
    static const double workday[5] = {0.98, 1.02, 1.06, 1.01, 0.97};
    struct hc_random r = hc_random_at(plan->options.seed, HC_RANDOM_CLUSTER, 0, 0);

    plan->peak_hour = 10 + hc_random_below(r.word[0], 7);
    for (int d = 0; d < 5; d++)
        plan->week[d] = workday[d];
    plan->week[5] = 0.60 + 0.01 * hc_random_below(r.word[1], 13);
    plan->week[6] = plan->week[5] - 0.04;
}

static bool has_role(const struct hc_synth_plan *plan, uint32_t node)
{
    for (int r = 0; r < HC_ROLES; r++)
        if (plan->role[r] == node)
            return true;
    return false;
}

/* Draws a node for each part, none twice, as far as there are nodes. */
static void plan_roles(struct hc_synth_plan *plan)
{
    for (int r = 0; r < HC_ROLES; r++)
        plan->role[r] = HC_NOBODY;
    for (uint32_t r = 0; r < HC_ROLES && r < plan->n_nodes; r++) {
        uint32_t node, attempt = 0;

        do {
            struct hc_random x =
                hc_random_at(plan->options.seed, HC_RANDOM_ROLE, r, attempt++);

            node = hc_random_below(x.word[0], plan->n_nodes);
        } while (has_role(plan, node));
        plan->role[r] = node;
    }
}

/* A part that there is no time for, or that lacks its other half, is not played. */
static void drop_roles(struct hc_synth_plan *plan)
{
    if (plan->role[HC_ROLE_TOGETHER_B] == HC_NOBODY)
        plan->role[HC_ROLE_TOGETHER_A] = HC_NOBODY;
    if (plan->role[HC_ROLE_AGAINST_B] == HC_NOBODY)
        plan->role[HC_ROLE_AGAINST_A] = HC_NOBODY;
    if (plan->options.days < 4)
        plan->role[HC_ROLE_JOINS_LATE] = plan->role[HC_ROLE_LEAVES_EARLY] = HC_NOBODY;
    if (plan->options.days < 7)
        plan->role[HC_ROLE_MAINTENANCE] = plan->role[HC_ROLE_TREND] = HC_NOBODY;
}

/* What a node is made of, and its levels. */
static void plan_node(struct hc_synth_plan *plan, uint32_t i)
{
    static const double sizes[4] = {8, 16, 32, 64};
    struct hc_synth_node *node = &plan->nodes[i];
    struct hc_random a = hc_random_at(plan->options.seed, HC_RANDOM_NODE, i, 0);
    struct hc_random b = hc_random_at(plan->options.seed, HC_RANDOM_NODE, i, 1);
    struct hc_random c = hc_random_at(plan->options.seed, HC_RANDOM_NODE, i, 2);
    const struct hc_synth_pool *pool;
    double days = (double)plan->options.days, growth;

    snprintf(node->name, sizeof(node->name), "node-%05u", i % MAX_NODES);
    node->pool = pool_of_ten[i % 10];
    pool = &hc_synth_pools[node->pool];
    node->noise_of = i;
    node->end = plan->slots;
    node->level = hc_random_between(a.word[0], 0.30, 0.50);
    node->amplitude = pool->amplitude * hc_random_between(a.word[1], 0.9, 1.1);
    node->slow = 0.045;
    node->cores = sizes[hc_random_below(a.word[2], 4)];
    /* the kernel and firmware keep 256 MiB */
    node->memory_total = (node->cores * pool->gib_per_core - 0.25) * 1073741824.0;
    node->memory_level =
        hc_random_between(b.word[0], pool->memory_low, pool->memory_high);
    node->disk_level = hc_random_between(b.word[1], 0.25, 0.55);
    growth = hc_random_between(b.word[2], 0.02, 0.25);
    node->disk_slope = growth / (days < 30 ? 30 : days);
    node->network_scale = node->cores * hc_random_between(b.word[3], 1e6, 4e6);
    node->read_scale =
        node->cores * pool->disk_scale * hc_random_between(c.word[0], 0.5, 1.5);
    node->write_scale =
        node->cores * pool->disk_scale * hc_random_between(c.word[1], 0.5, 1.5);
}

/* A level, an amplitude and a slow noise that leave the cuts of the range alone. */
static void set_rhythm(struct hc_synth_plan *plan, enum hc_synth_role role, double level,
    double amplitude, double slow)
{
    struct hc_synth_node *node;

    if (plan->role[role] == HC_NOBODY)
        return;
    node = &plan->nodes[plan->role[role]];
    node->level = level;
    node->slow = slow;
    node->amplitude = node->amplitude < 0 ? -0.12 : amplitude;
}

/* One rhythm and one slow noise for both, or for `b` turned round (sign -1). */
static void set_pair(struct hc_synth_plan *plan, enum hc_synth_role a,
    enum hc_synth_role b, double amplitude, double slow, double sign)
{
    struct hc_synth_node *node_a, *node_b;

    if (plan->role[b] == HC_NOBODY)
        return;
    node_a = &plan->nodes[plan->role[a]];
    node_b = &plan->nodes[plan->role[b]];
    node_a->level = 0.44;
    node_b->level = 0.42;
    node_a->amplitude = amplitude;
    node_b->amplitude = sign * amplitude;
    node_a->slow = slow;
    node_b->slow = sign * slow;
    node_b->noise_of = plan->role[a];
}

/*
 * All other levels are within 0.30..0.50: the busiest and the least busy node stay so
 * whatever part of the week a node that joins or leaves has seen.
 */
static void play_roles(struct hc_synth_plan *plan)
{
    int64_t days = plan->options.days;
    uint32_t late = plan->role[HC_ROLE_JOINS_LATE];
    uint32_t early = plan->role[HC_ROLE_LEAVES_EARLY];

    set_rhythm(plan, HC_ROLE_BUSIEST, 0.62, 0.25, 0.045);
    set_rhythm(plan, HC_ROLE_LEAST_BUSY, 0.18, 0.25, 0.03);
    set_pair(plan, HC_ROLE_TOGETHER_A, HC_ROLE_TOGETHER_B, 0.25, 0.07, 1);
    set_pair(plan, HC_ROLE_AGAINST_A, HC_ROLE_AGAINST_B, 0.40, 0.06, -1);
    set_rhythm(plan, HC_ROLE_JOINS_LATE, 0.38, 0.35, 0.045);
    set_rhythm(plan, HC_ROLE_LEAVES_EARLY, 0.36, 0.35, 0.045);
    set_rhythm(plan, HC_ROLE_MAINTENANCE, 0.40, 0.35, 0.045);
    set_rhythm(plan, HC_ROLE_TREND, 0.34, 0.30, 0.045);
    if (late != HC_NOBODY)
        plan->nodes[late].first =
            hc_synth_slot_at(plan, days * 3 / 10 * HC_SYNTH_DAY_S + 9 * 3600);
    if (early != HC_NOBODY)
        plan->nodes[early].end =
            hc_synth_slot_at(plan, days * 7 / 10 * HC_SYNTH_DAY_S + 17 * 3600);
    if (plan->role[HC_ROLE_TREND] != HC_NOBODY)
        plan->nodes[plan->role[HC_ROLE_TREND]].slope =
            days < 30 ? 0.004 : 0.12 / (double)days;
    plan->maintenance_day = days * 6 / 10;
}

/* A gap of `length_s` somewhere from `percent` of the range on; none without room. */
static void plan_gap(
    struct hc_synth_plan *plan, uint32_t node, int64_t length_s, int64_t percent)
{
    struct hc_random r =
        hc_random_at(plan->options.seed, HC_RANDOM_GAP, 0, (uint32_t)plan->n_gaps);
    int64_t length = hc_synth_slot_at(plan, length_s), first;

    if (length < 2)
        length = 2;
    if (plan->slots < 20 * length)
        return;
    first = plan->slots * percent / 100 +
            hc_random_below(r.word[0], (uint32_t)(plan->slots / 20));
    plan->gaps[plan->n_gaps++] = (struct hc_synth_gap){node, first, first + length};
}

/* At 20, 45 and 80 of 100, each with a margin of 5 for its place and 5 for its length. */
static void plan_gaps(struct hc_synth_plan *plan)
{
    bool one_day = plan->options.days == 1;
    uint32_t node = plan->role[HC_ROLE_GAPS];

    if (node == HC_NOBODY)
        node = plan->role[HC_ROLE_LEAST_BUSY];
    plan_gap(plan, HC_NOBODY, one_day ? 1800 : 7200, 45);
    if (node == HC_NOBODY)
        return;
    plan_gap(plan, node, one_day ? 900 : 10800, 20);
    plan_gap(plan, node, one_day ? 1200 : 18000, 80);
}

static bool overlap(int64_t a_first, int64_t a_end, int64_t b_first, int64_t b_end)
{
    return a_first < b_end && b_first < a_end;
}

/* Is the burst inside the range, off every gap and off the other bursts of its node? */
static bool burst_fits(
    const struct hc_synth_plan *plan, const struct hc_synth_burst *burst)
{
    if (burst->end > plan->slots)
        return false;
    for (size_t i = 0; i < plan->n_gaps; i++)
        if (overlap(burst->first, burst->end, plan->gaps[i].first, plan->gaps[i].end))
            return false;
    for (size_t i = 0; i < plan->n_bursts; i++)
        if (plan->bursts[i].node == burst->node &&
            overlap(burst->first, burst->end, plan->bursts[i].first, plan->bursts[i].end))
            return false;
    return true;
}

/* Within four hours of the low hour, where a burst stands out; 20 to 90 minutes long. */
static bool plan_burst(struct hc_synth_plan *plan, uint32_t number, uint32_t attempt)
{
    uint64_t seed = plan->options.seed;
    uint32_t index = number * TRIES + attempt;
    struct hc_random a = hc_random_at(seed, HC_RANDOM_BURST, 0, index);
    struct hc_random b = hc_random_at(seed, HC_RANDOM_BURST, 1, index);
    int64_t day = hc_random_below(a.word[1], (uint32_t)plan->options.days);
    int64_t after_low = hc_random_below(a.word[2], 8 * 3600) - 4 * 3600;
    int64_t second = (plan->peak_hour + 12) * 3600 + after_low;
    int64_t length = hc_synth_slot_at(plan, 1200 + hc_random_below(a.word[3], 4200));
    struct hc_synth_burst burst = {
        .node = hc_random_below(a.word[0], plan->n_nodes),
        .height = 0.25 + 0.01 * hc_random_below(b.word[0], 11),
    };

    if (length < 3)
        length = 3;
    if (attempt >= TRIES / 2)
        burst.node = plan->role[HC_ROLE_BUSIEST];
    else if (has_role(plan, burst.node))
        return false;
    burst.first = hc_synth_slot_at(plan, day * HC_SYNTH_DAY_S + second % HC_SYNTH_DAY_S);
    burst.end = burst.first + length;
    if (plan->slots < 20 * length || !burst_fits(plan, &burst))
        return false;
    plan->bursts[plan->n_bursts++] = burst;
    return true;
}

static int by_node_and_time(const void *left, const void *right)
{
    const struct hc_synth_burst *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

/* One for 50 days of a node. */
static enum hc_status plan_bursts(struct hc_synth_plan *plan)
{
    int64_t wanted = plan->options.nodes * plan->options.days / 50;

    if (wanted < 1)
        wanted = 1;
    if (wanted > MAX_BURSTS)
        wanted = MAX_BURSTS;
    plan->bursts = hc_alloc((size_t)wanted, sizeof(*plan->bursts));
    if (!plan->bursts)
        return HC_NO_MEMORY;
    for (uint32_t i = 0; i < wanted; i++)
        for (uint32_t attempt = 0; attempt < TRIES; attempt++)
            if (plan_burst(plan, i, attempt))
                break;
    qsort(plan->bursts, plan->n_bursts, sizeof(*plan->bursts), by_node_and_time);
    return HC_OK;
}

static enum hc_status plan_all(struct hc_synth_plan *plan)
{
    plan->n_nodes = (uint32_t)plan->options.nodes;
    plan->slots = hc_synth_slot_at(plan, plan->options.days * HC_SYNTH_DAY_S);
    plan->nodes = hc_calloc(plan->n_nodes, sizeof(*plan->nodes));
    if (!plan->nodes)
        return HC_NO_MEMORY;
    plan_rhythm(plan);
    plan_roles(plan);
    drop_roles(plan);
    for (uint32_t i = 0; i < plan->n_nodes; i++)
        plan_node(plan, i);
    play_roles(plan);
    plan_gaps(plan);
    HC_TRY(plan_bursts(plan));
    HC_TRY(hc_synth_plan_bad(plan));
    return plan->options.no_pods ? HC_OK : hc_synth_plan_seats(plan);
}

enum hc_status hc_synth_plan_new(const struct hc_synth_options *options,
    struct hc_synth_plan **ret_plan, struct hc_error *err)
{
    HC_CLEANUP(hc_synth_plan_freep) struct hc_synth_plan *plan = NULL;
    enum hc_status status;

    HC_TRY(check_options(options, err));
    plan = hc_calloc(1, sizeof(*plan));
    if (!plan)
        return hc_fail(err, HC_NO_MEMORY, "cannot plan a cluster: out of memory");
    plan->options = *options;
    status = plan_all(plan);
    if (status)
        return hc_fail(err, status, "cannot plan a cluster of %lld nodes: out of memory",
            (long long)options->nodes);
    *ret_plan = hc_take(&plan);
    return HC_OK;
}

void hc_synth_plan_free(struct hc_synth_plan *plan)
{
    if (!plan)
        return;
    hc_free(plan->nodes);
    hc_free(plan->bursts);
    hc_free(plan->bad);
    hc_free(plan->seats);
    hc_free(plan);
}

void hc_synth_plan_freep(struct hc_synth_plan **plan)
{
    hc_synth_plan_free(*plan);
    *plan = NULL;
}

const struct hc_synth_options *hc_synth_options(const struct hc_synth_plan *plan)
{
    return &plan->options;
}

const char *hc_synth_node_name(const struct hc_synth_plan *plan, uint32_t node)
{
    assert(node < plan->n_nodes);
    return plan->nodes[node].name;
}

const char *hc_synth_node_pool(const struct hc_synth_plan *plan, uint32_t node)
{
    assert(node < plan->n_nodes);
    return hc_synth_pools[plan->nodes[node].pool].name;
}

/* The rows of `node` that a gap takes away. */
static int64_t rows_lost(
    const struct hc_synth_plan *plan, uint32_t node, const struct hc_synth_gap *gap)
{
    const struct hc_synth_node *n = &plan->nodes[node];
    int64_t first = gap->first > n->first ? gap->first : n->first;
    int64_t end = gap->end < n->end ? gap->end : n->end;

    if ((gap->node != HC_NOBODY && gap->node != node) || end < first)
        return 0;
    return end - first;
}

uint64_t hc_synth_node_rows(const struct hc_synth_plan *plan, uint32_t node)
{
    int64_t rows = plan->nodes[node].end - plan->nodes[node].first;

    for (size_t i = 0; i < plan->n_gaps; i++)
        rows -= rows_lost(plan, node, &plan->gaps[i]);
    for (size_t i = hc_synth_bad_from(plan, node, 0);
         i < plan->n_bad && plan->bad[i].node == node; i++)
        rows += plan->bad[i].badness == HC_BAD_EXACT ||
                plan->bad[i].badness == HC_BAD_CONFLICT;
    return (uint64_t)rows;
}

uint64_t hc_synth_total_rows(const struct hc_synth_plan *plan)
{
    uint64_t rows = 0;

    for (uint32_t i = 0; i < plan->n_nodes; i++)
        rows += hc_synth_node_rows(plan, i);
    return rows;
}
