#include <string.h>

#include "base/mem.h"
#include "replay/placements.h"

/* ---- reading ---- */

enum column { INDEX, POD, NODE, COLUMNS };

static const struct hc_sheet_column columns[COLUMNS] = {
    [INDEX] = {{"index"}, false},
    [POD] = {{"pod", "name"}, false},
    [NODE] = {{"node"}, true},
};

struct reading {
    const struct hc_trace *trace;
    const struct hc_sheet *sheet;
    uint32_t *arrivals; /* pods by index */
    size_t n_arrivals;
    uint32_t *nodes; /* [pods] */
    bool *known;     /* [pods] */
};

/* The pods that are to be placed, as they arrive. */
static enum hc_status list_arrivals(struct reading *r)
{
    const struct hc_trace *trace = r->trace;
    const struct hc_order *order = trace->n_orders ? &trace->orders[0] : NULL;
    size_t n = order && order->n_arrivals ? order->n_arrivals : trace->n_events;

    r->arrivals = hc_alloc(n + 1, sizeof(*r->arrivals));
    if (!r->arrivals)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        bool ordered = order && order->n_arrivals;
        const struct hc_event *event = ordered ? NULL : &trace->events[i];
        uint32_t pod = ordered ? order->arrivals[i] : event->subject;

        if ((ordered || event->kind == HC_POD_ARRIVES) && !trace->pods[pod].pinned)
            r->arrivals[r->n_arrivals++] = pod;
    }
    return HC_OK;
}

static enum hc_status find_pod(
    const struct reading *r, uint32_t *ret, struct hc_error *err)
{
    size_t len = 0, at;
    const char *name;
    int64_t index;

    if (hc_sheet_has(r->sheet, INDEX)) {
        HC_TRY(hc_sheet_int(r->sheet, INDEX, 1, -1, &index, err));
        if (index < 0 || (size_t)index >= r->n_arrivals)
            return hc_sheet_fail(r->sheet, INDEX, "is no place of a pod", err);
        *ret = r->arrivals[index];
        return HC_OK;
    }
    name = hc_sheet_text(r->sheet, POD, &len);
    at = hc_name_index_find(&r->trace->pod_names, name ? name : "", name ? len : 0);
    if (at == HC_NO_NAME)
        return hc_sheet_fail(r->sheet, POD, "is no pod that is replayed", err);
    *ret = (uint32_t)at;
    return HC_OK;
}

static enum hc_status read_row(struct reading *r, struct hc_error *err)
{
    size_t len = 0, at = HC_NOWHERE;
    const char *name = hc_sheet_text(r->sheet, NODE, &len);
    uint32_t pod = HC_NOWHERE;

    HC_TRY(find_pod(r, &pod, err));
    if (name && len) {
        at = hc_name_index_find(&r->trace->node_names, name, len);
        if (at == HC_NO_NAME)
            return hc_sheet_fail(r->sheet, NODE, "is no node", err);
    }
    if (r->known[pod])
        return hc_sheet_fail(
            r->sheet, hc_sheet_has(r->sheet, INDEX) ? INDEX : POD, "is there twice", err);
    r->known[pod] = true;
    r->nodes[pod] = (uint32_t)at;
    return HC_OK;
}

static enum hc_status check(
    const struct reading *r, const char *path, struct hc_error *err)
{
    for (size_t i = 0; i < r->n_arrivals; i++)
        if (!r->known[r->arrivals[i]])
            return hc_fail(err, HC_INPUT, "'%s' has no row for pod %zu, '%s'", path, i,
                r->trace->pod_names.names[r->arrivals[i]].name);
    return HC_OK;
}

static enum hc_status read_all(
    struct reading *r, const char *path, struct hc_sheet *sheet, struct hc_error *err)
{
    bool more;

    if (!hc_sheet_has(sheet, INDEX) && !hc_sheet_has(sheet, POD))
        return hc_fail(err, HC_INPUT, "'%s' has neither column 'index' nor 'pod'", path);
    for (;;) {
        HC_TRY(hc_sheet_next(sheet, &more, err));
        if (!more)
            return check(r, path, err);
        HC_TRY(read_row(r, err));
    }
}

static void clear(struct reading *r)
{
    hc_free(r->arrivals);
    hc_free(r->nodes);
    hc_free(r->known);
}

enum hc_status hc_placements_read(struct hc_duck *duck, const char *path,
    struct hc_sheet_maps maps, const struct hc_trace *trace, uint32_t **ret,
    struct hc_error *err)
{
    HC_CLEANUP(hc_sheet_clear) struct hc_sheet sheet = {0};
    HC_CLEANUP(clear) struct reading r = {.trace = trace, .sheet = &sheet};

    r.nodes = hc_alloc(trace->n_pods + 1, sizeof(*r.nodes));
    r.known = hc_calloc(trace->n_pods + 1, sizeof(*r.known));
    if (!r.nodes || !r.known)
        return HC_NO_MEMORY;
    memset(r.nodes, 0xff, (trace->n_pods + 1) * sizeof(*r.nodes));
    HC_TRY(list_arrivals(&r));
    HC_TRY(hc_sheet_open(duck, path, columns, COLUMNS, maps, &sheet, err));
    HC_TRY(read_all(&r, path, &sheet, err));
    *ret = hc_take(&r.nodes);
    return HC_OK;
}

/* ---- agreement ---- */

static void compare(
    const struct hc_judgement *j, size_t n, uint32_t node, struct hc_agreement *a)
{
    int32_t best = INT32_MIN;

    for (size_t i = 0; i < n; i++)
        if (j->soft->fits[i] && j->totals[i] > best)
            best = j->totals[i];
    a->judged++;
    if (node == HC_NOWHERE) {
        a->refused++;
        a->refused_too += best == INT32_MIN;
        return;
    }
    a->placed++;
    if (!j->soft->fits[node]) {
        a->barred++;
        return;
    }
    a->in_best += j->totals[node] == best;
    a->behind += best - j->totals[node];
}

void hc_agreement_find(
    struct hc_run *run, const uint32_t *placements, struct hc_agreement *ret)
{
    struct hc_judgement judgement;
    struct hc_step step;

    *ret = (struct hc_agreement){0};
    do
        if (hc_run_judge(run, &judgement))
            compare(&judgement, hc_run_fleet(run)->n, placements[judgement.pod], ret);
    while (hc_run_step(run, &step));
}
