"""hindcast synth: its nodes and pods hold what truth.json says of them.

What is planted, and why it can be packed: src/synth/pods.h. Everything is counted here
from the files, with pandas; the workloads of the report are compared with both.
"""
import math

import numpy as np
import pandas as pd
import pytest

from util import analyze, close, needs, read_json, run

NODES, DAYS, STEP_S, POD_STEP_S = 20, 30, 300, 300


class Made:
    def __init__(self, folder, seed):
        self.data = folder / "data"
        made = run("synth", "-o", self.data, "--nodes", NODES, "--days", DAYS, "--step",
                   STEP_S, "--seed", seed)
        assert made.returncode == 0, made.stderr
        self.truth = read_json(self.data / "truth.json")
        self.told = self.truth["pods"]
        self.nodes = pd.read_parquet(self.data / "nodes.parquet")
        self.pods = pd.read_parquet(self.data / "pods.parquet")
        self.use = self.read("pod_usage", ["timestamp", "namespace", "pod", "uid", "node",
                                           "cpu_usage_cores", "memory_working_set_bytes"])
        self.findings = analyze(self.data, folder / "report")
        self.workloads = self.findings["workloads"]
        self.room = {node["node"]: node["cpu_cores"] - 1 for node in self.truth["nodes"]}
        self.pool = {node["node"]: node["pool"] for node in self.truth["nodes"]}

    def read(self, kind, columns):
        return pd.concat((pd.read_parquet(path, columns=columns)
                          for path in sorted((self.data / kind).glob("*.parquet"))),
                         ignore_index=True)

    def running(self):
        return self.pods[self.pods["phase"] == "Running"]

    def at(self, moment):
        """The pods that run and the nodes that are there at a moment."""
        return tuple(rows[(rows["valid_from"] <= moment) & (rows["valid_until"] > moment)]
                     for rows in (self.running(), self.nodes))


@pytest.fixture(scope="module", params=[1, 7])
def made(request, tmp_path_factory):
    return Made(tmp_path_factory.mktemp("pods"), request.param)


def moments(rows):
    return (rows["valid_until"] - rows["valid_from"]).dt.total_seconds() / POD_STEP_S


def asks(pods):
    """Pods that a packing has to place: not those that every node has."""
    return pods[pods["cpu_request_cores"].notna() & (pods["owner_kind"] != "DaemonSet")]


# ---- the files ---------------------------------------------------------------------------

def test_nodes_are_those_of_the_samples(made):
    samples = made.read("samples", ["timestamp", "node", "pool", "cpu_cores",
                                    "memory_total"])
    seen = samples.groupby("node").agg(
        pool=("pool", "first"), cores=("cpu_cores", "median"),
        memory=("memory_total", "median"), first=("timestamp", "min"),
        last=("timestamp", "max"))
    for node, rows in made.nodes.groupby("node"):
        told = seen.loc[node]
        assert set(rows["capacity_cpu_cores"]) == {told["cores"]}
        assert set(rows["capacity_memory_bytes"]) == {told["memory"]}
        assert (rows["allocatable_cpu_cores"] == told["cores"] - 0.75).all()
        assert (rows["allocatable_memory_bytes"] == told["memory"] - 2**29).all()
        assert f'"pool": "{told["pool"]}"' in rows["labels"].iloc[0]
        assert rows["valid_from"].min() <= told["first"] < told["last"] < \
            rows["valid_until"].max()
    assert set(seen.index) == set(made.nodes["node"])
    shut = made.nodes[made.nodes["unschedulable"] == 1]
    (maintenance,) = made.truth["maintenance"]
    assert list(shut["node"]) == [maintenance["node"]]
    assert list(shut["valid_from"].dt.strftime("%FT%TZ")) == [maintenance["start"]]
    (late,), (early,) = made.truth["joins_late"], made.truth["leaves_early"]
    span = made.nodes.groupby("node").agg({"valid_from": "min", "valid_until": "max"})
    assert set(span.index[span["valid_from"] > span["valid_from"].min()]) == {late["node"]}
    assert set(span.index[span["valid_until"] < span["valid_until"].max()]) == {
        early["node"]}


def test_one_pod_of_a_name_at_a_time(made):
    rows = made.pods.sort_values(["namespace", "pod", "valid_from"])
    same = (rows["namespace"] == rows["namespace"].shift()) & (
        rows["pod"] == rows["pod"].shift())
    assert not (same & (rows["valid_from"] < rows["valid_until"].shift())).any()
    assert (rows["valid_from"] < rows["valid_until"]).all()
    identity = made.pods[["namespace", "pod", "uid"]].drop_duplicates()
    assert identity["uid"].is_unique
    assert (made.pods["created"] <= made.pods["valid_from"]).all()
    assert made.workloads["rows_shortened"] == made.workloads["rows_left_out"] == 0


def test_pods_are_on_nodes_that_are_there_and_fit(made):
    changes = np.unique(made.pods["valid_from"])
    for moment in changes[::7]:
        pods, nodes = made.at(moment)
        nodes = nodes.set_index("node")
        assert set(pods["node"]) <= set(nodes.index)
        asked = pods.groupby("node")[["cpu_request_cores", "memory_request_bytes"]].sum()
        room = nodes.loc[asked.index]
        assert (asked["cpu_request_cores"] <= room["allocatable_cpu_cores"]).all()
        assert (asked["memory_request_bytes"] <= room["allocatable_memory_bytes"]).all()


def test_things_happen(made):
    kinds = made.pods.groupby("owner_kind")["uid"].nunique()
    assert set(kinds.index) == {"Deployment", "StatefulSet", "CronJob", "DaemonSet"}
    assert kinds["CronJob"] > 10 * DAYS / 2
    done = made.pods[made.pods["phase"] == "Succeeded"]
    assert set(done["owner_kind"]) == {"CronJob"} and done["finished"].notna().all()
    rolled = made.pods[made.pods["owner_name"] == "cart"]["pod"].str.split("-").str[1]
    assert rolled.nunique() >= 3
    assert made.pods["cpu_limit_cores"].notna().any()
    assert set(made.pods.loc[made.pods["cpu_request_cores"].isna(), "qos_class"]) == {
        "BestEffort"}


# ---- use ---------------------------------------------------------------------------------

def test_use_sums_up_to_the_nodes(made):
    """At a moment: 0.9 of CPU and 0.8 of memory; samples add noise, mean 0."""
    samples = made.read("samples", ["timestamp", "node", "cpu_usage_rate", "cpu_cores",
                                    "memory_usage", "memory_total"])
    samples = samples[np.isfinite(samples.select_dtypes("number")).all(axis=1)]
    samples = samples.drop_duplicates(["timestamp", "node"])
    samples["cpu"] = samples["cpu_usage_rate"] * samples["cpu_cores"]
    samples["memory"] = samples["memory_usage"] * samples["memory_total"]
    used = made.use.groupby(["timestamp", "node"], as_index=False)[
        ["cpu_usage_cores", "memory_working_set_bytes"]].sum()
    both = samples.merge(used)
    assert len(both) > 0.99 * len(samples)
    means = both.groupby("node")[["cpu", "memory", "cpu_usage_cores",
                                  "memory_working_set_bytes"]].mean()
    share = means["cpu_usage_cores"] / means["cpu"]
    assert share.between(0.895, 0.905).all(), share
    share = means["memory_working_set_bytes"] / means["memory"]
    assert share.between(0.795, 0.805).all(), share
    for node, rows in both.groupby("node"):
        assert rows["cpu"].corr(rows["cpu_usage_cores"]) > 0.9, node


def test_use_is_of_pods_that_run(made):
    assert made.workloads["moments"] == len(made.use)
    assert made.workloads["moments_unmatched"] == 0
    assert not made.use.duplicated(["timestamp", "namespace", "pod"]).any()
    joined = made.use.merge(made.running()[["uid", "node", "valid_from", "valid_until"]],
                            on="uid", suffixes=("", "_of"))
    inside = (joined["timestamp"] >= joined["valid_from"]) & (
        joined["timestamp"] < joined["valid_until"])
    assert inside.sum() == len(made.use)
    assert (joined["node"] == joined["node_of"]).all()


# ---- what truth.json says ----------------------------------------------------------------

def test_means_of_the_range(made):
    whole = DAYS * 86400 / POD_STEP_S
    for key, request, room, use in (
            ("cpu", "cpu_request_cores", "allocatable_cpu_cores", "cpu_usage_cores"),
            ("memory", "memory_request_bytes", "allocatable_memory_bytes",
             "memory_working_set_bytes")):
        told = made.told[key]
        pods = made.running()
        requested = (pods[request] * moments(pods)).sum() / whole
        allocatable = (made.nodes[room] * moments(made.nodes)).sum() / whole
        assert close(told["requested"], requested, 1e-12)
        assert close(told["allocatable"], allocatable, 1e-12)
        assert close(told["requested_share"], requested / allocatable, 1e-12)
        assert close(told["over_asked"], told["requested"] / told["used"], 1e-12)
        used = made.use[use].sum() / whole
        assert used == pytest.approx(told["used"], rel=0.03)
        line = made.workloads["total"][key]
        assert close(line["requested"], told["requested"], 1e-9)
        assert close(line["allocatable"], told["allocatable"], 1e-9)
        assert line["requested_share"] == pytest.approx(told["requested_share"], rel=1e-9)
        assert line["used"] == pytest.approx(told["used"], rel=0.03)
        assert line["used_share"] == pytest.approx(told["used_share"], rel=0.03)
    assert made.told["cpu"]["over_asked"] > 1.3


def test_workloads_and_what_they_ask(made):
    busiest = made.running().groupby(["namespace", "owner_kind", "owner_name"])
    told = {(w["namespace"], w["kind"], w["name"]): w for w in made.told["workloads"]}
    assert set(busiest.groups) == set(told) and len(told) >= 25
    assert sum(w["pods"] for w in told.values()) == made.told["seats"]
    night = pd.Timestamp(made.truth["start"]).tz_localize(None) + pd.Timedelta(
        days=DAYS / 2, hours=3)
    pods, nodes = made.at(night)
    assert len(nodes) == NODES and len(pods) == made.told["seats"]
    for who, rows in pods.groupby(["namespace", "owner_kind", "owner_name"]):
        assert told[who]["pods"] == len(rows)
        if told[who]["cpu_request_cores"] is None:
            assert rows["cpu_request_cores"].isna().all()
            continue
        assert close(told[who]["cpu_request_cores"], rows["cpu_request_cores"].sum(), 1e-12)
        assert close(told[who]["memory_request_bytes"],
                     rows["memory_request_bytes"].sum(), 1e-12)
        assert told[who]["has_limits"] == rows["cpu_limit_cores"].notna().all()


def test_kills_are_counted(made):
    total = made.workloads["total"]
    assert total["oom_kills"] == total["restarts"] == made.told["oom_kills"] > DAYS
    (shot,) = [n for n in made.workloads["namespaces"] if n["oom_kills"]]
    assert shot["namespace"] == "sandbox"
    assert total["throttled_share"] > 0.001


def test_pods_without_requests_are_named(made):
    told = {(w["namespace"], w["kind"], w["name"]) for w in made.told["without_requests"]}
    assert len(told) == 3
    total = made.workloads["total"]
    without = made.pods[made.pods["cpu_request_cores"].isna()]
    assert total["cpu"]["no_request"] == without["uid"].nunique()
    found = {(w["namespace"], w["kind"], w["name"]) for w in made.workloads["top"]
             if w["cpu"]["no_request"]}
    assert found == told
    assert made.workloads["no_cpu_request"] == made.workloads["no_memory_request"] == 3


def packed(made, pods, keepers):
    """First fit, larger ones first, onto the keepers of the pods' pool: what is left."""
    room = {node: made.room[node] for node in keepers}
    memory = {node["node"]: node["memory_total"] - 2**29 - 2**28
              for node in made.truth["nodes"]}
    for pod in pods.sort_values("cpu_request_cores", ascending=False).itertuples():
        node = next((node for node in room if made.pool[node] == made.pool[pod.node]
                     and room[node] >= pod.cpu_request_cores
                     and memory[node] >= pod.memory_request_bytes), None)
        if node is None:
            return None
        room[node] -= pod.cpu_request_cores
        memory[node] -= pod.memory_request_bytes
    return sum(room.values())


def test_all_pods_fit_on_the_keepers(made):
    packing = made.told["packing"]
    keepers = packing["nodes"]
    assert len(keepers) == packing["nodes_suffice"] < 0.7 * NODES
    left = {}
    for moment in np.unique(made.running()["valid_from"])[::11]:
        pods, nodes = made.at(moment)
        assert set(keepers) <= set(nodes["node"])
        left[moment] = packed(made, asks(pods), keepers)
    assert None not in left.values()
    night = pd.Timestamp(made.truth["start"]).tz_localize(None) + pd.Timedelta(
        days=DAYS / 2, hours=3)
    pods = asks(made.at(night)[0])
    assert packed(made, pods, keepers) == 0 and packing["filled"] == 1
    assert close(packing["cpu_requested"], pods["cpu_request_cores"].sum(), 1e-12)
    assert close(packing["memory_requested"], pods["memory_request_bytes"].sum(), 1e-12)


def test_no_fewer_nodes_would_do(made):
    """By CPU alone: the largest of all nodes."""
    packing = made.told["packing"]
    sizes = sorted(made.room.values(), reverse=True)
    least = 1 + int(np.searchsorted(np.cumsum(sizes), packing["cpu_requested"]))
    assert packing["nodes_at_least"] == least <= packing["nodes_suffice"]


def test_requests_are_spread(made):
    """No node is much emptier than another of its pool: nobody packs today."""
    night = pd.Timestamp(made.truth["start"]).tz_localize(None) + pd.Timedelta(
        days=DAYS / 2, hours=3)
    asked = asks(made.at(night)[0]).groupby("node")["cpu_request_cores"].sum()
    for node, room in made.room.items():
        mates = [other for other in made.room if made.pool[other] == made.pool[node]]
        share = sum(asked.get(other, 0) for other in mates) / sum(
            made.room[other] for other in mates)
        assert abs(asked.get(node, 0) - share * room) <= 4, node


# ---- replayed ---------------------------------------------------------------------------

def test_a_replay_finds_the_waste(made, tmp_path):
    """Policies that pack leave nodes empty, and none needs fewer than could do."""
    needs("replay")
    done = run("replay", made.data, "-o", tmp_path / "replay", "--nodes-needed", "--seeds", 2,
               "--policy", "as-recorded,kube-1.35,FirstFitDecreasing,FGD", "--quiet")
    assert done.returncode == 0, done.stderr
    told = read_json(tmp_path / "replay/replay.json")
    policies = {policy["name"]: policy for policy in told["policies"]}
    recorded = policies["as-recorded"]["measures"]
    assert recorded["cpu_requested_share"]["mean"] == pytest.approx(
        made.told["cpu"]["requested_share"], abs=0.01)
    assert recorded["memory_requested_share"]["mean"] == pytest.approx(
        made.told["memory"]["requested_share"], abs=0.01)
    for policy in policies.values():
        assert policy["measures"]["pods_refused"]["max"] == 0
    for name in ("FirstFitDecreasing", "FGD"):
        needed = policies[name]["nodes_needed"]
        assert made.told["packing"]["nodes_at_least"] <= needed["min"]
        assert needed["p90"] < NODES
        assert policies[name]["measures"]["node_hours_empty"]["min"] > 50 * max(
            1, recorded["node_hours_empty"]["max"])


# ---- small ones, and large ones ----------------------------------------------------------

@pytest.mark.parametrize("nodes, days, step", [
    (1, 1, 3600), (2, 2, 300), (3, 4, 86400), (5, 4, 7000), (8, 5, 1000), (11, 7, 900),
    (13, 9, 60), (150, 1, 3600)])
def test_any_size(nodes, days, step, tmp_path):
    for seed in (1, 2, 3):
        data = tmp_path / str(seed)
        done = run("synth", "-o", data, "--nodes", nodes, "--days", days, "--step", step,
                   "--seed", seed)
        assert done.returncode == 0, done.stderr
        told = read_json(data / "truth.json")["pods"]
        pods = pd.read_parquet(data / "pods.parquet")
        assert 1 <= told["packing"]["nodes_at_least"] <= told["packing"]["nodes_suffice"]
        assert told["packing"]["nodes_suffice"] <= nodes
        requested = (pods["cpu_request_cores"] * moments(pods))[pods["phase"] == "Running"]
        assert close(told["cpu"]["requested"],
                     requested.sum() / (days * 86400 / POD_STEP_S), 1e-9)
        assert not math.isnan(told["cpu"]["used_share"])
        assert pods["uid"].nunique() == len(pods[["namespace", "pod", "uid"]]
                                            .drop_duplicates())
