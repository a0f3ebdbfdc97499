#include "report/page_patterns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/codes.h"
#include "report/json_sections.h"

enum { RANGE_DIGITS = 9 };
#define HOUR_US INT64_C(3600000000)

/* ---- rows of nodes ---- */

static bool keeps_rhythm(const void *item)
{
    return ((const struct hc_rhythm_row *)item)->of.metric == HC_CPU;
}

static bool keeps_growth(const void *item)
{
    const struct hc_growth_row *row = item;

    return row->of.metric == HC_CPU || row->claim[0] == 'r' || row->claim[0] == 'f';
}

static bool keeps_compared(const void *item)
{
    const struct hc_compared *row = item;

    return row->of.metric == HC_CPU || row->claim[0] == 'm' || row->claim[0] == 'l';
}

static bool keeps_change(const void *item)
{
    return ((const struct hc_level_change *)item)->of.metric == HC_CPU;
}

/* The rows that `keeps`, in an array of their own; NULL: no memory. */
static void *kept(
    const void *rows, size_t *n, size_t size, bool (*keeps)(const void *item))
{
    char *to = hc_alloc(*n + 1, size);
    size_t k = 0;

    for (size_t i = 0; to && i < *n; i++)
        if (keeps((const char *)rows + i * size))
            memcpy(to + k++ * size, (const char *)rows + i * size, size);
    *n = k;
    return to;
}

static int largest_first(const void *a, const void *b)
{
    const struct hc_level_change *x = a, *y = b;
    double p = fabs(x->after - x->before), q = fabs(y->after - y->before);

    if (p != q)
        return p < q ? 1 : -1;
    if (x->at_us != y->at_us)
        return x->at_us < y->at_us ? -1 : 1;
    return (x->of.node > y->of.node) - (x->of.node < y->of.node);
}

void hc_page_findings(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_findings page = *f;
    struct hc_rhythm *rhythm = &page.patterns.rhythm;
    struct hc_growth *growth = &page.patterns.growth;
    struct hc_level_changes *changes = &page.patterns.changes;
    struct hc_comparison *compare = &page.patterns.compare;
    HC_CLEANUP(hc_freep)
    void *rows =
             kept(rhythm->nodes, &rhythm->n_nodes, sizeof(*rhythm->nodes), keeps_rhythm),
         *slopes =
             kept(growth->nodes, &growth->n_nodes, sizeof(*growth->nodes), keeps_growth),
         *steps = kept(
             changes->nodes, &changes->n_nodes, sizeof(*changes->nodes), keeps_change),
         *compared = kept(
             compare->nodes, &compare->n_nodes, sizeof(*compare->nodes), keeps_compared);

    if (!rows || !slopes || !steps || !compared) {
        js->out->failed = true;
        return;
    }
    qsort(steps, changes->n_nodes, sizeof(*changes->nodes), largest_first);
    if (changes->n_nodes > HC_PAGE_CHANGES)
        changes->n_nodes = HC_PAGE_CHANGES;
    rhythm->nodes = rows;
    rhythm->n_parts = 0;
    growth->nodes = slopes;
    changes->nodes = steps;
    compare->nodes = compared;
    hc_json_document(js, &page);
}

/* ---- decompositions ---- */

/* A curve in steps of its own range. */
static void put_curve(
    struct hc_json *js, const char *name, double strength, const double *y, size_t n)
{
    HC_CLEANUP(hc_freep) float *values = hc_alloc(n + 1, sizeof(*values));
    HC_CLEANUP(hc_freep) uint8_t *codes = hc_alloc(n + 1, sizeof(*codes));
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    double low, high;
    int before = js->digits;

    if (!values || !codes) {
        js->out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = (float)y[i];
    hc_code_range(values, n, &low, &high);
    for (size_t i = 0; i < n; i++)
        codes[i] = hc_code((double)values[i], low, high);
    hc_base64(&text, codes, n);
    js->out->failed |= text.failed;
    js->digits = RANGE_DIGITS;
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", name);
    hc_json_knum(js, "strength", strength);
    hc_json_knum(js, "low", low);
    hc_json_knum(js, "high", high);
    hc_json_kstr(js, "codes", hc_buf_str(&text));
    hc_json_close(js, '}');
    js->digits = before;
}

static void put_course(
    struct hc_json *js, const struct hc_findings *f, const struct hc_course *of)
{
    const struct hc_node *node =
        of->node == HC_WHOLE_CLUSTER ? NULL : &f->summary->nodes[of->node];

    hc_json_kstr(js, "node", node ? node->name : NULL);
    hc_json_kstr(js, "cluster", node ? node->cluster : NULL);
    hc_json_kstr(js, "gauge", hc_metrics[of->metric].name);
    hc_json_count(js, "n", of->n);
}

static void put_parts(
    struct hc_json *js, const struct hc_findings *f, const struct hc_parts *parts)
{
    hc_json_open(js, '{');
    put_course(js, f, &parts->of);
    hc_json_kint(js, "start_s", parts->start_us / 1000000);
    hc_json_count(js, "hours", parts->hours);
    hc_json_key(js, "curves");
    hc_json_open(js, '[');
    put_curve(js, "trend", parts->trend_strength, parts->trend, parts->hours);
    for (size_t i = 0; i < parts->n_periods; i++)
        put_curve(js, parts->period_h[i] == HC_HOURS_OF_WEEK ? "week" : "day",
            parts->strength[i], parts->season[i], parts->hours);
    put_curve(js, "remainder", NAN, parts->remainder, parts->hours);
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}

void hc_page_parts(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_rhythm *r = &f->patterns.rhythm;

    hc_json_key(js, "parts");
    hc_json_open(js, '[');
    for (size_t i = 0; i < r->n_parts && i < HC_PAGE_PARTS; i++)
        put_parts(js, f, &r->parts[i]);
    hc_json_close(js, ']');
}

/* ---- changes ---- */

/* The rows from `i` on are of one gauge up to `end`. */
static void put_changes(
    struct hc_json *js, const struct hc_findings *f, size_t i, size_t end)
{
    const struct hc_level_change *rows = f->patterns.changes.nodes;

    hc_json_open(js, '{');
    hc_json_kstr(js, "gauge", hc_metrics[rows[i].of.metric].name);
    hc_json_key(js, "hour");
    hc_json_open(js, '[');
    for (size_t k = i; k < end; k++)
        hc_json_int(js, (rows[k].at_us - f->patterns.start_us) / HOUR_US);
    hc_json_close(js, ']');
    hc_json_key(js, "up");
    hc_json_open(js, '[');
    for (size_t k = i; k < end; k++)
        hc_json_int(js, rows[k].after > rows[k].before);
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}

void hc_page_changes(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_level_changes *c = &f->patterns.changes;

    hc_json_key(js, "changes");
    hc_json_open(js, '{');
    hc_json_kint(js, "start_s", f->patterns.start_us / 1000000);
    hc_json_count(js, "rows", c->n_nodes);
    hc_json_key(js, "gauges");
    hc_json_open(js, '[');
    for (size_t i = 0, end; i < c->n_nodes; i = end) {
        for (end = i;
             end < c->n_nodes && c->nodes[end].of.metric == c->nodes[i].of.metric;)
            end++;
        put_changes(js, f, i, end);
    }
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}
