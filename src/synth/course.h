/*
 * course.h - what a node does at a moment, but for the noise of a sample (inside synth/)
 *
 * The model of plan.h for one node and one UTC day: samples (rows.c) and what its pods
 * use (use.c) come from the same course. A course keeps the points of its slow noises
 * from one moment to the next; any order of moments gives the same values.
 */
#ifndef HC_SYNTH_COURSE_H
#define HC_SYNTH_COURSE_H

#include "synth/plan.h"

/* The slow noise between its two nearest points; a point is drawn once on the way. */
struct hc_slow {
    uint32_t index; /* of the left point */
    bool drawn;
    double left, right;
};

struct hc_course {
    const struct hc_synth_plan *plan;
    const struct hc_synth_node *node;
    uint32_t index;
    double week; /* the weekday's factor */
    bool drained;
    size_t first_burst, end_burst; /* the node's */
    struct hc_slow cpu, memory, disk;
};

/* The parts of a moment; cpu and memory are not cut yet, and have no noise of samples. */
struct hc_course_at {
    double rhythm, slow, burst, disk_noise;
    double cpu, memory;
};

void hc_course_init(struct hc_course *course, const struct hc_synth_plan *plan,
    uint32_t node, int64_t day);

/* At `t` seconds from the start, in the course's day. */
struct hc_course_at hc_course_at(struct hc_course *course, int64_t t);

static inline double hc_synth_cut(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/*
 * To 1 / parts; x >= 0. Metrics have few digits, files of few digits are small, and a
 * last bit that a compiler got wrong is rounded away.
 */
static inline double hc_synth_rounded(double x, double parts)
{
    return (double)(int64_t)(x * parts + 0.5) / parts;
}

#endif
