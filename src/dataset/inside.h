/*
 * inside.h - what the files of this folder share
 *
 *     find ── files ──▶ convert ──▶ schemas ──▶ unify ──▶ times ──▶ filter ──▶ view ──▶
 * look
 *
 * A schema is what one or more files have in common: the same names and types. Schemas
 * that agree wherever they share a column form a branch, which one read_parquet can
 * read; the view is the UNION ALL of the branches, each with its own casts, since
 * DuckDB's own widening loses digits (BIGINT and FLOAT become FLOAT) and turns number
 * and text into text.
 *
 * Columns have two names: theirs, in the file, and ours, after --map. Names are compared
 * without case, as DuckDB does.
 */
#ifndef HC_DATASET_INSIDE_H
#define HC_DATASET_INSIDE_H

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/name_index.h"
#include "dataset/dataset.h"

/* The keys' names in the contract. */
#define HC_KEY_TIME "timestamp"
#define HC_KEY_CLUSTER "cluster"
#define HC_KEY_NODE "node"

/* ---- note.c ---- */

enum hc_status hc_dataset_note(struct hc_dataset *ds, const char *format, ...)
    HC_PRINTF(2, 3) HC_MUST_USE;

/* "cannot read 'x': ..." before the message of a failure that lies in the file. */
enum hc_status hc_dataset_blame(
    const char *path, enum hc_status status, struct hc_error *err) HC_MUST_USE;

/* ---- sniff.c: what a file is ---- */

struct hc_sniffed {
    enum hc_file_format format;
    enum hc_packing packing;
    bool empty; /* no byte, or none but spaces */
};

/* By its first bytes, then by its name. HC_INPUT: cannot be read, or is no data. */
enum hc_status hc_sniff(
    const char *path, struct hc_sniffed *ret, struct hc_error *err) HC_MUST_USE;

/* .parquet, .csv, .tsv, .json, .jsonl, .ndjson; the text also .gz or .zst. */
bool hc_is_data_name(const char *name);

/* ---- find.c, beside.c: files that a manifest vouches for ---- */

struct hc_manifest_check;

void hc_dataset_identity(const struct hc_file_id *id, int64_t out[4]);
enum hc_status hc_dataset_changed(const char *path, struct hc_error *err) HC_MUST_USE;

/* Is it one that stands beside the samples, and of which kind? */
bool hc_beside_find(const char *path, enum hc_beside *ret);

/* Adds one that was found to be as its manifest says, if it is still the same. */
enum hc_status hc_beside_add(struct hc_dataset *ds, const char *folder,
    const struct hc_manifest_check *check, enum hc_beside kind,
    struct hc_error *err) HC_MUST_USE;

void hc_beside_clear(struct hc_dataset *ds);
enum hc_status hc_beside_unchanged(
    const struct hc_dataset *ds, struct hc_error *err) HC_MUST_USE;

/* ---- safe.c: names that DuckDB does not take for something else ---- */

/*
 * DuckDB takes a name for a pattern, a home folder or an URL. What could be one is
 * opened here and read as /proc/self/fd/N, until the dataset is cleared.
 */
enum hc_status hc_safe_path(struct hc_dataset *ds, const char *path, bool write,
    char **ret, struct hc_error *err) HC_MUST_USE;

/* ---- mapping.c: --map, and the names of columns ---- */

struct hc_mapping {
    size_t n;
    struct hc_map {
        char *ours, *theirs;
        bool used;
    } * maps;
};

enum hc_status hc_mapping_parse(const struct hc_dataset_request *request,
    struct hc_mapping *ret, struct hc_error *err) HC_MUST_USE;
void hc_mapping_clear(struct hc_mapping *mapping);

/* Our name of a column of theirs. */
const char *hc_mapping_apply(struct hc_mapping *mapping, const char *theirs);

/* Their name of what would be `ours`. */
const char *hc_mapping_back(const struct hc_mapping *mapping, const char *ours);

/* Names that the view or DuckDB's reader has for itself. */
bool hc_is_reserved(const char *name);

/* ---- schema.c: what is in the files ---- */

enum hc_class {
    HC_CLASS_NONE, /* no value at all: goes with any */
    HC_CLASS_NUMBER,
    HC_CLASS_TEXT,
    HC_CLASS_OTHER, /* BOOLEAN, DATE, TIMESTAMP, BLOB, ... */
    HC_CLASS_NESTED
};

struct hc_field {
    char *theirs, *name, *type;
    enum hc_class class;
    bool unnamed; /* has no name in the file; this one is DuckDB's */
};

struct hc_schema {
    size_t n, cap;
    struct hc_field *fields;
    struct hc_name_index by_name; /* ours, in any case; the field of each */
    size_t first_file, n_files;
    size_t branch;
};

struct hc_schemas {
    size_t n, cap;
    struct hc_schema *items;
    size_t n_branches;
};

void hc_schemas_clear(struct hc_schemas *schemas);

/* NULL: none of that name. */
const struct hc_field *hc_schema_find(const struct hc_schema *schema, const char *name);

/*
 * Reads the schemas of all files and sorts the files by them; fills rows. Files that were
 * not named by the user and lack a key are left out.
 */
enum hc_status hc_schemas_read(struct hc_duck *duck, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_schemas *ret, struct hc_error *err) HC_MUST_USE;

/* schema_read.c: the schemas as they stand in the files, each with its files. */
enum hc_status hc_schemas_fetch(struct hc_duck *duck, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_schemas *ret, struct hc_error *err) HC_MUST_USE;

/* missing.c: says which column is missing, and which looks like it. */
enum hc_status hc_missing_key(const struct hc_schema *schema, const char *key,
    const char *path, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_missing_gauge(
    const struct hc_schema *schema, const char *path, struct hc_error *err) HC_MUST_USE;
enum hc_status hc_unused_map(const struct hc_map *map, const struct hc_schemas *schemas,
    struct hc_error *err) HC_MUST_USE;
enum hc_status hc_missing_label(const struct hc_dataset *ds, const char *option,
    const char *name, struct hc_error *err) HC_MUST_USE;

/* ---- unify.c: the dataset's columns ---- */

enum hc_status hc_unify(const struct hc_schemas *schemas, struct hc_dataset *ds,
    struct hc_error *err) HC_MUST_USE;

/* ---- zone.c ---- */

/* HC_USAGE: "unknown time zone 'X'; did you mean 'Y'". */
enum hc_status hc_zone_check(
    struct hc_duck *duck, const char *zone, struct hc_error *err) HC_MUST_USE;

/* ---- timestamp.c: hc_time of each branch ---- */

struct hc_branch_time {
    struct hc_buf sql;         /* the expression */
    int64_t first_us, last_us; /* first > last: no time */
};

/* `times` has room for every branch, zeroed; the caller clears each. */
enum hc_status hc_times_plan(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds,
    const struct hc_schemas *schemas, struct hc_branch_time *times,
    struct hc_error *err) HC_MUST_USE;

/* ---- filter.c: hc_keep ---- */

/* Leaves `sql` empty when everything is kept; fills since_us and until_us, and cuts
 * ds->collected to them. */
enum hc_status hc_filter(struct hc_duck *duck, const struct hc_dataset_request *request,
    struct hc_dataset *ds, struct hc_buf *sql, struct hc_error *err) HC_MUST_USE;

/* ---- view.c ---- */

/* "['a', 'b']": the files of a branch. */
void hc_branch_files(const struct hc_dataset *ds, const struct hc_schemas *schemas,
    size_t branch, struct hc_buf *sql);

/* "read_parquet([...])" of them. */
void hc_branch_read(const struct hc_dataset *ds, const struct hc_schemas *schemas,
    size_t branch, struct hc_buf *sql);
const struct hc_schema *hc_branch_first(const struct hc_schemas *schemas, size_t branch);

/* The field of that name in any schema of the branch; NULL: none has it. */
const struct hc_field *hc_branch_field(
    const struct hc_schemas *schemas, size_t branch, const char *name);

/* Adds ", hash(...)": of columns that are no numbers, and of numbers after the 256th. */
void hc_other_hash(const struct hc_dataset *ds, struct hc_buf *sql);

/* "hash(...)" of every column: rows that are the same have the same. */
void hc_row_hash(const struct hc_dataset *ds, struct hc_buf *sql);

/* Makes hc_samples; `keep` may be empty. */
enum hc_status hc_view_make(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_dataset *ds,
    const struct hc_schemas *schemas, const struct hc_branch_time *times,
    const struct hc_buf *keep, struct hc_error *err) HC_MUST_USE;

/* Options of a COPY into a file that is gone with the run. */
#define HC_TEMP_PARQUET                                                                  \
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false"

/* In a converted file, and no column of the dataset. */
#define HC_NUMBER_COLUMN "hc_number"

/* ---- convert.c, text_file.c: what is not Parquet ---- */

enum hc_status hc_convert_all(struct hc_duck *duck,
    const struct hc_dataset_request *request, struct hc_mapping *mapping,
    struct hc_dataset *ds, struct hc_error *err) HC_MUST_USE;

/* A column of a text file, and what its values turned out to be. */
struct hc_text_column {
    char *name;
    bool keep_text; /* a name, a label: "007" is not 7 */
    bool exact;     /* a time: whole numbers stay what they are */
    const char *type;
};

struct hc_text_file {
    const struct hc_dataset_file *file;
    char delimiter; /* CSV */
    bool useless;   /* a key is missing: only its columns are told */
    struct hc_text_column *columns;
    size_t n;
};

void hc_text_file_clear(struct hc_text_file *text);
enum hc_status hc_text_file_open(struct hc_duck *duck, const struct hc_dataset_file *file,
    struct hc_text_file *ret, struct hc_error *err) HC_MUST_USE;

/* What the text is read for. JSON: with the quotes of strings, or without. */
enum hc_text_pass { HC_TEXT_TYPES, HC_TEXT_ROWS };

/* "read_csv(...)" or "read_json(...)", every column as text; for ROWS in their order. */
void hc_text_file_read(
    const struct hc_text_file *text, enum hc_text_pass pass, struct hc_buf *sql);

/* ---- dedup.c ---- */

/* Puts hc_all without exact repeats into a file, and hc_all on it, if there are any. */
enum hc_status hc_dedup(struct hc_duck *duck, const struct hc_dataset_request *request,
    struct hc_dataset *ds, struct hc_error *err) HC_MUST_USE;

/* ---- look.c ---- */

enum hc_status hc_look(struct hc_duck *duck, struct hc_dataset *ds,
    const struct hc_branch_time *times, size_t n_times, struct hc_error *err) HC_MUST_USE;

#endif
