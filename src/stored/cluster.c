/*
 * cluster.c - baseline, opportunity, insights: what is of the cluster as a whole
 */
#include <math.h>

#include "stored/reading.h"

/* ---- baseline -------------------------------------------------------------------- */

static const struct hc_field gauge_fields[] = {
    {NULL, hc_take_verdict, 0, NULL},
};
static const struct hc_shape gauge_shape =
    HC_SHAPE(struct hc_verdict, gauge_fields, NULL);

/*
 * The statistics are the columns', whole; a single value, of which the file says that it
 * has no deviation, is there.
 */
enum hc_status hc_stored_baseline(struct hc_reading *r, const json_t *root)
{
    static const struct hc_stats nothing = {0, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    const struct hc_summary *s = &r->stored->summary;
    struct hc_baseline *b = &r->stored->findings.baseline;

    HC_TRY(hc_reading_into(r, json_object_get(root, "baseline"), "gauges", &gauge_shape,
        b->verdict, HC_COUNT(b->verdict)));
    for (size_t i = 0; i < HC_MAIN; i++) {
        int column = hc_summary_metric_column(s, hc_main_metrics[i]);
        bool there = column >= 0 && s->columns[column].stats.n;

        b->stats[i] = there ? s->columns[column].stats : nothing;
        if (there)
            b->verdict[i] = (struct hc_verdict){HC_AVAILABLE, ""};
    }
    return HC_OK;
}

/* ---- opportunity ----------------------------------------------------------------- */

static const struct hc_field spread_fields[] = {
    {"median", hc_take_number, offsetof(struct hc_spread, median), NULL},
    {"p95", hc_take_number, offsetof(struct hc_spread, p95), NULL},
    {"p99", hc_take_number, offsetof(struct hc_spread, p99), NULL},
    {"max", hc_take_number, offsetof(struct hc_spread, max), NULL},
};
static const struct hc_shape spread_shape =
    HC_SHAPE(struct hc_spread, spread_fields, NULL);

#define BOUND(key, take, field, inner)                                                   \
    {                                                                                    \
        key, take, offsetof(struct hc_opportunity, field), inner                         \
    }

static const struct hc_field bound_fields[] = {
    BOUND("hours", hc_take_count, hours, NULL),
    BOUND("weighted_by_cores", hc_take_flag, weighted_by_cores, NULL),
    BOUND("weighted_by_memory", hc_take_flag, weighted_by_memory, NULL),
    BOUND("mean_cores", hc_take_number, mean_cores, NULL),
    BOUND("mean_memory_bytes", hc_take_number, mean_memory, NULL),
    BOUND("nodes_present", hc_take_object, nodes_present, &spread_shape),
    BOUND("nodes_needed", hc_take_object, nodes_needed, &spread_shape),
    BOUND("node_hours", hc_take_count, node_hours, NULL),
    BOUND("node_hours_needed", hc_take_count, node_hours_needed, NULL),
    BOUND("node_hours_not_needed", hc_take_whole, node_hours_not_needed, NULL),
    BOUND("cpu_bound_hours", hc_take_count, cpu_bound_hours, NULL),
    BOUND("memory_bound_hours", hc_take_count, memory_bound_hours, NULL),
    BOUND("cpu_node_hours", hc_take_count, cpu_node_hours, NULL),
    BOUND("hot_node_hours", hc_take_count, hot_node_hours, NULL),
    BOUND("hot_share", hc_take_number, hot_share, NULL),
    BOUND("hot_if_even", hc_take_count, hot_if_even, NULL),
    BOUND("spread_cpu", hc_take_number, spread_cpu, NULL),
    BOUND("spread_memory", hc_take_number, spread_memory, NULL),
    BOUND("clipped_node_hours", hc_take_count, clipped_node_hours, NULL),
    BOUND("nodes_compared", hc_take_small, nodes_compared, NULL),
    BOUND("nodes_left_out", hc_take_small, nodes_left_out, NULL),
    BOUND("max_mean_ratio", hc_take_number, max_mean_ratio, NULL),
};
static const struct hc_shape bound_shape =
    HC_SHAPE(struct hc_opportunity, bound_fields, NULL);

static const struct hc_field opportunity_fields[] = {
    BOUND(NULL, hc_take_verdict, verdict, NULL),
    BOUND("optimization_potential_pct", hc_take_number, optimization_potential_pct, NULL),
};

/* Where the section is not available there is no bound. */
static enum hc_status finish_opportunity(
    struct hc_reading *r, const json_t *object, void *to)
{
    struct hc_opportunity *o = to;

    if (o->verdict.status != HC_AVAILABLE)
        return HC_OK;
    HC_TRY(hc_reading_object(r, "opportunity", object, &bound_shape, o));
    if (!o->weighted_by_cores)
        o->mean_cores = 1;
    if (!o->weighted_by_memory)
        o->mean_memory = 1;
    return HC_OK;
}

static const struct hc_shape opportunity_shape =
    HC_SHAPE(struct hc_opportunity, opportunity_fields, finish_opportunity);

enum hc_status hc_stored_opportunity_of(
    struct hc_reading *r, const json_t *object, struct hc_opportunity *to)
{
    return hc_reading_object(
        r, "opportunity", json_object_get(object, "opportunity"), &opportunity_shape, to);
}

static const struct hc_field target_fields[] = {
    {"target_cpu", hc_take_number, offsetof(struct hc_settings, target_cpu), NULL},
    {"target_memory", hc_take_number, offsetof(struct hc_settings, target_memory), NULL},
};
static const struct hc_shape target_shape =
    HC_SHAPE(struct hc_settings, target_fields, NULL);

enum hc_status hc_stored_opportunity(struct hc_reading *r, const json_t *root)
{
    HC_TRY(hc_stored_opportunity_of(r, root, &r->stored->findings.opportunity));
    return hc_reading_object(r, "opportunity", json_object_get(root, "opportunity"),
        &target_shape, &r->stored->settings);
}

/* ---- insights -------------------------------------------------------------------- */

#define INSIGHT(key, take)                                                               \
    {                                                                                    \
#key, take, offsetof(struct hc_insights, key), NULL                              \
    }

static const struct hc_field insights_fields[] = {
    INSIGHT(peak_hour, hc_take_hour),
    INSIGHT(low_hour, hc_take_hour),
    INSIGHT(peak_cpu_usage, hc_take_number),
    INSIGHT(low_cpu_usage, hc_take_number),
    INSIGHT(busiest_node, hc_take_shared_or_none),
    INSIGHT(least_busy_node, hc_take_shared_or_none),
    INSIGHT(cpu_variation_coefficient, hc_take_number),
    INSIGHT(optimization_opportunity_pct, hc_take_number),
};
static const struct hc_shape insights_shape =
    HC_SHAPE(struct hc_insights, insights_fields, NULL);

static const struct hc_field status_fields[] = {
    {NULL, hc_take_verdict, offsetof(struct hc_insights, verdict), NULL},
};
static const struct hc_shape status_shape =
    HC_SHAPE(struct hc_insights, status_fields, NULL);

/* insights_status also speaks of single ones that are null: with CPU, they are there. */
enum hc_status hc_stored_insights(struct hc_reading *r, const json_t *root)
{
    struct hc_findings *f = &r->stored->findings;

    HC_TRY(hc_reading_object(
        r, "insights", json_object_get(root, "insights"), &insights_shape, &f->insights));
    HC_TRY(hc_reading_object(r, "insights_status",
        json_object_get(root, "insights_status"), &status_shape, &f->insights));
    if (f->baseline.verdict[0].status == HC_AVAILABLE)
        f->insights.verdict = f->baseline.verdict[0];
    return HC_OK;
}

/* ---- findings -------------------------------------------------------------------- */

#define STATEMENT(key, take, field)                                                      \
    {                                                                                    \
        key, take, offsetof(struct hc_statement, field), NULL                            \
    }

static const struct hc_field statement_fields[] = {
    STATEMENT("id", hc_take_shared, id),
    STATEMENT("title", hc_take_text_or_none, title),
    STATEMENT("statement", hc_take_text_or_none, statement),
    STATEMENT("value", hc_take_number, value),
    STATEMENT("unit", hc_take_unit, unit),
    STATEMENT("n", hc_take_count, n),
    STATEMENT(NULL, hc_take_verdict, verdict),
    STATEMENT("source", hc_take_shared, source),
    STATEMENT("sql", hc_take_text_or_none, sql),
};

static enum hc_status finish_statement(
    struct hc_reading *r, const json_t *object, void *to)
{
    const json_t *interval = json_object_get(object, "interval");
    const json_t *low = json_array_get(interval, 0), *high = json_array_get(interval, 1);
    struct hc_statement *statement = to;

    statement->low = statement->high = NAN;
    if (json_is_null(interval))
        return HC_OK;
    if (json_array_size(interval) != 2 || !json_is_number(low) || !json_is_number(high))
        return hc_reading_bad(r, "interval", "is not two numbers");
    statement->low = json_number_value(low);
    statement->high = json_number_value(high);
    return HC_OK;
}

static const struct hc_shape statement_shape =
    HC_SHAPE(struct hc_statement, statement_fields, finish_statement);

enum hc_status hc_stored_findings(struct hc_reading *r, const json_t *root)
{
    struct hc_findings *f = &r->stored->findings;

    return hc_reading_rows(
        r, root, "findings", &statement_shape, &f->statements, &f->n_statements);
}
