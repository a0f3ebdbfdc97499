/*
 * preflight.h - what a server has for a range, before anything is asked in earnest
 *
 * A handful of small requests: which metrics exist, how often one instance is scraped,
 * how many instances there are, at which times of the range there is any, and how long an
 * hour of one query takes. Fills the plan's `asks`, `scrape_s` and `window_s`.
 *
 * Failures: as server.h, an own query that the server refuses among them; HC_NO_DATA:
 * none of the metrics is there.
 */
#ifndef HC_PREFLIGHT_H
#define HC_PREFLIGHT_H

#include "collect/server.h"

/* Taken where the interval cannot be measured. */
enum { HC_SCRAPE_DEFAULT_S = 60 };

enum { HC_RENAMED_LABEL = 32 };

struct hc_preflight {
    /* a label that says that the part has another's labels, "exported_pod"; it is not
     * asked for then. "": none */
    char renamed[HC_PARTS][HC_RENAMED_LABEL];
    bool measured;                   /* the scrape interval */
    int64_t instances;               /* in the hour before the last moment that has any */
    int64_t pods;                    /* at that moment */
    char retention[HC_SERVER_WORDS]; /* the server's words; "" */
    struct hc_coverage {
        int64_t looks, seen;     /* moments looked at; those with any node */
        int64_t first_s, last_s; /* of those that were seen */
        int64_t nodes_least, nodes_most;
    } coverage;
    size_t silent_own; /* own queries that gave no series at the last moment seen */
    /* a small piece on trial; points 0: there was nothing to try */
    struct hc_trial {
        int64_t points, bytes;
        double took_s;
    } trial;
};

/* The plan has its range, step, match and node label. */
enum hc_status hc_preflight_run(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *ret, struct hc_error *err) HC_MUST_USE;

/* preflight_cost.c: what there is over the range, and what an answer costs. */
enum hc_status hc_preflight_cost(struct hc_server *server, const struct hc_plan *plan,
    struct hc_preflight *found, struct hc_error *err) HC_MUST_USE;

/* preflight_labels.c: leaves out of `asks` what the labels are not right of. */
enum hc_status hc_preflight_labels(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *found, struct hc_error *err) HC_MUST_USE;

/* A metric that says that a node is there. */
const char *hc_preflight_metric(const struct hc_plan *plan);

/* What the plan comes to, by what was found; bytes and seconds are rough. */
struct hc_forecast {
    int64_t requests, points; /* points: moments of all series in all answers */
    int64_t rows;
    double bytes, seconds; /* on the wire; NaN: nothing was tried */
};

struct hc_forecast hc_preflight_forecast(
    const struct hc_plan *plan, const struct hc_preflight *found, int64_t concurrency);

#endif
