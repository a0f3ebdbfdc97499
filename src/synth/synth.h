/*
 * synth.h - a made-up cluster of which everything is known
 *
 * A plan decides, from five options, what is true of the cluster: rhythms, the
 * nodes' levels, pairs, bursts, gaps, every bad cell. hc_synth_fill makes the rows
 * of one UTC day for a range of nodes; hc_synth_truth writes the plan down as
 * truth.json. What the plan says is exactly what the rows hold: bad cells, repeats
 * and gaps are counted, not likely.
 *
 * The same options give the same bits on every machine, compiler, level of
 * optimisation and number of threads: every value is a function of (seed, node,
 * slot); noise comes from a counter-based generator (random.h), the cosine is our
 * own (wave.h), and of libm there is sqrt only. Compile with -ffp-contract=off.
 *
 * Slots: sample k of the cluster is at start + k * step, k from 0, before start +
 * days. Rows come sorted by node, then time, but for what is planted.
 *
 * Planted, as far as there is room (what is left out is empty or 0 in the truth):
 *     nodes >= 2     least busy node, apart from the busiest
 *     nodes >= 4, 6  a pair of nodes that move together, and one against each other
 *     nodes >= 7, 8  one that joins late, one that leaves early (days >= 4)
 *     nodes >= 9     a maintenance day of one node (days >= 7)
 *     nodes >= 10    one that gets busier day by day (days >= 7)
 *     otherwise      bursts, two gaps of one node (nodes >= 2), one of the fleet:
 *                    with enough slots; bad cells, repeats, disorder: 2000 rows or more
 *
 * May use: base. Must not: do I/O, print, read the clock, call libm but sqrt.
 *
 * Threads: a plan is never written after hc_synth_plan_new; threads may fill from
 * one plan at the same time, each into rows of its own.
 */
#ifndef HC_SYNTH_H
#define HC_SYNTH_H

#include "base/base.h"
#include "base/buf.h"

struct hc_synth_options {
    int64_t nodes;   /* 1 .. 100000 */
    int64_t days;    /* UTC days, 1 .. 3660 */
    int64_t step_s;  /* seconds between samples, 1 .. 86400 */
    uint64_t seed;   /* any */
    int64_t start_s; /* Unix time of a UTC midnight, the whole range in 2000 .. 2100 */
    bool no_pods;    /* none of pods.h */
};

/* 1748822400 is Monday, 2025-06-02T00:00:00Z. */
#define HC_SYNTH_OPTIONS_INIT                                                            \
    {                                                                                    \
        .nodes = 20, .days = 30, .step_s = 30, .seed = 1, .start_s = 1748822400          \
    }

/* The gauges, in the order of the sample contract (design.md). */
enum hc_synth_gauge {
    HC_SYNTH_CPU_USAGE_RATE,
    HC_SYNTH_MEMORY_USAGE,
    HC_SYNTH_MEMORY_AVAILABLE,
    HC_SYNTH_MEMORY_TOTAL,
    HC_SYNTH_CPU_CORES,
    HC_SYNTH_CPU_IOWAIT,
    HC_SYNTH_CPU_STEAL,
    HC_SYNTH_LOAD_1M,
    HC_SYNTH_LOAD_5M,
    HC_SYNTH_LOAD_15M,
    HC_SYNTH_DISK_USAGE,
    HC_SYNTH_NETWORK_RX_BYTES,
    HC_SYNTH_NETWORK_TX_BYTES,
    HC_SYNTH_DISK_READ_BYTES,
    HC_SYNTH_DISK_WRITE_BYTES,
    HC_SYNTH_GAUGES /* how many there are */
};

struct hc_synth_column {
    const char *name; /* in a file */
    const char *unit; /* "fraction", "bytes", "cores", "load", "bytes/s" */
    double low, high; /* a clean value is in low..high; high may be infinite */
};

/* By enum hc_synth_gauge. */
extern const struct hc_synth_column hc_synth_columns[HC_SYNTH_GAUGES];

struct hc_synth_plan;

/*
 * HC_USAGE with a message for options out of range, HC_NO_MEMORY. The plan's memory
 * goes with the number of nodes (about 200 bytes each, and 16 a pod), not with days or
 * steps.
 */
enum hc_status hc_synth_plan_new(const struct hc_synth_options *options,
    struct hc_synth_plan **ret_plan, struct hc_error *err) HC_MUST_USE;

/* NULL is fine. */
void hc_synth_plan_free(struct hc_synth_plan *plan);

/* For HC_CLEANUP. */
void hc_synth_plan_freep(struct hc_synth_plan **plan);

/*
 * Rows in columns. Ours: a fill replaces what was there and keeps the memory for the
 * next one. A zeroed struct is a valid empty one.
 */
struct hc_synth_rows {
    size_t n;                         /* rows */
    int64_t *time_us;                 /* microseconds since 1970, UTC */
    uint32_t *node;                   /* index: hc_synth_node_name, hc_synth_node_pool */
    double *gauge[HC_SYNTH_GAUGES];   /* 0 where a cell is NULL */
    uint64_t *valid[HC_SYNTH_GAUGES]; /* bit r % 64 of word r / 64: row r is not NULL;
                                         bits after the last row are set */
    void *block;                      /* the memory of all of them */
    size_t cap;                       /* rows that it has room for */
};

void hc_synth_rows_clear(struct hc_synth_rows *rows);

/*
 * The rows of UTC day `day` (0 is the first) of `nodes` nodes from `first_node` on:
 * days and ranges in any order; ranges in order of nodes, one after the other, are
 * the whole day. 130 bytes a row: take hc_synth_band_nodes at a time.
 * HC_NO_MEMORY; rows stay valid (and empty) then.
 */
enum hc_status hc_synth_fill(const struct hc_synth_plan *plan, uint32_t day,
    uint32_t first_node, uint32_t nodes, struct hc_synth_rows *rows) HC_MUST_USE;

/* Nodes (at least 1) whose rows of one day are about 120,000 or fewer: 16 MB. */
uint32_t hc_synth_band_nodes(const struct hc_synth_plan *plan);

/* Rows of all days and nodes, exactly. */
uint64_t hc_synth_total_rows(const struct hc_synth_plan *plan);

/* The options as planned with, and names of a node (index < options->nodes). */
const struct hc_synth_options *hc_synth_options(const struct hc_synth_plan *plan);
const char *hc_synth_node_name(const struct hc_synth_plan *plan, uint32_t node);
const char *hc_synth_node_pool(const struct hc_synth_plan *plan, uint32_t node);

/*
 * Appends truth.json, ending in a newline. The failure is the buffer's (hc_buf_check).
 * Times are ISO 8601 in UTC; every [start, end) is half-open: `end` is the first
 * sample (or midnight) after. `seed` is a string, since JSON's numbers end at 2^53.
 *
 * "About": so near is what the rows give, for the default nodes and days.
 *
 *   schema_version, options, start, end, rows
 *   columns            [{name, unit, null, nan, infinite, below, above}]
 *                      cells, exactly
 *   rhythm             {peak_hour, low_hour, weekday_factor, busiest_day,
 *                      quietest_day, pools}
 *                      hours in UTC, of the fleet's hourly means (with fewer than
 *                      20 nodes or 14 days these may miss by an hour); factors of
 *                      Monday .. Sunday; day 0 is Monday
 *     pools            [{pool, nodes, amplitude, peak_hour}]
 *   nodes              [{node, pool, cpu_cores, memory_total, cpu_level, amplitude,
 *                      peak_hour, rows, first, last}]
 *                      cpu_level: mean cpu_usage_rate of a day of factor 1
 *   busiest_node, least_busy_node
 *                      by mean cpu_usage_rate
 *   correlated_nodes   [{a, b, r, r_residual}]
 *                      of cpu_usage_rate, about (0.06); r_residual: after the
 *                      rhythm is taken out
 *   correlated_gauges  [{a, b, r_node}]
 *                      r within a node, mean over the nodes, about (0.1)
 *   bursts             [{node, start, end, height}]
 *                      height: added to cpu_usage_rate, which is cut at 0.985
 *   node_gaps          [{node, start, end, rows, longest_gap_s}]
 *                      rows: lost; longest_gap_s: from the last sample before to
 *                      the first one after
 *   fleet_gaps         [{start, end, nodes, rows, longest_gap_s}]
 *   duplicates         {exact, conflicting}
 *                      rows, as contract.md counts them
 *   out_of_order       rows, as contract.md counts them in files of one UTC day
 *   joins_late         [{node, first}]
 *   leaves_early       [{node, last}]
 *   maintenance        [{node, start, end}]
 *                      cpu_usage_rate below 0.02, memory_usage about 0.06
 *   trends             [{node, slope_per_day}]
 *                      of cpu_usage_rate; daily means give it about (0.0015)
 *   pods               of pods.h; null without them; numbers are exact but for "about"
 *     step_s, cpu_share, memory_share
 *                      the pods' part of what is used on a node
 *     seats            pods at once, when all run
 *     oom_kills        and as many restarts
 *     workloads        [{namespace, kind, name, pods, cpu_request_cores,
 *                      memory_request_bytes, has_limits}]
 *                      pods: at once; requests: of all of them; null: none
 *     without_requests [{namespace, kind, name, pods}]
 *     cpu, memory      {allocatable, requested, requested_share, used, used_share,
 *                      over_asked}
 *                      means over the range, in cores and bytes; `used`, `used_share`
 *                      and `over_asked` (requested / used) about (0.03 of them)
 *     packing          {nodes_suffice, nodes, nodes_at_least, cpu_requested,
 *                      memory_requested, filled}
 *                      nodes: the keepers, onto which all pods fit at any time, daemon
 *                      sets counted where there is a node; cpu_requested: of all seats
 * but those of daemon sets; filled: its share of the keepers' room. nodes_at_least: with
 * fewer their CPU would not do when all run
 */
void hc_synth_truth(const struct hc_synth_plan *plan, struct hc_buf *out);

#endif
