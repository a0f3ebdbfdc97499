/*
 * collect.h - one run of `hindcast collect`; private to cmd_collect.c and collect_*.c
 *
 *     collect_plan.c      the range: a new plan, the one that is there, or it continued
 *     collect_server.c    clients with what lets us in
 *     collect_protocol.c  raw samples, or the server's own answers
 *     collect_days.c      day after day: pieces, then the file
 *     collect_manifest.c  what is said of it
 *     collect_preflight.c what the server has
 *     collect_progress.c  pieces, rows, time left
 *     collect_show.c      the result
 *
 * The folder: manifest.json, samples/, and `.collect` with the plan, a file of what is
 * known of each finished day, and the pieces of the day in work.
 */
#ifndef HC_CLI_COLLECT_H
#define HC_CLI_COLLECT_H

#include "base/fs.h"
#include "base/json.h"
#include "cli/command.h"
#include "collect/day.h"
#include "collect/fetch.h"
#include "collect/history.h"
#include "collect/preflight.h"
#include "collect/remote_look.h"

enum collect_protocol { COLLECT_AUTO, COLLECT_QUERY_RANGE, COLLECT_REMOTE_READ };

struct collect_options {
    const char *url, *output, *since, *until, *match, *node_label, *queries;
    int64_t days, step, concurrency; /* 0: not given */
    double pause, timeout;
    int protocol; /* enum collect_protocol */
    int gzip;     /* enum hc_http_gzip */
    bool no_pods, strict, dry_run, insecure;
    const char *user, *password_file, *bearer_file, *header_file, *ca, *cert, *key;
};

/* What is shown while it runs; the counts are behind the fetch's lock. */
struct hc_collect_progress {
    const struct hc_common *common;
    bool terminal; /* a line that is written over; else a line a minute */
    double start_s, shown_s;
    int64_t pieces, asked, total_pieces, rows;
};

struct hc_collection {
    const struct hc_common *common;
    const struct collect_options *options;
    char dir[HC_PATH_MAX];   /* as given */
    char state[HC_PATH_MAX]; /* .collect in it */
    bool made_dir;
    int lock;       /* a file descriptor, -1: none */
    int64_t now_us; /* the server's clock, or ours */
    struct hc_server_about about;
    struct hc_plan plan;
    bool is_new, is_longer; /* the plan; neither: as it was */
    struct hc_preflight found;
    struct hc_remote_look look; /* zeroed: it was not looked at */
    struct hc_server *servers;
    size_t n_servers;
    struct hc_day *days; /* hc_plan_days(plan); span.end_s 0: still to be done */
    size_t n_days, n_todo;
    struct hc_day_file histories[HC_HISTORIES]; /* nodes.parquet, pods.parquet */
    struct hc_collect_progress progress;
};

/* ---- collect_server.c ---- */
enum hc_status hc_collect_connect(
    struct hc_collection *c, struct hc_error *err) HC_MUST_USE;
void hc_collect_disconnect(struct hc_collection *c);

/* ---- collect_protocol.c ---- */

/* How a new plan asks, once the preflight has run. HC_SERVICE: not as is wanted. */
enum hc_status hc_collect_choose_protocol(
    struct hc_collection *c, struct hc_error *err) HC_MUST_USE;
const char *hc_collect_protocol_name(enum hc_protocol protocol);

/* ---- collect_plan.c ---- */

/* Reads the folder's plan, if there is one, and settles the range. */
enum hc_status hc_collect_settle(
    struct hc_collection *c, struct hc_error *err) HC_MUST_USE;
/* Makes the folder, takes the lock, and writes the plan, if it is new or longer. */
enum hc_status hc_collect_begin(
    struct hc_collection *c, struct hc_error *err) HC_MUST_USE;
/* What is known of days that are done; the rest is to do. */
enum hc_status hc_collect_look(struct hc_collection *c, struct hc_error *err) HC_MUST_USE;

/* ---- collect_days.c ---- */
enum hc_status hc_collect_days(struct hc_collection *c, struct hc_error *err) HC_MUST_USE;

/* ---- collect_manifest.c ---- */
enum hc_status hc_collect_manifest(
    struct hc_collection *c, struct hc_error *err) HC_MUST_USE;
/* Fills `histories` by the manifest that is there. False: there is none, or one of the
 * files is not as long as it says. */
bool hc_collect_recall(struct hc_collection *c);
void hc_collect_put_holes(const struct hc_collection *c, struct hc_json *js);

/* ---- collect_preflight.c ---- */
enum hc_status hc_collect_print_preflight(
    const struct hc_collection *c, struct hc_error *err) HC_MUST_USE;

/* ---- collect_progress.c ---- */
void hc_collect_progress_start(struct hc_collection *c);
void hc_collect_on_piece(void *context, const struct hc_piece_id *id, bool asked);
void hc_collect_on_retry(void *context, const char *message);
void hc_collect_progress_stop(struct hc_collection *c);

/* ---- collect_show.c ---- */
enum hc_status hc_collect_print_result(
    const struct hc_collection *c, struct hc_error *err) HC_MUST_USE;

#endif
