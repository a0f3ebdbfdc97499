/*
 * replay.h - what the files of `hindcast replay` share
 */
#ifndef HC_CLI_REPLAY_H
#define HC_CLI_REPLAY_H

#include "cli/command.h"
#include "bounds/all.h"
#include "bounds/ffd.h"
#include "cli/folder.h"
#include "cli/pictures.h"
#include "model/placement.h"
#include "replay/collected.h"
#include "replay/lean.h"
#include "replay/needed.h"
#include "replay/explain.h"
#include "replay/placements.h"
#include "replay/repacking.h"
#include "replay/replay.h"
#include "replay/snapshot.h"
#include "replay/tables.h"

struct hc_replay_options {
    const char *output, *nodes, *pods, *orders, *snapshot, *placements;
    bool explain, nodes_needed, repacking, no_figures, no_html;
    struct hc_list policies, maps;
    int64_t seeds, seed;
};

struct hc_replay {
    const struct hc_call *call;
    const struct hc_replay_options *options;
    struct hc_duck *duck;
    struct hc_folder folder;
    struct hc_dataset dataset; /* of a PATH */
    struct hc_trace trace;
    struct hc_oddities odd;
    struct hc_snapshot_notes notes;
    bool *maps_used;      /* [maps] a file had that column */
    uint32_t *placements; /* [pods], or NULL */
    struct hc_agreement agreement;
    const struct hc_mix *judge; /* whose agreement; NULL: there is none */
    struct hc_mix *mixes;
    size_t n_mixes, cap_mixes;
    size_t trials;      /* to find nodes needed; 0: it is not asked for */
    size_t lean_trials; /* over the whole time; of a trace with times */
    struct hc_results results;
    struct hc_needed needed;        /* where there are trials */
    struct hc_lean lean;            /* the same */
    double hot_before;              /* node-hours of as-recorded; NaN: not known */
    struct hc_bounds bounds;        /* of its workload */
    struct hc_bound_ffd oracle;     /* the same */
    struct hc_repacking *repacking; /* [n_mixes] of --repacking, or NULL */
    struct hc_placement placement;  /* of all this, for pictures */
    struct hc_pictures *pictures;
    struct hc_names artifacts; /* files in the folder */
    int64_t now_us;
};

/* replay_input.c: the trace, whatever it is read from. */
enum hc_status hc_replay_read(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;

/* The same of a data set that was found already. */
enum hc_status hc_replay_read_found(struct hc_replay *r, const struct hc_dataset *dataset,
    struct hc_error *err) HC_MUST_USE;

/* replay_compute.c: all runs, nodes needed, bounds; then r->placement. */
enum hc_status hc_replay_compute(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;

void hc_replay_clear(struct hc_replay *r);

/* replay_explain.c: how far a policy agrees with what was done; why each pod is placed.
 */
enum hc_status hc_replay_calibrate(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_replay_explain(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;

/* replay_bounds.c: two more measures of every run, and what the workload of
 * --nodes-needed takes at least. */
enum hc_status hc_replay_bounds(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;

/* replay_placement.c: what was found, once the above is done. */
enum hc_status hc_replay_placement(
    const struct hc_replay *r, struct hc_placement *ret) HC_MUST_USE;

/* The --map options, as readers take them. */
struct hc_sheet_maps hc_replay_maps(const struct hc_replay *r);

/* Of the scores that are kept, bytes for all threads. */
uint64_t hc_replay_cache_bytes(const struct hc_replay *r);

/* replay_tables.c, replay_json.c, replay_terminal.c: what is written and printed. */
void hc_replay_allocation_csv(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_runs_csv(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_policies_csv(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_course_csv(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_load_csv(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_json(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_run_json(const struct hc_replay *r, struct hc_buf *out);
void hc_replay_text(const struct hc_replay *r, struct hc_buf *out);

/* replay_output.c: the files into the folder; the result to stdout. */
enum hc_status hc_replay_write(struct hc_replay *r, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_replay_print(
    const struct hc_replay *r, struct hc_error *err) HC_MUST_USE;

#endif
