#include "synth/seats.h"

#include <stdlib.h>

#include "base/mem.h"
#include "synth/random.h"

/* Keepers have so much of what their pool has left for requests. */
#define KEPT 0.62

enum { HALF_CORE = 500, NO_REQUEST_EVERY = 3 };

/* While it is made up. */
struct seating {
    struct hc_synth_plan *plan;
    size_t cap;
    uint32_t *nodes; /* of the pool: those that are always there first, then by size */
    size_t n_nodes;
    struct room *rooms;
};

/* A node of the heap by share of what is asked for, in milli-cores. */
struct room {
    uint32_t node;
    int64_t asked, has;
};

static const struct hc_synth_workload *workload_of(const struct hc_synth_seat *seat)
{
    return &hc_synth_workloads[seat->workload];
}

/* What requests of other than daemon sets may fill. */
static int64_t room_of(const struct hc_synth_plan *plan, uint32_t node)
{
    return (int64_t)(plan->nodes[node].cores - 1) * 1000;
}

static bool comes_and_goes(const struct hc_synth_plan *plan, uint32_t node)
{
    return node == plan->role[HC_ROLE_JOINS_LATE] ||
           node == plan->role[HC_ROLE_LEAVES_EARLY] ||
           node == plan->role[HC_ROLE_MAINTENANCE];
}

static enum hc_status add_seat(struct seating *s, uint32_t home, uint16_t workload)
{
    struct hc_synth_plan *plan = s->plan;

    HC_TRY(hc_grow(&plan->seats, &s->cap, plan->n_seats + 1, sizeof(*plan->seats)));
    plan->seats[plan->n_seats++] =
        (struct hc_synth_seat){.node = home, .home = home, .workload = workload};
    return HC_OK;
}

/* ---- what keepers keep ---- */

static bool fits(uint16_t workload, uint8_t pool, int64_t room)
{
    return hc_synth_workloads[workload].pool == pool &&
           hc_synth_workloads[workload].milli <= room;
}

/* One of the pool's workloads that fit; some are of half a core. */
static uint16_t draw_workload(
    const struct seating *s, uint8_t pool, int64_t room, uint32_t node, uint32_t number)
{
    struct hc_random r =
        hc_random_at(s->plan->options.seed, HC_RANDOM_SEAT, node, number);
    uint16_t at = 0;
    uint32_t n = 0;

    for (uint16_t w = 0; w < hc_synth_n_workloads; w++)
        n += fits(w, pool, room);
    n = hc_random_below(r.word[0], n);
    while (!fits(at, pool, room) || n-- > 0)
        at++;
    return at;
}

/* Cuts the node's room into seats, exactly; `room` is a multiple of half a core. */
static enum hc_status fill_keeper(
    struct seating *s, uint8_t pool, uint32_t node, int64_t room)
{
    s->plan->nodes[node].keeps = true;
    for (uint32_t number = 0; room > 0; number++) {
        uint16_t workload = draw_workload(s, pool, room, node, number);

        HC_TRY(add_seat(s, node, workload));
        room -= hc_synth_workloads[workload].milli;
    }
    return HC_OK;
}

/* ---- the spreading scheduler ---- */

static bool is_emptier(const struct room *a, const struct room *b)
{
    int64_t left = a->asked * b->has, right = b->asked * a->has;

    return left != right ? left < right : a->node < b->node;
}

static void sift_down(struct room *heap, size_t n, size_t at)
{
    for (;;) {
        size_t least = at, child = 2 * at + 1;
        struct room swap = heap[at];

        for (size_t i = child; i < child + 2 && i < n; i++)
            least = is_emptier(&heap[i], &heap[least]) ? i : least;
        if (least == at)
            return;
        heap[at] = heap[least];
        heap[least] = swap;
        at = least;
    }
}

/* Roots without room are set aside behind the heap, and come back. */
static void place_seat(struct room *heap, size_t n, struct hc_synth_seat *seat)
{
    int64_t milli = workload_of(seat)->milli;
    size_t left = n;

    while (left > 1 && heap[0].asked + milli > heap[0].has) {
        struct room full = heap[0];

        heap[0] = heap[--left];
        heap[left] = full;
        sift_down(heap, left, 0);
    }
    assert(heap[0].asked + milli <= heap[0].has);
    heap[0].asked += milli;
    seat->node = heap[0].node;
    if (left == n)
        sift_down(heap, n, 0);
    else
        for (size_t i = n / 2; i-- > 0;)
            sift_down(heap, n, i);
}

static int by_size_then_home(const void *left, const void *right)
{
    const struct hc_synth_seat *a = left, *b = right;
    int size_a = workload_of(a)->milli, size_b = workload_of(b)->milli;

    if (size_a != size_b)
        return size_a > size_b ? -1 : 1;
    if (a->home != b->home)
        return a->home < b->home ? -1 : 1;
    return a->workload < b->workload ? -1 : a->workload > b->workload;
}

/* Seats of the pool from `first` on, larger ones first: none finds no room (pods.h). */
static void spread(struct seating *s, uint32_t first)
{
    struct hc_synth_plan *plan = s->plan;

    for (size_t i = 0; i < s->n_nodes; i++)
        s->rooms[i] = (struct room){s->nodes[i], 0, room_of(plan, s->nodes[i])};
    for (size_t i = s->n_nodes / 2; i-- > 0;)
        sift_down(s->rooms, s->n_nodes, i);
    qsort(plan->seats + first, plan->n_seats - first, sizeof(*plan->seats),
        by_size_then_home);
    for (uint32_t i = first; i < plan->n_seats; i++)
        place_seat(s->rooms, s->n_nodes, &plan->seats[i]);
}

/* ---- pools ---- */

/* The nodes of the pool, the largest of those that are always there first. */
static void list_nodes(struct seating *s, uint8_t pool)
{
    static const double sizes[] = {64, 32, 16, 8};
    const struct hc_synth_plan *plan = s->plan;

    s->n_nodes = 0;
    for (size_t pass = 0; pass < 2 * HC_COUNT(sizes); pass++)
        for (uint32_t i = 0; i < plan->n_nodes; i++)
            if (plan->nodes[i].pool == pool &&
                plan->nodes[i].cores == sizes[pass % HC_COUNT(sizes)] &&
                comes_and_goes(plan, i) == (pass >= HC_COUNT(sizes)))
                s->nodes[s->n_nodes++] = i;
}

/* A pool of nodes that come and go: each keeps its own, and nothing is packed. */
static enum hc_status seat_loosely(struct seating *s, uint8_t pool)
{
    for (size_t i = 0; i < s->n_nodes; i++) {
        double room = (double)room_of(s->plan, s->nodes[i]) * KEPT;

        HC_TRY(
            fill_keeper(s, pool, s->nodes[i], (int64_t)(room / HALF_CORE) * HALF_CORE));
    }
    return HC_OK;
}

static enum hc_status seat_pool(struct seating *s, uint8_t pool)
{
    uint32_t first = s->plan->n_seats;
    double has = 0, kept = 0;

    list_nodes(s, pool);
    if (!s->n_nodes)
        return HC_OK;
    if (comes_and_goes(s->plan, s->nodes[0]))
        return seat_loosely(s, pool);
    for (size_t i = 0; i < s->n_nodes; i++)
        has += (double)room_of(s->plan, s->nodes[i]);
    for (size_t i = 0;
         i < s->n_nodes && kept < KEPT * has && !comes_and_goes(s->plan, s->nodes[i]);
         i++) {
        int64_t room = room_of(s->plan, s->nodes[i]);

        HC_TRY(fill_keeper(s, pool, s->nodes[i], room));
        kept += (double)room;
    }
    spread(s, first);
    return HC_OK;
}

/* ---- on every node, and without requests ---- */

static enum hc_status seat_the_rest(struct seating *s)
{
    uint16_t without[8] = {0};
    uint32_t n_without = 0;

    for (uint16_t w = 0; w < hc_synth_n_workloads; w++)
        if (!hc_synth_workloads[w].milli)
            without[n_without++] = w;
    for (uint32_t i = 0; i < s->plan->n_nodes; i++) {
        for (uint16_t w = 0; w < hc_synth_n_workloads; w++)
            if (hc_synth_workloads[w].kind == HC_KIND_DAEMON_SET)
                HC_TRY(add_seat(s, i, w));
        if (i % NO_REQUEST_EVERY == 0)
            HC_TRY(add_seat(s, i, without[i / NO_REQUEST_EVERY % n_without]));
    }
    return HC_OK;
}

static int by_node(const void *left, const void *right)
{
    const struct hc_synth_seat *a = left, *b = right;

    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    if (a->workload != b->workload)
        return a->workload < b->workload ? -1 : 1;
    return a->home < b->home ? -1 : a->home > b->home;
}

static void number_replicas(struct hc_synth_plan *plan)
{
    uint32_t next[HC_WORKLOADS_ROOM] = {0};

    assert(hc_synth_n_workloads <= HC_WORKLOADS_ROOM);
    qsort(plan->seats, plan->n_seats, sizeof(*plan->seats), by_node);
    for (uint32_t i = 0; i < plan->n_seats; i++)
        plan->seats[i].replica = next[plan->seats[i].workload]++;
}

static void seating_clear(struct seating *s)
{
    hc_free(s->nodes);
    hc_free(s->rooms);
}

enum hc_status hc_synth_plan_seats(struct hc_synth_plan *plan)
{
    HC_CLEANUP(seating_clear) struct seating s = {.plan = plan};

    s.nodes = hc_alloc(plan->n_nodes, sizeof(*s.nodes));
    s.rooms = hc_alloc(plan->n_nodes, sizeof(*s.rooms));
    if (!s.nodes || !s.rooms)
        return HC_NO_MEMORY;
    for (uint8_t pool = 0; pool < HC_POOLS; pool++)
        HC_TRY(seat_pool(&s, pool));
    HC_TRY(seat_the_rest(&s));
    number_replicas(plan);
    return HC_OK;
}

uint32_t hc_first_seat(const struct hc_synth_plan *plan, uint32_t node)
{
    uint32_t lo = 0, hi = plan->n_seats;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (plan->seats[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

double hc_seat_cpu(const struct hc_synth_seat *seat)
{
    return workload_of(seat)->milli / 1000.0;
}

double hc_seat_memory(const struct hc_synth_plan *plan, const struct hc_synth_seat *seat)
{
    const struct hc_synth_workload *workload = workload_of(seat);
    /* of daemon sets: what a general node gives for as much CPU */
    double gib = workload->pool == HC_ANY_POOL
                     ? 1.0
                     : hc_synth_pools[plan->nodes[seat->node].pool].gib_per_core * 0.9;

    /* whole MiB: 0.9 of 2, 4 or 8 GiB, by halves of a core */
    return (double)(int64_t)(gib * 1024.0 * workload->milli / 1000.0 + 0.0001) *
           1048576.0;
}
