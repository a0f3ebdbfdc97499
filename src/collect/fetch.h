/*
 * fetch.h - all pieces of a day, from the server into files
 *
 * A thread a server (server.h), which take piece after piece. What is there and sound is
 * left alone; a piece that is too much for the server is halved, down to `min_s`; where
 * an earlier run has halved one, its halves are asked for at once.
 *
 * The pace: after each answer a thread rests for pause_s, and for as long as the answer
 * took over twice the time of the first one of its kind (per moment asked), at most
 * HC_REST_MAX_S: a server that gets slow is asked less.
 *
 * The first failure ends it; answers on their way are still stored, if they come in
 * whole.
 */
#ifndef HC_FETCH_H
#define HC_FETCH_H

#include "collect/server.h"

enum { HC_REST_MAX_S = 30 };

/* How long answers took at first; zeroed at the start of a collection. */
struct hc_pace {
    double first_s[HC_ASKS]; /* per moment asked */
};

struct hc_fetch {
    const struct hc_plan *plan;
    struct hc_server *servers;
    size_t n_servers;
    struct hc_pace *pace;
    double pause_s;
    int64_t min_s;
    bool strict; /* an answer with a warning is HC_SERVICE */
    const atomic_bool *stop;
    /* A piece is there; `asked`: the server was. One call at a time, from any thread. */
    void (*on_piece)(void *context, const struct hc_piece_id *id, bool asked);
    void *context;
};

/* Into the folder `dir`, which is there. */
enum hc_status hc_fetch_day(const struct hc_fetch *fetch, struct hc_span day,
    const char *dir, struct hc_error *err) HC_MUST_USE;

/* Calls back with each stored piece of an ask of a day, in the order of time, whole or
 * cut as they are; nothing, if the plan does not ask it. HC_INPUT: they are not all
 * there. */
typedef enum hc_status hc_piece_visit(
    void *context, const struct hc_piece *piece, struct hc_error *err);
enum hc_status hc_fetch_read(const struct hc_plan *plan, int ask, struct hc_span day,
    const char *dir, hc_piece_visit *visit, void *context,
    struct hc_error *err) HC_MUST_USE;

#endif
