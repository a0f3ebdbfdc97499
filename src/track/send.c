#include "track/send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"

/* A file may take a second a megabyte before the server counts as slow. */
static const double SECONDS_A_BYTE = 1e-6;

struct sending {
    struct hc_mlflow *m;
    const struct hc_track_job *job;
    struct hc_track_result *result;
    struct hc_mlflow_place place;
    struct hc_mlflow_run runs[HC_RUNS_MAX]; /* on the server; id "" for none */
    bool in_doubt;                          /* a run may have been made twice */
};

static const struct hc_run *run_of(const struct sending *s, size_t i)
{
    return &s->job->file->runs[i];
}

static void sending_clear(struct sending *s)
{
    for (size_t i = 0; i < HC_COUNT(s->runs); i++)
        hc_mlflow_run_clear(&s->runs[i]);
}

/* ---- what is there ---- */

/* Whom the runs below name as the one above. */
static bool has_children(const struct hc_mlflow_runs *found, const char *id)
{
    for (size_t i = 0; i < found->n; i++)
        if (!strcmp(found->items[i].parent, id))
            return true;
    return false;
}

/* Of two of one name: the one that we have made; the finished one; the one with runs
 * below it; any, but always the same. */
static bool is_better(const struct sending *s, size_t i,
    const struct hc_mlflow_runs *found, const struct hc_mlflow_run *a,
    const struct hc_mlflow_run *b)
{
    const char *ours = s->runs[i].id;
    bool ours_a = !strcmp(a->id, ours), ours_b = !strcmp(b->id, ours);
    bool children_a = has_children(found, a->id), children_b = has_children(found, b->id);

    if (ours_a != ours_b)
        return ours_a;
    if (a->finished != b->finished)
        return a->finished;
    if (children_a != children_b)
        return children_a;
    return strcmp(a->id, b->id) < 0;
}

static struct hc_mlflow_run *best_of(
    const struct sending *s, size_t i, const struct hc_mlflow_runs *found)
{
    struct hc_mlflow_run *best = NULL;

    for (size_t k = 0; k < found->n; k++) {
        struct hc_mlflow_run *run = &found->items[k];

        if (!strcmp(run->name, run_of(s, i)->name) &&
            (!best || is_better(s, i, found, run, best)))
            best = run;
    }
    return best;
}

/* Takes over the best of a name, and deletes the others. */
static enum hc_status adopt_one(
    struct sending *s, size_t i, struct hc_mlflow_runs *found, struct hc_error *err)
{
    struct hc_mlflow_run *best = best_of(s, i, found);

    for (size_t k = 0; best && k < found->n; k++)
        if (&found->items[k] != best && !strcmp(found->items[k].name, best->name))
            HC_TRY(hc_mlflow_delete(s->m, found->items[k].id, err));
    if (!best || !strcmp(best->id, s->runs[i].id))
        return HC_OK;
    hc_mlflow_run_clear(&s->runs[i]);
    s->runs[i] = *best;
    best->name = hc_strdup(s->runs[i].name); /* is compared again */
    best->artifact_uri = NULL;
    return best->name ? HC_OK : HC_NO_MEMORY;
}

static enum hc_status adopt(struct sending *s, struct hc_error *err)
{
    HC_CLEANUP(hc_mlflow_runs_clear) struct hc_mlflow_runs found = {.n = 0};

    HC_TRY(hc_mlflow_find(s->m, s->place.experiment, s->place.id, &found, err));
    for (size_t i = 0; i < s->job->file->n_runs; i++)
        HC_TRY(adopt_one(s, i, &found, err));
    return HC_OK;
}

/* ---- what is missing ---- */

/* After a failure the run may be there: it is looked for before the next try. */
static enum hc_status make(struct sending *s, size_t i, struct hc_error *err)
{
    struct hc_mlflow_place place = s->place;

    place.parent = i ? s->runs[0].id : NULL;
    while (!*s->runs[i].id) {
        struct hc_mlflow_run made;
        double retry_after_s;
        bool again;
        enum hc_status status = hc_mlflow_create(
            s->m, &place, run_of(s, i), &made, &again, &retry_after_s, err);

        if (!status) {
            s->runs[i] = made;
            return HC_OK;
        }
        if (!again)
            return status;
        s->in_doubt = true;
        HC_TRY(hc_mlflow_pause(s->m, retry_after_s, err));
        HC_TRY(adopt(s, err));
    }
    return HC_OK;
}

/* ---- files ---- */

static bool is_within(const char *path, const char *dir)
{
    size_t n = strlen(dir);

    return !strncmp(path, dir, n) && (path[n] == '/' || (n && dir[n - 1] == '/'));
}

bool hc_track_artifact(
    const char *dir, const char *name, char ret_path[HC_PATH_MAX], const char **ret_why)
{
    char folder[HC_PATH_MAX], real[HC_PATH_MAX];

    *ret_why = "it is not there";
    if (hc_path_join(dir, name, ret_path, NULL) || !realpath(dir, folder) ||
        !realpath(ret_path, real))
        return false;
    *ret_why = "it leads out of the folder";
    if (!is_within(real, folder))
        return false;
    *ret_why = "it is not a file";
    return hc_path_kind(real) == HC_PATH_FILE;
}

static enum hc_status skip(struct sending *s, size_t i, const char *name, const char *why)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf line = HC_BUF_INIT;

    s->result->runs[i].not_sent++;
    hc_buf_printf(&line, "%s: %s", name, why);
    HC_TRY(hc_buf_check(&line));
    return hc_names_add(&s->result->not_sent, line.text);
}

static enum hc_status send_file(struct sending *s, size_t i, const char *proxied,
    const char *name, struct hc_error *err)
{
    char path[HC_PATH_MAX];
    const char *why = "the server does not take files for its store";
    struct stat st;

    if (!proxied)
        return skip(s, i, name, why);
    if (!hc_track_artifact(s->job->dir, name, path, &why)) {
        hc_track_artifact(s->job->origin, name, path, &why);
        return skip(s, i, name, why);
    }
    if (!stat(path, &st))
        hc_mlflow_allow(s->m, (double)st.st_size * SECONDS_A_BYTE);
    HC_TRY(hc_mlflow_put(s->m, proxied, name, path, err));
    s->result->runs[i].artifacts++;
    return HC_OK;
}

/* What could not be sent is said in a tag of the run, too. */
static enum hc_status tell_not_sent(struct sending *s, size_t i, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const struct hc_names *names = &s->result->not_sent;

    if (!s->result->runs[i].not_sent)
        return HC_OK;
    for (size_t k = names->n - s->result->runs[i].not_sent; k < names->n; k++)
        hc_buf_printf(&text, "%s\n", names->items[k]);
    HC_TRY(hc_buf_check(&text));
    return hc_mlflow_set_tag(
        s->m, s->runs[i].id, "hindcast.artifacts_not_sent", text.text, err);
}

static enum hc_status send_files(struct sending *s, size_t i, struct hc_error *err)
{
    const char *proxied = hc_mlflow_proxied(s->runs[i].artifact_uri);
    const struct hc_run *run = run_of(s, i);

    for (size_t k = 0; k < run->n_artifacts; k++)
        HC_TRY(send_file(s, i, proxied, run->artifacts[k], err));
    return tell_not_sent(s, i, err);
}

/* ---- a run ---- */

/* One that was found may hang below a run that is no more. */
static enum hc_status put_below(struct sending *s, size_t i, struct hc_error *err)
{
    if (!i || !*s->runs[i].parent || !strcmp(s->runs[i].parent, s->runs[0].id))
        return HC_OK;
    return hc_mlflow_set_tag(
        s->m, s->runs[i].id, "mlflow.parentRunId", s->runs[0].id, err);
}

static enum hc_status fill(struct sending *s, size_t i, struct hc_error *err)
{
    const struct hc_run *run = run_of(s, i);
    struct hc_track_run *result = &s->result->runs[i];

    HC_TRY(put_below(s, i, err));
    if (s->runs[i].finished)
        return HC_OK;
    HC_TRY(hc_mlflow_log(s->m, &s->place, run, s->runs[i].id, err));
    HC_TRY(hc_mlflow_log_inputs(s->m, run, s->runs[i].id, err));
    HC_TRY(send_files(s, i, err));
    HC_TRY(hc_mlflow_finish(s->m, s->runs[i].id, err));
    result->points = run->n_points;
    result->params = run->n_params;
    return HC_OK;
}

/* ---- the whole ---- */

static enum hc_status make_and_fill(struct sending *s, struct hc_error *err)
{
    size_t n = s->job->file->n_runs;

    for (size_t i = 0; i < n; i++)
        HC_TRY(make(s, i, err));
    for (size_t i = n; i > 0; i--) /* the one above last */
        HC_TRY(fill(s, i - 1, err));
    if (!s->in_doubt)
        return HC_OK;
    HC_TRY(hc_mlflow_settle(s->m, err));
    return adopt(s, err);
}

static enum hc_status send(struct sending *s, struct hc_error *err)
{
    struct hc_track_result *result = s->result;

    HC_TRY(hc_mlflow_experiment(s->m, s->job->experiment, result->experiment, err));
    s->place.experiment = result->experiment;
    HC_TRY(adopt(s, err));
    result->was_there = s->runs[0].finished;
    if (!result->was_there)
        HC_TRY(make_and_fill(s, err));
    for (size_t i = 0; i < result->n_runs; i++)
        memcpy(result->runs[i].id, s->runs[i].id, sizeof(s->runs[i].id));
    return HC_OK;
}

static enum hc_status result_init(
    const struct hc_run_file *file, struct hc_track_result *ret)
{
    *ret = (struct hc_track_result){.n_runs = file->n_runs};
    ret->runs = hc_calloc(file->n_runs, sizeof(*ret->runs));
    if (!ret->runs)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < file->n_runs; i++)
        ret->runs[i].name = file->runs[i].name;
    return HC_OK;
}

void hc_track_result_clear(struct hc_track_result *result)
{
    hc_free(result->runs);
    hc_names_clear(&result->not_sent);
    *result = (struct hc_track_result){.n_runs = 0};
}

enum hc_status hc_track_send(struct hc_mlflow *m, const struct hc_track_job *job,
    struct hc_track_result *ret, struct hc_error *err)
{
    char source[128];
    HC_CLEANUP(sending_clear)
    struct sending s = {.m = m,
        .job = job,
        .result = ret,
        .in_doubt = job->in_doubt,
        .place = {.id = job->file->id,
            .user = job->user,
            .source = source,
            .start_us = job->file->generated_us}};

    HC_TRY(result_init(job->file, ret));
    snprintf(source, sizeof(source), "hindcast %.100s", job->file->command);
    return send(&s, err);
}
