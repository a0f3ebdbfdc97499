#include <string.h>

#include "base/mem.h"
#include "features/portion.h"

enum hc_status hc_portion_init(struct hc_portion *portion, size_t n_gauges)
{
    *portion = (struct hc_portion){.n_gauges = n_gauges};
    portion->value = hc_calloc(n_gauges ? n_gauges : 1, sizeof(*portion->value));
    return portion->value ? HC_OK : HC_NO_MEMORY;
}

void hc_portion_clear(struct hc_portion *portion)
{
    for (size_t g = 0; portion->value && g < portion->n_gauges; g++)
        hc_free(portion->value[g]);
    hc_free(portion->value);
    hc_free(portion->time_us);
    hc_free(portion->step_us);
    hc_free(portion->stretches);
    *portion = (struct hc_portion){0};
}

static enum hc_status grow(void *items, size_t cap, size_t size)
{
    void **p = items, *larger = hc_realloc(*p, cap, size);

    if (!larger)
        return HC_NO_MEMORY;
    *p = larger;
    return HC_OK;
}

enum hc_status hc_portion_reserve(struct hc_portion *portion, size_t more)
{
    size_t need = portion->n + more, cap = portion->cap + portion->cap / 4;

    if (need <= portion->cap)
        return HC_OK;
    cap = cap > need ? cap : need;
    HC_TRY(grow(&portion->time_us, cap, sizeof(*portion->time_us)));
    HC_TRY(grow(&portion->step_us, cap, sizeof(*portion->step_us)));
    for (size_t g = 0; g < portion->n_gauges; g++)
        HC_TRY(grow(&portion->value[g], cap, sizeof(*portion->value[g])));
    portion->cap = cap;
    return HC_OK;
}

enum hc_status hc_portion_begin_node(
    struct hc_portion *portion, const struct hc_feature_node *node)
{
    HC_TRY(hc_grow(&portion->stretches, &portion->cap_stretches, portion->n_stretches + 1,
        sizeof(*portion->stretches)));
    portion->stretches[portion->n_stretches++] = (struct hc_stretch){node, portion->n};
    return HC_OK;
}

size_t hc_portion_stretch_end(const struct hc_portion *portion, size_t stretch)
{
    return stretch + 1 < portion->n_stretches ? portion->stretches[stretch + 1].from
                                              : portion->n;
}

size_t hc_portion_stretch_of(const struct hc_portion *portion, size_t row)
{
    size_t low = 0, high = portion->n_stretches; /* it is in [low, high) */

    assert(row < portion->n);
    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (portion->stretches[middle].from <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static enum hc_status copy_stretches(
    const struct hc_portion *portion, size_t row, struct hc_portion *to)
{
    for (size_t i = hc_portion_stretch_of(portion, row); i < portion->n_stretches; i++) {
        size_t from = portion->stretches[i].from;

        to->n = from > row ? from - row : 0;
        HC_TRY(hc_portion_begin_node(to, portion->stretches[i].node));
    }
    return HC_OK;
}

enum hc_status hc_portion_copy_tail(
    const struct hc_portion *portion, size_t row, struct hc_portion *to)
{
    size_t n = portion->n - row;

    to->n = 0;
    to->n_stretches = 0;
    if (!n)
        return HC_OK;
    HC_TRY(hc_portion_reserve(to, n));
    HC_TRY(copy_stretches(portion, row, to));
    memcpy(to->time_us, portion->time_us + row, n * sizeof(*to->time_us));
    memcpy(to->step_us, portion->step_us + row, n * sizeof(*to->step_us));
    for (size_t g = 0; g < portion->n_gauges; g++)
        memcpy(to->value[g], portion->value[g] + row, n * sizeof(*to->value[g]));
    to->n = n;
    return HC_OK;
}
