"""A data set with nodes, pods and their use, made here; and the same numbers with pandas.

`data_set` writes the folder. `Reference` counts moment by moment: every row of pods and
nodes is expanded to its moments, which the program never does.

    deps/venv/bin/python tests/e2e/workload_case.py FOLDER [hostile]      one to look at
"""
import hashlib
import json
import pathlib
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

STEP = 300
START = pd.Timestamp("2025-06-02", tz="UTC")
NODE_NUMBERS = ["allocatable_cpu_cores", "allocatable_memory_bytes"]
POD_NUMBERS = ["cpu_request_cores", "memory_request_bytes", "cpu_limit_cores",
               "memory_limit_bytes"]
USE_NUMBERS = ["cpu_usage_cores", "memory_working_set_bytes", "cpu_throttled_share",
               "oom_kills", "restarts"]
TEXT = pa.string()
TIME = pa.timestamp("us")
NODES = pa.schema([("cluster", TEXT), ("node", TEXT), ("valid_from", TIME),
                   ("valid_until", TIME), ("created", TIME),
                   *((name, pa.float64()) for name in NODE_NUMBERS), ("labels", TEXT)])
PODS = pa.schema([*((name, TEXT) for name in (
    "cluster", "namespace", "pod", "uid", "owner_kind", "owner_name", "node", "phase")),
    *((name, pa.float64()) for name in POD_NUMBERS),
    ("valid_from", TIME), ("valid_until", TIME)])
USAGE = pa.schema([("timestamp", TIME), *((name, TEXT) for name in (
    "cluster", "namespace", "pod", "uid", "node")),
    *((name, pa.float64()) for name in USE_NUMBERS)])


def at(hours):
    return START + pd.Timedelta(seconds=round(hours * 3600))


# ---- writing ----------------------------------------------------------------------------

def table(rows, schema):
    """Rows as dicts, or a frame; what they lack is NULL. Times lose their zone: UTC."""
    frame = pd.DataFrame(rows) if not isinstance(rows, pd.DataFrame) else rows.copy()
    for field in schema:
        if field.name not in frame:
            frame[field.name] = None
        elif field.type == TIME and len(frame):
            frame[field.name] = pd.to_datetime(frame[field.name], utc=True).dt.tz_localize(None)
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def listed(folder, path):
    data = (folder / path).read_bytes()
    return {"path": path, "bytes": len(data), "rows": pq.read_metadata(folder / path).num_rows,
            "sha256": hashlib.sha256(data).hexdigest()}


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def seal(folder, start, end, step_s=3600):
    """manifest.json over every Parquet file in the folder."""
    folder = pathlib.Path(folder)
    files = [listed(folder, str(path.relative_to(folder)))
             for path in sorted(folder.rglob("*.parquet"))]
    (folder / "manifest.json").write_text(json.dumps({
        "schema_version": 1, "created_at": stamp(end), "hindcast": "0.1.0",
        "source": "collect", "start": stamp(start), "end": stamp(end), "step_s": step_s,
        "timezone": "UTC", "columns": [], "files": files, "holes": [], "warnings": []}))
    return folder


def data_set(folder, samples, nodes=None, pods=None, usage=None, start=START, end=None):
    """Tables that are None are left out; usage goes into a file a day."""
    folder = pathlib.Path(folder)
    (folder / "samples").mkdir(parents=True)
    end = end or samples["timestamp"].max().ceil("D")
    pq.write_table(pa.Table.from_pandas(samples, preserve_index=False),
                   folder / "samples/all.parquet")
    if nodes is not None:
        pq.write_table(table(nodes, NODES), folder / "nodes.parquet")
    if pods is not None:
        pq.write_table(table(pods, PODS), folder / "pods.parquet")
    if usage is not None:
        (folder / "pod_usage").mkdir()
        usage = table(usage, USAGE)
        days = pd.Series(usage["timestamp"].to_pandas()).dt.strftime("%Y-%m-%d")
        for day in sorted(set(days)) or [start.strftime("%Y-%m-%d")]:
            pq.write_table(usage.filter(pa.array(days == day, pa.bool_())),
                           folder / f"pod_usage/{day}.parquet")
    return seal(folder, start, end)


# ---- made up ----------------------------------------------------------------------------

def uses(pods, rng, share=0.9):
    """Moments of the pods that run, some missing, some without one of the values."""
    moments = expand(pods, -10**9, 10**9)
    moments = moments[moments["phase"].isin(["Running", "Unknown"]) | moments["phase"].isna()]
    moments = moments[rng.random(len(moments)) < share]
    n = len(moments)
    cpu = rng.gamma(2, 0.1, n)
    memory = np.floor(rng.random(n) * 1e9)
    return pd.DataFrame({
        "timestamp": pd.to_datetime(moments["k"] * STEP, unit="s", utc=True),
        "cluster": moments["cluster"].to_numpy(), "namespace": moments["namespace"].to_numpy(),
        "pod": moments["pod"].to_numpy(), "uid": moments["uid"].to_numpy(),
        "node": moments["node"].to_numpy(),
        "cpu_usage_cores": np.where(rng.random(n) < 0.05, np.nan, cpu),
        "memory_working_set_bytes": np.where(rng.random(n) < 0.05, np.nan, memory),
        "cpu_throttled_share": np.where(moments["cpu_limit_cores"].isna(), np.nan,
                                        rng.random(n) * 0.2),
        "oom_kills": (rng.random(n) < 0.01).astype(float),
        "restarts": (rng.random(n) < 0.02).astype(float)}).reset_index(drop=True)


def random_pods(rng, names, clusters, hours, count):
    rows = []
    for i in range(count):
        cluster = rng.choice(clusters)
        kind = rng.choice(["Deployment", "StatefulSet", "CronJob", None])
        name = f"w{rng.integers(6)}"
        node = None if rng.random() < 0.2 else rng.choice(names)
        base = {"cluster": cluster, "namespace": f"ns{rng.integers(3)}", "pod": f"{name}-{i}",
                "uid": f"u{i}", "owner_kind": kind, "owner_name": name if kind else None}
        times = np.sort(rng.choice(hours * 12, rng.integers(2, 6), replace=False)) * STEP
        request = {key: rng.choice([None, 0.0, scale, 2 * scale])
                   for key, scale in zip(POD_NUMBERS, (0.25, 2e8, 1.0, 1e9))}
        for from_, until in zip(times, times[1:]):
            if rng.random() < 0.3:  # a resize
                request = {key: value and value * 2 for key, value in request.items()}
            phase = "Pending" if node is None else rng.choice(
                ["Pending", "Running", "Running", "Running", "Unknown", "Succeeded", "Failed"])
            rows.append({**base, **request, "node": node, "phase": phase,
                         "valid_from": START + pd.Timedelta(seconds=int(from_)),
                         "valid_until": START + pd.Timedelta(seconds=int(until))})
            node = node or (rng.choice(names) if rng.random() < 0.7 else None)
    return pd.DataFrame(rows)


def random_nodes(rng, names, clusters, hours):
    rows = []
    for cluster in clusters:
        for name in names:
            times = np.sort(rng.choice(hours * 12, rng.integers(2, 4), replace=False)) * STEP
            if rng.random() < 0.5:
                times = np.array([0, *times, hours * 3600])
            cores = rng.choice([4.0, 8.0, 16.0])
            for from_, until in zip(times, times[1:]):
                rows.append({"cluster": cluster, "node": name,
                             "valid_from": START + pd.Timedelta(seconds=int(from_)),
                             "valid_until": START + pd.Timedelta(seconds=int(until)),
                             "allocatable_cpu_cores": cores * rng.choice([1.0, 0.9]),
                             "allocatable_memory_bytes": cores * 4e9})
    return pd.DataFrame(rows)


# ---- the same with pandas ---------------------------------------------------------------

def moment(times):
    """Number of the first moment at or after a time."""
    return -(-(pd.to_datetime(times, utc=True).dt.tz_localize(None)
               .astype("datetime64[us]").astype("int64")) // (STEP * 10**6))


def expand(rows, low, high):
    """A row for each moment of a row, in column k."""
    rows = rows.reset_index(drop=True)
    first = moment(rows["valid_from"]).clip(lower=low)
    last = moment(rows["valid_until"]).clip(upper=high)
    counts = (last - first).clip(lower=0)
    wide = rows.loc[np.repeat(rows.index, counts)].copy()
    wide["k"] = np.concatenate([np.arange(a, b) for a, b in zip(first, last)] or [[]]).astype(int)
    wide["row"] = wide.index
    return wide.reset_index(drop=True)


def full(frame, columns):
    frame = frame.copy()
    for name in columns:
        if name not in frame:
            frame[name] = None
    return frame


def pods_of(rows):
    return len({stay[:4] for stay in rows["stay"]})


def ratio(a, b):
    return None if a is None or b is None or not b else a / b


class Reference:
    """Everything of the section, by counting moments."""

    def __init__(self, nodes, pods, usage, low=-10**9, high=10**9, wanted=None):
        pods = full(pd.DataFrame(pods), PODS.names)
        pods[POD_NUMBERS] = pods[POD_NUMBERS].astype(float)
        pods["cluster"] = pods["cluster"].fillna("")
        pods["owner_name"] = pods["owner_name"].where(pods["owner_kind"].notna(), pods["pod"])
        pods["owner_kind"] = pods["owner_kind"].fillna("Pod")
        wide = expand(pods, low, high)
        wide = wide.sort_values(["valid_from", "valid_until"], kind="stable").drop_duplicates(
            ["cluster", "namespace", "pod", "k"], keep="last")
        self.known = {c: set(g["k"]) for c, g in wide.groupby("cluster")}
        self.every = set(wide["k"])
        self.there = self.nodes_there(nodes, low, high, wanted)
        if wanted is not None:
            wide = wide[[(c, n) in wanted for c, n in zip(wide["cluster"], wide["node"])]]
        self.rows = self.with_use(wide, usage, low, high)

    def nodes_there(self, nodes, low, high, wanted):
        if nodes is None:
            return None
        nodes = full(pd.DataFrame(nodes), NODES.names)
        nodes[NODE_NUMBERS] = nodes[NODE_NUMBERS].astype(float)
        nodes["cluster"] = nodes["cluster"].fillna("")
        wide = expand(nodes, low, high)
        keep = [k in self.known.get(c, ()) and (wanted is None or (c, n) in wanted)
                for c, n, k in zip(wide["cluster"], wide["node"], wide["k"])]
        wide = wide[keep]
        return wide if len(wide) else None

    def with_use(self, wide, usage, low, high):
        wide = wide.copy()
        ended = wide["phase"].isin(["Succeeded", "Failed"])
        waits = wide["node"].isna() & (wide["phase"].isna() | (wide["phase"] == "Pending"))
        wide["waits"] = waits & ~ended
        wide["held"] = ~ended & ~waits
        wide["runs"] = wide["held"] & (wide["phase"] != "Pending")
        wide["there"] = True
        if self.there is not None:
            places = set(zip(self.there["cluster"], self.there["node"], self.there["k"]))
            wide["there"] = [key in places for key in
                             zip(wide["cluster"], wide["node"], wide["k"])]
        self.has = {"cpu": False, "memory": False}
        if usage is None:
            for name in USE_NUMBERS:
                wide[name] = np.nan
            return self.finish(wide)
        usage = full(usage, USAGE.names)
        usage["cluster"] = usage["cluster"].fillna("")
        usage["k"] = moment(usage["timestamp"])
        usage = usage[(usage["k"] >= low) & (usage["k"] < high)]
        self.has = {"cpu": usage[USE_NUMBERS[0]].notna().any(),
                    "memory": usage[USE_NUMBERS[1]].notna().any()}
        usage = usage[["cluster", "namespace", "pod", "k", *USE_NUMBERS]]
        usage[USE_NUMBERS] = usage[USE_NUMBERS].astype(float)
        return self.finish(wide.merge(usage, how="left", on=["cluster", "namespace", "pod", "k"]))

    def finish(self, wide):
        """The mean of a pod's use on a node, over its moments while it runs."""
        wide["stay"] = list(zip(wide["cluster"], wide["namespace"], wide["pod"],
                                wide["uid"].fillna(""), wide["node"].fillna("")))
        for name, key in (("cpu", "cpu_usage_cores"), ("memory", "memory_working_set_bytes")):
            running = wide[wide["runs"] & wide[key].notna()]
            means = running.groupby("stay")[key].mean()
            wide[f"{name}_use"] = wide["stay"].map(means).where(wide["runs"] & wide["there"])
            wide[f"{name}_has"] = wide[key].notna() & wide["runs"]
        return wide

    def line(self, rows, name, moments, allocatable):
        request, limit = ((f"{name}_request_cores", f"{name}_limit_cores") if name == "cpu"
                          else (f"{name}_request_bytes", f"{name}_limit_bytes"))
        held = rows[rows["held"] & rows["there"]]
        n = int(rows[f"{name}_has"].sum())
        expected = int(rows["runs"].sum())
        used = held[f"{name}_use"].sum() / moments
        if not self.has[name] or (expected and not n):
            used = None
        requested = held[request].sum() / moments
        return {"allocatable": allocatable, "requested": requested,
                "requested_share": ratio(requested, allocatable),
                "limits": held[limit].sum() / moments, "used": used,
                "used_share": ratio(used, allocatable), "n": n, "expected": expected,
                "no_request": pods_of(held[held[request].fillna(0) == 0]),
                "no_limit": pods_of(held[held[limit].isna()])}

    def unplaced(self, rows, moments):
        total = {"pods": pods_of(rows), "pod_hours": len(rows) * STEP / 3600}
        for name, key in (("cpu", "cpu_request_cores"), ("memory", "memory_request_bytes")):
            total[name] = rows[key].sum() / moments
        return total

    def budget(self, rows, moments, cpu, memory):
        held = rows[rows["held"] & rows["there"]]
        throttled = rows["cpu_throttled_share"].dropna()
        counts = {key: rows[key].dropna() for key in ("oom_kills", "restarts")}
        return {
            "hours": moments * STEP / 3600,
            "pods": pods_of(held), "mean_pods": len(held) / moments,
            "cpu": self.line(rows, "cpu", moments, cpu),
            "memory": self.line(rows, "memory", moments, memory),
            "throttled_share": throttled.mean() if len(throttled) else None,
            "throttled_n": len(throttled),
            **{key: values.sum() if len(values) else None for key, values in counts.items()},
            "pending": self.unplaced(rows[rows["waits"]], moments),
            "elsewhere": self.unplaced(rows[rows["held"] & ~rows["there"]], moments)}

    def allocatable(self, there, moments):
        """The mean of each node over its moments, for as long as it was there."""
        if there is None or not len(there):
            return None, None
        values = []
        for key in NODE_NUMBERS:
            parts = [g[key].mean() * len(g) for _, g in there.groupby(["cluster", "node"])]
            values.append(sum(parts) / moments)
        return values

    def total(self):
        return self.budget(self.rows, len(self.every),
                           *self.allocatable(self.there, len(self.every)))

    def cluster(self, name):
        moments = len(self.known[name])
        there = None if self.there is None else self.there[self.there["cluster"] == name]
        return self.budget(self.rows[self.rows["cluster"] == name], moments,
                           *self.allocatable(there, moments))

    def node(self, cluster, name):
        there = self.there[(self.there["cluster"] == cluster) & (self.there["node"] == name)]
        rows = self.rows[(self.rows["cluster"] == cluster) & (self.rows["node"] == name)]
        return self.budget(rows, len(there), *self.allocatable(there, len(there)))

    def namespace(self, cluster, name):
        moments = len(self.known[cluster])
        there = None if self.there is None else self.there[self.there["cluster"] == cluster]
        rows = self.rows[(self.rows["cluster"] == cluster) & (self.rows["namespace"] == name)]
        return self.budget(rows, moments, *self.allocatable(there, moments))

    def node_keys(self):
        return sorted(set(zip(self.there["cluster"], self.there["node"])))

    def namespace_keys(self):
        return sorted(set(zip(self.rows["cluster"], self.rows["namespace"])))

    def workloads(self):
        """By (cluster, namespace, kind, name): requested, used and slack of each resource."""
        found = {}
        stays = {}
        for stay, rows in self.rows.groupby("stay"):
            if (rows["held"] & rows["there"]).any():
                key = (rows["cluster"].iloc[0], rows["namespace"].iloc[0],
                       rows["owner_kind"].iloc[0], rows["owner_name"].iloc[0])
                stays.setdefault(key, []).append(rows)
        for key, parts in stays.items():
            moments = len(self.known[key[0]])
            rows = pd.concat(parts)
            held = rows[rows["held"] & rows["there"]]
            found[key] = {"pods": pods_of(held)}
            for name, request in (("cpu", "cpu_request_cores"),
                                  ("memory", "memory_request_bytes")):
                slack = [part for part in (self.slack(rows, name, request) for rows in parts)
                         if part is not None]
                used = held[f"{name}_use"].dropna()
                found[key][name] = {
                    "requested": held[request].sum() / moments,
                    "used": used.sum() / moments if rows[f"{name}_has"].any() else None,
                    "slack": sum(slack) / moments if slack else None,
                    "n": int(rows[f"{name}_has"].sum()), "expected": int(rows["runs"].sum()),
                    "no_request": pods_of(held[held[request].fillna(0) == 0])}
        return found

    @staticmethod
    def slack(rows, name, request):
        asked = rows[rows["runs"] & rows["there"] & rows[request].notna()]
        runs = rows[rows["runs"]]
        if not len(runs[runs[request].notna()]) or not rows[f"{name}_has"].any():
            return None
        return (asked[request] - asked[f"{name}_use"]).sum()


# ---- one to look at ---------------------------------------------------------------------

# What a terminal, a page or SQL could take for more than a name.
HOSTILE = ["</script><script>alert(1)</script>", "\x1b[31mred", "a\nb",
           "'; DROP TABLE hc_pod; --", "\u202egnp", "=1+1", "\u65e5\u672c", "x" * 300, '"',
           "__proto__"]


def demo_pods(rng, cluster, names, days, spaces):
    """Deployments that ask for more than they use, a few that ask for nothing."""
    rows = []
    for i in range(24):
        kind = ["Deployment", "Deployment", "StatefulSet", "DaemonSet"][i % 4]
        asks = None if i % 6 == 5 else float(rng.choice([0.1, 0.25, 0.5, 1.0]))
        for replica in range(3 if kind != "DaemonSet" else len(names)):
            cuts = [0, *sorted(rng.integers(1, days * 288, 2)), days * 288]
            for part, (from_, until) in enumerate(zip(cuts, cuts[1:])):
                node = names[(replica if kind == "DaemonSet" else rng.integers(len(names)))]
                first = {"cluster": cluster, "namespace": spaces[i % len(spaces)],
                         "pod": f"app-{i}-{replica}-{part}", "uid": f"{cluster}{i}{replica}{part}",
                         "owner_kind": kind, "owner_name": f"app-{i}", "node": node,
                         "phase": "Running", "cpu_request_cores": asks,
                         "memory_request_bytes": asks and asks * 2e9,
                         "cpu_limit_cores": asks and 2 * asks if i % 2 else None,
                         "valid_from": at(from_ / 12), "valid_until": at(until / 12)}
                if from_ + 3 < until and part:
                    rows.append({**first, "node": None, "phase": "Pending",
                                 "valid_until": at((from_ + 2) / 12)})
                    first["valid_from"] = at((from_ + 2) / 12)
                rows.append(first)
    return rows


def demo(folder, hostile=False, days=5):
    """Two clusters of eight nodes, one of which comes late."""
    from util import samples

    rng = np.random.default_rng(5)
    names = HOSTILE[:8] if hostile else [f"node-{i:02d}" for i in range(8)]
    spaces = HOSTILE if hostile else ["web", "shop", "batch", "kube-system", "monitoring"]
    frames, nodes, pods = [], [], []
    for cluster in ("east", "west"):
        frame = samples(nodes=8, days=days, step_s=1800, seed=len(frames), gauges=[
            "cpu_usage_rate", "memory_usage", "cpu_cores"])
        number = frame["node"].str[-2:].astype(int)
        frames.append(frame.assign(cluster=cluster, node=number.map(lambda i: names[i])))
        nodes += [{"cluster": cluster, "node": name, "valid_from": at(60 if i == 7 else 0),
                   "valid_until": at(days * 24), "allocatable_cpu_cores": 7.9 + 8 * (i % 2),
                   "allocatable_memory_bytes": 3e10 * (1 + i % 2)}
                  for i, name in enumerate(names)]
        pods += demo_pods(rng, cluster, names, days, spaces)
    pods = pd.DataFrame(pods)
    return data_set(folder, pd.concat(frames, ignore_index=True), nodes, pods,
                    uses(pods, rng, share=0.97))


if __name__ == "__main__":
    demo(sys.argv[1], hostile=sys.argv[2:] == ["hostile"])
