/*
 * hindcast features - the training set: what is known at each sample, and what comes
 */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/workers.h"
#include "cli/features.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "rollup/zone.h"

#define OPTIONS struct hc_features_options

static const struct hc_option table[] = {
    HC_OPTION_STRING(OPTIONS, output, "output", 'o', "DIR", NULL,
        "write the training set and its manifest into DIR"),
    HC_OPTION_STRING(OPTIONS, timezone, "timezone", 0, "ZONE", "UTC",
        "the cluster's time zone, such as Europe/Berlin: calendar columns are its"),
    HC_OPTION_STRING(OPTIONS, windows, "windows", 0, "LIST", HC_FEATURE_WINDOWS,
        "lengths of the windows, as 30m,6h,7d"),
    HC_OPTION_STRING(OPTIONS, horizons, "horizons", 0, "LIST", HC_FEATURE_HORIZONS,
        "how far ahead the targets are"),
    HC_OPTION_STRING(OPTIONS, columns, "columns", 0, "LIST", NULL,
        "columns that get windows and targets (default: cpu_usage_rate, memory_usage "
        "and load_1m)"),
    HC_OPTION_STRING(OPTIONS, as_of, "as-of", 0, "TIME", NULL,
        "the set as it was known at TIME: later samples are not seen, targets beyond it "
        "are missing"),
    HC_OPTION_STRING(OPTIONS, split_at, "split-at", 0, "TIME", NULL,
        "two files: for training what was known before TIME, for testing the rows from "
        "TIME on, and between them none for the longest horizon"),
    HC_OPTION_INT(OPTIONS, step, "step", 0, "S", NULL, 1, HC_DURATION_LONGEST_S,
        "seconds between two samples of a node (default: as its times have it)"),
    HC_OPTION_LIST(OPTIONS, maps, "map", 0, "OURS=THEIRS", "read column THEIRS as OURS"),
    HC_OPTION_LIST(OPTIONS, matches, "match", 0, "LABEL=VALUE",
        "only rows whose column LABEL is VALUE"),
    HC_OPTION_STRING(
        OPTIONS, nodes, "nodes", 0, "GLOB", NULL, "only nodes whose name matches GLOB"),
    HC_OPTION_STRING(OPTIONS, since, "since", 0, "TIME", NULL,
        "only rows from TIME on, in the time zone"),
    HC_OPTION_STRING(OPTIONS, until, "until", 0, "TIME", NULL,
        "only rows before TIME, in the time zone"),
    HC_OPTION_STRING(OPTIONS, naive_timezone, "naive-timezone", 0, "ZONE", "UTC",
        "the zone of timestamps that do not say theirs"),
    HC_OPTION_FLAG(
        OPTIONS, all, "all", 0, "every training set of a folder, not only the newest"),
    HC_OPTION_END,
};

static void clear(struct hc_features *f)
{
    hc_input_hashes_stop(f->hashes);
    hc_manifest_clear(&f->old);
    hc_manifest_clear(&f->manifest);
    hc_buf_clear(&f->sql);
    hc_buf_clear(&f->sorted_sql);
    hc_buf_clear(&f->options_json);
    hc_buf_clear(&f->inputs_json);
    hc_feature_plan_clear(&f->plan);
    hc_zone_clear(&f->zone);
    hc_dataset_clear(&f->dataset);
    hc_duck_close(f->duck);
    hc_folder_clear(&f->folder);
}

/* ---- the data set ---- */

/*
 * A sort takes what it may: without --memory-limit no more than this, and the disk, so
 * that memory does not grow with the history.
 */
enum { SORT_MB = 256, SORT_MB_A_THREAD = 64 };

static uint64_t memory_limit(const struct hc_features *f)
{
    size_t threads = hc_workers_count(f->common->threads, SIZE_MAX);

    if (f->common->memory_limit)
        return f->common->memory_limit;
    return (SORT_MB + SORT_MB_A_THREAD * (uint64_t)threads) << 20;
}

static enum hc_status open_input(struct hc_features *f, struct hc_error *err)
{
    const char *dirs[] = {f->folder.temp, f->folder.spill};
    const struct hc_duck_options duck = {.threads = f->common->threads,
        .memory_limit = memory_limit(f),
        .temp_dir = f->folder.spill,
        .keep_order = true,
        .progress = hc_progress_wanted(f->common),
        .stop = hc_interrupt_flag()};

    f->request.temp_dir = f->folder.spill;
    HC_TRY(hc_dataset_find(&f->request, &f->dataset, err));
    for (size_t p = 0; p < f->n_parts; p++)
        HC_TRY(hc_folder_spare(&f->folder, f->names[p], &f->dataset, err));
    HC_TRY(hc_duck_open(&duck, &f->duck, err));
    HC_TRY(hc_dataset_lock(f->duck, &f->dataset, dirs, HC_COUNT(dirs), err));
    return hc_dataset_open(f->duck, &f->request, &f->dataset, err);
}

static enum hc_status read_moments(struct hc_features *f, struct hc_error *err)
{
    const struct hc_features_options *o = f->options;

    if (o->as_of)
        HC_TRY(hc_dataset_moment(
            f->duck, o->timezone, "--as-of", o->as_of, &f->as_of_us, err));
    if (o->split_at)
        HC_TRY(hc_dataset_moment(
            f->duck, o->timezone, "--split-at", o->split_at, &f->split_us, err));
    if (o->as_of && o->split_at && f->split_us > f->as_of_us)
        return hc_fail(err, HC_USAGE,
            "--split-at '%s' is after --as-of '%s': nothing would be left for testing",
            o->split_at, o->as_of);
    return HC_OK;
}

/* ---- the set ---- */

/* Exit 4: no row with a timestamp, a node and a finite gauge; a single timestamp; or a
 * part without a row. */
static enum hc_status check_result(const struct hc_features *f, struct hc_error *err)
{
    static const char *const what[] = {"training", "testing"};
    const struct hc_reading_counts *c = &f->result.counts;
    uint64_t rows = c->rows + c->repeats + c->no_key;

    if (!rows)
        return hc_fail(err, HC_NO_DATA, "not enough data: no rows%s",
            f->dataset.has_keep || f->options->as_of
                ? " are left by --since, --until, --as-of, --nodes or --match"
                : "");
    if (!c->finite)
        return hc_fail(err, HC_NO_DATA,
            "not enough data: none of %llu rows has a timestamp, a node and a finite "
            "gauge",
            (unsigned long long)rows);
    if (c->first_us == c->last_us)
        return hc_fail(err, HC_NO_DATA,
            "not enough data: all rows have the same timestamp; a window of time needs "
            "more");
    for (size_t p = 0; f->n_parts > 1 && p < f->n_parts; p++)
        if (!f->result.parts[p].written.rows)
            return hc_fail(err, HC_NO_DATA,
                "not enough data: --split-at '%s' leaves no row for %s",
                f->options->split_at, what[p]);
    return HC_OK;
}

static enum hc_status make_set(struct hc_features *f, struct hc_error *err)
{
    char paths[HC_PARTS_MAX][HC_PATH_MAX];
    struct hc_set_request request = {.plan = &f->plan,
        .zone = &f->zone,
        .sql = f->sql.text,
        .sorted_sql = f->sorted_sql.text,
        .step_us = f->options->step * HC_SECOND_US,
        .split_us = f->split_us,
        .metadata = f->metadata,
        .created_by = "hindcast " HC_VERSION,
        .threads = (size_t)f->common->threads,
        .stop = hc_interrupt_flag(),
        .before_end = hc_features_add_inputs,
        .context = f};
    struct hc_progress_bar bar;
    enum hc_status status;

    for (size_t p = 0; p < f->n_parts; p++) {
        HC_TRY(hc_path_join(f->folder.temp, f->names[p], paths[p], err));
        request.paths[p] = paths[p];
    }
    hc_progress_start(&bar, f->common, f->duck);
    status = hc_set_make(f->duck, &request, &f->result, err);
    hc_progress_stop(&bar);
    HC_TRY(hc_dataset_explain(f->duck, &f->dataset, status, err));
    HC_TRY(hc_dataset_unchanged(&f->dataset, err));
    return check_result(f, err);
}

static enum hc_status make(struct hc_features *f, struct hc_error *err)
{
    const struct hc_features_options *o = f->options;

    HC_TRY(hc_durations_parse("--windows", o->windows, &f->plan.windows, err));
    HC_TRY(hc_durations_parse("--horizons", o->horizons, &f->plan.horizons, err));
    HC_TRY(hc_features_names(f, err));
    HC_TRY(hc_folder_open(o->output, &f->folder, err));
    HC_TRY(open_input(f, err));
    f->hashes = hc_input_hashes_start(&f->dataset, f->common->threads);
    HC_TRY(read_moments(f, err));
    HC_TRY(hc_features_plan(f, err));
    HC_TRY(hc_zone_load(
        f->duck, o->timezone, f->dataset.first_us, f->dataset.last_us, &f->zone, err));
    HC_TRY(hc_features_sql(f));
    HC_TRY(hc_features_metadata(f, err));
    HC_TRY(make_set(f, err));
    HC_TRY(hc_features_publish(f, err));
    return hc_features_print(f, err);
}

static enum hc_status run(const struct hc_call *call, struct hc_error *err)
{
    const struct hc_features_options *o = call->options;
    HC_CLEANUP(clear)
    struct hc_features f = {.common = call->common,
        .options = o,
        .folder = {.slot = -1},
        .as_of_us = INT64_MAX,
        .split_us = INT64_MAX,
        .n_parts = o->split_at ? 2 : 1,
        .created_us = (int64_t)time(NULL) * HC_SECOND_US};

    if (!o->output || !*o->output)
        return hc_fail(err, HC_USAGE, "'hindcast features' needs '-o DIR'");
    f.request = (struct hc_dataset_request){.paths = call->args,
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
        .all = o->all,
        .threads = call->common->threads};
    return make(&f, err);
}

const struct hc_command hc_cmd_features = {
    .name = "features",
    .arguments = "PATH...",
    .summary = "make a training set: windows, calendar, targets",
    .description =
        "Writes a training set out of node metrics: each sample with the mean, spread "
        "and largest value of CPU, memory and load over windows of time that end at it, "
        "with what the clock and the calendar show, and with targets, the values some "
        "hours later. Nothing but the targets depends on anything after the sample. "
        "'hindcast columns' explains each column.\n\n"
        "Input is what 'hindcast analyze' reads. The set is a Parquet file, sorted by "
        "node and time, with its origin in its metadata; a manifest with hashes is "
        "beside "
        "it.",
    .examples = "hindcast features data/ -o training\n"
                "hindcast features data/ -o training --split-at 2025-06-25\n"
                "hindcast features data/ -o training --windows 30m,7d --horizons 1h",
    .min_args = 1,
    .max_args = SIZE_MAX,
    .options = table,
    .options_size = sizeof(OPTIONS),
    .run = run,
};
