/*
 * analysis_anomalies.c - when nodes were not as usual: the cells once more, then the
 * samples once more
 *
 * The only method that reads the samples a second time: most events are shorter than an
 * hour. The files must be what they were (hc_dataset_unchanged).
 */
#include <stdatomic.h>

#include "base/mem.h"
#include "base/workers.h"
#include "cli/analysis.h"
#include "cli/progress.h"
#include "duck/scan.h"
#include "findings/anomalies.h"

/* ---- the cells ---- */

struct learning {
    struct hc_analysis *a;
    struct hc_anomalies_run *run;
    size_t parts;
    atomic_size_t next;
    atomic_int status;
};

static enum hc_status learn_part(struct learning *l, size_t part)
{
    HC_CLEANUP(hc_cell_reader_clear) struct hc_cell_reader reader = {0};
    struct hc_anomalies_learner *learner;
    struct hc_cell cell = {0};

    HC_TRY(hc_anomalies_learner_new(l->run, &learner));
    HC_TRY(hc_cell_reader_init(&reader, l->a->log, part, l->parts));
    while (hc_analysis_next_cell(l->a, &reader, &cell))
        HC_TRY(hc_anomalies_learn(learner, &cell));
    return hc_anomalies_learned(learner);
}

static void *learn_main(void *context)
{
    struct learning *l = context;
    size_t part;

    while ((part = atomic_fetch_add(&l->next, 1)) < l->parts && !l->status) {
        enum hc_status status = learn_part(l, part);

        if (status)
            l->status = (int)status;
    }
    return NULL;
}

static enum hc_status learn(struct hc_analysis *a, struct hc_anomalies_run *run)
{
    struct learning l = {.a = a, .run = run};

    l.parts = hc_workers_count(a->common->threads, HC_WORKERS_MAX);
    hc_workers_run(l.parts, learn_main, &l);
    return (enum hc_status)l.status;
}

/* ---- the samples ---- */

static enum hc_status begin_worker(void *context, void **ret_worker)
{
    struct hc_anomalies_scorer *scorer = NULL;

    HC_TRY(hc_anomalies_scorer_new(context, &scorer));
    *ret_worker = scorer;
    return HC_OK;
}

static enum hc_status add_rows(void *worker, const struct hc_scan_rows *rows)
{
    const struct hc_anomaly_rows samples = {
        rows->n, rows->node, rows->time_us, rows->value, rows->valid};

    return hc_anomalies_score(worker, &samples);
}

/* The summary's nodes, by its order. */
static enum hc_status index_nodes(const struct hc_summary *s, struct hc_name_index *index)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf identity = HC_BUF_INIT;

    for (size_t i = 0; i < s->n_nodes; i++) {
        size_t at;

        hc_buf_reset(&identity);
        hc_scan_identity(&identity, s->nodes[i].cluster, s->nodes[i].name);
        HC_TRY(hc_buf_check(&identity));
        HC_TRY(hc_name_index_add(index, identity.text, identity.len, &at));
        if (at != i)
            return HC_INTERNAL;
    }
    return HC_OK;
}

static void put_arguments(
    const struct hc_analysis *a, const struct hc_anomalies_run *run, struct hc_buf *sql)
{
    const enum hc_metric_id *gauges;
    size_t n = hc_anomalies_gauges(run, &gauges);

    hc_buf_puts(sql,
        a->dataset.has_cluster ? "hc_time, hc_cluster, hc_node" : "hc_time, hc_node");
    if (a->dataset.has_keep)
        hc_buf_puts(sql, ", hc_keep");
    for (size_t g = 0; g < n; g++) {
        hc_buf_puts(sql, ", ");
        hc_sql_name(sql, hc_metrics[gauges[g]].name);
    }
}

static enum hc_status score(
    struct hc_analysis *a, struct hc_anomalies_run *run, struct hc_error *err)
{
    HC_CLEANUP(hc_name_index_clear) struct hc_name_index nodes = {0};
    HC_CLEANUP(hc_buf_clear) struct hc_buf arguments = HC_BUF_INIT;
    const enum hc_metric_id *gauges;
    struct hc_progress_bar bar;
    struct hc_scan scan = {.from = "hc_samples",
        .has_cluster = a->dataset.has_cluster,
        .has_keep = a->dataset.has_keep,
        .columns = hc_anomalies_gauges(run, &gauges),
        .nodes = &nodes,
        .context = run,
        .begin = begin_worker,
        .add = add_rows};
    enum hc_status status;

    HC_TRY(index_nodes(&a->summary, &nodes));
    put_arguments(a, run, &arguments);
    HC_TRY(hc_buf_check(&arguments));
    scan.arguments = arguments.text;
    hc_progress_start(&bar, a->common, a->duck);
    status = hc_scan_run(a->duck, &scan, err);
    hc_progress_stop(&bar);
    HC_TRY(hc_dataset_explain(a->duck, &a->dataset, status, err));
    return hc_dataset_unchanged(&a->dataset, err);
}

static enum hc_status find(
    struct hc_analysis *a, struct hc_anomalies_run *run, struct hc_error *err)
{
    HC_TRY(learn(a, run));
    if (hc_anomalies_can_score(run))
        HC_TRY(score(a, run, err));
    return hc_anomalies_end(run, &a->findings, err);
}

enum hc_status hc_analysis_anomalies(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_anomalies_run *run = NULL;
    enum hc_status status;

    if (!a->wants_anomalies)
        return hc_anomalies_leave_out(&a->findings, "left out by --no-anomalies", err);
    status = hc_anomalies_begin(&run, &a->findings, &a->zone, err);
    if (!status)
        status = find(a, run, err);
    hc_anomalies_free(run);
    return status;
}
