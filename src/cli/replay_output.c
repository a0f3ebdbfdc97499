#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/replay.h"
#include "report/replay_html.h"

static enum hc_status write_text(struct hc_replay *r, const char *name,
    void (*make)(const struct hc_replay *r, struct hc_buf *out), struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];

    HC_TRY(hc_names_add(&r->artifacts, name));
    make(r, &text);
    HC_TRY(hc_buf_check(&text));
    HC_TRY(hc_path_join(r->folder.temp, name, path, err));
    return hc_file_write(path, text.text, text.len, err);
}

static void make_page(const struct hc_replay *r, struct hc_buf *out)
{
    char now[HC_TIME_TEXT];

    hc_time_format(r->now_us, now);
    hc_replay_html(out, &r->placement, now);
}

/* Of the findings there is the placement alone. */
static enum hc_status draw(struct hc_replay *r, struct hc_error *err)
{
    const struct hc_summary summary = {.n_nodes = 0};
    const struct hc_settings settings = {.timezone = "UTC"};
    const struct hc_findings findings = {
        .summary = &summary, .settings = &settings, .placement = r->placement};
    const struct hc_series series = {.n_buckets = 0};
    const struct hc_pictures_request request = {.common = r->call->common,
        .findings = &findings,
        .series = &series,
        .spill_dir = r->folder.spill};
    const char *names[HC_PICTURES_MAX];
    size_t n;

    if (r->options->no_figures)
        return HC_OK;
    HC_TRY(hc_pictures_start(r->pictures, &request, err));
    HC_TRY(hc_pictures_finish(r->pictures, r->folder.temp, err));
    n = hc_pictures_list(r->pictures, false, names);
    for (size_t i = 0; i < n; i++)
        HC_TRY(hc_names_add(&r->artifacts, names[i]));
    return HC_OK;
}

enum hc_status hc_replay_write(struct hc_replay *r, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(r->folder.temp, "tables", path, err));
    HC_TRY(hc_dir_make(path, err));
    if (r->trace.capacity_gpus)
        HC_TRY(write_text(r, "tables/allocation.csv", hc_replay_allocation_csv, err));
    if (r->placement.load_of)
        HC_TRY(write_text(r, "tables/load.csv", hc_replay_load_csv, err));
    if (r->placement.n_points)
        HC_TRY(write_text(r, "tables/course.csv", hc_replay_course_csv, err));
    HC_TRY(write_text(r, "tables/runs.csv", hc_replay_runs_csv, err));
    HC_TRY(write_text(r, "tables/policies.csv", hc_replay_policies_csv, err));
    HC_TRY(write_text(r, "replay.json", hc_replay_json, err));
    if (!r->options->no_html)
        HC_TRY(write_text(r, "report.html", make_page, err));
    HC_TRY(draw(r, err));
    return write_text(r, "run.json", hc_replay_run_json, err);
}

enum hc_status hc_replay_print(const struct hc_replay *r, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf out = HC_BUF_INIT;

    if (r->call->common->json)
        hc_replay_json(r, &out);
    else if (!r->call->common->quiet)
        hc_replay_text(r, &out);
    HC_TRY(hc_buf_check(&out));
    return out.len ? hc_print(&out, err) : HC_OK;
}
