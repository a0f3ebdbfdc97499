/*
 * order.h - a first look at the keys: do the rows have to be sorted, and are there any
 *
 * Reads time, node and cluster of all rows in the order in which they would be read. Rows
 * that are in order need no sort, so the set streams through memory of a bounded size; of
 * 1.7 million rows the look takes 50 ms. The session has to keep the order of files.
 */
#ifndef HC_FEATURES_ORDER_H
#define HC_FEATURES_ORDER_H

#include "duck/session.h"

struct hc_order {
    uint64_t rows;    /* with a time and a node */
    uint64_t no_key;  /* rows without */
    bool sorted;      /* by cluster, node and time; equal times may follow each other */
    int64_t first_us; /* of all times; first > last: there is none */
    int64_t last_us;
};

/* `sql` gives time, node, [cluster]; NULL where a row has none. */
enum hc_status hc_order_look(struct hc_duck *duck, const char *sql, bool has_cluster,
    struct hc_order *ret, struct hc_error *err) HC_MUST_USE;

#endif
