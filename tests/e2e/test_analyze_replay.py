"""`hindcast analyze` on a data set with pods: what is said of other policies, against what
`hindcast replay` finds and against what was planted."""
import jsonschema
import pandas as pd
import pytest

from test_replay_collected import HOURS, node, pod, samples, use
from util import ROOT, analyze, read_json, run
from workload_case import START, at, data_set

POLICIES = "as-recorded,kube-1.35,MostAllocated,TargetLoadPacking,FirstFitDecreasing"


def statement(found, id="replay.nodes"):
    return next((s for s in found["findings"] if s["id"] == id), None)


def spread_thin(folder, cpu=1.0, used=None, nodes=10, **more):
    """A pod a node, on nodes of eight cores: a few nodes would do for all of them."""
    there = [node(f"n{i}") for i in range(nodes)]
    pods = [pod(f"p{i}", f"n{i}", cpu, **more) for i in range(nodes)]
    usage = None if used is None else [
        row for i in range(nodes) for row in use(f"p{i}", 0, HOURS, used)]
    return data_set(folder, samples(), there, pods, usage)


def checked(data, out, *args):
    found = analyze(data, out, *args)
    schema = read_json(ROOT / "docs/findings.schema.json")
    jsonschema.validators.validator_for(schema)(schema).validate(found)
    return found


def test_planted_waste_leads(tmp_path):
    """Ten cores asked for on ten nodes of eight, little of it used: two nodes would do."""
    data = spread_thin(tmp_path / "d", used=0.2)
    found = checked(data, tmp_path / "r")
    said = statement(found)
    assert found["findings"][0] == said
    assert (said["value"], said["unit"], said["n"]) == (2, "nodes", 10)
    assert said["interval"] == [2, 2]
    assert said["statement"].startswith(
        "2 nodes instead of 10 (bound 2), at the same or fewer hot hours, under MostAllocated;")
    section = found["replay"]
    assert (section["claim"], section["policy"]) == ("fewer", "MostAllocated")
    assert (section["nodes"], section["nodes_recorded"], section["nodes_bound"]) == (2, 10, 2)
    metrics = read_json(tmp_path / "r/run.json")["metrics"]
    assert (metrics["replay.nodes"], metrics["replay.nodes_recorded"]) == (2, 10)
    assert metrics["replay.nodes_bound"] == 2 and metrics["replay.fewer"] == 1
    assert metrics["replay.mostallocated.nodes_used_most"] == 2
    shown = run("show", tmp_path / "r", "opportunity").stdout.split("\n\n")[0]
    assert "2 nodes instead of 10 (bound 2)" in " ".join(shown.split())


def test_numbers_are_those_of_a_replay(tmp_path):
    data = tmp_path / "d"
    assert run("synth", "-o", data, "--nodes", 8, "--days", 3, "--step", 300).returncode == 0
    section = checked(data, tmp_path / "r")["replay"]
    done = run("replay", data, "-o", tmp_path / "p", "--policy", POLICIES, "--nodes-needed",
               "--seeds", section["orders"], "--seed", section["first_seed"], "--no-figures")
    assert done.returncode == 0, done.stderr
    replayed = read_json(tmp_path / "p/replay.json")
    for ours, theirs in zip(section["policies"], replayed["policies"], strict=True):
        assert ours["name"] == theirs["name"]
        assert ours["oracle"] == any(part["oracle"] for part in theirs["parts"])
        for key, value in ours.items():
            if key in theirs["measures"]:
                assert value == theirs["measures"][key], (ours["name"], key)
        needed = theirs["nodes_needed"] or {"p90": 0, "min": 0, "max": 0}
        assert [ours["needed"], ours["needed_min"], ours["needed_max"]] == [
            needed[key] for key in ("p90", "min", "max")]
        fleet = theirs["nodes_over_time"] or {"p90": 0, "min": 0}
        assert [ours["fleet"], ours["fleet_min"], ours["fleet_max"]] == [
            fleet["p90"], fleet["min"], fleet.get("max", 0)]
    workload, calibration = replayed["workload"], replayed["calibration"]
    assert section["trials"] == 11
    assert section["moment"] == workload["moment"]
    assert (section["bound"], section["bound_kind"]) == (
        workload["bound"]["nodes"], workload["bound"]["kind"])
    assert section["oracle"] == workload["oracle"]["nodes"]
    assert (section["judge"], section["judged"], section["in_best"], section["barred"]) == tuple(
        calibration[key] for key in ("policy", "placed", "in_best", "barred"))


def test_fewer_nodes_at_more_hot_hours_are_not_claimed(tmp_path):
    """Each pod asks for a core and uses 3.5: two on a node of eight are too much."""
    found = checked(spread_thin(tmp_path / "d", used=3.5), tmp_path / "r")
    assert found["replay"]["claim"] == "hotter"
    said = statement(found)
    assert said["value"] == 10 and said["interval"] is None
    assert said["statement"].startswith(
        "No policy of 3 saves nodes without more hot hours: MostAllocated takes 2, not 10 (")
    assert read_json(tmp_path / "r/run.json")["metrics"]["replay.fewer"] == 0


def test_a_smaller_fleet_may_lead(tmp_path):
    """Four of 1.7 cores are too much for a node of eight, and MostAllocated puts more on it;
    the default spreads: with four nodes, and not with three, ten pods leave none hot."""
    found = checked(spread_thin(tmp_path / "d", used=1.7), tmp_path / "r")
    section = found["replay"]
    assert (section["claim"], section["policy"]) == ("fewer", "kube-1.35")
    assert section["by_fleet"] and (section["nodes"], section["nodes_recorded"]) == (4, 10)
    said = statement(found)
    assert said["value"] == 4 and said["interval"] == [4, 4]
    assert said["statement"] == (
        "4 nodes instead of 10 (bound 2), at the same or fewer hot hours, under kube-1.35: so "
        f"many carry 10 pods, {HOURS:.1f} h (p90 of 11 removals).")
    by_name = {p["name"]: p for p in section["policies"]}
    assert by_name["MostAllocated"]["node_hours_hot"]["min"] > 0
    assert by_name["TargetLoadPacking"]["node_hours_hot"]["max"] == 0
    assert by_name["MostAllocated"]["fleet"] == 0


def test_nothing_to_gain(tmp_path):
    found = checked(spread_thin(tmp_path / "d", cpu=6.0, used=1.0), tmp_path / "r")
    assert (found["replay"]["claim"], found["replay"]["nodes_bound"]) == ("none", 8)
    assert "policy" not in found["replay"]
    assert statement(found)["statement"].startswith(
        "No policy of 3 takes fewer than the 10 nodes of before (bound 8)")


def test_hot_hours_that_are_not_known(tmp_path):
    found = checked(spread_thin(tmp_path / "d"), tmp_path / "r")
    assert found["replay"]["claim"] == "hot_unknown"
    assert "2 nodes instead of 10 (bound 2) under MostAllocated; hot hours are not known" in (
        statement(found)["statement"])


def test_an_oracle_does_not_lead(tmp_path):
    """In the order of arrival small pods fill nodes; only who sorts them does with two."""
    nodes = [node(f"n{i}") for i in range(3)]
    pods = [pod(f"s{i}", "n0", 2.0, 1) for i in range(2)] + [
        pod("b0", "n1", 6.0, 1), pod("b1", "n2", 6.0, 1)]
    found = checked(data_set(tmp_path / "d", samples(), nodes, pods), tmp_path / "r")
    by_name = {p["name"]: p for p in found["replay"]["policies"]}
    assert by_name["FirstFitDecreasing"]["oracle"]
    assert by_name["FirstFitDecreasing"]["nodes_used_most"]["max"] == 2
    assert found["replay"].get("policy") != "FirstFitDecreasing"


@pytest.mark.parametrize("args,why", [
    (("--nodes", "n*"), "only a part was chosen"),
    (("--since", "2025-06-02"), "only a part was chosen"),
])
def test_a_part_is_not_replayed(tmp_path, args, why):
    found = checked(spread_thin(tmp_path / "d"), tmp_path / "r", *args)
    assert found["replay"]["status"] == "not_available"
    assert why in found["replay"]["reason"]
    assert statement(found)["status"] == "not_available"


def test_left_out_when_asked(tmp_path):
    data = spread_thin(tmp_path / "d")
    found = checked(data, tmp_path / "r", "--no-replay")
    assert found["replay"] == {"status": "not_available", "reason": "left out by --no-replay"}
    assert not any(s["id"].startswith("replay.") for s in found["findings"])
    assert "Replay" not in run("show", tmp_path / "r").stdout


def test_without_pods_nothing_is_said(tmp_path):
    found = checked(data_set(tmp_path / "d", samples()), tmp_path / "r")
    assert found["replay"]["status"] == "not_available"
    assert not any(s["id"].startswith("replay.") for s in found["findings"])
    assert not any(key.startswith("replay.") for key in read_json(
        tmp_path / "r/run.json")["metrics"])


def test_pods_that_ask_for_nothing(tmp_path):
    nodes = [node("n0"), node("n1")]
    pods = [{**pod(f"p{i}", f"n{i}", 1.0), "cpu_request_cores": None,
             "memory_request_bytes": None} for i in range(2)]
    found = checked(data_set(tmp_path / "d", samples(), nodes, pods), tmp_path / "r")
    assert found["replay"]["reason"] == "no pod asks for CPU or memory"


def test_only_pods_that_stay(tmp_path):
    data = spread_thin(tmp_path / "d", owner_kind="DaemonSet")
    found = checked(data, tmp_path / "r")
    assert found["replay"]["status"] == "not_enough_data"


def test_too_large_for_an_analysis(tmp_path):
    """More than 150 million pairs of pod and node: refused, with what to do instead."""
    names = [f"n{i}" for i in range(2000)]
    frame = pd.DataFrame({"timestamp": [START, at(1)] * len(names),
                          "node": [name for name in names for _ in range(2)],
                          "cpu_usage_rate": 0.1})
    pods = [pod(f"p{i}", names[i % 2000], 0.001) for i in range(76000)]
    found = checked(data_set(tmp_path / "d", frame, [node(n) for n in names], pods),
                    tmp_path / "r", "--no-html")
    assert found["replay"]["status"] == "not_available"
    assert "'hindcast replay PATH --nodes-needed -o DIR'" in found["replay"]["reason"]


def test_shown_again_is_the_same(tmp_path):
    data = spread_thin(tmp_path / "d", used=0.2)
    done = run("analyze", data, "-o", tmp_path / "r", "--no-figures", "--no-html")
    assert done.returncode == 0
    for section in ("replay", "opportunity"):
        shown = run("show", tmp_path / "r", section).stdout.strip()
        assert shown and shown in done.stdout
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines) <= 80


def test_the_threads_change_nothing(tmp_path):
    data = spread_thin(tmp_path / "d", used=0.2)
    one = checked(data, tmp_path / "a", "--threads", 1)["replay"]
    assert checked(data, tmp_path / "b", "--threads", 2)["replay"] == one
