/*
 * load.h - what the pods of each node use, as far as that is known at the moment
 *
 * A trace may know what its pods used, hour by hour. At the end of an hour the load of a
 * node is the sum over the pods that are on it then, of what each used in that hour; a
 * pod of which nothing is known counts what it asks for. So a policy sees past hours
 * alone, of this replay: a pod's use goes with it to the node that it was placed on.
 * Pods that came since are in no measurement: they are kept apart, by what schedulers
 * estimate for them. Before the first hour has ended, and in a trace without use, the
 * load of a node is what its pods ask for.
 *
 * The originals look at minutes (of load 5 to 15 of them) where this has hours.
 *
 * Nothing here allocates but hc_load_open (HC_NO_MEMORY). Threads: of its run.
 */
#ifndef HC_REPLAY_LOAD_H
#define HC_REPLAY_LOAD_H

#include "replay/trace.h"

enum { HC_LOAD_HOURS = 24 }; /* that are looked back on */

enum hc_load_kind { HC_LOAD_CPU, HC_LOAD_MEMORY, HC_LOADS };

/* What is estimated of a pod that is in no measurement yet. */
enum hc_estimate {
    HC_ESTIMATE_TRIMARAN_CPU,       /* its limit, else 1.5 of its request, else 1000 m */
    HC_ESTIMATE_KOORDINATOR_CPU,    /* 85 % of its request, else 250 m */
    HC_ESTIMATE_KOORDINATOR_MEMORY, /* 70 % of its request, else 200 MB */
    HC_ESTIMATES
};

struct hc_load {
    size_t n;                    /* nodes; 0: the trace knows no use */
    size_t n_hours;              /* measured, up to HC_LOAD_HOURS */
    size_t at;                   /* the newest of the ring */
    double *hours[HC_LOADS];     /* [HC_LOAD_HOURS × n] milli-cores, bytes */
    double *newer[HC_ESTIMATES]; /* [n] of pods placed since the last hour's end */
};

enum hc_status hc_load_open(
    const struct hc_trace *trace, struct hc_load *ret) HC_MUST_USE;
void hc_load_clear(struct hc_load *load);

double hc_load_estimate(const struct hc_shape *shape, enum hc_estimate estimate);

/* A pod came, or left before it was measured (sign -1). */
void hc_load_newer(
    struct hc_load *load, const struct hc_shape *shape, size_t node, int sign);

/* The next hour: all zero, and nothing is newer. Then pods are added. */
void hc_load_begin_hour(struct hc_load *load);
void hc_load_add(struct hc_load *load, size_t node, double cpu, double memory);

static inline bool hc_load_known(const struct hc_load *load)
{
    return load->n_hours > 0;
}

/* Of the last hour. */
static inline double hc_load_last(
    const struct hc_load *load, enum hc_load_kind kind, size_t node)
{
    return load->hours[kind][load->at * load->n + node];
}

/* Over the hours that are kept; sd: of all (n). */
struct hc_load_past {
    double mean, sd, most;
};

struct hc_load_past hc_load_past(
    const struct hc_load *load, enum hc_load_kind kind, size_t node);

#endif
