/*
 * synth_days.h - the rows of a made-up cluster, Parquet files for each UTC day
 *
 * Days are made side by side, each by one thread with a DuckDB session of one thread:
 * so the rows of a file keep their order, and its bytes do not depend on the number of
 * threads.
 */
#ifndef HC_CLI_SYNTH_DAYS_H
#define HC_CLI_SYNTH_DAYS_H

#include "base/fs.h"
#include "base/sha256.h"
#include "cli/command.h"
#include "synth/synth.h"

/* One file, as the manifest has it. */
struct hc_synth_file {
    char path[48]; /* "samples/2025-06-02.parquet" */
    int64_t bytes, rows;
    char sha256[HC_SHA256_HEX];
};

/*
 * In the manifest's order: samples day by day; unless the plan has no pods,
 * nodes.parquet, pods.parquet, and pod_usage day by day.
 */
size_t hc_synth_n_files(const struct hc_synth_plan *plan);

/*
 * Writes all files of the plan below `dir`, an absolute path, in which their folders and
 * "spill" are made; fills `files` (hc_synth_n_files of them). HC_OUTPUT, HC_NO_MEMORY,
 * HC_INTERRUPTED: some files may be there.
 */
enum hc_status hc_synth_write_files(const struct hc_synth_plan *plan, const char *dir,
    const struct hc_common *common, struct hc_synth_file *files,
    struct hc_error *err) HC_MUST_USE;

#endif
