#include "collect/remote_look.h"

#include <stdio.h>

#include "base/mem.h"
#include "collect/labels.h"
#include "collect/matchers.h"
#include "collect/piece_same.h"
#include "collect/preflight.h"
#include "collect/prom_duration.h"
#include "collect/rate.h"

/* Moments that are asked for both ways, at most. */
enum { SAMPLES_POINTS = 20, PODS_POINTS = 2, WINDOW_S = 600 };

/* A passing fault is no reason to ask in the other way for all time. */
static const struct hc_retry_policy patience = {.tries = 4,
    .first_s = 1,
    .growth = 2,
    .jitter = 0.25,
    .longest_s = 10,
    .budget_s = 20};

struct look {
    struct hc_server *server;
    const struct hc_server_about *about;
    struct hc_plan *plan;
    int64_t last_s;
    struct hc_remote_rules rules;
    size_t compared; /* series */
};

/* ---- what the server says of itself ---- */

bool hc_remote_rules_of(const char *version, struct hc_remote_rules *ret)
{
    int major, minor;

    if (sscanf(version, "%4d.%4d", &major, &minor) != 2 || major < 2 || minor < 0)
        return false;
    ret->late_zero = major > 2 || minor >= 51;
    ret->left_open = major > 2;
    return true;
}

static enum hc_status look_at_version(struct look *look, struct hc_error *err)
{
    if (!look->about->is_prometheus)
        return hc_fail(err, HC_SERVICE, "the server does not say that it is Prometheus");
    if (!hc_remote_rules_of(look->about->version, &look->rules))
        return hc_fail(err, HC_SERVICE, "version '%s' is not one of Prometheus",
            look->about->version);
    return HC_OK;
}

static enum hc_status look_at_flags(struct look *look, struct hc_error *err)
{
    char words[HC_SERVER_WORDS];
    int64_t *lookback_ms = &look->rules.lookback_ms;

    *lookback_ms = HC_RATE_LOOKBACK_MS;
    HC_TRY(hc_server_flag(look->server, "query.lookback-delta", words, err));
    if (words[0] && (!hc_prom_duration(words, lookback_ms) || *lookback_ms <= 0 ||
                        *lookback_ms > HC_DAY_S * INT64_C(1000)))
        return hc_fail(
            err, HC_SERVICE, "its look-back '%s' is not one of up to a day", words);
    return HC_OK;
}

static enum hc_status look_at_match(struct look *look, struct hc_error *err)
{
    HC_CLEANUP(hc_matchers_clear) struct hc_matchers matchers = {.n = 0};

    return hc_matchers_parse(&matchers, look->plan->match, err);
}

/* ---- external labels ---- */

/* The first series of a query; then of the raw ones that have its labels, the one with
 * fewest others. */
struct pair {
    struct hc_labels queried;
    bool has_query, has_raw;
    size_t fewest;
    struct hc_buf others; /* "a,b" */
};

static void pair_clear(struct pair *pair)
{
    hc_labels_clear(&pair->queried);
    hc_buf_clear(&pair->others);
}

static enum hc_status on_queried(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct pair *pair = context;

    for (size_t i = 0; i < n && !pair->has_query; i++) {
        HC_TRY(hc_labels_name(&pair->queried, labels[i].name, labels[i].name_len, err));
        HC_TRY(
            hc_labels_value(&pair->queried, labels[i].value, labels[i].value_len, err));
    }
    pair->has_query = true;
    return HC_OK;
}

static bool has(const struct hc_label *labels, size_t n, const struct hc_label *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(labels[i].name, wanted->name))
            return !strcmp(labels[i].value, wanted->value);
    return false;
}

/* Has a raw series all labels of the query's? */
static bool is_mate(const struct pair *pair, const struct hc_label *labels, size_t n)
{
    for (size_t i = 0; i < pair->queried.n; i++)
        if (!has(labels, n, &pair->queried.list[i]))
            return false;
    return true;
}

static enum hc_status on_raw(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct pair *pair = context;

    (void)err;
    if (!is_mate(pair, labels, n) || (pair->has_raw && n >= pair->fewest))
        return HC_OK;
    pair->has_raw = true;
    pair->fewest = n;
    hc_buf_reset(&pair->others);
    for (size_t i = 0; i < n; i++)
        if (!has(pair->queried.list, pair->queried.n, &labels[i]))
            hc_buf_printf(
                &pair->others, "%s%s", pair->others.len ? "," : "", labels[i].name);
    return hc_buf_check(&pair->others);
}

static enum hc_status no_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    (void)context;
    (void)samples;
    (void)n;
    (void)err;
    return HC_OK;
}

static enum hc_status ask_query(
    struct look *look, const char *metric, struct pair *pair, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
    const struct hc_sink sink = {
        .context = pair, .series = on_queried, .samples = no_samples};
    const char *match = look->plan->match;

    hc_buf_printf(
        &promql, "last_over_time(%s{%s}[%ds])", metric, match ? match : "", WINDOW_S);
    HC_TRY(hc_buf_check(&promql));
    HC_TRY(hc_server_query(look->server, hc_buf_str(&promql), look->last_s, &sink, err));
    return hc_labels_sort(&pair->queried, err);
}

static enum hc_status ask_raw(
    struct look *look, const char *metric, struct pair *pair, struct hc_error *err)
{
    HC_CLEANUP(hc_matchers_clear) struct hc_matchers matchers = {.n = 0};
    const struct hc_sink sink = {
        .context = pair, .series = on_raw, .samples = no_samples};
    struct hc_remote_query query = {.matchers = matchers.list,
        .start_ms = (look->last_s - WINDOW_S) * 1000,
        .end_ms = look->last_s * 1000};

    HC_TRY(hc_matchers_add(&matchers, HC_MATCH_EQ, "__name__", metric, err));
    HC_TRY(hc_matchers_parse(&matchers, look->plan->match, err));
    HC_TRY(hc_matchers_as_stored(&matchers));
    query.n = matchers.n;
    return hc_server_read_raw(look->server, &query, &sink, err);
}

static enum hc_status look_at_labels(struct look *look, struct hc_error *err)
{
    HC_CLEANUP(pair_clear) struct pair pair = {.fewest = 0};
    const char *metric = hc_preflight_metric(look->plan);

    HC_TRY(ask_query(look, metric, &pair, err));
    if (!pair.has_query)
        return hc_fail(err, HC_SERVICE, "there is no series to try it on");
    HC_TRY(ask_raw(look, metric, &pair, err));
    if (!pair.has_raw)
        return hc_fail(
            err, HC_SERVICE, "the raw series of '%s' are not those of a query", metric);
    look->rules.external = pair.others.len ? hc_strdup(pair.others.text) : NULL;
    return pair.others.len && !look->rules.external ? HC_NO_MEMORY : HC_OK;
}

/* ---- each query, both ways ---- */

static enum hc_status ask_both(struct look *look, const struct hc_plan *plan,
    const struct hc_piece_id *id, bool *ret_too_much, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf promql = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece queried = {0}, raw = {0};
    struct hc_error difference;
    enum hc_status status;

    hc_piece_init(&queried, id, hc_ask_step(plan, id->ask));
    hc_piece_init(&raw, id, hc_ask_step(plan, id->ask));
    hc_plan_promql(plan, id->ask, &promql);
    HC_TRY(hc_buf_check(&promql));
    HC_TRY(hc_server_ask(
        look->server, plan, hc_buf_str(&promql), &queried, ret_too_much, err));
    if (queried.warnings.len)
        return hc_fail(err, HC_SERVICE,
            "it warns that its answers may be partial, which raw samples do not say");
    HC_TRY(hc_server_read(look->server, plan, &raw, ret_too_much, err));
    look->compared += raw.n;
    status = hc_piece_same(&queried, &raw, HC_REMOTE_TOLERANCE, &difference);
    if (status != HC_INPUT)
        return status;
    return hc_fail(err, HC_SERVICE,
        "its own answers and those out of its raw samples differ: %s",
        difference.message);
}

/* The last moments up to `last_s`, fewer if they are too much. */
static enum hc_status try_ask(
    struct look *look, const struct hc_plan *plan, int ask, struct hc_error *err)
{
    int64_t step_s = hc_ask_step(plan, ask);
    int64_t end_s = (hc_floor_div(look->last_s, step_s) + 1) * step_s;
    int64_t points = hc_ask_part(ask) <= HC_PART_JOIN ? SAMPLES_POINTS : PODS_POINTS;
    enum hc_status status = HC_OK;
    bool too_much = true;

    for (; points && too_much; points /= 2) {
        const struct hc_piece_id id = {ask, {end_s - points * step_s, end_s}};

        status = ask_both(look, plan, &id, &too_much, err);
        too_much = too_much && status == HC_SERVICE;
    }
    return status;
}

static enum hc_status try_all(struct look *look, struct hc_error *err)
{
    struct hc_plan plan = *look->plan; /* borrows its texts */

    plan.rules = look->rules;
    plan.protocol = HC_REMOTE_READ;
    for (int ask = 0; ask < HC_QUERIES; ask++)
        if (plan.asks[ask])
            HC_TRY(try_ask(look, &plan, ask, err));
    if (!look->compared)
        return hc_fail(err, HC_SERVICE, "there is no series to try it on");
    return HC_OK;
}

/* ---- all of it ---- */

static enum hc_status look_at_all(struct look *look, struct hc_error *err)
{
    HC_TRY(look_at_version(look, err));
    HC_TRY(look_at_flags(look, err));
    HC_TRY(look_at_match(look, err));
    HC_TRY(look_at_labels(look, err));
    return try_all(look, err);
}

enum hc_status hc_remote_look(struct hc_server *server,
    const struct hc_server_about *about, struct hc_plan *plan, int64_t last_s,
    struct hc_remote_look *ret, struct hc_error *err)
{
    struct look look = {.server = server, .about = about, .plan = plan, .last_s = last_s};
    const struct hc_retry_policy *policy = server->policy;
    struct hc_error why = {""};
    enum hc_status status;

    server->policy = &patience;
    status = look_at_all(&look, &why);
    server->policy = policy;
    *ret = (struct hc_remote_look){.status = status};
    if (!status) {
        hc_free(plan->rules.external);
        plan->rules = look.rules;
        plan->protocol = HC_REMOTE_READ;
        return HC_OK;
    }
    hc_free(look.rules.external);
    snprintf(ret->why, sizeof(ret->why), "%.*s", (int)sizeof(ret->why) - 1, why.message);
    if (status != HC_INTERRUPTED && status != HC_NO_MEMORY)
        return HC_OK;
    return hc_fail(err, status, "%s", why.message);
}
