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

/* Containers, without the pause container and the sum over a pod's cgroup. */
#define CONTAINERS "container!=\"\",container!=\"POD\""
#define POD "namespace,pod,uid"
/* Of several owners, the one that makes it. */
#define CONTROLLER "owner_is_controller!=\"false\""

/* clang-format off */
#define SAMPLES HC_PART_SAMPLES
#define LAST HC_TAKE_LAST
#define RATE HC_TAKE_RATE
#define SEEN HC_TAKE_SEEN
#define SUM HC_OVER_SUM
#define MAX HC_OVER_MAX

/* In the order of enum hc_query_id. */
const struct hc_query hc_queries[HC_QUERIES] = {
    {"cpu_not_busy", "node_cpu_seconds_total", "mode=~\"idle|iowait|steal\"", NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "cores", "cores idle, waiting for a disk or stolen"},
    {"cpu_iowait_cores", "node_cpu_seconds_total", "mode=\"iowait\"", NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "cores", "cores that wait for a disk"},
    {"cpu_steal_cores", "node_cpu_seconds_total", "mode=\"steal\"", NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "cores", "cores that the hypervisor gave to others"},
    {"cpu_cores", "node_cpu_seconds_total", "mode=\"idle\"", NULL,
        SAMPLES, LAST, HC_OVER_COUNT, NULL, false,
        "cores", "cores that the node has"},
    {"memory_available", "node_memory_MemAvailable_bytes", "", NULL,
        SAMPLES, LAST, MAX, NULL, false,
        "bytes", "memory that new work can have without swapping"},
    {"memory_total", "node_memory_MemTotal_bytes", "", NULL,
        SAMPLES, LAST, MAX, NULL, false,
        "bytes", "memory that the node has"},
    {"load_1m", "node_load1", "", NULL,
        SAMPLES, LAST, MAX, NULL, false,
        "tasks", "load average over a minute"},
    {"load_5m", "node_load5", "", NULL,
        SAMPLES, LAST, MAX, NULL, false,
        "tasks", "load average over 5 minutes"},
    {"load_15m", "node_load15", "", NULL,
        SAMPLES, LAST, MAX, NULL, false,
        "tasks", "load average over 15 minutes"},
    {"disk_usage", "node_filesystem_avail_bytes", REAL_FILE_SYSTEMS,
        "node_filesystem_size_bytes",
        SAMPLES, LAST, HC_OVER_FULLEST, NULL, false,
        "ratio", "fill of the fullest real file system"},
    {"network_rx_bytes", "node_network_receive_bytes_total", PHYSICAL_INTERFACES, NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "bytes/s", "received by physical interfaces"},
    {"network_tx_bytes", "node_network_transmit_bytes_total", PHYSICAL_INTERFACES, NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "bytes/s", "sent by physical interfaces"},
    {"disk_read_bytes", "node_disk_read_bytes_total", PHYSICAL_DISKS, NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "bytes/s", "read from physical disks"},
    {"disk_write_bytes", "node_disk_written_bytes_total", PHYSICAL_DISKS, NULL,
        SAMPLES, RATE, SUM, NULL, false,
        "bytes/s", "written to physical disks"},

    {"node_info", "kube_node_info", "", NULL,
        HC_PART_JOIN, LAST, MAX, "internal_ip,node", false,
        "", "which node has an address"},

    {"node", "kube_node_info", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node,internal_ip", true,
        "", "nodes that there are"},
    {"node_created", "kube_node_created", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node", false,
        "s", "when it joined, since 1970 UTC"},
    {"node_allocatable", "kube_node_status_allocatable", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node,resource", false,
        "cores, bytes, pods", "what pods can have of it"},
    {"node_capacity", "kube_node_status_capacity", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node,resource", false,
        "cores, bytes, pods", "what it has"},
    {"node_unschedulable", "kube_node_spec_unschedulable", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node", false,
        "0 or 1", "whether it is cordoned"},
    {"node_taints", "kube_node_spec_taint", "", NULL,
        HC_PART_NODES, SEEN, MAX, "node,key,value,effect", true,
        "", "its taints"},
    {"node_labels", "kube_node_labels", "", NULL,
        HC_PART_NODES, SEEN, HC_OVER_NOTHING, "node", true,
        "", "its labels, zone and instance type among them"},

    {"pod", "kube_pod_info", "", NULL,
        HC_PART_PODS, SEEN, MAX,
        POD ",node,created_by_kind,created_by_name,priority_class", true,
        "", "pods that there are, and where"},
    {"pod_phase", "kube_pod_status_phase", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD ",phase", true,
        "", "Pending, Running, Succeeded, Failed or Unknown"},
    {"pod_qos", "kube_pod_status_qos_class", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD ",qos_class", true,
        "", "Guaranteed, Burstable or BestEffort"},
    {"pod_created", "kube_pod_created", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD, false,
        "s", "since 1970 UTC"},
    {"pod_started", "kube_pod_start_time", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD, false,
        "s", "since 1970 UTC"},
    {"pod_finished", "kube_pod_completion_time", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD, false,
        "s", "since 1970 UTC"},
    {"pod_requests", "kube_pod_container_resource_requests", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD ",container,resource", false,
        "cores, bytes", "requests of a container"},
    {"pod_limits", "kube_pod_container_resource_limits", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD ",container,resource", false,
        "cores, bytes", "limits of a container"},
    {"pod_init_requests", "kube_pod_init_container_resource_requests", "", NULL,
        HC_PART_PODS, SEEN, MAX, POD ",resource", false,
        "cores, bytes", "the largest request of an init container"},
    {"replicaset_owner", "kube_replicaset_owner", CONTROLLER, NULL,
        HC_PART_PODS, SEEN, MAX, "namespace,replicaset,owner_kind,owner_name", true,
        "", "the Deployment of a ReplicaSet"},
    {"job_owner", "kube_job_owner", CONTROLLER, NULL,
        HC_PART_PODS, SEEN, MAX, "namespace,job_name,owner_kind,owner_name", true,
        "", "the CronJob of a Job"},

    {"pod_cpu", "container_cpu_usage_seconds_total", CONTAINERS, NULL,
        HC_PART_USAGE, RATE, SUM, "namespace,pod", false,
        "cores", "cores that the containers use"},
    {"pod_memory", "container_memory_working_set_bytes", CONTAINERS, NULL,
        HC_PART_USAGE, LAST, MAX, "namespace,pod,container", false,
        "bytes", "memory of a container that cannot be reclaimed"},
    {"pod_throttled", "container_cpu_cfs_throttled_periods_total", CONTAINERS, NULL,
        HC_PART_USAGE, RATE, SUM, "namespace,pod", false,
        "1/s", "periods of the CPU limit in which a container was held"},
    {"pod_periods", "container_cpu_cfs_periods_total", CONTAINERS, NULL,
        HC_PART_USAGE, RATE, SUM, "namespace,pod", false,
        "1/s", "periods of the CPU limit"},
    {"pod_restarts", "kube_pod_container_status_restarts_total", "", NULL,
        HC_PART_USAGE, SEEN, MAX, POD ",container", false,
        "restarts", "of a container, since the pod began"},
    {"pod_ended", "kube_pod_container_status_last_terminated_reason", "", NULL,
        HC_PART_USAGE, SEEN, MAX, POD ",container,reason", true,
        "", "why a container ended last, such as OOMKilled"},
};
#undef SAMPLES
#undef LAST
#undef RATE
#undef SEEN
#undef SUM
#undef MAX
/* clang-format on */

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

/* Both metrics at once, or the one. */
void hc_query_selector(
    struct hc_buf *out, const struct hc_query *query, const char *match)
{
    const char *parts[] = {query->matchers, match ? match : ""};
    const char *before = "{";

    if (query->per)
        hc_buf_printf(out, "{__name__=~\"%s|%s\"", query->metric, query->per);
    else
        hc_buf_puts(out, query->metric);
    before = query->per ? "," : before;
    for (size_t i = 0; i < HC_COUNT(parts); i++)
        if (*parts[i]) {
            hc_buf_printf(out, "%s%s", before, parts[i]);
            before = ",";
        }
    if (*before == ',')
        hc_buf_putc(out, '}');
}

/* What is before and behind a selector, by how its values are taken. */
static void put_series(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words)
{
    static const char *const function[] = {"", "rate(", "last_over_time("};
    const int64_t window_s[] = {0, words->window_s, HC_POD_STEP_S};

    hc_buf_puts(out, function[query->take]);
    hc_query_selector(out, query, words->match);
    if (window_s[query->take])
        hc_buf_printf(out, "[%llds])", (long long)window_s[query->take]);
    if (query->is_set)
        hc_buf_puts(out, " > 0");
}

void hc_query_labels(struct hc_buf *out, const struct hc_query *query, const char *node)
{
    hc_buf_printf(out, "cluster,%s", query->by ? query->by : node);
}

/* How the series become one: "max by (cluster) (sum by (cluster,job)", and how many
 * brackets are open then. */
static int put_aggregation(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words)
{
    static const char *const inner[] = {"sum", "count", NULL, NULL, NULL};
    HC_CLEANUP(hc_buf_clear) struct hc_buf by = HC_BUF_INIT;
    bool several = inner[query->over] && *words->replicas;

    hc_query_labels(&by, query, words->node);
    if (several || !inner[query->over])
        hc_buf_printf(out, "max by (%s)", hc_buf_str(&by));
    if (inner[query->over])
        hc_buf_printf(out, "%s%s by (%s%s%s)", several ? " (" : "", inner[query->over],
            hc_buf_str(&by), several ? "," : "", several ? words->replicas : "");
    out->failed |= by.failed;
    return several;
}

static bool is_plain(const struct hc_query *query, const struct hc_query_words *words)
{
    return words->plain || (query->over != HC_OVER_SUM && query->over != HC_OVER_COUNT);
}

/*
 * The sum is over series as the server's storage gives them, and the maximum does not
 * depend on an order: a sum over the result of another aggregation would, in its last
 * bits, from one answer of Prometheus to the next.
 */
void hc_query_promql(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words)
{
    int open;

    if (is_plain(query, words)) {
        put_series(out, query, words);
        return;
    }
    open = put_aggregation(out, query, words);
    hc_buf_puts(out, " (");
    put_series(out, query, words);
    hc_buf_puts(out, open ? "))" : ")");
}

void hc_query_here(
    struct hc_buf *out, const struct hc_query *query, const struct hc_query_words *words)
{
    if (!is_plain(query, words) || query->over == HC_OVER_NOTHING)
        return;
    if (put_aggregation(out, query, words))
        hc_buf_puts(out, ")");
    if (query->per)
        hc_buf_printf(out, " (1 - %s / %s)", query->metric, query->per);
}

int64_t hc_query_window(int64_t scrape_interval_s, int64_t step_s)
{
    int64_t four = 4 * scrape_interval_s;

    return four > step_s ? four : step_s;
}
