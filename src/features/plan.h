/*
 * plan.h - what a training set holds: its columns, in their order
 *
 *     timestamp, node, [cluster]     the keys
 *     the gauges that are there      as sampled
 *     hour ... day_cos               calendar.h
 *     {gauge}_{statistic}_{window}   rolling.h, for the windowed gauges
 *     {gauge}_target_{horizon}       targets.h, for the windowed gauges
 *
 * Names are as training sets have had them: cpu_usage_rate_mean_6.0h. A plan is made once
 * and read by all; it owns its lists and names.
 */
#ifndef HC_FEATURES_PLAN_H
#define HC_FEATURES_PLAN_H

#include "features/duration.h"

/* What a set has if nothing else is asked for. */
#define HC_FEATURE_WINDOWS "1h,6h,24h"
#define HC_FEATURE_HORIZONS "1h,2h,4h"

enum hc_feature_kind {
    HC_FEATURE_TIME,
    HC_FEATURE_NODE,
    HC_FEATURE_CLUSTER,
    HC_FEATURE_SAMPLE,
    HC_FEATURE_CALENDAR,
    HC_FEATURE_ROLLING,
    HC_FEATURE_TARGET,
};

struct hc_feature_column {
    char *name;
    const char *unit; /* NULL: none, or not known */
    enum hc_feature_kind kind;
    size_t gauge;        /* SAMPLE, ROLLING, TARGET: of the plan's gauges */
    size_t row;          /* CALENDAR, ROLLING: of that table */
    int64_t duration_us; /* ROLLING: the window; TARGET: the horizon */
};

/* A number that is read. */
struct hc_feature_gauge {
    char *name;
    const char *unit;
    bool windowed;
};

enum { HC_FEATURE_GAUGES_MAX = 1024 };

struct hc_feature_plan {
    bool has_cluster;
    struct hc_durations windows, horizons;
    struct hc_feature_gauge *gauges; /* in the order in which they are read */
    size_t n_gauges, cap_gauges;
    struct hc_feature_column *columns;
    size_t n_columns, cap_columns;
};

/* Copies the name; `unit` is the caller's and stays. HC_NO_MEMORY. */
enum hc_status hc_feature_plan_gauge(struct hc_feature_plan *plan, const char *name,
    const char *unit, bool windowed) HC_MUST_USE;

/* Fills `columns`, once windows, horizons and gauges are there. HC_USAGE: two columns
 * would have one name. */
enum hc_status hc_feature_plan_columns(
    struct hc_feature_plan *plan, struct hc_error *err) HC_MUST_USE;

void hc_feature_plan_clear(struct hc_feature_plan *plan);

/*
 * The largest stretch before and after a row that the set may look at: the longest
 * window, and the longest horizon (without the half step that is allowed beyond it).
 */
int64_t hc_feature_plan_back(const struct hc_feature_plan *plan);
int64_t hc_feature_plan_ahead(const struct hc_feature_plan *plan);

/* In words: what a column is made of, and which rows it may look at. */
void hc_feature_formula(const struct hc_feature_plan *plan,
    const struct hc_feature_column *column, char *out, size_t size);
void hc_feature_rows(const struct hc_feature_column *column, char *out, size_t size);

/* "key", "gauge", "derived", "target". */
const char *hc_feature_kind_name(enum hc_feature_kind kind);

#endif
