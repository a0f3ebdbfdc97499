#include "collect/plan_json.h"

#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

enum { VERSION = 2, FLAT_FROM = 3, MAX_BYTES = 1 << 20, MAX_STEP_S = HC_DAY_S };

/* ---- writing ---- */

static void put_own(struct hc_json *js, const struct hc_plan *plan)
{
    hc_json_key(js, "own_queries");
    hc_json_open(js, '[');
    for (size_t i = 0; i < plan->n_own; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "name", plan->own[i].name);
        hc_json_kstr(js, "promql", plan->own[i].promql);
        hc_json_kstr(js, "unit", plan->own[i].unit);
        hc_json_kstr(js, "meaning", plan->own[i].meaning);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_asks(struct hc_json *js, const struct hc_plan *plan)
{
    int n = HC_QUERIES + (int)plan->n_own;

    hc_json_key(js, "queries");
    hc_json_open(js, '[');
    for (int ask = 0; ask < n; ask++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;

        hc_plan_promql(plan, ask, &promql);
        js->out->failed |= promql.failed;
        hc_json_open(js, '{');
        hc_json_kstr(js, "name", hc_ask_name(ask));
        hc_json_kbool(js, "asked", plan->asks[ask]);
        if (ask < HC_QUERIES)
            hc_json_kbool(js, "exported", plan->exported[ask]);
        if (ask < HC_QUERIES)
            hc_json_kbool(js, "gathered", plan->gathers[ask]);
        hc_json_kstr(js, "promql", hc_buf_str(&promql));
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_protocol(struct hc_json *js, const struct hc_plan *plan)
{
    hc_json_kbool(js, "remote_read", plan->protocol == HC_REMOTE_READ);
    hc_json_kbool(js, "left_open", plan->rules.left_open);
    hc_json_kbool(js, "late_zero", plan->rules.late_zero);
    hc_json_kint(js, "lookback_ms", plan->rules.lookback_ms);
    hc_json_kstr(js, "external_labels", plan->rules.external);
}

enum hc_status hc_plan_write(
    const struct hc_plan *plan, const char *dir, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    char path[HC_PATH_MAX];
    struct hc_json js;

    HC_TRY(hc_path_join(dir, HC_PLAN_NAME, path, err));
    hc_json_init(&js, &text, FLAT_FROM);
    hc_json_open(&js, '{');
    hc_json_kint(&js, "schema_version", VERSION);
    hc_json_kstr(&js, "url", plan->url);
    hc_json_kstr(&js, "match", plan->match);
    hc_json_kstr(&js, "node_label", plan->node_label);
    hc_json_kstr(&js, "replicas", plan->replicas);
    hc_json_ktime(&js, "since", plan->since_s * HC_SECOND_US);
    hc_json_ktime(&js, "until", plan->until_s * HC_SECOND_US);
    hc_json_ktime(&js, "end", plan->end_s * HC_SECOND_US);
    hc_json_kint(&js, "step_s", plan->step_s);
    hc_json_kint(&js, "scrape_interval_s", plan->scrape_s);
    hc_json_kint(&js, "window_s", plan->window_s);
    hc_json_kbool(&js, "pods", plan->pods);
    put_protocol(&js, plan);
    put_own(&js, plan);
    put_asks(&js, plan);
    hc_json_close(&js, '}');
    hc_buf_putc(&text, '\n');
    HC_TRY(hc_buf_check(&text));
    return hc_file_write(path, text.text, text.len, err);
}

/* ---- reading: the first thing that is wrong is remembered ---- */

struct reading {
    json_t *root;
    const char *wrong; /* a key */
    bool no_memory;
};

static int64_t get_int(struct reading *r, const char *key, int64_t low, int64_t high)
{
    const json_t *value = json_object_get(r->root, key);
    int64_t n = json_is_integer(value) ? json_integer_value(value) : low - 1;

    if (n < low || n > high)
        r->wrong = key;
    return n;
}

static int64_t get_time(struct reading *r, const char *key)
{
    const char *text = json_string_value(json_object_get(r->root, key));
    struct hc_instant instant = {0};

    if (!text || !hc_time_parse(text, &instant) || !instant.has_zone)
        r->wrong = key;
    return instant.us / HC_SECOND_US;
}

static bool get_bool(struct reading *r, const char *key)
{
    const json_t *value = json_object_get(r->root, key);

    if (!json_is_boolean(value))
        r->wrong = key;
    return json_is_true(value);
}

/* NULL stays NULL. */
static char *get_text_of(struct reading *r, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    char *copy = NULL;

    if (json_is_string(value)) {
        copy = hc_strdup(json_string_value(value));
        r->no_memory |= !copy;
    } else if (!json_is_null(value)) {
        r->wrong = key;
    }
    return copy;
}

static char *get_text(struct reading *r, const char *key)
{
    return get_text_of(r, r->root, key);
}

static void get_own(struct reading *r, struct hc_plan *plan)
{
    const json_t *list = json_object_get(r->root, "own_queries");

    if (!json_is_array(list) || json_array_size(list) > HC_OWN_MAX) {
        r->wrong = "own_queries";
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct hc_own_query *own = &plan->own[plan->n_own++];

        own->name = get_text_of(r, item, "name");
        own->promql = get_text_of(r, item, "promql");
        own->unit = get_text_of(r, item, "unit");
        own->meaning = get_text_of(r, item, "meaning");
        if (!own->name || !own->promql)
            r->wrong = "own_queries";
    }
}

static void get_protocol(struct reading *r, struct hc_plan *plan)
{
    plan->protocol = get_bool(r, "remote_read") ? HC_REMOTE_READ : HC_QUERY_RANGE;
    plan->rules.left_open = get_bool(r, "left_open");
    plan->rules.late_zero = get_bool(r, "late_zero");
    plan->rules.lookback_ms = get_int(r, "lookback_ms", 0, HC_DAY_S * INT64_C(1000));
    plan->rules.external = get_text(r, "external_labels");
}

/* What is asked now has to be what was asked at first. */
static void get_asks(struct reading *r, struct hc_plan *plan)
{
    const json_t *list = json_object_get(r->root, "queries");
    size_t n = HC_QUERIES + plan->n_own;

    if (json_array_size(list) != n) {
        r->wrong = "queries";
        return;
    }
    for (int ask = 0; ask < (int)n; ask++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
        const json_t *item = json_array_get(list, (size_t)ask);
        const char *text = json_string_value(json_object_get(item, "promql"));

        if (ask < HC_QUERIES)
            plan->gathers[ask] = json_is_true(json_object_get(item, "gathered"));
        hc_plan_promql(plan, ask, &promql);
        if (!text || strcmp(text, hc_buf_str(&promql)))
            r->wrong = "queries";
        plan->asks[ask] = json_is_true(json_object_get(item, "asked"));
        if (ask < HC_QUERIES)
            plan->exported[ask] = json_is_true(json_object_get(item, "exported"));
    }
}

static void get_all(struct reading *r, struct hc_plan *plan)
{
    get_int(r, "schema_version", VERSION, VERSION);
    plan->url = get_text(r, "url");
    plan->match = get_text(r, "match");
    plan->node_label = get_text(r, "node_label");
    plan->replicas = get_text(r, "replicas");
    plan->since_s = get_time(r, "since");
    plan->until_s = get_time(r, "until");
    plan->end_s = get_time(r, "end");
    plan->step_s = get_int(r, "step_s", 1, MAX_STEP_S);
    plan->scrape_s = get_int(r, "scrape_interval_s", 1, MAX_STEP_S);
    plan->window_s = get_int(r, "window_s", 1, 5 * MAX_STEP_S);
    if (!plan->url)
        r->wrong = "url";
    if (!r->wrong && (plan->since_s % plan->step_s || plan->until_s % plan->step_s ||
                         plan->since_s >= plan->until_s))
        r->wrong = "until";
    plan->pods = get_bool(r, "pods");
    get_protocol(r, plan);
    get_own(r, plan);
    if (!r->wrong && !r->no_memory)
        get_asks(r, plan);
}

enum hc_status hc_plan_read(const char *dir, struct hc_plan *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    HC_CLEANUP(hc_plan_clear) struct hc_plan plan = {0};
    struct reading r = {0};
    char path[HC_PATH_MAX];

    HC_TRY(hc_path_join(dir, HC_PLAN_NAME, path, err));
    HC_TRY(hc_file_read(path, MAX_BYTES, &text, err));
    r.root = json_loadb(hc_buf_str(&text), text.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(r.root))
        r.wrong = "{";
    else
        get_all(&r, &plan);
    json_decref(r.root);
    if (r.no_memory)
        return HC_NO_MEMORY;
    if (r.wrong)
        return hc_fail(err, HC_INPUT,
            "'%s' is not a plan of this version of hindcast ('%s'): collect into another "
            "folder",
            path, r.wrong);
    *ret = plan;
    plan = (struct hc_plan){0};
    return HC_OK;
}
