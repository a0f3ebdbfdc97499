#include "collect/replicas.h"

#include <string.h>

#include "base/mem.h"

/* From so many values on a label tells something apart. */
static const struct label {
    const char *name;
    size_t from;
} labels[] = {
    {"replica", 1},
    {"prometheus_replica", 1},
    {"__replica__", 1},
    {"job", 2},
    {"metrics_path", 2},
};

static bool is_summed(const struct hc_query *query)
{
    return query->over == HC_OVER_SUM || query->over == HC_OVER_COUNT;
}

/* A selector of what is summed for a part; false: nothing is. */
static bool put_metrics(
    struct hc_buf *out, const struct hc_plan *plan, enum hc_query_part part)
{
    const char *between = "{__name__=~\"";

    for (int q = 0; q < HC_QUERIES; q++) {
        if (!plan->asks[q] || hc_queries[q].part != part || !is_summed(&hc_queries[q]))
            continue;
        hc_buf_printf(out, "%s%s", between, hc_queries[q].metric);
        between = "|";
    }
    if (!out->len)
        return false;
    hc_buf_printf(out, "\"%s%s}", plan->match ? "," : "", plan->match ? plan->match : "");
    return true;
}

/* `ret` becomes true if the label tells series of a part apart. */
static enum hc_status look(struct hc_server *server, const struct hc_plan *plan,
    const struct label *label, enum hc_query_part part, bool *ret, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf match = HC_BUF_INIT;
    HC_CLEANUP(hc_names_clear) struct hc_names values = {0};
    struct hc_span range = {plan->since_s, plan->until_s};

    if (*ret || !put_metrics(&match, plan, part))
        return HC_OK;
    HC_TRY(hc_buf_check(&match));
    HC_TRY(hc_server_label_values(
        server, label->name, hc_buf_str(&match), range, &values, err));
    *ret = values.n >= label->from;
    return HC_OK;
}

enum hc_status hc_replicas_find(
    struct hc_server *server, struct hc_plan *plan, struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf found = HC_BUF_INIT;

    for (size_t i = 0; i < HC_COUNT(labels); i++) {
        bool needed = false;

        HC_TRY(look(server, plan, &labels[i], HC_PART_SAMPLES, &needed, err));
        HC_TRY(look(server, plan, &labels[i], HC_PART_USAGE, &needed, err));
        if (needed)
            hc_buf_printf(&found, "%s%s", found.len ? "," : "", labels[i].name);
    }
    HC_TRY(hc_buf_check(&found));
    hc_free(plan->replicas);
    plan->replicas = hc_strdup(hc_buf_str(&found));
    return plan->replicas ? HC_OK : HC_NO_MEMORY;
}
