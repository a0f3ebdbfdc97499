"""Data sets as `hindcast collect` writes them, made here by pandas: holes in the rows, and a
manifest that says so.
"""
import hashlib
import json

import pandas as pd
import util

START, DAYS, STEP = pd.Timestamp("2025-06-02", tz="UTC"), 9, pd.Timedelta("5min")
END = START + DAYS * pd.Timedelta("1D")
URL = "http://prometheus.monitoring.svc:9090"
# the first is before all samples, the third goes over midnight
HOLES = [("2025-06-02T00:00:00Z", "2025-06-02T02:00:00Z"),
         ("2025-06-03T03:05:00Z", "2025-06-03T03:40:00Z"),
         ("2025-06-05T23:50:00Z", "2025-06-06T00:10:00Z")]
WARNING = "PromQL warning: metric might not be a counter: \"node_cpu\" (1:15)"
SAID = {
    "server": {"url": URL, "version": "2.42.0"},
    "match": None, "node_label": None, "scrape_interval_s": 30, "queries": [],
    "not_exported": [{"query": "load_15m", "metric": "node_load15"},
                     {"query": "nodes", "metric": "kube_node_info"}],
    "holes": [{"start": start, "end": end} for start, end in HOLES],
    "warnings": [{"day": f"2025-06-0{day}T00:00:00Z", "warning": WARNING}
                 for day in (3, 4, 6)],
    "instance_days_without_node": 2, "rows_folded": 0,
}


def with_holes(frame, holes=HOLES):
    for start, end in holes:
        frame = frame[(frame["timestamp"] < start) | (frame["timestamp"] >= end)]
    return frame


def cluster(seed=1, nodes=3, holes=HOLES):
    frame = util.samples(nodes=nodes, days=DAYS, step_s=STEP.seconds, seed=seed)
    return with_holes(frame, holes).drop(columns="load_15m")


def collection(folder, frame, **said):
    """As collect writes it: a file a UTC day, and the manifest, which `said` changes."""
    files = []
    for day, part in frame.groupby(frame["timestamp"].dt.strftime("%Y-%m-%d")):
        path = folder / f"samples/{day}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = util.write(path, part).read_bytes()
        files.append({"path": f"samples/{day}.parquet", "bytes": len(content),
                      "rows": len(part), "sha256": hashlib.sha256(content).hexdigest()})
    write_manifest(folder, {
        "schema_version": 1, "created_at": "2025-06-11T00:05:00Z", "hindcast": "0.1.0",
        "source": "collect", "start": "2025-06-02T00:00:00Z", "end": "2025-06-11T00:00:00Z",
        "step_s": STEP.seconds, "timezone": "UTC",
        "columns": [{"name": name, "unit": None} for name in frame], "files": files,
        **SAID, **said})
    return folder


def write_manifest(folder, manifest):
    (folder / "manifest.json").write_text(json.dumps(manifest))
