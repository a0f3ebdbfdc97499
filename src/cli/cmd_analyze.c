#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/analysis.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/tracking.h"
#include "rollup/zone.h"

struct analyze_options {
    const char *output, *timezone, *naive_timezone, *group_by, *since, *until, *nodes;
    const char *correlate, *node, *compare;
    struct hc_list maps, matches;
    double target_cpu, target_memory;
    const char *tracking_uri, *experiment;
    bool no_figures, no_html, no_replay, no_anomalies, all, dedup, track, track_required;
};

static const struct hc_option table[] = {
    HC_OPTION_STRING(struct analyze_options, output, "output", 'o', "DIR",
        "hindcast-report", "write the report into DIR"),
    HC_OPTION_STRING(struct analyze_options, timezone, "timezone", 0, "ZONE", "UTC",
        "the cluster's time zone, such as Europe/Berlin: hours of the day and weekdays "
        "are its"),
    HC_OPTION_LIST(struct analyze_options, maps, "map", 0, "OURS=THEIRS",
        "read column THEIRS as OURS"),
    HC_OPTION_LIST(struct analyze_options, matches, "match", 0, "LABEL=VALUE",
        "only rows whose column LABEL is VALUE"),
    HC_OPTION_STRING(struct analyze_options, group_by, "group-by", 0, "COLUMN", NULL,
        "nodes, temporal and opportunity by the values of COLUMN too (pool, zone, type)"),
    HC_OPTION_DOUBLE(struct analyze_options, target_cpu, "target-cpu", 0, "SHARE", "0.65",
        0.01, 1, "share of the CPU that a node may be asked to carry"),
    HC_OPTION_DOUBLE(struct analyze_options, target_memory, "target-memory", 0, "SHARE",
        "0.80", 0.01, 1, "share of the memory that a node may be asked to carry"),
    HC_OPTION_STRING(struct analyze_options, since, "since", 0, "TIME", NULL,
        "only rows from TIME on, in the time zone"),
    HC_OPTION_STRING(struct analyze_options, until, "until", 0, "TIME", NULL,
        "only rows before TIME, in the time zone"),
    HC_OPTION_STRING(struct analyze_options, nodes, "nodes", 0, "GLOB", NULL,
        "only nodes whose name matches GLOB"),
    HC_OPTION_STRING(struct analyze_options, correlate, "correlate", 0, "GLOB", NULL,
        "beside the gauges, correlate the columns that match GLOB first (at most 256 in "
        "all)"),
    HC_OPTION_STRING(struct analyze_options, node, "node", 0, "GLOB", NULL,
        "take the series of nodes whose name matches GLOB apart too: trend, day, week, "
        "remainder"),
    HC_OPTION_STRING(struct analyze_options, compare, "compare", 0, "A..B,C..D", NULL,
        "put two ranges of time side by side, in the time zone, B and D not counted"),
    HC_OPTION_STRING(struct analyze_options, naive_timezone, "naive-timezone", 0, "ZONE",
        "UTC", "the zone of timestamps that do not say theirs"),
    HC_OPTION_FLAG(struct analyze_options, all, "all", 0,
        "every training set of a folder, not only the newest"),
    HC_OPTION_FLAG(struct analyze_options, dedup, "dedup", 0,
        "drop rows that repeat another in every column, and say how many"),
    HC_OPTION_FLAG(struct analyze_options, no_figures, "no-figures", 0,
        "write no figures; they need gnuplot"),
    HC_OPTION_FLAG(struct analyze_options, no_html, "no-html", 0, "write no HTML page"),
    HC_OPTION_FLAG(struct analyze_options, no_replay, "no-replay", 0,
        "do not place the pods of a data set again, by other policies"),
    HC_OPTION_FLAG(struct analyze_options, no_anomalies, "no-anomalies", 0,
        "look for no anomalies; they need the samples a second time"),
    HC_OPTION_FLAG(struct analyze_options, track, "track", 0,
        "send the report to the MLflow server of MLFLOW_TRACKING_URI when it is written"),
    HC_OPTION_FLAG(struct analyze_options, track_required, "track-required", 0,
        "the same, and if that fails, it is an error (exit 6)"),
    HC_OPTION_STRING(struct analyze_options, tracking_uri, "tracking-uri", 0, "URL", NULL,
        "the tracking server, instead of MLFLOW_TRACKING_URI"),
    HC_OPTION_STRING(struct analyze_options, experiment, "experiment", 0, "NAME", NULL,
        "the experiment there (default: MLFLOW_EXPERIMENT_NAME, else hindcast)"),
    HC_OPTION_END,
};

void hc_analysis_clear(struct hc_analysis *a)
{
    hc_input_hashes_stop(a->hashes);
    hc_pictures_free(a->pictures);
    hc_series_clear(&a->series);
    hc_findings_clear(&a->findings);
    hc_workloads_clear(&a->workloads);
    hc_placement_clear(&a->placement);
    hc_summary_clear(&a->summary);
    for (size_t i = 0; a->profiles && i < a->n_parts; i++)
        hc_profile_free(a->profiles[i]);
    hc_free(a->profiles);
    hc_free(a->order);
    hc_free(a->node_id);
    hc_rows_free(a->counts);
    hc_cell_log_free(a->log);
    hc_zone_clear(&a->zone);
    hc_dataset_clear(&a->dataset);
    hc_duck_close(a->duck);
    if (a->temp_dir[0])
        hc_tree_remove(a->temp_dir);
    if (a->made_out && !a->published)
        rmdir(a->out_dir); /* only if nothing is in it */
    if (a->temp_slot >= 0)
        hc_interrupt_unregister(a->temp_slot);
}

/* The report is made in a folder inside the one where it goes. */
static enum hc_status make_folders(struct hc_analysis *a, struct hc_error *err)
{
    a->made_out = hc_path_kind(a->out_dir) == HC_PATH_NONE;
    HC_TRY(hc_dir_make(a->out_dir, err));
    hc_dir_sweep(a->out_dir);
    HC_TRY(hc_temp_dir(a->out_dir, a->temp_dir, err));
    a->temp_slot = hc_interrupt_register(a->temp_dir);
    HC_TRY(hc_path_join(a->temp_dir, "spill", a->spill_dir, err));
    return hc_dir_make(a->spill_dir, err);
}

static enum hc_status lock_down(struct hc_analysis *a, struct hc_error *err)
{
    const char *dirs[] = {a->temp_dir, a->spill_dir};

    return hc_dataset_lock(a->duck, &a->dataset, dirs, HC_COUNT(dirs), err);
}

static enum hc_status open_all(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_duck_options duck = {.threads = a->common->threads,
        .memory_limit = a->common->memory_limit,
        .progress = hc_progress_wanted(a->common),
        .stop = hc_interrupt_flag()};

    HC_TRY(hc_pictures_plan(false, &a->pictures));
    HC_TRY(make_folders(a, err));
    a->request.temp_dir = a->spill_dir;
    duck.temp_dir = a->spill_dir;
    HC_TRY(hc_dataset_find(&a->request, &a->dataset, err));
    HC_TRY(hc_analysis_spare_inputs(a, err));
    HC_TRY(hc_duck_open(&duck, &a->duck, err));
    HC_TRY(lock_down(a, err));
    HC_TRY(hc_dataset_open(a->duck, &a->request, &a->dataset, err));
    if (a->compare)
        HC_TRY(hc_ranges_parse(
            a->duck, a->settings.timezone, "--compare", a->compare, a->compared, err));
    if (a->wants_hashes)
        a->hashes = hc_input_hashes_start(&a->dataset, a->common->threads);
    return hc_zone_load(a->duck, a->settings.timezone, a->dataset.first_us,
        a->dataset.last_us, &a->zone, err);
}

static void fill_request(struct hc_analysis *a, const struct hc_call *call)
{
    const struct analyze_options *o = call->options;

    a->common = call->common;
    a->out_dir = o->output;
    a->correlate = o->correlate;
    a->node = o->node;
    a->compare = o->compare;
    a->wants_page = !o->no_html;
    a->wants_figures = !o->no_figures;
    a->wants_replay = !o->no_replay;
    a->wants_anomalies = !o->no_anomalies;
    a->temp_slot = -1;
    a->request = (struct hc_dataset_request){.paths = call->args,
        .n_paths = call->n_args,
        .maps = o->maps.items,
        .n_maps = o->maps.n,
        .matches = o->matches.items,
        .n_matches = o->matches.n,
        .nodes_glob = o->nodes,
        .since = o->since,
        .until = o->until,
        .timezone = o->timezone,
        .naive_timezone = o->naive_timezone,
        .group_by = o->group_by,
        .all = o->all,
        .dedup = o->dedup,
        .threads = call->common->threads};
    a->settings = (struct hc_settings){.timezone = o->timezone,
        .target_cpu = o->target_cpu,
        .target_memory = o->target_memory,
        .group_by = o->group_by,
        .argc = (int)call->n_given,
        .argv = call->given};
}

static enum hc_status analyse(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_progress_bar bar;
    enum hc_status status;

    HC_TRY(open_all(a, err));
    hc_progress_start(&bar, a->common, a->duck);
    status = hc_analysis_pass(a, err);
    hc_progress_stop(&bar);
    HC_TRY(status);
    HC_TRY(hc_analysis_summarise(a, err));
    HC_TRY(hc_analysis_workloads(a, err));
    HC_TRY(hc_analysis_replay(a, err));
    HC_TRY(hc_analysis_find(a, err));
    HC_TRY(hc_analysis_find_again(a, err));
    HC_TRY(hc_analysis_anomalies(a, err));
    return hc_analysis_write(a, err);
}

static enum hc_status run_analysis(
    const struct hc_call *call, bool wants_hashes, struct hc_error *err)
{
    char now[HC_TIME_TEXT];
    struct hc_analysis a = {0};
    enum hc_status status;

    fill_request(&a, call);
    a.wants_hashes = wants_hashes;
    hc_time_format((int64_t)time(NULL) * HC_SECOND_US, now);
    a.settings.generated_at = now;
    status = analyse(&a, err);
    if (!status)
        status = hc_analysis_print(&a, err);
    hc_analysis_clear(&a);
    return status;
}

/* ---- --track ---- */

static void tell_sent(const struct hc_tracking *t, const struct hc_tracked *tracked)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf link = HC_BUF_INIT;

    hc_tracking_link(&link, hc_http_shown(t->http), tracked->result.experiment,
        tracked->result.runs[0].id);
    hc_say(t->common, "sent to experiment '%s': %s", t->experiment, hc_buf_str(&link));
    if (tracked->result.not_sent.n)
        hc_say(t->common, "%zu files were not sent: %s", tracked->result.not_sent.n,
            tracked->result.not_sent.items[0]);
}

/* The files are safe by now: only --track-required makes a failure of it an error. */
static enum hc_status send_report(
    struct hc_tracking *t, const struct analyze_options *options, struct hc_error *err)
{
    HC_CLEANUP(hc_tracked_clear) struct hc_tracked tracked = {.dir = NULL};
    struct hc_error why = {""};
    enum hc_status status = hc_tracking_send(t, options->output, &tracked, &why);

    if (!status)
        tell_sent(t, &tracked);
    else if (options->track_required || status == HC_INTERRUPTED)
        *err = why;
    else
        hc_complain(*why.message ? why.message : hc_status_name(status));
    return options->track_required || status == HC_INTERRUPTED ? status : HC_OK;
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct analyze_options *o = call->options;
    const struct hc_tracking_options options = {
        .uri = o->tracking_uri, .experiment = o->experiment, .timeout_s = HC_TRACKING_S};
    HC_CLEANUP(hc_tracking_close) struct hc_tracking tracking = {.common = NULL};
    bool wanted = o->track || o->track_required;

    if (wanted)
        HC_TRY(hc_tracking_open(call->common, &options, NULL, NULL, &tracking, err));
    HC_TRY(run_analysis(call, wanted, err));
    return wanted ? send_report(&tracking, o, err) : HC_OK;
}

const struct hc_command hc_cmd_analyze = {
    .name = "analyze",
    .arguments = "PATH...",
    .summary = "say what is in the metrics of a cluster",
    .description =
        "Reads node metrics (Parquet, CSV, JSON lines; files, folders, globs, or - for "
        "CSV on "
        "standard input) in one pass, and once more for anomalies, and says what is in "
        "them: quality, patterns in time, how nodes differ and columns go together, "
        "baselines, trends, anomalies, and a bound on what better placement could "
        "gain. The findings are printed and written into a folder.\n\n"
        "A folder means its data set, if it has a manifest; else its newest training "
        "set; else "
        "all its data files together.",
    .examples = "hindcast analyze metrics.parquet -o report\n"
                "hindcast analyze data/ --timezone Europe/Berlin --map node=instance",
    .min_args = 1,
    .max_args = SIZE_MAX,
    .options = table,
    .options_size = sizeof(struct analyze_options),
    .run = run,
};
