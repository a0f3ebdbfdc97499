/*
 * preflight.h - what a server has for a range, before anything is asked in earnest
 *
 * A handful of small requests: which metrics exist, how often one instance is scraped,
 * how many instances there are. Fills the plan's `asks`, `scrape_s` and `window_s`.
 *
 * Failures: as server.h; HC_NO_DATA: none of the metrics is there.
 */
#ifndef HC_PREFLIGHT_H
#define HC_PREFLIGHT_H

#include "collect/server.h"

/* Taken where the interval cannot be measured. */
enum { HC_SCRAPE_DEFAULT_S = 60 };

struct hc_preflight {
    bool measured;     /* the scrape interval */
    int64_t instances; /* in the hour before the last moment that has any */
};

/* The plan has its range, step, match and node label. */
enum hc_status hc_preflight_run(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *ret, struct hc_error *err) HC_MUST_USE;

/* What the plan comes to, for `instances` of them. */
struct hc_forecast {
    int64_t requests, points; /* points: moments of all series in all answers */
    int64_t rows;
};

struct hc_forecast hc_preflight_forecast(const struct hc_plan *plan, int64_t instances);

#endif
