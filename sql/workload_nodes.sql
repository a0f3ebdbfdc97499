-- When each node was there, as far as pods of its cluster are known then.
--
-- reads   hc_node_file, hc_known
-- makes   hc_node (cluster, node, cpu, memory, k0, k1), rows that do not overlap
CREATE TEMP TABLE hc_node AS
WITH cut AS (
    SELECT n.cluster, n.node, n.allocatable_cpu_cores AS cpu,
        n.allocatable_memory_bytes AS memory,
        greatest(n.k0, w.k0) AS k0, least(n.k1, w.k1) AS k1
    FROM hc_node_file n
    JOIN hc_known w ON n.cluster = w.cluster AND n.k0 < w.k1 AND n.k1 > w.k0
    WHERE NOT w.every AND n.wanted AND n.k0 < n.k1
), apart AS (
    SELECT * REPLACE (least(k1, coalesce(lead(k0) OVER (
        PARTITION BY cluster, node ORDER BY k0, k1, cpu, memory), k1)) AS k1)
    FROM cut
)
SELECT * FROM apart WHERE k0 < k1;
