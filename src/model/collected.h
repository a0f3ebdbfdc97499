/*
 * collected.h - what `hindcast collect` said of a data set that it wrote
 *
 * Read from its manifest (dataset/), or from a stored report (stored/); shown by report/.
 * A hole is a stretch of time in which no node of the collection has a row. Times are
 * UTC microseconds, ranges half-open.
 *
 * Owns all that it points to; a zeroed one is valid and empty. What the manifest does not
 * say is kept apart from "none": has_... is false, a count is -1, a text is NULL.
 */
#ifndef HC_COLLECTED_H
#define HC_COLLECTED_H

#include "base/base.h"

struct hc_hole {
    int64_t start_us, end_us;
};

struct hc_collected_warning {
    int64_t day_us; /* in the UTC day whose answers may be partial */
    char *text;     /* the server's */
};

/* A query that was not asked, since the server has no such metric. */
struct hc_not_exported {
    char *query, *metric;
};

struct hc_collected {
    char *path;                    /* of the folder, as the user would write it */
    char *source;                  /* what wrote it: "collect" */
    char *server, *server_version; /* its URL; NULL: not said */
    int64_t start_us, end_us;      /* what of the collection is analysed */
    int64_t step_s;
    bool has_holes, has_warnings, has_not_exported;
    size_t n_holes;
    struct hc_hole *holes; /* ascending, apart from each other, inside start..end */
    int64_t hole_us;       /* their sum */
    size_t longest;        /* index of the longest; of equal ones the first */
    size_t n_warnings;
    struct hc_collected_warning *warnings;
    size_t n_not_exported;
    struct hc_not_exported *not_exported;
    /* of the whole collection, whatever is analysed; -1: not said */
    int64_t instance_days_without_node, rows_folded;
};

/*
 * Does what is said of `holes` above hold? Then hole_us and longest are filled in. The
 * one thing for whoever has read holes from outside.
 */
bool hc_collected_sum(struct hc_collected *c) HC_MUST_USE;

/*
 * Cuts range, holes and warnings to [since_us, until_us); false: nothing of the
 * collection is in it, and only hc_collected_clear is of use.
 */
bool hc_collected_cut(
    struct hc_collected *c, int64_t since_us, int64_t until_us) HC_MUST_USE;

/* Microseconds of start..end that are holes. */
int64_t hc_collected_hole_within(
    const struct hc_collected *c, int64_t start_us, int64_t end_us);

/* Something in it is not said. */
bool hc_collected_is_partial(const struct hc_collected *c);

void hc_collected_clear(struct hc_collected *c);

/* Of a list, and the list itself. */
void hc_collected_free(struct hc_collected *list, size_t n);

#endif
