#include "collect/gather.h"

#include <math.h>

static enum hc_status ignore_series(
    void *context, const struct hc_label *labels, size_t n, struct hc_error *err)
{
    (void)context;
    (void)labels;
    (void)n;
    (void)err;
    return HC_OK;
}

static enum hc_status take_number(
    void *context, const struct hc_sample *samples, size_t n, struct hc_error *err)
{
    (void)err;
    *(double *)context = samples[n - 1].v;
    return HC_OK;
}

/* How many series make one sum, on average. */
static void put_question(
    struct hc_buf *out, const struct hc_plan *plan, const struct hc_query *query)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf labels = HC_BUF_INIT;

    hc_query_labels(&labels, query, plan->node_label ? plan->node_label : "instance");
    if (plan->replicas && *plan->replicas)
        hc_buf_printf(&labels, ",%s", plan->replicas);
    hc_buf_puts(out, "avg(count by (");
    hc_buf_puts(out, hc_buf_str(&labels));
    hc_buf_puts(out, ") (");
    hc_query_selector(out, query, plan->match);
    hc_buf_puts(out, "))");
    out->failed |= labels.failed;
}

static enum hc_status look(struct hc_server *server, const struct hc_plan *plan,
    const struct hc_query *query, int64_t t_s, double *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf question = HC_BUF_INIT;
    const struct hc_sink sink = {
        .context = ret, .series = ignore_series, .samples = take_number};
    enum hc_status status;

    *ret = NAN;
    put_question(&question, plan, query);
    HC_TRY(hc_buf_check(&question));
    status = hc_server_query(server, hc_buf_str(&question), t_s, &sink, err);
    return status == HC_SERVICE ? HC_OK : status;
}

enum hc_status hc_gather_choose(
    struct hc_server *server, struct hc_plan *plan, int64_t t_s, struct hc_error *err)
{
    double series;

    for (int q = 0; q < HC_NODE_QUERIES; q++) {
        enum hc_query_over over = hc_queries[q].over;

        plan->gathers[q] = false;
        if (!plan->asks[q] || (over != HC_OVER_SUM && over != HC_OVER_COUNT))
            continue;
        HC_TRY(look(server, plan, &hc_queries[q], t_s, &series, err));
        plan->gathers[q] = series <= HC_FEW; /* not if it is NaN */
    }
    return HC_OK;
}
