/*
 * temporal.h - means by hour of the day, weekday, and both
 *
 * A tally takes cells and makes a struct hc_temporal. The whole fleet has one, and each
 * group of --group-by has one of its own: the same code.
 *
 * The mean of a group of time is over its samples, sum(n * mean) / sum(n), compensated
 * (Knuth's two-sum), as pandas' groupby().mean() has it. Hours and weekdays are summed
 * from the 168 hours of the week. `days` counts distinct local dates with a row: a mask
 * of 24 bits a date.
 *
 * Private to the room.
 */
#ifndef HC_TEMPORAL_H
#define HC_TEMPORAL_H

#include "findings/finding.h"
#include "findings/index.h"

struct hc_sum {
    double sum, rest;
};

struct hc_temporal_slot {
    uint64_t rows;
    uint64_t n[HC_MAIN];
    struct hc_sum sum[HC_MAIN];
};

struct hc_temporal_tally {
    struct hc_temporal_slot week[7 * 24];
    struct hc_index days; /* local dates */
    uint32_t *hours; /* [days.n] the hours of the date with a row, bit 0 = midnight */
    size_t hours_cap;
};

enum hc_status hc_temporal_add(
    struct hc_temporal_tally *tally, const struct hc_cell *cell) HC_MUST_USE;
void hc_temporal_read(const struct hc_temporal_tally *tally, struct hc_temporal *ret_out);
void hc_temporal_clear(struct hc_temporal_tally *tally);

/* Largest and smallest mean of a main gauge among `n` patterns that have a value; among
 * equals within 1e-12 the first. -1 without one; `min_days` = 1 asks for nothing. */
int hc_temporal_peak(
    const struct hc_pattern *patterns, int n, int gauge, uint32_t min_days);
int hc_temporal_low(
    const struct hc_pattern *patterns, int n, int gauge, uint32_t min_days);

#endif
