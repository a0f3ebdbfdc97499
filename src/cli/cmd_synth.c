/*
 * hindcast synth - a made-up cluster with a known truth
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/interrupt.h"
#include "cli/synth_days.h"
#include "dataset/manifest.h"
#include "report/human.h"

struct synth_options {
    const char *output, *start;
    int64_t nodes, days, step, seed;
    bool no_pods;
};

static const struct hc_option table[] = {
    HC_OPTION_STRING(struct synth_options, output, "output", 'o', "DIR", NULL,
        "write the data set into DIR"),
    HC_OPTION_INT(
        struct synth_options, nodes, "nodes", 0, "N", "20", 1, 100000, "number of nodes"),
    HC_OPTION_INT(
        struct synth_options, days, "days", 0, "N", "30", 1, 3660, "number of UTC days"),
    HC_OPTION_INT(struct synth_options, step, "step", 0, "S", "30", 1, 86400,
        "seconds between two samples of a node"),
    HC_OPTION_INT(struct synth_options, seed, "seed", 0, "N", "1", 0, 9007199254740992.0,
        "another cluster for each seed; the same one for the same seed"),
    HC_OPTION_STRING(struct synth_options, start, "start", 0, "DATE", "2025-06-02",
        "the first UTC day, from 2000 to 2100"),
    HC_OPTION_FLAG(struct synth_options, no_pods, "no-pods", 0,
        "write samples only: no nodes, no pods, no use of pods"),
    HC_OPTION_END,
};

/* The beginning of each truth.json of ours, by which it is known from another's. */
static const char truth_begins[] = "{\n  \"schema_version\": 1,\n  \"options\": {\n";

/* One run: what is made, and where. */
struct making {
    const struct hc_common *common;
    const char *dir;
    struct hc_synth_plan *plan;
    struct hc_synth_file *files;
    struct hc_manifest old, manifest;
    bool made_dir;
    char temp_dir[HC_PATH_MAX]; /* absolute; "": none */
    int temp_slot;
};

/* ---- is the folder ours to write to ---- */

static enum hc_status refuse(
    const struct making *m, struct hc_error *err, const char *why)
{
    return hc_fail(
        err, HC_OUTPUT, "cannot write to '%s': %s; give another folder", m->dir, why);
}

static enum hc_status check_manifest(struct making *m, struct hc_error *err)
{
    if (hc_manifest_read(m->dir, &m->old, NULL))
        return refuse(m, err, "its manifest.json is not of a data set made by synth");
    if (strcmp(m->old.source, "synth"))
        return refuse(m, err, "it holds a data set that synth did not make");
    return HC_OK;
}

static enum hc_status check_truth(
    const struct making *m, const char *path, struct hc_error *err)
{
    char begin[sizeof(truth_begins)] = "";
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(begin, 1, sizeof(begin) - 1, file) : 0;

    if (file)
        fclose(file);
    if (n != sizeof(begin) - 1 || strcmp(begin, truth_begins))
        return refuse(m, err, "its truth.json is not of synth");
    return HC_OK;
}

/* A folder of files: `name` in the data set's. */
static enum hc_status check_empty(
    const struct making *m, const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    char path[HC_PATH_MAX], why[128];

    HC_TRY(hc_path_join(m->dir, name, path, err));
    if (hc_path_kind(path) == HC_PATH_NONE)
        return HC_OK;
    if (hc_path_kind(path) != HC_PATH_FOLDER) {
        snprintf(why, sizeof(why), "'%s' in it is not a folder", name);
        return refuse(m, err, why);
    }
    HC_TRY(hc_dir_list(path, &names, err));
    snprintf(why, sizeof(why),
        "'%s' in it holds files, and no manifest says whose they are", name);
    return names.n ? refuse(m, err, why) : HC_OK;
}

static enum hc_status check_none(
    const struct making *m, const char *name, struct hc_error *err)
{
    char path[HC_PATH_MAX], why[128];

    HC_TRY(hc_path_join(m->dir, name, path, err));
    snprintf(why, sizeof(why), "it has a '%s', and no manifest says whose it is", name);
    return hc_path_kind(path) == HC_PATH_NONE ? HC_OK : refuse(m, err, why);
}

/* What this run would write, but for the truth. */
static enum hc_status check_files(const struct making *m, struct hc_error *err)
{
    HC_TRY(check_empty(m, "samples", err));
    if (hc_synth_options(m->plan)->no_pods)
        return HC_OK;
    HC_TRY(check_empty(m, "pod_usage", err));
    HC_TRY(check_none(m, "nodes.parquet", err));
    return check_none(m, "pods.parquet", err);
}

/*
 * Nobody else's data are written over. A run of ours that was killed while it moved its
 * files into place left a truth.json (which is moved first) and no manifest.
 */
static enum hc_status check_folder(struct making *m, struct hc_error *err)
{
    char manifest[HC_PATH_MAX], truth[HC_PATH_MAX];

    HC_TRY(hc_path_join(m->dir, HC_MANIFEST_NAME, manifest, err));
    HC_TRY(hc_path_join(m->dir, "truth.json", truth, err));
    if (hc_path_kind(manifest) != HC_PATH_NONE)
        return check_manifest(m, err);
    if (hc_path_kind(truth) != HC_PATH_NONE)
        return check_truth(m, truth, err);
    return check_files(m, err);
}

/* ---- making ---- */

static enum hc_status make_plan(
    struct making *m, const struct synth_options *o, struct hc_error *err)
{
    struct hc_synth_options options = {.nodes = o->nodes,
        .days = o->days,
        .step_s = o->step,
        .seed = (uint64_t)o->seed,
        .no_pods = o->no_pods};
    struct hc_instant start;

    if (!hc_time_parse(o->start, &start) || start.us % HC_DAY_US)
        return hc_fail(err, HC_USAGE,
            "option '--start' needs a date as 2025-06-02, not '%s'", o->start);
    options.start_s = start.us / HC_SECOND_US;
    return hc_synth_plan_new(&options, &m->plan, err);
}

static enum hc_status make_folders(struct making *m, struct hc_error *err)
{
    char temp_dir[HC_PATH_MAX], *absolute;

    m->made_dir = hc_path_kind(m->dir) == HC_PATH_NONE;
    HC_TRY(hc_dir_make(m->dir, err));
    hc_dir_sweep(m->dir);
    HC_TRY(hc_temp_dir(m->dir, temp_dir, err));
    /* absolute: DuckDB reads a meaning into paths such as "~x" and "s3:x" */
    absolute = realpath(temp_dir, NULL);
    if (!absolute || strlen(absolute) >= sizeof(m->temp_dir)) {
        free(absolute);
        hc_tree_remove(temp_dir);
        return hc_fail(err, HC_OUTPUT, "cannot write to '%s': path too long", m->dir);
    }
    strcpy(m->temp_dir, absolute);
    free(absolute);
    m->temp_slot = hc_interrupt_register(m->temp_dir);
    return HC_OK;
}

static enum hc_status write_truth(const struct making *m, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];

    hc_synth_truth(m->plan, &text);
    HC_TRY(hc_buf_check(&text));
    HC_TRY(hc_path_join(m->temp_dir, "truth.json", path, err));
    return hc_file_write(path, text.text, text.len, err);
}

static enum hc_status write_manifest(struct making *m, struct hc_error *err)
{
    const struct hc_synth_options *o = hc_synth_options(m->plan);
    struct hc_manifest *manifest = &m->manifest;

    strcpy(manifest->source, "synth");
    strcpy(manifest->version, HC_VERSION);
    manifest->created_us = (int64_t)time(NULL) * HC_SECOND_US;
    manifest->start_us = o->start_s * HC_SECOND_US;
    manifest->end_us = manifest->start_us + o->days * HC_DAY_US;
    manifest->step_s = o->step_s;
    for (size_t g = 0; g < HC_SYNTH_GAUGES; g++)
        HC_TRY(hc_manifest_add_column(
            manifest, hc_synth_columns[g].name, hc_synth_columns[g].unit));
    for (size_t i = 0; i < hc_synth_n_files(m->plan); i++)
        HC_TRY(hc_manifest_add_file(manifest, m->files[i].path, m->files[i].bytes,
            m->files[i].rows, m->files[i].sha256));
    return hc_manifest_write(manifest, m->temp_dir, err);
}

/* Files of the data set that was there before, and that the new one has not. */
static void remove_old_files(const struct making *m)
{
    char path[HC_PATH_MAX];

    for (size_t i = 0; i < m->old.n_files; i++)
        if (!hc_manifest_find(&m->manifest, m->old.files[i].path) &&
            !hc_path_join(m->dir, m->old.files[i].path, path, NULL))
            unlink(path);
    if (!hc_path_join(m->dir, "pod_usage", path, NULL))
        rmdir(path); /* if it is empty */
}

static enum hc_status make_all(struct making *m, struct hc_error *err)
{
    HC_TRY(make_folders(m, err));
    HC_TRY(hc_synth_write_files(m->plan, m->temp_dir, m->common, m->files, err));
    HC_TRY(write_truth(m, err));
    HC_TRY(write_manifest(m, err));
    if (hc_interrupt_requested())
        return HC_INTERRUPTED;
    HC_TRY(hc_dir_publish(m->temp_dir, m->dir, NULL, 0, err));
    remove_old_files(m);
    return HC_OK;
}

static void making_clear(struct making *m)
{
    if (m->temp_dir[0])
        hc_tree_remove(m->temp_dir);
    hc_interrupt_unregister(m->temp_slot);
    if (m->made_dir)
        rmdir(m->dir); /* if it is empty */
    hc_synth_plan_free(m->plan);
    hc_free(m->files);
    hc_manifest_clear(&m->old);
    hc_manifest_clear(&m->manifest);
}

/* DuckDB speaks of the temporary file; the user asked for the folder. */
static enum hc_status name_folder(
    const struct making *m, enum hc_status status, struct hc_error *err)
{
    struct hc_error why = *err;

    if (status != HC_OUTPUT || !m->temp_dir[0] || !strstr(why.message, m->temp_dir))
        return status;
    return hc_fail(err, status, "cannot write '%s': %s", m->dir, why.message);
}

/* ---- the result ---- */

static int64_t total_bytes(const struct making *m)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < m->manifest.n_files; i++)
        bytes += m->manifest.files[i].bytes;
    return bytes;
}

static void add_count(struct hc_buf *out, int64_t n, const char *noun)
{
    hc_buf_printf(
        out, "%s %s%s, ", hc_human_count((uint64_t)n).text, noun, n == 1 ? "" : "s");
}

static void print_text(const struct making *m, struct hc_buf *out)
{
    const struct hc_synth_options *o = hc_synth_options(m->plan);
    HC_CLEANUP(hc_buf_clear) struct hc_buf dir = HC_BUF_INIT;

    hc_utf8_show(&dir, m->dir, SIZE_MAX, !hc_locale_is_utf8());
    hc_buf_printf(out, "made-up cluster in %s: ", hc_buf_str(&dir));
    add_count(out, o->nodes, "node");
    add_count(out, o->days, "day");
    hc_buf_printf(out, "every %lld s, ", (long long)o->step_s);
    hc_buf_printf(out, "%s rows, %s\n", hc_human_count(hc_synth_total_rows(m->plan)).text,
        hc_human_bytes((double)total_bytes(m)).text);
    hc_buf_printf(out, "what is true of it: %s/truth.json\n", hc_buf_str(&dir));
    if (hc_buf_check(&dir))
        out->failed = true;
}

static void print_json(const struct making *m, struct hc_buf *out)
{
    const struct hc_synth_options *o = hc_synth_options(m->plan);
    struct hc_json js;
    char text[HC_TIME_TEXT];

    hc_json_init(&js, out, 0);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "output", m->dir);
    hc_json_kint(&js, "nodes", o->nodes);
    hc_json_kint(&js, "days", o->days);
    hc_json_kint(&js, "step_s", o->step_s);
    hc_json_kint(&js, "seed", (int64_t)o->seed);
    hc_time_format(m->manifest.start_us, text);
    hc_json_kstr(&js, "start", text);
    hc_time_format(m->manifest.end_us, text);
    hc_json_kstr(&js, "end", text);
    hc_json_kint(&js, "rows", (int64_t)hc_synth_total_rows(m->plan));
    hc_json_kint(&js, "files", (int64_t)m->manifest.n_files);
    hc_json_kint(&js, "bytes", total_bytes(m));
    hc_json_kstr(&js, "manifest", HC_MANIFEST_NAME);
    hc_json_kstr(&js, "truth", "truth.json");
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

static enum hc_status print_result(const struct making *m, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (m->common->json)
        print_json(m, &out);
    else
        print_text(m, &out);
    return hc_print(&out, err);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct synth_options *o = call->options;
    HC_CLEANUP(making_clear)
    struct making m = {.common = call->common, .dir = o->output, .temp_slot = -1};

    if (!o->output || !*o->output)
        return hc_fail(err, HC_USAGE, "'hindcast synth' needs '-o DIR'");
    HC_TRY(make_plan(&m, o, err));
    HC_TRY(check_folder(&m, err));
    m.files = hc_calloc(hc_synth_n_files(m.plan), sizeof(*m.files));
    if (!m.files)
        return HC_NO_MEMORY;
    HC_TRY(name_folder(&m, make_all(&m, err), err));
    return print_result(&m, err);
}

const struct hc_command hc_cmd_synth = {
    .name = "synth",
    .arguments = "",
    .summary = "make up a cluster of which everything is known",
    .description =
        "Writes the metrics of a made-up cluster into a folder: a data set as 'collect' "
        "writes them (manifest.json, samples/YYYY-MM-DD.parquet, nodes, pods and what "
        "pods use), and beside it truth.json, which says what is true of it: daily and "
        "weekly rhythm, the busiest node, pairs that move together, bursts, gaps, "
        "repeats, bad cells, how few nodes its pods would fit on, and more. To try the "
        "other commands, and to test them.\n\n"
        "The same options give the same values on every machine. A made-up cluster that "
        "is already in DIR is replaced once the new one is whole; anybody else's data "
        "are left alone.",
    .examples =
        "hindcast synth -o demo\nhindcast synth -o big --nodes 1000 --step 60 --no-pods",
    .options = table,
    .options_size = sizeof(struct synth_options),
    .run = run,
};
