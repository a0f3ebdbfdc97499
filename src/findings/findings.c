#include <stdlib.h>

#include "base/mem.h"
#include "findings/draft.h"
#include "findings/finding.h"
#include "findings/findings.h"
#include "findings/view.h"

/* Order: a section that another reads comes before it. */
static const struct hc_finding *const table[] = {
    &hc_finding_quality,
    &hc_finding_baseline,
    &hc_finding_temporal,
    &hc_finding_weekly,
    &hc_finding_nodes,
    &hc_finding_correlation,
    &hc_finding_trends,
    &hc_finding_opportunity,
    &hc_finding_insights,
    &hc_finding_groups,
    &hc_finding_workload,
    &hc_finding_replay,
};

struct hc_findings_run {
    struct hc_view view;
    void *state[HC_COUNT(table)];
    struct hc_workloads workloads;
    struct hc_placement placement;
    uint32_t node; /* of the last cell */
    bool ended;
};

static enum hc_status init_states(struct hc_findings_run *run)
{
    for (size_t i = 0; i < HC_COUNT(table); i++) {
        run->state[i] = hc_calloc(1, table[i]->state_size);
        if (!run->state[i])
            return HC_NO_MEMORY;
        if (table[i]->init)
            HC_TRY(table[i]->init(run->state[i], &run->view));
    }
    return HC_OK;
}

enum hc_status hc_findings_begin(struct hc_findings_run **ret_run,
    const struct hc_summary *summary, const struct hc_settings *settings,
    struct hc_error *err)
{
    struct hc_findings_run *run = hc_calloc(1, sizeof(*run));
    enum hc_status status;

    if (!run)
        return hc_fail(err, HC_NO_MEMORY, "no memory for the findings");
    hc_verdict_set(&run->workloads.verdict, HC_NOT_AVAILABLE, "the data set has no %s",
        hc_beside_names[HC_BESIDE_PODS]);
    run->placement.unasked = true;
    hc_verdict_set(&run->placement.verdict, HC_NOT_AVAILABLE, "nothing was replayed");
    status = hc_view_init(&run->view, summary, settings, err);
    if (!status)
        status = init_states(run);
    if (status) {
        hc_findings_free(run);
        return status == HC_NO_MEMORY ? hc_fail(err, status, "no memory for the findings")
                                      : status;
    }
    *ret_run = run;
    return HC_OK;
}

enum hc_status hc_findings_add(
    struct hc_findings_run *run, const struct hc_cell *cell, struct hc_error *err)
{
    if (cell->node >= run->view.summary->n_nodes || cell->node < run->node)
        return hc_fail(err, HC_INTERNAL, "a cell of node %u after one of node %u of %zu",
            cell->node, run->node, run->view.summary->n_nodes);
    if (!cell->rows)
        return HC_OK;
    run->node = cell->node;
    for (size_t i = 0; i < HC_COUNT(table); i++)
        if (table[i]->add && table[i]->add(run->state[i], &run->view, cell))
            return hc_fail(err, HC_NO_MEMORY, "no memory for the findings");
    return HC_OK;
}

void hc_findings_workloads(struct hc_findings_run *run, struct hc_workloads *workloads)
{
    hc_workloads_clear(&run->workloads);
    run->workloads = *workloads;
    *workloads = (struct hc_workloads){0};
}

void hc_findings_placement(struct hc_findings_run *run, struct hc_placement *placement)
{
    hc_placement_clear(&run->placement);
    run->placement = *placement;
    *placement = (struct hc_placement){0};
}

static enum hc_status finish(struct hc_findings_run *run, struct hc_findings *out)
{
    for (size_t i = 0; i < HC_COUNT(table); i++)
        if (table[i]->finish)
            HC_TRY(table[i]->finish(run->state[i], &run->view, out));
    for (size_t i = 0; i < HC_COUNT(table); i++)
        if (table[i]->say)
            HC_TRY(table[i]->say(&run->view, out));
    hc_statements_sort(out);
    return HC_OK;
}

enum hc_status hc_findings_end(
    struct hc_findings_run *run, struct hc_findings *ret_out, struct hc_error *err)
{
    struct hc_findings out = {.summary = run->view.summary,
        .settings = run->view.settings,
        .workloads = run->workloads,
        .placement = run->placement};
    enum hc_status status;

    assert(!run->ended);
    run->ended = true;
    run->workloads = (struct hc_workloads){0};
    run->placement = (struct hc_placement){0};
    status = finish(run, &out);
    if (status) {
        hc_findings_clear(&out);
        return hc_fail(err, status, "no memory for the findings");
    }
    *ret_out = out;
    return HC_OK;
}

void hc_findings_free(struct hc_findings_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < HC_COUNT(table); i++) {
        if (run->state[i] && table[i]->clear)
            table[i]->clear(run->state[i]);
        hc_free(run->state[i]);
    }
    hc_workloads_clear(&run->workloads);
    hc_placement_clear(&run->placement);
    hc_view_clear(&run->view);
    hc_free(run);
}
