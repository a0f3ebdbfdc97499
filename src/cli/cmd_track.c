/*
 * hindcast track - what a command left in a folder, to MLflow
 */
#include <unistd.h>

#include "cli/tracking.h"

struct track_options {
    const char *uri, *experiment;
    double timeout;
    bool spooled, list;
};

#define OPTIONS struct track_options

static const struct hc_option table[] = {
    HC_OPTION_STRING(OPTIONS, uri, "tracking-uri", 0, "URL", NULL,
        "the tracking server (default: MLFLOW_TRACKING_URI)"),
    HC_OPTION_STRING(OPTIONS, experiment, "experiment", 0, "NAME", NULL,
        "the experiment, made if it is missing (default: MLFLOW_EXPERIMENT_NAME, else "
        "hindcast)"),
    HC_OPTION_DOUBLE(OPTIONS, timeout, "timeout", 0, "S", "20", 1, 3600,
        "give up after S seconds in all, and a second more for each megabyte of files"),
    HC_OPTION_FLAG(OPTIONS, spooled, "spooled", 0,
        "send what waits in DIR, instead of what is in it now"),
    HC_OPTION_FLAG(OPTIONS, list, "list", 0, "print what was sent and what waits"),
    HC_OPTION_END,
};

static enum hc_status print(
    const struct hc_tracking *t, const struct hc_tracked *tracked, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (t->common->json)
        hc_tracked_json(&out, t, tracked);
    else if (!t->common->quiet)
        hc_tracked_print(&out, t, tracked);
    HC_TRY(hc_buf_check(&out));
    return out.len ? hc_print(&out, err) : HC_OK;
}

static struct hc_tracking_options settings(const struct hc_call *call)
{
    const struct track_options *o = call->options;

    return (struct hc_tracking_options){
        .uri = o->uri, .experiment = o->experiment, .timeout_s = o->timeout};
}

/* ---- what is in the folder now ---- */

static void tell_waiting(const struct hc_tracking *t, const char *dir)
{
    HC_CLEANUP(hc_waiting_clear) struct hc_waiting_list waiting = {.n = 0};

    if (!hc_spool_list(dir, &waiting, NULL) && waiting.n)
        hc_say(t->common, "%zu earlier run%s: 'hindcast track --spooled %s' sends %s",
            waiting.n, waiting.n == 1 ? " waits" : "s wait", dir,
            waiting.n == 1 ? "it" : "them");
}

static enum hc_status send_now(
    const struct hc_call *call, const char *dir, struct hc_error *err)
{
    const struct hc_tracking_options options = settings(call);
    HC_CLEANUP(hc_tracking_close) struct hc_tracking t = {.common = NULL};
    HC_CLEANUP(hc_tracked_clear) struct hc_tracked tracked = {.dir = NULL};

    HC_TRY(hc_tracking_open(call->common, &options, NULL, NULL, &t, err));
    HC_TRY(hc_tracking_send(&t, dir, &tracked, err));
    tell_waiting(&t, dir);
    return print(&t, &tracked, err);
}

/* ---- what waits ---- */

static enum hc_status send_one(const struct hc_call *call, const char *dir,
    const struct hc_waiting *waiting, struct hc_error *err)
{
    const struct hc_tracking_options options = settings(call);
    HC_CLEANUP(hc_tracking_close) struct hc_tracking t = {.common = NULL};
    HC_CLEANUP(hc_tracked_clear) struct hc_tracked tracked = {.dir = NULL};

    HC_TRY(hc_tracking_open(
        call->common, &options, waiting->uri, waiting->experiment, &t, err));
    HC_TRY(hc_tracking_send_waiting(&t, dir, waiting, &tracked, err));
    return print(&t, &tracked, err);
}

static enum hc_status send_all(const struct hc_call *call, const char *dir,
    const struct hc_waiting_list *waiting, struct hc_error *err)
{
    for (size_t i = 0; i < waiting->n; i++)
        HC_TRY(send_one(call, dir, &waiting->items[i], err));
    return HC_OK;
}

static enum hc_status send_spooled(
    const struct hc_call *call, const char *dir, struct hc_error *err)
{
    HC_CLEANUP(hc_waiting_clear) struct hc_waiting_list waiting = {.n = 0};
    enum hc_status status;
    int lock;

    HC_TRY(hc_spool_lock(dir, &lock, err));
    status = hc_spool_list(dir, &waiting, err);
    if (!status && !waiting.n)
        hc_say(call->common, "nothing waits in '%s'", dir);
    if (!status)
        status = send_all(call, dir, &waiting, err);
    close(lock);
    return status;
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct track_options *o = call->options;
    const char *dir = call->n_args ? call->args[0] : "hindcast-report";

    if (hc_path_kind(dir) != HC_PATH_FOLDER)
        return hc_fail(err, HC_INPUT,
            "there is no folder '%s'; 'hindcast analyze PATH -o DIR' makes one", dir);
    if (o->list)
        return hc_tracking_list(call->common, dir, err);
    return o->spooled ? send_spooled(call, dir, err) : send_now(call, dir, err);
}

const struct hc_command hc_cmd_track = {
    .name = "track",
    .arguments = "[DIR]",
    .summary = "send a report to an MLflow tracking server",
    .description =
        "Sends what 'hindcast analyze' left in DIR (default: hindcast-report) to an "
        "MLflow server: a run hindcast_analysis with baseline_analysis and "
        "pattern_analysis below it, their metrics, parameters and files. Sent again, it "
        "changes nothing.\n\n"
        "The server is found as by every MLflow client, in MLFLOW_TRACKING_URI; also "
        "MLFLOW_TRACKING_USERNAME and _PASSWORD or _TOKEN, MLFLOW_EXPERIMENT_NAME, "
        "MLFLOW_TRACKING_SERVER_CERT_PATH and MLFLOW_TRACKING_INSECURE_TLS are obeyed. "
        "If it fails, the run waits in DIR/spool, and --spooled sends it later.",
    .examples = "hindcast track\n"
                "hindcast track my-report --tracking-uri http://mlflow:5000\n"
                "hindcast track --spooled my-report",
    .min_args = 0,
    .max_args = 1,
    .options = table,
    .options_size = sizeof(OPTIONS),
    .run = run,
};
