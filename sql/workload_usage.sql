-- What the pods used, a row a row of hc_pod. The files are read once, moment by moment,
-- against a hash table of the pods: memory grows with the pods, not with the moments.
-- Only comparisons may stand in the join: with an OR it would be a nested loop.
--
-- reads   hc_ask, hc_usage_file, hc_pod
-- makes   hc_use (id: NULL for moments of pods that hc_pod does not know)
CREATE TEMP TABLE hc_use AS
SELECT p.id, count(*) AS moments,
    count(u.cpu_usage_cores) AS cpu_n, sum(u.cpu_usage_cores) AS cpu_sum,
    count(u.memory_working_set_bytes) AS memory_n,
    sum(u.memory_working_set_bytes) AS memory_sum,
    count(u.cpu_throttled_share) AS throttled_n,
    sum(u.cpu_throttled_share) AS throttled_sum,
    sum(u.oom_kills) AS oom_kills, sum(u.restarts) AS restarts
FROM (
    SELECT f.* FROM hc_usage_file f CROSS JOIN hc_ask a WHERE f.k >= a.low AND f.k < a.high
) u
LEFT JOIN hc_pod p ON u.cluster = p.cluster AND u.namespace = p.namespace
    AND u.pod = p.pod AND u.k >= p.k0 AND u.k < p.k1
GROUP BY p.id;
