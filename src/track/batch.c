/*
 * A run's metrics, params and tags in portions that a server takes at a time.
 */
#include <string.h>

#include "base/json.h"
#include "track/mlflow.h"

void hc_mlflow_cut(struct hc_buf *out, const char *text, size_t max)
{
    size_t n = strlen(text);

    if (n <= max) {
        hc_buf_add(out, text, n);
        return;
    }
    n = max - 3;
    while (n && ((unsigned char)text[n] & 0xC0) == 0x80) /* inside a character of UTF-8 */
        n--;
    hc_buf_add(out, text, n);
    hc_buf_puts(out, "...");
}

static void put_texts(struct hc_json *js, const char *key,
    const struct hc_run_text *texts, size_t n, size_t max)
{
    hc_json_key(js, key);
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++) {
        HC_CLEANUP(hc_buf_clear) struct hc_buf value = HC_BUF_INIT;

        hc_mlflow_cut(&value, texts[i].value, max);
        js->out->failed |= value.failed;
        hc_json_open(js, '{');
        hc_json_kstr(js, "key", texts[i].key);
        hc_json_kstr(js, "value", hc_buf_str(&value));
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

static void put_points(
    struct hc_json *js, const struct hc_run_point *points, size_t n, int64_t time_ms)
{
    hc_json_key(js, "metrics");
    hc_json_open(js, '[');
    for (size_t i = 0; i < n; i++) {
        hc_json_open(js, '{');
        hc_json_kstr(js, "key", points[i].key);
        hc_json_knum(js, "value", points[i].value);
        hc_json_kint(js, "timestamp", time_ms);
        hc_json_kint(js, "step", points[i].step);
        hc_json_close(js, '}');
    }
    hc_json_close(js, ']');
}

/* How many of each the next batch takes. */
struct portion {
    size_t params, tags, points;
};

static size_t at_most(size_t n, size_t max)
{
    return n < max ? n : max;
}

static struct portion next(
    const struct hc_run *run, const struct hc_mlflow_cursor *at, size_t share)
{
    struct portion p = {
        .params = at_most(run->n_params - at->params, HC_MLFLOW_PARAMS / share),
        .tags = at_most(run->n_tags - at->tags, HC_MLFLOW_TAGS / share)};

    p.points = at_most(run->n_points - at->points,
        at_most(HC_MLFLOW_ENTITIES / share - p.params - p.tags, HC_MLFLOW_METRICS));
    return p;
}

static void write_body(struct hc_buf *out, const struct hc_run *run, const char *run_id,
    int64_t time_ms, const struct hc_mlflow_cursor *at, const struct portion *p)
{
    struct hc_json js;

    hc_buf_reset(out);
    hc_json_init(&js, out, 1);
    hc_json_open(&js, '{');
    hc_json_kstr(&js, "run_id", run_id);
    put_points(&js, run->points + at->points, p->points, time_ms);
    put_texts(&js, "params", run->params + at->params, p->params, HC_RUN_PARAM_MAX);
    put_texts(&js, "tags", run->tags + at->tags, p->tags, HC_RUN_TAG_MAX);
    hc_json_close(&js, '}');
}

/* A text of 6,000 bytes is 36,000 at most when it is escaped: a hundredth of the counts
 * is below the limit in any case. */
bool hc_mlflow_batch(struct hc_buf *out, const struct hc_run *run, const char *run_id,
    int64_t time_ms, struct hc_mlflow_cursor *cursor)
{
    struct portion p;

    for (size_t share = 1;; share *= 2) {
        p = next(run, cursor, share);
        write_body(out, run, run_id, time_ms, cursor, &p);
        if (out->len <= HC_MLFLOW_BYTES || share * 2 > HC_MLFLOW_PARAMS)
            break;
    }
    cursor->params += p.params;
    cursor->tags += p.tags;
    cursor->points += p.points;
    return p.params + p.tags + p.points > 0;
}
