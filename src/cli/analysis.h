/*
 * analysis.h - one run of `hindcast analyze`, as the rooms are joined
 *
 *     dataset ─ one pass ─▶ profile, cell log ─▶ summary ─▶ findings ─▶ files, terminal
 *         └─ pods, nodes, use ─▶ workloads ─────────────────▲
 *
 * cmd_analyze.c fills `request` and `settings`, and calls the steps in order; each
 * step is a file. Everything is owned by the analysis.
 */
#ifndef HC_CLI_ANALYSIS_H
#define HC_CLI_ANALYSIS_H

#include <hindcast/profile.h>

#include "base/fs.h"
#include "cli/command.h"
#include "cli/input_hashes.h"
#include "cli/pictures.h"
#include "cli/ranges.h"
#include "dataset/dataset.h"
#include "model/cell.h"
#include "model/findings.h"
#include "model/series.h"
#include "model/zone.h"
#include "rollup/log.h"

/* Columns that the kernel takes at a time; the first part is the one with keys. */
enum { HC_PART_COLUMNS = 256 };

struct hc_analysis {
    const struct hc_common *common;
    struct hc_dataset_request request;
    struct hc_settings settings;
    const char *out_dir;
    const char *correlate; /* glob of the columns to correlate, or NULL */
    const char *node;      /* glob of nodes to take apart, or NULL */
    const char *compare;   /* as given, or NULL */
    struct hc_time_range compared[2];
    char temp_dir[HC_PATH_MAX]; /* inside out_dir; its files become the report */
    char spill_dir[HC_PATH_MAX];
    int temp_slot;
    bool made_out, published;
    bool wants_page, wants_figures, wants_replay, wants_anomalies;
    bool wants_hashes; /* of inputs that no manifest vouches for */
    struct hc_input_hashes *hashes;
    uint64_t empty_tables; /* a bit each: nothing but a head is in it */

    struct hc_duck *duck;
    struct hc_dataset dataset;
    struct hc_zone zone;
    struct hc_cell_log *log;

    /* the pass */
    uint32_t *order; /* numeric columns of the dataset, as the kernel has them */
    size_t n_order;
    size_t n_parts;
    struct hc_profile **profiles;         /* [n_parts]; [0] has nodes and cells */
    struct hc_rows *counts;               /* what SQL counted beside it */
    enum hc_metric_id gauges[HC_METRICS]; /* of the records */
    size_t n_gauges;
    int main_of[HC_MAIN]; /* which of the profile's mains a main gauge is, or -1 */
    uint32_t *node_id;    /* [summary.n_nodes] the profile's id of each */

    struct hc_summary summary;
    struct hc_workloads workloads; /* until the findings take them over */
    struct hc_placement placement; /* the same */
    struct hc_findings findings;
    struct hc_series series; /* empty where nothing is drawn */
    struct hc_pictures *pictures;
};

void hc_analysis_clear(struct hc_analysis *a);

/* analysis_pass.c: one pass over the samples: profiles, counts, cells. */
enum hc_status hc_analysis_pass(struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_summary.c: profile to summary; with the second look where it is needed. */
enum hc_status hc_analysis_summarise(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_nodes.c: the summary's nodes, their gaps, and the group of each. */
enum hc_status hc_analysis_nodes(struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_analysis_groups(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_workload.c: the files beside the samples, where there are any. */
enum hc_status hc_analysis_workloads(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_replay.c: the pods placed by other policies, where that can be done. */
enum hc_status hc_analysis_replay(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_findings.c: cells, summary and workloads to findings. */
enum hc_status hc_analysis_find(struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* The same file, once more over the cells: what repeats, grows and goes together, and the
 * course in time if anything is to be drawn. */
enum hc_status hc_analysis_find_again(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* The next cell of the log, with its local time; false: there is none. */
bool hc_analysis_next_cell(
    const struct hc_analysis *a, struct hc_cell_reader *reader, struct hc_cell *cell);

/* analysis_anomalies.c: the cells and then the samples once more, for anomalies. */
enum hc_status hc_analysis_anomalies(
    struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* analysis_output.c: every file, whole or not at all; then the terminal. */
enum hc_status hc_analysis_write(struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_analysis_print(struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* HC_USAGE where a file of the report would replace a file that is read. */
enum hc_status hc_analysis_spare_inputs(
    const struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* Without quantiles; all NaN but n where there is no value. */
struct hc_stats hc_analysis_stats(const struct hc_moments *m);

/* A line for the person who reads the report. */
enum hc_status hc_analysis_note(struct hc_summary *s, const char *text) HC_MUST_USE;

/* The failure "none of N rows has a timestamp, a node and a finite gauge". */
enum hc_status hc_analysis_no_data(
    const struct hc_analysis *a, struct hc_error *err) HC_MUST_USE;

/* SQL for the wall clock of hc_time in the analysis' zone. */
void hc_analysis_local_time(const struct hc_analysis *a, struct hc_buf *sql);

#endif
