-- How much of the files was taken, and from when to when.
--
-- reads   hc_pod_file, hc_pod, hc_known, hc_use, hc_stay, hc_has
-- gives   the columns in the order of workload.c
SELECT (SELECT count(*) FROM hc_pod_file) AS all_rows,
    (SELECT count(*) FROM hc_pod_file
        WHERE pod IS NULL OR k0 IS NULL OR k1 IS NULL OR k0 >= k1) AS unusable,
    (SELECT count(*) FILTER (WHERE shortened) FROM hc_pod) AS shortened,
    (SELECT count(*) FROM hc_stay) AS stays,
    (SELECT min(k0) FROM hc_known) AS k0, (SELECT max(k1) FROM hc_known) AS k1,
    (SELECT coalesce(sum(moments), 0) FROM hc_use) AS moments,
    (SELECT coalesce(sum(moments), 0) FROM hc_use WHERE id IS NULL) AS unmatched,
    workloads, without_cpu, without_memory, h.*
FROM hc_has h, (
    SELECT count(*) AS workloads, count(*) FILTER (WHERE no_cpu) AS without_cpu,
        count(*) FILTER (WHERE no_memory) AS without_memory
    FROM (SELECT bool_or(no_cpu_request) AS no_cpu, bool_or(no_memory_request) AS no_memory
        FROM hc_stay WHERE held > 0 GROUP BY cluster, namespace, kind, owner)
);
