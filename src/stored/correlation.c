/*
 * correlation.c - matrices and pairs, columns by their names
 */
#include <math.h>

#include "base/mem.h"
#include "stored/reading.h"

/* ---- matrices -------------------------------------------------------------------- */

/* One value of a matrix; false if it is of another kind. */
typedef bool take_entry(const json_t *value, struct hc_matrix *m, size_t at);

static bool take_r(const json_t *value, struct hc_matrix *m, size_t at)
{
    m->r[at] = json_is_null(value) ? NAN : json_number_value(value);
    return json_is_null(value) || json_is_number(value);
}

static bool take_n(const json_t *value, struct hc_matrix *m, size_t at)
{
    m->n[at] = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* Before anything is allocated: p × p entries are in the file. */
static enum hc_status check_square(
    struct hc_reading *r, const json_t *object, const char *key, size_t p)
{
    const json_t *list;

    HC_TRY(hc_reading_list(r, object, key, &list));
    if (json_array_size(list) != p)
        return hc_reading_bad(r, key, "has not a row for each column");
    for (size_t i = 0; i < p; i++)
        if (json_array_size(json_array_get(list, i)) != p)
            return hc_reading_bad(r, key, "is not square");
    return HC_OK;
}

static enum hc_status fill(struct hc_reading *r, const json_t *object, const char *key,
    struct hc_matrix *m, take_entry *take)
{
    const json_t *list = json_object_get(object, key);

    for (size_t i = 0; i < m->p; i++)
        for (size_t j = 0; j < m->p; j++)
            if (!take(json_array_get(json_array_get(list, i), j), m, i * m->p + j))
                return hc_reading_bad(r, key, "holds something that is not a number");
    return HC_OK;
}

static enum hc_status read_matrix(
    struct hc_reading *r, const json_t *object, const char *key, struct hc_matrix *m)
{
    size_t p = 0;

    HC_TRY(hc_reading_columns(r, object, "columns", &m->column, &p));
    HC_TRY(check_square(r, object, key, p));
    HC_TRY(check_square(r, object, "n", p));
    m->r = hc_alloc(p * p, sizeof(*m->r));
    m->n = hc_alloc(p * p, sizeof(*m->n));
    if (!m->r || !m->n)
        return HC_NO_MEMORY;
    m->p = p;
    HC_TRY(fill(r, object, key, m, take_r));
    return fill(r, object, "n", m, take_n);
}

/* ---- the section ----------------------------------------------------------------- */

static const struct hc_field pair_fields[] = {
    {"a", hc_take_column, offsetof(struct hc_pair, a), NULL},
    {"b", hc_take_column, offsetof(struct hc_pair, b), NULL},
    {"r", hc_take_number, offsetof(struct hc_pair, r), NULL},
    {"r_within", hc_take_number, offsetof(struct hc_pair, r_within), NULL},
    {"n", hc_take_count, offsetof(struct hc_pair, n), NULL},
};
static const struct hc_shape pair_shape = HC_SHAPE(struct hc_pair, pair_fields, NULL);

static const struct hc_field correlation_fields[] = {
    {NULL, hc_take_verdict, offsetof(struct hc_pairs, verdict), NULL},
};

static enum hc_status finish_correlation(
    struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_pairs *pairs = to;
    struct hc_summary *s = &r->stored->summary;
    const json_t *within = json_object_get(object, "within_node");

    HC_TRY(read_matrix(r, object, "pooled", &s->pooled));
    HC_TRY(read_matrix(r, within, "matrix", &s->within));
    HC_TRY(hc_reading_columns(r, object, "omitted", &s->omitted, &s->n_omitted));
    return hc_reading_rows(
        r, object, "pairs", &pair_shape, &pairs->pairs, &pairs->n_pairs);
}

static const struct hc_shape correlation_shape =
    HC_SHAPE(struct hc_pairs, correlation_fields, finish_correlation);

enum hc_status hc_stored_correlation(struct hc_reading *r, const json_t *root)
{
    return hc_reading_object(r, "correlation", json_object_get(root, "correlation"),
        &correlation_shape, &r->stored->findings.correlation);
}
