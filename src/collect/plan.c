#include "collect/plan.h"

#include <stdio.h>

#include "base/mem.h"

#define NODE_INFO "kube_node_info"

void hc_plan_clear(struct hc_plan *plan)
{
    if (!plan)
        return;
    hc_free(plan->url);
    hc_free(plan->match);
    hc_free(plan->node_label);
    *plan = (struct hc_plan){0};
}

const char *hc_ask_name(int ask)
{
    return ask == HC_ASK_NODES ? "node_info" : hc_queries[ask].name;
}

/* ---- the grid ---- */

int64_t hc_plan_grid(int64_t t_s, int64_t step_s)
{
    return -hc_floor_div(-t_s, step_s) * step_s;
}

bool hc_plan_align(struct hc_plan *plan)
{
    plan->since_s = hc_plan_grid(plan->since_s, plan->step_s);
    plan->until_s = hc_plan_grid(plan->until_s, plan->step_s);
    return plan->since_s < plan->until_s;
}

/* The last moment is a step before the end of the range. */
int64_t hc_plan_days(const struct hc_plan *plan)
{
    int64_t first = hc_floor_div(plan->since_s, HC_DAY_S);
    int64_t last = hc_floor_div(plan->until_s - plan->step_s, HC_DAY_S);

    return last - first + 1;
}

struct hc_span hc_plan_day(const struct hc_plan *plan, int64_t day)
{
    int64_t midnight = (hc_floor_div(plan->since_s, HC_DAY_S) + day) * HC_DAY_S;
    struct hc_span span = {hc_plan_grid(midnight, plan->step_s),
        hc_plan_grid(midnight + HC_DAY_S, plan->step_s)};

    if (span.start_s < plan->since_s)
        span.start_s = plan->since_s;
    if (span.end_s > plan->until_s)
        span.end_s = plan->until_s;
    return span;
}

int64_t hc_span_points(struct hc_span span, int64_t step_s)
{
    return (span.end_s - span.start_s) / step_s;
}

/* ---- pieces ---- */

bool hc_plan_window(struct hc_span span, int64_t step_s, int64_t i, struct hc_span *ret)
{
    int64_t length = HC_WINDOW_POINTS * step_s;
    int64_t start = span.start_s + i * length;

    if (start >= span.end_s)
        return false;
    *ret = (struct hc_span){
        start, start + length < span.end_s ? start + length : span.end_s};
    return true;
}

bool hc_piece_split(const struct hc_piece_id *piece, int64_t step_s, int64_t min_s,
    struct hc_piece_id ret[2])
{
    int64_t points = hc_span_points(piece->span, step_s);
    int64_t middle = piece->span.start_s + (points + 1) / 2 * step_s;

    if (points < 2 || points * step_s <= min_s)
        return false;
    ret[0] = ret[1] = *piece;
    ret[0].span.end_s = middle;
    ret[1].span.start_s = middle;
    return true;
}

void hc_piece_name(const struct hc_piece_id *piece, char out[HC_PIECE_NAME])
{
    snprintf(out, HC_PIECE_NAME, "%.40s-%lld-%lld.piece", hc_ask_name(piece->ask),
        (long long)piece->span.start_s, (long long)piece->span.end_s);
}

/* ---- PromQL ---- */

void hc_plan_promql(const struct hc_plan *plan, int ask, struct hc_buf *out)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf by = HC_BUF_INIT;
    struct hc_query_words words = {
        .match = plan->match, .replicas = HC_REPLICA_LABELS, .window_s = plan->window_s};

    if (ask == HC_ASK_NODES) {
        hc_buf_printf(out, "max by (cluster,internal_ip,node) (" NODE_INFO "%s%s%s)",
            plan->match ? "{" : "", plan->match ? plan->match : "",
            plan->match ? "}" : "");
        return;
    }
    hc_buf_printf(&by, "cluster,%s", plan->node_label ? plan->node_label : "instance");
    words.by = hc_buf_str(&by);
    hc_query_promql(out, &hc_queries[ask], &words);
    out->failed |= by.failed;
}
