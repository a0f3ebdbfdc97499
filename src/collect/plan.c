#include "collect/plan.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static void own_query_clear(struct hc_own_query *own)
{
    hc_free(own->name);
    hc_free(own->promql);
    hc_free(own->unit);
    hc_free(own->meaning);
}

void hc_plan_clear(struct hc_plan *plan)
{
    if (!plan)
        return;
    hc_free(plan->url);
    hc_free(plan->match);
    hc_free(plan->node_label);
    hc_free(plan->replicas);
    hc_free(plan->rules.external);
    for (size_t i = 0; i < HC_OWN_MAX; i++)
        own_query_clear(&plan->own[i]);
    *plan = (struct hc_plan){0};
}

/* ---- asks ---- */

const char *hc_ask_name(int ask)
{
    static const char own[HC_OWN_MAX][8] = {"own_1", "own_2", "own_3", "own_4", "own_5",
        "own_6", "own_7", "own_8", "own_9", "own_10", "own_11", "own_12", "own_13",
        "own_14", "own_15", "own_16", "own_17", "own_18", "own_19", "own_20", "own_21",
        "own_22", "own_23", "own_24"};

    return ask < HC_QUERIES ? hc_queries[ask].name : own[ask - HC_QUERIES];
}

enum hc_query_part hc_ask_part(int ask)
{
    return ask < HC_QUERIES ? hc_queries[ask].part : HC_PART_SAMPLES;
}

bool hc_ask_is_gathered(const struct hc_plan *plan, int ask)
{
    const struct hc_query *query = hc_ask_query(ask);

    if (!query || query->over == HC_OVER_NOTHING)
        return false;
    return query->over == HC_OVER_MAX || query->over == HC_OVER_FULLEST ||
           plan->gathers[ask];
}

int64_t hc_ask_step(const struct hc_plan *plan, int ask)
{
    return hc_ask_part(ask) <= HC_PART_JOIN ? plan->step_s : HC_POD_STEP_S;
}

int64_t hc_ask_window(const struct hc_plan *plan, int ask)
{
    return hc_ask_part(ask) <= HC_PART_JOIN
               ? plan->window_s
               : hc_query_window(plan->scrape_s, HC_POD_STEP_S);
}

bool hc_plan_wants(const struct hc_plan *plan, int ask)
{
    switch (hc_ask_part(ask)) {
    case HC_PART_SAMPLES: return ask < HC_QUERIES + (int)plan->n_own;
    case HC_PART_JOIN: return !plan->node_label;
    default: return plan->pods;
    }
}

bool hc_plan_has_part(const struct hc_plan *plan, enum hc_query_part part)
{
    for (int ask = 0; ask < HC_ASKS; ask++)
        if (plan->asks[ask] && hc_ask_part(ask) == part)
            return true;
    return false;
}

/* The part of a UTC day that is in the range, by the grid of pods. */
static struct hc_span pod_span(const struct hc_plan *plan, struct hc_span day)
{
    int64_t midnight = hc_floor_div(day.start_s, HC_DAY_S) * HC_DAY_S;
    int64_t start = day.start_s > plan->since_s ? midnight : day.start_s;
    int64_t end = plan->end_s ? plan->end_s : plan->until_s;
    struct hc_span span = {hc_plan_grid(start, HC_POD_STEP_S),
        hc_plan_grid(
            end < midnight + HC_DAY_S ? end : midnight + HC_DAY_S, HC_POD_STEP_S)};

    if (span.end_s < span.start_s)
        span.end_s = span.start_s;
    return span;
}

struct hc_span hc_ask_span(const struct hc_plan *plan, int ask, struct hc_span day)
{
    struct hc_span span = day;

    if (hc_ask_part(ask) > HC_PART_JOIN)
        span = pod_span(plan, day);
    if (ask == HC_Q_RESTARTS && span.start_s < span.end_s)
        span.start_s -= HC_POD_STEP_S;
    return span;
}

/* ---- the grid ---- */

int64_t hc_plan_grid(int64_t t_s, int64_t step_s)
{
    return -hc_floor_div(-t_s, step_s) * step_s;
}

bool hc_plan_align(struct hc_plan *plan)
{
    plan->end_s = plan->until_s;
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

int64_t hc_plan_pieces(const struct hc_plan *plan, struct hc_span day)
{
    struct hc_span window;
    int64_t n = 0;

    for (int ask = 0; ask < HC_ASKS; ask++)
        for (int64_t i = 0; plan->asks[ask] && hc_plan_window(hc_ask_span(plan, ask, day),
                                                   hc_ask_step(plan, ask), i, &window);
             i++)
            n++;
    return n;
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

/* The user's text with what $match, $window and $step stand for. */
static void put_own(const struct hc_plan *plan, const char *text, struct hc_buf *out)
{
    static const char *const names[] = {"$match", "$window", "$step"};

    for (; *text; text++) {
        int name = 0;

        while (name < 3 && strncmp(text, names[name], strlen(names[name])))
            name++;
        if (name == 0)
            hc_buf_puts(out, plan->match ? plan->match : "");
        else if (name < 3)
            hc_buf_printf(
                out, "%llds", (long long)(name == 1 ? plan->window_s : plan->step_s));
        else
            hc_buf_putc(out, *text);
        text += name < 3 ? strlen(names[name]) - 1 : 0;
    }
}

static struct hc_query_words words_of(const struct hc_plan *plan, int ask)
{
    return (struct hc_query_words){.match = plan->match,
        .replicas = plan->replicas ? plan->replicas : HC_REPLICA_LABELS,
        .node = plan->node_label ? plan->node_label : "instance",
        .window_s = hc_ask_window(plan, ask),
        .plain = hc_ask_is_gathered(plan, ask)};
}

void hc_plan_promql(const struct hc_plan *plan, int ask, struct hc_buf *out)
{
    struct hc_query_words words = words_of(plan, ask);

    if (ask >= HC_QUERIES)
        put_own(plan, hc_ask_own(plan, ask)->promql, out);
    else
        hc_query_promql(out, &hc_queries[ask], &words);
}

void hc_plan_here(const struct hc_plan *plan, int ask, struct hc_buf *out)
{
    struct hc_query_words words = words_of(plan, ask);

    if (ask < HC_QUERIES)
        hc_query_here(out, &hc_queries[ask], &words);
}
