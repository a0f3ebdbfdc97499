/*
 * The input of a run: which files, which columns, and a digest that tells one input from
 * another.
 *
 * The digest is the first half of a SHA-256 over a line a file: its hash and size, or,
 * where nobody took the hash, its size, rows and name.
 */
#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "report/run_parts.h"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- digest ---- */

static void add_file(struct hc_sha256 *hash, const struct hc_input_file *file)
{
    char numbers[64];

    snprintf(numbers, sizeof(numbers), " %llu %llu ", (unsigned long long)file->bytes,
        (unsigned long long)file->rows);
    if (*file->sha256)
        hc_sha256_add(hash, file->sha256, strlen(file->sha256));
    hc_sha256_add(hash, numbers, strlen(numbers));
    if (!*file->sha256)
        hc_sha256_add(hash, base_name(file->path), strlen(base_name(file->path)));
    hc_sha256_add(hash, "\n", 1);
}

void hc_run_digest(const struct hc_findings *f, char ret[HC_RUN_DIGEST])
{
    struct hc_sha256 hash;
    char hex[HC_SHA256_HEX];

    hc_sha256_init(&hash);
    for (size_t i = 0; i < f->summary->n_files; i++)
        add_file(&hash, &f->summary->files[i]);
    hc_sha256_hex(&hash, hex);
    memcpy(ret, hex, HC_RUN_DIGEST - 1);
    ret[HC_RUN_DIGEST - 1] = '\0';
}

/* ---- name ---- */

/* The last folder of `path` without its last `drop` parts; "data" if there is none. */
static void put_folder(struct hc_json *js, const char *path, int drop)
{
    const char *end = path + strlen(path), *start;

    for (int i = 0; i < drop; i++)
        while (end > path && *--end != '/')
            ;
    while (end > path && end[-1] == '/')
        end--;
    for (start = end; start > path && start[-1] != '/';)
        start--;
    if (end == start || (end - start == 1 && *start == '.'))
        hc_json_str(js, "data");
    else
        hc_json_strn(js, start, (size_t)(end - start));
}

/* As a person would call it: the folder that `collect` wrote, the file, or the folder of
 * the files. */
static void put_name(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_key(js, "name");
    if (s->n_collected)
        put_folder(js, s->collected[0].path, 0);
    else if (s->n_files == 1)
        hc_json_str(js, base_name(s->files[0].path));
    else
        put_folder(js, s->n_files ? s->files[0].path : "", 1);
}

/* ---- the whole ---- */

static void put_files(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_key(js, "files");
    hc_json_open(js, '[');
    for (size_t i = 0; i < s->n_files; i++) {
        const struct hc_input_file *file = &s->files[i];

        hc_json_open(js, '{');
        hc_json_kstr(js, "path", file->path);
        hc_json_kint(js, "bytes", (int64_t)file->bytes);
        hc_json_kint(js, "rows", (int64_t)file->rows);
        hc_json_kstr(js, "sha256", *file->sha256 ? file->sha256 : NULL);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_columns(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_key(js, "columns");
    hc_json_open(js, '[');
    for (size_t i = 0; i < s->n_columns; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "name", s->columns[i].name);
        hc_json_kstr(js, "type", s->columns[i].type);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_profile(struct hc_json *js, const struct hc_summary *s)
{
    hc_json_key(js, "profile");
    hc_json_open(js, '{');
    hc_json_kint(js, "rows", (int64_t)s->rows);
    hc_json_kint(js, "columns", (int64_t)s->n_columns);
    hc_json_kint(js, "nodes", (int64_t)s->n_nodes);
    if (s->n_nodes) {
        hc_json_ktime(js, "start", s->first_us);
        hc_json_ktime(js, "end", s->last_us);
    }
    hc_json_close(js, '}');
}

void hc_run_inputs(struct hc_json *js, const struct hc_findings *f)
{
    char digest[HC_RUN_DIGEST];

    hc_run_digest(f, digest);
    hc_json_key(js, "inputs");
    hc_json_open(js, '[');
    hc_json_open(js, '{');
    put_name(js, f->summary);
    hc_json_kstr(js, "digest", digest);
    put_profile(js, f->summary);
    put_files(js, f->summary);
    put_columns(js, f->summary);
    hc_json_close(js, '}');
    hc_json_close(js, ']');
}
