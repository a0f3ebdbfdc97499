/*
 * seats.h - who sits where, and for how long (inside synth/ only; pods.h says what of)
 */
#ifndef HC_SYNTH_SEATS_H
#define HC_SYNTH_SEATS_H

#include "synth/plan.h"
#include "synth/pods.h"

enum {
    HC_DAY_MOMENTS = HC_SYNTH_DAY_S / HC_SYNTH_POD_STEP_S,
    HC_ANY_POOL = HC_POOLS, /* on every node, or without requests */
    HC_WORKLOADS_ROOM = 64, /* there are fewer */
};

#define HC_NODE_RESERVED_CPU 0.75
#define HC_NODE_RESERVED_MEMORY 536870912.0
#define HC_PODS_CPU_SHARE 0.9
#define HC_PODS_MEMORY_SHARE 0.8

enum hc_workload_kind {
    HC_KIND_DEPLOYMENT,
    HC_KIND_STATEFUL_SET,
    HC_KIND_CRON_JOB,
    HC_KIND_DAEMON_SET
};

/* The numbers are of one pod. */
struct hc_synth_workload {
    const char *namespace, *name;
    uint8_t kind;
    uint8_t pool;       /* HC_ANY_POOL */
    uint16_t milli;     /* of cores asked for; 0: no requests */
    double over_cpu;    /* asks for so many times what others of the pool ask for ... */
    double over_memory; /* ... that use as much */
    uint8_t limit;      /* times the request; 0: no limits */
    uint8_t roll_days;  /* 0: never rolled */
    uint16_t killed_at; /* moment of each day: for want of memory; 0: never */
};

extern const struct hc_synth_workload hc_synth_workloads[];
extern const uint16_t hc_synth_n_workloads;
extern const char *const hc_synth_kind_names[];

struct hc_synth_seat {
    uint32_t node;
    uint32_t home;    /* the keeper on which it could be, too */
    uint32_t replica; /* of its workload, from 0 */
    uint16_t workload;
};

/* What a pod of the workload asks for on a node of the pool; 0: nothing. */
double hc_seat_cpu(const struct hc_synth_seat *seat);
double hc_seat_memory(const struct hc_synth_plan *plan, const struct hc_synth_seat *seat);

/* Moments of the whole range, and those in which a node is there. */
int64_t hc_synth_moments(const struct hc_synth_plan *plan);
void hc_node_moments(const struct hc_synth_plan *plan, uint32_t node, int64_t *ret_first,
    int64_t *ret_end);

/* Who holds a seat at a moment, from when until when; or that nobody does until then. */
struct hc_life {
    bool present;
    bool completes; /* a job that ends by itself */
    int64_t from, until;
    uint32_t roll; /* of the workload; of a job: its night */
    uint32_t id;   /* no other life of the seat has it */
};

struct hc_life hc_seat_life(
    const struct hc_synth_plan *plan, const struct hc_synth_seat *seat, int64_t moment);

/* The pod's name and uid in that life. */
void hc_life_names(const struct hc_synth_plan *plan, const struct hc_synth_seat *seat,
    const struct hc_life *life, char pod[HC_SYNTH_POD_NAME], char uid[40]);

/* Has the pod's use at that moment a kill for want of memory, and a restart? */
static inline bool hc_seat_is_killed(const struct hc_synth_seat *seat, int64_t moment)
{
    uint16_t at = hc_synth_workloads[seat->workload].killed_at;

    return at && moment % HC_DAY_MOMENTS == at;
}

/* The first seat of a node: seats are sorted by node, workload, replica. */
uint32_t hc_first_seat(const struct hc_synth_plan *plan, uint32_t node);

/* Decides plan->seats and who is a keeper; the rest of the plan is there. */
enum hc_status hc_synth_plan_seats(struct hc_synth_plan *plan) HC_MUST_USE;

struct hc_json;

/* "pods" of truth.json. */
void hc_synth_truth_pods(const struct hc_synth_plan *plan, struct hc_json *js);

#endif
