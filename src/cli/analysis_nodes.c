#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/analysis.h"
#include "duck/door.h"

/* A copy that a C string can hold: a NUL inside becomes the text \0. */
static char *copy_name(const char *bytes, size_t len)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    for (size_t i = 0; i < len; i++)
        if (bytes[i])
            hc_buf_putc(&text, bytes[i]);
        else
            hc_buf_puts(&text, "\\0");
    return hc_buf_check(&text) ? NULL : hc_strdup(hc_buf_str(&text));
}

struct ranked {
    struct hc_profile_node_result read;
    struct hc_profile_gap *gaps;
    char *cluster, *name;
    uint32_t id;
};

static int by_name(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    int order = strcmp(a->cluster ? a->cluster : "", b->cluster ? b->cluster : "");

    return order ? order : strcmp(a->name, b->name);
}

static enum hc_status read_ranked(struct hc_analysis *a, uint32_t id, struct ranked *r)
{
    const char *cluster, *name;
    size_t cluster_len, name_len;

    HC_TRY(hc_profile_read_node(a->profiles[0], id, &r->read, &r->gaps));
    if (!hc_identity_split(
            r->read.name, r->read.name_len, &cluster, &cluster_len, &name, &name_len))
        return HC_INTERNAL;
    r->id = id;
    r->name = copy_name(name, name_len);
    if (a->dataset.has_cluster)
        r->cluster = copy_name(cluster, cluster_len);
    return r->name && (r->cluster || !a->dataset.has_cluster) ? HC_OK : HC_NO_MEMORY;
}

static int64_t longest(const int64_t (*gaps)[2], size_t n)
{
    int64_t most = 0;

    for (size_t i = 0; i < n; i++)
        if (gaps[i][1] - gaps[i][0] > most)
            most = gaps[i][1] - gaps[i][0];
    return most;
}

static enum hc_status add_gaps(
    struct hc_summary *s, size_t *cap, uint32_t node, const int64_t (*gaps)[2], size_t n)
{
    HC_TRY(hc_grow(&s->gaps, cap, s->n_gaps + n, sizeof(*s->gaps)));
    for (size_t i = 0; i < n; i++)
        s->gaps[s->n_gaps++] = (struct hc_gap){node, gaps[i][0], gaps[i][1]};
    s->nodes[node].gaps = n;
    s->nodes[node].longest_gap_s = (double)longest(gaps, n) / 1e6;
    return HC_OK;
}

static void fill_node(struct hc_analysis *a, struct hc_node *node, const struct ranked *r)
{
    node->rows = r->read.rows;
    node->first_us = r->read.first_us;
    node->last_us = r->read.last_us;
    node->step_s = r->read.step_s;
    node->occupied = r->read.occupied;
    node->expected = r->read.expected;
    node->out_of_order = r->read.out_of_order;
    node->exact = r->read.exact;
    node->conflicting = r->read.conflicting;
    for (size_t m = 0; m < HC_MAIN; m++) {
        struct hc_moments none = {0};
        int main = a->main_of[m];

        node->main[m] = hc_analysis_stats(main < 0 ? &none : &r->read.main[main]);
        if (main < 0)
            continue;
        node->main[m].p50 =
            hc_profile_node_quantile(a->profiles[0], r->id, (size_t)main, 0.50);
        node->main[m].p95 =
            hc_profile_node_quantile(a->profiles[0], r->id, (size_t)main, 0.95);
        node->main[m].p99 =
            hc_profile_node_quantile(a->profiles[0], r->id, (size_t)main, 0.99);
    }
}

static int compare_identity(
    const struct hc_node *node, const char *cluster, const char *name)
{
    int order = strcmp(node->cluster ? node->cluster : "", cluster ? cluster : "");

    return order ? order : strcmp(node->name, name);
}

static struct hc_node *find_node(
    struct hc_summary *s, const char *cluster, const char *name)
{
    size_t low = 0, high = s->n_nodes;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_identity(&s->nodes[middle], cluster, name);

        if (!order)
            return &s->nodes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What sorting the times of some nodes once more has given. */
static enum hc_status take_again(
    struct hc_analysis *a, struct hc_times_again *again, size_t n, struct ranked *ranked)
{
    for (size_t i = 0; i < n; i++) {
        struct hc_node *node = find_node(&a->summary, again[i].cluster, again[i].node);
        struct ranked *r;

        if (!node) { /* a NUL in its name, at which SQL's text ends */
            HC_TRY(hc_analysis_note(&a->summary,
                "the times of a node with an odd name could not be sorted: its steps, "
                "gaps and repeats are not exact"));
            continue;
        }
        r = &ranked[node - a->summary.nodes];
        node->step_s = again[i].step_s;
        node->occupied = again[i].occupied;
        node->expected = again[i].expected;
        node->exact = again[i].exact;
        node->conflicting = again[i].conflicting;
        node->out_of_order = again[i].out_of_order;
        free(r->gaps);
        r->gaps = (struct hc_profile_gap *)(void *)hc_take(&again[i].gaps);
        r->read.gaps = again[i].n_gaps;
    }
    return HC_OK;
}

static enum hc_status look_again(
    struct hc_analysis *a, struct ranked *ranked, struct hc_error *err)
{
    size_t n_nodes = a->summary.n_nodes, n = 0, n_again = 0;
    HC_CLEANUP(hc_freep) const char **clusters = hc_alloc(n_nodes, sizeof(*clusters));
    HC_CLEANUP(hc_freep) const char **names = hc_alloc(n_nodes, sizeof(*names));
    struct hc_times_again *again = NULL;
    enum hc_status status;

    if (!clusters || !names)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n_nodes; i++)
        if (ranked[i].read.inexact_times) {
            clusters[n] = a->summary.nodes[i].cluster;
            names[n++] = a->summary.nodes[i].name;
        }
    if (!n)
        return HC_OK;
    status = hc_dataset_times_again(
        a->duck, &a->dataset, clusters, names, n, &again, &n_again, err);
    HC_TRY(hc_dataset_explain(a->duck, &a->dataset, status, err));
    status = take_again(a, again, n_again, ranked);
    hc_times_again_free(again, n_again);
    return status;
}

static enum hc_status rank_nodes(struct hc_analysis *a, struct ranked *ranked)
{
    struct hc_summary *s = &a->summary;

    for (size_t i = 0; i < s->n_nodes; i++)
        HC_TRY(read_ranked(a, (uint32_t)i, &ranked[i]));
    qsort(ranked, s->n_nodes, sizeof(*ranked), by_name);
    s->nodes = hc_calloc(s->n_nodes, sizeof(*s->nodes));
    a->node_id = hc_calloc(s->n_nodes, sizeof(*a->node_id));
    if (!s->nodes || !a->node_id)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++) {
        s->nodes[i].name = hc_take(&ranked[i].name);
        s->nodes[i].cluster = hc_take(&ranked[i].cluster);
        a->node_id[i] = ranked[i].id;
        fill_node(a, &s->nodes[i], &ranked[i]);
    }
    return HC_OK;
}

static enum hc_status fill_nodes(
    struct hc_analysis *a, struct ranked *ranked, struct hc_error *err)
{
    size_t cap = 0;

    HC_TRY(rank_nodes(a, ranked));
    HC_TRY(look_again(a, ranked, err));
    for (size_t i = 0; i < a->summary.n_nodes; i++)
        HC_TRY(add_gaps(&a->summary, &cap, (uint32_t)i,
            (const int64_t(*)[2])(void *)ranked[i].gaps, ranked[i].read.gaps));
    return HC_OK;
}

enum hc_status hc_analysis_nodes(struct hc_analysis *a, struct hc_error *err)
{
    size_t n = hc_profile_nodes(a->profiles[0]);
    struct ranked *ranked = hc_calloc(n, sizeof(*ranked));
    enum hc_status status;

    _Static_assert(sizeof(struct hc_profile_gap) == sizeof(int64_t[2]), "two times");
    if (!ranked)
        return HC_NO_MEMORY;
    a->summary.n_nodes = n;
    status = fill_nodes(a, ranked, err);
    for (size_t i = 0; i < n; i++) {
        hc_free(ranked[i].gaps);
        hc_free(ranked[i].name);
        hc_free(ranked[i].cluster);
    }
    hc_free(ranked);
    return status;
}

enum hc_status hc_analysis_groups(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_node_group *groups = NULL;
    size_t n = 0;

    if (!a->settings.group_by)
        return HC_OK;
    HC_TRY(hc_dataset_groups(a->duck, a->settings.group_by, a->dataset.has_cluster,
        a->dataset.has_keep, &groups, &n, err));
    for (size_t i = 0; i < n; i++) {
        struct hc_node *node = find_node(&a->summary, groups[i].cluster, groups[i].node);

        if (node && !node->group)
            node->group = hc_take(&groups[i].value);
    }
    hc_node_groups_free(groups, n);
    return HC_OK;
}
