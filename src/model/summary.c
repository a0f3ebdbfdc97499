#include "base/mem.h"
#include "model/summary.h"

int hc_summary_metric_column(const struct hc_summary *summary, enum hc_metric_id metric)
{
    for (size_t i = 0; i < summary->n_columns; i++)
        if (summary->columns[i].metric == (int)metric)
            return (int)i;
    return -1;
}

static void matrix_clear(struct hc_matrix *m)
{
    hc_free(m->column);
    hc_free(m->r);
    hc_free(m->n);
}

void hc_summary_clear(struct hc_summary *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->columns && i < s->n_columns; i++) {
        hc_free(s->columns[i].name);
        hc_free(s->columns[i].type);
    }
    for (size_t i = 0; s->nodes && i < s->n_nodes; i++) {
        hc_free(s->nodes[i].name);
        hc_free(s->nodes[i].cluster);
        hc_free(s->nodes[i].group);
    }
    for (size_t i = 0; s->files && i < s->n_files; i++)
        hc_free(s->files[i].path);
    for (size_t i = 0; s->notes && i < s->n_notes; i++)
        hc_free(s->notes[i]);
    hc_free(s->columns);
    hc_free(s->nodes);
    hc_free(s->gaps);
    hc_free(s->omitted);
    hc_free(s->files);
    hc_free(s->notes);
    hc_collected_free(s->collected, s->n_collected);
    matrix_clear(&s->pooled);
    matrix_clear(&s->within);
    *s = (struct hc_summary){0};
}
