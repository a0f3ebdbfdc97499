#include <math.h>

#include "report/json_sections.h"

static const char *name_of(const struct hc_findings *f, uint32_t column)
{
    return f->summary->columns[column].name;
}

static void put_names(struct hc_json *js, const char *key, const struct hc_findings *f,
    const uint32_t *columns, size_t n)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < n; i++)
        hc_json_str(js, name_of(f, columns[i]));
    hc_json_rows_close(js, ']');
}

static void put_matrix(struct hc_json *js, const char *key, const struct hc_matrix *m)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < m->p; i++) {
        hc_json_open(js, '[');
        for (size_t j = 0; j < m->p; j++)
            hc_json_num(js, m->r[i * m->p + j]);
        hc_json_close(js, ']');
    }
    hc_json_rows_close(js, ']');
}

static void put_counts(struct hc_json *js, const char *key, const struct hc_matrix *m)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < m->p; i++) {
        hc_json_open(js, '[');
        for (size_t j = 0; j < m->p; j++)
            hc_json_int(js, (int64_t)m->n[i * m->p + j]);
        hc_json_close(js, ']');
    }
    hc_json_rows_close(js, ']');
}

/* ---- why an entry is null -------------------------------------------------------- */

static void put_null(struct hc_json *js, const struct hc_findings *f,
    const struct hc_matrix *m, size_t i, size_t j, const char *constant)
{
    uint64_t n = m->n[i * m->p + j];
    bool alone = i == j;

    hc_json_open(js, '{');
    hc_json_kstr(js, "a", name_of(f, m->column[i]));
    hc_json_kstr(js, "b", alone ? NULL : name_of(f, m->column[j]));
    hc_json_count(js, "n", n);
    hc_json_status(js, n < 2 ? HC_NOT_ENOUGH_DATA : HC_NOT_AVAILABLE,
        n < 2 ? (alone ? "fewer than two values" : "fewer than two common rows")
              : constant);
    hc_json_close(js, '}');
}

/* A column that goes with nothing is one row (b null), not one for each other column. */
static void put_nulls(struct hc_json *js, const char *key, const struct hc_findings *f,
    const struct hc_matrix *m, const char *constant)
{
    hc_json_rows_open(js, key, '[');
    for (size_t i = 0; i < m->p; i++)
        if (isnan(m->r[i * m->p + i]))
            put_null(js, f, m, i, i, constant);
    for (size_t i = 0; i < m->p; i++)
        for (size_t j = i + 1; j < m->p; j++)
            if (isnan(m->r[i * m->p + j]) && !isnan(m->r[i * m->p + i]) &&
                !isnan(m->r[j * m->p + j]))
                put_null(js, f, m, i, j, "constant over the common rows");
    hc_json_rows_close(js, ']');
}

/* ---- the section ----------------------------------------------------------------- */

static void put_pairs(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_rows_open(js, "pairs", '[');
    for (size_t i = 0; i < f->correlation.n_pairs; i++) {
        const struct hc_pair *pair = &f->correlation.pairs[i];
        const struct hc_column *columns = f->summary->columns;

        hc_json_open(js, '{');
        hc_json_kstr(js, "a", columns[pair->a].name);
        hc_json_kstr(js, "b", columns[pair->b].name);
        hc_json_knum(js, "r", pair->r);
        hc_json_knum(js, "r_within", pair->r_within);
        hc_json_key(js, "kinds");
        hc_json_open(js, '[');
        hc_json_str(js, hc_column_kind_name(columns[pair->a].kind));
        hc_json_str(js, hc_column_kind_name(columns[pair->b].kind));
        hc_json_close(js, ']');
        hc_json_count(js, "n", pair->n);
        if (isnan(pair->r_within))
            hc_json_status(js, HC_NOT_AVAILABLE,
                "r_within: not two gauges, or constant within each node");
        hc_json_close(js, '}');
    }
    hc_json_rows_close(js, ']');
}

static void put_within(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_matrix *within = &f->summary->within;

    hc_json_key(js, "within_node");
    hc_json_open(js, '{');
    put_names(js, "columns", f, within->column, within->p);
    put_matrix(js, "matrix", within);
    put_counts(js, "n", within);
    put_nulls(js, "nulls", f, within, "constant within each node");
    hc_json_close(js, '}');
}

void hc_json_correlation(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_matrix *pooled = &f->summary->pooled;

    hc_json_open(js, '{');
    hc_json_verdict(js, &f->correlation.verdict);
    put_names(js, "columns", f, pooled->column, pooled->p);
    put_matrix(js, "pooled", pooled);
    put_counts(js, "n", pooled);
    put_nulls(js, "nulls", f, pooled, "constant");
    put_within(js, f);
    put_pairs(js, f);
    put_names(js, "omitted", f, f->summary->omitted, f->summary->n_omitted);
    hc_json_close(js, '}');
}
