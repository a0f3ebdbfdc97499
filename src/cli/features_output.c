#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/features.h"
#include "report/human.h"

static const char prefix[] = "ml_scheduler_training_data_";
static const char *const part_ends[][HC_PARTS_MAX] = {{""}, {"_train", "_test"}};
static const char *const part_words[][HC_PARTS_MAX] = {{"all"}, {"train", "test"}};

/* ---- names ---- */

static enum hc_status read_old(struct hc_features *f, struct hc_error *err)
{
    const char *dir = f->options->output;
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, HC_MANIFEST_NAME, path, err));
    if (hc_path_kind(path) == HC_PATH_NONE)
        return HC_OK;
    if (!hc_manifest_read(dir, &f->old, NULL) && !strcmp(f->old.source, "features"))
        return HC_OK;
    return hc_fail(err, HC_OUTPUT,
        "cannot write to '%s': its manifest.json is not of training sets; give another "
        "folder",
        dir);
}

static bool is_taken(const struct hc_names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strncmp(names->items[i], name, strlen(name)))
            return true;
    return false;
}

/* "ml_scheduler_training_data_20250602_101500": a second later where one is there. */
static void name_set(int64_t us, const struct hc_names *taken, char out[HC_FEATURES_NAME])
{
    do {
        time_t s = (time_t)(us / HC_SECOND_US);
        struct tm tm;
        char stamp[32] = "";

        gmtime_r(&s, &tm);
        strftime(stamp, sizeof(stamp), "%Y%m%d_%H%M%S", &tm);
        snprintf(out, HC_FEATURES_NAME, "%s%s", prefix, stamp);
        us += HC_SECOND_US;
    } while (is_taken(taken, out));
}

enum hc_status hc_features_names(struct hc_features *f, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names taken = {0};
    char name[HC_FEATURES_NAME];

    HC_TRY(read_old(f, err));
    if (hc_path_kind(f->options->output) == HC_PATH_FOLDER)
        HC_TRY(hc_dir_list(f->options->output, &taken, err));
    name_set(f->created_us, &taken, name);
    for (size_t p = 0; p < f->n_parts; p++)
        snprintf(f->names[p], sizeof(f->names[p]), "%.60s%s.parquet", name,
            part_ends[f->n_parts - 1][p]);
    return HC_OK;
}

/* ---- origin ---- */

static void put_list(struct hc_json *js, const char *key, const struct hc_list *list)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < list->n; i++)
        hc_json_str(js, list->items[i]);
    hc_json_close(js, ']');
}

static void put_durations(
    struct hc_json *js, const char *key, const struct hc_durations *durations)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < durations->n; i++)
        hc_json_int(js, durations->us[i] / HC_SECOND_US);
    hc_json_close(js, ']');
}

static void put_moment(struct hc_json *js, const char *key, int64_t us)
{
    if (us == INT64_MAX)
        hc_json_kstr(js, key, NULL);
    else
        hc_json_ktime(js, key, us);
}

static void put_windowed(struct hc_json *js, const struct hc_feature_plan *plan)
{
    hc_json_key(js, "columns");
    hc_json_open(js, '[');
    for (size_t g = 0; g < plan->n_gauges; g++)
        if (plan->gauges[g].windowed)
            hc_json_str(js, plan->gauges[g].name);
    hc_json_close(js, ']');
}

/* What the rows and values of the set depend on, beside the inputs. */
static void put_options(const struct hc_features *f, struct hc_json *js)
{
    const struct hc_features_options *o = f->options;

    hc_json_open(js, '{');
    hc_json_kstr(js, "timezone", o->timezone);
    put_windowed(js, &f->plan);
    put_durations(js, "windows_s", &f->plan.windows);
    put_durations(js, "horizons_s", &f->plan.horizons);
    hc_json_key(js, "step_s");
    if (o->step)
        hc_json_int(js, o->step);
    else
        hc_json_null(js);
    put_moment(js, "as_of", f->as_of_us);
    put_moment(js, "split_at", f->split_us);
    hc_json_kint(js, "embargo_s",
        o->split_at ? hc_feature_plan_ahead(&f->plan) / HC_SECOND_US : 0);
    hc_json_kstr(js, "since", o->since);
    hc_json_kstr(js, "until", o->until);
    hc_json_kstr(js, "nodes", o->nodes);
    hc_json_kstr(js, "naive_timezone", o->naive_timezone);
    put_list(js, "map", &o->maps);
    put_list(js, "match", &o->matches);
    hc_json_close(js, '}');
}

static void put_inputs(const struct hc_features *f, struct hc_json *js)
{
    hc_json_open(js, '[');
    for (size_t i = 0; i < f->dataset.n_files; i++) {
        const struct hc_dataset_file *file = &f->dataset.files[i];
        const char *sha256 = hc_input_hash(f->hashes, i);

        hc_json_open(js, '{');
        hc_json_kstr(js, "path", file->path);
        hc_json_kint(js, "bytes", (int64_t)file->bytes);
        hc_json_kint(js, "rows", (int64_t)file->rows);
        hc_json_kstr(js, "sha256", sha256[0] ? sha256 : NULL);
        hc_json_kbool(js, "verified", file->verified);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

enum hc_status hc_features_metadata(struct hc_features *f, struct hc_error *err)
{
    struct hc_json js;

    (void)err;
    hc_json_init(&js, &f->options_json, 1);
    put_options(f, &js);
    HC_TRY(hc_buf_check(&f->options_json));
    const char *metadata[] = {"hindcast_version", HC_VERSION, "hindcast_source",
        "features", "hindcast_options", f->options_json.text, "hindcast_inputs", "[]",
        NULL};

    memcpy(f->metadata, metadata, sizeof(metadata));
    return HC_OK;
}

enum hc_status hc_features_add_inputs(void *context, struct hc_error *err)
{
    struct hc_features *f = context;
    struct hc_json js;

    HC_TRY(hc_input_hashes_wait(f->hashes, err));
    hc_json_init(&js, &f->inputs_json, 1);
    put_inputs(f, &js);
    HC_TRY(hc_buf_check(&f->inputs_json));
    f->metadata[7] = f->inputs_json.text;
    return HC_OK;
}

/* ---- manifest ---- */

static void put_parts(const struct hc_features *f, struct hc_json *js)
{
    hc_json_key(js, "parts");
    hc_json_open(js, '[');
    for (size_t p = 0; p < f->n_parts; p++) {
        const struct hc_set_part *part = &f->result.parts[p];

        hc_json_open(js, '{');
        hc_json_kstr(js, "part", part_words[f->n_parts - 1][p]);
        hc_json_kstr(js, "path", f->names[p]);
        hc_json_kint(js, "rows", part->written.rows);
        hc_json_ktime(js, "first", part->first_us);
        hc_json_ktime(js, "last", part->last_us);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_more(void *context, struct hc_json *js)
{
    const struct hc_features *f = context;

    hc_json_key(js, "options");
    put_options(f, js);
    hc_json_key(js, "inputs");
    put_inputs(f, js);
    put_parts(f, js);
    hc_json_kbool(js, "had_to_be_sorted", f->result.sorted);
    hc_json_kint(js, "nodes", (int64_t)f->result.counts.nodes);
    hc_json_kint(js, "repeats_left_out", (int64_t)f->result.counts.repeats);
    hc_json_kint(js, "rows_without_key", (int64_t)f->result.counts.no_key);
    hc_json_kint(js, "infinite_values", (int64_t)f->result.counts.infinite);
}

/* Older sets of the folder that are still there stay vouched for. */
static enum hc_status keep_old(struct hc_features *f, struct hc_error *err)
{
    for (size_t i = 0; i < f->old.n_files; i++) {
        const struct hc_manifest_file *file = &f->old.files[i];
        char path[HC_PATH_MAX];

        HC_TRY(hc_path_join(f->folder.path, file->path, path, err));
        if (hc_path_kind(path) == HC_PATH_FILE)
            HC_TRY(hc_manifest_add_file(
                &f->manifest, file->path, file->bytes, file->rows, file->sha256));
    }
    return HC_OK;
}

static enum hc_status write_manifest(struct hc_features *f, struct hc_error *err)
{
    struct hc_manifest *m = &f->manifest;
    int64_t step_s = f->options->step ? f->options->step : f->dataset.step_hint_s;

    strcpy(m->source, "features");
    strcpy(m->version, HC_VERSION);
    m->created_us = f->created_us;
    m->step_s = step_s > 0 ? step_s : 1;
    m->start_us = f->result.counts.first_us;
    m->end_us = f->result.counts.last_us + m->step_s * HC_SECOND_US;
    m->more = put_more;
    m->context = f;
    for (size_t i = 0; i < f->plan.n_columns; i++)
        HC_TRY(
            hc_manifest_add_column(m, f->plan.columns[i].name, f->plan.columns[i].unit));
    for (size_t p = 0; p < f->n_parts; p++) {
        const struct hc_parquet_written *w = &f->result.parts[p].written;

        HC_TRY(hc_manifest_add_file(m, f->names[p], w->bytes, w->rows, w->sha256));
    }
    HC_TRY(keep_old(f, err));
    return hc_manifest_write(m, f->folder.temp, err);
}

enum hc_status hc_features_publish(struct hc_features *f, struct hc_error *err)
{
    HC_TRY(write_manifest(f, err));
    return hc_folder_publish(&f->folder, err);
}

/* ---- the result ---- */

static void print_json(const struct hc_features *f, struct hc_buf *out)
{
    struct hc_json js;

    hc_json_init(&js, out, 2);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "output", f->options->output);
    hc_json_kstr(&js, "manifest", HC_MANIFEST_NAME);
    hc_json_kint(&js, "columns", (int64_t)f->plan.n_columns);
    put_more((void *)f, &js);
    hc_json_close(&js, '}');
    hc_buf_putc(out, '\n');
}

static void print_count(struct hc_buf *out, uint64_t n, const char *one, const char *many)
{
    if (n)
        hc_buf_printf(out, "  %s %s\n", hc_human_count(n).text, n == 1 ? one : many);
}

static void print_text(const struct hc_features *f, struct hc_buf *out)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf dir = HC_BUF_INIT;
    const struct hc_reading_counts *counts = &f->result.counts;

    hc_utf8_show(&dir, f->options->output, SIZE_MAX, !hc_locale_is_utf8());
    for (size_t p = 0; p < f->n_parts; p++) {
        const struct hc_set_part *part = &f->result.parts[p];

        hc_buf_printf(out, "%s/%s\n", hc_buf_str(&dir), f->names[p]);
        hc_buf_printf(out, "  %s rows, %zu columns, %s; ",
            hc_human_count((uint64_t)part->written.rows).text, f->plan.n_columns,
            hc_human_bytes((double)part->written.bytes).text);
        hc_buf_printf(out, "%s to ", hc_human_iso(part->first_us).text);
        hc_buf_printf(out, "%s\n", hc_human_iso(part->last_us).text);
    }
    hc_buf_printf(out, "%s node%s\n", hc_human_count(counts->nodes).text,
        counts->nodes == 1 ? "" : "s");
    print_count(out, counts->repeats, "row left out: it repeats a node and time",
        "rows left out: they repeat a node and time");
    print_count(out, f->result.counts.no_key, "row left out: it has no time or no node",
        "rows left out: they have no time or no node");
    print_count(out, counts->infinite, "infinite value taken as missing",
        "infinite values taken as missing");
    if (hc_buf_check(&dir))
        out->failed = true;
}

enum hc_status hc_features_print(struct hc_features *f, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (f->common->json)
        print_json(f, &out);
    else if (!f->common->quiet)
        print_text(f, &out);
    HC_TRY(hc_buf_check(&out));
    return out.len ? hc_print(&out, err) : HC_OK;
}
