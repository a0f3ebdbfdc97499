/*
 * role.h - what kind of load a node carries, by rules that can be read out
 *
 * In this order, the first that holds; x are hourly means of CPU (fractions), ranks are
 * taken at floor(q (n - 1)):
 *
 *     idle
 *         p99 < idle (0.01)
 *
 *     office
 *         Monday to Friday 8 to 18: mean at least HC_ROLE_RATIO times that of all other
 *         hours; and day by day: see below
 *
 *     night
 *         22 to 6: the same against all other hours
 *
 *     bursty
 *         p99 >= HC_ROLE_BURSTY p50
 *
 *     steady
 *         p95 <= HC_ROLE_STEADY p50 and p5 >= p50 / HC_ROLE_STEADY
 *
 *     mixed
 *         none of these
 *
 * Day by day, for office and night: on each local day (office: Monday to Friday) with a
 * value in both parts the median inside is above that outside; a sign test over days at 1
 * % (z >= 2.33). A burst or two in the night make no night node.
 *
 * Beside it: peak to mean (p99 / mean), hot-spot hours (x > hot, 0.8) by hour of the
 * week, and the shiftable share: the load above the mean of its local day, as a share of
 * all load: sum max(0, x - mean of the day) / sum x. A shift in time within the day could
 * flatten no more than that.
 *
 * `p99` of samples is better than that of hourly means where it is known (NaN: it is
 * not). slot as in weekly.h. HC_NO_DATA under HC_ROLE_LEAST hours. Pure but for the
 * allocator.
 */
#ifndef HC_PATTERNS_ROLE_H
#define HC_PATTERNS_ROLE_H

#include "patterns/weekly.h"

enum { HC_ROLE_LEAST = 72 };

#define HC_ROLE_IDLE 0.01
#define HC_ROLE_HOT 0.8
#define HC_ROLE_RATIO 1.5
#define HC_ROLE_STEADY 1.25
#define HC_ROLE_BURSTY 4.0

enum hc_role {
    HC_ROLE_KIND_IDLE,
    HC_ROLE_KIND_OFFICE,
    HC_ROLE_KIND_NIGHT,
    HC_ROLE_KIND_BURSTY,
    HC_ROLE_KIND_STEADY,
    HC_ROLE_KIND_MIXED,
    HC_ROLES,
};

/* Names and rules, for people: "office", "Monday to Friday 8 to 18 ...". */
struct hc_role_rule {
    const char *name, *rule;
};
extern const struct hc_role_rule hc_role_rules[HC_ROLES];

struct hc_role_options {
    double idle, hot; /* 0: the usual ones */
};

struct hc_load {
    enum hc_role role;
    size_t n; /* hours */
    double mean, p5, p50, p95, p99;
    double peak_to_mean;              /* NaN where the mean is 0 */
    double office_ratio, night_ratio; /* mean inside over outside; NaN: a part is empty */
    double shiftable;                 /* 0..1; NaN where nothing is used */
    uint32_t hot_hours;
    uint32_t hot[HC_WEEK];
};

enum hc_status hc_load_describe(const double *y, size_t n, const uint8_t *slot,
    double p99, const struct hc_role_options *options, struct hc_load *out) HC_MUST_USE;

/* The shiftable share alone, of the cluster's mean as of a node. */
double hc_shiftable_share(const double *y, size_t n, const uint8_t *slot);

#endif
