/*
 * stretch.h - events out of samples that come in any order
 *
 * event.h follows the samples of one node in time. Here each sample that is off (a score
 * of HC_EVENT_OFF or more) is put to the stretch of its node that is within reach, or
 * begins one; sets of stretches that other threads have made are taken over; and settling
 * joins what is within reach of each other. The outcome is that of event.h for whatever
 * order, cut and number of threads: moments are compared, sums are of whole numbers (z in
 * parts of 2^30), and of equals the smaller is taken.
 *
 * Reach, of a node: HC_EVENT_JOIN_S, or one and a half of its steps where that is more
 * (samples next to each other), and HC_EVENT_GAP_S at most.
 *
 * Memory goes with the samples that are off, at most: with stretches, where the samples
 * of a node come more or less in order. By Chebyshev's inequality no more than about a
 * ninth of all samples is off: the mean of z^2 over the history is 1 or less.
 *
 * Can fail: HC_NO_MEMORY. Threads: a set belongs to one at a time.
 */
#ifndef HC_PATTERNS_STRETCH_H
#define HC_PATTERNS_STRETCH_H

#include "patterns/event.h"

struct hc_stretch {
    uint32_t node;
    int64_t start_us, end_us, top_us;
    double top;
    uint64_t samples;
};

/* A gauge in a stretch: the sum of z, and where it was farthest off. */
struct hc_stretch_gauge {
    int64_t sum_z; /* each at most HC_USUAL_CAP, in parts of 2^30 */
    double z, value, usual;
};

struct hc_stretches {
    size_t gauges;
    const int64_t *reach_us; /* [nodes] borrowed */
    uint32_t n_nodes;
    uint32_t *newest; /* [n_nodes] its stretch that was touched last; UINT32_MAX: none */
    size_t n, cap, cap_gauges;
    struct hc_stretch *stretch;
    struct hc_stretch_gauge *gauge; /* [n][gauges] */
};

/* The reach of a node with that step (0: not known). */
int64_t hc_stretch_reach_us(int64_t step_s);

enum hc_status hc_stretches_init(struct hc_stretches *s, uint32_t nodes, size_t gauges,
    const int64_t *reach_us) HC_MUST_USE;
void hc_stretches_clear(struct hc_stretches *s);

/* A sample with a score of HC_EVENT_OFF or more; x, z [gauges], as hc_usual_score has
 * them, usual[gauges] what it compared them with. */
enum hc_status hc_stretches_add(struct hc_stretches *s, uint32_t node, int64_t time_us,
    uint8_t slot, double score, const struct hc_usual *usual, const double *x,
    const double *z) HC_MUST_USE;

/* All of `from`, which becomes empty. */
enum hc_status hc_stretches_take(
    struct hc_stretches *s, struct hc_stretches *from) HC_MUST_USE;

/* By node and time, what is within reach as one. */
enum hc_status hc_stretches_settle(struct hc_stretches *s) HC_MUST_USE;

/* Stretch i as event.h has it, and where each column to blame was farthest off. */
void hc_stretches_event(const struct hc_stretches *s, size_t i, struct hc_event *event,
    struct hc_stretch_gauge farthest[HC_EVENT_BLAMED]);

#endif
