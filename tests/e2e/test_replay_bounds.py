"""What nobody could do without, beside what a replay found: never above it, and equal where
the fewest are known."""
import json

import numpy as np
import pytest
from util import run

POLICIES = ["kube-1.35", "LeastAllocated", "MostAllocated", "Random", "FirstFitDecreasing"]


def put_csv(path, columns, rows):
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def replay(folder, nodes, pods, *args, policies=POLICIES):
    names = put_csv(folder / "nodes.csv", ["name", "cpu_milli", "memory_mib", "pods"], nodes)
    files = put_csv(folder / "pods.csv", ["name", "cpu_milli", "memory_mib", "creation_time",
                                          "deletion_time"], pods)
    done = run("replay", "--no-figures", "--nodes", names, "--pods", files, "--policy", ",".join(policies),
               "--seeds", 2, "-o", folder / "out", "--quiet", *args)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "out/replay.json").read_text())


@pytest.fixture(scope="module", autouse=True)
def policies_are_there():
    there = {entry["name"] for entry in json.loads(run("policies", "--json").stdout)}
    for policy in list(POLICIES):
        if policy not in there:
            POLICIES.remove(policy)
    assert len(POLICIES) >= 3


def random_trace(seed):
    rng = np.random.default_rng(seed)
    sizes = [(8000, 16384), (16000, 32768), (4000, 65536)]
    nodes = [(f"n{i}", *sizes[rng.integers(len(sizes))], 20) for i in range(rng.integers(3, 30))]
    pods = []
    for i in range(rng.integers(5, 400)):
        start = int(rng.integers(0, 86400))
        pods.append((f"p{i}", int(rng.integers(0, 6000)), int(rng.integers(0, 12000)), start,
                     start + int(rng.integers(1, 40000))))
    return nodes, pods


@pytest.mark.parametrize("seed", range(8))
def test_never_above_what_was_found(seed, tmp_path):
    told = replay(tmp_path, *random_trace(seed), "--nodes-needed")
    for policy in told["policies"]:
        measures = policy["measures"]
        for bound, found in (("nodes_bound", "nodes_used_most"),
                             ("node_hours_bound", "node_hours_used")):
            assert 0 < measures[bound]["max"], policy["name"]
            assert measures[bound]["max"] <= measures[found]["max"] * (1 + 1e-12)
            assert measures[bound]["min"] <= measures[found]["min"] * (1 + 1e-12)
        needed, workload = policy["nodes_needed"], told["workload"]
        if needed:
            assert not workload["bound"]["impossible"]
            assert workload["bound"]["nodes"] <= needed["min"]
    bound, oracle = told["workload"]["bound"], told["workload"]["oracle"]
    assert bound["nodes"] == max(bound[key] for key in ("l1", "l2", "lp", "by_pool"))
    if not oracle["pending"]:
        assert bound["nodes"] <= oracle["nodes"]


def test_equal_where_the_fewest_are_known(tmp_path):
    """24 pods of a quarter of a node each, for two hours of four: six nodes, twelve node-hours."""
    nodes = [(f"n{i:02d}", 8000, 16384, 110) for i in range(20)]
    pods = [(f"p{i}", 2000, 4096, 0, 7200) for i in range(24)] + [("last", 2000, 4096, 14000, 14400)]
    told = replay(tmp_path, nodes, pods, "--nodes-needed", policies=["MostAllocated"])
    (policy,) = told["policies"]
    measures = policy["measures"]
    assert measures["nodes_bound"]["mean"] == measures["nodes_used_most"]["mean"] == 6
    assert measures["node_hours_bound"]["mean"] == pytest.approx(12 + 400 / 3600)
    assert measures["node_hours_used"]["mean"] == pytest.approx(12 + 400 / 3600)
    assert told["workload"]["bound"]["nodes"] == 6 == told["workload"]["oracle"]["nodes"]
    assert policy["nodes_needed"]["p90"] == 6


def test_refused_pods_are_in_no_bound(tmp_path):
    """Two nodes of one pod each, three pods: the bound is of the two that were placed."""
    nodes = [("a", 1000, 1024, 110), ("b", 1000, 1024, 110)]
    pods = [(f"p{i}", 900, 900, 0, 3600) for i in range(3)]
    told = replay(tmp_path, nodes, pods)
    for policy in told["policies"]:
        assert policy["measures"]["pods_refused"]["mean"] == 1
        assert policy["measures"]["nodes_bound"]["mean"] == 2
        assert policy["measures"]["node_hours_bound"]["mean"] == pytest.approx(2)


def test_what_breaks_the_limits_has_no_bound(tmp_path):
    """As recorded, both were on one node that has room for one: no bound speaks of that."""
    nodes = [("a", 1000, 1024, 110), ("b", 1000, 1024, 110)]
    files = put_csv(tmp_path / "nodes.csv", ["name", "cpu_milli", "memory_mib", "pods"], nodes)
    pods = put_csv(tmp_path / "pods.csv", ["name", "cpu_milli", "memory_mib", "node",
                                           "creation_time", "deletion_time"],
                   [("p", 900, 900, "a", 0, 3600), ("q", 900, 900, "a", 0, 3600)])
    done = run("replay", "--no-figures", "--nodes", files, "--pods", pods, "--policy", "as-recorded,kube-1.35",
               "-o", tmp_path / "out", "--quiet")
    assert done.returncode == 0, done.stderr
    recorded, default = json.loads((tmp_path / "out/replay.json").read_text())["policies"]
    assert recorded["measures"]["nodes_bound"] is None
    assert default["measures"]["nodes_bound"]["mean"] == 2


def test_on_the_terminal(tmp_path):
    nodes = [(f"n{i:02d}", 8000, 16384, 110) for i in range(20)]
    pods = [(f"p{i}", 2000, 4096, 0, 7200) for i in range(24)]
    replay(tmp_path, nodes, pods, policies=["MostAllocated"])
    done = run("replay", "--no-figures", "--nodes", tmp_path / "nodes.csv", "--pods", tmp_path / "pods.csv",
               "--policy", "MostAllocated", "--nodes-needed", "-o", tmp_path / "again")
    assert "Nobody can do with fewer than 6 (L1).\nAn oracle" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
