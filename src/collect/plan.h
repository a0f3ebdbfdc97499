/*
 * plan.h - what is asked of a server, cut into pieces
 *
 * A plan is a range of time on a grid, and the queries. Times of the grid are multiples
 * of the step since 1970 UTC, whatever the range: a later plan over the same hours asks
 * for the same moments. The range is half-open.
 *
 * A piece is one query over one window of a UTC day. No window has more than
 * HC_WINDOW_POINTS moments (Prometheus refuses more than 11,000 a series). A piece that
 * is too much for the server is halved; where the halves meet depends on the piece alone,
 * so that whoever resumes cuts in the same place.
 *
 * What a moment's value is does not depend on the window that it was asked in: any way of
 * cutting gives the same data.
 *
 * Everything here is arithmetic: no clock, no I/O. Times are seconds since 1970 UTC.
 */
#ifndef HC_PLAN_H
#define HC_PLAN_H

#include "base/buf.h"
#include "collect/queries.h"

enum {
    HC_WINDOW_POINTS = 10000,
    HC_DAY_S = 86400,
    HC_PIECE_NAME = 96, /* bytes of a piece's name, with its NUL */
};

/* Beside the table of queries: which node has an address, out of kube-state-metrics. */
enum { HC_ASK_NODES = HC_QUERIES, HC_ASKS };

const char *hc_ask_name(int ask);

/* Owns its texts; a zeroed one is valid and empty. */
struct hc_plan {
    char *url;        /* as it may be shown */
    char *match;      /* PromQL matchers, or NULL */
    char *node_label; /* the label that names a node; NULL: the instance */
    int64_t since_s, until_s, step_s;
    int64_t scrape_s;   /* measured */
    int64_t window_s;   /* of rates */
    bool asks[HC_ASKS]; /* false: the server has no such metric */
};

void hc_plan_clear(struct hc_plan *plan);

/* The first moment of the grid (multiples of the step) at or after t. */
int64_t hc_plan_grid(int64_t t_s, int64_t step_s);

/* Puts the range on the grid. False: no moment is left in it. */
bool hc_plan_align(struct hc_plan *plan);

/* [start_s, end_s) */
struct hc_span {
    int64_t start_s, end_s;
};

/* The UTC days that the range touches, and the part of each that is in it. */
int64_t hc_plan_days(const struct hc_plan *plan);
struct hc_span hc_plan_day(const struct hc_plan *plan, int64_t day);

/* Moments of the grid in a span that begins and ends on it. */
int64_t hc_span_points(struct hc_span span, int64_t step_s);

/* The window `i` of a span; false: there are no more. */
bool hc_plan_window(struct hc_span span, int64_t step_s, int64_t i, struct hc_span *ret);

struct hc_piece_id {
    int ask;
    struct hc_span span;
};

/* Two pieces that are the whole; false: it is a single moment, or no longer than
 * `min_s`. */
bool hc_piece_split(const struct hc_piece_id *piece, int64_t step_s, int64_t min_s,
    struct hc_piece_id ret[2]);

/* "load_1m-1733011200-1733097600.piece" */
void hc_piece_name(const struct hc_piece_id *piece, char out[HC_PIECE_NAME]);

/* The query as PromQL; failure: memory, told by hc_buf_check. */
void hc_plan_promql(const struct hc_plan *plan, int ask, struct hc_buf *out);

#endif
