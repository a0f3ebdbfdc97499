/*
 * evaluate.h - a query of the table, worked out from its series
 *
 * Series come in one of two ways. Raw samples (remote read) are the whole query's, and
 * come out as what query_range gives for it: the same series, labels and moments, and
 * values that differ in rounding at most (those of counts, maxima and newest samples not
 * at all). Or numbers on the grid, the server's answer to hc_query_promql, of which it
 * has left the last step to us (hc_ask_is_gathered).
 *
 * - Each raw series becomes numbers on the grid (rate.h), by the rules of the plan: its
 *   newest sample (HC_TAKE_LAST), its rate (HC_TAKE_RATE) or what was seen since the
 *   moment before (HC_TAKE_SEEN). With `is_set` only numbers over 0 count.
 * - HC_OVER_SUM and _COUNT: by cluster, the query's labels and HC_REPLICA_LABELS; of
 *   these the largest by cluster and the query's labels. HC_OVER_MAX: the largest at
 *   once. NaN counts as in Prometheus: it spoils a sum, is counted, and is the largest
 *   where there is nothing else.
 * - HC_OVER_FULLEST: 1 - a / b for a series of `metric` and one of `per` whose other
 *   labels are the same, whichever comes first; of these the largest.
 * - HC_OVER_NOTHING: each series with all its labels; the metric's name among them, but
 *   for a rate.
 * - Labels in the plan's rules.external are taken off raw series first. A label that a
 *   series does not have is not there in the result.
 *
 * Sums are in the order in which series come. A streamed reply is sorted by labels, from
 * blocks and head alike, so that the same data give the same bytes; a server that does
 * not stream (before Prometheus 2.13) sends them as it likes.
 *
 *     hc_evaluation_begin(&e, plan, &piece, err)      piece: hc_piece_init
 *     hc_remote_read_... into hc_evaluation_sink(&e), or
 *     hc_prom_json_... into hc_evaluation_answers(&e)
 *     hc_evaluation_end(&e, err)                      fills the piece
 *     hc_evaluation_clear(&e)                         also in between
 *
 * Statuses: HC_SERVICE, too much for HC_PIECE_MAX: `too_much` is then true, and half of
 * the moments may fit; an answer for another time, or of no metric where there are two;
 * those of rate.h; HC_NO_MEMORY.
 *
 * Memory: a window of samples, and a number a moment for each group, or for
 * HC_OVER_FULLEST each series of one of the metrics. Time: as rate.h. Threads: one at a
 * time.
 */
#ifndef HC_EVALUATE_H
#define HC_EVALUATE_H

#include "collect/label_groups.h"
#include "collect/rate.h"

/* A zeroed one may be cleared or begun. */
struct hc_evaluation {
    const struct hc_plan *plan;
    const struct hc_query *query;
    struct hc_piece *piece;
    bool answers; /* numbers on the grid come, no raw samples */
    bool too_much;
    struct hc_buf inner, outer; /* labels that stay, "a,b" */
    struct hc_rate rate;
    struct hc_label_groups inners, result;
    struct hc_label_groups parts[2]; /* of HC_OVER_FULLEST: its metrics, all labels */
    size_t used;                     /* by these */
    struct hc_evaluated {
        struct hc_buf key;      /* of the row that it goes into */
        double *row;            /* NULL: no number came yet */
        struct hc_buf part_key; /* of HC_OVER_FULLEST: all labels */
        int part;               /* which of its metrics it is */
        const double *mate;     /* the series of the other one; NULL: did not come yet */
    } series;                   /* the one that is being read */
};

void hc_evaluation_clear(struct hc_evaluation *e);

/* Of a piece of a query of the table; plan and piece stay the caller's and must outlive
 * the evaluation. */
enum hc_status hc_evaluation_begin(struct hc_evaluation *e, const struct hc_plan *plan,
    struct hc_piece *piece, struct hc_error *err) HC_MUST_USE;
/* For raw samples, and for numbers on the grid: to be had after begin. */
struct hc_sink hc_evaluation_sink(struct hc_evaluation *e);
struct hc_sink hc_evaluation_answers(struct hc_evaluation *e);
enum hc_status hc_evaluation_end(
    struct hc_evaluation *e, struct hc_error *err) HC_MUST_USE;

/* The times of all samples that can make a number of the piece; both included. */
void hc_evaluation_range(const struct hc_plan *plan, const struct hc_piece *piece,
    int64_t *ret_start_ms, int64_t *ret_end_ms);

/* The body of the remote read request for a piece. HC_USAGE: the plan's matchers are not
 * understood (matchers.h). */
enum hc_status hc_evaluation_request(const struct hc_plan *plan,
    const struct hc_piece *piece, struct hc_buf *out, struct hc_error *err) HC_MUST_USE;

#endif
