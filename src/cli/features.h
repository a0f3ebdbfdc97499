/*
 * features.h - one run of `hindcast features`, as the rooms are joined
 *
 *     dataset ─ one query ─▶ features/set ─▶ Parquet, manifest
 *
 * cmd_features.c has the options and the order of the steps; features_plan.c says what
 * the set holds and what is asked of the data set; features_output.c names, describes and
 * publishes. All is owned by the run.
 */
#ifndef HC_CLI_FEATURES_H
#define HC_CLI_FEATURES_H

#include "cli/command.h"
#include "cli/folder.h"
#include "cli/input_hashes.h"
#include "dataset/manifest.h"
#include "features/plan.h"
#include "features/set.h"

struct hc_features_options {
    const char *output, *timezone, *naive_timezone, *since, *until, *nodes;
    const char *columns, *windows, *horizons, *as_of, *split_at;
    struct hc_list maps, matches;
    int64_t step;
    bool all;
};

enum { HC_FEATURES_NAME = 80 };

struct hc_features {
    const struct hc_common *common;
    const struct hc_features_options *options;
    struct hc_folder folder;
    struct hc_dataset_request request;
    struct hc_dataset dataset;
    struct hc_duck *duck;
    struct hc_zone zone;
    int64_t as_of_us; /* INT64_MAX: not given */
    int64_t split_us; /* INT64_MAX: not given */
    struct hc_feature_plan plan;
    struct hc_buf sql, sorted_sql;

    int64_t created_us;
    char names[HC_PARTS_MAX][HC_FEATURES_NAME]; /* of the files, in the folder */
    size_t n_parts;
    struct hc_input_hashes *hashes;
    struct hc_buf options_json, inputs_json;
    const char *metadata[9];
    struct hc_set_result result;
    struct hc_manifest old, manifest;
};

/* features_plan.c: windows, horizons and gauges; after the dataset is open. */
enum hc_status hc_features_plan(struct hc_features *f, struct hc_error *err) HC_MUST_USE;

/* SQL for the pass: in the order of the files, and sorted. */
enum hc_status hc_features_sql(struct hc_features *f) HC_MUST_USE;

/* features_output.c: names that are free, before anything is read. HC_OUTPUT where the
 * folder holds somebody else's data set. */
enum hc_status hc_features_names(struct hc_features *f, struct hc_error *err) HC_MUST_USE;

/* What the file says of its origin; the inputs of it last, as before_end of set.h. */
enum hc_status hc_features_metadata(
    struct hc_features *f, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_features_add_inputs(void *f, struct hc_error *err) HC_MUST_USE;

/* Manifest, publishing, and the result for the user. */
enum hc_status hc_features_publish(
    struct hc_features *f, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_features_print(struct hc_features *f, struct hc_error *err) HC_MUST_USE;

#endif
