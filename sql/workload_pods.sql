-- Pods as rows that do not overlap, cut to the moments asked for, and the stretches of time
-- in which any pod of a cluster is known.
--
-- At one moment a name of a namespace is one pod, whatever its uid: where two rows claim
-- a moment, the one that begins later has it.
--
-- reads   hc_ask, hc_pod_file
-- makes   hc_pod (id, pod_key, k0, k1, shortened and the file's columns; rows may be empty),
--         hc_known (every, cluster, k0, k1): every is of all clusters together
CREATE TEMP TABLE hc_pod AS
WITH cut AS (
    SELECT f.* REPLACE (greatest(f.k0, a.low) AS k0, least(f.k1, a.high) AS k1)
    FROM hc_pod_file f CROSS JOIN hc_ask a
    WHERE f.pod IS NOT NULL AND greatest(f.k0, a.low) < least(f.k1, a.high)
), following AS (
    SELECT *, lead(k0) OVER (
        PARTITION BY cluster, namespace, pod ORDER BY k0, k1, uid, node, phase) AS next
    FROM cut
)
SELECT row_number() OVER () AS id, hash(cluster, namespace, pod, uid) AS pod_key,
    * EXCLUDE (next) REPLACE (least(k1, coalesce(next, k1)) AS k1),
    coalesce(next < k1, false) AS shortened
FROM following;

CREATE TEMP TABLE hc_known AS
WITH stretch AS (
    SELECT true AS every, '' AS cluster, k0, k1 FROM hc_pod WHERE k0 < k1
    UNION
    SELECT false, cluster, k0, k1 FROM hc_pod WHERE k0 < k1
), marked AS (
    SELECT *, k0 > coalesce(max(k1) OVER (PARTITION BY every, cluster ORDER BY k0, k1
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), k0 - 1) AS begins
    FROM stretch
), numbered AS (
    SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY every, cluster
        ORDER BY k0, k1 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
    FROM marked
)
SELECT every, cluster, min(k0) AS k0, max(k1) AS k1
FROM numbered GROUP BY every, cluster, island;
