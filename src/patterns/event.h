/*
 * event.h - stretches of time in which a node is not as usual, out of scores
 *
 * Samples of a node come in order of time, each with the score of usual.h. A stretch is
 * made of samples with a score of HC_EVENT_OFF or more, next to each other or up to
 * HC_EVENT_JOIN_S apart; it is an event if HC_EVENT_ON is reached in it. A gap of over
 * HC_EVENT_GAP_S ends it.
 *
 * Beside it the root of the mean square of the scores over HC_EVENT_SMOOTH_S (five
 * minutes: the samples of that long until now; a node with a longer step has its score as
 * it is): that is what ranks minutes best.
 *
 * The columns to blame: those whose mean |z| (capped) over the event is at least half of
 * the largest such mean, and at least 3; the strongest first, HC_EVENT_BLAMED at most.
 *
 * HC_EVENT_ON is on the scale of a deviation: normal noise of one gauge passes 5 once in
 * two million samples, of several gauges more seldom. docs/method/anomalies.md has the
 * level, and precision and recall on labelled machines.
 *
 * A state belongs to one thread. Events are appended to the caller's list, which grows.
 */
#ifndef HC_PATTERNS_EVENT_H
#define HC_PATTERNS_EVENT_H

#include "patterns/usual.h"

#define HC_EVENT_ON 5.0
#define HC_EVENT_OFF 3.0

enum {
    HC_EVENT_GAUGES = 64, /* the first so many are looked at */
    HC_EVENT_BLAMED = 6,
    HC_EVENT_SMOOTH_S = 300,
    HC_EVENT_JOIN_S = 900,
    HC_EVENT_GAP_S = 7200,
    HC_EVENT_WINDOW = 64, /* samples that are averaged, at most */
};

struct hc_event_blame {
    uint32_t gauge;
    double z; /* mean over the event, signed, each at most HC_USUAL_CAP */
};

struct hc_event {
    int64_t start_us, end_us; /* first and last sample in it */
    int64_t top_us;           /* where the score was highest */
    double top;
    uint64_t samples; /* with a score of HC_EVENT_OFF or more */
    size_t n_blamed;
    struct hc_event_blame blamed[HC_EVENT_BLAMED];
};

struct hc_events {
    size_t n, cap;
    struct hc_event *event; /* in order of their end */
};

struct hc_event_state {
    const struct hc_usual *usual; /* borrowed, [gauges] */
    size_t gauges;
    /* the window of the average: a ring of samples */
    size_t n, next;
    int64_t time_us[HC_EVENT_WINDOW];
    double score[HC_EVENT_WINDOW];
    /* the stretch at hand, and the sums of its z */
    bool open;
    struct hc_event event;
    double sum_z[HC_EVENT_GAUGES];
};

void hc_event_begin(
    struct hc_event_state *state, const struct hc_usual *usual, size_t gauges);

/* A sample x[gauges]; *ret_score, if not NULL, is the averaged score (NaN: none). */
enum hc_status hc_event_add(struct hc_event_state *state, int64_t time_us, uint8_t slot,
    const double *x, struct hc_events *events, double *ret_score) HC_MUST_USE;

/* The last event, if one is open. */
enum hc_status hc_event_end(
    struct hc_event_state *state, struct hc_events *events) HC_MUST_USE;

void hc_events_clear(struct hc_events *events);

/* Fills blamed[] of an event out of the mean of each gauge's z (capped) in it. */
void hc_event_blame(struct hc_event *event, const double *mean_z, size_t gauges);

#endif
