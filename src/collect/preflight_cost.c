#include <math.h>
#include <string.h>

#include "collect/preflight.h"
#include "net/wait.h"

enum {
    LOOKS = 120,
    LOOK_S = 600, /* a node that was scraped within it is there */
    TRIAL_S = 3600,
};

/* ---- what there is ---- */

/* Moments evenly over the range, on its grid, at least LOOK_S apart. */
static int64_t stride_of(const struct hc_plan *plan)
{
    int64_t stride = (plan->until_s - plan->since_s) / LOOKS;

    stride = stride < LOOK_S ? LOOK_S : stride;
    return hc_plan_grid(stride, plan->step_s);
}

static void note_look(struct hc_coverage *coverage, int64_t t_s, double nodes)
{
    coverage->looks++;
    if (isnan(nodes))
        return;
    if (!coverage->seen)
        coverage->first_s = t_s;
    if (!coverage->seen || (int64_t)nodes < coverage->nodes_least)
        coverage->nodes_least = (int64_t)nodes;
    if ((int64_t)nodes > coverage->nodes_most)
        coverage->nodes_most = (int64_t)nodes;
    coverage->last_s = t_s;
    coverage->seen++;
}

/* A query over the range, one number a moment; `step_s` divides neither end. */
static enum hc_status ask_range(struct hc_server *server, const char *promql,
    struct hc_span span, int64_t step_s, struct hc_piece *piece, struct hc_error *err)
{
    struct hc_piece_id id = {HC_Q_LOAD_1M, span};
    bool too_much;

    hc_piece_init(piece, &id, step_s);
    return hc_server_ask(server, NULL, promql, piece, &too_much, err);
}

/* Too much for the server: then nothing is said of it. */
static enum hc_status look(struct hc_server *server, const struct hc_plan *plan,
    struct hc_coverage *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    int64_t stride = stride_of(plan);
    int64_t n = (plan->until_s - 1 - plan->since_s) / stride + 1;
    struct hc_span span = {plan->since_s, plan->since_s + n * stride};
    enum hc_status status;

    hc_buf_printf(&query, "count(max by (cluster,%s) (max_over_time(%s{%s}[%ds])))",
        plan->node_label ? plan->node_label : "instance", hc_preflight_metric(plan),
        plan->match ? plan->match : "", LOOK_S);
    HC_TRY(hc_buf_check(&query));
    status = ask_range(server, hc_buf_str(&query), span, stride, &piece, err);
    if (status)
        return status == HC_SERVICE ? HC_OK : status;
    for (int64_t i = 0; i < n; i++)
        note_look(
            ret, span.start_s + i * stride, piece.n ? piece.series[0].values[i] : NAN);
    return HC_OK;
}

/* ---- what it costs ---- */

/* A query of the kind that costs most. */
static int trial_ask(const struct hc_plan *plan)
{
    for (int take = HC_TAKE_RATE; take >= HC_TAKE_LAST; take--)
        for (int q = 0; q < HC_NODE_QUERIES; q++)
            if (plan->asks[q] && (int)hc_queries[q].take == take)
                return q;
    return -1;
}

/* The last hour that has anything. */
static enum hc_status try_piece(struct hc_server *server, const struct hc_plan *plan,
    const struct hc_coverage *coverage, struct hc_trial *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    int ask = trial_ask(plan);
    int64_t points = TRIAL_S / plan->step_s, received = server->received;
    int64_t last = hc_plan_grid(coverage->last_s, plan->step_s);
    struct hc_span span;
    double start_s = hc_wait_now_s();
    enum hc_status status;

    if (ask < 0 || !coverage->seen)
        return HC_OK;
    points = points < 1 ? 1 : points;
    span = (struct hc_span){last - points * plan->step_s, last};
    hc_plan_promql(plan, ask, &query);
    HC_TRY(hc_buf_check(&query));
    status = ask_range(server, hc_buf_str(&query), span, plan->step_s, &piece, err);
    if (status)
        return status == HC_SERVICE ? HC_OK : status;
    *ret = (struct hc_trial){(int64_t)(piece.n * piece.n_points),
        server->received - received, hc_wait_now_s() - start_s};
    return HC_OK;
}

static enum hc_status count_pods(struct hc_server *server, const struct hc_plan *plan,
    const struct hc_coverage *coverage, int64_t *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    HC_CLEANUP(hc_piece_clear) struct hc_piece piece = {0};
    struct hc_span span = {coverage->last_s, coverage->last_s + HC_POD_STEP_S};
    enum hc_status status;

    if (!plan->asks[HC_Q_POD] || !coverage->seen)
        return HC_OK;
    hc_buf_printf(&query, "count(last_over_time(kube_pod_info{%s}[%ds]))",
        plan->match ? plan->match : "", HC_POD_STEP_S);
    HC_TRY(hc_buf_check(&query));
    status = ask_range(server, hc_buf_str(&query), span, HC_POD_STEP_S, &piece, err);
    if (!status && piece.n && !isnan(piece.series[0].values[0]))
        *ret = (int64_t)piece.series[0].values[0];
    return status == HC_SERVICE ? HC_OK : status;
}

/* ---- own queries ---- */

static enum hc_status ignore_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    (void)context;
    (void)samples;
    (void)n;
    (void)err;
    return HC_OK;
}

static enum hc_status count_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    (void)labels;
    (void)n;
    (void)err;
    ++*(int64_t *)context;
    return HC_OK;
}

/* Once each: what the server does not understand is told before anything is asked. */
static enum hc_status try_own(struct hc_server *server, const struct hc_plan *plan,
    int64_t t_s, size_t i, size_t *silent, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf query = HC_BUF_INIT;
    struct hc_error why = {""};
    int64_t series = 0;
    const struct hc_sink sink = {
        .context = &series, .series = count_series, .samples = ignore_samples};
    enum hc_status status;

    hc_plan_promql(plan, HC_QUERIES + (int)i, &query);
    HC_TRY(hc_buf_check(&query));
    status = hc_server_query(server, hc_buf_str(&query), t_s, &sink, &why);
    if (status == HC_SERVICE)
        return hc_fail(err, status, "own query '%s': %s", plan->own[i].name, why.message);
    *silent += status == HC_OK && !series;
    return status;
}

enum hc_status hc_preflight_cost(struct hc_server *server, const struct hc_plan *plan,
    struct hc_preflight *found, struct hc_error *err)
{
    HC_TRY(hc_server_retention(server, found->retention, err));
    HC_TRY(look(server, plan, &found->coverage, err));
    HC_TRY(try_piece(server, plan, &found->coverage, &found->trial, err));
    for (size_t i = 0; i < plan->n_own; i++)
        HC_TRY(try_own(server, plan,
            found->coverage.seen ? found->coverage.last_s : plan->since_s, i,
            &found->silent_own, err));
    return count_pods(server, plan, &found->coverage, &found->pods, err);
}

/* ---- all of it ---- */

/* Series of an ask, roughly: a node each; a pod each, or two containers of it. */
static int64_t series_of(const struct hc_preflight *found, int ask)
{
    const struct hc_query *query = hc_ask_query(ask);
    bool by_container = query && query->by && strstr(query->by, "container");

    if (hc_ask_part(ask) <= HC_PART_NODES)
        return found->instances;
    return found->pods * (by_container ? 2 : 1);
}

static int64_t points_of(
    const struct hc_plan *plan, const struct hc_preflight *found, int ask)
{
    return (plan->until_s - plan->since_s) / hc_ask_step(plan, ask) *
           series_of(found, ask);
}

struct hc_forecast hc_preflight_forecast(
    const struct hc_plan *plan, const struct hc_preflight *found, int64_t concurrency)
{
    struct hc_forecast f = {.bytes = NAN, .seconds = NAN};
    const struct hc_trial *trial = &found->trial;

    for (int ask = 0; ask < HC_ASKS; ask++)
        f.points += plan->asks[ask] ? points_of(plan, found, ask) : 0;
    for (int64_t d = 0; d < hc_plan_days(plan); d++)
        f.requests += hc_plan_pieces(plan, hc_plan_day(plan, d));
    f.rows = (plan->until_s - plan->since_s) / plan->step_s * found->instances;
    if (trial->points) {
        double times = (double)f.points / (double)trial->points;

        f.bytes = times * (double)trial->bytes;
        f.seconds = times * trial->took_s / (double)concurrency;
    }
    return f;
}
