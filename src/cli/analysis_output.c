#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/analysis.h"
#include "cli/interrupt.h"
#include "cli/screen.h"
#include "report/report_html.h"
#include "report/report_json.h"
#include "report/report_tables.h"
#include "rollup/parquet.h"

enum { MAX_ARTIFACTS = 32 + HC_PICTURES_MAX };

static const char page_file[] = "report.html";
static const char rollup_file[] = "rollup.parquet";
static const char state_file[] = "state.hcs";

static enum hc_status write_text(const struct hc_analysis *a, const char *name,
    const struct hc_buf *text, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_buf_check(text));
    HC_TRY(hc_path_join(a->temp_dir, name, path, err));
    return hc_file_write(path, text->text, text->len, err);
}

static enum hc_status write_rollup(struct hc_analysis *a, struct hc_error *err)
{
    const struct hc_summary *s = &a->summary;
    HC_CLEANUP(hc_freep)
    struct hc_rollup_node *nodes = hc_alloc(s->n_nodes, sizeof(*nodes));
    struct hc_rollup rollup = {.log = a->log,
        .nodes = nodes,
        .has_cluster = a->dataset.has_cluster,
        .gauges = a->gauges,
        .n_gauges = a->n_gauges,
        .grain_s = s->grain_s,
        .origin = "hindcast " HC_VERSION " analyze"};
    char path[HC_PATH_MAX];

    if (!nodes)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        nodes[i] = (struct hc_rollup_node){s->nodes[i].cluster, s->nodes[i].name};
    HC_TRY(hc_path_join(a->temp_dir, rollup_file, path, err));
    return hc_rollup_write(a->duck, &rollup, path, err);
}

static enum hc_status write_state(struct hc_analysis *a, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) uint8_t *bytes = NULL;
    char path[HC_PATH_MAX];
    size_t len;

    HC_TRY(hc_profile_write(a->profiles[0], &bytes, &len));
    HC_TRY(hc_path_join(a->temp_dir, state_file, path, err));
    return hc_file_write(path, bytes, len, err);
}

static bool is_only_a_head(const struct hc_buf *csv)
{
    const char *end = strchr(hc_buf_str(csv), '\n');

    return !end || !end[1];
}

static enum hc_status write_tables(struct hc_analysis *a, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(a->temp_dir, "tables", path, err));
    HC_TRY(hc_dir_make(path, err));
    for (size_t i = 0; i < hc_report_tables_count; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

        hc_report_tables[i].render(&text, &a->findings);
        if (is_only_a_head(&text))
            a->empty_tables |= UINT64_C(1) << i;
        HC_TRY(write_text(a, hc_report_tables[i].name, &text, err));
    }
    return HC_OK;
}

static enum hc_status write_page(struct hc_analysis *a, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    if (!a->wants_page)
        return HC_OK;
    hc_report_html(&text, &a->findings, &a->series);
    return write_text(a, page_file, &text, err);
}

/* Everything that is written, in the order in which a reader meets it; `all`: that could
 * be. */
static size_t list_artifacts(const struct hc_analysis *a, bool all, const char **names)
{
    size_t n = 0;

    if (a->wants_page)
        names[n++] = page_file;
    names[n++] = "findings.json";
    names[n++] = "insights.json";
    n += hc_pictures_list(a->pictures, all, names + n);
    for (size_t i = 0; i < hc_report_tables_count; i++)
        names[n++] = hc_report_tables[i].name;
    names[n++] = rollup_file;
    names[n++] = state_file;
    names[n++] = "run.json";
    assert(n <= MAX_ARTIFACTS);
    return n;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && !strcmp(text + n - m, end);
}

/* A picture that a server gets with the page alone: each file is a request. */
static bool is_page_picture(const char *name)
{
    static const char *const sent[] = {
        "temporal", "weekly", "trends", "nodes", "correlation", "opportunity", "quality"};
    char picture[64];
    bool is_sent = false;

    for (size_t i = 0; i < HC_COUNT(sent); i++) {
        snprintf(picture, sizeof(picture), "figures/%s.svg", sent[i]);
        is_sent |= !strcmp(name, picture);
    }
    return ends_with(name, ".svg") && !is_sent;
}

/* Of them, in place, those that are for a person, and not empty: no picture twice, and
 * nothing for programs of ours. */
static size_t keep_shown(const struct hc_analysis *a, const char **names, size_t n)
{
    static const char *const hidden[] = {".png", ".parquet", ".hcs", "run.json"};
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        bool shown = !is_page_picture(names[i]);

        for (size_t k = 0; k < HC_COUNT(hidden); k++)
            shown &= !ends_with(names[i], hidden[k]);
        for (size_t k = 0; k < hc_report_tables_count; k++)
            shown &=
                !(a->empty_tables >> k & 1) || strcmp(names[i], hc_report_tables[k].name);
        if (shown)
            names[kept++] = names[i];
    }
    return kept;
}

static bool is_input(const struct hc_dataset_file *file, const struct hc_file_id *there)
{
    struct hc_file_id input;

    return !hc_file_identify(file->path, &input, NULL) && input.device == there->device &&
           input.inode == there->inode;
}

static enum hc_status spare_input(const struct hc_analysis *a, const char *artifact,
    const struct hc_file_id *there, struct hc_error *err)
{
    const struct hc_dataset *ds = &a->dataset;
    bool found = false;

    for (size_t i = 0; i < ds->n_files; i++)
        found |= is_input(&ds->files[i], there);
    for (size_t i = 0; i < ds->n_beside; i++)
        found |= is_input(&ds->beside[i].file, there);
    if (found)
        return hc_fail(err, HC_USAGE,
            "the report would replace '%s/%s', which is read: choose another -o",
            a->out_dir, artifact);
    return HC_OK;
}

enum hc_status hc_analysis_spare_inputs(const struct hc_analysis *a, struct hc_error *err)
{
    const char *names[MAX_ARTIFACTS];
    size_t n = list_artifacts(a, true, names);

    for (size_t i = 0; i < n; i++) {
        char path[HC_PATH_MAX];
        struct hc_file_id there;

        HC_TRY(hc_path_join(a->out_dir, names[i], path, err));
        if (!hc_file_identify(path, &there, NULL))
            HC_TRY(spare_input(a, names[i], &there, err));
    }
    return HC_OK;
}

/* A file that changed since is found out by the pass; here it is the same. */
static enum hc_status take_hashes(struct hc_analysis *a, struct hc_error *err)
{
    if (!a->wants_hashes)
        return HC_OK;
    HC_TRY(hc_input_hashes_wait(a->hashes, err));
    for (size_t i = 0; i < a->dataset.n_files; i++)
        memcpy(a->summary.files[i].sha256, hc_input_hash(a->hashes, i), HC_SHA256_HEX);
    return HC_OK;
}

static enum hc_status write_json(struct hc_analysis *a, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear)
    struct hc_buf findings = HC_BUF_INIT, insights = HC_BUF_INIT, run = HC_BUF_INIT;
    const char *names[MAX_ARTIFACTS], *shown[MAX_ARTIFACTS];
    struct hc_report_files files = {.names = names, .shown = shown};

    files.n = list_artifacts(a, false, names);
    memcpy(shown, names, files.n * sizeof(*names));
    files.n_shown = keep_shown(a, shown, files.n);
    HC_TRY(take_hashes(a, err));
    hc_report_findings_json(&findings, &a->findings);
    hc_report_insights_json(&insights, &a->findings);
    hc_report_run_json(&run, &a->findings, &files);
    HC_TRY(write_text(a, "findings.json", &findings, err));
    HC_TRY(write_text(a, "insights.json", &insights, err));
    return write_text(a, "run.json", &run, err);
}

/* What a run may leave out: of an older report it must not stay. */
static enum hc_status publish(struct hc_analysis *a, struct hc_error *err)
{
    const char *drawn[1 + HC_PICTURES_MAX] = {page_file};
    size_t n = 1 + hc_pictures_list(a->pictures, true, drawn + 1);

    return hc_dir_publish(a->temp_dir, a->out_dir, drawn, n, err);
}

static enum hc_status start_pictures(struct hc_analysis *a, struct hc_error *err)
{
    const struct hc_pictures_request request = {.common = a->common,
        .findings = &a->findings,
        .series = &a->series,
        .spill_dir = a->spill_dir};

    return a->wants_figures ? hc_pictures_start(a->pictures, &request, err) : HC_OK;
}

enum hc_status hc_analysis_write(struct hc_analysis *a, struct hc_error *err)
{
    hc_mem_trim(); /* what the pass took: writing takes its own */
    HC_TRY(start_pictures(a, err));
    HC_TRY(write_rollup(a, err));
    HC_TRY(write_state(a, err));
    HC_TRY(write_tables(a, err));
    HC_TRY(write_page(a, err));
    HC_TRY(hc_pictures_finish(a->pictures, a->temp_dir, err));
    HC_TRY(write_json(a, err));
    hc_tree_remove(a->spill_dir);
    /* while files are swapped, what is temporary may be the older report: it is not for
     * a second Ctrl-C to remove, but for the next run's sweep */
    if (a->temp_slot >= 0)
        hc_interrupt_unregister(a->temp_slot);
    a->temp_slot = -1;
    HC_TRY(publish(a, err));
    a->published = true;
    return HC_OK;
}

/* ---- the terminal ---- */

enum hc_status hc_analysis_print(struct hc_analysis *a, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    const char *names[MAX_ARTIFACTS];
    struct hc_terminal terminal = hc_screen();

    terminal.out_dir = a->out_dir;
    terminal.artifacts = names;
    terminal.n_artifacts = list_artifacts(a, false, names);
    if (a->common->json)
        hc_report_findings_json(&text, &a->findings);
    else if (!a->common->quiet)
        hc_report_terminal(&text, &a->findings, &terminal);
    HC_TRY(hc_buf_check(&text));
    return text.len ? hc_print(&text, err) : HC_OK;
}
