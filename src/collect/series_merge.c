#include "base/mem.h"
#include "collect/remote_read.h"
#include "collect/series_merge.h"

#define SWAP(a, b)                                                                       \
    do {                                                                                 \
        __typeof__(a) swapped = (a);                                                     \
        (a) = (b);                                                                       \
        (b) = swapped;                                                                   \
    } while (0)

void hc_series_merge_clear(struct hc_series_merge *merge)
{
    hc_labels_clear(&merge->labels);
    hc_free(merge->waiting.list);
    hc_free(merge->merged.list);
    merge->waiting = merge->merged = (struct hc_samples){0};
}

/* ---- what is final ---- */

static enum hc_status begin(struct hc_series_merge *merge, struct hc_error *err)
{
    if (merge->begun)
        return HC_OK;
    merge->begun = true;
    return merge->sink.series(
        merge->sink.context, merge->labels.list, merge->labels.n, err);
}

/* n samples in order, without those outside the range. */
static enum hc_status pass_on(struct hc_series_merge *merge, const struct hc_sample *s,
    size_t n, struct hc_error *err)
{
    if (!n)
        return HC_OK;
    merge->has_last = true;
    merge->last_ms = s[n - 1].t_ms;
    while (n && s[n - 1].t_ms > merge->end_ms)
        n--;
    for (; n && s->t_ms < merge->start_ms; n--)
        s++;
    if (!n)
        return HC_OK;
    HC_TRY(begin(merge, err));
    return merge->sink.samples(merge->sink.context, s, n, err);
}

/* Of the waiting samples, those before t. */
static enum hc_status pass_on_before(
    struct hc_series_merge *merge, int64_t t_ms, struct hc_error *err)
{
    struct hc_samples *waiting = &merge->waiting;
    size_t n = waiting->n;

    while (n && waiting->list[n - 1].t_ms >= t_ms)
        n--;
    HC_TRY(pass_on(merge, waiting->list, n, err));
    waiting->n -= n;
    if (n && waiting->n)
        memmove(waiting->list, waiting->list + n, waiting->n * sizeof(waiting->list[0]));
    return HC_OK;
}

/* ---- merging ---- */

static enum hc_status note(struct hc_series_merge *merge, struct hc_error *err)
{
    if (merge->noted)
        return HC_OK;
    merge->noted = true;
    return hc_sink_talk(&merge->sink, HC_TALK_NOTE,
        "a series had several samples at the same time: the first one counts", err);
}

static enum hc_status unite(
    struct hc_series_merge *merge, const struct hc_samples *new, struct hc_error *err)
{
    const struct hc_samples *old = &merge->waiting;
    struct hc_samples *out = &merge->merged;
    size_t i = 0, k = 0;

    if (old->n + new->n > HC_REMOTE_MERGE_MAX)
        return hc_fail(err, HC_INPUT, "more than %d samples of a series overlap",
            (int)HC_REMOTE_MERGE_MAX);
    HC_TRY(hc_grow(&out->list, &out->cap, old->n + new->n, sizeof(out->list[0])));
    out->n = 0;
    while (i < old->n || k < new->n) {
        bool from_old =
            i < old->n && (k == new->n || old->list[i].t_ms <= new->list[k].t_ms);

        if (from_old && k < new->n && old->list[i].t_ms == new->list[k].t_ms) {
            HC_TRY(note(merge, err));
            k++;
        }
        out->list[out->n++] = from_old ? old->list[i++] : new->list[k++];
    }
    SWAP(merge->waiting, merge->merged);
    return HC_OK;
}

enum hc_status hc_series_merge_chunk(
    struct hc_series_merge *merge, struct hc_samples *samples, struct hc_error *err)
{
    if (!samples->n)
        return HC_OK;
    if (merge->has_last && samples->list[0].t_ms <= merge->last_ms)
        return hc_fail(err, HC_INPUT, "the chunks of a series are not in order of time");
    HC_TRY(pass_on_before(merge, samples->list[0].t_ms, err));
    if (merge->waiting.n)
        return unite(merge, samples, err);
    SWAP(merge->waiting, *samples);
    return HC_OK;
}

/* ---- series ---- */

enum hc_status hc_series_merge_end(struct hc_series_merge *merge, struct hc_error *err)
{
    if (!merge->open)
        return HC_OK;
    HC_TRY(pass_on(merge, merge->waiting.list, merge->waiting.n, err));
    merge->waiting.n = 0;
    merge->open = false;
    return merge->begun ? hc_sink_end(&merge->sink, err) : HC_OK;
}

enum hc_status hc_series_merge_series(
    struct hc_series_merge *merge, struct hc_labels *labels, struct hc_error *err)
{
    if (merge->open && hc_labels_equal(&merge->labels, labels))
        return HC_OK;
    HC_TRY(hc_series_merge_end(merge, err));
    SWAP(merge->labels, *labels);
    merge->open = true;
    merge->begun = merge->has_last = false;
    return HC_OK;
}
