#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "findings/findings.h"
#include "findings/view.h"

static enum hc_status check_target(
    const char *option, double target, struct hc_error *err)
{
    if (target > 0 && target <= 1)
        return HC_OK;
    return hc_fail(
        err, HC_USAGE, "%s must be above 0 and at most 1, not %g", option, target);
}

static void find_columns(struct hc_view *view)
{
    for (int m = 0; m < HC_METRICS; m++) {
        int at = hc_summary_metric_column(view->summary, (enum hc_metric_id)m);

        if (at < 0)
            continue;
        view->column[m] = &view->summary->columns[at];
        view->weighted[m] = view->column[m]->stats.n && view->column[m]->stats.max > 0;
    }
}

static enum hc_status find_nodes(struct hc_view *view)
{
    const struct hc_summary *s = view->summary;

    view->compared = hc_calloc(s->n_nodes, sizeof(*view->compared));
    if (!view->compared)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++) {
        const struct hc_node *node = &s->nodes[i];

        view->clusters |= node->cluster != NULL;
        view->compared[i] =
            node->rows && node->last_us >= node->first_us + HC_COMPARED_US;
        view->n_compared += view->compared[i];
    }
    return HC_OK;
}

/* Bytes, and no value after every value. */
static int by_value(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;

    if (!x || !y)
        return !x - !y;
    return strcmp(x, y);
}

/* Sorts all nodes' values into view->group_value, each once. */
static enum hc_status list_values(struct hc_view *view, struct hc_error *err)
{
    const struct hc_summary *s = view->summary;
    const char **values = hc_alloc(s->n_nodes, sizeof(*values));
    size_t n = 0;

    view->group_value = values;
    if (!values)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++)
        values[i] = s->nodes[i].group;
    qsort(values, s->n_nodes, sizeof(*values), by_value);
    for (size_t i = 0; i < s->n_nodes; i++)
        if (!n || by_value(&values[n - 1], &values[i]))
            values[n++] = values[i];
    view->n_groups = (uint32_t)n;
    if (n > HC_MAX_GROUPS)
        return hc_fail(err, HC_USAGE,
            "cannot group by '%s': it has %zu values over the nodes, at most %d can be",
            view->settings->group_by, n, HC_MAX_GROUPS);
    return HC_OK;
}

static enum hc_status find_groups(struct hc_view *view, struct hc_error *err)
{
    const struct hc_summary *s = view->summary;

    if (!view->settings->group_by || !s->n_nodes)
        return HC_OK;
    HC_TRY(list_values(view, err));
    view->group = hc_alloc(s->n_nodes, sizeof(*view->group));
    if (!view->group)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < s->n_nodes; i++) {
        const char *value = s->nodes[i].group;
        const char **at = bsearch(&value, view->group_value, view->n_groups,
            sizeof(*view->group_value), by_value);

        view->group[i] = (uint32_t)(at - view->group_value);
    }
    return HC_OK;
}

enum hc_status hc_view_init(struct hc_view *view, const struct hc_summary *summary,
    const struct hc_settings *settings, struct hc_error *err)
{
    *view = (struct hc_view){.summary = summary,
        .settings = settings,
        .keys_complete = summary->rows_no_key == 0};
    HC_TRY(check_target("--target-cpu", settings->target_cpu, err));
    HC_TRY(check_target("--target-memory", settings->target_memory, err));
    find_columns(view);
    HC_TRY(find_nodes(view));
    return find_groups(view, err);
}

void hc_view_clear(struct hc_view *view)
{
    hc_free(view->compared);
    hc_free(view->group);
    hc_free(view->group_value);
    *view = (struct hc_view){0};
}
