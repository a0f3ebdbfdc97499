/*
 * placement.h - what a replay has found, as plain structs
 *
 * Recorded pods on recorded nodes, placed by several policies: what each takes, how few
 * nodes could do, and the course in time. Written by cli/ out of replay/ and bounds/,
 * judged by findings/, read by report/; owned by itself (hc_placement_clear). NaN means
 * "cannot be had". Nothing here is computed by a reader.
 */
#ifndef HC_PLACEMENT_H
#define HC_PLACEMENT_H

#include "model/verdict.h"

/* What a policy is judged by, a few of replay/measures.h. */
enum hc_placement_measure {
    HC_PLACED_REFUSED,
    HC_PLACED_NODES, /* most in use at one moment */
    HC_PLACED_NODE_HOURS,
    HC_PLACED_HOT, /* node-hours over 80 % CPU */
    HC_PLACED_CPU_ASKED,
    HC_PLACED_MEMORY_ASKED,
    HC_PLACED_CPU_P95,
    HC_PLACED_NODES_BOUND,
    HC_PLACED_NODE_HOURS_BOUND,
    HC_PLACED_MEASURES
};

/* As replay.json names them. */
extern const char *const hc_placement_keys[HC_PLACED_MEASURES];

/* Over the orders of nodes that were tried; n 0: there is no value. */
struct hc_placement_range {
    uint64_t n;
    double mean, sd, min, max;
};

/* Of one stretch of time, under one policy, in the first order. */
struct hc_placement_point {
    double nodes_there, nodes_used; /* means over the stretch */
    double node_hours;              /* used, in the stretch */
    double cpu_asked, cpu_used;     /* shares of the CPU of nodes in use; NaN */
    double hot;                     /* node-hours; NaN where no use is known */
};

/* Load in whole percent of what there is, 0 to 130. */
enum { HC_PLACEMENT_LOADS = 131 };

struct hc_placement_policy {
    char *name;
    bool oracle;   /* it sees pods that have not come yet */
    bool recorded; /* each pod is where it was */
    struct hc_placement_range measures[HC_PLACED_MEASURES];
    uint32_t needed, needed_min, needed_max; /* p90, least, most of the trials; 0: none */
    /* how few nodes, of those there at once, would have carried the whole time with no
     * more hot hours than before: the same of these trials */
    uint32_t fleet, fleet_min, fleet_max;
    double allocated[HC_PLACEMENT_LOADS]; /* percent at each load; NaN: no arrival */
    struct hc_placement_point *course;    /* [n_points] or NULL */
};

/* What the policies come to, once findings/ has looked at them. */
enum hc_placement_claim {
    HC_CLAIM_NONE,        /* no policy takes fewer nodes */
    HC_CLAIM_FEWER,       /* one does, at the same or fewer hot hours */
    HC_CLAIM_HOTTER,      /* those that do have more hot hours */
    HC_CLAIM_HOT_UNKNOWN, /* one does, and no use is known */
    HC_CLAIMS
};
extern const char *const hc_placement_claims[HC_CLAIMS];

struct hc_placement {
    struct hc_verdict verdict;
    bool unasked;             /* where it is not available: nobody expects it */
    int64_t start_us, end_us; /* of what is replayed */
    bool timed;
    uint64_t nodes, pods, kept; /* kept: they stay on their node whatever the policy */
    uint64_t orders;            /* of nodes, tried with each policy */
    int64_t first_seed;
    size_t n_policies;
    struct hc_placement_policy *policies;

    /* how far a policy agrees with what was done; judge NULL: not known */
    char *judge;
    uint64_t judged, in_best, barred;

    /* how few nodes do at the fullest moment; trials 0: not looked for */
    uint64_t trials;
    int64_t moment_us; /* where it is timed */
    uint64_t moment_pods, moment_nodes;
    uint64_t bound, oracle, oracle_pending; /* pending: pods it finds no place for */
    bool impossible;                        /* not even all nodes are enough */
    const char *bound_kind;                 /* static */

    uint64_t fleet_trials;   /* 0: not looked for */
    uint64_t fleet_recorded; /* most nodes that were there at once */

    const char *load_of; /* "GPUs" or "CPU": what `allocated` is about; NULL: nothing */

    int64_t course_start_s, course_width_s; /* UTC */
    size_t n_points;                        /* 0: there is no time */

    /* written by findings/ */
    enum hc_placement_claim claim;
    bool by_fleet;                     /* nodes are those of `fleet`, not those in use */
    int best;                          /* the policy that is claimed; -1: none */
    int recorded;                      /* as it was; -1: not replayed */
    double best_nodes, recorded_nodes; /* most in use at once: worst order; as it was.
                                          Or of the fleet: p90; most at once */
    double nodes_bound;                /* no placement has fewer; NaN */
};

void hc_placement_clear(struct hc_placement *placement);

#endif
