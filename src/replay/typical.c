#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "replay/typical.h"

#define TYPICAL_SHARE 0.95

/* ---- counting ---- */

static struct hc_kind kind_of(const struct hc_shape *shape)
{
    struct hc_kind kind;

    memset(&kind, 0, sizeof(kind)); /* its bytes are compared */
    kind.cpu = shape->cpu;
    kind.gpu_milli = shape->gpus ? shape->gpu_milli : 0;
    kind.gpus = shape->gpus;
    kind.spec = shape->gpus ? shape->spec : 0;
    return kind;
}

static enum hc_status count_pod(
    struct hc_name_index *index, struct hc_kind *kinds, const struct hc_shape *shape)
{
    struct hc_kind kind = kind_of(shape);
    size_t at, before = index->n;

    HC_TRY(hc_name_index_add(
        index, (const char *)&kind, offsetof(struct hc_kind, rules), &at));
    if (at == before) {
        kinds[at] = kind;
        kinds[at].rules = shape->rules;
    }
    kinds[at].count++;
    return HC_OK;
}

static enum hc_status count_all(
    const struct hc_trace *trace, struct hc_kind *kinds, size_t *ret_n)
{
    HC_CLEANUP(hc_name_index_clear) struct hc_name_index index = {0};

    for (size_t i = 0; i < trace->n_pods; i++)
        HC_TRY(count_pod(&index, kinds, &trace->shapes[trace->pods[i].shape]));
    *ret_n = index.n;
    return HC_OK;
}

/* ---- order ---- */

struct named_kind {
    struct hc_kind kind;
    const char *spec;
};

static int descending(int64_t a, int64_t b)
{
    return a > b ? -1 : a < b;
}

static int more_frequent(const void *a, const void *b)
{
    const struct named_kind *x = a, *y = b;
    const int64_t pairs[][2] = {
        {(int64_t)x->kind.count, (int64_t)y->kind.count},
        {x->kind.cpu, y->kind.cpu},
        {x->kind.gpu_milli, y->kind.gpu_milli},
        {x->kind.gpus, y->kind.gpus},
    };

    for (size_t i = 0; i < HC_COUNT(pairs); i++)
        if (pairs[i][0] != pairs[i][1])
            return descending(pairs[i][0], pairs[i][1]);
    return -strcmp(x->spec, y->spec);
}

static enum hc_status sort(const struct hc_trace *trace, struct hc_kind *kinds, size_t n)
{
    HC_CLEANUP(hc_freep) struct named_kind *named = hc_alloc(n, sizeof(*named));

    if (!named)
        return HC_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        named[i] = (struct named_kind){kinds[i], trace->specs.names[kinds[i].spec].name};
    qsort(named, n, sizeof(*named), more_frequent);
    for (size_t i = 0; i < n; i++)
        kinds[i] = named[i].kind;
    return HC_OK;
}

/* ---- all of it ---- */

static size_t take(struct hc_kind *kinds, size_t n, size_t total)
{
    size_t taken = 0, count = 0;

    while (taken < n && (double)count < TYPICAL_SHARE * (double)total)
        count += kinds[taken++].count;
    for (size_t i = 0; i < taken; i++)
        kinds[i].share =
            ((double)kinds[i].count / (double)total) / ((double)count / (double)total);
    return taken;
}

enum hc_status hc_typical_kinds(
    const struct hc_trace *trace, struct hc_kind **ret, size_t *ret_n)
{
    HC_CLEANUP(hc_freep)
    struct hc_kind *kinds = hc_calloc(trace->n_pods + 1, sizeof(*kinds));
    size_t n;

    if (!kinds)
        return HC_NO_MEMORY;
    HC_TRY(count_all(trace, kinds, &n));
    if (n)
        HC_TRY(sort(trace, kinds, n));
    *ret_n = take(kinds, n, trace->n_pods);
    *ret = hc_take(&kinds);
    return HC_OK;
}
