#include <ctype.h>
#include <math.h>
#include <string.h>

#include "model/metric.h"

/* clang-format off */
const struct hc_metric hc_metrics[HC_METRICS] = {
    [HC_CPU] = {"cpu_usage_rate", "fraction", 0, 1, "share of the node's cores that are busy"},
    [HC_MEMORY] = {"memory_usage", "fraction", 0, 1, "share of the node's memory in use"},
    [HC_MEMORY_AVAILABLE] = {"memory_available", "bytes", 0, INFINITY, "memory that can be had without swapping"},
    [HC_MEMORY_TOTAL] = {"memory_total", "bytes", 0, INFINITY, "memory of the node"},
    [HC_CORES] = {"cpu_cores", "cores", 0, INFINITY, "cores of the node"},
    [HC_IOWAIT] = {"cpu_iowait", "fraction", 0, 1, "idle with I/O outstanding; not in cpu_usage_rate"},
    [HC_STEAL] = {"cpu_steal", "fraction", 0, 1, "taken by the hypervisor; not in cpu_usage_rate"},
    [HC_LOAD_1M] = {"load_1m", "processes", 0, INFINITY, "load average over 1 minute"},
    [HC_LOAD_5M] = {"load_5m", "processes", 0, INFINITY, "load average over 5 minutes"},
    [HC_LOAD_15M] = {"load_15m", "processes", 0, INFINITY, "load average over 15 minutes"},
    [HC_DISK_USAGE] = {"disk_usage", "fraction", 0, 1, "fill of the fullest real filesystem"},
    [HC_NETWORK_RX] = {"network_rx_bytes", "bytes/s", 0, INFINITY, "received on physical interfaces"},
    [HC_NETWORK_TX] = {"network_tx_bytes", "bytes/s", 0, INFINITY, "sent on physical interfaces"},
    [HC_DISK_READ] = {"disk_read_bytes", "bytes/s", 0, INFINITY, "read from physical disks"},
    [HC_DISK_WRITE] = {"disk_write_bytes", "bytes/s", 0, INFINITY, "written to physical disks"},
};
/* clang-format on */

const enum hc_metric_id hc_main_metrics[HC_MAIN] = {HC_CPU, HC_MEMORY, HC_LOAD_1M};

static const char *const calendar[] = {
    "hour",
    "day_of_week",
    "day_of_month",
    "month",
    "is_weekend",
    "hour_sin",
    "hour_cos",
    "day_sin",
    "day_cos",
    "is_business_hours",
};

int hc_metric_find(const char *name)
{
    for (int i = 0; i < HC_METRICS; i++)
        if (!strcmp(name, hc_metrics[i].name))
            return i;
    return -1;
}

const char *hc_column_kind_name(enum hc_column_kind kind)
{
    static const char *const names[] = {"gauge", "derived", "target", "other"};

    return names[kind];
}

/* "1.0h", "24.0h": a duration in hours, to the end of the name. */
static bool is_hours(const char *s)
{
    size_t digits = strspn(s, "0123456789.");

    return digits && isdigit((unsigned char)s[0]) && !strcmp(s + digits, "h");
}

/* What follows a main gauge's name: "_mean_1.0h", "_target_4.0h". */
static enum hc_column_kind kind_of_suffix(const char *s)
{
    static const char *const windows[] = {"_mean_", "_std_", "_max_"};

    if (!strncmp(s, "_target_", 8) && is_hours(s + 8))
        return HC_KIND_TARGET;
    for (size_t i = 0; i < HC_COUNT(windows); i++)
        if (!strncmp(s, windows[i], strlen(windows[i])) &&
            is_hours(s + strlen(windows[i])))
            return HC_KIND_DERIVED;
    return HC_KIND_OTHER;
}

enum hc_column_kind hc_column_kind_of(const char *name)
{
    if (hc_metric_find(name) >= 0)
        return HC_KIND_GAUGE;
    for (size_t i = 0; i < HC_COUNT(calendar); i++)
        if (!strcmp(name, calendar[i]))
            return HC_KIND_DERIVED;
    for (size_t i = 0; i < HC_MAIN; i++) {
        const char *gauge = hc_metrics[hc_main_metrics[i]].name;
        size_t n = strlen(gauge);

        if (!strncmp(name, gauge, n) && kind_of_suffix(name + n) != HC_KIND_OTHER)
            return kind_of_suffix(name + n);
    }
    return HC_KIND_OTHER;
}
