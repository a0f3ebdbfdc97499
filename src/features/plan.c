#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "features/calendar.h"
#include "features/plan.h"
#include "features/rolling.h"

enum { NAME_ROOM = 512 };

void hc_feature_plan_clear(struct hc_feature_plan *plan)
{
    for (size_t i = 0; i < plan->n_gauges; i++)
        hc_free(plan->gauges[i].name);
    for (size_t i = 0; i < plan->n_columns; i++)
        hc_free(plan->columns[i].name);
    hc_free(plan->gauges);
    hc_free(plan->columns);
    *plan = (struct hc_feature_plan){0};
}

enum hc_status hc_feature_plan_gauge(
    struct hc_feature_plan *plan, const char *name, const char *unit, bool windowed)
{
    char *copy;

    HC_TRY(hc_grow(
        &plan->gauges, &plan->cap_gauges, plan->n_gauges + 1, sizeof(*plan->gauges)));
    copy = hc_strdup(name);
    if (!copy)
        return HC_NO_MEMORY;
    plan->gauges[plan->n_gauges++] = (struct hc_feature_gauge){copy, unit, windowed};
    return HC_OK;
}

/* ---- columns ---- */

static enum hc_status add(struct hc_feature_plan *plan, const char *name,
    struct hc_feature_column column, struct hc_error *err)
{
    for (size_t i = 0; i < plan->n_columns; i++)
        if (!strcmp(plan->columns[i].name, name))
            return hc_fail(err, HC_USAGE,
                "two columns of the training set would have the name '%s'", name);
    HC_TRY(hc_grow(
        &plan->columns, &plan->cap_columns, plan->n_columns + 1, sizeof(*plan->columns)));
    column.name = hc_strdup(name);
    if (!column.name)
        return HC_NO_MEMORY;
    plan->columns[plan->n_columns++] = column;
    return HC_OK;
}

static enum hc_status add_keys(struct hc_feature_plan *plan, struct hc_error *err)
{
    HC_TRY(
        add(plan, "timestamp", (struct hc_feature_column){.kind = HC_FEATURE_TIME}, err));
    HC_TRY(add(plan, "node", (struct hc_feature_column){.kind = HC_FEATURE_NODE}, err));
    if (plan->has_cluster)
        HC_TRY(add(plan, "cluster",
            (struct hc_feature_column){.kind = HC_FEATURE_CLUSTER}, err));
    return HC_OK;
}

static enum hc_status add_plain(struct hc_feature_plan *plan, struct hc_error *err)
{
    for (size_t g = 0; g < plan->n_gauges; g++)
        HC_TRY(add(plan, plan->gauges[g].name,
            (struct hc_feature_column){
                .kind = HC_FEATURE_SAMPLE, .unit = plan->gauges[g].unit, .gauge = g},
            err));
    for (size_t i = 0; i < HC_CALENDAR_FEATURES; i++)
        HC_TRY(add(plan, hc_calendar_features[i].name,
            (struct hc_feature_column){.kind = HC_FEATURE_CALENDAR,
                .unit = hc_calendar_features[i].unit,
                .row = i},
            err));
    return HC_OK;
}

static enum hc_status add_of_gauge(struct hc_feature_plan *plan, size_t gauge,
    struct hc_feature_column column, const char *what, struct hc_error *err)
{
    char name[NAME_ROOM], label[HC_DURATION_TEXT];
    int n;

    hc_duration_label(column.duration_us, label);
    n = snprintf(name, sizeof(name), "%s_%s_%s", plan->gauges[gauge].name, what, label);
    if (n < 0 || (size_t)n >= sizeof(name))
        return hc_fail(err, HC_USAGE, "the name of column '%.40s...' is too long",
            plan->gauges[gauge].name);
    column.gauge = gauge;
    column.unit = plan->gauges[gauge].unit;
    return add(plan, name, column, err);
}

static enum hc_status add_rolling(
    struct hc_feature_plan *plan, size_t gauge, struct hc_error *err)
{
    for (size_t w = 0; w < plan->windows.n; w++)
        for (size_t i = 0; i < HC_ROLLING_FEATURES; i++)
            HC_TRY(add_of_gauge(plan, gauge,
                (struct hc_feature_column){.kind = HC_FEATURE_ROLLING,
                    .row = i,
                    .duration_us = plan->windows.us[w]},
                hc_rolling_features[i].name, err));
    return HC_OK;
}

static enum hc_status add_targets(
    struct hc_feature_plan *plan, size_t gauge, struct hc_error *err)
{
    for (size_t h = 0; h < plan->horizons.n; h++)
        HC_TRY(add_of_gauge(plan, gauge,
            (struct hc_feature_column){
                .kind = HC_FEATURE_TARGET, .duration_us = plan->horizons.us[h]},
            "target", err));
    return HC_OK;
}

enum hc_status hc_feature_plan_columns(struct hc_feature_plan *plan, struct hc_error *err)
{
    HC_TRY(add_keys(plan, err));
    HC_TRY(add_plain(plan, err));
    for (size_t g = 0; g < plan->n_gauges; g++)
        if (plan->gauges[g].windowed)
            HC_TRY(add_rolling(plan, g, err));
    for (size_t g = 0; g < plan->n_gauges; g++)
        if (plan->gauges[g].windowed)
            HC_TRY(add_targets(plan, g, err));
    return HC_OK;
}

int64_t hc_feature_plan_back(const struct hc_feature_plan *plan)
{
    return hc_durations_longest(&plan->windows);
}

int64_t hc_feature_plan_ahead(const struct hc_feature_plan *plan)
{
    return hc_durations_longest(&plan->horizons);
}

/* ---- in words ---- */

void hc_feature_formula(const struct hc_feature_plan *plan,
    const struct hc_feature_column *column, char *out, size_t size)
{
    const char *gauge = plan->n_gauges ? plan->gauges[column->gauge].name : "";

    switch (column->kind) {
    case HC_FEATURE_TIME: snprintf(out, size, "time of the sample, UTC"); break;
    case HC_FEATURE_NODE: snprintf(out, size, "name of the node"); break;
    case HC_FEATURE_CLUSTER: snprintf(out, size, "name of its cluster"); break;
    case HC_FEATURE_SAMPLE: snprintf(out, size, "as sampled"); break;
    case HC_FEATURE_CALENDAR:
        snprintf(out, size, "%s", hc_calendar_features[column->row].formula);
        break;
    case HC_FEATURE_ROLLING:
        snprintf(out, size, "%s", hc_rolling_features[column->row].formula);
        break;
    case HC_FEATURE_TARGET: snprintf(out, size, "%s then", gauge); break;
    }
}

void hc_feature_rows(const struct hc_feature_column *column, char *out, size_t size)
{
    char words[HC_DURATION_TEXT];

    hc_duration_words(column->duration_us, words);
    if (column->kind == HC_FEATURE_ROLLING)
        snprintf(out, size, "(t - %s, t]", words);
    else if (column->kind == HC_FEATURE_TARGET)
        snprintf(out, size, "t + %s +- step/2", words);
    else
        snprintf(out, size, "t");
}

const char *hc_feature_kind_name(enum hc_feature_kind kind)
{
    static const char *const names[] = {[HC_FEATURE_TIME] = "key",
        [HC_FEATURE_NODE] = "key",
        [HC_FEATURE_CLUSTER] = "key",
        [HC_FEATURE_SAMPLE] = "gauge",
        [HC_FEATURE_CALENDAR] = "derived",
        [HC_FEATURE_ROLLING] = "derived",
        [HC_FEATURE_TARGET] = "target"};

    return names[kind];
}
