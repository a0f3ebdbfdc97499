/*
 * table.h - a day in memory: numbers by instance, and which instance is which node
 *
 * Private to the room (day.c). Filled from pieces, then joined; owns everything.
 */
#ifndef HC_TABLE_H
#define HC_TABLE_H

#include "collect/fetch.h"
#include "collect/join.h"

/* Of an instance: numbers of the table's queries, then of the user's own. */
enum { HC_SLOTS = HC_NODE_QUERIES + HC_OWN_MAX };

/* A target: what was asked of it, a number a moment each. */
struct hc_instance {
    char *cluster, *name;
    double *values[HC_SLOTS]; /* NULL: none at all */
};

/* A node of the data set: which instance it was, moment by moment. Numbers of own queries
 * may be another exporter's of the node, and are kept with it. */
struct hc_line {
    char *cluster, *node;
    int32_t *instance;       /* a moment each; -1: none */
    double *own[HC_OWN_MAX]; /* NULL: none at all */
};

struct hc_table {
    const struct hc_plan *plan;
    struct hc_span span;
    size_t n_points;
    struct hc_instance *instances; /* sorted by cluster and name */
    size_t n_instances, cap_instances;
    struct hc_line *lines; /* sorted by cluster and node */
    size_t n_lines, cap_lines;
    struct hc_join join;
    struct hc_names warnings;
    int64_t rows, unjoined, folded;
    bool cluster; /* a series had the label */
};

void hc_table_clear(struct hc_table *table);

/* Reads all pieces of the span and joins them. */
enum hc_status hc_table_read(struct hc_table *table, const struct hc_plan *plan,
    struct hc_span span, const char *pieces_dir, struct hc_error *err) HC_MUST_USE;

/* A column's number, of the table of columns or behind it of the plan's own queries;
 * NaN: none. */
double hc_table_value(const struct hc_table *table, const struct hc_line *line,
    size_t column, size_t point);

/* Is there a row? Own numbers of a node make one, too. */
bool hc_table_has_row(
    const struct hc_table *table, const struct hc_line *line, size_t point);

#endif
