/*
 * analysis_workload.c - the pods of a data set, where it has some
 */
#include <string.h>

#include "base/mem.h"
#include "cli/analysis.h"
#include "cli/progress.h"
#include "workload/workload.h"

/* What hc_workload_find borrows. */
struct lists {
    const char **files;    /* [dataset.n_beside], kind by kind */
    const char **nodes;    /* [summary.n_nodes] */
    const char **clusters; /* the same */
};

static void lists_clear(struct lists *lists)
{
    hc_free(lists->files);
    hc_free(lists->nodes);
    hc_free(lists->clusters);
}

static void list_files(
    const struct hc_dataset *ds, const char **files, struct hc_workload_request *request)
{
    for (int kind = 0; kind < HC_BESIDES; kind++) {
        request->files[kind] = files;
        for (size_t i = 0; i < ds->n_beside; i++)
            if ((int)ds->beside[i].kind == kind)
                *files++ = ds->beside[i].file.readable;
        request->n_files[kind] = (size_t)(files - request->files[kind]);
    }
}

/* Where rows were chosen, the nodes that are left: pods have no other column of theirs.
 */
static void list_nodes(const struct hc_analysis *a, const struct lists *lists,
    struct hc_workload_request *request)
{
    const struct hc_summary *s = &a->summary;

    if (!a->request.nodes_glob && !a->request.n_matches)
        return;
    for (size_t i = 0; i < s->n_nodes; i++) {
        lists->nodes[i] = s->nodes[i].name;
        lists->clusters[i] = s->nodes[i].cluster;
    }
    request->nodes = lists->nodes;
    request->clusters = lists->clusters;
    request->n_nodes = s->n_nodes;
}

static void set_time(const struct hc_dataset *ds, struct hc_workload_request *request)
{
    request->since_us = ds->start_us > ds->since_us ? ds->start_us : ds->since_us;
    request->until_us = ds->end_us < ds->until_us ? ds->end_us : ds->until_us;
}

static enum hc_status find(struct hc_analysis *a,
    const struct hc_workload_request *request, struct hc_error *err)
{
    struct hc_progress_bar bar;
    enum hc_status status;

    hc_progress_start(&bar, a->common, a->duck);
    status = hc_workload_find(a->duck, request, &a->workloads, err);
    hc_progress_stop(&bar);
    HC_TRY(hc_dataset_explain_beside(a->duck, &a->dataset, status, err));
    return hc_dataset_unchanged(&a->dataset, err);
}

enum hc_status hc_analysis_workloads(struct hc_analysis *a, struct hc_error *err)
{
    const struct hc_dataset *ds = &a->dataset;
    struct hc_workload_request request = {0};
    HC_CLEANUP(lists_clear)
    struct lists lists = {hc_alloc(ds->n_beside, sizeof(char *)),
        hc_alloc(a->summary.n_nodes, sizeof(char *)),
        hc_alloc(a->summary.n_nodes, sizeof(char *))};

    if (!lists.files || !lists.nodes || !lists.clusters)
        return HC_NO_MEMORY;
    list_files(ds, lists.files, &request);
    list_nodes(a, &lists, &request);
    set_time(ds, &request);
    return find(a, &request, err);
}
