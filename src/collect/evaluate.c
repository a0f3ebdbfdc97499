#include "collect/evaluate.h"

#include <math.h>

#include "base/mem.h"
#include "collect/matchers.h"

#define METRIC_NAME "__name__"

/* ---- labels ---- */

/* Is it in the list "a,b"? */
static bool is_listed(const char *list, const char *name)
{
    size_t n = strlen(name);

    while (list && *list) {
        size_t len = strcspn(list, ",");

        if (len == n && !memcmp(list, name, n))
            return true;
        list += len + (list[len] == ',');
    }
    return false;
}

/* The metric's name is gone from what is computed. */
static bool keeps_name(const struct hc_query *query)
{
    return query->take != HC_TAKE_RATE && query->over != HC_OVER_FULLEST;
}

/* Has the query's own answer this label of a raw series? */
static bool is_there(const struct hc_evaluation *e, const struct hc_label *label)
{
    if (!label->value_len ||
        (!e->answers && is_listed(e->plan->rules.external, label->name)))
        return false;
    return strcmp(label->name, METRIC_NAME) || keeps_name(e->query);
}

/* Those of the list that are there; NULL: all that are. */
static enum hc_status make_key(const struct hc_evaluation *e,
    const struct hc_label *labels, size_t n, const char *list, struct hc_buf *key)
{
    hc_buf_reset(key);
    for (size_t i = 0; i < n; i++)
        if (is_there(e, &labels[i]) && (!list || is_listed(list, labels[i].name)))
            hc_label_key_add(key, &labels[i]);
    return hc_buf_check(key);
}

/* Those of another key that are in the list. */
static enum hc_status narrow_key(
    const char *from, size_t len, const char *list, struct hc_buf *key)
{
    hc_buf_reset(key);
    for (const char *at = from; at < from + len;) {
        const char *value = at + strlen(at) + 1, *next = value + strlen(value) + 1;

        if (is_listed(list, at))
            hc_buf_add(key, at, (size_t)(next - at));
        at = next;
    }
    return hc_buf_check(key);
}

/* ---- folding ---- */

static double larger(double a, double b)
{
    return a < b || isnan(a) ? b : a;
}

static double fold(enum hc_query_over over, double so_far, double v)
{
    if (hc_is_absent(so_far))
        return over == HC_OVER_COUNT ? 1 : v;
    switch (over) {
    case HC_OVER_SUM: return so_far + v;
    case HC_OVER_COUNT: return so_far + 1;
    default: return larger(so_far, v);
    }
}

static bool has_inner(const struct hc_query *query)
{
    return query->over == HC_OVER_SUM || query->over == HC_OVER_COUNT;
}

static enum hc_status add(
    struct hc_evaluation *e, size_t i, double v, struct hc_error *err)
{
    struct hc_evaluated *series = &e->series;
    struct hc_label_groups *groups = has_inner(e->query) ? &e->inners : &e->result;

    if (e->query->is_set && !(v > 0))
        return HC_OK;
    if (!series->row)
        HC_TRY(hc_label_groups_row(groups, &series->key, &series->row, err));
    series->row[i] = fold(e->query->over, series->row[i], v);
    return HC_OK;
}

/* A number of one of the two metrics: kept until the other one comes. */
static enum hc_status add_part(
    struct hc_evaluation *e, size_t i, double v, struct hc_error *err)
{
    struct hc_evaluated *series = &e->series;
    double other;

    if (!series->mate) {
        if (!series->row)
            HC_TRY(hc_label_groups_row(
                &e->parts[series->part], &series->part_key, &series->row, err));
        series->row[i] = v;
        return HC_OK;
    }
    other = series->mate[i];
    if (hc_is_absent(other))
        return HC_OK;
    return add(e, i, 1 - (series->part == 0 ? v / other : other / v), err);
}

/* ---- a series ---- */

static int64_t start_ms(const struct hc_piece *piece)
{
    return piece->id.span.start_s * 1000;
}

static int64_t last_ms(const struct hc_piece *piece)
{
    return (piece->id.span.end_s - piece->step_s) * 1000;
}

static enum hc_status add_number(
    struct hc_evaluation *e, size_t i, double v, struct hc_error *err)
{
    enum hc_status status =
        (e->query->over == HC_OVER_FULLEST ? add_part : add)(e, i, v, err);

    e->too_much |= status == HC_SERVICE;
    return status;
}

static enum hc_status on_point(
    void *context, int64_t t_ms, double v, struct hc_error *err)
{
    struct hc_evaluation *e = context;

    return add_number(
        e, (size_t)((t_ms - start_ms(e->piece)) / (e->piece->step_s * 1000)), v, err);
}

/* Before a moment, samples of which can make its number. */
static int64_t window_ms(const struct hc_plan *plan, int ask)
{
    switch (hc_queries[ask].take) {
    case HC_TAKE_RATE: return hc_ask_window(plan, ask) * 1000;
    case HC_TAKE_SEEN: return HC_POD_STEP_S * INT64_C(1000);
    default: return plan->rules.lookback_ms;
    }
}

static enum hc_status begin_rate(struct hc_evaluation *e, struct hc_error *err)
{
    static const enum hc_rate_function functions[] = {
        [HC_TAKE_LAST] = HC_RATE_LAST,
        [HC_TAKE_RATE] = HC_RATE_RATE,
        [HC_TAKE_SEEN] = HC_RATE_SEEN,
    };
    const struct hc_piece *piece = e->piece;
    const struct hc_rate_options options = {.function = functions[e->query->take],
        .start_ms = start_ms(piece),
        .end_ms = last_ms(piece),
        .step_ms = piece->step_s * 1000,
        .window_ms = window_ms(e->plan, piece->id.ask),
        .left_open = e->plan->rules.left_open,
        .late_zero = e->plan->rules.late_zero,
        .point = on_point,
        .context = e};

    return hc_rate_begin(&e->rate, &options, err);
}

/* Which of the two metrics it is, and whether the other one has come. */
static enum hc_status begin_part(struct hc_evaluation *e, const struct hc_label *labels,
    size_t n, struct hc_error *err)
{
    struct hc_evaluated *series = &e->series;
    const char *name = "";

    HC_TRY(make_key(e, labels, n, NULL, &series->part_key));
    for (size_t i = 0; i < n; i++)
        if (!strcmp(labels[i].name, METRIC_NAME))
            name = labels[i].value;
    series->part = !strcmp(name, e->query->per);
    if (!series->part && strcmp(name, e->query->metric))
        return hc_fail(err, HC_SERVICE,
            "a series that is asked for by '%s' and '%s' is of neither metric",
            e->query->metric, e->query->per);
    series->mate = hc_label_groups_find(&e->parts[!series->part], &series->part_key);
    return HC_OK;
}

static enum hc_status on_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    struct hc_evaluation *e = context;
    const char *list = e->query->over == HC_OVER_NOTHING ? NULL
                       : has_inner(e->query)             ? hc_buf_str(&e->inner)
                                                         : hc_buf_str(&e->outer);

    e->series.row = NULL;
    HC_TRY(make_key(e, labels, n, list, &e->series.key));
    if (e->query->over == HC_OVER_FULLEST)
        HC_TRY(begin_part(e, labels, n, err));
    return e->answers ? HC_OK : begin_rate(e, err);
}

static enum hc_status on_samples(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    struct hc_evaluation *e = context;

    return hc_rate_add(&e->rate, samples, n, err);
}

static enum hc_status on_end(void *context, struct hc_error *err)
{
    struct hc_evaluation *e = context;

    return hc_rate_end(&e->rate, err);
}

struct hc_sink hc_evaluation_sink(struct hc_evaluation *e)
{
    return (struct hc_sink){
        .context = e, .series = on_series, .samples = on_samples, .end = on_end};
}

/* ---- answers ---- */

static enum hc_status on_numbers(
    void *context, const struct hc_sample *numbers, size_t n, struct hc_error *err)
{
    struct hc_evaluation *e = context;
    size_t at = 0;

    for (size_t i = 0; i < n; i++) {
        HC_TRY(hc_piece_point(e->piece, numbers[i].t_ms, &at, err));
        HC_TRY(add_number(e, at, numbers[i].v, err));
    }
    return HC_OK;
}

static enum hc_status on_talk(
    void *context, enum hc_talk kind, const char *text, struct hc_error *err)
{
    struct hc_evaluation *e = context;
    const struct hc_sink piece = hc_piece_sink(e->piece);

    return piece.talk(piece.context, kind, text, err);
}

struct hc_sink hc_evaluation_answers(struct hc_evaluation *e)
{
    e->answers = true;
    return (struct hc_sink){
        .context = e, .series = on_series, .samples = on_numbers, .talk = on_talk};
}

/* ---- all of them ---- */

void hc_evaluation_clear(struct hc_evaluation *e)
{
    hc_label_groups_clear(&e->inners);
    hc_label_groups_clear(&e->result);
    hc_label_groups_clear(&e->parts[0]);
    hc_label_groups_clear(&e->parts[1]);
    hc_rate_clear(&e->rate);
    hc_buf_clear(&e->inner);
    hc_buf_clear(&e->outer);
    hc_buf_clear(&e->series.key);
    hc_buf_clear(&e->series.part_key);
    *e = (struct hc_evaluation){0};
}

static void share_room(struct hc_evaluation *e, struct hc_label_groups *groups)
{
    groups->n_points = e->piece->n_points;
    groups->used = &e->used;
}

enum hc_status hc_evaluation_begin(struct hc_evaluation *e, const struct hc_plan *plan,
    struct hc_piece *piece, struct hc_error *err)
{
    const char *node = plan->node_label ? plan->node_label : "instance";

    hc_evaluation_clear(e);
    e->plan = plan;
    e->query = hc_ask_query(piece->id.ask);
    e->piece = piece;
    if (!e->query)
        return hc_fail(err, HC_INTERNAL, "a query of the user's has no raw series");
    share_room(e, &e->inners);
    share_room(e, &e->result);
    share_room(e, &e->parts[0]);
    share_room(e, &e->parts[1]);
    hc_query_labels(&e->outer, e->query, node);
    hc_query_labels(&e->inner, e->query, node);
    hc_buf_printf(&e->inner, ",%s", HC_REPLICA_LABELS);
    HC_TRY(hc_buf_check(&e->outer));
    return hc_buf_check(&e->inner);
}

/* What each replica saw, into the largest of it. */
static enum hc_status fold_inners(struct hc_evaluation *e, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf key = HC_BUF_INIT;

    for (size_t k = 0; k < e->inners.index.n; k++) {
        size_t len;
        const char *labels = hc_name_index_name(&e->inners.index, k, &len);
        const double *from = e->inners.rows[k];
        double *to;

        HC_TRY(narrow_key(labels, len, hc_buf_str(&e->outer), &key));
        HC_TRY(hc_label_groups_row(&e->result, &key, &to, err));
        for (size_t i = 0; i < e->piece->n_points; i++)
            if (!hc_is_absent(from[i]))
                to[i] = fold(HC_OVER_MAX, to[i], from[i]);
    }
    return HC_OK;
}

enum hc_status hc_evaluation_end(struct hc_evaluation *e, struct hc_error *err)
{
    const struct hc_sink sink = hc_piece_sink(e->piece);
    enum hc_status status = fold_inners(e, err);

    hc_label_groups_clear(&e->inners);
    hc_label_groups_clear(&e->parts[0]);
    hc_label_groups_clear(&e->parts[1]);
    if (!status)
        status = hc_label_groups_give(
            &e->result, start_ms(e->piece), e->piece->step_s * 1000, &sink, err);
    e->too_much |= status == HC_SERVICE;
    return status;
}

/* ---- asking ---- */

void hc_evaluation_range(const struct hc_plan *plan, const struct hc_piece *piece,
    int64_t *ret_start_ms, int64_t *ret_end_ms)
{
    *ret_start_ms = start_ms(piece) - window_ms(plan, piece->id.ask);
    *ret_end_ms = last_ms(piece);
}

/* The metric, or both. */
static enum hc_status add_metric(
    struct hc_matchers *matchers, const struct hc_query *query, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf name = HC_BUF_INIT;

    hc_buf_puts(&name, query->metric);
    if (query->per)
        hc_buf_printf(&name, "|%s", query->per);
    HC_TRY(hc_buf_check(&name));
    return hc_matchers_add(matchers, query->per ? HC_MATCH_RE : HC_MATCH_EQ, METRIC_NAME,
        hc_buf_str(&name), err);
}

enum hc_status hc_evaluation_request(const struct hc_plan *plan,
    const struct hc_piece *piece, struct hc_buf *out, struct hc_error *err)
{
    HC_CLEANUP(hc_matchers_clear) struct hc_matchers matchers = {.n = 0};
    const struct hc_query *query = &hc_queries[piece->id.ask];
    struct hc_remote_query remote = {.matchers = matchers.list};

    HC_TRY(add_metric(&matchers, query, err));
    HC_TRY(hc_matchers_parse(&matchers, query->matchers, err));
    HC_TRY(hc_matchers_parse(&matchers, plan->match, err));
    HC_TRY(hc_matchers_as_stored(&matchers));
    remote.n = matchers.n;
    hc_evaluation_range(plan, piece, &remote.start_ms, &remote.end_ms);
    return hc_remote_request(&remote, out);
}
