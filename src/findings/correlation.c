/*
 * correlation.c - columns that go together, pooled and within nodes
 *
 * Pooled over nodes, r mixes levels between nodes with movements within them (Simpson):
 * where nodes with much CPU have much memory, pooled r is high though neither follows
 * the other on any node. So each pair has both, and a statement names the gauges for
 * which they disagree most. Gauges that are one thing measured twice (the three loads;
 * memory in use and available) are not news, and sizes (cores, memory of the node) are
 * no movements: the statements leave both out.
 */
#include <math.h>

#include "base/mem.h"
#include "findings/draft.h"

#define STRONG 0.7   /* |r| from which a pair is listed: the notebook's */
#define DISAGREE 0.3 /* pooled and within differ by this: worth a warning */

/* Position of a column in the matrix, or -1. */
static int position_in(const struct hc_matrix *m, uint32_t column)
{
    for (size_t i = 0; i < m->p; i++)
        if (m->column[i] == column)
            return (int)i;
    return -1;
}

/* Where each column of the pooled matrix is in the other one; NULL without memory. */
static int *positions(const struct hc_matrix *pooled, const struct hc_matrix *within)
{
    int *at = hc_alloc(pooled->p, sizeof(*at));

    for (size_t i = 0; at && i < pooled->p; i++)
        at[i] = position_in(within, pooled->column[i]);
    return at;
}

static enum hc_status add_pair(
    struct hc_pairs *pairs, size_t *cap, const struct hc_pair *pair)
{
    HC_TRY(hc_grow(&pairs->pairs, cap, pairs->n_pairs + 1, sizeof(*pairs->pairs)));
    pairs->pairs[pairs->n_pairs++] = *pair;
    return HC_OK;
}

/* The row of `i`: its pairs with later columns. */
static enum hc_status list_row(const struct hc_summary *s, const int *at, size_t i,
    struct hc_pairs *out, size_t *cap)
{
    const struct hc_matrix *m = &s->pooled, *w = &s->within;

    for (size_t j = i + 1; j < m->p; j++) {
        struct hc_pair pair = {
            .a = m->column[i],
            .b = m->column[j],
            .r = m->r[i * m->p + j],
            .r_within = NAN,
            .n = m->n[i * m->p + j],
        };

        if (!(fabs(pair.r) > STRONG))
            continue;
        if (at[i] >= 0 && at[j] >= 0)
            pair.r_within = w->r[(size_t)at[i] * w->p + (size_t)at[j]];
        HC_TRY(add_pair(out, cap, &pair));
    }
    return HC_OK;
}

static enum hc_status finish(
    void *state HC_UNUSED, const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_summary *s = view->summary;
    HC_CLEANUP(hc_freep) int *at = NULL;
    size_t cap = 0;

    if (s->pooled.p < 2) {
        hc_verdict_set(&out->correlation.verdict, HC_NOT_ENOUGH_DATA,
            "fewer than two numeric columns");
        return HC_OK;
    }
    at = positions(&s->pooled, &s->within);
    if (!at)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->pooled.p; i++)
        HC_TRY(list_row(s, at, i, &out->correlation, &cap));
    return HC_OK;
}

/* Gauges that measure one thing share a family. A size is no movement. */
enum family { OF_ITS_OWN, A_MEMORY, A_LOAD, A_SIZE };

static enum family family_of(int metric)
{
    switch (metric) {
    case HC_CORES:
    case HC_MEMORY_TOTAL: return A_SIZE;
    case HC_MEMORY:
    case HC_MEMORY_AVAILABLE: return A_MEMORY;
    case HC_LOAD_1M:
    case HC_LOAD_5M:
    case HC_LOAD_15M: return A_LOAD;
    default: return OF_ITS_OWN;
    }
}

/* Two gauges with both coefficients. */
struct both {
    const char *a, *b;
    double within, pooled;
    uint64_t n;
};

struct extremes {
    uint32_t pairs; /* of gauges with both coefficients */
    struct both strongest, disagreeing;
};

static void consider(struct extremes *x, const struct both *pair)
{
    double apart = fabs(pair->within - pair->pooled);

    if (!x->pairs || fabs(pair->within) > fabs(x->strongest.within))
        x->strongest = *pair;
    if (!x->pairs || apart > fabs(x->disagreeing.within - x->disagreeing.pooled))
        x->disagreeing = *pair;
    x->pairs++;
}

static bool is_news(const struct hc_column *a, const struct hc_column *b)
{
    enum family x = family_of(a->metric), y = family_of(b->metric);

    return x != A_SIZE && y != A_SIZE && (x != y || x == OF_ITS_OWN);
}

static void consider_pair(
    struct extremes *x, const struct hc_summary *s, size_t i, size_t j)
{
    const struct hc_matrix *w = &s->within, *m = &s->pooled;
    const struct hc_column *a = &s->columns[w->column[i]], *b = &s->columns[w->column[j]];
    int pi = position_in(m, w->column[i]), pj = position_in(m, w->column[j]);
    struct both pair = {a->name, b->name, w->r[i * w->p + j], NAN, w->n[i * w->p + j]};

    if (pi < 0 || pj < 0 || !is_news(a, b))
        return;
    pair.pooled = m->r[(size_t)pi * m->p + (size_t)pj];
    if (!isnan(pair.within) && !isnan(pair.pooled))
        consider(x, &pair);
}

static struct extremes find_extremes(const struct hc_summary *s)
{
    struct extremes x = {0};

    for (size_t i = 0; i < s->within.p; i++)
        for (size_t j = i + 1; j < s->within.p; j++)
            consider_pair(&x, s, i, j);
    return x;
}

/* "a and b", where the names are the file's own for what is no gauge of ours. */
static void write_pair(struct hc_buf *text, const struct both *pair)
{
    hc_phrase_name(text, pair->a);
    hc_buf_puts(text, " and ");
    hc_phrase_name(text, pair->b);
}

static enum hc_status say_strongest(
    struct hc_findings *out, const struct extremes *x, const char *none)
{
    const struct both *pair = &x->strongest;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("correlation.strongest", "What moves together on a node", 48);

    if (!x->pairs)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "%s", none);
    hc_draft_value(&d, pair->within, "r", pair->n);
    write_pair(&d.text, pair);
    hc_buf_printf(&d.text,
        " move %s most on a node, but for gauges of one kind: r %.2f within "
        "nodes, %.2f pooled.",
        pair->within < 0 ? "against each other" : "together", pair->within, pair->pooled);
    return hc_draft_end(&d, out);
}

static enum hc_status say_simpson(
    struct hc_findings *out, const struct extremes *x, const char *none)
{
    const struct both *pair = &x->disagreeing;
    double apart = fabs(pair->within - pair->pooled);
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d =
        hc_draft("correlation.levels", "Levels mistaken for movements", 17);

    if (!x->pairs)
        return hc_draft_refuse(&d, out, HC_NOT_ENOUGH_DATA, "%s", none);
    hc_draft_value(&d, apart, "difference of r", pair->n);
    if (apart < DISAGREE) {
        hc_buf_printf(&d.text,
            "Pooled and within-node correlations agree to %.2f in all %s of gauges.",
            apart, hc_phrase_plural(x->pairs, "pair").text);
        return hc_draft_end(&d, out);
    }
    d.head.weight = 46;
    write_pair(&d.text, pair);
    hc_buf_printf(&d.text, ": r %.2f pooled but %.2f within nodes: %s.", pair->pooled,
        pair->within,
        fabs(pair->pooled) > fabs(pair->within) ? "levels of nodes, not movements"
                                                : "the nodes' levels hide it");
    return hc_draft_end(&d, out);
}

static enum hc_status say_count(const struct hc_view *view, struct hc_findings *out)
{
    const struct hc_pairs *pairs = &out->correlation;
    size_t gauges = 0;
    HC_CLEANUP(hc_draft_clear)
    struct hc_draft d = hc_draft("correlation.pairs", "Strong pairs", 22);

    if (pairs->verdict.status)
        return hc_draft_refuse(
            &d, out, pairs->verdict.status, "%s", pairs->verdict.reason);
    for (size_t i = 0; i < pairs->n_pairs; i++)
        gauges += view->summary->columns[pairs->pairs[i].a].kind == HC_KIND_GAUGE &&
                  view->summary->columns[pairs->pairs[i].b].kind == HC_KIND_GAUGE;
    hc_draft_value(&d, (double)pairs->n_pairs, "pairs", view->summary->pooled.p);
    hc_buf_printf(&d.text,
        "%s of columns have |r| over 0.7 pooled, %s of them between two gauges (%s "
        "columns).",
        hc_phrase_plural(pairs->n_pairs, "pair").text, hc_phrase_count(gauges).text,
        hc_phrase_count(view->summary->pooled.p).text);
    return hc_draft_end(&d, out);
}

static enum hc_status say(const struct hc_view *view, struct hc_findings *out)
{
    struct extremes x = find_extremes(view->summary);
    const char *none = "no two different gauges vary on common rows of a node";

    HC_TRY(say_strongest(out, &x, none));
    HC_TRY(say_simpson(out, &x, none));
    return say_count(view, out);
}

const struct hc_finding hc_finding_correlation = {
    .name = "correlation",
    .finish = finish,
    .say = say,
};
