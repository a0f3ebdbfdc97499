/*
 * run_file.h - run.json: what a command left for an experiment tracker
 *
 * The format is described in docs/output.md. In memory it is a list of runs: the first is
 * the one of the file, those after it are below that. All texts belong to the file.
 *
 * An outside file: every value is looked at before it is believed. A metric is a finite
 * number, or points [step, number]; a key is of letters, digits and "_-. /:"; an
 * artifact's path stays within the folder. HC_INPUT names the file, the key and what to
 * do; HC_NO_MEMORY. Threads: a struct belongs to one.
 */
#ifndef HC_TRACK_RUN_FILE_H
#define HC_TRACK_RUN_FILE_H

#include "base/fs.h"

/* Longest texts that MLflow takes, and our names (docs/commands/track.md). */
enum {
    HC_RUN_KEY_MAX = 250,
    HC_RUN_PARAM_MAX = 6000,
    HC_RUN_TAG_MAX = 5000,
    HC_RUN_ID = 33,   /* with its NUL */
    HC_RUNS_MAX = 64, /* of a file */
};

/* A number at a step: 0 where the metric is a single number. */
struct hc_run_point {
    const char *key;
    int64_t step;
    double value;
};

struct hc_run_text {
    const char *key, *value;
};

/* What was read; `schema` and `profile` are JSON as MLflow has it. */
struct hc_run_input {
    const char *name, *digest;
    char *source, *schema, *profile;
};

struct hc_run {
    const char *name;
    const char *description; /* Markdown; NULL: none */
    struct hc_run_point *points;
    size_t n_points;
    struct hc_run_text *params, *tags;
    size_t n_params, n_tags;
    const char **artifacts; /* relative to the folder */
    size_t n_artifacts;
    struct hc_run_input *inputs;
    size_t n_inputs;
};

struct hc_run_file {
    char id[HC_RUN_ID];   /* of the bytes of the file: hex, half of a SHA-256 */
    const char *command;  /* "analyze" */
    const char *version;  /* of the program that wrote it; NULL: not said */
    int64_t generated_us; /* UTC */
    struct hc_run *runs;  /* [n_runs], the first one is above the others */
    size_t n_runs;
    struct json_t *json; /* that the texts belong to */
    struct hc_names texts;
};

/* `path` is of a run.json. */
enum hc_status hc_run_file_read(
    const char *path, struct hc_run_file *ret, struct hc_error *err) HC_MUST_USE;

/* The same of bytes in memory; `path` is for messages. */
enum hc_status hc_run_file_parse(const char *path, const struct hc_buf *text,
    struct hc_run_file *ret, struct hc_error *err) HC_MUST_USE;

void hc_run_file_clear(struct hc_run_file *file);

#endif
