-- Workloads (pods of one owner) that ask for most more than they use, and those with pods
-- without a request: the first hc_ask.most of each kind. A bare pod is its own workload.
--
-- Slack is requested less used while a pod ran, of pods of which both are known; it is
-- below 0 where more is used than requested.
--
-- reads   hc_known, hc_stay, hc_has, hc_ask
-- gives   the columns of struct hc_workload in the order of read.c
WITH whole AS (
    SELECT cluster, sum(k1 - k0) AS moments FROM hc_known WHERE NOT every GROUP BY cluster
), summed AS (
    SELECT s.cluster, s.namespace, s.kind, s.owner, any_value(w.moments) AS moments,
        count(DISTINCT pod_key) AS pods, sum(expected) AS expected,
        sum(cpu_requested) AS cpu_requested, sum(cpu_mean * run) AS cpu_used,
        sum(cpu_asked - cpu_mean * cpu_asked_run) AS cpu_slack, sum(cpu_n) AS cpu_n,
        count(DISTINCT pod_key) FILTER (WHERE no_cpu_request) AS no_cpu,
        sum(memory_requested) AS memory_requested, sum(memory_mean * run) AS memory_used,
        sum(memory_asked - memory_mean * memory_asked_run) AS memory_slack,
        sum(memory_n) AS memory_n,
        count(DISTINCT pod_key) FILTER (WHERE no_memory_request) AS no_memory
    FROM hc_stay s JOIN whole w ON s.cluster = w.cluster
    WHERE s.held > 0
    GROUP BY s.cluster, s.namespace, s.kind, s.owner
), ranked AS (
    SELECT *,
        row_number() OVER (ORDER BY cpu_slack DESC NULLS LAST, cluster, namespace, kind, owner)
            AS by_cpu,
        row_number() OVER (ORDER BY memory_slack DESC NULLS LAST, cluster, namespace, kind,
            owner) AS by_memory,
        row_number() OVER (ORDER BY no_cpu + no_memory = 0, cpu_used DESC NULLS LAST,
            memory_used DESC NULLS LAST, cluster, namespace, kind, owner) AS by_none
    FROM summed
)
SELECT nullif(replace(r.cluster, chr(0), '\0'), ''), replace(namespace, chr(0), '\0'),
    replace(kind, chr(0), '\0'), replace(owner, chr(0), '\0'), pods,
    CASE WHEN h.cpu_requested THEN coalesce(r.cpu_requested, 0) / moments END,
    r.cpu_used / moments, cpu_slack / moments, cpu_n, expected, no_cpu,
    CASE WHEN h.memory_requested THEN coalesce(r.memory_requested, 0) / moments END,
    r.memory_used / moments, memory_slack / moments, memory_n, expected, no_memory
FROM ranked r, hc_has h, hc_ask a
WHERE (by_cpu <= a.most AND cpu_slack > 0) OR (by_memory <= a.most AND memory_slack > 0)
    OR (by_none <= a.most AND no_cpu + no_memory > 0)
ORDER BY by_cpu;
