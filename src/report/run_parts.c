#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/key_values.h"
#include "report/run_parts.h"

enum { HASHES_MAX = 60 };

void hc_run_metric(struct hc_json *js, const char *key, double value)
{
    if (isfinite(value))
        hc_json_knum(js, key, value);
}

static void put_numbers(struct hc_json *js, const struct hc_key_value *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!values[i].is_text)
            hc_run_metric(js, values[i].key, values[i].number);
}

static void put_number_param(struct hc_json *js, const char *key, double value)
{
    char text[32];

    hc_format_double(isfinite(value) ? value : 0, 0, text);
    hc_json_kstr(js, key, text);
}

/* ---- baseline_analysis ---- */

static void put_baseline_metrics(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value values[HC_BASELINE_VALUES];

    hc_baseline_values(&f->baseline, values);
    hc_json_key(js, "metrics");
    hc_json_open(js, '{');
    put_numbers(js, values, HC_COUNT(values));
    hc_run_metric(
        js, "optimization_potential_pct", f->opportunity.optimization_potential_pct);
    hc_json_close(js, '}');
}

/* "HASH  PATH" a line, as sha256sum prints it; "-" where nobody took the hash. */
static void put_hashes(struct hc_json *js, const struct hc_summary *s)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    size_t n = s->n_files < HASHES_MAX ? s->n_files : HASHES_MAX;

    for (size_t i = 0; i < n; i++)
        hc_buf_printf(&text, "%s%s  %s", i ? "\n" : "",
            *s->files[i].sha256 ? s->files[i].sha256 : "-", s->files[i].path);
    if (n < s->n_files)
        hc_buf_printf(&text, "\nand %zu more", s->n_files - n);
    js->out->failed |= text.failed;
    hc_json_kstr(js, "input_sha256", hc_buf_str(&text));
}

/* Whole days, as the notebook's timedelta.days has them. */
static double whole_days(const struct hc_summary *s)
{
    int64_t us = s->n_nodes ? s->last_us - s->first_us : 0;

    return (double)(us / (86400 * INT64_C(1000000)));
}

static void put_baseline_params(struct hc_json *js, const struct hc_findings *f)
{
    char digest[HC_RUN_DIGEST];

    hc_run_digest(f, digest);
    hc_json_key(js, "params");
    hc_json_open(js, '{');
    hc_json_kstr(js, "analysis_date", f->settings->generated_at);
    put_number_param(js, "data_points", (double)f->summary->rows);
    put_number_param(js, "time_span_days", whole_days(f->summary));
    hc_json_kstr(js, "timezone", f->settings->timezone);
    put_number_param(js, "target_cpu", f->settings->target_cpu);
    put_number_param(js, "target_memory", f->settings->target_memory);
    hc_json_kstr(js, "input_digest", digest);
    put_hashes(js, f->summary);
    hc_json_kstr(js, "hindcast_version", HC_VERSION);
    hc_json_close(js, '}');
}

static void put_baseline(struct hc_json *js, const struct hc_findings *f)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", "baseline_analysis");
    put_baseline_metrics(js, f);
    put_baseline_params(js, f);
    hc_run_inputs(js, f);
    hc_json_close(js, '}');
}

/* ---- pattern_analysis ---- */

/* [[step, value], ...] under "NAME/GAUGE"; groups without a value have no point. */
static void put_course(struct hc_json *js, const char *name, size_t gauge,
    const struct hc_pattern *groups, size_t n)
{
    char key[96];

    snprintf(key, sizeof(key), "%s/%s", name, hc_metrics[hc_main_metrics[gauge]].name);
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(groups[i].mean[gauge]))
            continue;
        hc_json_open(js, '[');
        hc_json_int(js, (int64_t)i);
        hc_json_num(js, groups[i].mean[gauge]);
        hc_json_close(js, ']');
    }
    hc_json_close(js, ']');
}

static void put_pattern_metrics(struct hc_json *js, const struct hc_findings *f)
{
    const struct hc_temporal *t = &f->temporal;
    struct hc_key_value insights[HC_INSIGHT_VALUES];

    hc_insight_values(&f->insights, insights);
    hc_json_key(js, "metrics");
    hc_json_open(js, '{');
    put_numbers(js, insights, HC_COUNT(insights));
    for (size_t g = 0; g < HC_MAIN && t->verdict.status == HC_AVAILABLE; g++) {
        put_course(js, "hourly", g, t->hourly, HC_COUNT(t->hourly));
        put_course(js, "weekday", g, t->daily, HC_COUNT(t->daily));
    }
    hc_json_close(js, '}');
}

static void put_pattern_params(struct hc_json *js, const struct hc_findings *f)
{
    struct hc_key_value insights[HC_INSIGHT_VALUES];

    hc_insight_values(&f->insights, insights);
    hc_json_key(js, "params");
    hc_json_open(js, '{');
    for (size_t i = 0; i < HC_COUNT(insights); i++)
        if (insights[i].text)
            hc_json_kstr(js, insights[i].key, insights[i].text);
    hc_json_close(js, '}');
}

static void put_pattern(struct hc_json *js, const struct hc_findings *f,
    const char *const *artifacts, size_t n_artifacts)
{
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", "pattern_analysis");
    put_pattern_metrics(js, f);
    put_pattern_params(js, f);
    hc_json_key(js, "artifacts");
    hc_json_open(js, '[');
    for (size_t i = 0; i < n_artifacts; i++)
        hc_json_str(js, artifacts[i]);
    hc_json_close(js, ']');
    hc_json_close(js, '}');
}

void hc_run_parts(struct hc_json *js, const struct hc_findings *findings,
    const char *const *artifacts, size_t n_artifacts)
{
    hc_json_key(js, "runs");
    hc_json_open(js, '[');
    put_baseline(js, findings);
    put_pattern(js, findings, artifacts, n_artifacts);
    hc_json_close(js, ']');
}
