#include "report/page_data.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "report/codes.h"
#include "report/json_sections.h"
#include "report/page_patterns.h"
#include "report/page_replay.h"

enum { TABLE_DIGITS = 9, PLOT_DIGITS = 4, RECEIVED_STEPS = 20 };

/* ---- bands ---- */

static const struct {
    const char *key;
    size_t offset;
} band_keys[] = {
    {"mean", offsetof(struct hc_band, mean)},
    {"low", offsetof(struct hc_band, low)},
    {"p10", offsetof(struct hc_band, p10)},
    {"p50", offsetof(struct hc_band, p50)},
    {"p90", offsetof(struct hc_band, p90)},
    {"high", offsetof(struct hc_band, high)},
};

static void put_band(struct hc_json *js, const struct hc_series *s, size_t g)
{
    hc_json_key(js, "band");
    hc_json_open(js, '{');
    hc_json_key(js, "nodes");
    hc_json_open(js, '[');
    for (size_t b = 0; b < s->n_buckets; b++)
        hc_json_int(js, s->band[g][b].nodes);
    hc_json_close(js, ']');
    for (size_t k = 0; k < HC_COUNT(band_keys); k++) {
        hc_json_key(js, band_keys[k].key);
        hc_json_open(js, '[');
        for (size_t b = 0; b < s->n_buckets; b++) {
            const char *band = (const char *)&s->band[g][b];
            float value;

            memcpy(&value, band + band_keys[k].offset, sizeof(value));
            hc_json_num(js, (double)value);
        }
        hc_json_close(js, ']');
    }
    hc_json_close(js, '}');
}

/* ---- nodes ---- */

static void put_bytes(struct hc_json *js, const char *key, const uint8_t *bytes, size_t n)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;

    hc_base64(&text, bytes, n);
    js->out->failed |= text.failed;
    hc_json_kstr(js, key, hc_buf_str(&text));
}

/* nodes × buckets codes in the range of each node. */
static void put_codes(struct hc_json *js, const struct hc_series *s, const float *values,
    const double *low, const double *high)
{
    size_t n = s->n_nodes * s->n_buckets;
    HC_CLEANUP(hc_freep) uint8_t *codes = hc_alloc(n, sizeof(*codes));

    if (!codes) {
        js->out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        size_t row = i / s->n_buckets;

        codes[i] = hc_code((double)values[i], low[row], high[row]);
    }
    put_bytes(js, "codes", codes, n);
}

/* Runs of shares in steps of a twentieth: a sample more or less starts no new run. */
static void put_received(struct hc_json *js, const struct hc_series *s)
{
    size_t n = s->n_nodes * s->n_buckets;
    HC_CLEANUP(hc_freep) uint8_t *codes = hc_alloc(n, sizeof(*codes));
    HC_CLEANUP(hc_freep) uint8_t *runs = hc_alloc(n, 2 * sizeof(*runs));

    if (!codes || !runs) {
        js->out->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        codes[i] = isnan(s->received[i])
                       ? HC_CODE_NONE
                       : (uint8_t)lroundf(RECEIVED_STEPS * s->received[i]);
    hc_json_key(js, "received");
    hc_json_open(js, '{');
    hc_json_kint(js, "steps", RECEIVED_STEPS);
    put_bytes(js, "runs", runs, hc_code_runs(codes, n, runs));
    hc_json_close(js, '}');
}

static void put_numbers(
    struct hc_json *js, const char *key, const double *values, size_t n)
{
    js->digits = TABLE_DIGITS; /* codes are exact to their range */
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++)
        hc_json_num(js, values[i]);
    hc_json_close(js, ']');
    js->digits = PLOT_DIGITS;
}

static void put_gauge(struct hc_json *js, const struct hc_series *s, size_t g)
{
    const struct hc_metric *metric = &hc_metrics[hc_main_metrics[g]];
    HC_CLEANUP(hc_freep) double *low = hc_alloc(s->n_nodes, sizeof(*low));
    HC_CLEANUP(hc_freep) double *high = hc_alloc(s->n_nodes, sizeof(*high));

    if (!low || !high) {
        js->out->failed = true;
        return;
    }
    for (size_t i = 0; i < s->n_nodes; i++)
        hc_code_range(&s->mean[g][i * s->n_buckets], s->n_buckets, &low[i], &high[i]);
    hc_json_open(js, '{');
    hc_json_kstr(js, "name", metric->name);
    hc_json_kstr(js, "unit", metric->unit);
    put_band(js, s, g);
    put_numbers(js, "low", low, s->n_nodes);
    put_numbers(js, "high", high, s->n_nodes);
    put_codes(js, s, s->mean[g], low, high);
    hc_json_close(js, '}');
}

/* ---- the series ---- */

static void put_offsets(struct hc_json *js, const struct hc_zone *zone)
{
    hc_json_key(js, "offsets");
    hc_json_open(js, '[');
    for (size_t i = 0; i < zone->n_spans; i++) {
        hc_json_open(js, '{');
        hc_json_key(js, "from_s");
        if (i)
            hc_json_int(js, zone->spans[i].from_s);
        else
            hc_json_null(js);
        hc_json_kint(js, "offset_s", zone->spans[i].offset_s);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_series(struct hc_json *js, const struct hc_series *s)
{
    hc_json_open(js, '{');
    hc_json_kint(js, "start_s", s->start_s);
    hc_json_kint(js, "width_s", s->width_s);
    hc_json_count(js, "buckets", s->n_buckets);
    hc_json_kbool(js, "all_nodes", s->all_nodes);
    hc_json_count(js, "cells_outside", s->cells_outside);
    put_offsets(js, &s->zone);
    hc_json_key(js, "node");
    hc_json_open(js, '[');
    for (size_t i = 0; i < s->n_nodes; i++)
        hc_json_int(js, s->node[i]);
    hc_json_close(js, ']');
    hc_json_key(js, "gauges");
    hc_json_open(js, '[');
    for (size_t g = 0; g < HC_MAIN; g++)
        if (s->mean[g])
            put_gauge(js, s, g);
    hc_json_close(js, ']');
    put_received(js, s);
    hc_json_close(js, '}');
}

enum { NEED_START, NEED_PRESENT, NEED_NEEDED };

static int64_t need_value(const struct hc_need *need, int key)
{
    return key == NEED_START     ? need->start_s
           : key == NEED_PRESENT ? (int64_t)need->present
                                 : (int64_t)need->needed;
}

static void put_needs(struct hc_json *js, const struct hc_findings *f)
{
    static const char *const keys[] = {"start_s", "present", "needed"};

    hc_json_open(js, '{');
    for (int k = 0; k < (int)HC_COUNT(keys); k++) {
        hc_json_key(js, keys[k]);
        hc_json_open(js, '[');
        for (size_t i = 0; i < f->n_needs; i++)
            hc_json_int(js, need_value(&f->needs[i], k));
        hc_json_close(js, ']');
    }
    hc_json_close(js, '}');
}

void hc_page_without_tags(struct hc_buf *out, const struct hc_buf *json)
{
    size_t from = 0;

    out->failed |= json->failed;
    for (size_t i = 0; i < json->len; i++) {
        if (json->text[i] != '<')
            continue;
        hc_buf_add(out, json->text + from, i - from);
        hc_buf_puts(out, "\\u003c");
        from = i + 1;
    }
    hc_buf_add(out, json->text + from, json->len - from);
}

void hc_page_data(
    struct hc_buf *out, const struct hc_findings *f, const struct hc_series *s)
{
    HC_CLEANUP(hc_buf_clear) struct hc_buf text = HC_BUF_INIT;
    struct hc_json js;

    hc_json_init(&js, &text, 1);
    js.digits = TABLE_DIGITS;
    hc_json_open(&js, '{');
    hc_json_key(&js, "findings");
    hc_page_findings(&js, f);
    js.flat_from = 1;
    js.digits = PLOT_DIGITS;
    hc_json_key(&js, "series");
    put_series(&js, s);
    hc_json_key(&js, "needs");
    put_needs(&js, f);
    hc_page_parts(&js, f);
    hc_page_changes(&js, f);
    hc_json_key(&js, "replay");
    hc_page_replay(&js, &f->placement);
    hc_json_close(&js, '}');
    hc_page_without_tags(out, &text);
}
