#include <math.h>

#include "replay/measures.h"

const struct hc_measure hc_measures[HC_MEASURES] = {
    [HC_REPLAY_ARRIVED] = {"pods_arrived", "arrived", "pods", 0,
        "pods that were to be placed"},
    [HC_REPLAY_PLACED] = {"pods_placed", "placed", "pods", 1,
        "of them, that found a node"},
    [HC_REPLAY_REFUSED] = {"pods_refused", "refused", "pods", -1,
        "pods that fitted nowhere when they arrived; nobody tries them again"},
    [HC_REPLAY_NODES_MOST] = {"nodes_used_most", "nodes", "nodes", -1,
        "most nodes with a placed pod at one moment"},
    [HC_REPLAY_NODE_HOURS] = {"node_hours_used", "node-h", "node-hours", -1,
        "hours of nodes with a placed pod, if empty nodes can be switched off"},
    [HC_REPLAY_EMPTY_NODE_HOURS] = {"node_hours_empty", "empty-h", "node-hours", 1,
        "hours of nodes without a placed pod"},
    [HC_REPLAY_CPU_SHARE] = {"cpu_requested_share", "CPU", "fraction", 1,
        "requested of the CPU of nodes in use"},
    [HC_REPLAY_MEMORY_SHARE] = {"memory_requested_share", "memory", "fraction", 1,
        "requested of the memory of nodes in use"},
    [HC_REPLAY_GPU_SHARE] = {"gpu_allocated_share", "GPU", "fraction", 1,
        "allocated of all GPUs"},
    [HC_REPLAY_STRANDED_CPU] = {"cpu_stranded_share", "CPU str.", "fraction", -1,
        "of all CPU, what is free on nodes with too little memory to go with it"},
    [HC_REPLAY_STRANDED_MEMORY] = {"memory_stranded_share", "mem str.", "fraction", -1,
        "of all memory, what is free on nodes with too little CPU to go with it"},
    [HC_REPLAY_STRANDED_GPU] = {"gpu_stranded_share", "GPU str.", "fraction", -1,
        "of all GPUs, what is free on nodes with too little CPU to go with it"},
    [HC_REPLAY_OVERCOMMITTED] = {"node_hours_overcommitted", "over-h", "node-hours", -1,
        "hours of nodes on which more is requested than is allocatable"},
    [HC_REPLAY_HOT_NODE_HOURS] = {"node_hours_hot", "hot-h", "node-hours", -1,
        "hours of nodes whose pods use over 80 % of its CPU"},
    [HC_REPLAY_OVERLOAD] = {"overload_core_hours", "overload", "core-hours", -1,
        "what pods use beyond 80 % of their node's CPU"},
    [HC_REPLAY_CPU_USED_P95] = {"cpu_used_p95", "CPU p95", "fraction", 0,
        "95 % of the hours of nodes in use are at most at this share of the node's CPU"},
    [HC_REPLAY_NODES_BOUND] = {"nodes_bound", "bound", "nodes", 0,
        "no placement of the pods that were placed has its fullest moment on fewer "
        "nodes"},
    [HC_REPLAY_NODE_HOURS_BOUND] = {"node_hours_bound", "n-h bound", "node-hours", 0,
        "no placement of the pods that were placed takes fewer hours of nodes"},
};

/* Two passes: a mean of counts is then the number that a person would write. */
struct hc_range hc_range_over(const double *values, size_t n, size_t stride)
{
    struct hc_range s = {0, 0, 0, INFINITY, -INFINITY};
    double squares = 0;

    for (size_t i = 0; i < n; i++) {
        double x = values[i * stride];

        if (isnan(x))
            continue;
        s.n++;
        s.mean += x;
        s.least = x < s.least ? x : s.least;
        s.most = x > s.most ? x : s.most;
    }
    if (!s.n)
        return (struct hc_range){0, NAN, NAN, NAN, NAN};
    s.mean /= (double)s.n;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i * stride]))
            squares += (values[i * stride] - s.mean) * (values[i * stride] - s.mean);
    s.sd = s.n > 1 ? sqrt(squares / (double)(s.n - 1)) : 0;
    return s;
}
