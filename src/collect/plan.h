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

/* An ask is a query of the table, or behind them one of the user's own (own_query.h). */
enum { HC_OWN_MAX = 24, HC_ASKS = HC_QUERIES + HC_OWN_MAX };

/* A query of the user's: a further column of samples/. Owns its texts. */
struct hc_own_query {
    char *name;    /* of the column */
    char *promql;  /* with $match, $window and $step */
    char *unit;    /* NULL: not said */
    char *meaning; /* NULL: not said */
};

/* How the server is asked (src/collect/server.h). */
enum hc_protocol { HC_QUERY_RANGE, HC_REMOTE_READ };

/* What is to be known of a server to compute on raw samples as it does (rate.h). */
struct hc_remote_rules {
    bool left_open, late_zero;
    int64_t lookback_ms;
    char *external; /* labels, "a,b", that the server adds to raw series; NULL: none */
};

/* Owns its texts; a zeroed one is valid and empty. */
struct hc_plan {
    char *url;        /* as it may be shown */
    char *match;      /* PromQL matchers, or NULL */
    char *node_label; /* the label that names a node; NULL: the instance */
    char *replicas;   /* of HC_REPLICA_LABELS those that there are; NULL: all */
    int64_t since_s, until_s, step_s;
    int64_t end_s;    /* until_s before it was put on the grid; 0: the same */
    int64_t scrape_s; /* measured */
    int64_t window_s; /* of rates */
    enum hc_protocol protocol;
    struct hc_remote_rules rules; /* for HC_REMOTE_READ */
    bool pods;                    /* nodes, pods and their usage too */
    struct hc_own_query own[HC_OWN_MAX];
    size_t n_own;
    bool exported[HC_QUERIES]; /* the server has the metric, and it is wanted */
    bool gathers[HC_QUERIES];  /* sums that are made here (gather.h) */
    bool asks[HC_ASKS];        /* false: it is not there, not wanted or of no use */
};

/* Asks by number: 0 to HC_ASKS - 1. */

/* In names of files and messages; constants. */
const char *hc_ask_name(int ask);
enum hc_query_part hc_ask_part(int ask);
/* Seconds between its moments. */
int64_t hc_ask_step(const struct hc_plan *plan, int ask);
/* The window of a rate. */
int64_t hc_ask_window(const struct hc_plan *plan, int ask);
/* NULL: not of the table. */
static inline const struct hc_query *hc_ask_query(int ask)
{
    return ask < HC_QUERIES ? &hc_queries[ask] : NULL;
}
static inline const struct hc_own_query *hc_ask_own(const struct hc_plan *plan, int ask)
{
    return ask >= HC_QUERIES ? &plan->own[ask - HC_QUERIES] : NULL;
}
/* Is the last step of an ask made here, when the server answers? */
bool hc_ask_is_gathered(const struct hc_plan *plan, int ask);
/* Would the plan ask it, if the server had it? */
bool hc_plan_wants(const struct hc_plan *plan, int ask);
/* Does the plan ask for anything of a part? */
bool hc_plan_has_part(const struct hc_plan *plan, enum hc_query_part part);

void hc_plan_clear(struct hc_plan *plan);

/* The first moment of the grid (multiples of the step) at or after t. */
int64_t hc_plan_grid(int64_t t_s, int64_t step_s);

/* Puts the range on the grid; its end is kept in end_s. False: no moment is left. */
bool hc_plan_align(struct hc_plan *plan);

/* [start_s, end_s) */
struct hc_span {
    int64_t start_s, end_s;
};

/* The UTC days that the range touches, and the part of each that is in it. */
int64_t hc_plan_days(const struct hc_plan *plan);
struct hc_span hc_plan_day(const struct hc_plan *plan, int64_t day);

/*
 * What an ask is asked for of a day (of hc_plan_day): the moments of its own grid in it.
 * Those of nodes and pods are in the UTC day, whatever the plan's step, and before end_s:
 * what has not happened yet is not asked for. Those of counts that only differences are
 * made of begin a moment earlier. May be empty.
 */
struct hc_span hc_ask_span(const struct hc_plan *plan, int ask, struct hc_span day);

/* Moments of the grid in a span that begins and ends on it. */
int64_t hc_span_points(struct hc_span span, int64_t step_s);

/* The window `i` of a span; false: there are no more. */
bool hc_plan_window(struct hc_span span, int64_t step_s, int64_t i, struct hc_span *ret);

/* How many pieces a day is asked for in. */
int64_t hc_plan_pieces(const struct hc_plan *plan, struct hc_span day);

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
/* What is done here with the answer (hc_query_here). */
void hc_plan_here(const struct hc_plan *plan, int ask, struct hc_buf *out);

#endif
