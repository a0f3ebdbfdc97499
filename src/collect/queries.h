/*
 * queries.h - what is asked of Prometheus, as a table
 *
 * One row a query: a metric of node_exporter, which of its series, whether their value
 * or their rate is wanted, and how a node's series become one. A row is enough to write
 * PromQL, and enough to work on raw samples (remote_read) with the same result.
 *
 * A query gives one number a node (cluster, instance) and moment. What a data set holds
 * is made of these numbers by the table of columns: a column is a function of one or two
 * of them, so that a share and its parts are asked for once.
 *
 * Semantics (the sample contract):
 * - busy is what is left of the cores when idle, iowait and steal are taken out;
 * - disk fill is that of the fullest real file system: no overlay, tmpfs, squashfs, …;
 * - traffic is of physical interfaces and disks: no lo, veth, bridges, dm, loop;
 * - what the replicas of an HA pair have seen is summed for each by itself; the largest
 *   of these sums counts (a replica that was down for a while has seen less).
 *
 * To add one: a row here, and a row in the columns if it is one.
 */
#ifndef HC_QUERIES_H
#define HC_QUERIES_H

#include "base/buf.h"
#include "model/metric.h"

enum hc_query_id {
    HC_Q_NOT_BUSY,
    HC_Q_IOWAIT,
    HC_Q_STEAL,
    HC_Q_CORES,
    HC_Q_MEMORY_AVAILABLE,
    HC_Q_MEMORY_TOTAL,
    HC_Q_LOAD_1M,
    HC_Q_LOAD_5M,
    HC_Q_LOAD_15M,
    HC_Q_DISK_USAGE,
    HC_Q_NETWORK_RX,
    HC_Q_NETWORK_TX,
    HC_Q_DISK_READ,
    HC_Q_DISK_WRITE,
    HC_QUERIES, /* how many */
    HC_Q_NONE = HC_QUERIES
};

enum hc_query_take { HC_TAKE_LAST, HC_TAKE_RATE };

/* How the series of a node become one. */
enum hc_query_over {
    HC_OVER_SUM,
    HC_OVER_COUNT,
    HC_OVER_MAX,
    HC_OVER_FULLEST /* max over series of 1 - value / value of `per` */
};

struct hc_query {
    const char *name;
    const char *metric;
    const char *matchers; /* PromQL, without braces; "" for none */
    const char *per;      /* the other metric of HC_OVER_FULLEST; else NULL */
    enum hc_query_take take;
    enum hc_query_over over;
    const char *unit;
    const char *meaning;
};

extern const struct hc_query hc_queries[HC_QUERIES];

/* A column of the data set: `make` of the two numbers; NaN where one is missing. */
struct hc_query_column {
    enum hc_metric_id metric;
    enum hc_query_id a, b; /* b: HC_Q_NONE where one number is enough */
    double (*make)(double a, double b);
    const char *formula; /* in the queries' names */
};

extern const struct hc_query_column hc_query_columns[];
extern const size_t hc_query_columns_count;

struct hc_query_words {
    const char *match;    /* of --match: PromQL matchers without braces, or NULL */
    const char *replicas; /* labels that HA pairs differ in, separated by commas */
    const char *by;       /* labels that make a node: "cluster,instance" */
    int64_t window_s;     /* of the rate */
};

/* The labels of Prometheus Operator, Thanos and Mimir. */
#define HC_REPLICA_LABELS "replica,prometheus_replica,__replica__"

/* The query as PromQL. Failure: memory, told by hc_buf_check. */
void hc_query_promql(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words);

/* Seconds of the rate's window: max(4 × scrape interval, step). */
int64_t hc_query_window(int64_t scrape_interval_s, int64_t step_s);

#endif
