/*
 * roles.c - what kind of load a node carries, hot hours, what a shift could flatten:
 * docs/method/role.md
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/pattern.h"

static enum hc_status keep_hot(const struct hc_load *load, struct hc_found *found)
{
    if (!load->hot_hours)
        return HC_OK;
    found->hot = hc_alloc(HC_WEEK, sizeof(*found->hot));
    if (!found->hot)
        return HC_NO_MEMORY;
    memcpy(found->hot, load->hot, sizeof(load->hot));
    return HC_OK;
}

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    const struct hc_role_options usual = {0};
    const struct hc_summary *s = look->view->summary;
    bool whole = found->of.node == HC_WHOLE_CLUSTER;
    struct hc_load load;
    enum hc_status status;

    if (found->of.metric != HC_CPU)
        return HC_OK;
    status = hc_load_describe(look->y, look->n, look->slot,
        whole ? NAN : s->nodes[found->of.node].main[0].p99, &usual, &load);
    if (status == HC_NO_DATA)
        return HC_OK;
    HC_TRY(status);
    found->role = (struct hc_role_row){.node = found->of.node,
        .n = load.n,
        .role = hc_role_rules[load.role].name,
        .mean = load.mean,
        .p50 = load.p50,
        .p95 = load.p95,
        .p99 = load.p99,
        .peak_to_mean = load.peak_to_mean,
        .office_ratio = load.office_ratio,
        .night_ratio = load.night_ratio,
        .shiftable = load.shiftable,
        .hot_hours = load.hot_hours};
    return keep_hot(&load, found);
}

/* ---- the section ---- */

static void count_role(struct hc_roles_found *out, const char *role)
{
    for (size_t i = 0; i < out->n_counts; i++)
        out->counts[i].nodes += !strcmp(out->counts[i].role, role);
}

static void add_node(struct hc_roles_found *out, const struct hc_found *found)
{
    if (!found->role.role) {
        out->too_short += found->kind != HC_COURSE_ABSENT;
        return;
    }
    out->nodes[out->n_nodes++] = found->role;
    count_role(out, found->role.role);
    for (size_t i = 0; found->hot && i < HC_WEEK; i++)
        out->hot[i] += found->hot[i];
}

static enum hc_status make_rows(
    const struct hc_pattern_view *view, struct hc_roles_found *out)
{
    out->counts = hc_calloc(HC_ROLES, sizeof(*out->counts));
    out->nodes = hc_alloc(view->summary->n_nodes, sizeof(*out->nodes));
    if (!out->counts || !out->nodes)
        return HC_NO_MEMORY;
    out->n_counts = HC_ROLES;
    for (size_t i = 0; i < HC_ROLES; i++)
        out->counts[i] =
            (struct hc_role_count){hc_role_rules[i].name, hc_role_rules[i].rule, 0};
    return HC_OK;
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_patterns *patterns)
{
    struct hc_roles_found *out = &patterns->roles;
    const char *lack = hc_pattern_lacks(view);

    out->idle = HC_ROLE_IDLE;
    out->hot_over = HC_ROLE_HOT;
    out->shiftable = NAN;
    if (hc_summary_metric_column(view->summary, HC_CPU) < 0) {
        hc_verdict_set(&out->verdict, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
        return HC_OK;
    }
    if (lack) {
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack);
        return HC_OK;
    }
    HC_TRY(make_rows(view, out));
    for (size_t i = 0; i < view->summary->n_nodes; i++) /* CPU is the first gauge */
        add_node(out, &nodes[i * view->n_gauges]);
    if (cluster[0].role.role) {
        out->shiftable = cluster[0].role.shiftable;
        out->shiftable_n = cluster[0].role.n;
    }
    if (!out->n_nodes)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "no node has %d hours of CPU",
            HC_ROLE_LEAST);
    return HC_OK;
}

/* ---- statements ---- */

static enum hc_status say_roles(struct hc_findings *out)
{
    const struct hc_roles_found *roles = &out->patterns.roles;
    uint32_t idle;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("roles.idle", "What kind of load nodes carry", 38);

    if (roles->verdict.status)
        return hc_draft_refuse(
            &d, out, roles->verdict.status, "%s", roles->verdict.reason);
    idle = roles->counts[HC_ROLE_KIND_IDLE].nodes;
    hc_statements_yield(out, "nodes.idle", 18);
    if (10 * (uint64_t)idle >= roles->n_nodes)
        d.head.weight = 79;
    hc_draft_value(&d, idle, "nodes", roles->n_nodes);
    d.head.source = "method:role";
    hc_buf_printf(&d.text, "%s of %s idle (99 %% of samples under %s CPU)",
        hc_phrase_count(idle).text, hc_phrase_plural(roles->n_nodes, "node").text,
        hc_phrase_percent(roles->idle).text);
    for (size_t i = 0; i < roles->n_counts; i++)
        if (i != HC_ROLE_KIND_IDLE && roles->counts[i].nodes)
            hc_buf_printf(
                &d.text, ", %u %s", roles->counts[i].nodes, roles->counts[i].role);
    hc_buf_putc(&d.text, '.');
    return hc_draft_end(&d, out);
}

static enum hc_status say_shiftable(struct hc_findings *out)
{
    const struct hc_roles_found *roles = &out->patterns.roles;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("roles.shiftable", "What a shift in time could flatten", 55);

    if (isnan(roles->shiftable))
        return hc_draft_refuse(&d, out,
            roles->verdict.status ? roles->verdict.status : HC_NOT_ENOUGH_DATA, "%s",
            roles->verdict.status ? roles->verdict.reason
                                  : "the cluster has no hours of CPU above 0");
    hc_draft_value(&d, roles->shiftable, "fraction", roles->shiftable_n);
    d.head.source = "method:role";
    hc_buf_printf(&d.text,
        "%s of the cluster's CPU load lies above the mean of its day, over %s: a shift "
        "within the day could flatten no more.",
        hc_phrase_percent(roles->shiftable).text,
        hc_phrase_plural(roles->shiftable_n, "hour").text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(
    const struct hc_pattern_view *view HC_UNUSED, struct hc_findings *out)
{
    HC_TRY(say_roles(out));
    return say_shiftable(out);
}

const struct hc_pattern_method hc_pattern_roles = {
    .name = "roles", .constant_too = true, .look = look, .collect = collect, .say = say};
