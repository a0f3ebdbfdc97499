#include "collect/label_groups.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { BATCH = 512 };

void hc_label_groups_clear(struct hc_label_groups *groups)
{
    for (size_t i = 0; i < groups->index.n; i++)
        hc_free(groups->rows[i]);
    hc_free(groups->rows);
    hc_name_index_clear(&groups->index);
    if (groups->used)
        *groups->used -= groups->bytes;
    *groups =
        (struct hc_label_groups){.n_points = groups->n_points, .used = groups->used};
}

void hc_label_key_add(struct hc_buf *key, const struct hc_label *label)
{
    hc_piece_put_text(key, label->name, label->name_len);
    hc_piece_put_text(key, label->value, label->value_len);
}

double *hc_label_groups_find(
    const struct hc_label_groups *groups, const struct hc_buf *key)
{
    size_t at = hc_name_index_find(&groups->index, hc_buf_str(key), key->len);

    return at == HC_NO_NAME ? NULL : groups->rows[at];
}

static double *new_row(size_t n)
{
    double *row = hc_alloc(n, sizeof(double));

    for (size_t i = 0; row && i < n; i++)
        row[i] = hc_absent();
    return row;
}

enum hc_status hc_label_groups_row(struct hc_label_groups *groups,
    const struct hc_buf *key, double **ret, struct hc_error *err)
{
    size_t bytes = groups->n_points * sizeof(double) + key->len;
    HC_CLEANUP(hc_freep) double *row = NULL;

    HC_TRY(hc_buf_check(key));
    *ret = hc_label_groups_find(groups, key);
    if (*ret)
        return HC_OK;
    if (*groups->used + bytes > HC_PIECE_MAX)
        return hc_fail(
            err, HC_SERVICE, "more than %zu groups of series at once", groups->index.n);
    HC_TRY(hc_grow(&groups->rows, &groups->cap, groups->index.n + 1, sizeof(double *)));
    row = new_row(groups->n_points);
    if (!row)
        return HC_NO_MEMORY;
    HC_TRY(hc_name_index_add(&groups->index, hc_buf_str(key), key->len, NULL));
    groups->bytes += bytes;
    *groups->used += bytes;
    *ret = groups->rows[groups->index.n - 1] = hc_take(&row);
    return HC_OK;
}

/* ---- giving ---- */

struct entry {
    const char *key;
    size_t len;
    const double *row;
};

/* As labels.Compare of Prometheus: name, value, name, ...; the shorter set first. */
static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    const char *p = x->key, *q = y->key, *p_end = p + x->len, *q_end = q + y->len;

    while (p < p_end && q < q_end) {
        int order = strcmp(p, q);

        if (order)
            return order;
        p += strlen(p) + 1;
        q += strlen(q) + 1;
    }
    return (p < p_end) - (q < q_end);
}

static enum hc_status give_labels(
    const struct entry *entry, const struct hc_sink *sink, struct hc_error *err)
{
    HC_CLEANUP(hc_freep) struct hc_label *labels = NULL;
    size_t n = 0, cap = 0;

    for (const char *at = entry->key; at < entry->key + entry->len; n++) {
        const char *value = at + strlen(at) + 1;

        HC_TRY(hc_grow(&labels, &cap, n + 1, sizeof(labels[0])));
        labels[n] = (struct hc_label){at, value, strlen(at), strlen(value)};
        at = value + strlen(value) + 1;
    }
    return sink->series(sink->context, labels, n, err);
}

static enum hc_status give_row(const struct entry *entry, size_t n_points,
    int64_t start_ms, int64_t step_ms, const struct hc_sink *sink, struct hc_error *err)
{
    struct hc_sample batch[BATCH];
    size_t n = 0;

    HC_TRY(give_labels(entry, sink, err));
    for (size_t i = 0; i < n_points; i++) {
        double v = entry->row[i];

        if (!hc_is_absent(v)) /* of NaN there are many: one will do */
            batch[n++] = (struct hc_sample){
                start_ms + (int64_t)i * step_ms, isnan(v) ? (double)NAN : v};
        if (n && (n == BATCH || i + 1 == n_points)) {
            HC_TRY(sink->samples(sink->context, batch, n, err));
            n = 0;
        }
    }
    return hc_sink_end(sink, err);
}

enum hc_status hc_label_groups_give(const struct hc_label_groups *groups,
    int64_t start_ms, int64_t step_ms, const struct hc_sink *sink, struct hc_error *err)
{
    size_t n = groups->index.n;
    HC_CLEANUP(hc_freep) struct entry *entries = hc_alloc(n + 1, sizeof(*entries));

    if (!entries)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++) {
        entries[i].key = hc_name_index_name(&groups->index, i, &entries[i].len);
        entries[i].row = groups->rows[i];
    }
    qsort(entries, n, sizeof(*entries), compare);
    for (size_t i = 0; i < n; i++)
        HC_TRY(give_row(&entries[i], groups->n_points, start_ms, step_ms, sink, err));
    return HC_OK;
}
