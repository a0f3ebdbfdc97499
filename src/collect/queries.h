/*
 * queries.h - what is asked of Prometheus, as a table
 *
 * One row a query: a metric, which of its series, whether their value or their rate is
 * wanted, and how series become one. A row is enough to write PromQL, and enough to work
 * on raw samples (remote_read) with the same result. The metrics are node_exporter's,
 * kube-state-metrics' and cAdvisor's.
 *
 * What a query is for (`part`) says how often it is asked and which file it goes into:
 * samples/ at the step of the plan, the rest every HC_POD_STEP_S. There a moment stands
 * for the five minutes before it: HC_TAKE_SEEN gives whatever was scraped in them, so
 * that no pod is too short to be seen as long as it was scraped once.
 *
 * A query for samples/ gives one number a node (cluster, instance) and moment. What a
 * data set holds is made of these numbers by the table of columns: a column is a function
 * of one or two of them, so that a share and its parts are asked for once.
 *
 * Semantics (the sample contract):
 * - busy is what is left of the cores when idle, iowait and steal are taken out;
 * - disk fill is that of the fullest real file system: no overlay, tmpfs, squashfs, …;
 * - traffic is of physical interfaces and disks: no lo, veth, bridges, dm, loop;
 * - what the replicas of an HA pair have seen is summed for each by itself, and so is
 *   what two scrape jobs have seen of the same target, or two of its pages (the kubelet
 *   says what containers use on /metrics/cadvisor and again on /metrics/resource); the
 *   largest of these sums counts (a replica that was down for a while has seen less);
 * - a maximum, and the fullest of the file systems, is worked out here from the plain
 *   series (evaluate.h): Prometheus takes several times as long to aggregate a series as
 *   to give it. Sums and counts are the server's where they are of many series, such as
 *   a node's cores; of few they are made here, too (gather.h);
 * - containers are summed by who reads the answers, in the order of their names: a sum
 *   over another aggregation would differ in its last bits from answer to answer.
 *
 * To add one: a row here, and a row in the columns if it is one.
 */
#ifndef HC_QUERIES_H
#define HC_QUERIES_H

#include "base/buf.h"
#include "model/metric.h"

/* Moments of the files beside samples/. */
enum { HC_POD_STEP_S = 300 };

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
    HC_NODE_QUERIES, /* how many make columns of samples/ */

    HC_Q_NODE_INFO = HC_NODE_QUERIES,

    HC_Q_NODE,
    HC_Q_NODE_CREATED,
    HC_Q_NODE_ALLOCATABLE,
    HC_Q_NODE_CAPACITY,
    HC_Q_NODE_UNSCHEDULABLE,
    HC_Q_NODE_TAINTS,
    HC_Q_NODE_LABELS,

    HC_Q_POD,
    HC_Q_POD_PHASE,
    HC_Q_POD_QOS,
    HC_Q_POD_CREATED,
    HC_Q_POD_STARTED,
    HC_Q_POD_FINISHED,
    HC_Q_POD_REQUESTS,
    HC_Q_POD_LIMITS,
    HC_Q_POD_INIT_REQUESTS,
    HC_Q_REPLICASET_OWNER,
    HC_Q_JOB_OWNER,

    HC_Q_USED_CPU,
    HC_Q_USED_MEMORY,
    HC_Q_THROTTLED,
    HC_Q_PERIODS,
    HC_Q_RESTARTS,
    HC_Q_ENDED,

    HC_QUERIES, /* how many */
    HC_Q_NONE = HC_QUERIES
};

/* What the answers are for. */
enum hc_query_part {
    HC_PART_SAMPLES, /* a number a node */
    HC_PART_JOIN,    /* samples/: which node has an address */
    HC_PART_NODES,   /* nodes.parquet */
    HC_PART_PODS,    /* pods.parquet */
    HC_PART_USAGE,   /* pod_usage/ */
    HC_PARTS
};

enum hc_query_take {
    HC_TAKE_LAST, /* as an instant selector has it */
    HC_TAKE_RATE, /* rate() over the plan's window */
    HC_TAKE_SEEN, /* last_over_time() since the moment before */
};

/* How series become one. */
enum hc_query_over {
    HC_OVER_SUM,
    HC_OVER_COUNT,
    HC_OVER_MAX,
    HC_OVER_FULLEST, /* max over series of 1 - value / value of `per` */
    HC_OVER_NOTHING  /* each series by itself, with all its labels */
};

struct hc_query {
    const char *name;
    const char *metric;
    const char *matchers; /* PromQL, without braces; "" for none */
    const char *per;      /* the other metric of HC_OVER_FULLEST; else NULL */
    enum hc_query_part part;
    enum hc_query_take take;
    enum hc_query_over over;
    const char *by; /* labels that stay, beside "cluster"; NULL: those that make a node */
    bool is_set;    /* only where the value is over 0: a label says what is so */
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
    const char *replicas; /* labels that HA pairs differ in, separated by commas; "" */
    const char *node;     /* the label that makes a node: "instance" */
    int64_t window_s;     /* of the rate */
    bool plain;           /* sums and counts are made here, too */
};

/* The labels of Prometheus Operator, Thanos and Mimir; and two jobs may scrape one
 * target, or one job two pages of it.
 */
#define HC_REPLICA_LABELS "replica,prometheus_replica,__replica__,job,metrics_path"

/* The labels that an answer's series have, as "cluster,namespace,pod". */
void hc_query_labels(struct hc_buf *out, const struct hc_query *query, const char *node);

/* Its metrics with their matchers. Failure: memory, told by hc_buf_check. */
void hc_query_selector(
    struct hc_buf *out, const struct hc_query *query, const char *match);

/* The query as PromQL: all of it, or all but the last step, if that is made here.
 * Failure: memory, told by hc_buf_check. */
void hc_query_promql(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words);

/* What is done here with the series of the answer, "max by (cluster,instance)"; nothing:
 * they are the query's. Failure: memory, told by hc_buf_check. */
void hc_query_here(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words);

/* Seconds of the rate's window: max(4 × scrape interval, step). */
int64_t hc_query_window(int64_t scrape_interval_s, int64_t step_s);

#endif
