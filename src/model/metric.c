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

/* "1.0h", "0.25h", "5.0m": a number with a point and a unit, to the end of the name. */
static bool is_duration(const char *s)
{
    size_t digits = strspn(s, "0123456789");

    if (!digits || s[digits] != '.' || !isdigit((unsigned char)s[digits + 1]))
        return false;
    s += digits + 1;
    s += strspn(s, "0123456789");
    return *s && strchr("hms", *s) && !s[1];
}

/* What comes after a gauge's name, or any other's, in a training set. */
static const struct {
    const char *word;
    enum hc_column_kind kind;
} made[] = {
    {"_mean_", HC_KIND_DERIVED},
    {"_std_", HC_KIND_DERIVED},
    {"_max_", HC_KIND_DERIVED},
    {"_target_", HC_KIND_TARGET},
};

static bool ends_in(const char *name, const char *word)
{
    const char *at = strrchr(name, '_');
    size_t len = strlen(word);

    return at && is_duration(at + 1) && (size_t)(at + 1 - name) > len &&
           !strncmp(at + 1 - len, word, len);
}

enum hc_column_kind hc_column_kind_of(const char *name)
{
    if (hc_metric_find(name) >= 0)
        return HC_KIND_GAUGE;
    for (size_t i = 0; i < HC_COUNT(calendar); i++)
        if (!strcmp(name, calendar[i]))
            return HC_KIND_DERIVED;
    for (size_t i = 0; i < HC_COUNT(made); i++)
        if (ends_in(name, made[i].word))
            return made[i].kind;
    return HC_KIND_OTHER;
}
