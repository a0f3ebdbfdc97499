#include "base/mem.h"
#include "replay/usage.h"

void hc_usage_clear(struct hc_usage *usage)
{
    hc_free(usage->first);
    hc_free(usage->hour);
    hc_free(usage->cpu);
    hc_free(usage->memory);
    *usage = (struct hc_usage){0};
}

enum hc_status hc_usage_add(
    struct hc_usage *usage, uint32_t hour, double cpu, double memory)
{
    size_t n = usage->n_rows + 1;

    HC_TRY(hc_grow(&usage->hour, &usage->cap_hour, n, sizeof(*usage->hour)));
    HC_TRY(hc_grow(&usage->cpu, &usage->cap_cpu, n, sizeof(*usage->cpu)));
    HC_TRY(hc_grow(&usage->memory, &usage->cap_memory, n, sizeof(*usage->memory)));
    usage->hour[usage->n_rows] = hour;
    usage->cpu[usage->n_rows] = (float)cpu;
    usage->memory[usage->n_rows++] = (float)memory;
    return HC_OK;
}

size_t hc_usage_find(const struct hc_usage *usage, uint32_t pod, uint32_t hour)
{
    size_t low = usage->first[pod], high = usage->first[pod + 1], end = high;

    if (low < high && hour >= usage->hour[low]) { /* without a gap it is there */
        size_t guess = low + (hour - usage->hour[low]);

        if (guess < high && usage->hour[guess] == hour)
            return guess;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (usage->hour[middle] < hour)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && usage->hour[low] == hour ? low : SIZE_MAX;
}
