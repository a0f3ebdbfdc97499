#include "model/series.h"

#include "base/mem.h"

void hc_series_clear(struct hc_series *series)
{
    hc_free(series->node);
    hc_free(series->received);
    for (size_t i = 0; i < HC_MAIN; i++) {
        hc_free(series->band[i]);
        hc_free(series->mean[i]);
    }
    *series = (struct hc_series){0};
}
