#include "collect/queries.h"

#include <math.h>

#define REAL_FILE_SYSTEMS                                                                \
    "fstype!~\"tmpfs|ramfs|overlay|squashfs|iso9660|udf|devtmpfs|devpts|autofs|"         \
    "fuse\\\\..*|nsfs|proc|sysfs|cgroup2?fs?|rpc_pipefs|tracefs|configfs|debugfs\","     \
    "mountpoint!~\"/(run|dev|proc|sys|var/lib/(kubelet|docker|containerd|containers)/)." \
    "*\""
#define PHYSICAL_INTERFACES                                                              \
    "device!~\"lo|veth.*|cali.*|cni.*|docker.*|flannel.*|br-.*|br[0-9]+|cbr.*|virbr.*|"  \
    "tun.*|tap.*|tunl.*|vxlan.*|geneve.*|genev_.*|kube-.*|dummy.*|nodelocaldns|"         \
    "cilium.*|lxc.*|ovs.*|weave.*|wg.*|ifb.*|sit.*|ip6tnl.*|gre.*|bond[0-9]+|team.*|"    \
    ".*\\\\..*|.*@.*\""
#define PHYSICAL_DISKS                                                                   \
    "device!~\"dm-.*|loop.*|ram.*|zram.*|md.*|sr.*|fd.*|nbd.*|drbd.*|rbd.*\""

/* In the order of enum hc_query_id. */
const struct hc_query hc_queries[HC_QUERIES] = {
    {"cpu_not_busy", "node_cpu_seconds_total", "mode=~\"idle|iowait|steal\"", NULL,
        HC_TAKE_RATE, HC_OVER_SUM, "cores", "cores idle, waiting for a disk or stolen"},
    {"cpu_iowait_cores", "node_cpu_seconds_total", "mode=\"iowait\"", NULL, HC_TAKE_RATE,
        HC_OVER_SUM, "cores", "cores that wait for a disk"},
    {"cpu_steal_cores", "node_cpu_seconds_total", "mode=\"steal\"", NULL, HC_TAKE_RATE,
        HC_OVER_SUM, "cores", "cores that the hypervisor gave to others"},
    {"cpu_cores", "node_cpu_seconds_total", "mode=\"idle\"", NULL, HC_TAKE_LAST,
        HC_OVER_COUNT, "cores", "cores that the node has"},
    {"memory_available", "node_memory_MemAvailable_bytes", "", NULL, HC_TAKE_LAST,
        HC_OVER_MAX, "bytes", "memory that new work can have without swapping"},
    {"memory_total", "node_memory_MemTotal_bytes", "", NULL, HC_TAKE_LAST, HC_OVER_MAX,
        "bytes", "memory that the node has"},
    {"load_1m", "node_load1", "", NULL, HC_TAKE_LAST, HC_OVER_MAX, "tasks",
        "load average over a minute"},
    {"load_5m", "node_load5", "", NULL, HC_TAKE_LAST, HC_OVER_MAX, "tasks",
        "load average over 5 minutes"},
    {"load_15m", "node_load15", "", NULL, HC_TAKE_LAST, HC_OVER_MAX, "tasks",
        "load average over 15 minutes"},
    {"disk_usage", "node_filesystem_avail_bytes", REAL_FILE_SYSTEMS,
        "node_filesystem_size_bytes", HC_TAKE_LAST, HC_OVER_FULLEST, "ratio",
        "fill of the fullest real file system"},
    {"network_rx_bytes", "node_network_receive_bytes_total", PHYSICAL_INTERFACES, NULL,
        HC_TAKE_RATE, HC_OVER_SUM, "bytes/s", "received by physical interfaces"},
    {"network_tx_bytes", "node_network_transmit_bytes_total", PHYSICAL_INTERFACES, NULL,
        HC_TAKE_RATE, HC_OVER_SUM, "bytes/s", "sent by physical interfaces"},
    {"disk_read_bytes", "node_disk_read_bytes_total", PHYSICAL_DISKS, NULL, HC_TAKE_RATE,
        HC_OVER_SUM, "bytes/s", "read from physical disks"},
    {"disk_write_bytes", "node_disk_written_bytes_total", PHYSICAL_DISKS, NULL,
        HC_TAKE_RATE, HC_OVER_SUM, "bytes/s", "written to physical disks"},
};

/* ---- columns ---- */

static double as_is(double a, double b)
{
    (void)b;
    return a;
}

static double share(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static double rest(double a, double b)
{
    return b > 0 ? 1 - a / b : NAN;
}

/* Rates over a window are not exact: the rest of the cores is 0 at least. */
static double busy(double not_busy, double cores)
{
    double left = rest(not_busy, cores);

    return left < 0 ? 0 : left;
}

const struct hc_query_column hc_query_columns[] = {
    {HC_CPU, HC_Q_NOT_BUSY, HC_Q_CORES, busy, "1 - cpu_not_busy / cpu_cores"},
    {HC_MEMORY, HC_Q_MEMORY_AVAILABLE, HC_Q_MEMORY_TOTAL, rest,
        "1 - memory_available / memory_total"},
    {HC_MEMORY_AVAILABLE, HC_Q_MEMORY_AVAILABLE, HC_Q_NONE, as_is, "memory_available"},
    {HC_MEMORY_TOTAL, HC_Q_MEMORY_TOTAL, HC_Q_NONE, as_is, "memory_total"},
    {HC_CORES, HC_Q_CORES, HC_Q_NONE, as_is, "cpu_cores"},
    {HC_IOWAIT, HC_Q_IOWAIT, HC_Q_CORES, share, "cpu_iowait_cores / cpu_cores"},
    {HC_STEAL, HC_Q_STEAL, HC_Q_CORES, share, "cpu_steal_cores / cpu_cores"},
    {HC_LOAD_1M, HC_Q_LOAD_1M, HC_Q_NONE, as_is, "load_1m"},
    {HC_LOAD_5M, HC_Q_LOAD_5M, HC_Q_NONE, as_is, "load_5m"},
    {HC_LOAD_15M, HC_Q_LOAD_15M, HC_Q_NONE, as_is, "load_15m"},
    {HC_DISK_USAGE, HC_Q_DISK_USAGE, HC_Q_NONE, as_is, "disk_usage"},
    {HC_NETWORK_RX, HC_Q_NETWORK_RX, HC_Q_NONE, as_is, "network_rx_bytes"},
    {HC_NETWORK_TX, HC_Q_NETWORK_TX, HC_Q_NONE, as_is, "network_tx_bytes"},
    {HC_DISK_READ, HC_Q_DISK_READ, HC_Q_NONE, as_is, "disk_read_bytes"},
    {HC_DISK_WRITE, HC_Q_DISK_WRITE, HC_Q_NONE, as_is, "disk_write_bytes"},
};
const size_t hc_query_columns_count = HC_COUNT(hc_query_columns);

/* ---- PromQL ---- */

static void put_selector(
    struct hc_buf *out, const char *metric, const char *own, const char *match)
{
    bool both = *own && match && *match;

    hc_buf_printf(out, "%s", metric);
    if (*own || (match && *match))
        hc_buf_printf(
            out, "{%s%s%s}", own, both ? "," : "", match && *match ? match : "");
}

static void put_series(struct hc_buf *out, const char *metric,
    const struct hc_query *query, const struct hc_query_words *words)
{
    if (query->take == HC_TAKE_RATE)
        hc_buf_puts(out, "rate(");
    put_selector(out, metric, query->matchers, words->match);
    if (query->take == HC_TAKE_RATE)
        hc_buf_printf(out, "[%llds])", (long long)words->window_s);
}

/*
 * The sum is over series as the server's storage gives them, and the maximum does not
 * depend on an order: a sum over the result of another aggregation would, in its last
 * bits, from one answer of Prometheus to the next.
 */
void hc_query_promql(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words)
{
    static const char *const inner[] = {"sum", "count", NULL, NULL};

    hc_buf_printf(out, "max by (%s) (", words->by);
    if (inner[query->over])
        hc_buf_printf(
            out, "%s by (%s,%s) (", inner[query->over], words->by, words->replicas);
    if (query->over == HC_OVER_FULLEST)
        hc_buf_puts(out, "1 - ");
    put_series(out, query->metric, query, words);
    if (query->over == HC_OVER_FULLEST) {
        hc_buf_puts(out, " / ");
        put_series(out, query->per, query, words);
    }
    hc_buf_puts(out, inner[query->over] ? "))" : ")");
}

int64_t hc_query_window(int64_t scrape_interval_s, int64_t step_s)
{
    int64_t four = 4 * scrape_interval_s;

    return four > step_s ? four : step_s;
}
