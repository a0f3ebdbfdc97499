/*
 * bound_probe.c - the bounds behind a pipe, for tests/e2e/test_bounds.py
 *
 * Reads a question, words with blanks between:
 *
 *     resources pod-types node-types
 *     for each pod type    pods, a demand a resource, the node types it may be on
 * ("0110", or * for all) for each node type   nodes, a capacity a resource
 *
 * and writes one line of JSON.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "bounds/all.h"
#include "bounds/ffd.h"

static struct hc_bound_input in;
static int64_t *demand, *pods, *capacity, *nodes;
static uint64_t *may;

static int64_t number(void)
{
    int64_t x;

    if (scanf("%" SCNd64, &x) != 1)
        exit(2);
    return x;
}

static void read_rule(size_t i, char *text)
{
    size_t words = hc_bound_words(in.node_types);

    if (scanf("%s", text) != 1)
        exit(2);
    for (size_t t = 0; t < in.node_types; t++)
        if (text[0] == '*' || text[t] == '1')
            may[i * words + t / 64] |= (uint64_t)1 << (t % 64);
}

static void read_question(void)
{
    char *text;

    in.resources = (size_t)number();
    in.pod_types = (size_t)number();
    in.node_types = (size_t)number();
    text = calloc(in.node_types + 2, 1);
    in.demand = demand = calloc(in.pod_types * in.resources + 1, sizeof(*demand));
    in.pods = pods = calloc(in.pod_types + 1, sizeof(*pods));
    in.capacity = capacity = calloc(in.node_types * in.resources + 1, sizeof(*demand));
    in.nodes = nodes = calloc(in.node_types + 1, sizeof(*nodes));
    in.may = may = calloc(in.pod_types * hc_bound_words(in.node_types) + 1, sizeof(*may));
    for (size_t i = 0; i < in.pod_types; i++) {
        pods[i] = number();
        for (size_t r = 0; r < in.resources; r++)
            demand[i * in.resources + r] = number();
        read_rule(i, text);
    }
    for (size_t t = 0; t < in.node_types; t++) {
        nodes[t] = number();
        for (size_t r = 0; r < in.resources; r++)
            capacity[t * in.resources + r] = number();
    }
    free(text);
}

static void tell(const char *name, int64_t value)
{
    printf("\"%s\": %" PRId64 ", ", name, value);
}

static void tell_lp(const struct hc_bound_lp *lp)
{
    tell("lp", lp->nodes);
    tell("end", lp->end);
    tell("bits", lp->bits);
    tell("proof_bits", lp->proof_bits);
    tell("rules", lp->rules);
    tell("pod_types", (int64_t)lp->pod_types);
    tell("node_types", (int64_t)lp->node_types);
    if (!isnan(lp->solver))
        printf("\"solver\": %.17g, ", lp->solver);
    printf("\"value\": %.17g, ", lp->value);
}

static enum hc_status answer(struct hc_error *err)
{
    HC_CLEANUP(hc_bound_case_clear) struct hc_bound_case c = {0};
    struct hc_bounds all;
    struct hc_bound_ffd ffd;

    HC_TRY(hc_bound_case_init(&c, &in, err));
    HC_TRY(hc_bounds_read(&c, &all));
    HC_TRY(hc_bound_ffd(&c, NULL, &ffd, err));
    printf("{");
    tell("pods", c.all_pods);
    tell("left_out", c.left_out);
    tell("l1", all.l1.nodes);
    tell("l2", all.l2.nodes);
    tell_lp(&all.lp);
    tell("pools", (int64_t)all.pools);
    tell("by_pool", all.by_pool);
    tell("impossible", all.impossible);
    tell("ffd", ffd.nodes);
    tell("pending", ffd.pending);
    tell("order", ffd.order);
    printf("\"nodes\": %" PRId64 ", \"kind\": \"%s\"}\n", all.nodes,
        hc_bound_kind_name(all.kind));
    return HC_OK;
}

int main(void)
{
    struct hc_error err = {""};
    enum hc_status status;

    read_question();
    status = answer(&err);
    if (status)
        fprintf(stderr, "%s: %s\n", hc_status_name(status), err.message);
    hc_free(demand);
    hc_free(pods);
    hc_free(capacity);
    hc_free(nodes);
    hc_free(may);
    return status ? 1 : 0;
}
