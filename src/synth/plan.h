/*
 * plan.h - what is true of a made-up cluster (inside synth/ only; synth.h is the door)
 *
 * plan.c decides, bad.c decides the bad cells and rows, seats.c decides the pods; rows.c
 * and use.c obey, truth.c and truth_pods.c tell.
 * Times are slots (synth.h); ranges of slots are half-open.
 *
 * The model of cpu_usage_rate of a node at time t, before it is cut to 0.003..0.985:
 *
 *     level * (1 + amplitude * wave(hour)) * weekday_factor(day)  the rhythm
 *     + slope * days since the start
 *     + slow * noise of 20 minutes, of the node or of its pair
 *     + 0.02 * noise of the sample
 *     + height of the burst, if there is one
 *
 * wave is (c + 2 c^3) / 3 with c the cosine of the day that is 1 in the middle of the
 * peak hour: sharper than a cosine at both ends, so that the hourly means tell the peak
 * hour from its neighbours within a few days.
 */
#ifndef HC_SYNTH_PLAN_H
#define HC_SYNTH_PLAN_H

#include "synth/synth.h"

enum {
    HC_SYNTH_DAY_S = 86400,
    HC_SLOW_CPU_S = 1200, /* seconds between the points of the slow noises */
    HC_SLOW_DISK_S = 2400,
    HC_SLOW_MEMORY_S = 14400,
};

#define HC_CPU_LOW 0.003
#define HC_CPU_HIGH 0.985
#define HC_CPU_NOISE 0.02

/* Nodes that play a part, in the order in which a growing cluster gets them. */
enum hc_synth_role {
    HC_ROLE_BUSIEST,
    HC_ROLE_LEAST_BUSY,
    HC_ROLE_TOGETHER_A,
    HC_ROLE_TOGETHER_B,
    HC_ROLE_AGAINST_A,
    HC_ROLE_AGAINST_B,
    HC_ROLE_JOINS_LATE,
    HC_ROLE_LEAVES_EARLY,
    HC_ROLE_MAINTENANCE,
    HC_ROLE_TREND,
    HC_ROLE_GAPS,
    HC_ROLES
};

#define HC_NOBODY UINT32_MAX

enum { HC_POOL_GENERAL, HC_POOL_BATCH, HC_POOL_MEMORY, HC_POOLS };

struct hc_synth_pool {
    const char *name;
    double amplitude; /* of the day; negative: its peak is the others' low */
    double memory_low, memory_high; /* levels of memory_usage */
    double gib_per_core;
    double disk_scale; /* bytes a second at full use, by core */
};

extern const struct hc_synth_pool hc_synth_pools[HC_POOLS];

struct hc_synth_node {
    char name[12];
    uint8_t pool;
    uint32_t noise_of;  /* whose slow noise it follows: its own index, or its pair's */
    int64_t first, end; /* slots: in the cluster */
    double level, amplitude, slope, slow;
    double cores, memory_total, memory_level;
    double disk_level, disk_slope; /* fraction, and per day */
    double network_scale, read_scale, write_scale;
    bool keeps; /* pods.h */
};

struct hc_synth_burst {
    uint32_t node;
    int64_t first, end;
    double height;
};

struct hc_synth_gap {
    uint32_t node; /* HC_NOBODY: the whole fleet */
    int64_t first, end;
};

enum hc_synth_badness {
    HC_BAD_NULL,
    HC_BAD_NAN,
    HC_BAD_INFINITE,
    HC_BAD_MINUS_INFINITE,
    HC_BAD_BELOW,
    HC_BAD_ABOVE,
    HC_BAD_CELLS, /* those above are cells of a gauge, those below whole rows */
    HC_BAD_EXACT = HC_BAD_CELLS,
    HC_BAD_CONFLICT,
    HC_BAD_SWAP, /* slot and slot + 1 change places */
    HC_BADNESSES
};

struct hc_synth_bad {
    int64_t slot;
    uint32_t node;
    uint8_t badness;
    uint8_t gauge;
};

struct hc_synth_plan {
    struct hc_synth_options options;
    uint32_t n_nodes;
    int64_t slots; /* of the whole range */
    int64_t peak_hour;
    double week[7]; /* factor of Monday .. Sunday */
    uint32_t role[HC_ROLES];
    int64_t maintenance_day;
    struct hc_synth_node *nodes;
    struct hc_synth_gap gaps[3];
    size_t n_gaps;
    struct hc_synth_burst *bursts; /* by node, first */
    size_t n_bursts;
    struct hc_synth_bad *bad; /* by node, slot; no two on one slot */
    size_t n_bad;
    struct hc_synth_seat *seats; /* by node, workload, replica; seats.h */
    uint32_t n_seats;
};

/* The first slot at or after `s` seconds from the start. */
static inline int64_t hc_synth_slot_at(const struct hc_synth_plan *plan, int64_t s)
{
    return (s + plan->options.step_s - 1) / plan->options.step_s;
}

static inline int64_t hc_synth_slot_day(const struct hc_synth_plan *plan, int64_t slot)
{
    return slot * plan->options.step_s / HC_SYNTH_DAY_S;
}

/* Has the node a row at the slot? */
static inline bool hc_synth_present(
    const struct hc_synth_plan *plan, uint32_t node, int64_t slot)
{
    if (slot < plan->nodes[node].first || slot >= plan->nodes[node].end)
        return false;
    for (size_t i = 0; i < plan->n_gaps; i++) {
        const struct hc_synth_gap *gap = &plan->gaps[i];

        if (slot >= gap->first && slot < gap->end &&
            (gap->node == HC_NOBODY || gap->node == node))
            return false;
    }
    return true;
}

/* The node's rows, repeats among them. */
uint64_t hc_synth_node_rows(const struct hc_synth_plan *plan, uint32_t node);

/* 0 = Monday. */
int hc_synth_weekday(const struct hc_synth_plan *plan, int64_t day);

/* -1 .. 1, 1 in the middle of the peak hour; `s` seconds from the start. */
double hc_synth_wave(const struct hc_synth_plan *plan, int64_t s);

/* Decides plan->bad; the rest of the plan is there. */
enum hc_status hc_synth_plan_bad(struct hc_synth_plan *plan) HC_MUST_USE;

/* Index of the first bad thing of `node` at or after `slot`. */
size_t hc_synth_bad_from(const struct hc_synth_plan *plan, uint32_t node, int64_t slot);

/* How many of a badness; of one gauge where it is a cell's. */
uint64_t hc_synth_bad_count(
    const struct hc_synth_plan *plan, enum hc_synth_badness badness, unsigned gauge);

#endif
