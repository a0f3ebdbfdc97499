#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "cli/analysis.h"

/* ---- columns ---- */

struct hc_stats hc_analysis_stats(const struct hc_moments *m)
{
    if (!m->n)
        return (struct hc_stats){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return (struct hc_stats){.n = m->n,
        .mean = m->mean,
        .min = m->min,
        .max = m->max,
        .std = m->n > 1 ? sqrt(m->m2 / (double)(m->n - 1)) : NAN};
}

static void fill_numeric(
    struct hc_column *column, const struct hc_profile *profile, size_t j)
{
    struct hc_profile_column read;

    hc_profile_read_column(profile, j, &read);
    column->missing = read.missing;
    column->nan = read.nan;
    column->infinite = read.infinite;
    column->below = read.below;
    column->above = read.above;
    column->stats = hc_analysis_stats(&read.moments);
    column->stats.p50 = hc_profile_quantile(profile, j, 0.50);
    column->stats.p95 = hc_profile_quantile(profile, j, 0.95);
    column->stats.p99 = hc_profile_quantile(profile, j, 0.99);
}

static enum hc_status copy_columns(struct hc_analysis *a)
{
    struct hc_summary *s = &a->summary;
    const struct hc_dataset *ds = &a->dataset;
    size_t counted = 1; /* a->counts' first column is the profile's rows */

    s->columns = hc_calloc(ds->n_columns, sizeof(*s->columns));
    if (!s->columns)
        return HC_NO_MEMORY;
    s->n_columns = ds->n_columns;
    for (size_t i = 0; i < ds->n_columns; i++) {
        struct hc_column *column = &s->columns[i];

        column->name = hc_strdup(ds->columns[i].name);
        column->type = hc_strdup(ds->columns[i].type);
        if (!column->name || !column->type)
            return HC_NO_MEMORY;
        column->kind = ds->columns[i].kind;
        column->metric = ds->columns[i].metric;
        column->numeric = ds->columns[i].numeric;
        if (!column->numeric)
            column->missing = (uint64_t)hc_rows_int(a->counts, counted++, 0);
    }
    for (size_t k = 0; k < a->n_order; k++)
        fill_numeric(&s->columns[a->order[k]], a->profiles[k / HC_PART_COLUMNS],
            k % HC_PART_COLUMNS);
    return HC_OK;
}

enum hc_status hc_analysis_note(struct hc_summary *s, const char *text)
{
    char **notes = hc_realloc(s->notes, s->n_notes + 1, sizeof(*notes));

    if (!notes)
        return HC_NO_MEMORY;
    s->notes = notes;
    s->notes[s->n_notes] = hc_strdup(text);
    return s->notes[s->n_notes++] ? HC_OK : HC_NO_MEMORY;
}

/* The calendar columns that do not say what the timestamps say. */
static enum hc_status note_calendar(struct hc_analysis *a)
{
    size_t at = 1;
    char text[256];

    for (size_t i = 0; i < a->summary.n_columns; i++)
        at += !a->summary.columns[i].numeric;
    for (size_t i = 0; i < a->summary.n_columns; i++) {
        const struct hc_column *column = &a->summary.columns[i];
        int64_t rows;

        if (!column->numeric ||
            (strcmp(column->name, "hour") && strcmp(column->name, "day_of_week")))
            continue;
        rows = hc_rows_int(a->counts, at++, 0);
        if (!rows)
            continue;
        snprintf(text, sizeof(text),
            "column '%s' disagrees with the timestamps (%s) in %lld rows; the timestamps "
            "count",
            column->name, a->settings.timezone, (long long)rows);
        HC_TRY(hc_analysis_note(&a->summary, text));
    }
    return HC_OK;
}

static enum hc_status copy_file(
    const struct hc_dataset_file *file, struct hc_input_file *ret)
{
    *ret = (struct hc_input_file){
        hc_strdup(file->path), file->bytes, file->rows, file->verified, ""};
    memcpy(ret->sha256, file->sha256, sizeof(ret->sha256));
    return ret->path ? HC_OK : HC_NO_MEMORY;
}

/* The samples first. */
static enum hc_status copy_files(struct hc_analysis *a)
{
    struct hc_summary *s = &a->summary;
    const struct hc_dataset *ds = &a->dataset;

    s->files = hc_calloc(ds->n_files + ds->n_beside, sizeof(*s->files));
    if (!s->files)
        return HC_NO_MEMORY;
    s->n_files = ds->n_files + ds->n_beside;
    for (size_t i = 0; i < ds->n_files; i++)
        HC_TRY(copy_file(&ds->files[i], &s->files[i]));
    for (size_t i = 0; i < ds->n_beside; i++)
        HC_TRY(copy_file(&ds->beside[i].file, &s->files[ds->n_files + i]));
    s->n_collected = ds->n_collected;
    s->collected = hc_take(&a->dataset.collected);
    a->dataset.n_collected = 0;
    for (size_t i = 0; i < ds->n_notes; i++)
        HC_TRY(hc_analysis_note(s, ds->notes[i]));
    return note_calendar(a);
}

/* ---- correlation ---- */

static enum hc_status make_matrix(struct hc_matrix *m, size_t p, const uint32_t *columns)
{
    m->p = p;
    m->column = hc_alloc(p, sizeof(*m->column));
    m->r = hc_alloc(p * p, sizeof(*m->r));
    m->n = hc_alloc(p * p, sizeof(*m->n));
    if (!m->column || !m->r || !m->n)
        return HC_NO_MEMORY;
    memcpy(m->column, columns, p * sizeof(*columns));
    return HC_OK;
}

static enum hc_status copy_correlation(struct hc_analysis *a)
{
    struct hc_summary *s = &a->summary;
    size_t p = a->n_order < HC_PART_COLUMNS ? a->n_order : HC_PART_COLUMNS;

    HC_TRY(make_matrix(&s->pooled, p, a->order));
    HC_TRY(make_matrix(&s->within, a->n_gauges, a->order));
    HC_TRY(hc_profile_correlation(a->profiles[0], s->pooled.r, s->pooled.n));
    HC_TRY(hc_profile_correlation_within(a->profiles[0], s->within.r, s->within.n));
    s->n_omitted = a->n_order - p;
    s->omitted = hc_alloc(s->n_omitted, sizeof(*s->omitted));
    if (!s->omitted)
        return HC_NO_MEMORY;
    memcpy(s->omitted, a->order + p, s->n_omitted * sizeof(*s->omitted));
    return HC_OK;
}

/* ---- all ---- */

enum hc_status hc_analysis_no_data(const struct hc_analysis *a, struct hc_error *err)
{
    return hc_fail(err, HC_NO_DATA,
        "not enough data: none of %llu rows has a timestamp, a node and a finite gauge",
        (unsigned long long)a->summary.rows);
}

/* Exit 4: no row with a timestamp, a node and a finite gauge; or a single timestamp. */
static enum hc_status enough(const struct hc_analysis *a, struct hc_error *err)
{
    const struct hc_summary *s = &a->summary;

    if (!s->rows)
        return hc_fail(err, HC_NO_DATA, "not enough data: no rows%s",
            a->dataset.has_keep ? " are left by --since, --until, --nodes or --match"
                                : "");
    if (!s->n_nodes)
        return hc_analysis_no_data(a, err);
    if (s->first_us == s->last_us)
        return hc_fail(err, HC_NO_DATA,
            "not enough data: all rows have the same timestamp; a pattern in time needs "
            "more");
    return HC_OK;
}

static void find_span(struct hc_summary *s)
{
    for (size_t i = 0; i < s->n_nodes; i++) {
        if (!i || s->nodes[i].first_us < s->first_us)
            s->first_us = s->nodes[i].first_us;
        if (!i || s->nodes[i].last_us > s->last_us)
            s->last_us = s->nodes[i].last_us;
    }
}

enum hc_status hc_analysis_summarise(struct hc_analysis *a, struct hc_error *err)
{
    struct hc_summary *s = &a->summary;

    s->rows = hc_profile_rows(a->profiles[0]);
    s->rows_no_key = hc_profile_rows_no_key(a->profiles[0]);
    s->grain_s = hc_zone_grain(&a->zone);
    HC_TRY(copy_columns(a));
    HC_TRY(copy_files(a));
    HC_TRY(hc_analysis_nodes(a, err));
    find_span(s);
    s->first_offset_s =
        (int32_t)hc_zone_offset(&a->zone, hc_floor_div(s->first_us, 1000000));
    s->last_offset_s =
        (int32_t)hc_zone_offset(&a->zone, hc_floor_div(s->last_us, 1000000));
    HC_TRY(enough(a, err));
    HC_TRY(hc_analysis_groups(a, err));
    return copy_correlation(a);
}
