#include <math.h>

#include "report/human.h"
#include "report/json_sections.h"

void hc_json_rows_open(struct hc_json *js, const char *key, char bracket)
{
    hc_json_key(js, key);
    hc_json_open(js, bracket);
    if (!js->flat_from)
        js->flat_from = js->depth + 1;
}

void hc_json_rows_close(struct hc_json *js, char bracket)
{
    bool ours = js->flat_from == js->depth + 1;

    hc_json_close(js, bracket);
    if (ours)
        js->flat_from = 0;
}

void hc_json_count(struct hc_json *js, const char *key, uint64_t n)
{
    hc_json_kint(js, key, (int64_t)n);
}

void hc_json_status(struct hc_json *js, enum hc_availability status, const char *reason)
{
    hc_json_kstr(js, "status", hc_availability_names[status]);
    hc_json_kstr(js, "reason", status == HC_AVAILABLE ? NULL : reason);
}

void hc_json_verdict(struct hc_json *js, const struct hc_verdict *verdict)
{
    hc_json_status(js, verdict->status, verdict->reason);
}

void hc_json_null_reason(
    struct hc_json *js, const char *key, enum hc_availability status, const char *reason)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "key", key);
    hc_json_status(js, status, reason);
    hc_json_close(js, '}');
}

const char *hc_json_absent(const struct hc_findings *f, size_t main)
{
    static const char *const reasons[HC_MAIN] = {
        "no column 'cpu_usage_rate' in the data",
        "no column 'memory_usage' in the data",
        "no column 'load_1m' in the data",
    };
    bool there = hc_summary_metric_column(f->summary, hc_main_metrics[main]) >= 0;

    return there ? NULL : reasons[main];
}

static void stats_status(
    struct hc_json *js, const struct hc_stats *stats, const char *absent)
{
    if (!stats->n)
        hc_json_status(js, HC_NOT_AVAILABLE, absent ? absent : "no finite value");
    else if (stats->n == 1)
        hc_json_status(js, HC_NOT_ENOUGH_DATA, "one value has no deviation");
    else
        hc_json_status(js, HC_NOT_AVAILABLE, "beyond the range of a double");
}

void hc_json_stats(struct hc_json *js, const char *key, const struct hc_stats *stats,
    bool quantiles, const char *absent)
{
    const struct {
        const char *key;
        double value;
    } parts[] = {{"mean", stats->mean}, {"std", stats->std}, {"min", stats->min},
        {"max", stats->max}, {"p50", stats->p50}, {"p95", stats->p95},
        {"p99", stats->p99}};
    bool whole = true;

    hc_json_key(js, key);
    hc_json_open(js, '{');
    hc_json_count(js, "n", stats->n);
    for (size_t i = 0; i < (quantiles ? HC_COUNT(parts) : 4); i++) {
        hc_json_knum(js, parts[i].key, stats->n ? parts[i].value : NAN);
        whole &= isfinite(parts[i].value) && stats->n;
    }
    if (!whole)
        stats_status(js, stats, absent);
    hc_json_close(js, '}');
}
