/*
 * pattern.h - what a finding over hourly courses is: a row of the table in patterns.c
 *
 * Each course (a gauge of a node, or of the cluster) is looked at once, in any thread
 * (look), and what is found stays in its struct hc_found. When all are there, `collect`
 * makes a section of them, in the order of nodes and gauges, and `say` the statements.
 *
 * To add one: what it finds into struct hc_found, thing.c with a `const struct hc_pattern
 * _method`, a row in patterns.c, its section in model/patterns.h; then as
 * first-command.md has it for every finding.
 *
 * Private to the room.
 */
#ifndef HC_PATTERN_H
#define HC_PATTERN_H

#include "findings/finding.h"
#include "findings/patterns.h"
#include "patterns/change.h"
#include "patterns/peak.h"
#include "patterns/period.h"
#include "patterns/role.h"
#include "patterns/trend.h"
#include "patterns/weekly.h"

/* What is known before the first cell; read by all threads. */
struct hc_pattern_view {
    const struct hc_findings *findings;
    const struct hc_summary *summary;
    const bool *chosen;
    const struct hc_time_range *compare; /* [2]; NULL: not asked for */
    int64_t start_s;                     /* UTC, of the first hour */
    size_t hours;
    uint8_t *slot; /* [hours] local hour of the week */
    size_t n_gauges;
    enum hc_metric_id gauge[HC_METRICS];
    struct hc_period_plan plan; /* of `hours` */
    double *matrix;             /* [n_nodes][matrix_hours] CPU, for twins; NULL: none */
    size_t matrix_hours;        /* the last of them */
    size_t threads;
};

/* Why a course is not looked at. */
enum hc_course_kind { HC_COURSE_ABSENT, HC_COURSE_SHORT, HC_COURSE_CONSTANT, HC_COURSE };

/* What the methods found of one course. */
struct hc_found {
    struct hc_course of;
    enum hc_course_kind kind;
    struct hc_rhythm_row rhythm;
    double *profile;             /* [168] of the cluster only */
    struct hc_parts parts;       /* hours 0: not taken apart */
    struct hc_growth_row growth; /* days 0: too few */
    bool levels, wanders;        /* changes were looked for */
    size_t n_changes;
    struct hc_level_change *changes;
    struct hc_compared compared; /* claim NULL: not asked for, or not in a range */
    double *compared_day;        /* of the cluster only: as hc_comparison.day */
    struct hc_role_row role;     /* role NULL: not CPU, or too short */
    uint32_t *hot;               /* [168], if any */
};

/* A course while it is looked at. */
struct hc_look {
    const struct hc_pattern_view *view;
    const double *all;   /* [view->hours] */
    size_t first, n;     /* of them: from the first to the last value */
    const double *y;     /* [n] = all + first */
    const uint8_t *slot; /* [n] */
    uint64_t seed;
    /* of HC_COURSE only */
    struct hc_weekly weekly;
    double *trend, *remainder, *level; /* [n]; level: y without the weekly profile */
};

struct hc_pattern_method {
    const char *name;
    bool constant_too; /* look at courses that never change */
    enum hc_status (*look)(const struct hc_look *look, struct hc_found *found);
    enum hc_status (*collect)(const struct hc_pattern_view *view,
        struct hc_found *cluster, /* [n_gauges] */
        struct hc_found *nodes,   /* [n_nodes][n_gauges] */
        struct hc_patterns *out);
    enum hc_status (*say)(const struct hc_pattern_view *view, struct hc_findings *out);
};

extern const struct hc_pattern_method hc_pattern_rhythm;
extern const struct hc_pattern_method hc_pattern_growth;
extern const struct hc_pattern_method hc_pattern_changes;
extern const struct hc_pattern_method hc_pattern_twins;
extern const struct hc_pattern_method hc_pattern_roles;
extern const struct hc_pattern_method hc_pattern_compare;

/* Under two weeks a weekly profile leaves nothing of a course to look at. */
enum { HC_LEVEL_LEAST = 2 * HC_WEEK };

/* Fills start_s, hours and slot (the caller's to free); hours 0: there is no data. */
enum hc_status hc_pattern_hours(
    struct hc_pattern_view *view, const struct hc_zone *zone) HC_MUST_USE;

/* "not enough data" of all sections: the reason, or NULL where there are enough hours. */
const char *hc_pattern_lacks(const struct hc_pattern_view *view);

#endif
