/*
 * Which range: that of the first start, until it is done; then up to now.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/collect.h"
#include "collect/own_query.h"
#include "collect/plan_json.h"
#include "dataset/manifest.h"
#include "report/human.h"

/* Samples that are younger may still be on their way into the server. */
enum { LAG_S = 300 };
enum { DEFAULT_DAYS = 30, DEFAULT_STEP_S = 60 };

static enum hc_status refuse(
    const struct hc_collection *c, struct hc_error *err, const char *why)
{
    return hc_fail(
        err, HC_OUTPUT, "cannot write to '%s': %s; give another folder", c->dir, why);
}

/* ---- a new plan ---- */

static enum hc_status read_time(
    const char *option, const char *text, int64_t *ret_s, struct hc_error *err)
{
    struct hc_instant instant;

    if (!hc_time_parse(text, &instant))
        return hc_fail(err, HC_USAGE,
            "option '%s' needs a time as 2025-06-02 or 2025-06-02T10:00:00Z, not '%s'",
            option, text);
    *ret_s = -hc_floor_div(-instant.us, HC_SECOND_US);
    return HC_OK;
}

/* Now, as the server has it, less the lag; or what the user wants, but not later. */
static enum hc_status read_until(
    const struct hc_collection *c, int64_t *ret_s, struct hc_error *err)
{
    int64_t last_s = hc_floor_div(c->now_us, HC_SECOND_US) - LAG_S;

    *ret_s = last_s;
    if (c->options->until)
        HC_TRY(read_time("--until", c->options->until, ret_s, err));
    if (*ret_s > last_s) {
        hc_say(c->common, "the server has no whole samples after %d s ago: until then",
            LAG_S);
        *ret_s = last_s;
    }
    return HC_OK;
}

/* Whole UTC days: N before the one that the end is in. */
static int64_t days_before(int64_t until_s, int64_t days)
{
    return (hc_floor_div(until_s - 1, HC_DAY_S) - days + (until_s % HC_DAY_S == 0)) *
           HC_DAY_S;
}

static enum hc_status copy_text(const char *text, char **ret)
{
    hc_free(*ret);
    *ret = text ? hc_strdup(text) : NULL;
    return text && !*ret ? HC_NO_MEMORY : HC_OK;
}

/* A label of PromQL, since it goes into a query as it is. */
static enum hc_status check_label(const char *label, struct hc_error *err)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

    if (label && (!*label || strspn(label, letters) != strlen(label) ||
                     (*label >= '0' && *label <= '9')))
        return hc_fail(
            err, HC_USAGE, "option '--node-label': '%s' is no name of a label", label);
    return HC_OK;
}

static enum hc_status make_plan(struct hc_collection *c, struct hc_error *err)
{
    const struct collect_options *o = c->options;
    struct hc_plan *plan = &c->plan;

    if (o->days && o->since)
        return hc_fail(err, HC_USAGE, "give '--days' or '--since', not both");
    HC_TRY(check_label(o->node_label, err));
    HC_TRY(read_until(c, &plan->until_s, err));
    plan->since_s = days_before(plan->until_s, o->days ? o->days : DEFAULT_DAYS);
    if (o->since)
        HC_TRY(read_time("--since", o->since, &plan->since_s, err));
    plan->step_s = o->step ? o->step : DEFAULT_STEP_S;
    HC_TRY(copy_text(o->match && *o->match ? o->match : NULL, &plan->match));
    HC_TRY(copy_text(o->node_label, &plan->node_label));
    if (o->queries)
        HC_TRY(hc_own_queries_read(o->queries, plan, err));
    plan->pods = !o->no_pods;
    HC_TRY(copy_text(hc_http_shown(c->servers[0].http), &plan->url));
    if (!hc_plan_align(plan))
        return hc_fail(
            err, HC_USAGE, "there is no moment between '--since' and '--until'");
    c->is_new = true;
    return HC_OK;
}

/* ---- the plan that is there ---- */

static bool differs(const char *given, const char *planned)
{
    return given && strcmp(given, planned ? planned : "");
}

/* The file of own queries may be left out; what it says may not change. */
static enum hc_status check_queries(
    const struct hc_collection *c, const char **other, struct hc_error *err)
{
    HC_CLEANUP(hc_plan_clear) struct hc_plan given = {0};

    if (!c->options->queries)
        return HC_OK;
    HC_TRY(hc_own_queries_read(c->options->queries, &given, err));
    if (!hc_own_queries_same(&given, &c->plan))
        *other = "--queries";
    return HC_OK;
}

static bool other_protocol(int wanted, enum hc_protocol planned)
{
    return wanted != COLLECT_AUTO &&
           (wanted == COLLECT_REMOTE_READ) != (planned == HC_REMOTE_READ);
}

/* What makes rows what they are is as at the first start. */
static enum hc_status check_same(const struct hc_collection *c, struct hc_error *err)
{
    const struct collect_options *o = c->options;
    const struct hc_plan *plan = &c->plan;
    const char *other = NULL;
    int64_t since = plan->since_s;

    if (o->since)
        HC_TRY(read_time("--since", o->since, &since, err));
    since = hc_plan_grid(since, plan->step_s);
    if (o->step && o->step != plan->step_s)
        other = "--step";
    if (differs(o->match, plan->match))
        other = "--match";
    if (differs(o->node_label, plan->node_label))
        other = "--node-label";
    if (since != plan->since_s)
        other = "--since";
    if (o->no_pods && plan->pods)
        other = "--no-pods";
    if (other_protocol(o->protocol, plan->protocol))
        other = "--protocol";
    HC_TRY(check_queries(c, &other, err));
    if (other)
        return hc_fail(err, HC_USAGE,
            "the collection in '%s' was begun with another '%s': leave it out, or "
            "collect into another folder",
            c->dir, other);
    if (strcmp(hc_http_shown(c->servers[0].http), plan->url))
        hc_say(c->common, "this collection was begun from %s", plan->url);
    return HC_OK;
}

/* A later end may be one that the server's clock had not reached at the first start: what
 * was begun is finished first. */
static enum hc_status check_until(const struct hc_collection *c, struct hc_error *err)
{
    int64_t until = c->plan.until_s;

    if (c->options->until)
        HC_TRY(read_time("--until", c->options->until, &until, err));
    if (hc_plan_grid(until, c->plan.step_s) < c->plan.until_s)
        return hc_fail(err, HC_USAGE,
            "the collection in '%s' is not done, and was begun with a later '--until': "
            "leave it out to finish it first",
            c->dir);
    if (until > c->plan.until_s)
        hc_say(c->common, "this collection was begun up to %s, which is finished first",
            hc_human_iso(c->plan.until_s * HC_SECOND_US).text);
    return HC_OK;
}

/* All days are done: on to the new end, if it is later. */
static enum hc_status continue_plan(struct hc_collection *c, struct hc_error *err)
{
    struct hc_plan *plan = &c->plan;
    int64_t end = plan->end_s;

    HC_TRY(read_until(c, &end, err));
    if (hc_plan_grid(end, plan->step_s) <= plan->until_s)
        return HC_OK;
    plan->until_s = end;
    if (!hc_plan_align(plan))
        return HC_INTERNAL;
    c->is_longer = true;
    HC_TRY(copy_text(hc_http_shown(c->servers[0].http), &plan->url));
    return hc_collect_look(c, err);
}

/* One of our folders may be there if nothing is in it. */
static enum hc_status check_place(
    const struct hc_collection *c, const char *name, struct hc_error *err)
{
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->dir, name, path, err));
    if (hc_path_kind(path) == HC_PATH_NONE)
        return HC_OK;
    if (hc_path_kind(path) == HC_PATH_FOLDER) {
        HC_TRY(hc_dir_list(path, &names, err));
        if (!names.n)
            return HC_OK;
    }
    return hc_fail(err, HC_OUTPUT,
        "cannot write to '%s': '%s' in it is there already, and no plan says whose; give "
        "another folder",
        c->dir, name);
}

/* Nobody else's data are written over. */
static enum hc_status check_folder(const struct hc_collection *c, struct hc_error *err)
{
    static const char *const ours[] = {
        "samples", "pod_usage", "nodes.parquet", "pods.parquet"};
    char manifest[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->dir, HC_MANIFEST_NAME, manifest, err));
    if (hc_path_kind(manifest) != HC_PATH_NONE)
        return refuse(c, err, "it holds a data set that collect did not make");
    for (size_t i = 0; i < HC_COUNT(ours); i++)
        HC_TRY(check_place(c, ours[i], err));
    return HC_OK;
}

enum hc_status hc_collect_settle(struct hc_collection *c, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->state, HC_PLAN_NAME, path, err));
    if (hc_path_kind(path) == HC_PATH_NONE) {
        HC_TRY(check_folder(c, err));
        HC_TRY(make_plan(c, err));
        return hc_collect_look(c, err);
    }
    HC_TRY(hc_plan_read(c->state, &c->plan, err));
    HC_TRY(check_same(c, err));
    HC_TRY(hc_collect_look(c, err));
    return c->n_todo ? check_until(c, err) : continue_plan(c, err);
}

/* ---- the folder ---- */

static enum hc_status take_lock(struct hc_collection *c, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->state, "lock", path, err));
    c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (c->lock < 0)
        return hc_fail(err, HC_OUTPUT, "cannot write '%s': %s", path, strerror(errno));
    if (flock(c->lock, LOCK_EX | LOCK_NB))
        return hc_fail(err, HC_OUTPUT,
            "another 'hindcast collect' is at work in '%s': wait until it is done",
            c->dir);
    return HC_OK;
}

static enum hc_status make_folder(
    const struct hc_collection *c, const char *name, struct hc_error *err)
{
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(c->dir, name, path, err));
    HC_TRY(hc_dir_make(path, err));
    hc_dir_sweep(path);
    return HC_OK;
}

enum hc_status hc_collect_begin(struct hc_collection *c, struct hc_error *err)
{
    HC_TRY(hc_dir_make(c->state, err));
    HC_TRY(take_lock(c, err));
    hc_dir_sweep(c->dir);
    hc_dir_sweep(c->state);
    HC_TRY(make_folder(c, "samples", err));
    if (hc_plan_has_part(&c->plan, HC_PART_USAGE))
        HC_TRY(make_folder(c, "pod_usage", err));
    return c->is_new || c->is_longer ? hc_plan_write(&c->plan, c->state, err) : HC_OK;
}

/* ---- what is done ---- */

/* It is there, and as long as it was. */
static bool is_whole(const char *dir, const struct hc_day_file *file)
{
    char path[HC_PATH_MAX];
    struct hc_file_id id;

    return !file->path[0] ||
           (!hc_path_join(dir, file->path, path, NULL) &&
               !hc_file_identify(path, &id, NULL) && id.bytes == file->bytes);
}

static bool is_done(
    const struct hc_collection *c, struct hc_span span, const struct hc_day *day)
{
    return day->span.start_s == span.start_s && day->span.end_s == span.end_s &&
           day->pods_end_s == hc_ask_span(&c->plan, HC_Q_POD, span).end_s &&
           is_whole(c->dir, &day->samples) && is_whole(c->dir, &day->usage) &&
           is_whole(c->state, &day->nodes_file) && is_whole(c->state, &day->pods_file);
}

static void clear_days(struct hc_collection *c)
{
    for (size_t i = 0; i < c->n_days; i++)
        hc_day_clear(&c->days[i]);
    hc_free(c->days);
    c->days = NULL;
    c->n_days = c->n_todo = 0;
}

enum hc_status hc_collect_look(struct hc_collection *c, struct hc_error *err)
{
    clear_days(c);
    c->days = hc_calloc((size_t)hc_plan_days(&c->plan), sizeof(*c->days));
    if (!c->days)
        return HC_NO_MEMORY;
    c->n_days = (size_t)hc_plan_days(&c->plan);
    for (size_t i = 0; i < c->n_days; i++) {
        struct hc_span span = hc_plan_day(&c->plan, (int64_t)i);
        enum hc_status status = hc_day_load(span, c->state, &c->days[i], err);

        if (status && status != HC_INPUT)
            return status;
        if (status || !is_done(c, span, &c->days[i])) {
            hc_day_clear(&c->days[i]);
            c->n_todo++;
        }
    }
    return HC_OK;
}
