/*
 * twins.c - nodes that move together or against each other: docs/method/twins.md
 *
 * Of CPU. The heatmap holds the nodes of families and of pairs, at most HEATMAP.
 */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/pattern.h"
#include "patterns/twins.h"

enum { PAIRS = 400, OPPOSITES = 200, LOOSE_PAIRS = 100, HEATMAP = 150 };
enum kind { OPPOSITE, TOGETHER, LOOSE };

#define LEAST 0.5

static enum hc_status look(const struct hc_look *look, struct hc_found *found)
{
    const struct hc_pattern_view *view = look->view;
    size_t cut = view->hours - view->matrix_hours;
    double *row;

    if (!view->matrix || found->of.metric != HC_CPU ||
        found->of.node == HC_WHOLE_CLUSTER || look->n < HC_LEVEL_LEAST)
        return HC_OK;
    row = view->matrix + found->of.node * view->matrix_hours;
    for (size_t i = 0; i < look->n; i++)
        if (look->first + i >= cut)
            row[look->first + i - cut] = look->level[i];
    return HC_OK;
}

/* ---- the section ---- */

static bool refuse(const struct hc_pattern_view *view, struct hc_twins_found *out)
{
    const char *lack = hc_pattern_lacks(view);
    size_t nodes = view->summary->n_nodes;

    if (hc_summary_metric_column(view->summary, HC_CPU) < 0)
        hc_verdict_set(&out->verdict, HC_NOT_AVAILABLE, "no column 'cpu_usage_rate'");
    else if (nodes > HC_TWINS_NODES)
        hc_verdict_set(&out->verdict, HC_NOT_AVAILABLE,
            "%zu nodes are more than the %d that are compared; choose some by --nodes",
            nodes, HC_TWINS_NODES);
    else if (lack || nodes < 2)
        hc_verdict_set(
            &out->verdict, HC_NOT_ENOUGH_DATA, "%s", lack ? lack : "a single node");
    return out->verdict.status != HC_AVAILABLE;
}

static struct hc_likeness likeness_of(const struct hc_twins_pair *p, bool kept)
{
    return (struct hc_likeness){.a = p->a,
        .b = p->b,
        .r = p->r,
        .low = p->low,
        .high = p->high,
        .n = p->n,
        .n_independent = p->n_independent,
        .kept = kept};
}

/* The strongest of each kind: a few opposites must not drown in many twins. */
static enum hc_status copy_pairs(const struct hc_twins *t, struct hc_twins_found *out)
{
    size_t left[] = {[OPPOSITE] = OPPOSITES, [TOGETHER] = PAIRS, [LOOSE] = LOOSE_PAIRS};

    out->pairs = hc_alloc(PAIRS + OPPOSITES + LOOSE_PAIRS, sizeof(*out->pairs));
    if (!out->pairs)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->n_pairs + t->n_loose; i++) {
        bool kept = i < t->n_pairs;
        int kind = !kept ? LOOSE : t->pair[i].r > 0 ? TOGETHER : OPPOSITE;

        if (!left[kind])
            continue;
        left[kind]--;
        out->pairs[out->n_pairs++] = likeness_of(&t->pair[i], kept);
    }
    return HC_OK;
}

/* Nodes of the heatmap: of families first, then of kept pairs. */
static enum hc_status choose(const struct hc_twins *t, bool **ret)
{
    size_t left = HEATMAP;
    bool *chosen = hc_calloc(t->nodes, sizeof(*chosen));

    if (!chosen)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < t->nodes && left; i++)
        if (t->family[t->order[i]]) {
            chosen[t->order[i]] = true;
            left--;
        }
    for (size_t i = 0; i < 2 * t->n_pairs && left; i++) {
        uint32_t node = i % 2 ? t->pair[i / 2].b : t->pair[i / 2].a;

        left -= !chosen[node];
        chosen[node] = true;
    }
    *ret = chosen;
    return HC_OK;
}

static void fill_heatmap(
    const struct hc_twins *t, const bool *chosen, struct hc_twins_found *out)
{
    for (size_t i = 0; i < t->nodes; i++)
        if (chosen[t->order[i]])
            out->map[out->n_map++] =
                (struct hc_twin){t->order[i], t->family[t->order[i]]};
    for (size_t i = 0; i < out->n_map; i++)
        for (size_t k = 0; k < out->n_map; k++)
            out->r[i * out->n_map + k] =
                (double)t->r[out->map[i].node * t->nodes + out->map[k].node];
}

static enum hc_status make_heatmap(const struct hc_twins *t, struct hc_twins_found *out)
{
    HC_CLEANUP(hc_freep) bool *chosen = NULL;

    HC_TRY(choose(t, &chosen));
    out->map = hc_alloc(HEATMAP, sizeof(*out->map));
    out->r = hc_alloc(HEATMAP * HEATMAP, sizeof(*out->r));
    if (!out->map || !out->r)
        return HC_NO_MEMORY;
    fill_heatmap(t, chosen, out);
    return HC_OK;
}

static enum hc_status collect(const struct hc_pattern_view *view,
    struct hc_found *cluster HC_UNUSED, struct hc_found *nodes HC_UNUSED,
    struct hc_patterns *patterns)
{
    const struct hc_twins_options options = {
        .least = LEAST, .fitted = HC_WEEK, .threads = (int64_t)view->threads};
    HC_CLEANUP(hc_twins_clear) struct hc_twins t = {0};
    struct hc_twins_found *out = &patterns->twins;

    out->metric = HC_CPU;
    out->least = LEAST;
    if (refuse(view, out))
        return HC_OK;
    HC_TRY(hc_twins_find(
        view->matrix, view->summary->n_nodes, view->matrix_hours, &options, &t));
    out->hours = view->matrix_hours;
    out->tested = t.tested;
    out->found = t.found;
    out->together = t.together;
    out->opposite = t.opposite;
    out->n_families = t.n_families;
    if (!t.tested)
        hc_verdict_set(&out->verdict, HC_NOT_ENOUGH_DATA,
            "no two nodes have two weeks of changing CPU in common");
    HC_TRY(copy_pairs(&t, out));
    return make_heatmap(&t, out);
}

/* ---- statements ---- */

/* The strongest kept pair with r of that sign. */
static const struct hc_likeness *strongest(
    const struct hc_twins_found *twins, double sign)
{
    for (size_t i = 0; i < twins->n_pairs; i++)
        if (twins->pairs[i].kept && sign * twins->pairs[i].r > 0)
            return &twins->pairs[i];
    return NULL;
}

static void write_pair(struct hc_buf *text, const struct hc_pattern_view *view,
    const struct hc_likeness *pair, const char *how)
{
    hc_phrase_name(text, view->summary->nodes[pair->a].name);
    hc_buf_puts(text, " and ");
    hc_phrase_name(text, view->summary->nodes[pair->b].name);
    hc_buf_printf(text, " %s (r %s, %s to %s, %s)", how, hc_phrase_number(pair->r).text,
        hc_phrase_number(pair->low).text, hc_phrase_number(pair->high).text,
        hc_phrase_plural((uint64_t)pair->n, "hour").text);
}

static enum hc_status say_pair(const struct hc_pattern_view *view,
    struct hc_findings *out, struct hc_draft *d, double sign)
{
    const struct hc_twins_found *twins = &out->patterns.twins;
    const struct hc_likeness *pair = strongest(twins, sign);
    uint64_t n = sign > 0 ? twins->together : twins->opposite;

    if (twins->verdict.status)
        return hc_draft_refuse(
            d, out, twins->verdict.status, "%s", twins->verdict.reason);
    d->head.source = "method:twins";
    if (!pair) {
        d->head.weight = 21;
        hc_draft_value(d, (double)n, "pairs", twins->tested);
        if (n) {
            hc_buf_printf(&d->text,
                "%s of %s pairs of nodes move %s, weaker than the others.",
                hc_phrase_count(n).text, hc_phrase_count(twins->tested).text,
                sign > 0 ? "together" : "against each other");
            return hc_draft_end(d, out);
        }
        hc_buf_printf(&d->text, "No two nodes move %s (|r| of %s), of %s pairs.",
            sign > 0 ? "together" : "against each other",
            hc_phrase_number(twins->least).text, hc_phrase_count(twins->tested).text);
        return hc_draft_end(d, out);
    }
    hc_draft_value(d, pair->r, "r", (uint64_t)pair->n);
    d->head.low = pair->low;
    d->head.high = pair->high;
    write_pair(
        &d->text, view, pair, sign > 0 ? "move together" : "move against each other");
    hc_buf_printf(&d->text, "; %s of %s pairs move so: %s.", hc_phrase_count(n).text,
        hc_phrase_count(twins->tested).text,
        sign > 0 ? "better apart" : "better together");
    return hc_draft_end(d, out);
}

static enum hc_status say(const struct hc_pattern_view *view, struct hc_findings *out)
{
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft twins = hc_draft("twins.together", "Nodes that move together", 84);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft opposite =
        hc_draft("twins.opposite", "Nodes that fill each other's lows", 56);

    HC_TRY(say_pair(view, out, &twins, 1));
    return say_pair(view, out, &opposite, -1);
}

const struct hc_pattern_method hc_pattern_twins = {
    .name = "twins", .look = look, .collect = collect, .say = say};
