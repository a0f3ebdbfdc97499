/*
 * Whether labels are those of what is spoken of. Where an exporter says the label "pod"
 * and its target has one of its own, Prometheus keeps the target's, unless the scrape has
 * honor_labels, and calls the exporter's "exported_pod": then every pod would be the one
 * of kube-state-metrics. What speaks so is left out.
 */
#include <stdio.h>
#include <string.h>

#include "collect/preflight.h"

/* Restarts are told by kube-state-metrics as pods are. */
static enum hc_query_part teller_of(int ask)
{
    if (ask == HC_Q_RESTARTS || ask == HC_Q_ENDED)
        return HC_PART_PODS;
    return hc_ask_part(ask) == HC_PART_JOIN ? HC_PART_NODES : hc_ask_part(ask);
}

/* The metrics that are asked for; nothing: none. */
static void put_selector(
    struct hc_buf *out, const struct hc_plan *plan, enum hc_query_part part)
{
    const char *before = "{__name__=~\"";

    for (int q = HC_NODE_QUERIES; q < HC_QUERIES; q++)
        if (plan->asks[q] && teller_of(q) == part) {
            hc_buf_printf(out, "%s%s", before, hc_queries[q].metric);
            before = "|";
        }
    if (out->len)
        hc_buf_printf(
            out, "\"%s%s}", plan->match ? "," : "", plan->match ? plan->match : "");
}

/* The first of a query's labels that is among `names` in its other form. */
static void find_renamed(const struct hc_query *query, const struct hc_names *names,
    char ret[HC_RENAMED_LABEL])
{
    const char *label = query->by ? query->by : "";
    char renamed[HC_RENAMED_LABEL];

    while (*label && !ret[0]) {
        int n = (int)strcspn(label, ",");

        snprintf(renamed, sizeof(renamed), "exported_%.*s", n, label);
        if (hc_names_has(names, renamed))
            strcpy(ret, renamed);
        label += n + (label[n] == ',');
    }
}

static void leave_out(struct hc_plan *plan, enum hc_query_part part)
{
    for (int q = HC_NODE_QUERIES; q < HC_QUERIES; q++)
        if (teller_of(q) == part)
            plan->asks[q] = false;
}

static enum hc_status check_part(struct hc_server *server, struct hc_plan *plan,
    enum hc_query_part part, char ret[HC_RENAMED_LABEL], struct hc_error *err)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf match = HC_BUF_INIT;
    HC_CLEANUP(hc_names_clear) struct hc_names names = {0};

    put_selector(&match, plan, part);
    HC_TRY(hc_buf_check(&match));
    if (!match.len)
        return HC_OK;
    HC_TRY(hc_server_label_names(server, hc_buf_str(&match),
        (struct hc_span){plan->since_s, plan->until_s}, &names, err));
    for (int q = HC_NODE_QUERIES; q < HC_QUERIES; q++)
        if (plan->asks[q] && teller_of(q) == part)
            find_renamed(&hc_queries[q], &names, ret);
    if (ret[0])
        leave_out(plan, part);
    return HC_OK;
}

enum hc_status hc_preflight_labels(struct hc_server *server, struct hc_plan *plan,
    struct hc_preflight *found, struct hc_error *err)
{
    for (int part = HC_PART_NODES; part < HC_PARTS; part++)
        HC_TRY(check_part(server, plan, part, found->renamed[part], err));
    return HC_OK;
}
