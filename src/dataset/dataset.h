/*
 * dataset.h - metric files of any kind as one view of samples
 *
 * Two steps. hc_dataset_find turns what the user named (files, folders, globs, "-") into
 * a list of files, without DuckDB, so that the session can be locked to just these.
 * hc_dataset_open looks into them, checks that they fit together, and makes the view
 * `hc_samples` in the session:
 *
 *     hc_row BIGINT     number of the row in its file, from 0
 *     hc_file UBIGINT   number of the file in the list
 *     hc_time TIMESTAMP UTC; NULL where missing or not readable
 *     hc_cluster VARCHAR   only with has_cluster
 *     hc_node VARCHAR
 *     hc_keep BOOLEAN   only with has_keep: the row passes --since, --until, --nodes,
 * --match hc_other UBIGINT  only with has_other: hash of all columns that are no numbers,
 * and of the numbers after the first 256 then every other column by our name: numbers as
 * DOUBLE, the rest as they are
 *
 * Nothing that a user wrote reaches SQL unquoted. Errors: HC_INPUT naming the file and
 * what to do, HC_USAGE for options that make no sense.
 */
#ifndef HC_DATASET_H
#define HC_DATASET_H

#include "base/sha256.h"
#include "duck/session.h"
#include "model/collected.h"
#include "model/metric.h"
#include "model/workload.h"

struct hc_dataset_request {
    const char *const *paths;
    size_t n_paths;
    const char *const *maps; /* "ours=theirs" */
    size_t n_maps;
    const char *const *matches; /* "label=value" */
    size_t n_matches;
    const char *nodes_glob;     /* or NULL */
    const char *since, *until;  /* ISO dates or times in `timezone`, or NULL; half-open */
    const char *timezone;       /* of the analysis */
    const char *naive_timezone; /* of timestamps without a zone; "UTC" */
    const char *group_by;       /* a column that must be there, or NULL */
    bool all;                   /* every training set of a folder, not only the newest */
    bool dedup;                 /* drop exact repeats */
    const char *temp_dir;       /* for what has to be converted */
    int64_t threads;            /* that read files at a time; 0: as many as cores */
};

enum hc_file_format { HC_FILE_PARQUET, HC_FILE_CSV, HC_FILE_JSON };
enum hc_packing { HC_PACKED_NONE, HC_PACKED_GZIP, HC_PACKED_ZSTD };

struct hc_dataset_file {
    char *path;     /* as the user would write it */
    char *readable; /* what DuckDB reads: the same, or /proc/self/fd/N where the name is
                       one that it would take for a pattern; after open, of what is not
                       Parquet, the converted file */
    uint64_t bytes, rows;
    bool verified;              /* a manifest vouched for it */
    char sha256[HC_SHA256_HEX]; /* of a verified file; else "" */
    bool named;                 /* by the user; else found in a folder, or by a glob */
    bool collected; /* last file of a folder that is in hc_dataset.collected */
    bool converted;
    enum hc_file_format format;
    enum hc_packing packing;
    int64_t
        identity[4]; /* device, inode, size, time of change: did it change meanwhile? */
};

/*
 * Files that stand beside the samples of data sets with a manifest: nodes, pods and their
 * use. They are no samples, and hc_dataset_open does not look at them. All are verified.
 */
struct hc_dataset_beside {
    enum hc_beside kind;
    struct hc_dataset_file file;
};

struct hc_dataset_column {
    char *name; /* ours */
    char *type; /* the file's */
    bool numeric;
    enum hc_column_kind kind;
    int metric; /* enum hc_metric_id, or -1 */
};

struct hc_dataset {
    size_t n_files;
    struct hc_dataset_file *files;
    size_t n_beside, cap_beside;
    struct hc_dataset_beside *beside;
    int64_t start_us, end_us; /* by the manifests of these; start > end: there is none */
    int64_t since_us, until_us; /* after open: --since and --until, or the ends of time */
    /* timestamp, [cluster,] node; then gauges in the contract's order; then the rest in
     * the order of the files */
    size_t n_columns;
    struct hc_dataset_column *columns;
    size_t n_keys; /* the first 2 or 3 */
    bool has_cluster, has_keep, has_other;
    uint64_t rows;
    uint64_t dropped;          /* by --dedup; not in `rows` */
    int64_t first_us, last_us; /* of all times; first > last: there is none */
    int64_t step_hint_s;       /* most frequent step in a first look; 0: none */
    size_t n_notes;
    char **notes; /* what was loaded, left out, widened: a line each */
    size_t n_collected;
    struct hc_collected *collected; /* of each folder that `collect` wrote; after open,
                                       cut to --since and --until */
    size_t n_held, cap_files, cap_notes, cap_collected;
    int *held; /* open files: see `readable` */
};

enum hc_status hc_dataset_find(const struct hc_dataset_request *request,
    struct hc_dataset *ret, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_dataset_open(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *dataset,
    struct hc_error *err) HC_MUST_USE;
void hc_dataset_clear(struct hc_dataset *dataset);

/* The session may touch the files that were found and what is below `dirs`, no more. */
enum hc_status hc_dataset_lock(struct hc_duck *duck, const struct hc_dataset *dataset,
    const char *const *dirs, size_t n_dirs, struct hc_error *err) HC_MUST_USE;

/*
 * A moment that the user wrote for `option`, as --since and --until are read: in the
 * analysis' zone, if it does not say its own. HC_USAGE.
 */
enum hc_status hc_dataset_moment(struct hc_duck *duck, const char *zone,
    const char *option, const char *text, int64_t *ret_us,
    struct hc_error *err) HC_MUST_USE;

/* The column of that name; HC_USAGE, naming option and nearest, if there is none. */
enum hc_status hc_dataset_column(const struct hc_dataset *dataset, const char *option,
    const char *name, const struct hc_dataset_column **ret,
    struct hc_error *err) HC_MUST_USE;

/* HC_INPUT if a file is not what it was when it was found. */
enum hc_status hc_dataset_unchanged(
    const struct hc_dataset *dataset, struct hc_error *err) HC_MUST_USE;

/*
 * After a query over hc_samples failed with `status` and `err`: where that lies in a file
 * (HC_INPUT), finds out which one and names it in `err`. Returns `status`.
 */
enum hc_status hc_dataset_explain(struct hc_duck *duck, const struct hc_dataset *dataset,
    enum hc_status status, struct hc_error *err) HC_MUST_USE;

/* The same of a query over the files beside the samples. */
enum hc_status hc_dataset_explain_beside(struct hc_duck *duck,
    const struct hc_dataset *dataset, enum hc_status status,
    struct hc_error *err) HC_MUST_USE;

/* The value of --group-by that a node has most often; NULL where it has none. */
struct hc_node_group {
    char *cluster, *node, *value;
};
enum hc_status hc_dataset_groups(struct hc_duck *duck, const char *column,
    bool has_cluster, bool has_keep, struct hc_node_group **ret, size_t *ret_n,
    struct hc_error *err) HC_MUST_USE;
void hc_node_groups_free(struct hc_node_group *groups, size_t n);

/*
 * The second look: what the kernel could not tell of some nodes (their runs overlap, or
 * their step is not the hinted one), from their times alone, sorted by DuckDB, which may
 * spill. Definitions as in contract.md and src/kernel/times.h.
 */
struct hc_times_again {
    char *cluster, *node;
    int64_t step_s;
    uint64_t distinct, occupied, expected;
    uint64_t out_of_order, exact, conflicting;
    size_t n_gaps;
    int64_t (*gaps)[2]; /* start, end in microseconds, ordered */
};
enum hc_status hc_dataset_times_again(struct hc_duck *duck,
    const struct hc_dataset *dataset, const char *const *clusters,
    const char *const *nodes, size_t n_nodes, struct hc_times_again **ret, size_t *ret_n,
    struct hc_error *err) HC_MUST_USE;
void hc_times_again_free(struct hc_times_again *again, size_t n);

#endif
