#include "base/mem.h"
#include "model/workload.h"

const char *const hc_beside_names[HC_BESIDES] = {
    "nodes.parquet", "pods.parquet", "pod_usage/"};

const struct hc_resource_words hc_resources[HC_RESOURCES] = {
    {"cpu", "cores", "CPU"},
    {"memory", "bytes", "memory"},
};

const char *const hc_workload_value_keys[HC_WORKLOAD_VALUES] = {
    "cpu.allocatable",
    "cpu.requested",
    "cpu.limits",
    "cpu.used",
    "memory.allocatable",
    "memory.requested",
    "memory.limits",
    "memory.used",
    "throttled_share",
    "oom_kills",
    "restarts",
};

static void budget_clear(struct hc_budget *budget)
{
    hc_free(budget->cluster);
    hc_free(budget->name);
}

static void budgets_clear(struct hc_budget *budgets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        budget_clear(&budgets[i]);
    hc_free(budgets);
}

void hc_workloads_clear(struct hc_workloads *w)
{
    if (!w)
        return;
    budget_clear(&w->total);
    budgets_clear(w->clusters, w->n_clusters);
    budgets_clear(w->nodes, w->n_nodes);
    budgets_clear(w->namespaces, w->n_namespaces);
    for (size_t i = 0; i < w->n_top; i++) {
        hc_free(w->top[i].cluster);
        hc_free(w->top[i].namespace);
        hc_free(w->top[i].kind);
        hc_free(w->top[i].name);
    }
    hc_free(w->top);
    *w = (struct hc_workloads){0};
}
