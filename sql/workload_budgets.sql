-- Requested, used and allocatable of all (scope 0), of clusters (1), nodes (2) and
-- namespaces (3): means over the time in which pods are known, of a node over the time it
-- was there. The share of a namespace is of its cluster.
--
-- A pod's use is the mean over its moments, for as long as it ran: what is missing is not
-- taken for 0. A pod without a single moment is not in the sum; n and expected tell.
--
-- reads   hc_known, hc_node, hc_stay, hc_has
-- gives   the columns of struct hc_budget in the order of read.c
WITH node AS (
    SELECT cluster, node, sum(k1 - k0) AS moments,
        sum(cpu * (k1 - k0)) / nullif(sum(k1 - k0) FILTER (WHERE cpu IS NOT NULL), 0)
            AS cpu,
        sum(memory * (k1 - k0)) / nullif(sum(k1 - k0) FILTER (WHERE memory IS NOT NULL), 0)
            AS memory
    FROM hc_node GROUP BY cluster, node
), whole AS (
    SELECT every, cluster, sum(k1 - k0) AS moments FROM hc_known GROUP BY every, cluster
), cluster AS (
    SELECT w.every, w.cluster, w.moments, sum(n.cpu * n.moments) / w.moments AS cpu,
        sum(n.memory * n.moments) / w.moments AS memory
    FROM whole w LEFT JOIN node n ON w.every OR w.cluster = n.cluster
    GROUP BY w.every, w.cluster, w.moments
), span AS (
    SELECT CASE WHEN every THEN 0 ELSE 1 END AS scope, cluster, '' AS name, moments, cpu,
        memory FROM cluster
    UNION ALL
    SELECT 2, cluster, node, moments, cpu, memory FROM node
    UNION ALL
    SELECT DISTINCT 2, s.cluster, s.node, c.moments, NULL::DOUBLE, NULL::DOUBLE
    FROM hc_stay s JOIN cluster c ON s.cluster = c.cluster AND NOT c.every, hc_has h
    WHERE s.node IS NOT NULL AND NOT h.nodes AND s.held > 0
    UNION ALL
    SELECT DISTINCT 3, s.cluster, s.namespace, c.moments, c.cpu, c.memory
    FROM hc_stay s JOIN cluster c ON s.cluster = c.cluster AND NOT c.every
), sums AS (
    SELECT CASE WHEN grouping(cluster) = 1 THEN 0 WHEN grouping(node) = 0 THEN 2
            WHEN grouping(namespace) = 0 THEN 3 ELSE 1 END AS scope,
        coalesce(cluster, '') AS cluster,
        CASE WHEN grouping(node) = 0 THEN node
            WHEN grouping(namespace) = 0 THEN namespace ELSE '' END AS name,
        count(DISTINCT pod_key) FILTER (WHERE held > 0) AS pods, sum(held) AS held,
        sum(expected) AS expected,
        sum(cpu_requested) AS cpu_requested, sum(memory_requested) AS memory_requested,
        sum(cpu_limits) AS cpu_limits, sum(memory_limits) AS memory_limits,
        sum(cpu_mean * run) AS cpu_used, sum(memory_mean * run) AS memory_used,
        sum(cpu_n) AS cpu_n, sum(memory_n) AS memory_n,
        count(DISTINCT pod_key) FILTER (WHERE no_cpu_request) AS no_cpu_request,
        count(DISTINCT pod_key) FILTER (WHERE no_memory_request) AS no_memory_request,
        count(DISTINCT pod_key) FILTER (WHERE no_cpu_limit) AS no_cpu_limit,
        count(DISTINCT pod_key) FILTER (WHERE no_memory_limit) AS no_memory_limit,
        sum(throttled_sum) AS throttled_sum, sum(throttled_n) AS throttled_n,
        sum(oom_kills) AS oom_kills, sum(restarts) AS restarts,
        count(DISTINCT pod_key) FILTER (WHERE waited > 0) AS waiting, sum(waited) AS waited,
        sum(cpu_waiting) AS cpu_waiting, sum(memory_waiting) AS memory_waiting,
        count(DISTINCT pod_key) FILTER (WHERE away > 0) AS elsewhere, sum(away) AS away,
        sum(cpu_away) AS cpu_away, sum(memory_away) AS memory_away
    FROM hc_stay
    GROUP BY GROUPING SETS ((), (cluster), (cluster, node), (cluster, namespace))
), joined AS (
    SELECT p.scope, p.cluster, p.name, p.moments, p.moments * h.hours AS hours, h.hours AS hour,
        coalesce(s.pods, 0) AS pods, coalesce(s.held, 0) / p.moments AS mean_pods,
        coalesce(s.expected, 0) AS expected, coalesce(s.cpu_n, 0) AS cpu_n,
        coalesce(s.memory_n, 0) AS memory_n,
        p.cpu AS cpu_allocatable, p.memory AS memory_allocatable,
        CASE WHEN h.cpu_requested THEN coalesce(s.cpu_requested, 0) / p.moments END
            AS cpu_requested,
        CASE WHEN h.memory_requested THEN coalesce(s.memory_requested, 0) / p.moments END
            AS memory_requested,
        CASE WHEN h.cpu_limits THEN coalesce(s.cpu_limits, 0) / p.moments END AS cpu_limits,
        CASE WHEN h.memory_limits THEN coalesce(s.memory_limits, 0) / p.moments END
            AS memory_limits,
        CASE WHEN h.cpu_used AND coalesce(s.expected, 0) = 0 THEN 0
            ELSE s.cpu_used / p.moments END AS cpu_used,
        CASE WHEN h.memory_used AND coalesce(s.expected, 0) = 0 THEN 0
            ELSE s.memory_used / p.moments END AS memory_used,
        CASE WHEN h.cpu_requested THEN coalesce(s.cpu_waiting, 0) / p.moments END
            AS cpu_pending,
        CASE WHEN h.memory_requested THEN coalesce(s.memory_waiting, 0) / p.moments END
            AS memory_pending,
        CASE WHEN h.cpu_requested THEN coalesce(s.cpu_away, 0) / p.moments END
            AS cpu_elsewhere,
        CASE WHEN h.memory_requested THEN coalesce(s.memory_away, 0) / p.moments END
            AS memory_elsewhere,
        s.* EXCLUDE (scope, cluster, name, pods, held, expected, cpu_n, memory_n, cpu_requested,
            memory_requested, cpu_limits, memory_limits, cpu_used, memory_used)
    FROM span p CROSS JOIN (SELECT *, step_s / 3600.0 AS hours FROM hc_has, hc_ask) h
    LEFT JOIN sums s ON p.scope = s.scope AND p.cluster = s.cluster AND p.name = s.name
)
SELECT scope, nullif(replace(cluster, chr(0), '\0'), ''),
    CASE WHEN scope >= 2 THEN replace(name, chr(0), '\0') END, hours, pods, mean_pods,
    cpu_allocatable, cpu_requested, cpu_requested / nullif(cpu_allocatable, 0), cpu_limits,
    cpu_used, cpu_used / nullif(cpu_allocatable, 0), cpu_n, expected,
    coalesce(no_cpu_request, 0), coalesce(no_cpu_limit, 0),
    memory_allocatable, memory_requested, memory_requested / nullif(memory_allocatable, 0),
    memory_limits, memory_used, memory_used / nullif(memory_allocatable, 0), memory_n,
    expected, coalesce(no_memory_request, 0), coalesce(no_memory_limit, 0),
    throttled_sum / nullif(throttled_n, 0), coalesce(throttled_n, 0), oom_kills, restarts,
    coalesce(waiting, 0), coalesce(waited, 0) * hour, cpu_pending, memory_pending,
    coalesce(elsewhere, 0), coalesce(away, 0) * hour, cpu_elsewhere, memory_elsewhere
FROM joined
ORDER BY scope, joined.cluster, joined.name;
