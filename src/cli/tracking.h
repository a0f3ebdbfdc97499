/*
 * tracking.h - what a command left in a folder, to an MLflow server
 *
 * `hindcast track` and `hindcast analyze --track` are the same steps:
 *
 *     settings (options over environment) ─▶ spool ─▶ track/send.h ─▶ tracked.json
 *
 * The environment is that of every MLflow client: MLFLOW_TRACKING_URI, _USERNAME,
 * _PASSWORD, _TOKEN, MLFLOW_TRACKING_SERVER_CERT_PATH, _CLIENT_CERT_PATH, _INSECURE_TLS,
 * and MLFLOW_EXPERIMENT_NAME.
 */
#ifndef HC_CLI_TRACKING_H
#define HC_CLI_TRACKING_H

#include "cli/command.h"
#include "track/send.h"
#include "track/spool.h"

/* In all, as `hindcast track` has it by default. */
enum { HC_TRACKING_S = 20 };

struct hc_tracking_options {
    const char *uri, *experiment; /* NULL: as the environment has it */
    double timeout_s;             /* for all requests of a run */
};

struct hc_tracking {
    const struct hc_common *common;
    struct hc_http *http;
    const char *experiment;
    const char *user; /* who runs this; NULL: not known */
    double timeout_s;
    int64_t now_us;
};

/* One run that was sent, or was not. */
struct hc_tracked {
    const char *dir;
    struct hc_run_file file;
    struct hc_track_result result;
    size_t requests;
    int64_t bytes;
    double seconds;
};

void hc_tracked_clear(struct hc_tracked *tracked);

/* tracking_settings.c: HC_USAGE where no server is named, or one that is not spoken to by
 * http. `uri`: where neither option nor environment names one; may be NULL. */
enum hc_status hc_tracking_open(const struct hc_common *common,
    const struct hc_tracking_options *options, const char *uri, const char *experiment,
    struct hc_tracking *ret, struct hc_error *err) HC_MUST_USE;
void hc_tracking_close(struct hc_tracking *tracking);

/*
 * The run of `dir`, into the spool and out of it. After a failure it waits there, and
 * `err` says so. `ret` is to be cleared in any case.
 */
enum hc_status hc_tracking_send(struct hc_tracking *tracking, const char *dir,
    struct hc_tracked *ret, struct hc_error *err) HC_MUST_USE;

/* One that waits in the spool of `dir`. */
enum hc_status hc_tracking_send_waiting(struct hc_tracking *tracking, const char *dir,
    const struct hc_waiting *waiting, struct hc_tracked *ret,
    struct hc_error *err) HC_MUST_USE;

/* tracking_show.c: for a person, or as JSON. */
void hc_tracked_print(struct hc_buf *out, const struct hc_tracking *tracking,
    const struct hc_tracked *tracked);
void hc_tracked_json(struct hc_buf *out, const struct hc_tracking *tracking,
    const struct hc_tracked *tracked);
enum hc_status hc_tracking_list(
    const struct hc_common *common, const char *dir, struct hc_error *err) HC_MUST_USE;

/* "URL/#/experiments/1/runs/ID": where a browser shows it. */
void hc_tracking_link(
    struct hc_buf *out, const char *uri, const char *experiment_id, const char *run_id);

#endif
