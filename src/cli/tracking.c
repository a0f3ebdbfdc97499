#include "cli/tracking.h"

#include <string.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "net/wait.h"

void hc_tracked_clear(struct hc_tracked *tracked)
{
    hc_track_result_clear(&tracked->result);
    hc_run_file_clear(&tracked->file);
}

/* ---- sending ---- */

static enum hc_status send_from(struct hc_tracking *t, const char *files, bool again,
    struct hc_tracked *ret, struct hc_error *err)
{
    const struct hc_track_job job = {.dir = files,
        .origin = ret->dir,
        .file = &ret->file,
        .experiment = t->experiment,
        .user = t->user,
        .in_doubt = again};
    const struct hc_wait wait = hc_wait_real(hc_interrupt_flag());
    double start_s = hc_wait_now_s();
    struct hc_mlflow mlflow;
    enum hc_status status;

    hc_mlflow_begin(&mlflow, t->http, &wait, t->timeout_s);
    status = hc_track_send(&mlflow, &job, &ret->result, err);
    ret->requests = mlflow.requests;
    ret->bytes = mlflow.bytes;
    ret->seconds = hc_wait_now_s() - start_s;
    return status;
}

/* ---- afterwards ---- */

/* What is longer than its place is cut off. */
static void copy(char *to, size_t size, const char *text)
{
    size_t n = strlen(text);

    n = n < size ? n : size - 1;
    memcpy(to, text, n);
    to[n] = '\0';
}

/* What was sent is sent, even if nobody can write it down. */
static void note_sent(struct hc_tracking *t, const struct hc_tracked *tracked)
{
    const struct hc_track_result *result = &tracked->result;
    struct hc_sent sent = {.generated_us = tracked->file.generated_us,
        .sent_us = t->now_us,
        .not_sent = (int64_t)result->not_sent.n};
    struct hc_error why = {""};

    copy(sent.id, sizeof(sent.id), tracked->file.id);
    copy(sent.uri, sizeof(sent.uri), hc_http_shown(t->http));
    copy(sent.experiment, sizeof(sent.experiment), t->experiment);
    copy(sent.command, sizeof(sent.command), tracked->file.command);
    copy(sent.experiment_id, sizeof(sent.experiment_id), result->experiment);
    copy(sent.run_id, sizeof(sent.run_id), result->runs[0].id);
    if (hc_ledger_add(tracked->dir, &sent, &why))
        hc_say(t->common, "sent, but not noted: %s", why.message);
}

static void note_failure(struct hc_tracking *t, const struct hc_tracked *tracked,
    const struct hc_waiting *before, const struct hc_error *err)
{
    struct hc_waiting waiting = *before;
    struct hc_error why = {""};

    waiting.tries++;
    waiting.tried_us = t->now_us;
    copy(waiting.uri, sizeof(waiting.uri), hc_http_shown(t->http));
    copy(waiting.experiment, sizeof(waiting.experiment), t->experiment);
    copy(waiting.reason, sizeof(waiting.reason), err->message);
    if (hc_spool_note(tracked->dir, &waiting, &why))
        hc_say(t->common, "%s", why.message);
}

static enum hc_status waits(
    enum hc_status status, const char *dir, const char *kept, struct hc_error *err)
{
    struct hc_error before = *err;

    if (kept)
        return hc_fail(err, status, "%.700s; and it could not be kept for later: %.200s",
            before.message, kept);
    return hc_fail(err, status,
        "%.700s; nothing is lost: the run waits in '%.100s/spool' for 'hindcast track "
        "--spooled %.100s'",
        before.message, dir, dir);
}

static enum hc_status finish(struct hc_tracking *t, struct hc_tracked *tracked,
    const struct hc_waiting *waiting, const char *kept, enum hc_status status,
    struct hc_error *err)
{
    if (!status) {
        note_sent(t, tracked);
        hc_spool_remove(tracked->dir, waiting->id);
        return HC_OK;
    }
    if (!kept)
        note_failure(t, tracked, waiting, err);
    return waits(status, tracked->dir, kept, err);
}

/* ---- a folder's run, and one of the spool ---- */

static void describe(
    struct hc_tracking *t, const struct hc_run_file *file, struct hc_waiting *ret)
{
    *ret = (struct hc_waiting){.generated_us = file->generated_us};
    copy(ret->id, sizeof(ret->id), file->id);
    copy(ret->uri, sizeof(ret->uri), hc_http_shown(t->http));
    copy(ret->experiment, sizeof(ret->experiment), t->experiment);
    copy(ret->command, sizeof(ret->command), file->command);
}

static enum hc_status find_run(
    const char *dir, struct hc_run_file *ret, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, "run.json", path, err));
    if (hc_path_kind(path) == HC_PATH_NONE)
        return hc_fail(err, HC_INPUT,
            "there is no run.json in '%s': 'hindcast analyze PATH -o DIR' leaves one in "
            "DIR",
            dir);
    return hc_run_file_read(path, ret, err);
}

static enum hc_status send_locked(
    struct hc_tracking *t, const char *dir, struct hc_tracked *ret, struct hc_error *err)
{
    char files[HC_PATH_MAX];
    struct hc_waiting waiting;
    struct hc_error why = {""};
    bool kept, again = false;

    HC_TRY(find_run(dir, &ret->file, err));
    describe(t, &ret->file, &waiting);
    kept = !hc_spool_put(dir, &ret->file, &waiting, &again, &why);
    HC_TRY(hc_spool_files(dir, ret->file.id, files, err));

    enum hc_status status = send_from(t, kept ? files : dir, again, ret, err);

    return finish(t, ret, &waiting, kept ? NULL : why.message, status, err);
}

enum hc_status hc_tracking_send(
    struct hc_tracking *t, const char *dir, struct hc_tracked *ret, struct hc_error *err)
{
    enum hc_status status;
    int lock;

    *ret = (struct hc_tracked){.dir = dir};
    HC_TRY(hc_spool_lock(dir, &lock, err));
    status = send_locked(t, dir, ret, err);
    close(lock);
    return status;
}

enum hc_status hc_tracking_send_waiting(struct hc_tracking *t, const char *dir,
    const struct hc_waiting *waiting, struct hc_tracked *ret, struct hc_error *err)
{
    char files[HC_PATH_MAX];

    *ret = (struct hc_tracked){.dir = dir};
    HC_TRY(hc_spool_files(dir, waiting->id, files, err));
    HC_TRY(find_run(files, &ret->file, err));
    if (strcmp(ret->file.id, waiting->id))
        return hc_fail(err, HC_INPUT,
            "'%s/run.json' is not what was kept there: it was changed", files);
    return finish(t, ret, waiting, NULL, send_from(t, files, true, ret, err), err);
}
