/*
 * manifest.h - what a data set of ours says about itself: manifest.json in its folder
 *
 * Size and SHA-256 of every file are in it, since DuckDB does not see a flipped bit of
 * a Parquet page. It is written last: a folder with a manifest is whole.
 *
 *   schema_version  1
 *   created_at      ISO 8601, UTC, as all times
 *   hindcast        version of the program that wrote it
 *   source          "synth", "collect", "features"
 *   start, end      half-open range of the samples
 *   step_s          seconds between samples
 *   timezone        "UTC"
 *   columns         [{name, unit}]         unit may be null
 *   files           [{path, bytes, rows, sha256}]
 *                   path: in the folder, of letters, digits and "._-/" only
 *
 * Those of `collect` say more (docs/commands/collect.md); what of it concerns an analysis
 * is read into `collected`, every key where it is there.
 *
 * A manifest that is read may be anybody's: whatever is wrong in it is HC_INPUT, with a
 * message that names it. May use: base, model, jansson. Does not know DuckDB or the
 * clock.
 */
#ifndef HC_MANIFEST_H
#define HC_MANIFEST_H

#include "base/fs.h"
#include "base/sha256.h"
#include "model/collected.h"

#define HC_MANIFEST_NAME "manifest.json"

enum { HC_MANIFEST_VERSION = 1 };

struct hc_manifest_column {
    char *name;
    char *unit; /* NULL: not known */
};

struct hc_manifest_file {
    char *path; /* relative to the folder */
    int64_t bytes;
    int64_t rows;
    char sha256[HC_SHA256_HEX];
};

struct hc_json;

/* Owns its lists. A zeroed one is valid and empty. */
struct hc_manifest {
    char source[32];
    char version[32];
    int64_t created_us; /* microseconds since 1970 UTC, as all times here */
    int64_t start_us, end_us;
    int64_t step_s;
    struct hc_manifest_column *columns;
    size_t n_columns, cap_columns;
    struct hc_manifest_file *files;
    size_t n_files, cap_files;
    struct hc_collected collected; /* when read, of source "collect"; `path` is NULL */
    /* when printing: further keys of whoever wrote the data set, NULL for none; a reader
     * skips them */
    void (*more)(void *context, struct hc_json *js);
    void *context;
};

void hc_manifest_clear(struct hc_manifest *manifest);

/* Each copies its strings. HC_NO_MEMORY. */
enum hc_status hc_manifest_add_column(
    struct hc_manifest *manifest, const char *name, const char *unit) HC_MUST_USE;
enum hc_status hc_manifest_add_file(struct hc_manifest *manifest, const char *path,
    int64_t bytes, int64_t rows, const char *sha256) HC_MUST_USE;

/* NULL if there is none of that path. */
const struct hc_manifest_file *hc_manifest_find(
    const struct hc_manifest *manifest, const char *path);

/* The text of manifest.json; the failure is the buffer's. */
void hc_manifest_print(const struct hc_manifest *manifest, struct hc_buf *out);

/* Writes `dir`/manifest.json, whole or not at all. */
enum hc_status hc_manifest_write(const struct hc_manifest *manifest, const char *dir,
    struct hc_error *err) HC_MUST_USE;

/* Reads `dir`/manifest.json. HC_INPUT: it is not there, or not right. */
enum hc_status hc_manifest_read(
    const char *dir, struct hc_manifest *ret, struct hc_error *err) HC_MUST_USE;

/*
 * HC_OK: the file is as its manifest says; which file that was, so that a later reader
 * can tell whether it still is the same. HC_INPUT: it is not, or cannot be read.
 */
enum hc_status hc_manifest_verify(const char *dir, const struct hc_manifest_file *file,
    struct hc_file_id *ret_id, struct hc_error *err) HC_MUST_USE;

/* A file to be verified, and which one that was. */
struct hc_manifest_check {
    const struct hc_manifest_file *file;
    struct hc_file_id id;
};

/*
 * hc_manifest_verify of each, on as many threads as hc_workers_count makes of `threads`.
 * The failure is that of the first file in order that is not right, always; files after
 * it may not have been looked at.
 */
enum hc_status hc_manifest_verify_all(const char *dir, struct hc_manifest_check *checks,
    size_t n, int64_t threads, struct hc_error *err) HC_MUST_USE;

#endif
