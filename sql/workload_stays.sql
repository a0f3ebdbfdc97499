-- A row a pod and node: for how many moments, and value times moments of what it asked.
--
-- A pod holds its requests from when it has a node until it has ended; it runs when it is
-- no longer pending. `there` counts the moments at which its node was there too; without
-- any row of nodes, all. `away` are the rest. A pending pod without node waits.
--
-- reads   hc_pod, hc_node, hc_use
-- makes   hc_stay, hc_has (which values there are at all)
CREATE TEMP TABLE hc_stay AS
WITH overlap AS (
    SELECT p.id, sum(least(p.k1, n.k1) - greatest(p.k0, n.k0)) AS there
    FROM hc_pod p JOIN hc_node n
        ON p.cluster = n.cluster AND p.node = n.node AND p.k0 < n.k1 AND p.k1 > n.k0
    GROUP BY p.id
), placed AS (
    SELECT p.*, p.k1 - p.k0 AS moments,
        CASE WHEN (SELECT count(*) FROM hc_node) > 0
            THEN coalesce(o.there, 0) ELSE p.k1 - p.k0 END AS there,
        coalesce(p.phase, '') IN ('Succeeded', 'Failed') AS ended,
        p.node IS NULL AND coalesce(p.phase, 'Pending') = 'Pending' AS waits
    FROM hc_pod p LEFT JOIN overlap o ON p.id = o.id
    WHERE p.wanted AND p.k0 < p.k1
), stated AS (
    SELECT *, NOT ended AND NOT waits AS held,
        NOT ended AND NOT waits AND coalesce(phase, '') <> 'Pending' AS runs
    FROM placed
)
SELECT r.cluster, r.namespace, r.pod, r.pod_key, r.node,
    coalesce(any_value(r.owner_kind), 'Pod') AS kind,
    coalesce(any_value(r.owner_name), r.pod) AS owner,
    coalesce(sum(there) FILTER (WHERE held), 0) AS held,
    coalesce(sum(there) FILTER (WHERE runs), 0) AS run,
    coalesce(sum(r.moments) FILTER (WHERE runs), 0) AS expected,
    sum(cpu_request_cores * there) FILTER (WHERE held) AS cpu_requested,
    sum(memory_request_bytes * there) FILTER (WHERE held) AS memory_requested,
    sum(cpu_limit_cores * there) FILTER (WHERE held) AS cpu_limits,
    sum(memory_limit_bytes * there) FILTER (WHERE held) AS memory_limits,
    -- while it ran, to be compared with its use
    sum(cpu_request_cores * there) FILTER (WHERE runs) AS cpu_asked,
    sum(there) FILTER (WHERE runs AND cpu_request_cores IS NOT NULL) AS cpu_asked_run,
    sum(memory_request_bytes * there) FILTER (WHERE runs) AS memory_asked,
    sum(there) FILTER (WHERE runs AND memory_request_bytes IS NOT NULL)
        AS memory_asked_run,
    count(*) FILTER (WHERE held AND there > 0 AND coalesce(cpu_request_cores, 0) = 0) > 0
        AS no_cpu_request,
    count(*) FILTER (WHERE held AND there > 0 AND coalesce(memory_request_bytes, 0) = 0) > 0
        AS no_memory_request,
    count(*) FILTER (WHERE held AND there > 0 AND cpu_limit_cores IS NULL) > 0
        AS no_cpu_limit,
    count(*) FILTER (WHERE held AND there > 0 AND memory_limit_bytes IS NULL) > 0
        AS no_memory_limit,
    coalesce(sum(r.moments - there) FILTER (WHERE held), 0) AS away,
    sum(cpu_request_cores * (r.moments - there)) FILTER (WHERE held) AS cpu_away,
    sum(memory_request_bytes * (r.moments - there)) FILTER (WHERE held) AS memory_away,
    coalesce(sum(r.moments) FILTER (WHERE waits), 0) AS waited,
    sum(cpu_request_cores * r.moments) FILTER (WHERE waits) AS cpu_waiting,
    sum(memory_request_bytes * r.moments) FILTER (WHERE waits) AS memory_waiting,
    coalesce(sum(u.cpu_n) FILTER (WHERE runs), 0) AS cpu_n,
    sum(u.cpu_sum) FILTER (WHERE runs) / nullif(sum(u.cpu_n) FILTER (WHERE runs), 0)
        AS cpu_mean,
    coalesce(sum(u.memory_n) FILTER (WHERE runs), 0) AS memory_n,
    sum(u.memory_sum) FILTER (WHERE runs) / nullif(sum(u.memory_n) FILTER (WHERE runs), 0)
        AS memory_mean,
    coalesce(sum(u.throttled_n), 0) AS throttled_n, sum(u.throttled_sum) AS throttled_sum,
    sum(u.oom_kills) AS oom_kills, sum(u.restarts) AS restarts
FROM stated r LEFT JOIN hc_use u ON r.id = u.id
GROUP BY r.cluster, r.namespace, r.pod, r.pod_key, r.node;

CREATE TEMP TABLE hc_has AS
SELECT (SELECT count(*) FROM hc_node) > 0 AS nodes,
    -- in the order of enum hc_workload_value
    (SELECT count(cpu) FROM hc_node) > 0 AS cpu_allocatable,
    count(cpu_request_cores) > 0 AS cpu_requested,
    count(cpu_limit_cores) > 0 AS cpu_limits,
    (SELECT coalesce(sum(cpu_n), 0) FROM hc_use) > 0 AS cpu_used,
    (SELECT count(memory) FROM hc_node) > 0 AS memory_allocatable,
    count(memory_request_bytes) > 0 AS memory_requested,
    count(memory_limit_bytes) > 0 AS memory_limits,
    (SELECT coalesce(sum(memory_n), 0) FROM hc_use) > 0 AS memory_used,
    (SELECT coalesce(sum(throttled_n), 0) FROM hc_use) > 0 AS throttled,
    (SELECT count(oom_kills) FROM hc_use) > 0 AS oom_kills,
    (SELECT count(restarts) FROM hc_use) > 0 AS restarts
FROM hc_pod;
