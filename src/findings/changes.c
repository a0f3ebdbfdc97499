/*
 * changes.c - when levels changed, and which nodes changed together:
 * docs/method/change.md
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/pattern.h"

#define HOUR_US INT64_C(3600000000)

static enum hc_status keep(
    const struct hc_look *look, const struct hc_changes *changes, struct hc_found *found)
{
    found->changes = hc_alloc(changes->n, sizeof(*found->changes));
    if (!found->changes)
        return HC_NO_MEMORY;
    found->n_changes = changes->n;
    for (size_t i = 0; i < changes->n; i++) {
        const struct hc_change *c = &changes->change[i];
        int64_t hour = (int64_t)(look->first + c->hour);

        found->changes[i] = (struct hc_level_change){.of = found->of,
            .at_us = look->view->start_s * 1000000 + hour * HOUR_US,
            .before = c->before,
            .after = c->after,
            .slope = changes->slope,
            .together = -1};
    }
    return HC_OK;
}

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    HC_CLEANUP(hc_changes_clear) struct hc_changes changes = {0};
    enum hc_status status = HC_NO_DATA;

    if (look->n >= HC_LEVEL_LEAST)
        status = hc_changes_find(look->level, look->n, &changes);
    if (status == HC_NO_DATA)
        return HC_OK;
    HC_TRY(status);
    found->levels = true;
    found->wanders = changes.wanders;
    return changes.n && !changes.wanders ? keep(look, &changes, found) : HC_OK;
}

/* ---- the section ---- */

static enum hc_status gather(
    const struct hc_found *found, size_t n, struct hc_level_change **ret, size_t *ret_n)
{
    size_t all = 0, at = 0;

    for (size_t i = 0; i < n; i++)
        all += found[i].n_changes;
    *ret = hc_alloc(all, sizeof(**ret));
    if (!*ret)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < found[i].n_changes; k++)
            (*ret)[at++] = found[i].changes[k];
    *ret_n = at;
    return HC_OK;
}

static int by_gauge_and_time(const void *a, const void *b)
{
    const struct hc_level_change *x = a, *y = b;

    if (x->of.metric != y->of.metric)
        return x->of.metric < y->of.metric ? -1 : 1;
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    return (x->of.node > y->of.node) - (x->of.node < y->of.node);
}

/* rows[n] of one gauge, in order: the same order as hc_changes_together's. */
static void tell_stretch(struct hc_level_change *rows,
    const struct hc_joint_change *stretch, struct hc_level_changes *out)
{
    struct hc_change_together *t = &out->together[out->n_together];
    uint32_t last = HC_WHOLE_CLUSTER;

    *t = (struct hc_change_together){.metric = rows->of.metric,
        .first_us = rows[stretch->from].at_us,
        .last_us = rows[stretch->from + stretch->n - 1].at_us};
    for (size_t i = stretch->from; i < stretch->from + stretch->n; i++) {
        rows[i].together = (int)out->n_together;
        t->nodes += rows[i].of.node != last; /* a day lies between two of one node */
        t->up += rows[i].after > rows[i].before;
        last = rows[i].of.node;
    }
    out->n_together++;
}

static enum hc_status find_together(const struct hc_pattern_view *view,
    struct hc_level_change *rows, size_t n, struct hc_level_changes *out)
{
    HC_CLEANUP(hc_freep) struct hc_change_at *all = hc_alloc(n, sizeof(*all));
    HC_CLEANUP(hc_freep)
    struct hc_joint_change *stretches = hc_alloc(n, sizeof(*stretches));
    size_t n_stretches;

    if (!all || !stretches)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        all[i] = (struct hc_change_at){
            (size_t)((rows[i].at_us / 1000000 - view->start_s) / 3600), rows[i].of.node};
    HC_TRY(hc_changes_together(all, n, view->hours, stretches, &n_stretches));
    for (size_t i = 0; i < n_stretches; i++)
        tell_stretch(rows, &stretches[i], out);
    return HC_OK;
}

static enum hc_status find_all_together(
    const struct hc_pattern_view *view, struct hc_level_changes *out)
{
    out->together = hc_alloc(out->n_nodes, sizeof(*out->together));
    if (!out->together)
        return HC_NO_MEMORY;
    for (size_t from = 0, to; from < out->n_nodes; from = to) {
        for (to = from;
             to < out->n_nodes && out->nodes[to].of.metric == out->nodes[from].of.metric;)
            to++;
        HC_TRY(find_together(view, out->nodes + from, to - from, out));
    }
    return HC_OK;
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster, struct hc_found *nodes, struct hc_patterns *patterns)
{
    struct hc_level_changes *out = &patterns->changes;
    const char *lack = hc_pattern_lacks(view);
    size_t n = view->summary->n_nodes * view->n_gauges;
    bool any = false;

    if (lack) {
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack);
        return HC_OK;
    }
    for (size_t i = 0; i < n; i++) {
        out->courses += nodes[i].levels;
        out->wander += nodes[i].wanders;
    }
    for (size_t g = 0; g < view->n_gauges; g++)
        any |= cluster[g].levels;
    HC_TRY(gather(cluster, view->n_gauges, &out->cluster, &out->n_cluster));
    HC_TRY(gather(nodes, n, &out->nodes, &out->n_nodes));
    qsort(out->nodes, out->n_nodes, sizeof(*out->nodes), by_gauge_and_time);
    if (!out->courses && !any)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no gauge that changes has two weeks of hours");
    return find_all_together(view, out);
}

/* ---- statements ---- */

static const struct hc_change_together *largest(const struct hc_level_changes *changes)
{
    const struct hc_change_together *most = NULL;

    for (size_t i = 0; i < changes->n_together; i++)
        if (!most || changes->together[i].nodes > most->nodes)
            most = &changes->together[i];
    return most;
}

static enum hc_status say_together(struct hc_findings *out)
{
    const struct hc_level_changes *changes = &out->patterns.changes;
    const struct hc_change_together *t = largest(changes);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("changes.together", "Nodes that changed together", 26);

    if (!changes->courses)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA,
            "no gauge of a node that changes has two weeks of hours");
    d.head.source = "method:change";
    if (!t) {
        hc_draft_value(&d, 0, "nodes", changes->courses);
        hc_buf_printf(&d.text,
            "No nodes changed their level together: %s in %s gauges of nodes.",
            hc_phrase_plural(changes->n_nodes, "change").text,
            hc_phrase_count(changes->courses).text);
        return hc_draft_end(&d, out);
    }
    if (t->nodes >= 3)
        d.head.weight = 20 * (uint64_t)t->nodes >= out->summary->n_nodes ? 81 : 57;
    hc_draft_value(&d, t->nodes, "nodes", changes->courses);
    hc_buf_printf(&d.text, "%s of %s changed level within 4 h from %s: %u up, %u down.",
        hc_metrics[t->metric].name, hc_phrase_plural(t->nodes, "node").text,
        hc_phrase_time(t->first_us).text, t->up, t->nodes - t->up);
    hc_buf_printf(&d.text, " %s of that kind in %s changes.",
        hc_phrase_plural(changes->n_together, "event").text,
        hc_phrase_count(changes->n_nodes).text);
    return hc_draft_end(&d, out);
}

/* The largest step of the cluster's CPU. */
static enum hc_status say_cluster(struct hc_findings *out)
{
    const struct hc_level_changes *changes = &out->patterns.changes;
    const struct hc_level_change *most = NULL;
    size_t n = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("changes.cluster", "Steps of the cluster's CPU", 23);

    if (changes->verdict.status)
        return hc_draft_refuse(
            &d, out, changes->verdict.status, "%s", changes->verdict.reason);
    for (size_t i = 0; i < changes->n_cluster; i++) {
        const struct hc_level_change *c = &changes->cluster[i];

        if (c->of.metric != HC_CPU)
            continue;
        n++;
        if (!most || fabs(c->after - c->before) > fabs(most->after - most->before))
            most = c;
    }
    d.head.source = "method:change";
    hc_draft_value(&d, (double)n, "changes", out->patterns.hours);
    if (!most) {
        hc_buf_printf(&d.text, "The level of the cluster's CPU did not change in %s.",
            hc_phrase_plural(out->patterns.hours, "hour").text);
        return hc_draft_end(&d, out);
    }
    d.head.weight = 65;
    hc_buf_printf(&d.text,
        "The cluster's CPU changed level %s; most from %s to %s on %s.",
        n == 1 ? "once" : hc_phrase_plural(n, "time").text,
        hc_phrase_percent(most->before).text, hc_phrase_percent(most->after).text,
        hc_phrase_time(most->at_us).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(
    const struct hc_pattern_view *view HC_UNUSED, struct hc_findings *out)
{
    HC_TRY(say_together(out));
    return say_cluster(out);
}

const struct hc_pattern_method hc_pattern_changes = {
    .name = "changes", .look = look, .collect = collect, .say = say};
