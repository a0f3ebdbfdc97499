/*
 * mlflow.h - the REST API of an MLflow tracking server, as far as we need it
 *
 * Protocol: mlflow.org/docs, "REST API"; it has been the same from MLflow 1 to 3. A call
 * is one request, sent again where that may help (net/fault.h), until the budget of time
 * is used up: HC_SERVICE then, with what the server said. 401 and 403 are not tried
 * again.
 *
 * Every call may be repeated without harm but one: a run that is created twice is two
 * runs. hc_mlflow_create is therefore sent once; after a failure, look for the run before
 * the next try (track/send.c).
 *
 * A client belongs to one thread.
 */
#ifndef HC_TRACK_MLFLOW_H
#define HC_TRACK_MLFLOW_H

#include "net/http.h"
#include "net/retry.h"
#include "track/run_file.h"

/* The limits of one log-batch request. */
enum {
    HC_MLFLOW_METRICS = 1000,
    HC_MLFLOW_PARAMS = 100,
    HC_MLFLOW_TAGS = 100,
    HC_MLFLOW_ENTITIES = 1000,
    HC_MLFLOW_BYTES = 1000000,
};

enum { HC_MLFLOW_NAME = 128 };

struct hc_mlflow {
    struct hc_http *http; /* not owned */
    struct hc_wait wait;
    struct hc_retry retry;
    size_t requests;
    int64_t bytes; /* of artifacts */
};

/* From now on `budget_s` seconds are there for all calls. */
void hc_mlflow_begin(struct hc_mlflow *m, struct hc_http *http,
    const struct hc_wait *wait, double budget_s);

/* More time, for what takes it without a fault: a large file. */
void hc_mlflow_allow(struct hc_mlflow *m, double seconds);

/* ---- experiments ---- */

/* The id of the experiment of that name, which is made where it is missing. */
enum hc_status hc_mlflow_experiment(struct hc_mlflow *m, const char *name,
    char ret[HC_MLFLOW_NAME], struct hc_error *err) HC_MUST_USE;

/* ---- runs ---- */

struct hc_mlflow_run {
    char id[HC_MLFLOW_NAME];
    char parent[HC_MLFLOW_NAME]; /* "" for none */
    char *name;                  /* ours: the tag hindcast.run; owned */
    char *artifact_uri;          /* owned */
    bool finished;
};

struct hc_mlflow_runs {
    struct hc_mlflow_run *items;
    size_t n, cap;
};

void hc_mlflow_run_clear(struct hc_mlflow_run *run);
void hc_mlflow_runs_clear(struct hc_mlflow_runs *runs);

/* Runs of the experiment with the tag hindcast.id = `id`, those that are not deleted. */
enum hc_status hc_mlflow_find(struct hc_mlflow *m, const char *experiment, const char *id,
    struct hc_mlflow_runs *ret, struct hc_error *err) HC_MUST_USE;

/* Who makes a run, and where it belongs. */
struct hc_mlflow_place {
    const char *experiment;
    const char *id;     /* hindcast.id */
    const char *parent; /* run id, or NULL */
    const char *user;   /* or NULL */
    const char *source; /* "hindcast analyze" */
    int64_t start_us;
};

/*
 * Sent once. *ret_again: a failure of the passing kind, which can be waited for
 * (hc_mlflow_pause); the run may have been made or not.
 */
enum hc_status hc_mlflow_create(struct hc_mlflow *m, const struct hc_mlflow_place *place,
    const struct hc_run *run, struct hc_mlflow_run *ret, bool *ret_again,
    double *ret_retry_after_s, struct hc_error *err) HC_MUST_USE;

/* Waits before the next try; HC_SERVICE: there is none, `err` says why. */
enum hc_status hc_mlflow_pause(
    struct hc_mlflow *m, double retry_after_s, struct hc_error *err) HC_MUST_USE;

/* Lets the server finish what it may still be at. HC_INTERRUPTED. */
enum hc_status hc_mlflow_settle(struct hc_mlflow *m, struct hc_error *err) HC_MUST_USE;

/* Metrics, params and tags, in as many batches as the limits ask for. All metrics carry
 * the time of the run: one that is sent twice is one. */
enum hc_status hc_mlflow_log(struct hc_mlflow *m, const struct hc_mlflow_place *place,
    const struct hc_run *run, const char *run_id, struct hc_error *err) HC_MUST_USE;

/* What the run has read, as datasets. */
enum hc_status hc_mlflow_log_inputs(struct hc_mlflow *m, const struct hc_run *run,
    const char *run_id, struct hc_error *err) HC_MUST_USE;

enum hc_status hc_mlflow_set_tag(struct hc_mlflow *m, const char *run_id, const char *key,
    const char *value, struct hc_error *err) HC_MUST_USE;

enum hc_status hc_mlflow_finish(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err) HC_MUST_USE;

/* One that was made twice. It can be restored on the server. */
enum hc_status hc_mlflow_delete(
    struct hc_mlflow *m, const char *run_id, struct hc_error *err) HC_MUST_USE;

/* ---- artifacts ---- */

/* The path of the run's artifacts at the server's own proxy; NULL where it has none and
 * clients are to write to the store themselves. Points into the text. */
const char *hc_mlflow_proxied(const char *artifact_uri);

/* One file, streamed. */
enum hc_status hc_mlflow_put(struct hc_mlflow *m, const char *proxied, const char *name,
    const char *file, struct hc_error *err) HC_MUST_USE;

/* ---- batch.c ---- */

/* Where a run's batches are. */
struct hc_mlflow_cursor {
    size_t params, tags, points;
};

/* The next body, and the cursor behind it; false: there is nothing left. */
bool hc_mlflow_batch(struct hc_buf *out, const struct hc_run *run, const char *run_id,
    int64_t time_ms, struct hc_mlflow_cursor *cursor);

/* At most `max` bytes of `text`, cut before a character and ended by "...". */
void hc_mlflow_cut(struct hc_buf *out, const char *text, size_t max);

#endif
