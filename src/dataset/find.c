#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dataset/inside.h"
#include "dataset/manifest.h"

#define SAMPLES "samples/"
#define TRAINING "ml_scheduler_training_data_"

/* One call of find: what was asked, and what was found so far. */
struct search {
    const struct hc_dataset_request *request;
    struct hc_dataset *ds;
    struct hc_error *err;
    size_t latest;       /* the file that add_file added or knew; NONE: it was empty */
    size_t twice;        /* files that were found a second time */
    size_t left_out;     /* that are no data */
    struct hc_buf names; /* of the first of these */
    size_t empty;        /* text files without a line */
    char empty_name[256];
};

#define NONE SIZE_MAX

enum { NAMES_SHOWN = 3 };

static bool wants_pattern(const char *path)
{
    return strpbrk(path, "*?[") != NULL;
}

/* ---- one file ---- */

static size_t find_known(const struct hc_dataset *ds, const int64_t identity[4])
{
    for (size_t i = 0; i < ds->n_files; i++)
        if (!memcmp(ds->files[i].identity, identity, 4 * sizeof(*identity)))
            return i;
    return NONE;
}

void hc_dataset_identity(const struct hc_file_id *id, int64_t out[4])
{
    out[0] = (int64_t)id->device;
    out[1] = (int64_t)id->inode;
    out[2] = id->bytes;
    out[3] = id->mtime_ns;
}

enum hc_status hc_dataset_changed(const char *path, struct hc_error *err)
{
    return hc_fail(err, HC_INPUT, "'%s' changed while it was read: try again", path);
}

static void leave_out(struct search *s, const char *name, const char *end)
{
    if (s->left_out++ < NAMES_SHOWN)
        hc_buf_printf(&s->names, "%s%s%s", s->names.len ? ", " : "", name, end);
}

/* `path` is how it is read, `shown` how it is named. */
static enum hc_status append(struct search *s, const char *path, const char *shown,
    bool named, const struct hc_sniffed *sniffed)
{
    struct hc_dataset *ds = s->ds;
    struct hc_dataset_file *file;
    struct hc_file_id id;
    int64_t identity[4];

    HC_TRY(hc_file_identify(path, &id, s->err));
    hc_dataset_identity(&id, identity);
    s->latest = find_known(ds, identity);
    if (s->latest != NONE) {
        s->twice++;
        return HC_OK;
    }
    HC_TRY(hc_grow(&ds->files, &ds->cap_files, ds->n_files + 1, sizeof(*ds->files)));
    s->latest = ds->n_files++;
    file = &ds->files[s->latest];
    *file = (struct hc_dataset_file){.bytes = (uint64_t)id.bytes,
        .named = named,
        .format = sniffed->format,
        .packing = sniffed->packing};
    memcpy(file->identity, identity, sizeof(identity));
    file->path = hc_strdup(shown);
    if (!file->path)
        return HC_NO_MEMORY;
    return hc_safe_path(ds, path, false, &file->readable, s->err);
}

static enum hc_status add_file(
    struct search *s, const char *path, const char *shown, bool named)
{
    struct hc_sniffed sniffed;

    HC_TRY(hc_sniff(path, &sniffed, s->err));
    s->latest = NONE;
    if (!sniffed.empty)
        return append(s, path, shown, named, &sniffed);
    if (!s->empty++)
        snprintf(s->empty_name, sizeof(s->empty_name), "%s", shown);
    return HC_OK;
}

/* ---- a folder ---- */

static enum hc_status add_named(struct search *s, const char *folder, const char *name)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(folder, name, path, s->err));
    return add_file(s, path, path, false);
}

static void set_verified(
    struct hc_dataset_file *file, const struct hc_manifest_file *listed)
{
    file->verified = true;
    memcpy(file->sha256, listed->sha256, sizeof(file->sha256));
}

static enum hc_status verify_latest(struct search *s, const char *folder,
    const struct hc_manifest *manifest, const char *name)
{
    const struct hc_manifest_file *file = hc_manifest_find(manifest, name);
    struct hc_file_id id;

    if (!file || s->latest == NONE)
        return HC_OK;
    HC_TRY(hc_manifest_verify(folder, file, &id, s->err));
    set_verified(&s->ds->files[s->latest], file);
    return HC_OK;
}

/* A file that was found to be as its manifest says, if it is still the same. */
static enum hc_status add_checked(
    struct search *s, const char *folder, const struct hc_manifest_check *check)
{
    int64_t identity[4];

    HC_TRY(add_named(s, folder, check->file->path));
    if (s->latest == NONE)
        return HC_OK;

    struct hc_dataset_file *file = &s->ds->files[s->latest];

    hc_dataset_identity(&check->id, identity);
    if (memcmp(file->identity, identity, sizeof(identity)))
        return hc_dataset_changed(file->path, s->err);
    set_verified(file, check->file);
    return HC_OK;
}

static bool is_sample(const char *path)
{
    return !strncmp(path, SAMPLES, strlen(SAMPLES));
}

/* The time of the data sets that have something beside their samples. */
static void stretch(struct hc_dataset *ds, const struct hc_manifest *manifest)
{
    bool first = ds->start_us > ds->end_us;

    if (first || manifest->start_us < ds->start_us)
        ds->start_us = manifest->start_us;
    if (first || manifest->end_us > ds->end_us)
        ds->end_us = manifest->end_us;
}

static enum hc_status add_all_checked(struct search *s, const char *folder,
    const struct hc_manifest *manifest, const struct hc_manifest_check *checks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum hc_beside kind;

        if (!hc_beside_find(checks[i].file->path, &kind)) {
            HC_TRY(add_checked(s, folder, &checks[i]));
            continue;
        }
        HC_TRY(hc_beside_add(s->ds, folder, &checks[i], kind, s->err));
        stretch(s->ds, manifest);
    }
    return HC_OK;
}

/* The sample files that the manifest vouches for; and with samples, what is beside them.
 */
static enum hc_status add_samples(struct search *s, const char *folder,
    const struct hc_manifest *manifest, size_t *ret_samples)
{
    HC_CLEANUP(hc_freep)
    struct hc_manifest_check *checks = hc_calloc(manifest->n_files, sizeof(*checks));
    size_t n = 0, n_samples = 0;
    enum hc_beside kind;

    if (!checks)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < manifest->n_files; i++)
        n_samples += is_sample(manifest->files[i].path);
    *ret_samples = n_samples;
    if (!n_samples)
        return HC_OK;
    for (size_t i = 0; i < manifest->n_files; i++)
        if (is_sample(manifest->files[i].path) ||
            hc_beside_find(manifest->files[i].path, &kind))
            checks[n++].file = &manifest->files[i];
    HC_TRY(hc_manifest_verify_all(folder, checks, n, s->request->threads, s->err));
    return add_all_checked(s, folder, manifest, checks, n);
}

static bool is_training(const char *name)
{
    return !strncmp(name, TRAINING, strlen(TRAINING)) && hc_is_data_name(name);
}

/* Of one set: it may be in two files, for training and for testing. */
static bool same_training(const char *a, const char *b)
{
    return !strncmp(a, b, strlen(TRAINING "YYYYMMDD_HHMMSS"));
}

/* The newest by name, which is the last; or all. */
static enum hc_status add_training(struct search *s, const char *folder,
    const struct hc_names *names, const struct hc_manifest *manifest, size_t *ret_found)
{
    const char *newest = NULL;
    size_t older = 0;

    for (size_t i = names->n; i-- > 0;) {
        if (!is_training(names->items[i]))
            continue;
        if (newest && !s->request->all && !same_training(newest, names->items[i])) {
            older++;
            continue;
        }
        newest = newest ? newest : names->items[i];
        ++*ret_found;
        HC_TRY(add_named(s, folder, names->items[i]));
        HC_TRY(verify_latest(s, folder, manifest, names->items[i]));
    }
    if (older)
        return hc_dataset_note(s->ds,
            "took the newest training set of '%s'; %zu older left out (--all takes all)",
            folder, older);
    return HC_OK;
}

static enum hc_status add_any(
    struct search *s, const char *folder, const struct hc_names *names)
{
    char path[HC_PATH_MAX];

    for (size_t i = 0; i < names->n; i++) {
        const char *name = names->items[i];
        enum hc_path_kind kind;

        if (name[0] == '.' || !strcmp(name, HC_MANIFEST_NAME))
            continue;
        HC_TRY(hc_path_join(folder, name, path, s->err));
        kind = hc_path_kind(path);
        if (kind == HC_PATH_FILE && hc_is_data_name(name))
            HC_TRY(add_file(s, path, path, false));
        else
            leave_out(s, name, kind == HC_PATH_FOLDER ? "/" : "");
    }
    return HC_OK;
}

/* A folder that is named twice is one collection: its last file is the same. */
static bool is_new_collection(struct search *s)
{
    bool *collected = s->latest == NONE ? NULL : &s->ds->files[s->latest].collected;
    bool is_new = !collected || !*collected;

    if (collected)
        *collected = true;
    return is_new;
}

/* What its manifest says of a collection, which the data set takes over. */
static enum hc_status add_collected(
    struct search *s, const char *folder, struct hc_manifest *manifest)
{
    struct hc_dataset *ds = s->ds;
    struct hc_collected *c = &manifest->collected;

    if (!c->source || !is_new_collection(s))
        return HC_OK;
    c->path = hc_strdup(folder);
    if (!c->path)
        return HC_NO_MEMORY;
    HC_TRY(hc_grow(
        &ds->collected, &ds->cap_collected, ds->n_collected + 1, sizeof(*ds->collected)));
    ds->collected[ds->n_collected++] = *c;
    *c = (struct hc_collected){0};
    return HC_OK;
}

static enum hc_status say_listed(
    struct search *s, const char *folder, size_t samples, size_t beside)
{
    char more[64] = "";

    if (beside)
        snprintf(more, sizeof(more), " and %zu of nodes and pods", beside);
    return hc_dataset_note(s->ds,
        "loaded the data set in '%s': %zu file%s%s, checked against its manifest", folder,
        samples, samples > 1 ? "s" : "", more);
}

static enum hc_status add_listed(struct search *s, const char *folder,
    const struct hc_names *names, struct hc_manifest *manifest)
{
    size_t found = 0, before = s->ds->n_beside;

    HC_TRY(add_samples(s, folder, manifest, &found));
    if (found) {
        HC_TRY(add_collected(s, folder, manifest));
        return say_listed(s, folder, found, s->ds->n_beside - before);
    }
    HC_TRY(add_training(s, folder, names, manifest, &found));
    return found ? HC_OK : add_any(s, folder, names);
}

static bool has_name(const struct hc_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->items[i], name))
            return true;
    return false;
}

static enum hc_status add_folder(struct search *s, const char *folder)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    HC_CLEANUP(hc_manifest_clear) struct hc_manifest manifest = {0};
    size_t before = s->ds->n_files + s->twice + s->empty;

    HC_TRY(hc_dir_list(folder, &names, s->err));
    if (has_name(&names, HC_MANIFEST_NAME))
        HC_TRY(hc_manifest_read(folder, &manifest, s->err));
    HC_TRY(add_listed(s, folder, &names, &manifest));
    if (s->ds->n_files + s->twice + s->empty > before)
        return HC_OK;
    return hc_fail(s->err, HC_INPUT,
        "nothing to read in '%s': no data set of hindcast, and no .parquet, .csv, .tsv, "
        ".json, .jsonl or .ndjson file (text also .gz or .zst)",
        folder);
}

/* ---- a glob ---- */

static enum hc_status add_match(struct search *s, const char *path)
{
    if (hc_path_kind(path) == HC_PATH_FOLDER)
        return add_folder(s, path);
    if (hc_path_kind(path) == HC_PATH_FILE && hc_is_data_name(path))
        return add_file(s, path, path, false);
    leave_out(s, path, "");
    return HC_OK;
}

static enum hc_status add_pattern(struct search *s, const char *pattern)
{
    size_t before = s->ds->n_files + s->twice + s->empty;
    enum hc_status status = HC_OK;
    glob_t found;
    int code = glob(pattern, 0, NULL, &found);

    if (code == GLOB_NOSPACE)
        return HC_NO_MEMORY;
    for (size_t i = 0; code == 0 && !status && i < found.gl_pathc; i++)
        status = add_match(s, found.gl_pathv[i]);
    globfree(&found);
    HC_TRY(status);
    if (s->ds->n_files + s->twice + s->empty > before)
        return HC_OK;
    return hc_fail(s->err, HC_INPUT,
        "no file fits '%s': .parquet, .csv, .tsv, .json, .jsonl and .ndjson are read "
        "(text also .gz or .zst), and folders of these",
        pattern);
}

/* ---- standard input ---- */

static enum hc_status copy_piece(
    FILE *to, const char *path, size_t *ret_n, struct hc_error *err)
{
    char piece[65536];
    ssize_t n;

    do
        n = read(STDIN_FILENO, piece, sizeof(piece));
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return hc_fail(err, HC_INPUT, "cannot read standard input: %s", strerror(errno));
    if (fwrite(piece, 1, (size_t)n, to) != (size_t)n)
        return hc_fail(err, HC_OUTPUT, "cannot write '%s': %s", path, strerror(errno));
    *ret_n = (size_t)n;
    return HC_OK;
}

static enum hc_status copy_stdin(const char *path, struct hc_error *err)
{
    FILE *to = fopen(path, "wxe");
    enum hc_status status = HC_OK;
    size_t n = 1;

    if (!to)
        return hc_fail(err, HC_OUTPUT, "cannot write '%s': %s", path, strerror(errno));
    while (!status && n)
        status = copy_piece(to, path, &n, err);
    if (fclose(to) && !status)
        status = hc_fail(err, HC_OUTPUT, "cannot write '%s': %s", path, strerror(errno));
    return status;
}

static enum hc_status add_stdin(struct search *s)
{
    char path[HC_PATH_MAX];
    enum hc_status status;

    for (size_t i = 0; i < s->ds->n_files; i++)
        if (!strcmp(s->ds->files[i].path, "-"))
            return HC_OK;
    HC_TRY(hc_path_join(s->request->temp_dir, "stdin", path, s->err));
    HC_TRY(copy_stdin(path, s->err));
    status = add_file(s, path, "-", true);
    if (status == HC_INPUT)
        return hc_fail(s->err, HC_INPUT,
            "cannot read standard input: CSV is expected there, not what came");
    return status;
}

/* ---- all of them ---- */

static enum hc_status add_path(struct search *s, const char *path)
{
    struct hc_file_id id;

    if (!strcmp(path, "-"))
        return add_stdin(s);
    switch (hc_path_kind(path)) {
    case HC_PATH_FILE: return add_file(s, path, path, true);
    case HC_PATH_FOLDER: return add_folder(s, path);
    case HC_PATH_OTHER:
        return hc_fail(s->err, HC_INPUT,
            "cannot read '%s': neither a file nor a folder ('-' is CSV on standard "
            "input)",
            path);
    case HC_PATH_NONE: break;
    }
    if (wants_pattern(path))
        return add_pattern(s, path);
    return hc_file_identify(path, &id, s->err); /* says what is wrong with it */
}

static enum hc_status say_found(struct search *s)
{
    struct hc_dataset *ds = s->ds;

    if (s->left_out)
        HC_TRY(hc_dataset_note(ds, "left out %zu file%s that %s no data: %s%s",
            s->left_out, s->left_out > 1 ? "s" : "", s->left_out > 1 ? "are" : "is",
            hc_buf_str(&s->names), s->left_out > NAMES_SHOWN ? ", ..." : ""));
    if (s->twice)
        HC_TRY(hc_dataset_note(ds, "%zu file%s named more than once, read once", s->twice,
            s->twice > 1 ? "s were" : " was"));
    if (s->empty && ds->n_files)
        HC_TRY(hc_dataset_note(ds, "%zu empty file%s left out: %s%s", s->empty,
            s->empty > 1 ? "s" : "", s->empty_name, s->empty > 1 ? ", ..." : ""));
    return HC_OK;
}

static enum hc_status say_nothing(struct search *s)
{
    if (s->empty && !strcmp(s->empty_name, "-"))
        return hc_fail(s->err, HC_NO_DATA, "not enough data: standard input is empty");
    if (s->empty)
        return hc_fail(
            s->err, HC_NO_DATA, "not enough data: '%s' is empty", s->empty_name);
    return hc_fail(s->err, HC_INPUT, "no file was named");
}

enum hc_status hc_dataset_find(const struct hc_dataset_request *request,
    struct hc_dataset *ret, struct hc_error *err)
{
    struct search s = {.request = request, .ds = ret, .err = err};
    enum hc_status status = HC_OK;

    ret->start_us = INT64_MAX; /* no time at all */
    ret->end_us = INT64_MIN;
    for (size_t i = 0; !status && i < request->n_paths; i++)
        status = add_path(&s, request->paths[i]);
    if (!status && !ret->n_files)
        status = say_nothing(&s);
    if (!status)
        status = hc_buf_check(&s.names);
    if (!status)
        status = say_found(&s);
    hc_buf_clear(&s.names);
    if (status)
        hc_dataset_clear(ret);
    return status;
}

enum hc_status hc_dataset_unchanged(const struct hc_dataset *ds, struct hc_error *err)
{
    for (size_t i = 0; i < ds->n_files; i++) {
        const struct hc_dataset_file *file = &ds->files[i];
        struct hc_file_id id;
        int64_t identity[4];

        if (!strcmp(file->path, "-"))
            continue;
        HC_TRY(hc_file_identify(file->path, &id, err));
        hc_dataset_identity(&id, identity);
        if (memcmp(identity, file->identity, sizeof(identity)))
            return hc_dataset_changed(file->path, err);
    }
    return hc_beside_unchanged(ds, err);
}
