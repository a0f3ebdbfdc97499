"""`hindcast replay` of a data set that `collect` could have written."""
import csv

import jsonschema
import numpy as np
import pandas as pd
import pytest

from util import ROOT, read_json, run
from workload_case import START, at, data_set

HOURS = 24
GIB = 2.0**30


def samples():
    """What any data set has; a replay does not look at it."""
    return pd.DataFrame({"timestamp": [START, at(1)], "node": ["n0", "n0"],
                         "cpu_usage_rate": [0.1, 0.2]})


def node(name, cores=8.0, since=0, until=HOURS, cluster=None):
    return {"cluster": cluster, "node": name, "valid_from": at(since), "valid_until": at(until),
            "allocatable_cpu_cores": cores, "allocatable_memory_bytes": 4 * cores * GIB}


def pod(name, on, cpu, since=0, until=HOURS, **more):
    return {"namespace": "a", "pod": name, "uid": f"u-{name}", "owner_kind": "ReplicaSet",
            "owner_name": "web", "node": on, "phase": "Running", "cpu_request_cores": cpu,
            "memory_request_bytes": cpu * 2 * GIB, "valid_from": at(since),
            "valid_until": at(until), **more}


def use(name, since, until, cpu):
    """Moments of five minutes; each stands for the time before it."""
    return [{"timestamp": at(k / 12), "namespace": "a", "pod": name, "cpu_usage_cores": cpu,
             "memory_working_set_bytes": GIB}
            for k in range(round(since * 12) + 1, round(until * 12) + 1)]


def replay(folder, out, *args):
    done = run("replay", folder, "-o", out, "--json", "--no-figures", *args)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    schema = read_json(ROOT / "docs/replay.schema.json")
    found = read_json(out / "replay.json")
    jsonschema.validators.validator_for(schema)(schema).validate(found)
    return found


def measure(found, policy, name):
    (one,) = [p for p in found["policies"] if p["name"] == policy]
    return one["measures"][name] and one["measures"][name]["mean"]


def test_planted_waste_is_found(tmp_path):
    """Ten pods of a core each on ten nodes of eight cores: two nodes would do."""
    nodes = [node(f"n{i}") for i in range(10)]
    pods = [pod(f"p{i}", f"n{i}", 1.0) for i in range(10)]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--policy", "as-recorded,MostAllocated")
    assert measure(found, "as-recorded", "nodes_used_most") == 10
    assert measure(found, "as-recorded", "node_hours_used") == pytest.approx(10 * HOURS)
    assert measure(found, "as-recorded", "node_hours_empty") == pytest.approx(0)
    assert measure(found, "MostAllocated", "nodes_used_most") == 2
    assert measure(found, "MostAllocated", "node_hours_used") == pytest.approx(2 * HOURS)
    assert measure(found, "MostAllocated", "cpu_requested_share") == pytest.approx(10 / 16)
    assert measure(found, "MostAllocated", "node_hours_hot") is None  # no use is known
    best = {m["name"]: m["best"] for m in found["measures"]}
    assert best["node_hours_used"] == "MostAllocated"
    assert best["pods_refused"] is None


def test_calibration_against_what_was_done(tmp_path):
    """Judged one by one: the first may go anywhere, then a used node is not the best."""
    nodes = [node(f"n{i}") for i in range(3)]
    pods = [pod("first", "n0", 1.0, since=1), pod("good", "n1", 1.0, since=2),
            pod("bad", "n1", 1.0, since=3), pod("over", "n1", 7.0, since=4),
            pod("waits", None, 1.0, since=5), pod("huge", None, 9.0, since=6)]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--policy", "as-recorded,LeastAllocated")
    behind = found["calibration"].pop("behind")
    assert found["calibration"] == {
        "policy": "LeastAllocated", "against": "recorded", "judged": 6, "placed": 4,
        "in_best": 2, "barred": 1, "refused": 2, "refused_too": 1}
    # the third pod: 8 cores and 32 GiB: (87 + 93) / 2 on an empty node, (75 + 87) / 2
    assert behind == 90 - 81


def test_nodes_needed(tmp_path):
    """Of ten nodes of eight cores, pods of 3 cores need one for two, whatever is removed."""
    nodes = [node(f"n{i}") for i in range(10)] + [node("late", since=20)]
    pods = [pod(f"p{i}", f"n{i}", 3.0, since=1, until=5 + i) for i in range(9)]
    pods += [pod("later", "n0", 1.0, since=12), pod("own", "n1", 0.5, owner_kind="DaemonSet")]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--nodes-needed", "--policy",
                   "as-recorded,MostAllocated,FirstFitDecreasing", "--threads", 1)
    told = {key: found["workload"][key] for key in ("moment", "pods", "nodes")}
    assert told == {"moment": "2025-06-02T01:00:00Z", "pods": 9, "nodes": 10}
    assert found["workload"]["bound"]["nodes"] == 4  # 27 cores on nodes of eight
    assert found["workload"]["oracle"]["nodes"] == 5
    needed = {p["name"]: p["nodes_needed"] for p in found["policies"]}
    assert needed == {"as-recorded": None,
                      "MostAllocated": {"p90": 5, "min": 5, "max": 5, "trials": 11},
                      "FirstFitDecreasing": {"p90": 5, "min": 5, "max": 5, "trials": 11}}
    again = replay(folder, tmp_path / "again", "--nodes-needed", "--policy",
                   "as-recorded,MostAllocated,FirstFitDecreasing", "--threads", 2)
    assert again["policies"] == found["policies"]


def test_packing_anew_once_a_week(tmp_path):
    """Eight halves fill four nodes; one of each leaves: two nodes would do for the rest."""
    days = 24 * 20
    nodes = [node(f"n{i}", until=days) for i in range(4)]
    pods = [pod(f"p{i}", "n0", 4.0, since=i / 12, until=days if i % 2 else 30)
            for i in range(8)]
    pods += [pod("own", "n3", 0.0, until=days, owner_kind="DaemonSet")]
    folder = data_set(tmp_path / "data", samples(), nodes, pods, end=at(days),
                      usage=use("p1", 0, days, 1.0))
    found = replay(folder, tmp_path / "out", "--repacking", "--policy",
                   "as-recorded,MostAllocated")
    recorded, most = (p["repacking"] for p in found["policies"])
    assert recorded is None
    assert {k: most[k] for k in most if k != "moved"} == {
        "weeks": 2, "pods": 4, "refused": 0, "nodes_before": 4, "nodes_after": 2}
    assert 2 <= most["moved"] <= 3  # of two that share a node anew one may be there already


def test_stretches_departures_and_resizes(tmp_path):
    """As recorded, hour by hour, counted by hand."""
    nodes = [node("n0"), node("n1", since=6), node("n2", until=12),
             node("n3", until=6), node("n3", since=12)]
    pods = [
        pod("stays", "n0", 2.0),
        pod("leaves", "n1", 1.0, since=8, until=10),
        pod("grows", "n2", 1.0, since=0, until=4), pod("grows", "n2", 3.0, since=4, until=12),
        pod("ends", "n0", 4.0, since=2, until=5),
        {**pod("ends", "n0", 4.0, since=5, until=24), "phase": "Succeeded"},
        pod("everywhere", "n0", 0.5, owner_kind="DaemonSet"),
        pod("lost", "n9", 1.0, since=1, until=2),
        pod("waits", None, 1.0, since=3, until=4, phase="Pending"),
    ]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--policy", "as-recorded", "--seeds", 1)
    assert found["oddities"]["pods_on_unknown_nodes"] == 1
    assert found["oddities"]["pods_kept"] == 1
    assert found["input"]["nodes"] == 4
    assert measure(found, "as-recorded", "pods_arrived") == 6
    assert measure(found, "as-recorded", "pods_refused") == 2
    # n0 all day, n1 for two hours, n2 for twelve
    assert measure(found, "as-recorded", "node_hours_used") == pytest.approx(24 + 2 + 12)
    # present: n0 24, n1 18, n2 12, n3 6 + 12
    assert measure(found, "as-recorded", "node_hours_empty") == pytest.approx(72 - 38)
    # of n0: 2 all day, 4 for three hours, the DaemonSet's half; of n1 1; of n2 1 and 3
    asked = 24 * 2.5 + 3 * 4 + 2 * 1 + 4 * 1 + 8 * 3
    assert measure(found, "as-recorded", "cpu_requested_share") == pytest.approx(
        asked / (8 * 38))


def test_load_and_not_requests_makes_hours_hot(tmp_path):
    """Two pods that ask for little and use much: on one node they are too much for it."""
    nodes = [node("n0"), node("n1")]
    pods = [pod("a", "n0", 1.0), pod("b", "n1", 1.0)]
    usage = use("a", 0, HOURS, 4.0) + use("b", 6, 12, 3.0)
    folder = data_set(tmp_path / "data", samples(), nodes, pods, usage)
    found = replay(folder, tmp_path / "out", "--policy",
                   "as-recorded,MostAllocated,TargetLoadPacking,LoadAware,Dynamic,"
                   "LowRiskOverCommitment,LoadVariationRiskBalancing")
    assert measure(found, "as-recorded", "node_hours_hot") == 0
    # together 7 of 8 cores for six hours: 0.6 cores over 80 % of 8
    assert measure(found, "MostAllocated", "nodes_used_most") == 1
    assert measure(found, "MostAllocated", "node_hours_hot") == 6
    assert measure(found, "MostAllocated", "overload_core_hours") == pytest.approx(6 * 0.6)


def test_a_load_aware_policy_sees_what_was_used(tmp_path):
    """A pod that comes later goes where less is used, though more is asked for there."""
    nodes = [node("n0"), node("n1")]
    pods = [pod("busy", "n0", 1.0, owner_kind="DaemonSet"),
            pod("idle", "n1", 3.0, owner_kind="DaemonSet"),
            pod("late", "n0", 1.0, since=5)]
    usage = use("busy", 0, HOURS, 4.0) + use("idle", 0, HOURS, 0.1)
    folder = data_set(tmp_path / "data", samples(), nodes, pods, usage)
    for policy, hot in (("LeastAllocated", "n0"), ("LoadAware", "n1"), ("Dynamic", "n1"),
                        ("LoadVariationRiskBalancing", "n1")):
        out = tmp_path / policy
        done = run("replay", folder, "-o", out, "--policy", policy, "--explain", "--seeds", 1)
        assert done.returncode == 0, done.stderr
        frame = pd.read_parquet(out / "explain_scores.parquet")
        assert frame.loc[frame["total"].idxmax(), "node"] == hot, policy


def test_clusters_do_not_mix(tmp_path):
    nodes = [node("n0", cluster="x"), node("n0", cluster="y"), node("n1", cluster="y")]
    pods = [pod(f"p{i}", "n0", 2.0, cluster="x") for i in range(5)]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--policy", "LeastAllocated", "--seeds", 3)
    assert measure(found, "LeastAllocated", "pods_refused") == 1
    assert measure(found, "LeastAllocated", "nodes_used_most") == 1


def test_random_data_sets_as_recorded(tmp_path):
    """Node-hours and hot hours of what was done, against sums over hours."""
    rng = np.random.default_rng(5)
    for case in range(4):
        nodes = [node(f"n{i}") for i in range(6)]
        pods, usage = [], []
        for i in range(40):
            since = int(rng.integers(0, HOURS - 1))
            until = int(rng.integers(since + 1, HOURS + 1))
            pods.append(pod(f"p{i}", f"n{rng.integers(6)}", float(rng.integers(0, 3)),
                            since, until))
            usage += use(f"p{i}", since, until, float(rng.random() * 3))
        folder = data_set(tmp_path / f"data{case}", samples(), nodes, pods, usage)
        found = replay(folder, tmp_path / f"out{case}", "--policy", "as-recorded",
                       "--seeds", 1)
        load = np.zeros((6, HOURS))
        there = np.zeros((6, HOURS), bool)
        used = {u["pod"]: u["cpu_usage_cores"] for u in usage}
        for p in pods:
            hours = slice(round((p["valid_from"] - START).total_seconds() / 3600),
                          round((p["valid_until"] - START).total_seconds() / 3600))
            there[int(p["node"][1:]), hours] = True
            load[int(p["node"][1:]), hours] += used[p["pod"]]
        assert measure(found, "as-recorded", "node_hours_used") == pytest.approx(there.sum())
        assert measure(found, "as-recorded", "node_hours_hot") == (load > 6.4).sum()
        assert measure(found, "as-recorded", "overload_core_hours") == pytest.approx(
            np.maximum(load - 6.4, 0).sum(), rel=1e-6)


def test_what_lacks_pods_is_refused(tmp_path):
    folder = data_set(tmp_path / "data", samples(), [node("n0")])
    done = run("replay", folder, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "pods.parquet" in done.stderr
    assert not (tmp_path / "out").exists()


def test_tables_hold_every_run(tmp_path):
    folder = data_set(tmp_path / "data", samples(), [node("n0")], [pod("p", "n0", 1.0)])
    replay(folder, tmp_path / "out", "--policy", "kube-1.35,Random", "--seeds", 4, "--seed", 7)
    with open(tmp_path / "out/tables/runs.csv", newline="") as file:
        rows = [(row["policy"], row["seed"]) for row in csv.DictReader(file)]
    assert rows == [(p, str(s)) for p in ("kube-1.35", "Random") for s in (7, 8, 9, 10)]
    assert set(read_json(tmp_path / "out/run.json")["artifacts"]) <= {
        str(path.relative_to(tmp_path / "out"))
        for path in (tmp_path / "out").rglob("*") if path.is_file()}
