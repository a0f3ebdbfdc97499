"""What `hindcast replay` says over time, over load and of use: laws, and sums made anew."""
import csv

import numpy as np
import pandas as pd
import pytest

from test_replay_collected import HOURS, measure, node, pod, replay, samples, use
from util import read_json, run
from workload_case import START, data_set


def course(out, policy):
    frame = pd.read_csv(out / "tables/course.csv", parse_dates=["start"])
    return frame[frame["policy"] == policy].reset_index(drop=True)


def random_set(folder, seed, hours=HOURS, nodes=6):
    """Pods of whole hours with use, one that fits nowhere, one that is resized."""
    rng = np.random.default_rng(seed)
    there = [node(f"n{i}", until=hours) for i in range(nodes - 1)]
    there.append(node("late", since=7, until=hours))
    pods, usage = [], []
    for i in range(40):
        since = int(rng.integers(0, hours - 1))
        until = int(rng.integers(since + 1, hours + 1))
        pods.append(pod(f"p{i}", f"n{rng.integers(nodes - 1)}", float(rng.integers(0, 3)),
                        since, until))
        usage += use(f"p{i}", since, until, float(rng.random() * 3))
    pods += [pod("grows", "n0", 1.0, 2, 9), pod("grows", "n0", 2.0, 9, hours),
             pod("huge", None, 9.0, 3, 5)]
    return data_set(folder, samples(), there, pods, usage), pods, usage


@pytest.mark.parametrize("seed", range(3))
def test_the_course_adds_up_to_the_measures(tmp_path, seed):
    folder, _, _ = random_set(tmp_path / "data", seed)
    policies = ["as-recorded", "kube-1.35", "MostAllocated", "LoadAware"]
    found = replay(folder, tmp_path / "out", "--policy", ",".join(policies), "--seeds", 1)
    for policy in policies:
        rows = course(tmp_path / "out", policy)
        assert len(rows) == HOURS
        assert rows["node_hours_used"].sum() == pytest.approx(
            measure(found, policy, "node_hours_used"))
        assert (rows["nodes_there"] - rows["nodes_used"]).sum() == pytest.approx(
            measure(found, policy, "node_hours_empty"))
        assert rows["node_hours_hot"].sum() == measure(found, policy, "node_hours_hot")
        # all nodes are of one size, so that hours of nodes weigh as their CPU does
        asked = (rows["cpu_requested_share"] * rows["nodes_used"]).sum() / rows[
            "nodes_used"].sum()
        assert asked == pytest.approx(measure(found, policy, "cpu_requested_share"))
        assert rows["nodes_used"].max() <= measure(found, policy, "nodes_used_most")


def test_use_of_nodes_in_use(tmp_path):
    """As recorded, hour by hour: use over what nodes with a pod have, and its p95."""
    folder, pods, usage = random_set(tmp_path / "data", 7)
    found = replay(folder, tmp_path / "out", "--policy", "as-recorded", "--seeds", 1)
    load, there = np.zeros((5, HOURS)), np.zeros((5, HOURS), bool)
    used = {u["pod"]: u["cpu_usage_cores"] for u in usage}
    for p in pods:
        if p["node"] is None:
            continue
        hours = slice(round((p["valid_from"] - START).total_seconds() / 3600),
                      round((p["valid_until"] - START).total_seconds() / 3600))
        there[int(p["node"][1:]), hours] = True
        load[int(p["node"][1:]), hours] += used.get(p["pod"], p["cpu_request_cores"])
    rows = course(tmp_path / "out", "as-recorded")
    assert rows["nodes_used"].to_numpy() == pytest.approx(there.sum(0))
    assert rows["cpu_used_share"].to_numpy() == pytest.approx(
        (load * there).sum(0) / (8 * there.sum(0)))
    shares = np.sort((load / 8)[there])
    p95 = shares[int(np.ceil(0.95 * len(shares))) - 1]
    assert measure(found, "as-recorded", "cpu_used_p95") == pytest.approx(p95, abs=5.1e-4)


def test_a_long_history_has_few_stretches(tmp_path):
    """Forty days: two hours a stretch, and the sums are the same."""
    hours = 40 * 24
    nodes = [node("n0", until=hours), node("n1", since=11, until=hours)]
    pods = [pod(f"p{i}", f"n{i % 2}", 1.0, 13 + 17 * i, 14 + 18 * i) for i in range(40)]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    found = replay(folder, tmp_path / "out", "--policy", "as-recorded", "--seeds", 1)
    rows = course(tmp_path / "out", "as-recorded")
    assert len(rows) == hours / 2
    assert set(rows["start"].diff().dropna()) == {pd.Timedelta(hours=2)}
    assert rows["node_hours_used"].sum() == pytest.approx(
        measure(found, "as-recorded", "node_hours_used"))
    assert (2 * rows["nodes_used"]).sum() == pytest.approx(rows["node_hours_used"].sum())


def test_allocated_over_load_of_cpu(tmp_path):
    """Two nodes of 8 cores; 6, 6 fit; another 6 does not; one leaves; 4 and 2 fit."""
    nodes = [node("n0"), node("n1")]
    pods = [pod("a", "n0", 6.0, 1), pod("b", "n1", 6.0, 2, 5), pod("c", None, 6.0, 3, 8),
            pod("d", "n1", 4.0, 6), pod("own", "n0", 0.0, owner_kind="DaemonSet")]
    folder = data_set(tmp_path / "data", samples(), nodes, pods)
    replay(folder, tmp_path / "out", "--policy", "kube-1.35", "--seeds", 2)
    with open(tmp_path / "out/tables/load.csv", newline="") as file:
        rows = [(int(row["load_percent"]), float(row["allocated_percent"]))
                for row in csv.DictReader(file)]
    # of 16 cores: 6; 12; 18 (12 have a node); then a, c and d: 16, of which 10
    assert rows == [(38, pytest.approx(37.5)), (75, pytest.approx(75)),
                    (100, pytest.approx(62.5)), (112, pytest.approx(75))]


def test_a_snapshot_has_no_time(tmp_path):
    (tmp_path / "nodes.csv").write_text("name,cpu_milli,memory_mib\nn0,8000,32768\n")
    (tmp_path / "pods.csv").write_text("name,cpu_milli,memory_mib\np0,1000,1024\np1,0,1024\n")
    done = run("replay", "--no-figures", "--nodes", tmp_path / "nodes.csv", "--pods", tmp_path / "pods.csv",
               "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    artifacts = read_json(tmp_path / "out/run.json")["artifacts"]
    assert "tables/course.csv" not in artifacts and "tables/load.csv" in artifacts
    # a second run of another kind leaves nothing of the first behind
    folder = data_set(tmp_path / "data", samples(), [node("n0")], [pod("p", "n0", 0.0)])
    replay(folder, tmp_path / "out", "--policy", "as-recorded")
    assert (tmp_path / "out/tables/course.csv").exists()
    assert not (tmp_path / "out/tables/load.csv").exists()


def test_no_empty_line_under_a_policy(tmp_path):
    """A spread that rounding made, or none: no line for it."""
    folder, _, _ = random_set(tmp_path / "data", 3)
    done = run("replay", folder, "-o", tmp_path / "out", "--no-figures", "--policy",
               "as-recorded,kube-1.35")
    lines = done.stdout.splitlines()
    heads = [i for i, line in enumerate(lines) if line.startswith("policy ")]
    assert heads
    for at in heads:
        table = lines[at:lines.index("", at)] if "" in lines[at:] else lines[at:]
        assert all(line.strip() for line in table)
