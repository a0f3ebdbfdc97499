/*
 * send.h - a run.json and its files to a tracking server, once, however often it is tried
 *
 * Every run carries the tags hindcast.id (of the run.json) and hindcast.run (its name).
 * They are looked for first: what is there and finished is left alone, what is half done
 * is completed, what is missing is made. The run above is finished last, so that a
 * finished one means that all is there. A run that a lost answer made twice is deleted
 * (MLflow keeps deleted runs until its garbage collection).
 *
 *     look for the experiment, make it          1 or 2 requests
 *     look for the runs                         1
 *     make each                                 1 a run
 *     metrics, params and tags; inputs; files   1 a batch, 1, 1 a file
 *     finish each                               1 a run
 *
 * Failures: HC_SERVICE with what the server said; HC_INPUT for a file that cannot be
 * read; HC_NO_MEMORY; HC_INTERRUPTED. After any of them the same call completes it.
 */
#ifndef HC_TRACK_SEND_H
#define HC_TRACK_SEND_H

#include "track/mlflow.h"

struct hc_track_job {
    const char *dir;    /* of the files */
    const char *origin; /* where they came from, for the words on one that is not there */
    const struct hc_run_file *file;
    const char *experiment; /* name */
    const char *user;       /* or NULL */
    bool in_doubt;          /* it was tried before: a run may have been made twice */
};

struct hc_track_run {
    const char *name; /* of the run file */
    char id[HC_MLFLOW_NAME];
    size_t points, params, artifacts; /* sent now */
    size_t not_sent;                  /* artifacts */
};

struct hc_track_result {
    char experiment[HC_MLFLOW_NAME]; /* id */
    bool was_there;                  /* all of it: nothing was changed */
    size_t n_runs;
    struct hc_track_run *runs; /* owned; as in the run file */
    struct hc_names not_sent;  /* "path: why" */
};

void hc_track_result_clear(struct hc_track_result *result);

enum hc_status hc_track_send(struct hc_mlflow *m, const struct hc_track_job *job,
    struct hc_track_result *ret, struct hc_error *err) HC_MUST_USE;

/* The path of an artifact, if it is a regular file within the folder; else why not. */
bool hc_track_artifact(
    const char *dir, const char *name, char ret_path[HC_PATH_MAX], const char **ret_why);

#endif
