"""Requested, used and allocatable of pods, against pandas that counts moment by moment."""
import json
import re

import jsonschema
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from util import (ROOT, UNDRAWN, analyze, assert_same, close, control_characters, read_json,
                  refused, run, samples, width)
from workload_case import (HOSTILE, START, STEP, USAGE, Reference, at, data_set, moment,
                           random_nodes, random_pods, seal, table, uses)

GIB = 2.0**30
UTF8 = {"LC_ALL": "C.UTF-8"}


def nodes_named(names, days=2, cluster=None):
    """Samples of these nodes: without any, nothing can be analysed."""
    frame = samples(nodes=len(names), days=days, step_s=3600, gauges=["cpu_usage_rate"])
    frame["node"] = frame["node"].map(dict(zip(sorted(set(frame["node"])), names)))
    return frame if cluster is None else frame.assign(cluster=cluster)


def section(folder, tmp_path, *args, **options):
    return analyze(folder, tmp_path / "out", *args, **options)["workloads"]


def same(ours, theirs, where):
    """Numbers alike to 1e-9, and nothing that only one has but names."""
    for key, value in theirs.items():
        if isinstance(value, dict):
            same(ours[key], value, f"{where}.{key}")
        elif value is None or ours[key] is None:
            assert ours[key] is None and value is None, (where, key, ours[key], value)
        else:
            assert close(ours[key], value, relative=1e-9, absolute=1e-9), (
                where, key, ours[key], value)


# ---- by hand ------------------------------------------------------------------------------

def pod(name, from_, until, node="a", phase="Running", cpu=None, memory=None, **more):
    return {"namespace": "web", "pod": name, "uid": f"uid-{name}", "node": node,
            "phase": phase, "valid_from": at(from_), "valid_until": at(until),
            "cpu_request_cores": cpu, "memory_request_bytes": memory, **more}


def node(name, from_, until, cores=4.0, memory=16 * GIB):
    return {"node": name, "valid_from": at(from_), "valid_until": at(until),
            "allocatable_cpu_cores": cores, "allocatable_memory_bytes": memory}


def use(name, from_, until, cpu, memory=GIB, **more):
    times = pd.date_range(at(from_), at(until), freq=f"{STEP}s", inclusive="left")
    return pd.DataFrame({"timestamp": times, "namespace": "web", "pod": name,
                         "cpu_usage_cores": cpu, "memory_working_set_bytes": memory, **more})


BY_HAND = [
    pod("whole", 0, 24, cpu=2.0, memory=4 * GIB, owner_kind="Deployment", owner_name="w"),
    pod("resized", 0, 12, cpu=1.0, memory=2 * GIB),
    pod("resized", 12, 24, cpu=2.0, memory=2 * GIB),
    pod("starts", 0, 6, node="b", phase="Pending", cpu=1.0),
    pod("starts", 6, 12, node="b", cpu=1.0),
    pod("starts", 12, 24, node="b", phase="Succeeded", cpu=1.0),
    pod("waits", 0, 8, node=None, phase="Pending", cpu=3.0, memory=GIB),
    pod("greedy", 0, 24, node="b", owner_kind="DaemonSet", owner_name="greedy",
        namespace="system"),
]
BY_HAND_USE = pd.concat([
    use("whole", 0, 24, 0.5), use("resized", 0, 6, 1.0), use("starts", 6, 12, 0.25, GIB / 4),
    use("greedy", 0, 24, 1.5).assign(namespace="system", oom_kills=0.0, restarts=0.0),
    use("unknown", 0, 1, 9.0)], ignore_index=True)
BY_HAND_USE.loc[[3, 4], ["oom_kills", "restarts"]] = [2.0, 3.0]


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """A day of a cluster of two nodes, of which all is known."""
    folder = tmp_path_factory.mktemp("hand")
    data_set(folder / "data", nodes_named(["a", "b"]), [node("a", 0, 24), node("b", 0, 24, 8.0)],
             BY_HAND, BY_HAND_USE)
    return analyze(folder / "data", folder / "out")["workloads"], folder


def test_a_day_by_hand(by_hand):
    w, _ = by_hand
    total = w["total"]
    assert (w["start"], w["end"]) == ("2025-06-02T00:00:00Z", "2025-06-03T00:00:00Z")
    assert (w["status"], w["step_s"], w["units"]) == ("ok", 300, {"cpu": "cores",
                                                                 "memory": "bytes"})
    assert (total["hours"], total["pods"], w["rows"]) == (24, 4, 8)
    cpu = total["cpu"]
    assert cpu["allocatable"] == 12
    assert cpu["requested"] == pytest.approx(2 + 1.5 + 0.5)  # starts: half of the day
    assert cpu["requested_share"] == pytest.approx(4 / 12)
    # resized ran all day, and is known for its first quarter
    assert cpu["used"] == pytest.approx(0.5 + 1.0 + 0.25 / 4 + 1.5)
    assert cpu["used_share"] == pytest.approx(cpu["used"] / 12)
    assert (cpu["n"], cpu["expected"]) == (288 + 72 + 72 + 288, 288 + 288 + 72 + 288)
    assert (cpu["no_request"], cpu["no_limit"]) == (1, 4)
    assert cpu["limits"] is None
    assert total["memory"]["requested"] == pytest.approx(6 * GIB)
    assert total["memory"]["used"] == pytest.approx((1 + 1 + 0.25 / 4 + 1) * GIB)
    assert total["pending"] == {"pods": 1, "pod_hours": 8, "cpu": 1, "memory": GIB / 3}
    assert total["elsewhere"] == {"pods": 0, "pod_hours": 0, "cpu": 0, "memory": 0}
    assert (total["oom_kills"], total["restarts"]) == (4, 6)
    assert (w["moments"], w["moments_unmatched"]) == (288 + 72 + 72 + 288 + 12, 12)


def test_nodes_and_namespaces_by_hand(by_hand):
    w, _ = by_hand
    a, b = w["nodes"]
    assert (a["node"], b["node"]) == ("a", "b")
    assert a["cpu"]["requested_share"] == pytest.approx(3.5 / 4)
    assert b["cpu"]["requested_share"] == pytest.approx(0.5 / 8)
    assert b["cpu"]["used"] == pytest.approx(1.5 + 0.25 / 4)
    assert (a["pods"], b["pods"], b["mean_pods"]) == (2, 2, 1.5)
    system, web = w["namespaces"]
    assert (system["namespace"], web["namespace"]) == ("system", "web")
    assert system["cpu"]["requested"] == 0
    assert web["cpu"]["requested_share"] == pytest.approx(4 / 12)
    assert web["pending"]["pods"] == 1 and system["pending"]["pods"] == 0
    assert w["clusters"] == []


def test_workloads_by_hand(by_hand):
    w, _ = by_hand
    top = {row["name"]: row for row in w["top"]}
    assert top["w"]["kind"] == "Deployment" and top["w"]["cpu"]["slack"] == pytest.approx(1.5)
    assert top["greedy"]["cpu"] == {"requested": 0, "used": 1.5, "slack": None, "n": 288,
                                    "expected": 288, "no_request": 1}
    assert top["resized"]["kind"] == "Pod"
    assert (w["workloads"], w["no_cpu_request"], w["no_memory_request"]) == (4, 1, 2)
    assert w["top"][0]["name"] == "w"


def test_statements_by_hand(by_hand):
    _, folder = by_hand
    said = {f["id"]: f for f in read_json(folder / "out/findings.json")["findings"]}
    requested = said["workload.cpu_requested"]
    assert requested["statement"].startswith(
        "Requests fill 33.3 % of the allocatable CPU (4 of 12 cores) and 25.5 % is used: ")
    assert (requested["unit"], requested["n"], requested["source"]) == (
        "fraction", 4, "method:workload")
    assert said["workload.no_requests"]["value"] == 1
    assert "'greedy' of namespace 'system' uses most" in said["workload.no_requests"]["statement"]
    assert said["workload.slack"]["value"] == pytest.approx(1.5)
    assert said["workload.oom_kills"]["value"] == 4
    assert "'web' (4)" in said["workload.oom_kills"]["statement"]


def test_tables_and_metrics_are_the_same(by_hand):
    w, folder = by_hand
    for name, key, rows in (("workload_nodes", "node", w["nodes"]),
                            ("workload_namespaces", "namespace", w["namespaces"]),
                            ("workloads", "name", w["top"])):
        frame = pd.read_csv(folder / f"out/tables/{name}.csv")
        assert list(frame[key]) == [row[key] for row in rows]
        for resource in ("cpu", "memory"):
            for part, value in rows[0][resource].items():
                ours = frame[f"{resource}_{part}"].iloc[0]
                assert ours == value or (value is None and np.isnan(ours))
    metrics = read_json(folder / "out/run.json")["metrics"]
    assert metrics["workload.cpu_requested_share"] == w["total"]["cpu"]["requested_share"]
    assert metrics["workload.memory_used"] == w["total"]["memory"]["used"]
    assert metrics["workload.pods"] == 4


def test_show_prints_the_same(by_hand):
    _, folder = by_hand
    done = run("analyze", folder / "data", "-o", folder / "again", *UNDRAWN, env=UTF8)
    shown = run("show", folder / "again", "workloads", env=UTF8).stdout
    assert done.returncode == 0 and shown in done.stdout
    assert run("show", folder / "again", env=UTF8).stdout == done.stdout
    assert max(map(width, shown.splitlines())) <= 80
    for words in ("33.3 %", "fullest nodes", "greedy", "without a request", "no CPU request", "pods waited"):
        assert words in shown, words
    stored = json.loads(run("show", folder / "again", "workloads", "--json").stdout)
    assert_same(stored, read_json(folder / "again/findings.json")["workloads"])


# ---- against pandas -----------------------------------------------------------------------

def check(w, reference):
    same(w["total"], reference.total(), "total")
    names = sorted(reference.known)
    assert [row.get("cluster", "") for row in w["clusters"]] == (
        names if len(names) > 1 else [])
    for row in w["clusters"]:
        same(row, reference.cluster(row.get("cluster", "")), "cluster")
    assert [(row.get("cluster", ""), row["node"]) for row in w["nodes"]] == (
        reference.node_keys())
    for row in w["nodes"]:
        theirs = reference.node(row.get("cluster", ""), row["node"])
        del theirs["pending"]
        same(row, theirs, row["node"])
    assert [(row.get("cluster", ""), row["namespace"]) for row in w["namespaces"]] == (
        reference.namespace_keys())
    for row in w["namespaces"]:
        same(row, reference.namespace(row.get("cluster", ""), row["namespace"]),
             row["namespace"])
    workloads = reference.workloads()
    assert w["workloads"] == len(workloads)
    for row in w["top"]:
        same(row, workloads[row.get("cluster", ""), row["namespace"], row["kind"], row["name"]],
             row["name"])
    named = {(row.get("cluster", ""), row["namespace"], row["kind"], row["name"])
             for row in w["top"]}
    assert named == {key for key, row in workloads.items() if any(
        (row[r]["slack"] or 0) > 0 or row[r]["no_request"] for r in ("cpu", "memory"))}


HOURS = 36


@pytest.fixture(scope="module")
def random_set(tmp_path_factory):
    """Seeds to folders: two clusters with equal names, or one without a label."""
    made = {}

    def make(seed):
        if seed not in made:
            rng = np.random.default_rng(seed)
            clusters = [None] if seed % 2 else ["east", "west"]
            names = ["n1", "n2", "n3"]
            frame = pd.concat([nodes_named(names) if c is None else nodes_named(names, cluster=c)
                               for c in clusters], ignore_index=True)
            nodes = random_nodes(rng, names, clusters, HOURS)
            pods = random_pods(rng, [*names, "gone"], clusters, HOURS, 40)
            usage = uses(pods, rng)
            folder = tmp_path_factory.mktemp("random") / "data"
            data_set(folder, frame, nodes, pods, usage)
            made[seed] = folder, nodes, pods, usage
        return made[seed]

    return make


@pytest.mark.parametrize("seed", range(4))
def test_random_pods(random_set, tmp_path, seed):
    folder, nodes, pods, usage = random_set(seed)
    check(section(folder, tmp_path), Reference(nodes, pods, usage))


@pytest.mark.parametrize("since, until", [
    ("2025-06-02T05:00", "2025-06-03T07:30"), ("2025-06-02T05:02:03", "2025-06-02T09:58"),
    (None, "2025-06-02T11:00"), ("2025-06-03", None)])
def test_since_and_until(random_set, tmp_path, since, until):
    folder, nodes, pods, usage = random_set(0)
    args = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    low, high = (int(moment(pd.Series([pd.Timestamp(time, tz="UTC")])).iloc[0]) if time else other
                 for time, other in ((since, -10**9), (until, 10**9)))
    check(section(folder, tmp_path, *args), Reference(nodes, pods, usage, low, high))


def test_a_zone_of_since(random_set, tmp_path):
    folder, nodes, pods, usage = random_set(1)
    low = int(moment(pd.Series([pd.Timestamp("2025-06-02T10:00", tz="UTC")])).iloc[0])
    w = section(folder, tmp_path, "--timezone", "Europe/Berlin", "--since", "2025-06-02T12:00")
    check(w, Reference(nodes, pods, usage, low))


@pytest.mark.parametrize("args, wanted", [
    (["--nodes", "n[12]"], {(c, n) for c in ("east", "west") for n in ("n1", "n2")}),
    (["--match", "cluster=west"], {("west", n) for n in ("n1", "n2", "n3")}),
    (["--match", "node=n3", "--match", "cluster=east"], {("east", "n3")})])
def test_chosen_nodes(random_set, tmp_path, args, wanted):
    """Only pods on them; and the time is that of all pods of the cluster."""
    folder, nodes, pods, usage = random_set(2)
    check_chosen = Reference(nodes, pods, usage, wanted=wanted)
    w = section(folder, tmp_path, *args)
    same(w["total"], check_chosen.total(), "total")
    assert [(row["cluster"], row["node"]) for row in w["nodes"]] == check_chosen.node_keys()
    for row in w["nodes"]:
        theirs = check_chosen.node(row["cluster"], row["node"])
        del theirs["pending"]
        same(row, theirs, row["node"])
    assert w["total"]["pending"]["pods"] == 0


def test_without_nodes_and_without_use(random_set, tmp_path):
    folder, nodes, pods, usage = random_set(3)
    frame = nodes_named(["n1", "n2", "n3"])
    whole = analyze(folder, tmp_path / "whole")
    for name, n, u in (("nodes", None, usage), ("use", nodes, None)):
        data_set(tmp_path / name, frame, n, pods, u)
        got = analyze(tmp_path / name, tmp_path / f"{name}-out")
        reference = Reference(n, pods, u)
        w = got["workloads"]
        same(w["total"], reference.total(), name)
        nulls = {row["key"]: row["reason"] for row in w["nulls"]}
        missing = "nodes.parquet" if name == "nodes" else "pod_usage/"
        keys = {"nodes": ["cpu.allocatable", "memory.allocatable"],
                "use": ["cpu.used", "memory.used", "oom_kills", "restarts"]}[name]
        for key in keys:
            assert nulls[key] == f"the data set has no {missing}"
        assert_same(got["nodes"], whole["nodes"])
    assert w["status"] == "ok"


# ---- laws ---------------------------------------------------------------------------------

def test_threads_and_files_change_nothing(random_set, tmp_path):
    folder, _, pods, usage = random_set(0)
    first = section(folder, tmp_path)
    assert_same(first, section(folder, tmp_path, "--threads", 1), relative=1e-12, absolute=1e-9)
    other = tmp_path / "other"
    for name in ("samples/all.parquet", "nodes.parquet", "pods.parquet"):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes((folder / name).read_bytes())
    (other / "pod_usage").mkdir()
    mixed = usage.sample(frac=1, random_state=1)
    for i, part in enumerate((mixed.iloc[::3], mixed.iloc[1::3], mixed.iloc[2::3])):
        pq.write_table(table(part, USAGE), other / f"pod_usage/{i}.parquet")
    seal(other, START, at(48))
    assert_same(first, section(other, tmp_path), relative=1e-12, absolute=1e-9)


def test_two_data_sets_are_one(tmp_path):
    """Two months in two folders, the second beginning in the middle of pods."""
    rng = np.random.default_rng(9)
    names = ["n1", "n2"]
    nodes, pods = random_nodes(rng, names, [None], 48), random_pods(rng, names, [None], 48, 30)
    usage, frame, cut = uses(pods, rng), nodes_named(names), at(20)
    data_set(tmp_path / "whole", frame, nodes, pods, usage)
    for name, low, high in (("first", START, cut), ("second", cut, at(48))):
        def part(rows):
            rows = rows.assign(valid_from=rows["valid_from"].clip(lower=low),
                               valid_until=rows["valid_until"].clip(upper=high))
            return rows[rows["valid_from"] < rows["valid_until"]]

        def within(rows):
            return rows[(rows["timestamp"] >= low) & (rows["timestamp"] < high)]
        data_set(tmp_path / name, within(frame), part(nodes), part(pods), within(usage), low, high)
    one = section(tmp_path / "whole", tmp_path)
    two = section([tmp_path / "first", tmp_path / "second"], tmp_path)
    assert_same(one, two, relative=1e-12, absolute=1e-6, skip=("rows",))
    # the same folder by two names is read once
    (tmp_path / "link").symlink_to(tmp_path / "whole")
    assert_same(one, section([tmp_path / "whole", tmp_path / "link"], tmp_path),
                relative=1e-12, absolute=1e-6)


def test_a_moment_is_of_one_pod(tmp_path):
    """A pod that was replaced under its name: the later row has the moments of both."""
    old = pod("db-0", 0, 12, cpu=1.0, uid="old")
    new = pod("db-0", 10, 24, cpu=3.0, uid="new")
    data_set(tmp_path / "data", nodes_named(["a"]), [node("a", 0, 24)], [old, new],
             use("db-0", 0, 24, 0.5))
    w = section(tmp_path / "data", tmp_path)
    cpu = w["total"]["cpu"]
    assert cpu["requested"] == pytest.approx((10 * 1 + 14 * 3) / 24)
    assert (cpu["n"], cpu["expected"], w["rows_shortened"], w["total"]["pods"]) == (288, 288, 1, 2)


def test_time_without_pods_is_not_counted(tmp_path):
    """A hole of 12 hours in what is known makes no mean smaller."""
    rows = [pod("x", 0, 6, cpu=2.0), pod("x", 18, 24, cpu=2.0)]
    data_set(tmp_path / "data", nodes_named(["a"]), [node("a", 0, 24)], rows, None)
    total = section(tmp_path / "data", tmp_path)["total"]
    assert (total["hours"], total["cpu"]["allocatable"]) == (12, 4)
    assert total["cpu"]["requested_share"] == pytest.approx(0.5)


def test_a_node_that_joins_late_and_pods_of_one_that_left(tmp_path):
    nodes = [node("a", 0, 24), node("late", 18, 24, 12.0)]
    rows = [pod("x", 0, 24, cpu=1.0), pod("y", 18, 24, node="late", cpu=6.0),
            pod("stuck", 0, 24, node="left", cpu=5.0)]
    data_set(tmp_path / "data", nodes_named(["a", "late"]), nodes, rows, None)
    w = section(tmp_path / "data", tmp_path)
    a, late = w["nodes"]
    assert (late["hours"], late["cpu"]["allocatable"]) == (6, 12)
    assert late["cpu"]["requested_share"] == pytest.approx(0.5)
    assert w["total"]["cpu"]["allocatable"] == pytest.approx(4 + 12 / 4)
    assert w["total"]["cpu"]["requested"] == pytest.approx(1 + 6 / 4)
    assert w["total"]["elsewhere"] == {"pods": 1, "pod_hours": 24, "cpu": 5, "memory": None}


def test_amounts_that_are_none(tmp_path):
    """NaN and infinity are no amounts; a request of 0 is none, as a scheduler sees it."""
    rows = [pod("nan", 0, 24, cpu=np.nan), pod("inf", 0, 24, cpu=np.inf),
            pod("zero", 0, 24, cpu=0.0), pod("one", 0, 24, cpu=1.0),
            pod("backwards", 5, 5, cpu=1.0), {**pod("x", 0, 1), "pod": None}]
    usage = use("one", 0, 24, 0.5)
    usage.loc[:9, "cpu_usage_cores"] = [np.nan, np.inf, -np.inf] * 3 + [0.5]
    data_set(tmp_path / "data", nodes_named(["a"]), [node("a", 0, 24)], rows, usage)
    w = section(tmp_path / "data", tmp_path)
    cpu = w["total"]["cpu"]
    assert (cpu["requested"], cpu["no_request"], cpu["used"]) == (1, 3, 0.5)
    assert (cpu["n"], cpu["expected"]) == (279, 4 * 288)
    assert (w["rows"], w["rows_left_out"]) == (6, 2)


# ---- what is missing ----------------------------------------------------------------------

def test_no_pods(tmp_path):
    """Nothing else changes, and the section says why it is empty."""
    frame = nodes_named(["a", "b"])
    whole = data_set(tmp_path / "whole", frame, [node("a", 0, 24)], BY_HAND, BY_HAND_USE)
    bare = data_set(tmp_path / "bare", frame)
    with_pods, without = (analyze(folder, tmp_path / "out") for folder in (whole, bare))
    assert without["workloads"] == {"status": "not_available",
                                    "reason": "the data set has no pods.parquet"}
    for findings in (with_pods, without):
        del findings["quality"]["collections"]  # they are two folders
    needs_pods = ("workloads", "replay", "findings")
    assert_same({k: v for k, v in without.items() if k not in needs_pods},
                {k: v for k, v in with_pods.items() if k not in needs_pods})
    said = [f for f in without["findings"] if f["id"].startswith("workload.")]
    assert len(said) == 7 and {f["reason"] for f in said} == {"the data set has no pods.parquet"}
    assert analyze(bare / "samples/all.parquet", tmp_path / "out")["workloads"] == (
        without["workloads"])
    shown = run("show", tmp_path / "out", "workloads", env=UTF8).stdout
    assert "not available: the data set has no pods.parquet" in shown
    for name in ("workload_nodes", "workload_namespaces", "workloads"):
        assert len((tmp_path / f"out/tables/{name}.csv").read_text().splitlines()) == 1


def without(tmp_path, path, columns, name="data"):
    """The data set by hand, but for some columns of one of its files."""
    folder = data_set(tmp_path / name, nodes_named(["a", "b"]),
                      [node("a", 0, 24), node("b", 0, 24, 8.0)], BY_HAND, BY_HAND_USE)
    for file in folder.glob(path):
        pq.write_table(pq.read_table(file, partitioning=None).drop_columns(columns), file)
    return seal(folder, START, at(48))


@pytest.mark.parametrize("path, column, keys", [
    ("nodes.parquet", "allocatable_cpu_cores", {"cpu.allocatable"}),
    ("pods.parquet", "cpu_request_cores", {"cpu.requested"}),
    ("pods.parquet", "memory_limit_bytes", {"memory.limits"}),
    ("pod_usage/*", "memory_working_set_bytes", {"memory.used"}),
    ("pod_usage/*", "oom_kills", {"oom_kills"}),
    ("nodes.parquet", "node", {"cpu.allocatable", "memory.allocatable"}),
    ("pod_usage/*", "pod", {"cpu.used", "memory.used", "oom_kills", "restarts"}),
    ("pods.parquet", "owner_name", set()), ("pods.parquet", "cluster", set()),
    ("pods.parquet", "uid", set())])
def test_missing_columns(tmp_path, by_hand, path, column, keys):
    w = section(without(tmp_path, path, [column]), tmp_path)
    known = {row["key"] for row in by_hand[0]["nulls"]}
    nulls = {row["key"]: row["reason"] for row in w["nulls"]}
    assert w["status"] == "ok" and set(nulls) == known | keys
    for key in keys:
        assert nulls[key] == f"{path.rstrip('*')} has no column '{column}'"
        value = w["total"]
        for part in key.split("."):
            value = value[part]
        assert value is None
    if not keys:
        same(w["total"], {"cpu": by_hand[0]["total"]["cpu"]}, column)


@pytest.mark.parametrize("column", ["pod", "namespace", "node", "valid_from", "valid_until"])
def test_missing_keys_of_pods(tmp_path, column):
    w = section(without(tmp_path, "pods.parquet", [column]), tmp_path)
    assert w == {"status": "not_available", "reason": f"pods.parquet has no column '{column}'"}


def test_a_column_that_no_row_has(tmp_path):
    """The metric was not exported: that is not a request of 0."""
    rows = [{**row, "cpu_request_cores": None} for row in BY_HAND]
    data_set(tmp_path / "data", nodes_named(["a", "b"]), [node("a", 0, 24)], rows, None)
    got = analyze(tmp_path / "data", tmp_path / "out")
    total = got["workloads"]["total"]
    assert total["cpu"]["requested"] is None and total["cpu"]["requested_share"] is None
    assert total["memory"]["requested"] is not None
    said = {f["id"]: f for f in got["findings"]}
    for key in ("cpu_requested", "no_requests", "slack"):
        assert said[f"workload.{key}"]["reason"] == (
            "no row of pods.parquet has 'cpu_request_cores'")


@pytest.mark.parametrize("empty", ["nodes", "pods", "usage", "all"])
def test_empty_tables(tmp_path, empty):
    full = {"nodes": [node("a", 0, 24)], "pods": BY_HAND, "usage": BY_HAND_USE}
    given = {key: [] if empty in (key, "all") else rows for key, rows in full.items()}
    data_set(tmp_path / "data", nodes_named(["a", "b"]), **given)
    w = section(tmp_path / "data", tmp_path)
    if empty in ("pods", "all"):
        assert w == {"status": "not_enough_data", "reason": "pods.parquet has no pod"}
        return
    nulls = {row["key"]: row["reason"] for row in w["nulls"]}
    key, reason = {
        "nodes": ("cpu.allocatable", "nodes.parquet has no node in the time of the pods"),
        "usage": ("cpu.used", "no row of pod_usage/ has 'cpu_usage_cores'")}[empty]
    assert w["status"] == "ok" and nulls[key] == reason


def test_no_pod_in_the_time(tmp_path, by_hand):
    w = section(by_hand[1] / "data", tmp_path, "--since", "2025-06-03T06:00")
    assert w == {"status": "not_enough_data",
                 "reason": "no pod is in the time that is analysed"}


def test_the_time_of_the_data_set(tmp_path):
    """What the manifest does not cover is no part of it."""
    rows = [pod("x", -24, 24, cpu=1.0), pod("y", 0, 100, cpu=1.0)]
    data_set(tmp_path / "data", nodes_named(["a"]), [node("a", -24, 100)], rows, None)
    w = section(tmp_path / "data", tmp_path)
    assert (w["start"], w["end"], w["total"]["hours"]) == (
        "2025-06-02T00:00:00Z", "2025-06-04T00:00:00Z", 48)
    assert w["total"]["cpu"]["requested"] == pytest.approx(1.5)


# ---- what is refused ----------------------------------------------------------------------

@pytest.mark.parametrize("path", ["nodes.parquet", "pods.parquet", "pod_usage/2025-06-02.parquet"])
@pytest.mark.parametrize("harm", ["flip", "cut", "gone"])
def test_files_that_are_not_what_the_manifest_says(tmp_path, path, harm):
    data_set(tmp_path / "data", nodes_named(["a", "b"]), [node("a", 0, 24)], BY_HAND, BY_HAND_USE)
    file = tmp_path / "data" / path
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(data if harm == "flip" else data[:-100])
    assert str(file) in refused(3, tmp_path / "data", tmp_path / "out")


def reseal(tmp_path, path, data):
    (tmp_path / "data" / path).write_bytes(data)
    return seal_any(tmp_path / "data")


def seal_any(folder):
    """As `seal`, of files that may be no Parquet."""
    manifest = read_json(folder / "manifest.json")
    import hashlib
    for file in manifest["files"]:
        data = (folder / file["path"]).read_bytes()
        file.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.mark.parametrize("path", ["nodes.parquet", "pods.parquet", "pod_usage/2025-06-02.parquet"])
def test_files_that_are_broken_and_vouched_for(tmp_path, path):
    data_set(tmp_path / "data", nodes_named(["a", "b"]), [node("a", 0, 24)], BY_HAND, BY_HAND_USE)
    whole = (tmp_path / "data" / path).read_bytes()
    for data in (b"", b"no Parquet", whole[:-100], b"PAR1" + bytes(200) + whole[204:]):
        said = refused(3, reseal(tmp_path, path, data), tmp_path / "out")
        assert f"cannot read '{tmp_path}/data/{path}'" in said


@pytest.mark.parametrize("path, column, value, words", [
    ("pods.parquet", "cpu_request_cores", "x", "is VARCHAR, and numbers are expected"),
    ("pods.parquet", "valid_from", 5, "is BIGINT, and times are expected"),
    ("pods.parquet", "namespace", ["x"], "is VARCHAR[], and text"),
    ("nodes.parquet", "allocatable_memory_bytes", True, "is BOOLEAN, and numbers"),
    ("pod_usage/2025-06-02.parquet", "timestamp", "2025-06-02", "is VARCHAR, and times")])
def test_columns_of_another_kind(tmp_path, path, column, value, words):
    data_set(tmp_path / "data", nodes_named(["a", "b"]), [node("a", 0, 24)], BY_HAND, BY_HAND_USE)
    for file in (tmp_path / "data").glob(re.sub("2025-06-02", "*", path)):
        frame = pq.read_table(file, partitioning=None).to_pandas()
        frame[column] = [value] * len(frame)
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)
    said = refused(3, seal(tmp_path / "data", START, at(48)), tmp_path / "out")
    assert words in said and f"column '{column}'" in said


def test_other_types_of_the_same_values(tmp_path, by_hand):
    """Zones, nanoseconds, integers, 32 bits, dictionaries."""
    folder = without(tmp_path, "nodes.parquet", [])
    for path in ("nodes.parquet", "pods.parquet", "pod_usage/2025-06-02.parquet"):
        read = pq.read_table(folder / path, partitioning=None)
        for i, field in enumerate(read.schema):
            if field.type == pa.timestamp("us"):
                kind = pa.timestamp("ns", tz="UTC") if i % 2 else pa.timestamp("ms", tz="UTC")
            elif field.type == pa.string() and field.name != "cluster":
                kind = pa.dictionary(pa.int32(), pa.string())
            elif field.name in ("memory_request_bytes", "memory_working_set_bytes"):
                kind = pa.int64()
            else:
                kind = pa.large_string() if field.type == pa.string() else field.type
            read = read.set_column(i, field.name, read.column(i).cast(kind))
        pq.write_table(read, folder / path)
    seal(folder, START, at(48))
    assert_same(section(folder, tmp_path), by_hand[0], relative=1e-12)


# ---- hostile names ------------------------------------------------------------------------

def test_names_are_only_names(tmp_path):
    frame = nodes_named(["a"])
    rows = [{**pod(name, 0, 24, cpu=1.0), "namespace": name, "owner_kind": name,
             "owner_name": name} for name in HOSTILE]
    rows += [{**pod("p", 0, 24, cpu=None), "namespace": ""}]
    usage = pd.concat([use(name, 0, 24, 0.5).assign(namespace=name) for name in HOSTILE])
    nodes = [node(name, 0, 24) for name in ["a", *HOSTILE]]
    data_set(tmp_path / "data", frame, nodes, rows, usage)
    got = analyze(tmp_path / "data", tmp_path / "out", html=True)
    w = got["workloads"]
    assert {row["namespace"] for row in w["namespaces"]} == {*HOSTILE, ""}
    assert {row["node"] for row in w["nodes"]} == {"a", *HOSTILE}
    assert {row["name"] for row in w["top"]} == {*HOSTILE, "p"}
    shown = run("show", tmp_path / "out", env=UTF8).stdout
    assert control_characters(shown) == []
    assert max(map(width, shown.splitlines())) <= 80
    page = (tmp_path / "out/report.html").read_text()
    assert "<script>alert(1)" not in page
    table = (tmp_path / "out/tables/workload_nodes.csv").read_text()
    assert "\n'=1+1," in table


def test_a_chosen_node_with_a_hostile_name(tmp_path):
    frame = nodes_named(["it's; --", "b"])
    nodes = [node("it's; --", 0, 24), node("b", 0, 24)]
    rows = [pod("x", 0, 24, node="it's; --", cpu=1.0), pod("y", 0, 24, node="b", cpu=2.0)]
    data_set(tmp_path / "data", frame, nodes, rows, None)
    w = section(tmp_path / "data", tmp_path, "--nodes", "it*")
    assert [row["node"] for row in w["nodes"]] == ["it's; --"]
    assert w["total"]["cpu"]["requested"] == 1


def test_folders_with_names_that_are_patterns(tmp_path):
    folder = tmp_path / "a[1]*'{x}"
    data_set(folder, nodes_named(["a", "b"]), [node("a", 0, 24), node("b", 0, 24)], BY_HAND,
             BY_HAND_USE)
    assert section(folder, tmp_path)["total"]["pods"] == 4


# ---- the schema ---------------------------------------------------------------------------

@pytest.mark.parametrize("seed", [0, 1, None])
def test_the_schema_has_all_of_it(random_set, by_hand, tmp_path, seed):
    folder = by_hand[1] / "data" if seed is None else random_set(seed)[0]
    found = analyze(folder, tmp_path / "out")
    schema = read_json(ROOT / "docs/findings.schema.json")
    errors = [f"{error.json_path}: {error.message[:200]}" for error in
              jsonschema.validators.validator_for(schema)(schema).iter_errors(found)]
    assert errors == []


def test_what_was_read_is_listed(by_hand):
    files = {file["path"].split("/data/")[1]: file for file in read_json(
        by_hand[1] / "out/findings.json")["input"]["files"]}
    assert set(files) == {"samples/all.parquet", "nodes.parquet", "pods.parquet",
                          "pod_usage/2025-06-02.parquet"}
    assert all(file["verified"] for file in files.values())
    assert files["pods.parquet"]["rows"] == len(BY_HAND)
