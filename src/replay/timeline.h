/*
 * timeline.h - a run over time: sums of node-hours in equal stretches of it
 *
 * A stretch is 1, 2, 3, 4, 6, 8, 12 hours or whole days long, the shortest with which
 * there are at most HC_TIMELINE_MOST of them; it begins at a multiple of that of UTC. The
 * first and the last one may reach beyond the run: hc_timeline_hours says how much of one
 * is in it. The sums of all stretches are those of the run.
 *
 * Adding allocates nothing. Threads: a timeline belongs to one run.
 */
#ifndef HC_REPLAY_TIMELINE_H
#define HC_REPLAY_TIMELINE_H

#include "base/base.h"

enum { HC_TIMELINE_MOST = 768 };

/* Hours of nodes, or of their milli-cores. */
enum hc_timeline_sum {
    HC_TIMELINE_PRESENT,
    HC_TIMELINE_USED,      /* with a placed pod */
    HC_TIMELINE_CPU_OF,    /* capacity of those */
    HC_TIMELINE_CPU_ASKED, /* requested on those */
    HC_TIMELINE_SPANS,     /* the above are added by spans, the rest by hours */
    HC_TIMELINE_LOAD_OF =
        HC_TIMELINE_SPANS, /* capacity of nodes in use as an hour ended */
    HC_TIMELINE_LOAD,      /* what pods used of it in that hour */
    HC_TIMELINE_HOT,       /* nodes over 80 % of their CPU */
    HC_TIMELINE_SUMS
};

struct hc_timeline {
    int64_t from_us, until_us; /* of the run */
    int64_t start_us, width_us;
    size_t n; /* stretches; 0: none is kept */
    double (*sums)[HC_TIMELINE_SUMS];
};

enum hc_status hc_timeline_open(
    int64_t from_us, int64_t until_us, struct hc_timeline *ret) HC_MUST_USE;
void hc_timeline_clear(struct hc_timeline *timeline);

/* What is so from one moment to the next. */
void hc_timeline_span(struct hc_timeline *timeline, int64_t from_us, int64_t until_us,
    const double now[HC_TIMELINE_SPANS]);

/* Of the hour that ended at `end_us`. */
void hc_timeline_hour(struct hc_timeline *timeline, int64_t end_us, double load_of,
    double load, double hot);

/* How much of a stretch is within the run, in hours. */
double hc_timeline_hours(const struct hc_timeline *timeline, size_t i);

#endif
